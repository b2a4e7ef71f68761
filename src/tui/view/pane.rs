//! The frame of every pane, and the two things that stand in one: a list or a page of text.

use std::fmt::Write;

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Paragraph};

use crate::tui::model::{Listing, Model, Pane};
use crate::tui::picture::{Extent, Target};
use crate::tui::view::sheet::Sheet;
use crate::tui::view::text::{cut, width};
use crate::tui::{rows, words};

/// Stands before the chosen row, so that it is seen without colour; blanks stand before the others.
const CHOSEN: &str = "▸ ";
const OTHER: &str = "  ";
/// In a pane of fewer lines none is left empty.
const SHORT: usize = 18;
/// Rows that a list keeps for itself.
const LEAST_ROWS: usize = 4;

/// Where a pane is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Spot {
    /// Which pane.
    pub pane: Pane,
    /// Its place, frame included.
    pub area: Rect,
    /// Whether it has the focus.
    pub focused: bool,
}

impl Spot {
    /// Cells within the frame and a blank on both sides.
    pub fn width(&self) -> usize {
        usize::from(self.area.width.saturating_sub(4))
    }

    /// Cells of a list's row, which begins with the mark of the chosen one.
    pub fn row_width(&self) -> usize {
        self.width().saturating_sub(width(CHOSEN))
    }

    /// Lines within the frame.
    pub fn height(&self) -> usize {
        usize::from(self.area.height.saturating_sub(2))
    }
}

/// A list: a head line, rows made on demand, and the chosen one.
pub struct List<'r> {
    /// What stands in the frame.
    pub title: String,
    /// The head line; none where it would be the only line.
    pub head: Line<'static>,
    /// How many rows there are.
    pub count: usize,
    /// The chosen one.
    pub chosen: usize,
    /// Makes the row with this index.
    pub row: &'r dyn Fn(usize) -> Line<'static>,
    /// What stands there instead when there are no rows.
    pub empty: Vec<Line<'static>>,
}

/// Draws a list.
pub fn list(sheet: &mut Sheet<'_, '_>, model: &Model, spot: &Spot, list: &List<'_>) -> Extent {
    list_with(sheet, model, spot, list, &Around::default())
}

/// Lines that stand in a list's pane and do not move with it.
#[derive(Default)]
pub struct Around {
    /// Above the list; left out where they would leave it too little room.
    pub above: Vec<Line<'static>>,
    /// Beneath it: of these the first that leaves the list enough rows; none where all are too long.
    pub beneath: Vec<Vec<Line<'static>>>,
}

/// Draws a list with a few lines around it.
pub fn list_with(sheet: &mut Sheet<'_, '_>, model: &Model, spot: &Spot, list: &List<'_>, around: &Around) -> Extent {
    if list.count == 0 {
        draw(sheet, model, spot, &list.title, "", list.empty.clone());
        return Extent { page: spot.height(), furthest: 0 };
    }
    let above = if around.above.len() + LEAST_ROWS < spot.height() { around.above.clone() } else { Vec::new() };
    let room = spot.height().saturating_sub(1 + above.len());
    let beneath = around.beneath.iter().find(|text| text.len() + list.count.min(LEAST_ROWS) <= room);
    let page = room - beneath.map_or(0, Vec::len);
    let over = u16::try_from(2 + above.len()).unwrap_or(u16::MAX);
    let first = window(list.chosen, list.count, page);
    let last = (first + page).min(list.count);
    let mut lines = above;
    lines.push(behind(OTHER, list.head.clone()));
    for index in first..last {
        let row = (list.row)(index);
        lines.push(if index == list.chosen { behind(CHOSEN, row).patch_style(model.settings.theme.chosen(spot.focused)) } else { behind(OTHER, row) });
    }
    if let Some(text) = beneath {
        // An empty line lies between, where there is one.
        lines.extend((last - first < page).then(Line::default));
        lines.extend(text.iter().cloned());
    }
    let note = if last - first < list.count { format!("{}–{} of {}", first + 1, last, list.count) } else { String::new() };
    draw(sheet, model, spot, &list.title, &note, lines);
    let shown = u16::try_from(last - first).unwrap_or(u16::MAX);
    let rows = Rect { y: spot.area.y.saturating_add(over), height: shown, ..spot.area }.intersection(spot.area);
    sheet.hit(rows, Target::Rows(spot.pane, first));
    Extent { page, furthest: list.count - 1 }
}

