//! The link types that are read (<https://www.tcpdump.org/linktypes.html>), each with whom it is read by.

use super::packet::{Decoded, Unread};
use super::rest::{LINK, Outer, Rest, unread};
use super::{access, cooked, ether, lan, linktypes, low_power, network, ppp, wan, wifi, wrapped};

/// LINKTYPE_ values. 12 and 14 are what some systems wrote for raw IP.
mod linktype {
    pub const NULL: u32 = 0;
    pub const ETHERNET: u32 = 1;
    pub const EXPERIMENTAL_ETHERNET: u32 = 2;
    pub const TOKEN_RING: u32 = 6;
    pub const ARCNET_BSD: u32 = 7;
    pub const SLIP: u32 = 8;
    pub const PPP: u32 = 9;
    pub const FDDI: u32 = 10;
    pub const OLD_RAW: u32 = 12;
    pub const OPENBSD_RAW: u32 = 14;
    pub const PPP_HDLC: u32 = 50;
    pub const PPP_ETHER: u32 = 51;
    pub const SYMANTEC: u32 = 99;
    pub const ATM: u32 = 100;
    pub const RAW: u32 = 101;
    pub const SLIP_BSDOS: u32 = 102;
    pub const C_HDLC: u32 = 104;
    pub const IEEE802_11: u32 = 105;
    pub const ATM_CLIP: u32 = 106;
    pub const FRELAY: u32 = 107;
    pub const LOOP: u32 = 108;
    pub const ENC: u32 = 109;
    pub const LINUX_SLL: u32 = 113;
    pub const PFLOG: u32 = 117;
    pub const PRISM: u32 = 119;
    pub const IP_OVER_FC: u32 = 122;
    pub const SUN_ATM: u32 = 123;
    pub const RADIOTAP: u32 = 127;
    pub const TZSP: u32 = 128;
    pub const ARCNET_LINUX: u32 = 129;
    pub const JUNIPER_FIRST: u32 = 130;
    pub const JUNIPER_ATM1: u32 = 137;
    pub const FIREWIRE: u32 = 138;
    pub const DOCSIS: u32 = 143;
    pub const AVS: u32 = 163;
    pub const PPP_PPPD: u32 = 166;
    pub const ERF_ETHERNET: u32 = 175;
    pub const ERF_POS: u32 = 176;
    pub const JUNIPER_ETHERNET: u32 = 178;
    pub const JUNIPER_PPP: u32 = 179;
    pub const JUNIPER_FRELAY: u32 = 180;
    pub const JUNIPER_C_HDLC: u32 = 181;
    pub const MFR: u32 = 182;
    pub const IEEE802_15_4_LINUX: u32 = 191;
    pub const PPI: u32 = 192;
    pub const IEEE802_15_4: u32 = 195;
    pub const ERF: u32 = 197;
    pub const PPP_WITH_DIR: u32 = 204;
    pub const C_HDLC_WITH_DIR: u32 = 205;
    pub const FRELAY_WITH_DIR: u32 = 206;
    pub const IEEE802_15_4_PHY: u32 = 215;
    pub const MPLS: u32 = 219;
    pub const IPNET: u32 = 226;
    pub const IPV4: u32 = 228;
    pub const IPV6: u32 = 229;
    pub const IEEE802_15_4_NO_FCS: u32 = 230;
    pub const NFLOG: u32 = 239;
    pub const NETANALYZER: u32 = 240;
    pub const NETANALYZER_TRANSPARENT: u32 = 241;
    pub const IPOIB: u32 = 242;
    pub const INFINIBAND: u32 = 247;
    pub const PKTAP: u32 = 258;
    pub const EPON: u32 = 259;
    pub const ETHERNET_MPACKET: u32 = 274;
    pub const LINUX_SLL2: u32 = 276;
    pub const BROADCOM_TAG: u32 = 281;
    pub const BROADCOM_TAG_FIRST: u32 = 282;
    pub const IEEE802_15_4_TAP: u32 = 283;
    pub const MARVELL_TAG: u32 = 284;
    pub const MARVELL_TAG_WITH_TYPE: u32 = 285;
}

