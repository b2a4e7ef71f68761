//! PPP (RFC 1661), in HDLC-like framing (RFC 1662), over Ethernet (RFC 2516), over L2TP (RFC 2661), and Cisco's HDLC, which shares its links.

use super::packet::{Decoded, Unread};
use super::rest::{LINK, NETWORK, Outer, Rest, cut_short, unread};
use super::{ether, network, tunnel};

/// The protocol of packets over several links.
const MULTILINK: u16 = 0x003d;
/// What marks the begin and end of a frame where the link has no other way (RFC 1662, section 4.1); captures keep it at the begin sometimes.
const FLAG: u8 = 0x7e;
/// Address and control field, which may be left out.
const FRAMING: [u8; 2] = [0xff, 0x03];
/// First octets of Cisco's HDLC: unicast and multicast.
const CISCO: [u8; 2] = [0x0f, 0x8f];

/// A frame of a serial link: PPP with or without address and control, or Cisco's HDLC.
pub(super) fn serial(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let rest = if rest.peek(0) == Some([FLAG]) { rest.after(1, LINK, "PPP header")? } else { rest };
    match rest.peek(0) {
        Some([address, 0]) if CISCO.contains(&address) => cisco(outer, rest),
        _ => ppp(outer, rest),
    }
}

/// Cisco's HDLC: address, control, Ethernet type.
pub(super) fn cisco(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&[_, _, t0, t1], rest) = rest.header(LINK, "C-HDLC header")?;
    match u16::from_be_bytes([t0, t1]) {
        0x8035 => Err(unread(LINK, "C-HDLC keep-alive (SLARP)")),
        kind @ ether::kind::FIRST.. => ether::carried(outer, kind, rest),
        kind => Err(unread(NETWORK, format!("C-HDLC protocol 0x{kind:04x}"))),
    }
}

/// A PPP packet. Its protocol field has one byte where that is odd (RFC 1661, section 2).
pub(super) fn ppp(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (protocol, rest) = protocol(rest)?;
    let (protocol, rest) = if protocol == MULTILINK { multilink(rest)? } else { (protocol, rest) };
    match protocol {
        0x0021 => network::ipv4(outer, rest),
        0x0057 => network::ipv6(outer, rest),
        0x0281 | 0x0283 => ether::mpls(outer, rest),
        0x8000.. => Err(unread(LINK, "PPP control")),
        _ => Err(unread(NETWORK, describe(protocol))),
    }
}

/// The protocol field and what follows it, behind the framing that may be left out.
fn protocol(rest: Rest<'_>) -> Result<(u16, Rest<'_>), Unread> {
    let rest = if rest.peek(0) == Some(FRAMING) { rest.after(2, LINK, "PPP header")? } else { rest };
    let (protocol, length) = match *rest.bytes {
        [low, ..] if low & 1 == 1 => (u16::from(low), 1),
        [high, low, ..] => (u16::from_be_bytes([high, low]), 2),
        _ => return Err(cut_short(LINK, "PPP header")),
    };
    Ok((protocol, rest.after(length, LINK, "PPP header")?))
}

/// A packet over several links (RFC 1990, section 3), with the long header of 4 bytes: read where it is in one piece.
fn multilink(rest: Rest<'_>) -> Result<(u16, Rest<'_>), Unread> {
    let (&[flags, _, _, _], rest) = rest.header(LINK, "PPP multilink header")?;
    if flags & 0xc0 != 0xc0 {
        return Err(unread(LINK, "PPP multilink fragment"));
    }
    protocol(rest)
}

/// What a protocol number means that is not read here.
#[cold]
fn describe(protocol: u16) -> String {
    let name = match protocol {
        0x0023 => "PPP, ISO",
        0x0029 => "PPP, AppleTalk",
        0x002b => "PPP, IPX",
        0x002d => "PPP, compressed TCP",
        0x002f => "PPP, TCP before compression",
        0x0031 => "PPP, bridged frame",
        0x0053 | 0x0055 => "PPP, encrypted",
        0x00fb | 0x00fd => "PPP, compressed",
        0x0061 | 0x0063 | 0x0065 | 0x0067 | 0x0069 => "PPP, compressed headers",
        0x4021 => "PPP, compressed RTP",
        _ => return format!("PPP protocol 0x{protocol:04x}"),
    };
    name.to_owned()
}

/// A PPPoE session packet: version and type 1, code 0, session, length, PPP.
pub(super) fn pppoe(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&[version, code, _, _, l0, l1], rest) = rest.header(LINK, "PPPoE header")?;
    if (version, code) != (0x11, 0) {
        return Err(unread(LINK, "PPPoE discovery"));
    }
    ppp(outer, rest.cut(usize::from(u16::from_be_bytes([l0, l1]))))
}

