//! A content that comes in several messages, put together and told as it becomes ripe.
//!
//! No protocol of its own: bodies in blocks or frames are told this way.

use super::pieces::{PIECE, Pieces};
use super::protocol::Say;
use crate::event::{Place, Role};
use crate::wire::At;

/// A content that is being put together. It holds little more than one piece of it.
#[derive(Debug)]
pub(super) struct Gather {
    pieces: Pieces,
    held: Vec<u8>,
    /// Where the first byte that is held was seen.
    at: At,
}

impl Gather {
    /// A content of this role and media type.
    pub(super) fn new(role: Role, media: Option<String>) -> Self {
        Self { pieces: Pieces::new(role, media), held: Vec::new(), at: At::default() }
    }

    /// Adds what was seen at `at`; `last`: nothing follows.
    pub(super) fn add(&mut self, bytes: &[u8], chain: &[&str], at: At, last: bool, say: Say<'_>) {
        if self.held.is_empty() {
            self.at = at;
        }
        for part in bytes.chunks(PIECE) {
            self.held.extend_from_slice(part);
            self.tell(chain, false, say);
        }
        if last {
            self.tell(chain, true, say);
        }
    }

    fn tell(&mut self, chain: &[&str], last: bool, say: Say<'_>) {
        while !self.held.is_empty() {
            let taken = self.pieces.read(&self.held, chain, Place::Unpacked(self.at), last, say);
            if taken == 0 {
                return;
            }
            self.held.drain(..taken.min(self.held.len()));
        }
    }

    /// Bytes of memory held.
    pub(super) fn memory(&self) -> usize {
        self.held.capacity() + self.pieces.memory()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_in_blocks_is_told_once() {
        let text = "x".repeat(100_000);
        let mut lengths = Vec::new();
        let mut gather = Gather::new(Role::Body, None);
        for (index, block) in text.as_bytes().chunks(1_000).enumerate() {
            gather.add(block, &[], At::default(), index == 99, &mut |event| {
                if let crate::event::Event::Readable(readable) = event {
                    lengths.push(readable.bytes.len());
                }
            });
            assert!(gather.memory() < 3 * PIECE);
        }
        assert_eq!(lengths, [PIECE, 100_000 - PIECE]);
    }
}
