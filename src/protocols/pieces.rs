//! Long contents told in pieces: text up to a limit, of a recording or other binary file only its beginning.
//!
//! No protocol of its own: bodies and payloads of any protocol are told this way.

use super::protocol::Say;
use super::stream::cut;
use super::{description, flv, media};
use crate::content::classify::magic;
use crate::event::{Event, Place, Readable, Role};

/// A text is told in pieces of this length.
pub(super) const PIECE: usize = 64 << 10;

/// So much of one content is told.
pub(super) const TOLD_LIMIT: usize = 1 << 20;

/// So much is told of a content that is no text.
pub(super) const BINARY_TOLD: usize = 4_096;

/// How a content is told.
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

/// A content that is being told.
#[derive(Debug)]
pub(super) struct Pieces {
    role: Role,
    media_type: Option<String>,
    shape: Shape,
    told: usize,
}

impl Pieces {
    /// A content of this role and media type.
    pub(super) fn new(role: Role, media_type: Option<String>) -> Self {
        Self { role, media_type, shape: Shape::Unknown, told: 0 }
    }

    /// Whether nothing of it was looked at yet.
    pub(super) fn is_new(&self) -> bool {
        matches!(self.shape, Shape::Unknown)
    }

    /// Whether nothing more will be told.
    pub(super) fn is_silent(&self) -> bool {
        matches!(self.shape, Shape::Silent)
    }

    /// Nothing more is to be told.
    pub(super) fn silence(&mut self) {
        self.shape = Shape::Silent;
    }

    /// Tells of the bytes what is ripe; `last`: none follow. Gives how many are done with; zero: it waits for more.
    pub(super) fn read(&mut self, bytes: &[u8], chain: &[&str], place: Place<'_>, last: bool, say: Say<'_>) -> usize {
        if self.is_new() {
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
                if let Some((form, runs)) = magic::program(bytes) {
                    say(Event::Program { form, runs, at: place.at(0, media::ENOUGH) });
                }
                for (media, codec, index) in flv::codecs(bytes) {
                    say(Event::Media { media, codec, at: place.at(index, 1) });
                }
                self.tell(bytes.get(..BINARY_TOLD).unwrap_or(bytes), chain, place, say)
            }
            Shape::Text if self.told >= TOLD_LIMIT => {
                self.shape = Shape::Silent;
                say(Event::Malformed { what: "content longer than the limit" });
                bytes.len()
            }
            Shape::Text => match bytes.get(..PIECE) {
                Some(piece) if bytes.len() > PIECE || !last => self.tell(piece.get(..cut(piece)).unwrap_or(piece), chain, place, say),
                _ if last => self.tell(bytes, chain, place, say),
                _ => 0,
            },
        }
    }

    /// Decides by the first bytes and the media type what it is. An empty content is nothing.
    fn recognise(&mut self, bytes: &[u8], place: Place<'_>, say: Say<'_>) {
        if bytes.is_empty() {
            return;
        }
        let media_type = self.media_type.as_deref().unwrap_or_default();
        let binary = media::is_binary_type(media_type) && (!media::looks_like_text(bytes) || media::is_stream_of_pictures(media_type));
        let recording = media::by_magic(bytes).or_else(|| media::by_type(media_type).filter(|_| binary));
        self.shape = if binary || recording.is_some() || magic::program(bytes).is_some() { Shape::Binary } else { Shape::Text };
        if let Some((media, codec)) = recording {
            say(Event::Media { media, codec, at: place.at(0, bytes.len().min(media::ENOUGH)) });
        }
    }

    fn tell(&mut self, bytes: &[u8], chain: &[&str], place: Place<'_>, say: Say<'_>) -> usize {
        if !bytes.is_empty() {
            let readable = Readable { role: self.role, bytes, field: None, media: self.media_type.as_deref(), chain, place };
            if self.told == 0 {
                description::tell(&readable, say);
            }
            say(Event::Readable(readable));
        }
        self.told += bytes.len();
        bytes.len()
    }

    /// Bytes of memory held.
    pub(super) fn memory(&self) -> usize {
        self.media_type.as_ref().map_or(0, String::capacity)
    }
}
