//! The home, shown: model, update, view.

use std::io;
use std::sync::Arc;

use crossbeam::channel::Receiver;

use crate::home::snapshot::Snapshot;

/// Stand-in.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Stand-in.
    pub color: bool,
    /// Stand-in.
    pub utc: bool,
    /// Stand-in.
    pub ascii: bool,
}

/// Stand-in.
pub fn run(feed: Receiver<Arc<Snapshot>>, options: Options) -> io::Result<()> {
    let _ = options;
    for snapshot in feed {
        let _ = snapshot;
    }
    Ok(())
}
