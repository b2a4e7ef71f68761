//! KNXnet/IP (EN ISO 22510; KNX Standard 03_08): light, blinds and heating of a building, over UDP and TCP.
//!
//! Comes in: datagrams and streams (port 3671). Goes out: an exchange a message; the name, serial number and hardware address of a device that answers a
//! search; and for each telegram to a group what is done with it (`group-write`) and its address (`1/2/3`). KNX IP Secure is sealed.

use crate::event::{Event, NameSource, TraitKind};
use crate::protocols::messages::{self, Frame, Messages, Next};
use crate::protocols::protocol::{Carrier, Input, Nature, Probe, Protocol, Say, Verdict};
use crate::protocols::saying::{big16, exchange, name, own, part, value, whole};
use crate::value::ValueKind;
use crate::wire::{Direction, Mac};

/// KNXnet/IP over UDP.
pub static KNX: Protocol =
    Protocol { name: "knx", carrier: Carrier::Datagram, nature: Nature::Clear, ports: &[3_671], probe: probe_datagram, open: messages::datagrams::<Knx> };

/// KNXnet/IP over TCP.
pub static KNX_TCP: Protocol =
    Protocol { name: "knx", carrier: Carrier::Stream, nature: Nature::Clear, ports: &[3_671], probe: probe_stream, open: messages::stream::<Knx> };

/// Its length, version, service, total length.
const HEAD: usize = 6;
/// Longer messages are none.
const LONGEST: usize = 2_048;
/// Blocks of one description that are read.
const BLOCKS: usize = 16;
/// A block that describes the device: medium, status, individual address, project, serial number, multicast address, hardware address, name.
const DEVICE: u8 = 1;
const DEVICE_LENGTH: usize = 54;

fn probe_datagram(probe: &Probe<'_>) -> Verdict {
    if frame(probe.bytes) == Frame::Length(probe.bytes.len()) { Verdict::Yes } else { Verdict::No }
}

fn probe_stream(probe: &Probe<'_>) -> Verdict {
    match frame(probe.bytes) {
        Frame::Length(_) => Verdict::Yes,
        Frame::More => Verdict::Unsure,
        Frame::Not => Verdict::No,
    }
}

fn frame(bytes: &[u8]) -> Frame {
    let begin = bytes.get(..2).unwrap_or(bytes);
    if !b"\x06\x10".starts_with(begin) {
        return Frame::Not;
    }
    let (Some(service), Some(length)) = (big16(bytes, 2), big16(bytes, 4).map(usize::from)) else { return Frame::More };
    if service_word(service).is_some() && (HEAD..=LONGEST).contains(&length) { Frame::Length(length) } else { Frame::Not }
}

fn service_word(service: u16) -> Option<&'static str> {
    Some(match service {
        0x0201 => "search",
        0x0202 => "search-answer",
        0x0203 => "describe",
        0x0204 => "describe-answer",
        0x0205 => "connect",
        0x0206 => "connect-answer",
        0x0207 => "alive",
        0x0208 => "alive-answer",
        0x0209 => "disconnect",
        0x020a => "disconnect-answer",
        0x020b => "search-extended",
        0x020c => "search-extended-answer",
        0x0310 => "configure",
        0x0311 => "configure-acknowledged",
        0x0420 => "tunnel",
        0x0421 => "tunnel-acknowledged",
        0x0422 => "tunnel-feature-get",
        0x0423 => "tunnel-feature-answer",
        0x0424 => "tunnel-feature-set",
        0x0425 => "tunnel-feature-info",
        0x0530 => "route",
        0x0531 => "route-lost",
        0x0532 => "route-busy",
        0x0533 => "route-system",
        0x0740..=0x0743 => "diagnostics",
        0x0950 => "secure",
        0x0951 => "session",
        0x0952 => "session-answer",
        0x0953 => "session-authenticate",
        0x0954 => "session-status",
        0x0955 => "timer",
        _ => return None,
    })
}

#[derive(Debug, Default)]
struct Knx;

impl Messages for Knx {
    const MALFORMED: &'static str = "knx message";

    fn frame(&self, _: Direction, bytes: &[u8]) -> Frame {
        frame(bytes)
    }

    fn tell(&mut self, message: &Input<'_>, say: Say<'_>) -> Next {
        let service = big16(message.bytes, 2).unwrap_or_default();
        let word = service_word(service).unwrap_or("other");
        // A tunnel's or configuration's messages have a head of their own: length, channel, number, status.
        let telegram = match service {
            0x0420 => Some(HEAD + message.bytes.get(HEAD).copied().map_or(0, usize::from)),
            0x0530 => Some(HEAD),
            _ => None,
        };
        match telegram.and_then(|at| group(message.bytes.get(at..)?)) {
            Some((kind, address)) => exchange(message, kind, Some(&address), None, say),
            None => exchange(message, word, None, None, say),
        }
        match service {
            // The address to answer to comes first.
            0x0202 | 0x020c => blocks(message, HEAD + message.bytes.get(HEAD).copied().map_or(0, usize::from), say),
            0x0204 => blocks(message, HEAD, say),
            0x0950 => say(Event::Sealed { with: "KNX IP Secure", at: whole(message) }),
            _ => {}
        }
        Next::Message
    }
}

