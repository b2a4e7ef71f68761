//! A text in the 24 spellings of the list, and the parts of messages that can carry it.

use data_encoding::{BASE32, BASE64, BASE64URL_NOPAD, HEXLOWER};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::codec;
use super::services::{self, answer};
use super::wire::{Host, Net};

/// The spellings, in the order of the list.
pub const ENCODINGS: [&str; 24] = [
    "raw",
    "upper",
    "lower",
    "nfd",
    "no-accents",
    "utf-16le",
    "utf-16be",
    "hex",
    "hex-utf-16be",
    "percent",
    "percent-twice",
    "form",
    "json-u",
    "html-entity",
    "base64-0",
    "base64-1",
    "base64-2",
    "base64url",
    "base32",
    "reversed",
    "md5",
    "sha1",
    "sha256",
    "sha256-base64",
];

/// Those that nobody can undo who does not know the text beforehand.
pub const ONE_WAY: [&str; 5] = ["reversed", "md5", "sha1", "sha256", "sha256-base64"];

/// Parts of messages.
pub const CARRIERS: [&str; 11] = ["query", "form", "json", "header", "path", "cookie", "gzip", "mqtt", "websocket", "tcp", "udp"];

const ACCENTS: &[(char, char, char)] = &[
    ('é', 'e', '\u{301}'),
    ('è', 'e', '\u{300}'),
    ('ë', 'e', '\u{308}'),
    ('ü', 'u', '\u{308}'),
    ('ö', 'o', '\u{308}'),
    ('ä', 'a', '\u{308}'),
    ('ñ', 'n', '\u{303}'),
    ('ç', 'c', '\u{327}'),
    ('á', 'a', '\u{301}'),
    ('í', 'i', '\u{301}'),
    ('ø', 'o', '\u{338}'),
];

fn apart(text: &str, with_marks: bool) -> String {
    let one = |letter: char| match ACCENTS.iter().find(|(whole, ..)| *whole == letter) {
        Some((_, base, mark)) if with_marks => vec![*base, *mark],
        Some((_, base, _)) => vec![*base],
        None => vec![letter],
    };
    text.chars().flat_map(one).collect()
}

/// A text in one of the spellings. `filler` stands before it where a base64 begins within a group of three: a text of its own that ends so.
pub fn encode(encoding: &str, text: &str, filler: &str) -> Vec<u8> {
    let units = |to: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(to).collect::<Vec<u8>>();
    let shifted = |by: usize| {
        let fill = (0..3).find(|more| (filler.len() + more) % 3 == by).unwrap_or(0);
        BASE64.encode(format!("{}{filler}{text}", &";  "[..fill]).as_bytes())
    };
    match encoding {
        "upper" => text.to_uppercase().into_bytes(),
        "lower" => text.to_lowercase().into_bytes(),
        "nfd" => apart(text, true).into_bytes(),
        "no-accents" => apart(text, false).into_bytes(),
        "utf-16le" => units(u16::to_le_bytes),
        "utf-16be" => units(u16::to_be_bytes),
        "hex" => HEXLOWER.encode(text.as_bytes()).into_bytes(),
        "hex-utf-16be" => HEXLOWER.encode(&units(u16::to_be_bytes)).into_bytes(),
        "percent" => text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>().into_bytes(),
        "percent-twice" => text.bytes().map(|byte| format!("%25{byte:02X}")).collect::<String>().into_bytes(),
        "form" => escaped(text.as_bytes()).replace("%20", "+").into_bytes(),
        "json-u" => text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect::<String>().into_bytes(),
        "html-entity" => text.chars().map(|letter| format!("&#{};", letter as u32)).collect::<String>().into_bytes(),
        "base64-0" => shifted(0).into_bytes(),
        "base64-1" => shifted(1).into_bytes(),
        "base64-2" => shifted(2).into_bytes(),
        "base64url" => BASE64URL_NOPAD.encode(format!("{filler}{text}").as_bytes()).into_bytes(),
        "base32" => BASE32.encode(format!("{filler}{text}").as_bytes()).into_bytes(),
        "reversed" => text.chars().rev().collect::<String>().into_bytes(),
        "md5" => HEXLOWER.encode(&Md5::digest(text)).into_bytes(),
        "sha1" => HEXLOWER.encode(&Sha1::digest(text)).into_bytes(),
        "sha256" => HEXLOWER.encode(&Sha256::digest(text)).into_bytes(),
        "sha256-base64" => BASE64.encode(&Sha256::digest(text)).into_bytes(),
        _ => text.as_bytes().to_vec(),
    }
}

