//! CBOR (RFC 8949): a whole message of one item, with at least two keys that are words.

use serde_json::{Map, Value};

use super::record::{DEPTH, Form, Reading, Record, bytes, number, put};

/// See the file.
pub static FORM: Form = Form { name: "cbor", is_certain: true, read };

fn read(message: &[u8]) -> Option<Record> {
    // A map or list, perhaps with a tag before it.
    if !matches!(message.first()?, 0x81..=0xdb) || message.len() < 8 {
        return None;
    }
    let mut reading = Reading::new(message);
    let value = item(&mut reading, 0)?;
    let record = Record::keyed(value);
    (reading.left() <= 1 && record.words() >= 2).then_some(record)
}

fn item(reading: &mut Reading<'_>, depth: u8) -> Option<Value> {
    reading.begin()?;
    if depth > DEPTH {
        return None;
    }
    let first = reading.byte()?;
    let (major, low) = (first >> 5, first & 0x1f);
    if low == 31 {
        return endless(reading, major, depth);
    }
    let argument = match low {
        0..=23 => u64::from(low),
        24..=27 => reading.big(1 << (low - 24))?,
        _ => return None,
    };
    let count = || usize::try_from(argument).ok();
    Some(match major {
        0 => Value::from(argument),
        1 => Value::from(-1 - i64::try_from(argument).ok()?),
        2 => bytes(reading.take(count()?)?),
        3 => Value::String(std::str::from_utf8(reading.take(count()?)?).ok()?.to_owned()),
        4 => list(reading, Some(count()?), depth)?,
        5 => map(reading, Some(count()?), depth)?,
        6 => item(reading, depth + 1)?,
        _ => match low {
            20 | 21 => Value::Bool(low == 21),
            22 | 23 => Value::Null,
            25 => number(half(argument as u16)),
            26 => number(f64::from(f32::from_bits(argument as u32))),
            27 => number(f64::from_bits(argument)),
            _ => return None,
        },
    })
}

fn endless(reading: &mut Reading<'_>, major: u8, depth: u8) -> Option<Value> {
    match major {
        2 | 3 => {
            let mut text = String::new();
            while !is_break(reading) {
                let Value::String(piece) = item(reading, depth + 1)? else { return None };
                text.push_str(&piece);
            }
            Some(Value::String(text))
        }
        4 => list(reading, None, depth),
        5 => map(reading, None, depth),
        _ => None,
    }
}

fn is_break(reading: &mut Reading<'_>) -> bool {
    let is_break = reading.peek() == Some(0xff);
    if is_break {
        reading.byte();
    }
    is_break
}

fn list(reading: &mut Reading<'_>, count: Option<usize>, depth: u8) -> Option<Value> {
    let mut list = Vec::new();
    while count.map_or_else(|| !is_break(reading), |count| list.len() < count) {
        list.push(item(reading, depth + 1)?);
    }
    Some(Value::Array(list))
}

fn map(reading: &mut Reading<'_>, count: Option<usize>, depth: u8) -> Option<Value> {
    let (mut map, mut pairs) = (Map::new(), 0);
    while count.map_or_else(|| !is_break(reading), |count| pairs < count) {
        let key = match item(reading, depth + 1)? {
            Value::String(key) => key,
            Value::Number(key) => key.to_string(),
            _ => return None,
        };
        let value = item(reading, depth + 1)?;
        put(&mut map, key, value);
        pairs += 1;
    }
    Some(Value::Object(map))
}

/// IEEE 754 binary16 (RFC 8949, appendix D).
fn half(bits: u16) -> f64 {
    let (exponent, mantissa) = (i32::from(bits >> 10 & 0x1f), f64::from(bits & 0x3ff));
    let value = match exponent {
        0 => mantissa * 2_f64.powi(-24),
        31 if mantissa == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (mantissa + 1_024.0) * 2_f64.powi(exponent - 25),
    };
    if bits & 0x8000 == 0 { value } else { -value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_read_to_its_end() {
        // {"imei": "352099001761481", "lat": 48.5, "bat": 80, "on": true}
        let message = [&b"\xa4\x64imei\x6f352099001761481\x63lat\xf9\x52\x10\x63bat\x18\x50\x62on\xf5"[..]].concat();
        let record = read(&message).unwrap();
        assert_eq!(record.value.to_string(), r#"{"imei":"352099001761481","lat":48.5,"bat":80,"on":true}"#);
        assert_eq!(read(&[&message[..], &[0, 0]].concat()), None, "two bytes too many");
        assert_eq!(read(&message[..message.len() - 1]), None);
        let endless = b"\xbf\x61a\x01\x61b\x9f\x01\x02\xff\xff";
        assert_eq!(read(endless).unwrap().value.to_string(), r#"{"a":1,"b":[1,2]}"#);
    }
}
