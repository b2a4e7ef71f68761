//! Packets in: decodes each frame once, puts fragments together, and hands blocks to the shards.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crossbeam::channel::{Receiver, Sender, TryRecvError};

use super::batch::{Batch, Held, Item, Lent, Parcel};
use crate::capture::source::{Dropped, Fill, Frame, InputReport, Source};
use crate::decode::defrag::{Beginning, Counters, Defragmenter, Outcome, Seen};
use crate::decode::packet::{Decoded, Fragment, Packet, Unread};
use crate::decode::{beginning, decode, whole};
use crate::flow::key::shard;
use crate::wire::Timestamp;

/// A tick comes before every packet whose number is one more than a multiple of this.
const TICK: u64 = 4_096;

/// How often flows are asked how far they are while someone watches.
const PULSE: Duration = Duration::from_millis(250);

/// Distinct reasons that are kept apart for frames that were not understood; further ones are counted together.
const REASONS: usize = 64;

/// At most so many packets side by side in one frame are read; further ones are counted.
const PARTS: u8 = 15;

/// At most so many datagrams in fragments are looked into that lie in one another.
const NESTED: u8 = 4;

/// What the reader saw, shared with whoever looks.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// What is known of the input.
    pub report: InputReport,
    /// How much of it was read.
    pub progress: Option<f32>,
    /// Packets lost.
    pub dropped: Dropped,
    /// Frames not understood, by layer and reason.
    pub unread: BTreeMap<String, u64>,
    /// Frames with a wrong checksum.
    pub bad_checksums: u64,
    /// What became of fragments: pieces that were given up, by reason.
    pub fragments: BTreeMap<&'static str, u64>,
    /// Whether the interface is down.
    pub down: bool,
    /// Why reading ended before its end.
    pub stopped: Option<String>,
    /// Whether reading has come to its end.
    pub ended: bool,
}

/// The reader's side of the engine.
pub struct Reader<'r> {
    /// Where packets come from.
    pub source: Box<dyn Source>,
    /// Empty batches come back here.
    pub empty: Receiver<Batch>,
    /// Where batches that were read go back to: as many as the pool has fit in.
    pub pool: Sender<Batch>,
    /// One queue a shard.
    pub shards: Vec<Sender<Arc<Lent>>>,
    /// Set by whoever wants it to end.
    pub stop: &'r AtomicBool,
    /// Whether someone watches.
    pub watched: bool,
    /// What was seen.
    pub reading: &'r Mutex<Reading>,
    /// Bytes that fragments may take.
    pub fragment_memory: usize,
}

impl Reader<'_> {
    /// Reads to the end, or until it is told to stop.
    pub fn run(mut self) {
        let mut state = State::new(self.fragment_memory);
        let mut pulsed = Instant::now();
        // A batch of the pool that came to nothing, and one outside the pool to read into what must be dropped.
        let (mut spare, mut scratch) = (None, Batch::default());
        while !self.stop.load(Ordering::Relaxed) {
            let (mut batch, drop_it) = match self.next_batch(&mut spare) {
                Next::Batch(batch) => (batch, false),
                Next::Drop => (std::mem::take(&mut scratch), true),
                Next::Ended => break,
            };
            batch.clear();
            let fill = self.source.fill(&mut batch.block);
            let pulse = self.watched && pulsed.elapsed() >= PULSE;
            if pulse {
                pulsed = Instant::now();
            }
            if drop_it {
                state.seen.dropped.tattletale += batch.block.frames.len() as u64;
                scratch = batch;
            } else {
                state.decode(&mut batch);
                batch.pulse = pulse;
                // Before the packets are heard of, so that nobody is told of them while they are not counted yet.
                self.publish(&mut state, false);
                if !batch.items.is_empty() || pulse {
                    if !self.hand_out(batch) {
                        break;
                    }
                } else {
                    spare = Some(batch);
                }
            }
            match fill {
                Ok(Fill::Frames | Fill::Idle) => {}
                Ok(Fill::End) => break,
                Err(error) => {
                    state.seen.stopped = Some(error.to_string());
                    break;
                }
            }
        }
        self.settle(&mut state, spare);
        self.publish(&mut state, true);
    }

    /// Reads what is there of datagrams that never were complete.
    fn settle(&mut self, state: &mut State, spare: Option<Batch>) {
        state.defrag.finish();
        let beginnings = state.defrag.beginnings();
        if beginnings.is_empty() {
            return;
        }
        // Also a live capture can wait now.
        let Some(mut batch) = spare.or_else(|| self.empty.recv().ok()) else { return };
        batch.clear();
        let Batch { wholes, items, .. } = &mut batch;
        state.beginnings(beginnings, NESTED, &mut Out { wholes, items });
        self.publish(state, false);
        self.hand_out(batch);
    }

    fn next_batch(&self, spare: &mut Option<Batch>) -> Next {
        if let Some(batch) = spare.take() {
            return Next::Batch(batch);
        }
        match self.empty.try_recv() {
            Ok(batch) => Next::Batch(batch),
            Err(TryRecvError::Empty) if self.source.is_live() => Next::Drop,
            Err(TryRecvError::Empty) => self.empty.recv().map_or(Next::Ended, Next::Batch),
            Err(TryRecvError::Disconnected) => Next::Ended,
        }
    }

    /// Gives the shards a batch. Not if one is gone: it has ended with a fault of its own, which is told elsewhere.
    fn hand_out(&self, batch: Batch) -> bool {
        let batch = Arc::new(Lent::new(batch, &self.pool));
        self.shards.iter().all(|queue| queue.send(Arc::clone(&batch)).is_ok())
    }

    fn publish(&mut self, state: &mut State, ended: bool) {
        let seen = &mut state.seen;
        let lost = self.source.dropped();
        (seen.dropped.kernel, seen.dropped.interface) = (lost.kernel, lost.interface);
        (seen.report, seen.progress, seen.ended) = (self.source.report(), self.source.progress(), ended);
        seen.down = self.source.is_down();
        seen.fragments = fragments(&state.defrag, &state.refused);
        self.reading.lock().unwrap_or_else(PoisonError::into_inner).clone_from(seen);
    }
}

