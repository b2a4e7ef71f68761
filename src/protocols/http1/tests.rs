//! Whole conversations: what is told of them, however they are cut.

use proptest::prelude::*;

use super::super::testing::{Show, drive, drive_all, drive_split};
use super::super::web::unpack::tests::gzip;
use super::*;
use Direction::{ToClient, ToServer};

fn open() -> Box<dyn Parser> {
    (HTTP.open)()
}

/// The lines that begin with one of these words.
fn only(lines: &[String], words: &[&str]) -> Vec<String> {
    lines.iter().filter(|line| words.iter().any(|word| line.starts_with(word))).cloned().collect()
}

#[test]
fn a_request_and_its_answer_are_told() {
    let request = b"POST /track?imei=490154203237518 HTTP/1.1\r\nHost: api.example.com:8080\r\nUser-Agent: toy/1\r\nAccept: */*\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{\"lat\":51.5}";
    let answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nServer: nginx\r\nContent-Length: 2\r\n\r\nok";
    let lines = drive_split(open, &[(ToServer, request), (ToClient, answer)]);
    let want = [
        "Target - - [] @5: /track?imei=490154203237518",
        "name http-host api.example.com:8080 Server",
        "Header User-Agent - [] @83: toy/1",
        "Body - application/json [\"http-body\"] @157: {\\\"lat\\\":51.5}",
        "Header Server - [] @51: nginx",
        "Body - text/plain [\"http-body\"] @79: ok",
        "exchange - POST /track?imei=490154203237518 api.example.com:8080 text/plain toy/1 status 200 bytes 14",
    ];
    assert_eq!(lines, want);
}

#[test]
fn secrets_whose_form_http_fixes_are_named() {
    let request = b"GET http://anna:s%40fe@example.com/a HTTP/1.1\r\nAuthorization: Basic YW5uYTpzZWNyZXQ=\r\nProxy-Authorization: Bearer t0ken\r\nCookie: sid=1; b=\r\n\r\nGET /b HTTP/1.1\r\nAuthorization: Digest realm=\"x\", username=\"anna\"\r\n\r\n";
    let lines = drive_split(open, &[(ToServer, request), (ToClient, b"HTTP/1.0 204\r\nSet-Cookie: c=2; Path=/\r\n\r\n")]);
    let want = [
        "value username userinfo=anna []",
        "value password userinfo=s@fe []",
        "value username authorization=anna [\"basic\"]",
        "value password authorization=secret [\"basic\"]",
        "value token proxy-authorization=t0ken []",
        "value cookie sid=1 []",
        "value username authorization=anna []",
        "value cookie c=2 []",
    ];
    assert_eq!(only(&lines, &["value"]), want);
    let exchanges = only(&lines, &["exchange"]);
    assert_eq!(exchanges, ["exchange - GET http://anna:s%40fe@example.com/a example.com - - status 204 bytes 0", "exchange - GET /b - - - status - bytes 0"]);
}

#[test]
fn pipelined_requests_get_their_own_answers() {
    let requests =
        b"HEAD /1 HTTP/1.1\r\n\r\n\r\nGET /2 HTTP/1.1\r\n\r\nGET /3 HTTP/1.1\r\n\r\nPOST /4 HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx";
    let answers = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nHTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\nHTTP/1.1 404 No\r\nContent-Length: 3\r\n\r\nabcHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n";
    let lines = drive_split(open, &[(ToServer, requests), (ToClient, answers)]);
    let want = [
        "exchange - HEAD /1 - - - status 200 bytes 0",
        "exchange - GET /2 - - - status 304 bytes 0",
        "exchange - GET /3 - - - status 404 bytes 3",
        "exchange - POST /4 - - - status 201 bytes 1",
    ];
    assert_eq!(only(&lines, &["exchange"]), want);
}

