//! Modbus over TCP (MODBUS Application Protocol 1.1b3; MODBUS Messaging on TCP/IP 1.0b): meters, inverters, heat pumps.
//!
//! Comes in: a stream (port 502). Goes out: an exchange a request, of the kind that its function is, with unit and first register as its target, and the
//! exception of its answer; and who made the device, where it says so.

use std::collections::VecDeque;

use crate::event::{Event, Exchange, Role, TraitKind};
use crate::protocols::messages::{self, Frame, Messages, Next};
use crate::protocols::protocol::{Carrier, Input, Nature, Probe, Protocol, Say, Verdict};
use crate::protocols::saying::{big16, own, part, readable, text, whole};
use crate::wire::{At, Direction};

/// Modbus over TCP.
pub static MODBUS: Protocol =
    Protocol { name: "modbus", carrier: Carrier::Stream, nature: Nature::Clear, ports: &[502], probe, open: messages::stream::<Modbus> };

/// Transaction, protocol, length, unit.
const HEAD: usize = 7;
/// What is counted by the length: unit, function and at most 252 bytes (1.1b3, section 4.1).
const LONGEST: usize = 254;
/// The bit of an exception.
const EXCEPTION: u8 = 0x80;
/// Requests that wait for an answer; the oldest is told without one.
const WAITING: usize = 64;
/// Objects of an identification that are told.
const OBJECTS: usize = 16;

fn probe(probe: &Probe<'_>) -> Verdict {
    let Some(length) = length(probe.bytes) else { return if may_begin(probe.bytes) { Verdict::Unsure } else { Verdict::No } };
    let Some(body) = probe.bytes.get(HEAD..length) else { return if may_begin(probe.bytes) { Verdict::Unsure } else { Verdict::No } };
    // What follows must be a message as well.
    let next = probe.bytes.get(length..).unwrap_or_default();
    if !may_begin(next) {
        return Verdict::No;
    }
    match (is_request(body), is_answer(body), probe.direction) {
        (true, _, Direction::ToServer) | (_, true, Direction::ToClient) => Verdict::Yes,
        (true, _, Direction::ToClient) | (_, true, Direction::ToServer) if !probe.from_start => Verdict::Swapped,
        _ => Verdict::No,
    }
}

/// Whether the protocol's number and the length are right, as far as they are there.
fn may_begin(bytes: &[u8]) -> bool {
    let zero = bytes.get(2..bytes.len().min(5)).is_none_or(|zeros| zeros.iter().all(|byte| *byte == 0));
    zero && bytes.get(5).is_none_or(|length| (2..=LONGEST).contains(&usize::from(*length)))
}

/// The length of a message with its head.
fn length(bytes: &[u8]) -> Option<usize> {
    let length = big16(bytes, 4).map(usize::from)?;
    (big16(bytes, 2) == Some(0) && (2..=LONGEST).contains(&length)).then_some(HEAD - 1 + length)
}

/// Whether function and data are a request's (1.1b3, section 6).
fn is_request(body: &[u8]) -> bool {
    let Some((&function, data)) = body.split_first() else { return false };
    let counted = |at: usize| data.get(at).is_some_and(|count| data.len() == at + 1 + usize::from(*count));
    match function {
        1..=4 => data.len() == 4 && big16(data, 2).is_some_and(|count| (1..=2_000).contains(&count)),
        5 => data.len() == 4 && matches!(data.get(2..), Some([0 | 0xff, 0])),
        6 => data.len() == 4,
        7 | 11 | 12 | 17 => data.is_empty(),
        8 => data.len() >= 4,
        15 | 16 => counted(4),
        20 | 21 => counted(0),
        22 => data.len() == 6,
        23 => counted(8),
        24 => data.len() == 2,
        43 => matches!(data, [14, 1..=4, _]),
        // Schneider's UMAS.
        90 => data.len() >= 2,
        _ => false,
    }
}

/// Whether function and data are an answer's.
fn is_answer(body: &[u8]) -> bool {
    let Some((&function, data)) = body.split_first() else { return false };
    let counted = data.first().is_some_and(|count| data.len() == 1 + usize::from(*count));
    match function {
        1..=4 | 12 | 17 | 20 | 21 | 23 => counted,
        5 | 6 | 11 | 15 | 16 => data.len() == 4,
        7 => data.len() == 1,
        8 => data.len() >= 4,
        22 => data.len() == 6,
        24 | 90 => data.len() >= 2,
        43 => matches!(data, [14, 1..=4, ..]),
        _ => function & EXCEPTION != 0 && matches!(data, [1..=11]),
    }
}

