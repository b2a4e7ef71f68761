//! The two lines at the bottom: what there is to say, and the keys that work here. Quit is always among them.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::home::snapshot::LiveState;
use crate::tui::keys::{self, Binding};
use crate::tui::model::{Mode, Model, Screen};
use crate::tui::sanitize::clean;
use crate::tui::view::text::{cut, width};
use crate::tui::words;

/// Draws both lines.
pub fn draw(frame: &mut Frame<'_>, model: &Model, area: Rect) {
    let cells = usize::from(area.width);
    frame.render_widget(Paragraph::new(vec![message(model, cells), hints(model, cells)]), area);
}

/// The filter line, or the most urgent of what is to be said; else nothing.
fn message(model: &Model, cells: usize) -> Line<'static> {
    let theme = model.settings.theme;
    let filter = model.main_list().and_then(|pane| model.listing(pane)).map(|listing| listing.filter.as_str()).unwrap_or_default();
    let filter = clean(filter);
    if matches!(model.mode, Mode::Typing(_)) {
        let hint = "   !text: rows without it";
        return Line::from(vec![
            Span::styled(" / ", theme.accent().add_modifier(Modifier::BOLD)),
            Span::raw(filter.into_owned()),
            Span::styled(" ", theme.strong().add_modifier(Modifier::REVERSED)),
            Span::styled(hint, theme.quiet()),
        ]);
    }
    let (text, style) = if let Some(notice) = model.notice {
        (notice.to_owned(), theme.strong())
    } else if let Some(trouble) = trouble(model) {
        (trouble, theme.alarm())
    } else if !filter.is_empty() && model.screen != Screen::Evidence {
        (format!("Filter: {filter} – esc clears it"), theme.accent())
    } else {
        return Line::default();
    };
    Line::styled(cut(&format!(" {text}"), cells), style)
}

/// Why something may be missing from the picture.
fn trouble(model: &Model) -> Option<String> {
    let snapshot = model.shown();
    if let LiveState::Stopped(why) = &snapshot.live.state {
        return Some(format!("Stopped: {} What was seen is kept.", sentence(why)));
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

/// The keys that work here, as many as fit: the lightest give way first, quit never.
fn hints(model: &Model, cells: usize) -> Line<'static> {
    let bindings: Vec<(&Binding, &str, u8)> =
        keys::here(&model.mode, model.screen).filter_map(|binding| binding.footer.map(|(word, weight)| (binding, word, weight))).collect();
    let mut by_weight: Vec<_> = bindings.iter().map(|(binding, word, weight)| (*weight, width(binding.shown) + 1 + width(word))).collect();
    by_weight.sort_unstable_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    let mut used = 1;
    let mut lightest = u8::MAX;
    for (weight, cost) in by_weight {
        used += cost + GAP.len();
        if used > cells + GAP.len() && weight != u8::MAX {
            break;
        }
        lightest = weight;
    }
    let mut spans = vec![Span::raw(" ")];
    for (binding, word, _) in bindings.into_iter().filter(|(_, _, weight)| *weight >= lightest) {
        if spans.len() > 1 {
            spans.push(Span::raw(GAP));
        }
        spans.push(Span::styled(binding.shown, model.settings.theme.accent().add_modifier(Modifier::BOLD)));
        spans.push(Span::raw(format!(" {word}")));
    }
    Line::from(spans)
}

/// What stands between two keys.
const GAP: &str = "   ";
