//! DHCP for IPv4 (RFC 2131, options RFC 2132), recognised by its magic cookie on any port. Datagrams in; host names and leases out.
//!
//! Knows nothing of who else is at home: a lease says what the server handed out, no more.

use std::net::{IpAddr, Ipv4Addr};
use std::ops::Range;

use super::protocol::{Carrier, Input, Nature, Parser, Probe, Progress, Protocol, Say, Verdict};
use super::wire_name;
use crate::event::{Event, Lease, Name, NameSource, Readable, Role, Subject};
use crate::wire::Mac;

/// Bytes before the options: the fixed fields of BOOTP and the cookie.
const OPTIONS: usize = 240;
/// What tells options from a vendor area of old (RFC 2131, section 3).
const COOKIE: [u8; 4] = [99, 130, 83, 99];
/// The fields that option 52 may turn into further options (RFC 2132, section 9.3).
const FILE: Range<usize> = 108..236;
const SERVER_NAME: Range<usize> = 44..108;
/// Most resolvers or routers that are told of one lease.
const MAX_ADDRESSES: usize = 16;

const REPLY: u8 = 2;
const OFFER: u8 = 2;
const ACK: u8 = 5;

/// DHCP.
pub static DHCP: Protocol =
    Protocol { name: "dhcp", carrier: Carrier::Datagram, nature: Nature::Infrastructure, ports: &[67, 68], probe, open: || Box::new(Datagrams) };

fn probe(probe: &Probe<'_>) -> Verdict {
    let bytes = probe.bytes;
    match bytes {
        [1 | REPLY, _, 0..=16, ..] if bytes.get(OPTIONS - 4..OPTIONS) == Some(&COOKIE) => Verdict::Yes,
        _ => Verdict::No,
    }
}

struct Datagrams;

impl Parser for Datagrams {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        if input.bytes.len() < OPTIONS {
            say(Event::Malformed { what: "dhcp message shorter than its fixed fields" });
        } else {
            read_message(&input, say);
        }
        Progress::Consumed(input.bytes.len())
    }
}

/// What the options of a message say.
#[derive(Default)]
struct Said {
    kind: Option<u8>,
    overload: u8,
    resolvers: Vec<IpAddr>,
    routers: Vec<IpAddr>,
    /// Host names (option 12) and qualified names (option 81).
    names: Vec<(String, Range<usize>)>,
    vendor: Option<Range<usize>>,
    broken: bool,
}

fn read_message(input: &Input<'_>, say: Say<'_>) {
    let bytes = input.bytes;
    let mut said = Said::default();
    said.read(bytes, &(OPTIONS..bytes.len()));
    if said.overload & 1 != 0 {
        said.read(bytes, &FILE);
    }
    if said.overload & 2 != 0 {
        said.read(bytes, &SERVER_NAME);
    }
    let mac = hardware_address(bytes);
    tell_names(input, &said, mac, say);
    if let Some(vendor) = said.vendor.clone() {
        say_readable(input, Role::Record, "vendor-class", vendor, say);
    }
    tell_lease(input, &said, mac, say);
    if said.broken {
        say(Event::Malformed { what: "dhcp option longer than its message" });
    }
}

fn tell_names(input: &Input<'_>, said: &Said, mac: Option<Mac>, say: Say<'_>) {
    let subject = mac.map_or(Subject::Sender, Subject::Device);
    for (name, range) in &said.names {
        let at = input.at(range.start, range.len());
        say(Event::Name(Name { source: NameSource::Dhcp, name, subject, at }));
        say_readable(input, Role::Name, "hostname", range.clone(), say);
    }
}

fn tell_lease(input: &Input<'_>, said: &Said, mac: Option<Mac>, say: Say<'_>) {
    let (Some(kind @ (OFFER | ACK)), Some(mac), Some(&REPLY)) = (said.kind, mac, input.bytes.first()) else { return };
    // Your address; in the answer to an INFORM only the client's own is set (RFC 2131, section 4.3.5).
    let address = field(input.bytes, 16).or_else(|| field(input.bytes, 12));
    let lease = Lease { mac, address, resolvers: &said.resolvers, routers: &said.routers, acknowledged: kind == ACK, at: input.at(0, input.bytes.len()) };
    say(Event::Lease(lease));
}

