//! STOMP 1.0 to 1.2 over TCP (stomp.github.io, "Frames and Headers"): messages in frames of text.
//!
//! In come the two directions of a stream. Out go who connects with which secrets, destinations, headers and bodies.

use std::borrow::Cow;

use super::gather::Gather;
use super::host;
use super::protocol::{Carrier, Input, Nature, Parser, Probe, Progress, Protocol, Say, Verdict};
use super::sasl;
use super::stream::{Both, after, first};
use crate::event::{Event, Exchange, Readable, Role};
use crate::value::ValueKind;
use crate::wire::Direction;

/// STOMP over TCP.
pub static STOMP: Protocol =
    Protocol { name: "stomp", carrier: Carrier::Stream, nature: Nature::Clear, ports: &[61_613], probe, open: || Box::new(Stomp::default()) };

/// A longer head is none.
const HEAD_LIMIT: usize = 16 << 10;
/// At most so many headers of a frame are told.
const HEADERS: usize = 64;
/// Longest texts that are kept.
const TEXT_LIMIT: usize = 512;

/// Commands, who sends them, and the word for what is told of them; none where nothing is.
const COMMANDS: &[(&[u8], Direction, Option<&str>)] = &[
    (b"CONNECT", Direction::ToServer, Some("connect")),
    (b"STOMP", Direction::ToServer, Some("connect")),
    (b"SEND", Direction::ToServer, Some("publish")),
    (b"SUBSCRIBE", Direction::ToServer, Some("subscribe")),
    (b"UNSUBSCRIBE", Direction::ToServer, Some("unsubscribe")),
    (b"BEGIN", Direction::ToServer, None),
    (b"COMMIT", Direction::ToServer, None),
    (b"ABORT", Direction::ToServer, None),
    (b"ACK", Direction::ToServer, None),
    (b"NACK", Direction::ToServer, None),
    (b"DISCONNECT", Direction::ToServer, None),
    (b"CONNECTED", Direction::ToClient, Some("connected")),
    (b"MESSAGE", Direction::ToClient, Some("message")),
    (b"RECEIPT", Direction::ToClient, None),
    (b"ERROR", Direction::ToClient, Some("error")),
];

/// Headers that say nothing of a person or a device.
const HARMLESS: &[&[u8]] =
    &[b"accept-version", b"version", b"heart-beat", b"content-length", b"content-type", b"receipt", b"receipt-id", b"ack", b"destination"];

/// Headers of which one must follow the command, so that it is no other protocol's word.
const OWN: &[&[u8]] = &[
    b"accept-version:",
    b"login:",
    b"passcode:",
    b"host:",
    b"heart-beat:",
    b"destination:",
    b"id:",
    b"receipt:",
    b"transaction:",
    b"message-id:",
    b"version:",
    b"session:",
    b"server:",
    b"subscription:",
    b"receipt-id:",
    b"message:",
    b"content-type:",
    b"content-length:",
];

/// A line without its end, and its length with it.
fn line(bytes: &[u8]) -> Option<(&[u8], usize)> {
    let end = memchr::memchr(b'\n', bytes)?;
    let line = bytes.get(..end)?;
    Some((line.strip_suffix(b"\r").unwrap_or(line), end + 1))
}

fn probe(probe: &Probe<'_>) -> Verdict {
    let begins = |word: &[u8]| word.iter().zip(probe.bytes).all(|(ours, theirs)| ours == theirs);
    let Some((command, length)) = line(probe.bytes) else {
        let may_become = COMMANDS.iter().any(|(word, ..)| begins(word)) && probe.bytes.len() <= b"UNSUBSCRIBE\r".len();
        return if may_become { Verdict::Unsure } else { Verdict::No };
    };
    let Some((_, sender, _)) = COMMANDS.iter().find(|(word, ..)| *word == command) else { return Verdict::No };
    let rest = probe.bytes.get(length..).unwrap_or_default();
    let is_own = OWN.iter().any(|name| rest.starts_with(name));
    if is_own {
        return if probe.from_start || *sender == probe.direction { Verdict::Yes } else { Verdict::Swapped };
    }
    let may_become = OWN.iter().any(|name| name.iter().zip(rest).all(|(ours, theirs)| ours == theirs));
    if may_become { Verdict::Unsure } else { Verdict::No }
}

