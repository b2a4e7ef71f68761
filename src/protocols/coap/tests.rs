//! Whole conversations: what is told of them.

use proptest::prelude::*;

use super::super::protocol::{Probe, Verdict};
use super::super::testing::{drive, drive_datagrams, drive_split};
use super::*;
use crate::wire::Direction::{self, ToClient, ToServer};

fn options(list: &[(u32, &[u8])]) -> Vec<u8> {
    let (mut bytes, mut before) = (Vec::new(), 0);
    for (number, value) in list {
        let nibble = |n: u32| {
            if n < 13 {
                (n as u8, vec![])
            } else if n < 269 {
                (13, vec![(n - 13) as u8])
            } else {
                (14, (n as u16 - 269).to_be_bytes().to_vec())
            }
        };
        let (delta, delta_more) = nibble(number - before);
        let (length, length_more) = nibble(value.len() as u32);
        before = *number;
        bytes.push(delta << 4 | length);
        bytes.extend([delta_more, length_more, value.to_vec()].concat());
    }
    bytes
}

fn datagram(kind: u8, code: u8, id: u16, token: &[u8], list: &[(u32, &[u8])], payload: &[u8]) -> Vec<u8> {
    let marker: &[u8] = if payload.is_empty() { b"" } else { b"\xff" };
    [&[0x40 | kind << 4 | token.len() as u8, code], &id.to_be_bytes()[..], token, &options(list), marker, payload].concat()
}

fn framed(code: u8, token: &[u8], list: &[(u32, &[u8])], payload: &[u8]) -> Vec<u8> {
    let marker: &[u8] = if payload.is_empty() { b"" } else { b"\xff" };
    let body = [&options(list), marker, payload].concat();
    let (nibble, more) = match body.len() {
        n @ 0..13 => (n as u8, vec![]),
        n @ 13..269 => (13, vec![(n - 13) as u8]),
        n => (14, (n as u16 - 269).to_be_bytes().to_vec()),
    };
    [&[nibble << 4 | token.len() as u8], &more[..], &[code], token, &body].concat()
}

fn ask(bytes: &[u8], direction: Direction, from_port: u16, to_port: u16) -> Verdict {
    (COAP.probe)(&Probe { bytes, direction, from_port, to_port, from_start: true })
}

const GET: u8 = 1;
const POST: u8 = 2;

