//! What certificate authorities hand out over plain HTTP, in true structure (X.690, RFC 5280, RFC 6960); keys and signatures are noise.

use super::wire::Net;

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const BITS: u8 = 0x03;
const OCTETS: u8 = 0x04;
const NULL: u8 = 0x05;
const OBJECT: u8 = 0x06;
const ENUMERATED: u8 = 0x0a;
const UTC_TIME: u8 = 0x17;
const TIME: u8 = 0x18;

/// A value with its tag and length.
fn der(tag: u8, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = match length {
        0..=127 => vec![tag, length as u8],
        128..=255 => vec![tag, 0x81, length as u8],
        _ => vec![tag, 0x82, (length >> 8) as u8, length as u8],
    };
    [head, body.to_vec()].concat()
}

fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    der(SEQUENCE, &parts.concat())
}

/// An algorithm without parameters: RSA by its last number, or any other.
fn algorithm(object: &[u8]) -> Vec<u8> {
    sequence(&[der(OBJECT, object), der(NULL, b"")])
}

fn rsa(last: u8) -> Vec<u8> {
    algorithm(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, last])
}

/// A body with the signature of 2,048 bits under it.
fn signed(net: &mut Net, body: Vec<u8>) -> Vec<u8> {
    let signature = der(BITS, &[&[0], &net.noise(256)[..]].concat());
    sequence(&[body, rsa(11), signature])
}

/// The authority's name: it holds an e-mail address.
fn name() -> Vec<u8> {
    let attribute = |object: &[u8], tag: u8, text: &[u8]| der(0x31, &sequence(&[der(OBJECT, object), der(tag, text)]));
    sequence(&[
        attribute(&[0x55, 4, 3], 0x0c, b"Example Issuing CA"),
        attribute(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1], 0x16, b"ca-support@ca.example"),
    ])
}

/// The authority's own certificate.
pub fn certificate(net: &mut Net) -> Vec<u8> {
    let modulus = [&[0, 0xc3], &net.noise(255)[..]].concat();
    let key = sequence(&[der(INTEGER, &modulus), der(INTEGER, &[1, 0, 1])]);
    let key = sequence(&[rsa(1), der(BITS, &[&[0], &key[..]].concat())]);
    let validity = sequence(&[der(UTC_TIME, b"250101000000Z"), der(UTC_TIME, b"350101000000Z")]);
    let version = der(0xa0, &der(INTEGER, &[2]));
    let body = sequence(&[version, der(INTEGER, &[0x11, 0x22]), rsa(11), name(), validity, name(), key]);
    signed(net, body)
}

/// A server's certificate: for this name, by this authority, within these times; the same name twice makes it its own authority.
pub fn leaf(net: &mut Net, subject: &str, issuer: &str, [from, to]: [&str; 2]) -> Vec<u8> {
    let called = |text: &str| sequence(&[der(0x31, &sequence(&[der(OBJECT, &[0x55, 4, 3]), der(0x0c, text.as_bytes())]))]);
    let modulus = [&[0, 0xc5], &net.noise(255)[..]].concat();
    let key = sequence(&[der(INTEGER, &modulus), der(INTEGER, &[1, 0, 1])]);
    let key = sequence(&[rsa(1), der(BITS, &[&[0], &key[..]].concat())]);
    let validity = sequence(&[der(UTC_TIME, from.as_bytes()), der(UTC_TIME, to.as_bytes())]);
    let names = der(OCTETS, &sequence(&[der(0x82, subject.as_bytes())]));
    let extensions = der(0xa3, &sequence(&[sequence(&[der(OBJECT, &[0x55, 0x1d, 0x11]), names])]));
    let body = sequence(&[der(0xa0, &der(INTEGER, &[2])), der(INTEGER, &[0x55, 0x66]), rsa(11), called(issuer), validity, called(subject), key, extensions]);
    signed(net, body)
}

/// A list of revoked certificates: one.
pub fn revocation_list(net: &mut Net) -> Vec<u8> {
    let revoked = sequence(&[sequence(&[der(INTEGER, &[0x33, 0x44]), der(UTC_TIME, b"260301120000Z")])]);
    let times = [der(UTC_TIME, b"260422000000Z"), der(UTC_TIME, b"260429000000Z")].concat();
    let body = sequence(&[der(INTEGER, &[1]), rsa(11), name(), times, revoked]);
    signed(net, body)
}

/// The question whether a certificate still holds, and the answer: it does.
pub fn status(net: &mut Net) -> (Vec<u8>, Vec<u8>) {
    let sha1 = algorithm(&[0x2b, 0x0e, 3, 2, 0x1a]);
    let certificate = sequence(&[sha1, der(OCTETS, &net.noise(20)), der(OCTETS, &net.noise(20)), der(INTEGER, &[0x55, 0x66])]);
    let question = sequence(&[sequence(&[sequence(&[sequence(std::slice::from_ref(&certificate))])])]);
    let good = sequence(&[certificate, vec![0x80, 0], der(TIME, b"20260422070000Z")]);
    let responder = der(0xa2, &der(OCTETS, &net.noise(20)));
    let body = sequence(&[responder, der(TIME, b"20260422070000Z"), sequence(&[good])]);
    let basic = signed(net, body);
    let bytes = sequence(&[der(OBJECT, &[0x2b, 6, 1, 5, 5, 7, 0x30, 1, 1]), der(OCTETS, &basic)]);
    (question, sequence(&[der(ENUMERATED, &[0]), der(0xa0, &bytes)]))
}
