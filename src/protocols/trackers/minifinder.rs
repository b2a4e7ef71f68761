//! MiniFinder, also sold as GTrack and EV-07: `!1,IMEI`, `!D,DD/MM/YY,hh:mm:ss,LAT,LON,…`. Servers order with the password and a word as in text messages:
//! `123456P1` listens in, `123456A1,PHONE` sets a contact.
//!
//! Source: the maker's protocol, as the project Traccar describes it.

use super::named::{self, Speaker, Tracker};
use super::scan::Scan;
use super::shape::First;
use super::telling::{Telling, by_letters};
use crate::event::Order;
use crate::protocols::protocol::Protocol;
use crate::value::ValueKind;

/// MiniFinder in streams.
pub static MINIFINDER: Protocol = named::stream::<MiniFinder>();
/// MiniFinder in datagrams.
pub static MINIFINDER_UDP: Protocol = named::datagrams::<MiniFinder>();

struct MiniFinder;

impl Tracker for MiniFinder {
    const NAME: &'static str = "minifinder";
    const ENDS: &'static [u8] = b";\r\n";
    const PORTS: &'static [u16] = &[5062];

    fn begins(scan: &mut Scan<'_>) -> Option<Speaker> {
        scan.literal(b"!")?;
        match scan.run(|byte| matches!(byte, b'1' | b'5' | b'A'..=b'D'), 1..=1)? {
            b"1" => {
                scan.literal(b",")?;
                scan.digits(15..=15)?;
            }
            b"5" => {
                scan.literal(b",")?;
                scan.number(1..=2)?;
                scan.run(|byte| matches!(byte, b'A' | b'V'), 1..=1)?;
            }
            _ => {
                scan.literal(b",")?;
                for sign in [b"/", b"/", b",", b":", b":", b","] {
                    scan.digits(2..=2)?;
                    scan.literal(sign)?;
                }
            }
        }
        Some(Speaker::Tracker)
    }

    fn tell(told: &mut Telling<'_, '_, '_>) {
        let text = told.text();
        if told.is_of_server() {
            return orders(told, text);
        }
        told.word(text.get(1..2).unwrap_or_default());
        let fields = told.fields();
        match text {
            [b'!', b'1', ..] => told.id(fields.get(1).copied().unwrap_or_default()),
            // Contacts stand in the answer to a question for the settings.
            [b'!', b'4', ..] => fields.iter().skip(3).take(3).for_each(|field| told.phone(field)),
            _ => {}
        }
        told.shapes(First::Latitude, by_letters);
    }
}

/// Six digits of the password, then the word.
fn orders(told: &mut Telling<'_, '_, '_>, text: &[u8]) {
    let Some((password, rest)) = text.split_at_checked(6).filter(|(password, _)| password.iter().all(u8::is_ascii_digit)) else { return };
    let length = rest.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    if length == 0 {
        return;
    }
    // The new password stands right behind its letter.
    let is_password = rest.starts_with(b"H");
    let (word, new) = rest.split_at_checked(if is_password { 1 } else { (length + 1).min(rest.len()) }).unwrap_or_default();
    told.word(word);
    told.order(order(word), word);
    told.value(ValueKind::Password, password, "password");
    if is_password {
        told.value(ValueKind::Password, new, "password");
    }
    rest.split(|byte| *byte == b',').skip(1).for_each(|field| told.phone(field));
}

fn order(word: &[u8]) -> Order {
    match word {
        b"P1" => Order::ListenIn,
        b"A1" | b"B1" | b"C1" => Order::SetContact,
        [b'H', ..] => Order::SetPassword,
        [b'L', b'O', b'C', ..] => Order::Locate,
        [b'I', b'P', ..] => Order::MoveServer,
        [b'F', b'I', b'N', b'D', ..] => Order::Ring,
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
        assert_eq!(
            told(&MINIFINDER, Direction::ToServer, "!1,490154203237518;!D,22/04/26,08:09:12,48.858373,2.294490,0,0,0c0001,185.2;"),
            ["word 1", "imei id=490154203237518", "word D", "position position=48.858373,2.294490"]
        );
    }

    #[test]
    fn a_text_listens_in() {
        assert_eq!(told(&MINIFINDER, Direction::ToClient, "123456P1"), ["word P1", "command listen-in P1", "password password=123456"]);
        assert_eq!(
            told(&MINIFINDER, Direction::ToClient, "123456A1,+447700900123"),
            ["word A1", "command set-contact A1", "password password=123456", "phone phone=+447700900123"]
        );
        let want = ["word H", "command set-password H", "password password=123456", "password password=777888"];
        assert_eq!(told(&MINIFINDER, Direction::ToClient, "123456H777888"), want);
        assert_eq!(told(&MINIFINDER, Direction::ToClient, "hello"), [""; 0]);
    }

    #[test]
    fn the_head_is_needed() {
        assert_eq!(asked(&MINIFINDER, "!1,490154203237518"), Verdict::Yes);
        assert_eq!(asked(&MINIFINDER, "!D,22/04/26,08:09:12,"), Verdict::Yes);
        assert_eq!(asked(&MINIFINDER, "!1,4901"), Verdict::Unsure);
        assert_eq!(asked(&MINIFINDER, "!A,hello"), Verdict::No);
        refuses(&MINIFINDER);
    }
}
