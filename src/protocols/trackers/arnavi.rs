//! Arnavi's binary messages: a header with the IMEI (`ff`), then packages (`5b`, number, records, `5d`) of tags with four bytes each.
//!
//! Source: "Arnavi protocol" (arusnavi.ru).

use super::bits::{self, Reader};
use super::frames::{self, Frame, Grammar, LONGEST, Measure};
use crate::protocols::protocol::Protocol;
use crate::wire::Direction;

/// Arnavi in streams.
pub static ARNAVI_BINARY: Protocol = frames::stream::<Arnavi>();

/// Numbers of 15 digits.
const IMEI: std::ops::Range<u64> = 100_000_000_000_000..1_000_000_000_000_000;

struct Arnavi;

impl Grammar for Arnavi {
    const NAME: &'static str = "arnavi-binary";

    fn measure(bytes: &[u8], _: Direction) -> Option<Measure> {
        let mut reader = Reader::new(bytes);
        match reader.u8()? {
            0xff => {
                let version = reader.u8()?;
                let imei = reader.u64_le()?;
                let length = if version == 0x24 { 18 } else { 10 };
                return Some(if matches!(version, 0x22..=0x25) && IMEI.contains(&imei) { Measure::of(bytes, length, |_| true) } else { Measure::No });
            }
            0x5b => {}
            _ => return Some(Measure::No),
        }
        reader.skip(1)?;
        loop {
            let (kind, length) = match reader.u8()? {
                0x5d if reader.at() > 3 => return Some(Measure::Whole(reader.at())),
                kind @ (0 | 1 | 3 | 4 | 6) => (kind, usize::from(reader.u16_le()?)),
                _ => return Some(Measure::No),
            };
            let is_data = kind != 1 || length % 5 == 0;
            if !is_data || reader.at() + length > LONGEST {
                return Some(Measure::No);
            }
            let checked = reader.take(4 + length)?;
            let is_right = bits::sum(checked) == reader.u8()?;
            // Where a gateway changed the content and not its sum, the tags of a place will do.
            let is_place = kind == 1 && matches!(checked.get(4..), Some([3, _, _, _, _, 4, ..]));
            if !is_right && !is_place {
                return Some(Measure::No);
            }
        }
    }

    fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
        if frame.bytes.first() == Some(&0xff) {
            frame.word("login");
            let imei = frame.from(2).u64_le()?;
            frame.id(&imei.to_string(), 2..10);
            return Some(());
        }
        frame.word("package");
        let mut reader = frame.inner(2, 1);
        while reader.left() > 3 {
            let (kind, length) = (reader.u8()?, usize::from(reader.u16_le()?));
            reader.skip(4)?;
            let part = reader.part(length)?;
            if kind == 1 {
                record(frame, part)?;
            }
            reader.skip(1)?;
        }
        Some(())
    }
}

/// Tags of five bytes; 3: latitude, 4: longitude, 5: course, height, satellites, speed.
fn record(frame: &mut Frame<'_, '_>, mut part: Reader<'_>) -> Option<()> {
    let start = part.at();
    let (mut latitude, mut longitude, mut fix) = (None, None, true);
    while part.left() >= 5 {
        match part.u8()? {
            3 => latitude = part.f32_le(),
            4 => longitude = part.f32_le(),
            5 => fix = part.take(4)?.get(2).is_some_and(|satellites| *satellites < 0xfe),
            _ => part.skip(4)?,
        }
    }
    if let (Some(latitude), Some(longitude)) = (latitude, longitude) {
        frame.place(latitude.into(), longitude.into(), fix, start..part.at());
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::Verdict;
    use crate::protocols::trackers::frames::check::{ask, told};

    fn package(satellites: u8) -> Vec<u8> {
        let mut checked = vec![0x69, 0xe8, 0x84, 0, 3];
        checked.extend_from_slice(&48.858_37_f32.to_le_bytes());
        checked.push(4);
        checked.extend_from_slice(&2.294_48_f32.to_le_bytes());
        checked.extend_from_slice(&[5, 0, 3, satellites, 0]);
        let mut package = vec![0x5b, 1, 1, 15, 0];
        package.extend_from_slice(&checked);
        package.extend_from_slice(&[bits::sum(&checked), 0x5d]);
        package
    }

    #[test]
    fn login_and_records_are_told_however_they_are_split() {
        let mut bytes = vec![0xff, 0x23];
        bytes.extend_from_slice(&490_154_203_237_518_u64.to_le_bytes());
        bytes.extend_from_slice(&package(9));
        bytes.extend_from_slice(&package(0xff));
        let expected = ["imei id=490154203237518", "position position=48.858372,2.294480", "position last position=48.858372,2.294480"];
        assert_eq!(told(&ARNAVI_BINARY, &bytes), expected);
    }

    #[test]
    fn only_right_sums_are_taken() {
        assert_eq!(ask(&ARNAVI_BINARY, &package(1)), Verdict::Yes);
        assert_eq!(ask(&ARNAVI_BINARY, b"[3G*8800000015*0002*LK]"), Verdict::No);
        let mut damaged = package(1);
        damaged[9] = 9;
        assert_eq!(ask(&ARNAVI_BINARY, &damaged), Verdict::No);
    }
}
