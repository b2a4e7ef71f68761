//! The records of a packet: time, place, and what sensors measured.

use crate::protocols::trackers::bits::Reader;
use crate::protocols::trackers::frames::Frame;

/// Degrees of the codecs with whole numbers.
const UNIT: f64 = 10_000_000.0;

/// Milliseconds since 1970 that a record may be of: 2005 to 2060.
const CLOCK: std::ops::Range<u64> = 1_104_537_600_000..2_840_140_800_000;

/// A place and where it stands.
struct Record {
    latitude: f64,
    longitude: f64,
    fix: bool,
    at: usize,
}

/// Tells the records' places.
pub(super) fn tell(frame: &mut Frame<'_, '_>, reader: &mut Reader<'_>, codec: u8, number: u8) -> Option<()> {
    if codec == 0x07 {
        return (0..number).try_for_each(|_| old(frame, reader));
    }
    // Some devices add readings of 16 bytes, which nothing announces but the lengths.
    let has_wide = codec == 0x08 && !ends(*reader, codec, number, false) && ends(*reader, codec, number, true);
    for _ in 0..number {
        let record = record(reader, codec, has_wide)?;
        frame.place(record.latitude, record.longitude, record.fix, record.at..record.at + 8);
    }
    Some(())
}

/// Whether the records are all there is.
fn ends(mut reader: Reader<'_>, codec: u8, number: u8, has_wide: bool) -> bool {
    (0..number).all(|_| record(&mut reader, codec, has_wide).is_some()) && reader.left() == 0
}

/// Whether a content, from its codec to the number of records at its end, is wholly made of records.
pub(super) fn fill(content: &[u8]) -> bool {
    let [codec @ (0x08 | 0x8e | 0x10), number, records @ .., last] = content else { return false };
    number == last && *number > 0 && ends(Reader::new(records), *codec, *number, false)
}

/// Numbers of one byte, or of two where a codec has wide ones.
fn number(reader: &mut Reader<'_>, is_wide: bool) -> Option<usize> {
    if is_wide { reader.u16().map(usize::from) } else { reader.u8().map(usize::from) }
}

fn record(reader: &mut Reader<'_>, codec: u8, has_wide: bool) -> Option<Record> {
    let (is_extended, is_16) = (codec == 0x8e, codec == 0x10);
    if !CLOCK.contains(&reader.u64()?) {
        return None;
    }
    reader.skip(1)?;
    let at = reader.at();
    let (longitude, latitude) = (f64::from(reader.i32()?) / UNIT, f64::from(reader.i32()?) / UNIT);
    reader.skip(4)?;
    let satellites = reader.u8()?;
    reader.skip(2)?;
    number(reader, is_extended || is_16)?;
    if is_16 {
        reader.skip(1)?;
    }
    number(reader, is_extended)?;
    for width in [1, 2, 4, 8, 16].into_iter().take(if has_wide { 5 } else { 4 }) {
        let count = number(reader, is_extended)?;
        let id = if is_extended || is_16 { 2 } else { 1 };
        reader.skip(count * (id + width))?;
    }
    if is_extended {
        for _ in 0..reader.u16()? {
            reader.skip(2)?;
            let length = usize::from(reader.u16()?);
            reader.skip(length)?;
        }
    }
    Some(Record { latitude, longitude, fix: satellites != 0, at })
}

/// GH3000: a mask says which parts a record has, another which parts its place has.
fn old(frame: &mut Frame<'_, '_>, reader: &mut Reader<'_>) -> Option<()> {
    reader.skip(4)?;
    let parts = reader.u8()?;
    if parts & 1 != 0 {
        let place = reader.u8()?;
        if place & 1 != 0 {
            let start = reader.at();
            let (latitude, longitude) = (reader.f32()?, reader.f32()?);
            frame.place(latitude.into(), longitude.into(), true, start..reader.at());
        }
        for (bit, width) in [(1, 2), (2, 1), (3, 1), (4, 1), (5, 4), (6, 1), (7, 4)] {
            if place & 1 << bit != 0 {
                reader.skip(width)?;
            }
        }
    }
    for (bit, width) in [(1, 1), (2, 2), (3, 4)] {
        if parts & 1 << bit != 0 {
            let count = usize::from(reader.u8()?);
            reader.skip(count * (1 + width))?;
        }
    }
    Some(())
}
