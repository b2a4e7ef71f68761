//! Public resolvers that answer names over HTTPS or TLS (RFC 8484, RFC 7858), by the names and addresses their operators publish.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

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

/// IPv4 addresses of such resolvers that are always the same.
#[rustfmt::skip]
static ADDRESSES: &[[u8; 4]] = &[
    // Google
    [8, 8, 8, 8], [8, 8, 4, 4],
    // Cloudflare: plain, without malware, for families
    [1, 1, 1, 1], [1, 0, 0, 1], [1, 1, 1, 2], [1, 0, 0, 2], [1, 1, 1, 3], [1, 0, 0, 3],
    // Quad9
    [9, 9, 9, 9], [149, 112, 112, 112], [9, 9, 9, 10], [149, 112, 112, 10], [9, 9, 9, 11], [149, 112, 112, 11], [9, 9, 9, 12], [149, 112, 112, 12],
    // OpenDNS
    [208, 67, 222, 222], [208, 67, 220, 220], [208, 67, 222, 123], [208, 67, 220, 123],
    // AdGuard
    [94, 140, 14, 14], [94, 140, 15, 15], [94, 140, 14, 15], [94, 140, 15, 16], [94, 140, 14, 140], [94, 140, 14, 141],
    // CleanBrowsing
    [185, 228, 168, 9], [185, 228, 169, 9], [185, 228, 168, 10], [185, 228, 169, 11], [185, 228, 168, 168], [185, 228, 169, 168],
    // AliDNS, DNSPod
    [223, 5, 5, 5], [223, 6, 6, 6], [1, 12, 12, 12], [120, 53, 53, 53],
    // Mullvad, DNS.SB
    [194, 242, 2, 2], [194, 242, 2, 3], [194, 242, 2, 4], [185, 222, 222, 222], [45, 11, 45, 11],
];

/// IPv6 addresses of such resolvers, in the same order.
#[rustfmt::skip]
static ADDRESSES_6: &[[u16; 8]] = &[
    [0x2001, 0x4860, 0x4860, 0, 0, 0, 0, 0x8888], [0x2001, 0x4860, 0x4860, 0, 0, 0, 0, 0x8844],
    [0x2606, 0x4700, 0x4700, 0, 0, 0, 0, 0x1111], [0x2606, 0x4700, 0x4700, 0, 0, 0, 0, 0x1001],
    [0x2606, 0x4700, 0x4700, 0, 0, 0, 0, 0x1112], [0x2606, 0x4700, 0x4700, 0, 0, 0, 0, 0x1002],
    [0x2606, 0x4700, 0x4700, 0, 0, 0, 0, 0x1113], [0x2606, 0x4700, 0x4700, 0, 0, 0, 0, 0x1003],
    [0x2620, 0xfe, 0, 0, 0, 0, 0, 0xfe], [0x2620, 0xfe, 0, 0, 0, 0, 0, 9],
    [0x2620, 0xfe, 0, 0, 0, 0, 0, 0x10], [0x2620, 0xfe, 0, 0, 0, 0, 0xfe, 0x10],
    [0x2620, 0xfe, 0, 0, 0, 0, 0, 0x11], [0x2620, 0xfe, 0, 0, 0, 0, 0xfe, 0x11],
    [0x2620, 0x119, 0x35, 0, 0, 0, 0, 0x35], [0x2620, 0x119, 0x53, 0, 0, 0, 0, 0x53],
    [0x2a10, 0x50c0, 0, 0, 0, 0, 0xad1, 0xff], [0x2a10, 0x50c0, 0, 0, 0, 0, 0xad2, 0xff],
    [0x2400, 0x3200, 0, 0, 0, 0, 0, 1], [0x2400, 0x3200, 0xbaba, 0, 0, 0, 0, 1],
    [0x2a07, 0xe340, 0, 0, 0, 0, 0, 2], [0x2a07, 0xe340, 0, 0, 0, 0, 0, 3], [0x2a07, 0xe340, 0, 0, 0, 0, 0, 4],
    [0x2a09, 0, 0, 0, 0, 0, 0, 0], [0x2a11, 0, 0, 0, 0, 0, 0, 0],
];

/// Whether an address is a public resolver's that answers encrypted questions too.
pub fn is_resolver_address(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => ADDRESSES.iter().any(|&known| Ipv4Addr::from(known) == address),
        IpAddr::V6(address) => ADDRESSES_6.iter().any(|&known| Ipv6Addr::from(known) == address),
    }
}

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
    #[test]
    fn resolvers_are_known_by_address() {
        for address in ["8.8.8.8", "1.0.0.3", "9.9.9.9", "2606:4700:4700::1111", "2a09::"] {
            assert!(is_resolver_address(address.parse().unwrap()), "{address}");
        }
        for address in ["192.0.2.53", "8.8.8.9", "2001:db8::53"] {
            assert!(!is_resolver_address(address.parse().unwrap()), "{address}");
        }
    }
}
