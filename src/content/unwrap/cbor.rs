//! CBOR (RFC 8949): read strictly, as a whole; a message with fewer than two words as keys proves nothing.

use std::borrow::Cow;

use super::tokens::{DEEPEST, Token, Tokens, big};
use super::walk::{Format, Layer, Walk};

/// See the file.
pub(super) static FORMAT: Format = Format { name: "cbor", open };

fn open(walk: &mut Walk<'_>, _: &str, layer: Layer<'_>) -> bool {
    // A map, or a tag (a list of maps begins with 0x8x) that a record begins with.
    if !matches!(layer.bytes.first(), Some(0x80..=0x9f | 0xa1..=0xbf | 0xd8 | 0xd9)) {
        return false;
    }
    let mut reader = Reader { bytes: layer.bytes, at: 0, tokens: Tokens::default() };
    let is_whole = reader.item(0).is_some() && layer.bytes.len() - reader.at <= 1;
    if !is_whole || reader.tokens.keys() < 2 {
        return false;
    }
    walk.record(layer, "cbor", &reader.tokens.0);
    true
}

struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
    tokens: Tokens<'b>,
}

/// The first byte of an item, taken apart.
struct Head {
    major: u8,
    info: u8,
    number: u64,
}

impl<'b> Reader<'b> {
    fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let end = self.at.checked_add(length)?;
        let bytes = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(bytes)
    }

    fn head(&mut self) -> Option<Head> {
        let first = *self.take(1)?.first()?;
        let (major, info) = (first >> 5, first & 31);
        let number = match info {
            0..=23 => u64::from(info),
            24..=27 => big(self.take(1 << (info - 24))?),
            31 => 0,
            _ => return None,
        };
        Some(Head { major, info, number })
    }

    fn is_break(&mut self) -> bool {
        let is_break = self.bytes.get(self.at) == Some(&0xff);
        self.at += usize::from(is_break);
        is_break
    }

    fn item(&mut self, depth: usize) -> Option<()> {
        let start = self.at;
        let Head { major, info, number } = self.head()?;
        if depth > DEEPEST {
            return None;
        }
        match major {
            0 => self.tokens.number(number, start, self.at),
            1 => self.tokens.number(-1 - i128::from(number), start, self.at),
            2 | 3 if info == 31 => {
                // Chunks of a known length each.
                while !self.is_break() {
                    let chunk = self.head().filter(|chunk| chunk.major == major && chunk.info != 31)?;
                    self.bytes_of(chunk.number)?;
                }
            }
            2 | 3 => self.bytes_of(number)?,
            4 | 5 => self.many(major == 5, (info != 31).then_some(number), depth)?,
            6 if info != 31 => self.item(depth + 1)?,
            7 => self.simple(info, number, start)?,
            _ => return None,
        }
        Some(())
    }

    fn bytes_of(&mut self, length: u64) -> Option<()> {
        let start = self.at;
        self.take(usize::try_from(length).ok()?)?;
        self.tokens.push(Token::Bytes(start, self.at));
        Some(())
    }

    fn many(&mut self, is_map: bool, count: Option<u64>, depth: usize) -> Option<()> {
        // Every element takes a byte, so that a false count ends soon.
        if count.is_some_and(|count| count > self.bytes.len() as u64) {
            return None;
        }
        self.tokens.push(if is_map { Token::Object } else { Token::List });
        let mut left = count;
        loop {
            match &mut left {
                Some(0) => break,
                Some(left) => *left -= 1,
                None if self.is_break() => break,
                None => {}
            }
            if is_map {
                self.key()?;
            }
            self.item(depth + 1)?;
        }
        self.tokens.push(Token::End);
        Some(())
    }

    /// A text or a number; other keys are not in use.
    fn key(&mut self) -> Option<()> {
        let Head { major, info, number } = self.head().filter(|head| head.info != 31)?;
        let key = match major {
            0 => Cow::Owned(number.to_string()),
            1 => Cow::Owned(format!("-{}", u128::from(number) + 1)),
            2 | 3 if info != 31 => Cow::Borrowed(std::str::from_utf8(self.take(usize::try_from(number).ok()?)?).ok()?),
            _ => return None,
        };
        self.tokens.push(Token::Key(key));
        Some(())
    }

    fn simple(&mut self, info: u8, number: u64, start: usize) -> Option<()> {
        let written = match info {
            20 => "false".to_owned(),
            21 => "true".to_owned(),
            22 | 23 => "null".to_owned(),
            25 => half(number as u16).to_string(),
            26 => f32::from_bits(number as u32).to_string(),
            27 => f64::from_bits(number).to_string(),
            _ => return None,
        };
        self.tokens.push(Token::Written(written, start, self.at));
        Some(())
    }
}

/// IEEE 754 binary16 (RFC 8949, appendix D).
fn half(bits: u16) -> f32 {
    let (exponent, mantissa) = (i32::from(bits >> 10 & 31), f32::from(bits & 1_023));
    let value = match exponent {
        0 => mantissa * 2_f32.powi(-24),
        31 => return f32::NAN,
        _ => (1_024.0 + mantissa) * 2_f32.powi(exponent - 25),
    };
    if bits & 0x8000 == 0 { value } else { -value }
}

#[cfg(test)]
mod tests {
    use super::super::tests::list;
    use super::half;
    use crate::event::Role;

    #[test]
    fn a_map_gives_its_values_and_their_path() {
        // {"imei": "352099001761481", "gps": {"lat": 48.5, "lon": -2.25}, "n": -1}
        let bytes = b"\xa3\x64imei\x6f352099001761481\x63gps\xa2\x63lat\xfb\x40\x48\x40\0\0\0\0\0\x63lon\xf9\xc0\x80\x61n\x20";
        let all = list(Role::Payload, None, None, bytes);
        for want in ["cbor:imei|imei|352099001761481", "cbor:gps.lon|lat,lon|48.5,-2.25", "cbor:n|n|-1"] {
            assert!(all.contains(&want.to_owned()), "{want}: {all:?}");
        }
        assert!(list(Role::Payload, None, None, &bytes[..30]).iter().all(|piece| !piece.starts_with("cbor")), "a part proves nothing");
    }

    #[test]
    fn streams_of_unknown_length_and_tags_are_read() {
        // _ {"mail": (_ "anna@", "example.org"), "t": 1(1700000000)}
        let bytes = b"\xbf\x64mail\x70anna@example.org\x61t\xc1\x1a\x65\x53\xf1\x00\xff";
        let all = list(Role::Payload, None, None, bytes);
        assert!(all.contains(&"cbor:mail|mail|anna@example.org".to_owned()) && all.contains(&"cbor:t|t|1700000000".to_owned()), "{all:?}");
    }

    #[test]
    fn small_numbers_have_half_precision() {
        assert!((half(0x3c00) - 1.0).abs() < f32::EPSILON && (half(0xc080) + 2.25).abs() < f32::EPSILON && half(0x7c01).is_nan());
    }
}
