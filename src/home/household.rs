//! The home itself: what the facts have taught, and who is who.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

use super::carried::Class;
use super::contacts::{self, Contacts};
use super::flows::Flows;
use super::hosts::Hosts;
use super::identity::Who;
use super::introduced::Introduced;
use super::names::{Names, without_port};
use super::own::Owned;
use super::rhythm::Rhythms;
use super::seen::Seen;
use super::sides::{Side, Sides};
use super::snapshot::{KnownName, Watched};
use super::worked::Worked;
use crate::event::{NameSource, TraitKind};
use crate::fact::{Conversation, Fact, Named, NamedSubject, Totals, What};
use crate::finding::Way;
use crate::knowledge::devices;
use crate::knowledge::given::Given;
use crate::knowledge::places::Place;
use crate::wire::{Direction, End, Mac, Timestamp};

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
    pub(super) sides: Sides,
    pub(super) hosts: Hosts,
    pub(super) names: Names,
    pub(super) contacts: Contacts,
    pub(super) strangers: BTreeSet<IpAddr>,
    pub(super) resolvers: Vec<IpAddr>,
    pub(super) gateways: Vec<IpAddr>,
    pub(super) time_servers: Vec<IpAddr>,
    pub(super) asked: BTreeMap<IpAddr, Timestamp>,
    pub(super) introduced: Introduced,
    pub(super) given: Given,
    pub(super) first: Option<Timestamp>,
    pub(super) seen: Seen,
    pub(super) flows: Flows,
    pub(super) rhythms: Option<Rhythms>,
    pub(super) owned: Arc<Owned>,
    pub(super) worked: Worked,
}

impl Home {
    /// A home nothing is known of, but for the ranges that the user named. `keep_flows`: whether flow records will be wanted.
    pub fn new(named: &[(IpAddr, u8)], keep_flows: bool) -> Self {
        Self { sides: Sides::new(named), flows: Flows::new(keep_flows), ..Self::default() }
    }

    /// The same with what the user gave beforehand.
    #[must_use]
    pub fn with(self, given: Given) -> Self {
        Self { given, ..self }
    }

    /// Keeps from now on what only a screen shows.
    pub fn watch(&mut self) {
        self.rhythms.get_or_insert_default();
    }

    /// What only a screen shows, as it is at the moment of the latest packet.
    pub fn watched(&self, now: Timestamp) -> Watched {
        let Some(rhythms) = &self.rhythms else { return Watched::default() };
        let mut watched = Watched { rhythms: rhythms.of_devices(|end| self.who(end).id(), now), carried: BTreeMap::new() };
        for (flow, carried) in rhythms.carried() {
            let roles = self.roles(flow, Direction::ToServer, false);
            if roles.way == Way::Inside {
                continue;
            }
            let port = if roles.other_is_client { 0 } else { roles.other.port };
            watched.carried.entry((roles.other.ip, port)).or_default().add(carried, roles.other_is_client);
        }
        watched
    }

    /// Takes what the user says of devices.
    pub fn owned(&mut self, owned: &Arc<Owned>) {
        self.owned = Arc::clone(owned);
        self.worked.forget();
    }

    /// Learns from a fact.
    pub fn learn(&mut self, fact: &Fact) {
        self.worked.forget();
        let Some(flow) = &fact.flow else { return self.outside(fact) };
        match &fact.what {
            What::Opened => self.opened(flow),
            What::Adjoining => self.adjoining(flow),
            What::Closed(totals) => {
                self.rhythms.iter_mut().for_each(|rhythms| rhythms.learn(flow, totals, true));
                self.closed(fact, flow, totals);
            }
            What::Progress(totals) => {
                self.rhythms.iter_mut().for_each(|rhythms| rhythms.learn(flow, totals, false));
                self.hosts.progress(flow, Class::of(totals.reading, fact.protocol, fact.clear), totals);
            }
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
                    self.hosts.identity.leased(mac, address);
                }
                for router in routers {
                    self.hosts.identity.is_way_out(*router);
                }
            }
            What::Introduced(addresses) => addresses.iter().for_each(|address| self.introduced.hear(*address, [flow.client.ip, flow.server.ip], fact.time)),
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
            What::Agreement(agreement) => self.flows.agreed(flow.id, agreement),
            What::Certificate(shown) => self.flows.shown(flow.id, shown),
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