#[test]
fn an_answer_is_paired_with_its_request() {
    let get = datagram(0, GET, 7, b"t1", &[(3, b"lamp.example"), (11, b"light"), (11, b"on"), (15, b"u=anna@example.org")], b"");
    let content = datagram(2, 0x45, 7, b"t1", &[(12, &[50])], br#"{"on":true}"#);
    let lines = drive_datagrams((COAP.open)(), &[(ToServer, &get), (ToServer, &get), (ToClient, &content), (ToClient, &content)]);
    let want = [
        "Target - - [] unpacked: /light/on?u=anna@example.org",
        "name http-host lamp.example Server",
        r#"Body - application/json ["coap-payload"] @9: {\"on\":true}"#,
        "exchange - GET /light/on lamp.example application/json - status 205 bytes 11",
    ];
    assert_eq!(lines, want);
    assert_eq!(ask(&get, ToServer, 50_000, 9_999), Verdict::Yes);
    assert_eq!(ask(&content, ToServer, 5_683, 50_000), Verdict::Swapped);
}

#[test]
fn a_separate_answer_comes_later_and_some_never() {
    let get = datagram(0, GET, 1, b"a", &[(11, b"slow")], b"");
    let later = datagram(0, 0x84, 99, b"a", &[], b"not here");
    let lost = datagram(1, POST, 2, b"b", &[(11, b"lost")], b"");
    let refused = datagram(0, 3, 3, b"c", &[], b"x");
    let lines = drive_datagrams(
        (COAP.open)(),
        &[
            (ToServer, &get),
            (ToClient, b"\x60\0\0\x01"),
            (ToClient, &later),
            (ToServer, b"\x60\0\0\x63"),
            (ToServer, &lost),
            (ToServer, &refused),
            (ToClient, b"\x70\0\0\x03"),
        ],
    );
    let exchanges: Vec<_> = lines.into_iter().filter(|line| line.starts_with("exchange")).collect();
    let want = ["exchange - GET /slow - - - status 404 bytes 8", "exchange - PUT / - - - status - bytes 1", "exchange - POST /lost - - - status - bytes 0"];
    assert_eq!(exchanges, want);
}

#[test]
fn what_is_observed_is_told_by_its_path() {
    let get = datagram(0, GET, 1, b"o", &[(6, b""), (11, b"pos")], b"");
    let notice = |id: u16, text: &[u8]| datagram(1, 0x45, id, b"o", &[(6, &[id as u8]), (12, b"")], text);
    let stray = datagram(1, 0x45, 77, b"z", &[(12, b"")], b"?");
    let lines =
        drive_datagrams((COAP.open)(), &[(ToServer, &get), (ToClient, &notice(5, b"51.5,-0.1")), (ToClient, &notice(6, b"51.6,-0.1")), (ToClient, &stray)]);
    let exchanges: Vec<_> = lines.iter().filter(|line| line.starts_with("exchange")).collect();
    let want = [
        "exchange - GET /pos - text/plain - status 205 bytes 9",
        "exchange notify - /pos - text/plain - status 205 bytes 9",
        "exchange response - - - text/plain - status 205 bytes 1",
    ];
    assert_eq!(exchanges, want);
}

#[test]
fn blocks_become_one_content() {
    let text = "a child is at home and this is said in three blocks";
    let mut shown = Vec::new();
    for (index, part) in text.as_bytes().chunks(16).enumerate() {
        let more = if index < 3 { 8 } else { 0 };
        let value = [(index as u8) << 4 | more];
        shown.push((ToServer, datagram(0, POST, index as u16, &[index as u8], &[(11, b"say"), (12, b""), (27, &value)], part)));
        shown.push((ToClient, datagram(2, if more == 0 { 0x44 } else { 0x5f }, index as u16, &[index as u8], &[(27, &value)], b"")));
    }
    let shown: Vec<_> = shown.iter().map(|(direction, bytes)| (*direction, bytes.as_slice())).collect();
    let bodies = |lines: Vec<String>| lines.into_iter().filter(|line| line.starts_with("Body")).collect::<Vec<_>>();
    let lines = drive_datagrams((COAP.open)(), &shown);
    assert_eq!(lines.last().unwrap(), "exchange - POST /say - text/plain - status 204 bytes 3");
    assert_eq!(bodies(lines), [format!(r#"Body - text/plain ["coap-blocks"] unpacked: {text}"#)]);
    let without: Vec<_> = shown.iter().enumerate().filter(|(index, _)| *index != 2).map(|(_, shown)| *shown).collect();
    let parts = bodies(drive_datagrams((COAP.open)(), &without));
    assert_eq!(parts.len(), 2, "a block is missing: {parts:?}");
}

#[test]
fn a_registration_tells_the_devices_name() {
    let queries: &[(u32, &[u8])] = &[(11, b"rd"), (12, &[40]), (15, b"ep=urn:imei:490154203237518"), (15, b"lt=300")];
    let register = datagram(0, POST, 1, b"r", queries, b"</1/0>,</3/0>");
    let created = datagram(2, 0x41, 1, b"r", &[(8, b"rd"), (8, b"5a3f")], b"");
    let lines = drive_datagrams((COAP.open)(), &[(ToServer, &register), (ToClient, &created)]);
    let want = [
        "value imei ep=490154203237518 []",
        "Target - - [] unpacked: /rd?ep=urn:imei:490154203237518&lt=300",
        r#"Body - application/link-format ["coap-payload"] @47: </1/0>,</3/0>"#,
        "Target location-path - [] unpacked: /rd/5a3f",
        "exchange - POST /rd - application/link-format - status 201 bytes 13",
    ];
    assert_eq!(lines, want);
}

#[test]
fn what_oscore_protects_is_sealed() {
    let post = datagram(0, POST, 1, b"s", &[(9, b"\x09\x14\x01")], b"\x01\x02\x03\x04\x05\x06\x07\x08\x09");
    let lines = drive_datagrams((COAP.open)(), &[(ToServer, &post)]);
    assert_eq!(lines, ["sealed OSCORE", "exchange - POST / - application/oscore - status - bytes 9"]);
}

#[test]
fn a_stream_begins_with_signals() {
    let hello = framed(0xe1, b"", &[(2, &[4, 0])], b"");
    let get = framed(GET, b"t", &[(11, b"temperature")], b"");
    let long = "21.5 ".repeat(100);
    let content = framed(0x45, b"t", &[(12, b"")], long.as_bytes());
    let up = [hello.clone(), get.clone()].concat();
    let lines = drive_split(COAP_TCP.open, &[(ToServer, &up), (ToClient, &[hello.clone(), content].concat())]);
    assert_eq!(lines.last().unwrap(), "exchange - GET /temperature - text/plain - status 205 bytes 500");
    let probe = |bytes: &[u8], to_port| (COAP_TCP.probe)(&Probe { bytes, direction: ToServer, from_port: 50_000, to_port, from_start: true });
    assert_eq!((probe(&hello, 5_683), probe(&hello, 9), probe(&up, 9), probe(&up[..1], 9)), (Verdict::Yes, Verdict::Unsure, Verdict::Yes, Verdict::Unsure));
    for not in [&b"\x16\x03\x01\x02\0\x01"[..], b"GET / HTTP/1.1\r\n", b"\0\x0e\x38\x01\x02", b"\0\xe1\xff\xff\xff\xff\xff\xff", b"\0\xe1\0\xe1"] {
        assert_eq!(probe(not, 9), Verdict::No, "{not:?}");
    }
}

#[test]
fn look_alikes_are_not_claimed() {
    // TURN's channel data, QUIC's short header, RTP, DTLS, and messages that break the form.
    for not in [
        &b"\x40\x01\0\x08payload!"[..],
        b"\x45\x91\x22\x10\x90\x11\x22\x33\x44\x55\x66\x77",
        b"\x80\x01\0\x01\0\0\0\x01\0\0\0\x01",
        b"\x16\xfe\xfd\0\0\0\0\0\0\0\0\0\x01",
        b"\x40\x01\0\x01\xff",
        b"\x40\x01\0\x01\xb4ab",
        b"\x49\x01\0\x01",
        b"\x41\0\0\x01x",
        b"\x40\x01\0\x01\xf0\x01\x01",
    ] {
        assert_eq!(ask(not, ToServer, 50_000, 3_478), Verdict::No, "{not:?}");
    }
    assert_eq!(ask(b"\x40\x01\0\x01\xff", ToServer, 50_000, 5_683), Verdict::No, "a marker without a payload");
    assert_eq!(ask(b"\x40\0\0\x01", ToServer, 50_000, 5_683), Verdict::Yes, "a ping");
    assert_eq!(drive_datagrams((COAP.open)(), &[(ToServer, b"\x40")]), ["malformed coap message that does not keep to its form"]);
}

proptest! {
    #[test]
    fn nothing_makes_it_fail(bytes in prop::collection::vec(any::<u8>(), 0..120), head in 0x40u8..0x80, code in any::<u8>()) {
        let datagram = [&[head, code], &bytes[..]].concat();
        drive_datagrams((COAP.open)(), &[(ToServer, &datagram), (ToClient, &datagram), (ToServer, &bytes)]);
        ask(&datagram, ToServer, 1, 2);
        drive((COAP_TCP.open)(), &[(ToServer, &bytes), (ToClient, &datagram), (ToServer, &datagram)]);
        (COAP_TCP.probe)(&Probe { bytes: &bytes, direction: ToServer, from_port: 1, to_port: 2, from_start: true });
    }
}
