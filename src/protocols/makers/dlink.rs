//! D-Link cameras: how the maker's apps find them in the home.
//!
//! Comes in: datagrams to all (port 62976): a search, or a camera's answer. Goes out: the camera's hardware address, kind, model and firmware.
//! Source: datagrams of real cameras beside what is printed on them.

use super::framed::{self, Frame, Maker};
use super::part::Part;
use crate::event::{DeviceKind, TraitKind};
use crate::protocols::protocol::{Carrier, Input, Nature, Protocol, Say};
use crate::value::ValueKind;
use crate::wire::Mac;

/// D-Link's search over UDP.
pub static DLINK: Protocol = Protocol {
    name: "dlink-search",
    carrier: Carrier::Datagram,
    nature: Nature::Infrastructure,
    ports: &[62_976],
    probe: framed::probe_datagram::<Dlink>,
    open: framed::datagrams::<Dlink>,
};

/// A search is as long as this, an answer no shorter than that.
const SEARCH: usize = 22;
const ANSWER: usize = 300;

/// In an answer: the camera's hardware address, and the texts that describe it.
const ADDRESS_AT: usize = 6;
const TEXTS_AT: usize = 22;

/// A shorter run of letters is no text.
const SHORTEST: usize = 4;

#[derive(Debug, Default)]
struct Dlink;

impl Maker for Dlink {
    const MALFORMED: &'static str = "dlink search";

    fn frame(bytes: &[u8]) -> Frame {
        let fits = match bytes {
            [0xfd, 0xfd, _, 0, 0xd1, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, ..] => bytes.len() == SEARCH,
            [0xff, 0xff, _, 0, 0xa0, 0, ..] => bytes.len() >= ANSWER && address(bytes).is_some() && texts(bytes).next().is_some(),
            _ => false,
        };
        if fits { Frame::Length(bytes.len()) } else { Frame::Not }
    }

    fn tell(&mut self, message: &Input<'_>, say: Say<'_>) {
        let whole = Part::of(message);
        let Some(mac) = address(message.bytes).filter(|_| message.bytes.len() > SEARCH) else {
            whole.exchange("search", say);
            return;
        };
        whole.exchange("search-answer", say);
        whole.slice(ADDRESS_AT, 6).value(ValueKind::Mac, mac.to_string(), "mac", say);
        whole.own(TraitKind::Maker, "D-Link", say);
        for text in texts(message.bytes) {
            if text.contains("Camera") {
                whole.sender_is(DeviceKind::Camera, "it says so to who searches D-Link cameras", say);
            } else if text.contains('-') {
                whole.own(TraitKind::Model, text, say);
            } else if text.starts_with(|first: char| first.is_ascii_digit()) {
                whole.own(TraitKind::Software, text, say);
            }
        }
    }
}

fn address(bytes: &[u8]) -> Option<Mac> {
    bytes.get(ADDRESS_AT..)?.first_chunk().copied().map(Mac).filter(|mac| mac.is_device())
}

/// The texts of an answer, each filled up with zero bytes.
fn texts(bytes: &[u8]) -> impl Iterator<Item = &str> {
    let runs = bytes.get(TEXTS_AT..).unwrap_or_default().split(|byte| !matches!(byte, 0x20..=0x7e));
    runs.filter(|run| run.len() >= SHORTEST).filter_map(|run| std::str::from_utf8(run).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::{Probe, Verdict};
    use crate::protocols::testing::drive_datagrams;
    use crate::wire::Direction::ToServer;

    const SEARCHED: &[u8] = b"\xfd\xfd\x65\0\xd1\0\xff\xff\xff\xff\xff\xff\0\0\0\0\0\0\x01\0\0\0";

    fn answer() -> Vec<u8> {
        let mut bytes = b"\xff\xff\x05\0\xa0\0\0\0\x5e\0\x53\x01\xc0\0\x02\x07\0\0\x02\x02\x70\x01Wireless Internet Camera".to_vec();
        bytes.resize(110, 0);
        bytes.extend_from_slice(b"1.06");
        bytes.resize(200, 0);
        bytes.extend_from_slice(b"DCS-935L");
        bytes.resize(317, 0);
        bytes
    }

    fn probe(bytes: &[u8]) -> Verdict {
        (DLINK.probe)(&Probe { bytes, direction: ToServer, from_port: 40_000, to_port: 40_001, from_start: true })
    }

    #[test]
    fn a_camera_says_what_it_is() {
        let lines = drive_datagrams((DLINK.open)(), &[(ToServer, SEARCHED), (ToServer, &answer())]);
        let expected = [
            "exchange search - - - - - status - bytes 22",
            "value mac mac=00:00:5e:00:53:01 []",
            "claim camera it says so to who searches D-Link cameras true",
            "trait software 1.06 Sender",
            "trait model DCS-935L Sender",
        ];
        for line in expected {
            assert!(lines.iter().any(|found| found == line), "{line} in {lines:#?}");
        }
    }

    #[test]
    fn length_and_address_must_be_right() {
        assert_eq!((probe(SEARCHED), probe(&answer())), (Verdict::Yes, Verdict::Yes));
        assert_eq!(probe(&SEARCHED[..21]), Verdict::No);
        assert_eq!(probe(&answer()[..200]), Verdict::No);
        let mut nobody = answer();
        nobody[6..12].fill(0);
        assert_eq!(probe(&nobody), Verdict::No);
        assert_eq!(probe(b""), Verdict::No);
    }
}
