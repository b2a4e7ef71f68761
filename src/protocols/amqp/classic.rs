//! AMQP 0-9-1 (specification, sections 2.3 and 4.2): frames with methods, content headers and bodies.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::frames::{self, Begin, HEADER};
use crate::event::{Event, Exchange, Readable, Role};
use crate::protocols::cursor::{Cursor, Part};
use crate::protocols::gather::Gather;
use crate::protocols::protocol::{Input, Parser, Progress, Say};
use crate::protocols::sasl;
use crate::protocols::stream::{Both, after, first};
use crate::value::ValueKind;
use crate::wire::{At, Direction};

/// Longer frames are passed over.
const FRAME_LIMIT: usize = 512 << 10;
/// At most so many contents of a direction are put together at once.
const CONTENTS: usize = 64;
/// At most so many fields of a table are told.
const FIELDS: usize = 64;
/// Longest texts that are kept.
const TEXT_LIMIT: usize = 512;
/// A frame's type, channel and length, and the byte behind it.
const FRAME_HEADER: usize = 7;
const FRAME_END: u8 = 0xce;

/// Types of frames.
const METHOD: u8 = 1;
const CONTENT: u8 = 2;
const BODY: u8 = 3;
const HEARTBEAT: u8 = 8;

/// How a message's content was wrapped.
const CHAIN: &[&str] = &["amqp-body"];

/// A frame's type, channel, and length of what is in it.
fn frame(bytes: &[u8]) -> Option<(u8, u16, usize)> {
    let mut cursor = Cursor::new(bytes, 0);
    Some((cursor.byte()?, cursor.word()?, usize::try_from(cursor.double()?).ok()?))
}

/// What a stream's bytes say of it without a header.
pub(super) enum Says {
    Nothing,
    /// More bytes are needed.
    Little,
    /// It is one; who sends such a frame, if only one end does.
    Sender(Option<Direction>),
}

/// Looks at a frame that stands at the beginning.
pub(super) fn frame_says(bytes: &[u8]) -> Says {
    let Some((kind, channel, length)) = frame(bytes) else {
        let may_begin = bytes.first().is_none_or(|kind| matches!(*kind, METHOD | CONTENT | BODY | HEARTBEAT)) && bytes.len() < FRAME_HEADER;
        return if may_begin { Says::Little } else { Says::Nothing };
    };
    let mut cursor = Cursor::new(bytes, FRAME_HEADER);
    let sane = match kind {
        METHOD => {
            length >= 4
                && cursor.word().is_none_or(|class| matches!(class, 10 | 20 | 40 | 50 | 60 | 85 | 90))
                && cursor.word().is_none_or(|method| (10..=130).contains(&method))
        }
        CONTENT => length >= 14 && cursor.word().is_none_or(|class| class == 60) && cursor.word().is_none_or(|weight| weight == 0),
        HEARTBEAT => length == 0 && channel == 0,
        _ => false,
    };
    if !sane || length > FRAME_LIMIT {
        return Says::Nothing;
    }
    match bytes.get(FRAME_HEADER + length) {
        None => Says::Little,
        Some(&FRAME_END) => {
            let mut cursor = Cursor::new(bytes, FRAME_HEADER);
            Says::Sender(if kind == METHOD { cursor.word().zip(cursor.word()).and_then(sender) } else { None })
        }
        Some(_) => Says::Nothing,
    }
}

/// Who calls a method.
fn sender(method: (u16, u16)) -> Option<Direction> {
    match method {
        (10, 10 | 20 | 30 | 41) | (20, 11) | (40 | 50, 11 | 21) | (60, 11 | 21 | 31 | 50 | 60 | 71 | 72) => Some(Direction::ToClient),
        (10, 11 | 21 | 31 | 40) | (20, 10) | (40 | 50, 10 | 20 | 40) | (60, 10 | 20 | 30 | 40 | 70 | 90) => Some(Direction::ToServer),
        _ => None,
    }
}

