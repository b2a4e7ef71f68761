use proptest::prelude::*;

use super::*;
use crate::protocols::quic_crypto::sample;
use crate::protocols::testing::drive_datagrams;

use Direction::{ToClient, ToServer};

const TOLD: [&str; 2] = ["name quic-sni cam.example Server", "exchange chlo - - cam.example - CamOS/1.2 Test status - bytes 0"];

/// A packet in the clear: a header, the hash over what it says, frames.
fn packet(header: &[u8], sender: &[u8], frames: &[u8]) -> Vec<u8> {
    [header, &hash::of(&[header, frames, sender]), frames].concat()
}

/// A stream frame with two bytes of offset and of length.
fn stream(offset: u16, bytes: &[u8], is_big_endian: bool) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap();
    let integer = |value: u16| if is_big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
    [&[0xa4, 1][..], &integer(offset), &integer(length), bytes].concat()
}

fn first(version: &str, sender: &[u8], frames: &[u8]) -> Vec<u8> {
    packet(&[b"\x0d12345678", version.as_bytes(), &[1]].concat(), sender, frames)
}

fn verdict(bytes: &[u8], direction: Direction) -> Verdict {
    probe(&Probe { bytes, direction, from_port: 1, to_port: 2, from_start: true })
}

fn told(datagrams: &[(Direction, &[u8])]) -> Vec<String> {
    drive_datagrams((GQUIC.open)(), datagrams)
}

#[test]
fn every_version_tells_name_and_software_and_is_sealed_then() {
    let hello = sample::client_hello();
    let long = |first: u8, name: &[u8]| [&[first][..], name, b"\x5012345678\0\0\0\x01"].concat();
    let little = stream(0, &hello, false);
    let big = stream(0, &hello, true);
    for (version, datagram) in [
        ("Q024", first("Q024", b"", &[&[0][..], &little].concat())),
        ("Q035", first("Q035", b"", &little)),
        ("Q037", first("Q037", b"Client", &little)),
        ("Q043", first("Q043", b"Client", &[&big[..], &[0; 80]].concat())),
        ("Q044", packet(&long(0xff, b"Q044"), b"Client", &big)),
        ("Q046", packet(&long(0xc3, b"Q046"), b"Client", &big)),
    ] {
        assert_eq!((verdict(&datagram, ToServer), verdict(&datagram, ToClient)), (Verdict::Yes, Verdict::Swapped), "{version}");
        let rejection = packet(b"\x0812345678\x01", b"Server", &stream(0, &sample::message(b"REJ\0", &[]), true));
        let sealed = [0x08_u8, 1, 2, 3, 4, 5, 6, 7, 8, 2].into_iter().chain(10..60).collect::<Vec<u8>>();
        let lines = told(&[(ToServer, &datagram), (ToClient, &rejection), (ToClient, &sealed), (ToClient, &sealed)]);
        assert_eq!(lines, [TOLD[0], TOLD[1], &format!("sealed gQUIC {version}"), "Done"], "{version}");
    }
}

#[test]
fn a_hello_in_two_packets_is_put_together() {
    let hello = sample::client_hello();
    let (one, two) = hello.split_at(70);
    let second = packet(b"\x0812345678\x02", b"Client", &[&[0x40, 1, 0, 0, 1, 0][..], &stream(70, two, true)].concat());
    let begin = first("Q043", b"Client", &stream(0, one, true));
    assert_eq!(told(&[(ToServer, &begin), (ToServer, &second)]), TOLD);
}

#[test]
fn what_has_a_wrong_hash_is_nobodys() {
    let hello = first("Q043", b"Client", &stream(0, &sample::client_hello(), true));
    let other = first("Q043", b"Client", &stream(0, &[9; 200], true));
    for right in [hello, other] {
        assert_eq!(verdict(&right, ToServer), Verdict::Yes);
        let mut changed = right;
        changed[15] ^= 1;
        assert_eq!(verdict(&changed, ToServer), Verdict::No);
    }
}

#[test]
fn a_connection_that_is_picked_up_in_the_middle_is_known_by_its_handshake() {
    let rejection = sample::message(b"REJ\0", &[(b"STK\0", &[7; 60])]);
    let answer = packet(b"\x0812345678\x01", b"Server", &stream(0, &rejection, true));
    assert_eq!((verdict(&answer, ToClient), verdict(&answer, ToServer)), (Verdict::Yes, Verdict::Swapped));
    assert_eq!(told(&[(ToClient, &answer), (ToClient, &[0, 2, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9])]), ["sealed gQUIC"]);
    let hello = packet(b"\x0c12345678\x02", b"", &stream(0, &sample::client_hello(), false));
    assert_eq!((verdict(&hello, ToServer), told(&[(ToServer, &hello)])), (Verdict::Yes, TOLD.map(str::to_owned).to_vec()));
    let mut changed = answer.clone();
    changed[14] ^= 1;
    assert_eq!((verdict(&changed, ToClient), verdict(&changed, ToServer)), (Verdict::No, Verdict::No), "the hash is its only proof");
}

#[test]
fn other_datagrams_are_not_taken() {
    for bytes in [&b"M-SEARCH * HTTP/1.1\r\n"[..], b"\x0912345678Q043Q042Q039", &[0x40; 60], &[0x0d; 60], &[0xc3; 60], b"\x0d12345678Q043", b""] {
        assert_eq!((verdict(bytes, ToServer), verdict(bytes, ToClient)), (Verdict::No, Verdict::No), "{bytes:?}");
    }
}

#[test]
fn it_does_not_wait_for_ever() {
    let hello = first("Q043", b"Client", &stream(0, &[9; 20], true));
    let offer = b"\x0912345678Q043Q042Q039";
    let datagrams: Vec<(Direction, &[u8])> = std::iter::once((ToServer, &hello[..])).chain([(ToClient, &offer[..]); DATAGRAMS]).collect();
    assert_eq!(told(&datagrams), ["malformed QUIC Crypto message that does not keep to its form", "Done"]);
}

#[test]
fn a_datagram_cut_or_changed_anywhere_does_no_harm() {
    let datagram = first("Q043", b"Client", &stream(0, &sample::client_hello(), true));
    for cut in 0..datagram.len() {
        let mut changed = datagram.clone();
        changed[cut] ^= 0x55;
        told(&[(ToServer, &datagram[..cut]), (ToServer, &changed), (ToClient, &changed)]);
    }
}

proptest! {
    #[test]
    fn any_frames_do_no_harm(version in 1_u8..47, frames in prop::collection::vec(any::<u8>(), 0..300)) {
        let name = format!("Q{version:03}");
        told(&[(ToServer, &first(&name, b"Client", &frames)), (ToServer, &first(&name, b"", &frames))]);
    }
}
