//! LIFX lamps: binary messages that anyone in the home may send and read.
//!
//! Comes in: datagrams (port 56700). Goes out: the lamp's hardware address, the names that people gave it, its room and its home, orders, and, where it is set up,
//! the name and password of the Wi-Fi.
//! Source: LIFX LAN protocol, public documentation of the maker (header, messages and types).

use super::framed::{self, Frame, Maker};
use super::part::{Part, little16};
use crate::event::{DeviceKind, Order, TraitKind};
use crate::protocols::protocol::{Carrier, Input, Nature, Protocol, Say};
use crate::value::ValueKind;
use crate::wire::Mac;

/// LIFX over UDP.
pub static LIFX: Protocol = Protocol {
    name: "lifx",
    carrier: Carrier::Datagram,
    nature: Nature::Clear,
    ports: &[56_700],
    probe: framed::probe_datagram::<Lifx>,
    open: framed::datagrams::<Lifx>,
};

/// Size, protocol and flags, source, target, more flags, number, kind.
const HEAD: usize = 36;

/// The protocol's number, in twelve bits; above it stands that the target is addressable, and whether all are meant.
const NUMBER: u16 = 1_024;
const ADDRESSABLE: u16 = 0x1000;

const TARGET_AT: usize = 8;
const KIND_AT: usize = 32;

/// A label.
const LABEL: usize = 32;

#[derive(Debug, Default)]
struct Lifx;

impl Maker for Lifx {
    const MALFORMED: &'static str = "lifx message";

    fn frame(bytes: &[u8]) -> Frame {
        let size = little16(bytes, 0).map(usize::from);
        let protocol = little16(bytes, 2).unwrap_or_default();
        let reserved = bytes.get(14..16).is_some_and(|two| two == [0, 0]);
        let known = little16(bytes, KIND_AT).is_some_and(|kind| matches!(kind, 2..=58 | 101..=150 | 401..=406 | 501..=520 | 701..=720 | 816..=818));
        let right = protocol & 0x0fff == NUMBER && protocol & ADDRESSABLE != 0;
        match size {
            Some(size @ HEAD..) if right && reserved && known => Frame::Length(size),
            _ => Frame::Not,
        }
    }

    fn tell(&mut self, message: &Input<'_>, say: Say<'_>) {
        let whole = Part::of(message);
        let kind = little16(message.bytes, KIND_AT).unwrap_or_default();
        let word = word(kind);
        whole.exchange(word, say);
        if let Some(order) = order(kind) {
            whole.command(order, word, say);
        }
        // What a lamp says of itself carries its own address, as do orders to it.
        let target = message.bytes.get(TARGET_AT..).and_then(|rest| rest.first_chunk().copied()).map(Mac).filter(|mac| mac.is_device());
        if let (true, Some(mac)) = (is_state(kind), target) {
            whole.slice(TARGET_AT, 6).value(ValueKind::Mac, mac.to_string(), "target", say);
            whole.sender_is(DeviceKind::Light, "it answers in the LIFX protocol", say);
            whole.own(TraitKind::Maker, "LIFX", say);
        }
        labels(kind, &whole.slice(HEAD, usize::MAX), say);
    }
}

fn word(kind: u16) -> &'static str {
    match kind {
        2 => "get-service",
        3 => "state-service",
        20 | 21 | 22 | 116 | 117 | 118 => "power",
        23..=25 => "label",
        32 | 33 => "version",
        48..=50 => "location",
        51..=53 => "group",
        101 | 102 | 103 | 107 | 119 => "colour",
        _ => "message",
    }
}

/// What an order does; none if the message only asks or answers.
fn order(kind: u16) -> Option<Order> {
    match kind {
        21 | 38 | 117 => Some(Order::Power),
        24 | 49 | 52 | 102 | 103 | 119 => Some(Order::Set),
        _ => None,
    }
}

/// Whether a lamp says it, not an app.
fn is_state(kind: u16) -> bool {
    matches!(kind, 3 | 13 | 15 | 17 | 19 | 22 | 25 | 33 | 35 | 50 | 53 | 107 | 118)
}

/// The names in a message: of the lamp, its home or its room.
fn labels(kind: u16, body: &Part<'_>, say: Say<'_>) {
    let (from, field) = match kind {
        24 | 25 => (0, "label"),
        49 | 50 => (16, "location"),
        52 | 53 => (16, "group"),
        107 => (12, "label"),
        _ => return,
    };
    let label = body.slice(from, LABEL);
    let end = label.bytes.iter().position(|byte| *byte == 0).unwrap_or(label.bytes.len());
    label.slice(0, end).readable(Some(field), None, say);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::{Probe, Verdict};
    use crate::protocols::testing::drive_datagrams;
    use crate::wire::Direction::{ToClient, ToServer};

    fn message(kind: u16, body: &[u8]) -> Vec<u8> {
        let size = (HEAD + body.len()) as u16;
        let target = [0, 0, 0x5e, 0, 0x53, 1, 0, 0];
        [&size.to_le_bytes()[..], &[0, 0x14, 1, 2, 3, 4], &target, &[0; 16], &kind.to_le_bytes(), &[0, 0], body].concat()
    }

    fn probe(bytes: &[u8]) -> Verdict {
        (LIFX.probe)(&Probe { bytes, direction: ToServer, from_port: 40_000, to_port: 40_001, from_start: true })
    }

    #[test]
    fn a_lamp_says_its_address_and_names() {
        let mut location = vec![7; 16];
        location.extend_from_slice(b"Emma's home");
        location.resize(56, 0);
        let lines = drive_datagrams((LIFX.open)(), &[(ToServer, &message(117, &[0xff, 0xff, 0, 0, 0, 0])), (ToClient, &message(50, &location))]);
        for line in ["command power power", "value mac target=00:00:5e:00:53:01 []", "claim light it answers in the LIFX protocol false"] {
            assert!(lines.contains(&line.to_owned()), "{line} in {lines:#?}");
        }
        assert!(lines.iter().any(|line| line.ends_with("location - [] @52: Emma\\'s home")), "{lines:#?}");
    }

    #[test]
    fn size_number_and_kind_must_be_right() {
        let good = message(2, b"");
        assert_eq!(probe(&good), Verdict::Yes);
        assert_eq!(probe(&good[..35]), Verdict::No);
        assert_eq!(probe(&message(999, b"")), Verdict::No);
        let mut other = good;
        other[3] = 0x11;
        assert_eq!(probe(&other), Verdict::No);
    }
}
