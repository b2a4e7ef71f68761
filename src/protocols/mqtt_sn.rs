//! MQTT-SN 1.2 over UDP: MQTT for things that sleep, with numbers in place of topics (OASIS/IBM, "MQTT For Sensor Networks", chapter 5).
//!
//! In come datagrams; out go who connects, what is published and subscribed (the target is the topic's name, where it was registered in sight, else its
//! number), wills and payloads.

use std::borrow::Cow;
use std::collections::{BTreeMap, VecDeque};

use super::cursor::{Cursor, Part};
use super::pieces::Pieces;
use super::protocol::{Carrier, Input, Nature, Parser, Probe, Progress, Protocol, Say, Verdict};
use crate::event::{Event, Exchange, Readable, Role};
use crate::wire::{At, Direction};

/// MQTT-SN over UDP.
pub static MQTT_SN: Protocol =
    Protocol { name: "mqtt-sn", carrier: Carrier::Datagram, nature: Nature::Clear, ports: PORTS, probe, open: || Box::new(MqttSn::default()) };

const PORTS: &[u16] = &[1_883, 1_884, 1_885, 2_442, 10_000];

/// At most so many topics are remembered, and names up to this length.
const TOPICS_LIMIT: usize = 1_024;
const NAME_LIMIT: usize = 512;
/// At most so many requests of each kind wait for their answers.
const WAITING: usize = 32;
/// At most so many envelopes lie around a message.
const ENVELOPES: usize = 4;

/// Types of messages (section 5.2.2).
mod kind {
    pub(super) const ADVERTISE: u8 = 0x00;
    pub(super) const SEARCH: u8 = 0x01;
    pub(super) const GATEWAY: u8 = 0x02;
    pub(super) const CONNECT: u8 = 0x04;
    pub(super) const CONNACK: u8 = 0x05;
    pub(super) const WILL_TOPIC_ASKED: u8 = 0x06;
    pub(super) const WILL_TOPIC: u8 = 0x07;
    pub(super) const WILL_MESSAGE_ASKED: u8 = 0x08;
    pub(super) const WILL_MESSAGE: u8 = 0x09;
    pub(super) const REGISTER: u8 = 0x0a;
    pub(super) const REGISTERED: u8 = 0x0b;
    pub(super) const PUBLISH: u8 = 0x0c;
    pub(super) const PUBLISHED: u8 = 0x0d;
    pub(super) const COMPLETE: u8 = 0x0e;
    pub(super) const RELEASE: u8 = 0x10;
    pub(super) const SUBSCRIBE: u8 = 0x12;
    pub(super) const SUBSCRIBED: u8 = 0x13;
    pub(super) const UNSUBSCRIBE: u8 = 0x14;
    pub(super) const UNSUBSCRIBED: u8 = 0x15;
    pub(super) const PING: u8 = 0x16;
    pub(super) const PONG: u8 = 0x17;
    pub(super) const DISCONNECT: u8 = 0x18;
    pub(super) const NEW_WILL_TOPIC: u8 = 0x1a;
    pub(super) const NEW_WILL_MESSAGE: u8 = 0x1c;
    pub(super) const ENVELOPE: u8 = 0xfe;
}

/// The lowest two bits of the flags: how a topic is named (section 5.3.4).
const NORMAL: u8 = 0;
const PREDEFINED: u8 = 1;
const SHORT: u8 = 2;

/// A message: its type, and where its fields begin and end.
#[derive(Clone, Copy, Debug)]
struct Message<'m> {
    kind: u8,
    fields: Cursor<'m>,
    length: usize,
}

