//! SIP (RFC 3261, RFC 3428) over UDP and TCP: who calls whom, from which numbers, and messages in the clear.
//!
//! In come messages; out go exchanges (the target is the request URI), phone numbers and addresses of those who call, logins, what descriptions say
//! of the call (keys included), and texts. In a stream the next message is found after a gap.

mod address;

use std::borrow::Cow;
use std::collections::VecDeque;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use super::head::Field;
use super::head::Start;
use super::protocol::{Carrier, Input, Nature, Parser, Probe, Progress, Protocol, Say, Verdict};
use super::session::{Dialect, Framing, Head, Unit};
use super::stream::{Both, Waiting, after, first};
use super::{credentials, head, pieces::Pieces, sdp};
use crate::event::{Event, Exchange, Readable, Role};
use crate::wire::{At, Direction};

/// SIP over UDP.
pub static SIP: Protocol =
    Protocol { name: "sip", carrier: Carrier::Datagram, nature: Nature::Clear, ports: PORTS, probe: probe_datagram, open: || Box::new(Datagrams::default()) };

/// SIP over TCP.
pub static SIP_TCP: Protocol =
    Protocol { name: "sip", carrier: Carrier::Stream, nature: Nature::Clear, ports: PORTS, probe: probe_stream, open: || Box::new(Stream::default()) };

const PORTS: &[u16] = &[5_060, 5_062, 5_080];

static DIALECT: Dialect = Dialect {
    version: b"SIP/2.",
    methods: &["INVITE", "ACK", "BYE", "CANCEL", "REGISTER", "OPTIONS", "PRACK", "SUBSCRIBE", "NOTIFY", "PUBLISH", "INFO", "REFER", "MESSAGE", "UPDATE"],
    schemes: &["sip:", "sips:", "tel:", "urn:"],
    has_frames: false,
};

/// At most so many requests of a direction wait; then the oldest is told without an answer.
const WAITING: usize = 64;
/// Longest texts that are kept until the answer comes.
const TEXT_LIMIT: usize = 4_096;

/// Fields that say nothing of a person or a device.
const HARMLESS: &[&str] = &[
    "accept",
    "accept-encoding",
    "accept-language",
    "allow",
    "allow-events",
    "k",
    "u",
    "content-disposition",
    "content-encoding",
    "e",
    "content-length",
    "l",
    "content-type",
    "c",
    "cseq",
    "date",
    "event",
    "o",
    "expires",
    "max-forwards",
    "mime-version",
    "min-expires",
    "min-se",
    "proxy-require",
    "rack",
    "require",
    "retry-after",
    "rseq",
    "session-expires",
    "x",
    "supported",
    "timestamp",
    "unsupported",
    "via",
    "v",
    "warning",
    "call-id",
    "i",
];

/// Fields that hold the addresses of people.
const ADDRESSES: &[&str] = &[
    "from",
    "f",
    "to",
    "t",
    "contact",
    "m",
    "p-asserted-identity",
    "p-preferred-identity",
    "p-associated-uri",
    "p-called-party-id",
    "remote-party-id",
    "refer-to",
    "r",
    "referred-by",
    "b",
    "diversion",
    "reply-to",
    "history-info",
];

fn probe_datagram(probe: &Probe<'_>) -> Verdict {
    if DIALECT.begins(probe.bytes.trim_ascii_start()) == Some(true) { Verdict::Yes } else { Verdict::No }
}

fn probe_stream(probe: &Probe<'_>) -> Verdict {
    let bytes = probe.bytes.trim_ascii_start();
    match DIALECT.begins(bytes) {
        Some(true) => Verdict::Yes,
        None => Verdict::Unsure,
        Some(false) if !probe.from_start && DIALECT.find(bytes).is_some() => Verdict::Yes,
        Some(false) => Verdict::No,
    }
}

/// A request that waits for its final answer.
struct Asked {
    /// Of its `Call-ID` and `CSeq`.
    key: u64,
    method: String,
    target: String,
    agent: Option<String>,
    media_type: Option<String>,
    bytes: u64,
    /// The last provisional answer.
    status: Option<u16>,
    at: At,
}

/// The transactions between two ends.
#[derive(Default)]
struct Talk {
    asked: Both<VecDeque<Asked>>,
}

