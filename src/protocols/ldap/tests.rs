//! Whole conversations, split anywhere.

use super::super::testing::{drive_datagrams, drive_split};
use super::*;
use crate::wire::Direction::{ToClient, ToServer};

fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    [&[tag, content.len() as u8][..], &content].concat()
}

fn message(number: u8, operation: &[u8]) -> Vec<u8> {
    element(SEQUENCE, &[&[2, 1, number], operation])
}

fn octets(text: &str) -> Vec<u8> {
    element(OCTETS, &[text.as_bytes()])
}

fn bind(name: &str, password: &str) -> Vec<u8> {
    message(1, &element(0x60, &[b"\x02\x01\x03", &octets(name), &element(0x80, &[password.as_bytes()])]))
}

fn result(tag: u8, number: u8, code: u8) -> Vec<u8> {
    message(number, &element(tag, &[&[0x0a, 1, code], b"\x04\0\x04\0"]))
}

fn search() -> Vec<u8> {
    let equal = element(0xa3, &[&octets("objectClass"), &octets("person")]);
    let some = element(0xa4, &[&octets("mail"), &element(SEQUENCE, &[&element(0x80, &[b"an"]), &element(0x82, &[b".org"])])]);
    let filter = element(0xa0, &[&equal, &some, &element(0x87, &[b"cn"])]);
    message(2, &element(0x63, &[&octets("dc=example"), b"\x0a\x01\x02\x0a\x01\0\x02\x01\0\x02\x01\0\x01\x01\0", &filter, &element(SEQUENCE, &[])]))
}

fn asked(bytes: &[u8], direction: Direction) -> Verdict {
    probe_stream(&Probe { bytes, direction, from_port: 40_000, to_port: 40_001, from_start: true })
}

#[test]
fn logins_and_searches_are_told() {
    let attribute = element(SEQUENCE, &[&octets("mail"), &element(0x31, &[&octets("anna@example.org")])]);
    let entry = message(2, &element(0x64, &[&octets("cn=anna"), &element(SEQUENCE, &[&attribute])]));
    let (bind, bound, search, done) = (bind("cn=admin", "s3cret"), result(0x61, 1, 49), search(), result(0x65, 2, 0));
    let unbind = message(3, b"\x42\0");
    let lines =
        drive_split(LDAP.open, &[(ToServer, &bind), (ToClient, &bound), (ToServer, &search), (ToClient, &entry), (ToClient, &done), (ToServer, &unbind)]);
    let bytes = [bind.len() + bound.len(), search.len() + entry.len() + done.len()];
    let want = [
        "value username name=cn=admin []".to_owned(),
        "value password simple=s3cret []".to_owned(),
        format!("exchange bind - cn=admin - - - status 49 bytes {}", bytes[0]),
        "Target filter - [] unpacked: (&(objectClass=person)(mail=an*.org)(cn=*))".to_owned(),
        format!("Payload dn - [] @{}: cn=anna", bound.len() + 9),
        format!("Record mail - [] @{}: anna@example.org", bound.len() + entry.len() - 16),
        format!("exchange search - dc=example - - - status 0 bytes {}", bytes[1]),
        "exchange unbind - - - - - status - bytes 7".to_owned(),
    ];
    assert_eq!(lines, want);
}

#[test]
fn start_tls_hands_over_and_sasl_seals() {
    let start = message(1, &element(0x77, &[&element(0x80, &[START_TLS])]));
    let lines = drive_split(LDAP.open, &[(ToServer, &start), (ToClient, &result(0x78, 1, 0))]);
    assert_eq!(lines.last().map(|line| line.starts_with("Handover")), Some(true), "{lines:#?}");
    let login = message(1, &element(0x60, &[b"\x02\x01\x03\x04\0", &element(0xa3, &[&octets("GSS-SPNEGO"), &octets("token")])]));
    let wrapped = [&[0, 0, 0, 40][..], &[0x91; 40]].concat();
    let lines = drive_split(LDAP.open, &[(ToServer, &login), (ToClient, &result(0x61, 1, 0)), (ToServer, &wrapped)]);
    assert_eq!(lines[1..], ["sealed SASL".to_owned(), "Done".to_owned()], "{lines:#?}");
    let signed = [&[0, 0, 0, 16 + search().len() as u8][..], &[0x91; 16], &search()].concat();
    let lines = drive_split(LDAP.open, &[(ToServer, &login), (ToClient, &result(0x61, 1, 0)), (ToServer, &signed)]);
    assert!(lines.iter().any(|line| line.starts_with("exchange search - dc=example")), "{lines:#?}");
}

#[test]
fn plain_logins_of_sasl_tell_their_password() {
    let login = message(1, &element(0x60, &[b"\x02\x01\x03\x04\0", &element(0xa3, &[&octets("PLAIN"), &octets("\0anna\0s3cret")])]));
    let lines = drive_split(LDAP.open, &[(ToServer, &login)]);
    assert_eq!(lines[..2], ["value username name=anna []".to_owned(), "value password plain=s3cret []".to_owned()]);
}

#[test]
fn it_is_known_by_its_operations() {
    let bind = bind("cn=admin", "s3cret");
    assert_eq!((asked(&bind, ToServer), asked(&result(0x61, 1, 0), ToClient), asked(&search(), ToClient)), (Verdict::Yes, Verdict::Yes, Verdict::Swapped));
    for length in 0..5 {
        assert_eq!(asked(&bind[..length], ToServer), Verdict::Unsure, "{length}");
    }
    let snmp =
        b"\x30\x29\x02\x01\x01\x04\x06public\xa0\x1c\x02\x02\x12\x34\x02\x01\0\x02\x01\0\x30\x10\x30\x0e\x06\x0a\x2b\x06\x01\x02\x01\x01\x05\0\0\0\x05\0";
    for other in [&snmp[..], b"\x16\x03\x01\0\x05", b"\x30\x80\x02\x01\x01\x60", b"\x30\x03\x02\x01\x01", b"0123456789012345678901234567890"] {
        assert_eq!(asked(other, ToServer), Verdict::No, "{other:?}");
    }
    let datagram = probe_datagram(&Probe { bytes: &search(), direction: ToServer, from_port: 40_000, to_port: 40_001, from_start: true });
    assert_eq!(datagram, Verdict::Yes);
    assert_eq!(drive_datagrams((LDAP_UDP.open)(), &[(ToServer, &search()), (ToClient, &result(0x65, 2, 0))]).len(), 2);
}

#[test]
fn nothing_makes_it_fail() {
    let whole = [bind("cn=admin", "s3cret"), search(), result(0x65, 2, 0)].concat();
    proptest::proptest!(|(at in 0..whole.len(), byte in proptest::num::u8::ANY)| {
        let mut bytes = whole.clone();
        bytes[at] = byte;
        asked(&bytes, ToServer);
        drive_split(LDAP.open, &[(ToServer, &bytes), (ToClient, &bytes)]);
    });
}
