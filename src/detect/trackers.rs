//! Companies that watch, measure or advertise, and that a device talks to without being theirs (EP-01).

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

use crate::detect::rule::{Detector, Rule, Tell};
use crate::event::{DeviceKind, NameSource};
use crate::fact::{Conversation, Fact, FlowId, Kind, Named, NamedSubject, What};
use crate::finding::{Card, Confidence, Severity, Way};
use crate::home::ledger::{self, Draft};
use crate::home::map::Set;
use crate::home::party::Parties;
use crate::home::{Contact, Home};
use crate::knowledge::domains::entry::{Purpose, Role};
use crate::knowledge::domains::{self, Known};
use crate::knowledge::names::registrable_domain;
use crate::wire::{At, Direction, Timestamp};

/// See the file.
pub static RULE: Rule = Rule { cards: &[&EP_01], hears: &[Kind::Named], open: || Box::<Trackers>::default() };

/// Conversations with trackers, and names of trackers that were looked up, that are remembered.
const SEEN: usize = 4_096;
/// Addresses of one looked-up name that are remembered.
const ADDRESSES: usize = 32;

/// A tracking company.
pub static EP_01: Card = Card {
    code: "EP-01",
    name: "Known tracker or advertiser contacted",
    title: "This device {what}.",
    story: "{device} {what}, and such companies put together what they learn from many devices and apps.",
    advice: "Switch off advertising and usage statistics in its settings or app, or block such names in your router.",
    example: "talks to an advertising company",
    evidence: "A name in the table of known companies, said to the server (in TLS, QUIC or HTTP), or looked up by the device before it contacted that address, or that stands behind another name that it looked up (CNAME); one of several companies at an address counts only where the device said so.",
    scale: "Medium; one step more on a child's device. Info where the name was only looked up. Certain where the name was said to the server, else high.",
    limits: "The maker's own analytics are the maker's and are not told. What is measured and passed on between companies is not seen. A tracker behind another company's name shows only where the look-up was seen.",
    standards: &["ETSI EN 303 645 6.1-1", "ETSI EN 303 645 6.1-5", "GDPR Art. 6", "GDPR Art. 7", "COPPA 312.5", "OWASP IoT 2018 I6"],
    child_weighs_more: true,
    home_weighs_less: false,
};

/// A name of a tracker.
#[derive(Clone, Debug)]
struct Sighting {
    flow: Arc<Conversation>,
    protocol: &'static str,
    name: String,
    known: Known,
    at: At,
    time: Timestamp,
}

/// Remembers who named trackers to whom; who is who is known when all is.
#[derive(Debug, Default)]
struct Trackers {
    /// Said to the server, by conversation.
    said: BTreeMap<FlowId, Sighting>,
    /// Looked up, by who asked and for what; with the addresses that were answered.
    asked: BTreeMap<(IpAddr, String), (Sighting, Vec<IpAddr>)>,
    /// Trackers behind names of others (aliases), by who asked and for what.
    cloaked: BTreeMap<(IpAddr, String), (Sighting, Vec<IpAddr>)>,
    /// The name that the answer which is being heard is about: its conversation, packet, name.
    about: Option<(FlowId, u64, String)>,
}

impl Detector for Trackers {
    fn hear(&mut self, _: &Home, fact: &Fact, _: Tell<'_>) {
        let (Some(flow), What::Named(named)) = (&fact.flow, &fact.what) else { return };
        self.follow(fact, flow, named);
        let is_told = matches!(
            (named.source, &named.subject),
            (NameSource::Sni | NameSource::QuicSni | NameSource::HttpHost, NamedSubject::Server) | (NameSource::Dns, NamedSubject::Addresses(_))
        );
        if !is_told {
            return;
        }
        let Some(known) = domains::lookup(&named.name).filter(|known| known.purpose.role() == Role::Tracker) else { return };
        let sighting = Sighting { flow: Arc::clone(flow), protocol: fact.protocol, name: named.name.clone(), known, at: named.at, time: fact.time };
        match (named.source, &named.subject) {
            (NameSource::Sni | NameSource::QuicSni | NameSource::HttpHost, NamedSubject::Server) if self.said.len() < SEEN => {
                self.said.entry(flow.id).or_insert(sighting);
            }
            (NameSource::Dns, NamedSubject::Addresses(addresses)) => {
                self.uncover(&sighting, addresses);
                self.looked_up(sighting, named);
            }
            _ => {}
        }
    }

