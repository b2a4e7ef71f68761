//! Content codings: gzip (RFC 1952), zlib (RFC 1950), raw deflate (RFC 1951), brotli (RFC 7932) and Zstandard (RFC 8878), one around another.
//!
//! Comes in: packed bytes as they arrive. Goes out: unpacked bytes in small pieces, with the chain of what they were unwrapped from.
//! A coding is believed only where the bytes bear it out: what is said to be packed and is not passes as it is, as browsers do.

use std::io::Read;

use brotli_decompressor::Decompressor;
use flate2::{Decompress, FlushDecompress, Status};
use ruzstd::decoding::StreamingDecoder;

/// At most so many codings around one body are taken off.
pub(in super::super) const LAYERS_LIMIT: usize = 4;

/// At most so many bytes are unpacked of one body, at each layer.
pub(in super::super) const UNPACKED_LIMIT: usize = 1 << 20;

/// Bytes of window and state that one decoder holds, roughly.
const DECODER_MEMORY: usize = 48 << 10;

/// At most so many members of one gzip stream are unpacked.
const MEMBERS_LIMIT: usize = 64;

/// Of brotli and Zstandard at most so many packed bytes are kept, and unpacked when all are there: their decoders would hold windows of many
/// times that for as long as a body takes.
const PACKED_LIMIT: usize = 512 << 10;

/// The largest window of Zstandard, as RFC 9659 has it for HTTP.
const WINDOW_LIMIT: u64 = 8 << 20;

const PIECE: usize = 8_192;

/// The words for what bytes were unwrapped from, outermost first.
#[derive(Clone, Copy, Debug, Default)]
pub(in super::super) struct Chain {
    words: [&'static str; 2 + LAYERS_LIMIT],
    used: usize,
}

impl Chain {
    /// The chain with one more word; full, it stays as it is.
    pub(in super::super) fn with(mut self, word: &'static str) -> Self {
        if let Some(free) = self.words.get_mut(self.used) {
            *free = word;
            self.used += 1;
        }
        self
    }

    /// The words.
    pub(in super::super) fn words(&self) -> &[&'static str] {
        self.words.get(..self.used).unwrap_or_default()
    }
}

/// Why unpacking ended early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Trouble {
    /// The packed bytes are damaged.
    Damaged,
    /// [`UNPACKED_LIMIT`] is reached.
    Limit,
}

/// What unpacked bytes are given to.
pub(in super::super) type Sink<'s> = &'s mut dyn FnMut(Chain, &[u8]);

/// The codings around a body, the outermost first.
#[derive(Debug, Default)]
pub(in super::super) struct Layers(Vec<Layer>);

