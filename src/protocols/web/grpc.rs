//! Messages of gRPC in a body (<https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md>): each with five bytes before it, and packed by itself.
//!
//! Of gRPC-Web the same, with the trailer fields as a last message (flag 0x80).

use super::super::protocol::{Input, Say};
use super::super::stream::{after, first};
use super::content::Content;
use super::unpack::Layers;
use crate::event::Event;

/// Flags of a message: whether it is packed, whether it is the trailer.
const PACKED: u8 = 1;
const TRAILER: u8 = 0x80;

/// Bytes before a message: its flags and its length.
const PREFIX: usize = 5;

/// The content of a body whose framing another has taken off.
#[derive(Debug)]
pub(in super::super) enum Burden {
    /// One content.
    Plain(Content),
    /// Messages.
    Messages(Messages),
}

impl Burden {
    /// A body of this media type, within these codings; `packing`: how gRPC packs its messages.
    pub(in super::super) fn new(media_type: Option<String>, layers: Layers, packing: Option<&str>) -> Self {
        if media_type.as_deref().is_some_and(is_grpc) {
            return Self::Messages(Messages { media_type, packing: packing.map(str::to_owned), ..Messages::default() });
        }
        Self::Plain(Content::in_frames(media_type, layers))
    }

    /// Reads the next bytes of the body.
    pub(in super::super) fn read(&mut self, input: &Input<'_>, say: Say<'_>) {
        match self {
            Self::Plain(content) => {
                content.read(input, false, say);
            }
            Self::Messages(messages) => messages.read(input, say),
        }
    }

    /// Nothing more comes: tells what is held.
    pub(in super::super) fn finish(&mut self, say: Say<'_>) {
        match self {
            Self::Plain(content) => content.finish(say),
            Self::Messages(messages) => messages.finish(say),
        }
    }

    /// Bytes of the body were never seen.
    pub(in super::super) fn gap(&mut self, say: Say<'_>) {
        match self {
            Self::Plain(content) => content.gap(say),
            Self::Messages(messages) => {
                // Where the next message begins is not known.
                messages.finish(say);
                messages.is_lost = true;
            }
        }
    }

    /// Bytes of memory held.
    pub(in super::super) fn memory(&self) -> usize {
        match self {
            Self::Plain(content) => content.memory(),
            Self::Messages(messages) => messages.content.as_ref().map_or(0, Content::memory) + messages.media_type.as_ref().map_or(0, String::capacity),
        }
    }
}

/// Whether a media type is gRPC's (`application/grpc`, `application/grpc+proto`, `application/grpc-web`), in which messages are not encoded once more.
fn is_grpc(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence.strip_prefix("application/grpc").is_some_and(|rest| rest.is_empty() || rest.starts_with('+') || rest == "-web" || rest.starts_with("-web+"))
}

/// Messages one after another.
#[derive(Debug, Default)]
pub(in super::super) struct Messages {
    media_type: Option<String>,
    packing: Option<String>,
    /// What is there of the bytes before a message.
    prefix: Vec<u8>,
    /// Bytes of the present message that are still to come.
    left: u64,
    content: Option<Content>,
    is_lost: bool,
}

impl Messages {
    fn read(&mut self, input: &Input<'_>, say: Say<'_>) {
        let mut done = 0;
        while done < input.bytes.len() && !self.is_lost {
            done += match self.content {
                Some(_) => self.message(&after(input, done), say),
                None => self.begin(&after(input, done), say),
            };
            if self.left == 0 {
                self.finish(say);
            }
        }
    }

    fn begin(&mut self, input: &Input<'_>, say: Say<'_>) -> usize {
        let taken = (PREFIX - self.prefix.len()).min(input.bytes.len());
        self.prefix.extend_from_slice(input.bytes.get(..taken).unwrap_or_default());
        let Some(&[flags, a, b, c, d]) = self.prefix.first_chunk::<PREFIX>() else { return taken };
        self.prefix.clear();
        if flags & !(PACKED | TRAILER) != 0 {
            say(Event::Malformed { what: "grpc message with flags that are none" });
            self.is_lost = true;
            return taken;
        }
        self.left = u64::from(u32::from_be_bytes([a, b, c, d]));
        let mut layers = Layers::default();
        if flags & PACKED != 0 {
            layers.push(self.packing.as_deref().unwrap_or("gzip"));
        }
        self.content = Some(Content::in_frames(self.media_type.clone(), layers));
        taken
    }

    fn message(&mut self, input: &Input<'_>, say: Say<'_>) -> usize {
        let available = usize::try_from(self.left).unwrap_or(usize::MAX).min(input.bytes.len());
        if let Some(content) = &mut self.content {
            content.read(&first(input, available), false, say);
        }
        self.left = self.left.saturating_sub(available as u64);
        available
    }

    fn finish(&mut self, say: Say<'_>) {
        if let Some(mut content) = self.content.take() {
            content.finish(say);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::line;
    use super::super::unpack::tests::gzip;
    use super::*;
    use crate::wire::{Direction, Marks};

    fn told(media: &str, packing: Option<&str>, bytes: &[u8], step: usize) -> Vec<String> {
        let (marks, mut lines) = (Marks::default(), Vec::new());
        let mut burden = Burden::new(Some(media.to_owned()), Layers::default(), packing);
        for piece in bytes.chunks(step) {
            burden.read(&Input { direction: Direction::ToServer, bytes: piece, offset: 0, marks: &marks }, &mut |event| lines.push(line(&event)));
        }
        burden.finish(&mut |event| lines.push(line(&event)));
        lines
    }

    #[test]
    fn each_message_is_told_by_itself() {
        let packed = gzip(b"\x0a\x10anna@example.org");
        let body = [b"\0\0\0\0\x07\x0a\x05hello\0\0\0\0\0".as_slice(), &[1, 0, 0, 0, packed.len() as u8], &packed].concat();
        for step in [1, 3, 1_000] {
            let want = [
                "Body - application/grpc [\"http-body\"] unpacked: \\n\\x05hello",
                "Body - application/grpc [\"http-body\", \"gzip\"] unpacked: \\n\\x10anna@example.org",
            ];
            assert_eq!(told("application/grpc", Some("gzip"), &body, step), want);
        }
    }

    #[test]
    fn what_is_no_message_is_given_up() {
        assert_eq!(told("application/grpc+proto", None, b"{\"a\":1}", 9), ["malformed grpc message with flags that are none"]);
        assert!(is_grpc("Application/gRPC-Web+proto; a=b") && !is_grpc("application/grpc-web-text") && !is_grpc("application/json"));
    }
}
