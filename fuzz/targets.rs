//! What is fuzzed: one function a room, each fed with raw bytes. The fuzzer (`make fuzz`) and the replay on every test run (`tests/fuzzed.rs`) share them.
//!
//! A protocol, an encoding or a link type is fuzzed by being in its list: nothing here names one.

use std::io::Cursor;
use std::sync::atomic::AtomicBool;

use tattletale::capture;
use tattletale::content::contract::Context;
use tattletale::decode::defrag::{Defragmenter, Outcome, Seen};
use tattletale::decode::packet::Decoded;
use tattletale::engine::{self, Options};
use tattletale::event::{Event, Place, Readable, Role};
use tattletale::flow::reassembly::{Piece, Segment, Stream};
use tattletale::protocols::protocol::{Carrier, Input, Probe, Progress, Protocol};
use tattletale::protocols::{PROTOCOLS, recognise};
use tattletale::wire::{Direction, Mark, Marks, Timestamp};

/// A target: its name, and what is done with bytes.
pub struct Target {
    /// The file in `fuzz_targets`, without its ending.
    pub name: &'static str,
    /// Must not panic, whatever the bytes.
    pub run: fn(&[u8]),
}

/// Every target.
pub static TARGETS: &[Target] = &[
    Target { name: "capture", run: capture_file },
    Target { name: "decode", run: frame },
    Target { name: "fragments", run: fragments },
    Target { name: "streams", run: streams },
    Target { name: "recognition", run: recognition },
    Target { name: "protocols", run: protocol },
    Target { name: "content", run: content },
];

/// A file from its first byte to what is told of it.
pub fn capture_file(bytes: &[u8]) {
    let Ok(source) = capture::stream("fuzz", Box::new(Cursor::new(bytes.to_vec()))) else { return };
    let options = Options { threads: 1, names: true, exchanges: true, fingerprints: true, flows: true, ..Options::default() };
    engine::run(source, &options, &AtomicBool::new(false), &mut |_| {}, &mut |_| {});
}

/// A frame of any link type: two bytes say which.
pub fn frame(bytes: &[u8]) {
    let Some((link, frame)) = bytes.split_first_chunk::<2>() else { return };
    let decoded = tattletale::decode::decode(u32::from(u16::from_le_bytes(*link)), frame.len(), frame);
    if let Decoded::Packet(packet) = &decoded {
        assert!(packet.payload.start <= packet.payload.end && packet.payload.end <= frame.len(), "{packet:?}");
    }
}

/// Ethernet frames, each behind its length; what is a fragment is put together.
pub fn fragments(bytes: &[u8]) {
    let mut pool = Defragmenter::new(64 << 10);
    for (number, frame) in pieces(bytes).enumerate() {
        let Decoded::Fragment(fragment) = tattletale::decode::decode(1, frame.len(), frame) else { continue };
        let seen = Seen { number: number as u64 + 1, time: Timestamp::new(number as i64, 0), wire: frame.len() as u32 };
        if let Outcome::Whole(datagram) = pool.add(&fragment, frame, seen) {
            let _ = tattletale::decode::whole(&datagram);
        }
        assert!(pool.memory() <= 64 << 10, "{} bytes are held", pool.memory());
    }
    pool.finish();
    for beginning in pool.beginnings() {
        let _ = tattletale::decode::beginning(&beginning);
    }
}

/// Segments, each behind its length: four bytes of sequence number, one of flags, then the payload. What comes out is in order.
pub fn streams(bytes: &[u8]) {
    let mut stream = Stream::default();
    let mut next = None;
    for (number, piece) in pieces(bytes).enumerate() {
        let Some((head, payload)) = piece.split_first_chunk::<5>() else { continue };
        let [a, b, c, d, flags] = *head;
        let sequence = u32::from_be_bytes([a, b, c, d]);
        if flags & 1 != 0 {
            stream.begin(sequence);
        }
        if flags & 2 != 0 {
            stream.acknowledge(sequence);
        }
        let segment = Segment { bytes: payload, missing: usize::from(flags >> 4), packet: number as u64 + 1, time: Timestamp::new(0, 0), offset: Some(54) };
        stream.push(sequence, segment, flags & 4 != 0, &mut |piece| follow(&mut next, piece));
    }
    stream.settle(&mut |piece| follow(&mut next, piece));
}

/// Each byte comes once, in order.
fn follow(next: &mut Option<u64>, piece: Piece<'_>) {
    match piece {
        Piece::Bytes(bytes, mark) => {
            assert!(next.is_none_or(|next| mark.stream >= next), "{} comes after {next:?}", mark.stream);
            assert_eq!(bytes.len(), mark.length as usize);
            *next = Some(mark.stream + bytes.len() as u64);
        }
        Piece::Gap(_) => {}
    }
}

/// First bytes of a flow, of both carriers, shown to every probe.
pub fn recognition(bytes: &[u8]) {
    let Some((head, bytes)) = bytes.split_first_chunk::<5>() else { return };
    let [flags, a, b, c, d] = *head;
    let direction = if flags & 1 == 0 { Direction::ToServer } else { Direction::ToClient };
    let (from_port, to_port) = (u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d]));
    let probe = Probe { bytes, direction, from_port, to_port, from_start: flags & 2 == 0 };
    let _ = recognise(Carrier::Stream, &probe);
    let _ = recognise(Carrier::Datagram, &probe);
}

