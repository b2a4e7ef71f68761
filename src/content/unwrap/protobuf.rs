//! Protocol Buffers (<https://protobuf.dev/programming-guides/encoding>): a strict walk that must end exactly at the length. Fields have numbers and no
//! names, so that only what needs no key is found in them; almost anything is a message to a lenient reader, so that one without text is none here.

use super::tokens::{Token, Tokens, little};
use super::walk::{Format, Layer, Walk};

/// See the file.
pub(super) static FORMAT: Format = Format { name: "protobuf", open };

/// Messages within each other.
const DEEPEST: usize = 8;
/// Field numbers in use are small, though larger ones are allowed.
const HIGHEST: u64 = 4_096;
/// A text is at least so long to count as one.
const TEXT: usize = 4;

fn open(walk: &mut Walk<'_>, _: &str, layer: Layer<'_>) -> bool {
    // Most bytes are none, and nothing is written down for them.
    if !fits(layer.bytes) {
        return false;
    }
    let mut reader = Reader { bytes: layer.bytes, tokens: Tokens::default(), texts: 0, path: Vec::new(), steps: layer.bytes.len().saturating_mul(4) };
    if reader.message(0, layer.bytes.len(), 0).is_none() || reader.texts == 0 {
        return false;
    }
    walk.record(layer, "protobuf", &reader.tokens.0);
    true
}

/// Whether fields follow each other up to the end, whatever they hold, and one is long enough for a text.
fn fits(bytes: &[u8]) -> bool {
    let (mut rest, mut has_room) = (bytes, false);
    while !rest.is_empty() {
        let Some((tag, after)) = varint(rest) else { return false };
        let length = match tag & 7 {
            0 => varint(after).map(|(_, then)| after.len() - then.len()),
            1 => Some(8),
            2 => varint(after).and_then(|(length, then)| {
                has_room |= length >= TEXT as u64;
                (after.len() - then.len()).checked_add(usize::try_from(length).ok()?)
            }),
            5 => Some(4),
            _ => None,
        };
        let next = length.and_then(|length| after.get(length..)).filter(|_| (1..=HIGHEST).contains(&(tag >> 3)));
        let Some(next) = next else { return false };
        rest = next;
    }
    has_room
}

/// A number of seven bits a byte, the lowest first, and what follows it.
#[inline]
fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    // Most are one byte long, or two.
    match bytes {
        [byte @ ..0x80, rest @ ..] => Some((u64::from(*byte), rest)),
        [low, high @ ..0x80, rest @ ..] => Some((u64::from(low & 0x7f) | u64::from(*high) << 7, rest)),
        _ => long_varint(bytes),
    }
}

fn long_varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0_u64;
    for (index, byte) in bytes.iter().take(10).enumerate() {
        number |= u64::from(byte & 0x7f).checked_shl(7 * index as u32).unwrap_or(0);
        if *byte < 0x80 {
            return Some((number, bytes.get(index + 1..).unwrap_or_default()));
        }
    }
    None
}

struct Reader<'b> {
    bytes: &'b [u8],
    tokens: Tokens<'b>,
    texts: usize,
    /// The numbers of the fields that led here.
    path: Vec<u64>,
    /// Bytes that may still be looked at, trials of what is no message included.
    steps: usize,
}

impl Reader<'_> {
    fn varint(&self, at: &mut usize, end: usize) -> Option<u64> {
        let rest = self.bytes.get(*at..end)?;
        let (number, after) = varint(rest)?;
        *at = end - after.len();
        Some(number)
    }

    fn message(&mut self, start: usize, end: usize, depth: usize) -> Option<()> {
        let mut at = start;
        let outer = self.path.len();
        (start < end).then_some(())?;
        while at < end {
            let begin = at;
            let tag = self.varint(&mut at, end)?;
            let (field, kind) = (tag >> 3, tag & 7);
            (1..=HIGHEST).contains(&field).then_some(())?;
            self.path.truncate(outer);
            self.path.push(field);
            match kind {
                0 => {
                    let from = at;
                    let number = self.varint(&mut at, end)?;
                    self.key();
                    self.tokens.number(number, from, at);
                }
                1 | 5 => {
                    let width = if kind == 1 { 8 } else { 4 };
                    let next = at.checked_add(width).filter(|next| *next <= end)?;
                    let bits = little(self.bytes.get(at..next)?);
                    self.key();
                    let number = if kind == 1 { f64::from_bits(bits) } else { f64::from(f32::from_bits(bits as u32)) };
                    self.tokens.number(number, at, next);
                    at = next;
                }
                2 => {
                    let length = usize::try_from(self.varint(&mut at, end)?).ok()?;
                    let next = at.checked_add(length).filter(|next| *next <= end)?;
                    self.part(at, next, depth);
                    at = next;
                }
                _ => return None,
            }
            self.steps = self.steps.checked_sub(at - begin)?;
        }
        self.path.truncate(outer);
        Some(())
    }

    fn key(&mut self) {
        if self.tokens.0.len() < super::tokens::MOST {
            let path: Vec<String> = self.path.iter().map(u64::to_string).collect();
            self.tokens.push(Token::Key(std::borrow::Cow::Owned(path.join("."))));
        }
    }

    /// A text, a message, or bytes.
    fn part(&mut self, start: usize, end: usize, depth: usize) {
        let bytes = self.bytes.get(start..end).unwrap_or_default();
        let is_text = std::str::from_utf8(bytes).is_ok_and(|text| text.chars().all(|c| !c.is_control() || matches!(c, '\t' | '\r' | '\n')));
        if is_text && bytes.len() >= TEXT {
            self.texts += 1;
        } else if depth < DEEPEST {
            let (before, texts, path) = (self.tokens.0.len(), self.texts, self.path.len());
            if self.message(start, end, depth + 1).is_some() {
                return;
            }
            self.tokens.0.truncate(before);
            self.texts = texts;
            self.path.truncate(path);
        }
        if !bytes.is_empty() {
            self.key();
            self.tokens.push(Token::Bytes(start, end));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::list;
    use crate::event::Role;

    #[test]
    fn texts_in_messages_within_messages_are_reached() {
        // 1: 150, 2: { 1: "anna@example.org", 3: 48.5 }
        let bytes = b"\x08\x96\x01\x12\x1b\x0a\x10anna@example.org\x19\0\0\0\0\0\x40\x48\x40";
        let all = list(Role::Payload, None, None, bytes);
        for want in ["protobuf:1|1|150", "protobuf:2.1|2.1|anna@example.org", "protobuf:2.3|2.3|48.5"] {
            assert!(all.contains(&want.to_owned()), "{want}: {all:?}");
        }
        for cut in 1..bytes.len() {
            assert!(list(Role::Payload, None, None, &bytes[..cut]).iter().all(|piece| !piece.starts_with("protobuf")), "{cut}");
        }
    }

    #[test]
    fn messages_within_each_other_are_tried_a_bounded_number_of_times() {
        let mut bytes = b"\x0a\x04abcd".to_vec();
        while bytes.len() < 100 {
            bytes = [&[0x0a, bytes.len() as u8], bytes.as_slice()].concat();
        }
        assert!(!list(Role::Payload, None, None, &bytes).is_empty());
    }
}
