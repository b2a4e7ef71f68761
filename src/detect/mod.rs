//! Facts → findings: one file a family of detectors, and this list.
//!
//! A detector hears facts in capture order and tells [`crate::home::ledger::Draft`]s. It knows neither bytes nor protocols' details; the ledger keeps each
//! finding once, with the worst severity and the best confidence that were told of it.

pub mod abroad;
pub mod agreed;
pub mod behaviour;
pub mod clocks;
pub mod doors;
pub mod handed;
pub mod hidden;
pub mod leaks;
pub mod learned;
pub mod links;
pub mod listed;
pub mod logins;
pub mod media;
pub mod numbers;
pub mod plain;
pub mod reached;
pub mod records;
pub mod resolvers;
pub mod rhythm;
pub mod rule;
pub mod scans;
pub mod shady;
pub mod shouts;
pub mod spoken;
pub mod stored;
pub mod trackers;
pub mod updates;
pub mod watch;
pub mod whole;

use crate::finding::Card;
use rule::Rule;

/// Every family.
#[rustfmt::skip]
pub static RULES: &[&Rule] = &[
    &plain::RULE,
    &watch::RULE,
    &leaks::RULE,
    &numbers::RULE,
    &resolvers::RULE,
    &records::RULE,
    &media::RULE,
    &hidden::RULE,
    &updates::RULE,
    &stored::RULE,
    &handed::RULE,
    &doors::RULE,
    &trackers::RULE,
    &listed::RULE,
    &learned::RULE,
    &shady::RULE,
    &abroad::RULE,
    &clocks::RULE,
    &links::RULE,
    &spoken::RULE,
    &logins::RULE,
    &agreed::RULE,
    &scans::RULE,
    &reached::RULE,
    &shouts::RULE,
    &behaviour::RULE,
];

/// Every card, sorted by code.
pub fn cards() -> Vec<&'static Card> {
    let mut cards: Vec<_> = RULES.iter().flat_map(|rule| rule.cards.iter().copied()).collect();
    cards.sort_by_key(|card| card.code);
    cards
}

#[cfg(test)]
pub(crate) mod tests {
    use crate::finding::Confidence;
    use std::sync::Arc;

    use super::*;
    use crate::event::Role;
    use crate::fact::{Conversation, Fact, FlowId, Leak, Shown, What};
    use crate::home::Contact;
    use crate::value::{self, ValueKind};
    use crate::wire::{At, Direction, End, Timestamp, Transport};

    pub fn flow(packet: u64, port: u16) -> Arc<Conversation> {
        let end = |ip: &str, port| End { ip: ip.parse().unwrap(), port, mac: None };
        Arc::new(Conversation {
            id: FlowId { packet, depth: 0 },
            client: end("192.168.1.7", 40_000),
            server: end("203.0.113.5", port),
            transport: Transport::Tcp,
            first: Timestamp(0),
            started: true,
        })
    }

    pub fn contact(port: u16) -> Contact {
        Contact {
            flow: flow(1, port),
            protocol: "unknown",
            clear: false,
            named: false,
            after: 10.0,
            device_start_seen: true,
            device_asks_names: true,
            introduced: false,
            meets: false,
            packets: 9,
            bytes: [900, 900],
            last: Timestamp(0),
            answered: true,
        }
    }

    pub fn fact(flow: &Arc<Conversation>, protocol: &'static str, direction: Direction, what: What) -> Fact {
        Fact { packet: flow.id.packet + 1, time: Timestamp(0), flow: Some(Arc::clone(flow)), protocol, clear: true, direction, what }
    }

    pub fn leak(kind: ValueKind, field: &str, role: Role, decode: &[&str]) -> Leak {
        Leak {
            value: Shown {
                kind,
                shown: value::mask(kind, "x"),
                digest: [0; 32],
                field: field.to_owned(),
                decode: decode.iter().map(|step| (*step).to_owned()).collect(),
            },
            role,
            confidence: Confidence::High,
            excerpt: String::new(),
            at: At::default(),
            decimals: None,
        }
    }

    #[test]
    fn every_rule_hears_something_and_nothing_twice() {
        for rule in RULES {
            let codes: Vec<_> = rule.cards.iter().map(|card| card.code).collect();
            assert!(!rule.hears.is_empty(), "{codes:?}");
            assert!(rule.hears.iter().enumerate().all(|(index, kind)| !rule.hears[..index].contains(kind)), "{codes:?}");
        }
    }

    #[test]
    fn codes_are_unique_and_sorted() {
        let codes: Vec<_> = cards().iter().map(|card| card.code).collect();
        let mut sorted = codes.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(codes, sorted);
        assert_eq!(codes.len(), 54);
    }

    #[test]
    fn cards_speak_plainly() {
        const BANNED: &[&str] = &["sni", "pii", "c2", "exfiltration", "malicious", "hacked", "stole", "suspicious", "attack"];
        for card in cards() {
            let plain = format!("{} {} {}", card.title, card.story, card.advice).to_lowercase();
            assert!(plain.split(|c: char| !c.is_alphanumeric()).all(|word| !BANNED.contains(&word)), "{}", card.code);
            let words = |text: &str| text.split_whitespace().count();
            assert!(words(card.story) + words(card.advice) <= 60, "{}: {}", card.code, words(card.story) + words(card.advice));
            for text in [card.name, card.title, card.story, card.advice, card.evidence, card.scale, card.limits] {
                assert!(!text.is_empty(), "{}", card.code);
            }
            for text in [card.title, card.story, card.advice] {
                assert!(text.ends_with('.') && text.matches(". ").count() == 0, "{}: one sentence: {text}", card.code);
            }
            assert!(!card.standards.is_empty(), "{}", card.code);
        }
    }
}
