//! Readable binary records in a protocol that nobody knows (PT-03).

use crate::detect::plain::IN_THE_CLEAR;
use crate::detect::rule::{Detector, Rule, Tell};
use crate::fact::{Fact, Kind, What};
use crate::finding::{Card, Confidence, Severity};
use crate::home::Home;
use crate::home::ledger::Draft;

/// See the file.
pub static RULE: Rule = Rule { cards: &[&PT_03], hears: &[Kind::Records], open: || Box::new(Records) };

/// Readable binary records.
pub static PT_03: Card = Card {
    code: "PT-03",
    name: "Readable binary records (CBOR, MessagePack, Protocol Buffers, BSON, Thrift, ASN.1, TLV) in an unknown protocol",
    title: "It sends records that others can read.",
    story: "{device} and {endpoint} exchange records in a common form without encryption, so {who} can read them with everyday tools.",
    advice: "Look for an update, and ask the maker why these messages are not encrypted.",
    example: "",
    evidence: "A whole message of one direction is read to its last byte as such a record: with keys that are words, or, where nothing but numbers stands in it, twice with the same fields.",
    scale: "Medium. Confidence medium, high when two messages agree.",
    limits: "Records of unknown forms are plain binary to tattletale: the flow's verdict says readable, and nothing is told of what they mean.",
    standards: IN_THE_CLEAR,
    child_weighs_more: true,
    home_weighs_less: true,
};

/// Judges each fact by itself.
struct Records;

impl Detector for Records {
    fn hear(&mut self, _: &Home, fact: &Fact, tell: Tell<'_>) {
        draft(fact).into_iter().for_each(tell);
    }
}

/// What one fact comes to.
fn draft(fact: &Fact) -> Option<Draft> {
    let (Some(flow), What::Records { form, agree, excerpt, at }) = (&fact.flow, &fact.what) else { return None };
    let confidence = if *agree { Confidence::High } else { Confidence::Medium };
    let mut draft = Draft::new(&PT_03, Severity::Medium, confidence, flow, fact, *at, excerpt.clone());
    draft.kind = form;
    Some(draft)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{fact, flow};
    use super::*;
    use crate::wire::{At, Direction};

    #[test]
    fn records_are_told_and_two_that_agree_are_surer() {
        let judged = |agree| {
            let what = What::Records { form: "cbor", agree, excerpt: String::new(), at: At::default() };
            draft(&fact(&flow(1, 9_000), "unknown", Direction::ToServer, what)).map(|draft| (draft.card.code, draft.severity, draft.confidence, draft.kind))
        };
        assert_eq!(judged(false), Some(("PT-03", Severity::Medium, Confidence::Medium, "cbor")));
        assert_eq!(judged(true), Some(("PT-03", Severity::Medium, Confidence::High, "cbor")));
    }
}
