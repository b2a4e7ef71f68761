//! A command's arguments: atoms, quoted strings, and literals that stand between lines (RFC 9051, section 4).

use crate::protocols::protocol::Input;
use crate::wire::At;

/// Bytes of arguments that are kept of one command.
const LIMIT: usize = 4_096;
/// Arguments that are kept of one command.
const COUNT: usize = 16;

/// An argument.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Argument {
    /// Its bytes, unquoted.
    pub(super) bytes: Vec<u8>,
    /// Where it was seen.
    pub(super) at: At,
}

/// A command with as much of it as was seen.
#[derive(Debug)]
pub(super) struct Arguments {
    pub(super) tag: String,
    pub(super) method: String,
    pub(super) at: At,
    /// Bytes of what is stored.
    pub(super) bytes: u64,
    /// Tag and command too.
    list: Vec<Argument>,
    kept: usize,
    /// Whether a literal has begun.
    in_literal: bool,
}

impl Arguments {
    /// A command that begins.
    pub(super) fn new(tag: String, method: String, at: At) -> Self {
        Self { tag, method, at, bytes: 0, list: Vec::new(), kept: 0, in_literal: false }
    }

    /// What follows the command.
    pub(super) fn values(&self) -> &[Argument] {
        self.list.get(2..).unwrap_or_default()
    }

    /// Adds the first `length` bytes of a line.
    pub(super) fn add_line(&mut self, input: &Input<'_>, length: usize) {
        let line = input.bytes.get(..length).unwrap_or(input.bytes);
        let mut from = 0;
        while let Some(start) = line.get(from..).and_then(|rest| rest.iter().position(|byte| *byte != b' ')).map(|blanks| from + blanks) {
            let (bytes, taken) = word(line.get(start..).unwrap_or_default());
            self.push(bytes, input.at(start, taken));
            from = start + taken.max(1);
        }
    }

    /// Adds bytes of a literal.
    pub(super) fn add_literal(&mut self, part: &Input<'_>, last: bool) {
        if self.in_literal {
            let room = LIMIT.saturating_sub(self.kept).min(part.bytes.len());
            self.kept += room;
            if let Some(argument) = self.list.last_mut() {
                argument.bytes.extend_from_slice(part.bytes.get(..room).unwrap_or_default());
            }
        } else {
            self.push(part.bytes.to_vec(), part.at(0, part.bytes.len()));
        }
        self.in_literal = !last;
    }

    fn push(&mut self, mut bytes: Vec<u8>, at: At) {
        if self.list.len() < COUNT {
            bytes.truncate(LIMIT.saturating_sub(self.kept));
            self.kept += bytes.len();
            self.list.push(Argument { bytes, at });
        }
    }

    /// Bytes of memory held.
    pub(super) fn memory(&self) -> usize {
        self.kept + self.list.capacity() * size_of::<Argument>()
    }
}

/// The word that bytes begin with, unquoted, and its length as it stands there.
fn word(bytes: &[u8]) -> (Vec<u8>, usize) {
    let Some(quoted) = bytes.strip_prefix(b"\"") else {
        let length = bytes.iter().position(|byte| *byte == b' ').unwrap_or(bytes.len());
        return (bytes.get(..length).unwrap_or_default().to_vec(), length);
    };
    let (mut plain, mut is_escaped) = (Vec::new(), false);
    for (index, byte) in quoted.iter().enumerate() {
        match byte {
            b'\\' if !is_escaped => is_escaped = true,
            b'"' if !is_escaped => return (plain, index + 2),
            _ => {
                plain.push(*byte);
                is_escaped = false;
            }
        }
    }
    (plain, bytes.len())
}

/// A line without the announcement of a literal at its end, and the literal's length: `{12}`, `{12+}` (RFC 7888), `~{12}` (RFC 3516).
pub(super) fn literal(line: &[u8]) -> (&[u8], Option<u64>) {
    let announced = || {
        let inner = line.strip_suffix(b"}")?;
        let open = memchr::memrchr(b'{', inner)?;
        let digits = inner.get(open + 1..)?;
        let digits = digits.strip_suffix(b"+").unwrap_or(digits);
        let length = std::str::from_utf8(digits).ok().filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?.parse().ok()?;
        let text = line.get(..open)?;
        Some((text.strip_suffix(b"~").unwrap_or(text), length))
    };
    announced().map_or((line, None), |(text, length)| (text, Some(length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_announced_at_a_lines_end() {
        assert_eq!(literal(b"a LOGIN {4}"), (&b"a LOGIN "[..], Some(4)));
        assert_eq!(literal(b"a APPEND x {40+}"), (&b"a APPEND x "[..], Some(40)));
        assert_eq!(literal(b"* 1 FETCH (BINARY[1] ~{7}"), (&b"* 1 FETCH (BINARY[1] "[..], Some(7)));
        for none in [&b"a {x}"[..], b"a {}", b"a {4} b", b"}", b"", b"{99999999999999999999999}", b"{+4}"] {
            assert_eq!(literal(none), (none, None));
        }
    }

    #[test]
    fn words_are_unquoted() {
        assert_eq!(word(b"anna x"), (b"anna".to_vec(), 4));
        assert_eq!(word(br#""ti\"g\\er 1" x"#), (br#"ti"g\er 1"#.to_vec(), 13));
        assert_eq!(word(br#""open"#), (b"open".to_vec(), 5));
        assert_eq!(word(br#""""#), (Vec::new(), 2));
    }
}
