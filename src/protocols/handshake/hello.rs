//! `ClientHello` and `ServerHello` (RFC 8446, sections 4.1.2 and 4.1.3): who is asked for, what is offered, what is chosen.
//!
//! With Encrypted Client Hello (extension 0xfe0d) the hello in the clear is the outer one, and so is its name: the true one is sealed. Clients
//! send the extension filled with noise as well, so its presence says nothing.

use tls_parser::{TlsExtension, parse_tls_extension_alpn_content, parse_tls_extension_sni_content};

use super::ja4::{self, Carried};
use super::parse::{self, ALPN, ClientHello, SERVER_NAME, SUPPORTED_VERSIONS, ServerHello};
use super::telling::Telling;
use super::{ja3, text, tor};
use crate::event::{Event, FingerprintKind, Name, NameSource, Subject};
use crate::protocols::protocol::Say;

/// Extension types (IANA, TLS ExtensionType Values).
const SUPPORTED_GROUPS: u16 = 10;
const EC_POINT_FORMATS: u16 = 11;
const SESSION_TICKET: u16 = 35;
const PRE_SHARED_KEY: u16 = 41;

/// The `random` of a ServerHello that asks for another ClientHello: SHA-256 of "HelloRetryRequest" (RFC 8446, section 4.1.3).
pub(super) const RETRY_RANDOM: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e,
    0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

/// What of a client's offer decides what the server's answer means.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Offer {
    /// Whether a server is asked for by name.
    pub(super) is_named: bool,
    /// Whether it is asked for by anything else than Tor's invented names.
    pub(super) is_named_plainly: bool,
    /// The session that should go on; empty where there is none.
    pub(super) session: Vec<u8>,
    /// Whether a ticket of an earlier session is shown.
    pub(super) has_ticket: bool,
}

/// What a server chose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    /// The version in force from here on.
    pub(super) version: u16,
    pub(super) suite: u16,
    /// The session as the server calls it.
    pub(super) session: Vec<u8>,
    /// Whether a key that both know already is used (TLS 1.3).
    pub(super) has_shared_key: bool,
    /// Whether it wants another ClientHello first.
    pub(super) is_retry: bool,
}

/// Tells the names and the fingerprints of a ClientHello. Absent where it can't be read.
pub(super) fn client(body: &[u8], telling: &Telling<'_>, say: Say<'_>) -> Option<Offer> {
    let Some(hello) = ClientHello::parse(body) else {
        say(Event::Malformed { what: "TLS ClientHello that does not keep to its form" });
        return None;
    };
    let mut offer = Offer { session: hello.session.to_vec(), ..Offer::default() };
    for (kind, data) in hello.extensions.clone() {
        match kind {
            SERVER_NAME => server_names(data, telling, &mut offer, say),
            ALPN => applications(data, telling, say),
            SESSION_TICKET => offer.has_ticket = !data.is_empty(),
            _ => {}
        }
    }
    if hello.is_whole {
        let carried = if telling.source == NameSource::QuicSni { Carried::Quic } else { Carried::Records };
        let at = telling.completed(body);
        say(Event::Fingerprint { kind: FingerprintKind::Ja3, value: &client_fingerprint(&hello), at });
        say(Event::Fingerprint { kind: FingerprintKind::Ja4, value: &ja4::client(&hello, carried), at });
    } else {
        // Another protocol's bytes stand in between: not how the client always offers.
        say(Event::Malformed { what: "TLS ClientHello with an extension that is cut short" });
    }
    Some(offer)
}

/// Tells what a ServerHello chose. Absent where it can't be read.
pub(super) fn server(body: &[u8], telling: &Telling<'_>, say: Say<'_>) -> Option<Choice> {
    let Some(hello) = ServerHello::parse(body) else {
        say(Event::Malformed { what: "TLS ServerHello that does not keep to its form" });
        return None;
    };
    let (mut version, mut has_shared_key) = (hello.version, false);
    for (kind, data) in hello.extensions.clone() {
        match (kind, data) {
            (SUPPORTED_VERSIONS, &[high, low]) => version = u16::from_be_bytes([high, low]),
            (ALPN, _) => applications(data, telling, say),
            (PRE_SHARED_KEY, _) => has_shared_key = true,
            _ => {}
        }
    }
    let value = ja3::server(hello.version, hello.suite, &mut hello.extensions.kinds());
    say(Event::Fingerprint { kind: FingerprintKind::Ja3s, value: &value, at: telling.completed(body) });
    let is_retry = hello.random == RETRY_RANDOM;
    Some(Choice { version, suite: hello.suite, session: hello.session.to_vec(), has_shared_key, is_retry })
}

/// RFC 6066, section 3.
fn server_names(data: &[u8], telling: &Telling<'_>, offer: &mut Offer, say: Say<'_>) {
    let Ok((_, TlsExtension::SNI(names))) = parse_tls_extension_sni_content(data) else { return };
    for (_, name) in names.iter().filter(|(kind, _)| kind.0 == 0) {
        match text::host(name) {
            Some(text) => {
                offer.is_named = true;
                offer.is_named_plainly |= !tor::is_asked_for(&text);
                say(Event::Name(Name { source: telling.source, name: &text, subject: Subject::Server, at: (telling.at)(name) }));
            }
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

fn is_grease(name: &[u8]) -> bool {
    <[u8; 2]>::try_from(name).is_ok_and(|pair| parse::is_grease(u16::from_be_bytes(pair)))
}

fn client_fingerprint(hello: &ClientHello<'_>) -> String {
    let groups = hello.extensions.of(SUPPORTED_GROUPS).map_or(&[][..], parse::in_list);
    let formats = hello.extensions.of(EC_POINT_FORMATS).map_or(&[][..], parse::in_short_list);
    ja3::client(ja3::Offer {
        version: hello.version,
        suites: &mut hello.suites(),
        extensions: &mut hello.extensions.kinds(),
        groups: &mut parse::numbers(groups),
        formats: &mut formats.iter().copied().map(u16::from),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::handshake::{CLIENT_HELLO, Learnt, Message, SERVER_HELLO};
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
        assert_eq!(told[..4], ["sni=cam.example", "alpn=h2", "alpn=http/1.1", &format!("ja3={expected}")]);
        assert!(told[4].starts_with("ja4=t12d02048a_") && told.len() == 5, "{told:?}");
        assert_eq!(learnt, Learnt::ClientHello);
    }

    #[test]
    fn a_hello_without_extensions_has_a_fingerprint_too() {
        let mut body = hello(&[0, 4, 0, 5], &[]);
        body.truncate(body.len() - 2);
        let (told, _) = told(CLIENT_HELLO, &body);
        assert_eq!(told[..1], [format!("ja3={}", data_encoding::HEXLOWER.encode(&<md5::Md5 as md5::Digest>::digest(b"771,4-5,,,")))]);
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
