//! Text in cells: cut, filled, wrapped by the width that a terminal gives it, never by bytes or characters. Texts are harmless by then
//! ([`crate::tui::sanitize`]).

use ratatui::buffer::CellWidth;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

/// Cells that a text takes.
pub fn width(text: &str) -> usize {
    usize::from(text.cell_width())
}

/// The text in exactly so many cells: cut with `…`, or filled with blanks on its right.
pub fn fit(text: &str, cells: usize) -> String {
    let mut out = cut(text, cells);
    fill(&mut out, cells);
    out
}

/// The same, filled on its left.
pub fn fit_right(text: &str, cells: usize) -> String {
    let out = cut(text, cells);
    format!("{}{out}", " ".repeat(cells.saturating_sub(width(&out))))
}

/// The text in at most so many cells.
pub fn cut(text: &str, cells: usize) -> String {
    if width(text) <= cells {
        return text.to_owned();
    }
    let mut out = start(text, cells.saturating_sub(1)).to_owned();
    if cells > 0 {
        out.push('…');
    }
    out
}

fn fill(text: &mut String, cells: usize) {
    text.extend(std::iter::repeat_n(' ', cells.saturating_sub(width(text))));
}

/// The longest beginning that takes at most so many cells and breaks no picture of several characters.
fn start(text: &str, cells: usize) -> &str {
    let span = Span::raw(text);
    let (mut used, mut end) = (0, 0);
    for grapheme in span.styled_graphemes(Style::new()) {
        used += width(grapheme.symbol);
        if used > cells {
            break;
        }
        end += grapheme.symbol.len();
    }
    text.get(..end).unwrap_or_default()
}

/// Where a line has so much room left, a word that is longer than any line begins in it.
const BEGUN: usize = 8;

/// The text in lines of at most so many cells, broken at blanks; a longer word is broken where the line ends.
pub fn wrap(text: &str, cells: usize) -> Vec<String> {
    let cells = cells.max(2);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let gap = usize::from(!line.is_empty());
        if width(&line) + gap + width(word) <= cells {
            line.extend(std::iter::repeat_n(' ', gap));
            line.push_str(word);
            continue;
        }
        let mut rest = word;
        let room = cells.saturating_sub(width(&line) + gap);
        if width(word) > cells && room >= BEGUN && gap > 0 {
            let head = start(word, room);
            line.push(' ');
            line.push_str(head);
            rest = word.get(head.len()..).unwrap_or_default();
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        while width(rest) > cells {
            let head = start(rest, cells);
            // A single picture wider than the line would never fit.
            if head.is_empty() {
                break;
            }
            lines.push(head.to_owned());
            rest = rest.get(head.len()..).unwrap_or_default();
        }
        line.push_str(rest);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// Lines of text for a pane of a given width.
#[derive(Debug)]
pub struct Page {
    cells: usize,
    lines: Vec<Line<'static>>,
}

impl Page {
    /// An empty page.
    pub fn new(cells: usize) -> Self {
        Self { cells, lines: Vec::new() }
    }

    /// What was written.
    pub fn into_lines(self) -> Vec<Line<'static>> {
        self.lines
    }

    /// Its width.
    pub fn cells(&self) -> usize {
        self.cells
    }

    /// An empty line, but not two in a row and not the first.
    pub fn gap(&mut self) {
        if self.lines.last().is_some_and(|line| line.width() > 0) {
            self.lines.push(Line::default());
        }
    }

    /// A line as it is.
    pub fn line(&mut self, line: impl Into<Line<'static>>) {
        self.lines.push(line.into());
    }

    /// A heading.
    pub fn heading(&mut self, text: &str, style: Style) {
        self.gap();
        self.line(Line::styled(cut(text, self.cells), style));
    }

    /// A wrapped text.
    pub fn text(&mut self, text: &str, style: Style) {
        self.hanging("", text, style);
    }

    /// A wrapped text behind a mark; further lines stand under the text.
    pub fn hanging(&mut self, mark: &str, text: &str, style: Style) {
        let indent = width(mark);
        for (index, part) in wrap(text, self.cells.saturating_sub(indent)).into_iter().enumerate() {
            let lead = if index == 0 { mark.to_owned() } else { " ".repeat(indent) };
            self.line(Line::from(vec![Span::raw(lead), Span::styled(part, style)]));
        }
    }

    /// A badge, and a wrapped text beside it; further lines stand under the text.
    pub fn badge(&mut self, badge: &str, badge_style: Style, text: &str, style: Style) {
        let indent = width(badge) + 1;
        let mut badge = Some(Span::styled(badge.to_owned(), badge_style));
        for part in wrap(text, self.cells.saturating_sub(indent)) {
            let lead = badge.take().map_or_else(|| vec![Span::raw(" ".repeat(indent))], |badge| vec![badge, Span::raw(" ")]);
            self.line(Line::from([lead, vec![Span::styled(part, style)]].concat()));
        }
        // A text of nothing leaves the badge alone.
        if let Some(badge) = badge {
            self.line(badge);
        }
    }

    /// A name and its value, which is wrapped within its column; nothing where the value is not known.
    pub fn pair(&mut self, name: &str, value: &str, style: Style) {
        for (index, part) in wrap(value, self.cells.saturating_sub(NAMES)).into_iter().enumerate() {
            let lead = fit(if index == 0 { name } else { "" }, NAMES);
            self.line(Line::from(vec![Span::styled(lead, Style::new().add_modifier(Modifier::DIM)), Span::styled(part, style)]));
        }
    }
}

/// Width of the column of names in [`Page::pair`].
const NAMES: usize = 13;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_and_filled_by_cells() {
        assert_eq!(fit("bear", 6), "bear  ");
        assert_eq!(fit_right("12", 4), "  12");
        assert_eq!(fit("Location sent", 8), "Locatio…");
        assert_eq!(fit("客厅的灯", 5), "客厅…", "wide characters take two cells");
        assert_eq!(fit("客厅的灯", 6), "客厅… ");
        assert_eq!(cut("abc", 0), "");
        for cells in 0..12 {
            assert_eq!(width(&fit("a客e\u{301}👍🏽 longer than that", cells)), cells);
        }
    }

    #[test]
    fn text_is_wrapped_at_blanks() {
        assert_eq!(wrap("Anyone on the path can read it.", 12), ["Anyone on", "the path can", "read it."]);
        assert_eq!(wrap("0123456789abcdef", 6), ["012345", "6789ab", "cdef"]);
        assert_eq!(wrap("GET cdn.example.test/a/long/path", 14), ["GET cdn.exampl", "e.test/a/long/", "path"], "a long word begins where there is room");
        assert_eq!(wrap("", 10), Vec::<String>::new());
        for cells in 0..20 {
            assert!(wrap("客厅 a verylongwordindeed 👍🏽", cells).iter().all(|line| width(line) <= cells.max(2)));
        }
    }
}
