//! JA4: what a TLS client offers, in three readable parts (<https://github.com/FoxIO-LLC/ja4/blob/main/technical_details/JA4.md>).
//!
//! `t13d1516h2_8daaf6152771_e5627efa2ab1`: what carries it, the newest version, whether a name is asked for, how many suites and extensions, the
//! first application protocol; then hashes of the suites and of the extensions with the signature algorithms. Suites and extensions are
//! sorted, so that clients which shuffle them keep one fingerprint. GREASE (RFC 8701) is left out everywhere.

use std::fmt::Write;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::parse::{ALPN, ClientHello, SERVER_NAME, SIGNATURE_ALGORITHMS, SUPPORTED_VERSIONS, in_list, in_short_list, is_datagram, is_grease, numbers};

/// What carries the handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Carried {
    /// Records over TCP, or DTLS where the hello's version says so.
    Records,
    /// QUIC.
    Quic,
}

/// The fingerprint of a ClientHello.
pub(super) fn client(hello: &ClientHello<'_>, carried: Carried) -> String {
    let carrier = match carried {
        Carried::Quic => 'q',
        Carried::Records if is_datagram(hello.version) => 'd',
        Carried::Records => 't',
    };
    let mut suites: Vec<u16> = hello.suites().filter(|suite| !is_grease(*suite)).collect();
    let mut extensions: Vec<u16> = hello.extensions.kinds().filter(|kind| !is_grease(*kind)).collect();
    let name = if extensions.contains(&SERVER_NAME) { 'd' } else { 'i' };
    let [suite_count, extension_count] = [suites.len(), extensions.len()].map(|count| count.min(99));
    let [first, last] = application(hello);
    suites.sort_unstable();
    extensions.retain(|kind| !matches!(*kind, SERVER_NAME | ALPN));
    extensions.sort_unstable();
    let mut offered = joined(extensions.into_iter());
    let algorithms = hello.extensions.of(SIGNATURE_ALGORITHMS).map_or(&[][..], in_list);
    let algorithms = joined(numbers(algorithms).filter(|algorithm| !is_grease(*algorithm)));
    if !algorithms.is_empty() {
        offered = format!("{offered}_{algorithms}");
    }
    let (suites, offered) = (hash(&joined(suites.into_iter())), hash(&offered));
    format!("{carrier}{}{name}{suite_count:02}{extension_count:02}{first}{last}_{suites}_{offered}", version(hello))
}

