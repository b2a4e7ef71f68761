//! Unpacking of `.gz` and `.zst`, within limits.
//!
//! In: an input as it was read, recognised by its first bytes. Out: the capture inside. Compression within compression is not followed. What a capture
//! looks like is none of its business.

use std::io::{self, Read};

use flate2::bufread::MultiGzDecoder;

use super::damage::grouped;
use super::tally::Tally;
use super::zstd::Zstd;

/// So much may always come out of a compressed input.
const ALWAYS: u64 = 256 << 20;
/// Beyond that, so many times what went in. Traffic, repetitive as it may be, packs 2 to 40 times; a bomb 1,000 times and more.
const RATIO: u64 = 100;
/// Taken out of a decompressor in one go, so that little is lost where the data turn out to be damaged.
const PIECE: usize = 64 * 1024;

/// How an input is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    /// Not at all.
    Plain,
    /// RFC 1952.
    Gzip,
    /// RFC 8878.
    Zstd,
}

impl Packing {
    /// By the first bytes: four suffice.
    pub fn of(head: &[u8]) -> Self {
        match head {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Self::Zstd,
            _ => Self::Plain,
        }
    }

    /// What it adds to the name of a format.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Gzip => ".gz",
            Self::Zstd => ".zst",
        }
    }

    /// Its name in a sentence.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }
}

enum Decoder {
    Plain(Tally),
    Gzip(Box<MultiGzDecoder<Tally>>),
    Zstd(Box<Zstd>),
}

/// An input, unpacked as it is read.
pub(super) struct Unpacked {
    decoder: Decoder,
    packing: Packing,
    produced: u64,
}

impl Unpacked {
    /// Looks at the first bytes of the input and chooses. Waits for four bytes.
    pub fn new(mut input: Tally) -> io::Result<Self> {
        let packing = Packing::of(input.peek(4)?);
        let decoder = match packing {
            Packing::Plain => Decoder::Plain(input),
            Packing::Gzip => Decoder::Gzip(Box::new(MultiGzDecoder::new(input))),
            Packing::Zstd => Decoder::Zstd(Box::new(Zstd::new(input))),
        };
        Ok(Self { decoder, packing, produced: 0 })
    }

    /// How the input is packed.
    pub fn packing(&self) -> Packing {
        self.packing
    }

    /// The packed side.
    pub fn input(&self) -> &Tally {
        match &self.decoder {
            Decoder::Plain(input) => input,
            Decoder::Gzip(decoder) => decoder.get_ref(),
            Decoder::Zstd(decoder) => decoder.input(),
        }
    }

    /// The packed side.
    pub fn input_mut(&mut self) -> &mut Tally {
        match &mut self.decoder {
            Decoder::Plain(input) => input,
            Decoder::Gzip(decoder) => decoder.get_mut(),
            Decoder::Zstd(decoder) => decoder.input_mut(),
        }
    }

    /// Whether more came out than is believed.
    pub fn is_over_limit(&self) -> bool {
        self.packing != Packing::Plain && self.produced > ALWAYS.max(self.input().length().saturating_mul(RATIO))
    }

    /// Why no more comes, as a clause.
    pub fn explain(&self, error: &io::Error) -> String {
        let name = self.packing.name();
        match error.kind() {
            io::ErrorKind::QuotaExceeded | io::ErrorKind::Unsupported => error.to_string(),
            io::ErrorKind::UnexpectedEof if self.packing != Packing::Plain => format!("the {name} data end early"),
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput if self.packing != Packing::Plain => format!("the {name} data are damaged"),
            _ => format!("reading failed: {error}"),
        }
    }

    /// Counts what came out; an error beyond the limit.
    fn charge(&mut self, count: usize) -> io::Result<usize> {
        self.produced += count as u64;
        if !self.is_over_limit() {
            return Ok(count);
        }
        let text = format!(
            "unpacking was stopped after {} bytes, more than {RATIO} times what was read (no capture packs that well; is it a decompression bomb?)",
            grouped(self.produced - count as u64)
        );
        Err(io::Error::new(io::ErrorKind::QuotaExceeded, text))
    }
}

impl Read for Unpacked {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let piece = out.len().min(PIECE);
        let count = match &mut self.decoder {
            Decoder::Plain(input) => return input.read(out),
            Decoder::Gzip(decoder) => decoder.read(out.get_mut(..piece).unwrap_or_default())?,
            Decoder::Zstd(decoder) => decoder.read(out.get_mut(..piece).unwrap_or_default())?,
        };
        self.charge(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    #[test]
    fn a_bomb_is_stopped() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        for _ in 0..300 {
            encoder.write_all(&vec![0; 1 << 20]).unwrap();
        }
        let packed = encoder.finish().unwrap();
        let mut unpacked = Unpacked::new(Tally::new(Box::new(io::Cursor::new(packed)))).unwrap();
        let mut sink = vec![0; 1 << 20];
        let error = loop {
            match unpacked.read(&mut sink) {
                Ok(0) => panic!("it was unpacked whole"),
                Ok(_) => {}
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), io::ErrorKind::QuotaExceeded);
        assert!(unpacked.explain(&error).contains("stopped after 268,4"), "{error}");
    }

    #[test]
    fn packing_is_told_by_content() {
        assert_eq!(Packing::of(&[0x1f, 0x8b, 8, 0]), Packing::Gzip);
        assert_eq!(Packing::of(&[0x28, 0xb5, 0x2f, 0xfd]), Packing::Zstd);
        assert_eq!(Packing::of(&[0x53, 0x2a, 0x4d, 0x18]), Packing::Zstd);
        assert_eq!(Packing::of(b""), Packing::Plain);
    }
}
