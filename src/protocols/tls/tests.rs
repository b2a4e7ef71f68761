use proptest::prelude::*;

use super::*;
use crate::event::Name;
use crate::protocols::handshake::sample;
use crate::wire::{Mark, Marks, Timestamp};

use Direction::{ToClient, ToServer};

fn record(content: u8, fragment: &[u8]) -> Vec<u8> {
    let length = u16::try_from(fragment.len()).unwrap().to_be_bytes();
    [&[content, 3, 3], &length[..], fragment].concat()
}

/// A connection as a capture delivers it, and what was told.
struct Wire {
    parser: Box<dyn Parser>,
    ends: [(Vec<u8>, u64, Marks); 2],
    packets: u64,
    told: Vec<String>,
    progress: Progress,
}

impl Wire {
    fn new() -> Self {
        Self { parser: (TLS.open)(), ends: Default::default(), packets: 0, told: Vec::new(), progress: Progress::Consumed(0) }
    }

    fn line(event: Event<'_>) -> String {
        match event {
            Event::Name(Name { source, name, at, .. }) => format!("{}={name}@{}", source.word(), at.packet),
            Event::Fingerprint { kind, at, .. } => format!("{}@{}", kind.word(), at.packet),
            Event::Certificate(certificate) => format!("chain {}@{}", certificate.subject, certificate.at.packet),
            Event::Malformed { what } => what.to_owned(),
            other => crate::protocols::testing::line(&other),
        }
    }

    fn send(&mut self, direction: Direction, bytes: &[u8]) -> &mut Self {
        if !matches!(self.progress, Progress::Consumed(_)) {
            return self;
        }
        self.packets += 1;
        let (waiting, start, marks) = &mut self.ends[direction.index()];
        let (stream, length) = (*start + waiting.len() as u64, u32::try_from(bytes.len()).unwrap());
        marks.push(Mark { stream, length, packet: self.packets, time: Timestamp(0), offset: Some(54) });
        waiting.extend_from_slice(bytes);
        let told = &mut self.told;
        self.progress = self.parser.read(Input { direction, bytes: waiting, offset: *start, marks }, &mut |event| told.push(Self::line(event)));
        if let Progress::Consumed(count) = self.progress {
            waiting.drain(..count);
            *start += count as u64;
        }
        self
    }

    fn miss(&mut self, direction: Direction, missing: u64) -> &mut Self {
        let (waiting, start, _) = &mut self.ends[direction.index()];
        *start += waiting.len() as u64 + missing;
        waiting.clear();
        let told = &mut self.told;
        self.progress = self.parser.gap(direction, missing, &mut |event| told.push(Self::line(event)));
        self
    }

    fn told(&self) -> Vec<&str> {
        self.told.iter().map(String::as_str).collect()
    }
}

/// What a TLS 1.2 server says first: its hello and certificate in one record, the rest in another.
fn old_server() -> Vec<u8> {
    let first = [sample::server_hello(0x0303, 0xc02f, false), sample::certificate("cam.example")].concat();
    [record(22, &first), record(22, &[12, 0, 0, 3, 1, 2, 3, 14, 0, 0, 0])].concat()
}

fn finished() -> Vec<u8> {
    [record(20, &[1]), record(22, &[[0; 8], [0xa5; 8], [0x5a; 8], [1; 8], [2; 8]].concat())].concat()
}

const AGREED: &str = "agreement 0303 c02f named true resumed false";
const NAMES: [&str; 8] = ["sni=cam.example@1", "alpn=h2@1", "ja3@1", "ja4@1", "ja3s@2", AGREED, "chain CN=cam.example@2", "certificate=cam.example@2"];

#[test]
fn a_tls_1_2_handshake_is_read_to_where_it_is_sealed() {
    let mut wire = Wire::new();
    wire.send(ToServer, &record(22, &sample::client_hello("cam.example"))).send(ToClient, &old_server());
    assert_eq!(wire.told(), NAMES);
    wire.send(ToServer, &[record(22, &[16, 0, 0, 2, 7, 7]), finished()].concat());
    assert_eq!(wire.told()[8..], ["sealed TLS 1.2"]);
    assert_eq!(wire.progress, Progress::Consumed(6 + 5 + 6 + 45));
    wire.send(ToClient, &finished());
    assert_eq!((wire.told().len(), wire.progress), (9, Progress::Done));
}

