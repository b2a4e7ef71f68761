//! What a body says: told in pieces, unpacked where it is packed, and not at all where it is only a recording.

use super::super::media;
use super::super::protocol::{Input, Say};
use super::super::stream::{cut, first};
use super::unpack::{Chain, Layers, Trouble, UNPACKED_LIMIT};
use crate::event::{Event, Place, Readable, Role};
use crate::wire::At;

/// A text is told in pieces of this length.
pub(super) const PIECE: usize = 64 << 10;

/// So much of one body is told.
pub(super) const TOLD_LIMIT: usize = UNPACKED_LIMIT;

/// So much is told of a body that is no text.
pub(super) const BINARY_TOLD: usize = 4_096;

/// A body without its framing.
#[derive(Debug)]
pub(super) struct Content {
    layers: Layers,
    /// Told from `held`, not from the wire: it was chunked or packed.
    unwrapped: bool,
    chain: Chain,
    text: Text,
    held: Held,
}

impl Content {
    /// A body of this media type within these codings; `chunked`: its bytes do not lie one after another on the wire.
    pub(super) fn new(media_type: Option<String>, layers: Layers, chunked: bool) -> Self {
        let chain = Chain::default().with("http-body");
        let chain = if chunked { chain.with("chunked") } else { chain };
        let text = Text { media_type, shape: Shape::Unknown, told: 0 };
        let unwrapped = chunked || !layers.is_empty();
        Self { layers, unwrapped, chain, text, held: Held::default() }
    }

    /// The body is not chunked although its head says so.
    pub(super) fn is_not_chunked(&mut self) {
        self.chain = Chain::default().with("http-body");
        self.unwrapped = !self.layers.is_empty();
    }

    /// Reads the next bytes of the body; `last`: none follow. Gives how many are done with: all where it is chunked or packed.
    pub(super) fn read(&mut self, input: &Input<'_>, last: bool, say: Say<'_>) -> usize {
        if !self.unwrapped {
            if matches!(self.text.shape, Shape::Unknown) && input.bytes.starts_with(&[0x1f, 0x8b, 8]) && self.layers.push("gzip") {
                self.unwrapped = true;
            } else {
                return self.text.read(input.bytes, self.chain, input.place(0), last, say);
            }
        }
        self.unwrap(input, say);
        input.bytes.len()
    }

    fn unwrap(&mut self, input: &Input<'_>, say: Say<'_>) {
        if matches!(self.text.shape, Shape::Silent) {
            return;
        }
        let Self { layers, text, held, chain, .. } = self;
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
        self.text.shape = Shape::Silent;
        let what = match trouble {
            Trouble::Damaged => "http body cannot be unpacked",
            Trouble::Limit => "http body unpacks to more than the limit",
        };
        say(Event::Malformed { what });
    }

    /// Nothing more comes: tells what is held.
    pub(super) fn finish(&mut self, say: Say<'_>) {
        if !self.unwrapped || matches!(self.text.shape, Shape::Silent) {
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
    pub(super) fn gap(&mut self, say: Say<'_>) {
        if !self.layers.is_empty() {
            self.finish(say);
            self.text.shape = Shape::Silent;
        }
    }

    /// Bytes of memory held.
    pub(super) fn memory(&self) -> usize {
        self.held.bytes.capacity() + self.layers.memory() + self.text.media_type.as_ref().map_or(0, String::capacity)
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
    fn tell(&mut self, text: &mut Text, here: At, last: bool, say: Say<'_>) {
        let mut done = 0;
        while let Some(rest) = self.bytes.get(done..).filter(|rest| !rest.is_empty()) {
            match text.read(rest, self.chain, Place::Unpacked(self.at), last, say) {
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

/// How a body is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// Too few bytes were seen.
    Unknown,
    /// In pieces, up to a limit.
    Text,
    /// Its beginning only.
    Binary,
    /// No more.
    Silent,
}

#[derive(Debug)]
struct Text {
    media_type: Option<String>,
    shape: Shape,
    told: usize,
}

impl Text {
    /// Tells of the bytes what is ripe. Gives how many are done with; zero: it waits for more.
    fn read(&mut self, bytes: &[u8], chain: Chain, place: Place<'_>, last: bool, say: Say<'_>) -> usize {
        if matches!(self.shape, Shape::Unknown) {
            if bytes.len() < media::ENOUGH && !last {
                return 0;
            }
            self.recognise(bytes, place, say);
        }
        match self.shape {
            Shape::Unknown | Shape::Silent => bytes.len(),
            Shape::Binary if bytes.len() < BINARY_TOLD && !last => 0,
            Shape::Binary => {
                self.shape = Shape::Silent;
                self.tell(bytes.get(..BINARY_TOLD).unwrap_or(bytes), chain, place, say)
            }
            Shape::Text if self.told >= TOLD_LIMIT => {
                self.shape = Shape::Silent;
                say(Event::Malformed { what: "http body longer than the limit" });
                bytes.len()
            }
            Shape::Text => match bytes.get(..PIECE) {
                Some(piece) if bytes.len() > PIECE || !last => self.tell(piece.get(..cut(piece)).unwrap_or(piece), chain, place, say),
                _ if last => self.tell(bytes, chain, place, say),
                _ => 0,
            },
        }
    }

    /// Decides by the first bytes and the media type what kind of body it is. An empty one is nothing.
    fn recognise(&mut self, bytes: &[u8], place: Place<'_>, say: Say<'_>) {
        if bytes.is_empty() {
            return;
        }
        let media_type = self.media_type.as_deref().unwrap_or_default();
        let binary = media::is_binary_type(media_type) && !(media::looks_like_text(bytes) && !is_stream_of_parts(media_type));
        let recording = media::by_magic(bytes).or_else(|| media::by_type(media_type).filter(|_| binary));
        self.shape = if binary || recording.is_some() { Shape::Binary } else { Shape::Text };
        if let Some((media, codec)) = recording {
            say(Event::Media { media, codec, at: place.at(0, bytes.len().min(media::ENOUGH)) });
        }
    }

    fn tell(&mut self, bytes: &[u8], chain: Chain, place: Place<'_>, say: Say<'_>) -> usize {
        if !bytes.is_empty() {
            say(Event::Readable(Readable { role: Role::Body, bytes, field: None, media: self.media_type.as_deref(), chain: chain.words(), place }));
        }
        self.told += bytes.len();
        bytes.len()
    }
}

/// A body of pictures one after another, which begins with text all the same.
fn is_stream_of_parts(media_type: &str) -> bool {
    media_type.trim_start().get(..25).is_some_and(|start| start.eq_ignore_ascii_case("multipart/x-mixed-replace"))
}
