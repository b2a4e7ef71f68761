//! Simple Network Management Protocol, versions 1, 2c and 3 (RFC 1157, RFC 3416, RFC 3412, RFC 3414), on any port: what printers, routers and cameras are
//! asked for, and who may ask.
//!
//! Comes in: datagrams (ports 161 and 162). Goes out: an exchange a message with the objects that it names, the community that opens the device, a user's
//! name, and what the answers say. Version 3 with privacy is sealed.
//!
//! The community `public` opens nothing that is meant to be closed: it is told as a name, any other as a password.

use super::ber::{self, Element, INTEGER, OBJECT, OCTETS, Reader, SEQUENCE};
use super::messages::{self, Frame, Messages, Next};
use super::protocol::{Carrier, Input, Nature, Probe, Protocol, Say, Verdict};
use super::saying::{exchange, name, own, readable, text, value, whole};
use crate::event::{Event, NameSource, Role, TraitKind};
use crate::value::ValueKind;
use crate::wire::{Direction, Mac};

/// SNMP over UDP.
pub static SNMP: Protocol =
    Protocol { name: "snmp", carrier: Carrier::Datagram, nature: Nature::Clear, ports: &[161, 162], probe, open: messages::datagrams::<Snmp> };

/// Objects of one message that are told.
const OBJECTS: usize = 128;
/// A message's target is cut at so many letters.
const TARGET: usize = 4_096;
/// What is sealed, as its flow says.
const SEALED: &str = "SNMPv3";

fn probe(probe: &Probe<'_>) -> Verdict {
    if is_message(probe.bytes) { Verdict::Yes } else { Verdict::No }
}

/// A sequence that fills the datagram and begins with a version, and a community with a PDU, or the head of version 3.
fn is_message(bytes: &[u8]) -> bool {
    let Ok(Some((SEQUENCE, before, length))) = ber::head(bytes) else { return false };
    let Some(rest) = bytes.get(before..).filter(|rest| rest.len() == length) else { return false };
    let Some((&[INTEGER, 1, version], rest)) = rest.split_first_chunk::<3>() else { return false };
    let Ok(Some((tag, before, length))) = ber::head(rest) else { return false };
    let Some(next) = before.checked_add(length).and_then(|end| rest.get(end..)) else { return false };
    match (version, tag) {
        (0 | 1, OCTETS) => matches!(ber::head(next), Ok(Some((0xa0..=0xa8, before, length))) if before + length == next.len()),
        (3, SEQUENCE) => length <= 64 && matches!(ber::head(next), Ok(Some((OCTETS, ..)))) && rest.get(before) == Some(&INTEGER),
        _ => false,
    }
}

#[derive(Debug, Default)]
struct Snmp;

impl Messages for Snmp {
    const MALFORMED: &'static str = "snmp message";

    fn frame(&self, _: Direction, bytes: &[u8]) -> Frame {
        match ber::head(bytes) {
            Ok(Some((SEQUENCE, before, length))) => Frame::Length(before.saturating_add(length)),
            _ => Frame::Not,
        }
    }

    fn tell(&mut self, message: &Input<'_>, say: Say<'_>) -> Next {
        if tell(message, say).is_none() {
            say(Event::Malformed { what: Self::MALFORMED });
        }
        Next::Message
    }
}

fn tell(message: &Input<'_>, say: Say<'_>) -> Option<()> {
    let mut body = Reader::new(*message).within(SEQUENCE)?;
    let version = body.number(INTEGER)?;
    if version == 3 {
        return secure(message, &mut body, say);
    }
    let community = body.expect(OCTETS)?;
    let written = String::from_utf8_lossy(community.bytes);
    let kind = if written == "public" { ValueKind::Username } else { ValueKind::Password };
    value(&community, kind, &written, "community", say);
    pdu(message, &body.next()?, say)
}

