//! Tags between the addresses of an Ethernet frame and its type that are longer than those of VLANs. Each function gives the type of what is tagged.

use super::packet::Unread;
use super::rest::{LINK, Rest, unread};

type Tagged<'a> = Result<(u16, Rest<'a>), Unread>;

/// What follows so many bytes: a type and the rest.
fn after(rest: Rest<'_>, length: usize) -> Tagged<'_> {
    let (&[t0, t1], rest) = rest.after(length, LINK, "Ethernet tag")?.header(LINK, "Ethernet tag")?;
    Ok((u16::from_be_bytes([t0, t1]), rest))
}

/// Four bytes: those of virtual ports (VN-Tag), of rings (HSR, IEC 62439-3: path, size, sequence; PRP's trailer, its sister, is cut off with the
/// padding), and of redundant paths (IEEE 802.1CB).
pub(super) fn of_four(rest: Rest<'_>) -> Tagged<'_> {
    after(rest, 4)
}

/// Cisco's metadata: version, length and one option.
pub(super) fn cisco_metadata(rest: Rest<'_>) -> Tagged<'_> {
    after(rest, 6)
}

/// Arista's: kind 1 is when the frame came, of 64 or of 48 bits.
pub(super) fn arista_time(rest: Rest<'_>) -> Tagged<'_> {
    match rest.peek(0) {
        Some([0, 1, _, 0x10 | 0x11]) => after(rest, 12),
        Some([0, 1, _, 0x20 | 0x21]) => after(rest, 10),
        _ => Err(unread(LINK, "maker's own tag (Arista)")),
    }
}

/// A frame under MACsec (IEEE 802.1AE, clause 9): it can be read where it is but authenticated. Control and short length, packet number, and a channel
/// identifier where its bit says so. The check value at the end goes with the padding.
pub(super) fn macsec(rest: Rest<'_>) -> Tagged<'_> {
    let (encrypted, changed, channel) = (0x08, 0x04, 0x20);
    match rest.peek(0) {
        Some([control]) if control & (encrypted | changed) != 0 => Err(unread(LINK, "MACsec")),
        Some([control]) if control & channel != 0 => after(rest, 14),
        _ => after(rest, 6),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, packet, reason};

    fn frame(parts: &[&[u8]]) -> Vec<u8> {
        [&sample::MACS[..], &parts.concat()].concat()
    }

    #[test]
    fn longer_tags_are_taken_off() {
        let datagram = sample::udp4(b"tag");
        let tags: [&[u8]; 8] = [
            &[0x89, 0x26, 0x80, 1, 0, 2],
            &[0x89, 0x2f, 0, 0x40, 0, 9],
            &[0xf1, 0xc1, 0, 0, 0, 9],
            &[0x89, 0x09, 1, 1, 0, 1, 0, 7],
            &[0xd2, 0x8b, 0, 1, 0, 0x10, 0x5c, 0xee, 0xed, 0x57, 0x38, 0x4f, 0x59, 0xc8],
            &[0xd2, 0x8b, 0, 1, 0, 0x20, 0xed, 0x57, 0x38, 0x4f, 0x59, 0xc8],
            &[0x88, 0xe5, 0, 0, 0, 0, 0, 1],
            &[0x88, 0xe5, 0x20, 0, 0, 0, 0, 1, 0, 0, 0x5e, 0, 0x53, 2, 0, 1],
        ];
        for tag in tags {
            let bytes = frame(&[tag, &[0x81, 0, 0, 5, 8, 0], &datagram, &[0xee; 16]]);
            assert_eq!((&bytes[packet(1, &bytes).payload], packet(1, &bytes).depth), (&b"tag"[..], 0), "{tag:02x?}");
        }
        assert_eq!(reason(1, &frame(&[&[0x88, 0xe5, 0x0c, 0, 0, 0, 0, 1], &datagram])), "link: MACsec");
        assert_eq!(reason(1, &frame(&[&[0xd2, 0x8b, 0, 2, 0, 0x10], &datagram])), "link: maker's own tag (Arista)");
        assert_eq!(reason(1, &frame(&[&[0xd2, 0x8b, 0, 1, 0, 0x10, 1]])), "link: Ethernet tag cut short");
        assert_eq!(reason(1, &frame(&[&[0x89, 0x2f, 0, 0x40, 0, 9].repeat(40)])), "link: more than 16 VLAN tags");
    }
}
