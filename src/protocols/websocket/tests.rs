//! Whole conversations: what is told of them, however they are cut.

use proptest::prelude::*;

use super::super::testing::{Show, drive, drive_all, drive_split};
use super::frame::{PONG, unmask};
use super::*;
use Direction::{ToClient, ToServer};

fn open() -> Box<dyn Parser> {
    let mut parser = (WEBSOCKET.open)();
    parser.take_over(Upgrade { to: "websocket".to_owned(), target: Some("/chat".to_owned()), host: Some("ws.example.com".to_owned()), ..Upgrade::default() });
    parser
}

fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let length = match payload.len() {
        short @ 0..126 => vec![short as u8],
        long => [&[126][..], &(long as u16).to_be_bytes()].concat(),
    };
    [&[first][..], &length, payload].concat()
}

fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = frame(first, payload);
    bytes[1] |= 0x80;
    let at = bytes.len() - payload.len();
    unmask(&mut bytes[at..], [0x37, 0xfa, 0x21, 0x3d], 0);
    bytes.splice(at..at, [0x37, 0xfa, 0x21, 0x3d]);
    bytes
}

#[test]
fn messages_are_told_without_mask_and_in_one() {
    let client = [masked(0x01, b"{\"lat\":51.507"), masked(0x89, b"are you there"), masked(0x80, b"351,\"lon\":-0.127758}")].concat();
    let server = [frame(0x80 | PONG, b""), frame(0x88, b"\x03\xe8bye")].concat();
    let want = [
        "Payload - - [\"websocket\"] unpacked: are you there",
        "Payload - - [\"websocket\"] unpacked: {\\\"lat\\\":51.507351,\\\"lon\\\":-0.127758}",
        "exchange text - /chat ws.example.com - - status - bytes 33",
        "Payload - - [\"websocket\"] unpacked: bye",
        "exchange close - /chat ws.example.com - - status 1000 bytes 5",
    ];
    assert_eq!(drive_split(open, &[(ToServer, &client), (ToClient, &server)]), want);
}

#[test]
fn packed_messages_share_a_window() {
    let server = [frame(0xc1, b"\xf2\x48\xcd\xc9\xc9\x07\0"), frame(0x41, b"\xf2\0"), frame(0x80, b"\x11\0\0"), frame(0x82, b"\x10\x0f\0\x04MQTT")].concat();
    let want = [
        "carried Payload - - [\"websocket\", \"deflate\"] unpacked: Hello",
        "exchange text - /chat ws.example.com - - status - bytes 7",
        "carried Payload - - [\"websocket\", \"deflate\"] unpacked: Hello",
        "exchange text - /chat ws.example.com - - status - bytes 5",
        "carried Payload - - [\"websocket\"] unpacked: \\x10\\x0f\\x00\\x04MQTT",
        "exchange binary - /chat ws.example.com - - status - bytes 8",
    ];
    assert_eq!(drive_split(open, &[(ToClient, &server)]), want);
}

#[test]
fn json_is_found_behind_the_numbers_of_socket_io() {
    for (text, at) in [("42[\"pos\",1]", 2), ("42/room,7[\"pos\"]", 9), ("51-[\"a\"]", 3), ("0{\"sid\":\"x\"}", 1), ("3probe", 0), ("{}", 0), ("/a", 0)] {
        assert_eq!(before_json(text.as_bytes()), at, "{text}");
    }
    let lines = drive_split(open, &[(ToServer, &masked(0x81, b"42[\"position\",{\"lat\":51.5}]"))]);
    assert_eq!(lines[0], "Payload - - [\"websocket\"] unpacked: [\\\"position\\\",{\\\"lat\\\":51.5}]");
}

#[test]
fn recordings_are_named() {
    let picture = [b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x02".as_slice(), &vec![7; 6_000]].concat();
    let lines = drive_split(open, &[(ToClient, &frame(0x82, &picture))]);
    assert_eq!((lines[0].as_str(), lines.len()), ("media picture jpeg", 3));
    assert!(lines[1].len() < 20_000);
}

#[test]
fn after_a_gap_messages_are_found_again() {
    let shows = [
        Show::Bytes(ToClient, &frame(0x81, b"{\"a\":1}")),
        Show::Bytes(ToClient, &frame(0x81, &[b'1'; 300])[..100]),
        Show::Gap(ToClient, 204),
        Show::Bytes(ToClient, &frame(0x81, b"{\"b\":2}")),
        Show::Gap(ToClient, 90),
        Show::Bytes(ToClient, b"the rest of something"),
        Show::Bytes(ToClient, &frame(0x81, b"{\"c\":3,\"d\":4}")),
    ];
    let lines = drive_all(open(), &shows);
    let told: Vec<_> = lines.iter().filter_map(|line| line.strip_prefix("Payload - - [\"websocket\"] unpacked: {")).collect();
    assert_eq!(told, ["\\\"a\\\":1}", "\\\"b\\\":2}", "\\\"c\\\":3,\\\"d\\\":4}"]);
}

#[test]
fn what_is_no_frame_is_lost_without_an_agreement() {
    assert_eq!(drive_split(|| (WEBSOCKET.open)(), &[(ToServer, b"GET / HTTP/1.1\r\n")]), ["Lost"]);
    assert_eq!(drive_split(open, &[(ToServer, b"GET / HTTP/1.1\r\n")]), ["malformed websocket frame expected"]);
}

#[test]
fn a_bomb_is_told_to_the_limit() {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut encoder, &vec![b'a'; 8 << 20]).unwrap();
    let bomb = encoder.finish().unwrap();
    let lines = drive(open(), &[(ToClient, &frame(0xc1, &bomb))]);
    assert!(lines.iter().any(|line| line == "malformed websocket message unpacks to more than the limit"));
    assert!(lines.iter().map(String::len).sum::<usize>() < 1_300_000);
}

proptest! {
    #[test]
    fn nothing_makes_it_fail(pieces in prop::collection::vec((any::<bool>(), any::<bool>(), any::<prop::sample::Index>(), prop::collection::vec(any::<u8>(), 0..20)), 1..30)) {
        let words = [frame(0x81, b"{\"a\":1}"), masked(0x01, b"abc"), masked(0x80, b"d"), frame(0xc1, b"\xf2\x48\xcd"), frame(0x88, b"\x03"), frame(0x82, &[0; 200])];
        let shows: Vec<Show<'_>> = pieces.iter().map(|(up, gap, word, junk)| {
            let direction = if *up { ToServer } else { ToClient };
            match (gap, junk.len()) {
                (true, 0..4) => Show::Gap(direction, junk.len() as u64),
                (true, _) => Show::Bytes(direction, junk),
                _ => Show::Bytes(direction, &words[word.index(words.len())]),
            }
        }).collect();
        drive_all(open(), &shows);
    }
}
