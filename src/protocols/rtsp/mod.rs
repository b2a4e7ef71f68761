//! RTSP 1.0 and 2.0 (RFC 2326, RFC 7826): how cameras and recorders are asked for their pictures, and often the pictures themselves.
//!
//! In come the two directions of a stream; out go exchanges (the target is the URL), logins, what descriptions say, that a camera answers, and what
//! interleaved RTP carries (RFC 2326, section 10.12). After a gap the next message or frame is read. RTSP within HTTP is HTTP's.

use std::borrow::Cow;
use std::collections::VecDeque;

use super::head::Field;
use super::head::Start;
use super::protocol::{Carrier, Input, Nature, Parser, Probe, Progress, Protocol, Say, Verdict};
use super::rtp::{self, Found, Packet, Watch};
use super::sdp::{self, Format};
use super::session::{Dialect, Framing, Head, Unit};
use super::stream::{Both, Waiting, after};
use super::{credentials, pieces::Pieces};
use crate::event::{Claim, DeviceKind, Event, Exchange, Media, Readable, Role, Value};
use crate::value::ValueKind;
use crate::wire::{At, Direction};

/// RTSP over TCP.
pub static RTSP: Protocol = Protocol {
    name: "rtsp",
    carrier: Carrier::Stream,
    nature: Nature::Clear,
    ports: &[554, 8554, 10_554, 5_554, 7_070],
    probe,
    open: || Box::new(Rtsp::default()),
};

static DIALECT: Dialect = Dialect {
    version: b"RTSP/",
    methods: &["OPTIONS", "DESCRIBE", "ANNOUNCE", "SETUP", "PLAY", "PAUSE", "TEARDOWN", "GET_PARAMETER", "SET_PARAMETER", "REDIRECT", "RECORD", "PLAY_NOTIFY"],
    schemes: &["rtsp", "*"],
    has_frames: true,
};

/// At most so many requests of a direction wait; then the oldest is told without an answer.
const WAITING: usize = 64;
/// Longest target and agent that are kept until the answer comes.
const TEXT_LIMIT: usize = 8_192;
/// So far a stream that was picked up in the middle is searched.
const SEARCHED: usize = 4_096;

/// Fields that say nothing of a person or a device.
const HARMLESS: &[&str] = &[
    "accept",
    "accept-encoding",
    "accept-language",
    "accept-ranges",
    "allow",
    "bandwidth",
    "blocksize",
    "cache-control",
    "connection",
    "content-base",
    "content-encoding",
    "content-language",
    "content-length",
    "content-type",
    "cseq",
    "date",
    "expires",
    "if-modified-since",
    "media-properties",
    "media-range",
    "pipelined-requests",
    "proxy-require",
    "public",
    "range",
    "require",
    "retry-after",
    "rtp-info",
    "scale",
    "seek-style",
    "session",
    "speed",
    "supported",
    "timestamp",
    "transport",
    "unsupported",
    "vary",
    "via",
    "x-dynamic-rate",
];

fn probe(probe: &Probe<'_>) -> Verdict {
    let bytes = probe.bytes.trim_ascii_start();
    match DIALECT.begins(bytes) {
        Some(true) => side(probe, bytes),
        None => Verdict::Unsure,
        Some(false) if probe.from_start => Verdict::No,
        Some(false) => match DIALECT.find(bytes.get(..SEARCHED).unwrap_or(bytes)).and_then(|found| bytes.get(found..)) {
            // Frames alone are told by two in a row.
            Some(rest @ [b'$', ..]) if !frames_follow(rest) => Verdict::Unsure,
            Some([b'$', ..]) => Verdict::Yes,
            Some(rest) => side(probe, rest),
            None if probe.from_port == 554 || probe.to_port == 554 => Verdict::Unsure,
            None => Verdict::No,
        },
    }
}

/// The client asks but for a few requests of servers, so who sends what decides where the beginning was not seen.
fn side(probe: &Probe<'_>, bytes: &[u8]) -> Verdict {
    let usual = if bytes.starts_with(b"RTSP/") { Direction::ToClient } else { Direction::ToServer };
    if probe.from_start || probe.direction == usual { Verdict::Yes } else { Verdict::Swapped }
}

/// Whether behind the frame that begins here begins another frame of RTP.
fn frames_follow(bytes: &[u8]) -> bool {
    let &[_, _, high, low, ..] = bytes else { return false };
    let next = bytes.get(4 + usize::from(u16::from_be_bytes([high, low]))..).unwrap_or_default();
    matches!(next, [b'$', channel, _, _, first, ..] if *channel < 32 && first & 0xc0 == 0x80)
}

