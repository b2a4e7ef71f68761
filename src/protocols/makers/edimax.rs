//! Edimax plugs and cameras: XML for the maker's servers whose bytes are turned by some bits.
//!
//! Comes in: datagrams (ports 8765, 20560) or a stream (port 8767). Goes out: the text unpacked, the hardware address that names the device, its kind, and
//! orders. The first byte is `<` plus how many bits every other byte is turned by, so the key stands before the lock; for zero it is plain text.
//! Source: datagrams of real plugs; what is unpacked proves itself.

use super::framed::{self, Frame, Maker};
use super::part::{Part, is_text, text};
use crate::event::{DeviceKind, Event, Order, TraitKind};
use crate::protocols::protocol::{Carrier, Input, Nature, Protocol, Say};
use crate::value::ValueKind;

/// Edimax over UDP.
pub static EDIMAX: Protocol = Protocol {
    name: "edimax",
    carrier: Carrier::Datagram,
    nature: Nature::Clear,
    ports: &[8765, 20_560],
    probe: framed::probe_datagram::<InDatagram>,
    open: framed::datagrams::<InDatagram>,
};

/// Edimax over TCP, by way of the maker's relay.
pub static EDIMAX_TCP: Protocol =
    Protocol { carrier: Carrier::Stream, ports: &[8767], probe: framed::probe_stream::<InStream>, open: framed::stream::<InStream>, ..EDIMAX };

/// How turned text was unwrapped.
const CHAIN: &[&str] = &["rotate-edimax"];

/// The first byte where nothing is turned.
const MARK: u8 = b'<';

/// What XML begins with, behind the mark, and ends with.
const BEGIN: &[u8] = b"param>";
const END: &[u8] = b"</param>";

/// Before turned text in a stream: how long it is.
const LENGTH_FIELD: &[u8] = b"PnvDataLen: ";
const FIELD_END: &[u8] = b"\r\n\r\n";

/// Who calls the relay says its name in a line that is no longer.
const NAME_LINE: usize = 128;

/// A plug says its name in this many hexadecimal digits: its hardware address.
const NAME: usize = 12;

/// No message is longer.
const LONGEST: usize = 64 << 10;

/// So many fields of one message are told.
const FIELDS: usize = 64;

/// In the home devices are found by their hardware address and this word.
const FOUND_BY: &[u8] = b"EDIMAX";
const FOUND_HEAD: usize = 22;

#[derive(Debug, Default)]
struct InDatagram;

#[derive(Debug, Default)]
struct InStream;

impl Maker for InDatagram {
    const MALFORMED: &'static str = "edimax message";

    fn frame(bytes: &[u8]) -> Frame {
        let is_xml = unturned(bytes, BEGIN.len()).is_some_and(|begin| begin == BEGIN)
            && unturned(bytes, LONGEST).is_some_and(|plain| plain.trim_ascii_end().ends_with(END) && is_text(&plain));
        if is_xml || is_found(bytes) { Frame::Length(bytes.len()) } else { Frame::Not }
    }

    fn tell(&mut self, message: &Input<'_>, say: Say<'_>) {
        let whole = Part::of(message);
        if is_found(whole.bytes) { found(&whole, say) } else { turned(&whole, say) }
    }
}

impl Maker for InStream {
    const MALFORMED: &'static str = "edimax message";

    fn frame(bytes: &[u8]) -> Frame {
        let begins = LENGTH_FIELD.iter().zip(bytes).all(|(ours, theirs)| ours == theirs);
        match bytes {
            _ if begins && bytes.len() < LENGTH_FIELD.len() => Frame::More,
            _ if begins => with_length(bytes),
            _ => name_line(bytes),
        }
    }

    fn tell(&mut self, message: &Input<'_>, say: Say<'_>) {
        let whole = Part::of(message);
        let field = memchr::memmem::find(whole.bytes, FIELD_END).filter(|_| whole.bytes.starts_with(LENGTH_FIELD));
        turned(&whole.slice(field.map_or(0, |field| field + FIELD_END.len()), usize::MAX), say);
    }
}

/// A text behind a line that says how long it is.
fn with_length(bytes: &[u8]) -> Frame {
    let number = bytes.get(LENGTH_FIELD.len()..).unwrap_or_default();
    let digits = number.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let Some(rest) = number.get(digits..).filter(|_| digits <= 5) else { return Frame::Not };
    if FIELD_END.iter().zip(rest).any(|(ours, theirs)| ours != theirs) {
        return Frame::Not;
    }
    if rest.len() < FIELD_END.len() {
        return Frame::More;
    }
    let length = number.get(..digits).and_then(|digits| std::str::from_utf8(digits).ok()?.parse::<usize>().ok());
    match length {
        Some(length @ 1..=LONGEST) => Frame::Length(LENGTH_FIELD.len() + digits + FIELD_END.len() + length),
        _ => Frame::Not,
    }
}

