//! Zstandard (RFC 8878) and Brotli (RFC 7932).

use std::io::Read;

use super::walk::{Format, Layer, Walk, looks_like_text};

/// A Zstandard frame.
pub(super) static ZSTD: Format = Format { name: "zstd", open: |walk, key, layer| zstd(walk, key, layer) };
/// A Brotli stream: without a sign of its own, so that only text counts.
pub(super) static BROTLI: Format = Format { name: "brotli", open: |walk, key, layer| brotli(walk, key, layer) };

/// The first bytes of a frame.
const MAGIC: &[u8] = b"\x28\xb5\x2f\xfd";
/// Bytes that are unpacked to see what it is.
const PROBE: usize = 64;
/// A longer stream is not tried.
const LARGEST: usize = 64 << 10;
/// A window that a writer of small messages does not need is not given.
const WINDOW: u64 = 8 << 20;

fn zstd(walk: &mut Walk<'_>, key: &str, layer: Layer<'_>) -> bool {
    if !layer.bytes.starts_with(MAGIC) || window(layer.bytes).is_none_or(|window| window > WINDOW) {
        return false;
    }
    let Ok(decoder) = ruzstd::decoding::StreamingDecoder::new(layer.bytes) else { return false };
    let plain = read(decoder, walk.budget);
    if plain.is_empty() {
        return false;
    }
    walk.unwrapped_any(key, &plain, "zstd", layer);
    true
}

/// The bytes that a frame says it looks back to (RFC 8878, section 3.1.1.1).
fn window(bytes: &[u8]) -> Option<u64> {
    let descriptor = *bytes.get(4)?;
    if descriptor & 0x20 == 0 {
        let byte = *bytes.get(5)?;
        let base = 1_u64.checked_shl(u32::from(byte >> 3) + 10)?;
        return Some(base + base / 8 * u64::from(byte & 7));
    }
    let skip = 5 + [0, 1, 2, 4].get(usize::from(descriptor & 3))?;
    let length = [1, 2, 4, 8].get(usize::from(descriptor >> 6))?;
    let size = super::tokens::little(bytes.get(skip..skip + length)?);
    Some(if *length == 2 { size + 256 } else { size })
}

fn brotli(walk: &mut Walk<'_>, key: &str, layer: Layer<'_>) -> bool {
    // A window of 2^22 bytes, which is what writers choose (section 9.1). Anything seems to begin like that, so that only bodies are tried.
    if !walk.is_body || layer.bytes.len() < 12 || layer.bytes.len() > LARGEST || layer.bytes.first().is_none_or(|first| first & 15 != 0b1011) {
        return false;
    }
    let unpack = |limit: usize| read(brotli_decompressor::Decompressor::new(layer.bytes, 1_024), limit);
    let head = unpack(PROBE);
    if head.len() < PROBE / 2 || !looks_like_text(&head) {
        return false;
    }
    let plain = unpack(walk.budget);
    let is_text = looks_like_text(&plain);
    if is_text {
        walk.unwrapped_any(key, &plain, "brotli", layer);
    }
    is_text
}

/// What can be read of at most `limit` bytes.
fn read(from: impl Read, limit: usize) -> Vec<u8> {
    let mut plain = Vec::new();
    // What was unpacked before a fault counts.
    let _ = from.take(limit as u64).read_to_end(&mut plain);
    plain
}

#[cfg(test)]
mod tests {
    use super::super::tests::list;
    use crate::event::Role;

    const TEXT: &[u8] = b"{\"mail\":\"anna@example.org\",\"note\":\"some words that are longer than the probe of what it is\"}";

    #[test]
    fn a_frame_is_unpacked() {
        let bytes = ruzstd::encoding::compress_to_vec(TEXT, ruzstd::encoding::CompressionLevel::Fastest);
        assert!(list(Role::Payload, None, None, &bytes).contains(&"zstd>json:mail|mail|anna@example.org".to_owned()));
    }

    #[test]
    fn a_stream_that_is_not_packed_further_is_unpacked() {
        // Window of 2^22, one metablock of bytes as they are (RFC 7932, section 9.2), an empty last one.
        let length = TEXT.len() as u32 - 1;
        let bits: u64 = 0b1011 | u64::from(length) << 7 | 1 << 23;
        let mut bytes = bits.to_le_bytes()[..3].to_vec();
        bytes.extend_from_slice(TEXT);
        bytes.push(3);
        assert_eq!(super::read(brotli_decompressor::Decompressor::new(bytes.as_slice(), 64), 4_096), TEXT);
        assert_eq!(super::read(brotli_decompressor::Decompressor::new(bytes.as_slice(), 64), 8), &TEXT[..8]);
    }
}
