//! Headers that systems and capture programs put before a frame of another link type, or before a datagram: PPI, Apple's packet tap, the firewalls' and
//! IPsec's logs, switch tags, and preambles.

use super::packet::{Decoded, Unread};
use super::rest::{LINK, NETWORK, Outer, Rest, unread};
use super::{ether, network};

/// `AF_INET` everywhere.
const FAMILY_IPV4: u32 = 2;
/// `AF_INET6` of Linux; Windows; NetBSD and OpenBSD; Solaris; FreeBSD; Darwin.
const FAMILIES_IPV6: [u32; 6] = [10, 23, 24, 26, 28, 30];

/// BSD loopback: an address family of 4 bytes in the byte order of the machine that captured. Some machines write an Ethernet type into the last two.
pub(super) fn loopback(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&family, rest) = rest.header::<4>(LINK, "loopback header")?;
    let [_, _, t0, t1] = family;
    if let kind @ (ether::kind::IPV4 | ether::kind::IPV6) = u16::from_be_bytes([t0, t1]) {
        return ether::carried(outer, kind, rest);
    }
    by_family(outer, either_order(family), rest)
}

/// A small number of which the byte order is not known.
fn either_order(bytes: [u8; 4]) -> u32 {
    u32::from_be_bytes(bytes).min(u32::from_le_bytes(bytes))
}

/// IP, as an address family says.
fn by_family(outer: Outer, family: u32, rest: Rest<'_>) -> Result<Decoded, Unread> {
    match family {
        FAMILY_IPV4 => network::ipv4(outer, rest),
        _ if FAMILIES_IPV6.contains(&family) => network::ipv6(outer, rest),
        _ => Err(unread(NETWORK, format!("address family {family}"))),
    }
}

/// OpenBSD's firewall log: its length (padded to 4 bytes) and an address family come first.
pub(super) fn firewall_log(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&[length, family], _) = rest.header(LINK, "PFLOG header")?;
    by_family(outer, u32::from(family), rest.after(usize::from(length).next_multiple_of(4), LINK, "PFLOG header")?)
}

/// OpenBSD's encapsulating interface: an address family, 8 more bytes, IP.
pub(super) fn encapsulating(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&[a, b, c, d, ..], rest) = rest.header::<12>(LINK, "ENC header")?;
    by_family(outer, either_order([a, b, c, d]), rest)
}

/// Solaris' IP layer: version, address family, kind of hook, length, interfaces and zones.
pub(super) fn solaris(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&[_, family, ..], rest) = rest.header::<24>(LINK, "IPNET header")?;
    by_family(outer, u32::from(family), rest)
}

/// Symantec's firewall: 44 bytes, of which the seventh and eighth are an Ethernet type.
pub(super) fn symantec(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&[_, _, _, _, _, _, t0, t1, ..], rest) = rest.header::<44>(LINK, "Symantec header")?;
    ether::carried(outer, u16::from_be_bytes([t0, t1]), rest)
}

/// Linux's netfilter log: an address family, version, resource; then fields of length, type and value padded to 4 bytes, of which type 9 is the packet.
/// Length and type are in the byte order of the machine that captured: the one in which the fields lead to a packet.
pub(super) fn netfilter_log(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&[family, ..], fields) = rest.header::<4>(LINK, "NFLOG header")?;
    let packet = netfilter_packet(fields, u16::from_le_bytes).or_else(|error| netfilter_packet(fields, u16::from_be_bytes).map_err(|_| error))?;
    by_family(outer, u32::from(family), packet)
}

