//! One direction of a TCP connection, put in order (RFC 9293, section 3.4).
//!
//! Comes in: segments as captured. Goes out: [`Piece`]s in stream order, each byte once: bytes, and gaps of bytes that were never captured.
//!
//! * Of bytes that came twice the first copy counts; a second copy that differs from one still held is counted as a conflict.
//! * A hole is given up, as a gap, when the other end acknowledged it and three more segments came without it, when more than [`HELD_LIMIT`] bytes wait
//!   behind it, or when [`Stream::settle`] is called (idle, closed, evicted).
//! * Without a SYN the stream begins with the first byte seen.

use std::collections::BTreeMap;

use crate::wire::{Mark, Timestamp};

/// Bytes that may wait behind a hole, a direction. A sender's usual window of 64 KiB fits, so that a lost segment is filled by its retransmission.
pub const HELD_LIMIT: usize = 64 << 10;

/// Segments that may wait behind a hole, a direction: bounds what one-byte segments cost.
pub const HELD_SEGMENTS: usize = 256;

/// A jump of more than this is no hole but another stream under the same ports, or a forged segment: reading goes on there without a gap of that size.
const JUMP_LIMIT: i64 = 16 << 20;

/// Segments after an acknowledged hole before it is given up: captures of several queues swap neighbours.
const PATIENCE: u8 = 3;

/// A captured segment's payload.
#[derive(Clone, Copy, Debug)]
pub struct Segment<'b> {
    /// The bytes.
    pub bytes: &'b [u8],
    /// Bytes behind them that were on the wire but not captured.
    pub missing: usize,
    /// The frame it came in.
    pub packet: u64,
    /// When that was captured.
    pub time: Timestamp,
    /// Offset of the first byte in the frame, where it lies in one.
    pub offset: Option<u32>,
}

/// What comes out.
#[derive(Clone, Copy, Debug)]
pub enum Piece<'b> {
    /// Bytes, and where they were seen. `mark.stream` is their offset in the stream, `mark.length` their number.
    Bytes(&'b [u8], Mark),
    /// So many bytes were never captured.
    Gap(u64),
}

#[derive(Debug)]
struct Held {
    bytes: Vec<u8>,
    missing: usize,
    packet: u64,
    time: Timestamp,
    offset: Option<u32>,
}

/// What a direction's segments came to.
#[derive(Debug, Default)]
pub struct Stream {
    /// Sequence number of the next byte expected; none before the first segment.
    expected: Option<u32>,
    /// Offset in the stream of that byte.
    next: u64,
    held: BTreeMap<u64, Held>,
    held_bytes: usize,
    acknowledged: bool,
    /// Offset in the stream up to which the other end had everything.
    covered: u64,
    /// The same of a direction of which nothing was seen: the last number, and the bytes since the first.
    claimed: Option<(u32, u64)>,
    waited: u8,
    finished: Option<u64>,
    /// Bytes never captured.
    pub gaps: u64,
    /// Second copies that differed from a first that was still held.
    pub conflicts: u64,
}

impl Stream {
    /// A SYN with this sequence number: the stream begins behind it.
    pub fn begin(&mut self, sequence: u32) {
        if self.expected.is_none() {
            self.expected = Some(sequence.wrapping_add(1));
        }
    }

    /// Whether anything was seen of this direction.
    pub fn is_begun(&self) -> bool {
        self.expected.is_some()
    }

    /// Whether a SYN with this sequence number would begin another stream.
    pub fn is_other(&self, sequence: u32) -> bool {
        self.expected.is_some_and(|expected| u64::from(expected.wrapping_sub(sequence.wrapping_add(1))) != self.next & 0xffff_ffff)
    }

    /// Whether the direction is closed and all before its FIN came.
    pub fn is_finished(&self) -> bool {
        self.finished.is_some_and(|end| self.next >= end)
    }

    /// Bytes of memory that wait behind holes.
    pub fn memory(&self) -> usize {
        self.held_bytes + self.held.len() * 128
    }

