//! STUN and TURN (RFC 8489, RFC 8656, and their forerunners RFC 5389, RFC 5766, RFC 3489) over UDP and TCP: how ends behind routers find each other,
//! and relays that carry what they say.
//!
//! In come messages and data in channels, mixed with whatever shares the ports (RFC 7983). Out go exchanges (binding, allocate, …; the target is the
//! address that was found, or the peer's), user names, software, and what RTP says that lies beside or within. What is neither is handed over.

mod message;

use std::borrow::Cow;
use std::collections::VecDeque;
use std::net::IpAddr;

use super::demux::{self, Kind};
use super::protocol::{Carrier, Input, Nature, Parser, Probe, Progress, Protocol, Say, Verdict};
use super::rtp::Carried;
use super::stream::{Both, after, first};
use crate::event::{Event, Exchange, Readable, Role, Value};
use crate::value::ValueKind;
use crate::wire::{At, Direction};
use message::{Class, Message};

/// STUN over UDP.
pub static STUN: Protocol = Protocol {
    name: "stun",
    carrier: Carrier::Datagram,
    nature: Nature::Infrastructure,
    ports: PORTS,
    probe: probe_datagram,
    open: || Box::new(Stun { carrier: Some(Carrier::Datagram), ..Stun::default() }),
};

/// STUN over TCP.
pub static STUN_TCP: Protocol = Protocol {
    name: "stun",
    carrier: Carrier::Stream,
    nature: Nature::Infrastructure,
    ports: PORTS,
    probe: probe_stream,
    open: || Box::new(Stun { carrier: Some(Carrier::Stream), ..Stun::default() }),
};

const PORTS: &[u16] = &[3_478, 3_479, 5_349, 19_302];

/// At most so many requests of a direction wait; then the oldest is told without an answer.
const WAITING: usize = 64;

fn probe_datagram(probe: &Probe<'_>) -> Verdict {
    let Some(message) = Message::read(probe.bytes) else { return Verdict::No };
    // Either end asks, so only a relay's or a server's own answers show who is who.
    let of_server = matches!(message.class, Class::Success | Class::Error) || message.method == 7;
    let is_swapped = of_server && probe.direction == Direction::ToServer && PORTS.contains(&probe.from_port);
    if is_swapped { Verdict::Swapped } else { Verdict::Yes }
}

fn probe_stream(probe: &Probe<'_>) -> Verdict {
    let may_begin = probe.bytes.first().is_none_or(|first| *first < 2);
    match message::length(probe.bytes) {
        Some(length) => match probe.bytes.get(..length) {
            Some(bytes) if Message::read(bytes).is_some() => Verdict::Yes,
            Some(_) => Verdict::No,
            None => Verdict::Unsure,
        },
        None if may_begin && probe.bytes.len() < 8 => Verdict::Unsure,
        None => Verdict::No,
    }
}

/// A request that waits for its answer.
struct Asked {
    transaction: [u8; 16],
    method: u16,
    target: Option<String>,
    agent: Option<String>,
    at: At,
}

#[derive(Default)]
struct Stun {
    carrier: Option<Carrier>,
    asked: Both<VecDeque<Asked>>,
    carried: Carried,
    /// Bytes of data in a channel that are passed over, by direction.
    skip: Both<usize>,
}

impl Parser for Stun {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        if self.carrier == Some(Carrier::Stream) { self.stream(&input, say) } else { self.datagram(&input, say) }
    }

    fn end(&mut self, say: Say<'_>) {
        for direction in [Direction::ToServer, Direction::ToClient] {
            for asked in std::mem::take(self.asked.of_mut(direction)) {
                tell_exchange(asked, None, None, &mut *say);
            }
        }
    }

    fn memory(&self) -> usize {
        let of = |direction| self.asked.of(direction).len() * (size_of::<Asked>() + 32);
        of(Direction::ToServer) + of(Direction::ToClient) + self.carried.memory()
    }
}

