//! DTLS 1.0, 1.2 and 1.3 (RFC 4347, RFC 6347, RFC 9147), and the 1.0 of OpenSSL before 0.9.8f that some VPNs still speak.
//!
//! In come datagrams, perhaps mixed with STUN, TURN channels and media on the same ports (RFC 7983); out go the names, fingerprints and
//! certificates of the handshake, and where and by which version it is sealed. Then it is done. Messages that come in fragments are put
//! together, within bounds. Where the handshake keys SRTP, the media of the flow are sealed too.

mod fragments;
mod hello;
mod record;
mod srtp;

use super::demux::{self, Kind};
use crate::event::{Event, NameSource};
use crate::protocols::handshake::{self, Agreeing, CERTIFICATE, CLIENT_HELLO, Learnt, Message, SERVER_HELLO, Telling};
use crate::protocols::protocol::{Carrier, Input, Nature, Parser, Probe, Progress, Protocol, Say, Verdict};
use crate::wire::{At, Direction};
use fragments::{Assembly, Whole};
use record::{Content, Fragment, Fragments, Record, Records};

/// DTLS over UDP.
pub static DTLS: Protocol = Protocol {
    name: "dtls",
    carrier: Carrier::Datagram,
    nature: Nature::Sealed,
    ports: &[443, 4433, 4755, 5349, 5684, 10_161, 10_162],
    probe,
    open: || Box::new(Dtls::default()),
};

/// `HelloVerifyRequest`: the server asks for the hello again, with a cookie.
const HELLO_VERIFY_REQUEST: u8 = 3;
/// When one direction is encrypted, so many datagrams more are waited for something to read in the other.
const PATIENCE: usize = 64;

/// Records that fill the datagram. The last may be cut short only behind a hello's beginning: a capture keeps the first bytes of a packet.
fn probe(probe: &Probe<'_>) -> Verdict {
    let bytes = if demux::kind(probe.bytes) == Kind::Channel { demux::channel_data(probe.bytes).unwrap_or_default() } else { probe.bytes };
    let mut records = Records::new(bytes);
    let Some(first) = records.next() else { return Verdict::No };
    if first.content == Content::Handshake && Fragments::new(first.fragment).next().is_none() && !may_be_cut(&first) {
        return Verdict::No;
    }
    let is_filled = first.is_whole && records.by_ref().all(|record| record.is_whole) && records.rest().is_empty();
    if !is_filled && first.content != Content::Handshake {
        return Verdict::No;
    }
    let kind = first.fragment.first().filter(|_| first.content == Content::Handshake);
    match (kind, probe.direction) {
        (Some(&CLIENT_HELLO), Direction::ToClient) | (Some(&(SERVER_HELLO | HELLO_VERIFY_REQUEST)), Direction::ToServer) => Verdict::Swapped,
        _ => Verdict::Yes,
    }
}

/// Whether a hello begins in a record of which only the beginning was captured.
fn may_be_cut(record: &Record<'_>) -> bool {
    matches!(record.fragment, [CLIENT_HELLO | SERVER_HELLO, 0, ..]) && !record.is_whole && record.fragment.len() > record::FRAGMENT_HEADER
}

/// What people call a version where SRTP is keyed too.
fn version_name_with_srtp(version: u16) -> &'static str {
    match version {
        0x0100 | 0xfeff => "SRTP, keyed by DTLS 1.0",
        0xfefd => "SRTP, keyed by DTLS 1.2",
        0xfefc => "SRTP, keyed by DTLS 1.3",
        _ => "SRTP, keyed by DTLS",
    }
}

/// One end.
#[derive(Default)]
struct Side {
    assembly: Assembly,
    is_encrypted: bool,
    media: srtp::Stream,
}

/// One association, or several that follow each other between the same ports.
#[derive(Default)]
struct Dtls {
    sides: [Side; 2],
    agreeing: Agreeing,
    /// The client's random: another one begins another handshake.
    random: Option<[u8; 32]>,
    has_hello: bool,
    /// The version that the server chose, else the one on encrypted records.
    version: Option<u16>,
    is_chosen: bool,
    is_in_the_clear: bool,
    /// Whether the client offered SRTP.
    offers_srtp: bool,
    /// Whether the server took it up.
    takes_srtp: bool,
    sealed: Option<At>,
    has_told: bool,
    waited: usize,
}

impl Dtls {
    fn side(&mut self, direction: Direction) -> &mut Side {
        let [to_server, to_client] = &mut self.sides;
        if direction == Direction::ToServer { to_server } else { to_client }
    }

    /// Reads the records of `bytes`, which begin at `index` of the datagram.
    fn records(&mut self, input: &Input<'_>, index: usize, bytes: &[u8], say: Say<'_>) {
        let mut records = Records::new(bytes);
        for record in records.by_ref() {
            match record.content {
                Content::Handshake => self.handshake(input, index, &record, say),
                Content::Encrypted => self.encrypted(input.direction, record.version, input.at(index + record.index, record.fragment.len())),
                Content::ChangeCipherSpec => self.agreeing.changed(input.direction == Direction::ToClient, say),
                Content::Alert | Content::Acknowledgement => {}
            }
        }
        let rest = records.rest();
        // Encrypted records of DTLS 1.3 may open a datagram.
        if rest.len() == bytes.len() && rest.first().is_some_and(|first| record::is_short(*first)) {
            self.encrypted(input.direction, 0, input.at(index, rest.len()));
        } else if !rest.is_empty() {
            say(Event::Malformed { what: "DTLS record that does not keep to its form" });
        }
    }

