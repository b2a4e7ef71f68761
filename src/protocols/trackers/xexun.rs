//! Xexun: a sentence of NMEA without its dollar sign, the number that may call, and the IMEI: `[SERIAL,PHONE,]GPRMC,…,imei:IMEI,…`.
//!
//! Source: the maker's protocol, as the project Traccar describes it.

use super::named::{self, Speaker, Tracker};
use super::scan::Scan;
use super::shape::First;
use super::telling::{Telling, by_letters};
use crate::protocols::protocol::Protocol;

/// Xexun in streams.
pub static XEXUN: Protocol = named::stream::<Xexun>();
/// Xexun in datagrams.
pub static XEXUN_UDP: Protocol = named::datagrams::<Xexun>();

struct Xexun;

impl Tracker for Xexun {
    const NAME: &'static str = "xexun";
    const ENDS: &'static [u8] = b"\r\n";
    const PORTS: &'static [u16] = &[5006];

    fn begins(scan: &mut Scan<'_>) -> Option<Speaker> {
        scan.literal(b"\n").unwrap_or_default();
        let serial = scan.digits(0..=12)?;
        if serial.len() == 12 {
            scan.literal(b",")?;
            scan.field(20)?;
        }
        scan.one_of(&["GPRMC,", "GNRMC,"])?;
        // Hour, minute, second, then whether there was a fix.
        scan.digits(0..=6)?;
        scan.literal(b".")?;
        scan.digits(0..=3)?;
        scan.literal(b",")?;
        scan.run(|byte| matches!(byte, b'A' | b'V'), 1..=1).map(|_| Speaker::Tracker)
    }

    fn tell(told: &mut Telling<'_, '_, '_>) {
        let fields = told.fields();
        told.word(b"position");
        if fields.first().is_some_and(|serial| serial.len() == 12) {
            told.phone(fields.get(1).copied().unwrap_or_default());
        }
        for field in &fields {
            if let Some(id) = field.trim_ascii().strip_prefix(b"imei:") {
                told.id(id);
            }
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
    fn a_fix_tells_who_where_and_who_may_call() {
        let text = "111111120009,+447700900123,GPRMC,080912.000,A,4851.5024,N,00217.6694,E,0.00,,220426,,,A*74,F, imei:490154203237518,03,-3.1\r\n";
        let want = ["word position", "phone phone=+447700900123", "imei id=490154203237518", "position position=48.858373,2.294490"];
        assert_eq!(told(&XEXUN, Direction::ToServer, text), want);
        assert_eq!(asked(&XEXUN, text), Verdict::Yes);
        assert_eq!(asked(&XEXUN, "GPRMC,080912.000,A"), Verdict::Yes);
        for other in ["GPRMC,hello", "111111120009,+447700900123,hello"] {
            assert_eq!(asked(&XEXUN, other), Verdict::No, "{other}");
        }
        refuses(&XEXUN);
    }
}
