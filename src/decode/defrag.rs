//! IP datagrams, put together from their fragments (RFC 791, section 3.2; RFC 8200, section 4.5; overlaps: RFC 1858, RFC 5722).
//!
//! Fragments come in as [`decode`](super::decode()) gave them, in capture order and in any order of their offsets; whole datagrams go out, for
//! [`whole`](super::whole). A datagram with a hole never does. Where fragments overlap, the bytes that came first stay: what a receiver would have
//! taken is not known, so an overlap with other bytes is counted for the reader to judge. Memory, fragments and waiting time are bounded; what is
//! evicted depends on the packets alone.
//!
//! What is there of the beginning of a datagram that is given up goes out too, for [`beginning`](super::beginning): the rest is missing, not made up.
//! Not before, so that nothing is told twice.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::ops::Range;

use super::packet::Fragment;
use crate::wire::{Mac, Timestamp};

/// An incomplete datagram waits so long for its other fragments (RFC 8200 says 60 s, hosts mostly wait 30 s).
const PATIENCE: f64 = 30.0;
/// No datagram is longer, its header included.
const LARGEST: usize = 65_535;
/// IP protocol number of TCP.
const TCP: u8 = 6;
/// At most so many pieces of one datagram are kept; real ones have at most 45 on Ethernet, and 1,366 at the least MTU of IPv4.
const PIECES: usize = 2_048;
/// What one waiting datagram costs besides its bytes: its places in the two maps.
const OVERHEAD: usize = 2 * (size_of::<Key>() + size_of::<Waiting>() + size_of::<u64>());

/// An IP datagram that was put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Datagram {
    /// See [`Packet`](super::packet::Packet); of the first fragment.
    pub from_mac: Option<Mac>,
    /// See `from_mac`.
    pub to_mac: Option<Mac>,
    /// How many tunnels lay around the fragments.
    pub depth: u8,
    /// Sender's address.
    pub from: IpAddr,
    /// Receiver's address.
    pub to: IpAddr,
    /// Time to live or hop limit of the first fragment.
    pub ttl: u8,
    /// IP protocol number of what `bytes` begins with.
    pub protocol: u8,
    /// The payload of the datagram, at most 65,535 bytes.
    pub bytes: Vec<u8>,
}

/// The frame that a fragment came in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// 1-based number of the frame.
    pub number: u64,
    /// When it was captured.
    pub time: Timestamp,
    /// Its bytes on the wire.
    pub wire: u32,
}

/// The beginning of a datagram that was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beginning {
    /// The bytes up to the first that is missing.
    pub datagram: Datagram,
    /// How many follow, as far as is known; where nothing tells, as many as there can be.
    pub missing: usize,
    /// The frame that the first of them came in.
    pub seen: Seen,
}

/// What became of a fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is kept until the others come.
    Waiting,
    /// It was the last one that was needed.
    Whole(Datagram),
    /// It is not kept, for this reason.
    Dropped(&'static str),
}

/// What went wrong so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Fragments that overlapped others of their datagram. An exact repetition of bytes is none: the frame was sent or captured twice.
    pub overlaps: u64,
    /// Fragments that contradicted others: other bytes in the same place, or another end of the datagram.
    pub conflicts: u64,
    /// Datagrams given up because the memory was needed for younger ones.
    pub evicted: u64,
    /// Datagrams given up because fragments did not come in time.
    pub incomplete: u64,
    /// Datagrams that were not complete at the end.
    pub unfinished: u64,
}

/// Which datagram a fragment belongs to. IPv6 does not look at the protocol, which is zero here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Key {
    from: IpAddr,
    to: IpAddr,
    id: u32,
    protocol: u8,
}

impl Key {
    fn of(fragment: &Fragment) -> Self {
        let protocol = if fragment.from.is_ipv4() { fragment.protocol } else { 0 };
        Self { from: fragment.from, to: fragment.to, id: fragment.id, protocol }
    }
}

/// Puts datagrams together.
#[derive(Debug)]
pub struct Defragmenter {
    waiting: HashMap<Key, Waiting, foldhash::fast::RandomState>,
    /// The waiting datagrams in the order they began.
    by_age: BTreeMap<u64, Key>,
    /// How many datagrams began.
    begun: u64,
    limit: usize,
    memory: usize,
    counters: Counters,
    /// Of datagrams given up since it was asked last.
    beginnings: Vec<Beginning>,
}

