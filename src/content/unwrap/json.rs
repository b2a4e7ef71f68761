//! JSON (RFC 8259), read leniently: what is cut off, misquoted or nested too deeply still gives what is there.

use super::tree::Tree;
use super::walk::{Format, Layer, Walk, next};
use crate::content::find::{Class, find_either};

/// A list of numbers that is read as one value is not longer.
const NUMBERS: usize = 64;

/// See the file.
pub(super) static FORMAT: Format = Format { name: "json", open };

fn open(walk: &mut Walk<'_>, _: &str, layer: Layer<'_>) -> bool {
    let is_json = looks(layer.bytes);
    if is_json {
        walk.json(layer);
    }
    is_json
}

/// Whether it begins as a JSON object or list does, rather than a frame in brackets.
fn looks(bytes: &[u8]) -> bool {
    let Some((first, rest)) = bytes.split_first() else { return false };
    let rest = rest.trim_ascii_start();
    match (first, rest.first()) {
        (b'{', second) => matches!(second, Some(b'"' | b'\'' | b'}')),
        (b'[', Some(b'-' | b'0'..=b'9')) => {
            let after = next(rest, 0, |byte| !matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9'));
            after.and_then(|index| rest.get(index)).is_none_or(|byte| matches!(byte, b',' | b']') || byte.is_ascii_whitespace())
        }
        (b'[', second) => matches!(second, Some(b'"' | b'{' | b'[' | b']')),
        _ => false,
    }
}

impl Walk<'_> {
    /// All values of a JSON text.
    pub(super) fn json(&mut self, layer: Layer<'_>) {
        let bytes = layer.bytes;
        let mut tree = Tree::new("json");
        let mut key = "";
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'{' | b'[' => {
                    let first = bytes.get(at + 1).copied().unwrap_or(0);
                    if matches!((byte, first), (b'{', b'}') | (b'[', b']')) {
                        // What is empty holds nothing.
                        at += 1;
                    } else if *byte == b'['
                        && NUMERIC.has(first)
                        && let Some(end) = numbers(bytes, at + 1)
                    {
                        let name = tree.name(key);
                        tree.leaf(self, layer.cut(at + 1, end), name);
                        at = end;
                    } else {
                        tree.enter(self, key, *byte == b'{');
                    }
                    key = "";
                    at += 1;
                }
                b'}' | b']' => {
                    tree.leave();
                    key = "";
                    at += 1;
                }
                b',' => {
                    key = "";
                    at += 1;
                }
                b'"' => {
                    let (end, is_escaped) = string_end(bytes, at + 1);
                    let text = layer.cut(at + 1, end);
                    at = end + 1;
                    let after = next(bytes, at, |byte| !byte.is_ascii_whitespace());
                    if key.is_empty() && after.and_then(|index| bytes.get(index)) == Some(&b':') {
                        key = std::str::from_utf8(text.bytes).unwrap_or("");
                        at = after.map_or(at, |index| index + 1);
                        if key.len() >= 12 {
                            // Some use a number as a key.
                            tree.leaf(self, text, "");
                        }
                    } else {
                        self.json_string(text, is_escaped, tree.name(key), &mut tree);
                        key = "";
                    }
                }
                b':' => at += 1,
                byte if byte.is_ascii_whitespace() => at += 1,
                _ if at > 0 && tree.is_over() => {
                    // Text between one record and the next, as in a log.
                    let end = record(bytes, at);
                    self.text_between("", layer.cut(at, end));
                    key = "";
                    at = end;
                }
                _ => {
                    let end = next(bytes, at, |byte| ENDS.has(byte)).unwrap_or(bytes.len());
                    let name = tree.name(key);
                    tree.leaf(self, layer.cut(at, end), name);
                    key = "";
                    at = end.max(at + 1);
                }
            }
        }
    }

    fn json_string(&mut self, text: Layer<'_>, is_escaped: bool, key: &str, tree: &mut Tree<'_>) {
        if !is_escaped {
            return tree.leaf(self, text, key);
        }
        let plain = unescaped(text.bytes);
        if self.afford(plain.len()) {
            tree.leaf(self, Layer { bytes: &plain, origin: text.origin.decoded(0, text.bytes.len()), ..text }, key);
        }
    }
}

/// Where an object begins from `from` on, or a list at the beginning of a line: within one brackets are for other things.
fn record(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    let begins = |at: usize| rest.get(at..).is_some_and(looks);
    let is_one = |at: usize| if rest.get(at) == Some(&b'{') { begins(at) } else { begins(at + 1) };
    let mut at = 0;
    while let Some(found) = rest.get(at..).and_then(|rest| find_either(b'{', b'\n', rest)) {
        at += found;
        if is_one(at) {
            return from + at + usize::from(rest.get(at) == Some(&b'\n'));
        }
        at += 1;
    }
    bytes.len()
}

/// End of a list of two or three numbers that begins at `from`, as positions are written.
fn numbers(bytes: &[u8], from: usize) -> Option<usize> {
    let window = bytes.get(from..bytes.len().min(from + NUMBERS))?;
    let length = NUMERIC.begins(window);
    if window.get(length) != Some(&b']') {
        return None;
    }
    memchr::memchr(b',', window.get(..length)?).map(|_| from + length)
}

/// What numbers in a list are written with.
static NUMERIC: Class = Class::new(false, b"0123456789.-+, eE");
/// What ends a number or a word.
static ENDS: Class = Class::new(false, b",}]\":\t\n\x0c\r ");

