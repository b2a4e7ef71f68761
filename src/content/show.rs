//! Bytes and texts as they may be shown: masked, printable, short.

use std::borrow::Cow;

use crate::content::contract::Found;
use crate::content::shape::shape;
use crate::content::words::Known;
use crate::value;

/// Characters of an excerpt.
const EXCERPT: usize = 80;

/// The text with every found value masked. `start` and `length` index its bytes; hits that overlap are masked together, one mask after the other.
pub fn mask_text(text: &str, found: &[Found]) -> String {
    let mut order: Vec<&Found> = found.iter().filter(|hit| hit.length > 0 && hit.start < text.len()).collect();
    if order.is_empty() {
        return text.to_owned();
    }
    order.sort_by_key(|hit| (hit.start, std::cmp::Reverse(hit.length)));
    let mut shown = String::with_capacity(text.len());
    let mut done = 0;
    for hit in order {
        if hit.start >= done {
            shown.push_str(text.get(floor(text, done)..floor(text, hit.start)).unwrap_or_default());
        } else if hit.start.saturating_add(hit.length) <= done {
            // It lies within what is masked already.
            continue;
        }
        match &hit.label {
            Some(label) => shown.push_str(label),
            None => shown.push_str(&value::mask(hit.kind, &hit.value)),
        }
        done = done.max(ceil(text, hit.start.saturating_add(hit.length)));
    }
    shown.push_str(text.get(floor(text, done)..).unwrap_or_default());
    shown
}

/// The nearest character boundary at or before `index`.
pub(super) fn floor(text: &str, index: usize) -> usize {
    (0..=index.min(text.len())).rev().find(|index| text.is_char_boundary(*index)).unwrap_or(0)
}

/// The nearest character boundary at or behind `index`.
fn ceil(text: &str, index: usize) -> usize {
    (index.min(text.len())..=text.len()).find(|index| text.is_char_boundary(*index)).unwrap_or(text.len())
}

/// At most `limit` characters of the bytes; what is not printable becomes `.`.
pub fn printable(bytes: &[u8], limit: usize) -> String {
    // No character takes more than four bytes.
    let head = bytes.get(..bytes.len().min(limit.saturating_mul(4))).unwrap_or_default();
    let shown = head.utf8_chunks().flat_map(|chunk| {
        let valid = chunk.valid().chars().map(|c| if c.is_control() || is_invisible(c) { '.' } else { c });
        valid.chain(chunk.invalid().iter().map(|_| '.'))
    });
    shown.take(limit).collect()
}

/// Characters that turn or hide what stands around them.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Whether a text can be shown as it is: short, printable, and with too few digits for a number.
fn is_harmless(text: &str, limit: usize) -> bool {
    let (mut digits, mut hexadecimal, mut is_plain) = (0, 0, text.len() <= limit);
    for byte in text.bytes() {
        digits += u32::from(byte.is_ascii_digit());
        hexadecimal += u32::from(byte.is_ascii_hexdigit());
        is_plain &= (0x20..0x7f).contains(&byte) && byte != b'@';
    }
    is_plain && digits < 6 && hexadecimal < 12
}

/// A key as it may be shown: one that is a value itself (a number, an address, a word of the family) only by its shape.
pub(super) fn key(key: &str, known: Option<&Known>) -> String {
    if known.is_none() && is_harmless(key, 64) {
        return key.to_owned();
    }
    if known.is_some_and(|known| is_word(known, key)) {
        return shape(key.as_bytes(), 64);
    }
    let is_long_number = |part: &str| {
        let digits = part.bytes().filter(u8::is_ascii_hexdigit).count();
        let all = part.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'-' | b'_'));
        part.bytes().filter(u8::is_ascii_digit).count() >= 6 || all && digits >= 12 && part.bytes().any(|byte| byte.is_ascii_digit())
    };
    if key.contains('@') || key.split('.').any(is_long_number) { shape(key.as_bytes(), 64) } else { printable(key.as_bytes(), 64) }
}

/// Turns a step of a chain, `form:name`, into what may be shown: its name as [`key`] shows it.
pub(super) fn step(step: &mut Cow<'static, str>, known: Option<&Known>) {
    let Cow::Owned(named) = step else { return };
    if known.is_none() && is_harmless(named, 64) {
        return;
    }
    let Some((form, name)) = named.split_once(':') else { return };
    *named = if name.contains('@') || known.is_some_and(|known| is_word(known, name)) {
        format!("{form}:{}", shape(name.as_bytes(), 64))
    } else {
        format!("{form}:{}", name.split('.').map(|part| key(part, known)).collect::<Vec<_>>().join("."))
    };
}

fn is_word(known: &Known, text: &str) -> bool {
    !known.search(text.as_bytes()).is_empty() || known.value(text.as_bytes(), "", Some(crate::content::keys::Meaning::PersonName { strong: true })).is_some()
}

impl Found {
    /// `key=masked`, as evidence shows it: printable, at most 80 characters.
    pub fn excerpt(&self) -> String {
        match &self.label {
            Some(label) => excerpt(&self.field, label),
            None => excerpt(&self.field, &value::mask(self.kind, &self.value)),
        }
    }
}

/// A key and a value that is masked already, likewise.
pub fn excerpt(key: &str, masked: &str) -> String {
    let mut whole = String::with_capacity(key.len().min(40) + 1 + masked.len());
    if is_harmless(key, 40) {
        whole.push_str(key);
    } else {
        whole.push_str(&printable(key.as_bytes(), 40));
    }
    whole.push_str(if key.is_empty() { "" } else { "=" });
    whole.push_str(masked);
    if whole.len() <= EXCERPT { whole } else { whole.chars().take(EXCERPT).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Confidence;
    use crate::value::ValueKind;
    use crate::wire::At;

    fn found(kind: ValueKind, value: &str, start: usize, length: usize) -> Found {
        Found {
            kind,
            value: value.to_owned(),
            field: String::new(),
            decode: Vec::new(),
            confidence: Confidence::High,
            start,
            length,
            at: At::default(),
            decimals: None,
            label: None,
        }
    }

    #[test]
    fn every_value_is_masked_and_nothing_else() {
        let text = "mail=anna@example.org&psk=secret99&x=1";
        let hits = [found(ValueKind::NetworkKey, "secret99", 26, 8), found(ValueKind::Email, "anna@example.org", 5, 16)];
        assert_eq!(mask_text(text, &hits), "mail=a…@example.org&psk=••••&x=1");
        assert_eq!(mask_text(text, &[]), text);
    }

    #[test]
    fn overlapping_hits_hide_both() {
        let text = "sn=00005E005343;";
        let hits = [found(ValueKind::Serial, "00005E005343", 3, 12), found(ValueKind::Mac, "00005E005343", 3, 12), found(ValueKind::Token, "5343;", 11, 5)];
        let shown = mask_text(text, &hits);
        assert!(!shown.contains("00005E00") && shown.starts_with("sn=••••5343"), "{shown}");
    }

    #[test]
    fn a_hit_within_a_character_or_behind_the_end_is_harmless() {
        let text = "é=é";
        for start in 0..8 {
            for length in 0..8 {
                let _ = mask_text(text, &[found(ValueKind::Password, "x", start, length)]);
            }
        }
    }

    #[test]
    fn only_printable_characters_are_shown() {
        assert_eq!(printable(b"a\x00\xffb\r\n\xc3\xa9\x1b[2J", 99), "a..b..é.[2J");
        assert_eq!(printable(b"abcdef", 3), "abc");
        assert_eq!(printable("a\u{202e}b".as_bytes(), 9), "a.b");
    }
}
