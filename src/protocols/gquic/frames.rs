//! The frames of Google's QUIC ("QUIC Wire Layout Specification", Hamilton and others, revision 2016): only what stream 1 carries is read.

use super::header::Version;

/// The stream of the handshake.
const HANDSHAKE: u64 = 1;

/// A piece of the handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece<'f> {
    /// Offset in the handshake's stream.
    pub(super) offset: u64,
    pub(super) bytes: &'f [u8],
}

/// The pieces of the handshake in a packet. A frame that can't be read ends it.
pub(super) struct Pieces<'f> {
    bytes: &'f [u8],
    version: Version,
    /// How many bytes a packet number takes in this packet.
    number: usize,
}

impl<'f> Pieces<'f> {
    /// Of what follows the hash of a packet whose numbers take so many bytes.
    pub(super) fn new(bytes: &'f [u8], version: Version, number: usize) -> Self {
        let bytes = if version.has_entropy() { bytes.get(1..).unwrap_or_default() } else { bytes };
        Self { bytes, version, number }
    }

    /// Passes one frame over and gives its piece of the handshake: an empty one, if it has none.
    fn frame(&mut self) -> Option<Piece<'f>> {
        const PADDING: u8 = 0;
        const STOP_WAITING: u8 = 6;
        const PING: u8 = 7;
        let kind = *self.take(1)?.first()?;
        match kind {
            0x80.. => return self.stream(kind),
            0x40..=0x7f => self.acknowledgement(kind)?,
            PADDING => {
                let length = self.bytes.iter().take_while(|byte| **byte == 0).count();
                self.take(length)?;
            }
            STOP_WAITING => {
                let entropy = usize::from(self.version.has_entropy());
                self.take(entropy + self.number)?;
            }
            PING => {}
            _ => return None,
        }
        Some(Piece { offset: 0, bytes: &[] })
    }

    /// `1fdooossB`: with a length or up to the packet's end.
    fn stream(&mut self, kind: u8) -> Option<Piece<'f>> {
        let has_length = kind & 0x20 != 0;
        let stream = self.integer(usize::from(kind & 3) + 1)?;
        let offset = match kind >> 2 & 7 {
            0 => 0,
            length => self.integer(usize::from(length) + 1)?,
        };
        let length = if has_length { usize::try_from(self.integer(2)?).ok()? } else { self.bytes.len() };
        let bytes = self.take(length)?;
        Some(Piece { offset, bytes: if stream == HANDSHAKE { bytes } else { &[] } })
    }

    /// `01ntllmm`.
    fn acknowledgement(&mut self, kind: u8) -> Option<()> {
        let length = |bits: u8| [1, 2, 4, 6].get(usize::from(bits & 3)).copied();
        let (largest, block, has_more) = (length(kind >> 2)?, length(kind)?, kind & 0x20 != 0);
        let has_entropy = self.version.has_entropy();
        self.take(usize::from(has_entropy) + largest + 2)?;
        if has_entropy {
            self.times()?;
            if has_more {
                let ranges = self.count()?;
                self.take(ranges * (block + 1))?;
                let revived = self.count()?;
                self.take(revived * largest)?;
            }
        } else {
            let blocks = if has_more { self.count()? } else { 0 };
            self.take(block + blocks * (1 + block))?;
            self.times()?;
        }
        Some(())
    }

    /// When packets were received: the first in four bytes, each further in two.
    fn times(&mut self) -> Option<()> {
        let length = match self.count()? {
            0 => 0,
            times => 5 + (times - 1) * 3,
        };
        self.take(length).map(|_| ())
    }

    fn count(&mut self) -> Option<usize> {
        self.take(1)?.first().map(|count| usize::from(*count))
    }

    fn integer(&mut self, length: usize) -> Option<u64> {
        let bytes = self.take(length)?.iter();
        let add = |value: u64, byte: &u8| value << 8 | u64::from(*byte);
        Some(if self.version.is_big_endian() { bytes.fold(0, add) } else { bytes.rev().fold(0, add) })
    }

    fn take(&mut self, length: usize) -> Option<&'f [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        Some(taken)
    }
}

impl<'f> Iterator for Pieces<'f> {
    type Item = Piece<'f>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.bytes.is_empty() {
            match self.frame() {
                Some(piece) if !piece.bytes.is_empty() => return Some(piece),
                Some(_) => {}
                None => self.bytes = &[],
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(bytes: &[u8], version: u8) -> Vec<(u64, &[u8])> {
        Pieces::new(bytes, Version(version), 1).map(|piece| (piece.offset, piece.bytes)).collect()
    }

    #[test]
    fn the_handshake_is_found_behind_other_frames() {
        // Acknowledgement of one packet with one time, STOP_WAITING, stream 1 at 0x0514.
        let little = b"\x40\x01\xf0\x0d\x01\x01\x00\xa6\xab\x00\x00\x06\x01\xa4\x01\x14\x05\x03\x00abc\x00\x00";
        assert_eq!(pieces(little, 35), [(0x0514, &b"abc"[..])]);
        let big = b"\x40\x02\x05\xc9\x02\x02\x01\x00\x00\xe3\x93\x00\x03\x69\x06\x00\xa4\x01\x05\x14\x00\x03abc\x07\x00\x00";
        assert_eq!(pieces(big, 39), [(0x0514, &b"abc"[..])]);
        // A byte of flags first; entropy in the acknowledgement and in STOP_WAITING; stream 3 is not the handshake's.
        let old = b"\x01\x40\x02\x02\x64\x06\x02\x01\x75\x5b\x00\x00\x03\x50\x10\x06\x00\x01\xa0\x03\x01\x00x\xa0\x01\x02\x00ok";
        assert_eq!(pieces(old, 24), [(0, &b"ok"[..])]);
    }

    #[test]
    fn a_frame_without_length_takes_the_rest() {
        assert_eq!(pieces(b"\x80\x01rest", 43), [(0, &b"rest"[..])]);
        assert_eq!(pieces(b"\x00\x00\x00", 43), []);
    }

    #[test]
    fn what_can_not_be_read_ends_the_packet() {
        for broken in [&b"\xa0\x01\x00\x09abc"[..], b"\x40\x01", b"\x60\0\0\0\xff", b"\x02\xa0\x01\x00\x01x", b"\xa4"] {
            assert_eq!(pieces(broken, 43), [], "{broken:?}");
        }
    }
}
