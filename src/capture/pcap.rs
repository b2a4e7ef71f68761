//! The classic capture file (draft-ietf-opsawg-pcap): a header of 24 bytes, then records.
//!
//! In: bytes from the file's beginning on, as many as there are. Out: a [`Step`] at a time. Read are both byte orders, microseconds and nanoseconds,
//! Kuznetzov's variant with longer record headers (also written by Fritz!Box routers), Ixia's with a longer file header, and the old versions that
//! state the two lengths the other way round.

use super::damage::{Damage, grouped};
use super::record::{Order, Record, Step, max_packet};
use crate::wire::Timestamp;

const MICROS: u32 = 0xa1b2_c3d4;
const NANOS: u32 = 0xa1b2_3c4d;
const KUZNETZOV: u32 = 0xa1b2_cd34;
const IXIA_HARDWARE: u32 = 0x1c00_01ac;
const IXIA_SOFTWARE: u32 = 0x1c00_01ab;

/// The bits of the link type; above them stand a flag and the length of the frame check sequence.
const LINK_BITS: u32 = 0x03ff_ffff;

/// What the magic number says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Variant {
    order: Order,
    /// Nanoseconds in one unit of the fraction of a second.
    unit: u32,
    file_header: usize,
    record_header: usize,
}

impl Variant {
    fn of(magic: [u8; 4]) -> Option<Self> {
        let little = u32::from_le_bytes(magic);
        Self::known(little, Order::Little).or_else(|| Self::known(little.swap_bytes(), Order::Big))
    }

    fn known(magic: u32, order: Order) -> Option<Self> {
        let (unit, file_header, record_header) = match magic {
            MICROS => (1_000, 24, 16),
            NANOS => (1, 24, 16),
            KUZNETZOV => (1_000, 24, 24),
            IXIA_HARDWARE => (1, 28, 16),
            IXIA_SOFTWARE => (1_000, 28, 16),
            _ => return None,
        };
        Some(Self { order, unit, file_header, record_header })
    }
}

/// Which of the two lengths of a record comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lengths {
    /// Captured, then on the wire: all versions of today.
    CapturedFirst,
    /// On the wire, then captured: before version 2.3.
    WireFirst,
    /// Either, in version 2.3 and 543.0: the smaller one was captured.
    SmallerCaptured,
}

impl Lengths {
    fn of(major: u16, minor: u16) -> Option<Self> {
        match (major, minor) {
            (2, 0..=2) => Some(Self::WireFirst),
            (2, 3) | (543, 0) => Some(Self::SmallerCaptured),
            (2, _) => Some(Self::CapturedFirst),
            _ => None,
        }
    }

    fn sort(self, first: u32, second: u32) -> (u32, u32) {
        match self {
            Self::CapturedFirst => (first, second),
            Self::WireFirst => (second, first),
            Self::SmallerCaptured => (first.min(second), first.max(second)),
        }
    }
}

/// What the file header says.
#[derive(Clone, Copy, Debug)]
struct Header {
    link: u32,
    lengths: Lengths,
}

/// Walks from record to record.
#[derive(Debug)]
pub(super) struct Walker {
    variant: Variant,
    header: Option<Header>,
}

impl Walker {
    /// A walker, if the first four bytes are those of such a file.
    pub fn recognise(head: &[u8]) -> Option<Self> {
        Some(Self { variant: Variant::of(*head.first_chunk()?)?, header: None })
    }

    /// The link type, once the file header was read.
    pub fn link(&self) -> Option<u32> {
        self.header.map(|header| header.link)
    }

    /// What ends early where no more than `rest` comes; nothing where the file is whole. `next` is the number of the next packet.
    pub fn unfinished(&self, rest: &[u8], next: u64) -> Option<String> {
        match self.header {
            None => Some("the file header".to_owned()),
            Some(_) if rest.is_empty() => None,
            Some(_) => Some(format!("packet {}", grouped(next))),
        }
    }

