//! The head of a text message: a start line and header fields, as HTTP, and others after it, write them.
//!
//! Comes in: bytes from the first of the start line. Goes out: borrowed parts with their index. It judges nothing and is lenient
//! (bare line feeds, blanks before the colon, folded fields), since devices are (RFC 9112, sections 2.2, 3, 4 and 5).

use std::borrow::Cow;

/// Longest method that is taken for one.
const METHOD_LIMIT: usize = 32;

/// A start line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start<'h> {
    /// `METHOD SP target SP HTTP/x`.
    Request {
        /// The method.
        method: &'h str,
        /// The target, blanks within it included.
        target: &'h [u8],
        /// Index of the target's first byte in the line.
        target_at: usize,
    },
    /// `HTTP/x SP status SP reason`.
    Answer {
        /// The status.
        status: u16,
    },
}

/// A header field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Field<'h> {
    /// Its name, as sent.
    pub(super) name: &'h str,
    /// Its value without the blanks around it; a folded value with the line ends within.
    pub(super) value: &'h [u8],
    /// Index of the value's first byte in the head.
    pub(super) at: usize,
}

impl<'h> Field<'h> {
    /// Whether it has this name, in any case of letters.
    pub(super) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// The value as text, folds and all; bytes that are no UTF-8 replaced.
    pub(super) fn text(&self) -> Cow<'h, str> {
        String::from_utf8_lossy(self.value)
    }
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
    /// Reads a head; it may lack its blank line. None where the first line is no start line.
    pub(super) fn read(bytes: &'h [u8]) -> Option<Self> {
        let end = memchr::memchr(b'\n', bytes).unwrap_or(bytes.len());
        let start = start_line(bytes.get(..end)?)?;
        Some(Self { start, fields: fields(bytes, end + 1).collect() })
    }

    /// The first field of this name.
    pub(super) fn field(&self, name: &str) -> Option<&Field<'h>> {
        self.fields.iter().find(|field| field.is(name))
    }
}

/// Reads a start line, with or without its line end.
pub(super) fn start_line(line: &[u8]) -> Option<Start<'_>> {
    let line = line.trim_ascii_end();
    answer_line(line).or_else(|| request_line(line))
}

fn answer_line(line: &[u8]) -> Option<Start<'_>> {
    let rest = match line.strip_prefix(b"ICY") {
        Some(rest) => rest,
        None => after_version(line)?,
    };
    let (status, more) = rest.trim_ascii_start().split_first_chunk::<3>()?;
    let apart = rest.first().is_some_and(u8::is_ascii_whitespace) && !more.first().is_some_and(u8::is_ascii_alphanumeric);
    (apart && status.iter().all(u8::is_ascii_digit)).then(|| Start::Answer { status: status.iter().fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0')) })
}

/// What follows `HTTP/` and a number.
fn after_version(bytes: &[u8]) -> Option<&[u8]> {
    let (word, rest) = bytes.split_at_checked(5)?;
    let number = rest.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
    (word.eq_ignore_ascii_case(b"HTTP/") && rest.first().is_some_and(u8::is_ascii_digit)).then(|| rest.get(number..)).flatten()
}

fn request_line(line: &[u8]) -> Option<Start<'_>> {
    let method = method(line)?;
    let version = line.iter().rposition(u8::is_ascii_whitespace)? + 1;
    let written = line.get(version..)?;
    // `PRI * HTTP/2.0` opens HTTP/2.
    if !after_version(written)?.is_empty() || written.get(5) == Some(&b'2') {
        return None;
    }
    let between = line.get(method.len()..version)?;
    let target = between.trim_ascii();
    let target_at = method.len() + between.len() - between.trim_ascii_start().len();
    (!target.is_empty()).then_some(Start::Request { method, target, target_at })
}

/// The method that a line begins with, where a blank follows.
fn method(line: &[u8]) -> Option<&str> {
    let length = line.iter().take(METHOD_LIMIT + 1).take_while(|byte| is_token(**byte)).count();
    let blank = line.get(length).is_some_and(|byte| matches!(byte, b' ' | b'\t'));
    let word = std::str::from_utf8(line.get(..length)?).ok()?;
    (blank && (1..=METHOD_LIMIT).contains(&length)).then_some(word)
}

/// RFC 9110, section 5.6.2.
pub(super) fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// Whether a line of which only the beginning is there may still become a start line.
pub(super) fn may_begin(bytes: &[u8]) -> bool {
    let length = bytes.iter().take(METHOD_LIMIT + 1).take_while(|byte| is_token(**byte)).count();
    match bytes.get(length) {
        None => length <= METHOD_LIMIT,
        Some(b'/') => bytes.get(..5).is_none_or(|word| word.eq_ignore_ascii_case(b"HTTP/")),
        Some(b' ' | b'\t') => (1..=METHOD_LIMIT).contains(&length),
        Some(_) => false,
    }
}

/// The header fields from index `from` on, to a blank line or the end. Lines without a colon are passed over.
pub(super) fn fields(bytes: &[u8], from: usize) -> impl Iterator<Item = Field<'_>> {
    let mut next = from;
    std::iter::from_fn(move || {
        loop {
            let begin = next;
            let length = line_length(bytes.get(begin..)?)?;
            next = begin + length;
            while matches!(bytes.get(next), Some(b' ' | b'\t')) {
                next += line_length(bytes.get(next..)?)?;
            }
            let line = bytes.get(begin..next)?;
            if line.trim_ascii().is_empty() {
                return None;
            }
            if let Some(field) = field(line, begin) {
                return Some(field);
            }
        }
    })
}

