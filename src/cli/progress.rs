//! How far reading is, on a terminal's standard error, from the second second on.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use crate::home::snapshot::Snapshot;
use crate::printable::{clean, count, shorten_start};

/// Who is done within this time needs no progress.
const AFTER: Duration = Duration::from_secs(1);

/// A line that is written over itself.
pub(super) struct Progress {
    since: Instant,
    is_wanted: bool,
    is_shown: bool,
}

impl Progress {
    /// None is shown where nobody watches, or wants it.
    pub(super) fn new(quiet: bool) -> Self {
        Self { since: Instant::now(), is_wanted: !quiet && io::stderr().is_terminal(), is_shown: false }
    }

    /// Whether it will ever be shown.
    pub(super) fn is_wanted(&self) -> bool {
        self.is_wanted
    }

    /// Shows where reading stands.
    pub(super) fn show(&mut self, snapshot: &Snapshot) {
        if !self.is_wanted || self.since.elapsed() < AFTER {
            return;
        }
        self.is_shown = true;
        let path = clean(&snapshot.report.path);
        let share = snapshot.live.progress.map(|part| format!("  {:3.0} %", part.clamp(0.0, 1.0) * 100.0)).unwrap_or_default();
        let line = format!("Reading {}{share}  {} packets", shorten_start(&path, 40), count(snapshot.coverage.packets.max(snapshot.report.packets)));
        let mut out = io::stderr().lock();
        let _ = write!(out, "\r\u{1b}[K{line}").and_then(|()| out.flush());
    }

    /// Takes the line away, before anything else is written.
    pub(super) fn clear(&mut self) {
        if std::mem::take(&mut self.is_shown) {
            let mut out = io::stderr().lock();
            let _ = write!(out, "\r\u{1b}[K").and_then(|()| out.flush());
        }
    }
}
