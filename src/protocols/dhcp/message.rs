//! One message of DHCP or BOOTP: its fixed fields, and what its options come to.

use std::net::{IpAddr, Ipv4Addr};
use std::ops::Range;

use super::super::duid::lasting;
use super::super::protocol::{Input, Say, Verdict};
use super::super::wire_name;
use super::options::{FILE, Options, SERVER_NAME, START, default_routers, until_zero, without_zeros};
use super::vendor::{Teller, is_text, say_readable};
use crate::event::{Event, Exchange, Lease, Name, NameSource, Place, Role, Subject, TraitKind};
use crate::wire::Mac;

/// Bytes before what makers may fill: the fixed fields of BOOTP.
pub(super) const FIXED: usize = 236;
/// What tells options from a vendor area of old (RFC 2131, section 3).
const COOKIE: [u8; 4] = [99, 130, 83, 99];
/// A message of BOOTP has at least so many bytes (RFC 951, section 3).
const BOOTP: usize = 300;
/// Most host names that are told of one message.
const NAMES: usize = 4;

const REPLY: u8 = 2;
const OFFER: u8 = 2;
const ACK: u8 = 5;

/// Message types from 1 on (RFC 2132, section 9.6; RFC 3203, RFC 4388, RFC 6926, RFC 7724).
const KINDS: [&str; 18] = [
    "discover",
    "offer",
    "request",
    "decline",
    "ack",
    "nak",
    "release",
    "inform",
    "force-renew",
    "lease-query",
    "lease-unassigned",
    "lease-unknown",
    "lease-active",
    "bulk-lease-query",
    "lease-query-done",
    "active-lease-query",
    "lease-query-status",
    "tls",
];

/// DHCP by its cookie; BOOTP without one only where every fixed field has the form of one.
pub(super) fn probe(bytes: &[u8]) -> Verdict {
    let begins = matches!(bytes, [1 | REPLY, _, 0..=16, ..]);
    let is_dhcp = bytes.get(FIXED..START) == Some(&COOKIE);
    if begins && (is_dhcp || is_bootp(bytes)) { Verdict::Yes } else { Verdict::No }
}

fn is_bootp(bytes: &[u8]) -> bool {
    let ethernet = matches!(bytes, [1 | REPLY, 1, 6, 0..=16, ..]);
    let padded = bytes.get(34..44).is_some_and(|padding| padding.iter().all(|byte| *byte == 0));
    let flags = matches!(bytes.get(10..12), Some([0 | 0x80, 0]));
    let text = |range: Range<usize>| {
        bytes.get(range).is_some_and(|field| {
            let text = until_zero(field);
            text.len() < field.len() && text.iter().all(u8::is_ascii_graphic)
        })
    };
    bytes.len() >= BOOTP && ethernet && padded && flags && text(SERVER_NAME) && text(FILE) && chaddr(bytes).is_some()
}

/// Tells a message of at least [`FIXED`] bytes.
pub(super) fn read(input: &Input<'_>, say: Say<'_>) {
    let bytes = input.bytes;
    let has_options = bytes.get(FIXED..START) == Some(&COOKIE);
    let options = if has_options { Options::read(bytes) } else { Options::default() };
    let message = Message { input, options, is_reply: bytes.first() == Some(&REPLY) };
    message.tell(say);
    if bytes.get(2).is_some_and(|length| *length > 16) {
        say(Event::Malformed { what: "dhcp hardware address longer than its field" });
    }
    if message.options.broken {
        say(Event::Malformed { what: "dhcp option longer than its message" });
    }
}

struct Message<'m, 'i> {
    input: &'m Input<'i>,
    options: Options<'i>,
    is_reply: bool,
}

impl Message<'_, '_> {
    fn tell(&self, say: Say<'_>) {
        let client = self.client();
        let subject = client.map_or(Subject::Sender, Subject::Device);
        let teller = Teller { input: self.input, own: (!self.is_reply).then_some(subject) };
        self.names(client, say);
        self.traits(teller, say);
        self.records(teller, say);
        teller.vendors(&self.options, say);
        if let (Some(mac), Some(address), false) = (client, self.field(12), self.is_reply) {
            // Who renews or informs says which address it has (RFC 2131, section 4.3.6).
            say(Event::Binding { mac, address });
        }
        self.lease(client, say);
        self.exchange(say);
    }

