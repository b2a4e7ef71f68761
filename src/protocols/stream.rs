//! Tools for stream parsers: one of a thing per direction, and what waits in a direction.
//!
//! No protocol of its own; it knows the contract of parsers and nothing else.

use super::protocol::Input;
use crate::wire::{Direction, Mark, Marks};

/// One of a thing for each direction.
#[derive(Clone, Debug, Default)]
pub(super) struct Both<T> {
    to_server: T,
    to_client: T,
}

impl<T> Both<T> {
    /// The one of this direction.
    pub(super) fn of(&self, direction: Direction) -> &T {
        match direction {
            Direction::ToServer => &self.to_server,
            Direction::ToClient => &self.to_client,
        }
    }

    /// The one of this direction, to be changed.
    pub(super) fn of_mut(&mut self, direction: Direction) -> &mut T {
        match direction {
            Direction::ToServer => &mut self.to_server,
            Direction::ToClient => &mut self.to_client,
        }
    }
}

/// A copy of the bytes that a parser has left for later, with their marks: before a gap or at the end of a flow they are not shown again,
/// but what is whole in them is worth telling.
///
/// Each byte is copied once, however often it is shown.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    bytes: Vec<u8>,
    marks: Marks,
    offset: u64,
}

impl Waiting {
    /// Keeps what follows the first `consumed` bytes of `input`.
    pub(super) fn keep(&mut self, input: &Input<'_>, consumed: usize) {
        let rest = input.bytes.get(consumed..).unwrap_or_default();
        let offset = input.offset.wrapping_add(consumed as u64);
        if offset != self.offset || self.bytes.len() > rest.len() || rest.is_empty() {
            *self = Self { offset, ..Self::default() };
        }
        let known = self.bytes.len();
        let fresh = rest.get(known..).unwrap_or_default();
        if fresh.is_empty() {
            return;
        }
        let at = input.at(consumed + known, fresh.len());
        let stream = offset.wrapping_add(known as u64);
        self.marks.push(Mark { stream, length: fresh.len() as u32, packet: at.packet, time: at.time, offset: at.offset });
        self.bytes.extend_from_slice(fresh);
    }

    /// What waits, as a parser is shown it.
    pub(super) fn input(&self, direction: Direction) -> Input<'_> {
        Input { direction, bytes: &self.bytes, offset: self.offset, marks: &self.marks }
    }

    /// Bytes of memory held.
    pub(super) fn memory(&self) -> usize {
        self.bytes.capacity() + self.marks.memory()
    }
}

/// The input from `index` on.
pub(super) fn after<'i>(input: &Input<'i>, index: usize) -> Input<'i> {
    let bytes = input.bytes.get(index..).unwrap_or_default();
    Input { bytes, offset: input.offset.wrapping_add(index as u64), ..*input }
}

/// The first `length` bytes of the input (all of them where there are fewer).
pub(super) fn first<'i>(input: &Input<'i>, length: usize) -> Input<'i> {
    Input { bytes: input.bytes.get(..length).unwrap_or(input.bytes), ..*input }
}

/// Where a long text that is told in pieces is best cut, so that few values lie across the cut: after the last line end, else after the last
/// separator, of its last [`CUT_WINDOW`] bytes; else at its end.
pub(super) fn cut(bytes: &[u8]) -> usize {
    let window = bytes.len().saturating_sub(CUT_WINDOW);
    let tail = bytes.get(window..).unwrap_or_default();
    let found = memchr::memrchr(b'\n', tail).or_else(|| tail.iter().rposition(|byte| b"&,;}> ".contains(byte)));
    found.map_or(bytes.len(), |index| window + index + 1)
}

/// How far back from its end a piece may be cut.
const CUT_WINDOW: usize = 4_096;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Timestamp;

    fn marks(pieces: &[(u64, u32)]) -> Marks {
        let mut marks = Marks::default();
        for (packet, (stream, length)) in pieces.iter().enumerate() {
            marks.push(Mark { stream: *stream, length: *length, packet: packet as u64 + 1, time: Timestamp(0), offset: Some(54) });
        }
        marks
    }

    #[test]
    fn what_waits_is_kept_with_its_places() {
        let mut waiting = Waiting::default();
        let seen = marks(&[(0, 4), (4, 3)]);
        waiting.keep(&Input { direction: Direction::ToServer, bytes: b"abcd", offset: 0, marks: &seen }, 1);
        waiting.keep(&Input { direction: Direction::ToServer, bytes: b"bcdefg", offset: 1, marks: &seen }, 0);
        let kept = waiting.input(Direction::ToServer);
        assert_eq!((kept.bytes, kept.offset), (&b"bcdefg"[..], 1));
        assert_eq!((kept.at(0, 3).packet, kept.at(0, 3).offset), (1, Some(55)));
        assert_eq!((kept.at(3, 3).packet, kept.at(3, 3).offset), (2, Some(54)));
        waiting.keep(&Input { direction: Direction::ToServer, bytes: b"bcdefg", offset: 1, marks: &seen }, 6);
        assert_eq!(waiting.input(Direction::ToServer).bytes, b"");
        assert!(waiting.memory() < 64);
    }

    #[test]
    fn a_long_text_is_cut_where_it_hurts_least() {
        assert_eq!(cut(b"one\ntwo, three"), 4);
        assert_eq!(cut(b"a=1&b=2"), 4);
        assert_eq!(cut(b"abcdef"), 6);
        assert_eq!(cut(b""), 0);
        let far = [b"\n".as_slice(), &[b'x'; CUT_WINDOW]].concat();
        assert_eq!(cut(&far), far.len());
    }
}
