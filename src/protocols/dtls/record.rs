//! The record layer of DTLS (RFC 6347, section 4.1; RFC 9147, section 4): one datagram's records and the pieces of messages in them.

/// Bytes of a record's header: content, version, epoch, number, length.
pub(super) const HEADER: usize = 13;
/// Bytes of a fragment's header: type, length, number of the message, offset and length of the fragment (RFC 6347, section 4.2.2).
pub(super) const FRAGMENT_HEADER: usize = 12;
/// What is encrypted is at least so long: an authentication tag.
const TAG: usize = 8;
/// So many times keys may change before an epoch is not believed.
const EPOCHS: u16 = 1_024;

/// What a record carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    ChangeCipherSpec,
    Alert,
    Handshake,
    /// Application data, a heartbeat, a record with a connection id, or anything else under keys that were agreed on.
    Encrypted,
    /// A list of records that arrived (RFC 9147, section 7).
    Acknowledgement,
}

/// A record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Record<'r> {
    pub(super) content: Content,
    /// The version of its header; zero in the short form of DTLS 1.3.
    pub(super) version: u16,
    pub(super) fragment: &'r [u8],
    /// Index of the fragment in the datagram.
    pub(super) index: usize,
    /// Whether the datagram holds all of it.
    pub(super) is_whole: bool,
}

/// The records of a datagram, from the first byte on; ends where none begins.
pub(super) struct Records<'r> {
    datagram: &'r [u8],
    index: usize,
}

impl<'r> Records<'r> {
    pub(super) fn new(datagram: &'r [u8]) -> Self {
        Self { datagram, index: 0 }
    }

    /// What is left behind the last record.
    pub(super) fn rest(&self) -> &'r [u8] {
        self.datagram.get(self.index..).unwrap_or_default()
    }
}

impl<'r> Iterator for Records<'r> {
    type Item = Record<'r>;

    fn next(&mut self) -> Option<Record<'r>> {
        let rest = self.rest();
        if self.index > 0 && rest.len() > TAG && rest.first().is_some_and(|first| is_short(*first)) {
            let index = std::mem::replace(&mut self.index, self.datagram.len());
            return Some(Record { content: Content::Encrypted, version: 0, fragment: rest, index, is_whole: true });
        }
        let (header, after) = rest.split_first_chunk::<HEADER>()?;
        let (content, version, length) = read_header(*header)?;
        let fragment = after.get(..length).unwrap_or(after);
        let index = self.index + HEADER;
        self.index = index + fragment.len();
        Some(Record { content, version, fragment, index, is_whole: fragment.len() == length })
    }
}

/// The short header of encrypted records (RFC 9147, section 4): nothing else in it can be checked.
pub(super) fn is_short(first: u8) -> bool {
    first & 0xe0 == 0x20
}

/// Content, version and length; absent where the bytes can't be a header.
fn read_header(header: [u8; HEADER]) -> Option<(Content, u16, usize)> {
    let [kind, major, minor, epoch @ .., high, low] = header;
    let version = u16::from_be_bytes([major, minor]);
    let &[epoch_high, epoch_low, number_high, number_low, ..] = &epoch;
    let epoch = u16::from_be_bytes([epoch_high, epoch_low]);
    let length = usize::from(u16::from_be_bytes([high, low]));
    // Nobody sends 2^32 records under one key.
    if !matches!(version, 0xfeff | 0xfefd | 0x0100) || epoch > EPOCHS || (number_high, number_low) != (0, 0) || length > (1 << 14) + 2_048 {
        return None;
    }
    let content = match (kind, epoch) {
        (20..=26, 1..) if length >= TAG => Content::Encrypted,
        (20, 0) if length == 1 || length == 3 => Content::ChangeCipherSpec,
        (21, 0) if length == 2 => Content::Alert,
        (22, 0) if length >= FRAGMENT_HEADER => Content::Handshake,
        (26, 0) if length >= 2 && length % 16 == 2 => Content::Acknowledgement,
        _ => return None,
    };
    Some((content, version, length))
}

/// A piece of a handshake message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fragment<'f> {
    /// The message's type.
    pub(super) kind: u8,
    /// The message's length.
    pub(super) length: usize,
    /// The message's number.
    pub(super) number: u16,
    /// Where in the message the piece begins.
    pub(super) offset: usize,
    pub(super) bytes: &'f [u8],
    /// Index of the piece in the bytes that it was read from.
    pub(super) index: usize,
}

/// The pieces in a handshake record; ends where none begins.
pub(super) struct Fragments<'f> {
    record: &'f [u8],
    index: usize,
}

impl<'f> Fragments<'f> {
    pub(super) fn new(record: &'f [u8]) -> Self {
        Self { record, index: 0 }
    }
}

impl<'f> Iterator for Fragments<'f> {
    type Item = Fragment<'f>;

    fn next(&mut self) -> Option<Fragment<'f>> {
        let (header, after) = self.record.get(self.index..)?.split_first_chunk::<FRAGMENT_HEADER>()?;
        let &[kind, ref length @ .., number_high, number_low, _, _, _, _, _, _] = header;
        let (offset, count) = header.last_chunk::<6>()?.split_at(3);
        let [length, offset, count] = [length, offset, count].map(|bytes| bytes.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)));
        let is_known = matches!(kind, 0..=6 | 8 | 11..=16 | 20..=25 | 67);
        let bytes = after.get(..count).filter(|_| is_known && offset + count <= length && (count > 0 || length == 0))?;
        let index = self.index + FRAGMENT_HEADER;
        self.index = index + count;
        Some(Fragment { kind, length, number: u16::from_be_bytes([number_high, number_low]), offset, bytes, index })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_datagram_is_cut_into_its_records() {
        let datagram = [
            &[22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 7, 0, 12, 14, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0][..],
            &[20, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 8, 0, 1, 1],
            &[22, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, 0, 0, 16],
            &[7; 16],
        ]
        .concat();
        let contents: Vec<_> = Records::new(&datagram).map(|record| (record.content, record.index, record.fragment.len(), record.is_whole)).collect();
        assert_eq!(contents, [(Content::Handshake, 13, 12, true), (Content::ChangeCipherSpec, 38, 1, true), (Content::Encrypted, 52, 16, true)]);
        for cut in 0..datagram.len() {
            assert!(Records::new(&datagram[..cut]).filter(|record| record.is_whole).count() < 3, "cut at {cut}");
        }
    }

    #[test]
    fn a_fragment_lies_within_its_message() {
        let piece = [1, 0, 0, 9, 0, 2, 0, 0, 4, 0, 0, 2, 8, 9];
        let read: Vec<_> = Fragments::new(&piece).collect();
        assert_eq!(read, [Fragment { kind: 1, length: 9, number: 2, offset: 4, bytes: &[8, 9], index: 12 }]);
        let beyond = [1, 0, 0, 5, 0, 2, 0, 0, 4, 0, 0, 2, 8, 9];
        assert_eq!(Fragments::new(&beyond).count(), 0);
        let of_no_length = [1, 0, 0, 5, 0, 2, 0, 0, 4, 0, 0, 0];
        assert_eq!(Fragments::new(&of_no_length).count(), 0);
    }

    #[test]
    fn other_bytes_are_no_header() {
        for header in [
            [22, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12],
            [23, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 99],
            [23, 0xfe, 0xfd, 9, 9, 0, 0, 0, 0, 0, 0, 0, 99],
            [20, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2],
            [22, 0xfe, 0xfd, 0, 0, 1, 0, 0, 0, 0, 0, 0, 12],
        ] {
            assert_eq!(read_header(header), None, "{header:?}");
        }
    }
}
