//! What a body says: told in pieces, unpacked where it is packed, and not at all where it is only a recording.

use super::super::pieces::Pieces;
use super::super::protocol::{Input, Say};
use super::super::stream::first;
use super::unpack::{Chain, Layers, Trouble};
use crate::event::{Event, Place, Role};
use crate::wire::At;

/// A body without its framing.
#[derive(Debug)]
pub(in super::super) struct Content {
    layers: Layers,
    /// Told from `held`, not from the wire: it was chunked or packed.
    unwrapped: bool,
    chain: Chain,
    text: Pieces,
    held: Held,
}

impl Content {
    /// A body of this media type within these codings; `chunked`: its bytes do not lie one after another on the wire.
    pub(in super::super) fn new(media_type: Option<String>, layers: Layers, chunked: bool) -> Self {
        let chain = Chain::default().with("http-body");
        let chain = if chunked { chain.with("chunked") } else { chain };
        let text = Pieces::new(Role::Body, media_type);
        let unwrapped = chunked || !layers.is_empty();
        Self { layers, unwrapped, chain, text, held: Held::default() }
    }

    /// A body whose bytes do not lie one after another on the wire, for another reason than chunks.
    pub(in super::super) fn in_frames(media_type: Option<String>, layers: Layers) -> Self {
        Self { unwrapped: true, ..Self::new(media_type, layers, false) }
    }

    /// The body is not chunked although its head says so.
    pub(in super::super) fn is_not_chunked(&mut self) {
        self.chain = Chain::default().with("http-body");
        self.unwrapped = !self.layers.is_empty();
    }

    /// Reads the next bytes of the body; `last`: none follow. Gives how many are done with: all where it is chunked or packed.
    pub(in super::super) fn read(&mut self, input: &Input<'_>, last: bool, say: Say<'_>) -> usize {
        if !self.unwrapped {
            if self.text.is_new() && input.bytes.starts_with(&[0x1f, 0x8b, 8]) && self.layers.push("gzip") {
                self.unwrapped = true;
            } else {
                return self.text.read(input.bytes, self.chain.words(), input.place(0), last, say);
            }
        }
        self.unwrap(input, say);
        input.bytes.len()
    }

    fn unwrap(&mut self, input: &Input<'_>, say: Say<'_>) {
        if self.text.is_silent() {
            return;
        }
        let Self { layers, text, held, chain, .. } = self;
        if text.is_new() && layers.is_empty() && held.bytes.is_empty() && input.bytes.starts_with(&[0x1f, 0x8b, 8]) {
            layers.push("gzip");
        }
        let here = whole_or_first(input);
        let result = layers.feed(input.bytes, *chain, &mut |chain, bytes| {
            held.add(bytes, chain, here);
            held.tell(text, here, false, &mut *say);
        });
        if let Err(trouble) = result {
            self.give_up(trouble, say);
        }
    }

    fn give_up(&mut self, trouble: Trouble, say: Say<'_>) {
        self.held.tell(&mut self.text, self.held.at, true, say);
        self.text.silence();
        let what = match trouble {
            Trouble::Damaged => "http body cannot be unpacked",
            Trouble::Limit => "http body unpacks to more than the limit",
        };
        say(Event::Malformed { what });
    }

    /// Nothing more comes: tells what is held.
    pub(in super::super) fn finish(&mut self, say: Say<'_>) {
        if !self.unwrapped || self.text.is_silent() {
            return;
        }
        let Self { layers, text, held, chain, .. } = self;
        let at = held.at;
        let result = layers.finish(*chain, &mut |chain, bytes| held.add(bytes, chain, at));
        held.tell(text, at, true, say);
        if let Err(trouble) = result {
            self.give_up(trouble, say);
        }
    }

    /// Bytes of the body were never seen: what is packed cannot be unpacked from here on.
    pub(in super::super) fn gap(&mut self, say: Say<'_>) {
        if !self.layers.is_empty() {
            self.finish(say);
            self.text.silence();
        }
    }

    /// Bytes of memory held.
    pub(in super::super) fn memory(&self) -> usize {
        self.held.bytes.capacity() + self.layers.memory() + self.text.memory()
    }
}

/// Unwrapped bytes that are not yet told.
#[derive(Debug, Default)]
struct Held {
    bytes: Vec<u8>,
    /// How they were unwrapped.
    chain: Chain,
    /// Where the first of them was seen.
    at: At,
}

impl Held {
    fn add(&mut self, bytes: &[u8], chain: Chain, here: At) {
        if self.bytes.is_empty() {
            self.at = here;
        }
        self.chain = chain;
        self.bytes.extend_from_slice(bytes);
    }

    /// Tells what is ripe and forgets it; what stays began `here` at the latest.
    fn tell(&mut self, text: &mut Pieces, here: At, last: bool, say: Say<'_>) {
        let mut done = 0;
        while let Some(rest) = self.bytes.get(done..).filter(|rest| !rest.is_empty()) {
            match text.read(rest, self.chain.words(), Place::Unpacked(self.at), last, say) {
                0 => break,
                told => {
                    done += told;
                    self.at = here;
                }
            }
        }
        if done >= self.bytes.len() {
            // A body may be kept open for hours: no memory while nothing is held.
            self.bytes = Vec::new();
        } else {
            self.bytes.drain(..done);
        }
    }
}

/// Where the bytes were seen; where they lie in several frames, where the first was.
fn whole_or_first(input: &Input<'_>) -> At {
    let at = input.at(0, input.bytes.len());
    if at.offset.is_some() { at } else { first(input, 1).at(0, 1) }
}
