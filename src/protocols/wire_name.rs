//! Domain names as they lie in messages: bytes in, text and the place behind them out.
//!
//! Shared by every protocol that carries RFC 1035 names. Knows nothing of messages, only of labels and pointers.

use std::fmt::Write as _;
use std::ops::Range;

/// Longest name on the wire, its length bytes included (RFC 1035, section 3.1).
const MAX_WIRE: usize = 255;
/// Most pointers that one name may follow; real names need one or two.
const MAX_HOPS: usize = 128;

/// A name that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WireName {
    /// Labels joined by dots, without a final one; empty for the root. See [`text`] for odd bytes.
    pub text: String,
    /// Index of the byte behind the name where it began (behind its pointer, if it has one).
    pub next: usize,
    /// Where the bytes of its first label lie; empty for the root.
    pub first: Range<usize>,
}

/// Why a name could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The bytes end before it does.
    Cut,
    /// It breaks the rules; why, as a fixed phrase.
    Broken(&'static str),
}

/// Reads the name at `start` of `message`; pointers count from the message's first byte and may point anywhere in it, but bounded often.
pub fn read(message: &[u8], start: usize) -> Result<WireName, Fault> {
    let mut raw = Vec::with_capacity(32);
    let (mut at, mut hops) = (start, 0);
    let (mut next, mut first) = (None, None);
    loop {
        let length = *message.get(at).ok_or(Fault::Cut)?;
        let label = at + 1;
        match length {
            0 => {
                let text = text(&raw);
                return Ok(WireName { text, next: next.unwrap_or(label), first: first.unwrap_or(label..label) });
            }
            1..=63 => {
                let end = label + usize::from(length);
                let bytes = message.get(label..end).ok_or(Fault::Cut)?;
                if raw.len() + bytes.len() + 2 > MAX_WIRE {
                    return Err(Fault::Broken("dns name longer than 255 bytes"));
                }
                if first.is_none() {
                    first = Some(label..end);
                } else {
                    raw.push(b'.');
                }
                raw.extend_from_slice(bytes);
                at = end;
            }
            0xc0.. => {
                let low = *message.get(label).ok_or(Fault::Cut)?;
                next = next.or(Some(label + 1));
                hops += 1;
                if hops > MAX_HOPS {
                    return Err(Fault::Broken("dns name pointers loop"));
                }
                at = usize::from(u16::from_be_bytes([length & 0x3f, low]));
            }
            _ => return Err(Fault::Broken("dns label of an unknown type")),
        }
    }
}

/// A name as labels without pointers; it may be partial, so it needs no root at its end (RFC 4702, section 2; RFC 4704, section 4).
pub fn partial(labels: &[u8]) -> String {
    let mut raw = labels.to_vec();
    raw.push(0);
    read(&raw, 0).map(|name| name.text).unwrap_or_default()
}

/// Bytes of a name as text: UTF-8 as it is (what is none as U+FFFD), each byte of a control character as `\DDD` (RFC 4343, section 2.1). Dots,
/// blanks and backslashes within a label stay as they are: so names compare equal with what other analysers print.
pub fn text(raw: &[u8]) -> String {
    let lossy = String::from_utf8_lossy(raw);
    if !lossy.chars().any(char::is_control) {
        return lossy.into_owned();
    }
    let mut out = String::with_capacity(lossy.len() + 8);
    for c in lossy.chars() {
        if c.is_control() {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                let _ = write!(out, "\\{byte:03}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_name_is_read_to_its_end() {
        let name = read(b"xx\x03www\x07example\0yy", 2).unwrap();
        assert_eq!(name, WireName { text: "www.example".into(), next: 15, first: 3..6 });
    }

    #[test]
    fn a_pointer_ends_the_name_where_it_stands() {
        let name = read(b"\x07example\0\x03www\xc0\x00zz", 9).unwrap();
        assert_eq!((name.text.as_str(), name.next), ("www.example", 15));
    }

    #[test]
    fn a_pointer_may_point_forwards() {
        assert_eq!(read(b"\xc0\x02\x03www\0", 0).unwrap().text, "www");
    }

    #[test]
    fn the_root_has_no_text() {
        assert_eq!(read(b"\0", 0).unwrap(), WireName { text: String::new(), next: 1, first: 1..1 });
    }

    #[test]
    fn loops_are_broken() {
        assert_eq!(read(b"\xc0\x00", 0), Err(Fault::Broken("dns name pointers loop")));
        assert!(matches!(read(b"\x01a\xc0\x00", 0), Err(Fault::Broken(_))));
    }

    #[test]
    fn what_is_cut_is_said_to_be_cut() {
        let whole = b"\x03www\x07example\0";
        for length in 0..whole.len() {
            assert_eq!(read(&whole[..length], 0), Err(Fault::Cut), "{length}");
        }
    }

    #[test]
    fn an_extended_label_is_broken() {
        assert_eq!(read(b"\x41\x01", 0), Err(Fault::Broken("dns label of an unknown type")));
    }

    #[test]
    fn odd_bytes_are_told_apart() {
        let shown = [
            (&b"a b"[..], "a b"),
            (b"a.b", "a.b"),
            (b"a\\b", "a\\b"),
            (b"a\x00\x1b", "a\\000\\027"),
            (b"a\xff", "a\u{fffd}"),
            ("Luca’s".as_bytes(), "Luca’s"),
            ("\u{85}".as_bytes(), "\\194\\133"),
        ];
        for (raw, want) in shown {
            assert_eq!(text(raw), want);
        }
    }
}
