//! What one message of DHCPv6 tells.

use std::net::IpAddr;

use super::super::duid::lasting;
use super::super::protocol::{Input, Say};
use super::super::wire_name;
use super::options::{self, Entry, MOST, addresses, code, counted, delegated, duid_mac, leased, time_servers};
use crate::event::{Advert, Event, Exchange, Lease, Name, NameSource, Place, Readable, Role, Subject, Trait, TraitKind};
use crate::wire::{Cidr, Mac};

const ADVERTISE: u8 = 2;
const REPLY: u8 = 7;
const RECONFIGURE: u8 = 10;

/// Message types from 1 on (RFC 8415, section 7.3).
const KINDS: [&str; 11] =
    ["solicit", "advertise", "request", "confirm", "renew", "rebind", "reply", "release", "decline", "reconfigure", "information-request"];

/// A message out of its envelopes.
pub(super) struct Message<'m, 'i> {
    /// What was shown.
    pub(super) input: &'m Input<'i>,
    /// Its type.
    pub(super) kind: u8,
    /// Its options.
    pub(super) rest: &'i [u8],
    /// Index of their first byte.
    pub(super) start: usize,
    /// Index of its own first byte.
    pub(super) at: usize,
    /// Whether a relay carried it, so that its sender on the wire is another.
    pub(super) relayed: bool,
    /// The client's hardware address, where a relay says it.
    pub(super) link: Option<Mac>,
}

impl<'m, 'i> Message<'m, 'i> {
    /// The envelope of a relay.
    pub(super) fn relay(input: &'m Input<'i>, rest: &'i [u8], start: usize) -> Self {
        Self { input, kind: 0, rest, start, at: 0, relayed: true, link: None }
    }

    fn options(&self) -> impl Iterator<Item = Entry<'i>> + use<'i> {
        options::options(self.rest, self.start)
    }

    fn is_of_server(&self) -> bool {
        matches!(self.kind, ADVERTISE | REPLY | RECONFIGURE)
    }

    /// The client's hardware address: as a relay saw it, else the one that its identifier was made from.
    fn client(&self) -> Option<Mac> {
        self.link.or_else(|| self.options().find(|entry| entry.code == code::CLIENT_ID).and_then(|entry| duid_mac(entry.value)))
    }

    /// Tells all of it.
    pub(super) fn tell(&self, say: Say<'_>) {
        let client = self.client();
        // Who sent it is the client, whatever interface its identifier was once made from (section 11): only behind a relay and in an answer
        // the identifier has to do.
        let subject = match client {
            _ if !self.is_of_server() && !self.relayed => Subject::Sender,
            Some(mac) => Subject::Device(mac),
            None => Subject::Addresses(&[]),
        };
        for entry in self.options() {
            self.name(entry, subject, say);
            if !self.is_of_server() && subject != Subject::Addresses(&[]) {
                self.traits(entry, subject, say);
            }
            self.records(entry, say);
        }
        if matches!(self.kind, ADVERTISE | REPLY) {
            self.answer(client, say);
        }
        let kind = KINDS.get(usize::from(self.kind).wrapping_sub(1)).copied().unwrap_or("unknown");
        let target = self.associations().next().map(|address| address.to_string().into());
        let at = self.input.at(self.at, self.input.bytes.len().saturating_sub(self.at));
        say(Event::Exchange(Exchange { kind: Some(kind), target, at, ..Exchange::default() }));
    }

    /// What relays say of a client's line.
    pub(super) fn relay_records(&self, say: Say<'_>) {
        for entry in self.options() {
            match entry.code {
                code::REMOTE_ID => self.readable(Role::Record, "relay-remote", entry, 4, say),
                code::SUBSCRIBER_ID => self.readable(Role::Record, "relay-subscriber", entry, 0, say),
                _ => {}
            }
        }
    }

    /// Option 39 (RFC 4704, section 4): flags, then the name as labels, which may be partial.
    fn name(&self, entry: Entry<'_>, subject: Subject<'_>, say: Say<'_>) {
        let (code::QUALIFIED_NAME, Some((_, labels))) = (entry.code, entry.value.split_first()) else { return };
        let name = wire_name::partial(labels);
        if !name.is_empty() {
            let at = self.input.at(entry.at + 1, labels.len());
            say(Event::Name(Name { source: NameSource::Dhcp, name: &name, subject, at }));
            let place = Place::Unpacked(at);
            say(Event::Readable(Readable { role: Role::Name, bytes: name.as_bytes(), field: Some("hostname"), media: None, chain: &[], place }));
        }
    }

