//! How HTTP/2 in the clear is recognised, and how the next frame is found where the thread was lost.

use super::super::protocol::{Probe, Verdict};
use super::frame::{END_HEADERS, Frame, HEADER, PREFACE, WITH_PRIORITY, are_settings, kind};
use super::hpack::Table;
use crate::wire::Direction;

/// The usual ports: the web's, gRPC's.
pub(super) const PORTS: &[u16] = &[80, 8080, 50_051, 9_090];

/// So much of a preface cannot be anything else.
const ENOUGH: usize = 16;

/// The greatest frame that is taken for one without its connection's settings.
const USUAL_FRAME: usize = 16_384;

/// Streams are numbered from 1 on.
const STREAM_LIMIT: u32 = 1 << 20;

/// Whether the first bytes of a direction are HTTP/2.
pub(super) fn probe(probe: &Probe<'_>) -> Verdict {
    let shared = probe.bytes.iter().zip(PREFACE).take_while(|(one, other)| one == other).count();
    let role = |usual| if probe.from_start || probe.direction == usual { Verdict::Yes } else { Verdict::Swapped };
    if shared >= ENOUGH {
        return role(Direction::ToServer);
    }
    if shared == probe.bytes.len() {
        return Verdict::Unsure;
    }
    if probe.from_start && probe.direction == Direction::ToServer {
        return Verdict::No;
    }
    if probe.from_start { server(probe.bytes) } else { middle(probe) }
}

/// A server begins with its settings.
fn server(bytes: &[u8]) -> Verdict {
    let Some(frame) = Frame::read(bytes) else {
        return if bytes.len() < 4 || bytes.starts_with(&[0, 0]) && bytes.get(3) == Some(&kind::SETTINGS) { Verdict::Unsure } else { Verdict::No };
    };
    if frame.kind != kind::SETTINGS || !frame.is_sane() || frame.flags != 0 || frame.length > 60 {
        return Verdict::No;
    }
    let Some(payload) = bytes.get(HEADER..HEADER + frame.length) else { return Verdict::Unsure };
    // Nothing but zeros and a four is anybody's: the frame behind must be one, too.
    let next = bytes.get(HEADER + frame.length..).unwrap_or_default();
    match Frame::read(next) {
        _ if !are_settings(payload) => Verdict::No,
        Some(next) => {
            if next.is_sane() && next.length <= USUAL_FRAME {
                Verdict::Yes
            } else {
                Verdict::No
            }
        }
        None if frame.length > 0 && next.is_empty() => Verdict::Yes,
        None => Verdict::Unsure,
    }
}

/// In the middle of a connection: frames that fit one another, among them the head of a message that can be read.
fn middle(probe: &Probe<'_>) -> Verdict {
    let (mut rest, mut sender) = (probe.bytes, None);
    while let Some(frame) = Frame::read(rest) {
        if !frame.is_sane() || frame.length > USUAL_FRAME || frame.stream > STREAM_LIMIT {
            return Verdict::No;
        }
        let Some(payload) = rest.get(HEADER..HEADER + frame.length) else {
            return if sender.is_some() { break } else { Verdict::Unsure };
        };
        if frame.kind == kind::HEADERS {
            match speaker(frame, payload) {
                Some(found) => sender = sender.or(Some(found)),
                None => return Verdict::No,
            }
        }
        rest = rest.get(HEADER + frame.length..).unwrap_or_default();
    }
    match sender {
        Some(direction) if direction == probe.direction => Verdict::Yes,
        Some(_) => Verdict::Swapped,
        None if probe.bytes.len() < HEADER => Verdict::No,
        None => Verdict::Unsure,
    }
}