/// An L2TP data message, version 2 (RFC 2661, section 3.1): flags, of which some mean one more field each, tunnel, session, PPP. `None`: it is none.
pub(super) fn l2tp(outer: Outer, rest: Rest<'_>) -> Option<Result<Decoded, Unread>> {
    let (control, length, sequence, offset, reserved) = (0x8000, 0x4000, 0x0800, 0x0200, 0x34f0);
    let flags = u16::from_be_bytes(rest.peek(0)?);
    if flags & 0xf != 2 || flags & (control | reserved) != 0 {
        return None;
    }
    let field = |bit: u16, bytes: usize| if flags & bit == 0 { 0 } else { bytes };
    let rest = rest.skip(6 + field(length, 2) + field(sequence, 4))?;
    if flags & offset == 0 {
        return Some(ppp(outer, rest));
    }
    let padding = usize::from(u16::from_be_bytes(rest.peek(0)?));
    Some(ppp(outer, rest.skip(2 + padding)?))
}

/// Whether UDP to any port carries an L2TP data message: lengths that fit to the byte, PPP with its framing, and a datagram.
pub(super) fn is_l2tp(rest: Rest<'_>) -> bool {
    let header = match rest.peek(0) {
        Some([0x00, 2]) => 6,
        Some([0x40, 2]) if rest.peek(2).map(u16::from_be_bytes).map(usize::from) == Some(rest.total()) => 8,
        _ => return false,
    };
    let framed = rest.skip(header).filter(|rest| matches!(rest.peek(0), Some([0xff, 3, 0, 0x21 | 0x57])));
    framed.and_then(|rest| rest.skip(4)).is_some_and(tunnel::is_datagram)
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, behind as read, reason};

    #[test]
    fn ppp_with_every_form_of_header() {
        let (four, six) = (sample::udp4(b"ppp"), sample::udp6(b"ppp"));
        for link in [9, 50] {
            for header in [&[0xff, 3, 0, 0x21][..], &[0xff, 3, 0x21], &[0, 0x21], &[0x21], &[0x0f, 0, 8, 0]] {
                assert_eq!(read(link, header, &four), b"ppp", "link {link}, {header:02x?}");
            }
            assert_eq!(read(link, &[0xff, 3, 0, 0x57], &six), b"ppp");
            assert_eq!(read(link, &[0xff, 3, 2, 0x81, 0, 1, 1, 64], &four), b"ppp");
        }
        assert_eq!(read(166, &[1, 3, 0, 0x21], &four), b"ppp");
        assert_eq!(read(204, &[0, 0xff, 3, 0, 0x21], &four), b"ppp");
        assert_eq!(read(204, &[1, 0x57], &six), b"ppp");
    }

    #[test]
    fn pppoe_with_its_length() {
        let datagram = sample::udp4(b"dsl");
        let length = datagram.len() as u8 + 2;
        let session = [&[0x11, 0, 0, 5, 0, length, 0, 0x21][..], &datagram, &[0; 7]].concat();
        assert_eq!(read(51, &[], &session), b"dsl");
        assert_eq!(read(1, &[&sample::MACS[..], &[0x88, 0x64]].concat(), &session), b"dsl");
        assert_eq!(reason(51, &[0x11, 9, 0, 0, 0, 0]), "link: PPPoE discovery");
    }

    #[test]
    fn c_hdlc_and_what_is_not_read() {
        assert_eq!(read(104, &[0x8f, 0, 8, 0], &sample::udp4(b"hdlc")), b"hdlc");
        assert_eq!(reason(104, &[0x0f, 0, 0, 0x35]), "network: C-HDLC protocol 0x0035");
        assert_eq!(reason(9, &[0xff, 3, 0xc0, 0x21, 1]), "link: PPP control");
        assert_eq!(reason(9, &[0, 0x2d, 1]), "network: PPP, compressed TCP");
        assert_eq!(reason(9, &[0x40, 0x03, 1]), "network: PPP protocol 0x4003");
        assert_eq!(reason(104, &[0x0f, 0, 0x80, 0x35]), "link: C-HDLC keep-alive (SLARP)");
        assert_eq!(reason(9, &[0xff, 3]), "link: PPP header cut short");
        assert_eq!(reason(9, &[0]), "link: PPP header cut short");
    }

    #[test]
    fn a_packet_over_several_links_is_read_where_it_is_in_one_piece() {
        let four = sample::udp4(b"mp");
        assert_eq!(read(50, &[0xff, 3, 0, 0x3d, 0xc0, 0, 0, 1, 0, 0x21], &four), b"mp");
        assert_eq!(read(9, &[0x7e, 0xff, 3, 0x3d, 0xc0, 0, 0, 1, 0x21], &four), b"mp");
        assert_eq!(reason(50, &[0xff, 3, 0, 0x3d, 0x80, 0, 0, 1, 0, 0x21]), "link: PPP multilink fragment");
        assert_eq!(reason(50, &[0xff, 3, 0, 0x3d, 0xc0, 0]), "link: PPP multilink header cut short");
        let endless = [0, 0x3d, 0xc0, 0, 0, 1].repeat(1_000);
        assert_eq!(reason(50, &endless), "network: PPP protocol 0x003d");
    }
}
