//! A content that comes in lines, blocks or in an encoding: put together and told in [`Pieces`].
//!
//! No protocol of its own.

use super::pieces::Pieces;
use super::protocol::Say;
use crate::event::{Place, Role};
use crate::wire::{At, Mark, Marks};

/// A content.
#[derive(Debug)]
pub(super) struct Gathered {
    pieces: Pieces,
    chain: Vec<&'static str>,
    bytes: Vec<u8>,
    marks: Marks,
    /// Offset of the first byte that waits.
    offset: u64,
}

impl Gathered {
    /// A content of this role and media type that was unwrapped so.
    pub(super) fn new(role: Role, media_type: Option<String>, chain: &[&'static str]) -> Self {
        Self { pieces: Pieces::new(role, media_type), chain: chain.to_vec(), bytes: Vec::new(), marks: Marks::default(), offset: 0 }
    }

    /// Whether nothing more will be told of it.
    pub(super) fn is_silent(&self) -> bool {
        self.pieces.is_silent()
    }

    /// Adds bytes that were seen so; `at.offset` is absent where they were decoded.
    pub(super) fn push(&mut self, bytes: &[u8], at: At, say: Say<'_>) {
        if bytes.is_empty() || self.is_silent() {
            return;
        }
        let stream = self.offset.saturating_add(self.bytes.len() as u64);
        self.marks.push(Mark { stream, length: u32::try_from(bytes.len()).unwrap_or(u32::MAX), packet: at.packet, time: at.time, offset: at.offset });
        self.bytes.extend_from_slice(bytes);
        self.tell(false, say);
    }

    /// Nothing follows.
    pub(super) fn finish(&mut self, say: Say<'_>) {
        self.tell(true, say);
        self.bytes.clear();
    }

    fn tell(&mut self, last: bool, say: Say<'_>) {
        loop {
            let place = Place::Wire { marks: &self.marks, start: self.offset };
            let taken = if self.bytes.is_empty() { 0 } else { self.pieces.read(&self.bytes, &self.chain, place, last, say) };
            if taken == 0 {
                return;
            }
            self.bytes.drain(..taken.min(self.bytes.len()));
            self.offset = self.offset.saturating_add(taken as u64);
            self.marks.forget_before(self.offset);
        }
    }

    /// Bytes of memory held.
    pub(super) fn memory(&self) -> usize {
        self.bytes.capacity() + self.marks.memory() + self.pieces.memory() + self.chain.capacity() * size_of::<&str>()
    }
}
