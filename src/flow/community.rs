//! Community ID, version 1 with seed 0 (<https://github.com/corelight/community-id-spec>): the number by which other analysers name the same flow.
//!
//! Comes in: a packet of the flow. Goes out: the number as text, the same for both directions. It knows no flow and remembers nothing.

use std::net::IpAddr;

use data_encoding::BASE64;
use sha1::{Digest, Sha1};

use crate::decode::packet::{Body, Packet};
use crate::wire::Transport;

/// <https://www.iana.org/assignments/protocol-numbers>
const ICMP: u8 = 1;
const TCP: u8 = 6;
const UDP: u8 = 17;
const ICMPV6: u8 = 58;
const SCTP: u8 = 132;

/// Whether packets of one of our flows may have different numbers: ICMP flows are kept by addresses alone.
pub fn may_differ(body: &Body) -> bool {
    matches!(body, Body::Icmp { .. })
}

/// The number of a packet's flow, with its version in front: `1:` and 28 characters of base64. None without IP (ARP).
pub fn community_id(packet: &Packet) -> Option<String> {
    let tuple = Tuple::of(packet)?;
    let (mut low, mut high) = ((packet.from, tuple.ports.0), (packet.to, tuple.ports.1));
    if low > high && !tuple.is_one_way {
        std::mem::swap(&mut low, &mut high);
    }
    // The seed, which users of several networks may choose, is zero.
    let mut hash = Sha1::new_with_prefix([0, 0]);
    for (address, _) in [low, high] {
        match address {
            IpAddr::V4(address) => hash.update(address.octets()),
            IpAddr::V6(address) => hash.update(address.octets()),
        }
    }
    hash.update([tuple.protocol, 0]);
    if tuple.has_ports {
        hash.update(low.1.to_be_bytes());
        hash.update(high.1.to_be_bytes());
    }
    Some(format!("1:{}", BASE64.encode(&hash.finalize())))
}

/// What is hashed beside the addresses.
struct Tuple {
    protocol: u8,
    /// Sender's and receiver's.
    ports: (u16, u16),
    has_ports: bool,
    /// Whether the other direction has another number.
    is_one_way: bool,
}

impl Tuple {
    fn of(packet: &Packet) -> Option<Self> {
        let (transport, from, to) = packet.body.transport()?;
        let with_ports = |protocol, ports| Self { protocol, ports, has_ports: true, is_one_way: false };
        Some(match transport {
            Transport::Tcp => with_ports(TCP, (from, to)),
            Transport::Udp => with_ports(UDP, (from, to)),
            Transport::Icmp => icmp(packet),
            Transport::Other(SCTP) => with_ports(SCTP, (from, to)),
            Transport::Other(protocol) => Self { protocol, ports: (0, 0), has_ports: false, is_one_way: false },
        })
    }
}

/// In the place of ports: the type and the type that answers it, or where there is none the type and the code, of one direction only.
fn icmp(packet: &Packet) -> Tuple {
    let Body::Icmp { kind, code } = packet.body else { return Tuple { protocol: ICMP, ports: (0, 0), has_ports: true, is_one_way: true } };
    let (protocol, counterpart) = if packet.from.is_ipv6() { (ICMPV6, counterpart_6(kind)) } else { (ICMP, counterpart_4(kind)) };
    let ports = (u16::from(kind), u16::from(counterpart.unwrap_or(code)));
    Tuple { protocol, ports, has_ports: true, is_one_way: counterpart.is_none() }
}

/// Echo, timestamp, information and mask requests and their replies; router solicitation and advertisement (RFC 792, RFC 950, RFC 1256).
fn counterpart_4(kind: u8) -> Option<u8> {
    match kind {
        0 => Some(8),
        8 => Some(0),
        9 => Some(10),
        10 => Some(9),
        13 | 15 | 17 => Some(kind + 1),
        14 | 16 | 18 => Some(kind - 1),
        _ => None,
    }
}

