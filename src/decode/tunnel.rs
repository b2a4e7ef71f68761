//! Tunnels over IP and UDP: the innermost packet is what counts.
//!
//! Every function answers `None` where there is no tunnel, or what it holds is not understood: then the packet around it counts. A tunnel over UDP is
//! looked for on its port; on any other, what looks like one must hold a datagram whose length fits to the byte.

use super::ether::{self, kind};
use super::network::{self, Ip};
use super::packet::{Decoded, Unread};
use super::rest::{LINK, Outer, Rest, unread};
use super::{access, mobile, overlay, ppp};

/// IP protocol numbers.
const IPV4: u8 = 4;
const IPV6: u8 = 41;
const GRE: u8 = 47;
const ETHERIP: u8 = 97;
const L2TP_3: u8 = 115;
const MPLS: u8 = 137;

/// UDP ports.
mod port {
    pub const L2TP: u16 = 1_701;
    pub const GTP_U: u16 = 2_152;
    pub const GTP_0: u16 = 3_386;
    pub const TEREDO: u16 = 3_544;
    pub const LISP: u16 = 4_341;
    pub const GRE: u16 = 4_754;
    pub const VXLAN: u16 = 4_789;
    pub const VXLAN_GPE: u16 = 4_790;
    pub const AYIYA: u16 = 5_072;
    pub const CAPWAP_DATA: u16 = 5_247;
    pub const GENEVE: u16 = 6_081;
    pub const MPLS: u16 = 6_635;
    pub const TZSP: u16 = 37_008;
}

/// GRE protocol types of mirrored Ethernet frames (ERSPAN, draft-foschiano-erspan).
const ERSPAN: u16 = 0x88be;
const ERSPAN_3: u16 = 0x22eb;
/// Packets that a router hands to a web cache (WCCP, draft-mclaggan-wccp-v2rev1, section 4.12).
const WCCP: u16 = 0x883e;

/// The packet in a tunnel right over IP.
pub(super) fn over_ip(ip: &Ip, protocol: u8, rest: Rest<'_>) -> Option<Decoded> {
    if !matches!(protocol, IPV4 | IPV6 | GRE | ETHERIP | L2TP_3 | MPLS) {
        return None;
    }
    let inner = ip.outer.deeper()?;
    let read = match protocol {
        IPV4 => network::ipv4(inner, rest),
        IPV6 => network::ipv6(inner, rest),
        GRE => gre(inner, rest),
        ETHERIP => ether::ethernet(inner, rest.skip(2)?),
        L2TP_3 => access::l2tp_session(inner, rest)?,
        _ => ether::mpls(inner, rest),
    };
    read.ok()
}

/// The packet in a tunnel over UDP. Nearly all datagrams are none, so what is not decided by a comparison or two stands elsewhere.
#[inline]
pub(super) fn over_udp(ip: &Ip, from_port: u16, to_port: u16, rest: Rest<'_>) -> Option<Decoded> {
    let of_a_tunnel = is_port_of_a_tunnel(to_port) || is_port_of_a_tunnel(from_port);
    if of_a_tunnel && let Some(read) = on_port(ip, from_port, to_port, rest) {
        return Some(read);
    }
    match rest.peek(0)? {
        // Version and flags of each tunnel that is known by its content, so far as they share a byte.
        [0x00..=0x40, 0 | 1 | 2 | 0x40 | 0x80 | 0xc0 | 255] | [0x60..=0x6f, _] => by_content(ip, rest),
        _ => None,
    }
}

fn is_port_of_a_tunnel(number: u16) -> bool {
    matches!(
        number,
        port::L2TP
            | port::GTP_U
            | port::GTP_0
            | port::TEREDO
            | port::LISP
            | port::GRE
            | port::VXLAN
            | port::VXLAN_GPE
            | port::AYIYA
            | port::CAPWAP_DATA
            | port::GENEVE
            | port::MPLS
            | port::TZSP
    )
}

