//! Basic Encoding Rules (ITU-T X.690, section 8): tag, length, content. Indefinite lengths and tags of several bytes are not read: neither SNMP nor LDAP
//! uses them (RFC 3417, section 8; RFC 4511, section 5.1).
//!
//! No protocol of its own.

use super::protocol::Input;
use super::saying::part;

pub(super) const INTEGER: u8 = 0x02;
pub(super) const OCTETS: u8 = 0x04;
pub(super) const OBJECT: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;

/// Most bytes of a length.
const LENGTH: usize = 4;
/// Most numbers of an object's name (RFC 3416, section 4.1).
const NUMBERS: usize = 128;

/// A tag, and the length of what stands before its content and of the content; none where more bytes are needed. Wrong where it is no such thing.
pub(super) fn head(bytes: &[u8]) -> Result<Option<(u8, usize, usize)>, ()> {
    let (Some(&tag), length) = (bytes.first(), bytes.get(1)) else { return Ok(None) };
    if tag & 0x1f == 0x1f {
        return Err(());
    }
    let Some(&length) = length else { return Ok(None) };
    if length < 0x80 {
        return Ok(Some((tag, 2, usize::from(length))));
    }
    let count = usize::from(length & 0x7f);
    if !(1..=LENGTH).contains(&count) {
        return Err(());
    }
    let Some(digits) = bytes.get(2..2 + count) else { return Ok(None) };
    let length = digits.iter().fold(0_usize, |sum, digit| sum << 8 | usize::from(*digit));
    Ok(Some((tag, 2 + count, length)))
}

/// An element.
#[derive(Clone, Copy)]
pub(super) struct Element<'i> {
    pub(super) tag: u8,
    /// Its content, with its place.
    pub(super) content: Input<'i>,
}

/// Reads one element after the other.
#[derive(Clone, Copy)]
pub(super) struct Reader<'i> {
    rest: Input<'i>,
}

impl<'i> Reader<'i> {
    pub(super) fn new(input: Input<'i>) -> Self {
        Self { rest: input }
    }

    /// Whether nothing is left.
    pub(super) fn is_empty(&self) -> bool {
        self.rest.bytes.is_empty()
    }

    /// What is left.
    pub(super) fn rest(&self) -> Input<'i> {
        self.rest
    }

    /// How many bytes are left.
    pub(super) fn left(&self) -> usize {
        self.rest.bytes.len()
    }

    /// The next element, if it is whole.
    pub(super) fn next(&mut self) -> Option<Element<'i>> {
        let (tag, before, length) = head(self.rest.bytes).ok()??;
        let end = before.checked_add(length).filter(|end| *end <= self.rest.bytes.len())?;
        let content = part(&self.rest, before, length);
        self.rest = part(&self.rest, end, usize::MAX);
        Some(Element { tag, content })
    }

    /// The next element, if it has this tag.
    pub(super) fn expect(&mut self, tag: u8) -> Option<Input<'i>> {
        let mut ahead = *self;
        let element = ahead.next().filter(|element| element.tag == tag)?;
        *self = ahead;
        Some(element.content)
    }

    /// The elements within the next one.
    pub(super) fn within(&mut self, tag: u8) -> Option<Reader<'i>> {
        self.expect(tag).map(Reader::new)
    }

    /// The next element as a number.
    pub(super) fn number(&mut self, tag: u8) -> Option<i64> {
        number(self.expect(tag)?.bytes)
    }
}

/// A number of at most eight bytes, with its sign.
pub(super) fn number(bytes: &[u8]) -> Option<i64> {
    let first = *bytes.first().filter(|_| bytes.len() <= 8)?;
    let sign = if first & 0x80 == 0 { 0 } else { -1 };
    Some(bytes.iter().fold(sign, |sum, byte| sum << 8 | i64::from(*byte)))
}

/// The name of an object in its dotted form (X.690, section 8.19).
pub(super) fn object(bytes: &[u8]) -> Option<String> {
    let mut numbers: Vec<u64> = Vec::new();
    let mut sum = 0_u64;
    for byte in bytes {
        sum = sum.checked_mul(128)? | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            if numbers.is_empty() {
                let first = (sum / 40).min(2);
                numbers.extend([first, sum - first * 40]);
            } else {
                numbers.push(sum);
            }
            sum = 0;
        }
        if numbers.len() > NUMBERS {
            return None;
        }
    }
    let is_whole = bytes.last().is_some_and(|byte| byte & 0x80 == 0);
    is_whole.then(|| numbers.iter().map(u64::to_string).collect::<Vec<_>>().join("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_and_numbers_are_read() {
        assert_eq!(head(b"\x30\x05"), Ok(Some((0x30, 2, 5))));
        assert_eq!(head(b"\x30\x82\x01\x02"), Ok(Some((0x30, 4, 258))));
        assert_eq!((head(b"\x30"), head(b"\x30\x82\x01"), head(b"")), (Ok(None), Ok(None), Ok(None)));
        assert_eq!((head(b"\x30\x80"), head(b"\x30\x85\0\0\0\0\0"), head(b"\x1f\x81")), (Err(()), Err(()), Err(())));
        assert_eq!((number(b"\x01\x00"), number(b"\xff"), number(b""), number(&[1; 9])), (Some(256), Some(-1), None, None));
    }

    #[test]
    fn objects_have_dots() {
        assert_eq!(object(b"\x2b\x06\x01\x02\x01\x01\x05\x00").as_deref(), Some("1.3.6.1.2.1.1.5.0"));
        assert_eq!(object(b"\x88\x37\x81\x00").as_deref(), Some("2.999.128"));
        assert_eq!((object(b""), object(b"\x2b\x86"), object(&[0xff; 12])), (None, None, None));
    }
}
