//! What the start screen shows at this moment.

use std::collections::VecDeque;
use std::path::PathBuf;

use ratatui::layout::Rect;

use super::offer::{Entry, Interface};
use crate::tui::theme::Theme;

/// Seconds of traffic that are shown.
pub const PREVIEW: usize = 20;

/// All of it.
#[derive(Clone, Debug)]
pub struct Start {
    /// Colours and characters.
    pub theme: Theme,
    /// The interfaces, the usual one first.
    pub interfaces: Vec<Row>,
    /// The chosen row: interfaces, then the file, then the demo.
    pub at: usize,
    /// What has the keyboard.
    pub place: Place,
    /// The folder that is looked into.
    pub folder: PathBuf,
    /// What the last key could not do.
    pub notice: Option<String>,
    /// Where the rows were drawn: their area and the first one's index.
    pub rows: Option<(Rect, usize)>,
}

/// An interface and its traffic.
#[derive(Clone, Debug)]
pub struct Row {
    /// The interface.
    pub interface: Interface,
    /// Bytes of the latest seconds, the latest last.
    pub seconds: VecDeque<u64>,
    /// What its counter said last.
    pub counted: Option<u64>,
}

/// What has the keyboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The list of what there is to watch.
    Menu,
    /// A folder: its entries, and the chosen one.
    Folder(Vec<Entry>, usize),
}

impl Start {
    /// The first moment.
    pub fn new(theme: Theme, mut interfaces: Vec<Interface>, folder: PathBuf) -> Self {
        interfaces.sort_by_key(|interface| (!interface.is_usual, interface.denied.is_some()));
        let interfaces = interfaces.into_iter().map(|interface| Row { interface, seconds: VecDeque::new(), counted: None }).collect::<Vec<_>>();
        // Who may not listen is better off with the demo.
        let may_listen = interfaces.first().is_some_and(|row| row.interface.denied.is_none());
        let at = if may_listen { 0 } else { interfaces.len() + 1 };
        Self { theme, interfaces, at, place: Place::Menu, folder, notice: None, rows: None }
    }

    /// Rows of the menu.
    pub fn count(&self) -> usize {
        match &self.place {
            Place::Menu => self.interfaces.len() + 2,
            Place::Folder(entries, _) => entries.len(),
        }
    }

    /// The chosen row.
    pub fn chosen(&self) -> usize {
        match &self.place {
            Place::Menu => self.at,
            Place::Folder(_, at) => *at,
        }
    }

    /// Chooses a row.
    pub fn choose(&mut self, row: usize) {
        let row = row.min(self.count().saturating_sub(1));
        match &mut self.place {
            Place::Menu => self.at = row,
            Place::Folder(_, at) => *at = row,
        }
    }
}