impl Stun {
    fn datagram(&mut self, input: &Input<'_>, say: Say<'_>) -> Progress {
        let all = Progress::Consumed(input.bytes.len());
        match demux::kind(input.bytes) {
            Kind::Stun => match Message::read(input.bytes) {
                Some(message) => self.message(&message, input, say),
                None => return self.hand_over(say),
            },
            Kind::Channel => match demux::channel_data(input.bytes) {
                Some(data) => self.burden(&first(&after(input, demux::CHANNEL_HEADER), data.len()), say),
                None => return self.hand_over(say),
            },
            Kind::Rtp if self.carried.take(input, &mut *say) => {}
            Kind::Zrtp => {}
            Kind::Rtp | Kind::Dtls | Kind::Other => return self.hand_over(say),
        }
        all
    }

    /// What follows is another protocol's: nothing that was asked will be answered here.
    fn hand_over(&mut self, say: Say<'_>) -> Progress {
        self.end(say);
        Progress::Handover(0)
    }

    fn stream(&mut self, input: &Input<'_>, say: Say<'_>) -> Progress {
        let mut done = 0;
        loop {
            let rest = after(input, done);
            let skip = self.skip.of_mut(input.direction);
            let passed = (*skip).min(rest.bytes.len());
            if passed > 0 {
                *skip -= passed;
                done += passed;
                continue;
            }
            let Some(&[kind, _, high, low]) = rest.bytes.first_chunk::<4>() else { return Progress::Consumed(done) };
            let length = usize::from(u16::from_be_bytes([high, low]));
            if (0x40..0x50).contains(&kind) {
                // Padded in streams (RFC 8656, section 12.5).
                *skip = demux::CHANNEL_HEADER + length.next_multiple_of(4);
                continue;
            }
            if rest.bytes.len() < 8 {
                return Progress::Consumed(done);
            }
            let Some(length) = message::length(rest.bytes) else {
                self.end(say);
                return Progress::Handover(done);
            };
            let whole = first(&rest, length);
            if whole.bytes.len() < length {
                return Progress::Consumed(done);
            }
            match Message::read(whole.bytes) {
                Some(message) => self.message(&message, &whole, &mut *say),
                None => say(Event::Malformed { what: "stun message that does not keep to its form" }),
            }
            done += length;
        }
    }

    /// What a relay carries.
    fn burden(&mut self, input: &Input<'_>, say: Say<'_>) {
        match demux::kind(input.bytes) {
            Kind::Rtp => {
                self.carried.take(input, say);
            }
            Kind::Stun => {
                if let Some(message) = Message::read(input.bytes) {
                    // Between the ends, not with the relay: a message that carries another one is not looked into.
                    self.tell_message(&message, input, say);
                }
            }
            _ => {}
        }
    }

    fn message(&mut self, message: &Message<'_>, input: &Input<'_>, say: Say<'_>) {
        self.tell_message(message, input, &mut *say);
        if let Some(data) = message.attribute(message::DATA).filter(|_| message.class == Class::Indication) {
            self.burden(&first(&after(input, data.at), data.value.len()), say);
        }
    }

    fn tell_message(&mut self, message: &Message<'_>, input: &Input<'_>, say: Say<'_>) {
        tell_attributes(message, input, &mut *say);
        let others: Vec<IpAddr> = [message::PEER_ADDRESS, message::RELAYED_ADDRESS].iter().filter_map(|kind| Some(message.address(*kind)?.ip())).collect();
        if !others.is_empty() {
            say(Event::Introduced(&others));
        }
        let target = target(message);
        let agent = message.attribute(message::SOFTWARE).map(|attribute| text(attribute.value).into_owned());
        let asked = Asked { transaction: message.transaction, method: message.method, target, agent, at: input.at(0, input.bytes.len()) };
        match message.class {
            Class::Indication => tell_exchange(asked, None, None, say),
            Class::Request => {
                let waiting = self.asked.of_mut(input.direction);
                if waiting.iter().any(|known| known.transaction == asked.transaction) {
                    return;
                }
                waiting.push_back(asked);
                if waiting.len() > WAITING
                    && let Some(oldest) = waiting.pop_front()
                {
                    tell_exchange(oldest, None, None, say);
                }
            }
            Class::Success | Class::Error => {
                let waiting = self.asked.of_mut(input.direction.flip());
                let place = waiting.iter().position(|known| known.transaction == asked.transaction);
                let request = place.and_then(|place| waiting.remove(place));
                tell_exchange(asked, request, message.error(), say);
            }
        }
    }
}

