//! Whether bytes are text that a person can read: ASCII, UTF-8 (RFC 3629), UTF-16 (RFC 2781), or letters that merely encode such text (RFC 4648).

use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD, HEXLOWER_PERMISSIVE};

use super::histogram::Histogram;
use super::mask;

/// Bytes below which nothing is called text.
const TEXT: u64 = 32;
/// First bytes that are looked at, to see whether a piece is text.
const HEAD: usize = 1_024;
/// So many bytes are looked at before bytes that are no text at all are counted.
const SAMPLE: usize = 128;
/// Bytes that may stand before letters that encode something: a length, an identifier.
const BEFORE: usize = 64;
/// Broken characters after which UTF-8 is not followed any more.
const BROKEN: u64 = 16;
/// Letters of a word.
const WORD: usize = 3;
/// The longest name that a value is given.
const NAME: usize = 32;
/// Letters that encode something are decoded up to here.
const DECODED: usize = 64 << 10;

/// What a piece of unknown bytes is, as far as text goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Look {
    /// No text.
    Nothing,
    /// Text as it is.
    Text,
    /// Text in UTF-16, put into UTF-8.
    Wide(String),
    /// Letters that encode something readable: by what, and what.
    Armoured(&'static str, Vec<u8>),
}

/// Whether bytes are text that a person can read: of letters that encode something what they encode counts.
pub fn is_text(bytes: &[u8]) -> bool {
    !matches!(look(bytes), Look::Nothing)
}

/// What a piece of unknown bytes is, mostly without counting.
pub fn look(bytes: &[u8]) -> Look {
    if (bytes.len() as u64) < TEXT {
        return Look::Nothing;
    }
    let sample = bytes.get(..SAMPLE).unwrap_or(bytes);
    let printable = sample.iter().filter(|byte| is_printable(**byte)).count();
    // A cut character at the end of the sample is no fault of the text.
    let in_utf8 = || std::str::from_utf8(sample).map_or_else(|error| error.valid_up_to() + 4 > sample.len(), |_| true);
    if printable * 100 < sample.len() * 60 && !in_utf8() {
        return wide(bytes).map_or(Look::Nothing, Look::Wide);
    }
    let mut letters = Letters::default();
    letters.add(bytes.get(..HEAD).unwrap_or(bytes));
    if let Some(text) = sample.contains(&0).then(|| wide(bytes)).flatten() {
        return Look::Wide(text);
    }
    match letters.kind() {
        Kind::None => Look::Nothing,
        Kind::Text if coded_from(bytes).is_some_and(|from| from > 0) => {
            let coded = coded_from(bytes).and_then(|from| bytes.get(from..)).unwrap_or_default();
            armoured(coded).map_or(Look::Nothing, |(scheme, plain)| Look::Armoured(scheme, plain))
        }
        // A mask of one byte may leave everything printable.
        Kind::Text if letters.are_odd() => mask::under_one_byte(bytes.get(..DECODED).unwrap_or(bytes)).map_or(Look::Text, |plain| Look::Armoured("xor", plain)),
        Kind::Text => Look::Text,
        Kind::Armour if is_assigned(bytes) => Look::Text,
        Kind::Armour => armoured(bytes).map_or(Look::Nothing, |(scheme, plain)| Look::Armoured(scheme, plain)),
    }
}

fn is_printable(byte: u8) -> bool {
    matches!(byte, 0x20..=0x7e | b'\t' | b'\r' | b'\n')
}

/// What letters are, together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// No text.
    None,
    /// Text.
    Text,
    /// Nothing but the letters of base64 or hexadecimal.
    Armour,
}

/// Counts bytes as letters, and keeps their beginning.
#[derive(Clone, Debug, Default)]
pub struct Letters {
    histogram: Histogram,
    head: Vec<u8>,
    /// Bytes that UTF-8 still owes.
    owed: u8,
    /// Characters of more than one byte, whole and broken.
    wide: u64,
    broken: u64,
}

