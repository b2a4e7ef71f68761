//! IEEE 802.11 data frames as a monitor sees them, and the headers that capture programs put before them (radiotap, PPI, AVS, Prism).
//!
//! Encrypted frames cannot be read here. An aggregate (A-MSDU) holds several frames, which are all read.

use super::ether;
use super::packet::{Decoded, Unread};
use super::rest::{LINK, Outer, Rest, cut_short, unread};

/// Bits of the second octet of the frame control field (IEEE 802.11-2020, section 9.2.4.1).
mod control {
    pub const TO_DISTRIBUTION: u8 = 0x01;
    pub const FROM_DISTRIBUTION: u8 = 0x02;
    pub const MORE_FRAGMENTS: u8 = 0x04;
    pub const PROTECTED: u8 = 0x40;
    pub const HIGH_THROUGHPUT: u8 = 0x80;
}

/// Length of the frame check sequence.
const FCS: usize = 4;
/// Length of a header with three addresses.
const HEADER: usize = 24;

/// Length of the header of each frame in an aggregate.
const AGGREGATED: usize = 14;

/// How a capture program delivers a frame.
#[derive(Clone, Copy, Debug, Default)]
struct Delivery {
    /// The two bytes of the frame control may have changed places.
    swapped: bool,
    /// The frame check sequence stands at the end.
    checked: bool,
    /// That sequence was wrong.
    damaged: bool,
    /// The header is padded to a multiple of 4 bytes.
    padded: bool,
}

/// A frame of link type 105, without a frame check sequence.
pub(super) fn frame(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    delivered(outer, rest, Delivery::default())
}

/// A frame from a wireless controller, some of which swap the two bytes of the frame control: the order is right in which they mean data.
pub(super) fn frame_in_either_order(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let is_data = |first: u8| first & 0x0f == 0x08;
    let swapped = rest.peek(0).is_some_and(|[first, second]| !is_data(first) && is_data(second));
    delivered(outer, rest, Delivery { swapped, ..Delivery::default() })
}

/// A radiotap header (<https://www.radiotap.org>) and the frame behind it.
pub(super) fn radiotap(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&[_, _, l0, l1, ..], _) = rest.header::<8>(LINK, "radiotap header")?;
    let length = usize::from(u16::from_le_bytes([l0, l1]));
    let Some(header) = rest.bytes.get(..length) else { return Err(cut_short(LINK, "radiotap header")) };
    let flags = radiotap_flags(header);
    let delivery = Delivery { checked: flags & 0x10 != 0, damaged: flags & 0x40 != 0, padded: flags & 0x20 != 0, swapped: false };
    delivered(outer, rest.after(length, LINK, "radiotap header")?, delivery)
}

/// The Flags field, zero where there is none. Only the timestamp, of 8 aligned bytes, can stand before it.
fn radiotap_flags(header: &[u8]) -> u8 {
    let (timestamp, flags, another_word) = (1u32, 2u32, 1u32 << 31);
    let (words, _) = header.as_chunks::<4>();
    let present = || words.iter().skip(1).map(|&word| u32::from_le_bytes(word));
    let first = present().next().unwrap_or(0);
    if first & flags == 0 {
        return 0;
    }
    let fields = 4 * (2 + present().take_while(|word| word & another_word != 0).count());
    let at = if first & timestamp == 0 { fields } else { fields.next_multiple_of(8) + 8 };
    header.get(at).copied().unwrap_or(0)
}

/// The frame behind a per-packet information header for 802.11: a list of fields, of which `802.11-Common` tells of the frame check sequence.
pub(super) fn per_packet_information(outer: Outer, header: &[u8], rest: Rest<'_>) -> Result<Decoded, Unread> {
    let mut fields = header;
    let mut delivery = Delivery::default();
    while let [k0, k1, l0, l1, after @ ..] = fields {
        let length = usize::from(u16::from_le_bytes([*l0, *l1]));
        let Some((field, next)) = after.split_at_checked(length) else { break };
        if u16::from_le_bytes([*k0, *k1]) == 2 {
            delivery.checked = field.get(8).is_some_and(|flags| flags & 1 == 1);
            delivery.damaged = field.get(8).is_some_and(|flags| flags & 4 == 4);
        }
        fields = next;
    }
    delivered(outer, rest, delivery)
}

