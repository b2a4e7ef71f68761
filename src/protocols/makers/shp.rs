//! TP-Link's newer search (Kasa and Tapo devices): how apps find plugs, lamps and cameras in the home, and which key exchange they speak over HTTP.
//!
//! Comes in: datagrams (port 20002): a head of 16 bytes with a checksum, then JSON that anyone can read. Goes out: what the device says of itself. Orders
//! go over HTTP (`/app`), sealed by the key exchange that the answer names (`KLAP`, `AES`), and are not read.
//! Source: the public description of the python-kasa project; the checksum (CRC-32) proves itself.

use serde_json::Value as Json;

use super::framed::{self, Frame, Maker};
use super::part::{Part, big16, big32};
use crate::event::{DeviceKind, Event, TraitKind};
use crate::protocols::protocol::{Carrier, Input, Nature, Protocol, Say};
use crate::value::ValueKind;

/// TP-Link's search over UDP.
pub static SHP: Protocol = Protocol {
    name: "tplink-search",
    carrier: Carrier::Datagram,
    nature: Nature::Infrastructure,
    ports: &[20_002],
    probe: framed::probe_datagram::<Shp>,
    open: framed::datagrams::<Shp>,
};

/// Version 2, message type 0.
const BEGIN: [u8; 2] = [2, 0];

/// Where the length of the JSON, the device's number and the checksum stand; a head without JSON.
const LENGTH_AT: usize = 4;
const CHECKSUM_AT: usize = 12;
const HEAD: usize = 16;

/// What stands for the checksum while it is reckoned.
const BEFORE: [u8; 4] = [0x5a, 0x6b, 0x7c, 0x8d];

#[derive(Debug, Default)]
struct Shp;

impl Maker for Shp {
    const MALFORMED: &'static str = "tplink search";

    fn frame(bytes: &[u8]) -> Frame {
        let length = big16(bytes, LENGTH_AT).map(usize::from);
        let fits = bytes.starts_with(&BEGIN) && length.map(|length| HEAD + length) == Some(bytes.len());
        if fits && big32(bytes, CHECKSUM_AT) == Some(checksum(bytes)) { Frame::Length(bytes.len()) } else { Frame::Not }
    }

    fn tell(&mut self, message: &Input<'_>, say: Say<'_>) {
        let part = Part::of(message).slice(HEAD, usize::MAX);
        if part.bytes.is_empty() {
            part.exchange("search", say);
            return;
        }
        let Some(json) = part.json() else {
            say(Event::Malformed { what: Self::MALFORMED });
            return;
        };
        match json.get("result") {
            Some(result) => {
                part.readable(None, Some("application/json"), say);
                part.exchange("search-answer", say);
                describe(&part, result, say);
            }
            // What asks holds a public key and nothing else.
            None => part.exchange("search", say),
        }
    }
}

/// CRC-32 (IEEE 802.3) of a message in which [`BEFORE`] stands for the checksum.
fn checksum(bytes: &[u8]) -> u32 {
    let head = bytes.get(..CHECKSUM_AT).unwrap_or_default();
    let rest = bytes.get(HEAD..).unwrap_or_default();
    let sum = head
        .iter()
        .chain(&BEFORE)
        .chain(rest)
        .fold(u32::MAX, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ if sum & 1 == 1 { 0xedb8_8320 } else { 0 }));
    !sum
}

fn describe(part: &Part<'_>, result: &Json, say: Say<'_>) {
    let field = |name: &str| result.get(name).and_then(Json::as_str).unwrap_or_default();
    part.own(TraitKind::Maker, "TP-Link", say);
    part.own(TraitKind::Model, field("device_model"), say);
    part.value(ValueKind::Serial, field("device_id"), "device_id", say);
    part.value(ValueKind::Mac, field("mac").replace('-', ":").to_ascii_lowercase(), "mac", say);
    let kind = match field("device_type") {
        word if word.contains("PLUG") || word.contains("SWITCH") => DeviceKind::Plug,
        word if word.contains("BULB") || word.contains("LIGHT") => DeviceKind::Light,
        word if word.contains("DOORBELL") => DeviceKind::Doorbell,
        word if word.contains("CAMERA") => DeviceKind::Camera,
        word if word.contains("HUB") => DeviceKind::Hub,
        _ => return,
    };
    part.sender_is(kind, "it says so to who searches TP-Link devices", say);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::{Probe, Verdict};
    use crate::protocols::testing::drive_datagrams;
    use crate::wire::Direction::{ToClient, ToServer};

    const ANSWER: &str = r#"{"result":{"device_id":"0123456789abcdef0123456789abcdef","device_type":"SMART.TAPOPLUG","device_model":"P110(UK)","ip":"192.0.2.7","mac":"00-00-5E-00-53-01","mgt_encrypt_schm":{"encrypt_type":"KLAP","http_port":80}},"error_code":0}"#;

    fn framed(text: &str) -> Vec<u8> {
        let mut bytes = vec![2, 0, 0, 1];
        bytes.extend_from_slice(&(text.len() as u16).to_be_bytes());
        bytes.extend_from_slice(&[17, 0, 0, 0, 0, 1]);
        bytes.extend_from_slice(&[0; 4]);
        bytes.extend_from_slice(text.as_bytes());
        let sum = checksum(&bytes).to_be_bytes();
        bytes[CHECKSUM_AT..HEAD].copy_from_slice(&sum);
        bytes
    }

    fn probe(bytes: &[u8]) -> Verdict {
        (SHP.probe)(&Probe { bytes, direction: ToServer, from_port: 40_000, to_port: 40_001, from_start: true })
    }

    #[test]
    fn the_checksum_is_that_of_the_shortest_search() {
        let search = b"\x02\0\0\x01\0\0\0\0\0\0\0\0\x46\x3c\xb5\xd3";
        assert_eq!(probe(search), Verdict::Yes);
        assert_eq!(drive_datagrams((SHP.open)(), &[(ToServer, search)]), ["exchange search - - - - - status - bytes 0"]);
    }

    #[test]
    fn a_device_says_what_it_is() {
        let answer = framed(ANSWER);
        assert_eq!(probe(&answer), Verdict::Yes);
        let lines = drive_datagrams((SHP.open)(), &[(ToClient, &answer)]);
        let expected = [
            "trait maker TP-Link Sender",
            "trait model P110(UK) Sender",
            "value mac mac=00:00:5e:00:53:01 []",
            "claim plug it says so to who searches TP-Link devices false",
        ];
        for line in expected {
            assert!(lines.iter().any(|found| found == line), "{line} in {lines:#?}");
        }
    }

    #[test]
    fn others_are_not_its_own() {
        let mut wrong = framed(ANSWER);
        wrong[40] ^= 1;
        let cut = framed(ANSWER);
        for other in [&wrong[..], &cut[..cut.len() - 1], b"", b"\x02\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0"] {
            assert_eq!(probe(other), Verdict::No);
        }
    }
}
