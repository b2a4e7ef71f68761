//! Datagrams that a SOCKS5 proxy carries (RFC 1928, section 7): a header that says where to, then the payload.
//!
//! Comes in: one datagram at a time. Goes out: an exchange with the target, and the payload where it is text. Only datagrams to a host *name* are
//! recognised: a header with an address looks like the counter at the beginning of many a binary protocol.

use std::borrow::Cow;

use super::super::media;
use super::super::protocol::{Carrier, Input, Nature, Parser, Probe, Progress, Protocol, Say, Verdict};
use super::message::{self, Host, PORTS};
use crate::event::{Event, Exchange, Readable, Role};

/// SOCKS5 over UDP.
pub static SOCKS_UDP: Protocol =
    Protocol { name: "socks", carrier: Carrier::Datagram, nature: Nature::Infrastructure, ports: PORTS, probe, open: || Box::new(SocksUdp) };

fn probe(probe: &Probe<'_>) -> Verdict {
    match message::datagram(probe.bytes) {
        Ok((target, length)) if is_full_name(target.host) && target.port != 0 && length < probe.bytes.len() => Verdict::Yes,
        _ => Verdict::No,
    }
}

/// A host name of at least two labels.
fn is_full_name(host: Host<'_>) -> bool {
    let Host::Name(name) = host else { return false };
    let is_label = |label: &[u8]| (1..=63).contains(&label.len()) && label.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte));
    name.contains(&b'.') && name.split(|byte| *byte == b'.').all(is_label)
}

/// Every datagram stands for itself.
struct SocksUdp;

impl Parser for SocksUdp {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        let Ok((target, length)) = message::datagram(input.bytes) else { return Progress::Consumed(input.bytes.len()) };
        let payload = input.bytes.get(length..).unwrap_or_default();
        let (target, at) = (target.to_string(), input.at(0, length));
        say(Event::Exchange(Exchange { kind: Some("udp"), target: Some(Cow::Owned(target)), bytes: payload.len() as u64, at, ..Exchange::default() }));
        if media::looks_like_text(payload) {
            let place = input.place(length);
            say(Event::Readable(Readable { role: Role::Payload, bytes: payload, field: None, media: None, chain: &[], place }));
        }
        Progress::Consumed(input.bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::drive_datagrams;
    use super::*;
    use crate::wire::Direction::ToServer;

    fn ask(bytes: &[u8]) -> Verdict {
        probe(&Probe { bytes, direction: ToServer, from_port: 50_000, to_port: 50_001, from_start: true })
    }

    #[test]
    fn a_datagram_tells_where_it_goes() {
        let datagram = b"\0\0\0\x03\x0bexample.org\x1f\x90imei=490154203237518";
        assert_eq!(ask(datagram), Verdict::Yes);
        let lines =
            drive_datagrams(Box::new(SocksUdp), &[(ToServer, datagram), (ToServer, b"\0\0\0\x01\xc0\0\x02\x01\0\x35\x12\x34\x01\0"), (ToServer, b"\0")]);
        assert_eq!(
            lines,
            [
                "exchange udp - example.org:8080 - - - status - bytes 20",
                "Payload - - [] @18: imei=490154203237518",
                "exchange udp - 192.0.2.1:53 - - - status - bytes 4"
            ]
        );
    }

    #[test]
    fn other_datagrams_are_not_taken() {
        for other in [
            &b"\0\0\0\x01\xc0\0\x02\x01\0\x35payload"[..],
            b"\0\0\0\x03\x0bexample.org\0\0x",
            b"\0\0\0\x03\x0bexample.org\0\x35",
            b"\0\0\0\x03\x0bexample\0org\0\x35x",
            b"\0\0\x01\x03\x0bexample.org\0\x35x",
            b"\0\0\0\x03\x09localhost\0\x35x",
            b"\0\0",
        ] {
            assert_eq!(ask(other), Verdict::No, "{other:?}");
        }
    }
}
