//! Queclink's binary messages (`+RSP`, `+BSP`, `+EVT`, `+BVT`, `+INF`, `+BNF`): type, mask, length, device, IMEI, content, CRC, `0d 0a`.
//! Its text messages are a protocol of their own here.
//!
//! Source: "@Track Air Interface Protocol", HEX edition (Queclink).

use super::bits::{Crc16, Reader, is_moment};
use super::frames::{self, Frame, Grammar, Measure};
use crate::protocols::protocol::Protocol;
use crate::wire::Direction;

/// Binary Queclink in streams.
pub static QUECLINK_BINARY: Protocol = frames::stream::<Queclink>();
/// Binary Queclink in datagrams.
pub static QUECLINK_BINARY_UDP: Protocol = frames::datagrams::<Queclink>();

/// Bytes before what depends on the type: word, type, mask, length, device, two versions, IMEI.
const HEAD: usize = 24;
/// Bytes of a place with its time and cell.
const PLACE: usize = 35;
/// Degrees of the whole numbers.
const UNIT: f64 = 1_000_000.0;

struct Queclink;

impl Grammar for Queclink {
    const NAME: &'static str = "queclink-binary";

    fn measure(bytes: &[u8], _: Direction) -> Option<Measure> {
        let mut reader = Reader::new(bytes);
        let word = reader.take(4)?;
        if !matches!(word, b"+RSP" | b"+BSP" | b"+EVT" | b"+BVT" | b"+INF" | b"+BNF") {
            return Some(Measure::No);
        }
        reader.skip(5)?;
        let length = usize::from(reader.u16()?);
        if !(HEAD + 4..=2_048).contains(&length) {
            return Some(Measure::No);
        }
        let is_right = |frame: &[u8]| match frame.split_last_chunk::<4>() {
            Some((checked, [high, low, b'\r', b'\n'])) => Crc16::CcittFalse.of(checked.get(4..).unwrap_or_default()) == u16::from_be_bytes([*high, *low]),
            _ => false,
        };
        Some(Measure::of(bytes, length, is_right))
    }

    fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
        let word = std::str::from_utf8(frame.bytes.get(..4)?).ok()?;
        frame.word(word);
        let is_information = word.ends_with("NF");
        imei(frame, if is_information { 11 } else { 16 });
        let kind = *frame.bytes.get(4)?;
        match word {
            "+RSP" | "+BSP" if kind == 100 => compressed(frame),
            "+RSP" | "+BSP" | "+EVT" | "+BVT" => located(frame),
            _ => Some(()),
        }
    }
}

/// Each byte is a number of two digits, the last of one.
fn imei(frame: &mut Frame<'_, '_>, at: usize) {
    let Some(bytes) = frame.bytes.get(at..at + 8).and_then(<[u8]>::first_chunk::<8>) else { return };
    let [pairs @ .., last] = bytes;
    if pairs.iter().all(|pair| *pair < 100) && *last < 10 {
        let number = pairs.iter().fold(0, |number: u64, pair| number * 100 + u64::from(*pair)) * 10 + u64::from(*last);
        frame.id(&format!("{number:015}"), at..at + 8);
    }
}

/// Precision, speed, course, height, longitude, latitude, time, cell.
fn place(frame: &mut Frame<'_, '_>, mut reader: Reader<'_>) -> Option<()> {
    let fix = reader.u8()? > 0;
    reader.skip(7)?;
    let start = reader.at();
    let (longitude, latitude) = (f64::from(reader.i32()?) / UNIT, f64::from(reader.i32()?) / UNIT);
    frame.place(latitude, longitude, fix, start..start + 8);
    reader.skip(7)?;
    let start = reader.at();
    let cell = [reader.u16()?.into(), reader.u16()?.into(), reader.u16()?.into(), reader.u16()?.into()];
    frame.cell(cell, start..start + 8);
    Some(())
}

