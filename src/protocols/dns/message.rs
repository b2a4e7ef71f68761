//! Walks a DNS message (RFC 1035, section 4): bytes in; header, questions and records out, as far as the bytes reach.
//!
//! Lenient: a message that is cut gives all that lies before the cut, and a name that breaks the rules costs no more than itself. Unicast DNS, mDNS (RFC 6762), LLMNR (RFC 4795) and the NetBIOS name
//! service (RFC 1002) share it. Knows nothing of what a record means.

use std::ops::Range;

use crate::protocols::wire_name::{self, Fault, WireName};

/// Bytes of a header.
pub const HEADER: usize = 12;
/// Fewest bytes of a question: the root name, type, class.
const LEAST_QUESTION: usize = 5;
/// Fewest bytes of a record: the root name, type, class, TTL, data length.
const LEAST_RECORD: usize = 11;

/// The header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Flags, operation and result code.
    pub flags: u16,
    /// How many questions, answers, authority records and additional records it says there are.
    pub counts: [u16; 4],
}

impl Header {
    /// From the first twelve bytes; absent where there are fewer.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let mut words = bytes.first_chunk::<HEADER>()?.chunks_exact(2).filter_map(|pair| pair.first_chunk().map(|pair| u16::from_be_bytes(*pair)));
        let _transaction = words.next()?;
        let flags = words.next()?;
        let mut counts = [0; 4];
        counts.iter_mut().zip(words).for_each(|(count, word)| *count = word);
        Some(Self { flags, counts })
    }

    /// Whether it answers.
    pub fn is_response(self) -> bool {
        self.flags & 0x8000 != 0
    }

    /// Whether its sender says that it is not all (RFC 1035, section 4.1.1).
    pub fn is_truncated(self) -> bool {
        self.flags & 0x0200 != 0
    }

    /// The operation: 0 is a query.
    pub fn opcode(self) -> u8 {
        (self.flags >> 11 & 0xf) as u8
    }

    /// Whether its sender says that there is no such name (RFC 1035, section 4.1.1; RFC 8020).
    pub fn is_absence(self) -> bool {
        self.is_response() && self.opcode() == 0 && self.flags & 0xf == 3
    }

    /// Whether the bit that must be zero is zero (RFC 1035, section 4.1.1; RFC 2535 took the two beside it).
    pub fn reserved_is_zero(self) -> bool {
        self.flags & 0x0040 == 0
    }

    /// Fewest bytes that a message with these counts can have.
    pub fn least_length(self) -> usize {
        let [questions, records @ ..] = self.counts;
        HEADER + usize::from(questions) * LEAST_QUESTION + records.iter().map(|&count| usize::from(count) * LEAST_RECORD).sum::<usize>()
    }
}

/// A question or a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// 0 for a question, 1 for an answer, 2 for an authority record, 3 for an additional record.
    pub section: usize,
    /// What it is about; as the root where it can't be read.
    pub name: WireName,
    /// Index of the name's first byte in the message.
    pub start: usize,
    /// Its type.
    pub kind: u16,
    /// Its class, with the topmost bit that mDNS uses.
    pub class: u16,
    /// Where its data lie, as far as they are there; empty for a question.
    pub data: Range<usize>,
    /// Whether the message ends before its data do.
    pub is_cut: bool,
}

/// How a walk ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Everything that the header counts is there; so many bytes follow.
    Whole(usize),
    /// The bytes end before the message does.
    Cut,
    /// It breaks the rules; why, as a fixed phrase.
    Broken(&'static str),
}

/// Goes through the questions and records of a message.
#[derive(Clone, Debug)]
pub struct Walk<'m> {
    message: &'m [u8],
    at: usize,
    section: usize,
    left: [u16; 4],
    end: Option<End>,
    /// What was wrong first with a name that was passed over.
    broken: Option<&'static str>,
}

impl<'m> Walk<'m> {
    /// Begins behind the header.
    pub fn new(message: &'m [u8], header: Header) -> Self {
        Self { message, at: HEADER, section: 0, left: header.counts, end: None, broken: None }
    }

    /// How it ended; of a walk that is not over yet, [`End::Cut`].
    pub fn end(&self) -> End {
        self.broken.map_or(self.end.unwrap_or(End::Cut), End::Broken)
    }

    fn entry(&mut self) -> Result<Entry, Fault> {
        let start = self.at;
        let name = self.name(start)?;
        let rest = self.message.get(name.next..).unwrap_or_default();
        let (&[a, b, c, d], rest) = rest.split_first_chunk().ok_or(Fault::Cut)?;
        let (begin, end) = if self.section == 0 {
            (name.next + 4, name.next + 4)
        } else {
            let &[_, _, _, _, high, low] = rest.first_chunk::<6>().ok_or(Fault::Cut)?;
            let begin = name.next + 10;
            (begin, begin + usize::from(u16::from_be_bytes([high, low])))
        };
        let is_cut = end > self.message.len();
        let data = begin..end.min(self.message.len());
        self.at = data.end;
        if is_cut {
            self.end = Some(End::Cut);
        }
        Ok(Entry { section: self.section, name, start, kind: u16::from_be_bytes([a, b]), class: u16::from_be_bytes([c, d]), data, is_cut })
    }

