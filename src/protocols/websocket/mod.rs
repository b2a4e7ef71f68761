//! WebSocket (RFC 6455) after HTTP/1's Upgrade, with packed messages (RFC 7692).
//!
//! Comes in: the two directions of a stream behind the handshake. Goes out: messages as readable payloads, one exchange for each kind of message with the
//! target and host of the handshake, and the code of a close. What is no JSON may be a stream of another protocol (MQTT, SIP, …): it is told as carried.

mod frame;
mod inflate;
mod probe;

use std::borrow::Cow;

use frame::{BINARY, CLOSE, CONTINUATION, Frame, HEADER_LIMIT, Miss, TEXT, unmask};
use inflate::{Inflater, TAIL, Trouble};

use super::media;
use super::pieces::{PIECE, Pieces};
use super::protocol::{Carrier, Input, Nature, Parser, Progress, Protocol, Say, Upgrade};
use super::stream::{Both, after, first};
use crate::event::{Event, Exchange, Place, Readable, Role};
use crate::wire::{At, Direction};

/// WebSocket over TCP.
pub static WEBSOCKET: Protocol =
    Protocol { name: "websocket", carrier: Carrier::Stream, nature: Nature::Clear, ports: &[], probe: probe::probe, open: || Box::new(WebSocket::default()) };

/// How messages were unwrapped.
const PLAIN: &[&str] = &["websocket"];
const PACKED: &[&str] = &["websocket", "deflate"];

/// So many bytes of a message decide how it is told.
const ENOUGH: usize = 320;

/// Digits before the JSON of a message of Socket.IO: its kinds, the number of its attachments, and of its answer.
const DIGITS: usize = 12;

#[derive(Debug, Default)]
struct WebSocket {
    sides: Both<Side>,
    agreed: Upgrade,
}

#[derive(Debug, Default)]
struct Side {
    state: State,
    inflater: Inflater,
    message: Option<Message>,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Frame,
    /// In the payload of a frame of a message: so many bytes are done with, and so many still to come.
    Payload {
        frame: Frame,
        done: u64,
        left: u64,
    },
    Skip(u64),
    /// Where the next frame begins is not known.
    Lost,
}

/// A message that is being read.
#[derive(Debug)]
struct Message {
    opcode: u8,
    is_packed: bool,
    /// Unpacked bytes that are not told yet.
    held: Vec<u8>,
    how: How,
    /// Its bytes as sent.
    bytes: u64,
    at: At,
}

/// How a message is told.
#[derive(Debug)]
enum How {
    /// Too few bytes are there.
    Unknown,
    /// As a message by itself.
    Readable(Pieces),
    /// As the next bytes of a stream.
    Carried,
    /// Not at all: it cannot be unpacked.
    Silent,
}

/// What a step came to.
enum Step {
    On(usize),
    Wait,
    Lost,
}

impl Parser for WebSocket {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        let mut done = 0;
        loop {
            match self.step(&after(&input, done), say) {
                Step::On(taken) => done += taken,
                Step::Wait => return Progress::Consumed(done),
                Step::Lost if self.agreed.to.is_empty() => return Progress::Lost,
                Step::Lost => {
                    say(Event::Malformed { what: "websocket frame expected" });
                    self.lose(input.direction, say);
                }
            }
        }
    }

    fn gap(&mut self, direction: Direction, missing: u64, say: Say<'_>) -> Progress {
        let side = self.sides.of_mut(direction);
        let inside = match &mut side.state {
            State::Payload { done, left, .. } => left.checked_sub(missing).map(|rest| (*left, *done) = (rest, done.saturating_add(missing))).is_some(),
            State::Skip(left) => left.checked_sub(missing).map(|rest| *left = rest).is_some(),
            State::Frame | State::Lost => false,
        };
        side.inflater.gap();
        if inside {
            if let Some(message) = side.message.as_mut().filter(|message| message.is_packed) {
                message.choose(&self.agreed, true);
                message.tell(true, say);
                message.how = How::Silent;
            }
        } else {
            self.lose(direction, say);
        }
        Progress::Consumed(0)
    }

    fn end(&mut self, say: Say<'_>) {
        self.finish(Direction::ToServer, say);
        self.finish(Direction::ToClient, say);
    }

    fn take_over(&mut self, upgrade: Upgrade) {
        self.agreed = upgrade;
    }

    fn memory(&self) -> usize {
        let side = |side: &Side| side.inflater.memory() + side.message.as_ref().map_or(0, |message| message.held.capacity());
        side(self.sides.of(Direction::ToServer)) + side(self.sides.of(Direction::ToClient))
    }
}

