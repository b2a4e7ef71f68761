//! The messages that RTSP (RFC 2326, RFC 7826) and SIP (RFC 3261) share: a start line as HTTP's, header fields, a body by its length; in a stream
//! with RTSP's interleaved frames between them.
//!
//! No protocol of its own. In come the bytes of one direction, out go units: messages and frames. After a gap or garbage the next unit that can be
//! recognised is read. A message is told when it is whole, or what there is of it when no more will come.

use super::head::{self, Field, Start, is_token};
use super::protocol::Input;
use super::stream::{after, first};

/// Of a head so much is waited for.
const HEAD_LIMIT: usize = 64 << 10;
/// Of a body so much is waited for; the rest is passed over.
const BODY_LIMIT: usize = 64 << 10;
/// Of an interleaved frame so much is shown.
const FRAME_SHOWN: usize = 512;
/// Bytes of an interleaved frame's header: `$`, channel, length (RFC 2326, section 10.12).
const FRAME_HEADER: usize = 4;
/// Longest method that is taken for one.
const METHOD_LIMIT: usize = 32;
/// Longest start line.
const LINE_LIMIT: usize = 4_096;
/// So many bytes decide whether a unit begins at a place within garbage.
const DECISIVE: usize = 24;

/// How a protocol's messages differ.
#[derive(Debug)]
pub(super) struct Dialect {
    /// What the version begins with: `RTSP/`.
    pub(super) version: &'static [u8],
    /// Methods by which a request is found within garbage.
    pub(super) methods: &'static [&'static str],
    /// What their targets begin with.
    pub(super) schemes: &'static [&'static str],
    /// Whether frames may stand between messages.
    pub(super) has_frames: bool,
}

/// A head.
#[derive(Clone, Debug)]
pub(super) struct Head<'h> {
    /// The start line.
    pub(super) start: Start<'h>,
    /// The fields, in order.
    pub(super) fields: Vec<Field<'h>>,
}

impl<'h> Head<'h> {
    /// Reads a head; it may lack its blank line.
    pub(super) fn read(bytes: &'h [u8], dialect: &Dialect) -> Option<Self> {
        let end = memchr::memchr(b'\n', bytes).unwrap_or(bytes.len());
        let start = dialect.start_line(bytes.get(..end)?)?;
        Some(Self { start, fields: head::fields(bytes, end + 1).collect() })
    }

    /// The first field of this name, or of its short form (RFC 3261, section 7.3.3).
    pub(super) fn field(&self, name: &str, short: &str) -> Option<&Field<'h>> {
        self.fields.iter().find(|field| field.is(name) || (!short.is_empty() && field.is(short)))
    }

    /// The length of the body, where the head says it.
    pub(super) fn length(&self) -> Option<usize> {
        std::str::from_utf8(self.field("content-length", "l")?.value).ok()?.parse().ok()
    }
}

