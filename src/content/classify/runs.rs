//! Recordings that have no header of their own: frames one behind the other, each of which says how long it is, and pictures in units.

use crate::event::Media;

/// Units that must be seen where the parameters of pictures are not.
const UNITS: usize = 3;
/// So many bytes are searched for the beginning of units.
const SEARCHED: usize = 4_096;

/// What recording these frames are, from the first byte on.
pub fn recording(bytes: &[u8]) -> Option<(Media, &'static str)> {
    match bytes {
        [0x47, ..] => is_transport_stream(bytes).then_some((Media::Video, "mpeg-ts")),
        [0xff, ..] if chain(bytes, adts) => Some((Media::Voice, "aac")),
        [0xff, ..] if chain(bytes, mpeg_audio) => Some((Media::Voice, "mp3")),
        [0, 0, 0 | 1, ..] => units(bytes).map(|codec| (Media::Video, codec)),
        _ => None,
    }
}

/// Whether at least three frames fit one behind the other, or two to the very end.
fn chain(bytes: &[u8], frame: impl Fn(&[u8]) -> Option<usize>) -> bool {
    let (mut rest, mut frames) = (bytes, 0);
    while let Some(length) = frame(rest) {
        frames += 1;
        match rest.get(length..) {
            Some([]) => return frames >= 2,
            Some(after) => rest = after,
            None => break,
        }
        if frames >= 3 {
            return true;
        }
    }
    // The last one may be cut.
    frames >= 3
}

/// The length of a frame of AAC (ISO/IEC 13818-7, ADTS).
pub fn adts(bytes: &[u8]) -> Option<usize> {
    let &[0xff, second, third, fourth, fifth, sixth, _] = bytes.first_chunk::<7>()? else { return None };
    let (is_sync, rate) = (second & 0xf6 == 0xf0, third >> 2 & 0x0f);
    let length = usize::from(fourth & 3) << 11 | usize::from(fifth) << 3 | usize::from(sixth >> 5);
    (is_sync && rate <= 12 && length > 7).then_some(length)
}

/// Kilobits a second of layer III by index: of MPEG-1, and of its two extensions for lower rates.
const RATES: [[usize; 15]; 2] =
    [[0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320], [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]];

/// The length of a frame of layer III (ISO/IEC 11172-3, 2.4.1.3; ISO/IEC 13818-3).
pub fn mpeg_audio(bytes: &[u8]) -> Option<usize> {
    let &[0xff, second, third, _] = bytes.first_chunk::<4>()? else { return None };
    // Version 1, 2 or 2.5, layer III.
    let (version, layer) = (second >> 3 & 3, second >> 1 & 3);
    if second & 0xe0 != 0xe0 || version == 1 || layer != 1 || third >> 2 & 3 == 3 {
        return None;
    }
    let (is_first, padding) = (version == 3, usize::from(third >> 1 & 1));
    let rate = *RATES.get(usize::from(!is_first))?.get(usize::from(third >> 4))?;
    let samples = [44_100, 48_000, 32_000].get(usize::from(third >> 2 & 3))?
        / match version {
            3 => 1,
            2 => 2,
            _ => 4,
        };
    let length = (if is_first { 144 } else { 72 }) * rate * 1_000 / samples + padding;
    (rate > 0).then_some(length)
}

/// Packets of 188 bytes, each beginning with 0x47 and without an error or reserved adaptation (ISO/IEC 13818-1, 2.4.3.2).
fn is_transport_stream(bytes: &[u8]) -> bool {
    let count = bytes.len() / 188;
    let is_packet = |packet: &[u8]| match *packet {
        [0x47, high, _, control, ..] => high & 0x80 == 0 && control & 0x30 != 0,
        [0x47, ..] => true,
        _ => false,
    };
    count >= 2 && (count >= 3 || bytes.len().is_multiple_of(188)) && bytes.chunks(188).take(7).all(is_packet)
}

/// Segments of a picture (ITU-T T.81, annex B): each a marker with its length, one behind the other, as far as there are bytes.
pub fn is_jpeg(bytes: &[u8]) -> bool {
    let (mut at, mut segments) = (2, 0);
    while segments < 3 {
        match bytes.get(at..) {
            Some([0xff, 0xc0..=0xcf | 0xdb | 0xdd | 0xda | 0xe0..=0xef | 0xfe, high, low, ..]) => {
                let length = usize::from(u16::from_be_bytes([*high, *low]));
                if length < 2 {
                    return false;
                }
                // The picture itself follows.
                if bytes.get(at + 1) == Some(&0xda) {
                    return segments > 0;
                }
                at = at.saturating_add(2 + length);
                segments += 1;
            }
            // What follows is not there.
            Some([] | [0xff] | [0xff, 0xc0..=0xfe] | [0xff, 0xc0..=0xfe, _]) | None => return segments > 0 || bytes.len() == 4,
            Some(_) => return false,
        }
    }
    true
}

