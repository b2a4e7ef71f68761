//! Foscam, Tenvis, Wansview and other cameras of the older Reecam kind: how they are found, and how apps log in to them.
//!
//! Comes in: datagrams (port 10000) or a stream: a head of 23 bytes that begins with `MO_I`, `MO_O` or `MO_V`, then binary fields. Goes out: the
//! camera's hardware address, name and firmware; the user and password of a login, which are sent in the clear; pictures and sound.
//! Source: "IP Camera Operation Protocol", the maker's public document.

use super::framed::{self, Frame, Maker};
use super::part::{Part, little16, text};
use crate::event::{DeviceKind, Event, Media, Name, NameSource, Subject, TraitKind};
use crate::protocols::protocol::{Carrier, Input, Nature, Protocol, Say};
use crate::value::ValueKind;

/// Foscam over UDP.
pub static FOSCAM: Protocol = Protocol {
    name: "foscam",
    carrier: Carrier::Datagram,
    nature: Nature::Clear,
    ports: &[10_000],
    probe: framed::probe_datagram::<Foscam>,
    open: framed::datagrams::<Foscam>,
};

/// Foscam over TCP.
pub static FOSCAM_TCP: Protocol =
    Protocol { carrier: Carrier::Stream, ports: &[80], probe: framed::probe_stream::<Foscam>, open: framed::stream::<Foscam>, ..FOSCAM };

const BEGIN: &[u8] = b"MO_";
const HEAD: usize = 23;

/// Where the kind of connection, the message's number and its length stand.
const KIND_AT: usize = 3;
const NUMBER_AT: usize = 4;
const LENGTH_AT: usize = 15;

/// No message is longer.
const LONGEST: u32 = 1 << 20;

/// In an answer to a search: the camera's identifier (12 digits), its name, and behind five addresses its firmware.
const NAME_AT: usize = 13;
const FIRMWARE_AT: usize = 13 + 21 + 5 * 4;
const ANSWER: usize = FIRMWARE_AT + 11;

/// A login's user and password take so many bytes each.
const FIELD: usize = 13;

#[derive(Debug, Default)]
struct Foscam {
    /// Sound and pictures of a flow are told once each.
    told: [bool; 2],
}

impl Maker for Foscam {
    const MALFORMED: &'static str = "foscam message";

    fn frame(bytes: &[u8]) -> Frame {
        let begins = BEGIN.iter().zip(bytes).all(|(ours, theirs)| ours == theirs);
        let kind = bytes.get(KIND_AT).is_none_or(|kind| matches!(kind, b'I' | b'O' | b'V'));
        // Behind the number stand nine bytes of zero.
        let zero = bytes.get(NUMBER_AT + 2..LENGTH_AT.min(bytes.len())).unwrap_or_default().iter().all(|byte| *byte == 0);
        let small = bytes.get(NUMBER_AT + 1).is_none_or(|high| *high == 0);
        if !(begins && kind && zero && small) {
            return Frame::Not;
        }
        let Some(length) = bytes.get(LENGTH_AT..).and_then(|rest| rest.first_chunk()) else { return Frame::More };
        let length = u32::from_le_bytes(*length);
        if length <= LONGEST { Frame::Length(HEAD + length as usize) } else { Frame::Not }
    }

    fn tell(&mut self, message: &Input<'_>, say: Say<'_>) {
        let (Some(kind), Some(number)) = (message.bytes.get(KIND_AT), little16(message.bytes, NUMBER_AT)) else { return };
        let content = Part::of(message).slice(HEAD, usize::MAX);
        match (kind, number) {
            (b'I', 0) => content.exchange("search", say),
            (b'I', 1) => {
                content.exchange("search-answer", say);
                describe(&content, say);
            }
            (b'O', 2) => {
                content.exchange("login", say);
                for (at, kind, field) in [(0, ValueKind::Username, "user"), (FIELD, ValueKind::Password, "password")] {
                    let part = content.slice(at, FIELD);
                    part.value(kind, text(part.bytes).unwrap_or_default(), field, say);
                }
            }
            (b'V', 1) => self.media(0, Media::Video, "mjpeg", &content, say),
            (b'V', 2) => self.media(1, Media::Voice, "adpcm", &content, say),
            (b'V', _) => {}
            (_, other) => content.exchange(&other.to_string(), say),
        }
    }
}

