//! Whether bytes are TLS: a hello, or records one behind the other.

use super::before;
use super::record::{self, Content};
use crate::protocols::handshake::{CLIENT_HELLO, SERVER_HELLO};
use crate::protocols::noise::is_noise;
use crate::protocols::protocol::{Probe, Verdict};
use crate::wire::Direction;

/// HTTPS, and what else is usually wrapped in TLS: DNS, mail, LDAP, IRC, MQTT, SIP, AMQP, push services.
pub(super) const PORTS: &[u16] = &[443, 8443, 853, 465, 563, 587, 636, 989, 990, 992, 993, 994, 995, 5061, 5223, 5228, 5671, 6697, 8883, 8886, 9443];

/// At most so many records are looked at: a hello may be spread over records of a few bytes.
const RECORDS: usize = 8;
/// Where ciphertext stands in a record that is long enough.
const CIPHERTEXT: std::ops::Range<usize> = 8..72;
/// At most so many places within a picked-up stream are looked at.
const CANDIDATES: usize = 8;
/// On a usual port so many bytes may pass before the first record begins: one record and a little more.
const LONGEST_WAIT: usize = 20_000;
/// So much of a hello tells it: type, length, version.
const HELLO: usize = 6;
/// A hello is at least so long: version, random, and the lengths of two lists.
const SHORTEST_HELLO: u8 = 38;

/// Whether bytes are TLS.
pub(super) fn probe(probe: &Probe<'_>) -> Verdict {
    let bytes = probe.bytes;
    if record::old_hello(bytes).is_some() {
        return role(Direction::ToServer, probe.direction);
    }
    match records(bytes, probe.direction) {
        Verdict::No if record::may_be_old_hello(bytes) => Verdict::Unsure,
        Verdict::No if !probe.from_start => within(probe),
        Verdict::No => behind_words(probe),
        verdict => verdict,
    }
}

/// Another protocol may have made way for TLS with its first words. These alone are nobody's yet.
fn behind_words(probe: &Probe<'_>) -> Verdict {
    let rest = before::words(probe.bytes).and_then(|begin| probe.bytes.get(begin..)).unwrap_or_default();
    let Some((first, fragment)) = split(rest) else { return Verdict::No };
    let hello = fragment.get(..HELLO).filter(|_| first.content == Content::Handshake);
    hello.and_then(|hello| hello_verdict(hello, probe.direction)).unwrap_or(Verdict::No)
}

/// A picked-up stream may begin within a record, or with the words of another protocol that made way for TLS: a whole beginning of a hello is no
/// chance, and neither are two headers, one where the other's record ends. Where anything else stands behind a hello's record, its bytes are those of
/// a protocol that carries TLS in pieces of its own (OpenVPN).
fn within(probe: &Probe<'_>) -> Verdict {
    if before::are_frames(probe.bytes) {
        return Verdict::No;
    }
    let (mut rest, mut may_follow) = (probe.bytes, false);
    for _ in 0..CANDIDATES {
        let (_, candidate) = rest.split_at(record::seek(rest));
        let Some((first, fragment)) = split(candidate) else { break };
        let is_whole = fragment.get(first.length..).is_none_or(record::may_be_header);
        let hello = fragment.get(..HELLO).filter(|_| is_whole && first.content == Content::Handshake);
        if let Some(verdict) = hello.and_then(|hello| hello_verdict(hello, probe.direction)) {
            return verdict;
        }
        match fragment.get(first.length..) {
            Some(after) if split(after).is_some() && !is_impossible(first, fragment) => return Verdict::Yes,
            Some(_) => {}
            None => may_follow |= first.content == Content::Application,
        }
        rest = candidate.get(1..).unwrap_or_default();
    }
    let is_usual = [probe.from_port, probe.to_port].iter().any(|port| PORTS.contains(port));
    if may_follow || (is_usual && probe.bytes.len() < LONGEST_WAIT) { Verdict::Unsure } else { Verdict::No }
}

fn split(bytes: &[u8]) -> Option<(record::Header, &[u8])> {
    let (fixed, rest) = bytes.split_first_chunk()?;
    Some((record::header(*fixed)?, rest))
}

