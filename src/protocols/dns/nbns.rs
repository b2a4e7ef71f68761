//! The NetBIOS name service (RFC 1002, section 4.2): DNS messages with names in half-byte letters.
//!
//! Datagrams in; the decoded names out: those with an address that a registration or answer gives, and those that a node tells of itself, with what
//! it says it does and its hardware address.

use std::net::{IpAddr, Ipv4Addr};
use std::ops::Range;

use super::message::{End, Entry, Header, Walk};
use super::names::Frame;
use super::netbios::{NetbiosName, trimmed};
use super::recognise::{UNICAST, on};
use crate::event::{Event, NameSource, Role, Subject, TraitKind, Value};
use crate::protocols::protocol::{Carrier, Input, Nature, Parser, Probe, Progress, Protocol, Say, Verdict};
use crate::value::ValueKind;
use crate::wire::Mac;

/// Its port.
pub const PORT: u16 = 137;
/// A name and its addresses.
const NB: u16 = 0x20;
/// Every name that a node has.
const NBSTAT: u16 = 0x21;
/// The flag of a name that many share.
const GROUP: u16 = 0x8000;
/// Bytes of a name in a node status: letters, suffix, flags.
const STATUS_NAME: usize = 18;
/// Most addresses told with one name.
const MAX_ADDRESSES: usize = 16;
/// Most records of a section.
const MAX_RECORDS: u16 = 32;

/// NBNS.
pub static NBNS: Protocol =
    Protocol { name: "nbns", carrier: Carrier::Datagram, nature: Nature::Infrastructure, ports: &[PORT], probe, open: || Box::new(Datagrams) };

fn probe(probe: &Probe<'_>) -> Verdict {
    let Some(header) = Header::read(probe.bytes) else { return Verdict::No };
    let fits = matches!(header.opcode(), 0 | 5..=9 | 15) && header.counts.iter().all(|&count| count <= MAX_RECORDS);
    let usual = on(probe, &[PORT]) && !on(probe, &[UNICAST]);
    if fits && (usual || begins_with_a_name(header, probe.bytes)) { Verdict::Yes } else { Verdict::No }
}

/// Whether the first entry is of the service's own types, with a name as only it writes them.
fn begins_with_a_name(header: Header, message: &[u8]) -> bool {
    let decoded = |entry: &Entry| message.get(entry.name.first.clone()).and_then(NetbiosName::decode).is_some();
    Walk::new(message, header).next().is_some_and(|first| matches!(first.kind, NB | NBSTAT) && first.class == 1 && decoded(&first))
}

struct Datagrams;

impl Parser for Datagrams {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        let frame = Frame { input: &input, base: 0, message: input.bytes };
        match Header::read(input.bytes) {
            Some(header) => read_message(header, frame, say),
            None => say(Event::Malformed { what: "nbns message shorter than its header" }),
        }
        Progress::Consumed(input.bytes.len())
    }
}

fn read_message(header: Header, frame: Frame<'_, '_>, say: Say<'_>) {
    let mut walk = Walk::new(frame.message, header);
    // A registration repeats in its record the name that its question holds, and only there stands the address: the last is told.
    let mut asked: Option<(NetbiosName, Range<usize>)> = None;
    for entry in walk.by_ref() {
        let Some(name) = frame.message.get(entry.name.first.clone()).and_then(NetbiosName::decode) else { continue };
        let field = entry.start..entry.name.next;
        if entry.section == 0 {
            if let Some((earlier, at)) = asked.replace((name, field)) {
                earlier.tell(Subject::Addresses(&[]), at, frame, say);
            }
            continue;
        }
        if asked.as_ref().is_some_and(|(question, _)| *question == name) {
            asked = None;
        }
        tell_record(header, &entry, &name, field, frame, say);
    }
    if let Some((name, at)) = asked {
        name.tell(Subject::Addresses(&[]), at, frame, say);
    }
    match walk.end() {
        End::Broken(what) => say(Event::Malformed { what }),
        End::Cut if !header.is_truncated() => say(Event::Malformed { what: "nbns message shorter than it says" }),
        End::Cut | End::Whole(_) => {}
    }
}

