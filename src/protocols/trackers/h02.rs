//! The binary messages of H02: `$`, number, time, date, latitude, battery, longitude with flags, speed and course, all binary-coded decimals, then status.
//! Their text messages (`*HQ,…#`) are a protocol of their own here.
//!
//! Source: the makers' "H02 protocol" sheets, as the project Traccar describes them. What follows the status differs from maker to maker; it is passed over.

use super::bits::{self, Reader};
use super::frames::{self, Frame, Grammar, Measure};
use crate::protocols::protocol::Protocol;
use crate::wire::Direction;

/// Binary H02 in streams.
pub static H02_BINARY: Protocol = frames::stream::<H02>();
/// Binary H02 in datagrams.
pub static H02_BINARY_UDP: Protocol = frames::datagrams::<H02>();

/// Bytes of the number, which may be an IMEI.
const IDS: [usize; 2] = [5, 8];
/// Bytes behind the number up to the status.
const BODY: usize = 23;

struct H02;

impl Grammar for H02 {
    const NAME: &'static str = "h02-binary";

    fn measure(bytes: &[u8], _: Direction) -> Option<Measure> {
        if *bytes.first()? != b'$' {
            return Some(Measure::No);
        }
        let mut waits = None;
        for id in IDS {
            let body = bytes.get(1 + id..).unwrap_or_default();
            match body.get(..BODY) {
                Some(body) if is_body(body) => return Some(Measure::Whole(1 + id + BODY)),
                // What is there so far decides.
                None if bits::bcd(body.get(..body.len().min(6)).unwrap_or_default()).is_some() => waits = waits.or(Some(1 + id + BODY)),
                _ => {}
            }
        }
        Some(waits.map_or(Measure::No, Measure::Wait))
    }

    fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
        let id = frame.bytes.len().checked_sub(1 + BODY)?;
        frame.word("position");
        if id == 5 {
            frame.bcd_id(1..6);
        } else if let Some(digits) = frame.bytes.get(1..9).and_then(bits::digits) {
            frame.id(digits.get(..15)?, 1..9);
        }
        let start = 1 + id + 6;
        let (latitude, longitude, flags) = coordinates(frame.from(start).take(10)?)?;
        let signed = |degrees: f64, flag| if flags & flag == 0 { -degrees } else { degrees };
        frame.place(signed(latitude, 4), signed(longitude, 8), flags & 2 != 0, start..start + 10);
        Some(())
    }
}

/// Hour, minute, second, day, month, year; coordinates; speed and course.
fn is_body(body: &[u8]) -> bool {
    let Some(([hour, minute, second, day, month, year], rest)) = body.split_first_chunk::<6>() else { return false };
    let speed = rest.get(10..13).unwrap_or_default();
    bits::is_bcd_moment(&[*year, *month, *day, *hour, *minute, *second])
        && coordinates(rest.get(..10).unwrap_or_default()).is_some()
        && bits::bcd(speed).is_some()
}

/// DDMMmmmm, a byte of its own, DDDMMmmmm, half a byte of flags: 2: fix, 4: north, 8: east.
fn coordinates(bytes: &[u8]) -> Option<(f64, f64, u8)> {
    let mut reader = Reader::new(bytes);
    let latitude = reader.bcd(4)?;
    reader.skip(1)?;
    let longitude = reader.bcd(4)?;
    let last = reader.u8()?;
    let of = |number: u64| {
        let minutes = (number % 1_000_000) as f64 / 10_000.0;
        (minutes < 60.0).then_some((number / 1_000_000) as f64 + minutes / 60.0)
    };
    let (north, east) = (of(latitude)?, of(longitude * 10 + bits::bcd(&[last >> 4])?)?);
    (north <= 90.0 && east <= 180.0).then_some((north, east, last & 0xf))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::{Probe, Verdict};
    use crate::protocols::testing::drive_split;

    /// The Eiffel Tower, with 8 bytes behind it.
    fn frame(flags: u8) -> Vec<u8> {
        let mut frame = vec![b'$', 0x49, 0x01, 0x54, 0x20, 0x32, 0x08, 0x09, 0x12, 0x22, 0x04, 0x26];
        frame.extend_from_slice(&[0x48, 0x51, 0x50, 0x22, 0x06, 0x00, 0x21, 0x76, 0x69, 0x40 | flags, 0, 0, 0, 0xff, 0xff, 0xbb, 0xff, 0, 0, 0]);
        frame
    }

    #[test]
    fn places_are_told_however_they_are_split() {
        let bytes = [frame(0b1110), frame(0b1100)].concat();
        let lines = drive_split(H02_BINARY.open, &[(Direction::ToServer, &bytes)]);
        let values: Vec<&str> = lines.iter().map(String::as_str).filter(|line| line.starts_with("value")).collect();
        let id = "value serial id=4901542032 []";
        assert_eq!(values, [id, "value position position=48.858370,2.294490 []", id, "value position last position=48.858370,2.294490 []"]);
    }

    #[test]
    fn only_decimals_are_taken() {
        let ask = |bytes: &[u8]| (H02_BINARY.probe)(&Probe { bytes, direction: Direction::ToServer, from_port: 40_000, to_port: 5_013, from_start: true });
        assert_eq!(ask(&frame(14)), Verdict::Yes);
        let mut other = frame(14);
        other[6] = 0x25;
        assert_eq!(ask(&other), Verdict::No, "hour 25");
        assert_eq!(ask(b"$GPRMC,1,2,3,4,5,6,7,8,9,10,11,12,13"), Verdict::No);
    }
}
