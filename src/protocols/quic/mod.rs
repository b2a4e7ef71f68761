//! QUIC versions 1 and 2, their late drafts (RFC 9000, RFC 9001, RFC 9369) and Google's Q050: what the first packets of a connection say to everyone.
//!
//! In come datagrams; out go the names, application protocols and fingerprints of the hellos in the Initial packets, and that the rest is
//! sealed. Then it is done. The keys of Initial packets follow from what the client sends in the clear; a packet whose tag does not prove it
//! is never told.

mod crypto;
mod frames;
mod header;
mod keyring;

use crate::event::{Event, NameSource};
use crate::protocols::handshake::{Agreeing, CLIENT_HELLO, Learnt, Messages, SERVER_HELLO, Telling};
use crate::protocols::ordered::Ordered;
use crate::protocols::protocol::{Carrier, Input, Nature, Parser, Probe, Progress, Protocol, Say, Verdict};
use crate::protocols::quic_crypto;
use crate::wire::{At, Direction};
use crypto::Keys;
use frames::{Broken, Piece, Pieces};
use header::{Kind, Next, Packet, Version};
use keyring::Keyring;

/// QUIC over UDP.
pub static QUIC: Protocol =
    Protocol { name: "quic", carrier: Carrier::Datagram, nature: Nature::Sealed, ports: &[443, 8443, 853, 4433], probe, open: || Box::new(Quic::default()) };

/// After so many datagrams no hello is waited for any more.
const DATAGRAMS: usize = 64;
/// At most so many packets of a datagram are read.
const PACKETS: usize = 16;
/// A protected packet is at least so long behind its number: the number and the tag.
const SHORTEST: usize = 20;
/// At most so many Initial packets, each at most so long, wait for the client's first.
const EARLY: usize = 8;
const EARLY_LENGTH: usize = 2_048;
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
    stream: Ordered,
    messages: Messages,
    /// Of Google's Q050.
    google: quic_crypto::Messages,
    has_hello: bool,
}

impl Side {
    /// Adds a piece of a handshake of TLS, and tells of each message that it completes.
    fn add(&mut self, piece: Piece<'_>, of_server: bool, at: At, agreeing: &mut Agreeing, say: Say<'_>) {
        let Self { stream, messages, has_hello, .. } = self;
        let mut result = Ok(());
        stream.add(piece.offset, piece.bytes, |bytes| {
            let fed = messages.feed(bytes, |message| {
                let learnt = agreeing.tell(&Telling { source: NameSource::QuicSni, of_server, at: &|_| at }, &message, say);
                *has_hello |= learnt != Learnt::Nothing && learnt != Learnt::Retry && matches!(message.kind, CLIENT_HELLO | SERVER_HELLO);
            });
            result = result.and(fed);
        });
        if result.is_err() {
            say(Event::Malformed { what: "TLS handshake message that is too long" });
        }
    }

    /// The same of QUIC Crypto: what a client says.
    fn add_of_google(&mut self, piece: Piece<'_>, at: At, say: Say<'_>) {
        let Self { stream, google, has_hello, .. } = self;
        let mut result = Ok(());
        stream.add(piece.offset, piece.bytes, |bytes| {
            let fed = google.feed(bytes, |message| {
                message.tell(NameSource::QuicSni, &|_| at, say);
                *has_hello |= message.is_client_hello();
            });
            result = result.and(fed);
        });
        if result.is_err() {
            say(Event::Malformed { what: "QUIC Crypto message that does not keep to its form" });
        }
    }

    fn memory(&self) -> usize {
        self.stream.memory() + self.messages.memory() + self.google.memory()
    }
}

/// One connection, or several that follow each other between the same ports.
#[derive(Default)]
struct Quic {
    keys: Keyring,
    client: Side,
    server: Side,
    agreeing: Agreeing,
    datagrams: usize,
    /// Initial packets that came before the one that their keys follow from, and where they were seen.
    early: Vec<(Vec<u8>, At)>,
    /// Where unprotected packets are written.
    room: Vec<u8>,
    has_told: bool,
    /// Whether it was counted that packets do not open.
    has_counted: bool,
}

