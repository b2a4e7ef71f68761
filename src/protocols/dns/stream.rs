//! DNS and LLMNR over TCP: each message behind its length (RFC 1035, section 4.2.2; RFC 4795, section 2.5).

use super::datagrams::read_message;
use super::message::HEADER;
use super::names::Frame;
use super::recognise;
use crate::event::{Event, NameSource};
use crate::protocols::protocol::{Input, Parser, Progress, Say, Verdict};
use crate::wire::Direction;

/// Reads one connection.
pub(super) struct Stream {
    source: NameSource,
    /// Whether the place of the next message is lost, by [`Direction::index`].
    lost: [bool; 2],
}

impl Stream {
    pub(super) fn new(source: NameSource) -> Self {
        Self { source, lost: [false; 2] }
    }

    /// Whether the next message begins here; after a gap only what nothing else looks like begins one.
    fn finds_its_place(&mut self, input: &Input<'_>) -> Verdict {
        let Some(lost) = self.lost.get_mut(input.direction.index()).filter(|lost| **lost) else { return Verdict::Yes };
        let verdict = recognise::framed(input.bytes, false);
        *lost = verdict != Verdict::Yes;
        verdict
    }
}

impl Parser for Stream {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        match self.finds_its_place(&input) {
            Verdict::Yes | Verdict::Swapped => {}
            Verdict::Unsure => return Progress::Consumed(0),
            Verdict::No => return Progress::Consumed(input.bytes.len()),
        }
        let mut base = 0;
        while let Some((length, behind)) = input.bytes.get(base..).and_then(<[u8]>::split_first_chunk::<2>) {
            let length = usize::from(u16::from_be_bytes(*length));
            if length < HEADER {
                say(Event::Malformed { what: "dns message shorter than its header" });
                return Progress::Lost;
            }
            let Some(message) = behind.get(..length) else { break };
            read_message(self.source, Frame { input: &input, base: base + 2, message }, say);
            base += 2 + length;
        }
        Progress::Consumed(base)
    }

    fn gap(&mut self, direction: Direction, _missing: u64, _say: Say<'_>) -> Progress {
        // Lengths alone tell where a message begins: after a gap the first bytes of a segment must show it.
        if let Some(lost) = self.lost.get_mut(direction.index()) {
            *lost = true;
        }
        Progress::Consumed(0)
    }
}
