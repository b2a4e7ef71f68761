//! Bytes of evidence as they stand in their frame: marked, and masked where they are personal.
//!
//! Of a packet nothing is kept but the masked excerpt and where its bytes lie. So what stands around the marked bytes is not known here (`··`), and what
//! is personal in them was masked when it was read (`██`): there is nothing that could be unmasked. Under `--reveal` excerpts hold values, which are
//! shown for as long as the user lets them be seen.

use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use crate::finding::{Evidence, Finding};
use crate::tui::theme::Theme;

/// Bytes that are shown.
const LIMIT: usize = 64;
/// Bytes that are shown where all are masked: more of the same tells nothing.
const UNKNOWN: usize = 8;
/// From this width on 16 bytes stand in a line.
const WIDE: usize = 78;

/// A byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Byte {
    /// Marked, and known.
    Known(u8),
    /// Marked, and personal.
    Masked,
    /// Beside the marked ones.
    Beside,
}

/// Lines of a hex dump; none where it is not known where the bytes lie. `hidden`: nothing of the excerpt may be shown.
pub fn lines(finding: &Finding, evidence: &Evidence, cells: usize, theme: Theme, hidden: bool) -> Vec<Line<'static>> {
    let (Some(offset), Some(length)) = (evidence.offset, evidence.length.filter(|length| *length > 0)) else { return Vec::new() };
    let (offset, length) = (offset as usize, length as usize);
    let mut marked = marked(finding, evidence, length, hidden);
    if marked.iter().all(|byte| *byte == Byte::Masked) {
        marked.truncate(UNKNOWN);
    }
    let per_line = if cells >= WIDE { 16 } else { 8 };
    let start = offset - offset % per_line;
    let mut row: Vec<Byte> = vec![Byte::Beside; offset - start];
    row.extend(marked);
    row.resize(row.len().next_multiple_of(per_line), Byte::Beside);
    row.chunks(per_line).enumerate().map(|(index, bytes)| line(start + index * per_line, bytes, theme)).collect()
}

/// How many marked bytes are not shown.
pub fn beyond(finding: &Finding, evidence: &Evidence, hidden: bool) -> usize {
    let length = evidence.length.unwrap_or(0) as usize;
    let known = marked(finding, evidence, length, hidden).iter().any(|byte| *byte != Byte::Masked);
    length.saturating_sub(if known { LIMIT } else { UNKNOWN })
}

/// The marked bytes: known where the excerpt has as many characters as there are bytes, so that each stands for one.
fn marked(finding: &Finding, evidence: &Evidence, length: usize, hidden: bool) -> Vec<Byte> {
    let shown = length.min(LIMIT);
    if hidden {
        return vec![Byte::Masked; shown];
    }
    let after = evidence.excerpt.split_once(['=', ':']).map(|(_, value)| value.trim_start());
    let values = finding.values.iter().map(|value| value.shown.as_str());
    let mut texts = [Some(evidence.excerpt.as_str()), after].into_iter().flatten().chain(values);
    let Some(text) =
        texts.find(|text| text.is_char_boundary(0) && text.chars().count() == length && text.chars().all(|c| c.is_ascii_graphic() || matches!(c, ' ' | '•')))
    else {
        return vec![Byte::Masked; shown];
    };
    text.chars().take(shown).map(|c| u8::try_from(c).map_or(Byte::Masked, Byte::Known)).collect()
}

/// `0058 ·· ·· [6c 61 74 3d ██ ██ ██ ██]  lat=████`.
fn line(offset: usize, bytes: &[Byte], theme: Theme) -> Line<'static> {
    let is_marked = |byte: Option<&Byte>| byte.is_some_and(|byte| *byte != Byte::Beside);
    let strong = theme.strong().add_modifier(Modifier::REVERSED);
    let mut spans = vec![Span::styled(format!("{offset:04x} "), theme.quiet())];
    let mut letters = vec![Span::raw("  ")];
    for (index, byte) in bytes.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|index| bytes.get(index));
        let gap = match (is_marked(before), is_marked(Some(byte))) {
            (false, true) => "[",
            (true, false) => "]",
            _ => " ",
        };
        spans.push(Span::raw(gap));
        let (pair, letter, style) = match byte {
            Byte::Known(byte) => (format!("{byte:02x}"), char::from(*byte).to_string(), strong),
            Byte::Masked => ("██".to_owned(), "█".to_owned(), Style::new()),
            Byte::Beside => ("··".to_owned(), " ".to_owned(), theme.quiet()),
        };
        spans.push(Span::styled(pair, style));
        letters.push(Span::raw(letter));
    }
    spans.push(Span::raw(if is_marked(bytes.last()) { "]" } else { " " }));
    spans.extend(letters);
    Line::from(spans)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::fixture;

    fn shown(offset: u32, length: u32, excerpt: &str, hidden: bool) -> Vec<String> {
        let finding = fixture::home().findings.swap_remove(3);
        let evidence = Evidence { offset: Some(offset), length: Some(length), excerpt: excerpt.to_owned(), ..finding.evidence[0].clone() };
        lines(&finding, &evidence, 50, fixture::THEME, hidden).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn bytes_stand_where_they_lie() {
        assert_eq!(shown(0x5a, 5, "toys!", false), ["0058  ·· ··[74 6f 79 73 21]··     toys! "]);
        assert_eq!(shown(0x58, 3, "user=a••", false), ["0058 [61 ██ ██]·· ·· ·· ·· ··   a██     "]);
        assert_eq!(shown(0x5e, 4, "lat=48.8", false), ["0058  ·· ·· ·· ·· ·· ··[34 38]        48", "0060 [2e 38]·· ·· ·· ·· ·· ··   .8      "]);
    }

    #[test]
    fn what_is_not_known_byte_by_byte_is_masked() {
        assert_eq!(shown(0x58, 4, "lat=••", false), ["0058 [██ ██ ██ ██]·· ·· ·· ··   ████    "]);
        assert_eq!(shown(0x58, 5, "toys!", true), ["0058 [██ ██ ██ ██ ██]·· ·· ··   █████   "]);
        assert_eq!(shown(0, 100_000, "x", false).len(), UNKNOWN / 8);
        assert_eq!(shown(0, 100, &"x".repeat(100), false).len(), LIMIT / 8);
    }

    #[test]
    fn places_at_the_edge_do_no_harm() {
        assert!(!shown(u32::MAX, u32::MAX, "", false).is_empty());
        assert!(shown(0, 0, "", false).is_empty());
        assert_eq!(shown(8, 3, "\u{1b}[2", false), ["0008 [██ ██ ██]·· ·· ·· ·· ··   ███     "], "no control character is taken for a byte to show");
    }
}
