//! Tunnels of access networks: Teredo (RFC 4380), AYIYA (draft-massar-v6ops-ayiya), L2TP (RFC 2661, RFC 3931), CAPWAP (RFC 5415) and the sniffers'
//! TZSP.
//!
//! Every function answers `None` where the header is not what it should be.

use super::packet::{Decoded, Unread};
use super::rest::{Outer, Rest};
use super::tunnel::{is_datagram, is_frame};
use super::{ether, network, ppp, wifi};

type Read = Option<Result<Decoded, Unread>>;

/// TaZmen Sniffer Protocol, by which routers mirror packets: Ethernet or 802.11 behind a list of tags.
pub(super) fn tzsp(inner: Outer, rest: Rest<'_>) -> Read {
    let (link, rest) = tzsp_frame(rest)?;
    match link {
        1 => Some(ether::ethernet(inner, rest)),
        18 => Some(wifi::frame(inner, rest)),
        119 | 127 => Some(wifi::prism(inner, rest)),
        _ => None,
    }
}

/// Whether UDP to any port carries TZSP with an Ethernet frame: a list of tags that ends, and a datagram whose length fits to the byte.
pub(super) fn is_tzsp(rest: Rest<'_>) -> bool {
    tzsp_frame(rest).is_some_and(|(_, rest)| is_frame(rest))
}

fn tzsp_frame(rest: Rest<'_>) -> Option<(u8, Rest<'_>)> {
    let [1, 0 | 1, 0, link] = rest.peek(0)? else { return None };
    let mut rest = rest.skip(4)?;
    loop {
        rest = match rest.peek(0)? {
            [0] => rest.skip(1)?,
            [1] => return Some((link, rest.skip(1)?)),
            [_] => rest.skip(2 + usize::from(rest.peek::<1>(1).map(u8::from_be_bytes)?))?,
        };
    }
}

/// IPv6 in Teredo (RFC 4380, section 5.1.1), behind an authentication and an origin header, if present. A bubble, which has no next
/// header, may be followed by bytes; else its length must fit to the byte.
pub(super) fn teredo(inner: Outer, mut rest: Rest<'_>) -> Read {
    if let Some([0, 1, identifier, authentication]) = rest.peek(0) {
        rest = rest.skip(13 + usize::from(identifier) + usize::from(authentication))?;
    }
    if rest.peek(0) == Some([0, 0]) {
        rest = rest.skip(8)?;
    }
    let Some([0x60..=0x6f, _, _, _, length @ .., next]) = rest.peek::<7>(0) else { return None };
    let is_bubble = next == 59 && length == [0, 0] && rest.total() >= 40;
    (is_bubble || is_datagram(rest)).then(|| network::ipv6(inner, rest))
}

/// Whether UDP to any port carries Teredo: a datagram whose length fits to the byte, and an address of Teredo's (2001::/32).
pub(super) fn is_teredo(rest: Rest<'_>) -> bool {
    let teredo = Some([0x20, 1, 0, 0]);
    (rest.peek(8) == teredo || rest.peek(24) == teredo) && is_datagram(rest)
}

/// AYIYA: lengths of identity and signature, methods, operation 1 (forward), next protocol, time, identity, signature.
pub(super) fn ayiya(inner: Outer, rest: Rest<'_>) -> Read {
    let [identity, signature, operation, next] = rest.peek(0)?;
    if operation & 0x0f != 1 {
        return None;
    }
    let (identity, signature) = (1usize << (identity >> 4), usize::from(signature >> 4) * 4);
    let rest = rest.skip(8 + identity + signature)?;
    match next {
        4 => Some(network::ipv4(inner, rest)),
        41 => Some(network::ipv6(inner, rest)),
        _ => None,
    }
}

/// A data message of L2TP over UDP: version 2 carries PPP; version 3 has 4 bytes before what it has over IP (RFC 3931, section 4.1.2.1).
pub(super) fn l2tp(inner: Outer, rest: Rest<'_>) -> Read {
    match rest.peek(0)? {
        [0, 3] => l2tp_session(inner, rest.skip(4)?),
        _ => ppp::l2tp(inner, rest),
    }
}

/// A data message of L2TP version 3: session, cookie of 0, 4 or 8 bytes, and maybe a sublayer of 4 (RFC 3931, section 4.1). Its control messages agree
/// on what is there; here the place is right where a datagram's length fits to the byte, or where PPP begins with its framing.
pub(super) fn l2tp_session(inner: Outer, rest: Rest<'_>) -> Read {
    let [0, 0, 0, 0] = rest.peek(0)? else {
        return [4, 8, 12, 16].into_iter().filter_map(|before| rest.skip(before)).find_map(|rest| session_content(inner, rest));
    };
    // Session zero is a control message.
    None
}

fn session_content(inner: Outer, rest: Rest<'_>) -> Read {
    let is_ppp = matches!(rest.peek(0), Some([0xff, 3, 0, 0x21 | 0x57])) && rest.skip(4).is_some_and(is_datagram);
    match rest {
        _ if is_ppp => Some(ppp::ppp(inner, rest)),
        _ if is_datagram(rest) => Some(network::ip(inner, rest)),
        _ if matches!(rest.peek(12), Some([0x08, 0x00 | 0x06] | [0x86, 0xdd] | [0x81, 0x00])) => ether::ethernet(inner, rest).ok().map(Ok),
        _ => None,
    }
}

