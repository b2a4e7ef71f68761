//! The text messages of H02, which many small trackers and watches speak (Sinotrack and its relatives): `*HQ,ID,WORD,TIME,A,LAT,N,LON,E,…#`.
//! Both ends speak the same form; the word tells them apart.
//!
//! Source: the makers' "H02 protocol" sheets (`*XX,YYYYYYYYYY,CMD,HHMMSS,…#`), as the project Traccar describes them; DV-04 in this project's
//! catalogue rests on it.

use super::named::{self, Speaker, Tracker};
use super::place::{Place, degrees_of_minutes};
use super::scan::Scan;
use super::shape::First;
use super::telling::{Telling, field_before, number};
use crate::event::Order;
use crate::protocols::protocol::Protocol;

/// H02 in streams.
pub static H02: Protocol = named::stream::<H02Text>();
/// H02 in datagrams.
pub static H02_UDP: Protocol = named::datagrams::<H02Text>();

struct H02Text;

impl Tracker for H02Text {
    const NAME: &'static str = "h02";
    const ENDS: &'static [u8] = b"#";
    const PORTS: &'static [u16] = &[5013];

    fn begins(scan: &mut Scan<'_>) -> Option<Speaker> {
        scan.literal(b"*")?;
        let maker = scan.run(u8::is_ascii_uppercase, 2..=2)?;
        scan.literal(b",")?;
        // EasyTrack frames its messages the same.
        if maker == b"ET" {
            return None;
        }
        let id = scan.number(0..=15)?;
        if !id.is_empty() && id.len() < 10 {
            return None;
        }
        let word = scan.run(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit(), 0..=6)?;
        let known = word.iter().any(u8::is_ascii_uppercase) || id.len() >= 10 && word.is_empty();
        scan.run(|byte| matches!(byte, b',' | b'#'), 1..=1)?;
        known.then(|| if is_order(word) { Speaker::Server } else { Speaker::Tracker })
    }

    fn tell(told: &mut Telling<'_, '_, '_>) {
        let fields = told.fields();
        let &[head, id, word, ..] = fields.as_slice() else { return told.shapes(First::Latitude, has_fix) };
        if head.first() != Some(&b'*') {
            return told.shapes(First::Latitude, has_fix);
        }
        told.id(id);
        told.word(word);
        if is_order(word) {
            told.order(order(word), word);
        }
        if matches!(word, b"UR" | b"R8" | b"V19") {
            // The last two fields of a position are its date and status.
            fields.iter().skip(if word == b"V19" { 12 } else { 4 }).for_each(|field| told.phone(field));
        }
        for field in &fields {
            told.iccid(field.strip_suffix(b"?").unwrap_or(field));
        }
        fields.windows(5).for_each(|window| parted(told, window));
        told.shapes(First::Latitude, has_fix);
    }
}

/// A server's words: S and digits, R and digits, D1, SCF, IP, UR.
fn is_order(word: &[u8]) -> bool {
    matches!(word, b"D1" | b"SCF" | b"IP" | b"UR") || matches!(word, [b'S' | b'R', digits @ ..] if !digits.is_empty() && digits.iter().all(u8::is_ascii_digit))
}

/// What an order does, where public descriptions agree; S17, S23, R1 and R8 mean other things to other makers.
fn order(word: &[u8]) -> Order {
    match word {
        b"D1" | b"S71" => Order::Locate,
        b"IP" => Order::MoveServer,
        b"UR" => Order::SetContact,
        _ => Order::Set,
    }
}

/// The field before a place says `A` where there was a fix; empty and `V` mean none. Anything else is no such field.
fn has_fix(before: &[u8], _: &[u8]) -> Option<bool> {
    match field_before(before, 1) {
        b"A" | b"B" => Some(true),
        b"V" | b"" => Some(false),
        _ => None,
    }
}

/// Degrees and minutes with a sign before each: `A,-23-29.0095,S,-46-51.5852,W`.
fn parted(told: &mut Telling<'_, '_, '_>, window: &[&[u8]]) {
    let &[fix, latitude, north @ (b"N" | b"S"), longitude, east @ (b"E" | b"W")] = window else { return };
    let degrees = |text: &[u8], negative: bool| {
        let mut parts = text.strip_prefix(b"-")?.splitn(2, |byte| *byte == b'-');
        let degrees = degrees_of_minutes(number(parts.next()?)? * 100.0 + number(parts.next()?)?)?;
        Some(if negative { -degrees } else { degrees })
    };
    if let (Some(latitude_degrees), Some(longitude_degrees)) = (degrees(latitude, north == b"S"), degrees(longitude, east == b"W")) {
        told.place_between(Place::new(latitude_degrees, longitude_degrees, fix == b"A"), latitude, east);
    }
}

#[cfg(test)]
mod tests {
    use super::named::tests::{asked, refuses, told};
    use super::*;
    use crate::protocols::protocol::Verdict;
    use crate::wire::Direction;

    #[test]
    fn fixes_and_last_places_are_told_apart() {
        for (text, place) in [
            ("*HQ,4901542032,V1,080912,A,4851.5024,N,00217.6694,E,0.00,0,220426,FFFFFBFF#", "position position=48.858373,2.294490"),
            ("*HQ,4901542032,V1,080912,,4851.5024,N,00217.6694,E,0.00,0,220426,FFFFFBFF#", "position last position=48.858373,2.294490"),
            ("*HQ,4901542032,V1,080912,A,-48-51.5024,S,-2-17.6694,W,2.4,065,220426,FFFFFFFF#", "position position=-48.858373,-2.294490"),
        ] {
            assert_eq!(told(&H02, Direction::ToServer, text), ["serial id=4901542032", "word V1", place], "{text}");
        }
    }

    #[test]
    fn the_sims_numbers_are_told() {
        let text = "*HQ,4901542032,V19,080912,V,4851.5024,N,00217.6694,E,0,0,220426,,447700900123,89440000000000000000F,FFFFFBFF#";
        let want =
            ["serial id=4901542032", "word V19", "phone phone=447700900123", "iccid iccid=89440000000000000000F", "position last position=48.858373,2.294490"];
        assert_eq!(told(&H02, Direction::ToServer, text), want);
    }

    #[test]
    fn orders_come_from_the_server() {
        for (word, order) in [("S20,080912,1,1", "set"), ("D1,080912,30,1", "locate"), ("IP,080912,203.0.113.9,8800", "move-server"), ("R1,080912", "set")] {
            let name = word.split(',').next().unwrap();
            let lines = told(&H02, Direction::ToClient, &format!("*HQ,4901542032,{word}#"));
            assert_eq!(lines, ["serial id=4901542032".to_owned(), format!("word {name}"), format!("command {order} {name}")]);
        }
        let lines = told(&H02, Direction::ToClient, "*HQ,4901542032,R8,080912,+447700900123#");
        assert!(lines.contains(&"command set R8".to_owned()) && lines.contains(&"phone phone=+447700900123".to_owned()), "{lines:?}");
        assert_eq!(told(&H02, Direction::ToServer, "*HQ,4901542032,S20,DONE#").len(), 2, "what the tracker says is no order");
    }

    #[test]
    fn the_head_is_needed() {
        assert_eq!(asked(&H02, "*HQ,4901542032,V1,"), Verdict::Yes);
        assert_eq!(asked(&H02, "*HQ,49015,V1,"), Verdict::No);
        assert_eq!(asked(&H02, "*HQ,hello"), Verdict::No);
        refuses(&H02);
    }
}
