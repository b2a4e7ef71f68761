//! A mail as SMTP, POP3 and IMAP carry it: header fields (RFC 5322), parts (RFC 2045, RFC 2046), and what encodes them.
//!
//! No protocol of its own. In come lines or bytes, out go header fields and bodies as readable, parts in base64 or quoted-printable decoded, and what
//! recording a part is.

mod encoding;

use std::borrow::Cow;

use super::gathered::Gathered;
use super::protocol::{Input, Say};
use super::stream::{after, first};
use crate::event::{Event, Place, Readable, Role};
use crate::wire::At;
use encoding::{Decoder, Encoding};

/// Of a header field so much is read.
const FIELD_LIMIT: usize = 8_192;
/// Parts within parts, and mails within mails.
const DEPTH: usize = 8;
/// Longest boundary between parts (RFC 2046, section 5.1.1, allows 70).
const BOUNDARY_LIMIT: usize = 200;
/// Of a line so much is waited for where lines are cut out of bytes.
const LINE_LIMIT: usize = 8_192;

/// Fields that say nothing of a person; identifiers in them look like addresses.
const HARMLESS: &[&str] = &[
    "arc-authentication-results",
    "arc-message-signature",
    "arc-seal",
    "authentication-results",
    "content-id",
    "content-transfer-encoding",
    "content-type",
    "date",
    "dkim-signature",
    "domainkey-signature",
    "in-reply-to",
    "importance",
    "message-id",
    "mime-version",
    "precedence",
    "received-spf",
    "references",
    "thread-index",
    "x-google-dkim-signature",
    "x-mailer-version",
    "x-priority",
];

#[derive(Debug, Default)]
enum State {
    /// In a head.
    #[default]
    Head,
    /// In a body.
    Body(Box<Body>),
    /// Between parts, or in what is not told.
    Between,
}

#[derive(Debug)]
struct Body {
    content: Gathered,
    decoder: Decoder,
}

/// What a head says of what follows it.
#[derive(Debug, Default)]
struct About {
    media: Option<String>,
    boundary: Option<Vec<u8>>,
    encoding: Encoding,
}

/// A mail that is being read.
#[derive(Debug, Default)]
pub(super) struct Mail {
    state: State,
    /// The header field that may go on in the next line, and where it begins.
    field: Vec<u8>,
    field_at: At,
    about: About,
    /// Boundaries of the parts that are open, the innermost last.
    boundaries: Vec<Vec<u8>>,
    /// Heads read within heads.
    depth: usize,
    /// A line that is not whole yet.
    rest: Vec<u8>,
    rest_at: At,
}

impl Mail {
    /// A body without a head.
    pub(super) fn headless() -> Self {
        let body = Body { content: Gathered::new(Role::Body, None, &["mail"]), decoder: Decoder::new(Encoding::Plain) };
        Self { state: State::Body(Box::new(body)), ..Self::default() }
    }

    /// Reads a line without its end.
    pub(super) fn line(&mut self, line: &[u8], at: At, say: Say<'_>) {
        if self.boundary(line, say) {
            return;
        }
        match &mut self.state {
            State::Head => self.head_line(line, at, say),
            State::Body(body) => body.line(line, at, say),
            State::Between => {}
        }
    }

    /// Reads bytes, of which the last line may go on.
    pub(super) fn bytes(&mut self, input: &Input<'_>, say: Say<'_>) {
        let mut from = 0;
        while let Some(length) = memchr::memchr(b'\n', input.bytes.get(from..).unwrap_or_default()) {
            let part = first(&after(input, from), length + 1);
            from += length + 1;
            self.keep(&part);
            self.rest_line(say);
        }
        self.keep(&after(input, from));
        if self.rest.len() > LINE_LIMIT {
            self.rest_line(say);
        }
    }

    fn keep(&mut self, part: &Input<'_>) {
        if self.rest.is_empty() {
            self.rest_at = part.at(0, part.bytes.len());
        }
        self.rest.extend_from_slice(part.bytes);
    }

    fn rest_line(&mut self, say: Say<'_>) {
        let rest = std::mem::take(&mut self.rest);
        let line = rest.strip_suffix(b"\n").unwrap_or(&rest);
        let at = self.rest_at;
        self.line(line.strip_suffix(b"\r").unwrap_or(line), at, say);
    }

    /// The mail is over.
    pub(super) fn finish(&mut self, say: Say<'_>) {
        if !self.rest.is_empty() {
            self.rest_line(say);
        }
        self.field_ends(say);
        self.part_ends(say);
    }

    /// Bytes of memory held.
    pub(super) fn memory(&self) -> usize {
        let body = if let State::Body(body) = &self.state { body.content.memory() + size_of::<Body>() } else { 0 };
        body + self.field.capacity() + self.rest.capacity() + self.boundaries.iter().map(Vec::capacity).sum::<usize>()
    }