/// Who sends this head: the field that it begins with says so. None of what is no head.
fn speaker(frame: Frame, payload: &[u8]) -> Option<Direction> {
    let skip = if frame.has(WITH_PRIORITY) { 5 } else { 0 };
    let block = frame.content(payload)?.get(skip..)?;
    let mut table = Table::default();
    table.forget();
    let (fields, result) = table.read(block);
    let named = |name: &str| fields.iter().any(|field| field.name.as_deref() == Some(name) && field.value.as_ref().is_some_and(|value| !value.is_empty()));
    let is_plain = frame.stream % 2 == 1 && frame.has(END_HEADERS) && result.is_ok() && fields.len() >= 2;
    match (named(":method"), named(":status")) {
        (true, false) if is_plain && named(":scheme") => Some(Direction::ToServer),
        (false, true) if is_plain => Some(Direction::ToClient),
        _ => None,
    }
}

/// Finds a frame that reaches to the end of these bytes, or to another one.
pub(super) fn find(bytes: &[u8]) -> Option<usize> {
    let sane = |bytes: &[u8]| Frame::read(bytes).is_some_and(|frame| frame.is_sane() && frame.length <= USUAL_FRAME && frame.stream < STREAM_LIMIT);
    (0..bytes.len().saturating_sub(HEADER - 1)).find(|index| {
        let here = bytes.get(*index..).unwrap_or_default();
        let behind = Frame::read(here).filter(|_| sane(here)).and_then(|frame| here.get(HEADER + frame.length..));
        behind.is_some_and(|behind| behind.is_empty() || sane(behind))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(bytes: &[u8], direction: Direction, from_start: bool) -> Verdict {
        probe(&Probe { bytes, direction, from_port: 50_000, to_port: 7_000, from_start })
    }

    #[test]
    fn a_preface_is_known_on_any_port() {
        use Direction::{ToClient, ToServer};
        assert_eq!(ask(PREFACE, ToServer, true), Verdict::Yes);
        assert_eq!(ask(PREFACE, ToClient, false), Verdict::Swapped);
        assert_eq!(ask(b"PRI * HTT", ToServer, true), Verdict::Unsure);
        for not in [&b"PRINT * HTTP"[..], b"GET / HTTP/1.1\r\n", b"\0\0\0\x04\0\0\0\0\0"] {
            assert_eq!(ask(not, ToServer, true), Verdict::No, "{not:?}");
        }
    }

    #[test]
    fn a_server_is_known_by_its_settings() {
        use Direction::ToClient;
        let settings = b"\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64";
        assert_eq!(ask(settings, ToClient, true), Verdict::Yes);
        assert_eq!(ask(&settings[..12], ToClient, true), Verdict::Unsure);
        assert_eq!(ask(b"\0\0\0\x04\0\0\0\0\0", ToClient, true), Verdict::Unsure);
        assert_eq!(ask(b"\0\0\0\x04\0\0\0\0\0\0\0\0\x04\x01\0\0\0\0", ToClient, true), Verdict::Yes);
        // A length of four and four bytes of zero, again and again.
        assert_eq!(ask(b"\0\0\0\x04\0\0\0\0\0\0\0\x04\0\0\0\0\0\0\0\x04", ToClient, true), Verdict::No);
        assert_eq!(ask(b"220 mail ready\r\n", ToClient, true), Verdict::No);
    }

    #[test]
    fn in_the_middle_a_head_must_be_there() {
        use Direction::{ToClient, ToServer};
        let head = b"\0\0\x03\x01\x05\0\0\0\x07\x82\x86\xc0";
        assert_eq!(ask(head, ToServer, false), Verdict::Yes);
        assert_eq!(ask(head, ToClient, false), Verdict::Swapped);
        assert_eq!(ask(b"\0\0\x02\x01\x05\0\0\0\x07\x88\xc0", ToClient, false), Verdict::Yes);
        assert_eq!(ask(b"\0\0\x08\x06\0\0\0\0\0abcdefgh", ToServer, false), Verdict::Unsure);
        assert_eq!(ask(b"\0\0\x02\x01\x05\0\0\0\x08\x88\xc0", ToClient, false), Verdict::No, "an even stream has no answer of its own");
        assert_eq!(ask(b"\x30\x0b\0\x06toy/1a51.", ToServer, false), Verdict::No);
    }
}