/// RFC 3412, section 6, and RFC 3414, section 2.4.
fn secure(message: &Input<'_>, body: &mut Reader<'_>, say: Say<'_>) -> Option<()> {
    body.expect(SEQUENCE)?;
    let mut security = Reader::new(body.expect(OCTETS)?);
    let data = body.next()?;
    // Who is sealed is so before the head is told, which has to be readable.
    let is_sealed = data.tag == OCTETS;
    if is_sealed {
        say(Event::Sealed { with: SEALED, at: whole(&data.content) });
        exchange(message, "encrypted", None, None, say);
    }
    if let Some(mut user) = security.within(SEQUENCE) {
        if let Some(engine) = user.expect(OCTETS) {
            engine_id(&engine, say);
        }
        user.next()?;
        user.next()?;
        if let Some(user) = user.expect(OCTETS) {
            value(&user, ValueKind::Username, &String::from_utf8_lossy(user.bytes), "msgUserName", say);
        }
    }
    if is_sealed {
        return Some(());
    }
    let mut scope = Reader::new(data.content);
    scope.expect(OCTETS)?;
    let context = scope.expect(OCTETS)?;
    readable(&context, Role::Payload, Some("contextName"), say);
    pdu(message, &scope.next()?, say)
}

/// An engine's number that is made of its hardware address, or is a text (RFC 3411, section 5).
fn engine_id(engine: &Input<'_>, say: Say<'_>) {
    let Some((&[0x80..=0xff, _, _, _, format], rest)) = engine.bytes.split_first_chunk::<5>() else { return };
    match (format, rest.first_chunk::<6>()) {
        (3, Some(mac)) if rest.len() == 6 => value(engine, ValueKind::Mac, &Mac(*mac).to_string(), "msgAuthoritativeEngineID", say),
        (4, _) => readable(&super::saying::part(engine, 5, usize::MAX), Role::Payload, Some("msgAuthoritativeEngineID"), say),
        _ => {}
    }
}

fn word(tag: u8) -> Option<&'static str> {
    Some(match tag {
        0xa0 => "get",
        0xa1 => "get-next",
        0xa2 => "response",
        0xa3 => "set",
        0xa4 => "trap-v1",
        0xa5 => "get-bulk",
        0xa6 => "inform",
        0xa7 => "trap",
        0xa8 => "report",
        _ => return None,
    })
}

/// RFC 3416, section 3; of a trap of version 1 RFC 1157, section 4.1.6.
fn pdu(message: &Input<'_>, element: &Element<'_>, say: Say<'_>) -> Option<()> {
    let kind = word(element.tag)?;
    let mut body = Reader::new(element.content);
    let mut objects = Vec::new();
    let mut status = None;
    if element.tag == 0xa4 {
        objects.extend(ber::object(body.expect(OBJECT)?.bytes));
        // The address, two numbers and a time.
        (0..4).try_for_each(|_| body.next().map(|_| ()))?;
    } else {
        body.number(INTEGER)?;
        status = body.number(INTEGER).filter(|_| matches!(element.tag, 0xa2 | 0xa8)).and_then(|status| u16::try_from(status).ok());
        body.next()?;
    }
    let mut list = body.within(SEQUENCE)?;
    let mut variables = Vec::new();
    while let Some(mut variable) = list.within(SEQUENCE).filter(|_| variables.len() < OBJECTS) {
        let (Some(object), Some(held)) = (variable.expect(OBJECT).and_then(|name| ber::object(name.bytes)), variable.next()) else { break };
        variables.push((object, held));
    }
    let is_whole = list.is_empty() || variables.len() == OBJECTS;
    objects.extend(variables.iter().map(|(object, _)| object.clone()));
    let mut target = objects.join(" ");
    target.truncate(target.floor_char_boundary(TARGET));
    exchange(message, kind, Some(&target), status, say);
    let is_own = matches!(element.tag, 0xa2 | 0xa4 | 0xa6 | 0xa7);
    for (object, held) in &variables {
        variable(object, held, is_own, say);
    }
    is_whole.then_some(())
}