/// A frame of any link type.
pub(super) fn read(link: u32, rest: Rest<'_>) -> Result<Decoded, Unread> {
    match link {
        linktype::ETHERNET => ether::ethernet(Outer::default(), rest),
        linktype::PPI => per_packet_information(rest),
        linktype::PKTAP => {
            let (link, frame) = wrapped::packet_tap(rest)?;
            plain(link, Outer::default(), frame)
        }
        _ => plain(link, Outer::default(), rest),
    }
}

/// The frame behind per-packet information, whose fields tell of one of 802.11 how it was received.
fn per_packet_information(rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (link, fields, frame) = wrapped::per_packet_information(rest)?;
    match link {
        linktype::IEEE802_11 => wifi::per_packet_information(Outer::default(), fields, frame),
        _ => plain(link, Outer::default(), frame),
    }
}

/// A frame of a link type that holds no other.
fn plain(link: u32, outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    match link {
        linktype::ETHERNET | linktype::EXPERIMENTAL_ETHERNET => ether::ethernet(outer, rest),
        linktype::LINUX_SLL => cooked::first(outer, rest),
        linktype::LINUX_SLL2 => cooked::second(outer, rest),
        linktype::RAW | linktype::OLD_RAW | linktype::OPENBSD_RAW => network::ip(outer, rest),
        linktype::IPV4 => network::ipv4(outer, rest),
        linktype::IPV6 => network::ipv6(outer, rest),
        linktype::NULL | linktype::LOOP => wrapped::loopback(outer, rest),
        linktype::IEEE802_11 => wifi::frame(outer, rest),
        linktype::RADIOTAP => wifi::radiotap(outer, rest),
        linktype::PRISM | linktype::AVS => wifi::prism(outer, rest),
        linktype::PPP | linktype::PPP_HDLC => ppp::serial(outer, rest),
        // A direction stands in place of the address field.
        linktype::PPP_PPPD if rest.peek::<1>(1) == Some([3]) => ppp::ppp(outer, rest.after(2, LINK, "PPP header")?),
        linktype::PPP_PPPD | linktype::PPP_WITH_DIR => ppp::ppp(outer, rest.after(1, LINK, "PPP header")?),
        linktype::PPP_ETHER => ppp::pppoe(outer, rest),
        linktype::C_HDLC => ppp::cisco(outer, rest),
        linktype::C_HDLC_WITH_DIR => ppp::cisco(outer, rest.after(1, LINK, "C-HDLC header")?),
        linktype::SLIP => network::ip(outer, rest.after(16, LINK, "SLIP header")?),
        linktype::SLIP_BSDOS => network::ip(outer, rest.after(24, LINK, "SLIP header")?),
        linktype::MPLS => ether::mpls(outer, rest),
        linktype::TZSP => access::tzsp(outer, rest).unwrap_or_else(|| Err(unread(LINK, "TZSP without a frame"))),
        linktype::IEEE802_15_4 | linktype::IEEE802_15_4_LINUX | linktype::IEEE802_15_4_NO_FCS => low_power::frame(outer, rest),
        linktype::IEEE802_15_4_PHY => low_power::with_preamble(outer, rest),
        linktype::IEEE802_15_4_TAP => low_power::with_tap(outer, rest),
        _ => rarer(link, outer, rest),
    }
}

