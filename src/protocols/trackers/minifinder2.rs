//! Eview (MiniFinder, EV-07): `ab`, flags, length, CRC, serial number, command, then items, each with its length and key.
//!
//! Source: "Eview EV-07B communication protocol", as the project Traccar describes it.

use super::bits::{Crc16, Reader};
use super::frames::{self, Frame, Grammar, Measure};
use crate::event::Order;
use crate::protocols::protocol::Protocol;
use crate::value::ValueKind;
use crate::wire::Direction;

/// Eview in streams.
pub static EVIEW: Protocol = frames::stream::<Eview>();
/// Eview in datagrams.
pub static EVIEW_UDP: Protocol = frames::datagrams::<Eview>();

/// Bytes before the command.
const HEAD: usize = 8;
/// Degrees of the whole numbers.
const UNIT: f64 = 10_000_000.0;

struct Eview;

impl Grammar for Eview {
    const NAME: &'static str = "eview";

    fn measure(bytes: &[u8], _: Direction) -> Option<Measure> {
        let mut reader = Reader::new(bytes);
        if reader.u8()? != 0xab {
            return Some(Measure::No);
        }
        reader.skip(1)?;
        let (length, crc) = (usize::from(reader.u16_le()?), reader.u16_le()?);
        if !(1..=4_096).contains(&length) {
            return Some(Measure::No);
        }
        Some(Measure::of(bytes, HEAD + length, |frame| frame.get(HEAD..).is_some_and(|checked| Crc16::Xmodem.of(checked) == crc)))
    }

    fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
        let command = *frame.bytes.get(HEAD)?;
        frame.word(match command {
            0x01 => "data",
            0x02 => "configuration",
            0x03 => "services",
            0x04 => "control",
            _ => "answer",
        });
        match (command, frame.direction) {
            (0x01 | 0x03, Direction::ToServer) => items(frame),
            (0x02, Direction::ToClient) => {
                frame.order(Order::Set, "configuration");
                Some(())
            }
            (0x04, Direction::ToClient) => {
                frame.order(Order::Power, "control");
                Some(())
            }
            _ => Some(()),
        }
    }
}

fn items(frame: &mut Frame<'_, '_>) -> Option<()> {
    let mut reader = frame.from(HEAD + 1);
    while reader.left() > 1 {
        let length = usize::from(reader.u8()?).checked_sub(1)?;
        let key = reader.u8()?;
        let part = reader.part(length.min(reader.left()))?;
        // What a model leaves out is not there.
        let _ = item(frame, key, part);
    }
    Some(())
}

fn item(frame: &mut Frame<'_, '_>, key: u8, mut part: Reader<'_>) -> Option<()> {
    let end = part.at() + part.left();
    match key {
        0x01 => frame.text_id(part.at()..end),
        0x20 => {
            let start = part.at();
            let (latitude, longitude) = place(&mut part)?;
            part.skip(6)?;
            frame.place(latitude, longitude, part.u16_le()? > 0, start..start + 8);
        }
        0x21 => {
            let (country, network) = (part.u16_le()?, part.u8()?);
            while part.left() >= 5 {
                let start = part.at();
                part.skip(1)?;
                let (area, cell) = (part.u16_le()?, part.u16_le()?);
                frame.cell([country.into(), network.into(), area.into(), cell.into()], start..part.at());
            }
        }
        0x22 => {
            while part.left() >= 7 {
                frame.bssid(part.at() + 1);
                part.skip(7)?;
            }
        }
        // A radio beacon at home or a network, with the place where the owner put it.
        0x23 => known(frame, part, 6)?,
        0x28 if part.u8()? & 0x80 != 0 => known(frame, part, 8)?,
        0x2a => known(frame, part, 8)?,
        // Networks with their names: signal, address, length, name.
        0x19 => {
            while part.left() >= 8 {
                frame.bssid(part.at() + 1);
                part.skip(7)?;
                let length = usize::from(part.u8()?);
                let start = part.at();
                if let Ok(name) = std::str::from_utf8(part.take(length)?) {
                    frame.value(ValueKind::NetworkName, name, "wifi", start..start + length);
                }
            }
        }
        _ => {}
    }
    Some(())
}

fn known(frame: &mut Frame<'_, '_>, mut part: Reader<'_>, before: usize) -> Option<()> {
    part.skip(before)?;
    let start = part.at();
    let (latitude, longitude) = place(&mut part)?;
    frame.place(latitude, longitude, true, start..start + 8);
    frame.readable(part.at()..part.at() + part.left());
    Some(())
}

fn place(part: &mut Reader<'_>) -> Option<(f64, f64)> {
    Some((f64::from(part.i32_le()?) / UNIT, f64::from(part.i32_le()?) / UNIT))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::Verdict;
    use crate::protocols::trackers::frames::check::{ask, told};

    fn frame(exact: u8) -> Vec<u8> {
        let mut content = vec![1, 16, 1];
        content.extend_from_slice(b"490154203237518");
        content.extend_from_slice(&[22, 0x20]);
        content.extend_from_slice(&488_583_700_i32.to_le_bytes());
        content.extend_from_slice(&22_944_800_i32.to_le_bytes());
        content.extend_from_slice(&[0, 0, 0, 0, 35, 0, exact, 0, 0, 0, 0, 0, 9]);
        content.extend_from_slice(&[8, 0x22, 0xc4, 0, 0, 0x5e, 0, 0x53, 1]);
        content.extend_from_slice(b"\x0d\x19\xc4\0\0\x5e\0\x53\x02\x04Home");
        let mut frame = vec![0xab, 0x10];
        frame.extend_from_slice(&(content.len() as u16).to_le_bytes());
        frame.extend_from_slice(&Crc16::Xmodem.of(&content).to_le_bytes());
        frame.extend_from_slice(&[1, 0]);
        frame.extend_from_slice(&content);
        frame
    }

    #[test]
    fn items_are_told_however_they_are_split() {
        let (id, bssid) = ("imei id=490154203237518", "bssid wifi=00:00:5e:00:53:01");
        let (home, name) = ("bssid wifi=00:00:5e:00:53:02", "network-name wifi=Home");
        assert_eq!(told(&EVIEW, &frame(11)), [id, "position position=48.858370,2.294480", bssid, home, name]);
        assert_eq!(told(&EVIEW, &frame(0)), [id, "position last position=48.858370,2.294480", bssid, home, name]);
    }

    #[test]
    fn only_a_right_checksum_is_taken() {
        assert_eq!(ask(&EVIEW, &frame(1)), Verdict::Yes);
        let mut damaged = frame(1);
        damaged[12] ^= 1;
        assert_eq!(ask(&EVIEW, &damaged), Verdict::No);
    }
}