impl Foscam {
    fn media(&mut self, index: usize, media: Media, codec: &str, content: &Part<'_>, say: Say<'_>) {
        let told = self.told.get_mut(index).is_some_and(|told| std::mem::replace(told, true));
        if !told {
            say(Event::Media { media, codec, at: content.whole() });
            content.sender_is(DeviceKind::Camera, "it sends pictures in the Foscam protocol", say);
        }
    }
}

fn describe(content: &Part<'_>, say: Say<'_>) {
    if content.bytes.len() < ANSWER {
        return;
    }
    let id = content.slice(0, NAME_AT);
    id.value(ValueKind::Serial, text(id.bytes).unwrap_or_default(), "id", say);
    let name = content.slice(NAME_AT, 21);
    if let Some(name_text) = text(name.bytes) {
        say(Event::Name(Name { source: NameSource::Ssdp, name: name_text, subject: Subject::Sender, at: name.whole() }));
    }
    if let Some([a, b, c, d]) = content.bytes.get(FIRMWARE_AT..).and_then(|rest| rest.first_chunk()) {
        content.own(TraitKind::Software, &format!("{a}.{b}.{c}.{d}"), say);
    }
    content.sender_is(DeviceKind::Camera, "it answers who searches Foscam cameras", say);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::{Probe, Verdict};
    use crate::protocols::testing::{drive_datagrams, drive_split};
    use crate::wire::Direction::{ToClient, ToServer};

    fn framed(kind: u8, number: u16, content: &[u8]) -> Vec<u8> {
        let mut bytes = b"MO_".to_vec();
        bytes.push(kind);
        bytes.extend_from_slice(&number.to_le_bytes());
        bytes.extend_from_slice(&[0; 9]);
        bytes.extend_from_slice(&(content.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&[0; 4]);
        bytes.extend_from_slice(content);
        bytes
    }

    #[test]
    fn a_login_is_in_the_clear_however_it_is_split() {
        let mut login = b"admin\0\0\0\0\0\0\0\0secret7".to_vec();
        login.resize(2 * FIELD, 0);
        let picture = framed(b'V', 1, b"\0\0\0\0\xff\xd8\xff");
        let lines = drive_split(FOSCAM_TCP.open, &[(ToServer, &framed(b'O', 2, &login)), (ToClient, &picture), (ToClient, &picture)]);
        for line in ["value username user=admin []", "value password password=secret7 []"] {
            assert!(lines.iter().any(|found| found == line), "{line} in {lines:#?}");
        }
        assert_eq!(lines.iter().filter(|line| line.starts_with("claim camera")).count(), 1, "{lines:?}");
    }

    #[test]
    fn a_camera_says_what_it_is() {
        let mut answer = b"00005E005301\0Nursery".to_vec();
        answer.resize(FIRMWARE_AT, 0);
        answer.extend_from_slice(&[11, 37, 2, 54, 2, 4, 10, 8, 80, 0, 1]);
        let lines = drive_datagrams((FOSCAM.open)(), &[(ToServer, &framed(b'I', 0, &[0, 0, 0, 1])), (ToClient, &framed(b'I', 1, &answer))]);
        let expected = [
            "value serial id=00005E005301 []",
            "name ssdp Nursery Sender",
            "trait software 11.37.2.54 Sender",
            "claim camera it answers who searches Foscam cameras false",
        ];
        for line in expected {
            assert!(lines.iter().any(|found| found == line), "{line} in {lines:#?}");
        }
    }

    #[test]
    fn others_are_not_its_own() {
        let probe = |bytes: &[u8]| (FOSCAM_TCP.probe)(&Probe { bytes, direction: ToServer, from_port: 1, to_port: 2, from_start: true });
        assert_eq!((probe(b"MO_O"), probe(&framed(b'O', 0, b""))), (Verdict::Unsure, Verdict::Yes));
        for other in [&b"MO_X"[..], b"MOVE / HTTP/1.1", b"MO_I\0\0\x01", b"GET "] {
            assert_eq!(probe(other), Verdict::No, "{}", other.escape_ascii());
        }
    }
}
