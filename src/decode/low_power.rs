//! IEEE 802.15.4, the radio of ZigBee and Thread: what a frame is, so that it is counted under a clear name.
//!
//! Datagrams are compressed there (6LoWPAN, RFC 6282), so that what they say lies in no frame as it is; only one that was sent whole (RFC 4944, section
//! 5.1) is read.

use super::network;
use super::packet::{Decoded, Unread};
use super::rest::{LINK, Outer, Rest, unread};

/// Bits of the frame control field (IEEE 802.15.4-2020, section 7.2.2).
mod control {
    pub const SECURED: u16 = 0x0008;
    pub const SAME_NETWORK: u16 = 0x0040;
    pub const NO_SEQUENCE: u16 = 0x0100;
    pub const INFORMATION: u16 = 0x0200;
}

/// A frame behind the preamble, delimiter and length of its radio (link type 215).
pub(super) fn with_preamble(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    frame(outer, rest.after(6, LINK, "802.15.4 preamble")?)
}

/// A frame behind a TAP header (link type 283): version, reserved, length of all its fields.
pub(super) fn with_tap(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&[_, _, l0, l1], _) = rest.header(LINK, "802.15.4 TAP header")?;
    frame(outer, rest.after(usize::from(u16::from_le_bytes([l0, l1])), LINK, "802.15.4 TAP header")?)
}

/// A frame, with or without its check sequence.
pub(super) fn frame(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&[c0, c1], rest) = rest.header(LINK, "802.15.4 header")?;
    let flags = u16::from_le_bytes([c0, c1]);
    match flags & 7 {
        0 => Err(unread(LINK, "802.15.4 beacon")),
        1 if flags & control::SECURED != 0 => Err(unread(LINK, "802.15.4 data, encrypted")),
        1 => data(outer, flags, rest),
        2 => Err(unread(LINK, "802.15.4 acknowledgement")),
        3 => Err(unread(LINK, "802.15.4 command")),
        _ => Err(unread(LINK, "802.15.4 frame of another type")),
    }
}

/// A data frame, from its sequence number on.
fn data(outer: Outer, flags: u16, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let Some(payload) = addressing(flags).and_then(|length| rest.skip(length)) else { return Err(unread(LINK, "802.15.4 data")) };
    match payload.peek(0) {
        // The dispatch byte of a datagram that is not compressed.
        Some([0x41]) => network::ipv6(outer, payload.after(1, LINK, "802.15.4 header")?),
        // ZigBee's network layer: version 2 in bits 2 to 5, data or command below them, and whether to look for a route above.
        Some([0x08..=0x09 | 0x48..=0x49]) => Err(unread(LINK, "802.15.4 data, ZigBee")),
        Some([0x42 | 0x50 | 0x60..=0xc7 | 0xe0..=0xe7]) => Err(unread(LINK, "802.15.4 data, 6LoWPAN")),
        _ => Err(unread(LINK, "802.15.4 data")),
    }
}

/// Length of sequence number and addresses. `None` where information elements follow, or in a mode that is reserved.
fn addressing(flags: u16) -> Option<usize> {
    let length = |mode: u16| match mode & 3 {
        0 => Some(0),
        2 => Some(2),
        3 => Some(8),
        _ => None,
    };
    let (to, from, version) = (length(flags >> 10)?, length(flags >> 14)?, flags >> 12 & 3);
    let same = flags & control::SAME_NETWORK != 0;
    let networks = match version {
        0 | 1 => usize::from(to > 0) + usize::from(from > 0 && !same),
        // Section 7.2.2.6: two long addresses need no second network, and no first where they share it.
        2 if flags & control::INFORMATION != 0 => return None,
        2 => match (to, from) {
            (0, 0) => usize::from(same),
            (8, 8) | (_, 0) | (0, _) => usize::from(!same),
            _ => 1 + usize::from(!same),
        },
        _ => return None,
    };
    let sequence = usize::from(version < 2 || flags & control::NO_SEQUENCE == 0);
    Some(sequence + to + from + 2 * networks)
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, packet, reason};

    /// A data frame between short addresses of one network.
    fn data(payload: &[u8]) -> Vec<u8> {
        [&[0x41, 0x88, 7, 0xcd, 0xab, 1, 0, 2, 0][..], payload].concat()
    }

    #[test]
    fn every_kind_of_frame_has_its_name() {
        for (frame, name) in [
            (data(&[0x48, 0x02, 0]), "802.15.4 data, ZigBee"),
            (data(&[0x7a, 0x33, 0]), "802.15.4 data, 6LoWPAN"),
            (data(&[0xc1, 0x33, 0]), "802.15.4 data, 6LoWPAN"),
            (data(&[0x01]), "802.15.4 data"),
            (data(&[]), "802.15.4 data"),
            (vec![0x49, 0x88, 7, 0xcd, 0xab], "802.15.4 data, encrypted"),
            (vec![0x00, 0x80, 7], "802.15.4 beacon"),
            (vec![0x02, 0x00, 7], "802.15.4 acknowledgement"),
            (vec![0x03, 0x08, 7], "802.15.4 command"),
            (vec![0x05, 0x08, 7], "802.15.4 frame of another type"),
            (vec![0x41], "802.15.4 header cut short"),
        ] {
            for link in [195, 230] {
                assert_eq!(reason(link, &frame), format!("link: {name}"));
            }
            assert_eq!(reason(215, &[&[0, 0, 0, 0, 0xa7, 9][..], &frame].concat()), format!("link: {name}"));
            assert_eq!(reason(283, &[&[0, 0, 12, 0, 0, 0, 1, 0, 1, 0, 0, 0][..], &frame].concat()), format!("link: {name}"));
        }
    }

    #[test]
    fn a_datagram_that_is_not_compressed_is_read() {
        let whole = [&[0x41][..], &sample::udp6(b"thread")].concat();
        let headers: [&[u8]; 5] = [
            &[0x41, 0x88, 7, 0xcd, 0xab, 1, 0, 2, 0],
            &[0x01, 0x88, 7, 0xcd, 0xab, 1, 0, 0xcd, 0xab, 2, 0],
            &[0x41, 0xdc, 7, 0xcd, 0xab, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2],
            &[0x41, 0xed, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2],
            &[0x41, 0xa8, 7, 0xcd, 0xab, 1, 0, 2, 0],
        ];
        for header in headers {
            let frame = [header, &whole].concat();
            assert_eq!(&frame[packet(230, &frame).payload], b"thread", "{header:02x?}");
        }
    }
}
