//! GPS103, as the trackers of Coban and their copies (TK102, TK103, TK303 …) speak it: `imei:ID,WORD,TIME,PHONE,F,TIME,A,LAT,N,LON,E,…;`.
//! The server orders with `**,imei:ID,WORD`.
//!
//! Source: the maker's "GPRS data protocol", as the project Traccar describes it; DV-05 in this project's catalogue rests on it.

use super::named::{self, Speaker, Tracker};
use super::scan::Scan;
use super::shape::First;
use super::telling::{Telling, by_letters};
use crate::event::{Media, Order};
use crate::protocols::protocol::Protocol;

/// GPS103 in streams.
pub static GPS103: Protocol = named::stream::<Gps103>();
/// GPS103 in datagrams.
pub static GPS103_UDP: Protocol = named::datagrams::<Gps103>();

struct Gps103;

impl Tracker for Gps103 {
    const NAME: &'static str = "gps103";
    const ENDS: &'static [u8] = b";\r\n";
    const PORTS: &'static [u16] = &[5001];

    fn begins(scan: &mut Scan<'_>) -> Option<Speaker> {
        // Some put the number before the word once more.
        scan.digits(0..=15)?;
        let begin = scan.one_of(&["imei:", "##,imei:", "**,imei:"])?;
        scan.number(15..=15)?;
        Some(if begin.starts_with('*') { Speaker::Server } else { Speaker::Tracker })
    }

    fn tell(told: &mut Telling<'_, '_, '_>) {
        let text = told.text();
        let fields = told.fields();
        let named = fields.iter().position(|field| memchr::memmem::find(field, b"imei:").is_some());
        let Some((at, id)) = named.and_then(|at| Some((at, fields.get(at)?.rsplit(|byte| *byte == b':').next()?))) else {
            // A heartbeat is the number alone.
            if text.len() > 14 && text.iter().all(u8::is_ascii_digit) {
                told.word(b"heartbeat");
                told.id(text.get(..15).unwrap_or_default());
            } else {
                told.shapes(First::Latitude, by_letters);
            }
            return;
        };
        told.id(id);
        let word = fields.get(at + 1).copied().unwrap_or_default().trim_ascii();
        if text.starts_with(b"##") {
            told.word(b"login");
            return;
        }
        told.word(word);
        if text.starts_with(b"**") {
            told.order(order(word), word);
        }
        if word == b"vr" {
            told.media(Media::Picture, "jpeg", fields.get(at + 2).copied().unwrap_or_default());
        }
        if let Some(phone) = fields.get(at + 3).filter(|_| word != b"rfid" && word != b"OBD") {
            told.phone(phone);
        }
        told.shapes(First::Latitude, by_letters);
    }
}

fn order(word: &[u8]) -> Order {
    match word {
        b"B" | b"C" | b"101" | b"102" => Order::Locate,
        b"160" => Order::TakePicture,
        _ => Order::Set,
    }
}

#[cfg(test)]
mod tests {
    use super::named::tests::{asked, refuses, told};
    use super::*;
    use crate::protocols::protocol::Verdict;
    use crate::wire::Direction;

    const FIX: &str = "imei:490154203237518,help me,2604220809,+447700900123,F,080912.000,A,4851.5024,N,00217.6694,E,0.00,;";

    #[test]
    fn a_fix_tells_who_where_and_whom_it_trusts() {
        let want = ["imei id=490154203237518", "word help me", "phone phone=+447700900123", "position position=48.858373,2.294490"];
        assert_eq!(told(&GPS103, Direction::ToServer, FIX), want);
        assert_eq!(told(&GPS103, Direction::ToServer, "##,imei:490154203237518,A;490154203237518;").len(), 4);
    }

    #[test]
    fn orders_come_from_the_server() {
        let orders = [("B", "locate"), ("C,30s", "locate"), ("J", "set"), ("160", "take-picture")];
        for (word, order) in orders {
            let lines = told(&GPS103, Direction::ToClient, &format!("**,imei:490154203237518,{word};"));
            let word = word.split(',').next().unwrap();
            assert_eq!(lines, ["imei id=490154203237518".to_owned(), format!("word {word}"), format!("command {order} {word}")]);
        }
    }

    #[test]
    fn the_number_behind_the_word_is_needed() {
        assert_eq!(asked(&GPS103, FIX), Verdict::Yes);
        assert_eq!(asked(&GPS103, "imei:4901542032,x"), Verdict::No);
        refuses(&GPS103);
    }
}
