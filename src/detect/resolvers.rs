//! Resolvers of a device's own choice, and look-ups that nobody on the way can see (EP-06).

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

use crate::detect::numbers;
use crate::detect::rule::{Detector, Rule, Tell};
use crate::event::NameSource;
use crate::fact::{Conversation, Fact, FlowId, Kind, Named, NamedSubject, What};
use crate::finding::{Card, Confidence, Severity, Way};
use crate::home::Home;
use crate::home::ledger::{self, Draft};
use crate::home::map::Map;
use crate::knowledge::resolvers;
use crate::printable::count;
use crate::wire::{At, Direction, Timestamp};

/// See the file.
pub static RULE: Rule = Rule { cards: &[&EP_06], hears: &[Kind::Absent, Kind::Opened, Kind::Named, Kind::Sealed], open: || Box::<Resolvers>::default() };

/// A resolver of its own choice.
pub static EP_06: Card = Card {
    code: "EP-06",
    name: "Own resolver for names, or encrypted look-ups",
    title: "It asks someone else than your router for names.",
    story: "{device} looks up {what} at {endpoint} instead of your home's own service, so your router cannot see or filter what it looks up.",
    advice: "If you filter names in your router, block other name services there; if you chose this service yourself, all is well.",
    example: "all names",
    evidence: "Questions to a resolver that DHCP did not hand out, a conversation on port 853 or with the protocol names dot or doq (RFC 7858, RFC 9250), the name or address of a public resolver over HTTPS (RFC 8484), or DNSCrypt.",
    scale: "Low. Certain, high where only the address of a public resolver tells it.",
    limits: "Plain questions are judged only where the capture shows which resolvers the home offers, and not where these did not answer. A resolver that the user chose looks the same.",
    standards: &["ETSI EN 303 645 6.1-1", "RFC 9726"],
    child_weighs_more: false,
    home_weighs_less: true,
};

/// Resolvers of a device's own choice that are remembered at most.
const RESOLVERS: usize = 4_096;

/// Notes conversations with encrypted resolvers, and who asked which other one how often.
#[derive(Default)]
struct Resolvers {
    sealed: BTreeMap<FlowId, Asked>,
    plain: Map<(IpAddr, IpAddr), Plain>,
}

/// What one end asked of one resolver, unencrypted.
struct Plain {
    first: Asked,
    /// Distinct names that were asked for in a conversation.
    questions: u64,
    answers: u64,
}

/// A conversation with a resolver.
struct Asked {
    flow: Arc<Conversation>,
    protocol: &'static str,
    /// It is one whoever offers it: its port or its name says that it is encrypted.
    sealed: bool,
    confidence: Confidence,
    at: At,
    time: Timestamp,
    excerpt: String,
}

impl Asked {
    /// Learns what a later fact of the same conversation shows: the surest is kept.
    fn learn(&mut self, later: Self) {
        let protocol = if self.protocol == "unknown" { later.protocol } else { self.protocol };
        let is_surer = (later.sealed, later.confidence) > (self.sealed, self.confidence);
        if is_surer {
            *self = later;
        }
        self.protocol = protocol;
    }
}

impl Detector for Resolvers {
    fn hear(&mut self, home: &Home, fact: &Fact, _: Tell<'_>) {
        let Some(flow) = &fact.flow else { return };
        if let (What::Absent { .. }, Some(plain)) = (&fact.what, self.plain.get_mut(&(flow.client.ip, flow.server.ip))) {
            plain.answers += 1;
        }
        // Most are questions to a resolver that is known by now.
        if let (What::Named(named), Some(plain)) = (&fact.what, self.plain.get_mut(&(flow.client.ip, flow.server.ip)))
            && shows_by_name(named, fact.protocol) == Some(false)
        {
            return plain.count(fact.direction);
        }
        let Some(asked) = asked(fact, flow) else { return };
        if !asked.sealed {
            return self.plain(asked, fact.direction);
        }
        if home.way(flow, Direction::ToServer) == Way::ToInternet && (self.sealed.len() < RESOLVERS || self.sealed.contains_key(&flow.id)) {
            match self.sealed.entry(flow.id) {
                Entry::Vacant(vacant) => {
                    vacant.insert(asked);
                }
                Entry::Occupied(mut known) => known.get_mut().learn(asked),
            }
        }
    }

