//! What a payload carries, by its structure: RTP's header is the same before clear media and before ciphertext, so only the payload tells.
//!
//! One payload proves little; [`super::watch`] asks about many of a stream.

use super::super::noise::is_noise;

/// What one payload may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Look {
    /// H.264 (RFC 6184).
    H264,
    /// H.265 (RFC 7798).
    H265,
    /// VP8 (RFC 7741).
    Vp8,
    /// H.263 (RFC 2190, mode A): a picture's start code behind the header.
    H263,
    /// JPEG (RFC 2435).
    Jpeg,
    /// MPEG transport stream (RFC 2250, section 2).
    TransportStream,
    /// MPEG program stream, as Chinese recorders send it (GB/T 28181).
    ProgramStream,
    /// AAC with its length (RFC 3640, section 3.3.6).
    Aac,
    /// AMR (RFC 4867): the frame's type fits its length.
    Amr,
    /// G.711: loudness changes slowly from sample to sample.
    Companded,
    /// GSM 06.10 (RFC 3551, section 4.5.8).
    Gsm,
}

impl Look {
    /// Every one, the surest first.
    pub(super) const ALL: [Self; 11] = [
        Self::Aac,
        Self::TransportStream,
        Self::ProgramStream,
        Self::Jpeg,
        Self::Amr,
        Self::Gsm,
        Self::H263,
        Self::Companded,
        Self::H265,
        Self::H264,
        Self::Vp8,
    ];

    /// Whether only the first payload of a picture looks so.
    pub(super) fn begins_only(self) -> bool {
        matches!(self, Self::ProgramStream | Self::H263)
    }

    /// Whether few bits speak for it, which small payloads of another codec may share: pictures are large at times.
    pub(super) fn is_weak(self) -> bool {
        matches!(self, Self::H264 | Self::Vp8)
    }

    /// So many payloads of a stream must look so, and all but a few others.
    pub(super) fn enough(self) -> u32 {
        match self {
            Self::Aac | Self::TransportStream | Self::ProgramStream | Self::Gsm | Self::H263 => 3,
            Self::Jpeg | Self::Amr | Self::H265 | Self::Companded => 6,
            Self::H264 | Self::Vp8 => 16,
        }
    }

    /// Whether a payload of this type may look so.
    pub(super) fn fits(self, kind: u8, payload: &[u8]) -> bool {
        let is_dynamic = kind >= 96;
        match self {
            Self::H264 => is_dynamic && is_h264(payload),
            Self::H265 => is_dynamic && is_h265(payload),
            Self::Vp8 => is_dynamic && matches!(payload, [first, ..] if first & 0x4f == 0) && payload.len() > 8,
            Self::H263 => kind == 34 && matches!(payload, [_, _, _, _, 0, 0, 0x80..=0x83, ..]),
            Self::Jpeg => (kind == 26 || is_dynamic) && is_jpeg(payload),
            Self::TransportStream => {
                payload.len() >= 188 && payload.len().is_multiple_of(188) && payload.chunks(188).all(|packet| packet.first() == Some(&0x47))
            }
            Self::ProgramStream => is_dynamic && matches!(payload, [0, 0, 1, 0xba | 0xbb | 0xbc | 0xc0..=0xef, ..]),
            Self::Aac => is_dynamic && is_aac(payload),
            Self::Amr => is_dynamic && is_amr(payload),
            Self::Companded => (kind == 0 || kind == 8 || is_dynamic) && is_companded(payload, kind == 8),
            Self::Gsm => kind == 3 && payload.len().is_multiple_of(33) && payload.chunks(33).all(|frame| frame.first().is_some_and(|first| first >> 4 == 0xd)),
        }
    }
}

/// Whether a payload may be encrypted: it has no more order than noise. Short ones tell nothing.
pub(super) fn may_be_cipher(payload: &[u8]) -> Option<bool> {
    (payload.len() >= 24).then(|| is_noise(payload.get(..64).unwrap_or(payload)))
}