/// A request that waits for its answer.
struct Asked {
    number: String,
    method: String,
    target: String,
    agent: Option<String>,
    bytes: u64,
    at: At,
}

#[derive(Default)]
struct Side {
    framing: Framing,
    waiting: Waiting,
    asked: VecDeque<Asked>,
    watch: Watch,
}

#[derive(Default)]
struct Rtsp {
    sides: Both<Side>,
    /// What the last descriptions said of payload types.
    formats: Vec<Format>,
    has_claimed: bool,
}

impl Parser for Rtsp {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        let taken = self.run(&input, false, say);
        self.sides.of_mut(input.direction).waiting.keep(&input, taken);
        Progress::Consumed(taken)
    }

    fn gap(&mut self, direction: Direction, missing: u64, say: Say<'_>) -> Progress {
        self.flush(direction, &mut *say);
        self.sides.of_mut(direction).framing.gap(missing);
        Progress::Consumed(0)
    }

    fn end(&mut self, say: Say<'_>) {
        for direction in [Direction::ToServer, Direction::ToClient] {
            self.flush(direction, &mut *say);
            for asked in std::mem::take(&mut self.sides.of_mut(direction).asked) {
                tell_exchange(asked, None, &mut *say);
            }
        }
    }

    fn memory(&self) -> usize {
        let side = |direction| {
            let side: &Side = self.sides.of(direction);
            side.waiting.memory() + side.watch.memory() + side.asked.iter().map(|asked| size_of::<Asked>() + asked.target.capacity()).sum::<usize>()
        };
        side(Direction::ToServer) + side(Direction::ToClient) + self.formats.capacity() * size_of::<Format>()
    }
}

impl Rtsp {
    fn run(&mut self, input: &Input<'_>, closing: bool, say: Say<'_>) -> usize {
        let mut done = 0;
        loop {
            let rest = after(input, done);
            let (taken, unit) = self.sides.of_mut(input.direction).framing.next(&DIALECT, &rest, closing);
            match &unit {
                Some(Unit::Message { head, body }) => self.message(head, body, &mut *say),
                Some(Unit::Frame { channel, data, is_whole }) => self.frame(*channel, data, *is_whole, &mut *say),
                Some(Unit::Garbage) => say(Event::Malformed { what: "rtsp message expected" }),
                None if taken == 0 => return done,
                None => {}
            }
            done += taken;
        }
    }

    /// Reads what waits in a direction for the last time.
    fn flush(&mut self, direction: Direction, say: Say<'_>) {
        let waiting = std::mem::take(&mut self.sides.of_mut(direction).waiting);
        self.run(&waiting.input(direction), true, say);
    }

    fn message(&mut self, input: &Input<'_>, body: &Input<'_>, say: Say<'_>) {
        let Some(head) = Head::read(input.bytes, &DIALECT) else { return };
        for field in &head.fields {
            tell_field(field, input, &mut *say);
        }
        self.body(&head, body, &mut *say);
        let text = |name: &str| head.field(name, "").map(|field| limited(&field.text()));
        let number = text("cseq").unwrap_or_default();
        match head.start {
            Start::Request { method, target, target_at } => {
                tell_target(target, target_at, input, &mut *say);
                let (method, target) = (method.to_owned(), limited(&String::from_utf8_lossy(target)));
                let asked = Asked { number, method, target, agent: text("user-agent"), bytes: body.bytes.len() as u64, at: input.at(0, input.bytes.len()) };
                let waiting = &mut self.sides.of_mut(input.direction).asked;
                waiting.push_back(asked);
                if waiting.len() > WAITING
                    && let Some(oldest) = waiting.pop_front()
                {
                    tell_exchange(oldest, None, say);
                }
            }
            Start::Answer { status } => {
                let asked = &mut self.sides.of_mut(input.direction.flip()).asked;
                let place = asked.iter().position(|asked| asked.number == number);
                let answer = Answer { status, media_type: text("content-type"), agent: text("server"), bytes: body.bytes.len() as u64 };
                match place.and_then(|place| asked.remove(place)) {
                    Some(asked) => tell_exchange(asked, Some(answer), say),
                    None => tell_response(answer, input.at(0, input.bytes.len()), say),
                }
            }
        }
    }

    /// A body: a description, or whatever else can be read.
    fn body(&mut self, head: &Head<'_>, body: &Input<'_>, say: Say<'_>) {
        if body.bytes.is_empty() {
            return;
        }
        if !sdp::is_sdp(body.bytes) {
            let media_type = head.field("content-type", "").map(|field| field.text().into_owned());
            Pieces::new(Role::Body, media_type).read(body.bytes, &["rtsp-body"], body.place(0), true, say);
            return;
        }
        self.formats = sdp::read(body, &mut *say);
        // Who answers with a description, or announces one, is who sends.
        if sdp::has_video(&self.formats) && !std::mem::replace(&mut self.has_claimed, true) {
            let (of_client, at) = (body.direction == Direction::ToServer, body.at(0, body.bytes.len()));
            say(Event::Claim(Claim { kind: DeviceKind::Camera, why: "it offers live video over RTSP", of_client, certain: true, at }));
        }
    }

