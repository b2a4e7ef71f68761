//! The home itself: what the facts have taught, and who is who.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;
use std::sync::Arc;

use crate::event::{NameSource, TraitKind};
use crate::fact::{Conversation, Fact, Named, NamedSubject, Reading, Totals, What};
use crate::finding::{Finding, Way};
use crate::knowledge::domains::entry::{Group, Purpose};
use crate::knowledge::given::Given;
use crate::knowledge::names::registrable_domain;
use crate::knowledge::places::Place;
use crate::knowledge::{devices, domains};
use crate::wire::{Direction, End, Mac, Timestamp};

use super::contacts::{self, Contact, Contacts};
use super::hosts::{Hosts, Who};
use super::names::{Names, without_port};
use super::party::Parties;
use super::record::{self, FlowRecord};
use super::sealed::Agreements;
use super::sides::{self, Side, Sides};
use super::snapshot::{Coverage, Device, Endpoint, KnownName, Summary, SummaryLine, Vantage};

/// Addresses that devices heard of in messages and that are remembered.
const INTRODUCED: usize = 50_000;

/// Ends that heard of one such address and are remembered.
const HEARD: usize = 16;

/// Resolvers and routers of the home that are remembered.
const OFFERED: usize = 32;

/// Ends that were the client of a conversation in which nobody is at home: they are taken for devices.
const STRANGERS: usize = 1_024;

/// Who is who in a conversation.
#[derive(Clone, Copy, Debug)]
pub struct Roles<'f> {
    /// The device at home that something concerns.
    pub device: &'f End,
    /// The other end.
    pub other: &'f End,
    /// Whether the other end is the client, so that its port means nothing.
    pub other_is_client: bool,
    /// Which way it went.
    pub way: Way,
}

/// A home.
#[derive(Debug, Default)]
pub struct Home {
    sides: Sides,
    hosts: Hosts,
    names: Names,
    contacts: Contacts,
    strangers: BTreeSet<IpAddr>,
    resolvers: Vec<IpAddr>,
    gateways: Vec<IpAddr>,
    time_servers: Vec<IpAddr>,
    asked: BTreeMap<IpAddr, Timestamp>,
    /// Which addresses messages named, who heard of them, and when first.
    introduced: HashMap<IpAddr, Vec<(IpAddr, Timestamp)>>,
    given: Given,
    first: Option<Timestamp>,
    seen: Seen,
    keep_flows: bool,
    flows: Vec<(Arc<Conversation>, &'static str, Totals)>,
    agreements: Agreements,
}

/// What all conversations came to.
#[derive(Debug, Default)]
struct Seen {
    bytes: [u64; 3],
    missing: u64,
    single: u64,
    answered: u64,
    group: u64,
}

impl Home {
    /// A home nothing is known of, but for the ranges that the user named. `keep_flows`: whether flow records will be wanted.
    pub fn new(named: &[(IpAddr, u8)], keep_flows: bool) -> Self {
        Self { sides: Sides::new(named), keep_flows, ..Self::default() }
    }

    /// The same with what the user gave beforehand.
    #[must_use]
    pub fn with(self, given: Given) -> Self {
        Self { given, ..self }
    }

