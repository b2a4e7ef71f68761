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
mod tests {
    use proptest::prelude::*;

    use super::super::packet::{Body, Decoded};
    use super::super::{sample, whole};
    use super::*;

    const BIG: usize = 1 << 20;

    /// A frame at this second.
    fn at(second: i64) -> Seen {
        Seen { number: second as u64 + 1, time: Timestamp::new(second, 0), wire: 60 }
    }

    /// A fragment of an IPv4 UDP datagram whose bytes begin the frame.
    fn piece(id: u32, offset: usize, more: bool, length: usize) -> Fragment {
        let address = |last| IpAddr::from([192, 0, 2, last]);
        Fragment {
            from_mac: None,
            to_mac: None,
            depth: 0,
            from: address(1),
            to: address(2),
            ttl: 64,
            id,
            protocol: 17,
            offset,
            more,
            payload: 0..length,
            missing: 0,
        }
    }

    fn add(pool: &mut Defragmenter, id: u32, offset: usize, more: bool, bytes: &[u8]) -> Outcome {
        pool.add(&piece(id, offset, more, bytes.len()), bytes, at(0))
    }

    fn bytes(outcome: Outcome) -> Vec<u8> {
        let Outcome::Whole(datagram) = outcome else { panic!("{outcome:?}") };
        datagram.bytes
    }

    #[test]
    fn two_fragments_make_a_datagram_that_is_read_on() {
        for (first, second) in [(0, 1), (1, 0)] {
            let udp = sample::udp(9, b"0123456789abcdef");
            let frames = [sample::ipv4(17, 0x2000, &udp[..16]), sample::ipv4(17, 2, &udp[16..])];
            let mut pool = Defragmenter::new(BIG);
            assert_eq!(pool.add(&sample::fragment(101, &frames[first]), &frames[first], at(0)), Outcome::Waiting);
            let Outcome::Whole(datagram) = pool.add(&sample::fragment(101, &frames[second]), &frames[second], at(1)) else { panic!() };
            let Decoded::Packet(packet) = whole(&datagram) else { panic!() };
            assert_eq!((packet.body, &datagram.bytes[packet.payload]), (Body::Udp { from_port: 5_000, to_port: 9 }, &b"0123456789abcdef"[..]));
            assert_eq!((packet.from.to_string(), packet.ttl, pool.pending(), pool.memory()), ("192.0.2.1".into(), 64, 0, 0));
        }
    }

    #[test]
    fn ipv6_datagrams_may_begin_with_more_extension_headers_or_hold_a_tunnel() {
        let inside = sample::ipv4(4, 0, &sample::udp4(b"tunnel"));
        let content = [&[4, 0, 1, 4, 0, 0, 0, 0][..], &inside].concat();
        let frame = |offset: u16, more: u16, part: &[u8]| {
            let header = [&[60, 0][..], &(offset | more).to_be_bytes(), &[0, 0, 0, 5]].concat();
            sample::ipv6(44, &[&header[..], part].concat())
        };
        let mut pool = Defragmenter::new(BIG);
        let last = frame(24, 0, &content[24..]);
        let first = frame(0, 1, &content[..24]);
        assert_eq!(pool.add(&sample::fragment(101, &last), &last, at(0)), Outcome::Waiting);
        let Outcome::Whole(datagram) = pool.add(&sample::fragment(101, &first), &first, at(0)) else { panic!() };
        let Decoded::Packet(packet) = whole(&datagram) else { panic!() };
        assert_eq!((packet.depth, &datagram.bytes[packet.payload]), (2, &b"tunnel"[..]));
    }