/// A message whose content is to come.
#[derive(Debug)]
struct Message {
    kind: &'static str,
    target: String,
    at: At,
    /// Behind its header: bytes that are still to come.
    left: u64,
    gather: Option<Gather>,
}

#[derive(Debug, Default)]
struct Side {
    messages: BTreeMap<u16, Message>,
    /// Bytes that are passed over.
    skip: usize,
    /// Where the next frame begins is not known.
    is_lost: bool,
}

/// Reads a stream.
#[derive(Debug, Default)]
pub(super) struct Classic {
    sides: Both<Side>,
    agent: Option<String>,
    mechanism: String,
}

impl Parser for Classic {
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
            if side.is_lost {
                if !matches!(frame_says(rest.bytes), Says::Sender(_)) {
                    return Progress::Consumed(input.bytes.len());
                }
                side.is_lost = false;
            }
            match frames::header(rest.bytes) {
                // An empty frame of no type: only a header begins with `A`.
                Begin::Short => return Progress::Consumed(done),
                Begin::Header(_) => {
                    done += HEADER;
                    continue;
                }
                Begin::Other => {}
            }
            let Some((kind, channel, length)) = frame(rest.bytes) else { return Progress::Consumed(done) };
            let whole = FRAME_HEADER + length + 1;
            if !matches!(kind, METHOD | CONTENT | BODY | HEARTBEAT) {
                say(Event::Malformed { what: "amqp frame type is not assigned" });
                side.is_lost = true;
                return Progress::Consumed(input.bytes.len());
            }
            if length > FRAME_LIMIT {
                say(Event::Malformed { what: "amqp frame longer than the limit" });
                side.skip = whole;
                side.messages.remove(&channel);
                continue;
            }
            let Some(end) = rest.bytes.get(whole - 1) else { return Progress::Consumed(done) };
            if *end != FRAME_END {
                say(Event::Malformed { what: "amqp frame has no end" });
                side.is_lost = true;
                return Progress::Consumed(input.bytes.len());
            }
            let payload = first(&after(&rest, FRAME_HEADER), length);
            let read = match kind {
                METHOD => self.method(channel, &payload, &mut *say),
                CONTENT => self.content(channel, &payload, &mut *say),
                BODY => {
                    self.body(channel, &payload, &mut *say);
                    Some(())
                }
                _ => Some(()),
            };
            if read.is_none() {
                say(Event::Malformed { what: "amqp frame is shorter than its fields" });
            }
            done += whole;
        }
    }

    fn gap(&mut self, direction: Direction, missing: u64, say: Say<'_>) -> Progress {
        let side = self.sides.of_mut(direction);
        match usize::try_from(missing).ok().and_then(|missing| side.skip.checked_sub(missing)) {
            Some(left) if side.skip > 0 => side.skip = left,
            _ => {
                for (_, message) in std::mem::take(&mut side.messages) {
                    message.tell(None, 0, &mut *say);
                }
                (side.skip, side.is_lost) = (0, true);
            }
        }
        Progress::Consumed(0)
    }

    fn end(&mut self, say: Say<'_>) {
        for direction in [Direction::ToServer, Direction::ToClient] {
            for (_, message) in std::mem::take(&mut self.sides.of_mut(direction).messages) {
                message.tell(None, 0, &mut *say);
            }
        }
    }

    fn memory(&self) -> usize {
        let message = |message: &Message| size_of::<(u16, Message)>() + message.target.capacity() + message.gather.as_ref().map_or(0, Gather::memory);
        let side = |direction| self.sides.of(direction).messages.values().map(message).sum::<usize>();
        side(Direction::ToServer) + side(Direction::ToClient)
    }
}

