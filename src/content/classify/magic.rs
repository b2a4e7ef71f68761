//! Known forms by how they begin: recordings, packed files, programs.
//!
//! In come the first bytes of a message. Three bytes at the least, at its very beginning, and whatever else the form fixes there: noise is not taken once
//! in sixteen million times. Sources: the forms' own specifications, named with each.

use flate2::Crc;

use super::runs;
use crate::event::Media;

/// What begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A recording, with its container or codec.
    Recording(Media, &'static str),
    /// Packed data, with how.
    Packed(&'static str),
    /// Program code or an image of a device's memory, with its form; whether it runs as it is.
    Program(&'static str, bool),
}

impl Form {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Recording(_, name) | Self::Packed(name) | Self::Program(name, _) => name,
        }
    }
}

/// What known form begins here.
pub fn begins(bytes: &[u8]) -> Option<Form> {
    recording(bytes)
        .map(|(media, codec)| Form::Recording(media, codec))
        .or_else(|| program(bytes).map(|(name, runs)| Form::Program(name, runs)))
        .or_else(|| packed(bytes).map(Form::Packed))
}

/// What recording begins here.
pub fn recording(bytes: &[u8]) -> Option<(Media, &'static str)> {
    Some(match bytes {
        [0xff, 0xd8, 0xff, 0xc0..=0xfe, ..] if runs::is_jpeg(bytes) => (Media::Picture, "jpeg"),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', ..] => (Media::Picture, "png"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => (Media::Picture, "gif"),
        // RFC 4867, section 5.
        [b'#', b'!', b'A', b'M', b'R', b'\n' | b'-' | b'_', ..] => (Media::Voice, "amr"),
        [b'#', b'!', b'S', b'I', b'L', b'K', ..] | [2, b'#', b'!', b'S', b'I', b'L', b'K', ..] => (Media::Voice, "silk"),
        // RFC 3533, section 6; what it holds stands in the first packet.
        [b'O', b'g', b'g', b'S', 0, 0..=7, ..] => (Media::Voice, ogg(bytes)),
        [b'f', b'L', b'a', b'C', 0 | 0x80, 0, ..] => (Media::Voice, "flac"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => (Media::Voice, wave(bytes)),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => (Media::Picture, "webp"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'A', b'V', b'I', b' ', ..] => (Media::Video, "avi"),
        [b'I', b'D', b'3', 2..=4, 0..=9, ..] => (Media::Voice, "mp3"),
        [b'F', b'L', b'V', 1, 0 | 1 | 4 | 5, 0, 0, 0, 9, ..] => (Media::Video, "flv"),
        [_, _, _, _, b'f' | b's', b't', b'y', b'p', brand @ ..] => iso_base_media(brand),
        [_, _, _, _, b'm', b'o', b'o', b'f', _, _, _, _, b'm', b'f', b'h', b'd', ..] => (Media::Video, "mp4"),
        // EBML (RFC 8794); the type of document follows.
        [0x1a, 0x45, 0xdf, 0xa3, ..] => (Media::Video, if contains(bytes, b"webm") { "webm" } else { "matroska" }),
        // Windows media (ASF): the identifier of its header.
        [0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11, ..] => (Media::Video, "asf"),
        // MPEG programme stream: a pack's header with its marker bits (ISO/IEC 13818-1, 2.5.3.3).
        [0, 0, 1, 0xba, 0x44..=0x7f | 0x21 | 0x23 | 0x25 | 0x27 | 0x29 | 0x2b | 0x2d | 0x2f, ..] => (Media::Video, "mpeg-ps"),
        _ => return runs::recording(bytes),
    })
}

fn contains(bytes: &[u8], word: &[u8]) -> bool {
    memchr::memmem::find(bytes.get(..64).unwrap_or(bytes), word).is_some()
}

fn ogg(bytes: &[u8]) -> &'static str {
    [(&b"OpusHead"[..], "opus"), (b"\x01vorbis", "vorbis"), (b"Speex   ", "speex"), (b"\x7fFLAC", "flac")]
        .into_iter()
        .find(|(word, _)| contains(bytes, word))
        .map_or("ogg", |(_, codec)| codec)
}

