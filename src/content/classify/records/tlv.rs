//! Home-made records of tag, length and value (one byte of tag, one or two of length), to the end of the message.
//!
//! Nothing but the lengths speaks for it: two messages with the same tags must be seen.

use serde_json::{Map, Value};

use super::record::{Form, Reading, Record, bytes, hash, put};

/// See the file.
pub static FORM: Form = Form { name: "tlv", is_certain: false, read };

/// Fewer elements prove nothing.
const ELEMENTS: usize = 4;

fn read(message: &[u8]) -> Option<Record> {
    if message.len() < 12 {
        return None;
    }
    [1, 2].into_iter().find_map(|width| elements(message, width))
}

fn elements(message: &[u8], width: usize) -> Option<Record> {
    let (mut reading, mut tags, mut map) = (Reading::new(message), vec![width as u8], Map::new());
    while !reading.is_done() {
        reading.begin()?;
        let tag = reading.byte()?;
        let length = usize::try_from(reading.big(width)?).ok().filter(|length| *length > 0)?;
        let value = reading.take(length)?;
        tags.push(tag);
        put(&mut map, format!("tag{tag:02x}"), bytes(value));
    }
    let distinct = map.len();
    (tags.len() > ELEMENTS && distinct >= ELEMENTS).then(|| Record { shape: hash(tags.into_iter()), value: Value::Object(map) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_read_to_the_end() {
        let message = b"\x01\x02\x00\x07\x02\x10anna@example.org\x03\x01\x50\x07\x04abcd";
        let record = read(message).unwrap();
        assert_eq!(record.value.to_string(), r#"{"tag01":null,"tag02":"anna@example.org","tag03":"P","tag07":"abcd"}"#);
        let other = b"\x01\x02\x00\x09\x02\x04anna\x03\x01\x51\x07\x01x";
        assert_eq!(read(other).unwrap().shape, record.shape);
        assert_eq!(read(&message[..message.len() - 1]), None);
    }
}
