//! The certificates that a server (or a client) shows, in the clear up to TLS 1.2 (RFC 5246, section 7.4.2; RFC 5280).

use x509_parser::asn1_rs::Tag;
use x509_parser::certificate::X509CertificateParser;
use x509_parser::extensions::{GeneralName, SubjectAlternativeName};
use x509_parser::nom::Parser as _;
use x509_parser::oid_registry::OID_X509_EXT_SUBJECT_ALT_NAME;
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::x509::AttributeTypeAndValue;

use super::telling::{Learnt, Telling};
use super::text;
use crate::event::{Event, Name, NameSource, Subject};
use crate::protocols::protocol::Say;

/// At most so many certificates of a chain are read.
const CHAIN_LIMIT: usize = 16;
/// At most so many names of a certificate are told: shared servers stand for hundreds of sites.
const NAME_LIMIT: usize = 1_024;
/// At most so many common names of a certificate are told; one is usual.
const COMMON_LIMIT: usize = 8;

/// Tells the names of every certificate in the chain. The first is its owner's; the others are of those who vouch for it.
pub(super) fn chain(body: &[u8], telling: &Telling<'_>, say: Say<'_>) -> Learnt {
    let Some((list, _)) = vector(body) else { return Learnt::Nothing };
    let mut rest = list;
    for place in 0..CHAIN_LIMIT {
        let Some((der, after)) = vector(rest) else { break };
        rest = after;
        let subject = match place {
            0 if telling.of_server => Subject::Server,
            0 => Subject::Sender,
            _ => Subject::Addresses(&[]),
        };
        match X509CertificateParser::new().with_deep_parse_extensions(false).parse(der) {
            Ok((_, certificate)) => names(&certificate, telling, subject, say),
            Err(_) => say(Event::Malformed { what: "certificate that does not keep to its form" }),
        }
    }
    Learnt::Certificate
}

/// What a length of three bytes announces, and what follows.
fn vector(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&[a, b, c], rest) = bytes.split_first_chunk::<3>()?;
    rest.split_at_checked(usize::from(a) << 16 | usize::from(b) << 8 | usize::from(c))
}

/// Alternative names of hosts, then common names that are none of these.
fn names(certificate: &X509Certificate<'_>, telling: &Telling<'_>, subject: Subject<'_>, say: Say<'_>) {
    let mut tell = |name: Option<std::borrow::Cow<'_, str>>, part: &[u8]| {
        if let Some(name) = name {
            say(Event::Name(Name { source: NameSource::Certificate, name: &name, subject, at: (telling.at)(part) }));
        }
    };
    let alternative = alternative_names(certificate);
    let hosts = alternative.iter().filter_map(|name| if let GeneralName::DNSName(host) = name { Some(*host) } else { None });
    for host in hosts.clone().take(NAME_LIMIT) {
        tell(text::host(host.as_bytes()), host.as_bytes());
    }
    for common in certificate.subject().iter_common_name().filter_map(letters).take(COMMON_LIMIT) {
        if !hosts.clone().take(NAME_LIMIT).any(|host| host == common) {
            tell(text::given(common), common.as_bytes());
        }
    }
}

fn alternative_names<'c>(certificate: &X509Certificate<'c>) -> Vec<GeneralName<'c>> {
    let extension = certificate.iter_extensions().find(|extension| extension.oid == OID_X509_EXT_SUBJECT_ALT_NAME);
    extension.and_then(|extension| SubjectAlternativeName::from_der(extension.value).ok()).map(|(_, names)| names.general_names).unwrap_or_default()
}

/// The text of an attribute. Of the old T.61 strings only those that are plain ASCII.
fn letters<'c>(attribute: &'c AttributeTypeAndValue<'_>) -> Option<&'c str> {
    let value = attribute.attr_value();
    match value.tag() {
        Tag::Utf8String | Tag::PrintableString | Tag::Ia5String => str::from_utf8(value.data).ok(),
        Tag::T61String if value.data.is_ascii() => str::from_utf8(value.data).ok(),
        _ => None,
    }
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
        let algorithm = der(0x30, &[der(6, &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2])].concat());
        let time = der(0x17, b"200101000000Z");
        let key = der(0x30, &[algorithm.clone(), der(3, &[0, 1, 2, 3])].concat());
        let names: Vec<u8> = hosts.iter().flat_map(|host| der(0x82, host.as_bytes())).collect();
        let alternative = der(0x30, &[der(6, &[0x55, 0x1d, 0x11]), der(4, &der(0x30, &names))].concat());
        let body = [
            der(0xa0, &der(2, &[2])),
            der(2, &[5]),
            algorithm.clone(),
            name("Example CA"),
            der(0x30, &[time.clone(), time].concat()),
            name(common),
            key,
            der(0xa3, &der(0x30, &alternative)),
        ];
        der(0x30, &[der(0x30, &body.concat()), algorithm, der(3, &[0, 9, 9])].concat())
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
                Event::Malformed { what } => what.to_owned(),
                other => panic!("{other:?}"),
            });
        });
        told
    }

    #[test]
    fn every_certificate_of_the_chain_is_read() {
        let body = chain_of(&[certificate("cam.example", &["cam.example", "*.cam.example"]), certificate("Example Root", &[])]);
        assert_eq!(told(&body), ["cam.example Server", "*.cam.example Server", "Example Root Addresses([])"]);
    }

    #[test]
    fn a_broken_certificate_does_not_hide_the_next() {
        let mut broken = certificate("cam.example", &["cam.example"]);
        broken.truncate(40);
        let body = chain_of(&[broken, certificate("Example Root", &[])]);
        assert_eq!(told(&body), ["certificate that does not keep to its form", "Example Root Addresses([])"]);
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
