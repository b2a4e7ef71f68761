//! How HTTP/1 is recognised, and how the next message is found where the thread was lost.

use super::super::head::{Start, is_token, may_begin, start_line};
use super::super::protocol::{Probe, Verdict};
use crate::wire::Direction;

/// The usual ports: the web's, proxies', and those that home devices like for their own pages.
pub(super) const PORTS: &[u16] = &[80, 8080, 8000, 8008, 8081, 8088, 8888, 3128, 5000, 49_152];

/// A start line is at most as long as a head.
pub(super) const LINE_LIMIT: usize = 64 << 10;

/// So far a stream that was picked up in the middle is searched for the beginning of a message.
const SEARCH_LIMIT: usize = 4_096;

/// What bytes at the place where a message is due are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begins {
    Request,
    Answer,
    /// Too few of them are there.
    Unsure,
    Nothing,
}

/// Whether a message begins here.
pub(super) fn begins(bytes: &[u8]) -> Begins {
    if !may_begin(bytes) {
        return Begins::Nothing;
    }
    match memchr::memchr(b'\n', bytes) {
        Some(end) => kind(bytes.get(..end).unwrap_or_default()),
        None if bytes.len() > LINE_LIMIT => Begins::Nothing,
        None => Begins::Unsure,
    }
}

fn kind(line: &[u8]) -> Begins {
    match start_line(line) {
        Some(Start::Request { .. }) => Begins::Request,
        Some(Start::Answer { .. }) => Begins::Answer,
        None => Begins::Nothing,
    }
}

/// The request that a line which was cut off begins: a method that is known, a target from a root, and most of a version or of a long target.
pub(super) fn cut_request(line: &[u8]) -> Option<Start<'_>> {
    let line = line.split(|byte| *byte == b'\n').next()?;
    let method = METHODS.iter().find(|method| line.strip_prefix(method.as_bytes()).is_some_and(|rest| rest.starts_with(b" /")))?;
    let target_at = method.len() + 1;
    let rest = line.get(target_at..)?;
    let blank = memchr::memrchr(b' ', rest).filter(|blank| rest.get(blank + 1..).is_some_and(|word| !word.is_empty() && b"HTTP/1.".starts_with(word)));
    let target = rest.get(..blank.unwrap_or(rest.len()))?;
    let plain = target.iter().all(u8::is_ascii_graphic);
    (plain && (blank.is_some() || target.len() >= LONG_TARGET)).then_some(Start::Request { method, target, target_at })
}

/// A target of which so much is there needs no version to be believed.
const LONG_TARGET: usize = 32;

/// Whether the first bytes of a direction are HTTP/1.
pub(super) fn probe(probe: &Probe<'_>) -> Verdict {
    let bytes = probe.bytes.trim_ascii_start();
    let begins = match begins(bytes) {
        Begins::Nothing if !probe.from_start => find(probe.bytes.get(..SEARCH_LIMIT).unwrap_or(probe.bytes)).1,
        begins => begins,
    };
    match begins {
        Begins::Unsure if cut_request(bytes).is_none() => Verdict::Unsure,
        Begins::Request | Begins::Unsure => role(probe, Direction::ToServer),
        Begins::Answer => role(probe, Direction::ToClient),
        Begins::Nothing if awaits_beginning(probe) => Verdict::Unsure,
        Begins::Nothing => Verdict::No,
    }
}

/// Who sends it decides who is client only where the beginning was not seen: a server may well ask.
fn role(probe: &Probe<'_>, usual: Direction) -> Verdict {
    if probe.from_start || probe.direction == usual { Verdict::Yes } else { Verdict::Swapped }
}

/// On a usual port, the rest of a body is let pass before it is decided that it is none.
fn awaits_beginning(probe: &Probe<'_>) -> bool {
    let usual = |port| PORTS.contains(&port);
    !probe.from_start && probe.bytes.len() < SEARCH_LIMIT && (usual(probe.from_port) || usual(probe.to_port))
}

