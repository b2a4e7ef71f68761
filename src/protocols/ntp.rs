//! Network Time Protocol and SNTP (RFC 5905), with its control messages (RFC 9327) and the private ones of `ntpd`, on any port.
//!
//! Comes in: datagrams (port 123). Goes out: an exchange a message, of the kind that its mode is (`client`, `server`, `control`, `private`, …), with version
//! and order as its target (`v4`, `v2 monlist`) and its length; and what a server says of itself in a control message.
//!
//! There is no magic number: versions, numbers that stand for times, and what must be zero have to agree.

use super::messages::{self, Frame, Messages, Next};
use super::protocol::{Carrier, Input, Nature, Probe, Protocol, Say, Verdict};
use super::saying::{big16, big32, exchange, own, part, readable, text};
use crate::event::{Role, TraitKind};
use crate::wire::Direction;

/// NTP over UDP.
pub static NTP: Protocol =
    Protocol { name: "ntp", carrier: Carrier::Datagram, nature: Nature::Infrastructure, ports: &[123], probe, open: messages::datagrams::<Ntp> };

/// A message of time without extensions.
const HEAD: usize = 48;
const CONTROL_HEAD: usize = 12;
const PRIVATE_HEAD: usize = 8;
/// A longer message is none: time, extensions and a digest, or what a server tells of itself in one datagram.
const LONGEST: usize = 1_500;
/// Code of the private request for the list of those who asked last, in its two forms.
const MONLIST: [u8; 2] = [20, 42];

const REFERENCE: usize = 16;
const ORIGIN: usize = 24;
const RECEIVE: usize = 32;
const TRANSMIT: usize = 40;

fn probe(probe: &Probe<'_>) -> Verdict {
    if !is_message(probe.bytes) {
        return Verdict::No;
    }
    // An answer that is seen first shows who is who, as far as ports don't.
    let is_answer = probe.bytes.first().is_some_and(|first| first & 7 == 4);
    if is_answer && probe.direction == Direction::ToServer && probe.from_start { Verdict::Swapped } else { Verdict::Yes }
}

/// The version in a first byte, of all but private messages at the same place (section 7.3).
fn version(first: u8) -> u8 {
    first >> 3 & 7
}

fn is_message(bytes: &[u8]) -> bool {
    let Some(&first) = bytes.first() else { return false };
    let is_version = (1..=4).contains(&version(first));
    is_version
        && bytes.len() <= LONGEST
        && match first & 7 {
            0 => false,
            6 => is_control(bytes),
            7 => is_private(bytes),
            mode => is_time(bytes, mode),
        }
}

/// Sections 7.3 and 7.5.
fn is_time(bytes: &[u8], mode: u8) -> bool {
    let Some(&[_, stratum, poll, precision, ..]) = bytes.first_chunk::<HEAD>() else { return false };
    // What follows is a digest of 16 or 20 bytes behind its key's number, that number alone, or fields of at least 16.
    let behind = bytes.len() - HEAD;
    let has_fields = behind >= 16 && fields_fill(bytes);
    let fits = matches!(behind, 0 | 4 | 20 | 24) || has_fields;
    let numbers = stratum <= 16 && matches!(poll, 0..=17 | 0xf0..=0xff) && matches!(precision, 0 | 0xd0..=0xff);
    let time = |at| Time::read(bytes, at);
    let others = [REFERENCE, ORIGIN, RECEIVE].map(time);
    // A root delay or dispersion of more than a quarter of a minute is none; the delay may be negative.
    let delays = [4, 8].into_iter().all(|at| bytes.get(at..at + 2).is_some_and(|high| matches!(high, [0, 0..=0x3f] | [0xff, 0xc0..=0xff])));
    let is_plausible = match mode {
        // A careful client tells nothing but a random number (draft-ietf-ntp-data-minimization); a simple one not even that.
        3 => {
            let says_nothing = bytes.get(4..TRANSMIT).is_some_and(|bytes| bytes.iter().all(|byte| *byte == 0));
            let keeps = others.iter().all(|time| *time != Time::None) && (others.contains(&Time::Now) || time(TRANSMIT) != Time::None);
            says_nothing || (keeps && time(TRANSMIT) != Time::None)
        }
        // A client's time is whatever it sent. A server that refuses (section 7.4) may have no time.
        4 => {
            let is_refusal = stratum == 0 && bytes.get(12..16).is_some_and(|code| code.iter().all(u8::is_ascii_uppercase));
            let [reference, _, receive] = others;
            let is_time = time(TRANSMIT) == Time::Now && reference != Time::None && receive != Time::None;
            is_time || (is_refusal && time(TRANSMIT) != Time::None)
        }
        _ => time(TRANSMIT) == Time::Now && others.iter().all(|time| *time != Time::None),
    };
    fits && numbers && delays && is_plausible
}

