//! Maxtrack (MXT): `01`, device, type, number, content, CRC, `04`; within, `10` stands before what is lowered by `20`.
//!
//! Source: "MXT protocol" (Maxtrack), as the project Traccar describes it.

use super::bits::{self, Crc16};
use super::frames::{self, Frame, Grammar, Measure};
use crate::protocols::protocol::Protocol;
use crate::wire::Direction;

/// Maxtrack in streams.
pub static MXT: Protocol = frames::stream::<Mxt>();

/// A frame is no longer.
const MOST: usize = 1_024;
/// Degrees of the whole numbers.
const UNIT: f64 = 1_000_000.0;

struct Mxt;

impl Grammar for Mxt {
    const NAME: &'static str = "mxt";

    fn measure(bytes: &[u8], _: Direction) -> Option<Measure> {
        if *bytes.first()? != 1 {
            return Some(Measure::No);
        }
        Some(match Measure::up_to(bytes, 1, 4, MOST) {
            Measure::Whole(length) if is_right(&unescaped(bytes.get(..length)?)) => Measure::Whole(length),
            Measure::Whole(_) => Measure::No,
            other => other,
        })
    }

    fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
        let plain = unescaped(frame.bytes);
        frame.unpacked(&plain, tell)
    }
}

/// A frame whose escapes are undone.
fn unescaped(frame: &[u8]) -> Vec<u8> {
    bits::unescape(frame, 0x10, |second| second.checked_sub(0x20))
}

fn is_right(plain: &[u8]) -> bool {
    let Some((checked, [low, high, 4])) = plain.split_last_chunk::<3>() else { return false };
    checked.get(1..).is_some_and(|checked| checked.len() >= 6 && Crc16::Xmodem.of(checked) == u16::from_le_bytes([*low, *high]))
}

fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
    let kind = *frame.bytes.get(2)?;
    let number = frame.from(3).u32_le()?;
    frame.id(&number.to_string(), 3..7);
    if kind != 0x31 {
        frame.number(kind.into());
        return Some(());
    }
    frame.word("position");
    let mut reader = frame.inner(15, 3);
    let (latitude, longitude) = (f64::from(reader.i32_le()?) / UNIT, f64::from(reader.i32_le()?) / UNIT);
    frame.place(latitude, longitude, true, 15..23);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::Verdict;
    use crate::protocols::trackers::frames::check::{ask, told};

    fn frame() -> Vec<u8> {
        let mut plain = vec![0xa6, 0x31, 0xd2, 4, 0, 0, 0, 8, 1, 0, 1, 2, 3, 4];
        plain.extend_from_slice(&48_858_370_i32.to_le_bytes());
        plain.extend_from_slice(&2_294_480_i32.to_le_bytes());
        plain.extend_from_slice(&[0; 6]);
        let crc = Crc16::Xmodem.of(&plain);
        plain.extend_from_slice(&crc.to_le_bytes());
        let mut frame = vec![1];
        for byte in plain {
            match byte {
                1 | 4 | 0x10 | 0x11 | 0x13 => frame.extend_from_slice(&[0x10, byte + 0x20]),
                other => frame.push(other),
            }
        }
        frame.push(4);
        frame
    }

    #[test]
    fn a_place_is_told_however_it_is_split() {
        assert_eq!(told(&MXT, &frame()), ["serial id=1234", "position position=48.858370,2.294480"]);
    }

    #[test]
    fn only_a_right_checksum_is_taken() {
        assert_eq!(ask(&MXT, &frame()), Verdict::Yes);
        assert_eq!(ask(&MXT, &[1, 2, 3, 5, 6, 7, 8, 9, 4]), Verdict::No);
    }
}