fn behind(mark: &'static str, mut row: Line<'static>) -> Line<'static> {
    row.spans.insert(0, Span::raw(mark));
    row
}

/// `Devices (9)`, `Devices (3 of 9, most sent first)`, `Findings (9, 2 new below)`.
pub fn list_title(name: &str, shown: usize, all: usize, listing: &Listing, pane: Pane) -> String {
    let mut title = format!("{name} ({}", words::count(shown as u64));
    if shown != all {
        _ = write!(title, " of {}", words::count(all as u64));
    }
    if let Some(order) = rows::order_word(listing.order, pane) {
        _ = write!(title, ", {order}");
    }
    if listing.later > 0 {
        _ = write!(title, ", {} new below", words::count(listing.later as u64));
    }
    title.push(')');
    title
}

/// The first row that is shown so that the chosen one stands near the middle.
fn window(chosen: usize, count: usize, page: usize) -> usize {
    chosen.saturating_sub(page / 2).min(count.saturating_sub(page))
}

/// Draws a page of text, scrolled where it has the focus. What is a little too long loses its empty lines.
pub fn text(sheet: &mut Sheet<'_, '_>, model: &Model, spot: &Spot, title: &str, mut lines: Vec<Line<'static>>) -> Extent {
    let page = spot.height();
    if lines.len() > page && (full(&lines) <= page || page < SHORT) {
        lines.retain(|line| line.width() > 0);
    }
    let furthest = lines.len().saturating_sub(page);
    let scroll = if spot.focused { model.scroll.min(furthest) } else { 0 };
    let below = lines.len().saturating_sub(scroll + page);
    let note = match (scroll, below) {
        (0, 0) => String::new(),
        (above, 0) => format!("▲ {above} more"),
        (_, below) => format!("▼ {below} more"),
    };
    draw(sheet, model, spot, title, &note, lines.into_iter().skip(scroll).take(page).collect());
    Extent { page, furthest }
}

/// How many lines are not empty.
pub fn full(lines: &[Line<'_>]) -> usize {
    lines.iter().filter(|line| line.width() > 0).count()
}

fn draw(sheet: &mut Sheet<'_, '_>, model: &Model, spot: &Spot, title: &str, note: &str, lines: Vec<Line<'static>>) {
    let theme = model.settings.theme;
    let (border, style) = if spot.focused { (BorderType::Thick, theme.accent()) } else { (BorderType::Plain, theme.quiet()) };
    let title = cut(title, spot.width());
    let mut block = Block::bordered().border_type(border).border_style(style);
    block = block.title_top(Line::styled(format!(" {title} "), theme.strong()));
    if !note.is_empty() {
        block = block.title_bottom(Line::styled(format!(" {note} "), style).right_aligned());
    }
    let inner = block.inner(spot.area);
    sheet.hit(spot.area, Target::Pane(spot.pane));
    sheet.frame.render_widget(block, spot.area);
    let inner = Rect { x: inner.x.saturating_add(1), width: inner.width.saturating_sub(2), ..inner };
    sheet.frame.render_widget(Paragraph::new(lines), inner);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chosen_row_is_always_within_the_window() {
        for count in 0..30 {
            for page in 1..12 {
                for chosen in 0..count {
                    let first = window(chosen, count, page);
                    assert!(first <= chosen && chosen < first + page, "{chosen} of {count} in {page}");
                    assert!(first + page <= count || first == 0, "no blank rows while others are hidden");
                }
            }
        }
    }
}
