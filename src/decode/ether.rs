//! Ethernet and what its type field leads to: tags of every kind, IEEE 802.2 LLC and SNAP, MPLS, backbones and meshes that carry Ethernet again, and the
//! network layer (IEEE 802.3, 802.1Q, 802.1ah, 802.2; RFC 1042, RFC 6325).

use super::ethertypes::{describe, describe_llc, describe_snap};
use super::packet::{Decoded, Unread};
use super::rest::{LINK, NETWORK, Outer, Rest, unread};
use super::{low_power, network, overlay, ppp, tags};

/// Numbers of <https://www.iana.org/assignments/ieee-802-numbers>.
pub(super) mod kind {
    pub const IPV4: u16 = 0x0800;
    pub const ARP: u16 = 0x0806;
    pub const TRILL: u16 = 0x22f3;
    pub const BATMAN: u16 = 0x4305;
    pub const BRIDGED: u16 = 0x6558;
    pub const VLAN: u16 = 0x8100;
    pub const IPV6: u16 = 0x86dd;
    pub const PPP: u16 = 0x880b;
    pub const ZIGBEE: u16 = 0x809a;
    pub const MPLS: u16 = 0x8847;
    pub const MPLS_MULTICAST: u16 = 0x8848;
    pub const PPPOE_DISCOVERY: u16 = 0x8863;
    pub const PPPOE_SESSION: u16 = 0x8864;
    pub const PROVIDER_VLAN: u16 = 0x88a8;
    pub const CDP: u16 = 0x2000;
    pub const EAPOL: u16 = 0x888e;
    pub const LLDP: u16 = 0x88cc;
    pub const MACSEC: u16 = 0x88e5;
    pub const BACKBONE: u16 = 0x88e7;
    pub const FABRIC_PATH: u16 = 0x8903;
    pub const CISCO_METADATA: u16 = 0x8909;
    pub const VN_TAG: u16 = 0x8926;
    pub const HSR: u16 = 0x892f;
    pub const NSH: u16 = 0x894f;
    pub const OLD_PROVIDER_VLAN: u16 = 0x9100;
    pub const OLDER_PROVIDER_VLAN: u16 = 0x9200;
    pub const ARISTA: u16 = 0xd28b;
    pub const REDUNDANCY: u16 = 0xf1c1;
    /// From here on the field is a type; up to 1,500 it is a length (IEEE 802.3, clause 3.2.6).
    pub const FIRST: u16 = 0x0600;
}

/// At most so many tags and LLC headers in a row, and so many MPLS labels.
const TAGS: usize = 16;
/// The LLC header of SNAP, without the control field: both service access points 0xaa.
const SNAP: u8 = 0xaa;
/// Service access point of IP (RFC 1042 names it; ancient).
const SAP_IP: u8 = 0x06;

/// An Ethernet frame from its destination address on.
pub(super) fn ethernet(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&[d0, d1, d2, d3, d4, d5, s0, s1, s2, s3, s4, s5, t0, t1], rest) = rest.header(LINK, "Ethernet header")?;
    let outer = outer.on_link(Some([s0, s1, s2, s3, s4, s5]), Some([d0, d1, d2, d3, d4, d5]));
    carried(outer, u16::from_be_bytes([t0, t1]), rest)
}

