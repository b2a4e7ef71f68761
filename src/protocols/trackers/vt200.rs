//! VT200 (Kingsword's trackers): `(`, number, type, length, content, exclusive or, `)`; within, `3d` stands before what is xored with it.
//!
//! Source: the project Traccar's description; the maker publishes none.

use super::bits::{self, Reader};
use super::frames::{self, Frame, Grammar, Measure};
use super::jt600;
use crate::protocols::protocol::Protocol;
use crate::wire::Direction;

/// VT200 in streams.
pub static VT200: Protocol = frames::stream::<Vt200>();

/// Bytes before the content.
const HEAD: usize = 11;
/// A frame is no longer.
const MOST: usize = 1_024;

struct Vt200;

impl Grammar for Vt200 {
    const NAME: &'static str = "vt200";

    fn measure(bytes: &[u8], _: Direction) -> Option<Measure> {
        if *bytes.first()? != b'(' {
            return Some(Measure::No);
        }
        if !looks_right(bytes) {
            return Some(Measure::No);
        }
        let (plain, length) = unescaped(bytes);
        Some(match length {
            None if plain.len() > MOST => Measure::No,
            None => Measure::Wait(bytes.len() + 1),
            Some(length) if is_right(&plain) => Measure::Whole(length),
            Some(length) => Measure::Damaged(length),
        })
    }

    fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
        let (plain, _) = unescaped(frame.bytes);
        frame.unpacked(&plain, tell)
    }
}

/// The first frame with its escapes undone, and how many bytes it has, if it is all there.
fn unescaped(bytes: &[u8]) -> (Vec<u8>, Option<usize>) {
    let mut plain = Vec::with_capacity(bytes.len().min(64));
    let mut rest = bytes;
    while plain.len() <= MOST {
        if plain.get(9..HEAD).and_then(<[u8]>::first_chunk).is_some_and(|length| HEAD + usize::from(u16::from_be_bytes(*length)) + 2 == plain.len()) {
            return (plain, Some(bytes.len() - rest.len()));
        }
        (plain, rest) = match rest {
            // An escape that is cut off.
            [0x3d] | [] => return (plain, None),
            [0x3d, second @ (0x15 | 0x14 | 0x00), after @ ..] => (with(plain, second ^ 0x3d), after),
            [first, after @ ..] => (with(plain, *first), after),
        };
    }
    (plain, None)
}

fn with(mut bytes: Vec<u8>, byte: u8) -> Vec<u8> {
    bytes.push(byte);
    bytes
}

/// Whether what is there can begin a frame: decimals, then a known type and a length.
fn looks_right(bytes: &[u8]) -> bool {
    let number = bytes.get(1..bytes.len().min(7)).unwrap_or_default();
    bits::bcd(number).is_some() && bytes.get(7).is_none_or(|kind| matches!(kind, 0x20 | 0x30)) && bytes.get(8).is_none_or(|kind| *kind >= 0x80)
}

/// The length fits, and so does the check byte or, where a maker sets none, the moment of a place.
fn is_right(plain: &[u8]) -> bool {
    let Some((checked, [check, b')'])) = plain.split_last_chunk::<2>() else { return false };
    let mut reader = Reader::from(plain, 7);
    let (Some(kind), Some(length)) = (reader.u16(), reader.u16()) else { return false };
    let fits = usize::from(length) + HEAD == checked.len() && looks_right(plain);
    let is_checked = checked.get(1..).is_some_and(|checked| bits::xor(checked) == *check);
    fits && (is_checked || is_place(kind) && moment(plain).is_some())
}

fn is_place(kind: u16) -> bool {
    matches!(kind, 0x2082 | 0x2084 | 0x2086 | 0x3089)
}

/// The moment behind type of data and number of the way: day, month, year, hour, minute, second.
fn moment(plain: &[u8]) -> Option<()> {
    let [day, month, year, hour, minute, second] = *plain.get(HEAD + 3..)?.first_chunk()?;
    bits::is_bcd_moment(&[year, month, day, hour, minute, second]).then_some(())
}

fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
    let kind = frame.from(7).u16()?;
    frame.word(&format!("{kind:#06x}"));
    frame.bcd_id(1..7);
    if kind == 0x3088 {
        frame.bcd_id(HEAD + 2..HEAD + 10);
        return Some(());
    }
    let start = HEAD + 9;
    let coordinates = frame.inner(start, 2).take(9);
    if let (true, Some(()), Some(Some(coordinates))) = (is_place(kind), moment(frame.bytes), coordinates.map(<[u8]>::first_chunk::<9>)) {
        let (latitude, longitude) = jt600::degrees(coordinates)?;
        let flags = coordinates.last()? & 0xf;
        let signed = |degrees: f64, flag| if flags & flag == 0 { -degrees } else { degrees };
        frame.place(signed(latitude, 2), signed(longitude, 4), flags & 1 != 0, start..start + 9);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::Verdict;
    use crate::protocols::trackers::frames::check::{ask, told};

    fn frame(flags: u8) -> Vec<u8> {
        let mut content = vec![0x49, 0x01, 0x54, 0x20, 0x32, 0x37, 0x20, 0x86, 0, 28, 1, 0, 1, 0x22, 0x04, 0x26, 0x08, 0x09, 0x12];
        content.extend_from_slice(&[0x48, 0x51, 0x50, 0x22, 0x00, 0x21, 0x76, 0x69, flags, 0, 0, 9, 0x29, 0, 0, 0, 1, 0, 0]);
        content.push(bits::xor(&content));
        let mut frame = vec![b'('];
        for byte in content {
            match byte {
                b'(' | b')' | b'=' => frame.extend_from_slice(&[b'=', byte ^ b'=']),
                other => frame.push(other),
            }
        }
        frame.push(b')');
        frame
    }

    #[test]
    fn places_are_told_however_they_are_split() {
        assert_eq!(told(&VT200, &frame(0x47)), ["serial id=490154203237", "position position=48.858370,2.294490"]);
        assert_eq!(told(&VT200, &frame(0x46)), ["serial id=490154203237", "position last position=48.858370,2.294490"]);
    }

    #[test]
    fn only_a_fitting_length_is_taken() {
        assert_eq!(ask(&VT200, &frame(0x47)), Verdict::Yes);
        assert_eq!(ask(&VT200, b"(087073006880BP00000087073006880HSO)"), Verdict::No);
        assert_eq!(ask(&VT200, b"(a remark)"), Verdict::No);
    }
}
