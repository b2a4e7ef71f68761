//! Recordings: known by their first bytes, or by the media type that a sender gives.

use crate::content::classify::magic;
use crate::event::Media;

/// So many bytes are enough to know a recording by.
pub(super) const ENOUGH: usize = 16;

/// What recording begins with these bytes, and its container or codec.
pub(super) fn by_magic(bytes: &[u8]) -> Option<(Media, &'static str)> {
    magic::recording(bytes).or(match bytes {
        [0xff, 0xd8, 0xff, 0xc0..=0xfe, ..] => Some((Media::Picture, "jpeg")),
        // One frame, where its length cannot be followed: a sane rate and bit rate.
        [0xff, 0xfa | 0xfb | 0xf3 | 0xf2, third, ..] if !matches!(third >> 4, 0 | 15) && third >> 2 & 3 != 3 => Some((Media::Voice, "mp3")),
        [0xff, 0xf1 | 0xf9, third, ..] if third >> 2 & 0x0f <= 12 => Some((Media::Voice, "aac")),
        _ => None,
    })
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
