//! Encodings that hide nothing: base64 and base32 (RFC 4648), hexadecimal, and the payload of a JSON web token (RFC 7519).

use data_encoding::{BASE32_NOPAD, HEXLOWER_PERMISSIVE};

use super::base64::decode;
use super::plain::Plain;
use super::walk::looks_like_text;
use crate::content::find::Class;
use crate::content::keys;

/// One way of writing bytes in letters.
pub(super) struct Letters {
    /// Its name, as chains say it.
    pub(super) name: &'static str,
    /// The alphabets it may be written in.
    pub(super) alphabets: u8,
    /// Writes what the letters stand for, if they are of this encoding; the key is that of the value that they are.
    pub(super) undo: fn(&[u8], &str, &mut Plain) -> Option<()>,
}

/// The claims of a web token.
pub(super) static WEB_TOKEN: Letters = Letters { name: "jwt", alphabets: ANY, undo: |bytes, _, plain| claims(bytes, plain) };
/// Base64 of text, or of bytes whose format is known.
pub(super) static BASE64: Letters = Letters { name: "base64", alphabets: ANY, undo: |bytes, key, plain| base64(bytes, least(key), plain) };
/// Base32, of one case.
pub(super) static BASE32: Letters = Letters { name: "base32", alphabets: UPPER_BASE32 | LOWER_BASE32, undo: |bytes, _, plain| base32(bytes, plain) };
/// Hexadecimal digits.
pub(super) static HEX: Letters = Letters { name: "hex", alphabets: HEXADECIMAL_DIGITS, undo: |bytes, _, plain| hex(bytes, plain) };

/// A bit for each alphabet. Every other one is a part of base64's, in which the letters of both kinds count.
const ANY: u8 = 1;
const UPPER_BASE32: u8 = 2;
const LOWER_BASE32: u8 = 4;
const HEXADECIMAL_DIGITS: u8 = 8;

/// Every encoding has so many letters at least before anything else.
const FIRST: usize = 12;

/// The alphabets of each byte.
static ALPHABETS: [u8; 256] = alphabets_of_bytes();

#[expect(clippy::indexing_slicing, reason = "worked out when it is compiled")]
const fn alphabets_of_bytes() -> [u8; 256] {
    let classes = [(ANY, &LETTERS), (UPPER_BASE32, &UPPER), (LOWER_BASE32, &LOWER), (HEXADECIMAL_DIGITS, &HEXADECIMAL)];
    let mut all = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut class = 0;
        while class < classes.len() {
            if classes[class].1.holds(byte as u8) {
                all[byte] |= classes[class].0;
            }
            class += 1;
        }
        byte += 1;
    }
    all
}

/// The alphabets that bytes may be written in by what they begin with: a bit for each; none where it is no encoding. Nearly everything is told apart by that.
pub(super) fn alphabets(bytes: &[u8]) -> u8 {
    let all = |bytes: &[u8]| bytes.iter().fold(u8::MAX, |all, byte| all & ALPHABETS.get(usize::from(*byte)).copied().unwrap_or(0));
    bytes.first_chunk::<FIRST>().map_or_else(|| all(bytes), |first| all(first))
}

/// Shorter values decode to a few letters by chance.
const SHORTEST: usize = 16;
/// The same under a key that says what it is.
const SHORTEST_NAMED: usize = 12;
/// A line ends in fewer.
const LINE: usize = 128;
/// So many bytes at the end are looked at for signs that fill it up.
const PADDING: usize = 8;

/// What base64 of text decodes to; none if it is not base64 or what it decodes to is not text. A cut end is tolerated.
fn base64_text(bytes: &[u8]) -> Option<Plain> {
    let mut plain = Plain::default();
    base64(bytes, SHORTEST, &mut plain).filter(|()| looks_like_text(&plain))?;
    Some(plain)
}

fn least(key: &str) -> usize {
    if keys::meaning(key).is_some() { SHORTEST_NAMED } else { SHORTEST }
}

fn base64(bytes: &[u8], least: usize, plain: &mut Plain) -> Option<()> {
    let bytes = bytes.trim_ascii_end();
    let body = trim_padding(bytes);
    if body.len() < least || bytes.len() - body.len() > 2 {
        return None;
    }
    decode(body, plain).or_else(|| {
        // Lines of mail and of keys (RFC 2045, section 6.8): broken at the same length each.
        let length = memchr::memchr(b'\n', body.get(..LINE).unwrap_or(body)).filter(|length| *length >= SHORTEST)?;
        let is_of_lines = body.iter().take(length).all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'\r'));
        let is_joined = |byte: &u8| !matches!(byte, b'\r' | b'\n');
        if is_of_lines && body.first().is_some_and(u8::is_ascii_alphanumeric) {
            decode(&body.iter().copied().filter(is_joined).collect::<Vec<u8>>(), plain)
        } else {
            None
        }
    })
}

