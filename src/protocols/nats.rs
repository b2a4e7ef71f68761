//! NATS over TCP (docs.nats.io, "Client Protocol"): lines of text, and messages of the length that a line says.
//!
//! In come the two directions of a stream. Out go who connects with which secrets, subjects, messages, and where TLS begins.

use std::borrow::Cow;

use super::counted::{line, number};
use super::gather::Gather;
use super::protocol::{Carrier, Input, Nature, Parser, Probe, Progress, Protocol, Say, Verdict};
use super::sasl;
use super::stream::{Both, after, first};
use crate::event::{Event, Exchange, Readable, Role};
use crate::value::ValueKind;
use crate::wire::{At, Direction};

/// NATS over TCP.
pub static NATS: Protocol =
    Protocol { name: "nats", carrier: Carrier::Stream, nature: Nature::Clear, ports: &[4_222], probe, open: || Box::new(Nats::default()) };

/// A longer line is none.
const LINE_LIMIT: usize = 32 << 10;
/// So much of a beginning shows what it is.
const DECISIVE: usize = 64;
/// How a message was wrapped.
const CHAIN: &[&str] = &["nats-payload"];

/// The operations of a message (with headers: `H`), and the word for what is told of it.
fn kind(word: &[u8]) -> Option<&'static str> {
    match word {
        b"PUB" | b"HPUB" => Some("publish"),
        b"MSG" | b"HMSG" => Some("message"),
        b"SUB" => Some("subscribe"),
        _ => None,
    }
}

fn probe(probe: &Probe<'_>) -> Verdict {
    for (word, sender) in [(&b"INFO {"[..], Direction::ToClient), (b"CONNECT {", Direction::ToServer)] {
        let begins = word.iter().zip(probe.bytes).all(|(ours, theirs)| ours.eq_ignore_ascii_case(theirs));
        if begins && probe.bytes.len() < word.len() {
            return Verdict::Unsure;
        }
        if begins {
            return if probe.from_start && sender == Direction::ToServer || sender == probe.direction { Verdict::Yes } else { Verdict::Swapped };
        }
    }
    let Some((line, _)) = line(probe.bytes) else {
        return if probe.bytes.len() < DECISIVE && [&b"PUB "[..], b"MSG "].iter().any(|word| probe.bytes.starts_with(word)) {
            Verdict::Unsure
        } else {
            Verdict::No
        };
    };
    let is_usual = probe.from_port == 4_222 || probe.to_port == 4_222;
    let words: Vec<&[u8]> = words(line);
    let Some(told) = words.first().and_then(|word| kind(word)) else { return Verdict::No };
    let sane = words.get(1).is_some_and(|subject| is_subject(subject)) && words.last().and_then(|last| number(last)).is_some();
    match (told, words.len(), sane && is_usual) {
        ("publish", 3..=5, true) | ("subscribe", 3..=4, true) => {
            if probe.from_start || probe.direction == Direction::ToServer {
                Verdict::Yes
            } else {
                Verdict::Swapped
            }
        }
        ("message", 4..=6, true) => {
            if probe.direction == Direction::ToClient {
                Verdict::Yes
            } else {
                Verdict::Swapped
            }
        }
        _ => Verdict::No,
    }
}

fn words(line: &[u8]) -> Vec<&[u8]> {
    line.split(|byte| matches!(byte, b' ' | b'\t')).filter(|word| !word.is_empty()).take(8).collect()
}

fn is_subject(word: &[u8]) -> bool {
    word.iter().all(u8::is_ascii_graphic)
}

#[derive(Debug, Default)]
struct Side {
    /// In a message: bytes that are still to come, its line's end among them.
    message: Option<(usize, Gather)>,
    /// So much of what waits holds no line's end.
    searched: usize,
}

#[derive(Debug, Default)]
struct Nats {
    sides: Both<Side>,
}

impl Parser for Nats {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        let mut done = 0;
        loop {
            let rest = after(&input, done);
            if rest.bytes.is_empty() {
                return Progress::Consumed(done);
            }
            let side = self.sides.of_mut(input.direction);
            if let Some((left, gather)) = &mut side.message {
                let part = first(&rest, *left);
                *left -= part.bytes.len();
                gather.add(part.bytes, CHAIN, part.at(0, part.bytes.len()), *left == 0, &mut *say);
                if *left == 0 {
                    side.message = None;
                }
                done += part.bytes.len();
                continue;
            }
            // What the server says that it wants, or the client that it will: TLS.
            if rest.bytes.first() == Some(&0x16) {
                return Progress::Handover(done);
            }
            let unsearched = rest.bytes.get(side.searched..).unwrap_or_default();
            if memchr::memchr(b'\n', unsearched).is_none() {
                side.searched = rest.bytes.len();
                if rest.bytes.len() > LINE_LIMIT {
                    say(Event::Malformed { what: "nats line longer than the limit" });
                    return Progress::Done;
                }
                return Progress::Consumed(done);
            }
            side.searched = 0;
            let Some((line, length)) = line(rest.bytes) else { return Progress::Consumed(done) };
            self.line(line, &rest, &mut *say);
            done += length;
        }
    }

    fn end(&mut self, say: Say<'_>) {
        for direction in [Direction::ToServer, Direction::ToClient] {
            if let Some((_, mut gather)) = self.sides.of_mut(direction).message.take() {
                gather.add(&[], CHAIN, At::default(), true, &mut *say);
            }
        }
    }

    fn memory(&self) -> usize {
        let of = |direction| self.sides.of(direction).message.as_ref().map_or(0, |(_, gather)| gather.memory());
        of(Direction::ToServer) + of(Direction::ToClient)
    }
}

