//! What HTTP is turned into by an Upgrade is read: WebSocket, the protocol that its messages carry, HTTP/2.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::pcap::Connection;
use common::{of_type, run};
use serde_json::Value;

const ASKED: &[u8] = b"GET /mqtt HTTP/1.1\r\nHost: hub.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n";
const AGREED: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n";

fn records(connection: Connection) -> Vec<Value> {
    let output = run(&["inspect", "-", "--format", "jsonl", "--records", "all", "--reveal"], &connection.pcap());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    common::records(&output.stdout)
}

/// `protocol word target host status` of every exchange.
fn exchanges(records: &[Value]) -> Vec<String> {
    let word = |record: &Value, key: &str| record[key].as_str().unwrap_or("-").to_owned();
    let line = |record: &&Value| {
        let asked = if record["kind"].is_null() { word(record, "method") } else { word(record, "kind") };
        format!("{} {asked} {} {} {}", word(record, "protocol"), word(record, "target"), word(record, "host"), record["status"])
    };
    of_type(records, "exchange").iter().map(line).collect()
}

fn protocol(records: &[Value]) -> &str {
    of_type(records, "flow")[0]["protocol"].as_str().unwrap()
}

/// A frame of the client, its mask all zeros but for the last byte, and of the server.
fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
    let text: Vec<u8> = payload.iter().enumerate().map(|(index, byte)| if index % 4 == 3 { byte ^ 1 } else { *byte }).collect();
    [&[first, 0x80 | payload.len() as u8, 0, 0, 0, 1], text.as_slice()].concat()
}

#[test]
fn what_a_websocket_carries_is_read() {
    let connect = b"\x10\x1c\0\x04MQTT\x04\xc2\0\x3c\0\x04toy1\0\x04anna\0\x04pass";
    let publish = b"\x30\x13\0\x05toy/1{\"lat\":51.5}";
    let publish = [&publish[..1], &[publish.len() as u8 - 2], &publish[2..]].concat();
    // A packet may lie in two messages, and two in one.
    let up = [masked(0x82, &connect[..9]), masked(0x82, &[&connect[9..], &publish].concat())].concat();
    let told = records(Connection::new(9001).up(ASKED).down(AGREED).up(&up).down(b"\x82\x04\x20\x02\0\0"));
    let want = ["http GET /mqtt hub.example.com 101", "websocket binary /mqtt hub.example.com null", "mqtt connect toy1 - 0", "mqtt publish toy/1 - null"];
    let mut lines = exchanges(&told);
    lines.sort_by_key(|line| want.iter().position(|want| want == line));
    assert_eq!((lines, protocol(&told)), (want.map(str::to_owned).to_vec(), "mqtt"));
}

#[test]
fn messages_that_nobody_else_knows_are_searched() {
    let up = masked(0x81, b"{\"mail\":\"anna@example.org\"}");
    let told = records(Connection::new(9001).up(ASKED).down(AGREED).up(&up).down(b"\x88\x02\x03\xe8"));
    let want = ["http GET /mqtt hub.example.com 101", "websocket text /mqtt hub.example.com null", "websocket close /mqtt hub.example.com 1000"];
    assert_eq!((exchanges(&told), protocol(&told)), (want.map(str::to_owned).to_vec(), "websocket"));
    let found = of_type(&told, "finding").iter().any(|finding| finding["values"].to_string().contains("anna@example.org"));
    assert!(found);
}

#[test]
fn an_upgrade_to_http_2_is_answered_in_it() {
    let asked = b"GET /up HTTP/1.1\r\nHost: hub.example.com\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n";
    let agreed = b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n\0\0\0\x04\0\0\0\0\0\0\0\x01\x01\x05\0\0\0\x01\x88";
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    let told = records(Connection::new(8080).up(asked).down(agreed).up(preface));
    let want = ["http GET /up hub.example.com 101", "http2 GET /up hub.example.com 200"];
    assert_eq!((exchanges(&told), protocol(&told)), (want.map(str::to_owned).to_vec(), "http2"));
}
