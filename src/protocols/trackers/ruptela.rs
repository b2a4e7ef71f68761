//! Ruptela: length, IMEI as a number, command, content, CRC.
//!
//! Source: "Ruptela protocol description" (doc.ruptela.lt).

use super::bits::{Crc16, Reader};
use super::frames::{self, Frame, Grammar, Measure};
use crate::event::{Event, Media};
use crate::protocols::protocol::Protocol;
use crate::wire::Direction;

/// Ruptela in streams.
pub static RUPTELA: Protocol = frames::stream::<Ruptela>();
/// Ruptela in datagrams.
pub static RUPTELA_UDP: Protocol = frames::datagrams::<Ruptela>();

/// Degrees of the whole numbers.
const UNIT: f64 = 10_000_000.0;
/// Numbers of 15 digits.
const IMEI: std::ops::Range<u64> = 100_000_000_000..1_000_000_000_000_000;

struct Ruptela;

impl Grammar for Ruptela {
    const NAME: &'static str = "ruptela";

    fn measure(bytes: &[u8], direction: Direction) -> Option<Measure> {
        let mut reader = Reader::new(bytes);
        let length = usize::from(reader.u16()?);
        if !(2..=2_048).contains(&length) {
            return Some(Measure::No);
        }
        if direction == Direction::ToServer && (length < 9 || !IMEI.contains(&reader.u64()?)) {
            return Some(Measure::No);
        }
        let is_right = |frame: &[u8]| match frame.split_last_chunk::<2>() {
            Some((checked, crc)) => Crc16::Kermit.of(checked.get(2..).unwrap_or_default()) == u16::from_be_bytes(*crc),
            None => false,
        };
        Some(Measure::of(bytes, length + 4, is_right))
    }

    fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
        if frame.direction == Direction::ToClient {
            let kind = *frame.bytes.get(2)?;
            frame.number(kind.into());
            let end = frame.bytes.len().saturating_sub(2);
            // Text as in a short message.
            if kind == 0x67 || kind == 0x6c {
                frame.order_text(3..end);
            }
            return Some(());
        }
        let mut reader = frame.inner(2, 2);
        frame.id(&format!("{:015}", reader.u64()?), 2..10);
        let kind = reader.u8()?;
        match kind {
            0x01 | 0x44 => {
                frame.word("records");
                reader.skip(1)?;
                for _ in 0..reader.u8()? {
                    record(frame, &mut reader, kind == 0x44)?;
                }
            }
            0x0f => frame.word("identification"),
            0x25 => {
                frame.word("picture");
                let beginning = reader.rest().get(..reader.left().min(32)).unwrap_or_default();
                if memchr::memmem::find(beginning, b"\xff\xd8\xff").is_some() {
                    let at = frame.whole();
                    frame.tell(Event::Media { media: Media::Picture, codec: "jpeg", at });
                }
            }
            0x07 | 0x09 => {
                frame.word("message");
                frame.readable(reader.at()..reader.at() + reader.left());
            }
            other => frame.number(other.into()),
        }
        Some(())
    }
}

/// Time, longitude, latitude, height, course, satellites, speed, precision, event; readings of one, two, four and eight bytes.
fn record(frame: &mut Frame<'_, '_>, reader: &mut Reader<'_>, is_extended: bool) -> Option<()> {
    reader.skip(if is_extended { 7 } else { 6 })?;
    let start = reader.at();
    let (longitude, latitude) = (f64::from(reader.i32()?) / UNIT, f64::from(reader.i32()?) / UNIT);
    reader.skip(4)?;
    let satellites = reader.u8()?;
    frame.place(latitude, longitude, satellites > 0, start..start + 8);
    let id = if is_extended { 2 } else { 1 };
    reader.skip(3 + id)?;
    for width in [1, 2, 4, 8] {
        let count = usize::from(reader.u8()?);
        reader.skip(count * (id + width))?;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::Verdict;
    use crate::protocols::trackers::frames::check::{ask, told};

    fn packet(satellites: u8) -> Vec<u8> {
        let mut content = 490_154_203_237_518_u64.to_be_bytes().to_vec();
        content.extend_from_slice(&[1, 0, 1, 0x69, 0xe8, 0x84, 0, 0, 0]);
        content.extend_from_slice(&22_944_800_i32.to_be_bytes());
        content.extend_from_slice(&488_583_700_i32.to_be_bytes());
        content.extend_from_slice(&[0, 0, 0, 0, satellites, 0, 0, 9, 1, 1, 5, 1, 0, 0, 0]);
        let mut packet = (content.len() as u16).to_be_bytes().to_vec();
        packet.extend_from_slice(&content);
        packet.extend_from_slice(&Crc16::Kermit.of(&content).to_be_bytes());
        packet
    }

    #[test]
    fn records_are_told_however_they_are_split() {
        assert_eq!(told(&RUPTELA, &packet(7)), ["imei id=490154203237518", "position position=48.858370,2.294480"]);
        assert_eq!(told(&RUPTELA, &packet(0)), ["imei id=490154203237518", "position last position=48.858370,2.294480"]);
    }

    #[test]
    fn only_a_right_checksum_is_taken() {
        assert_eq!(ask(&RUPTELA, &packet(7)), Verdict::Yes);
        let mut damaged = packet(7);
        damaged[12] ^= 1;
        assert_eq!(ask(&RUPTELA, &damaged), Verdict::No);
    }
}