/// A frame of a link type that homes do not have.
fn rarer(link: u32, outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    match link {
        linktype::FDDI => lan::fddi(outer, rest),
        linktype::TOKEN_RING => lan::token_ring(outer, rest),
        linktype::ARCNET_BSD => lan::arcnet(outer, rest),
        linktype::ARCNET_LINUX => lan::arcnet_linux(outer, rest),
        linktype::IP_OVER_FC => lan::fibre_channel(outer, rest),
        linktype::IPOIB => lan::ip_over_infiniband(outer, rest),
        linktype::INFINIBAND => lan::infiniband(outer, rest),
        linktype::FIREWIRE => lan::firewire(outer, rest),
        linktype::DOCSIS => lan::docsis(outer, rest),
        linktype::ERF | linktype::ERF_ETHERNET | linktype::ERF_POS => lan::endace(outer, rest),
        linktype::FRELAY => wan::frame_relay(outer, rest),
        linktype::FRELAY_WITH_DIR => wan::frame_relay(outer, rest.after(1, LINK, "Frame Relay header")?),
        linktype::MFR => wan::multilink(outer, rest),
        linktype::ATM | linktype::ATM_CLIP => wan::atm(outer, rest),
        linktype::SUN_ATM => wan::sun_atm(outer, rest),
        linktype::JUNIPER_ETHERNET => wan::juniper(outer, rest, ether::ethernet),
        linktype::JUNIPER_PPP => wan::juniper(outer, rest, ppp::ppp),
        linktype::JUNIPER_FRELAY => wan::juniper(outer, rest, wan::frame_relay),
        linktype::JUNIPER_C_HDLC => wan::juniper(outer, rest, ppp::cisco),
        linktype::JUNIPER_FIRST..=linktype::JUNIPER_ATM1 => wan::juniper(outer, rest, |_, _| Err(unread(LINK, "Juniper frame with a cookie"))),
        linktype::PFLOG => wrapped::firewall_log(outer, rest),
        linktype::ENC => wrapped::encapsulating(outer, rest),
        linktype::NFLOG => wrapped::netfilter_log(outer, rest),
        linktype::IPNET => wrapped::solaris(outer, rest),
        linktype::SYMANTEC => wrapped::symantec(outer, rest),
        linktype::NETANALYZER | linktype::BROADCOM_TAG_FIRST => wrapped::ethernet_after(outer, rest, 4),
        linktype::NETANALYZER_TRANSPARENT => wrapped::ethernet_after(outer, rest, 12),
        linktype::EPON | linktype::ETHERNET_MPACKET => wrapped::preamble(outer, rest),
        linktype::BROADCOM_TAG | linktype::MARVELL_TAG => wrapped::switch_tag(outer, rest, 4),
        linktype::MARVELL_TAG_WITH_TYPE => wrapped::switch_tag(outer, rest, 8),
        _ => Err(unread(LINK, linktypes::describe(link))),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::decode;
    use super::super::packet::{Decoded, Packet};
    use super::super::sample::{self, packet, reason};

    /// Every link type that is read.
    const LINKS: [u32; 76] = [
        0, 1, 2, 6, 7, 8, 9, 10, 12, 14, 50, 51, 99, 100, 101, 102, 104, 105, 106, 107, 108, 109, 113, 117, 119, 122, 123, 127, 128, 129, 130, 131, 132, 133,
        134, 135, 136, 137, 138, 143, 163, 166, 175, 176, 178, 179, 180, 181, 182, 191, 192, 195, 197, 204, 205, 206, 215, 219, 226, 228, 229, 230, 239, 240,
        241, 242, 247, 258, 259, 274, 276, 281, 282, 283, 284, 285,
    ];

    fn read(link: u32, header: &[u8], datagram: &[u8]) -> (Packet, Vec<u8>) {
        let frame = [header, datagram].concat();
        let packet = packet(link, &frame);
        let payload = frame[packet.payload.clone()].to_vec();
        (packet, payload)
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
    fn other_link_types_are_counted_by_name() {
        assert_eq!(reason(220, &[1, 2, 3]), "link: USB (Linux) (link type 220)");
        assert_eq!(reason(149, &[1, 2, 3]), "link: private use 2 (link type 149)");
        assert_eq!(reason(4_000, &[1, 2, 3]), "link: link type 4000");
        assert_eq!(reason(192, &[0, 0, 8, 0, 192, 0, 0, 0, 0, 0]), "link: per-packet information (link type 192)");
        assert_eq!(reason(258, &[&[12, 0, 0, 0, 1, 0, 0, 0, 2, 1, 0, 0][..], &[0; 20]].concat()), "link: Apple packet tap (link type 258)");
        for link in (0..400).filter(|link| !LINKS.contains(link)) {
            if let Decoded::Unread(unread) = decode(link, 3, &[1, 2, 3]) {
                assert!(!unread.reason.is_empty(), "{link}");
            }
        }
    }

    #[test]
    fn the_smaller_headers_are_taken_off() {
        let (four, six) = (sample::udp4(b"x"), sample::udp6(b"x"));
        let ethernet = [&sample::MACS[..], &[8, 0], &four].concat();
        let cases: [(u32, &[u8], &[u8]); 7] = [
            (2, &[], &ethernet),
            (8, &[0; 16], &four),
            (102, &[0; 24], &six),
            (51, &[0x11, 0, 0, 1, 0, 49 + 2, 0, 0x57], &six),
            (205, &[1, 0x0f, 0, 8, 0], &four),
            (219, &[0, 1, 1, 64], &four),
            (128, &[1, 0, 0, 1, 1], &ethernet),
        ];
        for (link, header, datagram) in cases {
            assert_eq!(read(link, header, datagram).1, b"x", "link {link}");
        }
        assert_eq!(reason(128, &[1, 4, 0, 1, 1]), "link: TZSP without a frame");
    }

    /// What every answer must keep, whatever the frame.
    fn hold(link: u32, wire: usize, frame: &[u8]) {
        hold_one(decode(link, wire, frame), frame);
    }

    fn hold_one(decoded: Decoded, frame: &[u8]) {
        match decoded {
            Decoded::Several(parts) => {
                assert!(parts.len() <= 1 + frame.len() / 14);
                for part in parts {
                    hold_one(part, frame);
                }
            }
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
            kind in prop::sample::select(vec![
                0x0800u16, 0x86dd, 0x0806, 0x8100, 0x8864, 0x8847, 0x6558, 0x880b, 40, 0x22f3, 0x4305, 0x88e5, 0x88e7, 0x8909, 0x8926, 0x892f, 0x894f, 0xf1c1,
            ]),
            first in prop::sample::select(vec![0x45u8, 0x46, 0x60, 0x11, 0xaa]),
            protocol in prop::sample::select(vec![0u8, 1, 4, 6, 17, 33, 41, 43, 44, 47, 51, 58, 60, 97, 115, 132, 136, 137]),
            mut body in prop::collection::vec(any::<u8>(), 20..160),
        ) {
            body[0] = first;
            body[if first == 0x60 { 6 } else { 9 }] = protocol;
            body[6] &= if first == 0x60 { 0xff } else { 0x40 };
            body[7] &= if first == 0x60 { 0xff } else { 0 };
            let frame = [&sample::MACS[..], &kind.to_be_bytes(), &body].concat();
            hold(1, frame.len(), &frame);
        }

        #[test]
        fn random_bytes_in_every_tunnel_never_panic(
            port in prop::sample::select(vec![1_701u16, 2_152, 3_386, 3_544, 4_341, 4_754, 4_789, 4_790, 5_072, 5_247, 6_081, 6_635, 9_999, 37_008]),
            first in prop::sample::select(vec![
                vec![], vec![8, 0, 0, 0], vec![0x0c, 0, 0, 1], vec![0, 0, 0x65, 0x58], vec![0x30, 255], vec![0x60], vec![1, 0, 0, 1], vec![0, 2],
                vec![0, 0x10, 3, 0], vec![0, 3], vec![0x41, 0x52, 0x11, 41], vec![0x40, 0, 8, 0],
            ]),
            body in prop::collection::vec(any::<u8>(), 0..160),
            missing in 0usize..40,
        ) {
            let frame = sample::ipv4(17, 0, &sample::udp(port, &[first, body].concat()));
            hold(101, frame.len() + missing, &frame);
        }
    }
}
