//! The plain words for what is on the wire: time, hardware addresses, directions, and the place where bytes were seen.
//!
//! These types need nobody; every other room may use them.

use std::collections::VecDeque;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// Nanoseconds since 1970-01-01T00:00:00 UTC; what does not fit is held at the nearest end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// From whole seconds and nanoseconds, saturating.
    pub fn new(seconds: i64, nanos: i64) -> Self {
        Self(seconds.saturating_mul(1_000_000_000).saturating_add(nanos))
    }

    /// Seconds from `earlier` to `self`; zero where time went backwards.
    pub fn seconds_since(self, earlier: Self) -> f64 {
        self.0.saturating_sub(earlier.0).max(0) as f64 / 1e9
    }
}

/// RFC 3339 in UTC with microseconds; finer digits are cut off.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = self.0.div_euclid(1_000);
        let (seconds, micro) = (micros.div_euclid(1_000_000), micros.rem_euclid(1_000_000));
        let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        // Civil date from a day count: eras of 400 years, years that begin in March.
        let shifted = days + 719_468;
        let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        let (hour, minute, sec) = (second / 3_600, second / 60 % 60, second % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{sec:02}.{micro:06}Z")
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A 48-bit hardware address (IEEE 802).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mac(pub [u8; 6]);

impl Mac {
    /// The group bit: broadcast or multicast, never one device.
    pub fn is_group(self) -> bool {
        self.0[0] & 1 == 1
    }

    /// The local bit: chosen by software, so it names no maker.
    pub fn is_local(self) -> bool {
        self.0[0] & 2 == 2
    }

    /// All zero: no address at all.
    pub fn is_zero(self) -> bool {
        self.0 == [0; 6]
    }

    /// Whether it can be the address of one device.
    pub fn is_device(self) -> bool {
        !self.is_group() && !self.is_zero()
    }
}

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // By hand: devices are named by it everywhere.
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digit = |value: u8| DIGITS.get(usize::from(value)).copied().unwrap_or(b'0');
        let mut text = [b':'; 17];
        for (place, byte) in text.chunks_mut(3).zip(self.0) {
            if let [high, low, ..] = place {
                (*high, *low) = (digit(byte >> 4), digit(byte & 15));
            }
        }
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl Serialize for Mac {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A block of addresses (RFC 4632): `192.0.2.0/24`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cidr {
    /// Any address in it.
    pub address: IpAddr,
    /// How many leading bits they share: at most 32 or 128.
    pub prefix: u8,
}

impl Cidr {
    /// Whether `address` lies in it. IPv4 and IPv6 never lie in each other.
    pub fn contains(&self, address: IpAddr) -> bool {
        let (ours, theirs, width) = match (self.address, address) {
            (IpAddr::V4(ours), IpAddr::V4(theirs)) => (u128::from(ours.to_bits()), u128::from(theirs.to_bits()), 32),
            (IpAddr::V6(ours), IpAddr::V6(theirs)) => (ours.to_bits(), theirs.to_bits(), 128),
            _ => return false,
        };
        let differing = 128 - (ours ^ theirs).leading_zeros();
        differing <= u32::saturating_sub(width, u32::from(self.prefix))
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

/// `ADDRESS/PREFIX`, or an address alone for itself. The error says what is wrong and what would be right.
impl FromStr for Cidr {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (address, prefix) = text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
        let address: IpAddr = address.parse().map_err(|_| "not an address block; write for example 192.168.1.0/24".to_owned())?;
        let widest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Ok(widest), str::parse::<u8>).ok().filter(|prefix| *prefix <= widest);
        prefix.map(|prefix| Self { address, prefix }).ok_or_else(|| format!("the number after the / must lie between 0 and {widest}"))
    }
}

/// Which way bytes of a conversation went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// From the end that began to the end that answers.
    ToServer,
    /// The other way.
    ToClient,
}

impl Direction {
    /// The other direction.
    #[must_use]
    pub fn flip(self) -> Self {
        match self {
            Self::ToServer => Self::ToClient,
            Self::ToClient => Self::ToServer,
        }
    }

    /// 0 for [`Direction::ToServer`], 1 for [`Direction::ToClient`]: for arrays of two.
    pub fn index(self) -> usize {
        usize::from(self == Self::ToClient)
    }
}

/// What carries a conversation over IP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    /// RFC 9293.
    Tcp,
    /// RFC 768.
    Udp,
    /// RFC 792 and RFC 4443.
    Icmp,
    /// Any other, by its IP protocol number.
    Other(u8),
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp => f.write_str("tcp"),
            Self::Udp => f.write_str("udp"),
            Self::Icmp => f.write_str("icmp"),
            Self::Other(33) => f.write_str("dccp"),
            Self::Other(108) => f.write_str("ipcomp"),
            Self::Other(132) => f.write_str("sctp"),
            Self::Other(number) => write!(f, "ip-{number}"),
        }
    }
}

impl Serialize for Transport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// One end of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct End {
    /// Its address.
    pub ip: IpAddr,
    /// Its port; 0 where the transport has none.
    pub port: u16,
    /// The hardware address in the frames it sent or was sent, where the link has one.
    pub mac: Option<Mac>,
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.ip {
            IpAddr::V4(ip) => write!(f, "{ip}:{}", self.port),
            IpAddr::V6(ip) => write!(f, "[{ip}]:{}", self.port),
        }
    }
}

