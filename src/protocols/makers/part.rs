//! A part of a message, and how it is told: as it is on the wire or unpacked.
//!
//! No protocol of its own.

use std::borrow::Cow;

use serde_json::Value as Json;

use crate::event::{Claim, Command, DeviceKind, Event, Exchange, Order, Place, Readable, Role, Subject, Trait, TraitKind, Value};
use crate::protocols::protocol::{Input, Say};
use crate::value::ValueKind;
use crate::wire::{At, Direction};

/// Longer JSON is not taken apart (it is still told as readable).
const JSON_LIMIT: usize = 64 << 10;

/// Bytes of a message, unpacked as far as `chain` says.
#[derive(Clone, Copy)]
pub(super) struct Part<'p> {
    /// The bytes.
    pub bytes: &'p [u8],
    /// What they were unwrapped from, outermost first.
    pub chain: &'p [&'p str],
    /// Who sent them.
    pub direction: Direction,
    place: Place<'p>,
}

impl<'p> Part<'p> {
    /// Bytes as they are on the wire.
    pub(super) fn of(input: &Input<'p>) -> Self {
        Self { bytes: input.bytes, chain: &[], direction: input.direction, place: input.place(0) }
    }

    /// Bytes that were unpacked from this part.
    pub(super) fn unpacked<'u>(&self, bytes: &'u [u8], chain: &'u [&'u str]) -> Part<'u> {
        Part { bytes, chain, direction: self.direction, place: Place::Unpacked(self.at(0, self.bytes.len())) }
    }

    /// The bytes from `from` on, `length` of them or as many as there are.
    pub(super) fn slice(&self, from: usize, length: usize) -> Self {
        let rest = self.bytes.get(from..).unwrap_or_default();
        let place = match self.place {
            Place::Wire { marks, start } => Place::Wire { marks, start: start.wrapping_add(from as u64) },
            unpacked @ Place::Unpacked(_) => unpacked,
        };
        Self { bytes: rest.get(..length).unwrap_or(rest), place, ..*self }
    }

    /// Where the `length` bytes from `index` on were seen.
    pub(super) fn at(&self, index: usize, length: usize) -> At {
        self.place.at(index, length)
    }

    /// Where all of it was seen.
    pub(super) fn whole(&self) -> At {
        self.at(0, self.bytes.len())
    }

    /// Tells that anyone can read it.
    pub(super) fn readable(&self, field: Option<&str>, media: Option<&str>, say: Say<'_>) {
        if !self.bytes.is_empty() {
            say(Event::Readable(Readable { role: Role::Payload, bytes: self.bytes, field, media, chain: self.chain, place: self.place }));
        }
    }

    /// Tells a value that the protocol names.
    pub(super) fn value(&self, kind: ValueKind, value: impl Into<String>, field: &str, say: Say<'_>) {
        let value = value.into();
        if !value.is_empty() {
            say(Event::Value(Value { kind, value: Cow::Owned(value), field, chain: self.chain, at: self.whole() }));
        }
    }

    /// Tells what the sender says of itself.
    pub(super) fn own(&self, kind: TraitKind, value: &str, say: Say<'_>) {
        if !value.is_empty() {
            say(Event::Trait(Trait { kind, value, subject: Subject::Sender, at: self.whole() }));
        }
    }

    /// Tells what kind of device the sender is.
    pub(super) fn sender_is(&self, kind: DeviceKind, why: &str, say: Say<'_>) {
        say(Event::Claim(Claim { kind, why, of_client: self.direction == Direction::ToServer, certain: true, at: self.whole() }));
    }

    /// Tells what kind of device the receiver is.
    pub(super) fn receiver_is(&self, kind: DeviceKind, why: &str, say: Say<'_>) {
        say(Event::Claim(Claim { kind, why, of_client: self.direction == Direction::ToClient, certain: true, at: self.whole() }));
    }

    /// Tells an order.
    pub(super) fn command(&self, order: Order, word: &str, say: Say<'_>) {
        say(Event::Command(Command { order, word, at: self.whole() }));
    }

    /// Tells a message of this kind.
    pub(super) fn exchange(&self, kind: &str, say: Say<'_>) {
        say(Event::Exchange(Exchange { kind: Some(kind), bytes: self.bytes.len() as u64, at: self.whole(), ..Exchange::default() }));
    }

    /// The same of an answer that says what came of what was asked for.
    pub(super) fn answer(&self, kind: &str, status: u16, say: Say<'_>) {
        let status = Some(status);
        say(Event::Exchange(Exchange { kind: Some(kind), status, bytes: self.bytes.len() as u64, at: self.whole(), ..Exchange::default() }));
    }

    /// The JSON object that it is; none if it is none, or too long.
    pub(super) fn json(&self) -> Option<serde_json::Map<String, Json>> {
        let json = self.bytes.get(..JSON_LIMIT).is_none().then(|| serde_json::from_slice(self.bytes).ok()).flatten()?;
        if let Json::Object(object) = json { Some(object) } else { None }
    }
}

/// Whether bytes are text: UTF-8 or Latin letters without control characters but line ends and tabs.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().all(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | 0x20..=0x7e | 0x80..=0xff))
}

/// The text before the first zero byte, if it is printable ASCII.
pub(super) fn text(bytes: &[u8]) -> Option<&str> {
    let text = bytes.split(|byte| *byte == 0).next()?;
    let printable = !text.is_empty() && text.iter().all(|byte| matches!(byte, 0x20..=0x7e));
    printable.then(|| std::str::from_utf8(text).ok()).flatten()
}

/// A number of four bytes at `index`, the highest first.
pub(super) fn big32(bytes: &[u8], index: usize) -> Option<u32> {
    bytes.get(index..)?.first_chunk().map(|four| u32::from_be_bytes(*four))
}

/// A number of two bytes at `index`, the highest first.
pub(super) fn big16(bytes: &[u8], index: usize) -> Option<u16> {
    bytes.get(index..)?.first_chunk().map(|two| u16::from_be_bytes(*two))
}

/// A number of two bytes at `index`, the lowest first.
pub(super) fn little16(bytes: &[u8], index: usize) -> Option<u16> {
    bytes.get(index..)?.first_chunk().map(|two| u16::from_le_bytes(*two))
}
