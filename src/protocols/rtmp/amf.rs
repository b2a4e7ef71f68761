//! Values in commands of RTMP (Adobe, Action Message Format AMF 0): as much as commands need.

/// At most so many values within values.
const DEPTH: usize = 8;
/// At most so many properties of an object.
const PROPERTIES: usize = 256;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value<'v> {
    /// A number.
    Number(f64),
    /// A text, with the index of its first byte.
    Text(&'v [u8], usize),
    /// Texts among the properties of an object: name, value, index of the value.
    Object(Vec<(&'v [u8], &'v [u8], usize)>),
    /// Anything else.
    Other,
}

/// Reads values one after another.
#[derive(Clone, Debug)]
pub(super) struct Reader<'v> {
    bytes: &'v [u8],
    at: usize,
}

impl<'v> Reader<'v> {
    pub(super) fn new(bytes: &'v [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The next value; none at the end, or where it can't be read.
    pub(super) fn value(&mut self) -> Option<Value<'v>> {
        self.within(DEPTH)
    }

    fn within(&mut self, depth: usize) -> Option<Value<'v>> {
        let depth = depth.checked_sub(1)?;
        match self.take(1)? {
            [0] => Some(Value::Number(f64::from_be_bytes(*self.take(8)?.first_chunk::<8>()?))),
            [1] => self.take(1).map(|_| Value::Other),
            [2] => self.text(2).map(|(text, at)| Value::Text(text, at)),
            [3] => self.object(depth),
            [8] => {
                self.take(4)?;
                self.object(depth)
            }
            [5 | 6] => Some(Value::Other),
            [10] => {
                let count = u32::from_be_bytes(*self.take(4)?.first_chunk::<4>()?);
                for _ in 0..count.min(PROPERTIES as u32) {
                    self.within(depth)?;
                }
                Some(Value::Other)
            }
            [11] => self.take(10).map(|_| Value::Other),
            [12] => self.text(4).map(|(text, at)| Value::Text(text, at)),
            _ => None,
        }
    }

    fn object(&mut self, depth: usize) -> Option<Value<'v>> {
        let mut texts = Vec::new();
        for _ in 0..PROPERTIES {
            let (name, _) = self.text(2)?;
            if name.is_empty() && self.bytes.get(self.at) == Some(&9) {
                self.at += 1;
                break;
            }
            if let Value::Text(text, at) = self.within(depth)? {
                texts.push((name, text, at));
            }
        }
        Some(Value::Object(texts))
    }

    fn text(&mut self, digits: usize) -> Option<(&'v [u8], usize)> {
        let length = self.take(digits)?.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte));
        let at = self.at;
        self.take(length).map(|text| (text, at))
    }

    fn take(&mut self, length: usize) -> Option<&'v [u8]> {
        let end = self.at.checked_add(length)?;
        let bytes = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_read_and_depth_is_bounded() {
        let mut reader = Reader::new(b"\x02\0\x07connect\0\x3f\xf0\0\0\0\0\0\0\x03\0\x03app\x02\0\x04live\0\x01x\x05\0\0\x09\x05");
        assert_eq!(reader.value(), Some(Value::Text(b"connect", 3)));
        assert_eq!(reader.value(), Some(Value::Number(1.0)));
        assert_eq!(reader.value(), Some(Value::Object(vec![(b"app", b"live", 28)])));
        assert_eq!((reader.value(), reader.value()), (Some(Value::Other), None));
        assert_eq!(Reader::new(&b"\x03\0\x01a".repeat(50)).value(), None);
        assert_eq!(Reader::new(b"\x02\xff\xffa").value(), None);
    }
}
