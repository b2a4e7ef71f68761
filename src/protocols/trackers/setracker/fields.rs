//! The fields of a frame's content: split at commas, escapes undone.

use std::borrow::Cow;

/// How a text in hexadecimal digits was unwrapped.
pub const WIDE: &[&str] = &["hex", "utf-16be"];

/// A field as it lies in the content.
#[derive(Clone, Copy, Debug)]
pub struct Field<'c> {
    /// Index of its first byte in the content.
    pub start: usize,
    /// Its bytes, escapes in place.
    pub raw: &'c [u8],
}

/// The fields from `start` of the content on.
pub fn split(content: &[u8], start: usize) -> impl Iterator<Item = Field<'_>> {
    let mut at = Some(start);
    std::iter::from_fn(move || {
        let start = at?;
        let rest = content.get(start..)?;
        let length = memchr::memchr(b',', rest);
        at = length.map(|length| start + length + 1);
        Some(Field { start, raw: rest.get(..length.unwrap_or(rest.len()))? })
    })
}

impl<'c> Field<'c> {
    /// The field as text; absent where it is none or empty.
    pub fn text(self) -> Option<Cow<'c, str>> {
        match unescape(self.raw) {
            Cow::Borrowed(bytes) => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
            Cow::Owned(bytes) => String::from_utf8(bytes).ok().map(Cow::Owned),
        }
        .filter(|text| !text.is_empty() && !text.chars().any(char::is_control))
    }

    /// The field as a small number; absent where it is none.
    pub fn number(self) -> Option<usize> {
        std::str::from_utf8(self.raw).ok()?.trim().parse().ok()
    }
}

/// Undoes the five escapes: 7D 01 to 7D 05 stand for 7D, `[`, `]`, `,` and `*`.
fn unescape(raw: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(0x7d, raw).is_none() {
        return Cow::Borrowed(raw);
    }
    let mut plain = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((&byte, behind)) = rest.split_first() {
        let meant = match (byte, behind.first()) {
            (0x7d, Some(1)) => Some(0x7d),
            (0x7d, Some(2)) => Some(b'['),
            (0x7d, Some(3)) => Some(b']'),
            (0x7d, Some(4)) => Some(b','),
            (0x7d, Some(5)) => Some(b'*'),
            _ => None,
        };
        plain.push(meant.unwrap_or(byte));
        rest = if meant.is_some() { behind.get(1..).unwrap_or_default() } else { behind };
    }
    Cow::Owned(plain)
}

/// Text in UTF-16, high byte first, as hexadecimal digits: names and messages are sent so. Absent where it is none.
pub fn wide_text(hex: &[u8]) -> Option<String> {
    if hex.is_empty() || !hex.len().is_multiple_of(4) {
        return None;
    }
    let unit = |digits: &[u8]| {
        let valid = digits.iter().all(u8::is_ascii_hexdigit);
        std::str::from_utf8(digits).ok().filter(|_| valid).and_then(|digits| u16::from_str_radix(digits, 16).ok())
    };
    let units: Vec<u16> = hex.chunks_exact(4).map(unit).collect::<Option<_>>()?;
    String::from_utf16(&units).ok().filter(|text| !text.chars().any(|c| c.is_control() && c != '\n'))
}

/// A phone number: digits, perhaps behind a plus; not so short that it is a service's, not all zeros.
pub fn is_phone(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    (5..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.bytes().any(|byte| byte != b'0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_keep_their_places() {
        let found: Vec<_> = split(b"UD,a,,b", 3).map(|field| (field.start, field.raw)).collect();
        assert_eq!(found, [(3, &b"a"[..]), (5, b""), (6, b"b")]);
        assert_eq!(split(b"UD", 3).count(), 0);
    }

    #[test]
    fn escapes_are_undone() {
        assert_eq!(*unescape(b"a\x7d\x01b\x7d\x02\x7d\x03\x7d\x04\x7d\x05\x7d\x09\x7d"), *b"a\x7db[],*\x7d\x09\x7d");
        assert!(matches!(unescape(b"plain"), Cow::Borrowed(_)));
    }

    #[test]
    fn wide_text_is_read() {
        assert_eq!(wide_text(b"0045006d006D0061").as_deref(), Some("Emma"));
        assert_eq!(wide_text(b"59885988").as_deref(), Some("妈妈"));
        for none in [&b""[..], b"123", b"+447", b"zzzz", b"d800", b"00000000"] {
            assert_eq!(wide_text(none), None);
        }
    }

    #[test]
    fn phones_are_long_numbers() {
        assert!(is_phone("+447700900123") && is_phone("07700900123"));
        assert!(!is_phone("112") && !is_phone("00000000000") && !is_phone("+44 7700") && !is_phone(""));
    }
}
