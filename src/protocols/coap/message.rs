//! The messages of CoAP: as datagrams (RFC 7252, section 3) and in a stream (RFC 8323, section 3.2), borrowed, with indices.

use crate::protocols::cursor::{Cursor, Part};

/// Numbers of options (RFC 7252, section 12.2; RFC 7641, 7959, 8613, 9177).
pub(super) mod option {
    pub(in super::super) const URI_HOST: u32 = 3;
    pub(in super::super) const OBSERVE: u32 = 6;
    pub(in super::super) const LOCATION_PATH: u32 = 8;
    pub(in super::super) const OSCORE: u32 = 9;
    pub(in super::super) const URI_PATH: u32 = 11;
    pub(in super::super) const CONTENT_FORMAT: u32 = 12;
    pub(in super::super) const URI_QUERY: u32 = 15;
    pub(in super::super) const Q_BLOCK1: u32 = 19;
    pub(in super::super) const BLOCK2: u32 = 23;
    pub(in super::super) const BLOCK1: u32 = 27;
    pub(in super::super) const Q_BLOCK2: u32 = 31;
    pub(in super::super) const PROXY_URI: u32 = 35;
    /// Of the Open Connectivity Foundation: the version of a content's format.
    pub(in super::super) const OCF_CONTENT: u32 = 2_053;
}

/// Options by number, and how long their values are.
const KNOWN: &[(u32, usize, usize)] = &[
    (1, 0, 8),
    (option::URI_HOST, 1, 255),
    (4, 1, 8),
    (5, 0, 0),
    (option::OBSERVE, 0, 3),
    (7, 0, 2),
    (option::LOCATION_PATH, 0, 255),
    (option::OSCORE, 0, 255),
    (option::URI_PATH, 0, 255),
    (option::CONTENT_FORMAT, 0, 2),
    (14, 0, 4),
    (option::URI_QUERY, 0, 255),
    (16, 1, 1),
    (17, 0, 2),
    (option::Q_BLOCK1, 0, 3),
    (20, 0, 255),
    (21, 0, 0),
    (option::BLOCK2, 0, 3),
    (option::BLOCK1, 0, 3),
    (28, 0, 4),
    (option::Q_BLOCK2, 0, 3),
    (option::PROXY_URI, 1, 1_034),
    (39, 1, 255),
    (60, 0, 4),
    (252, 1, 40),
    (258, 0, 1),
    (292, 0, 8),
    (2_049, 2, 2),
    (option::OCF_CONTENT, 2, 2),
];

/// At most so many options of a message are read.
const OPTIONS_LIMIT: usize = 64;

/// The first octet of codes of signals between both ends of a stream (RFC 8323, section 5).
const CSM: u8 = 0xe1;

/// How a datagram is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Confirmable,
    NonConfirmable,
    Acknowledgement,
    Reset,
    /// In a stream there is no need for any of these.
    Reliable,
}

/// What a code says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    Empty,
    Request(&'static str),
    /// `c.dd` as a number of three digits.
    Response(u16),
    Signal(u8),
}

impl Code {
    /// RFC 7252, section 12.1; none where nothing has this code.
    pub(super) fn of(code: u8) -> Option<Self> {
        const METHODS: [&str; 7] = ["GET", "POST", "PUT", "DELETE", "FETCH", "PATCH", "iPATCH"];
        match (code >> 5, code & 0x1f) {
            (0, 0) => Some(Self::Empty),
            (0, method) => METHODS.get(usize::from(method).checked_sub(1)?).map(|method| Self::Request(method)),
            (class @ (2 | 4 | 5), detail) => Some(Self::Response(u16::from(class) * 100 + u16::from(detail))),
            (7, detail @ 1..=5) => Some(Self::Signal(detail)),
            _ => None,
        }
    }

    /// Whether it is one of those that are in use.
    fn is_usual(self) -> bool {
        match self {
            Self::Response(status) => matches!(status, 201..=205 | 231 | 400..=406 | 408 | 409 | 412 | 413 | 415 | 422 | 429 | 500..=505 | 508),
            Self::Empty | Self::Request(_) | Self::Signal(_) => true,
        }
    }
}