impl Letters {
    /// Counts more bytes.
    pub fn add(&mut self, bytes: &[u8]) {
        self.histogram.add(bytes);
        let room = HEAD.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(bytes.get(..room).unwrap_or_default());
        for byte in bytes {
            if self.owed > 0 || *byte >= 0x80 {
                // What is broken so often is no UTF-8, whatever follows.
                if self.broken > BROKEN {
                    return;
                }
                self.follow(*byte);
            }
        }
    }

    /// Follows UTF-8 loosely: lead bytes and the number of bytes behind them.
    fn follow(&mut self, byte: u8) {
        match (byte, self.owed) {
            (0x80..=0xbf, 1..) => {
                self.owed -= 1;
                self.wide += u64::from(self.owed == 0);
                return;
            }
            (_, 0) => {}
            _ => self.broken += 1,
        }
        self.owed = match byte {
            0xc2..=0xdf => 1,
            0xe0..=0xef => 2,
            0xf0..=0xf4 => 3,
            _ => 0,
        };
        self.broken += u64::from(byte >= 0x80 && self.owed == 0);
    }

    /// All bytes, counted.
    pub fn histogram(&self) -> &Histogram {
        &self.histogram
    }

    /// The first bytes.
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// What they are.
    pub fn kind(&self) -> Kind {
        match () {
            () if !self.looks_like_text() || self.greets() => Kind::None,
            () if self.is_armour() => Kind::Armour,
            () => Kind::Text,
        }
    }

    /// Whether it is the greeting of a protocol that is encrypted from then on (SSH: RFC 4253, section 4.2), or bencode, in which file sharers find each other.
    fn greets(&self) -> bool {
        let is_bencode = matches!(self.head.as_slice(), [b'd', b'1'..=b'9', b':', ..] | [b'd', b'1'..=b'9', b'0'..=b'9', b':', ..]);
        self.head.starts_with(b"SSH-2.0-") || self.head.starts_with(b"SSH-1.99-") || is_bencode && self.head.iter().any(|byte| !byte.is_ascii_alphanumeric())
    }

    fn looks_like_text(&self) -> bool {
        let total = self.histogram.total();
        if total < TEXT {
            return false;
        }
        let [mut printable, mut letters, mut controls, mut ascii] = [0_u64; 4];
        for (byte, count) in self.histogram.counts().take(128) {
            let count = u64::from(count);
            ascii += count;
            printable += if is_printable(byte) { count } else { 0 };
            letters += if byte.is_ascii_alphanumeric() || byte == b' ' { count } else { 0 };
            controls += if is_printable(byte) || byte == 0x7f { 0 } else { count };
        }
        let in_ascii = printable * 100 >= total * 85;
        let characters = ascii + self.wide;
        let in_utf8 = self.wide > 0 && self.broken == 0 && controls * 50 <= characters && (letters + self.wide) * 100 >= characters * 60;
        in_ascii || in_utf8
    }

    /// Whether most of it is printable as it is, whatever it is.
    pub fn is_printable(&self) -> bool {
        let total = self.histogram.total();
        total > 0 && self.histogram.count(is_printable) * 100 >= total * 85
    }

    /// Whether it has fewer letters, digits and blanks than text has.
    fn are_odd(&self) -> bool {
        self.wide == 0 && self.histogram.count(|byte| byte.is_ascii_alphanumeric() || byte == b' ') * 100 < self.histogram.total() * 55
    }

    fn is_armour(&self) -> bool {
        self.histogram.count(|byte| !is_of_armour(byte)) == 0
    }

    /// Bytes of memory held beyond its own size.
    pub fn memory(&self) -> usize {
        self.head.capacity()
    }
}

fn is_of_armour(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=' | b'\r' | b'\n')
}

/// Whether letters stand behind a name: `blob=…`. The sign that fills base64 up has nothing but itself or a line's end behind it.
fn is_assigned(letters: &[u8]) -> bool {
    let name = letters.iter().take(NAME).take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')).count();
    name > 0 && letters.get(name) == Some(&b'=') && letters.get(name + 1).is_some_and(u8::is_ascii_alphanumeric)
}