/// Whether fields with their lengths, and perhaps a digest, fill what follows the times (RFC 7822).
fn fields_fill(bytes: &[u8]) -> bool {
    let mut at = HEAD;
    while bytes.len() - at > 24 || (bytes.len() - at >= 16 && !matches!(bytes.len() - at, 20 | 24)) {
        match big16(bytes, at + 2).map(usize::from) {
            Some(length @ 16..) if length % 4 == 0 && at + length <= bytes.len() => at += length,
            _ => return false,
        }
    }
    matches!(bytes.len() - at, 0 | 4 | 20 | 24)
}

/// What eight bytes stand for (section 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Time {
    /// No time is known.
    Zero,
    /// Between 1995 and 2050.
    Now,
    /// In the hours after a clock began to run without one: 1900, 1970 or 2000.
    Unset,
    /// A number.
    None,
}

impl Time {
    fn read(bytes: &[u8], at: usize) -> Self {
        let (Some(seconds), Some(fraction)) = (big32(bytes, at), big32(bytes, at + 4)) else { return Self::None };
        match (seconds, fraction) {
            (0, 0) => Self::Zero,
            // 1995 to the end of the first era in 2036, and on to 2050.
            (0xb2d0_0000.. | 0x0010_0000..=0x1b00_0000, _) => Self::Now,
            (0..=0x000f_ffff | 0x83aa_7e80..=0x83ba_7e80, _) => Self::Unset,
            _ => Self::None,
        }
    }
}

/// RFC 9327, section 2: the data are as long as their count says, filled up to four bytes; a digest may follow.
fn is_control(bytes: &[u8]) -> bool {
    let Some(&[first, operation, _, _, status @ .., _, _, _, _, _, _]) = bytes.first_chunk::<CONTROL_HEAD>() else { return false };
    let count = big16(bytes, 10).map_or(0, usize::from);
    let is_answer = operation & 0x80 != 0;
    let known = matches!(operation & 0x1f, 1..=12 | 31);
    let is_asking = operation & 0x60 == 0 && status == [0, 0] && big16(bytes, 8) == Some(0);
    let end = CONTROL_HEAD + count.next_multiple_of(4);
    let fits = bytes.len() == CONTROL_HEAD + count || bytes.len().checked_sub(end).is_some_and(|digest| matches!(digest, 0 | 20 | 24));
    let is_text = bytes.get(CONTROL_HEAD..CONTROL_HEAD + count.min(32)).is_some_and(|data| data.iter().all(|byte| matches!(byte, 9..=13 | 0x20..=0x7e)));
    // A list of associations is no text.
    let is_list = operation & 0x1f == 1 && count.is_multiple_of(4);
    first & 0xc0 == 0 && known && (is_answer || is_asking) && fits && (is_text || is_list)
}

