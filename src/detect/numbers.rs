//! Numbers without a name: addresses that a device calls and that nobody told it (EP-05).

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

use crate::detect::resolvers;
use crate::detect::rule::{Detector, Rule, Tell};
use crate::event::DeviceKind;
use crate::fact::{Conversation, Fact, FlowId, Kind, What};
use crate::finding::{Card, Confidence, Severity};
use crate::home::ledger::{self, Draft};
use crate::home::map::Set;
use crate::home::{Contact, Home, Who};
use crate::knowledge::resolvers::is_resolver_address;
use crate::printable::plural;
use crate::wire::{At, Direction, End, Timestamp, Transport};

/// See the file.
pub static RULE: Rule = Rule {
    cards: &[&EP_05],
    hears: &[Kind::Text, Kind::Records, Kind::Media, Kind::Disguised, Kind::Agreement, Kind::Opened, Kind::Named, Kind::Sealed],
    open: || Box::<Numbers>::default(),
};

/// A number without a name.
pub static EP_05: Card = Card {
    code: "EP-05",
    name: "Connects straight to a number, no name look-up",
    title: "It talks to an Internet address whose name it never asked for.",
    story: "{device} connected to {endpoint} without asking for a name first, so its address is built in and nobody can see whose it is.",
    advice: "Ask the maker whose address this is, and block it in the router if nobody can say.",
    example: "",
    evidence: "A conversation with a public address for which no answer of a resolver, no server name and no Host was seen, by a device that was seen to come to the network before, or that the capture watched for a day.",
    scale: "Low; medium where it is unencrypted or on an unusual port; high where a child's device sends readable messages there. Confidence high; medium where the device asks for names out of sight (over HTTPS or TLS) and the conversation names nobody.",
    limits: "Left out on purpose: resolvers, time servers, helpers for calls and peers of calls (EP-11), networks of many peers (EP-11), addresses that never answered, that a readable message had named before, and conversations that the capture began too late for. What an encrypted message names cannot be seen.",
    standards: &["ETSI EN 303 645 5.6-5", "RFC 9726"],
    child_weighs_more: false,
    home_weighs_less: true,
};

/// Conversations and devices that are remembered.
const SEEN: usize = 4_096;
/// Without having seen the device come, so many seconds of capture must have passed: by then any name that was looked up before has to be asked for again.
const HORIZON: f64 = 86_400.0;

/// So many peers without a name, at so many ports, are a network of peers.
const SWARM: (usize, usize) = (16, 8);

/// Ports that are called by number by design: names, addresses, time, keys, calls.
const NUMBERS_BY_DESIGN: &[u16] = &[53, 67, 68, 123, 500, 547, 853, 3_478, 3_479, 4_500, 5_349, 5_353, 19_302];
/// Ports on which a conversation is nothing unusual.
const USUAL: &[u16] = &[80, 443, 1_883, 5_222, 5_223, 5_228, 5_671, 8_080, 8_443, 8_883];

/// Which conversation: client, server, its port, what carries it.
type Key = (IpAddr, IpAddr, u16, Transport);

/// Notes what conversations say without a name; the home knows the rest.
#[derive(Debug, Default)]
struct Numbers {
    /// Those with messages that anyone can read, in protocols of their own.
    readable: Set<Key>,
    /// Those whose encryption began without a name.
    nobody: Set<FlowId>,
    /// Who asked for names out of sight, and since when.
    sealed: BTreeMap<IpAddr, (End, Timestamp)>,
}

impl Detector for Numbers {
    fn hear(&mut self, _: &Home, fact: &Fact, _: Tell<'_>) {
        let Some(flow) = &fact.flow else { return };
        match &fact.what {
            What::Text { .. } | What::Records { .. } | What::Media { .. } | What::Disguised { .. } if self.readable.len() < SEEN => {
                self.readable.insert((flow.client.ip, flow.server.ip, flow.server.port, flow.transport));
            }
            What::Agreement(agreed) if !agreed.named && self.nobody.len() < SEEN => {
                self.nobody.insert(flow.id);
            }
            _ => {}
        }
        if self.sealed.len() < SEEN && resolvers::asks_sealed(fact, flow) {
            self.sealed.entry(flow.client.ip).or_insert((flow.client, fact.time));
        }
    }

