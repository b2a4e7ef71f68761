//! The text messages of ATrack: `@P,CRC,LENGTH,NUMBER,IMEI,TIME,TIME,TIME,LON,LAT,COURSE,…`, times as seconds since 1970 or YYYYMMDDhhmmss, coordinates
//! in millionths of a degree. Servers order with `AT$WORD…`.
//!
//! Source: the maker's protocol, as the project Traccar describes it.

use super::named::{self, Speaker, Tracker};
use super::place::Place;
use super::scan::Scan;
use super::telling::{Telling, number};
use crate::event::Order;
use crate::protocols::protocol::Protocol;

/// ATrack text in streams.
pub static ATRACK: Protocol = named::stream::<AtrackText>();
/// ATrack text in datagrams.
pub static ATRACK_UDP: Protocol = named::datagrams::<AtrackText>();

struct AtrackText;

impl Tracker for AtrackText {
    const NAME: &'static str = "atrack";
    const ENDS: &'static [u8] = b"\r\n";
    const PORTS: &'static [u16] = &[5015];

    fn begins(scan: &mut Scan<'_>) -> Option<Speaker> {
        if scan.literal(b"AT$").is_some() {
            scan.run(u8::is_ascii_uppercase, 4..=4)?;
            return scan.run(|byte| matches!(byte, b'=' | b'+' | b'?'), 1..=1).map(|_| Speaker::Server);
        }
        scan.literal(b"@P,")?;
        scan.run(u8::is_ascii_hexdigit, 4..=4)?;
        scan.literal(b",")?;
        scan.number(1..=5)?;
        scan.number(1..=9)?;
        scan.number(15..=15).map(|_| Speaker::Tracker)
    }

    fn tell(told: &mut Telling<'_, '_, '_>) {
        let fields = told.fields();
        if let Some(word) = told.text().strip_prefix(b"AT$").and_then(|text| text.get(..4)) {
            told.word(word);
            told.order(order(word), word);
            return;
        }
        if fields.first() == Some(&&b"@P"[..]) {
            told.word(b"position");
            told.id(fields.get(4).copied().unwrap_or_default());
        }
        let is_time = |field: &[u8]| matches!(field.len(), 10 | 14) && field.iter().all(u8::is_ascii_digit);
        for window in fields.windows(5) {
            let &[first, second, third, east, north] = window else { continue };
            if ![first, second, third].iter().all(|field| is_time(field)) || [east, north].iter().any(|field| field.contains(&b'.')) {
                continue;
            }
            if let Some((longitude, latitude)) = number(east).zip(number(north)) {
                told.place_between(Place::new(latitude / 1e6, longitude / 1e6, true), east, north);
            }
        }
    }
}

fn order(word: &[u8]) -> Order {
    match word {
        b"INFO" | b"POSI" | b"TRAC" => Order::Locate,
        b"GPRS" => Order::MoveServer,
        b"REBT" | b"RSET" => Order::Power,
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
    fn millionths_are_degrees() {
        for time in ["1776845352", "20260422080912"] {
            let text = format!("@P,93D1,419,0,490154203237518,{time},{time},{time},2294490,48858373,338,230,2809,8,0\r\n");
            assert_eq!(told(&ATRACK, Direction::ToServer, &text), ["word position", "imei id=490154203237518", "position position=48.858373,2.294490"]);
            assert_eq!(asked(&ATRACK, &text), Verdict::Yes);
        }
    }

    #[test]
    fn orders_come_from_the_server() {
        assert_eq!(told(&ATRACK, Direction::ToClient, "AT$GPRS=1,203.0.113.9\r\n"), ["word GPRS", "command move-server GPRS"]);
    }

    #[test]
    fn the_head_is_needed() {
        for other in ["@P,hello", "AT+CGMI", "@P,93D1,419,0,49015,"] {
            assert_eq!(asked(&ATRACK, other), Verdict::No, "{other}");
        }
        refuses(&ATRACK);
    }
}