/// What an Ethernet type, or a length in its place, announces.
pub(super) fn carried(outer: Outer, mut kind: u16, mut rest: Rest<'_>) -> Result<Decoded, Unread> {
    for _ in 0..TAGS {
        match kind {
            kind::IPV4 => return network::ipv4(outer, rest),
            kind::IPV6 => return network::ipv6(outer, rest),
            kind::ARP => return network::arp(outer, rest),
            // In a tunnel they tell of a link that is not this one.
            kind::LLDP | kind::EAPOL | kind::CDP if outer.depth == 0 => return Ok(network::link(outer, kind, rest)),
            kind::VLAN | kind::PROVIDER_VLAN | kind::OLD_PROVIDER_VLAN | kind::OLDER_PROVIDER_VLAN => {
                let (&[_, _, t0, t1], after) = rest.header(LINK, "VLAN tag")?;
                (kind, rest) = (u16::from_be_bytes([t0, t1]), after);
            }
            0..=1_500 => (kind, rest) = llc_header(rest.cut(usize::from(kind)), 0)?,
            kind::VN_TAG | kind::HSR | kind::REDUNDANCY => (kind, rest) = tags::of_four(rest)?,
            kind::CISCO_METADATA => (kind, rest) = tags::cisco_metadata(rest)?,
            kind::ARISTA => (kind, rest) = tags::arista_time(rest)?,
            kind::MACSEC => (kind, rest) = tags::macsec(rest)?,
            kind::PPPOE_SESSION => return ppp::pppoe(outer, rest),
            kind::PPPOE_DISCOVERY => return Err(unread(LINK, "PPPoE discovery")),
            kind::PPP => return ppp::ppp(outer, rest),
            kind::MPLS | kind::MPLS_MULTICAST => return mpls(outer, rest),
            kind::BRIDGED => return ethernet(outer.enter()?, rest),
            // Service instance: 4 bytes, then the customer's frame (IEEE 802.1ah).
            kind::BACKBONE => return ethernet(outer.enter()?, rest.after(4, LINK, "802.1ah tag")?),
            // Cisco's fabric: a tree and a time to live.
            kind::FABRIC_PATH => return ethernet(outer.enter()?, rest.after(2, LINK, "FabricPath tag")?),
            kind::ZIGBEE => return low_power::frame(outer, rest),
            kind::TRILL => return trill(outer.enter()?, rest),
            kind::BATMAN => return batman(outer.enter()?, rest),
            kind::NSH => return overlay::nsh(outer.enter()?, rest),
            _ => return Err(unread(NETWORK, describe(kind))),
        }
    }
    Err(unread(LINK, "more than 16 VLAN tags"))
}

/// TRILL (RFC 6325, section 3.4): flags with the number of option words, hops, two nicknames; then the frame.
fn trill(inner: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&[f0, f1, _, _, _, _], rest) = rest.header(LINK, "TRILL header")?;
    let words = usize::from(u16::from_be_bytes([f0, f1]) >> 6 & 0x1f);
    ethernet(inner, rest.after(words * 4, LINK, "TRILL options")?)
}

/// A frame through a B.A.T.M.A.N. mesh, version 15: broadcast, unicast, unicast with both ends. Its own messages hold none.
fn batman(inner: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let header = match rest.peek(0) {
        Some([0x01, 15]) => 14,
        Some([0x40, 15]) => 10,
        Some([0x42, 15]) => 18,
        _ => return Err(unread(LINK, "B.A.T.M.A.N. mesh")),
    };
    ethernet(inner, rest.after(header, LINK, "B.A.T.M.A.N. header")?)
}

/// What follows an LLC header.
pub(super) fn llc(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (kind, rest) = llc_header(rest, 0)?;
    carried(outer, kind, rest)
}

/// What follows an LLC header on ATM, where a bridged frame is padded with 2 bytes before it (RFC 2684, section 5.2).
pub(super) fn llc_on_atm(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (kind, rest) = llc_header(rest, 2)?;
    carried(outer, kind, rest)
}

/// Reads LLC and, in it, SNAP: the Ethernet type of what follows.
fn llc_header(rest: Rest<'_>, bridge_padding: usize) -> Result<(u16, Rest<'_>), Unread> {
    let (&[destination, source, control], after) = rest.header(LINK, "LLC header")?;
    match (destination, source, control) {
        (SNAP, SNAP, 0x03) => snap(after, bridge_padding),
        (SAP_IP, SAP_IP, 0x03) => Ok((kind::IPV4, after)),
        // ISO's identifiers of network protocols, of which IP has two (RFC 2427, appendix A).
        (0xfe, 0xfe, 0x03) if after.peek(0) == Some([0xcc]) => Ok((kind::IPV4, after.after(1, LINK, "LLC header")?)),
        (0xfe, 0xfe, 0x03) if after.peek(0) == Some([0x8e]) => Ok((kind::IPV6, after.after(1, LINK, "LLC header")?)),
        _ => Err(unread(NETWORK, describe_llc(destination, source, control))),
    }
}

