//! TCP (RFC 9293), UDP (RFC 768), UDP-Lite (RFC 3828), ICMP (RFC 792) and ICMPv6 (RFC 4443); of SCTP (RFC 9260) and DCCP (RFC 4340) the ports; tunnels
//! that UDP and IP carry are looked into.
//!
//! The checksums of this layer are not verified: network cards fill them in after the capture, and they would cost more than all the rest.

use super::network::Ip;
use super::packet::{Body, Decoded, Tcp, Unread};
use super::rest::{Rest, TRANSPORT, cut_short, unread};
use super::tunnel;

/// Numbers of <https://www.iana.org/assignments/protocol-numbers>.
const ICMP: u8 = 1;
const TCP: u8 = 6;
const UDP: u8 = 17;
const DCCP: u8 = 33;
const ICMPV6: u8 = 58;
const SCTP: u8 = 132;
const UDP_LITE: u8 = 136;

/// Length of a TCP header without options.
const TCP_HEADER: usize = 20;
/// Length of a UDP header.
const UDP_HEADER: usize = 8;

/// What an IP datagram carries.
pub(super) fn read(ip: &Ip, protocol: u8, rest: Rest<'_>) -> Result<Decoded, Unread> {
    match protocol {
        TCP => tcp(ip, rest),
        UDP => udp(ip, rest),
        ICMP if !ip.is_six() => icmp(ip, rest),
        ICMPV6 if ip.is_six() => icmp(ip, rest),
        SCTP | DCCP => Ok(ported(ip, protocol, rest)),
        UDP_LITE => udp_lite(ip, rest),
        _ => Ok(tunnel::over_ip(ip, protocol, rest).unwrap_or_else(|| ip.packet(Body::Other(protocol), rest))),
    }
}

fn tcp(ip: &Ip, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let Some((header, _)) = rest.bytes.split_first_chunk::<TCP_HEADER>() else { return cut_tcp(ip, rest) };
    let &[p0, p1, q0, q1, s0, s1, s2, s3, a0, a1, a2, a3, offset, flags, w0, w1, _, _, _, _] = header;
    let length = usize::from(offset >> 4) * 4;
    if length < TCP_HEADER || length > rest.total() {
        return Err(unread(TRANSPORT, "TCP header with a wrong length"));
    }
    let tcp = Tcp {
        from_port: u16::from_be_bytes([p0, p1]),
        to_port: u16::from_be_bytes([q0, q1]),
        sequence: u32::from_be_bytes([s0, s1, s2, s3]),
        acknowledgement: u32::from_be_bytes([a0, a1, a2, a3]),
        flags,
        window: u16::from_be_bytes([w0, w1]),
    };
    Ok(ip.packet(Body::Tcp(tcp), past(rest, length)))
}

/// A TCP header that the snap length cut, if it did: the ports must be there; a field that is not is zero, and options are taken for absent.
fn cut_tcp(ip: &Ip, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let ports = rest.peek::<4>(0).filter(|_| rest.total() >= TCP_HEADER);
    let Some([p0, p1, q0, q1]) = ports else { return Err(cut_short(TRANSPORT, "TCP header")) };
    let tcp = Tcp {
        from_port: u16::from_be_bytes([p0, p1]),
        to_port: u16::from_be_bytes([q0, q1]),
        sequence: rest.peek(4).map_or(0, u32::from_be_bytes),
        acknowledgement: rest.peek(8).map_or(0, u32::from_be_bytes),
        flags: rest.peek(13).map_or(0, u8::from_be_bytes),
        window: rest.peek(14).map_or(0, u16::from_be_bytes),
    };
    let length = rest.peek::<1>(12).map_or(TCP_HEADER, |[offset]| usize::from(offset >> 4) * 4);
    if length < TCP_HEADER || length > rest.total() {
        return Err(unread(TRANSPORT, "TCP header with a wrong length"));
    }
    Ok(ip.packet(Body::Tcp(tcp), past(rest, length)))
}