    /// What stands at the start of `rest`, which is the byte `at` of the file.
    pub fn step(&mut self, rest: &[u8], at: u64, next: u64) -> Step {
        let Some(header) = self.header else { return self.begin(rest) };
        let Variant { order, unit, record_header, .. } = self.variant;
        let Some((head, data)) = rest.split_at_checked(record_header) else { return Step::More(record_header) };
        let (captured, wire) = header.lengths.sort(order.u32(head, 8), order.u32(head, 12));
        if captured > max_packet(header.link) {
            let text = format!("packet {} claims {} bytes, at byte {}", grouped(next), grouped(u64::from(captured)), grouped(at));
            return Step::Damaged(Damage::new(at, text));
        }
        let advance = record_header + captured as usize;
        if data.len() < captured as usize {
            return Step::More(advance);
        }
        let time = Timestamp::new(i64::from(order.u32(head, 0)), i64::from(order.u32(head, 4)) * i64::from(unit));
        let record = Record { time: Some(time), link: header.link, captured, wire: wire.max(captured) };
        Step::Packet { record, data: record_header, advance }
    }

    /// The file header.
    fn begin(&mut self, rest: &[u8]) -> Step {
        let Variant { order, file_header, .. } = self.variant;
        if rest.len() < file_header {
            return Step::More(file_header);
        }
        let (major, minor) = (order.u16(rest, 4), order.u16(rest, 6));
        let Some(lengths) = Lengths::of(major, minor) else {
            return Step::Damaged(Damage::new(4, format!("the file header names version {major}.{minor} of the format, which does not exist")));
        };
        self.header = Some(Header { link: order.u32(rest, 20) & LINK_BITS, lengths });
        Step::Skip(file_header as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(magic: u32, version: (u16, u16), link: u32) -> Vec<u8> {
        let mut bytes = magic.to_le_bytes().to_vec();
        bytes.extend(version.0.to_le_bytes());
        bytes.extend(version.1.to_le_bytes());
        bytes.extend([0; 8]);
        bytes.extend(65_535u32.to_le_bytes());
        bytes.extend(link.to_le_bytes());
        bytes
    }

    fn ready(header: &[u8]) -> Walker {
        let mut walker = Walker::recognise(header).unwrap();
        assert_eq!(walker.step(header, 0, 1), Step::Skip(header.len() as u64));
        walker
    }

    fn record(words: [u32; 4]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_le_bytes()).collect()
    }

    #[test]
    fn the_upper_bits_of_the_link_type_are_something_else() {
        // FCS length 4 bytes, and the bit that says that the length is given.
        assert_eq!(ready(&header(MICROS, (2, 4), 0x4400_0001)).link(), Some(1));
        assert_eq!(ready(&header(MICROS, (2, 4), 276)).link(), Some(276));
    }

    #[test]
    fn old_versions_state_the_lengths_the_other_way_round() {
        for (version, lengths) in [((2, 4), (2, 9)), ((2, 2), (9, 2)), ((2, 3), (9, 2)), ((2, 3), (2, 9)), ((543, 0), (9, 2))] {
            let mut bytes = record([1, 2, lengths.0, lengths.1]);
            bytes.extend([7; 2]);
            let step = ready(&header(MICROS, version, 1)).step(&bytes, 24, 1);
            let Step::Packet { record, advance: 18, .. } = step else { panic!("{version:?}: {step:?}") };
            assert_eq!((record.captured, record.wire), (2, 9));
        }
    }

    #[test]
    fn a_claim_beyond_all_packets_is_refused_before_anything_is_read() {
        let step = ready(&header(MICROS, (2, 4), 1)).step(&record([1, 2, 262_145, 262_145]), 1_204_224, 12_431);
        let Step::Damaged(damage) = step else { panic!("{step:?}") };
        assert_eq!(damage, Damage::new(1_204_224, "packet 12,431 claims 262,145 bytes, at byte 1,204,224"));
        assert_eq!(ready(&header(MICROS, (2, 4), 249)).step(&record([1, 2, 262_145, 262_145]), 24, 1), Step::More(262_161));
    }

    #[test]
    fn a_version_that_does_not_exist_is_damage() {
        let bytes = header(MICROS, (9, 9), 1);
        assert!(matches!(Walker::recognise(&bytes).unwrap().step(&bytes, 0, 1), Step::Damaged(Damage { at: 4, .. })));
    }

    #[test]
    fn extreme_times_do_not_overflow() {
        let step = ready(&header(MICROS, (2, 4), 1)).step(&record([u32::MAX, u32::MAX, 0, 0]), 24, 1);
        assert!(matches!(step, Step::Packet { record: Record { time: Some(Timestamp(4_294_971_589_967_295_000)), .. }, .. }), "{step:?}");
    }
}