fn tell_record(header: Header, entry: &Entry, name: &NetbiosName, field: Range<usize>, frame: Frame<'_, '_>, say: Say<'_>) {
    let data = frame.message.get(entry.data.clone()).unwrap_or_default();
    let addresses = if entry.kind == NB { addresses(data) } else { Vec::new() };
    name.tell(Subject::Addresses(&addresses), field.clone(), frame, say);
    let registers = !header.is_response() && matches!(header.opcode(), 5 | 8 | 9 | 15);
    if registers && !addresses.is_empty() {
        tell_service(name, field, frame, say);
    }
    if entry.kind == NBSTAT {
        tell_node(entry, frame, say);
    }
}

/// Tells what the sender does, as one of its own names says.
fn tell_service(name: &NetbiosName, field: Range<usize>, frame: Frame<'_, '_>, say: Say<'_>) {
    if let Some(service) = name.service() {
        frame.say_trait(TraitKind::Service, service, field, say);
    }
}

/// Tells a node status answer (RFC 1002, section 4.2.18): a count; 15 letters, suffix and flags of each name; then the hardware address.
fn tell_node(entry: &Entry, frame: Frame<'_, '_>, say: Say<'_>) {
    let data = frame.message.get(entry.data.clone()).unwrap_or_default();
    let Some((&count, list)) = data.split_first() else { return };
    let count = usize::from(count);
    for (index, bytes) in list.chunks_exact(STATUS_NAME).take(count).enumerate() {
        let Some((&name, &flags)) = bytes.split_first_chunk::<16>().and_then(|(name, flags)| Some((name, flags.first_chunk::<2>()?))) else { return };
        let start = entry.data.start + 1 + index * STATUS_NAME;
        tell_status_name(name, u16::from_be_bytes(flags), start, frame, say);
    }
    let unit = 1 + count * STATUS_NAME;
    if let Some(mac) = data.get(unit..).and_then(<[u8]>::first_chunk::<6>).map(|&mac| Mac(mac)).filter(|mac| mac.is_device()) {
        let at = frame.input.at(frame.base + entry.data.start + unit, 6);
        say(Event::Value(Value { kind: ValueKind::Mac, value: mac.to_string().into(), field: "unit-id", chain: &[], at }));
    }
}

/// Tells one name of a node's own list; not those that it shares.
fn tell_status_name(bytes: [u8; 16], flags: u16, start: usize, frame: Frame<'_, '_>, say: Say<'_>) {
    let Some(name) = NetbiosName::new(bytes).filter(NetbiosName::may_be_of_a_host) else { return };
    let [letters @ .., _suffix] = bytes;
    let range = start..start + letters.trim_ascii_end().len();
    if flags & GROUP != 0 {
        frame.say_name(NameSource::Nbns, &name.text, Subject::Addresses(&[]), range, say);
        return;
    }
    tell_service(&name, range.clone(), frame, say);
    if matches!(name.suffix, 0x00 | 0x20) {
        frame.say_name(NameSource::Nbns, &trimmed(&letters), Subject::Sender, range.clone(), say);
    }
    frame.say_readable(Role::Name, None, range, say);
}

