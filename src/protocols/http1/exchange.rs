//! Requests that wait for their answers: which answer belongs to which request, and what is told of the two.

use std::borrow::Cow;
use std::collections::VecDeque;

use super::super::protocol::Say;
use super::super::stream::Both;
use crate::event::{Event, Exchange, Proof};
use crate::wire::{At, Direction};

/// At most so many requests of one direction wait; then the oldest is told without an answer.
const WAITING_LIMIT: usize = 64;

/// At most so many bytes of targets and fields of those that wait.
const MEMORY_LIMIT: usize = 256 << 10;

/// What is known of a request and its answer.
#[derive(Debug, Default)]
pub(super) struct Open {
    pub(super) kind: Option<&'static str>,
    pub(super) method: Option<String>,
    pub(super) target: Option<String>,
    pub(super) host: Option<String>,
    pub(super) status: Option<u16>,
    pub(super) asked_type: Option<String>,
    pub(super) answer_type: Option<String>,
    pub(super) agent: Option<String>,
    pub(super) bytes: u64,
    pub(super) proof: Proof,
    pub(super) at: At,
    /// Given by [`Exchanges::ask`].
    pub(super) number: u64,
}

impl Open {
    /// Whether the request has this method.
    pub(super) fn asks(&self, method: &str) -> bool {
        self.method.as_deref() == Some(method)
    }

    fn tell(self, say: Say<'_>) {
        say(Event::Exchange(Exchange {
            kind: self.kind,
            method: self.method.as_deref(),
            target: self.target.as_deref().map(Cow::Borrowed),
            host: self.host.as_deref().map(Cow::Borrowed),
            status: self.status,
            content_type: self.answer_type.as_deref().or(self.asked_type.as_deref()).map(Cow::Borrowed),
            agent: self.agent.as_deref().map(Cow::Borrowed),
            bytes: self.bytes,
            proof: self.proof,
            at: self.at,
        }));
    }

    fn memory(&self) -> usize {
        let texts = [&self.method, &self.target, &self.host, &self.asked_type, &self.answer_type, &self.agent];
        size_of::<Self>() + texts.into_iter().flatten().map(String::capacity).sum::<usize>()
    }
}

/// The exchanges of one flow.
#[derive(Debug, Default)]
pub(super) struct Exchanges {
    /// Requests without an answer, by the direction in which they went.
    asked: Both<VecDeque<Open>>,
    /// What is being answered, by the direction in which the answer goes.
    answering: Both<Option<Open>>,
    next: u64,
    memory: usize,
}

impl Exchanges {
    /// A request has begun; its number names it while its body is read.
    pub(super) fn ask(&mut self, direction: Direction, mut open: Open, say: Say<'_>) -> u64 {
        self.next += 1;
        open.number = self.next;
        self.memory += open.memory();
        let asked = self.asked.of_mut(direction);
        asked.push_back(open);
        while asked.len() > WAITING_LIMIT || (self.memory > MEMORY_LIMIT && asked.len() > 1) {
            let Some(oldest) = asked.pop_front() else { break };
            self.memory = self.memory.saturating_sub(oldest.memory());
            oldest.tell(&mut *say);
        }
        self.next
    }

    /// The request that an answer in this direction is for.
    pub(super) fn awaited(&self, direction: Direction) -> Option<&Open> {
        self.asked.of(direction.flip()).front()
    }

    /// An answer has begun. One whose request was never seen stands for itself.
    pub(super) fn answer(&mut self, direction: Direction, at: At) -> &mut Open {
        let open = self.asked.of_mut(direction.flip()).pop_front();
        if let Some(open) = &open {
            self.memory = self.memory.saturating_sub(open.memory());
        }
        let alone = || Open { kind: Some("response"), at, ..Open::default() };
        self.answering.of_mut(direction).insert(open.unwrap_or_else(alone))
    }

    /// The answer in this direction is whole, or what was seen of it.
    pub(super) fn answered(&mut self, direction: Direction, say: Say<'_>) {
        if let Some(open) = self.answering.of_mut(direction).take() {
            open.tell(say);
        }
    }

    /// Bytes of the body of request `number`, or of the answer in this direction.
    pub(super) fn count(&mut self, direction: Direction, request: Option<u64>, bytes: u64) {
        let open = match request {
            None => self.answering.of_mut(direction).as_mut(),
            Some(number) => {
                let waiting = self.asked.of_mut(direction).back_mut();
                waiting.into_iter().chain(self.answering.of_mut(direction.flip()).as_mut()).find(|open| open.number == number)
            }
        };
        if let Some(open) = open {
            open.bytes = open.bytes.saturating_add(bytes);
        }
    }

    /// Answers in this direction were lost, or none will come: tells every request that waits for one.
    pub(super) fn give_up(&mut self, direction: Direction, say: Say<'_>) {
        self.answered(direction, &mut *say);
        for open in std::mem::take(self.asked.of_mut(direction.flip())) {
            self.memory = self.memory.saturating_sub(open.memory());
            open.tell(&mut *say);
        }
    }

    /// Bytes of memory held.
    pub(super) fn memory(&self) -> usize {
        self.memory + [Direction::ToServer, Direction::ToClient].iter().filter_map(|d| self.answering.of(*d).as_ref()).map(Open::memory).sum::<usize>()
    }
}