#[test]
fn a_tls_1_3_handshake_is_done_with_the_server_hello() {
    let mut wire = Wire::new();
    wire.send(ToServer, &record(22, &sample::client_hello("cam.example"))).send(ToClient, &record(22, &sample::server_hello(0x0304, 0x1301, false)));
    assert_eq!(wire.told(), ["sni=cam.example@1", "alpn=h2@1", "ja3@1", "ja4@1", "ja3s@2", "agreement 0304 1301 named true resumed false", "sealed TLS 1.3"]);
    assert_eq!(wire.progress, Progress::Done);
}

#[test]
fn after_a_retry_the_second_hellos_are_read() {
    let mut wire = Wire::new();
    wire.send(ToServer, &record(22, &sample::client_hello("one.example")));
    wire.send(ToClient, &[record(22, &sample::server_hello(0x0304, 0x1301, true)), record(20, &[1])].concat());
    wire.send(ToServer, &[record(20, &[1]), record(22, &sample::client_hello("two.example"))].concat());
    assert!(wire.told().contains(&"sni=two.example@3"), "{:?}", wire.told());
    wire.send(ToClient, &record(22, &sample::server_hello(0x0304, 0x1301, false)));
    assert_eq!((wire.told().last(), wire.progress), (Some(&"sealed TLS 1.3"), Progress::Done));
}

#[test]
fn it_tells_the_same_however_it_is_cut() {
    let bytes: Vec<u8> = sample::client_hello("cam.example").chunks(7).flat_map(|piece| record(22, piece)).collect();
    let server = old_server();
    let without_packets = |wire: &Wire| wire.told.iter().map(|line| line.split('@').next().unwrap().to_owned()).collect::<Vec<_>>();
    let expected: Vec<_> = NAMES.iter().map(|line| line.split('@').next().unwrap()).collect();
    for cut in 0..bytes.len() {
        let mut wire = Wire::new();
        wire.send(ToServer, &bytes[..cut]).send(ToServer, &bytes[cut..]).send(ToClient, &server);
        assert_eq!(without_packets(&wire), expected, "client cut at {cut}");
    }
    for cut in 0..server.len() {
        let mut wire = Wire::new();
        wire.send(ToServer, &bytes).send(ToClient, &server[..cut]).send(ToClient, &server[cut..]);
        assert_eq!(without_packets(&wire), expected, "server cut at {cut}");
    }
    let mut wire = Wire::new();
    for byte in &bytes {
        wire.send(ToServer, &[*byte]);
    }
    for byte in &server {
        wire.send(ToClient, &[*byte]);
    }
    assert_eq!(without_packets(&wire), expected, "single bytes");
    assert_eq!(wire.told()[0], format!("sni=cam.example@{}", bytes.len()), "told of the packet that completed it");
}

#[test]
fn a_session_that_goes_on_is_told_so() {
    let mut wire = Wire::new();
    wire.send(ToServer, &record(22, &sample::client_hello_with("cam.example", &[7; 32], &[])));
    wire.send(ToClient, &[record(22, &sample::server_hello_with(0xc02f, &[7; 32], &[])), finished()].concat());
    assert_eq!(wire.told()[4..], ["agreement 0303 c02f named true resumed true", "sealed TLS 1.2"]);
    wire.send(ToServer, &record(20, &[1]));
    assert_eq!(wire.progress, Progress::Done, "both ends have changed");
}

#[test]
fn only_the_servers_hello_was_captured() {
    let mut wire = Wire::new();
    wire.send(ToClient, &old_server()).send(ToClient, &finished());
    assert_eq!(wire.told()[..2], ["ja3s@1", "agreement 0303 c02f named false resumed false"]);
    let mut torn = Wire::new();
    torn.send(ToClient, &record(22, &sample::server_hello_with(0xc02f, &[7; 32], &[]))).miss(ToClient, 900).send(ToClient, &finished());
    assert_eq!(torn.told()[1..], ["agreement 0303 c02f named false resumed false", "sealed TLS 1.2"], "a certificate may have been missed");
}

#[test]
fn a_certificate_alone_is_read() {
    let mut wire = Wire::new();
    wire.send(ToClient, &record(22, &sample::certificate("cam.example")));
    assert_eq!(wire.told(), ["chain CN=cam.example@1", "certificate=cam.example@1"]);
}

#[test]
fn a_certificate_over_many_records_is_read() {
    let pieces: Vec<u8> = sample::certificate("cam.example").chunks(50).flat_map(|piece| record(22, piece)).collect();
    let mut wire = Wire::new();
    wire.send(ToServer, &record(22, &sample::client_hello("cam.example")));
    wire.send(ToClient, &[record(22, &sample::server_hello(0x0303, 0xc02f, false)), pieces].concat());
    assert_eq!(wire.told(), NAMES);
}

