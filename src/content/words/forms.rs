//! What encodings make of a word: the bytes to look for, each with the name of the encoding.

use data_encoding::{BASE32_NOPAD, BASE64_NOPAD, BASE64URL_NOPAD, Encoding, HEXLOWER};

/// Bytes that stand for a word.
pub(super) struct Form {
    /// The bytes.
    pub(super) bytes: Vec<u8>,
    /// The steps that lead to the word, as chains name them; empty for the word as it is.
    pub(super) steps: &'static [&'static str],
    /// Whether the case of letters counts.
    pub(super) exact: bool,
    /// The letter before these, and the one behind them, of which the word decides some bits only.
    pub(super) edges: [Edge; 2],
}

/// Some bits of a letter of base64 or base32: which, and what they are. No bits, if any letter may stand there, or none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edge {
    pub(super) mask: u8,
    pub(super) bits: u8,
}

impl Edge {
    /// Whether the letter fits, in an alphabet of 64 or 32 letters.
    pub(super) fn fits(self, letter: Option<u8>, is_base64: bool) -> bool {
        self.mask == 0 || letter.and_then(|letter| if is_base64 { of_64(letter) } else { of_32(letter) }).is_some_and(|bits| bits & self.mask == self.bits)
    }
}

/// The bits of a letter of base64, in either alphabet (RFC 4648, sections 4 and 5).
fn of_64(letter: u8) -> Option<u8> {
    Some(match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    })
}

/// The bits of a letter of base32 (RFC 4648, section 6).
fn of_32(letter: u8) -> Option<u8> {
    match letter.to_ascii_uppercase() {
        upper @ b'A'..=b'Z' => Some(upper - b'A'),
        digit @ b'2'..=b'7' => Some(digit - b'2' + 26),
        _ => None,
    }
}

/// Letters of base64 and base32 that a word fills wholly: fewer could be chance.
const CORE: usize = 6;
/// A shorter word turned letter by letter may be another word.
const TURNED: usize = 6;

/// All encodings of a word of at least five letters.
pub(super) fn forms(word: &str) -> Vec<Form> {
    let mut all = Vec::new();
    let mut cores: Vec<Form> = Vec::new();
    let mut add = |bytes: Vec<u8>, steps: &'static [&'static str], exact: bool| all.push(Form { bytes, steps, exact, edges: Default::default() });
    let cases = cases(word);
    for text in &cases {
        add(text.clone().into_bytes(), &[], false);
        add(utf16(text, u16::to_le_bytes), &["utf-16le"], false);
        add(utf16(text, u16::to_be_bytes), &["utf-16be"], false);
        add(HEXLOWER.encode(text.as_bytes()).into_bytes(), &["hex"], false);
        add(HEXLOWER.encode(&utf16(text, u16::to_be_bytes)).into_bytes(), &["hex", "utf-16be"], false);
        add(HEXLOWER.encode(&utf16(text, u16::to_le_bytes)).into_bytes(), &["hex", "utf-16le"], false);
        for offset in 0..3 {
            for encoding in [BASE64_NOPAD, BASE64URL_NOPAD] {
                cores.extend(core(text.as_bytes(), offset, 6, &encoding));
            }
        }
        cores.extend((0..5).filter_map(|offset| core(text.as_bytes(), offset, 5, &BASE32_NOPAD)));
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
    all.extend(cores);
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

/// The letters that only the word decides, with `offset` bytes before it; each letter holds `width` bits. None if they are few.
fn core(bytes: &[u8], offset: usize, width: usize, encoding: &Encoding) -> Option<Form> {
    let mut padded = vec![0; offset];
    padded.extend_from_slice(bytes);
    padded.extend_from_slice(&[0; 5]);
    let (first, end) = ((offset * 8).div_ceil(width), (offset + bytes.len()) * 8 / width);
    let letters = encoding.encode(&padded);
    let core = letters.get(first..end).filter(|core| core.len() >= CORE)?.as_bytes().to_vec();
    let bits = |at: usize| letters.as_bytes().get(at).and_then(|letter| if width == 6 { of_64(*letter) } else { of_32(*letter) }).unwrap_or(0);
    // The last bits of the letter before it, the first ones of the letter behind.
    let (before, after) = (first * width - offset * 8, (offset + bytes.len()) * 8 - end * width);
    let low = (1_u8 << before) - 1;
    let high = ((1_u8 << after) - 1) << (width - after);
    let edges = [
        Edge { mask: low, bits: if before == 0 { 0 } else { bits(first - 1) & low } },
        Edge { mask: high, bits: if after == 0 { 0 } else { bits(end) & high } },
    ];
    let steps: &'static [&'static str] = if width == 6 { &["base64"] } else { &["base32"] };
    Some(Form { bytes: core, steps, exact: width == 6, edges })
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
