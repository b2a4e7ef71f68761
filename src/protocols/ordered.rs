//! Bytes that come in any order, overlap and come again; out they go in order, each once.
//!
//! No protocol of its own: handshakes over datagrams are put together this way.

use std::collections::BTreeMap;

/// At most so many bytes wait for what lies before them.
pub(super) const WAITING_LIMIT: usize = 64 * 1024;
/// At most so many pieces wait.
const PIECES_LIMIT: usize = 1_024;

/// What one end sent, from its beginning.
#[derive(Debug, Default)]
pub(super) struct Ordered {
    /// Offset of the next byte that is wanted.
    next: u64,
    /// Pieces that lie beyond it, by their offset.
    waiting: BTreeMap<u64, Vec<u8>>,
    /// Bytes in them.
    held: usize,
}

impl Ordered {
    /// Adds a piece that begins at `offset`, and gives what is in order now: zero, one or more runs, each behind the one before.
    pub(super) fn add(&mut self, offset: u64, bytes: &[u8], mut each: impl FnMut(&[u8])) {
        if offset > self.next {
            self.keep(offset, bytes);
            return;
        }
        self.take(offset, bytes, &mut each);
        while let Some(entry) = self.waiting.first_entry().filter(|entry| *entry.key() <= self.next) {
            let (offset, bytes) = entry.remove_entry();
            self.held = self.held.saturating_sub(bytes.len());
            self.take(offset, &bytes, &mut each);
        }
    }

    /// Bytes of memory held.
    pub(super) fn memory(&self) -> usize {
        self.held
    }

    /// Gives what is new of a piece that begins at or before the next byte.
    fn take(&mut self, offset: u64, bytes: &[u8], each: &mut impl FnMut(&[u8])) {
        let old = usize::try_from(self.next.saturating_sub(offset)).unwrap_or(usize::MAX);
        let Some(new) = bytes.get(old..).filter(|new| !new.is_empty()) else { return };
        self.next = self.next.saturating_add(new.len() as u64);
        each(new);
    }

    fn keep(&mut self, offset: u64, bytes: &[u8]) {
        let is_far = offset - self.next > WAITING_LIMIT as u64;
        let is_full = self.waiting.len() >= PIECES_LIMIT || self.held + bytes.len() > WAITING_LIMIT;
        let is_known = self.waiting.get(&offset).is_some_and(|known| known.len() >= bytes.len());
        if is_far || is_full || is_known {
            return;
        }
        self.held += bytes.len();
        if let Some(shorter) = self.waiting.insert(offset, bytes.to_vec()) {
            self.held = self.held.saturating_sub(shorter.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &[u8] = b"the quick brown fox jumps over the lazy dog, then over another one, and over a third, and sleeps at last";

    fn read(pieces: &[(usize, usize)]) -> Vec<u8> {
        let (mut ordered, mut seen) = (Ordered::default(), Vec::new());
        for (from, to) in pieces {
            let (from, to) = (*from.min(to).min(&TEXT.len()), *to.max(from).min(&TEXT.len()));
            ordered.add(from as u64, &TEXT[from..to], |run| {
                assert!(!run.is_empty());
                seen.extend_from_slice(run);
            });
        }
        assert_eq!(ordered.held, ordered.waiting.values().map(Vec::len).sum::<usize>());
        seen
    }

    #[test]
    fn pieces_come_in_any_order_overlap_and_come_again() {
        assert_eq!(read(&[(0, 999)]), TEXT);
        assert_eq!(read(&[(60, 999), (20, 60), (0, 20)]), TEXT);
        assert_eq!(read(&[(60, 999), (60, 70), (10, 80), (60, 999), (0, 15), (0, 999)]), TEXT);
        assert_eq!(read(&[(60, 999), (0, 59)]), &TEXT[..59], "one byte is missing");
        assert_eq!(read(&[(10, 10), (0, 0)]), b"");
    }

    #[test]
    fn what_waits_is_bounded() {
        let mut ordered = Ordered::default();
        for offset in 1..100_000 {
            ordered.add(offset, &[7; 1_000], |_| panic!("the first byte is missing"));
        }
        assert!(ordered.memory() <= WAITING_LIMIT);
        ordered.add(u64::MAX, &[7; 9], |_| panic!("far away"));
    }

    proptest::proptest! {
        #[test]
        fn every_cover_gives_each_byte_once(mut pieces in proptest::collection::vec((0_usize..120, 0_usize..120), 0..40)) {
            pieces.extend((0..12).map(|place| (place * 10, place * 10 + 10)));
            assert_eq!(read(&pieces), TEXT);
        }
    }
}