impl<'m> Message<'m> {
    /// Reads the message at `at`; none where its length does not fit (section 5.2.1).
    fn read(bytes: &'m [u8], at: usize) -> Option<Self> {
        let mut cursor = Cursor::new(bytes, at);
        let length = match cursor.byte()? {
            1 => usize::from(cursor.word()?),
            length => usize::from(length),
        };
        let kind = cursor.byte()?;
        let header = cursor.at() - at;
        let fields = cursor.take(length.checked_sub(header)?)?;
        let length_is_sane = match kind {
            kind::ADVERTISE | kind::REGISTERED | kind::PUBLISHED => fields.bytes.len() == if kind == kind::ADVERTISE { 3 } else { 5 },
            kind::SEARCH | kind::CONNACK | 0x1b | 0x1d => fields.bytes.len() == 1,
            kind::GATEWAY => !fields.bytes.is_empty(),
            kind::CONNECT => (5..=NAME_LIMIT).contains(&fields.bytes.len()) && fields.bytes.get(1) == Some(&1),
            kind::WILL_TOPIC_ASKED | kind::WILL_MESSAGE_ASKED | kind::PONG => fields.bytes.is_empty(),
            kind::REGISTER => fields.bytes.len() > 4,
            kind::PUBLISH => fields.bytes.len() >= 5 && fields.bytes.first().is_some_and(|flags| flags & 3 < 3),
            kind::COMPLETE..=kind::RELEASE | kind::UNSUBSCRIBED => fields.bytes.len() == 2,
            kind::SUBSCRIBE | kind::UNSUBSCRIBE => fields.bytes.len() > 3 && fields.bytes.first().is_some_and(|flags| flags & 3 < 3),
            kind::SUBSCRIBED => fields.bytes.len() == 6,
            kind::DISCONNECT => matches!(fields.bytes.len(), 0 | 2),
            kind::ENVELOPE => (1..=64).contains(&fields.bytes.len()),
            kind::WILL_TOPIC | kind::WILL_MESSAGE | kind::PING | kind::NEW_WILL_TOPIC | kind::NEW_WILL_MESSAGE => true,
            _ => false,
        };
        length_is_sane.then(|| Self { kind, fields: cursor.within(fields), length })
    }
}

/// On its ports whatever keeps to the form; elsewhere a client's first word, or the name of a topic.
fn probe(probe: &Probe<'_>) -> Verdict {
    let Some(message) = Message::read(probe.bytes, 0) else { return Verdict::No };
    let (from, to) = (PORTS.contains(&probe.from_port), PORTS.contains(&probe.to_port));
    let is_whole = message.length == probe.bytes.len();
    let mut fields = message.fields;
    let is_certain = is_whole
        && match message.kind {
            kind::CONNECT => fields.take(4).is_some() && is_plain(fields.rest()) && probe.bytes.get(2).is_some_and(|flags| flags & 0xf3 == 0),
            kind::REGISTER => fields.take(4).is_some() && is_plain(fields.rest()) && memchr::memchr(b'/', probe.bytes).is_some(),
            _ => false,
        };
    let is_envelope = message.kind == kind::ENVELOPE && Message::read(probe.bytes, message.length).is_some();
    if !is_certain && !((from || to) && (is_whole || is_envelope)) {
        return Verdict::No;
    }
    let sender = match message.kind {
        kind::CONNECT | kind::SUBSCRIBE | kind::UNSUBSCRIBE | kind::SEARCH => Some(Direction::ToServer),
        kind::CONNACK | kind::SUBSCRIBED | kind::UNSUBSCRIBED | kind::PONG => Some(Direction::ToClient),
        _ if from != to => Some(if to { Direction::ToServer } else { Direction::ToClient }),
        _ => None,
    };
    if sender.is_some_and(|sender| sender != probe.direction) { Verdict::Swapped } else { Verdict::Yes }
}

fn is_plain(part: Part<'_>) -> bool {
    part.bytes.len() >= 2 && part.bytes.iter().all(u8::is_ascii_graphic)
}

#[derive(Debug, Default)]
struct MqttSn {
    /// Names by number: registered, or agreed on beforehand and never told.
    topics: BTreeMap<u16, String>,
    /// Names that wait for their number, by the number of the message.
    asked: VecDeque<(u16, String)>,
    connecting: Option<(String, At)>,
}

