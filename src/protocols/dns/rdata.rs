//! What the data of a resource record hold: names, addresses, texts. RFC 1035 section 3.3, and the later type's RFC beside each constant.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use super::message::Entry;
use super::svcb::{self, Service};
use crate::protocols::wire_name::{self, Fault, WireName};

const A: u16 = 1;
/// A name server.
pub const NS: u16 = 2;
const MD: u16 = 3;
const MF: u16 = 4;
const CNAME: u16 = 5;
/// Begins a zone.
pub const SOA: u16 = 6;
const MB: u16 = 7;
const MG: u16 = 8;
const MR: u16 = 9;
const PTR: u16 = 12;
const HINFO: u16 = 13;
const MINFO: u16 = 14;
const MX: u16 = 15;
const TXT: u16 = 16;
const RP: u16 = 17; // RFC 1183
const AFSDB: u16 = 18; // RFC 1183
const RT: u16 = 21; // RFC 1183
const NSAP_PTR: u16 = 23; // RFC 1348
const SIG: u16 = 24; // RFC 2535
const PX: u16 = 26; // RFC 2163
const AAAA: u16 = 28; // RFC 3596
const LOC: u16 = 29; // RFC 1876
const NXT: u16 = 30; // RFC 2535
/// RFC 2782.
pub const SRV: u16 = 33;
const NAPTR: u16 = 35; // RFC 3403
const KX: u16 = 36; // RFC 2230
const A6: u16 = 38; // RFC 2874
const DNAME: u16 = 39; // RFC 6672
/// RFC 6891: no record at all, its class is a size.
pub const OPT: u16 = 41;
/// The option by which the answers up to a zone that is trusted are asked for (RFC 7901).
const CHAIN: usize = 13;
const IPSECKEY: u16 = 45; // RFC 4025
const RRSIG: u16 = 46; // RFC 4034
const NSEC: u16 = 47; // RFC 4034
/// RFC 4034.
pub const DNSKEY: u16 = 48;
const HIP: u16 = 55; // RFC 8005
const TALINK: u16 = 58;
const SVCB: u16 = 64; // RFC 9460
const HTTPS: u16 = 65; // RFC 9460
const DSYNC: u16 = 66; // RFC 9859
const SPF: u16 = 99; // RFC 4408
const LP: u16 = 107; // RFC 6742
const TKEY: u16 = 249; // RFC 2930
const TSIG: u16 = 250; // RFC 8945
const URI: u16 = 256; // RFC 7553
const CAA: u16 = 257; // RFC 8659
const AMTRELAY: u16 = 260; // RFC 8777

/// A name and the index of its first byte.
pub type Placed = (usize, WireName);

/// What a record's data hold.
#[derive(Debug)]
pub enum Rdata {
    /// An address of the owner.
    Address(IpAddr),
    /// The name that the owner is another word for.
    Alias(Placed),
    /// What the owner points at: the name of an address, an instance of a service.
    Pointer(Placed),
    /// Names.
    Names([Option<Placed>; 2]),
    /// The first of two names, the second of which can't be read.
    Half(Placed),
    /// A service binding.
    Service(Service),
    /// Strings.
    Text,
    /// Where the names of the owner's processor or machine and of its system lie.
    Machine([Range<usize>; 2]),
    /// Where a name lies that is written out as text.
    Written(Range<usize>),
    /// Latitude and longitude of the owner, in degrees.
    Position([f64; 2]),
    /// Nothing that is a name.
    Other,
}

impl Rdata {
    /// Reads the data of a record; cut where they end before what their type says.
    pub fn read(message: &[u8], entry: &Entry) -> Result<Self, Fault> {
        let data = Data { message, range: entry.data.clone() };
        if entry.data.is_empty() {
            // An update removes records by naming them without data (RFC 2136, section 2.5).
            return Ok(Self::Other);
        }
        Ok(match entry.kind {
            A => Self::Address(Ipv4Addr::from(data.exactly::<4>()?).into()),
            AAAA => Self::Address(Ipv6Addr::from(data.exactly::<16>()?).into()),
            CNAME => Self::Alias(data.name(0)?),
            PTR => Self::Pointer(data.name(0)?),
            SVCB | HTTPS => Self::Service(svcb::read(message, &entry.data)?),
            TXT | SPF => Self::Text,
            HINFO => {
                let cpu = data.string(0)?;
                let system = data.string(cpu.end - data.range.start)?;
                Self::Machine([cpu, system])
            }
            OPT => data.chain()?,
            LOC => data.position()?.map_or(Self::Other, Self::Position),
            CAA => data.issuer()?.map_or(Self::Other, Self::Written),
            URI => host(message, data.range.start.saturating_add(4)..data.range.end).map_or(Self::Other, Self::Written),
            kind => data.names(kind)?,
        })
    }
}

