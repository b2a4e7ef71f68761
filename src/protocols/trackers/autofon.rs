//! AutoFon beacons: login with IMEI, and places of fixed length, with a check byte.
//!
//! Source: "AutoFon protocol" (autofon.ru), as the project Traccar describes it. What the check byte is made of is not public: times and coordinates must fit.

use super::bits::{Reader, is_moment};
use super::frames::{self, Frame, Grammar, Measure};
use crate::protocols::protocol::Protocol;
use crate::wire::Direction;

/// AutoFon in streams.
pub static AUTOFON: Protocol = frames::stream::<Autofon>();

/// Bytes of a place of the 4.5 series.
const PLACE: usize = 34;

struct Autofon;

impl Grammar for Autofon {
    const NAME: &'static str = "autofon";

    fn measure(bytes: &[u8], _: Direction) -> Option<Measure> {
        if *bytes.first()? != 2 {
            return Some(Measure::No);
        }
        Some(match Measure::of(bytes, PLACE, |frame| read(frame).is_some()) {
            Measure::Damaged(_) => Measure::No,
            other => other,
        })
    }

    fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
        frame.word("position");
        let (latitude, longitude, fix) = read(frame.bytes)?;
        frame.place(latitude, longitude, fix, 22..30);
        Some(())
    }
}

/// State, timers, cell, fix, time and date as decimal numbers of three bytes, coordinates, speed, course, check.
fn read(frame: &[u8]) -> Option<(f64, f64, bool)> {
    let mut reader = Reader::from(frame, 15);
    let fix = reader.u8()? >> 6 != 0;
    let (time, date) = (u64::from(reader.u24()?), u64::from(reader.u24()?));
    let (latitude, longitude) = (coordinate(&mut reader)?, coordinate(&mut reader)?);
    reader.skip(1)?;
    let course = reader.u16()?;
    let fits = is_moment([date % 100, date / 100 % 100, date / 10_000, time / 10_000, time / 100 % 100, time % 100]);
    (fits && course <= 360 && latitude.abs() <= 90.0 && longitude.abs() <= 180.0).then_some((latitude, longitude, fix))
}

/// Whole degrees, then minutes times ten thousand in 20 bits, then a half byte whose lowest bit means north or east.
fn coordinate(reader: &mut Reader<'_>) -> Option<f64> {
    let (degrees, minutes) = (f64::from(reader.u8()?), reader.u24()?);
    let part = f64::from(minutes >> 4) / 600_000.0;
    (part < 1.0).then_some(if minutes & 1 == 1 { degrees + part } else { -degrees - part })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::Verdict;
    use crate::protocols::trackers::frames::check::{ask, told};

    fn place(fix: u8) -> Vec<u8> {
        let mut frame = vec![2];
        frame.resize(15, 0);
        frame.push(fix);
        for number in [80_912_u32, 220_426, 48 << 24 | 515_022 << 4 | 1, 2 << 24 | 176_688 << 4 | 1] {
            let bytes = number.to_be_bytes();
            frame.extend_from_slice(if number < 1 << 24 { &bytes[1..] } else { &bytes });
        }
        frame.resize(PLACE, 0);
        frame
    }

    #[test]
    fn a_place_is_told_however_it_is_split() {
        assert_eq!(told(&AUTOFON, &place(0x85)), ["position position=48.858370,2.294480"]);
        assert_eq!(told(&AUTOFON, &place(0)), ["position last position=48.858370,2.294480"]);
    }

    #[test]
    fn only_fitting_times_and_coordinates_are_taken() {
        assert_eq!(ask(&AUTOFON, &place(0)), Verdict::Yes);
        assert_eq!(ask(&AUTOFON, &[2; PLACE]), Verdict::No);
        assert_eq!(ask(&AUTOFON, &[0; PLACE]), Verdict::No);
    }
}
