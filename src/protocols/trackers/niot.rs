//! NIoT: `XX`, type, length, IMEI, time, coordinates, readings, check, `0d`.
//!
//! Source: the project Traccar's description; the maker publishes none.

use super::bits::{self, Reader};
use super::frames::{self, Frame, Grammar, Measure};
use crate::protocols::protocol::Protocol;
use crate::wire::Direction;

/// NIoT in streams.
pub static NIOT: Protocol = frames::stream::<Niot>();

/// Bytes before the content.
const HEAD: usize = 13;
/// Minutes of arc times 30 000.
const UNIT: f64 = 1_800_000.0;

struct Niot;

impl Grammar for Niot {
    const NAME: &'static str = "niot";

    fn measure(bytes: &[u8], _: Direction) -> Option<Measure> {
        let mut reader = Reader::new(bytes);
        if !reader.magic(b"XX")? {
            return Some(Measure::No);
        }
        reader.skip(1)?;
        let length = usize::from(reader.u16()?);
        let imei = reader.take(8)?;
        if !(10..=1_024).contains(&length) || imei.first()? >> 4 != 0 || bits::bcd(imei).is_none_or(|imei| imei == 0) {
            return Some(Measure::No);
        }
        Some(Measure::of(bytes, length + 5, |frame| frame.last() == Some(&0x0d)))
    }

    fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
        let kind = *frame.bytes.get(2)?;
        frame.number(kind.into());
        frame.bcd_id(5..HEAD);
        let mut reader = frame.inner(HEAD, 2);
        if kind != 0x80 || !bits::is_bcd_moment(reader.take(6)?) {
            return Some(());
        }
        let start = reader.at();
        let (latitude, longitude) = (coordinate(&mut reader)?, coordinate(&mut reader)?);
        reader.skip(4)?;
        let fix = reader.u8()? & 0x80 != 0;
        frame.place(latitude, longitude, fix, start..start + 8);
        // What follows differs; the SIM card stands in it as text.
        let rest = reader.rest();
        if let Some(index) = memchr::memmem::find(rest, b"\0\x01" as &[u8]).map(|index| index + 2) {
            let digits = rest.get(index..).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_digit()).count();
            frame.text_iccid(reader.at() + index..reader.at() + index + digits);
        }
        Some(())
    }
}

/// The highest bit means south or west.
fn coordinate(reader: &mut Reader<'_>) -> Option<f64> {
    let number = reader.u32()?;
    let degrees = f64::from(number & 0x7fff_ffff) / UNIT;
    Some(if number >> 31 == 0 { degrees } else { -degrees })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::Verdict;
    use crate::protocols::trackers::frames::check::{ask, told};

    fn message(state: u8) -> Vec<u8> {
        let mut message = vec![b'X', b'X', 0x80, 0, 0, 0x04, 0x90, 0x15, 0x42, 0x03, 0x23, 0x75, 0x18, 0x26, 0x04, 0x22, 0x08, 0x09, 0x12];
        message.extend_from_slice(&(0x8000_0000 + 60_942_240_u32).to_be_bytes());
        message.extend_from_slice(&272_187_540_u32.to_be_bytes());
        message.extend_from_slice(&[0, 0, 0, 0, state, 0, 1]);
        message.extend_from_slice(b"89014103211118510720\0\x0d");
        message[4] = message.len() as u8 - 5;
        message
    }

    #[test]
    fn a_place_is_told_however_it_is_split() {
        let expected = ["imei id=490154203237518", "position position=-33.856800,151.215300", "iccid iccid=89014103211118510720"];
        assert_eq!(told(&NIOT, &message(0x80)), expected);
        assert_eq!(told(&NIOT, &message(0)).get(1).unwrap(), "position last position=-33.856800,151.215300");
    }

    #[test]
    fn only_a_head_with_an_imei_is_taken() {
        assert_eq!(ask(&NIOT, &message(0)), Verdict::Yes);
        assert_eq!(ask(&NIOT, b"XX is no tracker at all"), Verdict::No);
    }
}
