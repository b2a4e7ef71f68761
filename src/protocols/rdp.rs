//! RDP's first words: both ends agree on TLS, or on RDP's own cipher, which is not judged here ([MS-RDPBCGR], section 2.2.1).
//!
//! In come the first bytes of a connection; out go the user's name, where the client tells it, and where TLS begins.

use crate::event::{Event, Value};
use crate::protocols::protocol::{Carrier, Input, Nature, Parser, Probe, Progress, Protocol, Say, Verdict};
use crate::value::ValueKind;
use crate::wire::Direction;

/// RDP: what both ends say before they encrypt ([MS-RDPBCGR], section 2.2.1.1).
pub static RDP: Protocol = Protocol { name: "rdp", carrier: Carrier::Stream, nature: Nature::Sealed, ports: &[3389], probe, open: || Box::new(Rdp) };

/// The longest request: a cookie with a user's name.
const LONGEST: usize = 512;
/// Bytes of TPKT's header (RFC 1006, section 6), and of the connection request behind it (X.224, section 13.3).
const TPKT: usize = 4;
const CONNECT: usize = 7;
/// What the client can be asked to negotiate, and what the server answers: eight bytes each.
const NEGOTIATION: usize = 8;

/// A TPKT with a connection request (0xe0) or its confirmation (0xd0): what follows the connection's header, and the length of all.
fn connection(bytes: &[u8], code: u8) -> Option<(&[u8], usize)> {
    let (&[3, 0, high, low, indicator, kind, 0, 0, _, _, 0], _) = bytes.split_first_chunk::<{ TPKT + CONNECT }>()? else { return None };
    let length = usize::from(u16::from_be_bytes([high, low]));
    let is_sane = kind == code && usize::from(indicator) + TPKT + 1 == length && length <= LONGEST;
    Some((bytes.get(TPKT + CONNECT..length).filter(|_| is_sane)?, length))
}

/// A request that carries a cookie or a negotiation: others speak over the same carrier.
fn probe(probe: &Probe<'_>) -> Verdict {
    match (connection(probe.bytes, 0xe0), probe.direction) {
        (Some((inner, _)), direction) if is_request(inner) => {
            if direction == Direction::ToServer {
                Verdict::Yes
            } else {
                Verdict::Swapped
            }
        }
        (None, _) if matches!(probe.bytes, [3, 0, 0 | 1, _, _, 0xe0, ..]) && probe.bytes.len() < LONGEST => Verdict::Unsure,
        _ => Verdict::No,
    }
}

fn is_request(inner: &[u8]) -> bool {
    inner.starts_with(b"Cookie: ") || is_negotiation(inner, 1)
}

fn is_negotiation(bytes: &[u8], kind: u8) -> bool {
    matches!(bytes.last_chunk::<NEGOTIATION>(), Some(&[first, _, 8, 0, _, _, _, _]) if first == kind)
}

/// The client's request, then the server's choice.
struct Rdp;

impl Parser for Rdp {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        let code = if input.direction == Direction::ToServer { 0xe0 } else { 0xd0 };
        let Some((inner, length)) = connection(input.bytes, code) else {
            return if input.bytes.len() < LONGEST && matches!(input.bytes, [] | [3] | [3, 0, ..]) { Progress::Consumed(0) } else { Progress::Done };
        };
        if input.direction == Direction::ToServer {
            tell_user(inner, &input, say);
            return Progress::Consumed(length);
        }
        match inner.last_chunk::<NEGOTIATION>() {
            // TLS, with or without more behind it; zero is RDP's own cipher.
            Some(&[2, _, 8, 0, protocol, ..]) if protocol != 0 => Progress::Handover(length),
            _ => Progress::Done,
        }
    }
}

/// The cookie names the user that will log on: the balancer of a farm looks at it.
fn tell_user(inner: &[u8], input: &Input<'_>, say: Say<'_>) {
    const BEFORE: &[u8] = b"Cookie: mstshash=";
    let Some(rest) = inner.strip_prefix(BEFORE) else { return };
    let user = rest.get(..memchr::memchr(b'\r', rest).unwrap_or(rest.len())).unwrap_or_default();
    let Ok(value) = str::from_utf8(user) else { return };
    if !value.is_empty() && !value.contains(char::is_control) {
        let at = input.at(TPKT + CONNECT + BEFORE.len(), user.len());
        say(Event::Value(Value { kind: ValueKind::Username, value: value.into(), field: "mstshash", chain: &[], at }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::testing::{drive, drive_split};
    use crate::wire::Direction::{ToClient, ToServer};

    fn tpkt(code: u8, inner: &[u8]) -> Vec<u8> {
        let length = (TPKT + CONNECT + inner.len()) as u16;
        [&[3, 0][..], &length.to_be_bytes(), &[(length - 5) as u8, code, 0, 0, 0x12, 0x34, 0], inner].concat()
    }

    fn asked(bytes: &[u8], direction: Direction) -> Verdict {
        probe(&Probe { bytes, direction, from_port: 1, to_port: 2, from_start: true })
    }

    #[test]
    fn rdp_hands_over_to_tls() {
        let request = tpkt(0xe0, b"Cookie: mstshash=anna\r\n\x01\0\x08\0\x03\0\0\0");
        let lines = drive_split(RDP.open, &[(ToServer, &request), (ToClient, &tpkt(0xd0, b"\x02\0\x08\0\x01\0\0\0"))]);
        assert_eq!(lines, ["value username mstshash=anna []", "Handover(19)"]);
        let own = drive((RDP.open)(), &[(ToServer, &request), (ToClient, &tpkt(0xd0, b"\x02\0\x08\0\0\0\0\0"))]);
        assert_eq!(own.last().map(String::as_str), Some("Done"));
        assert_eq!(asked(&request, ToServer), Verdict::Yes);
        assert_eq!(asked(&request[..20], ToServer), Verdict::Unsure);
        assert_eq!(asked(&tpkt(0xe0, b"\xc1\x02\x01\0\xc2\x02\x01\x02"), ToServer), Verdict::No, "another protocol's");
    }
}
