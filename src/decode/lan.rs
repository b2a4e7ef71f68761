//! Links of local networks other than Ethernet and 802.11: rings (FDDI, IEEE 802.5), ARCNET (RFC 1201, RFC 1051), Fibre Channel (RFC 2625), InfiniBand
//! (RFC 4391), FireWire, and DOCSIS cable.

use super::ether::kind;
use super::packet::{Decoded, Unread};
use super::rest::{LINK, Outer, Rest, unread};
use super::{ether, network};

/// Ethernet types that ARCNET's own numbers stand for.
mod arcnet_type {
    pub const OLD_IP: u8 = 240;
    pub const OLD_ARP: u8 = 241;
    pub const IP: u8 = 212;
    pub const ARP: u8 = 213;
    pub const IPV6: u8 = 196;
}

/// FDDI: frame control, destination, source, LLC.
pub(super) fn fddi(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&[control, d0, d1, d2, d3, d4, d5, s0, s1, s2, s3, s4, s5], rest) = rest.header(LINK, "FDDI header")?;
    if control & 0x70 != 0x50 {
        return Err(unread(LINK, "FDDI management"));
    }
    ether::llc(outer.on_link(Some([s0, s1, s2, s3, s4, s5]), Some([d0, d1, d2, d3, d4, d5])), rest)
}

/// Token Ring: access control, frame control, destination, source, of which the first bit says that a route follows; LLC.
pub(super) fn token_ring(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&[_, control, d0, d1, d2, d3, d4, d5, s0, s1, s2, s3, s4, s5], rest) = rest.header(LINK, "Token Ring header")?;
    if control & 0xc0 != 0x40 {
        return Err(unread(LINK, "Token Ring management"));
    }
    let outer = outer.on_link(Some([s0 & 0x7f, s1, s2, s3, s4, s5]), Some([d0, d1, d2, d3, d4, d5]));
    let route = match rest.peek(0) {
        Some([length]) if s0 & 0x80 != 0 => usize::from(length & 0x1f),
        _ => 0,
    };
    ether::llc(outer, rest.after(route, LINK, "Token Ring route")?)
}

/// ARCNET as BSD has it: source, destination, type.
pub(super) fn arcnet(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&[_, _, kind], rest) = rest.header(LINK, "ARCNET header")?;
    arcnet_packet(outer, kind, rest)
}

/// ARCNET as Linux has it: the offset of the packet in the card's memory stands before the type.
pub(super) fn arcnet_linux(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&[_, _, _, _, kind], rest) = rest.header(LINK, "ARCNET header")?;
    arcnet_packet(outer, kind, rest)
}

/// Behind RFC 1201's types stand a flag and a sequence number of two bytes, repeated after a flag of 255. An odd flag is the first of several pieces,
/// whose rest is missing; an even one a later piece.
fn arcnet_packet(outer: Outer, kind: u8, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let ether_type = match kind {
        arcnet_type::IP | arcnet_type::OLD_IP => kind::IPV4,
        arcnet_type::ARP | arcnet_type::OLD_ARP => kind::ARP,
        arcnet_type::IPV6 => kind::IPV6,
        0xcd => return Err(unread(LINK, "BACnet on ARCNET")),
        _ => return Err(unread(LINK, format!("ARCNET protocol {kind}"))),
    };
    if matches!(kind, arcnet_type::OLD_IP | arcnet_type::OLD_ARP) {
        return ether::carried(outer, ether_type, rest);
    }
    let rest = if rest.peek(0) == Some([0xffu8]) { rest.after(4, LINK, "ARCNET header")? } else { rest };
    let (&[flag, _, _], rest) = rest.header(LINK, "ARCNET header")?;
    if flag != 0 && flag & 1 == 0 {
        return Err(unread(LINK, "ARCNET fragment"));
    }
    ether::carried(outer, ether_type, rest)
}

/// IP over Fibre Channel: both names of 8 bytes, of which the last 6 are hardware addresses; LLC.
pub(super) fn fibre_channel(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&[_, _, d0, d1, d2, d3, d4, d5, _, _, s0, s1, s2, s3, s4, s5], rest) = rest.header(LINK, "Fibre Channel header")?;
    ether::llc(outer.on_link(Some([s0, s1, s2, s3, s4, s5]), Some([d0, d1, d2, d3, d4, d5])), rest)
}

