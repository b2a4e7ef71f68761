//! Companies that devices of several makers tell about themselves, though they are nobody's (EP-02).

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

use crate::detect::numbers::drafted;
use crate::detect::rhythm::Rhythm;
use crate::detect::rule::{Detector, Rule, Tell, is_sure};
use crate::fact::{Conversation, Fact, Kind, What};
use crate::finding::{Card, Confidence, Severity, Way};
use crate::home::Home;
use crate::home::ledger::{self, Draft};
use crate::home::party::Parties;
use crate::knowledge::domains;
use crate::knowledge::domains::entry::{Purpose, Role};
use crate::knowledge::names::registrable_domain;
use crate::value::ValueKind;
use crate::wire::{At, Direction, Timestamp};

/// See the file.
pub static RULE: Rule = Rule { cards: &[&EP_02], hears: &[Kind::Leak, Kind::Closed], open: || Box::<Learned>::default() };

/// A tracker that was learned.
pub static EP_02: Card = Card {
    code: "EP-02",
    name: "Learned tracker: one company that devices of unrelated makers tell about themselves",
    title: "Devices of several makers report to the same stranger.",
    story: "{device} sends {what}, so whoever that is can put together what it learns.",
    advice: "Block this name in your router, and ask the makers what it is there for.",
    example: "the same number that other makers' devices send to it",
    evidence: "A registered domain that is neither the maker's nor a known company's, called by devices of at least three makers, of each with a sign that it is told who calls: a permanent or advertising number in the clear, or at least four calls as regular in time and size as a clock.",
    scale: "Medium where a number was seen, low where only regular calls were. Info and confidence low with two makers: watched. Confidence medium.",
    limits: "Names alone never suffice. What is said within encryption is not seen. A device whose maker is not known does not count. Left out are companies in the project's own table: carriers, time, push messages and makers are useful to many, and trackers that it knows are told by EP-01.",
    standards: &["ETSI EN 303 645 6.1-1"],
    child_weighs_more: true,
    home_weighs_less: false,
};

/// Ends and servers that are remembered.
const SEEN: usize = 8_192;
/// Fewer calls are no beat.
const CALLS: usize = 4;
/// Makers that make a tracker, and those that make one to be watched.
const MAKERS: usize = 3;
const WATCHED: usize = 2;

/// Numbers by which one device can be told from all others.
const NUMBERS: &[ValueKind] =
    &[ValueKind::Imei, ValueKind::Imsi, ValueKind::Iccid, ValueKind::Serial, ValueKind::Uuid, ValueKind::Mac, ValueKind::AdId, ValueKind::Email];

/// A number that was sent.
#[derive(Debug)]
struct Sent {
    kind: ValueKind,
    flow: Arc<Conversation>,
    protocol: &'static str,
    at: At,
    time: Timestamp,
    excerpt: String,
}

