//! The chunk stream of RTMP (Adobe, RTMP 1.0, sections 5.3 and 5.4): messages of several streams, cut in pieces that alternate.
//!
//! In come bytes behind the handshake, out go messages: of commands all, of media the beginning.

use std::collections::BTreeMap;

/// At most so many chunk streams of a direction.
const STREAMS: usize = 64;
/// Of a command so much is put together; of media so much.
const COMMAND_LIMIT: usize = 64 << 10;
const MEDIA_LIMIT: usize = 8;
/// Chunks are so long until a message says otherwise.
const CHUNK: usize = 128;
/// No longer chunk is believed.
const LONGEST_CHUNK: usize = 1 << 24;

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Message {
    /// What it is (section 7.1).
    pub(super) kind: u8,
    /// Its bytes, or its beginning.
    pub(super) bytes: Vec<u8>,
    /// Index of its first byte in the stream; its bytes lie there in a row where it came in one chunk.
    pub(super) offset: u64,
    /// Whether it came in one chunk.
    pub(super) is_in_one: bool,
}

/// What the last header of a chunk stream said.
#[derive(Debug, Default)]
struct Stream {
    length: usize,
    kind: u8,
    has_extended: bool,
    /// The message that is being put together, and how much of it has come.
    bytes: Vec<u8>,
    come: usize,
    offset: u64,
    chunks: usize,
}

/// What a step came to.
#[derive(Debug)]
pub(super) enum Step {
    /// So many bytes are done with; perhaps a message is whole.
    On(usize, Option<Message>),
    Wait,
    /// The bytes are no chunk.
    Wrong,
}

/// One direction.
#[derive(Debug)]
pub(super) struct Chunks {
    streams: BTreeMap<u32, Stream>,
    size: usize,
    /// The chunk that is being read: its stream, and how much of it is still to come.
    present: Option<(u32, usize)>,
}

impl Default for Chunks {
    fn default() -> Self {
        Self { streams: BTreeMap::new(), size: CHUNK, present: None }
    }
}

impl Chunks {
    /// Reads on; `offset` is that of the first byte in the stream.
    pub(super) fn next(&mut self, bytes: &[u8], offset: u64) -> Step {
        match self.present {
            Some((number, left)) => self.body(number, left, bytes, offset),
            None => self.header(bytes),
        }
    }

    fn header(&mut self, bytes: &[u8]) -> Step {
        let Some((format, number, basic)) = basic_header(bytes) else { return Step::Wait };
        let fields = match format {
            0 => 11,
            1 => 7,
            2 => 3,
            _ => 0,
        };
        let Some(header) = bytes.get(basic..basic + fields) else { return Step::Wait };
        if !self.streams.contains_key(&number) && (self.streams.len() >= STREAMS || format == 3) {
            return Step::Wrong;
        }
        let has_extended = match header.first_chunk::<3>() {
            Some(time) => *time == [0xff; 3],
            None => self.streams.get(&number).is_some_and(|stream| stream.has_extended),
        };
        let described = header.first_chunk::<7>().map(|&[_, _, _, l0, l1, l2, kind]| (u32::from_be_bytes([0, l0, l1, l2]) as usize, kind));
        if described.is_some_and(|(_, kind)| !(1..=22).contains(&kind)) {
            return Step::Wrong;
        }
        let taken = basic + fields + if has_extended { 4 } else { 0 };
        if bytes.len() < taken {
            return Step::Wait;
        }
        let stream = self.streams.entry(number).or_default();
        stream.has_extended = has_extended;
        (stream.length, stream.kind) = described.unwrap_or((stream.length, stream.kind));
        // A message goes on in chunks of format 3 only.
        if format != 3 {
            stream.bytes.clear();
            (stream.come, stream.chunks) = (0, 0);
        }
        let left = stream.length.saturating_sub(stream.come).min(self.size);
        self.present = Some((number, left));
        Step::On(taken, None)
    }

