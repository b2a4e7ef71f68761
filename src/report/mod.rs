//! The home, written: one file a format, and this list.

pub mod format;

use format::Format;

/// Every format.
pub static FORMATS: &[&dyn Format] = &[];
