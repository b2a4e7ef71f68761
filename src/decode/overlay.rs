//! Overlays of data centres: VXLAN (RFC 7348) and its generic kin (draft-ietf-nvo3-vxlan-gpe), Geneve (RFC 8926), LISP (RFC 9300) and the network
//! service header (RFC 8300).
//!
//! Every function but [`nsh`] answers `None` where the header is not what it should be.

use super::ether::{self, kind};
use super::network;
use super::packet::{Decoded, Unread};
use super::rest::{LINK, Outer, Rest, unread};
use super::tunnel::{is_datagram, is_frame};

type Read = Option<Result<Decoded, Unread>>;

/// Flag of VXLAN: the identifier is valid.
const IDENTIFIED: u8 = 0x08;
/// Flag of the generic kind: the last byte of the first word names what is carried.
const GENERIC: u8 = 0x04;
/// At most so many service headers in a row.
const SERVICES: usize = 16;

/// An Ethernet frame in VXLAN: the I flag must be set. Where the P flag is too, it is the generic kind all the same.
pub(super) fn vxlan(inner: Outer, rest: Rest<'_>) -> Read {
    let [flags, reserved, _, next] = rest.peek(0)?;
    if flags & IDENTIFIED == 0 {
        return None;
    }
    // The policy extension uses the reserved bytes, but never this flag.
    if flags & GENERIC != 0 && reserved == 0 && matches!(next, 1..=5) {
        return vxlan_gpe(inner, rest);
    }
    Some(ether::ethernet(inner, rest.skip(8)?))
}

/// What generic VXLAN names in its header; where nothing is named, an Ethernet frame. Some senders name it without the P flag that says so.
pub(super) fn vxlan_gpe(inner: Outer, rest: Rest<'_>) -> Read {
    let [flags, _, _, next] = rest.peek(0)?;
    let version_and_messages = 0x31;
    if flags & version_and_messages != 0 {
        return None;
    }
    let rest = rest.skip(8)?;
    if flags & GENERIC == 0 && next == 0 { Some(ether::ethernet(inner, rest)) } else { Some(next_protocol(inner, next, rest)) }
}

/// Whether UDP to any port carries VXLAN: header as RFC 7348 has it, then Ethernet, then a datagram whose length fits to the byte.
pub(super) fn is_vxlan(rest: Rest<'_>) -> bool {
    match rest.peek(0) {
        Some([0x08, 0, 0, 0, _, _, _, 0] | [0x0c, 0, 0, 3, _, _, _, 0]) => rest.skip(8).is_some_and(is_frame),
        Some([0x0c, 0, 0, 1 | 2, _, _, _, 0]) => rest.skip(8).is_some_and(is_datagram),
        _ => false,
    }
}

/// The numbers that generic VXLAN and the service header share.
fn next_protocol(inner: Outer, next: u8, rest: Rest<'_>) -> Result<Decoded, Unread> {
    match next {
        1 => network::ipv4(inner, rest),
        2 => network::ipv6(inner, rest),
        3 => ether::ethernet(inner.enter()?, rest),
        4 => nsh(inner, rest),
        5 => ether::mpls(inner, rest),
        _ => Err(unread(LINK, "NSH or VXLAN of another protocol")),
    }
}

/// What lies behind the service headers (RFC 8300, section 2.2): version, OAM flag, time to live, length in words; kind of metadata; next protocol.
pub(super) fn nsh(inner: Outer, mut rest: Rest<'_>) -> Result<Decoded, Unread> {
    for _ in 0..SERVICES {
        let (&[f0, f1, _, next], _) = rest.header(LINK, "NSH header")?;
        let (version, words) = (f0 >> 6, usize::from(f1 & 0x3f));
        if version != 0 || words < 2 {
            return Err(unread(LINK, "NSH header with a wrong length"));
        }
        rest = rest.after(words * 4, LINK, "NSH header")?;
        if next != 4 {
            return next_protocol(inner, next, rest);
        }
    }
    Err(unread(LINK, "more than 16 NSH headers"))
}

/// Generic network virtualization encapsulation, version 0.
pub(super) fn geneve(inner: Outer, rest: Rest<'_>) -> Read {
    let [first, _, t0, t1] = rest.peek(0)?;
    let (version, options) = (first >> 6, usize::from(first & 0x3f) * 4);
    let rest = rest.skip(8 + options)?;
    match u16::from_be_bytes([t0, t1]) {
        _ if version != 0 => None,
        kind::BRIDGED => Some(ether::ethernet(inner, rest)),
        kind @ kind::FIRST.. => Some(ether::carried(inner, kind, rest)),
        _ => None,
    }
}

/// Whether UDP to any port carries Geneve with an Ethernet frame: reserved bits clear, and a datagram whose length fits to the byte.
pub(super) fn is_geneve(rest: Rest<'_>) -> bool {
    let Some([first @ 0..=0x3f, flags, 0x65, 0x58, _, _, _, 0]) = rest.peek(0) else { return false };
    // Of the flags only the first two are assigned.
    flags.trailing_zeros() >= 6 && rest.skip(8 + usize::from(first) * 4).is_some_and(is_frame)
}