/// Echo, listener query and report, router and neighbour discovery, node information, home agents (RFC 4443, 2710, 4861, 4620, 6275).
fn counterpart_6(kind: u8) -> Option<u8> {
    match kind {
        128 | 130 | 133 | 135 | 139 | 144 => Some(kind + 1),
        129 | 131 | 134 | 136 | 140 | 145 => Some(kind - 1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::packet::Tcp;

    fn id(from: &str, to: &str, body: Body) -> String {
        let (from, to) = (from.parse().unwrap(), to.parse().unwrap());
        let packet = Packet { from_mac: None, to_mac: None, depth: 0, from, to, ttl: 64, body, payload: 2..10, missing: 0, bad_checksum: false };
        community_id(&packet).unwrap()
    }

    fn tcp(from_port: u16, to_port: u16) -> Body {
        Body::Tcp(Tcp { from_port, to_port, ..Tcp::default() })
    }

    const A: &str = "1.2.3.4";
    const B: &str = "5.6.7.8";
    const A6: &str = "fe80:1:203:405:607:809:a0b:c0d";
    const B6: &str = "fe80:1011:1213:1415:1617:1819:1a1b:1c1d";

    /// The table that the specification gives.
    #[test]
    fn numbers_are_those_of_the_specification() {
        let udp = |from_port, to_port| Body::Udp { from_port, to_port };
        assert_eq!(id(A, B, tcp(1122, 3344)), "1:wCb3OG7yAFWelaUydu0D+125CLM=");
        assert_eq!(id(B, A, tcp(3344, 1122)), "1:wCb3OG7yAFWelaUydu0D+125CLM=");
        assert_eq!(id(A, B, udp(1122, 3344)), "1:0Mu9InQx6z4ZiCZM/7HXi2WMhOg=");
        assert_eq!(id(B, A, udp(3344, 1122)), "1:0Mu9InQx6z4ZiCZM/7HXi2WMhOg=");
        assert_eq!(id(A, B, Body::Ported { protocol: 132, from_port: 1122, to_port: 3344 }), "1:EKt4MsxuyaE6mL+hmrEkQ9csDD8=");
        for (from, to) in [(A, B), (B, A)] {
            assert_eq!(id(from, to, Body::Other(46)), "1:ikv3kmf89luf73WPz1jOs49S768=");
        }
        for (from, to) in [(A6, B6), (B6, A6)] {
            assert_eq!(id(from, to, Body::Other(46)), "1:wQ/2mwrnXP4lmJcHdGL5ePjR+e0=");
        }
    }

    #[test]
    fn icmp_has_types_for_ports() {
        let icmp = |kind| Body::Icmp { kind, code: 0 };
        assert_eq!(id(A, B, icmp(8)), "1:crodRHL2FEsHjbv3UkRrfbs4bZ0=");
        assert_eq!(id(B, A, icmp(0)), "1:crodRHL2FEsHjbv3UkRrfbs4bZ0=");
        assert_eq!(id(A, B, icmp(11)), "1:f/YiSyWqczrTgfUCZlBUnvHRcPk=");
        assert_ne!(id(B, A, icmp(11)), id(A, B, icmp(11)), "one way");
        assert_eq!(id(A6, B6, icmp(128)), "1:0bf7hyMJUwt3fMED7z8LIfRpBeo=");
        assert_eq!(id(B6, A6, icmp(129)), "1:0bf7hyMJUwt3fMED7z8LIfRpBeo=");
        assert_eq!(id(A6, B6, icmp(146)), "1:fYC8+pz24E+EhANP1EZhpX0Dw10=");
    }

    #[test]
    fn every_counterpart_has_its_own() {
        for kind in 0..=255 {
            for counterpart in [counterpart_4, counterpart_6] {
                assert_eq!(counterpart(kind).map_or(Some(kind), counterpart), Some(kind));
            }
        }
        assert_eq!([130, 131, 144].map(counterpart_6), [Some(131), Some(130), Some(145)]);
    }

    #[test]
    fn what_has_no_ip_has_no_number() {
        let body = Body::Arp { operation: 1, sender: crate::wire::Mac::default() };
        let (from, to) = (A.parse().unwrap(), B.parse().unwrap());
        let packet = Packet { from_mac: None, to_mac: None, depth: 0, from, to, ttl: 0, body, payload: 0..0, missing: 0, bad_checksum: false };
        assert_eq!(community_id(&packet), None);
    }
}
