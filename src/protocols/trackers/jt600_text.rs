//! The text messages of JT600, Jointech's locks and trackers: `(ID,WORD,DDMMYY,hhmmss,T,LAT,N,LON,E,…)`, `T` with a fix and `F` without. Servers order with
//! `(SNN,…)`.
//!
//! Source: the project Traccar's description of the protocol; the maker publishes none.

use super::named::{self, Speaker, Tracker};
use super::scan::Scan;
use super::shape::First;
use super::telling::{Telling, field_before};
use crate::event::Order;
use crate::protocols::protocol::Protocol;

/// JT600 text in streams.
pub static JT600_TEXT: Protocol = named::stream::<Jt600Text>();
/// JT600 text in datagrams.
pub static JT600_TEXT_UDP: Protocol = named::datagrams::<Jt600Text>();

struct Jt600Text;

impl Tracker for Jt600Text {
    const NAME: &'static str = "jt600-text";
    const ENDS: &'static [u8] = b")";
    const PORTS: &'static [u16] = &[5014];

    fn begins(scan: &mut Scan<'_>) -> Option<Speaker> {
        scan.literal(b"(")?;
        scan.number(10..=12)?;
        // In between may stand numbers of a parcel.
        for _ in 0..2 {
            scan.digits(0..=2)?;
            scan.run(|byte| *byte == b',', 0..=1)?;
        }
        scan.run(|byte| matches!(byte, b'U' | b'W' | b'P' | b'S' | b'@'), 1..=1)?;
        scan.run(|byte| byte.is_ascii_digit() || matches!(byte, b'J' | b'T'), 2..=2)?;
        scan.run(|byte| matches!(byte, b',' | b')'), 1..=1).map(|_| Speaker::Tracker)
    }

    fn tell(told: &mut Telling<'_, '_, '_>) {
        let fields = told.fields();
        let Some(head) = fields.first().and_then(|field| field.strip_prefix(b"(")) else { return };
        if head.first() == Some(&b'S') {
            told.word(head);
            return told.order(Order::Set, head);
        }
        told.id(head);
        if let Some(word) = fields.iter().skip(1).find(|field| matches!(field, [b'U' | b'W' | b'P' | b'S', ..])) {
            told.word(word);
        }
        told.shapes(First::Latitude, has_fix);
    }
}

fn has_fix(before: &[u8], _: &[u8]) -> Option<bool> {
    match field_before(before, 1) {
        b"T" => Some(true),
        b"F" => Some(false),
        _ => None,
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
        for (text, place) in [
            ("(3301210003,U01,220426,080912,T,48.858373,N,2.294490,E,5.21,152,9,32%,00000000000011)", "position"),
            ("(3301210003,U01,220426,080912,F,48.858373,N,2.294490,E,5.21,152,9,32%,00000000000011)", "last position"),
            ("(3301210003,U01,00217.6694,E,4851.5024,N,A,220426,080912,4,7,100)", "position"),
        ] {
            let want = ["serial id=3301210003", "word U01", &format!("position {place}=48.858373,2.294490")];
            assert_eq!(told(&JT600_TEXT, Direction::ToServer, text), want);
            assert_eq!(asked(&JT600_TEXT, text), Verdict::Yes);
        }
    }

    #[test]
    fn orders_come_from_the_server() {
        assert_eq!(told(&JT600_TEXT, Direction::ToClient, "(S07,0)"), ["word S07", "command set S07"]);
    }

    #[test]
    fn the_head_is_needed() {
        for other in ["(3301210003)", "(3301210003,hello", "(call 3301210003,U01"] {
            assert_eq!(asked(&JT600_TEXT, other), Verdict::No, "{other}");
        }
        refuses(&JT600_TEXT);
    }
}