    fn close(&self, home: &Home, tell: Tell<'_>) {
        if self.said.is_empty() && self.asked.is_empty() {
            return;
        }
        let devices = home.devices();
        let parties = home.parties();
        let routers: BTreeSet<&str> = devices.iter().filter(|device| device.kind == DeviceKind::Router).map(|device| device.id.as_str()).collect();
        let mut told = BTreeSet::new();
        for sighting in self.said.values() {
            if home.way(&sighting.flow, Direction::ToServer) == Way::ToInternet
                && let Some(device) = other_than_own(home, parties, sighting)
            {
                told.insert((device, sighting.known.company));
                tell(sighting.draft(&sighting.flow, Severity::Medium, Confidence::Certain, contacts(&sighting.known)));
            }
        }
        for (sighting, name, flow) in self.disguised(home) {
            if let Some(device) = other_than_own(home, parties, sighting) {
                told.insert((device, sighting.known.company));
                tell(sighting.draft(&flow, Severity::Medium, Confidence::High, format!("{}, under the name {name}", contacts(&sighting.known))));
            }
        }
        let contacted = self.contacted(home);
        for (sighting, flow) in &contacted {
            if let Some(device) = other_than_own(home, parties, sighting) {
                told.insert((device, sighting.known.company));
                tell(sighting.draft(flow, Severity::Medium, Confidence::High, contacts(&sighting.known)));
            }
        }
        for (sighting, _) in self.asked.values() {
            // A router asks for others.
            let asker = other_than_own(home, parties, sighting).filter(|device| !routers.contains(device.as_str()));
            if asker.is_some_and(|device| told.insert((device, sighting.known.company))) {
                tell(sighting.draft(&sighting.flow, Severity::Info, Confidence::Certain, looks_up(&sighting.known)));
            }
        }
    }
}

impl Trackers {
    fn looked_up(&mut self, sighting: Sighting, named: &Named) {
        let key = (sighting.flow.client.ip, named.name.clone());
        if self.asked.len() >= SEEN && !self.asked.contains_key(&key) {
            return;
        }
        let NamedSubject::Addresses(addresses) = &named.subject else { return };
        let (_, known) = self.asked.entry(key).or_insert_with(|| (sighting, Vec::new()));
        for address in addresses {
            if known.len() < ADDRESSES && !known.contains(address) {
                known.push(*address);
            }
        }
    }

    /// Which name an answer is about: the first that a packet tells.
    fn follow(&mut self, fact: &Fact, flow: &Conversation, named: &Named) {
        if named.source == NameSource::Dns && self.about.as_ref().is_none_or(|(id, packet, _)| (*id, *packet) != (flow.id, fact.packet)) {
            self.about = Some((flow.id, fact.packet, named.name.clone()));
        }
    }

    /// A tracker's name in the answer to the question for another company's name: the one stands for the other (CNAME).
    fn uncover(&mut self, sighting: &Sighting, addresses: &[IpAddr]) {
        let Some((_, _, name)) = self.about.as_ref().filter(|(.., name)| *name != sighting.name && !addresses.is_empty()) else { return };
        let is_own = domains::lookup(name).is_some_and(|known| known.group.name == sighting.known.group.name)
            || registrable_domain(name) == registrable_domain(&sighting.name);
        if !is_own && self.cloaked.len() < SEEN {
            let addresses = addresses.iter().take(ADDRESSES).copied().collect();
            self.cloaked.insert((sighting.flow.client.ip, name.clone()), (sighting.clone(), addresses));
        }
    }

    /// Conversations with trackers that the device calls by another company's name.
    fn disguised(&self, home: &Home) -> Vec<(&Sighting, String, Arc<Conversation>)> {
        if self.cloaked.is_empty() {
            return Vec::new();
        }
        let of = |contact: &Contact| {
            let (client, server) = (contact.flow.client.ip, contact.flow.server.ip);
            let name = home.name_of(server, client)?.name.clone();
            let (sighting, addresses) = self.cloaked.get(&(client, name.clone()))?;
            addresses.contains(&server).then(|| (sighting, name, Arc::clone(&contact.flow)))
        };
        home.contacts().iter().filter(|contact| contact.answered).filter_map(of).collect()
    }