/// What follows a header of `length` bytes, which may itself not be captured to its end.
fn past(rest: Rest<'_>, length: usize) -> Rest<'_> {
    rest.skip(length).unwrap_or_else(|| {
        let captured = rest.bytes.len();
        let uncaptured = length.saturating_sub(captured);
        Rest { bytes: &[], at: rest.at + captured, missing: rest.missing.saturating_sub(uncaptured) }
    })
}

fn udp(ip: &Ip, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let Some([p0, p1, q0, q1]) = rest.peek::<4>(0).filter(|_| rest.total() >= UDP_HEADER) else { return Err(cut_short(TRANSPORT, "UDP header")) };
    // Zero is a jumbogram's or an offload's; more than there is, a liar's: what is there counts (RFC 2675, section 4).
    let length = match rest.peek::<2>(4).map(u16::from_be_bytes).map(usize::from) {
        Some(1..UDP_HEADER) => return Err(unread(TRANSPORT, "UDP header with a wrong length")),
        Some(length) if length != 0 && length <= rest.total() => length,
        _ => rest.total(),
    };
    let (from_port, to_port) = (u16::from_be_bytes([p0, p1]), u16::from_be_bytes([q0, q1]));
    let payload = past(rest, UDP_HEADER).cut(length - UDP_HEADER);
    Ok(tunnel::over_udp(ip, from_port, to_port, payload).unwrap_or_else(|| ip.packet(Body::Udp { from_port, to_port }, payload)))
}

/// As UDP, but with the number of bytes that the checksum covers in place of the length.
fn udp_lite(ip: &Ip, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&[p0, p1, q0, q1], _) = rest.header(TRANSPORT, "UDP-Lite header")?;
    if rest.total() < UDP_HEADER {
        return Err(cut_short(TRANSPORT, "UDP-Lite header"));
    }
    let (from_port, to_port) = (u16::from_be_bytes([p0, p1]), u16::from_be_bytes([q0, q1]));
    Ok(ip.packet(Body::Udp { from_port, to_port }, past(rest, UDP_HEADER)))
}

/// A transport whose header begins with two ports; the payload is all of it.
fn ported(ip: &Ip, protocol: u8, rest: Rest<'_>) -> Decoded {
    let body = match rest.peek(0) {
        Some([p0, p1, q0, q1]) => Body::Ported { protocol, from_port: u16::from_be_bytes([p0, p1]), to_port: u16::from_be_bytes([q0, q1]) },
        None => Body::Other(protocol),
    };
    ip.packet(body, rest)
}

/// The payload begins after type, code and checksum: what the next four bytes are depends on the type.
fn icmp(ip: &Ip, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&[kind, code], _) = rest.header(TRANSPORT, "ICMP header")?;
    if rest.total() < 4 {
        return Err(cut_short(TRANSPORT, "ICMP header"));
    }
    Ok(ip.packet(Body::Icmp { kind, code }, past(rest, 4)))
}

#[cfg(test)]
mod tests {
    use super::super::decode;
    use super::super::sample::{self, packet, reason};
    use super::*;

    const RAW: u32 = 101;

    #[test]
    fn tcp_fields_are_read_and_options_passed_over() {
        let packet = packet(RAW, &sample::ipv4(6, 0, &sample::tcp(b"GET")));
        let tcp = Tcp { from_port: 40_000, to_port: 443, sequence: 1_000, acknowledgement: 2_000, flags: 0x18, window: 512 };
        assert_eq!((packet.body, packet.payload, packet.missing), (Body::Tcp(tcp), 52..55, 0));
        assert!(tcp.has(Tcp::ACK) && !tcp.has(Tcp::SYN | Tcp::ACK));
    }

    #[test]
    fn a_cut_tcp_header_gives_what_it_still_has() {
        let bytes = sample::ipv4(6, 0, &sample::tcp(&[1; 100]));
        for cut in 20..52 {
            let decoded = decode(RAW, bytes.len(), &bytes[..cut]);
            if cut < 24 {
                assert!(matches!(decoded, Decoded::Unread(_)), "cut at {cut}");
                continue;
            }
            let Decoded::Packet(packet) = decoded else { panic!("cut at {cut}") };
            let Body::Tcp(tcp) = packet.body else { panic!("cut at {cut}") };
            assert_eq!((tcp.from_port, tcp.to_port), (40_000, 443));
            assert_eq!(tcp.sequence, if cut < 28 { 0 } else { 1_000 });
            assert_eq!(tcp.acknowledgement, if cut < 32 { 0 } else { 2_000 });
            assert_eq!(tcp.flags, if cut < 34 { 0 } else { 0x18 });
            assert_eq!((packet.payload, packet.missing), (cut..cut, if cut < 33 { 112 } else { 100 }), "cut at {cut}");
        }
    }