/// What became of fragments that made no datagram, by reason.
fn fragments(defrag: &Defragmenter, refused: &BTreeMap<&'static str, u64>) -> BTreeMap<&'static str, u64> {
    let Counters { overlaps, conflicts, evicted, incomplete, unfinished } = defrag.counters();
    let counts = [
        ("overlapped others", overlaps),
        ("contradicted others", conflicts),
        ("datagrams given up for want of memory", evicted),
        ("datagrams not complete in time", incomplete),
        ("datagrams still not complete", defrag.pending() as u64 + unfinished),
    ];
    let refused = refused.iter().map(|(reason, count)| (*reason, *count));
    counts.into_iter().filter(|(_, count)| *count > 0).chain(refused).collect()
}

/// What to read into.
enum Next {
    /// An empty batch of the pool.
    Batch(Batch),
    /// None is free and the source does not wait: what it has must be dropped and counted.
    Drop,
    /// The shards are gone.
    Ended,
}

struct State {
    defrag: Defragmenter,
    /// Fragments that were not kept, by reason.
    refused: BTreeMap<&'static str, u64>,
    latest: Timestamp,
    ticks: u64,
    turn: Turn,
    seen: Reading,
}

/// The frame that is being read.
#[derive(Clone, Copy, Debug, Default)]
struct Turn {
    number: u64,
    /// How many packets were read in its turn.
    read: u32,
    /// How many of these it carries itself.
    own: u8,
}

/// Where something was decoded from.
#[derive(Clone, Copy)]
struct Origin<'a> {
    /// The frame, or that of a datagram's first fragment.
    seen: Seen,
    held: Held,
    bytes: &'a [u8],
    /// How many datagrams in fragments may still lie in one another.
    nested: u8,
}

/// Where what was read goes.
struct Out<'a> {
    wholes: &'a mut Vec<Vec<u8>>,
    items: &'a mut Vec<Item>,
}

impl State {
    fn new(fragment_memory: usize) -> Self {
        let defrag = Defragmenter::new(fragment_memory);
        Self { defrag, refused: BTreeMap::new(), latest: Timestamp(i64::MIN), ticks: 0, turn: Turn::default(), seen: Reading::default() }
    }

    fn decode(&mut self, batch: &mut Batch) {
        let Batch { block, wholes, items, .. } = batch;
        let mut out = Out { wholes, items };
        for frame in &block.frames {
            self.tick(frame, out.items);
            self.latest = self.latest.max(frame.time);
            self.turn = Turn { number: frame.number, ..Turn::default() };
            let bytes = block.frame(frame);
            let held = Held::Frame { start: frame.start, captured: frame.captured as usize };
            let seen = Seen { number: frame.number, time: frame.time, wire: frame.wire };
            match decode(frame.link, frame.wire as usize, bytes) {
                Decoded::Packet(packet) => self.packet(seen, held, packet, &mut out),
                Decoded::Unread(unread) => self.unread(&unread),
                decoded => self.read(decoded, Origin { seen, held, bytes, nested: NESTED }, &mut out),
            }
        }
    }

    fn tick(&mut self, frame: &Frame, items: &mut Vec<Item>) {
        let ticks = (frame.number.saturating_sub(1)) / TICK;
        if ticks > self.ticks {
            self.ticks = ticks;
            items.push(Item::Tick { number: frame.number, now: self.latest });
        }
    }