    fn body(&mut self, number: u32, left: usize, bytes: &[u8], offset: u64) -> Step {
        let Some(stream) = self.streams.get_mut(&number) else { return Step::Wrong };
        let taken = left.min(bytes.len());
        if taken == 0 && left > 0 {
            return Step::Wait;
        }
        if stream.come == 0 {
            (stream.offset, stream.chunks) = (offset, 0);
        }
        let limit = if matches!(stream.kind, 8 | 9) { MEDIA_LIMIT } else { COMMAND_LIMIT };
        let kept = taken.min(limit.saturating_sub(stream.bytes.len()));
        stream.bytes.extend_from_slice(bytes.get(..kept).unwrap_or_default());
        stream.come += taken;
        if left > taken {
            self.present = Some((number, left - taken));
            return Step::On(taken, None);
        }
        self.present = None;
        stream.chunks += 1;
        if stream.come < stream.length {
            return Step::On(taken, None);
        }
        let message = Message { kind: stream.kind, bytes: std::mem::take(&mut stream.bytes), offset: stream.offset, is_in_one: stream.chunks == 1 };
        stream.come = 0;
        self.control(&message);
        Step::On(taken, Some(message))
    }

    /// Set Chunk Size (section 5.4.1).
    fn control(&mut self, message: &Message) {
        if let (1, Some(size)) = (message.kind, message.bytes.first_chunk::<4>()) {
            self.size = (u32::from_be_bytes(*size) as usize & 0x7fff_ffff).clamp(1, LONGEST_CHUNK);
        }
    }

    /// Bytes of memory held.
    pub(super) fn memory(&self) -> usize {
        self.streams.values().map(|stream| size_of::<Stream>() + stream.bytes.capacity()).sum()
    }
}

/// Format, number of the chunk stream, and how long this header is (section 5.3.1.1).
fn basic_header(bytes: &[u8]) -> Option<(u8, u32, usize)> {
    match *bytes {
        [first, ref rest @ ..] => match (first & 0x3f, rest) {
            (0, [second, ..]) => Some((first >> 6, u32::from(*second) + 64, 2)),
            (1, [second, third, ..]) => Some((first >> 6, u32::from(*third) * 256 + u32::from(*second) + 64, 3)),
            (0 | 1, _) => None,
            (number, _) => Some((first >> 6, u32::from(number), 1)),
        },
        [] => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(bytes: &[u8]) -> (Vec<Message>, bool) {
        let (mut chunks, mut at, mut found) = (Chunks::default(), 0, Vec::new());
        loop {
            match chunks.next(&bytes[at..], at as u64) {
                Step::On(taken, message) => {
                    at += taken;
                    found.extend(message);
                }
                Step::Wait => return (found, true),
                Step::Wrong => return (found, false),
            }
        }
    }

    #[test]
    fn messages_are_put_together() {
        let long = [7; 130];
        let bytes = [&b"\x03\0\0\0\0\0\x82\x14\0\0\0\0"[..], &long[..128], b"\x04\0\0\0\0\0\x01\x09\0\0\0\0\x17", b"\xc3", &long[..2]].concat();
        let (found, fine) = messages(&bytes);
        assert!(fine);
        assert_eq!(found[0], Message { kind: 9, bytes: vec![0x17], offset: 152, is_in_one: true });
        assert_eq!((found[1].kind, found[1].bytes.len(), found[1].offset, found[1].is_in_one), (20, 130, 12, false));
    }

    #[test]
    fn a_chunk_size_is_obeyed_and_nonsense_is_not() {
        let bytes = [&b"\x02\0\0\0\0\0\x04\x01\0\0\0\0\0\0\0\x04"[..], b"\x03\0\0\0\0\0\x05\x14\0\0\0\0abcd\xc3e"].concat();
        assert_eq!(messages(&bytes).0[1].bytes, b"abcde");
        assert!(!messages(b"\xc3abc").1 && !messages(b"\x03\0\0\0\0\0\x05\xee\0\0\0\0").1);
        for cut in 0..bytes.len() {
            messages(&bytes[cut..]);
        }
    }
}
