//! Many different addresses within a short time.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use crate::fact::Conversation;
use crate::wire::{At, Timestamp};

/// Addresses that are remembered of one sweep; further ones are counted.
const TARGETS: usize = 1_024;

/// Where an address was tried first.
type Tried = (Arc<Conversation>, At);

/// What one end tried.
#[derive(Debug)]
pub(super) struct Sweep {
    /// So many different ones…
    enough: usize,
    /// … within so many nanoseconds.
    within: i64,
    recent: BTreeMap<IpAddr, (Timestamp, Tried)>,
    /// Those of the first sweep, once there were enough.
    swept: BTreeMap<IpAddr, Tried>,
    beyond: u64,
    last: Timestamp,
}

impl Sweep {
    pub(super) fn new(enough: usize, within: i64) -> Self {
        Self { enough, within, recent: BTreeMap::new(), swept: BTreeMap::new(), beyond: 0, last: Timestamp(0) }
    }

    /// An address was tried.
    pub(super) fn tried(&mut self, time: Timestamp, target: IpAddr, flow: &Arc<Conversation>, at: At) {
        let is_near = |earlier: Timestamp, within: i64| time.0.saturating_sub(earlier.0) <= within;
        if !self.swept.is_empty() {
            // A sweep goes on while no pause is longer than its time.
            if is_near(self.last, self.within) {
                self.last = self.last.max(time);
                if self.swept.len() < TARGETS {
                    self.swept.entry(target).or_insert_with(|| (Arc::clone(flow), at));
                } else if !self.swept.contains_key(&target) {
                    self.beyond += 1;
                }
            }
            return;
        }
        self.recent.entry(target).or_insert_with(|| (time, (Arc::clone(flow), at))).0 = time;
        if self.recent.len() < self.enough {
            return;
        }
        let within = self.within;
        self.recent.retain(|_, (earlier, _)| is_near(*earlier, within));
        if self.recent.len() >= self.enough {
            self.swept = std::mem::take(&mut self.recent).into_iter().map(|(target, (_, tried))| (target, tried)).collect();
            self.last = time;
        }
    }

    /// Whether there was a sweep.
    pub(super) fn is_sweep(&self) -> bool {
        !self.swept.is_empty()
    }

    /// How many addresses were swept, if less than `percent` of them answered.
    pub(super) fn unanswered(&self, answers: impl Fn(&IpAddr, &Conversation) -> bool, percent: usize) -> Option<u64> {
        let answered = self.swept.iter().filter(|(target, (flow, _))| answers(target, flow)).count();
        (self.is_sweep() && answered * 100 < self.swept.len() * percent).then(|| self.swept.len() as u64 + self.beyond)
    }

    /// What was swept, in the order of the packets.
    pub(super) fn targets(&self) -> impl Iterator<Item = (&IpAddr, &Tried)> {
        let mut targets: Vec<_> = self.swept.iter().collect();
        targets.sort_by_key(|(target, (_, at))| (at.packet, **target));
        targets.into_iter()
    }
}
