//! How MQTT is recognised: by its CONNECT, or, where that was not seen, by packets that are whole and sane in every respect.

use super::super::protocol::{Probe, Verdict};
use super::packet::{Begin, Fixed, HEADER_LIMIT, Reader, begin, kind};
use crate::wire::Direction;

/// So many bytes of acknowledgements and pings alone are convincing on any port.
const DULL_LIMIT: usize = 32;

/// The usual ports.
pub(super) const PORTS: &[u16] = &[1883, 1884];

/// Whether the first bytes of a direction are MQTT.
pub(super) fn probe(probe: &Probe<'_>) -> Verdict {
    match connect(probe.bytes) {
        Verdict::Yes => return role(probe, Direction::ToServer),
        Verdict::Unsure => return Verdict::Unsure,
        _ => {}
    }
    let Some(walk) = walk(probe.bytes) else { return Verdict::No };
    let usual = |port| PORTS.contains(&port);
    if walk.vivid || walk.length >= DULL_LIMIT || usual(probe.from_port) || usual(probe.to_port) {
        walk.sender.map_or(Verdict::Yes, |sender| role(probe, sender))
    } else {
        Verdict::Unsure
    }
}

fn role(probe: &Probe<'_>, usual: Direction) -> Verdict {
    if probe.from_start || probe.direction == usual { Verdict::Yes } else { Verdict::Swapped }
}

/// Whether a CONNECT begins here.
fn connect(bytes: &[u8]) -> Verdict {
    if bytes.first().is_some_and(|first| *first != kind::CONNECT << 4) {
        return Verdict::No;
    }
    let Begin::Packet(fixed) = begin(bytes) else { return if bytes.len() < HEADER_LIMIT { Verdict::Unsure } else { Verdict::No } };
    let body = bytes.get(fixed.header..).unwrap_or_default();
    let known = NAMES.iter().filter(|(name, _)| fixed.length > name.len() && body.iter().zip(*name).all(|(have, want)| have == want));
    known.fold(Verdict::No, |verdict, (name, levels)| match body.get(name.len()) {
        None => Verdict::Unsure,
        // A bridge marks the level with its highest bit.
        Some(level) if levels.contains(&(level & 0x7f)) => Verdict::Yes,
        Some(_) => verdict,
    })
}

/// Protocol names with their length, and their levels (MQTT 3.1, 3.1.1 and 5).
const NAMES: &[(&[u8], &[u8])] = &[(b"\0\x04MQTT", &[4, 5]), (b"\0\x06MQIsdp", &[3])];

/// What packets one after another show.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Walk {
    /// A topic is among them that can be read.
    vivid: bool,
    /// The direction in which such packets go, where only one end sends one.
    sender: Option<Direction>,
    /// Bytes that they take.
    length: usize,
}

/// Goes through packets to the end of the bytes; none where one is not sane. Only a PUBLISH may reach beyond the end.
pub(super) fn walk(bytes: &[u8]) -> Option<Walk> {
    let mut walk = Walk::default();
    let mut rest = bytes;
    while !rest.is_empty() {
        let Begin::Packet(fixed) = begin(rest) else { return None };
        if !sane(fixed, rest) {
            return None;
        }
        walk.vivid |= matches!(fixed.kind, kind::PUBLISH | kind::SUBSCRIBE | kind::UNSUBSCRIBE);
        walk.sender = walk.sender.or(sender(fixed.kind));
        rest = rest.get(fixed.header + fixed.length..).unwrap_or_default();
    }
    walk.length = bytes.len();
    (walk.length > 0).then_some(walk)
}

/// The direction in which packets of this type go, where only one end sends them.
fn sender(kind: u8) -> Option<Direction> {
    match kind {
        kind::SUBSCRIBE | kind::UNSUBSCRIBE | kind::PINGREQ => Some(Direction::ToServer),
        kind::CONNACK | kind::SUBACK | kind::UNSUBACK | kind::PINGRESP => Some(Direction::ToClient),
        _ => None,
    }
}