    fn close(&self, home: &Home, tell: Tell<'_>) {
        let mut childs: Option<BTreeSet<String>> = None;
        let contacts = home.contacts();
        let swarms = swarms(home, contacts);
        for contact in contacts.iter().filter(|contact| is_bare(contact) && is_warm(contact)) {
            if is_swarming(home, &swarms, contact) {
                continue;
            }
            let Some(confidence) = self.confidence(home, contact) else { continue };
            let is_clear = contact.clear || self.is_readable(contact);
            let mut severity = if is_clear || !USUAL.contains(&contact.flow.server.port) { Severity::Medium } else { Severity::Low };
            if is_clear {
                let childs = childs.get_or_insert_with(|| of_children(home));
                if childs.contains(&home.who(&contact.flow.client).id()) {
                    severity = Severity::High;
                }
            }
            tell(drafted(&EP_05, severity, confidence, &contact.flow, contact.protocol));
        }
    }

    fn unjudged(&self, home: &Home) -> Vec<String> {
        let contacts = home.contacts();
        let swarms = swarms(home, contacts);
        let is_late = |contact: &&Contact| is_bare(contact) && !is_warm(contact) && !is_swarming(home, &swarms, contact);
        let late = contacts.iter().filter(is_late).count() as u64;
        let sentence = || {
            let were = if late == 1 { "was" } else { "were" };
            format!(
                "{} without a name {were} not judged: who called had started before the capture did, and may have looked a name up before.",
                plural(late, "conversation")
            )
        };
        (late > 0).then(sentence).into_iter().collect()
    }
}

impl Numbers {
    fn is_readable(&self, contact: &Contact) -> bool {
        let flow = &contact.flow;
        self.readable.contains(&(flow.client.ip, flow.server.ip, flow.server.port, flow.transport))
    }

    /// How sure it is that no name was asked for; none where that may have happened out of sight.
    fn confidence(&self, home: &Home, contact: &Contact) -> Option<Confidence> {
        let who = home.who(&contact.flow.client);
        let is_hidden = self.sealed.values().any(|(end, since)| *since <= contact.flow.first && home.who(end) == who);
        match (is_hidden, self.nobody.contains(&contact.flow.id)) {
            (false, _) => Some(Confidence::High),
            (true, true) => Some(Confidence::Medium),
            (true, false) => None,
        }
    }
}

/// Devices that talk to many others without a name at once, each at a port of its own: they take part in a network of peers (file sharing, ledgers), in which
/// addresses are handed on. With the first of these conversations and how many there are.
pub(super) fn swarms<'c>(home: &Home, contacts: &'c [Contact]) -> BTreeMap<Who, (&'c Contact, usize)> {
    let mut found: BTreeMap<Who, (&Contact, BTreeSet<IpAddr>, BTreeSet<u16>)> = BTreeMap::new();
    for contact in contacts.iter().filter(|contact| is_bare(contact) && is_peers(contact)) {
        let device = home.who(&contact.flow.client);
        let (_, addresses, ports) = found.entry(device).or_insert_with(|| (contact, BTreeSet::new(), BTreeSet::new()));
        addresses.insert(contact.flow.server.ip);
        ports.insert(contact.flow.server.port);
    }
    let (peers, ports_of_peers) = SWARM;
    let is_swarm = |addresses: &BTreeSet<IpAddr>, ports: &BTreeSet<u16>| addresses.len() >= peers && ports.len() >= ports_of_peers;
    found
        .into_iter()
        .filter(|(_, (_, addresses, ports))| is_swarm(addresses, ports))
        .map(|(device, (first, addresses, _))| (device, (first, addresses.len())))
        .collect()
}

/// Whether a port is one that a peer may have chosen.
fn is_peers(contact: &Contact) -> bool {
    contact.flow.server.port > 1_023 && !USUAL.contains(&contact.flow.server.port)
}

fn is_swarming(home: &Home, swarms: &BTreeMap<Who, (&Contact, usize)>, contact: &Contact) -> bool {
    !swarms.is_empty() && is_peers(contact) && swarms.contains_key(&home.who(&contact.flow.client))
}

/// The devices that are made for children.
fn of_children(home: &Home) -> BTreeSet<String> {
    home.devices().iter().filter(|device| DeviceKind::is_for_a_child(device.kind)).map(|device| device.id.clone()).collect()
}

/// Whether a conversation was with a number that nobody named, and that should have a name.
pub(super) fn is_bare(contact: &Contact) -> bool {
    let flow = &contact.flow;
    let is_conversation = contact.answered && matches!(flow.transport, Transport::Tcp | Transport::Udp);
    let by_design = contact.meets
        || NUMBERS_BY_DESIGN.contains(&flow.server.port)
        || flow.server.port == 443 && is_resolver_address(flow.server.ip)
        || matches!(contact.protocol, "dns" | "dnscrypt" | "ntp" | "dhcp");
    flow.started && is_conversation && !contact.named && !contact.introduced && !by_design
}

