//! MQTT 3.1, 3.1.1 and 5.0 over TCP on any port.
//!
//! Comes in: the two directions of a stream. Goes out: who connects with which secrets, and what is published and subscribed.
//! Long payloads and topic lists are told as they come; behind a gap reading goes on with packets that are sane in every respect.

mod packet;
mod probe;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;

use packet::{Begin, Fixed, Part, Property, Reader, begin, kind};

use super::pieces::Pieces;
use super::protocol::{Carrier, Input, Nature, Parser, Progress, Protocol, Say};
use super::sasl;
use super::stream::{Both, Waiting, after, first};
use crate::event::{Event, Exchange, Readable, Role, Value};
use crate::value::ValueKind;
use crate::wire::{At, Direction};

/// MQTT over TCP.
pub static MQTT: Protocol =
    Protocol { name: "mqtt", carrier: Carrier::Stream, nature: Nature::Clear, ports: probe::PORTS, probe: probe::probe, open: || Box::new(Mqtt::default()) };

/// A packet that is read as a whole may be so long; of a longer one nothing is read.
const WHOLE_LIMIT: usize = 128 << 10;

/// At most so many topic aliases are remembered in a direction, and topics up to this length.
const ALIASES_LIMIT: usize = 256;
const ALIASED_TOPIC_LIMIT: usize = 512;

/// Of a packet in the middle of a stream so many bytes behind its topic show the version.
const DECISIVE: usize = 64;

/// The protocol level of MQTT 5.
const FIVE: u8 = 5;

#[derive(Debug, Default)]
struct Mqtt {
    sides: Both<Side>,
    level: u8,
    /// A CONNECT that waits for its answer.
    connecting: Option<Connecting>,
}

#[derive(Debug, Default)]
struct Side {
    state: State,
    waiting: Waiting,
    aliases: BTreeMap<u16, String>,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Packet,
    /// In the payload of a PUBLISH: so many bytes are still to come.
    Payload {
        left: usize,
        pieces: Pieces,
    },
    /// In the list of a SUBSCRIBE or (no options) UNSUBSCRIBE.
    Topics {
        left: usize,
        options: bool,
    },
    Skip {
        left: usize,
    },
    /// Where the next packet begins is not known.
    Lost,
}

#[derive(Debug)]
struct Connecting {
    client: String,
    at: At,
}

/// What a step came to; nothing consumed and no new state: it waits.
enum Step {
    On(usize),
    Wait,
}

impl Parser for Mqtt {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        let consumed = self.run(&input, false, say);
        self.sides.of_mut(input.direction).waiting.keep(&input, consumed);
        Progress::Consumed(consumed)
    }

    fn gap(&mut self, direction: Direction, missing: u64, say: Say<'_>) -> Progress {
        self.flush(direction, say);
        let side = self.sides.of_mut(direction);
        let inside = match &mut side.state {
            State::Payload { left, .. } | State::Skip { left } => {
                let rest = usize::try_from(missing).ok().and_then(|missing| left.checked_sub(missing));
                *left = rest.unwrap_or_default();
                rest.is_some()
            }
            State::Packet | State::Topics { .. } | State::Lost => false,
        };
        if !inside {
            side.state = State::Lost;
            self.connected(None, say);
        }
        Progress::Consumed(0)
    }

    fn end(&mut self, say: Say<'_>) {
        self.flush(Direction::ToServer, say);
        self.flush(Direction::ToClient, say);
        self.connected(None, say);
    }

    fn memory(&self) -> usize {
        let side = |side: &Side| {
            let aliases = side.aliases.values().map(|topic| topic.capacity() + size_of::<(u16, String)>()).sum::<usize>();
            let pieces = if let State::Payload { pieces, .. } = &side.state { pieces.memory() } else { 0 };
            side.waiting.memory() + aliases + pieces
        };
        side(self.sides.of(Direction::ToServer)) + side(self.sides.of(Direction::ToClient)) + self.connecting.as_ref().map_or(0, |it| it.client.capacity())
    }
}

impl Mqtt {
    /// Reads as far as the bytes reach: how many are done with.
    fn run(&mut self, input: &Input<'_>, closing: bool, say: Say<'_>) -> usize {
        let mut done = 0;
        while let Step::On(taken) = self.step(&after(input, done), closing, say) {
            done += taken;
        }
        done
    }

    /// Reads what waits in a direction for the last time.
    fn flush(&mut self, direction: Direction, say: Say<'_>) {
        let waiting = std::mem::take(&mut self.sides.of_mut(direction).waiting);
        self.run(&waiting.input(direction), true, say);
    }

