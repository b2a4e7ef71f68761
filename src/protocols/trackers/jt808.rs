//! JT/T 808, the protocol of Chinese vehicles, also of many trackers and children's watches: `7e`, type, attributes, phone number, serial number,
//! content, check byte, `7e`; within, `7d 02` stands for `7e` and `7d 01` for `7d`.
//!
//! Source: JT/T 808-2011 and 808-2019 (Ministry of Transport of China); further contents (types `0x0704`, `0x0900`, `0x5501`, items of a place) as the
//! project Traccar describes them.

mod content;
mod header;

use std::borrow::Cow;

use super::bits::{self, Reader};
use super::frames::{self, Frame, Grammar, Measure};
use crate::protocols::protocol::Protocol;
use crate::wire::Direction;
use header::Header;

/// JT808 in streams.
pub static JT808: Protocol = frames::stream::<Jt808>();
/// JT808 in datagrams.
pub static JT808_UDP: Protocol = frames::datagrams::<Jt808>();

/// A content has at most 1 023 bytes; each may be escaped.
const MOST: usize = 2 * (1_023 + 24);

struct Jt808;

impl Grammar for Jt808 {
    const NAME: &'static str = "jt808";

    fn measure(bytes: &[u8], _: Direction) -> Option<Measure> {
        let mut reader = Reader::new(bytes);
        if reader.u8()? != 0x7e {
            return Some(Measure::No);
        }
        // Where one frame ends, the next begins with the same sign.
        if reader.u8()? == 0x7e {
            return Some(Measure::No);
        }
        let Measure::Whole(length) = Measure::up_to(bytes, 1, 0x7e, MOST) else { return Some(Measure::up_to(bytes, 1, 0x7e, MOST)) };
        let plain = unescaped(bytes.get(..length)?);
        let inner = plain.get(1..plain.len().saturating_sub(1)).unwrap_or_default();
        let is_right = Header::read(&plain).is_some_and(|header| header.is_right(plain.len())) && bits::xor(inner) == 0;
        Some(if is_right { Measure::Whole(length) } else { Measure::Damaged(length - 1) })
    }

    fn tell(frame: &mut Frame<'_, '_>) -> Option<()> {
        match unescaped(frame.bytes) {
            Cow::Borrowed(_) => content::tell(frame),
            Cow::Owned(plain) => frame.unpacked(&plain, content::tell),
        }
    }
}

/// A frame whose escapes are undone; what is no escape stays.
fn unescaped(frame: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(0x7d, frame).is_none() {
        return Cow::Borrowed(frame);
    }
    Cow::Owned(bits::unescape(frame, 0x7d, |second| matches!(second, 1..=2).then(|| 0x7c + second)))
}

#[cfg(test)]
mod tests;
