use proptest::prelude::*;

use super::*;
use crate::event::Name;
use crate::protocols::handshake::sample;
use crate::wire::{Mark, Marks, Timestamp};

use Direction::{ToClient, ToServer};

const V1: u32 = 1;
const V2: u32 = 0x6b33_43cf;

fn keys(version: u32, id: &[u8]) -> Keys {
    Keys::derive(Version::find(version).unwrap(), id).unwrap()
}

/// An Initial packet to `to`, protected by the keys of the connection that began with `first`.
fn initial(version: u32, first: &[u8], to: &[u8], of_server: bool, payload: &[u8]) -> Vec<u8> {
    let keys = keys(version, first);
    let payload = [payload, &vec![0; 30_usize.saturating_sub(payload.len())]].concat();
    let length = u16::try_from(4 + payload.len() + 16).unwrap() | 0x4000;
    let kind = if Version::find(version).unwrap().is_v2 { 0xd3 } else { 0xc3 };
    let id = [&[u8::try_from(to.len()).unwrap()], to].concat();
    let header = [&[kind][..], &version.to_be_bytes(), &id, &[0, 0], &length.to_be_bytes(), &[0, 0, 0, 7]].concat();
    if of_server { keys.server.seal(&header, &payload) } else { keys.client.seal(&header, &payload) }
}

fn crypto(offset: usize, bytes: &[u8]) -> Vec<u8> {
    let integer = |value: usize| (u16::try_from(value).unwrap() | 0x4000).to_be_bytes();
    [&[6][..], &integer(offset), &integer(bytes.len()), bytes].concat()
}

fn hello() -> Vec<u8> {
    sample::client_hello("cam.example")
}

const ID: &[u8] = &[1, 2, 3, 4, 5, 6, 7, 8];
const TOLD: [&str; 5] = ["sealed QUIC v1", "quic-sni=cam.example", "alpn=h2", "ja3", "ja4"];

struct Wire {
    parser: Box<dyn Parser>,
    told: Vec<String>,
    progress: Progress,
}

impl Wire {
    fn new() -> Self {
        Self { parser: (QUIC.open)(), told: Vec::new(), progress: Progress::Consumed(0) }
    }

    fn send(&mut self, direction: Direction, bytes: &[u8]) -> &mut Self {
        if self.progress == Progress::Done {
            return self;
        }
        let mut marks = Marks::default();
        marks.push(Mark { stream: 0, length: u32::try_from(bytes.len()).unwrap(), packet: 1, time: Timestamp(0), offset: Some(42) });
        let told = &mut self.told;
        self.progress = self.parser.read(Input { direction, bytes, offset: 0, marks: &marks }, &mut |event| {
            told.push(match event {
                Event::Name(Name { source, name, .. }) => format!("{}={name}", source.word()),
                Event::Fingerprint { kind, .. } => kind.word().to_owned(),
                Event::Sealed { with, .. } => format!("sealed {with}"),
                Event::Malformed { what } => what.to_owned(),
                other => crate::protocols::testing::line(&other),
            });
        });
        self
    }

    /// What was told, that it is sealed first: a packet is told as sealed behind what it says.
    fn told(&self) -> Vec<&str> {
        let mut told: Vec<&str> = self.told.iter().map(String::as_str).collect();
        told.sort_by_key(|line| !line.starts_with("sealed"));
        told
    }
}

#[test]
fn a_hello_in_one_packet_is_told() {
    let mut wire = Wire::new();
    wire.send(ToServer, &initial(V1, ID, ID, false, &crypto(0, &hello())));
    assert_eq!(wire.told(), TOLD);
    let server = [&[2, 0, 0, 0, 0][..], &crypto(0, &sample::server_hello(0x0304, 0x1301, false))].concat();
    wire.send(ToClient, &initial(V1, ID, b"", true, &server));
    assert_eq!(wire.told()[5..], ["ja3s", "agreement 0304 1301 named true resumed false"]);
    assert_eq!(wire.progress, Progress::Done);
}

#[test]
fn version_2_is_read() {
    let mut wire = Wire::new();
    wire.send(ToServer, &initial(V2, ID, ID, false, &crypto(0, &hello())));
    assert_eq!(wire.told()[..2], ["sealed QUIC v2", "quic-sni=cam.example"]);
}