/// A request that waits for its answer.
#[derive(Debug)]
struct Asked {
    transaction: u16,
    function: u8,
    target: String,
    bytes: u64,
    at: At,
}

#[derive(Debug, Default)]
struct Modbus {
    asked: VecDeque<Asked>,
}

impl Messages for Modbus {
    const MALFORMED: &'static str = "modbus message";

    fn frame(&self, _: Direction, bytes: &[u8]) -> Frame {
        match length(bytes) {
            Some(length) => Frame::Length(length),
            None if may_begin(bytes) && bytes.len() < 6 => Frame::More,
            None => Frame::Not,
        }
    }

    fn tell(&mut self, message: &Input<'_>, say: Say<'_>) -> Next {
        let (Some(transaction), Some(&[unit, function])) = (big16(message.bytes, 0), message.bytes.get(6..).and_then(<[u8]>::first_chunk)) else {
            return Next::Message;
        };
        if message.direction == Direction::ToServer {
            let target = target(unit, function, message.bytes.get(HEAD + 1..).unwrap_or_default());
            self.asked.push_back(Asked { transaction, function, target, bytes: message.bytes.len() as u64, at: whole(message) });
            if self.asked.len() > WAITING
                && let Some(oldest) = self.asked.pop_front()
            {
                oldest.tell(None, say);
            }
            return Next::Message;
        }
        let is_for = |asked: &Asked| asked.transaction == transaction && asked.function == function & !EXCEPTION;
        let asked = self.asked.iter().position(is_for).and_then(|index| self.asked.remove(index));
        let asked =
            asked.unwrap_or_else(|| Asked { transaction, function: function & !EXCEPTION, target: format!("unit {unit}"), bytes: 0, at: whole(message) });
        let status = if function & EXCEPTION == 0 { 0 } else { message.bytes.get(HEAD + 1).copied().map_or(0, u16::from) };
        Asked { bytes: asked.bytes + message.bytes.len() as u64, ..asked }.tell(Some(status), say);
        identification(function, &part(message, HEAD + 1, usize::MAX), say);
        Next::Message
    }

    fn end(&mut self, say: Say<'_>) {
        self.asked.drain(..).for_each(|asked| asked.tell(None, say));
    }
}

impl Asked {
    fn tell(&self, status: Option<u16>, say: Say<'_>) {
        let target = Some(self.target.as_str().into());
        say(Event::Exchange(Exchange { kind: Some(word(self.function)), target, status, bytes: self.bytes, at: self.at, ..Exchange::default() }));
    }
}

/// `unit 1 register 40 count 2`: registers and coils as they are numbered on the wire, from zero.
fn target(unit: u8, function: u8, data: &[u8]) -> String {
    let (Some(first), second) = (big16(data, 0), big16(data, 2).unwrap_or_default()) else { return format!("unit {unit}") };
    match function {
        1 | 2 | 15 => format!("unit {unit} coil {first} count {second}"),
        3 | 4 | 16 | 23 => format!("unit {unit} register {first} count {second}"),
        5 => format!("unit {unit} coil {first}"),
        6 | 22 | 24 => format!("unit {unit} register {first}"),
        _ => format!("unit {unit}"),
    }
}

fn word(function: u8) -> &'static str {
    match function {
        1 => "read-coils",
        2 => "read-inputs",
        3 => "read-holding-registers",
        4 => "read-input-registers",
        5 => "write-coil",
        6 => "write-register",
        7 => "read-exception-status",
        8 => "diagnostics",
        11 | 12 => "read-events",
        15 => "write-coils",
        16 => "write-registers",
        17 => "report-server",
        20 => "read-file",
        21 => "write-file",
        22 => "mask-register",
        23 => "read-write-registers",
        24 => "read-queue",
        43 => "read-identification",
        90 => "umas",
        _ => "other",
    }
}

