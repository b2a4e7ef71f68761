//! Recordings: known by their first bytes, or by the media type that a sender gives.

use crate::event::Media;

/// So many bytes are enough to know a recording by.
pub(super) const ENOUGH: usize = 16;

/// What recording begins with these bytes, and its container or codec.
pub(super) fn by_magic(bytes: &[u8]) -> Option<(Media, &'static str)> {
    let known = match bytes {
        [0xff, 0xd8, 0xff, ..] => (Media::Picture, "jpeg"),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', ..] => (Media::Picture, "png"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => (Media::Picture, "gif"),
        [b'#', b'!', b'A', b'M', b'R', ..] => (Media::Voice, "amr"),
        [b'#', b'!', b'S', b'I', b'L', b'K', ..] | [2, b'#', b'!', b'S', b'I', b'L', b'K', ..] => (Media::Voice, "silk"),
        [b'O', b'g', b'g', b'S', ..] => (Media::Voice, "ogg"),
        [b'f', b'L', b'a', b'C', ..] => (Media::Voice, "flac"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => (Media::Voice, "wav"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => (Media::Picture, "webp"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'A', b'V', b'I', b' ', ..] => (Media::Video, "avi"),
        [b'I', b'D', b'3', 2..=4, ..] | [0xff, 0xfa | 0xfb | 0xf3 | 0xf2, ..] => (Media::Voice, "mp3"),
        [0xff, 0xf1 | 0xf9, ..] => (Media::Voice, "aac"),
        [b'F', b'L', b'V', 1, ..] => (Media::Video, "flv"),
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => iso_base_media(brand),
        _ => return None,
    };
    Some(known)
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

/// What recording a media type means, and its container or codec: the subtype without `x-` and parameters.
pub(super) fn by_type(media_type: &str) -> Option<(Media, &str)> {
    let essence = media_type.split(';').next()?.trim();
    if is_stream_of_pictures(essence) {
        return Some((Media::Video, "mjpeg"));
    }
    let (top, subtype) = essence.split_once('/')?;
    let codec = subtype.strip_prefix("x-").or_else(|| subtype.strip_prefix("X-")).unwrap_or(subtype);
    if codec.len() > 32 || codec.to_ascii_lowercase().ends_with("xml") || codec.to_ascii_lowercase().ends_with("mpegurl") {
        return None;
    }
    let media = match top {
        _ if top.eq_ignore_ascii_case("audio") => Media::Voice,
        _ if top.eq_ignore_ascii_case("image") => Media::Picture,
        _ if top.eq_ignore_ascii_case("video") => Media::Video,
        _ => return None,
    };
    Some((media, codec))
}

/// Whether a media type is that of pictures one after another, which begin with text all the same.
pub(super) fn is_stream_of_pictures(media_type: &str) -> bool {
    media_type.split(';').next().is_some_and(|essence| essence.trim().eq_ignore_ascii_case("multipart/x-mixed-replace"))
}

/// Whether a media type promises bytes that are no text.
pub(super) fn is_binary_type(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    by_type(&essence).is_some() || essence.starts_with("font/") || BINARY.contains(&essence.as_str())
}

const BINARY: &[&str] = &[
    "application/octet-stream",
    "application/vnd.android.package-archive",
    "application/x-bzip2",
    "application/x-7z-compressed",
    "application/x-tar",
    "application/x-xz",
    "application/zip",
    "binary/octet-stream",
];

/// Whether bytes that were promised to be no text look like text all the same.
pub(super) fn looks_like_text(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().take(ENOUGH).all(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | 0x20..=0x7e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recordings_are_known_by_their_first_bytes() {
        assert_eq!(by_magic(b"#!AMR\n\x3c"), Some((Media::Voice, "amr")));
        assert_eq!(by_magic(b"\xff\xd8\xff\xe0\x00\x10JFIF"), Some((Media::Picture, "jpeg")));
        assert_eq!(by_magic(b"\0\0\0\x18ftypisom"), Some((Media::Video, "mp4")));
        assert_eq!(by_magic(b"\0\0\0\x18ftypM4A "), Some((Media::Voice, "m4a")));
        assert_eq!(by_magic(b"RIFF\0\0\0\0WAVEfmt "), Some((Media::Voice, "wav")));
        assert_eq!(by_magic(b"RIFF"), None);
        assert_eq!(by_magic(b"{\"a\":1}"), None);
    }

    #[test]
    fn recordings_are_known_by_their_type() {
        assert_eq!(by_type("audio/x-wav; rate=8000"), Some((Media::Voice, "wav")));
        assert_eq!(by_type("Image/JPEG"), Some((Media::Picture, "JPEG")));
        assert_eq!(by_type("multipart/x-mixed-replace;boundary=a"), Some((Media::Video, "mjpeg")));
        assert_eq!(by_type("image/svg+xml"), None);
        assert_eq!(by_type("text/html"), None);
        assert!(is_binary_type("application/octet-stream") && !is_binary_type("application/json"));
    }
}