/// A datagram behind the 8 bytes of LISP's header (RFC 9300, section 5.1).
pub(super) fn lisp(inner: Outer, rest: Rest<'_>) -> Read {
    let rest = rest.skip(8)?;
    is_datagram(rest).then(|| network::ip(inner, rest))
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, packet};

    const RAW: u32 = 101;

    fn ethernet(payload: &[u8]) -> Vec<u8> {
        [&sample::MACS[..], &[8, 0], payload].concat()
    }

    /// Depth and payload of a datagram to this port.
    fn inner(port: u16, parts: &[&[u8]]) -> (u8, Vec<u8>) {
        let frame = sample::ipv4(17, 0, &sample::udp(port, &parts.concat()));
        let packet = packet(RAW, &frame);
        (packet.depth, frame[packet.payload].to_vec())
    }

    #[test]
    fn generic_vxlan_by_what_it_names() {
        let (four, six, frame) = (sample::udp4(b"g"), sample::udp6(b"g"), ethernet(&sample::udp4(b"g")));
        let labelled = [&[0, 1, 1, 64][..], &four].concat();
        let served = [&[0x0f, 0xc2, 2, 1, 0, 0, 1, 255][..], &four].concat();
        for port in [4_790, 4_789] {
            for (next, content, depth) in [(1, &four, 1), (2, &six, 1), (3, &frame, 2), (4, &served, 1), (5, &labelled, 1)] {
                assert_eq!(inner(port, &[&[0x0c, 0, 0, next, 0, 0, 7, 0], content]), (depth, b"g".to_vec()), "port {port}, next {next}");
            }
        }
        assert_eq!(inner(4_790, &[&[0x08, 0, 0, 0, 0, 0, 7, 0], &frame]), (1, b"g".to_vec()));
        assert_eq!(inner(4_790, &[&[0x08, 0, 0, 1, 0, 0, 7, 0], &four]), (1, b"g".to_vec()), "no P flag");
        assert_eq!(inner(4_790, &[&[0x0d, 0, 0, 1, 0, 0, 7, 0], &four]).0, 0, "a message of its own");
        assert_eq!(inner(4_790, &[&[0x0c, 0, 0, 9, 0, 0, 7, 0], &four]).0, 0);
        assert_eq!(inner(9_999, &[&[0x0c, 0, 0, 2, 0, 0, 7, 0], &six]), (1, b"g".to_vec()), "by content");
    }

    #[test]
    fn service_headers_are_passed_over() {
        let four = sample::udp4(b"nsh");
        let chain = [&[0x0f, 0xc2, 2, 4, 0, 0, 1, 255][..], &[0x0f, 0xc6, 1, 1, 0, 0, 1, 255], &[0; 16], &four].concat();
        let frame = [&sample::MACS[..], &[0x89, 0x4f], &chain].concat();
        let packet = packet(1, &frame);
        assert_eq!((packet.depth, &frame[packet.payload]), (1, &b"nsh"[..]));
        let endless = [&sample::MACS[..], &[0x89, 0x4f], &[0x0f, 0xc2, 2, 4, 0, 0, 1, 255].repeat(100)].concat();
        assert_eq!(sample::reason(1, &endless), "link: more than 16 NSH headers");
        assert_eq!(sample::reason(1, &[&sample::MACS[..], &[0x89, 0x4f, 0x0f, 0xc0, 2, 1]].concat()), "link: NSH header with a wrong length");
    }

    #[test]
    fn geneve_on_any_port_where_it_fits_to_the_byte() {
        let frame = ethernet(&sample::udp4(b"gen"));
        assert_eq!(inner(7_777, &[&[1, 0, 0x65, 0x58, 0, 0, 5, 0, 1, 2, 3, 4], &frame]), (1, b"gen".to_vec()));
        assert_eq!(inner(7_777, &[&[1, 0, 0x65, 0x58, 0, 0, 5, 0, 1, 2, 3, 4], &frame, &[0]]).0, 0);
        assert_eq!(inner(6_081, &[&[0, 0, 0x88, 0x47, 0, 0, 5, 0, 0, 1, 1, 64], &sample::udp4(b"gen")]), (1, b"gen".to_vec()));
        assert_eq!(inner(6_081, &[&[0x40, 0, 0x65, 0x58, 0, 0, 5, 0], &frame]).0, 0, "another version");
    }

    #[test]
    fn lisp_holds_a_whole_datagram() {
        assert_eq!(inner(4_341, &[&[0xc0, 1, 2, 3, 0, 0, 0, 1], &sample::udp4(b"lisp")]), (1, b"lisp".to_vec()));
        assert_eq!(inner(4_341, &[&[0xc0, 1, 2, 3, 0, 0, 0, 1], &sample::udp6(b"lisp")]), (1, b"lisp".to_vec()));
        assert_eq!(inner(4_341, &[&[0xc0, 1, 2, 3, 0, 0, 0, 1], &sample::udp4(b"lisp"), &[0]]).0, 0);
    }
}