impl Parser for MqttSn {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        let all = Progress::Consumed(input.bytes.len());
        let mut at = 0;
        for _ in 0..=ENVELOPES {
            let Some(message) = Message::read(input.bytes, at) else { break };
            if message.kind != kind::ENVELOPE {
                if self.message(&message, &input, at, &mut *say).is_none() {
                    say(Event::Malformed { what: "mqtt-sn message" });
                }
                return all;
            }
            // How far it may be spread, and the radio's address of the thing it is from or for (section 5.5).
            at += message.length;
        }
        say(Event::Malformed { what: "mqtt-sn message" });
        all
    }

    fn end(&mut self, say: Say<'_>) {
        self.connected(None, say);
    }

    fn memory(&self) -> usize {
        let entry = size_of::<(u16, String)>();
        self.topics.values().map(|name| name.capacity() + entry).sum::<usize>() + self.asked.iter().map(|(_, name)| name.capacity() + entry).sum::<usize>()
    }
}

impl MqttSn {
    fn message(&mut self, message: &Message<'_>, input: &Input<'_>, start: usize, say: Say<'_>) -> Option<()> {
        let mut fields = message.fields;
        let at = input.at(start, message.length);
        match message.kind {
            kind::CONNECT => {
                self.connected(None, &mut *say);
                // A client begins anew, with numbers of its own.
                self.topics.clear();
                fields.take(4)?;
                let client = fields.rest();
                tell_topic(client, "client-id", input, say);
                self.connecting = Some((lossy(client), at));
            }
            kind::CONNACK => self.connected(Some(u16::from(fields.byte()?)), say),
            kind::WILL_TOPIC | kind::NEW_WILL_TOPIC if !fields.is_empty() => {
                fields.byte()?;
                tell_topic(fields.rest(), "will-topic", input, say);
            }
            kind::WILL_MESSAGE | kind::NEW_WILL_MESSAGE => tell_payload(fields.rest(), input, say),
            kind::PING => tell_topic(fields.rest(), "client-id", input, say),
            kind::REGISTER => {
                let (number, id) = (fields.word()?, fields.word()?);
                let name = fields.rest();
                tell_topic(name, "topic", input, &mut *say);
                say(Event::Exchange(Exchange { kind: Some("register"), target: Some(Cow::Owned(lossy(name))), at, ..Exchange::default() }));
                // A gateway gives the number with the name, a client asks for it.
                if number == 0 {
                    self.ask(id, name);
                } else {
                    self.learn(number, lossy(name));
                }
            }
            kind::REGISTERED => {
                let (number, id, code) = (fields.word()?, fields.word()?, fields.byte()?);
                self.answer(id, number, code);
            }
            kind::PUBLISH => {
                let flags = fields.byte()?;
                let topic = self.by_number(flags, fields.take(2)?);
                fields.word()?;
                let payload = fields.rest();
                let bytes = payload.bytes.len() as u64;
                say(Event::Exchange(Exchange { kind: Some("publish"), target: Some(Cow::Owned(topic)), bytes, at, ..Exchange::default() }));
                tell_payload(payload, input, say);
            }
            kind::SUBSCRIBE | kind::UNSUBSCRIBE => {
                let (flags, id) = (fields.byte()?, fields.word()?);
                let topic = fields.rest();
                let target = if flags & 3 == NORMAL {
                    tell_topic(topic, "topic", input, &mut *say);
                    if message.kind == kind::SUBSCRIBE {
                        self.ask(id, topic);
                    }
                    lossy(topic)
                } else {
                    self.by_number(flags, topic)
                };
                let kind = if message.kind == kind::SUBSCRIBE { "subscribe" } else { "unsubscribe" };
                say(Event::Exchange(Exchange { kind: Some(kind), target: Some(Cow::Owned(target)), at, ..Exchange::default() }));
            }
            kind::SUBSCRIBED => {
                fields.byte()?;
                let (number, id, code) = (fields.word()?, fields.word()?, fields.byte()?);
                self.answer(id, number, code);
            }
            _ => {}
        }
        Some(())
    }

