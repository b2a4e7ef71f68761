//! TRV and IW, which small trackers and many watches for children and old people speak: `IWAP01…#` from the watch, `IWBP16,IMEI,TIME#` from the server (TRV
//! the same with another head). Fields are glued together or stand between commas.
//!
//! Source: the public "GPS watch protocol" sheets of the makers and the projects that implement them; the project Traccar (its protocol `trv`).

use super::named::{self, Speaker, Tracker};
use super::scan::Scan;
use super::shape::First;
use super::telling::{Telling, by_letters};
use crate::event::{DeviceKind, Media, Order};
use crate::protocols::protocol::Protocol;
use crate::value::ValueKind;

/// TRV in streams.
pub static TRV: Protocol = named::stream::<Trv>();
/// TRV in datagrams.
pub static TRV_UDP: Protocol = named::datagrams::<Trv>();

struct Trv;

impl Tracker for Trv {
    const NAME: &'static str = "trv";
    const ENDS: &'static [u8] = b"#";
    const PORTS: &'static [u16] = &[5052];

    fn begins(scan: &mut Scan<'_>) -> Option<Speaker> {
        scan.one_of(&["IW", "TRV"])?;
        let speaker = match scan.one_of(&["AP", "YP", "CP", "BP"])? {
            "BP" => Speaker::Server,
            _ => Speaker::Tracker,
        };
        let kind = scan.run(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase(), 2..=2)?;
        // A word of two letters is one where a field follows.
        if !kind.iter().all(u8::is_ascii_digit) {
            scan.run(|byte| matches!(byte, b',' | b'#'), 1..=1)?;
        }
        Some(speaker)
    }

    fn tell(told: &mut Telling<'_, '_, '_>) {
        let text = told.text();
        let maker = if text.starts_with(b"IW") { 2 } else { 3 };
        let Some((head, rest)) = text.split_at_checked(maker + 4) else { return };
        let word = head.get(maker..).unwrap_or_default();
        told.word(word);
        if maker == 2 && word == b"AP00" {
            told.claim(DeviceKind::Watch, "it speaks the IW protocol of watches");
        }
        let fields: Vec<&[u8]> = rest.strip_prefix(b",").unwrap_or(rest).split(|byte| *byte == b',').take(64).collect();
        match word {
            b"AP00" => login(told, &fields),
            b"AP49" | b"APHT" | b"APHP" | b"AP50" => {
                let start = rest.strip_prefix(b",").unwrap_or(rest);
                if start.iter().any(|byte| (b'1'..=b'9').contains(byte)) {
                    told.value(ValueKind::Health, start, "health");
                }
            }
            b"AP07" | b"BP28" => told.media(Media::Voice, "amr", rest),
            b"AP12" | b"AP14" => contacts(told, fields.get(1..).unwrap_or_default()),
            _ => {}
        }
        if word.starts_with(b"BP") {
            server(told, word, &fields);
        }
        told.networks();
        told.shapes(First::Latitude, by_letters);
    }
}

/// IMEI, and the SIM card's numbers.
fn login(told: &mut Telling<'_, '_, '_>, fields: &[&[u8]]) {
    told.id(fields.first().copied().unwrap_or_default());
    if let Some(iccid) = fields.get(1) {
        told.iccid(iccid);
    }
    if let Some(imsi) = fields.get(2).filter(|field| field.len() == 15 && field.iter().all(u8::is_ascii_digit)) {
        told.value(ValueKind::Imsi, imsi, "imsi");
    }
}

/// Phone numbers, each with a name in UTF-16 before it where there are names.
fn contacts(told: &mut Telling<'_, '_, '_>, fields: &[&[u8]]) {
    for item in fields.iter().flat_map(|field| field.split(|byte| *byte == b'|')) {
        told.wide_name(item);
        told.phone(item);
    }
}

/// What the server orders: IMEI and time stand before the arguments. The words up to 10 only answer.
fn server(told: &mut Telling<'_, '_, '_>, word: &[u8], fields: &[&[u8]]) {
    let Some(order) = order(word) else { return };
    told.order(order, word);
    told.id(fields.first().copied().filter(|id| id.len() == 15).unwrap_or_default());
    let arguments = fields.get(2..).unwrap_or_default();
    if matches!(order, Order::Call | Order::SetContact) {
        contacts(told, arguments);
    }
}

fn order(word: &[u8]) -> Option<Order> {
    Some(match word {
        b"BP11" | b"BP12" | b"BP13" | b"BP14" | b"BP61" => Order::SetContact,
        b"BP15" | b"BP16" | b"BP34" => Order::Locate,
        b"BP17" | b"BP18" | b"BP31" => Order::Power,
        b"BP19" => Order::MoveServer,
        b"BP32" => Order::Call,
        b"BP46" => Order::TakePicture,
        [b'B', b'P', b'0', _] | b"BP10" | b"BP28" => return None,
        [b'B', b'P', b'1'..=b'9', b'0'..=b'9'] => Order::Set,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::named::tests::{asked, refuses, told};
    use super::*;
    use crate::protocols::protocol::Verdict;
    use crate::wire::Direction;

    #[test]
    fn a_watch_tells_itself_where_it_is_and_what_is_nearby() {
        let text = "IWAP00490154203237518,89440000000000000000,001011234567895#IWAP01220426A4851.5024N00217.6694E000.1080912323.8706000908000102,234,15,1,2,Home|00-00-5E-00-53-A1|97#";
        let want = [
            "word AP00",
            "claim watch it speaks the IW protocol of watches true",
            "imei id=490154203237518",
            "iccid iccid=89440000000000000000",
            "imsi imsi=001011234567895",
            "word AP01",
            "bssid wifi=00:00:5e:00:53:a1",
            "position position=48.858373,2.294490",
        ];
        assert_eq!(told(&TRV, Direction::ToServer, text), want);
        assert_eq!(told(&TRV, Direction::ToServer, "IWAP49,68#"), ["word AP49", "health health=68"]);
    }

    #[test]
    fn orders_come_from_the_server() {
        for (word, order) in [("BP16", "locate"), ("BP19", "move-server"), ("BP31", "power"), ("BP25", "set")] {
            let lines = told(&TRV, Direction::ToClient, &format!("IW{word},490154203237518,080912,1#"));
            assert_eq!(lines, [format!("word {word}"), format!("command {order} {word}"), "imei id=490154203237518".to_owned()]);
        }
        let lines = told(&TRV, Direction::ToClient, "IWBP32,490154203237518,080912,+447700900123#");
        assert_eq!(lines[1..], ["command call BP32", "imei id=490154203237518", "phone phone=+447700900123"]);
        let lines = told(&TRV, Direction::ToClient, "IWBP14,490154203237518,080912,0045006D006D0061|+447700900123#");
        assert_eq!(lines[3..], ["name name=Emma [\"hex\", \"utf-16be\"]", "phone phone=+447700900123"]);
        assert_eq!(told(&TRV, Direction::ToClient, "IWBP00,20260422080912,0#").len(), 1, "an answer");
    }

    #[test]
    fn the_head_is_needed() {
        assert_eq!(asked(&TRV, "IWAP00490154203237518#"), Verdict::Yes);
        assert_eq!(asked(&TRV, "TRVYP14080524A"), Verdict::Yes);
        for other in ["IWAPPROVE", "TRVIA", "IWBPMX1"] {
            assert_eq!(asked(&TRV, other), Verdict::No, "{other}");
        }
        refuses(&TRV);
    }
}
