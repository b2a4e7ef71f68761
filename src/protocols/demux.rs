//! What shares one UDP port with DTLS in calls and games: told apart by the first byte (RFC 7983, section 7; RFC 9443, section 3).
//!
//! No protocol of its own. In comes a datagram, out goes whose it may be; whoever it is has to check the rest.

/// Whose a datagram's first byte is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// STUN (RFC 8489).
    Stun,
    /// ZRTP (RFC 6189).
    Zrtp,
    /// DTLS (RFC 6347, RFC 9147).
    Dtls,
    /// Data in a TURN channel (RFC 8656, section 12.4).
    Channel,
    /// RTP and RTCP (RFC 3550), in the clear or as SRTP (RFC 3711).
    Rtp,
    /// Nobody's among these.
    Other,
}

/// Whose the datagram may be.
pub(super) fn kind(datagram: &[u8]) -> Kind {
    match datagram.first() {
        Some(0..=3) => Kind::Stun,
        Some(16..=19) => Kind::Zrtp,
        Some(20..=63) => Kind::Dtls,
        Some(64..=79) => Kind::Channel,
        Some(128..=191) => Kind::Rtp,
        _ => Kind::Other,
    }
}

/// Bytes of a channel's header: its number and the length of the data.
pub(super) const CHANNEL_HEADER: usize = 4;

/// The data that a TURN channel carries: behind number and length, before at most three bytes of padding.
pub(super) fn channel_data(datagram: &[u8]) -> Option<&[u8]> {
    let (&[0x40..=0x4f, _, high, low], rest) = datagram.split_first_chunk::<CHANNEL_HEADER>()? else { return None };
    let (data, padding) = rest.split_at_checked(usize::from(u16::from_be_bytes([high, low])))?;
    (padding.len() < 4).then_some(data)
}

/// Whether a datagram is a STUN message: two zero bits, a length in words that fits, the magic cookie (RFC 8489, section 5).
pub(super) fn is_stun(datagram: &[u8]) -> bool {
    let Some((&[kind, _, high, low, 0x21, 0x12, 0xa4, 0x42], rest)) = datagram.split_first_chunk::<8>() else { return false };
    let length = usize::from(u16::from_be_bytes([high, low]));
    kind < 4 && length % 4 == 0 && rest.len() == length + 12
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_byte_tells_whose_a_datagram_may_be() {
        let kinds = [(0, Kind::Stun), (3, Kind::Stun), (4, Kind::Other), (16, Kind::Zrtp), (20, Kind::Dtls), (63, Kind::Dtls), (64, Kind::Channel)];
        for (first, expected) in kinds.into_iter().chain([(80, Kind::Other), (128, Kind::Rtp), (191, Kind::Rtp), (192, Kind::Other)]) {
            assert_eq!(kind(&[first, 0, 0]), expected, "{first}");
        }
        assert_eq!(kind(&[]), Kind::Other);
    }

    #[test]
    fn a_channel_carries_what_its_length_says() {
        assert_eq!(channel_data(b"\x40\x01\0\x03abc"), Some(&b"abc"[..]));
        assert_eq!(channel_data(b"\x40\x01\0\x03abc\0"), Some(&b"abc"[..]), "padding");
        assert_eq!(channel_data(b"\x40\x01\0\x03abcdefg"), None);
        assert_eq!(channel_data(b"\x40\x01\0\x03ab"), None);
        assert_eq!(channel_data(b"\x50\x01\0\x03abc"), None);
    }

    #[test]
    fn a_stun_message_has_its_cookie_and_its_length() {
        let message = b"\x00\x01\0\x04\x21\x12\xa4\x42abcdefghijkl\x80\x22\0\0";
        assert!(is_stun(message));
        assert!((0..message.len()).all(|cut| !is_stun(&message[..cut])));
    }
}
