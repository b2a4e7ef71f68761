//! Names as text.

use std::borrow::Cow;
use std::fmt::Write;

/// The longest name that is told, in bytes: a host name has at most 253 (RFC 1035, section 2.3.4), a common name 64.
pub(super) const LONGEST_NAME: usize = 255;

/// A host name as sent, without a final dot; bytes that are not printable ASCII are escaped as in a zone file.
/// Absent where nothing is left, or more than [`LONGEST_NAME`].
pub(super) fn host(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let bytes = bytes.strip_suffix(b".").unwrap_or(bytes);
    if bytes.is_empty() || bytes.len() > LONGEST_NAME {
        return None;
    }
    match str::from_utf8(bytes) {
        Ok(text) if bytes.iter().all(|byte| (b' '..=b'~').contains(byte)) => Some(Cow::Borrowed(text)),
        _ => Some(Cow::Owned(bytes.iter().copied().fold(String::new(), escaped))),
    }
}

/// A name that people gave: any letters, but control characters are escaped. Absent as in [`host`].
pub(super) fn given(text: &str) -> Option<Cow<'_, str>> {
    if text.is_empty() || text.len() > LONGEST_NAME {
        return None;
    }
    if !text.chars().any(char::is_control) {
        return Some(Cow::Borrowed(text));
    }
    let escape = |mut out: String, character: char| {
        if character.is_control() {
            return character.encode_utf8(&mut [0; 4]).bytes().fold(out, escaped);
        }
        out.push(character);
        out
    };
    Some(Cow::Owned(text.chars().fold(String::new(), escape)))
}

/// RFC 1035, section 5.1: `\DDD` in decimal.
fn escaped(mut out: String, byte: u8) -> String {
    if (b' '..=b'~').contains(&byte) {
        out.push(char::from(byte));
    } else {
        // Writing to a String can't fail.
        let _ = write!(out, "\\{byte:03}");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_bytes_are_escaped() {
        assert_eq!(host(b"camera.example.com.").as_deref(), Some("camera.example.com"));
        assert_eq!(host(b"a\x1b[2Jb\xff").as_deref(), Some("a\\027[2Jb\\255"));
        assert_eq!(given("Zo\u{eb} Example CA").as_deref(), Some("Zo\u{eb} Example CA"));
        assert_eq!(given("a\nb\u{9b}c").as_deref(), Some("a\\010b\\194\\155c"));
    }

    #[test]
    fn empty_and_endless_names_are_not_told() {
        assert_eq!(host(b""), None);
        assert_eq!(host(b"."), None);
        assert_eq!(host(&[b'a'; 256]), None);
        assert_eq!(given(""), None);
        assert!(host(&[b'a'; 255]).is_some());
    }
}
