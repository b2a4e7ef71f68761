//! How IPsec agrees on keys: ISAKMP with IKEv1 (RFC 2408, RFC 2409) and IKEv2 (RFC 7296), and ESP in UDP beside it (RFC 3948).
//!
//! In come datagrams; out go which exchanges take place, who says to be whom where that is in the clear (aggressive mode), certificates, and
//! that the rest is sealed.

mod esp;
mod message;

use crate::event::{Event, Exchange, NameSource, Readable, Role, Value};
use crate::protocols::handshake::{self, CERTIFICATE, Telling};
use crate::protocols::protocol::{Carrier, Input, Nature, Parser, Probe, Progress, Protocol, Say, Verdict};
use crate::value::ValueKind;
use crate::wire::Direction;
pub use esp::{ESP, is_esp};
use message::{Message, Payload, kind};

/// IKE over UDP.
pub static ISAKMP: Protocol =
    Protocol { name: "isakmp", carrier: Carrier::Datagram, nature: Nature::Sealed, ports: &[500, 4500], probe, open: || Box::new(Isakmp::default()) };

/// On port 4500 four zero bytes tell IKE from ESP (RFC 3948, section 2.2).
const MARKER: usize = 4;

/// The message in a datagram, and where it begins.
fn message_of(datagram: &[u8]) -> Option<(Message<'_>, usize)> {
    match datagram {
        [0, 0, 0, 0, rest @ ..] => Message::read(rest).map(|message| (message, MARKER)),
        _ => Message::read(datagram).map(|message| (message, 0)),
    }
}

/// The first message names no responder: its sender is the client.
fn probe(probe: &Probe<'_>) -> Verdict {
    match message_of(probe.bytes) {
        None => Verdict::No,
        Some((message, _)) if message.is_first && probe.direction == Direction::ToClient && message.exchange != 5 => Verdict::Swapped,
        Some(_) => Verdict::Yes,
    }
}

/// The exchanges between two ends.
#[derive(Default)]
struct Isakmp {
    has_told: bool,
    version: u8,
}

impl Isakmp {
    fn message(&mut self, input: &Input<'_>, message: &Message<'_>, begin: usize, say: Say<'_>) {
        self.version = message.version;
        let whole = input.at(begin, input.bytes.len() - begin);
        let target = if message.version == 1 { "IKEv1" } else { "IKEv2" };
        say(Event::Exchange(Exchange { kind: Some(message.exchange_name()), target: Some(target.into()), at: whole, ..Exchange::default() }));
        if message.is_encrypted() {
            return self.seal(if message.version == 1 { "IPsec, keyed by IKEv1" } else { "IPsec, keyed by IKEv2" }, input, say);
        }
        for payload in message.payloads() {
            let index = begin + payload.index;
            match payload.kind {
                kind::IDENTIFICATION_1 | kind::INITIATOR_2 | kind::RESPONDER_2 => identification(&payload, index, input, say),
                kind::CERTIFICATE_1 | kind::CERTIFICATE_2 => certificate(&payload, index, input, say),
                _ => {}
            }
        }
    }

    fn seal(&mut self, with: &'static str, input: &Input<'_>, say: Say<'_>) {
        if !std::mem::replace(&mut self.has_told, true) {
            say(Event::Sealed { with, at: input.at(0, input.bytes.len()) });
        }
    }
}

/// Who an end says it is (RFC 2407, section 4.6.2; RFC 7296, section 3.5): of a person an address or a name, else the name of a host.
fn identification(payload: &Payload<'_>, index: usize, input: &Input<'_>, say: Say<'_>) {
    let Some((&[form, ..], name)) = payload.body.split_first_chunk::<4>() else { return };
    let (place, at) = (input.place(index + 4), input.at(index + 4, name.len()));
    let is_text = !name.is_empty() && name.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ');
    match (form, str::from_utf8(name)) {
        (3, Ok(text)) if is_text && text.contains('@') => {
            say(Event::Value(Value { kind: ValueKind::Email, value: text.into(), field: "identification", chain: &[], at }));
        }
        (3, Ok(text)) if is_text => {
            say(Event::Value(Value { kind: ValueKind::Username, value: text.into(), field: "identification", chain: &[], at }));
        }
        // A host's name, or what a maker chose: often a group's name, sometimes a person's.
        (2 | 11, Ok(_)) if is_text => {
            say(Event::Readable(Readable { role: Role::Name, bytes: name, field: Some("identification"), media: None, chain: &[], place }));
        }
        _ => {}
    }
}

