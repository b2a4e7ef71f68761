//! Packed bytes that bear out that they are: gzip (RFC 1952), zlib (RFC 1950), raw deflate (RFC 1951).

use flate2::{Decompress, FlushDecompress, Status};

/// Bytes that a decoder holds: its window, its tables.
const HELD: usize = 48 << 10;
/// So much is unpacked at a time, to see that it can be.
const STEP: usize = 16 << 10;

/// What was packed and did not end with the message that it began in.
#[derive(Debug)]
pub struct Open(Decompress);

impl Open {
    /// Begins with the first message; none if it ends in it, or breaks.
    pub fn new(how: &str, bytes: &[u8]) -> Option<Self> {
        let body = match (how, bytes) {
            ("gzip", [_, _, _, flags, ..]) => bytes.get(gzip_header(bytes, *flags)?..)?,
            _ => bytes,
        };
        let mut open = Self(Decompress::new(how == "zlib"));
        open.goes_on(body).then_some(open)
    }

    /// Whether more bytes can be unpacked, and more are to come behind them.
    pub fn goes_on(&mut self, bytes: &[u8]) -> bool {
        let (mut plain, begun) = (vec![0; STEP], self.0.total_in());
        loop {
            let done = usize::try_from(self.0.total_in() - begun).unwrap_or(bytes.len());
            let before = (self.0.total_in(), self.0.total_out());
            let Some(rest) = bytes.get(done..) else { return false };
            let result = self.0.decompress(rest, &mut plain, FlushDecompress::None);
            let moved = (self.0.total_in(), self.0.total_out()) != before;
            match result {
                Ok(Status::Ok | Status::BufError) if moved => {}
                Ok(Status::Ok | Status::BufError) => return self.0.total_in() - begun == bytes.len() as u64,
                Ok(Status::StreamEnd) | Err(_) => return false,
            }
        }
    }

    /// Bytes of memory held.
    pub fn memory(&self) -> usize {
        HELD
    }
}

/// Fewer unpacked bytes may be chance.
const LEAST: usize = 64;
/// So many unpacked bytes are no chance behind a header, though what follows is damaged: the head of a next message may stand there.
const BROKEN: usize = 512;
/// Raw deflate has no header: so many packed bytes must unpack.
const LEAST_RAW: usize = 512;
/// So much of a message is unpacked.
const UNPACKED: usize = 64 << 10;
/// So much is unpacked to see whether it is packed at all.
const TRIED: usize = 4 << 10;

/// What packed bytes are: how they are packed, and the beginning of what they hold.
pub fn unpack(bytes: &[u8]) -> Option<(&'static str, Vec<u8>)> {
    match bytes {
        [0x1f, 0x8b, 8, flags @ 0..=0x1f, ..] => {
            let body = bytes.get(gzip_header(bytes, *flags)?..)?;
            inflate(body, false, (LEAST.min(body.len()), BROKEN), UNPACKED).map(|plain| ("gzip", plain))
        }
        // Deflate with a window of at most 32 KiB, a check of the two bytes, no dictionary.
        [first, second, ..] if first & 0x8f == 0x08 && (u16::from(*first) << 8 | u16::from(*second)).is_multiple_of(31) && second & 0x20 == 0 => {
            inflate(bytes, true, (LEAST, BROKEN), UNPACKED).map(|plain| ("zlib", plain))
        }
        _ => raw(bytes).map(|plain| ("deflate", plain)),
    }
}

/// The length of a gzip header with its name and comment.
fn gzip_header(bytes: &[u8], flags: u8) -> Option<usize> {
    let mut at = 10;
    if flags & 4 != 0 {
        at += 2 + usize::from(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?));
    }
    for flag in [8, 16] {
        if flags & flag != 0 {
            at += memchr::memchr(0, bytes.get(at..)?)? + 1;
        }
    }
    Some(at + if flags & 2 != 0 { 2 } else { 0 })
}

/// Raw deflate: a first block with tables of its own, or a fixed one, that many bytes keep to. Noise breaks off within a few.
fn raw(bytes: &[u8]) -> Option<Vec<u8>> {
    let is_block = bytes.first().is_some_and(|first| matches!(first >> 1 & 3, 1 | 2));
    // Packed bytes are of all kinds; the letters of base64 keep to the fixed codes for long, and are nothing but letters.
    let sample = bytes.get(..LEAST_RAW).filter(|_| is_block)?;
    if sample.iter().filter(|byte| !byte.is_ascii()).count() * 4 < sample.len() {
        return None;
    }
    let plain = inflate(bytes, false, (LEAST_RAW, usize::MAX), TRIED)?;
    // What unpacks to less than it was is nothing that anyone packs.
    let ratio = plain.len() >= TRIED || plain.len() > bytes.len();
    ratio.then(|| inflate(bytes, false, (LEAST_RAW, usize::MAX), UNPACKED)).flatten()
}

