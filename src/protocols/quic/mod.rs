//! QUIC versions 1 and 2 and their late drafts (RFC 9000, RFC 9001, RFC 9369): what the first packets of a connection say to everyone.
//!
//! In come datagrams; out go the names, application protocols and fingerprints of the hellos in the Initial packets, and that the rest is
//! sealed. Then it is done. The keys of Initial packets follow from what the client sends in the clear; a packet whose tag does not prove it
//! is never told.

mod crypto;
mod frames;
mod header;
mod stream;

use std::ops::Range;

use crate::event::{Event, NameSource};
use crate::protocols::handshake::{Agreeing, CLIENT_HELLO, Learnt, SERVER_HELLO, Telling};
use crate::protocols::protocol::{Carrier, Input, Nature, Parser, Probe, Progress, Protocol, Say, Verdict};
use crate::wire::{At, Direction};
use crypto::Keys;
use frames::Pieces;
use header::{Kind, Next, Packet, Version};
use stream::Stream;

/// QUIC over UDP.
pub static QUIC: Protocol =
    Protocol { name: "quic", carrier: Carrier::Datagram, nature: Nature::Sealed, ports: &[443, 8443, 853, 4433], probe, open: || Box::new(Quic::default()) };

/// After so many datagrams no hello is waited for any more.
const DATAGRAMS: usize = 64;
/// At most so many packets of a datagram are read.
const PACKETS: usize = 16;
/// A protected packet is at least so long behind its number: the number and the tag.
const SHORTEST: usize = 20;
/// A client fills its first datagrams up to this length (RFC 9000, section 14.1).
const FIRST_DATAGRAM: usize = 1_200;

/// A long header of a known version whose lengths fit.
fn probe(probe: &Probe<'_>) -> Verdict {
    match header::next(probe.bytes) {
        Next::Packet(packet, _) if packet.kind == Kind::Retry && packet.bytes.len() > SHORTEST => of_server(probe.direction),
        Next::Packet(packet, _) if packet.bytes.len() < packet.number + SHORTEST => Verdict::No,
        Next::Packet(packet, _) if packet.kind == Kind::Initial && probe.direction == Direction::ToClient => initial_to_client(&packet),
        Next::Packet(..) => Verdict::Yes,
        Next::Versions(list) if is_version_list(list) => of_server(probe.direction),
        // The server will offer versions that are known.
        Next::Unknown if probe.bytes.len() >= FIRST_DATAGRAM => Verdict::Unsure,
        _ => Verdict::No,
    }
}

/// What only servers send.
fn of_server(direction: Direction) -> Verdict {
    if direction == Direction::ToClient { Verdict::Yes } else { Verdict::Swapped }
}

/// An Initial that opens with the key of a client was sent by one.
fn initial_to_client(packet: &Packet<'_>) -> Verdict {
    let keys = Keys::derive(packet.version, packet.to);
    if keys.is_some_and(|keys| keys.client.open(packet, &mut Vec::new()).is_some()) { Verdict::Swapped } else { Verdict::Yes }
}

fn is_version_list(list: &[u8]) -> bool {
    let (versions, rest) = list.as_chunks::<4>();
    rest.is_empty() && versions.iter().any(|version| Version::find(u32::from_be_bytes(*version)).is_some())
}

/// What one end said.
#[derive(Default)]
struct Side {
    stream: Stream,
    has_hello: bool,
}

/// One connection, or several that follow each other between the same ports.
#[derive(Default)]
struct Quic {
    keys: Option<Keys>,
    client: Side,
    server: Side,
    agreeing: Agreeing,
    datagrams: usize,
    /// Where unprotected packets are written.
    room: Vec<u8>,
    has_told: bool,
    /// Whether it was counted that packets do not open.
    has_counted: bool,
}