/// Pictures in units behind start codes (ITU-T H.264 and H.265, annex B): the parameters of pictures, or several units of known kinds.
pub fn units(bytes: &[u8]) -> Option<&'static str> {
    let bytes = bytes.get(..SEARCHED).unwrap_or(bytes);
    let mut found = [0_usize; 2];
    for at in memchr::memmem::find_iter(bytes, &[0, 0, 1]) {
        let Some(unit) = bytes.get(at + 3..).filter(|unit| unit.len() >= 4) else { break };
        match unit {
            // A sequence's parameters with a profile that there is, and no reserved bit.
            [0x67 | 0x27 | 0x47, 66 | 77 | 88 | 100 | 110 | 122 | 244, constraints, 10..=62, ..] if constraints.trailing_zeros() >= 2 => return Some("h264"),
            // Video parameters: layer 0, temporal layer 1, then the set's number and the fixed bits.
            [0x40, 1, _, _, ..] if matches!(unit.get(2), Some(0x0c | 0x1c | 0x0f)) => return Some("h265"),
            [0x42, 1, 1, 1..=4, ..] => return Some("h265"),
            _ if at == 0 || bytes.get(at - 1) != Some(&0) => {}
            [0x26 | 0x28 | 0x2a | 0x44 | 0x4e | 0x02, 1, ..] => count(&mut found, 1),
            [0x65 | 0x61 | 0x41 | 0x68 | 0x67 | 0x25 | 0x21 | 0x28, ..] => count(&mut found, 0),
            _ => {}
        }
    }
    let [avc, hevc] = found;
    // Numbers of four bytes may look so too, but pictures are dense.
    let zeros = memchr::memchr_iter(0, bytes).count();
    match () {
        () if zeros * 8 > bytes.len() => None,
        () if hevc >= UNITS => Some("h265"),
        () if avc >= UNITS => Some("h264"),
        () => None,
    }
}

fn count(found: &mut [usize; 2], which: usize) {
    if let Some(count) = found.get_mut(which) {
        *count += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::super::histogram::tests::noise_of;
    use super::*;

    fn aac(payload: usize) -> Vec<u8> {
        let length = payload + 7;
        let head = [0xff, 0xf1, 0x50, 0x80 | (length >> 11) as u8, (length >> 3) as u8, (length << 5) as u8 | 0x1f, 0xfc];
        [&head[..], &noise_of(5, payload)].concat()
    }

    #[test]
    fn frames_one_behind_the_other_are_a_recording() {
        assert_eq!(recording(&[aac(90), aac(120), aac(70)].concat()), Some((Media::Voice, "aac")));
        assert_eq!(recording(&[aac(90), aac(120)].concat()), Some((Media::Voice, "aac")));
        assert_eq!(recording(&[aac(90), noise_of(7, 90)].concat()), None);
        let frame = [&[0xff, 0xfb, 0x90, 0x64][..], &noise_of(3, 413)].concat();
        assert_eq!(recording(&frame.repeat(3)), Some((Media::Voice, "mp3")));
        assert_eq!(recording(&frame), None);
        let packet = [&[0x47, 0x40, 0x11, 0x10][..], &noise_of(3, 184)].concat();
        assert_eq!(recording(&packet.repeat(3)), Some((Media::Video, "mpeg-ts")));
    }

    #[test]
    fn pictures_in_units_are_known() {
        let h264 = [&[0, 0, 0, 1, 0x67, 0x42, 0xc0, 0x1e, 0xd9][..], &noise_of(3, 40), &[0, 0, 0, 1, 0x68, 0xce, 0x3c, 0x80]].concat();
        assert_eq!(recording(&h264), Some((Media::Video, "h264")));
        assert_eq!(recording(&[0, 0, 0, 1, 0x40, 0x01, 0x0c, 0x01, 0xff]), Some((Media::Video, "h265")));
        let slices: Vec<u8> = (0..4).flat_map(|n| [&[0, 0, 0, 1, 0x41, 0x9a, 0x24, 0x66][..], &noise_of(n + 1, 80)].concat()).collect();
        assert_eq!(units(&slices), Some("h264"));
        assert_eq!((units(&[0; 300]), units(&[0, 0, 1])), (None, None));
        assert_eq!((1..3_000).filter(|seed| units(&noise_of(*seed, 1_400)).is_some()).count(), 0);
    }

    #[test]
    fn a_picture_keeps_to_its_segments() {
        let head = b"\xff\xd8\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0";
        assert!(is_jpeg(head) && is_jpeg(&[&head[..], b"\xff\xdb\0\x43"].concat()));
        assert!(!is_jpeg(&[&head[..], b"abcdef"].concat()), "no marker behind the segment");
    }
}
