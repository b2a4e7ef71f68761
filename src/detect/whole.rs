//! Drafts on whole conversations: for detectors that judge what a conversation came to rather than one fact of it.

use std::sync::Arc;

use crate::event::DeviceKind;
use crate::fact::Conversation;
use crate::finding::{Card, Confidence, Severity};
use crate::home::Home;
use crate::home::ledger::{self, Draft};
use crate::home::snapshot::Device;
use crate::wire::{At, Direction, End, Timestamp};

/// A place without bytes of its own: a packet, and when it was captured.
pub fn packet(packet: u64, time: Timestamp) -> At {
    At { packet, time, offset: None, length: 0 }
}

/// Where a conversation begins.
pub fn first(flow: &Conversation) -> At {
    packet(flow.id.packet, flow.first)
}

/// What the device at this end is; `devices`: the home's, as they are known now.
pub fn kind(home: &Home, devices: &[Device], end: &End) -> DeviceKind {
    let who = home.who(end);
    let by_id = devices.iter().find(|device| who.is(device));
    by_id.or_else(|| devices.iter().find(|device| device.addresses.contains(&end.ip))).map_or(DeviceKind::Unknown, |device| device.kind)
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
