//! Whom nobody is meant to find: names that a program makes up, Tor, servers that catch infected devices (EP-07); strangers that are called like clockwork
//! (EP-10).

mod made_up;
mod sign;
mod tor;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

use crate::detect::numbers::{drafted, is_bare, is_warm};
use crate::detect::rhythm::{Beat, Rhythm};
use crate::detect::rule::{Detector, Rule, Tell};
use crate::event::NameSource;
use crate::fact::{Conversation, Fact, Kind, Named, NamedSubject, What};
use crate::finding::{Card, Confidence, Severity, Way};
use crate::home::ledger::{self, Draft};
use crate::home::map::{Map, Set};
use crate::home::party::Parties;
use crate::home::{Contact, Home};
use crate::knowledge::names::registrable_domain;
use crate::wire::{At, Direction, Transport};
use made_up::Asked;
use sign::Sign;

/// See the file.
pub static RULE: Rule =
    Rule { cards: &[&EP_07, &EP_10], hears: &[Kind::Closed, Kind::Named, Kind::Absent, Kind::Certificate, Kind::Exchange], open: || Box::<Shady>::default() };

/// Whom nobody is meant to find.
pub static EP_07: Card = Card {
    code: "EP-07",
    name: "Tor, hidden services, names made by a program, servers that catch infected devices",
    title: "This device {what}.",
    story: "{device} {what}, as devices do that strangers have taken over.",
    advice: "Unplug it, reset it to the state in which it was sold, update it and give it a new password; if you run such a program on it yourself, all is well.",
    example: "looks up names that a program made up",
    evidence: "More than 30 % of at least 20 names that it looked up do not exist, at least 12 of these within 10 minutes, and their letters are less likely than those of names that people choose; a certificate as Tor's relays show (www.….net signed by www.….com), a server name as Tor makes one up, a request to a directory of Tor, a name below .onion; a server that calls itself a sinkhole.",
    scale: "High. Confidence medium; high with two signs of Tor, certain for a name below .onion.",
    limits: "Programs that make names up from words of a language are not seen, nor is Tor through a bridge that hides it. Left out on purpose: names of one label and of the home (browsers try whether the network answers for names that there are not), lists that are asked by name for an address, and many names below one domain.",
    standards: &["CWE-506", "CWE-912", "NIST IR 8425 State Awareness"],
    child_weighs_more: false,
    home_weighs_less: false,
};

/// A stranger that is called like clockwork.
pub static EP_10: Card = Card {
    code: "EP-10",
    name: "Regular heartbeat to an unknown host",
    title: "It calls the same stranger like clockwork.",
    story: "{device} called {endpoint} {what}, and whose that is is not known.",
    advice: "Ask the maker what these calls are for, and block the name or address in your router if nobody can say.",
    example: "every minute",
    evidence: "At least 12 conversations with one server that is neither the maker's nor a known carrier's, of at most 16 KiB each: the time between two of them is off by less than 10 % (median), and so is what is sent in each (standard deviation).",
    scale: "Low; high where the device also shows what EP-07 tells and the server has no name, or one that nobody would choose. Confidence medium.",
    limits: "Only conversations that begin and end are counted: beats within one that stays open are how servers keep it open, and are left out, as are push messages, MQTT, watches' own protocols and time.",
    standards: &["EN 18031-1 NMM", "ETSI EN 303 645 5.10-1"],
    child_weighs_more: false,
    home_weighs_less: true,
};

/// Ends, servers and conversations that are remembered, each.
const SEEN: usize = 4_096;
/// Fewer calls are no heartbeat.
const CALLS: usize = 12;
/// A larger conversation is no heartbeat.
const SMALL: u64 = 16 << 10;
/// Shorter waits are a busy conversation, longer ones a habit.
const WAITS: std::ops::RangeInclusive<f64> = 5.0..=21_600.0;
/// Protocols whose regular calls mean something: others keep connections open, or tell the time.
const TELLING: &[&str] = &["unknown", "tls", "quic", "dtls", "http", "irc", "websocket", "noise"];
/// Ports on which servers push messages to devices that ask now and then (FCM, APNs, MQTT, XMPP).
const PUSH: &[u16] = &[1_883, 5_222, 5_223, 5_228, 5_229, 5_230, 8_883];

/// One end, one server: client, server, its port, what carries it.
type Key = (IpAddr, IpAddr, u16, Transport);