impl Defragmenter {
    /// Keeps at most about `limit_bytes` of fragments.
    pub fn new(limit_bytes: usize) -> Self {
        Self {
            waiting: HashMap::default(),
            by_age: BTreeMap::new(),
            begun: 0,
            limit: limit_bytes,
            memory: 0,
            counters: Counters::default(),
            beginnings: Vec::new(),
        }
    }

    /// Takes a fragment of `frame`. Ask for [`beginnings`](Self::beginnings) afterwards.
    pub fn add(&mut self, fragment: &Fragment, frame: &[u8], seen: Seen) -> Outcome {
        self.expire(seen.time);
        let bytes = match acceptable(fragment, frame) {
            Ok(bytes) => bytes,
            Err(reason) => {
                self.beginnings.extend(cut_beginning(fragment, frame, seen));
                return Outcome::Dropped(reason);
            }
        };
        let key = Key::of(fragment);
        let waiting = match self.waiting.entry(key) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                self.begun += 1;
                self.by_age.insert(self.begun, key);
                self.memory += OVERHEAD;
                entry.insert(Waiting::new(fragment, self.begun, seen))
            }
        };
        let before = waiting.memory();
        let added = waiting.add(fragment, bytes, seen);
        self.memory = self.memory - before + waiting.memory();
        let is_whole = waiting.is_whole();
        if let Some(reason) = self.count(added) {
            return Outcome::Dropped(reason);
        }
        if is_whole {
            return self.remove(&key).map_or(Outcome::Waiting, |waiting| Outcome::Whole(waiting.datagram(key)));
        }
        self.make_room();
        if self.waiting.contains_key(&key) { Outcome::Waiting } else { Outcome::Dropped("no memory for fragments") }
    }

    /// The beginnings of datagrams that were given up since it was asked last, in the order in which they were.
    pub fn beginnings(&mut self) -> Vec<Beginning> {
        std::mem::take(&mut self.beginnings)
    }

    /// Gives up all that waits: no more will come.
    pub fn finish(&mut self) {
        while self.drop_oldest() {
            self.counters.unfinished += 1;
        }
    }

    /// Counts what became of a fragment; the reason, if it was dropped.
    fn count(&mut self, added: Added) -> Option<&'static str> {
        match added {
            Added::Fits => None,
            Added::Overlaps => {
                self.counters.overlaps += 1;
                None
            }
            Added::Conflicts => {
                self.counters.overlaps += 1;
                self.counters.conflicts += 1;
                None
            }
            Added::OtherEnd { overlaps } => {
                self.counters.overlaps += u64::from(overlaps);
                self.counters.conflicts += 1;
                Some("fragments disagree on the end of the datagram")
            }
            Added::TooMany => Some("too many fragments in one datagram"),
        }
    }

    /// What went wrong so far.
    pub fn counters(&self) -> Counters {
        self.counters
    }

    /// How many datagrams wait for fragments.
    pub fn pending(&self) -> usize {
        self.waiting.len()
    }

    /// Bytes of memory held, about.
    pub fn memory(&self) -> usize {
        self.memory
    }

    /// Gives up what has waited too long. Only the oldest are looked at: where the clock went backwards, they leave with the next ones.
    fn expire(&mut self, now: Timestamp) {
        while self.oldest().is_some_and(|waiting| now.seconds_since(waiting.since.time) > PATIENCE) {
            self.drop_oldest();
            self.counters.incomplete += 1;
        }
    }

    /// Gives up the oldest until the memory is within its limit.
    fn make_room(&mut self) {
        while self.memory > self.limit && self.drop_oldest() {
            self.counters.evicted += 1;
        }
    }

    fn oldest(&self) -> Option<&Waiting> {
        self.by_age.first_key_value().and_then(|(_, key)| self.waiting.get(key))
    }

    fn drop_oldest(&mut self) -> bool {
        let Some(key) = self.by_age.first_key_value().map(|(_, key)| *key) else { return false };
        let Some(waiting) = self.remove(&key) else { return false };
        self.beginnings.extend(waiting.beginning(key));
        true
    }

    fn remove(&mut self, key: &Key) -> Option<Waiting> {
        let waiting = self.waiting.remove(key)?;
        self.by_age.remove(&waiting.number);
        self.memory -= OVERHEAD + waiting.memory();
        Some(waiting)
    }
}