impl Layers {
    /// Puts a coding, by its name in a header, inside those that are known. False where it is one that is not taken off.
    pub(in super::super) fn push(&mut self, coding: &str) -> bool {
        let word = match coding.to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => "gzip",
            "deflate" | "x-deflate" | "zlib" => "deflate",
            "br" => "brotli",
            "zstd" => "zstd",
            _ => return false,
        };
        let free = self.0.len() < LAYERS_LIMIT;
        if free {
            self.0.push(Layer { word, ..Layer::default() });
        }
        free
    }

    /// Whether no more are taken off.
    pub(in super::super) fn is_full(&self) -> bool {
        self.0.len() >= LAYERS_LIMIT
    }

    /// Whether there is none.
    pub(in super::super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Unpacks the next bytes.
    pub(in super::super) fn feed(&mut self, bytes: &[u8], chain: Chain, sink: Sink<'_>) -> Result<(), Trouble> {
        feed(&mut self.0, bytes, chain, sink)
    }

    /// Gives out what still waited for its second byte: nothing more comes.
    pub(in super::super) fn finish(&mut self, chain: Chain, sink: Sink<'_>) -> Result<(), Trouble> {
        let mut rest = self.0.as_mut_slice();
        let mut chain = chain;
        while let Some((layer, inner)) = rest.split_first_mut() {
            let begun = std::mem::take(&mut layer.begun);
            match layer.how {
                _ if begun.is_empty() => {}
                How::Held => {
                    let named = layer.named(chain);
                    let mut unpacked = layer.unpacked;
                    let result = unpack(layer.word, &begun, &mut unpacked, &mut |piece| feed(inner, piece, named, sink));
                    layer.unpacked = unpacked;
                    if unpacked == 0 && result == Err(Trouble::Damaged) && super::super::media::looks_like_text(&begun) {
                        layer.how = How::Plain;
                        feed(inner, &begun, chain, sink)?;
                    } else {
                        result?;
                    }
                }
                How::Unknown => {
                    layer.how = How::Plain;
                    feed(inner, &begun, chain, sink)?;
                }
                How::Plain | How::Packed { .. } | How::Over { .. } => {}
            }
            chain = layer.named(chain);
            rest = inner;
        }
        Ok(())
    }

    /// Bytes of memory held.
    pub(in super::super) fn memory(&self) -> usize {
        self.0.iter().map(|layer| layer.begun.capacity() + if matches!(layer.how, How::Packed { .. }) { DECODER_MEMORY } else { 0 }).sum()
    }
}

#[derive(Debug, Default)]
struct Layer {
    word: &'static str,
    how: How,
    /// First bytes, while they are too few to tell how they are packed; all of them, where they are unpacked together.
    begun: Vec<u8>,
    unpacked: usize,
    members: usize,
}

#[derive(Debug, Default)]
enum How {
    #[default]
    Unknown,
    /// Not packed after all.
    Plain,
    Packed {
        decoder: Decompress,
        gzip: bool,
    },
    /// Kept until all are there.
    Held,
    /// The packed bytes have ended; what follows is ignored, but for another member of gzip (RFC 1952, section 2.2).
    Over {
        gzip: bool,
    },
}

impl How {
    fn gzip() -> Self {
        Self::Packed { decoder: Decompress::new_gzip(15), gzip: true }
    }
}

impl Layer {
    fn named(&self, chain: Chain) -> Chain {
        if matches!(self.how, How::Plain) { chain } else { chain.with(self.word) }
    }

    /// Tells how the bytes are packed by the first two of them.
    fn recognise(&self, bytes: &[u8]) -> How {
        let zlib = |first: u8, second: u8| first & 0x0f == 8 && first >> 4 <= 7 && (u16::from(first) << 8 | u16::from(second)) % 31 == 0;
        match bytes {
            [0x1f, 0x8b, ..] => How::gzip(),
            _ if matches!(self.word, "brotli" | "zstd") => How::Held,
            [first, second, ..] if zlib(*first, *second) => How::Packed { decoder: Decompress::new(true), gzip: false },
            _ if self.word == "deflate" && !super::super::media::looks_like_text(bytes) => How::Packed { decoder: Decompress::new(false), gzip: false },
            _ => How::Plain,
        }
    }
}

/// Takes off the first layer and hands what it held to the next; the recursion is [`LAYERS_LIMIT`] deep at most.
fn feed(layers: &mut [Layer], bytes: &[u8], chain: Chain, sink: Sink<'_>) -> Result<(), Trouble> {
    let Some((layer, inner)) = layers.split_first_mut() else {
        sink(chain, bytes);
        return Ok(());
    };
    if matches!(layer.how, How::Unknown) {
        layer.begun.extend_from_slice(bytes);
        if layer.begun.len() < 2 {
            return Ok(());
        }
        let begun = std::mem::take(&mut layer.begun);
        layer.how = layer.recognise(&begun);
        if let How::Held = layer.how {
            layer.begun = begun;
            return Ok(());
        }
        return pass(layer, inner, &begun, chain, sink);
    }
    pass(layer, inner, bytes, chain, sink)
}