    #[test]
    fn identification_protocol_and_addresses_keep_datagrams_apart() {
        let mut pool = Defragmenter::new(BIG);
        assert_eq!(add(&mut pool, 1, 0, true, &[1; 8]), Outcome::Waiting);
        assert_eq!(add(&mut pool, 2, 8, false, &[2; 8]), Outcome::Waiting);
        let other = Fragment { protocol: 6, ..piece(1, 8, false, 8) };
        assert_eq!(pool.add(&other, &[3; 8], at(0)), Outcome::Waiting);
        let six = |protocol, offset, more| Fragment { protocol, from: IpAddr::from([1u16; 8]), to: IpAddr::from([2u16; 8]), ..piece(1, offset, more, 8) };
        assert_eq!(pool.add(&six(60, 8, false), &[4; 8], at(0)), Outcome::Waiting);
        assert_eq!(pool.pending(), 4);
        let Outcome::Whole(datagram) = pool.add(&six(17, 0, true), &[5; 8], at(0)) else { panic!("IPv6 does not look at the protocol") };
        assert_eq!(datagram.protocol, 17, "of the first fragment");
        assert_eq!(bytes(add(&mut pool, 1, 8, false, &[6; 8])).len(), 16);
    }

    #[test]
    fn the_first_bytes_win_and_differing_ones_are_counted() {
        let mut pool = Defragmenter::new(BIG);
        add(&mut pool, 1, 8, true, &[1; 16]);
        add(&mut pool, 1, 8, true, &[1; 16]);
        assert_eq!(pool.counters(), Counters::default(), "a repeated frame is no overlap");
        add(&mut pool, 1, 16, true, &[1; 16]);
        assert_eq!((pool.counters().overlaps, pool.counters().conflicts), (1, 0));
        add(&mut pool, 1, 0, true, &[2; 40]);
        assert_eq!((pool.counters().overlaps, pool.counters().conflicts), (2, 1));
        let whole = bytes(add(&mut pool, 1, 40, false, &[3; 3]));
        assert_eq!(whole, [&[2; 8][..], &[1; 24], &[2; 8], &[3; 3]].concat());
    }

    #[test]
    fn a_datagram_with_a_hole_or_two_ends_is_never_built() {
        let mut pool = Defragmenter::new(BIG);
        add(&mut pool, 1, 0, true, &[1; 8]);
        assert_eq!(add(&mut pool, 1, 16, false, &[1; 8]), Outcome::Waiting);
        assert!(matches!(add(&mut pool, 1, 24, true, &[1; 8]), Outcome::Dropped(_)), "beyond the end");
        assert!(matches!(add(&mut pool, 1, 8, false, &[1; 3]), Outcome::Dropped(_)), "another end");
        assert_eq!(pool.counters().conflicts, 2);
        assert_eq!(bytes(add(&mut pool, 1, 8, true, &[1; 8])), [1; 24]);
        add(&mut pool, 2, 32, true, &[1; 8]);
        assert!(matches!(add(&mut pool, 2, 0, false, &[1; 8]), Outcome::Dropped(_)), "an end before what is there");
    }

    #[test]
    fn teardrop_is_counted_and_not_built() {
        let mut pool = Defragmenter::new(BIG);
        assert_eq!(add(&mut pool, 242, 0, true, &[1; 36]), Outcome::Waiting);
        assert!(matches!(add(&mut pool, 242, 24, false, &[2; 4]), Outcome::Dropped(_)));
        assert_eq!((pool.counters().overlaps, pool.counters().conflicts), (1, 1));
    }

    #[test]
    fn what_cannot_be_part_of_a_datagram_is_dropped() {
        let mut pool = Defragmenter::new(BIG);
        for (offset, more, length) in [(0, true, 0), (0, true, 7), (65_528, false, 8)] {
            assert!(matches!(add(&mut pool, 1, offset, more, &vec![0; length]), Outcome::Dropped(_)), "{offset} {more} {length}");
        }
        let cut = Fragment { missing: 1, ..piece(1, 0, true, 8) };
        assert!(matches!(pool.add(&cut, &[0; 8], at(0)), Outcome::Dropped(_)));
        assert!(matches!(pool.add(&piece(1, 0, true, 16), &[0; 8], at(0)), Outcome::Dropped(_)));
        let odd = Fragment { from: IpAddr::from([1u16; 8]), to: IpAddr::from([2u16; 8]), ..piece(1, 0, true, 12) };
        assert!(matches!(pool.add(&odd, &[0; 12], at(0)), Outcome::Dropped(_)));
        assert_eq!((pool.pending(), pool.memory()), (0, 0));
        assert_eq!(add(&mut pool, 1, 65_528, false, &[0; 7]), Outcome::Waiting);
        assert_eq!(bytes(add(&mut pool, 1, 0, true, &vec![0; 65_528])).len(), LARGEST);
    }