/// A frame's head.
struct Head<'h> {
    kind: Option<&'static str>,
    headers: Vec<(&'h [u8], &'h [u8], usize)>,
    length: usize,
}

impl<'h> Head<'h> {
    /// Reads a head that is whole; none where there is no command.
    fn read(bytes: &'h [u8]) -> Option<Self> {
        let (command, mut at) = line(bytes)?;
        let (_, _, kind) = COMMANDS.iter().find(|(word, ..)| *word == command)?;
        let mut headers = Vec::new();
        loop {
            let (header, length) = line(bytes.get(at..)?)?;
            if header.is_empty() {
                return Some(Self { kind: *kind, headers, length: at + length });
            }
            if let Some(colon) = memchr::memchr(b':', header)
                && headers.len() < HEADERS
                && let (Some(name), Some(value)) = (header.get(..colon), header.get(colon + 1..))
            {
                headers.push((name, value, at + colon + 1));
            }
            at += length;
        }
    }

    /// The first header of this name: where headers are repeated it is the one that counts.
    fn header(&self, wanted: &[u8]) -> Option<String> {
        self.headers.iter().find(|(name, ..)| *name == wanted).map(|(_, value, _)| unescaped(value.get(..TEXT_LIMIT).unwrap_or(value)))
    }
}

/// The end of a head: an empty line. `from`: as far as was searched before.
fn end_of_head(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let here = at + memchr::memchr(b'\n', bytes.get(at..)?)?;
        match bytes.get(here + 1..)? {
            [b'\n', ..] => return Some(here + 2),
            [b'\r', b'\n', ..] => return Some(here + 3),
            _ => at = here + 1,
        }
    }
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Between,
    /// In a body: bytes that are still to come, if that was said.
    Body { left: Option<usize>, gather: Gather },
    /// Where the next frame begins is not known.
    Lost,
}

#[derive(Debug, Default)]
struct Side {
    state: State,
    /// So much of what waits holds no end of a head.
    searched: usize,
}

#[derive(Debug, Default)]
struct Stomp {
    sides: Both<Side>,
    host: Option<String>,
}

impl Parser for Stomp {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        let mut done = 0;
        while done < input.bytes.len() {
            match self.step(&after(&input, done), say) {
                0 => break,
                taken => done += taken,
            }
        }
        Progress::Consumed(done)
    }

    fn gap(&mut self, direction: Direction, _: u64, say: Say<'_>) -> Progress {
        self.finish(direction, say);
        *self.sides.of_mut(direction) = Side { state: State::Lost, searched: 0 };
        Progress::Consumed(0)
    }

    fn end(&mut self, say: Say<'_>) {
        self.finish(Direction::ToServer, &mut *say);
        self.finish(Direction::ToClient, say);
    }

    fn memory(&self) -> usize {
        let of = |direction| if let State::Body { gather, .. } = &self.sides.of(direction).state { gather.memory() } else { 0 };
        of(Direction::ToServer) + of(Direction::ToClient)
    }
}

/// How a body was wrapped.
const CHAIN: &[&str] = &["stomp-body"];

impl Stomp {
    /// How many bytes are done with; zero: it waits.
    fn step(&mut self, input: &Input<'_>, say: Say<'_>) -> usize {
        let side = self.sides.of_mut(input.direction);
        match &mut side.state {
            State::Between => self.head(input, say),
            State::Lost => {
                // A frame's end, and a command behind it.
                let mut at = 0;
                while let Some(end) = memchr::memchr(0, input.bytes.get(at..).unwrap_or_default()) {
                    at += end + 1;
                    let rest = input.bytes.get(at..).unwrap_or_default().trim_ascii_start();
                    if COMMANDS.iter().any(|(word, ..)| rest.starts_with(word)) {
                        side.state = State::Between;
                        return at;
                    }
                }
                input.bytes.len()
            }
            State::Body { left: Some(0), .. } => {
                side.state = State::Between;
                self.head(input, say)
            }
            State::Body { left: Some(left), gather } => {
                let part = first(input, *left);
                *left -= part.bytes.len();
                gather.add(part.bytes, CHAIN, part.at(0, part.bytes.len()), *left == 0, say);
                part.bytes.len()
            }
            State::Body { left: None, gather } => {
                let end = memchr::memchr(0, input.bytes);
                let part = first(input, end.unwrap_or(input.bytes.len()));
                gather.add(part.bytes, CHAIN, part.at(0, part.bytes.len()), end.is_some(), say);
                if end.is_some() {
                    side.state = State::Between;
                }
                part.bytes.len() + usize::from(end.is_some())
            }
        }
    }

