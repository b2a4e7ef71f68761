//! What the start screen offers, and what was chosen.

use std::path::PathBuf;

/// A network interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// `eth0`.
    pub name: String,
    /// Its state and addresses: `up, 192.0.2.7`.
    pub state: String,
    /// Whether it is the one that one most likely wants.
    pub is_usual: bool,
    /// Why it may not be listened on, and what mends it; none where it may.
    pub denied: Option<String>,
    /// Whether it is up: what is down can't be listened on by anyone.
    pub is_up: bool,
}

/// Something in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// What it is.
    pub what: What,
}

/// What an entry of a folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A folder.
    Folder,
    /// A capture of so many bytes.
    Capture(u64),
}

/// What was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Listen on this interface.
    Interface(String),
    /// Replay this capture.
    File(PathBuf),
    /// The demo.
    Demo,
}
