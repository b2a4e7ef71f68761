//! Whole messages, as they lie in datagrams.

use super::super::protocol::{Probe, Verdict};
use super::super::testing::drive_datagrams;
use super::*;
use crate::wire::Direction;

const COOKIE: [u8; 4] = [99, 130, 83, 99];
const OWN: &str = "Device(Mac([0, 0, 94, 0, 83, 7]))";

fn message(op: u8, options: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; 236];
    bytes[..3].copy_from_slice(&[op, 1, 6]);
    bytes[16..20].copy_from_slice(&[192, 0, 2, 10]);
    bytes[28..34].copy_from_slice(&[0, 0, 0x5e, 0, 0x53, 7]);
    bytes.extend(COOKIE);
    bytes.extend(options);
    bytes
}

fn told(bytes: &[u8]) -> Vec<String> {
    drive_datagrams((DHCP.open)(), &[(Direction::ToServer, bytes)])
}

fn said(lines: &[String]) -> Vec<&str> {
    lines.iter().map(String::as_str).filter(|line| !line.starts_with("exchange")).collect()
}

fn asked(bytes: &[u8]) -> Verdict {
    (DHCP.probe)(&Probe { bytes, direction: Direction::ToServer, from_port: 9, to_port: 9, from_start: true })
}

#[test]
fn a_request_names_the_device_and_says_what_it_is() {
    let lines = told(&message(
        1,
        b"\x35\x01\x03\0\x0c\x06watch\0\x37\x03\x01\x79\xfc\x32\x04\xc0\0\x02\x0a\x3c\x05udhcp\x51\x0a\x04\0\0\x05watch\0\xa1\x10https://m.test/1\xff",
    ));
    let want = [
        format!("name dhcp watch {OWN}"),
        "Name hostname - [] @246: watch".to_owned(),
        format!("trait vendor-class udhcp {OWN}"),
        "Record vendor-class - [] @265: udhcp".to_owned(),
        format!("trait parameter-list 1,121,252 {OWN}"),
        format!("trait mud-url https://m.test/1 {OWN}"),
        "exchange request - 192.0.2.10 - - - status - bytes 0".to_owned(),
    ];
    assert_eq!(lines, want);
}

#[test]
fn an_answer_tells_the_lease() {
    let lines = told(&message(
        2,
        b"\x35\x01\x05\x06\x08\xc0\0\x02\x35\xc0\0\x02\x36\x03\x04\xc0\0\x02\x01\x2a\x04\xc0\0\x02\x7b\x79\x05\0\xc0\0\x02\x02\x3c\x03srv\xff",
    ));
    let lease =
        "lease 00:00:5e:00:53:07 Some(192.0.2.10) resolvers [192.0.2.53, 192.0.2.54] routers [192.0.2.2, 192.0.2.1] time [192.0.2.123] acknowledged true";
    assert_eq!(
        lines,
        ["Record vendor-class - [] @274: srv", lease, "exchange ack - 192.0.2.10 - - - status - bytes 0"],
        "a server's class is not the client's"
    );
    let refused = told(&message(2, b"\x35\x01\x06\x38\x0cnot for emma\xff"));
    assert_eq!(refused, ["Record message - [] @245: not for emma", "exchange nak - 192.0.2.10 - - - status - bytes 0"]);
}

#[test]
fn options_may_continue_in_the_file_field() {
    let mut bytes = message(1, b"\x34\x01\x01\xff");
    bytes[108..117].copy_from_slice(b"\x0c\x06toybox\xff");
    assert_eq!(said(&told(&bytes)), [&format!("name dhcp toybox {OWN}"), "Name hostname - [] @110: toybox"]);
}