fn say_readable(input: &Input<'_>, role: Role, field: &str, range: Range<usize>, say: Say<'_>) {
    let place = input.place(range.start);
    let bytes = input.bytes.get(range).unwrap_or_default();
    if !bytes.is_empty() {
        say(Event::Readable(Readable { role, bytes, field: Some(field), media: None, chain: &[], place }));
    }
}

/// The address in a fixed field, where one is set.
fn field(bytes: &[u8], start: usize) -> Option<IpAddr> {
    let four = bytes.get(start..)?.first_chunk::<4>()?;
    let ip = Ipv4Addr::from(*four);
    (!ip.is_unspecified()).then_some(IpAddr::V4(ip))
}

/// The client's hardware address, where it is one of six bytes.
fn hardware_address(bytes: &[u8]) -> Option<Mac> {
    let &six = bytes.get(28..)?.first_chunk::<6>()?;
    let mac = Mac(six);
    (bytes.get(2) == Some(&6) && mac.is_device()).then_some(mac)
}

impl Said {
    /// Reads the options in `area`; one that is longer than the area ends the reading.
    fn read(&mut self, bytes: &[u8], area: &Range<usize>) {
        let mut at = area.start;
        while at < area.end {
            let Some(&code) = bytes.get(at) else { return };
            at += 1;
            match code {
                0 => continue,
                255 => return,
                _ => {}
            }
            let Some(&length) = bytes.get(at) else { break };
            let value = at + 1..at + 1 + usize::from(length);
            if value.end > area.end || value.end > bytes.len() {
                break;
            }
            at = value.end;
            self.option(code, bytes.get(value.clone()).unwrap_or_default(), value);
        }
        // Ending without the end mark is common and harmless; a length that leads beyond is not.
        self.broken |= at < area.end;
    }

    fn option(&mut self, code: u8, value: &[u8], range: Range<usize>) {
        match code {
            3 => add_addresses(&mut self.routers, value),
            6 => add_addresses(&mut self.resolvers, value),
            12 => self.add_name(&wire_name::text(without_zeros(value)), range.start..range.start + without_zeros(value).len()),
            52 => self.overload = value.first().copied().unwrap_or(0),
            53 => self.kind = value.first().copied(),
            60 if self.vendor.is_none() => self.vendor = Some(range),
            81 => self.qualified_name(value, &range),
            _ => {}
        }
    }

    /// Option 81 (RFC 4702, section 2): flags, two result codes, then the name as labels (flag E) or as plain text of old.
    fn qualified_name(&mut self, value: &[u8], range: &Range<usize>) {
        let Some((&[flags, _, _], name)) = value.split_first_chunk() else { return };
        let start = range.start + 3;
        if flags & 4 == 0 {
            let name = without_zeros(name);
            self.add_name(&wire_name::text(name), start..start + name.len());
        } else {
            self.add_name(&labels(name), start..range.end);
        }
    }

    fn add_name(&mut self, name: &str, range: Range<usize>) {
        let name = name.trim_end_matches('.').to_owned();
        if !name.is_empty() && !self.names.iter().any(|(known, _)| *known == name) && self.names.len() < MAX_ADDRESSES {
            self.names.push((name, range));
        }
    }
}

/// A name as labels without pointers; it may be partial, so it needs no root at its end.
fn labels(bytes: &[u8]) -> String {
    let mut raw = bytes.to_vec();
    raw.push(0);
    wire_name::read(&raw, 0).map(|name| name.text).unwrap_or_default()
}

/// Some clients close their texts with a zero.
fn without_zeros(value: &[u8]) -> &[u8] {
    let end = value.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
    value.get(..end).unwrap_or_default()
}