/// What a telegram (cEMI, 03_06_03, section 4.1.5) does with a group, and the group's address in three levels.
fn group(telegram: &[u8]) -> Option<(&'static str, String)> {
    let &[code, more, ref rest @ ..] = telegram else { return None };
    let &[_, control, _, _, high, low, length, _, command, ref data @ ..] = rest.get(usize::from(more)..)? else { return None };
    let is_data = matches!(code, 0x11 | 0x29 | 0x2e);
    let is_group = control & 0x80 != 0;
    if !is_data || !is_group || length == 0 || data.len() + 1 < usize::from(length) {
        return None;
    }
    let application = rest.get(usize::from(more) + 7).map(|byte| byte & 3)?;
    let kind = match (application, command >> 6) {
        (0, 0) => "group-read",
        (0, 1) => "group-answer",
        (0, 2) => "group-write",
        _ => return None,
    };
    Some((kind, format!("{}/{}/{low}", high >> 3, high & 7)))
}

/// Description blocks: length, kind, content (03_08_02, section 7.5.4).
fn blocks(message: &Input<'_>, mut at: usize, say: Say<'_>) {
    for _ in 0..BLOCKS {
        let Some(&[length, kind]) = message.bytes.get(at..).and_then(<[u8]>::first_chunk) else { return };
        let block = part(message, at, usize::from(length));
        if kind == DEVICE && block.bytes.len() == DEVICE_LENGTH {
            device(&block, say);
        }
        if length < 2 {
            return;
        }
        at += usize::from(length);
    }
}

fn device(block: &Input<'_>, say: Say<'_>) {
    if let Some(&[high, low]) = block.bytes.get(4..6) {
        own(&part(block, 4, 2), TraitKind::Service, &format!("knx {}.{}.{low}", high >> 4, high & 0x0f), say);
    }
    let serial = part(block, 8, 6);
    if serial.bytes.iter().any(|byte| *byte != 0) {
        value(&serial, ValueKind::Serial, &data_encoding::HEXLOWER.encode(serial.bytes), "serial", say);
    }
    let mac = part(block, 18, 6);
    if let Some(address) = mac.bytes.first_chunk().copied().map(Mac).filter(|mac| mac.is_device()) {
        value(&mac, ValueKind::Mac, &address.to_string(), "mac", say);
    }
    // ISO 8859-1, filled up with zeros.
    let called = part(block, 24, 30);
    let written: String = called.bytes.iter().take_while(|byte| **byte != 0).copied().map(char::from).collect();
    name(&called, NameSource::Knx, &written, say);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::testing::{drive_datagrams, drive_split};
    use crate::wire::Direction::{ToClient, ToServer};

    fn message(service: u16, body: &[u8]) -> Vec<u8> {
        [b"\x06\x10", &service.to_be_bytes()[..], &(body.len() as u16 + 6).to_be_bytes(), body].concat()
    }

    fn description() -> Vec<u8> {
        let mut block = [&[54, 1, 2, 0, 0x11, 5, 0, 0][..], b"\0\xfa\x12\x34\x56\x78", &[224, 0, 23, 12], &[0, 0, 0x5e, 0, 0x53, 1]].concat();
        block.extend_from_slice(b"Emma's hall");
        block.resize(54, 0);
        [&[8, 1, 192, 0, 2, 9, 0x0e, 0x57][..], &block, &[4, 2, 2, 1]].concat()
    }

    const TELEGRAM: &[u8] = b"\x29\0\xbc\xe0\x11\x05\x0a\x03\x01\0\x81";

    #[test]
    fn a_device_describes_itself_and_telegrams_say_what_they_do() {
        let lines = drive_datagrams(
            (KNX.open)(),
            &[
                (ToClient, &message(0x0202, &description())),
                (ToServer, &message(0x0530, TELEGRAM)),
                (ToServer, &message(0x0420, &[&[4, 1, 0, 0][..], TELEGRAM].concat())),
                (ToServer, &message(0x0950, &[7; 32])),
            ],
        );
        let want = [
            "exchange search-answer - - - - - status - bytes 72",
            "trait service knx 1.1.5 Sender",
            "value serial serial=00fa12345678 []",
            "value mac mac=00:00:5e:00:53:01 []",
            "name knx Emma's hall Sender",
            "exchange group-write - 1/2/3 - - - status - bytes 17",
            "exchange group-write - 1/2/3 - - - status - bytes 21",
            "exchange secure - - - - - status - bytes 38",
            "sealed KNX IP Secure",
        ];
        assert_eq!(lines, want);
    }

    #[test]
    fn streams_are_read_as_well() {
        let both = [message(0x0530, TELEGRAM), message(0x0207, &[1, 0])].concat();
        assert_eq!(drive_split(KNX_TCP.open, &[(ToServer, &both)]).len(), 2);
    }

    #[test]
    fn head_service_and_length_must_be_right() {
        let asked = |bytes: &[u8]| probe_datagram(&Probe { bytes, direction: ToServer, from_port: 40_000, to_port: 40_001, from_start: true });
        let good = message(0x0207, &[1, 0]);
        assert_eq!(asked(&good), Verdict::Yes);
        for other in [&good[..7], b"\x06\x10\x02\x07\0\x06\0", b"\x06\x10\x02\xff\0\x06", b"\x06\x20\x02\x07\0\x06", b""] {
            assert_eq!(asked(other), Verdict::No, "{other:?}");
        }
    }

    #[test]
    fn nothing_makes_it_fail() {
        let whole = message(0x0202, &description());
        proptest::proptest!(|(at in 6..whole.len(), byte in proptest::num::u8::ANY, cut in 6..whole.len(), service in 0..3_usize)| {
            let mut bytes = whole.clone();
            bytes[at] = byte;
            bytes[2..4].copy_from_slice(&[0x0202_u16, 0x0530, 0x0420][service].to_be_bytes());
            bytes.truncate(cut);
            drive_datagrams((KNX.open)(), &[(ToServer, &bytes)]);
        });
    }
}
