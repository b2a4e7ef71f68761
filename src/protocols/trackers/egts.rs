//! EGTS, the protocol of the Russian emergency call: a header with a CRC of eight bits, records with sub-records, a CRC of sixteen.
//!
//! Source: GOST R 54619-2011, GOST 33465-2015 and the order № 285 of the Russian ministry of transport.

use super::bits::{self, Crc16, Reader};
use super::frames::{self, Frame, Grammar, Measure};
use crate::event::Order;
use crate::protocols::protocol::Protocol;
use crate::value::ValueKind;
use crate::wire::Direction;

/// EGTS in streams.
pub static EGTS: Protocol = frames::stream::<Egts>();

/// The service of authorization, where a device says who it is.
const AUTHORIZATION: u8 = 1;
/// The service of commands.
const COMMANDS: u8 = 4;

struct Egts;

impl Grammar for Egts {
    const NAME: &'static str = "egts";

    fn measure(bytes: &[u8], _: Direction) -> Option<Measure> {
        let mut reader = Reader::new(bytes);
        let version = reader.u8()?;
        reader.skip(2)?;
        let head = usize::from(reader.u8()?);
        if version != 1 || !matches!(head, 11 | 16) {
            return Some(Measure::No);
        }
        reader.skip(1)?;
        let data = usize::from(reader.u16_le()?);
        let Some(header) = bytes.get(..head) else { return Some(Measure::Wait(head)) };
        if !matches!(header.split_last(), Some((check, checked)) if bits::crc8(checked) == *check) {
            return Some(Measure::No);
        }
        let length = head + data + if data > 0 { 2 } else { 0 };
        Some(Measure::of(bytes, length, |frame| {
            let (body, crc) = frame.get(head..).unwrap_or_default().split_at_checked(data).unwrap_or_default();
            data == 0 || crc.first_chunk().is_some_and(|crc| Crc16::CcittFalse.of(body) == u16::from_le_bytes(*crc))
        }))
    }

    fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
        let (head, kind) = (usize::from(*frame.bytes.get(3)?), *frame.bytes.get(9)?);
        frame.word(match kind {
            0 => "response",
            1 => "data",
            _ => "signed-data",
        });
        let mut reader = frame.inner(head, 2);
        match kind {
            0 => return Some(()),
            2 => {
                let signature = usize::from(reader.u16_le()?);
                reader.skip(signature)?;
            }
            _ => {}
        }
        while reader.left() >= 7 {
            record(frame, &mut reader)?;
        }
        Some(())
    }
}

/// Length, number, flags, what the flags say is there, two services, sub-records.
fn record(frame: &mut Frame<'_, '_>, reader: &mut Reader<'_>) -> Option<()> {
    let length = usize::from(reader.u16_le()?);
    reader.skip(2)?;
    let flags = reader.u8()?;
    if flags & 1 != 0 {
        let start = reader.at();
        let object = reader.u32_le()?;
        frame.id(&object.to_string(), start..start + 4);
    }
    reader.skip(4 * (usize::from(flags >> 1 & 1) + usize::from(flags >> 2 & 1)))?;
    let (service, _) = (reader.u8()?, reader.u8()?);
    let mut part = reader.part(length)?;
    if service == COMMANDS && frame.direction == Direction::ToClient {
        frame.order(Order::Set, "command");
    }
    while part.left() >= 3 {
        let kind = part.u8()?;
        let length = usize::from(part.u16_le()?);
        let sub = part.part(length)?;
        match (service, kind) {
            (AUTHORIZATION, 1) => identity(frame, sub)?,
            (COMMANDS, 51) => frame.readable(sub.at()..sub.at() + length),
            (AUTHORIZATION, _) => {}
            (_, 16) => place(frame, sub)?,
            _ => {}
        }
    }
    Some(())
}

