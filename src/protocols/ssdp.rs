//! SSDP (UPnP Device Architecture 2.0, section 1): HTTP-like messages in datagrams by which devices at home find each other.
//!
//! Comes in: one datagram at a time. Goes out: an exchange per message, and the fields that describe a device as records and traits.

use std::borrow::Cow;

use super::head::{Field, Head, Start};
use super::protocol::{Carrier, Input, Nature, Parser, Probe, Progress, Protocol, Say, Verdict};
use crate::event::{Event, Exchange, Name, NameSource, Readable, Role, Subject, Trait, TraitKind, Value};
use crate::value::ValueKind;

/// SSDP over UDP.
pub static SSDP: Protocol =
    Protocol { name: "ssdp", carrier: Carrier::Datagram, nature: Nature::Infrastructure, ports: &[1900], probe, open: || Box::new(Ssdp) };

/// Fields that every message has and that tell nothing of a device.
const HARMLESS: &[&str] = &["cache-control", "connection", "content-length", "date", "ext", "host", "man", "mx", "nts", "opt", "searchport.upnp.org"];

/// Fields in which makers put a name that people gave the device.
const NAMES: &[&str] = &["device-name", "friendlyname", "friendlyname.upnp.org", "x-friendly-name", "x-friendlyname"];

/// The methods of UPnP; any other message is one that asks for `*`.
const METHODS: &[&str] = &["M-SEARCH", "NOTIFY"];

fn probe(probe: &Probe<'_>) -> Verdict {
    let Some(head) = Head::read(probe.bytes.get(..LOOK).unwrap_or(probe.bytes)) else { return Verdict::No };
    let own = match head.start {
        Start::Request { method, target, .. } => METHODS.contains(&method) || target == b"*",
        Start::Answer { .. } => true,
    };
    if own { Verdict::Yes } else { Verdict::No }
}

/// So much of a datagram is looked at to recognise it.
const LOOK: usize = 512;

/// Every datagram stands for itself.
#[derive(Debug)]
struct Ssdp;

impl Parser for Ssdp {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        match Head::read(input.bytes) {
            Some(head) => message(&head, &input, say),
            None => say(Event::Malformed { what: "ssdp start line" }),
        }
        Progress::Consumed(input.bytes.len())
    }
}

fn message(head: &Head<'_>, input: &Input<'_>, say: Say<'_>) {
    for field in head.fields.iter().filter(|field| !field.value.is_empty()) {
        tell(field, input, say);
    }
    traits(head, input, say);
    let text = |name| head.field(name).map(Field::text);
    let exchange = Exchange {
        host: text("host"),
        agent: text("server").or_else(|| text("user-agent")),
        content_type: text("content-type"),
        at: input.at(0, input.bytes.len()),
        ..Exchange::default()
    };
    say(Event::Exchange(match head.start {
        Start::Request { method, target, .. } => Exchange { method: Some(method), target: Some(String::from_utf8_lossy(target)), ..exchange },
        Start::Answer { status } => Exchange { kind: Some("response"), status: Some(status), ..exchange },
    }));
}

/// What the sender says of itself: its software, and the kind of device or service that it announces (`NT`) or answers for (`ST`). Who searches names
/// in `ST` what it looks for.
fn traits(head: &Head<'_>, input: &Input<'_>, say: Say<'_>) {
    let searches = matches!(head.start, Start::Request { method: "M-SEARCH", .. });
    let software = ["server", "user-agent"].map(|name| (name, TraitKind::Software));
    let services = ["nt", "st"].map(|name| (name, TraitKind::Service));
    for (name, kind) in software.into_iter().chain(services.into_iter().filter(|_| !searches)) {
        let Some(field) = head.field(name) else { continue };
        let value = field.text();
        let says =
            kind == TraitKind::Software || ["urn:", "roku:"].iter().any(|own| value.get(..own.len()).is_some_and(|start| start.eq_ignore_ascii_case(own)));
        if says && !value.is_empty() {
            say(Event::Trait(Trait { kind, value: &value, subject: Subject::Sender, at: input.at(field.at, field.value.len()) }));
        }
    }
}

fn tell(field: &Field<'_>, input: &Input<'_>, say: Say<'_>) {
    if HARMLESS.iter().any(|name| field.is(name)) {
        return;
    }
    if NAMES.iter().any(|name| field.is(name)) {
        let name: Cow<'_, str> = field.text();
        say(Event::Name(Name { source: NameSource::Ssdp, name: &name, subject: Subject::Sender, at: input.at(field.at, field.value.len()) }));
    }
    if let Some(mac) = sonos_mac(&field.text()) {
        let at = input.at(field.at, field.value.len());
        say(Event::Value(Value { kind: ValueKind::Mac, value: mac.into(), field: field.name, chain: &[], at }));
    }
    let place = input.place(field.at);
    say(Event::Readable(Readable { role: Role::Record, bytes: field.value, field: Some(field.name), media: None, chain: &[], place }));
}

