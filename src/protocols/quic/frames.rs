//! The frames that an Initial packet may carry (RFC 9000, sections 12.4 and 19): only CRYPTO frames have something to read.
//!
//! Of Google's Q050 the client's first packet alone is of use: CRYPTO frames with another number, and padding.

use super::header::integer;

const PADDING: u64 = 0x00;
const PING: u64 = 0x01;
const ACK: u64 = 0x02;
const ACK_ECN: u64 = 0x03;
const CRYPTO: u64 = 0x06;
const PING_GOOGLE: u64 = 0x07;
const CRYPTO_GOOGLE: u64 = 0x08;
const CLOSE: u64 = 0x1c;
const CLOSE_APPLICATION: u64 = 0x1d;

/// A piece of the handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece<'f> {
    /// Offset in the handshake's stream.
    pub(super) offset: u64,
    pub(super) bytes: &'f [u8],
}

/// A frame that can't be in an Initial packet, or that does not keep to its form: what follows it can't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Broken;

/// The pieces of the handshake in a payload, in the order of the frames.
pub(super) struct Pieces<'f> {
    pub(super) bytes: &'f [u8],
    /// Whether the frames are Google's.
    pub(super) is_google: bool,
}

impl<'f> Iterator for Pieces<'f> {
    type Item = Result<Piece<'f>, Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.bytes.is_empty() {
            let read = if self.is_google { frame_of_google(self.bytes) } else { frame(self.bytes) };
            let Some((piece, rest)) = read else {
                self.bytes = &[];
                // Frames of Google's that are not read are no fault.
                return if self.is_google { None } else { Some(Err(Broken)) };
            };
            self.bytes = rest;
            if let Some(piece) = piece {
                return Some(Ok(piece));
            }
        }
        None
    }
}

/// Reads one frame: its piece of the handshake, if it has one, and what follows.
fn frame(bytes: &[u8]) -> Option<(Option<Piece<'_>>, &[u8])> {
    let (kind, rest) = integer(bytes)?;
    match kind {
        PADDING => after_padding(rest),
        PING => Some((None, rest)),
        ACK | ACK_ECN => Some((None, after_acknowledgement(rest, kind == ACK_ECN)?)),
        CRYPTO => piece(rest),
        CLOSE | CLOSE_APPLICATION => {
            let (_error, rest) = integer(rest)?;
            let (_frame, rest) = if kind == CLOSE { integer(rest)? } else { (0, rest) };
            Some((None, vector(rest)?.1))
        }
        _ => None,
    }
}

fn frame_of_google(bytes: &[u8]) -> Option<(Option<Piece<'_>>, &[u8])> {
    let (kind, rest) = integer(bytes)?;
    match kind {
        PADDING => after_padding(rest),
        PING_GOOGLE => Some((None, rest)),
        CRYPTO_GOOGLE => piece(rest),
        _ => None,
    }
}

fn after_padding(rest: &[u8]) -> Option<(Option<Piece<'_>>, &[u8])> {
    let length = rest.iter().take_while(|byte| **byte == 0).count();
    Some((None, rest.get(length..)?))
}

/// RFC 9000, section 19.6.
fn piece(rest: &[u8]) -> Option<(Option<Piece<'_>>, &[u8])> {
    let (offset, rest) = integer(rest)?;
    let (bytes, rest) = vector(rest)?;
    Some((Some(Piece { offset, bytes }), rest))
}

/// RFC 9000, section 19.3. Every range takes two bytes or more, so the payload bounds the work.
fn after_acknowledgement(bytes: &[u8], has_counts: bool) -> Option<&[u8]> {
    let (_largest, rest) = integer(bytes)?;
    let (_delay, rest) = integer(rest)?;
    let (ranges, rest) = integer(rest)?;
    let (_first, mut rest) = integer(rest)?;
    for _ in 0..ranges {
        (_, rest) = integer(rest)?;
        (_, rest) = integer(rest)?;
    }
    for _ in 0..if has_counts { 3 } else { 0 } {
        (_, rest) = integer(rest)?;
    }
    Some(rest)
}

fn vector(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = integer(bytes)?;
    rest.split_at_checked(usize::try_from(length).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(bytes: &[u8]) -> Vec<Result<(u64, &[u8]), Broken>> {
        Pieces { bytes, is_google: false }.map(|piece| piece.map(|piece| (piece.offset, piece.bytes))).collect()
    }

    #[test]
    fn other_frames_are_passed_over() {
        let payload = [
            &[0, 0, 0, 1][..],
            &[6, 0x40, 9, 2, 7, 8],
            &[2, 5, 0, 1, 0, 3, 4],
            &[3, 5, 0, 0, 0, 1, 2, 3],
            &[0x1c, 1, 6, 2, b'n', b'o'],
            &[0x1d, 1, 1, b'x'],
            &[6, 0, 1, 9],
            &[0; 9],
        ];
        assert_eq!(pieces(&payload.concat()), [Ok((9, &[7, 8][..])), Ok((0, &[9][..]))]);
    }

    #[test]
    fn frames_of_google_have_other_numbers() {
        let pieces: Vec<_> = Pieces { bytes: &[7, 0, 0, 8, 5, 2, 7, 8, 8, 0, 1, 9, 0x40, 1, 8, 0, 1, 9], is_google: true }.collect();
        assert_eq!(pieces, [Ok(Piece { offset: 5, bytes: &[7, 8] }), Ok(Piece { offset: 0, bytes: &[9] })]);
    }

    #[test]
    fn a_broken_frame_ends_the_reading() {
        assert_eq!(pieces(&[6, 0, 1, 9, 8, 0, 0]), [Ok((0, &[9][..])), Err(Broken)], "a STREAM frame");
        assert_eq!(pieces(&[6, 0, 5, 9]), [Err(Broken)], "a length that is not there");
        assert_eq!(pieces(&[2, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0]), [Err(Broken)], "ranges that are not there");
    }
}