    #[test]
    fn patience_is_thirty_seconds_of_packet_time() {
        let mut pool = Defragmenter::new(BIG);
        pool.add(&piece(1, 0, true, 8), &[1; 8], at(0));
        pool.add(&piece(2, 0, true, 8), &[1; 8], at(20));
        assert!(matches!(pool.add(&piece(2, 8, false, 8), &[2; 8], at(31)), Outcome::Whole(_)));
        assert_eq!((pool.pending(), pool.counters().incomplete), (0, 1));
        assert_eq!(pool.add(&piece(1, 8, false, 8), &[2; 8], at(31)), Outcome::Waiting);
    }

    #[test]
    fn a_flood_stays_within_its_memory_and_evicts_the_oldest() {
        let limit = 100_000;
        let mut pool = Defragmenter::new(limit);
        for id in 0..20_000 {
            add(&mut pool, id, 65_520 - 8 * (id as usize % 100), true, &[0; 8]);
            assert!(pool.memory() <= limit);
        }
        assert!(pool.counters().evicted > 15_000 && pool.pending() > 100);
        assert_eq!(pool.by_age.len(), pool.waiting.len());
        assert_eq!(add(&mut pool, 19_999, 0, true, &[1; 64]), Outcome::Waiting, "the youngest stays");
        let mut small = Defragmenter::new(1_000);
        assert!(matches!(add(&mut small, 1, 0, true, &[0; 1_200]), Outcome::Dropped(_)));
        assert_eq!((small.pending(), small.memory(), small.counters().evicted), (0, 0, 1));
    }

    #[test]
    fn the_number_of_pieces_is_bounded() {
        let mut pool = Defragmenter::new(BIG);
        let outcomes = (0..4_000).rev().map(|place| add(&mut pool, 1, place * 16, true, &[0; 8]));
        assert_eq!(outcomes.filter(|outcome| matches!(outcome, Outcome::Dropped(_))).count(), 4_000 - PIECES);
    }

    #[test]
    fn of_what_is_given_up_the_beginning_goes_out_once() {
        let udp = sample::udp(9, &[7; 52]);
        let mut pool = Defragmenter::new(BIG);
        assert_eq!(pool.add(&piece(1, 0, true, 24), &udp[..24], at(0)), Outcome::Waiting);
        assert_eq!(pool.add(&piece(1, 24, true, 8), &udp[24..32], at(1)), Outcome::Waiting);
        assert_eq!(pool.add(&piece(1, 40, true, 8), &udp[40..48], at(2)), Outcome::Waiting, "a hole before it");
        assert_eq!(pool.add(&piece(2, 8, true, 8), &[1; 8], at(3)), Outcome::Waiting, "no begin");
        assert_eq!(pool.beginnings(), []);
        pool.add(&piece(3, 8, true, 8), &[1; 8], at(31));
        let [beginning] = &pool.beginnings()[..] else { panic!() };
        assert_eq!((&beginning.datagram.bytes[..], beginning.missing, beginning.seen), (&udp[..32], LARGEST - 32, at(0)));
        let Decoded::Packet(packet) = super::super::beginning(beginning) else { panic!() };
        assert_eq!((packet.payload, packet.missing), (8..32, 28), "UDP tells its length");
        pool.finish();
        assert_eq!((pool.beginnings(), pool.pending(), pool.counters().incomplete, pool.counters().unfinished), (vec![], 0, 1, 2));
    }

    #[test]
    fn a_beginning_knows_what_is_missing_as_far_as_anyone_can() {
        let mut pool = Defragmenter::new(BIG);
        add(&mut pool, 1, 16, false, &[1; 5]);
        add(&mut pool, 1, 0, true, &[1; 8]);
        let segment = |offset| Fragment { protocol: 6, ..piece(2, offset, true, 32) };
        pool.add(&segment(0), &[1; 32], at(0));
        pool.add(&Fragment { id: 3, ..segment(0) }, &[1; 32], at(0));
        pool.add(&Fragment { id: 3, ..segment(64) }, &[1; 32], at(0));
        pool.finish();
        assert_eq!(pool.beginnings().iter().map(|beginning| beginning.missing).collect::<Vec<_>>(), [13, 0, 64]);
    }

