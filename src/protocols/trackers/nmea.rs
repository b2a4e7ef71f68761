//! NMEA 0183, what receivers of positions speak: `$GPRMC,…*CS`, `$GPGGA`, `$GPGLL`. T55 trackers send it as it is, after `$PGID` or their number.
//!
//! Source: the sentences' public descriptions (NMEA 0183); IEC 61162-1 is the standard.

use super::named::{self, Speaker, Tracker};
use super::scan::Scan;
use super::shape::First;
use super::telling::{Telling, field_before};
use crate::protocols::protocol::Protocol;

/// NMEA in streams.
pub static NMEA: Protocol = named::stream::<Nmea>();
/// NMEA in datagrams.
pub static NMEA_UDP: Protocol = named::datagrams::<Nmea>();

struct Nmea;

impl Tracker for Nmea {
    const NAME: &'static str = "nmea";
    const ENDS: &'static [u8] = b"\r\n";
    const PORTS: &'static [u16] = &[10110, 5005];

    fn begins(scan: &mut Scan<'_>) -> Option<Speaker> {
        // Some trackers put their number before the sentence.
        scan.digits(0..=15)?;
        scan.run(|byte| *byte == b',', 0..=1)?;
        scan.one_of(&["$GP", "$GN", "$GL", "$GA", "$GB", "$BD"])?;
        scan.one_of(&["RMC,", "GGA,", "GLL,", "GSA,", "GSV,", "VTG,", "ZDA,", "TXT,", "IOP,"])?;
        scan.run(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b'A' | b'N'), 1..=1).map(|_| Speaker::Either)
    }

    fn tell(told: &mut Telling<'_, '_, '_>) {
        let text = told.text();
        let Some(start) = memchr::memchr(b'$', text) else { return told.shapes(First::Latitude, has_fix) };
        let (before, sentence) = text.split_at_checked(start).unwrap_or_default();
        told.id(before.strip_suffix(b",").unwrap_or(before));
        if let Some(rest) = sentence.strip_prefix(b"$PGID,") {
            told.id(rest.split(|byte| *byte == b'*').next().unwrap_or_default());
        }
        told.word(sentence.get(1..6).unwrap_or_default());
        told.shapes(First::Latitude, has_fix);
    }
}

/// `$xxGLL` and `$xxGGA` say it behind the place; where nothing is said there was one.
fn has_fix(before: &[u8], _: &[u8]) -> Option<bool> {
    match field_before(before, 1) {
        b"V" => Some(false),
        b"A" => Some(true),
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
    fn sentences_are_read() {
        for (text, fix) in [
            ("$GPRMC,080912.000,A,4851.5024,N,00217.6694,E,0.0,0.0,220426,,,A*61\r\n", "position"),
            ("$GPRMC,080912.000,V,4851.5024,N,00217.6694,E,0.0,0.0,220426,,,N*61\r\n", "last position"),
            ("$GNGGA,080912.00,4851.5024,N,00217.6694,E,1,12,0.84,740.729,M,44.804,M,,*4E\r\n", "position"),
        ] {
            assert_eq!(told(&NMEA, Direction::ToServer, text).last().unwrap(), &format!("position {fix}=48.858373,2.294490"));
            assert_eq!(asked(&NMEA, text), Verdict::Yes);
        }
        let named = told(&NMEA, Direction::ToServer, "490154203237518$GPRMC,080912.000,A,4851.5024,N,00217.6694,E,0.0,0.0,220426,,,A*61\r\n");
        assert_eq!(named[0], "imei id=490154203237518");
    }

    #[test]
    fn a_talker_and_a_sentence_are_needed() {
        for other in ["$GPU,1", "$GPRMCX", "$GNU is not", "$GPRMC,hello"] {
            assert_eq!(asked(&NMEA, other), Verdict::No, "{other}");
        }
        refuses(&NMEA);
    }
}