/// `ntp_request.h` of ntpd: implementation, code, count and size of items.
fn is_private(bytes: &[u8]) -> bool {
    let Some(&[first, sequence, implementation, code, ref sizes @ ..]) = bytes.first_chunk::<PRIVATE_HEAD>() else { return false };
    let &[error, count, reserved, size] = sizes;
    let items = (usize::from(error & 0x0f) << 8 | usize::from(count)) * (usize::from(reserved & 0x0f) << 8 | usize::from(size));
    let data = bytes.get(PRIVATE_HEAD..).unwrap_or_default();
    let is_answer = first & 0x80 != 0;
    let is_asking = first & 0x40 == 0 && matches!(sequence, 0 | 0x80) && error >> 4 == 0;
    // A request's data fill 40 bytes in old versions and 192 in new ones, with a digest behind.
    let fits = if is_answer { data.len() == items } else { items <= data.len() && matches!(data.len(), 0 | 40 | 176..=216) };
    let rest = data.get(items..).unwrap_or_default();
    let is_padded = is_answer || rest.iter().take(32).all(|byte| *byte == 0);
    matches!(implementation, 0 | 2 | 3) && code <= 45 && reserved >> 4 == 0 && (is_answer || is_asking) && fits && is_padded
}

#[derive(Debug, Default)]
struct Ntp;

impl Messages for Ntp {
    const MALFORMED: &'static str = "ntp message";

    fn frame(&self, _: Direction, bytes: &[u8]) -> Frame {
        // Once one message was NTP, others need no proof.
        let Some(&first) = bytes.first() else { return Frame::Not };
        let shortest = match first & 7 {
            6 => CONTROL_HEAD,
            7 => PRIVATE_HEAD,
            _ => HEAD,
        };
        let known = (1..=4).contains(&version(first)) && first & 7 != 0;
        if known && bytes.len() >= shortest { Frame::Length(bytes.len()) } else { Frame::Not }
    }

    fn tell(&mut self, message: &Input<'_>, say: Say<'_>) -> Next {
        let Some(&first) = message.bytes.first() else { return Next::Message };
        let second = message.bytes.get(1).copied().unwrap_or_default();
        let (kind, order) = match first & 7 {
            1 => ("symmetric-active", ""),
            2 => ("symmetric-passive", ""),
            3 => ("client", ""),
            4 => ("server", ""),
            5 => ("broadcast", ""),
            6 => ("control", operation(second & 0x1f)),
            _ => ("private", message.bytes.get(3).map_or("", |code| private(*code))),
        };
        let blank = if order.is_empty() { "" } else { " " };
        exchange(message, kind, Some(&format!("v{}{blank}{order}", version(first))), None, say);
        if first & 7 == 6 {
            let count = big16(message.bytes, 10).map_or(0, usize::from);
            variables(&part(message, CONTROL_HEAD, count), second & 0x80 != 0, say);
        }
        Next::Message
    }
}

/// RFC 9327, section 4.
fn operation(code: u8) -> &'static str {
    match code {
        1 => "read-status",
        2 => "read-variables",
        3 => "write-variables",
        4 => "read-clock",
        5 => "write-clock",
        6 => "set-trap",
        7 => "trap",
        8 => "configure",
        9 => "export-configuration",
        10 => "read-mru",
        11 => "read-ordered-list",
        12 => "request-nonce",
        31 => "unset-trap",
        _ => "other",
    }
}

fn private(code: u8) -> &'static str {
    match code {
        code if MONLIST.contains(&code) => "monlist",
        0 => "peer-list",
        1 => "peer-list-sum",
        2 => "peer-info",
        3 => "peer-stats",
        4 => "sys-info",
        5 => "sys-stats",
        _ => "other",
    }
}