/// The first of one end's calls to a server, its protocol, and when and how long all were.
type Calls = (Arc<Conversation>, &'static str, Rhythm);

/// Notes who tells whom a number, and who calls whom how regularly.
#[derive(Debug, Default)]
struct Learned {
    sent: BTreeMap<(IpAddr, IpAddr), Sent>,
    calls: BTreeMap<(IpAddr, IpAddr, u16), Calls>,
}

/// What shows that a device tells a company who it is.
struct Sign {
    device: String,
    maker: String,
    draft: Draft,
}

impl Detector for Learned {
    fn hear(&mut self, home: &Home, fact: &Fact, _: Tell<'_>) {
        let Some(flow) = &fact.flow else { return };
        match &fact.what {
            What::Leak(leak) if is_sure(leak.confidence) && NUMBERS.contains(&leak.value.kind) && home.way(flow, fact.direction) == Way::ToInternet => {
                let key = (flow.client.ip, flow.server.ip);
                if fact.direction == Direction::ToServer && (self.sent.len() < SEEN || self.sent.contains_key(&key)) {
                    let new = || Sent {
                        kind: leak.value.kind,
                        flow: Arc::clone(flow),
                        protocol: fact.protocol,
                        at: leak.at,
                        time: fact.time,
                        excerpt: leak.excerpt.clone(),
                    };
                    self.sent.entry(key).or_insert_with(new);
                }
            }
            What::Closed(totals) if flow.started && totals.packets.iter().all(|packets| *packets > 0) => {
                let key = (flow.client.ip, flow.server.ip, flow.server.port);
                if self.calls.len() < SEEN || self.calls.contains_key(&key) {
                    let (_, _, calls) = self.calls.entry(key).or_insert_with(|| (Arc::clone(flow), fact.protocol, Rhythm::default()));
                    calls.add(flow.first, totals.bytes.iter().sum());
                }
            }
            _ => {}
        }
    }

    fn close(&self, home: &Home, tell: Tell<'_>) {
        let beats: Vec<_> = self.calls.values().filter(|(_, _, calls)| calls.beat(CALLS).is_some()).collect();
        if self.sent.is_empty() && beats.len() < WATCHED {
            return;
        }
        let parties = home.parties();
        let mut told: BTreeMap<String, Vec<Sign>> = BTreeMap::new();
        for sent in self.sent.values() {
            let mut draft = drafted(&EP_02, Severity::Medium, Confidence::Medium, &sent.flow, sent.protocol);
            draft.evidence = ledger::evidence(sent.at, sent.time, sent.excerpt.clone());
            sent.kind.plain().clone_into(&mut draft.what);
            note(home, parties, draft, &mut told);
        }
        for (flow, protocol, _) in beats {
            let draft = Draft { what: "regular reports".to_owned(), ..drafted(&EP_02, Severity::Low, Confidence::Medium, flow, protocol) };
            note(home, parties, draft, &mut told);
        }
        for signs in told.into_values() {
            let makers: BTreeSet<&str> = signs.iter().map(|sign| sign.maker.as_str()).collect();
            let count = makers.len();
            if count < WATCHED {
                continue;
            }
            let mut done = BTreeSet::new();
            // A number before a beat, of the same device.
            for sign in signs.iter().filter(|sign| done.insert(sign.device.as_str())) {
                let mut draft = sign.draft.clone();
                if count < MAKERS {
                    (draft.severity, draft.confidence) = (Severity::Info, Confidence::Low);
                }
                draft.what = format!("{} to {{endpoint}}, as devices of {} do", draft.what, words(&makers, &sign.maker));
                tell(draft);
            }
        }
    }
}

/// Notes a sign, where the company is a stranger to the device and the device's maker is known.
fn note(home: &Home, parties: &Parties, draft: Draft, told: &mut BTreeMap<String, Vec<Sign>>) {
    let flow = &draft.flow;
    if home.way(flow, Direction::ToServer) != Way::ToInternet {
        return;
    }
    let Some(name) = home.name_of(flow.server.ip, flow.client.ip).map(|known| known.name.as_str()) else { return };
    let Some(domain) = registrable_domain(name).map(str::to_ascii_lowercase) else { return };
    let device = home.who(&flow.client).id();
    let whose = parties.whose([device.as_str()], Some(name), flow.server.ip);
    if matches!(whose.party, "first" | "support") || domains::lookup(name).is_some_and(|known| is_useful(known.purpose)) {
        return;
    }
    let Some(maker) = parties.maker(&device) else { return };
    told.entry(domain).or_default().push(Sign { device, maker, draft });
}

/// Whether many may use a company for what it is there for, or another card tells of it.
fn is_useful(purpose: Purpose) -> bool {
    matches!(purpose.role(), Role::Support | Role::Maker | Role::Tracker)
}

/// The other makers: `A and B`.
fn words(makers: &BTreeSet<&str>, own: &str) -> String {
    let others: Vec<&str> = makers.iter().copied().filter(|maker| *maker != own).collect();
    match others.as_slice() {
        [] => "other makers".to_owned(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{fact, flow, leak};
    use super::*;
    use crate::event::{NameSource, Role as Part, TraitKind};
    use crate::fact::{Named, NamedSubject, Totals};
    use crate::finding::Finding;
    use crate::home::ledger::Ledger;
    use crate::wire::End;

    #[derive(Clone, Copy, PartialEq)]
    enum How {
        Number,
        Beat,
        Once,
    }

    /// What is told where devices of these makers call one name.
    fn findings(name: &str, makers: &[Option<&str>], how: How) -> Vec<Finding> {
        let (mut home, mut learned, mut ledger) = (Home::default(), Learned::default(), Ledger::default());
        let (mut packet, server) = (0, "203.0.113.90");
        let mut facts = Vec::new();
        for (last, maker) in (10..).zip(makers) {
            let end = |ip: &str, port| End { ip: ip.parse().unwrap(), port, mac: None };
            let client = end(&format!("192.168.1.{last}"), 40_000);
            let mut talk = |to: &str, port| {
                packet += 10;
                Arc::new(Conversation { client, server: end(to, port), ..(*flow(packet, port)).clone() })
            };
            let resolver = talk("192.168.1.1", 53);
            let named =
                Named { source: NameSource::Dns, name: name.to_owned(), subject: NamedSubject::Addresses(vec![server.parse().unwrap()]), at: At::default() };
            facts.push(fact(&resolver, "dns", Direction::ToClient, What::Opened));
            facts.push(fact(&resolver, "dns", Direction::ToClient, What::Named(named)));
            if let Some(maker) = maker {
                let value = (*maker).to_owned();
                facts.push(fact(
                    &resolver,
                    "dns",
                    Direction::ToServer,
                    What::Trait { kind: TraitKind::Maker, value, subject: NamedSubject::Sender, at: At::default() },
                ));
            }
            let totals = || Totals { packets: [3, 3], bytes: [500, 400], ..Totals::default() };
            facts.push(fact(&resolver, "dns", Direction::ToServer, What::Closed(totals())));
            for round in 0..if how == How::Beat { 5 } else { 1 } {
                let call = Arc::new(Conversation { first: Timestamp::new(1_000 + 60 * round, 0), ..(*talk(server, 443)).clone() });
                facts.push(fact(&call, "http", Direction::ToServer, What::Opened));
                if how == How::Number {
                    facts.push(fact(&call, "http", Direction::ToServer, What::Leak(leak(ValueKind::AdId, "ifa", Part::Body, &[]))));
                }
                facts.push(fact(&call, "http", Direction::ToServer, What::Closed(totals())));
            }
        }
        for fact in &facts {
            home.learn(fact);
            learned.hear(&home, fact, &mut |draft| panic!("{draft:?}"));
        }
        learned.close(&home, &mut |draft| ledger.add(draft, &home));
        ledger.findings(&home, false)
    }

    const THREE: &[Option<&str>] = &[Some("Signify"), Some("Withings"), Some("Roborock")];

    fn weights(found: &[Finding]) -> Vec<(Severity, Confidence)> {
        found.iter().map(|finding| (finding.severity, finding.confidence)).collect()
    }

    #[test]
    fn three_makers_make_a_tracker() {
        let found = findings("in.stranger.test", THREE, How::Number);
        assert_eq!(weights(&found), [(Severity::Medium, Confidence::Medium); 3]);
        assert!(
            found.iter().all(|finding| finding.story.contains(" to in.stranger.test, as devices of ")),
            "{:?}",
            found.first().map(|finding| &finding.story)
        );
        assert_eq!(weights(&findings("in.stranger.test", THREE, How::Beat)), [(Severity::Low, Confidence::Medium); 3]);
    }

    #[test]
    fn two_makers_make_one_to_be_watched_and_one_makes_none() {
        assert_eq!(weights(&findings("in.stranger.test", &THREE[..2], How::Number)), [(Severity::Info, Confidence::Low); 2]);
        assert_eq!(findings("in.stranger.test", &[Some("Signify"); 4], How::Number).len(), 0);
        assert_eq!(findings("in.stranger.test", &[None; 4], How::Number).len(), 0, "nobody knows who made them");
    }

    #[test]
    fn a_name_alone_is_never_enough() {
        assert_eq!(findings("in.stranger.test", THREE, How::Once).len(), 0);
    }

    #[test]
    fn what_is_useful_to_many_is_no_tracker() {
        for name in
            ["pool.ntp.org", "mtalk.google.com", "d1.cloudfront.net", "connectivitycheck.gstatic.com", "dns.google", "time.apple.com", "ocsp.digicert.com"]
        {
            assert_eq!(findings(name, THREE, How::Beat).len(), 0, "{name}");
        }
        assert_eq!(findings("api.mixpanel.com", THREE, How::Number).len(), 0, "EP-01 tells of it");
    }
}
