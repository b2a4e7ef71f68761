//! GT06, the protocol of Concox and of the many trackers that copy it: `78 78` (or `79 79`), length, type, content, serial number, CRC, `0d 0a`.
//!
//! Source: "GT06 GPS Tracker Communication Protocol" (Concox), with the types that its relatives added, as the project Traccar describes them.
//! Type `0x17` and `0x69` are framed another way: the number of networks stands where the length would, and there is no CRC.

mod places;

use super::bits::{Crc16, Reader};
use super::frames::{self, Frame, Grammar, Measure};
use crate::protocols::protocol::Protocol;
use crate::value::ValueKind;
use crate::wire::Direction;
use places::TAIL;

/// GT06 in streams.
pub static GT06: Protocol = frames::stream::<Gt06>();
/// GT06 in datagrams.
pub static GT06_UDP: Protocol = frames::datagrams::<Gt06>();

struct Gt06;

impl Grammar for Gt06 {
    const NAME: &'static str = "gt06";

    fn measure(bytes: &[u8], _: Direction) -> Option<Measure> {
        let mut reader = Reader::new(bytes);
        let (length, head) = match reader.take(2)? {
            [0x78, 0x78] => (usize::from(reader.u8()?), 3),
            [0x79, 0x79] => (usize::from(reader.u16()?), 4),
            _ => return Some(Measure::No),
        };
        let kind = reader.u8()?;
        if head == 3
            && matches!(kind, 0x17 | 0x69)
            && length <= 32
            && let networks @ (Measure::Whole(_) | Measure::Wait(_)) = places::measure_networks(bytes, length)?
        {
            return Some(networks);
        }
        if length < 5 {
            return Some(Measure::No);
        }
        Some(Measure::of(bytes, head + length + 2, is_right))
    }

    fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
        let is_long = frame.bytes.starts_with(&[0x79, 0x79]);
        let start = if is_long { 4 } else { 3 };
        let kind = *frame.bytes.get(start)?;
        frame.word(&word(kind));
        let content = start + 1;
        match kind {
            0x17 | 0x69 if !is_right(frame.bytes) => places::networks(frame),
            0x01 => {
                frame.bcd_id(content..content + 8);
                Some(())
            }
            0x15 if !is_long => answer(frame, content),
            0x21 if is_long => {
                frame.text(content + 5..frame.bytes.len().saturating_sub(TAIL));
                Some(())
            }
            0x80..=0x82 => command(frame, content),
            0x94 if is_long => info(frame, content),
            0x66 | 0x8c if is_long => places::readings(frame, content),
            0x97 | 0x9b => {
                frame.readable(content..frame.bytes.len().saturating_sub(TAIL));
                Some(())
            }
            0x70 if is_long => places::modules(frame, content),
            _ => places::tell(frame, kind, content, is_long),
        }
    }
}

/// Whether a frame ends as it must and its checksum is right.
fn is_right(frame: &[u8]) -> bool {
    let Some((checked, [high, low, b'\r', b'\n'])) = frame.split_last_chunk::<4>() else { return false };
    checked.get(2..).is_some_and(|checked| Crc16::X25.of(checked) == u16::from_be_bytes([*high, *low]))
}

fn word(kind: u8) -> String {
    let word = match kind {
        0x01 => "login",
        0x13 | 0x23 | 0x36 => "heartbeat",
        0x10 | 0x11 | 0x12 | 0x22 | 0x2d | 0x31 | 0x34 | 0x37 | 0x38 | 0xa0 => "position",
        0x16 | 0x19 | 0x26 | 0x27 | 0x95 | 0xa3..=0xa5 => "alarm",
        0x17 | 0x18 | 0x24 | 0x28 | 0x2c | 0x2e | 0x69 | 0xa1 | 0xa2 | 0xf3 => "networks",
        0x15 | 0x21 => "answer",
        0x80..=0x82 => "command",
        0x2a => "address-request",
        0x97 => "address",
        0x8a => "time",
        0x94 => "info",
        other => return format!("{other:#04x}"),
    };
    word.to_owned()
}

/// Length, four bytes of the server's own, text.
fn answer(frame: &mut Frame<'_, '_>, content: usize) -> Option<()> {
    let length = usize::from(*frame.bytes.get(content)?);
    if length > 4 {
        let (from, to) = (content + 5, content + 1 + length);
        let text = frame.bytes.get(from..to)?;
        if let Some(id) = text.strip_prefix(b"<ICCID:").or_else(|| text.strip_prefix(b"ICCID:")) {
            let from = to - id.len();
            let count = id.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
            frame.text_iccid(from..from + count);
        }
        frame.text(from..to);
    }
    Some(())
}

/// The same, from the server: an order.
fn command(frame: &mut Frame<'_, '_>, content: usize) -> Option<()> {
    let length = usize::from(*frame.bytes.get(content)?);
    if length > 4 {
        frame.bytes.get(content + 5..content + 1 + length)?;
        frame.order_text(content + 5..content + 1 + length);
    }
    Some(())
}

/// Kind of information, then what it is.
fn info(frame: &mut Frame<'_, '_>, content: usize) -> Option<()> {
    let end = frame.bytes.len().saturating_sub(TAIL);
    match *frame.bytes.get(content)? {
        0x0a => {
            frame.bcd_id(content + 1..content + 9);
            if let Some(digits) = frame.bytes.get(content + 9..content + 17).and_then(super::bits::digits).filter(|digits| digits.len() >= 15) {
                frame.value(ValueKind::Imsi, digits.trim_start_matches('0'), "imsi", content + 9..content + 17);
            }
            frame.iccid(content + 17..content + 27);
        }
        0x04 | 0x0d => frame.readable(content + 1..end),
        _ => {}
    }
    Some(())
}

#[cfg(test)]
mod tests;
