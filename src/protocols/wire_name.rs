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
        // Behind a pointer the end of the bytes is no cut: what it points at lies before it in every message that follows the rules.
        let ends = if hops == 0 { Fault::Cut } else { Fault::Broken("dns name points outside its message") };
        let length = *message.get(at).ok_or(ends)?;
        let label = at + 1;
        match length {
            0 => {
                let text = text(&raw);
                return Ok(WireName { text, next: next.unwrap_or(label), first: first.unwrap_or(label..label) });
            }
            1..=63 => {
                let end = label + usize::from(length);
                let bytes = message.get(label..end).ok_or(ends)?;
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
                let low = *message.get(label).ok_or(ends)?;
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

/// Index of the byte behind the name at `start`, whatever it points at; absent where the bytes end first or a label is of an unknown type.
pub fn skip(message: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    loop {
        match *message.get(at)? {
            0 => return Some(at + 1),
            length @ 1..=63 => at += 1 + usize::from(length),
            0xc0.. => return message.get(at + 1).map(|_| at + 2),
            _ => return None,
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
    fn a_pointer_outside_the_message_is_no_cut() {
        for bytes in [&b"\xc0\x09"[..], b"\x01a\xc0\x04", b"\xc0\x02\x05ab"] {
            assert_eq!(read(bytes, 0), Err(Fault::Broken("dns name points outside its message")));
        }
    }

    #[test]
    fn the_end_of_a_name_is_found_whatever_it_points_at() {
        assert_eq!(skip(b"\x01a\xc0\x00zz", 0), Some(4));
        assert_eq!(skip(b"\x01a\0", 0), Some(3));
        assert_eq!([skip(b"\x01a", 0), skip(b"\xc0", 0), skip(b"\x40", 0)], [None; 3]);
    }

    #[test]
    fn as_many_pointers_as_are_followed_and_no_more() {
        let chain = |hops: u16| {
            let mut message = b"\x01a\0".to_vec();
            for hop in 0..hops {
                let target = if hop == 0 { 0 } else { 1 + 2 * hop };
                message.extend((0xc000 | target).to_be_bytes());
            }
            read(&message, message.len() - 2).map(|name| name.text)
        };
        assert_eq!(chain(128), Ok("a".to_owned()));
        assert_eq!(chain(129), Err(Fault::Broken("dns name pointers loop")));
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
