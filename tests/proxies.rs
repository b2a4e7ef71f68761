//! What is carried by a proxy is read as if there were none: SOCKS, HTTP CONNECT, the PROXY protocol, one within the other.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::pcap::Connection;
use common::{of_type, run};
use serde_json::Value;

const GET: &[u8] = b"GET /a HTTP/1.1\r\nHost: toy.example.com\r\n\r\n";
const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// A TLS 1.2 ClientHello that asks for `example.org`, and a ServerHello.
const CLIENT_HELLO: &[u8] = b"\x16\x03\x01\x00\x41\x01\x00\x00\x3d\x03\x030123456789abcdef0123456789abcdef\x00\x00\x02\xc0\x2f\x01\x00\x00\x12\
    \x00\x00\x00\x0e\x00\x0c\x00\x00\x09toys.test";
const SERVER_HELLO: &[u8] = b"\x16\x03\x03\x00\x2c\x02\x00\x00\x28\x03\x03fedcba9876543210fedcba9876543210\x00\xc0\x2f\x00\x00\x00";

fn records(connection: Connection) -> Vec<Value> {
    let output = run(&["inspect", "-", "--format", "jsonl", "--records", "all", "--reveal"], &connection.pcap());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    common::records(&output.stdout)
}

/// `protocol word target status` of every exchange.
fn exchanges(records: &[Value]) -> Vec<String> {
    let word = |record: &Value, key: &str| record[key].as_str().unwrap_or("-").to_owned();
    let line = |record: &&Value| {
        let asked = if record["kind"].is_null() { word(record, "method") } else { word(record, "kind") };
        format!("{} {asked} {} {}", word(record, "protocol"), word(record, "target"), record["status"])
    };
    of_type(records, "exchange").iter().map(line).collect()
}

fn flow(records: &[Value]) -> (&str, &str) {
    let flows = of_type(records, "flow");
    assert_eq!(flows.len(), 1);
    (flows[0]["protocol"].as_str().unwrap(), flows[0]["verdict"].as_str().unwrap())
}

fn names(records: &[Value], source: &str) -> Vec<String> {
    of_type(records, "name").iter().filter(|name| name["source"] == source).map(|name| name["name"].as_str().unwrap().to_owned()).collect()
}

const SOCKS_REQUEST: &[u8] = b"\x05\x01\x00\x03\x09toys.test\x01\xbb";
const SOCKS_REPLY: &[u8] = b"\x05\x00\x00\x01\xc0\x00\x02\x01\x04\x38";

#[test]
fn what_socks_carries_is_read() {
    let opening = || Connection::new(21_477).up(b"\x05\x01\x00").down(b"\x05\x00").up(SOCKS_REQUEST).down(SOCKS_REPLY);
    let told = records(opening().up(CLIENT_HELLO).down(SERVER_HELLO));
    assert_eq!(exchanges(&told), ["socks connect toys.test:443 0"]);
    assert_eq!((names(&told, "sni"), flow(&told).0), (vec!["toys.test".to_owned()], "tls"));
    let told = records(opening().up(GET).down(ANSWER));
    assert_eq!(exchanges(&told), ["socks connect toys.test:443 0", "http GET /a 200"]);
}

#[test]
fn an_eager_client_is_read_once_the_proxy_has_answered() {
    let all = [b"\x05\x01\x00", SOCKS_REQUEST, GET].concat();
    let told = records(Connection::new(1080).up(&all).down(b"\x05\x00").down(SOCKS_REPLY));
    assert_eq!(exchanges(&told), ["socks connect toys.test:443 0", "http GET /a null"], "the early request, though nothing follows it");
    let told = records(Connection::new(1080).up(&all).down(&[b"\x05\x00", SOCKS_REPLY, ANSWER].concat()));
    assert_eq!(exchanges(&told)[1..], ["http GET /a 200"]);
    let connect = [b"CONNECT toys.test:80 HTTP/1.1\r\n\r\n", GET].concat();
    let told = records(Connection::new(3128).up(&connect).down(b"HTTP/1.1 200 OK\r\n\r\n").down(ANSWER));
    assert_eq!(exchanges(&told), ["http CONNECT toys.test:80 200", "http GET /a 200"]);
    let connect = [b"CONNECT toys.test:443 HTTP/1.1\r\n\r\n", CLIENT_HELLO].concat();
    let told = records(Connection::new(3128).up(&connect).down(b"HTTP/1.1 200 OK\r\n\r\n").down(SERVER_HELLO));
    assert_eq!((names(&told, "sni"), flow(&told).0), (vec!["toys.test".to_owned()], "tls"));
    assert_eq!(of_type(&told, "fingerprint").iter().filter(|each| each["kind"] == "ja3s").count(), 1, "the server's hello behind the proxy's answer");
}

