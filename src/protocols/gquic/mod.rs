//! Google's QUIC before it was a standard, versions up to Q046: the handshake of the first packets is in the clear.
//!
//! In come datagrams; out go the name of the server and the software of the client, and that the rest is sealed: from the first packet on that
//! is not in the clear. Then it is done. Q050, which hides its handshake as the standard does, is read where that is.

mod frames;
mod hash;
mod header;

use crate::event::{Event, NameSource};
use crate::protocols::ordered::Ordered;
use crate::protocols::protocol::{Carrier, Input, Nature, Parser, Probe, Progress, Protocol, Say, Verdict};
use crate::protocols::quic_crypto::Messages;
use crate::wire::Direction;
use frames::Pieces;
use header::{Datagram, Version};

/// Google's QUIC over UDP.
pub static GQUIC: Protocol =
    Protocol { name: "gquic", carrier: Carrier::Datagram, nature: Nature::Sealed, ports: &[443], probe, open: || Box::new(Gquic::default()) };

/// After so many datagrams nothing is waited for any more.
const DATAGRAMS: usize = 64;

/// A client's packet that names its version and is in the clear, or a packet in the clear that holds a message of the handshake.
fn probe(probe: &Probe<'_>) -> Verdict {
    let said_of_server = probe.direction == Direction::ToClient;
    let of_server = match header::read(probe.bytes, false, None) {
        Datagram::Packet { header, body, version: Some(version) } if (Clear { header, body, version }).is_clear(false) => false,
        Datagram::Packet { version: None, .. } if guess(probe.bytes, false).is_some() => false,
        Datagram::Packet { version: None, .. } if guess(probe.bytes, true).is_some() => true,
        _ => return Verdict::No,
    };
    if of_server == said_of_server { Verdict::Yes } else { Verdict::Swapped }
}

/// A version that explains a packet which names none, where a connection is picked up in the middle: its hash is right. Packets without a message
/// of the handshake near their beginning are not looked at.
fn guess(bytes: &[u8], of_server: bool) -> Option<Version> {
    let begin = bytes.get(..HANDSHAKE_BEGINS).unwrap_or(bytes);
    let kind: &[u8] = if of_server { b"REJ\0" } else { b"CHLO" };
    memchr::memmem::find(begin, kind)?;
    [43, 36, 24].map(Version).into_iter().find(|version| match header::read(bytes, of_server, Some(*version)) {
        Datagram::Packet { header, body, .. } => (Clear { header, body, version: *version }).is_clear(of_server),
        _ => false,
    })
}

/// Header, hash and acknowledgements before the handshake's first byte take no more than this.
const HANDSHAKE_BEGINS: usize = 128;

/// A packet that may be in the clear.
struct Clear<'p> {
    header: &'p [u8],
    body: &'p [u8],
    version: Version,
}

impl<'p> Clear<'p> {
    /// Whether its hash is right: only then an end would take it.
    fn is_clear(&self, of_server: bool) -> bool {
        let Some((given, frames)) = self.body.split_first_chunk::<{ hash::LENGTH }>() else { return false };
        let sender: &[u8] = match (self.version.is_signed(), of_server) {
            (false, _) => b"",
            (true, false) => b"Client",
            (true, true) => b"Server",
        };
        *given == hash::of(&[self.header, frames, sender])
    }

    fn pieces(&self) -> Pieces<'p> {
        // A packet's number ends its header. As many bytes as these has what a STOP_WAITING frame counts back from it.
        let number = match self.header.first() {
            Some(first) if first & 0x80 != 0 => usize::from(first & 3) + 1,
            Some(first) => [1, 2, 4, 6].get(usize::from(first >> 4 & 3)).copied().unwrap_or(1),
            None => 1,
        };
        Pieces::new(self.body.get(hash::LENGTH..).unwrap_or_default(), self.version, number)
    }
}

/// One connection.
#[derive(Default)]
struct Gquic {
    version: Option<Version>,
    /// Whether no packet named the version.
    is_guess: bool,
    /// What the client says in the handshake.
    stream: Ordered,
    messages: Messages,
    has_hello: bool,
    is_sealed: bool,
    datagrams: usize,
}

impl Gquic {
    fn read_hello(&mut self, packet: &Clear<'_>, input: &Input<'_>, say: Say<'_>) {
        let Self { stream, messages, has_hello, .. } = self;
        for piece in packet.pieces() {
            let mut is_broken = false;
            stream.add(piece.offset, piece.bytes, |bytes| {
                let result = messages.feed(bytes, |message| {
                    message.tell(NameSource::QuicSni, &|_| input.at(0, input.bytes.len()), say);
                    *has_hello |= message.is_client_hello();
                });
                is_broken |= result.is_err();
            });
            if is_broken {
                say(Event::Malformed { what: "QUIC Crypto message that does not keep to its form" });
            }
        }
    }

    fn seal(&mut self, input: &Input<'_>, say: Say<'_>) {
        let Some(version) = self.version.filter(|_| !self.is_sealed) else { return };
        self.is_sealed = true;
        let named = format!("gQUIC Q{:03}", version.0);
        say(Event::Sealed { with: if self.is_guess { "gQUIC" } else { &named }, at: input.at(0, input.bytes.len()) });
    }
}

impl Parser for Gquic {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        let of_server = input.direction == Direction::ToClient;
        if self.version.is_none() {
            self.version = guess(input.bytes, of_server);
            self.is_guess = self.version.is_some();
        }
        match header::read(input.bytes, of_server, self.version) {
            Datagram::Packet { header, body, version } => {
                (self.version, self.is_guess) = (version.or(self.version), self.is_guess && version.is_none());
                let packet = self.version.map(|version| Clear { header, body, version });
                match packet.filter(|packet| packet.is_clear(of_server)) {
                    Some(packet) if !of_server => self.read_hello(&packet, &input, say),
                    Some(_) => {}
                    None => self.seal(&input, say),
                }
            }
            Datagram::Short => self.seal(&input, say),
            Datagram::Versions | Datagram::Other | Datagram::Broken => {}
        }
        self.datagrams += 1;
        let is_done = (self.has_hello && self.is_sealed) || self.datagrams >= DATAGRAMS;
        if is_done { Progress::Done } else { Progress::Consumed(input.bytes.len()) }
    }

    /// Datagrams stand each by itself.
    fn gap(&mut self, _: Direction, _: u64, _: Say<'_>) -> Progress {
        Progress::Consumed(0)
    }

    fn memory(&self) -> usize {
        self.stream.memory() + self.messages.memory()
    }
}

#[cfg(test)]
mod tests;
