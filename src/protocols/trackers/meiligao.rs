//! Meiligao (VT310 and its relatives): `$$` from the device and `@@` from the server, length, number, command, content, CRC, `0d 0a`. Places are text
//! as NMEA 0183 writes them.
//!
//! Source: "GPRS communication protocol" of Meiligao, as the project Traccar describes it.

use super::bits::{self, Crc16, Reader};
use super::frames::{self, Frame, Grammar, Measure};
use crate::event::{Event, Media, Order};
use crate::protocols::protocol::Protocol;
use crate::wire::Direction;

/// Meiligao in streams.
pub static MEILIGAO: Protocol = frames::stream::<Meiligao>();
/// Meiligao in datagrams.
pub static MEILIGAO_UDP: Protocol = frames::datagrams::<Meiligao>();

/// Bytes before the content.
const HEAD: usize = 13;
/// CRC and end.
const TAIL: usize = 4;
/// A frame that does not say how long it is ends no later.
const MOST: usize = 512;

struct Meiligao;

impl Grammar for Meiligao {
    const NAME: &'static str = "meiligao";

    fn measure(bytes: &[u8], _: Direction) -> Option<Measure> {
        let mut reader = Reader::new(bytes);
        let first = reader.u8()?;
        if !matches!(first, b'$' | b'@') || reader.u8()? != first {
            return Some(Measure::No);
        }
        let length = usize::from(reader.u16()?);
        let id = reader.take(7)?;
        let command = reader.u16()?;
        if bits::digits(id).is_none() || length > 2_048 {
            return Some(Measure::No);
        }
        if length >= HEAD + TAIL {
            let is_right = |frame: &[u8]| has_crc(frame) || has_text(frame, command);
            return Some(match Measure::of(bytes, length, is_right) {
                Measure::Damaged(_) => Measure::No,
                other => other,
            });
        }
        if length != 0 {
            return Some(Measure::No);
        }
        Some(match Measure::up_to(bytes, HEAD, b'\n', MOST) {
            Measure::Whole(length) if !bytes.get(..length).is_some_and(|frame| has_crc(frame) || has_text(frame, command)) => Measure::No,
            other => other,
        })
    }

    fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
        let command = frame.from(11).u16()?;
        frame.word(&word(command));
        frame.bcd_id(4..11);
        let end = frame.bytes.len().checked_sub(TAIL)?;
        if frame.direction == Direction::ToClient
            && let Some(order) = order(command)
        {
            frame.order(order, &format!("{command:#06x}"));
        }
        match command {
            0x9988 | 0x0800 => {
                if memchr::memmem::find(frame.bytes.get(HEAD..end)?.get(..32)?, b"\xff\xd8\xff").is_some() {
                    let at = frame.whole();
                    frame.tell(Event::Media { media: Media::Picture, codec: "jpeg", at });
                }
            }
            _ => frame.text(HEAD..end),
        }
        Some(())
    }
}

fn has_crc(frame: &[u8]) -> bool {
    matches!(frame.split_last_chunk::<4>(), Some((checked, [high, low, b'\r', b'\n'])) if Crc16::CcittFalse.of(checked) == u16::from_be_bytes([*high, *low]))
}

/// Some devices count wrongly: a place in the known form will do instead.
fn has_text(frame: &[u8], command: u16) -> bool {
    let start = match command {
        0x9955 | 0x9016 => HEAD,
        0x9999 => HEAD + 1,
        0x6688 => HEAD + 2,
        _ => return false,
    };
    let text = frame.get(start..start + 8).unwrap_or_default();
    let is_time = matches!(text, [time @ .., b'.', _] if time.iter().all(u8::is_ascii_digit));
    frame.ends_with(b"\r\n") && is_time && !super::shape::places(frame.get(start..frame.len().saturating_sub(TAIL)).unwrap_or_default()).is_empty()
}

fn word(command: u16) -> String {
    match command {
        0x0001 => "heartbeat".to_owned(),
        0x5000 | 0x4000 => "login".to_owned(),
        0x9955 | 0x9016 | 0x6688 => "position".to_owned(),
        0x9999 => "alarm".to_owned(),
        other => format!("{other:#06x}"),
    }
}

fn order(command: u16) -> Option<Order> {
    Some(match command {
        0x4101 | 0x4102 => Order::Locate,
        0x4103 => Order::SetContact,
        0x4151 => Order::TakePicture,
        0x4110 | 0x4902 => Order::Power,
        0x4104..=0x41ff => Order::Set,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::{Probe, Verdict};
    use crate::protocols::testing::{drive, drive_split};

    fn framed(magic: [u8; 2], command: u16, content: &[u8]) -> Vec<u8> {
        let mut frame = magic.to_vec();
        frame.extend_from_slice(&((HEAD + TAIL + content.len()) as u16).to_be_bytes());
        frame.extend_from_slice(&[0x49, 0x01, 0x54, 0x20, 0x32, 0x3f, 0xff]);
        frame.extend_from_slice(&command.to_be_bytes());
        frame.extend_from_slice(content);
        let crc = Crc16::CcittFalse.of(&frame);
        frame.extend_from_slice(&crc.to_be_bytes());
        frame.extend_from_slice(b"\r\n");
        frame
    }

    #[test]
    fn places_are_told_however_they_are_split() {
        let with = framed(*b"$$", 0x9955, b"080912.000,A,4851.5022,N,00217.6688,E,0.00,0,220426,,*12|0.8|35|0000");
        let without = framed(*b"$$", 0x9999, b"\x01080912.000,V,4851.5022,N,00217.6688,E,0.00,0,220426,,*12");
        let bytes = [with, without].concat();
        let lines = drive_split(MEILIGAO.open, &[(Direction::ToServer, &bytes)]);
        let values: Vec<&str> = lines.iter().map(String::as_str).filter(|line| line.starts_with("value")).collect();
        let id = "value serial id=49015420323 []";
        assert_eq!(values, [id, "value position position=48.858370,2.294480 []", id, "value position last position=48.858370,2.294480 []"]);
    }

    #[test]
    fn orders_are_commands_when_the_server_sends_them() {
        let lines = drive((MEILIGAO.open)(), &[(Direction::ToClient, &framed(*b"@@", 0x4151, b"")), (Direction::ToClient, &framed(*b"@@", 0x4000, b"\x01"))]);
        assert_eq!(lines.iter().filter(|line| line.starts_with("command")).collect::<Vec<_>>(), ["command take-picture 0x4151"]);
    }

    #[test]
    fn only_a_right_checksum_or_a_place_is_taken() {
        let ask = |bytes: &[u8]| (MEILIGAO.probe)(&Probe { bytes, direction: Direction::ToServer, from_port: 40_000, to_port: 5_009, from_start: true });
        let mut login = framed(*b"$$", 0x5000, b"");
        assert_eq!(ask(&login), Verdict::Yes);
        login[5] ^= 1;
        assert_eq!(ask(&login), Verdict::No);
        assert_eq!(ask(b"$$A123,490154203237518,AAA,35,48.8"), Verdict::No, "Meitrack");
    }
}
