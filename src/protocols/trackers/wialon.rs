//! Wialon IPS: `#L#IMEI;PASSWORD`, then `#D#DATE;TIME;LAT;N;LON;E;…`, `#SD#` (short), `#B#` (several, parted by bars), `#M#` (a message), `#I#` (a picture).
//! Servers answer `#AL#1`.
//!
//! Source: the public "Wialon IPS" specification by Gurtam, versions 1.1 and 2.0.

use super::named::{self, Speaker, Tracker};
use super::scan::Scan;
use super::shape::First;
use super::telling::{Telling, by_letters};
use crate::event::Media;
use crate::protocols::protocol::Protocol;
use crate::value::ValueKind;

/// Wialon IPS in streams.
pub static WIALON: Protocol = named::stream::<Wialon>();
/// Wialon IPS in datagrams.
pub static WIALON_UDP: Protocol = named::datagrams::<Wialon>();

struct Wialon;

impl Tracker for Wialon {
    const NAME: &'static str = "wialon";
    const ENDS: &'static [u8] = b"\r\n";
    const PORTS: &'static [u16] = &[5039];

    fn begins(scan: &mut Scan<'_>) -> Option<Speaker> {
        // In datagrams the number stands first.
        scan.digits(0..=16)?;
        scan.literal(b"#")?;
        let word = scan.one_of(&["AL", "ASD", "AD", "AB", "AM", "AI", "AP", "SD", "L", "D", "B", "M", "I", "P"])?;
        scan.literal(b"#")?;
        match word {
            "L" => scan.run(|byte| byte.is_ascii_alphanumeric() || *byte == b'.', 3..=20).and_then(|_| scan.literal(b";")).map(|()| Speaker::Tracker),
            "D" | "SD" | "B" => {
                scan.run(|byte| byte.is_ascii_digit() || matches!(byte, b'N' | b'A'), 2..=6)?;
                scan.literal(b";").map(|()| Speaker::Tracker)
            }
            "AL" | "AD" | "ASD" | "AB" => scan.digits(1..=4).map(|_| Speaker::Server),
            // These are too short, or say too little.
            _ => None,
        }
    }

    fn tell(told: &mut Telling<'_, '_, '_>) {
        let text = told.text();
        let mut parts = text.splitn(3, |byte| *byte == b'#');
        let (Some(id), Some(word), Some(rest)) = (parts.next(), parts.next(), parts.next()) else {
            return told.shapes(First::Latitude, by_letters);
        };
        told.id(id);
        told.word(word);
        match word {
            b"L" => login(told, rest),
            b"I" => told.media(Media::Picture, "jpeg", rest),
            b"D" | b"SD" | b"B" => told.shapes(First::Latitude, by_letters),
            _ => {}
        }
    }
}

/// Number and password; since version 2.0 the version stands before them and a checksum behind.
fn login(told: &mut Telling<'_, '_, '_>, rest: &[u8]) {
    let mut fields: Vec<&[u8]> = rest.split(|byte| *byte == b';').take(4).collect();
    if fields.first().is_some_and(|first| first.contains(&b'.')) {
        fields.remove(0);
    }
    told.id(fields.first().copied().unwrap_or_default());
    if let Some(password) = fields.get(1).filter(|password| !matches!(**password, b"" | b"NA")) {
        told.value(ValueKind::Password, password, "password");
    }
}

#[cfg(test)]
mod tests {
    use super::named::tests::{asked, refuses, told};
    use super::*;
    use crate::protocols::protocol::Verdict;
    use crate::wire::Direction;

    #[test]
    fn logins_hold_a_password() {
        let want = ["word L", "imei id=490154203237518", "password password=test"];
        assert_eq!(told(&WIALON, Direction::ToServer, "#L#490154203237518;test\r\n"), want);
        assert_eq!(told(&WIALON, Direction::ToServer, "#L#2.0;490154203237518;test;CE45\r\n"), want);
        assert_eq!(told(&WIALON, Direction::ToServer, "#L#490154203237518;NA\r\n").len(), 2);
    }

    #[test]
    fn places_are_read() {
        let one = "220426;080912;4851.5024;N;00217.6694;E;1;2;3;4";
        for text in [format!("#SD#{one}\r\n"), format!("4901542032#D#{one};0.0;0;0;14.77;NA;x:1:1\r\n")] {
            assert_eq!(told(&WIALON, Direction::ToServer, &text).last().unwrap(), "position position=48.858373,2.294490");
        }
        assert_eq!(told(&WIALON, Direction::ToServer, &format!("#B#{one}|{one}\r\n")).len(), 3);
    }

    #[test]
    fn the_head_is_needed() {
        assert_eq!(asked(&WIALON, "#SD#220426;"), Verdict::Yes);
        assert_eq!(asked(&WIALON, "#D#NA;"), Verdict::Yes);
        for other in ["#L#", "#define X", "# comment\n", "#M#hello\r\n"] {
            assert_ne!(asked(&WIALON, other), Verdict::Yes, "{other}");
        }
        refuses(&WIALON);
    }
}
