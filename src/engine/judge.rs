//! Facts in capture order: the home learns, the detectors hear, each finding is kept once, records are written.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crossbeam::channel::{Receiver, Sender};

use crate::detect::RULES;
use crate::detect::rule::Detector;
use crate::fact::{Fact, Kind, Named, NamedSubject, What};
use crate::home::Home;
use crate::home::ledger::Ledger;
use crate::home::record::{ExchangeRecord, FingerprintRecord, NameRecord, Record, number};
use crate::home::snapshot::{Coverage, Live, LiveState, Snapshot, Unread};
use crate::wire::Timestamp;

use super::ear::{Order, Tally};
use super::options::Options;
use super::reader::Reading;
use super::shard::{Facts, Heard};

/// How often someone who watches gets a snapshot.
const LOOK: Duration = Duration::from_millis(500);

/// The judge of one input.
pub struct Judge<'j> {
    options: &'j Options,
    reading: &'j Mutex<Reading>,
    is_live: bool,
    home: Home,
    detectors: Vec<Box<dyn Detector>>,
    /// By kind of fact, those that hear it.
    hearers: [Vec<usize>; Kind::COUNT],
    ledger: Ledger,
    tallies: Vec<Tally>,
    looked: Option<Instant>,
}

impl<'j> Judge<'j> {
    /// A judge who knows nothing yet.
    pub fn new(options: &'j Options, reading: &'j Mutex<Reading>, is_live: bool) -> Self {
        let detectors = RULES.iter().map(|rule| (rule.open)()).collect();
        let mut hearers = [const { Vec::new() }; Kind::COUNT];
        for (index, kind) in RULES.iter().enumerate().flat_map(|(index, rule)| rule.hears.iter().map(move |kind| (index, *kind))) {
            hearers.get_mut(kind as usize).into_iter().for_each(|hearers: &mut Vec<usize>| hearers.push(index));
        }
        let mut home = Home::new(&options.home, options.flows).with(options.given.clone());
        if options.looks {
            home.watch();
        }
        home.owned(&options.own);
        Self { options, reading, is_live, home, detectors, hearers, ledger: Ledger::default(), tallies: Vec::new(), looked: None }
    }

    /// Hears the shards, block by block, until all have ended. Facts go back to their shards when they are used.
    pub fn listen(&mut self, shards: &[(Receiver<Heard>, Sender<Facts>)], records: &mut dyn FnMut(Record), look: &mut dyn FnMut(Snapshot)) {
        self.tallies = vec![Tally::default(); shards.len()];
        loop {
            // Every shard tells once a block, so the n-th word of each is about the same block.
            let mut ended = true;
            let mut told: Vec<Facts> = Vec::with_capacity(shards.len());
            for ((shard, _), tally) in shards.iter().zip(&mut self.tallies) {
                let heard = shard.recv().ok();
                ended &= heard.is_none();
                told.push(heard.map_or_else(Facts::new, |heard| {
                    *tally = heard.tally;
                    heard.facts
                }));
            }
            if ended {
                return;
            }
            merged(&told, |fact| self.hear(fact, records));
            for ((_, used), facts) in shards.iter().zip(told) {
                let _ = used.try_send(facts);
            }
            if self.options.looks && self.looked.is_none_or(|looked| looked.elapsed() >= LOOK) {
                self.looked = Some(Instant::now());
                self.home.settle();
                look(self.snapshot(false));
                self.home.unsettle();
            }
        }
    }

    /// What it all comes to. `flow` records come before.
    pub fn finish(mut self, records: &mut dyn FnMut(Record)) -> Snapshot {
        self.home.settle();
        for record in self.home.take_flows() {
            records(Record::Flow(record));
        }
        self.snapshot(true)
    }

    fn hear(&mut self, fact: &Fact, records: &mut dyn FnMut(Record)) {
        self.home.learn(fact);
        if let Some(record) = self.record(fact) {
            records(record);
        }
        let Self { detectors, hearers, home, ledger, .. } = self;
        for index in hearers.get(fact.what.kind() as usize).into_iter().flatten() {
            if let Some(detector) = detectors.get_mut(*index) {
                detector.hear(home, fact, &mut |draft| ledger.add(draft, home));
            }
        }
    }

