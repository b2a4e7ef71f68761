//! WS-Discovery (April 2005 and OASIS 1.1) over UDP, by which cameras (ONVIF Core Specification, section 7), printers and computers find each other.
//!
//! Comes in: one datagram of SOAP at a time. Goes out: an exchange per message, and what the device that sends it says of itself.

use std::borrow::Cow;

use super::protocol::{Carrier, Input, Nature, Parser, Probe, Progress, Protocol, Say, Verdict};
use super::xml::{self, Leaf};
use crate::event::{Event, Exchange, Name, NameSource, Place, Readable, Role, Subject, Trait, TraitKind};
use crate::wire::At;

/// WS-Discovery over UDP.
pub static WSD: Protocol =
    Protocol { name: "wsd", carrier: Carrier::Datagram, nature: Nature::Infrastructure, ports: &[3702], probe, open: || Box::new(Messages) };

/// The two namespaces of the protocol.
const NAMESPACES: [&[u8]; 2] = [b"http://schemas.xmlsoap.org/ws/2005/04/discovery", b"http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01"];
/// So much of a datagram is looked at to recognise it.
const LOOK: usize = 2_048;
/// Most types or scopes that are read of one message.
const MOST: usize = 64;
/// Scopes of cameras (ONVIF Core Specification, section 7.3.2.1).
const ONVIF: &str = "onvif://www.onvif.org/";

/// Messages by the last word of their action.
const ACTIONS: [(&str, &str); 6] =
    [("Hello", "hello"), ("Bye", "bye"), ("Probe", "probe"), ("ProbeMatches", "probe-matches"), ("Resolve", "resolve"), ("ResolveMatches", "resolve-matches")];

fn probe(probe: &Probe<'_>) -> Verdict {
    let begin = probe.bytes.get(..LOOK).unwrap_or(probe.bytes);
    let is_own = xml::may_be(begin) && NAMESPACES.iter().any(|name| memchr::memmem::find(begin, name).is_some());
    if is_own { Verdict::Yes } else { Verdict::No }
}

/// Every datagram stands for itself.
#[derive(Debug)]
struct Messages;

impl Parser for Messages {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        message(&input, say);
        Progress::Consumed(input.bytes.len())
    }
}

fn message(input: &Input<'_>, say: Say<'_>) {
    let action = xml::leaves(input.bytes).find(|leaf| leaf.name == "Action").and_then(|leaf| kind(&leaf.text()));
    let Some(action) = action else {
        say(Event::Malformed { what: "wsd message without an action" });
        return;
    };
    // Who looks for others names what it looks for, and nothing of its own.
    if matches!(action, "hello" | "probe-matches" | "resolve-matches") {
        for leaf in xml::leaves(input.bytes) {
            describe(&leaf, input, say);
        }
    }
    say(Event::Exchange(Exchange { kind: Some(action), at: input.at(0, input.bytes.len()), ..Exchange::default() }));
}

fn kind(action: &str) -> Option<&'static str> {
    let word = action.rsplit('/').next()?;
    ACTIONS.iter().find(|(name, _)| *name == word).map(|(_, kind)| *kind)
}

/// Tells an element of a message that describes its sender.
fn describe(leaf: &Leaf<'_>, input: &Input<'_>, say: Say<'_>) {
    let at = input.at(leaf.range.start, leaf.range.len());
    match leaf.name {
        "Types" => {
            for name in leaf.text().split_ascii_whitespace().take(MOST) {
                // Prefixes are whatever the sender chose.
                say_trait(TraitKind::Service, &format!("wsd:{}", name.rsplit(':').next().unwrap_or(name)), at, say);
            }
        }
        "Scopes" => leaf.text().split_ascii_whitespace().take(MOST).for_each(|scope| self::scope(scope, at, say)),
        "XAddrs" | "Address" if !leaf.raw.is_empty() && !leaf.raw.ends_with(b"/role/anonymous") => {
            let place = input.place(leaf.range.start);
            say(Event::Readable(Readable { role: Role::Record, bytes: leaf.raw, field: Some(leaf.name), media: None, chain: &[], place }));
        }
        _ => {}
    }
}

/// A scope: of a camera what kind of fact it is stands before the fact itself.
fn scope(scope: &str, at: At, say: Say<'_>) {
    let onvif = scope.strip_prefix(ONVIF).and_then(|rest| rest.split_once('/'));
    let Some((category, value)) = onvif else { return say_readable("scope", scope.as_bytes(), at, say) };
    let text = decoded(value);
    match category.to_ascii_lowercase().as_str() {
        "name" if !text.is_empty() => {
            say(Event::Name(Name { source: NameSource::Wsd, name: &text, subject: Subject::Sender, at }));
            say_readable("name", text.as_bytes(), at, say);
        }
        "hardware" => say_trait(TraitKind::Model, &text, at, say),
        "type" | "profile" => say_trait(TraitKind::Service, &format!("onvif:{text}"), at, say),
        category => say_readable(category, text.as_bytes(), at, say),
    }
}