    fn close(&self, home: &Home, tell: Tell<'_>) {
        for asked in self.sealed.values() {
            tell(asked.draft("Internet names out of everyone's sight".to_owned()));
        }
        let sums = self.sums(home);
        let mut outside: Vec<&Plain> = self.plain.values().filter(|plain| is_outside(home, &plain.first)).collect();
        outside.sort_by_key(|plain| plain.first.flow.id);
        for plain in outside {
            let (flow, resolver) = (&plain.first.flow, plain.first.flow.server.ip);
            let device = home.who(&flow.client).id();
            let sum = sums.get(&device).copied().unwrap_or_default();
            if is_own_choice(resolver, &home.offered_resolvers(resolver)) && !sum.is_left_alone() {
                let what = format!("{} of the {} Internet names that it asks for", count(plain.questions.max(1)), count(sum.all.max(plain.questions).max(1)));
                tell(plain.first.draft(what));
            }
        }
    }

    fn unjudged(&self, home: &Home) -> Vec<String> {
        let unknown: BTreeSet<IpAddr> = self
            .plain
            .values()
            .filter(|plain| is_outside(home, &plain.first))
            .map(|plain| plain.first.flow.server.ip)
            .filter(|resolver| home.offered_resolvers(*resolver).is_empty())
            .collect();
        let sentence = "Which name service the home offers was not seen, so whether devices use another one was not judged.".to_owned();
        (!unknown.is_empty()).then_some(sentence).into_iter().collect()
    }
}

/// What one device asked of all resolvers.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    all: u64,
    /// Questions to those that the home offers, and their answers.
    offered: u64,
    answered: u64,
}

impl Sum {
    /// The home's resolvers were asked and never answered: looking elsewhere is no choice.
    fn is_left_alone(self) -> bool {
        self.offered > 0 && self.answered == 0
    }
}

impl Resolvers {
    fn plain(&mut self, asked: Asked, direction: Direction) {
        let key = (asked.flow.client.ip, asked.flow.server.ip);
        if self.plain.len() >= RESOLVERS && !self.plain.contains_key(&key) {
            return;
        }
        self.plain.entry(key).or_insert_with(|| Plain { first: asked, questions: 0, answers: 0 }).count(direction);
    }

    fn sums(&self, home: &Home) -> BTreeMap<String, Sum> {
        let mut sums: BTreeMap<String, Sum> = BTreeMap::new();
        for plain in self.plain.values() {
            let flow = &plain.first.flow;
            let sum = sums.entry(home.who(&flow.client).id()).or_default();
            sum.all += plain.questions;
            if home.offered_resolvers(flow.server.ip).contains(&flow.server.ip) {
                sum.offered += plain.questions;
                sum.answered += plain.answers;
            }
        }
        sums
    }
}

impl Plain {
    fn count(&mut self, direction: Direction) {
        match direction {
            Direction::ToServer => self.questions += 1,
            Direction::ToClient => self.answers += 1,
        }
    }
}

impl Asked {
    fn draft(&self, what: String) -> Draft {
        let evidence = ledger::evidence(self.at, self.time, self.excerpt.clone());
        Draft { what, evidence, ..numbers::drafted(&EP_06, Severity::Low, self.confidence, &self.flow, self.protocol) }
    }
}

fn is_outside(home: &Home, asked: &Asked) -> bool {
    home.way(&asked.flow, Direction::ToServer) == Way::ToInternet
}

