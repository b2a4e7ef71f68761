//! AMQP 1.0 (ISO/IEC 19464, parts 2 and 5): headers, frames of SASL, and performatives with what they carry.

use std::borrow::Cow;

use super::frames::{self, Begin, HEADER};
use super::links::{Begun, Links};
use super::sections;
use super::types::{Fields, Item, item};
use crate::event::{Event, Exchange, Readable, Role};
use crate::protocols::cursor::{Cursor, Part};
use crate::protocols::protocol::{Input, Parser, Progress, Say};
use crate::protocols::stream::{Both, after, first};
use crate::protocols::{host, sasl};
use crate::wire::Direction;

/// Longer frames are passed over.
const FRAME_LIMIT: usize = 512 << 10;
/// Longest texts that are kept.
const TEXT_LIMIT: usize = 512;
/// What a header's fifth byte says of the layer that follows (part 2, section 2.2; part 5, sections 2 and 3).
const TLS: u8 = 2;
/// A frame's length, where its body begins, its type and channel.
const FRAME_HEADER: usize = 8;

#[derive(Debug, Default)]
struct Side {
    links: Links,
    skip: usize,
    has_asked_for_tls: bool,
}

/// Reads a stream.
#[derive(Debug, Default)]
pub(super) struct One {
    sides: Both<Side>,
    mechanism: String,
    is_known: bool,
}

impl Parser for One {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        let mut done = 0;
        loop {
            let rest = after(&input, done);
            let side = self.sides.of_mut(input.direction);
            let passed = side.skip.min(rest.bytes.len());
            if passed > 0 {
                side.skip -= passed;
                done += passed;
                continue;
            }
            if side.has_asked_for_tls && !rest.bytes.is_empty() {
                return Progress::Handover(done);
            }
            match frames::header(rest.bytes) {
                Begin::Short => return Progress::Consumed(done),
                Begin::Header([layer, ..]) => {
                    side.has_asked_for_tls = layer == TLS;
                    done += HEADER;
                    continue;
                }
                Begin::Other => {}
            }
            let mut cursor = Cursor::new(rest.bytes, 0);
            let (Some(length), Some(offset), Some(kind), Some(channel)) = (cursor.double(), cursor.byte(), cursor.byte(), cursor.word()) else {
                return Progress::Consumed(done);
            };
            let (length, begin) = (usize::try_from(length).unwrap_or(usize::MAX), usize::from(offset) * 4);
            if !(FRAME_HEADER..=length).contains(&begin) || kind > 1 {
                say(Event::Malformed { what: "amqp frame that does not keep to its form" });
                return if self.is_known { Progress::Done } else { Progress::Lost };
            }
            if length > FRAME_LIMIT {
                say(Event::Malformed { what: "amqp frame longer than the limit" });
                side.skip = length;
                continue;
            }
            let frame = first(&rest, length);
            if frame.bytes.len() < length {
                return Progress::Consumed(done);
            }
            self.is_known = true;
            // An empty body keeps the conversation alive.
            if length > begin && self.performative(kind, channel, begin, &frame, &mut *say).is_none() {
                say(Event::Malformed { what: "amqp performative" });
            }
            done += length;
        }
    }

    fn end(&mut self, say: Say<'_>) {
        for direction in [Direction::ToServer, Direction::ToClient] {
            for (link, message) in self.sides.of_mut(direction).links.take() {
                self.tell(direction, link, &message, &mut *say);
            }
        }
    }

    fn memory(&self) -> usize {
        self.sides.of(Direction::ToServer).links.memory() + self.sides.of(Direction::ToClient).links.memory()
    }
}

impl One {
    fn performative(&mut self, kind: u8, channel: u16, begin: usize, input: &Input<'_>, say: Say<'_>) -> Option<()> {
        let mut cursor = Cursor::new(input.bytes, begin);
        let (code, value) = item(&mut cursor)?;
        let mut fields = Fields::of(&cursor, value)?;
        match (kind, code?) {
            (1, 0x41) => {
                self.mechanism = fields.next().text().map(limited).unwrap_or_default();
                let response = fields.next();
                self.tell_proof(response, input, &mut *say);
                if let Some(name) = fields.next().text() {
                    host::tell(&limited(name), input.at(name.at, name.bytes.len()), say);
                }
            }
            (1, 0x43) => {
                let response = fields.next();
                self.tell_proof(response, input, say);
            }
            (0, 0x10) => open(&mut fields, input, say),
            (0, 0x12) => self.attach(channel, &mut fields, input, say),
            (0, 0x14) => {
                let link = (channel, fields.next().number()?);
                for _ in 0..4 {
                    fields.next();
                }
                let more = matches!(fields.next(), Item::Flag(true));
                let payload = cursor.rest();
                let at = input.at(payload.at, payload.bytes.len());
                if let Some(message) = self.sides.of_mut(input.direction).links.add(link, payload.bytes, at, !more) {
                    self.tell(input.direction, link, &message, say);
                }
            }
            (0, 0x16) => {
                let link = (channel, fields.next().number()?);
                self.sides.of_mut(input.direction).links.detach(link);
            }
            (0, 0x18) => close(&mut fields, input, say),
            _ => {}
        }
        Some(())
    }