#[test]
fn tls_behind_the_words_of_another_protocol_is_read() {
    let mut wire = Wire::new();
    wire.send(ToServer, &[b"STLS\r\n", &record(22, &sample::client_hello("cam.example"))[..]].concat());
    wire.send(ToClient, &[b"+OK\r\n", &record(22, &sample::server_hello(0x0304, 0x1301, false))[..]].concat());
    assert_eq!((wire.told().last(), wire.progress), (Some(&"sealed TLS 1.3"), Progress::Done));
}

#[test]
fn of_an_encrypted_hello_the_outer_name_is_told() {
    let mut wire = Wire::new();
    wire.send(ToServer, &record(22, &sample::client_hello_with("front.example", &[7; 32], &[(0xfe0d, &[0, 0, 1, 0, 1, 9, 0, 0, 0, 0])])));
    assert_eq!(wire.told()[0], "sni=front.example@1");
}

#[test]
fn a_hello_that_is_sent_twice_is_read_twice() {
    let mut wire = Wire::new();
    let hello = record(22, &sample::client_hello("cam.example"));
    wire.send(ToServer, &hello).send(ToServer, &hello).send(ToClient, &old_server());
    assert_eq!(wire.told()[4], "sni=cam.example@2");
    assert_eq!(wire.told().iter().filter(|line| line.starts_with("agreement")).count(), 1);
}

#[test]
fn tors_link_is_told_by_name() {
    let mut wire = Wire::new();
    wire.send(ToServer, &record(22, &sample::client_hello_with("www.gfhmzq5sc.com", &[], &[])));
    let server = [sample::server_hello(0x0303, 0xc02f, false), sample::tors_certificate("www.ab2cdefghi.net", "www.zyx7wvuts.com")].concat();
    wire.send(ToClient, &record(22, &server)).send(ToServer, &finished());
    assert_eq!(wire.told().last(), Some(&"sealed Tor over TLS 1.2"));
}

#[test]
fn what_follows_the_handshake_is_not_looked_at() {
    for version in [0x0303, 0x0304] {
        let mut wire = Wire::new();
        wire.send(ToServer, &record(22, &sample::client_hello("cam.example"))).send(ToClient, &record(22, &sample::server_hello(version, 0x1301, false)));
        wire.send(ToServer, &record(20, &[1])).send(ToClient, &record(20, &[1]));
        assert_eq!(wire.progress, Progress::Done, "{version:#x}: nothing sealed was needed");
    }
}

#[test]
fn a_client_hello_of_64_kib_is_read() {
    let hello = sample::client_hello_padded("cam.example", 65_000);
    let mut wire = Wire::new();
    for piece in hello.chunks(16_384) {
        wire.send(ToServer, &record(22, piece));
    }
    assert_eq!(wire.told()[..2], ["sni=cam.example@4", "alpn=h2@4"]);
    assert_eq!(wire.parser.memory(), 0, "nothing is kept");
}

#[test]
fn a_gap_in_one_direction_does_not_hide_the_other() {
    let server = old_server();
    let mut wire = Wire::new();
    wire.send(ToClient, &server[..200]).miss(ToClient, 30).send(ToServer, &record(22, &sample::client_hello("cam.example")));
    assert!(wire.told().contains(&"sni=cam.example@2"), "{:?}", wire.told());
    wire.send(ToClient, &server[230..]).send(ToClient, &finished()).send(ToClient, &record(23, &[7; 30])).send(ToServer, &finished());
    assert_eq!((wire.told().last(), wire.progress), (Some(&"sealed TLS 1.2"), Progress::Done));
}

#[test]
fn roles_follow_the_hellos() {
    let mut wire = Wire::new();
    wire.send(ToClient, &record(22, &sample::client_hello("cam.example"))).send(ToServer, &record(22, &sample::server_hello(0x0304, 0x1301, false)));
    assert_eq!(wire.told()[0], "sni=cam.example@1");
    assert_eq!(wire.progress, Progress::Done);
}

#[test]
fn a_connection_picked_up_in_its_middle_is_sealed() {
    let mut wire = Wire::new();
    wire.send(ToServer, &[&[0xa5; 77][..], &record(23, &[9; 40]), &record(23, &[9; 40])].concat());
    assert_eq!(wire.told(), [""; 0], "the server may still show its certificate");
    wire.send(ToClient, &record(23, &[9; 40]));
    assert_eq!((wire.told(), wire.progress), (vec!["sealed TLS"], Progress::Done));
}

