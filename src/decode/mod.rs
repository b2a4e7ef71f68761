//! One frame, sliced: link types → network → transport, through tunnels to the innermost packet.
//!
//! In comes a captured frame with its link type; out comes what it carries ([`packet::Packet`]), the piece of an IP datagram that it is
//! ([`packet::Fragment`], for [`defrag`]), or why it was not understood ([`packet::Unread`]). Nothing is copied and, but for the reason of an unread
//! frame, nothing allocated; frames know nothing of one another here. Conversations ([`crate::flow`]) and their content are others' business.
//!
//! Every function below a link returns `Result<Decoded, Unread>`, where `Ok` holds a packet or a fragment: so a tunnel whose inside cannot be read
//! falls back to the packet around it.

mod access;
mod cooked;
pub mod defrag;
mod ether;
mod ethertypes;
mod lan;
mod link;
pub mod linktypes;
mod low_power;
mod mobile;
mod network;
mod overlay;
pub mod packet;
mod ppp;
mod rest;
#[cfg(test)]
mod sample;
mod tags;
mod transport;
mod tunnel;
mod wan;
mod wifi;
mod wrapped;

use self::defrag::{Beginning, Datagram};
use self::network::{Addresses, Ip};
use self::packet::Decoded;
use self::rest::{Hardware, Outer, Rest};
use crate::wire::Mac;

/// Slices a frame of a link type (LINKTYPE_ values of tcpdump.org) that was `wire` bytes long before the snap length cut it.
///
/// All offsets of the answer count from the first byte of `frame`. Never panics, whatever the bytes; the work is bounded by the length of the frame,
/// and by at most 16 tunnels, 16 tags and 16 extension headers in each.
pub fn decode(link: u32, wire: usize, frame: &[u8]) -> Decoded {
    link::read(link, Rest::new(frame, wire)).unwrap_or_else(Decoded::Unread)
}

/// Slices a datagram that was put together from fragments; offsets count from the first byte of `datagram.bytes`.
///
/// It may hold a tunnel, and in it a fragment again.
pub fn whole(datagram: &Datagram) -> Decoded {
    datagram_of(datagram, datagram.bytes.len())
}

/// Slices the beginning of a datagram that was given up, as [`whole`] does; the rest is missing.
pub fn beginning(beginning: &Beginning) -> Decoded {
    let Beginning { datagram, missing, .. } = beginning;
    datagram_of(datagram, datagram.bytes.len().saturating_add(*missing))
}

/// Slices a datagram that was `wire` bytes long.
fn datagram_of(datagram: &Datagram, wire: usize) -> Decoded {
    let hardware = |mac: Option<Mac>| mac.map_or(Hardware::default(), |mac| Hardware::new(mac.0));
    let outer = Outer { sender: hardware(datagram.from_mac), receiver: hardware(datagram.to_mac), depth: datagram.depth, damaged: false };
    let ip = Ip { outer, addresses: Addresses::new(datagram.from, datagram.to), ttl: datagram.ttl };
    network::payload(&ip, datagram.protocol, Rest::new(&datagram.bytes, wire)).unwrap_or_else(Decoded::Unread)
}

/// What etherparse builds is read as etherparse reads it.
#[cfg(test)]
mod tests {
    use etherparse::{LaxNetSlice, LaxSlicedPacket, PacketBuilder, TransportSlice, VlanId};
    use proptest::prelude::*;

    use super::decode;
    use super::packet::{Body, Decoded, Packet};

    /// What is to be built.
    #[derive(Clone, Debug)]
    struct Plan {
        tags: usize,
        six: bool,
        transport: u8,
        addresses: [u8; 32],
        ports: [u16; 2],
        numbers: [u32; 2],
        ttl: u8,
        options: Vec<u8>,
        payload: Vec<u8>,
        padding: usize,
        cut: usize,
    }

    fn plan() -> impl Strategy<Value = Plan> {
        let options = prop::sample::select(vec![vec![], vec![1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2], vec![2, 4, 5, 0xb4]]);
        let payload = prop::collection::vec(any::<u8>(), 0..100);
        ((0usize..3, any::<bool>(), 0u8..3, any::<[u8; 32]>(), any::<[u16; 2]>(), any::<[u32; 2]>(), any::<u8>()), (options, payload, 0usize..20, 0usize..150))
            .prop_map(|((tags, six, transport, addresses, ports, numbers, ttl), (options, payload, padding, cut))| Plan {
                tags,
                six,
                transport,
                addresses,
                ports,
                numbers,
                ttl,
                options,
                payload,
                padding,
                cut,
            })
    }

