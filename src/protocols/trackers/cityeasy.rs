//! CityEasy (ME and children's locators): `54 54`, length, number, type, text, serial number, CRC, `0d 0a`.
//!
//! Source: the project Traccar's description of the protocol.

use super::bits::{self, Reader};
use super::frames::{self, Frame, Grammar, Measure};
use crate::event::Order;
use crate::protocols::protocol::Protocol;
use crate::wire::Direction;

/// CityEasy in streams.
pub static CITYEASY: Protocol = frames::stream::<Cityeasy>();

/// Bytes before the text, and behind it.
const HEAD: usize = 13;
const TAIL: usize = 8;

struct Cityeasy;

impl Grammar for Cityeasy {
    const NAME: &'static str = "cityeasy";

    fn measure(bytes: &[u8], direction: Direction) -> Option<Measure> {
        let mut reader = Reader::new(bytes);
        let magic: &[u8] = if direction == Direction::ToServer { b"TT" } else { b"SS" };
        if !reader.magic(magic)? {
            return Some(Measure::No);
        }
        let length = usize::from(reader.u16()?);
        let (id, kind) = (reader.take(7)?, reader.u16()?);
        if !(HEAD + TAIL..=1_024).contains(&length) || bits::bcd(id).is_none() || kind == 0 || kind > 0x0fff && kind != 0x4a01 {
            return Some(Measure::No);
        }
        Some(Measure::of(bytes, length, |frame| frame.ends_with(b"\r\n")))
    }

    fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
        let kind = frame.from(11).u16()?;
        frame.number(kind.into());
        frame.bcd_id(4..11);
        if frame.direction == Direction::ToClient {
            match kind {
                4 | 5 => frame.order(Order::Locate, "0x0004"),
                6 => frame.order(Order::SetContact, "0x0006"),
                7 => frame.order(Order::ListenIn, "0x0007"),
                8 => frame.order(Order::Set, "0x0008"),
                _ => {}
            }
        }
        frame.text(HEAD..frame.bytes.len().checked_sub(TAIL)?);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::Verdict;
    use crate::protocols::testing::drive;
    use crate::protocols::trackers::frames::check::{ask, told};

    fn message(magic: &[u8], kind: u8, text: &[u8]) -> Vec<u8> {
        let mut message = magic.to_vec();
        message.extend_from_slice(&((HEAD + TAIL + text.len()) as u16).to_be_bytes());
        message.extend_from_slice(&[0x49, 0x01, 0x54, 0x20, 0x32, 0x37, 0x51, 0, kind]);
        message.extend_from_slice(text);
        message.extend_from_slice(b"\0\0\0\x01\0\0\r\n");
        message
    }

    #[test]
    fn a_place_is_told_however_it_is_split() {
        let bytes = message(b"TT", 3, b"20260422080912,A,4,N,48.858370,E,002.294480,0.1,1.9,50.6;208,1,4660,22136");
        assert_eq!(told(&CITYEASY, &bytes), ["serial id=49015420323751", "position position=48.858370,2.294480"]);
    }

    #[test]
    fn an_order_to_listen_in_is_a_command() {
        let lines = drive((CITYEASY.open)(), &[(Direction::ToClient, &message(b"SS", 7, b"+12025550123"))]);
        assert!(lines.iter().any(|line| line == "command listen-in 0x0007"), "{lines:?}");
    }

    #[test]
    fn only_a_fitting_head_and_end_are_taken() {
        assert_eq!(ask(&CITYEASY, &message(b"TT", 3, b"x")), Verdict::Yes);
        assert_eq!(ask(&CITYEASY, b"TTL exceeded in transit"), Verdict::No);
    }
}