impl Dialect {
    /// Reads a start line, with or without its line end.
    pub(super) fn start_line<'h>(&self, line: &'h [u8]) -> Option<Start<'h>> {
        let line = line.trim_ascii_end();
        if let Some(rest) = self.after_version(line) {
            let (status, more) = rest.trim_ascii_start().split_first_chunk::<3>()?;
            let is_number = status.iter().all(u8::is_ascii_digit) && !more.first().is_some_and(u8::is_ascii_alphanumeric);
            let status = status.iter().fold(0, |sum, digit| sum * 10 + u16::from(digit.wrapping_sub(b'0')));
            return (is_number && rest.first() == Some(&b' ')).then_some(Start::Answer { status });
        }
        let length = method_length(line)?;
        let method = std::str::from_utf8(line.get(..length)?).ok()?;
        let version = memchr::memrchr(b' ', line)? + 1;
        let has_version = self.after_version(line.get(version..)?).is_some_and(<[u8]>::is_empty);
        let between = line.get(length..version)?;
        let target = between.trim_ascii();
        let target_at = length + between.len() - between.trim_ascii_start().len();
        (has_version && !target.is_empty()).then_some(Start::Request { method, target, target_at })
    }

    /// What follows the version that these bytes begin with.
    fn after_version<'h>(&self, bytes: &'h [u8]) -> Option<&'h [u8]> {
        let rest = bytes.strip_prefix(self.version)?;
        let number = rest.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
        (number > 0).then(|| rest.get(number..)).flatten()
    }

    /// Whether a message begins here; none: more bytes are needed.
    pub(super) fn begins(&self, bytes: &[u8]) -> Option<bool> {
        if let Some(end) = memchr::memchr(b'\n', bytes.get(..LINE_LIMIT).unwrap_or(bytes)) {
            return Some(self.start_line(bytes.get(..end).unwrap_or_default()).is_some());
        }
        let length = bytes.iter().take(METHOD_LIMIT + 1).take_while(|byte| is_token(**byte)).count();
        let may_be = match bytes.get(length) {
            None => length <= METHOD_LIMIT,
            Some(b'/') => bytes.iter().zip(self.version).all(|(byte, version)| byte == version),
            Some(b' ') => length > 0,
            Some(_) => false,
        };
        if may_be && bytes.len() < LINE_LIMIT { None } else { Some(false) }
    }

    /// Whether a unit begins here for certain: within garbage.
    fn surely_begins(&self, bytes: &[u8]) -> bool {
        match bytes {
            [b'$', channel, high, _, first, ..] if self.has_frames => *channel < 32 && *high < 0x40 && first & 0xc0 == 0x80,
            [b'A'..=b'Z', ..] => self.after_version(bytes).is_some_and(|rest| matches!(rest, [b' ', b'1'..=b'9', ..])) || self.asks(bytes),
            _ => false,
        }
    }

    /// Whether a known method and the scheme of a target stand here.
    fn asks(&self, bytes: &[u8]) -> bool {
        let target = self.methods.iter().find_map(|method| bytes.strip_prefix(method.as_bytes())?.strip_prefix(b" "));
        target.is_some_and(|target| self.schemes.iter().any(|scheme| target.starts_with(scheme.as_bytes())))
    }

    /// Where in these bytes the first unit surely begins. Every flow that nobody knows is searched like this, so what a unit has to hold is looked for
    /// first, and then whether it begins there.
    pub(super) fn find(&self, bytes: &[u8]) -> Option<usize> {
        let begins = |index: &usize| self.surely_begins(bytes.get(*index..).unwrap_or_default());
        let frame = if self.has_frames { memchr::memchr_iter(b'$', bytes).find(begins) } else { None };
        let answer = memchr::memmem::find_iter(bytes, self.version).find(begins);
        let requests = self.schemes.iter().filter_map(|scheme| {
            let targets = memchr::memmem::find_iter(bytes, scheme.as_bytes());
            targets.filter_map(|target| self.method_before(bytes.get(..target)?)).find(begins)
        });
        requests.chain(frame).chain(answer).min()
    }

    /// Where the known method begins that stands, with a blank behind it, at the end of these bytes.
    fn method_before(&self, bytes: &[u8]) -> Option<usize> {
        let before = bytes.strip_suffix(b" ")?;
        self.methods.iter().filter(|method| before.ends_with(method.as_bytes())).map(|method| before.len() - method.len()).min()
    }
}

/// The length of the method that a line begins with, where a blank follows.
fn method_length(line: &[u8]) -> Option<usize> {
    let length = line.iter().take(METHOD_LIMIT + 1).take_while(|byte| is_token(**byte)).count();
    (line.get(length) == Some(&b' ') && (1..=METHOD_LIMIT).contains(&length)).then_some(length)
}

/// What was found in a stream.
pub(super) enum Unit<'u> {
    /// A message: its head, and as much of its body as is shown.
    Message {
        /// The head with its blank line.
        head: Input<'u>,
        /// The body.
        body: Input<'u>,
    },
    /// An interleaved frame.
    Frame {
        /// Its channel.
        channel: u8,
        /// The beginning of what it carries.
        data: Input<'u>,
        /// Whether all of it is shown.
        is_whole: bool,
    },
    /// Bytes that are neither, the first of them: the next unit is searched.
    Garbage,
}

/// Where in a stream of messages a direction is.
#[derive(Debug, Default)]
pub(super) enum Framing {
    /// A unit is due.
    #[default]
    Due,
    /// Within a head, searched so far.
    Head { searched: usize },
    /// The message that waits is so long, of it the head.
    Message { head: usize, length: usize },
    /// So many bytes are passed over.
    Skip(usize),
    /// The next unit is searched.
    Lost,
}

impl Framing {
    /// The thread is lost; of bytes that are to be passed over the missing ones are some.
    pub(super) fn gap(&mut self, missing: u64) {
        *self = match self {
            Self::Skip(left) if *left as u64 >= missing => Self::Skip(left.saturating_sub(usize::try_from(missing).unwrap_or(usize::MAX))),
            _ => Self::Lost,
        };
    }

