//! NAT Port Mapping Protocol (RFC 6886): devices ask the router to let the Internet in to them.
//!
//! Comes in: datagrams on port 5351, and 5350 for announcements. Goes out: an exchange a message, and a door for each mapping that is asked for, with the
//! router's answer. A message has two bytes that are its own, so on another port it is not recognised.

use std::collections::VecDeque;

use super::messages::{self, Frame, Messages, Next};
use super::protocol::{Carrier, Input, Nature, Probe, Protocol, Say, Verdict};
use super::saying::{big16, big32, exchange, whole};
use crate::event::{Door, Event};
use crate::wire::{At, Direction, Transport};

/// NAT-PMP over UDP.
pub static NATPMP: Protocol =
    Protocol { name: "nat-pmp", carrier: Carrier::Datagram, nature: Nature::Infrastructure, ports: PORTS, probe, open: messages::datagrams::<NatPmp> };

/// The router's port, and that on which it announces itself (section 3).
const PORTS: &[u16] = &[5_351, 5_350];

/// The bit of an answer.
const ANSWER: u8 = 0x80;

const UDP: u8 = 1;
const TCP: u8 = 2;

/// Requests that wait for an answer; the oldest is told without one.
const WAITING: usize = 64;

fn probe(probe: &Probe<'_>) -> Verdict {
    let on_port = PORTS.contains(&probe.from_port) || PORTS.contains(&probe.to_port);
    if on_port && is_message(probe.bytes) { Verdict::Yes } else { Verdict::No }
}

/// Sections 3.2 to 3.5. An older or refusing router answers with no more than a result.
fn is_message(bytes: &[u8]) -> bool {
    let &[0, operation, ref rest @ ..] = bytes else { return false };
    match (operation, rest.len()) {
        (0, 0) => true,
        (UDP | TCP, 10) => rest.starts_with(&[0, 0]),
        (0x80, 6 | 10) | (0x81 | 0x82, 6 | 14) => big16(rest, 0).is_some_and(|result| result <= 5),
        _ => false,
    }
}

/// A mapping that was asked for.
#[derive(Debug)]
struct Asked {
    transport: Transport,
    internal_port: u16,
    external_port: u16,
    lease: u32,
    at: At,
}

#[derive(Debug, Default)]
struct NatPmp {
    asked: VecDeque<Asked>,
}

impl Messages for NatPmp {
    const MALFORMED: &'static str = "nat-pmp message";

    fn frame(&self, _: Direction, bytes: &[u8]) -> Frame {
        if is_message(bytes) { Frame::Length(bytes.len()) } else { Frame::Not }
    }

    /// PCP shares the port (RFC 6887, section 9): a client asks in it first, a router announces itself in both.
    fn is_relative(bytes: &[u8]) -> bool {
        bytes.first() == Some(&2)
    }

    fn tell(&mut self, message: &Input<'_>, say: Say<'_>) -> Next {
        let bytes = message.bytes;
        let operation = bytes.get(1).copied().unwrap_or_default();
        let transport = match operation & !ANSWER {
            UDP => Some(Transport::Udp),
            TCP => Some(Transport::Tcp),
            _ => None,
        };
        let is_answer = operation & ANSWER != 0;
        let status = if is_answer { big16(bytes, 2) } else { None };
        let port_at = if is_answer { 8 } else { 4 };
        let port = big16(bytes, port_at).filter(|_| transport.is_some());
        let target = transport.zip(port).map(|(transport, port)| format!("{transport} {port}"));
        let kind = match (transport, is_answer) {
            (None, false) => "external-address",
            (None, true) => "external-address-answer",
            (Some(_), false) => "map",
            (Some(_), true) => "map-answer",
        };
        exchange(message, kind, target.as_deref(), status, say);
        let (Some(transport), Some(external_port), Some(lease)) = (transport, big16(bytes, port_at + 2), big32(bytes, port_at + 4)) else {
            return Next::Message;
        };
        let internal_port = port.unwrap_or_default();
        let asked = Asked { transport, internal_port, external_port, lease, at: whole(message) };
        if is_answer {
            self.answered(&asked, status == Some(0), say);
        } else {
            self.ask(asked, say);
        }
        Next::Message
    }