/// The bytes of a fragment that can be part of a datagram. But for the last, all have a multiple of 8: of IPv4 the odd rest is cut off, as hosts do;
/// IPv6 forbids it (RFC 8200, section 4.5).
fn acceptable<'a>(fragment: &Fragment, frame: &'a [u8]) -> Result<&'a [u8], &'static str> {
    let Some(bytes) = frame.get(fragment.payload.clone()) else { return Err("fragment outside its frame") };
    if fragment.missing > 0 {
        return Err("fragment cut by the snap length");
    }
    let odd = if fragment.more { bytes.len() % 8 } else { 0 };
    if odd != 0 && fragment.from.is_ipv6() {
        return Err("fragment length not a multiple of 8");
    }
    let bytes = bytes.get(..bytes.len() - odd).unwrap_or_default();
    match bytes.len() {
        0 => Err("empty fragment"),
        length if fragment.offset.saturating_add(length) > LARGEST => Err("fragment beyond 65535 bytes"),
        _ => Ok(bytes),
    }
}

/// What was captured of a first fragment that the snap length cut: its datagram will never be whole.
fn cut_beginning(fragment: &Fragment, frame: &[u8], seen: Seen) -> Option<Beginning> {
    let bytes = frame.get(fragment.payload.clone()).filter(|bytes| fragment.missing > 0 && fragment.offset == 0 && !bytes.is_empty())?;
    let &Fragment { from_mac, to_mac, depth, from, to, ttl, protocol, missing, .. } = fragment;
    let missing = bytes_after(protocol, bytes.len(), None, bytes.len() + missing);
    Some(Beginning { datagram: Datagram { from_mac, to_mac, depth, from, to, ttl, protocol, bytes: bytes.to_vec() }, missing, seen })
}

/// How many bytes of a datagram follow the first `captured`. Where its end is not known, a length inside tells (UDP, IP), so that there may be as many
/// as there can be; but TCP has none, so that only what was seen of it counts.
fn bytes_after(protocol: u8, captured: usize, end: Option<usize>, farthest: usize) -> usize {
    let end = end.unwrap_or(if protocol == TCP { farthest } else { LARGEST });
    end.saturating_sub(captured)
}

/// What became of the bytes of a fragment.
#[derive(Clone, Copy, Debug)]
enum Added {
    Fits,
    Overlaps,
    Conflicts,
    OtherEnd { overlaps: bool },
    TooMany,
}

/// A piece of a datagram: where it belongs, and where its bytes lie in [`Waiting::bytes`]. All three are at most [`LARGEST`].
#[derive(Clone, Copy, Debug)]
struct Piece {
    offset: u16,
    length: u16,
    stored: u16,
}

impl Piece {
    fn start(self) -> usize {
        usize::from(self.offset)
    }

    fn end(self) -> usize {
        self.start() + usize::from(self.length)
    }

    fn bytes(self, stored: &[u8]) -> &[u8] {
        let start = usize::from(self.stored);
        stored.get(start..start + usize::from(self.length)).unwrap_or_default()
    }
}

/// A datagram that waits for fragments. Its memory grows with the bytes that came, not with the offsets they claim.
#[derive(Debug)]
struct Waiting {
    number: u64,
    /// The fragment that came first.
    since: Seen,
    /// The fragment with which the datagram begins, once it came.
    begins: Option<Seen>,
    from_mac: Option<Mac>,
    to_mac: Option<Mac>,
    depth: u8,
    ttl: u8,
    protocol: u8,
    /// Where the datagram ends, once the last fragment told.
    end: Option<usize>,
    /// The pieces in order of their offsets; no two overlap.
    pieces: Vec<Piece>,
    /// The bytes of the pieces, in order of arrival.
    bytes: Vec<u8>,
}

impl Waiting {
    fn new(fragment: &Fragment, number: u64, since: Seen) -> Self {
        let &Fragment { from_mac, to_mac, depth, ttl, protocol, .. } = fragment;
        Self { number, since, begins: None, from_mac, to_mac, depth, ttl, protocol, end: None, pieces: Vec::new(), bytes: Vec::new() }
    }

    fn memory(&self) -> usize {
        self.pieces.capacity() * size_of::<Piece>() + self.bytes.capacity()
    }

