//! `ClientHello` and `ServerHello` (RFC 8446, sections 4.1.2 and 4.1.3): who is asked for, what is offered, what is chosen.

use tls_parser::{
    TlsClientHelloContents, TlsExtension, TlsMessageHandshake, parse_tls_extension_alpn_content, parse_tls_extension_ec_point_formats_content,
    parse_tls_extension_elliptic_curves_content, parse_tls_extension_sni_content, parse_tls_handshake_client_hello, parse_tls_handshake_msg_server_hello,
};

use super::telling::{Learnt, Telling};
use super::{ja3, text};
use crate::event::{Event, FingerprintKind, Name, NameSource, Subject};
use crate::protocols::protocol::Say;

/// Extension types (IANA, TLS ExtensionType Values).
const SERVER_NAME: u16 = 0;
const SUPPORTED_GROUPS: u16 = 10;
const EC_POINT_FORMATS: u16 = 11;
const ALPN: u16 = 16;
const SUPPORTED_VERSIONS: u16 = 43;

/// The `random` of a ServerHello that asks for another ClientHello: SHA-256 of "HelloRetryRequest" (RFC 8446, section 4.1.3).
pub(super) const RETRY_RANDOM: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e,
    0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

/// Tells the names and the fingerprint of a ClientHello.
pub(super) fn client(body: &[u8], telling: &Telling<'_>, say: Say<'_>) -> Learnt {
    let Ok((_, hello)) = parse_tls_handshake_client_hello(body) else {
        say(Event::Malformed { what: "TLS ClientHello that does not keep to its form" });
        return Learnt::Nothing;
    };
    let extensions = hello.ext.unwrap_or_default();
    for (kind, data) in Extensions(extensions) {
        match kind {
            SERVER_NAME => server_names(data, telling, say),
            ALPN => applications(data, telling, say),
            _ => {}
        }
    }
    if Extensions(extensions).fit() {
        let value = client_fingerprint(&hello, extensions);
        say(Event::Fingerprint { kind: FingerprintKind::Ja3, value: &value, at: telling.completed(body) });
    } else {
        // Another protocol's bytes stand in between: not how the client always offers.
        say(Event::Malformed { what: "TLS ClientHello with an extension that is cut short" });
    }
    Learnt::ClientHello
}

/// Tells what a ServerHello chose.
pub(super) fn server(body: &[u8], telling: &Telling<'_>, say: Say<'_>) -> Learnt {
    let (legacy, suite, random, extensions) = match parse_tls_handshake_msg_server_hello(body) {
        Ok((_, TlsMessageHandshake::ServerHello(hello))) => (hello.version.0, hello.cipher.0, hello.random, hello.ext),
        Ok((_, TlsMessageHandshake::ServerHelloV13Draft18(hello))) => (hello.version.0, hello.cipher.0, hello.random, hello.ext),
        _ => match server_of_dtls(body) {
            Some(read) => read,
            None => {
                say(Event::Malformed { what: "TLS ServerHello that does not keep to its form" });
                return Learnt::Nothing;
            }
        },
    };
    let extensions = extensions.unwrap_or_default();
    let mut version = legacy;
    for (kind, data) in Extensions(extensions) {
        match (kind, data) {
            (SUPPORTED_VERSIONS, &[high, low]) => version = u16::from_be_bytes([high, low]),
            (ALPN, _) => applications(data, telling, say),
            _ => {}
        }
    }
    let value = ja3::server(legacy, suite, &mut Extensions(extensions).map(|(kind, _)| kind));
    say(Event::Fingerprint { kind: FingerprintKind::Ja3s, value: &value, at: telling.completed(body) });
    if random == RETRY_RANDOM { Learnt::Retry } else { Learnt::ServerHello { version, suite } }
}

/// The ServerHello of DTLS has the form of TLS under versions of its own (RFC 6347, section 4.2.1): version, suite, random, extensions.
fn server_of_dtls(body: &[u8]) -> Option<(u16, u16, &[u8], Option<&[u8]>)> {
    let (&[major, minor], rest) = body.split_first_chunk::<2>()?;
    let (random, rest) = rest.split_at_checked(32)?;
    let (session, rest) = rest.split_first()?;
    let (&[high, low, _], rest) = rest.get(usize::from(*session)..)?.split_first_chunk::<3>()?;
    let extensions = rest.split_first_chunk::<2>().and_then(|(length, list)| list.get(..usize::from(u16::from_be_bytes(*length))));
    let version = u16::from_be_bytes([major, minor]);
    matches!(version, 0xfeff | 0xfefd | 0xfefc | 0x0100).then_some((version, u16::from_be_bytes([high, low]), random, extensions))
}

