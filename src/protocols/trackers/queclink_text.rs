//! Queclink's text protocol (@Track): `+RESP:GTFRI,VERSION,IMEI,NAME,…,ACCURACY,SPEED,COURSE,ALTITUDE,LON,LAT,TIME,…$`, and the older form of the GL100
//! and TT8850. The longitude comes first. Servers order with `AT+GTXXX=PASSWORD,…$`.
//!
//! Source: the maker's "@Track Air Interface Protocol" documents, as the project Traccar describes them.

use super::named::{self, Speaker, Tracker};
use super::scan::Scan;
use super::shape::First;
use super::telling::{Telling, field_before};
use crate::event::Order;
use crate::protocols::protocol::Protocol;
use crate::value::ValueKind;

/// Queclink in streams.
pub static QUECLINK: Protocol = named::stream::<Queclink>();
/// Queclink in datagrams.
pub static QUECLINK_UDP: Protocol = named::datagrams::<Queclink>();

struct Queclink;

impl Tracker for Queclink {
    const NAME: &'static str = "queclink";
    const ENDS: &'static [u8] = b"$\0\r\n";
    const PORTS: &'static [u16] = &[5004];

    fn begins(scan: &mut Scan<'_>) -> Option<Speaker> {
        let head = scan.one_of(&["+RESP:GT", "+BUFF:GT", "+ACK:GT", "+SACK:GT", "AT+GT", "\0\x04,", "\x04,"])?;
        if head.ends_with("\x04,") {
            // An older form: length and number of the message stand before the word.
            scan.run(u8::is_ascii_hexdigit, 4..=4)?;
            scan.literal(b",")?;
            scan.number(1..=5)?;
            scan.literal(b"GT")?;
        }
        scan.run(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit(), 3..=3)?;
        scan.run(|byte| matches!(byte, b',' | b'='), 1..=1)?;
        Some(if matches!(head, "+SACK:GT" | "AT+GT") { Speaker::Server } else { Speaker::Tracker })
    }

    fn tell(told: &mut Telling<'_, '_, '_>) {
        let text = told.text();
        let Some(at) = memchr::memmem::find(text.get(..32.min(text.len())).unwrap_or_default(), b"GT") else {
            return told.shapes(First::Longitude, fix_of_accuracy);
        };
        let word = text.get(at..at + 5).unwrap_or_default();
        told.word(word);
        let fields = told.fields();
        if text.starts_with(b"AT+") {
            told.order(order(word, fields.get(1).copied().unwrap_or_default()), word);
            let password = text.get(at + 6..).unwrap_or_default().split(|byte| *byte == b',').next();
            told.value(ValueKind::Password, password.unwrap_or_default(), "password");
            return fields.iter().skip(1).for_each(|field| {
                if matches!(word, b"GTSOS" | b"GTGLM" | b"GTDAT") {
                    told.phone(field);
                }
            });
        }
        if let Some(id) = fields.iter().skip(1).find(|field| field.len() == 15 && field.iter().all(u8::is_ascii_digit)) {
            told.id(id);
        }
        match word {
            b"GTLBC" | b"GTMPN" | b"GTGSM" => fields.iter().skip(2).take(4).for_each(|field| {
                if field.len() < 15 {
                    told.phone(field);
                }
            }),
            b"GTINF" | b"GTCID" => fields.iter().for_each(|field| told.iccid(field)),
            b"GTWIF" => fields.windows(2).for_each(|pair| wifi(told, pair)),
            _ => {}
        }
        // Without a version before the IMEI it is the form of the GL100.
        let is_old = fields.get(1).is_some_and(|field| field.len() == 15);
        told.shapes(First::Longitude, if is_old { fix_before } else { fix_of_accuracy });
    }
}

/// Which network is nearby: twelve digits of its hardware address, then its strength.
fn wifi(told: &mut Telling<'_, '_, '_>, pair: &[&[u8]]) {
    if let &[address, [b'-', _, ..]] = pair
        && address.len() == 12
        && address.iter().all(u8::is_ascii_hexdigit)
    {
        told.value(ValueKind::Bssid, address, "wifi");
    }
}

