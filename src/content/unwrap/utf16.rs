//! UTF-16 (RFC 2781), with or without a mark of its byte order.

use super::walk::{Format, Layer, Walk};

/// See the file.
pub(super) static FORMAT: Format = Format { name: "utf-16", open };

/// A shorter text proves nothing.
const SHORTEST: usize = 8;
/// So many bytes are looked at to see the order.
const SAMPLE: usize = 128;
/// Letters in a row that make a text among other bytes.
const RUN: usize = 6;

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
            let pairs = sample.as_chunks::<2>().0;
            let is_latin = |pair: &[u8; 2], high: usize| pair.get(high) == Some(&0) && pair.get(1 - high).copied().is_some_and(is_printable);
            // From the beginning on: behind letters of one byte each it may look like the other order.
            let is_wide = |high: usize| {
                let begins = pairs.iter().take(2).all(|pair| is_latin(pair, high));
                begins && pairs.iter().filter(|pair| is_latin(pair, high)).count() * 4 >= pairs.len() * 3
            };
            if is_wide(0) {
                (true, bytes)
            } else if is_wide(1) {
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
    (strange * 20 <= text.chars().count()).then_some((text, if big { BIG } else { LITTLE }))
}

/// The text of a value in which every letter takes two bytes; bytes that were put into a string one character each (U+0000 to U+00FF) are taken out of it.
pub(super) fn letters(bytes: &[u8]) -> Option<(String, &'static str)> {
    memchr::memchr(0, bytes)?;
    let taken_out = || {
        let text = std::str::from_utf8(bytes).ok().filter(|text| !text.is_ascii())?;
        text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect::<Option<Vec<u8>>>()
    };
    match taken_out() {
        Some(bytes) => decoded(&bytes),
        None => decoded(bytes),
    }
}

/// The same bytes with every text in letters of two bytes each written in letters of one; none if there is no such text in it.
pub(super) fn narrowed(bytes: &[u8]) -> Option<(Vec<u8>, &'static str)> {
    if !may_have_run(bytes) {
        return None;
    }
    let (mut plain, mut found, mut copied, mut done) = (Vec::new(), None, 0, 0);
    while let Some(zero) = memchr::memchr(0, bytes.get(done..).unwrap_or_default()).map(|at| done + at) {
        let Some((start, letters, form)) = run(bytes, copied, zero) else {
            done = zero + 1;
            continue;
        };
        plain.extend_from_slice(bytes.get(copied..start).unwrap_or_default());
        let skip = usize::from(form == BIG);
        let text: String = bytes.iter().skip(start + skip).step_by(2).take(letters).map(|byte| char::from(*byte)).collect();
        plain.extend_from_slice(text.as_bytes());
        found = found.or(Some(form));
        copied = start + 2 * letters;
        done = copied;
    }
    let form = found?;
    plain.extend_from_slice(bytes.get(copied..).unwrap_or_default());
    Some((plain, form))
}

/// Whether of four bytes, at any multiple of four, every other one is zero: a run has such a four in it. Looks at many at a time.
#[expect(clippy::needless_bitwise_bool, reason = "a branch would have bytes looked at one by one")]
fn may_have_run(bytes: &[u8]) -> bool {
    const EVEN: u32 = 0x00ff_00ff;
    let is_one = |four: &[u8; 4]| {
        let four = u32::from_le_bytes(*four);
        (four & EVEN == 0) | (four & !EVEN == 0)
    };
    let (blocks, tail) = bytes.as_chunks::<64>();
    let in_blocks = blocks.iter().any(|block| block.as_chunks::<4>().0.iter().fold(false, |found, four| found | is_one(four)));
    in_blocks || tail.as_chunks::<4>().0.iter().any(is_one)
}

/// Names of the two orders, as chains say them.
const LITTLE: &str = "utf-16le";
const BIG: &str = "utf-16be";

/// The text around the first zero behind `from`: where it begins, its letters, its order. Where it could be either, what parts a value from its
/// neighbours is no letter of it.
fn run(bytes: &[u8], from: usize, zero: usize) -> Option<(usize, usize, &'static str)> {
    let count = |start: usize, high: usize| {
        let pairs = bytes.get(start..).unwrap_or_default().as_chunks::<2>().0.iter();
        pairs.take_while(|pair| pair.get(high) == Some(&0) && pair.get(1 - high).copied().is_some_and(is_printable)).count()
    };
    let before = zero.checked_sub(1).filter(|before| *before >= from);
    let (little, big) = (before.map_or(0, |before| count(before, 1)), count(zero, 0));
    let is_sign = |at: usize| bytes.get(at).is_none_or(|byte| byte.is_ascii_whitespace() || b"=:;,\"'&|<>{}[]()".contains(byte));
    let is_big = match little.cmp(&big) {
        std::cmp::Ordering::Less => true,
        std::cmp::Ordering::Greater => false,
        std::cmp::Ordering::Equal => before.is_none_or(is_sign) && !is_sign(zero + 2 * big - usize::from(big > 0)),
    };
    let (start, letters, form) = if is_big { (zero, big, BIG) } else { (before?, little, LITTLE) };
    (letters >= RUN).then_some((start, letters, form))
}

fn is_printable(byte: u8) -> bool {
    matches!(byte, 0x20..=0x7e | b'\t' | b'\r' | b'\n' | 0xa0..)
}

#[cfg(test)]
mod tests {
    use super::super::tests::list;
    use super::{decoded, narrowed};
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

    #[test]
    fn a_value_of_wide_letters_in_a_row_of_narrow_ones_is_read() {
        for big in [false, true] {
            let wide: Vec<u8> = "-33.856784,151.2153".encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect();
            let row = [b"state=on;gps=", wide.as_slice(), b";end=1"].concat();
            assert_eq!(narrowed(&row).map(|(plain, _)| plain).as_deref(), Some(&b"state=on;gps=-33.856784,151.2153;end=1"[..]), "{big}");
            let all = list(Role::Unknown, None, None, &row);
            assert!(all.iter().any(|piece| piece.ends_with("|gps|-33.856784,151.2153")), "{all:?}");
        }
        assert_eq!(narrowed(b"a\0b\0 few and \0\0\0\0\0\0\0\0\0\0\0\0 zeros"), None);
    }

    #[test]
    fn bytes_in_a_string_are_taken_out_of_it() {
        let all = list(Role::Body, None, None, br#"{"name":"Z\u0000o\u0000\u00eb\u0000 \u0000T\u0000e\u0000s\u0000t\u0000"}"#);
        assert!(all.contains(&"json:name>utf-16le|name|Zo\u{eb} Test".to_owned()), "{all:?}");
    }
}
