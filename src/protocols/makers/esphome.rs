//! ESPHome's native API: home-made sensors, switches, lamps and voice assistants.
//!
//! Comes in: a stream (port 6053): a zero byte, a length and a number as variable-length integers, a message of protocol buffers; or, behind a first byte
//! of one, a Noise handshake that encrypts the rest. Goes out: names, models, versions, the password of older set-ups, orders, pictures and voice.
//! Source: `api.proto` of the ESPHome project, and its documentation of the native API.

use super::framed::{self, Frame, Maker};
use super::part::Part;
use crate::event::{Event, Media, Name, NameSource, Order, Subject, TraitKind};
use crate::protocols::protocol::{Carrier, Input, Nature, Probe, Protocol, Say, Verdict};
use crate::value::ValueKind;

/// ESPHome over TCP.
pub static ESPHOME: Protocol =
    Protocol { name: "esphome", carrier: Carrier::Stream, nature: Nature::Clear, ports: &[6053], probe, open: framed::stream::<Esphome> };

/// No message is longer.
const LONGEST: u64 = 1 << 20;

/// A number or length takes no more bytes.
const DIGITS: usize = 4;

/// So many fields of one message are looked at.
const FIELDS: usize = 32;

/// A greeting is no longer.
const GREETING: u64 = 256;

/// Messages that order something: lamps, switches, locks and the like.
const ORDERS: std::ops::RangeInclusive<u64> = 30..=33;

/// A client's first message greets: it is number 1 and says who the client is.
fn probe(probe: &Probe<'_>) -> Verdict {
    let Some(head) = head(probe.bytes) else {
        let zero = probe.bytes.first().is_none_or(|first| *first == 0);
        return if zero && probe.bytes.len() < 3 { Verdict::Unsure } else { Verdict::No };
    };
    if head.number != 1 || !(3..=GREETING).contains(&head.length) {
        return Verdict::No;
    }
    let Some(content) = probe.bytes.get(head.at..head.at + head.length as usize) else {
        let begins = probe.bytes.get(head.at).is_none_or(|tag| *tag == 0x0a);
        return if begins { Verdict::Unsure } else { Verdict::No };
    };
    let mut fields = Fields(content);
    let named = fields.next().is_some_and(|(number, field)| number == 1 && field.text().is_some_and(|text| !text.is_empty()));
    if named && fields.by_ref().all(|(number, field)| number <= 3 && matches!(field, Field::Number)) && fields.0.is_empty() {
        Verdict::Yes
    } else {
        Verdict::No
    }
}

/// Where a message's content begins, how long it is, and its number.
struct Head {
    at: usize,
    length: u64,
    number: u64,
}

fn head(bytes: &[u8]) -> Option<Head> {
    let rest = bytes.strip_prefix(&[0])?;
    let (length, rest) = varint(rest, DIGITS)?;
    let (number, rest) = varint(rest, DIGITS)?;
    Some(Head { at: bytes.len() - rest.len(), length, number })
}

/// A variable-length integer (Protocol Buffers, "Encoding") of so many bytes at most, and what stands behind it.
fn varint(bytes: &[u8], most: usize) -> Option<(u64, &[u8])> {
    let length = bytes.iter().take(most.min(9)).position(|byte| byte & 0x80 == 0)? + 1;
    let (digits, rest) = bytes.split_at_checked(length)?;
    Some((digits.iter().rev().fold(0, |sum, byte| (sum << 7) | u64::from(byte & 0x7f)), rest))
}

/// A field of a message.
enum Field<'f> {
    Number,
    Bytes(&'f [u8]),
}

impl<'f> Field<'f> {
    fn text(&self) -> Option<&'f str> {
        let Self::Bytes(bytes) = self else { return None };
        std::str::from_utf8(bytes).ok().filter(|text| !text.chars().any(char::is_control))
    }
}

/// The fields of a message as far as they can be read.
struct Fields<'f>(&'f [u8]);

impl<'f> Iterator for Fields<'f> {
    type Item = (u64, Field<'f>);

    fn next(&mut self) -> Option<Self::Item> {
        let (tag, rest) = varint(self.0, DIGITS)?;
        let (field, rest) = match tag & 7 {
            0 => varint(rest, 9).map(|(_, rest)| (Field::Number, rest))?,
            1 => rest.split_at_checked(8).map(|(bytes, rest)| (Field::Bytes(bytes), rest))?,
            2 => {
                let (length, rest) = varint(rest, DIGITS)?;
                rest.split_at_checked(usize::try_from(length).ok()?).map(|(bytes, rest)| (Field::Bytes(bytes), rest))?
            }
            5 => rest.split_at_checked(4).map(|(bytes, rest)| (Field::Bytes(bytes), rest))?,
            _ => return None,
        };
        self.0 = rest;
        Some((tag >> 3, field))
    }
}

#[derive(Debug, Default)]
struct Esphome {
    /// Voice and pictures of a flow are told once each.
    told: [bool; 2],
}

impl Maker for Esphome {
    const MALFORMED: &'static str = "esphome message";

