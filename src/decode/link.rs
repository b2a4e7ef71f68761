//! The link types that are read (<https://www.tcpdump.org/linktypes.html>) and their small headers.

use super::packet::{Decoded, Unread};
use super::rest::{LINK, NETWORK, Outer, Rest, cut_short, unread};
use super::{ether, network, ppp, wifi};

/// LINKTYPE_ values. 12 and 14 are what some systems wrote for raw IP.
mod linktype {
    pub const NULL: u32 = 0;
    pub const ETHERNET: u32 = 1;
    pub const SLIP: u32 = 8;
    pub const PPP: u32 = 9;
    pub const FDDI: u32 = 10;
    pub const OLD_RAW: u32 = 12;
    pub const OPENBSD_RAW: u32 = 14;
    pub const PPP_HDLC: u32 = 50;
    pub const PPP_ETHER: u32 = 51;
    pub const RAW: u32 = 101;
    pub const C_HDLC: u32 = 104;
    pub const IEEE802_11: u32 = 105;
    pub const FRELAY: u32 = 107;
    pub const LOOP: u32 = 108;
    pub const ENC: u32 = 109;
    pub const LINUX_SLL: u32 = 113;
    pub const PFLOG: u32 = 117;
    pub const PRISM: u32 = 119;
    pub const RADIOTAP: u32 = 127;
    pub const AVS: u32 = 163;
    pub const PPP_PPPD: u32 = 166;
    pub const PPI: u32 = 192;
    pub const PPP_WITH_DIR: u32 = 204;
    pub const IPV4: u32 = 228;
    pub const IPV6: u32 = 229;
    pub const NFLOG: u32 = 239;
    pub const PKTAP: u32 = 258;
    pub const LINUX_SLL2: u32 = 276;
}

/// `AF_INET` everywhere.
const FAMILY_IPV4: u32 = 2;
/// `AF_INET6` of Linux; Windows; NetBSD and OpenBSD; FreeBSD; Darwin.
const FAMILIES_IPV6: [u32; 5] = [10, 23, 24, 28, 30];

/// A frame of any link type.
pub(super) fn read(link: u32, rest: Rest<'_>) -> Result<Decoded, Unread> {
    match link {
        linktype::PPI => per_packet_information(rest),
        linktype::PKTAP => packet_tap(rest),
        _ => plain(link, Outer::default(), rest),
    }
}

/// A frame of a link type that holds no other.
fn plain(link: u32, outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    match link {
        linktype::ETHERNET => ether::ethernet(outer, rest),
        linktype::LINUX_SLL => cooked(outer, rest),
        linktype::LINUX_SLL2 => cooked2(outer, rest),
        linktype::RAW | linktype::OLD_RAW | linktype::OPENBSD_RAW => network::ip(outer, rest),
        linktype::IPV4 => network::ipv4(outer, rest),
        linktype::IPV6 => network::ipv6(outer, rest),
        linktype::NULL | linktype::LOOP => loopback(outer, rest),
        linktype::IEEE802_11 => wifi::frame(outer, rest),
        linktype::RADIOTAP => wifi::radiotap(outer, rest),
        linktype::PRISM | linktype::AVS => wifi::prism(outer, rest),
        linktype::PPP | linktype::PPP_HDLC => ppp::serial(outer, rest),
        // A direction stands in place of the address field.
        linktype::PPP_PPPD if rest.peek::<1>(1) == Some([3]) => ppp::ppp(outer, rest.after(2, LINK, "PPP header")?),
        linktype::PPP_PPPD | linktype::PPP_WITH_DIR => ppp::ppp(outer, rest.after(1, LINK, "PPP header")?),
        linktype::PPP_ETHER => ppp::pppoe(outer, rest),
        linktype::C_HDLC => ppp::cisco(outer, rest),
        linktype::FRELAY => frame_relay(outer, rest),
        linktype::FDDI => fddi(outer, rest),
        linktype::SLIP => network::ip(outer, rest.after(16, LINK, "SLIP header")?),
        linktype::PFLOG => firewall_log(outer, rest),
        linktype::ENC => encapsulating(outer, rest),
        linktype::NFLOG => netfilter_log(outer, rest),
        _ => Err(unread(LINK, format!("link type {link}"))),
    }
}

