//! Noran: length, type, state, coordinates as numbers of IEEE 754, number as text (`NR…`), all low byte first, in datagrams.
//!
//! Source: "Noran NR024 protocol", as the project Traccar describes it. There is no checksum: length, type and number must fit.

use super::bits::Reader;
use super::frames::{self, Frame, Grammar, Measure};
use crate::protocols::protocol::Protocol;
use crate::wire::Direction;

/// Noran in datagrams.
pub static NORAN_UDP: Protocol = frames::datagrams::<Noran>();

struct Noran;

/// Where the parts of a report stand.
struct Report {
    state: usize,
    place: usize,
    id: usize,
}

impl Report {
    /// By type and length.
    fn of(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let (length, kind) = (usize::from(reader.u16_le()?), reader.u16_le()?);
        let state = match kind {
            0x0008 | 0x0003 | 0x0032 => 4,
            0x8009 => 12,
            _ => return None,
        };
        let is_new = matches!((kind, length), (0x0008 | 0x0003, 52) | (0x8009, 61));
        let place = if is_new { state + 10 } else { state + 5 };
        let id = if is_new { place + 8 } else { place + 12 };
        let fits = length == bytes.len() && bytes.get(id..id + 2) == Some(b"NR");
        fits.then_some(Self { state, place, id })
    }
}

impl Grammar for Noran {
    const NAME: &'static str = "noran";

    fn measure(bytes: &[u8], _: Direction) -> Option<Measure> {
        Some(if Report::of(bytes).is_some() { Measure::Whole(bytes.len()) } else { Measure::No })
    }

    fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
        let report = Report::of(frame.bytes)?;
        frame.word("position");
        frame.text_id(report.id..report.id + 11);
        let fix = frame.bytes.get(report.state)? & 1 != 0;
        let mut reader = frame.from(report.place);
        let (longitude, latitude) = (reader.f32_le()?, reader.f32_le()?);
        frame.place(latitude.into(), longitude.into(), fix, report.place..report.place + 8);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::Verdict;
    use crate::protocols::trackers::frames::check::{ask, told_of_datagram};

    fn report(state: u8) -> Vec<u8> {
        let mut report = vec![34, 0, 8, 0, state, 0, 0, 0, 0];
        report.extend_from_slice(&2.294_48_f32.to_le_bytes());
        report.extend_from_slice(&48.858_37_f32.to_le_bytes());
        report.extend_from_slice(&[0; 4]);
        report.extend_from_slice(b"NR09B00000\0\0\0");
        report
    }

    #[test]
    fn a_place_is_told() {
        assert_eq!(told_of_datagram(&NORAN_UDP, &report(1)), ["serial id=NR09B00000", "position position=48.858372,2.294480"]);
        assert_eq!(told_of_datagram(&NORAN_UDP, &report(0)).last().unwrap(), "position last position=48.858372,2.294480");
    }

    #[test]
    fn only_a_fitting_number_is_taken() {
        assert_eq!(ask(&NORAN_UDP, &report(1)), Verdict::Yes);
        let mut other = report(1);
        other[21] = b'X';
        assert_eq!(ask(&NORAN_UDP, &other), Verdict::No);
    }
}