fn netfilter_packet(mut rest: Rest<'_>, number: fn([u8; 2]) -> u16) -> Result<Rest<'_>, Unread> {
    loop {
        let (&[l0, l1, k0, k1], value) = rest.header(LINK, "NFLOG packet")?;
        let length = usize::from(number([l0, l1]));
        match (number([k0, k1]) & 0x7fff, length.checked_sub(4)) {
            (_, None) => return Err(unread(LINK, "NFLOG field with a wrong length")),
            (9, Some(packet)) => return Ok(value.cut(packet)),
            _ => rest = rest.after(length.next_multiple_of(4), LINK, "NFLOG packet")?,
        }
    }
}

/// Per-packet information: version, flags, length and the link type of the frame behind it. Little-endian, but for programs that write it as their
/// machine does. Its fields and the frame, with its link type.
pub(super) fn per_packet_information(rest: Rest<'_>) -> Result<(u32, &[u8], Rest<'_>), Unread> {
    let (&[_, _, l0, l1, k0, k1, k2, k3], _) = rest.header(LINK, "PPI header")?;
    let little = usize::from(u16::from_le_bytes([l0, l1]));
    let is_little = (8..=rest.bytes.len()).contains(&little) && u32::from_le_bytes([k0, k1, k2, k3]) <= 0xffff;
    let (length, link) = if is_little {
        (little, u32::from_le_bytes([k0, k1, k2, k3]))
    } else {
        (usize::from(u16::from_be_bytes([l0, l1])), u32::from_be_bytes([k0, k1, k2, k3]))
    };
    if length < 8 {
        return Err(unread(LINK, "PPI header with a wrong length"));
    }
    let frame = rest.after(length, LINK, "PPI header")?;
    Ok((link, rest.bytes.get(8..length).unwrap_or_default(), frame))
}

/// Apple's packet tap: length, record type and the link type of the frame behind it, in the byte order of the machine that captured: the one in which
/// the header is the shorter. The frame with its link type.
pub(super) fn packet_tap(rest: Rest<'_>) -> Result<(u32, Rest<'_>), Unread> {
    let (&[l0, l1, l2, l3, _, _, _, _, k0, k1, k2, k3], _) = rest.header(LINK, "PKTAP header")?;
    let (length, link) = ([l0, l1, l2, l3], [k0, k1, k2, k3]);
    let (little, big) = (u32::from_le_bytes(length), u32::from_be_bytes(length));
    let link = if little <= big { u32::from_le_bytes(link) } else { u32::from_be_bytes(link) };
    let length = little.min(big) as usize;
    if length < 12 {
        return Err(unread(LINK, "PKTAP header with a wrong length"));
    }
    Ok((link, rest.after(length, LINK, "PKTAP header")?))
}

/// Ethernet behind so many bytes that say nothing of it.
pub(super) fn ethernet_after(outer: Outer, rest: Rest<'_>, header: usize) -> Result<Decoded, Unread> {
    ether::ethernet(outer, rest.after(header, LINK, "header before Ethernet")?)
}

/// An Ethernet frame whose addresses a switch's tag of so many bytes follows, in place of a type.
pub(super) fn switch_tag(outer: Outer, rest: Rest<'_>, tag: usize) -> Result<Decoded, Unread> {
    let (&[d0, d1, d2, d3, d4, d5, s0, s1, s2, s3, s4, s5], rest) = rest.header(LINK, "Ethernet header")?;
    let outer = outer.on_link(Some([s0, s1, s2, s3, s4, s5]), Some([d0, d1, d2, d3, d4, d5]));
    let (&[t0, t1], rest) = rest.after(tag, LINK, "switch tag")?.header(LINK, "switch tag")?;
    ether::carried(outer, u16::from_be_bytes([t0, t1]), rest)
}

/// An Ethernet frame behind its preamble, whose last byte tells frames (IEEE 802.3) from parts of such that were interrupted (802.3br).
pub(super) fn preamble(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&[.., delimiter], rest) = rest.header::<8>(LINK, "Ethernet preamble")?;
    if delimiter == 0xd5 { ether::ethernet(outer, rest) } else { Err(unread(LINK, "Ethernet frame in parts (802.3br)")) }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, behind as read, packet, reason};

    #[test]
    fn loopback_in_either_byte_order_with_the_families_of_all_systems() {
        for link in [0, 108] {
            for header in [2u32.to_be_bytes(), 2u32.to_le_bytes()] {
                assert_eq!(read(link, &header, &sample::udp4(b"4")), b"4");
            }
            for family in [10u32, 23, 24, 28, 30] {
                assert_eq!(read(link, &family.to_be_bytes(), &sample::udp6(b"6")), b"6");
                assert_eq!(read(link, &family.to_le_bytes(), &sample::udp6(b"6")), b"6");
            }
        }
        assert_eq!(read(0, &[15, 0, 8, 0], &sample::udp4(b"4")), b"4");
        assert_eq!(read(0, &[15, 0, 0x86, 0xdd], &sample::udp6(b"6")), b"6");
        assert_eq!(reason(0, &[16, 0, 0, 0]), "network: address family 16");
    }

    #[test]
    fn logs_of_firewalls() {
        let (four, six) = (sample::udp4(b"x"), sample::udp6(b"x"));
        assert_eq!(read(117, &[[61, 2].as_slice(), &[0; 62]].concat(), &four), b"x");
        assert_eq!(read(117, &[[61, 24].as_slice(), &[0; 62]].concat(), &six), b"x");
        assert_eq!(read(109, &[2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], &four), b"x");
        assert_eq!(read(109, &[0, 0, 0, 24, 0, 0, 0, 0, 0, 0, 0, 0], &six), b"x");
        assert_eq!(read(226, &[&[2, 26][..], &[0; 22]].concat(), &six), b"x");
        assert_eq!(read(99, &[&[0; 6][..], &[8, 0], &[0; 36]].concat(), &four), b"x");
        let length = four.len() as u8 + 4;
        assert_eq!(read(239, &[2, 0, 0, 0, 8, 0, 10, 0, 1, 2, 3, 4, length, 0, 9, 0], &four), b"x", "little-endian");
        assert_eq!(read(239, &[2, 0, 0, 0, 0, 8, 0, 10, 1, 2, 3, 4, 0, length, 0, 9], &four), b"x", "big-endian");
        assert_eq!(reason(239, &[2, 0, 0, 0, 3, 0, 1, 0]), "link: NFLOG field with a wrong length");
        assert_eq!(reason(239, &[2, 0, 0, 0, 0, 0, 0, 0]), "link: NFLOG field with a wrong length");
    }

    #[test]
    fn headers_that_name_the_link_behind_them_in_either_order() {
        let (four, six) = (sample::udp4(b"x"), sample::udp6(b"x"));
        assert_eq!(read(192, &[0, 0, 8, 0, 101, 0, 0, 0], &four), b"x");
        assert_eq!(read(192, &[0, 0, 0, 8, 0, 0, 0, 101], &four), b"x");
        assert_eq!(reason(192, &[0, 0, 0, 0, 101, 0, 0, 0]), "link: PPI header with a wrong length");
        assert_eq!(read(258, &[&[108, 0, 0, 0, 1, 0, 0, 0, 101, 0, 0, 0][..], &[0; 96]].concat(), &six), b"x");
        assert_eq!(read(258, &[&[0, 0, 0, 108, 0, 0, 0, 1, 0, 0, 0, 101][..], &[0; 96]].concat(), &six), b"x");
        assert_eq!(reason(258, &[3, 0, 0, 0, 1, 0, 0, 0, 101, 0, 0, 0]), "link: PKTAP header with a wrong length");
        assert_eq!(reason(258, &[0, 200, 0, 0, 1, 0, 0, 0, 101, 0, 0, 0]), "link: PKTAP header cut short");
    }

    #[test]
    fn what_stands_before_or_inside_ethernet() {
        let ethernet = [&sample::MACS[..], &[8, 0], &sample::udp4(b"x")].concat();
        assert_eq!(read(240, &[0; 4], &ethernet), b"x");
        assert_eq!(read(241, &[0; 12], &ethernet), b"x");
        assert_eq!(read(282, &[0; 4], &ethernet), b"x");
        for link in [259, 274] {
            assert_eq!(read(link, &[0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0xd5], &ethernet), b"x");
        }
        assert_eq!(reason(274, &[&[0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0xe6][..], &ethernet].concat()), "link: Ethernet frame in parts (802.3br)");
        for (link, tag) in [(281, &[0x40, 0, 0, 1][..]), (284, &[0xc0, 1, 0, 5]), (285, &[0xda, 0xda, 0, 0, 0xc0, 1, 0, 5])] {
            let frame = [&sample::MACS[..], tag, &[8, 0], &sample::udp4(b"x")].concat();
            assert_eq!(&frame[packet(link, &frame).payload], b"x");
            assert_eq!(packet(link, &frame).from_mac.map(|mac| mac.0), Some([0, 0, 0x5e, 0, 0x53, 2]));
        }
    }
}