/// FDDI: frame control, destination, source, LLC.
fn fddi(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&[_, d0, d1, d2, d3, d4, d5, s0, s1, s2, s3, s4, s5], rest) = rest.header(LINK, "FDDI header")?;
    ether::llc(outer.on_link(Some([s0, s1, s2, s3, s4, s5]), Some([d0, d1, d2, d3, d4, d5])), rest)
}

/// Linux "cooked" capture: packet type, ARPHRD_ type, length and 8 bytes of the sender's address, protocol.
fn cooked(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&[_, _, _, _, l0, l1, a0, a1, a2, a3, a4, a5, _, _, p0, p1], rest) = rest.header(LINK, "SLL header")?;
    let sender = ([l0, l1] == [0, 6]).then_some([a0, a1, a2, a3, a4, a5]);
    cooked_protocol(outer.on_link(sender, None), u16::from_be_bytes([p0, p1]), rest)
}

/// The second version: protocol, reserved, interface, ARPHRD_ type, packet type, length and 8 bytes of the sender's address.
fn cooked2(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&[p0, p1, _, _, _, _, _, _, _, _, _, length, a0, a1, a2, a3, a4, a5, _, _], rest) = rest.header(LINK, "SLL2 header")?;
    let sender = (length == 6).then_some([a0, a1, a2, a3, a4, a5]);
    cooked_protocol(outer.on_link(sender, None), u16::from_be_bytes([p0, p1]), rest)
}

/// The protocol field is an Ethernet type, or one of Linux's `ETH_P_` numbers below them, of which 4 is LLC.
fn cooked_protocol(outer: Outer, protocol: u16, rest: Rest<'_>) -> Result<Decoded, Unread> {
    match protocol {
        4 => ether::llc(outer, rest),
        ether::kind::FIRST.. => ether::carried(outer, protocol, rest),
        _ => Err(unread(NETWORK, format!("SLL protocol 0x{protocol:04x}"))),
    }
}

/// BSD loopback: an address family of 4 bytes in the byte order of the machine that captured. Some machines write an Ethernet type into the last two.
fn loopback(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&family, rest) = rest.header::<4>(LINK, "loopback header")?;
    let [_, _, t0, t1] = family;
    if let kind @ (ether::kind::IPV4 | ether::kind::IPV6) = u16::from_be_bytes([t0, t1]) {
        return ether::carried(outer, kind, rest);
    }
    let (big, little) = (u32::from_be_bytes(family), u32::from_le_bytes(family));
    by_family(outer, big.min(little), rest)
}

/// IP, as an address family says.
fn by_family(outer: Outer, family: u32, rest: Rest<'_>) -> Result<Decoded, Unread> {
    match family {
        FAMILY_IPV4 => network::ipv4(outer, rest),
        _ if FAMILIES_IPV6.contains(&family) => network::ipv6(outer, rest),
        _ => Err(unread(NETWORK, format!("address family {family}"))),
    }
}

/// Frame relay (RFC 2427): an address of 2 to 4 bytes, control, and the identifier of the network protocol; or Cisco's way, an Ethernet type.
fn frame_relay(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let address = rest.bytes.iter().take(4).position(|byte| byte & 1 == 1).ok_or_else(|| cut_short(LINK, "frame relay header"))?;
    let (&protocol, rest) = rest.after(address + 1, LINK, "frame relay header")?.header(LINK, "frame relay header")?;
    match protocol {
        [0x03, 0xcc] | [0x08, 0x00] => network::ipv4(outer, rest),
        [0x03, 0x8e] | [0x86, 0xdd] => network::ipv6(outer, rest),
        _ => Err(unread(NETWORK, "frame relay protocol")),
    }
}

