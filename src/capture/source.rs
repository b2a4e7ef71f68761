//! The contract of every source of packets.

use serde::Serialize;

use crate::error::CaptureError;
use crate::wire::Timestamp;

/// A block of captured frames in one buffer, filled and used again.
#[derive(Debug, Default)]
pub struct Block {
    /// The bytes of all frames (and, of a file, what stands between them).
    pub bytes: Vec<u8>,
    /// The frames, in capture order.
    pub frames: Vec<Frame>,
}

impl Block {
    /// About so many bytes are put in one block.
    pub const SIZE: usize = 1 << 20;
    /// At most so many frames are put in one block.
    pub const FRAMES: usize = 4_096;

    /// Empties it; the memory is kept.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.frames.clear();
    }

    /// The bytes of one of its frames.
    pub fn frame(&self, frame: &Frame) -> &[u8] {
        self.bytes.get(frame.start..frame.start + frame.captured as usize).unwrap_or_default()
    }
}

/// One frame of a [`Block`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// 1-based number over all packet records of the input, as Wireshark counts.
    pub number: u64,
    /// When it was captured.
    pub time: Timestamp,
    /// Link type (LINKTYPE_ values of tcpdump.org).
    pub link: u32,
    /// Where its bytes begin in the block.
    pub start: usize,
    /// How many bytes were captured.
    pub captured: u32,
    /// How many bytes were on the wire.
    pub wire: u32,
}

/// What became of a call of [`Source::fill`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill {
    /// The block holds frames.
    Frames,
    /// Nothing came for a while (live only); ask again.
    Idle,
    /// There is no more. What went before the end stands in [`Source::report`].
    End,
}

/// Packets lost before they were read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Dropped {
    /// By the kernel: its buffer was full.
    pub kernel: u64,
    /// By the interface or its driver.
    pub interface: u64,
    /// By tattletale: its own queue was full.
    pub tattletale: u64,
}

/// What is known of an input: `run.inputs` of the contract.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct InputReport {
    /// The path, `-`, or the interface's name.
    pub path: String,
    /// SHA-256 of the input as it was read (before unpacking), lower-case hex; absent where nothing is kept (live).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Bytes read (before unpacking).
    pub bytes: u64,
    /// `pcap`, `pcapng`, `pcap.gz`, …, `live`.
    pub format: String,
    /// Link types met, in order of appearance.
    pub link_types: Vec<u32>,
    /// Packet records read.
    pub packets: u64,
    /// Time of the earliest packet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<Timestamp>,
    /// Time of the latest packet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<Timestamp>,
    /// Offset (in the unpacked capture) of the first byte that could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub damaged_at: Option<u64>,
    /// What was wrong there, one sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub damage: Option<String>,
}

/// Where packets come from.
pub trait Source: Send {
    /// Empties the block and puts the next frames in. Returns within a fraction of a second where the source is live.
    fn fill(&mut self, block: &mut Block) -> Result<Fill, CaptureError>;

    /// What is known of the input so far.
    fn report(&self) -> InputReport;

    /// How much of the input was read, 0 to 1, where its length is known.
    fn progress(&self) -> Option<f32> {
        None
    }

    /// Packets lost before they were read. Zero for a file.
    fn dropped(&mut self) -> Dropped {
        Dropped::default()
    }

    /// Whether it is live, so that packets are lost rather than waited for.
    fn is_live(&self) -> bool {
        false
    }

    /// Whether it is an interface that is down now, so that nothing can come.
    fn is_down(&self) -> bool {
        false
    }
}
