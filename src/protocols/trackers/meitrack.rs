//! Meitrack's binary messages: `$$`, a letter, length, IMEI, `CCC` or `CCE` as text with commas, binary records, `*`, sum, `0d 0a`.
//! Its text messages are a protocol of their own here.
//!
//! Source: "Meitrack GPRS Protocol", editions for CCC and CCE.

use super::bits::Reader;
use super::frames::{self, Frame, Grammar, Measure};
use crate::protocols::protocol::Protocol;
use crate::wire::Direction;

/// Binary Meitrack in streams.
pub static MEITRACK_BINARY: Protocol = frames::stream::<Meitrack>();
/// Binary Meitrack in datagrams.
pub static MEITRACK_BINARY_UDP: Protocol = frames::datagrams::<Meitrack>();

/// `,IMEI,CCC,`
const NAMED: usize = 21;
/// Bytes of a record of `CCC`.
const RECORD: usize = 52;
/// Degrees of the whole numbers.
const UNIT: f64 = 1_000_000.0;

struct Meitrack;

impl Grammar for Meitrack {
    const NAME: &'static str = "meitrack-binary";

    fn measure(bytes: &[u8], _: Direction) -> Option<Measure> {
        let mut reader = Reader::new(bytes);
        if !reader.magic(b"$$")? {
            return Some(Measure::No);
        }
        if !reader.u8()?.is_ascii_graphic() {
            return Some(Measure::No);
        }
        let digits = reader.rest().iter().take(5).take_while(|byte| byte.is_ascii_digit()).count();
        let length: usize = std::str::from_utf8(reader.take(digits)?).ok().and_then(|digits| digits.parse().ok()).unwrap_or(0);
        let comma = reader.at();
        if reader.rest().is_empty() && digits < 5 {
            return None;
        }
        let named = reader.take(NAMED.min(reader.left()))?;
        let fits = |index: usize, byte: &u8| match index {
            0 | 16 | 20 => *byte == b',',
            1..16 => byte.is_ascii_digit(),
            17 | 18 => *byte == b'C',
            _ => matches!(byte, b'C' | b'E'),
        };
        if !(NAMED + 10..=4_096).contains(&length) || !named.iter().enumerate().all(|(index, byte)| fits(index, byte)) {
            return Some(Measure::No);
        }
        Some(Measure::of(bytes, comma + length, |frame| matches!(frame.last_chunk::<5>(), Some([b'*', _, _, b'\r', b'\n']))))
    }

    fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
        frame.word("position");
        let comma = memchr::memchr(b',', frame.bytes)?;
        frame.text_id(comma + 1..comma + 16);
        let is_extended = frame.bytes.get(comma + 19) == Some(&b'E');
        let mut reader = frame.inner(comma + NAMED, 5);
        if !is_extended {
            reader.skip(8)?;
            while reader.left() >= RECORD {
                let mut part = reader.part(RECORD)?;
                part.skip(1)?;
                let start = part.at();
                let (latitude, longitude) = (f64::from(part.i32_le()?) / UNIT, f64::from(part.i32_le()?) / UNIT);
                part.skip(4)?;
                frame.place(latitude, longitude, part.u8()? == 1, start..start + 8);
            }
            return Some(());
        }
        reader.skip(4)?;
        for _ in 0..reader.u16_le()? {
            let length = usize::from(reader.u16_le()?);
            extended(frame, reader.part(length)?)?;
        }
        Some(())
    }
}

/// Values of one, two and four bytes, each with its number (`fe` begins one of two bytes), by groups that say how many there are.
fn extended(frame: &mut Frame<'_, '_>, mut part: Reader<'_>) -> Option<()> {
    part.skip(2)?;
    let (mut fix, mut latitude, mut longitude) = (false, None, None);
    let mut range = 0..0;
    for width in [1, 2, 4] {
        for _ in 0..part.u8()? {
            let number = part.u8()?;
            if number == 0xfe {
                part.skip(1 + width)?;
                continue;
            }
            let start = part.at();
            let mut value = part.part(width)?;
            match (width, number) {
                (1, 5) => fix = value.u8()? > 0,
                (4, 2) => (latitude, range.start) = (value.i32_le(), start),
                (4, 3) => (longitude, range.end) = (value.i32_le(), start + 4),
                _ => {}
            }
        }
    }
    if let (Some(latitude), Some(longitude)) = (latitude, longitude) {
        frame.place(f64::from(latitude) / UNIT, f64::from(longitude) / UNIT, fix, range);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::Verdict;
    use crate::protocols::trackers::frames::check::{ask, told};

    fn message(kind: [u8; 3], records: &[u8]) -> Vec<u8> {
        let inner = [b",490154203237518,".as_slice(), &kind, b",", records, b"*AB\r\n"].concat();
        [format!("$$A{}", inner.len()).as_bytes(), &inner].concat()
    }

    fn coordinates() -> [[u8; 4]; 2] {
        [48_858_370_i32.to_le_bytes(), 2_294_480_i32.to_le_bytes()]
    }

    #[test]
    fn both_forms_are_told_however_they_are_split() {
        let [latitude, longitude] = coordinates();
        let mut plain = vec![0, 0, 52, 0, 0, 0, 0, 0, 35];
        plain.extend([latitude, longitude, [0; 4]].concat());
        plain.push(1);
        plain.resize(8 + RECORD, 0);
        let mut record = vec![0, 0, 2, 5, 1, 0xfe, 0x69, 40, 1, 8, 0, 0, 2, 2];
        record.extend(latitude);
        record.push(3);
        record.extend(longitude);
        record.push(0);
        let mut extended = vec![0, 0, 0, 0, 1, 0];
        extended.extend((record.len() as u16).to_le_bytes());
        extended.extend(record);
        for bytes in [message(*b"CCC", &plain), message(*b"CCE", &extended)] {
            assert_eq!(told(&MEITRACK_BINARY, &bytes), ["imei id=490154203237518", "position position=48.858370,2.294480"]);
        }
    }

    #[test]
    fn text_messages_are_left_to_others() {
        assert_eq!(ask(&MEITRACK_BINARY, b"$$A128,490154203237518,AAA,35,48.858370,2.294480,"), Verdict::No);
        assert_eq!(ask(&MEITRACK_BINARY, &message(*b"CCC", &[0; 60])), Verdict::Yes);
    }
}
