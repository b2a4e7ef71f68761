//! The start screen as a picture.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Paragraph};

use super::model::{Place, Row, Start};
use super::offer::What;
use crate::tui::sanitize::clean;
use crate::tui::theme::{Theme, bar};
use crate::tui::view::{Page, cut, fit, fit_right, seal};
use crate::tui::words;

/// Cells of an interface's name and of its preview.
const NAME: usize = 12;
const PREVIEW: usize = 20;
/// Fewer cells show half of it.
const BROAD: usize = 100;
/// Lines for what there is to say of the chosen row.
const SAID: u16 = 8;
/// Fewer lines show no such text.
const LOW: u16 = 18;

/// Draws it; where the rows are, and the first one's index.
pub fn draw(frame: &mut Frame<'_>, start: &Start) -> (Rect, usize) {
    let area = frame.area();
    let theme = start.theme;
    let said = if area.height < LOW { 3 } else { SAID };
    let [head, list, text, foot] = Layout::vertical([Constraint::Length(3), Constraint::Fill(1), Constraint::Length(said), Constraint::Length(1)]).areas(area);
    let cells = usize::from(area.width);
    let title = vec![
        Line::default(),
        Line::from(vec![
            Span::styled(" tattletale", theme.strong().patch(theme.accent())),
            Span::raw(cut("   what do your smart devices tell, to whom, and who could listen?", cells.saturating_sub(12))),
        ]),
    ];
    frame.render_widget(Paragraph::new(title), head);
    let rows = rows(frame, start, list);
    let lines = told(start, cells.saturating_sub(4));
    frame.render_widget(Paragraph::new(lines), Rect { x: text.x.saturating_add(2), width: text.width.saturating_sub(4), ..text });
    frame.render_widget(Paragraph::new(hints(start, cells)), foot);
    seal(frame.buffer_mut(), theme);
    rows
}

fn rows(frame: &mut Frame<'_>, start: &Start, area: Rect) -> (Rect, usize) {
    let theme = start.theme;
    let title = match &start.place {
        Place::Menu => " What shall be watched? ".to_owned(),
        Place::Folder(..) => format!(" {} ", clean(&start.folder.to_string_lossy())),
    };
    let title = cut(&title, usize::from(area.width).saturating_sub(4));
    let block = Block::bordered().border_type(BorderType::Thick).border_style(theme.accent()).title_top(Line::styled(title, theme.strong()));
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let inner = Rect { x: inner.x.saturating_add(1), width: inner.width.saturating_sub(2), ..inner };
    let cells = usize::from(inner.width);
    let page = usize::from(inner.height);
    let (chosen, count) = (start.chosen(), start.count());
    let first = chosen.saturating_sub(page / 2).min(count.saturating_sub(page));
    let mut lines = Vec::new();
    for index in first..count.min(first + page) {
        let mut line = row(start, index, cells.saturating_sub(2));
        line.spans.insert(0, Span::raw(if index == chosen { "▸ " } else { "  " }));
        lines.push(if index == chosen { line.patch_style(theme.chosen(true)) } else { line });
    }
    if count == 0 {
        lines.push(Line::raw("No folder and no capture here. h goes up, esc back."));
    }
    frame.render_widget(Paragraph::new(lines), inner);
    (inner, first)
}

fn row(start: &Start, index: usize, cells: usize) -> Line<'static> {
    match &start.place {
        Place::Menu => match start.interfaces.get(index) {
            Some(row) => interface(row, cells, start.theme),
            None if index == start.interfaces.len() => Line::raw(fit("Open a capture file   pcap, pcapng, also .gz and .zst", cells)),
            None => Line::raw(fit("The demo              a made-up home: needs no rights and no hardware", cells)),
        },
        Place::Folder(entries, _) => {
            let Some(entry) = entries.get(index) else { return Line::default() };
            let size = match entry.what {
                What::Folder => "folder".to_owned(),
                What::Capture(bytes) => words::bytes(bytes),
            };
            let slash = if entry.what == What::Folder { "/" } else { "" };
            Line::raw(format!("{} {}", fit(&format!("{}{slash}", clean(&entry.name)), cells.saturating_sub(9)), fit_right(&size, 8)))
        }
    }
}

/// `eth1   ▁▂▅  1.2 MB/s  up, 192.0.2.7`.
fn interface(row: &Row, cells: usize, theme: Theme) -> Line<'static> {
    let interface = &row.interface;
    let most = row.seconds.iter().copied().max().unwrap_or_default();
    let bars: String = row.seconds.iter().map(|bytes| bar(eighths(*bytes, most))).collect();
    let rate = match row.seconds.back() {
        Some(0) => "quiet".to_owned(),
        Some(bytes) => format!("{}/s", words::bytes(*bytes)),
        None => "…".to_owned(),
    };
    let (right, style) = match (&interface.denied, interface.is_usual) {
        (Some(_), _) if !interface.is_up => ("✗ is down", theme.quiet()),
        (Some(_), _) => ("✗ needs permission", theme.alarm()),
        (None, true) => ("✓ the usual one", theme.ok()),
        (None, false) => ("✓", theme.ok()),
    };
    let preview = if cells < BROAD { PREVIEW / 2 } else { PREVIEW };
    let skipped = row.seconds.len().saturating_sub(preview);
    let bars: String = bars.chars().skip(skipped).collect();
    let room = cells.saturating_sub(NAME + preview + 10 + 20 + 4);
    let state = if room >= 8 { fit(&clean(&interface.state), room) } else { String::new() };
    Line::from(vec![
        Span::raw(format!("{} ", fit(&clean(&interface.name), NAME))),
        Span::styled(fit_right(&bars, preview), theme.accent()),
        Span::raw(format!(" {} {state} ", fit_right(&rate, 10))),
        Span::styled(right.to_owned(), style),
    ])
}

