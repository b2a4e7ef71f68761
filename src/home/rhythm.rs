//! What only a screen shows: when each device sent how much, and what went to and from each endpoint. Kept while someone watches, bounded, in capture
//! time; it never decides a record.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::Arc;

use super::snapshot::{Carried, Rhythm};
use crate::fact::{Conversation, Reading, Totals};
use crate::wire::{End, Mac, Timestamp};

/// Steps of the whole time; when they are used up, each takes twice as long.
const STEPS: usize = 240;
/// Steps of the latest minutes, and their length in seconds.
const RECENT: usize = 60;
const RECENT_STEP: i64 = 10;
/// Ends whose rhythm is kept.
pub const ENDS: usize = 1_024;
/// Pairs of ends whose bytes are counted.
pub const PAIRS: usize = 16_384;
/// Conversations under way of which it is remembered what was counted already.
const OPEN: usize = 16_384;

const SECOND: i64 = 1_000_000_000;

/// An end: address and hardware address.
type Owner = (IpAddr, Option<Mac>);

/// Keeps it.
#[derive(Debug)]
pub struct Rhythms {
    start: Option<Timestamp>,
    /// Seconds of a step.
    step: i64,
    ends: HashMap<Owner, Sent>,
    pairs: HashMap<(IpAddr, IpAddr, u16), (Arc<Conversation>, Carried)>,
    open: HashMap<u64, (Timestamp, [u64; 2])>,
}

#[derive(Debug, Default)]
struct Sent {
    whole: Vec<u64>,
    recent: BTreeMap<i64, u64>,
}

impl Default for Rhythms {
    fn default() -> Self {
        Self { start: None, step: 1, ends: HashMap::new(), pairs: HashMap::new(), open: HashMap::new() }
    }
}

impl Rhythms {
    /// A conversation came to this so far, or (`over`) in all.
    pub fn learn(&mut self, flow: &Arc<Conversation>, totals: &Totals, over: bool) {
        let key = flow.id.packet;
        let known = if over { self.open.remove(&key) } else { self.open.get(&key).copied() };
        let (since, before) = known.unwrap_or((flow.first, [0, 0]));
        // What is not remembered is counted when the conversation is over.
        if !over && known.is_none() && self.open.len() >= OPEN {
            return;
        }
        if !over {
            self.open.insert(key, (totals.last, totals.bytes));
        }
        let fresh = [0, 1].map(|way| count(&totals.bytes, way).saturating_sub(count(&before, way)));
        if fresh == [0, 0] {
            return;
        }
        self.carry(flow, fresh, totals.reading);
        self.start.get_or_insert(flow.first);
        self.make_room(totals.last);
        for (end, bytes) in [(&flow.client, count(&fresh, 0)), (&flow.server, count(&fresh, 1))] {
            self.send(end, bytes, since.min(totals.last), totals.last);
        }
    }

    fn carry(&mut self, flow: &Arc<Conversation>, [out, back]: [u64; 2], reading: Reading) {
        let key = (flow.client.ip, flow.server.ip, flow.server.port);
        if self.pairs.len() >= PAIRS && !self.pairs.contains_key(&key) {
            return;
        }
        let (_, carried) = self.pairs.entry(key).or_insert_with(|| (Arc::clone(flow), Carried::default()));
        carried.out = carried.out.saturating_add(out);
        carried.back = carried.back.saturating_add(back);
        let bytes = out.saturating_add(back);
        let class = match reading {
            Reading::Readable | Reading::Unpacked => &mut carried.readable,
            Reading::Encrypted => &mut carried.encrypted,
            Reading::Scrambled | Reading::Undetermined => &mut carried.unknown,
        };
        *class = class.saturating_add(bytes);
    }