/// A unit of slices, parameters or supplements, several together, or a part of one whose own type is such (RFC 6184, section 5.2).
fn is_h264(payload: &[u8]) -> bool {
    let is_unit = |kind: u8| matches!(kind & 0x1f, 1 | 5..=9);
    match payload {
        [first, second, _, ..] if first & 0x9f == 28 => second & 0x20 == 0 && second & 0xc0 != 0xc0 && is_unit(*second),
        [first, high, low, ..] if first & 0x9f == 24 => usize::from(u16::from_be_bytes([*high, *low])) < payload.len(),
        [first, ..] => first & 0x80 == 0 && is_unit(*first),
        [] => false,
    }
}

/// The same of H.265 (RFC 7798, section 4.4): layer 0, a temporal layer.
fn is_h265(payload: &[u8]) -> bool {
    let [first, second, third, ..] = payload else { return false };
    let is_unit = |kind: u8| matches!(kind, 0..=9 | 16..=21 | 32..=40);
    let kind = first >> 1 & 0x3f;
    let has_order = first & 0x81 == 0 && (1..=7).contains(second);
    has_order && (is_unit(kind) || kind == 48 || (kind == 49 && third & 0xc0 != 0xc0 && is_unit(third & 0x3f)))
}

/// The header of a picture's part: a known type, a quality, a size (RFC 2435, section 3.1).
fn is_jpeg(payload: &[u8]) -> bool {
    let Some(&[specific, high, middle, low, kind, quality, width, height]) = payload.first_chunk::<8>() else { return false };
    let offset = u32::from_be_bytes([0, high, middle, low]);
    specific < 4 && offset < 1 << 22 && matches!(kind, 0 | 1 | 64 | 65) && quality != 0 && width != 0 && height != 0
}

/// One frame, and its length in 13 bits before it.
fn is_aac(payload: &[u8]) -> bool {
    let Some((&[0, 0x10, high, low], frame)) = payload.split_first_chunk::<4>() else { return false };
    let length = usize::from(u16::from_be_bytes([high, low]) >> 3);
    length > 0 && (length == frame.len() || (length > frame.len() && frame.len() > 1_000))
}

/// Bits of a frame by its type: narrow band, comfort noise; wide band.
const AMR_NARROW: [usize; 9] = [95, 103, 118, 134, 148, 159, 204, 244, 39];
const AMR_WIDE: [usize; 10] = [132, 177, 253, 285, 317, 365, 397, 461, 477, 40];

/// One frame after a request for a mode, with its bytes aligned or not (RFC 4867, sections 4.3 and 4.4).
fn is_amr(payload: &[u8]) -> bool {
    let [first, second, ..] = payload else { return false };
    let aligned = first.trailing_zeros() >= 4 && second & 0x83 == 0;
    let tight = first & 0x08 == 0 && second & 0x40 == 0x40;
    let (aligned_kind, tight_kind) = (usize::from(second >> 3 & 0x0f), usize::from((first & 0x07) << 1 | second >> 7));
    let bits = |kind: usize| [AMR_NARROW.get(kind), AMR_WIDE.get(kind)].into_iter().flatten().copied();
    let fits_aligned = aligned && bits(aligned_kind).any(|bits| payload.len() == 2 + bits.div_ceil(8));
    fits_aligned || (tight && bits(tight_kind).any(|bits| payload.len() == (10 + bits).div_ceil(8)))
}

/// Neighbouring samples of speech differ little in loudness, which is what bits 4 to 6 say (ITU-T G.711); those of noise differ by at most one in
/// a third of all pairs.
fn is_companded(payload: &[u8], of_a_law: bool) -> bool {
    if payload.len() < 40 || payload.len() > 1_500 {
        return false;
    }
    let loudness = |byte: &u8| (if of_a_law { byte ^ 0x55 } else { !byte }) >> 4 & 7;
    let pairs = payload.iter().zip(payload.iter().skip(1));
    let near = pairs.filter(|(one, next)| loudness(one).abs_diff(loudness(next)) <= 1).count();
    near * 100 >= (payload.len() - 1) * 62
}

