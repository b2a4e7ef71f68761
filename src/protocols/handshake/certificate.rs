//! The certificates that a server (or a client) shows, in the clear up to TLS 1.2 (RFC 5246, section 7.4.2; RFC 5280).

use std::borrow::Cow;

use x509_parser::certificate::X509CertificateParser;
use x509_parser::extensions::{GeneralName, SubjectAlternativeName};
use x509_parser::nom::Parser as _;
use x509_parser::oid_registry::OID_X509_EXT_SUBJECT_ALT_NAME;
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::time::ASN1Time;

use super::telling::Telling;
use super::{algorithms, distinguished, text, tor};
use crate::event::{Certificate, Event, Name, NameSource, Subject};
use crate::protocols::protocol::Say;
use crate::wire::Timestamp;

/// At most so many certificates of a chain are read.
const CHAIN_LIMIT: usize = 16;
/// At most so many names of a certificate are told: shared servers stand for hundreds of sites.
const NAME_LIMIT: usize = 1_024;
/// At most so many common names of a certificate are told; one is usual.
const COMMON_LIMIT: usize = 8;

/// What a chain was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Chain {
    /// No list of certificates.
    Broken,
    /// A single certificate that only Tor makes.
    Tors,
    /// Any other.
    Usual,
}

/// Tells every certificate of the chain, and its names. The first is its owner's; the others are of those who vouch for it.
pub(super) fn chain(body: &[u8], telling: &Telling<'_>, say: Say<'_>) -> Chain {
    let Some((list, _)) = vector(body) else { return Chain::Broken };
    let (mut rest, mut is_tors) = (list, false);
    for place in 0..CHAIN_LIMIT {
        let Some((der, after)) = vector(rest) else { break };
        rest = after;
        let subject = match place {
            0 if telling.of_server => Subject::Server,
            0 => Subject::Sender,
            _ => Subject::Addresses(&[]),
        };
        match X509CertificateParser::new().with_deep_parse_extensions(false).parse(der) {
            Ok((_, certificate)) => {
                let alternative = alternative_names(&certificate);
                describe(&certificate, der, place, &alternative, telling, say);
                names(&certificate, &alternative, telling, subject, say);
                is_tors = place == 0 && rest.is_empty() && tor::is_certificate(&certificate);
            }
            Err(_) => say(Event::Malformed { what: "certificate that does not keep to its form" }),
        }
    }
    if is_tors { Chain::Tors } else { Chain::Usual }
}

/// What a length of three bytes announces, and what follows.
fn vector(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&[a, b, c], rest) = bytes.split_first_chunk::<3>()?;
    rest.split_at_checked(usize::from(a) << 16 | usize::from(b) << 8 | usize::from(c))
}

/// Tells what stands in a certificate.
fn describe(certificate: &X509Certificate<'_>, der: &[u8], place: usize, alternative: &[GeneralName<'_>], telling: &Telling<'_>, say: Say<'_>) {
    let hosts: Vec<Cow<'_, str>> = dns_names(alternative).filter_map(|host| text::host(host.as_bytes())).collect();
    let (key, key_bits) = algorithms::key(certificate.public_key());
    let validity = certificate.validity();
    say(Event::Certificate(Certificate {
        place,
        of_server: telling.of_server,
        subject: &distinguished::written(certificate.subject()),
        issuer: &distinguished::written(certificate.issuer()),
        not_before: moment(validity.not_before),
        not_after: moment(validity.not_after),
        key: &key,
        key_bits,
        signature: &algorithms::signature(&certificate.signature_algorithm),
        hosts: &hosts.iter().map(AsRef::as_ref).collect::<Vec<_>>(),
        at: (telling.at)(der),
    }));
}

fn moment(time: ASN1Time) -> Timestamp {
    Timestamp::new(time.timestamp(), 0)
}

/// Alternative names of hosts, then common names that are none of these.
fn names(certificate: &X509Certificate<'_>, alternative: &[GeneralName<'_>], telling: &Telling<'_>, subject: Subject<'_>, say: Say<'_>) {
    let mut tell = |name: Option<Cow<'_, str>>, part: &[u8]| {
        if let Some(name) = name {
            say(Event::Name(Name { source: NameSource::Certificate, name: &name, subject, at: (telling.at)(part) }));
        }
    };
    for host in dns_names(alternative) {
        tell(text::host(host.as_bytes()), host.as_bytes());
    }
    for common in certificate.subject().iter_common_name().take(COMMON_LIMIT) {
        let Some(letters) = distinguished::letters(common) else { continue };
        if !dns_names(alternative).any(|host| *host == letters) {
            tell(text::given(&letters), common.as_slice());
        }
    }
}

