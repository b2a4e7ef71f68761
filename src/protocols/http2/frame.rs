//! Frames of HTTP/2 (RFC 9113, sections 4 and 6).

/// What a client sends before its first frame (section 3.4).
pub(super) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Bytes of a frame's header.
pub(super) const HEADER: usize = 9;

/// Kinds of frames.
pub(super) mod kind {
    pub(in super::super) const DATA: u8 = 0;
    pub(in super::super) const HEADERS: u8 = 1;
    pub(in super::super) const PRIORITY: u8 = 2;
    pub(in super::super) const RESET: u8 = 3;
    pub(in super::super) const SETTINGS: u8 = 4;
    pub(in super::super) const PUSH_PROMISE: u8 = 5;
    pub(in super::super) const PING: u8 = 6;
    pub(in super::super) const GOAWAY: u8 = 7;
    pub(in super::super) const WINDOW_UPDATE: u8 = 8;
    pub(in super::super) const CONTINUATION: u8 = 9;
}

/// Flags.
pub(super) const END_STREAM: u8 = 1;
pub(super) const ACK: u8 = 1;
pub(super) const END_HEADERS: u8 = 4;
pub(super) const PADDED: u8 = 8;
pub(super) const WITH_PRIORITY: u8 = 0x20;

/// A frame's header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    /// Of what follows the header.
    pub(super) length: usize,
    pub(super) kind: u8,
    pub(super) flags: u8,
    pub(super) stream: u32,
}

impl Frame {
    /// The header that these bytes begin with, if they are enough.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let (&[high, middle, low, kind, flags], rest) = bytes.split_first_chunk::<5>()?;
        let length = u32::from_be_bytes([0, high, middle, low]) as usize;
        let stream = u32::from_be_bytes(*rest.first_chunk::<4>()?) & 0x7fff_ffff;
        Some(Self { length, kind, flags, stream })
    }

    /// Whether it has this flag.
    pub(super) fn has(self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// Whether kind, length, flags and stream go together.
    pub(super) fn is_sane(self) -> bool {
        let (flags, length, on_stream) = match self.kind {
            kind::DATA => (END_STREAM | PADDED, true, true),
            kind::HEADERS => (END_STREAM | END_HEADERS | PADDED | WITH_PRIORITY, self.length > 0, true),
            kind::PRIORITY => (0, self.length == 5, true),
            kind::RESET => (0, self.length == 4, true),
            kind::SETTINGS => (ACK, self.length.is_multiple_of(6) && (self.length == 0 || !self.has(ACK)), false),
            kind::PUSH_PROMISE => (END_HEADERS | PADDED, self.length > 4, true),
            kind::PING => (ACK, self.length == 8, false),
            kind::GOAWAY => (0, self.length >= 8, false),
            kind::WINDOW_UPDATE => return self.flags == 0 && self.length == 4,
            kind::CONTINUATION => (END_HEADERS, true, true),
            _ => return false,
        };
        self.flags & !flags == 0 && length && on_stream == (self.stream != 0)
    }

    /// Whether it is one of those that extensions define (section 5.5): they are passed over.
    pub(super) fn is_extension(self) -> bool {
        self.kind > kind::CONTINUATION
    }

    /// What a frame holds between its padding and after `skip` bytes of its own; none where they do not fit.
    pub(super) fn content(self, payload: &[u8]) -> Option<&[u8]> {
        let (padding, rest) = match payload.split_first() {
            Some((padding, rest)) if self.has(PADDED) => (usize::from(*padding), rest),
            None if self.has(PADDED) => return None,
            _ => (0, payload),
        };
        rest.get(..rest.len().checked_sub(padding)?)
    }
}

/// Whether the payload of a SETTINGS frame holds settings that are known (section 6.5.2, RFC 8441, RFC 9218) or greased.
pub(super) fn are_settings(payload: &[u8]) -> bool {
    settings(payload).all(|(id, value)| match id {
        1 | 3 | 6 => true,
        2 | 8 | 9 => value <= 1,
        4 => value <= 0x7fff_ffff,
        5 => (16_384..=0x00ff_ffff).contains(&value),
        _ => id & 0x0f0f == 0x0a0a || (10..=0x20).contains(&id),
    })
}

/// The settings of a frame.
pub(super) fn settings(payload: &[u8]) -> impl Iterator<Item = (u16, u32)> {
    payload.chunks_exact(6).filter_map(|setting| {
        let (id, value) = setting.split_first_chunk::<2>()?;
        Some((u16::from_be_bytes(*id), u32::from_be_bytes(value.try_into().ok()?)))
    })
}
