//! One STUN message (RFC 8489, section 5; RFC 5389; the classic form of RFC 3489 without the cookie) and its attributes.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::super::noise::is_noise;

/// Bytes of a message's header.
pub(super) const HEADER: usize = 20;
/// Where several protocols share a port, a first byte below is STUN's (RFC 7983, section 7); no method needs more.
const FIRST_END: u8 = 4;
const COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];

/// What a message is (RFC 8489, section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Request,
    Indication,
    Success,
    Error,
}

/// A message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Message<'m> {
    pub(super) class: Class,
    pub(super) method: u16,
    /// The transaction; of classic messages with what stands where the cookie would.
    pub(super) transaction: [u8; 16],
    attributes: &'m [u8],
}

/// An attribute, and where its value begins in the message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attribute<'m> {
    pub(super) kind: u16,
    pub(super) value: &'m [u8],
    pub(super) at: usize,
}

pub(super) const MAPPED_ADDRESS: u16 = 0x0001;
pub(super) const USERNAME: u16 = 0x0006;
pub(super) const ERROR_CODE: u16 = 0x0009;
pub(super) const PEER_ADDRESS: u16 = 0x0012;
pub(super) const DATA: u16 = 0x0013;
pub(super) const REALM: u16 = 0x0014;
pub(super) const RELAYED_ADDRESS: u16 = 0x0016;
pub(super) const XOR_MAPPED_ADDRESS: u16 = 0x0020;
/// As some early clients number it.
pub(super) const XOR_MAPPED_ADDRESS_OLD: u16 = 0x8020;
pub(super) const SOFTWARE: u16 = 0x8022;

/// The length of the message that begins here, its header included; none where none begins, or too few bytes are there.
pub(super) fn length(bytes: &[u8]) -> Option<usize> {
    let &[kind, _, high, low, ref cookie @ ..] = bytes.first_chunk::<8>()?;
    let length = usize::from(u16::from_be_bytes([high, low]));
    (kind < FIRST_END && length % 4 == 0 && *cookie == COOKIE).then_some(HEADER + length)
}

impl<'m> Message<'m> {
    /// Reads a message that fills these bytes.
    pub(super) fn read(bytes: &'m [u8]) -> Option<Self> {
        let (&[high, low, length_high, length_low], rest) = bytes.split_first_chunk::<4>()?;
        let (transaction, attributes) = rest.split_first_chunk::<16>()?;
        let kind = u16::from_be_bytes([high, low]);
        if high >= FIRST_END || attributes.len() != usize::from(u16::from_be_bytes([length_high, length_low])) {
            return None;
        }
        let class = match (kind >> 7 & 2) | (kind >> 4 & 1) {
            0 => Class::Request,
            1 => Class::Indication,
            2 => Class::Success,
            _ => Class::Error,
        };
        let method = (kind & 0x000f) | (kind >> 1 & 0x0070) | (kind >> 2 & 0x0f80);
        let message = Self { class, method, transaction: *transaction, attributes };
        message.is_sound().then_some(message)
    }

    fn has_cookie(&self) -> bool {
        self.transaction.first_chunk::<4>() == Some(&COOKIE)
    }

    /// With the cookie any message; without it only a classic one whose attributes fill it, or whose transaction is random.
    fn is_sound(&self) -> bool {
        if self.has_cookie() {
            return self.attributes.len().is_multiple_of(4);
        }
        let is_classic = matches!(self.method, 1 | 2) && self.class != Class::Indication;
        let (count, end) = self.attributes().fold((0, 0), |(count, _), attribute| (count + 1, attribute.at + attribute.value.len().next_multiple_of(4)));
        let are_classic = self.attributes().all(|attribute| matches!(attribute.kind, 1..=0x0b | 0x0020 | 0x8020 | 0x8022 | 0x802b | 0x802c));
        let is_filled = count > 0 && end == HEADER + self.attributes.len() && are_classic;
        is_classic && (is_filled || (self.attributes.is_empty() && self.class == Class::Request && is_noise(&self.transaction)))
    }

