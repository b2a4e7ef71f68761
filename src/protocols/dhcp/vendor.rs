//! What makers put into DHCP: vendor classes and options, and what relays add (RFC 2132, 3046, 3925, 6926; TR-069).
//!
//! Values of options in; traits and readable texts out.

use super::super::protocol::{Input, Say};
use super::super::wire_name;
use super::options::{Entry, Options, inner};
use crate::event::{Event, Place, Readable, Role, Subject, Trait, TraitKind, Value};
use crate::value::ValueKind;
use crate::wire::At;

/// The number of the Broadband Forum, under which gateways and devices behind them tell each other who they are (TR-069, annex F).
const BROADBAND_FORUM: u32 = 3561;
/// Shorter texts say nothing.
const SHORTEST: usize = 4;

/// What is told of one message.
#[derive(Clone, Copy)]
pub(super) struct Teller<'t, 'i> {
    /// The message.
    pub(super) input: &'t Input<'i>,
    /// Whose message it is, where the device itself sent it.
    pub(super) own: Option<Subject<'t>>,
}

impl Teller<'_, '_> {
    /// Tells a trait of the sender's device; a server's answer holds none.
    pub(super) fn say_trait(self, kind: TraitKind, value: &str, at: At, say: Say<'_>) {
        if let Some(subject) = self.own.filter(|_| !value.is_empty()) {
            say(Event::Trait(Trait { kind, value, subject, at }));
        }
    }

    /// Where an option's value was seen.
    pub(super) fn at(self, entry: &Entry<'_>) -> At {
        entry.place(self.input, 0).at(0, entry.value.len())
    }

    /// Tells all that makers and relays said.
    pub(super) fn vendors(self, options: &Options<'_>, say: Say<'_>) {
        for entry in &options.list {
            match entry.code {
                43 => self.texts("vendor-option", &entry.value, entry, say),
                82 => self.relay(entry, say),
                124 => self.classes(entry, say),
                125 => self.options(entry, say),
                _ => {}
            }
        }
    }

    /// Texts among options within an option.
    fn texts(self, field: &str, value: &[u8], entry: &Entry<'_>, say: Say<'_>) {
        for (_, inside) in inner(value).filter(|(_, inside)| is_text(inside)) {
            say_readable(Role::Record, field, inside, Place::Unpacked(self.at(entry)), say);
        }
    }

    /// Option 82: which line a client hangs on, and who it is to its provider.
    fn relay(self, entry: &Entry<'_>, say: Say<'_>) {
        for (code, inside) in inner(&entry.value) {
            let field = match code {
                1 => "relay-circuit",
                2 => "relay-remote",
                6 => "relay-subscriber",
                _ => continue,
            };
            if is_text(inside) {
                say_readable(Role::Record, field, inside, Place::Unpacked(self.at(entry)), say);
            }
        }
    }

    /// Option 124: per enterprise number a list of texts, each with its length.
    fn classes(self, entry: &Entry<'_>, say: Say<'_>) {
        for (_, data) in enterprises(&entry.value) {
            for class in counted(data).filter(|class| is_text(class)) {
                self.say_trait(TraitKind::VendorClass, &wire_name::text(class), self.at(entry), say);
            }
        }
    }

    /// Option 125: per enterprise number options of its own.
    fn options(self, entry: &Entry<'_>, say: Say<'_>) {
        let at = self.at(entry);
        for (number, data) in enterprises(&entry.value) {
            if number != BROADBAND_FORUM {
                self.texts("vendor-option", data, entry, say);
                continue;
            }
            for (code, inside) in inner(data).filter(|(_, inside)| !inside.is_empty()) {
                let text = wire_name::text(inside);
                match code {
                    2 | 5 => say(Event::Value(Value { kind: ValueKind::Serial, value: text.into(), field: "serial-number", chain: &[], at })),
                    3 | 6 => self.say_trait(TraitKind::Model, &text, at, say),
                    _ => {}
                }
            }
        }
    }
}

/// Tells a text that is worth searching.
pub(super) fn say_readable(role: Role, field: &str, bytes: &[u8], place: Place<'_>, say: Say<'_>) {
    if !bytes.is_empty() {
        say(Event::Readable(Readable { role, bytes, field: Some(field), media: None, chain: &[], place }));
    }
}

/// Data of enterprises: number, length, data.
fn enterprises(value: &[u8]) -> impl Iterator<Item = (u32, &[u8])> {
    let mut rest = value;
    std::iter::from_fn(move || {
        let (&[n0, n1, n2, n3, length], after) = rest.split_first_chunk()?;
        let (data, next) = after.split_at_checked(usize::from(length))?;
        rest = next;
        Some((u32::from_be_bytes([n0, n1, n2, n3]), data))
    })
}

/// Texts, each with its length before it.
pub(super) fn counted(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = value;
    std::iter::from_fn(move || {
        let (&length, after) = rest.split_first()?;
        let (text, next) = after.split_at_checked(usize::from(length))?;
        rest = next;
        Some(text)
    })
}

/// Whether bytes are a text that says something.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    bytes.len() >= SHORTEST && std::str::from_utf8(bytes).is_ok_and(|text| !text.chars().any(char::is_control))
}
