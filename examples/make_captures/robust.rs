//! A reader's hard day: S28.

use super::codec;
use super::file::Label;
use super::services::{arrive, look_up};
use super::wire::{Host, Net, v4};
use super::{Container, Scenario};

const BOX: Host = Host::home(0x7d, 93);
const SERVER: Host = Host::server(v4(203, 0, 113, 194));
const NAME: &str = "hard.box.example";

/// The scenarios of this file.
pub const SCENARIOS: &[Scenario] = &[Scenario {
    container: Container::Pcap,
    label: Label {
        scenario: "S28",
        title: "Overlaps, other bytes sent again, gaps, a long head, a bomb, deep nesting, wrong lengths",
        must: &["PT-01"],
        not_told: &["gap.joined@example.org", "second.copy@example.org"],
        notes: "gap.joined@example.org would be made by joining the bytes around a gap; second.copy@example.org came when other bytes were already there.",
        ..Label::EMPTY
    },
    play,
}];

fn play(net: &mut Net) {
    arrive(net, BOX, "box", "udhcp 1.36.1");
    look_up(net, BOX, NAME, &[SERVER.ip]);
    overlaps(net);
    gap(net);
    for whole in [long_head(), bomb(), nested(), wrong_length()] {
        let mut tcp = net.connect(BOX, SERVER, 80);
        tcp.up(net, &whole);
        tcp.down(net, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        tcp.close(net);
        net.wait(2_000);
    }
    cut_short(net);
}

fn head(path: &str, length: usize) -> Vec<u8> {
    format!("POST {path} HTTP/1.1\r\nHost: {NAME}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n").into_bytes()
}

/// The same place of a stream is sent twice, with other bytes the second time.
fn overlaps(net: &mut Net) {
    let mut tcp = net.connect(BOX, SERVER, 80);
    let body = br#"{"note":"nothing of interest","n":1}"#;
    let whole = [head("/overlap", body.len()), body.to_vec()].concat();
    tcp.up(net, &whole);
    tcp.odd(net, 0, -(body.len() as i32), br#"{"email":"second.copy@example.org"} "#);
    // Pieces that cover what was there, and more.
    tcp.odd(net, 0, -40, &whole[whole.len() - 40..]);
    tcp.down(net, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    tcp.close(net);
}

/// In the middle something is missing.
fn gap(net: &mut Net) {
    let mut tcp = net.connect(BOX, SERVER, 80);
    let (before, after) = (br#"{"email":"gap.joi"#, br#"ned@example.org"}"#);
    tcp.up(net, &[head("/gap", before.len() + 3_000 + after.len()), before.to_vec()].concat());
    tcp.skip(0, 3_000);
    tcp.up(net, after);
    tcp.down(net, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    tcp.close(net);
}

fn long_head() -> Vec<u8> {
    let long = "x".repeat(64 << 10);
    format!("GET /long HTTP/1.1\r\nHost: {NAME}\r\nX-Long: {long}\r\n\r\n").into_bytes()
}

/// Eight million zeros, packed twice.
fn bomb() -> Vec<u8> {
    let body = codec::gzip(&codec::gzip(&vec![b'0'; 8 << 20]));
    [format!("POST /bomb HTTP/1.1\r\nHost: {NAME}\r\nContent-Encoding: gzip, gzip\r\nContent-Length: {}\r\n\r\n", body.len()).into_bytes(), body].concat()
}

fn nested() -> Vec<u8> {
    let body = [vec![b'['; 6_000], br#"{"a":"#.repeat(1_000)].concat();
    [head("/deep", body.len()), body].concat()
}

fn wrong_length() -> Vec<u8> {
    [
        format!("POST /wrong HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 99999999999999999999\r\nTransfer-Encoding: chunked\r\n\r\n").into_bytes(),
        b"FFFFFFFFFFFFFFFFF\r\nabc\r\n0\r\n\r\n".to_vec(),
    ]
    .concat()
}

/// Datagrams whose lengths are not what they say.
fn cut_short(net: &mut Net) {
    let (own, resolver) = ((BOX, net.fresh_port()), (Host::router(), 53));
    for message in [
        &b"\x12\x34\x01\x00\x00\x01"[..],
        b"\x12\x34\x01\x00\xff\xff\xff\xff\xff\xff\xff\xff\xc0\x0c",
        b"\x12\x34\x81\x80\x00\x00\x00\x01\x00\x00\x00\x00\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x01\xff\xff\x01",
    ] {
        net.udp(own, resolver, message);
        net.wait(50);
    }
}
