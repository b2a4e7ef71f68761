//! Telic: `NNMMID,TIME,0,TIME,LON,LAT,FIX,SPEED,COURSE,…`, times as DDMMYYhhmmss. Longitude first, both as whole numbers: ten thousandths of a degree
//! where the latitude has six digits, else millionths.
//!
//! Source: the project Traccar's description of the protocol.

use super::named::{self, Speaker, Tracker};
use super::place::Place;
use super::scan::Scan;
use super::telling::{Telling, number};
use crate::protocols::protocol::Protocol;

/// Telic in streams.
pub static TELIC: Protocol = named::stream::<Telic>();
/// Telic in datagrams.
pub static TELIC_UDP: Protocol = named::datagrams::<Telic>();

struct Telic;

impl Tracker for Telic {
    const NAME: &'static str = "telic";
    const ENDS: &'static [u8] = b"\r\n\0";
    const PORTS: &'static [u16] = &[5035];

    fn begins(scan: &mut Scan<'_>) -> Option<Speaker> {
        scan.number(12..=24)?;
        time(scan)?;
        scan.number(1..=4)?;
        time(scan)?;
        for _ in 0..2 {
            scan.run(|byte| *byte == b'-', 0..=1)?;
            scan.number(5..=9)?;
        }
        scan.digits(1..=1).map(|_| Speaker::Tracker)
    }

    fn tell(told: &mut Telling<'_, '_, '_>) {
        told.word(b"position");
        let fields = told.fields();
        let &[id, _, _, _, east, north, fix, ..] = fields.as_slice() else { return };
        // Four digits before the number say what kind of message it is.
        told.id(id.get(4..).unwrap_or_default());
        let Some((longitude, latitude)) = number(east).zip(number(north)) else { return };
        let digits = north.strip_prefix(b"-").unwrap_or(north).len();
        let scale = if digits > 6 { 1e6 } else { 1e4 };
        told.place_between(Place::new(latitude / scale, longitude / scale, fix != b"1"), east, north);
    }
}

/// Day, month, year, hour, minute, second.
fn time(scan: &mut Scan<'_>) -> Option<()> {
    let field = scan.number(12..=12)?;
    let two = |at: usize| number(field.get(at..at + 2)?);
    (two(6)? < 24.0 && two(8)? < 60.0 && two(10)? < 60.0).then_some(())
}

#[cfg(test)]
mod tests {
    use super::named::tests::{asked, refuses, told};
    use super::*;
    use crate::protocols::protocol::Verdict;
    use crate::wire::Direction;

    #[test]
    fn whole_numbers_are_degrees() {
        for (numbers, place) in [("22945,488584,3", "48.858400,2.294500"), ("-80333933,25796530,3", "25.796530,-80.333933")] {
            let text = format!("182043672999,220426080900,0,220426080912,{numbers},0,355,6,2,1,231\r\n");
            assert_eq!(
                told(&TELIC, Direction::ToServer, &text),
                ["word position".to_owned(), "serial id=43672999".to_owned(), format!("position position={place}")]
            );
            assert_eq!(asked(&TELIC, &text), Verdict::Yes);
        }
    }

    #[test]
    fn times_and_numbers_are_needed() {
        for other in ["182043672999,220426250900,0,220426080912,22945,488584,3", "182043672999,1,2,3"] {
            assert_eq!(asked(&TELIC, other), Verdict::No, "{other}");
        }
        refuses(&TELIC);
    }
}
