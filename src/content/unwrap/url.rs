//! Request targets, queries and forms (RFC 3986; WHATWG URL, `application/x-www-form-urlencoded`).

use std::borrow::Cow;

use super::encoded::is_encoded_text;
use super::siblings::Siblings;
use super::walk::{Escape, Format, Layer, Trail, Walk, next};
use crate::content::find::{Class, find, find_before_two, find_either};
use crate::content::keys::{self, Meaning};
use crate::content::kinds::Kinds;

/// `key=value` pairs.
pub(super) static FORM: Format = Format {
    name: "form",
    open: |walk, _, layer| {
        let is_form = looks_like_form(layer.bytes);
        if is_form {
            walk.form(layer, "form");
        }
        is_form
    },
};

/// A link.
pub(super) static LINK: Format = Format {
    name: "url",
    open: |walk, _, layer| {
        let bytes = layer.bytes;
        let is_link = (bytes.starts_with(b"http://") || bytes.starts_with(b"https://")) && !bytes.iter().any(u8::is_ascii_whitespace);
        if is_link {
            walk.target(layer);
        }
        is_link
    },
};

/// Percent signs.
pub(super) static PERCENT: Escape = Escape { name: "percent", signs: Kinds::PERCENT, undo: |bytes| percent_decoded(bytes, false) };

impl Walk<'_> {
    /// A request target or URL: path segments, then the query and the fragment.
    pub(super) fn target(&mut self, layer: Layer<'_>) {
        let bytes = layer.bytes;
        let path_end = next(bytes, 0, |byte| matches!(byte, b'?' | b'#')).unwrap_or(bytes.len());
        let start = path_start(bytes.get(..path_end).unwrap_or_default());
        if start > 0 {
            // The authority, where credentials may stand.
            self.field("", Layer { depth: super::walk::DEPTH, ..layer.cut(0, start) });
        }
        self.path(layer.cut(start, path_end), "path", "");
        if path_end < bytes.len() {
            self.form(layer.cut(path_end + 1, bytes.len()), "query");
        }
    }

    /// `key=value` pairs between `&` (or `;`), percent-decoded.
    pub(super) fn form(&mut self, layer: Layer<'_>, form: &'static str) {
        let group = self.group();
        let mut siblings = Siblings::default();
        let mut from = 0;
        while from < layer.bytes.len() {
            let rest = layer.bytes.get(from..).unwrap_or_default();
            let end = if form == "form" { find_either(b'&', b'\n', rest) } else { next(rest, 0, |byte| matches!(byte, b'&' | b'\n' | b';')) };
            let pair = layer.cut(from, end.map_or(layer.bytes.len(), |end| from + end));
            from += pair.bytes.len() + 1;
            let (key, value) = match find_either(b'=', b'?', pair.bytes) {
                Some(equals) => (pair.bytes.get(..equals).unwrap_or_default(), pair.cut(equals + 1, pair.bytes.len())),
                None => (&b""[..], pair),
            };
            let kinds = Kinds::of(value.bytes);
            let is_escaped = kinds.has(Kinds::PERCENT.and(Kinds::PLUS)) || key.iter().any(|byte| matches!(byte, b'%' | b'+'));
            if !is_escaped && is_bare(key) && self.is_nothing(kinds, keys::meaning_of(key), value) {
                continue;
            }
            let key = if is_escaped { decoded(key) } else { Cow::Borrowed(key) };
            let key = std::str::from_utf8(&key).map_or_else(|_| String::from_utf8_lossy(&key), Cow::Borrowed);
            let key = if is_bare(key.as_bytes()) { &key } else { key.trim() };
            let trail = Trail { outer: layer.trail, form, within: "", name: key };
            let value = value.step(&trail);
            let meaning = keys::meaning(key);
            siblings.note(key, meaning, value, group, usize::MAX, self);
            if is_escaped {
                self.decoded_value(key, meaning, value, group);
            } else {
                self.value_of(kinds, key, meaning, value, group);
            }
        }
    }

    /// A value that may be percent-encoded.
    pub(super) fn decoded_value(&mut self, key: &str, meaning: Option<Meaning>, layer: Layer<'_>, group: u32) {
        // A plus in base64 that its sender forgot to encode is one; and who leaves an @ as it is does so with a plus.
        let is_plus = memchr::memchr(b'+', layer.bytes).is_some() && (memchr::memchr(b'@', layer.bytes).is_some() || is_encoded_text(layer.bytes));
        match percent_decoded(layer.bytes, !is_plus) {
            Some(plain) if self.afford(plain.len()) => {
                self.value(key, meaning, Layer { bytes: &plain, origin: layer.origin.decoded(0, layer.bytes.len()), ..layer }, group);
            }
            Some(_) => {}
            None => self.value(key, meaning, layer, group),
        }
    }
}

