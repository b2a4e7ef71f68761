//! The codecs in Flash video (Adobe, Video File Format Specification 10.1, annex E; Enhanced RTMP, Veovera, 2023): of a file or stream over HTTP, and
//! of the messages of RTMP, whose bodies are the same.
//!
//! No protocol of its own.

use crate::event::Media;

/// Bytes of a file's header with the size that follows it.
const FILE_HEADER: usize = 13;
/// Bytes of a tag's header, and of the size behind its body.
const TAG_HEADER: usize = 11;
const TAG_END: usize = 4;
/// At most so many tags at the beginning of a file are looked at.
const TAGS: usize = 32;

/// The kind of a tag or message.
pub(super) const AUDIO: u8 = 8;
/// The kind of a tag or message.
pub(super) const VIDEO: u8 = 9;

/// The codec of a sound or of a picture, by the first bytes of a tag's body.
pub(super) fn codec(kind: u8, body: &[u8]) -> Option<(Media, &'static str)> {
    let first = *body.first()?;
    let four = body.get(1..5);
    match kind {
        AUDIO => Some((Media::Voice, if first >> 4 == 9 { sound_by_name(four?)? } else { sound(first >> 4)? })),
        VIDEO if first & 0x80 != 0 => Some((Media::Video, picture_by_name(four?)?)),
        VIDEO => Some((Media::Video, picture(first & 0x0f)?)),
        _ => None,
    }
}

fn sound(number: u8) -> Option<&'static str> {
    Some(match number {
        0 | 3 => "pcm",
        1 => "adpcm",
        2 | 14 => "mp3",
        4..=6 => "nellymoser",
        7 => "pcma",
        8 => "pcmu",
        10 => "aac",
        11 => "speex",
        _ => return None,
    })
}

fn sound_by_name(name: &[u8]) -> Option<&'static str> {
    Some(match name {
        b"Opus" => "opus",
        b"fLaC" => "flac",
        b"ac-3" => "ac3",
        b"ec-3" => "eac3",
        b".mp3" => "mp3",
        b"mp4a" => "aac",
        _ => return None,
    })
}

fn picture(number: u8) -> Option<&'static str> {
    Some(match number {
        2 => "h263",
        3 | 6 => "screen",
        4 | 5 => "vp6",
        7 => "h264",
        12 => "h265",
        _ => return None,
    })
}

fn picture_by_name(name: &[u8]) -> Option<&'static str> {
    Some(match name {
        b"avc1" => "h264",
        b"hvc1" => "h265",
        b"av01" => "av1",
        b"vp08" => "vp8",
        b"vp09" => "vp9",
        _ => return None,
    })
}

/// The codecs in the beginning of a file, of sound and of pictures the first, with the index of its first tag's body. None of what is no such file.
pub(super) fn codecs(file: &[u8]) -> Vec<(Media, &'static str, usize)> {
    let mut found: Vec<(Media, &'static str, usize)> = Vec::new();
    if !file.starts_with(b"FLV\x01") {
        return found;
    }
    let mut next = FILE_HEADER;
    for _ in 0..TAGS {
        let Some((&[kind, high, middle, low, ..], body)) = file.get(next..).and_then(|tag| tag.split_first_chunk::<TAG_HEADER>()) else { break };
        if let Some((media, codec)) = codec(kind & 0x1f, body).filter(|(media, _)| found.iter().all(|(known, _, _)| known != media)) {
            found.push((media, codec, next + TAG_HEADER));
        }
        next += TAG_HEADER + u32::from_be_bytes([0, high, middle, low]) as usize + TAG_END;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codecs_are_known_by_number_and_name() {
        assert_eq!(codec(VIDEO, &[0x17, 0]), Some((Media::Video, "h264")));
        assert_eq!(codec(VIDEO, b"\x90hvc1"), Some((Media::Video, "h265")));
        assert_eq!(codec(AUDIO, &[0xaf]), Some((Media::Voice, "aac")));
        assert_eq!(codec(AUDIO, b"\x90Opus"), Some((Media::Voice, "opus")));
        assert_eq!((codec(AUDIO, &[]), codec(18, b"\x02"), codec(VIDEO, b"\x90h"), codec(VIDEO, &[0])), (None, None, None, None));
    }

    #[test]
    fn a_file_names_its_codecs() {
        let file = b"FLV\x01\x05\0\0\0\x09\0\0\0\0\x09\0\0\x02\0\0\0\0\0\0\0\x17\0\0\0\0\x0d\x08\0\0\x01\0\0\0\0\0\0\0\x7e";
        assert_eq!(codecs(file), [(Media::Video, "h264", 24), (Media::Voice, "pcma", 41)]);
        assert!((0..file.len()).all(|cut| codecs(&file[..cut]).len() < 2));
    }
}
