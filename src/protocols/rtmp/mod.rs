//! RTMP (Adobe, Real-Time Messaging Protocol 1.0): live pictures to and from servers, as action cameras and drones send them.
//!
//! In come the two directions from their beginning; out go the commands (connect, publish, play; the target is the URL of the application, with the
//! stream's name where it is played), keys of streams that are published, and the codecs of what is sent. After a gap nothing more can be read.

mod amf;
mod chunks;

use std::borrow::Cow;

use super::flv;
use super::noise::is_noise;
use super::protocol::{Carrier, Input, Nature, Parser, Probe, Progress, Protocol, Say, Verdict};
use super::stream::{Both, after};
use crate::event::{Event, Exchange, Readable, Role};
use crate::value::ValueKind;
use crate::wire::At;
use amf::Value;
use chunks::{Chunks, Message, Step};

/// RTMP over TCP.
pub static RTMP: Protocol =
    Protocol { name: "rtmp", carrier: Carrier::Stream, nature: Nature::Clear, ports: &[1_935], probe, open: || Box::new(Rtmp::default()) };

/// Version, time, zero or version, random bytes; then the other end's are sent back (section 5.2).
const OPENING: usize = 1 + 1_536;
const ECHO: usize = 1_536;
/// So many bytes of the opening decide.
const DECISIVE: usize = 64;
/// Longest text of a URL that is kept.
const URL_LIMIT: usize = 2_048;

/// Commands that say what is done; all others keep the connection going.
const COMMANDS: &[&[u8]] = &[b"connect", b"publish", b"play", b"play2", b"FCPublish", b"releaseStream", b"createStream", b"deleteStream"];

fn probe(probe: &Probe<'_>) -> Verdict {
    let bytes = probe.bytes;
    if !probe.from_start || bytes.first().is_some_and(|first| *first != 3) {
        return Verdict::No;
    }
    // ISO transport over TCP (RFC 1006) begins with the same byte: its length, then what kind of request it is.
    if matches!(bytes, [_, 0, high, low, _, 0xd0..=0xf0, ..] if (*high, *low) != (0, 0)) {
        return Verdict::No;
    }
    let Some(version) = bytes.get(5..9) else { return Verdict::Unsure };
    let Some(random) = bytes.get(9..DECISIVE) else { return Verdict::Unsure };
    // Some clients fill with zeros or a counter where others are random; then the version must be none. Players and servers that sign what is random give
    // the version of their program: 9.0.124.2, 3.5.1.1, with the highest bit of some; noise rarely has one.
    let is_version = matches!(version, [0..=32 | 0x80, 0..=16, ..]);
    if version != [0; 4] && !(is_version && is_noise(random)) {
        return Verdict::No;
    }
    if bytes.len() >= OPENING { Verdict::Yes } else { Verdict::Unsure }
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Opening,
    Echo {
        left: usize,
    },
    Chunks,
}

#[derive(Default)]
struct Side {
    state: State,
    chunks: Chunks,
    /// Whether the codec of sound and of pictures was told.
    told: [bool; 2],
}

#[derive(Default)]
struct Rtmp {
    sides: Both<Side>,
    /// The URL of the application.
    url: String,
}

impl Parser for Rtmp {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        let mut done = 0;
        loop {
            let rest = after(&input, done);
            let side = self.sides.of_mut(input.direction);
            match &mut side.state {
                State::Opening if rest.bytes.first().is_some_and(|first| *first != 3) => return Progress::Lost,
                State::Opening if rest.bytes.len() < OPENING => return Progress::Consumed(done),
                State::Opening => {
                    side.state = State::Echo { left: ECHO };
                    done += OPENING;
                }
                State::Echo { left } => {
                    let taken = (*left).min(rest.bytes.len());
                    *left -= taken;
                    done += taken;
                    if *left > 0 {
                        return Progress::Consumed(done);
                    }
                    side.state = State::Chunks;
                }
                State::Chunks => match side.chunks.next(rest.bytes, rest.offset) {
                    Step::On(taken, message) => {
                        done += taken;
                        if let Some(message) = message {
                            self.message(&message, &input, &mut *say);
                        }
                    }
                    Step::Wait => return Progress::Consumed(done),
                    Step::Wrong => {
                        say(Event::Malformed { what: "rtmp chunk that does not keep to its form" });
                        return Progress::Done;
                    }
                },
            }
        }
    }

    fn memory(&self) -> usize {
        let of = |direction| self.sides.of(direction).chunks.memory();
        of(crate::wire::Direction::ToServer) + of(crate::wire::Direction::ToClient) + self.url.capacity()
    }
}

impl Rtmp {
    fn message(&mut self, message: &Message, input: &Input<'_>, say: Say<'_>) {
        let at = place(message, 0, message.bytes.len(), input);
        match message.kind {
            flv::AUDIO | flv::VIDEO => {
                let [sound, picture] = &mut self.sides.of_mut(input.direction).told;
                let told = if message.kind == flv::AUDIO { sound } else { picture };
                if let Some((media, codec)) = flv::codec(message.kind, &message.bytes).filter(|_| !std::mem::replace(told, true)) {
                    say(Event::Media { media, codec, at });
                }
            }
            20 => self.command(message, 0, input, say),
            // AMF 3 commands begin with a byte and go on as AMF 0.
            17 => self.command(message, 1, input, say),
            _ => {}
        }
    }

