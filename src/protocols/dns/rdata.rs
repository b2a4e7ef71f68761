//! What the data of a resource record hold: names, addresses, texts. RFC 1035 section 3.3, and the later type's RFC beside each constant.

use std::net::IpAddr;
use std::ops::Range;

use super::names::address;
use crate::protocols::wire_name::{self, WireName};

const A: u16 = 1;
const NS: u16 = 2;
const MD: u16 = 3;
const MF: u16 = 4;
const CNAME: u16 = 5;
const SOA: u16 = 6;
const MB: u16 = 7;
const MG: u16 = 8;
const MR: u16 = 9;
const PTR: u16 = 12;
const MINFO: u16 = 14;
const MX: u16 = 15;
const TXT: u16 = 16;
const RP: u16 = 17; // RFC 1183
const AFSDB: u16 = 18; // RFC 1183
const RT: u16 = 21; // RFC 1183
const SIG: u16 = 24; // RFC 2535
const AAAA: u16 = 28; // RFC 3596
/// RFC 2782.
pub const SRV: u16 = 33;
const NAPTR: u16 = 35; // RFC 3403
const KX: u16 = 36; // RFC 2230
const DNAME: u16 = 39; // RFC 6672
/// RFC 6891: no record at all, its class is a size.
pub const OPT: u16 = 41;
const RRSIG: u16 = 46; // RFC 4034
const NSEC: u16 = 47; // RFC 4034
const SVCB: u16 = 64; // RFC 9460
const HTTPS: u16 = 65; // RFC 9460

/// What a record's data hold.
pub enum Rdata {
    /// An address of the owner.
    Address(IpAddr),
    /// The name that the owner is another word for.
    Alias(WireName),
    /// Names, each with the index of its first byte.
    Names([Option<(usize, WireName)>; 2]),
    /// A service binding.
    Service(Service),
    /// Strings.
    Text,
    /// Nothing that is a name.
    Other,
}

/// A service binding (RFC 9460, section 2.2).
pub struct Service {
    /// 0: the owner is another word for the target.
    pub priority: u16,
    /// Who serves; empty: the owner.
    pub target: WireName,
    /// Index of the target's first byte.
    pub start: usize,
    /// Where the parameters lie.
    pub parameters: Range<usize>,
}

impl Rdata {
    /// Reads the data at `data` of a record of type `kind`; what can't be read holds nothing.
    pub fn read(message: &[u8], kind: u16, data: Range<usize>) -> Self {
        let name = |skip: usize| {
            let start = data.start + skip;
            if start < data.end { wire_name::read(message, start).ok().map(|name| (start, name)) } else { None }
        };
        match kind {
            A | AAAA => {
                let bytes = message.get(data).unwrap_or_default();
                let fits = bytes.len() == if kind == A { 4 } else { 16 };
                address(bytes).filter(|_| fits).map_or(Self::Other, Self::Address)
            }
            CNAME => name(0).map_or(Self::Other, |(_, name)| Self::Alias(name)),
            NS | MD | MF | MB | MG | MR | PTR | DNAME | NSEC => Self::Names([name(0), None]),
            MX | AFSDB | RT | KX => Self::Names([name(2), None]),
            SRV => Self::Names([name(6), None]),
            SIG | RRSIG => Self::Names([name(18), None]),
            SOA | MINFO | RP => {
                let first = name(0);
                let second = first.as_ref().and_then(|(_, first)| name(first.next.saturating_sub(data.start)));
                Self::Names([first, second])
            }
            NAPTR => Self::Names([replacement(message, &data).and_then(|start| name(start - data.start)), None]),
            SVCB | HTTPS => service(message, &data).map_or(Self::Other, Self::Service),
            TXT => Self::Text,
            _ => Self::Other,
        }
    }
}

/// Index of the replacement in a NAPTR record: behind order, preference and three strings (RFC 3403, section 4.1).
fn replacement(message: &[u8], data: &Range<usize>) -> Option<usize> {
    let mut at = data.start + 4;
    for _ in 0..3 {
        at += 1 + usize::from(*message.get(at)?);
    }
    Some(at)
}

fn service(message: &[u8], data: &Range<usize>) -> Option<Service> {
    let priority = message.get(data.clone())?.first_chunk().map(|bytes| u16::from_be_bytes(*bytes))?;
    let start = data.start + 2;
    let target = if start < data.end { wire_name::read(message, start).ok()? } else { return None };
    let parameters = target.next.min(data.end)..data.end;
    Some(Service { priority, target, start, parameters })
}

/// The addresses that a service binding's parameters `ipv4hint` and `ipv6hint` hold (RFC 9460, section 7.3).
pub fn hints(message: &[u8], parameters: Range<usize>) -> Vec<IpAddr> {
    let mut found = Vec::new();
    let mut rest = message.get(parameters).unwrap_or_default();
    while let Some((&[key_high, key_low, high, low], behind)) = rest.split_first_chunk() {
        let Some((value, behind)) = behind.split_at_checked(usize::from(u16::from_be_bytes([high, low]))) else { break };
        rest = behind;
        let size = match u16::from_be_bytes([key_high, key_low]) {
            4 => 4,
            6 => 16,
            _ => continue,
        };
        found.extend(value.chunks_exact(size).filter_map(address));
    }
    found
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

    #[test]
    fn hints_of_both_families_are_found() {
        let mut bytes = b"\0\x01\0\x03\x02h2\0\x04\0\x08\xc0\0\x02\x01\xc0\0\x02\x02\0\x06\0\x10".to_vec();
        bytes.extend("2001:db8::1".parse::<std::net::Ipv6Addr>().unwrap().octets());
        let found: Vec<_> = hints(&bytes, 0..bytes.len()).iter().map(ToString::to_string).collect();
        assert_eq!(found, ["192.0.2.1", "192.0.2.2", "2001:db8::1"]);
        for cut in 0..bytes.len() {
            assert!(hints(&bytes, 0..cut).len() <= 3);
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