    /// Conversations with addresses that the same device had looked up as a tracker's, and that it named to nobody else.
    fn contacted(&self, home: &Home) -> Vec<(&Sighting, Arc<Conversation>)> {
        let mut found = Vec::new();
        if self.asked.is_empty() {
            return found;
        }
        let answered: Set<(IpAddr, IpAddr)> =
            self.asked.iter().flat_map(|((client, _), (_, addresses))| addresses.iter().map(|address| (*client, *address))).collect();
        for contact in home.contacts().iter().filter(|contact| contact.answered && !self.said.contains_key(&contact.flow.id)) {
            let (client, server) = (contact.flow.client.ip, contact.flow.server.ip);
            if !answered.contains(&(client, server)) {
                continue;
            }
            let best = home.name_of(server, client).filter(|known| known.source == NameSource::Dns);
            let sighting = best.and_then(|known| self.asked.get(&(client, known.name.clone())));
            if let Some((sighting, _)) = sighting.filter(|(_, addresses)| addresses.contains(&server)) {
                found.push((sighting, Arc::clone(&contact.flow)));
            }
        }
        found
    }
}

impl Sighting {
    fn draft(&self, flow: &Arc<Conversation>, severity: Severity, confidence: Confidence, what: String) -> Draft {
        Draft {
            card: &EP_01,
            severity,
            confidence,
            flow: Arc::clone(flow),
            protocol: self.protocol,
            direction: Direction::ToServer,
            concerns_receiver: false,
            kind: "",
            field: self.known.company.to_owned(),
            what,
            value: None,
            evidence: ledger::evidence(self.at, self.time, self.name.clone()),
        }
    }
}

/// The device that named a tracker, unless the tracker is its maker's own.
fn other_than_own(home: &Home, parties: &Parties, sighting: &Sighting) -> Option<String> {
    let device = home.who(&sighting.flow.client).id();
    (!parties.is_own(&device, sighting.known.group)).then_some(device)
}

fn contacts(known: &Known) -> String {
    format!("contacts {}, {}", known.owner(), trade(known.purpose))
}

fn looks_up(known: &Known) -> String {
    format!("looked up where to find {}, {}, and was not seen to reach it", known.owner(), trade(known.purpose))
}