/// Where letters that merely encode something begin and go on to the end of the bytes, behind nothing or a short head that is no text. A text may hold such
/// letters as well, but there a sign or a blank comes before them.
pub fn coded_from(bytes: &[u8]) -> Option<usize> {
    let head = bytes.get(..BEFORE.min(bytes.len())).unwrap_or_default();
    let from = head.iter().rposition(|byte| !is_of_armour(*byte)).map_or(0, |last| last + 1);
    let coded = bytes.get(from..).filter(|coded| coded.len() as u64 >= TEXT && coded.len() >= from)?;
    let head = head.get(..from).unwrap_or_default();
    let is_sign =
        |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b':' | b'=' | b'"' | b'\'' | b',' | b'>' | b'{' | b'[' | b'(' | b';' | b'|' | b'&' | b'?');
    let is_of_text = head.last().is_some_and(is_sign) && head.iter().all(|byte| is_printable(*byte)) && speaks(head);
    (!is_of_text && coded.iter().all(|byte| is_of_armour(*byte))).then_some(from)
}

/// Whether a short head of signs and letters is more than chance: it has a word, or opens a list of fields.
fn speaks(head: &[u8]) -> bool {
    let is_word = |part: &[u8]| part.len() >= WORD && part.iter().all(u8::is_ascii_alphabetic);
    matches!(head, [b'{' | b'[' | b'<', b'"' | b'{' | b'a'..=b'z', ..]) || head.split(|byte| !byte.is_ascii_alphabetic()).any(is_word)
}

/// What letters encode, where that is readable: by what encoding, and what.
pub fn armoured(letters: &[u8]) -> Option<(&'static str, Vec<u8>)> {
    let (scheme, plain) = disarmed(letters)?;
    let is_readable = matches!(look(&plain), Look::Text) || plain.len() < TEXT as usize && plain.iter().all(|byte| is_printable(*byte));
    is_readable.then_some((scheme, plain))
}

/// What letters encode, whatever it is.
pub fn disarmed(letters: &[u8]) -> Option<(&'static str, Vec<u8>)> {
    let joined: Vec<u8> = letters.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).take(DECODED).collect();
    if joined.len() >= 16 && joined.iter().all(u8::is_ascii_hexdigit) {
        let even = joined.get(..joined.len() / 2 * 2).unwrap_or_default();
        return HEXLOWER_PERMISSIVE.decode(even).ok().map(|plain| ("hex", plain));
    }
    let lines = letters.get(..letters.len().min(DECODED)).unwrap_or_default().split(u8::is_ascii_whitespace).filter(|line| !line.is_empty());
    // Messages one behind the other, each padded.
    let is_padded_within = memchr::memchr(b'=', &joined).is_some_and(|first| first + 2 < joined.len());
    let plain = if is_padded_within { lines.map(base64).collect::<Option<Vec<_>>>()?.join(&b'\n') } else { base64(&joined)? };
    Some(("base64", plain))
}

/// The bytes that letters stand for, one behind the other, whatever stands between them: four bits each where nearly all are hexadecimal, else six. For
/// counting: where messages with heads of their own are put together, their letters do not all begin with a byte.
pub fn values(letters: &[u8]) -> Vec<u8> {
    let digits = letters.iter().filter(|letter| letter.is_ascii_hexdigit()).count();
    let is_hex = digits * 20 >= letters.len() * 19;
    let value = |letter: u8| match letter {
        b'0'..=b'9' if is_hex => Some(letter - b'0'),
        b'a'..=b'f' if is_hex => Some(letter - b'a' + 10),
        b'A'..=b'F' if is_hex => Some(letter - b'A' + 10),
        _ if is_hex => None,
        b'A'..=b'Z' => Some(letter - b'A'),
        b'a'..=b'z' => Some(letter - b'a' + 26),
        b'0'..=b'9' => Some(letter - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    };
    let width = if is_hex { 4 } else { 6 };
    let (mut bytes, mut held, mut bits) = (Vec::with_capacity(letters.len()), 0_u16, 0);
    for value in letters.iter().filter_map(|letter| value(*letter)) {
        held = held << width | u16::from(value);
        bits += width;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits & 0xff) as u8);
        }
    }
    bytes
}

