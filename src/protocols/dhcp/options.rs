//! The options of a DHCP message: taken apart, and long ones put together again (RFC 2132, section 2; RFC 3396).
//!
//! A message in; a list of codes with their values out. What a value means is others' business.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr};
use std::ops::Range;

use super::super::protocol::Input;
use crate::event::Place;

/// Bytes before the options: the fixed fields of BOOTP and the cookie.
pub(super) const START: usize = 240;
/// The fields that option 52 may turn into further options (RFC 2132, section 9.3).
pub(super) const FILE: Range<usize> = 108..236;
/// See [`FILE`].
pub(super) const SERVER_NAME: Range<usize> = 44..108;
/// Most addresses that are told of one option.
const MAX_ADDRESSES: usize = 16;
/// A piece of this length may go on in the next option of the same code.
const FULL: usize = 255;

const OVERLOAD: u8 = 52;

/// One option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry<'m> {
    /// Its code.
    pub(super) code: u8,
    /// Its value: borrowed where it lies in one piece.
    pub(super) value: Cow<'m, [u8]>,
    /// Index in the message of the value's first byte.
    pub(super) at: usize,
}

impl Entry<'_> {
    /// Where a part of the value was seen, `skip` bytes behind its beginning.
    pub(super) fn place<'i>(&self, input: &Input<'i>, skip: usize) -> Place<'i> {
        match &self.value {
            Cow::Borrowed(_) => input.place(self.at + skip),
            Cow::Owned(_) => Place::Unpacked(input.at(self.at, 1)),
        }
    }
}

/// The options of a message.
#[derive(Debug, Default)]
pub(super) struct Options<'m> {
    /// In the order of their first pieces.
    pub(super) list: Vec<Entry<'m>>,
    /// Which of the two old fields hold options: 1 the file, 2 the server's name.
    pub(super) overload: u8,
    /// A length leads beyond the message.
    pub(super) broken: bool,
}

impl<'m> Options<'m> {
    /// Reads all of a message: its options, then the fields that they say hold more.
    pub(super) fn read(message: &'m [u8]) -> Self {
        let mut options = Self::default();
        options.area(message, START..message.len());
        options.overload = options.first(OVERLOAD).and_then(|value| value.first().copied()).unwrap_or(0) & 3;
        if options.overload & 1 != 0 {
            options.area(message, FILE);
        }
        if options.overload & 2 != 0 {
            options.area(message, SERVER_NAME);
        }
        options
    }

    /// The value of the first option of this code.
    pub(super) fn first(&self, code: u8) -> Option<&[u8]> {
        self.entry(code).map(|entry| entry.value.as_ref())
    }

    /// The first option of this code.
    pub(super) fn entry(&self, code: u8) -> Option<&Entry<'m>> {
        self.list.iter().find(|entry| entry.code == code)
    }

    /// All addresses of the options of this code, at most [`MAX_ADDRESSES`].
    pub(super) fn addresses(&self, code: u8) -> Vec<IpAddr> {
        let all = self.list.iter().filter(|entry| entry.code == code).flat_map(|entry| addresses(&entry.value));
        all.take(MAX_ADDRESSES).collect()
    }

    /// Reads the options in `area`; one that is longer than the area ends the reading.
    fn area(&mut self, message: &'m [u8], area: Range<usize>) {
        let Some(bytes) = message.get(..area.end) else { return };
        let mut at = area.start;
        // The last option, while it may go on.
        let mut open: Option<usize> = self.list.len().checked_sub(1).filter(|_| area.start < START);
        while let Some(&code) = bytes.get(at) {
            at += 1;
            match code {
                0 => continue,
                255 => return,
                _ => {}
            }
            let Some(&length) = bytes.get(at) else { return self.broken = at < bytes.len() };
            let start = at + 1;
            let Some(value) = bytes.get(start..start + usize::from(length)) else { return self.broken = start < bytes.len() };
            at = start + value.len();
            open = self.add(code, value, start, open);
        }
    }

    /// Adds a value, or puts it behind the one before it that it goes on; gives the option that may go on.
    fn add(&mut self, code: u8, value: &'m [u8], at: usize, open: Option<usize>) -> Option<usize> {
        if let Some(index) = open
            && let Some(before) = self.list.get_mut(index)
            && before.code == code
        {
            before.value.to_mut().extend_from_slice(value);
            return (value.len() == FULL).then_some(index);
        }
        self.list.push(Entry { code, value: Cow::Borrowed(value), at });
        (value.len() == FULL).then(|| self.list.len() - 1)
    }
}

