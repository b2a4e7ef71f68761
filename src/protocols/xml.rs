//! A small reader of XML: the elements that hold nothing but text, in order, with their local names. Not a validating reader.
//!
//! No protocol of its own: descriptions and discovery messages of devices are read with it. Linear in its input; it keeps nothing.

use std::borrow::Cow;
use std::ops::Range;

/// Most elements that are looked at.
const MOST: usize = 8_192;
/// A longer reference is none.
const REFERENCE: usize = 10;

/// An element that holds only text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Leaf<'x> {
    /// Its name without a prefix.
    pub(super) name: &'x str,
    /// Its text without blanks around it, as sent.
    pub(super) raw: &'x [u8],
    /// Where that lies.
    pub(super) range: Range<usize>,
}

impl<'x> Leaf<'x> {
    /// Its text: references resolved, what is no UTF-8 replaced.
    pub(super) fn text(&self) -> Cow<'x, str> {
        let text = String::from_utf8_lossy(self.raw);
        if text.contains('&') { Cow::Owned(resolved(&text)) } else { text }
    }
}

/// The elements of a document, or of as much as is there of one, that hold only text.
pub(super) fn leaves(bytes: &[u8]) -> impl Iterator<Item = Leaf<'_>> {
    let (mut at, mut left) = (0, MOST);
    // The element that was opened last, and where its text begins.
    let mut open: Option<(&str, usize)> = None;
    std::iter::from_fn(move || {
        while left > 0 {
            left -= 1;
            let tag = at + memchr::memchr(b'<', bytes.get(at..)?)?;
            let rest = bytes.get(tag..)?;
            if let Some(data) = rest.strip_prefix(b"<![CDATA[") {
                let start = tag + 9;
                let end = start + memchr::memmem::find(data, b"]]>")?;
                at = end + 3;
                if let Some((name, _)) = open.take() {
                    return Some(leaf(name, bytes, start..end));
                }
                continue;
            }
            if rest.starts_with(b"<!--") {
                at = tag + memchr::memmem::find(rest, b"-->")? + 3;
                continue;
            }
            let end = tag + memchr::memchr(b'>', rest)?;
            let inside = bytes.get(tag + 1..end)?;
            at = end + 1;
            match inside.first() {
                Some(b'/') => {
                    if let Some((name, start)) = open.take() {
                        return Some(leaf(name, bytes, start..tag));
                    }
                }
                Some(b'!' | b'?') => {}
                _ if inside.ends_with(b"/") => open = None,
                _ => open = Some((local(inside), at)),
            }
        }
        None
    })
}

fn leaf<'x>(name: &'x str, bytes: &'x [u8], range: Range<usize>) -> Leaf<'x> {
    let text = bytes.get(range.clone()).unwrap_or_default();
    let start = range.start + text.len() - text.trim_ascii_start().len();
    let raw = text.trim_ascii();
    Leaf { name, raw, range: start..start + raw.len() }
}

/// The name in a tag, without a prefix.
fn local(tag: &[u8]) -> &str {
    let end = tag.iter().position(u8::is_ascii_whitespace).unwrap_or(tag.len());
    let name = tag.get(..end).and_then(|name| std::str::from_utf8(name).ok()).unwrap_or_default();
    name.rsplit(':').next().unwrap_or(name)
}

/// The five references that XML knows, and characters by number (XML 1.0, sections 4.1 and 4.6); any other stays as it is.
fn resolved(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let found = after.bytes().take(REFERENCE).position(|byte| byte == b';').and_then(|end| Some((reference(after.get(..end)?)?, after.get(end + 1..)?)));
        if let Some((character, next)) = found {
            out.push(character);
            rest = next;
        } else {
            out.push('&');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

fn reference(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = number.strip_prefix(['x', 'X']).map_or_else(|| number.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok())?;
            char::from_u32(code)
        }
    }
}

/// Whether bytes may be XML: their first character, behind a byte order mark and blanks, is `<`.
pub(super) fn may_be(bytes: &[u8]) -> bool {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start().starts_with(b"<")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<(String, String)> {
        leaves(text.as_bytes())
            .map(|leaf| {
                assert_eq!(text.as_bytes().get(leaf.range.clone()), Some(leaf.raw));
                (leaf.name.to_owned(), leaf.text().into_owned())
            })
            .collect()
    }

    fn pair(name: &str, text: &str) -> (String, String) {
        (name.to_owned(), text.to_owned())
    }

    #[test]
    fn elements_with_text_are_found() {
        let text = "<?xml version='1.0'?><!-- <no>x</no> --><r xmlns='u'>\n<d:a q='1'> one &amp; two </d:a><e/><f><b>&#x41;&#66;&odd;&</b></f><c><![CDATA[a<b]]></c></r>";
        assert_eq!(told(text), [pair("a", "one & two"), pair("b", "AB&odd;&"), pair("c", "a<b")]);
    }

    #[test]
    fn empty_and_cut_elements_are_not_told() {
        assert_eq!(told("<a></a><b>cut"), [pair("a", "")]);
        assert_eq!(told("<"), []);
        assert!(may_be(b"\xef\xbb\xbf \n<a>") && !may_be(b"{}") && !may_be(b""));
    }

    #[test]
    fn noise_never_panics() {
        proptest::proptest!(|(text in "[<>/!\\-\\[\\]a&;#x: ]{0,200}")| {
            told(&text);
        });
    }
}
