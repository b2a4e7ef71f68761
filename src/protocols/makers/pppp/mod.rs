//! PPPP, the "peer to peer" of CS2, Yunni and iLnk, by which very many cheap cameras and baby monitors are reached.
//!
//! Comes in: datagrams (directory servers at port 32100, search in the home at 32108) of a magic byte 0xF1, a kind, and a length. Goes out: the camera's
//! public name (UID), its JSON orders with user name and password, and that pictures go by. Some makers scramble the whole datagram with a table and a short
//! word that is the same in all their devices: that is undone.
//! Source: W. Palant, "An overview of the PPPP protocol for IoT cameras" (2025); the public descriptions of the lib32100 and pppp-dissector projects.

use super::framed::{self, Frame, Maker};
use super::part::{Part, big32, text};
use crate::event::{DeviceKind, Event, Media};
use crate::protocols::media;
use crate::protocols::protocol::{Carrier, Input, Nature, Protocol, Say};
use crate::value::ValueKind;

mod scramble;

/// PPPP over UDP.
pub static PPPP: Protocol = Protocol {
    name: "pppp",
    carrier: Carrier::Datagram,
    nature: Nature::Clear,
    ports: &[32_100, 32_108],
    probe: framed::probe_datagram::<Pppp>,
    open: framed::datagrams::<Pppp>,
};

const MAGIC: u8 = 0xf1;

/// Magic byte, kind, length.
const HEAD: usize = 4;

/// A piece of a channel begins with a magic byte, the channel, and a number.
const PIECE_HEAD: usize = 4;
const PIECE_MAGIC: u8 = 0xd1;

/// A public name: eight letters, a number, eight letters.
const UID: usize = 20;

/// How scrambled datagrams were unwrapped.
const CHAIN: &[&str] = &["xor-pppp"];

/// A frame of pictures or sound begins so, with most makers.
const FRAME: [u8; 4] = [0x55, 0xaa, 0x15, 0xa8];

/// A frame's own head.
const FRAME_HEAD: usize = 32;

/// Shorter text in a piece may be chance.
const SHORTEST_TEXT: usize = 8;

/// The word for a kind of message; none if there is no such kind.
fn word(kind: u8) -> Option<&'static str> {
    Some(match kind {
        0x00 => "hello",
        0x01 => "hello-answer",
        0x02 | 0x03 => "hello-to",
        0x08..=0x0a => "query-device",
        0x10 | 0x12 | 0x14 | 0x16 | 0x18 => "device-login",
        0x11 | 0x13 | 0x15 | 0x17 | 0x19 => "device-login-answer",
        0x20 | 0x22 | 0x26 => "connect",
        0x21 | 0x23 | 0x27 => "connect-answer",
        0x30 | 0x32 => "search",
        0x31 | 0x33 => "search-answer",
        0x40 => "punch-to",
        0x41 => "punch",
        0x42 | 0x43 => "ready",
        0x60..=0x6f => "list-relays",
        0x70..=0x8f => "relay",
        0xd0 => "data",
        0xd1 => "data-answer",
        0xe0 => "alive",
        0xe1 => "alive-answer",
        0xf0 => "close",
        0xf1 => "close-answer",
        0xf8..=0xfa => "report",
        _ => return None,
    })
}

/// How long a message is that begins so, once it is unpacked; none if its kind is not known.
fn length(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [MAGIC, kind, high, low, ..] => word(*kind).map(|_| HEAD + usize::from(u16::from_be_bytes([*high, *low]))),
        _ => None,
    }
}

/// Whether bytes are one whole message.
fn is_message(bytes: &[u8]) -> bool {
    length(bytes) == Some(bytes.len())
}

/// A flow's state: what must be told once only.
#[derive(Debug, Default)]
struct Pppp {
    is_login_told: bool,
    is_media_told: bool,
    has_keys: bool,
}

impl Maker for Pppp {
    const MALFORMED: &'static str = "pppp message";

    fn frame(bytes: &[u8]) -> Frame {
        let scrambled = || scramble::word_of(bytes, is_message).map(|_| bytes.len());
        length(bytes).filter(|length| *length >= bytes.len()).or_else(scrambled).map_or(Frame::Not, Frame::Length)
    }