    /// What a topic is called that is sent as a number, or in two letters.
    fn by_number(&self, flags: u8, topic: Part<'_>) -> String {
        let number = topic.bytes.first_chunk().map_or(0, |number| u16::from_be_bytes(*number));
        match flags & 3 {
            SHORT => lossy(topic),
            PREDEFINED => format!("predefined {number}"),
            _ => self.topics.get(&number).cloned().unwrap_or_else(|| format!("topic {number}")),
        }
    }

    fn ask(&mut self, id: u16, name: Part<'_>) {
        self.asked.push_back((id, lossy(name)));
        if self.asked.len() > WAITING {
            self.asked.pop_front();
        }
    }

    /// A number is given; zero stands for a filter that fits many topics.
    fn answer(&mut self, id: u16, number: u16, code: u8) {
        let Some((_, name)) = self.asked.iter().rposition(|(asked, _)| *asked == id).and_then(|index| self.asked.remove(index)) else { return };
        if code == 0 && number != 0 {
            self.learn(number, name);
        }
    }

    fn learn(&mut self, number: u16, name: String) {
        if name.len() <= NAME_LIMIT && (self.topics.len() < TOPICS_LIMIT || self.topics.contains_key(&number)) {
            self.topics.insert(number, name);
        }
    }

    fn connected(&mut self, status: Option<u16>, say: Say<'_>) {
        if let Some((client, at)) = self.connecting.take() {
            say(Event::Exchange(Exchange { kind: Some("connect"), target: Some(Cow::Owned(client)), status, at, ..Exchange::default() }));
        }
    }
}

fn tell_topic(part: Part<'_>, field: &str, input: &Input<'_>, say: Say<'_>) {
    if !part.bytes.is_empty() {
        say(Event::Readable(Readable { role: Role::Topic, bytes: part.bytes, field: Some(field), media: None, chain: &[], place: input.place(part.at) }));
    }
}

fn tell_payload(part: Part<'_>, input: &Input<'_>, say: Say<'_>) {
    Pieces::new(Role::Payload, None).read(part.bytes, &["mqtt-payload"], input.place(part.at), true, say);
}

