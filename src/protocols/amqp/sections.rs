//! A message of AMQP 1.0: sections one behind the other (ISO/IEC 19464, part 3, section 2).

use super::types::{Fields, Item, item};
use crate::event::{Event, Place, Readable, Role};
use crate::protocols::cursor::{Cursor, Part};
use crate::protocols::pieces::Pieces;
use crate::protocols::protocol::Say;
use crate::protocols::sasl;
use crate::value::ValueKind;
use crate::wire::At;

/// At most so many sections and so many properties are told.
const SECTIONS: usize = 64;
const PROPERTIES: usize = 64;

/// How a message was wrapped.
const CHAIN: &[&str] = &["amqp-body"];

/// Tells a whole message that was seen at `at`; its media type.
pub(super) fn tell(message: &[u8], at: At, say: Say<'_>) -> Option<String> {
    let mut cursor = Cursor::new(message, 0);
    let mut media = None;
    for _ in 0..SECTIONS {
        let Some((Some(section), value)) = item(&mut cursor) else { break };
        match section {
            0x73 => media = tell_properties(&cursor, value, at, &mut *say),
            0x71 | 0x72 | 0x74 | 0x78 => tell_map(&cursor, value, at, &mut *say),
            0x75..=0x77 => tell_body(&cursor, value, media.as_deref(), at, &mut *say),
            _ => {}
        }
    }
    media
}

/// Of a sequence or map the texts are told.
fn tell_body(cursor: &Cursor<'_>, value: Item<'_>, media: Option<&str>, at: At, say: Say<'_>) {
    match value {
        Item::Binary(part) | Item::Text(part) => {
            let mut pieces = Pieces::new(Role::Payload, media.map(str::to_owned));
            let mut rest = part.bytes;
            while !rest.is_empty() {
                let taken = pieces.read(rest, CHAIN, Place::Unpacked(at), true, &mut *say);
                rest = rest.get(taken.max(1)..).unwrap_or_default();
            }
        }
        Item::Many(..) => tell_map(cursor, value, at, say),
        _ => {}
    }
}

/// Section 2.4: who sent it, whereto, and of what type it is.
fn tell_properties(cursor: &Cursor<'_>, value: Item<'_>, at: At, say: Say<'_>) -> Option<String> {
    let mut fields = Fields::of(cursor, value)?;
    tell_text("message-id", fields.next(), at, &mut *say);
    if let Item::Binary(user) = fields.next() {
        sasl::value(ValueKind::Username, user.bytes, "user-id", at, &mut *say);
    }
    for name in ["to", "subject", "reply-to", "correlation-id"] {
        tell_text(name, fields.next(), at, &mut *say);
    }
    fields.next().text().map(|part| String::from_utf8_lossy(part.bytes).into_owned())
}

fn tell_map(cursor: &Cursor<'_>, value: Item<'_>, at: At, say: Say<'_>) {
    let Some(mut fields) = Fields::of(cursor, value) else { return };
    for _ in 0..PROPERTIES {
        if fields.is_empty() {
            return;
        }
        let (key, value) = (fields.next(), fields.next());
        let name = key.text().map(|part| String::from_utf8_lossy(part.bytes)).unwrap_or_default();
        tell_text(&name, value, at, &mut *say);
    }
}

fn tell_text(name: &str, value: Item<'_>, at: At, say: Say<'_>) {
    if let Some(Part { bytes, .. }) = value.text() {
        say(Event::Readable(Readable { role: Role::Record, bytes, field: Some(name), media: None, chain: CHAIN, place: Place::Unpacked(at) }));
    }
}
