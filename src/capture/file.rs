//! Capture files, and captures that come through a pipe.
//!
//! In: a reader of any bytes. Out: blocks of frames and, at the end, what was damaged. The bytes are read straight into the caller's block and the frames
//! are found by walking over them there; only what is cut off at the end of a block is copied, to the beginning of the next. A capture that breaks off or
//! is damaged is read up to there. What frames mean is none of its business.

use std::io::Read;
use std::path::PathBuf;

use super::damage::{Damage, grouped};
use super::looks;
use super::record::{Record, Step};
use super::source::{Block, Fill, Frame, InputReport, Source};
use super::tally::Tally;
use super::unpack::{Packing, Unpacked};
use super::{pcap, pcapng};
use crate::error::CaptureError;

/// What is read at most at a time from a pipe: as much as a pipe holds on Linux.
const PIPE: usize = 64 * 1024;
/// The shortest capture: a file header of pcap. So much is waited for before anything is said.
const SHORTEST: usize = 24;
/// So much of a damaged file is still read behind the damage, to hash it whole.
const DRAIN: u64 = 1 << 30;
/// So many link types are listed in the report. A real capture has one or two.
const LINK_TYPES: usize = 64;

/// How the bytes come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Delivery {
    /// All are there already, so many: blocks are filled.
    Stored(u64),
    /// Someone writes them as time goes by: what has come is handed on at once.
    Flowing,
}

/// One of the two formats.
#[derive(Debug)]
enum Walker {
    Pcap(pcap::Walker),
    Pcapng(pcapng::Walker),
}

impl Walker {
    fn recognise(head: &[u8]) -> Option<Self> {
        pcap::Walker::recognise(head).map(Self::Pcap).or_else(|| pcapng::Walker::recognise(head).map(Self::Pcapng))
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Pcap(_) => "pcap",
            Self::Pcapng(_) => "pcapng",
        }
    }

    fn step(&mut self, rest: &[u8], at: u64, next: u64) -> Step {
        match self {
            Self::Pcap(walker) => walker.step(rest, at, next),
            Self::Pcapng(walker) => walker.step(rest, at, next),
        }
    }

    fn unfinished(&self, rest: &[u8], at: u64, next: u64) -> Option<String> {
        match self {
            Self::Pcap(walker) => walker.unfinished(rest, next),
            Self::Pcapng(walker) => walker.unfinished(rest, at, next),
        }
    }
}

/// Where the bytes of a block begin in the capture, and how far they were used.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    /// Offset in the capture of the block's first byte.
    offset: u64,
    /// How many bytes the block holds.
    filled: usize,
    /// How many of them were walked over.
    cursor: usize,
    /// How many are needed from the cursor on to take the next step.
    need: usize,
}

/// A capture that is read from its beginning to its end.
pub(super) struct Capture {
    input: Unpacked,
    delivery: Delivery,
    walker: Walker,
    /// The bytes that were read and not yet used, and where they begin in the capture.
    carry: Vec<u8>,
    offset: u64,
    /// Bytes before the next step that hold nothing.
    skip: u64,
    /// How much is put in a block. Smaller where a block is full of small frames before its bytes are used up.
    window: usize,
    /// No more bytes come; and why, where that was no ordinary end.
    exhausted: bool,
    trouble: Option<String>,
    ended: bool,
    report: InputReport,
}

impl Capture {
    /// Looks at the first bytes and chooses the format. Waits for as many as the shortest capture has.
    pub fn open(path: &str, reader: Box<dyn Read + Send>, delivery: Delivery) -> Result<Self, CaptureError> {
        let failed = |error| CaptureError::Io { path: PathBuf::from(path), error };
        let mut input = Unpacked::new(Tally::new(reader)).map_err(failed)?;
        let mut capture = Vec::new();
        let trouble = match read_head(&mut input, &mut capture, SHORTEST) {
            Err(error) if input.packing() == Packing::Plain => return Err(failed(error)),
            outcome => outcome.err().map(|error| input.explain(&error)),
        };
        let Some(walker) = Walker::recognise(&capture) else {
            return Err(CaptureError::NotACapture { path: PathBuf::from(path), looks: looks_of(&mut input, capture, delivery, trouble.is_some()) });
        };
        let report = InputReport { path: path.to_owned(), format: format!("{}{}", walker.name(), input.packing().suffix()), ..InputReport::default() };
        let window = match delivery {
            Delivery::Stored(length) => length.clamp(PIPE as u64, Block::SIZE as u64) as usize,
            Delivery::Flowing => PIPE,
        };
        let exhausted = trouble.is_some();
        Ok(Self { input, delivery, walker, carry: capture, offset: 0, skip: 0, window, exhausted, trouble, ended: false, report })
    }