#[test]
fn chunks_and_codings_are_taken_off() {
    let packed = gzip(b"mail=anna@example.org");
    let (left, right) = packed.split_at(9);
    let mut answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n".to_vec();
    answer.extend([b"9;a=b\r\n", left, b"\r\n"].concat());
    answer.extend([format!("{:X}\r\n", right.len()).as_bytes(), right, b"\r\n0\r\nX-Serial: 20F85E000152\r\n\r\n"].concat());
    answer.extend(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na=1\r\n3\r\n&b=\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n\r\nto the end");
    let lines = drive_split(open, &[(ToServer, b"GET / HTTP/1.1\r\n\r\n"), (ToClient, &answer)]);
    let want = [
        "Header X-Serial - [] @140: 20F85E000152",
        "Body - - [\"http-body\", \"chunked\", \"gzip\"] unpacked: mail=anna@example.org",
        "Body - - [\"http-body\", \"chunked\"] unpacked: a=1&b=",
        "Body - - [\"http-body\"] @243: to the end",
    ];
    let mut told = only(&lines, &["Header", "Body"]);
    told.sort_by_key(|line| !line.starts_with("Header"));
    assert_eq!(told, want);
    assert_eq!(only(&lines, &["exchange"]).len(), 3);
}

#[test]
fn a_greatest_chunk_and_wrong_lengths_do_no_harm() {
    let huge = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\nsecret";
    assert_eq!(only(&drive_split(open, &[(ToServer, huge)]), &["Body"]), ["Body - - [\"http-body\", \"chunked\"] unpacked: secret"]);
    let short = b"POST /1 HTTP/1.1\r\nContent-Length: 2\r\n\r\nabcdef\r\nGET /2 HTTP/1.1\r\n\r\n";
    let lines = drive_split(open, &[(ToServer, short)]);
    assert_eq!(only(&lines, &["Body", "malformed"]), ["Body - - [\"http-body\"] @39: ab", "malformed http message expected"]);
    assert_eq!(only(&lines, &["exchange"]).len(), 2);
    let long = b"POST /1 HTTP/1.1\r\nContent-Length: 18446744073709551615\r\n\r\nabcdef";
    assert_eq!(only(&drive_split(open, &[(ToServer, long)]), &["Body"]), ["Body - - [\"http-body\"] @58: abcdef"]);
}

#[test]
fn a_tunnel_and_an_upgrade_are_handed_over() {
    let lines = drive_split(open, &[(ToServer, b"CONNECT h.example:443 HTTP/1.1\r\n\r\n"), (ToClient, b"HTTP/1.1 200 OK\r\n\r\n\x16\x03\x01")]);
    assert_eq!(lines[1..], ["exchange - CONNECT h.example:443 - - - status 200 bytes 0", "Handover(19)"]);
    let request = b"GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n";
    let lines = drive_split(open, &[(ToServer, request), (ToServer, b"\x81\x80"), (ToClient, b"HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\n\r\n")]);
    assert_eq!(lines[1..], ["exchange - GET /ws - - - status 101 bytes 0", "Handover(46)"]);
    // A proxy that wants a password first.
    let login = b"CONNECT h.example:443 HTTP/1.1\r\nProxy-Authorization: Basic YW5uYTpzZWNyZXQ=\r\n\r\n";
    let refused = b"HTTP/1.1 407 No\r\nProxy-Authenticate: Basic\r\nContent-Length: 2\r\n\r\nno";
    let lines = drive_split(
        open,
        &[(ToServer, b"CONNECT h.example:443 HTTP/1.1\r\n\r\n"), (ToClient, refused), (ToServer, login), (ToClient, b"HTTP/1.0 200\r\n\r\n")],
    );
    let want = [
        "exchange - CONNECT h.example:443 - - - status 407 bytes 2",
        "value username proxy-authorization=anna [\"basic\"]",
        "value password proxy-authorization=secret [\"basic\"]",
        "exchange - CONNECT h.example:443 - - - status 200 bytes 0",
    ];
    assert_eq!(only(&lines, &["exchange", "value"]), want);
    assert!(lines.last().is_some_and(|line| line.starts_with("Handover")));
    // Refused, both go on.
    let lines = drive(open(), &[(ToServer, request), (ToClient, b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), (ToServer, b"GET /2 HTTP/1.1\r\n\r\n")]);
    assert_eq!(only(&lines, &["exchange"]).len(), 2);
    // No answer was captured, but TLS goes through.
    let lines = drive(open(), &[(ToServer, b"CONNECT h:443 HTTP/1.1\r\n\r\n"), (ToServer, b"\x16\x03\x01\x00")]);
    assert_eq!(lines.last().map(String::as_str), Some("Handover(0)"));
}

#[test]
fn an_answer_whose_request_was_not_seen_stands_for_itself() {
    let lines = drive_split(open, &[(ToClient, b"HTTP/1.1 200 OK\r\nServer: cam/2\r\nContent-Length: 2\r\n\r\nok")]);
    assert_eq!(lines[2], "exchange response - - - - cam/2 status 200 bytes 2");
}

#[test]
fn a_gap_within_a_body_is_passed_over() {
    let head = b"POST /1 HTTP/1.1\r\nContent-Length: 1000\r\n\r\nbegin of the body";
    let tail = b"end of the bodyGET /2 HTTP/1.1\r\n\r\n";
    let lines = drive_all(open(), &[Show::Bytes(ToServer, head), Show::Gap(ToServer, 968), Show::Bytes(ToServer, tail)]);
    assert_eq!(only(&lines, &["Body"]), ["Body - - [\"http-body\"] @42: begin of the body", "Body - - [\"http-body\"] @1027: end of the body"]);
    assert_eq!(only(&lines, &["exchange"]), ["exchange - POST /1 - - - status - bytes 1000", "exchange - GET /2 - - - status - bytes 0"]);
}

#[test]
fn behind_a_gap_the_next_message_is_found() {
    let first = b"GET /1 HTTP/1.1\r\nX-Serial: 20F85E0";
    let second = b"te: chunked\r\n\r\nGET /2 HTTP/1.1\r\n\r\n";
    let lines = drive_all(open(), &[Show::Bytes(ToServer, first), Show::Gap(ToServer, 40), Show::Bytes(ToServer, second)]);
    assert_eq!(only(&lines, &["Header", "Target"]), ["Target - - [] @4: /1", "Header X-Serial - [] @27: 20F85E0", "Target - - [] @93: /2"]);
    let shows = [
        Show::Bytes(ToServer, b"GET /1 HTTP/1.1\r\n\r\n"),
        Show::Bytes(ToClient, b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"),
        Show::Gap(ToClient, 100),
        Show::Bytes(ToServer, b"GET /2 HTTP/1.1\r\n\r\n"),
        Show::Bytes(ToClient, b"\xff\xffHTTP/1.1 404 No\r\n\r\n"),
    ];
    let lines = drive_all(open(), &shows);
    assert_eq!(only(&lines, &["exchange"]), ["exchange - GET /1 - - - status 200 bytes 3", "exchange - GET /2 - - - status 404 bytes 0"]);
    assert_eq!(only(&lines, &["Body"]), ["Body - - [\"http-body\"] @38: abc"]);
}

#[test]
fn a_request_that_is_cut_off_is_told_as_far_as_it_goes() {
    let lines = drive_all(open(), &[Show::Bytes(ToServer, b"GET /images/box.gif HTT"), Show::Gap(ToServer, 400)]);
    assert_eq!(lines, ["Target - - [] @4: /images/box.gif", "exchange - GET /images/box.gif - - - status - bytes 0"]);
    let lines = drive(open(), &[(ToServer, b"GET /track?imei=490154203237518&lat=1.5")]);
    assert_eq!(only(&lines, &["Target"]), ["Target - - [] @4: /track?imei=490154203237518&lat=1.5"]);
    let lines = drive(open(), &[(ToServer, b"POST / HTTP/1.1\r\nX-Serial: 20F85E000152")]);
    assert_eq!(only(&lines, &["Header"]), ["Header X-Serial - [] @27: 20F85E000152"]);
}

#[test]
fn garbage_between_messages_is_passed_over() {
    let lines = drive_split(open, &[(ToServer, b"GET /1 HTTP/1.1\r\n\r\n\x01\x02garbage\n\xffGET /2 HTTP/1.1\r\n\r\n")]);
    assert_eq!(only(&lines, &["Target", "malformed"]), ["Target - - [] @4: /1", "malformed http message expected", "Target - - [] @34: /2"]);
    let long = [b"GET /1 HTTP/1.1\r\n\r\n".as_slice(), &vec![0xee; 100_000], b"\nGET /2 HTTP/1.1\r\n\r\n"].concat();
    for step in [1_400, 200_000] {
        let pieces: Vec<_> = long.chunks(step).map(|piece| (ToServer, piece)).collect();
        assert_eq!(only(&drive(open(), &pieces), &["exchange"]).len(), 2);
    }
}

#[test]
fn recordings_are_named_and_hardly_told() {
    let picture = [b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x02".as_slice(), &vec![7; 300_000]].concat();
    let head = format!("PUT /a.jpg HTTP/1.1\r\nContent-Length: {}\r\n\r\n", picture.len());
    let all = [head.as_bytes(), &picture].concat();
    let pieces: Vec<_> = all.chunks(1_400).map(|piece| (ToServer, piece)).collect();
    let lines = drive(open(), &pieces);
    assert_eq!(only(&lines, &["media"]), ["media picture jpeg"]);
    assert_eq!(only(&lines, &["Body"]).len(), 1);
    assert_eq!(only(&lines, &["exchange"]), ["exchange - PUT /a.jpg - - - status - bytes 300013"]);
    let typed =
        b"HTTP/1.1 200 OK\r\nContent-Type: audio/amr-wb\r\nContent-Length: 20\r\n\r\n\0\x01\x02\x03\x04\x05\x06\x07\0\x01\x02\x03\x04\x05\x06\x07\0\0\0\0";
    assert_eq!(only(&drive_split(open, &[(ToClient, typed)]), &["media"]), ["media voice amr-wb"]);
}

#[test]
fn long_texts_are_told_in_pieces_up_to_a_limit() {
    let text: Vec<u8> = (0..200_000).flat_map(|n| format!("line {n}\n").into_bytes()).collect();
    for body in [format!("Content-Length: {}\r\n\r\n", text.len()).into_bytes(), b"\r\n".to_vec()] {
        let all = [b"HTTP/1.1 200 OK\r\n".as_slice(), &body, &text].concat();
        let tell = |step| only(&drive(open(), &all.chunks(step).map(|piece| (ToClient, piece)).collect::<Vec<_>>()), &["Body", "exchange", "malformed"]);
        let lines = tell(1_400);
        assert_eq!(lines, tell(100_000), "however it is cut");
        let told: usize = lines.iter().filter(|line| line.starts_with("Body")).map(String::len).sum();
        assert!((1_048_576..1_400_000).contains(&told), "{told}");
        assert_eq!(lines.iter().filter(|line| line.starts_with("malformed")).count(), 1);
        assert!(lines.last().unwrap().ends_with(&format!("bytes {}", text.len())));
        assert!(lines[0].ends_with("\\n"), "a piece ends with a line");
    }
}

#[test]
fn a_bomb_is_told_to_the_limit() {
    let bomb = gzip(&vec![b' '; 20 << 20]);
    let head = format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", bomb.len());
    let lines = drive(open(), &[(ToClient, &[head.as_bytes(), &bomb].concat())]);
    assert_eq!(only(&lines, &["malformed"]), ["malformed http body unpacks to more than the limit"]);
    assert!(lines.iter().map(String::len).sum::<usize>() < 1_200_000);
}

#[test]
fn a_long_head_is_read_to_its_limit_in_linear_time() {
    let junk = b"X-Junk: 0123456789\r\n folded\r\n".repeat(40_000);
    let all = [b"POST /long HTTP/1.1\r\nContent-Length: 3\r\n".as_slice(), &junk, b"\r\nabcGET /next HTTP/1.1\r\n\r\n"].concat();
    let began = std::time::Instant::now();
    let mut tails = Vec::new();
    for step in [97, 1_400, 2_000_000] {
        let lines = drive(open(), &all.chunks(step).map(|piece| (ToServer, piece)).collect::<Vec<_>>());
        tails.push(only(&lines, &["Body", "exchange", "malformed"]));
    }
    assert_eq!(tails[0].len(), 4, "{:?}", tails[0]);
    assert!(tails.iter().all(|tail| *tail == tails[0]));
    assert!(began.elapsed().as_secs() < 20);
}

#[test]
fn many_requests_without_answers_hold_little() {
    let mut parser = open();
    let marks = crate::wire::Marks::default();
    let request = [b"GET /".as_slice(), &vec![b'a'; 30_000], b" HTTP/1.1\r\n\r\n"].concat();
    let mut told = 0;
    for _ in 0..1_000 {
        parser.read(Input { direction: ToServer, bytes: &request, offset: 0, marks: &marks }, &mut |event| {
            told += usize::from(matches!(event, Event::Exchange(_)));
        });
        assert!(parser.memory() < 400_000);
    }
    assert!(told > 900);
}

proptest! {
    #[test]
    fn nothing_makes_it_fail(pieces in prop::collection::vec((any::<bool>(), any::<bool>(), any::<prop::sample::Index>(), 0usize..40), 1..40)) {
        let words: [&[u8]; 14] = [b"GET / HTTP/1.1\r\n", b"HTTP/1.1 200 OK\r\n", b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n", b"\r\n", b"5\r\nhello", b"0\r\n\r\n",
            b"Content-Encoding: gzip, deflate\r\n", b"\x1f\x8b\x08\0\0\0", b"CONNECT a:1 HTTP/1.1\r\n\r\n", b"Upgrade: x\r\n", b"\xff\n", b"HEAD /x HTTP/1.0\n\n", b"x"];
        let shows: Vec<Show<'_>> = pieces.iter().map(|(up, gap, word, missing)| {
            let direction = if *up { ToServer } else { ToClient };
            if *gap && *missing < 8 { Show::Gap(direction, *missing as u64) } else { Show::Bytes(direction, words[word.index(words.len())]) }
        }).collect();
        drive_all(open(), &shows);
    }

    #[test]
    fn random_bytes_are_passed_over(bytes in prop::collection::vec(any::<u8>(), 0..300), start in any::<bool>()) {
        let all = if start { [b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n".as_slice(), &bytes].concat() } else { bytes };
        drive(open(), &[(ToServer, &all)]);
    }
}
