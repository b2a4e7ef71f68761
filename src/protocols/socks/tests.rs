//! Whole conversations: what is told of them, however they are cut.

use super::super::testing::{Show, drive, drive_all, drive_split};
use super::*;
use Direction::{ToClient, ToServer};

fn open() -> Box<dyn Parser> {
    (SOCKS.open)()
}

fn ask(bytes: &[u8], direction: Direction, from_start: bool) -> Verdict {
    probe(&Probe { bytes, direction, from_port: 50_000, to_port: 50_001, from_start })
}

const GREETING: &[u8] = b"\x05\x02\x00\x02";
const LOGIN: &[u8] = b"\x01\x04anna\x06s3cret";
const REQUEST: &[u8] = b"\x05\x01\x00\x03\x0bexample.org\x01\xbb";
const GRANTED: &[u8] = b"\x05\x00\x00\x01\xc0\x00\x02\x01\x04\x38";
const HELLO: &[u8] = b"\x16\x03\x01\x02\x00";

#[test]
fn it_is_known_by_its_opening_on_any_port() {
    for opening in [GREETING, b"\x05\x01\x00", b"\x05\x03\x00\x01\x02", b"\x05\x01\x80", b"\x04\x01\x00\x50\xc0\x00\x02\x01\x00"] {
        assert_eq!(ask(opening, ToServer, true), Verdict::Yes, "{opening:?}");
        assert_eq!(ask(opening, ToServer, false), Verdict::No);
        assert_eq!(ask(opening, ToClient, true), Verdict::No);
        for length in 1..opening.len() {
            assert_eq!(ask(&opening[..length], ToServer, true), Verdict::Unsure, "{opening:?} cut at {length}");
        }
    }
    assert_eq!(ask(&[GREETING, LOGIN, REQUEST].concat(), ToServer, true), Verdict::Yes, "an eager client");
    for other in [
        &b"\x05\x00\x0b\x03\x10\x00\x00\x00"[..],
        b"\x05\x01\x00GET / HTTP/1.1",
        b"\x05\x64\x05",
        b"\x04\x01\x00\x00\x00\x00\x00\x00\x00",
        b"\x04\x05abc",
        b"\x16\x03\x01",
        b"GET / HTTP/1.1\r\n",
        b"\x10\x0c\x00\x04MQTT",
    ] {
        assert_eq!(ask(other, ToServer, true), Verdict::No, "{other:?}");
    }
}

#[test]
fn a_login_and_a_target_are_told_and_the_rest_is_handed_over() {
    let pieces: [(Direction, &[u8]); 7] = [
        (ToServer, GREETING),
        (ToClient, b"\x05\x02"),
        (ToServer, LOGIN),
        (ToClient, b"\x01\x00"),
        (ToServer, REQUEST),
        (ToClient, GRANTED),
        (ToServer, HELLO),
    ];
    let want =
        ["value username username=anna []", "value password password=s3cret []", "exchange connect - example.org:443 - - - status 0 bytes 0", "Handover"];
    let lines = drive_split(open, &pieces);
    assert_eq!(lines[..3], want[..3]);
    assert!(lines[3].starts_with(want[3]) && lines.len() == 4, "{lines:?}");
}

#[test]
fn an_eager_client_is_understood() {
    let all = [GREETING, LOGIN, REQUEST, HELLO].concat();
    let lines = drive_split(open, &[(ToServer, &all), (ToClient, b"\x05\x02\x01\x00"), (ToClient, GRANTED)]);
    assert_eq!(lines[2..], ["exchange connect - example.org:443 - - - status 0 bytes 0", "Handover(10)"]);
}

#[test]
fn answers_that_come_before_their_question_are_kept() {
    let lines = drive(open(), &[(ToServer, b"\x05\x01\x00"), (ToClient, &[b"\x05\x00", GRANTED, b"220 ready\r\n"].concat()), (ToServer, REQUEST)]);
    assert_eq!(lines, ["exchange connect - example.org:443 - - - status 0 bytes 0", "Handover(18)"]);
}

#[test]
fn socks_4_tells_user_and_target() {
    let granted = b"\x00\x5a\x04\x38\xc0\x00\x02\x01";
    let lines = drive_split(open, &[(ToServer, b"\x04\x01\x01\xbb\xc6\x33\x64\x07anna\x00"), (ToClient, granted)]);
    assert_eq!(lines, ["value username userid=anna []", "exchange connect - 198.51.100.7:443 - - - status 90 bytes 0", "Handover(8)"]);
    let lines = drive_split(open, &[(ToServer, b"\x04\x01\x00\x50\x00\x00\x00\x01\x00toy.example.com\x00"), (ToClient, b"\x00\x5b\0\0\0\0\0\0")]);
    assert_eq!(lines, ["exchange connect - toy.example.com:80 - - - status 91 bytes 0", "Done"]);
}

#[test]
fn bind_has_two_replies_and_datagrams_have_their_own_way() {
    let bind = b"\x05\x02\x00\x01\xc6\x33\x64\x07\x00\x15";
    let lines = drive_split(open, &[(ToServer, b"\x05\x01\x00"), (ToClient, b"\x05\x00"), (ToServer, bind), (ToClient, GRANTED), (ToClient, GRANTED)]);
    assert_eq!(lines, ["exchange bind - 198.51.100.7:21 - - - status 0 bytes 0", "Handover(10)"]);
    let associate = b"\x05\x03\x00\x01\x00\x00\x00\x00\x00\x00";
    let lines = drive_split(open, &[(ToServer, b"\x05\x01\x00"), (ToClient, b"\x05\x00"), (ToServer, associate), (ToClient, GRANTED)]);
    assert_eq!(lines, ["exchange udp-associate - 0.0.0.0:0 - - - status 0 bytes 0", "Done"]);
}

#[test]
fn what_is_refused_or_wrapped_is_over_and_what_is_no_socks_is_lost() {
    assert_eq!(drive_split(open, &[(ToServer, GREETING), (ToClient, b"\x05\xff")]), ["Done"]);
    assert_eq!(drive_split(open, &[(ToServer, b"\x05\x01\x01"), (ToClient, b"\x05\x01"), (ToServer, b"\x01\x01\x00\x04abcd")]), ["Done"]);
    assert_eq!(drive_split(open, &[(ToServer, b"\x05\x01\x00"), (ToClient, b"HTTP/1.1 400 Bad\r\n")]), ["Lost"]);
    assert_eq!(drive_split(open, &[(ToServer, b"\x05\x01\x00"), (ToClient, b"\x05\x00"), (ToServer, b"\x09")]), ["Lost"]);
}

#[test]
fn a_request_without_a_reply_is_told_all_the_same() {
    let asked = "exchange connect - example.org:443 - - - status - bytes 0";
    let opening: [(Direction, &[u8]); 3] = [(ToServer, b"\x05\x01\x00"), (ToClient, b"\x05\x00"), (ToServer, REQUEST)];
    assert_eq!(drive_split(open, &opening), [asked]);
    let shows = opening.map(|(direction, bytes)| Show::Bytes(direction, bytes));
    let with = |more: &[Show<'_>]| drive_all(open(), &[&shows, more].concat());
    assert_eq!(with(&[Show::Gap(ToClient, 10)]), [asked, "Handover(0)"], "the reply was not captured");
    assert_eq!(with(&[Show::Gap(ToServer, 10), Show::Bytes(ToClient, GRANTED)])[1..], ["Handover(10)"]);
    assert_eq!(with(&[Show::Bytes(ToServer, &[b'x'; EARLY + 1])]), [asked, "Handover(0)"]);
}