/// The accuracy stands before speed, course, altitude; zero: the place is the last that is known.
fn fix_of_accuracy(before: &[u8], _: &[u8]) -> Option<bool> {
    let accuracy = field_before(before, 4);
    (!accuracy.is_empty()).then(|| accuracy != b"0")
}

/// In the older form it stands right before the place.
fn fix_before(before: &[u8], _: &[u8]) -> Option<bool> {
    match field_before(before, 1) {
        [accuracy] => Some(*accuracy != b'0'),
        _ => None,
    }
}

/// What a command does. `GTRTO` has a number for each action.
fn order(word: &[u8], action: &[u8]) -> Order {
    match (word, action) {
        (b"GTRTO", b"0" | b"1") | (b"GTFRI", _) => Order::Locate,
        (b"GTRTO", b"3" | b"4" | b"5") => Order::Power,
        (b"GTSRI" | b"GTBSI" | b"GTQSS", _) => Order::MoveServer,
        (b"GTSOS", _) => Order::SetContact,
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
    fn the_longitude_comes_first() {
        let text = "+RESP:GTFRI,1A0102,490154203237518,name,0,0,1,1,4.3,92,70.0,2.294490,48.858373,20260422080912,0234,0015,18D8,6141,00,20260422080912,11F0$";
        let want = ["word GTFRI", "imei id=490154203237518", "position position=48.858373,2.294490"];
        assert_eq!(told(&QUECLINK, Direction::ToServer, text), want);
        let last = text.replace(",1,4.3,92,", ",0,4.3,92,");
        assert_eq!(told(&QUECLINK, Direction::ToServer, &last).last().unwrap(), "position last position=48.858373,2.294490");
    }

    #[test]
    fn older_forms_are_read() {
        let gl100 = "+RESP:GTLBC,490154203237518,07700900123,1,4.3,92,70.0,1,2.294490,48.858373,20260422080912,0234,0015,18d8,6141,00,11F0,0102120204\0";
        let want = ["word GTLBC", "imei id=490154203237518", "phone phone=07700900123", "position position=48.858373,2.294490"];
        assert_eq!(told(&QUECLINK, Direction::ToServer, gl100), want);
        let tt8850 =
            "\0\x04,005F,0,GTGEO,020100,490154203237518,,0,0,1,1,4.3,92,70.0,2.294490,48.858373,20260422080912,0234,0015,18d8,6141,90,20260422080912,11F0";
        assert_eq!(told(&QUECLINK, Direction::ToServer, tt8850).last().unwrap(), "position position=48.858373,2.294490");
    }

    #[test]
    fn networks_and_sims_are_told() {
        let text = "+RESP:GTWIF,210102,490154203237518,,1,00005e0053a1,-36,,,,,,,,97,20260422080912,05E3$";
        assert!(told(&QUECLINK, Direction::ToServer, text).contains(&"bssid wifi=00005e0053a1".to_owned()));
    }

    #[test]
    fn orders_hold_a_password() {
        for (order, word) in [
            ("GTRTO=gl300,1,,,,,,0001$", "locate GTRTO"),
            ("GTRTO=gl300,3,,,,,,0001$", "power GTRTO"),
            ("GTSRI=gl300,3,,1,203.0.113.9,8000$", "move-server GTSRI"),
        ] {
            let lines = told(&QUECLINK, Direction::ToClient, &format!("AT+{order}"));
            assert_eq!(lines[1..], [format!("command {word}"), "password password=gl300".to_owned()]);
        }
    }

    #[test]
    fn the_head_is_needed() {
        assert_eq!(asked(&QUECLINK, "+RESP:GTFRI,"), Verdict::Yes);
        assert_eq!(asked(&QUECLINK, "\x04,005F,0,GTFRI,"), Verdict::Yes);
        assert_eq!(asked(&QUECLINK, "+RESP:OK"), Verdict::No);
        assert_eq!(asked(&QUECLINK, "AT+CGMI\r\n"), Verdict::No);
        refuses(&QUECLINK);
    }
}
