//! Dahua's DHIP: how cameras and recorders of Dahua (and Amcrest, Lorex, Imou) are found and managed.
//!
//! Comes in: datagrams (port 37810) or a stream (ports 37777, 5000): a head of 32 bytes with the word `DHIP`, then JSON. Goes out: what the device says
//! of itself, who logs in, orders. The password is proved with a hash of it and of a number that the camera chose, and stays hidden.
//! Source: the public description of the DahuaConsole project.

use serde_json::Value as Json;

use super::framed::{self, Frame, Maker};
use super::part::Part;
use crate::event::{DeviceKind, Order, TraitKind};
use crate::protocols::protocol::{Carrier, Input, Nature, Protocol, Say};
use crate::value::ValueKind;

/// DHIP over UDP.
pub static DAHUA: Protocol = Protocol {
    name: "dhip",
    carrier: Carrier::Datagram,
    nature: Nature::Clear,
    ports: &[37_810],
    probe: framed::probe_datagram::<Dhip>,
    open: framed::datagrams::<Dhip>,
};

/// DHIP over TCP.
pub static DAHUA_TCP: Protocol =
    Protocol { carrier: Carrier::Stream, ports: &[37_777, 5000], probe: framed::probe_stream::<Dhip>, open: framed::stream::<Dhip>, ..DAHUA };

/// What every message begins with: the length of its head, and its word.
const BEGIN: &[u8] = b"\x20\0\0\0DHIP";
const HEAD: usize = 32;

/// Where the length of the JSON stands.
const LENGTH_AT: usize = 16;

/// No message is longer.
const LONGEST: u32 = 1 << 20;

#[derive(Debug, Default)]
struct Dhip;

impl Maker for Dhip {
    const MALFORMED: &'static str = "dhip message";

    fn frame(bytes: &[u8]) -> Frame {
        if BEGIN.iter().zip(bytes).any(|(ours, theirs)| ours != theirs) {
            return Frame::Not;
        }
        let Some(length) = bytes.get(LENGTH_AT..).and_then(|rest| rest.first_chunk()) else { return Frame::More };
        let length = u32::from_le_bytes(*length);
        if length <= LONGEST { Frame::Length(HEAD + length as usize) } else { Frame::Not }
    }

    fn tell(&mut self, message: &Input<'_>, say: Say<'_>) {
        let content = Part::of(message).slice(HEAD, usize::MAX);
        let end = content.bytes.iter().rev().take_while(|byte| matches!(byte, 0 | b'\n' | b'\r')).count();
        let content = content.slice(0, content.bytes.len() - end);
        content.readable(None, Some("application/json"), say);
        let Some(json) = content.json() else {
            content.exchange("message", say);
            return;
        };
        let method = json.get("method").and_then(Json::as_str).unwrap_or("answer");
        content.exchange(method, say);
        let params = json.get("params");
        if method == "global.login" {
            let user = params.and_then(|params| params.get("userName")).and_then(Json::as_str).unwrap_or_default();
            content.value(ValueKind::Username, user, "userName", say);
        }
        if let Some(info) = params.and_then(|params| params.get("deviceInfo")) {
            describe(&content, &json, info, say);
        }
        match method {
            "magicBox.reboot" | "magicBox.shutdown" => content.command(Order::Power, method, say),
            "userManager.modifyPassword" => content.command(Order::SetPassword, method, say),
            "configManager.setConfig" => content.command(Order::Set, method, say),
            _ => {}
        }
    }
}

/// What a device says of itself when it is searched.
fn describe(content: &Part<'_>, json: &serde_json::Map<String, Json>, info: &Json, say: Say<'_>) {
    let field = |name: &str| info.get(name).and_then(Json::as_str).unwrap_or_default();
    content.value(ValueKind::Mac, json.get("mac").and_then(Json::as_str).unwrap_or_default(), "mac", say);
    content.value(ValueKind::Serial, field("SerialNo"), "SerialNo", say);
    content.own(TraitKind::Maker, field("Vendor"), say);
    content.own(TraitKind::Model, field("DeviceType"), say);
    content.own(TraitKind::Software, field("Version"), say);
    let kind = match field("DeviceClass") {
        "IPC" | "PTZ" | "NVR" | "DVR" | "HCVR" | "XVR" | "EVS" | "SD" => DeviceKind::Camera,
        "VTO" => DeviceKind::Doorbell,
        _ => return,
    };
    content.sender_is(kind, "it says so to who searches Dahua devices", say);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::{Probe, Verdict};
    use crate::protocols::testing::{drive_datagrams, drive_split};
    use crate::wire::Direction::{ToClient, ToServer};

    fn framed(text: &str) -> Vec<u8> {
        let mut bytes = BEGIN.to_vec();
        bytes.extend_from_slice(&[0; 8]);
        let length = (text.len() as u32).to_le_bytes();
        bytes.extend_from_slice(&length);
        bytes.extend_from_slice(&[0; 4]);
        bytes.extend_from_slice(&length);
        bytes.extend_from_slice(&[0; 4]);
        bytes.extend_from_slice(text.as_bytes());
        bytes
    }

    #[test]
    fn a_camera_says_what_it_is() {
        let answer = framed(
            r#"{"mac":"00:00:5e:00:53:01","method":"client.notifyDevInfo","params":{"deviceInfo":{"DeviceClass":"IPC","DeviceType":"IPC-HFW1320S","SerialNo":"0A00000PAA00000","Vendor":"Example","Version":"2.4.0"}}}"#,
        );
        let lines = drive_datagrams((DAHUA.open)(), &[(ToClient, &answer)]);
        let expected = [
            "value mac mac=00:00:5e:00:53:01 []",
            "value serial SerialNo=0A00000PAA00000 []",
            "trait model IPC-HFW1320S Sender",
            "claim camera it says so to who searches Dahua devices false",
        ];
        for line in expected {
            assert!(lines.iter().any(|found| found == line), "{line} in {lines:#?}");
        }
    }

    #[test]
    fn who_logs_in_is_told_however_it_is_split() {
        let login = framed(r#"{"method":"global.login","params":{"userName":"admin","password":"","clientType":"Web3.0"},"id":1}"#);
        let reboot = framed(r#"{"method":"magicBox.reboot","params":null,"id":2}"#);
        let lines = drive_split(DAHUA_TCP.open, &[(ToServer, &login), (ToServer, &reboot)]);
        assert!(lines.contains(&"value username userName=admin []".to_owned()), "{lines:?}");
        assert!(lines.contains(&"command power magicBox.reboot".to_owned()), "{lines:?}");
    }

    #[test]
    fn others_are_not_its_own() {
        let probe = |bytes: &[u8]| (DAHUA_TCP.probe)(&Probe { bytes, direction: ToServer, from_port: 1, to_port: 2, from_start: true });
        assert_eq!((probe(b"\x20\0\0\0DH"), probe(&framed("{}"))), (Verdict::Unsure, Verdict::Yes));
        assert_eq!((probe(b"\x20\0\0\0dhip"), probe(b"DHIP\0\0\0\0")), (Verdict::No, Verdict::No));
        let mut long = framed("{}");
        long[LENGTH_AT + 3] = 0x7f;
        assert_eq!(probe(&long), Verdict::No);
    }
}
