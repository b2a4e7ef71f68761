//! Names that a program makes up, one after another, until one is there (domain generation algorithms).

use std::sync::Arc;

use super::sign::Sign;
use crate::fact::Conversation;
use crate::finding::Confidence;
use crate::home::map::Set;
use crate::knowledge::letters;
use crate::knowledge::names::registrable_domain;
use crate::wire::{At, Timestamp};

/// Names of one end that are counted.
const NAMES: usize = 4_096;
/// Names that there are not, of one end, that are remembered.
const MISSED: usize = 512;
/// With fewer names nothing is said.
const LEAST: usize = 20;
/// More of a hundred must not exist.
const SHARE: usize = 30;
/// So many of them within so many seconds.
const BURST: (usize, f64) = (12, 600.0);

/// What one end looked up.
#[derive(Debug, Default)]
pub(super) struct Asked {
    names: Set<String>,
    missed: Vec<Missed>,
    domains: Set<String>,
}

#[derive(Clone, Debug)]
struct Missed {
    time: Timestamp,
    /// How likely the letters of its domain are.
    likely: f64,
    flow: Arc<Conversation>,
    protocol: &'static str,
    at: At,
    name: String,
}

impl Asked {
    /// It asked for a name; names of the home and single words do not count.
    pub(super) fn asked(&mut self, name: &str) {
        if self.names.len() < NAMES && !self.names.contains(name) && registrable_domain(name).is_some() {
            self.names.insert(name.to_owned());
        }
    }

    /// There is no such name. Of many below one domain the first counts: lists are asked so.
    pub(super) fn missed(&mut self, name: &str, flow: &Arc<Conversation>, protocol: &'static str, at: At, time: Timestamp) {
        let Some(domain) = registrable_domain(name) else { return };
        let Some(likely) = domain.split('.').next().and_then(letters::likely) else { return };
        if self.missed.len() < MISSED && self.domains.insert(domain.to_ascii_lowercase()) {
            self.missed.push(Missed { time, likely, flow: Arc::clone(flow), protocol, at, name: name.to_owned() });
        }
    }

    /// Whether that is a program's search.
    pub(super) fn judge(&self) -> Option<Sign> {
        let is_many = self.names.len() >= LEAST && self.missed.len() * 100 > self.names.len() * SHARE;
        if !is_many {
            return None;
        }
        let mut missed: Vec<&Missed> = self.missed.iter().collect();
        missed.sort_by_key(|missed| missed.time);
        let (least, within) = BURST;
        let is_burst = |burst: &&[&Missed]| matches!(burst, [first, .., last] if last.time.seconds_since(first.time) <= within) && mean(burst) < letters::ODD;
        let first = missed.windows(least).find(is_burst)?.first()?;
        let excerpt = format!("{} of {} names do not exist: {} and others", self.missed.len(), self.names.len(), first.name);
        Some(Sign {
            flow: Arc::clone(&first.flow),
            protocol: first.protocol,
            kind: "made-up",
            confidence: Confidence::Medium,
            at: first.at,
            time: first.time,
            excerpt,
        })
    }
}

fn mean(missed: &[&Missed]) -> f64 {
    missed.iter().map(|missed| missed.likely).sum::<f64>() / missed.len().max(1) as f64
}

/// Whether nobody would choose a name: its domain's letters are unlikely.
pub(super) fn is_odd(name: &str) -> bool {
    registrable_domain(name).and_then(|domain| domain.split('.').next()).and_then(letters::likely).is_some_and(|likely| likely < letters::ODD)
}