/// The letters of base32, in either case.
static UPPER: Class = Class::new(false, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
static LOWER: Class = Class::new(false, b"abcdefghijklmnopqrstuvwxyz234567");
static HEXADECIMAL: Class = Class::new(false, b"0123456789abcdefABCDEF");

fn base32(bytes: &[u8], plain: &mut Plain) -> Option<()> {
    let body = trim_padding(bytes);
    if body.len() < SHORTEST || bytes.len() - body.len() > 6 || !(UPPER.has_all(body) || LOWER.has_all(body)) {
        return None;
    }
    let upper = body.to_ascii_uppercase();
    plain.fill(&BASE32_NOPAD, &upper).or_else(|| plain.fill(&BASE32_NOPAD, upper.get(..upper.len() / 8 * 8)?))
}

fn hex(bytes: &[u8], plain: &mut Plain) -> Option<()> {
    let even = bytes.get(..bytes.len() & !1)?;
    (bytes.len() >= SHORTEST && HEXADECIMAL.has_all(bytes)).then(|| plain.fill(&HEXLOWER_PERMISSIVE, even)).flatten()
}

/// The claims of a JSON web token; none unless its first part decodes to JSON that names an algorithm.
pub fn jwt_payload(bytes: &[u8]) -> Option<Plain> {
    let mut plain = Plain::default();
    claims(bytes, &mut plain)?;
    Some(plain)
}

fn claims(bytes: &[u8], plain: &mut Plain) -> Option<()> {
    if !bytes.starts_with(b"eyJ") {
        return None;
    }
    let mut parts = bytes.splitn(3, |byte| *byte == b'.');
    let (header, payload, signature) = (parts.next()?, parts.next()?, parts.next()?);
    if signature.iter().any(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'=' | b'.'))) {
        return None;
    }
    decode(trim_padding(header), plain)?;
    if !plain.starts_with(b"{") || memchr::memmem::find(plain, b"\"alg\"").is_none() {
        return None;
    }
    decode(trim_padding(payload), plain).filter(|()| plain.starts_with(b"{"))
}

/// Whether base64 of text begins here.
pub fn is_encoded_text(bytes: &[u8]) -> bool {
    base64_text(bytes).is_some()
}

fn trim_padding(bytes: &[u8]) -> &[u8] {
    let padding = bytes.iter().rev().take(PADDING).take_while(|byte| **byte == b'=').count();
    bytes.get(..bytes.len() - padding).unwrap_or_default()
}

/// The letters of all encodings.
static LETTERS: Class = Class::new(true, b"+/-_");

#[cfg(test)]
mod tests {
    use super::*;

    fn undone(undo: impl Fn(&mut Plain) -> Option<()>) -> Option<Vec<u8>> {
        let mut plain = Plain::default();
        undo(&mut plain).map(|()| plain.to_vec())
    }

    #[test]
    fn base64_of_text_is_decoded_whole_or_cut() {
        let encoded = b"bWFpbD1hbm5hQGV4YW1wbGUub3Jn";
        assert_eq!(base64_text(encoded).as_deref(), Some(&b"mail=anna@example.org"[..]));
        assert_eq!(base64_text(&encoded[..25]).as_deref(), Some(&b"mail=anna@example."[..]));
        assert_eq!(base64_text(b"w6nDqcOpw6nDqcOpw6k=").as_deref(), Some("ééééééé".as_bytes()));
    }

    #[test]
    fn what_is_not_text_within_is_left_alone() {
        for value in
            ["c2hvcnQ=", "4TRQL2OUjaXIbMhezE0Y", "0123456789abcdef0123456789abcdef", "deadbeefcafebabe", "internationalisation", "a value with spaces in it"]
        {
            assert!(base64_text(value.as_bytes()).is_none(), "{value}");
        }
    }

    #[test]
    fn other_alphabets_are_decoded() {
        assert_eq!(undone(|plain| base32(b"NVQWS3B5MFXG4YKAMV4GC3LQNRSS433SM4======", plain)).as_deref(), Some(&b"mail=anna@example.org"[..]));
        assert_eq!(undone(|plain| base32(b"nvqws3b5mfxg4ykamv4gc3lqnrss433sm4", plain)).as_deref(), Some(&b"mail=anna@example.org"[..]));
        assert_eq!(undone(|plain| hex(b"6D61696c3d616e6e61406578616d706c65", plain)).as_deref(), Some(&b"mail=anna@example"[..]));
        assert!(undone(|plain| base32(b"short", plain)).is_none() && undone(|plain| hex(b"abcdefghijklmnopq", plain)).is_none());
        assert_eq!(undone(|plain| base64(b"bWFpbD1hbm5hQGV4YW1w\r\nbGUub3Jn", 16, plain)).as_deref(), Some(&b"mail=anna@example.org"[..]));
    }

    #[test]
    fn a_web_token_shows_its_claims() {
        let token = b"eyJhbGciOiJIUzI1NiJ9.eyJtYWlsIjoiYW5uYUBleGFtcGxlLm9yZyJ9.c2lnbmF0dXJl";
        assert_eq!(jwt_payload(token).as_deref(), Some(&b"{\"mail\":\"anna@example.org\"}"[..]));
        assert!(jwt_payload(b"eyJhIjoxfQ.eyJhIjoxfQ.c2ln").is_none(), "no algorithm");
        assert!(jwt_payload(b"eyJhbGciOiJIUzI1NiJ9").is_none());
    }
}
