//! Voice sessions: a request, an answer, and what is sent behind it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::cards::BH_03;
use super::place::{Place, bytes, period};
use crate::fact::{Conversation, FlowId, Pace};
use crate::finding::{Confidence, Severity};
use crate::home::ledger::Draft;
use crate::wire::{Direction, End};

/// Bytes in a period that are an answer, and those that are sound on its way.
const ANSWER: u64 = 4_000;
const SOUND: u64 = 3_000;
/// Periods behind the answer: more than thirty seconds.
const ENOUGH: i64 = 4;
/// Periods in which the answer is spoken, before it may be seen to go on.
const PAUSE: i64 = 3;
/// Conversations that are remembered while they are open, and sessions that are kept.
const OPEN: usize = 4_096;
const KEPT: usize = 4_096;

/// A session.
#[derive(Clone, Debug)]
struct Session {
    end: End,
    direction: Direction,
    /// The last period that belongs to it.
    last: i64,
    /// The first period behind the last answer in which it sent, and where.
    behind: Option<(i64, Place)>,
}

impl Session {
    /// For how many periods it went on.
    fn length(&self) -> i64 {
        self.behind.as_ref().map_or(0, |(first, _)| self.last - first + 1)
    }
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct OpenSessions {
    open: BTreeMap<FlowId, Session>,
    over: Vec<Session>,
}

impl OpenSessions {
    /// What a conversation sent in one period; the device sends in `direction`.
    pub(super) fn heard(&mut self, flow: &Arc<Conversation>, direction: Direction, pace: &Pace, place: &dyn Fn() -> Place) {
        let (up, down, now) = (bytes(pace, direction), bytes(pace, direction.flip()), period(pace.start));
        if down >= ANSWER && down >= up / 2 {
            if self.open.len() >= OPEN && !self.open.contains_key(&flow.id) {
                return;
            }
            let session = Session { end: *flow.sender(direction), direction, last: now, behind: None };
            if let Some(before) = self.open.insert(flow.id, session) {
                self.keep(before);
            }
            return;
        }
        let Some(session) = self.open.get_mut(&flow.id) else { return };
        let pause = if session.behind.is_none() { PAUSE } else { 1 };
        if up >= SOUND && up >= down * 2 && now - session.last <= pause {
            session.last = now;
            session.behind.get_or_insert_with(|| (now, place()));
        } else if now - session.last > pause {
            self.closed(flow.id);
        }
    }

    /// A conversation is over.
    pub(super) fn closed(&mut self, flow: FlowId) {
        if let Some(session) = self.open.remove(&flow) {
            self.keep(session);
        }
    }

    fn keep(&mut self, session: Session) {
        if session.length() >= ENOUGH && self.over.len() < KEPT {
            self.over.push(session);
        }
    }

    /// Tells those of devices that `is_speaker` knows.
    pub(super) fn tell(&self, is_speaker: &dyn Fn(&End) -> bool, tell: &mut dyn FnMut(Draft)) {
        let mut sessions: Vec<&Session> = self.over.iter().chain(self.open.values()).filter(|session| session.length() >= ENOUGH).collect();
        sessions.sort_by_key(|session| session.behind.as_ref().map(|(_, place)| place.packet));
        for session in sessions.into_iter().filter(|session| is_speaker(&session.end)) {
            let Some((_, place)) = &session.behind else { continue };
            let what = format!("about {} seconds", session.length() * 10);
            let excerpt = format!("{what} behind the last answer");
            let mut draft = place.draft(&BH_03, (Severity::Info, Confidence::Low), ("open-session", &what), excerpt);
            draft.direction = session.direction;
            tell(draft);
        }
    }
}
