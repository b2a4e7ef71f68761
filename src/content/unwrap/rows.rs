//! Rows of keys and values with a sign between them that no form has: `a=1;b=2`, `a:1|b:2`, one a line. A value goes on to where the next key begins.

use super::siblings::Siblings;
use super::walk::{Format, Layer, Trail, Walk};
use crate::content::find::{Class, find_either, places};
use crate::content::keys::{self, Meaning};

/// See the file.
pub(super) static FORMAT: Format = Format { name: "row", open };

/// Bytes that are looked at to see what parts the values.
const SAMPLE: usize = 4_096;
/// The longest key.
const KEY: usize = 40;
/// Blanks before a key.
const BLANKS: usize = 8;
/// What parts one value from the next; the end of a line does so as well.
const SIGNS: [u8; 5] = *b";|\n,&";
/// A row of one value is not longer.
const SINGLE: usize = 128;

fn open(walk: &mut Walk<'_>, _: &str, layer: Layer<'_>) -> bool {
    let text = layer.cut(0, layer.bytes.trim_ascii_end().len());
    let found = sign(sample(text.bytes));
    if let Some(sign) = found {
        walk.row(text, sign);
    }
    found.is_some()
}

/// What is looked at of a text: of a long one no part that is cut.
fn sample(text: &[u8]) -> &[u8] {
    let Some(head) = text.get(..SAMPLE).filter(|head| head.len() < text.len()) else { return text };
    let end = memchr::memrchr2(b'&', b'\n', head).unwrap_or(head.len());
    head.get(..end).unwrap_or(head)
}

/// What parts the values of a row; none if it is none.
fn sign(sample: &[u8]) -> Option<u8> {
    let first = key(sample)?;
    let is_pair = |part: &[u8]| key(part).is_some_and(|(_, sign)| sign == b'=');
    let seen = sample.iter().fold(0, |seen, byte| seen | MARKS.get(usize::from(*byte)).copied().unwrap_or(0));
    let by_and = if seen & mark(b'&') == 0 { 0 } else { places(b'&', sample).filter(|at| sample.get(at + 1..).is_some_and(is_pair)).count() };
    if seen & mark(b'&') != 0 && seen & (mark(b' ') | mark(b';')) == 0 && is_form(sample) {
        return None;
    }
    let is_single = || {
        let meaning = sample.get(..first.0).and_then(|key| std::str::from_utf8(key).ok()).and_then(keys::meaning);
        let is_line = sample.len() <= SINGLE && seen & mark(b'\n') == 0;
        is_line && first.1 == b'=' && matches!(meaning, Some(Meaning::Password | Meaning::NetworkKey | Meaning::NetworkName | Meaning::Token { .. }))
    };
    // Of one part there are no two.
    let parts_any = |sign: &u8| seen & (mark(*sign) | mark(b'\n')) != 0;
    let found = SIGNS.into_iter().filter(parts_any).find(|sign| {
        let (mut parts, mut pairs, mut rest) = (0_usize, 0_usize, Some(sample));
        while let Some(bytes) = rest {
            let end = find_either(*sign, b'\n', bytes);
            let part = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default().trim_ascii_start();
            rest = end.and_then(|end| bytes.get(end + 1..));
            // What ends in a semicolon may be a sign written by its number.
            if part.is_empty() || part.starts_with(b"&#") {
                continue;
            }
            parts += 1;
            pairs += usize::from(key(part).is_some_and(|(_, by)| by == first.1));
        }
        pairs >= 2 && (pairs > by_and || *sign == b'&') && pairs * 2 >= parts
    });
    found.or_else(|| is_single().then_some(b'\n'))
}

/// A bit for each of the signs and a blank, none for other bytes.
const fn mark(byte: u8) -> u8 {
    match byte {
        b';' => 1,
        b'|' => 2,
        b'\n' => 4,
        b',' => 8,
        b'&' => 16,
        b' ' => 32,
        _ => 0,
    }
}

static MARKS: [u8; 256] = marks();

#[expect(clippy::indexing_slicing, reason = "worked out when it is compiled")]
const fn marks() -> [u8; 256] {
    let mut marks = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        marks[byte] = mark(byte as u8);
        byte += 1;
    }
    marks
}

