//! Totem: `$$LENGTH TYPE IMEI|…`, degrees and minutes glued to what stands before (`…4851.5024N00217.6694E…`), a sentence of NMEA, or plain degrees with
//! the longitude first. Servers order with `*PASSWORD,NUMBER,…#`.
//!
//! Source: the maker's protocol, as the project Traccar describes it.

use super::named::{self, Speaker, Tracker};
use super::scan::Scan;
use super::shape::First;
use super::telling::Telling;
use crate::event::Order;
use crate::protocols::protocol::Protocol;
use crate::value::ValueKind;

/// Totem in streams.
pub static TOTEM: Protocol = named::stream::<Totem>();
/// Totem in datagrams.
pub static TOTEM_UDP: Protocol = named::datagrams::<Totem>();

struct Totem;

impl Tracker for Totem {
    const NAME: &'static str = "totem";
    const ENDS: &'static [u8] = b"\r\n";
    const PORTS: &'static [u16] = &[5007];

    fn begins(scan: &mut Scan<'_>) -> Option<Speaker> {
        scan.literal(b"$$")?;
        let head = scan.run(u8::is_ascii_hexdigit, 17..=21)?;
        let id = head.get(head.len() - 15..).unwrap_or_default();
        scan.literal(b"|")?;
        id.iter().all(u8::is_ascii_digit).then_some(Speaker::Tracker)
    }

    fn tell(told: &mut Telling<'_, '_, '_>) {
        let text = told.text();
        if told.is_of_server() {
            let fields: Vec<&[u8]> = text.split(|byte| matches!(byte, b',' | b'#')).collect();
            if let &[password, word, ..] = fields.as_slice()
                && let Some(password) = password.strip_prefix(b"*").filter(|password| password.len() >= 4)
            {
                told.word(word);
                told.order(Order::Set, word);
                told.value(ValueKind::Password, password, "password");
            }
            return;
        }
        let bar = text.iter().position(|byte| *byte == b'|').unwrap_or_default();
        told.word(b"report");
        told.id(text.get(bar.saturating_sub(15)..bar).unwrap_or_default());
        told.shapes(First::Longitude, has_fix);
    }
}

/// Glued to the place stand, from behind: the odometer (7), how exact the fix is (dd.d), speed and course (3 each), the signal's strength and the
/// satellites (2 each); in an older form `A` or `V` and the satellites. No satellites: the place is the last that is known.
fn has_fix(before: &[u8], _: &[u8]) -> Option<bool> {
    let tail = before.get(before.len().checked_sub(21)?..)?;
    match tail {
        [_, b'V', .., b'.', _, _, _, _, _, _, _, _] => Some(false),
        [_, b'A', .., b'.', _, _, _, _, _, _, _, _] => Some(true),
        [tens, ones, .., b'.', _, _, _, _, _, _, _, _] => Some([*tens, *ones] != *b"00"),
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
    fn all_forms_are_read() {
        for text in [
            "$$0128AA490154203237518|10010800260422080912401203270321032103270189000027BA0E4E111800200001.000000004851.5024N00217.6694E000957\r\n",
            "$$BE490154203237518|AA$GPRMC,080912.000,A,4851.5024,N,00217.6694,E,0.00,0.00,220426,,,A*67|01.7|\r\n",
            "$$0494E2490154203237518|260422080912,2.294490,48.858373,1122334455|38\r\n",
        ] {
            assert_eq!(told(&TOTEM, Direction::ToServer, text), ["word report", "imei id=490154203237518", "position position=48.858373,2.294490"]);
            assert_eq!(asked(&TOTEM, text), Verdict::Yes);
        }
    }

    #[test]
    fn without_satellites_it_is_the_last_place() {
        let text = "$$0128AA490154203237518|10010800260422080912401203270321032103270189000027BA0E4E001800200001.000000004851.5024N00217.6694E000957\r\n";
        assert_eq!(told(&TOTEM, Direction::ToServer, text).last().unwrap(), "position last position=48.858373,2.294490");
    }

    #[test]
    fn orders_hold_a_password() {
        assert_eq!(told(&TOTEM, Direction::ToClient, "*000000,025,C,1#\r\n"), ["word 025", "command set 025", "password password=000000"]);
    }

    #[test]
    fn the_number_is_needed() {
        for other in ["$$CLIENT_1ZF,1", "$$hello|", "$$0128AA|", "$$F153,490154203237518,"] {
            assert_eq!(asked(&TOTEM, other), Verdict::No, "{other}");
        }
        refuses(&TOTEM);
    }
}
