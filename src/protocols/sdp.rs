//! Descriptions of sessions (SDP, RFC 8866): what RTSP and SIP say of the media that they set up.
//!
//! No protocol of its own. In comes the text of a description; out go what people put into it (names, mail addresses, phone numbers, titles), keys
//! that were meant to be secret (RFC 4568, and `k=`), and which payload type carries what.

use std::borrow::Cow;
use std::net::IpAddr;

use super::protocol::{Input, Say};
use crate::event::{Event, Media, Readable, Role, Value};
use crate::value::ValueKind;

/// At most so many formats of a description are remembered.
const FORMATS: usize = 64;
/// Longest name of a codec.
const CODEC: usize = 24;

/// What a payload type carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Format {
    /// The payload type.
    pub(super) kind: u8,
    /// Of what.
    pub(super) media: Media,
    /// The codec, in lower case; empty where the description does not name it.
    pub(super) codec: String,
    /// Whether it is encrypted (`RTP/SAVP`).
    pub(super) is_sealed: bool,
}

/// What a payload type stands for by itself (RFC 3551, section 6).
pub(super) fn fixed(kind: u8) -> Option<(Media, &'static str)> {
    Some(match kind {
        0 => (Media::Voice, "pcmu"),
        3 => (Media::Voice, "gsm"),
        4 => (Media::Voice, "g723"),
        5 | 6 | 16 | 17 => (Media::Voice, "dvi4"),
        7 => (Media::Voice, "lpc"),
        8 => (Media::Voice, "pcma"),
        9 => (Media::Voice, "g722"),
        10 | 11 => (Media::Voice, "l16"),
        12 => (Media::Voice, "qcelp"),
        14 => (Media::Voice, "mpa"),
        15 => (Media::Voice, "g728"),
        18 => (Media::Voice, "g729"),
        25 => (Media::Video, "celb"),
        26 => (Media::Video, "jpeg"),
        28 => (Media::Video, "nv"),
        31 => (Media::Video, "h261"),
        32 => (Media::Video, "mpv"),
        33 => (Media::Video, "mpeg-ts"),
        34 => (Media::Video, "h263"),
        _ => return None,
    })
}

/// Reads a description, tells what it says, and gives its formats.
pub(super) fn read(input: &Input<'_>, say: Say<'_>) -> Vec<Format> {
    let mut formats: Vec<Format> = Vec::new();
    // Formats of the present `m=` begin here.
    let mut section = 0;
    let mut index = 0;
    for line in input.bytes.split_inclusive(|byte| *byte == b'\n') {
        let begin = index;
        index += line.len();
        let Some((&[letter, b'='], value)) = line.trim_ascii_end().split_first_chunk::<2>() else { continue };
        match letter {
            b'm' => {
                section = formats.len();
                add_media(value, &mut formats);
            }
            b'c' => introduce(value.split(|byte| *byte == b' ').nth(2), say),
            // The fifth word of a candidate is its address (RFC 8839, section 5.1).
            b'a' if value.starts_with(b"candidate:") => introduce(value.split(|byte| *byte == b' ').nth(4), say),
            b'a' => attribute(value, begin + 2, formats.get_mut(section..).unwrap_or_default(), input, say),
            b'k' => tell_key(value.split(|byte| *byte == b':').nth(1).unwrap_or_default(), "k", begin + 2, input, say),
            b'o' | b's' | b'i' | b'u' | b'e' | b'p' => text(letter, value, begin + 2, input, say),
            _ => {}
        }
    }
    formats
}

/// An address at which someone waits.
fn introduce(word: Option<&[u8]>, say: Say<'_>) {
    // A number of addresses may stand behind a group's.
    let word = word.and_then(|word| word.split(|byte| *byte == b'/').next()).and_then(|word| std::str::from_utf8(word).ok());
    if let Some(address) = word.and_then(|word| word.parse::<IpAddr>().ok()).filter(|address| !address.is_unspecified()) {
        say(Event::Introduced(&[address]));
    }
}

/// Whether bytes are a description.
pub(super) fn is_sdp(bytes: &[u8]) -> bool {
    bytes.starts_with(b"v=0\r") || bytes.starts_with(b"v=0\n")
}

/// Whether moving pictures are described.
pub(super) fn has_video(formats: &[Format]) -> bool {
    formats.iter().any(|format| format.media == Media::Video)
}

fn text(letter: u8, value: &[u8], at: usize, input: &Input<'_>, say: Say<'_>) {
    // `-` and ` ` stand for nothing; of the origin only the user's name is of interest.
    let value = if letter == b'o' { value.split(|byte| *byte == b' ').next().unwrap_or_default() } else { value };
    if value.is_empty() || value == b"-" || value == b" " {
        return;
    }
    let kind = match letter {
        b'e' => Some((ValueKind::Email, "e")),
        b'p' => Some((ValueKind::Phone, "p")),
        _ => None,
    };
    if let Some((kind, field)) = kind {
        let text = String::from_utf8_lossy(value);
        say(Event::Value(Value { kind, value: Cow::Borrowed(bare(&text)), field, chain: &[], at: input.at(at, value.len()) }));
        return;
    }
    let field = match letter {
        b'o' => "o",
        b's' => "s",
        b'i' => "i",
        _ => "u",
    };
    say(Event::Readable(Readable { role: Role::Record, bytes: value, field: Some(field), media: None, chain: &[], place: input.place(at) }));
}

/// An address without the name beside it: `addr (Name)` or `Name <addr>`.
fn bare(text: &str) -> &str {
    let inner = text.split_once('<').map_or(text, |(_, rest)| rest.split('>').next().unwrap_or(rest));
    inner.split('(').next().unwrap_or(inner).trim()
}

