//! Keys and values in any other text: `key=value`, `key: value`, `"key":"value"`, `key,value`; and words that are encoded as a whole.

use super::siblings::Siblings;
use super::walk::{DEPTH, Layer, NESTED, Piece, SHORTEST, Trail, Walk, next};
use crate::content::find::{Class, are_all, leading_blocks, places_of_any};
use crate::content::keys::{self, Meaning};
use crate::content::kinds::Kinds;

/// A key is looked for in so many bytes before its sign.
const KEY: usize = 40;
/// A value is not longer.
const VALUE: usize = 512;
/// A shorter identifier is none.
const IDENTIFIER: usize = 4;
/// Words of a network's name, where nothing parts it from what follows.
const WORDS: usize = 3;
/// Latitude and longitude further apart belong to different things.
const REACH: usize = 80;

impl Walk<'_> {
    /// The values whose keys mean something; whether there was one.
    pub(super) fn pairs(&mut self, layer: Layer<'_>) -> bool {
        let bytes = layer.bytes;
        let group = self.group();
        let mut siblings = Siblings::default();
        let mut found = false;
        let mut done = 0;
        for sign in places_of_any([b'=', b':', b','], bytes) {
            let by_comma = bytes.get(sign) == Some(&b',');
            // A sign within a value names nothing.
            if sign < done || by_comma && !begins_as_number(bytes, sign + 1) {
                continue;
            }
            let Some((key, meaning)) = key_before(bytes, sign) else { continue };
            if by_comma && !meaning.is_identifier() || is_link(bytes, key, sign) {
                continue;
            }
            if self.is_full(Some(meaning)) {
                self.pass_over(layer.origin.part(sign));
                continue;
            }
            let value = value_after(bytes, sign + 1, meaning);
            done = value.1;
            let value = layer.cut(value.0, value.1);
            let is_short = meaning.is_identifier() && value.bytes.len() < IDENTIFIER;
            if value.bytes.is_empty() || is_short || by_comma && !value.bytes.iter().any(u8::is_ascii_digit) {
                continue;
            }
            found = true;
            let kinds = Kinds::of(value.bytes);
            if self.is_nothing(kinds, Some(meaning), value) {
                continue;
            }
            let Ok(key) = std::str::from_utf8(key) else { continue };
            let trail = Trail { outer: layer.trail, form: "text", within: "", name: key };
            let value = value.step(&trail);
            siblings.note(key, Some(meaning), value, group, REACH, self);
            // A value of a few words in a text is looked at as it is: its layers are the text's.
            self.show(&Piece { key, meaning: Some(meaning), bytes: value.bytes, origin: value.origin, trail: value.trail, group, binary: false, kinds });
            if value.bytes.len() >= NESTED && value.depth < DEPTH {
                let _ = self.wrapped(key, Layer { depth: value.depth + 1, ..value });
            }
        }
        found
    }
}

/// A word that may be an encoded text is at least so long.
const WORD: usize = 24;

impl Walk<'_> {
    /// Takes apart the words of a text that are encoded as a whole.
    pub(super) fn words(&mut self, layer: Layer<'_>) {
        let bytes = layer.bytes;
        if layer.depth >= DEPTH {
            return;
        }
        for (start, end) in CODED.runs(WORD, bytes) {
            if end - start < bytes.len() {
                let _ = self.wrapped("", layer.cut(start, end));
            }
        }
    }
}

/// The letters of such words.
static CODED: Class = Class::new(true, b"+/=-_.").in_blocks(|bytes| leading_blocks(bytes, is_coded));

#[inline]
#[expect(clippy::needless_bitwise_bool, reason = "a branch would have bytes looked at one by one")]
fn is_coded(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() | matches!(byte, b'-'..=b'/') | (byte == b'+') | (byte == b'=') | (byte == b'_')
}