#[test]
fn a_one_sided_connection_is_sealed_in_the_end() {
    let mut wire = Wire::new();
    for _ in 0..17 {
        wire.send(ToServer, &record(23, &[9; 16_384]));
    }
    assert_eq!((wire.told(), wire.progress), (vec!["sealed TLS"], Progress::Done));
    for (records, want) in [(1, &[][..]), (2, &[]), (3, &["sealed TLS"])] {
        let mut short = Wire::new();
        (0..records).for_each(|_| _ = short.send(ToServer, &record(23, &[9; 40])));
        let told = &mut short.told;
        short.parser.end(&mut |event| told.push(Wire::line(event)));
        assert_eq!(short.told(), want, "{records} records");
    }
}

#[test]
fn a_refused_handshake_is_not_sealed() {
    let mut wire = Wire::new();
    wire.send(ToServer, &record(22, &sample::client_hello("cam.example"))).send(ToClient, &record(21, &[2, 40]));
    let told = &mut wire.told;
    wire.parser.end(&mut |event| told.push(Wire::line(event)));
    assert_eq!(wire.told(), ["sni=cam.example@1", "alpn=h2@1", "ja3@1", "ja4@1"]);
}

#[test]
fn a_suite_without_encryption_is_not_called_sealed() {
    let mut wire = Wire::new();
    wire.send(ToServer, &record(22, &sample::client_hello("cam.example"))).send(ToClient, &record(22, &sample::server_hello(0x0303, 0x0002, false)));
    wire.send(ToServer, &finished()).send(ToClient, &finished());
    assert_eq!(wire.told()[5..], ["agreement 0303 0002 named true resumed false"]);
    assert_eq!(wire.progress, Progress::Done);
}

#[test]
fn ssl_2_is_recognised() {
    let hello = [&[0x80, 9 + 6 + 16, 1, 0, 2, 0, 6, 0, 0, 0, 16][..], &[0; 22]].concat();
    let mut wire = Wire::new();
    wire.send(ToServer, &hello).send(ToClient, &[0x84, 0, 4, 0, 1, 0, 2, 3, 0, 0, 3, 0, 16]);
    assert_eq!((wire.told(), wire.progress), (vec!["agreement 0002 0000 named false resumed false", "sealed SSL 2.0"], Progress::Done));
    let mut upgraded = Wire::new();
    upgraded.send(ToServer, &hello).send(ToClient, &old_server());
    assert_eq!(upgraded.told(), ["ja3s@2", "agreement 0303 c02f named false resumed false", "chain CN=cam.example@2", "certificate=cam.example@2"]);
}

#[test]
fn broken_records_are_counted_once() {
    let mut wire = Wire::new();
    wire.send(ToServer, &record(22, &sample::client_hello("cam.example"))).send(ToServer, &[0xa5; 500]).send(ToServer, &[0xa5; 500]);
    assert_eq!(wire.told()[4..], ["TLS record header that does not keep to its form"]);
}

proptest! {
    #[test]
    fn any_bytes_do_no_harm(pieces in prop::collection::vec((any::<bool>(), prop::collection::vec(any::<u8>(), 0..300), 0_u64..3), 0..12)) {
        let mut wire = Wire::new();
        for (to_server, bytes, missing) in pieces {
            let direction = if to_server { ToServer } else { ToClient };
            wire.send(direction, &bytes);
            if missing > 0 && matches!(wire.progress, Progress::Consumed(_)) {
                wire.miss(direction, missing);
            }
        }
    }

    #[test]
    fn a_handshake_with_changed_bytes_does_no_harm(changes in prop::collection::vec((0_usize..600, any::<u8>()), 1..8), cut in 0_usize..600) {
        let mut bytes = [record(22, &sample::client_hello("cam.example")), old_server(), finished()].concat();
        for (place, value) in changes {
            if let Some(byte) = bytes.get_mut(place) {
                *byte = value;
            }
        }
        let cut = cut.min(bytes.len());
        for direction in [ToServer, ToClient] {
            Wire::new().send(direction, &bytes[..cut]).send(direction, &bytes[cut..]);
            let _ = (TLS.probe)(&crate::protocols::protocol::Probe { bytes: &bytes[..cut], direction, from_port: 1, to_port: 443, from_start: false });
        }
    }
}
