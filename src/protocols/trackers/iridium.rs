//! Iridium's short burst data over DirectIP: `01`, length, elements with number and length; one of them names the device, one says where it was.
//!
//! Source: "Iridium Short Burst Data Service Developers Guide", section "DirectIP".

use super::bits::Reader;
use super::frames::{self, Frame, Grammar, Measure};
use crate::protocols::protocol::Protocol;
use crate::wire::Direction;

/// Iridium in streams.
pub static IRIDIUM: Protocol = frames::stream::<Iridium>();

/// The element that heads a message of a device: its number, and its length.
const HEADER: [u8; 3] = [1, 0, 28];

struct Iridium;

impl Grammar for Iridium {
    const NAME: &'static str = "iridium-sbd";

    fn measure(bytes: &[u8], _: Direction) -> Option<Measure> {
        let mut reader = Reader::new(bytes);
        if reader.u8()? != 1 {
            return Some(Measure::No);
        }
        let length = usize::from(reader.u16()?);
        if !(31..=4_096).contains(&length) || !reader.magic(&HEADER)? {
            return Some(Measure::No);
        }
        reader.skip(4)?;
        if !reader.take(15)?.iter().all(u8::is_ascii_digit) {
            return Some(Measure::No);
        }
        Some(Measure::of(bytes, length + 3, |_| true))
    }

    fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
        frame.word("message");
        let mut reader = frame.from(3);
        while reader.left() >= 3 {
            let (element, length) = (reader.u8()?, usize::from(reader.u16()?));
            let mut part = reader.part(length)?;
            let start = part.at();
            match element {
                1 => frame.text_id(start + 4..start + 19),
                2 => frame.readable(start..start + length),
                3 => {
                    // Bit 1: south, bit 0: west; whole degrees, then thousandths of a minute.
                    let flags = part.u8()?;
                    let latitude = f64::from(part.u8()?) + f64::from(part.u16()?) / 60_000.0;
                    let longitude = f64::from(part.u8()?) + f64::from(part.u16()?) / 60_000.0;
                    let signed = |degrees: f64, flag| if flags & flag == 0 { degrees } else { -degrees };
                    frame.place(signed(latitude, 2), signed(longitude, 1), true, start..start + 7);
                }
                _ => {}
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::Verdict;
    use crate::protocols::trackers::frames::check::{ask, told};

    /// Sydney Opera House.
    fn message() -> Vec<u8> {
        let mut message = vec![1, 0, 0, 1, 0, 28, 0, 0, 0, 1];
        message.extend_from_slice(b"490154203237518");
        message.extend_from_slice(&[0, 0, 1, 0, 0, 0x69, 0xe8, 0x84, 0, 3, 0, 11, 2, 33]);
        message.extend_from_slice(&51_408_u16.to_be_bytes());
        message.push(151);
        message.extend_from_slice(&12_918_u16.to_be_bytes());
        message.extend_from_slice(&[0, 0, 0, 3]);
        message[2] = message.len() as u8 - 3;
        message
    }

    #[test]
    fn a_place_is_told_however_it_is_split() {
        assert_eq!(told(&IRIDIUM, &message()), ["imei id=490154203237518", "position position=-33.856800,151.215300"]);
    }

    #[test]
    fn only_a_header_with_an_imei_is_taken() {
        assert_eq!(ask(&IRIDIUM, &message()), Verdict::Yes);
        let mut other = message();
        other[12] = b'x';
        assert_eq!(ask(&IRIDIUM, &other), Verdict::No);
    }
}