    fn command(&mut self, message: &Message, begin: usize, input: &Input<'_>, say: Say<'_>) {
        let mut values = amf::Reader::new(message.bytes.get(begin..).unwrap_or_default());
        let Some(Value::Text(name, _)) = values.value() else { return };
        values.value();
        let (object, argument) = (values.value(), values.value());
        if !COMMANDS.contains(&name) {
            return;
        }
        let mut agent = None;
        if let Some(Value::Object(texts)) = &object {
            for (key, text, index) in texts {
                let at = place(message, begin + index, text.len(), input);
                let field = String::from_utf8_lossy(key);
                let place = crate::event::Place::Unpacked(at);
                say(Event::Readable(Readable { role: Role::Record, bytes: text, field: Some(&field), media: None, chain: &[], place }));
            }
            let text = |name: &[u8]| texts.iter().find(|(key, _, _)| *key == name).map(|(_, text, _)| String::from_utf8_lossy(text).into_owned());
            agent = text(b"flashVer");
            self.url = text(b"tcUrl").or_else(|| text(b"app")).unwrap_or_default().chars().take(URL_LIMIT).collect();
        }
        let mut target = self.url.clone();
        if let Some(Value::Text(stream, index)) = argument.filter(|_| name != b"connect") {
            let at = place(message, begin + index, stream.len(), input);
            let value = String::from_utf8_lossy(stream);
            if name.starts_with(b"play") {
                target = format!("{target}/{value}").chars().take(URL_LIMIT).collect();
            } else if !stream.is_empty() {
                // Whoever knows the name under which a stream is published can publish in its place.
                say(Event::Value(crate::event::Value { kind: ValueKind::Token, value: Cow::Borrowed(&value), field: "stream-key", chain: &[], at }));
            }
        }
        let at = place(message, 0, message.bytes.len(), input);
        let kind = String::from_utf8_lossy(name);
        say(Event::Exchange(Exchange { kind: Some(&kind), target: Some(Cow::Owned(target)), agent: agent.map(Cow::Owned), at, ..Exchange::default() }));
    }
}

/// Where bytes of a message were seen; of one in several chunks, the frame of its first byte.
fn place(message: &Message, index: usize, length: usize, input: &Input<'_>) -> At {
    let at = input.marks.at(message.offset + index as u64, length);
    if message.is_in_one { at } else { At { offset: None, ..input.marks.at(message.offset, length) } }
}

#[cfg(test)]
mod tests {
    use super::super::testing::drive_split;
    use super::*;
    use crate::wire::Direction::{ToClient, ToServer};

    fn opening() -> Vec<u8> {
        let mut bytes = vec![0; OPENING];
        bytes[0] = 3;
        bytes
    }

    fn chunk(kind: u8, bytes: &[u8]) -> Vec<u8> {
        [&[3, 0, 0, 0, 0, 0, bytes.len() as u8, kind, 0, 0, 0, 0], bytes].concat()
    }

    fn published() -> Vec<u8> {
        let connect = b"\x02\0\x07connect\0\x3f\xf0\0\0\0\0\0\0\x03\0\x03app\x02\0\x04live\0\x05tcUrl\x02\0\x16rtmp://192.0.2.7/live/x\0\0\x09";
        let mut connect = connect.to_vec();
        let length = b"rtmp://192.0.2.7/live/x".len() as u8;
        let index = connect.windows(4).position(|window| window == b"rtmp").unwrap();
        connect[index - 1] = length;
        let publish = b"\x02\0\x07publish\0\x40\0\0\0\0\0\0\0\x05\x02\0\x06secret\x02\0\x04live";
        [opening(), vec![1; ECHO], chunk(20, &connect), chunk(17, &[&[0][..], publish].concat()), chunk(9, b"\x17\0\0\0\0"), chunk(8, b"\xaf\0")].concat()
    }

    #[test]
    fn a_stream_is_published_with_its_key() {
        let told = drive_split(RTMP.open, &[(ToServer, &published()), (ToClient, &opening())]);
        let want = [
            "Record app - [] unpacked: live",
            "Record tcUrl - [] unpacked: rtmp://192.0.2.7/live/x",
            "exchange connect - rtmp://192.0.2.7/live/x - - - status - bytes 0",
            "value token stream-key=secret []",
            "exchange publish - rtmp://192.0.2.7/live/x - - - status - bytes 0",
            "media video h264",
            "media voice aac",
        ];
        assert_eq!(told, want);
    }

    #[test]
    fn it_is_known_by_its_opening() {
        let ask = |bytes: &[u8]| probe(&Probe { bytes, direction: ToServer, from_port: 50_000, to_port: 9_000, from_start: true });
        assert_eq!((ask(&opening()), ask(&opening()[..100]), ask(b"\x03")), (Verdict::Yes, Verdict::Unsure, Verdict::Unsure));
        for other in [&b"\x16\x03\x01"[..], b"\x03\0\0\x13\x0e\xe0\0\0\0\0\0\x01\0\x08\0\0\0\0\0", &[3; 2_000], b"GET / HTTP/1.1\r\n"] {
            assert_eq!(ask(other), Verdict::No, "{:?}", &other[..4]);
        }
    }
}
