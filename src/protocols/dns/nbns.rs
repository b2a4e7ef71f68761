//! The NetBIOS name service (RFC 1002, section 4.2): DNS messages with names in half-byte letters.
//!
//! Datagrams in; the decoded names out: those with an address that a registration or answer gives, and those that a node tells of itself.

use std::net::{IpAddr, Ipv4Addr};
use std::ops::Range;

use super::datagrams::on;
use super::message::{End, Entry, Header, Walk};
use super::names::Frame;
use crate::event::{Event, NameSource, Role, Subject};
use crate::protocols::protocol::{Carrier, Input, Nature, Parser, Probe, Progress, Protocol, Say, Verdict};
use crate::protocols::wire_name;

/// Its port.
pub const PORT: u16 = 137;
/// A name and its addresses.
const NB: u16 = 0x20;
/// Every name that a node has.
const NBSTAT: u16 = 0x21;
/// The flag of a name that many share.
const GROUP: u16 = 0x8000;
/// Most addresses told with one name.
const MAX_ADDRESSES: usize = 16;

/// NBNS.
pub static NBNS: Protocol =
    Protocol { name: "nbns", carrier: Carrier::Datagram, nature: Nature::Infrastructure, ports: &[PORT], probe, open: || Box::new(Datagrams) };

fn probe(probe: &Probe<'_>) -> Verdict {
    let fits = |header: &Header| matches!(header.opcode(), 0 | 5..=9 | 15) && header.counts.iter().all(|&count| count <= 32);
    match Header::read(probe.bytes) {
        Some(header) if on(probe, &[PORT]) && fits(&header) => Verdict::Yes,
        _ => Verdict::No,
    }
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
    let mut asked: Option<(String, Range<usize>)> = None;
    for entry in walk.by_ref() {
        let Some(name) = frame.message.get(entry.name.first.clone()).and_then(decode) else { continue };
        let field = entry.start..entry.name.next;
        if entry.section == 0 {
            if let Some((earlier, at)) = asked.replace((name, field)) {
                tell(&earlier, &[], at, frame, say);
            }
            continue;
        }
        if asked.as_ref().is_some_and(|(question, _)| *question == name) {
            asked = None;
        }
        let addresses = if entry.kind == NB { addresses(frame.message.get(entry.data.clone()).unwrap_or_default()) } else { Vec::new() };
        tell(&name, &addresses, field, frame, say);
        if entry.kind == NBSTAT {
            tell_node(&entry, frame, say);
        }
    }
    if let Some((name, at)) = asked {
        tell(&name, &[], at, frame, say);
    }
    if let End::Broken(what) = walk.end() {
        say(Event::Malformed { what });
    }
}

/// Tells a name; not the asterisk that stands for any.
fn tell(name: &str, addresses: &[IpAddr], field: Range<usize>, frame: Frame<'_, '_>, say: Say<'_>) {
    if name != "*" {
        frame.say_name(NameSource::Nbns, name, Subject::Addresses(addresses), field.clone(), say);
        say_chosen(name, field, frame, say);
    }
}

/// Tells the names of a node status answer (RFC 1002, section 4.2.18): a count, then 15 letters, suffix and flags each.
fn tell_node(entry: &Entry, frame: Frame<'_, '_>, say: Say<'_>) {
    let data = frame.message.get(entry.data.clone()).unwrap_or_default();
    let Some((&count, list)) = data.split_first() else { return };
    for (index, bytes) in list.chunks_exact(18).take(usize::from(count)).enumerate() {
        let (Some(letters), Some(&[suffix, high, low])) = (bytes.get(..15), bytes.last_chunk::<3>()) else { return };
        let start = entry.data.start + 1 + index * 18;
        let is_host = matches!(suffix, 0x00 | 0x20) && u16::from_be_bytes([high, low]) & GROUP == 0;
        let name = trimmed(letters);
        if is_host && !name.is_empty() {
            frame.say_name(NameSource::Nbns, &name, Subject::Sender, start..start + 15, say);
            frame.say_readable(Role::Name, None, start..start + letters.trim_ascii_end().len(), say);
        }
    }
}

/// Tells a decoded name as something that people choose.
fn say_chosen(name: &str, field: Range<usize>, frame: Frame<'_, '_>, say: Say<'_>) {
    let place = crate::event::Place::Unpacked(frame.input.at(frame.base + field.start, field.len()));
    let chain = &["netbios-name"];
    say(Event::Readable(crate::event::Readable { role: Role::Name, bytes: name.as_bytes(), field: None, media: None, chain, place }));
}

/// The addresses of an NB record: flags and address, six bytes each; none where the name is a group's.
fn addresses(data: &[u8]) -> Vec<IpAddr> {
    let one = |entry: &[u8]| match *entry {
        [high, low, a, b, c, d] if u16::from_be_bytes([high, low]) & GROUP == 0 => Some(IpAddr::V4(Ipv4Addr::new(a, b, c, d))),
        _ => None,
    };
    data.chunks_exact(6).filter_map(one).filter(|ip| !ip.is_unspecified()).take(MAX_ADDRESSES).collect()
}

/// Undoes the first level encoding (RFC 1001, section 14.1): two letters from `A` on a byte; the sixteenth byte is the suffix.
fn decode(label: &[u8]) -> Option<String> {
    let mut bytes = [0u8; 16];
    if label.len() != 32 {
        return None;
    }
    for (pair, byte) in label.chunks_exact(2).zip(&mut bytes) {
        let &[high @ b'A'..=b'P', low @ b'A'..=b'P'] = pair else { return None };
        *byte = (high - b'A') << 4 | (low - b'A');
    }
    let [letters @ .., _suffix] = &bytes;
    let name = trimmed(letters);
    (!name.is_empty()).then_some(name)
}

/// Letters without the blanks and zeros that fill them up.
fn trimmed(letters: &[u8]) -> String {
    let end = letters.iter().rposition(|&byte| !matches!(byte, 0 | b' ')).map_or(0, |last| last + 1);
    wire_name::text(letters.get(..end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Direction, Marks};

    fn told(bytes: &[u8]) -> Vec<String> {
        let (marks, mut told) = (Marks::default(), Vec::new());
        let input = Input { direction: Direction::ToServer, bytes, offset: 0, marks: &marks };
        Datagrams.read(input, &mut |event| {
            if let Event::Name(name) = event {
                told.push(format!("{} {:?}", name.name, name.subject));
            }
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
    fn a_node_tells_its_own_names_but_no_groups() {
        let mut bytes = b"\0\x01\x84\0\0\0\0\x01\0\0\0\0".to_vec();
        bytes.extend(b"\x20CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\0\0\x21\0\x01\0\0\0\0\0\x25\x02EMMAS-PC       \0\x04\0WORKGROUP      \0\x84\0");
        assert_eq!(told(&bytes), ["EMMAS-PC Sender"]);
    }

    #[test]
    fn cuts_never_panic() {
        let mut bytes = b"\0\x01\x29\x10\0\x01\0\0\0\0\0\x01".to_vec();
        bytes.extend(ENCODED);
        bytes.extend(b"\0\x20\0\x01\xc0\x0c\0\x20\0\x01\0\0\0\0\0\x06\0\0\xc0\0\x02\x05");
        for length in 0..bytes.len() {
            assert!(told(&bytes[..length]).len() <= 1);
        }
    }
}
