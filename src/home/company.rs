//! Whom the devices at home talk to: their contacts, the endpoints, whose those are, and what went over the Internet.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

use super::carried::{Carried, Class};
use super::contacts::Contact;
use super::grade::case::Traffic;
use super::household::Home;
use super::identity::Who;
use super::party::{Parties, Whose};
use super::sides::Side;
use super::snapshot::Endpoint;
use crate::fact::Conversation;
use crate::finding::Way;
use crate::knowledge::domains;
use crate::knowledge::domains::entry::{Group, Purpose};
use crate::knowledge::names::registrable_domain;
use crate::wire::{Direction, End, Timestamp};

/// Companies of one device that are told apart; what is beyond counts as one.
const COMPANIES: usize = 256;

impl Home {
    /// What [`Home::contacts`] keeps.
    pub(super) fn all_contacts(&self) -> Vec<Contact> {
        let outward = |contact: &&Contact| self.side(contact.flow.client.ip) == Side::Home && self.side(contact.flow.server.ip) == Side::Internet;
        let mut contacts: Vec<Contact> = self.contacts.iter().filter(outward).map(|contact| self.placed(contact)).collect();
        contacts.sort_by_key(|contact| contact.flow.id);
        contacts
    }

    /// A contact with what was known of its device when it began.
    fn placed(&self, contact: &Contact) -> Contact {
        let begun = contact.flow.first;
        Contact {
            after: self.first.map_or(0.0, |first| begun.seconds_since(first)),
            device_start_seen: self.start_was_seen(contact),
            device_asks_names: self.had_asked(contact),
            named: self.is_named(contact),
            introduced: self.was_introduced(contact.flow.server.ip, &contact.flow.client, begun),
            ..contact.clone()
        }
    }

    /// Whether the device was seen to start before the contact began.
    fn start_was_seen(&self, contact: &Contact) -> bool {
        self.hosts.start_of(&contact.flow.client).is_some_and(|start| start <= contact.flow.first)
    }

    /// Whether the device had asked for a name by then.
    fn had_asked(&self, contact: &Contact) -> bool {
        self.asked.get(&contact.flow.client.ip).is_some_and(|asked| *asked <= contact.flow.first)
    }

    /// Whether the device knows a name of the endpoint, whichever of its addresses it asked from.
    fn is_named(&self, contact: &Contact) -> bool {
        contact.named || self.is_any_of(self.names.learnt_by(contact.flow.server.ip), &contact.flow.client)
    }

    fn was_introduced(&self, address: IpAddr, viewer: &End, by_then: Timestamp) -> bool {
        self.is_any_of(self.introduced.by_then(address, by_then), viewer)
    }

    /// Whether any of these addresses is one of the device at this end.
    fn is_any_of(&self, addresses: impl Iterator<Item = IpAddr>, end: &End) -> bool {
        let mut who = None;
        addresses.into_iter().any(|ip| ip == end.ip || self.who(&End { ip, port: 0, mac: None }) == *who.get_or_insert_with(|| self.who(end)))
    }

    /// What `resolver` may be, so that it is one of the home's: resolvers that DHCP or a router gave out, with the routers. Empty where none was seen; of
    /// one for IPv4 where only routers spoke, which offer resolvers for IPv6 alone.
    pub fn offered_resolvers(&self, resolver: IpAddr) -> Vec<IpAddr> {
        if !self.resolvers.iter().any(|offered| offered.is_ipv4() || resolver.is_ipv6()) {
            return Vec::new();
        }
        self.resolvers.iter().chain(&self.gateways).copied().collect()
    }

    /// The time servers that the home offers, as far as its offers were seen.
    pub fn offered_time_servers(&self) -> &[IpAddr] {
        &self.time_servers
    }

    /// The routers, and the addresses that routers gave out as theirs.
    pub fn gateways(&self) -> &[IpAddr] {
        &self.gateways
    }

    /// Addresses by which the home is known on the Internet: those of its own networks, or that of its router where the capture was taken outside.
    pub fn public_addresses(&self) -> Vec<IpAddr> {
        let own = self.devices().iter().flat_map(|device| &device.addresses).copied().filter(|address| address.is_ipv6() && self.side(*address) == Side::Home);
        own.chain(self.sides.outside()).collect()
    }

    /// Whether DHCP or a router has named an address as the way out.
    pub fn is_way_out(&self, address: IpAddr) -> bool {
        self.gateways.contains(&address)
    }

    /// Who is who in each contact, in their order.
    pub(super) fn all_parts(&self) -> Vec<Part> {
        let part = |contact: &Contact| {
            let roles = self.roles(&contact.flow, Direction::ToServer, false);
            Part { way: roles.way, device: self.who(roles.device), is_turned: roles.other_is_client }
        };
        self.contacts.iter().map(part).collect()
    }

    /// Who made which device, by what they say of themselves and whose clouds they call.
    pub(super) fn all_parties(&self) -> Parties {
        let mut called: BTreeMap<Who, Vec<&'static Group>> = BTreeMap::new();
        for (contact, part) in self.contacts.iter().zip(self.parts()).filter(|(_, part)| part.way != Way::Inside) {
            let (device, other) = part.ends(&contact.flow);
            let name = self.names.best(other.ip, device.ip);
            let known = name.and_then(|known| domains::lookup(&known.name)).filter(|known| known.purpose == Purpose::Maker);
            if let Some(known) = known {
                let groups = called.entry(part.device).or_default();
                if !groups.iter().any(|group| group.name == known.group.name) {
                    groups.push(known.group);
                }
            }
        }
        Parties::new(self.devices(), &called.into_iter().map(|(who, groups)| (who.id(), groups)).collect())
    }