    fn head(&mut self, input: &Input<'_>, say: Say<'_>) -> usize {
        let side = self.sides.of_mut(input.direction);
        // Line ends between frames keep the conversation alive.
        let blanks = input.bytes.iter().take_while(|byte| matches!(byte, b'\n' | b'\r' | 0)).count();
        if blanks > 0 {
            return blanks;
        }
        let Some(end) = end_of_head(input.bytes, side.searched) else {
            // The end may lie across what comes next.
            side.searched = input.bytes.len().saturating_sub(3);
            if input.bytes.len() <= HEAD_LIMIT {
                return 0;
            }
            return self.broken(input, say);
        };
        side.searched = 0;
        let Some(head) = input.bytes.get(..end).and_then(Head::read) else { return self.broken(input, say) };
        let length = head.header(b"content-length").and_then(|text| text.trim().parse::<usize>().ok());
        let media = head.header(b"content-type");
        side.state = State::Body { left: length, gather: Gather::new(Role::Payload, media) };
        self.tell(&head, length, input, say);
        head.length
    }

    fn broken(&mut self, input: &Input<'_>, say: Say<'_>) -> usize {
        say(Event::Malformed { what: "stomp frame" });
        *self.sides.of_mut(input.direction) = Side { state: State::Lost, searched: 0 };
        input.bytes.len()
    }

    fn tell(&mut self, head: &Head<'_>, length: Option<usize>, input: &Input<'_>, say: Say<'_>) {
        for (name, value, at) in &head.headers {
            let place = input.at(*at, value.len());
            match *name {
                b"login" => sasl::value(ValueKind::Username, unescaped(value).as_bytes(), "login", place, &mut *say),
                b"passcode" => sasl::value(ValueKind::Password, unescaped(value).as_bytes(), "passcode", place, &mut *say),
                b"host" => host::tell(&unescaped(value), place, &mut *say),
                name if value.is_empty() || HARMLESS.contains(&name) => {}
                name => {
                    let field = String::from_utf8_lossy(name);
                    say(Event::Readable(Readable { role: Role::Header, bytes: value, field: Some(&field), media: None, chain: &[], place: input.place(*at) }));
                }
            }
        }
        if let Some((_, value, at)) = head.headers.iter().find(|(name, ..)| *name == b"destination") {
            say(Event::Readable(Readable { role: Role::Topic, bytes: value, field: Some("destination"), media: None, chain: &[], place: input.place(*at) }));
        }
        let Some(kind) = head.kind else { return };
        if kind == "connect" {
            self.host = head.header(b"host");
        }
        let target = if kind == "connect" { self.host.clone() } else { head.header(b"destination") };
        say(Event::Exchange(Exchange {
            kind: Some(kind),
            target: target.map(Cow::Owned),
            host: self.host.as_deref().map(Cow::Borrowed),
            content_type: head.header(b"content-type").map(Cow::Owned),
            agent: head.header(b"server").map(Cow::Owned),
            bytes: length.unwrap_or_default() as u64,
            at: input.at(0, head.length),
            ..Exchange::default()
        }));
    }

    fn finish(&mut self, direction: Direction, say: Say<'_>) {
        if let State::Body { gather, .. } = &mut self.sides.of_mut(direction).state {
            gather.add(&[], CHAIN, crate::wire::At::default(), true, say);
        }
    }
}