    #[test]
    fn a_first_fragment_that_was_cut_is_read_at_once() {
        let udp = sample::udp(9, &[7; 192]);
        let mut pool = Defragmenter::new(BIG);
        let cut = Fragment { missing: 60, ..piece(1, 0, true, 40) };
        assert!(matches!(pool.add(&cut, &udp[..40], at(5)), Outcome::Dropped(_)));
        assert!(matches!(pool.add(&Fragment { offset: 104, ..cut }, &udp[..40], at(6)), Outcome::Dropped(_)));
        let [beginning] = &pool.beginnings()[..] else { panic!() };
        let Decoded::Packet(packet) = super::super::beginning(beginning) else { panic!() };
        assert_eq!((packet.payload, packet.missing, beginning.seen), (8..40, 160, at(5)));
    }

    #[test]
    fn what_is_evicted_still_tells_its_beginning() {
        let mut small = Defragmenter::new(1_000);
        for id in 0..10 {
            add(&mut small, id, 0, true, &sample::udp(9, &[id as u8; 400]));
        }
        let given_up: Vec<u8> = small.beginnings().iter().map(|beginning| beginning.datagram.bytes[8]).collect();
        assert_eq!(given_up.len() as u64, small.counters().evicted);
        assert!(given_up.is_sorted() && given_up.first() == Some(&0), "{given_up:?}");
    }

    proptest! {
        #[test]
        fn any_order_and_any_repetition_gives_the_same_datagram(
            content in prop::collection::vec(any::<u8>(), 9..600),
            width in 1usize..12,
            shuffle in prop::collection::vec(any::<prop::sample::Index>(), 80),
        ) {
            let width = width * 8;
            let mut starts: Vec<usize> = (0..content.len()).step_by(width).collect();
            for (place, index) in shuffle.iter().enumerate() {
                let other = index.index(starts.len());
                let place = place % starts.len();
                starts.swap(place, other);
            }
            let repeated = starts[0];
            starts.insert(1, repeated);
            let mut pool = Defragmenter::new(BIG);
            let mut built = Vec::new();
            for &start in &starts {
                let end = (start + width).min(content.len());
                if let Outcome::Whole(datagram) = add(&mut pool, 1, start, end < content.len(), &content[start..end]) {
                    built.push(datagram.bytes);
                }
            }
            if starts.len() > 2 {
                prop_assert_eq!(built, vec![content]);
                prop_assert_eq!(pool.counters(), Counters::default());
            }
        }

        #[test]
        fn random_fragments_keep_the_books(pieces in prop::collection::vec((0usize..40, 1usize..12, any::<bool>(), any::<u8>()), 1..60)) {
            let mut pool = Defragmenter::new(3_000);
            // The model: which byte came first at each place, and no datagram unless every place up to an end was filled.
            let mut model: Vec<Option<u8>> = vec![None; 1_000];
            for (offset, length, more, fill) in pieces {
                let (start, bytes) = (offset * 8, vec![fill; length * 8]);
                let outcome = add(&mut pool, 1, start, more, &bytes);
                if !matches!(outcome, Outcome::Dropped(_)) {
                    model[start..start + bytes.len()].iter_mut().for_each(|byte| _ = byte.get_or_insert(fill));
                }
                if let Outcome::Whole(datagram) = outcome {
                    let expected: Vec<Option<u8>> = datagram.bytes.iter().copied().map(Some).collect();
                    prop_assert_eq!(&model[..expected.len()], &expected[..]);
                    prop_assert!(model[expected.len()..].iter().all(Option::is_none));
                    model.fill(None);
                    prop_assert_eq!(pool.memory(), 0);
                }
                for beginning in pool.beginnings() {
                    prop_assert!(!beginning.datagram.bytes.is_empty() && beginning.datagram.bytes.len() + beginning.missing <= LARGEST);
                }
                prop_assert!(pool.memory() <= 3_000);
            }
        }
    }
}