/// Notes look-ups, signs and calls.
#[derive(Debug, Default)]
struct Shady {
    asked: BTreeMap<IpAddr, Asked>,
    signs: Vec<Sign>,
    /// Server names that look as if Tor had made them up: judged when it is known whether they were looked up.
    made_up: Vec<Sign>,
    calls: Map<Key, Rhythm>,
    /// Servers whose conversations are too large for a heartbeat.
    large: Set<Key>,
}

impl Detector for Shady {
    fn hear(&mut self, home: &Home, fact: &Fact, _: Tell<'_>) {
        let Some(flow) = &fact.flow else { return };
        match &fact.what {
            What::Closed(totals) if TELLING.contains(&fact.protocol) && totals.packets.iter().all(|packets| *packets > 0) => {
                self.called(flow, totals.bytes);
            }
            What::Named(named) => self.named(home, fact, flow, named),
            What::Absent { name, at } => {
                if let Some(asked) = self.asked_by(flow.client.ip) {
                    asked.missed(name, flow, fact.protocol, *at, fact.time);
                }
            }
            What::Certificate(shown) if tor::is_relays(shown) => {
                self.sign(fact, flow, "tor", Confidence::Medium, shown.at, format!("{} by {}", shown.subject, shown.issuer));
            }
            What::Exchange(told) => {
                if let Some(target) = told.target.as_deref().filter(|target| tor::is_directory(target)) {
                    self.sign(fact, flow, "tor", Confidence::High, told.at, target.to_owned());
                } else if let Some(agent) = told.agent.as_deref().filter(|agent| is_sinkhole(agent)) {
                    self.sign(fact, flow, "sinkhole", Confidence::Medium, told.at, agent.to_owned());
                }
            }
            _ => {}
        }
    }

    fn close(&self, home: &Home, tell: Tell<'_>) {
        let mut signs = self.signs.clone();
        signs.extend(self.made_up.iter().filter(|sign| is_never_looked_up(home, sign)).cloned());
        signs.extend(self.asked.values().filter_map(Asked::judge));
        let mut kinds: BTreeMap<(IpAddr, IpAddr), BTreeSet<&str>> = BTreeMap::new();
        for sign in &signs {
            let word = sign.excerpt.split_once('.').map_or("", |(first, _)| first);
            kinds.entry((sign.flow.client.ip, sign.flow.server.ip)).or_default().insert(if sign.kind == "tor" { word } else { sign.kind });
        }
        let mut shady = BTreeSet::new();
        for sign in &signs {
            shady.insert(home.who(&sign.flow.client).id());
            let is_twice = sign.kind == "tor" && kinds.get(&(sign.flow.client.ip, sign.flow.server.ip)).is_some_and(|kinds| kinds.len() > 1);
            tell(sign.draft(if is_twice { sign.confidence.max(Confidence::High) } else { sign.confidence }));
        }
        self.tell_heartbeats(home, &shady, tell);
    }
}

impl Shady {
    fn asked_by(&mut self, client: IpAddr) -> Option<&mut Asked> {
        let may = self.asked.len() < SEEN || self.asked.contains_key(&client);
        may.then(|| self.asked.entry(client).or_default())
    }

    fn sign(&mut self, fact: &Fact, flow: &Arc<Conversation>, kind: &'static str, confidence: Confidence, at: At, excerpt: String) {
        if self.signs.len() < SEEN {
            self.signs.push(Sign { flow: Arc::clone(flow), protocol: fact.protocol, kind, confidence, at, time: fact.time, excerpt });
        }
    }

    fn named(&mut self, home: &Home, fact: &Fact, flow: &Arc<Conversation>, named: &Named) {
        match (named.source, &named.subject) {
            (NameSource::Dns, NamedSubject::Addresses(addresses)) => {
                if tor::is_hidden_service(&named.name) {
                    self.sign(fact, flow, "hidden-service", Confidence::Certain, named.at, named.name.clone());
                } else if is_sinkhole_name(&named.name) && !addresses.is_empty() {
                    self.sign(fact, flow, "sinkhole", Confidence::Medium, named.at, named.name.clone());
                }
                if let Some(asked) = self.asked_by(flow.client.ip) {
                    asked.asked(&named.name);
                }
            }
            (NameSource::Sni, NamedSubject::Server) if tor::is_made_up(&named.name) && self.made_up.len() < SEEN => {
                if home.way(flow, Direction::ToServer) != Way::ToInternet {
                    return;
                }
                let (flow, protocol, excerpt) = (Arc::clone(flow), fact.protocol, named.name.clone());
                self.made_up.push(Sign { flow, protocol, kind: "tor", confidence: Confidence::Medium, at: named.at, time: fact.time, excerpt });
            }
            _ => {}
        }
    }