    /// The client's hardware address: its field, else what its identifier holds (RFC 2132, section 9.14; RFC 4361; servers echo it, RFC 6842).
    fn client(&self) -> Option<Mac> {
        chaddr(self.input.bytes).or_else(|| {
            let mac = match self.options.first(61)? {
                [1, mac @ ..] if mac.len() == 6 => mac,
                [255, _, _, _, _, duid @ ..] => duid_mac(duid)?,
                _ => return None,
            };
            mac.first_chunk().map(|six| Mac(*six)).filter(|mac| mac.is_device())
        })
    }

    /// Host names (option 12) and qualified names (option 81), each once. A server names its client too.
    fn names(&self, client: Option<Mac>, say: Say<'_>) {
        let subject = match client {
            Some(mac) => Subject::Device(mac),
            None if self.is_reply => Subject::Addresses(&[]),
            None => Subject::Sender,
        };
        let mut told: Vec<String> = Vec::new();
        for entry in self.options.list.iter().filter(|entry| matches!(entry.code, 12 | 81)) {
            let Some((name, range)) = (if entry.code == 12 { Some(host_name(&entry.value)) } else { qualified_name(&entry.value) }) else { continue };
            if name.is_empty() || told.contains(&name) || told.len() >= NAMES {
                continue;
            }
            let place = entry.place(self.input, range.start);
            say(Event::Name(Name { source: NameSource::Dhcp, name: &name, subject, at: place.at(0, range.len()) }));
            say_readable(Role::Name, "hostname", entry.value.get(range).unwrap_or_default(), place, say);
            told.push(name);
        }
    }

    /// What the client says of itself.
    fn traits(&self, teller: Teller<'_, '_>, say: Say<'_>) {
        if let Some(entry) = self.options.entry(60) {
            let class = without_zeros(&entry.value);
            teller.say_trait(TraitKind::VendorClass, &wire_name::text(class), teller.at(entry), say);
            say_readable(Role::Record, "vendor-class", class, entry.place(self.input, 0), say);
        }
        if let Some(entry) = self.options.entry(55) {
            let list = entry.value.iter().map(u8::to_string).collect::<Vec<_>>().join(",");
            teller.say_trait(TraitKind::ParameterList, &list, teller.at(entry), say);
        }
        // RFC 4361, section 6.1: the identifier lies behind the type and the number of the interface.
        if let Some(entry) = self.options.entry(61)
            && let Some(identifier) = entry.value.strip_prefix(&[255]).and_then(|value| lasting(value.get(4..)?))
        {
            teller.say_trait(TraitKind::Identifier, &identifier, teller.at(entry), say);
        }
        // RFC 8520, section 11.
        if let Some(entry) = self.options.entry(161) {
            teller.say_trait(TraitKind::MudUrl, &wire_name::text(without_zeros(&entry.value)), teller.at(entry), say);
        }
    }

    /// Texts that may hold something personal: domains, user classes, identifiers, what is booted from where, a server's words.
    fn records(&self, teller: Teller<'_, '_>, say: Say<'_>) {
        for entry in &self.options.list {
            let field = match entry.code {
                15 => "domain",
                56 => "message",
                61 => "client-id",
                66 => "tftp-server",
                67 => "bootfile",
                77 => "user-class",
                119 => {
                    for domain in search_list(&entry.value) {
                        let place = Place::Unpacked(teller.at(entry));
                        say_readable(Role::Name, "domain", domain.as_bytes(), place, say);
                    }
                    continue;
                }
                _ => continue,
            };
            let role = if field == "domain" { Role::Name } else { Role::Record };
            // An identifier of type 0 is a text behind that byte; a user class may have its length before it (RFC 3004).
            let skip = usize::from(matches!((entry.code, entry.value.first()), (61, Some(0)) | (77, Some(1..=31))));
            let value = without_zeros(entry.value.get(skip..).unwrap_or_default());
            if entry.code != 61 || is_text(value) {
                say_readable(role, field, value, entry.place(self.input, skip), say);
            }
        }
        let overload = self.options.overload;
        for (bit, field, range) in [(1, "bootfile", FILE), (2, "tftp-server", SERVER_NAME)] {
            let text = until_zero(self.input.bytes.get(range.clone()).unwrap_or_default());
            if overload & bit == 0 && is_text(text) {
                say_readable(Role::Record, field, text, self.input.place(range.start), say);
            }
        }
    }

