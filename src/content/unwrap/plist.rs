//! Binary property lists (`bplist00`, CoreFoundation's `CFBinaryPList.c`): a table of objects that refer to each other by number.

use std::borrow::Cow;

use super::tokens::{DEEPEST, MOST, Token, Tokens, big, signed};
use super::walk::{Format, Layer, Walk};

/// See the file.
pub(super) static FORMAT: Format = Format { name: "plist", open };

const MAGIC: &[u8] = b"bplist0";
/// The description at the end.
const TRAILER: usize = 32;

fn open(walk: &mut Walk<'_>, _: &str, layer: Layer<'_>) -> bool {
    if !layer.bytes.starts_with(MAGIC) {
        return false;
    }
    let Some(mut table) = Table::new(layer.bytes) else { return false };
    let top = table.top;
    if table.object(top, 0).is_none() {
        return false;
    }
    walk.record(layer, "plist", &table.tokens.0);
    true
}

struct Table<'b> {
    bytes: &'b [u8],
    tokens: Tokens<'b>,
    offset_size: usize,
    ref_size: usize,
    count: u64,
    top: u64,
    offsets: usize,
    /// Objects visited, and bytes of texts that may still be: one may be referred to again and again.
    visited: usize,
    left: usize,
}

impl<'b> Table<'b> {
    fn new(bytes: &'b [u8]) -> Option<Self> {
        let trailer = bytes.get(bytes.len().checked_sub(TRAILER)?..)?;
        let (offset_size, ref_size) = (usize::from(*trailer.get(6)?), usize::from(*trailer.get(7)?));
        let number = |from: usize| trailer.get(from..from + 8).map(big);
        let (count, top, offsets) = (number(8)?, number(16)?, usize::try_from(number(24)?).ok()?);
        let is_sound = (1..=8).contains(&offset_size) && (1..=8).contains(&ref_size) && top < count && count <= bytes.len() as u64;
        is_sound.then(|| Self { bytes, tokens: Tokens::default(), offset_size, ref_size, count, top, offsets, visited: 0, left: 2 * bytes.len() })
    }

