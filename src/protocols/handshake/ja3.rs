//! JA3 and JA3S: the MD5 of what a hello offers, in its order (<https://github.com/salesforce/ja3>).
//!
//! The text before hashing is `version,suites,extensions,groups,formats` (a client's) or `version,suite,extensions` (a server's): decimal
//! numbers, those of one list joined by `-`. Values that are only there to keep servers tolerant (GREASE, RFC 8701) are left out.

use std::fmt::Write;

use data_encoding::HEXLOWER;
use md5::{Digest, Md5};

use super::parse::is_grease;

/// What a ClientHello offers.
pub(super) struct Offer<'o> {
    /// The version in the hello itself, not the one in the extension.
    pub(super) version: u16,
    /// Cipher suites.
    pub(super) suites: &'o mut dyn Iterator<Item = u16>,
    /// Types of the extensions.
    pub(super) extensions: &'o mut dyn Iterator<Item = u16>,
    /// `supported_groups`.
    pub(super) groups: &'o mut dyn Iterator<Item = u16>,
    /// `ec_point_formats`.
    pub(super) formats: &'o mut dyn Iterator<Item = u16>,
}

/// JA3 of a ClientHello.
pub(super) fn client(offer: Offer<'_>) -> String {
    let lists = [offer.suites, offer.extensions, offer.groups, offer.formats].map(joined);
    hash(&format!("{},{}", offer.version, lists.join(",")))
}

/// JA3S of a ServerHello.
pub(super) fn server(version: u16, suite: u16, extensions: &mut dyn Iterator<Item = u16>) -> String {
    hash(&format!("{version},{suite},{}", joined(extensions)))
}

fn hash(text: &str) -> String {
    HEXLOWER.encode(&Md5::digest(text.as_bytes()))
}

fn joined(list: &mut dyn Iterator<Item = u16>) -> String {
    let mut out = String::new();
    for value in list.filter(|value| !is_grease(*value)) {
        // Writing to a String can't fail.
        let _ = if out.is_empty() { write!(out, "{value}") } else { write!(out, "-{value}") };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client_of(version: u16, lists: [&[u16]; 4]) -> String {
        let [mut suites, mut extensions, mut groups, mut formats] = lists.map(|list| list.iter().copied());
        client(Offer { version, suites: &mut suites, extensions: &mut extensions, groups: &mut groups, formats: &mut formats })
    }

    #[test]
    fn known_hellos_hash_as_others_hash_them() {
        let suites = [47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4];
        assert_eq!(client_of(769, [&suites, &[0, 10, 11], &[23, 24, 25], &[0]]), "ada70206e40642a3e4461f35503241d5");
        assert_eq!(client_of(769, [&[4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99], &[], &[], &[]]), "de350869b8c85de67a350c8d186f11e6");
        assert_eq!(server(771, 49200, &mut [5, 35, 16, 23, 65281, 0].into_iter()), "0f14538e1c9070becdad7739c67d6363");
    }

    #[test]
    fn grease_is_left_out() {
        assert_eq!(client_of(771, [&[0x0a0a, 4865], &[0xfafa, 0], &[0x1a1a, 29], &[0]]), client_of(771, [&[4865], &[0], &[29], &[0]]));
    }
}