fn lossy(part: Part<'_>) -> String {
    String::from_utf8_lossy(part.bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::protocols::testing::drive_datagrams;
    use Direction::{ToClient, ToServer};

    fn message(kind: u8, parts: &[&[u8]]) -> Vec<u8> {
        let body = parts.concat();
        if body.len() < 254 {
            [&[body.len() as u8 + 2, kind][..], &body].concat()
        } else {
            [&[1][..], &(body.len() as u16 + 4).to_be_bytes(), &[kind], &body].concat()
        }
    }

    fn told(shown: &[(Direction, Vec<u8>)]) -> Vec<String> {
        drive_datagrams((MQTT_SN.open)(), &shown.iter().map(|(direction, bytes)| (*direction, bytes.as_slice())).collect::<Vec<_>>())
    }

    fn ask(bytes: &[u8], direction: Direction, to_port: u16) -> Verdict {
        probe(&Probe { bytes, direction, from_port: 50_000, to_port, from_start: true })
    }

    #[test]
    fn numbers_become_topics() {
        let lines = told(&[
            (ToServer, message(0x04, &[b"\x0c\x01\0\x3c", b"toy-1"])),
            (ToClient, message(0x06, &[])),
            (ToServer, message(0x07, &[b"\0toy/1/gone"])),
            (ToClient, message(0x08, &[])),
            (ToServer, message(0x09, &[b"bye"])),
            (ToClient, message(0x05, &[b"\0"])),
            (ToServer, message(0x0a, &[b"\0\0\0\x01toy/1/pos"])),
            (ToClient, message(0x0b, &[b"\0\x07\0\x01\0"])),
            (ToServer, message(0x0c, &[b"\x20\0\x07\0\x02", b"51.5,-0.12"])),
            (ToServer, message(0x12, &[b"\0\0\x03toy/1/say"])),
            (ToClient, message(0x13, &[b"\0\0\x09\0\x03\0"])),
            (ToClient, message(0x0c, &[b"\0\0\x09\0\0", &[b'x'; 300]])),
            (ToServer, message(0x0c, &[b"\x61\0\x05\0\0one"])),
            (ToServer, message(0x0c, &[b"\x02ab\0\0two"])),
            (ToServer, message(0x0c, &[b"\0\0\x63\0\0six"])),
            (ToServer, message(0x14, &[b"\0\0\x04toy/1/say"])),
        ]);
        let exchanges: Vec<_> = lines.iter().filter(|line| line.starts_with("exchange")).map(|line| line.replace(" - - - status - bytes", "")).collect();
        let want = [
            "exchange connect - toy-1 - - - status 0 bytes 0",
            "exchange register - toy/1/pos 0",
            "exchange publish - toy/1/pos 10",
            "exchange subscribe - toy/1/say 0",
            "exchange publish - toy/1/say 300",
            "exchange publish - predefined 5 3",
            "exchange publish - ab 3",
            "exchange publish - topic 99 3",
            "exchange unsubscribe - toy/1/say 0",
        ];
        assert_eq!(exchanges, want);
        assert!(lines.contains(&r#"Payload - - ["mqtt-payload"] @2: bye"#.to_owned()), "{lines:?}");
        assert!(lines.contains(&"Topic client-id - [] @6: toy-1".to_owned()), "{lines:?}");
        assert!(lines.contains(&r#"Payload - - ["mqtt-payload"] @7: 51.5,-0.12"#.to_owned()), "{lines:?}");
    }

    #[test]
    fn envelopes_are_opened() {
        let envelope = [&b"\x05\xfe\x01\xaa\xbb"[..], &message(0x0c, &[b"\x01\0\x05\0\0one"])].concat();
        assert_eq!(told(&[(ToServer, envelope.clone())])[0], "exchange publish - predefined 5 - - - status - bytes 3");
        assert_eq!(ask(&envelope, ToServer, 10_000), Verdict::Yes);
        assert_eq!(told(&[(ToServer, b"\x03\xfe\x01".repeat(9))]), ["malformed mqtt-sn message"]);
    }

    #[test]
    fn elsewhere_only_a_plain_beginning_counts() {
        let connect = message(0x04, &[b"\x04\x01\0\x3c", b"toy-1"]);
        assert_eq!(ask(&connect, ToServer, 9), Verdict::Yes);
        assert_eq!(ask(&connect, ToClient, 9), Verdict::Swapped);
        assert_eq!(ask(&message(0x0a, &[b"\0\0\0\x01toy/1/pos"]), ToServer, 9), Verdict::Yes);
        assert_eq!(ask(&message(0x16, &[]), ToServer, 1_883), Verdict::Yes);
        for not in
            [&message(0x16, &[])[..], &connect[..8], &message(0x04, &[b"\x04\x02\0\x3c", b"toy-1"]), &message(0x0c, &[b"\x03\0\0\0\0"]), b"", b"\x01", b"\0\0"]
        {
            assert_eq!(ask(not, ToServer, 9), Verdict::No, "{not:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_makes_it_fail(bytes in prop::collection::vec(any::<u8>(), 0..40), kind in any::<u8>()) {
            told(&[(ToServer, message(kind, &[&bytes])), (ToClient, bytes.clone())]);
            ask(&bytes, ToServer, 1_883);
        }
    }
}
