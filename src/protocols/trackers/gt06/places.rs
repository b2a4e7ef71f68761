//! Where a GT06 device is: its own fix, the cells and the networks around it.

use crate::protocols::trackers::bits::{self, Reader, is_moment};
use crate::protocols::trackers::frames::{Frame, Measure};
use crate::value::ValueKind;

/// Bytes behind the content: serial number, CRC, end.
pub(super) const TAIL: usize = 6;

/// Minutes of arc times 30 000.
const UNIT: f64 = 1_800_000.0;

/// Whether the next six bytes are a date and time of plain numbers.
fn moment(reader: &mut Reader<'_>) -> Option<bool> {
    let [year, month, day, hour, minute, second] = reader.take(6)?.first_chunk()?;
    Some(is_moment([*year, *month, *day, *hour, *minute, *second].map(u64::from)))
}

/// A frame of type `0x17` or `0x69`: time, networks, cells.
pub(super) fn measure_networks(bytes: &[u8], networks: usize) -> Option<Measure> {
    let mut reader = Reader::from(bytes, 4);
    if !bits::is_bcd_moment(reader.take(6)?) {
        return Some(Measure::No);
    }
    reader.skip(networks * 7)?;
    let cells = usize::from(reader.u8()?);
    if cells > 32 {
        return Some(Measure::No);
    }
    let [high, low] = *reader.take(2)?.first_chunk()?;
    if !(200..=799).contains(&u16::from_be_bytes([high, low])) {
        return Some(Measure::No);
    }
    // An end may follow; it is passed over.
    Some(Measure::of(bytes, reader.at() + 1 + cells * 5, |_| true))
}

/// Tells what such a frame holds.
pub(super) fn networks(frame: &mut Frame<'_, '_>) -> Option<()> {
    let count = usize::from(*frame.bytes.get(2)?);
    let mut reader = frame.from(10);
    for _ in 0..count {
        frame.bssid(reader.at());
        reader.skip(7)?;
    }
    let (cells, country, network) = (reader.u8()?, reader.u16()?, reader.u8()?);
    for _ in 0..cells {
        let start = reader.at();
        let (area, cell) = (reader.u16()?, reader.u16()?);
        reader.skip(1)?;
        frame.cell([country.into(), network.into(), area.into(), cell.into()], start..reader.at());
    }
    Some(())
}

/// What stands before the fix of a type, where it has one.
enum Before {
    /// Nothing.
    Nothing,
    /// So many bytes.
    Bytes(usize),
    /// Nothing, but other makers use the type for something else: the fix must say its own length.
    Sometimes,
}

fn before(kind: u8) -> Option<Before> {
    Some(match kind {
        0x10 | 0x11 | 0x12 | 0x16 | 0x1a | 0x1e | 0x22 | 0x26 | 0x27 | 0x2a | 0x2d | 0x31 | 0x32 | 0x37 | 0x38 | 0xa0 | 0xa3 | 0xa4 => Before::Nothing,
        0x34 => Before::Bytes(4),
        0x61 => Before::Bytes(8),
        0x24 | 0x33 | 0xa2 => Before::Sometimes,
        _ => return None,
    })
}

/// Tells what the other types hold.
pub(super) fn tell(frame: &mut Frame<'_, '_>, kind: u8, content: usize, is_long: bool) -> Option<()> {
    let mut start = content;
    match before(kind) {
        Some(Before::Nothing) => {
            // Some send their number with every message.
            if !moment(&mut frame.from(content))? && moment(&mut frame.from(content + 8)) == Some(true) {
                frame.bcd_id(content..content + 8);
                start += 8;
            }
        }
        Some(Before::Bytes(count)) => {
            if kind == 0x61 {
                frame.bcd_id(content..content + count);
            }
            start += count;
        }
        Some(Before::Sometimes) if matches!(frame.bytes.get(content + 6).map(|byte| byte >> 4), Some(0xc | 0xd)) => {}
        Some(Before::Sometimes) if is_long => {}
        _ => return around(frame, kind, content),
    }
    let mut reader = frame.inner(start, TAIL);
    if !moment(&mut reader)? {
        return Some(());
    }
    // In some long messages the length of the fix stands by itself.
    if is_long && matches!(kind, 0x32 | 0x33) && reader.u8()? == 0 {
        return Some(());
    }
    fix(frame, &mut reader)?;
    match kind {
        0x2a => phone(frame, reader),
        0x10 | 0x1a | 0x1e | 0x34 | 0x61 | 0xa2 => {}
        _ => {
            let is_counted = is_long || matches!(kind, 0x16 | 0x26 | 0x27 | 0x32 | 0xa3 | 0xa4);
            // What is not there was not sent.
            let _ = cell(frame, &mut reader, kind, is_counted);
        }
    }
    Some(())
}

/// Text of a vehicle's readings, with a fix behind it.
pub(super) fn readings(frame: &mut Frame<'_, '_>, content: usize) -> Option<()> {
    let end = frame.bytes.len().saturating_sub(TAIL);
    let start = end.checked_sub(12).filter(|start| *start > content + 7)?;
    frame.readable(content + 7..start);
    // The first half byte is the fix's own length.
    if matches!(frame.bytes.get(start).map(|byte| byte >> 4), Some(0xc)) {
        return fix(frame, &mut frame.inner(start, TAIL));
    }
    Some(())
}

