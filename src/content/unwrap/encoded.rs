//! Encodings that hide nothing: base64 (RFC 4648) and the payload of a JSON web token (RFC 7519).

use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD, Encoding};

/// Shorter values decode to a few letters by chance.
const SHORTEST: usize = 16;

/// What base64 of text decodes to; none if it is not base64 or what it decodes to is not text. A cut end is tolerated.
pub fn base64_text(bytes: &[u8]) -> Option<Vec<u8>> {
    let bytes = bytes.trim_ascii_end();
    let body = trim_padding(bytes);
    if body.len() < SHORTEST || bytes.len() - body.len() > 2 {
        return None;
    }
    let decoded = decode(body)?;
    is_text(&decoded).then_some(decoded)
}

/// The claims of a JSON web token; none unless its first part decodes to JSON that names an algorithm.
pub fn jwt_payload(bytes: &[u8]) -> Option<Vec<u8>> {
    if !bytes.starts_with(b"eyJ") {
        return None;
    }
    let mut parts = bytes.splitn(3, |byte| *byte == b'.');
    let (header, payload, signature) = (parts.next()?, parts.next()?, parts.next()?);
    if signature.iter().any(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'=' | b'.'))) {
        return None;
    }
    let header = decode(trim_padding(header))?;
    if !header.starts_with(b"{") || memchr::memmem::find(&header, b"\"alg\"").is_none() {
        return None;
    }
    decode(trim_padding(payload)).filter(|payload| payload.starts_with(b"{"))
}

/// Whether base64 of text begins here.
pub fn is_encoded_text(bytes: &[u8]) -> bool {
    base64_text(bytes).is_some()
}

fn trim_padding(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| *byte != b'=').map_or(0, |last| last + 1);
    bytes.get(..end).unwrap_or_default()
}

fn decode(body: &[u8]) -> Option<Vec<u8>> {
    let (mut plain, mut url) = (false, false);
    for byte in body {
        match byte {
            b'+' | b'/' => plain = true,
            b'-' | b'_' => url = true,
            _ if byte.is_ascii_alphanumeric() => {}
            _ => return None,
        }
    }
    let encoding: &Encoding = match (plain, url) {
        (true, true) => return None,
        (_, true) => &BASE64URL_NOPAD,
        _ => &BASE64_NOPAD,
    };
    encoding.decode(body).ok().or_else(|| encoding.decode(body.get(..body.len() / 4 * 4)?).ok())
}

/// Whether it is mostly printable, and valid UTF-8 but for a cut end.
fn is_text(bytes: &[u8]) -> bool {
    let printable = bytes.iter().filter(|byte| matches!(byte, 0x20..=0x7e | b'\t' | b'\r' | b'\n' | 0x80..)).count();
    let valid = std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
    !bytes.is_empty() && printable * 20 >= bytes.len() * 19 && valid + 3 >= bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

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
            assert_eq!(base64_text(value.as_bytes()), None, "{value}");
        }
    }

    #[test]
    fn a_web_token_shows_its_claims() {
        let token = b"eyJhbGciOiJIUzI1NiJ9.eyJtYWlsIjoiYW5uYUBleGFtcGxlLm9yZyJ9.c2lnbmF0dXJl";
        assert_eq!(jwt_payload(token).as_deref(), Some(&b"{\"mail\":\"anna@example.org\"}"[..]));
        assert_eq!(jwt_payload(b"eyJhIjoxfQ.eyJhIjoxfQ.c2ln"), None, "no algorithm");
        assert_eq!(jwt_payload(b"eyJhbGciOiJIUzI1NiJ9"), None);
    }
}
