//! A sign that somebody hides: what was seen, and where.

use std::sync::Arc;

use crate::fact::Conversation;
use crate::finding::Confidence;
use crate::wire::{At, Timestamp};

/// A sign.
#[derive(Clone, Debug)]
pub(super) struct Sign {
    /// In which conversation.
    pub(super) flow: Arc<Conversation>,
    /// Its protocol.
    pub(super) protocol: &'static str,
    /// Of what: `tor`, `hidden-service`, `sinkhole`, `made-up`.
    pub(super) kind: &'static str,
    /// How sure it is by itself.
    pub(super) confidence: Confidence,
    /// Where it was seen.
    pub(super) at: At,
    /// When that was captured.
    pub(super) time: Timestamp,
    /// What stands there.
    pub(super) excerpt: String,
}