/// What objects hold, by the beginning of their names.
const KNOWN: &[(&str, &str, Meaning)] = &[
    ("1.3.6.1.2.1.1.1.", "sysDescr", Meaning::Trait(TraitKind::Software)),
    ("1.3.6.1.2.1.1.4.", "sysContact", Meaning::Text),
    ("1.3.6.1.2.1.1.5.", "sysName", Meaning::Name),
    ("1.3.6.1.2.1.1.6.", "sysLocation", Meaning::Text),
    ("1.3.6.1.2.1.2.2.1.2.", "ifDescr", Meaning::Text),
    ("1.3.6.1.2.1.2.2.1.6.", "ifPhysAddress", Meaning::Mac),
    ("1.3.6.1.2.1.25.3.2.1.3.", "hrDeviceDescr", Meaning::Trait(TraitKind::Model)),
    ("1.3.6.1.2.1.43.5.1.1.16.", "prtGeneralPrinterName", Meaning::Name),
    ("1.3.6.1.2.1.43.5.1.1.17.", "prtGeneralSerialNumber", Meaning::Serial),
    ("1.3.6.1.2.1.47.1.1.1.1.10.", "entPhysicalSoftwareRev", Meaning::Trait(TraitKind::Software)),
    ("1.3.6.1.2.1.47.1.1.1.1.11.", "entPhysicalSerialNum", Meaning::Serial),
    ("1.3.6.1.2.1.47.1.1.1.1.12.", "entPhysicalMfgName", Meaning::Trait(TraitKind::Maker)),
    ("1.3.6.1.2.1.47.1.1.1.1.13.", "entPhysicalModelName", Meaning::Trait(TraitKind::Model)),
];

/// What an object is (RFC 3418, RFC 2863, RFC 2790, RFC 3805, RFC 6933).
#[derive(Clone, Copy)]
enum Meaning {
    Text,
    Name,
    Trait(TraitKind),
    Mac,
    Serial,
}

fn variable(object: &str, held: &Element<'_>, is_own: bool, say: Say<'_>) {
    if held.tag != OCTETS {
        return;
    }
    let known = KNOWN.iter().find(|(begin, _, _)| object.starts_with(begin));
    let (field, meaning) = known.map_or((object, Meaning::Text), |(_, field, meaning)| (*field, *meaning));
    let written = text(held.content.bytes);
    match (meaning, held.content.bytes.first_chunk::<6>()) {
        (Meaning::Mac, Some(mac)) if held.content.bytes.len() == 6 && Mac(*mac).is_device() => {
            return value(&held.content, ValueKind::Mac, &Mac(*mac).to_string(), field, say);
        }
        _ => {}
    }
    let Some(written) = written else { return };
    match meaning {
        Meaning::Name if is_own => name(&held.content, NameSource::Snmp, written, say),
        Meaning::Trait(kind) if is_own => own(&held.content, kind, written, say),
        Meaning::Serial if is_own => value(&held.content, ValueKind::Serial, written.trim(), field, say),
        _ => {}
    }
    readable(&held.content, Role::Record, Some(field), say);
}

#[cfg(test)]
mod tests {
    use super::super::testing::drive_datagrams;
    use super::*;
    use crate::wire::Direction::{ToClient, ToServer};

    fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
        let content = parts.concat();
        let length = content.len() as u16;
        if length < 128 { [&[tag, length as u8][..], &content].concat() } else { [&[tag, 0x82][..], &length.to_be_bytes(), &content].concat() }
    }

    fn message(community: &[u8], tag: u8, variables: &[(&[u8], &[u8])]) -> Vec<u8> {
        let list: Vec<Vec<u8>> = variables.iter().map(|(name, held)| element(SEQUENCE, &[&element(OBJECT, &[name]), held])).collect();
        let list = element(SEQUENCE, &[&list.concat()]);
        let pdu = element(tag, &[b"\x02\x02\x12\x34\x02\x01\0\x02\x01\0", &list]);
        element(SEQUENCE, &[b"\x02\x01\x01", &element(OCTETS, &[community]), &pdu])
    }

    const SYS_NAME: &[u8] = b"\x2b\x06\x01\x02\x01\x01\x05\x00";
    const SYS_DESCR: &[u8] = b"\x2b\x06\x01\x02\x01\x01\x01\x00";
    const IF_PHYS_ADDRESS: &[u8] = b"\x2b\x06\x01\x02\x01\x02\x02\x01\x06\x01";

    fn asked(bytes: &[u8]) -> Verdict {
        probe(&Probe { bytes, direction: ToServer, from_port: 40_000, to_port: 40_001, from_start: true })
    }

    #[test]
    fn objects_and_communities_are_told() {
        let ask = message(b"s3cret", 0xa0, &[(SYS_NAME, b"\x05\0"), (SYS_DESCR, b"\x05\0")]);
        let answer =
            message(b"public", 0xa2, &[(SYS_NAME, b"\x04\x04hall"), (SYS_DESCR, b"\x04\x09Example/1"), (IF_PHYS_ADDRESS, b"\x04\x06\0\0\x5e\0\x53\x01")]);
        assert_eq!((asked(&ask), asked(&answer)), (Verdict::Yes, Verdict::Yes));
        let want = [
            "value password community=s3cret []",
            "exchange get - 1.3.6.1.2.1.1.5.0 1.3.6.1.2.1.1.1.0 - - - status - bytes 55",
            "value username community=public []",
            "exchange response - 1.3.6.1.2.1.1.5.0 1.3.6.1.2.1.1.1.0 1.3.6.1.2.1.2.2.1.6.1 - - - status 0 bytes 90",
            "name snmp hall Sender",
            "Record sysName - [] @41: hall",
            "trait software Example/1 Sender",
            "Record sysDescr - [] @59: Example/1",
            "value mac ifPhysAddress=00:00:5e:00:53:01 []",
        ];
        assert_eq!(drive_datagrams((SNMP.open)(), &[(ToServer, &ask), (ToClient, &answer)]), want);
    }

    #[test]
    fn who_sets_a_name_does_not_have_it() {
        let set = message(b"s3cret", 0xa3, &[(SYS_NAME, b"\x04\x04hall")]);
        let lines = drive_datagrams((SNMP.open)(), &[(ToServer, &set)]);
        assert!(!lines.iter().any(|line| line.starts_with("name")) && lines.iter().any(|line| line.ends_with(": hall")), "{lines:#?}");
    }

    #[test]
    fn version_3_tells_its_user_and_is_sealed_with_privacy() {
        let engine = b"\x04\x0b\x80\0\0\x09\x03\0\0\x5e\0\x53\x01";
        let user = element(SEQUENCE, &[engine, b"\x02\x01\x01\x02\x01\x02", b"\x04\x04anna", b"\x04\0\x04\0"]);
        let head = element(SEQUENCE, &[b"\x02\x01\x01\x02\x03\0\xff\xe3\x04\x01\x03\x02\x01\x03"]);
        let secured = |data: &[u8]| element(SEQUENCE, &[b"\x02\x01\x03", &head, &element(OCTETS, &[&user]), data]);
        let sealed = secured(b"\x04\x04\x91\x92\x93\x94");
        assert_eq!(asked(&sealed), Verdict::Yes);
        let lines = drive_datagrams((SNMP.open)(), &[(ToServer, &sealed)]);
        let size = sealed.len();
        let want = [
            "sealed SNMPv3".to_owned(),
            format!("exchange encrypted - - - - - status - bytes {size}"),
            "value mac msgAuthoritativeEngineID=00:00:5e:00:53:01 []".to_owned(),
            "value username msgUserName=anna []".to_owned(),
        ];
        assert_eq!(lines, want);
        let pdu = element(0xa2, &[b"\x02\x01\x01\x02\x01\0\x02\x01\0", &element(SEQUENCE, &[])]);
        let plain = secured(&element(SEQUENCE, &[b"\x04\0\x04\0", &pdu]));
        assert!(drive_datagrams((SNMP.open)(), &[(ToClient, &plain)]).concat().contains("exchange response"));
    }

    #[test]
    fn what_is_cut_or_other_is_not_its_own() {
        let ask = message(b"public", 0xa0, &[(SYS_NAME, b"\x05\0")]);
        for length in 0..ask.len() {
            assert_eq!(asked(&ask[..length]), Verdict::No, "{length}");
        }
        for other in [&b"\x30\x0c\x02\x01\x01\x60\x07\x02\x01\x03\x04\0\x80\0"[..], b"\x30\x05\x02\x01\x02\x04\0", b"\x16\x03\x01\0\x05"] {
            assert_eq!(asked(other), Verdict::No, "{other:?}");
        }
    }

    #[test]
    fn nothing_makes_it_fail() {
        let whole = message(b"public", 0xa2, &[(SYS_NAME, b"\x04\x04hall"), (SYS_DESCR, b"\x04\x09Example/1")]);
        proptest::proptest!(|(cut in 0..whole.len(), at in 0..whole.len(), byte in proptest::num::u8::ANY)| {
            let mut bytes = whole.clone();
            bytes[at] = byte;
            bytes.truncate(bytes.len() - cut / 2);
            asked(&bytes);
            drive_datagrams((SNMP.open)(), &[(ToServer, &bytes)]);
        });
    }
}
