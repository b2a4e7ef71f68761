//! Service bindings (RFC 9460): who serves a name, how, and hints at the addresses. Data of SVCB and HTTPS records in; target and hints out.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use crate::protocols::wire_name::{self, Fault, WireName};

/// Keys of the parameters that are read (RFC 9460, section 14.3.2).
const ALPN: u16 = 1;
const PORT: u16 = 3;
const IPV4_HINT: u16 = 4;
const IPV6_HINT: u16 = 6;
/// What is said of parameters that break their rules.
const WRONG: &str = "dns service binding with broken parameters";

/// A service binding (RFC 9460, section 2.2).
#[derive(Debug)]
pub struct Service {
    /// Who serves; empty: the owner.
    pub target: WireName,
    /// Index of the target's first byte.
    pub start: usize,
    /// Where the parameters lie.
    pub parameters: Range<usize>,
}

/// Reads the data at `data`.
pub fn read(message: &[u8], data: &Range<usize>) -> Result<Service, Fault> {
    let start = data.start + 2;
    if start >= data.end {
        return Err(Fault::Cut);
    }
    let target = wire_name::read(message, start)?;
    if target.next > data.end {
        return Err(Fault::Cut);
    }
    let parameters = target.next..data.end;
    Ok(Service { target, start, parameters })
}

/// The addresses that the parameters `ipv4hint` and `ipv6hint` hold (section 7.3), and what is wrong with the parameters. What stands before the
/// fault is told.
pub fn hints(message: &[u8], parameters: Range<usize>) -> (Vec<IpAddr>, Option<&'static str>) {
    let mut found = Vec::new();
    let mut rest = message.get(parameters).unwrap_or_default();
    while !rest.is_empty() {
        let Some((key, value, behind)) = parameter(rest) else { return (found, Some(WRONG)) };
        rest = behind;
        let (four, six) = (value.as_chunks::<4>(), value.as_chunks::<16>());
        let is_whole = match key {
            IPV4_HINT => {
                found.extend(four.0.iter().map(|&bytes| IpAddr::V4(Ipv4Addr::from(bytes))));
                four.1.is_empty()
            }
            IPV6_HINT => {
                found.extend(six.0.iter().map(|&bytes| IpAddr::V6(Ipv6Addr::from(bytes))));
                six.1.is_empty()
            }
            ALPN => is_list(value),
            PORT => value.len() == 2,
            _ => true,
        };
        if !is_whole {
            return (found, Some(WRONG));
        }
    }
    (found, None)
}

/// The first parameter: its key, its value, and what follows.
fn parameter(bytes: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let (&[key_high, key_low, high, low], rest) = bytes.split_first_chunk()?;
    let (value, behind) = rest.split_at_checked(usize::from(u16::from_be_bytes([high, low])))?;
    Some((u16::from_be_bytes([key_high, key_low]), value, behind))
}

/// Whether bytes are protocol names, each behind its length (section 7.1.1).
fn is_list(mut bytes: &[u8]) -> bool {
    while let Some((&length, rest)) = bytes.split_first() {
        let Some(behind) = rest.get(usize::from(length)..).filter(|_| length > 0) else { return false };
        bytes = behind;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_of_both_families_are_found() {
        let mut bytes = b"\0\x01\0\x03\x02h2\0\x04\0\x08\xc0\0\x02\x01\xc0\0\x02\x02\0\x06\0\x10".to_vec();
        bytes.extend("2001:db8::1".parse::<Ipv6Addr>().unwrap().octets());
        let (found, wrong) = hints(&bytes, 0..bytes.len());
        assert_eq!(found.iter().map(ToString::to_string).collect::<Vec<_>>(), ["192.0.2.1", "192.0.2.2", "2001:db8::1"]);
        assert_eq!(wrong, None);
        for cut in 1..bytes.len() {
            let (found, wrong) = hints(&bytes, 0..cut);
            assert!(found.len() <= 2);
            assert_eq!(wrong.is_none(), [7, 19].contains(&cut), "{cut}");
        }
    }

    #[test]
    fn parameters_that_break_their_rules_are_told() {
        for bytes in [
            &b"\0\x01\0\x03\x03h2"[..],
            b"\0\x01\0\x03\x09h2",
            b"\0\x01\0\x01\0",
            b"\0\x04\0\x05\xc0\0\x02\x01\0",
            b"\0\x06\0\x04\xc0\0\x02\x01",
            b"\0\x03\0\x03\x01\xbb\0",
            b"\0\x07\xff\xff",
        ] {
            assert_eq!(hints(bytes, 0..bytes.len()).1, Some(WRONG), "{bytes:?}");
        }
        assert_eq!(hints(b"", 0..0), (Vec::new(), None));
    }

    #[test]
    fn a_binding_needs_its_target() {
        assert!(matches!(read(b"\0\x01", &(0..2)), Err(Fault::Cut)));
        assert!(matches!(read(b"\0\x01\x01a\0\0\x01", &(0..4)), Err(Fault::Cut)), "the target reaches beyond the data");
        assert_eq!(read(b"\0\x01\0\0\x01", &(0..5)).unwrap().parameters, 3..5);
    }
}
