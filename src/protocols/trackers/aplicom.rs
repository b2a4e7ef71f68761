//! Aplicom's A-series: a letter for the kind of message, version, number, length, a mask of what there is, event, content.
//!
//! Source: "A-series communication protocol" (Aplicom). There is no checksum: version, IMEI and times must fit.

use super::bits::Reader;
use super::frames::{self, Frame, Grammar, Measure};
use crate::protocols::protocol::Protocol;
use crate::wire::Direction;

/// Aplicom in streams.
pub static APLICOM: Protocol = frames::stream::<Aplicom>();
/// Aplicom in datagrams.
pub static APLICOM_UDP: Protocol = frames::datagrams::<Aplicom>();

/// What a message of places holds where it gives no mask.
const DEFAULT: u32 = 0x00_02fc;
/// Parts of the mask: a time, a place.
const TIME: u32 = 4;
const PLACE: u32 = 8;
/// Degrees of the whole numbers.
const UNIT: f64 = 1_000_000.0;
/// Numbers of 15 digits.
const IMEI: std::ops::Range<u64> = 100_000_000_000_000..1_000_000_000_000_000;
/// Seconds since 1970 that a message may be of: 2001 to 2060.
const CLOCK: std::ops::Range<u32> = 978_307_200..2_840_140_800;

struct Aplicom;

/// What stands before a content.
struct Header {
    imei: Option<u64>,
    mask: u32,
    content: usize,
    end: usize,
}

/// The bytes begin with none.
struct NoHeader;

impl Header {
    /// Absent while there are too few bytes to say.
    fn read(bytes: &[u8]) -> Option<Result<Self, NoHeader>> {
        let mut reader = Reader::new(bytes);
        if reader.u8()? != b'D' {
            return Some(Err(NoHeader));
        }
        let version = reader.u8()?;
        if !(1..=3).contains(&(version & 0x3f)) {
            return Some(Err(NoHeader));
        }
        let imei = if version & 0x80 == 0 {
            reader.skip(3)?;
            None
        } else {
            Some(u64::from(reader.u32()?) << 24 | u64::from(reader.u24()?))
        };
        let length = usize::from(reader.u16()?);
        let mask = if version & 0x40 == 0 { DEFAULT } else { reader.u24()? };
        let content = reader.at();
        let header = Self { imei, mask, content, end: content + length };
        Some((imei.is_none_or(|imei| IMEI.contains(&imei)) && (2..=1_024).contains(&length)).then_some(header).ok_or(NoHeader))
    }
}

impl Grammar for Aplicom {
    const NAME: &'static str = "aplicom";

    fn measure(bytes: &[u8], _: Direction) -> Option<Measure> {
        let Ok(header) = Header::read(bytes)? else { return Some(Measure::No) };
        if header.mask & (TIME | PLACE) != TIME | PLACE {
            return Some(Measure::No);
        }
        let mut reader = Reader::from(bytes, header.content + 3);
        if ![reader.u32()?, reader.u32()?].iter().all(|time| CLOCK.contains(time)) {
            return Some(Measure::No);
        }
        Some(Measure::of(bytes, header.end, |_| true))
    }

    fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
        let header = Header::read(frame.bytes)?.ok()?;
        frame.word("snapshot");
        if let Some(imei) = header.imei {
            frame.id(&imei.to_string(), 2..9);
        } else {
            let number = frame.from(2).u24()?;
            frame.id(&number.to_string(), 2..5);
        }
        let mut reader = frame.from(header.content + 2);
        let fix = reader.u8()? & 0x40 != 0;
        reader.skip(8)?;
        let start = reader.at();
        let (latitude, longitude) = (f64::from(reader.i32()?) / UNIT, f64::from(reader.i32()?) / UNIT);
        frame.place(latitude, longitude, fix, start..start + 8);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::Verdict;
    use crate::protocols::trackers::frames::check::{ask, told};

    fn message(state: u8) -> Vec<u8> {
        let mut content = vec![7, 0, state, 0x69, 0xe8, 0x84, 0, 0x69, 0xe8, 0x84, 0];
        content.extend_from_slice(&48_858_370_i32.to_be_bytes());
        content.extend_from_slice(&2_294_480_i32.to_be_bytes());
        content.push(9);
        let mut message = vec![b'D', 0xc3];
        message.extend_from_slice(&490_154_203_237_518_u64.to_be_bytes()[1..]);
        message.extend_from_slice(&(content.len() as u16).to_be_bytes());
        message.extend_from_slice(&[0, 0, 0x0c]);
        message.extend_from_slice(&content);
        message
    }

    #[test]
    fn places_are_told_however_they_are_split() {
        assert_eq!(told(&APLICOM, &message(0x40)), ["imei id=490154203237518", "position position=48.858370,2.294480"]);
        assert_eq!(told(&APLICOM, &message(0)), ["imei id=490154203237518", "position last position=48.858370,2.294480"]);
    }

    #[test]
    fn only_a_fitting_head_is_taken() {
        assert_eq!(ask(&APLICOM, &message(0)), Verdict::Yes);
        assert_eq!(ask(&APLICOM, b"DATA 123456789012345678901234567890"), Verdict::No);
        assert_eq!(ask(&APLICOM, b"D\x01\0\0\x01\0\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), Verdict::No);
    }
}
