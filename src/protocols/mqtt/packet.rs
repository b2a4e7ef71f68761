//! The parts of MQTT's control packets (MQTT 3.1.1 and 5.0, chapters 1.5, 2 and 3): borrowed, with their index.

/// Most bytes of a fixed header.
pub(super) const HEADER_LIMIT: usize = 5;

/// Control packet types (table 2.1).
pub(super) mod kind {
    pub(in super::super) const CONNECT: u8 = 1;
    pub(in super::super) const CONNACK: u8 = 2;
    pub(in super::super) const PUBLISH: u8 = 3;
    pub(in super::super) const PUBACK: u8 = 4;
    pub(in super::super) const PUBREL: u8 = 6;
    pub(in super::super) const PUBCOMP: u8 = 7;
    pub(in super::super) const SUBSCRIBE: u8 = 8;
    pub(in super::super) const SUBACK: u8 = 9;
    pub(in super::super) const UNSUBSCRIBE: u8 = 10;
    pub(in super::super) const UNSUBACK: u8 = 11;
    pub(in super::super) const PINGREQ: u8 = 12;
    pub(in super::super) const PINGRESP: u8 = 13;
    pub(in super::super) const DISCONNECT: u8 = 14;
    pub(in super::super) const AUTH: u8 = 15;
}

/// A fixed header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fixed {
    /// The type.
    pub(super) kind: u8,
    /// The four flags beside it.
    pub(super) flags: u8,
    /// Bytes of the header itself.
    pub(super) header: usize,
    /// Bytes that follow it, at most 268,435,455.
    pub(super) length: usize,
}

impl Fixed {
    /// The quality of service of a PUBLISH; 3 is none.
    pub(super) fn qos(self) -> u8 {
        self.flags >> 1 & 3
    }

    /// Whether the flags are those that the type must have.
    pub(super) fn has_its_flags(self) -> bool {
        match self.kind {
            kind::PUBLISH => self.qos() < 3,
            kind::PUBREL | kind::SUBSCRIBE | kind::UNSUBSCRIBE => self.flags == 2,
            _ => self.flags == 0,
        }
    }
}

/// What a packet begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begin {
    Packet(Fixed),
    /// Too few bytes are there.
    Short,
    /// The length has no end within four bytes.
    Wrong,
}

/// Reads a fixed header.
pub(super) fn begin(bytes: &[u8]) -> Begin {
    let Some((first, rest)) = bytes.split_first() else { return Begin::Short };
    match number(rest) {
        Some((length, used)) => Begin::Packet(Fixed { kind: first >> 4, flags: first & 0x0f, header: 1 + used, length }),
        None if rest.len() < 4 => Begin::Short,
        None => Begin::Wrong,
    }
}

/// A variable byte integer and how many bytes it takes (1.5.5).
fn number(bytes: &[u8]) -> Option<(usize, usize)> {
    let used = bytes.iter().take(4).position(|byte| byte & 0x80 == 0)? + 1;
    let value = bytes.iter().take(used).rev().fold(0, |sum, byte| sum << 7 | usize::from(byte & 0x7f));
    Some((value, used))
}

/// Bytes within a packet, with the index of the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Part<'p> {
    pub(super) bytes: &'p [u8],
    pub(super) at: usize,
}

/// Reads parts one after another; none where the bytes do not reach.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'p> {
    bytes: &'p [u8],
    at: usize,
}

impl<'p> Reader<'p> {
    /// Reads `bytes` from `at` on.
    pub(super) fn new(bytes: &'p [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    /// Index of what is read next.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The next `length` bytes.
    pub(super) fn take(&mut self, length: usize) -> Option<Part<'p>> {
        let end = self.at.checked_add(length)?;
        let part = Part { bytes: self.bytes.get(self.at..end)?, at: self.at };
        self.at = end;
        Some(part)
    }

    /// A byte.
    pub(super) fn byte(&mut self) -> Option<u8> {
        self.take(1)?.bytes.first().copied()
    }

    /// A two byte integer.
    pub(super) fn word(&mut self) -> Option<u16> {
        Some(u16::from_be_bytes(*self.take(2)?.bytes.first_chunk()?))
    }

    /// A variable byte integer.
    pub(super) fn number(&mut self) -> Option<usize> {
        let (value, used) = number(self.bytes.get(self.at..)?)?;
        self.at += used;
        Some(value)
    }