/// A Prism or AVS header and the frame behind it. Both tell their length in the second word, AVS in network order, Prism in that of the machine.
pub(super) fn prism(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&[a, b, _, _, l0, l1, l2, l3], _) = rest.header(LINK, "Prism header")?;
    let big = u32::from_be_bytes([l0, l1, l2, l3]);
    let is_avs = [a, b] == [0x80, 0x21];
    let length = if is_avs || big < 0x1_0000 { big } else { big.swap_bytes() };
    frame(outer, rest.after(length as usize, LINK, "Prism header")?)
}

fn delivered(outer: Outer, rest: Rest<'_>, delivery: Delivery) -> Result<Decoded, Unread> {
    let rest = if delivery.checked { rest.cut(rest.total().saturating_sub(FCS)) } else { rest };
    let (&[first, second], _) = rest.header(LINK, "802.11 header")?;
    let (first, second) = if delivery.swapped { (second, first) } else { (first, second) };
    match first >> 2 & 3 {
        _ if first & 3 != 0 => Err(unread(LINK, "802.11 version")),
        0 => Err(unread(LINK, "802.11 management")),
        1 => Err(unread(LINK, "802.11 control")),
        2 => data(outer.judged(delivery.damaged), first >> 4, second, rest, delivery.padded),
        _ => Err(unread(LINK, "802.11 extension")),
    }
}

/// A data frame (section 9.3.2). Of the subtype, bit 2 means that there is no data and bit 3 that there is a QoS control field.
fn data(outer: Outer, subtype: u8, flags: u8, rest: Rest<'_>, padded: bool) -> Result<Decoded, Unread> {
    let (no_data, quality) = (subtype & 4 != 0, subtype & 8 != 0);
    if no_data {
        return Err(unread(LINK, "802.11 data, empty"));
    }
    if flags & control::PROTECTED != 0 {
        return Err(unread(LINK, "802.11 data, encrypted"));
    }
    let (&[.., sequence, _], _) = rest.header::<HEADER>(LINK, "802.11 header")?;
    let fragment_number = sequence & 0x0f;
    if flags & control::MORE_FRAGMENTS != 0 || fragment_number != 0 {
        return Err(unread(LINK, "802.11 data, fragment"));
    }
    let (to, from) = (flags & control::TO_DISTRIBUTION != 0, flags & control::FROM_DISTRIBUTION != 0);
    let four_addresses = to && from;
    let quality_at = HEADER + if four_addresses { 6 } else { 0 };
    let throughput = if flags & control::HIGH_THROUGHPUT != 0 { 4 } else { 0 };
    let length = quality_at + if quality { 2 + throughput } else { 0 };
    let body = rest.after(if padded { length.next_multiple_of(4) } else { length }, LINK, "802.11 header")?;
    let (first, second, third, fourth) = (rest.peek(4), rest.peek(10), rest.peek(16), rest.peek(24));
    let outer = match (to, from) {
        (false, false) => outer.on_link(second, first),
        (true, false) => outer.on_link(second, third),
        (false, true) => outer.on_link(third, first),
        (true, true) => outer.on_link(fourth, third),
    };
    let aggregate = quality && rest.peek::<1>(quality_at).is_some_and(|[control]| control & 0x80 != 0);
    if aggregate { all_of_aggregate(outer, body) } else { ether::llc(outer, body) }
}