/// IP over InfiniBand: a route of 40 bytes, an Ethernet type, two bytes reserved.
pub(super) fn ip_over_infiniband(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&[t0, t1, _, _], rest) = rest.after(40, LINK, "IPoIB header")?.header(LINK, "IPoIB header")?;
    ether::carried(outer, u16::from_be_bytes([t0, t1]), rest)
}

/// A frame of InfiniBand: local route, maybe global route, transport. Unreliable datagrams (0x64) whose content begins as IP does there hold IP.
pub(super) fn infiniband(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&[_, next, ..], rest) = rest.header::<8>(LINK, "InfiniBand header")?;
    let rest = match next & 3 {
        2 => rest,
        3 => rest.after(40, LINK, "InfiniBand route")?,
        _ => return Err(unread(LINK, "InfiniBand, raw")),
    };
    let (&[operation, ..], rest) = rest.header::<12>(LINK, "InfiniBand transport header")?;
    match (operation, rest.peek(8)) {
        (0x64, Some([t0, t1, 0, 0])) if matches!(u16::from_be_bytes([t0, t1]), kind::IPV4 | kind::ARP | kind::IPV6) => {
            ether::carried(outer, u16::from_be_bytes([t0, t1]), rest.after(12, LINK, "InfiniBand datagram header")?)
        }
        _ => Err(unread(LINK, "InfiniBand")),
    }
}

/// IP over FireWire as Apple has it: both names of 8 bytes, an Ethernet type.
pub(super) fn firewire(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&[.., t0, t1], rest) = rest.header::<18>(LINK, "FireWire header")?;
    ether::carried(outer, u16::from_be_bytes([t0, t1]), rest)
}

/// A DOCSIS frame: frame control, its parameter, length, maybe an extended header as long as the parameter says, check sequence; Ethernet.
pub(super) fn docsis(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&[control, parameter, _, _], rest) = rest.header(LINK, "DOCSIS header")?;
    let extended = if control & 1 == 1 { usize::from(parameter) } else { 0 };
    match control >> 6 {
        0 => ether::ethernet(outer, rest.after(extended + 2, LINK, "DOCSIS header")?),
        3 => Err(unread(LINK, "DOCSIS management")),
        _ => Err(unread(LINK, "DOCSIS, other than a packet")),
    }
}