/// Whether what has signs of a form, and nothing that a form would have encoded, has a key and its value in each part.
fn is_form(sample: &[u8]) -> bool {
    let is_pair = |part: &[u8]| part.is_empty() || key(part).is_some_and(|(_, sign)| sign == b'=');
    sample.split(|byte| *byte == b'&').all(is_pair) && !is_one_secret(sample)
}

/// Words that forms use as keys beside a password, and that mean nothing by themselves.
#[rustfmt::skip]
const COMMON: &[&str] = &[
    "action", "app", "auth", "ch", "channel", "client", "cmd", "code", "command", "country", "csrf", "data", "device", "domain", "enc", "encryption", "flag", "form",
    "from", "grant", "host", "id", "ip", "key", "keep", "lang", "language", "level", "locale", "login", "mode", "model", "next", "op", "opt", "os", "page", "param",
    "platform", "port", "realm", "redirect", "remember", "role", "scope", "sec", "security", "sign", "signature", "source", "state", "status", "submit", "time", "to",
    "token", "ts", "type", "uid", "url", "user", "username", "ver", "version", "wep", "zone",
];

/// Whether what follows a password behind an `&` is no field that a form would have: the password has both signs in it.
fn is_one_secret(sample: &[u8]) -> bool {
    let mut parts = sample.split(|byte| *byte == b'&');
    let (Some(first), Some(second), None) = (parts.next(), parts.next(), parts.next()) else { return false };
    let name = |part: &[u8]| key(part).and_then(|(length, _)| std::str::from_utf8(part.get(..length)?).ok().map(str::to_ascii_lowercase));
    let value = second.iter().rposition(|byte| *byte == b'=').and_then(|at| second.get(at + 1..)).unwrap_or_default();
    let is_word = value.len() >= 3 && value.iter().any(u8::is_ascii_alphabetic);
    let (Some(first), Some(second)) = (name(first), name(second)) else { return false };
    let is_secret = matches!(keys::meaning(&first), Some(Meaning::Password | Meaning::NetworkKey));
    let is_letters = second.len() >= 3 && second.bytes().all(|byte| byte.is_ascii_lowercase());
    is_secret && is_word && is_letters && keys::meaning(&second).is_none() && !COMMON.contains(&second.as_str())
}

/// The letters of keys.
static KEYS: Class = Class::new(true, b"_-.[]");

/// The length of the key that begins here, and what sign follows it.
fn key(part: &[u8]) -> Option<(usize, u8)> {
    if !part.first().is_some_and(|first| first.is_ascii_alphabetic() || *first == b'_') {
        return None;
    }
    let length = KEYS.begins(part.get(..=KEY).unwrap_or(part));
    let sign = *part.get(length).filter(|sign| matches!(sign, b'=' | b':'))?;
    // `http://…` and `a == b`.
    (!matches!((sign, part.get(length + 1)), (b':', Some(b'/')) | (b'=', Some(b'=')))).then_some((length, sign))
}

impl Walk<'_> {
    /// The values of a row.
    fn row(&mut self, layer: Layer<'_>, sign: u8) {
        let bytes = layer.bytes;
        let Some((mut length, by)) = key(bytes) else { return };
        let group = self.group();
        let mut siblings = Siblings::default();
        let mut at = 0;
        loop {
            let from = at + length + 1;
            let next = next_key(bytes, from, sign, by);
            let end = next.map_or(bytes.len(), |next| next.end);
            let name = bytes.get(at..at + length).and_then(|name| std::str::from_utf8(name).ok()).unwrap_or("");
            let trail = Trail { outer: layer.trail, form: "row", within: "", name };
            let value = trimmed(layer.cut(from, end), Some(sign).filter(|_| end == bytes.len())).step(&trail);
            let meaning = keys::meaning(name);
            siblings.note(name, meaning, value, group, usize::MAX, self);
            self.value(name, meaning, value, group);
            let Some(next) = next else { return };
            (at, length) = (next.start, next.length);
        }
    }
}

/// Where a value ends, and the key behind it.
#[derive(Clone, Copy)]
struct Next {
    end: usize,
    start: usize,
    length: usize,
}

/// Where a key stands behind a sign, the value is over.
fn next_key(bytes: &[u8], mut from: usize, sign: u8, by: u8) -> Option<Next> {
    loop {
        let end = from + find_either(sign, b'\n', bytes.get(from..)?)?;
        let rest = bytes.get(end + 1..)?;
        let start = end + 1 + rest.iter().take(BLANKS).take_while(|byte| byte.is_ascii_whitespace()).count();
        if let Some((length, _)) = key(bytes.get(start..)?).filter(|(_, found)| *found == by) {
            return Some(Next { end, start, length });
        }
        from = end + 1;
    }
}