fn pass(layer: &mut Layer, inner: &mut [Layer], mut bytes: &[u8], chain: Chain, sink: Sink<'_>) -> Result<(), Trouble> {
    let chain = layer.named(chain);
    loop {
        match &mut layer.how {
            How::Plain => return feed(inner, bytes, chain, sink),
            How::Over { gzip: true } if bytes.first() == Some(&0x1f) && layer.members < MEMBERS_LIMIT => layer.how = How::gzip(),
            How::Unknown | How::Over { .. } => return Ok(()),
            How::Held => {
                let room = PACKED_LIMIT.saturating_sub(layer.begun.len()).min(bytes.len());
                layer.begun.extend_from_slice(bytes.get(..room).unwrap_or_default());
                return Ok(());
            }
            How::Packed { decoder, gzip } => match inflate(decoder, bytes, &mut layer.unpacked, &mut |piece| feed(inner, piece, chain, sink))? {
                Some(rest) => {
                    layer.how = How::Over { gzip: *gzip };
                    layer.members += 1;
                    bytes = rest;
                }
                None => return Ok(()),
            },
        }
    }
}

/// Unpacks what was kept, as far as it goes.
fn unpack(word: &str, packed: &[u8], unpacked: &mut usize, give: &mut dyn FnMut(&[u8]) -> Result<(), Trouble>) -> Result<(), Trouble> {
    if word == "zstd" {
        let decoder = StreamingDecoder::new_with_max_window_size(packed, WINDOW_LIMIT).map_err(|_| Trouble::Damaged)?;
        copy(decoder, unpacked, give)
    } else {
        copy(Decompressor::new(packed, PIECE), unpacked, give)
    }
}

fn copy(mut decoder: impl Read, unpacked: &mut usize, give: &mut dyn FnMut(&[u8]) -> Result<(), Trouble>) -> Result<(), Trouble> {
    let mut piece = [0; PIECE];
    loop {
        let made = decoder.read(&mut piece).map_err(|_| Trouble::Damaged)?;
        let room = UNPACKED_LIMIT.saturating_sub(*unpacked).min(made);
        *unpacked += room;
        if room > 0 {
            give(piece.get(..room).unwrap_or_default())?;
        }
        match made {
            0 => return Ok(()),
            _ if room < made => return Err(Trouble::Limit),
            _ => {}
        }
    }
}

/// Unpacks `bytes`; where the packed stream ends, gives what follows it. What was unpacked before damage is given out.
fn inflate<'b>(
    decoder: &mut Decompress,
    mut bytes: &'b [u8],
    unpacked: &mut usize,
    give: &mut dyn FnMut(&[u8]) -> Result<(), Trouble>,
) -> Result<Option<&'b [u8]>, Trouble> {
    let mut piece = [0; PIECE];
    loop {
        let (read, written) = (decoder.total_in(), decoder.total_out());
        let status = decoder.decompress(bytes, &mut piece, FlushDecompress::None);
        let took = decoder.total_in().saturating_sub(read) as usize;
        let made = (decoder.total_out().saturating_sub(written) as usize).min(piece.len());
        bytes = bytes.get(took..).unwrap_or_default();
        let room = UNPACKED_LIMIT.saturating_sub(*unpacked).min(made);
        *unpacked += room;
        if room > 0 {
            give(piece.get(..room).unwrap_or_default())?;
        }
        match status {
            Err(_) => return Err(Trouble::Damaged),
            Ok(_) if room < made => return Err(Trouble::Limit),
            Ok(Status::StreamEnd) => return Ok(Some(bytes)),
            Ok(_) if made < PIECE && (bytes.is_empty() || took == 0) => return Ok(None),
            Ok(_) => {}
        }
    }
}