    fn kind(&self) -> Option<u8> {
        self.options.first(53).and_then(|value| value.first().copied())
    }

    fn lease(&self, client: Option<Mac>, say: Say<'_>) {
        let kind = self.kind();
        let (Some(mac), true, None | Some(OFFER | ACK)) = (client, self.is_reply, kind) else { return };
        // Your address; in the answer to an INFORM only the client's own is set (RFC 2131, section 4.3.5).
        let address = self.field(16).or_else(|| self.field(12));
        let mut routers = self.options.list.iter().filter(|entry| matches!(entry.code, 121 | 249)).flat_map(|entry| default_routers(&entry.value)).collect();
        add_new(&mut routers, self.options.addresses(3));
        let lease = Lease {
            mac,
            address,
            resolvers: &self.options.addresses(6),
            routers: &routers,
            time_servers: &self.options.addresses(42),
            acknowledged: kind != Some(OFFER),
            at: self.input.at(0, self.input.bytes.len()),
        };
        say(Event::Lease(lease));
    }

    /// One message: its type, and the address that is asked for or handed out.
    fn exchange(&self, say: Say<'_>) {
        let kind = match self.kind() {
            Some(number) => KINDS.get(usize::from(number).wrapping_sub(1)).copied().unwrap_or("unknown"),
            None if self.is_reply => "bootp-reply",
            None => "bootp-request",
        };
        let asked = || self.options.addresses(50).first().copied();
        let address = if self.is_reply { self.field(16) } else { asked().or_else(|| self.field(12)) };
        let target = address.map(|address| address.to_string().into());
        say(Event::Exchange(Exchange { kind: Some(kind), target, at: self.input.at(0, self.input.bytes.len()), ..Exchange::default() }));
    }

    /// The address in a fixed field, where one is set.
    fn field(&self, start: usize) -> Option<IpAddr> {
        let four = self.input.bytes.get(start..)?.first_chunk::<4>()?;
        let ip = Ipv4Addr::from(*four);
        (!ip.is_unspecified()).then_some(IpAddr::V4(ip))
    }
}

/// The client's hardware address, where it is one of six bytes.
fn chaddr(bytes: &[u8]) -> Option<Mac> {
    let &six = bytes.get(28..)?.first_chunk::<6>()?;
    let mac = Mac(six);
    (bytes.get(2) == Some(&6) && mac.is_device()).then_some(mac)
}

/// The hardware address in an identifier of types 1 and 3, of Ethernet (RFC 8415, sections 11.2 and 11.4).
fn duid_mac(duid: &[u8]) -> Option<&[u8]> {
    match duid {
        [0, 1, 0, 1, _, _, _, _, mac @ ..] | [0, 3, 0, 1, mac @ ..] if mac.len() == 6 => Some(mac),
        _ => None,
    }
}

/// Option 12, and where its text lies in the value.
fn host_name(value: &[u8]) -> (String, Range<usize>) {
    let name = without_zeros(value);
    (wire_name::text(name).trim_end_matches('.').to_owned(), 0..name.len())
}

/// Option 81 (RFC 4702, section 2): flags, two result codes, then the name as labels (flag E) or as plain text of old.
fn qualified_name(value: &[u8]) -> Option<(String, Range<usize>)> {
    let (&[flags, _, _], name) = value.split_first_chunk()?;
    if flags & 4 == 0 {
        let name = without_zeros(name);
        return Some((wire_name::text(name).trim_end_matches('.').to_owned(), 3..3 + name.len()));
    }
    Some((wire_name::partial(name), 3..value.len()))
}

/// The domains of option 119 (RFC 3397): names with pointers that count from the beginning of the value.
fn search_list(value: &[u8]) -> Vec<String> {
    let (mut domains, mut at) = (Vec::new(), 0);
    while at < value.len() && domains.len() < NAMES {
        let Ok(name) = wire_name::read(value, at) else { break };
        at = name.next;
        domains.push(name.text);
    }
    domains
}

fn add_new(list: &mut Vec<IpAddr>, more: Vec<IpAddr>) {
    for address in more {
        if !list.contains(&address) {
            list.push(address);
        }
    }
}
