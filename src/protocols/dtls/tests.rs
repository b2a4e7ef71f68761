use super::*;
use crate::protocols::handshake::sample;
use crate::protocols::testing::drive_datagrams;
use crate::wire::Direction::{ToClient, ToServer};

/// A message of TLS in the form of DTLS, with a cookie in a ClientHello: type, body.
fn dtls_body(message: &[u8], version: u16, cookie: &[u8]) -> (u8, Vec<u8>) {
    let mut body = message[4..].to_vec();
    if message[0] == CLIENT_HELLO || message[0] == SERVER_HELLO {
        body.splice(..2, version.to_be_bytes());
    }
    if message[0] == CLIENT_HELLO {
        body.splice(35..35, [&[cookie.len() as u8], cookie].concat());
    }
    (message[0], body)
}

fn record(kind: u8, version: u16, epoch: u8, fragment: &[u8]) -> Vec<u8> {
    let length = u16::try_from(fragment.len()).unwrap().to_be_bytes();
    [&[kind][..], &version.to_be_bytes(), &[0, epoch, 0, 0, 0, 0, 0, 1], &length, fragment].concat()
}

fn fragment(kind: u8, number: u8, body: &[u8], from: usize, to: usize) -> Vec<u8> {
    let three = |value: usize| u32::try_from(value).unwrap().to_be_bytes()[1..].to_vec();
    [vec![kind], three(body.len()), vec![0, number], three(from), three(to - from), body[from..to].to_vec()].concat()
}

fn whole(number: u8, message: &[u8], version: u16, cookie: &[u8]) -> Vec<u8> {
    let (kind, body) = dtls_body(message, version, cookie);
    record(22, version, 0, &fragment(kind, number, &body, 0, body.len()))
}

fn client(version: u16) -> Vec<u8> {
    whole(0, &sample::client_hello("cam.example"), version, b"cook")
}

fn server(version: u16, suite: u16) -> Vec<u8> {
    whole(0, &sample::server_hello(0x0303, suite, false), version, b"")
}

fn finished(version: u16) -> Vec<u8> {
    [record(20, version, 0, &[1]), record(22, version, 1, &[9; 40])].concat()
}

fn told(datagrams: &[(Direction, &[u8])]) -> Vec<String> {
    drive_datagrams((DTLS.open)(), datagrams)
}

fn asked(bytes: &[u8], direction: Direction) -> Verdict {
    probe(&Probe { bytes, direction, from_port: 40_000, to_port: 40_001, from_start: true })
}

fn has(lines: &[String], wanted: &str) -> bool {
    lines.iter().any(|line| line.starts_with(wanted))
}

#[test]
fn a_handshake_tells_its_names_and_is_sealed() {
    for (version, name) in [(0xfefd, "DTLS 1.2"), (0xfeff, "DTLS 1.0"), (0x0100, "DTLS 1.0")] {
        let certificate = whole(1, &sample::certificate("cam.example"), version, b"");
        let flight = [server(version, 0xc02f), certificate].concat();
        let lines = told(&[(ToServer, &client(version)), (ToClient, &flight), (ToServer, &finished(version)), (ToClient, &finished(version))]);
        assert!(has(&lines, "name sni cam.example Server"), "{lines:?}");
        assert!(has(&lines, "name certificate cam.example Server"), "{lines:?}");
        assert!(has(&lines, "fingerprint ja3s ") && has(&lines, "fingerprint ja4 d"), "{lines:?}");
        assert!(has(&lines, &format!("agreement {version:04x} c02f named true resumed false")), "{lines:?}");
        assert!(lines.ends_with(&[format!("sealed {name}"), "Done".to_owned()]), "{lines:?}");
        assert!(!has(&lines, "malformed"), "{lines:?}");
    }
}

#[test]
fn fragments_are_put_together_in_any_order() {
    let (kind, body) = dtls_body(&sample::client_hello("cam.example"), 0xfefd, b"cook");
    let pieces = [(40, 70), (0, 30), (70, body.len()), (30, 50)].map(|(from, to)| record(22, 0xfefd, 0, &fragment(kind, 1, &body, from, to)));
    let shown: Vec<_> = pieces.iter().map(|piece| (ToServer, piece.as_slice())).collect();
    assert!(has(&told(&shown), "name sni cam.example Server"));
    let missing: Vec<_> = shown.iter().copied().take(3).collect();
    assert!(!has(&told(&missing), "name"));
}