    /// The name at `start`; one that breaks the rules is passed over where its end can be seen.
    fn name(&mut self, start: usize) -> Result<WireName, Fault> {
        wire_name::read(self.message, start).or_else(|fault| {
            let Fault::Broken(what) = fault else { return Err(fault) };
            let next = wire_name::skip(self.message, start).ok_or(fault)?;
            self.broken = self.broken.or(Some(what));
            Ok(WireName { text: String::new(), next, first: next..next })
        })
    }
}

impl Iterator for Walk<'_> {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        if self.end.is_some() {
            return None;
        }
        while self.left.get(self.section) == Some(&0) {
            self.section += 1;
        }
        let Some(left) = self.left.get_mut(self.section) else {
            self.end = Some(End::Whole(self.message.len().saturating_sub(self.at)));
            return None;
        };
        *left -= 1;
        match self.entry() {
            Ok(entry) => Some(entry),
            Err(fault) => {
                self.end = Some(match fault {
                    Fault::Cut => End::Cut,
                    Fault::Broken(what) => End::Broken(what),
                });
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `www.example` asked for, answered by a CNAME and an address.
    pub(crate) const ANSWER: &[u8] = b"\x12\x34\x81\x80\0\x01\0\x02\0\0\0\0\x03www\x07example\0\0\x01\0\x01\
        \xc0\x0c\0\x05\0\x01\0\0\0\x3c\0\x06\x03cdn\xc0\x10\
        \xc0\x29\0\x01\0\x01\0\0\0\x3c\0\x04\xc0\0\x02\x07";

    #[test]
    fn a_message_is_walked_to_its_end() {
        let header = Header::read(ANSWER).unwrap();
        assert!(header.is_response() && header.reserved_is_zero() && header.opcode() == 0);
        assert!(header.least_length() <= ANSWER.len());
        let mut walk = Walk::new(ANSWER, header);
        let entries: Vec<_> = walk.by_ref().map(|entry| (entry.section, entry.name.text, entry.kind, entry.data.len())).collect();
        assert_eq!(entries, [(0, "www.example".into(), 1, 0), (1, "www.example".into(), 5, 6), (1, "cdn.example".into(), 1, 4)]);
        assert_eq!(walk.end(), End::Whole(0));
    }

    #[test]
    fn a_cut_message_gives_what_lies_before_the_cut() {
        let header = Header::read(ANSWER).unwrap();
        for length in HEADER..ANSWER.len() {
            let mut walk = Walk::new(&ANSWER[..length], header);
            let entries = walk.by_ref().count();
            assert_eq!(entries, usize::from(length >= 29) + usize::from(length >= 41) + usize::from(length >= 59), "{length}");
            assert_eq!(walk.end(), End::Cut);
        }
    }

    #[test]
    fn bytes_behind_the_message_are_counted() {
        let message = b"\0\0\x01\0\0\x01\0\0\0\0\0\0\x01a\0\0\x01\0\x01xyz";
        let mut walk = Walk::new(message, Header::read(message).unwrap());
        assert_eq!(walk.by_ref().count(), 1);
        assert_eq!(walk.end(), End::Whole(3));
    }

    #[test]
    fn a_name_that_loops_costs_no_more_than_itself() {
        let message = b"\0\0\x01\0\0\x02\0\0\0\0\0\0\xc0\x0c\0\x01\0\x01\x01a\0\0\x01\0\x01";
        let mut walk = Walk::new(message, Header::read(message).unwrap());
        let names: Vec<_> = walk.by_ref().map(|entry| entry.name.text).collect();
        assert_eq!((names, walk.end()), (vec![String::new(), "a".to_owned()], End::Broken("dns name pointers loop")));
    }

    #[test]
    fn data_are_given_as_far_as_they_are_there() {
        let cut = &ANSWER[..ANSWER.len() - 1];
        let mut walk = Walk::new(cut, Header::read(cut).unwrap());
        let last = walk.by_ref().last().unwrap();
        assert_eq!((last.data.len(), last.is_cut, walk.end()), (3, true, End::Cut));
    }

    #[test]
    fn any_bytes_end_the_walk() {
        proptest::proptest!(|(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), HEADER..600))| {
            let header = Header::read(&bytes).unwrap();
            assert!(Walk::new(&bytes, header).count() <= bytes.len());
        });
    }

    /// What a strict library reads, the walker reads too.
    #[test]
    fn agrees_with_another_reader() {
        let other = simple_dns::Packet::parse(ANSWER).unwrap();
        let ours: Vec<_> = Walk::new(ANSWER, Header::read(ANSWER).unwrap()).map(|entry| entry.name.text).collect();
        let theirs: Vec<_> =
            other.questions.iter().map(|question| question.qname.to_string()).chain(other.answers.iter().map(|answer| answer.name.to_string())).collect();
        assert_eq!(ours, theirs);
    }
}
