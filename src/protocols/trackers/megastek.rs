//! Megastek: `[LENGTH]$MGV002,IMEI,NAME,R,DDMMYY,hhmmss,A,LAT,N,LON,E,…;!` and the older `STX,ID,$GPRMC,…`.
//!
//! Source: the maker's protocol, as the project Traccar describes it.

use super::named::{self, Speaker, Tracker};
use super::scan::Scan;
use super::shape::First;
use super::telling::{Telling, by_letters};
use crate::protocols::protocol::Protocol;

/// Megastek in streams.
pub static MEGASTEK: Protocol = named::stream::<Megastek>();
/// Megastek in datagrams.
pub static MEGASTEK_UDP: Protocol = named::datagrams::<Megastek>();

struct Megastek;

impl Tracker for Megastek {
    const NAME: &'static str = "megastek";
    const ENDS: &'static [u8] = b"!\r\n";
    const PORTS: &'static [u16] = &[5024];

    fn begins(scan: &mut Scan<'_>) -> Option<Speaker> {
        scan.digits(0..=4)?;
        if scan.one_of(&["$MGV", "STX", "LOGSTX,"])? == "$MGV" {
            scan.number(3..=3)?;
            scan.number(0..=15)?;
        } else {
            scan.run(|byte| matches!(byte, b' '..=b'~' | 2) && *byte != b'$', 1..=24)?;
            scan.literal(b"$G")?;
        }
        Some(Speaker::Tracker)
    }

    fn tell(told: &mut Telling<'_, '_, '_>) {
        let fields = told.fields();
        let head = fields.first().copied().unwrap_or_default();
        let modern = memchr::memmem::find(head, b"$MGV").is_some();
        told.word(if modern { b"MGV" } else { b"STX" });
        told.id(fields.get(1).copied().filter(|field| !field.contains(&b'$') && !field.contains(&b'.')).unwrap_or_default());
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
    fn both_forms_are_read() {
        for (text, word, fix) in [
            ("$MGV002,490154203237518,,R,220426,080912,V,4851.5024,N,00217.6694,E,00,03,00,1.20,0.462,356.23,137.9;!", "MGV", "last position"),
            ("0132$MGV002,490154203237518,,S,220426,080912,A,4851.5024,N,00217.6694,E,00,00;!", "MGV", "position"),
            ("STX,490154203237518,$GPRMC,080912.000,A,4851.5024,N,00217.6694,E,0.00,,220426,,,A*7F,L\r\n", "STX", "position"),
        ] {
            let want = [format!("word {word}"), "imei id=490154203237518".to_owned(), format!("position {fix}=48.858373,2.294490")];
            assert_eq!(told(&MEGASTEK, Direction::ToServer, text), want);
            assert_eq!(asked(&MEGASTEK, text), Verdict::Yes);
        }
    }

    #[test]
    fn the_head_is_needed() {
        for other in ["$MGX", "STX is a byte", "STX,\n"] {
            assert_ne!(asked(&MEGASTEK, other), Verdict::Yes, "{other}");
        }
        refuses(&MEGASTEK);
    }
}