    fn tell(&mut self, message: &Input<'_>, say: Say<'_>) {
        let wire = Part::of(message);
        match scramble::word_of(wire.bytes, is_message) {
            Some(word) => self.message(&wire.unpacked(&scramble::undo(word, wire.bytes), CHAIN), say),
            None => self.message(&wire, say),
        }
    }
}

impl Pppp {
    fn message(&mut self, message: &Part<'_>, say: Say<'_>) {
        let Some(kind) = message.bytes.get(1).copied() else { return };
        let Some(word) = word(kind) else { return };
        message.exchange(word, say);
        let body = message.slice(HEAD, usize::MAX);
        if word == "device-login" && !self.is_login_told {
            self.is_login_told = true;
            message.sender_is(DeviceKind::Camera, "it logs in to a PPPP server", say);
        }
        match kind {
            0x10 | 0x20 | 0x26 | 0x41 | 0x42 => tell_uid(&body.slice(0, UID), say),
            0xd0 => self.piece(&body, say),
            _ => {}
        }
    }

    /// A piece of a channel: orders and answers in JSON, or pictures and sound.
    fn piece(&mut self, piece: &Part<'_>, say: Say<'_>) {
        if piece.bytes.first() != Some(&PIECE_MAGIC) {
            return;
        }
        let data = piece.slice(PIECE_HEAD, usize::MAX);
        let has_key = memchr::memmem::find(data.bytes, b"\"public_key\"").is_some();
        self.has_keys |= has_key;
        if let Some(json) = json_in(&data) {
            json.readable(None, Some("application/json"), say);
        } else if self.has_keys && !has_key {
            // Who has exchanged public keys encrypts what follows.
            say(Event::Sealed { with: "ChaCha20 with keys that both ends agreed on", at: data.whole() });
        } else if !self.is_media_told {
            self.media(&data, say);
        }
    }

    fn media(&mut self, data: &Part<'_>, say: Say<'_>) {
        let framed = if data.bytes.starts_with(&FRAME) { data.slice(FRAME_HEAD, usize::MAX) } else { *data };
        let known = media::by_magic(framed.bytes).filter(|(media, _)| *media != Media::Voice).or_else(|| video(framed.bytes));
        if let Some((media, codec)) = known {
            self.is_media_told = true;
            say(Event::Media { media, codec, at: framed.at(0, media::ENOUGH) });
            data.sender_is(DeviceKind::Camera, "it sends pictures over PPPP", say);
        }
    }
}

/// Video in its plain form begins with the parameters of its pictures (H.264 and H.265, annex B).
fn video(bytes: &[u8]) -> Option<(Media, &'static str)> {
    match bytes {
        [0, 0, 0, 1, 0x67 | 0x27, ..] => Some((Media::Video, "h264")),
        [0, 0, 0, 1, 0x40 | 0x42, 1, ..] => Some((Media::Video, "h265")),
        _ => None,
    }
}

/// The JSON object in a piece, behind whatever head its maker gives it.
fn json_in<'p>(data: &Part<'p>) -> Option<Part<'p>> {
    let start = memchr::memmem::find(data.bytes, b"{\"")?;
    let end = memchr::memrchr(b'}', data.bytes)?;
    let length = end.checked_sub(start)? + 1;
    let json = data.slice(start, length);
    let readable = json.bytes.iter().all(|byte| *byte >= 0x20 || byte.is_ascii_whitespace());
    (length >= SHORTEST_TEXT && readable).then_some(json)
}

