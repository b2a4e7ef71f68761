//! PT502: `$POS,ID,hhmmss.sss,A,LAT,N,LON,E,…`, pictures as `$PHO`, `$PHD`. Servers order with `#WORD…`; `#PHO` takes a picture.
//!
//! Source: the maker's protocol, as the project Traccar describes it.

use super::named::{self, Speaker, Tracker};
use super::scan::Scan;
use super::shape::First;
use super::telling::{Telling, by_letters};
use crate::event::{Media, Order};
use crate::protocols::protocol::Protocol;

/// PT502 in streams.
pub static PT502: Protocol = named::stream::<Pt502>();
/// PT502 in datagrams.
pub static PT502_UDP: Protocol = named::datagrams::<Pt502>();

struct Pt502;

impl Tracker for Pt502 {
    const NAME: &'static str = "pt502";
    const ENDS: &'static [u8] = b"\r\n";
    const PORTS: &'static [u16] = &[5033];

    fn begins(scan: &mut Scan<'_>) -> Option<Speaker> {
        scan.literal(b"$")?;
        scan.one_of(&["POS", "PHO", "PHD", "FUS", "FDA", "DFR", "DTC"])?;
        scan.run(|byte| byte.is_ascii_digit() || *byte == b'-', 0..=16)?;
        scan.literal(b",")?;
        scan.field(24)?;
        scan.digits(6..=6)?;
        scan.run(|byte| matches!(byte, b'.' | b','), 1..=1).map(|_| Speaker::Tracker)
    }

    fn tell(told: &mut Telling<'_, '_, '_>) {
        let text = told.text();
        let fields = told.fields();
        if let Some(word) = text.strip_prefix(b"#").and_then(|text| text.get(..3)).filter(|word| word.iter().all(u8::is_ascii_uppercase)) {
            told.word(word);
            return told.order(if word == b"PHO" { Order::TakePicture } else { Order::Set }, word);
        }
        if let Some(word) = text.strip_prefix(b"$").and_then(|text| text.get(..3)) {
            told.word(word);
            told.id(fields.get(1).copied().unwrap_or_default());
        }
        if let (Some(start), b"$PHD") = (memchr::memmem::find(text, b"\xff\xd8\xff"), text.get(..4).unwrap_or_default()) {
            told.media(Media::Picture, "jpeg", text.get(start..).unwrap_or_default());
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
        let text = "$POS,353451000164,080912.000,A,4851.5024,N,00217.6694,E,0.00,237.99,220426,,,A/0000,0/0/55000//a71/\r\n";
        assert_eq!(told(&PT502, Direction::ToServer, text), ["word POS", "serial id=353451000164", "position position=48.858373,2.294490"]);
        assert_eq!(asked(&PT502, text), Verdict::Yes);
    }

    #[test]
    fn a_picture_is_ordered() {
        assert_eq!(told(&PT502, Direction::ToClient, "#PHO\r\n"), ["word PHO", "command take-picture PHO"]);
    }

    #[test]
    fn the_time_is_needed() {
        for other in ["$POS,1,hello", "$POST,1,120000.", "$PHONE"] {
            assert_eq!(asked(&PT502, other), Verdict::No, "{other}");
        }
        refuses(&PT502);
    }
}
