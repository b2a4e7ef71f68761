//! model → picture. Views take `&` only; what they must tell the model (how far a pane can be scrolled, what can be clicked) is their result.
//!
//! ```text
//!  header    where you are, what is read, how it stands, what was lost      2 lines
//!  verdict   on the first screen what to look at first, and why              1 or 2 lines
//!  body      the panes of the screen, placed by `layout`
//!  footer    what there is to say, and the keys that work here              2 or 3 lines
//! ```

use ratatui::Frame;
use ratatui::buffer::{Buffer, CellWidth};
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Modifier;
use ratatui::widgets::Paragraph;

use crate::tui::model::{Mode, Model, Pane, Screen};
use crate::tui::picture::{Extent, Picture};
use crate::tui::sanitize::is_harmless;
use crate::tui::theme::{Glyphs, Palette, Theme, in_ascii};
use layout::Room;
use pane::Spot;
use sheet::Sheet;

mod devices;
mod empty;
mod endpoints;
mod evidence;
mod explain;
mod findings;
mod footer;
mod header;
mod health;
mod help;
mod hex;
mod layout;
mod menu;
mod overlay;
mod pane;
mod sheet;
mod small;
mod text;
mod timeline;
mod verdict;
mod world;

pub use text::{Page, cut, fit, fit_right};

#[cfg(test)]
mod tests;

/// Draws the whole picture.
pub fn draw(frame: &mut Frame<'_>, model: &Model) -> Picture {
    let area = frame.area();
    let room = layout::room(area);
    let mut sheet = Sheet { frame, hits: Vec::new() };
    let extent = if room == Room::None {
        small::draw(sheet.frame, model, area);
        Extent::default()
    } else {
        let [head, body, foot] =
            Layout::vertical([Constraint::Length(2), Constraint::Fill(1), Constraint::Length(footer::height(model, area.width))]).areas(area);
        header::draw(&mut sheet, model, room, head);
        footer::draw(sheet.frame, model, foot);
        let mut extent = Extent::default();
        let panes = draw_verdict(sheet.frame, model, room, body);
        for spot in layout::spots(model, room, panes) {
            let drawn = draw_pane(&mut sheet, model, &spot);
            if spot.focused {
                extent = drawn;
            }
        }
        match model.mode {
            Mode::Help(scroll) => help::draw(&mut sheet, model, scroll, body),
            Mode::Menu(menu, row) => menu::draw(&mut sheet, model, menu, row, body),
            Mode::World => world::draw(&mut sheet, model, body),
            Mode::Browsing | Mode::Typing(_) => extent,
        }
    };
    seal(sheet.frame.buffer_mut(), model.settings.theme);
    Picture { extent, hits: sheet.hits }
}

/// The sentence above the devices, where there is room for it; what is left for the panes.
fn draw_verdict(frame: &mut Frame<'_>, model: &Model, room: Room, body: Rect) -> Rect {
    if model.screen != Screen::Devices || (room == Room::Single && model.focus != Pane::Devices) {
        return body;
    }
    let lines = verdict::lines(model, usize::from(body.width), room != Room::Single);
    let [above, panes] = Layout::vertical([Constraint::Length(lines.len() as u16), Constraint::Fill(1)]).areas(body);
    frame.render_widget(Paragraph::new(lines), above);
    panes
}

fn draw_pane(sheet: &mut Sheet<'_, '_>, model: &Model, spot: &Spot) -> Extent {
    match spot.pane {
        Pane::Devices => devices::draw(sheet, model, spot),
        Pane::DeviceFindings => findings::draw_of_device(sheet, model, spot),
        Pane::Findings => findings::draw_all(sheet, model, spot),
        Pane::Explain => explain::draw(sheet, model, spot),
        Pane::Excerpts => evidence::draw_excerpts(sheet, model, spot),
        Pane::Endpoints => endpoints::draw_list(sheet, model, spot),
        Pane::Endpoint => endpoints::draw_chosen(sheet, model, spot),
        Pane::Lanes => timeline::draw_lanes(sheet, model, spot),
        Pane::Moments => timeline::draw_moments(sheet, model, spot),
        Pane::Values => evidence::draw_values(sheet, model, spot),
        Pane::Packets => evidence::draw_packets(sheet, model, spot),
        Pane::Received => health::draw_received(sheet, model, spot),
        Pane::Missing => health::draw_missing(sheet, model, spot),
    }
}

/// The last gate before the terminal: no cell steers it, whatever a view forgot; on an ASCII terminal every cell is ASCII; with high contrast nothing is dim.
pub fn seal(buffer: &mut Buffer, theme: Theme) {
    for cell in &mut buffer.content {
        if !is_harmless(cell.symbol()) {
            cell.set_symbol("?");
        }
        if theme.glyphs == Glyphs::Ascii && !cell.symbol().is_ascii() {
            let wide = cell.symbol().cell_width() > 1;
            cell.set_symbol(if wide { "??" } else { in_ascii(cell.symbol()) });
        }
        if theme.palette == Palette::HighContrast {
            cell.modifier.remove(Modifier::DIM);
        }
    }
}
