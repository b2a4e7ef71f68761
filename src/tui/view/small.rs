//! A window that is too small: says so, and how things stand.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use crate::home::snapshot::LiveState;
use crate::tui::model::Model;
use crate::tui::rows;
use crate::tui::view::layout::LEAST;
use crate::tui::view::text::Page;
use crate::tui::words;

/// Draws the message.
pub fn draw(frame: &mut Frame<'_>, model: &Model, area: Rect) {
    let (width, height) = LEAST;
    let (findings, serious) = rows::tally(model.shown());
    let going = match (&model.shown().live.state, model.shown().live.is_live) {
        (LiveState::Done, _) => "Done",
        (LiveState::Stopped(_), _) => "Stopped",
        (_, true) => "Still capturing",
        (_, false) => "Still reading",
    };
    let found = words::counted(findings, "finding", "findings");
    let text =
        format!("This window is {}×{}. tattletale needs {width}×{height}. {going}: {found} ({} serious).", area.width, area.height, words::count(serious));
    let mut lines = wrapped(&format!("{text} {QUIT}"), area);
    if lines.len() > usize::from(area.height) {
        lines = wrapped(&format!("{QUIT} {text}"), area);
    }
    frame.render_widget(Paragraph::new(lines), area);
}

/// Comes first where the rest would push it out of the window.
const QUIT: &str = "q quits.";

fn wrapped(text: &str, area: Rect) -> Vec<Line<'static>> {
    let mut page = Page::new(usize::from(area.width));
    page.text(text, Style::new());
    page.into_lines()
}
