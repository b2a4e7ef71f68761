//! IPv4 (RFC 791), IPv6 with its extension headers (RFC 8200) and ARP (RFC 826).
//!
//! A length field that claims more than was captured is believed: the rest is missing. One that claims less cuts link padding off. A length of zero
//! is what segmentation offload leaves where the card was to fill it in (and what a jumbogram has, RFC 2675): all that was captured counts.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use etherparse::{IpAuthHeaderSlice, Ipv6FragmentHeaderSlice, Ipv6RawExtHeaderSlice};

use super::ether::kind;
use super::packet::{Body, Decoded, Fragment, Packet, Unread};
use super::rest::{NETWORK, Outer, Rest, cut_short, unread};
use super::transport;
use crate::wire::Mac;

/// Numbers of <https://www.iana.org/assignments/protocol-numbers>.
mod number {
    pub const HOP_BY_HOP: u8 = 0;
    pub const ROUTING: u8 = 43;
    pub const FRAGMENT: u8 = 44;
    pub const AUTHENTICATION: u8 = 51;
    pub const NOTHING: u8 = 59;
    pub const DESTINATION: u8 = 60;
}

/// At most so many extension headers in a row.
const EXTENSIONS: usize = 16;
/// Hardware types of ARP whose addresses are 48 bits long: Ethernet and IEEE 802.
const ARP_HARDWARE: [u16; 2] = [1, 6];

/// Sender and receiver. They become [`IpAddr`]s only in the answer: copying those field by field on the way costs more than reading the header.
#[derive(Clone, Copy, Debug)]
pub(super) enum Addresses {
    Four([u8; 4], [u8; 4]),
    Six([u8; 16], [u8; 16]),
}

impl Addresses {
    /// Of two addresses of the same version; those of different versions do not meet in a datagram.
    pub fn new(from: IpAddr, to: IpAddr) -> Self {
        match (from, to) {
            (IpAddr::V4(from), IpAddr::V4(to)) => Self::Four(from.octets(), to.octets()),
            (from, to) => Self::Six(mapped(from), mapped(to)),
        }
    }

    #[inline]
    fn pair(self) -> (IpAddr, IpAddr) {
        match self {
            Self::Four(from, to) => (Ipv4Addr::from(from).into(), Ipv4Addr::from(to).into()),
            Self::Six(from, to) => (Ipv6Addr::from(from).into(), Ipv6Addr::from(to).into()),
        }
    }
}

fn mapped(address: IpAddr) -> [u8; 16] {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
        IpAddr::V6(address) => address.octets(),
    }
}

/// What an IP header says of the datagram, for the layers below it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ip {
    pub outer: Outer,
    pub addresses: Addresses,
    pub ttl: u8,
}

impl Ip {
    /// Whether it is version 6.
    pub fn is_six(&self) -> bool {
        matches!(self.addresses, Addresses::Six(..))
    }

    /// A packet with this body.
    #[inline]
    pub fn packet(&self, body: Body, payload: Rest<'_>) -> Decoded {
        let (from, to) = self.addresses.pair();
        Decoded::Packet(Packet {
            from_mac: self.outer.sender.mac(),
            to_mac: self.outer.receiver.mac(),
            depth: self.outer.depth,
            from,
            to,
            ttl: self.ttl,
            body,
            payload: payload.range(),
            missing: payload.missing,
            bad_checksum: self.outer.damaged,
        })
    }

    fn fragment(&self, protocol: u8, id: u32, offset: usize, more: bool, piece: Rest<'_>) -> Decoded {
        let (from, to) = self.addresses.pair();
        Decoded::Fragment(Fragment {
            from_mac: self.outer.sender.mac(),
            to_mac: self.outer.receiver.mac(),
            depth: self.outer.depth,
            from,
            to,
            ttl: self.ttl,
            id,
            protocol,
            offset,
            more,
            payload: piece.range(),
            missing: piece.missing,
        })
    }
}