    fn packet(&mut self, seen: Seen, held: Held, packet: Packet, out: &mut Out<'_>) {
        let Turn { number: turn, read: place, own } = self.turn;
        let part = if seen.number == turn { own } else { 0 };
        if part >= PARTS {
            return self.unread(&Unread { layer: "link", reason: "more than 15 packets in one frame".to_owned() });
        }
        self.turn.read += 1;
        self.turn.own += u8::from(seen.number == turn);
        self.seen.bad_checksums += u64::from(packet.bad_checksum);
        let Seen { number, time, wire } = seen;
        let shard = shard(packet.from, packet.to);
        out.items.push(Item::Packet(Parcel { number, turn, place, part, time, wire, shard, held, packet }));
    }

    /// Everything that can be decoded, in order: also what lies side by side, and pieces of datagrams.
    fn read(&mut self, decoded: Decoded, of: Origin<'_>, out: &mut Out<'_>) {
        let mut left = vec![decoded];
        while let Some(decoded) = left.pop() {
            match decoded {
                Decoded::Several(parts) => left.extend(parts.into_iter().rev()),
                Decoded::Packet(packet) => self.packet(of.seen, of.held, packet, out),
                Decoded::Fragment(_) if of.nested == 0 => self.refused("fragments in fragments"),
                Decoded::Fragment(fragment) => self.fragment(&fragment, of, out),
                Decoded::Unread(unread) => self.unread(&unread),
            }
        }
    }

    /// A piece of a datagram. Before what it completes comes what was given up.
    fn fragment(&mut self, fragment: &Fragment, of: Origin<'_>, out: &mut Out<'_>) {
        let outcome = self.defrag.add(fragment, of.bytes, of.seen);
        let given_up = self.defrag.beginnings();
        self.beginnings(given_up, of.nested, out);
        match outcome {
            Outcome::Whole(datagram) => self.datagram(whole(&datagram), datagram.bytes, of.seen, of.nested, out),
            Outcome::Waiting => {}
            Outcome::Dropped(reason) => self.refused(reason),
        }
    }

    /// What is there of datagrams that were given up.
    fn beginnings(&mut self, given_up: Vec<Beginning>, nested: u8, out: &mut Out<'_>) {
        for given_up in given_up {
            self.datagram(beginning(&given_up), given_up.datagram.bytes, given_up.seen, nested, out);
        }
    }

    /// What a datagram in fragments holds. It may be a piece of another (a tunnel).
    fn datagram(&mut self, decoded: Decoded, bytes: Vec<u8>, seen: Seen, nested: u8, out: &mut Out<'_>) {
        // Its place among the wholes is kept while its own pieces may come to stand behind it.
        let index = out.wholes.len();
        out.wholes.push(Vec::new());
        self.read(decoded, Origin { seen, held: Held::Whole(index), bytes: &bytes, nested: nested.saturating_sub(1) }, out);
        if let Some(place) = out.wholes.get_mut(index) {
            *place = bytes;
        }
    }

    fn refused(&mut self, reason: &'static str) {
        *self.refused.entry(reason).or_default() += 1;
    }