    /// Learns from a fact.
    pub fn learn(&mut self, fact: &Fact) {
        let Some(flow) = &fact.flow else { return self.outside(fact) };
        match &fact.what {
            What::Opened => self.opened(flow),
            What::Closed(totals) => self.closed(fact, flow, totals),
            What::Progress(totals) => self.hosts.progress(flow, totals),
            What::Named(named) => self.named(fact, flow, named),
            What::Claim { kind, why, of_client, certain, .. } => {
                let end = if *of_client { &flow.client } else { &flow.server };
                self.hosts.claim(end, *kind, why, *certain);
            }
            What::Lease { mac, address, resolvers, routers, time_servers, .. } => {
                note(&mut self.resolvers, resolvers);
                note(&mut self.gateways, routers);
                note(&mut self.time_servers, time_servers);
                let mac = leased_to(*mac, flow.sender(fact.direction.flip()));
                if let Some(address) = address.filter(|address| !address.is_unspecified()) {
                    self.hosts.confirm(mac, address);
                }
            }
            What::Introduced(addresses) => self.introduced(fact, flow, addresses),
            What::Exchange(told) => {
                if contacts::MEETING.contains(&fact.protocol)
                    && let Some(contact) = self.contacts.of(flow)
                {
                    contact.meets = true;
                }
                if let (Some(host), Some(target)) = (&told.host, &told.target) {
                    self.asked_for(flow, host, target);
                }
            }
            What::Agreement(agreement) if self.keep_flows => self.agreements.agreed(flow.id, agreement),
            What::Certificate(shown) if self.keep_flows => self.agreements.shown(flow.id, shown),
            What::Trait { kind, value, subject, .. } => {
                let end = if *subject == NamedSubject::Server { &flow.server } else { flow.sender(fact.direction) };
                self.told(*kind, value, subject, Some(end), fact.time);
                if let (NamedSubject::Device(mac), "dhcp") = (subject, fact.protocol) {
                    self.arrived(fact, flow, NameSource::Dhcp, *mac);
                }
            }
            What::Advert { .. } | What::Binding { .. } => self.outside(fact),
            _ => {}
        }
    }

    /// Both ends of a conversation heard of addresses.
    fn introduced(&mut self, fact: &Fact, flow: &Conversation, addresses: &[IpAddr]) {
        for address in addresses {
            if self.introduced.len() >= INTRODUCED && !self.introduced.contains_key(address) {
                continue;
            }
            let heard = self.introduced.entry(*address).or_default();
            for by in [flow.client.ip, flow.server.ip] {
                if heard.len() < HEARD && !heard.iter().any(|(known, _)| *known == by) {
                    heard.push((by, fact.time));
                }
            }
        }
    }

    /// Learns from what needs no conversation.
    fn outside(&mut self, fact: &Fact) {
        match &fact.what {
            What::Binding { mac, address } => {
                self.sides.on_link(*address);
                self.hosts.confirm(*mac, *address);
            }
            What::Advert { router, resolvers, prefixes, .. } => {
                for prefix in prefixes {
                    self.sides.announced(*prefix);
                }
                note(&mut self.resolvers, resolvers);
                note(&mut self.gateways, router.as_slice());
            }
            What::Named(Named { source, name, subject, .. }) => {
                let known = KnownName { name: name.clone(), source: *source };
                match subject {
                    NamedSubject::Device(mac) => {
                        self.hosts.spoke(*mac, fact.time);
                        self.hosts.name_mac(*mac, known);
                    }
                    NamedSubject::Addresses(addresses) => addresses.iter().for_each(|address| self.hosts.name_address(*address, known.clone())),
                    NamedSubject::Server | NamedSubject::Sender => {}
                }
            }
            What::Trait { kind, value, subject, .. } => self.told(*kind, value, subject, None, fact.time),
            _ => {}
        }
    }

    /// A device told something of itself; `end`: the one that it is said of, where that is an end of a conversation.
    fn told(&mut self, kind: TraitKind, value: &str, subject: &NamedSubject, end: Option<&End>, time: Timestamp) {
        match subject {
            NamedSubject::Device(mac) => {
                self.hosts.spoke(*mac, time);
                self.hosts.trait_mac(*mac, kind, value);
            }
            NamedSubject::Sender | NamedSubject::Server => end.iter().for_each(|end| self.hosts.trait_address(end.ip, kind, value)),
            NamedSubject::Addresses(addresses) => addresses.iter().for_each(|address| self.hosts.trait_address(*address, kind, value)),
        }
    }

    fn opened(&mut self, flow: &Arc<Conversation>) {
        self.first = Some(self.first.map_or(flow.first, |first| first.min(flow.first)));
        self.sides.count(flow);
        self.hosts.saw(flow, &self.sides);
        self.contacts.of(flow);
    }

    fn closed(&mut self, fact: &Fact, flow: &Arc<Conversation>, totals: &Totals) {
        let named = self.names.knows(flow.server.ip, flow.client.ip);
        self.contacts.closed(flow, fact.protocol, fact.clear, named, totals);
        self.hosts.closed(flow, totals);
        if self.side(flow.client.ip) == Side::Internet && self.side(flow.server.ip) != Side::Home && self.strangers.len() < STRANGERS {
            self.strangers.insert(flow.client.ip);
        }
        self.seen.count(flow, totals);
        if self.keep_flows {
            self.flows.push((Arc::clone(flow), fact.protocol, totals.clone()));
        }
    }