impl WebSocket {
    fn step(&mut self, input: &Input<'_>, say: Say<'_>) -> Step {
        let side = self.sides.of_mut(input.direction);
        match &mut side.state {
            State::Frame => match Frame::read(input.bytes) {
                Ok(frame) if frame.is_control() => self.control(frame, input, say),
                Ok(frame) => self.begin(frame, input, say),
                Err(Miss::Part) => Step::Wait,
                Err(Miss::Not) => Step::Lost,
            },
            State::Payload { frame, left: 0, .. } => {
                let is_last = frame.is_last;
                side.state = State::Frame;
                if is_last {
                    self.finish(input.direction, say);
                }
                Step::On(0)
            }
            State::Payload { frame, done, left } => {
                let available = usize::try_from(*left).unwrap_or(usize::MAX).min(input.bytes.len());
                if available == 0 {
                    return Step::Wait;
                }
                let mut bytes = first(input, available).bytes.to_vec();
                if let Some(mask) = frame.mask {
                    unmask(&mut bytes, mask, (*done % 4) as usize);
                }
                *done += available as u64;
                *left -= available as u64;
                if let Some(message) = &mut side.message {
                    message.add(&bytes, &mut side.inflater, say);
                    message.choose(&self.agreed, false);
                    message.tell(false, say);
                }
                Step::On(available)
            }
            State::Skip(left) => {
                let available = usize::try_from(*left).unwrap_or(usize::MAX).min(input.bytes.len());
                *left -= available as u64;
                if *left == 0 {
                    side.state = State::Frame;
                    return Step::On(available);
                }
                if available == 0 { Step::Wait } else { Step::On(available) }
            }
            // A frame begins where a segment does, most likely.
            State::Lost if input.bytes.len() < HEADER_LIMIT => Step::Wait,
            State::Lost => match Frame::read(input.bytes) {
                Ok(frame) if frame.mask.is_some() == (input.direction == Direction::ToServer) && !frame.is_packed && reaches(frame, input.bytes) => {
                    side.state = State::Frame;
                    Step::On(0)
                }
                _ => Step::On(input.bytes.len()),
            },
        }
    }

    /// A frame of a message begins.
    fn begin(&mut self, frame: Frame, input: &Input<'_>, say: Say<'_>) -> Step {
        if frame.opcode != CONTINUATION {
            self.finish(input.direction, say);
        }
        let side = self.sides.of_mut(input.direction);
        let at = input.at(0, input.bytes.len().min(frame.header.saturating_add(usize::try_from(frame.length).unwrap_or(usize::MAX))));
        match &mut side.message {
            None if frame.opcode == CONTINUATION => {
                // Its beginning was not seen.
                side.state = State::Skip(frame.length);
                return Step::On(frame.header);
            }
            None => {
                side.inflater.begin();
                let (opcode, is_packed) = (frame.opcode, frame.is_packed);
                side.message = Some(Message { opcode, is_packed, held: Vec::new(), how: How::Unknown, bytes: 0, at });
            }
            Some(_) => {}
        }
        side.state = State::Payload { frame, done: 0, left: frame.length };
        Step::On(frame.header)
    }

    /// A frame of control, which waits for its whole payload.
    fn control(&mut self, frame: Frame, input: &Input<'_>, say: Say<'_>) -> Step {
        let whole = frame.header + frame.length as usize;
        let Some(payload) = input.bytes.get(frame.header..whole) else { return Step::Wait };
        let mut payload = payload.to_vec();
        if let Some(mask) = frame.mask {
            unmask(&mut payload, mask, 0);
        }
        let at = input.at(0, whole);
        let (status, text) = match payload.split_first_chunk::<2>() {
            Some((code, reason)) if frame.opcode == CLOSE => (Some(u16::from_be_bytes(*code)), reason),
            _ => (None, payload.as_slice()),
        };
        if !text.is_empty() {
            let place = Place::Unpacked(at);
            say(Event::Readable(Readable { role: Role::Payload, bytes: text, field: None, media: None, chain: PLAIN, place }));
        }
        if frame.opcode == CLOSE {
            self.finish(input.direction, say);
            self.tell("close", status, payload.len() as u64, at, say);
        }
        Step::On(whole)
    }

    /// The message in a direction is over: tells what is held of it, and that there was one.
    fn finish(&mut self, direction: Direction, say: Say<'_>) {
        let side = self.sides.of_mut(direction);
        let Some(mut message) = side.message.take() else { return };
        if message.is_packed {
            message.inflate(TAIL, &mut side.inflater, say);
        }
        message.choose(&self.agreed, true);
        message.tell(true, say);
        let kind = if message.opcode == BINARY { "binary" } else { "text" };
        self.tell(kind, None, message.bytes, message.at, say);
    }