impl Talk {
    fn message(&mut self, input: &Input<'_>, body: &Input<'_>, say: Say<'_>) {
        let Some(head) = Head::read(input.bytes, &DIALECT) else { return };
        for field in &head.fields {
            tell_field(field, input, &mut *say);
        }
        let media_type = head.field("content-type", "c").map(|field| limited(&field.text()));
        tell_body(media_type.as_deref(), body, &mut *say);
        let key = key(&head);
        let at = input.at(0, input.bytes.len());
        match head.start {
            Start::Request { method, target, target_at } => {
                let place = input.place(target_at);
                say(Event::Readable(Readable { role: Role::Target, bytes: target, field: None, media: None, chain: &[], place }));
                let (method, target) = (method.to_owned(), limited(&String::from_utf8_lossy(target)));
                let agent = head.field("user-agent", "").map(|field| limited(&field.text()));
                self.ask(input.direction, Asked { key, method, target, agent, media_type, bytes: body.bytes.len() as u64, status: None, at }, say);
            }
            Start::Answer { status } => {
                let agent = head.field("server", "").or_else(|| head.field("user-agent", "")).map(|field| limited(&field.text()));
                self.answer(input.direction, key, Asked { status: Some(status), agent, media_type, bytes: body.bytes.len() as u64, at, ..Asked::none() }, say);
            }
        }
    }

    /// ACK has no answer (RFC 3261, section 17); a request that comes again waits already.
    fn ask(&mut self, direction: Direction, asked: Asked, say: Say<'_>) {
        if asked.method == "ACK" {
            asked.tell(say);
            return;
        }
        let waiting = self.asked.of_mut(direction);
        if waiting.iter().any(|known| known.key == asked.key) {
            return;
        }
        waiting.push_back(asked);
        if waiting.len() > WAITING
            && let Some(oldest) = waiting.pop_front()
        {
            oldest.tell(say);
        }
    }

    fn answer(&mut self, direction: Direction, key: u64, answer: Asked, say: Say<'_>) {
        let waiting = self.asked.of_mut(direction.flip());
        let Some(place) = waiting.iter().position(|asked| asked.key == key) else {
            // A final answer that comes again, or one to what was never seen.
            answer.tell(say);
            return;
        };
        let is_final = answer.status.is_some_and(|status| status >= 200);
        if let Some(asked) = waiting.get_mut(place) {
            asked.status = answer.status;
            asked.agent = answer.agent.or(asked.agent.take());
            asked.media_type = answer.media_type.or(asked.media_type.take());
            asked.bytes += answer.bytes;
        }
        if is_final && let Some(asked) = waiting.remove(place) {
            asked.tell(say);
        }
    }

    fn end(&mut self, say: Say<'_>) {
        for direction in [Direction::ToServer, Direction::ToClient] {
            for asked in std::mem::take(self.asked.of_mut(direction)) {
                asked.tell(&mut *say);
            }
        }
    }

    fn memory(&self) -> usize {
        let of = |direction| self.asked.of(direction).iter().map(|asked| size_of::<Asked>() + asked.target.capacity()).sum::<usize>();
        of(Direction::ToServer) + of(Direction::ToClient)
    }
}

impl Asked {
    /// No request: an answer that stands for itself.
    fn none() -> Self {
        let (method, target) = (String::new(), String::new());
        Self { key: 0, method, target, agent: None, media_type: None, bytes: 0, status: None, at: At::default() }
    }

    fn tell(self, say: Say<'_>) {
        let is_answer = self.method.is_empty();
        say(Event::Exchange(Exchange {
            kind: is_answer.then_some("response"),
            method: (!is_answer).then_some(self.method.as_str()),
            target: (!is_answer).then_some(Cow::Borrowed(self.target.as_str())),
            status: self.status,
            content_type: self.media_type.as_deref().map(Cow::Borrowed),
            agent: self.agent.as_deref().map(Cow::Borrowed),
            bytes: self.bytes,
            at: self.at,
            ..Exchange::default()
        }));
    }
}

/// What a request and its answers have in common (RFC 3261, section 17.1.3, as far as two ends need it).
fn key(head: &Head<'_>) -> u64 {
    let value = |name, short| head.field(name, short).map(|field| field.value);
    BuildHasherDefault::<DefaultHasher>::default().hash_one((value("call-id", "i"), value("cseq", "")))
}