impl Quic {
    fn read_packet(&mut self, packet: &Packet<'_>, at: At, say: Say<'_>) {
        let was_opened = match packet.kind {
            Kind::Initial => self.read_initial(packet, at, say),
            Kind::Handshake | Kind::ZeroRtt => true,
            Kind::Retry => false,
        };
        if was_opened && !self.has_told {
            self.has_told = true;
            say(Event::Sealed { with: packet.version.name, at });
        }
    }

    /// Whether the packet proved to be what it says.
    fn read_initial(&mut self, packet: &Packet<'_>, at: At, say: Say<'_>) -> bool {
        let mut room = std::mem::take(&mut self.room);
        let opened = self.open(packet, &mut room);
        if let Some((payload, of_server)) = opened.clone() {
            self.read_frames(room.get(payload).unwrap_or_default(), of_server, at, say);
        } else if !std::mem::replace(&mut self.has_counted, true) {
            say(Event::Malformed { what: "QUIC Initial packet that its key does not open" });
        }
        self.room = room;
        opened.is_some()
    }

    /// Opens a packet with the keys that are known, else with those that follow from it: then it is the first of a client, or the first after
    /// a Retry, which changes the keys (RFC 9001, section 5.2). Gives the place of the payload, and whether the server sent it: told by the key
    /// that fits.
    fn open(&mut self, packet: &Packet<'_>, room: &mut Vec<u8>) -> Option<(Range<usize>, bool)> {
        if let Some(keys) = &self.keys {
            for (key, of_server) in [(&keys.client, false), (&keys.server, true)] {
                if let Some(payload) = key.open(packet, room) {
                    return Some((payload, of_server));
                }
            }
        }
        let keys = Keys::derive(packet.version, packet.to)?;
        let payload = keys.client.open(packet, room)?;
        (self.keys, self.client, self.server) = (Some(keys), Side::default(), Side::default());
        Some((payload, false))
    }

    fn read_frames(&mut self, payload: &[u8], of_server: bool, at: At, say: Say<'_>) {
        let side = if of_server { &mut self.server } else { &mut self.client };
        let agreeing = &mut self.agreeing;
        for piece in Pieces(payload) {
            let Ok(piece) = piece else {
                say(Event::Malformed { what: "QUIC frame that an Initial packet can't have" });
                break;
            };
            let result = side.stream.add(piece, |message| {
                let learnt = agreeing.tell(&Telling { source: NameSource::QuicSni, of_server, at: &|_| at }, &message, say);
                side.has_hello |= learnt != Learnt::Nothing && learnt != Learnt::Retry && matches!(message.kind, CLIENT_HELLO | SERVER_HELLO);
            });
            if result.is_err() {
                say(Event::Malformed { what: "TLS handshake message that is too long" });
            }
        }
    }
}

impl Parser for Quic {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        let mut rest = input.bytes;
        for _ in 0..PACKETS {
            match header::next(rest) {
                Next::Packet(packet, after) => {
                    self.read_packet(&packet, input.at(input.bytes.len() - rest.len(), packet.bytes.len()), say);
                    rest = after;
                }
                // Behind a packet there may be anything.
                Next::Broken if rest.len() == input.bytes.len() => {
                    say(Event::Malformed { what: "QUIC packet whose lengths do not fit" });
                    break;
                }
                Next::Broken | Next::Versions(_) | Next::Unknown | Next::Other => break,
            }
        }
        self.datagrams += 1;
        let is_done = (self.client.has_hello && self.server.has_hello) || self.datagrams >= DATAGRAMS;
        if is_done { Progress::Done } else { Progress::Consumed(input.bytes.len()) }
    }

    /// Datagrams stand each by itself.
    fn gap(&mut self, _: Direction, _: u64, _: Say<'_>) -> Progress {
        Progress::Consumed(0)
    }

    fn memory(&self) -> usize {
        self.client.stream.memory() + self.server.stream.memory() + self.agreeing.memory() + self.room.capacity()
    }
}

#[cfg(test)]
mod tests;
