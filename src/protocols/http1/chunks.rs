//! The chunked transfer coding (RFC 9112, section 7.1), byte by byte: nothing in it is ever waited for.

/// So much of a trailer is kept.
const TRAILER_LIMIT: usize = 8_192;

/// Where in a chunked body the next byte lies.
#[derive(Debug, Default)]
pub(super) struct Chunks {
    state: State,
    /// The size that is being read, then the bytes of the chunk that are still to come.
    left: u64,
    trailer: Vec<u8>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    BeforeSize,
    Size,
    Extension,
    Data,
    AfterData,
    /// In the trailer; whether its present line is still empty.
    Trailer {
        empty: bool,
    },
    End,
}

/// What the next bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Sizes and line ends.
    Framing(usize),
    /// So many bytes of the body.
    Content(usize),
    /// The body has ended before them.
    End,
    /// No chunk.
    Wrong,
}

impl Chunks {
    /// What the first of these bytes are; of none: framing of length zero.
    pub(super) fn next(&mut self, bytes: &[u8]) -> Part {
        let mut read = 0;
        for byte in bytes {
            match self.state {
                State::Data => {
                    let length = usize::try_from(self.left).unwrap_or(usize::MAX).min(bytes.len() - read);
                    return if read > 0 { Part::Framing(read) } else { self.take(length) };
                }
                State::End => break,
                State::BeforeSize if !byte.is_ascii_hexdigit() && !byte.is_ascii_whitespace() => return Part::Wrong,
                _ => self.step(*byte),
            }
            read += 1;
        }
        if read == 0 && self.state == State::End { Part::End } else { Part::Framing(read) }
    }

    fn take(&mut self, length: usize) -> Part {
        self.left = self.left.saturating_sub(length as u64);
        if self.left == 0 {
            self.state = State::AfterData;
        }
        Part::Content(length)
    }

    /// Reads one byte that is not content.
    fn step(&mut self, byte: u8) {
        let digit = char::from(byte).to_digit(16);
        self.state = match (self.state, byte) {
            (State::AfterData, b'\r') => State::AfterData,
            (State::AfterData, b'\n') => State::BeforeSize,
            (State::BeforeSize | State::Size | State::AfterData, _) if digit.is_some() => {
                let before = if self.state == State::Size { self.left } else { 0 };
                // A size beyond u64 is as good as the greatest: the stream ends before it.
                self.left = before.saturating_mul(16).saturating_add(u64::from(digit.unwrap_or_default()));
                State::Size
            }
            (State::BeforeSize | State::AfterData, _) => State::BeforeSize,
            (State::Size | State::Extension, b'\n') if self.left == 0 => State::Trailer { empty: true },
            (State::Size | State::Extension, b'\n') => State::Data,
            (State::Size | State::Extension, _) => State::Extension,
            (State::Trailer { empty: true }, b'\n') => State::End,
            (State::Trailer { empty }, _) => {
                if self.trailer.len() < TRAILER_LIMIT {
                    self.trailer.push(byte);
                }
                State::Trailer { empty: byte == b'\n' || (empty && byte == b'\r') }
            }
            (State::Data | State::End, _) => self.state,
        };
    }

    /// Bytes were never seen; true where they all lie within the present chunk.
    pub(super) fn gap(&mut self, missing: u64) -> bool {
        let inside = self.state == State::Data && missing <= self.left;
        if inside {
            self.left -= missing;
            if self.left == 0 {
                self.state = State::AfterData;
            }
        }
        inside
    }

    /// The trailer fields so far.
    pub(super) fn trailer(&self) -> &[u8] {
        &self.trailer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], step: usize) -> (Vec<u8>, usize, Option<Part>) {
        let (mut chunks, mut out, mut index) = (Chunks::default(), Vec::new(), 0);
        loop {
            let shown = bytes.len().min(index + step);
            match chunks.next(&bytes[index..shown]) {
                Part::Framing(0) => return (out, index, None),
                Part::Framing(length) => index += length,
                Part::Content(length) => {
                    out.extend_from_slice(&bytes[index..index + length]);
                    index += length;
                }
                end => return (out, index, Some(end)),
            }
        }
    }

    #[test]
    fn chunks_are_read_however_they_come() {
        for step in [1, 2, 3, 1_000] {
            assert_eq!(read(b"5\r\nhello\r\n001 ;a=\"b\"\r\n!\r\n0\r\nX: y\r\n\r\nGET", step), (b"hello!".to_vec(), 36, Some(Part::End)));
            assert_eq!(read(b"\r\n5\nhello0\n\n", step), (b"hello".to_vec(), 12, Some(Part::End)));
            assert_eq!(read(b"FFFFFFFFFFFFFFFF\r\nabc", step), (b"abc".to_vec(), 21, None));
            assert_eq!(read(b"fffffffffffffffffffffffff\r\nabc", step), (b"abc".to_vec(), 30, None));
            assert_eq!(read(b"zz\r\n", step), (Vec::new(), 0, Some(Part::Wrong)));
        }
    }

    #[test]
    fn a_gap_within_a_chunk_is_passed_over() {
        let mut chunks = Chunks::default();
        assert_eq!(chunks.next(b"a\r\nabc"), Part::Framing(3));
        assert_eq!(chunks.next(b"abc"), Part::Content(3));
        assert!(!chunks.gap(8));
        assert!(chunks.gap(7));
        assert_eq!(chunks.next(b"\r\n0\r\n\r\n"), Part::Framing(7));
    }
}
