//! Granit: `+RRCB~` (now) and `+DDAT~` (from the archive), length, number, places, `*`, exclusive or as text, `0d 0a`.
//!
//! Source: "Granit-navigator protocol", as the project Traccar describes it.

use super::bits::Reader;
use super::frames::{self, Frame, Grammar, Measure};
use crate::protocols::protocol::Protocol;
use crate::wire::Direction;

/// Granit in streams.
pub static GRANIT: Protocol = frames::stream::<Granit>();

/// Bytes before the content: word and length.
const HEAD: usize = 8;
/// Bytes of a place in the archive.
const PLACE: usize = 20;
/// Places of a block of the archive.
const BLOCK: usize = 6;

struct Granit;

impl Grammar for Granit {
    const NAME: &'static str = "granit";

    fn measure(bytes: &[u8], _: Direction) -> Option<Measure> {
        let mut reader = Reader::new(bytes);
        let start = reader.rest().get(..6.min(reader.left()))?;
        let begins = |word: &[u8]| word.starts_with(start);
        if start.is_empty() || !(begins(b"+RRCB~") || begins(b"+DDAT~")) {
            return Some(if start.is_empty() { return None } else { Measure::No });
        }
        reader.skip(6)?;
        let length = usize::from(reader.u16_le()?);
        if !(20..=4_096).contains(&length) {
            return Some(Measure::No);
        }
        Some(Measure::of(bytes, HEAD + length + 3, |frame| {
            let end = frame.get(HEAD + length..).unwrap_or_default();
            matches!(end, [b'*', high, low] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit())
        }))
    }

    fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
        let mut reader = frame.inner(HEAD, 3);
        let number = reader.u16_le()?;
        frame.id(&number.to_string(), HEAD..HEAD + 2);
        if frame.bytes.starts_with(b"+RRCB") {
            frame.word("position");
            reader.skip(4)?;
            return place(frame, reader);
        }
        frame.word("archive");
        if reader.u8()? != 4 {
            return Some(());
        }
        let blocks = reader.u8()?;
        reader.skip(2)?;
        for _ in 0..blocks {
            reader.skip(4)?;
            for _ in 0..BLOCK {
                let part = reader.part(PLACE)?;
                if part.rest().first() != Some(&0xfe) {
                    place(frame, part)?;
                }
            }
            reader.skip(2)?;
        }
        Some(())
    }
}

/// Flags, satellites, whole degrees, minutes times a thousand. 0x80: fix, 0x10: north, 0x20: east, which count only with a fix.
fn place(frame: &mut Frame<'_, '_>, mut reader: Reader<'_>) -> Option<()> {
    let flags = reader.u8()?;
    reader.skip(1)?;
    let start = reader.at();
    let (east, north) = (f64::from(reader.u8()?), f64::from(reader.u8()?));
    let longitude = east + f64::from(reader.u16_le()?) / 60_000.0;
    let latitude = north + f64::from(reader.u16_le()?) / 60_000.0;
    let fix = flags & 0x80 != 0;
    let signed = |degrees: f64, flag| if fix && flags & flag == 0 { -degrees } else { degrees };
    frame.place(signed(latitude, 0x10), signed(longitude, 0x20), fix, start..start + 6);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::Verdict;
    use crate::protocols::trackers::frames::check::{ask, told};

    fn now(flags: u8) -> Vec<u8> {
        let mut frame = b"+RRCB~\x1a\0\xd2\x04\0\0\0\0".to_vec();
        frame.extend_from_slice(&[flags, 0x60, 2, 48]);
        frame.extend_from_slice(&17_669_u16.to_le_bytes());
        frame.extend_from_slice(&51_502_u16.to_le_bytes());
        frame.resize(HEAD + 26, 0);
        frame.extend_from_slice(b"*7A\r\n");
        frame
    }

    #[test]
    fn places_are_told_however_they_are_split() {
        assert_eq!(told(&GRANIT, &now(0xb0)), ["serial id=1234", "position position=48.858367,2.294483"]);
        assert_eq!(told(&GRANIT, &now(0)), ["serial id=1234", "position last position=48.858367,2.294483"]);
    }

    #[test]
    fn only_a_fitting_end_is_taken() {
        assert_eq!(ask(&GRANIT, &now(0)), Verdict::Yes);
        assert_eq!(ask(&GRANIT, b"+RESP:GTFRI"), Verdict::No);
    }
}