#[inline(never)]
fn on_port(ip: &Ip, from_port: u16, to_port: u16, rest: Rest<'_>) -> Option<Decoded> {
    let inner = ip.outer.deeper()?;
    match to_port {
        port::VXLAN => overlay::vxlan(inner, rest)?.ok(),
        port::VXLAN_GPE => overlay::vxlan_gpe(inner, rest)?.ok(),
        port::GENEVE => overlay::geneve(inner, rest)?.ok(),
        port::LISP => overlay::lisp(inner, rest)?.ok(),
        port::TZSP => access::tzsp(inner, rest)?.ok(),
        port::GTP_U => mobile::gtp(inner, rest)?.ok(),
        port::GTP_0 => mobile::gtp0(inner, rest)?.ok(),
        // The sender's port tells flows apart (RFC 8086, section 3.1; RFC 7510, section 3).
        port::GRE => gre(inner, rest).ok(),
        port::MPLS => ether::mpls(inner, rest).ok(),
        // The others answer from the port that they are asked at.
        _ => match if is_port_of_a_tunnel(to_port) { to_port } else { from_port } {
            port::AYIYA => access::ayiya(inner, rest)?.ok(),
            port::L2TP => access::l2tp(inner, rest)?.ok(),
            port::TEREDO => access::teredo(inner, rest)?.ok(),
            port::CAPWAP_DATA => access::capwap(inner, rest)?.ok(),
            _ => None,
        },
    }
}

/// A tunnel on a port that is not its own.
#[inline(never)]
fn by_content(ip: &Ip, rest: Rest<'_>) -> Option<Decoded> {
    let inner = ip.outer.deeper()?;
    match rest.peek(0)? {
        [0x08 | 0x0c, 0, 0, _] if overlay::is_vxlan(rest) => overlay::vxlan(inner, rest)?.ok(),
        [0x00..=0x3f, _, 0x65, 0x58] if overlay::is_geneve(rest) => overlay::geneve(inner, rest)?.ok(),
        [0x30..=0x3f, 255, ..] if mobile::is_gtp(rest) => mobile::gtp(inner, rest)?.ok(),
        [0x60..=0x6f, ..] if access::is_teredo(rest) => access::teredo(inner, rest)?.ok(),
        [1, 0 | 1, 0, 1] if access::is_tzsp(rest) => access::tzsp(inner, rest)?.ok(),
        [0x00 | 0x40, 2, ..] if ppp::is_l2tp(rest) => access::l2tp(inner, rest)?.ok(),
        _ => None,
    }
}

/// Whether a datagram begins here whose length fits to the byte.
pub(super) fn is_datagram(rest: Rest<'_>) -> bool {
    let length = |at| rest.peek(at).map(u16::from_be_bytes).map(usize::from);
    match rest.peek(0) {
        Some([0x45..=0x4f]) => length(2) == Some(rest.total()),
        Some([0x60..=0x6f]) => length(4).map(|length| length + 40) == Some(rest.total()),
        _ => false,
    }
}

/// Whether an Ethernet frame begins here with a datagram whose length fits to the byte.
pub(super) fn is_frame(rest: Rest<'_>) -> bool {
    matches!(rest.peek(12), Some([0x08, 0x00] | [0x86, 0xdd])) && rest.skip(14).is_some_and(is_datagram)
}

