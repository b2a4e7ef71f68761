//! The lines at the bottom: what there is to say, and the keys that work here. Quit is always among them.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::home::snapshot::LiveState;
use crate::tui::keys::{Action, Hint};
use crate::tui::model::{Line as Typed, Mode, Model, Screen, Typing, Values};
use crate::tui::sanitize::clean;
use crate::tui::view::text::{cut, width, wrap};
use crate::tui::{typing, words};

/// Lines for what there is to say, at most: one stays free also when there is nothing.
const MESSAGE: usize = 2;

/// Lines that the footer takes.
pub fn height(model: &Model, cells: u16) -> u16 {
    message(model, usize::from(cells)).len() as u16 + 1
}

/// Draws it.
pub fn draw(frame: &mut Frame<'_>, model: &Model, area: Rect) {
    let cells = usize::from(area.width);
    let mut lines = message(model, cells);
    lines.push(hints(model, cells));
    frame.render_widget(Paragraph::new(lines), area);
}

/// The filter line, or the most urgent of what is to be said; else an empty line.
fn message(model: &Model, cells: usize) -> Vec<Line<'static>> {
    let theme = model.settings.theme;
    let filter = model.main_list().and_then(|pane| model.listing(pane)).map(|listing| clean(&listing.filter)).unwrap_or_default();
    if let Mode::Typing(line) = &model.mode {
        return vec![typed(model, line, cells)];
    }
    let (text, style) = if let Some(notice) = &model.notice {
        (clean(notice).into_owned(), theme.strong())
    } else if model.shows_values() {
        (format!("Values are shown for {} more seconds; {} hides them.", seconds_left(model), model.key(Action::Show)), theme.alarm())
    } else if let Some(trouble) = trouble(model) {
        (trouble, theme.alarm())
    } else if !model.find.is_empty() {
        (format!("Searched: {} – n next, N before, esc ends", clean(&model.find)), theme.accent())
    } else if !filter.is_empty() && model.screen != Screen::Evidence {
        (format!("Filter: {filter} – esc clears it"), theme.accent())
    } else {
        return vec![Line::default()];
    };
    let mut parts = wrap(&text, cells.saturating_sub(2));
    if parts.len() > MESSAGE {
        parts.truncate(MESSAGE);
        if let Some(last) = parts.last_mut() {
            *last = cut(&format!("{last} …"), cells.saturating_sub(2));
        }
    }
    parts.into_iter().map(|part| Line::styled(format!(" {part}"), style)).collect()
}

/// The line that is typed, and what it can be completed to.
fn typed(model: &Model, line: &Typing, cells: usize) -> Line<'static> {
    let theme = model.settings.theme;
    let text = typing::text(model);
    let mark = match line.line {
        Typed::Filter => " / ",
        Typed::Find => " find ",
        Typed::Name => " name ",
    };
    let shown = clean(&text).into_owned();
    let room = cells.saturating_sub(width(mark) + width(&shown) + 5);
    let stem = line.completed.as_ref().map_or(text.as_str(), |(stem, _)| stem.as_str());
    let hint = match line.line {
        Typed::Find => "rows that hold it; n and N go on".to_owned(),
        Typed::Name => "what you call this device; empty: its own name".to_owned(),
        Typed::Filter if text.is_empty() => "text  !text  device:  level:serious  port:80  to:  company:  is:readable".to_owned(),
        Typed::Filter => {
            typing::offers(model, stem).iter().map(|offer| offer.trim_end().rsplit(' ').next().unwrap_or_default().to_owned()).collect::<Vec<_>>().join("  ")
        }
    };
    Line::from(vec![
        Span::styled(mark, theme.accent().add_modifier(Modifier::BOLD)),
        Span::raw(shown),
        Span::styled(" ", theme.strong().add_modifier(Modifier::REVERSED)),
        Span::raw("   "),
        Span::styled(cut(&clean(&hint), room), theme.quiet()),
    ])
}

fn seconds_left(model: &Model) -> u64 {
    match model.values {
        Values::ShownUntil(until) => until.saturating_sub(model.elapsed).as_secs().max(1),
        Values::Hidden => 0,
    }
}

/// Why something may be missing from the picture.
fn trouble(model: &Model) -> Option<String> {
    let snapshot = model.shown();
    if let LiveState::Stopped(why) = &snapshot.live.state {
        let (save, quit) = (model.key(Action::Export), model.key(Action::Quit));
        let why = sentence(why);
        let lead = if why.contains("stopped") { "" } else { "Stopped: " };
        return Some(format!("{lead}{why} What was seen is kept; {save} exports it, {quit} quits."));
    }
    if snapshot.live.state == LiveState::Down {
        return Some(format!("{} is down – waiting until it is up again.", clean(&snapshot.live.source)));
    }
    if let Some(offset) = snapshot.report.damaged_at {
        return Some(format!("The file is cut off or damaged at {}. Everything before was read.", words::bytes(offset)));
    }
    snapshot.coverage.limits.first().map(|limit| clean(limit).into_owned())
}

fn sentence(text: &str) -> String {
    let text = clean(text.trim()).into_owned();
    if text.ends_with(['.', '!', '?']) { text } else { format!("{text}.") }
}

/// The keys that work here: all of them where they fit, with less room between them where that helps; else the lightest give way, quit never.
fn hints(model: &Model, cells: usize) -> Line<'static> {
    let mut hints: Vec<(String, &'static str, u8)> = model.settings.keys.here(model.here()).filter_map(|row| row.footer.clone()).collect();
    // What is always shown stands at the end, where it is looked for.
    hints.sort_by_key(|(_, _, weight)| *weight == Hint::ALWAYS);
    let gap = if taken(&hints, WIDE_GAP) <= cells { WIDE_GAP } else { NARROW_GAP };
    while taken(&hints, gap) > cells {
        let Some(lightest) = hints.iter().map(|(_, _, weight)| *weight).min().filter(|weight| *weight < Hint::ALWAYS) else { break };
        hints.retain(|(_, _, weight)| *weight != lightest);
    }
    let mut spans = Vec::new();
    for (key, word, _) in hints {
        spans.push(Span::raw(" ".repeat(if spans.is_empty() { 1 } else { gap })));
        spans.push(Span::styled(key, model.settings.theme.accent().add_modifier(Modifier::BOLD)));
        spans.push(Span::raw(format!(" {word}")));
    }
    Line::from(spans)
}

/// Cells that hints take with a gap between them and a blank at both edges.
fn taken(hints: &[(String, &'static str, u8)], gap: usize) -> usize {
    let words: usize = hints.iter().map(|(key, word, _)| width(key) + 1 + width(word)).sum();
    words + gap * hints.len().saturating_sub(1) + 2
}

/// Blanks between two hints.
const WIDE_GAP: usize = 3;
const NARROW_GAP: usize = 2;