/// The length of the first line with its line end; none of nothing.
fn line_length(bytes: &[u8]) -> Option<usize> {
    (!bytes.is_empty()).then(|| memchr::memchr(b'\n', bytes).map_or(bytes.len(), |index| index + 1))
}

fn field(line: &[u8], begin: usize) -> Option<Field<'_>> {
    let colon = memchr::memchr(b':', line)?;
    let (name, rest) = line.split_at_checked(colon)?;
    let rest = rest.get(1..)?;
    let value = rest.trim_ascii();
    let at = begin + colon + 1 + (rest.len() - rest.trim_ascii_start().len());
    let name = std::str::from_utf8(name.trim_ascii()).ok()?;
    (!name.is_empty()).then_some(Field { name, value, at })
}

/// Finds the end of a head: the index after its blank line. `searched` is how far earlier calls looked; it is moved on, so that each
/// byte is looked at once.
pub(super) fn end(bytes: &[u8], searched: &mut usize) -> Option<usize> {
    let from = (*searched).min(bytes.len());
    for found in memchr::memchr_iter(b'\n', bytes.get(from..).unwrap_or_default()) {
        let index = from + found;
        match (bytes.get(index + 1), bytes.get(index + 2)) {
            (Some(b'\n'), _) => return Some(index + 2),
            (Some(b'\r'), Some(b'\n')) => return Some(index + 3),
            (None, _) | (Some(b'\r'), None) => {
                *searched = index;
                return None;
            }
            _ => {}
        }
    }
    *searched = bytes.len();
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(line: &[u8]) -> Option<(&str, &[u8])> {
        match start_line(line)? {
            Start::Request { method, target, target_at } => {
                assert_eq!(line.get(target_at..target_at + target.len()), Some(target));
                Some((method, target))
            }
            Start::Answer { .. } => None,
        }
    }

    #[test]
    fn start_lines_are_known_by_their_form() {
        assert_eq!(request(b"GET /a?b HTTP/1.1\r\n"), Some(("GET", &b"/a?b"[..])));
        assert_eq!(request(b"BREW  /a b  HTTP/1.0 \r"), Some(("BREW", &b"/a b"[..])));
        for not in [&b"GET /a\r\n"[..], b"OPTIONS rtsp://h/ RTSP/1.0", b"INVITE sip:a SIP/2.0", b"PRI * HTTP/2.0", b"GET  HTTP/1.1", b"G\x01T / HTTP/1.1", b""]
        {
            assert_eq!(start_line(not), None, "{not:?}");
        }
        assert_eq!(start_line(b"HTTP/1.1 200 OK"), Some(Start::Answer { status: 200 }));
        assert_eq!(start_line(b"HTTP/1.0  404"), Some(Start::Answer { status: 404 }));
        assert_eq!(start_line(b"ICY 200 OK"), Some(Start::Answer { status: 200 }));
        assert_eq!(start_line(b"HTTP/1.1 2000 OK"), None);
        assert_eq!(start_line(b"HTTP/1.1 OK"), None);
    }

    #[test]
    fn a_beginning_is_judged_early() {
        for may in [&b""[..], b"G", b"GET", b"GET /", b"H", b"HTTP", b"HTTP/", b"HTTP/1.1 2"] {
            assert!(may_begin(may), "{may:?}");
        }
        for never in [&b"\x16\x03\x01"[..], b"RTSP/1.0 200", b" GET", b"ABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDEFGHIJ", b"GET\x01"] {
            assert!(!may_begin(never), "{never:?}");
        }
    }

    #[test]
    fn fields_are_read_as_devices_write_them() {
        let bytes = b"GET / HTTP/1.1\r\nHost: example.com\r\nX-A :\t1 \n no colon\nB: one\r\n\ttwo\r\nodd\r\n: none\r\nC:\r\n\r\nD: body";
        let head = Head::read(bytes).unwrap();
        let told: Vec<(&str, &[u8])> = head.fields.iter().map(|field| (field.name, field.value)).collect();
        assert_eq!(told, [("Host", &b"example.com"[..]), ("X-A", b"1 \n no colon"), ("B", b"one\r\n\ttwo"), ("C", b"")]);
        for field in &head.fields {
            assert_eq!(bytes.get(field.at..field.at + field.value.len()), Some(field.value));
        }
    }

    #[test]
    fn the_end_of_a_head_is_found_with_any_line_ends() {
        for (bytes, want) in [(&b"A\r\nB\r\n\r\nC"[..], Some(8)), (b"A\n\nB", Some(3)), (b"A\r\n\nB", Some(4)), (b"A\r\nB\r\n", None)] {
            assert_eq!(end(bytes, &mut 0), want);
            let mut searched = 0;
            let stepwise = (0..=bytes.len()).find_map(|length| end(&bytes[..length], &mut searched));
            assert_eq!(stepwise, want, "{bytes:?}");
        }
    }
}
