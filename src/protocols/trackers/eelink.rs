//! Eelink: `67 67`, type, length, serial number, content; in datagrams `EL`, length, checksum and IMEI before such packets.
//!
//! Source: "Eelink Protocol V1.x and V2.0" (Shenzhen Eelink).

use super::bits::{self, Reader};
use super::frames::{self, Frame, Grammar, Measure};
use crate::protocols::protocol::Protocol;
use crate::value::ValueKind;
use crate::wire::Direction;

/// Eelink in streams.
pub static EELINK: Protocol = frames::stream::<Eelink>();
/// Eelink in datagrams.
pub static EELINK_UDP: Protocol = frames::datagrams::<Eelink>();

/// Minutes of arc times 30 000.
const UNIT: f64 = 1_800_000.0;
/// Seconds since 1970 that a device's clock may show: 2009 to 2050; and 0 to an hour where it was never set.
const CLOCK: std::ops::Range<u32> = 1_230_768_000..2_524_608_000;

struct Eelink;

impl Grammar for Eelink {
    const NAME: &'static str = "eelink";

    fn measure(bytes: &[u8], _: Direction) -> Option<Measure> {
        let mut reader = Reader::new(bytes);
        match reader.take(2)? {
            b"gg" => {}
            b"EL" => return wrapped(bytes),
            _ => return Some(Measure::No),
        }
        let kind = reader.u8()?;
        let length = usize::from(reader.u16()?);
        if !(2..=2_048).contains(&length) || !matches!(kind, 0x01..=0x07 | 0x12..=0x1f | 0x80 | 0x81) {
            return Some(Measure::No);
        }
        Some(match Measure::of(bytes, 5 + length, |frame| is_content(kind, frame.get(7..).unwrap_or_default())) {
            Measure::Damaged(_) => Measure::No,
            other => other,
        })
    }

    fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
        let mut start = 0;
        if frame.bytes.starts_with(b"EL") {
            frame.bcd_id(6..14);
            start = 14;
        }
        while let Some(5..) = frame.bytes.len().checked_sub(start) {
            let mut reader = frame.from(start + 2);
            let (kind, length) = (reader.u8()?, usize::from(reader.u16()?));
            reader.skip(2)?;
            packet(frame, kind, reader.part(length.checked_sub(2)?)?)?;
            start = start + 5 + length;
        }
        Some(())
    }
}

/// Length and checksum (a sum of 16 bits) count what follows them.
fn wrapped(bytes: &[u8]) -> Option<Measure> {
    let mut reader = Reader::from(bytes, 2);
    let (length, check) = (usize::from(reader.u16()?), reader.u16()?);
    if !(15..=2_048).contains(&length) {
        return Some(Measure::No);
    }
    Some(Measure::of(bytes, 4 + length, |frame| {
        let (imei, rest) = frame.get(6..).unwrap_or_default().split_at_checked(8).unwrap_or_default();
        let sum = frame.get(6..).unwrap_or_default().iter().fold(0_u16, |sum, byte| sum.wrapping_add((*byte).into()));
        bits::bcd(imei).is_some() && rest.starts_with(b"gg") && (sum == check || is_chain(rest))
    }))
}

/// Whether packets follow each other to the very end.
fn is_chain(mut bytes: &[u8]) -> bool {
    while let Some(([b'g', b'g', _, high, low], rest)) = bytes.split_first_chunk::<5>() {
        let Some((_, after)) = rest.split_at_checked(usize::from(u16::from_be_bytes([*high, *low]))) else { return false };
        bytes = after;
    }
    bytes.is_empty()
}