/// An option.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opt<'m> {
    pub(super) number: u32,
    pub(super) value: Part<'m>,
}

impl Opt<'_> {
    /// The number that it holds.
    pub(super) fn uint(&self) -> u32 {
        self.value.bytes.iter().take(4).fold(0, |sum, byte| sum << 8 | u32::from(*byte))
    }

    fn is_sane(&self) -> bool {
        KNOWN.iter().any(|(number, least, most)| *number == self.number && (*least..=*most).contains(&self.value.bytes.len()))
    }
}

/// A message.
#[derive(Clone, Debug)]
pub(super) struct Message<'m> {
    pub(super) kind: Kind,
    pub(super) code: Code,
    /// Of a datagram.
    pub(super) id: u16,
    pub(super) token: &'m [u8],
    pub(super) options: Vec<Opt<'m>>,
    pub(super) payload: Part<'m>,
}

impl<'m> Message<'m> {
    /// Reads a datagram; none where it does not keep to the form.
    pub(super) fn datagram(bytes: &'m [u8]) -> Option<Self> {
        let mut cursor = Cursor::new(bytes, 0);
        let first = cursor.byte()?;
        if first >> 6 != 1 {
            return None;
        }
        let kind = match first >> 4 & 3 {
            0 => Kind::Confirmable,
            1 => Kind::NonConfirmable,
            2 => Kind::Acknowledgement,
            _ => Kind::Reset,
        };
        let code = Code::of(cursor.byte()?)?;
        let id = cursor.word()?;
        let token = first & 0x0f;
        let fits = match code {
            // Section 4.1: nothing follows; it is no message that nobody need answer.
            Code::Empty => bytes.len() == 4 && token == 0 && kind != Kind::NonConfirmable,
            Code::Request(_) => matches!(kind, Kind::Confirmable | Kind::NonConfirmable),
            Code::Response(_) => kind != Kind::Reset,
            Code::Signal(_) => false,
        };
        if fits { Self::behind(cursor, token, kind, code, id) } else { None }
    }

    /// Reads a message in a stream, of which all is there.
    pub(super) fn framed(bytes: &'m [u8], header: usize) -> Option<Self> {
        let token = bytes.first()? & 0x0f;
        let mut cursor = Cursor::new(bytes, header.checked_sub(1)?);
        let code = Code::of(cursor.byte()?)?;
        Self::behind(cursor, token, Kind::Reliable, code, 0)
    }

    fn behind(mut cursor: Cursor<'m>, token: u8, kind: Kind, code: Code, id: u16) -> Option<Self> {
        let token = if token <= 8 { cursor.take(usize::from(token))?.bytes } else { return None };
        let (mut options, mut number) = (Vec::new(), 0_u32);
        while !cursor.is_empty() {
            let first = cursor.byte()?;
            if first == 0xff {
                let payload = cursor.rest();
                // A marker without a payload is an error (section 3).
                return (!payload.bytes.is_empty()).then_some(Self { kind, code, id, token, options, payload });
            }
            number = number.checked_add(extended(&mut cursor, first >> 4)?)?;
            let length = extended(&mut cursor, first & 0x0f)?;
            let value = cursor.take(usize::try_from(length).ok()?)?;
            if number > 0xffff || options.len() >= OPTIONS_LIMIT {
                return None;
            }
            options.push(Opt { number, value });
        }
        Some(Self { kind, code, id, token, options, payload: Part { bytes: &[], at: cursor.at() } })
    }

