//! KHD (`29 29`) and its twin Gator (`24 24`): type, length, number, time, coordinates, all binary-coded decimals; then state, exclusive or, `0d`.
//!
//! Source: "KHD GPS vehicle tracker protocol" and "Gator M508 protocol", as the project Traccar describes them.

use super::bits::{self, Reader};
use super::frames::{self, Frame, Grammar, Measure};
use crate::event::Order;
use crate::protocols::protocol::Protocol;
use crate::wire::Direction;

/// KHD in streams.
pub static KHD: Protocol = frames::stream::<Khd>();
/// KHD in datagrams.
pub static KHD_UDP: Protocol = frames::datagrams::<Khd>();

struct Khd;

impl Grammar for Khd {
    const NAME: &'static str = "khd";

    fn measure(bytes: &[u8], _: Direction) -> Option<Measure> {
        let mut reader = Reader::new(bytes);
        let first = reader.u8()?;
        if !matches!(first, 0x24 | 0x29) || reader.u8()? != first {
            return Some(Measure::No);
        }
        reader.skip(1)?;
        let length = usize::from(reader.u16()?);
        if !(2..=1_024).contains(&length) {
            return Some(Measure::No);
        }
        let is_right = |frame: &[u8]| matches!(frame.split_last_chunk::<2>(), Some((checked, [check, 0x0d])) if bits::xor(checked) == *check);
        Some(match Measure::of(bytes, 5 + length, is_right) {
            // Other protocols begin alike.
            Measure::Damaged(_) => Measure::No,
            other => other,
        })
    }

    fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
        let kind = *frame.bytes.get(2)?;
        frame.number(kind.into());
        if frame.direction == Direction::ToClient {
            match kind {
                0x30 => frame.order(Order::Locate, "0x30"),
                0x39 | 0x38 => frame.order(Order::Set, "fuel"),
                _ => {}
            }
            return Some(());
        }
        if frame.bytes.len() < 11 {
            return Some(());
        }
        if matches!(kind, 0x80 | 0x81 | 0x82 | 0x85 | 0x8e | 0xa3) {
            // The number has four bytes; some devices have eight.
            for start in [9, 13] {
                let mut reader = frame.inner(start, 2);
                if reader.take(6).is_some_and(bits::is_bcd_moment) {
                    serial(frame, 5..start);
                    return place(frame, &mut reader);
                }
            }
        }
        serial(frame, 5..9);
        Some(())
    }
}

/// The number that names the device, in hexadecimal digits; as decimals, eight bytes are an IMEI and a digit more.
fn serial(frame: &mut Frame<'_, '_>, range: std::ops::Range<usize>) {
    let Some(bytes) = frame.bytes.get(range.clone()) else { return };
    let digits: String = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xf]).filter_map(|half| char::from_digit(half.into(), 16)).collect();
    frame.id(digits.get(..15).unwrap_or(&digits), range);
}

/// Latitude, longitude, speed, course, flags (0x80: fix).
fn place(frame: &mut Frame<'_, '_>, reader: &mut Reader<'_>) -> Option<()> {
    let start = reader.at();
    let (latitude, longitude) = (coordinate(reader.take(4)?)?, coordinate(reader.take(4)?)?);
    reader.skip(4)?;
    let flags = reader.u8()?;
    frame.place(latitude, longitude, flags & 0x80 != 0, start..start + 8);
    Some(())
}

/// DDDMMmmm in half bytes; the highest bit means south or west.
pub(super) fn coordinate(bytes: &[u8]) -> Option<f64> {
    let [first, rest @ ..] = *bytes.first_chunk::<4>()?;
    let [b, c, d] = rest;
    let number = bits::bcd(&[first & 0x7f, b, c, d])?;
    let minutes = (number % 100_000) as f64 / 1_000.0;
    let degrees = (number / 100_000) as f64 + minutes / 60.0;
    (minutes < 60.0).then_some(if first & 0x80 == 0 { degrees } else { -degrees })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::{Probe, Verdict};
    use crate::protocols::testing::drive_split;

    /// Sydney Opera House, 33 51.408 south, 151 12.919 east.
    fn frame(magic: u8, flags: u8) -> Vec<u8> {
        let mut frame = vec![magic, magic, 0x80, 0, 25, 0x12, 0x34, 0x56, 0x78, 0x26, 0x04, 0x22, 0x08, 0x09, 0x12];
        frame.extend_from_slice(&[0x83, 0x35, 0x14, 0x08, 0x15, 0x11, 0x29, 0x19, 0, 0, 0, 0, flags]);
        let check = bits::xor(&frame);
        frame.extend_from_slice(&[check, 0x0d]);
        frame
    }

    #[test]
    fn places_are_told_however_they_are_split() {
        let bytes = [frame(0x29, 0xff), frame(0x24, 0x7f)].concat();
        let lines = drive_split(KHD.open, &[(Direction::ToServer, &bytes)]);
        let values: Vec<&str> = lines.iter().map(String::as_str).filter(|line| line.starts_with("value")).collect();
        let id = "value serial id=12345678 []";
        assert_eq!(values, [id, "value position position=-33.856800,151.215317 []", id, "value position last position=-33.856800,151.215317 []"]);
    }

    #[test]
    fn only_a_right_check_is_taken() {
        let ask = |bytes: &[u8]| (KHD.probe)(&Probe { bytes, direction: Direction::ToServer, from_port: 40_000, to_port: 5_068, from_start: true });
        assert_eq!(ask(&frame(0x29, 0)), Verdict::Yes);
        let mut damaged = frame(0x29, 0);
        damaged[7] ^= 1;
        assert_eq!(ask(&damaged), Verdict::No);
        assert_eq!(ask(b"))))))))))))))))))))))))))))))))"), Verdict::No);
    }
}
