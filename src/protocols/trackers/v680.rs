//! V680 and TLT-2H: `#IMEI#USER#FLAG#PASSWORD#WORD#COUNT#CELL#DDDMM.mmmm,E,DDMM.mmmm,N,SPEED,COURSE#DDMMYY#hhmmss##`. The longitude comes first; password
//! and the number of the user stand in every message.
//!
//! Source: the makers' protocols, as the project Traccar describes them.

use super::named::{self, Speaker, Tracker};
use super::scan::Scan;
use super::shape::First;
use super::telling::Telling;
use crate::protocols::protocol::Protocol;
use crate::value::ValueKind;

/// V680 in streams.
pub static V680: Protocol = named::stream::<Format>();
/// V680 in datagrams.
pub static V680_UDP: Protocol = named::datagrams::<Format>();

struct Format;

impl Tracker for Format {
    const NAME: &'static str = "v680";
    const ENDS: &'static [u8] = b"\r\n";
    const PORTS: &'static [u16] = &[5032, 5030];

    fn begins(scan: &mut Scan<'_>) -> Option<Speaker> {
        scan.literal(b"#")?;
        scan.digits(15..=15)?;
        scan.literal(b"#")?;
        scan.run(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'_'), 0..=20)?;
        scan.literal(b"#")?;
        scan.digits(0..=4)?;
        scan.literal(b"#").map(|()| Speaker::Tracker)
    }

    fn tell(told: &mut Telling<'_, '_, '_>) {
        let text = told.text();
        let fields: Vec<&[u8]> = text.split(|byte| *byte == b'#').take(8).collect();
        if let (&[b"", id, user, flag, password, word, ..], true) = (fields.as_slice(), text.starts_with(b"#")) {
            told.id(id);
            told.phone(user);
            // TLT-2H leaves out the flag.
            let (password, word) = if flag.len() == 4 { (flag, password) } else { (password, word) };
            told.word(word);
            if password.len() >= 4 && password.iter().all(u8::is_ascii_digit) {
                told.value(ValueKind::Password, password, "password");
            }
        }
        told.shapes(First::Longitude, has_fix);
    }
}

/// Before the place stands the cell, or `V` where there was no fix.
fn has_fix(before: &[u8], _: &[u8]) -> Option<bool> {
    before.ends_with(b"#V#").then_some(false)
}

#[cfg(test)]
mod tests {
    use super::named::tests::{asked, refuses, told};
    use super::*;
    use crate::protocols::protocol::Verdict;
    use crate::wire::Direction;

    #[test]
    fn messages_hold_a_password() {
        let text = "#490154203237518#447700900123#0#1478#AUT#1#66830FFB#00217.6694,E,4851.5024,N,001.41,259#220426#080912\r\n";
        let want = ["imei id=490154203237518", "phone phone=447700900123", "word AUT", "password password=1478", "position position=48.858373,2.294490"];
        assert_eq!(told(&V680, Direction::ToServer, text), want);
        assert_eq!(asked(&V680, text), Verdict::Yes);
        let last = text.replace("66830FFB", "V");
        assert_eq!(told(&V680, Direction::ToServer, &last).last().unwrap(), "position last position=48.858373,2.294490");
        for other in ["#4901542032#", "#L#490154203237518;test", "#490154203237518 "] {
            assert_eq!(asked(&V680, other), Verdict::No, "{other}");
        }
        refuses(&V680);
    }
}