    fn called(&mut self, flow: &Conversation, bytes: [u64; 2]) {
        let key = (flow.client.ip, flow.server.ip, flow.server.port, flow.transport);
        let is_large = bytes.iter().sum::<u64>() > SMALL;
        if is_large && self.large.len() < SEEN {
            self.large.insert(key);
        }
        if is_large || !flow.started || PUSH.contains(&flow.server.port) {
            return;
        }
        if self.calls.len() < SEEN || self.calls.contains_key(&key) {
            let [sent, _] = bytes;
            self.calls.entry(key).or_default().add(flow.first, sent);
        }
    }

    /// Strangers that are called like clockwork.
    fn tell_heartbeats(&self, home: &Home, shady: &BTreeSet<String>, tell: Tell<'_>) {
        let beats: BTreeMap<Key, Beat> = self
            .calls
            .iter()
            .filter(|(key, _)| !self.large.contains(key))
            .filter_map(|(key, calls)| Some((*key, calls.beat(CALLS).filter(|beat| WAITS.contains(&beat.every))?)))
            .collect();
        if beats.is_empty() {
            return;
        }
        let parties = home.parties();
        for contact in home.contacts() {
            let flow = &contact.flow;
            let Some(beat) = beats.get(&(flow.client.ip, flow.server.ip, flow.server.port, flow.transport)) else { continue };
            let device = home.who(&flow.client).id();
            if !is_stranger(home, parties, &device, contact) {
                continue;
            }
            let hides = shady.contains(&device) && is_unnameable(home, contact);
            let severity = if hides { Severity::High } else { Severity::Low };
            let what = format!("{} times, every {}, with about {} bytes each time", beat.times, duration(beat.every), beat.bytes);
            tell(Draft { what, ..drafted(&EP_10, severity, Confidence::Medium, flow, contact.protocol) });
        }
    }
}

impl Sign {
    fn draft(&self, confidence: Confidence) -> Draft {
        let mut draft = drafted(&EP_07, Severity::High, confidence, &self.flow, self.protocol);
        draft.kind = self.kind;
        draft.evidence = ledger::evidence(self.at, self.time, self.excerpt.clone());
        let what = match self.kind {
            "tor" => "speaks to the anonymity network Tor",
            "hidden-service" => "looked for a hidden service of the Tor network",
            "sinkhole" => "called a server that is there to catch infected devices",
            _ => "looks for names that only a program would make up",
        };
        what.clone_into(&mut draft.what);
        draft
    }
}

/// Whether nobody knows whose a server is: neither the maker's, nor a carrier's, nor of a company that the table knows.
fn is_stranger(home: &Home, parties: &Parties, device: &str, contact: &Contact) -> bool {
    let name = home.name_of(contact.flow.server.ip, contact.flow.client.ip);
    let whose = parties.whose([device], name.map(|known| known.name.as_str()), contact.flow.server.ip);
    whose.owner.is_none() && !matches!(whose.party, "first" | "support")
}

/// Whether a server has no name, or one that nobody would choose.
fn is_unnameable(home: &Home, contact: &Contact) -> bool {
    let name = home.name_of(contact.flow.server.ip, contact.flow.client.ip);
    name.map_or(is_bare(contact) && is_warm(contact), |known| made_up::is_odd(&known.name))
}

/// Whether the device never looked up what it called the server, though it was seen to come or to ask for names.
fn is_never_looked_up(home: &Home, sign: &Sign) -> bool {
    let flow = &sign.flow;
    let is_watched = home.contacts().iter().any(|contact| contact.flow.id <= flow.id && contact.flow.client.ip == flow.client.ip && is_warm(contact));
    is_watched && !home.was_looked_up(flow.server.ip, &sign.excerpt)
}

/// Whether a server says of itself that it stands in for one that served infected devices.
fn is_sinkhole(agent: &str) -> bool {
    agent.to_ascii_lowercase().contains("sinkhole")
}

fn is_sinkhole_name(name: &str) -> bool {
    registrable_domain(name).is_some() && name.split('.').any(|label| label.eq_ignore_ascii_case("sinkhole"))
}

/// `60 seconds`, `5 minutes`, `2 hours`.
fn duration(seconds: f64) -> String {
    match seconds {
        ..120.0 => format!("{seconds:.0} seconds"),
        ..7_200.0 => format!("{:.0} minutes", seconds / 60.0),
        _ => format!("{:.0} hours", seconds / 3_600.0),
    }
}

#[cfg(test)]
mod tests;