/// RFC 6066, section 3.
fn server_names(data: &[u8], telling: &Telling<'_>, say: Say<'_>) {
    let Ok((_, TlsExtension::SNI(names))) = parse_tls_extension_sni_content(data) else { return };
    for (_, name) in names.iter().filter(|(kind, _)| kind.0 == 0) {
        match text::host(name) {
            Some(text) => say(Event::Name(Name { source: telling.source, name: &text, subject: Subject::Server, at: (telling.at)(name) })),
            None => say(Event::Malformed { what: "TLS server name that is empty or too long" }),
        }
    }
}

/// RFC 7301, section 3.1. The name of a protocol is nobody's name: it stands for no address.
fn applications(data: &[u8], telling: &Telling<'_>, say: Say<'_>) {
    let Ok((_, TlsExtension::ALPN(names))) = parse_tls_extension_alpn_content(data) else { return };
    for name in names.into_iter().filter(|name| !is_grease(name)) {
        if let Some(text) = text::host(name) {
            say(Event::Name(Name { source: NameSource::Alpn, name: &text, subject: Subject::Addresses(&[]), at: (telling.at)(name) }));
        }
    }
}

/// RFC 8701, section 2: two bytes that are alike and end in `a`.
fn is_grease(name: &[u8]) -> bool {
    matches!(name, [first, second] if first == second && first & 0x0f == 0x0a)
}

fn client_fingerprint(hello: &TlsClientHelloContents<'_>, extensions: &[u8]) -> String {
    let find = |wanted| Extensions(extensions).find(|(kind, _)| *kind == wanted).map_or::<&[u8], _>(&[], |(_, data)| data);
    let groups = match parse_tls_extension_elliptic_curves_content(find(SUPPORTED_GROUPS)) {
        Ok((_, TlsExtension::EllipticCurves(groups))) => groups,
        _ => Vec::new(),
    };
    let formats = match parse_tls_extension_ec_point_formats_content(find(EC_POINT_FORMATS)) {
        Ok((_, TlsExtension::EcPointFormats(formats))) => formats,
        _ => &[],
    };
    ja3::client(ja3::Offer {
        version: hello.version.0,
        suites: &mut hello.ciphers.iter().map(|suite| suite.0),
        extensions: &mut Extensions(extensions).map(|(kind, _)| kind),
        groups: &mut groups.iter().map(|group| group.0),
        formats: &mut formats.iter().copied().map(u16::from),
    })
}

/// The extensions of a hello: type and data. A last one that is cut short is not given.
struct Extensions<'e>(&'e [u8]);

impl Extensions<'_> {
    /// Whether none is cut short: what is left behind the last is too short to be one.
    fn fit(mut self) -> bool {
        self.by_ref().for_each(drop);
        self.0.len() < 4
    }
}

impl<'e> Iterator for Extensions<'e> {
    type Item = (u16, &'e [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (&[a, b, c, d], rest) = self.0.split_first_chunk::<4>()?;
        let (data, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes([c, d])))?;
        self.0 = rest;
        Some((u16::from_be_bytes([a, b]), data))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::handshake::{CLIENT_HELLO, Message, SERVER_HELLO};
    use crate::wire::At;

    fn extension(kind: u16, data: &[u8]) -> Vec<u8> {
        let length = u16::try_from(data.len()).unwrap();
        [&kind.to_be_bytes(), &length.to_be_bytes(), data].concat()
    }

    fn hello(suites: &[u8], extensions: &[u8]) -> Vec<u8> {
        let length = |list: &[u8]| u16::try_from(list.len()).unwrap().to_be_bytes();
        [&[3, 3][..], &[7; 32], &[0], &length(suites), suites, &[1, 0], &length(extensions), extensions].concat()
    }

    fn told(kind: u8, body: &[u8]) -> (Vec<String>, Learnt) {
        let mut told = Vec::new();
        let telling = Telling { source: NameSource::Sni, of_server: kind == SERVER_HELLO, at: &|_| At::default() };
        let learnt = telling.tell(&Message { kind, body, index: None }, &mut |event| {
            told.push(match event {
                Event::Name(name) => format!("{}={}", name.source.word(), name.name),
                Event::Fingerprint { kind, value, .. } => format!("{}={value}", kind.word()),
                Event::Malformed { what } => what.to_owned(),
                other => panic!("{other:?}"),
            });
        });
        (told, learnt)
    }

