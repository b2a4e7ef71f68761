//! Port Control Protocol (RFC 6887): devices ask the router to let the Internet in to them, or to keep a way out open.
//!
//! Comes in: datagrams (port 5351). Goes out: an exchange a message, and a door for each MAP that is asked for, with the router's answer. A PEER mapping
//! (section 12) lets nobody in but who was called, and is no door. The text of the option DESCRIPTION (RFC 7220) is read.

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv6Addr};

use super::messages::{self, Frame, Messages, Next};
use super::protocol::{Carrier, Input, Nature, Probe, Protocol, Say, Verdict};
use super::saying::{big16, big32, exchange, part, readable, text, whole};
use crate::event::{Door, Event, Role};
use crate::wire::{At, Direction, Transport};

/// PCP over UDP.
pub static PCP: Protocol =
    Protocol { name: "pcp", carrier: Carrier::Datagram, nature: Nature::Infrastructure, ports: &[5_351], probe, open: messages::datagrams::<Pcp> };

const VERSION: u8 = 2;
const HEAD: usize = 24;
/// Longest message (section 7).
const LONGEST: usize = 1_100;
const ANSWER: u8 = 0x80;
const MAP: u8 = 1;
/// Nonce, protocol, ports, address.
const MAP_LENGTH: usize = 36;
const PEER_LENGTH: usize = 56;
/// Options of one message that are looked at.
const OPTIONS: usize = 32;
const THIRD_PARTY: u8 = 1;
const DESCRIPTION: u8 = 128;
/// Requests that wait for an answer; the oldest is told without one.
const WAITING: usize = 64;

fn probe(probe: &Probe<'_>) -> Verdict {
    if is_message(probe.bytes) { Verdict::Yes } else { Verdict::No }
}

/// Sections 7.1 and 7.2: what is reserved is zero, and the operation's part is there.
fn is_message(bytes: &[u8]) -> bool {
    let Some(&[VERSION, operation, first, second, ..]) = bytes.first_chunk::<HEAD>() else { return false };
    let needed = match operation & !ANSWER {
        0 => 0,
        MAP => MAP_LENGTH,
        2 => PEER_LENGTH,
        _ => return false,
    };
    let zero = |range: std::ops::Range<usize>| bytes.get(range).is_some_and(|bytes| bytes.iter().all(|byte| *byte == 0));
    let is_refused = operation & ANSWER != 0 && second != 0;
    let fits = bytes.len().is_multiple_of(4) && bytes.len() <= LONGEST && (bytes.len() >= HEAD + needed || is_refused);
    let is_sound = if operation & ANSWER == 0 {
        second == 0 && client(bytes).is_some_and(is_device)
    } else {
        // Sections 7.2 and 7.4.
        second <= 13 && zero(12..HEAD)
    };
    let reserved = operation & !ANSWER == 0 || is_refused || zero(HEAD + 13..HEAD + 16);
    fits && first == 0 && is_sound && reserved
}

fn client(bytes: &[u8]) -> Option<IpAddr> {
    bytes.get(8..)?.first_chunk::<16>().map(|bytes| Ipv6Addr::from(*bytes).to_canonical())
}

/// Whether an address can be a device's: IPv4, global, link-local or unique local (RFC 4291, RFC 4193).
fn is_device(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !address.is_unspecified() && !address.is_multicast() && !address.is_broadcast(),
        IpAddr::V6(address) => matches!(address.octets(), [0x20..=0x3f | 0xfc | 0xfd, ..] | [0xfe, 0x80..=0xbf, ..]),
    }
}

/// A mapping that was asked for.
#[derive(Debug)]
struct Asked {
    nonce: [u8; 12],
    transport: Transport,
    internal: Option<IpAddr>,
    internal_port: u16,
    external_port: u16,
    lease: u32,
    description: String,
    at: At,
}

#[derive(Debug, Default)]
struct Pcp {
    asked: VecDeque<Asked>,
}

impl Messages for Pcp {
    const MALFORMED: &'static str = "pcp message";