    /// The first option of this number.
    pub(super) fn option(&self, number: u32) -> Option<&Opt<'m>> {
        self.options.iter().find(|option| option.number == number)
    }

    /// All options of this number.
    pub(super) fn all(&self, number: u32) -> impl Iterator<Item = &Opt<'m>> {
        self.options.iter().filter(move |option| option.number == number)
    }

    /// Whether it is of the plain kind that cannot be chance: a request with a path that can be read, or an answer whose content has a known format.
    pub(super) fn is_certain(&self) -> bool {
        let sane = self.code.is_usual() && self.options.iter().all(Opt::is_sane);
        sane && match self.code {
            Code::Request(_) => self.has_plain_path(),
            Code::Response(_) => {
                let format = self.option(option::CONTENT_FORMAT).is_some_and(|format| media_type(format.uint()).is_some());
                format && !self.payload.bytes.is_empty() && !self.token.is_empty() && self.options.len() >= 2
            }
            Code::Empty | Code::Signal(_) => false,
        }
    }

    fn has_plain_path(&self) -> bool {
        let plain = |option: &Opt<'_>| option.value.bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b".-_~:".contains(byte));
        let length: usize = self.all(option::URI_PATH).map(|option| option.value.bytes.len()).sum();
        length >= 2 && self.all(option::URI_PATH).all(plain)
    }

    /// Whether it is the first that an end says in a stream, and says nothing else (RFC 8323, section 5.3).
    pub(super) fn is_hello(&self) -> bool {
        let sane = |option: &Opt<'_>| option.value.bytes.len() <= if option.number == 2 { 4 } else { 0 } && matches!(option.number, 2 | 4);
        self.code == Code::Signal(CSM & 0x1f) && self.options.iter().all(sane)
    }
}

/// What stands for a number in an option's first byte, or behind it (section 3.1).
fn extended(cursor: &mut Cursor<'_>, nibble: u8) -> Option<u32> {
    match nibble {
        13 => Some(u32::from(cursor.byte()?) + 13),
        14 => Some(u32::from(cursor.word()?) + 269),
        15 => None,
        _ => Some(u32::from(nibble)),
    }
}

/// In a stream: bytes before the token, and of the whole message (RFC 8323, section 3.2).
pub(super) fn frame(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut cursor = Cursor::new(bytes, 0);
    let first = cursor.byte()?;
    let length: u64 = match first >> 4 {
        13 => u64::from(cursor.byte()?) + 13,
        14 => u64::from(cursor.word()?) + 269,
        15 => u64::from(cursor.double()?) + 65_805,
        nibble => u64::from(nibble),
    };
    let header = cursor.at() + 1;
    let whole = length.checked_add(header as u64 + u64::from(first & 0x0f))?;
    Some((header, usize::try_from(whole).ok()?))
}

/// The media type of a Content-Format (<https://www.iana.org/assignments/core-parameters>).
pub(super) fn media_type(format: u32) -> Option<&'static str> {
    let name = match format {
        0 => "text/plain",
        16 => "application/cose; cose-type=\"cose-encrypt0\"",
        17 => "application/cose; cose-type=\"cose-mac0\"",
        18 => "application/cose; cose-type=\"cose-sign1\"",
        19 => "application/ace+cbor",
        21 => "image/gif",
        22 => "image/jpeg",
        23 => "image/png",
        40 => "application/link-format",
        41 => "application/xml",
        42 => "application/octet-stream",
        47 => "application/exi",
        50 => "application/json",
        51 => "application/json-patch+json",
        52 => "application/merge-patch+json",
        60 => "application/cbor",
        61 => "application/cwt",
        62 => "application/multipart-core",
        63 => "application/cbor-seq",
        64 => "application/edhoc+cbor-seq",
        96..=98 => "application/cose",
        101 => "application/cose-key",
        102 => "application/cose-key-set",
        110 => "application/senml+json",
        111 => "application/sensml+json",
        112 => "application/senml+cbor",
        113 => "application/sensml+cbor",
        114 => "application/senml-exi",
        115 => "application/sensml-exi",
        256 => "application/coap-group+json",
        310 => "application/senml+xml",
        311 => "application/sensml+xml",
        320 => "application/senml-etch+json",
        322 => "application/senml-etch+cbor",
        10_000 => "application/vnd.ocf+cbor",
        10_001 => "application/oscore",
        // Before they were registered, LwM2M 1.0 used the first two.
        1_542 | 11_542 => "application/vnd.oma.lwm2m+tlv",
        1_543 | 11_543 => "application/vnd.oma.lwm2m+json",
        11_544 => "application/vnd.oma.lwm2m+cbor",
        _ => return None,
    };
    Some(name)
}
