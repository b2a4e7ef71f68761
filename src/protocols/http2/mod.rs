//! HTTP/2 in the clear (RFC 9113), with gRPC on it, on any port: from its preface, after an Upgrade of HTTP/1 (`h2c`, RFC 7540, section 3.2), or picked
//! up in the middle.
//!
//! Comes in: the two directions of a stream. Goes out: as for HTTP/1 names, readable parts, named secrets and exchanges, one a stream.
//! Bodies are handed on as they come; what has its fields packed into it ([`hpack`]) waits for its whole frame.

mod frame;
mod hpack;
mod probe;
mod streams;

use frame::{ACK, END_HEADERS, END_STREAM, Frame, HEADER, PADDED, PREFACE, WITH_PRIORITY, kind};
use hpack::Table;
use streams::{Section, Streams};

use super::protocol::{Carrier, Input, Nature, Parser, Progress, Protocol, Say, Upgrade};
use super::stream::{Both, after, first};
use super::web::open::Open;
use crate::event::Event;
use crate::wire::{At, Direction};

/// HTTP/2 over TCP.
pub static HTTP2: Protocol =
    Protocol { name: "http2", carrier: Carrier::Stream, nature: Nature::Clear, ports: probe::PORTS, probe: probe::probe, open: || Box::new(Http2::default()) };

/// A frame that is read as a whole, and the packed fields of one head, may be so long; of a longer one nothing is read.
const WHOLE_LIMIT: usize = 64 << 10;

/// SETTINGS_HEADER_TABLE_SIZE.
const TABLE_SIZE: u16 = 1;

#[derive(Debug, Default)]
struct Http2 {
    sides: Both<Side>,
    streams: Streams,
}

#[derive(Debug, Default)]
struct Side {
    state: State,
    table: Table,
    block: Option<Block>,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Preface,
    Frame,
    /// In the payload of a DATA frame: so many bytes of it, and then of padding, are still to come.
    Data {
        stream: u32,
        left: usize,
        padding: usize,
        is_last: bool,
    },
    Skip(usize),
    /// Where the next frame begins is not known.
    Lost,
}

/// Packed fields that go on in the next frame.
#[derive(Debug)]
struct Block {
    stream: u32,
    promised: Option<u32>,
    is_last: bool,
    bytes: Vec<u8>,
    at: At,
}

/// What a step came to.
enum Step {
    On(usize),
    Wait,
}

impl Parser for Http2 {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        let mut done = 0;
        loop {
            match self.step(&after(&input, done), say) {
                Step::On(taken) => done += taken,
                Step::Wait => return Progress::Consumed(done),
            }
        }
    }

    fn gap(&mut self, direction: Direction, missing: u64, say: Say<'_>) -> Progress {
        let side = self.sides.of_mut(direction);
        let inside = match &mut side.state {
            State::Data { left, stream, .. } => {
                let rest = usize::try_from(missing).ok().and_then(|missing| left.checked_sub(missing));
                rest.map(|rest| *left = rest).is_some().then_some(Some(*stream))
            }
            State::Skip(left) => {
                let rest = usize::try_from(missing).ok().and_then(|missing| left.checked_sub(missing));
                rest.map(|rest| *left = rest).is_some().then_some(None)
            }
            State::Preface | State::Frame | State::Lost => None,
        };
        match inside {
            Some(Some(stream)) => self.streams.gap(direction, Some(stream), say),
            Some(None) => {}
            None => {
                self.lose(direction);
                self.streams.gap(direction, None, say);
            }
        }
        Progress::Consumed(0)
    }

    fn end(&mut self, say: Say<'_>) {
        self.streams.close(say);
    }

    fn take_over(&mut self, upgrade: Upgrade) {
        let Upgrade { method, target, host, agent, at, .. } = upgrade;
        self.streams.upgraded(Open { method, target, host, agent, at, ..Open::default() });
    }

    fn memory(&self) -> usize {
        let side = |side: &Side| side.table.memory() + side.block.as_ref().map_or(0, |block| block.bytes.capacity());
        self.streams.memory() + side(self.sides.of(Direction::ToServer)) + side(self.sides.of(Direction::ToClient))
    }
}

impl Http2 {
    fn step(&mut self, input: &Input<'_>, say: Say<'_>) -> Step {
        let side = self.sides.of_mut(input.direction);
        match &mut side.state {
            State::Preface => {
                let shared = input.bytes.iter().zip(PREFACE).take_while(|(one, other)| one == other).count();
                if shared == input.bytes.len() && shared < PREFACE.len() {
                    return Step::Wait;
                }
                side.state = State::Frame;
                Step::On(if shared == PREFACE.len() { shared } else { 0 })
            }
            State::Frame => match Frame::read(input.bytes) {
                Some(frame) => self.frame(frame, input, say),
                None => Step::Wait,
            },
            State::Data { left: 0, padding, stream, is_last } => {
                let (stream, is_last) = (*stream, *is_last);
                side.state = State::Skip(*padding);
                if is_last {
                    self.streams.end(input.direction, stream, say);
                }
                Step::On(0)
            }
            State::Data { left, stream, .. } => {
                let available = input.bytes.len().min(*left);
                if available == 0 {
                    return Step::Wait;
                }
                *left -= available;
                self.streams.data(*stream, &first(input, available), say);
                Step::On(available)
            }
            State::Skip(0) => {
                side.state = State::Frame;
                Step::On(0)
            }
            State::Skip(left) => {
                let available = input.bytes.len().min(*left);
                *left -= available;
                if available == 0 { Step::Wait } else { Step::On(available) }
            }
            State::Lost => match probe::find(input.bytes) {
                Some(index) => {
                    side.state = State::Frame;
                    Step::On(index)
                }
                None if input.bytes.len() < HEADER => Step::Wait,
                None => Step::On(input.bytes.len()),
            },
        }
    }

