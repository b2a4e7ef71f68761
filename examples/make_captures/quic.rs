//! QUIC as it looks from outside: hellos in disorder, a Retry, an offer of versions: T02. The protection of the first packets is true (RFC 9001,
//! section 5), what follows is noise.

use aes::Aes128;
use aes::cipher::{BlockCipherEncrypt, KeyInit};
use aes_gcm::Aes128Gcm;
use aes_gcm::aead::{AeadInOut, Nonce};
use hkdf::Hkdf;
use sha2::Sha256;

use super::file::Label;
use super::services::{arrive, look_up};
use super::wire::{Host, Net, v4};
use super::{Container, Scenario, tls};

/// The scenarios of this file.
pub const SCENARIOS: &[Scenario] = &[Scenario {
    container: Container::Pcap,
    label: Label {
        scenario: "T02",
        title: "A speaker speaks QUIC: its hellos lie in pieces, in disorder, after a Retry and after an offer of versions",
        must: &[],
        must_not: &["PT-01", "PT-02", "EP-05"],
        highest: "info",
        notes: "Version 1 with a Retry and a packet of 0-RTT, then version 2. The names are voice.speaker.example and cast.speaker.example.",
        ..Label::EMPTY
    },
    play,
}];

const SPEAKER: Host = Host::home(0x51, 51);
const PORT: u16 = 443;
/// A client fills its datagrams up to this length (RFC 9000, section 14.1).
const FULL: usize = 1_200;

fn play(net: &mut Net) {
    arrive(net, SPEAKER, "speaker", "udhcp 1.36.1");
    let server = Host::server(v4(203, 0, 113, 61));
    look_up(net, SPEAKER, "voice.speaker.example", &[server.ip]);
    after_a_retry(net, server, "voice.speaker.example");
    net.wait(4_000);
    let server = Host::server(v4(203, 0, 113, 62));
    look_up(net, SPEAKER, "cast.speaker.example", &[server.ip]);
    after_an_offer(net, server, "cast.speaker.example");
}

/// Version 1: the client's hello takes two packets; at the first the server wants to see the client's address proved. The client begins again, and
/// the later packet comes first.
fn after_a_retry(net: &mut Net, server: Host, name: &str) {
    let mut talk = Talk::new(net, V1, server);
    let hello = tls::quic_client_hello(net, name);
    let first = talk.connection.initial(false, &[], &crypto(&hello, 0..40), FULL);
    talk.up(net, &first);
    let token = net.noise(24);
    let retry = talk.connection.retry(net, &token);
    talk.down(net, &retry);
    let (third, half) = (hello.len() / 3, hello.len() / 2);
    // Pieces overlap, come again and lie in disorder over both packets.
    let later = [crypto(&hello, half..hello.len()), vec![1, 0, 0, 0], crypto(&hello, third - 9..half + 5), vec![0; 7]].concat();
    let sooner = [vec![1], crypto(&hello, 40..third), vec![0; 3], crypto(&hello, third - 20..third + 4), crypto(&hello, 0..60)].concat();
    let [sooner, later] = [sooner, later].map(|frames| talk.connection.initial(false, &token, &frames, 1_000));
    let early = talk.connection.long(net, 1, 150);
    talk.up(net, &[later, early].concat());
    talk.up(net, &filled(sooner));
    talk.answer(net);
    talk.go_on(net);
}

/// A version that nobody speaks, the server's offer, then version 2.
fn after_an_offer(net: &mut Net, server: Host, name: &str) {
    let mut talk = Talk::new(net, V2, server);
    let probe = [&[0xca, 0x1a, 0x2a, 0x3a, 0x4a, 8][..], &talk.connection.server_id, &[0]].concat();
    let probe = [probe, net.noise(FULL - 15)].concat();
    talk.up(net, &probe);
    let offer = [&[0x8a, 0, 0, 0, 0, 0, 8][..], &talk.connection.server_id, &[0x5a, 0x6a, 0x7a, 0x8a], &V2.number.to_be_bytes(), &V1.number.to_be_bytes()];
    talk.down(net, &offer.concat());
    let hello = tls::quic_client_hello(net, name);
    let frames: Vec<u8> = (0..hello.len()).step_by(23).rev().flat_map(|start| crypto(&hello, start..(start + 31).min(hello.len()))).collect();
    let first = talk.connection.initial(false, &[], &frames, FULL);
    talk.up(net, &first);
    talk.answer(net);
    talk.go_on(net);
}