/// Index of the quote that ends the string that begins at `from`, or the end of the text if it is cut off; whether there are escapes in it.
fn string_end(bytes: &[u8], from: usize) -> (usize, bool) {
    let (mut at, mut is_escaped) = (from, false);
    while let Some(found) = find_either(b'"', b'\\', bytes.get(at..).unwrap_or_default()) {
        let index = at + found;
        if bytes.get(index) == Some(&b'"') {
            return (index, is_escaped);
        }
        is_escaped = true;
        at = index + 2;
    }
    (bytes.len(), is_escaped)
}

/// Without its escapes (RFC 8259, section 7); what is no escape stays as it is.
pub(super) fn unescaped(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    loop {
        rest = match rest {
            [] => return plain,
            [b'\\', b'u', after @ ..] => {
                let (scalar, after) = unicode(after);
                let mut buffer = [0; 4];
                plain.extend_from_slice(scalar.encode_utf8(&mut buffer).as_bytes());
                after
            }
            [b'\\', byte, after @ ..] => {
                plain.push(match byte {
                    b'n' => b'\n',
                    b't' => b'\t',
                    b'r' => b'\r',
                    b'b' => 8,
                    b'f' => 12,
                    other => *other,
                });
                after
            }
            [byte, after @ ..] => {
                plain.push(*byte);
                after
            }
        };
    }
}

/// The character that follows `\u`, two halves of one put together, and what comes after.
fn unicode(bytes: &[u8]) -> (char, &[u8]) {
    let Some((first, after)) = four(bytes) else { return (char::REPLACEMENT_CHARACTER, bytes) };
    if let 0xd800..=0xdbff = first
        && let [b'\\', b'u', low @ ..] = after
        && let Some((second @ 0xdc00..=0xdfff, after)) = four(low)
    {
        let scalar = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        return (char::from_u32(scalar).unwrap_or(char::REPLACEMENT_CHARACTER), after);
    }
    (char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER), after)
}

fn four(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (digits, after) = bytes.split_at_checked(4)?;
    let digits = std::str::from_utf8(digits).ok().filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    Some((u32::from_str_radix(digits, 16).ok()?, after))
}

#[cfg(test)]
mod tests {
    use super::super::tests::list;
    use crate::event::Role;

    fn json(text: &str) -> Vec<String> {
        list(Role::Body, None, Some("application/json"), text.as_bytes())
    }

    #[test]
    fn nested_values_have_their_path_and_key() {
        let all = json(r#"{"u":{"mail":"a@example.org","n":[1,{"x":true}]},"l":["p","q"],"e":"caf\u00e9 \ud83d\ude00"}"#);
        for want in ["json:u.mail|mail|a@example.org", "json:u.n|n|1", "json:u.n.x|x|true", "json:l|l|p", "json:l|l|q", "json:e|e|café 😀"] {
            assert!(all.contains(&want.to_owned()), "{want}: {all:?}");
        }
    }

    #[test]
    fn coordinates_of_the_same_object_are_joined_and_no_others() {
        let all = json(r#"{"a":{"lat":48.8584,"t":1,"lng":2.2945},"b":{"lat":1.5},"c":{"lon":2.5}}"#);
        let joined: Vec<_> = all.iter().filter(|piece| piece.contains("lat,l")).collect();
        assert_eq!(joined, ["json:a.lng|lat,lng|48.8584,2.2945"]);
    }

    #[test]
    fn a_list_of_numbers_is_one_value() {
        let all = json(r#"{"geometry":{"type":"Point","coordinates":[2.2945, 48.8584]},"line":{"coordinates":[[2.1,48.1],[2.2,48.2]]}}"#);
        assert!(all.contains(&"json:geometry.coordinates|coordinates|2.2945, 48.8584".to_owned()), "{all:?}");
        assert!(all.contains(&"json:line.coordinates|coordinates|2.2,48.2".to_owned()), "{all:?}");
    }

    #[test]
    fn a_cut_text_gives_what_is_there() {
        let all = json(r#"{"imei":"352099001761481","name":"An"#);
        assert!(all.contains(&"json:imei|imei|352099001761481".to_owned()) && all.contains(&"json:name|name|An".to_owned()), "{all:?}");
    }

    #[test]
    fn json_in_a_json_string_is_read() {
        let all = json(r#"{"data":"{\"imei\":\"352099001761481\"}"}"#);
        assert!(all.contains(&"json:data>json:imei|imei|352099001761481".to_owned()), "{all:?}");
    }

    #[test]
    fn text_between_records_is_read_as_text() {
        let all = json("{\"a\":1}\nimei: 352099001761481, psk=\"rot weiss 99\"\n{\"mail\":\"anna@example.org\"}\r\nssid=LAN of Milk\r\n[7]");
        let other = json("{\"a\":1};{\"name\":\"Anna Example\"} sent [1], {\"tel\":\"+447700900123\"} ok");
        for want in ["json:name|name|Anna Example", "json:tel|tel|+447700900123", "||sent [1], "] {
            assert!(other.contains(&want.to_owned()), "{want}: {other:?}");
        }
        for want in ["text:imei|imei|352099001761481", "text:psk|psk|rot weiss 99", "json:mail|mail|anna@example.org", "row:ssid|ssid|LAN of Milk"] {
            assert!(all.contains(&want.to_owned()), "{want}: {all:?}");
        }
    }

    #[test]
    fn deep_nesting_is_harmless() {
        let deep = format!("{}\"x\"{}", "{\"a\":[".repeat(20_000), "]}".repeat(20_000));
        assert!(!json(&deep).is_empty());
    }
}