/// The line in which a device says its name to the relay: a letter, `&`, its hardware address, `&`.
fn name_line(bytes: &[u8]) -> Frame {
    let Some(line) = unturned(bytes, NAME_LINE) else { return Frame::Not };
    let fits = line.iter().enumerate().all(|(index, byte)| match index {
        0 => byte.is_ascii_lowercase(),
        1 | 14 => *byte == b'&',
        2..=13 => byte.is_ascii_hexdigit(),
        _ => matches!(byte, b'\r' | b'\n' | 0x20..=0x7e),
    });
    match memchr::memmem::find(&line, FIELD_END) {
        _ if !fits => Frame::Not,
        Some(end) if end > NAME + 2 => Frame::Length(1 + end + FIELD_END.len()),
        None if bytes.len() <= NAME_LINE => Frame::More,
        _ => Frame::Not,
    }
}

/// Up to `limit` bytes behind the mark, turned back; none if there is no mark.
fn unturned(bytes: &[u8], limit: usize) -> Option<Vec<u8>> {
    let (mark, rest) = bytes.split_first()?;
    let bits = mark.checked_sub(MARK).filter(|bits| *bits < 8)?;
    Some(rest.iter().take(limit).map(|byte| byte.rotate_left(u32::from(bits))).collect())
}

/// Tells a text that is turned by some bits.
fn turned(message: &Part<'_>, say: Say<'_>) {
    let Some(plain) = unturned(message.bytes, LONGEST).filter(|plain| is_text(plain)) else {
        say(Event::Malformed { what: InStream::MALFORMED });
        return;
    };
    // Zero bits are no wrapping at all.
    let chain = if message.bytes.first() == Some(&MARK) { &[][..] } else { CHAIN };
    let part = message.unpacked(&plain, chain);
    if let Some(address) = plain.get(2..2 + NAME).filter(|_| plain.get(1) == Some(&b'&')).and_then(text) {
        part.exchange("call-relay", say);
        part.value(ValueKind::Mac, address, "id", say);
        return;
    }
    let Ok(text) = std::str::from_utf8(&plain) else { return };
    if !text.starts_with("param>") {
        part.readable(None, None, say);
        if text.contains("<CMD id=\"setup\"") {
            part.command(if text.contains("Power.State") { Order::Power } else { Order::Set }, "setup", say);
        }
        return;
    }
    let fields: Vec<(&str, &str)> = text.split('<').filter_map(field).take(FIELDS).collect();
    part.exchange(fields.iter().find(|(name, _)| *name == "code").map_or("message", |(_, code)| code), say);
    for (name, value) in fields {
        tell_field(&part, name, value, say);
    }
}

/// A field: `name value="text" />`.
fn field(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.split_once(" value=\"")?;
    let (value, _) = rest.split_once('"')?;
    (!value.is_empty()).then_some((name, value))
}

fn tell_field(part: &Part<'_>, name: &str, value: &str, say: Say<'_>) {
    match name {
        "id" if value.len() == NAME => part.value(ValueKind::Mac, value, name, say),
        "model" => part.own(TraitKind::Model, value, say),
        "devfwver" => part.own(TraitKind::Software, value, say),
        "productid" if value.starts_with("EDIMAX") => part.own(TraitKind::Maker, "Edimax", say),
        "type" => {
            let kind = [("Plug", DeviceKind::Plug), ("Cam", DeviceKind::Camera)].into_iter().find(|(word, _)| value.contains(word));
            if let Some((_, kind)) = kind {
                part.sender_is(kind, "it says so to Edimax", say);
            }
        }
        _ => part.unpacked(value.as_bytes(), part.chain).readable(Some(name), None, say),
    }
}

fn is_found(bytes: &[u8]) -> bool {
    bytes.len() >= FOUND_HEAD && bytes.get(6..).is_some_and(|rest| rest.starts_with(FOUND_BY))
}