    fn step(&mut self, input: &Input<'_>, closing: bool, say: Say<'_>) -> Step {
        let side = self.sides.of_mut(input.direction);
        match &mut side.state {
            State::Payload { left: 0, .. } | State::Topics { left: 0, .. } | State::Skip { left: 0 } => {
                side.state = State::Packet;
                Step::On(0)
            }
            _ if input.bytes.is_empty() => Step::Wait,
            State::Packet => self.packet(input, closing, say),
            State::Payload { left, pieces } => {
                let input = first(input, *left);
                let last = closing || input.bytes.len() == *left;
                match pieces.read(input.bytes, &["mqtt-payload"], input.place(0), last, say) {
                    0 => Step::Wait,
                    taken => {
                        *left -= taken;
                        Step::On(taken)
                    }
                }
            }
            State::Topics { left, options } => match topic(&first(input, *left), *options, say) {
                Some(taken) => {
                    *left -= taken;
                    Step::On(taken)
                }
                None if input.bytes.len() < *left => Step::Wait,
                None => {
                    say(Event::Malformed { what: "mqtt topic list" });
                    side.state = State::Skip { left: *left };
                    Step::On(0)
                }
            },
            State::Skip { left } => {
                let taken = (*left).min(input.bytes.len());
                *left -= taken;
                Step::On(taken)
            }
            State::Lost if probe::walk(input.bytes).is_some() => {
                side.state = State::Packet;
                Step::On(0)
            }
            State::Lost => Step::On(input.bytes.len()),
        }
    }

    fn packet(&mut self, input: &Input<'_>, closing: bool, say: Say<'_>) -> Step {
        let fixed = match begin(input.bytes) {
            Begin::Packet(fixed) => fixed,
            Begin::Short => return Step::Wait,
            Begin::Wrong => {
                say(Event::Malformed { what: "mqtt length has no end" });
                self.sides.of_mut(input.direction).state = State::Lost;
                return Step::On(input.bytes.len());
            }
        };
        let end = fixed.header + fixed.length;
        let there = input.bytes.len() >= end;
        let input = first(input, end);
        let too_long = matches!(fixed.kind, kind::CONNECT | kind::CONNACK | kind::AUTH | kind::DISCONNECT) && fixed.length > WHOLE_LIMIT;
        // Bytes that are done with, and what comes then; none: the packet is broken, or not all of what is needed of it is there.
        let read = match fixed.kind {
            kind::PUBLISH => self.publish(fixed, &input, closing, say),
            kind::SUBSCRIBE | kind::UNSUBSCRIBE => self.topics(fixed, &input, closing, say),
            _ if too_long => None,
            kind::CONNECT if there => self.connect(fixed, &input, say).map(|()| (end, State::Packet)),
            kind::CONNACK if there => self.connack(fixed, &input, say).map(|()| (end, State::Packet)),
            kind::AUTH | kind::DISCONNECT if there && fixed.length > 1 => self.reason(fixed, &input, say).map(|()| (end, State::Packet)),
            kind::CONNECT | kind::CONNACK => return Step::Wait,
            kind::AUTH | kind::DISCONNECT if (2..=WHOLE_LIMIT).contains(&fixed.length) => return Step::Wait,
            _ => Some((fixed.header, State::Skip { left: fixed.length })),
        };
        let assigned = fixed.kind != 0 && (fixed.kind != kind::AUTH || self.level == FIVE);
        let (taken, next) = match read {
            Some(read) => read,
            None if there || too_long || input.bytes.len() > WHOLE_LIMIT => {
                say(Event::Malformed { what: "mqtt packet is broken or longer than the limit" });
                (fixed.header, State::Skip { left: fixed.length })
            }
            None => return Step::Wait,
        };
        if !assigned {
            say(Event::Malformed { what: "mqtt packet type is not assigned" });
        } else if !fixed.has_its_flags() {
            say(Event::Malformed { what: "mqtt flags are not those of the packet type" });
        }
        self.sides.of_mut(input.direction).state = next;
        Step::On(taken)
    }