/// The frames of an A-MSDU (section 9.3.2.2): destination, source, length, LLC; padded to a multiple of 4 bytes but for the last. Their addresses are
/// the ones that count.
fn all_of_aggregate(outer: Outer, mut rest: Rest<'_>) -> Result<Decoded, Unread> {
    let mut frames = Vec::new();
    loop {
        let (&[d0, d1, d2, d3, d4, d5, s0, s1, s2, s3, s4, s5, l0, l1], after) = rest.header::<AGGREGATED>(LINK, "A-MSDU header")?;
        let outer = outer.on_link(Some([s0, s1, s2, s3, s4, s5]), Some([d0, d1, d2, d3, d4, d5]));
        let length = usize::from(u16::from_be_bytes([l0, l1]));
        let read = ether::llc(outer, after.cut(length));
        // Trailing bytes that are no frame are padding or the check sequence; of one that was cut, the rest is missing with it.
        let padded = (AGGREGATED + length).next_multiple_of(4) - AGGREGATED;
        let next = after.skip(padded).filter(|next| next.bytes.len() > AGGREGATED && next.peek(0) != Some([0u8; AGGREGATED]));
        match next {
            None if frames.is_empty() => return read,
            None => {
                frames.push(read.unwrap_or_else(Decoded::Unread));
                return Ok(Decoded::Several(frames));
            }
            Some(next) => {
                frames.push(read.unwrap_or_else(Decoded::Unread));
                rest = next;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::decode;
    use super::super::packet::{Decoded, Packet};
    use super::super::sample::{self, packet, reason};
    use super::*;

    const A: [u8; 6] = [0, 0, 0x5e, 0, 0x53, 0xa];
    const B: [u8; 6] = [0, 0, 0x5e, 0, 0x53, 0xb];
    const C: [u8; 6] = [0, 0, 0x5e, 0, 0x53, 0xc];
    const D: [u8; 6] = [0, 0, 0x5e, 0, 0x53, 0xd];
    const SNAP: [u8; 8] = [0xaa, 0xaa, 3, 0, 0, 0, 8, 0];

    fn header(first: u8, second: u8) -> Vec<u8> {
        [&[first, second, 0, 0][..], &A, &B, &C, &[0, 0]].concat()
    }

    fn data(parts: &[&[u8]]) -> Vec<u8> {
        [&parts.concat()[..], &SNAP, &sample::udp4(b"air")].concat()
    }

    fn macs(packet: &Packet) -> ([u8; 6], [u8; 6]) {
        (packet.from_mac.unwrap().0, packet.to_mac.unwrap().0)
    }

    #[test]
    fn addresses_by_the_distribution_bits() {
        for (flags, fourth, expected) in [(0, &[][..], (B, A)), (1, &[], (B, C)), (2, &[], (C, A)), (3, &D, (D, C))] {
            for (first, quality) in [(0x08, &[][..]), (0x88, &[0, 0])] {
                let frame = data(&[&header(first, flags), fourth, quality]);
                let packet = packet(105, &frame);
                assert_eq!(macs(&packet), expected, "flags {flags}");
                assert_eq!(&frame[packet.payload], b"air");
            }
        }
        let ordered = data(&[&header(0x88, 0x81), &[0, 0, 1, 2, 3, 4]]);
        assert_eq!(&ordered[packet(105, &ordered).payload], b"air");
    }

    #[test]
    fn radiotap_flags_are_found_behind_the_timestamp_and_more_words() {
        let frame = data(&[&header(0x88, 1), &[0, 0]]);
        let padded = data(&[&header(0x88, 1), &[0, 0], &[0, 0]]);
        let plain = [&[0, 0, 9, 0, 2, 0, 0, 0, 0x10][..], &frame, &[1, 2, 3, 4]].concat();
        let timed = [&[0, 0, 25, 0, 3, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0][..], &[9; 8], &[0x30], &padded, &[1, 2, 3, 4]].concat();
        let bare = [&[0, 0, 8, 0, 0, 0, 0, 0][..], &frame].concat();
        for bytes in [&plain, &timed, &bare] {
            assert_eq!(&bytes[packet(127, bytes).payload], b"air");
        }
        assert_eq!((radiotap_flags(&plain[..9]), radiotap_flags(&timed[..25]), radiotap_flags(&bare[..8])), (0x10, 0x30, 0));
        let mut damaged = plain;
        damaged[8] = 0x50;
        assert!(packet(127, &damaged).bad_checksum);
        assert_eq!(reason(127, &[0, 0, 200, 0, 0, 0, 0, 0, 0]), "link: radiotap header cut short");
    }

    #[test]
    fn a_check_sequence_that_was_not_captured_is_not_missing() {
        let mut whole = [&[0, 0, 9, 0, 2, 0, 0, 0, 0x10][..], &data(&[&header(0x08, 1)]), &[1, 2, 3, 4]].concat();
        let length = whole.len();
        let total = 9 + 24 + 8 + 2;
        whole[total..total + 2].fill(0);
        let Decoded::Packet(packet) = decode(127, length, &whole[..length - 5]) else { panic!() };
        assert_eq!((packet.payload.len(), packet.missing), (2, 1));
    }

    #[test]
    fn other_headers_before_the_frame() {
        let frame = data(&[&header(0x08, 2)]);
        let information = [&[0, 0, 32, 0, 105, 0, 0, 0][..], &[2, 0, 20, 0], &[0; 8], &[1], &[0; 11], &frame, &[1, 2, 3, 4]].concat();
        let avs = [&[0x80, 0x21, 0x10, 1, 0, 0, 0, 64][..], &[0; 56], &frame].concat();
        let prism = [&[0x44, 0, 0, 0, 144, 0, 0, 0][..], &[0; 136], &frame].concat();
        for (link, bytes) in [(192, &information), (163, &avs), (119, &prism), (119, &avs)] {
            assert_eq!(&bytes[packet(link, bytes).payload], b"air", "link {link}");
        }
    }

    /// A data frame with these frames in it, each with its sender.
    fn aggregate(frames: &[(&[u8; 6], Vec<u8>)]) -> Vec<u8> {
        let mut bytes = [&header(0x88, 1)[..], &[0x80, 0]].concat();
        for (sender, inside) in frames {
            let place = bytes.len();
            bytes.extend([&D[..], &sender[..], &(inside.len() as u16).to_be_bytes(), inside].concat());
            bytes.resize(place + (bytes.len() - place).next_multiple_of(4), 0);
        }
        bytes
    }

    #[test]
    fn of_an_aggregate_every_frame_is_read() {
        let one = |text: &[u8]| [&SNAP[..], &sample::udp4(text)].concat();
        let frame = aggregate(&[(&A, one(b"first")), (&B, vec![0xaa, 0xaa, 3, 0, 0, 0, 0x88, 0xf7, 1]), (&C, one(b"third!"))]);
        let Decoded::Several(parts) = decode(105, frame.len(), &frame) else { panic!() };
        let [Decoded::Packet(first), Decoded::Unread(second), Decoded::Packet(third)] = &parts[..] else { panic!("{parts:?}") };
        assert_eq!((macs(first), &frame[first.payload.clone()]), ((A, D), &b"first"[..]));
        assert_eq!(second.reason, "PTP (precise time)");
        assert_eq!((macs(third), &frame[third.payload.clone()]), ((C, D), &b"third!"[..]));
    }

    #[test]
    fn an_aggregate_of_one_is_one_packet_whatever_pads_it() {
        let mut frame = aggregate(&[(&A, [&SNAP[..], &sample::udp4(b"alone")].concat())]);
        frame.extend([0; 30]);
        let packet = packet(105, &frame);
        assert_eq!((macs(&packet), &frame[packet.payload]), ((A, D), &b"alone"[..]));
        assert_eq!(reason(105, &[&header(0x88, 1)[..], &[0x80, 0], &[0; 13]].concat()), "link: A-MSDU header cut short");
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        assert_eq!(reason(105, &data(&[&header(0x08, 0x41)])), "link: 802.11 data, encrypted");
        assert_eq!(reason(105, &header(0x48, 1)), "link: 802.11 data, empty");
        assert_eq!(reason(105, &header(0xc8, 1)), "link: 802.11 data, empty");
        assert_eq!(reason(105, &header(0x80, 0)), "link: 802.11 management");
        assert_eq!(reason(105, &header(0xd4, 0)[..10]), "link: 802.11 control");
        assert_eq!(reason(105, &header(0x0c, 0)), "link: 802.11 extension");
        assert_eq!(reason(105, &header(0x09, 0)), "link: 802.11 version");
        assert_eq!(reason(105, &data(&[&header(0x08, 5)])), "link: 802.11 data, fragment");
        assert_eq!(reason(105, &header(0x08, 1)[..23]), "link: 802.11 header cut short");
    }
}