/// A frame through a wireless controller (CAPWAP data, RFC 5415, section 4.3): version and kind, header length in words, radio, binding and flags. The
/// frame is 802.3's, or 802.11's where the T flag says so; some makers swap the two bytes of its frame control.
pub(super) fn capwap(inner: Outer, rest: Rest<'_>) -> Read {
    let [0, length, binding, flags] = rest.peek(0)? else { return None };
    let (native, fragment, keep_alive) = (binding & 1 != 0, flags & 0x80 != 0, flags & 0x08 != 0);
    if fragment || keep_alive {
        return None;
    }
    let rest = rest.skip(usize::from(length >> 3) * 4)?;
    if native { Some(wifi::frame_in_either_order(inner, rest)) } else { Some(ether::ethernet(inner, rest)) }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, packet};

    fn ethernet(payload: &[u8]) -> Vec<u8> {
        [&sample::MACS[..], &[8, 0], payload].concat()
    }

    /// Depth and payload of a datagram to this port.
    fn inner(port: u16, parts: &[&[u8]]) -> (u8, Vec<u8>) {
        let frame = sample::ipv4(17, 0, &sample::udp(port, &parts.concat()));
        let packet = packet(101, &frame);
        (packet.depth, frame[packet.payload].to_vec())
    }

    #[test]
    fn ayiya_forwards_datagrams() {
        let six = sample::udp6(b"ayiya");
        let header: &[u8] = &[0x41, 0x52, 0x11, 41, 0, 0, 0, 9];
        assert_eq!(inner(5_072, &[header, &[7; 16], &[9; 20], &six]), (1, b"ayiya".to_vec()));
        assert_eq!(inner(5_072, &[&[0x41, 0x52, 0x12, 41, 0, 0, 0, 9], &[7; 36], &six]).0, 0, "no forwarding");
        assert_eq!(inner(5_072, &[header, &[7; 16]]).0, 0, "cut");
    }

    #[test]
    fn teredo_and_tzsp_on_any_port_where_they_fit() {
        let mut six = sample::udp6(b"teredo");
        assert_eq!(inner(9_999, &[&six]).0, 0, "no address of Teredo's");
        six[24..28].copy_from_slice(&[0x20, 1, 0, 0]);
        assert_eq!(inner(9_999, &[&six]), (1, b"teredo".to_vec()));
        assert_eq!(inner(9_999, &[&six, &[0]]).0, 0);
        let frame = ethernet(&sample::udp4(b"tz"));
        assert_eq!(inner(9_999, &[&[1, 0, 0, 1, 10, 1, 7, 0, 1], &frame]), (1, b"tz".to_vec()));
        assert_eq!(inner(9_999, &[&[1, 0, 0, 1, 10, 1, 7, 0, 1], &frame, &[0]]).0, 0);
    }

    #[test]
    fn a_bubble_of_teredo_may_be_followed_by_bytes() {
        let bubble = sample::ipv6(59, &[]);
        assert_eq!(inner(3_544, &[&[0, 0, 1, 2, 3, 4, 5, 6], &bubble, &[7; 9]]), (1, vec![]));
        assert_eq!(inner(3_544, &[&sample::udp6(b"x"), &[7; 9]]).0, 0);
    }

    #[test]
    fn l2tp_version_3_with_every_cookie() {
        let (four, frame) = (sample::udp4(b"l2"), ethernet(&sample::udp4(b"l2")));
        for cookie in [&[][..], &[1; 4], &[1; 8], &[0xee; 12]] {
            for content in [&frame, &four, &[&[0xff, 3, 0, 0x21][..], &four].concat()] {
                assert_eq!(inner(1_701, &[&[0, 3, 0, 0, 0, 0, 0, 9], cookie, content]), (1, b"l2".to_vec()), "over UDP");
                let raw = sample::ipv4(115, 0, &[&[0, 0, 0, 9][..], cookie, content].concat());
                assert_eq!((packet(101, &raw).depth, &raw[packet(101, &raw).payload]), (1, &b"l2"[..]), "over IP");
            }
        }
        assert_eq!(packet(101, &sample::ipv4(115, 0, &[&[0, 0, 0, 0][..], &four].concat())).depth, 0, "a control message");
    }

    #[test]
    fn l2tp_version_2_on_another_port() {
        let four = sample::udp4(b"l2tp");
        assert_eq!(inner(1_702, &[&[0, 2, 0, 7, 0, 9, 0xff, 3, 0, 0x21], &four]), (1, b"l2tp".to_vec()));
        assert_eq!(inner(1_702, &[&[0, 2, 0, 7, 0, 9, 0xff, 3, 0, 0x21], &four, &[0]]).0, 0);
    }

    #[test]
    fn capwap_with_frames_of_both_kinds() {
        let frame = ethernet(&sample::udp4(b"cap"));
        assert_eq!(inner(5_247, &[&[0, 0x10, 0x02, 0, 0, 0, 0, 0], &frame]), (1, b"cap".to_vec()));
        assert_eq!(inner(5_247, &[&[0, 0x10, 0x02, 0x80, 0, 0, 0, 0], &frame]).0, 0, "a fragment");
        assert_eq!(inner(5_247, &[&[1, 0, 0, 0], &frame]).0, 0, "under DTLS");
        let body = [&[0, 0][..], &sample::MACS, &sample::MACS[..6], &[0, 0, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0], &sample::udp4(b"cap")].concat();
        for control in [[0x08, 0x01], [0x01, 0x08]] {
            assert_eq!(inner(5_247, &[&[0, 0x10, 0x03, 0, 0, 0, 0, 0], &control, &body]), (1, b"cap".to_vec()), "{control:?}");
        }
    }
}