/// A datagram of either version.
pub(super) fn ip(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    match rest.bytes.first().map(|first| first >> 4) {
        Some(4) => ipv4(outer, rest),
        Some(6) => ipv6(outer, rest),
        Some(version) => Err(unread(NETWORK, format!("IP version {version}"))),
        None => Err(cut_short(NETWORK, "IP header")),
    }
}

/// An IPv4 datagram.
pub(super) fn ipv4(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (header, _) = rest.header::<20>(NETWORK, "IPv4 header")?;
    let &[first, _, l0, l1, i0, i1, f0, f1, ttl, protocol, _, _, a0, a1, a2, a3, b0, b1, b2, b3] = header;
    if first >> 4 != 4 {
        return Err(unread(NETWORK, "IPv4 header without version 4"));
    }
    let header_length = usize::from(first & 15) * 4;
    let total = usize::from(u16::from_be_bytes([l0, l1]));
    if header_length < 20 || (total != 0 && total < header_length) {
        return Err(unread(NETWORK, "IPv4 header with a wrong length"));
    }
    let datagram = if total == 0 { rest } else { rest.cut(total) };
    let data = datagram.after(header_length, NETWORK, "IPv4 options")?;
    let wrong = rest.bytes.get(..header_length).is_some_and(checksum_is_wrong);
    let ip = Ip { outer: outer.judged(wrong), addresses: Addresses::Four([a0, a1, a2, a3], [b0, b1, b2, b3]), ttl };
    let fragment = u16::from_be_bytes([f0, f1]);
    let (more, offset) = (fragment & 0x2000 != 0, usize::from(fragment & 0x1fff) * 8);
    if more || offset != 0 {
        return Ok(ip.fragment(protocol, u32::from(u16::from_be_bytes([i0, i1])), offset, more, data));
    }
    payload(&ip, protocol, data)
}

/// Whether the checksum of an IPv4 header is wrong. Zero is not: so it looks where the network card was to fill it in.
fn checksum_is_wrong(header: &[u8]) -> bool {
    let (words, _) = header.as_chunks::<4>();
    if words.get(2).is_some_and(|&[_, _, high, low]| high == 0 && low == 0) {
        return false;
    }
    let sum: u64 = words.iter().map(|&word| u64::from(u32::from_be_bytes(word))).sum();
    // At most 15 words: three folds bring the sum of 36 bits to 16.
    let fold = |sum: u64| (sum & 0xffff) + (sum >> 16);
    fold(fold(fold(sum))) != 0xffff
}

/// An IPv6 datagram.
pub(super) fn ipv6(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&[first, _, _, _, l0, l1, next, ttl], rest) = rest.header(NETWORK, "IPv6 header")?;
    if first >> 4 != 6 {
        return Err(unread(NETWORK, "IPv6 header without version 6"));
    }
    let (&from, rest) = rest.header::<16>(NETWORK, "IPv6 header")?;
    let (&to, rest) = rest.header::<16>(NETWORK, "IPv6 header")?;
    let ip = Ip { outer, addresses: Addresses::Six(from, to), ttl };
    let length = usize::from(u16::from_be_bytes([l0, l1]));
    let data = if length == 0 && next != number::NOTHING { rest } else { rest.cut(length) };
    payload(&ip, next, data)
}

