//! Whole conversations: what is told of them, however they are cut.

use proptest::prelude::*;

use super::super::protocol::{Parser, Probe, Verdict};
use super::super::testing::{Show, drive, drive_all, drive_split};
use super::*;
use Direction::{ToClient, ToServer};

fn open() -> Box<dyn Parser> {
    (AMQP.open)()
}

fn open_one() -> Box<dyn Parser> {
    (AMQP_1.open)()
}

fn short(text: &[u8]) -> Vec<u8> {
    [&[text.len() as u8], text].concat()
}

fn long(text: &[u8]) -> Vec<u8> {
    [&(text.len() as u32).to_be_bytes(), text].concat()
}

fn frame(kind: u8, channel: u8, parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    [&[kind, 0, channel], &(body.len() as u32).to_be_bytes()[..], &body, &[0xce]].concat()
}

fn method(channel: u8, class: u8, method: u8, parts: &[&[u8]]) -> Vec<u8> {
    frame(1, channel, &[&[0, class, 0, method], &parts.concat()])
}

fn content(length: u8, properties: &[&[u8]]) -> Vec<u8> {
    frame(2, 1, &[&[0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, length], &properties.concat()])
}

fn only(lines: &[String], words: &[&str]) -> Vec<String> {
    lines.iter().filter(|line| words.iter().any(|word| line.starts_with(word))).cloned().collect()
}