/// Walks over the records from the first byte on, and puts the beginning of a handshake message together on the way.
fn records(bytes: &[u8], direction: Direction) -> Verdict {
    let (mut rest, mut hello, mut known) = (bytes, [0; HELLO], 0);
    for place in 0..RECORDS {
        let Some((header, fragment)) = split(rest) else {
            return match rest {
                // A record that ends where the bytes end. A hello in small pieces may still tell who is who.
                [] if place > 0 && (known == 0 || known == HELLO) => Verdict::Yes,
                _ if record::may_be_header(rest) => Verdict::Unsure,
                _ => Verdict::No,
            };
        };
        if header.content == Content::Handshake {
            for (slot, byte) in hello.iter_mut().skip(known).zip(fragment.iter().take(header.length)) {
                *slot = *byte;
                known += 1;
            }
            if let Some(verdict) = hello_verdict(hello.get(..known).unwrap_or_default(), direction) {
                return verdict;
            }
        }
        let Some(after) = fragment.get(header.length..) else { return Verdict::Unsure };
        if is_impossible(header, fragment) {
            return Verdict::No;
        }
        if place > 0 && (known == 0 || known == HELLO) {
            return Verdict::Yes;
        }
        rest = after;
    }
    if known < HELLO { Verdict::No } else { Verdict::Yes }
}

/// What can be read of a record and is not what it should be.
fn is_impossible(header: record::Header, fragment: &[u8]) -> bool {
    match (header.content, fragment) {
        (Content::ChangeCipherSpec, [value, ..]) => *value != 1,
        // Behind the nonce that some suites send in the clear, application data is ciphertext.
        (Content::Application, fragment) if header.length >= CIPHERTEXT.end => fragment.get(CIPHERTEXT).is_some_and(|part| !is_noise(part)),
        (Content::Alert, [level, ..]) if header.length == 2 => !matches!(level, 1 | 2),
        _ => false,
    }
}

/// Judges the beginning of a handshake message, as much of it as there is; absent where it is no hello, or too short to say.
fn hello_verdict(hello: &[u8], direction: Direction) -> Option<Verdict> {
    let is_sane = match *hello {
        [_, a] | [_, a, _] => a <= 2,
        [_, a, b, c, ref version @ ..] => {
            let is_version = matches!(version, [] | [3 | 0x7f] | [3, 0..=4] | [0x7f, _]);
            a <= 2 && (a, b, c) >= (0, 0, SHORTEST_HELLO) && is_version
        }
        _ => false,
    };
    match *hello.first()? {
        CLIENT_HELLO if is_sane => Some(role(Direction::ToServer, direction)),
        SERVER_HELLO if is_sane => Some(role(Direction::ToClient, direction)),
        _ => None,
    }
}

