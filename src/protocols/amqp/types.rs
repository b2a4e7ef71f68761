//! The values of AMQP 1.0 (ISO/IEC 19464, part 1): self-describing, read one by one, without recursion.

use crate::protocols::cursor::{Cursor, Part};

/// At most so many descriptions lie around a value.
const DEPTH: usize = 4;

/// A value.
#[derive(Clone, Copy, Debug)]
pub(super) enum Item<'i> {
    Null,
    Flag(bool),
    Number(u64),
    /// A string or symbol.
    Text(Part<'i>),
    Binary(Part<'i>),
    /// A list or map: how many values, and where they lie.
    Many(u32, Part<'i>),
    Other,
}

impl<'i> Item<'i> {
    /// Its text, if it is one.
    pub(super) fn text(self) -> Option<Part<'i>> {
        match self {
            Self::Text(part) if !part.bytes.is_empty() => Some(part),
            _ => None,
        }
    }

    /// Its number.
    pub(super) fn number(self) -> Option<u64> {
        if let Self::Number(number) = self { Some(number) } else { None }
    }
}

/// Reads a value, and what it is described as, if so by a number.
pub(super) fn item<'i>(cursor: &mut Cursor<'i>) -> Option<(Option<u64>, Item<'i>)> {
    let mut descriptor = None;
    let mut code = cursor.byte()?;
    for _ in 0..DEPTH {
        if code != 0 {
            break;
        }
        let kind = cursor.byte()?;
        descriptor = plain(cursor, kind)?.number();
        code = cursor.byte()?;
    }
    Some((descriptor, plain(cursor, code)?))
}

/// A value that is not described (1.2 and 1.6).
fn plain<'i>(cursor: &mut Cursor<'i>, code: u8) -> Option<Item<'i>> {
    let item = match code {
        0x40 => Item::Null,
        0x41 => Item::Flag(true),
        0x42 => Item::Flag(false),
        0x43 | 0x44 => Item::Number(0),
        0x45 => Item::Many(0, cursor.take(0)?),
        0x50 | 0x52 | 0x53 => Item::Number(u64::from(cursor.byte()?)),
        0x56 => Item::Flag(cursor.byte()? != 0),
        0x60 => Item::Number(u64::from(cursor.word()?)),
        0x70 => Item::Number(u64::from(cursor.double()?)),
        0x80 => Item::Number(cursor.quad()?),
        0xa0 => Item::Binary(cursor.short_text()?),
        0xa1 | 0xa3 => Item::Text(cursor.short_text()?),
        0xb0 => Item::Binary(cursor.long_text()?),
        0xb1 | 0xb3 => Item::Text(cursor.long_text()?),
        0xc0 | 0xc1 => {
            let part = cursor.short_text()?;
            let mut within = cursor.within(part);
            let count = u32::from(within.byte()?);
            Item::Many(count, within.rest())
        }
        0xd0 | 0xd1 => {
            let part = cursor.long_text()?;
            let mut within = cursor.within(part);
            let count = within.double()?;
            Item::Many(count, within.rest())
        }
        // The rest by the width that the upper half of the code says.
        _ => {
            match code >> 4 {
                0x5 => cursor.take(1)?,
                0x6 => cursor.take(2)?,
                0x7 => cursor.take(4)?,
                0x8 => cursor.take(8)?,
                0x9 => cursor.take(16)?,
                0xe => cursor.short_text()?,
                0xf => cursor.long_text()?,
                _ => return None,
            };
            Item::Other
        }
    };
    Some(item)
}

/// The fields of a list, of which those behind the last may be missing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields<'i> {
    cursor: Cursor<'i>,
    left: u32,
}

impl<'i> Fields<'i> {
    /// Of a list or map within the message that `cursor` reads; none where it is something else.
    pub(super) fn of(cursor: &Cursor<'i>, item: Item<'i>) -> Option<Self> {
        if let Item::Many(count, part) = item { Some(Self { cursor: cursor.within(part), left: count }) } else { None }
    }

    /// The next field with its description; null where it is missing.
    pub(super) fn described(&mut self) -> (Option<u64>, Item<'i>) {
        if self.left == 0 {
            return (None, Item::Null);
        }
        self.left -= 1;
        item(&mut self.cursor).unwrap_or_else(|| {
            self.left = 0;
            (None, Item::Null)
        })
    }

    /// The next field.
    pub(super) fn next(&mut self) -> Item<'i> {
        self.described().1
    }

    /// Whether none is left.
    pub(super) fn is_empty(&self) -> bool {
        self.left == 0
    }

    /// Where its values lie.
    pub(super) fn cursor(&self) -> &Cursor<'i> {
        &self.cursor
    }
}