/// OpenBSD's firewall log: its length (padded to 4 bytes) and an address family come first.
fn firewall_log(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&[length, family], _) = rest.header(LINK, "PFLOG header")?;
    by_family(outer, u32::from(family), rest.after(usize::from(length).next_multiple_of(4), LINK, "PFLOG header")?)
}

/// OpenBSD's encapsulating interface: an address family, 8 more bytes, IP.
fn encapsulating(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&[a, b, c, d, ..], rest) = rest.header::<12>(LINK, "ENC header")?;
    let family = [a, b, c, d];
    by_family(outer, u32::from_be_bytes(family).min(u32::from_le_bytes(family)), rest)
}

/// Linux's netfilter log: an address family, then fields of length, type and value padded to 4 bytes, of which type 9 is the packet. Length and type
/// are in the byte order of the machine that captured, which hardly ever is big-endian.
fn netfilter_log(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&[family, ..], mut rest) = rest.header::<4>(LINK, "NFLOG header")?;
    loop {
        let (&[l0, l1, k0, k1], value) = rest.header(LINK, "NFLOG packet")?;
        let length = usize::from(u16::from_le_bytes([l0, l1]));
        match (u16::from_le_bytes([k0, k1]) & 0x7fff, length.checked_sub(4)) {
            (_, None) => return Err(unread(LINK, "NFLOG field with a wrong length")),
            (9, Some(packet)) => return by_family(outer, u32::from(family), value.cut(packet)),
            _ => rest = rest.after(length.next_multiple_of(4), LINK, "NFLOG packet")?,
        }
    }
}

/// Per-packet information: version, flags, length and the link type of the frame behind it.
fn per_packet_information(rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&[_, _, l0, l1, k0, k1, k2, k3], _) = rest.header(LINK, "PPI header")?;
    let length = usize::from(u16::from_le_bytes([l0, l1]));
    let frame = rest.after(length, LINK, "PPI header")?;
    match u32::from_le_bytes([k0, k1, k2, k3]) {
        linktype::IEEE802_11 => wifi::per_packet_information(Outer::default(), rest.bytes.get(8..length).unwrap_or_default(), frame),
        link => plain(link, Outer::default(), frame),
    }
}

