//! Protocol Buffers (<https://protobuf.dev/programming-guides/encoding>): fields with their numbers that end exactly where the message does.
//!
//! Almost anything short may pass for it: two messages with the same fields must be seen.

use serde_json::{Map, Value};

use super::record::{Form, Reading, Record, hash, is_clean, number, put};

/// See the file.
pub static FORM: Form = Form { name: "protobuf", is_certain: false, read };

/// Numbers of fields that programmers give.
const HIGHEST: u64 = 2_047;
/// Messages within messages.
const DEPTH: u8 = 5;

fn read(message: &[u8]) -> Option<Record> {
    if message.len() < 8 {
        return None;
    }
    let mut fields = Vec::new();
    let map = fields_of(message, 0, &mut fields)?;
    fields.sort_unstable();
    fields.dedup();
    // One field alone, or one that repeats, is too little.
    let is_told = fields.len() >= 2;
    is_told.then(|| Record { shape: hash(fields.iter().flat_map(|(number, kind)| number.to_be_bytes().into_iter().chain([*kind]))), value: Value::Object(map) })
}

/// The fields of a message to its end; `seen` takes the numbers and kinds of the outermost.
fn fields_of(message: &[u8], depth: u8, seen: &mut Vec<(u64, u8)>) -> Option<Map<String, Value>> {
    let (mut reading, mut map) = (Reading::new(message), Map::new());
    while !reading.is_done() {
        reading.begin()?;
        let key = reading.varint()?;
        let (field, kind) = (key >> 3, (key & 7) as u8);
        if !(1..=HIGHEST).contains(&field) {
            return None;
        }
        let value = match kind {
            0 => Value::from(reading.varint()?),
            1 => double(reading.array()?),
            2 => {
                let length = usize::try_from(reading.varint()?).ok()?;
                content(reading.take(length)?, depth)
            }
            5 => single(reading.array()?),
            _ => return None,
        };
        if depth == 0 {
            seen.push((field, kind));
        }
        put(&mut map, field.to_string(), value);
    }
    Some(map)
}

/// A text, a message, or bytes that nobody knows.
fn content(bytes: &[u8], depth: u8) -> Value {
    let text = std::str::from_utf8(bytes).ok().filter(|text| is_clean(text));
    let message = || if depth < DEPTH && !bytes.is_empty() { fields_of(bytes, depth + 1, &mut Vec::new()) } else { None };
    text.map(|text| Value::String(text.to_owned())).or_else(|| message().map(Value::Object)).unwrap_or(Value::Null)
}

/// Eight bytes: a number with a fraction where it makes a sensible one, else a whole one.
fn double(bytes: [u8; 8]) -> Value {
    let value = f64::from_le_bytes(bytes);
    if is_sensible(value) { number(value) } else { Value::from(u64::from_le_bytes(bytes)) }
}

fn single(bytes: [u8; 4]) -> Value {
    let value = f64::from(f32::from_le_bytes(bytes));
    if is_sensible(value) { number((value * 1e6).round() / 1e6) } else { Value::from(u32::from_le_bytes(bytes)) }
}

fn is_sensible(value: f64) -> bool {
    value == 0.0 || (1e-6..1e9).contains(&value.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_to_the_end() {
        // 1: 150, 2: "anna@example.org", 3: {1: 48.5 (double)}
        let message = b"\x08\x96\x01\x12\x10anna@example.org\x1a\x09\x09\x00\x00\x00\x00\x00\x40\x48\x40";
        let record = read(message).unwrap();
        assert_eq!(record.value.to_string(), r#"{"1":150,"2":"anna@example.org","3":{"1":48.5}}"#);
        let other = b"\x08\x07\x12\x04abcd\x1a\x09\x09\x00\x00\x00\x00\x00\x40\x48\x40";
        assert_eq!(read(other).unwrap().shape, record.shape);
        assert_eq!(read(&message[..message.len() - 1]), None);
        assert_eq!(read(b"\x08\x01\x08\x02\x08\x03\x08\x04"), None, "one field alone");
    }
}