/// Sections 6.13 and 6.21: what a device says of itself.
fn identification(function: u8, data: &Input<'_>, say: Say<'_>) {
    if function == 17 {
        let named = part(data, 1, usize::MAX);
        let printable = named.bytes.iter().filter(|byte| matches!(byte, 0x20..=0x7e)).count();
        if 2 * printable > named.bytes.len() {
            readable(&named, Role::Record, Some("server"), say);
        }
        return;
    }
    let (43, Some(&count)) = (function, data.bytes.get(5)) else { return };
    let mut at = 6;
    for _ in 0..usize::from(count).min(OBJECTS) {
        let Some(&[object, length]) = data.bytes.get(at..).and_then(<[u8]>::first_chunk) else { return };
        let held = part(data, at + 2, usize::from(length));
        at += 2 + usize::from(length);
        let (field, kind) = match object {
            0 => ("VendorName", Some(TraitKind::Maker)),
            1 => ("ProductCode", Some(TraitKind::Model)),
            2 => ("MajorMinorRevision", Some(TraitKind::Software)),
            4 => ("ProductName", Some(TraitKind::Model)),
            5 => ("ModelName", Some(TraitKind::Model)),
            3 => ("VendorUrl", None),
            6 => ("UserApplicationName", None),
            _ => ("object", None),
        };
        if let (Some(kind), Some(written)) = (kind, text(held.bytes)) {
            own(&held, kind, written, say);
        }
        readable(&held, Role::Record, Some(field), say);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::testing::drive_split;
    use crate::wire::Direction::{ToClient, ToServer};

    fn message(transaction: u16, body: &[u8]) -> Vec<u8> {
        [&transaction.to_be_bytes()[..], &[0, 0], &(body.len() as u16 + 1).to_be_bytes(), &[1], body].concat()
    }

    fn asked(bytes: &[u8], direction: Direction, from_start: bool) -> Verdict {
        probe(&Probe { bytes, direction, from_port: 40_000, to_port: 40_001, from_start })
    }

    #[test]
    fn requests_are_told_with_their_answers() {
        let (read, registers) = (message(7, b"\x03\0\x28\0\x02"), message(7, b"\x03\x04\0\x01\0\x02"));
        let (write, refused) = (message(8, b"\x06\0\x05\0\x01"), message(8, b"\x86\x02"));
        let (who, device) = (message(9, b"\x2b\x0e\x01\0"), message(9, b"\x2b\x0e\x01\x01\0\0\x02\0\x07Example\x01\x03M-1"));
        let pieces: [(Direction, &[u8]); 7] =
            [(ToServer, &read), (ToClient, &registers), (ToServer, &write), (ToClient, &refused), (ToServer, &who), (ToClient, &device), (ToServer, &read)];
        let want = [
            "exchange read-holding-registers - unit 1 register 40 count 2 - - - status 0 bytes 25",
            "exchange write-register - unit 1 register 5 - - - status 2 bytes 21",
            "exchange read-identification - unit 1 - - - status 0 bytes 39",
            "trait maker Example Sender",
            "Record VendorName - [] @38: Example",
            "trait model M-1 Sender",
            "Record ProductCode - [] @47: M-1",
            "exchange read-holding-registers - unit 1 register 40 count 2 - - - status - bytes 12",
        ];
        assert_eq!(drive_split(MODBUS.open, &pieces), want);
    }

    #[test]
    fn function_and_length_must_agree() {
        let (read, registers) = (message(7, b"\x03\0\x28\0\x02"), message(7, b"\x03\x04\0\x01\0\x02"));
        assert_eq!((asked(&read, ToServer, true), asked(&registers, ToClient, true)), (Verdict::Yes, Verdict::Yes));
        assert_eq!((asked(&registers, ToServer, false), asked(&registers, ToServer, true)), (Verdict::Swapped, Verdict::No));
        for length in 0..read.len() {
            assert_eq!(asked(&read[..length], ToServer, true), Verdict::Unsure, "{length}");
        }
        for other in [
            message(7, b"\x03\0\x28\0\x02\0"),
            message(7, b"\x63"),
            b"\0\x07\0\x01\0\x06\x01\x03\0\x28\0\x02".to_vec(),
            [read.clone(), b"\x16\x03\x01".to_vec()].concat(),
        ] {
            assert_eq!(asked(&other, ToServer, true), Verdict::No, "{other:02x?}");
        }
    }

    #[test]
    fn nothing_makes_it_fail() {
        let whole = message(9, b"\x2b\x0e\x01\x01\0\0\x02\0\x07Example\x01\x03M-1");
        proptest::proptest!(|(at in 0..whole.len(), byte in proptest::num::u8::ANY)| {
            let mut bytes = whole.clone();
            bytes[at] = byte;
            asked(&bytes, ToClient, false);
            drive_split(MODBUS.open, &[(ToClient, &bytes), (ToServer, &bytes)]);
        });
    }
}
