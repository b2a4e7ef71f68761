//! What a message means, by its type.

use super::header::Header;
use crate::event::{Event, Media, Order};
use crate::protocols::trackers::bits::{self, Reader};
use crate::protocols::trackers::frames::Frame;
use crate::protocols::trackers::jt600;
use crate::value::ValueKind;
use crate::wire::Direction;

/// Degrees of the whole numbers.
const UNIT: f64 = 1_000_000.0;

/// Tells a frame whose escapes are undone.
pub(super) fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
    let header = Header::read(frame.bytes)?;
    frame.word(&format!("{:#06x}", header.kind));
    id(frame, header.id.0..header.id.0 + header.id.1);
    let mut reader = frame.inner(header.content, 2);
    let end = reader.at() + reader.left();
    match header.kind {
        0x0200 => report(frame, &mut reader),
        0x0201 | 0x0500 => {
            reader.skip(2)?;
            report(frame, &mut reader)
        }
        0x0704 => {
            let number = reader.u16()?;
            reader.skip(1)?;
            for _ in 0..number {
                let length = usize::from(reader.u16()?);
                report(frame, &mut reader.part(length)?)?;
            }
            Some(())
        }
        0x5501 | 0x5502 => jt600::place(frame, &mut reader, Some(header.kind == 0x5501)),
        0x0900 => transparent(frame, &mut reader),
        0x0102 => {
            if let Some(token) = std::str::from_utf8(reader.rest()).ok().filter(|token| token.len() >= 6 && token.bytes().all(|byte| byte.is_ascii_graphic())) {
                frame.value(ValueKind::Token, token, "authentication", reader.at()..end);
            }
            Some(())
        }
        0x0107 => {
            let (from, iccid) = (reader.at() + 34, reader.at() + 41);
            frame.readable(from..iccid);
            frame.iccid(iccid..iccid + 10);
            Some(())
        }
        0x0801 => media(frame, &mut reader),
        0x0100 | 0x0701 | 0x6006 | 0x1300 | 0x8100 => {
            frame.readable(reader.at()..end);
            Some(())
        }
        0x8000.. if frame.direction == Direction::ToClient => order(frame, header.kind, reader),
        _ => Some(()),
    }
}

/// A phone number, an IMEI, or hexadecimal digits.
fn id(frame: &mut Frame<'_, '_>, range: std::ops::Range<usize>) {
    let Some(bytes) = frame.bytes.get(range.clone()) else { return };
    if let Some(digits) = bits::digits(bytes) {
        let number = digits.trim_start_matches('0');
        frame.id(if number.len() >= 8 { number } else { &digits }, range);
    } else {
        let text: String = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xf]).filter_map(|half| char::from_digit(half.into(), 16)).collect();
        frame.id(&text, range);
    }
}

/// Status, latitude, longitude. Bit 1 of the status: there was a fix; 2: south; 3: west.
fn coordinates(frame: &mut Frame<'_, '_>, reader: &mut Reader<'_>) -> Option<()> {
    let status = reader.u32()?;
    let start = reader.at();
    let (latitude, longitude) = (f64::from(reader.u32()?) / UNIT, f64::from(reader.u32()?) / UNIT);
    let signed = |degrees: f64, bit: u32| if status & 1 << bit == 0 { degrees } else { -degrees };
    frame.place(signed(latitude, 2), signed(longitude, 3), status & 2 != 0, start..reader.at());
    Some(())
}

/// Alarms, coordinates, height, speed, course, time; then items.
fn report(frame: &mut Frame<'_, '_>, reader: &mut Reader<'_>) -> Option<()> {
    reader.skip(4)?;
    coordinates(frame, reader)?;
    reader.skip(12)?;
    if reader.left() != 20 {
        // Makers put what they like here: what does not fit is left alone.
        let _ = items(frame, reader);
    }
    Some(())
}

fn items(frame: &mut Frame<'_, '_>, reader: &mut Reader<'_>) -> Option<()> {
    while reader.left() >= 2 {
        let (item, length) = (reader.u8()?, usize::from(reader.u8()?));
        let mut part = reader.part(length)?;
        let range = part.at()..part.at() + length;
        match (item, length) {
            (0xeb, _) if !matches!(part.rest(), [2..=3, ..]) => extended(frame, &mut part)?,
            (0xf6, 8) => frame.bcd_id(range),
            (0x6c, 15) => frame.text_id(range),
            (0x71 | 0xcc, 20) => frame.text_iccid(range),
            (0xec, _) if length % 7 == 0 => networks(frame, &mut part, length / 7)?,
            (0x54, 2..) => {
                let number = usize::from(part.u8()?);
                networks(frame, &mut part, number)?;
            }
            (0x33 | 0xed | 0xf1, _) => frame.readable(range),
            _ => {}
        }
    }
    Some(())
}

