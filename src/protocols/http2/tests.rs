//! Whole connections: what is told of them, however they are cut.

use proptest::prelude::*;

use super::super::testing::{Show, drive, drive_all, drive_split};
use super::super::web::unpack::tests::gzip;
use super::*;
use Direction::{ToClient, ToServer};

fn open() -> Box<dyn Parser> {
    (HTTP2.open)()
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = (payload.len() as u32).to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// Fields without compression and without a place in the table.
fn fields(list: &[(&str, &str)]) -> Vec<u8> {
    let mut block = Vec::new();
    for (name, value) in list {
        block.push(0x10);
        for text in [name, value] {
            assert!(text.len() < 127);
            block.push(text.len() as u8);
            block.extend(text.as_bytes());
        }
    }
    block
}

fn request(path: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let head = [(":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "api.example.com:8080")];
    fields(&[&head, more].concat())
}

fn only(lines: &[String], words: &[&str]) -> Vec<String> {
    lines.iter().filter(|line| words.iter().any(|word| line.starts_with(word))).cloned().collect()
}

const SETTINGS: &[u8] = b"\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64";

#[test]
fn a_request_and_its_answer_are_told() {
    let head = request("/track?imei=490154203237518", &[("user-agent", "toy/1"), ("authorization", "Basic YW5uYTpzZWNyZXQ="), ("cookie", "sid=1")]);
    let client = [PREFACE, SETTINGS, &frame(1, 4, 1, &head), &frame(0, 9, 1, b"\x03{\"lat\":51.5}\0\0\0")].concat();
    let answer = fields(&[(":status", "200"), ("content-type", "text/plain")]);
    let server = [SETTINGS, &frame(4, 1, 0, b""), &frame(1, 4, 1, &answer), &frame(0, 0, 1, b"o"), &frame(0, 1, 1, b"k")].concat();
    let lines = drive_split(open, &[(ToServer, &client), (ToClient, &server)]);
    let want = [
        "Target - - [] unpacked: /track?imei=490154203237518",
        "name http-host api.example.com:8080 Server",
        "Header user-agent - [] unpacked: toy/1",
        "Header authorization - [] unpacked: Basic YW5uYTpzZWNyZXQ=",
        "value username authorization=anna [\"basic\"]",
        "value password authorization=secret [\"basic\"]",
        "Header cookie - [] unpacked: sid=1",
        "value cookie sid=1 []",
        "Body - - [\"http-body\"] unpacked: {\\\"lat\\\":51.5}",
        "Body - text/plain [\"http-body\"] unpacked: ok",
        "exchange - POST /track?imei=490154203237518 api.example.com:8080 text/plain toy/1 status 200 bytes 14",
    ];
    assert_eq!(lines, want);
}

#[test]
fn streams_are_kept_apart() {
    let client = [
        PREFACE,
        &frame(1, 4, 1, &request("/1", &[("content-encoding", "gzip")])),
        &frame(1, 4, 3, &request("/3", &[])),
        &frame(0, 0, 3, b"three, "),
        &frame(0, 1, 1, &gzip(b"mail=anna@example.org")),
        &frame(0, 1, 3, b"and more"),
        &frame(1, 5, 5, &request("/5", &[])),
    ]
    .concat();
    let answer = |status, stream| frame(1, 5, stream, &fields(&[(":status", status)]));
    let server = [answer("404", 3), frame(1, 4, 1, &fields(&[(":status", "100")])), answer("204", 1), frame(3, 0, 5, b"\0\0\0\x08")].concat();
    let lines = drive_split(open, &[(ToServer, &client), (ToClient, &server)]);
    let bodies = ["Body - - [\"http-body\", \"gzip\"] unpacked: mail=anna@example.org", "Body - - [\"http-body\"] unpacked: three, and more"];
    assert_eq!(only(&lines, &["Body"]), bodies);
    let want = [
        "exchange - POST /3 api.example.com:8080 - - status 404 bytes 15",
        "exchange - POST /1 api.example.com:8080 - - status 204 bytes 39",
        "exchange - POST /5 api.example.com:8080 - - status - bytes 0",
    ];
    let told = only(&lines, &["exchange"]);
    assert_eq!(told.len(), 3);
    assert_eq!((&told[0], &told[2]), (&want[0].to_owned(), &want[2].to_owned()));
    assert!(told[1].starts_with("exchange - POST /1 api.example.com:8080 - - status 204"));
}

#[test]
fn fields_go_on_in_further_frames_and_trailers_follow() {
    let head = request("/a.Service/Call", &[("content-type", "application/grpc"), ("te", "trailers")]);
    let (left, right) = head.split_at(30);
    let client =
        [PREFACE, &frame(1, 0, 1, left), &frame(9, 0, 1, &right[..7]), &frame(9, 4, 1, &right[7..]), &frame(0, 1, 1, b"\0\0\0\0\x07\x0a\x05hello")].concat();
    let answer = fields(&[(":status", "200"), ("content-type", "application/grpc")]);
    let server = [frame(1, 4, 1, &answer), frame(0, 0, 1, b"\0\0\0\0\x04\x0a\x02hi"), frame(1, 5, 1, &fields(&[("grpc-status", "0")]))].concat();
    let lines = drive_split(open, &[(ToServer, &client), (ToClient, &server)]);
    let want = [
        "Target - - [] unpacked: /a.Service/Call",
        "name http-host api.example.com:8080 Server",
        "Body - application/grpc [\"http-body\"] unpacked: \\n\\x05hello",
        "Body - application/grpc [\"http-body\"] unpacked: \\n\\x02hi",
        "Header grpc-status - [] unpacked: 0",
        "exchange - POST /a.Service/Call api.example.com:8080 application/grpc - status 200 bytes 21",
    ];
    assert_eq!(lines, want);
}

#[test]
fn what_a_server_pushes_is_told_as_asked_for() {
    let promise = [b"\0\0\0\x02".as_slice(), &fields(&[(":method", "GET"), (":path", "/style.css"), (":authority", "www.example.com")])].concat();
    let server = [frame(5, 4, 1, &promise), frame(1, 5, 2, &fields(&[(":status", "200")]))].concat();
    let lines = drive_split(open, &[(ToServer, &[PREFACE, &frame(1, 5, 1, &request("/", &[]))].concat()), (ToClient, &server)]);
    assert_eq!(only(&lines, &["exchange"])[0], "exchange - GET /style.css www.example.com - - status 200 bytes 0");
}

#[test]
fn an_upgrade_is_answered_on_stream_1() {
    let mut parser = open();
    parser.take_over(Upgrade { to: "h2c".to_owned(), method: Some("GET".to_owned()), target: Some("/up".to_owned()), ..Upgrade::default() });
    let server = [SETTINGS, &frame(1, 5, 1, &fields(&[(":status", "200")]))].concat();
    let lines = drive(parser, &[(ToServer, PREFACE), (ToClient, &server)]);
    assert_eq!(lines, ["exchange - GET /up - - - status 200 bytes 0"]);
}

#[test]
fn picked_up_in_the_middle_nothing_is_made_up() {
    // :method GET, :scheme http, and a path and a host from entries that nobody saw.
    let client = frame(1, 5, 7, b"\x82\x86\xc0\xbf");
    let server = frame(1, 5, 7, b"\x88\xc1");
    let lines = drive_split(open, &[(ToServer, &client), (ToClient, &server)]);
    assert_eq!(only(&lines, &["name", "Target"]), Vec::<String>::new());
    assert!(lines.iter().any(|line| line == "malformed http2 head cannot be unpacked"), "{lines:?}");
    assert_eq!(only(&lines, &["exchange"]), ["exchange - GET - - - - status 200 bytes 0"]);
}

#[test]
fn a_gap_within_a_body_is_passed_over_and_behind_another_a_frame_is_found() {
    let head = [PREFACE, &frame(1, 4, 1, &request("/1", &[]))].concat();
    let body = frame(0, 1, 1, &[b'a'; 300]);
    let shows = [
        Show::Bytes(ToServer, &head),
        Show::Bytes(ToServer, &body[..109]),
        Show::Gap(ToServer, 150),
        Show::Bytes(ToServer, &body[259..]),
        Show::Gap(ToServer, 1_000),
        Show::Bytes(ToServer, b"the rest of something\0\0\x08\x06\0\0\0\0\0abcdefgh\0\0\x02\x01\x05\0\0\0\x03\x82\x84"),
    ];
    let lines = drive_all(open(), &shows);
    assert_eq!(only(&lines, &["exchange"]), ["exchange - POST /1 api.example.com:8080 - - status - bytes 150", "exchange - GET / - - - status - bytes 0"]);
}

#[test]
fn streams_and_memory_are_bounded() {
    let (mut parser, marks) = (open(), crate::wire::Marks::default());
    let mut told = 0;
    let mut show = |parser: &mut Box<dyn Parser>, bytes: &[u8]| {
        parser.read(Input { direction: ToServer, bytes, offset: 0, marks: &marks }, &mut |event| told += usize::from(matches!(event, Event::Exchange(_))));
    };
    show(&mut parser, PREFACE);
    for stream in (1..4_000u32).step_by(2) {
        show(&mut parser, &frame(1, 4, stream, &request("/", &[])));
        show(&mut parser, &frame(0, 0, stream, &[b'a'; 16_000]));
        assert!(parser.memory() < 3 << 20);
    }
    assert!(told > 1_800);
}

#[test]
fn broken_frames_do_no_harm() {
    let wrong =
        [PREFACE, &frame(0, 9, 1, b"\x20abc"), &frame(1, 0, 1, b"\x82"), &frame(6, 0, 0, b"12345678"), &frame(9, 4, 5, b"\x82"), b"\0\0\x01\x06\0\0\0\0\0x"]
            .concat();
    let lines = drive_split(open, &[(ToServer, &wrong)]);
    let want = [
        "malformed http2 padding longer than its frame",
        "malformed http2 head without its end",
        "malformed http2 head longer than the limit",
        "malformed http2 frame expected",
    ];
    assert_eq!(lines, want);
    drive_split(open, &[(ToClient, &frame(1, 4, 1, &[0xff; 40]))]);
}

proptest! {
    #[test]
    fn nothing_makes_it_fail(pieces in prop::collection::vec((any::<bool>(), any::<bool>(), any::<prop::sample::Index>(), prop::collection::vec(any::<u8>(), 0..20)), 1..30)) {
        let words = [PREFACE.to_vec(), frame(1, 4, 1, &request("/", &[])), frame(0, 0, 1, b"abc"), frame(1, 0, 3, b"\x82"), frame(9, 4, 3, b"\x84"), SETTINGS.to_vec(), frame(5, 4, 1, b"\0\0\0\x02\x82")];
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
