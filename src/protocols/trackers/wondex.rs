//! Wondex, IntelliTrac, Avema, Plugin: `[$RP:]ID,YYYYMMDDhhmmss,LON,LAT,SPEED,COURSE,…`. The longitude comes first. Servers order with `$WP+WORD=PASSWORD,…`.
//!
//! Source: the makers' protocol sheets, as the project Traccar describes them (its protocols `wondex`, `intellitrac`, `avema`,
//! `plugin`).

use super::named::{self, Speaker, Tracker};
use super::scan::Scan;
use super::shape::First;
use super::telling::{Telling, by_letters};
use crate::event::Order;
use crate::protocols::protocol::Protocol;
use crate::value::ValueKind;

/// Wondex in streams.
pub static WONDEX: Protocol = named::stream::<Wondex>();
/// Wondex in datagrams.
pub static WONDEX_UDP: Protocol = named::datagrams::<Wondex>();

struct Wondex;

impl Tracker for Wondex {
    const NAME: &'static str = "wondex";
    const ENDS: &'static [u8] = b"\r\n\0";
    const PORTS: &'static [u16] = &[5010, 5037];

    fn begins(scan: &mut Scan<'_>) -> Option<Speaker> {
        if scan.literal(b"$WP+").is_some() {
            scan.run(u8::is_ascii_uppercase, 3..=16)?;
            return scan.literal(b"=").map(|()| Speaker::Server);
        }
        scan.one_of(&["$RP:", "$$STATUS,", "$$STATUS", "$$ALARM", ""])?;
        let mut date = scan.number(1..=16)?;
        // A second number may stand before the date.
        while date.len() != 14 || !date.starts_with(b"20") {
            date = scan.number(10..=16)?;
            if date.len() == 14 && !date.starts_with(b"20") {
                return None;
            }
        }
        scan.decimal(4..=8)?;
        scan.decimal(4..=8)?;
        Some(Speaker::Tracker)
    }

    fn tell(told: &mut Telling<'_, '_, '_>) {
        let fields = told.fields();
        if let Some(rest) = told.text().strip_prefix(b"$WP+") {
            let mut parts = rest.split(|byte| matches!(byte, b'=' | b','));
            let word = parts.next().unwrap_or_default();
            told.word(word);
            told.order(order(word), word);
            return told.value(ValueKind::Password, parts.next().unwrap_or_default(), "password");
        }
        if let Some(at) = fields.iter().position(|field| field.len() == 14 && field.starts_with(b"20")) {
            told.word(b"position");
            let id = at.checked_sub(1).and_then(|at| fields.get(at)).copied().unwrap_or_default();
            let digits = id.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
            told.id(id.get(id.len() - digits..).unwrap_or_default());
        }
        told.shapes(First::Longitude, by_letters);
    }
}

fn order(word: &[u8]) -> Order {
    match word {
        b"GETLOCATION" | b"TRACK" => Order::Locate,
        b"REBOOT" => Order::Power,
        b"COMMTYPE" | b"SETSERVER" => Order::MoveServer,
        _ => Order::Set,
    }
}

#[cfg(test)]
mod tests {
    use super::named::tests::{asked, refuses, told};
    use super::*;
    use crate::protocols::protocol::Verdict;
    use crate::wire::Direction;

    #[test]
    fn the_longitude_comes_first() {
        for text in [
            "2000000108,20260422080912,2.294490,48.858373,0,140,15,100\r\n",
            "$RP:12345,2000000108,20260422080912,2.294490,48.858373,0\r\n",
            "$$STATUS2000000108,20260422080912,2.294490,48.858373,0\r\n",
        ] {
            assert_eq!(told(&WONDEX, Direction::ToServer, text), ["word position", "serial id=2000000108", "position position=48.858373,2.294490"]);
            assert_eq!(asked(&WONDEX, text), Verdict::Yes);
        }
    }

    #[test]
    fn orders_hold_a_password() {
        let lines = told(&WONDEX, Direction::ToClient, "$WP+GETLOCATION=0000\r\n");
        assert_eq!(lines, ["word GETLOCATION", "command locate GETLOCATION", "password password=0000"]);
    }

    #[test]
    fn date_and_two_decimals_are_needed() {
        for other in ["2000000108,20260422080912,2,48\r\n", "2000000108,12345678901234,2.294490,48.858373\r\n", "1,2,3\n"] {
            assert_eq!(asked(&WONDEX, other), Verdict::No, "{other}");
        }
        refuses(&WONDEX);
    }
}