fn role(proper: Direction, direction: Direction) -> Verdict {
    if proper == direction { Verdict::Yes } else { Verdict::Swapped }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(bytes: &[u8], direction: Direction, from_start: bool) -> Verdict {
        probe(&Probe { bytes, direction, from_port: 40_000, to_port: 4_444, from_start })
    }

    const CLIENT: [u8; 13] = [22, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3, 9, 9];

    #[test]
    fn a_hello_tells_who_is_who() {
        assert_eq!(verdict(&CLIENT, Direction::ToServer, true), Verdict::Yes);
        assert_eq!(verdict(&CLIENT, Direction::ToClient, true), Verdict::Swapped);
        let mut server = CLIENT;
        server[5] = 2;
        assert_eq!(verdict(&server, Direction::ToServer, false), Verdict::Swapped);
        assert_eq!(verdict(&server, Direction::ToClient, true), Verdict::Yes);
        for cut in 0..7 {
            assert_eq!(verdict(&CLIENT[..cut], Direction::ToServer, true), Verdict::Unsure, "cut at {cut}");
        }
    }

    #[test]
    fn a_hello_in_records_of_one_byte_is_known() {
        let bytes: Vec<u8> = CLIENT[5..].iter().flat_map(|byte| [22, 3, 1, 0, 1, *byte]).collect();
        assert_eq!(verdict(&bytes, Direction::ToServer, true), Verdict::Yes);
        assert_eq!(verdict(&bytes[..11], Direction::ToServer, true), Verdict::Unsure);
    }

    #[test]
    fn an_old_hello_is_known() {
        let hello = [&[0x80, 9 + 6 + 16, 1, 3, 1, 0, 6, 0, 0, 0, 16][..], &[0; 22]].concat();
        assert_eq!(verdict(&hello, Direction::ToServer, true), Verdict::Yes);
        assert_eq!(verdict(&hello[..5], Direction::ToServer, true), Verdict::Unsure);
    }

    #[test]
    fn picked_up_records_must_fit_one_behind_the_other() {
        let record = [&[23, 3, 3, 0, 30][..], &[0xa5; 30]].concat();
        assert_eq!(verdict(&record, Direction::ToServer, false), Verdict::Yes, "it ends where the bytes end");
        assert_eq!(verdict(&record[..20], Direction::ToServer, false), Verdict::Unsure);
        assert_eq!(verdict(&[&record[..], &record].concat(), Direction::ToClient, false), Verdict::Yes);
        assert_eq!(verdict(&[&record[..], b"GET / HTTP"].concat(), Direction::ToClient, true), Verdict::No);
        assert_eq!(verdict(&[&[0xa5; 100][..], &record, &record].concat(), Direction::ToClient, false), Verdict::Yes, "it begins within a record");
    }

    #[test]
    fn a_hello_behind_the_words_of_another_protocol_is_known() {
        let bytes = [b"PROXY TCP4 192.0.2.1 192.0.2.2 5 443\r\n", &CLIENT[..]].concat();
        assert_eq!(verdict(&bytes, Direction::ToServer, false), Verdict::Yes);
        assert_eq!(verdict(&bytes, Direction::ToServer, true), Verdict::No, "it is for the other protocol to hand over");
        let asked = [b"CAPA\r\nSTLS\r\n", &CLIENT[..]].concat();
        assert_eq!(verdict(&asked, Direction::ToServer, true), Verdict::Yes);
        assert_eq!(verdict(&asked[..15], Direction::ToServer, true), Verdict::No, "not yet");
    }

    #[test]
    fn a_hello_in_pieces_of_another_protocol_is_not_taken() {
        let hello = [&[22, 3, 1, 0, 60, 1, 0, 0, 56, 3, 3][..], &[9; 54]].concat();
        let cut = [b"\x00\x40piece", &hello[..30], b"\x00\x40piece", &hello[30..]].concat();
        assert_eq!(verdict(&cut, Direction::ToServer, false), Verdict::No);
        let framed = [&[0, 79, 0x20][..], &[9; 13], &hello].concat();
        assert_eq!(verdict(&framed, Direction::ToServer, false), Verdict::No, "OpenVPN");
        let alone = [b"\x00\x40piece", &hello[..]].concat();
        assert_eq!(verdict(&alone, Direction::ToServer, false), Verdict::Yes);
        assert_eq!(verdict(&[&alone[..], &[20, 3, 3, 0, 1, 1]].concat(), Direction::ToServer, false), Verdict::Yes);
    }

    #[test]
    fn an_alert_alone_is_known() {
        assert_eq!(verdict(&[21, 3, 1, 0, 2, 2, 40], Direction::ToClient, true), Verdict::Yes);
        assert_eq!(verdict(&[21, 3, 1, 0, 2, 7, 40], Direction::ToClient, true), Verdict::No);
    }

    #[test]
    fn within_a_record_the_usual_ports_are_given_time() {
        let at_port = |to_port| probe(&Probe { bytes: &[0xa5; 1_400], direction: Direction::ToServer, from_port: 40_000, to_port, from_start: false });
        assert_eq!(at_port(443), Verdict::Unsure);
        assert_eq!(at_port(4_444), Verdict::No);
    }

    #[test]
    fn others_are_not_taken() {
        for other in [&b"GET / HTTP/1.1\r\n\r\n"[..], b"SSH-2.0-x\r\n", b"220 mail.example\r\n", &[0; 64], &[0x16, 0x30, 1, 2, 3], b"\x80\x00\x02\x01"] {
            assert_eq!(verdict(other, Direction::ToServer, true), Verdict::No, "{other:?}");
        }
    }
}