#[test]
fn a_suite_that_encrypts_nothing_does_not_seal() {
    let lines = told(&[(ToServer, &client(0xfefd)), (ToClient, &server(0xfefd, 0x0002)), (ToServer, &finished(0xfefd)), (ToClient, &finished(0xfefd))]);
    assert!(!has(&lines, "sealed"), "{lines:?}");
}

#[test]
fn stun_and_media_may_lie_between() {
    let stun = b"\x00\x01\0\0\x21\x12\xa4\x42abcdefghijkl";
    let channel = |data: &[u8]| [&[0x40, 1][..], &u16::try_from(data.len()).unwrap().to_be_bytes(), data].concat();
    let (hello, answer) = (channel(&client(0xfefd)), channel(&server(0xfefd, 0xc02f)));
    let lines =
        told(&[(ToServer, &hello), (ToServer, stun), (ToClient, &answer), (ToServer, &channel(&finished(0xfefd))), (ToClient, &channel(&finished(0xfefd)))]);
    assert!(has(&lines, "name sni cam.example") && has(&lines, "sealed DTLS 1.2"), "{lines:?}");
    assert_eq!(asked(&hello, ToServer), Verdict::Yes);
    assert_eq!(asked(stun, ToServer), Verdict::No);
}

#[test]
fn media_beside_an_offer_of_srtp_are_sealed() {
    let (kind, mut body) = dtls_body(&sample::client_hello("cam.example"), 0xfefd, b"");
    let offer = [0, 14, 0, 5, 0, 2, 0, 1, 0];
    let length_at = 36 + 6 + 2;
    let length = u16::from_be_bytes([body[length_at], body[length_at + 1]]) + 9;
    body.splice(length_at..length_at + 2, length.to_be_bytes());
    body.extend_from_slice(&offer);
    let hello = record(22, 0xfefd, 0, &fragment(kind, 0, &body, 0, body.len()));
    let packets: Vec<Vec<u8>> = (0..4).map(|number| [&[0x80, 111, 0, number, 0, 0, 0, 0, 1, 2, 3, 4][..], &[0x5a; 40]].concat()).collect();
    let media: Vec<_> = packets.iter().map(|packet| (ToServer, packet.as_slice())).collect();
    let offered = told(&[&[(ToServer, hello.as_slice())], media.as_slice()].concat());
    assert!(has(&offered, "sealed SRTP"), "{offered:?}");
    let not_offered = told(&[&[(ToServer, client(0xfefd).as_slice())], media.as_slice()].concat());
    assert!(!has(&not_offered, "sealed"), "{not_offered:?}");
}

#[test]
fn records_are_its_own_and_others_are_not() {
    assert_eq!(asked(&client(0xfefd), ToServer), Verdict::Yes);
    assert_eq!(asked(&client(0xfefd), ToClient), Verdict::Swapped);
    assert_eq!(asked(&server(0xfefd, 0xc02f), ToServer), Verdict::Swapped);
    assert_eq!(asked(&finished(0xfefd), ToClient), Verdict::Yes);
    assert_eq!(asked(&record(23, 0xfefd, 1, &[3; 40]), ToServer), Verdict::Yes);
    assert_eq!(asked(&[&record(23, 0xfefd, 1, &[3; 40])[..], &[0]].concat(), ToServer), Verdict::No);
    assert_eq!(asked(&client(0xfefd)[..60], ToServer), Verdict::Yes, "a capture keeps the first bytes");
    let tls = [&[22, 3, 1, 0, 40, 1, 0, 0, 36, 3, 3][..], &[7; 34]].concat();
    for other in [&b""[..], b"\x16", b"\x16\xfe\xfd", &tls, b"\x16\xfe\xfd\0\0\0\0\0\0\0\0\0\x0c\x63\0\0\0\0\0\0\0\0\0\0\0"] {
        assert_eq!(asked(other, ToServer), Verdict::No, "{other:?}");
    }
}

#[test]
fn nothing_makes_it_fail() {
    let datagrams = [client(0xfefd), server(0xfefd, 0xc02f), finished(0xfefd)];
    for datagram in &datagrams {
        for cut in 0..datagram.len() {
            let mut changed = datagram.clone();
            changed[cut] ^= 0xff;
            told(&[(ToServer, &datagram[..cut]), (ToClient, &changed)]);
            asked(&datagram[..cut], ToServer);
            asked(&changed, ToClient);
        }
    }
}
