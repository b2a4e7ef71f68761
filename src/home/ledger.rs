//! Findings, each kept once.

use std::sync::Arc;

use crate::fact::{Conversation, Fact, Shown};
use crate::finding::{Card, Confidence, Evidence, Severity};
use crate::wire::{At, Direction, Timestamp};

/// A finding as a detector tells it: who is who and what it weighs in the end is decided when it is looked at.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Its card.
    pub card: &'static Card,
    /// The card's severity for a device of unknown kind that sends to the Internet.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// The conversation.
    pub flow: Arc<Conversation>,
    /// Its protocol.
    pub protocol: &'static str,
    /// Who said it.
    pub direction: Direction,
    /// Whether it concerns the end that received it (an order to a device) rather than the one that sent it, where both are at home.
    pub concerns_receiver: bool,
    /// What kind of thing it is about: a value's kind, an order, or empty. Part of the finding's identity.
    pub kind: &'static str,
    /// The key, header, command word. Part of the finding's identity.
    pub field: String,
    /// What fills `{what}`: plain words.
    pub what: String,
    /// The value.
    pub value: Option<Shown>,
    /// Where it can be seen.
    pub evidence: Evidence,
}

impl Draft {
    /// A draft on what a fact tells, with the card's own texts.
    pub fn new(card: &'static Card, severity: Severity, confidence: Confidence, flow: &Arc<Conversation>, fact: &Fact, at: At, excerpt: String) -> Self {
        Self {
            card,
            severity,
            confidence,
            flow: Arc::clone(flow),
            protocol: fact.protocol,
            direction: fact.direction,
            concerns_receiver: false,
            kind: "",
            field: String::new(),
            what: String::new(),
            value: None,
            evidence: evidence(at, fact.time, excerpt),
        }
    }
}

/// Evidence at a place; `time` is used where the place has none.
pub fn evidence(at: At, time: Timestamp, excerpt: String) -> Evidence {
    let time = if at.packet == 0 { time } else { at.time };
    Evidence { packet: at.packet, time, offset: at.offset, length: at.offset.map(|_| at.length), excerpt }
}