    fn frame(&self, _: Direction, bytes: &[u8]) -> Frame {
        if is_message(bytes) { Frame::Length(bytes.len()) } else { Frame::Not }
    }

    /// NAT-PMP has the same port (section 9): a client falls back on it, a router announces itself in both.
    fn is_relative(bytes: &[u8]) -> bool {
        bytes.first() == Some(&0)
    }

    fn tell(&mut self, message: &Input<'_>, say: Say<'_>) -> Next {
        let operation = message.bytes.get(1).copied().unwrap_or_default();
        let is_answer = operation & ANSWER != 0;
        let status = if is_answer { message.bytes.get(3).copied().map(u16::from) } else { None };
        let kind = match (operation & !ANSWER, is_answer) {
            (0, false) => "announce",
            (0, true) => "announce-answer",
            (MAP, false) => "map",
            (MAP, true) => "map-answer",
            (_, false) => "peer",
            (_, true) => "peer-answer",
        };
        let asked = mapping(message, say);
        let target = asked.as_ref().map(|asked| format!("{} {}", asked.transport, asked.internal_port));
        exchange(message, kind, target.as_deref(), status, say);
        match asked.filter(|_| operation & !ANSWER == MAP) {
            Some(asked) if is_answer => self.answered(&asked, status == Some(0), say),
            Some(asked) => self.ask(asked, say),
            None => {}
        }
        Next::Message
    }

    fn end(&mut self, say: Say<'_>) {
        self.asked.drain(..).for_each(|asked| asked.tell(None, say));
    }
}

/// Sections 11.1 and 12.1: both begin alike.
fn mapping(message: &Input<'_>, say: Say<'_>) -> Option<Asked> {
    let bytes = message.bytes;
    let operation = bytes.get(1).copied()?;
    let length = match operation & !ANSWER {
        MAP => MAP_LENGTH,
        2 => PEER_LENGTH,
        _ => return None,
    };
    let transport = match bytes.get(HEAD + 12)? {
        6 => Transport::Tcp,
        17 => Transport::Udp,
        number => Transport::Other(*number),
    };
    let mut asked = Asked {
        nonce: *bytes.get(HEAD..)?.first_chunk()?,
        transport,
        internal: client(bytes).filter(|_| operation & ANSWER == 0),
        internal_port: big16(bytes, HEAD + 16)?,
        external_port: big16(bytes, HEAD + 18)?,
        lease: big32(bytes, 4)?,
        description: String::new(),
        at: whole(message),
    };
    options(message, HEAD + length, &mut asked, say);
    Some(asked)
}

/// Section 7.3: each with its code and length, filled up to four bytes.
fn options(message: &Input<'_>, mut at: usize, asked: &mut Asked, say: Say<'_>) {
    for _ in 0..OPTIONS {
        let (Some(code), Some(length)) = (message.bytes.get(at).copied(), big16(message.bytes, at.saturating_add(2))) else { return };
        let value = part(message, at.saturating_add(4), usize::from(length));
        match code {
            THIRD_PARTY => asked.internal = value.bytes.first_chunk::<16>().map(|bytes| Ipv6Addr::from(*bytes).to_canonical()),
            DESCRIPTION => {
                readable(&value, Role::Payload, Some("description"), say);
                text(value.bytes).unwrap_or_default().clone_into(&mut asked.description);
            }
            _ => {}
        }
        at = at.saturating_add(4 + usize::from(length).next_multiple_of(4));
    }
}

impl Pcp {
    /// The same is asked again until there is an answer. No time is to take a mapping away (section 15).
    fn ask(&mut self, asked: Asked, say: Say<'_>) {
        if asked.lease == 0 || self.asked.iter().any(|known| known.is_for(&asked)) {
            return;
        }
        self.asked.push_back(asked);
        if self.asked.len() > WAITING
            && let Some(oldest) = self.asked.pop_front()
        {
            oldest.tell(None, say);
        }
    }

