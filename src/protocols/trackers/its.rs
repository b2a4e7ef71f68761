//! Indian vehicle trackers after AIS 140: `$NRM,VENDOR,VERSION,NR,01,L,IMEI,PLATE,1,DDMMYYYY,hhmmss,LAT,N,LON,E,…*CS`, alarms as `$EPB`, logins as `$LGN`.
//!
//! Source: AIS 140 (the Indian standard on vehicle location tracking), in the dialects that the project Traccar describes.

use super::named::{self, Speaker, Tracker};
use super::scan::Scan;
use super::shape::First;
use super::telling::{Telling, by_letters};
use crate::protocols::protocol::Protocol;

/// AIS 140 in streams.
pub static ITS: Protocol = named::stream::<Its>();
/// AIS 140 in datagrams.
pub static ITS_UDP: Protocol = named::datagrams::<Its>();

struct Its;

impl Tracker for Its {
    const NAME: &'static str = "its";
    const ENDS: &'static [u8] = b"*\r\n";
    const PORTS: &'static [u16] = &[5169];

    fn begins(scan: &mut Scan<'_>) -> Option<Speaker> {
        scan.literal(b"$")?;
        scan.one_of(&[",", "NRM,", "NMP,", "LGN,", "RLP,", "EPB,", "HLM,", "Header,"])?;
        for _ in 0..9 {
            let field = scan.field(24)?;
            if field.len() == 15 && field.iter().all(u8::is_ascii_digit) {
                return Some(Speaker::Tracker);
            }
        }
        None
    }

    fn tell(told: &mut Telling<'_, '_, '_>) {
        let fields = told.fields();
        let Some(word) = fields.first().and_then(|field| field.strip_prefix(b"$")) else { return };
        told.word(if word.is_empty() { fields.get(1).copied().unwrap_or_default() } else { word });
        if let Some(id) = fields.iter().skip(1).take(9).find(|field| field.len() == 15 && field.iter().all(u8::is_ascii_digit)) {
            told.id(id);
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
        for text in [
            "$NRM,VENDOR,3.5AIS,NR,01,L,490154203237518,,1,22042026,080912,48.85837300,N,2.29449000,E,0.0,0.00,13*",
            "$,04,XYZ123,0.0.1,TA,16,L,490154203237518,MH12,1,22,04,2026,08,09,12,048.858373,N,002.294490,E,000.0*",
        ] {
            let lines = told(&ITS, Direction::ToServer, text);
            assert_eq!(lines[1..], ["imei id=490154203237518", "position position=48.858373,2.294490"]);
            assert_eq!(asked(&ITS, text), Verdict::Yes);
        }
        for other in ["$NRM,1,2,3,4,5,6,7,8,9,10,", "$,hello\n", "$Header: x$"] {
            assert_ne!(asked(&ITS, other), Verdict::Yes, "{other}");
        }
        refuses(&ITS);
    }
}
