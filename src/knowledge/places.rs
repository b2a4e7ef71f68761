//! In which country an address is, offline: the IPFire Location database (CC BY-SA 4.0), as the Tor Project packs it.

use std::net::IpAddr;

use super::{networks, resolvers};

/// Where an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In this country: two capital letters (ISO 3166-1).
    Country([u8; 2]),
    /// In many places at once: the nearest answers.
    Anycast,
    /// Not known.
    Unknown,
}

impl Place {
    /// The country's letters.
    pub fn country(self) -> Option<String> {
        match self {
            Self::Country(letters) => Some(letters.iter().map(|letter| char::from(*letter)).collect()),
            Self::Anycast | Self::Unknown => None,
        }
    }

    /// Why no country is told, where that says something.
    pub fn reason(self) -> Option<&'static str> {
        (self == Self::Anycast).then_some("anycast: the same address is answered in many countries")
    }
}

/// Where an address is.
pub fn of(address: IpAddr) -> Place {
    if resolvers::is_resolver_address(address) || networks::lookup(address).is_some_and(|network| network.anycast) {
        return Place::Anycast;
    }
    match address {
        IpAddr::V4(address) => range(address.to_bits()),
        IpAddr::V6(address) => range_6(address.to_bits()),
    }
    .map_or(Place::Unknown, Place::Country)
}

// The database is packed for machines that store the lower byte first; on others no country is told.
#[cfg(target_endian = "little")]
fn range(address: u32) -> Option<[u8; 2]> {
    letters(tor_geoip_db::ipv4s(), tor_geoip_db::ipv4c(), &address)
}

#[cfg(target_endian = "little")]
fn range_6(address: u128) -> Option<[u8; 2]> {
    letters(tor_geoip_db::ipv6s(), tor_geoip_db::ipv6c(), &address)
}

/// A range reaches from its start to the next one's.
#[cfg(target_endian = "little")]
fn letters<Address: Ord>(starts: &[Address], countries: &[Option<std::num::NonZeroU16>], address: &Address) -> Option<[u8; 2]> {
    let at = starts.partition_point(|start| start <= address).checked_sub(1)?;
    let letters = countries.get(at).copied()??.get().to_ne_bytes();
    // EU, AP: a continent's, where no country is registered.
    let is_country = letters.iter().all(u8::is_ascii_uppercase) && !matches!(&letters, b"EU" | b"AP" | b"XX" | b"ZZ");
    is_country.then_some(letters)
}

#[cfg(not(target_endian = "little"))]
fn range(_: u32) -> Option<[u8; 2]> {
    None
}

#[cfg(not(target_endian = "little"))]
fn range_6(_: u128) -> Option<[u8; 2]> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_endian = "little")]
    #[test]
    fn addresses_of_one_place_have_a_country() {
        // Of institutions that stay where they are: RIPE NCC, the University of Louvain, CERN, SURF over IPv6.
        for (address, want) in [("193.0.6.139", "NL"), ("130.104.1.1", "BE"), ("128.141.0.1", "CH"), ("2001:610:1:1::1", "NL")] {
            assert_eq!(of(address.parse().unwrap()).country().as_deref(), Some(want), "{address}");
        }
    }

    #[test]
    fn addresses_of_many_places_and_of_none_have_not() {
        for address in ["1.1.1.1", "8.8.8.8", "151.101.1.1", "104.16.1.1", "2606:4700::1"] {
            assert_eq!(of(address.parse().unwrap()), Place::Anycast, "{address}");
            assert!(of(address.parse().unwrap()).reason().is_some());
        }
        for address in ["192.0.2.1", "10.0.0.1", "127.0.0.1", "2001:db8::1", "fe80::1", "::", "255.255.255.255"] {
            assert_eq!(of(address.parse().unwrap()), Place::Unknown, "{address}");
        }
    }
}
