//! Addresses of the Internet that stand in readable bytes as people write them: `203.0.113.7`, `2001:db8::7`.
//!
//! Bytes in; addresses out, each as often as it stands there. Every byte is looked at a fixed number of times.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Addresses that are told of one piece.
const MOST: usize = 64;
/// The longest spelling of an address of version 6, with one of version 4 in it.
const LONGEST_6: usize = 45;
/// Digits of a number in an address of version 4.
const DIGITS: usize = 3;
/// Digits of a group in an address of version 6.
const GROUP: usize = 4;

/// Every address of the Internet that is written out in `bytes`, at most 64.
pub fn written(bytes: &[u8]) -> Vec<IpAddr> {
    let mut found = Vec::new();
    let mut done = 0;
    for mark in memchr::memchr2_iter(b'.', b':', bytes) {
        if found.len() >= MOST {
            break;
        }
        if mark < done {
            continue;
        }
        let is_four = bytes.get(mark) == Some(&b'.');
        let hit = if is_four { four(bytes, mark) } else { six(bytes, mark) };
        if let Some((address, end)) = hit {
            done = end;
            found.extend(Some(address).filter(|address| is_public(*address)));
        }
    }
    found
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

/// An address of version 4 whose first dot is at `mark`, and where it ends.
fn four(bytes: &[u8], mark: usize) -> Option<(IpAddr, usize)> {
    let start = begin(bytes, mark, DIGITS, u8::is_ascii_digit)?;
    let mut octets = [0; 4];
    let mut at = start;
    for (index, octet) in octets.iter_mut().enumerate() {
        if index > 0 {
            at += usize::from(bytes.get(at) == Some(&b'.'));
        }
        let digits = bytes.get(at..)?.iter().take(DIGITS + 1).take_while(|byte| byte.is_ascii_digit()).count();
        let text = bytes.get(at..at + digits).filter(|text| text.len() == 1 || text.first() != Some(&b'0'))?;
        *octet = std::str::from_utf8(text).ok()?.parse().ok()?;
        at += digits;
        if index < 3 && bytes.get(at) != Some(&b'.') {
            return None;
        }
    }
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let goes_on = bytes.get(at).is_some_and(is_word) || bytes.get(at) == Some(&b'.') && bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric);
    (!goes_on).then_some((IpAddr::V4(Ipv4Addr::from(octets)), at))
}

/// An address of version 6 whose first colon is at `mark`, and where it ends.
fn six(bytes: &[u8], mark: usize) -> Option<(IpAddr, usize)> {
    let start = begin(bytes, mark, GROUP, u8::is_ascii_hexdigit)?;
    let rest = bytes.get(start..bytes.len().min(start + LONGEST_6 + 1))?;
    let length = rest.iter().take_while(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.')).count();
    let text = std::str::from_utf8(rest.get(..length)?).ok()?;
    let address: Ipv6Addr = text.trim_end_matches('.').parse().ok()?;
    Some((IpAddr::V6(address), start + length))
}

/// Where the digits before `mark` begin: at least one, no more than `most`, and no word before them.
fn begin(bytes: &[u8], mark: usize, most: usize, is_digit: fn(&u8) -> bool) -> Option<usize> {
    let before = bytes.get(..mark)?.iter().rev().take(most + 1).take_while(|byte| is_digit(byte)).count();
    let start = mark - before;
    let is_inside = start.checked_sub(1).and_then(|at| bytes.get(at)).is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_'));
    ((1..=most).contains(&before) && !is_inside).then_some(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        written(text.as_bytes()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn addresses_are_found_as_they_are_written() {
        for (text, want) in [
            (r#"{"peer":"203.0.113.7","port":4000}"#, vec!["203.0.113.7"]),
            ("relay=198.51.100.9:3478;203.0.113.7.", vec!["198.51.100.9", "203.0.113.7"]),
            ("http://192.0.2.1/x", vec!["192.0.2.1"]),
            (r#"{"six":"2001:db8::7"}"#, vec!["2001:db8::7"]),
            ("[2001:db8:0:0:0:0:0:9]:443", vec!["2001:db8::9"]),
            ("ip:203.0.113.7", vec!["203.0.113.7"]),
        ] {
            assert_eq!(told(text), want, "{text}");
        }
    }

    #[test]
    fn what_only_looks_so_is_none() {
        for text in [
            "192.168.1.7 10.0.0.1 127.0.0.1 169.254.1.1 100.64.0.1 0.1.2.3 224.0.0.251 255.255.255.255",
            "1.2.3 v1.2.3.4 1.2.3.4.5 1.2.3.4a 203.0.113.256 203.0.113.07 1.2.3.4567",
            "00:00:5e:00:53:01 12:30:45 fe80::1 ff02::fb ::1 fd00::7 a:b 1::2::3",
            "{\"a\":1,\"b\":\"c\"} .. :: 1. :1 .1.1.1.1",
            "",
        ] {
            assert_eq!(told(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn there_is_an_end_to_what_is_told_and_to_the_work() {
        assert_eq!(written("203.0.113.7,".repeat(1_000).as_bytes()).len(), MOST);
        for text in ["1.".repeat(50_000), "1:".repeat(50_000), "::".repeat(50_000), "9".repeat(100_000)] {
            assert_eq!(written(text.as_bytes()).len(), 0);
        }
    }

    #[test]
    fn ranges_tell_what_can_be_reached() {
        for (address, want) in [("203.0.113.1", true), ("8.8.8.8", true), ("2001:db8::1", true), ("172.16.0.1", false), ("fc00::1", false), ("ff02::1", false)]
        {
            assert_eq!(is_public(address.parse().unwrap()), want, "{address}");
        }
    }
}
