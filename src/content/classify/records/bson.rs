//! BSON (<https://bsonspec.org/spec.html>, version 1.1): a document whose length is its own, and every element by its type.

use serde_json::{Map, Value};

use super::record::{DEPTH, Form, Reading, Record, bytes, number, put};

/// See the file.
pub static FORM: Form = Form { name: "bson", is_certain: true, read };

fn read(message: &[u8]) -> Option<Record> {
    let length = u32::from_le_bytes(*message.first_chunk()?) as usize;
    if length != message.len() || length < 12 {
        return None;
    }
    let mut reading = Reading::new(message);
    let record = Record::keyed(document(&mut reading, 0)?);
    (reading.is_done() && record.words() >= 1).then_some(record)
}

fn document(reading: &mut Reading<'_>, depth: u8) -> Option<Value> {
    let begin = reading.at();
    let length = little(reading)?;
    let mut map = Map::new();
    loop {
        reading.begin()?;
        let kind = reading.byte()?;
        if kind == 0 {
            break;
        }
        let key = name(reading)?;
        let value = element(reading, kind, depth)?;
        put(&mut map, key, value);
    }
    (reading.at() - begin == length).then_some(Value::Object(map))
}

fn element(reading: &mut Reading<'_>, kind: u8, depth: u8) -> Option<Value> {
    Some(match kind {
        0x01 => number(f64::from_le_bytes(reading.array()?)),
        0x02 | 0x0d | 0x0e => text(reading)?,
        0x03 | 0x04 if depth < DEPTH => document(reading, depth + 1)?,
        0x05 => {
            let length = little(reading)?;
            reading.byte()?;
            bytes(reading.take(length)?)
        }
        0x06 | 0x0a | 0x7f | 0xff => Value::Null,
        0x07 => Value::String(data_encoding::HEXLOWER.encode(&reading.array::<12>()?)),
        0x08 => match reading.byte()? {
            value @ (0 | 1) => Value::Bool(value == 1),
            _ => return None,
        },
        0x09 | 0x12 => Value::from(i64::from_le_bytes(reading.array()?)),
        0x0b => {
            name(reading)?;
            Value::String(name(reading)?)
        }
        0x10 => Value::from(i32::from_le_bytes(reading.array()?)),
        0x11 => Value::from(u64::from_le_bytes(reading.array()?)),
        0x13 => {
            reading.take(16)?;
            Value::Null
        }
        _ => return None,
    })
}

fn little(reading: &mut Reading<'_>) -> Option<usize> {
    Some(u32::from_le_bytes(reading.array()?) as usize)
}

fn text(reading: &mut Reading<'_>) -> Option<Value> {
    let length = little(reading)?;
    let (last, text) = reading.take(length)?.split_last()?;
    (*last == 0).then_some(Value::String(std::str::from_utf8(text).ok()?.to_owned()))
}

fn name(reading: &mut Reading<'_>) -> Option<String> {
    let mut name = Vec::new();
    loop {
        match reading.byte()? {
            0 => return String::from_utf8(name).ok(),
            byte => name.push(byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_read() {
        let message = b"\x30\0\0\0\x02mail\0\x11\0\0\0anna@example.org\0\x01t\0\0\0\0\0\0\x80\x35\x40\x08ok\0\x01\0";
        assert_eq!(read(message).unwrap().value.to_string(), r#"{"mail":"anna@example.org","t":21.5,"ok":true}"#);
        assert_eq!(read(&message[..message.len() - 1]), None);
    }
}