    fn unread(&mut self, unread: &Unread) {
        let reason = format!("{}: {}", unread.layer, unread.reason);
        let known = self.seen.unread.len() < REASONS || self.seen.unread.contains_key(&reason);
        *self.seen.unread.entry(if known { reason } else { "other reasons".to_owned() }).or_default() += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first fragment of a datagram between documentation addresses, as raw IPv4.
    fn fragment() -> Vec<u8> {
        let header = [0x45, 0, 0, 36, 0, 7, 0x20, 0, 64, 17, 0, 0, 192, 0, 2, 1, 198, 51, 100, 2];
        [&header[..], &[9; 16]].concat()
    }

    fn put(batch: &mut Batch, frames: &[(i64, &[u8])]) {
        for (number, (second, frame)) in (1..).zip(frames) {
            let (start, captured) = (batch.block.bytes.len(), frame.len() as u32);
            batch.block.bytes.extend_from_slice(frame);
            batch.block.frames.push(Frame { number, time: Timestamp::new(*second, 0), link: 101, start, captured, wire: captured });
        }
    }

    fn read(frames: &[&[u8]]) -> State {
        let (mut state, mut batch) = (State::new(1 << 20), Batch::default());
        let frames: Vec<(i64, &[u8])> = frames.iter().map(|frame| (0, *frame)).collect();
        put(&mut batch, &frames);
        state.decode(&mut batch);
        state
    }

    #[test]
    fn of_a_datagram_that_is_given_up_the_beginning_is_read_once_in_a_later_turn() {
        let (mut state, mut batch) = (State::new(1 << 20), Batch::default());
        put(&mut batch, &[(0, &fragment()), (40, &fragment())]);
        state.decode(&mut batch);
        let [Item::Packet(parcel)] = &batch.items[..] else { panic!("{:?}", batch.items) };
        assert_eq!((parcel.number, parcel.turn, parcel.time, parcel.packet.missing), (1, 2, Timestamp(0), 2_313 - 16));
        assert_eq!(batch.bytes(parcel.held), [9; 16]);
        state.defrag.finish();
        assert_eq!(state.defrag.beginnings().len(), 1, "the second");
    }

    #[test]
    fn the_packets_of_an_aggregate_are_told_apart() {
        let datagram = [0x45, 0, 0, 28, 0, 7, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 198, 51, 100, 2, 0, 7, 0, 9, 0, 8, 0, 0];
        let one = [&[0; 12][..], &[0, 36, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0], &datagram, &[0, 0]].concat();
        let frame = [&[0x88, 0, 0, 0][..], &[0; 20], &[0x80, 0], &one.repeat(17)].concat();
        let (mut state, mut batch) = (State::new(1 << 20), Batch::default());
        put(&mut batch, &[(0, &frame)]);
        batch.block.frames[0].link = 105;
        state.decode(&mut batch);
        let places: Vec<_> =
            batch.items.iter().map(|item| if let Item::Packet(parcel) = item { (parcel.number, parcel.place, parcel.part) } else { panic!() }).collect();
        assert_eq!(places, (0..15).map(|part| (1, u32::from(part), part)).collect::<Vec<_>>());
        assert_eq!(state.seen.unread, BTreeMap::from([("link: more than 15 packets in one frame".to_owned(), 2)]));
    }

    #[test]
    fn a_fragment_that_is_not_kept_is_counted_by_its_reason() {
        let whole = fragment();
        let state = read(&[&whole, &whole[..30], &whole[..28]]);
        let told = fragments(&state.defrag, &state.refused);
        assert_eq!(told, BTreeMap::from([("datagrams still not complete", 1), ("fragment cut by the snap length", 2)]));
    }

    /// A fragment of a DNS answer's datagram of 64 bytes, as raw IPv4.
    fn piece_of_dns(range: std::ops::Range<usize>) -> Vec<u8> {
        let question = b"\x03toy\x07example\x03com\x00\x00\x01\x00\x01";
        let answer = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x0b";
        let message = [&[0, 53, 0xc0, 0, 0, 64, 0, 0][..], &[0, 9, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0], question, answer, &[0; 11]].concat();
        let more = if range.end < message.len() { 0x20 } else { 0 };
        let header = [0x45, 0, 0, 20 + range.len() as u8, 0, 7, more, range.start as u8 / 8, 64, 17, 0, 0, 192, 0, 2, 53, 198, 51, 100, 2];
        [&header[..], &message[range]].concat()
    }

    /// The names that a capture of these frames tells, each with its packet.
    fn names(frames: &[Vec<u8>], threads: usize) -> Vec<(String, u64)> {
        let mut bytes = [&0xa1b2_c3d4_u32.to_le_bytes()[..], &[2, 0, 4, 0], &[0; 8], &65_535u32.to_le_bytes(), &101u32.to_le_bytes()].concat();
        for frame in frames {
            let length = (frame.len() as u32).to_le_bytes();
            bytes.extend([&[0; 8][..], &length, &length, frame].concat());
        }
        let source = crate::capture::bytes("fragments", bytes.leak()).unwrap();
        let options = super::super::Options { names: true, threads, ..super::super::Options::default() };
        let mut names = Vec::new();
        let mut take = |record| {
            if let crate::home::record::Record::Name(name) = record {
                names.push((name.name, name.packet));
            }
        };
        super::super::run(source, &options, &AtomicBool::new(false), &mut take, &mut |_| {});
        names
    }

    #[test]
    fn a_name_in_a_datagram_is_told_once_whether_the_rest_came_or_not() {
        let (first, last) = (piece_of_dns(0..48), piece_of_dns(48..64));
        let toy = |packet| vec![("toy.example.com".to_owned(), packet)];
        for threads in [1, 3] {
            assert_eq!(names(&[last.clone(), first.clone()], threads), toy(2), "whole");
            assert_eq!(names(&[first.clone(), last.clone()], threads), toy(2), "whole");
            assert_eq!(names(&[first.clone(), piece_of_dns(56..64)], threads), toy(1), "a hole");
            assert_eq!(names(std::slice::from_ref(&first), threads), toy(1), "alone");
            assert_eq!(names(std::slice::from_ref(&last), threads), [], "no begin");
        }
    }
}
