//! gzip (RFC 1952), zlib (RFC 1950) and bare deflate (RFC 1951). What is cut off gives what is there.

use std::cell::RefCell;

use flate2::{Decompress, FlushDecompress, Status};

use super::walk::{Format, Layer, Walk, is_readable_throughout, looks_like_text};

/// A gzip file.
pub(super) static GZIP: Format = Format { name: "gzip", open: |walk, key, layer| gzip(walk, key, layer) };
/// A zlib stream.
pub(super) static ZLIB: Format = Format { name: "zlib", open: |walk, key, layer| zlib(walk, key, layer) };
/// Bare deflate: without a sign of its own, so that only text counts.
pub(super) static DEFLATE: Format = Format { name: "deflate", open: |walk, key, layer| deflate(walk, key, layer) };

/// Bytes unpacked at a time.
const STEP: usize = 16 << 10;
/// Bytes that are unpacked to see what it is.
const PROBE: usize = 64;

fn gzip(walk: &mut Walk<'_>, key: &str, layer: Layer<'_>) -> bool {
    let Some(start) = header(layer.bytes) else { return false };
    let packed = layer.bytes.get(start..).unwrap_or_default();
    let Some(plain) = inflate(packed, false, walk.budget) else { return false };
    walk.unwrapped_any(key, &plain, "gzip", layer);
    true
}

fn zlib(walk: &mut Walk<'_>, key: &str, layer: Layer<'_>) -> bool {
    let [first, second, ..] = layer.bytes else { return false };
    let is_header = first & 15 == 8 && first >> 4 <= 7 && (u16::from(*first) << 8 | u16::from(*second)).is_multiple_of(31) && second & 0x20 == 0;
    if !is_header || layer.bytes.len() < 8 {
        return false;
    }
    let Some(plain) = inflate(layer.bytes, true, walk.budget) else { return false };
    walk.unwrapped_any(key, &plain, "zlib", layer);
    true
}

fn deflate(walk: &mut Walk<'_>, key: &str, layer: Layer<'_>) -> bool {
    // Blocks of a fixed or of a written code; those that are not packed could be anything.
    if layer.bytes.len() < 16 || !matches!(layer.bytes.first().map(|first| first >> 1 & 3), Some(1 | 2)) {
        return false;
    }
    if layer.bytes.first().is_some_and(|first| first >> 1 & 3 == 2) && !has_code(layer.bytes) {
        return false;
    }
    let is_text = inflate(layer.bytes, false, PROBE).is_some_and(|head| head.len() >= PROBE / 2 && looks_like_text(&head));
    let Some(plain) = is_text.then(|| inflate(layer.bytes, false, walk.budget)).flatten() else { return false };
    if is_readable_throughout(&plain) {
        walk.unwrapped_text(key, &plain, "deflate", layer);
        return true;
    }
    let is_text = looks_like_text(&plain);
    if is_text {
        walk.unwrapped_any(key, &plain, "deflate", layer);
    }
    is_text
}