    /// Takes a segment with this sequence number (of its first payload byte) and gives what is in order now.
    pub fn push(&mut self, sequence: u32, segment: Segment<'_>, fin: bool, give: &mut dyn FnMut(Piece<'_>)) {
        let length = (segment.bytes.len() + segment.missing) as u64;
        if length == 0 && !fin {
            // A bare acknowledgement says nothing of where the stream begins: what it stands behind may still be sent again.
            return;
        }
        self.begin_earlier(sequence, segment.bytes.len());
        let expected = *self.expected.get_or_insert(sequence);
        let ahead = i64::from(sequence.wrapping_sub(expected) as i32);
        if ahead.abs() > JUMP_LIMIT {
            return self.jump(sequence, segment, give);
        }
        let start = self.next as i64 + ahead;
        if fin {
            self.finished.get_or_insert((start + length as i64).max(0) as u64);
        }
        if length == 0 {
            return;
        }
        if ahead > 0 {
            self.hold(start as u64, segment);
            self.impatient(give);
            return;
        }
        self.deliver((-ahead) as usize, segment.bytes, segment, give);
        self.release(give);
    }

    /// A sender whose first data has the SYN's own number does not count the SYN: its stream begins one byte earlier. A probe for life, which has that
    /// number too, holds one byte at most (RFC 9293, section 3.8.4).
    fn begin_earlier(&mut self, sequence: u32, length: usize) {
        let is_first = self.next == 0 && self.held.is_empty();
        if is_first && length > 1 && self.expected == Some(sequence.wrapping_add(1)) {
            self.expected = Some(sequence);
        }
    }

    /// The other end acknowledged everything before this sequence number.
    pub fn acknowledge(&mut self, sequence: u32) {
        let Some(expected) = self.expected else { return self.claim(sequence) };
        let ahead = i64::from(sequence.wrapping_sub(expected) as i32);
        let covered = self.next as i64 + ahead;
        if (1..=JUMP_LIMIT).contains(&ahead) {
            self.covered = self.covered.max(covered.max(0) as u64);
        }
        let Some((first, _)) = self.held.first_key_value() else { return };
        if !self.acknowledged && covered >= *first as i64 {
            (self.acknowledged, self.waited) = (true, 0);
        }
    }

    /// The other end had more of a direction of which nothing was seen.
    fn claim(&mut self, sequence: u32) {
        let (last, bytes) = self.claimed.unwrap_or((sequence, 0));
        let more = i64::from(sequence.wrapping_sub(last) as i32);
        let is_more = (0..=JUMP_LIMIT).contains(&more);
        self.claimed = Some(if is_more { (sequence, bytes.saturating_add(more as u64)) } else { (last, bytes) });
    }

    /// Bytes that the other end acknowledged and that never came, nor anything behind them. A FIN takes a number as well (RFC 9293, section 3.4): one is not
    /// counted.
    pub fn unseen(&self) -> u64 {
        let claimed = || self.claimed.map_or(0, |(_, bytes)| bytes);
        let ahead = if self.expected.is_some() { self.covered.saturating_sub(self.next) } else { claimed() };
        ahead.saturating_sub(1)
    }

    /// Gives up all holes: nothing more will come to fill them.
    pub fn settle(&mut self, give: &mut dyn FnMut(Piece<'_>)) {
        while !self.held.is_empty() {
            self.give_up(give);
        }
    }

    /// Counts a segment without reading it, for a direction that nobody reads any more: holes still show in `gaps`.
    pub fn count(&mut self, sequence: u32, length: usize) {
        if length == 0 {
            return;
        }
        let expected = *self.expected.get_or_insert(sequence);
        let ahead = i64::from(sequence.wrapping_sub(expected) as i32);
        if ahead.abs() > JUMP_LIMIT {
            self.expected = Some(sequence.wrapping_add(length as u32));
            return;
        }
        if ahead >= 0 {
            self.gaps += ahead as u64;
            self.next += ahead as u64 + length as u64;
            self.expected = Some(sequence.wrapping_add(length as u32));
        } else {
            // A late or second copy: if holes are open, it is taken to fill them.
            self.gaps = self.gaps.saturating_sub((length as u64).min((-ahead) as u64));
        }
    }

    /// Drops what is held: nobody reads this direction any more.
    pub fn forget(&mut self) {
        let bytes: u64 = self.held.values().map(|held| held.bytes.len() as u64).sum();
        if let Some((last, held)) = self.held.last_key_value() {
            let end = last + held.bytes.len() as u64;
            self.gaps += (end - self.next).saturating_sub(bytes);
            self.expected = self.expected.map(|expected| expected.wrapping_add((end - self.next) as u32));
            self.next = end;
        }
        self.held.clear();
        self.held_bytes = 0;
    }

    /// Far outside of what can belong to the stream: reading goes on there if nothing waits, else it is ignored.
    fn jump(&mut self, sequence: u32, segment: Segment<'_>, give: &mut dyn FnMut(Piece<'_>)) {
        if segment.bytes.is_empty() {
            return;
        }
        self.settle(give);
        give(Piece::Gap(0));
        self.expected = Some(sequence);
        self.deliver(0, segment.bytes, segment, give);
    }

    fn deliver(&mut self, skip: usize, bytes: &[u8], from: Segment<'_>, give: &mut dyn FnMut(Piece<'_>)) {
        let fresh = bytes.get(skip..).unwrap_or_default();
        if !fresh.is_empty() {
            let offset = from.offset.map(|offset| offset + skip as u32);
            let mark = Mark { stream: self.next, length: fresh.len() as u32, packet: from.packet, time: from.time, offset };
            give(Piece::Bytes(fresh, mark));
            self.advance(fresh.len() as u64);
        }
        let missing = (bytes.len() + from.missing).saturating_sub(skip.max(bytes.len())) as u64;
        if missing > 0 {
            self.skip(missing, give);
        }
    }

    fn advance(&mut self, bytes: u64) {
        self.next += bytes;
        self.expected = self.expected.map(|expected| expected.wrapping_add(bytes as u32));
    }

    fn skip(&mut self, missing: u64, give: &mut dyn FnMut(Piece<'_>)) {
        self.gaps += missing;
        self.advance(missing);
        give(Piece::Gap(missing));
    }

    fn hold(&mut self, start: u64, segment: Segment<'_>) {
        if let Some(held) = self.held.get(&start) {
            let common = held.bytes.len().min(segment.bytes.len());
            if held.bytes.get(..common) != segment.bytes.get(..common) {
                self.conflicts += 1;
            }
            if held.bytes.len() >= segment.bytes.len() {
                return;
            }
            // The longer copy brings new bytes at its end; the first copy of the others stays.
            let mut bytes = held.bytes.clone();
            bytes.extend_from_slice(segment.bytes.get(common..).unwrap_or_default());
            self.held_bytes += bytes.len() - common;
            self.held.insert(start, Held { bytes, missing: segment.missing, packet: segment.packet, time: segment.time, offset: segment.offset });
            return;
        }
        self.held_bytes += segment.bytes.len();
        let held = Held { bytes: segment.bytes.to_vec(), missing: segment.missing, packet: segment.packet, time: segment.time, offset: segment.offset };
        self.held.insert(start, held);
    }

    /// Gives what follows without a hole.
    fn release(&mut self, give: &mut dyn FnMut(Piece<'_>)) {
        while let Some(entry) = self.held.first_entry() {
            if *entry.key() > self.next {
                break;
            }
            let (start, held) = entry.remove_entry();
            self.held_bytes -= held.bytes.len();
            let skip = (self.next - start) as usize;
            let from = Segment { bytes: &[], missing: held.missing, packet: held.packet, time: held.time, offset: held.offset };
            if skip < held.bytes.len() + held.missing {
                self.deliver(skip, &held.bytes, from, give);
            }
            (self.acknowledged, self.waited) = (false, 0);
        }
    }

    fn impatient(&mut self, give: &mut dyn FnMut(Piece<'_>)) {
        self.waited = self.waited.saturating_add(1);
        if self.acknowledged && self.waited > PATIENCE {
            self.give_up(give);
        }
        while self.held_bytes > HELD_LIMIT || self.held.len() > HELD_SEGMENTS {
            self.give_up(give);
        }
    }

    fn give_up(&mut self, give: &mut dyn FnMut(Piece<'_>)) {
        let Some((&first, _)) = self.held.first_key_value() else { return };
        if first > self.next {
            self.skip(first - self.next, give);
        }
        self.release(give);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The stream as text, with `(n)` for a gap of n bytes.
    fn read(stream: &mut Stream, segments: &[(u32, &[u8])]) -> String {
        let mut text = String::new();
        for (sequence, bytes) in segments {
            let segment = Segment { bytes, missing: 0, packet: 1, time: Timestamp(0), offset: Some(54) };
            stream.push(*sequence, segment, false, &mut |piece| take(&mut text, piece));
        }
        text
    }

    fn take(text: &mut String, piece: Piece<'_>) {
        match piece {
            Piece::Bytes(bytes, mark) => {
                assert_eq!(mark.length as usize, bytes.len());
                text.push_str(std::str::from_utf8(bytes).unwrap());
            }
            Piece::Gap(missing) => *text = format!("{text}({missing})"),
        }
    }

    #[test]
    fn a_syn_that_is_not_counted_costs_no_byte() {
        let mut stream = Stream::default();
        stream.begin(99);
        assert_eq!(read(&mut stream, &[(99, b"USER "), (104, b"anna")]), "USER anna");
        let mut stream = Stream::default();
        stream.begin(99);
        assert_eq!(read(&mut stream, &[(99, b"x"), (100, b"ab"), (99, b"xa")]), "ab", "a probe for life is no data");
    }

    #[test]
    fn overlaps_retransmissions_and_wrapping_numbers_give_each_byte_once() {
        let mut stream = Stream::default();
        stream.begin(u32::MAX - 3);
        let text = read(&mut stream, &[(u32::MAX - 2, b"abcd"), (u32::MAX - 1, b"bcdef"), (5, b"ij"), (3, b"gh"), (4, b"hijk"), (u32::MAX - 2, b"abcd")]);
        assert_eq!((text.as_str(), stream.gaps), ("abcdefghijk", 0));
    }

    #[test]
    fn a_hole_is_given_up_when_it_was_acknowledged_and_does_not_fill() {
        let mut stream = Stream::default();
        assert_eq!(read(&mut stream, &[(0, b"ab"), (4, b"ef")]), "ab");
        stream.acknowledge(6);
        assert_eq!(read(&mut stream, &[(6, b"g"), (7, b"h"), (8, b"i"), (9, b"j")]), "(2)efghij");
        assert_eq!(stream.gaps, 2);
    }

    #[test]
    fn a_hole_waits_for_its_retransmission_up_to_a_limit() {
        let mut stream = Stream::default();
        let block = [b'x'; 1_000];
        read(&mut stream, &[(0, b"a")]);
        for index in 0..65 {
            assert_eq!(read(&mut stream, &[(2 + index * 1_000, &block)]), "");
        }
        assert!(stream.memory() <= HELD_LIMIT + HELD_SEGMENTS * 128);
        assert!(read(&mut stream, &[(2 + 65_000, &block)]).starts_with("(1)xxx"));
        assert_eq!(stream.memory(), 0);
    }

    #[test]
    fn bytes_that_the_snap_length_cut_are_a_gap() {
        let mut stream = Stream::default();
        let mut text = String::new();
        let segment = Segment { bytes: b"ab", missing: 3, packet: 1, time: Timestamp(0), offset: None };
        stream.push(10, segment, false, &mut |piece| take(&mut text, piece));
        text.push_str(&read(&mut stream, &[(15, b"fg")]));
        assert_eq!((text.as_str(), stream.gaps), ("ab(3)fg", 3));
    }

    #[test]
    fn a_second_syn_with_another_number_is_another_stream() {
        let mut stream = Stream::default();
        stream.begin(99);
        assert!(!stream.is_other(99));
        read(&mut stream, &[(100, b"abc")]);
        assert!(!stream.is_other(99) && stream.is_other(5_000));
    }

    #[test]
    fn a_bare_acknowledgement_begins_no_stream() {
        let mut stream = Stream::default();
        assert_eq!(read(&mut stream, &[(518, b""), (1, b"abc")]), "abc");
    }

    #[test]
    fn what_was_acknowledged_and_never_came_is_missed() {
        let mut stream = Stream::default();
        stream.begin(99);
        assert_eq!(read(&mut stream, &[(100, b"abc")]), "abc");
        for number in [103, 1_103, 503] {
            stream.acknowledge(number);
        }
        assert_eq!((stream.unseen(), stream.gaps), (999, 0));
        stream.acknowledge(103_u32.wrapping_add(1 << 30));
        assert_eq!(stream.unseen(), 999, "no acknowledgement reaches so far");
        assert_eq!(read(&mut stream, &[(1_103, b"d")]), "");
        stream.acknowledge(1_105);
        stream.settle(&mut |_| {});
        assert_eq!((stream.unseen(), stream.gaps), (0, 1_000), "a FIN takes a number of its own");
        let mut other = Stream::default();
        for number in [u32::MAX, 1_000, 5_000] {
            other.acknowledge(number);
        }
        assert_eq!((other.unseen(), other.is_begun()), (5_000, false), "one direction alone tells of the other");
    }

    #[test]
    fn counting_sees_the_same_gaps() {
        let mut stream = Stream::default();
        stream.count(0, 100);
        stream.count(200, 100);
        assert_eq!(stream.gaps, 100);
        stream.count(100, 100);
        stream.count(301, 0);
        assert_eq!(stream.gaps, 0, "a FIN takes a number of its own");
    }

    proptest! {
        #[test]
        fn any_order_and_any_split_give_the_same_stream(cuts in prop::collection::vec(1_usize..40, 1..40), order in any::<prop::sample::Index>(), rounds in 0_usize..50) {
            let text: Vec<u8> = (0..cuts.iter().sum::<usize>()).map(|index| b'a' + (index % 26) as u8).collect();
            let mut segments = Vec::new();
            let mut at = 0;
            for cut in cuts {
                segments.push((at as u32, &text[at..at + cut]));
                at += cut;
            }
            let length = segments.len();
            for round in 0..rounds {
                segments.swap((order.index(length) + round) % length, (round * 7) % length);
            }
            let mut stream = Stream::default();
            stream.begin(u32::MAX);
            prop_assert_eq!(read(&mut stream, &segments), String::from_utf8(text).unwrap());
        }
    }
}