impl Classic {
    fn method(&mut self, channel: u16, input: &Input<'_>, say: Say<'_>) -> Option<()> {
        let mut cursor = Cursor::new(input.bytes, 0);
        let method = (cursor.word()?, cursor.word()?);
        let at = input.at(0, input.bytes.len());
        let told = |kind: &str, target: Part<'_>, say: Say<'_>| {
            tell_topic(target, input, &mut *say);
            say(Event::Exchange(Exchange { kind: Some(kind), target: Some(lossy(target)), at, ..Exchange::default() }));
        };
        match method {
            // connection.start, of the server
            (10, 10) => {
                cursor.word()?;
                tell_table(&mut cursor, input, say)?;
            }
            // connection.start-ok
            (10, 11) => {
                let agent = tell_table(&mut cursor, input, &mut *say)?;
                self.agent = (!agent.is_empty()).then_some(agent);
                self.mechanism = limited(cursor.short_text()?);
                self.tell_proof(&mut cursor, input, say)?;
            }
            // connection.secure-ok
            (10, 21) => self.tell_proof(&mut cursor, input, say)?,
            // connection.open
            (10, 40) => {
                let target = Some(lossy(cursor.short_text()?));
                say(Event::Exchange(Exchange { kind: Some("connect"), target, agent: self.agent.as_deref().map(Cow::Borrowed), at, ..Exchange::default() }));
            }
            // connection.close and channel.close: why
            (10, 50) | (20, 40) => {
                let status = Some(cursor.word()?).filter(|code| *code > 0);
                tell_record("reply-text", cursor.short_text()?, input, &mut *say);
                say(Event::Exchange(Exchange { kind: Some("close"), status, at, ..Exchange::default() }));
            }
            // exchange.declare, queue.declare, queue.bind, basic.consume, basic.get
            (40 | 50, 10) => {
                cursor.word()?;
                told("declare", cursor.short_text()?, say);
            }
            (50, 20) => {
                cursor.word()?;
                let queue = cursor.short_text()?;
                let (exchange, key) = (cursor.short_text()?, cursor.short_text()?);
                tell_topic(queue, input, &mut *say);
                tell_topic(key, input, &mut *say);
                let target = Some(Cow::Owned(joined(exchange, key)));
                say(Event::Exchange(Exchange { kind: Some("bind"), target, at, ..Exchange::default() }));
            }
            (60, 20) => {
                cursor.word()?;
                told("subscribe", cursor.short_text()?, say);
            }
            (60, 70) => {
                cursor.word()?;
                told("get", cursor.short_text()?, say);
            }
            // basic.publish, basic.return, basic.deliver, basic.get-ok: a content follows
            (60, 40) => {
                cursor.word()?;
                self.expect("publish", channel, &mut cursor, input, say)?;
            }
            (60, 50) => {
                cursor.word()?;
                cursor.short_text()?;
                self.expect("return", channel, &mut cursor, input, say)?;
            }
            (60, 60) => {
                cursor.short_text()?;
                cursor.take(9)?;
                self.expect("deliver", channel, &mut cursor, input, say)?;
            }
            (60, 71) => {
                cursor.take(9)?;
                self.expect("deliver", channel, &mut cursor, input, say)?;
            }
            _ => {}
        }
        Some(())
    }

    /// What a client says to prove who it is. `AMQPLAIN` is a table without its length (RabbitMQ).
    fn tell_proof(&self, cursor: &mut Cursor<'_>, input: &Input<'_>, say: Say<'_>) -> Option<()> {
        let response = cursor.long_text()?;
        if self.mechanism == "AMQPLAIN" {
            let mut fields = cursor.within(response);
            while let Some((name, Field::Text(text))) = field(&mut fields) {
                let (kind, word) = if name.bytes == b"LOGIN" { (ValueKind::Username, "username") } else { (ValueKind::Password, "password") };
                sasl::value(kind, text.bytes, word, input.at(text.at, text.bytes.len()), &mut *say);
            }
        } else {
            sasl::tell(&self.mechanism, response.bytes, &[], input.at(response.at, response.bytes.len()), say);
        }
        Some(())
    }

