//! ASN.1 in DER or BER (ITU-T X.690), as far as it carries text: a walk that must end exactly at the length, and the character strings in it.

use super::tokens::{Token, Tokens};
use super::walk::{Format, Layer, Walk};

/// See the file.
pub(super) static FORMAT: Format = Format { name: "asn1", open };

const DEEPEST: usize = 16;

fn open(walk: &mut Walk<'_>, _: &str, layer: Layer<'_>) -> bool {
    // A sequence or a set of a length of its own.
    if !matches!(layer.bytes.first(), Some(0x30 | 0x31)) || layer.bytes.len() < 8 {
        return false;
    }
    let mut reader = Reader { bytes: layer.bytes, tokens: Tokens::default(), texts: 0 };
    if reader.element(0, layer.bytes.len(), 0) != Some(layer.bytes.len()) || reader.texts == 0 {
        return false;
    }
    walk.record(layer, "asn1", &reader.tokens.0);
    true
}

struct Reader<'b> {
    bytes: &'b [u8],
    tokens: Tokens<'b>,
    texts: usize,
}

impl Reader<'_> {
    /// Reads the element at `start`; where it ends.
    fn element(&mut self, start: usize, limit: usize, depth: usize) -> Option<usize> {
        let tag = *self.bytes.get(start)?;
        let mut at = start + 1;
        if tag & 31 == 31 {
            // A tag of several bytes: no more than four are in use.
            at += 1 + self.bytes.get(at..)?.iter().take(4).position(|byte| byte & 0x80 == 0)?;
        }
        let first = *self.bytes.get(at)?;
        at += 1;
        let length = match first {
            0..=0x7f => usize::from(first),
            0x81..=0x84 => {
                let width = usize::from(first & 15);
                let length = super::tokens::big(self.bytes.get(at..at + width)?);
                at += width;
                usize::try_from(length).ok()?
            }
            _ => return None,
        };
        let end = at.checked_add(length).filter(|end| *end <= limit)?;
        if depth > DEEPEST {
            return None;
        }
        if tag & 0x20 != 0 {
            let mut inner = at;
            while inner < end {
                inner = self.element(inner, end, depth + 1)?;
            }
        } else if is_text(tag) || tag & 0xc0 == 0x80 {
            // What has a tag of the writer's own is text if it is.
            let bytes = self.bytes.get(at..end)?;
            if is_text(tag) || bytes.len() >= 4 && super::walk::looks_like_text(bytes) {
                self.texts += 1;
                self.tokens.push(Token::Bytes(at, end));
            }
        } else if matches!(tag, 0x04 | 0x03) && length > 0 {
            self.tokens.push(Token::Bytes(at, end));
        }
        Some(end)
    }
}

/// UTF8String, NumericString, PrintableString, T61String, IA5String, GeneralString, UniversalString, BMPString and the like.
fn is_text(tag: u8) -> bool {
    matches!(tag, 0x0c | 0x12..=0x16 | 0x19..=0x1e)
}

#[cfg(test)]
mod tests {
    use super::super::tests::list;
    use crate::event::Role;

    #[test]
    fn character_strings_are_reached() {
        let bytes = b"\x30\x19\x02\x01\x05\xa1\x14\x16\x10anna@example.org\x05\x00";
        assert!(list(Role::Payload, None, None, bytes).contains(&"asn1||anna@example.org".to_owned()));
        for cut in 1..bytes.len() {
            assert!(list(Role::Payload, None, None, &bytes[..cut]).iter().all(|piece| !piece.starts_with("asn1")), "{cut}");
        }
    }
}