    fn build(plan: &Plan) -> Vec<u8> {
        let link = PacketBuilder::ethernet2([2, 0, 0, 0, 0, 2], [2, 0, 0, 0, 0, 1]);
        let (from, to) = plan.addresses.split_at(16);
        let mut bytes = Vec::new();
        macro_rules! finish {
            ($step:expr) => {{
                let [from, to] = plan.ports;
                match plan.transport {
                    0 => $step.udp(from, to).write(&mut bytes, &plan.payload).unwrap(),
                    1 => {
                        let [sequence, acknowledgement] = plan.numbers;
                        let tcp = $step.tcp(from, to, sequence, to).psh().ack(acknowledgement);
                        tcp.options_raw(&plan.options).unwrap().write(&mut bytes, &plan.payload).unwrap();
                    }
                    _ if plan.six => $step.icmpv6_echo_request(from, to).write(&mut bytes, &plan.payload).unwrap(),
                    _ => $step.icmpv4_echo_request(from, to).write(&mut bytes, &plan.payload).unwrap(),
                }
            }};
        }
        macro_rules! ip {
            ($step:expr) => {
                if plan.six {
                    finish!($step.ipv6(from.try_into().unwrap(), to.try_into().unwrap(), plan.ttl))
                } else {
                    finish!($step.ipv4(from[..4].try_into().unwrap(), to[..4].try_into().unwrap(), plan.ttl))
                }
            };
        }
        match plan.tags {
            0 => ip!(link),
            1 => ip!(link.single_vlan(VlanId::try_new(5).unwrap())),
            _ => ip!(link.double_vlan(VlanId::try_new(5).unwrap(), VlanId::try_new(6).unwrap())),
        }
        bytes
    }

    fn agree(packet: &Packet, frame: &[u8]) {
        let sliced = LaxSlicedPacket::from_ethernet(frame).unwrap();
        match sliced.net.unwrap() {
            LaxNetSlice::Ipv4(ip) => {
                assert_eq!(packet.from, ip.header().source_addr());
                assert_eq!(packet.to, ip.header().destination_addr());
                assert_eq!(packet.ttl, ip.header().ttl());
            }
            LaxNetSlice::Ipv6(ip) => {
                assert_eq!(packet.from, ip.header().source_addr());
                assert_eq!(packet.to, ip.header().destination_addr());
                assert_eq!(packet.ttl, ip.header().hop_limit());
            }
            LaxNetSlice::Arp(_) => panic!(),
        }
        let payload = &frame[packet.payload.clone()];
        match (&packet.body, sliced.transport) {
            (Body::Tcp(tcp), Some(TransportSlice::Tcp(slice))) => {
                assert_eq!((tcp.from_port, tcp.to_port), (slice.source_port(), slice.destination_port()));
                assert_eq!((tcp.sequence, tcp.acknowledgement), (slice.sequence_number(), slice.acknowledgment_number()));
                assert_eq!((tcp.window, tcp.flags), (slice.window_size(), 0x18));
                assert_eq!(payload, slice.payload());
            }
            (Body::Udp { from_port, to_port }, Some(TransportSlice::Udp(slice))) => {
                assert_eq!((*from_port, *to_port), (slice.source_port(), slice.destination_port()));
                assert_eq!(payload, slice.payload());
            }
            (Body::Icmp { kind, code }, Some(TransportSlice::Icmpv4(slice))) => assert_eq!((*kind, *code), (slice.type_u8(), slice.code_u8())),
            (Body::Icmp { kind, code }, Some(TransportSlice::Icmpv6(slice))) => assert_eq!((*kind, *code), (slice.type_u8(), slice.code_u8())),
            // Where the snap length cut a transport header, etherparse gives nothing more; ICMP's has 8 bytes there.
            (Body::Icmp { .. }, None) => assert!(payload.len() < 4),
            (_, None) => assert!(payload.is_empty()),
            (body, other) => panic!("{body:?} {other:?}"),
        }
    }

    proptest! {
        #[test]
        fn generated_packets_are_read_as_etherparse_reads_them(plan in plan()) {
            let built = build(&plan);
            let padded = [&built[..], &vec![0xee; plan.padding]].concat();
            let Decoded::Packet(whole) = decode(1, padded.len(), &padded) else { panic!() };
            agree(&whole, &padded);
            prop_assert_eq!((whole.missing, whole.bad_checksum), (0, false));
            let data = if plan.transport == 2 { plan.payload.len() + 4 } else { plan.payload.len() };
            prop_assert_eq!((whole.payload.len(), whole.payload.end), (data, built.len()));
            let frame = &built[..plan.cut.min(built.len())];
            if let Decoded::Packet(cut) = decode(1, built.len(), frame) {
                agree(&cut, frame);
                prop_assert_eq!((&cut.from_mac, cut.payload.end), (&whole.from_mac, frame.len()));
                if cut.payload.start == whole.payload.start {
                    prop_assert_eq!(cut.payload.len() + cut.missing, data);
                }
            }
        }
    }
}
