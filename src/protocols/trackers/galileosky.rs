//! Galileosky: `01`, length, tags, CRC. What a tag is long is known by its number only; an unknown one ends the reading.
//!
//! Source: "Galileosky protocol" (base.galileosky.com).

use super::bits::{Crc16, Reader};
use super::frames::{self, Frame, Grammar, Measure};
use crate::event::{Event, Media};
use crate::protocols::protocol::Protocol;
use crate::wire::Direction;

/// Galileosky in streams.
pub static GALILEOSKY: Protocol = frames::stream::<Galileosky>();

/// Degrees of the whole numbers.
const UNIT: f64 = 1_000_000.0;

struct Galileosky;

impl Grammar for Galileosky {
    const NAME: &'static str = "galileosky";

    fn measure(bytes: &[u8], _: Direction) -> Option<Measure> {
        let mut reader = Reader::new(bytes);
        let kind = reader.u8()?;
        let length = usize::from(reader.u16_le()? & 0x7fff);
        if !matches!(kind, 1 | 7) || !(1..=2_048).contains(&length) {
            return Some(Measure::No);
        }
        let is_right = |frame: &[u8]| matches!(frame.split_last_chunk::<2>(), Some((checked, crc)) if Crc16::Modbus.of(checked) == u16::from_le_bytes(*crc));
        Some(Measure::of(bytes, length + 5, is_right))
    }

    fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
        if frame.bytes.first() == Some(&7) {
            frame.word("picture");
            if frame.bytes.get(4..7) == Some(b"\xff\xd8\xff") {
                let at = frame.whole();
                frame.tell(Event::Media { media: Media::Picture, codec: "jpeg", at });
            }
            return Some(());
        }
        frame.word("data");
        let mut reader = frame.inner(3, 2);
        while reader.left() > 0 {
            let tag = reader.u8()?;
            let start = reader.at();
            let Some(length) = length(tag, reader) else { return Some(()) };
            let mut part = reader.part(length)?;
            match tag {
                0x03 => frame.text_id(start..start + length),
                0x30 => {
                    // The high half byte says where the place comes from: 0 is a fix.
                    let fix = part.u8()? & 0xf0 == 0;
                    let (latitude, longitude) = (f64::from(part.i32_le()?) / UNIT, f64::from(part.i32_le()?) / UNIT);
                    frame.place(latitude, longitude, fix, start + 1..start + 9);
                }
                0xe1 => frame.readable(start + 1..start + length),
                _ => {}
            }
        }
        Some(())
    }
}

/// How long a tag's content is; absent where nobody knows.
fn length(tag: u8, reader: Reader<'_>) -> Option<usize> {
    Some(match tag {
        0x01 | 0x02 | 0x35 | 0x43 | 0x88..=0x8c | 0xa0..=0xaf | 0xc4..=0xd2 | 0xd5 => 1,
        0x04 | 0x10 | 0x34 | 0x40..=0x42 | 0x45 | 0x46 | 0x48 | 0x50..=0x59 | 0x60..=0x62 | 0x70..=0x77 | 0xb0..=0xb9 | 0xd6..=0xda => 2,
        0x5d | 0x63..=0x6f => 3,
        0x20 | 0x33 | 0x44 | 0x47 | 0x49 | 0x5a | 0x90 | 0xc0..=0xc3 | 0xd3 | 0xd4 | 0xdb..=0xdf | 0xe0 | 0xe2..=0xe9 | 0xf0..=0xf9 => 4,
        0x03 => 15,
        0x30 => 9,
        0x5b => 7,
        0x5c => 68,
        0xe1 | 0xea => 1 + usize::from(*reader.rest().first()?),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::Verdict;
    use crate::protocols::trackers::frames::check::{ask, told};

    fn frame(source: u8) -> Vec<u8> {
        let mut content = vec![0x03];
        content.extend_from_slice(b"490154203237518");
        content.extend_from_slice(&[0x20, 0, 0, 0, 0x69, 0x30, source]);
        content.extend_from_slice(&48_858_370_i32.to_le_bytes());
        content.extend_from_slice(&2_294_480_i32.to_le_bytes());
        let mut frame = vec![1];
        frame.extend_from_slice(&(content.len() as u16 | 0x8000).to_le_bytes());
        frame.extend_from_slice(&content);
        let crc = Crc16::Modbus.of(&frame);
        frame.extend_from_slice(&crc.to_le_bytes());
        frame
    }

    #[test]
    fn tags_are_told_however_they_are_split() {
        assert_eq!(told(&GALILEOSKY, &frame(9)), ["imei id=490154203237518", "position position=48.858370,2.294480"]);
        assert_eq!(told(&GALILEOSKY, &frame(0x10)), ["imei id=490154203237518", "position last position=48.858370,2.294480"]);
    }

    #[test]
    fn only_a_right_checksum_is_taken() {
        assert_eq!(ask(&GALILEOSKY, &frame(9)), Verdict::Yes);
        let mut damaged = frame(9);
        damaged[12] ^= 1;
        assert_eq!(ask(&GALILEOSKY, &damaged), Verdict::No);
    }
}