/// Generic routing encapsulation, version 0 (RFC 1701, RFC 2784, RFC 2890) and 1 (PPTP's, RFC 2637).
fn gre(inner: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&[f0, f1, t0, t1], rest) = rest.header(LINK, "GRE header")?;
    let (flags, kind) = (u16::from_be_bytes([f0, f1]), u16::from_be_bytes([t0, t1]));
    let field = |bits: u16| if flags & bits != 0 { 4 } else { 0 };
    let (checksum, routing, key, sequence, acknowledgement) = (0x8000, 0x4000, 0x2000, 0x1000, 0x0080);
    let options = match flags & 7 {
        // With routing there is an offset, which shares 4 bytes with the checksum.
        0 => field(checksum | routing) + field(key) + field(sequence),
        1 if kind == kind::PPP => field(key) + field(sequence) + field(acknowledgement),
        _ => return Err(unread(LINK, "GRE version")),
    };
    let rest = rest.after(options, LINK, "GRE header")?;
    let rest = if flags & (routing | 7) == routing { past_routing(rest)? } else { rest };
    match kind {
        // The first kind of ERSPAN has no header of its own, and no sequence number either.
        ERSPAN => ether::ethernet(inner, rest.after(if flags & sequence == 0 { 0 } else { 8 }, LINK, "ERSPAN header")?),
        ERSPAN_3 => {
            let more = rest.peek::<12>(0).is_some_and(|header| header.last().is_some_and(|last| last & 1 == 1));
            ether::ethernet(inner, rest.after(if more { 20 } else { 12 }, LINK, "ERSPAN header")?)
        }
        // Its second version puts 4 bytes before the datagram.
        WCCP if rest.peek(0).is_some_and(|[first]: [u8; 1]| first >> 4 != 4) => network::ip(inner, rest.after(4, LINK, "WCCP header")?),
        WCCP => network::ip(inner, rest),
        kind::BRIDGED => ether::ethernet(inner, rest),
        kind::FIRST.. => ether::carried(inner, kind, rest),
        _ => Err(unread(LINK, "GRE protocol")),
    }
}

