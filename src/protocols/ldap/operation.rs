//! Operations of LDAP (RFC 4511, section 4.2 and on), and a search's filter as people write it (RFC 4515).

use crate::protocols::ber::{Element, OCTETS, Reader};

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Bind,
    BindAnswer,
    Unbind,
    Search,
    Entry,
    SearchAnswer,
    Reference,
    Modify,
    ModifyAnswer,
    Add,
    AddAnswer,
    Delete,
    DeleteAnswer,
    Rename,
    RenameAnswer,
    Compare,
    CompareAnswer,
    Abandon,
    Extended,
    ExtendedAnswer,
    Intermediate,
}

impl Operation {
    /// By its tag.
    pub(super) fn of(tag: u8) -> Option<Self> {
        Some(match tag {
            0x60 => Self::Bind,
            0x61 => Self::BindAnswer,
            0x42 => Self::Unbind,
            0x63 => Self::Search,
            0x64 => Self::Entry,
            0x65 => Self::SearchAnswer,
            0x73 => Self::Reference,
            0x66 => Self::Modify,
            0x67 => Self::ModifyAnswer,
            0x68 => Self::Add,
            0x69 => Self::AddAnswer,
            0x4a => Self::Delete,
            0x6b => Self::DeleteAnswer,
            0x6c => Self::Rename,
            0x6d => Self::RenameAnswer,
            0x6e => Self::Compare,
            0x6f => Self::CompareAnswer,
            0x50 => Self::Abandon,
            0x77 => Self::Extended,
            0x78 => Self::ExtendedAnswer,
            0x79 => Self::Intermediate,
            _ => return None,
        })
    }

    /// Whether a server says it.
    pub(super) fn is_answer(self) -> bool {
        self.has_result() || matches!(self, Self::Entry | Self::Reference | Self::Intermediate)
    }

    /// Whether it begins with a result, and ends what was asked for.
    pub(super) fn has_result(self) -> bool {
        matches!(
            self,
            Self::BindAnswer
                | Self::SearchAnswer
                | Self::ModifyAnswer
                | Self::AddAnswer
                | Self::DeleteAnswer
                | Self::RenameAnswer
                | Self::CompareAnswer
                | Self::ExtendedAnswer
        )
    }

    /// The word for it; of an answer that of its request.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Bind | Self::BindAnswer => "bind",
            Self::Unbind => "unbind",
            Self::Search | Self::Entry | Self::SearchAnswer | Self::Reference => "search",
            Self::Modify | Self::ModifyAnswer => "modify",
            Self::Add | Self::AddAnswer => "add",
            Self::Delete | Self::DeleteAnswer => "delete",
            Self::Rename | Self::RenameAnswer => "rename",
            Self::Compare | Self::CompareAnswer => "compare",
            Self::Abandon => "abandon",
            Self::Extended | Self::ExtendedAnswer | Self::Intermediate => "extended",
        }
    }
}

/// Filters within filters that are written.
const DEPTH: usize = 8;
/// A longer filter is cut.
const LONGEST: usize = 4_096;

/// A filter as people write it: `(&(objectClass=person)(mail=anna@example.org))`.
pub(super) fn filter(element: &Element<'_>) -> Option<String> {
    let mut out = String::new();
    write(element, DEPTH, &mut out)?;
    Some(out)
}

fn write(element: &Element<'_>, depth: usize, out: &mut String) -> Option<()> {
    if depth == 0 || out.len() > LONGEST {
        return None;
    }
    let mut parts = Reader::new(element.content);
    out.push('(');
    match element.tag {
        0xa0..=0xa2 => {
            out.push(match element.tag {
                0xa0 => '&',
                0xa1 => '|',
                _ => '!',
            });
            while let Some(inner) = parts.next() {
                write(&inner, depth - 1, out)?;
            }
        }
        0xa3 | 0xa5 | 0xa6 | 0xa8 => {
            text(parts.expect(OCTETS)?.bytes, out);
            out.push_str(match element.tag {
                0xa3 => "=",
                0xa5 => ">=",
                0xa6 => "<=",
                _ => "~=",
            });
            text(parts.expect(OCTETS)?.bytes, out);
        }
        0xa4 => substrings(&mut parts, out)?,
        0x87 => {
            text(element.content.bytes, out);
            out.push_str("=*");
        }
        0xa9 => matching(&mut parts, out),
        _ => return None,
    }
    out.push(')');
    Some(())
}

fn substrings(parts: &mut Reader<'_>, out: &mut String) -> Option<()> {
    text(parts.expect(OCTETS)?.bytes, out);
    out.push('=');
    let mut pieces = parts.within(0x30)?;
    let mut last = 0;
    while let Some(piece) = pieces.next() {
        if piece.tag != 0x80 {
            out.push('*');
        }
        text(piece.content.bytes, out);
        last = piece.tag;
    }
    if last != 0x82 {
        out.push('*');
    }
    Some(())
}

/// A rule, an attribute, a value, whether names count.
fn matching(parts: &mut Reader<'_>, out: &mut String) {
    let (mut rule, mut kind, mut value) = (None, None, None);
    while let Some(part) = parts.next() {
        match part.tag {
            0x81 => rule = Some(part.content),
            0x82 => kind = Some(part.content),
            0x83 => value = Some(part.content),
            _ => {}
        }
    }
    text(kind.map(|kind| kind.bytes).unwrap_or_default(), out);
    if let Some(rule) = rule {
        out.push(':');
        text(rule.bytes, out);
    }
    out.push_str(":=");
    text(value.map(|value| value.bytes).unwrap_or_default(), out);
}

/// Bytes that are no text are escaped (RFC 4515, section 3).
fn text(bytes: &[u8], out: &mut String) {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.chars().any(|c| c.is_control() || "()*\\".contains(c)) => out.push_str(text),
        _ => bytes.iter().take(LONGEST).for_each(|byte| {
            out.push('\\');
            out.push_str(&data_encoding::HEXLOWER.encode(&[*byte]));
        }),
    }
}