#[cfg(test)]
pub(in super::super) mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    pub(in super::super::super) fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    /// One block without compression (RFC 7932, section 9.2), and the last, empty one.
    fn brotli(bytes: &[u8]) -> Vec<u8> {
        let length = bytes.len() as u32 - 1;
        // WBITS 16; not the last; four nibbles of length; not compressed.
        let head = length << 4 | 1 << 20;
        [&head.to_le_bytes()[..3], bytes, &[3]].concat()
    }

    fn raw(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn unpack(codings: &[&str], bytes: &[u8], step: usize) -> (Vec<u8>, String, Result<(), Trouble>) {
        let mut layers = Layers::default();
        for coding in codings {
            assert!(layers.push(coding));
        }
        let (mut out, mut words) = (Vec::new(), String::new());
        let mut sink = |chain: Chain, piece: &[u8]| {
            out.extend_from_slice(piece);
            words = chain.words().join(",");
        };
        let mut result = Ok(());
        for piece in bytes.chunks(step) {
            result = result.and_then(|()| layers.feed(piece, Chain::default(), &mut sink));
        }
        result = result.and_then(|()| layers.finish(Chain::default(), &mut sink));
        (out, words, result)
    }

    #[test]
    fn codings_are_taken_off_however_the_bytes_come() {
        let text = b"imei=490154203237518&lat=1.5";
        let zstd = |bytes: &[u8]| ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest);
        let cases: [(&[&str], Vec<u8>, &str); 13] = [
            (&["br"], brotli(text), "brotli"),
            (&["br"], text.to_vec(), ""),
            (&["zstd"], zstd(text), "zstd"),
            (&["zstd"], text.to_vec(), ""),
            (&["br", "gzip"], brotli(&gzip(text)), "brotli,gzip"),
            (&["gzip"], gzip(text), "gzip"),
            (&["deflate"], zlib(text), "deflate"),
            (&["deflate"], raw(text), "deflate"),
            (&["x-gzip", "gzip"], gzip(&gzip(text)), "gzip,gzip"),
            (&["gzip", "gzip", "gzip", "gzip"], gzip(&gzip(&gzip(&gzip(text)))), "gzip,gzip,gzip,gzip"),
            (&["gzip"], text.to_vec(), ""),
            (&["deflate"], text.to_vec(), ""),
            (&["gzip"], [gzip(b"imei=490154203237518"), gzip(b"&lat=1.5")].concat(), "gzip"),
        ];
        for (codings, packed, words) in cases {
            for step in [1, 2, 7, 10_000] {
                assert_eq!(unpack(codings, &packed, step), (text.to_vec(), words.to_owned(), Ok(())), "{codings:?} {step}");
            }
        }
    }

    #[test]
    fn one_lone_byte_is_not_lost() {
        assert_eq!(unpack(&["gzip", "gzip"], b"a", 1).0, b"a");
    }

    #[test]
    fn a_bomb_ends_at_the_limit() {
        let bomb = gzip(&gzip(&vec![b'a'; 64 << 20]));
        let (out, _, result) = unpack(&["gzip", "gzip"], &bomb, 1_000);
        assert_eq!((out.len(), result), (UNPACKED_LIMIT, Err(Trouble::Limit)));
    }

    #[test]
    fn what_comes_before_damage_is_told() {
        let text: Vec<u8> = (0..40_000u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()).collect();
        let mut packed = gzip(&text);
        packed.truncate(packed.len() / 2);
        packed.extend([0xff; 100]);
        let (out, _, _) = unpack(&["gzip"], &packed, 500);
        assert!(out.len() > 10_000 && text.starts_with(&out[..10_000]));
        assert_eq!(unpack(&["deflate"], &[0xff; 40], 7).2, Err(Trouble::Damaged));
    }

    #[test]
    fn only_known_codings_and_only_so_many() {
        let mut layers = Layers::default();
        assert!(!layers.push("compress") && layers.is_empty());
        assert_eq!((0..6).filter(|_| layers.push("gzip")).count(), LAYERS_LIMIT);
    }
}
