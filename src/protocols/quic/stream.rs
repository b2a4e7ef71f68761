//! The handshake's stream: CRYPTO frames come in any order, overlap and come again; messages come out.

use std::collections::BTreeMap;

use super::frames::Piece;
use crate::protocols::handshake::{Message, Messages, TooLong};

/// At most so many bytes wait for what lies before them.
const WAITING_LIMIT: usize = 64 * 1024;
/// At most so many pieces wait.
const PIECES_LIMIT: usize = 1_024;

/// What one end says in the handshake.
#[derive(Debug, Default)]
pub(super) struct Stream {
    /// Offset of the next byte that is wanted.
    next: u64,
    /// Pieces that lie beyond it, by their offset.
    waiting: BTreeMap<u64, Vec<u8>>,
    /// Bytes in them.
    held: usize,
    messages: Messages,
}

impl Stream {
    /// Adds a piece, and gives each message that it completes.
    pub(super) fn add(&mut self, piece: Piece<'_>, mut each: impl FnMut(Message<'_>)) -> Result<(), TooLong> {
        if piece.offset > self.next {
            self.keep(piece);
            return Ok(());
        }
        let mut result = self.take(piece.offset, piece.bytes, &mut each);
        while let Some(entry) = self.waiting.first_entry().filter(|entry| *entry.key() <= self.next) {
            let (offset, bytes) = entry.remove_entry();
            self.held = self.held.saturating_sub(bytes.len());
            result = result.and(self.take(offset, &bytes, &mut each));
        }
        result
    }

    /// Takes what is new of a piece that begins at or before the next byte.
    fn take(&mut self, offset: u64, bytes: &[u8], each: &mut impl FnMut(Message<'_>)) -> Result<(), TooLong> {
        let old = usize::try_from(self.next - offset).unwrap_or(usize::MAX);
        let Some(new) = bytes.get(old..) else { return Ok(()) };
        self.next = self.next.saturating_add(new.len() as u64);
        self.messages.feed(new, each)
    }

    fn keep(&mut self, piece: Piece<'_>) {
        let is_far = piece.offset - self.next > WAITING_LIMIT as u64;
        let is_full = self.waiting.len() >= PIECES_LIMIT || self.held + piece.bytes.len() > WAITING_LIMIT;
        let is_known = self.waiting.get(&piece.offset).is_some_and(|known| known.len() >= piece.bytes.len());
        if is_far || is_full || is_known {
            return;
        }
        self.held += piece.bytes.len();
        if let Some(shorter) = self.waiting.insert(piece.offset, piece.bytes.to_vec()) {
            self.held = self.held.saturating_sub(shorter.len());
        }
    }

    /// Bytes of memory held.
    pub(super) fn memory(&self) -> usize {
        self.held + self.messages.memory()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::handshake::sample;

    fn read(pieces: &[(usize, usize)]) -> usize {
        let hello = sample::client_hello("cam.example");
        let (mut stream, mut seen) = (Stream::default(), 0);
        for (from, to) in pieces {
            let (from, to) = (*from.min(to).min(&hello.len()), *to.max(from).min(&hello.len()));
            let piece = Piece { offset: from as u64, bytes: &hello[from..to] };
            let result = stream.add(piece, |message| {
                assert_eq!(message.body, &hello[4..]);
                seen += 1;
            });
            assert_eq!(result, Ok(()));
        }
        assert_eq!(stream.held, stream.waiting.values().map(Vec::len).sum::<usize>());
        seen
    }

    #[test]
    fn pieces_come_in_any_order_overlap_and_come_again() {
        assert_eq!(read(&[(0, 99)]), 1);
        assert_eq!(read(&[(60, 99), (20, 60), (0, 20)]), 1);
        assert_eq!(read(&[(60, 99), (60, 70), (10, 80), (60, 99), (0, 15), (0, 99)]), 1);
        assert_eq!(read(&[(60, 99), (0, 59)]), 0, "one byte is missing");
    }

    #[test]
    fn what_waits_is_bounded() {
        let mut stream = Stream::default();
        for offset in 1..100_000 {
            assert_eq!(stream.add(Piece { offset, bytes: &[7; 1_000] }, |_| ()), Ok(()));
        }
        assert!(stream.memory() <= WAITING_LIMIT);
        assert_eq!(stream.add(Piece { offset: u64::MAX, bytes: &[7; 9] }, |_| ()), Ok(()));
    }

    proptest::proptest! {
        #[test]
        fn every_cover_gives_the_message_once(mut pieces in proptest::collection::vec((0_usize..120, 0_usize..120), 0..40)) {
            let steps = (0..12).map(|place| (place * 10, place * 10 + 10));
            pieces.extend(steps);
            assert_eq!(read(&pieces), 1);
        }
    }
}
