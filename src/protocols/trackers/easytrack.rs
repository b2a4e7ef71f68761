//! EasyTrack: `*ET,IMEI,WORD,A,DATE,TIME,LAT,LON,…`, date, time and coordinates as hexadecimal numbers; coordinates in 1/600,000 of a degree, the highest
//! bit set in the south and west. SuperMate frames the same as `N:IMEI:N:*,STATUS,WORD,…`.
//!
//! Source: the makers' protocols, as the project Traccar describes them.

use super::named::{self, Speaker, Tracker};
use super::place::Place;
use super::scan::Scan;
use super::telling::{Telling, readable};
use crate::event::Order;
use crate::protocols::protocol::Protocol;

/// EasyTrack in streams.
pub static EASYTRACK: Protocol = named::stream::<EasyTrack>();
/// EasyTrack in datagrams.
pub static EASYTRACK_UDP: Protocol = named::datagrams::<EasyTrack>();

struct EasyTrack;

impl Tracker for EasyTrack {
    const NAME: &'static str = "easytrack";
    const ENDS: &'static [u8] = b"#\r\n";
    const PORTS: &'static [u16] = &[5056, 5134];

    fn begins(scan: &mut Scan<'_>) -> Option<Speaker> {
        if scan.literal(b"*ET,").is_some() {
            scan.number(15..=15)?;
            scan.run(u8::is_ascii_uppercase, 2..=2)?;
        } else {
            scan.digits(1..=2)?;
            scan.literal(b":")?;
            scan.digits(15..=15)?;
            scan.literal(b":")?;
            scan.digits(1..=3)?;
            scan.literal(b":*,")?;
        }
        Some(Speaker::Tracker)
    }

    fn tell(told: &mut Telling<'_, '_, '_>) {
        let fields = told.fields();
        let &[head, second, third, ref rest @ ..] = fields.as_slice() else { return };
        if head == b"*ET" {
            told.id(second);
        } else if let Some(id) = head.split(|byte| *byte == b':').nth(1) {
            told.id(id);
        }
        told.word(third);
        told.order(Order::Set, third);
        if let &[fix, date, time, north, east, ..] = rest
            && [date, time].iter().all(|field| field.len() == 6)
            && let Some((latitude, longitude)) = degrees(north).zip(degrees(east))
        {
            told.place_between(Place::new(latitude, longitude, fix == b"A"), north, east);
        }
    }
}

fn degrees(field: &[u8]) -> Option<f64> {
    let bits = u32::from_str_radix(readable(field).filter(|text| text.len() == 8)?, 16).ok()?;
    let degrees = f64::from(bits & 0x7fff_ffff) / 600_000.0;
    Some(if bits >> 31 == 0 { degrees } else { -degrees })
}

#[cfg(test)]
mod tests {
    use super::named::tests::{asked, refuses, told};
    use super::*;
    use crate::protocols::protocol::Verdict;
    use crate::wire::Direction;

    #[test]
    fn hexadecimal_numbers_are_degrees() {
        for (text, place) in [
            ("*ET,490154203237518,HB,A,1A0416,08090C,01BF4FCF,001501B6,0000,F000#", "position=48.858372,2.294490"),
            ("*ET,490154203237518,HB,V,1A0416,08090C,81BF4FCF,801501B6,0000,F000#", "last position=-48.858372,-2.294490"),
            ("2:490154203237518:1:*,00000000,HB,A,1A0416,08090C,01BF4FCF,001501B6,06ab,238c#", "position=48.858372,2.294490"),
        ] {
            assert_eq!(told(&EASYTRACK, Direction::ToServer, text), ["imei id=490154203237518", "word HB", &format!("position {place}")]);
            assert_eq!(asked(&EASYTRACK, text), Verdict::Yes);
        }
        assert_eq!(told(&EASYTRACK, Direction::ToClient, "*ET,490154203237518,FD,Y1#").last().unwrap(), "command set FD");
    }

    #[test]
    fn the_head_is_needed() {
        for other in ["*ET,4901,HB", "2:hello", "12:30:45 *"] {
            assert_eq!(asked(&EASYTRACK, other), Verdict::No, "{other}");
        }
        refuses(&EASYTRACK);
    }
}
