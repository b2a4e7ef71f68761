//! Laipac and StarFinder: `$AVRMC,ID,hhmmss,A,LAT,N,LON,E,…*CS`, `$AVSYS`, `$ECHK`. Servers order with `$AVREQ,PASSWORD,NUMBER` and `$AVCFG,PASSWORD,…`.
//!
//! Source: the maker's protocol, as the project Traccar describes it.

use super::named::{self, Speaker, Tracker};
use super::scan::Scan;
use super::shape::First;
use super::telling::{Telling, field_before};
use crate::event::Order;
use crate::protocols::protocol::Protocol;
use crate::value::ValueKind;

/// Laipac in streams.
pub static LAIPAC: Protocol = named::stream::<Laipac>();
/// Laipac in datagrams.
pub static LAIPAC_UDP: Protocol = named::datagrams::<Laipac>();

struct Laipac;

impl Tracker for Laipac {
    const NAME: &'static str = "laipac";
    const ENDS: &'static [u8] = b"\r\n";
    const PORTS: &'static [u16] = &[5029];

    fn begins(scan: &mut Scan<'_>) -> Option<Speaker> {
        scan.literal(b"$")?;
        match scan.one_of(&["AVRMC,", "AVSYS,", "ECHK,", "AVREQ,", "AVCFG,", "AVACK,"])? {
            "AVREQ," | "AVCFG," | "AVACK," => scan.field(24).map(|_| Speaker::Server),
            _ => scan.field(24).map(|_| Speaker::Tracker),
        }
    }

    fn tell(told: &mut Telling<'_, '_, '_>) {
        let text = told.text();
        let fields = told.fields();
        let word = fields.first().and_then(|field| field.strip_prefix(b"$")).unwrap_or_default();
        let second = fields.get(1).copied().unwrap_or_default();
        told.word(word);
        match word {
            b"AVREQ" | b"AVCFG" => {
                let action = fields.get(2).and_then(|field| field.split(|byte| *byte == b'*').next()).unwrap_or_default();
                told.order(if (word, action) == (b"AVREQ", b"1") { Order::Locate } else { Order::Set }, word);
                told.value(ValueKind::Password, second, "password");
            }
            _ if text.starts_with(b"$") => told.id(second),
            _ => {}
        }
        told.shapes(First::Latitude, has_fix);
    }
}

/// `A` with a fix, `R` read from memory with one; small letters where the message asks for an answer.
fn has_fix(before: &[u8], _: &[u8]) -> Option<bool> {
    match field_before(before, 1) {
        [letter] => Some(matches!(letter.to_ascii_uppercase(), b'A' | b'R' | b'P')),
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
        for (letter, place) in [("A", "position"), ("r", "position"), ("V", "last position")] {
            let text = format!("$AVRMC,80006405,080912,{letter},4851.5024,N,00217.6694,E,0.00,0.00,220426,a,4076,0,1,0,0*78\r\n");
            assert_eq!(told(&LAIPAC, Direction::ToServer, &text), ["word AVRMC", "serial id=80006405", &format!("position {place}=48.858373,2.294490")]);
            assert_eq!(asked(&LAIPAC, &text), Verdict::Yes);
        }
    }

    #[test]
    fn orders_hold_a_password() {
        assert_eq!(told(&LAIPAC, Direction::ToClient, "$AVREQ,00000000,1*3D\r\n"), ["word AVREQ", "command locate AVREQ", "password password=00000000"]);
        assert_eq!(asked(&LAIPAC, "$AVREQ,00000000,1*3D\r\n"), Verdict::Yes);
        assert_eq!(asked(&LAIPAC, "$AVERAGE,1"), Verdict::No);
        refuses(&LAIPAC);
    }
}