    fn record(&self, fact: &Fact) -> Option<Record> {
        if let What::Named(named) = &fact.what {
            return self.options.names.then(|| self.name(fact, named));
        }
        let flow = fact.flow.as_ref()?;
        match &fact.what {
            What::Exchange(told) if self.options.exchanges && told.record => Some(Record::Exchange(ExchangeRecord {
                protocol: fact.protocol,
                flow: number(flow.id),
                packet: told.at.packet,
                kind: told.kind.clone(),
                method: told.method.clone(),
                target: told.target.clone(),
                host: told.host.clone(),
                status: told.status,
                content_type: told.content_type.clone(),
                bytes: told.bytes,
            })),
            What::Fingerprint { kind, value, at } if self.options.fingerprints => {
                Some(Record::Fingerprint(FingerprintRecord { kind: *kind, value: value.clone(), flow: number(flow.id), packet: at.packet }))
            }
            _ => None,
        }
    }

    fn name(&self, fact: &Fact, named: &Named) -> Record {
        let flow = fact.flow.as_deref();
        Record::Name(NameRecord {
            source: named.source,
            name: named.name.clone(),
            addresses: self.home.addresses_of(named, flow),
            // What goes to all is one flow of many devices.
            device: match named.subject {
                NamedSubject::Device(mac) => Some(mac.to_string()),
                _ => flow.and_then(|flow| self.home.device_of(flow)),
            },
            flow: flow.map(|flow| number(flow.id)),
            packet: fact.packet,
        })
    }

    fn snapshot(&mut self, last: bool) -> Snapshot {
        let reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner).clone();
        // What detectors tell at a look is not kept.
        let mut ledger = if last { std::mem::take(&mut self.ledger) } else { self.ledger.clone() };
        for detector in &self.detectors {
            detector.close(&self.home, &mut |draft| ledger.add(draft, &self.home));
        }
        let mut tally = Tally::default();
        self.tallies.iter().for_each(|shard| tally.add(shard));
        let findings = ledger.findings(&self.home, self.options.reveal);
        let endpoints = self.home.endpoints();
        let mut coverage = self.coverage(&reading, &tally, &ledger);
        coverage.not_seen.extend(self.detectors.iter().flat_map(|detector| detector.unjudged(&self.home)));
        let devices = self.home.judge(&findings, &coverage);
        let summary = crate::home::summary(&findings, &devices);
        let live = Live {
            source: self.options.source.clone(),
            progress: reading.progress,
            is_live: self.is_live,
            state: state(&reading, last),
            dropped: reading.dropped,
        };
        let now = reading.report.last.unwrap_or(Timestamp(0));
        let watched = self.home.watched(now);
        Snapshot { input: self.options.input, report: reading.report, now, devices, endpoints, findings, coverage, summary, live, watched }
    }

    fn coverage(&self, reading: &Reading, tally: &Tally, ledger: &Ledger) -> Coverage {
        let report = &reading.report;
        let seconds = report.first.zip(report.last).map_or(0.0, |(first, last)| last.seconds_since(first));
        let unread = reading.unread.iter().map(|(reason, packets)| Unread { reason: reason.clone(), packets: *packets }).collect();
        let lost = reading.dropped;
        let drops = lost.kernel.saturating_add(lost.interface).saturating_add(lost.tattletale);
        let mut coverage = Coverage { seconds, packets: report.packets, drops, unread, limits: limits(reading, tally), ..self.home.coverage() };
        coverage.limits.extend(ledger.limits());
        coverage.limits.extend(self.home.limits());
        coverage
    }
}