#[test]
fn a_client_without_an_address_in_its_field_is_known_by_its_identifier() {
    for id in [&b"\x3d\x07\x01\0\0\x5e\0\x53\x07"[..], b"\x3d\x0f\xff\0\0\0\x01\0\x03\0\x01\0\0\x5e\0\x53\x07"] {
        let mut bytes = message(1, &[b"\x35\x01\x01\x0c\x03toy", id, b"\xff"].concat());
        bytes[2] = 0;
        assert_eq!(said(&told(&bytes)).first(), Some(&format!("name dhcp toy {OWN}").as_str()));
    }
}

#[test]
fn makers_and_relays_have_options_of_their_own() {
    let forum = b"\x7d\x1c\0\0\x0d\xe9\x17\x01\x0600005E\x02\x0400S1\x03\x07Gate 42";
    let class = b"\x7c\x0d\0\0\0\x09\x08\x07Example";
    let relay = b"\x52\x0c\x01\x04eth1\x06\x04emma";
    let lines = told(&message(1, &[&b"\x35\x01\x01"[..], forum, class, relay, b"\x0f\x09home.test\xff"].concat()));
    for want in [
        "value serial serial-number=00S1 []",
        &format!("trait model Gate 42 {OWN}"),
        &format!("trait vendor-class Example {OWN}"),
        "Record relay-circuit - [] unpacked: eth1",
        "Record relay-subscriber - [] unpacked: emma",
    ] {
        assert!(lines.contains(&want.to_owned()), "{want}: {lines:?}");
    }
    assert!(lines.iter().any(|line| line.starts_with("Name domain") && line.ends_with("home.test")), "{lines:?}");
}

#[test]
fn an_identifier_that_is_kept_is_told_as_a_digest() {
    let identifier = |duid: &[u8]| {
        let value = [&[255, 0, 0, 0, 1], duid].concat();
        let lines = told(&message(1, &[&[53, 1, 3, 61, value.len() as u8], &value[..], &[255]].concat()));
        lines.into_iter().find(|line| line.starts_with("trait identifier"))
    };
    let kept = identifier(&[0, 4, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]).unwrap();
    assert!(kept.ends_with(OWN) && !kept.contains('1'), "{kept}");
    assert_eq!(identifier(&[0, 3, 0, 1, 0, 0, 0x5e, 0, 0x53, 7]), None, "a hardware address is not kept");
}

#[test]
fn bootp_is_read_too() {
    let mut bytes = message(2, &[0; 60]);
    bytes[236..240].fill(0);
    bytes[108..117].copy_from_slice(b"/boot.img");
    assert_eq!(asked(&bytes), Verdict::Yes);
    let lines = told(&bytes);
    assert_eq!(lines.first().map(String::as_str), Some("Record bootfile - [] @108: /boot.img"));
    assert_eq!(lines.last().map(String::as_str), Some("exchange bootp-reply - 192.0.2.10 - - - status - bytes 0"));
    bytes[40] = 1;
    assert_eq!(asked(&bytes), Verdict::No);
}

#[test]
fn a_length_that_lies_is_counted() {
    assert_eq!(said(&told(&message(1, b"\x0c\xf0toy"))), ["malformed dhcp option longer than its message"]);
    assert_eq!(said(&told(&message(1, b"\x0c"))), Vec::<&str>::new());
    assert_eq!(told(&[1, 1, 6]), ["malformed dhcp message shorter than its fixed fields"]);
}

#[test]
fn cuts_and_noise_never_panic() {
    let whole = message(2, b"\x35\x01\x05\x06\x08\xc0\0\x02\x35\xc0\0\x02\x36\x51\x0a\x04\0\0\x05watch\0\x79\x05\0\xc0\0\x02\x02\xff");
    for length in 0..whole.len() {
        told(&whole[..length]);
        asked(&whole[..length]);
    }
    proptest::proptest!(|(options in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300))| {
        told(&message(1, &options));
        told(&message(2, &options));
    });
}

#[test]
fn the_cookie_decides() {
    let whole = message(1, b"\xff");
    assert_eq!(asked(&whole), Verdict::Yes);
    assert_eq!(asked(&whole[..239]), Verdict::No);
    assert_eq!(asked(&[0; 300]), Verdict::No);
}
