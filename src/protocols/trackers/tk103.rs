//! TK103, as older Chinese trackers speak it: `(ID CMD …)`, an identifier of eleven to fifteen digits, a command word of two letters and two signs,
//! the fields glued together or with commas. Words of trackers begin with B, Z or D, those of servers with A.
//!
//! Source: the maker's "GPS Tracker Communication Protocol" 1.8, as the project Traccar describes it; DV-06 in this project's catalogue rests on it.

use super::named::{self, Speaker, Tracker};
use super::scan::Scan;
use super::shape::First;
use super::telling::{Telling, by_letters};
use crate::event::Order;
use crate::protocols::protocol::Protocol;

/// TK103 in streams.
pub static TK103: Protocol = named::stream::<Tk103>();
/// TK103 in datagrams.
pub static TK103_UDP: Protocol = named::datagrams::<Tk103>();

struct Tk103;

impl Tracker for Tk103 {
    const NAME: &'static str = "tk103";
    const ENDS: &'static [u8] = b")";
    const PORTS: &'static [u16] = &[5002];

    fn begins(scan: &mut Scan<'_>) -> Option<Speaker> {
        scan.literal(b"(")?;
        scan.digits(11..=15)?;
        scan.run(|byte| *byte == b',', 0..=1)?;
        let word = scan.run(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit(), 4..=4)?;
        speaker(word)
    }

    fn tell(told: &mut Telling<'_, '_, '_>) {
        let text = told.text().strip_prefix(b"(").unwrap_or(told.text());
        let digits = text.iter().take(15).take_while(|byte| byte.is_ascii_digit()).count();
        let Some((id, rest)) = text.split_at_checked(digits).filter(|(id, _)| id.len() >= 11) else {
            return told.shapes(First::Latitude, by_letters);
        };
        told.id(id);
        let rest = rest.strip_prefix(b",").unwrap_or(rest);
        if let Some(word) = rest.get(..4).filter(|word| speaker(word).is_some()) {
            told.word(word);
            told.order(order(word), word);
        }
        told.networks();
        told.shapes(First::Latitude, by_letters);
    }
}

/// Who says a word; nothing for what is none.
fn speaker(word: &[u8]) -> Option<Speaker> {
    match word {
        [b'A', b'P'..=b'Z', b'0'..=b'9', b'0'..=b'9'] => Some(Speaker::Server),
        [b'B' | b'Z' | b'D', b'A'..=b'Z', b'0'..=b'9', b'0'..=b'9' | b'A'..=b'Z'] => Some(Speaker::Tracker),
        _ => None,
    }
}

fn order(word: &[u8]) -> Order {
    match word {
        b"AP00" | b"AR00" => Order::Locate,
        b"AT00" => Order::Power,
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
    fn glued_and_parted_messages_are_read() {
        let glued = "(013612345678BR00260422A4851.5024N00217.6694E000.1080912309.6200000000L000770AD)";
        assert_eq!(told(&TK103, Direction::ToServer, glued), ["serial id=013612345678", "word BR00", "position position=48.858373,2.294490"]);
        let parted =
            "(490154203237518,DW51,200,1,3215,43370,1,00:00:5E:00:53:A1*-65*1,220426,080912)(490154203237518,ZC11,220426,V,4851.5024N,00217.6694E,000.0)";
        let want = [
            "imei id=490154203237518",
            "word DW51",
            "bssid wifi=00:00:5e:00:53:a1",
            "imei id=490154203237518",
            "word ZC11",
            "position last position=48.858373,2.294490",
        ];
        assert_eq!(told(&TK103, Direction::ToServer, parted), want);
    }

    #[test]
    fn orders_come_from_the_server() {
        assert_eq!(told(&TK103, Direction::ToClient, "(013612345678AR0000050000)").last().unwrap(), "command locate AR00");
        assert_eq!(told(&TK103, Direction::ToClient, "(013612345678AV010)").last().unwrap(), "command set AV01");
    }

    #[test]
    fn all_three_parts_are_needed() {
        assert_eq!(asked(&TK103, "(013612345678BP05"), Verdict::Yes);
        for other in ["(013612345678)", "(call 01361234567)", "(013612345678,hello", "(12345BP05000)"] {
            assert_eq!(asked(&TK103, other), Verdict::No, "{other}");
        }
        refuses(&TK103);
    }
}
