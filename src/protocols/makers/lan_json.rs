//! Lamps that understand JSON in datagrams from anyone in the home: WiZ and Govee.
//!
//! Comes in: datagrams. Goes out: orders, the text as readable, and what the lamp says of itself. Nobody has to log in, and nothing is encrypted.
//! Sources: the public descriptions of the pywizlight project (WiZ, port 38899) and Govee's "WLAN API" guide (ports 4001 to 4003).

use serde_json::{Map, Value as Json};

use super::framed::{self, Frame, Maker};
use super::part::Part;
use crate::event::{DeviceKind, Event, Order, TraitKind};
use crate::protocols::protocol::{Carrier, Input, Nature, Protocol, Say};
use crate::value::ValueKind;

/// WiZ over UDP.
pub static WIZ: Protocol = Protocol {
    name: "wiz",
    carrier: Carrier::Datagram,
    nature: Nature::Clear,
    ports: &[38_899, 38_900],
    probe: framed::probe_datagram::<Wiz>,
    open: framed::datagrams::<Wiz>,
};

/// Govee over UDP.
pub static GOVEE: Protocol =
    Protocol { name: "govee", ports: &[4001, 4002, 4003], probe: framed::probe_datagram::<Govee>, open: framed::datagrams::<Govee>, ..WIZ };

/// No message is longer.
const LONGEST: usize = 4 << 10;

/// So much of a message is searched for what marks it.
const LOOK: usize = 256;

/// The words of WiZ.
const WIZ_WORDS: &[&str] = &[
    "getPilot",
    "setPilot",
    "syncPilot",
    "registration",
    "getSystemConfig",
    "setSystemConfig",
    "getUserConfig",
    "setUserConfig",
    "getModelConfig",
    "getPower",
    "getDevInfo",
    "firstBeat",
    "pulse",
    "reboot",
    "reset",
    "setState",
    "getWifiConfig",
];

/// The words of Govee.
const GOVEE_WORDS: &[&str] = &["scan", "turn", "brightness", "colorwc", "devStatus", "status"];

#[derive(Debug, Default)]
struct Wiz;

#[derive(Debug, Default)]
struct Govee;

/// Whether it is a JSON object that holds one of the words under `key`, as it is written without and with a blank.
fn has_word(bytes: &[u8], key: &str, words: &[&str]) -> bool {
    let whole = bytes.len() <= LONGEST && bytes.first() == Some(&b'{') && bytes.trim_ascii_end().last() == Some(&b'}');
    let look = bytes.get(..LOOK).unwrap_or(bytes);
    let value = whole.then(|| memchr::memmem::find(look, key.as_bytes())).flatten();
    let rest = value.and_then(|at| look.get(at + key.len()..)).unwrap_or_default().trim_ascii_start();
    let word = rest.strip_prefix(b":").map(<[u8]>::trim_ascii_start).and_then(|rest| rest.strip_prefix(b"\""));
    word.is_some_and(|rest| words.iter().any(|word| rest.strip_prefix(word.as_bytes()).is_some_and(|rest| rest.first() == Some(&b'"'))))
}

impl Maker for Wiz {
    const MALFORMED: &'static str = "wiz message";

    fn frame(bytes: &[u8]) -> Frame {
        if has_word(bytes, "\"method\"", WIZ_WORDS) { Frame::Length(bytes.len()) } else { Frame::Not }
    }

    fn tell(&mut self, message: &Input<'_>, say: Say<'_>) {
        let part = Part::of(message);
        let Some(json) = read(&part, Self::MALFORMED, say) else { return };
        let word = text(&json, "method");
        part.exchange(word, say);
        let Some(result) = json.get("result").and_then(Json::as_object) else {
            match word {
                "setPilot" | "reboot" | "reset" | "setState" => part.command(Order::Power, word, say),
                "setSystemConfig" | "setUserConfig" => part.command(Order::Set, word, say),
                // What lamps call out of themselves.
                "syncPilot" | "firstBeat" => lamp(&part, json.get("params").and_then(Json::as_object), say),
                _ => {}
            }
            return;
        };
        lamp(&part, Some(result), say);
    }
}

/// A lamp speaks: what it says of itself.
fn lamp(part: &Part<'_>, fields: Option<&Map<String, Json>>, say: Say<'_>) {
    let field = |name| fields.map(|fields| text(fields, name)).unwrap_or_default();
    part.value(ValueKind::Mac, mac(field("mac")), "mac", say);
    part.own(TraitKind::Maker, "WiZ", say);
    part.own(TraitKind::Model, field("moduleName"), say);
    part.own(TraitKind::Software, field("fwVersion"), say);
    let kind = if field("moduleName").contains("SOCKET") { DeviceKind::Plug } else { DeviceKind::Light };
    part.sender_is(kind, "it answers in the WiZ protocol", say);
}

/// Twelve digits as a hardware address is usually written.
fn mac(digits: &str) -> String {
    let twelve = digits.len() == 12 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let pairs: Vec<&str> = (0..12).step_by(2).filter_map(|at| digits.get(at..at + 2)).collect();
    if twelve { pairs.join(":") } else { String::new() }
}

