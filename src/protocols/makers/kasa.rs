//! TP-Link Kasa: JSON that plugs, lamps and cameras understand from anyone in the home, scrambled by adding each byte to the one before.
//!
//! Comes in: a stream (port 9999) whose messages begin with a length of four bytes, or datagrams without it. Goes out: the JSON unpacked, its orders, and what
//! the device says it is. There is no key: the first byte is combined with 171, every other with the scrambled byte before it.
//! Source: L. Stroetmann and T. Esser, "Reverse Engineering the TP-Link HS110" (softScheck, 2016).

use serde_json::{Map, Value as Json};

use super::framed::{self, Frame, Maker};
use super::part::{Part, big32, is_text};
use crate::event::{DeviceKind, Event, Order, TraitKind};
use crate::protocols::protocol::{Carrier, Input, Nature, Protocol, Say};

/// Kasa over TCP.
pub static KASA: Protocol = Protocol {
    name: "kasa",
    carrier: Carrier::Stream,
    nature: Nature::Clear,
    ports: &[9999],
    probe: framed::probe_stream::<InStream>,
    open: framed::stream::<InStream>,
};

/// Kasa over UDP.
pub static KASA_UDP: Protocol =
    Protocol { carrier: Carrier::Datagram, probe: framed::probe_datagram::<InDatagram>, open: framed::datagrams::<InDatagram>, ..KASA };

/// How the text was unwrapped.
const CHAIN: &[&str] = &["xor-kasa"];

/// What the first byte is combined with.
const FIRST: u8 = 171;

/// A length of four bytes stands before a message in a stream.
const LENGTH: usize = 4;

/// No message is longer.
const LONGEST: usize = 64 << 10;

/// So much of a message is unpacked to recognise it.
const LOOK: usize = 16;

/// So many orders of one message are told.
const ORDERS: usize = 64;

#[derive(Debug, Default)]
struct InStream;

#[derive(Debug, Default)]
struct InDatagram;

impl Maker for InStream {
    const MALFORMED: &'static str = "kasa message";

    fn frame(bytes: &[u8]) -> Frame {
        // Before the whole length is there its two highest bytes, zero in any message, must be right.
        if bytes.iter().take(2).any(|byte| *byte != 0) {
            return Frame::Not;
        }
        let Some(length) = big32(bytes, 0).map(|length| length as usize) else { return Frame::More };
        let scrambled = bytes.get(LENGTH..).unwrap_or_default();
        let look = scrambled.get(..length.min(LOOK));
        let seen = look.unwrap_or(scrambled);
        if !(2..=LONGEST).contains(&length) || !is_object(&unscramble(seen)) {
            return Frame::Not;
        }
        if look.is_some() { Frame::Length(LENGTH + length) } else { Frame::More }
    }

    fn tell(&mut self, message: &Input<'_>, say: Say<'_>) {
        tell(&Part::of(message).slice(LENGTH, usize::MAX), say);
    }
}

impl Maker for InDatagram {
    const MALFORMED: &'static str = "kasa message";

    fn frame(bytes: &[u8]) -> Frame {
        // Any other datagram is passed over at its first byte.
        if bytes.first() != Some(&(FIRST ^ b'{')) {
            return Frame::Not;
        }
        let plain = unscramble(bytes.get(..LONGEST).unwrap_or(bytes));
        let whole = is_object(&plain) && plain.ends_with(b"}") && plain.len() == bytes.len();
        if whole { Frame::Length(bytes.len()) } else { Frame::Not }
    }

    fn tell(&mut self, message: &Input<'_>, say: Say<'_>) {
        tell(&Part::of(message), say);
    }
}

/// Whether it is the beginning of a JSON object as far as it goes.
fn is_object(plain: &[u8]) -> bool {
    match plain {
        [] | [b'{'] => true,
        [b'{', b'"' | b'}' | b' ' | b'\n', ..] => is_text(plain),
        _ => false,
    }
}

fn unscramble(bytes: &[u8]) -> Vec<u8> {
    let before = std::iter::once(&FIRST).chain(bytes);
    bytes.iter().zip(before).map(|(byte, before)| byte ^ before).collect()
}

fn tell(scrambled: &Part<'_>, say: Say<'_>) {
    let plain = unscramble(scrambled.bytes);
    let part = scrambled.unpacked(&plain, CHAIN);
    part.readable(None, Some("application/json"), say);
    let Some(json) = part.json() else {
        say(Event::Malformed { what: "kasa message" });
        return;
    };
    if is_answer(&json) {
        part.exchange("response", say);
        describe(&part, &json, say);
        return;
    }
    let orders = json.iter().filter_map(|(_, module)| module.as_object()).flat_map(Map::iter).filter(|(_, order)| order.is_object());
    for (word, _) in orders.filter(|(word, _)| *word != "source" && *word != "child_ids").take(ORDERS) {
        part.exchange(word, say);
        if let Some(order) = order(word) {
            part.command(order, word, say);
        }
    }
}

/// A device puts the word `err_code` in every answer.
fn is_answer(json: &Map<String, Json>) -> bool {
    let has = |json: &Json| json.get("err_code").is_some();
    json.values().any(|module| has(module) || module.as_object().is_some_and(|module| module.values().any(has)))
}