/// Base64 in either alphabet; a cut end is tolerated.
fn base64(letters: &[u8]) -> Option<Vec<u8>> {
    let end = letters.iter().rposition(|byte| *byte != b'=').map_or(0, |last| last + 1);
    let body = letters.get(..end).filter(|body| body.len() >= 8 && letters.len() - body.len() <= 2)?;
    let is_url = memchr::memchr2(b'-', b'_', body).is_some();
    let encoding = if is_url { &BASE64URL_NOPAD } else { &BASE64_NOPAD };
    encoding.decode(body).ok().or_else(|| encoding.decode(body.get(..body.len() / 4 * 4)?).ok())
}

/// Text in UTF-16 of either order, with a mark of order (U+FEFF) or without.
pub fn wide(bytes: &[u8]) -> Option<String> {
    let pairs = bytes.get(..bytes.len().min(DECODED)).unwrap_or_default().as_chunks::<2>().0;
    if (bytes.len() as u64) < TEXT {
        return None;
    }
    let (first, rest) = pairs.split_first()?;
    let order = |pairs: &[[u8; 2]]| {
        let blank = |of: usize| pairs.iter().filter(|pair| pair.get(of) == Some(&0)).count() * 10 >= pairs.len() * 8;
        // The high bytes of one script are nearly all the same.
        let few = |of: usize| {
            let mut seen = [0_u32; 256];
            for byte in pairs.iter().filter_map(|pair| pair.get(of)) {
                if let Some(count) = seen.get_mut(usize::from(*byte)) {
                    *count += 1;
                }
            }
            let (most, next) = seen.iter().fold((0, 0), |(most, next), count| if *count > most { (*count, most) } else { (most, next.max(*count)) });
            (most + next) as usize * 10 >= pairs.len() * 9
        };
        match (blank(0), blank(1)) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            (true, true) => None,
            (false, false) => match (few(0), few(1)) {
                (true, false) => Some(true),
                (false, true) => Some(false),
                _ => None,
            },
        }
    };
    let (pairs, is_big) = match first {
        [0xfe, 0xff] => (rest, true),
        [0xff, 0xfe] => (rest, false),
        _ => (pairs, order(pairs.get(..HEAD / 2).unwrap_or(pairs))?),
    };
    let units = pairs.iter().map(|pair| if is_big { u16::from_be_bytes(*pair) } else { u16::from_le_bytes(*pair) });
    let text: String = char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    let (mut all, mut good, mut letters) = (0_usize, 0_usize, 0_usize);
    for c in text.chars() {
        all += 1;
        good += usize::from((c.is_whitespace() || !c.is_control()) && c != char::REPLACEMENT_CHARACTER && !is_private(c));
        letters += usize::from(c.is_alphanumeric() || c == ' ');
    }
    (good * 100 >= all * 98 && (text.is_ascii() || letters * 100 >= all * 60)).then_some(text)
}

fn is_private(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{fff0}'..='\u{fffc}' | '\u{f0000}'..)
}

#[cfg(test)]
mod tests {
    use super::super::histogram::tests::noise_of;
    use super::*;

    fn kind(bytes: &[u8]) -> Kind {
        let mut letters = Letters::default();
        bytes.chunks(7).for_each(|piece| letters.add(piece));
        letters.kind()
    }

