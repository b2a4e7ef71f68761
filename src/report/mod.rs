//! The home, written: one file a format, and this list.
//!
//! Snapshots and records come in, bytes go out. A report knows neither where packets came from nor how they were read.

pub mod format;
mod json;
mod jsonl;
mod lines;
#[cfg(test)]
mod sample;
pub mod text;

use format::Format;

pub use lines::{DEFAULT_TYPES, TYPES};

/// Every format.
pub static FORMATS: &[&dyn Format] = &[&text::Text, &json::Json, &jsonl::JsonLines];

/// The format that `--format NAME` means.
pub fn find(name: &str) -> Option<&'static dyn Format> {
    FORMATS.iter().copied().find(|format| format.name() == name)
}

/// The format that a file's ending means.
pub fn by_ending(ending: &str) -> Option<&'static dyn Format> {
    FORMATS.iter().copied().find(|format| format.endings().iter().any(|known| known.eq_ignore_ascii_case(ending)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_endings_are_each_of_one_format() {
        for format in FORMATS {
            assert_eq!(find(format.name()).map(Format::name), Some(format.name()));
            for ending in format.endings() {
                assert_eq!(by_ending(&ending.to_uppercase()).map(Format::name), Some(format.name()));
            }
        }
        assert!(find("docx").is_none() && by_ending("").is_none());
    }
}