    fn tell(&self, kind: &str, status: Option<u16>, bytes: u64, at: At, say: Say<'_>) {
        let text = |text: &Option<String>| text.clone().map(Cow::Owned);
        let (target, host) = (text(&self.agreed.target), text(&self.agreed.host));
        say(Event::Exchange(Exchange { kind: Some(kind), target, host, status, bytes, at, ..Exchange::default() }));
    }

    /// The thread is lost in a direction.
    fn lose(&mut self, direction: Direction, say: Say<'_>) {
        let side = self.sides.of_mut(direction);
        side.inflater.gap();
        side.state = State::Lost;
        self.finish(direction, say);
    }
}

impl Message {
    /// Adds bytes as sent.
    fn add(&mut self, bytes: &[u8], inflater: &mut Inflater, say: Say<'_>) {
        self.bytes = self.bytes.saturating_add(bytes.len() as u64);
        if matches!(self.how, How::Silent) {
            return;
        }
        if self.is_packed {
            self.inflate(bytes, inflater, say);
        } else {
            self.held.extend_from_slice(bytes);
        }
    }

    fn inflate(&mut self, bytes: &[u8], inflater: &mut Inflater, say: Say<'_>) {
        if matches!(self.how, How::Silent) {
            return;
        }
        if let Err(trouble) = inflater.feed(bytes, &mut self.held) {
            let what = match trouble {
                Trouble::Damaged => "websocket message cannot be unpacked",
                Trouble::Limit => "websocket message unpacks to more than the limit",
            };
            say(Event::Malformed { what });
            if let How::Unknown = self.how {
                self.how = How::Carried;
            }
            self.tell(true, say);
            self.how = How::Silent;
        }
    }

    /// Decides by its first bytes how the message is told; `is_last`: nothing more comes.
    fn choose(&mut self, agreed: &Upgrade, is_last: bool) {
        if !matches!(self.how, How::Unknown) || self.held.is_empty() || (self.held.len() < ENOUGH && !is_last) {
            return;
        }
        let structured = |byte: &u8| b"{[".contains(byte) || byte.is_ascii_digit();
        let is_json = self.opcode == TEXT && self.held.trim_ascii_start().first().is_some_and(structured);
        let is_recording = agreed.carries.is_none() && media::by_magic(&self.held).is_some();
        if is_json {
            self.held.drain(..before_json(&self.held));
        }
        self.how = if is_json || is_recording { How::Readable(Pieces::new(Role::Payload, None)) } else { How::Carried };
    }

    /// Tells what is ripe; `is_last`: nothing more comes.
    fn tell(&mut self, is_last: bool, say: Say<'_>) {
        let chain = if self.is_packed { PACKED } else { PLAIN };
        let place = Place::Unpacked(self.at);
        let mut done = 0;
        while let Some(rest) = self.held.get(done..).filter(|rest| !rest.is_empty()) {
            let told = match &mut self.how {
                How::Unknown => 0,
                How::Silent => rest.len(),
                How::Carried if !is_last && rest.len() < PIECE => 0,
                How::Carried => {
                    let bytes = rest.get(..PIECE).unwrap_or(rest);
                    say(Event::Carried(Readable { role: Role::Payload, bytes, field: None, media: None, chain, place }));
                    bytes.len()
                }
                How::Readable(pieces) => pieces.read(rest, chain, place, is_last, say),
            };
            if told == 0 {
                break;
            }
            done += told;
        }
        if done >= self.held.len() {
            self.held = Vec::new();
        } else {
            self.held.drain(..done);
        }
    }
}

/// How much stands before the JSON of a message of Engine.IO and Socket.IO (<https://socket.io/docs/v4/engine-io-protocol/>): `42/room,7[…]`.
fn before_json(text: &[u8]) -> usize {
    let digits = |text: &[u8]| text.iter().take(DIGITS).take_while(|byte| byte.is_ascii_digit() || **byte == b'-').count();
    let mut index = digits(text);
    if text.get(index) == Some(&b'/')
        && let Some(comma) = text.get(..256).unwrap_or(text).iter().position(|byte| *byte == b',')
    {
        index = comma + 1;
        index += digits(text.get(index..).unwrap_or_default());
    }
    if text.get(index).is_some_and(|byte| b"{[".contains(byte)) { index } else { 0 }
}

/// Whether a frame's payload reaches to the end of these bytes, or to another frame.
fn reaches(frame: Frame, bytes: &[u8]) -> bool {
    let end = usize::try_from(frame.length).ok().and_then(|length| length.checked_add(frame.header));
    end.and_then(|end| bytes.get(end..)).is_some_and(|rest| Frame::read(rest) != Err(Miss::Not))
}

#[cfg(test)]
mod tests;
