//! Huasheng: `c0`, flag, length, type, checksum, serial number, content, `c0`; within, `db dc` stands for `c0` and `db dd` for `db` (as in RFC 1055).
//!
//! Source: the project Traccar's description; the maker publishes none.

use super::bits::{self, Reader};
use super::frames::{self, Frame, Grammar, Measure};
use crate::protocols::protocol::Protocol;
use crate::wire::Direction;

/// Huasheng in streams.
pub static HUASHENG: Protocol = frames::stream::<Huasheng>();

/// Bytes before the content.
const HEAD: usize = 13;
/// Degrees of the whole numbers.
const UNIT: f64 = 100_000.0;
/// A frame is no longer.
const MOST: usize = 2_048;

struct Huasheng;

impl Grammar for Huasheng {
    const NAME: &'static str = "huasheng";

    fn measure(bytes: &[u8], _: Direction) -> Option<Measure> {
        let mut reader = Reader::new(bytes);
        if reader.u8()? != 0xc0 || reader.u8()? > 1 || reader.u8()? > 0x0c {
            return Some(Measure::No);
        }
        let length = usize::from(reader.u16()?) + 2;
        if length > MOST || !matches!(reader.u16()?, 0xaa00..=0xaaff | 0..=0xff) {
            return Some(Measure::No);
        }
        Some(match Measure::up_to(bytes, 1, 0xc0, MOST) {
            Measure::Whole(length) if is_right(&unescaped(bytes.get(..length)?)) => Measure::Whole(length),
            // Some devices escape nothing: then the length decides.
            Measure::Whole(_) => match Measure::of(bytes, length, |frame| frame.last() == Some(&0xc0)) {
                Measure::Damaged(_) => Measure::No,
                other => other,
            },
            other => other,
        })
    }

    fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
        let plain = unescaped(frame.bytes);
        frame.unpacked(&plain, tell)
    }
}

/// The frame without its escapes.
fn unescaped(frame: &[u8]) -> Vec<u8> {
    bits::unescape(frame, 0xdb, |second| match second {
        0xdc => Some(0xc0),
        0xdd => Some(0xdb),
        _ => None,
    })
}

fn is_right(plain: &[u8]) -> bool {
    let mut reader = Reader::from(plain, 3);
    matches!((reader.u16(), reader.u16()), (Some(length), Some(0xaa00..=0xaaff | 0..=0xff)) if usize::from(length) + 2 == plain.len()) && plain.len() > HEAD
}

fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
    let kind = frame.from(5).u16()?;
    frame.word(&format!("{kind:#06x}"));
    let mut reader = frame.inner(HEAD, 1);
    match kind {
        0xaa00 => {
            let fix = reader.u16()? & 0x8000 != 0;
            reader.skip(14)?;
            let start = reader.at();
            let (longitude, latitude) = (f64::from(reader.i32()?) / UNIT, f64::from(reader.i32()?) / UNIT);
            frame.place(latitude, longitude, fix, start..start + 8);
            reader.skip(8)?;
        }
        0xaa02 => {}
        _ => return Some(()),
    }
    // Items: number, length with these four bytes, value.
    while reader.left() >= 4 {
        let (item, length) = (reader.u16()?, usize::from(reader.u16()?).checked_sub(4)?);
        let part = reader.part(length)?;
        let range = part.at()..part.at() + length;
        match (kind, item) {
            (0xaa02, 0x0003) | (_, 0x000f) if length == 15 => frame.text_id(range),
            (0xaa02, 0x0008) => frame.text_iccid(range),
            (_, 0x0020 | 0x0021) => frame.readable(range),
            _ => {}
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::Verdict;
    use crate::protocols::trackers::frames::check::{ask, told};

    fn frame(state: u8) -> Vec<u8> {
        let mut frame = vec![0xc0, 0, 0, 0, 0, 0xaa, 0, 0, 0, 0, 0, 0, 1, state, 0, 0, 0];
        frame.extend_from_slice(b"260422080912");
        frame.extend_from_slice(&229_448_i32.to_be_bytes());
        frame.extend_from_slice(&4_885_837_i32.to_be_bytes());
        frame.extend_from_slice(&[0; 8]);
        frame.extend_from_slice(b"\0\x0f\0\x13490154203237518");
        frame.push(0xc0);
        let length = frame.len() as u16 - 2;
        frame[3..5].copy_from_slice(&length.to_be_bytes());
        frame
    }

    #[test]
    fn places_are_told_however_they_are_split() {
        assert_eq!(told(&HUASHENG, &frame(0x80)), ["position position=48.858370,2.294480", "imei id=490154203237518"]);
        assert_eq!(told(&HUASHENG, &frame(0)), ["position last position=48.858370,2.294480", "imei id=490154203237518"]);
    }

    #[test]
    fn only_a_right_length_is_taken() {
        assert_eq!(ask(&HUASHENG, &frame(0)), Verdict::Yes);
        assert_eq!(ask(&HUASHENG, &[0xc0, 0, 0, 0, 4, 0xaa, 0, 0xc0]), Verdict::No);
    }
}
