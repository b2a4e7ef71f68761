//! Decoded bytes, in memory that is used again: values within values are decoded and done with one after the other.

use std::cell::RefCell;
use std::ops::Deref;

use data_encoding::Encoding;

/// What letters stand for.
#[derive(Debug)]
pub struct Plain {
    /// As long as it ever was.
    memory: Vec<u8>,
    length: usize,
}

thread_local! {
    static SPARE: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
}

/// Pieces of memory that are kept on a thread, and bytes that one has at most.
const SPARES: usize = 8;
const LARGEST: usize = 64 << 10;

impl Plain {
    /// What the library makes of letters.
    pub(super) fn of(encoding: &Encoding, letters: &[u8]) -> Option<Self> {
        let length = encoding.decode_len(letters.len()).ok()?;
        let mut plain = Self::with(length);
        encoding.decode_mut(letters, plain.room()).ok()?;
        Some(plain)
    }

    /// Room for so many bytes. What stands in it is to be written over.
    pub(super) fn with(length: usize) -> Self {
        let mut memory = SPARE.with_borrow_mut(Vec::pop).unwrap_or_default();
        if memory.len() < length {
            memory.resize(length, 0);
        }
        Self { memory, length }
    }

    /// The bytes, to be written.
    pub(super) fn room(&mut self) -> &mut [u8] {
        self.memory.get_mut(..self.length).unwrap_or_default()
    }

    /// Keeps the first `length`.
    pub(super) fn cut(&mut self, length: usize) {
        self.length = self.length.min(length);
    }
}

impl Deref for Plain {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.memory.get(..self.length).unwrap_or_default()
    }
}

impl Drop for Plain {
    fn drop(&mut self) {
        let memory = std::mem::take(&mut self.memory);
        if memory.capacity() <= LARGEST {
            SPARE.with_borrow_mut(|spare| spare.extend(Some(memory).filter(|_| spare.len() < SPARES)));
        }
    }
}
