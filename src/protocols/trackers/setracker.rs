//! The text protocol of children's watches that SeTracker and its relatives speak: `[VV*ID*LEN*CMD,…]` over TCP, unencrypted.
//!
//! A stream in; what the watch told (positions, networks nearby, health, voice, pictures) and what it was ordered out. Frames may be split
//! anywhere and stand side by side; a wrong length is tolerated. [`frame`] finds frames, [`words`] knows the command words, [`tell`] reads arguments.

pub(super) mod fields;
mod frame;
mod tell;
mod words;

use frame::{Found, Frame, Header};

use crate::event::{Event, Place};
use crate::protocols::protocol::{Carrier, Input, Nature, Parser, Probe, Progress, Protocol, Say, Verdict};
use crate::wire::{At, Direction};

/// Most bytes between frames before the stream is given up.
const MAX_JUNK: u32 = 64 * 1024;
/// Longest frame that is kept for the end of the flow, when only more bytes could tell whether it is over.
const MAX_KEPT: usize = 4 * 1024;

/// SeTracker.
pub static SETRACKER: Protocol =
    Protocol { name: "setracker", carrier: Carrier::Stream, nature: Nature::Clear, ports: &[8001, 5093], probe, open: || Box::<Watch>::default() };

/// A frame's beginning in every detail is needed; only the first one counts.
fn probe(probe: &Probe<'_>) -> Verdict {
    let header = match Header::read(probe.bytes) {
        Found::Whole(header) => header,
        Found::Cut => return Verdict::Unsure,
        Found::No => return Verdict::No,
    };
    let content = probe.bytes.get(header.length..).unwrap_or_default();
    if frame::is_quoted(content, header.declared) {
        return Verdict::No;
    }
    // Picked up in the middle, the command word tells who speaks; it may not be there in full yet.
    let complete = content.iter().any(|byte| matches!(byte, b',' | b']'));
    if probe.from_start {
        return Verdict::Yes;
    }
    if !complete {
        return Verdict::Unsure;
    }
    match (words::speaker(content), probe.direction) {
        (Some(words::Speaker::Watch), Direction::ToClient) | (Some(words::Speaker::Server), Direction::ToServer) => Verdict::Swapped,
        _ => Verdict::Yes,
    }
}

/// What is remembered of one direction.
#[derive(Default)]
struct Side {
    /// Offset in the stream up to which the frame that waits was searched.
    searched: u64,
    /// Bytes that belong to no frame, since the last one.
    junk: u32,
    /// Bytes were lost before what comes next, so junk is no wonder.
    after_gap: bool,
    /// The frame that waits, if it may be over already.
    kept: Option<Kept>,
}

/// A frame whose end only further bytes could prove.
struct Kept {
    bytes: Vec<u8>,
    at: At,
}

/// Reads both directions.
#[derive(Default)]
struct Watch {
    sides: [Side; 2],
    claimed: tell::Claimed,
}

impl Parser for Watch {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        let Self { sides, claimed } = self;
        let side = side(sides, input.direction);
        side.kept = None;
        let mut at = 0;
        loop {
            let rest = input.bytes.get(at..).unwrap_or_default();
            let skipped = memchr::memchr(b'[', rest).unwrap_or(rest.len());
            side.junk(rest.get(..skipped).unwrap_or_default(), say);
            at += skipped;
            let rest = rest.get(skipped..).unwrap_or_default();
            if side.junk > MAX_JUNK {
                return Progress::Lost;
            }
            if rest.is_empty() {
                return Progress::Consumed(at);
            }
            let offset = input.offset + at as u64;
            let searched = usize::try_from(side.searched.saturating_sub(offset)).unwrap_or(0);
            match Frame::read(rest, searched) {
                frame::Read::Whole(frame) => {
                    tell::frame(&frame, input.direction, input.place(at), claimed, say);
                    at += frame.length;
                    (side.junk, side.after_gap) = (0, false);
                }
                frame::Read::Wait { searched, perhaps } => {
                    side.searched = offset + searched as u64;
                    let kept = perhaps.filter(|&length| length <= MAX_KEPT).and_then(|length| rest.get(..length));
                    side.kept = kept.map(|bytes| Kept { bytes: bytes.to_vec(), at: input.at(at, bytes.len()) });
                    return Progress::Consumed(at);
                }
                frame::Read::No => {
                    side.junk(b"[", say);
                    at += 1;
                }
            }
        }
    }

    fn gap(&mut self, direction: Direction, _missing: u64, say: Say<'_>) -> Progress {
        self.tell_kept(direction, say);
        *side(&mut self.sides, direction) = Side { after_gap: true, ..Side::default() };
        Progress::Consumed(0)
    }

    fn end(&mut self, say: Say<'_>) {
        self.tell_kept(Direction::ToServer, say);
        self.tell_kept(Direction::ToClient, say);
    }

    fn memory(&self) -> usize {
        self.sides.iter().filter_map(|side| side.kept.as_ref()).map(|kept| kept.bytes.capacity()).sum()
    }
}

impl Watch {
    fn tell_kept(&mut self, direction: Direction, say: Say<'_>) {
        let Some(kept) = side(&mut self.sides, direction).kept.take() else { return };
        if let Some(frame) = Frame::up_to_end(&kept.bytes) {
            tell::frame(&frame, direction, Place::Unpacked(kept.at), &mut self.claimed, say);
        }
    }
}

fn side(sides: &mut [Side; 2], direction: Direction) -> &mut Side {
    let [to_server, to_client] = sides;
    if direction == Direction::ToServer { to_server } else { to_client }
}

impl Side {
    /// Counts bytes between frames; line ends there are usual.
    fn junk(&mut self, bytes: &[u8], say: Say<'_>) {
        let odd = bytes.iter().filter(|byte| !matches!(byte, b'\r' | b'\n' | 0)).count();
        if odd > 0 && self.junk == 0 && !self.after_gap {
            say(Event::Malformed { what: "setracker bytes outside a frame" });
        }
        self.junk = self.junk.saturating_add(u32::try_from(odd).unwrap_or(u32::MAX));
    }
}

#[cfg(test)]
mod tests;