/// The first `most` bytes of what bytes unpack to; none if they break off before `least` were unpacked, or are damaged before `broken` were.
fn inflate(bytes: &[u8], has_header: bool, (least, broken): (usize, usize), most: usize) -> Option<Vec<u8>> {
    let mut decoder = Decompress::new(has_header);
    let mut plain = vec![0; most];
    let result = decoder.decompress(bytes, &mut plain, FlushDecompress::None);
    let length = usize::try_from(decoder.total_out()).unwrap_or(most);
    plain.truncate(length);
    let is_sound = match result {
        Ok(Status::StreamEnd) => length > 0 && (has_header || length >= least || decoder.total_in() + 8 >= bytes.len() as u64),
        Ok(Status::Ok | Status::BufError) => length >= least,
        Err(_) => length >= broken,
    };
    is_sound.then_some(plain)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::super::histogram::tests::noise_of;
    use super::*;

    fn text() -> Vec<u8> {
        (0..400_u32).flat_map(|n| format!("{{\"n\":{n},\"t\":{}}}\n", n.wrapping_mul(2_654_435_761)).into_bytes()).collect()
    }

    #[test]
    fn what_is_packed_is_unpacked_whole_or_cut() {
        let text = text();
        let (mut gzip, mut zlib, mut raw) = (
            GzEncoder::new(Vec::new(), Compression::default()),
            ZlibEncoder::new(Vec::new(), Compression::default()),
            DeflateEncoder::new(Vec::new(), Compression::default()),
        );
        gzip.write_all(&text).unwrap();
        zlib.write_all(&text).unwrap();
        raw.write_all(&text).unwrap();
        for (want, bytes) in [("gzip", gzip.finish().unwrap()), ("zlib", zlib.finish().unwrap()), ("deflate", raw.finish().unwrap())] {
            assert_eq!(unpack(&bytes), Some((want, text.clone())));
            let (how, plain) = unpack(&bytes[..1_200]).unwrap();
            assert!(how == want && text.starts_with(&plain) && plain.len() > 600, "{want}: {}", plain.len());
        }
    }

    #[test]
    fn what_is_packed_may_be_broken_behind_its_beginning() {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
        zlib.write_all(&text()).unwrap();
        let mut packed = zlib.finish().unwrap();
        packed.splice(600..600, noise_of(7, 40));
        let (how, plain) = unpack(&packed).unwrap();
        assert!(how == "zlib" && plain.len() >= 512 && text().starts_with(&plain[..512]));
    }

    #[test]
    fn what_is_packed_goes_on_in_the_next_message() {
        let text: Vec<u8> = (0..9_000_u32).flat_map(|n| format!("{{\"n\":{n},\"t\":{}}}\n", n.wrapping_mul(2_654_435_761)).into_bytes()).collect();
        let mut raw = DeflateEncoder::new(Vec::new(), Compression::default());
        raw.write_all(&text).unwrap();
        let packed = raw.finish().unwrap();
        let (first, rest) = packed.split_at(1_200);
        let mut open = Open::new("deflate", first).unwrap();
        assert!(rest.chunks(1_200).take(20).all(|piece| open.goes_on(piece)));
        let mut open = Open::new("deflate", first).unwrap();
        assert!(!(0..20).all(|seed| open.goes_on(&noise_of(seed + 1, 1_200))), "noise does not go on");
        assert!(Open::new("deflate", &packed).is_none(), "it ended");
    }

    #[test]
    fn noise_is_not_packed() {
        for seed in 1..3_000_u64 {
            let mut bytes = noise_of(seed, 700);
            assert_eq!(unpack(&bytes), None, "{seed}");
            bytes[..2].copy_from_slice(&[0x78, 0x9c]);
            assert_eq!(unpack(&bytes), None, "{seed} with the header of zlib");
            let letters = data_encoding::BASE64.encode(&noise_of(seed, 900)).into_bytes();
            assert!((0..20).all(|skip| unpack(&letters[skip..]).is_none()), "{seed} in base64");
        }
        assert_eq!((unpack(&[]), unpack(&[0x78, 0x9c]), unpack(&[0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0, 0xff])), (None, None, None));
    }
}
