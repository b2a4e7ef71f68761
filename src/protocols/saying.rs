//! Short ways to tell what stands in a part of a message, and to read its numbers.
//!
//! No protocol of its own.

use std::borrow::Cow;

use super::protocol::{Input, Say};
use super::stream::{after, first};
use crate::event::{Event, Exchange, Name, NameSource, Readable, Role, Subject, Trait, TraitKind, Value};
use crate::value::ValueKind;
use crate::wire::At;

/// The `length` bytes from `index` on, or as many as there are.
pub(super) fn part<'i>(input: &Input<'i>, index: usize, length: usize) -> Input<'i> {
    first(&after(input, index), length)
}

/// Where all of a part was seen.
pub(super) fn whole(part: &Input<'_>) -> At {
    part.at(0, part.bytes.len())
}

/// Tells that anyone can read it.
pub(super) fn readable(part: &Input<'_>, role: Role, field: Option<&str>, say: Say<'_>) {
    if !part.bytes.is_empty() {
        say(Event::Readable(Readable { role, bytes: part.bytes, field, media: None, chain: &[], place: part.place(0) }));
    }
}

/// Tells a value that the protocol names; an empty one is none.
pub(super) fn value(part: &Input<'_>, kind: ValueKind, value: &str, field: &str, say: Say<'_>) {
    if !value.is_empty() {
        say(Event::Value(Value { kind, value: Cow::Borrowed(value), field, chain: &[], at: whole(part) }));
    }
}

/// Tells what the sender says of itself.
pub(super) fn own(part: &Input<'_>, kind: TraitKind, value: &str, say: Say<'_>) {
    let value = value.trim();
    if !value.is_empty() {
        say(Event::Trait(Trait { kind, value, subject: Subject::Sender, at: whole(part) }));
    }
}

/// Tells what the sender is called.
pub(super) fn name(part: &Input<'_>, source: NameSource, name: &str, say: Say<'_>) {
    let name = name.trim();
    if !name.is_empty() {
        say(Event::Name(Name { source, name, subject: Subject::Sender, at: whole(part) }));
    }
}

/// Tells a message of this kind.
pub(super) fn exchange(message: &Input<'_>, kind: &str, target: Option<&str>, status: Option<u16>, say: Say<'_>) {
    let target = target.filter(|target| !target.is_empty()).map(Cow::Borrowed);
    let (bytes, at) = (message.bytes.len() as u64, whole(message));
    say(Event::Exchange(Exchange { kind: Some(kind), target, status, bytes, at, ..Exchange::default() }));
}

/// The text of bytes: UTF-8 without control characters but line ends and tabs, and zeros at its end. None where it is none, or empty.
pub(super) fn text(bytes: &[u8]) -> Option<&str> {
    let end = bytes.iter().rposition(|byte| *byte != 0)? + 1;
    let text = std::str::from_utf8(bytes.get(..end)?).ok()?;
    let plain = text.chars().all(|c| !c.is_control() || matches!(c, '\r' | '\n' | '\t'));
    (plain && !text.trim().is_empty()).then_some(text)
}

/// A number of two bytes at `index`, the highest first.
pub(super) fn big16(bytes: &[u8], index: usize) -> Option<u16> {
    bytes.get(index..)?.first_chunk().map(|two| u16::from_be_bytes(*two))
}

/// A number of four bytes at `index`, the highest first.
pub(super) fn big32(bytes: &[u8], index: usize) -> Option<u32> {
    bytes.get(index..)?.first_chunk().map(|four| u32::from_be_bytes(*four))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_told_from_numbers() {
        assert_eq!(text(b"Hall\r\n\0\0"), Some("Hall\r\n"));
        assert_eq!(text("Küche".as_bytes()), Some("Küche"));
        for none in [&b""[..], b"\0", b"  ", b"a\0b", b"\x01a", b"\xff\xfe"] {
            assert_eq!(text(none), None, "{none:?}");
        }
        assert_eq!((big16(b"\x01\x02", 0), big16(b"\x01\x02", 1), big32(b"\0\0\x01\x02", 0)), (Some(258), None, Some(258)));
    }
}