/// The format tag of the `fmt ` chunk (RFC 2361).
fn wave(bytes: &[u8]) -> &'static str {
    match bytes.get(12..22) {
        Some([b'f', b'm', b't', b' ', _, _, _, _, 1, 0]) => "wav pcm",
        Some([b'f', b'm', b't', b' ', _, _, _, _, 6, 0]) => "wav pcma",
        Some([b'f', b'm', b't', b' ', _, _, _, _, 7, 0]) => "wav pcmu",
        Some([b'f', b'm', b't', b' ', _, _, _, _, 2 | 0x11, 0]) => "wav adpcm",
        _ => "wav",
    }
}

/// ISO/IEC 14496-12: the brand says what a file of this form holds.
fn iso_base_media(brand: &[u8]) -> (Media, &'static str) {
    match brand {
        [b'M', b'4', b'A' | b'B', ..] => (Media::Voice, "m4a"),
        [b'h', b'e', b'i' | b'v', ..] | [b'm', b'i', b'f', b'1', ..] => (Media::Picture, "heif"),
        [b'a', b'v', b'i', b'f', ..] => (Media::Picture, "avif"),
        _ => (Media::Video, "mp4"),
    }
}

/// What program code, or image of a device's memory, begins here; whether it runs as it is.
pub fn program(bytes: &[u8]) -> Option<(&'static str, bool)> {
    Some(match bytes {
        [0x7f, b'E', b'L', b'F', 1 | 2, 1 | 2, 1, ..] => ("elf", true),
        [0x27, 0x05, 0x19, 0x56, ..] if is_u_boot(bytes) => ("uimage", true),
        [b'H', b'D', b'R', b'0', ..] => ("trx", true),
        [b'A', b'N', b'D', b'R', b'O', b'I', b'D', b'!', ..] => ("android-boot", true),
        [b'd', b'e', b'x', b'\n', b'0', ..] => ("dex", true),
        [0, b'a', b's', b'm', 1, 0, 0, 0, ..] => ("wasm", true),
        [b'M', b'Z', ..] if is_portable_executable(bytes) => ("pe", true),
        [b'P', b'K', 3, 4, ..] if is_android_package(bytes) => ("apk", true),
        [b'h', b's', b'q', b's', ..] | [b's', b'q', b's', b'h', ..] if is_squashfs(bytes) => ("squashfs", true),
        [b'U', b'B', b'I', b'#', 1, ..] => ("ubi", true),
        [0x45, 0x3d, 0xcd, 0x28, ..] | [0x28, 0xcd, 0x3d, 0x45, ..] => ("cramfs", true),
        // A tree of images (U-Boot FIT): version 17, compatible with 16, of a flattened device tree.
        [0xd0, 0x0d, 0xfe, 0xed, 0, ..] if bytes.get(20..28) == Some(&[0, 0, 0, 17, 0, 0, 0, 16]) => ("fit", true),
        [b'!', b'<', b'a', b'r', b'c', b'h', b'>', b'\n', ..] => ("deb", true),
        [0xed, 0xab, 0xee, 0xdb, 3 | 4, ..] => ("rpm", true),
        [b'0', b'7', b'0', b'7', b'0', b'1' | b'2', ..] => ("cpio", false),
        [b'D', b'f', b'u', b'S', b'e', 1, ..] => ("dfu", true),
        _ => return None,
    })
}

/// The checksum of a header (U-Boot, `image.h`): over its 64 bytes with that of itself zero. Short of them, its words of system, processor and kind.
fn is_u_boot(bytes: &[u8]) -> bool {
    let Some(header) = bytes.first_chunk::<64>() else { return bytes.len() >= 8 && bytes.get(28).is_none_or(|system| *system <= 40) };
    let (Some(sum), mut blank) = (header.get(4..8).and_then(<[u8]>::first_chunk), *header) else { return false };
    if let Some(slot) = blank.get_mut(4..8) {
        slot.fill(0);
    }
    let mut crc = Crc::new();
    crc.update(&blank);
    crc.sum() == u32::from_be_bytes(*sum)
}

fn is_squashfs(bytes: &[u8]) -> bool {
    bytes.get(28..30).is_none_or(|version| matches!(version, [1..=4, 0] | [0, 1..=4]))
}

fn is_portable_executable(bytes: &[u8]) -> bool {
    let at = bytes.get(0x3c..0x40).and_then(<[u8]>::first_chunk).map(|at| u32::from_le_bytes(*at) as usize);
    at.is_some_and(|at| {
        (0x40..=0x400).contains(&at) && at.is_multiple_of(4) && bytes.get(at..).is_none_or(|rest| rest.is_empty() || rest.starts_with(b"PE\0\0"))
    })
}