    /// Until a moment lies within the steps, two become one.
    fn make_room(&mut self, last: Timestamp) {
        while self.index(last) >= STEPS as i64 && self.step < i64::MAX / 4 / SECOND {
            self.step *= 2;
            for sent in self.ends.values_mut() {
                sent.whole = sent.whole.chunks(2).map(|pair| pair.iter().fold(0, |sum: u64, bytes| sum.saturating_add(*bytes))).collect();
            }
        }
    }

    fn index(&self, time: Timestamp) -> i64 {
        let start = self.start.unwrap_or(time);
        time.0.saturating_sub(start.0).max(0) / (self.step * SECOND)
    }

    /// Spreads bytes evenly over the time in which they were sent.
    fn send(&mut self, end: &End, bytes: u64, from: Timestamp, to: Timestamp) {
        let key = (end.ip, end.mac);
        if bytes == 0 || (self.ends.len() >= ENDS && !self.ends.contains_key(&key)) {
            return;
        }
        let last = self.index(to).min(STEPS as i64 - 1);
        let first = self.index(from).min(last);
        let sent = self.ends.entry(key).or_default();
        let needed = usize::try_from(last + 1).unwrap_or(STEPS);
        if sent.whole.len() < needed {
            sent.whole.resize(needed, 0);
        }
        for (step, share) in shares(bytes, first, last) {
            if let Some(place) = usize::try_from(step).ok().and_then(|step| sent.whole.get_mut(step)) {
                *place = place.saturating_add(share);
            }
        }
        let last = to.0.div_euclid(RECENT_STEP * SECOND);
        let first = from.0.div_euclid(RECENT_STEP * SECOND).max(last - RECENT as i64);
        for (step, share) in shares(bytes, first, last) {
            let place = sent.recent.entry(step).or_default();
            *place = place.saturating_add(share);
        }
        while sent.recent.len() > RECENT + 2 {
            sent.recent.pop_first();
        }
    }

    /// Of each device (as `who` names the end's): its rhythm over the whole time, and of the minutes before `now`.
    pub fn of_devices(&self, who: impl Fn(&End) -> String, now: Timestamp) -> BTreeMap<String, [Rhythm; 2]> {
        let mut found: BTreeMap<String, [Rhythm; 2]> = BTreeMap::new();
        let Some(start) = self.start else { return found };
        let last = now.0.div_euclid(RECENT_STEP * SECOND);
        let earliest = last - RECENT as i64 + 1;
        let seconds = |step: i64| u64::try_from(step).unwrap_or(1);
        for ((ip, mac), sent) in &self.ends {
            let id = who(&End { ip: *ip, port: 0, mac: *mac });
            let [whole, recent] = found.entry(id).or_insert_with(|| {
                let recent = Rhythm { start: Timestamp(earliest.saturating_mul(RECENT_STEP * SECOND)), step: seconds(RECENT_STEP), sent: vec![0; RECENT] };
                [Rhythm { start, step: seconds(self.step), sent: Vec::new() }, recent]
            });
            if whole.sent.len() < sent.whole.len() {
                whole.sent.resize(sent.whole.len(), 0);
            }
            for (sum, bytes) in whole.sent.iter_mut().zip(&sent.whole) {
                *sum = sum.saturating_add(*bytes);
            }
            for (step, bytes) in sent.recent.range(earliest..=last) {
                if let Some(sum) = usize::try_from(step - earliest).ok().and_then(|index| recent.sent.get_mut(index)) {
                    *sum = sum.saturating_add(*bytes);
                }
            }
        }
        found
    }

    /// What went between each two ends.
    pub fn carried(&self) -> impl Iterator<Item = (&Conversation, &Carried)> {
        self.pairs.values().map(|(flow, carried)| (flow.as_ref(), carried))
    }
}

fn count(counts: &[u64; 2], way: usize) -> u64 {
    counts.get(way).copied().unwrap_or_default()
}

