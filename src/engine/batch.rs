//! What the reader hands to the shards: a block of captured bytes, and what its frames were decoded to.

use crate::capture::source::Block;
use crate::decode::packet::Packet;
use crate::wire::Timestamp;

/// A block and its items; every shard gets the same one and works on the items that are its own.
#[derive(Debug, Default)]
pub struct Batch {
    /// The captured bytes.
    pub block: Block,
    /// Datagrams that were put together from fragments: they lie in no frame.
    pub wholes: Vec<Vec<u8>>,
    /// What is to be done, in capture order.
    pub items: Vec<Item>,
    /// Whether flows shall say how far they are: someone watches.
    pub pulse: bool,
}

impl Batch {
    /// Empties it; the memory is kept.
    pub fn clear(&mut self) {
        self.block.clear();
        self.wholes.clear();
        self.items.clear();
        self.pulse = false;
    }

    /// The bytes that a packet's offsets count in.
    pub fn bytes(&self, held: Held) -> &[u8] {
        match held {
            Held::Frame { start, captured } => self.block.bytes.get(start..start + captured).unwrap_or_default(),
            Held::Whole(index) => self.wholes.get(index).map_or(&[], Vec::as_slice),
        }
    }
}

/// Where a packet's bytes are.
#[derive(Clone, Copy, Debug)]
pub enum Held {
    /// In the block.
    Frame {
        /// First byte.
        start: usize,
        /// How many.
        captured: usize,
    },
    /// Among the wholes.
    Whole(usize),
}

/// One thing to do.
#[derive(Debug)]
pub enum Item {
    /// A decoded packet.
    Packet(Parcel),
    /// Time has gone on: look for idle flows. Placed by packet number, so that it comes at the same place however packets are delivered.
    Tick {
        /// The number of the packet before which it comes.
        number: u64,
        /// The latest time of a packet so far.
        now: Timestamp,
    },
}

/// A decoded packet with what its frame record said.
#[derive(Debug)]
pub struct Parcel {
    /// 1-based packet number.
    pub number: u64,
    /// When it was captured.
    pub time: Timestamp,
    /// Bytes on the wire.
    pub wire: u32,
    /// The virtual shard that it belongs to.
    pub shard: u8,
    /// Where its bytes are.
    pub held: Held,
    /// What it is.
    pub packet: Packet,
}
