//! Packets that the tests of this room share. Addresses are of the documentation ranges.

use super::decode;
use super::packet::{Decoded, Fragment, Packet};

/// Receiver's and sender's hardware address, as an Ethernet header begins.
pub(super) const MACS: [u8; 12] = [0, 0, 0x5e, 0, 0x53, 1, 0, 0, 0x5e, 0, 0x53, 2];
/// 192.0.2.1 to 198.51.100.2.
pub(super) const ADDRESSES: [u8; 8] = [192, 0, 2, 1, 198, 51, 100, 2];
/// 2001:db8::1 to 2001:db8::2.
pub(super) const ADDRESSES6: [u8; 32] = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2];

/// An IPv4 datagram with identification 7, `fragment` as flags and offset, time to live 64 and a right checksum.
pub(super) fn ipv4(protocol: u8, fragment: u16, payload: &[u8]) -> Vec<u8> {
    let total = (payload.len() as u16 + 20).to_be_bytes();
    let mut header = [&[0x45, 0][..], &total, &[0, 7], &fragment.to_be_bytes(), &[64, protocol, 0, 0], &ADDRESSES].concat();
    let sum: u32 = header.chunks(2).map(|pair| u32::from(u16::from_be_bytes([pair[0], pair[1]]))).sum();
    let folded = !(((sum & 0xffff) + (sum >> 16)) as u16);
    header[10..12].copy_from_slice(&folded.to_be_bytes());
    [header, payload.to_vec()].concat()
}

/// An IPv6 datagram, hop limit 64.
pub(super) fn ipv6(next: u8, payload: &[u8]) -> Vec<u8> {
    [&[0x60, 0, 0, 0][..], &(payload.len() as u16).to_be_bytes(), &[next, 64], &ADDRESSES6, payload].concat()
}

/// A UDP datagram from port 5000 to `port`.
pub(super) fn udp(port: u16, payload: &[u8]) -> Vec<u8> {
    [&5_000u16.to_be_bytes()[..], &port.to_be_bytes(), &(payload.len() as u16 + 8).to_be_bytes(), &[0, 0], payload].concat()
}

/// A UDP datagram to port 9 in IPv4.
pub(super) fn udp4(payload: &[u8]) -> Vec<u8> {
    ipv4(17, 0, &udp(9, payload))
}

/// A UDP datagram to port 9 in IPv6.
pub(super) fn udp6(payload: &[u8]) -> Vec<u8> {
    ipv6(17, &udp(9, payload))
}

/// A TCP segment from port 40000 to 443, sequence 1000, acknowledgement 2000, ACK and PSH, window 512, with a NOP-NOP-timestamp option.
pub(super) fn tcp(payload: &[u8]) -> Vec<u8> {
    let header = [0x9c, 0x40, 1, 0xbb, 0, 0, 3, 0xe8, 0, 0, 7, 0xd0, 0x80, 0x18, 2, 0, 0, 0, 0, 0, 1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2];
    [&header[..], payload].concat()
}

/// The frame as a packet.
pub(super) fn packet(link: u32, frame: &[u8]) -> Packet {
    match decode(link, frame.len(), frame) {
        Decoded::Packet(packet) => packet,
        other => panic!("{other:?}"),
    }
}

/// The frame as a fragment.
pub(super) fn fragment(link: u32, frame: &[u8]) -> Fragment {
    match decode(link, frame.len(), frame) {
        Decoded::Fragment(fragment) => fragment,
        other => panic!("{other:?}"),
    }
}

/// Why the frame was not read.
pub(super) fn reason(link: u32, frame: &[u8]) -> String {
    match decode(link, frame.len(), frame) {
        Decoded::Unread(unread) => format!("{}: {}", unread.layer, unread.reason),
        other => panic!("{other:?}"),
    }
}

/// The payload of what a frame of this header and datagram carries.
pub(super) fn behind(link: u32, header: &[u8], datagram: &[u8]) -> Vec<u8> {
    let frame = [header, datagram].concat();
    frame[packet(link, &frame).payload].to_vec()
}