/// A first file that only packages of Android have.
fn is_android_package(bytes: &[u8]) -> bool {
    let name = bytes.get(30..).unwrap_or_default();
    [&b"AndroidManifest.xml"[..], b"META-INF/com/", b"META-INF/MANIFEST.MF", b"classes.dex"].iter().any(|first| name.starts_with(first))
}

/// What packed data begins here, by the form alone: [`super::packed`] says whether it bears that out.
fn packed(bytes: &[u8]) -> Option<&'static str> {
    Some(match bytes {
        // RFC 1952, section 2.3: deflate, no reserved flag.
        [0x1f, 0x8b, 8, 0..=0x1f, _, _, _, _, 0 | 2 | 4, ..] => "gzip",
        [0x28, 0xb5, 0x2f, 0xfd, descriptor, ..] if descriptor & 0x08 == 0 => "zstd",
        [0x04, 0x22, 0x4d, 0x18, 0x40..=0x7f, 0x40 | 0x50 | 0x60 | 0x70, ..] => "lz4",
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => "xz",
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, ..] => "bzip2",
        [b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c, ..] => "7z",
        [b'P', b'K', 3, 4, 10 | 20 | 45, 0, ..] => "zip",
        [b'R', b'a', b'r', b'!', 0x1a, 7, ..] => "rar",
        _ if bytes.get(257..262) == Some(b"ustar") => "tar",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::histogram::tests::noise_of;
    use super::*;

    #[test]
    fn forms_are_known_by_their_beginning() {
        let picture = |codec| Some(Form::Recording(Media::Picture, codec));
        let voice = |codec| Some(Form::Recording(Media::Voice, codec));
        for (bytes, want) in [
            (&b"\xff\xd8\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xdb"[..], picture("jpeg")),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", picture("png")),
            (b"#!AMR\n\x3c", voice("amr")),
            (b"#!AMR-WB\n\x3c", voice("amr")),
            (b"OggS\0\x02\0\0\0\0\0\0\0\0\x01\x02\x03\x04\0\0\0\0\x01\x02\x03\x04\x01\x13OpusHead\x01", voice("opus")),
            (b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0", voice("wav pcm")),
            (b"\0\0\0\x18ftypisom\0\0\x02\0", Some(Form::Recording(Media::Video, "mp4"))),
            (b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", Some(Form::Recording(Media::Video, "webm"))),
            (b"FLV\x01\x05\0\0\0\x09\0\0\0\0", Some(Form::Recording(Media::Video, "flv"))),
            (b"\x7fELF\x01\x01\x01\0", Some(Form::Program("elf", true))),
            (b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x13\0\0\0AndroidManifest.xml", Some(Form::Program("apk", true))),
            (b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x05\0\0\0a.txt", Some(Form::Packed("zip"))),
            (b"\x1f\x8b\x08\0\0\0\0\0\0\x03", Some(Form::Packed("gzip"))),
            (b"\x28\xb5\x2f\xfd\x04\x58", Some(Form::Packed("zstd"))),
            (b"BZh91AY&SY", Some(Form::Packed("bzip2"))),
            (b"{\"a\":1}", None),
            (b"\xff\xd8\xff", None),
            (b"RIFF", None),
            (b"PK", None),
        ] {
            assert_eq!(begins(bytes), want, "{:?}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn a_boot_image_is_known_by_its_checksum() {
        let mut image = [&[0x27, 0x05, 0x19, 0x56, 0, 0, 0, 0][..], &[7; 56]].concat();
        let mut crc = Crc::new();
        crc.update(&image);
        image[4..8].copy_from_slice(&crc.sum().to_be_bytes());
        assert_eq!(begins(&image), Some(Form::Program("uimage", true)));
        image[9] ^= 1;
        assert_eq!(begins(&image), None);
    }

    #[test]
    fn noise_begins_no_form() {
        let taken = (1..30_000).filter(|seed| begins(&noise_of(*seed, 64)).is_some()).count();
        assert_eq!(taken, 0);
    }

    #[test]
    fn any_cut_is_harmless() {
        for whole in
            [&b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x13\0\0\0AndroidManifest.xml"[..], b"MZ\0\0PE\0\0", b"\x27\x05\x19\x56\0\0\0\0"]
        {
            for cut in 0..whole.len() {
                let _ = begins(&whole[..cut]);
            }
        }
    }
}