#[test]
fn pieces_in_any_order_over_coalesced_packets_are_put_together() {
    let hello = hello();
    let payload = |places: &[usize]| -> Vec<u8> {
        places.iter().flat_map(|place| [crypto(*place, &hello[*place..(*place + 10).min(hello.len())]), vec![0, 1, 0]].concat()).collect()
    };
    let mut places: Vec<usize> = (0..hello.len()).step_by(9).collect();
    places.reverse();
    let (first, second) = places.split_at(3);
    // The second packet is written to the identifier that the server chose.
    let datagram = [initial(V1, ID, ID, false, &payload(first)), initial(V1, ID, b"server", false, &payload(second))].concat();
    let mut wire = Wire::new();
    wire.send(ToServer, &datagram);
    assert_eq!(wire.told(), TOLD);
}

#[test]
fn after_a_retry_the_new_identifier_makes_the_keys() {
    let mut wire = Wire::new();
    wire.send(ToServer, &initial(V1, ID, ID, false, &crypto(0, &hello()[..40])));
    let retry = [&[0xf0, 0, 0, 0, 1, 0, 6][..], b"server", &[9; 40]].concat();
    wire.send(ToClient, &retry).send(ToServer, &initial(V1, b"server", b"server", false, &crypto(0, &hello())));
    assert_eq!(wire.told(), TOLD);
}

#[test]
fn a_packet_whose_tag_is_wrong_is_counted_and_not_told() {
    let mut packet = initial(V1, ID, ID, false, &crypto(0, &hello()));
    *packet.last_mut().unwrap() ^= 1;
    let mut wire = Wire::new();
    wire.send(ToServer, &packet).send(ToServer, &packet);
    assert_eq!(wire.told(), ["QUIC Initial packet that its key does not open"]);
}

#[test]
fn a_connection_without_its_beginning_is_sealed() {
    let mut wire = Wire::new();
    wire.send(ToClient, &[&[0xe0, 0, 0, 0, 1, 0, 0, 25][..], &[9; 25]].concat());
    assert_eq!(wire.told(), ["sealed QUIC v1"]);
    for _ in 0..DATAGRAMS {
        wire.send(ToClient, &[0x40; 30]);
    }
    assert_eq!(wire.progress, Progress::Done);
}

#[test]
fn the_probe_knows_quic_and_who_is_who() {
    let verdict = |bytes: &[u8], direction| probe(&Probe { bytes, direction, from_port: 1, to_port: 2, from_start: true });
    let packet = initial(V1, ID, ID, false, &crypto(0, &hello()));
    assert_eq!(verdict(&packet, ToServer), Verdict::Yes);
    assert_eq!(verdict(&packet, ToClient), Verdict::Swapped);
    assert_eq!(verdict(&packet[..packet.len() - 1], ToServer), Verdict::No, "its length does not fit");
    assert_eq!(verdict(&[&[0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1][..], &V2.to_be_bytes()].concat(), ToClient), Verdict::Yes);
    assert_eq!(verdict(&[0x80, 0, 0, 0, 0, 0, 0, 9, 9, 9, 9], ToClient), Verdict::No);
    assert_eq!(verdict(&[&[0xc0, 0x1a, 0x2a, 0x3a, 0x4a, 0, 0][..], &[9; 1_200]].concat(), ToServer), Verdict::Unsure);
    for other in [&b"M-SEARCH * HTTP/1.1\r\n"[..], &[0x40; 60], &[0xff; 60], &[0x80; 3], b""] {
        assert_eq!(verdict(other, ToServer), Verdict::No);
    }
}

#[test]
fn a_datagram_cut_or_changed_anywhere_does_no_harm() {
    let datagram = [initial(V1, ID, ID, false, &crypto(0, &hello())), initial(V1, ID, b"", true, &[2, 0, 0, 0, 0])].concat();
    for cut in 0..datagram.len() {
        let mut wire = Wire::new();
        wire.send(ToServer, &datagram[..cut]);
        let mut changed = datagram.clone();
        changed[cut] ^= 0x55;
        wire.send(ToServer, &changed);
    }
}

proptest! {
    #[test]
    fn any_frames_do_no_harm(payload in prop::collection::vec(any::<u8>(), 0..400), of_server in any::<bool>()) {
        let mut wire = Wire::new();
        wire.send(ToServer, &initial(V1, ID, ID, false, &crypto(0, &[1])));
        wire.send(ToClient, &initial(V1, ID, b"", of_server, &payload));
    }

    #[test]
    fn any_datagram_does_no_harm(mut bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Some(head) = bytes.first_chunk_mut() {
            *head = [0xc0, 0, 0, 0, 1, 2];
        }
        Wire::new().send(ToServer, &bytes);
    }
}