/// Endace's record: time, type, flags, lengths; extension headers of 8 bytes as long as their first bit says; the frame.
pub(super) fn endace(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&[_, _, _, _, _, _, _, _, kind, _, _, _, _, _, w0, w1], mut rest) = rest.header(LINK, "ERF header")?;
    let mut more = kind & 0x80 != 0;
    while more {
        more = rest.peek(0).is_some_and(|[first]: [u8; 1]| first & 0x80 != 0);
        rest = rest.after(8, LINK, "ERF extension header")?;
    }
    let length = usize::from(u16::from_be_bytes([w0, w1]));
    match kind & 0x7f {
        2 | 11 | 16 | 20 => ether::ethernet(outer, rest.after(2, LINK, "ERF padding")?.cut(length)),
        1 | 10 | 15 | 19 => super::ppp::serial(outer, rest.cut(length)),
        22 => network::ipv4(outer, rest),
        23 => network::ipv6(outer, rest),
        21 => infiniband(outer, rest),
        other => Err(unread(LINK, format!("ERF record of type {other}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, packet, reason};

    fn read(link: u32, header: &[u8], datagram: &[u8]) -> Vec<u8> {
        let frame = [header, datagram].concat();
        frame[packet(link, &frame).payload].to_vec()
    }

    const SNAP: [u8; 8] = [0xaa, 0xaa, 3, 0, 0, 0, 8, 0];

    #[test]
    fn rings_with_and_without_a_route() {
        let four = sample::udp4(b"ring");
        let fiber = [&[0x54][..], &sample::MACS, &SNAP].concat();
        assert_eq!(read(10, &fiber, &four), b"ring");
        assert_eq!(reason(10, &[&[0x41][..], &sample::MACS, &[0; 9]].concat()), "link: FDDI management");
        let ring = [&[0x10, 0x40][..], &sample::MACS, &SNAP].concat();
        assert_eq!(read(6, &ring, &four), b"ring");
        let mut routed = [&[0x10, 0x40][..], &sample::MACS, &[0x06, 0x30, 1, 2, 3, 4], &SNAP].concat();
        routed[8] |= 0x80;
        assert_eq!(read(6, &routed, &four), b"ring");
        let frame = [&routed[..], &four].concat();
        assert_eq!(packet(6, &frame).from_mac.map(|mac| mac.to_string()).as_deref(), Some("00:00:5e:00:53:02"));
        assert_eq!(reason(6, &[&[0x10, 0x00][..], &sample::MACS].concat()), "link: Token Ring management");
    }

    #[test]
    fn arcnet_of_both_systems_in_one_piece() {
        let (four, six) = (sample::udp4(b"arc"), sample::udp6(b"arc"));
        for (kind, fields, datagram) in [(212, &[0, 0, 1][..], &four), (212, &[1, 0, 1], &four), (240, &[], &four), (196, &[0, 0, 1], &six)] {
            assert_eq!(read(7, &[&[1, 2, kind][..], fields].concat(), datagram), b"arc", "type {kind}");
            assert_eq!(read(129, &[&[1, 2, 0, 0, kind][..], fields].concat(), datagram), b"arc", "type {kind}");
        }
        assert_eq!(read(7, &[1, 2, 212, 0xff, 0, 0xff, 0xff, 0, 0, 1], &four), b"arc");
        assert_eq!(reason(129, &[1, 2, 0, 0, 212, 2, 0, 1, 9]), "link: ARCNET fragment");
        assert_eq!(reason(129, &[1, 2, 0, 0, 0xcd, 9]), "link: BACnet on ARCNET");
        assert_eq!(reason(7, &[1, 2, 9]), "link: ARCNET protocol 9");
        assert_eq!(reason(7, &[1, 2, 212, 0]), "link: ARCNET header cut short");
    }

    #[test]
    fn networks_of_storage_and_clusters() {
        let (four, six) = (sample::udp4(b"far"), sample::udp6(b"far"));
        let channel = [&[0x10, 0][..], &sample::MACS[..6], &[0x10, 0], &sample::MACS[6..], &SNAP].concat();
        assert_eq!(read(122, &channel, &four), b"far");
        assert_eq!(read(242, &[&[0; 40][..], &[0x86, 0xdd, 0, 0]].concat(), &six), b"far");
        let local = [&[0, 2, 0, 0, 0, 0, 0, 0][..], &[0x64], &[0; 19], &[8, 0, 0, 0]].concat();
        assert_eq!(read(247, &local, &four), b"far");
        let global = [&[0, 3, 0, 0, 0, 0, 0, 0][..], &[0; 40], &[0x64], &[0; 19], &[8, 0, 0, 0]].concat();
        assert_eq!(read(247, &global, &four), b"far");
        assert_eq!(reason(247, &[&[0, 2, 0, 0, 0, 0, 0, 0][..], &[0x04], &[0; 30]].concat()), "link: InfiniBand");
        assert_eq!(read(138, &[&[0; 16][..], &[8, 0]].concat(), &four), b"far");
    }

    #[test]
    fn cable_and_records_of_capture_cards() {
        let ethernet = [&sample::MACS[..], &[8, 0], &sample::udp4(b"x")].concat();
        assert_eq!(read(143, &[0, 0, 0, 60, 1, 2], &ethernet), b"x");
        assert_eq!(read(143, &[1, 3, 0, 60, 9, 9, 9, 1, 2], &ethernet), b"x");
        assert_eq!(reason(143, &[0xc2, 0, 0, 9]), "link: DOCSIS management");
        let record = |kind: u8, length: usize| [&[0; 8][..], &[kind, 4, 0, 0, 0, 0], &(length as u16).to_be_bytes()].concat();
        assert_eq!(read(197, &[&record(2, ethernet.len())[..], &[0, 0]].concat(), &ethernet), b"x");
        let extended = [&record(0x82, ethernet.len())[..], &[0x83, 0, 0, 0, 0, 0, 0, 0], &[3, 0, 0, 0, 0, 0, 0, 0], &[0, 0]].concat();
        assert_eq!(read(197, &extended, &ethernet), b"x");
        assert_eq!(read(197, &[&record(1, 60)[..], &[0xff, 3, 0, 0x21]].concat(), &sample::udp4(b"x")), b"x");
        assert_eq!(read(197, &record(22, 40), &sample::udp4(b"x")), b"x");
        assert_eq!(reason(197, &record(3, 40)), "link: ERF record of type 3");
        assert_eq!(reason(197, &[&record(0x82, 1)[..], &[0x80; 20]].concat()), "link: ERF extension header cut short");
    }
}
