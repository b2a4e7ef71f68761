//! What is the same in many messages of one direction: a clear head before what is scrambled, and first blocks that come again.

use super::blocks::is_diverse;
use super::records::record::hash;

/// So many first bytes of a message are watched.
const WIDTH: usize = 32;
/// So many messages must be seen.
const MESSAGES: u32 = 8;
/// Of a cipher's first blocks.
const BLOCK: usize = 16;
/// Distinct first blocks that are remembered.
const FIRSTS: usize = 32;
/// Where a first block may begin: at once, or behind a clear head.
const PLACES: [usize; 4] = [0, 4, 8, 16];

/// The first bytes of messages, column by column.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    /// Values seen in each column, a bit each, and messages that reach so far.
    seen: Vec<([u64; 4], u32)>,
    messages: u32,
    /// Blocks at each of [`PLACES`], with how often they came.
    firsts: [Vec<(u64, u32)>; PLACES.len()],
}

impl Columns {
    /// Another message.
    pub fn add(&mut self, message: &[u8]) {
        self.messages = self.messages.saturating_add(1);
        for (index, byte) in message.iter().take(WIDTH).enumerate() {
            if self.seen.len() <= index {
                self.seen.push(([0; 4], 0));
            }
            if let Some((words, count)) = self.seen.get_mut(index) {
                *count = count.saturating_add(1);
                if let Some(word) = words.get_mut(usize::from(byte >> 6)) {
                    *word |= 1 << (byte & 63);
                }
            }
        }
        for (firsts, place) in self.firsts.iter_mut().zip(PLACES) {
            let Some(first) = message.get(place..).and_then(|body| body.get(..BLOCK)).filter(|first| is_diverse(first)) else { continue };
            let first = hash(first.iter().copied());
            let known = firsts.iter().position(|(known, _)| *known == first);
            match known {
                Some(known) => firsts.iter_mut().skip(known).take(1).for_each(|(_, count)| *count = count.saturating_add(1)),
                None if firsts.len() < FIRSTS => firsts.push((first, 1)),
                None => {}
            }
        }
    }

    /// Messages seen.
    pub fn messages(&self) -> u32 {
        self.messages
    }

    /// Bytes at the beginning of each message that are its clear head: up to the last column with far fewer values than chance would give it.
    /// None before enough messages were seen.
    pub fn header(&self) -> Option<usize> {
        let is_clear = |(words, count): &([u64; 4], u32)| {
            let distinct: u32 = words.iter().map(|word| word.count_ones()).sum();
            let expected = 256.0 * (1.0 - (255.0_f64 / 256.0).powi((*count).min(4_096) as i32));
            *count >= MESSAGES && f64::from(distinct) < expected * 0.7
        };
        (self.messages >= MESSAGES).then(|| self.seen.iter().rposition(is_clear).map_or(0, |last| last + 1))
    }

    /// Whether several first blocks that may be ciphertext come again and again, each of them in several messages: one or two may be names.
    pub fn has_same_firsts(&self) -> bool {
        let again = |firsts: &Vec<(u64, u32)>| firsts.iter().filter(|(_, count)| *count >= 3).count() >= 3;
        self.messages >= MESSAGES && self.firsts.iter().any(again)
    }

    /// Bytes of memory held beyond its own size.
    pub fn memory(&self) -> usize {
        self.seen.capacity() * size_of::<([u64; 4], u32)>() + self.firsts.iter().map(|firsts| firsts.capacity() * size_of::<(u64, u32)>()).sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::super::histogram::tests::noise_of;
    use super::*;

    #[test]
    fn a_clear_head_is_found() {
        for (header, messages) in [(0, 8), (4, 8), (4, 100), (16, 40)] {
            let mut columns = Columns::default();
            (0..messages).for_each(|n| columns.add(&[&vec![0x5a; header][..], &noise_of(n + 1, 60)].concat()));
            assert_eq!(columns.header(), Some(header), "{header} {messages}");
        }
        let mut columns = Columns::default();
        columns.add(&[0; 40]);
        assert_eq!(columns.header(), None, "too few");
    }

    #[test]
    fn first_blocks_that_come_again_are_seen() {
        let mut columns = Columns::default();
        (0..20).for_each(|n| columns.add(&noise_of(n % 4 + 1, 60)));
        assert!(columns.has_same_firsts());
        let mut columns = Columns::default();
        (0..20).for_each(|n| columns.add(&[noise_of(77, 16), noise_of(n + 1, 60)].concat()));
        assert!(!columns.has_same_firsts(), "one and the same may be a name");
    }
}
