//! Xexun's newer trackers: `fa af`, type, serial number, IMEI, length, checksum, records with masks, `fa af`.
//!
//! Source: "Xexun communication protocol V3" (Xexun), as the project Traccar describes it.

use super::bits::{self, Reader};
use super::frames::{self, Frame, Grammar, Measure};
use super::place::degrees_of_minutes;
use crate::protocols::protocol::Protocol;
use crate::wire::Direction;

/// Xexun in streams.
pub static XEXUN2: Protocol = frames::stream::<Xexun2>();
/// Xexun in datagrams.
pub static XEXUN2_UDP: Protocol = frames::datagrams::<Xexun2>();

/// What begins and ends a frame.
const FLAG: &[u8] = &[0xfa, 0xaf];
/// Bytes before the content.
const HEAD: usize = 18;

struct Xexun2;

impl Grammar for Xexun2 {
    const NAME: &'static str = "xexun2";

    fn measure(bytes: &[u8], _: Direction) -> Option<Measure> {
        let mut reader = Reader::new(bytes);
        if !reader.magic(FLAG)? {
            return Some(Measure::No);
        }
        reader.skip(4)?;
        let imei = reader.take(8)?;
        let length = usize::from(reader.u16()? & 0x3ff);
        if imei.get(..7).and_then(bits::bcd).is_none_or(|digits| digits == 0) {
            return Some(Measure::No);
        }
        Some(Measure::of(bytes, HEAD + length + 2, |frame| frame.ends_with(FLAG)))
    }

    fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
        let kind = frame.from(2).u16()?;
        frame.number(kind.into());
        if let Some(digits) = frame.bytes.get(6..14).and_then(bits::digits) {
            frame.id(digits.get(..15)?, 6..14);
        }
        if kind != 0x14 {
            return Some(());
        }
        let mut lengths = frame.inner(HEAD, 2);
        let count = lengths.u8()?;
        let mut reader = lengths;
        reader.skip(2 * usize::from(count))?;
        for _ in 0..count {
            let length = usize::from(lengths.u16()?);
            let record = reader.part(length)?;
            // What a firmware adds is passed over.
            let _ = self::record(frame, record);
        }
        Some(())
    }
}

/// Number, time, signal, battery, mask; by the mask an alarm and places.
fn record(frame: &mut Frame<'_, '_>, mut record: Reader<'_>) -> Option<()> {
    record.skip(8)?;
    let mask = record.u8()?;
    if mask & 1 != 0 {
        record.skip(4)?;
    }
    if mask & 2 != 0 {
        places(frame, &mut record)?;
    }
    Some(())
}

fn places(frame: &mut Frame<'_, '_>, record: &mut Reader<'_>) -> Option<()> {
    let mask = record.u8()?;
    if mask & 1 != 0 {
        record.skip(1)?;
        let start = record.at();
        let (longitude, latitude) = (f64::from(record.f32()?), f64::from(record.f32()?));
        place(frame, latitude, longitude, start..start + 8);
    }
    if mask & 2 != 0 {
        for _ in 0..record.u8()? {
            frame.bssid(record.at());
            record.skip(7)?;
        }
    }
    if mask & 4 != 0 {
        for _ in 0..record.u8()? {
            let start = record.at();
            let cell = [record.u16()?.into(), record.u16()?.into(), record.u32()?.into(), record.u32()?.into()];
            record.skip(1)?;
            frame.cell(cell, start..record.at());
        }
    }
    if mask & 8 != 0 {
        let count = usize::from(record.u8()?);
        record.skip(12 * count)?;
    }
    if mask & 0x20 != 0 {
        record.skip(4)?;
    }
    if mask & 0x40 != 0 {
        record.skip(1)?;
        double(frame, record)?;
    }
    if mask & 0x80 != 0 {
        let length = usize::from(record.u16()?);
        let mut items = record.part(length)?;
        while items.left() >= 3 {
            let (item, length) = (items.u8()?, usize::from(items.u16()?));
            let mut part = items.part(length)?;
            if item == 0x47 {
                double(frame, &mut part)?;
            }
        }
    }
    Some(())
}

fn double(frame: &mut Frame<'_, '_>, reader: &mut Reader<'_>) -> Option<()> {
    let start = reader.at();
    let (longitude, latitude) = (f64::from_bits(reader.u64()?), f64::from_bits(reader.u64()?));
    place(frame, latitude, longitude, start..start + 16);
    Some(())
}

/// Numbers of degrees and minutes, one behind the other.
fn place(frame: &mut Frame<'_, '_>, latitude: f64, longitude: f64, range: std::ops::Range<usize>) {
    if let (Some(latitude), Some(longitude)) = (degrees_of_minutes(latitude), degrees_of_minutes(longitude)) {
        frame.place(latitude, longitude, true, range);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::Verdict;
    use crate::protocols::trackers::frames::check::{ask, told};

    fn frame() -> Vec<u8> {
        let mut record = vec![0, 0x69, 0xe8, 0x84, 0, 9, 0, 90, 2, 0x42, 1, 0, 0, 0x5e, 0, 0x53, 1, 60, 8];
        record.extend_from_slice(&217.6688_f64.to_be_bytes());
        record.extend_from_slice(&4_851.502_2_f64.to_be_bytes());
        let mut content = vec![1, 0, record.len() as u8];
        content.extend_from_slice(&record);
        let mut frame = vec![0xfa, 0xaf, 0, 0x14, 0, 1, 0x49, 0x01, 0x54, 0x20, 0x32, 0x37, 0x51, 0x80, 0, content.len() as u8, 0, 0];
        frame.extend_from_slice(&content);
        frame.extend_from_slice(FLAG);
        frame
    }

    #[test]
    fn records_are_told_however_they_are_split() {
        assert_eq!(told(&XEXUN2, &frame()), ["imei id=490154203237518", "bssid wifi=00:00:5e:00:53:01", "position position=48.858370,2.294480"]);
    }

    #[test]
    fn only_a_whole_frame_is_taken() {
        assert_eq!(ask(&XEXUN2, &frame()), Verdict::Yes);
        assert_eq!(ask(&XEXUN2, &[0xfa, 0xaf, 0, 0x14, 0, 1, 0xa1, 0, 0, 0, 0, 0, 0, 0, 0, 9]), Verdict::No);
    }
}