#[test]
fn a_client_of_0_9_1_tells_its_password_and_messages() {
    let table =
        long(&[short(b"product"), b"S".to_vec(), long(b"toylib"), short(b"version"), b"S".to_vec(), long(b"1.2"), short(b"ok"), b"t\x01".to_vec()].concat());
    let up = [
        b"AMQP\0\0\x09\x01".to_vec(),
        method(0, 10, 11, &[&table, &short(b"PLAIN"), &long(b"\0anna\0secret"), &short(b"en_US")]),
        method(0, 10, 40, &[&short(b"/home"), &[0, 0]]),
        method(1, 50, 10, &[&[0, 0], &short(b"toy.1"), &[0], &long(b"")]),
        method(1, 60, 20, &[&[0, 0], &short(b"toy.1"), &short(b""), &[0], &long(b"")]),
        method(1, 60, 40, &[&[0, 0], &short(b"toys"), &short(b"pos"), &[0]]),
        content(20, &[&[0x80, 0x10], &short(b"text/plain"), &short(b"guest")]),
        frame(3, 1, &[b"51.5,-0.12"]),
        frame(3, 1, &[b" and so on"]),
        frame(8, 0, &[]),
    ]
    .concat();
    let down = [
        method(1, 60, 60, &[&short(b"c"), &[0; 9], &short(b""), &short(b"toy.1")]),
        content(3, &[&[0, 0]]),
        frame(3, 1, &[b"say"]),
        method(0, 10, 50, &[&[1, 64], &short(b"bye"), &[0; 4]]),
    ]
    .concat();
    let lines = drive_split(open, &[(ToServer, &up), (ToClient, &down)]);
    assert_eq!(only(&lines, &["value"]), ["value username username=anna []", "value password password=secret []", "value username user-id=guest []"]);
    let want = [
        "exchange connect - /home - - toylib/1.2 status - bytes 0",
        "exchange declare - toy.1 - - - status - bytes 0",
        "exchange subscribe - toy.1 - - - status - bytes 0",
        "exchange publish - toys/pos - text/plain - status - bytes 20",
        "exchange deliver - toy.1 - - - status - bytes 3",
        "exchange close - - - - - status 320 bytes 0",
    ];
    assert_eq!(only(&lines, &["exchange"]), want);
    let want = [r#"Payload - text/plain ["amqp-body"] unpacked: 51.5,-0.12 and so on"#, r#"Payload - - ["amqp-body"] unpacked: say"#];
    assert_eq!(only(&lines, &["Payload"]), want);
    assert!(only(&lines, &["malformed"]).is_empty());
}

#[test]
fn amqplain_is_a_table() {
    let response = long(&[short(b"LOGIN"), b"S".to_vec(), long(b"anna"), short(b"PASSWORD"), b"S".to_vec(), long(b"secret")].concat());
    let up = method(0, 10, 11, &[&long(b""), &short(b"AMQPLAIN"), &response, &short(b"")]);
    assert_eq!(drive_split(open, &[(ToServer, &up)]), ["value username username=anna []", "value password password=secret []"]);
}

#[test]
fn broken_frames_are_counted_and_gaps_passed_over() {
    let whats = |bytes: &[u8]| only(&drive_split(open, &[(ToServer, bytes)]), &["malformed"]);
    assert_eq!(whats(&frame(9, 0, &[b"x"])), ["malformed amqp frame type is not assigned"]);
    assert_eq!(whats(b"\x01\0\0\0\0\0\x04\0\x0a\0\x0b\xcd"), ["malformed amqp frame has no end"]);
    assert_eq!(whats(&method(0, 10, 11, &[])), ["malformed amqp frame is shorter than its fields"]);
    assert_eq!(whats(&[&[3, 0, 1, 0, 9, 0, 0][..], &[0; 10]].concat()), ["malformed amqp frame longer than the limit"]);
    let publish = method(1, 60, 40, &[&[0, 0], &short(b""), &short(b"q"), &[0]]);
    let lines =
        drive_all(open(), &[Show::Bytes(ToServer, &publish[..9]), Show::Gap(ToServer, 30), Show::Bytes(ToServer, b"rest"), Show::Bytes(ToServer, &publish)]);
    assert_eq!(only(&lines, &["exchange"]), ["exchange publish - q - - - status - bytes 0"]);
}

fn text(text: &[u8]) -> Vec<u8> {
    [&[0xa1, text.len() as u8], text].concat()
}

fn binary(bytes: &[u8]) -> Vec<u8> {
    [&[0xa0, bytes.len() as u8], bytes].concat()
}

fn list(code: u8, items: &[&[u8]]) -> Vec<u8> {
    let body = items.concat();
    [&[0, 0x53, code, 0xc0, body.len() as u8 + 1, items.len() as u8], &body[..]].concat()
}

fn one(kind: u8, parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    [&(body.len() as u32 + 8).to_be_bytes()[..], &[2, kind, 0, 0], &body].concat()
}

const NULL: &[u8] = &[0x40];

#[test]
fn a_client_of_1_0_tells_its_password_and_messages() {
    let attach = |handle: u8, role: u8, source: &[u8], target: &[u8]| {
        one(0, &[&list(0x12, &[&text(b"l"), &[0x52, handle], &[role], NULL, NULL, &list(0x28, &[source]), &list(0x29, &[target])])])
    };
    let map = [&[0, 0x53, 0x74, 0xc1, 15, 2][..], &text(b"serial"), &text(b"ABC9")].concat();
    let message = [
        list(0x73, &[NULL, &binary(b"anna"), &text(b"toys"), NULL, NULL, NULL, &text(b"text/plain")]),
        map,
        [&[0, 0x53, 0x75][..], &binary(b"51.5,-0.12")].concat(),
    ]
    .concat();
    let transfer = |handle: u8, more: u8| list(0x14, &[&[0x52, handle], &[0x43], &binary(b"t"), &[0x43], &[0x41], &[more]]);
    let up = [
        b"AMQP\x03\x01\0\0".to_vec(),
        one(1, &[&list(0x41, &[&text(b"PLAIN"), &binary(b"\0anna\0secret"), &text(b"hub.example")])]),
        b"AMQP\0\x01\0\0".to_vec(),
        one(0, &[&list(0x10, &[&text(b"toy-1"), &text(b"hub.example")])]),
        one(0, &[]),
        attach(0, 0x42, NULL, &text(b"devices/toy-1")),
        attach(1, 0x41, &text(b"orders"), NULL),
        one(0, &[&transfer(0, 0x41), &message[..20]]),
        one(0, &[&transfer(0, 0x42), &message[20..]]),
    ]
    .concat();
    let down = [
        b"AMQP\x03\x01\0\0".to_vec(),
        b"AMQP\0\x01\0\0".to_vec(),
        attach(5, 0x42, &text(b"orders"), NULL),
        one(0, &[&transfer(5, 0x42), &[0, 0x53, 0x77], &text(b"listen")]),
        one(0, &[&list(0x18, &[&list(0x1d, &[&text(b"amqp:not-found"), &text(b"no such toy")])])]),
    ]
    .concat();
    let lines = drive_split(open_one, &[(ToServer, &up), (ToClient, &down)]);
    assert_eq!(only(&lines, &["value"]), ["value username username=anna []", "value password password=secret []", "value username user-id=anna []"]);
    let want = [
        "exchange connect - toy-1 hub.example - - status - bytes 0",
        "exchange attach - devices/toy-1 - - - status - bytes 0",
        "exchange subscribe - orders - - - status - bytes 0",
        &format!("exchange publish - devices/toy-1 - text/plain - status - bytes {}", message.len()),
        "exchange deliver - orders - - - status - bytes 11",
    ];
    assert_eq!(only(&lines, &["exchange"]), want);
    assert_eq!(only(&lines, &["Payload"]), [r#"Payload - text/plain ["amqp-body"] unpacked: 51.5,-0.12"#, r#"Payload - - ["amqp-body"] unpacked: listen"#]);
    assert!(lines.contains(&r#"Record serial - ["amqp-body"] unpacked: ABC9"#.to_owned()), "{lines:?}");
    assert!(lines.iter().any(|line| line.ends_with(": no such toy")), "{lines:?}");
    assert!(only(&lines, &["malformed"]).is_empty(), "{lines:?}");
}

#[test]
fn tls_within_is_handed_over() {
    let lines = drive(open_one(), &[(ToServer, b"AMQP\x02\x01\0\0"), (ToClient, b"AMQP\x02\x01\0\0"), (ToServer, b"\x16\x03\x01")]);
    assert_eq!(lines, ["Handover(0)"]);
    assert_eq!(drive(open_one(), &[(ToServer, b"\0\0\0\x04\x02\0\0\0")]), ["malformed amqp frame that does not keep to its form", "Lost"]);
}

#[test]
fn each_generation_is_known_by_its_header() {
    let ask = |protocol: &Protocol, bytes: &[u8], direction, from_start| (protocol.probe)(&Probe { bytes, direction, from_port: 1, to_port: 2, from_start });
    for (header, classic, one) in [
        (&b"AMQP\0\0\x09\x01"[..], Verdict::Yes, Verdict::No),
        (b"AMQP\x01\x01\x08\0", Verdict::Yes, Verdict::No),
        (b"AMQP\0\x01\0\0", Verdict::No, Verdict::Yes),
        (b"AMQP\x03\x01\0\0", Verdict::No, Verdict::Yes),
        (b"AMQP\x02\x01\0\0", Verdict::No, Verdict::Yes),
        (b"AMQP/1.0", Verdict::No, Verdict::No),
        (b"AMQ", Verdict::Unsure, Verdict::Unsure),
        (b"GET /", Verdict::No, Verdict::No),
    ] {
        assert_eq!((ask(&AMQP, header, ToServer, true), ask(&AMQP_1, header, ToServer, true)), (classic, one), "{header:?}");
    }
    let publish = method(1, 60, 40, &[&[0, 0], &short(b""), &short(b"q"), &[0]]);
    assert_eq!(ask(&AMQP, &publish, ToServer, false), Verdict::Yes);
    assert_eq!(ask(&AMQP, &publish, ToClient, false), Verdict::Swapped);
    assert_eq!(ask(&AMQP, &publish[..12], ToServer, false), Verdict::Unsure);
    assert_eq!(ask(&AMQP, b"\x01\0\0\0\0\0\x04\0\x0a\0\x0b\xcd", ToServer, false), Verdict::No);
    assert_eq!(ask(&AMQP, b"\x03\0\0\0\x0b\x06\xe0\0\0\0\0\0", ToServer, false), Verdict::No, "TPKT");
}

proptest! {
    #[test]
    fn nothing_makes_it_fail(bytes in prop::collection::vec(any::<u8>(), 0..80), class in 0u8..91, id in 0u8..100, code in any::<u8>(), flags in any::<u8>()) {
        let shown = [method(1, class, id, &[&bytes]), frame(2, 1, &[&bytes]), content(9, &[&[flags, code], &bytes]), frame(3, 1, &[&bytes]), bytes.clone()].concat();
        drive(open(), &[(ToServer, &shown), (ToClient, &bytes)]);
        drive(open_one(), &[(ToServer, &one(0, &[&[0, 0x53, code], &bytes])), (ToServer, &one(0, &[&list(code, &[&bytes])])), (ToClient, &one(1, &[&bytes]))]);
    }
}