    /// A text or binary value with its length before it.
    pub(super) fn text(&mut self) -> Option<Part<'p>> {
        let length = self.word()?;
        self.take(usize::from(length))
    }

    /// The properties of MQTT 5 with their length before them (2.2.2).
    pub(super) fn properties(&mut self) -> Option<Reader<'p>> {
        let length = self.number()?;
        let part = self.take(length)?;
        Some(Reader { bytes: self.bytes.get(..self.at)?, at: part.at })
    }

    /// Whether properties of a PUBLISH (3.3.2.3) come next, and at least one: none but these are there, and each has its form.
    pub(super) fn are_of_publish(mut self) -> bool {
        let Some(mut properties) = self.properties().filter(|properties| properties.at < properties.bytes.len()) else { return false };
        while let Some(number) = properties.bytes.get(properties.at) {
            let known = matches!(number, 0x01 | 0x02 | 0x03 | 0x08 | 0x09 | 0x0b | 0x23 | 0x26);
            if !known || properties.property().is_none() {
                return false;
            }
        }
        true
    }

    /// The next property; none at the end, or where one is not known.
    pub(super) fn property(&mut self) -> Option<Property<'p>> {
        match self.byte()? {
            0x01 | 0x17 | 0x19 | 0x24 | 0x25 | 0x28 | 0x29 | 0x2a => self.take(1).map(|_| Property::Other),
            0x13 | 0x21 | 0x22 => self.take(2).map(|_| Property::Other),
            0x02 | 0x11 | 0x18 | 0x27 => self.take(4).map(|_| Property::Other),
            0x0b => self.number().map(|_| Property::Other),
            0x23 => self.word().map(Property::Alias),
            0x03 => self.text().map(Property::ContentType),
            0x08 | 0x1a => self.text().map(Property::Topic),
            0x12 => self.text().map(Property::Client),
            0x09 => self.text().map(|_| Property::Other),
            0x15 => self.text().map(Property::Method),
            0x16 => self.text().map(Property::Data),
            0x1c => self.text().map(|part| Property::Record("server-reference", part)),
            0x1f => self.text().map(|part| Property::Record("reason", part)),
            0x26 => Some(Property::User(self.text()?, self.text()?)),
            _ => None,
        }
    }
}

/// A property that tells something.
#[derive(Clone, Copy, Debug)]
pub(super) enum Property<'p> {
    /// A number that stands for the topic.
    Alias(u16),
    ContentType(Part<'p>),
    /// Where an answer is wanted.
    Topic(Part<'p>),
    /// The client identifier that the server gave.
    Client(Part<'p>),
    /// A key and its value.
    User(Part<'p>, Part<'p>),
    /// How the client proves who it is, and its word in that (4.12).
    Method(Part<'p>),
    Data(Part<'p>),
    /// A text, and what it is.
    Record(&'static str, Part<'p>),
    Other,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_headers_are_read() {
        assert_eq!(begin(&[0x10, 0x80, 0x01]), Begin::Packet(Fixed { kind: 1, flags: 0, header: 3, length: 128 }));
        assert_eq!(begin(&[0x30, 0xff, 0xff, 0xff, 0x7f]), Begin::Packet(Fixed { kind: 3, flags: 0, header: 5, length: 268_435_455 }));
        assert_eq!(begin(&[0x30, 0xff, 0xff, 0xff, 0xff]), Begin::Wrong);
        assert_eq!(begin(&[0x30, 0xff, 0xff]), Begin::Short);
        assert_eq!(begin(&[]), Begin::Short);
    }

    #[test]
    fn properties_are_read_one_by_one() {
        let bytes = [&[20, 0x01, 1, 0x23, 0, 7, 0x26, 0, 1][..], b"k", &[0, 2], b"vv", &[0x11, 0, 0, 0, 9], b"xy"].concat();
        let mut properties = Reader::new(&bytes, 0).properties().unwrap();
        assert!(matches!(properties.property(), Some(Property::Other)));
        assert!(matches!(properties.property(), Some(Property::Alias(7))));
        let Some(Property::User(key, value)) = properties.property() else { panic!("no user property") };
        assert_eq!((key.bytes, value.bytes, value.at), (&b"k"[..], &b"vv"[..], 12));
        assert!(matches!(properties.property(), Some(Property::Other)));
        assert!(properties.property().is_none());
    }
}
