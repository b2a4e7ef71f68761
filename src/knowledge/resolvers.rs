//! Public resolvers that answer names over HTTPS or TLS (RFC 8484, RFC 7858), by the names their operators publish.

/// Names of such resolvers; names below them count as well.
static ENCRYPTED: &[&str] = &[
    "dns.google",
    "dns.google.com",
    "cloudflare-dns.com",
    "one.one.one.one",
    "dns.quad9.net",
    "dns9.quad9.net",
    "dns10.quad9.net",
    "dns11.quad9.net",
    "dns.nextdns.io",
    "doh.opendns.com",
    "doh.familyshield.opendns.com",
    "dns.adguard-dns.com",
    "dns.adguard.com",
    "doh.cleanbrowsing.org",
    "dns.alidns.com",
    "doh.pub",
    "dot.pub",
    "doh.360.cn",
    "dns.mullvad.net",
    "doh.mullvad.net",
    "freedns.controld.com",
    "dns.controld.com",
    "doh.dns.sb",
    "dns.switch.ch",
    "doh.libredns.gr",
    "doh.xfinity.com",
    "dns.digitale-gesellschaft.ch",
    "doh.applied-privacy.net",
    "unfiltered.joindns4.eu",
    "protective.joindns4.eu",
];

/// Whether a name is a public encrypted resolver's.
pub fn is_encrypted_resolver(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    ENCRYPTED.iter().any(|known| {
        name.len() >= known.len()
            && name
                .split_at_checked(name.len() - known.len())
                .is_some_and(|(above, end)| end.eq_ignore_ascii_case(known) && (above.is_empty() || above.ends_with('.')))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolvers_are_known_by_name() {
        for name in ["dns.google", "mozilla.cloudflare-dns.com", "DNS.Quad9.net.", "abc123.dns.nextdns.io"] {
            assert!(is_encrypted_resolver(name), "{name}");
        }
        for name in ["google", "www.google.com", "mydns.google", "cloudflare.com", "évil", ""] {
            assert!(!is_encrypted_resolver(name), "{name}");
        }
    }
}
