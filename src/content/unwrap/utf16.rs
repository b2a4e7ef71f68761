//! UTF-16 (RFC 2781), with or without a mark of its byte order.

use super::walk::{Format, Layer, Walk};

/// See the file.
pub(super) static FORMAT: Format = Format { name: "utf-16", open };

/// A shorter text proves nothing.
const SHORTEST: usize = 8;
/// So many bytes are looked at to see the order.
const SAMPLE: usize = 128;

fn open(walk: &mut Walk<'_>, key: &str, layer: Layer<'_>) -> bool {
    let Some((text, form)) = decoded(layer.bytes) else { return false };
    walk.unwrapped_any(key, text.as_bytes(), form, layer);
    true
}

/// The text, and the name of its order; none if it is none.
pub(super) fn decoded(bytes: &[u8]) -> Option<(String, &'static str)> {
    if bytes.len() < SHORTEST {
        return None;
    }
    let sample = bytes.get(..SAMPLE.min(bytes.len()) & !1)?;
    let (big, rest) = match bytes {
        [0xfe, 0xff, rest @ ..] => (true, rest),
        [0xff, 0xfe, rest @ ..] => (false, rest),
        // Without a mark most characters have a first byte of zero, as in Latin letters, and a printable second one.
        _ => {
            let pairs = || sample.chunks_exact(2);
            let latin =
                |high: usize, low: usize| pairs().filter(|pair| pair.get(high) == Some(&0) && pair.get(low).copied().is_some_and(is_printable)).count() * 4;
            let all = pairs().count() * 3;
            if latin(0, 1) >= all {
                (true, bytes)
            } else if latin(1, 0) >= all {
                (false, bytes)
            } else {
                return None;
            }
        }
    };
    let unit = |pair: &[u8]| {
        pair.iter().copied().reduce(|_, last| last).map_or(0, |last| {
            let first = pair.first().copied().unwrap_or(0);
            if big { u16::from_be_bytes([first, last]) } else { u16::from_le_bytes([first, last]) }
        })
    };
    let mut strange = 0_usize;
    let text: String = char::decode_utf16(rest.chunks_exact(2).map(unit))
        .map(|c| {
            let c = c.unwrap_or(char::REPLACEMENT_CHARACTER);
            strange += usize::from(c == char::REPLACEMENT_CHARACTER || c.is_control() && !matches!(c, '\t' | '\r' | '\n' | '\0'));
            c
        })
        .collect();
    (strange * 20 <= text.chars().count()).then_some((text, if big { "utf-16be" } else { "utf-16le" }))
}

fn is_printable(byte: u8) -> bool {
    matches!(byte, 0x20..=0x7e | b'\t' | b'\r' | b'\n' | 0xa0..)
}

#[cfg(test)]
mod tests {
    use super::super::tests::list;
    use super::decoded;
    use crate::event::Role;

    #[test]
    fn both_orders_are_read_and_noise_is_not() {
        let little: Vec<u8> = "{\"mail\":\"anna@example.org\"}".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = little.chunks(2).flat_map(|pair| [pair[1], pair[0]]).collect();
        assert!(list(Role::Payload, None, None, &little).contains(&"utf-16le>json:mail|mail|anna@example.org".to_owned()));
        assert!(list(Role::Payload, None, None, &big).contains(&"utf-16be>json:mail|mail|anna@example.org".to_owned()));
        let hex = data_encoding::HEXUPPER.encode(&big);
        let all = list(Role::Body, None, None, hex.as_bytes());
        assert!(all.contains(&"hex>utf-16be>json:mail|mail|anna@example.org".to_owned()), "{all:?}");
        assert_eq!(decoded(&[0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6]), None);
        assert_eq!(decoded(b"plain text is none"), None);
    }
}