/// Where the packed bytes begin (RFC 1952, section 2.3).
fn header(bytes: &[u8]) -> Option<usize> {
    let [0x1f, 0x8b, 8, flags, ..] = bytes else { return None };
    let mut at = 10;
    if flags & 4 != 0 {
        at += 2 + usize::from(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
    }
    for flag in [8, 16] {
        if flags & flag != 0 {
            at += memchr::memchr(0, bytes.get(at..)?)? + 1;
        }
    }
    if flags & 2 != 0 {
        at += 2;
    }
    (at < bytes.len()).then_some(at)
}

/// Whether the code that the lengths of a written code are written in is one: neither too few nor too many words (RFC 1951, section 3.2.7). Of bytes that may be
/// anything few begin so.
fn has_code(bytes: &[u8]) -> bool {
    let Some(head) = bytes.first_chunk::<10>() else { return false };
    // Three bits for the block, 14 for three numbers, then three bits a length.
    let bits = head.iter().rev().fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
    let (literals, distances, lengths) = (bits >> 3 & 31, bits >> 8 & 31, (bits >> 13 & 15) + 4);
    let share = |place: u32| 128_u32 >> (bits >> (17 + 3 * place) & 7);
    let all: u32 = (0..lengths as u32).map(share).filter(|share| *share < 128).sum();
    literals <= 29 && distances <= 29 && all == 128
}

thread_local! {
    /// Its window is as large as 40 messages: it is not made anew for each.
    static INFLATER: RefCell<Decompress> = RefCell::new(Decompress::new(false));
}

/// At most `limit` unpacked bytes; none if nothing could be unpacked.
fn inflate(packed: &[u8], zlib: bool, limit: usize) -> Option<Vec<u8>> {
    INFLATER.with_borrow_mut(|inflater| {
        inflater.reset(zlib);
        inflated(inflater, packed, limit)
    })
}

fn inflated(inflater: &mut Decompress, packed: &[u8], limit: usize) -> Option<Vec<u8>> {
    let mut plain = Vec::new();
    while plain.len() < limit {
        plain.reserve(STEP.min(limit - plain.len()));
        let rest = packed.get(inflater.total_in() as usize..)?;
        let before = plain.len();
        match inflater.decompress_vec(rest, &mut plain, FlushDecompress::None) {
            Ok(Status::StreamEnd) => break,
            Ok(_) if plain.len() > before => {}
            // More is needed, or it is broken from here on.
            Ok(_) | Err(_) => break,
        }
    }
    plain.truncate(limit);
    (!plain.is_empty()).then_some(plain)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::super::tests::list;
    use crate::event::Role;

    const TEXT: &[u8] = b"{\"mail\":\"anna@example.org\",\"note\":\"some words that are longer than the probe of what it is\"}";

    fn packed(form: &str, bytes: &[u8]) -> Vec<u8> {
        match form {
            "gzip" => {
                let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
                encoder.write_all(bytes).unwrap();
                encoder.finish().unwrap()
            }
            "zlib" => {
                let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
                encoder.write_all(bytes).unwrap();
                encoder.finish().unwrap()
            }
            _ => {
                let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
                encoder.write_all(bytes).unwrap();
                encoder.finish().unwrap()
            }
        }
    }

    #[test]
    fn packed_text_is_read_whole_cut_and_within_base64() {
        for form in ["gzip", "zlib", "deflate"] {
            let bytes = packed(form, TEXT);
            let want = format!("{form}>json:mail|mail|anna@example.org");
            assert!(list(Role::Payload, None, None, &bytes).contains(&want), "{form}");
            assert!(list(Role::Body, None, None, &bytes[..bytes.len() - 6]).contains(&want), "{form} cut");
            let blob = format!("blob={}", data_encoding::BASE64URL_NOPAD.encode(&bytes));
            let want = format!("query:blob>base64>{want}");
            assert!(list(Role::Target, None, None, format!("/x?{blob}").as_bytes()).contains(&want), "{form} in base64");
        }
    }

    #[test]
    fn packed_within_packed_ends_at_the_fourth_layer() {
        let mut bytes = TEXT.to_vec();
        for layers in 1..=5 {
            bytes = packed("gzip", &bytes);
            let found = list(Role::Payload, None, None, &bytes).iter().any(|piece| piece.ends_with("|mail|anna@example.org"));
            assert_eq!(found, layers <= 4, "{layers}");
        }
    }

    #[test]
    fn a_bomb_is_unpacked_to_the_limit_only() {
        let mut bytes = packed("gzip", &vec![b' '; 64 << 20]);
        bytes.extend_from_slice(b"mail=anna@example.org");
        let all = list(Role::Payload, None, None, &bytes);
        assert!(all.iter().map(String::len).sum::<usize>() < 4 << 20);
    }
}