/// Whether a fact shows that its client asks for names out of sight of whoever is on the way.
pub(super) fn asks_sealed(fact: &Fact, flow: &Arc<Conversation>) -> bool {
    let may_be = matches!(&fact.what, What::Opened | What::Named(_) | What::Sealed { .. });
    may_be && asked(fact, flow).is_some_and(|asked| asked.sealed)
}

/// Whether the fact shows that a resolver is asked, and how.
fn asked(fact: &Fact, flow: &Arc<Conversation>) -> Option<Asked> {
    let opened = At { packet: flow.id.packet, time: flow.first, offset: None, length: 0 };
    let ends = || format!("{} {}", flow.transport, flow.server);
    let (sealed, confidence, at, excerpt) = match &fact.what {
        What::Opened if flow.server.port == 853 => (true, Confidence::Certain, opened, ends()),
        What::Opened if is_public_resolver(flow) => (true, Confidence::High, opened, ends()),
        What::Named(named) => {
            let sealed = shows_by_name(named, fact.protocol)?;
            (sealed, Confidence::Certain, named.at, named.name.clone())
        }
        What::Sealed { with, at } if with == "dnscrypt" => (true, Confidence::Certain, *at, ends()),
        _ => return None,
    };
    Some(Asked { flow: Arc::clone(flow), protocol: fact.protocol, sealed, confidence, at, time: fact.time, excerpt })
}

/// Whether a name shows that a resolver is asked; and if so, whether encrypted.
fn shows_by_name(named: &Named, protocol: &str) -> Option<bool> {
    match (named.source, &named.subject) {
        (NameSource::Dns, _) if protocol == "dns" => Some(false),
        (NameSource::Sni | NameSource::QuicSni, NamedSubject::Server) if resolvers::is_encrypted_resolver(&named.name) => Some(true),
        // RFC 7858 has no name of its own in TLS, but clients give the one that IANA lists; drafts of RFC 9250 counted theirs.
        (NameSource::Alpn, _) if matches!(named.name.as_str(), "dot" | "doq") || named.name.starts_with("doq-i") => Some(true),
        _ => None,
    }
}

/// Whether the server is a public resolver's, by its address, on the port of HTTPS.
fn is_public_resolver(flow: &Conversation) -> bool {
    flow.server.port == 443 && resolvers::is_resolver_address(flow.server.ip)
}