    /// Its attributes, as far as they keep to their form.
    pub(super) fn attributes(&self) -> impl Iterator<Item = Attribute<'m>> + use<'m> {
        let bytes = self.attributes;
        let mut next = 0;
        std::iter::from_fn(move || {
            let (&[k0, k1, high, low], rest) = bytes.get(next..)?.split_first_chunk::<4>()?;
            let length = usize::from(u16::from_be_bytes([high, low]));
            let value = rest.get(..length)?;
            let at = HEADER + next + 4;
            next += 4 + length.next_multiple_of(4);
            Some(Attribute { kind: u16::from_be_bytes([k0, k1]), value, at })
        })
    }

    /// The first attribute of a kind.
    pub(super) fn attribute(&self, kind: u16) -> Option<Attribute<'m>> {
        self.attributes().find(|attribute| attribute.kind == kind)
    }

    /// The first address of a kind (RFC 8489, sections 14.1 and 14.2).
    pub(super) fn address(&self, kind: u16) -> Option<SocketAddr> {
        let is_hidden = kind != MAPPED_ADDRESS;
        let (&[_, family, high, low], rest) = self.attribute(kind)?.value.split_first_chunk::<4>()?;
        let mask = |index: usize| if is_hidden { self.transaction.get(index).copied().unwrap_or_default() } else { 0 };
        let port = u16::from_be_bytes([high ^ mask(0), low ^ mask(1)]);
        let ip = match family {
            1 => IpAddr::V4(Ipv4Addr::from(*masked(rest.first_chunk::<4>()?, mask).first_chunk::<4>()?)),
            2 => IpAddr::V6(Ipv6Addr::from(masked(rest.first_chunk::<16>()?, mask))),
            _ => return None,
        };
        Some(SocketAddr::new(ip, port))
    }

    /// The code of an error (RFC 8489, section 14.8).
    pub(super) fn error(&self) -> Option<u16> {
        let &[_, _, class, number] = self.attribute(ERROR_CODE)?.value.first_chunk::<4>()?;
        Some(u16::from(class & 7) * 100 + u16::from(number))
    }
}

fn masked(bytes: &[u8], mask: impl Fn(usize) -> u8) -> [u8; 16] {
    let mut out = [0; 16];
    for (index, (out, byte)) in out.iter_mut().zip(bytes).enumerate() {
        *out = byte ^ mask(index);
    }
    out
}

/// The word for a method (RFC 8489, section 18.2; RFC 8656, section 17).
pub(super) fn word(method: u16) -> &'static str {
    match method {
        1 => "binding",
        2 => "shared-secret",
        3 => "allocate",
        4 => "refresh",
        6 => "send",
        7 => "data",
        8 => "create-permission",
        9 => "channel-bind",
        10 => "connect",
        11 => "connection-bind",
        12 => "connection-attempt",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_and_methods_share_bits() {
        let read =
            |kind: [u8; 2]| Message::read(&[&kind[..], b"\0\0\x21\x12\xa4\x42abcdefghijkl"].concat()).map(|message| (message.class, word(message.method)));
        assert_eq!(read([0, 1]), Some((Class::Request, "binding")));
        assert_eq!(read([1, 0x13]), Some((Class::Error, "allocate")));
        assert_eq!(read([0, 0x16]), Some((Class::Indication, "send")));
        assert_eq!(read([1, 9]), Some((Class::Success, "channel-bind")));
        assert_eq!(read([0x40, 1]), None);
    }

    #[test]
    fn addresses_are_unmasked() {
        let message = b"\x01\x01\0\x0c\x21\x12\xa4\x42abcdefghijkl\0\x20\0\x08\0\x01\x21\x13\xe1\x12\xa6\x43";
        assert_eq!(Message::read(message).unwrap().address(XOR_MAPPED_ADDRESS), Some("192.0.2.1:1".parse().unwrap()));
        let plain = b"\x01\x01\0\x0c0123456789abcdef\0\x01\0\x08\0\x01\0\x01\xc0\0\x02\x01";
        assert_eq!(Message::read(plain).unwrap().address(MAPPED_ADDRESS), Some("192.0.2.1:1".parse().unwrap()));
    }

    #[test]
    fn without_a_cookie_little_is_believed() {
        let random = b"\0\x01\0\0\x9c\x01\x77\xd2\x31\x5e\xaa\x04\x61\xf9\x83\x20\xbb\x47\x12\xee";
        assert!(Message::read(random).is_some() && Message::read(&[0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]).is_none());
        assert!(Message::read(&random[..19]).is_none() && Message::read(&[&random[..], b"\0"].concat()).is_none());
        assert_eq!(length(random), None);
    }
}
