//! What encodings make of a word: the bytes to look for, each with the name of the encoding.

use data_encoding::{BASE32_NOPAD, BASE64_NOPAD, BASE64URL_NOPAD, HEXLOWER};

/// Bytes that stand for a word.
pub(super) struct Form {
    /// The bytes.
    pub(super) bytes: Vec<u8>,
    /// The steps that lead to the word, as chains name them; empty for the word as it is.
    pub(super) steps: &'static [&'static str],
    /// Whether the case of letters counts.
    pub(super) exact: bool,
}

/// Letters of base64 and base32 that a word fills wholly: fewer could be chance.
const CORE: usize = 6;
/// A shorter word turned letter by letter may be another word.
const TURNED: usize = 6;

/// All encodings of a word of at least five letters.
pub(super) fn forms(word: &str) -> Vec<Form> {
    let mut all = Vec::new();
    let mut add = |bytes: Vec<u8>, steps: &'static [&'static str], exact: bool| all.push(Form { bytes, steps, exact });
    let cases = cases(word);
    for text in &cases {
        add(text.clone().into_bytes(), &[], false);
        add(utf16(text, u16::to_le_bytes), &["utf-16le"], false);
        add(utf16(text, u16::to_be_bytes), &["utf-16be"], false);
        add(HEXLOWER.encode(text.as_bytes()).into_bytes(), &["hex"], false);
        add(HEXLOWER.encode(&utf16(text, u16::to_be_bytes)).into_bytes(), &["hex", "utf-16be"], false);
        add(HEXLOWER.encode(&utf16(text, u16::to_le_bytes)).into_bytes(), &["hex", "utf-16le"], false);
        for offset in 0..3 {
            add(core(text.as_bytes(), offset, 6, |bytes| BASE64_NOPAD.encode(bytes)), &["base64"], true);
            add(core(text.as_bytes(), offset, 6, |bytes| BASE64URL_NOPAD.encode(bytes)), &["base64"], true);
        }
        for offset in 0..5 {
            add(core(text.as_bytes(), offset, 5, |bytes| BASE32_NOPAD.encode(bytes)), &["base32"], false);
        }
    }
    let percent = percent(word);
    add(percent.replace('%', "%25").into_bytes(), &["percent", "percent"], false);
    add(percent.replace("%20", "+").into_bytes(), &["form"], false);
    add(percent.into_bytes(), &["percent"], false);
    add(word.bytes().flat_map(|byte| [b'%', digit(byte >> 4), digit(byte & 15)]).collect(), &["percent"], false);
    let escaped = |all: bool| -> String { word.chars().map(|c| if all || !c.is_ascii() { escape(c) } else { c.to_string() }).collect() };
    add(escaped(false).into_bytes(), &["json"], false);
    add(escaped(true).into_bytes(), &["json"], false);
    for every in [false, true] {
        let wanted = |c: char| every || !c.is_ascii() || matches!(c, '@' | '&' | '\'' | '"');
        let decimal: String = word.chars().map(|c| if wanted(c) { format!("&#{};", u32::from(c)) } else { c.to_string() }).collect();
        let hexadecimal: String = word.chars().map(|c| if wanted(c) { format!("&#x{:x};", u32::from(c)) } else { c.to_string() }).collect();
        add(decimal.into_bytes(), &["html-entity"], false);
        add(hexadecimal.into_bytes(), &["html-entity"], false);
    }
    let quoted: String = word.bytes().map(|byte| if byte.is_ascii() && byte != b'=' { char::from(byte).to_string() } else { format!("={byte:02x}") }).collect();
    add(quoted.into_bytes(), &["quoted-printable"], false);
    if word.chars().count() >= TURNED {
        add(word.chars().rev().collect::<String>().into_bytes(), &["reversed"], false);
        if word.bytes().any(|byte| byte.is_ascii_alphabetic()) {
            add(word.chars().map(rot13).collect::<String>().into_bytes(), &["rot13"], false);
        }
    }
    all.retain(|form| form.bytes.len() >= 5);
    all
}

fn cases(word: &str) -> Vec<String> {
    let mut all = vec![word.to_owned(), word.to_lowercase(), word.to_uppercase()];
    all.sort_unstable();
    all.dedup();
    all
}

fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(order).collect()
}

/// The letters that only the word decides, with `offset` bytes before it; each letter holds `bits` bits.
fn core(bytes: &[u8], offset: usize, bits: usize, encode: impl Fn(&[u8]) -> String) -> Vec<u8> {
    let mut padded = vec![0; offset];
    padded.extend_from_slice(bytes);
    padded.extend_from_slice(&[0; 5]);
    let (first, end) = ((offset * 8).div_ceil(bits), (offset + bytes.len()) * 8 / bits);
    let letters = encode(&padded);
    letters.get(first..end).filter(|core| core.len() >= CORE).map(|core| core.as_bytes().to_vec()).unwrap_or_default()
}

/// As in a query (RFC 3986, section 2.3: what is not unreserved is encoded).
fn percent(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    word.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02x}") }).collect()
}

fn escape(c: char) -> String {
    c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect::<Vec<_>>().concat()
}

fn digit(value: u8) -> u8 {
    if value < 10 { b'0' + value } else { b'a' + value - 10 }
}

fn rot13(c: char) -> char {
    let turn = |c: char, first: u8| char::from((c as u8 - first + 13) % 26 + first);
    match c {
        'a'..='z' => turn(c, b'a'),
        'A'..='Z' => turn(c, b'A'),
        _ => c,
    }
}