/// Whether a digit, a plus or a quote follows: what a comma names is a number.
fn begins_as_number(bytes: &[u8], from: usize) -> bool {
    let begins = |byte: Option<&u8>| matches!(byte, Some(b'0'..=b'9' | b'+' | b'"' | b'\''));
    match bytes.get(from..).unwrap_or_default() {
        [b' ', b' ', ..] => false,
        rest @ [first, ..] if first.is_ascii_whitespace() => begins(rest.trim_ascii_start().first()),
        rest => begins(rest.first()),
    }
}

/// The key that ends just before the sign at `sign`, blanks and a quote apart, if its name means something.
fn key_before(bytes: &[u8], sign: usize) -> Option<(&[u8], Meaning)> {
    // Times and hardware addresses are full of them.
    if matches!(bytes.get(sign.saturating_sub(3)..sign), Some([before, first, second]) if first.is_ascii_digit() && KEYS.has(*second) && !KEYS.has(*before)) {
        return None;
    }
    let window = bytes.get(sign.saturating_sub(KEY)..sign)?;
    // Most signs stand behind something that ends no key.
    let last = window.last()?;
    let window = if last.is_ascii_whitespace() { window.trim_ascii_end() } else { window };
    let window = if let [before @ .., b'"' | b'\''] = window { before } else { window };
    // A key has two letters at least.
    if !matches!(window, [.., one, other] if KEYS.has(*one) && KEYS.has(*other)) {
        return None;
    }
    // The middle of a long word.
    if window.len() == KEY && is_within_word(window) {
        return None;
    }
    let key = window.get(window.len() - KEYS.trailing(window)..)?;
    // The hours of a time are no key: one begins with a letter. And of one that may be longer only a part behind a dot is looked at.
    let is_part = key.len() == KEY || key.first().is_some_and(u8::is_ascii_digit);
    if is_part && is_number_behind_dot(key)? {
        return None;
    }
    keys::meaning_of(key).filter(|meaning| meaning.is_believed_in_prose()).map(|meaning| (key, meaning))
}

/// Whether what stands behind the last dot begins as a number does; none without a dot.
fn is_number_behind_dot(key: &[u8]) -> Option<bool> {
    let dot = key.iter().rposition(|byte| *byte == b'.')?;
    Some(key.get(dot + 1).is_none_or(u8::is_ascii_digit))
}

/// Whether it is the scheme of a link to a place (RFC 5870), which tells itself, unless the text is too short to be looked through.
fn is_link(bytes: &[u8], key: &[u8], sign: usize) -> bool {
    key == b"geo" && bytes.len() >= SHORTEST && matches!(bytes.get(sign..), Some([b':', b'0'..=b'9' | b'-', ..]))
}

/// Whether no key can begin in it: it has letters of keys only, and no dot.
fn is_within_word(window: &[u8]) -> bool {
    // Most are told by one letter.
    let is_one = |byte: u8| byte.is_ascii_alphanumeric() | matches!(byte, b'_' | b'-');
    window.first().is_some_and(|first| is_one(*first)) && are_all(window, is_one)
}

/// The letters of keys.
static KEYS: Class = Class::new(true, b"_-.");

/// What places are written with, and what other values are.
static PLACES: Class = Class::new(false, b"0123456789.,;|+- []()");
static VALUES: Class = Class::new(false, b" \t\n\r\x0c&;,\"'}]|<").not();

/// Start and end of the value that begins behind the sign. A place may hold commas and blanks, a name or password of a network a few words.
fn value_after(bytes: &[u8], from: usize, meaning: Meaning) -> (usize, usize) {
    let place = matches!(meaning, Meaning::Place { .. });
    let start = next(bytes, from, |byte| !matches!(byte, b' ' | b'\t')).unwrap_or(bytes.len());
    let limit = bytes.len().min(start.saturating_add(VALUE));
    let window = bytes.get(start..limit).unwrap_or_default();
    if let Some(quote @ (b'"' | b'\'')) = window.first() {
        let length = memchr::memchr(*quote, window.get(1..).unwrap_or_default()).unwrap_or(window.len() - 1);
        return (start + 1, start + 1 + length);
    }
    let length = if place { PLACES.begins(window) } else { VALUES.begins(window) };
    let length = if matches!(meaning, Meaning::NetworkName | Meaning::NetworkKey | Meaning::Password) { words(window, length) } else { length };
    let trailing = window.iter().take(length).rev().take_while(|byte| matches!(byte, b',' | b';' | b' ' | b'|')).count();
    (start, start + length - trailing)
}