/// Without blanks, signs at the row's end, and quotes around it.
fn trimmed(layer: Layer<'_>, sign: Option<u8>) -> Layer<'_> {
    if sign.is_none() && is_bare(layer.bytes) {
        return layer;
    }
    let start = layer.bytes.len() - layer.bytes.trim_ascii_start().len();
    let sign = sign.filter(|_| !memchr::memchr_iter(b'&', layer.bytes).any(|at| layer.bytes.get(at + 1) == Some(&b'#')));
    let end = layer.bytes.iter().rposition(|byte| !byte.is_ascii_whitespace() && Some(*byte) != sign).map_or(start, |last| last + 1);
    let value = layer.cut(start, end.max(start));
    match value.bytes {
        [b'"', .., b'"'] | [b'\'', .., b'\''] => value.cut(1, value.bytes.len() - 1),
        _ => value,
    }
}

/// Whether neither blanks nor quotes stand at its ends.
fn is_bare(value: &[u8]) -> bool {
    let is_edge = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\''));
    !value.is_empty() && !is_edge(value.first()) && !is_edge(value.last())
}

#[cfg(test)]
mod tests {
    use super::super::tests::list;
    use super::sign;
    use crate::event::Role;

    #[test]
    fn a_value_goes_on_to_the_next_key() {
        let all = list(Role::Unknown, None, None, b"state=on;ssid=LAN of Milk;psk=a;b c;gps=48.85837,2.29448;mail=kofi+toy@example.org;end=1\n");
        for want in ["ssid|LAN of Milk", "psk|a;b c", "gps|48.85837,2.29448", "mail|kofi+toy@example.org", "end|1"] {
            assert!(all.iter().any(|piece| piece.starts_with("row:") && piece.ends_with(&format!("|{want}"))), "{want}: {all:?}");
        }
        let all = list(Role::Unknown, None, None, b"imei: 352099001761481\r\nssid: LAN of Milk\r\n");
        assert!(all.contains(&"row:ssid|ssid|LAN of Milk".to_owned()), "{all:?}");
        let all = list(Role::Unknown, None, None, b"mode:1,ssid:\"Nest 12\",gps:48.85837,2.29448");
        assert!(all.contains(&"row:ssid|ssid|Nest 12".to_owned()) && all.contains(&"row:gps|gps|48.85837,2.29448".to_owned()), "{all:?}");
    }

    #[test]
    fn a_password_may_hold_signs() {
        for (text, want) in [
            ("psk=two words & more", "row:psk|psk|two words & more"),
            ("psk=a&b;c", "row:psk|psk|a&b;c"),
            ("psk=rotweiss&type=wpa", "form:psk|psk|rotweiss"),
            ("pwd=rotweiss&user=anna", "form:pwd|pwd|rotweiss"),
            ("user=anna&pwd=Pa$$&w0rd;1&n=1", "row:pwd|pwd|Pa$$&w0rd;1"),
            ("mail=&#97;&#64;example.org;end=1", "row:mail>html-entity|mail|a@example.org"),
        ] {
            let all = list(Role::Unknown, None, None, text.as_bytes());
            assert!(all.contains(&want.to_owned()), "{want}: {all:?}");
        }
    }

    #[test]
    fn a_long_form_is_one() {
        let form = "id=%41&note=a+b&".repeat(400);
        let all = list(Role::Unknown, None, None, form.as_bytes());
        assert_eq!(all.iter().filter(|piece| *piece == "form:note|note|a b").count(), 400, "{:?}", all.first());
    }

    #[test]
    fn coordinates_of_one_row_are_joined() {
        let all = list(Role::Unknown, None, None, b"t=1;lat=48.85837;lon=2.29448");
        assert!(all.contains(&"row:lon|lat,lon|48.85837,2.29448".to_owned()), "{all:?}");
    }

    #[test]
    fn forms_sentences_and_times_are_no_rows() {
        for text in
            ["a=1&b=2&c=3", "pwd=1234&b=2&c=3", "12:30:45;13:30:45", "a sentence: with, some; signs=1", "http://a.example;http://b.example", "one=1", "a,b,c"]
        {
            assert_eq!(sign(text.as_bytes()), None, "{text}");
        }
    }
}
