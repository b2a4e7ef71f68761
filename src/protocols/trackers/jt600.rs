//! JT600, the binary messages of Jointech's locks and trackers: `$`, number, type, length, records of binary-coded decimals, index.
//!
//! Source: the project Traccar's description of the protocol; the maker publishes none.

use super::bits::{self, Reader};
use super::frames::{self, Frame, Grammar, Measure};
use crate::protocols::protocol::Protocol;
use crate::wire::Direction;

/// JT600 in streams.
pub static JT600: Protocol = frames::stream::<Jt600>();
/// JT600 in datagrams.
pub static JT600_UDP: Protocol = frames::datagrams::<Jt600>();

/// Bytes of a record of the short form.
const RECORD: usize = 27;
/// Bytes of a place.
const PLACE: usize = 17;

struct Jt600;

impl Grammar for Jt600 {
    const NAME: &'static str = "jt600";

    fn measure(bytes: &[u8], _: Direction) -> Option<Measure> {
        let mut reader = Reader::new(bytes);
        if !reader.magic(b"$")? {
            return Some(Measure::No);
        }
        let id = reader.take(5)?;
        // Numbers that begin with 7 or more have one byte more for the version.
        let is_long = id.first()? >> 4 >= 7;
        if bits::bcd(id).is_none() {
            return Some(Measure::No);
        }
        reader.skip(if is_long { 2 } else { 1 })?;
        let length = usize::from(reader.u16()?);
        let fits = if is_long { (PLACE + 17..=256).contains(&length) } else { length > 0 && length % RECORD == 0 };
        if !fits || !is_place(reader.take(PLACE)?) {
            return Some(Measure::No);
        }
        let head = reader.at() - PLACE;
        Some(Measure::of(bytes, head + length + usize::from(!is_long), |_| true))
    }

    fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
        let is_long = frame.bytes.get(1)? >> 4 >= 7;
        frame.word("position");
        frame.bcd_id(1..6);
        let mut reader = frame.inner(if is_long { 10 } else { 9 }, 1);
        if is_long {
            return place(frame, &mut reader, None);
        }
        while reader.left() >= RECORD {
            place(frame, &mut reader, None)?;
            reader.skip(RECORD - PLACE)?;
        }
        Some(())
    }
}

/// Whether bytes can be a place: a moment and two coordinates; where the clock was never set, the month is zero.
fn is_place(bytes: &[u8]) -> bool {
    let Some(([day, month, year, rest @ ..], coordinates)) = bytes.split_first_chunk::<6>() else { return false };
    let &[hour, minute, second] = rest;
    let is_set = bits::is_bcd_moment(&[*year, *month, *day, hour, minute, second]);
    let is_unset = *year == 0 && bits::bcd(bytes.get(..6).unwrap_or_default()).is_some();
    (is_set || is_unset) && coordinates.first_chunk::<9>().is_some_and(|chunk| degrees(chunk).is_some())
}

/// Latitude and longitude of DDMMmmmm DDDMMmmmm, each digit half a byte.
pub(super) fn degrees(bytes: &[u8; 9]) -> Option<(f64, f64)> {
    let (latitude, longitude) = bytes.split_first_chunk::<4>()?;
    let (whole, last) = longitude.split_first_chunk::<4>()?;
    let of = |number: u64| {
        let minutes = (number % 1_000_000) as f64 / 10_000.0;
        (minutes < 60.0).then_some((number / 1_000_000) as f64 + minutes / 60.0)
    };
    let (north, east) = (of(bits::bcd(latitude)?)?, of(bits::bcd(whole)? * 10 + bits::bcd(&[last.first()? >> 4])?)?);
    (north <= 90.0 && east <= 180.0).then_some((north, east))
}

/// Tells a place: moment, coordinates with flags (1: fix, 2: north, 4: east), speed, course. JT808 says elsewhere whether there was a fix.
pub(super) fn place(frame: &mut Frame<'_, '_>, reader: &mut Reader<'_>, fix: Option<bool>) -> Option<()> {
    reader.skip(6)?;
    let start = reader.at();
    let coordinates = reader.take(9)?.first_chunk::<9>()?;
    reader.skip(2)?;
    let flags = coordinates.last()? & 0xf;
    let (latitude, longitude) = degrees(coordinates)?;
    let signed = |degrees: f64, flag| if flags & flag == 0 { -degrees } else { degrees };
    frame.place(signed(latitude, 2), signed(longitude, 4), fix.unwrap_or(flags & 1 != 0), start..start + 9);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::{Probe, Verdict};
    use crate::protocols::testing::drive_split;

    /// The Eiffel Tower.
    fn frame(flags: u8) -> Vec<u8> {
        let mut frame = vec![b'$', 0x49, 0x01, 0x54, 0x20, 0x32, 0x11, 0, 27];
        frame.extend_from_slice(&[0x22, 0x04, 0x26, 0x08, 0x09, 0x12, 0x48, 0x51, 0x50, 0x22, 0x00, 0x21, 0x76, 0x69, flags, 0, 0]);
        frame.extend_from_slice(&[0; 11]);
        frame
    }

    #[test]
    fn places_are_told_however_they_are_split() {
        let bytes = [frame(0x47), frame(0x40)].concat();
        let lines = drive_split(JT600.open, &[(Direction::ToServer, &bytes)]);
        let values: Vec<&str> = lines.iter().map(String::as_str).filter(|line| line.starts_with("value pos")).collect();
        assert_eq!(values, ["value position position=48.858370,2.294490 []", "value position last position=-48.858370,-2.294490 []"]);
    }

    #[test]
    fn only_decimals_are_taken() {
        let ask = |bytes: &[u8]| (JT600.probe)(&Probe { bytes, direction: Direction::ToServer, from_port: 40_000, to_port: 5_014, from_start: true });
        assert_eq!(ask(&frame(0x47)), Verdict::Yes);
        let mut other = frame(0x47);
        other[10] = 0x1a;
        assert_eq!(ask(&other), Verdict::No);
        assert_eq!(ask(b"$GPRMC,1,2,3"), Verdict::No);
    }
}
