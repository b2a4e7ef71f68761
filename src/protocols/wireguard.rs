//! WireGuard (<https://www.wireguard.com/protocol/>): four kinds of message, each of a fixed form. Nothing in them is readable.
//!
//! In come datagrams; out goes that the flow is sealed: at once with a message of a handshake, whose form is certain, and with the second message of
//! traffic to one receiver. Then it is done.

use super::noise::is_noise;
use crate::event::Event;
use crate::protocols::protocol::{Carrier, Input, Nature, Parser, Probe, Progress, Protocol, Say, Verdict};
use crate::wire::Direction;

/// WireGuard over UDP.
pub static WIREGUARD: Protocol =
    Protocol { name: "wireguard", carrier: Carrier::Datagram, nature: Nature::Sealed, ports: &[51_820], probe, open: || Box::new(WireGuard::default()) };

/// Lengths of a handshake's first message, of its answer, and of a cookie.
const INITIATION: usize = 148;
const RESPONSE: usize = 92;
const COOKIE: usize = 64;
/// Of a message with traffic: kind, receiver, counter; and the shortest such message, which carries nothing but a tag.
const HEADER: usize = 16;
const SHORTEST: usize = 32;
/// After so many datagrams that do not fit it is something else.
const STRANGE: u8 = 3;

/// A message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Message {
    /// A handshake begins.
    Initiation,
    /// It is answered.
    Response,
    /// It has to begin again, with a cookie.
    Cookie,
    /// Traffic, to the index that its receiver chose.
    Traffic { receiver: u32 },
}

impl Message {
    fn read(bytes: &[u8]) -> Option<Self> {
        let (&[kind, 0, 0, 0, a, b, c, d], rest) = bytes.split_first_chunk::<8>()? else { return None };
        let index = u32::from_le_bytes([a, b, c, d]);
        match (kind, bytes.len()) {
            (1, INITIATION) if is_noise(rest.get(..32)?) => Some(Self::Initiation),
            (2, RESPONSE) if is_noise(rest.get(4..36)?) => Some(Self::Response),
            (3, COOKIE) if is_noise(rest.get(..24)?) => Some(Self::Cookie),
            (4, SHORTEST..) if bytes.len().is_multiple_of(16) && is_counter(rest) && is_noise(bytes.last_chunk::<16>()?) => {
                Some(Self::Traffic { receiver: index })
            }
            _ => None,
        }
    }
}

/// A session's messages are counted from zero, and rarely are there more than 2^40.
fn is_counter(bytes: &[u8]) -> bool {
    matches!(bytes, [_, _, _, _, _, 0, 0, 0, ..])
}

fn probe(probe: &Probe<'_>) -> Verdict {
    match (Message::read(probe.bytes), probe.direction) {
        (None, _) => Verdict::No,
        (Some(Message::Initiation), Direction::ToClient) | (Some(Message::Response), Direction::ToServer) => Verdict::Swapped,
        (Some(_), _) => Verdict::Yes,
    }
}

/// One pair of peers.
#[derive(Default)]
struct WireGuard {
    /// By direction: the index that traffic was sent to.
    receivers: [Option<u32>; 2],
    strange: u8,
}

impl Parser for WireGuard {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        let Some(message) = Message::read(input.bytes) else {
            self.strange += 1;
            say(Event::Malformed { what: "WireGuard message that does not keep to its form" });
            return if self.strange < STRANGE { Progress::Consumed(input.bytes.len()) } else { Progress::Lost };
        };
        let is_certain = match message {
            Message::Traffic { receiver } => self.receivers.get_mut(input.direction.index()).and_then(|known| known.replace(receiver)) == Some(receiver),
            _ => true,
        };
        if is_certain {
            say(Event::Sealed { with: "WireGuard", at: input.at(0, input.bytes.len().min(HEADER)) });
            return Progress::Done;
        }
        Progress::Consumed(input.bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::testing::drive_datagrams;
    use crate::wire::Direction::{ToClient, ToServer};

    fn message(kind: u8, length: usize, middle: &[u8]) -> Vec<u8> {
        let noise = (0..length).map(|index| (index * 167 + 13) as u8);
        [&[kind, 0, 0, 0][..], middle].concat().into_iter().chain(noise).take(length).collect()
    }

    fn traffic(receiver: u8, counter: u8) -> Vec<u8> {
        message(4, 96, &[receiver, 1, 1, 1, counter, 0, 0, 0, 0, 0, 0, 0])
    }

    fn asked(bytes: &[u8], direction: Direction) -> Verdict {
        probe(&Probe { bytes, direction, from_port: 1, to_port: 2, from_start: true })
    }

    #[test]
    fn a_handshake_seals() {
        let (first, answer) = (message(1, 148, &[7, 1, 1, 1]), message(2, 92, &[8, 1, 1, 1, 7, 1, 1, 1]));
        for (direction, bytes) in [(ToServer, &first), (ToClient, &answer), (ToClient, &message(3, 64, &[7, 1, 1, 1]))] {
            assert_eq!(drive_datagrams((WIREGUARD.open)(), &[(direction, bytes)]), ["sealed WireGuard", "Done"]);
        }
        assert_eq!((asked(&first, ToServer), asked(&first, ToClient), asked(&answer, ToServer)), (Verdict::Yes, Verdict::Swapped, Verdict::Swapped));
    }

    #[test]
    fn traffic_picked_up_in_the_middle_seals_with_its_second_message() {
        let (one, two, other) = (traffic(7, 1), traffic(7, 2), traffic(9, 3));
        assert_eq!(asked(&one, ToClient), Verdict::Yes);
        assert_eq!(drive_datagrams((WIREGUARD.open)(), &[(ToServer, &one), (ToServer, &two)]), ["sealed WireGuard", "Done"]);
        assert_eq!(drive_datagrams((WIREGUARD.open)(), &[(ToServer, &one), (ToServer, &other)]).len(), 0);
    }

    #[test]
    fn other_bytes_are_none() {
        let first = message(1, 148, &[7, 1, 1, 1]);
        assert!((0..148).all(|cut| asked(&first[..cut], ToServer) == Verdict::No));
        assert_eq!(asked(&[&[1, 0, 0, 0][..], &[0; 144]].concat(), ToServer), Verdict::No);
        assert_eq!(asked(&[&[4, 0, 0, 0][..], &[b'a'; 92]].concat(), ToServer), Verdict::No);
        let lost = drive_datagrams((WIREGUARD.open)(), &[(ToServer, b"a"), (ToServer, b"b"), (ToServer, b"c")]);
        assert_eq!(lost.last().map(String::as_str), Some("Lost"));
    }
}
