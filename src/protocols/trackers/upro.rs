//! Upro: `*XX20`, a digit, the number, `,WORD&Axxxx&Bxxxx…#`. Part A is time, latitude DDMMmmmm, longitude DDDMMmmmm, a digit of flags (2: north, 4: east;
//! what 1 means differs by maker), speed, course and date.
//!
//! Source: the maker's protocol, as the project Traccar describes it.

use super::named::{self, Speaker, Tracker};
use super::place::{Place, degrees_of_minutes};
use super::scan::Scan;
use super::telling::{Telling, number};
use crate::protocols::protocol::Protocol;

/// Upro in streams.
pub static UPRO: Protocol = named::stream::<Upro>();
/// Upro in datagrams.
pub static UPRO_UDP: Protocol = named::datagrams::<Upro>();

struct Upro;

impl Tracker for Upro {
    const NAME: &'static str = "upro";
    const ENDS: &'static [u8] = b"#";
    const PORTS: &'static [u16] = &[5045];

    fn begins(scan: &mut Scan<'_>) -> Option<Speaker> {
        scan.literal(b"*")?;
        scan.run(u8::is_ascii_uppercase, 2..=2)?;
        scan.literal(b"20")?;
        scan.run(|byte| matches!(byte, b'0' | b'1'), 1..=1)?;
        scan.number(5..=20)?;
        scan.run(u8::is_ascii_uppercase, 2..=3)?;
        scan.digits(0..=2)?;
        scan.run(|byte| matches!(byte, b'&' | b'#'), 1..=1).map(|_| Speaker::Tracker)
    }

    fn tell(told: &mut Telling<'_, '_, '_>) {
        let text = told.text();
        let mut parts = text.split(|byte| matches!(byte, b'&' | b'#'));
        let head = parts.next().unwrap_or_default();
        let mut names = head.splitn(2, |byte| *byte == b',');
        let id = names.next().and_then(|name| name.get(6..)).unwrap_or_default();
        told.id(id.strip_prefix(b"0").filter(|id| id.len() == 15).unwrap_or(id));
        told.word(names.next().unwrap_or_default());
        for part in parts {
            match part.split_first() {
                Some((b'A', data)) => position(told, data),
                Some((b'X', data)) => data.split(|byte| matches!(byte, b'(' | b')')).for_each(|item| told.iccid(item.strip_prefix(b"k").unwrap_or(item))),
                _ => {}
            }
        }
    }
}

fn position(told: &mut Telling<'_, '_, '_>, data: &[u8]) {
    let (Some(north), Some(east), Some(flags)) = (data.get(6..14), data.get(14..23), data.get(23)) else { return };
    let degrees = |digits: &[u8], positive: bool| {
        let degrees = degrees_of_minutes(number(digits)? / 10_000.0)?;
        Some(if positive { degrees } else { -degrees })
    };
    let flag = |bit: u8| flags.wrapping_sub(b'0') & bit != 0;
    if let (true, Some(latitude), Some(longitude)) = (flags.is_ascii_digit(), degrees(north, flag(2)), degrees(east, flag(4))) {
        told.place_between(Place::new(latitude, longitude, true), north, east);
    }
}

#[cfg(test)]
mod tests {
    use super::named::tests::{asked, refuses, told};
    use super::*;
    use crate::protocols::protocol::Verdict;
    use crate::wire::Direction;

    #[test]
    fn the_flags_say_which_hemisphere() {
        for (flags, place) in [
            ('7', "position=48.858373,2.294490"),
            ('6', "position=48.858373,2.294490"),
            ('1', "position=-48.858373,-2.294490"),
            ('2', "position=48.858373,-2.294490"),
        ] {
            let text = format!("*AI200905300036,AH&A0809124851502400217669{flags}0000220426&B0500000000&X(10)(k89440000000000000000)#")
                .replace("00217669", "002176694");
            let want = ["serial id=905300036", "word AH", &format!("position {place}"), "iccid iccid=89440000000000000000"];
            assert_eq!(told(&UPRO, Direction::ToServer, &text), want);
            assert_eq!(asked(&UPRO, &text), Verdict::Yes);
        }
    }

    #[test]
    fn the_head_is_needed() {
        for other in ["*HQ,4901542032,V1,", "*HQ20,", "*HQ209123456,AB&"] {
            assert_ne!(asked(&UPRO, other), Verdict::Yes, "{other}");
        }
        refuses(&UPRO);
    }
}