/// Whether a name that was looked up for it would have been seen.
pub(super) fn is_warm(contact: &Contact) -> bool {
    contact.device_start_seen || contact.device_asks_names && contact.after >= HORIZON
}

/// What is told when all is known, on a whole conversation: its first packet is the evidence.
pub(super) fn drafted(card: &'static Card, severity: Severity, confidence: Confidence, flow: &Arc<Conversation>, protocol: &'static str) -> Draft {
    let at = At { packet: flow.id.packet, time: flow.first, offset: None, length: 0 };
    Draft {
        card,
        severity,
        confidence,
        flow: Arc::clone(flow),
        protocol,
        direction: Direction::ToServer,
        concerns_receiver: false,
        kind: "",
        field: String::new(),
        what: String::new(),
        value: None,
        evidence: ledger::evidence(at, flow.first, format!("{} {}", flow.transport, flow.server)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{contact, fact, flow};
    use super::*;
    use crate::event::{Agreement, NameSource};
    use crate::fact::{Named, NamedSubject, Totals};

    /// What is told of a conversation with a number; `before`: what happened between the device's coming and that.
    fn told(kind: DeviceKind, before: Vec<What>, clear: bool, talk: Vec<What>) -> Vec<(Severity, Confidence)> {
        let (mut home, mut numbers, mut found) = (Home::default(), Numbers::default(), Vec::new());
        let mut lease = (*flow(1, 67)).clone();
        lease.client.ip = "0.0.0.0".parse().unwrap();
        lease.client.mac = Some(MAC);
        let (lease, talk_flow) = (Arc::new(lease), Arc::new(at_home(9, 443)));
        let resolver = Arc::new(Conversation { server: End { ip: "192.168.1.1".parse().unwrap(), port: 53, mac: None }, ..at_home(5, 53) });
        let named = What::Named(Named { source: NameSource::Dhcp, name: "toy".to_owned(), subject: NamedSubject::Device(MAC), at: At::default() });
        let claim = What::Claim { kind, why: "test".to_owned(), of_client: true, certain: true, at: At::default() };
        let totals = || What::Closed(Totals { packets: [3, 3], bytes: [900, 900], ..Totals::default() });
        let mut facts = vec![fact(&lease, "dhcp", Direction::ToServer, What::Opened), fact(&lease, "dhcp", Direction::ToServer, named)];
        facts.push(fact(&resolver, "dns", Direction::ToServer, What::Opened));
        facts.extend(before.into_iter().map(|what| fact(&resolver, "dns", Direction::ToClient, what)));
        facts.push(fact(&resolver, "dns", Direction::ToServer, totals()));
        facts.push(fact(&talk_flow, "http", Direction::ToServer, What::Opened));
        facts.push(fact(&talk_flow, "http", Direction::ToServer, claim));
        facts.extend(talk.into_iter().map(|what| fact(&talk_flow, "http", Direction::ToServer, what)));
        facts.push(Fact { clear, ..fact(&talk_flow, if clear { "http" } else { "tls" }, Direction::ToServer, totals()) });
        for fact in &facts {
            home.learn(fact);
            numbers.hear(&home, fact, &mut |draft| panic!("{draft:?}"));
        }
        numbers.close(&home, &mut |draft| found.push((draft.severity, draft.confidence)));
        found
    }

    const MAC: crate::wire::Mac = crate::wire::Mac([0, 0, 0x5e, 0, 0x53, 1]);

    fn at_home(packet: u64, port: u16) -> Conversation {
        let mut talk = (*flow(packet, port)).clone();
        talk.client.mac = Some(MAC);
        talk
    }

    #[test]
    fn a_number_without_a_name_weighs_what_is_said_to_it() {
        assert_eq!(told(DeviceKind::Plug, Vec::new(), false, Vec::new()), [(Severity::Low, Confidence::High)]);
        assert_eq!(told(DeviceKind::Plug, Vec::new(), true, Vec::new()), [(Severity::Medium, Confidence::High)]);
        assert_eq!(told(DeviceKind::Toy, Vec::new(), true, Vec::new()), [(Severity::High, Confidence::High)]);
        assert_eq!(told(DeviceKind::Toy, Vec::new(), false, Vec::new()), [(Severity::Low, Confidence::High)]);
        let text = What::Text { excerpt: String::new(), at: At::default() };
        assert_eq!(told(DeviceKind::Plug, Vec::new(), false, vec![text]), [(Severity::Medium, Confidence::High)]);
    }

    #[test]
    fn many_peers_at_ports_of_their_own_are_a_network_and_no_built_in_numbers() {
        let home = Home::default();
        let contacts = |ports: u16| -> Vec<Contact> {
            let at = |number: u16| {
                let mut talk = (*flow(u64::from(number) + 1, 20_000 + number % ports)).clone();
                talk.server.ip = IpAddr::from([203, 0, 113, number as u8]);
                Contact { flow: Arc::new(talk), ..contact(443) }
            };
            (0..20).map(at).collect()
        };
        let peers = contacts(20);
        assert_eq!(swarms(&home, &peers).values().map(|(first, count)| (first.flow.id.packet, *count)).collect::<Vec<_>>(), [(1, 20)]);
        assert!(is_swarming(&home, &swarms(&home, &peers), &peers[3]));
        assert!(!is_swarming(&home, &swarms(&home, &peers), &contact(443)), "a server among them");
        assert!(swarms(&home, &contacts(2)).is_empty(), "one port of many hosts is something else");
        assert!(swarms(&home, &peers[..12]).is_empty());
    }

    #[test]
    fn a_host_that_is_a_number_is_no_name() {
        let host = |host: &str| What::Named(Named { source: NameSource::HttpHost, name: host.to_owned(), subject: NamedSubject::Server, at: At::default() });
        for number in ["203.0.113.5", "203.0.113.5:8080", "[2001:db8::5]:80", "[2001:db8::5]"] {
            assert_eq!(told(DeviceKind::Plug, Vec::new(), true, vec![host(number)]).len(), 1, "{number}");
        }
        assert_eq!(told(DeviceKind::Plug, Vec::new(), true, vec![host("cloud.toy.test")]), []);
    }

    #[test]
    fn what_a_message_had_named_is_no_secret() {
        let server: IpAddr = "203.0.113.5".parse().unwrap();
        assert_eq!(told(DeviceKind::Plug, vec![What::Introduced(vec![server])], false, Vec::new()), []);
        assert_eq!(told(DeviceKind::Plug, vec![What::Introduced(vec!["203.0.113.6".parse().unwrap()])], false, Vec::new()).len(), 1);
        let answer = Named { source: NameSource::Dns, name: "cloud.toy.test".to_owned(), subject: NamedSubject::Addresses(vec![server]), at: At::default() };
        assert_eq!(told(DeviceKind::Plug, vec![What::Named(answer)], false, Vec::new()), []);
    }

    #[test]
    fn who_asks_for_names_out_of_sight_is_judged_by_what_it_calls_the_server() {
        let sealed = || vec![What::Sealed { with: "dnscrypt".to_owned(), at: At::default() }];
        assert_eq!(told(DeviceKind::Plug, sealed(), false, Vec::new()), []);
        let agreed = |named| vec![What::Agreement(Agreement { version: 0x303, suite: 0x2f, named, resumed: false, at: At::default() })];
        assert_eq!(told(DeviceKind::Plug, sealed(), false, agreed(false)), [(Severity::Low, Confidence::Medium)]);
        assert_eq!(told(DeviceKind::Plug, sealed(), false, agreed(true)), []);
    }

    #[test]
    fn where_a_name_may_have_been_missed_it_is_not_told() {
        let is_told = |contact: Contact| is_bare(&contact) && is_warm(&contact);
        assert!(is_told(contact(443)) && is_told(contact(9_999)));
        assert!(!is_told(Contact { named: true, ..contact(443) }));
        assert!(!is_told(Contact { introduced: true, ..contact(443) }));
        assert!(!is_told(Contact { answered: false, ..contact(443) }));
        assert!(!is_told(Contact { device_start_seen: false, ..contact(443) }), "an answer may be older than the capture");
        assert!(is_told(Contact { device_start_seen: false, after: HORIZON, ..contact(443) }), "no answer holds for so long");
        assert!(!is_told(Contact { device_start_seen: false, device_asks_names: false, after: HORIZON, ..contact(443) }));
        assert!(!is_told(Contact { meets: true, ..contact(40_000) }), "a peer of a call");
        for port in [53, 123, 853, 3_478, 19_302] {
            assert!(!is_told(contact(port)), "{port}");
        }
        let mut talk = (*flow(1, 443)).clone();
        talk.server.ip = "2620:fe::fe".parse().unwrap();
        assert!(!is_told(Contact { flow: Arc::new(talk), ..contact(443) }), "whose it is is known");
    }
}
