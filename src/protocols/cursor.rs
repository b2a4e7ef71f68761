//! Reads fields one after another, each with its index.
//!
//! No protocol of its own: messages of numbers in network order and texts with their length before them are read with it.

/// Bytes within a message, with the index of the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Part<'p> {
    pub(super) bytes: &'p [u8],
    pub(super) at: usize,
}

/// Reads parts one after another; none where the bytes do not reach.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'p> {
    bytes: &'p [u8],
    at: usize,
}

impl<'p> Cursor<'p> {
    /// Reads `bytes` from `at` on.
    pub(super) fn new(bytes: &'p [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    /// Reads within a part; indices stay those of the message.
    pub(super) fn within(&self, part: Part<'p>) -> Self {
        let end = part.at.saturating_add(part.bytes.len());
        Self { bytes: self.bytes.get(..end).unwrap_or_default(), at: part.at }
    }

    /// Index of what is read next.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Whether nothing is left.
    pub(super) fn is_empty(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// The next `length` bytes.
    pub(super) fn take(&mut self, length: usize) -> Option<Part<'p>> {
        let end = self.at.checked_add(length)?;
        let part = Part { bytes: self.bytes.get(self.at..end)?, at: self.at };
        self.at = end;
        Some(part)
    }

    /// All that is left.
    pub(super) fn rest(&mut self) -> Part<'p> {
        let part = Part { bytes: self.bytes.get(self.at..).unwrap_or_default(), at: self.at };
        self.at = self.at.max(self.bytes.len());
        part
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.bytes.first_chunk().copied()
    }

    /// A byte.
    pub(super) fn byte(&mut self) -> Option<u8> {
        self.array().map(|[byte]| byte)
    }

    /// Two bytes.
    pub(super) fn word(&mut self) -> Option<u16> {
        self.array().map(u16::from_be_bytes)
    }

    /// Four bytes.
    pub(super) fn double(&mut self) -> Option<u32> {
        self.array().map(u32::from_be_bytes)
    }

    /// Eight bytes.
    pub(super) fn quad(&mut self) -> Option<u64> {
        self.array().map(u64::from_be_bytes)
    }

    /// A text with its length in a byte before it.
    pub(super) fn short_text(&mut self) -> Option<Part<'p>> {
        let length = self.byte()?;
        self.take(usize::from(length))
    }

    /// A text with its length in four bytes before it.
    pub(super) fn long_text(&mut self) -> Option<Part<'p>> {
        let length = self.double()?;
        self.take(usize::try_from(length).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_one_by_one() {
        let mut cursor = Cursor::new(b"\x01\0\x02\0\0\0\x03\0\0\0\0\0\0\0\x04\x02ab\0\0\0\x01crest", 0);
        assert_eq!((cursor.byte(), cursor.word(), cursor.double(), cursor.quad()), (Some(1), Some(2), Some(3), Some(4)));
        assert_eq!(cursor.short_text(), Some(Part { bytes: b"ab", at: 16 }));
        assert_eq!(cursor.long_text(), Some(Part { bytes: b"c", at: 22 }));
        assert_eq!((cursor.take(5), cursor.rest().bytes, cursor.is_empty()), (None, &b"rest"[..], true));
        assert_eq!((cursor.byte(), cursor.rest().bytes), (None, &b""[..]));
        let mut within = cursor.within(Part { bytes: b"ab", at: 16 });
        assert_eq!((within.byte(), within.byte(), within.byte(), within.at()), (Some(b'a'), Some(b'b'), None, 18));
    }
}