/// Tells a message; of an answer with the request that it belongs to.
fn tell_exchange(own: Asked, request: Option<Asked>, status: Option<u16>, say: Say<'_>) {
    let (peer, at, asker) = request.map_or((None, own.at, None), |request| (request.target, request.at, request.agent));
    let target = peer.or(own.target);
    let agent = own.agent.or(asker);
    say(Event::Exchange(Exchange {
        kind: Some(message::word(own.method)),
        target: target.map(Cow::Owned),
        status,
        agent: agent.map(Cow::Owned),
        at,
        ..Exchange::default()
    }));
}

/// The address that a message is about: the peer's, the relay's, or one's own as others see it.
fn target(message: &Message<'_>) -> Option<String> {
    let kinds = [message::PEER_ADDRESS, message::RELAYED_ADDRESS, message::XOR_MAPPED_ADDRESS, message::XOR_MAPPED_ADDRESS_OLD, message::MAPPED_ADDRESS];
    kinds.into_iter().find_map(|kind| message.address(kind)).map(|address| address.to_string())
}

fn tell_attributes(message: &Message<'_>, input: &Input<'_>, say: Say<'_>) {
    for attribute in message.attributes().filter(|attribute| !attribute.value.is_empty()) {
        let field = match attribute.kind {
            message::USERNAME => "username",
            message::REALM => "realm",
            _ => continue,
        };
        if attribute.kind == message::USERNAME {
            let at = input.at(attribute.at, attribute.value.len());
            say(Event::Value(Value { kind: ValueKind::Username, value: text(attribute.value), field, chain: &[], at }));
        }
        // Plugs and cameras take their hardware address for a name.
        let place = input.place(attribute.at);
        say(Event::Readable(Readable { role: Role::Record, bytes: attribute.value, field: Some(field), media: None, chain: &[], place }));
    }
}

