//! StarLink of Erm: `$SLU`, number, `,06,INDEX,…,TIME,…,+DDMM.mmmm,+DDDMM.mmmm,SPEED,…*CS`. What fields there are is set in the tracker.
//!
//! Source: the project Traccar's description of the protocol.

use super::named::{self, Speaker, Tracker};
use super::place::{Place, degrees_of_minutes};
use super::scan::Scan;
use super::telling::{Telling, number};
use crate::protocols::protocol::Protocol;

/// StarLink in streams.
pub static STARLINK: Protocol = named::stream::<Starlink>();
/// StarLink in datagrams.
pub static STARLINK_UDP: Protocol = named::datagrams::<Starlink>();

struct Starlink;

impl Tracker for Starlink {
    const NAME: &'static str = "starlink";
    const ENDS: &'static [u8] = b"\r\n";
    const PORTS: &'static [u16] = &[5114];

    fn begins(scan: &mut Scan<'_>) -> Option<Speaker> {
        scan.literal(b"$SLU")?;
        scan.run(u8::is_ascii_hexdigit, 6..=15)?;
        scan.literal(b",")?;
        scan.number(2..=2)?;
        scan.number(1..=9).map(|_| Speaker::Tracker)
    }

    fn tell(told: &mut Telling<'_, '_, '_>) {
        let fields = told.fields();
        told.word(b"SLU");
        told.id(fields.first().and_then(|field| field.strip_prefix(b"$SLU")).unwrap_or_default());
        fields.iter().skip(3).take(3).filter(|field| field.len() == 15 && field.iter().all(u8::is_ascii_digit)).for_each(|imei| told.id(imei));
        for pair in fields.windows(2) {
            let &[north @ [b'+' | b'-', ..], east @ [b'+' | b'-', ..]] = pair else { continue };
            let degrees = |field: &[u8], length: usize| number(field).filter(|_| field.len() == length && field.contains(&b'.')).and_then(degrees_of_minutes);
            if let Some((latitude, longitude)) = degrees(north, 10).zip(degrees(east, 11)) {
                told.place_between(Place::new(latitude, longitude, true), north, east);
            }
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
    fn signed_minutes_are_read() {
        let text = "$SLU031B2B,06,624,260422080912,01,260422080912,+4851.5024,-00217.6694,006.8,326,000099,1,1,0*6D\r\n";
        assert_eq!(told(&STARLINK, Direction::ToServer, text), ["word SLU", "serial id=031B2B", "position position=48.858373,-2.294490"]);
        assert_eq!(asked(&STARLINK, text), Verdict::Yes);
        assert_eq!(asked(&STARLINK, "$SLUG,06"), Verdict::No);
        refuses(&STARLINK);
    }
}