fn trade(purpose: Purpose) -> &'static str {
    if purpose == Purpose::Advertising { "which sells advertising" } else { "which measures what people do" }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{fact, flow};
    use super::*;
    use crate::event::TraitKind;
    use crate::fact::Totals;
    use crate::finding::Finding;
    use crate::home::ledger::Ledger;

    const SERVER: [u8; 4] = [203, 0, 113, 5];

    fn named(source: NameSource, name: &str, subject: NamedSubject) -> What {
        What::Named(Named { source, name: name.to_owned(), subject, at: At::default() })
    }

    fn answered(name: &str) -> What {
        named(NameSource::Dns, name, NamedSubject::Addresses(vec![SERVER.into()]))
    }

    fn said(name: &str) -> What {
        named(NameSource::Sni, name, NamedSubject::Server)
    }

    /// What is told of facts of a look-up and of a conversation with the server; without facts of the latter it never came to be.
    fn findings(looked_up: Vec<What>, talk: Vec<What>, maker: Option<&str>, kind: DeviceKind) -> Vec<Finding> {
        let (mut home, mut trackers, mut ledger) = (Home::default(), Trackers::default(), Ledger::default());
        let mut resolver = (*flow(1, 53)).clone();
        resolver.server.ip = "192.168.1.1".parse().unwrap();
        let (resolver, server) = (Arc::new(resolver), flow(5, 443));
        let totals = || What::Closed(Totals { packets: [3, 3], bytes: [900, 900], ..Totals::default() });
        let mut facts = vec![fact(&resolver, "dns", Direction::ToServer, What::Opened)];
        if let Some(maker) = maker {
            let told = What::Trait { kind: TraitKind::Maker, value: maker.to_owned(), subject: NamedSubject::Sender, at: At::default() };
            facts.push(fact(&resolver, "dns", Direction::ToServer, told));
        }
        let claim = What::Claim { kind, why: "test".to_owned(), of_client: true, certain: true, at: At::default() };
        facts.push(fact(&resolver, "dns", Direction::ToServer, claim));
        facts.extend(looked_up.into_iter().map(|what| fact(&resolver, "dns", Direction::ToClient, what)));
        facts.push(fact(&resolver, "dns", Direction::ToServer, totals()));
        if !talk.is_empty() {
            facts.push(fact(&server, "tls", Direction::ToServer, What::Opened));
            facts.extend(talk.into_iter().map(|what| fact(&server, "tls", Direction::ToServer, what)));
            facts.push(fact(&server, "tls", Direction::ToServer, totals()));
        }
        for fact in &facts {
            home.learn(fact);
            trackers.hear(&home, fact, &mut |draft| panic!("{draft:?}"));
        }
        trackers.close(&home, &mut |draft| ledger.add(draft, &home));
        ledger.findings(&home, false)
    }

    fn told(findings: &[Finding]) -> Vec<(Severity, Confidence, &str)> {
        findings.iter().map(|finding| (finding.severity, finding.confidence, finding.title.as_str())).collect()
    }

    #[test]
    fn a_tracker_that_a_device_names_is_told() {
        let found = findings(Vec::new(), vec![said("api.mixpanel.com")], None, DeviceKind::Tv);
        let title = "This device contacts Mixpanel, which measures what people do.";
        assert_eq!(told(&found), [(Severity::Medium, Confidence::Certain, title)]);
        let endpoint = found.first().and_then(|finding| finding.endpoint.as_ref()).unwrap();
        assert_eq!((endpoint.party, endpoint.name.as_deref()), ("third", Some("api.mixpanel.com")));
    }

    #[test]
    fn on_a_childs_device_it_weighs_more() {
        let found = findings(Vec::new(), vec![said("ads.doubleclick.net")], None, DeviceKind::Toy);
        assert_eq!(told(&found), [(Severity::High, Confidence::Certain, "This device contacts Google Ads, which sells advertising.")]);
    }

    #[test]
    fn a_makers_own_analytics_are_not_told() {
        assert_eq!(told(&findings(Vec::new(), vec![said("logs.roku.com")], Some("Roku"), DeviceKind::Streamer)), []);
        assert_eq!(findings(Vec::new(), vec![said("logs.roku.com")], Some("Sonos"), DeviceKind::Speaker).len(), 1);
    }

    #[test]
    fn what_was_only_looked_up_is_good_to_know_and_no_more() {
        let found = findings(vec![answered("api.mixpanel.com")], Vec::new(), None, DeviceKind::Tv);
        assert_eq!(found.iter().map(|finding| finding.severity).collect::<Vec<_>>(), [Severity::Info]);
        assert!(found.iter().all(|finding| finding.title.contains("was not seen to reach it")));
        assert_eq!(told(&findings(vec![answered("api.mixpanel.com")], Vec::new(), None, DeviceKind::Router)), [], "a router asks for others");
    }

    #[test]
    fn a_look_up_and_a_conversation_are_one_contact() {
        let both = findings(vec![answered("api.mixpanel.com")], vec![said("api.mixpanel.com")], None, DeviceKind::Tv);
        assert_eq!(both.iter().map(|finding| (finding.severity, finding.confidence)).collect::<Vec<_>>(), [(Severity::Medium, Confidence::Certain)]);
        let silent = What::Progress(Totals::default());
        let sealed = findings(vec![answered("api.mixpanel.com")], vec![silent], None, DeviceKind::Tv);
        assert_eq!(sealed.iter().map(|finding| (finding.severity, finding.confidence)).collect::<Vec<_>>(), [(Severity::Medium, Confidence::High)]);
    }

    #[test]
    fn a_tracker_behind_anothers_name_is_told() {
        let alias = || vec![answered("metrics.toy.test"), answered("toy.sc.omtrdc.net")];
        let found = findings(alias(), vec![said("metrics.toy.test")], None, DeviceKind::Tv);
        let cloaked: Vec<_> = found.iter().filter(|finding| finding.severity == Severity::Medium).collect();
        assert_eq!(cloaked.len(), 1, "{found:?}");
        assert!(cloaked[0].title.ends_with("under the name metrics.toy.test."), "{}", cloaked[0].title);
        let other = findings(alias(), vec![said("shop.toy.test")], None, DeviceKind::Tv);
        assert!(other.iter().all(|finding| finding.severity == Severity::Info), "an address of many");
        let delivered = findings(vec![answered("api.mixpanel.com"), answered("d1.cloudfront.net")], vec![said("cdn.toy.test")], None, DeviceKind::Tv);
        assert!(delivered.iter().all(|finding| finding.severity == Severity::Info), "a carrier is none");
    }

    #[test]
    fn a_server_of_many_is_whom_the_device_says() {
        let shared = findings(vec![answered("api.mixpanel.com"), answered("cdn.toy.test")], vec![said("cdn.toy.test")], None, DeviceKind::Tv);
        assert_eq!(shared.iter().map(|finding| finding.severity).collect::<Vec<_>>(), [Severity::Info], "looked up, and another was meant");
    }

    #[test]
    fn carriers_and_makers_are_no_trackers() {
        for name in ["d1.cloudfront.net", "pool.ntp.org", "mtalk.google.com", "api.toy.test", "www.netflix.com", "o1.ingest.sentry.io"] {
            assert_eq!(told(&findings(vec![answered(name)], vec![said(name)], None, DeviceKind::Toy)), [], "{name}");
        }
    }
}
