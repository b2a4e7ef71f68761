//! The frame of what lies over the panes.

use ratatui::Frame;
use ratatui::layout::{Constraint, Rect};
use ratatui::text::Line;
use ratatui::widgets::{Block, BorderType, Clear};

use crate::tui::theme::Theme;

/// Its width, frame included, where there is room.
pub const WIDTH: u16 = 78;
/// What is left free on both sides at least, else nothing is.
const RIM: u16 = 8;

/// Its width in a body.
pub fn outer_width(body: Rect) -> u16 {
    // A rim too narrow to show anything of what lies beneath only disturbs.
    if body.width < WIDTH + 2 * RIM { body.width } else { WIDTH }
}

/// Draws an empty box of so many lines over the middle of a body; where its lines go.
pub fn boxed(frame: &mut Frame<'_>, theme: Theme, body: Rect, (width, lines): (u16, usize), title: &str, note: &str) -> Rect {
    let height = u16::try_from(lines + 2).unwrap_or(u16::MAX).min(body.height);
    let area = body.centered(Constraint::Length(width), Constraint::Length(height));
    let block = Block::bordered()
        .border_type(BorderType::Thick)
        .border_style(theme.accent())
        .title_top(Line::styled(format!(" {title} "), theme.strong()))
        .title_bottom(Line::styled(format!(" {note} "), theme.accent()).right_aligned());
    let inner = block.inner(area);
    frame.render_widget(Clear, area);
    frame.render_widget(block, area);
    Rect { x: inner.x.saturating_add(1), width: inner.width.saturating_sub(2), ..inner }
}
