//! BACnet/IP (ASHRAE 135-2020, clauses 6, 20 and 21, annex J): controllers of heating, air and doors.
//!
//! Comes in: datagrams (port 47808). Goes out: an exchange a message, of the kind that its service is, with the object and property that it is about as its
//! target (`device,7 object-name`); what a device says of itself; and the password that a restart needs.

use crate::event::{NameSource, Role, TraitKind};
use crate::protocols::messages::{self, Frame, Messages, Next};
use crate::protocols::protocol::{Carrier, Input, Nature, Probe, Protocol, Say, Verdict};
use crate::protocols::saying::{big16, exchange, name, own, part, readable, value};
use crate::value::ValueKind;
use crate::wire::Direction;

/// BACnet over UDP.
pub static BACNET: Protocol =
    Protocol { name: "bacnet", carrier: Carrier::Datagram, nature: Nature::Clear, ports: &[47_808], probe, open: messages::datagrams::<Bacnet> };

/// Kind, function, length.
const HEAD: usize = 4;
/// Tags of one message that are looked at.
const TAGS: usize = 256;
/// Texts of one message that are told.
const TEXTS: usize = 64;

fn probe(probe: &Probe<'_>) -> Verdict {
    if is_message(probe.bytes) { Verdict::Yes } else { Verdict::No }
}

/// J.2: the length is the datagram's, and a network message of version 1 lies within, but for those of the link itself.
fn is_message(bytes: &[u8]) -> bool {
    let Some(&[0x81, function, _, _]) = bytes.first_chunk::<HEAD>() else { return false };
    let is_whole = big16(bytes, 2).map(usize::from) == Some(bytes.len());
    let fits = match function {
        0 | 5 => bytes.len() == 6,
        2 | 6 => bytes.len() == HEAD,
        1 | 3 | 7 => (bytes.len() - HEAD).is_multiple_of(10),
        8 => bytes.len() == 10,
        4 | 9..=11 => network(function).and_then(|at| bytes.get(at)) == Some(&1),
        _ => false,
    };
    is_whole && fits
}

/// Where the network message begins.
fn network(function: u8) -> Option<usize> {
    match function {
        4 => Some(HEAD + 6),
        9..=11 => Some(HEAD),
        _ => None,
    }
}

#[derive(Debug, Default)]
struct Bacnet;

impl Messages for Bacnet {
    const MALFORMED: &'static str = "bacnet message";

    fn frame(&self, _: Direction, bytes: &[u8]) -> Frame {
        match (bytes.first(), big16(bytes, 2)) {
            (Some(0x81), Some(length @ 4..)) => Frame::Length(usize::from(length)),
            _ => Frame::Not,
        }
    }

    fn tell(&mut self, message: &Input<'_>, say: Say<'_>) -> Next {
        let function = message.bytes.get(1).copied().unwrap_or_default();
        match network(function).and_then(|at| application(message.bytes, at)) {
            Some(at) => apdu(message, &part(message, at, usize::MAX), say),
            None => exchange(message, link(function), None, None, say),
        }
        Next::Message
    }
}

fn link(function: u8) -> &'static str {
    match function {
        0 => "result",
        1 => "write-broadcast-table",
        2 | 3 => "read-broadcast-table",
        5 => "register-foreign-device",
        6 | 7 => "read-foreign-devices",
        8 => "delete-foreign-device",
        _ => "network",
    }
}

/// Clause 6.2: where the application's message begins behind version, control and addresses; none of a network's own.
fn application(bytes: &[u8], network: usize) -> Option<usize> {
    let &[1, control] = bytes.get(network..)?.first_chunk()? else { return None };
    let mut at = network + 2;
    for present in [control & 0x20, control & 0x08] {
        if present != 0 {
            at += 3 + usize::from(*bytes.get(at + 2)?);
        }
    }
    // The hop count goes with a destination.
    at += usize::from(control & 0x20 != 0);
    (control & 0x80 == 0 && at < bytes.len()).then_some(at)
}