/// A version of QUIC.
struct Version {
    number: u32,
    salt: [u8; 20],
    /// Labels of key, nonce and header protection.
    labels: [&'static str; 3],
    /// Types of long headers: Initial, 0-RTT, Handshake, Retry.
    types: [u8; 4],
}

/// RFC 9001, section 5.2.
const V1: Version = Version {
    number: 1,
    salt: [0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17, 0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a],
    labels: ["quic key", "quic iv", "quic hp"],
    types: [0, 1, 2, 3],
};

/// RFC 9369, section 3.
const V2: Version = Version {
    number: 0x6b33_43cf,
    salt: [0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93, 0x81, 0xbe, 0x6e, 0x26, 0x9d, 0xcb, 0xf9, 0xbd, 0x2e, 0xd9],
    labels: ["quicv2 key", "quicv2 iv", "quicv2 hp"],
    types: [1, 2, 3, 0],
};

/// Key and nonce of the tag of a Retry of version 1 (RFC 9001, section 5.8).
const RETRY_KEY: [u8; 16] = [0xbe, 0x0c, 0x69, 0x0b, 0x9f, 0x66, 0x57, 0x5a, 0x1d, 0x76, 0x6b, 0x54, 0xe3, 0x68, 0xc8, 0x4e];
const RETRY_NONCE: [u8; 12] = [0x46, 0x15, 0x99, 0xd3, 0x5d, 0x63, 0x2b, 0xf2, 0x23, 0x98, 0x25, 0xbb];

/// Both ends of a conversation over UDP.
struct Talk {
    connection: Connection,
    server: Host,
    port: u16,
}

impl Talk {
    fn new(net: &mut Net, version: Version, server: Host) -> Self {
        let connection = Connection { version, server_id: net.noise(8), client_id: net.noise(5), first_id: Vec::new(), numbers: [0; 2] };
        Self { connection: Connection { first_id: connection.server_id.clone(), ..connection }, server, port: net.fresh_port() }
    }

    fn up(&self, net: &mut Net, datagram: &[u8]) {
        net.udp((SPEAKER, self.port), (self.server, PORT), datagram);
        net.wait(2);
    }

    fn down(&self, net: &mut Net, datagram: &[u8]) {
        net.wait(18);
        net.udp((self.server, PORT), (SPEAKER, self.port), datagram);
    }

    /// The server's hello and what is sealed behind it, in one datagram.
    fn answer(&mut self, net: &mut Net) {
        let hello = tls::quic_server_hello(net);
        let acknowledgement = [2, 0, 0, 0, 0];
        let initial = self.connection.initial(true, &[], &[&acknowledgement[..], &crypto(&hello, 0..hello.len())].concat(), 0);
        let handshake = self.connection.long_to_client(net, 2, 900);
        self.down(net, &[initial, handshake].concat());
    }

    /// Packets with short headers, both ways.
    fn go_on(&mut self, net: &mut Net) {
        for (up, down) in [(70, 250), (420, 1_150), (45, 900), (60, 38)] {
            let [up, down] = [(&self.connection.server_id, up), (&self.connection.client_id, down)]
                .map(|(id, length)| [&[0x40 | net.random() as u8 & 0x3f][..], id, &net.noise(length)].concat());
            self.up(net, &up);
            self.down(net, &down);
            net.wait(300);
        }
    }
}

/// A connection's identifiers and packet numbers.
struct Connection {
    version: Version,
    server_id: Vec<u8>,
    client_id: Vec<u8>,
    /// What the client wrote to first, or again after a Retry: keys follow from it.
    first_id: Vec<u8>,
    /// Of the next Initial of client and server.
    numbers: [u32; 2],
}

impl Connection {
    /// An Initial packet; its frames are filled up so that it has at least this length.
    fn initial(&mut self, of_server: bool, token: &[u8], frames: &[u8], least: usize) -> Vec<u8> {
        let [client, server] = &mut self.numbers;
        let next = if of_server { server } else { client };
        let number = next.to_be_bytes();
        *next += 1;
        let begin = [self.header(of_server, 0, 3), integer(token.len()), token.to_vec()].concat();
        // Two bytes of length, four of number, the tag.
        let filled = frames.len().max(least.saturating_sub(begin.len() + 2 + 4 + 16)).max(20);
        let payload = [frames, &vec![0; filled - frames.len()]].concat();
        let header = [&begin[..], &integer(4 + payload.len() + 16), &number].concat();
        Key::of(&self.version, &self.first_id, of_server).and_then(|key| key.seal(&header, &payload)).unwrap_or_default()
    }

    /// A packet of the client's whose content is noise.
    fn long(&self, net: &mut Net, kind: usize, length: usize) -> Vec<u8> {
        [self.header(false, kind, net.random() as u8 & 15), integer(length), net.noise(length)].concat()
    }