/// Walks the extension headers, then reads what they lead to. IPv4 has but one: authentication (RFC 4302).
///
/// ESP hides what follows it, and mobility, HIP and Shim6 have nothing behind them: these four are left as other protocols.
pub(super) fn payload(ip: &Ip, mut next: u8, mut rest: Rest<'_>) -> Result<Decoded, Unread> {
    let six = ip.is_six();
    for _ in 0..=EXTENSIONS {
        let length = match next {
            number::AUTHENTICATION => {
                let header = IpAuthHeaderSlice::from_slice(rest.bytes).map_err(|_| unread(NETWORK, "authentication header damaged"))?;
                next = header.next_header().0;
                header.slice().len()
            }
            number::FRAGMENT if six => {
                let header = Ipv6FragmentHeaderSlice::from_slice(rest.bytes).map_err(|_| cut_short(NETWORK, "IPv6 fragment header"))?;
                next = header.next_header().0;
                let piece = rest.after(header.slice().len(), NETWORK, "IPv6 fragment header")?;
                if header.is_fragmenting_payload() {
                    let offset = usize::from(header.fragment_offset().byte_offset());
                    return Ok(ip.fragment(next, header.identification(), offset, header.more_fragments(), piece));
                }
                header.slice().len()
            }
            number::HOP_BY_HOP | number::ROUTING | number::DESTINATION if six => {
                let header = Ipv6RawExtHeaderSlice::from_slice(rest.bytes).map_err(|_| cut_short(NETWORK, "IPv6 extension header"))?;
                next = header.next_header().0;
                header.slice().len()
            }
            _ => return transport::read(ip, next, rest),
        };
        rest = rest.after(length, NETWORK, "IPv6 extension header")?;
    }
    Err(unread(NETWORK, "more than 16 IPv6 extension headers"))
}

/// An ARP message for IPv4 over Ethernet. It has no payload.
pub(super) fn arp(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&[h0, h1, p0, p1, hardware_length, protocol_length, o0, o1], rest) = rest.header(NETWORK, "ARP message")?;
    let (hardware, protocol) = (u16::from_be_bytes([h0, h1]), u16::from_be_bytes([p0, p1]));
    if !ARP_HARDWARE.contains(&hardware) || protocol != kind::IPV4 || (hardware_length, protocol_length) != (6, 4) {
        return Err(unread(NETWORK, "ARP for other than Ethernet and IPv4"));
    }
    let (&sender, rest) = rest.header::<6>(NETWORK, "ARP message")?;
    let (&from, rest) = rest.header::<4>(NETWORK, "ARP message")?;
    let rest = rest.after(6, NETWORK, "ARP message")?;
    let (&to, rest) = rest.header::<4>(NETWORK, "ARP message")?;
    let ip = Ip { outer, addresses: Addresses::Four(from, to), ttl: 0 };
    Ok(ip.packet(Body::Arp { operation: u16::from_be_bytes([o0, o1]), sender: Mac(sender) }, rest.cut(0)))
}

/// A message of the link itself, of this type.
pub(super) fn link(outer: Outer, kind: u16, rest: Rest<'_>) -> Decoded {
    Ip { outer, addresses: Addresses::Four([0; 4], [0; 4]), ttl: 0 }.packet(Body::Link { kind }, rest)
}

#[cfg(test)]
mod tests {
    use super::super::decode;
    use super::super::sample::{self, fragment, packet, reason};
    use super::*;

    const RAW: u32 = 101;

    fn udp_payload(frame: &[u8]) -> Vec<u8> {
        frame[packet(RAW, frame).payload].to_vec()
    }

    #[test]
    fn addresses_and_time_to_live_are_read() {
        let four = packet(RAW, &sample::udp4(b"x"));
        assert_eq!((four.from.to_string(), four.to.to_string(), four.ttl), ("192.0.2.1".into(), "198.51.100.2".into(), 64));
        let six = packet(RAW, &sample::udp6(b"x"));
        assert_eq!((six.from.to_string(), six.to.to_string(), six.ttl), ("2001:db8::1".into(), "2001:db8::2".into(), 64));
        assert_eq!((six.from_mac, six.to_mac, six.depth), (None, None, 0));
    }

    #[test]
    fn options_are_passed_over() {
        let mut bytes = sample::udp4(b"options");
        bytes[0] = 0x46;
        bytes[3] += 4;
        bytes.splice(20..20, [1, 1, 1, 0]);
        let packet = packet(RAW, &bytes);
        assert_eq!((&bytes[packet.payload], packet.bad_checksum), (&b"options"[..], true));
    }

