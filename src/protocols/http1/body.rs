//! Where a body ends (RFC 9112, sections 6 and 7): by its length, by its chunks, or with the stream.

use super::super::head::{Field, Head};
use super::super::protocol::{Input, Say};
use super::super::stream::first;
use super::super::web::content::Content;
use super::super::web::unpack::Layers;
use super::chunks::{Chunks, Part};
use crate::event::Event;

/// What a head says of its body.
#[derive(Debug, Default)]
pub(super) struct Wrapping {
    /// `Content-Length`; of several that differ the first.
    length: Option<u64>,
    chunked: bool,
    layers: Layers,
    media_type: Option<String>,
}

impl Wrapping {
    /// Reads it from the fields; tells what is wrong with them.
    pub(super) fn of(head: &Head<'_>, say: Say<'_>) -> Self {
        let mut wrapping = Self { media_type: head.field("content-type").map(|field| field.text().into_owned()), ..Self::default() };
        for field in &head.fields {
            if field.is("content-length") {
                wrapping.add_length(field, say);
            } else if field.is("content-encoding") {
                wrapping.add_codings(field, say);
            }
        }
        for field in head.fields.iter().filter(|field| field.is("transfer-encoding")) {
            wrapping.add_codings(field, say);
        }
        wrapping
    }

    fn add_length(&mut self, field: &Field<'_>, say: Say<'_>) {
        for part in field.value.split(|byte| *byte == b',') {
            let digits = part.trim_ascii();
            let number = std::str::from_utf8(digits).ok().and_then(|text| text.parse::<u64>().ok()).filter(|_| !digits.starts_with(b"+"));
            match (number, self.length) {
                (Some(number), None) => self.length = Some(number),
                (Some(number), Some(known)) if number == known => {}
                _ => say(Event::Malformed { what: "http content-length is wrong or differs" }),
            }
        }
    }

    /// Codings are listed in the order in which they were applied: the last is the outermost.
    fn add_codings(&mut self, field: &Field<'_>, say: Say<'_>) {
        let text = field.text();
        for coding in text.rsplit(',').map(|coding| coding.trim_matches(|c: char| !c.is_ascii_alphanumeric() && c != '-')) {
            if coding.eq_ignore_ascii_case("chunked") {
                self.chunked = true;
            } else if !self.layers.push(coding) && self.layers.is_full() {
                say(Event::Malformed { what: "http body packed more often than the limit" });
                return;
            }
        }
    }

    /// The media type.
    pub(super) fn media_type(&self) -> Option<&str> {
        self.media_type.as_deref()
    }

    /// The body of a request: none without a length or chunks.
    pub(super) fn request(self) -> Option<Body> {
        (self.chunked || self.length.is_some_and(|length| length > 0)).then(|| self.body())
    }

    /// The body of an answer that may have one: without a length or chunks it ends with the stream.
    pub(super) fn answer(self) -> Option<Body> {
        (self.chunked || self.length != Some(0)).then(|| self.body())
    }

    fn body(self) -> Body {
        let unframed = self.length.map_or(Framing::UntilClose { begun: false }, Framing::Length);
        let framing = if self.chunked { Framing::Chunked { chunks: Chunks::default(), otherwise: Some(Box::new(unframed)) } } else { unframed };
        Body { framing, content: Content::new(self.media_type, self.layers, self.chunked) }
    }
}

/// A body that is being read.
#[derive(Debug)]
pub(super) struct Body {
    framing: Framing,
    content: Content,
}

#[derive(Debug)]
enum Framing {
    /// So many bytes are still to come.
    Length(u64),
    UntilClose {
        begun: bool,
    },
    Chunked {
        chunks: Chunks,
        /// Until the first chunk is believed: how the body ends if it has no chunks.
        otherwise: Option<Box<Framing>>,
    },
}

/// What became of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// So many bytes of the stream are done with, so many of them content; zero of both: it waits for more.
    More {
        /// Of the stream.
        taken: usize,
        /// Of the body.
        content: usize,
    },
    /// It is whole.
    Whole,
    /// Where it ends cannot be told.
    Lost,
}

impl Body {
    /// Reads what is there; `closing`: nothing follows in the stream.
    pub(super) fn read(&mut self, input: &Input<'_>, closing: bool, say: Say<'_>) -> Reach {
        match &mut self.framing {
            Framing::Length(0) => self.whole(say),
            Framing::Length(left) => {
                let available = usize::try_from(*left).unwrap_or(usize::MAX).min(input.bytes.len());
                let last = closing || available as u64 == *left;
                let taken = self.content.read(&first(input, available), last, say);
                *left = left.saturating_sub(taken as u64);
                Reach::More { taken, content: taken }
            }
            Framing::UntilClose { begun } => {
                if !*begun && !closing {
                    match input.bytes.first_chunk::<7>() {
                        // Nothing but the next answer: devices leave the length out where there is no body.
                        Some(b"HTTP/1.") => return self.whole(say),
                        Some(_) => *begun = true,
                        None => return Reach::More { taken: 0, content: 0 },
                    }
                }
                let taken = self.content.read(input, closing, say);
                Reach::More { taken, content: taken }
            }
            Framing::Chunked { .. } => self.read_chunked(input, say),
        }
    }