/// Whether a payload is a sequence parameter set of H.264 (ISO/IEC 14496-10, section 7.3.2.1.1), alone or first of an aggregate (RFC 6184, section 5.7.1):
/// a profile and a level that exist, and no reserved bits.
pub(super) fn is_h264_parameters(payload: &[u8]) -> bool {
    const PROFILES: &[u8] = &[66, 77, 88, 100, 110, 122, 244, 44, 83, 86, 118, 128];
    const LEVELS: &[u8] = &[9, 10, 11, 12, 13, 20, 21, 22, 30, 31, 32, 40, 41, 42, 50, 51, 52, 60, 61, 62];
    let unit = match payload {
        [first, _, _, rest @ ..] if first & 0x9f == 24 => rest,
        _ => payload,
    };
    matches!(unit, [first, profile, constraints, level, _, ..] if first & 0x9f == 7 && PROFILES.contains(profile) && constraints.trailing_zeros() >= 2 && LEVELS.contains(level))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looks(kind: u8, payload: &[u8]) -> Vec<Look> {
        Look::ALL.into_iter().filter(|look| look.fits(kind, payload)).collect()
    }

    #[test]
    fn payloads_are_known_by_their_structure() {
        assert!(looks(96, b"\x67\x42\x00\x1e").contains(&Look::H264), "parameters");
        assert!(looks(96, b"\x7c\x85\x88\x80").contains(&Look::H264), "the first part of a picture");
        assert!(!looks(96, b"\x7c\xe5\x88\x80").contains(&Look::H264), "a part is not first and last");
        assert!(looks(96, b"\x40\x01\x0c\x01").contains(&Look::H265));
        assert!(looks(96, b"\x62\x01\x93\x20").contains(&Look::H265));
        assert_eq!(looks(26, b"\0\0\0\0\x01\x50\x28\x1e"), [Look::Jpeg]);
        assert!(looks(97, b"\0\x10\0\x18abc").contains(&Look::Aac) && !looks(97, b"\0\x10\0\x18abcd").contains(&Look::Aac));
        assert!(looks(96, b"\0\0\x01\xba....").contains(&Look::ProgramStream));
        assert!(looks(96, &[&[0xf0, 0x3c][..], &[7; 31]].concat()).contains(&Look::Amr), "12.2 kbit/s");
        assert!(looks(96, &[&[0xf3, 0xc5][..], &[7; 30]].concat()).contains(&Look::Amr), "the same, tight");
        assert_eq!(looks(33, &[0x47; 376]), [Look::TransportStream]);
        assert_eq!(looks(3, &[0xd5; 33]), [Look::Gsm]);
        assert_eq!(looks(34, b"\x70\0\0\0\0\0\x83\x6a"), [Look::H263]);
    }

    #[test]
    fn speech_is_told_from_noise() {
        let wave = |step: usize| -> Vec<u8> { (0..160).map(|index| !(((index * step) % 64) as u8)).collect() };
        assert_eq!(looks(0, &wave(1)), [Look::Companded]);
        assert_eq!(looks(8, &[0xd5; 160]), [Look::Companded], "silence");
        let noise: Vec<u8> =
            (0..160_u32).map(|index| (index.wrapping_mul(0x9e37_79b9).rotate_left(7) >> 24) as u8 ^ (index.wrapping_mul(2_654_435) >> 9) as u8).collect();
        assert!(looks(0, &noise).is_empty() && may_be_cipher(&noise) == Some(true));
        assert_eq!((may_be_cipher(&[0; 160]), may_be_cipher(b"short")), (Some(false), None));
    }
}
