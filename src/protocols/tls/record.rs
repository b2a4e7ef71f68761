//! The record layer (RFC 8446, section 5.1; RFC 5246, section 6.2.1): where records begin and end, nothing of what they mean.

use memchr::memchr_iter;

/// Bytes of a record's header.
pub(super) const HEADER: usize = 5;
/// The longest fragment: 2^14 bytes and what compression and encryption may add (RFC 5246, section 6.2.3).
const LONGEST: usize = (1 << 14) + 2_048;
/// So much of a handshake record is shown with its header: type and length of a message, and the version in a hello.
pub(super) const PREFIX: usize = 6;
/// After so many bytes without a record nothing is looked for any more: four of the longest records.
const SEEK_LIMIT: usize = 4 * (LONGEST + HEADER);

/// What a record carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    ChangeCipherSpec,
    Alert,
    Handshake,
    Application,
    Heartbeat,
    /// A ClientHello in the form of SSL 2.0 (RFC 5246, appendix E.2).
    OldHello,
}

/// A record's header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) content: Content,
    /// Bytes of the fragment.
    pub(super) length: usize,
}

/// Reads a header; absent where the bytes can't be one.
pub(super) fn header(bytes: [u8; HEADER]) -> Option<Header> {
    let [content, 3, 0..=4, high, low] = bytes else { return None };
    let content = match content {
        20 => Content::ChangeCipherSpec,
        21 => Content::Alert,
        22 => Content::Handshake,
        23 => Content::Application,
        24 => Content::Heartbeat,
        _ => return None,
    };
    let length = usize::from(u16::from_be_bytes([high, low]));
    let is_sane = match content {
        Content::ChangeCipherSpec => length == 1,
        Content::Alert => length == 2 || (16..=256).contains(&length),
        _ => (1..=LONGEST).contains(&length),
    };
    is_sane.then_some(Header { content, length })
}

/// Whether bytes may go on to be a header: as many as there are.
pub(super) fn may_be_header(bytes: &[u8]) -> bool {
    match bytes {
        [] | [20..=24] | [20..=24, 3] | [20..=24, 3, 0..=4] | [20..=24, 3, 0..=4, _] => true,
        _ => bytes.first_chunk().is_some_and(|bytes| header(*bytes).is_some()),
    }
}

/// Index of the first bytes that may be a header. What lies before is none.
pub(super) fn seek(bytes: &[u8]) -> usize {
    let mut candidates = memchr_iter(3, bytes).filter_map(|three| three.checked_sub(1));
    let found = candidates.find(|start| bytes.get(*start..).is_some_and(may_be_header));
    // The very last byte may be the first of a header.
    found.unwrap_or_else(|| bytes.len() - usize::from(bytes.last().is_some_and(|byte| (20..=24).contains(byte))))
}

/// The next thing in a direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// More bytes are needed.
    Wait,
    /// So many bytes belong to no record that can be told.
    Passed(usize),
    /// A record begins: its header takes so many bytes.
    Begin(Header, usize),
    /// So many bytes of the record's fragment.
    Fragment(usize),
}

/// Walks over the records of one direction.
#[derive(Debug, Default)]
pub(super) struct Records {
    /// What the record carries that is being read.
    content: Option<Content>,
    /// Bytes of its fragment still to come.
    left: usize,
    /// Whether anything was walked over.
    begun: bool,
    /// Whether it is unknown where the next record begins.
    is_seeking: bool,
    /// Whether the record was found by seeking, and what follows has not proved yet that it was one.
    pub(super) is_doubtful: bool,
    /// Whether a header did not keep to its form though nothing was missing before it.
    pub(super) is_broken: bool,
    /// Bytes passed over since the last record that was not doubtful.
    passed: usize,
}

impl Records {
    /// What `bytes` begin with. The caller leaves out what it was told the next time.
    pub(super) fn next(&mut self, bytes: &[u8]) -> Step {
        if bytes.is_empty() {
            Step::Wait
        } else if self.left > 0 {
            let count = self.left.min(bytes.len());
            self.left -= count;
            Step::Fragment(count)
        } else if self.is_seeking {
            self.look(bytes)
        } else {
            self.begin(bytes)
        }
    }

    /// What the record carries that is being read.
    pub(super) fn content(&self) -> Option<Content> {
        self.content
    }

    /// Whether there is no hope of finding a record any more.
    pub(super) fn is_lost(&self) -> bool {
        self.passed > SEEK_LIMIT
    }

    /// Bytes are missing. Whether the record that they are missing from goes on behind them.
    pub(super) fn gap(&mut self, missing: u64) -> bool {
        self.begun = true;
        match usize::try_from(missing) {
            Ok(missing) if missing <= self.left => {
                self.left -= missing;
                true
            }
            _ => {
                (self.left, self.is_seeking) = (0, true);
                false
            }
        }
    }

    fn begin(&mut self, bytes: &[u8]) -> Step {
        if let Some(length) = old_hello(bytes).filter(|_| !self.begun) {
            return self.enter(Header { content: Content::OldHello, length }, 2);
        }
        let Some(fixed) = bytes.first_chunk() else {
            if may_be_header(bytes) || (!self.begun && may_be_old_hello(bytes)) {
                return Step::Wait;
            }
            return self.stray(bytes);
        };
        let Some(header) = header(*fixed) else {
            return if !self.begun && may_be_old_hello(bytes) { Step::Wait } else { self.stray(bytes) };
        };
        if header.content == Content::Handshake && bytes.len() < HEADER + header.length.min(PREFIX) {
            return Step::Wait;
        }
        self.is_doubtful = self.is_seeking;
        self.enter(header, HEADER)
    }

