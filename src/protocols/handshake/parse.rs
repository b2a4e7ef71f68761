//! The hellos as they are laid out (RFC 8446, sections 4.1.2 and 4.1.3; RFC 9147, section 5.3): which bytes are what, not what they mean.

/// Extension types that several read (IANA, TLS ExtensionType Values).
pub(super) const SERVER_NAME: u16 = 0;
pub(super) const SIGNATURE_ALGORITHMS: u16 = 13;
pub(super) const ALPN: u16 = 16;
pub(super) const SUPPORTED_VERSIONS: u16 = 43;

/// Version numbers at which a ServerHello of a draft of TLS 1.3 has neither session nor compression (drafts up to 21).
const DRAFTS: std::ops::RangeInclusive<u16> = 0x7f00..=0x7f15;

/// A ClientHello.
#[derive(Clone, Debug)]
pub(super) struct ClientHello<'h> {
    /// The version in the hello itself; with TLS 1.3 the true one stands in an extension.
    pub(super) version: u16,
    pub(super) session: &'h [u8],
    suites: &'h [[u8; 2]],
    pub(super) extensions: Extensions<'h>,
    /// Whether the extensions are as long as they say, and none is cut short.
    pub(super) is_whole: bool,
}

impl<'h> ClientHello<'h> {
    /// Absent where it breaks off before its extensions, or a list can't be one.
    pub(super) fn parse(body: &'h [u8]) -> Option<Self> {
        let mut reader = Reader(body);
        let version = reader.number()?;
        reader.take(RANDOM)?;
        let session = reader.short_list().filter(|session| session.len() <= LONGEST_SESSION)?;
        if is_datagram(version) {
            reader.short_list()?;
        }
        let (suites, []) = reader.list()?.as_chunks() else { return None };
        reader.short_list()?;
        let (extensions, is_whole) = reader.extensions();
        Some(Self { version, session, suites, extensions, is_whole })
    }

    /// The suites that it offers, as many as it names.
    pub(super) fn suites(&self) -> impl Iterator<Item = u16> + use<'h> {
        self.suites.iter().map(|suite| u16::from_be_bytes(*suite))
    }
}

/// A ServerHello.
#[derive(Clone, Debug)]
pub(super) struct ServerHello<'h> {
    /// The version in the hello itself.
    pub(super) version: u16,
    pub(super) random: &'h [u8],
    pub(super) session: &'h [u8],
    pub(super) suite: u16,
    pub(super) extensions: Extensions<'h>,
}

impl<'h> ServerHello<'h> {
    /// Absent where it breaks off before its extensions, or is of no version that anyone speaks.
    pub(super) fn parse(body: &'h [u8]) -> Option<Self> {
        let mut reader = Reader(body);
        let version = reader.number().filter(|version| is_known(*version))?;
        let random = reader.take(RANDOM)?;
        let is_draft = DRAFTS.contains(&version);
        let session = if is_draft { &[][..] } else { reader.short_list().filter(|session| session.len() <= LONGEST_SESSION)? };
        let suite = reader.number()?;
        if !is_draft {
            reader.take(1)?;
        }
        let (extensions, _) = reader.extensions();
        Some(Self { version, random, session, suite, extensions })
    }
}

const RANDOM: usize = 32;
const LONGEST_SESSION: usize = 32;

fn is_known(version: u16) -> bool {
    matches!(version, 0x0300..=0x0304) || DRAFTS.contains(&version) || is_datagram(version)
}

/// Whether a version is one of DTLS, whose numbers count down: 1.0 is 0xfeff. 0x0100 is what OpenSSL spoke before there was a standard.
pub(super) fn is_datagram(version: u16) -> bool {
    matches!(version, 0xfe00..=0xfeff | 0x0100)
}

/// Values that are only there to keep others tolerant (RFC 8701, section 2): 0x0a0a, 0x1a1a, … 0xfafa.
pub(super) fn is_grease(value: u16) -> bool {
    let [high, low] = value.to_be_bytes();
    high == low && low & 0x0f == 0x0a
}

/// The numbers of a list of two-byte values; an odd last byte is left out.
pub(super) fn numbers(list: &[u8]) -> impl Iterator<Item = u16> + '_ {
    list.as_chunks().0.iter().map(|pair| u16::from_be_bytes(*pair))
}

/// What a length of one byte announces, as much of it as there is.
pub(super) fn in_short_list(data: &[u8]) -> &[u8] {
    data.split_first().map_or(&[], |(length, rest)| rest.get(..usize::from(*length)).unwrap_or(rest))
}

