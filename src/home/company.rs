//! Whom the devices at home talk to: their contacts, the endpoints, whose those are, and what went over the Internet.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;

use super::carried::{Carried, Class};
use super::contacts::Contact;
use super::grade::case::Traffic;
use super::household::{Home, Roles};
use super::party::{Parties, Whose};
use super::sides::Side;
use super::snapshot::{Device, Endpoint};
use crate::finding::Way;
use crate::knowledge::domains;
use crate::knowledge::domains::entry::{Group, Purpose};
use crate::knowledge::names::registrable_domain;
use crate::wire::{Direction, End, Timestamp};

/// Companies of one device that are told apart; what is beyond counts as one.
const COMPANIES: usize = 256;

impl Home {
    /// All contacts that devices at home began with single endpoints on the Internet, in order of their first packet.
    pub fn contacts(&self) -> Vec<Contact> {
        let outward = |contact: &&Contact| self.side(contact.flow.client.ip) == Side::Home && self.side(contact.flow.server.ip) == Side::Internet;
        let mut contacts: Vec<Contact> = self.contacts.iter().filter(outward).map(|contact| self.placed(contact)).collect();
        contacts.sort_by_key(|contact| contact.flow.id);
        contacts
    }

    /// A contact with what was known of its device when it began.
    fn placed(&self, contact: &Contact) -> Contact {
        let begun = contact.flow.first;
        let start = self.hosts.start_of(&contact.flow.client);
        Contact {
            after: self.first.map_or(0.0, |first| begun.seconds_since(first)),
            device_start_seen: start.is_some_and(|start| start <= begun),
            device_asks_names: self.asked.get(&contact.flow.client.ip).is_some_and(|asked| *asked <= begun),
            named: contact.named || self.is_known_to(contact.flow.server.ip, &contact.flow.client),
            introduced: self.was_introduced(contact.flow.server.ip, &contact.flow.client, begun),
            ..contact.clone()
        }
    }

    /// Whether the device at this end knows a name of an address, whichever of its addresses it asked from.
    fn is_known_to(&self, address: IpAddr, viewer: &End) -> bool {
        let is_same = |by: IpAddr| by == viewer.ip || self.is_of(by, viewer);
        self.names.learnt_by(address).any(is_same)
    }

    fn was_introduced(&self, address: IpAddr, viewer: &End, by_then: Timestamp) -> bool {
        let heard = self.introduced.get(&address).into_iter().flatten();
        heard.filter(|(_, time)| *time <= by_then).any(|(by, _)| *by == viewer.ip || self.is_of(*by, viewer))
    }

    /// Whether an address is one of the device at this end.
    fn is_of(&self, address: IpAddr, end: &End) -> bool {
        self.who(&End { ip: address, port: 0, mac: None }) == self.who(end)
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
    pub fn public_addresses(&self, devices: &[Device]) -> Vec<IpAddr> {
        let own = devices.iter().flat_map(|device| &device.addresses).copied().filter(|address| address.is_ipv6() && self.side(*address) == Side::Home);
        own.chain(self.sides.outside()).collect()
    }

    /// Whether DHCP or a router has named an address as the way out.
    pub fn is_way_out(&self, address: IpAddr) -> bool {
        self.gateways.contains(&address)
    }

    /// Who made which of `devices`, so that whose an endpoint is can be told.
    pub fn parties(&self, devices: &[Device]) -> Parties {
        let mut called: BTreeMap<String, Vec<&'static Group>> = BTreeMap::new();
        for contact in self.contacts.iter() {
            let roles = self.roles(&contact.flow, Direction::ToServer, false);
            let name = self.names.best(roles.other.ip, roles.device.ip).filter(|_| roles.way != Way::Inside);
            let known = name.and_then(|known| domains::lookup(&known.name)).filter(|known| known.purpose == Purpose::Maker);
            if let Some(known) = known {
                let groups = called.entry(self.who(roles.device).id()).or_default();
                if !groups.iter().any(|group| group.name == known.group.name) {
                    groups.push(known.group);
                }
            }
        }
        Parties::new(devices, &called)
    }

    /// The endpoints, by address and port.
    pub fn endpoints(&self, parties: &Parties) -> Vec<Endpoint> {
        let mut found: BTreeMap<(IpAddr, u16), BTreeSet<String>> = BTreeMap::new();
        for contact in self.contacts.iter() {
            let roles = self.roles(&contact.flow, Direction::ToServer, false);
            if roles.way == Way::Inside {
                continue;
            }
            let port = if roles.other_is_client { 0 } else { roles.other.port };
            found.entry((roles.other.ip, port)).or_default().insert(self.who(roles.device).id());
        }
        found.into_iter().map(|((address, port), devices)| self.endpoint(address, port, devices, parties)).collect()
    }

    fn endpoint(&self, address: IpAddr, port: u16, devices: BTreeSet<String>, parties: &Parties) -> Endpoint {
        let names = self.names.all(address);
        let name = names.iter().map(|known| known.name.as_str()).find(|name| registrable_domain(name).is_some());
        let registrable = name.and_then(registrable_domain).map(str::to_owned);
        let whose = parties.whose(devices.iter().map(String::as_str), name, address);
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
            devices: devices.into_iter().collect(),
        }
    }

    /// What each device did on the Internet, by its id.
    pub fn traffic(&self, parties: &Parties) -> HashMap<String, Traffic> {
        let mut under_way: HashMap<(IpAddr, IpAddr, u16), Carried> = HashMap::new();
        for (flow, class, totals) in self.hosts.under_way() {
            under_way.entry((flow.client.ip, flow.server.ip, flow.server.port)).or_default().count(flow, class, totals);
        }
        let mut all: HashMap<String, Traffic> = HashMap::new();
        let mut known: HashMap<(String, IpAddr), (Whose, Option<String>)> = HashMap::new();
        for (contact, mut carried) in self.contacts.carried() {
            let flow = &contact.flow;
            let roles = self.roles(flow, Direction::ToServer, false);
            if let Some(more) = under_way.remove(&(flow.client.ip, flow.server.ip, flow.server.port)) {
                carried.add(&more);
            }
            if roles.way == Way::Inside {
                // Who is called at home and answers is used, be it by an app or by a hub.
                if carried.answered > 0 && carried.bytes(Class::Plumbing) < carried.all_bytes() && self.side(roles.other.ip) == Side::Home {
                    all.entry(self.who(roles.other).id()).or_default().controlled = true;
                }
                continue;
            }
            let id = self.who(roles.device).id();
            let placed = self.placed(contact);
            let traffic = all.entry(id.clone()).or_default();
            traffic.carried.add(&carried);
            traffic.start_seen |= placed.device_start_seen || flow.started && placed.named && placed.device_asks_names;
            let told = carried.all_bytes().saturating_sub(carried.bytes(Class::Plumbing)).saturating_sub(carried.bytes(Class::Dim));
            if told > 0 {
                let (whose, domain) = known.entry((id, roles.other.ip)).or_insert_with_key(|(id, _)| self.whose(id, &roles, parties));
                traffic.talked(whose, domain.as_deref(), roles.other.ip, told);
            }
        }
        all
    }

    /// Whose the other end is, and the part of its name that one owner registers.
    fn whose(&self, device: &str, roles: &Roles<'_>, parties: &Parties) -> (Whose, Option<String>) {
        let name = self.names.best(roles.other.ip, roles.device.ip).map(|known| known.name.as_str());
        (parties.whose([device], name, roles.other.ip), name.and_then(registrable_domain).map(str::to_owned))
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