/// Of eight parts so many; what is not nothing is seen.
fn eighths(part: u64, most: u64) -> usize {
    if part == 0 || most == 0 { 0 } else { ((part as f64 / most as f64 * 8.0).round() as usize).clamp(1, 8) }
}

/// What there is to know of the chosen row.
fn told(start: &Start, cells: usize) -> Vec<Line<'static>> {
    let theme = start.theme;
    let mut page = Page::new(cells);
    if let Some(notice) = &start.notice {
        page.text(&clean(notice), theme.strong());
        return page.into_lines();
    }
    match (&start.place, start.interfaces.get(start.at)) {
        (Place::Folder(..), _) => page.text("enter opens, h goes up, esc comes back. Only captures and folders are listed.", Style::new()),
        (Place::Menu, Some(row)) => {
            if let Some(remedy) = &row.interface.denied {
                remedy.lines().for_each(|line| page.text(&clean(line), Style::new()));
            } else {
                page.text(
                    "tattletale only listens: it sends nothing, and nothing is stored. Watch only networks and devices that you are allowed to watch.",
                    Style::new(),
                );
                page.text("Often this computer sees its own traffic only; tattletale doctor tells how to see other devices.", theme.quiet());
            }
        }
        (Place::Menu, None) if start.at == start.interfaces.len() => {
            page.text(
                "A capture that a router, a phone or another program recorded. It is replayed at the speed at which it was captured; + makes it faster.",
                Style::new(),
            );
        }
        (Place::Menu, None) => page.text("Shows all that tattletale can show, on a home that was made up.", Style::new()),
    }
    page.into_lines()
}

/// The keys; quit is always among them.
fn hints(start: &Start, cells: usize) -> Line<'static> {
    let all: &[(&str, &str)] = match start.place {
        Place::Menu => &[("q", "quit"), ("enter", "watch"), ("↑↓", "move"), ("o", "open a file"), ("d", "demo")],
        Place::Folder(..) => &[("q", "quit"), ("enter", "open"), ("esc", "back"), ("↑↓", "move"), ("h", "up")],
    };
    let mut used = 0;
    let mut spans = Vec::new();
    for (key, word) in all {
        let taken = key.chars().count() + word.len() + 4;
        if used + taken > cells {
            break;
        }
        used += taken;
        spans.push(Span::styled(format!(" {key}"), start.theme.accent().add_modifier(Modifier::BOLD)));
        spans.push(Span::raw(format!(" {word}  ")));
    }
    Line::from(spans)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::tui::fixture::THEME;
    use crate::tui::portrait;
    use crate::tui::start::{Entry, Interface};
    use crate::tui::theme::Glyphs;

    fn picture(start: &Start, width: u16, height: u16) -> String {
        portrait::lines(&portrait::buffer((width, height), |frame| _ = draw(frame, start))).join("\n")
    }

    fn start(denied: bool) -> Start {
        let interface = |name: &str, state: &str, is_usual: bool| Interface {
            name: name.to_owned(),
            state: state.to_owned(),
            is_up: true,
            is_usual,
            denied: denied.then(|| "tattletale can't listen: this needs permission from the administrator.\nEasiest:  sudo tattletale watch".to_owned()),
        };
        let mut start = Start::new(THEME, vec![interface("lo", "up", false), interface("eth1", "up, 192.0.2.7", true)], PathBuf::from("/home/ann"));
        start.interfaces[0].seconds = [0, 100, 4_000, 1_200_000, 700_000].into();
        start
    }

    #[test]
    fn pictures() {
        let mut denied = start(true);
        denied.at = 0;
        let mut folder = start(false);
        let entries = [("..", What::Folder), ("old", What::Folder), ("toy.pcap", What::Capture(1_204_224)), ("\u{202e}x\x1b[2J.pcap", What::Capture(7))];
        folder.place = Place::Folder(entries.map(|(name, what)| Entry { name: name.to_owned(), what }).to_vec(), 2);
        for (name, start) in [("start", start(false)), ("start_denied", denied), ("start_folder", folder)] {
            let portrait = portrait::portrait(&portrait::SIZES, |palette, frame| {
                let mut start = start.clone();
                start.theme = Theme { palette, ..THEME };
                draw(frame, &start);
            });
            assert!(!portrait.contains(['\u{202e}', '\u{1b}']));
            insta::assert_snapshot!(name, portrait);
        }
    }

    #[test]
    fn quit_is_visible_at_any_size_and_ascii_is_ascii() {
        for width in [10, 20, 40, 59, 60, 80, 139] {
            for height in [5, 15, 24] {
                assert!(picture(&start(true), width, height).contains("q quit"), "{width}x{height}");
            }
        }
        let mut plain = start(false);
        plain.theme = Theme { glyphs: Glyphs::Ascii, ..THEME };
        assert!(picture(&plain, 80, 24).is_ascii());
    }
}
