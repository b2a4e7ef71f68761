//! CalAmp's LM Direct: options with the device's number, then service, type, serial number and content, in datagrams without a checksum.
//!
//! Source: "LM Direct Reference Guide" (CalAmp).

use super::bits::Reader;
use super::frames::{self, Frame, Grammar, Measure};
use crate::protocols::protocol::Protocol;
use crate::wire::Direction;

/// CalAmp in datagrams.
pub static CALAMP_UDP: Protocol = frames::datagrams::<CalAmp>();

/// Degrees of the whole numbers.
const UNIT: f64 = 10_000_000.0;
/// Seconds since 1970 that a report may be of: 2005 to 2060; zero where the clock was never set.
const CLOCK: std::ops::Range<u32> = 1_104_537_600..2_840_140_800;

struct CalAmp;

/// What stands before a content.
struct Header {
    /// Where the number stands and how long it is.
    id: (usize, usize),
    kind: u8,
    content: usize,
}

impl Header {
    fn read(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let options = reader.u8()?;
        if options & 0x83 != 0x83 {
            return None;
        }
        let mut id = (0, 0);
        for option in 0..6 {
            if options & 1 << option == 0 {
                continue;
            }
            let length = usize::from(reader.u8()?);
            let value = reader.take(length)?;
            match option {
                0 if (2..=10).contains(&length) && super::bits::digits(value).is_some() => id = (reader.at() - length, length),
                1 if matches!(value, [0..=9]) => {}
                0 | 1 => return None,
                _ => {}
            }
        }
        let (service, kind) = (reader.u8()?, reader.u8()?);
        reader.skip(2)?;
        (service <= 2 && kind <= 11).then_some(Self { id, kind, content: reader.at() })
    }
}

impl Grammar for CalAmp {
    const NAME: &'static str = "calamp";

    fn measure(bytes: &[u8], _: Direction) -> Option<Measure> {
        let is_right = Header::read(bytes).is_some_and(|header| match header.kind {
            2 | 4 | 8 | 10 => Reader::from(bytes, header.content).u32().is_some_and(|time| time == 0 || CLOCK.contains(&time)),
            _ => true,
        });
        Some(if is_right { Measure::Whole(bytes.len()) } else { Measure::No })
    }

    fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
        let header = Header::read(frame.bytes)?;
        frame.word(match header.kind {
            2 => "event-report",
            3 => "id-report",
            4 => "user-data",
            8 => "locate-report",
            10 => "mini-event-report",
            1 => "acknowledgement",
            7 => "unit-request",
            _ => "message",
        });
        frame.bcd_id(header.id.0..header.id.0 + header.id.1);
        let mut reader = frame.from(header.content);
        match header.kind {
            2 | 4 | 8 => {
                reader.skip(8)?;
                let place = place(&mut reader)?;
                reader.skip(11)?;
                // Bit 3 of the state of the fix: it is not valid.
                frame.place(place.0, place.1, reader.u8()? & 8 == 0, header.content + 8..header.content + 16);
                if header.kind == 4 {
                    let text = header.content + 36;
                    frame.readable(text..frame.bytes.len());
                }
            }
            10 => {
                reader.skip(4)?;
                let place = place(&mut reader)?;
                reader.skip(3)?;
                frame.place(place.0, place.1, reader.u8()? & 0x20 == 0, header.content + 4..header.content + 12);
            }
            _ => {}
        }
        Some(())
    }
}

fn place(reader: &mut Reader<'_>) -> Option<(f64, f64)> {
    Some((f64::from(reader.i32()?) / UNIT, f64::from(reader.i32()?) / UNIT))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::Verdict;
    use crate::protocols::trackers::frames::check::{ask, told_of_datagram};

    /// The Eiffel Tower.
    fn report(state: u8) -> Vec<u8> {
        let mut datagram = vec![0x83, 5, 0x49, 0x01, 0x54, 0x20, 0x32, 1, 1, 1, 2, 0, 1];
        datagram.extend_from_slice(&[0x69, 0xe8, 0x84, 0, 0x69, 0xe8, 0x84, 0]);
        datagram.extend_from_slice(&488_583_700_i32.to_be_bytes());
        datagram.extend_from_slice(&22_944_800_i32.to_be_bytes());
        datagram.extend_from_slice(&[0; 11]);
        datagram.extend_from_slice(&[state, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        datagram
    }

    #[test]
    fn a_report_tells_number_and_place() {
        assert_eq!(told_of_datagram(&CALAMP_UDP, &report(0)), ["serial id=4901542032", "position position=48.858370,2.294480"]);
        assert_eq!(told_of_datagram(&CALAMP_UDP, &report(8)).last().unwrap(), "position last position=48.858370,2.294480");
    }

    #[test]
    fn only_a_header_of_known_options_is_taken() {
        assert_eq!(ask(&CALAMP_UDP, &report(0)), Verdict::Yes);
        assert_eq!(ask(&CALAMP_UDP, &[0x83, 5, 0x49, 0xa1, 0x54, 0x20, 0x32, 1, 1, 1, 3, 0, 1]), Verdict::No);
        assert_eq!(ask(&CALAMP_UDP, b"M-SEARCH * HTTP/1.1"), Verdict::No);
    }
}
