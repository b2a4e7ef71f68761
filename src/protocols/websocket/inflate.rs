//! Messages packed by permessage-deflate (RFC 7692).
//!
//! One window is kept for all messages of a direction: a sender that keeps none (`no_context_takeover`), or a smaller one, only never refers to it.

use flate2::{Decompress, FlushDecompress, Status};

/// What a sender leaves out at the end of each message (section 7.2.2).
pub(super) const TAIL: &[u8] = b"\0\0\xff\xff";

/// At most so much is unpacked of one message.
pub(super) const UNPACKED_LIMIT: usize = 1 << 20;

/// Bytes of window and state, roughly.
const DECODER_MEMORY: usize = 48 << 10;

const PIECE: usize = 8_192;

/// Why unpacking ended early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The bytes are damaged, or refer to messages that were not seen.
    Damaged,
    /// [`UNPACKED_LIMIT`] is reached.
    Limit,
}

/// Unpacks the messages of one direction.
#[derive(Debug, Default)]
pub(super) struct Inflater {
    decoder: Option<Decompress>,
    /// Of the present message.
    unpacked: usize,
    is_broken: bool,
}

impl Inflater {
    /// A message has begun.
    pub(super) fn begin(&mut self) {
        self.unpacked = 0;
    }

    /// Messages were missed: what comes refers to them, maybe.
    pub(super) fn gap(&mut self) {
        (self.decoder, self.is_broken) = (None, false);
    }

    /// Unpacks the next bytes onto `out`.
    pub(super) fn feed(&mut self, mut bytes: &[u8], out: &mut Vec<u8>) -> Result<(), Trouble> {
        if self.is_broken {
            return Err(Trouble::Damaged);
        }
        let mut piece = [0; PIECE];
        loop {
            let decoder = self.decoder.get_or_insert_with(|| Decompress::new(false));
            let (read, written) = (decoder.total_in(), decoder.total_out());
            let status = decoder.decompress(bytes, &mut piece, FlushDecompress::Sync);
            let took = decoder.total_in().saturating_sub(read) as usize;
            let made = (decoder.total_out().saturating_sub(written) as usize).min(PIECE);
            bytes = bytes.get(took..).unwrap_or_default();
            let room = UNPACKED_LIMIT.saturating_sub(self.unpacked).min(made);
            self.unpacked += room;
            out.extend_from_slice(piece.get(..room).unwrap_or_default());
            match status {
                Err(_) => {
                    (self.decoder, self.is_broken) = (None, true);
                    return Err(Trouble::Damaged);
                }
                // The window is lost with what is not unpacked.
                Ok(_) if room < made => {
                    (self.decoder, self.is_broken) = (None, true);
                    return Err(Trouble::Limit);
                }
                // A last block within a message (section 7.2.3.4): another begins.
                Ok(Status::StreamEnd) => {
                    self.decoder = None;
                    if bytes.is_empty() || bytes == TAIL {
                        return Ok(());
                    }
                }
                Ok(_) if made < PIECE && (bytes.is_empty() || took == 0) => return Ok(()),
                Ok(_) => {}
            }
        }
    }

    /// Bytes of memory held.
    pub(super) fn memory(&self) -> usize {
        self.decoder.as_ref().map_or(0, |_| DECODER_MEMORY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(inflater: &mut Inflater, packed: &[u8]) -> Result<Vec<u8>, Trouble> {
        let mut out = Vec::new();
        inflater.begin();
        for byte in packed.chunks(1).chain([TAIL]) {
            inflater.feed(byte, &mut out)?;
        }
        Ok(out)
    }

    #[test]
    fn the_examples_of_the_rfc_are_unpacked() {
        let mut inflater = Inflater::default();
        assert_eq!(message(&mut inflater, b"\xf2\x48\xcd\xc9\xc9\x07\0").unwrap(), b"Hello");
        // The window goes on (section 7.2.3.2), a block without packing (7.2.3.3), two blocks in one message (7.2.3.5).
        assert_eq!(message(&mut inflater, b"\xf2\0\x11\0\0").unwrap(), b"Hello");
        assert_eq!(message(&mut inflater, b"\0\x05\0\xfa\xff\x48\x65\x6c\x6c\x6f\0").unwrap(), b"Hello");
        assert_eq!(message(&mut inflater, b"\xf2\x48\x05\0\0\0\xff\xff\xca\xc9\xc9\x07\0").unwrap(), b"Hello");
        assert_eq!(message(&mut inflater, b"\xf3\x48\xcd\xc9\xc9\x07\0\0").unwrap(), b"Hello");
        assert_eq!(message(&mut inflater, b"\0").unwrap(), b"");
    }

    #[test]
    fn what_refers_to_an_unseen_message_is_not_guessed() {
        assert_eq!(message(&mut Inflater::default(), b"\xf2\0\x11\0\0"), Err(Trouble::Damaged));
    }
}