impl Maker for Govee {
    const MALFORMED: &'static str = "govee message";

    fn frame(bytes: &[u8]) -> Frame {
        let look = bytes.get(..16).unwrap_or(bytes);
        let is_message = memchr::memmem::find(look, b"\"msg\"").is_some();
        if is_message && has_word(bytes, "\"cmd\"", GOVEE_WORDS) { Frame::Length(bytes.len()) } else { Frame::Not }
    }

    fn tell(&mut self, message: &Input<'_>, say: Say<'_>) {
        let part = Part::of(message);
        let Some(json) = read(&part, Self::MALFORMED, say) else { return };
        let Some(message) = json.get("msg").and_then(Json::as_object) else { return };
        let word = text(message, "cmd");
        part.exchange(word, say);
        let data = message.get("data").and_then(Json::as_object);
        let field = |name| data.map(|data| text(data, name)).unwrap_or_default();
        match word {
            "turn" => part.command(Order::Power, word, say),
            "brightness" | "colorwc" => part.command(Order::Set, word, say),
            _ => {}
        }
        // A lamp answers with its number and model, or with what it does.
        if !field("sku").is_empty() || data.is_some_and(|data| data.contains_key("onOff")) {
            part.value(ValueKind::Serial, field("device"), "device", say);
            part.own(TraitKind::Maker, "Govee", say);
            part.own(TraitKind::Model, field("sku"), say);
            part.own(TraitKind::Software, field("wifiVersionSoft"), say);
            part.sender_is(DeviceKind::Light, "it answers in the Govee protocol", say);
        }
    }
}

/// Tells the text of a message, and takes it apart.
fn read(part: &Part<'_>, malformed: &'static str, say: Say<'_>) -> Option<Map<String, Json>> {
    part.readable(None, Some("application/json"), say);
    let json = part.json();
    if json.is_none() {
        say(Event::Malformed { what: malformed });
    }
    json
}

fn text<'j>(json: &'j Map<String, Json>, name: &str) -> &'j str {
    json.get(name).and_then(Json::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::{Probe, Verdict};
    use crate::protocols::testing::drive_datagrams;
    use crate::wire::Direction::{ToClient, ToServer};

    fn probe(protocol: &Protocol, text: &str) -> Verdict {
        (protocol.probe)(&Probe { bytes: text.as_bytes(), direction: ToServer, from_port: 40_000, to_port: 40_001, from_start: true })
    }

    fn lines(protocol: &Protocol, text: &str) -> Vec<String> {
        assert_eq!(probe(protocol, text), Verdict::Yes, "{text}");
        drive_datagrams((protocol.open)(), &[(ToClient, text.as_bytes())])
    }

    #[test]
    fn a_wiz_lamp_says_what_it_is_and_is_ordered_about() {
        let answer =
            r#"{"method":"getSystemConfig","env":"pro","result":{"mac":"00005e005301","moduleName":"ESP01_SHRGB1C_31","fwVersion":"1.25.0","homeId":1}}"#;
        let found = lines(&WIZ, answer);
        let expected = [
            "value mac mac=00:00:5e:00:53:01 []",
            "trait model ESP01_SHRGB1C_31 Sender",
            "trait software 1.25.0 Sender",
            "claim light it answers in the WiZ protocol false",
        ];
        for line in expected {
            assert!(found.iter().any(|one| one == line), "{line} in {found:#?}");
        }
        let order = lines(&WIZ, r#"{"id": 1, "method": "setPilot", "params": {"state": true}}"#);
        assert!(order.contains(&"command power setPilot".to_owned()) && !order.concat().contains("claim"), "{order:?}");
    }

    #[test]
    fn a_govee_lamp_says_what_it_is_and_is_ordered_about() {
        let answer = r#"{"msg":{"cmd":"scan","data":{"ip":"192.0.2.7","device":"00:11:00:00:5E:00:53:01","sku":"H6163","wifiVersionSoft":"1.02.03"}}}"#;
        let found = lines(&GOVEE, answer);
        for line in ["trait model H6163 Sender", "claim light it answers in the Govee protocol false"] {
            assert!(found.iter().any(|one| one == line), "{line} in {found:#?}");
        }
        let search = lines(&GOVEE, r#"{"msg":{"cmd":"scan","data":{"account_topic":"reserve"}}}"#);
        assert!(!search.concat().contains("claim"), "{search:?}");
        assert!(lines(&GOVEE, r#"{"msg":{"cmd":"turn","data":{"value":1}}}"#).contains(&"command power turn".to_owned()));
    }

    #[test]
    fn other_json_is_not_their_own() {
        for other in ["", "{", "{}", r#"{"method":"getInfo"}"#, r#"{"cmd":"scan"}"#, r#"{"method":"getPilot""#, r#"["method","getPilot"]"#] {
            assert_eq!((probe(&WIZ, other), probe(&GOVEE, other)), (Verdict::No, Verdict::No), "{other}");
        }
        assert_eq!(probe(&GOVEE, r#"{"method":"getPilot","params":{}}"#), Verdict::No);
        assert_eq!(probe(&WIZ, r#"{"msg":{"cmd":"scan","data":{}}}"#), Verdict::No);
    }
}
