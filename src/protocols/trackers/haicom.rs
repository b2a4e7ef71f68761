//! Haicom: `$GPRSIMEI,MODEL,YYMMDD,hhmmss,PLACE,…*`, the place one number: a digit of flags (1: fix, 2: east, 4: north), DDMMmmm, DDDMMmmm.
//!
//! Source: the maker's protocol, as the project Traccar describes it.

use super::named::{self, Speaker, Tracker};
use super::place::{Place, degrees_of_minutes};
use super::scan::Scan;
use super::telling::{Telling, number};
use crate::protocols::protocol::Protocol;

/// Haicom in streams.
pub static HAICOM: Protocol = named::stream::<Haicom>();
/// Haicom in datagrams.
pub static HAICOM_UDP: Protocol = named::datagrams::<Haicom>();

struct Haicom;

impl Tracker for Haicom {
    const NAME: &'static str = "haicom";
    const ENDS: &'static [u8] = b"*\r\n";
    const PORTS: &'static [u16] = &[5071];

    fn begins(scan: &mut Scan<'_>) -> Option<Speaker> {
        scan.literal(b"$GPRS")?;
        scan.number(15..=15)?;
        scan.field(16)?;
        scan.number(6..=6)?;
        scan.number(6..=6).map(|_| Speaker::Tracker)
    }

    fn tell(told: &mut Telling<'_, '_, '_>) {
        told.word(b"position");
        let fields = told.fields();
        let &[head, _, _, _, place, ..] = fields.as_slice() else { return };
        told.id(head.strip_prefix(b"$GPRS").unwrap_or_default());
        let (Some(flags), Some(north), Some(east)) = (place.first(), place.get(1..8), place.get(8..16)) else { return };
        let flag = |bit: u8| flags.wrapping_sub(b'0') & bit != 0;
        let degrees = |digits: &[u8], positive: bool| {
            let degrees = degrees_of_minutes(number(digits)? / 1_000.0)?;
            Some(if positive { degrees } else { -degrees })
        };
        if let Some((latitude, longitude)) = degrees(north, flag(4)).zip(degrees(east, flag(2))) {
            told.place(Place::new(latitude, longitude, flag(1)), place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::named::tests::{asked, refuses, told};
    use super::*;
    use crate::protocols::protocol::Verdict;
    use crate::wire::Direction;

    #[test]
    fn one_number_is_a_place() {
        for (flags, place) in [('7', "position=48.858367,2.294483"), ('4', "last position=48.858367,-2.294483")] {
            let text = format!("$GPRS490154203237518,T100001,260422,080912,{flags}485150200217669,0004,2014,000001,,,1,00#V040*");
            assert_eq!(told(&HAICOM, Direction::ToServer, &text), ["word position", "imei id=490154203237518", &format!("position {place}")]);
            assert_eq!(asked(&HAICOM, &text), Verdict::Yes);
        }
        assert_eq!(asked(&HAICOM, "$GPRS,hello"), Verdict::No);
        refuses(&HAICOM);
    }
}
