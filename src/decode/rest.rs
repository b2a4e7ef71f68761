//! What the layers hand down to each other: the bytes still to be read, and what is known of the frame around them.

use std::ops::Range;

use super::packet::Unread;
use crate::wire::Mac;

/// The layers of [`Unread`].
pub(super) const LINK: &str = "link";
pub(super) const NETWORK: &str = "network";
pub(super) const TRANSPORT: &str = "transport";

/// The part of a frame that is still to be read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rest<'a> {
    /// Its captured bytes.
    pub bytes: &'a [u8],
    /// Where they begin in the frame.
    pub at: usize,
    /// How many more bytes were on the wire.
    pub missing: usize,
}

impl<'a> Rest<'a> {
    /// A whole frame that was `wire` bytes long.
    pub fn new(frame: &'a [u8], wire: usize) -> Self {
        Self { bytes: frame, at: 0, missing: wire.saturating_sub(frame.len()) }
    }

    /// What follows the first `count` bytes; `None` where fewer were captured.
    pub fn skip(self, count: usize) -> Option<Self> {
        let (_, bytes) = self.bytes.split_at_checked(count)?;
        Some(Self { bytes, at: self.at + count, ..self })
    }

    /// Its first `length` bytes, as a length field says. Where that is more than was captured, the difference is missing.
    pub fn cut(self, length: usize) -> Self {
        match self.bytes.get(..length) {
            Some(bytes) => Self { bytes, missing: 0, ..self },
            None => Self { missing: length - self.bytes.len(), ..self },
        }
    }

    /// A header of fixed length and what follows it.
    pub fn header<const N: usize>(self, layer: &'static str, name: &str) -> Result<(&'a [u8; N], Self), Unread> {
        match self.bytes.split_first_chunk() {
            Some((header, bytes)) => Ok((header, Self { bytes, at: self.at + N, ..self })),
            None => Err(cut_short(layer, name)),
        }
    }

    /// What follows a header of variable length.
    pub fn after(self, count: usize, layer: &'static str, name: &str) -> Result<Self, Unread> {
        self.skip(count).ok_or_else(|| cut_short(layer, name))
    }

    /// The `N` bytes at an offset, if they were captured.
    pub fn peek<const N: usize>(self, offset: usize) -> Option<[u8; N]> {
        self.bytes.get(offset..)?.first_chunk().copied()
    }

    /// Bytes that were on the wire, captured or not.
    pub fn total(self) -> usize {
        self.bytes.len().saturating_add(self.missing)
    }

    /// Where the captured bytes lie in the frame.
    pub fn range(self) -> Range<usize> {
        self.at..self.at + self.bytes.len()
    }
}

/// A hardware address, big-endian in the lower 48 bits; zero is none. As a number it travels in a register.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Hardware(u64);

impl Hardware {
    /// Of the bytes on the wire.
    pub fn new([m0, m1, m2, m3, m4, m5]: [u8; 6]) -> Self {
        Self(u64::from_be_bytes([0, 0, m0, m1, m2, m3, m4, m5]))
    }

    /// As it is told of.
    pub fn mac(self) -> Option<Mac> {
        let [_, _, m0, m1, m2, m3, m4, m5] = self.0.to_be_bytes();
        (self.0 != 0).then_some(Mac([m0, m1, m2, m3, m4, m5]))
    }
}

/// What is known of a frame above the network layer.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Outer {
    /// Sender on the outermost link.
    pub sender: Hardware,
    /// Receiver on the outermost link.
    pub receiver: Hardware,
    /// How many tunnels were entered.
    pub depth: u8,
    /// Whether a checksum on the way was wrong.
    pub damaged: bool,
}

impl Outer {
    /// At most so many tunnels are entered.
    pub const DEPTH: u8 = 16;

    /// With the hardware addresses of this link, unless a tunnel lies around it. An address of zeros is none.
    pub fn on_link(self, sender: Option<[u8; 6]>, receiver: Option<[u8; 6]>) -> Self {
        if self.depth > 0 {
            return self;
        }
        let hardware = |address: Option<[u8; 6]>| address.map_or(Hardware::default(), Hardware::new);
        Self { sender: hardware(sender), receiver: hardware(receiver), ..self }
    }

    /// Inside one more tunnel; `None` at the limit.
    pub fn deeper(self) -> Option<Self> {
        (self.depth < Self::DEPTH).then(|| Self { depth: self.depth + 1, ..self })
    }

    /// Inside one more tunnel, or unread where there are too many.
    pub fn enter(self) -> Result<Self, Unread> {
        self.deeper().ok_or_else(|| unread(LINK, "more than 16 tunnels"))
    }

    /// With one more checksum judged.
    pub fn judged(self, wrong: bool) -> Self {
        Self { damaged: self.damaged | wrong, ..self }
    }
}

/// Not understood, for this reason.
#[cold]
pub(super) fn unread(layer: &'static str, reason: impl Into<String>) -> Unread {
    Unread { layer, reason: reason.into() }
}

/// A header that the frame is too short for.
#[cold]
pub(super) fn cut_short(layer: &'static str, name: &str) -> Unread {
    unread(layer, format!("{name} cut short"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_cuts_padding_off_or_tells_what_is_missing() {
        let rest = Rest::new(&[1, 2, 3, 4], 10).skip(1).unwrap();
        assert_eq!((rest.range(), rest.missing, rest.total()), (1..4, 6, 9));
        assert_eq!((rest.cut(2).range(), rest.cut(2).missing), (1..3, 0));
        assert_eq!((rest.cut(8).range(), rest.cut(8).missing), (1..4, 5));
        assert!(rest.skip(4).is_none());
        assert_eq!((rest.peek::<2>(1), rest.peek::<2>(2)), (Some([3, 4]), None));
    }

    #[test]
    fn the_outermost_link_names_the_hardware_addresses() {
        let outer = Outer::default().on_link(Some([2; 6]), Some([0; 6]));
        assert_eq!((outer.sender.mac(), outer.receiver.mac()), (Some(Mac([2; 6])), None));
        let inner = outer.deeper().unwrap().on_link(Some([4; 6]), Some([6; 6]));
        assert_eq!((inner.sender.mac(), inner.depth), (Some(Mac([2; 6])), 1));
        assert!(Outer { depth: Outer::DEPTH, ..outer }.enter().is_err());
    }
}