/// The steps from the first to the last, each with its share; the last has what is left over.
fn shares(bytes: u64, first: i64, last: i64) -> impl Iterator<Item = (i64, u64)> {
    let steps = u64::try_from(last.saturating_sub(first).saturating_add(1)).unwrap_or(1).max(1);
    let each = bytes / steps;
    (first..=last).map(move |step| (step, if step == last { bytes - each * (steps - 1) } else { each }))
}

#[cfg(test)]
mod tests {
    use super::super::testing::conversation;
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::new(1_000_000 + seconds, 0)
    }

    fn flow(number: u64, first: i64) -> Arc<Conversation> {
        let mut flow = conversation("192.168.1.2:5000", "203.0.113.7:443");
        flow.id.packet = number;
        flow.first = at(first);
        Arc::new(flow)
    }

    fn totals(last: i64, bytes: [u64; 2]) -> Totals {
        Totals { last: at(last), bytes, reading: Reading::Encrypted, ..Totals::default() }
    }

    fn sums(rhythms: &Rhythms, now: i64) -> (u64, u64) {
        let devices = rhythms.of_devices(|end| end.ip.to_string(), at(now));
        let [whole, recent] = &devices["192.168.1.2"];
        (whole.sent.iter().sum(), recent.sent.iter().sum())
    }

    #[test]
    fn what_was_told_so_far_is_not_counted_again() {
        let mut rhythms = Rhythms::default();
        let flow = flow(1, 0);
        rhythms.learn(&flow, &totals(5, [100, 10]), false);
        rhythms.learn(&flow, &totals(9, [150, 10]), false);
        rhythms.learn(&flow, &totals(20, [300, 40]), true);
        assert_eq!(sums(&rhythms, 20), (300, 300));
        let (_, carried) = rhythms.carried().next().unwrap();
        assert_eq!((carried.out, carried.back, carried.encrypted, carried.readable), (300, 40, 340, 0));
    }

    #[test]
    fn steps_grow_and_nothing_is_lost() {
        let mut rhythms = Rhythms::default();
        for number in 0..50 {
            rhythms.learn(&flow(number, number as i64 * 600), &totals(number as i64 * 600 + 30, [1_000, 0]), true);
        }
        assert_eq!(sums(&rhythms, 50 * 600).0, 50_000);
        let devices = rhythms.of_devices(|end| end.ip.to_string(), at(50 * 600));
        let [whole, recent] = &devices["192.168.1.2"];
        assert!(whole.sent.len() <= STEPS && whole.step >= 120, "{}", whole.step);
        assert_eq!(recent.sent.len(), RECENT);
        assert_eq!(recent.sent.iter().sum::<u64>(), 1_000, "only the last ten minutes");
    }

    #[test]
    fn clocks_that_jump_cost_neither_time_nor_room() {
        let mut rhythms = Rhythms::default();
        rhythms.learn(&flow(1, 0), &totals(1, [10, 0]), true);
        for last in [Timestamp(i64::MAX), Timestamp(i64::MIN), Timestamp(0)] {
            rhythms.learn(&flow(2, 0), &Totals { last, bytes: [10, 0], ..Totals::default() }, true);
        }
        let devices = rhythms.of_devices(|end| end.ip.to_string(), Timestamp(i64::MAX));
        assert!(devices.values().all(|[whole, recent]| whole.sent.len() <= STEPS && recent.sent.len() <= RECENT));
    }

    #[test]
    fn ends_are_bounded() {
        let mut rhythms = Rhythms::default();
        for number in 0..5_000_u32 {
            let mut flow = conversation("192.168.1.2:5000", "203.0.113.7:443");
            flow.server.ip = IpAddr::V4((0x0a00_0000 + number).into());
            flow.id.packet = u64::from(number);
            rhythms.learn(&Arc::new(flow), &totals(1, [10, 10]), false);
        }
        assert!(rhythms.ends.len() <= ENDS && rhythms.pairs.len() <= PAIRS && rhythms.open.len() <= OPEN);
    }
}