    fn encrypted(&mut self, direction: Direction, version: u16, at: At) {
        self.side(direction).is_encrypted = true;
        if !self.is_chosen && version != 0 {
            self.version = Some(version);
        }
        self.sealed.get_or_insert(at);
    }

    fn handshake(&mut self, input: &Input<'_>, index: usize, record: &Record<'_>, say: Say<'_>) {
        for fragment in Fragments::new(record.fragment) {
            if fragment.kind == CLIENT_HELLO && fragment.offset == 0 {
                self.maybe_again(&fragment);
            }
            if !matches!(fragment.kind, CLIENT_HELLO | SERVER_HELLO | CERTIFICATE) {
                continue;
            }
            let Some(whole) = self.side(input.direction).assembly.take(&fragment) else { continue };
            let begin = index + record.index + fragment.index;
            match &whole {
                Whole::Here(body) => self.message(input, fragment.kind, body, Some(begin), say),
                Whole::Together(body) => self.message(input, fragment.kind, body, None, say),
            }
        }
    }

    /// A first hello with another random is another handshake's.
    fn maybe_again(&mut self, fragment: &Fragment<'_>) {
        let Some(random) = hello::random(fragment.bytes) else { return };
        if self.random.is_some_and(|known| known != random) && fragment.number == 0 {
            self.sides = Default::default();
        }
        self.random = Some(random);
    }

    /// Reads a message; `begin`: where in the datagram its body lies, where it lies there whole.
    fn message(&mut self, input: &Input<'_>, kind: u8, body: &[u8], begin: Option<usize>, say: Say<'_>) {
        let last = input.at(input.bytes.len().saturating_sub(1), 1);
        let at = |part: &[u8]| match begin {
            Some(begin) => input.at(begin + handshake::index_in(body, part), part.len()),
            None => At { offset: None, length: u32::try_from(part.len()).unwrap_or(u32::MAX), ..last },
        };
        let telling = Telling { source: NameSource::Sni, of_server: input.direction == Direction::ToClient, at: &at };
        match self.agreeing.tell(&telling, &Message { kind, body, index: begin }, say) {
            Learnt::ClientHello => {
                self.has_hello = true;
                self.offers_srtp = hello::offers_srtp(body);
            }
            Learnt::ServerHello { version, suite } => self.chosen(version, suite, body, at(body)),
            _ => {}
        }
    }

    fn chosen(&mut self, version: u16, suite: u16, body: &[u8], at: At) {
        (self.version, self.is_chosen) = (Some(version), true);
        self.is_in_the_clear = handshake::is_in_the_clear(suite);
        self.takes_srtp = hello::takes_srtp(body);
        if handshake::is_13(version) {
            self.side(Direction::ToClient).is_encrypted = true;
            self.sealed.get_or_insert(at);
        }
    }

    /// Media beside the handshake: sealed if SRTP was offered, for who offers it sends nothing else.
    fn media(&mut self, input: &Input<'_>) {
        let is_stream = self.side(input.direction).media.take(input.bytes);
        if is_stream && self.offers_srtp {
            self.side(input.direction).is_encrypted = true;
            self.sealed.get_or_insert(input.at(0, input.bytes.len()));
        }
    }

    /// After each look: tells that it is sealed as soon as it is known by what. Whether nothing is left to read.
    fn settle(&mut self, say: Say<'_>) -> bool {
        let encrypted = self.sides.iter().filter(|side| side.is_encrypted).count();
        self.waited += usize::from(encrypted > 0);
        let is_modern = self.version.is_some_and(handshake::is_13);
        let is_done = encrypted == 2 || (is_modern && self.has_hello) || self.waited > PATIENCE;
        if is_done {
            self.agreeing.end(say);
        }
        if is_done || (encrypted > 0 && self.is_chosen) {
            self.tell_sealed(say);
        }
        is_done
    }

    fn tell_sealed(&mut self, say: Say<'_>) {
        let Some(at) = self.sealed else { return };
        if !self.has_told && !self.is_in_the_clear {
            self.has_told = true;
            let version = self.version.unwrap_or_default();
            // A server of DTLS 1.3 takes up SRTP under encryption.
            let has_srtp = self.takes_srtp || (self.offers_srtp && (version == 0 || handshake::is_13(version)));
            say(Event::Sealed { with: if has_srtp { version_name_with_srtp(version) } else { handshake::version_name(version) }, at });
        }
    }
}

impl Parser for Dtls {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        match demux::kind(input.bytes) {
            Kind::Dtls => self.records(&input, 0, input.bytes, say),
            Kind::Channel => {
                let data = demux::channel_data(input.bytes).unwrap_or_default();
                if demux::kind(data) == Kind::Dtls {
                    self.records(&input, demux::CHANNEL_HEADER, data, say);
                }
            }
            Kind::Rtp => self.media(&input),
            Kind::Stun if demux::is_stun(input.bytes) => {}
            Kind::Stun | Kind::Zrtp | Kind::Other => say(Event::Malformed { what: "datagram that is no DTLS" }),
        }
        if self.settle(say) { Progress::Done } else { Progress::Consumed(input.bytes.len()) }
    }

    fn end(&mut self, say: Say<'_>) {
        self.agreeing.end(say);
        self.tell_sealed(say);
    }

    fn memory(&self) -> usize {
        self.agreeing.memory() + self.sides.iter().map(|side| side.assembly.memory()).sum::<usize>()
    }
}

#[cfg(test)]
mod tests;
