//! Quoted-printable (RFC 2045, section 6.7).

use super::walk::{Escape, is_plain};
use crate::content::find::find;
use crate::content::kinds::Kinds;

/// See the file.
pub(super) static ESCAPE: Escape = Escape { name: "quoted-printable", signs: Kinds::EQUALS, undo: decoded };

/// Without its signs; none if it has none, one that stands for nothing or for no character, or one for a letter that needs none: `gps=48.85` and
/// `mac=00:00:5e:…` are assignments.
fn decoded(bytes: &[u8]) -> Option<Vec<u8>> {
    let first = memchr::memchr(b'=', bytes)?;
    // Nearly all are assignments.
    let is_digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'A'..=b'F');
    match bytes.get(first + 1..) {
        Some([b'\r' | b'\n', ..]) => {}
        Some([high, low, ..]) if is_digit(high) && is_digit(low) => {}
        _ => return None,
    }
    let mut plain = Vec::new();
    plain.extend_from_slice(bytes.get(..first)?);
    let (mut rest, mut signs) = (bytes.get(first..)?, 0_usize);
    let is_needed = |byte: u8| !byte.is_ascii_alphanumeric() && !matches!(byte, b'.' | b',' | b'-' | b'/' | b':') && is_plain(byte);
    let digit = |byte: u8| char::from(byte).to_digit(16).filter(|_| !byte.is_ascii_lowercase()).map(|digit| digit as u8);
    loop {
        let (before, then) = rest.split_at(find(b'=', rest).unwrap_or(rest.len()));
        plain.extend_from_slice(before);
        rest = match then {
            [] => break,
            [b'=', b'\r', b'\n', after @ ..] | [b'=', b'\n', after @ ..] => after,
            [b'=', high, low, after @ ..] => {
                plain.push(Some(digit(*high)? << 4 | digit(*low)?).filter(|byte| is_needed(*byte))?);
                signs += 1;
                after
            }
            _ => return None,
        };
    }
    (signs > 0 && std::str::from_utf8(&plain).is_ok()).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn signs_are_decoded_and_assignments_left_alone() {
        assert_eq!(decoded(b"Zo=C3=AB Testkind, anna=40exam=\r\nple.org").as_deref(), Some("Zoë Testkind, anna@example.org".as_bytes()));
        for text in ["a=1", "x == y", "a=12 b=zz", "gps=48.85837,2.29448", "no sign", "a=c3=ab", "x=FF=FE", "joined mac=00:00:5E:00:53:99 ok", "a=7F"] {
            assert_eq!(decoded(text.as_bytes()), None, "{text}");
        }
    }
}