    #[test]
    fn a_wrong_checksum_is_told_and_read_all_the_same() {
        let mut bytes = sample::udp4(b"sum");
        assert!(!packet(RAW, &bytes).bad_checksum);
        bytes[8] = 63;
        assert!(packet(RAW, &bytes).bad_checksum);
        assert_eq!(udp_payload(&bytes), b"sum");
        bytes[10..12].fill(0);
        assert!(!packet(RAW, &bytes).bad_checksum, "left to the network card");
    }

    #[test]
    fn a_length_of_zero_means_all_that_was_captured() {
        let mut bytes = sample::ipv4(6, 0, &sample::tcp(&[7; 3_000]));
        bytes[2..4].fill(0);
        let Decoded::Packet(packet) = decode(RAW, bytes.len() + 500, &bytes) else { panic!() };
        assert_eq!((packet.payload.len(), packet.missing), (3_000, 500));
        let mut bytes = sample::ipv6(6, &sample::tcp(&[7; 3_000]));
        bytes[4..6].fill(0);
        let Decoded::Packet(packet) = decode(RAW, bytes.len(), &bytes) else { panic!() };
        assert_eq!((packet.payload.len(), packet.missing), (3_000, 0));
    }

    #[test]
    fn what_the_snap_length_cut_is_missing() {
        let bytes = sample::udp4(&[9; 100]);
        let Decoded::Packet(packet) = decode(RAW, bytes.len(), &bytes[..60]) else { panic!() };
        assert_eq!((packet.payload, packet.missing), (28..60, 68));
        let Decoded::Packet(packet) = decode(RAW, 60, &bytes[..60]) else { panic!() };
        assert_eq!(packet.missing, 68, "also where the capture hides that it was cut");
        let bytes = sample::udp6(&[9; 100]);
        let Decoded::Packet(packet) = decode(RAW, bytes.len(), &bytes[..60]) else { panic!() };
        assert_eq!((packet.payload, packet.missing), (48..60, 88));
    }

    #[test]
    fn impossible_headers_are_not_read() {
        let mut bytes = sample::udp4(b"bad");
        bytes[0] = 0x44;
        assert_eq!(reason(RAW, &bytes), "network: IPv4 header with a wrong length");
        bytes[0] = 0x45;
        bytes[2..4].copy_from_slice(&[0, 19]);
        assert_eq!(reason(RAW, &bytes), "network: IPv4 header with a wrong length");
        assert_eq!(reason(RAW, &sample::udp4(b"")[..19]), "network: IPv4 header cut short");
        assert_eq!(reason(RAW, &sample::udp6(b"")[..39]), "network: IPv6 header cut short");
        assert_eq!(reason(RAW, &[0x50; 40]), "network: IP version 5");
        assert_eq!(reason(RAW, &[]), "network: IP header cut short");
        assert_eq!(reason(228, &sample::udp6(b"")), "network: IPv4 header without version 4");
        assert_eq!(reason(229, &sample::udp4(&[0; 20])), "network: IPv6 header without version 6");
    }

    #[test]
    fn all_extension_headers_are_walked() {
        let chain: &[u8] = &[
            43, 0, 5, 2, 0, 0, 0, 0, // hop-by-hop → routing
            60, 0, 0, 0, 0, 0, 0, 0, // routing → destination options
            51, 1, 1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // destination options of 16 bytes → authentication
            44, 4, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, // authentication → fragment
            17, 0, 0, 0, 0, 0, 0, 9, // atomic fragment (RFC 6946) → UDP
        ];
        let bytes = sample::ipv6(0, &[chain, &sample::udp(9, b"far")].concat());
        assert_eq!(udp_payload(&bytes), b"far");
        for cut in 41..40 + chain.len() {
            assert!(reason(RAW, &bytes[..cut]).starts_with("network: "), "cut at {cut}");
        }
    }

