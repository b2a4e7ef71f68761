//! Where the elements of an XML stream begin and end. Each byte is looked at once, however often it is shown.

/// An element of a stream, or the tag that opens the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// So many bytes are the tag `<stream:stream …>`.
    Open(usize),
    /// So many bytes are a whole element within the stream.
    Element(usize),
    /// So many bytes say nothing: blanks, a declaration, the stream's end.
    Nothing(usize),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Inside {
    #[default]
    Text,
    /// In a tag that began here; in quotes of this kind.
    Tag { start: usize, quote: u8 },
    /// In a section of character data.
    Data,
}

/// How far the bytes that wait were looked at.
#[derive(Debug, Default)]
pub(super) struct Scan {
    at: usize,
    depth: u32,
    inside: Inside,
}

impl Scan {
    /// The first unit of `bytes`, which begin where the one before ended; none: more are needed.
    pub(super) fn next(&mut self, bytes: &[u8]) -> Option<Unit> {
        while let Some(byte) = bytes.get(self.at) {
            let here = self.at;
            self.at += 1;
            match self.inside {
                Inside::Text if *byte == b'<' => {
                    if self.depth == 0 && here > 0 {
                        self.at = 0;
                        return Some(Unit::Nothing(here));
                    }
                    self.inside = Inside::Tag { start: here, quote: 0 };
                }
                Inside::Text => {}
                Inside::Data => {
                    if *byte == b'>' && bytes.get(..here).is_some_and(|before| before.ends_with(b"]]")) {
                        self.inside = Inside::Text;
                    }
                }
                Inside::Tag { start, quote: 0 } => match byte {
                    b'"' | b'\'' => self.inside = Inside::Tag { start, quote: *byte },
                    b'[' if bytes.get(start..=here) == Some(b"<![CDATA[") => self.inside = Inside::Data,
                    b'>' => {
                        self.inside = Inside::Text;
                        if let Some(unit) = self.tag(bytes.get(start..=here).unwrap_or_default()) {
                            let done = self.at;
                            *self = Self::default();
                            return Some(unit(done));
                        }
                    }
                    _ => {}
                },
                Inside::Tag { start, quote } => {
                    if *byte == quote {
                        self.inside = Inside::Tag { start, quote: 0 };
                    }
                }
            }
        }
        // Blanks between elements keep the conversation alive.
        if self.depth == 0 && self.inside == Inside::Text && self.at > 0 {
            let done = std::mem::take(&mut self.at);
            return Some(Unit::Nothing(done));
        }
        None
    }

    /// What a whole tag completes.
    fn tag(&mut self, tag: &[u8]) -> Option<fn(usize) -> Unit> {
        match tag.get(1) {
            Some(b'?' | b'!') => (self.depth == 0).then_some(Unit::Nothing as fn(usize) -> Unit),
            Some(b'/') if self.depth == 0 => Some(Unit::Nothing),
            Some(b'/') => {
                self.depth -= 1;
                (self.depth == 0).then_some(Unit::Element as fn(usize) -> Unit)
            }
            _ if self.depth == 0 && is_stream(tag) => Some(Unit::Open),
            _ if tag.ends_with(b"/>") => (self.depth == 0).then_some(Unit::Element as fn(usize) -> Unit),
            _ => {
                self.depth = self.depth.saturating_add(1);
                None
            }
        }
    }
}

/// Whether a tag opens a stream.
pub(super) fn is_stream(tag: &[u8]) -> bool {
    tag.strip_prefix(b"<stream:stream").is_some_and(|rest| rest.first().is_none_or(|byte| byte.is_ascii_whitespace() || *byte == b'>'))
}

/// The name of an element without a prefix.
pub(super) fn name(element: &[u8]) -> &[u8] {
    let inside = element.get(1..).unwrap_or_default();
    let end = inside.iter().position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/')).unwrap_or(inside.len());
    let name = inside.get(..end).unwrap_or_default();
    name.rsplit(|byte| *byte == b':').next().unwrap_or(name)
}

/// The value of an attribute in an element's first tag, and where it lies.
pub(super) fn attribute<'e>(element: &'e [u8], wanted: &[u8]) -> Option<(&'e [u8], usize)> {
    let mut at = element.iter().position(u8::is_ascii_whitespace)?;
    loop {
        let rest = element.get(at..)?;
        let end = rest.iter().position(|byte| matches!(byte, b'=' | b'>'))?;
        if rest.get(end) == Some(&b'>') {
            return None;
        }
        let name = rest.get(..end)?.trim_ascii();
        let behind = rest.get(end + 1..)?;
        let open = behind.iter().position(|byte| !byte.is_ascii_whitespace())?;
        let quote = *behind.get(open).filter(|quote| matches!(quote, b'"' | b'\''))?;
        let inside = behind.get(open + 1..)?;
        let close = memchr::memchr(quote, inside)?;
        let start = at + end + 1 + open + 1;
        if name == wanted {
            return Some((inside.get(..close)?, start));
        }
        at = start + close + 1;
    }
}

/// The text of an element that holds nothing but text, and where it lies.
pub(super) fn text(element: &[u8]) -> Option<(&[u8], usize)> {
    let start = memchr::memchr(b'>', element)? + 1;
    let end = start + memchr::memchr(b'<', element.get(start..)?)?;
    Some((element.get(start..end)?, start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(text: &str) -> Vec<Unit> {
        let (mut scan, mut at, mut units) = (Scan::default(), 0, Vec::new());
        while let Some(unit) = scan.next(&text.as_bytes()[at..]) {
            let (Unit::Open(length) | Unit::Element(length) | Unit::Nothing(length)) = unit;
            at += length;
            units.push(unit);
        }
        units
    }

    #[test]
    fn elements_are_cut_apart() {
        use Unit::{Element, Nothing, Open};
        assert_eq!(units("<?xml version='1.0'?><stream:stream to='a>b'> \n<iq/>"), [Nothing(21), Open(24), Nothing(2), Element(5)]);
        assert_eq!(units("<m a='1'><b><c/></b><![CDATA[</m>]]></m></stream:stream>"), [Element(40), Nothing(16)]);
        assert_eq!(units("<m><b>"), []);
        assert_eq!(units("  "), [Nothing(2)]);
    }

    #[test]
    fn attributes_and_texts_are_found() {
        let element = b"<x:auth xmlns='urn:a' mechanism = \"PLAIN\">AGFubmE=</x:auth>";
        assert_eq!(name(element), b"auth");
        assert_eq!(attribute(element, b"mechanism"), Some((&b"PLAIN"[..], 35)));
        assert_eq!(attribute(element, b"xmlns"), Some((&b"urn:a"[..], 15)));
        assert_eq!((attribute(element, b"to"), attribute(b"<a", b"to"), attribute(b"<a b>", b"b")), (None, None, None));
        assert_eq!(text(element), Some((&b"AGFubmE="[..], 42)));
        assert_eq!((name(b"<iq/>"), text(b"<iq/>")), (&b"iq"[..], None));
    }
}
