//! Teltonika: a length-prefixed IMEI, then packets of records (codecs 8, 8 extended, 16 and GH3000) with a CRC-16; orders and answers as text (codecs 12,
//! 13 and 14). In datagrams each packet names the device.
//!
//! Source: "Codec" and "Teltonika Data Sending Protocols" at wiki.teltonika-gps.com.

mod records;

use super::bits::{Crc16, Reader};
use super::frames::{self, Frame, Grammar, Measure};
use crate::event::{Event, Media};
use crate::protocols::protocol::Protocol;
use crate::wire::Direction;

/// Teltonika in streams.
pub static TELTONIKA: Protocol = frames::stream::<Stream>();
/// Teltonika in datagrams.
pub static TELTONIKA_UDP: Protocol = frames::datagrams::<Datagram>();

/// Digits of an IMEI.
const IMEI: usize = 15;
/// Bytes before the codec in a stream: four zeros and the length.
const HEAD: usize = 8;
/// The shortest content: codec, number, number.
const SHORTEST: usize = 3;

struct Stream;

impl Grammar for Stream {
    const NAME: &'static str = "teltonika";

    fn measure(bytes: &[u8], _: Direction) -> Option<Measure> {
        let mut reader = Reader::new(bytes);
        if reader.u8()? != 0 {
            return Some(Measure::No);
        }
        match reader.u8()? {
            0x0f => return Some(login(&mut reader)),
            0 => {}
            _ => return Some(Measure::No),
        }
        if reader.u16()? != 0 {
            return Some(Measure::No);
        }
        let length = usize::try_from(reader.u32()?).ok()?;
        if length < SHORTEST || !is_codec(reader.u8()?) {
            return Some(Measure::No);
        }
        Some(Measure::of(bytes, length.saturating_add(HEAD + 4), |frame| {
            let content = frame.get(HEAD..frame.len().saturating_sub(4)).unwrap_or_default();
            let is_right = frame.last_chunk::<4>().is_some_and(|crc| u32::from_be_bytes(*crc) == u32::from(Crc16::Arc.of(content)));
            // Some forwarders leave the checksum as it was: records that fill the packet exactly will do.
            is_right || records::fill(content)
        }))
    }

    fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
        if frame.bytes.starts_with(&[0, 0x0f]) {
            frame.word("login");
            frame.text_id(2..2 + IMEI);
            return Some(());
        }
        content(frame, HEAD, 4)
    }
}

/// Fifteen digits.
fn login(reader: &mut Reader<'_>) -> Measure {
    let digits = reader.rest().iter().take(IMEI).take_while(|byte| byte.is_ascii_digit()).count();
    match (digits == IMEI, digits == reader.left()) {
        (true, _) => Measure::Whole(2 + IMEI),
        (false, true) => Measure::Wait(2 + IMEI),
        _ => Measure::No,
    }
}

fn is_codec(codec: u8) -> bool {
    matches!(codec, 0x07 | 0x08 | 0x8e | 0x10 | 0x0c | 0x0d | 0x0e | 0x0f)
}

struct Datagram;

impl Grammar for Datagram {
    const NAME: &'static str = Stream::NAME;

    /// Length, number of the packet, 1, number of the records, length of the IMEI, IMEI, content.
    fn measure(bytes: &[u8], _: Direction) -> Option<Measure> {
        let mut reader = Reader::new(bytes);
        let length = usize::from(reader.u16()?) + 2;
        reader.skip(2)?;
        if reader.u8()? != 1 || length < 11 + IMEI {
            return Some(Measure::No);
        }
        reader.skip(1)?;
        if reader.u16()? != 15 || !reader.take(IMEI)?.iter().all(u8::is_ascii_digit) || !is_codec(reader.u8()?) {
            return Some(Measure::No);
        }
        let number = reader.u8()?;
        Some(Measure::of(bytes, length, |frame| frame.last() == Some(&number)))
    }

    fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
        frame.text_id(8..8 + IMEI);
        content(frame, 8 + IMEI, 0)
    }
}

/// Codec, number of records, records, the number again, and `end` bytes more.
fn content(frame: &mut Frame<'_, '_>, from: usize, end: usize) -> Option<()> {
    let mut reader = frame.inner(from, end + 1);
    let (codec, number) = (reader.u8()?, reader.u8()?);
    if matches!(codec, 0x0c..=0x0f) {
        return text(frame, &mut reader, codec);
    }
    frame.word("records");
    records::tell(frame, &mut reader, codec, number)
}

/// 5 for an order, 6 for an answer; its length; what it says. Codec 13 and 15 put a time before it, codec 14 the IMEI.
fn text(frame: &mut Frame<'_, '_>, reader: &mut Reader<'_>, codec: u8) -> Option<()> {
    let kind = reader.u8()?;
    let length = usize::try_from(reader.u32()?).ok()?;
    let mut part = reader.part(length)?;
    frame.word(if kind == 5 { "command" } else { "answer" });
    match codec {
        0x0d | 0x0f => part.skip(4)?,
        0x0e => {
            frame.bcd_id(part.at()..part.at() + 8);
            part.skip(8)?;
        }
        _ => {}
    }
    let range = part.at()..part.at() + part.left();
    let beginning = part.rest().get(..part.left().min(32)).unwrap_or_default();
    if memchr::memmem::find(beginning, b"\xff\xd8\xff").is_some() {
        let at = frame.whole();
        frame.tell(Event::Media { media: Media::Picture, codec: "jpeg", at });
    } else if kind == 5 {
        frame.order_text(range);
    } else {
        frame.readable(range);
    }
    Some(())
}

#[cfg(test)]
mod tests;