/// There is no checksum: what a type's content begins with must fit.
fn is_content(kind: u8, content: &[u8]) -> bool {
    let clock = || Reader::new(content).u32().is_some_and(|time| CLOCK.contains(&time));
    match kind {
        0x01 => content.first().is_some_and(|byte| byte >> 4 == 0) && content.get(..8).and_then(bits::bcd).is_some_and(|imei| imei > 0),
        0x03 => content.len() <= 8,
        0x80 | 0x81 => content.get(5..).is_some_and(|text| text.len() >= 2 && text.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\r' | b'\n'))),
        // Whole degrees are at most 90 and 180, and the cell's country has a known number.
        0x02 | 0x04 | 0x05 => {
            let coordinates = Reader::from(content, 4).i32().zip(Reader::from(content, 8).i32());
            let fits = |(latitude, longitude): (i32, i32)| f64::from(latitude).abs() <= 90.0 * UNIT && f64::from(longitude).abs() <= 180.0 * UNIT;
            clock() && content.len() >= 25 && coordinates.is_some_and(fits)
        }
        _ => clock() && content.len() >= 6,
    }
}

fn packet(frame: &mut Frame<'_, '_>, kind: u8, mut reader: Reader<'_>) -> Option<()> {
    let (start, end) = (reader.at(), reader.at() + reader.left());
    let word = match kind {
        0x01 => "login",
        0x02 | 0x12 => "position",
        0x03 => "heartbeat",
        0x04 | 0x14 => "alarm",
        0x05 | 0x15 => "report",
        0x06 | 0x16 => "message",
        0x80 | 0x81 => "command",
        _ => "",
    };
    if word.is_empty() {
        frame.number(kind.into());
    } else {
        frame.word(word);
    }
    match kind {
        0x01 => frame.bcd_id(start..start + 8),
        0x02 | 0x04 | 0x05 => old(frame, &mut reader)?,
        0x06 => {
            old(frame, &mut reader)?;
            sms(frame, reader);
        }
        // What follows the place in the newer messages is not the same in all of them.
        0x12 | 0x14 | 0x15 | 0x16 => new(frame, reader, kind)?,
        0x80 | 0x81 if frame.direction == Direction::ToClient => frame.order_text(start + 5..end),
        0x80 | 0x81 => frame.text(start + 5..end),
        _ => {}
    }
    Some(())
}

/// The number that a short message came from, and its text.
fn sms(frame: &mut Frame<'_, '_>, reader: Reader<'_>) {
    let start = reader.at();
    let end = start + reader.left();
    let number: String = reader.rest().iter().take(21).take_while(|byte| byte.is_ascii_digit() || **byte == b'+').map(|byte| char::from(*byte)).collect();
    if number.len() >= 5 {
        frame.value(ValueKind::Phone, &number, "phone", start..start + number.len());
    }
    frame.readable(start + number.len()..end);
}

/// Time, latitude, longitude, speed, course, cell, flags (1: fix).
fn old(frame: &mut Frame<'_, '_>, reader: &mut Reader<'_>) -> Option<()> {
    reader.skip(4)?;
    let start = reader.at();
    let (latitude, longitude) = (f64::from(reader.i32()?) / UNIT, f64::from(reader.i32()?) / UNIT);
    reader.skip(3)?;
    let cell_at = reader.at();
    let cell = [reader.u16()?.into(), reader.u16()?.into(), reader.u16()?.into(), reader.u24()?.into()];
    let fix = reader.u8()? & 1 != 0;
    frame.place(latitude, longitude, fix, start..start + 8);
    frame.cell(cell, cell_at..cell_at + 9);
    Some(())
}

/// Time, a mask of what there is, a place, cells, networks, then the state (1: fix).
fn new(frame: &mut Frame<'_, '_>, mut reader: Reader<'_>, kind: u8) -> Option<()> {
    reader.skip(4)?;
    let mask = reader.u8()?;
    let mut place = None;
    if mask & 1 != 0 {
        let start = reader.at();
        place = Some((f64::from(reader.i32()?) / UNIT, f64::from(reader.i32()?) / UNIT, start..start + 8));
        reader.skip(7)?;
    }
    let state = around(frame, &mut reader, mask).and_then(|()| {
        if kind != 0x12 {
            reader.skip(1)?;
        }
        reader.u16()
    });
    if let Some((latitude, longitude, range)) = place {
        frame.place(latitude, longitude, state.is_some_and(|state| state & 1 != 0), range);
    }
    Some(())
}

fn around(frame: &mut Frame<'_, '_>, reader: &mut Reader<'_>, mask: u8) -> Option<()> {
    let start = reader.at();
    let (mut country, mut network) = (0, 0);
    for bit in 1..=3 {
        if mask & 1 << bit != 0 {
            if bit == 1 {
                (country, network) = (reader.u16()?, reader.u16()?);
            }
            let (area, cell) = (reader.u16()?, reader.u32()?);
            reader.skip(1)?;
            frame.cell([country.into(), network.into(), area.into(), cell.into()], start..reader.at());
        }
    }
    for bit in 4..=6 {
        if mask & 1 << bit != 0 {
            frame.bssid(reader.at());
            reader.skip(7)?;
        }
    }
    if mask & 0x80 != 0 {
        reader.skip(1)?;
        let count = reader.u8()?;
        let (cells, networks) = (usize::from(count & 7), usize::from(count >> 3 & 0xf));
        if cells > 0 {
            let start = reader.at();
            let (country, network, area) = (reader.u16()?, reader.u16()?, reader.u16()?);
            reader.skip(2)?;
            let cell = reader.u32()?;
            reader.skip(7 + (cells - 1) * 5)?;
            frame.cell([country.into(), network.into(), area.into(), cell.into()], start..reader.at());
        }
        for _ in 0..networks {
            frame.bssid(reader.at());
            reader.skip(7)?;
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::{Probe, Verdict};
    use crate::protocols::testing::{drive, drive_datagrams, drive_split};

    const LOGIN: &[u8] = &[0x67, 0x67, 1, 0, 12, 0, 1, 0x04, 0x90, 0x15, 0x42, 0x03, 0x23, 0x75, 0x18, 1, 4];

    /// The Eiffel Tower and a network.
    fn position(state: u8) -> Vec<u8> {
        let mut content = vec![0, 2, 0x69, 0xe8, 0x84, 0x00, 0b1_0001];
        content.extend_from_slice(&87_945_066_i32.to_be_bytes());
        content.extend_from_slice(&4_130_064_i32.to_be_bytes());
        content.extend_from_slice(&[0, 35, 0, 0, 0, 0, 9, 0, 0, 0x5e, 0, 0x53, 1, 0xc4, 0, state]);
        let mut frame = vec![0x67, 0x67, 0x12, 0, content.len() as u8];
        frame.extend_from_slice(&content);
        frame
    }

    fn ask(bytes: &[u8]) -> Verdict {
        (EELINK.probe)(&Probe { bytes, direction: Direction::ToServer, from_port: 40_000, to_port: 5_064, from_start: true })
    }

    #[test]
    fn login_and_places_are_told_however_they_are_split() {
        let bytes = [LOGIN, &position(1), &position(0)].concat();
        let lines = drive_split(EELINK.open, &[(Direction::ToServer, &bytes)]);
        let values: Vec<&str> = lines.iter().map(String::as_str).filter(|line| line.starts_with("value")).collect();
        let bssid = "value bssid wifi=00:00:5e:00:53:01 []";
        let (place, last) = ("value position position=48.858370,2.294480 []", "value position last position=48.858370,2.294480 []");
        assert_eq!(values, ["value imei id=490154203237518 []", bssid, place, bssid, last]);
    }

    #[test]
    fn datagrams_hold_several_packets() {
        let packets = [LOGIN, &position(1)].concat();
        let mut datagram = b"EL".to_vec();
        datagram.extend_from_slice(&((packets.len() + 10) as u16).to_be_bytes());
        datagram.extend_from_slice(&[0, 0, 0x04, 0x90, 0x15, 0x42, 0x03, 0x23, 0x75, 0x18]);
        datagram.extend_from_slice(&packets);
        let lines = drive_datagrams((EELINK_UDP.open)(), &[(Direction::ToServer, &datagram)]);
        assert_eq!(lines.iter().filter(|line| line.starts_with("value")).count(), 4, "{lines:?}");
    }

    #[test]
    fn an_order_is_a_command() {
        let frame = [&[0x67, 0x67, 0x80, 0, 13, 0, 1, 1, 0, 0, 0, 0][..], b"RESET#"].concat();
        assert!(drive((EELINK.open)(), &[(Direction::ToClient, &frame)]).iter().any(|line| line == "command power RESET"));
    }

    #[test]
    fn only_fitting_contents_are_taken() {
        assert_eq!(ask(LOGIN), Verdict::Yes);
        assert_eq!(ask(&position(1)), Verdict::Yes);
        assert_eq!(ask(b"gg\x02\0\x06\0\x01abcd"), Verdict::No);
        assert_eq!(ask(b"gggggggg"), Verdict::No);
        assert_eq!(ask(b"ELSEWHERE"), Verdict::No);
    }
}
