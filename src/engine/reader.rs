//! Packets in: decodes each frame once, puts fragments together, and hands blocks to the shards.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crossbeam::channel::{Receiver, Sender, TryRecvError};

use super::batch::{Batch, Held, Item, Lent, Parcel};
use crate::capture::source::{Block, Dropped, Fill, Frame, InputReport, Source};
use crate::decode::defrag::{Counters, Defragmenter, Outcome};
use crate::decode::packet::{Decoded, Fragment, Packet, Unread};
use crate::decode::{decode, whole};
use crate::flow::key::shard;
use crate::wire::Timestamp;

/// A tick comes before every packet whose number is one more than a multiple of this.
const TICK: u64 = 4_096;

/// How often flows are asked how far they are while someone watches.
const PULSE: Duration = Duration::from_millis(250);

/// Distinct reasons that are kept apart for frames that were not understood; further ones are counted together.
const REASONS: usize = 64;

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
        self.publish(&mut state, true);
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
        seen.fragments = fragments(&state.defrag, &state.refused);
        self.reading.lock().unwrap_or_else(PoisonError::into_inner).clone_from(seen);
    }
}

/// What became of fragments that made no datagram, by reason.
fn fragments(defrag: &Defragmenter, refused: &BTreeMap<&'static str, u64>) -> BTreeMap<&'static str, u64> {
    let Counters { overlaps, conflicts, evicted, incomplete } = defrag.counters();
    let counts = [
        ("overlapped others", overlaps),
        ("contradicted others", conflicts),
        ("datagrams given up for want of memory", evicted),
        ("datagrams not complete in time", incomplete),
        ("datagrams still not complete", defrag.pending() as u64),
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
    seen: Reading,
}

impl State {
    fn new(fragment_memory: usize) -> Self {
        let defrag = Defragmenter::new(fragment_memory);
        Self { defrag, refused: BTreeMap::new(), latest: Timestamp(i64::MIN), ticks: 0, seen: Reading::default() }
    }

    fn decode(&mut self, batch: &mut Batch) {
        let Batch { block, wholes, items, .. } = batch;
        for frame in &block.frames {
            self.tick(frame, items);
            self.latest = self.latest.max(frame.time);
            let bytes = block.frame(frame);
            match decode(frame.link, frame.wire as usize, bytes) {
                Decoded::Packet(packet) => {
                    let held = Held::Frame { start: frame.start, captured: frame.captured as usize };
                    items.push(self.parcel(frame, held, packet));
                }
                Decoded::Fragment(fragment) => self.fragment(frame, block, &fragment, wholes, items),
                Decoded::Unread(unread) => self.unread(&unread),
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

    fn parcel(&mut self, frame: &Frame, held: Held, packet: Packet) -> Item {
        self.seen.bad_checksums += u64::from(packet.bad_checksum);
        Item::Packet(Parcel { number: frame.number, time: frame.time, wire: frame.wire, shard: shard(packet.from, packet.to), held, packet })
    }

    /// A piece of a datagram; what it completes may carry another piece (a tunnel within fragments).
    fn fragment(&mut self, frame: &Frame, block: &Block, fragment: &Fragment, wholes: &mut Vec<Vec<u8>>, items: &mut Vec<Item>) {
        let mut outcome = self.defrag.add(fragment, block.frame(frame), frame.time);
        for _ in 0..4 {
            let datagram = match outcome {
                Outcome::Whole(datagram) => datagram,
                Outcome::Waiting => return,
                Outcome::Dropped(reason) => return *self.refused.entry(reason).or_default() += 1,
            };
            match whole(&datagram) {
                Decoded::Packet(packet) => {
                    wholes.push(datagram.bytes);
                    items.push(self.parcel(frame, Held::Whole(wholes.len() - 1), packet));
                    return;
                }
                Decoded::Fragment(inner) => outcome = self.defrag.add(&inner, &datagram.bytes, frame.time),
                Decoded::Unread(unread) => return self.unread(&unread),
            }
        }
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

    fn read(frames: &[&[u8]]) -> State {
        let (mut state, mut batch) = (State::new(1 << 20), Batch::default());
        for (number, frame) in (1..).zip(frames) {
            let (start, captured) = (batch.block.bytes.len(), frame.len() as u32);
            batch.block.bytes.extend_from_slice(frame);
            batch.block.frames.push(Frame { number, time: Timestamp(0), link: 101, start, captured, wire: captured });
        }
        state.decode(&mut batch);
        state
    }

    #[test]
    fn a_fragment_that_is_not_kept_is_counted_by_its_reason() {
        let whole = fragment();
        let state = read(&[&whole, &whole[..30], &whole[..28]]);
        let told = fragments(&state.defrag, &state.refused);
        assert_eq!(told, BTreeMap::from([("datagrams still not complete", 1), ("fragment cut by the snap length", 2)]));
    }
}