    /// One of the server's.
    fn long_to_client(&self, net: &mut Net, kind: usize, length: usize) -> Vec<u8> {
        [self.header(true, kind, net.random() as u8 & 15), integer(length), net.noise(length)].concat()
    }

    /// The server's demand to begin again, to another identifier and with this token.
    fn retry(&mut self, net: &mut Net, token: &[u8]) -> Vec<u8> {
        let asked = std::mem::replace(&mut self.server_id, net.noise(8));
        self.first_id.clone_from(&self.server_id);
        let packet = [self.header(true, 3, 0x0a), token.to_vec()].concat();
        let pseudo = [&[asked.len() as u8][..], &asked, &packet].concat();
        let nonce: Nonce<Aes128Gcm> = RETRY_NONCE.into();
        let tag = Aes128Gcm::new(&RETRY_KEY.into()).encrypt_inout_detached(&nonce, &pseudo, (&mut [][..]).into()).map(|tag| tag.to_vec());
        [packet, tag.unwrap_or_default()].concat()
    }

    /// First byte, version and identifiers of a long header.
    fn header(&self, of_server: bool, kind: usize, low: u8) -> Vec<u8> {
        let kind = self.version.types.get(kind).copied().unwrap_or(0);
        let (to, from) = if of_server { (&self.client_id, &self.server_id) } else { (&self.server_id, &self.client_id) };
        [&[0xc0 | kind << 4 | low][..], &self.version.number.to_be_bytes(), &[to.len() as u8], to, &[from.len() as u8], from].concat()
    }
}

/// The keys of one end.
struct Key {
    packet: Aes128Gcm,
    nonce: [u8; 12],
    header: Aes128,
}

impl Key {
    fn of(version: &Version, id: &[u8], of_server: bool) -> Option<Self> {
        let initial = Hkdf::<Sha256>::new(Some(&version.salt), id);
        let secret = Hkdf::<Sha256>::from_prk(&expand::<32>(&initial, if of_server { "server in" } else { "client in" })?).ok()?;
        let [key, nonce, header] = version.labels;
        Some(Self {
            packet: Aes128Gcm::new(&expand::<16>(&secret, key)?.into()),
            nonce: expand(&secret, nonce)?,
            header: Aes128::new(&expand::<16>(&secret, header)?.into()),
        })
    }

    /// RFC 9001, sections 5.3 and 5.4, of a packet whose number takes four bytes.
    fn seal(&self, header: &[u8], payload: &[u8]) -> Option<Vec<u8>> {
        let at = header.len().checked_sub(4)?;
        let mut nonce = self.nonce;
        nonce.iter_mut().skip(8).zip(header.get(at..)?).for_each(|(slot, byte)| *slot ^= byte);
        let mut packet = [header, payload].concat();
        let body = packet.get_mut(header.len()..)?;
        let tag = self.packet.encrypt_inout_detached(&nonce.into(), header, body.into()).ok()?;
        packet.extend_from_slice(&tag);
        let mut mask = (*packet.get(at + 4..)?.first_chunk::<16>()?).into();
        self.header.encrypt_block(&mut mask);
        let [first, rest @ ..] = &*mask else { return None };
        *packet.first_mut()? ^= first & 0x0f;
        packet.iter_mut().skip(at).take(4).zip(rest).for_each(|(byte, mask)| *byte ^= mask);
        Some(packet)
    }
}

/// HKDF-Expand-Label (RFC 8446, section 7.1).
fn expand<const LENGTH: usize>(secret: &Hkdf<Sha256>, label: &str) -> Option<[u8; LENGTH]> {
    let mut out = [0; LENGTH];
    let lengths = [(LENGTH as u16).to_be_bytes().to_vec(), vec![label.len() as u8 + 6]].concat();
    secret.expand_multi_info(&[&lengths, b"tls13 ", label.as_bytes(), &[0]], &mut out).ok()?;
    Some(out)
}

/// A CRYPTO frame with a part of the handshake.
fn crypto(handshake: &[u8], part: std::ops::Range<usize>) -> Vec<u8> {
    let bytes = handshake.get(part.clone()).unwrap_or_default();
    [&[6][..], &integer(part.start), &integer(bytes.len()), bytes].concat()
}

/// Padding behind the last packet, which a receiver passes over (RFC 9000, section 12.2).
fn filled(mut datagram: Vec<u8>) -> Vec<u8> {
    datagram.resize(datagram.len().max(FULL), 0);
    datagram
}

/// An integer in two bytes (RFC 9000, section 16).
fn integer(value: usize) -> Vec<u8> {
    (value as u16 | 0x4000).to_be_bytes().to_vec()
}