/// Whether a place begins there: its time must fit.
fn is_place(mut reader: Reader<'_>) -> bool {
    let mut read = || {
        reader.skip(16)?;
        let year = u64::from(reader.u16()?).checked_sub(2_000)?;
        let [month, day, hour, minute, second] = *reader.take(5)?.first_chunk()?;
        Some(is_moment([year, month.into(), day.into(), hour.into(), minute.into(), second.into()]))
    };
    read() == Some(true)
}

/// Battery, power, movement, satellites, more by the type; a count and places. Models differ in what stands before them.
fn located(frame: &mut Frame<'_, '_>) -> Option<()> {
    let reader = frame.inner(HEAD, 4);
    for before in 4..24 {
        let mut found = reader;
        found.skip(before)?;
        let count = found.u8()?;
        if (1..=20).contains(&count) && is_place(found) {
            for _ in 0..count {
                place(frame, found)?;
                found.skip(PLACE.min(found.left()))?;
            }
            return Some(());
        }
    }
    Some(())
}

/// Points, each whole or as what changed since the last.
fn compressed(frame: &mut Frame<'_, '_>) -> Option<()> {
    let mut reader = frame.inner(HEAD + 5, 4);
    let count = reader.u16()?;
    let (mut longitude, mut latitude, mut has_time) = (0_i32, 0_i32, false);
    for _ in 0..count {
        let start = reader.at();
        match reader.rest().first()? >> 6 {
            1 => {
                reader.skip(3)?;
                (longitude, latitude) = (reader.i32()?, reader.i32()?);
                if !has_time {
                    reader.skip(4)?;
                    has_time = true;
                }
            }
            2 => {
                let word = u64::from(reader.u8()?) << 32 | u64::from(reader.u32()?);
                // 2 bits, 1, then signed 7, 7, 12 and 11.
                longitude = longitude.wrapping_add(signed(word >> 11 & 0xfff, 12));
                latitude = latitude.wrapping_add(signed(word & 0x7ff, 11));
            }
            _ => {
                reader.skip(1)?;
                continue;
            }
        }
        frame.place(f64::from(latitude) / UNIT, f64::from(longitude) / UNIT, true, start..reader.at());
    }
    Some(())
}

/// A number of so many bits with a sign.
fn signed(number: u64, bits: u32) -> i32 {
    let number = number as i32;
    if number >> (bits - 1) & 1 == 1 { number - (1 << bits) } else { number }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::Verdict;
    use crate::protocols::trackers::frames::check::{ask, told};

    fn message(word: [u8; 4], before: usize, exact: u8) -> Vec<u8> {
        let mut message = word.to_vec();
        message.extend_from_slice(&[7, 0, 0, 0, 0, 0, 0, 0x45, 1, 2, 1, 2, 49, 1, 54, 20, 32, 37, 51, 8]);
        message.resize(HEAD + before, 0);
        message.extend_from_slice(&[1, exact, 0, 0, 0, 0, 0, 0, 35]);
        message.extend_from_slice(&2_294_480_i32.to_be_bytes());
        message.extend_from_slice(&48_858_370_i32.to_be_bytes());
        message.extend_from_slice(&[0x07, 0xea, 4, 22, 8, 9, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        let length = message.len() as u16 + 4;
        message[9..11].copy_from_slice(&length.to_be_bytes());
        let crc = Crc16::CcittFalse.of(&message[4..]);
        message.extend_from_slice(&crc.to_be_bytes());
        message.extend_from_slice(b"\r\n");
        message
    }

    #[test]
    fn reports_and_events_are_told_however_they_are_split() {
        let id = "imei id=490154203237518";
        assert_eq!(told(&QUECLINK_BINARY, &message(*b"+RSP", 6, 1)), [id, "position position=48.858370,2.294480"]);
        assert_eq!(told(&QUECLINK_BINARY, &message(*b"+EVT", 9, 0)), [id, "position last position=48.858370,2.294480"]);
    }

    #[test]
    fn text_messages_are_left_to_others() {
        assert_eq!(ask(&QUECLINK_BINARY, &message(*b"+RSP", 6, 1)), Verdict::Yes);
        assert_eq!(ask(&QUECLINK_BINARY, b"+RESP:GTFRI,020102,490154203237518"), Verdict::No);
    }
}
