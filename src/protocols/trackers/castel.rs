//! Castel (IDD, MPIP, PT): `@@` with a version or `$$` without, length, number, type, content, CRC, `0d 0a`.
//!
//! Source: Castel's "IDD-213G protocol" and "MPIP protocol", as the project Traccar describes them.

use super::bits::{Crc16, Reader, is_moment};
use super::frames::{self, Frame, Grammar, Measure};
use crate::protocols::protocol::Protocol;
use crate::wire::Direction;

/// Castel in streams.
pub static CASTEL: Protocol = frames::stream::<Castel>();
/// Castel in datagrams.
pub static CASTEL_UDP: Protocol = frames::datagrams::<Castel>();

/// Bytes of the number.
const ID: usize = 20;
/// Milliseconds of arc in a degree.
const UNIT: f64 = 3_600_000.0;
/// Bytes of the readings before the places.
const READINGS: usize = 34;

struct Castel;

impl Grammar for Castel {
    const NAME: &'static str = "castel";

    fn measure(bytes: &[u8], _: Direction) -> Option<Measure> {
        let mut reader = Reader::new(bytes);
        let first = reader.u8()?;
        if !matches!(first, b'$' | b'@') || reader.u8()? != first {
            return Some(Measure::No);
        }
        let length = usize::from(reader.u16_le()?);
        if !(28..=2_048).contains(&length) {
            return Some(Measure::No);
        }
        let is_right = |frame: &[u8]| match frame.split_last_chunk::<4>() {
            Some((checked, [low, high, b'\r', b'\n'])) => Crc16::X25.of(checked) == u16::from_le_bytes([*low, *high]),
            _ => false,
        };
        // Others begin alike.
        Some(match Measure::of(bytes, length, is_right) {
            Measure::Damaged(_) => Measure::No,
            other => other,
        })
    }

    fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
        let version = if frame.bytes.starts_with(b"@@") { frame.bytes.get(4).copied() } else { None };
        let start = if version.is_some() { 5 } else { 4 };
        let kind = frame.from(start + ID).u16()?;
        frame.word(&format!("{kind:#06x}"));
        frame.text_id(start..start + ID);
        let mut reader = frame.inner(start + ID + 2, 4);
        match version {
            Some(3 | 4) => vehicle(frame, &mut reader, kind),
            None if kind == 0x2001 => {
                reader.skip(9)?;
                place(frame, &mut reader)
            }
            _ => other(frame, &mut reader, kind),
        }
    }
}

/// Devices at a vehicle's diagnostic socket.
fn vehicle(frame: &mut Frame<'_, '_>, reader: &mut Reader<'_>, kind: u16) -> Option<()> {
    let before = match kind {
        0x1001 | 0x1002 | 0x400e => 0,
        0x4001 => 1,
        0x4007 => 4,
        0xb001 => 2,
        0x4009 => {
            reader.skip(4)?;
            return place(frame, reader);
        }
        0x5101 => return place(frame, reader),
        _ => return Some(()),
    };
    reader.skip(before + READINGS)?;
    for _ in 0..reader.u8()? {
        place(frame, reader)?;
    }
    Some(())
}

fn other(frame: &mut Frame<'_, '_>, reader: &mut Reader<'_>, kind: u16) -> Option<()> {
    match kind {
        0x4206 if reader.rest().get(2..8).is_some_and(is_date) && reader.rest().get(1).is_some_and(|count| *count < 32) => {
            reader.skip(1)?;
            for _ in 0..reader.u8()? {
                place(frame, reader)?;
                reader.skip(16)?;
            }
            Some(())
        }
        0x4001 | 0x4201 | 0x4202 | 0x4206 => place(frame, reader),
        0x4204 => {
            while reader.left() >= 19 {
                place(frame, reader)?;
                reader.skip(31.min(reader.left()))?;
            }
            Some(())
        }
        _ => Some(()),
    }
}

/// Whether six bytes are day, month, year, hour, minute, second.
fn is_date(bytes: &[u8]) -> bool {
    matches!(bytes, [day, month, year, hour, minute, second] if is_moment([*year, *month, *day, *hour, *minute, *second].map(u64::from)))
}

/// Time, latitude, longitude, speed, course, flags: 1: east, 2: north, 4 and 8: fix.
fn place(frame: &mut Frame<'_, '_>, reader: &mut Reader<'_>) -> Option<()> {
    reader.skip(6)?;
    let start = reader.at();
    let (latitude, longitude) = (f64::from(reader.u32_le()?) / UNIT, f64::from(reader.u32_le()?) / UNIT);
    reader.skip(4)?;
    let flags = reader.u8()?;
    let signed = |degrees: f64, flag| if flags & flag == 0 { -degrees } else { degrees };
    frame.place(signed(latitude, 2), signed(longitude, 1), flags & 0xc != 0, start..start + 8);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::{Probe, Verdict};
    use crate::protocols::testing::drive_split;

    /// The Eiffel Tower, as a device at a vehicle says it.
    fn frame(flags: u8) -> Vec<u8> {
        let mut frame = b"@@\0\0\x04213LTEST\0\0\0\0\0\0\0\0\0\0\0\0\x40\x01\0".to_vec();
        frame.extend_from_slice(&[0; READINGS]);
        frame.extend_from_slice(&[1, 22, 4, 26, 8, 9, 12]);
        frame.extend_from_slice(&175_890_132_u32.to_le_bytes());
        frame.extend_from_slice(&8_260_128_u32.to_le_bytes());
        frame.extend_from_slice(&[0, 0, 0, 0, flags]);
        let length = (frame.len() + 4) as u16;
        frame[2..4].copy_from_slice(&length.to_le_bytes());
        let crc = Crc16::X25.of(&frame);
        frame.extend_from_slice(&crc.to_le_bytes());
        frame.extend_from_slice(b"\r\n");
        frame
    }

    #[test]
    fn places_are_told_however_they_are_split() {
        let bytes = [frame(0x9f), frame(0x03)].concat();
        let lines = drive_split(CASTEL.open, &[(Direction::ToServer, &bytes)]);
        let values: Vec<&str> = lines.iter().map(String::as_str).filter(|line| line.starts_with("value")).collect();
        let id = "value serial id=213LTEST []";
        assert_eq!(values, [id, "value position position=48.858370,2.294480 []", id, "value position last position=48.858370,2.294480 []"]);
    }

    #[test]
    fn only_a_right_checksum_is_taken() {
        let ask = |bytes: &[u8]| (CASTEL.probe)(&Probe { bytes, direction: Direction::ToServer, from_port: 40_000, to_port: 5_086, from_start: true });
        assert_eq!(ask(&frame(0x9f)), Verdict::Yes);
        let mut damaged = frame(0x9f);
        damaged[30] ^= 1;
        assert_eq!(ask(&damaged), Verdict::No);
    }
}