/// Finds the first message that begins anywhere within these bytes, in lines that are whole: its index and kind.
pub(super) fn find(bytes: &[u8]) -> (usize, Begins) {
    let mut from = 0;
    for end in memchr::memchr_iter(b'\n', bytes) {
        if let Some((index, kind)) = find_in_line(bytes.get(from..end).unwrap_or_default()) {
            return (from + index, kind);
        }
        from = end + 1;
    }
    (from, Begins::Nothing)
}

/// Finds the beginning of a message in a line: a status line from `HTTP/1.` on, a request line from its method on. Before it may stand
/// the end of anything.
pub(super) fn find_in_line(line: &[u8]) -> Option<(usize, Begins)> {
    let version = memchr::memmem::rfind(line, b"HTTP/1.")?;
    let answer = line.get(version..).is_some_and(|rest| kind(rest) == Begins::Answer);
    if answer {
        return Some((version, Begins::Answer));
    }
    METHODS.iter().filter_map(|method| find_method(line, method)).max().map(|index| (index, Begins::Request))
}

/// Where the last request with this method begins in a line.
fn find_method(line: &[u8], method: &str) -> Option<usize> {
    let index = memchr::memmem::rfind(line, method.as_bytes())?;
    let target = line.get(index + method.len() + 1)?;
    let apart = index.checked_sub(1).and_then(|before| line.get(before)).is_none_or(|byte| !is_token(*byte));
    let rooted = matches!(target, b'/' | b'*' | b'h' | b'H') || method == "CONNECT";
    (apart && rooted && kind(line.get(index..)?) == Begins::Request).then_some(index)
}

/// The methods that a message is found again by. One that begins where a message is due may have any.
const METHODS: &[&str] = &["GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE", "NOTIFY", "SUBSCRIBE", "PROPFIND"];

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(bytes: &[u8], direction: Direction, from_start: bool) -> Verdict {
        probe(&Probe { bytes, direction, from_port: 50_000, to_port: 7_000, from_start })
    }

    #[test]
    fn http_is_known_on_any_port_by_its_first_line() {
        use Direction::{ToClient, ToServer};
        assert_eq!(ask(b"GET / HTTP/1.1\r\n", ToServer, true), Verdict::Yes);
        assert_eq!(ask(b"\r\nGET / HTTP/1.1\r\n", ToServer, true), Verdict::Yes);
        assert_eq!(ask(b"GET / ", ToServer, true), Verdict::Unsure);
        assert_eq!(ask(b"GET / HTT", ToServer, true), Verdict::Yes);
        assert_eq!(ask(b"BREW / HTTP/1.1", ToServer, true), Verdict::Unsure);
        assert_eq!(ask(b"", ToServer, true), Verdict::Unsure);
        assert_eq!(ask(b"HTTP/1.1 200 OK\r\n", ToClient, true), Verdict::Yes);
        assert_eq!(ask(b"HTTP/1.1 200 OK\r\n", ToServer, false), Verdict::Swapped);
        assert_eq!(ask(b"GET / HTTP/1.1\r\n", ToClient, false), Verdict::Swapped);
        assert_eq!(ask(b"GET / HTTP/1.1\r\n", ToClient, true), Verdict::Yes);
        for not in [&b"OPTIONS rtsp://h/ RTSP/1.0\r\n"[..], b"SSH-2.0-x\r\n", b"\x16\x03\x01", b"GET /\r\n", b"PRI * HTTP/2.0\r\n\r\n", b"220 mail\r\n"] {
            assert_eq!(ask(not, ToServer, true), Verdict::No, "{not:?}");
        }
    }

    #[test]
    fn a_message_is_found_behind_the_rest_of_a_body() {
        assert_eq!(ask(b"rest of a body\r\n\r\nHTTP/1.1 200 OK\r\n", Direction::ToClient, false), Verdict::Yes);
        assert_eq!(ask(b"rest of a body\r\n\r\nHTTP/1.1 200 OK\r\n", Direction::ToClient, true), Verdict::No);
        let found = find(b"GIF\xff\nx\xffGET /a HTTP/1.1\r\nHost: a\r\n");
        assert_eq!(found, (7, Begins::Request));
        assert_eq!(find(b"said \"GET x HTTP/1.1\"\n").1, Begins::Nothing);
    }
}