fn tell_field(field: &Field<'_>, input: &Input<'_>, say: Say<'_>) {
    if field.value.is_empty() || HARMLESS.iter().any(|name| field.is(name)) {
        return;
    }
    if ADDRESSES.iter().any(|name| field.is(name)) {
        address::tell(field, input, say);
        return;
    }
    let place = input.place(field.at);
    say(Event::Readable(Readable { role: Role::Header, bytes: field.value, field: Some(field.name), media: None, chain: &[], place }));
    if field.is("authorization") || field.is("proxy-authorization") {
        credentials::tell(&field.text(), &field.name.to_ascii_lowercase(), input.at(field.at, field.value.len()), say);
    }
}

/// A description of a call, or whatever else can be read: the text of a MESSAGE, a state of presence.
fn tell_body(media_type: Option<&str>, body: &Input<'_>, say: Say<'_>) {
    if body.bytes.is_empty() {
        return;
    }
    if sdp::is_sdp(body.bytes) {
        sdp::read(body, say);
        return;
    }
    Pieces::new(Role::Body, media_type.map(str::to_owned)).read(body.bytes, &["sip-body"], body.place(0), true, say);
}

fn limited(text: &str) -> String {
    text.chars().take(TEXT_LIMIT).collect()
}

/// SIP in datagrams: each holds one message, or a keep-alive (RFC 5626, section 3.5).
#[derive(Default)]
struct Datagrams {
    talk: Talk,
}

impl Parser for Datagrams {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        let blank = input.bytes.iter().take_while(|byte| byte.is_ascii_whitespace() || **byte == 0).count();
        let message = after(&input, blank);
        if message.bytes.is_empty() || super::demux::is_stun(message.bytes) {
            return Progress::Consumed(input.bytes.len());
        }
        if DIALECT.begins(message.bytes) != Some(true) {
            say(Event::Malformed { what: "sip message expected" });
            return Progress::Consumed(input.bytes.len());
        }
        let end = head::end(message.bytes, &mut 0).unwrap_or(message.bytes.len());
        self.talk.message(&first(&message, end), &after(&message, end), say);
        Progress::Consumed(input.bytes.len())
    }

    fn end(&mut self, say: Say<'_>) {
        self.talk.end(say);
    }

    fn memory(&self) -> usize {
        self.talk.memory()
    }
}

/// SIP in a stream: each message says its length (RFC 3261, section 18.3).
#[derive(Default)]
struct Stream {
    talk: Talk,
    framings: Both<Framing>,
    waiting: Both<Waiting>,
}

impl Stream {
    fn run(&mut self, input: &Input<'_>, closing: bool, say: Say<'_>) -> usize {
        let mut done = 0;
        loop {
            let (taken, unit) = self.framings.of_mut(input.direction).next(&DIALECT, &after(input, done), closing);
            match &unit {
                Some(Unit::Message { head, body }) => self.talk.message(head, body, &mut *say),
                Some(Unit::Garbage) => say(Event::Malformed { what: "sip message expected" }),
                None if taken == 0 => return done,
                Some(Unit::Frame { .. }) | None => {}
            }
            done += taken;
        }
    }

    fn flush(&mut self, direction: Direction, say: Say<'_>) {
        let waiting = std::mem::take(self.waiting.of_mut(direction));
        self.run(&waiting.input(direction), true, say);
    }
}

impl Parser for Stream {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        let taken = self.run(&input, false, say);
        self.waiting.of_mut(input.direction).keep(&input, taken);
        Progress::Consumed(taken)
    }

    fn gap(&mut self, direction: Direction, missing: u64, say: Say<'_>) -> Progress {
        self.flush(direction, say);
        self.framings.of_mut(direction).gap(missing);
        Progress::Consumed(0)
    }

    fn end(&mut self, say: Say<'_>) {
        self.flush(Direction::ToServer, &mut *say);
        self.flush(Direction::ToClient, &mut *say);
        self.talk.end(say);
    }

    fn memory(&self) -> usize {
        self.talk.memory() + self.waiting.of(Direction::ToServer).memory() + self.waiting.of(Direction::ToClient).memory()
    }
}

#[cfg(test)]
mod tests;