    fn enter(&mut self, header: Header, length: usize) -> Step {
        (self.begun, self.is_seeking) = (true, false);
        (self.content, self.left) = (Some(header.content), header.length);
        if !self.is_doubtful {
            self.passed = 0;
        }
        Step::Begin(header, length)
    }

    /// These bytes are no header. At the very beginning that is no fault: the capture may have begun within a record.
    fn stray(&mut self, bytes: &[u8]) -> Step {
        self.is_broken |= self.begun && !self.is_doubtful;
        (self.begun, self.is_seeking) = (true, true);
        self.look(bytes)
    }

    fn look(&mut self, bytes: &[u8]) -> Step {
        match seek(bytes) {
            0 => self.begin(bytes),
            count => {
                self.passed = self.passed.saturating_add(count);
                Step::Passed(count)
            }
        }
    }
}

/// Length of the rest of a ClientHello in the form of SSL 2.0: a two-byte length, type 1, a version, and three lengths that add up.
pub(super) fn old_hello(bytes: &[u8]) -> Option<usize> {
    let (&[high @ 0x80..=0xff, low, 1, major, minor], rest) = bytes.split_first_chunk::<5>()? else { return None };
    let (lengths, _) = rest.split_first_chunk::<6>()?.0.as_chunks::<2>();
    let &[suites, session, challenge] = lengths else { return None };
    let [suites, session, challenge] = [suites, session, challenge].map(|pair| usize::from(u16::from_be_bytes(pair)));
    let length = usize::from(u16::from_be_bytes([high & 0x7f, low]));
    let is_version = matches!((major, minor), (3, 0..=4) | (0, 2));
    let is_sane = suites > 0 && suites % 3 == 0 && (session == 0 || session == 16) && (16..=32).contains(&challenge);
    (is_version && is_sane && length == 9 + suites + session + challenge).then_some(length)
}

/// Whether bytes may go on to be such a hello.
pub(super) fn may_be_old_hello(bytes: &[u8]) -> bool {
    match bytes {
        [0x80..=0xff] | [0x80..=0xff, _] | [0x80..=0xff, _, 1] | [0x80..=0xff, _, 1, 0 | 3] => true,
        [0x80..=0xff, _, 1, 3, 0..=4, ..] | [0x80..=0xff, _, 1, 0, 2, ..] => bytes.len() < 11 || old_hello(bytes).is_some(),
        _ => false,
    }
}

/// Whether bytes begin a ServerHello of SSL 2.0: type 4, session hit or not, an X.509 certificate, its version.
pub(super) fn is_old_answer(bytes: &[u8]) -> bool {
    matches!(bytes, [0x80..=0xff, _, 4, 0 | 1, 1, 0, 2, ..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_must_be_sane() {
        assert_eq!(header([22, 3, 1, 2, 0]), Some(Header { content: Content::Handshake, length: 512 }));
        assert_eq!(header([23, 3, 3, 0x48, 0]).map(|header| header.length), Some(LONGEST));
        for bad in [[23, 3, 3, 0x48, 1], [22, 3, 5, 0, 9], [25, 3, 3, 0, 9], [22, 2, 0, 0, 9], [20, 3, 3, 0, 2], [22, 3, 3, 0, 0], [21, 3, 3, 0, 3]] {
            assert_eq!(header(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_record_is_found_behind_what_was_missed() {
        let mut records = Records::default();
        let bytes = [&[9, 3, 23, 3, 9, 9, 9][..], &[23, 3, 3, 0, 2, 7, 7], &[23, 3, 3, 0, 1, 7]].concat();
        assert_eq!(records.next(&bytes), Step::Passed(7));
        assert_eq!(records.next(&bytes[7..]), Step::Begin(Header { content: Content::Application, length: 2 }, HEADER));
        assert!(records.is_doubtful, "one header may be chance");
        assert_eq!(records.next(&bytes[12..]), Step::Fragment(2));
        assert_eq!(records.next(&bytes[14..]), Step::Begin(Header { content: Content::Application, length: 1 }, HEADER));
        assert!(!records.is_doubtful && !records.is_broken, "to begin within a record is no fault");
    }

    #[test]
    fn a_gap_within_a_record_does_not_lose_the_next() {
        let mut records = Records::default();
        records.next(&[23, 3, 3, 0, 9]);
        assert!(records.gap(9));
        assert!(matches!(records.next(&[23, 3, 3, 0, 1]), Step::Begin(..)));
        assert!(!records.gap(2), "the gap goes beyond the record");
        assert_eq!(records.next(&[7, 7, 7]), Step::Passed(3));
    }

    #[test]
    fn seeking_ends() {
        let mut records = Records::default();
        let mut steps = 0;
        while !records.is_lost() {
            assert_eq!(records.next(&[0; 1_000]), Step::Passed(1_000));
            steps += 1;
        }
        assert_eq!(steps, SEEK_LIMIT / 1_000 + 1);
    }

    #[test]
    fn the_old_hello_is_known_by_its_lengths() {
        let hello = [&[0x80, 9 + 6 + 16, 1, 3, 1, 0, 6, 0, 0, 0, 16][..], &[0; 22]].concat();
        assert_eq!(old_hello(&hello), Some(31));
        for cut in 1..hello.len() {
            assert!(may_be_old_hello(&hello[..cut]), "cut at {cut}");
        }
        let mut other = hello;
        other[6] = 7;
        assert_eq!(old_hello(&other), None);
        assert!(!may_be_old_hello(&other));
    }
}
