//! What a picture tells the model: how far the focused pane can be scrolled, and what lies under the mouse.

use ratatui::layout::{Position, Rect};

use crate::tui::model::{Pane, Screen};

/// What the last picture said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    /// Of the focused pane (or the overlay).
    pub extent: Extent,
    /// What can be clicked, the topmost last.
    pub hits: Vec<Hit>,
}

impl Picture {
    /// What lies at a place.
    pub fn at(&self, column: u16, row: u16) -> Option<Hit> {
        self.hits.iter().rev().find(|hit| hit.area.contains(Position { x: column, y: row })).copied()
    }
}

/// How many lines fit, and how far can be scrolled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// Lines that fit.
    pub page: usize,
    /// The furthest scroll offset.
    pub furthest: usize,
}

/// A place that can be clicked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Where it is.
    pub area: Rect,
    /// What it is.
    pub target: Target,
}

/// What can be clicked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The name of a screen.
    Screen(Screen),
    /// A pane.
    Pane(Pane),
    /// Rows of a pane's list, the first with this index.
    Rows(Pane, usize),
    /// Rows of a menu, the first with this index.
    Menu(usize),
    /// An overlay that a click closes.
    Overlay,
}
