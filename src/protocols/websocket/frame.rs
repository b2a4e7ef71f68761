//! Frames of WebSocket (RFC 6455, section 5).

/// Opcodes.
pub(super) const CONTINUATION: u8 = 0;
pub(super) const TEXT: u8 = 1;
pub(super) const BINARY: u8 = 2;
pub(super) const CLOSE: u8 = 8;
pub(super) const PONG: u8 = 10;

/// Longest payload of a control frame.
pub(super) const CONTROL_LIMIT: u64 = 125;

/// Longest header.
pub(super) const HEADER_LIMIT: usize = 14;

/// A frame's header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    /// Whether it is its message's last.
    pub(super) is_last: bool,
    /// Whether its message is packed (RFC 7692, section 6: the first reserved bit).
    pub(super) is_packed: bool,
    pub(super) opcode: u8,
    pub(super) mask: Option<[u8; 4]>,
    /// Bytes of the header.
    pub(super) header: usize,
    /// Of the payload.
    pub(super) length: u64,
}

/// Why there is no header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Miss {
    /// More bytes are needed.
    Part,
    /// It breaks the rules.
    Not,
}

impl Frame {
    /// Reads a header.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Miss> {
        let &first = bytes.first().ok_or(Miss::Part)?;
        let opcode = first & 0x0f;
        if first & 0x30 != 0 || !matches!(opcode, CONTINUATION..=BINARY | CLOSE..=PONG) {
            return Err(Miss::Not);
        }
        let &second = bytes.get(1).ok_or(Miss::Part)?;
        let (length, mut header) = match second & 0x7f {
            126 => (u64::from(u16::from_be_bytes(at(bytes, 2)?)), 4),
            127 => (u64::from_be_bytes(at(bytes, 2)?), 10),
            short => (u64::from(short), 2),
        };
        let mask = if second & 0x80 != 0 { Some(at(bytes, header)?) } else { None };
        header += if mask.is_some() { 4 } else { 0 };
        let frame = Self { is_last: first & 0x80 != 0, is_packed: first & 0x40 != 0, opcode, mask, header, length };
        // The length is written as short as it can be, and an empty frame of control is a whole message.
        let shortest = match header - if mask.is_some() { 4 } else { 0 } {
            2 => true,
            4 => length > 125,
            _ => length > u64::from(u16::MAX) && length >> 63 == 0,
        };
        let control = !frame.is_control() || (frame.is_last && !frame.is_packed && length <= CONTROL_LIMIT);
        let begun = opcode != CONTINUATION || !frame.is_packed;
        if shortest && control && begun { Ok(frame) } else { Err(Miss::Not) }
    }

    /// Whether it is no part of a message (section 5.5).
    pub(super) fn is_control(self) -> bool {
        self.opcode >= CLOSE
    }
}

fn at<const N: usize>(bytes: &[u8], index: usize) -> Result<[u8; N], Miss> {
    bytes.get(index..).and_then(|rest| rest.first_chunk::<N>()).copied().ok_or(Miss::Part)
}

/// Takes a mask off; `phase`: how many bytes of the payload were before these.
pub(super) fn unmask(bytes: &mut [u8], mask: [u8; 4], phase: usize) {
    for (byte, key) in bytes.iter_mut().zip(mask.iter().cycle().skip(phase % 4)) {
        *byte ^= key;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_read() {
        let plain = Frame { is_last: true, is_packed: false, opcode: TEXT, mask: None, header: 2, length: 5 };
        assert_eq!(Frame::read(b"\x81\x05Hello"), Ok(plain));
        assert_eq!(Frame::read(b"\x81\x85\x37\xfa\x21\x3d"), Ok(Frame { mask: Some([0x37, 0xfa, 0x21, 0x3d]), header: 6, ..plain }));
        assert_eq!(Frame::read(b"\x82\x7e\x01\0"), Ok(Frame { opcode: BINARY, header: 4, length: 256, ..plain }));
        assert_eq!(
            Frame::read(b"\x42\x7f\0\0\0\0\0\x01\0\0"),
            Ok(Frame { is_last: false, is_packed: true, opcode: BINARY, header: 10, length: 65_536, mask: None })
        );
        for part in [&b""[..], b"\x81", b"\x81\x7e\x01", b"\x81\x85\x37"] {
            assert_eq!(Frame::read(part), Err(Miss::Part));
        }
        for not in [&b"\x83\x01"[..], b"\xa1\x01", b"\x81\x7e\0\x05", b"\x89\x7e\0\xff", b"\x09\x01", b"\xc9\0", b"GET /"] {
            assert_eq!(Frame::read(not), Err(Miss::Not), "{not:?}");
        }
    }

    #[test]
    fn a_mask_is_taken_off_wherever_the_bytes_are_cut() {
        let mut bytes = *b"\x7f\x9f\x4d\x51\x58";
        let (left, right) = bytes.split_at_mut(3);
        unmask(left, [0x37, 0xfa, 0x21, 0x3d], 0);
        unmask(right, [0x37, 0xfa, 0x21, 0x3d], 3);
        assert_eq!(&bytes, b"Hello");
    }
}
