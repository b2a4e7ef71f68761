//! GlobalSat: `GSr,IMEI,…,EDDDMM.mmmm,NDDMM.mmmm,…*CS!`; what fields there are is set in the tracker. Servers order with `GSC,IMEI,…!`.
//!
//! Source: the maker's public "TR-102/TR-206 Development Document", as the project Traccar describes it.

use super::named::{self, Speaker, Tracker};
use super::scan::Scan;
use super::shape::First;
use super::telling::{Telling, by_letters};
use crate::event::Order;
use crate::protocols::protocol::Protocol;

/// GlobalSat in streams.
pub static GLOBALSAT: Protocol = named::stream::<Globalsat>();
/// GlobalSat in datagrams.
pub static GLOBALSAT_UDP: Protocol = named::datagrams::<Globalsat>();

struct Globalsat;

impl Tracker for Globalsat {
    const NAME: &'static str = "globalsat";
    const ENDS: &'static [u8] = b"!\r\n";
    const PORTS: &'static [u16] = &[5018];

    fn begins(scan: &mut Scan<'_>) -> Option<Speaker> {
        match scan.one_of(&["GSr,", "GSb,", "GSh,", "GSs,", "GSC,", "GSS,", "$"])? {
            "$" => {
                // The short form: number, fix and mode, date, time, longitude.
                scan.number(14..=15)?;
                scan.number(1..=1)?;
                scan.number(1..=2)?;
                scan.number(6..=6)?;
                scan.number(6..=6)?;
                scan.run(|byte| matches!(byte, b'E' | b'W'), 1..=1).map(|_| Speaker::Tracker)
            }
            head => {
                // The model's name may stand before the number.
                for _ in 0..3 {
                    let field = scan.field(16)?;
                    if field.len() == 15 && field.iter().all(u8::is_ascii_digit) {
                        return Some(if matches!(head, "GSC," | "GSS,") { Speaker::Server } else { Speaker::Tracker });
                    }
                }
                None
            }
        }
    }

    fn tell(told: &mut Telling<'_, '_, '_>) {
        let fields = told.fields();
        let head = fields.first().copied().unwrap_or_default();
        told.word(head.get(..3).filter(|head| head.starts_with(b"GS")).unwrap_or(b"report"));
        if let Some(id) =
            fields.iter().take(3).map(|field| field.strip_prefix(b"$").unwrap_or(field)).find(|field| field.len() >= 14 && field.iter().all(u8::is_ascii_digit))
        {
            told.id(id);
        }
        if matches!(head, b"GSC" | b"GSS") {
            let action = fields.get(2).copied().unwrap_or_default();
            let word = action.get(..2.min(action.len())).unwrap_or_default();
            told.order(if word.starts_with(b"N") { Order::Locate } else { Order::Set }, word);
        }
        told.shapes(First::Latitude, by_letters);
    }
}

#[cfg(test)]
mod tests {
    use super::named::tests::{asked, refuses, told};
    use super::*;
    use crate::protocols::protocol::Verdict;
    use crate::wire::Direction;

    #[test]
    fn fixes_are_read() {
        for (text, word) in [
            ("GSr,490154203237518,01,I,EA02,3,220426,080912,E00217.6694,N4851.5024,0,1.17,212,8,1.0,12.3V*55!", "GSr"),
            ("$490154203237518,1,1,220426,080912,E00217.6694,N4851.5024,00161,0.0100,147,07,2.4!", "report"),
        ] {
            assert_eq!(
                told(&GLOBALSAT, Direction::ToServer, text),
                [&format!("word {word}"), "imei id=490154203237518", "position position=48.858373,2.294490"]
            );
            assert_eq!(asked(&GLOBALSAT, text), Verdict::Yes);
        }
    }

    #[test]
    fn orders_come_from_the_server() {
        assert_eq!(told(&GLOBALSAT, Direction::ToClient, "GSC,490154203237518,N1(OO=02)*1A!").last().unwrap(), "command locate N1");
    }

    #[test]
    fn the_number_is_needed() {
        for other in ["GSr,hello,world,again,", "$1,2", "GSM,1"] {
            assert_eq!(asked(&GLOBALSAT, other), Verdict::No, "{other}");
        }
        refuses(&GLOBALSAT);
    }
}