/// The hardware address in the identifier of a Sonos player: `RINCON_`, twelve digits, `01400`.
fn sonos_mac(text: &str) -> Option<String> {
    let digits = text.split_once("RINCON_")?.1.get(..12)?;
    let pairs: Option<Vec<&str>> = (0..12).step_by(2).map(|at| digits.get(at..at + 2)).collect();
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then_some(pairs?.join(":").to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::drive_datagrams;
    use super::*;
    use crate::wire::Direction::{self, ToClient, ToServer};

    const NOTIFY: &[u8] = b"NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nCACHE-CONTROL: max-age=100\r\nLOCATION: http://192.0.2.7/d.xml\r\nNTS: ssdp:alive\r\nSERVER: Linux UPnP/1.0 IpBridge/1.26.0\r\nUSN: uuid:2f402f80-da50-11e1-9b23-00005e005301\r\nX-FriendlyName: Emma's lamp\r\n\r\n";

    fn told(bytes: &[u8], direction: Direction) -> Vec<String> {
        drive_datagrams((SSDP.open)(), &[(direction, bytes)])
    }

    fn asked(bytes: &[u8]) -> Verdict {
        probe(&Probe { bytes, direction: ToServer, from_port: 50_000, to_port: 1900, from_start: true })
    }

    #[test]
    fn an_announcement_describes_its_device() {
        let want = [
            "Record LOCATION - [] @85: http://192.0.2.7/d.xml",
            "Record SERVER - [] @134: Linux UPnP/1.0 IpBridge/1.26.0",
            "Record USN - [] @171: uuid:2f402f80-da50-11e1-9b23-00005e005301",
            "name ssdp Emma's lamp Sender",
            "Record X-FriendlyName - [] @230: Emma\\'s lamp",
            "trait software Linux UPnP/1.0 IpBridge/1.26.0 Sender",
            "exchange - NOTIFY * 239.255.255.250:1900 - Linux UPnP/1.0 IpBridge/1.26.0 status - bytes 0",
        ];
        assert_eq!(told(NOTIFY, ToServer), want);
        assert_eq!(asked(NOTIFY), Verdict::Yes);
    }

    #[test]
    fn a_search_and_its_answer_are_exchanges() {
        let search = b"M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: ssdp:all\r\n\r\n";
        assert_eq!(told(search, ToServer), ["Record ST - [] @82: ssdp:all", "exchange - M-SEARCH * 239.255.255.250:1900 - - status - bytes 0"]);
        let answer = b"HTTP/1.1 200 OK\r\nEXT:\r\nST: upnp:rootdevice\r\nLOCATION: http://192.0.2.7/\r\n\r\n";
        assert_eq!(told(answer, ToClient).last().map(String::as_str), Some("exchange response - - - - - status 200 bytes 0"));
        assert_eq!((asked(search), asked(answer)), (Verdict::Yes, Verdict::Yes));
    }

    #[test]
    fn who_answers_says_what_it_is_and_who_searches_does_not() {
        let fields = "ST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\nSERVER: Example/1\r\n\r\n";
        let lines = told(format!("HTTP/1.1 200 OK\r\n{fields}").as_bytes(), ToClient);
        let service = "trait service urn:schemas-upnp-org:device:InternetGatewayDevice:1 Sender".to_owned();
        assert!(lines.contains(&service) && lines.contains(&"trait software Example/1 Sender".to_owned()), "{lines:?}");
        assert!(!told(format!("M-SEARCH * HTTP/1.1\r\n{fields}").as_bytes(), ToServer).contains(&service));
        assert!(!told(b"NOTIFY * HTTP/1.1\r\nNT: upnp:rootdevice\r\n\r\n", ToServer).concat().contains("trait"));
    }

    #[test]
    fn a_sonos_player_tells_its_hardware_address() {
        let text = b"NOTIFY * HTTP/1.1\r\nNT: roku:ecp\r\nUSN: uuid:RINCON_00005E00530101400::urn:schemas-upnp-org:device:ZonePlayer:1\r\n\r\n";
        let lines = told(text, ToServer);
        assert!(lines.contains(&"value mac USN=00:00:5e:00:53:01 []".to_owned()), "{lines:?}");
        assert!(lines.contains(&"trait service roku:ecp Sender".to_owned()), "{lines:?}");
        assert_eq!((sonos_mac("RINCON_00005E"), sonos_mac("RINCON_00005E0053\u{e9}\u{e9}"), sonos_mac("RINCON_zzzzzzzzzzzz")), (None, None, None));
    }

    #[test]
    fn other_datagrams_are_not_its_own() {
        for other in [&b""[..], b"OPTIONS sip:a SIP/2.0\r\n\r\n", b"\x12\x34\x01\0\0\x01", b"GET /x HTTP/1.1\r\n\r\n", b"M-SEARCH"] {
            assert_eq!(asked(other), Verdict::No, "{other:?}");
        }
        assert_eq!(told(b"junk", ToServer), ["malformed ssdp start line"]);
    }

    proptest! {
        #[test]
        fn nothing_makes_it_fail(cut in 0..NOTIFY.len(), byte in any::<u8>(), place in 0..NOTIFY.len()) {
            let mut bytes = NOTIFY[..cut].to_vec();
            if let Some(changed) = bytes.get_mut(place) {
                *changed = byte;
            }
            asked(&bytes);
            told(&bytes, ToServer);
        }
    }
}
