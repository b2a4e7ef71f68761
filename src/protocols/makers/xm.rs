//! Sofia, also called DVRIP and NETsurveillance (Xiongmai): the recorders and cameras that are sold under hundreds of names.
//!
//! Comes in: a stream (port 34567) or datagrams (port 34569): a head of 20 bytes, then JSON. Goes out: the user who logs in and what stands for his
//! password, orders, what the device says of itself, pictures. The password is sent as eight characters that are reckoned from its MD5: whoever hears
//! them can log in with them, and those of factory passwords are known.
//! Source: the public description of the python-dvr project.

use serde_json::{Map, Value as Json};

use super::framed::{self, Frame, Maker};
use super::part::{Part, little16};
use crate::event::{DeviceKind, Event, Media, Order, TraitKind};
use crate::protocols::protocol::{Carrier, Input, Nature, Protocol, Say};
use crate::value::ValueKind;

/// Sofia over TCP.
pub static XM: Protocol = Protocol {
    name: "sofia",
    carrier: Carrier::Stream,
    nature: Nature::Clear,
    ports: &[34_567],
    probe: framed::probe_stream::<Sofia>,
    open: framed::stream::<Sofia>,
};

/// Sofia over UDP: how devices are found.
pub static XM_UDP: Protocol =
    Protocol { carrier: Carrier::Datagram, ports: &[34_569], probe: framed::probe_datagram::<Sofia>, open: framed::datagrams::<Sofia>, ..XM };

const HEAD: usize = 20;

/// Where the message's number and its length stand.
const NUMBER_AT: usize = 14;
const LENGTH_AT: usize = 16;

/// No message is longer.
const LONGEST: u32 = 1 << 20;

/// Numbers of messages: below these nothing is known, above those neither.
const NUMBERS: std::ops::RangeInclusive<u16> = 1000..=3999;

/// Messages that hold pictures and sound.
const PICTURES: [u16; 2] = [1412, 1426];
const TALK: u16 = 1432;

/// What logs in.
const LOGIN: u16 = 1000;

/// What stands for passwords that such devices leave the factory with.
const FACTORY: &[(&str, &str)] = &[
    ("tlJwpbo6", ""),
    ("nTBCS19C", "123456"),
    ("6QNMIQGe", "admin"),
    ("4WzwxXxM", "888888"),
    ("sh15yfFM", "666666"),
    ("6V0Y4HLF", "12345"),
    ("OxhlwSG8", "tluafed"),
    ("9kwf1kHJ", "111111"),
    ("Xjn1wZCK", "xmhdipc"),
    ("VKf94Xml", "juantech"),
];

#[derive(Debug, Default)]
struct Sofia {
    /// Sound and pictures of a flow are told once each.
    told: [bool; 2],
}

impl Maker for Sofia {
    const MALFORMED: &'static str = "sofia message";

    fn frame(bytes: &[u8]) -> Frame {
        let fits = bytes.iter().enumerate().take(4).all(|(index, byte)| match index {
            0 => *byte == 0xff,
            1 => *byte <= 1,
            _ => *byte == 0,
        });
        if !fits {
            return Frame::Not;
        }
        let (Some(number), Some(length)) = (little16(bytes, NUMBER_AT), bytes.get(LENGTH_AT..).and_then(|rest| rest.first_chunk())) else {
            return Frame::More;
        };
        let length = u32::from_le_bytes(*length);
        if !NUMBERS.contains(&number) || length > LONGEST {
            return Frame::Not;
        }
        match bytes.get(HEAD) {
            None if length > 0 => Frame::More,
            Some(first) if length > 0 && *first != b'{' && !is_media(number) => Frame::Not,
            _ => Frame::Length(HEAD + length as usize),
        }
    }

    fn tell(&mut self, message: &Input<'_>, say: Say<'_>) {
        let whole = Part::of(message);
        let Some(number) = little16(message.bytes, NUMBER_AT) else { return };
        let content = whole.slice(HEAD, usize::MAX);
        if is_media(number) && content.bytes.first() != Some(&b'{') {
            self.media(number, &content, say);
            return;
        }
        let trimmed = content.bytes.len() - content.bytes.iter().rev().take_while(|byte| matches!(byte, 0 | b'\n' | b'\r')).count();
        let content = content.slice(0, trimmed);
        let json = content.json();
        let result = json.as_ref().and_then(|json| json.get("Ret")).and_then(Json::as_u64).and_then(|result| u16::try_from(result).ok());
        match result {
            Some(result) => content.answer(&number.to_string(), result, say),
            None => content.exchange(&number.to_string(), say),
        }
        content.readable(None, Some("application/json"), say);
        if let Some(json) = &json {
            tell(number, &content, json, say);
        }
    }
}

impl Sofia {
    fn media(&mut self, number: u16, content: &Part<'_>, say: Say<'_>) {
        let [picture, voice] = &mut self.told;
        let is_voice = number == TALK || content.bytes.starts_with(&[0, 0, 1, 0xfa]);
        let is_picture = content.bytes.starts_with(&[0, 0, 1, 0xfc]) || content.bytes.starts_with(&[0, 0, 1, 0xfd]);
        let (told, media, codec) = match (is_voice, is_picture) {
            (true, _) => (voice, Media::Voice, "g711"),
            (_, true) => (picture, Media::Video, "h26x"),
            _ => return,
        };
        if !std::mem::replace(told, true) {
            say(Event::Media { media, codec, at: content.whole() });
            if media == Media::Video {
                content.sender_is(DeviceKind::Camera, "it sends pictures in the Sofia protocol", say);
            }
        }
    }
}

fn is_media(number: u16) -> bool {
    PICTURES.contains(&number) || number == TALK
}