/// STOMP 1.2, "Value Encoding".
fn unescaped(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value);
    if text.contains('\\') { text.replace("\\c", ":").replace("\\n", "\n").replace("\\r", "\r").replace("\\\\", "\\") } else { text.into_owned() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::protocols::testing::{Show, drive, drive_all, drive_split};
    use Direction::{ToClient, ToServer};

    fn ask(text: &[u8], direction: Direction, from_start: bool) -> Verdict {
        probe(&Probe { bytes: text, direction, from_port: 1, to_port: 2, from_start })
    }

    #[test]
    fn a_client_tells_its_passcode_and_messages() {
        let up = b"CONNECT\naccept-version:1.2\nhost:hub.example\nlogin:anna\npasscode:sec\\cret\n\n\0\n\
            SUBSCRIBE\nid:0\ndestination:/queue/toy\n\n\0\
            SEND\r\ndestination:/topic/pos\r\ncontent-type:text/plain\r\ncontent-length:11\r\n\r\n51.5\0,-0.12\0\n\n\
            SEND\ndestination:/topic/b\nserial:ABC9\n\nhello\0";
        let down = b"CONNECTED\nversion:1.2\nserver:hub/1\n\n\0MESSAGE\nsubscription:0\nmessage-id:7\ndestination:/queue/toy\n\nsay\0";
        let lines = drive_split(STOMP.open, &[(ToServer, up), (ToClient, down)]);
        let want = [
            "name http-host hub.example Server",
            "value username login=anna []",
            "value password passcode=sec:ret []",
            "exchange connect - hub.example hub.example - - status - bytes 0",
            "exchange subscribe - /queue/toy hub.example - - status - bytes 0",
        ];
        let exchanges: Vec<_> = lines.iter().filter(|line| line.starts_with("exchange")).map(String::as_str).collect();
        let want_exchanges = [
            want[3],
            want[4],
            "exchange publish - /topic/pos hub.example text/plain - status - bytes 11",
            "exchange publish - /topic/b hub.example - - status - bytes 0",
            "exchange connected - - hub.example - hub/1 status - bytes 0",
            "exchange message - /queue/toy hub.example - - status - bytes 0",
        ];
        assert_eq!(exchanges, want_exchanges);
        assert_eq!(lines[..3], want[..3]);
        let bodies: Vec<_> = lines.iter().filter(|line| line.starts_with("Payload")).map(String::as_str).collect();
        let want = [
            r#"Payload - text/plain ["stomp-body"] unpacked: 51.5\x00,-0.12"#,
            r#"Payload - - ["stomp-body"] unpacked: hello"#,
            r#"Payload - - ["stomp-body"] unpacked: say"#,
        ];
        assert_eq!(bodies, want);
    }

    #[test]
    fn behind_a_gap_the_next_frame_is_read() {
        let next = b"rest\0\nSEND\ndestination:/b\n\nx\0";
        let lines = drive_all((STOMP.open)(), &[Show::Bytes(ToServer, b"SEND\ndestination:/a\n\nhal"), Show::Gap(ToServer, 9), Show::Bytes(ToServer, next)]);
        let want = ["Topic destination - [] @17: /a", "exchange publish - /a - - - status - bytes 0"];
        assert_eq!(lines[..2], want);
        assert!(lines.contains(&"exchange publish - /b - - - status - bytes 0".to_owned()), "{lines:?}");
        assert_eq!(drive((STOMP.open)(), &[(ToServer, b"HELLO\nx:y\n\n")]), ["malformed stomp frame"]);
    }

    #[test]
    fn it_is_known_by_its_commands() {
        let connect = b"CONNECT\nlogin:a\n\n\0";
        for length in 0..14 {
            assert_eq!(ask(&connect[..length], ToServer, true), Verdict::Unsure, "{length}");
        }
        assert_eq!((ask(connect, ToServer, true), ask(connect, ToClient, false)), (Verdict::Yes, Verdict::Swapped));
        for not in [&b"CONNECT hub.example:443 HTTP/1.1\r\n"[..], b"SEND\nhello", b"MESSAGE sip:a@b SIP/2.0\r\n", b"GET / HTTP/1.1\r\n", b"ERROR\r\n\r\n"] {
            assert_eq!(ask(not, ToServer, true), Verdict::No, "{not:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_makes_it_fail(text in "[a:\\n\\r\\x00c\\\\]{0,60}", bytes in prop::collection::vec(any::<u8>(), 0..60), length in any::<u64>()) {
            let up = format!("SEND\ncontent-length:{length}\n{text}\n\n{text}\0SEND\n{text}");
            drive((STOMP.open)(), &[(ToServer, up.as_bytes()), (ToClient, &bytes), (ToClient, text.as_bytes())]);
            ask(&bytes, ToServer, false);
        }
    }
}