    #[test]
    fn a_client_hello_tells_whom_it_asks_for_and_what_it_offers() {
        let extensions = [
            extension(0x1a1a, &[]),
            extension(SERVER_NAME, b"\x00\x0f\x00\x00\x0ccam.example."),
            extension(SUPPORTED_GROUPS, &[0, 6, 0x2a, 0x2a, 0, 29, 0, 23]),
            extension(EC_POINT_FORMATS, &[1, 0]),
            extension(ALPN, b"\x00\x0f\x02\x8a\x8a\x02h2\x08http/1.1"),
        ];
        let (told, learnt) = told(CLIENT_HELLO, &hello(&[0x0a, 0x0a, 0x13, 0x01, 0xc0, 0x2b], &extensions.concat()));
        let expected = ja3::client(ja3::Offer {
            version: 771,
            suites: &mut [4865, 49195].into_iter(),
            extensions: &mut [0, 10, 11, 16].into_iter(),
            groups: &mut [29, 23].into_iter(),
            formats: &mut [0].into_iter(),
        });
        assert_eq!(told, ["sni=cam.example", "alpn=h2", "alpn=http/1.1", &format!("ja3={expected}")]);
        assert_eq!(learnt, Learnt::ClientHello);
    }

    #[test]
    fn a_hello_without_extensions_has_a_fingerprint_too() {
        let mut body = hello(&[0, 4, 0, 5], &[]);
        body.truncate(body.len() - 2);
        let (told, _) = told(CLIENT_HELLO, &body);
        assert_eq!(told, [format!("ja3={}", data_encoding::HEXLOWER.encode(&<md5::Md5 as md5::Digest>::digest(b"771,4-5,,,")))]);
    }

    #[test]
    fn an_odd_name_is_escaped_and_an_endless_one_counted() {
        let name = |bytes: &[u8]| {
            let length = u16::try_from(bytes.len()).unwrap();
            extension(SERVER_NAME, &[&(length + 3).to_be_bytes(), &[0][..], &length.to_be_bytes(), bytes].concat())
        };
        assert_eq!(told(CLIENT_HELLO, &hello(&[0, 4], &name(b"a\x1b]0;b"))).0[0], "sni=a\\027]0;b");
        assert_eq!(told(CLIENT_HELLO, &hello(&[0, 4], &name(&vec![b'a'; 60_000]))).0[0], "TLS server name that is empty or too long");
    }

    #[test]
    fn a_hello_with_an_extension_that_is_cut_short_has_no_fingerprint() {
        let name = extension(SERVER_NAME, b"\x00\x0e\x00\x00\x0bcam.example");
        let cut = hello(&[0x13, 1], &[&name[..], &[0, 16, 0, 9, 0]].concat());
        assert_eq!(told(CLIENT_HELLO, &cut).0, ["sni=cam.example", "TLS ClientHello with an extension that is cut short"]);
        let padded = hello(&[0x13, 1], &[&name[..], &[0; 3]].concat());
        assert_eq!(told(CLIENT_HELLO, &padded).0, told(CLIENT_HELLO, &hello(&[0x13, 1], &name)).0);
    }

    #[test]
    fn a_server_hello_tells_the_version_in_force() {
        let server = |random: [u8; 32], extensions: &[u8]| {
            let length = u16::try_from(extensions.len()).unwrap().to_be_bytes();
            [&[3, 3][..], &random, &[0, 0x13, 0x02, 0], &length, extensions].concat()
        };
        let plain = told(SERVER_HELLO, &server([1; 32], &extension(ALPN, b"\x00\x03\x02h2")));
        assert_eq!(plain.0[0], "alpn=h2");
        assert_eq!(plain.1, Learnt::ServerHello { version: 0x0303, suite: 0x1302 });
        let modern = told(SERVER_HELLO, &server([1; 32], &extension(SUPPORTED_VERSIONS, &[3, 4])));
        assert_eq!(modern.1, Learnt::ServerHello { version: 0x0304, suite: 0x1302 });
        assert_eq!(told(SERVER_HELLO, &server(RETRY_RANDOM, &extension(SUPPORTED_VERSIONS, &[3, 4]))).1, Learnt::Retry);
    }

    #[test]
    fn a_hello_cut_anywhere_tells_no_wrong_name() {
        let whole = hello(&[0x13, 1], &[extension(SERVER_NAME, b"\x00\x0e\x00\x00\x0bcam.example"), extension(ALPN, b"\x00\x03\x02h2")].concat());
        for cut in 0..whole.len() {
            let (told, _) = told(CLIENT_HELLO, &whole[..cut]);
            assert!(told.iter().all(|line| !line.starts_with("sni=") || line == "sni=cam.example"), "cut at {cut}: {told:?}");
        }
    }
}
