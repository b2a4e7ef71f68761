//! Hikvision's SADP: how cameras and recorders of Hikvision are found in the home.
//!
//! Comes in: datagrams to a group (port 37020): a search or its answer, as XML that anyone can read. Goes out: the device's model, firmware, serial
//! number and hardware address, and whether it still has no password of its own.
//! Source: the public description of the hikvision-sadp projects; the elements name themselves.

use super::framed::{self, Frame, Maker};
use super::part::{Part, is_text};
use crate::event::{DeviceKind, TraitKind};
use crate::protocols::protocol::{Carrier, Input, Nature, Protocol, Say};
use crate::protocols::xml;
use crate::value::ValueKind;

/// SADP over UDP.
pub static SADP: Protocol = Protocol {
    name: "sadp",
    carrier: Carrier::Datagram,
    nature: Nature::Infrastructure,
    ports: &[37_020],
    probe: framed::probe_datagram::<Sadp>,
    open: framed::datagrams::<Sadp>,
};

/// What a message begins with behind the declaration, within so many bytes.
const ROOTS: [&[u8]; 2] = [b"<Probe>", b"<ProbeMatch>"];
const LOOK: usize = 96;

/// What an answer has for sure.
const MARKS: [&[u8]; 2] = [b"<Uuid>", b"<Types>"];

#[derive(Debug, Default)]
struct Sadp;

impl Maker for Sadp {
    const MALFORMED: &'static str = "sadp message";

    fn frame(bytes: &[u8]) -> Frame {
        let begin = bytes.get(..LOOK).unwrap_or(bytes);
        let has = |bytes: &[u8], mark: &[u8]| memchr::memmem::find(bytes, mark).is_some();
        let fits = bytes.first() == Some(&b'<') && ROOTS.iter().any(|root| has(begin, root)) && MARKS.iter().all(|mark| has(bytes, mark));
        if fits && is_text(bytes.trim_ascii_end()) { Frame::Length(bytes.len()) } else { Frame::Not }
    }

    fn tell(&mut self, message: &Input<'_>, say: Say<'_>) {
        let part = Part::of(message);
        part.readable(None, Some("text/xml"), say);
        let is_answer = memchr::memmem::find(message.bytes, ROOTS[1]).is_some();
        part.exchange(if is_answer { "search-answer" } else { "search" }, say);
        if !is_answer {
            return;
        }
        let mut is_device = false;
        for leaf in xml::leaves(message.bytes) {
            let text = leaf.text();
            let place = part.slice(leaf.range.start, leaf.range.len());
            match leaf.name {
                "DeviceDescription" => {
                    is_device = true;
                    place.own(TraitKind::Model, &text, say);
                }
                "SoftwareVersion" => place.own(TraitKind::Software, &text, say),
                "DeviceSN" => place.value(ValueKind::Serial, text, "DeviceSN", say),
                "MAC" => place.value(ValueKind::Mac, text.replace('-', ":"), "MAC", say),
                _ => {}
            }
        }
        if is_device {
            part.sender_is(DeviceKind::Camera, "it answers who searches Hikvision devices", say);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::{Probe, Verdict};
    use crate::protocols::testing::drive_datagrams;
    use crate::wire::Direction::{ToClient, ToServer};

    const SEARCH: &[u8] = b"<?xml version=\"1.0\" encoding=\"utf-8\"?><Probe><Uuid>13A888A9-F1B1-4020-AE9F-05607682D23B</Uuid><Types>inquiry</Types></Probe>";
    const ANSWER: &[u8] = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<ProbeMatch>\r\n<Uuid>13A888A9-F1B1-4020-AE9F-05607682D23B</Uuid>\r\n<Types>inquiry</Types>\r\n<DeviceType>46</DeviceType>\r\n<DeviceDescription>DS-2CD2032-I</DeviceDescription>\r\n<DeviceSN>DS-2CD2032-I20140101AAWR000000000</DeviceSN>\r\n<MAC>00-00-5e-00-53-01</MAC>\r\n<SoftwareVersion>V5.2.0build 140721</SoftwareVersion>\r\n<Activated>true</Activated>\r\n</ProbeMatch>\r\n";

    fn probe(bytes: &[u8]) -> Verdict {
        (SADP.probe)(&Probe { bytes, direction: ToServer, from_port: 40_000, to_port: 40_001, from_start: true })
    }

    #[test]
    fn a_camera_says_what_it_is() {
        assert_eq!((probe(SEARCH), probe(ANSWER)), (Verdict::Yes, Verdict::Yes));
        let lines = drive_datagrams((SADP.open)(), &[(ToServer, SEARCH), (ToClient, ANSWER)]);
        let expected = [
            "trait model DS-2CD2032-I Sender",
            "trait software V5.2.0build 140721 Sender",
            "value mac MAC=00:00:5e:00:53:01 []",
            "claim camera it answers who searches Hikvision devices false",
        ];
        for line in expected {
            assert!(lines.iter().any(|found| found == line), "{line} in {lines:#?}");
        }
        assert_eq!(lines.iter().filter(|line| line.starts_with("claim")).count(), 1);
    }

    #[test]
    fn other_xml_is_not_its_own() {
        for other in [&b""[..], b"<Probe>", b"<?xml version=\"1.0\"?><Probe><Types>a</Types></Probe>", b"<e:Envelope><Uuid><Types><Probe/></e:Envelope>"] {
            assert_eq!(probe(other), Verdict::No, "{}", other.escape_ascii());
        }
    }
}