    /// Reads a frame, of whose payload all, some or nothing is there.
    fn frame(&mut self, frame: Frame, input: &Input<'_>, say: Say<'_>) -> Step {
        let direction = input.direction;
        let side = self.sides.of_mut(direction);
        if !frame.is_sane() && !frame.is_extension() {
            say(Event::Malformed { what: "http2 frame expected" });
            self.lose(direction);
            return Step::On(1);
        }
        if side.block.is_some() && frame.kind != kind::CONTINUATION {
            // The end of a head is missing, and with it what it added to the table.
            say(Event::Malformed { what: "http2 head without its end" });
            side.block = None;
            side.table.forget();
        }
        match frame.kind {
            kind::DATA => return self.data(frame, input, say),
            kind::HEADERS | kind::CONTINUATION | kind::PUSH_PROMISE if frame.length > WHOLE_LIMIT => {
                say(Event::Malformed { what: "http2 head longer than the limit" });
                side.block = None;
                side.table.forget();
            }
            kind::HEADERS | kind::CONTINUATION | kind::PUSH_PROMISE | kind::SETTINGS | kind::RESET if frame.length <= WHOLE_LIMIT => {
                let Some(payload) = input.bytes.get(HEADER..HEADER + frame.length) else { return Step::Wait };
                let at = input.at(HEADER, frame.length);
                self.whole(frame, payload, direction, at, say);
                return Step::On(HEADER + frame.length);
            }
            _ => {}
        }
        self.sides.of_mut(direction).state = State::Skip(frame.length);
        Step::On(HEADER)
    }

    fn data(&mut self, frame: Frame, input: &Input<'_>, say: Say<'_>) -> Step {
        let (before, padding) = match input.bytes.get(HEADER) {
            _ if !frame.has(PADDED) => (0, 0),
            None => return Step::Wait,
            Some(padding) => (1, usize::from(*padding)),
        };
        let left = frame.length.checked_sub(before + padding);
        if left.is_none() {
            say(Event::Malformed { what: "http2 padding longer than its frame" });
        }
        self.sides.of_mut(input.direction).state = match left {
            Some(left) => State::Data { stream: frame.stream, left, padding, is_last: frame.has(END_STREAM) },
            None => State::Skip(frame.length.saturating_sub(before)),
        };
        Step::On(HEADER + before)
    }

    /// Reads a frame that is there as a whole.
    fn whole(&mut self, frame: Frame, payload: &[u8], direction: Direction, at: At, say: Say<'_>) {
        match frame.kind {
            kind::RESET => self.streams.reset(frame.stream, say),
            kind::SETTINGS if !frame.has(ACK) => {
                let sizes = frame::settings(payload).filter(|(id, _)| *id == TABLE_SIZE);
                // What one end allows holds for what the other sends.
                let table = &mut self.sides.of_mut(direction.flip()).table;
                sizes.for_each(|(_, size)| table.allow(size));
            }
            kind::HEADERS | kind::PUSH_PROMISE => {
                let skip = if frame.kind == kind::HEADERS && frame.has(WITH_PRIORITY) { 5 } else { 0 };
                let Some(content) = frame.content(payload).and_then(|content| content.get(skip..)) else {
                    say(Event::Malformed { what: "http2 padding longer than its frame" });
                    self.sides.of_mut(direction).table.forget();
                    return;
                };
                let (promised, bytes) = match content.split_first_chunk::<4>() {
                    Some((number, rest)) if frame.kind == kind::PUSH_PROMISE => (Some(u32::from_be_bytes(*number) & 0x7fff_ffff), rest),
                    _ => (None, content),
                };
                let is_last = frame.kind == kind::HEADERS && frame.has(END_STREAM);
                self.sides.of_mut(direction).block = Some(Block { stream: frame.stream, promised, is_last, bytes: bytes.to_vec(), at });
                self.block(frame, direction, say);
            }
            kind::CONTINUATION => {
                let side = self.sides.of_mut(direction);
                match &mut side.block {
                    Some(block) if block.stream == frame.stream && block.bytes.len() + payload.len() <= WHOLE_LIMIT => block.bytes.extend_from_slice(payload),
                    _ => {
                        say(Event::Malformed { what: "http2 head longer than the limit" });
                        side.block = None;
                        side.table.forget();
                    }
                }
                self.block(frame, direction, say);
            }
            _ => {}
        }
    }

    /// Reads packed fields, where their last frame was there.
    fn block(&mut self, frame: Frame, direction: Direction, say: Say<'_>) {
        let side = self.sides.of_mut(direction);
        let Some(block) = side.block.take_if(|_| frame.has(END_HEADERS)) else { return };
        let (fields, result) = side.table.read(&block.bytes);
        if result.is_err() {
            say(Event::Malformed { what: "http2 head cannot be unpacked" });
        }
        let section = Section { fields, at: block.at, is_last: block.is_last };
        match block.promised {
            Some(promised) => self.streams.promise(direction, promised, &section, say),
            None => self.streams.section(direction, block.stream, &section, say),
        }
    }

    /// The thread is lost in a direction: the next frame must be found, and what was added to the table meanwhile is not known.
    fn lose(&mut self, direction: Direction) {
        let side = self.sides.of_mut(direction);
        side.state = State::Lost;
        side.block = None;
        side.table.forget();
    }
}

#[cfg(test)]
mod tests;