    fn named(&mut self, fact: &Fact, flow: &Arc<Conversation>, named: &Named) {
        let known = KnownName { name: named.name.clone(), source: named.source };
        let asks = named.source == NameSource::Dns;
        if asks {
            let asked = self.asked.len() < contacts::CONTACTS;
            if asked {
                self.asked.entry(flow.client.ip).or_insert(fact.time);
            }
            self.asked_for(flow, &named.name, "");
        }
        let local = matches!(named.source, NameSource::Mdns | NameSource::Llmnr | NameSource::Nbns);
        match &named.subject {
            NamedSubject::Addresses(addresses) => {
                for address in addresses {
                    if local {
                        self.hosts.name_address(*address, known.clone());
                    } else {
                        self.names.learn(*address, &named.name, named.source, flow.client.ip);
                    }
                }
            }
            // What the server is to be called is what the client asks it for; certificates and protocols offered name no single server.
            NamedSubject::Server if matches!(named.source, NameSource::Sni | NameSource::QuicSni | NameSource::HttpHost) => {
                // A number is no name.
                if is_number(&named.name) {
                    return;
                }
                self.names.learn(flow.server.ip, without_port(&named.name), named.source, flow.client.ip);
                self.asked_for(flow, without_port(&named.name), "");
                if let Some(contact) = self.contacts.of(flow) {
                    contact.named = true;
                }
            }
            // A description that a device at home gives of itself.
            NamedSubject::Server if named.source == NameSource::Ssdp => self.hosts.name_address(flow.server.ip, known),
            NamedSubject::Server => {}
            NamedSubject::Sender => {
                let sender = flow.sender(fact.direction);
                self.hosts.name_address(sender.ip, known);
                if let Some(mac) = sender.mac {
                    self.arrived(fact, flow, named.source, mac);
                }
            }
            NamedSubject::Device(mac) => {
                self.hosts.spoke(*mac, fact.time);
                self.hosts.name_mac(*mac, known);
                self.arrived(fact, flow, named.source, *mac);
            }
        }
    }

    /// Who asks for an address and has none yet has just come to the network; who only keeps the one that it has, has not.
    fn arrived(&mut self, fact: &Fact, flow: &Conversation, source: NameSource, mac: Mac) {
        if source == NameSource::Dhcp && flow.sender(fact.direction).ip.is_unspecified() {
            self.hosts.started(mac, fact.time);
        }
    }

    /// The client asked a server for something: some servers are called by one kind of device only.
    fn asked_for(&mut self, flow: &Conversation, host: &str, target: &str) {
        if let Some((kind, why)) = devices::by_server(without_port(host), target) {
            self.hosts.claim(&flow.client, kind, why, false);
        }
    }

    /// Where an address is, as far as known now.
    pub fn side(&self, address: IpAddr) -> Side {
        self.sides.side(address)
    }

