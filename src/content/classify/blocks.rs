//! Blocks of sixteen bytes that come again: what a block cipher shows that encrypts each block by itself (NIST SP 800-38A, section 6.1, says why that hides
//! too little). Of noise two blocks are never the same.

/// Bytes of a block.
const BLOCK: usize = 16;
/// Blocks that are remembered; a later one takes the place of an earlier one. At first there is room for a few.
const SLOTS: usize = 512;
const FEW: usize = 32;
/// Distinct bytes of a block that may be ciphertext.
const DIVERSE: u32 = 11;
/// So many blocks must have come again.
const AGAIN: u32 = 2;

/// The blocks of one direction.
#[derive(Clone, Debug, Default)]
pub struct Blocks {
    slots: Vec<u64>,
    held: usize,
    partial: Vec<u8>,
    /// Of the message that is being read: blocks, and those of them that came again.
    here: (u32, u32),
    again: u32,
    /// Whether a block was forgotten for a later one.
    is_full: bool,
}

impl Blocks {
    /// More bytes of a message: those that belong to no block that came before are given on.
    pub fn add(&mut self, bytes: &[u8], fresh: &mut dyn FnMut(&[u8])) {
        let mut rest = bytes;
        if !self.partial.is_empty() {
            let (head, after) = rest.split_at((BLOCK - self.partial.len()).min(rest.len()));
            self.partial.extend_from_slice(head);
            rest = after;
            if self.partial.len() < BLOCK {
                return;
            }
            let block = std::mem::take(&mut self.partial);
            self.block(&block, fresh);
        }
        let (blocks, left) = rest.as_chunks::<BLOCK>();
        for block in blocks {
            self.block(block, fresh);
        }
        self.partial.extend_from_slice(left);
    }

    fn block(&mut self, block: &[u8], fresh: &mut dyn FnMut(&[u8])) {
        self.here.0 += 1;
        if !is_diverse(block) {
            return fresh(block);
        }
        if self.is_known(mixed(block) | 1) {
            self.here.1 += 1;
        } else {
            fresh(block);
        }
    }

    /// Whether a block was seen before; if not it is remembered.
    fn is_known(&mut self, sum: u64) -> bool {
        if places(sum, self.slots.len()).into_iter().any(|place| self.slots.get(place) == Some(&sum)) {
            return true;
        }
        // A quarter full, two of three find an empty place at once.
        if self.slots.len() < SLOTS && self.held * 4 >= self.slots.len() {
            let larger = (self.slots.len() * 4).max(FEW);
            let before = std::mem::replace(&mut self.slots, vec![0; larger]);
            before.into_iter().filter(|sum| *sum != 0).for_each(|sum| self.remember(sum));
        }
        self.remember(sum);
        self.held += 1;
        false
    }

    /// At one of two places, so that few push each other out.
    fn remember(&mut self, sum: u64) {
        let places = places(sum, self.slots.len());
        let is_free = |place: &usize| self.slots.get(*place) == Some(&0);
        let place = places.into_iter().find(is_free).unwrap_or(places[0]);
        if let Some(slot) = self.slots.get_mut(place) {
            self.is_full |= *slot != 0;
            *slot = sum;
        }
    }

    /// The message is over. One that came again as a whole was sent again, and shows nothing.
    pub fn end(&mut self, fresh: &mut dyn FnMut(&[u8])) {
        let (blocks, again) = std::mem::take(&mut self.here);
        if !self.is_sent_again(blocks, again) || blocks > 64 {
            self.again = self.again.saturating_add(again);
        }
        if !self.partial.is_empty() {
            fresh(&std::mem::take(&mut self.partial));
        }
    }

    /// Whether blocks came again that should not have.
    pub fn repeat(&self) -> bool {
        let (blocks, again) = self.here;
        self.again + if self.is_sent_again(blocks, again) { 0 } else { again } >= AGAIN
    }

    /// Whether all blocks of a message came again, as far as they were remembered.
    fn is_sent_again(&self, blocks: u32, again: u32) -> bool {
        again == blocks || self.is_full && again * 8 >= blocks * 7
    }

    /// Bytes of memory held beyond its own size.
    pub fn memory(&self) -> usize {
        self.slots.capacity() * size_of::<u64>() + self.partial.capacity()
    }
}

/// The two places of a block.
fn places(sum: u64, slots: usize) -> [usize; 2] {
    [8, 32].map(|shift| (sum >> shift) as usize % slots.max(1))
}

/// A number of a block's two halves.
fn mixed(block: &[u8]) -> u64 {
    let half = |half: Option<&[u8; 8]>| half.map_or(0, |half| u64::from_le_bytes(*half));
    let (first, last) = (half(block.first_chunk()), half(block.last_chunk()));
    let mixed = (first.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ last.rotate_left(32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    mixed ^ mixed >> 32
}

/// Whether a block may be ciphertext: most of its bytes differ.
pub fn is_diverse(block: &[u8]) -> bool {
    let mut seen = [0_u64; 4];
    for byte in block {
        if let Some(word) = seen.get_mut(usize::from(byte >> 6)) {
            *word |= 1 << (byte & 63);
        }
    }
    seen.iter().map(|word| word.count_ones()).sum::<u32>() >= DIVERSE
}

#[cfg(test)]
mod tests {
    use super::super::histogram::tests::noise_of;
    use super::*;

    fn repeats(messages: &[Vec<u8>]) -> (bool, usize) {
        let (mut blocks, mut count) = (Blocks::default(), 0);
        for message in messages {
            message.chunks(21).for_each(|piece| blocks.add(piece, &mut |fresh| count += fresh.len()));
            blocks.end(&mut |fresh| count += fresh.len());
        }
        (blocks.repeat(), count)
    }

    #[test]
    fn blocks_that_come_again_are_seen_and_counted_once() {
        let block = noise_of(1, 16);
        let message = |n: u64| [&noise_of(n + 9, 32)[..], &block, &noise_of(n + 99, 16), &[7]].concat();
        assert_eq!(repeats(&(0..4).map(message).collect::<Vec<_>>()), (true, 4 * 65 - 3 * 16));
    }

    #[test]
    fn noise_zeros_and_messages_sent_again_show_nothing() {
        assert!(!repeats(&(0..60).map(|n| noise_of(n + 1, 1_000)).collect::<Vec<_>>()).0);
        assert!(!repeats(&[vec![0; 4_000]]).0);
        assert!(!repeats(&(0..9).map(|_| noise_of(4, 200)).collect::<Vec<_>>()).0);
        for seed in 0..100 {
            assert!(!repeats(&(0..3).map(|_| noise_of(seed, 960)).collect::<Vec<_>>()).0, "{seed}");
            let two = [noise_of(seed, 900), noise_of(seed + 500, 700)];
            assert!(!repeats(&(0..8).map(|n| two[n % 2].clone()).collect::<Vec<_>>()).0, "{seed}");
        }
    }
}
