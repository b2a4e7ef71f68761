//! Contents that come in blocks (RFC 7959), put together.

use std::collections::VecDeque;

use super::message::Opt;
use crate::event::Role;
use crate::protocols::gather::Gather;
use crate::protocols::protocol::Say;
use crate::wire::At;

/// At most so many contents of a direction are put together at once; then the oldest is told as far as it is there.
const CONTENTS: usize = 8;

/// How a content was put together.
const CHAIN: &[&str] = &["coap-blocks"];

/// A block's place in its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// Offset of its first byte.
    start: u64,
    /// Whether another follows.
    more: bool,
}

impl Block {
    /// Section 2.2; an exponent of 7 stands for several blocks of 1,024 bytes in one message (RFC 8323, section 6).
    pub(super) fn of(option: &Opt<'_>) -> Self {
        let value = option.uint();
        let size = 16_u64 << (value & 7).min(6);
        Self { start: u64::from(value >> 4) * size, more: value & 8 != 0 }
    }

    /// Whether it is all there is.
    pub(super) fn is_whole(self) -> bool {
        self.start == 0 && !self.more
    }
}

#[derive(Debug)]
struct Content {
    key: String,
    next: u64,
    gather: Gather,
    at: At,
}

/// Contents of one direction.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    contents: VecDeque<Content>,
}

impl Blocks {
    /// Adds a block of the content that is known by `key`. One that comes again is passed over; where one is missing, what is there is told.
    pub(super) fn add(&mut self, key: &str, block: Block, bytes: &[u8], media: Option<&'static str>, at: At, say: Say<'_>) {
        let known = self.contents.iter().position(|content| content.key == key).and_then(|index| self.contents.remove(index));
        let mut content = match known {
            Some(content) if block.start == content.next => content,
            Some(content) if block.start > 0 && block.start < content.next => {
                self.contents.push_back(content);
                return;
            }
            other => {
                if let Some(broken) = other {
                    broken.finish(&mut *say);
                }
                Content { key: key.to_owned(), next: block.start, gather: Gather::new(Role::Body, media.map(str::to_owned)), at }
            }
        };
        content.next = block.start.saturating_add(bytes.len() as u64);
        content.at = at;
        content.gather.add(bytes, CHAIN, at, !block.more, &mut *say);
        if block.more {
            self.contents.push_back(content);
            if self.contents.len() > CONTENTS
                && let Some(oldest) = self.contents.pop_front()
            {
                oldest.finish(say);
            }
        }
    }

    /// Tells what is there of all contents.
    pub(super) fn end(&mut self, say: Say<'_>) {
        for content in std::mem::take(&mut self.contents) {
            content.finish(&mut *say);
        }
    }

    pub(super) fn memory(&self) -> usize {
        self.contents.iter().map(|content| size_of::<Content>() + content.key.capacity() + content.gather.memory()).sum()
    }
}

impl Content {
    fn finish(mut self, say: Say<'_>) {
        self.gather.add(&[], CHAIN, self.at, true, say);
    }
}