/// `name=value` with commas between; a server tells its software, processor and system (RFC 9327, section 2.3).
fn variables(data: &Input<'_>, is_answer: bool, say: Say<'_>) {
    let Some(written) = text(data.bytes) else { return };
    readable(data, Role::Payload, None, say);
    for name in ["version", "system"] {
        let found = written.split_once(&format!("{name}=\"")).and_then(|(_, rest)| rest.split_once('"'));
        if let Some((value, _)) = found.filter(|_| is_answer) {
            own(data, TraitKind::Software, value, say);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::drive_datagrams;
    use super::*;
    use crate::wire::Direction::{ToClient, ToServer};

    const NOW: [u8; 8] = [0xe9, 0x12, 0x34, 0x56, 0x11, 0x22, 0x33, 0x44];

    /// First byte, stratum, poll, precision; the four times.
    fn time(head: [u8; 4], times: [[u8; 8]; 4]) -> Vec<u8> {
        [&head[..], &[0; 12], &times.concat()].concat()
    }

    fn asked(bytes: &[u8]) -> Verdict {
        probe(&Probe { bytes, direction: ToServer, from_port: 40_000, to_port: 40_001, from_start: false })
    }

    fn client() -> Vec<u8> {
        time([0x23, 0, 0, 0], [[0; 8], [0; 8], [0; 8], [0x81, 0x3c, 0xd0, 0xa2, 1, 2, 3, 4]])
    }

    fn server() -> Vec<u8> {
        time([0x24, 2, 6, 0xe9], [NOW, [0x81, 0x3c, 0xd0, 0xa2, 1, 2, 3, 4], NOW, NOW])
    }

    fn monlist() -> Vec<u8> {
        [&[0x17, 0, 3, 0x2a][..], &[0; 44]].concat()
    }

    #[test]
    fn modes_and_versions_are_told() {
        let variables = b"\x16\x82\0\x01\x06\x18\0\0\0\0\0\x2fversion=\"ntpd 4.2.8\",\r\nsystem=\"Linux/3.10\", x=1\0";
        assert_eq!(asked(variables), Verdict::Yes);
        let lines = drive_datagrams((NTP.open)(), &[(ToServer, &client()), (ToClient, &server()), (ToServer, &monlist()), (ToClient, variables)]);
        let want = [
            "exchange client - v4 - - - status - bytes 48",
            "exchange server - v4 - - - status - bytes 48",
            "exchange private - v2 monlist - - - status - bytes 48",
            "exchange control - v2 read-variables - - - status - bytes 60",
            "Payload - - [] @12: version=\\\"ntpd 4.2.8\\\",\\r\\nsystem=\\\"Linux/3.10\\\", x=1",
            "trait software ntpd 4.2.8 Sender",
            "trait software Linux/3.10 Sender",
        ];
        assert_eq!(lines, want);
    }

    #[test]
    fn times_must_be_times() {
        for right in [client(), server(), monlist(), time([0xe3, 0, 4, 0xfa], [[0; 8], [0; 8], [0; 8], [0; 8]]), b"\x17\0\x03\x2a\0\0\0\0".to_vec()] {
            assert_eq!(asked(&right), Verdict::Yes, "{right:02x?}");
        }
        let with_digest = [client(), vec![7; 20]].concat();
        assert_eq!(asked(&with_digest), Verdict::Yes);
        let noise: Vec<u8> = (0..48_u32).map(|index| (index.wrapping_mul(0x9e37_79b9) >> 24) as u8).collect();
        let wrong = [
            Vec::new(),
            client()[..47].to_vec(),
            [client(), vec![7; 5]].concat(),
            time([0x03, 0, 0, 0], [[0; 8]; 4]),
            time([0x2b, 0, 0, 0], [[0; 8]; 4]),
            time([0x24, 2, 6, 0xe9], [[0x55; 8]; 4]),
            time([0x24, 99, 6, 0xe9], [NOW, NOW, NOW, NOW]),
            time([0x23, 0, 0, 0], [[0x55; 8], [0; 8], [0; 8], NOW]),
            noise,
            b"\x16\x02\x00\x01\0\0\0\0\0\x01\0\0".to_vec(),
            b"\x17\0\x03\x2a\0\x01\0\x48".to_vec(),
        ];
        for wrong in wrong {
            assert_eq!(asked(&wrong), Verdict::No, "{wrong:02x?}");
        }
    }

    #[test]
    fn nothing_makes_it_fail() {
        proptest::proptest!(|(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..120))| {
            asked(&bytes);
            drive_datagrams((NTP.open)(), &[(ToServer, &bytes)]);
        });
    }
}