    fn get(&self, start: usize, length: usize) -> Option<&'b [u8]> {
        self.bytes.get(start..start.checked_add(length)?)
    }

    /// Where an object stands, the kind and number in its first byte.
    fn head(&self, object: u64) -> Option<(usize, u8, u8)> {
        let index = usize::try_from(object).ok().filter(|_| object < self.count)?;
        let start = usize::try_from(big(self.get(self.offsets.checked_add(index.checked_mul(self.offset_size)?)?, self.offset_size)?)).ok()?;
        let first = *self.bytes.get(start)?;
        Some((start, first >> 4, first & 15))
    }

    /// The count of an object, and where what it counts begins.
    fn counted(&self, start: usize, info: u8) -> Option<(usize, usize)> {
        if info < 15 {
            return Some((usize::from(info), start + 1));
        }
        let width = 1_usize << (self.bytes.get(start + 1).filter(|first| **first >> 4 == 1)? & 3);
        Some((usize::try_from(big(self.get(start + 2, width)?)).ok()?, start + 2 + width))
    }

    fn reference(&self, at: usize) -> Option<u64> {
        self.get(at, self.ref_size).map(big)
    }

    /// The text that an object is.
    fn text(&mut self, object: u64) -> Option<Cow<'b, str>> {
        let (start, kind, info) = self.head(object)?;
        let (count, at) = self.counted(start, info)?;
        self.left = self.left.checked_sub(count)?;
        match kind {
            5 => std::str::from_utf8(self.get(at, count)?).ok().map(Cow::Borrowed),
            6 => {
                let units = self.get(at, count.checked_mul(2)?)?.chunks_exact(2).map(|pair| big(pair) as u16);
                Some(Cow::Owned(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()))
            }
            _ => None,
        }
    }

    fn object(&mut self, object: u64, depth: usize) -> Option<()> {
        let (start, kind, info) = self.head(object)?;
        self.visited += 1;
        if depth > DEEPEST || self.visited > MOST {
            return None;
        }
        match kind {
            0 => self.tokens.push(Token::Written(if info == 9 { "true" } else { "false" }.to_owned(), start, start + 1)),
            1 => {
                let width = 1_usize << (info & 3);
                let number = signed(big(self.get(start + 1, width)?), 64);
                self.tokens.number(number, start, start + 1 + width);
            }
            2 | 3 => {
                let width = 1_usize << (info & 3);
                let bits = big(self.get(start + 1, width)?);
                let number = if width == 4 { f64::from(f32::from_bits(bits as u32)) } else { f64::from_bits(bits) };
                self.tokens.number(number, start, start + 1 + width);
            }
            4 => {
                let (count, at) = self.counted(start, info)?;
                self.get(at, count)?;
                self.left = self.left.checked_sub(count)?;
                self.tokens.push(Token::Bytes(at, at + count));
            }
            5 | 6 => {
                let (count, at) = self.counted(start, info)?;
                let length = count.checked_mul(usize::from(kind) - 4)?;
                let text = self.text(object)?.into_owned();
                self.tokens.push(Token::Written(text, at, at + length));
            }
            8 => {}
            0xa | 0xc => {
                let (count, at) = self.counted(start, info)?;
                self.tokens.push(Token::List);
                for index in 0..count {
                    let element = self.reference(at.checked_add(index.checked_mul(self.ref_size)?)?)?;
                    self.object(element, depth + 1)?;
                }
                self.tokens.push(Token::End);
            }
            0xd => {
                let (count, at) = self.counted(start, info)?;
                self.tokens.push(Token::Object);
                for index in 0..count {
                    let key = self.reference(at.checked_add(index.checked_mul(self.ref_size)?)?)?;
                    let value = self.reference(at.checked_add(index.checked_add(count)?.checked_mul(self.ref_size)?)?)?;
                    let key = self.text(key)?;
                    self.tokens.push(Token::Key(key));
                    self.object(value, depth + 1)?;
                }
                self.tokens.push(Token::End);
            }
            _ => return None,
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::list;
    use crate::event::Role;

    #[test]
    fn a_text_that_is_referred_to_without_end_is_given_up() {
        // An array of many references to the same long text.
        let (many, long) = (20_000_u32, 100_000_u32);
        let mut bytes = [&b"bplist00\xaf\x12"[..], &many.to_be_bytes(), &vec![1; many as usize]].concat();
        let text = bytes.len() as u32;
        bytes.extend_from_slice(&[&b"\x5f\x12"[..], &long.to_be_bytes(), &vec![b'a'; long as usize]].concat());
        let table = bytes.len() as u64;
        bytes.extend_from_slice(&[8_u32.to_be_bytes(), text.to_be_bytes()].concat());
        bytes.extend_from_slice(&[0, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0]);
        bytes.extend_from_slice(&table.to_be_bytes());
        assert!(list(Role::Body, None, None, &bytes).iter().all(|piece| !piece.starts_with("plist")));
    }

    #[test]
    fn a_property_list_gives_its_values_and_their_path() {
        // {"u": {"mail": "anna@example.org"}, "name": "Zoë" in UTF-16}
        let objects: [&[u8]; 7] =
            [b"\xd2\x01\x04\x02\x05", b"\x51u", b"\xd1\x03\x06", b"\x54mail", b"\x54name", b"\x63\0Z\0o\0\xeb", b"\x5f\x10\x10anna@example.org"];
        let mut bytes = b"bplist00".to_vec();
        let mut offsets = Vec::new();
        for object in objects {
            offsets.push(bytes.len() as u8);
            bytes.extend_from_slice(object);
        }
        let table = bytes.len() as u8;
        bytes.extend_from_slice(&offsets);
        bytes.extend_from_slice(&[0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, table]);
        let all = list(Role::Body, None, None, &bytes);
        for want in ["plist:u.mail|mail|anna@example.org", "plist:name|name|Zoë"] {
            assert!(all.contains(&want.to_owned()), "{want}: {all:?}");
        }
        // A list of itself.
        let mut ring = b"bplist00\xa1\x00\x08".to_vec();
        ring.extend_from_slice(&[0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10]);
        let _ = list(Role::Body, None, None, &ring);
    }
}
