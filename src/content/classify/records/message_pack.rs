//! MessagePack (<https://github.com/msgpack/msgpack/blob/master/spec.md>): a whole message of one map or list, with at least two keys that are words.

use serde_json::{Map, Value};

use super::record::{DEPTH, Form, Reading, Record, bytes, number, put};

/// See the file.
pub static FORM: Form = Form { name: "messagepack", is_certain: true, read };

fn read(message: &[u8]) -> Option<Record> {
    if !matches!(message.first()?, 0x81..=0x9f | 0xdc..=0xdf) || message.len() < 8 {
        return None;
    }
    let mut reading = Reading::new(message);
    let record = Record::keyed(item(&mut reading, 0)?);
    (reading.left() <= 1 && record.words() >= 2).then_some(record)
}

fn item(reading: &mut Reading<'_>, depth: u8) -> Option<Value> {
    reading.begin()?;
    if depth > DEPTH {
        return None;
    }
    let first = reading.byte()?;
    Some(match first {
        0x00..=0x7f => Value::from(first),
        0x80..=0x8f => map(reading, usize::from(first & 0x0f), depth)?,
        0x90..=0x9f => list(reading, usize::from(first & 0x0f), depth)?,
        0xa0..=0xbf => text(reading, u64::from(first & 0x1f))?,
        0xc0 => Value::Null,
        0xc1 => return None,
        0xc2 | 0xc3 => Value::Bool(first == 0xc3),
        0xc4..=0xc6 => {
            let length = reading.big(1 << (first - 0xc4))?;
            bytes(reading.take(usize::try_from(length).ok()?)?)
        }
        0xc7..=0xc9 => {
            let length = usize::try_from(reading.big(1 << (first - 0xc7))?).ok()?;
            reading.take(length.checked_add(1)?)?;
            Value::Null
        }
        0xca => number(f64::from(f32::from_be_bytes(reading.array()?))),
        0xcb => number(f64::from_be_bytes(reading.array()?)),
        0xcc..=0xcf => Value::from(reading.big(1 << (first - 0xcc))?),
        0xd0 => Value::from(i8::from_be_bytes(reading.array()?)),
        0xd1 => Value::from(i16::from_be_bytes(reading.array()?)),
        0xd2 => Value::from(i32::from_be_bytes(reading.array()?)),
        0xd3 => Value::from(i64::from_be_bytes(reading.array()?)),
        0xd4..=0xd8 => {
            reading.take(1 + (1 << (first - 0xd4)))?;
            Value::Null
        }
        0xd9..=0xdb => {
            let length = reading.big(1 << (first - 0xd9))?;
            text(reading, length)?
        }
        0xdc | 0xdd => {
            let count = reading.big(2 << (first - 0xdc))?;
            list(reading, usize::try_from(count).ok()?, depth)?
        }
        0xde | 0xdf => {
            let count = reading.big(2 << (first - 0xde))?;
            map(reading, usize::try_from(count).ok()?, depth)?
        }
        0xe0..=0xff => Value::from(i64::from(first as i8)),
    })
}

fn text(reading: &mut Reading<'_>, length: u64) -> Option<Value> {
    let bytes = reading.take(usize::try_from(length).ok()?)?;
    Some(Value::String(std::str::from_utf8(bytes).ok()?.to_owned()))
}

fn list(reading: &mut Reading<'_>, count: usize, depth: u8) -> Option<Value> {
    (0..count).map(|_| item(reading, depth + 1)).collect::<Option<Vec<_>>>().map(Value::Array)
}

fn map(reading: &mut Reading<'_>, count: usize, depth: u8) -> Option<Value> {
    let mut map = Map::new();
    for _ in 0..count {
        let key = match item(reading, depth + 1)? {
            Value::String(key) => key,
            Value::Number(key) => key.to_string(),
            _ => return None,
        };
        let value = item(reading, depth + 1)?;
        put(&mut map, key, value);
    }
    Some(Value::Object(map))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_read_to_its_end() {
        let message = b"\x83\xa4mail\xb0anna@example.org\xa4temp\xca\x41\xac\x00\x00\xa3seq\xcd\x01\x00";
        assert_eq!(read(message).unwrap().value.to_string(), r#"{"mail":"anna@example.org","temp":21.5,"seq":256}"#);
        assert_eq!(read(&message[..message.len() - 1]), None);
        assert_eq!(read(b"\x93\x01\x02\x03\x04\x05\x06\x07"), None, "no keys, and it ends before");
        assert_eq!(read(b"\x82\xa1a\xff\xa1b\xd0\x80").unwrap().value.to_string(), r#"{"a":-1,"b":-128}"#);
    }
}