fn tell(number: u16, content: &Part<'_>, json: &Map<String, Json>, say: Say<'_>) {
    let field = |name: &str| json.get(name).and_then(Json::as_str).unwrap_or_default();
    if number == LOGIN {
        content.value(ValueKind::Username, field("UserName"), "UserName", say);
        password(content, field("PassWord"), say);
    }
    if let Some(kind) = kind(field("DeviceType ")).or_else(|| kind(field("DeviceType"))) {
        content.sender_is(kind, "it says so in the Sofia protocol", say);
    }
    if let Some(network) = json.get("NetWork.NetCommon") {
        let field = |name: &str| network.get(name).and_then(Json::as_str).unwrap_or_default();
        content.value(ValueKind::Mac, field("MAC"), "MAC", say);
        content.value(ValueKind::Serial, field("SN"), "SN", say);
        content.own(TraitKind::Software, field("Version"), say);
        content.own(TraitKind::Maker, "Xiongmai", say);
        content.sender_is(DeviceKind::Camera, "it answers a search for Sofia cameras and recorders", say);
    }
    let order = match number {
        1450 => Some(Order::Power),
        1400 | 1040 | 1048 => Some(Order::Set),
        1488 => Some(Order::SetPassword),
        1560 => Some(Order::TakePicture),
        _ => None,
    };
    if let Some(order) = order {
        let name = field("Name");
        content.command(order, if name.is_empty() { "order" } else { name }, say);
    }
}

/// A factory password is told as what it is, any other as what stands for it.
fn password(content: &Part<'_>, sent: &str, say: Say<'_>) {
    match FACTORY.iter().find(|(stands, _)| *stands == sent) {
        Some((_, "")) => content.value(ValueKind::Password, sent, "PassWord (of an empty password)", say),
        Some((_, plain)) => content.value(ValueKind::Password, *plain, "PassWord", say),
        None => content.value(ValueKind::Password, sent, "PassWord", say),
    }
}

fn kind(word: &str) -> Option<DeviceKind> {
    matches!(word, "DVR" | "HVR" | "NVR" | "IPC" | "MVR").then_some(DeviceKind::Camera)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::{Probe, Verdict};
    use crate::protocols::testing::{drive_datagrams, drive_split};
    use crate::wire::Direction::{ToClient, ToServer};

    fn framed(number: u16, content: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0xff, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0];
        bytes.extend_from_slice(&number.to_le_bytes());
        bytes.extend_from_slice(&(content.len() as u32).to_le_bytes());
        bytes.extend_from_slice(content);
        bytes
    }

    fn probe(bytes: &[u8]) -> Verdict {
        (XM.probe)(&Probe { bytes, direction: ToServer, from_port: 40_000, to_port: 40_001, from_start: true })
    }

    #[test]
    fn a_login_tells_its_password_however_it_is_split() {
        let login = framed(LOGIN, b"{\"EncryptType\":\"MD5\",\"LoginType\":\"DVRIP-Web\",\"PassWord\":\"nTBCS19C\",\"UserName\":\"admin\"}\n\0");
        let answer = framed(1001, b"{\"AliveInterval\":20,\"ChannelNum\":1,\"DeviceType \":\"IPC\",\"Ret\":100,\"SessionID\":\"0x00000001\"}\n");
        let picture = framed(1412, &[0, 0, 1, 0xfc, 2, 25, 80, 45, 0, 0, 0, 0]);
        let lines = drive_split(XM.open, &[(ToServer, &login), (ToClient, &answer), (ToClient, &picture)]);
        let expected = [
            "value username UserName=admin []",
            "value password PassWord=123456 []",
            "claim camera it says so in the Sofia protocol false",
            "claim camera it sends pictures in the Sofia protocol false",
        ];
        for line in expected {
            assert!(lines.iter().any(|found| found == line), "{line} in {lines:#?}");
        }
    }

    #[test]
    fn an_empty_password_is_told_by_what_stands_for_it() {
        let login = framed(LOGIN, b"{\"PassWord\":\"tlJwpbo6\",\"UserName\":\"admin\"}");
        let lines = drive_split(XM.open, &[(ToServer, &login)]);
        assert!(lines.iter().any(|line| line.contains("of an empty password")), "{lines:?}");
    }

    #[test]
    fn a_device_that_is_searched_says_what_it_is() {
        let answer = framed(
            1531,
            b"{\"NetWork.NetCommon\":{\"HostName\":\"LocalHost\",\"MAC\":\"00:00:5e:00:53:01\",\"SN\":\"0123456789abcdef\",\"TCPPort\":34567},\"Ret\":100}\n\0",
        );
        let lines = drive_datagrams((XM_UDP.open)(), &[(ToClient, &answer)]);
        for line in ["value mac MAC=00:00:5e:00:53:01 []", "claim camera it answers a search for Sofia cameras and recorders false"] {
            assert!(lines.iter().any(|found| found == line), "{line} in {lines:#?}");
        }
        let search = framed(1530, b"");
        assert_eq!((XM_UDP.probe)(&Probe { bytes: &search, direction: ToServer, from_port: 1, to_port: 2, from_start: true }), Verdict::Yes);
    }

    #[test]
    fn others_are_not_its_own() {
        assert_eq!(probe(b"\xff\0\0\0"), Verdict::Unsure);
        assert_eq!(probe(&framed(LOGIN, b"{}")), Verdict::Yes);
        for other in [&b"\xff\x02\0\0"[..], b"\xff\0\0\x01", b"GET / HTTP/1.1\r\n", &framed(999, b"{}"), &framed(1000, b"junk"), &framed(4000, b"{}")] {
            assert_eq!(probe(other), Verdict::No, "{}", other.escape_ascii());
        }
    }
}