/// A text without the zeros that old servers put behind it.
fn text(value: &[u8]) -> Cow<'_, str> {
    let end = value.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    String::from_utf8_lossy(value.get(..end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{drive_datagrams, drive_split};
    use super::*;
    use Direction::{ToClient, ToServer};

    const REQUEST: &[u8] = b"\0\x01\0\x18\x21\x12\xa4\x42abcdefghijkl\0\x06\0\x05anna:\0\0\0\x80\x22\0\x05lamp1\0\0\0";
    const ANSWER: &[u8] = b"\x01\x01\0\x0c\x21\x12\xa4\x42abcdefghijkl\0\x20\0\x08\0\x01\x21\x13\xe1\x12\xa6\x43";
    const REFUSED: &[u8] = b"\x01\x13\0\x14\x21\x12\xa4\x42ABCDEFGHIJKL\0\x09\0\x05\0\0\x04\x01x\0\0\0\0\x14\0\x01r\0\0\0";
    const SEND: &[u8] = b"\0\x16\0\x0c\x21\x12\xa4\x42ABCDEFGHIJKM\0\x12\0\x08\0\x01\x21\x13\xe1\x12\xa6\x43";
    const TOLD: &[&str] = &[
        "value username username=anna: []",
        "Record username - [] @24: anna:",
        "exchange binding - 192.0.2.1:1 - - lamp1 status - bytes 0",
        "Record realm - [] @92: r",
        "exchange allocate - - - - - status 401 bytes 0",
        "introduced [192.0.2.1]",
        "exchange send - 192.0.2.1:1 - - - status - bytes 0",
    ];

    #[test]
    fn ends_find_each_other() {
        let told =
            drive_split(STUN_TCP.open, &[(ToServer, REQUEST), (ToClient, ANSWER), (ToClient, REFUSED), (ToServer, b"\x40\x01\0\x02ab\0\0"), (ToServer, SEND)]);
        let place_off = |line: &str| line.split(" @").next().unwrap_or_default().to_owned();
        assert_eq!(told.iter().map(|line| place_off(line)).collect::<Vec<_>>(), TOLD.iter().map(|line| place_off(line)).collect::<Vec<_>>());
        let apart = drive_datagrams((STUN.open)(), &[(ToServer, REQUEST), (ToServer, REQUEST), (ToClient, ANSWER)]);
        assert_eq!(apart, [TOLD[0], TOLD[1], TOLD[0], TOLD[1], TOLD[2]]);
        assert_eq!(drive_datagrams((STUN.open)(), &[(ToServer, REQUEST)])[2], "exchange binding - - - - lamp1 status - bytes 0");
    }

    #[test]
    fn what_lies_beside_and_within_is_told_apart() {
        let voice = |number: u8| [&[0x80, 8, 0, number, 0, 0, 0, number, 1, 2, 3, 4][..], &[0xd5; 160]].concat();
        let plain: Vec<_> = (0..9).map(voice).collect();
        let channel: Vec<_> = plain.iter().map(|packet| [&[0x40, 1, 0, 172][..], packet].concat()).collect();
        for packets in [plain, channel] {
            let talk: Vec<_> = packets.iter().map(|packet| (ToClient, packet.as_slice())).collect();
            assert_eq!(drive_datagrams((STUN.open)(), &talk), ["media voice pcma"]);
        }
        assert_eq!(drive_datagrams((STUN.open)(), &[(ToServer, b"\x16\xfe\xff")]), ["Handover(0)"]);
    }

    #[test]
    fn it_is_known_by_its_form() {
        let ask = |bytes, from_port| probe_datagram(&Probe { bytes, direction: ToServer, from_port, to_port: 9_000, from_start: true });
        assert_eq!((ask(REQUEST, 5_000), ask(ANSWER, 3_478), ask(b"\0\x01", 3_478)), (Verdict::Yes, Verdict::Swapped, Verdict::No));
        let stream = |bytes| probe_stream(&Probe { bytes, direction: ToServer, from_port: 5_000, to_port: 80, from_start: true });
        assert_eq!(
            (stream(REQUEST), stream(&REQUEST[..6]), stream(b"GET /"), stream(&REQUEST[..30])),
            (Verdict::Yes, Verdict::Unsure, Verdict::No, Verdict::Unsure)
        );
    }

    proptest::proptest! {
        #[test]
        fn nothing_makes_it_fail(place in 0..REQUEST.len(), byte in proptest::prelude::any::<u8>(), cut in 0..REQUEST.len()) {
            let mut bytes = REQUEST.to_vec();
            bytes[place] = byte;
            if probe_datagram(&Probe { bytes: &bytes, direction: ToServer, from_port: 5_000, to_port: 9_000, from_start: true }) == Verdict::Yes {
                let told = drive_datagrams((STUN.open)(), &[(ToServer, &bytes)]);
                assert!(!told.contains(&"Handover(0)".to_owned()), "what it recognises it reads");
            }
            drive_datagrams((STUN.open)(), &[(ToServer, &bytes), (ToClient, &bytes[..cut])]);
            super::super::testing::drive((STUN_TCP.open)(), &[(ToServer, &bytes), (ToServer, &bytes[cut..])]);
        }
    }
}
