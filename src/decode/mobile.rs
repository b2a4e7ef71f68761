//! GTP, the tunnel of mobile networks: the user's packets (3GPP TS 29.281, section 5.1; version 0: TS 29.060, section 6).
//!
//! Every function answers `None` for a message that holds no packet.

use super::network;
use super::packet::{Decoded, Unread};
use super::rest::{Outer, Rest};
use super::tunnel::is_datagram;

type Read = Option<Result<Decoded, Unread>>;

/// The message that carries a user's packet.
const USER_PACKET: u8 = 255;

/// Version 1.
pub(super) fn gtp(inner: Outer, rest: Rest<'_>) -> Read {
    Some(network::ip(inner, payload(rest)?))
}

/// Version 0: a header of 20 bytes.
pub(super) fn gtp0(inner: Outer, rest: Rest<'_>) -> Read {
    let Some([0x10..=0x1f, USER_PACKET]) = rest.peek(0) else { return gtp(inner, rest) };
    Some(network::ip(inner, rest.skip(20)?))
}

/// Whether UDP to any port carries a user's packet: both lengths fit to the byte.
pub(super) fn is_gtp(rest: Rest<'_>) -> bool {
    let length = rest.peek(2).map(u16::from_be_bytes).map(usize::from);
    length.map(|length| length + 8) == Some(rest.total()) && payload(rest).is_some_and(is_datagram)
}

/// What follows the header of version 1. Three flags mean 4 more bytes, of which the last names an extension header; each of these tells its length in
/// words, and the next in its last byte.
fn payload(rest: Rest<'_>) -> Option<Rest<'_>> {
    let [flags @ 0x30..=0x3f, USER_PACKET] = rest.peek(0)? else { return None };
    let more = flags & 7;
    if more == 0 {
        return rest.skip(8);
    }
    let [mut next] = rest.peek(11)?;
    let mut rest = rest.skip(12)?;
    while next != 0 {
        let length = usize::from(rest.peek::<1>(0).map(u8::from_be_bytes)?) * 4;
        [next] = rest.peek(length.checked_sub(1)?)?;
        rest = rest.skip(length)?;
    }
    Some(rest)
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, packet};

    /// Depth and payload of a datagram to this port.
    fn inner(port: u16, parts: &[&[u8]]) -> (u8, Vec<u8>) {
        let frame = sample::ipv4(17, 0, &sample::udp(port, &parts.concat()));
        let packet = packet(101, &frame);
        (packet.depth, frame[packet.payload].to_vec())
    }

    #[test]
    fn both_versions_on_their_ports() {
        let four = sample::udp4(b"gtp");
        assert_eq!(inner(2_152, &[&[0x30, 255, 0, 0, 0, 0, 0, 1], &four]), (1, b"gtp".to_vec()));
        assert_eq!(inner(3_386, &[&[0x1e, 255, 0, 0], &[0; 16], &four]), (1, b"gtp".to_vec()));
        assert_eq!(inner(3_386, &[&[0x1e, 16, 0, 0], &[0; 16], &four]).0, 0);
    }

    #[test]
    fn on_any_port_where_both_lengths_fit() {
        let six = sample::udp6(b"gtp");
        let length = (six.len() as u16 + 8).to_be_bytes();
        let header: &[u8] = &[0x34, 255, length[0], length[1], 0, 0, 0, 1, 0, 0, 0, 0x85];
        assert_eq!(inner(8_805, &[header, &[1, 0, 9, 0], &six]), (1, b"gtp".to_vec()));
        assert_eq!(inner(8_805, &[header, &[1, 0, 9, 0], &six, &[0]]).0, 0);
        assert_eq!(inner(8_805, &[header, &[0, 0, 9, 0], &six]).0, 0, "an extension without length");
    }
}
