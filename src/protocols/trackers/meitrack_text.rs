//! The text messages of Meitrack: `$$` and a letter, the length, `IMEI,AAA,EVENT,LAT,LON,YYMMDDhhmmss,A,…*CS`. Servers order with `@@`, of the same form: `@@Q25,IMEI,A10*6A`.
//!
//! Source: the maker's public "Meitrack GPRS Protocol".

use super::named::{self, Speaker, Tracker};
use super::scan::Scan;
use super::shape::First;
use super::telling::Telling;
use crate::event::Order;
use crate::protocols::protocol::Protocol;

/// Meitrack in streams.
pub static MEITRACK: Protocol = named::stream::<Meitrack>();
/// Meitrack in datagrams.
pub static MEITRACK_UDP: Protocol = named::datagrams::<Meitrack>();

struct Meitrack;

impl Tracker for Meitrack {
    const NAME: &'static str = "meitrack";
    const ENDS: &'static [u8] = b"\r\n";
    const PORTS: &'static [u16] = &[5020];

    fn begins(scan: &mut Scan<'_>) -> Option<Speaker> {
        let head = scan.one_of(&["$$", "@@"])?;
        scan.run(|byte| (0x41..=0x7a).contains(byte), 1..=1)?;
        scan.number(1..=4)?;
        scan.number(15..=15)?;
        scan.run(u8::is_ascii_alphanumeric, 3..=3)?;
        Some(if head == "@@" { Speaker::Server } else { Speaker::Tracker })
    }

    fn tell(told: &mut Telling<'_, '_, '_>) {
        let text = told.text();
        let fields = told.fields();
        if let (&[_, id, word, ref rest @ ..], [b'$' | b'@', b'$' | b'@', ..]) = (fields.as_slice(), text) {
            let word = word.get(..3).unwrap_or_default();
            told.id(id);
            told.word(word);
            told.order(order(word), word);
            if matches!(word, b"A70" | b"A71" | b"A72" | b"A73") {
                for field in rest {
                    told.phone(field.split(|byte| *byte == b'*').next().unwrap_or_default());
                }
            }
        }
        told.shapes(First::Latitude, has_fix);
    }
}

/// The time stands behind the place, then whether there was a fix.
fn has_fix(_: &[u8], behind: &[u8]) -> Option<bool> {
    match behind.split(|byte| *byte == b',').nth(2)? {
        b"A" => Some(true),
        b"V" => Some(false),
        _ => None,
    }
}

fn order(word: &[u8]) -> Order {
    match word {
        b"A10" | b"A12" | b"A14" => Order::Locate,
        b"A21" | b"A23" => Order::MoveServer,
        b"A71" => Order::SetContact,
        b"A72" => Order::ListenIn,
        b"D03" => Order::TakePicture,
        b"F01" | b"F11" => Order::Power,
        _ => Order::Set,
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
        let text = "$$F153,490154203237518,AAA,35,48.858373,2.294490,260422080912,V,0,25,0,0,0.0,0,249701532,98374503,234|15|101C|A3AE,0800*A0\r\n";
        let want = ["imei id=490154203237518", "word AAA", "position last position=48.858373,2.294490"];
        assert_eq!(told(&MEITRACK, Direction::ToServer, text), want);
    }

    #[test]
    fn orders_come_from_the_server() {
        for (word, order) in
            [("A10", "locate"), ("A21,1,203.0.113.9,8800", "move-server"), ("D03,1,camera", "take-picture"), ("F11", "power"), ("A11,5", "set")]
        {
            let lines = told(&MEITRACK, Direction::ToClient, &format!("@@Q25,490154203237518,{word}*6A\r\n"));
            assert_eq!(lines[2], format!("command {order} {}", &word[..3]));
        }
        let lines = told(&MEITRACK, Direction::ToClient, "@@Q25,490154203237518,A72,+447700900123,+447700900124*6A\r\n");
        assert_eq!(lines[2..], ["command listen-in A72", "phone phone=+447700900123", "phone phone=+447700900124"]);
    }

    #[test]
    fn the_head_is_needed() {
        assert_eq!(asked(&MEITRACK, "$$F153,490154203237518,AAA"), Verdict::Yes);
        assert_eq!(asked(&MEITRACK, "$$153,490154203237518,AAA"), Verdict::No);
        assert_eq!(asked(&MEITRACK, "@@hello,world"), Verdict::No);
        refuses(&MEITRACK);
    }
}