impl Quic {
    fn read_packet(&mut self, packet: &Packet<'_>, at: At, say: Say<'_>) {
        match packet.kind {
            Kind::Initial => self.read_initial(packet, at, say),
            Kind::Handshake | Kind::ZeroRtt => self.seal(packet.version, at, say),
            Kind::Retry => self.keys.retry(packet.from),
        }
    }

    fn seal(&mut self, version: Version, at: At, say: Say<'_>) {
        if !std::mem::replace(&mut self.has_told, true) {
            say(Event::Sealed { with: version.name, at });
        }
    }

    fn read_initial(&mut self, packet: &Packet<'_>, at: At, say: Say<'_>) {
        let was_empty = self.keys.is_empty();
        if !self.open_initial(packet, at, say) {
            self.put_off(packet, at, say);
        } else if was_empty {
            for (bytes, at) in std::mem::take(&mut self.early) {
                if let Next::Packet(packet, _) = header::next(&bytes)
                    && !self.open_initial(&packet, at, say)
                {
                    self.count(say);
                }
            }
        }
    }

    /// Reads a packet that its key opens; whether it does: then it is what it says.
    fn open_initial(&mut self, packet: &Packet<'_>, at: At, say: Say<'_>) -> bool {
        let mut room = std::mem::take(&mut self.room);
        let opened = self.keys.open(packet, &mut room);
        if let Some(opened) = &opened {
            if opened.is_new {
                (self.client, self.server, self.agreeing) = (Side::default(), Side::default(), Agreeing::default());
            }
            let payload = room.get(opened.payload.clone()).unwrap_or_default();
            self.read_frames(payload, opened.of_server, packet.version.is_google, at, say);
            self.seal(packet.version, at, say);
        }
        self.room = room;
        opened.is_some()
    }

    /// Keeps a packet that may open once the client's first was seen.
    fn put_off(&mut self, packet: &Packet<'_>, at: At, say: Say<'_>) {
        if self.keys.is_empty() && self.early.len() < EARLY && packet.bytes.len() <= EARLY_LENGTH {
            self.early.push((packet.bytes.to_vec(), at));
        } else {
            self.count(say);
        }
    }

    fn count(&mut self, say: Say<'_>) {
        if !std::mem::replace(&mut self.has_counted, true) {
            say(Event::Malformed { what: "QUIC Initial packet that its key does not open" });
        }
    }

    fn read_frames(&mut self, payload: &[u8], of_server: bool, is_google: bool, at: At, say: Say<'_>) {
        let side = if of_server { &mut self.server } else { &mut self.client };
        for piece in (Pieces { bytes: payload, is_google }) {
            match piece {
                Ok(piece) if is_google && !of_server => side.add_of_google(piece, at, say),
                Ok(_) if is_google => {}
                Ok(piece) => side.add(piece, of_server, at, &mut self.agreeing, say),
                Err(Broken) => say(Event::Malformed { what: "QUIC frame that an Initial packet can't have" }),
            }
        }
        // A server's hello of QUIC Crypto is sealed: nothing more will be told.
        self.server.has_hello |= is_google && self.client.has_hello;
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
        if !is_done {
            return Progress::Consumed(input.bytes.len());
        }
        self.end(say);
        Progress::Done
    }

    /// Datagrams stand each by itself.
    fn gap(&mut self, _: Direction, _: u64, _: Say<'_>) -> Progress {
        Progress::Consumed(0)
    }

    fn end(&mut self, say: Say<'_>) {
        if !self.early.is_empty() {
            self.count(say);
        }
    }

    fn memory(&self) -> usize {
        let early: usize = self.early.iter().map(|(bytes, _)| bytes.capacity()).sum();
        self.keys.memory() + self.client.memory() + self.server.memory() + self.agreeing.memory() + early + self.room.capacity()
    }
}

#[cfg(test)]
mod tests;
