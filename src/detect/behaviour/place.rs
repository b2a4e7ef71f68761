//! When and where something happened: periods, and their places.

use std::sync::Arc;

use crate::detect::whole;
use crate::fact::{Conversation, Fact, PERIOD, Pace};
use crate::finding::{Card, Confidence, Severity};
use crate::home::ledger::Draft;
use crate::knowledge::places;
use crate::wire::{Direction, Timestamp};

/// The period that a moment lies in.
pub(super) fn period(time: Timestamp) -> i64 {
    time.0.div_euclid(PERIOD)
}

/// Where something happened: its conversation, protocol, packet and time.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) flow: Arc<Conversation>,
    protocol: &'static str,
    pub(super) packet: u64,
    time: Timestamp,
}

impl Place {
    /// The beginning of a period of a conversation.
    pub(super) fn of(flow: &Arc<Conversation>, fact: &Fact, pace: &Pace) -> Self {
        Self { flow: Arc::clone(flow), protocol: fact.protocol, packet: pace.packet, time: pace.time }
    }

    /// A draft on it: confidence and severity, its kind, what happened in plain words, and what shows it.
    pub(super) fn draft(&self, card: &'static Card, weight: (Severity, Confidence), (kind, what): (&'static str, &str), excerpt: String) -> Draft {
        let mut draft = whole::draft(card, weight, &self.flow, self.protocol, (whole::packet(self.packet, self.time), excerpt));
        draft.kind = kind;
        what.clone_into(&mut draft.what);
        draft
    }
}

/// The bytes of one direction in a period.
pub(super) fn bytes(pace: &Pace, direction: Direction) -> u64 {
    pace.bytes.get(direction.index()).copied().unwrap_or_default()
}

/// Where a conversation's other end is.
pub(super) fn country(flow: &Conversation, direction: Direction) -> Option<String> {
    places::of(flow.sender(direction.flip()).ip).country()
}
