//! Header compression of HTTP/2 (RFC 7541): a header block → fields.
//!
//! The tables of a stream that was picked up in its middle are not known whole. Entries are counted from the newest, so those that were seen are right
//! all the same; what refers to one that was not seen is unknown, and never another name.

mod fields;
mod huffman;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use fields::STATIC;

/// A table is at most so large, whatever the ends agree on: what is older is unknown.
const TABLE_LIMIT: usize = 64 << 10;

/// The size of a table before anything else is agreed on (RFC 9113, section 6.5.2).
const USUAL_SIZE: usize = 4_096;

/// What each entry counts beside its bytes (RFC 7541, section 4.1).
const OVERHEAD: usize = 32;

/// At most so many fields, and bytes of them, are told of one block: a short one may refer to a long entry again and again.
const FIELDS_LIMIT: usize = 512;
const BYTES_LIMIT: usize = 64 << 10;

/// A field; what refers to an entry that was never seen is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Field {
    /// Its name, in small letters.
    pub(super) name: Option<String>,
    /// Its value.
    pub(super) value: Option<Vec<u8>>,
}

impl Field {
    fn size(&self) -> usize {
        self.name.as_ref().map_or(0, String::len) + self.value.as_ref().map_or(0, Vec::len) + OVERHEAD
    }
}

/// Why a block could not be read to its end: the table is not known any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Damaged;

/// The dynamic table of one direction.
#[derive(Debug)]
pub(super) struct Table {
    /// The newest first.
    entries: VecDeque<Field>,
    size: usize,
    /// What the sender keeps it down to.
    limit: usize,
    /// What the receiver allows, if it said so.
    allowed: Option<usize>,
    /// Whether every entry was seen.
    is_whole: bool,
}

impl Default for Table {
    fn default() -> Self {
        Self { entries: VecDeque::new(), size: 0, limit: USUAL_SIZE, allowed: None, is_whole: true }
    }
}

impl Table {
    /// Entries were added that nobody saw.
    pub(super) fn forget(&mut self) {
        (self.entries, self.size, self.is_whole) = (VecDeque::new(), 0, false);
    }

    /// The receiver allows so many bytes (SETTINGS_HEADER_TABLE_SIZE).
    pub(super) fn allow(&mut self, size: u32) {
        self.allowed = Some(size as usize);
    }

    /// Bytes of memory held.
    pub(super) fn memory(&self) -> usize {
        self.size
    }

    fn resize(&mut self, size: usize) -> Result<(), Damaged> {
        if self.allowed.is_some_and(|allowed| size > allowed.max(USUAL_SIZE)) {
            return Err(Damaged);
        }
        self.limit = size.min(TABLE_LIMIT);
        self.evict();
        Ok(())
    }

    fn evict(&mut self) {
        while self.size > self.limit {
            let Some(oldest) = self.entries.pop_back() else { break };
            self.size = self.size.saturating_sub(oldest.size());
        }
    }

    fn insert(&mut self, field: Field) {
        self.size += field.size();
        self.entries.push_front(field);
        self.evict();
    }

    /// The entry of an index; a name or value that nobody saw is none.
    fn get(&self, index: usize) -> Result<Field, Damaged> {
        let index = index.checked_sub(1).ok_or(Damaged)?;
        if let Some((name, value)) = STATIC.get(index) {
            return Ok(Field { name: Some((*name).to_owned()), value: Some(value.as_bytes().to_vec()) });
        }
        match self.entries.get(index - STATIC.len()) {
            Some(field) => Ok(field.clone()),
            None if self.is_whole && self.limit < TABLE_LIMIT => Err(Damaged),
            None => Ok(Field::default()),
        }
    }

    /// Reads a whole block; gives what could be read of it, and whether that was all.
    pub(super) fn read(&mut self, block: &[u8]) -> (Vec<Field>, Result<(), Damaged>) {
        let (mut told, mut bytes) = (Vec::new(), 0);
        let mut reader = Reader { rest: block };
        while !reader.rest.is_empty() {
            match self.next(&mut reader) {
                Ok(Some(field)) => {
                    bytes += field.size();
                    if told.len() < FIELDS_LIMIT && bytes <= BYTES_LIMIT {
                        told.push(field);
                    }
                }
                Ok(None) => {}
                Err(damaged) => {
                    self.forget();
                    return (told, Err(damaged));
                }
            }
        }
        (told, Ok(()))
    }

    /// Reads one representation (section 6).
    fn next(&mut self, reader: &mut Reader<'_>) -> Result<Option<Field>, Damaged> {
        let first = *reader.rest.first().ok_or(Damaged)?;
        if first & 0x80 != 0 {
            let index = reader.number(7)?;
            return self.get(index).map(Some);
        }
        if first & 0xe0 == 0x20 {
            let size = reader.number(5)?;
            self.resize(size)?;
            return Ok(None);
        }
        let added = first & 0x40 != 0;
        let index = reader.number(if added { 6 } else { 4 })?;
        let name = if index == 0 { Some(String::from_utf8_lossy(&reader.text()?).into_owned()) } else { self.get(index)?.name };
        let field = Field { name, value: Some(reader.text()?) };
        if added {
            self.insert(field.clone());
        }
        Ok(Some(field))
    }
}

struct Reader<'r> {
    rest: &'r [u8],
}

impl<'r> Reader<'r> {
    fn byte(&mut self) -> Result<u8, Damaged> {
        let (byte, rest) = self.rest.split_first().ok_or(Damaged)?;
        self.rest = rest;
        Ok(*byte)
    }

    /// A number in the last `bits` bits of a byte and those behind it (section 5.1).
    fn number(&mut self, bits: u32) -> Result<usize, Damaged> {
        let most = (1usize << bits) - 1;
        let start = usize::from(self.byte()?) & most;
        if start < most {
            return Ok(start);
        }
        let mut number = most;
        for shift in (0..28).step_by(7) {
            let byte = self.byte()?;
            number += usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(Damaged)
    }

    fn take(&mut self, length: usize) -> Result<&'r [u8], Damaged> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(Damaged)?;
        self.rest = rest;
        Ok(taken)
    }

    /// A string (section 5.2).
    fn text(&mut self) -> Result<Vec<u8>, Damaged> {
        let packed = self.rest.first().is_some_and(|byte| byte & 0x80 != 0);
        let length = self.number(7)?;
        let bytes = self.take(length)?;
        if packed { huffman::decode(bytes).ok_or(Damaged) } else { Ok(bytes.to_vec()) }
    }
}
