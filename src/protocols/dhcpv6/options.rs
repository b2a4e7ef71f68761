//! Options of DHCPv6, one after another (RFC 8415, section 21), and the identifiers in them.

use std::net::{IpAddr, Ipv6Addr};

use crate::wire::{Cidr, Mac};

/// Most addresses, prefixes or names that are told of one message.
pub(super) const MOST: usize = 16;

/// Codes of <https://www.iana.org/assignments/dhcpv6-parameters>.
pub(super) mod code {
    pub const CLIENT_ID: u16 = 1;
    pub const SERVER_ID: u16 = 2;
    pub const IA_NA: u16 = 3;
    pub const IA_TA: u16 = 4;
    pub const IA_ADDRESS: u16 = 5;
    pub const REQUESTED: u16 = 6;
    pub const ELAPSED: u16 = 8;
    pub const RELAY_MESSAGE: u16 = 9;
    pub const USER_CLASS: u16 = 15;
    pub const VENDOR_CLASS: u16 = 16;
    pub const VENDOR_OPTIONS: u16 = 17;
    pub const RESOLVERS: u16 = 23;
    pub const DOMAINS: u16 = 24;
    pub const IA_PD: u16 = 25;
    pub const IA_PREFIX: u16 = 26;
    pub const TIME_SERVERS: u16 = 31;
    pub const REMOTE_ID: u16 = 37;
    pub const SUBSCRIBER_ID: u16 = 38;
    pub const QUALIFIED_NAME: u16 = 39;
    pub const NTP: u16 = 56;
    pub const BOOTFILE: u16 = 59;
    /// RFC 6939.
    pub const LINK_ADDRESS: u16 = 79;
    /// RFC 8520, section 12.
    pub const MUD_URL: u16 = 112;
}

/// One option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry<'m> {
    /// Its code.
    pub(super) code: u16,
    /// Its value.
    pub(super) value: &'m [u8],
    /// Index of the value's first byte.
    pub(super) at: usize,
}

/// The options in `bytes`, which begin at index `at`. What is cut ends them: see [`fill`].
pub(super) fn options(bytes: &[u8], at: usize) -> impl Iterator<Item = Entry<'_>> {
    let (mut rest, mut at) = (bytes, at);
    std::iter::from_fn(move || {
        let (&[c0, c1, l0, l1], after) = rest.split_first_chunk()?;
        let (value, next) = after.split_at_checked(usize::from(u16::from_be_bytes([l0, l1])))?;
        let entry = Entry { code: u16::from_be_bytes([c0, c1]), value, at: at + 4 };
        (rest, at) = (next, at + 4 + value.len());
        Some(entry)
    })
}

/// Whether options fill these bytes exactly.
pub(super) fn fill(bytes: &[u8]) -> bool {
    let last = options(bytes, 0).last();
    last.map_or(0, |last| last.at + last.value.len()) == bytes.len()
}

/// The addresses in a value, one after another.
pub(super) fn addresses(value: &[u8]) -> impl Iterator<Item = IpAddr> {
    let (sixteens, _) = value.as_chunks::<16>();
    sixteens.iter().map(|bytes| Ipv6Addr::from(*bytes)).filter(|address| !address.is_unspecified() && !address.is_multicast()).map(IpAddr::V6).take(MOST)
}

/// The addresses of an identity association (sections 21.4 to 21.6).
pub(super) fn leased(entry: Entry<'_>) -> impl Iterator<Item = IpAddr> {
    let skip = if entry.code == code::IA_TA { 4 } else { 12 };
    let inner = options(entry.value.get(skip..).unwrap_or_default(), 0);
    inner.filter(|inner| inner.code == code::IA_ADDRESS).filter_map(|inner| addresses(inner.value.get(..16)?).next())
}

/// The prefixes of an identity association for prefix delegation (sections 21.21 and 21.22).
pub(super) fn delegated(entry: Entry<'_>) -> impl Iterator<Item = Cidr> {
    let inner = options(entry.value.get(12..).unwrap_or_default(), 0);
    inner.filter(|inner| inner.code == code::IA_PREFIX).filter_map(|inner| {
        let (&[_, _, _, _, _, _, _, _, prefix], rest) = inner.value.split_first_chunk()?;
        let address = Ipv6Addr::from(*rest.first_chunk::<16>()?);
        (prefix <= 128).then_some(Cidr { address: IpAddr::V6(address), prefix })
    })
}

/// Time servers of option 56: sub-option 1 is an address (RFC 5908, section 4.1).
pub(super) fn time_servers(value: &[u8]) -> impl Iterator<Item = IpAddr> {
    options(value, 0).filter(|inner| inner.code == 1).filter_map(|inner| addresses(inner.value).next())
}

/// Texts, each with its length in two bytes before it.
pub(super) fn counted(value: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let (mut rest, mut at) = (value, 0);
    std::iter::from_fn(move || {
        let (&[l0, l1], after) = rest.split_first_chunk()?;
        let (text, next) = after.split_at_checked(usize::from(u16::from_be_bytes([l0, l1])))?;
        let start = at + 2;
        (rest, at) = (next, start + text.len());
        Some((start, text))
    })
}

/// Whether bytes are an identifier of one of the four types (section 11).
pub(super) fn is_duid(value: &[u8]) -> bool {
    match value {
        [0, 1, _, _, rest @ ..] => (5..=132).contains(&rest.len()),
        [0, 2, _, _, _, _, rest @ ..] | [0, 3, _, _, rest @ ..] => (1..=128).contains(&rest.len()),
        [0, 4, rest @ ..] => rest.len() == 16,
        _ => false,
    }
}

/// The hardware address that an identifier was made from, where it is one of Ethernet (sections 11.2 and 11.4). The device may use another by now.
pub(super) fn duid_mac(value: &[u8]) -> Option<Mac> {
    match value {
        [0, 1, 0, 1 | 6, _, _, _, _, mac @ ..] | [0, 3, 0, 1 | 6, mac @ ..] => device(mac),
        _ => None,
    }
}

/// The client's address on its link as a relay saw it (RFC 6939): hardware type and address.
pub(super) fn link_mac(value: &[u8]) -> Option<Mac> {
    match value {
        [0, 1 | 6, mac @ ..] => device(mac),
        _ => None,
    }
}

fn device(mac: &[u8]) -> Option<Mac> {
    <[u8; 6]>::try_from(mac).ok().map(Mac).filter(|mac| mac.is_device())
}
