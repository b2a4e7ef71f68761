//! Decoded bytes, in memory that is used again: values within values are decoded and done with one after the other.

use std::cell::Cell;
use std::ops::Deref;

use data_encoding::Encoding;

/// What letters stand for.
#[derive(Debug, Default)]
pub struct Plain {
    /// As long as it ever was.
    memory: Vec<u8>,
    length: usize,
}

/// Bytes that a piece of memory has at most if it is kept.
const LARGEST: usize = 64 << 10;

impl Plain {
    /// What the library makes of letters; whether it makes anything of them.
    pub(super) fn fill(&mut self, encoding: &Encoding, letters: &[u8]) -> Option<()> {
        let length = encoding.decode_len(letters.len()).ok()?;
        encoding.decode_mut(letters, self.room(length)).ok().map(|_| ())
    }

    /// Room for so many bytes. What stands in it is to be written over.
    pub(super) fn room(&mut self, length: usize) -> &mut [u8] {
        if self.memory.len() < length {
            self.memory.resize(length, 0);
        }
        self.length = length;
        self.memory.get_mut(..length).unwrap_or_default()
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

thread_local! {
    static KEPT: Cell<Vec<Plain>> = const { Cell::new(Vec::new()) };
}

/// Pieces of memory, as many as there are layers, that one message after the other uses.
#[derive(Debug)]
pub(super) struct Spare(Vec<Plain>);

impl Spare {
    /// Those of this thread.
    pub(super) fn of_thread() -> Self {
        Self(KEPT.take())
    }

    /// One that nobody uses.
    pub(super) fn lend(&mut self) -> Plain {
        self.0.pop().unwrap_or_default()
    }

    /// Takes it back.
    pub(super) fn take_back(&mut self, plain: Plain) {
        if plain.memory.capacity() <= LARGEST {
            self.0.push(plain);
        }
    }
}

impl Drop for Spare {
    fn drop(&mut self) {
        KEPT.set(std::mem::take(&mut self.0));
    }
}