    /// Who is who. `receiver`: of two ends at home, it concerns the one that was told rather than the one that said it.
    pub fn roles<'f>(&self, flow: &'f Conversation, direction: Direction, receiver: bool) -> Roles<'f> {
        let (sender, hearer) = (flow.sender(direction), flow.sender(direction.flip()));
        let at_home = |end: &End| self.side(end.ip) == Side::Home;
        let (device, other, way) = match (at_home(sender), at_home(hearer)) {
            (true, true) if receiver => (hearer, sender, Way::Inside),
            (true, true) => (sender, hearer, Way::Inside),
            (true, false) if self.side(hearer.ip) == Side::Group => (sender, hearer, Way::Inside),
            (true, false) => (sender, hearer, Way::ToInternet),
            // Where nobody is known to be at home, who began is taken for it, so that nothing is lost.
            (false, false) if direction == Direction::ToServer => (sender, hearer, Way::ToInternet),
            (false, _) => (hearer, sender, Way::FromInternet),
        };
        Roles { device, other, other_is_client: *other == flow.client, way }
    }

    /// Which way what `direction` says went.
    pub fn way(&self, flow: &Conversation, direction: Direction) -> Option<Way> {
        Some(self.roles(flow, direction, false).way)
    }

    /// Whose end this is.
    pub fn who(&self, end: &End) -> Who {
        self.hosts.who(end)
    }

    /// The id of the device at home that a conversation concerns; of two, the one that began it.
    pub fn device_of(&self, flow: &Conversation) -> Option<String> {
        Some(self.who(self.roles(flow, Direction::ToServer, false).device).id())
    }

    /// The best name of an address as `viewer` sees it.
    pub fn name_of(&self, address: IpAddr, viewer: IpAddr) -> Option<KnownName> {
        self.names.best(address, viewer).cloned()
    }

    /// Whether any device looked up this name and was told this address.
    pub fn was_looked_up(&self, address: IpAddr, name: &str) -> bool {
        self.names.all(address).iter().any(|known| known.source == NameSource::Dns && known.name.eq_ignore_ascii_case(name))
    }

    /// The addresses that a name stands for.
    pub fn addresses_of(&self, named: &Named, flow: Option<&Conversation>) -> Vec<IpAddr> {
        match &named.subject {
            NamedSubject::Addresses(addresses) => addresses.clone(),
            NamedSubject::Server if named.source != NameSource::Alpn => flow.iter().map(|flow| flow.server.ip).collect(),
            NamedSubject::Server | NamedSubject::Sender | NamedSubject::Device(_) => Vec::new(),
        }
    }

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

    /// When the first conversation began.
    pub fn begun(&self) -> Option<Timestamp> {
        self.first
    }

    /// Where an address on the Internet is: as the user's own database says, else the one that is built in.
    pub fn place(&self, address: IpAddr) -> Place {
        self.given.place(address)
    }

    /// What the user gave beforehand.
    pub fn given(&self) -> &Given {
        &self.given
    }

    /// The devices, by id.
    pub fn devices(&self) -> Vec<Device> {
        self.hosts.devices(&self.sides, &self.strangers, &self.gateways)
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

    /// What all conversations came to: bytes by what others could make of them, what is missing, where the capture was taken.
    pub fn coverage(&self) -> Coverage {
        let [bytes_readable, bytes_encrypted, bytes_unknown] = self.seen.bytes;
        Coverage { missing_estimated: self.seen.missing, bytes_readable, bytes_encrypted, bytes_unknown, vantage: self.vantage(), ..Coverage::default() }
    }

    fn vantage(&self) -> Vantage {
        let Seen { single, answered, group, .. } = self.seen;
        if single == 0 {
            return if group > 0 { Vantage::BroadcastOnly } else { Vantage::Unknown };
        }
        if single >= 3 && answered * 10 <= single {
            return Vantage::OneSided;
        }
        if self.sides.outside().is_some() {
            return Vantage::BehindRouter;
        }
        let talkers: BTreeSet<Who> = self.contacts().iter().map(|contact| self.who(&contact.flow.client)).collect();
        match talkers.len() {
            0 => Vantage::Unknown,
            1 => Vantage::Own,
            _ => Vantage::WholeNetwork,
        }
    }

    /// What was not remembered: one sentence each.
    pub fn limits(&self) -> Vec<String> {
        let counts = [
            (self.hosts.beyond, "addresses"),
            (self.hosts.beyond_traits, "traits of devices"),
            (self.names.beyond, "names"),
            (self.contacts.beyond, "contacts"),
        ];
        counts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} more {what} were seen than are remembered; they are not listed."))
            .collect()
    }

    /// The flow records, by first packet.
    pub fn take_flows(&mut self) -> Vec<FlowRecord> {
        let mut flows = std::mem::take(&mut self.flows);
        let mut agreements = std::mem::take(&mut self.agreements);
        flows.sort_by_key(|(flow, ..)| flow.id);
        let records = flows.iter().map(|(flow, protocol, totals)| {
            let tls = agreements.take(flow.id);
            FlowRecord { tls, ..self.flow_record(flow, protocol, totals) }
        });
        records.collect()
    }

    fn flow_record(&self, flow: &Conversation, protocol: &'static str, totals: &Totals) -> FlowRecord {
        let ([packets_out, packets_in], [bytes_out, bytes_in]) = (totals.packets, totals.bytes);
        FlowRecord {
            id: record::number(flow.id),
            device: self.device_of(flow),
            client: flow.client.to_string(),
            server: flow.server.to_string(),
            transport: flow.transport,
            protocol,
            protocol_reason: totals.protocol_reason,
            first: flow.first,
            last: totals.last,
            packets_out,
            packets_in,
            bytes_out,
            bytes_in,
            verdict: totals.reading.word(),
            verdict_reason: totals.reading_reason.clone(),
            verdict_out: totals.ways[0].word(),
            verdict_in: totals.ways[1].word(),
            gaps: totals.gaps,
            tls: None,
        }
    }
}

