//! Whole messages, as they lie in datagrams.

use super::super::protocol::{Probe, Verdict};
use super::super::testing::drive_datagrams;
use super::*;
use crate::wire::Direction;

const DUID: &[u8] = &[0, 3, 0, 1, 0, 0, 0x5e, 0, 0x53, 7];

fn option(code: u16, value: &[u8]) -> Vec<u8> {
    [&code.to_be_bytes()[..], &(value.len() as u16).to_be_bytes(), value].concat()
}

fn message(kind: u8, options: &[Vec<u8>]) -> Vec<u8> {
    [&[kind, 1, 2, 3][..], &options.concat()].concat()
}

fn address(last: u8) -> Vec<u8> {
    let mut bytes = vec![0x20, 1, 0x0d, 0xb8];
    bytes.resize(15, 0);
    bytes.push(last);
    bytes
}

fn relayed(kind: u8, inner: &[u8], more: &[Vec<u8>]) -> Vec<u8> {
    [&[kind, 0][..], &address(1), &address(2), &option(9, inner), &more.concat()].concat()
}

fn request() -> Vec<u8> {
    let class = [&[0, 0, 0, 9, 0, 7][..], b"Example"].concat();
    message(1, &[option(1, DUID), option(39, b"\0\x03toy\x04home\x04test\0"), option(16, &class), option(112, b"https://m.test/1")])
}

fn answer() -> Vec<u8> {
    let lease = [&[0; 12][..], &option(5, &[&address(10)[..], &[0; 8]].concat())].concat();
    let mut prefix = vec![0, 0, 0, 9, 0, 0, 0, 9, 56];
    prefix.extend(address(0));
    let delegated = [&[0; 12][..], &option(26, &prefix)].concat();
    let options = [option(1, DUID), option(2, DUID), option(3, &lease), option(23, &address(53)), option(24, b"\x04home\x04test\0"), option(25, &delegated)];
    message(7, &options)
}

fn told(bytes: &[u8]) -> Vec<String> {
    drive_datagrams((DHCPV6.open)(), &[(Direction::ToServer, bytes)])
}

fn asked(bytes: &[u8]) -> Verdict {
    (DHCPV6.probe)(&Probe { bytes, direction: Direction::ToServer, from_port: 9, to_port: 9, from_start: true })
}

#[test]
fn a_request_names_its_sender() {
    let want = [
        "name dhcp toy.home.test Sender",
        "Name hostname - [] unpacked: toy.home.test",
        "trait vendor-class Example Sender",
        "trait mud-url https://m.test/1 Sender",
        "exchange solicit - - - - - status - bytes 0",
    ];
    assert_eq!(told(&request()), want);
    assert_eq!(asked(&request()), Verdict::Yes);
}

#[test]
fn an_answer_tells_the_lease_and_the_network() {
    let want = [
        "Name domain - [] unpacked: home.test",
        "lease 00:00:5e:00:53:07 Some(2001:db8::a) resolvers [2001:db8::35] routers [] time [] acknowledged true",
        "advert router None resolvers [2001:db8::35] prefixes [\"2001:db8::/56\"] domains [\"home.test\"]",
        "exchange reply - 2001:db8::a - - - status - bytes 0",
    ];
    assert_eq!(told(&answer()), want);
}

#[test]
fn relays_are_opened_to_the_innermost_message() {
    let once = relayed(12, &request(), &[option(79, &[0, 1, 0, 0, 0x5e, 0, 0x53, 9])]);
    let twice = relayed(12, &once, &[option(38, b"emma")]);
    let lines = told(&twice);
    assert_eq!(lines.first().map(String::as_str), Some("Record relay-subscriber - [] @167: emma"), "{lines:?}");
    assert!(lines.contains(&"name dhcp toy.home.test Device(Mac([0, 0, 94, 0, 83, 9]))".to_owned()), "{lines:?}");
    assert_eq!(asked(&twice), Verdict::Yes);
    let without = told(&relayed(12, &request(), &[]));
    assert!(without.contains(&"name dhcp toy.home.test Device(Mac([0, 0, 94, 0, 83, 7]))".to_owned()));
    let many = (0..9).fold(request(), |inner, _| relayed(12, &inner, &[]));
    assert_eq!(told(&many), ["malformed dhcpv6 relay message"]);
}

#[test]
fn only_whole_messages_with_identifiers_are_its_own() {
    for bytes in [&message(1, &[option(1, b"")])[..], &message(1, &[]), &message(14, &[option(1, DUID)]), &request()[..20], &[0x0c; 60], b""] {
        assert_eq!(asked(bytes), Verdict::No, "{bytes:?}");
    }
    assert_eq!(asked(&message(11, &[option(8, &[0, 0]), option(6, &[0, 23])])), Verdict::Yes);
    assert_eq!(asked(&message(11, &[option(8, &[0, 0])])), Verdict::No);
}

#[test]
fn cuts_and_noise_never_panic() {
    for whole in [request(), answer(), relayed(13, &answer(), &[])] {
        for length in 0..whole.len() {
            told(&whole[..length]);
            asked(&whole[..length]);
        }
    }
    proptest::proptest!(|(kind in 0u8..15, bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200))| {
        let bytes = [&[kind][..], &bytes].concat();
        told(&bytes);
        asked(&bytes);
    });
}
