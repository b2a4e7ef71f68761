//! ATrack: two bytes of the owner's choice (`@P`), CRC, length, serial number, IMEI as a number, records.
//!
//! Source: "ATrack Communication Protocol", as the project Traccar describes it. Readings that the owner added end the reading of a packet.

use super::bits::{Crc16, Reader};
use super::frames::{self, Frame, Grammar, Measure};
use crate::protocols::protocol::Protocol;
use crate::wire::Direction;

/// ATrack in streams.
pub static ATRACK: Protocol = frames::stream::<Atrack>();
/// ATrack in datagrams.
pub static ATRACK_UDP: Protocol = frames::datagrams::<Atrack>();

/// Degrees of the whole numbers.
const UNIT: f64 = 1_000_000.0;
/// Numbers that can be an IMEI.
const IMEI: std::ops::Range<u64> = 1_000_000_000..1_000_000_000_000_000;
/// Seconds since 1970 that a record may be of.
const CLOCK: std::ops::Range<u32> = 0..2_840_140_800;

struct Atrack;

impl Grammar for Atrack {
    const NAME: &'static str = "atrack";

    fn measure(bytes: &[u8], direction: Direction) -> Option<Measure> {
        let mut reader = Reader::new(bytes);
        let magic = reader.u16()?;
        if magic == 0xfe02 {
            let number = reader.u64()?;
            return Some(if IMEI.contains(&number) { Measure::of(bytes, 12, |_| true) } else { Measure::No });
        }
        // The owner may choose other signs, but begins with `@` or a small number as a rule.
        if !matches!(magic >> 8, 0x40 | 0x02) || direction == Direction::ToClient {
            return Some(Measure::No);
        }
        let (crc, length) = (reader.u16()?, usize::from(reader.u16()?));
        reader.skip(2)?;
        if !(10..=2_048).contains(&length) || !IMEI.contains(&reader.u64()?) {
            return Some(Measure::No);
        }
        Some(Measure::of(bytes, length + 6, |frame| Crc16::Arc.of(frame.get(4..).unwrap_or_default()) == crc))
    }

    fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
        if frame.bytes.starts_with(&[0xfe, 2]) {
            frame.word("keep-alive");
            let number = frame.from(2).u64()?;
            frame.id(&format!("{number:015}"), 2..10);
            return Some(());
        }
        frame.word("report");
        let number = frame.from(8).u64()?;
        frame.id(&format!("{number:015}"), 8..16);
        let mut reader = frame.from(16);
        while reader.left() >= 40 {
            let times = reader;
            // Moments are seconds, or year, month, day, hour, minute, second.
            reader.skip(if has_dates(times) { 21 } else { 12 })?;
            let start = reader.at();
            let (longitude, latitude) = (f64::from(reader.i32()?) / UNIT, f64::from(reader.i32()?) / UNIT);
            frame.place(latitude, longitude, true, start..start + 8);
            reader.skip(15)?;
            text(&mut reader)?;
            reader.skip(4)?;
            let at = reader.at();
            let message = text(&mut reader)?;
            frame.readable(at..at + message);
            // Further records follow at once, or else what the owner added.
            if !follows(reader) {
                break;
            }
        }
        Some(())
    }
}

fn has_dates(mut reader: Reader<'_>) -> bool {
    matches!((reader.u16(), reader.u8(), reader.u8()), (Some(2_005..=2_060), Some(1..=12), Some(1..=31)))
}

/// Whether a record's three moments are there.
fn follows(mut reader: Reader<'_>) -> bool {
    let recent = |time: u32| time > 1_104_537_600 && CLOCK.contains(&time);
    has_dates(reader) || (0..3).all(|_| reader.u32().is_some_and(recent))
}

/// A text that ends with a zero: its length without it.
fn text(reader: &mut Reader<'_>) -> Option<usize> {
    let length = memchr::memchr(0, reader.rest())?;
    reader.skip(length + 1)?;
    Some(length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::Verdict;
    use crate::protocols::trackers::frames::check::{ask, told};

    fn packet() -> Vec<u8> {
        let mut record = [0x69, 0xe8, 0x84, 0].repeat(3);
        record.extend_from_slice(&2_294_480_i32.to_be_bytes());
        record.extend_from_slice(&48_858_370_i32.to_be_bytes());
        record.extend_from_slice(&[0; 16]);
        record.extend_from_slice(&[7, 0xd0, 7, 0xd0, 0]);
        let mut rest = vec![0, 1];
        rest.extend_from_slice(&490_154_203_237_518_u64.to_be_bytes());
        rest.extend_from_slice(&record.repeat(2));
        let mut checked = (rest.len() as u16).to_be_bytes().to_vec();
        checked.extend_from_slice(&rest);
        [b"@P".as_slice(), &Crc16::Arc.of(&checked).to_be_bytes(), &checked].concat()
    }

    #[test]
    fn records_are_told_however_they_are_split() {
        let place = "position position=48.858370,2.294480";
        assert_eq!(told(&ATRACK, &packet()), ["imei id=490154203237518", place, place]);
    }

    #[test]
    fn only_a_right_checksum_is_taken() {
        assert_eq!(ask(&ATRACK, &packet()), Verdict::Yes);
        let mut damaged = packet();
        damaged[20] ^= 1;
        assert_eq!(ask(&ATRACK, &damaged), Verdict::No);
    }
}
