//! One packet of RTP (RFC 3550, section 5.1), in the clear or as SRTP: the header is the same.

use crate::protocols::sdp::fixed;

/// A packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::protocols) struct Packet<'p> {
    /// The payload type.
    pub(in crate::protocols) kind: u8,
    /// The sequence number.
    pub(in crate::protocols) number: u16,
    /// The timestamp, in units of the codec.
    pub(in crate::protocols) time: u32,
    /// The synchronisation source.
    pub(in crate::protocols) source: u32,
    /// The payload, without padding where that can be told.
    pub(in crate::protocols) payload: &'p [u8],
}

/// Bytes of the header without its options.
const HEADER: usize = 12;

impl<'p> Packet<'p> {
    /// Reads a packet; its payload may be cut short.
    pub(in crate::protocols) fn read(bytes: &'p [u8]) -> Option<Self> {
        let (&[first, second, n0, n1, t0, t1, t2, t3, s0, s1, s2, s3], rest) = bytes.split_first_chunk::<HEADER>()?;
        // The payload types of RTCP are left out (RFC 5761, section 4).
        if first & 0xc0 != 0x80 || (64..96).contains(&(second & 0x7f)) {
            return None;
        }
        let mut payload = rest.get(usize::from(first & 0x0f) * 4..)?;
        if first & 0x10 != 0 {
            let (&[_, _, high, low], more) = payload.split_first_chunk::<4>()?;
            payload = more.get(usize::from(u16::from_be_bytes([high, low])) * 4..)?;
        }
        if first & 0x20 != 0
            && let Some(padding) = payload.last()
        {
            payload = payload.get(..payload.len().saturating_sub(usize::from(*padding))).unwrap_or_default();
        }
        let (time, source) = (u32::from_be_bytes([t0, t1, t2, t3]), u32::from_be_bytes([s0, s1, s2, s3]));
        Some(Self { kind: second & 0x7f, number: u16::from_be_bytes([n0, n1]), time, source, payload })
    }

    /// Whether the payload type is one in use: fixed, or dynamic (RFC 3551, section 6).
    pub(super) fn has_usual_kind(&self) -> bool {
        fixed(self.kind).is_some() || matches!(self.kind, 13 | 19 | 96..=127)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_of_the_header_are_passed_over() {
        let plain = b"\x80\x88\0\x05\0\0\0\x09\x01\x02\x03\x04abc";
        let packet = Packet { kind: 8, number: 5, time: 9, source: 0x0102_0304, payload: b"abc" };
        assert_eq!(Packet::read(plain), Some(packet));
        let full = b"\xb1\x88\0\x05\0\0\0\x09\x01\x02\x03\x04CSRC\xbe\xde\0\x01extnabc\0\0\x03";
        assert_eq!(Packet::read(full), Some(packet));
        for none in [
            &b"\x40\x88\0\x05\0\0\0\x09\x01\x02\x03\x04"[..],
            b"\x80\xc8\0\x05\0\0\0\x09\x01\x02\x03\x04",
            b"\x80\x88",
            b"\x8f\x88\0\x05\0\0\0\x09\x01\x02\x03\x04abc",
        ] {
            assert_eq!(Packet::read(none), None);
        }
    }
}
