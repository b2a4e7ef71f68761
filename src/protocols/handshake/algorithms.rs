//! Keys and signatures of certificates by name (RFC 3279, RFC 4055, RFC 5480, RFC 5758, RFC 8410).

use std::borrow::Cow;

use x509_parser::asn1_rs::{FromDer, Integer, Oid, Sequence};
use x509_parser::public_key::{PublicKey, RSAPublicKey};
use x509_parser::x509::{AlgorithmIdentifier, SubjectPublicKeyInfo};

/// The kind of a public key, and its length in bits: of RSA and DSA that of the modulus, of elliptic curves that of the
/// curve's field, else of the key itself; 0 where it can't be read.
pub(super) fn key(info: &SubjectPublicKeyInfo<'_>) -> (Cow<'static, str>, u32) {
    let number = info.algorithm.algorithm.as_bytes();
    let (kind, bits) = match number {
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1 | 7 | 10] => ("rsa", rsa_bits(info)),
        [0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1] => ("ec", curve_bits(info)),
        [0x2a, 0x86, 0x48, 0xce, 0x38, 4, 1] => ("dsa", dsa_bits(&info.algorithm).unwrap_or(0)),
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 3, 1] => ("dh", 0),
        [0x2b, 0x65, 110] => ("x25519", 256),
        [0x2b, 0x65, 111] => ("x448", 448),
        [0x2b, 0x65, 112] => ("ed25519", 256),
        [0x2b, 0x65, 113] => ("ed448", 456),
        [0x2a, 0x85, 0x03, 2, 2, 19] => ("gost2001", 256),
        [0x2a, 0x85, 0x03, 7, 1, 1, 1, 1] => ("gost2012", 256),
        [0x2a, 0x85, 0x03, 7, 1, 1, 1, 2] => ("gost2012", 512),
        _ => return (Cow::Owned(info.algorithm.algorithm.to_string()), 0),
    };
    (Cow::Borrowed(kind), bits)
}

fn rsa_bits(info: &SubjectPublicKeyInfo<'_>) -> u32 {
    RSAPublicKey::from_der(&info.subject_public_key.data).map_or(0, |(_, key)| bits(key.modulus))
}

/// The length of a number without its leading zeros.
fn bits(number: &[u8]) -> u32 {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let Some((first, rest)) = number.split_at(zeros).1.split_first() else { return 0 };
    u32::try_from(rest.len()).unwrap_or(u32::MAX / 16).saturating_mul(8).saturating_add(8 - first.leading_zeros())
}

/// By the curve's name, else by the point's length.
fn curve_bits(info: &SubjectPublicKeyInfo<'_>) -> u32 {
    let curve = info.algorithm.parameters.as_ref().and_then(|parameters| Oid::try_from(parameters.clone()).ok());
    let known = curve.and_then(|curve| match curve.as_bytes() {
        [0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 1..=3] => Some(192),
        [0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 4..=6] => Some(239),
        [0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7] | [0x2b, 0x81, 4, 0, 10] => Some(256),
        [0x2b, 0x81, 4, 0, 32 | 33] => Some(224),
        [0x2b, 0x81, 4, 0, 34] => Some(384),
        [0x2b, 0x81, 4, 0, 35] => Some(521),
        _ => None,
    });
    let by_point = || info.parsed().ok().and_then(|key| if let PublicKey::EC(point) = key { u32::try_from(point.key_size()).ok() } else { None });
    known.or_else(by_point).unwrap_or(0)
}

/// RFC 3279, section 2.3.2: the parameters begin with the modulus.
fn dsa_bits(algorithm: &AlgorithmIdentifier<'_>) -> Option<u32> {
    let parameters = Sequence::try_from(algorithm.parameters.clone()?).ok()?;
    let (_, modulus) = Integer::from_der(&parameters.content).ok()?;
    Some(bits(modulus.as_ref()))
}

/// What a signature's algorithm is called; its number where it has no usual name.
pub(super) fn signature(algorithm: &AlgorithmIdentifier<'_>) -> Cow<'static, str> {
    Cow::Borrowed(match algorithm.algorithm.as_bytes() {
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, last] => match last {
            2 => "md2WithRSAEncryption",
            3 => "md4WithRSAEncryption",
            4 => "md5WithRSAEncryption",
            5 => "sha1WithRSAEncryption",
            10 => "rsassaPss",
            11 => "sha256WithRSAEncryption",
            12 => "sha384WithRSAEncryption",
            13 => "sha512WithRSAEncryption",
            14 => "sha224WithRSAEncryption",
            _ => return Cow::Owned(algorithm.algorithm.to_string()),
        },
        [0x2b, 14, 3, 2, 29] => "sha1WithRSA",
        [0x2a, 0x86, 0x48, 0xce, 0x38, 4, 3] => "dsa-with-sha1",
        [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 1] => "dsa-with-sha224",
        [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 2] => "dsa-with-sha256",
        [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 1] => "ecdsa-with-SHA1",
        [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 1] => "ecdsa-with-SHA224",
        [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2] => "ecdsa-with-SHA256",
        [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3] => "ecdsa-with-SHA384",
        [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 4] => "ecdsa-with-SHA512",
        [0x2b, 0x65, 112] => "ed25519",
        [0x2b, 0x65, 113] => "ed448",
        _ => return Cow::Owned(algorithm.algorithm.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_zeros_do_not_count() {
        assert_eq!([bits(&[]), bits(&[0, 0]), bits(&[0, 0x80, 0]), bits(&[1, 0])], [0, 0, 16, 9]);
    }

    fn der(tag: u8, content: &[u8]) -> Vec<u8> {
        [&[tag, u8::try_from(content.len()).unwrap()], content].concat()
    }

    fn of(algorithm: &[Vec<u8>], public: &[u8]) -> (String, u32) {
        let bytes = der(0x30, &[der(0x30, &algorithm.concat()), der(3, &[&[0], public].concat())].concat());
        let (kind, bits) = key(&<SubjectPublicKeyInfo<'_> as x509_parser::prelude::FromDer<_>>::from_der(&bytes).unwrap().1);
        (kind.into_owned(), bits)
    }

    #[test]
    fn keys_are_known_by_kind_and_length() {
        let rsa = der(0x30, &[der(2, &[&[0, 0xc3], &[7; 63][..]].concat()), der(2, &[1, 0, 1])].concat());
        assert_eq!(of(&[der(6, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1])], &rsa), ("rsa".to_owned(), 512));
        let elliptic =
            |curve: &[u8], point: usize| of(&[der(6, &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1]), der(6, curve)], &[&[4][..], &vec![9; 2 * point]].concat());
        assert_eq!(elliptic(&[0x2b, 0x81, 4, 0, 35], 41), ("ec".to_owned(), 521));
        assert_eq!(elliptic(&[0x2b, 0x24, 3, 3, 2, 8, 1, 1, 7], 32), ("ec".to_owned(), 256), "by its point");
        let parameters = der(0x30, &[der(2, &[&[0, 0xff], &[7; 63][..]].concat()), der(2, &[9]), der(2, &[5])].concat());
        assert_eq!(of(&[der(6, &[0x2a, 0x86, 0x48, 0xce, 0x38, 4, 1]), parameters], &der(2, &[5])), ("dsa".to_owned(), 512));
        assert_eq!(of(&[der(6, &[0x2b, 0x65, 112])], &[7; 32]), ("ed25519".to_owned(), 256));
        assert_eq!(of(&[der(6, &[0x2a, 3, 4])], &[7; 32]), ("1.2.3.4".to_owned(), 0));
    }
}
