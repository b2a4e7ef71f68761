//! BSON (<https://bsonspec.org>, version 1.1): a document's length, its elements, a zero.

use std::borrow::Cow;

use super::tokens::{DEEPEST, Token, Tokens, little, signed};
use super::walk::{Format, Layer, Walk};

/// See the file.
pub(super) static FORMAT: Format = Format { name: "bson", open };

/// The shortest document has no elements.
const SHORTEST: usize = 5;

fn open(walk: &mut Walk<'_>, _: &str, layer: Layer<'_>) -> bool {
    let Some(length) = layer.bytes.get(..4).map(little) else { return false };
    if length != layer.bytes.len() as u64 || layer.bytes.last() != Some(&0) || layer.bytes.len() <= SHORTEST {
        return false;
    }
    let mut reader = Reader { bytes: layer.bytes, tokens: Tokens::default() };
    if reader.document(0, false, 0) != Some(layer.bytes.len()) {
        return false;
    }
    walk.record(layer, "bson", &reader.tokens.0);
    true
}

struct Reader<'b> {
    bytes: &'b [u8],
    tokens: Tokens<'b>,
}

impl<'b> Reader<'b> {
    fn get(&self, start: usize, length: usize) -> Option<&'b [u8]> {
        self.bytes.get(start..start.checked_add(length)?)
    }

    /// Reads the document at `start`; where it ends.
    fn document(&mut self, start: usize, is_list: bool, depth: usize) -> Option<usize> {
        let length = usize::try_from(little(self.get(start, 4)?)).ok().filter(|length| *length >= SHORTEST && depth <= DEEPEST)?;
        let end = start.checked_add(length)?;
        (self.bytes.get(end.checked_sub(1)?) == Some(&0)).then_some(())?;
        self.tokens.push(if is_list { Token::List } else { Token::Object });
        let mut at = start + 4;
        while at < end - 1 {
            at = self.element(at, is_list, depth)?;
        }
        self.tokens.push(Token::End);
        (at == end - 1).then_some(end)
    }

    fn text_end(&self, start: usize) -> Option<usize> {
        memchr::memchr(0, self.bytes.get(start..)?).map(|length| start + length)
    }

    fn element(&mut self, start: usize, is_list: bool, depth: usize) -> Option<usize> {
        let kind = *self.bytes.get(start)?;
        let name_end = self.text_end(start + 1)?;
        let name = std::str::from_utf8(self.bytes.get(start + 1..name_end)?).ok()?;
        if !is_list {
            self.tokens.push(Token::Key(Cow::Borrowed(name)));
        }
        let at = name_end + 1;
        let fixed = |length: usize| at.checked_add(length).filter(|end| *end <= self.bytes.len());
        Some(match kind {
            0x01 => {
                let end = fixed(8)?;
                let number = f64::from_bits(little(self.get(at, 8)?));
                self.tokens.number(number, at, end);
                end
            }
            // Texts: their length counts the zero at the end.
            0x02 | 0x0d | 0x0e => {
                let length = usize::try_from(little(self.get(at, 4)?)).ok()?;
                let end = at.checked_add(4)?.checked_add(length)?;
                (length > 0 && self.bytes.get(end - 1) == Some(&0)).then_some(())?;
                self.tokens.push(Token::Bytes(at + 4, end - 1));
                end
            }
            0x03 => self.document(at, false, depth + 1)?,
            0x04 => self.document(at, true, depth + 1)?,
            0x05 => {
                let length = usize::try_from(little(self.get(at, 4)?)).ok()?;
                let end = fixed(length.checked_add(5)?)?;
                self.tokens.push(Token::Bytes(at + 5, end));
                end
            }
            0x07 => fixed(12)?,
            0x08 => fixed(1)?,
            0x06 | 0x0a | 0x7f | 0xff => at,
            0x0b => self.text_end(self.text_end(at)? + 1)? + 1,
            0x10 => {
                let end = fixed(4)?;
                let number = signed(little(self.get(at, 4)?), 32);
                self.tokens.number(number, at, end);
                end
            }
            0x09 | 0x11 | 0x12 => {
                let end = fixed(8)?;
                let number = little(self.get(at, 8)?) as i64;
                self.tokens.number(number, at, end);
                end
            }
            0x13 => fixed(16)?,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::list;
    use crate::event::Role;

    #[test]
    fn a_document_gives_its_values_and_their_path() {
        let mut bytes = b"\0\0\0\0\x02mail\0\x11\0\0\0anna@example.org\0\x03u\0\x0e\0\0\0\x10age\0\x07\0\0\0\0\x01x\0\0\0\0\0\0\x40\x48\x40\0".to_vec();
        bytes[0] = bytes.len() as u8;
        let all = list(Role::Payload, None, None, &bytes);
        for want in ["bson:mail|mail|anna@example.org", "bson:u.age|age|7", "bson:x|x|48.5"] {
            assert!(all.contains(&want.to_owned()), "{want}: {all:?}");
        }
        bytes[0] += 1;
        assert!(list(Role::Payload, None, None, &bytes).iter().all(|piece| !piece.starts_with("bson")), "the length decides");
    }
}
