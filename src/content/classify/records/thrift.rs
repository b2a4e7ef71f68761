//! Apache Thrift, binary protocol (<https://github.com/apache/thrift/blob/master/doc/specs/thrift-binary-protocol.md>): a message with its version, method and
//! fields, perhaps behind its length (framed transport).

use serde_json::{Map, Value};

use super::record::{DEPTH, Form, Reading, Record, bytes, number, put};

/// See the file.
pub static FORM: Form = Form { name: "thrift", is_certain: true, read };

fn read(message: &[u8]) -> Option<Record> {
    let framed = message.split_first_chunk::<4>().filter(|(length, rest)| u32::from_be_bytes(**length) as usize == rest.len());
    let message = framed.map_or(message, |(_, rest)| rest);
    // Version 1, and the kind of message: call, answer, exception, one-way.
    let rest = message.strip_prefix(&[0x80, 1, 0])?;
    let mut reading = Reading::new(rest);
    if !(1..=4).contains(&reading.byte()?) {
        return None;
    }
    let length = usize::try_from(reading.big(4)?).ok().filter(|length| (1..=256).contains(length))?;
    let method = std::str::from_utf8(reading.take(length)?).ok().filter(|name| name.bytes().all(|byte| byte.is_ascii_graphic()))?;
    reading.take(4)?;
    let mut map = Map::new();
    put(&mut map, method.to_owned(), fields(&mut reading, 0)?);
    reading.is_done().then(|| Record::keyed(Value::Object(map)))
}

fn fields(reading: &mut Reading<'_>, depth: u8) -> Option<Value> {
    let mut map = Map::new();
    loop {
        reading.begin()?;
        let kind = reading.byte()?;
        if kind == 0 {
            return Some(Value::Object(map));
        }
        let number = reading.big(2)?;
        let value = value(reading, kind, depth)?;
        put(&mut map, number.to_string(), value);
    }
}

fn value(reading: &mut Reading<'_>, kind: u8, depth: u8) -> Option<Value> {
    if depth > DEPTH {
        return None;
    }
    Some(match kind {
        2 => Value::Bool(reading.byte().filter(|byte| *byte <= 1)? == 1),
        3 => Value::from(reading.byte()?),
        4 => number(f64::from_be_bytes(reading.array()?)),
        6 => Value::from(i16::from_be_bytes(reading.array()?)),
        8 => Value::from(i32::from_be_bytes(reading.array()?)),
        10 => Value::from(i64::from_be_bytes(reading.array()?)),
        11 => {
            let length = usize::try_from(reading.big(4)?).ok()?;
            bytes(reading.take(length)?)
        }
        12 => fields(reading, depth + 1)?,
        13 => {
            let (keys, values) = (reading.byte()?, reading.byte()?);
            let count = usize::try_from(reading.big(4)?).ok()?;
            let mut map = Map::new();
            for _ in 0..count {
                reading.begin()?;
                let key = match value(reading, keys, depth + 1)? {
                    Value::String(key) => key,
                    other => other.to_string(),
                };
                let value = value(reading, values, depth + 1)?;
                put(&mut map, key, value);
            }
            Value::Object(map)
        }
        14 | 15 => {
            let kind = reading.byte()?;
            let count = usize::try_from(reading.big(4)?).ok()?;
            let mut list = Vec::new();
            for _ in 0..count {
                reading.begin()?;
                list.push(value(reading, kind, depth + 1)?);
            }
            Value::Array(list)
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_read_with_its_length_before_it_and_without() {
        let call = b"\x80\x01\0\x01\0\0\0\x06report\0\0\0\x01\x0b\0\x01\0\0\0\x10anna@example.org\x08\0\x02\0\0\0\x50\0";
        let want = r#"{"report":{"1":"anna@example.org","2":80}}"#;
        assert_eq!(read(call).unwrap().value.to_string(), want);
        assert_eq!(read(&[&(call.len() as u32).to_be_bytes()[..], call].concat()).unwrap().value.to_string(), want);
        assert_eq!(read(&call[..call.len() - 1]), None);
    }
}
