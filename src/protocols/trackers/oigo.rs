//! Oigo: messages with a mask (`7e`, length, type, IMEI, mask, content) and fixed ones of 45 bytes (IMEI and IMSI as decimals, time, coordinates).
//!
//! Source: the project Traccar's description; the maker publishes none. There is no checksum: numbers, length, time and coordinates must fit.

use super::bits::{self, Reader};
use super::frames::{self, Frame, Grammar, Measure};
use crate::protocols::protocol::Protocol;
use crate::value::ValueKind;
use crate::wire::Direction;

/// Oigo in streams.
pub static OIGO: Protocol = frames::stream::<Oigo>();
/// Oigo in datagrams.
pub static OIGO_UDP: Protocol = frames::datagrams::<Oigo>();

/// Bytes of a fixed message.
const FIXED: usize = 45;

struct Oigo;

impl Grammar for Oigo {
    const NAME: &'static str = "oigo";

    fn measure(bytes: &[u8], _: Direction) -> Option<Measure> {
        let mut reader = Reader::new(bytes);
        if reader.u8()? == 0x7e {
            let length = usize::from(reader.u16()?);
            if reader.u8()? != 0 || !(20..=512).contains(&length) || reader.u8()? & 7 != 0 {
                return Some(Measure::No);
            }
            let imei = reader.take(8)?;
            return Some(if is_imei(imei) { Measure::of(bytes, length + 3, |_| true) } else { Measure::No });
        }
        let numbers = reader.rest().get(..reader.left().min(16))?;
        if bits::bcd(numbers.get(..numbers.len().min(8))?).is_none() || bits::bcd(numbers.get(8..).unwrap_or_default()).is_none() {
            return Some(Measure::No);
        }
        let Some(numbers) = numbers.first_chunk::<16>() else { return Some(Measure::Wait(17)) };
        if !is_imei(numbers) || numbers.get(8).is_none_or(|byte| byte >> 4 != 0) {
            return Some(Measure::No);
        }
        Some(match Measure::of(bytes, FIXED, |frame| fixed(Reader::from(frame, 17)).is_some()) {
            Measure::Damaged(_) => Measure::No,
            other => other,
        })
    }

    fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
        frame.word("position");
        if frame.bytes.first() == Some(&0x7e) {
            frame.bcd_id(5..13);
            return masked(frame);
        }
        frame.bcd_id(1..9);
        if let Some(imsi) = frame.bytes.get(9..17).and_then(bits::digits) {
            frame.value(ValueKind::Imsi, imsi.trim_start_matches('0'), "imsi", 9..17);
        }
        let (latitude, longitude) = fixed(frame.from(17))?;
        frame.place(latitude, longitude, true, 21..29);
        Some(())
    }
}

/// Fifteen digits behind a zero, that begin as all numbers of devices do.
fn is_imei(bytes: &[u8]) -> bool {
    bytes.get(..8).and_then(bits::bcd).is_some_and(|imei| (100_000_000_000..1_000_000_000_000_000).contains(&imei))
}

/// Year, month and day in 16 bits, hour, minute; latitude and longitude as DDDMMmmm.
fn fixed(mut reader: Reader<'_>) -> Option<(f64, f64)> {
    let (date, hour, minute) = (reader.u16()?, reader.u8()?, reader.u8()?);
    let (latitude, longitude) = (degrees(reader.i32()?)?, degrees(reader.i32()?)?);
    let fits = (1..=12).contains(&(date >> 8 & 0xf)) && (1..=31).contains(&(date & 0xff)) && hour < 24 && minute < 60;
    (fits && latitude.abs() <= 90.0 && longitude.abs() <= 180.0).then_some((latitude, longitude))
}

fn degrees(number: i32) -> Option<f64> {
    let size = number.unsigned_abs();
    let minutes = f64::from(size % 100_000) / 1_000.0;
    let degrees = f64::from(size / 100_000) + minutes / 60.0;
    (minutes < 60.0).then_some(if number < 0 { -degrees } else { degrees })
}

/// Event, mask, and by the mask: serial number, time, the device's time, coordinates, satellites.
fn masked(frame: &mut Frame<'_, '_>) -> Option<()> {
    let mut reader = frame.from(14);
    let mask = reader.u32()?;
    for (bit, length) in [(0, 2), (1, 5), (2, 5)] {
        if mask & 1 << bit != 0 {
            reader.skip(length)?;
        }
    }
    if mask & 8 != 0 {
        let start = reader.at();
        let (latitude, longitude) = (f64::from(reader.u32()?) / 1e6 - 90.0, f64::from(reader.u32()?) / 1e6 - 180.0);
        let fix = mask & 0x10 == 0 || reader.u8()? >> 4 != 0;
        frame.place(latitude, longitude, fix, start..start + 8);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::Verdict;
    use crate::protocols::trackers::frames::check::{ask, told};

    fn fixed() -> Vec<u8> {
        let mut message = vec![1, 0x04, 0x90, 0x15, 0x42, 0x03, 0x23, 0x75, 0x18, 0x00, 0x10, 0x10, 0x12, 0x34, 0x56, 0x78, 0x90, 0xf4, 22, 8, 9];
        message.extend_from_slice(&4_851_502_i32.to_be_bytes());
        message.extend_from_slice(&217_669_i32.to_be_bytes());
        message.resize(FIXED, 0);
        message
    }

    fn masked() -> Vec<u8> {
        let mut message = vec![0x7e, 0, 0, 0, 0, 0x04, 0x90, 0x15, 0x42, 0x03, 0x23, 0x75, 0x18, 0, 0, 0, 0, 0x18];
        message.extend_from_slice(&138_858_370_u32.to_be_bytes());
        message.extend_from_slice(&182_294_480_u32.to_be_bytes());
        message.extend_from_slice(&[0x17, 9]);
        message[2] = message.len() as u8 - 3;
        message
    }

    #[test]
    fn both_forms_are_told_however_they_are_split() {
        assert_eq!(told(&OIGO, &fixed()), ["imei id=490154203237518", "imsi imsi=10101234567890", "position position=48.858367,2.294483"]);
        assert_eq!(told(&OIGO, &masked()), ["imei id=490154203237518", "position position=48.858370,2.294480"]);
    }

    #[test]
    fn only_fitting_numbers_are_taken() {
        assert_eq!((ask(&OIGO, &fixed()), ask(&OIGO, &masked())), (Verdict::Yes, Verdict::Yes));
        assert_eq!(ask(&OIGO, b"\x01\x04\x90\x1aabc"), Verdict::No);
        let mut other = fixed();
        other[19] = 25;
        assert_eq!(ask(&OIGO, &other), Verdict::No, "hour 25");
    }
}