/// What a length of two bytes announces, as much of it as there is.
pub(super) fn in_list(data: &[u8]) -> &[u8] {
    data.split_first_chunk().map_or(&[], |(length, rest)| rest.get(..usize::from(u16::from_be_bytes(*length))).unwrap_or(rest))
}

/// The extensions of a hello: type and data. A last one that is cut short is not given.
#[derive(Clone, Debug)]
pub(super) struct Extensions<'e>(&'e [u8]);

impl<'e> Extensions<'e> {
    /// The data of the first of a type.
    pub(super) fn of(&self, wanted: u16) -> Option<&'e [u8]> {
        self.clone().find_map(|(kind, data)| (kind == wanted).then_some(data))
    }

    /// The types, in their order.
    pub(super) fn kinds(&self) -> impl Iterator<Item = u16> + use<'e> {
        self.clone().map(|(kind, _)| kind)
    }

    /// Whether none is cut short: what is left behind the last is too short to be one.
    fn fit(&self) -> bool {
        let mut rest = self.clone();
        rest.by_ref().for_each(drop);
        rest.0.len() < 4
    }
}

impl<'e> Iterator for Extensions<'e> {
    type Item = (u16, &'e [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (&[a, b, c, d], rest) = self.0.split_first_chunk::<4>()?;
        let (data, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes([c, d])))?;
        self.0 = rest;
        Some((u16::from_be_bytes([a, b]), data))
    }
}

struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u16> {
        self.take(2)?.first_chunk().map(|bytes| u16::from_be_bytes(*bytes))
    }

    fn short_list(&mut self) -> Option<&'b [u8]> {
        let length = *self.take(1)?.first()?;
        self.take(usize::from(length))
    }

    fn list(&mut self) -> Option<&'b [u8]> {
        let length = self.number()?;
        self.take(usize::from(length))
    }

    /// The extensions, as far as they are there, and whether they are there whole. Hellos of old have none.
    fn extensions(&mut self) -> (Extensions<'b>, bool) {
        let announced = self.number().map_or(0, usize::from);
        let extensions = Extensions(self.0.get(..announced).unwrap_or(self.0));
        let is_whole = self.0.len() >= announced && extensions.fit();
        (extensions, is_whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hello_over_datagrams_has_a_cookie() {
        let body = [&[0xfe, 0xfd][..], &[7; 32], &[0], &[3, 1, 2, 3], &[0, 2, 0xc0, 0x2b], &[1, 0], &[0, 4, 0, 23, 0, 0]].concat();
        let hello = ClientHello::parse(&body).unwrap();
        assert_eq!(hello.suites().collect::<Vec<_>>(), [0xc02b]);
        assert_eq!((hello.extensions.kinds().collect::<Vec<_>>(), hello.is_whole), (vec![23], true));
        let stream = [&[3, 3], &body[2..]].concat();
        assert!(ClientHello::parse(&stream).is_none(), "without a cookie the lists do not fit");
    }

    #[test]
    fn a_draft_of_tls_1_3_has_no_session() {
        let body = [&[0x7f, 18][..], &[7; 32], &[0x13, 1], &[0, 4, 0, 41, 0, 0]].concat();
        let hello = ServerHello::parse(&body).unwrap();
        assert_eq!((hello.version, hello.suite, hello.extensions.of(41)), (0x7f12, 0x1301, Some(&[][..])));
        assert!(ServerHello::parse(&[&[9, 9][..], &[0; 40]].concat()).is_none());
    }

    #[test]
    fn extensions_that_are_longer_than_the_hello_are_read_as_far_as_they_are_there() {
        let body = [&[3, 3][..], &[7; 32], &[0, 0, 2, 0x13, 1, 1, 0], &[0, 90, 0, 23, 0, 0, 0, 35, 0, 9, 1]].concat();
        let hello = ClientHello::parse(&body).unwrap();
        assert_eq!((hello.extensions.kinds().collect::<Vec<_>>(), hello.is_whole), (vec![23], false));
    }

    #[test]
    fn lists_give_what_is_there() {
        assert_eq!((in_short_list(&[2, 7, 8, 9]), in_short_list(&[9, 7]), in_short_list(&[])), (&[7, 8][..], &[7][..], &[][..]));
        assert_eq!((in_list(&[0, 2, 7, 8, 9]), in_list(&[1]), in_list(&[])), (&[7, 8][..], &[][..], &[][..]));
        assert_eq!(numbers(&[1, 2, 3]).collect::<Vec<_>>(), [0x0102]);
        assert!(is_grease(0xfafa) && !is_grease(0x0a1a) && !is_grease(0x0b0b));
    }
}