impl Nats {
    fn line(&mut self, line: &[u8], input: &Input<'_>, say: Say<'_>) {
        let at = input.at(0, line.len());
        let words = words(line);
        let Some(first) = words.first().map(|word| word.to_ascii_uppercase()) else { return };
        if let b"INFO" | b"CONNECT" = first.as_slice() {
            let start = memchr::memchr(b'{', line).unwrap_or(line.len());
            let text = line.get(start..).unwrap_or_default();
            let chain = &["nats-options"];
            say(Event::Readable(Readable { role: Role::Payload, bytes: text, field: None, media: Some("application/json"), chain, place: input.place(start) }));
            if first == b"CONNECT" {
                tell_connect(text, at, say);
            }
            return;
        }
        let Some(kind) = kind(&first) else { return };
        let subject = words.get(1).copied().unwrap_or_default();
        let length = words.last().and_then(|last| number(last)).filter(|_| kind != "subscribe");
        let place = input.place(memchr::memmem::find(line, subject).unwrap_or_default());
        say(Event::Readable(Readable { role: Role::Topic, bytes: subject, field: Some("subject"), media: None, chain: &[], place }));
        let target = Some(String::from_utf8_lossy(subject));
        say(Event::Exchange(Exchange { kind: Some(kind), target, bytes: length.unwrap_or_default() as u64, at, ..Exchange::default() }));
        if let Some(length) = length.filter(|length| *length > 0) {
            self.sides.of_mut(input.direction).message = Some((length, Gather::new(Role::Payload, None)));
        }
    }
}

/// The options of a client: who it is.
fn tell_connect(text: &[u8], at: At, say: Say<'_>) {
    let options: serde_json::Value = serde_json::from_slice(text).unwrap_or_default();
    let option = |name: &str| options.get(name).and_then(serde_json::Value::as_str).filter(|value| !value.is_empty());
    for (name, kind) in [("user", ValueKind::Username), ("pass", ValueKind::Password), ("auth_token", ValueKind::Token), ("jwt", ValueKind::Token)] {
        sasl::value(kind, option(name).unwrap_or_default().as_bytes(), name, at, &mut *say);
    }
    let agent = option("lang").map(|lang| Cow::Owned(format!("nats-{lang}/{}", option("version").unwrap_or_default())));
    say(Event::Exchange(Exchange { kind: Some("connect"), target: option("name").map(Cow::Borrowed), agent, at, ..Exchange::default() }));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::protocols::testing::{drive, drive_split};
    use Direction::{ToClient, ToServer};

    fn ask(bytes: &[u8], direction: Direction, to_port: u16) -> Verdict {
        probe(&Probe { bytes, direction, from_port: 1, to_port, from_start: true })
    }

    const CONNECT: &[u8] = b"CONNECT {\"user\":\"anna\",\"pass\":\"secret\",\"name\":\"toy\",\"lang\":\"c\",\"version\":\"2.1.0\"}\r\n";

    #[test]
    fn a_client_tells_its_password_and_messages() {
        let up = [CONNECT, b"SUB toy.say 1\r\nPUB toy.pos 10\r\n51.5,-0.12\r\nPING\r\npub b inbox.1 1\r\n\n\r\n"].concat();
        let down = b"INFO {\"server_id\":\"S\"}\r\nMSG toy.say 1 3\r\nsay\r\n+OK\r\n";
        let lines = drive_split(NATS.open, &[(ToServer, &up), (ToClient, down)]);
        let of = |word: &str| lines.iter().filter(|line| line.starts_with(word)).cloned().collect::<Vec<_>>();
        assert_eq!(of("value"), ["value username user=anna []", "value password pass=secret []"]);
        let want = [
            "exchange connect - toy - - nats-c/2.1.0 status - bytes 0",
            "exchange subscribe - toy.say - - - status - bytes 0",
            "exchange publish - toy.pos - - - status - bytes 10",
            "exchange publish - b - - - status - bytes 1",
            "exchange message - toy.say - - - status - bytes 3",
        ];
        assert_eq!(of("exchange"), want);
        assert!(lines.contains(&r#"Payload - - ["nats-payload"] unpacked: 51.5,-0.12"#.to_owned()), "{lines:?}");
        assert_eq!(drive((NATS.open)(), &[(ToClient, b"INFO {}\r\n"), (ToServer, b"\x16\x03\x01")]).last().unwrap(), "Handover(0)");
    }

    #[test]
    fn it_is_known_by_its_first_words() {
        assert_eq!((ask(CONNECT, ToServer, 9), ask(&CONNECT[..4], ToServer, 9), ask(b"INFO {\"s", ToClient, 9)), (Verdict::Yes, Verdict::Unsure, Verdict::Yes));
        assert_eq!((ask(b"PUB a 5\r\n", ToServer, 4_222), ask(b"PUB a 5\r\n", ToServer, 9)), (Verdict::Yes, Verdict::No));
        for not in [&b"CONNECT hub.example:443 HTTP/1.1\r\n"[..], b"INFO sip:a SIP/2.0\r\n", b"CONNECT\nlogin:a\n", b"PUB crawl\r\n"] {
            assert_eq!(ask(not, ToServer, 4_222), Verdict::No, "{not:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_makes_it_fail(text in "(PUB|MSG|CONNECT|INFO)?[ a{}\"0-9\\r\\n]{0,40}", bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            drive((NATS.open)(), &[(ToServer, text.as_bytes()), (ToClient, &bytes), (ToServer, &bytes)]);
            ask(text.as_bytes(), ToServer, 4_222);
        }
    }
}