/// Satellites, latitude, longitude, speed, course and flags.
fn fix(frame: &mut Frame<'_, '_>, reader: &mut Reader<'_>) -> Option<()> {
    reader.skip(1)?;
    let start = reader.at();
    let (latitude, longitude) = (f64::from(reader.u32()?) / UNIT, f64::from(reader.u32()?) / UNIT);
    reader.skip(1)?;
    flagged(frame, latitude, longitude, reader.u16()?, start..reader.at());
    Some(())
}

/// Bit 10: north; 11: west; 12: there was a fix.
fn flagged(frame: &mut Frame<'_, '_>, latitude: f64, longitude: f64, flags: u16, range: std::ops::Range<usize>) {
    let latitude = if flags & 1 << 10 == 0 { -latitude } else { latitude };
    let longitude = if flags & 1 << 11 == 0 { longitude } else { -longitude };
    frame.place(latitude, longitude, flags & 1 << 12 != 0, range);
}

/// One cell: country, network, area, number; the highest bit of the country says that the network has two bytes.
fn cell(frame: &mut Frame<'_, '_>, reader: &mut Reader<'_>, kind: u8, is_counted: bool) -> Option<()> {
    if is_counted {
        reader.skip(1)?;
    }
    let start = reader.at();
    let country = reader.u16()?;
    let is_wide = kind == 0x11 || country & 0x8000 != 0;
    let network = if is_wide { reader.u16()? } else { reader.u8()?.into() };
    let area = reader.u16()?;
    let number = if kind == 0x11 { reader.u32()? } else { reader.u24()? };
    frame.cell([(country & 0x7fff).into(), network.into(), area.into(), number.into()], start..reader.at());
    Some(())
}

/// A phone number as text behind the fix: who asked for the address.
fn phone(frame: &mut Frame<'_, '_>, reader: Reader<'_>) {
    let count = reader.rest().iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'+').count();
    if let Some(number) = reader.rest().get(..count).and_then(|text| std::str::from_utf8(text).ok()).filter(|number| number.len() >= 6) {
        frame.value(ValueKind::Phone, number, "phone", reader.at()..reader.at() + count);
    }
}

/// Cells and networks in sight, without a fix.
fn around(frame: &mut Frame<'_, '_>, kind: u8, content: usize) -> Option<()> {
    let mut reader = frame.inner(content, TAIL);
    match kind {
        0xf3 => {
            reader.skip(6)?;
            for _ in 0..reader.u8()? {
                reader.skip(2)?;
                frame.bssid(reader.at());
                reader.skip(6)?;
            }
        }
        0x18 | 0x24 | 0x28 | 0x2c | 0x2e | 0x33 | 0xa1 | 0xa2 => {
            // Some makers put other things into these types: what does not fit is left alone.
            let _ = cells(frame, &mut reader, kind);
        }
        0x19 | 0xa5 => {
            let _ = cell(frame, &mut reader, kind, false);
        }
        _ => {}
    }
    Some(())
}

fn cells(frame: &mut Frame<'_, '_>, reader: &mut Reader<'_>, kind: u8) -> Option<()> {
    if !moment(reader)? {
        return None;
    }
    let country = reader.u16()?;
    let network = if country & 0x8000 == 0 { reader.u8()?.into() } else { reader.u16()? };
    let is_long = matches!(kind, 0xa1 | 0xa2 | 0x33);
    for _ in 0..if kind == 0x33 { 6 } else { 7 } {
        let start = reader.at();
        let (area, number) = if is_long { (reader.u32()?, reader.u64()?) } else { (reader.u16()?.into(), reader.u24()?.into()) };
        reader.skip(1)?;
        if area > 0 {
            frame.cell([(country & 0x7fff).into(), network.into(), area.into(), number], start..reader.at());
        }
    }
    reader.skip(1)?;
    if matches!(kind, 0x18 | 0x2c | 0x33 | 0xa2) {
        for _ in 0..reader.u8()? {
            frame.bssid(reader.at());
            reader.skip(7)?;
        }
    }
    Some(())
}

/// Modules, each with its number and length.
pub(super) fn modules(frame: &mut Frame<'_, '_>, content: usize) -> Option<()> {
    let mut reader = frame.inner(content, TAIL);
    while reader.left() >= 4 {
        let (module, length) = (reader.u16()?, usize::from(reader.u16()?));
        let mut part = reader.part(length)?;
        let start = part.at();
        match module {
            0x01 => frame.bcd_id(start..start + length),
            0x03 => frame.iccid(start..start + length),
            0x02 => {
                if let Some(imsi) = bits::digits(part.rest()).filter(|digits| digits.len() >= 15) {
                    frame.value(ValueKind::Imsi, imsi.trim_start_matches('0'), "imsi", start..start + length);
                }
            }
            0x11 => {
                let (country, network, area, number) = (part.u16()?, part.u16()?, part.u16()?, part.u24()?);
                frame.cell([country.into(), network.into(), area.into(), number.into()], start..part.at());
            }
            0x33 => {
                part.skip(7)?;
                let start = part.at();
                let (latitude, longitude) = (f64::from(part.u32()?) / UNIT, f64::from(part.u32()?) / UNIT);
                part.skip(1)?;
                flagged(frame, latitude, longitude, part.u16()?, start..part.at());
            }
            _ => {}
        }
    }
    Some(())
}