/// Reads SNAP: an organisation and its number. The code 0000f8 is a bridge tunnel's (IEEE 802.1H), 0080c2 that of IEEE 802.1, of which 1 and 7 mean a
/// bridged Ethernet frame with and without its check sequence.
pub(super) fn snap(rest: Rest<'_>, bridge_padding: usize) -> Result<(u16, Rest<'_>), Unread> {
    let (&[o0, o1, o2, t0, t1], after) = rest.header(LINK, "SNAP header")?;
    let kind = u16::from_be_bytes([t0, t1]);
    match [o0, o1, o2] {
        [0, 0, 0 | 0xf8] if kind >= kind::FIRST => Ok((kind, after)),
        [0, 0, 0x0c] if kind == kind::CDP => Ok((kind, after)),
        [0, 0x80, 0xc2] if matches!(kind, 1 | 7) => Ok((kind::BRIDGED, after.after(bridge_padding, LINK, "bridged frame")?)),
        organisation => Err(unread(NETWORK, describe_snap(organisation, kind))),
    }
}

/// Takes the MPLS label stack off (RFC 3032). What it carries is not named: IP shows by its version, else it is an Ethernet pseudowire, mostly with
/// a control word of 4 bytes that begins with a zero nibble (RFC 4385, section 3); a one means a channel for the pseudowire's own messages (RFC 5586).
/// A frame without control word whose receiver's address begins like IP is found out by what is no header of IP.
pub(super) fn mpls(outer: Outer, mut rest: Rest<'_>) -> Result<Decoded, Unread> {
    for _ in 0..TAGS {
        let (&[_, _, bottom, _], after) = rest.header(LINK, "MPLS label")?;
        rest = after;
        if bottom & 1 == 0 {
            continue;
        }
        return match rest.bytes.first().map(|first| first >> 4) {
            Some(4) => network::ipv4(outer, rest).or_else(|error| ethernet(outer.enter()?, rest).map_err(|_| error)),
            Some(6) => network::ipv6(outer, rest).or_else(|error| ethernet(outer.enter()?, rest).map_err(|_| error)),
            Some(1) => return Err(unread(LINK, "MPLS channel (OAM)")),
            Some(0) => ethernet(outer.enter()?, rest.after(4, LINK, "pseudowire control word")?),
            _ => ethernet(outer.enter()?, rest),
        };
    }
    Err(unread(LINK, "more than 16 MPLS labels"))
}

#[cfg(test)]
mod tests {
    use super::super::packet::Body;
    use super::super::sample::{self, packet, reason};
    use crate::wire::Mac;

    fn frame(parts: &[&[u8]]) -> Vec<u8> {
        [&sample::MACS[..], &parts.concat()].concat()
    }

    #[test]
    fn ethernet_gives_both_addresses_and_cuts_the_padding() {
        let mut bytes = frame(&[&[8, 0], &sample::udp4(b"hi")]);
        bytes.resize(60, 0xee);
        let packet = packet(1, &bytes);
        assert_eq!(packet.from_mac, Some(Mac([0, 0, 0x5e, 0, 0x53, 2])));
        assert_eq!(packet.to_mac, Some(Mac([0, 0, 0x5e, 0, 0x53, 1])));
        assert_eq!((&bytes[packet.payload.clone()], packet.missing, packet.bad_checksum), (&b"hi"[..], 0, false));
    }

    #[test]
    fn tags_of_every_kind_are_taken_off() {
        for tag in [&[0x81u8, 0][..], &[0x88, 0xa8], &[0x91, 0], &[0x92, 0]] {
            let bytes = frame(&[tag, &[0, 7], &[0x81, 0, 0, 9], &[8, 0], &sample::udp4(b"tagged")]);
            assert_eq!(&bytes[packet(1, &bytes).payload], b"tagged");
        }
        let fifteen = frame(&[&[0x81, 0, 0, 1].repeat(15), &[8, 0], &sample::udp4(b"deep")]);
        assert_eq!(&fifteen[packet(1, &fifteen).payload], b"deep");
        let many = frame(&[&[0x81, 0, 0, 1].repeat(64), &[8, 0], &sample::udp4(b"deeper")]);
        assert_eq!(reason(1, &many), "link: more than 16 VLAN tags");
    }