/// Whether a resolver is none that the home offers, as far as its offers were seen.
fn is_own_choice(resolver: IpAddr, offered: &[IpAddr]) -> bool {
    !offered.is_empty() && !offered.contains(&resolver)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{fact, flow};
    use super::*;

    #[test]
    fn resolvers_are_an_own_choice_only_where_others_are_offered() {
        let (router, own): (IpAddr, IpAddr) = ("192.168.1.1".parse().unwrap(), "203.0.113.53".parse().unwrap());
        assert!(is_own_choice(own, &[router]));
        assert!(!is_own_choice(own, &[router, own]));
        assert!(!is_own_choice(own, &[]));
    }

    #[test]
    fn resolvers_show_by_port_name_or_question() {
        let named = |source, name: &str| What::Named(Named { source, name: name.to_owned(), subject: NamedSubject::Server, at: At::default() });
        let sealed = |port, protocol, what| asked(&fact(&flow(1, port), protocol, Direction::ToServer, what), &flow(1, port)).map(|asked| asked.sealed);
        assert_eq!(sealed(853, "unknown", What::Opened), Some(true));
        assert_eq!(sealed(443, "unknown", What::Opened), None);
        assert_eq!(sealed(443, "tls", named(NameSource::Sni, "dns.google")), Some(true));
        assert_eq!(sealed(443, "quic", named(NameSource::QuicSni, "dns.google")), Some(true));
        assert_eq!(sealed(443, "tls", named(NameSource::Sni, "api.toy.test")), None);
        assert_eq!(sealed(53, "dns", named(NameSource::Dns, "api.toy.test")), Some(false));
        for (protocol, name, want) in [("tls", "dot", Some(true)), ("quic", "doq", Some(true)), ("quic", "doq-i03", Some(true)), ("tls", "h2", None)] {
            assert_eq!(sealed(8_443, protocol, named(NameSource::Alpn, name)), want, "{name}");
        }
        let at = At::default();
        assert_eq!(sealed(443, "dnscrypt", What::Sealed { with: "dnscrypt".to_owned(), at }), Some(true));
        assert_eq!(sealed(443, "tls", What::Sealed { with: "TLS 1.3".to_owned(), at }), None);
    }

    #[test]
    fn a_public_resolver_shows_by_its_address_until_something_surer_does() {
        let mut talk = (*flow(1, 443)).clone();
        talk.server.ip = "2620:fe::fe".parse().unwrap();
        let talk = Arc::new(talk);
        let mut known = asked(&fact(&talk, "unknown", Direction::ToServer, What::Opened), &talk).unwrap();
        assert_eq!((known.sealed, known.confidence), (true, Confidence::High));
        let name = Named { source: NameSource::Sni, name: "dns.quad9.net".to_owned(), subject: NamedSubject::Server, at: At::default() };
        known.learn(asked(&fact(&talk, "tls", Direction::ToServer, What::Named(name)), &talk).unwrap());
        assert_eq!((known.confidence, known.protocol, known.excerpt.as_str()), (Confidence::Certain, "tls", "dns.quad9.net"));
    }

    /// What is told of questions; each is a client, a resolver, and who says something.
    fn told(offered: bool, asked: &[(&str, &str, Direction)]) -> Vec<(String, u64)> {
        let (mut home, mut resolvers, mut found) = (Home::default(), Resolvers::default(), Vec::new());
        let lease = What::Lease {
            mac: crate::wire::Mac([0, 0, 0x5e, 0, 0x53, 1]),
            address: None,
            resolvers: vec!["192.168.1.1".parse().unwrap()],
            routers: Vec::new(),
            time_servers: Vec::new(),
            acknowledged: true,
        };
        if offered {
            home.learn(&fact(&flow(1, 67), "dhcp", Direction::ToClient, lease));
        }
        for (packet, (client, resolver, direction)) in (2..).zip(asked) {
            let mut talk = (*flow(packet, 53)).clone();
            (talk.client.ip, talk.server.ip) = (client.parse().unwrap(), resolver.parse().unwrap());
            let name = Named { source: NameSource::Dns, name: format!("n{packet}.toy.test"), subject: NamedSubject::Addresses(Vec::new()), at: At::default() };
            let fact = fact(&Arc::new(talk), "dns", *direction, What::Named(name));
            home.learn(&fact);
            resolvers.hear(&home, &fact, &mut |draft| panic!("{draft:?}"));
        }
        resolvers.close(&home, &mut |draft| found.push((draft.what, draft.evidence.packet)));
        found
    }

    #[test]
    fn questions_past_the_homes_own_service_are_told_with_their_share() {
        use Direction::{ToClient, ToServer};
        let (own, home) = ("203.0.113.53", "192.168.1.1");
        let asked = [("192.168.1.7", home, ToServer), ("192.168.1.7", home, ToClient), ("192.168.1.7", own, ToServer), ("192.168.1.7", own, ToServer)];
        assert_eq!(told(true, &asked).iter().map(|(what, _)| what.as_str()).collect::<Vec<_>>(), ["2 of the 3 Internet names that it asks for"]);
        assert_eq!(told(false, &asked), [], "what the home offers is not known");
        assert_eq!(told(true, &asked[..2]), []);
    }

    #[test]
    fn who_gets_no_answer_at_home_may_look_elsewhere() {
        use Direction::ToServer;
        let asked = [("192.168.1.7", "192.168.1.1", ToServer), ("192.168.1.7", "203.0.113.53", ToServer)];
        assert_eq!(told(true, &asked), []);
        assert_eq!(told(true, &asked[1..]).len(), 1);
    }
}