    fn answered(&mut self, answer: &Asked, granted: bool, say: Say<'_>) {
        let Some(asked) = self.asked.iter().position(|known| known.is_for(answer)).and_then(|index| self.asked.remove(index)) else { return };
        let told = if granted { Asked { external_port: answer.external_port, lease: answer.lease, ..asked } } else { asked };
        told.tell(Some(granted), say);
    }
}

impl Asked {
    fn is_for(&self, other: &Self) -> bool {
        self.nonce == other.nonce && self.transport == other.transport && self.internal_port == other.internal_port
    }

    fn tell(&self, granted: Option<bool>, say: Say<'_>) {
        say(Event::Door(Door {
            transport: self.transport,
            external_port: self.external_port,
            internal: self.internal,
            internal_port: self.internal_port,
            lease: Some(self.lease),
            description: &self.description,
            granted,
            at: self.at,
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::drive_datagrams;
    use super::*;
    use crate::wire::Direction::{ToClient, ToServer};

    fn map(external: u16, lease: u32, options: &[u8]) -> Vec<u8> {
        let head = [&[2, 1, 0, 0][..], &lease.to_be_bytes(), &[0; 10], &[0xff, 0xff, 192, 0, 2, 7]].concat();
        [&head[..], b"nonce-nonce-", &[6, 0, 0, 0, 0x1f, 0x90], &external.to_be_bytes(), &[0; 16], options].concat()
    }

    fn answer(result: u8, external: u16, lease: u32) -> Vec<u8> {
        let head = [&[2, 0x81, 0, result][..], &lease.to_be_bytes(), &[0, 0, 1, 0], &[0; 12]].concat();
        [&head[..], b"nonce-nonce-", &[6, 0, 0, 0, 0x1f, 0x90], &external.to_be_bytes(), &[0; 10], &[0xff, 0xff, 203, 0, 113, 5]].concat()
    }

    fn doors(datagrams: &[(Direction, &[u8])]) -> Vec<String> {
        drive_datagrams((PCP.open)(), datagrams).into_iter().filter(|line| line.starts_with("door")).collect()
    }

    fn asked(bytes: &[u8]) -> Verdict {
        probe(&Probe { bytes, direction: ToServer, from_port: 40_000, to_port: 40_001, from_start: true })
    }

    #[test]
    fn a_door_is_told_with_its_answer() {
        let (ask, grant) = (map(8_000, 7_200, b"\x80\0\0\x06camera\0\0"), answer(0, 9_000, 3_600));
        let granted = "door tcp 9000 to Some(192.0.2.7) 8080 for Some(3600) [camera] granted Some(true)";
        assert_eq!(doors(&[(ToServer, &ask), (ToServer, &ask), (ToClient, &grant), (ToClient, &grant)]), [granted]);
        assert_eq!(
            doors(&[(ToServer, &ask), (ToClient, &answer(2, 0, 30))]),
            ["door tcp 8000 to Some(192.0.2.7) 8080 for Some(7200) [camera] granted Some(false)"]
        );
        assert!(doors(&[(ToServer, &map(8_000, 0, b"")), (ToClient, &grant)]).is_empty());
        let third = [&[1, 0, 0, 16][..], &[0; 10], &[0xff, 0xff, 192, 0, 2, 9]].concat();
        assert_eq!(doors(&[(ToServer, &map(0, 60, &third))]), ["door tcp 0 to Some(192.0.2.9) 8080 for Some(60) [] granted None"]);
    }

    #[test]
    fn what_is_reserved_must_be_zero() {
        let (ask, grant) = (map(8_000, 7_200, b""), answer(0, 9_000, 3_600));
        assert_eq!((asked(&ask), asked(&grant)), (Verdict::Yes, Verdict::Yes));
        for (index, byte) in [(0, 1), (1, 3), (2, 1), (3, 1), (18, 0), (37, 1)] {
            let mut other = ask.clone();
            other[index] = byte;
            assert_eq!(asked(&other), Verdict::No, "{index}");
        }
        for length in 0..ask.len() {
            assert_eq!(asked(&ask[..length]), Verdict::No, "{length}");
        }
    }
}