    #[test]
    fn a_length_in_place_of_the_type_means_llc() {
        let snap = [&[0xaa, 0xaa, 3, 0, 0, 0, 8, 0][..], &sample::udp4(b"snap")].concat();
        let mut bytes = frame(&[&(snap.len() as u16).to_be_bytes(), &snap]);
        bytes.extend([0; 9]);
        assert_eq!(&bytes[packet(1, &bytes).payload], b"snap");
        let plain = [&[6, 6, 3][..], &sample::udp4(b"llc")].concat();
        let bytes = frame(&[&(plain.len() as u16).to_be_bytes(), &plain]);
        assert_eq!(&bytes[packet(1, &bytes).payload], b"llc");
    }

    #[test]
    fn llc_and_vlan_in_turn_end_at_the_limit() {
        let turn = [0x81, 0, 0, 0, 5, 0xdc, 0xaa, 0xaa, 3, 0, 0, 0];
        let bytes = frame(&[&turn.repeat(5_000)]);
        assert_eq!(reason(1, &bytes), "link: more than 16 VLAN tags");
    }

    #[test]
    fn messages_of_the_link_are_packets_without_addresses() {
        let bytes = frame(&[&[0x88, 0xcc, 2, 7]]);
        let lldp = packet(1, &bytes);
        assert_eq!((lldp.body.clone(), lldp.payload.clone(), lldp.from_mac), (Body::Link { kind: 0x88cc }, 14..16, Some(Mac([0, 0, 0x5e, 0, 0x53, 2]))));
        assert_eq!((lldp.from, lldp.body.transport()), (std::net::IpAddr::from([0; 4]), None));
        assert_eq!(packet(1, &frame(&[&[0x88, 0x8e, 1, 0]])).body, Body::Link { kind: 0x888e });
        let cdp = frame(&[&[0, 10, 0xaa, 0xaa, 3, 0, 0, 0x0c, 0x20, 0, 2, 180, 9, 9]]);
        assert_eq!((packet(1, &cdp).body, packet(1, &cdp).payload), (Body::Link { kind: 0x2000 }, 22..24));
    }

    #[test]
    fn what_is_not_read_is_named() {
        assert_eq!(reason(1, &frame(&[&[0x88, 0xf7, 1, 2]])), "network: PTP (precise time)");
        assert_eq!(reason(1, &frame(&[&[0x12, 0x34, 1, 2]])), "network: ethertype 0x1234");
        assert_eq!(reason(1, &frame(&[&[5, 0xff, 1, 2]])), "network: ethertype 0x05ff");
        assert_eq!(reason(1, &frame(&[&[0x88, 0x63, 0x11, 9]])), "link: PPPoE discovery");
        assert_eq!(reason(1, &frame(&[&[0, 7, 0x42, 0x42, 3, 0, 0, 0, 0]])), "network: spanning tree");
        assert_eq!(reason(1, &frame(&[&[0, 9, 0xf0, 0xf0, 3, 0, 0, 0, 0]])), "network: NetBIOS frames");
        assert_eq!(reason(1, &frame(&[&[0, 9, 0xff, 0xff, 0, 0, 0, 0, 0]])), "network: IPX");
        assert_eq!(reason(1, &frame(&[&[0, 12, 0xaa, 0xaa, 3, 0, 0, 0x0c, 0x20, 9, 1, 2]])), "network: Cisco's own (SNAP)");
        assert_eq!(reason(1, &frame(&[&[0, 12, 0xaa, 0xaa, 3, 0, 0, 0, 0, 9, 1, 2]])), "network: SNAP 000000 0x0009");
        assert_eq!(reason(1, &[0; 13]), "link: Ethernet header cut short");
    }