/// Where bytes were seen: what a reader needs to find them again with any other tool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct At {
    /// 1-based number of the frame that holds the first byte.
    pub packet: u64,
    /// When that frame was captured.
    pub time: Timestamp,
    /// Offset of the first byte in that frame; absent where the bytes do not lie in one frame.
    pub offset: Option<u32>,
    /// How many bytes.
    pub length: u32,
}

/// One captured piece of a byte stream.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    /// Offset of its first byte in the stream.
    pub stream: u64,
    /// Its length in bytes.
    pub length: u32,
    /// The frame it came in.
    pub packet: u64,
    /// When that frame was captured.
    pub time: Timestamp,
    /// Offset of its first byte in that frame; absent for a datagram put together from fragments.
    pub offset: Option<u32>,
}

/// Which frame each byte of a stream came in, for the part of the stream that is still being read.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    list: VecDeque<Mark>,
}

impl Marks {
    /// At most so many pieces are remembered; older ones are forgotten first.
    pub const LIMIT: usize = 4_096;

    /// Remembers a piece; pieces come in stream order.
    pub fn push(&mut self, mark: Mark) {
        if self.list.len() >= Self::LIMIT {
            self.list.pop_front();
        }
        self.list.push_back(mark);
    }

    /// Forgets the pieces that end at or before `stream`, but for the last one.
    pub fn forget_before(&mut self, stream: u64) {
        while self.list.len() > 1 && self.list.front().is_some_and(|mark| mark.stream + u64::from(mark.length) <= stream) {
            self.list.pop_front();
        }
    }

    /// Where the `length` bytes from stream offset `stream` on were seen. Of a place that is forgotten, the nearest that is known.
    pub fn at(&self, stream: u64, length: usize) -> At {
        let after = self.list.partition_point(|mark| mark.stream <= stream);
        let Some(mark) = self.list.get(after.saturating_sub(1)) else { return At::default() };
        let skip = stream.saturating_sub(mark.stream);
        let inside = stream >= mark.stream && skip + length as u64 <= u64::from(mark.length);
        let offset = if inside { mark.offset.map(|offset| offset.saturating_add(skip as u32)) } else { None };
        At { packet: mark.packet, time: mark.time, offset, length: u32::try_from(length).unwrap_or(u32::MAX) }
    }

    /// Bytes of memory held.
    pub fn memory(&self) -> usize {
        self.list.capacity() * size_of::<Mark>()
    }
}

/// Whether an address can be reached over the Internet, as far as its range tells; those for documentation count.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let is_shared = matches!(v4.octets(), [100, 64..=127, _, _]);
            let [first, ..] = v4.octets();
            !(v4.is_private() || v4.is_loopback() || v4.is_link_local() || is_shared || first == 0 || first >= 224)
        }
        // 2000::/3 (RFC 4291, section 2.4).
        IpAddr::V6(v6) => v6.octets().first().is_some_and(|first| first >> 5 == 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_is_written_as_rfc_3339() {
        assert_eq!(Timestamp::new(0, 0).to_string(), "1970-01-01T00:00:00.000000Z");
        assert_eq!(Timestamp::new(951_782_400, 123_456_789).to_string(), "2000-02-29T00:00:00.123456Z");
        assert_eq!(Timestamp::new(4_294_967_296, 0).to_string(), "2106-02-07T06:28:16.000000Z");
        assert_eq!(Timestamp::new(-1, 0).to_string(), "1969-12-31T23:59:59.000000Z");
    }

    #[test]
    fn a_block_of_addresses_contains_what_shares_its_prefix() {
        let block = |text: &str| text.parse::<Cidr>();
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        let home = block("192.168.1.77/24").unwrap();
        assert!(home.contains(address("192.168.1.0")) && home.contains(address("192.168.1.255")));
        assert!(!home.contains(address("192.168.2.0")) && !home.contains(address("::ffff:192.168.1.1")));
        assert!(block("0.0.0.0/0").unwrap().contains(address("255.255.255.255")));
        assert!(block("192.0.2.1").unwrap().contains(address("192.0.2.1")) && !block("192.0.2.1").unwrap().contains(address("192.0.2.0")));
        assert!(block("2001:db8::/32").unwrap().contains(address("2001:db8:ffff::1")));
        assert!(block("::/0").unwrap().contains(address("ff02::1")) && !block("2001:db8::1/128").unwrap().contains(address("2001:db8::2")));
        for wrong in ["", "home", "192.168.1.0/33", "192.168.1.0/", "2001:db8::/129", "192.168.1.0/-1"] {
            assert!(block(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn marks_find_the_frame_and_offset_of_a_byte() {
        let mut marks = Marks::default();
        for (stream, packet) in [(0, 3), (10, 5)] {
            marks.push(Mark { stream, length: 10, packet, time: Timestamp(0), offset: Some(54) });
        }
        assert_eq!((marks.at(4, 6).packet, marks.at(4, 6).offset), (3, Some(58)));
        assert_eq!((marks.at(4, 7).packet, marks.at(4, 7).offset), (3, None), "bytes over two frames have no single offset");
        assert_eq!((marks.at(12, 8).packet, marks.at(12, 8).offset), (5, Some(56)));
        marks.forget_before(10);
        assert_eq!(marks.at(0, 1).packet, 5);
    }

    #[test]
    fn ranges_tell_what_can_be_reached() {
        for (address, want) in [("203.0.113.1", true), ("8.8.8.8", true), ("2001:db8::1", true), ("172.16.0.1", false), ("fc00::1", false), ("ff02::1", false)]
        {
            assert_eq!(is_public(address.parse().unwrap()), want, "{address}");
        }
    }
}