/// What an order does; none if it only asks.
fn order(word: &str) -> Option<Order> {
    match word {
        "set_relay_state" | "reboot" | "reset" | "set_bulb_state" => Some(Order::Power),
        "set_server_url" => Some(Order::MoveServer),
        "transition_light_state" => Some(Order::Set),
        _ if ["set_", "add_", "edit_", "delete_", "erase_", "bind", "unbind", "download_"].iter().any(|start| word.starts_with(start)) => Some(Order::Set),
        _ => None,
    }
}

/// What a device says of itself when it is asked for its state.
fn describe(part: &Part<'_>, json: &Map<String, Json>, say: Say<'_>) {
    let Some(state) = json.get("system").and_then(|system| system.get("get_sysinfo")) else { return };
    // Cameras put it one level deeper.
    let state = state.get("system").unwrap_or(state);
    let field = |names: &[&str]| names.iter().find_map(|name| state.get(*name)).and_then(Json::as_str).unwrap_or_default();
    part.own(TraitKind::Maker, "TP-Link", say);
    part.own(TraitKind::Model, field(&["model"]), say);
    part.own(TraitKind::Software, field(&["sw_ver"]), say);
    let kind = match field(&["type", "mic_type"]) {
        word if word.contains("PLUG") || word.contains("SWITCH") => DeviceKind::Plug,
        word if word.contains("BULB") => DeviceKind::Light,
        word if word.contains("CAMERA") => DeviceKind::Camera,
        _ => return,
    };
    part.sender_is(kind, "it says so in the Kasa protocol", say);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::{Probe, Verdict};
    use crate::protocols::testing::{Show, drive_all, drive_datagrams, drive_split};
    use crate::wire::Direction::{ToClient, ToServer};

    const ORDER: &str = r#"{"context":{"source":"a"},"system":{"set_relay_state":{"state":1}}}"#;
    const STATE: &str = r#"{"system":{"get_sysinfo":{"err_code":0,"sw_ver":"1.2.6","type":"IOT.SMARTPLUGSWITCH","model":"HS110(FR)","mac":"00:00:5E:00:53:01","alias":"Lamp","latitude":48.85837,"longitude":2.29448}}}"#;

    fn scramble(text: &str) -> Vec<u8> {
        let mut before = FIRST;
        text.bytes()
            .map(|byte| {
                before ^= byte;
                before
            })
            .collect()
    }

    fn framed(text: &str) -> Vec<u8> {
        [&(text.len() as u32).to_be_bytes()[..], &scramble(text)].concat()
    }

    fn probe(protocol: &Protocol, bytes: &[u8]) -> Verdict {
        (protocol.probe)(&Probe { bytes, direction: ToServer, from_port: 40_000, to_port: 40_001, from_start: true })
    }

    #[test]
    fn an_order_and_what_the_device_says_of_itself_however_they_are_split() {
        let (order, state) = (framed(ORDER), framed(STATE));
        let lines = drive_split(KASA.open, &[(ToServer, &order), (ToClient, &state)]);
        let expected = [
            "command power set_relay_state",
            "trait maker TP-Link Sender",
            "trait model HS110(FR) Sender",
            "trait software 1.2.6 Sender",
            "claim plug it says so in the Kasa protocol false",
        ];
        for line in expected {
            assert!(lines.iter().any(|found| found == line), "{line} in {lines:#?}");
        }
        assert!(lines.iter().any(|line| line.contains(r#"["xor-kasa"]"#) && line.contains("latitude")), "{lines:#?}");
        assert_eq!(lines.iter().filter(|line| line.starts_with("command")).count(), 1);
    }

    #[test]
    fn a_datagram_has_no_length() {
        let state = scramble(STATE);
        assert_eq!(probe(&KASA_UDP, &state), Verdict::Yes);
        assert!(drive_datagrams((KASA_UDP.open)(), &[(ToServer, &state)]).contains(&"claim plug it says so in the Kasa protocol true".to_owned()));
    }

    #[test]
    fn only_scrambled_json_is_taken() {
        let order = framed(ORDER);
        assert_eq!(probe(&KASA, &order), Verdict::Yes);
        assert_eq!(probe(&KASA, order.get(..7).unwrap()), Verdict::Unsure);
        for other in [&b"\x00\x00\x00\x10{\"system\":{}}..."[..], b"GET / HTTP/1.1\r\n", &[0, 0, 0, 0, 0xd0, 0xf2], &[0, 1, 0, 0, 0xd0, 0xf2]] {
            assert_eq!(probe(&KASA, other), Verdict::No, "{}", other.escape_ascii());
        }
        assert_eq!(probe(&KASA_UDP, b"\xd0\xf2"), Verdict::No);
        assert_eq!(probe(&KASA_UDP, ORDER.as_bytes()), Verdict::No);
    }

    #[test]
    fn behind_a_gap_the_next_whole_message_is_read() {
        let order = framed(ORDER);
        let lines = drive_all((KASA.open)(), &[Show::Bytes(ToServer, &order[..9]), Show::Gap(ToServer, 50), Show::Bytes(ToServer, &order)]);
        assert!(lines.contains(&"command power set_relay_state".to_owned()), "{lines:?}");
    }
}