#[test]
fn the_header_of_a_load_balancer_is_passed_over() {
    let line = b"PROXY TCP4 203.0.113.7 198.51.100.1 52176 443\r\n";
    let told = records(Connection::new(443).up(&[line, CLIENT_HELLO].concat()).down(SERVER_HELLO));
    assert_eq!(exchanges(&told), ["proxy proxy 203.0.113.7:52176 null"]);
    assert_eq!((names(&told, "sni"), flow(&told).0), (vec!["toys.test".to_owned()], "tls"));
    let told = records(Connection::new(8000).up(line).up(GET).down(ANSWER));
    assert_eq!(exchanges(&told), ["proxy proxy 203.0.113.7:52176 null", "http GET /a 200"], "the answer has no header");
    let binary = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x0c\xcb\x00\x71\x07\xc6\x33\x64\x01\xcb\xd0\x01\xbb";
    for at in 1..binary.len() {
        let told = records(Connection::new(8000).up(&binary[..at]).up(&[&binary[at..], GET].concat()).down(ANSWER));
        assert_eq!(exchanges(&told), ["proxy proxy 203.0.113.7:52176 null", "http GET /a 200"], "cut at {at}");
    }
}

#[test]
fn one_proxy_may_lie_within_another() {
    let told = records(
        Connection::new(8080)
            .up(b"PROXY UNKNOWN\r\nCONNECT proxy.test:1080 HTTP/1.1\r\n\r\n")
            .down(b"HTTP/1.1 200 OK\r\n\r\n")
            .up(b"\x05\x01\x00")
            .down(b"\x05\x00")
            .up(SOCKS_REQUEST)
            .down(SOCKS_REPLY)
            .up(GET)
            .down(ANSWER),
    );
    assert_eq!(exchanges(&told), ["proxy proxy - null", "http CONNECT proxy.test:1080 200", "socks connect toys.test:443 0", "http GET /a 200"]);
}

#[test]
fn a_password_for_a_proxy_is_a_secret_in_the_clear() {
    let told = records(
        Connection::new(1080).up(b"\x05\x01\x02").down(b"\x05\x02").up(b"\x01\x04anna\x06s3cret").down(b"\x01\x00").up(SOCKS_REQUEST).down(SOCKS_REPLY),
    );
    let kinds: Vec<&str> =
        of_type(&told, "finding").iter().flat_map(|finding| finding["values"].as_array().unwrap()).map(|value| value["kind"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"password"), "{kinds:?}");
}

#[test]
fn what_nobody_knows_within_a_proxy_is_judged_as_what_it_is() {
    let random: Vec<u8> = (0..4_000_u32).map(|index| (index.wrapping_mul(2_654_435_761) >> 13) as u8 ^ (index as u8).rotate_left(3)).collect();
    let told = records(Connection::new(1080).up(b"\x05\x01\x00").down(b"\x05\x00").up(SOCKS_REQUEST).down(SOCKS_REPLY).up(&random).down(&random));
    let (protocol, verdict) = flow(&told);
    assert_eq!(protocol, "socks");
    assert_ne!(verdict, "readable", "only the request is");
}

#[test]
fn a_wrong_guess_leaves_nothing_behind() {
    let told = records(Connection::new(7_777).up(b"\x05\x01\x00").down(b"\x99\x98\x97\x96").up(b"\x01\x02\x03\x04\x05\x06"));
    assert_eq!((exchanges(&told), flow(&told).0), (vec![], "unknown"));
}
