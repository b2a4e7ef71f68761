//! Yeelight lamps: orders in JSON, a line each, from anyone in the home.
//!
//! Comes in: a stream (port 55443). Goes out: each order, its text as readable, and that who answers is a lamp. (Lamps are found by an answer to an SSDP-like
//! search at port 1982, which the SSDP parser reads.)
//! Source: Yeelight WiFi Light Inter-Operation Specification, the maker's public document, section 4.

use super::framed::{self, Frame, Maker};
use super::part::Part;
use crate::event::{DeviceKind, Order, TraitKind};
use crate::protocols::protocol::{Carrier, Input, Nature, Probe, Protocol, Say, Verdict};

/// Yeelight over TCP.
pub static YEELIGHT: Protocol =
    Protocol { name: "yeelight", carrier: Carrier::Stream, nature: Nature::Clear, ports: &[55_443], probe, open: framed::stream::<Yeelight> };

/// No line is longer.
const LONGEST: usize = 4 << 10;

/// An order has so many bytes at least, its name behind the number included.
const LOOK: usize = 64;

/// What orders begin with.
const BEGIN: &[u8] = b"{\"id\":";

/// The orders of the specification; `bg_` may stand before them.
const ORDERS: &[&str] = &[
    "get_prop",
    "set_ct_abx",
    "set_rgb",
    "set_hsv",
    "set_bright",
    "set_power",
    "toggle",
    "set_default",
    "start_cf",
    "stop_cf",
    "set_scene",
    "cron_add",
    "cron_get",
    "cron_del",
    "set_adjust",
    "set_music",
    "set_name",
    "adjust_bright",
    "adjust_ct",
    "adjust_color",
];

fn probe(probe: &Probe<'_>) -> Verdict {
    if BEGIN.iter().zip(probe.bytes).any(|(ours, theirs)| ours != theirs) {
        return Verdict::No;
    }
    match method(probe.bytes.get(..LOOK).unwrap_or(probe.bytes)) {
        Some(word) if is_order(word) => Verdict::Yes,
        None if probe.bytes.len() < LOOK && !probe.bytes.contains(&b'\n') => Verdict::Unsure,
        _ => Verdict::No,
    }
}

/// The word behind `"method":`.
fn method(text: &[u8]) -> Option<&str> {
    const KEY: &[u8] = b"\"method\":";
    let behind = text.get(memchr::memmem::find(text, KEY)? + KEY.len()..)?.trim_ascii_start();
    let word = behind.strip_prefix(b"\"")?;
    std::str::from_utf8(word.get(..memchr::memchr(b'"', word)?)?).ok()
}

fn is_order(word: &str) -> bool {
    ORDERS.contains(&word.strip_prefix("bg_").unwrap_or(word))
}

/// A flow's state: whether an order was answered.
#[derive(Debug, Default)]
struct Yeelight {
    was_asked: bool,
    has_answered: bool,
}

impl Maker for Yeelight {
    const MALFORMED: &'static str = "yeelight line";

    fn frame(bytes: &[u8]) -> Frame {
        let line = bytes.get(..LONGEST).unwrap_or(bytes);
        match memchr::memchr(b'\n', line) {
            _ if bytes.first() != Some(&b'{') => Frame::Not,
            Some(end) => Frame::Length(end + 1),
            None if bytes.len() < LONGEST => Frame::More,
            None => Frame::Not,
        }
    }

    fn tell(&mut self, message: &Input<'_>, say: Say<'_>) {
        let line = Part::of(message).slice(0, message.bytes.trim_ascii_end().len());
        line.readable(None, Some("application/json"), say);
        let Some(word) = method(line.bytes) else {
            line.exchange("answer", say);
            if self.was_asked && !self.has_answered {
                self.has_answered = true;
                line.sender_is(DeviceKind::Light, "it answers in the Yeelight protocol", say);
                line.own(TraitKind::Maker, "Yeelight", say);
            }
            return;
        };
        line.exchange(word, say);
        if is_order(word) {
            self.was_asked = true;
            match word.strip_prefix("bg_").unwrap_or(word) {
                "set_power" | "toggle" => line.command(Order::Power, word, say),
                "get_prop" | "cron_get" => {}
                _ => line.command(Order::Set, word, say),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::testing::drive_split;
    use crate::wire::Direction::{ToClient, ToServer};

    const ORDER: &[u8] = b"{\"id\":1,\"method\":\"set_name\",\"params\":[\"Emma\"]}\r\n{\"id\":2,\"method\":\"get_prop\",\"params\":[\"power\"]}\r\n";
    const ANSWER: &[u8] = b"{\"id\":1,\"result\":[\"ok\"]}\r\n";

    fn asked(bytes: &[u8]) -> Verdict {
        probe(&Probe { bytes, direction: ToServer, from_port: 40_000, to_port: 40_001, from_start: true })
    }

    #[test]
    fn orders_and_answers_however_they_are_split() {
        let lines = drive_split(YEELIGHT.open, &[(ToServer, ORDER), (ToClient, ANSWER)]);
        assert!(lines.contains(&"claim light it answers in the Yeelight protocol false".to_owned()), "{lines:#?}");
        assert_eq!(lines.iter().filter(|line| line.starts_with("command")).collect::<Vec<_>>(), ["command set set_name"]);
    }

    #[test]
    fn other_json_is_not_taken() {
        assert_eq!(asked(ORDER), Verdict::Yes);
        assert_eq!(asked(&ORDER[..8]), Verdict::Unsure);
        for other in [&b"{\"id\":1,\"method\":\"eth_call\"}\n"[..], b"{\"jsonrpc\":\"2.0\"}", ANSWER, b"[1]"] {
            assert_eq!(asked(other), Verdict::No, "{}", other.escape_ascii());
        }
    }
}
