//! Protocols whose messages are a line, and contents of a length that the line says (NATS, Redis).
//!
//! No protocol of its own.

/// A line that ends in CR LF, without its end, and its length with it; none: its end is not there.
pub(super) fn line(bytes: &[u8]) -> Option<(&[u8], usize)> {
    let end = memchr::memchr(b'\n', bytes)?;
    let line = bytes.get(..end)?;
    Some((line.strip_suffix(b"\r").unwrap_or(line), end + 1))
}

/// A decimal number of at most ten digits.
pub(super) fn number(text: &[u8]) -> Option<usize> {
    let fits = (1..=10).contains(&text.len()) && text.iter().all(u8::is_ascii_digit);
    if fits { std::str::from_utf8(text).ok()?.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_numbers_are_read() {
        assert_eq!(line(b"PING\r\nx"), Some((&b"PING"[..], 6)));
        assert_eq!((line(b"a\nb"), line(b"a\r")), (Some((&b"a"[..], 2)), None));
        assert_eq!(
            (number(b"042"), number(b""), number(b"-1"), number(b"12345678901"), number(b"9999999999")),
            (Some(42), None, None, None, Some(9_999_999_999))
        );
    }
}