fn dns_names<'c>(alternative: &'c [GeneralName<'_>]) -> impl Iterator<Item = &'c str> {
    alternative.iter().filter_map(|name| if let GeneralName::DNSName(host) = name { Some(*host) } else { None }).take(NAME_LIMIT)
}

fn alternative_names<'c>(certificate: &X509Certificate<'c>) -> Vec<GeneralName<'c>> {
    let extension = certificate.iter_extensions().find(|extension| extension.oid == OID_X509_EXT_SUBJECT_ALT_NAME);
    extension.and_then(|extension| SubjectAlternativeName::from_der(extension.value).ok()).map(|(_, names)| names.general_names).unwrap_or_default()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::protocols::handshake::{CERTIFICATE, Message};
    use crate::wire::At;

    fn der(tag: u8, content: &[u8]) -> Vec<u8> {
        let [high, low] = u16::try_from(content.len()).unwrap().to_be_bytes();
        match content.len() {
            0..=0x7f => [&[tag, low], content].concat(),
            0x80..=0xff => [&[tag, 0x81, low], content].concat(),
            _ => [&[tag, 0x82, high, low], content].concat(),
        }
    }

    fn name(common: &str) -> Vec<u8> {
        der(0x30, &der(0x31, &der(0x30, &[der(6, &[0x55, 4, 3]), der(0x0c, common.as_bytes())].concat())))
    }

    /// A certificate that no one signed.
    pub(crate) fn certificate(common: &str, hosts: &[&str]) -> Vec<u8> {
        let names: Vec<u8> = hosts.iter().flat_map(|host| der(0x82, host.as_bytes())).collect();
        let alternative = der(0x30, &[der(6, &[0x55, 0x1d, 0x11]), der(4, &der(0x30, &names))].concat());
        made(common, "Example CA", &der(0xa3, &der(0x30, &alternative)))
    }

    /// One without extensions.
    pub(crate) fn plain_certificate(common: &str, issuer: &str) -> Vec<u8> {
        made(common, issuer, &[])
    }

    fn made(common: &str, issuer: &str, extensions: &[u8]) -> Vec<u8> {
        let signature = der(0x30, &der(6, &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2]));
        let key_kind = der(0x30, &[der(6, &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1]), der(6, &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7])].concat());
        let key = der(0x30, &[key_kind, der(3, &[0, 4, 2, 3])].concat());
        let times = [der(0x17, b"200101000000Z"), der(0x18, b"20500101000000Z")].concat();
        let body = [&der(0xa0, &der(2, &[2]))[..], &der(2, &[5]), &signature, &name(issuer), &der(0x30, &times), &name(common), &key, extensions];
        der(0x30, &[der(0x30, &body.concat()), signature, der(3, &[0, 9, 9])].concat())
    }

    /// The body of a Certificate message.
    pub(crate) fn chain_of(certificates: &[Vec<u8>]) -> Vec<u8> {
        let vector = |bytes: &[u8]| [&u32::try_from(bytes.len()).unwrap().to_be_bytes()[1..], bytes].concat();
        vector(&certificates.iter().flat_map(|certificate| vector(certificate)).collect::<Vec<_>>())
    }

    fn told(body: &[u8]) -> Vec<String> {
        let mut told = Vec::new();
        let telling = Telling { source: NameSource::Sni, of_server: true, at: &|_| At::default() };
        telling.tell(&Message { kind: CERTIFICATE, body, index: None }, &mut |event| {
            told.push(match event {
                Event::Name(Name { source: NameSource::Certificate, name, subject, .. }) => format!("{name} {subject:?}"),
                other => crate::protocols::testing::line(&other),
            });
        });
        told
    }

    fn described(place: usize, common: &str, hosts: &[&str]) -> String {
        let times = "2020-01-01T00:00:00.000000Z to 2050-01-01T00:00:00.000000Z";
        format!("certificate {place} true [CN={common}] by [CN=Example CA] {times} ec 256 ecdsa-with-SHA256 {hosts:?}")
    }

    #[test]
    fn every_certificate_of_the_chain_is_read() {
        let body = chain_of(&[certificate("cam.example", &["cam.example", "*.cam.example"]), certificate("Example Root", &[])]);
        let first = described(0, "cam.example", &["cam.example", "*.cam.example"]);
        let root = described(1, "Example Root", &[]);
        assert_eq!(told(&body), [first.as_str(), "cam.example Server", "*.cam.example Server", &root, "Example Root Addresses([])"]);
    }

    #[test]
    fn a_broken_certificate_does_not_hide_the_next() {
        let mut broken = certificate("cam.example", &["cam.example"]);
        broken.truncate(40);
        let body = chain_of(&[broken, certificate("Example Root", &[])]);
        let root = described(1, "Example Root", &[]);
        assert_eq!(told(&body), ["malformed certificate that does not keep to its form", &root, "Example Root Addresses([])"]);
    }

    #[test]
    fn a_chain_cut_or_changed_anywhere_does_no_harm() {
        let body = chain_of(&[certificate("cam.example", &["cam.example"])]);
        for cut in 0..body.len() {
            told(&body[..cut]);
            let mut changed = body.clone();
            changed[cut] ^= 0xff;
            told(&changed);
        }
    }
}
