//! Cellocator: `MCGP`, type, number, control, then a fixed report of 70 bytes or modules; the sum of all bytes at the end. One relative writes `MCPG`.
//!
//! Source: "Cellocator Wireless Communication Protocol" (PowerFleet, formerly Pointer).

use super::bits::{self, Reader};
use super::frames::{self, Frame, Grammar, Measure};
use crate::protocols::protocol::Protocol;
use crate::wire::Direction;

/// Cellocator in streams.
pub static CELLOCATOR: Protocol = frames::stream::<Cellocator>();
/// Cellocator in datagrams.
pub static CELLOCATOR_UDP: Protocol = frames::datagrams::<Cellocator>();

/// Bytes of the fixed report.
const REPORT: usize = 70;
/// Where its longitude stands.
const PLACE: usize = 44;

struct Cellocator;

impl Grammar for Cellocator {
    const NAME: &'static str = "cellocator";

    fn measure(bytes: &[u8], direction: Direction) -> Option<Measure> {
        let mut reader = Reader::new(bytes);
        let magic = reader.take(4)?;
        let kind = reader.u8()?;
        if !matches!(magic, b"MCGP" | b"MCPG") || direction == Direction::ToClient {
            return Some(Measure::No);
        }
        let length = match kind {
            0 => REPORT,
            11 => {
                reader.skip(8)?;
                usize::from(reader.u16_le()?) + 16
            }
            _ => return Some(Measure::No),
        };
        let is_right = |frame: &[u8]| matches!(frame.split_last(), Some((sum, checked)) if bits::sum(checked.get(4..).unwrap_or_default()) == *sum);
        Some(Measure::of(bytes, length, |frame| is_right(frame) || is_relative(frame)))
    }

    fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
        let kind = *frame.bytes.get(4)?;
        frame.word(if kind == 0 { "status" } else { "modules" });
        let number = frame.from(5).u32_le()?;
        frame.id(&number.to_string(), 5..9);
        if kind == 0 {
            return place(frame, PLACE);
        }
        let mut reader = frame.inner(19, 1);
        while reader.left() >= 3 {
            let module = reader.u8()?;
            let length = usize::from(reader.u16_le()?);
            let part = reader.part(length)?;
            if module == 6 {
                place(frame, part.at() + 4)?;
            }
        }
        Some(())
    }
}

/// The relative's check is not known: the date at its end will do.
fn is_relative(frame: &[u8]) -> bool {
    let date = frame.get(REPORT - 7..REPORT - 1).unwrap_or_default();
    frame.starts_with(b"MCPG")
        && matches!(date, [_, _, day, month, low, high] if (1..=31).contains(day) && (1..=12).contains(month) && (2_005..2_060).contains(&u16::from_le_bytes([*low, *high])))
}

/// Longitude and latitude: radians times ten to the eighth, or degrees times ten to the seventh.
fn place(frame: &mut Frame<'_, '_>, at: usize) -> Option<()> {
    let mut reader = frame.from(at);
    let (longitude, latitude) = (f64::from(reader.i32_le()?), f64::from(reader.i32_le()?));
    let is_relative = frame.bytes.starts_with(b"MCPG");
    let degrees = |number: f64| if is_relative { number / 1e7 } else { (number / 1e8).to_degrees() };
    frame.place(degrees(latitude), degrees(longitude), true, at..at + 8);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::Verdict;
    use crate::protocols::trackers::frames::check::{ask, told};

    fn report() -> Vec<u8> {
        let mut report = b"MCGP\0\x78\x56\x34\x12".to_vec();
        report.resize(PLACE, 0);
        report.extend_from_slice(&((2.294_48_f64.to_radians() * 1e8) as i32).to_le_bytes());
        report.extend_from_slice(&((48.858_37_f64.to_radians() * 1e8) as i32).to_le_bytes());
        report.resize(REPORT - 1, 0);
        report.push(bits::sum(&report[4..]));
        report
    }

    #[test]
    fn a_report_is_told_however_it_is_split() {
        assert_eq!(told(&CELLOCATOR, &report()), ["serial id=305419896", "position position=48.858370,2.294480"]);
    }

    #[test]
    fn only_a_right_sum_is_taken() {
        assert_eq!(ask(&CELLOCATOR, &report()), Verdict::Yes);
        let mut damaged = report();
        damaged[50] ^= 1;
        assert_eq!(ask(&CELLOCATOR, &damaged), Verdict::No);
    }
}