    /// A message whose exchange and routing key come next.
    fn expect(&mut self, kind: &'static str, channel: u16, cursor: &mut Cursor<'_>, input: &Input<'_>, say: Say<'_>) -> Option<()> {
        let (exchange, key) = (cursor.short_text()?, cursor.short_text()?);
        tell_topic(exchange, input, &mut *say);
        tell_topic(key, input, &mut *say);
        let message = Message { kind, target: joined(exchange, key), at: input.at(0, input.bytes.len()), left: 0, gather: None };
        let messages = &mut self.sides.of_mut(input.direction).messages;
        let before = messages.insert(channel, message);
        let oldest = if messages.len() > CONTENTS { messages.pop_first().map(|(_, message)| message) } else { None };
        for message in before.into_iter().chain(oldest) {
            message.tell(None, 0, &mut *say);
        }
        Some(())
    }

    /// A content's header: its length and properties (section 4.2.6.1).
    fn content(&mut self, channel: u16, input: &Input<'_>, say: Say<'_>) -> Option<()> {
        let mut cursor = Cursor::new(input.bytes, 0);
        cursor.double()?;
        let length = cursor.quad()?;
        let media = tell_properties(&mut cursor, input, &mut *say);
        let messages = &mut self.sides.of_mut(input.direction).messages;
        // Of one picked up in its middle no more is known than its content.
        let mut message = messages.remove(&channel).unwrap_or_else(|| Message::unnamed(input.at(0, input.bytes.len())));
        message.tell(media.as_deref(), length, say);
        if length > 0 && messages.len() < CONTENTS {
            message.left = length;
            message.gather = Some(Gather::new(Role::Payload, media));
            messages.insert(channel, message);
        }
        Some(())
    }

    fn body(&mut self, channel: u16, input: &Input<'_>, say: Say<'_>) {
        let messages = &mut self.sides.of_mut(input.direction).messages;
        let Some(message) = messages.get_mut(&channel) else {
            Gather::new(Role::Payload, None).add(input.bytes, CHAIN, input.at(0, input.bytes.len()), true, say);
            return;
        };
        message.left = message.left.saturating_sub(input.bytes.len() as u64);
        let last = message.left == 0;
        if let Some(gather) = &mut message.gather {
            gather.add(input.bytes, CHAIN, input.at(0, input.bytes.len()), last, say);
        }
        if last {
            messages.remove(&channel);
        }
    }
}

impl Message {
    fn unnamed(at: At) -> Self {
        Self { kind: "message", target: String::new(), at, left: 0, gather: None }
    }

    /// Tells it, once: when its header is there, or will not come.
    fn tell(&self, media: Option<&str>, bytes: u64, say: Say<'_>) {
        if self.gather.is_none() {
            let target = (!self.target.is_empty()).then_some(Cow::Borrowed(self.target.as_str()));
            let content_type = media.map(Cow::Borrowed);
            say(Event::Exchange(Exchange { kind: Some(self.kind), target, content_type, bytes, at: self.at, ..Exchange::default() }));
        }
    }
}

/// Tells the properties of a content; its media type.
fn tell_properties(cursor: &mut Cursor<'_>, input: &Input<'_>, say: Say<'_>) -> Option<String> {
    let flags = cursor.word()?;
    let mut more = flags;
    while more & 1 != 0 {
        more = cursor.word()?;
    }
    let media = if flags & 0x8000 != 0 { cursor.short_text().map(limited).filter(|media| !media.is_empty()) } else { None };
    if tell_other_properties(flags, cursor, input, &mut *say).is_none() {
        say(Event::Malformed { what: "amqp properties" });
    }
    media
}