/// What follows the source routes (RFC 1701, "Routing"): each has a family, an offset, its length and so many bytes; one of zeros is the last.
fn past_routing(mut rest: Rest<'_>) -> Result<Rest<'_>, Unread> {
    loop {
        let (&[f0, f1, _, length], after) = rest.header(LINK, "GRE routing")?;
        rest = after.after(usize::from(length), LINK, "GRE routing")?;
        if [f0, f1, length] == [0; 3] {
            return Ok(rest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::packet::Body;
    use super::super::sample::{self, fragment, packet};

    const RAW: u32 = 101;

    fn ethernet(payload: &[u8]) -> Vec<u8> {
        [&sample::MACS[..], &[8, 0], payload].concat()
    }

    fn inner(frame: &[u8]) -> (u8, &[u8]) {
        let packet = packet(RAW, frame);
        (packet.depth, &frame[packet.payload])
    }

    fn over_udp(port: u16, payload: &[&[u8]]) -> Vec<u8> {
        sample::ipv4(17, 0, &sample::udp(port, &payload.concat()))
    }

    fn over_gre(payload: &[&[u8]]) -> Vec<u8> {
        sample::ipv4(47, 0, &payload.concat())
    }

    #[test]
    fn ip_in_ip_in_every_pair_of_versions() {
        let (four, six) = (sample::udp4(b"in"), sample::udp6(b"in"));
        for frame in [sample::ipv4(4, 0, &four), sample::ipv4(41, 0, &six), sample::ipv6(4, &four), sample::ipv6(41, &six)] {
            assert_eq!(inner(&frame), (1, &b"in"[..]));
        }
    }

    #[test]
    fn no_more_than_sixteen_tunnels_are_entered() {
        let mut frame = sample::udp4(b"core");
        for _ in 0..16 {
            frame = sample::ipv4(4, 0, &frame);
        }
        assert_eq!(inner(&frame), (16, &b"core"[..]));
        for _ in 0..200 {
            frame = sample::ipv4(4, 0, &frame);
        }
        let packet = packet(RAW, &frame);
        assert_eq!((packet.depth, packet.body), (16, Body::Other(4)));
    }

    #[test]
    fn gre_with_each_optional_field() {
        let udp = sample::udp4(b"gre");
        for (flags, fields) in [(0x0000u16, 0), (0x8000, 4), (0x2000, 4), (0x1000, 4), (0xb000, 12)] {
            let frame = over_gre(&[&flags.to_be_bytes(), &[8, 0], &vec![0xff; fields], &udp]);
            assert_eq!(inner(&frame), (1, &b"gre"[..]), "flags {flags:04x}");
        }
        let bridged = over_gre(&[&[0, 0, 0x65, 0x58], &ethernet(&udp)]);
        assert_eq!(inner(&bridged), (1, &b"gre"[..]));
        let mirrored = over_gre(&[&[0x10, 0, 0x88, 0xbe, 0, 0, 0, 1], &[0x10; 8], &ethernet(&udp)]);
        assert_eq!(inner(&mirrored), (1, &b"gre"[..]));
        let first_kind = over_gre(&[&[0, 0, 0x88, 0xbe], &ethernet(&udp)]);
        assert_eq!(inner(&first_kind), (1, &b"gre"[..]));
        let third_kind = over_gre(&[&[0x10, 0, 0x22, 0xeb, 0, 0, 0, 1], &[0x20; 12], &ethernet(&udp)]);
        assert_eq!(inner(&third_kind), (1, &b"gre"[..]));
    }

    #[test]
    fn ppp_in_gre_version_1() {
        let udp = sample::udp4(b"pptp");
        let data = over_gre(&[&[0x30, 0x81, 0x88, 0x0b, 0, 60, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0xff, 3, 0, 0x21], &udp]);
        assert_eq!(inner(&data), (1, &b"pptp"[..]));
        let compressed = over_gre(&[&[0x30, 1, 0x88, 0x0b, 0, 60, 0, 1, 0, 0, 0, 1, 0x21], &udp]);
        assert_eq!(inner(&compressed), (1, &b"pptp"[..]));
    }

    #[test]
    fn what_is_not_understood_leaves_the_packet_around_it() {
        for gre in [
            &[0x40, 0, 8, 0, 0, 0, 0, 0][..],
            &[0x40, 0, 8, 0, 0, 0, 0, 0, 0, 2, 0, 9],
            &[0, 2, 8, 0],
            &[0, 0, 0x12, 0x34, 1, 2],
            &[0x20, 0x81, 0x88, 0x0b, 0, 0, 0, 1, 0, 0, 0, 1],
            &[0, 0],
        ] {
            let frame = over_gre(&[gre]);
            let packet = packet(RAW, &frame);
            assert_eq!((packet.depth, packet.body, packet.payload), (0, Body::Other(47), 20..frame.len()));
        }
        for port in [4_789, 6_081, 37_008, 3_544, 2_152, 4_754, 1_701] {
            let frame = over_udp(port, &[&[8, 0, 0, 0, 0, 0, 1, 0], &[0xee; 40]]);
            let packet = packet(RAW, &frame);
            assert_eq!((packet.depth, packet.body, packet.payload), (0, Body::Udp { from_port: 5_000, to_port: port }, 28..76));
        }
    }

    #[test]
    fn vxlan_by_port_and_by_content() {
        let header: &[u8] = &[8, 0, 0, 0, 0, 0, 5, 0];
        let padded = [ethernet(&sample::udp4(b"v")), vec![0; 10]].concat();
        assert_eq!(inner(&over_udp(4_789, &[header, &padded])), (1, &b"v"[..]));
        let exact = ethernet(&sample::udp4(b"v"));
        assert_eq!(inner(&over_udp(8_472, &[header, &exact])), (1, &b"v"[..]));
        let six = [&sample::MACS[..], &[0x86, 0xdd], &sample::udp6(b"v")].concat();
        assert_eq!(inner(&over_udp(8_472, &[header, &six])), (1, &b"v"[..]));
        assert_eq!(inner(&over_udp(8_472, &[header, &padded])).0, 0, "a length that does not fit convinces nobody");
        assert_eq!(inner(&over_udp(4_789, &[&[0; 8], &exact])).0, 0, "no I flag");
    }

    #[test]
    fn other_tunnels_over_udp_and_ip() {
        let (exact, six) = (ethernet(&sample::udp4(b"t")), sample::udp6(b"t"));
        assert_eq!(inner(&over_udp(6_081, &[&[1, 0, 0x65, 0x58, 0, 0, 5, 0, 1, 2, 3, 4], &exact])), (1, &b"t"[..]));
        assert_eq!(inner(&over_udp(6_081, &[&[0, 0, 0x86, 0xdd, 0, 0, 5, 0], &six])), (1, &b"t"[..]));
        assert_eq!(inner(&over_udp(37_008, &[&[1, 0, 0, 1, 0, 10, 2, 7, 7, 1], &exact])), (1, &b"t"[..]));
        assert_eq!(inner(&over_udp(3_544, &[&six])), (1, &b"t"[..]));
        assert_eq!(inner(&over_udp(3_544, &[&[0, 1, 1, 2, 9, 9, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0], &[0, 0, 1, 2, 3, 4, 5, 6], &six])), (1, &b"t"[..]));
        assert_eq!(inner(&over_udp(2_152, &[&[0x30, 255, 0, 0, 0, 0, 0, 1], &six])), (1, &b"t"[..]));
        assert_eq!(inner(&over_udp(2_152, &[&[0x34, 255, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0x85, 1, 0, 9, 0], &six])), (1, &b"t"[..]));
        assert_eq!(inner(&over_udp(2_152, &[&[0x34, 255, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0x85, 0, 0, 9, 0], &six])).0, 0, "an extension without length");
        assert_eq!(inner(&sample::ipv4(97, 0, &[&[0x30, 0][..], &exact].concat())), (1, &b"t"[..]));
        assert_eq!(inner(&sample::ipv4(137, 0, &[&[0, 1, 1, 64][..], &sample::udp4(b"t")].concat())), (1, &b"t"[..]));
    }

    #[test]
    fn gre_in_udp_and_every_header_of_l2tp() {
        let (four, six) = (sample::udp4(b"t"), sample::udp6(b"t"));
        assert_eq!(inner(&over_udp(4_754, &[&[0x20, 0, 8, 0, 0, 0, 0, 9], &four])), (1, &b"t"[..]));
        let headers: [&[u8]; 4] =
            [&[0, 2, 0, 7, 0, 9], &[0x40, 2, 0, 48, 0, 7, 0, 9], &[3, 2, 0, 7, 0, 9, 0, 3, 1, 2, 3], &[0x4a, 2, 0, 48, 0, 7, 0, 9, 0, 1, 0, 0, 0, 0]];
        for header in headers {
            assert_eq!(inner(&over_udp(1_701, &[header, &[0xff, 3, 0, 0x57], &six])), (1, &b"t"[..]), "{header:02x?}");
            assert_eq!(inner(&over_udp(1_701, &[header, &[0x21], &four])), (1, &b"t"[..]), "{header:02x?}");
            assert_eq!(inner(&over_udp(1_701, &[header, &[0xff, 3, 0xc0, 0x21, 9, 1, 0, 8], &[0; 4]])).0, 0, "PPP's own messages hold no packet");
        }
        for other in [[0x80, 2, 0, 7, 0, 9], [0, 3, 0, 7, 0, 9], [0x10, 2, 0, 7, 0, 9], [2, 2, 0, 7, 0, 9]] {
            assert_eq!(inner(&over_udp(1_701, &[&other, &[0xff, 3, 0, 0x57], &six])).0, 0, "{other:02x?}");
        }
    }

    #[test]
    fn hardware_addresses_are_those_of_the_outermost_link() {
        let inside = [&[0x02; 12][..], &[8, 0], &sample::udp4(b"v")].concat();
        let frame = ethernet(&over_udp(4_789, &[&[8, 0, 0, 0, 0, 0, 5, 0], &inside]));
        let packet = packet(1, &frame);
        assert_eq!(packet.from_mac.map(|mac| mac.to_string()).as_deref(), Some("00:00:5e:00:53:02"));
        assert_eq!((packet.depth, &frame[packet.payload]), (1, &b"v"[..]));
    }

    #[test]
    fn a_fragment_in_a_tunnel_is_a_fragment() {
        let piece = fragment(RAW, &sample::ipv4(4, 0, &sample::ipv4(17, 0x2000, &[1; 8])));
        assert_eq!((piece.depth, piece.payload), (1, 40..48));
    }

    #[test]
    fn a_wrong_checksum_around_the_tunnel_is_told() {
        let mut frame = sample::ipv4(4, 0, &sample::udp4(b"in"));
        frame[8] = 1;
        assert!(packet(RAW, &frame).bad_checksum);
    }
}