    fn read_chunked(&mut self, input: &Input<'_>, say: Say<'_>) -> Reach {
        let Framing::Chunked { chunks, otherwise } = &mut self.framing else { return Reach::Lost };
        let begins = input.bytes.first().is_none_or(|byte| byte.is_ascii_hexdigit() || byte.is_ascii_whitespace());
        if !begins && let Some(otherwise) = otherwise.take() {
            say(Event::Malformed { what: "http body is not chunked as its head says" });
            self.framing = *otherwise;
            self.content.is_not_chunked();
            return self.read(input, false, say);
        }
        if !input.bytes.is_empty() {
            *otherwise = None;
        }
        match chunks.next(input.bytes) {
            Part::Framing(taken) => Reach::More { taken, content: 0 },
            Part::Content(length) => {
                self.content.read(&first(input, length), false, say);
                Reach::More { taken: length, content: length }
            }
            Part::End => self.whole(say),
            Part::Wrong => {
                self.content.finish(say);
                say(Event::Malformed { what: "http chunk size is not a number" });
                Reach::Lost
            }
        }
    }

    fn whole(&mut self, say: Say<'_>) -> Reach {
        self.content.finish(say);
        Reach::Whole
    }

    /// The trailer fields of a chunked body, as one text.
    pub(super) fn trailer(&self) -> &[u8] {
        match &self.framing {
            Framing::Chunked { chunks, .. } => chunks.trailer(),
            _ => &[],
        }
    }

    /// The stream is over, or where the body ends is not known any more: tells what is held.
    pub(super) fn finish(&mut self, say: Say<'_>) {
        self.content.finish(say);
    }

    /// Bytes of the stream were never seen. True where they all belong to the body, so that it can be read on.
    pub(super) fn gap(&mut self, missing: u64, say: Say<'_>) -> bool {
        let inside = match &mut self.framing {
            Framing::Length(left) => left.checked_sub(missing).map(|rest| *left = rest).is_some(),
            Framing::UntilClose { begun } => {
                *begun = true;
                true
            }
            Framing::Chunked { chunks, .. } => chunks.gap(missing),
        };
        if inside {
            self.content.gap(say);
        }
        inside
    }

    /// Bytes of memory held.
    pub(super) fn memory(&self) -> usize {
        size_of::<Self>() + self.content.memory() + self.trailer().len()
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::stream::after;
    use super::*;
    use crate::wire::{Direction, Marks};

    fn body(head: &str) -> Option<Body> {
        Wrapping::of(&Head::read(head.as_bytes()).unwrap(), &mut |_| {}).request()
    }

    fn told(head: &str, bytes: &[u8]) -> (Vec<u8>, usize, bool) {
        let marks = Marks::default();
        let input = Input { direction: Direction::ToServer, bytes, offset: 0, marks: &marks };
        let (mut out, mut index) = (Vec::new(), 0);
        let mut body = body(head).unwrap();
        loop {
            let reach = body.read(&after(&input, index), false, &mut |event| {
                if let Event::Readable(readable) = event {
                    out.extend_from_slice(readable.bytes);
                }
            });
            match reach {
                Reach::More { taken: 0, .. } | Reach::Lost => return (out, index, false),
                Reach::More { taken, .. } => index += taken,
                Reach::Whole => return (out, index, true),
            }
        }
    }

    const POST: &str = "POST / HTTP/1.1\r\n";

    #[test]
    fn a_length_ends_a_body() {
        assert_eq!(told(&format!("{POST}Content-Length: 3\r\n"), b"abcdef"), (b"abc".to_vec(), 3, true));
        assert_eq!(told(&format!("{POST}Content-Length: 3, 3\r\nContent-Length: 4\r\n"), b"abcdef"), (b"abc".to_vec(), 3, true));
        assert!(body(&format!("{POST}Content-Length: -1\r\n")).is_none());
        assert!(body(POST).is_none());
    }

    #[test]
    fn chunks_end_a_body_before_a_length_does() {
        let head = format!("{POST}Transfer-Encoding: chunked\r\nContent-Length: 3\r\n");
        assert_eq!(told(&head, b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\nnext"), (b"abcde".to_vec(), 24, true));
        assert_eq!(told(&head, b"{\"a\""), (b"{\"a".to_vec(), 3, true));
    }
}
