//! Messages that tell their own length, in streams and datagrams.
//!
//! No protocol of its own: a maker's file says how long a message is and what it tells.

use crate::event::Event;
use crate::protocols::protocol::{Input, Parser, Probe, Progress, Say, Verdict};
use crate::protocols::stream::{after, first};
use crate::wire::Direction;

/// What the first bytes of a message say of its length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// It has so many bytes, its head included. Never zero.
    Length(usize),
    /// More bytes are needed to tell.
    More,
    /// It is no message of this protocol.
    Not,
}

/// A protocol of messages that tell their own length.
pub(super) trait Maker: Default + Send + 'static {
    /// What is counted where a message breaks the protocol's rules.
    const MALFORMED: &'static str;

    /// How long the message is that begins here. Must hold back nothing of what recognises a message, and say the same of any longer beginning of it,
    /// but for [`Frame::More`].
    fn frame(bytes: &[u8]) -> Frame;

    /// Tells what a message says; of a datagram the end may be missing.
    fn tell(&mut self, message: &Input<'_>, say: Say<'_>);
}

/// Whether a stream begins with a message.
pub(super) fn probe_stream<M: Maker>(probe: &Probe<'_>) -> Verdict {
    match M::frame(probe.bytes) {
        Frame::Length(_) => Verdict::Yes,
        Frame::More => Verdict::Unsure,
        Frame::Not => Verdict::No,
    }
}

/// Whether a datagram is one message and nothing else.
pub(super) fn probe_datagram<M: Maker>(probe: &Probe<'_>) -> Verdict {
    if M::frame(probe.bytes) == Frame::Length(probe.bytes.len()) { Verdict::Yes } else { Verdict::No }
}

/// Reads messages from a stream.
#[derive(Debug, Default)]
pub(super) struct Stream<M> {
    maker: M,
    has_gap: bool,
}

/// A parser for a stream.
pub(super) fn stream<M: Maker>() -> Box<dyn Parser> {
    Box::new(Stream::<M>::default())
}

impl<M: Maker> Parser for Stream<M> {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        let mut at = 0;
        while let Some(rest) = input.bytes.get(at..).filter(|rest| !rest.is_empty()) {
            match M::frame(rest) {
                Frame::Length(length) if length > 0 && length <= rest.len() => {
                    self.maker.tell(&first(&after(&input, at), length), say);
                    at += length;
                }
                Frame::Length(_) | Frame::More => break,
                // Behind a gap nobody knows where a message begins.
                Frame::Not if self.has_gap => return Progress::Consumed(input.bytes.len()),
                Frame::Not => {
                    say(Event::Malformed { what: M::MALFORMED });
                    return Progress::Lost;
                }
            }
        }
        Progress::Consumed(at)
    }

    fn gap(&mut self, _: Direction, _: u64, _: Say<'_>) -> Progress {
        self.has_gap = true;
        Progress::Consumed(0)
    }
}

/// Reads messages from datagrams.
#[derive(Debug, Default)]
pub(super) struct Datagrams<M> {
    maker: M,
}

/// A parser for datagrams.
pub(super) fn datagrams<M: Maker>() -> Box<dyn Parser> {
    Box::new(Datagrams::<M>::default())
}

impl<M: Maker> Parser for Datagrams<M> {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        match M::frame(input.bytes) {
            // Of a longer one not all was captured: what is there is read.
            Frame::Length(length) if length >= input.bytes.len() => self.maker.tell(&input, say),
            _ => say(Event::Malformed { what: M::MALFORMED }),
        }
        Progress::Consumed(input.bytes.len())
    }
}