    /// The next unit and how many bytes are done with; zero bytes and no unit: it waits. `closing`: nothing follows these bytes.
    pub(super) fn next<'u>(&mut self, dialect: &Dialect, input: &Input<'u>, closing: bool) -> (usize, Option<Unit<'u>>) {
        let bytes = input.bytes;
        match self {
            _ if bytes.is_empty() => (0, None),
            Self::Due => self.due(dialect, input, closing),
            Self::Head { searched } => match head::end(bytes, searched) {
                Some(end) => self.head(dialect, input, end, closing),
                None if closing || bytes.len() > HEAD_LIMIT => self.head(dialect, input, bytes.len(), true),
                None => (0, None),
            },
            Self::Message { head, length } => {
                let (head, length) = (*head, *length);
                self.message(input, head, length, closing)
            }
            Self::Skip(left) => {
                let taken = (*left).min(bytes.len());
                *left -= taken;
                if *left == 0 {
                    *self = Self::Due;
                }
                (taken, None)
            }
            Self::Lost => self.search(dialect, input, closing),
        }
    }

    fn due<'u>(&mut self, dialect: &Dialect, input: &Input<'u>, closing: bool) -> (usize, Option<Unit<'u>>) {
        let blank = input.bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n' | b' ' | 0)).count();
        if blank > 0 {
            return (blank, None);
        }
        if dialect.has_frames && input.bytes.first() == Some(&b'$') {
            return self.frame(input, closing);
        }
        match dialect.begins(input.bytes) {
            Some(true) => {
                *self = Self::Head { searched: 0 };
                self.next(dialect, input, closing)
            }
            None if !closing => (0, None),
            _ => {
                *self = Self::Lost;
                (1, Some(Unit::Garbage))
            }
        }
    }

    fn frame<'u>(&mut self, input: &Input<'u>, closing: bool) -> (usize, Option<Unit<'u>>) {
        let Some((&[_, channel, high, low], rest)) = input.bytes.split_first_chunk::<FRAME_HEADER>() else { return (0, None) };
        let length = usize::from(u16::from_be_bytes([high, low]));
        let shown = length.min(FRAME_SHOWN);
        if rest.len() < shown && !closing {
            return (0, None);
        }
        let shown = shown.min(rest.len());
        if length > shown {
            *self = Self::Skip(length - shown);
        }
        let data = first(&after(input, FRAME_HEADER), shown);
        (FRAME_HEADER + shown, Some(Unit::Frame { channel, data, is_whole: shown == length }))
    }

    /// A head of `end` bytes is there.
    fn head<'u>(&mut self, dialect: &Dialect, input: &Input<'u>, end: usize, closing: bool) -> (usize, Option<Unit<'u>>) {
        let body = Head::read(input.bytes.get(..end).unwrap_or_default(), dialect).and_then(|head| head.length()).unwrap_or(0);
        *self = Self::Message { head: end, length: end.saturating_add(body) };
        self.message(input, end, end.saturating_add(body), closing)
    }

    fn message<'u>(&mut self, input: &Input<'u>, head: usize, length: usize, closing: bool) -> (usize, Option<Unit<'u>>) {
        let shown = length.min(head.saturating_add(BODY_LIMIT));
        if input.bytes.len() < shown && !closing {
            return (0, None);
        }
        let shown = shown.min(input.bytes.len());
        *self = if length > shown { Self::Skip(length - shown) } else { Self::Due };
        let whole = first(input, shown);
        (shown, Some(Unit::Message { head: first(&whole, head), body: after(&whole, head) }))
    }

    fn search<'u>(&mut self, dialect: &Dialect, input: &Input<'u>, closing: bool) -> (usize, Option<Unit<'u>>) {
        let bytes = input.bytes;
        let end = if closing { bytes.len() } else { bytes.len().saturating_sub(DECISIVE) };
        match (0..end).find(|index| dialect.surely_begins(bytes.get(*index..).unwrap_or_default())) {
            Some(found) => {
                *self = Self::Due;
                if found == 0 { self.due(dialect, input, closing) } else { (found, None) }
            }
            None => (end, None),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    static RTSP_LIKE: Dialect =
        Dialect { version: b"RTSP/", methods: &["PLAY", "DISPLAY", "OPTIONS", "PLAY_NOTIFY"], schemes: &["rtsp", "*"], has_frames: true };
    static SIP_LIKE: Dialect = Dialect { version: b"SIP/2.", methods: &["INVITE", "ACK", "NACK"], schemes: &["sip:", "urn:"], has_frames: false };

    proptest! {
        #[test]
        fn a_unit_is_found_where_the_first_surely_begins(parts in prop::collection::vec(0..18_usize, 0..40)) {
            const PARTS: [&[u8]; 18] = [
                b"RTSP/1.0 200 OK", b"RTSP/", b"SIP/2.0 ", b"SIP/2.0 180", b"PLAY", b"DISPLAY", b"PLAY_NOTIFY", b" ", b"rtsp://", b"*", b"$", b"$\x00\x00\x04\x80", b"\x80",
                b"INVITE sip:", b"NACK", b"\r\n", b"X", b"urn:",
            ];
            let bytes: Vec<u8> = parts.iter().flat_map(|part| PARTS[*part]).copied().collect();
            for dialect in [&RTSP_LIKE, &SIP_LIKE] {
                let first = (0..bytes.len()).find(|index| dialect.surely_begins(&bytes[*index..]));
                prop_assert_eq!(dialect.find(&bytes), first);
            }
        }
    }
}