/// Whether no blank stands at an end.
fn is_bare(key: &[u8]) -> bool {
    matches!((key.first(), key.last()), (Some(first), Some(last)) if first.is_ascii_graphic() && last.is_ascii_graphic())
}

/// Words of interfaces that stand where a name could.
const VERBS: &[&str] = &[
    "all",
    "list",
    "scan",
    "get",
    "set",
    "put",
    "add",
    "new",
    "edit",
    "delete",
    "remove",
    "update",
    "reset",
    "status",
    "state",
    "config",
    "settings",
    "connect",
    "disconnect",
    "info",
    "current",
    "available",
    "networks",
    "network",
    "search",
    "default",
    "name",
    "id",
    "count",
    "password",
    "key",
    "security",
    "mode",
    "test",
    "json",
    "api",
    "index",
    "home",
];

/// Whether a part of a path, where words stand beside words, is the value that the part before it names.
pub(super) fn is_value(meaning: Meaning, key: &str, segment: &[u8]) -> bool {
    let plain = percent_decoded(segment, false);
    let value = plain.as_deref().unwrap_or(segment);
    let has = |wanted: fn(&u8) -> bool| value.iter().any(wanted);
    let is_written_otherwise = has(|byte| matches!(byte, b'&' | b'\\' | b'%' | 0));
    match meaning {
        Meaning::Place { .. } => has(u8::is_ascii_digit),
        Meaning::Password | Meaning::NetworkKey => value.len() >= 6 && has(u8::is_ascii_digit) && has(|byte| !byte.is_ascii_digit()),
        Meaning::Token { strong: true } => value.len() >= 16 && has(u8::is_ascii_digit) && (is_written_otherwise || has(u8::is_ascii_alphabetic)),
        Meaning::NetworkName => !key.eq_ignore_ascii_case("wifi") && !VERBS.iter().any(|verb| value.eq_ignore_ascii_case(verb.as_bytes())),
        _ => false,
    }
}

/// Whether it reads `key=value`, without a space in the key.
fn looks_like_form(bytes: &[u8]) -> bool {
    let bytes = bytes.trim_ascii_end();
    let Some(equals) = memchr::memchr(b'=', bytes.get(..64.min(bytes.len())).unwrap_or_default()) else { return false };
    // What ends in signs of equality is filled up to a length (base64).
    let is_padding = bytes.iter().skip(equals).all(|byte| *byte == b'=');
    equals > 0
        && !is_padding
        && bytes.get(..equals).is_some_and(|key| KEYS.has_all(key))
        && is_one_word(bytes.get(..SAMPLE.min(bytes.len())).unwrap_or_default())
}

/// Whether nothing stands in it that a form would have encoded.
fn is_one_word(sample: &[u8]) -> bool {
    memchr::memchr3(b' ', b'\n', b'\t', sample).is_none() && memchr::memchr3(b',', b'<', b'"', sample).is_none()
}

/// So much of a form is looked at.
const SAMPLE: usize = 4_096;
/// What its first key is written with.
static KEYS: Class = Class::new(true, b"_-.%[]$*+");

/// Index of the path in `http://user@host:port/path`; 0 where it begins at once.
fn path_start(bytes: &[u8]) -> usize {
    let Some(scheme) = memchr::memmem::find(bytes.get(..16.min(bytes.len())).unwrap_or_default(), b"://") else { return 0 };
    next(bytes, scheme + 3, |byte| byte == b'/').unwrap_or(bytes.len())
}

fn decoded(bytes: &[u8]) -> Cow<'_, [u8]> {
    percent_decoded(bytes, true).map_or(Cow::Borrowed(bytes), Cow::Owned)
}

