//! What a view draws on: the frame, and what can be clicked in it.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::tui::picture::{Hit, Target};

/// The frame and its places.
pub struct Sheet<'f, 'b> {
    /// Where it is drawn.
    pub frame: &'f mut Frame<'b>,
    /// What can be clicked.
    pub hits: Vec<Hit>,
}

impl Sheet<'_, '_> {
    /// Says that a place can be clicked.
    pub fn hit(&mut self, area: Rect, target: Target) {
        self.hits.push(Hit { area, target });
    }
}
