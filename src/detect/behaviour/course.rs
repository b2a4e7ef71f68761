//! The course of one device: what it sends to the Internet, period by period.

use std::collections::BTreeMap;

use super::cards::BH_01;
use super::place::Place;
use crate::event::DeviceKind;
use crate::fact::PERIOD;
use crate::finding::{Confidence, Severity};
use crate::home::ledger::Draft;

/// Periods of history before anything is judged: four minutes.
pub(super) const WARM: i64 = 24;
/// Bytes sent in a period that are no small talk.
const LOUD: u64 = 20_000;
/// Quiet periods before a burst.
const QUIET: i64 = 6;
/// What a quiet period may send and be sent.
const SMALL_TALK: (u64, u64) = (5_000, 20_000);
/// Periods behind a burst in which an answer may come.
const ANSWER: i64 = 2;
/// A longer burst is a copy or a stream.
const LONGEST: i64 = 12;
/// A period's bytes of a picture that moves: 160 kbit/s.
const VIDEO: u64 = 200_000;
/// Periods that a view lasts.
const VIEW: i64 = 3;
/// Periods of a course that are looked at: a day.
const DAY: i64 = 8_640;

/// One period.
#[derive(Debug, Default)]
struct Bin {
    up: u64,
    down: u64,
    /// The conversation that sent most, where it is loud.
    top: Option<(u64, Place)>,
}

/// What a device sent.
#[derive(Debug, Default)]
pub(super) struct Course {
    bins: BTreeMap<i64, Bin>,
}

/// A burst that nothing explains.
pub(super) struct Burst<'c> {
    place: &'c Place,
    sent: u64,
    periods: i64,
    usual: u64,
}

impl Burst<'_> {
    pub(super) fn draft(&self, severity: Severity) -> Draft {
        let what = format!("{} kB within {} seconds", self.sent / 1_000, self.periods * PERIOD / 1_000_000_000);
        let excerpt = format!("{what}, where {} kB in ten seconds are usual", self.usual / 1_000);
        self.place.draft(&BH_01, (severity, Confidence::Medium), ("burst", &what), excerpt)
    }
}

impl Course {
    /// Adds what a conversation sent and was sent. Whether that begins another period.
    pub(super) fn add(&mut self, period: i64, (up, down): (u64, u64), place: &dyn Fn() -> Place) -> bool {
        let is_new = !self.bins.contains_key(&period);
        let bin = self.bins.entry(period).or_default();
        bin.up += up;
        bin.down += down;
        if up >= LOUD / 2 && bin.top.as_ref().is_none_or(|(most, _)| *most < up) {
            bin.top = Some((up, place()));
        }
        is_new
    }

    /// How many periods it lasts.
    pub(super) fn length(&self) -> i64 {
        match (self.bins.keys().next(), self.bins.keys().next_back()) {
            (Some(first), Some(last)) => last.saturating_sub(*first).saturating_add(1),
            _ => 0,
        }
    }

    fn at(&self, period: i64) -> (u64, u64) {
        self.bins.get(&period).map_or((0, 0), |bin| (bin.up, bin.down))
    }

    /// What is loud for this device: its median by eight times the median deviation. With it comes the median.
    fn loud(&self) -> (u64, u64) {
        let length = self.length().clamp(0, DAY) as usize;
        let mut sent: Vec<u64> = self.bins.values().map(|bin| bin.up).take(length).collect();
        sent.resize(length, 0);
        let usual = middle(&mut sent);
        let mut away: Vec<u64> = sent.iter().map(|each| each.abs_diff(usual)).collect();
        let deviation = middle(&mut away);
        (usual.saturating_add(deviation.saturating_mul(8)).max(LOUD), usual)
    }

    /// Runs of periods that each send at least `least`: first and last.
    fn runs(&self, least: u64) -> Vec<(i64, i64)> {
        let mut runs: Vec<(i64, i64)> = Vec::new();
        for (&period, _) in self.bins.iter().filter(|(_, bin)| bin.up >= least) {
            match runs.last_mut() {
                Some((_, last)) if period - *last <= 1 => *last = period,
                _ => runs.push((period, period)),
            }
        }
        runs
    }

    /// Whether a device was seen for long enough before a period, and sent little just before.
    fn is_quiet_before(&self, period: i64, quiet: i64) -> bool {
        let is_warm = self.bins.keys().next().is_some_and(|first| period.saturating_sub(*first) >= WARM);
        is_warm && (period - quiet..period).map(|each| self.at(each)).all(|(up, down)| up <= SMALL_TALK.0 && down <= SMALL_TALK.1)
    }

    fn top(&self, (first, last): (i64, i64)) -> Option<&Place> {
        let tops = self.bins.range(first..=last).filter_map(|(_, bin)| bin.top.as_ref());
        // The first of those that sent most, so that evidence is where it began.
        tops.rev().max_by_key(|(most, _)| *most).map(|(_, place)| place)
    }

    /// Bursts behind which no answer came. Cameras, whose pictures are larger, may be louder.
    pub(super) fn bursts(&self, kind: DeviceKind, tell: &mut dyn FnMut(Burst<'_>)) {
        if self.length() <= WARM {
            return;
        }
        let (loud, usual) = self.loud();
        let voice_only = matches!(kind, DeviceKind::Speaker | DeviceKind::Toy | DeviceKind::Watch);
        for (first, last) in self.runs(loud) {
            let periods = last - first + 1;
            if periods > LONGEST || !self.is_quiet_before(first, QUIET) {
                continue;
            }
            let sent: u64 = (first..=last).map(|each| self.at(each).0).sum();
            let answered: u64 = (first..=last + ANSWER).map(|each| self.at(each).1).sum();
            // Nobody speaks a megabyte in ten seconds.
            let is_too_much = voice_only && sent / periods.unsigned_abs().max(1) > 1_000_000;
            if answered < LOUD
                && answered < sent
                && !is_too_much
                && let Some(place) = self.top((first, last))
            {
                tell(Burst { place, sent, periods, usual });
            }
        }
    }

    /// Streams of one conversation that begin out of quiet: where, and for how many seconds.
    pub(super) fn views(&self, tell: &mut dyn FnMut(&Place, i64)) {
        if self.length() <= WARM {
            return;
        }
        for (first, last) in self.runs(VIDEO) {
            let sent = || (first..=last).map(|each| self.at(each));
            let (most, least) = (sent().map(|(up, _)| up).max().unwrap_or_default(), sent().map(|(up, _)| up).min().unwrap_or_default());
            let is_steady = least.saturating_mul(8) >= most && sent().all(|(up, down)| up > down.saturating_mul(3));
            // What came in the period before may have been its beginning.
            if last - first + 1 >= VIEW
                && is_steady
                && self.is_quiet_before(first - 1, WARM - 2)
                && let Some(place) = self.top((first, last))
            {
                tell(place, (last - first + 1) * PERIOD / 1_000_000_000);
            }
        }
    }
}

/// The median; sorts.
fn middle(numbers: &mut [u64]) -> u64 {
    numbers.sort_unstable();
    numbers.get(numbers.len() / 2).copied().unwrap_or_default()
}
