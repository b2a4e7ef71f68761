//! Suntech: `ST300STT;ID;…;YYYYMMDD;hh:mm:ss;CELL;LAT;LON;SPEED;COURSE;…`, newer trackers `STT;ID;…`. Servers order with `ST300CMD;ID;02;Reboot`.
//!
//! Source: the maker's "ST300/ST600/Universal" protocol documents, as the project Traccar describes them.

use super::named::{self, Speaker, Tracker};
use super::scan::Scan;
use super::shape::First;
use super::telling::{Telling, by_letters};
use crate::event::Order;
use crate::protocols::protocol::Protocol;

/// Suntech in streams.
pub static SUNTECH: Protocol = named::stream::<Suntech>();
/// Suntech in datagrams.
pub static SUNTECH_UDP: Protocol = named::datagrams::<Suntech>();

struct Suntech;

impl Tracker for Suntech {
    const NAME: &'static str = "suntech";
    const ENDS: &'static [u8] = b"\r";
    const PORTS: &'static [u16] = &[5011];

    fn begins(scan: &mut Scan<'_>) -> Option<Speaker> {
        let head = scan.run(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit(), 3..=8)?;
        scan.literal(b";")?;
        match head {
            [b'S', b'T' | b'A', a, b, c, word @ ..] if [a, b, c].iter().all(|byte| byte.is_ascii_digit()) => {
                if word.is_empty() {
                    scan.one_of(&["Location;", "Emergency;", "Event;", "Alert;", "Alive;"])?;
                } else if word == b"CMD" {
                    // The tracker answers with the same word.
                    return Some(if scan.literal(b"Res;").is_some() { Speaker::Tracker } else { scan.digits(6..=10).map(|_| Speaker::Server)? });
                } else if !(word.len() == 3 && word.iter().all(u8::is_ascii_uppercase)) {
                    return None;
                }
                scan.digits(5..=15)?;
            }
            b"CMD" => return scan.digits(10..=10).and_then(|_| scan.literal(b";")).map(|()| Speaker::Server),
            b"STT" | b"ALT" | b"EMG" | b"EVT" | b"ALV" | b"UEX" | b"BSA" | b"RES" | b"HTE" | b"TRV" => {
                scan.digits(9..=10)?;
            }
            _ => return None,
        }
        scan.literal(b";").map(|()| Speaker::Tracker)
    }

    fn tell(told: &mut Telling<'_, '_, '_>) {
        let text = told.text();
        let fields: Vec<&[u8]> = text.split(|byte| *byte == b';').take(8).collect();
        let head = fields.first().copied().unwrap_or_default();
        told.word(head);
        if let Some(id) = fields.iter().skip(1).take(2).find(|field| field.len() >= 5 && field.iter().all(u8::is_ascii_digit)) {
            told.id(id);
        }
        if head.ends_with(b"CMD") {
            let action = fields.get(3).copied().unwrap_or_default();
            told.order(order(action), if action.is_empty() { head } else { action });
        }
        told.shapes(First::Latitude, by_letters);
    }
}

fn order(action: &[u8]) -> Order {
    match action.trim_ascii() {
        b"StatusReq" | b"Preset" => Order::Locate,
        b"Reboot" => Order::Power,
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
        for (text, word) in [
            ("ST300STT;205450135;07;843;20260422;08:09:12;16d41;+48.858373;+002.294490;000.012;000.00;9;1;0;15.30;001100;1;0072\r", "ST300STT"),
            ("ALT;2054501350;FFFFFF;84;1.0.6;0;20260422;08:09:12;00004490;234;15;05D3;33;+48.858373;+2.294490;0.00;0.00;18;0\r", "ALT"),
        ] {
            let id = if word == "ALT" { "2054501350" } else { "205450135" };
            let want = [format!("word {word}"), format!("serial id={id}"), "position position=48.858373,2.294490".to_owned()];
            assert_eq!(told(&SUNTECH, Direction::ToServer, text), want);
            assert_eq!(asked(&SUNTECH, text), Verdict::Yes);
        }
    }

    #[test]
    fn orders_come_from_the_server() {
        assert_eq!(told(&SUNTECH, Direction::ToClient, "ST300CMD;205450135;02;Reboot\r").last().unwrap(), "command power Reboot");
        assert_eq!(told(&SUNTECH, Direction::ToClient, "CMD;2054501350;03;01\r").last().unwrap(), "command set 01");
    }

    #[test]
    fn the_head_is_needed() {
        for other in ["STATUS;1;2", "ST300;1;2", "ALT;x;y", "EVT;1;2", "S;205450135;"] {
            assert_eq!(asked(&SUNTECH, other), Verdict::No, "{other}");
        }
        refuses(&SUNTECH);
    }
}
