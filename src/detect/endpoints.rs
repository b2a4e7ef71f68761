//! Whom devices talk to: numbers without a name (EP-05), resolvers of their own choice (EP-06).

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::net::IpAddr;
use std::sync::Arc;

use crate::detect::rule::{Detector, Rule, Tell};
use crate::event::NameSource;
use crate::fact::{Conversation, Fact, FlowId, Named, NamedSubject, What};
use crate::finding::{Card, Confidence, Severity, Way};
use crate::home::ledger::{self, Draft};
use crate::home::{Contact, Home};
use crate::knowledge::resolvers;
use crate::wire::{At, Direction, Timestamp, Transport};

/// See the file.
pub static RULE: Rule = Rule { cards: &[&EP_05, &EP_06], open: || Box::<Endpoints>::default() };

/// A number without a name.
pub static EP_05: Card = Card {
    code: "EP-05",
    name: "Connects straight to a number, no name look-up",
    title: "It talks to an Internet address whose name it never asked for.",
    story: "{device} connected to {endpoint} without asking for a name first, so its address is built in and nobody can see whose it is.",
    advice: "Ask the maker whose address this is, and block it in the router if nobody can say.",
    evidence: "A conversation with a public address for which no answer of a resolver, no server name and no Host was seen, by a device that was seen to start or to ask for names before.",
    scale: "Low; medium where it is unencrypted or on an unusual port. Confidence high.",
    limits: "Left out on purpose: resolvers, time servers, helpers for calls (STUN), addresses that never answered, and conversations that the capture began too late for. An address may have been learnt in a message.",
    standards: &["ETSI EN 303 645 5.6-5", "RFC 9726"],
    child_weighs_more: false,
    home_weighs_less: true,
};

/// A resolver of its own choice.
pub static EP_06: Card = Card {
    code: "EP-06",
    name: "Own resolver for names, or encrypted look-ups",
    title: "It asks someone else than your router for names.",
    story: "{device} looks up Internet names at {endpoint} instead of your home's own service, so your router cannot see or filter what it looks up.",
    advice: "If you filter names in your router, block other name services there; if you chose this service yourself, all is well.",
    evidence: "Questions to a resolver that DHCP did not hand out, a conversation on port 853 or with the protocol names dot or doq (RFC 7858, RFC 9250), the name or address of a public resolver over HTTPS (RFC 8484), or DNSCrypt.",
    scale: "Low. Certain, high where only the address of a public resolver tells it.",
    limits: "Plain questions are judged only where the capture shows which resolvers the home offers. A resolver that the user chose looks the same.",
    standards: &["ETSI EN 303 645 6.1-1", "RFC 9726"],
    child_weighs_more: false,
    home_weighs_less: true,
};

/// Resolvers of a device's own choice that are remembered at most.
const RESOLVERS: usize = 4_096;

/// Notes conversations with encrypted resolvers, and those that asked any other.
#[derive(Default)]
struct Endpoints {
    asked: BTreeMap<FlowId, Asked>,
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

impl Detector for Endpoints {
    fn hear(&mut self, home: &Home, fact: &Fact, _: Tell<'_>) {
        let Some(flow) = &fact.flow else { return };
        if let Some(asked) = asked(fact, flow)
            && home.way(flow, Direction::ToServer) == Some(Way::ToInternet)
            && self.asked.len() < RESOLVERS
        {
            match self.asked.entry(flow.id) {
                Entry::Vacant(vacant) => {
                    vacant.insert(asked);
                }
                Entry::Occupied(mut known) => known.get_mut().learn(asked),
            }
        }
    }

    fn close(&self, home: &Home, tell: Tell<'_>) {
        for asked in self.asked.values() {
            let resolver = asked.flow.server.ip;
            if asked.sealed || is_own_choice(resolver, &home.offered_resolvers(resolver)) {
                let mut draft = drafted(&EP_06, Severity::Low, asked.confidence, &asked.flow, asked.protocol);
                draft.evidence = ledger::evidence(asked.at, asked.time, asked.excerpt.clone());
                tell(draft);
            }
        }
        for contact in home.contacts() {
            if let Some(severity) = nameless(&contact) {
                tell(drafted(&EP_05, severity, Confidence::High, &contact.flow, contact.protocol));
            }
        }
    }
}

/// What is told when all is known, on a whole conversation: its first packet is the evidence.
fn drafted(card: &'static Card, severity: Severity, confidence: Confidence, flow: &Arc<Conversation>, protocol: &'static str) -> Draft {
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

/// What it weighs that nobody named this endpoint; none where a name could have been missed, or none is needed.
fn nameless(contact: &Contact) -> Option<Severity> {
    const NUMBERS_BY_DESIGN: &[u16] = &[53, 67, 68, 123, 500, 547, 853, 3_478, 3_479, 4_500, 5_349, 5_353, 19_302];
    const USUAL: &[u16] = &[80, 443, 1_883, 5_222, 5_223, 5_228, 5_671, 8_080, 8_443, 8_883];
    let port = contact.flow.server.port;
    let warm = contact.flow.started && (contact.device_start_seen || contact.device_asks_names);
    let is_conversation = contact.answered && matches!(contact.flow.transport, Transport::Tcp | Transport::Udp);
    let by_design =
        NUMBERS_BY_DESIGN.contains(&port) || is_public_resolver(&contact.flow) || matches!(contact.protocol, "dns" | "dnscrypt" | "ntp" | "stun" | "dhcp");
    if contact.named || !warm || !is_conversation || by_design {
        return None;
    }
    Some(if contact.clear || !USUAL.contains(&port) { Severity::Medium } else { Severity::Low })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{fact, flow};
    use super::*;

    fn contact(port: u16) -> Contact {
        Contact {
            flow: flow(1, port),
            protocol: "unknown",
            clear: false,
            named: false,
            after: 10.0,
            device_start_seen: true,
            device_asks_names: true,
            packets: 9,
            answered: true,
        }
    }

    #[test]
    fn a_number_without_a_name_is_told() {
        assert_eq!(nameless(&contact(443)), Some(Severity::Low));
        assert_eq!(nameless(&contact(9_999)), Some(Severity::Medium));
        assert_eq!(nameless(&Contact { clear: true, ..contact(80) }), Some(Severity::Medium));
    }

    #[test]
    fn where_a_name_may_have_been_missed_it_is_not() {
        assert_eq!(nameless(&Contact { named: true, ..contact(443) }), None);
        assert_eq!(nameless(&Contact { device_start_seen: false, device_asks_names: false, ..contact(443) }), None);
        assert_eq!(nameless(&Contact { answered: false, ..contact(443) }), None);
        for port in [53, 123, 853, 3_478, 19_302] {
            assert_eq!(nameless(&contact(port)), None, "{port}");
        }
    }

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
        assert_eq!(nameless(&Contact { flow: talk, ..contact(443) }), None, "whose it is is known");
    }
}