/// Those behind the media type.
fn tell_other_properties(flags: u16, cursor: &mut Cursor<'_>, input: &Input<'_>, say: Say<'_>) -> Option<()> {
    let has = |bit: u16| flags & (1 << bit) != 0;
    if has(14) {
        cursor.short_text()?;
    }
    if has(13) {
        tell_table(cursor, input, &mut *say)?;
    }
    cursor.take(usize::from(has(12)) + usize::from(has(11)))?;
    for (bit, name) in [(10, "correlation-id"), (9, "reply-to"), (8, "expiration"), (7, "message-id")] {
        if has(bit) {
            tell_record(name, cursor.short_text()?, input, &mut *say);
        }
    }
    if has(6) {
        cursor.quad()?;
    }
    for (bit, name) in [(5, "type"), (4, "user-id"), (3, "app-id")] {
        if has(bit) {
            let part = cursor.short_text()?;
            if bit == 4 {
                sasl::value(ValueKind::Username, part.bytes, name, input.at(part.at, part.bytes.len()), &mut *say);
            } else {
                tell_record(name, part, input, &mut *say);
            }
        }
    }
    Some(())
}

/// A value in a table.
enum Field<'f> {
    Text(Part<'f>),
    Other,
}

/// The next name and value of a table (section 4.2.5.5, with the types that RabbitMQ and Qpid write).
fn field<'f>(cursor: &mut Cursor<'f>) -> Option<(Part<'f>, Field<'f>)> {
    let name = cursor.short_text()?;
    let value = match cursor.byte()? {
        b'S' | b'x' => Field::Text(cursor.long_text()?),
        b'F' | b'A' => cursor.long_text().map(|_| Field::Other)?,
        b't' | b'b' | b'B' => cursor.take(1).map(|_| Field::Other)?,
        b's' | b'U' | b'u' => cursor.take(2).map(|_| Field::Other)?,
        b'I' | b'i' | b'f' => cursor.take(4).map(|_| Field::Other)?,
        b'L' | b'l' | b'd' | b'T' => cursor.take(8).map(|_| Field::Other)?,
        b'D' => cursor.take(5).map(|_| Field::Other)?,
        b'V' => Field::Other,
        _ => return None,
    };
    Some((name, value))
}

/// Tells the texts of a table that comes next; what software it names. Tables within are passed over.
fn tell_table(cursor: &mut Cursor<'_>, input: &Input<'_>, say: Say<'_>) -> Option<String> {
    let table = cursor.long_text()?;
    let mut fields = cursor.within(table);
    let (mut product, mut version) = (String::new(), String::new());
    for _ in 0..FIELDS {
        let Some((name, value)) = field(&mut fields) else { break };
        let Field::Text(text) = value else { continue };
        match name.bytes {
            b"product" => product = limited(text),
            b"version" => version = limited(text),
            b"copyright" | b"information" | b"platform" => {}
            _ => tell_record(&lossy(name), text, input, &mut *say),
        }
    }
    Some(if version.is_empty() || product.is_empty() { product } else { format!("{product}/{version}") })
}

fn tell_record(name: &str, part: Part<'_>, input: &Input<'_>, say: Say<'_>) {
    if !part.bytes.is_empty() {
        say(Event::Readable(Readable { role: Role::Record, bytes: part.bytes, field: Some(name), media: None, chain: &[], place: input.place(part.at) }));
    }
}

fn tell_topic(part: Part<'_>, input: &Input<'_>, say: Say<'_>) {
    if !part.bytes.is_empty() {
        say(Event::Readable(Readable { role: Role::Topic, bytes: part.bytes, field: Some("topic"), media: None, chain: &[], place: input.place(part.at) }));
    }
}

/// An exchange and a routing key; without an exchange the key is the name of a queue.
fn joined(exchange: Part<'_>, key: Part<'_>) -> String {
    if exchange.bytes.is_empty() { limited(key) } else { format!("{}/{}", lossy(exchange), lossy(key)) }
}

fn limited(part: Part<'_>) -> String {
    String::from_utf8_lossy(part.bytes.get(..TEXT_LIMIT).unwrap_or(part.bytes)).into_owned()
}

fn lossy(part: Part<'_>) -> Cow<'_, str> {
    String::from_utf8_lossy(part.bytes)
}
