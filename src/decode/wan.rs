//! Links of wide area networks: Frame Relay (RFC 2427, FRF.16), ATM (RFC 2684), and what routers of one maker put before the frames that they capture.

use super::packet::{Decoded, Unread};
use super::rest::{LINK, NETWORK, Outer, Rest, cut_short, unread};
use super::{ether, network, ppp};

/// Frame Relay (RFC 2427): an address of 2 to 4 bytes, control, and the identifier of the network protocol; or Cisco's way, an Ethernet type.
pub(super) fn frame_relay(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let address = rest.bytes.iter().take(4).position(|byte| byte & 1 == 1).ok_or_else(|| cut_short(LINK, "Frame Relay header"))?;
    let rest = rest.after(address + 1, LINK, "Frame Relay header")?;
    let (&[control, next], after) = rest.header(LINK, "Frame Relay header")?;
    match (control, next) {
        (0x03, 0x00) => identified(outer, after),
        (0x03, _) => identified(outer, rest.after(1, LINK, "Frame Relay header")?),
        (0x06.., _) => ether::carried(outer, u16::from_be_bytes([control, next]), after),
        _ => Err(unread(NETWORK, "Frame Relay, other than unnumbered")),
    }
}

/// What an identifier of ISO's (NLPID, ISO/IEC TR 9577) announces.
fn identified(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&[identifier], rest) = rest.header(LINK, "Frame Relay header")?;
    match identifier {
        0x80 => {
            let (kind, rest) = ether::snap(rest, 0)?;
            ether::carried(outer, kind, rest)
        }
        0xcc => network::ipv4(outer, rest),
        0x8e => network::ipv6(outer, rest),
        0xcf => ppp::ppp(outer, rest),
        0x08 => Err(unread(NETWORK, "Frame Relay, Q.933 signalling")),
        0x81..=0x83 => Err(unread(NETWORK, "ISO (IS-IS, ES-IS)")),
        0xb0 | 0xb1 => Err(unread(NETWORK, "Frame Relay, fragment or compressed")),
        _ => Err(unread(NETWORK, format!("Frame Relay protocol 0x{identifier:02x}"))),
    }
}

/// Frame Relay over several links (FRF.16.1): begin, end and control bits and a sequence number; read where the frame begins, missing what follows.
pub(super) fn multilink(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (begin, control) = (0x80, 0x20);
    let (&[flags, _], rest) = rest.header(LINK, "multilink Frame Relay header")?;
    match flags {
        _ if flags & control != 0 => Err(unread(LINK, "multilink Frame Relay control")),
        _ if flags & begin == 0 => Err(unread(LINK, "multilink Frame Relay fragment")),
        _ => frame_relay(outer, rest),
    }
}

/// ATM (RFC 2684): LLC, or IP or PPP right away where the circuit carries nothing else. The header of LLC alone can begin like neither.
pub(super) fn atm(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    match rest.peek(0) {
        Some([0x45..=0x4f | 0x60..=0x6f, _, _]) => network::ip(outer, rest),
        Some([0, 0x21 | 0x57, _] | [0xc0, 0x21, _]) => ppp::ppp(outer, rest),
        _ => ether::llc_on_atm(outer, rest),
    }
}

/// SunATM: direction and kind of traffic, virtual path, virtual circuit.
pub(super) fn sun_atm(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&[flags, _, _, _], rest) = rest.header(LINK, "SunATM header")?;
    match flags & 0x0f {
        // LAN emulation: the number of the sender's client, then Ethernet; control frames have a marker in its place.
        1 if rest.peek(0) == Some([0xff, 0x00]) => Err(unread(LINK, "ATM LAN emulation control")),
        1 => ether::ethernet(outer, rest.after(2, LINK, "ATM LAN emulation header")?),
        2 => atm(outer, rest),
        5 => Err(unread(LINK, "ATM management (ILMI)")),
        6 => Err(unread(LINK, "ATM signalling")),
        _ => Err(unread(LINK, "ATM cell")),
    }
}