impl Seen {
    fn count(&mut self, flow: &Conversation, totals: &Totals) {
        let bytes: u64 = totals.bytes.iter().sum();
        let [readable, encrypted, unknown] = &mut self.bytes;
        match totals.reading {
            Reading::Readable | Reading::Unpacked => *readable += bytes,
            Reading::Encrypted => *encrypted += bytes,
            Reading::Scrambled | Reading::Undetermined => *unknown += bytes,
        }
        if totals.gaps > 0 {
            let packets: u64 = totals.packets.iter().sum::<u64>().max(1);
            self.missing += totals.gaps.div_ceil((bytes / packets).max(1));
        }
        if sides::is_group(flow.client.ip) || sides::is_group(flow.server.ip) {
            self.group += 1;
        } else {
            self.single += 1;
            self.answered += u64::from(totals.packets.iter().all(|packets| *packets > 0));
        }
    }
}

/// Whom a lease went to: over IPv6 the end that it was sent to on its link, for the identifier in it may stem from another interface (RFC 8415,
/// section 11).
fn leased_to(said: Mac, receiver: &End) -> Mac {
    match receiver.ip {
        IpAddr::V6(v6) if v6.is_unicast_link_local() => receiver.mac.filter(|mac| mac.is_device()).unwrap_or(said),
        _ => said,
    }
}

/// Whether a host is an address, with or without a port.
fn is_number(host: &str) -> bool {
    let bare = |text: &str| text.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
    host.parse::<std::net::SocketAddr>().is_ok() || bare(host) || bare(without_port(host))
}

fn note(list: &mut Vec<IpAddr>, more: &[IpAddr]) {
    for address in more {
        if list.len() < OFFERED && !list.contains(address) {
            list.push(*address);
        }
    }
}

