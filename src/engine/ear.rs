//! Who hears the facts of one shard: in what order they were told, and what limits and faults came to.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::awaited::Announcement;
use crate::content::words::Known;
use crate::fact::{Fact, What};
use crate::wire::{Direction, Timestamp};

/// Where a fact stands among all facts: by packet; before the packet's own facts those of flows that idled out, by flow; then as they were told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Order {
    /// The packet that was read.
    pub packet: u64,
    /// 0 for what time closed, 1 for what the packet told.
    pub phase: u8,
    /// Of what time closed: the flow's first packet. Of what a packet told: its place among those that were read in its turn.
    pub flow: u64,
    /// As they were told.
    pub count: u32,
}

/// What limits and faults came to in one shard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Flows closed early because memory was short.
    pub evicted: u64,
    /// Messages too long to wait for: given up and skipped.
    pub too_long: u64,
    /// Exchanges and names of one flow beyond what is kept.
    pub unlisted: u64,
    /// Messages that may hold more personal values than were looked for.
    pub crowded: u64,
    /// Second copies of TCP bytes that differed from the first.
    pub conflicts: u64,
    /// Flows given up because tattletale failed on them.
    pub faults: u64,
    /// Messages that broke their protocol's rules, by what was wrong.
    pub malformed: BTreeMap<&'static str, u64>,
}

impl Tally {
    /// Adds another shard's.
    pub fn add(&mut self, other: &Tally) {
        self.evicted += other.evicted;
        self.too_long += other.too_long;
        self.unlisted += other.unlisted;
        self.crowded += other.crowded;
        self.conflicts += other.conflicts;
        self.faults += other.faults;
        for (what, count) in &other.malformed {
            *self.malformed.entry(what).or_default() += count;
        }
    }
}

/// Takes the facts of one shard.
#[derive(Debug, Default)]
pub struct Ear {
    /// What was told.
    pub facts: Vec<(Order, Fact)>,
    /// Where the next fact stands.
    pub order: Order,
    /// The packet that is being read: that of [`Order`], but for the beginning of a datagram that was given up later.
    pub packet: u64,
    /// When the packet that is being read was captured.
    pub now: Timestamp,
    /// What limits and faults came to.
    pub tally: Tally,
    /// Conversations that the packet that is being read announced.
    pub awaited: Vec<Announcement>,
    /// Whether values are shown as they are.
    pub reveal: bool,
    /// The family's own words.
    pub known: Option<Arc<Known>>,
    /// Whether numbers by which states know persons are told.
    pub national: bool,
    /// Whether flows are to be numbered as other analysers number them.
    pub fingerprints: bool,
}

impl Ear {
    /// Takes a fact.
    pub(super) fn take(&mut self, fact: Fact) {
        self.facts.push((self.order, fact));
        self.order.count += 1;
    }

    /// A fact outside any conversation, of a protocol of the link.
    pub fn outside(&mut self, protocol: &'static str, what: What) {
        let (packet, time) = (self.packet, self.now);
        self.take(Fact { packet, time, flow: None, protocol, clear: false, direction: Direction::ToServer, what });
    }
}
