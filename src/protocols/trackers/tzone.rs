//! TZONE (AVL-05 to AVL-19): `TZ`, length, `$$`, hardware, firmware, IMEI, time, blocks with their lengths, CRC, `0d 0a`.
//!
//! Source: "TZ-AVL communication protocol" (TZONE), as the project Traccar describes it.

use super::bits::{self, Reader, is_moment};
use super::frames::{self, Frame, Grammar, Measure};
use crate::protocols::protocol::Protocol;
use crate::wire::Direction;

/// TZONE in streams.
pub static TZONE: Protocol = frames::stream::<Tzone>();
/// TZONE in datagrams.
pub static TZONE_UDP: Protocol = frames::datagrams::<Tzone>();

struct Tzone;

impl Grammar for Tzone {
    const NAME: &'static str = "tzone";

    fn measure(bytes: &[u8], _: Direction) -> Option<Measure> {
        let mut reader = Reader::new(bytes);
        if !reader.magic(b"TZ")? {
            return Some(Measure::No);
        }
        let length = usize::from(reader.u16()?);
        if !(30..=2_048).contains(&length) || !reader.magic(b"$$")? {
            return Some(Measure::No);
        }
        Some(Measure::of(bytes, length + 6, |frame| frame.ends_with(b"\r\n") && frame.get(12..20).is_some_and(|imei| bits::bcd(imei).is_some())))
    }

    fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
        frame.word("report");
        let hardware = frame.from(6).u16()?;
        frame.bcd_id(12..20);
        let mut reader = frame.inner(26, 4);
        if hardware != 0x0406 {
            let length = usize::from(reader.u16()?);
            let part = reader.part(length)?;
            if length >= 22 {
                place(frame, part, hardware)?;
            }
        }
        Some(())
    }
}

/// Satellites, latitude, longitude, time, speed, way, flags: 0x200: west, 0x400: north, 0x800: fix.
fn place(frame: &mut Frame<'_, '_>, mut part: Reader<'_>, hardware: u16) -> Option<()> {
    // This model says elsewhere, and nowhere plainly, to which side of the equator it is.
    if hardware == 0x0413 {
        return Some(());
    }
    part.skip(1)?;
    let start = part.at();
    let unit = if matches!(hardware, 0x010a | 0x010b) { 600_000.0 } else { 6_000_000.0 };
    let (latitude, longitude) = (f64::from(part.u32()?) / unit, f64::from(part.u32()?) / unit);
    let [year, month, day, hour, minute, second] = *part.take(6)?.first_chunk()?;
    part.skip(5)?;
    let flags = part.u16()?;
    if is_moment([year, month, day, hour, minute, second].map(u64::from)) {
        let latitude = if flags & 0x400 == 0 { -latitude } else { latitude };
        let longitude = if flags & 0x200 == 0 { longitude } else { -longitude };
        frame.place(latitude, longitude, flags & 0x800 != 0, start..start + 8);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::Verdict;
    use crate::protocols::trackers::frames::check::{ask, told};

    fn packet(flags: u16) -> Vec<u8> {
        let mut content = vec![b'$', b'$', 1, 0x0a, 0, 0, 0, 0, 0x04, 0x90, 0x15, 0x42, 0x03, 0x23, 0x75, 0x18, 26, 4, 22, 8, 9, 12];
        content.extend_from_slice(&[0, 22, 9]);
        content.extend_from_slice(&29_315_022_u32.to_be_bytes());
        content.extend_from_slice(&1_376_688_u32.to_be_bytes());
        content.extend_from_slice(&[26, 4, 22, 8, 9, 12, 0, 0, 0, 0, 0]);
        content.extend_from_slice(&flags.to_be_bytes());
        content.extend_from_slice(&[0, 0, 0, 0, 0, 1, 0, 0]);
        let mut packet = b"TZ".to_vec();
        packet.extend_from_slice(&((content.len() - 2) as u16).to_be_bytes());
        packet.extend_from_slice(&content);
        packet.extend_from_slice(b"\0\0\r\n");
        let length = packet.len() as u16 - 6;
        packet[2..4].copy_from_slice(&length.to_be_bytes());
        packet
    }

    #[test]
    fn reports_are_told_however_they_are_split() {
        assert_eq!(told(&TZONE, &packet(0xc00)), ["imei id=490154203237518", "position position=48.858370,2.294480"]);
        assert_eq!(told(&TZONE, &packet(0x400)), ["imei id=490154203237518", "position last position=48.858370,2.294480"]);
    }

    #[test]
    fn only_a_whole_packet_is_taken() {
        assert_eq!(ask(&TZONE, &packet(0xc00)), Verdict::Yes);
        assert_eq!(ask(&TZONE, b"TZONE is a place name"), Verdict::No);
    }
}