    #[test]
    fn mpls_carries_ip_or_an_ethernet_pseudowire() {
        let labels: &[u8] = &[0, 1, 0, 64, 0, 2, 1, 64];
        let bytes = frame(&[&[0x88, 0x47], labels, &sample::udp4(b"label")]);
        assert_eq!((&bytes[packet(1, &bytes).payload], packet(1, &bytes).depth), (&b"label"[..], 0));
        let bytes = frame(&[&[0x88, 0x47], labels, &[0; 4], &frame(&[&[8, 0], &sample::udp4(b"wire")])]);
        assert_eq!((&bytes[packet(1, &bytes).payload], packet(1, &bytes).depth), (&b"wire"[..], 1));
        let bytes = frame(&[&[0x88, 0x47], &[0, 1, 0, 64].repeat(40)]);
        assert_eq!(reason(1, &bytes), "link: more than 16 MPLS labels");
    }

    #[test]
    fn frames_in_frames_are_entered() {
        let inside = frame(&[&[8, 0], &sample::udp4(b"inner")]);
        let carriers: [&[u8]; 8] = [
            &[0x89, 0x03, 0, 0x5f],
            &[0x88, 0xe7, 0, 0, 0, 7],
            &[0x22, 0xf3, 0, 0x3f, 0, 1, 0, 2],
            &[0x22, 0xf3, 0, 0x7f, 0, 1, 0, 2, 9, 9, 9, 9],
            &[0x43, 0x05, 0x40, 15, 50, 1, 0, 0, 0x5e, 0, 0x53, 9],
            &[0x43, 0x05, 0x42, 15, 50, 1, 0, 0, 0x5e, 0, 0x53, 9, 0, 0, 0x5e, 0, 0x53, 8, 0, 0],
            &[0x43, 0x05, 0x01, 15, 50, 0, 0, 0, 0, 1, 0, 0, 0x5e, 0, 0x53, 9],
            &[0x65, 0x58],
        ];
        for carrier in carriers {
            let bytes = frame(&[carrier, &inside]);
            assert_eq!((&bytes[packet(1, &bytes).payload], packet(1, &bytes).depth), (&b"inner"[..], 1), "{carrier:02x?}");
        }
        let snapped = [&[0xaa, 0xaa, 3, 0, 0x80, 0xc2, 0, 7][..], &inside].concat();
        let bytes = frame(&[&(snapped.len() as u16).to_be_bytes(), &snapped]);
        assert_eq!(&bytes[packet(1, &bytes).payload], b"inner");
        assert_eq!(reason(1, &frame(&[&[0x43, 0x05, 0x00, 15, 50, 0]])), "link: B.A.T.M.A.N. mesh");
        assert_eq!(reason(1, &frame(&[&[0x22, 0xf3, 0, 0, 0]])), "link: TRILL header cut short");
        let endless = frame(&[&[&[0x88, 0xe7, 0, 0, 0, 7][..], &sample::MACS].concat().repeat(3_000)]);
        assert_eq!(reason(1, &endless), "link: more than 16 tunnels");
    }

    #[test]
    fn a_pseudowire_without_control_word_is_told_from_ip() {
        let wire = [&[0x40, 0, 0, 0, 0, 1, 0, 0, 0x5e, 0, 0x53, 2, 8, 0][..], &sample::udp4(b"wire")].concat();
        let bytes = frame(&[&[0x88, 0x47, 0, 1, 1, 64], &wire]);
        assert_eq!((&bytes[packet(1, &bytes).payload], packet(1, &bytes).depth), (&b"wire"[..], 1));
        assert_eq!(reason(1, &frame(&[&[0x88, 0x47, 0, 1, 1, 64, 0x10, 0, 0, 7]])), "link: MPLS channel (OAM)");
    }

    #[test]
    fn identifiers_of_iso_lead_to_ip() {
        for (identifier, datagram) in [(0xcc, sample::udp4(b"iso")), (0x8e, sample::udp6(b"iso"))] {
            let body = [&[0xfe, 0xfe, 3, identifier][..], &datagram].concat();
            let bytes = frame(&[&(body.len() as u16).to_be_bytes(), &body]);
            assert_eq!(&bytes[packet(1, &bytes).payload], b"iso");
        }
    }
}
