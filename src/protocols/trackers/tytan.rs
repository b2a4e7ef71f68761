//! Tytan: `b5`, length, serial number, number of the device, records, CRC.
//!
//! Source: the project Traccar's description; the maker publishes none.

use super::bits::Crc16;
use super::bits::Reader;
use super::frames::{self, Frame, Grammar, Measure};
use crate::protocols::protocol::Protocol;
use crate::wire::Direction;

/// Tytan in datagrams.
pub static TYTAN_UDP: Protocol = frames::datagrams::<Tytan>();
/// Tytan in streams.
pub static TYTAN: Protocol = frames::stream::<Tytan>();

/// Parts of a turn.
const UNIT: f64 = 16_777_216.0;

struct Tytan;

impl Grammar for Tytan {
    const NAME: &'static str = "tytan";

    fn measure(bytes: &[u8], _: Direction) -> Option<Measure> {
        let mut reader = Reader::new(bytes);
        if reader.u8()? != 0xb5 {
            return Some(Measure::No);
        }
        let length = usize::from(reader.u16()?);
        if !(7..=2_048).contains(&length) {
            return Some(Measure::No);
        }
        let is_right = |frame: &[u8]| matches!(frame.split_last_chunk::<2>(), Some((checked, crc)) if Crc16::Arc.of(checked) == u16::from_be_bytes(*crc));
        Some(Measure::of(bytes, length + 3, is_right))
    }

    fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
        frame.word("report");
        let number = frame.from(4).u32()?;
        frame.id(&number.to_string(), 4..8);
        let mut reader = frame.inner(8, 2);
        while reader.left() >= 15 {
            let length = usize::from(reader.u8()?);
            let mut part = reader.part(length.checked_sub(1)?.min(reader.left()))?;
            part.skip(4)?;
            let flags = part.u8()?;
            let start = part.at();
            let latitude = 90.0 - f64::from(part.u24()?) * 180.0 / UNIT;
            let longitude = f64::from(part.u24()?) * 360.0 / UNIT - 180.0;
            frame.place(latitude, longitude, flags & 3 != 0, start..start + 6);
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::Verdict;
    use crate::protocols::trackers::frames::check::{ask, told};

    /// A record of the Eiffel Tower, to the nearest part of a turn.
    fn packet(flags: u8) -> Vec<u8> {
        let mut packet = vec![0xb5, 0, 24, 8, 0, 0, 4, 0xd2, 17, 0x69, 0xe8, 0x84, 0, flags];
        let parts = |turn: f64| (turn * UNIT) as u32;
        packet.extend_from_slice(&parts((90.0 - 48.858_37) / 180.0).to_be_bytes()[1..]);
        packet.extend_from_slice(&parts((180.0 + 2.294_48) / 360.0).to_be_bytes()[1..]);
        packet.extend_from_slice(&[0, 0, 0, 0, 0]);
        let crc = Crc16::Arc.of(&packet);
        packet.extend_from_slice(&crc.to_be_bytes());
        packet
    }

    #[test]
    fn records_are_told_however_they_are_split() {
        assert_eq!(told(&TYTAN, &packet(0x1a)), ["serial id=1234", "position position=48.858379,2.294469"]);
        assert_eq!(told(&TYTAN, &packet(0)), ["serial id=1234", "position last position=48.858379,2.294469"]);
    }

    #[test]
    fn only_a_right_checksum_is_taken() {
        assert_eq!(ask(&TYTAN, &packet(1)), Verdict::Yes);
        let mut damaged = packet(1);
        damaged[9] ^= 1;
        assert_eq!(ask(&TYTAN, &damaged), Verdict::No);
    }
}
