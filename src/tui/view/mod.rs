//! model → picture. Views take `&` only; what they must tell the model (how far a pane can be scrolled) is their result.
//!
//! ```text
//!  header    where you are, what is read, how it stands, what was lost      2 lines
//!  body      the panes of the screen, placed by `layout`
//!  footer    what there is to say, and the keys that work here              2 or 3 lines
//! ```

use ratatui::Frame;
use ratatui::buffer::{Buffer, CellWidth};
use ratatui::layout::{Constraint, Layout};

use crate::tui::model::{Extent, Mode, Model, Pane};
use crate::tui::sanitize::is_harmless;
use crate::tui::theme::{Glyphs, in_ascii};
use layout::Room;
use pane::Spot;

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
mod layout;
mod pane;
mod small;
mod text;

#[cfg(test)]
mod tests;

/// Draws the whole picture.
pub fn draw(frame: &mut Frame<'_>, model: &Model) -> Extent {
    let area = frame.area();
    let room = layout::room(area);
    let extent = if room == Room::None {
        small::draw(frame, model, area);
        Extent::default()
    } else {
        let [head, body, foot] =
            Layout::vertical([Constraint::Length(2), Constraint::Fill(1), Constraint::Length(footer::height(model, area.width))]).areas(area);
        header::draw(frame, model, room, head);
        footer::draw(frame, model, foot);
        let mut extent = Extent::default();
        for spot in layout::spots(model, room, body) {
            let drawn = draw_pane(frame, model, &spot);
            if spot.focused {
                extent = drawn;
            }
        }
        match model.mode {
            Mode::Help(scroll) => help::draw(frame, model, scroll, body),
            _ => extent,
        }
    };
    seal(frame.buffer_mut(), model.settings.theme.glyphs);
    extent
}

fn draw_pane(frame: &mut Frame<'_>, model: &Model, spot: &Spot) -> Extent {
    match spot.pane {
        Pane::Devices => devices::draw(frame, model, spot),
        Pane::DeviceFindings => findings::draw_of_device(frame, model, spot),
        Pane::Findings => findings::draw_all(frame, model, spot),
        Pane::Explain => explain::draw(frame, model, spot),
        Pane::Excerpts => evidence::draw_excerpts(frame, model, spot),
        Pane::Endpoints => endpoints::draw_list(frame, model, spot),
        Pane::Endpoint => endpoints::draw_chosen(frame, model, spot),
        Pane::Values => evidence::draw_values(frame, model, spot),
        Pane::Packets => evidence::draw_packets(frame, model, spot),
        Pane::Received => health::draw_received(frame, model, spot),
        Pane::Missing => health::draw_missing(frame, model, spot),
    }
}

/// The last gate before the terminal: no cell steers it, whatever a view forgot; and on an ASCII terminal every cell is ASCII.
fn seal(buffer: &mut Buffer, glyphs: Glyphs) {
    for cell in &mut buffer.content {
        if !is_harmless(cell.symbol()) {
            cell.set_symbol("?");
        }
        if glyphs == Glyphs::Ascii && !cell.symbol().is_ascii() {
            let wide = cell.symbol().cell_width() > 1;
            cell.set_symbol(if wide { "??" } else { in_ascii(cell.symbol()) });
        }
    }
}