    fn end(&mut self, say: Say<'_>) {
        self.asked.drain(..).for_each(|asked| asked.tell(None, say));
    }
}

impl NatPmp {
    /// The same is asked again until there is an answer (section 3.1). No time is to take a mapping away (section 3.4).
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
        // Refused, ports and time mean nothing (section 3.5).
        let told = if granted { Asked { external_port: answer.external_port, lease: answer.lease, ..asked } } else { asked };
        told.tell(Some(granted), say);
    }
}

impl Asked {
    fn is_for(&self, other: &Self) -> bool {
        self.transport == other.transport && self.internal_port == other.internal_port
    }

    fn tell(&self, granted: Option<bool>, say: Say<'_>) {
        say(Event::Door(Door {
            transport: self.transport,
            external_port: self.external_port,
            internal: None,
            internal_port: self.internal_port,
            lease: Some(self.lease),
            description: "",
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

    const ASK: &[u8] = b"\0\x02\0\0\x1f\x90\x00\x50\0\0\x1c\x20";
    const GRANT: &[u8] = b"\0\x82\0\0\0\0\0\x09\x1f\x90\x20\x00\0\0\x0e\x10";
    const REFUSE: &[u8] = b"\0\x82\0\x02\0\0\0\x09\x1f\x90\0\0\0\0\0\0";
    const TAKE_AWAY: &[u8] = b"\0\x02\0\0\x1f\x90\0\0\0\0\0\0";

    fn doors(datagrams: &[(Direction, &[u8])]) -> Vec<String> {
        drive_datagrams((NATPMP.open)(), datagrams).into_iter().filter(|line| line.starts_with("door")).collect()
    }

    #[test]
    fn a_door_is_told_with_its_answer() {
        let lines = drive_datagrams((NATPMP.open)(), &[(ToServer, ASK), (ToServer, ASK), (ToClient, GRANT)]);
        let want = [
            "exchange map - tcp 8080 - - - status - bytes 12",
            "exchange map - tcp 8080 - - - status - bytes 12",
            "exchange map-answer - tcp 8080 - - - status 0 bytes 16",
            "door tcp 8192 to None 8080 for Some(3600) [] granted Some(true)",
        ];
        assert_eq!(lines, want);
        assert_eq!(doors(&[(ToServer, ASK), (ToClient, REFUSE)]), ["door tcp 80 to None 8080 for Some(7200) [] granted Some(false)"]);
        assert_eq!(doors(&[(ToServer, ASK)]), ["door tcp 80 to None 8080 for Some(7200) [] granted None"]);
    }

    #[test]
    fn taking_a_door_away_and_answers_to_nothing_are_no_doors() {
        assert!(doors(&[(ToServer, TAKE_AWAY), (ToClient, GRANT), (ToServer, b"\0\0"), (ToClient, b"\0\x80\0\0\0\0\0\x09\xcb\0\x71\x05")]).is_empty());
    }

    #[test]
    fn a_message_of_pcp_is_handed_over() {
        assert_eq!(drive_datagrams((NATPMP.open)(), &[(ToServer, b"\0\0"), (ToServer, &[2; 24])]).last().map(String::as_str), Some("Handover(0)"));
    }

    #[test]
    fn only_its_port_makes_it_its_own() {
        let asked = |bytes, port| probe(&Probe { bytes, direction: ToServer, from_port: 40_000, to_port: port, from_start: true });
        assert_eq!((asked(ASK, 5_351), asked(b"\0\0", 5_351), asked(GRANT, 5_350)), (Verdict::Yes, Verdict::Yes, Verdict::Yes));
        assert_eq!(asked(ASK, 5_352), Verdict::No);
        for other in [&b""[..], b"\0", b"\0\x02\0\x01\x1f\x90\0\x50\0\0\x1c\x20", b"\x02\x01", b"\0\x03\0\0\0\0\0\0\0\0\0\0", b"\0\x80\0\x09\0\0\0\0\0\0\0\0"] {
            assert_eq!(asked(other, 5_351), Verdict::No, "{other:?}");
        }
    }
}