/// Gives the facts of all shards in order, each shard's being in order.
fn merged(told: &[Vec<(Order, Fact)>], mut hear: impl FnMut(&Fact)) {
    let mut rest: Vec<&[(Order, Fact)]> = told.iter().map(Vec::as_slice).collect();
    let mut heads: BinaryHeap<Reverse<(Order, usize)>> = BinaryHeap::with_capacity(rest.len());
    heads.extend(rest.iter().enumerate().filter_map(|(shard, facts)| Some(Reverse((facts.first()?.0, shard)))));
    while let Some(Reverse((_, shard))) = heads.pop() {
        let Some(facts) = rest.get_mut(shard) else { return };
        // All that comes before any other shard's.
        let next = heads.peek().map(|Reverse(head)| *head);
        while let Some(((order, fact), others)) = facts.split_first() {
            if next.is_some_and(|next| next < (*order, shard)) {
                heads.push(Reverse((*order, shard)));
                break;
            }
            hear(fact);
            *facts = others;
        }
    }
}

fn state(reading: &Reading, last: bool) -> LiveState {
    match &reading.stopped {
        Some(why) => LiveState::Stopped(why.clone()),
        None if last => LiveState::Done,
        None if reading.down => LiveState::Down,
        None if reading.report.packets == 0 => LiveState::Waiting,
        None => LiveState::Reading,
    }
}

/// What was not read, and why: one sentence each.
fn limits(reading: &Reading, tally: &Tally) -> Vec<String> {
    let mut limits = Vec::new();
    let mut say = |count: u64, one: &str, many: &str| match count {
        0 => {}
        1 => limits.push(format!("1 {one}")),
        _ => limits.push(format!("{count} {many}")),
    };
    say(
        tally.evicted,
        "conversation was closed early because the memory limit was reached; findings may be missing.",
        "conversations were closed early because the memory limit was reached; findings may be missing.",
    );
    say(tally.too_long, "message was too long to wait for and was skipped.", "messages were too long to wait for and were skipped.");
    say(
        tally.unlisted,
        "exchange or name beyond what is listed of one conversation was counted only.",
        "exchanges or names beyond what is listed of one conversation were counted only.",
    );
    say(
        tally.crowded,
        "message held more values of one kind than are told of one message.",
        "messages held more values of one kind than are told of one message.",
    );
    say(
        tally.conflicts,
        "TCP segment came twice with different bytes; the first copy was read.",
        "TCP segments came twice with different bytes; the first copy was read.",
    );
    say(
        tally.faults,
        "conversation was given up because tattletale failed on it (its fault, not yours).",
        "conversations were given up because tattletale failed on them (its fault, not yours).",
    );
    say(reading.bad_checksums, "packet had a wrong checksum and was read all the same.", "packets had a wrong checksum and were read all the same.");
    for (what, count) in &reading.fragments {
        limits.push(format!("IP fragments: {what}: {count}."));
    }
    for (what, count) in &tally.malformed {
        limits.push(format!("Malformed: {what}: {count}."));
    }
    limits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Direction;

    fn told(packets: &[u64]) -> Vec<(Order, Fact)> {
        let fact = |packet| Fact { packet, time: Timestamp(0), flow: None, protocol: "test", clear: false, direction: Direction::ToServer, what: What::Opened };
        packets.iter().map(|packet| (Order { packet: *packet, ..Order::default() }, fact(*packet))).collect()
    }

    #[test]
    fn limits_are_counted_in_plain_words() {
        let tally = Tally { crowded: 1, too_long: 2, ..Tally::default() };
        assert_eq!(
            limits(&Reading::default(), &tally),
            ["2 messages were too long to wait for and were skipped.", "1 message held more values of one kind than are told of one message."]
        );
    }

    #[test]
    fn facts_of_all_shards_are_heard_in_order() {
        let mut heard = Vec::new();
        merged(&[told(&[2, 3, 9]), told(&[]), told(&[1, 4, 4, 5, 12]), told(&[7])], |fact| heard.push(fact.packet));
        assert_eq!(heard, [1, 2, 3, 4, 4, 5, 7, 9, 12]);
        merged(&[], |_| unreachable!());
    }
}
