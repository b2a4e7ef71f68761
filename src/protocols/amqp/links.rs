//! Links of AMQP 1.0: a number, as each end calls it, stands for an address; messages that come in several frames.

use std::collections::BTreeMap;

use crate::wire::At;

/// At most so many links of a direction are remembered, and so many messages put together.
const LINKS: usize = 256;
const MESSAGES: usize = 16;
/// Of a message so much is kept.
const MESSAGE_LIMIT: usize = 256 << 10;

/// A message of which not all is there yet.
#[derive(Debug)]
pub(super) struct Begun {
    pub(super) bytes: Vec<u8>,
    pub(super) length: u64,
    pub(super) at: At,
}

/// What one end says over its links.
#[derive(Debug, Default)]
pub(super) struct Links {
    addresses: BTreeMap<(u16, u64), String>,
    begun: BTreeMap<(u16, u64), Begun>,
}

impl Links {
    /// A link is there.
    pub(super) fn attach(&mut self, link: (u16, u64), address: String) {
        if self.addresses.len() < LINKS || self.addresses.contains_key(&link) {
            self.addresses.insert(link, address);
        }
    }

    /// A link is no more.
    pub(super) fn detach(&mut self, link: (u16, u64)) {
        self.addresses.remove(&link);
        self.begun.remove(&link);
    }

    /// Where a link leads.
    pub(super) fn address(&self, link: (u16, u64)) -> Option<&str> {
        self.addresses.get(&link).map(String::as_str)
    }

    /// Adds a part of a message; the message, if it was the last one.
    pub(super) fn add(&mut self, link: (u16, u64), bytes: &[u8], at: At, last: bool) -> Option<Begun> {
        let mut message = self.begun.remove(&link).unwrap_or(Begun { bytes: Vec::new(), length: 0, at });
        let room = MESSAGE_LIMIT.saturating_sub(message.bytes.len());
        message.bytes.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
        message.length = message.length.saturating_add(bytes.len() as u64);
        if last || self.begun.len() >= MESSAGES {
            return Some(message);
        }
        self.begun.insert(link, message);
        None
    }

    /// All messages of which not all came.
    pub(super) fn take(&mut self) -> BTreeMap<(u16, u64), Begun> {
        std::mem::take(&mut self.begun)
    }

    pub(super) fn memory(&self) -> usize {
        let addresses: usize = self.addresses.values().map(|address| address.capacity() + size_of::<((u16, u64), String)>()).sum();
        addresses + self.begun.values().map(|message| message.bytes.capacity() + size_of::<Begun>()).sum::<usize>()
    }
}