    /// Learns from what needs no conversation.
    fn outside(&mut self, fact: &Fact) {
        match &fact.what {
            What::Binding { mac, address } => {
                self.sides.on_link(*address);
                self.hosts.identity.claimed(*mac, *address, fact.time);
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
            NamedSubject::Device(mac) if kind == TraitKind::Identifier => self.hosts.identity.identified(*mac, value),
            _ if kind == TraitKind::Identifier => end.iter().filter_map(|end| end.mac).for_each(|mac| self.hosts.identity.identified(mac, value)),
            NamedSubject::Device(mac) => {
                self.hosts.spoke(*mac, time);
                self.hosts.trait_mac(*mac, kind, value);
            }
            NamedSubject::Sender | NamedSubject::Server => end.iter().for_each(|end| self.hosts.trait_address(end.ip, kind, value)),
            NamedSubject::Addresses(addresses) => addresses.iter().for_each(|address| self.hosts.trait_address(*address, kind, value)),
        }
    }

    /// Both ends are on the home's own link, whatever their addresses look like.
    fn adjoining(&mut self, flow: &Conversation) {
        self.sides.adjoin([flow.client.ip, flow.server.ip]);
        [flow.client.mac, flow.server.mac].into_iter().flatten().for_each(|mac| self.hosts.identity.is_beside(mac));
    }

    fn opened(&mut self, flow: &Arc<Conversation>) {
        if self.sides.may_adjoin(flow) && self.hosts.identity.have_said(flow) {
            self.adjoining(flow);
        }
        self.first = Some(self.first.map_or(flow.first, |first| first.min(flow.first)));
        self.sides.count(flow);
        self.hosts.identity.saw(flow, &self.sides);
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
        self.flows.closed(flow, fact.protocol, totals);
    }

    fn named(&mut self, fact: &Fact, flow: &Arc<Conversation>, named: &Named) {
        let known = || KnownName { name: named.name.clone(), source: named.source };
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
                        self.hosts.name_address(*address, known());
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
            NamedSubject::Server if named.source == NameSource::Ssdp => self.hosts.name_address(flow.server.ip, known()),
            NamedSubject::Server => {}
            NamedSubject::Sender => {
                let sender = flow.sender(fact.direction);
                self.hosts.name_address(sender.ip, known());
                if let Some(mac) = sender.mac {
                    self.arrived(fact, flow, named.source, mac);
                }
            }
            NamedSubject::Device(mac) => {
                self.hosts.spoke(*mac, fact.time);
                self.hosts.name_mac(*mac, known());
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
    pub fn way(&self, flow: &Conversation, direction: Direction) -> Way {
        self.roles(flow, direction, false).way
    }

    /// Whose end this is.
    pub fn who(&self, end: &End) -> Who {
        self.hosts.identity.who(end)
    }

    /// Whether an end is the router's own: the network names it as the way out, or it was seen to forward what the Internet sends.
    pub fn is_router(&self, end: &End) -> bool {
        let who = self.who(end);
        let is_named = |gateway: &IpAddr| *gateway == end.ip || self.who(&End { ip: *gateway, port: 0, mac: None }) == who;
        matches!(who, Who::Mac(mac) if self.hosts.identity.forwards(mac)) || self.gateways.iter().any(is_named)
    }

    /// The id of the device at home that a conversation concerns; of two, the one that began it.
    pub fn device_of(&self, flow: &Conversation) -> Option<String> {
        Some(self.who(self.roles(flow, Direction::ToServer, false).device).id())
    }

    /// The best name of an address as `viewer` sees it.
    pub fn name_of(&self, address: IpAddr, viewer: IpAddr) -> Option<&KnownName> {
        self.names.best(address, viewer)
    }

    /// Whether any device looked up this name and was told this address.
    pub fn was_looked_up(&self, address: IpAddr, name: &str) -> bool {
        self.names.all(address).iter().any(|known| known.source == NameSource::Dns && known.name.eq_ignore_ascii_case(name))
    }

    /// Where an address on the Internet is: as the user's own database says, else the one that is built in.
    pub fn place(&self, address: IpAddr) -> Place {
        self.given.place(address)
    }

    /// What the user gave beforehand.
    pub fn given(&self) -> &Given {
        &self.given
    }

    /// When the first conversation began.
    pub fn begun(&self) -> Option<Timestamp> {
        self.first
    }

    /// The addresses that a name stands for.
    pub fn addresses_of(&self, named: &Named, flow: Option<&Conversation>) -> Vec<IpAddr> {
        match &named.subject {
            NamedSubject::Addresses(addresses) => addresses.clone(),
            NamedSubject::Server if named.source != NameSource::Alpn => flow.iter().map(|flow| flow.server.ip).collect(),
            NamedSubject::Server | NamedSubject::Sender | NamedSubject::Device(_) => Vec::new(),
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
        let [device] = devices else { panic!("{devices:?}") };
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
