//! What the walkers of both formats have in common: byte order, and what one step finds.

use super::damage::Damage;
use crate::wire::Timestamp;

/// The most bytes that a packet may have. Wireshark's bound: nothing that comes from a network is larger.
const MAX_PACKET: u32 = 262_144;
/// The same for USB and D-Bus, whose transfers are larger (Wireshark and libpcap hold this bound for them).
const MAX_TRANSFER: u32 = 128 << 20;
/// Link types of USB (USB_LINUX_MMAPPED, USBPCAP), D-Bus and Elektrobit high speed captures.
const TRANSFERS: [u32; 4] = [220, 249, 231, 279];

/// The most bytes that a packet of this link type may have.
pub(super) fn max_packet(link: u32) -> u32 {
    if TRANSFERS.contains(&link) { MAX_TRANSFER } else { MAX_PACKET }
}

/// The order in which a file or a section writes the bytes of its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// Least significant byte first.
    Little,
    /// Most significant byte first.
    Big,
}

impl Order {
    /// The 16-bit number at an offset; zero beyond the end, which callers rule out by length beforehand.
    pub fn u16(self, bytes: &[u8], at: usize) -> u16 {
        let raw = bytes.get(at..).and_then(|rest| rest.first_chunk()).copied().unwrap_or_default();
        match self {
            Self::Little => u16::from_le_bytes(raw),
            Self::Big => u16::from_be_bytes(raw),
        }
    }

    /// The 32-bit number at an offset; zero beyond the end.
    pub fn u32(self, bytes: &[u8], at: usize) -> u32 {
        let raw = bytes.get(at..).and_then(|rest| rest.first_chunk()).copied().unwrap_or_default();
        match self {
            Self::Little => u32::from_le_bytes(raw),
            Self::Big => u32::from_be_bytes(raw),
        }
    }

    /// The 64-bit number at an offset; zero beyond the end.
    pub fn u64(self, bytes: &[u8], at: usize) -> u64 {
        let raw = bytes.get(at..).and_then(|rest| rest.first_chunk()).copied().unwrap_or_default();
        match self {
            Self::Little => u64::from_le_bytes(raw),
            Self::Big => u64::from_be_bytes(raw),
        }
    }
}

/// One packet as its record describes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Record {
    /// When; absent where the format has no place for it (simple packet blocks).
    pub time: Option<Timestamp>,
    /// Link type.
    pub link: u32,
    /// Bytes captured.
    pub captured: u32,
    /// Bytes on the wire.
    pub wire: u32,
}

/// What a walker found at its place.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A packet whose bytes begin `data` bytes from here; the walk goes on `advance` bytes from here.
    Packet {
        /// What the record says.
        record: Record,
        /// Where its bytes begin.
        data: usize,
        /// Where the walk goes on.
        advance: usize,
    },
    /// So many bytes, of which some may not have been read yet, hold no packet.
    Skip(u64),
    /// This many bytes are needed from here to say anything.
    More(usize),
    /// It cannot go on.
    Damaged(Damage),
}
