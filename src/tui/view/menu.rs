//! A menu over the panes.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use crate::tui::menu;
use crate::tui::model::{Menu, Model};
use crate::tui::picture::{Extent, Target};
use crate::tui::view::overlay::{boxed, outer_width};
use crate::tui::view::sheet::Sheet;
use crate::tui::view::text::{Page, cut, fit};

/// Draws it.
pub fn draw(sheet: &mut Sheet<'_, '_>, model: &Model, menu: Menu, chosen: usize, body: Rect) -> Extent {
    let theme = model.settings.theme;
    let outer = outer_width(body);
    let cells = usize::from(outer.saturating_sub(4));
    let rows = menu::rows(model, menu);
    let mut note = Page::new(cells);
    note.text(menu::note(model, menu), theme.quiet());
    let note = note.into_lines();
    let room = usize::from(body.height).saturating_sub(3 + note.len()).max(1);
    let first = chosen.saturating_sub(room.saturating_sub(1));
    let shown = rows.len().saturating_sub(first).min(room);
    let title = cut(&menu::title(model, menu), cells);
    let inner = boxed(sheet.frame, theme, body, (outer, shown + 1 + note.len()), &title, "enter chooses – esc closes");
    let mut lines = Vec::new();
    for (index, row) in rows.iter().enumerate().skip(first).take(shown) {
        let (mark, style) = if index == chosen { ("▸", theme.chosen(true)) } else { (" ", Style::new()) };
        let number = if index < 9 { format!("{} ", index + 1) } else { "  ".to_owned() };
        lines.push(Line::styled(fit(&format!("{mark} {number}{row}"), cells), style));
    }
    lines.push(Line::default());
    lines.extend(note);
    sheet.hit(body, Target::Overlay);
    sheet.hit(Rect { height: u16::try_from(shown).unwrap_or(u16::MAX).min(inner.height), ..inner }, Target::Menu(first));
    sheet.frame.render_widget(Paragraph::new(lines), inner);
    Extent { page: shown, furthest: rows.len().saturating_sub(1) }
}