/// Counts by code and severity, worst first, and the worst grade.
pub fn summary(findings: &[Finding], devices: &[Device]) -> Summary {
    let mut counts: BTreeMap<(std::cmp::Reverse<crate::finding::Severity>, &'static str), u64> = BTreeMap::new();
    for finding in findings {
        *counts.entry((std::cmp::Reverse(finding.severity), finding.code)).or_default() += 1;
    }
    let counts = counts.into_iter().map(|((severity, code), findings)| SummaryLine { code, severity: severity.0, findings }).collect();
    Summary { counts, worst_grade: devices.iter().map(|device| device.grade.letter).filter(char::is_ascii_uppercase).max() }
}

#[cfg(test)]
mod tests {
    use super::super::testing::conversation;
    use super::*;
    use crate::event::DeviceKind;
    use crate::wire::At;

    const OWN: Mac = Mac([0, 0, 0x5e, 0, 0x53, 1]);

    fn fact(flow: Option<Conversation>, direction: Direction, what: What) -> Fact {
        Fact { packet: 1, time: Timestamp(5), flow: flow.map(Arc::new), protocol: "test", clear: false, direction, what }
    }

    fn outside(what: What) -> Fact {
        fact(None, Direction::ToServer, what)
    }

    fn told(kind: TraitKind, value: &str, subject: NamedSubject) -> What {
        What::Trait { kind, value: value.to_owned(), subject, at: At::default() }
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_switch_that_only_speaks_on_its_link_is_a_device() {
        let mut home = Home::default();
        home.learn(&outside(told(TraitKind::Service, "lldp:router", NamedSubject::Device(OWN))));
        home.learn(&outside(told(TraitKind::Maker, "Example", NamedSubject::Device(OWN))));
        home.learn(&outside(told(TraitKind::Model, "ES-8", NamedSubject::Device(OWN))));
        let named = Named { source: NameSource::Lldp, name: "hall".to_owned(), subject: NamedSubject::Device(OWN), at: At::default() };
        home.learn(&outside(What::Named(named)));
        let devices = home.devices();
        let [device] = devices.as_slice() else { panic!("{devices:?}") };
        assert_eq!((device.mac, device.kind, device.names.len(), device.says().as_deref()), (Some(OWN), DeviceKind::Router, 1, Some("Example ES-8")));
        assert_eq!(device.traits.iter().map(|told| told.kind).collect::<Vec<_>>(), [TraitKind::Maker, TraitKind::Model, TraitKind::Service]);
    }

    #[test]
    fn what_a_server_says_of_itself_is_its_own() {
        let flow = || Some(conversation("192.168.1.2:5000", "192.168.1.9:80"));
        let mut home = Home::default();
        home.learn(&fact(flow(), Direction::ToServer, What::Opened));
        home.learn(&fact(flow(), Direction::ToClient, told(TraitKind::Model, "Lamp 2", NamedSubject::Server)));
        home.learn(&fact(flow(), Direction::ToServer, told(TraitKind::Software, "Browser", NamedSubject::Sender)));
        let named = Named { source: NameSource::Ssdp, name: "lamp".to_owned(), subject: NamedSubject::Server, at: At::default() };
        home.learn(&fact(flow(), Direction::ToClient, What::Named(named)));
        home.learn(&fact(flow(), Direction::ToServer, What::Closed(Totals::default())));
        let shown: Vec<_> = home.devices().iter().map(|device| (device.id.clone(), device.names.len(), device.traits.len(), device.says())).collect();
        assert_eq!(shown, [("192.168.1.2".to_owned(), 0, 1, None), ("192.168.1.9".to_owned(), 1, 1, Some("Lamp 2".to_owned()))]);
    }

    #[test]
    fn a_router_tells_the_home_its_networks_and_resolvers() {
        let mut home = Home::default();
        home.learn(&outside(What::Advert {
            router: Some(ip("fe80::1")),
            resolvers: vec![ip("2001:db8:1::53")],
            prefixes: vec!["2001:db8:1::/64".parse().unwrap()],
            domains: Vec::new(),
        }));
        assert_eq!((home.side(ip("2001:db8:1::7")), home.side(ip("2001:db8:2::7"))), (Side::Home, Side::Internet));
        assert_eq!(home.offered_resolvers(ip("2001:db8:9::53")), [ip("2001:db8:1::53"), ip("fe80::1")]);
        assert_eq!(home.offered_resolvers(ip("192.0.2.53")), Vec::<IpAddr>::new(), "a router offers none for IPv4");
    }

    #[test]
    fn an_address_that_passed_on_stays_with_both() {
        let mut home = Home::default();
        let next = Mac([0, 0, 0x5e, 0, 0x53, 2]);
        for mac in [OWN, next] {
            home.learn(&outside(What::Binding { mac, address: ip("192.168.1.5") }));
        }
        let who = |mac| home.who(&End { ip: ip("192.168.1.5"), port: 0, mac }).id();
        assert_eq!((who(Some(OWN)), who(Some(next)), who(None)), (OWN.to_string(), next.to_string(), next.to_string()));
        assert_eq!(who(Some(Mac([0, 0, 0x5e, 0, 0x53, 9]))), next.to_string(), "who never said so only forwards");
    }

    #[test]
    fn a_lease_over_ipv6_is_of_whom_it_was_sent_to() {
        let other = Mac([0, 0, 0x5e, 0, 0x53, 7]);
        let end = |text: &str| End { ip: ip(text), port: 546, mac: Some(other) };
        assert_eq!((leased_to(OWN, &end("fe80::7")), leased_to(OWN, &end("2001:db8::7")), leased_to(OWN, &end("192.0.2.7"))), (other, OWN, OWN));
    }
}
