//! The contract of every protocol: how it is recognised by its bytes, and how it is read.
//!
//! A protocol knows bytes and events. It knows neither flows, nor detectors, nor findings, nor any other protocol's file.
//!
//! # How a parser is driven
//!
//! * A *stream* protocol is shown, per direction, all bytes from the first that it has not consumed yet: whatever it leaves is shown again with
//!   more behind it. So it may simply wait for a whole message; it must still give the same events however the stream is split, and
//!   must not look at the same bytes again and again (keep what was searched, or wait until the length that is known is there).
//! * A *datagram* protocol is shown one datagram at a time; what it leaves is gone.
//! * Bytes that were never captured come as [`Parser::gap`].
//! * What one end sent and the other answered come in capture order.

use crate::event::{Event, Place};
use crate::wire::{At, Direction, Marks};

/// What may carry a protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// An ordered byte stream (TCP).
    Stream,
    /// Datagrams (UDP).
    Datagram,
}

/// What a flow that speaks the protocol is, before anything more is known of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// An application's messages, readable by anyone on the way.
    Clear,
    /// What every network needs and everyone can read: names, addresses, time. Readable, but nothing to blame an application for.
    Infrastructure,
    /// A protocol that is there to encrypt.
    Sealed,
    /// In the clear or encrypted under the same headers, and nothing to be recognised by at once: until its parser tells something the flow is
    /// nobody's, and is judged by its bytes.
    Either,
}

/// A protocol, as the list in `mod.rs` holds it.
pub struct Protocol {
    /// One lower-case word: `flow.protocol`.
    pub name: &'static str,
    /// What carries it. A protocol that both carry stands in the list twice.
    pub carrier: Carrier,
    /// What its flows are.
    pub nature: Nature,
    /// Its usual ports: on these it is asked first. Never decisive.
    pub ports: &'static [u16],
    /// Whether bytes are its own.
    pub probe: fn(&Probe<'_>) -> Verdict,
    /// A parser for one flow.
    pub open: fn() -> Box<dyn Parser>,
}

/// What a probe is shown: the first bytes of one direction, or one datagram.
#[derive(Clone, Copy, Debug)]
pub struct Probe<'p> {
    /// The bytes.
    pub bytes: &'p [u8],
    /// Who sent them.
    pub direction: Direction,
    /// The port of the end that sent them.
    pub from_port: u16,
    /// The port of the end that they were sent to.
    pub to_port: u16,
    /// Whether the bytes follow the very beginning of the stream (false: picked up in the middle, so who is client is a guess).
    pub from_start: bool,
}

/// A probe's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Never, whatever follows.
    No,
    /// More bytes are needed.
    Unsure,
    /// Its own.
    Yes,
    /// Its own, and the sender plays the other role than [`Probe::direction`] says (the client sends what a server says, or the reverse).
    Swapped,
}

/// What a parser is shown.
#[derive(Clone, Copy)]
pub struct Input<'i> {
    /// Who sent the bytes.
    pub direction: Direction,
    /// The bytes, from the first that was not consumed.
    pub bytes: &'i [u8],
    /// Offset in the stream of the first of them.
    pub offset: u64,
    /// Where the stream's bytes were seen.
    pub marks: &'i Marks,
}

impl<'i> Input<'i> {
    /// Where the `length` bytes from `index` on were seen.
    pub fn at(&self, index: usize, length: usize) -> At {
        self.marks.at(self.offset + index as u64, length)
    }

    /// The place of bytes that begin at `index` and are told as they are.
    pub fn place(&self, index: usize) -> Place<'i> {
        Place::Wire { marks: self.marks, start: self.offset + index as u64 }
    }
}

/// Who listens to a parser.
pub type Say<'s> = &'s mut dyn FnMut(Event<'_>);

/// What a parser made of what it was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// So many bytes are done with; zero: it waits for more. Never more than it was shown.
    Consumed(usize),
    /// Nothing more in this flow will be read (it is sealed now, or over). The parser is dropped.
    Done,
    /// The bytes are not of this protocol after all. The parser is dropped and the flow is nobody's.
    Lost,
    /// So many bytes are done with; what follows, in both directions, is another protocol's and is probed afresh (an upgrade, a tunnel).
    Handover(usize),
}

/// What two ends agreed on before another protocol took over (RFC 9110, section 7.8).
#[derive(Clone, Debug, Default)]
pub struct Upgrade {
    /// The protocol that follows, by its token: `websocket`, `h2c`.
    pub to: String,
    /// The method of the request that asked for it.
    pub method: Option<String>,
    /// The target of that request.
    pub target: Option<String>,
    /// The host of that request.
    pub host: Option<String>,
    /// The software that asked.
    pub agent: Option<String>,
    /// What the protocol that follows carries in its turn, as agreed (RFC 6455, section 1.9).
    pub carries: Option<String>,
    /// The first byte of that request.
    pub at: At,
}

/// Reads one flow.
pub trait Parser: Send {
    /// Reads what is there. Must bound its work and its memory by the input and named limits.
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress;

    /// `missing` bytes of this direction were never captured; nothing that waited in this direction before the gap will be shown again.
    /// Default: the parser can't go on.
    fn gap(&mut self, direction: Direction, missing: u64, say: Say<'_>) -> Progress {
        let _ = (direction, missing, say);
        Progress::Done
    }

    /// The flow is over (closed, expired, or the capture has ended): tell what still waits for an answer.
    fn end(&mut self, say: Say<'_>) {
        let _ = say;
    }

    /// Asked after [`Progress::Handover`]: what was agreed on about what follows. Default: nothing, so that it is known by its bytes alone.
    fn agreed(&mut self) -> Option<Upgrade> {
        None
    }

    /// Told before any bytes, where another protocol has handed over to this one by agreement.
    fn take_over(&mut self, upgrade: Upgrade) {
        let _ = upgrade;
    }

    /// Bytes of memory held beyond the parser's own size, roughly.
    fn memory(&self) -> usize {
        0
    }
}