/// The data of one record.
struct Data<'m> {
    message: &'m [u8],
    range: Range<usize>,
}

impl Data<'_> {
    fn bytes(&self) -> &[u8] {
        self.message.get(self.range.clone()).unwrap_or_default()
    }

    fn byte(&self, skip: usize) -> Result<usize, Fault> {
        self.bytes().get(skip).map(|&byte| usize::from(byte)).ok_or(Fault::Cut)
    }

    fn exactly<const N: usize>(&self) -> Result<[u8; N], Fault> {
        self.bytes().try_into().map_err(|_| Fault::Cut)
    }

    fn name(&self, skip: usize) -> Result<Placed, Fault> {
        let start = self.range.start + skip;
        if start >= self.range.end {
            return Err(Fault::Cut);
        }
        let name = wire_name::read(self.message, start)?;
        if name.next > self.range.end { Err(Fault::Cut) } else { Ok((start, name)) }
    }

    /// Where a string lies, without its length byte.
    fn string(&self, skip: usize) -> Result<Range<usize>, Fault> {
        let start = self.range.start + skip + 1;
        let end = start + self.byte(skip)?;
        if end > self.range.end { Err(Fault::Cut) } else { Ok(start..end) }
    }

    /// The names of the types that hold little else.
    fn names(&self, kind: u16) -> Result<Rdata, Fault> {
        let skip = match kind {
            NS | MD | MF | MB | MG | MR | DNAME | NSEC | NXT | NSAP_PTR | TKEY | TSIG => 0,
            MX | AFSDB | RT | KX | LP => 2,
            DSYNC => 5,
            SRV => 6,
            SIG | RRSIG => 18,
            NAPTR => self.behind_strings(4, 3)?,
            A6 => match self.byte(0)? {
                0 => return Ok(Rdata::Other),
                // What the prefix leaves of the address stands before its name.
                prefix => 1 + 128usize.saturating_sub(prefix).div_ceil(8),
            },
            IPSECKEY if self.byte(1)? == 3 => 3,
            AMTRELAY if self.byte(1)? & 0x7f == 3 => 2,
            HIP => match 4 + self.byte(0)? + (self.byte(2)? << 8) + self.byte(3)? {
                servers if servers >= self.range.len() => return Ok(Rdata::Other),
                servers => servers,
            },
            SOA | MINFO | RP | TALINK => return self.two_names(0),
            PX => return self.two_names(2),
            _ => return Ok(Rdata::Other),
        };
        self.name(skip).map(|name| Rdata::Names([Some(name), None]))
    }

    /// Options of the extension (RFC 6891, section 6.1.2), each behind its number and length: of these only a chain query names something, the
    /// zone whose keys the asker trusts (RFC 7901, section 4).
    fn chain(&self) -> Result<Rdata, Fault> {
        let (mut skip, mut trusted) = (0, None);
        while skip < self.range.len() {
            let option = self.byte(skip)? << 8 | self.byte(skip + 1)?;
            let length = self.byte(skip + 2)? << 8 | self.byte(skip + 3)?;
            if option == CHAIN && length > 0 {
                trusted = Some(self.name(skip + 4)?);
            }
            skip += 4 + length;
        }
        if skip == self.range.len() { Ok(Rdata::Names([trusted, None])) } else { Err(Fault::Cut) }
    }

    /// Two names, the second behind the first.
    fn two_names(&self, skip: usize) -> Result<Rdata, Fault> {
        let first = self.name(skip)?;
        Ok(match self.name(first.1.next - self.range.start) {
            Ok(second) => Rdata::Names([Some(first), Some(second)]),
            Err(_) => Rdata::Half(first),
        })
    }

    /// How many bytes `skip` bytes and so many strings take.
    fn behind_strings(&self, skip: usize, count: usize) -> Result<usize, Fault> {
        (0..count).try_fold(skip, |at, _| Ok(at + 1 + self.byte(at)?))
    }

    /// RFC 1876, section 2: thousandths of arc seconds from the equator and the prime meridian, both at 2^31. Version 0 is the only one.
    fn position(&self) -> Result<Option<[f64; 2]>, Fault> {
        if self.byte(0)? != 0 {
            return Ok(None);
        }
        let [_, _, _, _, latitude @ .., _, _, _, _, _, _, _, _] = self.exactly::<16>()?;
        let [_, _, _, _, _, _, _, _, longitude @ .., _, _, _, _] = self.exactly::<16>()?;
        let degrees = |bytes: [u8; 4]| (f64::from(u32::from_be_bytes(bytes)) - 2_147_483_648.0) / 3_600_000.0;
        let [latitude, longitude] = [degrees(latitude), degrees(longitude)];
        let is_on_earth = latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
        if is_on_earth { Ok(Some([latitude, longitude])) } else { Err(Fault::Broken(WRONG)) }
    }

    /// Where the name lies of who may issue certificates, or whom to tell of others who try (RFC 8659, section 4.1): flags, tag, value.
    fn issuer(&self) -> Result<Option<Range<usize>>, Fault> {
        let tag = self.string(1)?;
        let value = tag.end..self.range.end;
        match self.message.get(tag).unwrap_or_default() {
            b"issue" | b"issuewild" | b"issuemail" | b"issuevmc" => {
                let text = self.message.get(value.clone()).unwrap_or_default();
                let blank = text.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
                let length = text.iter().skip(blank).take_while(|&&byte| is_of_name(byte)).count();
                Ok((length > 0).then(|| value.start + blank..value.start + blank + length))
            }
            b"iodef" => Ok(host(self.message, value)),
            _ => Ok(None),
        }
    }
}