    fn tell_proof(&self, response: Item<'_>, input: &Input<'_>, say: Say<'_>) {
        if let Item::Binary(part) = response {
            sasl::tell(&self.mechanism, part.bytes, &[], input.at(part.at, part.bytes.len()), say);
        }
    }

    /// Attach (part 2, section 2.7.3): which address an end sends to, or wants to hear of.
    fn attach(&mut self, channel: u16, fields: &mut Fields<'_>, input: &Input<'_>, say: Say<'_>) {
        fields.next();
        let handle = fields.next().number().unwrap_or_default();
        let receives = matches!(fields.next(), Item::Flag(true));
        fields.next();
        fields.next();
        let (source, target) = (fields.next(), fields.next());
        let address = |end| Fields::of(fields.cursor(), end).and_then(|mut end| end.next().text());
        let (source, target) = (address(source), address(target));
        let of_client = input.direction == Direction::ToServer;
        // What a client sends goes to the target, what a server sends comes from the source.
        let named = if of_client == receives { source.or(target) } else { target.or(source) };
        let name = named.map(limited).unwrap_or_default();
        if !receives {
            self.sides.of_mut(input.direction).links.attach((channel, handle), name.clone());
        }
        // The server's answer repeats what the client asked for.
        if let Some(part) = named.filter(|_| of_client) {
            tell_topic(part, "topic", input, &mut *say);
            let kind = if receives { "subscribe" } else { "attach" };
            let at = input.at(0, input.bytes.len());
            say(Event::Exchange(Exchange { kind: Some(kind), target: Some(Cow::Owned(name)), at, ..Exchange::default() }));
        }
    }

    fn tell(&self, direction: Direction, link: (u16, u64), message: &Begun, say: Say<'_>) {
        let media = sections::tell(&message.bytes, message.at, &mut *say);
        let kind = if direction == Direction::ToServer { "publish" } else { "deliver" };
        let target = self.sides.of(direction).links.address(link).map(Cow::Borrowed);
        let content_type = media.map(Cow::Owned);
        say(Event::Exchange(Exchange { kind: Some(kind), target, content_type, bytes: message.length, at: message.at, ..Exchange::default() }));
    }
}

/// Open (part 2, section 2.7.1): what each end calls itself, and which host the client wants.
fn open(fields: &mut Fields<'_>, input: &Input<'_>, say: Say<'_>) {
    let (container, name) = (fields.next().text(), fields.next().text());
    if let Some(part) = container {
        tell_topic(part, "client-id", input, &mut *say);
    }
    if input.direction == Direction::ToClient {
        return;
    }
    if let Some(name) = name {
        host::tell(&limited(name), input.at(name.at, name.bytes.len()), &mut *say);
    }
    let (target, host) = (container.map(|part| Cow::Owned(limited(part))), name.map(|part| Cow::Owned(limited(part))));
    say(Event::Exchange(Exchange { kind: Some("connect"), target, host, at: input.at(0, input.bytes.len()), ..Exchange::default() }));
}

/// Close (part 2, section 2.7.9): why.
fn close(fields: &mut Fields<'_>, input: &Input<'_>, say: Say<'_>) {
    let error = fields.next();
    let Some(mut error) = Fields::of(fields.cursor(), error) else { return };
    for field in ["error", "reason"] {
        if let Some(part) = error.next().text() {
            say(Event::Readable(Readable { role: Role::Record, bytes: part.bytes, field: Some(field), media: None, chain: &[], place: input.place(part.at) }));
        }
    }
}

fn tell_topic(part: Part<'_>, field: &str, input: &Input<'_>, say: Say<'_>) {
    say(Event::Readable(Readable { role: Role::Topic, bytes: part.bytes, field: Some(field), media: None, chain: &[], place: input.place(part.at) }));
}

fn limited(part: Part<'_>) -> String {
    String::from_utf8_lossy(part.bytes.get(..TEXT_LIMIT).unwrap_or(part.bytes)).into_owned()
}