/// Who searches asks for the address of all; who answers gives its own, and its model, firmware and name.
fn found(message: &Part<'_>, say: Say<'_>) {
    let model = message.bytes.get(FOUND_HEAD..FOUND_HEAD + 14).and_then(text);
    message.exchange(if model.is_some() { "search-answer" } else { "search" }, say);
    let Some(model) = model else { return };
    message.own(TraitKind::Maker, "Edimax", say);
    message.own(TraitKind::Model, model, say);
    message.own(TraitKind::Software, message.bytes.get(36..44).and_then(text).unwrap_or_default(), say);
    if let Some([a, b, c, d, e, f]) = message.bytes.first_chunk().copied() {
        message.slice(0, 6).value(ValueKind::Mac, crate::wire::Mac([a, b, c, d, e, f]).to_string(), "mac", say);
    }
    if model.starts_with("SP") {
        message.sender_is(DeviceKind::Plug, "its model in Edimax's search", say);
    } else if model.starts_with("IC") {
        message.sender_is(DeviceKind::Camera, "its model in Edimax's search", say);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::{Probe, Verdict};
    use crate::protocols::testing::{drive_datagrams, drive_split};
    use crate::wire::Direction::{ToClient, ToServer};

    const LOGIN: &str = "param><code value=\"1010\" /><model value=\"SP-1101W\" /><id value=\"00005E005301\" /><type value=\"SmartPlug\" /><alias value=\"Lamp\" /><lanip value=\"192.0.2.7\" /><productid value=\"EDIMAX#SP-1101W\" /></param>";

    fn turn(text: &str, bits: u8) -> Vec<u8> {
        std::iter::once(MARK + bits).chain(text.bytes().map(|byte| byte.rotate_right(u32::from(bits)))).collect()
    }

    fn with_field(text: &str, bits: u8) -> Vec<u8> {
        let turned = turn(text, bits);
        [format!("PnvDataLen: {}\r\n\r\n", turned.len()).as_bytes(), &turned].concat()
    }

    fn probe(protocol: &Protocol, bytes: &[u8]) -> Verdict {
        (protocol.probe)(&Probe { bytes, direction: ToServer, from_port: 40_000, to_port: 40_001, from_start: true })
    }

    #[test]
    fn what_is_turned_by_any_number_of_bits_is_turned_back() {
        for bits in 0..8 {
            let login = turn(LOGIN, bits);
            assert_eq!(probe(&EDIMAX, &login), Verdict::Yes);
            let lines = drive_datagrams((EDIMAX.open)(), &[(ToServer, &login)]);
            let chain = if bits == 0 { "[]" } else { r#"["rotate-edimax"]"# };
            assert!(lines.contains(&format!("value mac id=00005E005301 {chain}")), "{lines:#?}");
            assert!(lines.contains(&"claim plug it says so to Edimax true".to_owned()), "{lines:#?}");
        }
    }

    #[test]
    fn a_relayed_order_however_it_is_split() {
        let name = turn("d&00005E005301&f8.e9\r\n\r\n", 3);
        let order = with_field(
            "?xml version=\"1.0\"?><SMARTPLUG id=\"edimax\"><CMD id=\"setup\"><Device.System.Power.State>ON</Device.System.Power.State></CMD></SMARTPLUG>",
            5,
        );
        let lines = drive_split(EDIMAX_TCP.open, &[(ToServer, &name), (ToClient, &order)]);
        assert!(lines.contains(&r#"value mac id=00005E005301 ["rotate-edimax"]"#.to_owned()), "{lines:#?}");
        assert!(lines.contains(&"command power setup".to_owned()), "{lines:#?}");
        assert_eq!((probe(&EDIMAX_TCP, &name), probe(&EDIMAX_TCP, &order)), (Verdict::Yes, Verdict::Yes));
        assert_eq!(probe(&EDIMAX_TCP, &name[..10]), Verdict::Unsure);
    }

    #[test]
    fn a_plug_answers_a_search() {
        let mut answer = vec![0, 0, 0x5e, 0, 0x53, 1];
        answer.extend_from_slice(b"EDIMAX\0\0\0\0\0\0\x01\xa1\xfe\x5eSP1101W\0\0\0\0\0\0\x001.09\0\0\0\0Plug");
        let lines = drive_datagrams((EDIMAX.open)(), &[(ToServer, &answer)]);
        for line in ["trait model SP1101W Sender", "trait software 1.09 Sender", "value mac mac=00:00:5e:00:53:01 []"] {
            assert!(lines.contains(&line.to_owned()), "{line} in {lines:#?}");
        }
    }

    #[test]
    fn other_text_is_not_taken() {
        for other in
            [&b"<param>"[..], b"<xml></xml>", b"PnvDataLen: 0\r\n\r\n", b"PnvDataLen: 12a\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"Aabc", b"<html><body>"]
        {
            assert_eq!((probe(&EDIMAX, other), probe(&EDIMAX_TCP, other)), (Verdict::No, Verdict::No), "{}", other.escape_ascii());
        }
    }
}
