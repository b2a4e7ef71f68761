//! What the scanners share: a text that is one value.

use crate::content::contract::{Hit, Text};
use crate::finding::Confidence;
use crate::value::ValueKind;

/// A hit that is the text's whole value, blanks at its ends apart.
pub(super) fn whole(text: &Text<'_>, kind: ValueKind, value: String, confidence: Confidence) -> Hit {
    let start = text.bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    Hit { kind, value, confidence, start, length: text.bytes.trim_ascii().len(), decimals: None, form: "" }
}

/// The text's value as text, blanks and quotes at its ends apart; none if it is longer than `limit` or not UTF-8.
pub(super) fn short<'t>(text: &Text<'t>, limit: usize) -> Option<&'t str> {
    let bytes = text.bytes.trim_ascii();
    (!bytes.is_empty() && bytes.len() <= limit).then(|| std::str::from_utf8(bytes).ok()).flatten()
}