    /// Reads behind what the block holds: once from what flows, until the window is full from what is stored.
    fn read(&mut self, block: &mut Block, place: &mut Place) {
        let target = self.window.max(place.cursor.saturating_add(place.need)).min(place.filled.saturating_mul(2).max(Block::SIZE));
        if block.bytes.len() < target {
            block.bytes.resize(target, 0);
        }
        while place.filled < target && !self.exhausted {
            let room = block.bytes.get_mut(place.filled..target).unwrap_or_default();
            match self.input.read(room) {
                Ok(0) => self.exhausted = true,
                Ok(count) => place.filled += count,
                Err(error) => {
                    self.trouble = Some(self.input.explain(&error));
                    self.exhausted = true;
                }
            }
            if self.delivery == Delivery::Flowing {
                return;
            }
        }
    }

    /// Walks over the bytes of the block and notes its frames, as far as it goes.
    fn walk(&mut self, block: &mut Block, place: &mut Place) -> Option<Damage> {
        while block.frames.len() < Block::FRAMES {
            let rest = block.bytes.get(place.cursor..place.filled).unwrap_or_default();
            if self.skip > 0 {
                let count = self.skip.min(rest.len() as u64);
                self.skip -= count;
                place.cursor += count as usize;
                if self.skip > 0 {
                    place.need = 1;
                    return None;
                }
                continue;
            }
            match self.walker.step(rest, place.offset + place.cursor as u64, self.report.packets + 1) {
                Step::Packet { record, data, advance } => {
                    self.note(record);
                    block.frames.push(frame(record, self.report.packets, place.cursor + data));
                    place.cursor += advance;
                }
                Step::Skip(count) => self.skip = count,
                Step::More(need) => {
                    place.need = need;
                    return None;
                }
                Step::Damaged(damage) => return Some(damage),
            }
        }
        None
    }

    /// Takes a packet into the report.
    fn note(&mut self, record: Record) {
        let report = &mut self.report;
        report.packets += 1;
        let known = report.link_types.last() == Some(&record.link) || report.link_types.len() >= LINK_TYPES;
        if !known && !report.link_types.contains(&record.link) {
            report.link_types.push(record.link);
        }
        if let Some(time) = record.time {
            report.first = Some(report.first.map_or(time, |first| first.min(time)));
            report.last = Some(report.last.map_or(time, |last| last.max(time)));
        }
    }

    /// Puts what the last block did not use at the start of this one.
    fn resume(&mut self, block: &mut Block) -> Place {
        let filled = self.carry.len();
        if block.bytes.len() < filled {
            block.bytes.resize(filled, 0);
        }
        if let Some(start) = block.bytes.get_mut(..filled) {
            start.copy_from_slice(&self.carry);
        }
        Place { offset: self.offset, filled, ..Place::default() }
    }

    /// Keeps what was not used for the next block.
    fn keep(&mut self, block: &Block, place: Place) {
        self.carry.clear();
        self.carry.extend_from_slice(block.bytes.get(place.cursor..place.filled).unwrap_or_default());
        self.offset = place.offset + place.cursor as u64;
        if self.delivery != Delivery::Flowing {
            // Do not carry the same bytes from block to block where small frames fill the list of frames first.
            let full = block.frames.len() >= Block::FRAMES;
            self.window = if full { place.cursor + place.cursor / 8 + SHORTEST } else { self.window.saturating_mul(2) }.min(Block::SIZE);
        }
    }

