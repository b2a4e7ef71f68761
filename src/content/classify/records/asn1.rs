//! ASN.1 in its basic rules (ITU-T X.690): a sequence that is the whole message, and everything in it by tag and length.

use serde_json::Value;

use super::record::{Form, Reading, Record, bytes, hash};

/// See the file.
pub static FORM: Form = Form { name: "asn1", is_certain: true, read };

const DEPTH: u8 = 16;

fn read(message: &[u8]) -> Option<Record> {
    if message.first() != Some(&0x30) || message.len() < 12 {
        return None;
    }
    let (mut reading, mut tags) = (Reading::new(message), Vec::new());
    let value = element(&mut reading, 0, &mut tags)?;
    // Several elements, of which some are plain numbers, names or texts.
    let universal = tags.iter().filter(|tag| matches!(tag, 0x02 | 0x04 | 0x06 | 0x0a | 0x0c | 0x13 | 0x16 | 0x17)).count();
    (reading.is_done() && tags.len() >= 4 && universal >= 2).then(|| Record { shape: hash(tags.into_iter()), value })
}

fn element(reading: &mut Reading<'_>, depth: u8, tags: &mut Vec<u8>) -> Option<Value> {
    reading.begin()?;
    let tag = reading.byte()?;
    let length = length(reading)?;
    let content = reading.take(length)?;
    // Higher tag numbers and the end of an endless form do not occur in messages of devices.
    if tag & 0x1f == 0x1f || tag == 0 || depth > DEPTH {
        return None;
    }
    tags.push(tag);
    if tag & 0x20 == 0 {
        return match tag {
            0x01 => (length == 1).then_some(Value::Null),
            0x02 if content.len() <= 8 => {
                let first = content.first()?;
                let start = if first & 0x80 == 0 { 0 } else { -1_i64 };
                Some(Value::from(content.iter().fold(start, |sum, byte| sum << 8 | i64::from(*byte))))
            }
            0x05 => (length == 0).then_some(Value::Null),
            0x06 => (length > 0).then_some(Value::Null),
            _ => Some(bytes(content)),
        };
    }
    let (mut inner, mut list) = (Reading::new(content), Vec::new());
    while !inner.is_done() {
        list.push(element(&mut inner, depth + 1, tags)?);
    }
    Some(Value::Array(list))
}

fn length(reading: &mut Reading<'_>) -> Option<usize> {
    match reading.byte()? {
        short @ 0..=0x7f => Some(usize::from(short)),
        long @ 0x81..=0x84 => usize::try_from(reading.big(usize::from(long & 0x7f))?).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_of_network_management_is_read() {
        // RFC 1157: version, community, a request with one name.
        let message =
            b"\x30\x26\x02\x01\x00\x04\x06public\xa0\x19\x02\x01\x07\x02\x01\x00\x02\x01\x00\x30\x0e\x30\x0c\x06\x08\x2b\x06\x01\x02\x01\x01\x05\x00\x05\x00";
        let record = read(message).unwrap();
        assert_eq!(record.value.to_string(), r#"[0,"public",[7,0,0,[[null,null]]]]"#);
        assert_eq!(read(&message[..message.len() - 1]), None);
    }
}