/// A conversation in one protocol: two bytes say which of the list (`TATTLETALE_PROTOCOL=dns` chooses it by name instead), then pieces, each behind its
/// length; the highest bit of the length is the direction, an empty piece is a gap.
pub fn protocol(bytes: &[u8]) {
    let Some((index, bytes)) = bytes.split_first_chunk::<2>() else { return };
    let chosen: Vec<&Protocol> = chosen();
    let Some(protocol) = chosen.get(usize::from(u16::from_le_bytes(*index)) % chosen.len().max(1)) else { return };
    converse(protocol, bytes);
}

/// The protocols that are fuzzed: all, or those of one name.
fn chosen() -> Vec<&'static Protocol> {
    let name = std::env::var("TATTLETALE_PROTOCOL").unwrap_or_default();
    PROTOCOLS.iter().copied().filter(|protocol| name.is_empty() || protocol.name == name).collect()
}

/// Shows a parser what the bytes say, as its contract promises.
pub fn converse(protocol: &Protocol, bytes: &[u8]) {
    let mut parser = (protocol.open)();
    let mut sides = [Side::default(), Side::default()];
    let mut rest = bytes;
    while let Some((length, after)) = rest.split_first_chunk::<2>() {
        let word = u16::from_le_bytes(*length);
        let direction = if word & 0x8000 == 0 { Direction::ToServer } else { Direction::ToClient };
        let (piece, after) = after.split_at(usize::from(word & 0x7fff).min(after.len()));
        rest = after;
        let [to_server, to_client] = &mut sides;
        let side = if direction == Direction::ToServer { to_server } else { to_client };
        let progress = if piece.is_empty() {
            side.offset += side.bytes.len() as u64 + 3;
            side.bytes.clear();
            parser.gap(direction, 3, &mut look)
        } else {
            side.show(piece, protocol.carrier);
            let input = Input { direction, bytes: &side.bytes, offset: side.offset, marks: &side.marks };
            parser.read(input, &mut look)
        };
        match progress {
            Progress::Consumed(count) => side.take(count),
            Progress::Handover(count) => {
                assert!(count <= side.bytes.len(), "{}: {count} of {} bytes are handed over", protocol.name, side.bytes.len());
                break;
            }
            Progress::Done | Progress::Lost => break,
        }
        assert!(parser.memory() <= 64 << 20, "{} holds {} bytes", protocol.name, parser.memory());
    }
    parser.end(&mut look);
}

/// What is told can be looked at: texts are whole, places can be found.
#[allow(clippy::needless_pass_by_value)] // That is how parsers tell events.
fn look(event: Event<'_>) {
    if let Event::Readable(readable) = &event {
        let _ = readable.place.at(0, readable.bytes.len());
    }
    let _ = std::hint::black_box(&event);
}

#[derive(Default)]
struct Side {
    bytes: Vec<u8>,
    offset: u64,
    marks: Marks,
    seen: u64,
}

impl Side {
    fn show(&mut self, piece: &[u8], carrier: Carrier) {
        if carrier == Carrier::Datagram {
            self.offset += self.bytes.len() as u64;
            self.bytes.clear();
            self.marks = Marks::default();
        }
        self.seen += 1;
        let stream = self.offset + self.bytes.len() as u64;
        self.marks.push(Mark { stream, length: piece.len() as u32, packet: self.seen, time: Timestamp::new(0, 0), offset: Some(54) });
        self.bytes.extend_from_slice(piece);
    }

    fn take(&mut self, count: usize) {
        assert!(count <= self.bytes.len(), "{count} of {} bytes are consumed", self.bytes.len());
        self.bytes.drain(..count);
        self.offset += count as u64;
        self.marks.forget_before(self.offset);
    }
}

/// Readable bytes behind one that says what part of a message they are.
pub fn content(bytes: &[u8]) {
    const ROLES: [Role; 8] = [Role::Target, Role::Header, Role::Body, Role::Topic, Role::Name, Role::Record, Role::Payload, Role::Unknown];
    const MEDIA: [Option<&str>; 4] = [None, Some("application/json"), Some("application/x-www-form-urlencoded"), Some("text/xml")];
    let Some((kind, bytes)) = bytes.split_first() else { return };
    let marks = Marks::default();
    let readable = Readable {
        role: ROLES.get(usize::from(*kind) % ROLES.len()).copied().unwrap_or(Role::Unknown),
        bytes,
        field: None,
        media: MEDIA.get(usize::from(*kind >> 3) % MEDIA.len()).copied().flatten(),
        chain: &[],
        place: Place::Wire { marks: &marks, start: 0 },
    };
    for found in tattletale::content::scan(&readable, &Context::default()) {
        assert!(found.start.saturating_add(found.length) <= bytes.len(), "{found:?} lies outside of {} bytes", bytes.len());
    }
}

/// Pieces, each behind its length in two bytes.
fn pieces(mut rest: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let (length, after) = rest.split_first_chunk::<2>()?;
        let (piece, after) = after.split_at(usize::from(u16::from_le_bytes(*length)).min(after.len()));
        rest = after;
        Some(piece)
    })
}