/// A camera's public name, as its label shows it.
fn tell_uid(part: &Part<'_>, say: Say<'_>) {
    let letters = |from: usize| part.bytes.get(from..from + 8).and_then(text).filter(|text| text.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    let (Some(prefix), Some(number), Some(check)) = (letters(0), big32(part.bytes, 8), letters(12)) else { return };
    part.value(ValueKind::Serial, format!("{prefix}-{number:06}-{check}"), "uid", say);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::{Probe, Verdict};
    use crate::protocols::testing::drive_datagrams;
    use crate::wire::Direction::{ToClient, ToServer};

    fn message(kind: u8, body: &[u8]) -> Vec<u8> {
        [&[MAGIC, kind], &(body.len() as u16).to_be_bytes()[..], body].concat()
    }

    fn uid() -> Vec<u8> {
        [&b"TEST\0\0\0\0"[..], &123_456_u32.to_be_bytes(), b"ABCDE\0\0\0"].concat()
    }

    fn piece(channel: u8, data: &[u8]) -> Vec<u8> {
        message(0xd0, &[&[PIECE_MAGIC, channel, 0, 0], data].concat())
    }

    fn probe(bytes: &[u8]) -> Verdict {
        (PPPP.probe)(&Probe { bytes, direction: ToServer, from_port: 40_000, to_port: 40_001, from_start: true })
    }

    #[test]
    fn a_camera_logs_in_and_tells_its_name() {
        let login = message(0x10, &[uid(), vec![0; 20]].concat());
        let lines = drive_datagrams((PPPP.open)(), &[(ToServer, &login), (ToServer, &login)]);
        assert!(lines.contains(&"value serial uid=TEST-123456-ABCDE []".to_owned()), "{lines:#?}");
        assert_eq!(lines.iter().filter(|line| *line == "claim camera it logs in to a PPPP server true").count(), 1);
    }

    #[test]
    fn orders_in_json_are_readable_and_pictures_are_told() {
        let order = piece(0, b"\x06\x0a\x80\x00\x2b\x00\x00\x00{\"pro\":\"check_user\",\"user\":\"admin\",\"pwd\":\"1234\"}");
        let frame = [&FRAME[..], &[0; 28], &[0, 0, 0, 1, 0x67, 0x42], &[1; 40]].concat();
        let lines = drive_datagrams((PPPP.open)(), &[(ToServer, &order), (ToClient, &piece(1, &frame)), (ToClient, &piece(1, &frame))]);
        assert!(lines.iter().any(|line| line.contains("@16: {\\\"pro\\\":\\\"check_user\\\"")), "{lines:#?}");
        assert_eq!(lines.iter().filter(|line| *line == "media video h264").count(), 1);
        assert!(lines.contains(&"claim camera it sends pictures over PPPP false".to_owned()));
    }

    #[test]
    fn what_follows_an_exchange_of_keys_is_encrypted() {
        let key = piece(0, b"\0\0\0\xe3\0\0\x01\0{\"public_key\":\"342d\",\"version\":\"3\"}");
        let lines = drive_datagrams((PPPP.open)(), &[(ToServer, &key), (ToClient, &piece(2, &[0x9d; 64]))]);
        assert!(lines.contains(&"sealed ChaCha20 with keys that both ends agreed on".to_owned()), "{lines:#?}");
    }

    #[test]
    fn the_scrambled_kind_is_undone() {
        let order = piece(0, b"\x06\x0a\x80\x00\x2b\x00\x00\x00{\"user\":\"admin\",\"pwd\":\"1234\"}");
        let scrambled = scramble::make("camera", &order);
        assert_eq!(probe(&scrambled), Verdict::Yes);
        let lines = drive_datagrams((PPPP.open)(), &[(ToServer, &scrambled)]);
        assert!(lines.iter().any(|line| line.contains(r#"["xor-pppp"]"#) && line.contains("pwd")), "{lines:#?}");
    }

    #[test]
    fn kind_and_length_must_be_right() {
        assert_eq!(probe(&message(0x30, b"")), Verdict::Yes);
        assert_eq!(probe(&message(0x30, b"")[..3]), Verdict::No);
        assert_eq!(probe(&message(0xaa, b"")), Verdict::No);
        assert_eq!(probe(b"\xf1\xd0\x00\x05abcd"), Verdict::No);
        assert_eq!(probe(b""), Verdict::No);
        // An answer may lack its piece, a name may be no name.
        assert!(!drive_datagrams((PPPP.open)(), &[(ToServer, &message(0x41, &[0xff; 20])), (ToServer, &message(0xd0, b""))]).is_empty());
    }
}