/// `m=video 0 RTP/AVP 96 97`
fn add_media(value: &[u8], formats: &mut Vec<Format>) {
    let text = String::from_utf8_lossy(value);
    let mut words = text.split_ascii_whitespace();
    let media = match words.next() {
        Some("audio") => Media::Voice,
        Some("video") => Media::Video,
        _ => return,
    };
    let is_sealed = words.nth(1).is_some_and(|protocol| protocol.contains("SAVP"));
    for kind in words.filter_map(|word| word.parse::<u8>().ok()).take(FORMATS.saturating_sub(formats.len())) {
        let codec = fixed(kind).map_or_else(String::new, |(_, codec)| codec.to_owned());
        formats.push(Format { kind, media, codec, is_sealed });
    }
}

fn attribute(value: &[u8], at: usize, section: &mut [Format], input: &Input<'_>, say: Say<'_>) {
    if let Some(map) = value.strip_prefix(b"rtpmap:") {
        let map = String::from_utf8_lossy(map);
        let Some((kind, encoding)) = map.split_once(' ') else { return };
        let codec = encoding.trim().split('/').next().unwrap_or_default();
        let known = section.iter_mut().find(|format| kind.parse() == Ok(format.kind));
        if let Some(format) = known.filter(|_| codec.len() <= CODEC) {
            format.codec = codec_name(codec);
        }
    } else if let Some(crypto) = value.strip_prefix(b"crypto:") {
        let Some(found) = memchr::memmem::find(crypto, b"inline:") else { return };
        let key = crypto.get(found + 7..).unwrap_or_default();
        let length = key.iter().take_while(|byte| !matches!(byte, b'|' | b' ' | b';')).count();
        tell_key(key.get(..length).unwrap_or_default(), "crypto", at + 7 + found + 7, input, say);
    }
}

/// A key for the media, readable by anyone who reads the description.
fn tell_key(key: &[u8], field: &str, at: usize, input: &Input<'_>, say: Say<'_>) {
    if !key.is_empty() {
        say(Event::Value(Value { kind: ValueKind::Token, value: String::from_utf8_lossy(key), field, chain: &[], at: input.at(at, key.len()) }));
    }
}

/// The usual name of a codec, by its encoding name (<https://www.iana.org/assignments/rtp-parameters>).
fn codec_name(encoding: &str) -> String {
    match encoding.to_ascii_lowercase().as_str() {
        "mpeg4-generic" | "mp4a-latm" => "aac".to_owned(),
        "mp4v-es" => "mpeg4".to_owned(),
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Direction, Marks};

    const CAMERA: &[u8] = b"v=0\r\no=anna 0 1 IN IP4 192.0.2.7\r\ns=Garden\r\ni=-\r\ne=anna@example.org (Anna)\r\np=+44 7700 900123\r\nc=IN IP4 0.0.0.0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H265/90000\r\na=control:video\r\nm=audio 0 RTP/AVP 8 97\r\na=rtpmap:97 MPEG4-GENERIC/16000\r\n";

    fn told(bytes: &[u8]) -> (Vec<String>, Vec<(u8, String, bool)>) {
        let marks = Marks::default();
        let mut lines = Vec::new();
        let input = Input { direction: Direction::ToClient, bytes, offset: 0, marks: &marks };
        let formats = read(&input, &mut |event| lines.push(super::super::testing::line(&event)));
        (lines, formats.into_iter().map(|format| (format.kind, format.codec, format.is_sealed)).collect())
    }

    #[test]
    fn a_description_names_people_and_codecs() {
        let (lines, formats) = told(CAMERA);
        assert_eq!(lines, ["Record o - [] @7: anna", "Record s - [] @36: Garden", "value email e=anna@example.org []", "value phone p=+44 7700 900123 []"]);
        assert_eq!(formats, [(96, "h265".to_owned(), false), (8, "pcma".to_owned(), false), (97, "aac".to_owned(), false)]);
        assert!(is_sdp(CAMERA) && !is_sdp(b"v=0x"));
    }

    #[test]
    fn who_waits_is_introduced() {
        let told = |text: &str| told(text.as_bytes()).0;
        assert_eq!(
            told("v=0\nc=IN IP4 203.0.113.7\na=candidate:1 1 UDP 2130706431 2001:db8::7 8998 typ host\n"),
            ["introduced [203.0.113.7]", "introduced [2001:db8::7]"]
        );
        assert_eq!(told("v=0\nc=IN IP4 224.2.1.1/127/3\n"), ["introduced [224.2.1.1]"]);
        assert_eq!(told("v=0\nc=IN IP4\nc=\na=candidate:1 1 UDP 1 host.test 1\n"), Vec::<String>::new());
    }

    #[test]
    fn keys_in_the_clear_are_keys() {
        let (lines, formats) =
            told(b"v=0\nm=audio 4000 RTP/SAVP 0\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:c2VjcmV0|2^20\nk=clear:abc\nm=text 1 x\na=rtpmap:0 X/1\n");
        assert_eq!(lines, ["value token crypto=c2VjcmV0 []", "value token k=abc []"]);
        assert_eq!(formats, [(0, "pcmu".to_owned(), true)]);
    }

    #[test]
    fn nothing_makes_it_fail() {
        for cut in 0..CAMERA.len() {
            told(&CAMERA[..cut]);
            told(&CAMERA[cut..]);
        }
        told(b"m=\na=rtpmap:\na=crypto:\nk=\no=\n==\nm=audio");
    }
}
