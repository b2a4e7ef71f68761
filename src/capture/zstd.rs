//! Zstandard (RFC 8878): all frames of an input, one after the other, skippable frames passed over.
//!
//! In: compressed bytes. Out: what they unpack to, also of a frame that is cut off: what was whole before the cut.

use std::io::{self, BufRead, Read};

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::tally::Tally;

/// The largest window that a frame may ask for: that much memory unpacking takes. RFC 8878 asks decoders for 8 MiB; `zstd -20` wants 32 MiB.
const MAX_WINDOW: u64 = 32 << 20;
/// A last, raw and empty block (RFC 8878, 3.1.1.2) with a checksum behind it. A frame that broke off is closed with it, since the decoder keeps back the
/// bytes of its window until the frame is over.
const LAST_BLOCK: [u8; 7] = [1, 0, 0, 0, 0, 0, 0];

/// Unpacks what a [`Tally`] reads.
pub(super) struct Zstd {
    input: Tally,
    decoder: FrameDecoder,
    inside: bool,
    trouble: Option<io::Error>,
}

impl Zstd {
    /// Reads nothing yet.
    pub fn new(input: Tally) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(MAX_WINDOW);
        Self { input, decoder, inside: false, trouble: None }
    }

    /// The compressed side.
    pub fn input(&self) -> &Tally {
        &self.input
    }

    /// The compressed side.
    pub fn input_mut(&mut self) -> &mut Tally {
        &mut self.input
    }

    /// Goes into the next frame; false where there is none.
    fn begin(&mut self) -> io::Result<bool> {
        while !self.input.fill_buf()?.is_empty() {
            match self.decoder.reset(&mut self.input) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                    io::copy(&mut Read::by_ref(&mut self.input).take(u64::from(length)), &mut io::sink())?;
                }
                Err(error) => return Err(translate(error)),
            }
        }
        Ok(false)
    }

    /// Decodes one block, or remembers why not and lets go of what was decoded before.
    fn decode(&mut self) {
        if let Err(error) = self.decoder.decode_blocks(&mut self.input, BlockDecodingStrategy::UptoBlocks(1)) {
            self.trouble = Some(translate(error));
            if self.decoder.decode_blocks(&LAST_BLOCK[..], BlockDecodingStrategy::UptoBlocks(1)).is_err() {
                self.inside = false;
            }
        }
    }

    /// The frame is over and all its bytes were taken.
    fn leave(&mut self) {
        self.inside = false;
        if self.trouble.is_none()
            && let (Some(stated), Some(computed)) = (self.decoder.get_checksum_from_data(), self.decoder.get_calculated_checksum())
            && stated != computed
        {
            self.trouble = Some(io::Error::new(io::ErrorKind::InvalidData, "the checksum is wrong"));
        }
    }
}

impl Read for Zstd {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.inside && self.decoder.can_collect() > 0 {
                return self.decoder.read(out);
            }
            if self.inside && self.decoder.is_finished() {
                self.leave();
            } else if self.inside {
                self.decode();
            } else if let Some(trouble) = self.trouble.take() {
                return Err(trouble);
            } else if self.begin()? {
                self.inside = true;
            } else {
                return Ok(0);
            }
        }
    }
}

/// The decoder's error as one that tells an early end from damage.
fn translate(error: FrameDecoderError) -> io::Error {
    if let FrameDecoderError::WindowSizeTooBig { requested, .. } = error {
        let text = format!("unpacking would take {} MiB of memory (at most {} MiB are given)", requested >> 20, MAX_WINDOW >> 20);
        return io::Error::new(io::ErrorKind::Unsupported, text);
    }
    let kind = if ended_early(&error) { io::ErrorKind::UnexpectedEof } else { io::ErrorKind::InvalidData };
    io::Error::new(kind, error)
}

/// Whether somewhere beneath stands an unexpected end of input.
fn ended_early(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::UnexpectedEof) {
            return true;
        }
        next = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    fn unpack(bytes: &[u8]) -> (Vec<u8>, io::Result<usize>) {
        let mut out = Vec::new();
        let result = Zstd::new(Tally::new(Box::new(io::Cursor::new(bytes.to_vec())))).read_to_end(&mut out);
        (out, result)
    }

    fn text() -> Vec<u8> {
        (0..400_000u32).flat_map(|number| (number / 7).to_le_bytes()).collect()
    }

    #[test]
    fn several_frames_are_read_as_one() {
        let mut packed = compress_to_vec(&text()[..], CompressionLevel::Fastest);
        packed.extend([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 9, 9, 9]);
        packed.extend(compress_to_vec(&b"more"[..], CompressionLevel::Fastest));
        let (out, result) = unpack(&packed);
        result.unwrap();
        assert_eq!(out, [text(), b"more".to_vec()].concat());
    }

    #[test]
    fn a_frame_that_is_cut_gives_what_was_whole() {
        let packed = compress_to_vec(&text()[..], CompressionLevel::Fastest);
        let (out, result) = unpack(&packed[..packed.len() * 3 / 4]);
        assert_eq!(result.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        assert!(out.len() > text().len() / 3, "{}", out.len());
        assert_eq!(out, text()[..out.len()]);
    }

    #[test]
    fn damage_is_no_panic() {
        let packed = compress_to_vec(&text()[..], CompressionLevel::Fastest);
        for place in (0..packed.len()).step_by(packed.len() / 300 + 1) {
            let mut damaged = packed.clone();
            damaged[place] ^= 0x5a;
            let (out, result) = unpack(&damaged);
            assert!(result.is_err() || out == text(), "byte {place}");
        }
    }

    #[test]
    fn a_huge_window_is_refused() {
        // Frame header: no content size, window descriptor 0x88 = 2^(17+10) = 128 MiB.
        let (_, result) = unpack(&[0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x88, 1, 0, 0]);
        assert!(result.unwrap_err().to_string().contains("128 MiB"));
    }
}
