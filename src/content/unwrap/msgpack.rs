//! MessagePack (its specification, <https://github.com/msgpack/msgpack/blob/master/spec.md>): read strictly, as a whole.

use std::borrow::Cow;

use super::tokens::{DEEPEST, Token, Tokens, big, signed};
use super::walk::{Format, Layer, Walk};

/// See the file.
pub(super) static FORMAT: Format = Format { name: "msgpack", open };

fn open(walk: &mut Walk<'_>, _: &str, layer: Layer<'_>) -> bool {
    if !matches!(layer.bytes.first(), Some(0x81..=0x9f | 0xdc..=0xdf)) {
        return false;
    }
    let mut reader = Reader { bytes: layer.bytes, at: 0, tokens: Tokens::default() };
    let is_whole = reader.item(0).is_some() && layer.bytes.len() - reader.at <= 1;
    if !is_whole || reader.tokens.keys() < 2 {
        return false;
    }
    walk.record(layer, "msgpack", &reader.tokens.0);
    true
}

struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
    tokens: Tokens<'b>,
}

impl<'b> Reader<'b> {
    fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let end = self.at.checked_add(length)?;
        let bytes = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(bytes)
    }

    fn number(&mut self, length: usize) -> Option<u64> {
        self.take(length).map(big)
    }

    fn length(&mut self, bytes: usize) -> Option<usize> {
        usize::try_from(self.number(bytes)?).ok()
    }

    fn item(&mut self, depth: usize) -> Option<()> {
        if depth > DEEPEST {
            return None;
        }
        let start = self.at;
        let first = *self.take(1)?.first()?;
        match first {
            0..=0x7f => self.tokens.number(first, start, self.at),
            0x80..=0x8f => self.many(true, usize::from(first & 15), depth)?,
            0x90..=0x9f => self.many(false, usize::from(first & 15), depth)?,
            0xa0..=0xbf => self.text(usize::from(first & 31))?,
            0xc0 => self.written("null", start),
            0xc2 => self.written("false", start),
            0xc3 => self.written("true", start),
            0xc4..=0xc6 => {
                let length = self.length(1 << (first - 0xc4))?;
                self.text(length)?;
            }
            0xc7..=0xc9 => {
                let length = self.length(1 << (first - 0xc7))?;
                self.take(length.checked_add(1)?)?;
            }
            0xca => {
                let bits = self.number(4)? as u32;
                self.tokens.number(f32::from_bits(bits), start, self.at);
            }
            0xcb => {
                let bits = self.number(8)?;
                self.tokens.number(f64::from_bits(bits), start, self.at);
            }
            0xcc..=0xcf => {
                let number = self.number(1 << (first - 0xcc))?;
                self.tokens.number(number, start, self.at);
            }
            0xd0..=0xd3 => {
                let width = 1 << (first - 0xd0);
                let number = signed(self.number(width)?, width as u32 * 8);
                self.tokens.number(number, start, self.at);
            }
            // A type of the sender's own, and so many bytes.
            0xd4..=0xd8 => {
                self.take(1 + (1 << (first - 0xd4)))?;
            }
            0xd9..=0xdb => {
                let length = self.length(1 << (first - 0xd9))?;
                self.text(length)?;
            }
            0xdc | 0xdd => {
                let count = self.length(2 << (first - 0xdc))?;
                self.many(false, count, depth)?;
            }
            0xde | 0xdf => {
                let count = self.length(2 << (first - 0xde))?;
                self.many(true, count, depth)?;
            }
            0xe0.. => self.tokens.number(first as i8, start, self.at),
            0xc1 => return None,
        }
        Some(())
    }

    fn written(&mut self, word: &str, start: usize) {
        self.tokens.push(Token::Written(word.to_owned(), start, self.at));
    }

    fn text(&mut self, length: usize) -> Option<()> {
        let start = self.at;
        self.take(length)?;
        self.tokens.push(Token::Bytes(start, self.at));
        Some(())
    }

    fn many(&mut self, is_map: bool, count: usize, depth: usize) -> Option<()> {
        if count > self.bytes.len() {
            return None;
        }
        self.tokens.push(if is_map { Token::Object } else { Token::List });
        for _ in 0..count {
            if is_map {
                self.key()?;
            }
            self.item(depth + 1)?;
        }
        self.tokens.push(Token::End);
        Some(())
    }

    /// A text or a small number.
    fn key(&mut self) -> Option<()> {
        let first = *self.take(1)?.first()?;
        let length = match first {
            0..=0x7f => {
                self.tokens.push(Token::Key(Cow::Owned(first.to_string())));
                return Some(());
            }
            0xa0..=0xbf => usize::from(first & 31),
            0xc4 | 0xd9 => self.length(1)?,
            0xda => self.length(2)?,
            _ => return None,
        };
        let text = std::str::from_utf8(self.take(length)?).ok()?;
        self.tokens.push(Token::Key(Cow::Borrowed(text)));
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::list;
    use crate::event::Role;

    #[test]
    fn a_map_gives_its_values_and_their_path() {
        let bytes = b"\x83\xa4imei\xaf352099001761481\xa3gps\x82\xa3lat\xcb\x40\x48\x40\0\0\0\0\0\xa3lon\xd1\xff\xfe\xa1n\xe0";
        let all = list(Role::Payload, None, None, bytes);
        for want in ["msgpack:imei|imei|352099001761481", "msgpack:gps.lon|lat,lon|48.5,-2", "msgpack:n|n|-32"] {
            assert!(all.contains(&want.to_owned()), "{want}: {all:?}");
        }
        for cut in 1..bytes.len() - 1 {
            assert!(list(Role::Payload, None, None, &bytes[..cut]).iter().all(|piece| !piece.starts_with("msgpack")), "{cut}");
        }
    }
}