/// A certificate in X.509 (encoding 4): told as a chain of one.
fn certificate(payload: &Payload<'_>, index: usize, input: &Input<'_>, say: Say<'_>) {
    let Some((&4, der)) = payload.body.split_first() else { return };
    let length = |length: usize| u32::try_from(length).unwrap_or_default().to_be_bytes().into_iter().skip(1);
    let chain: Vec<u8> = length(der.len() + 3).chain(length(der.len())).chain(der.iter().copied()).collect();
    let at = |part: &[u8]| input.at(index + 1 + handshake::index_in(&chain, part).saturating_sub(6), part.len());
    let message = handshake::Message { kind: CERTIFICATE, body: &chain, index: None };
    Telling { source: NameSource::Certificate, of_server: input.direction == Direction::ToClient, at: &at }.tell(&message, say);
}

impl Parser for Isakmp {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        match input.bytes {
            // It keeps the way through an address translator open (RFC 3948, section 2.3).
            [0xff] => {}
            bytes => match message_of(bytes) {
                Some((message, begin)) => self.message(&input, &message, begin, say),
                None if is_esp(bytes) => self.seal("ESP in UDP", &input, say),
                None => say(Event::Malformed { what: "ISAKMP message that does not keep to its form" }),
            },
        }
        Progress::Consumed(input.bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::message::tests::message;
    use super::*;
    use crate::protocols::handshake::sample;
    use crate::protocols::testing::drive_datagrams;
    use crate::wire::Direction::{ToClient, ToServer};

    fn told(datagrams: &[(Direction, &[u8])]) -> Vec<String> {
        drive_datagrams((ISAKMP.open)(), datagrams)
    }

    fn asked(bytes: &[u8], direction: Direction) -> Verdict {
        probe(&Probe { bytes, direction, from_port: 1, to_port: 2, from_start: true })
    }

    #[test]
    fn aggressive_mode_says_who_asks() {
        let first = message(1, 4, 0, &[(1, &[1; 8]), (5, b"\x03\0\0\0anna@example.org")]);
        let host = message(1, 4, 0, &[(1, &[1; 8]), (5, b"\x02\0\0\0vpn.example.org")]);
        assert_eq!(
            told(&[(ToServer, &first), (ToClient, &host)]),
            [
                "exchange aggressive-mode - IKEv1 - - - status - bytes 0",
                "value email identification=anna@example.org []",
                "exchange aggressive-mode - IKEv1 - - - status - bytes 0",
                "Name identification - [] @48: vpn.example.org"
            ]
        );
    }

    #[test]
    fn what_is_encrypted_seals() {
        let (init, auth) = (message(2, 34, 8, &[(33, &[1; 8])]), message(2, 35, 8, &[(46, &[9; 60])]));
        let marked = [&[0; 4][..], &auth].concat();
        let esp: Vec<u8> = (0..80).map(|index: u32| (index * 167 + 13) as u8).collect();
        let lines = told(&[(ToServer, &init), (ToClient, &[0xff]), (ToServer, &marked), (ToServer, &esp)]);
        let expected =
            ["exchange ike-sa-init - IKEv2 - - - status - bytes 0", "exchange ike-auth - IKEv2 - - - status - bytes 0", "sealed IPsec, keyed by IKEv2"];
        assert_eq!(lines, expected);
        assert_eq!(told(&[(ToServer, &init), (ToServer, &esp)]).last().map(String::as_str), Some("sealed ESP in UDP"));
        assert_eq!((asked(&init, ToServer), asked(&init, ToClient), asked(&marked, ToServer)), (Verdict::Yes, Verdict::Swapped, Verdict::Yes));
        assert_eq!((asked(&esp, ToServer), asked(&[0xff], ToServer), asked(&[], ToServer)), (Verdict::No, Verdict::No, Verdict::No));
    }

    #[test]
    fn a_certificate_is_read() {
        let shown = sample::certificate("vpn.example");
        let body = [&[4][..], &shown[10..]].concat();
        let lines = told(&[(ToClient, &message(1, 2, 0, &[(1, &[1; 8]), (6, &body)]))]);
        assert!(lines.iter().any(|line| line == "name certificate vpn.example Server"), "{lines:?}");
    }

    #[test]
    fn nothing_makes_it_fail() {
        let first = message(1, 4, 0, &[(1, &[1; 8]), (5, b"\x03\0\0\0anna@example.org"), (6, &[4; 40])]);
        for place in 0..first.len() {
            let mut changed = first.clone();
            changed[place] ^= 0xff;
            told(&[(ToServer, &changed), (ToServer, &first[..place])]);
        }
    }
}
