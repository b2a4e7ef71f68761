//! The contract of every form of records.

use serde_json::{Map, Value};

/// Levels of records within records.
pub const DEPTH: u8 = 12;
/// Values of one message.
pub const VALUES: usize = 4_096;

/// A form of binary records.
pub struct Form {
    /// Its name: a step of a value's chain.
    pub name: &'static str,
    /// Whether one message is enough to know it by; else two must agree.
    pub is_certain: bool,
    /// Reads a whole message, to its last byte.
    pub read: fn(&[u8]) -> Option<Record>,
}

/// A message that was read whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Its values, under their keys or the numbers of their fields.
    pub value: Value,
    /// What is the same in messages of one kind.
    pub shape: u64,
}

impl Record {
    /// A record whose shape is that of its keys, in whatever order.
    pub fn keyed(value: Value) -> Self {
        let mut keys = Vec::new();
        collect(&value, "", &mut keys);
        keys.sort_unstable();
        keys.dedup();
        let shape = hash(keys.iter().flat_map(|key| key.bytes().chain([0])));
        Self { value, shape }
    }

    /// Keys that are words, anywhere in it.
    pub fn words(&self) -> usize {
        words(&self.value)
    }
}

fn collect(value: &Value, within: &str, keys: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let key = format!("{within}.{key}");
                collect(value, &key, keys);
                keys.push(key);
            }
        }
        Value::Array(list) => list.iter().for_each(|value| collect(value, within, keys)),
        _ => {}
    }
}

fn words(value: &Value) -> usize {
    match value {
        Value::Object(map) => map.iter().map(|(key, value)| usize::from(is_word(key)) + words(value)).sum(),
        Value::Array(list) => list.iter().map(words).sum(),
        _ => 0,
    }
}

/// Whether a key is one that a programmer wrote.
fn is_word(key: &str) -> bool {
    !key.is_empty() && key.len() <= 64 && key.bytes().any(|byte| byte.is_ascii_alphabetic()) && key.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ')
}

/// FNV-1a, 64 bits.
pub fn hash(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// What goes on while a message is read: its bytes, and what may still be read of it.
pub struct Reading<'r> {
    bytes: &'r [u8],
    at: usize,
    values: usize,
}

impl<'r> Reading<'r> {
    /// Of a message.
    pub fn new(bytes: &'r [u8]) -> Self {
        Self { bytes, at: 0, values: VALUES }
    }

    /// Whether all was read.
    pub fn is_done(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// Bytes that are left.
    pub fn left(&self) -> usize {
        self.bytes.len().saturating_sub(self.at)
    }

    /// Where it is.
    pub fn at(&self) -> usize {
        self.at
    }

    /// One more value begins: none where there are too many.
    pub fn begin(&mut self) -> Option<()> {
        self.values = self.values.checked_sub(1)?;
        Some(())
    }

    /// The next byte, which stays.
    pub fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// The next byte.
    pub fn byte(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    /// The next bytes.
    pub fn take(&mut self, length: usize) -> Option<&'r [u8]> {
        let taken = self.bytes.get(self.at..self.at.checked_add(length)?)?;
        self.at += length;
        Some(taken)
    }

    /// The next bytes, as many as an array has.
    pub fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.first_chunk().copied()
    }

    /// A number of `width` bytes, the highest first.
    pub fn big(&mut self, width: usize) -> Option<u64> {
        Some(self.take(width)?.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
    }

    /// A number in groups of seven bits, the lowest first (at most 64 bits).
    pub fn varint(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return (byte != 0 || shift == 0).then_some(value);
            }
        }
        None
    }
}

/// Bytes as they are told: as text where they are, else not at all.
pub fn bytes(bytes: &[u8]) -> Value {
    std::str::from_utf8(bytes).ok().filter(|text| is_clean(text)).map_or(Value::Null, |text| Value::String(text.to_owned()))
}

/// Whether a text has nothing in it that no text has.
pub fn is_clean(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() && !c.is_whitespace())
}

/// A floating-point number.
pub fn number(value: f64) -> Value {
    serde_json::Number::from_f64(value).map_or(Value::Null, Value::Number)
}

/// Puts a value under a key; of a key that is there already it becomes one of several.
pub fn put(map: &mut Map<String, Value>, key: String, value: Value) {
    match map.get_mut(&key) {
        None => {
            map.insert(key, value);
        }
        Some(Value::Array(list)) => list.push(value),
        Some(other) => *other = Value::Array(vec![other.take(), value]),
    }
}