/// The addresses of an NB record: flags and address, six bytes each; none where the name is a group's.
fn addresses(data: &[u8]) -> Vec<IpAddr> {
    let one = |entry: &[u8]| match *entry {
        [high, low, a, b, c, d] if u16::from_be_bytes([high, low]) & GROUP == 0 => Some(IpAddr::V4(Ipv4Addr::new(a, b, c, d))),
        _ => None,
    };
    data.chunks_exact(6).filter_map(one).filter(|ip| !ip.is_unspecified()).take(MAX_ADDRESSES).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Direction, Marks};

    fn told(bytes: &[u8]) -> Vec<String> {
        let (marks, mut told) = (Marks::default(), Vec::new());
        let input = Input { direction: Direction::ToServer, bytes, offset: 0, marks: &marks };
        Datagrams.read(input, &mut |event| match event {
            Event::Name(name) => told.push(format!("{} {:?}", name.name, name.subject)),
            Event::Trait(_) | Event::Value(_) | Event::Malformed { .. } => told.push(crate::protocols::testing::line(&event)),
            _ => {}
        });
        told
    }

    /// `EMMAS-PC`, padded, suffix zero.
    const ENCODED: &[u8; 34] = b"\x20EFENENEBFDCNFAEDCACACACACACACAAA\0";

    #[test]
    fn a_question_tells_its_name() {
        let mut bytes = b"\0\x01\x01\x10\0\x01\0\0\0\0\0\0".to_vec();
        bytes.extend(ENCODED);
        bytes.extend(b"\0\x20\0\x01");
        assert_eq!(told(&bytes), ["EMMAS-PC Addresses([])"]);
    }

    #[test]
    fn a_registration_ties_the_name_to_its_address() {
        let mut bytes = b"\0\x01\x29\x10\0\x01\0\0\0\0\0\x01".to_vec();
        bytes.extend(ENCODED);
        bytes.extend(b"\0\x20\0\x01\xc0\x0c\0\x20\0\x01\0\0\0\0\0\x06\0\0\xc0\0\x02\x05");
        assert_eq!(told(&bytes), ["EMMAS-PC Addresses([192.0.2.5])"]);
    }

    #[test]
    fn a_registration_says_what_the_host_does() {
        let mut bytes = b"\0\x01\x29\x10\0\0\0\0\0\0\0\x01".to_vec();
        bytes.extend(b"\x20EFENENEBFDCNFAEDCACACACACACACACA\0\0\x20\0\x01\0\0\0\0\0\x06\0\0\xc0\0\x02\x05");
        assert_eq!(told(&bytes), ["EMMAS-PC Addresses([192.0.2.5])", "trait service netbios-file-server Sender"]);
        bytes[2] = 0x85;
        assert_eq!(told(&bytes), ["EMMAS-PC Addresses([192.0.2.5])"], "an answer is of another");
    }

    #[test]
    fn a_node_tells_its_own_names_its_groups_and_its_hardware_address() {
        let mut bytes = b"\0\x01\x84\0\0\0\0\x01\0\0\0\0".to_vec();
        bytes.extend(b"\x20CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\0\0\x21\0\x01\0\0\0\0\0\x55\x04EMMAS-PC       \0\x04\0WORKGROUP      \0\x84\0");
        bytes.extend(b"EMMAS-PC       \x20\x04\0\x01\x02__MSBROWSE__\x02\x01\x84\0\0\0\x5e\0\x53\x05\0\0\0\0\0\0");
        let want = [
            "EMMAS-PC Sender",
            "WORKGROUP Addresses([])",
            "trait service netbios-file-server Sender",
            "EMMAS-PC Sender",
            "value mac unit-id=00:00:5e:00:53:05 []",
        ];
        assert_eq!(told(&bytes), want);
    }

    #[test]
    fn it_is_known_by_its_names_on_any_port() {
        let mut bytes = b"\0\x01\x01\x10\0\x01\0\0\0\0\0\0".to_vec();
        bytes.extend(ENCODED);
        bytes.extend(b"\0\x20\0\x01");
        let probe = |bytes, from_port, to_port| probe(&Probe { bytes, direction: Direction::ToServer, from_port, to_port, from_start: true });
        assert_eq!(probe(&bytes, 1, 2), Verdict::Yes);
        let other = b"\0\x01\x01\x10\0\x01\0\0\0\0\0\0\x01a\0\0\x01\0\x01";
        assert_eq!([probe(other, 1, 2), probe(other, 137, 53), probe(other, 1, 137)], [Verdict::No, Verdict::No, Verdict::Yes]);
    }

    #[test]
    fn cuts_never_panic() {
        let mut bytes = b"\0\x01\x29\x10\0\x01\0\0\0\0\0\x01".to_vec();
        bytes.extend(ENCODED);
        bytes.extend(b"\0\x20\0\x01\xc0\x0c\0\x20\0\x01\0\0\0\0\0\x06\0\0\xc0\0\x02\x05");
        for length in 0..bytes.len() {
            assert!(told(&bytes[..length]).len() <= 2);
        }
    }
}