/// Without its percent signs (and, in a form, with `+` read as a space before anything but a digit); none if it has none.
fn percent_decoded(bytes: &[u8], form: bool) -> Option<Vec<u8>> {
    let first = if form { memchr::memchr2(b'%', b'+', bytes) } else { find_before_two(b'%', bytes, |byte| byte.is_ascii_hexdigit()) }?;
    let mut plain = Vec::with_capacity(bytes.len());
    plain.extend_from_slice(bytes.get(..first)?);
    let (mut rest, mut changed) = (bytes.get(first..)?, false);
    loop {
        if !matches!(rest.first(), Some(b'%' | b'+')) {
            let (before, then) = rest.split_at(if form { find_either(b'%', b'+', rest) } else { find(b'%', rest) }.unwrap_or(rest.len()));
            plain.extend_from_slice(before);
            rest = then;
        }
        rest = match rest {
            [] => break,
            [b'%', high, low, after @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                plain.push(hex(*high) << 4 | hex(*low));
                changed = true;
                after
            }
            // `tel=+44…` is sent by many that forget to encode it: a plus that begins a number stays one.
            [b'+', after @ ..] if form && !(plain.is_empty() && after.first().is_some_and(u8::is_ascii_digit)) => {
                plain.push(b' ');
                changed = true;
                after
            }
            [byte, after @ ..] => {
                plain.push(*byte);
                after
            }
        };
    }
    changed.then_some(plain)
}

/// The value of a hexadecimal digit; 0 for any other byte.
fn hex(byte: u8) -> u8 {
    char::from(byte).to_digit(16).map_or(0, |digit| digit as u8)
}

#[cfg(test)]
mod tests {
    use super::super::tests::list;
    use super::*;
    use crate::event::Role;

    #[test]
    fn a_target_gives_segments_and_query() {
        let all = list(Role::Target, None, None, b"/api/device/352099001761481/v%201?imei=1&b=%7B%22c%22%3A%22d%22%7D&lone#frag");
        for want in ["path|device|352099001761481", "path|352099001761481|v 1", "query:imei|imei|1", "query:b|b|{\"c\":\"d\"}"] {
            let want = want.replace("path|352099001761481|", "path||").replace("path|device|", "path:device|device|");
            assert!(all.contains(&want), "{want}: {all:?}");
        }
    }

    #[test]
    fn coordinates_of_one_query_are_joined() {
        let all = list(Role::Target, None, None, b"/t?lon=2.2944&x=1&lat=48.8584");
        assert!(all.contains(&"query:lat|lat,lon|48.8584,2.2944".to_owned()), "{all:?}");
    }

    #[test]
    fn percent_signs_are_decoded_once() {
        assert_eq!(percent_decoded(b"a%40b", false).as_deref(), Some(&b"a@b"[..]));
        assert_eq!(percent_decoded(b"a%2540b", false).as_deref(), Some(&b"a%40b"[..]));
        assert_eq!(percent_decoded(b"100%", false), None);
        assert_eq!(percent_decoded(b"+447700900123", true), None);
        assert_eq!(percent_decoded(b"a+b", true).as_deref(), Some(&b"a b"[..]));
    }

    #[test]
    fn a_plus_beside_an_at_is_none_that_stands_for_a_blank() {
        let all = list(Role::Target, None, None, b"/x?mail=anna+toy@example.org&name=anna+toy&coded=anna%2Btoy%40example.org");
        for want in ["query:mail|mail|anna+toy@example.org", "query:name|name|anna toy", "query:coded|coded|anna+toy@example.org"] {
            assert!(all.contains(&want.to_owned()), "{want}: {all:?}");
        }
    }

    #[test]
    fn a_path_names_what_can_be_no_word() {
        let all = list(Role::Target, None, None, b"/v1/pwd/korrekt-pferd-42/ssid/TestHome/gps/48.858370,2.294481/end");
        for want in ["path:pwd|pwd|korrekt-pferd-42", "path:ssid|ssid|TestHome", "path:gps|gps|48.858370,2.294481"] {
            assert!(all.contains(&want.to_owned()), "{want}: {all:?}");
        }
        let all = list(Role::Target, None, None, b"/password/reset/token/refresh/ssid/scan/wifi/office/location/nearby/password/12345");
        assert!(all.iter().all(|piece| piece.contains("||")), "{all:?}");
    }

    #[test]
    fn a_form_is_told_from_a_sentence() {
        assert!(looks_like_form(b"a=1&b=2"));
        assert!(!looks_like_form(b"a sentence = no form"));
        assert!(!looks_like_form(b"=x"));
        assert!(!looks_like_form(b"uptime=1 load=2"));
    }
}
