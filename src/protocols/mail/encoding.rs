//! What encodes a mail's parts (RFC 2045, section 6) and the words of its header fields (RFC 2047), line by line.

use std::borrow::Cow;

use data_encoding::BASE64_NOPAD;

use crate::wire::At;

/// How a part is encoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Not.
    #[default]
    Plain,
    /// RFC 2045, section 6.8.
    Base64,
    /// Quoted-printable: RFC 2045, section 6.7.
    Quoted,
}

impl Encoding {
    /// The one that a field names.
    pub(super) fn of(value: &[u8]) -> Self {
        match value {
            _ if value.eq_ignore_ascii_case(b"base64") => Self::Base64,
            _ if value.eq_ignore_ascii_case(b"quoted-printable") => Self::Quoted,
            _ => Self::Plain,
        }
    }
}

/// Who takes decoded bytes, and where they were seen.
type Take<'t> = &'t mut dyn FnMut(&[u8], At);

/// Decodes one part.
#[derive(Debug)]
pub(super) struct Decoder {
    encoding: Encoding,
    /// Letters of base64 that make no whole group yet.
    letters: Vec<u8>,
    last_at: At,
}

impl Decoder {
    /// A decoder of this encoding.
    pub(super) fn new(encoding: Encoding) -> Self {
        Self { encoding, letters: Vec::new(), last_at: At::default() }
    }

    /// Decodes a line without its end.
    pub(super) fn line(&mut self, line: &[u8], at: At, take: Take<'_>) {
        // What was decoded does not lie in a frame as it is.
        let decoded_at = At { offset: None, ..at };
        match self.encoding {
            Encoding::Plain => {
                take(line, at);
                take(b"\n", decoded_at);
            }
            Encoding::Base64 => {
                self.last_at = decoded_at;
                self.letters.extend(line.iter().filter(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')));
                let whole = self.letters.len() / 4 * 4;
                let decoded = self.letters.get(..whole).and_then(|letters| BASE64_NOPAD.decode(letters).ok());
                self.letters.drain(..whole);
                if let Some(decoded) = decoded {
                    take(&decoded, decoded_at);
                }
                if line.contains(&b'=') {
                    self.finish(take);
                }
            }
            Encoding::Quoted => take(&quoted_line(line), decoded_at),
        }
    }

    /// Nothing follows.
    pub(super) fn finish(&mut self, take: Take<'_>) {
        let letters = std::mem::take(&mut self.letters);
        if let Ok(decoded) = BASE64_NOPAD.decode(&letters)
            && !decoded.is_empty()
        {
            take(&decoded, self.last_at);
        }
    }
}

/// A line of quoted-printable with its end, unless that is quoted.
fn quoted_line(line: &[u8]) -> Vec<u8> {
    let line = line.trim_ascii_end();
    if let Some(line) = line.strip_suffix(b"=") {
        return unquote(line, false);
    }
    let mut whole = unquote(line, false);
    whole.push(b'\n');
    whole
}

/// `=41` → `A`; in words `_` is a blank.
fn unquote(text: &[u8], in_word: bool) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        let code = if *byte == b'=' { after.first_chunk::<2>().and_then(|digits| hex(*digits)) } else { None };
        match code {
            Some(code) => {
                plain.push(code);
                rest = after.get(2..).unwrap_or_default();
            }
            None if in_word && *byte == b'_' => plain.push(b' '),
            None => plain.push(*byte),
        }
    }
    plain
}

fn hex(digits: [u8; 2]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let [high, low] = digits.map(digit);
    Some(high? << 4 | low?)
}

/// A field with its encoded words decoded: `=?utf-8?Q?Anna_B=C3=A4r?=`.
pub(super) fn words(value: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memmem::find(value, b"=?").is_none() {
        return Cow::Borrowed(value);
    }
    let (mut plain, mut rest, mut has_words) = (Vec::with_capacity(value.len()), value, false);
    while let Some(start) = memchr::memmem::find(rest, b"=?") {
        plain.extend_from_slice(rest.get(..start).unwrap_or_default());
        rest = rest.get(start..).unwrap_or_default();
        let Some((word, length)) = word(rest) else {
            plain.extend_from_slice(b"=?");
            rest = rest.get(2..).unwrap_or_default();
            continue;
        };
        plain.extend_from_slice(&word);
        has_words = true;
        rest = rest.get(length..).unwrap_or_default();
        // Blanks between two words are none (RFC 2047, section 6.2).
        if rest.trim_ascii_start().starts_with(b"=?") {
            rest = rest.trim_ascii_start();
        }
    }
    plain.extend_from_slice(rest);
    if has_words { Cow::Owned(plain) } else { Cow::Borrowed(value) }
}

/// Longest encoded word that is decoded (RFC 2047, section 2, allows 75).
const WORD_LIMIT: usize = 512;

/// The encoded word that begins here, and its length.
fn word(bytes: &[u8]) -> Option<(Vec<u8>, usize)> {
    let shown = bytes.get(..WORD_LIMIT).unwrap_or(bytes);
    let charset = 2 + memchr::memchr(b'?', shown.get(2..)?)?;
    let [b'?', way, b'?', text @ ..] = shown.get(charset..)? else { return None };
    let end = memchr::memmem::find(text, b"?=")?;
    let text = text.get(..end)?;
    let plain = match way.to_ascii_uppercase() {
        b'Q' => unquote(text, true),
        b'B' => BASE64_NOPAD.decode(text.split(|byte| *byte == b'=').next()?).ok()?,
        _ => return None,
    };
    Some((plain, charset + 3 + end + 2))
}

/// Where a part stands in the bytes that it is of.
pub(super) fn index_in(whole: &[u8], part: &[u8]) -> usize {
    part.as_ptr().addr().saturating_sub(whole.as_ptr().addr()).min(whole.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(encoding: Encoding, lines: &[&str]) -> String {
        let (mut decoder, mut all) = (Decoder::new(encoding), Vec::new());
        for line in lines {
            decoder.line(line.as_bytes(), At::default(), &mut |bytes, _| all.extend_from_slice(bytes));
        }
        decoder.finish(&mut |bytes, _| all.extend_from_slice(bytes));
        String::from_utf8_lossy(&all).into_owned()
    }

    #[test]
    fn parts_are_decoded_line_by_line() {
        assert_eq!(decoded(Encoding::Quoted, &["caf=C3=A9 =", "au lait=20", "a=b =zz ="]), "café au lait \na=b =zz ");
        assert_eq!(decoded(Encoding::Base64, &["bWFpbD1hbm", "5hQGV4YW1wbGUub3Jn"]), "mail=anna@example.org");
        assert_eq!(decoded(Encoding::Base64, &["aGk=", "aGk="]), "hihi");
        assert_eq!(decoded(Encoding::Base64, &["!!!", "a"]), "");
        assert_eq!(decoded(Encoding::Plain, &["a", "", "b"]), "a\n\nb\n");
    }

    #[test]
    fn encoded_words_are_decoded() {
        let plain = |text: &str| String::from_utf8_lossy(&words(text.as_bytes())).into_owned();
        assert_eq!(plain("=?utf-8?Q?Anna_B=C3=A4r?= <anna@example.org>"), "Anna Bär <anna@example.org>");
        assert_eq!(plain("=?utf-8?B?QW5u?=\r\n =?UTF-8?b?YQ==?= x"), "Anna x");
        for same in ["a =? b", "=?utf-8?X?a?=", "=?", "=?a?Q?b"] {
            assert_eq!(plain(same), same);
        }
    }
}
