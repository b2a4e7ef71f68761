//! Ulbotech's binary messages: `f8`, version, type, IMEI, time, items, CRC, `f8`; within, `f7 0f` stands for `f8` and `f7 00` for `f7`.
//!
//! Source: "Ulbotech T3xx protocol", as the project Traccar describes it.

use super::bits::{self, Crc16};
use super::frames::{self, Frame, Grammar, Measure};
use crate::protocols::protocol::Protocol;
use crate::wire::Direction;

/// Ulbotech in streams.
pub static ULBOTECH: Protocol = frames::stream::<Ulbotech>();
/// Ulbotech in datagrams.
pub static ULBOTECH_UDP: Protocol = frames::datagrams::<Ulbotech>();

/// Degrees of the whole numbers.
const UNIT: f64 = 1_000_000.0;
/// A frame is no longer.
const MOST: usize = 1_024;

struct Ulbotech;

impl Grammar for Ulbotech {
    const NAME: &'static str = "ulbotech";

    fn measure(bytes: &[u8], _: Direction) -> Option<Measure> {
        if *bytes.first()? != 0xf8 {
            return Some(Measure::No);
        }
        if *bytes.get(1)? == 0xf8 {
            return Some(Measure::No);
        }
        Some(match Measure::up_to(bytes, 1, 0xf8, MOST) {
            Measure::Whole(length) if is_right(&unescaped(bytes.get(..length)?)) => Measure::Whole(length),
            Measure::Whole(length) => Measure::Damaged(length - 1),
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
    bits::unescape(frame, 0xf7, |second| match second {
        0 => Some(0xf7),
        0x0f => Some(0xf8),
        _ => None,
    })
}

fn is_right(plain: &[u8]) -> bool {
    let Some((checked, [high, low, 0xf8])) = plain.split_last_chunk::<3>() else { return false };
    checked.get(1..).is_some_and(|checked| checked.len() >= 4 && Crc16::Xmodem.of(checked) == u16::from_be_bytes([*high, *low]))
}

fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
    if frame.bytes.len() < 18 {
        frame.word("answer");
        return Some(());
    }
    frame.word("report");
    if frame.bytes.get(3..11).is_some_and(|imei| bits::bcd(imei).is_some()) {
        frame.bcd_id(3..11);
    }
    let mut reader = frame.inner(15, 3);
    while reader.left() >= 2 {
        let item = reader.u8()?;
        let length = if item == 0x0b { usize::from(reader.u16()?) } else { usize::from(reader.u8()?) };
        let mut part = reader.part(length)?;
        let start = part.at();
        match item {
            0x01 => {
                let (latitude, longitude) = (f64::from(part.i32()?) / UNIT, f64::from(part.i32()?) / UNIT);
                part.skip(4)?;
                // How exact it is; 9999 means not at all.
                let fix = part.u16()? < 9_999;
                frame.place(latitude, longitude, fix, start..start + 8);
            }
            0x02 if length >= 9 => {
                let (country, network, area) = (part.u16()?, part.u16()?, part.u16()?);
                let cell = if length == 11 { part.u32()? } else { part.u16()?.into() };
                frame.cell([country.into(), network.into(), area.into(), cell.into()], start..part.at());
            }
            _ => {}
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::{Probe, Verdict};
    use crate::protocols::testing::drive_split;

    /// The Eiffel Tower; the time holds an escape.
    fn frame(exact: u16) -> Vec<u8> {
        let mut plain = vec![1, 1, 0x04, 0x90, 0x15, 0x42, 0x03, 0x23, 0x75, 0x18, 0x9f, 0xf8, 0xf7, 0x00, 1, 14];
        plain.extend_from_slice(&48_858_370_i32.to_be_bytes());
        plain.extend_from_slice(&2_294_480_i32.to_be_bytes());
        plain.extend_from_slice(&[0, 0, 0, 0]);
        plain.extend_from_slice(&exact.to_be_bytes());
        let crc = Crc16::Xmodem.of(&plain);
        plain.extend_from_slice(&crc.to_be_bytes());
        let mut frame = vec![0xf8];
        for byte in plain {
            match byte {
                0xf8 => frame.extend_from_slice(&[0xf7, 0x0f]),
                0xf7 => frame.extend_from_slice(&[0xf7, 0]),
                other => frame.push(other),
            }
        }
        frame.push(0xf8);
        frame
    }

    #[test]
    fn places_are_told_however_they_are_split() {
        let bytes = [frame(139), frame(9_999)].concat();
        let lines = drive_split(ULBOTECH.open, &[(Direction::ToServer, &bytes)]);
        let values: Vec<&str> = lines.iter().map(String::as_str).filter(|line| line.starts_with("value")).collect();
        let id = "value imei id=490154203237518 []";
        assert_eq!(values, [id, "value position position=48.858370,2.294480 []", id, "value position last position=48.858370,2.294480 []"]);
    }

    #[test]
    fn only_a_right_checksum_is_taken() {
        let ask = |bytes: &[u8]| (ULBOTECH.probe)(&Probe { bytes, direction: Direction::ToServer, from_port: 40_000, to_port: 5_072, from_start: true });
        assert_eq!(ask(&frame(1)), Verdict::Yes);
        assert_eq!(ask(&[0xf8, 1, 1, 2, 3, 4, 0xf8]), Verdict::No);
    }
}