    /// What a client says of itself.
    fn traits(&self, entry: Entry<'_>, subject: Subject<'_>, say: Say<'_>) {
        let mut tell = |kind, text: &[u8], start: usize| {
            let value = wire_name::text(text);
            if !value.is_empty() {
                say(Event::Trait(Trait { kind, value: &value, subject, at: self.input.at(start, text.len()) }));
            }
        };
        match entry.code {
            // An enterprise number, then texts (section 21.16).
            code::VENDOR_CLASS => {
                for (start, class) in counted(entry.value.get(4..).unwrap_or_default()).take(MOST) {
                    tell(TraitKind::VendorClass, class, entry.at + 4 + start);
                }
            }
            code::MUD_URL => tell(TraitKind::MudUrl, entry.value, entry.at),
            code::CLIENT_ID => {
                if let Some(identifier) = lasting(entry.value) {
                    say(Event::Trait(Trait { kind: TraitKind::Identifier, value: &identifier, subject, at: self.input.at(entry.at, entry.value.len()) }));
                }
            }
            _ => {}
        }
    }

    /// Texts that may hold something personal.
    fn records(&self, entry: Entry<'_>, say: Say<'_>) {
        match entry.code {
            code::USER_CLASS => {
                for (start, class) in counted(entry.value).take(MOST) {
                    self.text(Role::Record, "user-class", class, entry.at + start, say);
                }
            }
            code::VENDOR_OPTIONS => {
                for inner in options::options(entry.value.get(4..).unwrap_or_default(), entry.at + 4).take(MOST) {
                    self.text(Role::Record, "vendor-option", inner.value, inner.at, say);
                }
            }
            code::BOOTFILE => self.readable(Role::Record, "bootfile", entry, 0, say),
            code::DOMAINS => {
                for domain in domains(entry.value) {
                    let place = Place::Unpacked(self.input.at(entry.at, entry.value.len()));
                    say(Event::Readable(Readable { role: Role::Name, bytes: domain.as_bytes(), field: Some("domain"), media: None, chain: &[], place }));
                }
            }
            _ => {}
        }
    }

    fn readable(&self, role: Role, field: &str, entry: Entry<'_>, skip: usize, say: Say<'_>) {
        self.text(role, field, entry.value.get(skip..).unwrap_or_default(), entry.at + skip, say);
    }

    /// A value, where it is a text.
    fn text(&self, role: Role, field: &str, bytes: &[u8], at: usize, say: Say<'_>) {
        let is_text = !bytes.is_empty() && std::str::from_utf8(bytes).is_ok_and(|text| !text.chars().any(char::is_control));
        if is_text {
            let place = self.input.place(at);
            say(Event::Readable(Readable { role, bytes, field: Some(field), media: None, chain: &[], place }));
        }
    }

    /// Addresses of the identity associations.
    fn associations(&self) -> impl Iterator<Item = IpAddr> + use<'i> {
        self.options().filter(|entry| matches!(entry.code, code::IA_NA | code::IA_TA)).flat_map(leased).take(MOST)
    }

    /// What a server hands out: a lease per address to a client that is known, and what holds for all.
    fn answer(&self, client: Option<Mac>, say: Say<'_>) {
        let of = |wanted| self.options().filter(move |entry| entry.code == wanted);
        let resolvers: Vec<IpAddr> = of(code::RESOLVERS).flat_map(|entry| addresses(entry.value)).take(MOST).collect();
        let clocks = of(code::TIME_SERVERS).flat_map(|entry| addresses(entry.value)).chain(of(code::NTP).flat_map(|entry| time_servers(entry.value)));
        let clocks: Vec<IpAddr> = clocks.take(MOST).collect();
        let prefixes: Vec<Cidr> = of(code::IA_PD).flat_map(delegated).take(MOST).collect();
        let domains: Vec<String> = of(code::DOMAINS).flat_map(|entry| domains(entry.value)).take(MOST).collect();
        let at = self.input.at(self.at, self.input.bytes.len().saturating_sub(self.at));
        if let Some(mac) = client {
            for address in self.associations() {
                let acknowledged = self.kind == REPLY;
                let lease = Lease { mac, address: Some(address), resolvers: &resolvers, routers: &[], time_servers: &clocks, acknowledged, at };
                say(Event::Lease(lease));
            }
        }
        if !(resolvers.is_empty() && prefixes.is_empty() && domains.is_empty()) {
            say(Event::Advert(Advert { router: None, resolvers: &resolvers, prefixes: &prefixes, domains: &domains, at }));
        }
    }
}

/// Names one after another, without pointers (RFC 8415, section 10).
fn domains(value: &[u8]) -> Vec<String> {
    let (mut list, mut at) = (Vec::new(), 0);
    while at < value.len() && list.len() < MOST {
        let Ok(name) = wire_name::read(value, at) else { break };
        at = name.next.max(at + 1);
        list.push(name.text);
    }
    list
}
