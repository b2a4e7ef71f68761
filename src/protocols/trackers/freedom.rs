//! Freedom: `IMEI,NUMBER,YYYY/MM/DD, hh:mm:ss, N, Lat:DDMM.mmmm, E, Lon:DDDMM.mmmm, Spd:…`.
//!
//! Source: the project Traccar's description of the protocol.

use super::named::{self, Speaker, Tracker};
use super::scan::Scan;
use super::shape::First;
use super::telling::{Telling, by_letters};
use crate::protocols::protocol::Protocol;

/// Freedom in streams.
pub static FREEDOM: Protocol = named::stream::<Freedom>();
/// Freedom in datagrams.
pub static FREEDOM_UDP: Protocol = named::datagrams::<Freedom>();

struct Freedom;

impl Tracker for Freedom {
    const NAME: &'static str = "freedom";
    const ENDS: &'static [u8] = b"\r\n";
    const PORTS: &'static [u16] = &[5066];

    fn begins(scan: &mut Scan<'_>) -> Option<Speaker> {
        scan.literal(b"IMEI,")?;
        scan.number(15..=15)?;
        scan.digits(4..=4)?;
        scan.literal(b"/").map(|()| Speaker::Tracker)
    }

    fn tell(told: &mut Telling<'_, '_, '_>) {
        told.word(b"position");
        let fields = told.fields();
        told.id(fields.get(1).copied().unwrap_or_default());
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
    fn a_fix_is_read() {
        let text = "IMEI,490154203237518,2026/04/22, 08:09:12, N, Lat:4851.5024, E, Lon:00217.6694, Spd:5.05\r\n";
        assert_eq!(told(&FREEDOM, Direction::ToServer, text), ["word position", "imei id=490154203237518", "position position=48.858373,2.294490"]);
        assert_eq!(asked(&FREEDOM, text), Verdict::Yes);
        assert_eq!(asked(&FREEDOM, "IMEI,4901\n"), Verdict::No);
        refuses(&FREEDOM);
    }
}
