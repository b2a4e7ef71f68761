//! A request and its answer, while they are read.

use std::borrow::Cow;

use super::super::igd;
use super::super::protocol::Say;
use crate::event::{Event, Exchange, Proof};
use crate::wire::At;

/// What is known of a request and its answer.
#[derive(Debug, Default)]
pub(in super::super) struct Open {
    /// The word for what is no request.
    pub(in super::super) kind: Option<&'static str>,
    /// The request's method.
    pub(in super::super) method: Option<String>,
    /// What it asks for.
    pub(in super::super) target: Option<String>,
    /// Of whom.
    pub(in super::super) host: Option<String>,
    /// The answer's status.
    pub(in super::super) status: Option<u16>,
    /// The media type of the request's body.
    pub(in super::super) asked_type: Option<String>,
    /// The media type of the answer's body.
    pub(in super::super) answer_type: Option<String>,
    /// What software asks, or, of an answer by itself, answers.
    pub(in super::super) agent: Option<String>,
    /// Bytes of both bodies.
    pub(in super::super) bytes: u64,
    /// What in the request shows who asks.
    pub(in super::super) proof: Proof,
    /// The request's first byte.
    pub(in super::super) at: At,
    /// The door in the router that is asked for.
    pub(in super::super) door: Option<Box<igd::Asked>>,
    /// Tells requests of one flow apart.
    pub(in super::super) number: u64,
}

impl Open {
    /// Whether the request has this method.
    pub(in super::super) fn asks(&self, method: &str) -> bool {
        self.method.as_deref() == Some(method)
    }

    /// Tells it.
    pub(in super::super) fn tell(&self, say: Say<'_>) {
        if let Some(door) = &self.door {
            door.tell(self.status, self.at, &mut *say);
        }
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

    /// Bytes of memory held.
    pub(in super::super) fn memory(&self) -> usize {
        let texts = [&self.method, &self.target, &self.host, &self.asked_type, &self.answer_type, &self.agent];
        size_of::<Self>() + texts.into_iter().flatten().map(String::capacity).sum::<usize>()
    }
}
