//! The help overlay: the keys of this screen, out of the one table, and what the marks mean.

use ratatui::Frame;
use ratatui::layout::{Constraint, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Clear, Paragraph};

use crate::finding::Severity;
use crate::tui::keys;
use crate::tui::model::{Extent, Mode, Model, Screen};
use crate::tui::view::text::{Page, width};

/// Its width, frame included, where there is room.
const WIDTH: u16 = 78;
/// What is left free on both sides at least, else nothing is.
const RIM: u16 = 8;

/// Draws it over the body.
pub fn draw(frame: &mut Frame<'_>, model: &Model, scroll: usize, body: Rect) -> Extent {
    let theme = model.settings.theme;
    // A rim too narrow to show anything of what lies beneath only disturbs.
    let outer = if body.width < WIDTH + 2 * RIM { body.width } else { WIDTH };
    let cells = usize::from(outer.saturating_sub(4));
    let lines = lines(model, cells);
    let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX).min(body.height);
    let area = body.centered(Constraint::Length(outer), Constraint::Length(height));
    let page = usize::from(height.saturating_sub(2));
    let furthest = lines.len().saturating_sub(page);
    let scroll = scroll.min(furthest);
    let note = if furthest > scroll { format!(" ▼ {} more – esc closes ", furthest - scroll) } else { " esc closes ".to_owned() };
    let block = Block::bordered()
        .border_type(BorderType::Thick)
        .border_style(theme.accent())
        .title_top(Line::styled(format!(" Help: {} ", model.screen.name().0), theme.strong()))
        .title_bottom(Line::styled(note, theme.accent()).right_aligned());
    let inner = block.inner(area);
    frame.render_widget(Clear, area);
    frame.render_widget(block, area);
    let inner = Rect { x: inner.x.saturating_add(1), width: inner.width.saturating_sub(2), ..inner };
    frame.render_widget(Paragraph::new(lines.into_iter().skip(scroll).take(page).collect::<Vec<_>>()), inner);
    Extent { page, furthest }
}

fn lines(model: &Model, cells: usize) -> Vec<Line<'static>> {
    let theme = model.settings.theme;
    let mut page = Page::new(cells);
    page.text(about(model.screen), Style::new());
    page.gap();
    let bindings: Vec<_> = keys::here(&Mode::Browsing, model.screen).collect();
    let column = bindings.iter().map(|binding| width(binding.shown)).max().unwrap_or_default() + 2;
    for binding in bindings {
        let keys = Span::styled(format!("{:column$}", binding.shown), theme.accent().add_modifier(Modifier::BOLD));
        let mut help = Page::new(cells.saturating_sub(column));
        help.text(binding.help, Style::new());
        for (index, line) in help.into_lines().into_iter().enumerate() {
            let lead = if index == 0 { keys.clone() } else { Span::raw(" ".repeat(column)) };
            page.line(Line::from([vec![lead], line.spans].concat()));
        }
    }
    page.gap();
    for (severity, meaning) in
        [(Severity::High, "someone can read or misuse personal data now"), (Severity::Medium, "may be a problem; check"), (Severity::Low, "good to know")]
    {
        page.line(Line::from(vec![Span::styled(format!("{} {}  ", theme.mark(severity), severity.plain()), theme.severity(severity)), Span::raw(meaning)]));
    }
    page.into_lines()
}

/// What a screen shows, in a sentence.
fn about(screen: Screen) -> &'static str {
    match screen {
        Screen::Devices => "The devices that were seen, the ones to look at first; beneath, what was found of the chosen one. Grade ? = too little was seen.",
        Screen::Findings => "All that was found, the worst first.",
        Screen::Endpoints => "Whom the devices talk to.",
        Screen::Evidence => "The chosen finding as it can be checked with any other tool. Personal values are masked.",
        Screen::Health => "What was read and what was missed. What was missed cannot have been found.",
    }
}
