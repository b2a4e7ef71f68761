//! Messages that tell their own length, in streams and datagrams: the part of a parser that is the same for all of them.
//!
//! No protocol of its own: a protocol's file says how long a message is and what it tells.

use super::protocol::{Input, Parser, Progress, Say};
use super::stream::{after, first};
use crate::event::Event;
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

/// What follows a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Further messages.
    Message,
    /// Another protocol's bytes, in both directions.
    Other,
    /// Nothing that can be read.
    Sealed,
}

/// A protocol of messages that tell their own length.
pub(super) trait Messages: Default + Send + 'static {
    /// What is counted where a message breaks the protocol's rules.
    const MALFORMED: &'static str;

    /// How long the message is that begins here. Looks at a bounded number of bytes, and says the same of any longer beginning of the message, but for
    /// [`Frame::More`].
    fn frame(&self, direction: Direction, bytes: &[u8]) -> Frame;

    /// Whether a datagram is one of a relative that the same ends speak on the same ports.
    fn is_relative(bytes: &[u8]) -> bool {
        let _ = bytes;
        false
    }

    /// Tells what a message says; of a datagram the end may be missing.
    fn tell(&mut self, message: &Input<'_>, say: Say<'_>) -> Next;

    /// Tells what still waits for an answer.
    fn end(&mut self, say: Say<'_>) {
        let _ = say;
    }
}

/// Reads messages from a stream.
#[derive(Debug, Default)]
struct Stream<M> {
    protocol: M,
    has_gap: bool,
}

/// A parser for a stream.
pub(super) fn stream<M: Messages>() -> Box<dyn Parser> {
    Box::new(Stream::<M>::default())
}

impl<M: Messages> Parser for Stream<M> {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        let mut at = 0;
        while let Some(rest) = input.bytes.get(at..).filter(|rest| !rest.is_empty()) {
            match self.protocol.frame(input.direction, rest) {
                Frame::Length(length) if length > 0 && length <= rest.len() => {
                    let next = self.protocol.tell(&first(&after(&input, at), length), say);
                    at += length;
                    match next {
                        Next::Message => {}
                        Next::Other => return Progress::Handover(at),
                        Next::Sealed => return Progress::Done,
                    }
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

    fn end(&mut self, say: Say<'_>) {
        self.protocol.end(say);
    }
}

/// Reads messages from datagrams.
#[derive(Debug, Default)]
struct Datagrams<M> {
    protocol: M,
}

/// A parser for datagrams.
pub(super) fn datagrams<M: Messages>() -> Box<dyn Parser> {
    Box::new(Datagrams::<M>::default())
}

impl<M: Messages> Parser for Datagrams<M> {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        match self.protocol.frame(input.direction, input.bytes) {
            // Of a longer one not all was captured: what is there is read.
            Frame::Length(length) if length >= input.bytes.len() => {
                self.protocol.tell(&input, say);
            }
            _ if M::is_relative(input.bytes) => {
                self.protocol.end(say);
                return Progress::Handover(0);
            }
            _ => say(Event::Malformed { what: M::MALFORMED }),
        }
        Progress::Consumed(input.bytes.len())
    }

    fn end(&mut self, say: Say<'_>) {
        self.protocol.end(say);
    }
}
