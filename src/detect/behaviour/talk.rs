//! Speech that comes to a device: small packets in a rhythm.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::cards::BH_02;
use super::place::{Place, bytes, country, period};
use crate::fact::{Conversation, FlowId, Pace};
use crate::finding::{Confidence, Severity};
use crate::home::ledger::Draft;
use crate::wire::{Direction, End};

/// Speech of this many milliseconds is more than a bell.
const ENOUGH: u32 = 3_000;
/// Bytes of speech in ten seconds: 8 to 200 kbit/s with headers.
const SPEECH: std::ops::RangeInclusive<u64> = 4_000..=250_000;
/// Packets in a rhythm in a period of speech, and in the first and last one of a talk, of which it may fill little.
const STEADY: u32 = 20;
const SOME: u32 = 5;
/// Conversations in which it may be going on, and talks that are remembered.
const OPEN: usize = 4_096;
const TALKS: usize = 4_096;

/// Speech to one end of a conversation.
#[derive(Clone, Debug)]
struct Talk {
    end: End,
    /// The direction in which the device sends.
    direction: Direction,
    place: Place,
    millis: u32,
    bytes: u64,
    last: i64,
    /// Whether it ended in its last period: that was no full one.
    is_over: bool,
}

impl Talk {
    fn is_enough(&self) -> bool {
        self.millis >= ENOUGH && self.bytes >= *SPEECH.start()
    }
}

/// All of it.
#[derive(Debug, Default)]
pub(super) struct Talks {
    open: BTreeMap<(FlowId, usize), Talk>,
    over: Vec<Talk>,
}

impl Talks {
    /// What a conversation sent in one period; the device sends in `direction`.
    pub(super) fn heard(&mut self, flow: &Arc<Conversation>, direction: Direction, pace: &Pace, place: &dyn Fn() -> Place) {
        let to_device = direction.flip();
        let index = to_device.index();
        let (Some(rhythm), Some(packets)) = (pace.rhythm.get(index), pace.packets.get(index)) else { return };
        let sent = bytes(pace, to_device);
        let is_rhythm = u64::from(rhythm.packets) * 10 >= u64::from(*packets) * 6 && sent <= *SPEECH.end();
        let is_full = is_rhythm && rhythm.packets >= STEADY && sent >= *SPEECH.start();
        if !(is_full || is_rhythm && rhythm.packets >= SOME) {
            return;
        }
        let (key, now) = ((flow.id, index), period(pace.start));
        let has_no_room = self.open.len() >= OPEN;
        match self.open.get_mut(&key) {
            Some(talk) if now - talk.last <= 1 && !talk.is_over => {
                talk.millis = talk.millis.saturating_add(rhythm.millis);
                talk.bytes = talk.bytes.saturating_add(sent);
                (talk.last, talk.is_over) = (now, !is_full);
            }
            None if has_no_room => {}
            _ => {
                let talk = Talk { end: *flow.sender(direction), direction, place: place(), millis: rhythm.millis, bytes: sent, last: now, is_over: false };
                if let Some(before) = self.open.insert(key, talk) {
                    self.keep(before);
                }
            }
        }
    }

    /// Whether nobody spoke.
    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty() && self.over.is_empty()
    }

    /// A conversation is over.
    pub(super) fn closed(&mut self, flow: FlowId) {
        for index in 0..2 {
            if let Some(talk) = self.open.remove(&(flow, index)) {
                self.keep(talk);
            }
        }
    }

    fn keep(&mut self, talk: Talk) {
        if talk.is_enough() && self.over.len() < TALKS {
            self.over.push(talk);
        }
    }

    /// Tells those to devices that `is_camera` knows.
    pub(super) fn tell(&self, is_camera: &dyn Fn(&End) -> bool, tell: &mut dyn FnMut(Draft)) {
        let mut talks: Vec<&Talk> = self.over.iter().chain(self.open.values()).filter(|talk| talk.is_enough()).collect();
        talks.sort_by_key(|talk| (talk.place.packet, talk.direction));
        let mut countries: BTreeMap<std::net::IpAddr, Vec<String>> = BTreeMap::new();
        for talk in talks.into_iter().filter(|talk| is_camera(&talk.end)) {
            let known = countries.entry(talk.end.ip).or_default();
            let country = country(&talk.place.flow, talk.direction);
            let is_new = known.len() >= 3 && country.as_ref().is_some_and(|country| !known.contains(country));
            known.extend(country);
            let severity = if is_new { Severity::Medium } else { Severity::Info };
            let excerpt = format!("speech, as it seems, for {:.0} s", f64::from(talk.millis) / 1_000.0);
            let mut draft = talk.place.draft(&BH_02, (severity, Confidence::Medium), ("talk-down", "someone may be speaking through it"), excerpt);
            draft.direction = talk.direction;
            tell(draft);
        }
    }
}
