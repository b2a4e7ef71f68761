//! What the timing of encrypted traffic shows: sending while nobody uses it (BH-01), speaking or looking through a camera (BH-02), a voice session that
//! stays open (BH-03).
//!
//! In come periods of ten seconds. None of these cards knows what was said; all say so.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use crate::detect::rule::{Detector, Rule, Tell};
use crate::detect::whole;
use crate::event::DeviceKind;
use crate::fact::{Conversation, Fact, Kind, PERIOD, Pace, What};
use crate::finding::{Confidence, Severity};
use crate::home::{Home, Side};
use crate::wire::{Direction, End};

mod cards;
mod course;
mod open;
mod place;
mod talk;

use cards::{BH_01, BH_02, BH_03};
use course::{Course, WARM};
use open::OpenSessions;
use place::{Place, bytes, period};
use talk::Talks;

/// See the file.
pub static RULE: Rule = Rule { cards: &[&BH_01, &BH_02, &BH_03], hears: &[Kind::Pace, Kind::Closed], open: || Box::<Behaviour>::default() };

/// Devices whose course is remembered.
const DEVICES: usize = 1_024;
/// Periods that are remembered of all devices together: a day of thirty.
const PERIODS: usize = 262_144;

/// Remembers the course of each device.
#[derive(Default)]
struct Behaviour {
    courses: BTreeMap<IpAddr, (End, Course)>,
    periods: usize,
    talks: Talks,
    sessions: OpenSessions,
}

impl Detector for Behaviour {
    fn hear(&mut self, home: &Home, fact: &Fact, _: Tell<'_>) {
        let Some(flow) = &fact.flow else { return };
        match &fact.what {
            What::Pace(pace) => self.pace(home, fact, flow, pace),
            What::Closed(_) => {
                self.talks.closed(flow.id);
                self.sessions.closed(flow.id);
            }
            _ => {}
        }
    }

    fn close(&self, home: &Home, tell: Tell<'_>) {
        if self.courses.is_empty() && self.talks.is_empty() {
            return;
        }
        let devices = home.devices();
        let kind_of = |end: &End| whole::kind(home, devices, end);
        for (end, course) in self.courses.values() {
            let kind = kind_of(end);
            if let Some(severity) = listens(kind) {
                course.bursts(kind, &mut |burst| tell(burst.draft(severity)));
            }
            if is_camera(kind) {
                course.views(&mut |place, seconds| {
                    let excerpt = format!("pictures, as it seems, for {seconds} s");
                    tell(place.draft(&BH_02, (Severity::Info, Confidence::Medium), ("live-view", "someone may be looking through it"), excerpt));
                });
            }
        }
        self.talks.tell(&|end| is_camera(kind_of(end)), tell);
        self.sessions.tell(&|end| kind_of(end) == DeviceKind::Speaker, tell);
    }

    fn unjudged(&self, home: &Home) -> Vec<String> {
        if self.courses.is_empty() {
            return Vec::new();
        }
        let devices = home.devices();
        let is_short = |(end, course): &&(End, Course)| course.length() <= WARM && listens(whole::kind(home, devices, end)).is_some();
        match self.courses.values().filter(is_short).count() {
            0 => Vec::new(),
            count => {
                let (which, they) = if count == 1 {
                    ("One device with a microphone or camera was".to_owned(), "it sends while nobody uses it")
                } else {
                    (format!("{count} devices with a microphone or camera were"), "they send while nobody uses them")
                };
                vec![format!("{which} seen for less than {} minutes: whether {they} (BH-01) cannot be told.", WARM * PERIOD / 60_000_000_000)]
            }
        }
    }
}

impl Behaviour {
    fn pace(&mut self, home: &Home, fact: &Fact, flow: &Arc<Conversation>, pace: &Pace) {
        let (client, server) = (home.side(flow.client.ip), home.side(flow.server.ip));
        for (direction, device, other) in [(Direction::ToServer, client, server), (Direction::ToClient, server, client)] {
            if device != Side::Home || other == Side::Group {
                continue;
            }
            let end = *flow.sender(direction);
            let place = || Place::of(flow, fact, pace);
            self.talks.heard(flow, direction, pace, &place);
            if other == Side::Internet {
                self.sessions.heard(flow, direction, pace, &place);
                self.course(end, direction, pace, &place);
            }
        }
    }

    fn course(&mut self, end: End, direction: Direction, pace: &Pace, place: &dyn Fn() -> Place) {
        if self.periods >= PERIODS || self.courses.len() >= DEVICES && !self.courses.contains_key(&end.ip) {
            return;
        }
        let (_, course) = self.courses.entry(end.ip).or_insert_with(|| (end, Course::default()));
        let (up, down) = (bytes(pace, direction), bytes(pace, direction.flip()));
        self.periods += usize::from(course.add(period(pace.start), (up, down), place));
    }
}

/// What it weighs that a device with a microphone or camera sends while nobody uses it; none for one without.
fn listens(kind: DeviceKind) -> Option<Severity> {
    use DeviceKind::{BabyMonitor, Camera, Doorbell, Speaker, Streamer, Toy, Tv, Watch};
    match kind {
        Toy | BabyMonitor | Watch => Some(Severity::Medium),
        Speaker => Some(Severity::Low),
        // What moved before it is recorded; programmes are measured.
        Camera | Doorbell | Tv | Streamer => Some(Severity::Info),
        _ => None,
    }
}

fn is_camera(kind: DeviceKind) -> bool {
    matches!(kind, DeviceKind::Camera | DeviceKind::Doorbell | DeviceKind::BabyMonitor)
}

#[cfg(test)]
mod tests;