    /// PUBLISH (3.3) up to its payload.
    fn publish(&mut self, fixed: Fixed, input: &Input<'_>, closing: bool, say: Say<'_>) -> Option<(usize, State)> {
        let mut reader = Reader::new(input.bytes, fixed.header);
        let topic = reader.text()?;
        if fixed.qos() > 0 {
            reader.word()?;
        }
        if self.level == 0 {
            let shown = Self::enough(fixed, reader.at(), input, closing)?;
            if Reader::new(shown, reader.at()).are_of_publish() {
                self.level = FIVE;
            }
        }
        let properties = if self.level == FIVE { Some(reader.properties()?) } else { None };
        let told = properties.map(|properties| tell_properties(properties, input, say)).unwrap_or_default();
        let name = self.name(input.direction, topic, told.alias);
        if !topic.bytes.is_empty() {
            tell_topic(topic, "topic", input, say);
        }
        let left = (fixed.header + fixed.length).saturating_sub(reader.at());
        let exchange =
            Exchange { kind: Some("publish"), target: Some(Cow::Borrowed(&name)), bytes: left as u64, at: input.at(0, reader.at()), ..Exchange::default() };
        let content_type = told.content_type.map(lossy);
        say(Event::Exchange(Exchange { content_type: content_type.clone(), ..exchange }));
        Some((reader.at(), State::Payload { left, pieces: Pieces::new(Role::Payload, content_type.map(Cow::into_owned)) }))
    }

    /// Where no CONNECT told the version, so many bytes decide it; none: they are not there yet.
    fn enough<'i>(fixed: Fixed, at: usize, input: &Input<'i>, closing: bool) -> Option<&'i [u8]> {
        let enough = (fixed.header + fixed.length).min(at + DECISIVE);
        input.bytes.get(..enough).or(closing.then_some(input.bytes))
    }

    /// The topic of a PUBLISH: as it is sent, or by the number that stood beside it before (MQTT 5, 3.3.2.3.4).
    fn name(&mut self, direction: Direction, topic: Part<'_>, alias: Option<u16>) -> String {
        let aliases = &mut self.sides.of_mut(direction).aliases;
        if topic.bytes.is_empty() {
            return alias.and_then(|alias| aliases.get(&alias)).cloned().unwrap_or_default();
        }
        let name = lossy(topic).into_owned();
        if let Some(alias) = alias
            && name.len() <= ALIASED_TOPIC_LIMIT
            && (aliases.len() < ALIASES_LIMIT || aliases.contains_key(&alias))
        {
            aliases.insert(alias, name.clone());
        }
        name
    }

    /// SUBSCRIBE (3.8) and UNSUBSCRIBE (3.10) up to their list.
    fn topics(&mut self, fixed: Fixed, input: &Input<'_>, closing: bool, say: Say<'_>) -> Option<(usize, State)> {
        let mut reader = Reader::new(input.bytes, fixed.header);
        reader.word()?;
        let end = fixed.header + fixed.length;
        if self.level == 0 {
            let shown = Self::enough(fixed, reader.at(), input, closing)?;
            if has_properties(Reader::new(shown, reader.at()), end) {
                self.level = FIVE;
            }
        }
        if self.level == FIVE {
            let properties = reader.properties()?;
            tell_properties(properties, input, say);
        }
        let left = end.saturating_sub(reader.at());
        Some((reader.at(), State::Topics { left, options: fixed.kind == kind::SUBSCRIBE }))
    }

    /// CONNECT (3.1), of which all is there. What can be read of a broken one is told all the same.
    fn connect(&mut self, fixed: Fixed, input: &Input<'_>, say: Say<'_>) -> Option<()> {
        self.connected(None, say);
        let mut reader = Reader::new(input.bytes, fixed.header);
        reader.text()?;
        self.level = reader.byte()? & 0x7f;
        let flags = reader.byte()?;
        reader.word()?;
        self.tell_own_properties(&mut reader, input, say)?;
        let client = reader.text()?;
        if !client.bytes.is_empty() {
            tell_topic(client, "client-id", input, say);
        }
        self.connecting = Some(Connecting { client: lossy(client).into_owned(), at: input.at(0, input.bytes.len()) });
        if flags & 0x04 != 0 {
            let content_type = self.tell_own_properties(&mut reader, input, say)?.content_type.map(|part| lossy(part).into_owned());
            tell_topic(reader.text()?, "will-topic", input, say);
            let will = reader.text()?;
            Pieces::new(Role::Payload, content_type).read(will.bytes, &["mqtt-payload"], input.place(will.at), true, say);
        }
        for (flag, kind, field) in [(0x80, ValueKind::Username, "username"), (0x40, ValueKind::Password, "password")] {
            if flags & flag != 0 {
                let part = reader.text()?;
                if !part.bytes.is_empty() {
                    say(Event::Value(Value { kind, value: lossy(part), field, chain: &[], at: input.at(part.at, part.bytes.len()) }));
                }
            }
        }
        Some(())
    }

    /// Tells the properties that come next, if this is MQTT 5.
    fn tell_own_properties<'p>(&self, reader: &mut Reader<'p>, input: &Input<'_>, say: Say<'_>) -> Option<Told<'p>> {
        if self.level != FIVE {
            return Some(Told::default());
        }
        let properties = reader.properties()?;
        Some(tell_properties(properties, input, say))
    }

    /// AUTH (3.15) and DISCONNECT (3.14) of MQTT 5, of which all is there.
    fn reason(&mut self, fixed: Fixed, input: &Input<'_>, say: Say<'_>) -> Option<()> {
        let mut reader = Reader::new(input.bytes, fixed.header);
        reader.byte()?;
        self.tell_own_properties(&mut reader, input, say)?;
        Some(())
    }

    /// CONNACK (3.2), of which all is there.
    fn connack(&mut self, fixed: Fixed, input: &Input<'_>, say: Say<'_>) -> Option<()> {
        let mut reader = Reader::new(input.bytes, fixed.header);
        reader.byte()?;
        let code = reader.byte()?;
        // Before MQTT 5 nothing more follows.
        if self.level == 0 && fixed.length > 2 {
            self.level = FIVE;
        }
        let _ = self.tell_own_properties(&mut reader, input, say);
        self.connected(Some(u16::from(code)), say);
        Some(())
    }

    /// A CONNECT is answered, or will not be.
    fn connected(&mut self, status: Option<u16>, say: Say<'_>) {
        if let Some(Connecting { client, at }) = self.connecting.take() {
            say(Event::Exchange(Exchange { kind: Some("connect"), target: Some(Cow::Owned(client)), status, at, ..Exchange::default() }));
        }
    }
}