    /// Keeps those bytes of the fragment that are new.
    fn add(&mut self, fragment: &Fragment, bytes: &[u8], seen: Seen) -> Added {
        let (start, end) = (fragment.offset, fragment.offset + bytes.len());
        let farthest = self.pieces.last().map_or(0, |piece| piece.end());
        let contradicts = match self.end {
            Some(known) => end > known || (!fragment.more && end != known),
            None => !fragment.more && farthest > end,
        };
        let first = self.pieces.partition_point(|piece| piece.end() <= start);
        let after = self.pieces.partition_point(|piece| piece.start() < end);
        let touched = self.pieces.get(first..after).unwrap_or_default();
        if contradicts {
            return Added::OtherEnd { overlaps: !touched.is_empty() };
        }
        if self.pieces.len() + touched.len() + 1 > PIECES {
            return Added::TooMany;
        }
        let added = compare(touched, &self.bytes, start, bytes);
        for gap in gaps(touched, start, end) {
            let Some(new) = bytes.get(gap.start - start..gap.end - start) else { continue };
            let place = self.pieces.partition_point(|piece| piece.start() < gap.start);
            self.pieces.insert(place, Piece { offset: gap.start as u16, length: new.len() as u16, stored: self.bytes.len() as u16 });
            self.bytes.extend_from_slice(new);
        }
        if start == 0 {
            self.begins.get_or_insert(seen);
            (self.from_mac, self.to_mac, self.depth, self.ttl, self.protocol) =
                (fragment.from_mac, fragment.to_mac, fragment.depth, fragment.ttl, fragment.protocol);
        }
        if !fragment.more {
            self.end = Some(end);
        }
        added
    }

    /// The end is known and every byte before it is there: pieces neither overlap nor reach beyond it.
    fn is_whole(&self) -> bool {
        self.end == Some(self.bytes.len())
    }

    fn datagram(self, key: Key) -> Datagram {
        let in_order = self.pieces.is_sorted_by_key(|piece| piece.stored);
        let bytes = if in_order { self.bytes } else { self.pieces.iter().flat_map(|piece| piece.bytes(&self.bytes)).copied().collect() };
        let Self { from_mac, to_mac, depth, ttl, protocol, .. } = self;
        Datagram { from_mac, to_mac, depth, from: key.from, to: key.to, ttl, protocol, bytes }
    }

    /// The bytes from the begin to the first hole, if there are any.
    fn beginning(self, key: Key) -> Option<Beginning> {
        let seen = self.begins?;
        let mut bytes = Vec::new();
        for piece in &self.pieces {
            if piece.start() != bytes.len() {
                break;
            }
            bytes.extend_from_slice(piece.bytes(&self.bytes));
        }
        let Self { from_mac, to_mac, depth, ttl, protocol, end, .. } = self;
        let farthest = self.pieces.last().map_or(0, |piece| piece.end());
        let missing = bytes_after(protocol, bytes.len(), end, farthest);
        let datagram = Datagram { from_mac, to_mac, depth, from: key.from, to: key.to, ttl, protocol, bytes };
        (!datagram.bytes.is_empty()).then_some(Beginning { datagram, missing, seen })
    }
}

/// How the bytes of a fragment from `start` on compare with the pieces that they touch.
fn compare(touched: &[Piece], stored: &[u8], start: usize, bytes: &[u8]) -> Added {
    let end = start + bytes.len();
    let differs = touched.iter().any(|piece| {
        let (from, to) = (piece.start().max(start), piece.end().min(end));
        bytes.get(from - start..to - start) != piece.bytes(stored).get(from - piece.start()..to - piece.start())
    });
    match touched {
        _ if differs => Added::Conflicts,
        [] => Added::Fits,
        [piece] if (piece.start(), piece.end()) == (start, end) => Added::Fits,
        _ => Added::Overlaps,
    }
}

/// The parts of `start..end` that no piece covers.
fn gaps(touched: &[Piece], start: usize, end: usize) -> Vec<Range<usize>> {
    let mut gaps = Vec::new();
    let mut at = start;
    for piece in touched {
        if piece.start() > at {
            gaps.push(at..piece.start());
        }
        at = piece.end();
    }
    if at < end {
        gaps.push(at..end);
    }
    gaps
}

#[cfg(test)]
mod tests;