    /// The endpoints, by address and port.
    pub fn endpoints(&self) -> Vec<Endpoint> {
        let mut met: Vec<((IpAddr, u16), Who)> = Vec::new();
        for (contact, part) in self.contacts.iter().zip(self.parts()).filter(|(_, part)| part.way != Way::Inside) {
            let (_, other) = part.ends(&contact.flow);
            met.push(((other.ip, if part.is_turned { 0 } else { other.port }), part.device));
        }
        met.sort_unstable();
        met.dedup();
        let by_endpoint = met.chunk_by(|(one, _), (other, _)| one == other);
        by_endpoint.filter_map(|met| Some(self.endpoint(met.first()?.0, met.iter().map(|(_, who)| who.id()).collect()))).collect()
    }

    fn endpoint(&self, (address, port): (IpAddr, u16), mut devices: Vec<String>) -> Endpoint {
        devices.sort_unstable();
        let names = self.names.all(address);
        let name = names.iter().map(|known| known.name.as_str()).find(|name| registrable_domain(name).is_some());
        let registrable = name.and_then(registrable_domain).map(str::to_owned);
        let whose = self.parties().whose(devices.iter().map(String::as_str), name, address);
        let place = self.place(address);
        let network = self.given.network(address);
        Endpoint {
            address,
            port,
            names,
            registrable_domain: registrable,
            owner: whose.owner,
            purpose: whose.purpose,
            country: place.country(),
            country_reason: place.reason(),
            asn: network.as_ref().map(|network| network.number),
            as_name: network.and_then(|network| network.holder),
            party: whose.party,
            tracker: whose.tracker,
            devices,
        }
    }

    /// What each device did on the Internet, by its id.
    pub fn traffic(&self) -> HashMap<String, Traffic> {
        let mut under_way: HashMap<(IpAddr, IpAddr, u16), Carried> = HashMap::new();
        for (flow, class, totals) in self.hosts.under_way() {
            under_way.entry((flow.client.ip, flow.server.ip, flow.server.port)).or_default().count(flow, class, totals);
        }
        let mut all: HashMap<Who, Traffic> = HashMap::new();
        let mut known: HashMap<(Who, IpAddr), (Whose, Option<String>)> = HashMap::new();
        for ((contact, mut carried), part) in self.contacts.carried().zip(self.parts()) {
            let flow = &contact.flow;
            let (device, other) = part.ends(flow);
            if let Some(more) = under_way.remove(&(flow.client.ip, flow.server.ip, flow.server.port)) {
                carried.add(&more);
            }
            if part.way == Way::Inside {
                // Who is called at home and answers is used, be it by an app or by a hub.
                if carried.answered > 0 && carried.bytes(Class::Plumbing) < carried.all_bytes() && self.side(other.ip) == Side::Home {
                    all.entry(self.who(other)).or_default().controlled = true;
                }
                continue;
            }
            let traffic = all.entry(part.device).or_default();
            traffic.carried.add(&carried);
            traffic.start_seen = traffic.start_seen || self.start_was_seen(contact) || flow.started && self.had_asked(contact) && self.is_named(contact);
            let told = carried.all_bytes().saturating_sub(carried.bytes(Class::Plumbing)).saturating_sub(carried.bytes(Class::Dim));
            if told > 0 {
                let (whose, domain) = known.entry((part.device, other.ip)).or_insert_with(|| self.whose(part.device, device.ip, other.ip));
                traffic.talked(whose, domain.as_deref(), other.ip, told);
            }
        }
        all.into_iter().map(|(who, traffic)| (who.id(), traffic)).collect()
    }

    /// Whose the other end is, and the part of its name that one owner registers.
    fn whose(&self, device: Who, viewer: IpAddr, other: IpAddr) -> (Whose, Option<String>) {
        let name = self.names.best(other, viewer).map(|known| known.name.as_str());
        (self.parties().whose([device.id().as_str()], name, other), name.and_then(registrable_domain).map(str::to_owned))
    }
}

/// Who is who in a contact.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    /// Which way its first packet went.
    pub(super) way: Way,
    /// The device at home that it concerns.
    pub(super) device: Who,
    /// Whether that is the server, so that the other end's port means nothing.
    pub(super) is_turned: bool,
}

impl Part {
    /// The device's end and the other one.
    fn ends<'f>(&self, flow: &'f Conversation) -> (&'f End, &'f End) {
        if self.is_turned { (&flow.server, &flow.client) } else { (&flow.client, &flow.server) }
    }
}

impl Traffic {
    /// So many bytes went to and from someone.
    fn talked(&mut self, whose: &Whose, domain: Option<&str>, address: IpAddr, bytes: u64) {
        let company = whose.owner.clone().or_else(|| domain.map(str::to_owned)).unwrap_or_else(|| address.to_string());
        let is_new = !self.companies.contains_key(&company);
        let company = if is_new && self.companies.len() >= COMPANIES { "others".to_owned() } else { company };
        let sum = self.companies.entry(company).or_default();
        *sum = sum.saturating_add(bytes);
        self.others |= whose.party == "third";
        self.nameless |= whose.party == "unknown" && domain.is_none();
    }
}