fn say_trait(kind: TraitKind, value: &str, at: At, say: Say<'_>) {
    if !value.is_empty() {
        say(Event::Trait(Trait { kind, value, subject: Subject::Sender, at }));
    }
}

fn say_readable(field: &str, bytes: &[u8], at: At, say: Say<'_>) {
    if !bytes.is_empty() {
        let place = Place::Unpacked(at);
        say(Event::Readable(Readable { role: Role::Record, bytes, field: Some(field), media: None, chain: &[], place }));
    }
}

/// Percent-encoding taken off (RFC 3986, section 2.1); what is none stays.
fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    let (mut out, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let Some((&byte, after)) = rest.split_first() {
        let pair = after.first_chunk::<2>().and_then(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?));
        if let Some(value) = pair.filter(|_| byte == b'%') {
            out.push(value);
            rest = after.get(2..).unwrap_or_default();
        } else {
            out.push(byte);
            rest = after;
        }
    }
    Cow::Owned(String::from_utf8_lossy(&out).into_owned())
}

#[cfg(test)]
mod tests {
    use super::super::testing::drive_datagrams;
    use super::*;
    use crate::wire::Direction::{ToClient, ToServer};

    const MATCH: &str = "<?xml version=\"1.0\"?><SOAP-ENV:Envelope xmlns:SOAP-ENV=\"http://www.w3.org/2003/05/soap-envelope\" \
        xmlns:wsa=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" xmlns:d=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\">\
        <SOAP-ENV:Header><wsa:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</wsa:To>\
        <wsa:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches</wsa:Action></SOAP-ENV:Header>\
        <SOAP-ENV:Body><d:ProbeMatches><d:ProbeMatch><wsa:EndpointReference><wsa:Address>urn:uuid:4d454930-0000-1000-8000-00005e005301</wsa:Address>\
        </wsa:EndpointReference><d:Types>dn:NetworkVideoTransmitter</d:Types>\
        <d:Scopes>onvif://www.onvif.org/type/ptz onvif://www.onvif.org/hardware/CAM-3 onvif://www.onvif.org/name/Emma%20cam\n\
        onvif://www.onvif.org/location/country/uk ldap:///ou=home</d:Scopes>\
        <d:XAddrs>http://192.0.2.9/onvif/device_service</d:XAddrs></d:ProbeMatch></d:ProbeMatches></SOAP-ENV:Body></SOAP-ENV:Envelope>";

    fn told(text: &[u8]) -> Vec<String> {
        drive_datagrams((WSD.open)(), &[(ToClient, text)])
    }

    fn asked(bytes: &[u8]) -> Verdict {
        super::probe(&Probe { bytes, direction: ToServer, from_port: 5, to_port: 6, from_start: true })
    }

    #[test]
    fn a_camera_answers() {
        let lines = told(MATCH.as_bytes());
        let want = [
            "trait service wsd:NetworkVideoTransmitter Sender",
            "trait service onvif:ptz Sender",
            "trait model CAM-3 Sender",
            "name wsd Emma cam Sender",
            "Record name - [] unpacked: Emma cam",
            "Record location - [] unpacked: country/uk",
            "Record scope - [] unpacked: ldap:///ou=home",
        ];
        for line in &want {
            assert!(lines.contains(&(*line).to_owned()), "{line}: {lines:?}");
        }
        assert!(lines.iter().any(|line| line.starts_with("Record Address") && line.ends_with("5e005301")));
        assert!(lines.iter().any(|line| line.starts_with("Record XAddrs") && line.ends_with("http://192.0.2.9/onvif/device_service")));
        assert_eq!(lines.last().map(String::as_str), Some("exchange probe-matches - - - - - status - bytes 0"));
        assert_eq!(asked(MATCH.as_bytes()), Verdict::Yes);
    }

    #[test]
    fn who_searches_tells_nothing_of_itself() {
        let probe = MATCH.replace("ProbeMatches</wsa:Action>", "Probe</wsa:Action>");
        assert_eq!(told(probe.as_bytes()), ["exchange probe - - - - - status - bytes 0"]);
        assert_eq!(told(b"<a/>"), ["malformed wsd message without an action"]);
    }

    #[test]
    fn other_datagrams_are_not_its_own() {
        for other in [&b""[..], b"<a/>", b"http://schemas.xmlsoap.org/ws/2005/04/discovery", b"\x12\x34"] {
            assert_eq!(asked(other), Verdict::No);
        }
    }

    #[test]
    fn cuts_never_panic() {
        for length in 0..MATCH.len() {
            told(&MATCH.as_bytes()[..length]);
        }
        assert_eq!((decoded("a%2fb%zz%4"), decoded("%ff")), ("a/b%zz%4".into(), "\u{fffd}".into()));
    }
}