/// What is said of data that their type does not allow.
pub const WRONG: &str = "dns record whose data are not of its type";

/// Where the host of the URL at `range` lies.
fn host(message: &[u8], range: Range<usize>) -> Option<Range<usize>> {
    let url = message.get(range.clone())?;
    let begin = memchr::memmem::find(url, b"://")? + 3;
    let length = url.iter().skip(begin).take_while(|&&byte| is_of_name(byte)).count();
    (length > 0).then(|| range.start + begin..range.start + begin + length)
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

/// The address that a name of the reverse tree stands for (RFC 1035, section 3.5; RFC 3596, section 2.5).
pub fn reversed(name: &str) -> Option<IpAddr> {
    let (labels, tree) = name.len().checked_sub(9).and_then(|at| name.split_at_checked(at))?;
    if tree.eq_ignore_ascii_case(".ip6.arpa") {
        let mut digits = labels.rsplit('.').map(|digit| u128::from_str_radix(digit, 16).ok().filter(|_| digit.len() == 1));
        let whole = digits.clone().count() == 32;
        return digits.try_fold(0u128, |sum, digit| Some(sum << 4 | digit?)).filter(|_| whole).map(|bits| Ipv6Addr::from_bits(bits).into());
    }
    let labels = name.len().checked_sub(13).and_then(|at| name.split_at_checked(at)).filter(|(_, tree)| tree.eq_ignore_ascii_case(".in-addr.arpa"))?.0;
    let mut numbers = labels.rsplit('.').map(|number| number.parse::<u8>().ok());
    let address = [numbers.next()??, numbers.next()??, numbers.next()??, numbers.next()??];
    numbers.next().is_none().then(|| Ipv4Addr::from(address).into())
}

/// The strings of a TXT record, each as its key and where its value lies (RFC 6763, section 6.4); one without `=` has no key.
pub fn strings(message: &[u8], data: Range<usize>) -> impl Iterator<Item = (Option<&str>, Range<usize>)> {
    let (mut at, end) = (data.start, data.end);
    std::iter::from_fn(move || {
        let length = usize::from(*message.get(at..end)?.first()?);
        let begin = at + 1;
        let stop = (begin + length).min(end);
        at = stop;
        let string = message.get(begin..stop)?;
        let mark = string.iter().position(|&byte| byte == b'=').filter(|&mark| mark > 0);
        let key = mark.and_then(|mark| std::str::from_utf8(string.get(..mark)?).ok());
        let skip = if key.is_some() { mark.map_or(0, |mark| mark + 1) } else { 0 };
        Some((key, begin + skip..stop))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The record whose data are all of `bytes`.
    fn read(kind: u16, bytes: &[u8]) -> Result<Rdata, Fault> {
        let name = WireName { text: "a.test".to_owned(), next: 0, first: 0..0 };
        Rdata::read(bytes, &Entry { section: 1, name, start: 0, kind, class: 1, data: 0..bytes.len(), is_cut: false })
    }

    fn names(kind: u16, bytes: &[u8]) -> Vec<String> {
        match read(kind, bytes) {
            Ok(Rdata::Names(names)) => names.into_iter().flatten().map(|(_, name)| name.text).collect(),
            Ok(Rdata::Written(range)) => vec![String::from_utf8(bytes[range].to_vec()).unwrap()],
            other => panic!("{kind}: {other:?}"),
        }
    }

    #[test]
    fn every_type_gives_its_names() {
        const N: &[u8] = b"\x01n\x04test\0";
        let behind = |before: &[u8], count: usize| [before.to_vec(), N.repeat(count)].concat();
        for kind in [2, 3, 4, 7, 8, 9, 23, 30, 39, 47, 249, 250] {
            assert_eq!(names(kind, &behind(b"", 1)), ["n.test"], "{kind}");
        }
        for (kind, skip) in [(15, 2), (18, 2), (21, 2), (36, 2), (107, 2), (66, 5), (33, 6), (24, 18), (46, 18)] {
            assert_eq!(names(kind, &behind(&vec![0; skip], 1)), ["n.test"], "{kind}");
        }
        for (kind, skip) in [(6, 0), (14, 0), (17, 0), (58, 0), (26, 2)] {
            assert_eq!(names(kind, &behind(&vec![0; skip], 2)), ["n.test", "n.test"], "{kind}");
        }
        for (kind, before) in
            [(35, &b"\0\0\0\0\x01s\x03sip\0"[..]), (38, b"\x40\0\0\0\0\0\0\0\0"), (45, b"\0\x03\0"), (55, b"\x02\0\0\x01hhk"), (260, b"\0\x83")]
        {
            assert_eq!(names(kind, &behind(before, 1)), ["n.test"], "{kind}");
        }
    }

    #[test]
    fn options_are_walked() {
        assert_eq!(names(41, b"\0\x0a\0\x02ab\0\x0d\0\x08\x01n\x04test\0"), ["n.test"]);
        assert_eq!(names(41, b"\0\x03\0\0"), [""; 0]);
        for bytes in [&b"\0\x0a\0\x09ab"[..], b"\0\x0a\0", b"\0\x0d\0\x02\x05a"] {
            assert!(matches!(read(41, bytes), Err(Fault::Cut)), "{bytes:?}");
        }
    }

    #[test]
    fn names_in_texts_are_found() {
        assert_eq!(names(257, b"\0\x05issue ca.test; account=1"), ["ca.test"]);
        assert_eq!(names(257, b"\x80\x05iodefhttps://ca.test:8443/x"), ["ca.test"]);
        assert_eq!(names(256, b"\0\x01\0\x01ftp://files.test/a"), ["files.test"]);
        assert!(matches!(read(257, b"\0\x05issue;"), Ok(Rdata::Other)), "nobody may issue");
    }

    #[test]
    fn data_shorter_than_their_type_are_told_apart() {
        for (kind, bytes) in [(1u16, &b"\xc0\0\x02"[..]), (28, b"\0"), (5, b"\x03ab"), (15, b"\0\x01"), (13, b"\x03ab"), (29, b"\0\0"), (257, b"\0\x09a")] {
            assert!(matches!(read(kind, bytes), Err(Fault::Cut)), "{kind}");
        }
        assert!(matches!(read(1, b""), Ok(Rdata::Other)), "an update removes what has no data");
    }

    #[test]
    fn a_position_is_read_in_degrees() {
        let at = |degrees: f64| ((degrees * 3_600_000.0 + 2_147_483_648.0) as u32).to_be_bytes();
        let bytes = [b"\0\x12\x16\x13".to_vec(), at(52.5).to_vec(), at(-0.25).to_vec(), vec![0; 4]].concat();
        let Ok(Rdata::Position([latitude, longitude])) = read(29, &bytes) else { panic!() };
        assert!((latitude - 52.5).abs() < 1e-6 && (longitude + 0.25).abs() < 1e-6, "{latitude} {longitude}");
        assert!(matches!(read(29, &[&bytes[..4], &[0xff; 12]].concat()), Err(Fault::Broken(_))), "nowhere on Earth");
        assert!(matches!(read(29, &[1; 16]), Ok(Rdata::Other)), "another version");
    }

    #[test]
    fn reverse_names_stand_for_addresses() {
        assert_eq!(reversed("7.2.0.192.in-addr.arpa"), Some("192.0.2.7".parse().unwrap()));
        let six = format!("{}8.b.d.0.1.0.0.2.IP6.ARPA", "1.".to_owned() + &"0.".repeat(23));
        assert_eq!(reversed(&six), Some("2001:db8::1".parse().unwrap()));
        for other in ["2.0.192.in-addr.arpa", "1.7.2.0.192.in-addr.arpa", "256.2.0.192.in-addr.arpa", "x.ip6.arpa", "in-addr.arpa", "", "é.in-addr.arpa"] {
            assert_eq!(reversed(other), None, "{other}");
        }
    }

    #[test]
    fn strings_are_split_at_their_first_equals_sign() {
        let bytes = b"\x06fn=Doll\x04flag\x00\x02=x\x09a=b";
        let found: Vec<_> = strings(bytes, 0..bytes.len()).map(|(key, range)| (key, &bytes[range])).collect();
        assert_eq!(found[0], (Some("fn"), &b"Dol"[..]), "the length of the string counts, not its look");
        let bytes = b"\x07fn=Doll\x04flag\x00\x02=x\x09a=b";
        let found: Vec<_> = strings(bytes, 0..bytes.len()).map(|(key, range)| (key, &bytes[range])).collect();
        assert_eq!(found, [(Some("fn"), &b"Doll"[..]), (None, b"flag"), (None, b""), (None, b"=x"), (Some("a"), b"b")]);
    }
}
