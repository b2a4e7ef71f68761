//! Drafts on whole conversations: for detectors that judge what a conversation came to rather than one fact of it.

use std::sync::Arc;

use crate::fact::Conversation;
use crate::finding::{Card, Confidence, Severity};
use crate::home::ledger::{self, Draft};
use crate::wire::{At, Direction, Timestamp};

/// A place without bytes of its own: a packet, and when it was captured.
pub fn packet(packet: u64, time: Timestamp) -> At {
    At { packet, time, offset: None, length: 0 }
}

/// Where a conversation begins.
pub fn first(flow: &Conversation) -> At {
    packet(flow.id.packet, flow.first)
}

/// A draft on a conversation, of what its client did; the evidence lies at `at`.
pub fn draft(card: &'static Card, weight: (Severity, Confidence), flow: &Arc<Conversation>, protocol: &'static str, (at, excerpt): (At, String)) -> Draft {
    Draft {
        card,
        severity: weight.0,
        confidence: weight.1,
        flow: Arc::clone(flow),
        protocol,
        direction: Direction::ToServer,
        concerns_receiver: false,
        kind: "",
        field: String::new(),
        what: String::new(),
        value: None,
        evidence: ledger::evidence(at, flow.first, excerpt),
    }
}
