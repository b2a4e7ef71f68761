//! Signs of Tor: what its relays and clients call themselves in TLS, its directories, its hidden services.
//!
//! Facts from the project's specifications (tor-spec, "Negotiating channels"; dir-spec, "Downloading"; rend-spec-v3; RFC 7686).

use crate::fact::CertificateShown;
use crate::knowledge::letters;

/// A made-up name between `www.` and its end has so many letters and digits.
const MADE_UP: std::ops::RangeInclusive<usize> = 8..=25;

/// Letters and digits of base32 (RFC 4648), in lower case.
fn is_base32(label: &str) -> bool {
    label.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7'))
}

/// The made-up part of a name: `www.` before, `end` behind.
fn made_up<'n>(name: &'n str, end: &str) -> Option<&'n str> {
    name.strip_prefix("www.")?.strip_suffix(end).filter(|label| MADE_UP.contains(&label.len()) && is_base32(label))
}

/// Whether a server shows a certificate for one made-up name by another, with nothing else in either.
pub(super) fn is_relays(shown: &CertificateShown) -> bool {
    let subject = shown.subject.strip_prefix("CN=").and_then(|name| made_up(name, ".net"));
    let issuer = shown.issuer.strip_prefix("CN=").and_then(|name| made_up(name, ".com"));
    shown.place == 0 && shown.of_server && subject.zip(issuer).is_some_and(|(subject, issuer)| subject != issuer)
}

/// Whether a server is called by a name as clients make one up. Many names that people chose look so as well, but theirs are looked up.
pub(super) fn is_made_up(name: &str) -> bool {
    made_up(name, ".com").and_then(letters::likely).is_some_and(|likely| likely < letters::ODD)
}

/// Whether a request is for what directories of Tor keep.
pub(super) fn is_directory(target: &str) -> bool {
    ["/tor/status-vote/", "/tor/server/", "/tor/micro/", "/tor/keys/", "/tor/extra/"].iter().any(|path| target.starts_with(path))
}

/// Whether a name is a hidden service's: 16 or 56 letters and digits of base32 below `onion`.
pub(super) fn is_hidden_service(name: &str) -> bool {
    let below = name.trim_end_matches('.').to_ascii_lowercase();
    let label = below.strip_suffix(".onion").and_then(|rest| rest.rsplit('.').next());
    label.is_some_and(|label| matches!(label.len(), 16 | 56) && is_base32(label))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{At, Timestamp};

    fn relays(subject: &str, issuer: &str) -> bool {
        is_relays(&CertificateShown {
            place: 0,
            of_server: true,
            subject: subject.to_owned(),
            issuer: issuer.to_owned(),
            not_before: Timestamp(0),
            not_after: Timestamp(0),
            key: "rsa".to_owned(),
            key_bits: 2_048,
            signature: String::new(),
            hosts: Vec::new(),
            at: At::default(),
        })
    }

    #[test]
    fn relays_show_by_their_certificates() {
        assert!(relays("CN=www.q4xt7kz2hw6v.net", "CN=www.b3mkzqv5r7xw2n.com"));
        for (subject, issuer) in [
            ("CN=www.q4xt7kz2hw6v.net", "CN=www.q4xt7kz2hw6v.net"),
            ("CN=www.q4xt7kz2hw6v.com", "CN=www.b3mkzqv5r7xw2n.com"),
            ("CN=www.short.net", "CN=www.b3mkzqv5r7xw2n.com"),
            ("CN=www.q4xt7kz2hw6v.net, O=Example", "CN=www.b3mkzqv5r7xw2n.com"),
            ("CN=www.shop-online24.net", "CN=Example CA"),
        ] {
            assert!(!relays(subject, issuer), "{subject} {issuer}");
        }
    }

    #[test]
    fn names_that_clients_make_up() {
        assert!(is_made_up("www.q4xt7kz2hw6vbqx.com"));
        for name in ["www.streaming.com", "www.weatherstation.com", "q4xt7kz2hw6v.com", "www.q4xt7kz2hw6v.net", "www.q4xt7kz.com", "www.q4xt7kz2hw89.com"] {
            assert!(!is_made_up(name), "{name}");
        }
    }

    #[test]
    fn hidden_services_and_directories() {
        assert!(is_hidden_service("abcdefg234567abc.onion"));
        assert!(is_hidden_service(&format!("www.{}.ONION.", "abcdefg2".repeat(7))));
        for name in ["onion", "red.onion", "onion.example", "abcdefg234567abc.onion.example", "abcdefg834567abc.onion"] {
            assert!(!is_hidden_service(name), "{name}");
        }
        assert!(is_directory("/tor/status-vote/current/consensus-microdesc") && !is_directory("/tor") && !is_directory("/tortoise/server/"));
    }
}