/// Percent-encoded where it has to be (RFC 3986).
pub fn escaped(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|byte| if byte.is_ascii_alphanumeric() || b"-._~".contains(byte) { char::from(*byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// As a part of an address or cookie: what is escaped already stays.
fn in_line(encoding: &str, value: &[u8]) -> String {
    match encoding {
        "percent" | "percent-twice" | "form" => String::from_utf8_lossy(value).into_owned(),
        _ => escaped(value),
    }
}

/// As a string of JSON.
fn in_json(encoding: &str, value: &[u8]) -> String {
    if encoding == "json-u" {
        return String::from_utf8_lossy(value).into_owned();
    }
    match std::str::from_utf8(value) {
        Ok(text) if !text.contains('\0') => text.replace('\\', "\\\\").replace('"', "\\\""),
        _ => value.iter().map(|byte| format!("\\u{byte:04x}")).collect(),
    }
}

/// A value with its key, in some spelling.
pub struct Value<'v> {
    /// Its key.
    pub key: &'v str,
    /// Its spelling.
    pub encoding: &'v str,
    /// The value, spelt so.
    pub bytes: Vec<u8>,
    /// The JSON around it: `{}` stands for `"key":"value"`.
    pub shape: &'v str,
}

/// Sends messages that carry values, all in one conversation.
pub fn carry(net: &mut Net, device: Host, server: Host, port: u16, carrier: &str, values: &[Value<'_>]) {
    // Servers of version 6 have a name each, so that what is told of one is not told of another.
    let host = if server.ip.is_ipv6() { format!("s{}.example", server.ip.to_string().replace(':', "-")) } else { "api.carrier.example".to_owned() };
    let host = host.as_str();
    let ok = answer("200 OK", "application/json", b"{}");
    let json = |value: &Value<'_>| value.shape.replace("{}", &format!("\"{}\":\"{}\"", value.key, in_json(value.encoding, &value.bytes))).into_bytes();
    if carrier == "udp" {
        let near = net.fresh_port();
        for value in values {
            net.udp((device, near), (server, port), &plain(value));
            net.wait(60);
        }
        return;
    }
    let mut tcp = net.connect(device, server, port);
    if carrier == "mqtt" {
        let body = [&[0, 4][..], b"MQTT", &[4, 2, 0, 60, 0, 2], b"d1"].concat();
        tcp.up(net, &[&[0x10, body.len() as u8], &body[..]].concat());
        tcp.down(net, &[0x20, 2, 0, 0]);
    }
    if carrier == "websocket" {
        let headers = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";
        tcp.up(net, &services::request("GET /ws", host, headers, b""));
        tcp.down(
            net,
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
        );
    }
    for value in values {
        let line = in_line(value.encoding, &value.bytes);
        let request = |first: &str, headers: &str, body: &[u8]| services::request(first, host, headers, body);
        match carrier {
            "query" => tcp.up(net, &request(&format!("GET /v1/put?n=1&{}={line}&z=2", value.key), "", b"")),
            "path" => tcp.up(net, &request(&format!("GET /v1/{}/{line}/end", value.key), "", b"")),
            "header" => {
                let text = if value.bytes.iter().all(|byte| (0x20..0x7f).contains(byte) || *byte >= 0xa0) {
                    String::from_utf8_lossy(&value.bytes).into_owned()
                } else {
                    line
                };
                tcp.up(net, &request("GET /v1/put", &format!("X-{}: {text}\r\n", value.key), b""));
            }
            "cookie" => tcp.up(net, &request("GET /v1/put", &format!("Cookie: a=1; {}={line}\r\n", value.key), b"")),
            "form" => {
                let body = format!("n=1&{}={line}&z=2", value.key);
                tcp.up(net, &request("POST /v1/put", "Content-Type: application/x-www-form-urlencoded\r\n", body.as_bytes()));
            }
            "gzip" => {
                let body = codec::gzip(&json(value));
                tcp.up(net, &request("POST /v1/put", "Content-Type: application/json\r\nContent-Encoding: gzip\r\n", &body));
            }
            "mqtt" => services::mqtt_publish(net, &mut tcp, "up/state", &json(value)),
            "websocket" => {
                let (text, mask) = (json(value), (net.random() as u32).to_be_bytes());
                let length = text.len() as u16;
                let head = if length < 126 { vec![0x81, 0x80 | length as u8] } else { [&[0x81, 0xfe], &length.to_be_bytes()[..]].concat() };
                let masked: Vec<u8> = text.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect();
                tcp.up(net, &[&head, &mask[..], &masked].concat());
            }
            "tcp" => tcp.up(net, &[plain(value), b"\n".to_vec()].concat()),
            _ => tcp.up(net, &request("POST /v1/put", "Content-Type: application/json\r\n", &json(value))),
        }
        if !matches!(carrier, "mqtt" | "websocket" | "tcp") {
            tcp.down(net, &ok);
        }
    }
    tcp.close(net);
}

/// A message of a protocol that nobody knows: rows of keys and values.
fn plain(value: &Value<'_>) -> Vec<u8> {
    [b"state=on;volt=230;", value.key.as_bytes(), b"=", &value.bytes, b";end=1;seq=7;temp=21.5"].concat()
}