    /// A frame: RTP on even channels, RTCP on odd ones, as a rule.
    fn frame(&mut self, channel: u8, data: &Input<'_>, is_whole: bool, say: Say<'_>) {
        if rtp::rtcp::may_be(data.bytes) {
            if is_whole {
                rtp::rtcp::tell(data, say);
            }
            return;
        }
        let Some(packet) = Packet::read(data.bytes).filter(|_| channel < 32) else { return };
        let at = data.at(data.bytes.len().saturating_sub(packet.payload.len()), packet.payload.len());
        match self.sides.of_mut(data.direction).watch.take(&packet, &self.formats) {
            Some(Found::Clear(media, codec)) => {
                say(Event::Media { media, codec, at });
                let is_camera = media == Media::Video && !std::mem::replace(&mut self.has_claimed, true);
                if is_camera {
                    let of_client = data.direction == Direction::ToServer;
                    say(Event::Claim(Claim { kind: DeviceKind::Camera, why: "it sends live video over RTSP", of_client, certain: false, at }));
                }
            }
            Some(Found::Cipher) => say(Event::Sealed { with: "SRTP", at }),
            None => {}
        }
    }
}

/// What an answer says.
struct Answer {
    status: u16,
    media_type: Option<String>,
    agent: Option<String>,
    bytes: u64,
}

fn tell_exchange(asked: Asked, answer: Option<Answer>, say: Say<'_>) {
    let status = answer.as_ref().map(|answer| answer.status);
    let bytes = asked.bytes + answer.as_ref().map_or(0, |answer| answer.bytes);
    let (content_type, server) = answer.map_or((None, None), |answer| (answer.media_type, answer.agent));
    say(Event::Exchange(Exchange {
        method: Some(&asked.method),
        target: Some(Cow::Borrowed(&asked.target)),
        status,
        content_type: content_type.map(Cow::Owned),
        agent: server.or(asked.agent).map(Cow::Owned),
        bytes,
        at: asked.at,
        ..Exchange::default()
    }));
}

/// An answer whose request was never seen stands for itself.
fn tell_response(answer: Answer, at: At, say: Say<'_>) {
    let (content_type, agent) = (answer.media_type.map(Cow::Owned), answer.agent.map(Cow::Owned));
    let (kind, status) = (Some("response"), Some(answer.status));
    say(Event::Exchange(Exchange { kind, status, content_type, agent, bytes: answer.bytes, at, ..Exchange::default() }));
}

/// The host and the login in a URL.
fn authority(target: &str) -> Option<&str> {
    let (scheme, rest) = target.split_once("://")?;
    scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()).then(|| rest.split(['/', '?', '#']).next()).flatten()
}

/// Tells the URL, and the login that one may hold.
fn tell_target(target: &[u8], index: usize, input: &Input<'_>, say: Say<'_>) {
    say(Event::Readable(Readable { role: Role::Target, bytes: target, field: None, media: None, chain: &[], place: input.place(index) }));
    let text = String::from_utf8_lossy(target);
    let Some((login, _)) = authority(&text).and_then(|authority| authority.rsplit_once('@')) else { return };
    let (user, password) = login.split_once(':').unwrap_or((login, ""));
    for (kind, value) in [(ValueKind::Username, user), (ValueKind::Password, password)] {
        if !value.is_empty() {
            say(Event::Value(Value { kind, value: Cow::Borrowed(value), field: "userinfo", chain: &[], at: input.at(index, target.len()) }));
        }
    }
}

fn tell_field(field: &Field<'_>, input: &Input<'_>, say: Say<'_>) {
    if field.value.is_empty() || HARMLESS.iter().any(|name| field.is(name)) {
        return;
    }
    let place = input.place(field.at);
    say(Event::Readable(Readable { role: Role::Header, bytes: field.value, field: Some(field.name), media: None, chain: &[], place }));
    if field.is("authorization") || field.is("proxy-authorization") {
        credentials::tell(&field.text(), &field.name.to_ascii_lowercase(), input.at(field.at, field.value.len()), say);
    }
}

/// As much of a text as is kept.
fn limited(text: &str) -> String {
    text.chars().take(TEXT_LIMIT).collect()
}

#[cfg(test)]
mod tests;