/// Clause 20.1: kind and service, and where the service's data begin.
fn apdu(message: &Input<'_>, apdu: &Input<'_>, say: Say<'_>) {
    let Some(&first) = apdu.bytes.first() else { return };
    let is_segmented = first & 8 != 0;
    let (service_at, is_confirmed) = match first >> 4 {
        0 => (if is_segmented { 5 } else { 3 }, true),
        1 => (1, false),
        3 => (if is_segmented { 4 } else { 2 }, true),
        2 | 5 => (2, true),
        _ => (usize::MAX, true),
    };
    let service = apdu.bytes.get(service_at).copied();
    let word = match (first >> 4, service) {
        (0 | 2 | 3 | 5, Some(service)) => confirmed(service),
        (1, Some(service)) => unconfirmed(service),
        (4, _) => "segment-acknowledged",
        (6, _) => "reject",
        (7, _) => "abort",
        _ => "other",
    };
    let data = part(apdu, service_at.saturating_add(1), usize::MAX);
    let said = Said::read(&data, is_confirmed, service.unwrap_or_default());
    let is_answer = matches!(first >> 4, 2 | 3 | 5);
    let kind = if is_answer { format!("{word}-answer") } else { word.to_owned() };
    let status = if first >> 4 == 5 { said.error } else { Some(0).filter(|_| is_answer) };
    exchange(message, &kind, Some(&said.target()), status, say);
    said.tell(is_answer || !is_confirmed, say);
}

fn unconfirmed(service: u8) -> &'static str {
    match service {
        0 => "i-am",
        1 => "i-have",
        2 => "value-changed",
        3 => "event",
        4 => "private-transfer",
        5 => "text-message",
        6 | 9 => "set-time",
        7 => "who-has",
        8 => "who-is",
        10 => "write-group",
        _ => "other",
    }
}

fn confirmed(service: u8) -> &'static str {
    match service {
        0 => "acknowledge-alarm",
        1 => "value-changed",
        2 => "event",
        3 | 4 | 29 => "get-alarms",
        5 | 28 | 30 => "subscribe",
        6 => "read-file",
        7 => "write-file",
        8 | 9 => "write-list",
        10 => "create-object",
        11 => "delete-object",
        12 => "read-property",
        14 => "read-properties",
        15 => "write-property",
        16 => "write-properties",
        DEVICE_CONTROL => "device-control",
        18 => "private-transfer",
        19 => "text-message",
        REINITIALIZE => "restart",
        26 => "read-range",
        _ => "other",
    }
}

const DEVICE_CONTROL: u8 = 17;
const REINITIALIZE: u8 = 20;
const DEVICE: u16 = 8;

/// A text: of which object, of which property of it, and the text itself.
type Text<'i> = (Option<(u16, u32)>, Option<u32>, Input<'i>);

/// What a service's data say, as far as objects, properties and texts go.
#[derive(Default)]
struct Said<'i> {
    object: Option<(u16, u32)>,
    property: Option<u32>,
    error: Option<u16>,
    /// The maker's number, and where it stands.
    vendor: Option<(u64, Input<'i>)>,
    /// Texts with what they belong to.
    texts: Vec<Text<'i>>,
    is_secret: bool,
}

impl<'i> Said<'i> {
    /// Reads tags one after the other (clause 20.2): an object opens a new subject, a property says what of it the next text is.
    fn read(data: &Input<'i>, is_confirmed: bool, service: u8) -> Self {
        let mut said = Self { is_secret: is_confirmed && matches!(service, DEVICE_CONTROL | REINITIALIZE), ..Self::default() };
        let (mut object, mut property) = (None, None);
        let (mut at, mut depth, mut numbers) = (0, 0_usize, 0_usize);
        for _ in 0..TAGS {
            let Some(tag) = Tag::read(data.bytes, at) else { break };
            let held = part(data, at + tag.before, tag.length);
            at += tag.before + tag.length;
            match (tag.kind, tag.number) {
                (Kind::Open, _) => depth += 1,
                (Kind::Close, _) => depth = depth.saturating_sub(1),
                // An object is application tag 12, or the context's first where a service takes one.
                (Kind::Application, 12) | (Kind::Context, 0) if tag.length == 4 && !said.is_secret && (tag.kind == Kind::Application || is_confirmed) => {
                    object = identifier(held.bytes);
                    said.object = said.object.or(object);
                }
                // The property of an object: 1 where one is asked for, 0 in a list of them, 2 in a list of answers.
                (Kind::Context, 0..=2) if is_confirmed && matches!((service, tag.number, depth), (12 | 15 | 26, 1, 0) | (14, 0 | 2, 1..) | (16, 0, 1..)) => {
                    property = unsigned(held.bytes).and_then(|number| u32::try_from(number).ok());
                    said.property = said.property.or(property);
                }
                (Kind::Application, 7) => said.texts.push((object, property, held)),
                (Kind::Context, 1 | 2) if said.is_secret && held.bytes.first() == Some(&0) => said.texts.push((None, None, held)),
                // Of an error: class, code.
                (Kind::Application, 9) => {
                    numbers += 1;
                    said.error = unsigned(held.bytes).filter(|_| numbers == 2).and_then(|code| u16::try_from(code).ok()).or(said.error);
                }
                // I-Am: the longest message, segments, the maker.
                (Kind::Application, 2) if !is_confirmed && service == 0 => said.vendor = unsigned(held.bytes).map(|number| (number, held)),
                _ => {}
            }
            if said.texts.len() >= TEXTS {
                break;
            }
        }
        said
    }