/// Items with lengths and numbers of two bytes; the length counts the number.
fn extended(frame: &mut Frame<'_, '_>, reader: &mut Reader<'_>) -> Option<()> {
    while reader.left() >= 4 {
        let length = usize::from(reader.u16()?).checked_sub(2)?;
        let item = reader.u16()?;
        let part = reader.part(length)?;
        let range = part.at()..part.at() + length;
        match item {
            0x00b2 => frame.iccid(range),
            0x00d5 => frame.text_id(range),
            0x00b9 => frame.readable(range),
            _ => {}
        }
    }
    Some(())
}

fn networks(frame: &mut Frame<'_, '_>, reader: &mut Reader<'_>, number: usize) -> Option<()> {
    for _ in 0..number {
        frame.bssid(reader.at());
        reader.skip(7)?;
    }
    Some(())
}

/// What a maker sends through: of sub-type `0xf0` readings of a vehicle, then its place.
fn transparent(frame: &mut Frame<'_, '_>, reader: &mut Reader<'_>) -> Option<()> {
    if reader.u8()? != 0xf0 {
        frame.readable(reader.at()..reader.at() + reader.left());
        return Some(());
    }
    if !bits::is_bcd_moment(reader.take(6)?) {
        return Some(());
    }
    reader.skip(2)?;
    // Readings have numbers of two bytes, events of one.
    let number = match reader.u8()? {
        1 => 2,
        3 => 1,
        _ => return Some(()),
    };
    for _ in 0..reader.u8()? {
        reader.skip(number)?;
        let length = usize::from(reader.u8()?);
        reader.skip(length)?;
    }
    if reader.left() < 12 { Some(()) } else { coordinates(frame, reader) }
}

/// Number, kind, format, event, channel, a place, and what was recorded.
fn media(frame: &mut Frame<'_, '_>, reader: &mut Reader<'_>) -> Option<()> {
    reader.skip(4)?;
    let (kind, format) = (reader.u8()?, reader.u8()?);
    reader.skip(2)?;
    let media = match kind {
        0 => Media::Picture,
        1 => Media::Voice,
        2 => Media::Video,
        _ => return Some(()),
    };
    let codec = ["jpeg", "tiff", "mp3", "wav", "wmv"].get(usize::from(format)).copied().unwrap_or("unknown");
    let at = frame.whole();
    frame.tell(Event::Media { media, codec, at });
    report(frame, &mut reader.part(28.min(reader.left()))?)
}

fn order(frame: &mut Frame<'_, '_>, kind: u16, mut reader: Reader<'_>) -> Option<()> {
    let order = match kind {
        0x8001 | 0x8100 | 0x8003 | 0x8004 | 0x8104 | 0x8106 | 0x8107 | 0x8109 | 0x8800 => return Some(()),
        // Kind 1: it calls, and who answers can only listen.
        0x8400 => {
            let order = if reader.u8()? == 1 { Order::ListenIn } else { Order::Call };
            if let Some(number) = std::str::from_utf8(reader.rest()).ok().map(|text| text.trim_matches(['\0', ' '])).filter(|number| number.len() >= 3) {
                frame.value(ValueKind::Phone, number, "phone", reader.at()..reader.at() + reader.left());
            }
            order
        }
        0x8103 if reader.skip(1).is_some() && has_server(reader) => Order::MoveServer,
        0x8105 => Order::Power,
        0x8201 | 0x8202 => Order::Locate,
        0x8401 => Order::SetContact,
        0x8801 | 0x9101 => Order::TakePicture,
        0x8804 => Order::ListenIn,
        _ => Order::Set,
    };
    frame.order(order, &format!("{kind:#06x}"));
    frame.readable(reader.at()..reader.at() + reader.left());
    Some(())
}

/// Whether one of the settings is a server's name (`0x13`, `0x17`) or port (`0x18`). Their number stands before them.
fn has_server(mut reader: Reader<'_>) -> bool {
    let mut next = || {
        let setting = reader.u32()?;
        let length = usize::from(reader.u8()?);
        reader.skip(length)?;
        Some(setting)
    };
    std::iter::from_fn(&mut next).any(|setting| matches!(setting, 0x13 | 0x17 | 0x18))
}