/// Length of the value that begins with one word of `first` bytes, if it may be of several: up to the end of the line or the next key. A sentence is none.
fn words(window: &[u8], first: usize) -> usize {
    if window.get(first) != Some(&b' ') {
        return first;
    }
    let stops = |byte: u8| matches!(byte, b'\r' | b'\n' | b'\t' | b'&' | b';' | b',' | b'"' | b'\'' | b'}' | b']' | b'|' | b'<' | b'=' | b':');
    let end = next(window, first, stops).unwrap_or(window.len());
    let line = window.get(..end).unwrap_or_default();
    // The word before a sign is the next key.
    let is_key = matches!(window.get(end), Some(b'=' | b':'));
    let length = if is_key { line.trim_ascii_end().iter().rposition(|byte| *byte == b' ').unwrap_or(first) } else { end };
    let count = line.get(..length).unwrap_or_default().split(|byte| *byte == b' ').filter(|word| !word.is_empty()).count();
    if count <= WORDS { length } else { first }
}

#[cfg(test)]
mod tests {
    use super::super::tests::list;
    use crate::event::Role;

    #[test]
    fn keys_with_a_meaning_give_their_values() {
        let all = list(
            Role::Unknown,
            None,
            None,
            b"boot ok\nimei: 352099001761481\nssid=Example psk='secret 99' \"token\" : \"abc\" iccid,8944000000000000000,x\nlat=48.85837 lon=2.29448\njoined mac=00:00:5e:00:53:99\n",
        );
        for want in [
            "text:imei|imei|352099001761481",
            "text:ssid|ssid|Example",
            "text:psk|psk|secret 99",
            "text:token|token|abc",
            "text:iccid|iccid|8944000000000000000",
            "text:mac|mac|00:00:5e:00:53:99",
        ] {
            assert!(all.contains(&want.to_owned()), "{want}: {all:?}");
        }
        assert!(all.contains(&"text:lon|lat,lon|48.85837,2.29448".to_owned()), "{all:?}");
    }

    #[test]
    fn a_networks_name_may_have_several_words() {
        for (text, want) in [
            ("joined ssid=LAN of Milk\nok", "text:ssid|ssid|LAN of Milk"),
            ("joined ssid=LAN of Milk psk=secret99 ok", "text:ssid|ssid|LAN of Milk"),
            ("joined ssid: Nest 12, then", "text:ssid|ssid|Nest 12"),
            ("the ssid: Example is what you see when you look", "text:ssid|ssid|Example"),
        ] {
            let all = list(Role::Unknown, None, None, text.as_bytes());
            assert!(all.contains(&want.to_owned()), "{want}: {all:?}");
        }
    }

    #[test]
    fn an_encoded_word_in_a_text_is_read() {
        let all = list(Role::Unknown, None, None, b"frame 7: bWFpbD1hbm5hQGV4YW1wbGUub3Jn sent, then 6d61696c3d6265727440657861 6d706c652e6f7267");
        assert!(all.contains(&"base64>form:mail|mail|anna@example.org".to_owned()), "{all:?}");
        assert!(all.contains(&"hex>form:mail|mail|bert@exa".to_owned()), "{all:?}");
    }

    #[test]
    fn a_letter_is_one_alone_and_among_many() {
        for byte in 0..=u8::MAX {
            assert_eq!(super::is_coded(byte), super::CODED.has(byte), "{byte:#x}");
            assert_eq!(super::CODED.leading(&[[b'x'; 40].as_slice(), &[byte; 20]].concat()), if super::is_coded(byte) { 60 } else { 40 }, "{byte:#x}");
        }
    }

    #[test]
    fn other_words_are_left_alone() {
        let all = list(Role::Unknown, None, None, b"password, token and phone, they said: nothing");
        assert_eq!(all.len(), 1, "{all:?}");
    }
}