    #[test]
    fn impossible_transport_headers_are_not_read() {
        let with_offset = |offset: u8| {
            let mut segment = sample::tcp(b"data");
            segment[12] = offset << 4;
            sample::ipv4(6, 0, &segment)
        };
        assert_eq!(reason(RAW, &with_offset(4)), "transport: TCP header with a wrong length");
        assert_eq!(reason(RAW, &with_offset(10)), "transport: TCP header with a wrong length");
        assert_eq!(packet(RAW, &with_offset(9)).payload, 56..56);
        assert_eq!(reason(RAW, &sample::ipv4(6, 0, &sample::tcp(b"")[..19])), "transport: TCP header cut short");
        assert_eq!(reason(RAW, &sample::ipv4(17, 0, &[0; 7])), "transport: UDP header cut short");
        assert_eq!(reason(RAW, &sample::ipv4(1, 0, &[8, 0, 0])), "transport: ICMP header cut short");
    }

    #[test]
    fn the_length_of_udp_is_kept_where_it_can_be() {
        let with_length = |length: u16| {
            let mut datagram = sample::udp(9, b"0123456789");
            datagram[4..6].copy_from_slice(&length.to_be_bytes());
            sample::ipv4(17, 0, &datagram)
        };
        for (length, end) in [(18, 38), (0, 38), (19, 38), (u16::MAX, 38), (8, 28), (12, 32)] {
            let packet = packet(RAW, &with_length(length));
            assert_eq!((packet.payload, packet.missing), (28..end, 0), "length {length}");
        }
        for length in 1..8 {
            assert_eq!(reason(RAW, &with_length(length)), "transport: UDP header with a wrong length");
        }
    }

    #[test]
    fn a_cut_udp_header_gives_the_ports() {
        let bytes = sample::udp4(&[1; 50]);
        for cut in 24..28 {
            let Decoded::Packet(packet) = decode(RAW, bytes.len(), &bytes[..cut]) else { panic!("cut at {cut}") };
            assert_eq!((packet.body, packet.payload, packet.missing), (Body::Udp { from_port: 5_000, to_port: 9 }, cut..cut, 50));
        }
    }

    #[test]
    fn icmp_belongs_to_its_version_of_ip() {
        let message = [8, 1, 0, 0, 0, 1, 0, 2, 9, 9];
        let four = packet(RAW, &sample::ipv4(1, 0, &message));
        assert_eq!((four.body, four.payload), (Body::Icmp { kind: 8, code: 1 }, 24..30));
        let six = packet(RAW, &sample::ipv6(58, &message));
        assert_eq!((six.body, six.payload), (Body::Icmp { kind: 8, code: 1 }, 44..50));
        assert_eq!(packet(RAW, &sample::ipv4(58, 0, &message)).body, Body::Other(58));
        assert_eq!(packet(RAW, &sample::ipv6(1, &message)).body, Body::Other(1));
    }

    #[test]
    fn sctp_and_dccp_give_their_ports() {
        for protocol in [132, 33] {
            let packet = packet(RAW, &sample::ipv4(protocol, 0, &[0x0b, 0x59, 0x0b, 0x5a, 0, 0, 0, 1, 0, 0, 0, 0]));
            assert_eq!((&packet.body, packet.payload), (&Body::Ported { protocol, from_port: 2_905, to_port: 2_906 }, 20..32));
        }
        assert_eq!(packet(RAW, &sample::ipv6(132, &[1, 2, 3])).body, Body::Other(132));
    }

    #[test]
    fn udp_lite_is_read_as_udp_whatever_its_coverage() {
        for coverage in [[0, 0], [0, 8], [0xff, 0xff]] {
            let bytes = sample::ipv4(136, 0, &[&[0x13, 0x88, 0, 9][..], &coverage, &[1, 2], b"lite"].concat());
            let packet = packet(RAW, &bytes);
            assert_eq!((packet.body, &bytes[packet.payload]), (Body::Udp { from_port: 5_000, to_port: 9 }, &b"lite"[..]));
        }
        assert_eq!(reason(RAW, &sample::ipv4(136, 0, &[0; 7])), "transport: UDP-Lite header cut short");
    }
}
