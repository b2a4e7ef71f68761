//! TAIP, the ASCII protocol of Trimble, in the dialects of vehicle trackers: `>RXX…;ID=…;*CS<`, coordinates signed and without a point (five decimals)
//! or as degrees and minutes. Servers ask with `>QXX<` and set with `>SXX…<`.
//!
//! Source: Trimble's public "ASCII Interface Protocol" (TAIP) reference; dialects as the project Traccar describes them.

use super::named::{self, Speaker, Tracker};
use super::place::{Place, degrees_of_minutes};
use super::scan::Scan;
use super::telling::{Telling, number};
use crate::event::Order;
use crate::protocols::protocol::Protocol;

/// TAIP in streams.
pub static TAIP: Protocol = named::stream::<Taip>();
/// TAIP in datagrams.
pub static TAIP_UDP: Protocol = named::datagrams::<Taip>();

struct Taip;

impl Tracker for Taip {
    const NAME: &'static str = "taip";
    const ENDS: &'static [u8] = b"<\r\n";
    const PORTS: &'static [u16] = &[5031];

    fn begins(scan: &mut Scan<'_>) -> Option<Speaker> {
        scan.literal(b">")?;
        let kind = scan.run(|byte| matches!(byte, b'R' | b'Q' | b'S'), 1..=1)?;
        scan.run(u8::is_ascii_uppercase, 2..=2)?;
        if kind == b"R" {
            return scan.digits(2..=2).map(|_| Speaker::Tracker);
        }
        scan.run(
            |byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'_' | b'.' | b',' | b';' | b'=' | b'#' | b'*'),
            0..=128,
        )?;
        scan.literal(b"<").map(|()| Speaker::Server)
    }

    fn tell(told: &mut Telling<'_, '_, '_>) {
        let text = told.text();
        let Some(word) = text.strip_prefix(b">").and_then(|text| text.get(..3)) else { return };
        told.word(word);
        match word {
            [b'Q', b'P' | b'G' | b'L', ..] => told.order(Order::Locate, word),
            [b'S', ..] => told.order(Order::Set, word),
            _ => {}
        }
        for field in text.split(|byte| *byte == b';') {
            if let Some(id) = field.strip_prefix(b"ID=") {
                told.id(id);
            }
        }
        if word.starts_with(b"R") {
            position(told, word, text);
        }
    }
}

/// The first two signed numbers of the full length.
fn position(told: &mut Telling<'_, '_, '_>, word: &[u8], text: &[u8]) {
    for (index, sign) in text.iter().enumerate() {
        let Some(rest) = text.get(index..).filter(|_| matches!(sign, b'+' | b'-')) else { continue };
        let whole = pair(rest, 7, 8).filter(|_| word != b"RLN").map(|(north, east)| (north, east, 1e5));
        let Some((north, east, scale)) = whole.or_else(|| pair(rest, 9, 10).filter(|(north, _)| north.contains(&b'.')).map(|(north, east)| (north, east, 1.0)))
        else {
            continue;
        };
        // Behind speed and course, three digits each, stands how the place was found; zero: it was not.
        let fix = rest.get(north.len() + east.len() + 6) != Some(&b'0') || !matches!(word, b"RGP" | b"RUS" | b"RBR");
        let degrees = |text: &[u8]| if scale > 1.0 { Some(number(text)? / scale) } else { degrees_of_minutes(number(text)?) };
        if let Some((latitude, longitude)) = degrees(north).zip(degrees(east)) {
            return told.place_between(Place::new(latitude, longitude, fix), north, east);
        }
    }
}

/// A sign and so many digits or points, then the same with another count.
fn pair(text: &[u8], first: usize, second: usize) -> Option<(&[u8], &[u8])> {
    let (north, rest) = text.split_at_checked(first + 1)?;
    let east = rest.get(..=second)?;
    let digits = |text: &[u8]| text.iter().skip(1).all(|byte| byte.is_ascii_digit() || *byte == b'.');
    (matches!(east.first(), Some(b'+' | b'-')) && digits(north) && digits(east)).then_some((north, east))
}

#[cfg(test)]
mod tests {
    use super::named::tests::{asked, refuses, told};
    use super::*;
    use crate::protocols::protocol::Verdict;
    use crate::wire::Direction;

    #[test]
    fn dialects_are_read() {
        for (text, word) in [
            (">REV481599462982+4885837+0022944901228512;ID=4901542032<", "REV"),
            (">RGP220426080912+4885837+002294490000003007F4101;ID=4901542032;#0002;*2A<", "RGP"),
            (">RGP220426080912+4851.5022+00217.66940000003000101;&01;ID=4901542032;#7AD7*51<", "RGP"),
        ] {
            let lines = told(&TAIP, Direction::ToServer, text);
            assert_eq!(lines[..2], [format!("word {word}"), "serial id=4901542032".to_owned()]);
            assert!(lines[2].starts_with("position position=48.8583"), "{lines:?}");
            assert_eq!(asked(&TAIP, text), Verdict::Yes);
        }
        let last = ">RGP220426080912+4885837+00229449000000000FF4101;ID=4901542032<";
        assert_eq!(told(&TAIP, Direction::ToServer, last)[2], "position last position=48.858370,2.294490");
    }

    #[test]
    fn servers_ask() {
        assert_eq!(told(&TAIP, Direction::ToClient, ">QPV<"), ["word QPV", "command locate QPV"]);
        assert_eq!(asked(&TAIP, ">QPV;ID=1234<"), Verdict::Yes);
    }

    #[test]
    fn the_form_is_needed() {
        for other in [">Result: 5<", ">RES", "><html>", ">SELECT * FROM"] {
            assert_ne!(asked(&TAIP, other), Verdict::Yes, "{other}");
        }
        refuses(&TAIP);
    }
}