    fn target(&self) -> String {
        let object = self.object.map(|(kind, instance)| format!("{},{instance}", object_word(kind))).unwrap_or_default();
        match self.property {
            Some(property) => format!("{object} {}", property_word(property).map_or_else(|| property.to_string(), str::to_owned)),
            None => object,
        }
    }

    /// `is_own`: the sender says it of itself.
    fn tell(&self, is_own: bool, say: Say<'_>) {
        if let (Some((DEVICE, _)), Some((vendor, place))) = (self.object, &self.vendor) {
            own(place, TraitKind::Maker, &format!("BACnet vendor {vendor}"), say);
        }
        for (object, property, held) in &self.texts {
            let Some(written) = characters(held.bytes) else { continue };
            let text = part(held, 1, usize::MAX);
            if self.is_secret {
                value(&text, ValueKind::Password, &written, "password", say);
                continue;
            }
            let field = property.and_then(property_word);
            let is_device = is_own && matches!(object, Some((DEVICE, _)));
            match field {
                Some("object-name") if is_device => name(&text, NameSource::Bacnet, &written, say),
                Some("model-name") if is_device => own(&text, TraitKind::Model, &written, say),
                Some("vendor-name") if is_device => own(&text, TraitKind::Maker, &written, say),
                Some("firmware-revision" | "application-software-version") if is_device => own(&text, TraitKind::Software, &written, say),
                Some("serial-number") if is_device => value(&text, ValueKind::Serial, &written, "serial-number", say),
                _ => {}
            }
            readable(&text, Role::Record, field, say);
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Application,
    Context,
    Open,
    Close,
}

/// Clause 20.2.1: number, kind and length.
struct Tag {
    number: u8,
    kind: Kind,
    before: usize,
    length: usize,
}

impl Tag {
    fn read(bytes: &[u8], at: usize) -> Option<Self> {
        let &first = bytes.get(at)?;
        let is_long = first >> 4 == 15;
        let number = if is_long { *bytes.get(at + 1)? } else { first >> 4 };
        let before = 1 + usize::from(is_long);
        let is_context = first & 8 != 0;
        let (kind, length, more) = match (is_context, first & 7) {
            (true, 6) => (Kind::Open, 0, 0),
            (true, 7) => (Kind::Close, 0, 0),
            // A yes or no stands in the tag itself.
            (false, _) if number == 1 => (Kind::Application, 0, 0),
            (_, 5) => {
                let (length, more) = match *bytes.get(at + before)? {
                    254 => (usize::from(big16(bytes, at + before + 1)?), 3),
                    255 => return None,
                    length => (usize::from(length), 1),
                };
                (if is_context { Kind::Context } else { Kind::Application }, length, more)
            }
            (_, length) => (if is_context { Kind::Context } else { Kind::Application }, usize::from(length), 0),
        };
        let before = before + more;
        (at + before + length <= bytes.len()).then_some(Self { number, kind, before, length })
    }
}

/// Ten bits of kind, 22 of number (clause 20.2.14).
fn identifier(bytes: &[u8]) -> Option<(u16, u32)> {
    let number = u32::from_be_bytes(*bytes.first_chunk()?);
    Some(((number >> 22) as u16, number & 0x003f_ffff))
}

fn unsigned(bytes: &[u8]) -> Option<u64> {
    (1..=8).contains(&bytes.len()).then(|| bytes.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
}

/// Clause 20.2.9: UTF-8, UCS-2 or ISO 8859-1.
fn characters(bytes: &[u8]) -> Option<String> {
    let (&code, text) = bytes.split_first()?;
    let text = match code {
        0 => String::from_utf8_lossy(text).into_owned(),
        4 => String::from_utf16_lossy(&text.as_chunks().0.iter().map(|pair| u16::from_be_bytes(*pair)).collect::<Vec<_>>()),
        5 => text.iter().copied().map(char::from).collect(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// Clause 21, `BACnetObjectType`, as far as they are met.
fn object_word(kind: u16) -> String {
    const NAMES: [&str; 24] = [
        "analog-input",
        "analog-output",
        "analog-value",
        "binary-input",
        "binary-output",
        "binary-value",
        "calendar",
        "command",
        "device",
        "event-enrollment",
        "file",
        "group",
        "loop",
        "multi-state-input",
        "multi-state-output",
        "notification-class",
        "program",
        "schedule",
        "averaging",
        "multi-state-value",
        "trend-log",
        "life-safety-point",
        "life-safety-zone",
        "accumulator",
    ];
    NAMES.get(usize::from(kind)).map_or_else(|| format!("object-{kind}"), |name| (*name).to_owned())
}

/// Clause 21, `BACnetPropertyIdentifier`, as far as they are met.
fn property_word(property: u32) -> Option<&'static str> {
    Some(match property {
        8 => "all",
        12 => "application-software-version",
        28 => "description",
        44 => "firmware-revision",
        56 => "local-date",
        57 => "local-time",
        58 => "location",
        70 => "model-name",
        76 => "object-list",
        77 => "object-name",
        79 => "object-type",
        85 => "present-value",
        98 => "protocol-version",
        120 => "vendor-identifier",
        121 => "vendor-name",
        123 => "weekly-schedule",
        131 => "log-buffer",
        372 => "serial-number",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::testing::drive_datagrams;
    use crate::wire::Direction::{ToClient, ToServer};

    fn message(function: u8, body: &[u8]) -> Vec<u8> {
        [&[0x81, function][..], &(body.len() as u16 + 4).to_be_bytes(), body].concat()
    }

    fn asked(bytes: &[u8]) -> Verdict {
        probe(&Probe { bytes, direction: ToServer, from_port: 40_000, to_port: 40_001, from_start: true })
    }

    const I_AM: &[u8] = b"\x01\x20\xff\xff\x00\xff\x10\x00\xc4\x02\0\0\x07\x22\x05\xc4\x91\x03\x21\x0f";
    const NAME: &[u8] = b"\x01\x00\x30\x01\x0c\x0c\x02\0\0\x07\x19\x4d\x3e\x75\x05\0Hall\x3f";

    #[test]
    fn devices_say_who_they_are() {
        let ask = b"\x01\x04\x02\x05\x01\x0c\x0c\x02\0\0\x07\x19\x4d";
        let lines = drive_datagrams((BACNET.open)(), &[(ToServer, &message(11, I_AM)), (ToServer, &message(10, ask)), (ToClient, &message(10, NAME))]);
        let want = [
            "exchange i-am - device,7 - - - status - bytes 24",
            "trait maker BACnet vendor 15 Sender",
            "exchange read-property - device,7 object-name - - - status - bytes 17",
            "exchange read-property-answer - device,7 object-name - - - status 0 bytes 25",
            "name bacnet Hall Sender",
            "Record object-name - [] @20: Hall",
        ];
        assert_eq!(lines, want);
    }

    #[test]
    fn a_restart_tells_its_password_and_an_error_its_code() {
        let restart = b"\x01\x04\x02\x05\x01\x14\x09\x00\x1d\x07\0s3cret";
        let lines = drive_datagrams((BACNET.open)(), &[(ToServer, &message(10, restart)), (ToClient, &message(10, b"\x01\0\x50\x01\x0c\x91\x02\x91\x20"))]);
        assert!(lines.contains(&"value password password=s3cret []".to_owned()), "{lines:#?}");
        assert!(lines.contains(&"exchange read-property-answer - - - - - status 32 bytes 13".to_owned()), "{lines:#?}");
    }

    #[test]
    fn length_and_version_must_be_right() {
        assert_eq!((asked(&message(11, I_AM)), asked(&message(5, b"\0\x3c"))), (Verdict::Yes, Verdict::Yes));
        let longer = [message(11, I_AM), vec![0]].concat();
        for other in [&longer[..], &message(11, b"\x02\0")[..], &message(12, b"\x01\0")[..], b"\x81\xc8\0\x06\0\0", b"\x81", b""] {
            assert_eq!(asked(other), Verdict::No, "{other:?}");
        }
    }

    #[test]
    fn nothing_makes_it_fail() {
        let whole = message(10, NAME);
        proptest::proptest!(|(at in 4..whole.len(), byte in proptest::num::u8::ANY, cut in 4..=whole.len(), length in proptest::num::u8::ANY)| {
            let mut bytes = whole.clone();
            bytes[at] = byte;
            bytes[3] = length.max(4);
            bytes.truncate(cut);
            asked(&bytes);
            drive_datagrams((BACNET.open)(), &[(ToServer, &bytes)]);
        });
    }
}