    #[test]
    fn text_is_text_in_any_script() {
        for text in [
            "state=on;temp=21.5;hum=40;batt=97;up=1200",
            "{\"a\":1,\"b\":\"some words here\",\"c\":[1,2]}",
            "Температура в комнате двадцать один градус",
            "室内温度は二十一度です。湿度は四十パーセントです。",
        ] {
            assert_eq!((kind(text.as_bytes()), look(text.as_bytes())), (Kind::Text, Look::Text), "{text}");
            for is_big in [true, false] {
                let pairs: Vec<u8> = text.encode_utf16().flat_map(|unit| if is_big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect();
                let marked = [if is_big { &[0xfe, 0xff][..] } else { &[0xff, 0xfe] }, &pairs].concat();
                assert_eq!(look(&marked), Look::Wide(text.to_owned()), "{text}");
            }
        }
        let pairs: Vec<u8> = "Emma is at school, battery 80 %".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(look(&pairs), Look::Wide("Emma is at school, battery 80 %".to_owned()));
        let pairs: Vec<u8> = "Температура в комнате двадцать".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(matches!(look(&pairs), Look::Wide(_)));
        assert_eq!(look(b"too short"), Look::Nothing);
        for greeting in ["SSH-2.0-OpenSSH_9.6 and more words behind it\r\n", "d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe"] {
            assert_eq!(look(greeting.as_bytes()), Look::Nothing, "{greeting}");
        }
    }

    #[test]
    fn noise_and_records_are_no_text() {
        for seed in 1..2_000 {
            assert_eq!(look(&noise_of(seed, 32 + seed as usize % 300)), Look::Nothing, "{seed}");
        }
        let counters: Vec<u8> = (0..200_u16).flat_map(u16::to_be_bytes).collect();
        assert_eq!(look(&counters), Look::Nothing);
        let small: Vec<u8> = (0..200_u32).flat_map(|n| (n * 3).to_le_bytes()).collect();
        assert_eq!(look(&small), Look::Nothing);
    }

    #[test]
    fn a_mask_that_leaves_everything_printable_is_seen() {
        let plain = b"{\"imei\":\"352099001761481\",\"state\":\"on\",\"time\":1700000000}".to_vec();
        let hidden: Vec<u8> = plain.iter().map(|byte| byte ^ 0x0d).collect();
        assert_eq!(look(&hidden), Look::Armoured("xor", plain));
        assert_eq!(look(b"1,2,3,4,5,6,7,8,9;1,2,3,4,5,6,7,8,9;1,2,3"), Look::Text);
    }

    #[test]
    fn letters_that_encode_are_seen_behind_a_head_and_not_in_a_text() {
        let (secret, plain) = (data_encoding::BASE64.encode(&noise_of(3, 300)), b"{\"imei\":\"352099001761481\",\"state\":\"on\"}");
        for head in [&b"\x01\x90"[..], b"\x01\x90\x8f\x03\xd2\xee", b"\x02k;9}"] {
            assert_eq!(look(&[head, secret.as_bytes()].concat()), Look::Nothing, "{head:?}");
            let text = data_encoding::BASE64.encode(plain);
            assert_eq!(look(&[head, text.as_bytes()].concat()), Look::Armoured("base64", plain.to_vec()), "{head:?}");
        }
        assert_eq!(look(&[b"?k9=", secret.as_bytes()].concat()), Look::Nothing, "a head by chance");
        for head in ["blob=", "{\"d\":\"", "Authorization: Basic ", "key "] {
            assert_eq!(look(&[head.as_bytes(), secret.as_bytes()].concat()), Look::Text, "{head}");
        }
        assert_eq!(look(b"two words are in this and more of them"), Look::Text);
    }

    #[test]
    fn the_values_of_letters_are_those_that_they_encode() {
        let bytes = noise_of(7, 300);
        assert_eq!(values(data_encoding::BASE64.encode(&bytes).as_bytes()), bytes);
        assert_eq!(values(data_encoding::HEXLOWER.encode(&bytes).as_bytes()), bytes);
        // A letter of each message's head stands between.
        let hex: Vec<u8> = bytes.chunks(100).flat_map(|piece| ["X", &data_encoding::HEXLOWER.encode(piece)].concat().into_bytes()).collect();
        assert_eq!(values(&hex), bytes);
    }

    #[test]
    fn letters_that_encode_text_show_it_and_others_nothing() {
        let plain = b"{\"imei\":\"352099001761481\",\"state\":\"on\"}";
        assert_eq!(look(data_encoding::BASE64.encode(plain).as_bytes()), Look::Armoured("base64", plain.to_vec()));
        assert_eq!(look(data_encoding::HEXUPPER.encode(plain).as_bytes()), Look::Armoured("hex", plain.to_vec()));
        for length in [60, 600, 30_000] {
            assert_eq!(look(data_encoding::BASE64.encode(&noise_of(3, length)).as_bytes()), Look::Nothing, "{length}");
            assert_eq!(look(data_encoding::HEXLOWER.encode(&noise_of(3, length)).as_bytes()), Look::Nothing, "{length}");
        }
    }
}