/// What properties say that matters for the packet they belong to.
#[derive(Default)]
struct Told<'p> {
    alias: Option<u16>,
    content_type: Option<Part<'p>>,
    method: Option<Part<'p>>,
}

fn tell_properties<'p>(mut properties: Reader<'p>, input: &Input<'_>, say: Say<'_>) -> Told<'p> {
    let mut told = Told::default();
    while let Some(property) = properties.property() {
        match property {
            Property::Alias(alias) => told.alias = Some(alias),
            Property::ContentType(part) => told.content_type = Some(part),
            Property::Topic(part) => tell_topic(part, "response-topic", input, say),
            Property::Client(part) => tell_topic(part, "client-id", input, say),
            Property::User(key, value) => {
                let place = input.place(value.at);
                say(Event::Readable(Readable { role: Role::Record, bytes: value.bytes, field: Some(&lossy(key)), media: None, chain: &[], place }));
            }
            Property::Record(field, part) => {
                let place = input.place(part.at);
                say(Event::Readable(Readable { role: Role::Record, bytes: part.bytes, field: Some(field), media: None, chain: &[], place }));
            }
            Property::Method(part) => told.method = Some(part),
            // What a server says in it is no secret of a client.
            Property::Data(part) if input.direction == Direction::ToServer => {
                sasl::tell(&told.method.map(lossy).unwrap_or_default(), part.bytes, &[], input.at(part.at, part.bytes.len()), say);
            }
            Property::Data(_) | Property::Other => {}
        }
    }
    told
}

/// Whether a list of topics that ends at `end` has the properties of MQTT 5 before it: only then does its first topic fit.
fn has_properties(reader: Reader<'_>, end: usize) -> bool {
    let fits = |mut reader: Reader<'_>| reader.word().is_some_and(|length| length > 0 && reader.at() + usize::from(length) <= end);
    let mut behind = reader;
    !fits(reader) && behind.properties().is_some() && fits(behind)
}

/// One topic filter of a list: bytes that it takes.
fn topic(input: &Input<'_>, options: bool, say: Say<'_>) -> Option<usize> {
    let mut reader = Reader::new(input.bytes, 0);
    let topic = reader.text()?;
    if options {
        reader.byte()?;
    }
    tell_topic(topic, "topic", input, say);
    let kind = if options { "subscribe" } else { "unsubscribe" };
    let at = input.at(topic.at, topic.bytes.len());
    say(Event::Exchange(Exchange { kind: Some(kind), target: Some(lossy(topic)), at, ..Exchange::default() }));
    Some(reader.at())
}

fn tell_topic(part: Part<'_>, field: &str, input: &Input<'_>, say: Say<'_>) {
    let place = input.place(part.at);
    say(Event::Readable(Readable { role: Role::Topic, bytes: part.bytes, field: Some(field), media: None, chain: &[], place }));
}

fn lossy(part: Part<'_>) -> Cow<'_, str> {
    String::from_utf8_lossy(part.bytes)
}