/// Number, flags, and by the flags: dispatcher, IMEI, IMSI, language, network, buffer, phone number.
fn identity(frame: &mut Frame<'_, '_>, mut sub: Reader<'_>) -> Option<()> {
    let start = sub.at();
    let terminal = sub.u32_le()?;
    frame.id(&terminal.to_string(), start..start + 4);
    let flags = sub.u8()?;
    for (bit, length) in [(0, 2), (1, 15), (2, 16), (3, 3), (5, 3), (6, 2), (7, 15)] {
        if flags & 1 << bit == 0 {
            continue;
        }
        let range = sub.at()..sub.at() + length;
        let text = std::str::from_utf8(sub.take(length)?).unwrap_or_default().trim_matches(['\0', ' ', '0']);
        match bit {
            1 => frame.text_id(range),
            2 if text.len() >= 14 => frame.value(ValueKind::Imsi, text, "imsi", range),
            7 if text.len() >= 7 => frame.value(ValueKind::Phone, text, "msisdn", range),
            _ => {}
        }
    }
    Some(())
}

/// Time, latitude and longitude as parts of the whole range, flags: 1: valid, 0x20: south, 0x40: west.
fn place(frame: &mut Frame<'_, '_>, mut sub: Reader<'_>) -> Option<()> {
    sub.skip(4)?;
    let start = sub.at();
    let of = |number: u32, range: f64| f64::from(number) * range / f64::from(u32::MAX);
    let (latitude, longitude) = (of(sub.u32_le()?, 90.0), of(sub.u32_le()?, 180.0));
    let flags = sub.u8()?;
    let signed = |degrees: f64, flag| if flags & flag == 0 { degrees } else { -degrees };
    frame.place(signed(latitude, 0x20), signed(longitude, 0x40), flags & 1 != 0, start..start + 8);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::Verdict;
    use crate::protocols::trackers::frames::check::{ask, told};

    fn packet(service: u8, kind: u8, sub: &[u8]) -> Vec<u8> {
        let mut body = ((sub.len() + 3) as u16).to_le_bytes().to_vec();
        body.extend_from_slice(&[1, 0, 0, service, service, kind]);
        body.extend_from_slice(&(sub.len() as u16).to_le_bytes());
        body.extend_from_slice(sub);
        let mut packet = vec![1, 0, 2, 11, 0];
        packet.extend_from_slice(&(body.len() as u16).to_le_bytes());
        packet.extend_from_slice(&[1, 0, 1]);
        packet.push(bits::crc8(&packet));
        packet.extend_from_slice(&body);
        packet.extend_from_slice(&Crc16::CcittFalse.of(&body).to_le_bytes());
        packet
    }

    fn place(flags: u8) -> Vec<u8> {
        let part = |degrees: f64, range: f64| (degrees / range * f64::from(u32::MAX)) as u32;
        let mut sub = vec![0; 4];
        sub.extend_from_slice(&part(33.8568, 90.0).to_le_bytes());
        sub.extend_from_slice(&part(151.2153, 180.0).to_le_bytes());
        sub.extend_from_slice(&[flags, 0, 0, 0, 0, 0, 0, 0, 0]);
        packet(2, 16, &sub)
    }

    #[test]
    fn identity_and_places_are_told_however_they_are_split() {
        let mut identity = vec![0, 0, 0, 0, 2];
        identity.extend_from_slice(b"490154203237518");
        let bytes = [packet(1, 1, &identity), place(0x21), place(0x20)].concat();
        assert_eq!(told(&EGTS, &bytes), ["imei id=490154203237518", "position position=-33.856800,151.215300", "position last position=-33.856800,151.215300"]);
    }

    #[test]
    fn only_right_checksums_are_taken() {
        assert_eq!(ask(&EGTS, &place(1)), Verdict::Yes);
        let mut damaged = place(1);
        damaged[10] ^= 1;
        assert_eq!(ask(&EGTS, &damaged), Verdict::No);
    }
}