    fn frame(bytes: &[u8]) -> Frame {
        match head(bytes) {
            Some(Head { length, .. }) if length > LONGEST => Frame::Not,
            Some(head) => Frame::Length(head.at + head.length as usize),
            None if bytes.first().is_none_or(|first| *first == 0) && bytes.len() <= 2 * DIGITS => Frame::More,
            None => Frame::Not,
        }
    }

    fn tell(&mut self, message: &Input<'_>, say: Say<'_>) {
        let Some(head) = head(message.bytes) else { return };
        let content = Part::of(message).slice(head.at, usize::MAX);
        let text = |wanted: u64| Fields(content.bytes).take(FIELDS).find(|(number, _)| *number == wanted).and_then(|(_, field)| field.text());
        match head.number {
            1 => {
                content.exchange("hello", say);
                content.own(TraitKind::Software, text(1).unwrap_or_default(), say);
            }
            2 => {
                content.exchange("hello-answer", say);
                content.own(TraitKind::Software, text(3).unwrap_or_default(), say);
                name(&content, text(4), say);
            }
            3 => {
                content.exchange("login", say);
                content.value(ValueKind::Password, text(1).unwrap_or_default(), "password", say);
            }
            10 => {
                content.exchange("device-info", say);
                name(&content, text(13).or_else(|| text(2)), say);
                content.value(ValueKind::Mac, text(3).unwrap_or_default().to_ascii_lowercase(), "mac_address", say);
                content.own(TraitKind::Software, &text(4).map(|version| format!("ESPHome {version}")).unwrap_or_default(), say);
                content.own(TraitKind::Model, text(6).unwrap_or_default(), say);
                content.own(TraitKind::Maker, text(12).unwrap_or_default(), say);
            }
            44 => self.media(0, Media::Picture, "jpeg", &content, say),
            106 => self.media(1, Media::Voice, "pcm", &content, say),
            number => {
                content.exchange(&number.to_string(), say);
                content.readable(None, None, say);
                if ORDERS.contains(&number) {
                    content.command(Order::Set, &number.to_string(), say);
                }
            }
        }
    }
}

impl Esphome {
    fn media(&mut self, index: usize, media: Media, codec: &str, content: &Part<'_>, say: Say<'_>) {
        if self.told.get_mut(index).is_some_and(|told| !std::mem::replace(told, true)) {
            say(Event::Media { media, codec, at: content.whole() });
        }
    }
}

fn name(content: &Part<'_>, name: Option<&str>, say: Say<'_>) {
    if let Some(name) = name.filter(|name| !name.is_empty()) {
        say(Event::Name(Name { source: NameSource::Mdns, name, subject: Subject::Sender, at: content.whole() }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::testing::drive_split;
    use crate::wire::Direction::{ToClient, ToServer};

    const HELLO: &[u8] = b"\0\x0d\x01\x0a\x07aioesph\x10\x01\x18\x09";

    fn probe_of(bytes: &[u8]) -> Verdict {
        probe(&Probe { bytes, direction: ToServer, from_port: 40_000, to_port: 40_001, from_start: true })
    }

    fn framed(number: u8, fields: &[(u8, &str)]) -> Vec<u8> {
        let content: Vec<u8> = fields.iter().flat_map(|(field, text)| [&[field << 3 | 2, text.len() as u8], text.as_bytes()].concat()).collect();
        [&[0, content.len() as u8, number][..], &content].concat()
    }

    #[test]
    fn a_device_says_what_it_is_however_it_is_split() {
        assert_eq!(probe_of(HELLO), Verdict::Yes);
        let login = framed(3, &[(1, "secret7")]);
        let info = framed(10, &[(2, "nursery"), (3, "00:00:5E:00:53:01"), (4, "2024.6.0"), (6, "esp32dev"), (12, "Espressif")]);
        let lines = drive_split(ESPHOME.open, &[(ToServer, HELLO), (ToServer, &login), (ToClient, &info)]);
        let expected = [
            "value password password=secret7 []",
            "name mdns nursery Sender",
            "value mac mac_address=00:00:5e:00:53:01 []",
            "trait software ESPHome 2024.6.0 Sender",
            "trait model esp32dev Sender",
            "trait maker Espressif Sender",
        ];
        for line in expected {
            assert!(lines.iter().any(|found| found == line), "{line} in {lines:#?}");
        }
    }

    #[test]
    fn only_a_greeting_is_recognised() {
        for length in 0..HELLO.len() {
            assert_eq!(probe_of(&HELLO[..length]), Verdict::Unsure, "{length}");
        }
        let others: [&[u8]; 6] = [b"\0\0\x01", b"\0\x0d\x02\x0a\x07", b"\x01\0\0", b"\0\0\0\0", b"\0\x03\x01\x10\x01\x10", &[0, 0xff, 0xff, 0xff, 0xff]];
        for other in others {
            assert_eq!(probe_of(other), Verdict::No, "{}", other.escape_ascii());
        }
    }

    #[test]
    fn nothing_makes_it_fail() {
        for byte in 0..=255 {
            let bytes = [&[0, 12, 10][..], &[byte; 12]].concat();
            drive_split(ESPHOME.open, &[(ToServer, HELLO), (ToClient, &bytes)]);
        }
    }
}
