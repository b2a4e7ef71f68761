//! What the reader hands to the shards: a block of captured bytes, and what its frames were decoded to.

use std::ops::Deref;

use crossbeam::channel::Sender;

use crate::capture::source::Block;
use crate::decode::packet::Packet;
use crate::wire::Timestamp;

/// A block and its items; every shard gets the same one and works on the items that are its own.
#[derive(Debug, Default)]
pub struct Batch {
    /// The captured bytes.
    pub block: Block,
    /// Datagrams that were put together from fragments, as far as these came: they lie in no frame.
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

/// A batch of the pool, on its way: it goes back there with whoever lets go of it last, be it the reader, a shard or one that panics.
pub struct Lent {
    batch: Batch,
    pool: Sender<Batch>,
}

impl Lent {
    /// Lends a batch.
    pub fn new(batch: Batch, pool: &Sender<Batch>) -> Self {
        Self { batch, pool: pool.clone() }
    }
}

impl Deref for Lent {
    type Target = Batch;

    fn deref(&self) -> &Batch {
        &self.batch
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        // The pool has room for all that it ever lent; nobody takes it when the reader has ended.
        let _ = self.pool.try_send(std::mem::take(&mut self.batch));
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
    /// The packet in whose turn it is read: its own, but for the beginning of a datagram that was given up then.
    pub turn: u64,
    /// Its place among those that are read in this turn.
    pub place: u32,
    /// Its place among the packets side by side in one frame: 0 but in an aggregate.
    pub part: u8,
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crossbeam::channel::bounded;

    use super::*;

    #[test]
    fn a_batch_goes_back_to_its_pool_once_and_with_the_last_that_has_it() {
        let (pool, empty) = bounded(1);
        for last in ["reader", "shard"] {
            let mut batch = Batch::default();
            batch.block.bytes.extend(last.as_bytes());
            let reader = Arc::new(Lent::new(batch, &pool));
            let shard = Arc::clone(&reader);
            let (first, second) = if last == "reader" { (shard, reader) } else { (reader, shard) };
            drop(first);
            assert!(empty.try_recv().is_err(), "someone has it still");
            drop(second);
            assert_eq!(empty.try_recv().map(|batch| batch.block.bytes), Ok(last.as_bytes().to_vec()));
            assert!(empty.try_recv().is_err(), "once");
        }
    }
}