/// The newest version that is offered, in two characters.
fn version(hello: &ClientHello<'_>) -> &'static str {
    let listed = hello.extensions.of(SUPPORTED_VERSIONS).map_or(&[][..], in_short_list);
    let offered = numbers(listed).filter(|version| !is_grease(*version));
    // The numbers of DTLS count down.
    let newest = if is_datagram(hello.version) { offered.min() } else { offered.max() };
    match newest.unwrap_or(hello.version) {
        0x0304 => "13",
        0x0303 => "12",
        0x0302 => "11",
        0x0301 => "10",
        0x0300 => "s3",
        0x0002 => "s2",
        0xfeff => "d1",
        0xfefd => "d2",
        0xfefc => "d3",
        _ => "00",
    }
}

/// The first and the last character of the first application protocol; of its hexadecimal digits where either is neither letter nor digit.
fn application(hello: &ClientHello<'_>) -> [char; 2] {
    let protocols = hello.extensions.of(ALPN).map_or(&[][..], in_list);
    match in_short_list(protocols) {
        [] => ['0', '0'],
        name if [name.first(), name.last()].into_iter().flatten().all(u8::is_ascii_alphanumeric) => ends(&String::from_utf8_lossy(name)),
        name => ends(&HEXLOWER.encode(name)),
    }
}

fn ends(text: &str) -> [char; 2] {
    [text.chars().next(), text.chars().next_back()].map(|end| end.unwrap_or('0'))
}

/// Four hexadecimal digits each, with commas.
fn joined(list: impl Iterator<Item = u16>) -> String {
    let mut out = String::new();
    for value in list {
        // Writing to a String can't fail.
        let _ = if out.is_empty() { write!(out, "{value:04x}") } else { write!(out, ",{value:04x}") };
    }
    out
}

/// The first twelve digits of SHA-256; zeros where there is nothing to hash.
fn hash(text: &str) -> String {
    let mut digits = if text.is_empty() { "0".repeat(12) } else { HEXLOWER.encode(&Sha256::digest(text.as_bytes())) };
    digits.truncate(12);
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extension(kind: u16, data: &[u8]) -> Vec<u8> {
        [&kind.to_be_bytes(), &u16::try_from(data.len()).unwrap().to_be_bytes(), data].concat()
    }

    fn hello(version: u16, suites: &[u16], extensions: &[u8]) -> Vec<u8> {
        let suites: Vec<u8> = suites.iter().flat_map(|suite| suite.to_be_bytes()).collect();
        let length = |list: &[u8]| u16::try_from(list.len()).unwrap().to_be_bytes();
        let cookie: &[u8] = if is_datagram(version) { &[0] } else { &[] };
        [&version.to_be_bytes()[..], &[7; 32], &[0], cookie, &length(&suites), &suites, &[1, 0], &length(extensions), extensions].concat()
    }

    fn of(body: &[u8], carried: Carried) -> String {
        client(&ClientHello::parse(body).unwrap(), carried)
    }

    /// The example of the specification, its lists shuffled and with GREASE in each.
    #[test]
    fn the_example_of_the_specification_hashes_as_it_says() {
        let suites = [0x0a0a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035];
        let algorithms: Vec<u8> = [0x0403_u16, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601].iter().flat_map(|each| each.to_be_bytes()).collect();
        let filled = |kind: u16| match kind {
            13 => extension(13, &[&[0, 16][..], &algorithms].concat()),
            16 => extension(16, b"\x00\x0c\x02h2\x08http/1.1"),
            43 => extension(43, &[6, 0x2a, 0x2a, 3, 4, 3, 3]),
            other => extension(other, &[]),
        };
        let kinds = [0x1a1a, 0x001b, 0, 0x0033, 16, 0x4469, 0x0017, 0x002d, 13, 5, 0x0023, 0x0012, 43, 0xff01, 0x000b, 0x000a, 0x0015];
        let body = hello(0x0303, &suites, &kinds.map(filled).concat());
        assert_eq!(of(&body, Carried::Records), "t13d1516h2_8daaf6152771_e5627efa2ab1");
        assert_eq!(of(&body, Carried::Quic), "q13d1516h2_8daaf6152771_e5627efa2ab1");
    }

    #[test]
    fn what_is_empty_is_zeros() {
        assert_eq!(of(&hello(0x0301, &[], &extension(0, &[])), Carried::Records), "t10d000100_000000000000_000000000000");
        assert_eq!(&of(&hello(0x0300, &[0x0a0a, 5], &[]), Carried::Records)[..10], "ts3i010000");
    }

    #[test]
    fn an_application_that_is_no_word_is_told_in_digits() {
        let of = |list: &[u8]| of(&hello(0x0303, &[5], &extension(16, list)), Carried::Records)[8..10].to_owned();
        assert_eq!(of(b"\x00\x03\x02h2"), "h2");
        assert_eq!(of(b"\x00\x02\x01x"), "xx");
        assert_eq!(of(b"\x00\x03\x02\xab\xcd"), "ad");
        assert_eq!(of(b"\x00\x03\x02h-"), "6d");
        assert_eq!(of(b"\x00\x00"), "00");
        assert_eq!(of(b""), "00");
    }

    #[test]
    fn over_datagrams_the_lowest_number_is_the_newest() {
        let versions = extension(43, &[4, 0xfe, 0xfd, 0xfe, 0xfc]);
        assert_eq!(&of(&hello(0xfefd, &[5], &versions), Carried::Records)[..4], "dd3i");
        assert_eq!(&of(&hello(0xfeff, &[5], &[]), Carried::Records)[..4], "dd1i");
        assert_eq!(&of(&hello(0x0100, &[5], &[]), Carried::Records)[..4], "d00i");
    }

    #[test]
    fn more_than_two_digits_are_held_at_99() {
        let suites: Vec<u16> = (1..150).collect();
        assert_eq!(&of(&hello(0x0303, &suites, &[]), Carried::Records)[..8], "t12i9900");
    }
}
