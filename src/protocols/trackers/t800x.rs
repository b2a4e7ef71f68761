//! Topflytek's T8803, TLW and TLP trackers: `##`, `%%`, `&&` or `''`, type, length, serial number, IMEI, content. No checksum.
//!
//! Source: Topflytek's integration guides ("T8803 protocol" and its successors), as the project Traccar describes them.

use super::bits::{self, Reader};
use super::frames::{self, Frame, Grammar, Measure};
use crate::protocols::protocol::Protocol;
use crate::value::ValueKind;
use crate::wire::Direction;

/// Topflytek in streams.
pub static T800X: Protocol = frames::stream::<T800x>();
/// Topflytek in datagrams.
pub static T800X_UDP: Protocol = frames::datagrams::<T800x>();

/// Bytes before the content.
const HEAD: usize = 15;

struct T800x;

impl Grammar for T800x {
    const NAME: &'static str = "t800x";

    fn measure(bytes: &[u8], _: Direction) -> Option<Measure> {
        let mut reader = Reader::new(bytes);
        let first = reader.u8()?;
        if !matches!(first, 0x23 | 0x25..=0x27) || reader.u8()? != first {
            return Some(Measure::No);
        }
        let kind = reader.u8()?;
        let length = usize::from(reader.u16()?);
        if !(matches!(kind, 1..=0x40 | 0x80..=0x90) && (HEAD..=2_048).contains(&length)) {
            return Some(Measure::No);
        }
        reader.skip(2)?;
        let imei = reader.take(8)?;
        if imei.first()? >> 4 != 0 || bits::bcd(imei).is_none_or(|imei| imei == 0) {
            return Some(Measure::No);
        }
        Some(Measure::of(bytes, length, |_| true))
    }

    fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
        let (kind, header) = (*frame.bytes.get(2)?, *frame.bytes.first()?);
        match kind {
            1 => frame.word("login"),
            3 => frame.word("heartbeat"),
            2 | 0x13 => frame.word("position"),
            4 | 0x14 => frame.word("alarm"),
            0x81 => frame.word("command"),
            other => frame.number(other.into()),
        }
        frame.bcd_id(7..HEAD);
        match kind {
            2 | 4 | 0x13 | 0x14 => position(frame, header, kind),
            5 if header == 0x27 => network(frame),
            5 | 6 if header == 0x26 => behaviour(frame, kind),
            0x81 => {
                frame.order_text(HEAD + 1..frame.bytes.len());
                Some(())
            }
            _ => Some(()),
        }
    }
}

/// Height, longitude, latitude: numbers of IEEE 754, the low byte first.
fn place(frame: &mut Frame<'_, '_>, reader: &mut Reader<'_>, fix: bool) -> Option<()> {
    reader.skip(4)?;
    let start = reader.at();
    let (longitude, latitude) = (reader.f32_le()?, reader.f32_le()?);
    frame.place(latitude.into(), longitude.into(), fix, start..reader.at());
    Some(())
}

fn position(frame: &mut Frame<'_, '_>, header: u8, kind: u8) -> Option<()> {
    let mut reader = frame.from(HEAD);
    let (is_small, is_second) = (header == 0x27, matches!(kind, 0x13 | 0x14));
    if !is_small {
        reader.skip(9)?;
    }
    let status = reader.u8()?;
    if !is_small {
        let readings = if is_second { 5 } else { 2 };
        reader.skip(8 + if is_second { 2 } else { 0 } + if header == 0x26 { 0 } else { 2 * readings })?;
    }
    reader.skip(if is_small { 1 } else { 7 })?;
    if !bits::is_bcd_moment(reader.take(6)?) {
        return Some(());
    }
    // Bit 6: there is a place; bit 7: it is the last one known.
    if status & 0x40 != 0 {
        return place(frame, &mut reader, status & 0x80 == 0);
    }
    let (country, network) = (reader.u16_le()?, reader.u16_le()?);
    for _ in 0..3 {
        let start = reader.at();
        let (area, cell) = (reader.u16_le()?, reader.u16_le()?);
        if cell != 0xffff {
            frame.cell([country.into(), network.into(), area.into(), cell.into()], start..reader.at());
        }
    }
    Some(())
}

/// Operator, technology, band, IMSI and SIM card as texts with their lengths.
fn network(frame: &mut Frame<'_, '_>) -> Option<()> {
    let mut reader = frame.from(HEAD + 6);
    for part in 0..5 {
        let length = usize::from(reader.u8()?);
        let start = reader.at();
        let text = reader.take(length)?;
        match part {
            3 if length == 15 && text.iter().all(u8::is_ascii_digit) => {
                frame.value(ValueKind::Imsi, std::str::from_utf8(text).ok()?, "imsi", start..start + length);
            }
            4 => frame.text_iccid(start..start + length),
            _ => {}
        }
    }
    Some(())
}

fn behaviour(frame: &mut Frame<'_, '_>, kind: u8) -> Option<()> {
    let mut reader = frame.from(HEAD + 1);
    if !bits::is_bcd_moment(reader.take(6)?) {
        return Some(());
    }
    let mut fix = true;
    if kind == 6 {
        fix = reader.u8()? & 0x80 == 0;
        reader.skip(5)?;
    }
    place(frame, &mut reader, fix)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::{Probe, Verdict};
    use crate::protocols::testing::drive_split;

    /// The Eiffel Tower, in the small form.
    fn frame(status: u8) -> Vec<u8> {
        let mut frame = vec![0x27, 0x27, 2, 0, 41, 0, 1, 0x04, 0x90, 0x15, 0x42, 0x03, 0x23, 0x75, 0x18, status, 0];
        frame.extend_from_slice(&[0x26, 0x04, 0x22, 0x08, 0x09, 0x12]);
        for number in [35.0_f32, 2.294_48, 48.858_37] {
            frame.extend_from_slice(&number.to_le_bytes());
        }
        frame.extend_from_slice(&[0; 6]);
        frame
    }

    #[test]
    fn places_are_told_however_they_are_split() {
        let bytes = [frame(0x45), frame(0xc5), frame(5)].concat();
        let lines = drive_split(T800X.open, &[(Direction::ToServer, &bytes)]);
        let values: Vec<&str> = lines.iter().map(String::as_str).filter(|line| line.starts_with("value pos")).collect();
        assert_eq!(values, ["value position position=48.858372,2.294480 []", "value position last position=48.858372,2.294480 []"]);
        assert_eq!(lines.iter().filter(|line| *line == "value imei id=490154203237518 []").count(), 3);
    }

    #[test]
    fn only_a_head_with_an_imei_is_taken() {
        let ask = |bytes: &[u8]| (T800X.probe)(&Probe { bytes, direction: Direction::ToServer, from_port: 40_000, to_port: 5_111, from_start: true });
        assert_eq!(ask(&frame(0x45)), Verdict::Yes);
        assert_eq!(ask(b"## a heading of a text, not a tracker"), Verdict::No);
        assert_eq!(ask(b"##"), Verdict::Unsure);
    }
}