/// Addresses one after another; a rest of less than four bytes is passed over.
pub(super) fn addresses(value: &[u8]) -> impl Iterator<Item = IpAddr> {
    let (fours, _) = value.as_chunks::<4>();
    fours.iter().map(|four| IpAddr::V4(Ipv4Addr::from(*four))).filter(|address| !address.is_unspecified())
}

/// The routers of classless static routes that lead everywhere (option 121; RFC 3442): width, the bytes of the network that it covers, router.
pub(super) fn default_routers(value: &[u8]) -> Vec<IpAddr> {
    let (mut routers, mut rest) = (Vec::new(), value);
    while let Some((&width, after)) = rest.split_first() {
        let network = usize::from(width.min(32)).div_ceil(8);
        let Some((router, next)) = after.get(network..).and_then(|bytes| bytes.split_first_chunk::<4>()) else { break };
        if width == 0 && routers.len() < MAX_ADDRESSES {
            routers.extend(addresses(router));
        }
        rest = next;
    }
    routers
}

/// Some clients close their texts with a zero.
pub(super) fn without_zeros(value: &[u8]) -> &[u8] {
    let end = value.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
    value.get(..end).unwrap_or_default()
}

/// The text of a fixed field: up to its first zero.
pub(super) fn until_zero(field: &[u8]) -> &[u8] {
    let end = memchr::memchr(0, field).unwrap_or(field.len());
    field.get(..end).unwrap_or_default()
}

/// Numbers and values one after another, as options hold options of their own: code, length, value. What is cut ends the list.
pub(super) fn inner(value: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let mut rest = value;
    std::iter::from_fn(move || {
        let (&[code, length], after) = rest.split_first_chunk()?;
        let (inside, next) = after.split_at_checked(usize::from(length))?;
        rest = next;
        Some((code, inside))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(options: &[u8]) -> Vec<u8> {
        [&[0; START][..], options].concat()
    }

    #[test]
    fn long_options_are_put_together() {
        let long = [&[43, 255][..], &[b'a'; 255], &[43, 2, b'b', b'c', 12, 1, b'h', 255]].concat();
        let bytes = message(&long);
        let options = Options::read(&bytes);
        assert_eq!(options.list.iter().map(|entry| (entry.code, entry.value.len())).collect::<Vec<_>>(), [(43, 257), (12, 1)]);
        assert!(options.first(43).unwrap().ends_with(b"abc") && !options.broken);
    }

    #[test]
    fn one_option_may_go_on_in_the_file_field() {
        let mut bytes = message(&[52, 1, 1, 60, 2, b'a', b'b', 255]);
        bytes[108..113].copy_from_slice(&[60, 2, b'c', b'd', 255]);
        let options = Options::read(&bytes);
        assert_eq!(options.first(60), Some(&b"abcd"[..]));
    }

    #[test]
    fn two_short_options_of_one_code_stay_two() {
        let bytes = message(&[12, 1, b'a', 12, 1, b'b', 255]);
        assert_eq!(Options::read(&bytes).list.len(), 2);
    }

    #[test]
    fn only_routes_that_lead_everywhere_count() {
        let routes = [24, 198, 51, 100, 192, 0, 2, 9, 0, 192, 0, 2, 1, 32, 1, 2, 3, 4, 192, 0, 2, 8, 0, 9];
        assert_eq!(default_routers(&routes), [IpAddr::from([192, 0, 2, 1])]);
        assert_eq!(default_routers(&[200, 1]), Vec::<IpAddr>::new());
    }

    #[test]
    fn options_within_options_end_where_they_are_cut() {
        assert_eq!(inner(&[1, 2, 8, 9, 2, 0, 3, 9, 1]).collect::<Vec<_>>(), [(1, &[8, 9][..]), (2, &[])]);
    }
}