/// Apple's packet tap: length, record type and the link type of the frame behind it, little-endian.
fn packet_tap(rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&[l0, l1, l2, l3, _, _, _, _, k0, k1, k2, k3], _) = rest.header(LINK, "PKTAP header")?;
    let frame = rest.after(u32::from_le_bytes([l0, l1, l2, l3]) as usize, LINK, "PKTAP header")?;
    plain(u32::from_le_bytes([k0, k1, k2, k3]), Outer::default(), frame)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::decode;
    use super::super::packet::{Decoded, Packet};
    use super::super::sample::{self, packet, reason};

    /// Every link type that is read.
    const LINKS: [u32; 28] = [0, 1, 8, 9, 10, 12, 14, 50, 51, 101, 104, 105, 107, 108, 109, 113, 117, 119, 127, 163, 166, 192, 204, 228, 229, 239, 258, 276];

    fn read(link: u32, header: &[u8], datagram: &[u8]) -> (Packet, Vec<u8>) {
        let frame = [header, datagram].concat();
        let packet = packet(link, &frame);
        let payload = frame[packet.payload.clone()].to_vec();
        (packet, payload)
    }

    #[test]
    fn cooked_captures_give_the_sender_alone() {
        let mac = [0, 0, 0x5e, 0, 0x53, 7];
        let first = [&[0, 4, 0, 1, 0, 6][..], &mac, &[0, 0, 8, 0]].concat();
        let second = [&[8, 0, 0, 0, 0, 0, 0, 2, 0, 1, 4, 6][..], &mac, &[0, 0]].concat();
        for (link, header) in [(113, first), (276, second)] {
            let (packet, payload) = read(link, &header, &sample::udp4(b"sll"));
            assert_eq!((packet.from_mac.map(|mac| mac.0), packet.to_mac, &payload[..]), (Some(mac), None, &b"sll"[..]));
        }
        let nobody = [&[0, 0, 3, 4, 0, 0][..], &[0; 8], &[0x86, 0xdd]].concat();
        assert_eq!(read(113, &nobody, &sample::udp6(b"lo")).0.from_mac, None);
        let tagged = [&[0, 0, 0, 1, 0, 6][..], &mac, &[0, 0, 0x81, 0, 0, 5, 8, 0]].concat();
        assert_eq!(read(113, &tagged, &sample::udp4(b"vlan")).1, b"vlan");
        let llc = [&[0, 0, 0, 1, 0, 6][..], &mac, &[0, 0, 0, 4, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0]].concat();
        assert_eq!(read(113, &llc, &sample::udp4(b"llc")).1, b"llc");
        let can = [&[0, 0, 1, 24, 0, 0][..], &[0; 8], &[0, 12]].concat();
        assert_eq!(reason(113, &can), "network: SLL protocol 0x000c");
    }

    #[test]
    fn raw_ip_by_its_version() {
        for link in [12, 14, 101] {
            assert_eq!(read(link, &[], &sample::udp4(b"4")).1, b"4");
            assert_eq!(read(link, &[], &sample::udp6(b"6")).1, b"6");
        }
        assert_eq!(read(228, &[], &sample::udp4(b"4")).1, b"4");
        assert_eq!(read(229, &[], &sample::udp6(b"6")).1, b"6");
    }

    #[test]
    fn loopback_in_either_byte_order_with_the_families_of_all_systems() {
        for link in [0, 108] {
            for header in [2u32.to_be_bytes(), 2u32.to_le_bytes()] {
                assert_eq!(read(link, &header, &sample::udp4(b"4")).1, b"4");
            }
            for family in [10u32, 23, 24, 28, 30] {
                assert_eq!(read(link, &family.to_be_bytes(), &sample::udp6(b"6")).1, b"6");
                assert_eq!(read(link, &family.to_le_bytes(), &sample::udp6(b"6")).1, b"6");
            }
        }
        assert_eq!(read(0, &[15, 0, 8, 0], &sample::udp4(b"4")).1, b"4");
        assert_eq!(read(0, &[15, 0, 0x86, 0xdd], &sample::udp6(b"6")).1, b"6");
        assert_eq!(reason(0, &[16, 0, 0, 0]), "network: address family 16");
    }

    #[test]
    fn rarer_links() {
        let (four, six) = (sample::udp4(b"x"), sample::udp6(b"x"));
        let flow_log = [&[8, 0, 10, 0, 1, 2, 3, 4][..], &[(four.len() + 4) as u8, 0, 9, 0]].concat();
        let tap = [&[108, 0, 0, 0, 1, 0, 0, 0, 101, 0, 0, 0][..], &[0; 96]].concat();
        let fiber = [&[0x54][..], &sample::MACS, &[0xaa, 0xaa, 3, 0, 0, 0, 8, 0]].concat();
        let cases: [(u32, &[u8], &[u8]); 12] = [
            (10, &fiber, &four),
            (8, &[0; 16], &four),
            (107, &[0x18, 0x41, 3, 0xcc], &four),
            (107, &[0x18, 0x41, 3, 0x8e], &six),
            (107, &[0x18, 0x41, 8, 0], &four),
            (117, &[[61, 2].as_slice(), &[0; 62]].concat(), &four),
            (117, &[[61, 24].as_slice(), &[0; 62]].concat(), &six),
            (109, &[2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], &four),
            (239, &[&[2, 0, 0, 0][..], &flow_log].concat(), &four),
            (192, &[0, 0, 8, 0, 101, 0, 0, 0], &four),
            (258, &tap, &six),
            (51, &[0x11, 0, 0, 1, 0, 49 + 2, 0, 0x57], &six),
        ];
        for (link, header, datagram) in cases {
            assert_eq!(read(link, header, datagram).1, b"x", "link {link}");
        }
        assert_eq!(reason(239, &[2, 0, 0, 0, 3, 0, 1, 0]), "link: NFLOG field with a wrong length");
    }

    #[test]
    fn other_link_types_are_counted_by_number() {
        assert_eq!(reason(195, &[1, 2, 3]), "link: link type 195");
        assert_eq!(reason(192, &[0, 0, 8, 0, 192, 0, 0, 0, 0, 0]), "link: link type 192");
        assert_eq!(reason(258, &[&[12, 0, 0, 0, 1, 0, 0, 0, 2, 1, 0, 0][..], &[0; 20]].concat()), "link: link type 258");
    }

    /// What every answer must keep, whatever the frame.
    fn hold(link: u32, wire: usize, frame: &[u8]) {
        match decode(link, wire, frame) {
            Decoded::Packet(packet) => {
                assert!(frame.get(packet.payload.clone()).is_some(), "{packet:?}");
                assert!(packet.depth <= 16);
            }
            Decoded::Fragment(fragment) => {
                assert!(frame.get(fragment.payload.clone()).is_some(), "{fragment:?}");
                assert!(fragment.offset <= 0xffff && fragment.depth <= 16);
            }
            Decoded::Unread(unread) => assert!(["link", "network", "transport"].contains(&unread.layer) && !unread.reason.is_empty()),
        }
    }

    #[test]
    fn every_prefix_of_sample_frames_is_answered() {
        let deep = sample::ipv4(47, 0, &[&[0, 0, 0x65, 0x58][..], &sample::MACS, &[8, 0], &sample::ipv4(6, 0, &sample::tcp(b"deep"))].concat());
        for datagram in [sample::ipv4(6, 0, &sample::tcp(b"hello")), sample::udp6(b"hello"), deep] {
            let ethernet =
                [&sample::MACS[..], &[0x81, 0, 0, 3, if datagram[0] == 0x60 { 0x86 } else { 8 }, if datagram[0] == 0x60 { 0xdd } else { 0 }], &datagram]
                    .concat();
            for frame in [ethernet, datagram] {
                for cut in 0..=frame.len() {
                    for link in LINKS {
                        hold(link, frame.len(), &frame[..cut]);
                    }
                }
            }
        }
    }

    proptest! {
        #[test]
        fn random_bytes_never_panic(link in prop::sample::select(&LINKS[..]), frame in prop::collection::vec(any::<u8>(), 0..200), more in 0usize..2_000) {
            hold(link, frame.len() + more, &frame);
        }

        #[test]
        fn random_bytes_below_a_good_header_never_panic(
            kind in prop::sample::select(vec![0x0800u16, 0x86dd, 0x0806, 0x8100, 0x8864, 0x8847, 0x6558, 0x880b, 40]),
            first in prop::sample::select(vec![0x45u8, 0x46, 0x60, 0x11, 0xaa]),
            protocol in prop::sample::select(vec![0u8, 1, 4, 6, 17, 41, 43, 44, 47, 51, 58, 60, 97, 137]),
            mut body in prop::collection::vec(any::<u8>(), 20..160),
        ) {
            body[0] = first;
            body[if first == 0x60 { 6 } else { 9 }] = protocol;
            body[6] &= if first == 0x60 { 0xff } else { 0x40 };
            body[7] &= if first == 0x60 { 0xff } else { 0 };
            let frame = [&sample::MACS[..], &kind.to_be_bytes(), &body].concat();
            hold(1, frame.len(), &frame);
        }
    }
}