    /// No step can be taken any more and no bytes come: was that the end, or did it break off?
    fn break_off(&mut self, block: &Block, place: Place) -> Option<Damage> {
        let end = place.offset + place.filled as u64;
        let rest = block.bytes.get(place.cursor..place.filled).unwrap_or_default();
        let cut = self.walker.unfinished(rest, place.offset + place.cursor as u64, self.report.packets + 1);
        let text = match (cut, self.trouble.take()) {
            (None, None) => return None,
            (_, Some(trouble)) if self.input.is_over_limit() => trouble,
            (None, Some(trouble)) => format!("{trouble}, at byte {}", grouped(end)),
            (Some(cut), None) => format!("{cut} ends early at byte {}", grouped(end)),
            (Some(cut), Some(trouble)) => format!("{cut} ends early at byte {}: {trouble}", grouped(end)),
        };
        Some(Damage::new(end, text))
    }

    /// Nothing more will be read.
    fn end(&mut self, damage: Option<Damage>) {
        self.ended = true;
        self.carry = Vec::new();
        let Some(damage) = damage else { return };
        self.report.damaged_at = Some(damage.at);
        self.report.damage = Some(damage.text);
        if matches!(self.delivery, Delivery::Stored(_)) {
            self.input.input_mut().drain(DRAIN);
        }
    }
}

impl Source for Capture {
    fn fill(&mut self, block: &mut Block) -> Result<Fill, CaptureError> {
        block.frames.clear();
        if self.ended {
            block.bytes.clear();
            return Ok(Fill::End);
        }
        let mut place = self.resume(block);
        loop {
            if self.delivery != Delivery::Flowing {
                self.read(block, &mut place);
            }
            let damage = self.walk(block, &mut place);
            let over = damage.is_some() || (self.exhausted && block.frames.len() < Block::FRAMES);
            if over {
                let damage = damage.or_else(|| self.break_off(block, place));
                self.end(damage);
            }
            if !over && !block.frames.is_empty() {
                self.keep(block, place);
            }
            if over || !block.frames.is_empty() {
                block.bytes.truncate(place.filled);
                return Ok(if block.frames.is_empty() { Fill::End } else { Fill::Frames });
            }
            // No frame begins before the cursor: the memory is used again, however much holds nothing.
            block.bytes.copy_within(place.cursor..place.filled, 0);
            place = Place { offset: place.offset + place.cursor as u64, filled: place.filled - place.cursor, cursor: 0, need: place.need };
            if self.delivery == Delivery::Flowing {
                self.read(block, &mut place);
            }
        }
    }

    fn report(&self) -> InputReport {
        let input = self.input.input();
        let mut report = InputReport { sha256: Some(input.sha256()), bytes: input.length(), ..self.report.clone() };
        if let (true, Walker::Pcap(walker)) = (report.link_types.is_empty(), &self.walker) {
            report.link_types.extend(walker.link());
        }
        report
    }

    fn progress(&self) -> Option<f32> {
        match self.delivery {
            _ if self.ended => Some(1.0),
            Delivery::Stored(length) if length > 0 => Some((self.input.input().length() as f32 / length as f32).min(1.0)),
            _ => None,
        }
    }
}

/// A frame of the block whose bytes begin at `start`.
fn frame(record: Record, number: u64, start: usize) -> Frame {
    Frame { number, time: record.time.unwrap_or_default(), link: record.link, start, captured: record.captured, wire: record.wire }
}

/// Reads until `head` has `count` bytes or the input ends.
fn read_head(input: &mut Unpacked, head: &mut Vec<u8>, count: usize) -> std::io::Result<()> {
    let missing = count.saturating_sub(head.len());
    input.take(missing as u64).read_to_end(head).map(|_| ())
}

/// The words for what is no capture, packed or not.
fn looks_of(input: &mut Unpacked, mut head: Vec<u8>, delivery: Delivery, broken: bool) -> String {
    // Nobody knows whether a pipe will ever bring more.
    let broken = broken || (delivery != Delivery::Flowing && read_head(input, &mut head, looks::HEAD).is_err());
    match input.packing() {
        Packing::Plain => looks::describe(&head),
        packing if broken && head.is_empty() => format!(" (it looks like {} data, but can't be unpacked)", packing.name()),
        packing => format!(" (it looks like {} data, but what is in it is no capture{})", packing.name(), looks::describe(&head)),
    }
}