    #[test]
    fn too_many_extension_headers_end() {
        let bytes = |count| sample::ipv6(60, &[[60, 0, 1, 4, 0, 0, 0, 0].repeat(count), [17, 0, 1, 4, 0, 0, 0, 0].into(), sample::udp(9, b"on")].concat());
        assert_eq!(udp_payload(&bytes(15)), b"on");
        assert_eq!(reason(RAW, &bytes(16)), "network: more than 16 IPv6 extension headers");
        assert_eq!(reason(RAW, &bytes(100)), "network: more than 16 IPv6 extension headers");
    }

    #[test]
    fn authentication_is_walked_in_ipv4_too_but_nothing_else() {
        let authentication = [17, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1];
        assert_eq!(udp_payload(&sample::ipv4(51, 0, &[&authentication[..], &sample::udp(9, b"ah")].concat())), b"ah");
        assert_eq!(packet(RAW, &sample::ipv4(60, 0, &[17; 8])).body, Body::Other(60));
    }

    #[test]
    fn other_protocols_and_no_next_header_are_packets() {
        for (next, body) in
            [(50, Body::Other(50)), (59, Body::Other(59)), (135, Body::Other(135)), (132, Body::Ported { protocol: 132, from_port: 0x6461, to_port: 0x7461 })]
        {
            let packet = packet(RAW, &sample::ipv6(next, b"data"));
            assert_eq!((packet.body, packet.payload), (body, 40..44));
        }
        let mut padded = sample::ipv6(59, b"");
        padded.extend([0; 6]);
        assert_eq!(packet(RAW, &padded).payload, 40..40);
    }

    #[test]
    fn pieces_are_fragments() {
        let first = fragment(RAW, &sample::ipv4(17, 0x2000, &[1; 16]));
        assert_eq!((first.id, first.protocol, first.offset, first.more, first.payload), (7, 17, 0, true, 20..36));
        let last = fragment(RAW, &sample::ipv4(17, 3, &[1; 5]));
        assert_eq!((last.offset, last.more, last.payload, last.missing), (24, false, 20..25, 0));
        let bytes = sample::ipv6(60, &[&[44, 0, 1, 4, 0, 0, 0, 0, 6, 0, 0, 0x11, 0, 1, 0, 2][..], &[1; 32]].concat());
        let piece = fragment(RAW, &bytes);
        assert_eq!((piece.id, piece.protocol, piece.offset, piece.more, piece.payload), (0x1_0002, 6, 16, true, 56..88));
        let Decoded::Fragment(piece) = decode(RAW, bytes.len(), &bytes[..60]) else { panic!() };
        assert_eq!((piece.payload, piece.missing), (56..60, 28));
    }

    #[test]
    fn arp_names_the_sender() {
        let bytes =
            [&sample::MACS[..], &[8, 6, 0, 1, 8, 0, 6, 4, 0, 2, 0, 0, 0x5e, 0, 0x53, 2, 192, 0, 2, 1, 0, 0, 0x5e, 0, 0x53, 1, 192, 0, 2, 9], &[0; 18]].concat();
        let packet = packet(1, &bytes);
        assert_eq!(packet.body, Body::Arp { operation: 2, sender: Mac([0, 0, 0x5e, 0, 0x53, 2]) });
        assert_eq!((packet.from.to_string(), packet.to.to_string(), packet.payload, packet.ttl), ("192.0.2.1".into(), "192.0.2.9".into(), 42..42, 0));
        assert_eq!(packet.body.transport(), None);
        assert_eq!(reason(1, &bytes[..41]), "network: ARP message cut short");
        let mut other = bytes;
        other[18] = 8;
        assert_eq!(reason(1, &other), "network: ARP for other than Ethernet and IPv4");
    }
}
