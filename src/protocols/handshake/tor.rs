//! The names that Tor invents for its link between relays (tor-spec, "Negotiating and initializing channels"): certificates for
//! `www.` and random letters, signed by nobody, and a server asked for by a name of the same make.

use x509_parser::prelude::X509Certificate;

use super::distinguished::sole_common_name;

/// Whether a name that a client asks for may be one of Tor's: `www.`, 4 to 25 letters or digits of base 32, `.com` or `.net`.
pub(super) fn is_asked_for(name: &str) -> bool {
    [".com", ".net"].iter().any(|end| is_invented(name, end, 4, 25))
}

/// Whether a certificate is one that only Tor makes: its owner is `www.….net` and nothing else, its issuer another `www.….com` and nothing
/// else, both 8 to 20 letters or digits of base 32, and it has no extensions.
pub(super) fn is_certificate(certificate: &X509Certificate<'_>) -> bool {
    let [subject, issuer] = [certificate.subject(), certificate.issuer()].map(|name| sole_common_name(name).unwrap_or_default());
    is_invented(subject, ".net", 8, 20) && is_invented(issuer, ".com", 8, 20) && certificate.extensions().is_empty()
}

fn is_invented(name: &str, end: &str, shortest: usize, longest: usize) -> bool {
    let middle = name.strip_prefix("www.").and_then(|rest| rest.strip_suffix(end)).unwrap_or_default();
    (shortest..=longest).contains(&middle.len()) && middle.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_letters_of_base_32_are_invented() {
        assert!(is_asked_for("www.q4cyamnc6mtokjurvdclt.com") && is_asked_for("www.ab2c.net"));
        for other in ["www.example.org", "q4cyamnc6mtok.com", "www.a1b8c.com", "www.abc.com", "www.example.co.com", "www..com"] {
            assert!(!is_asked_for(other), "{other}");
        }
    }
}