/// A capture of a Juniper router: magic number, flags, and a list of extensions where a flag says so; then the frame, or, where another flag says that
/// there is no link header, an address family and the datagram.
pub(super) fn juniper(outer: Outer, rest: Rest<'_>, frame: fn(Outer, Rest<'_>) -> Result<Decoded, Unread>) -> Result<Decoded, Unread> {
    let (extended, bare) = (0x80, 0x02);
    let (&[b'M', b'G', b'C', flags], after) = rest.header(LINK, "Juniper header")? else { return Err(unread(LINK, "Juniper header without magic number")) };
    let after = match after.peek(0).map(u16::from_be_bytes) {
        _ if flags & extended == 0 => after,
        Some(length) => after.after(2 + usize::from(length), LINK, "Juniper header")?,
        None => return Err(cut_short(LINK, "Juniper header")),
    };
    if flags & bare != 0 { network::ip(outer, after.after(4, LINK, "Juniper header")?) } else { frame(outer, after) }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, packet, reason};

    fn read(link: u32, header: &[u8], datagram: &[u8]) -> Vec<u8> {
        let frame = [header, datagram].concat();
        frame[packet(link, &frame).payload].to_vec()
    }

    fn ethernet() -> Vec<u8> {
        [&sample::MACS[..], &[8, 0], &sample::udp4(b"x")].concat()
    }

    #[test]
    fn frame_relay_with_every_way_to_name_a_protocol() {
        let (four, six) = (sample::udp4(b"x"), sample::udp6(b"x"));
        let cases: [(&[u8], &[u8]); 9] = [
            (&[0x18, 0x41, 3, 0xcc], &four),
            (&[0x18, 0x40, 0x00, 0x41, 3, 0xcc], &four),
            (&[0x18, 0x41, 3, 0x8e], &six),
            (&[0x18, 0x41, 8, 0], &four),
            (&[0x18, 0x41, 0x86, 0xdd], &six),
            (&[0x18, 0x41, 3, 0x80, 0, 0, 0, 8, 0], &four),
            (&[0x18, 0x41, 3, 0, 0x80, 0, 0, 0, 8, 0], &four),
            (&[0x18, 0x41, 3, 0, 0x80, 0, 0x80, 0xc2, 0, 7], &ethernet()),
            (&[0x18, 0x41, 3, 0xcf, 0, 0x21], &four),
        ];
        for (header, datagram) in cases {
            assert_eq!(read(107, header, datagram), b"x", "{header:02x?}");
            assert_eq!(read(206, &[&[1][..], header].concat(), datagram), b"x", "{header:02x?}");
            assert_eq!(read(182, &[&[0xc0, 9][..], header].concat(), datagram), b"x", "{header:02x?}");
            assert_eq!(read(180, &[&b"MGC\x01"[..], header].concat(), datagram), b"x", "{header:02x?}");
        }
        assert_eq!(reason(107, &[0x18, 0x41, 3, 8, 0]), "network: Frame Relay, Q.933 signalling");
        assert_eq!(reason(107, &[0x18, 0x41, 3, 0x77, 0]), "network: Frame Relay protocol 0x77");
        assert_eq!(reason(107, &[0x18, 0x40, 0, 0, 1]), "link: Frame Relay header cut short");
        assert_eq!(reason(182, &[0xe0, 0, 1]), "link: multilink Frame Relay control");
        assert_eq!(reason(182, &[0x40, 9, 1]), "link: multilink Frame Relay fragment");
    }

    #[test]
    fn atm_with_llc_or_with_nothing() {
        let (four, six) = (sample::udp4(b"x"), sample::udp6(b"x"));
        let padded = [&[0, 0][..], &ethernet()].concat();
        let cases: [(&[u8], &[u8]); 6] = [
            (&[0xaa, 0xaa, 3, 0, 0, 0, 8, 0], &four),
            (&[0xaa, 0xaa, 3, 0, 0, 0, 0x86, 0xdd], &six),
            (&[0xaa, 0xaa, 3, 0, 0x80, 0xc2, 0, 7], &padded),
            (&[0xfe, 0xfe, 3, 0xcc], &four),
            (&[], &four),
            (&[0, 0x57], &six),
        ];
        for (header, datagram) in cases {
            assert_eq!(read(100, header, datagram), b"x", "{header:02x?}");
            assert_eq!(read(106, header, datagram), b"x", "{header:02x?}");
            assert_eq!(read(123, &[&[0x82, 0, 0, 32][..], header].concat(), datagram), b"x", "{header:02x?}");
        }
        assert_eq!(read(123, &[1, 0, 0, 32, 0, 7], &ethernet()), b"x");
        assert_eq!(reason(123, &[1, 0, 0, 32, 0xff, 0, 1]), "link: ATM LAN emulation control");
        assert_eq!(reason(123, &[6, 0, 0, 5, 9]), "link: ATM signalling");
    }

    #[test]
    fn captures_of_juniper_routers() {
        assert_eq!(read(178, b"MGC\x01", &ethernet()), b"x");
        assert_eq!(read(178, &[&b"MGC\x80\x00\x06"[..], &[1, 1, 9, 2, 1, 9]].concat(), &ethernet()), b"x");
        assert_eq!(read(178, b"MGC\x02\x00\x00\x00\x02", &sample::udp4(b"x")), b"x");
        assert_eq!(read(179, b"MGC\x00\x00\x21", &sample::udp4(b"x")), b"x");
        assert_eq!(read(181, b"MGC\x00\x0f\x00\x08\x00", &sample::udp4(b"x")), b"x");
        assert_eq!(read(137, b"MGC\x82\x00\x00\x00\x00\x00\x02", &sample::udp4(b"x")), b"x");
        assert_eq!(reason(137, b"MGC\x00\x00\x00\x00\x00"), "link: Juniper frame with a cookie");
        assert_eq!(reason(178, b"MGD\x00"), "link: Juniper header without magic number");
        assert_eq!(reason(178, b"MGC\x80\x00"), "link: Juniper header cut short");
    }
}
