//! ZhongXun Topin locators: framed like GT06 (`78 78`, length, type, content, `0d 0a`) but without serial number and checksum.
//!
//! Source: "ZX Topin protocol", as the project Traccar describes it. Types `0x17` and `0x69` are told by GT06, which frames them the same way.

use super::bits::{self, Reader, is_moment};
use super::frames::{self, Frame, Grammar, Measure};
use crate::protocols::protocol::Protocol;
use crate::value::ValueKind;
use crate::wire::Direction;

/// Topin in streams.
pub static TOPIN: Protocol = frames::stream::<Topin>();

/// Bytes before the content.
const HEAD: usize = 4;
/// Minutes of arc times 30 000.
const UNIT: f64 = 1_800_000.0;

struct Topin;

impl Grammar for Topin {
    const NAME: &'static str = "topin";

    fn measure(bytes: &[u8], direction: Direction) -> Option<Measure> {
        let mut reader = Reader::new(bytes);
        if !reader.magic(&[0x78, 0x78])? {
            return Some(Measure::No);
        }
        reader.skip(1)?;
        let kind = reader.u8()?;
        // The shortest and the longest content of a type: the length byte does not always count it.
        let (least, most) = match (kind, direction) {
            (0x01, Direction::ToServer) => (8, 10),
            (0x08 | 0x09, Direction::ToServer) => (0, 31),
            (0x10 | 0x11, Direction::ToServer) => (18, 23),
            (0x18 | 0x19, Direction::ToServer) => (10, 160),
            (_, Direction::ToServer) => return Some(Measure::No),
            (_, Direction::ToClient) => (0, 64),
        };
        let content = reader.rest();
        let whole = content.iter().zip(content.iter().skip(1)).skip(least).take(most - least + 1).position(|pair| pair == (&b'\r', &b'\n'));
        let Some(length) = whole.map(|index| index + least) else {
            return Some(if content.len() >= most + 2 { Measure::No } else { Measure::Wait(bytes.len() + 1) });
        };
        let content = content.get(..length).unwrap_or_default();
        Some(if direction == Direction::ToClient || is_right(kind, content) { Measure::Whole(HEAD + length + 2) } else { Measure::No })
    }

    fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
        let kind = *frame.bytes.get(3)?;
        frame.number(kind.into());
        let mut reader = frame.inner(HEAD, 2);
        if frame.direction == Direction::ToClient || reader.left() == 0 {
            phone(frame, kind);
            return Some(());
        }
        match kind {
            0x01 => frame.bcd_id(HEAD..HEAD + 8),
            0x08 | 0x09 => {
                reader.skip(6)?;
                let start = reader.at();
                let (latitude, longitude) = (coordinate(&mut reader)?, coordinate(&mut reader)?);
                frame.place(latitude, longitude, kind == 0x08, start..start + 8);
            }
            0x10 | 0x11 => {
                reader.skip(7)?;
                let start = reader.at();
                let (latitude, longitude) = (f64::from(reader.u32()?) / UNIT, f64::from(reader.u32()?) / UNIT);
                reader.skip(1)?;
                let flags = reader.u16()?;
                let latitude = if flags & 0x400 == 0 { -latitude } else { latitude };
                let longitude = if flags & 0x800 == 0 { longitude } else { -longitude };
                frame.place(latitude, longitude, flags & 0x1000 != 0, start..start + 8);
            }
            _ => {
                let count = usize::from(*frame.bytes.get(2)?);
                reader.skip(6)?;
                for _ in 0..count {
                    frame.bssid(reader.at());
                    reader.skip(7)?;
                }
            }
        }
        Some(())
    }
}

/// What begins a content must fit its type: an IMEI or a moment.
fn is_right(kind: u8, content: &[u8]) -> bool {
    let plain = || matches!(content, [year, month, day, hour, minute, second, ..] if is_moment([*year, *month, *day, *hour, *minute, *second].map(u64::from)));
    match kind {
        0x01 => content.get(..8).and_then(bits::bcd).is_some_and(|imei| (10_000_000_000..1_000_000_000_000_000).contains(&imei)),
        0x08 | 0x09 => content.is_empty() || content.len() >= 17 && plain(),
        0x10 | 0x11 => plain(),
        _ => content.get(..6).is_some_and(bits::is_bcd_moment),
    }
}

/// Degrees, then a half byte of sign and five of millionths.
fn coordinate(reader: &mut Reader<'_>) -> Option<f64> {
    let (degrees, rest) = (f64::from(reader.u8()?), reader.u24()?);
    let value = degrees + f64::from(rest & 0xf_ffff) / 1_000_000.0;
    Some(if rest >> 20 == 0 { value } else { -value })
}

/// The server sets a number to call in need.
fn phone(frame: &mut Frame<'_, '_>, kind: u8) {
    let range = HEAD..frame.bytes.len().saturating_sub(2);
    let number = frame.bytes.get(range.clone()).and_then(|bytes| std::str::from_utf8(bytes).ok());
    if let (0x41, Some(number)) = (kind, number.filter(|number| number.len() >= 3 && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'+'))) {
        frame.order(crate::event::Order::SetContact, "0x41");
        frame.value(ValueKind::Phone, number, "phone", range);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::Verdict;
    use crate::protocols::trackers::frames::check::{ask, told};

    fn place(kind: u8) -> Vec<u8> {
        let mut frame = vec![0x78, 0x78, 0x12, kind, 26, 4, 22, 8, 9, 12, 0x9c];
        frame.extend_from_slice(&87_945_066_u32.to_be_bytes());
        frame.extend_from_slice(&4_130_064_u32.to_be_bytes());
        frame.extend_from_slice(&[0, 0x14, 0, b'\r', b'\n']);
        frame
    }

    const LOGIN: &[u8] = &[0x78, 0x78, 0x0a, 1, 0x04, 0x90, 0x15, 0x42, 0x03, 0x23, 0x75, 0x18, 1, b'\r', b'\n'];

    #[test]
    fn places_are_told_however_they_are_split() {
        assert_eq!(told(&TOPIN, &[LOGIN, &place(0x10)].concat()), ["imei id=490154203237518", "position position=48.858370,2.294480"]);
        // 33.8568 south, 151.2153 east, by degrees and millionths.
        let mut frame = vec![0x78, 0x78, 0x20, 9, 26, 4, 22, 8, 9, 12, 33, 0x1d, 0x12, 0xe0, 151, 0x03, 0x49, 0x04];
        frame.extend_from_slice(&[0, 0, 0, 0, 0, 0, 0, 0, 5, 1, 9, b'\r', b'\n']);
        assert_eq!(told(&TOPIN, &frame), ["position last position=-33.856800,151.215300"]);
    }

    #[test]
    fn only_fitting_contents_are_taken() {
        assert_eq!(ask(&TOPIN, &place(0x10)), Verdict::Yes);
        let mut other = place(0x10);
        other[5] = 13;
        assert_eq!(ask(&TOPIN, &other), Verdict::No, "month 13");
        assert_eq!(ask(&TOPIN, b"xxxxxxxxxxxxxxxxxxxx"), Verdict::No);
    }
}