    fn head_line(&mut self, line: &[u8], at: At, say: Say<'_>) {
        if line.is_empty() {
            self.head_ends(say);
            return;
        }
        if matches!(line.first(), Some(b' ' | b'\t')) && !self.field.is_empty() {
            let room = FIELD_LIMIT.saturating_sub(self.field.len() + 2);
            self.field.extend_from_slice(b"\r\n");
            self.field.extend_from_slice(line.get(..room).unwrap_or(line));
            return;
        }
        self.field_ends(say);
        self.field.extend_from_slice(line.get(..FIELD_LIMIT).unwrap_or(line));
        self.field_at = at;
    }

    /// The field that was begun is whole.
    fn field_ends(&mut self, say: Say<'_>) {
        let field = std::mem::take(&mut self.field);
        let Some((name, value)) = memchr::memchr(b':', &field).and_then(|colon| Some((field.get(..colon)?, field.get(colon + 1..)?))) else { return };
        let (Ok(name), value) = (std::str::from_utf8(name.trim_ascii()), value.trim_ascii()) else { return };
        if name.eq_ignore_ascii_case("content-type") {
            self.about.read_type(&String::from_utf8_lossy(value));
        } else if name.eq_ignore_ascii_case("content-transfer-encoding") {
            self.about.encoding = Encoding::of(value);
        }
        if value.is_empty() || HARMLESS.iter().any(|harmless| name.eq_ignore_ascii_case(harmless)) {
            return;
        }
        let (index, at) = (encoding::index_in(&field, value), self.field_at);
        let at = At {
            offset: at.offset.map(|offset| offset.saturating_add(u32::try_from(index).unwrap_or(0))),
            length: u32::try_from(value.len()).unwrap_or(0),
            ..at
        };
        let plain = encoding::words(value);
        let chain: &[&str] = if matches!(plain, Cow::Owned(_)) { &["encoded-word"] } else { &[] };
        say(Event::Readable(Readable { role: Role::Header, bytes: &plain, field: Some(name), media: None, chain, place: Place::Unpacked(at) }));
    }

    fn head_ends(&mut self, say: Say<'_>) {
        self.field_ends(say);
        let about = std::mem::take(&mut self.about);
        let is = |start: &str| about.media.as_deref().is_some_and(|media| media.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start)));
        self.state = match about.boundary {
            Some(boundary) if is("multipart/") && self.boundaries.len() < DEPTH => {
                self.boundaries.push(boundary);
                State::Between
            }
            _ if is("message/rfc822") && self.depth < DEPTH => {
                self.depth += 1;
                State::Head
            }
            _ => {
                let chain: &[&'static str] = match about.encoding {
                    Encoding::Plain => &["mail"],
                    Encoding::Base64 => &["mail", "base64"],
                    Encoding::Quoted => &["mail", "quoted-printable"],
                };
                State::Body(Box::new(Body { content: Gathered::new(Role::Body, about.media, chain), decoder: Decoder::new(about.encoding) }))
            }
        };
    }

    fn part_ends(&mut self, say: Say<'_>) {
        if let State::Body(mut body) = std::mem::replace(&mut self.state, State::Between) {
            body.finish(say);
        }
    }

    /// Whether a line stands between parts; the parts within one that ends are over too.
    fn boundary(&mut self, line: &[u8], say: Say<'_>) -> bool {
        let Some(rest) = line.strip_prefix(b"--") else { return false };
        let rest = rest.trim_ascii_end();
        let found = self.boundaries.iter().rposition(|boundary| rest.strip_prefix(boundary.as_slice()).is_some_and(|end| end.is_empty() || end == b"--"));
        let Some(index) = found else { return false };
        let is_last = self.boundaries.get(index).is_some_and(|boundary| rest.len() > boundary.len());
        self.field_ends(say);
        self.part_ends(say);
        self.boundaries.truncate(if is_last { index } else { index + 1 });
        (self.about, self.state) = (About::default(), if is_last { State::Between } else { State::Head });
        true
    }
}

impl About {
    /// `multipart/mixed; boundary="…"`.
    fn read_type(&mut self, value: &str) {
        self.media = value.split(';').next().map(|media| media.trim().to_owned()).filter(|media| !media.is_empty());
        for parameter in value.split(';').skip(1) {
            let Some((name, text)) = parameter.split_once('=') else { continue };
            let text = text.trim().trim_matches('"');
            if name.trim().eq_ignore_ascii_case("boundary") && (1..=BOUNDARY_LIMIT).contains(&text.len()) {
                self.boundary = Some(text.as_bytes().to_vec());
            }
        }
    }
}

impl Body {
    fn line(&mut self, line: &[u8], at: At, say: Say<'_>) {
        if self.content.is_silent() {
            return;
        }
        let Self { content, decoder } = self;
        decoder.line(line, at, &mut |bytes, at| content.push(bytes, at, say));
    }

    fn finish(&mut self, say: Say<'_>) {
        let Self { content, decoder } = self;
        decoder.finish(&mut |bytes, at| content.push(bytes, at, say));
        self.content.finish(say);
    }
}

#[cfg(test)]
mod tests;