fn add_addresses(list: &mut Vec<IpAddr>, value: &[u8]) {
    let addresses = value.chunks_exact(4).filter_map(|four| <[u8; 4]>::try_from(four).ok()).map(|four| IpAddr::V4(Ipv4Addr::from(four)));
    list.extend(addresses.take(MAX_ADDRESSES.saturating_sub(list.len())));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Direction, Mark, Marks, Timestamp};

    fn message(op: u8, options: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0; OPTIONS - 4];
        bytes[..3].copy_from_slice(&[op, 1, 6]);
        bytes[16..20].copy_from_slice(&[192, 0, 2, 10]);
        bytes[28..34].copy_from_slice(&[0, 0, 0x5e, 0, 0x53, 7]);
        bytes.extend(COOKIE);
        bytes.extend(options);
        bytes
    }

    fn told(bytes: &[u8]) -> Vec<String> {
        let (mut marks, mut told) = (Marks::default(), Vec::new());
        marks.push(Mark { stream: 0, length: bytes.len() as u32, packet: 1, time: Timestamp(0), offset: Some(42) });
        let input = Input { direction: Direction::ToServer, bytes, offset: 0, marks: &marks };
        let progress = Datagrams.read(input, &mut |event| {
            told.push(match event {
                Event::Name(name) => format!("{} {:?} @{}", name.name, name.subject, name.at.offset.unwrap()),
                Event::Readable(readable) => format!("{}={}", readable.field.unwrap(), String::from_utf8_lossy(readable.bytes)),
                Event::Lease(lease) => format!("{} {:?} {:?} {:?} {}", lease.mac, lease.address, lease.resolvers, lease.routers, lease.acknowledged),
                Event::Malformed { what } => what.to_owned(),
                other => format!("{other:?}"),
            });
        });
        assert_eq!(progress, Progress::Consumed(bytes.len()));
        told
    }

    #[test]
    fn a_request_names_the_device() {
        let told = told(&message(1, b"\x35\x01\x03\0\x0c\x06watch\0\x3c\x05udhcp\x51\x0a\x04\0\0\x05watch\0\xff"));
        assert_eq!(told, ["watch Device(Mac([0, 0, 94, 0, 83, 7])) @288", "hostname=watch", "vendor-class=udhcp"]);
    }

    #[test]
    fn an_answer_tells_the_lease() {
        let told = told(&message(2, b"\x35\x01\x05\x06\x08\xc0\0\x02\x35\xc0\0\x02\x36\x03\x04\xc0\0\x02\x01\xff"));
        assert_eq!(told, ["00:00:5e:00:53:07 Some(192.0.2.10) [192.0.2.53, 192.0.2.54] [192.0.2.1] true"]);
    }

    #[test]
    fn options_may_continue_in_the_file_field() {
        let mut bytes = message(1, b"\x34\x01\x01\xff");
        bytes[108..117].copy_from_slice(b"\x0c\x06toybox\xff");
        assert_eq!(told(&bytes), ["toybox Device(Mac([0, 0, 94, 0, 83, 7])) @152", "hostname=toybox"]);
    }

    #[test]
    fn a_length_that_lies_is_counted() {
        assert_eq!(told(&message(1, b"\x0c\xf0toy")), ["dhcp option longer than its message"]);
        assert_eq!(told(&message(1, b"\x0c")), Vec::<String>::new());
    }

    #[test]
    fn cuts_and_noise_never_panic() {
        let whole = message(2, b"\x35\x01\x05\x06\x08\xc0\0\x02\x35\xc0\0\x02\x36\x51\x0a\x04\0\0\x05watch\0\xff");
        for length in 0..whole.len() {
            told(&whole[..length]);
        }
        proptest::proptest!(|(options in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200))| {
            told(&message(2, &options));
        });
    }

    #[test]
    fn the_cookie_decides() {
        let ask = |bytes: &[u8]| probe(&Probe { bytes, direction: Direction::ToServer, from_port: 9, to_port: 9, from_start: true });
        let whole = message(1, b"\xff");
        assert_eq!(ask(&whole), Verdict::Yes);
        assert_eq!(ask(&whole[..239]), Verdict::No);
        assert_eq!(ask(&[0; 300]), Verdict::No);
    }
}