/// Whether a packet has the flags, the length and the contents of its type.
fn sane(fixed: Fixed, bytes: &[u8]) -> bool {
    let there = bytes.len() >= fixed.header + fixed.length;
    let mut reader = Reader::new(bytes, fixed.header);
    fixed.has_its_flags()
        && match fixed.kind {
            kind::PUBLISH => fixed.length > 4 && reader.text().is_some_and(|topic| is_topic(topic.bytes)),
            kind::SUBSCRIBE | kind::UNSUBSCRIBE => there && reader.word().is_some() && is_list(reader, fixed),
            kind::CONNACK => there && fixed.length >= 2 && reader.byte().is_some_and(|flags| flags <= 1),
            kind::PUBACK..=kind::PUBCOMP => there && fixed.length == 2,
            kind::SUBACK => there && (3..=64).contains(&fixed.length),
            kind::UNSUBACK => there && (2..=64).contains(&fixed.length),
            kind::PINGREQ | kind::PINGRESP | kind::DISCONNECT => fixed.length == 0,
            _ => false,
        }
}

/// Whether a topic is of the plain kind that cannot be chance.
fn is_topic(bytes: &[u8]) -> bool {
    bytes.len() >= 3 && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"/_-$:. ,@=".contains(byte))
}

/// Whether the first topic filter, and the byte of options of a SUBSCRIBE, are there (after the properties of MQTT 5, if it is that).
fn is_list(reader: Reader<'_>, fixed: Fixed) -> bool {
    let plain = |mut reader: Reader<'_>| {
        let topic = reader.text().is_some_and(|topic| topic.bytes.len() >= 2 && topic.bytes.iter().all(|byte| (0x20..0x7f).contains(byte)));
        let options = fixed.kind == kind::UNSUBSCRIBE || reader.byte().is_some_and(|options| options & 3 < 3 && options < 0x30);
        topic && options && reader.at() <= fixed.header + fixed.length
    };
    let mut behind = reader;
    plain(reader) || (behind.properties().is_some() && plain(behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(bytes: &[u8], direction: Direction, from_start: bool, port: u16) -> Verdict {
        probe(&Probe { bytes, direction, from_port: 50_000, to_port: port, from_start })
    }

    #[test]
    fn a_connect_is_known_on_any_port() {
        use Direction::{ToClient, ToServer};
        let connect = b"\x10\x0f\0\x04MQTT\x04\x02\0\x3c\0\x03dev";
        for length in 0..=connect.len() {
            let want = if length < 9 { Verdict::Unsure } else { Verdict::Yes };
            assert_eq!(ask(&connect[..length], ToServer, true, 9_999), if length == 0 { Verdict::Unsure } else { want }, "{length}");
        }
        assert_eq!(ask(connect, ToClient, false, 1), Verdict::Swapped);
        assert_eq!(ask(b"\x10\x0c\0\x06MQIsdp\x03\x02\0\x3c", ToServer, true, 1), Verdict::Yes);
        for not in [&b"\x10\x0f\0\x04MQTX\x04"[..], b"\x10\xff\xff\xff\xff\x01", b"GET / HTTP/1.1\r\n", b"\x16\x03\x01\x02\0\x01"] {
            assert_eq!(ask(not, ToServer, true, 1883), Verdict::No, "{not:?}");
        }
    }

    #[test]
    fn in_the_middle_only_sane_packets_count() {
        use Direction::{ToClient, ToServer};
        assert_eq!(ask(b"\x30\x0b\0\x06toy/1a51.", ToServer, false, 1), Verdict::Yes);
        assert_eq!(ask(b"\x82\x0a\0\x01\0\x05toy/#\0", ToClient, false, 1), Verdict::Swapped);
        assert_eq!(ask(b"\xc0\0", ToServer, false, 1), Verdict::Unsure);
        assert_eq!(ask(b"\xd0\0", ToClient, false, 1883), Verdict::Yes);
        // LDAP: a sequence of ASN.1.
        assert_eq!(ask(b"\x30\x0c\x02\x01\x01\x60\x07\x02\x01\x03\x04\0\x80\0", ToServer, false, 1), Verdict::No);
        assert_eq!(ask(b"\xc0\0\x30", ToServer, false, 1883), Verdict::No);
    }
}
