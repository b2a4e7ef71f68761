//! The list of devices: grade, name, what was found, how much went up and down, when it was last seen.

use std::fmt::Write;

use ratatui::Frame;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use crate::finding::Severity;
use crate::tui::model::{Extent, Model, Pane};
use crate::tui::rows::{self, DeviceRow};
use crate::tui::sanitize::clean_to;
use crate::tui::theme::Theme;
use crate::tui::view::empty;
use crate::tui::view::pane::{self, Spot};
use crate::tui::view::text::{fit, fit_right, width};
use crate::tui::words;

/// From this width on, kind and address are shown too.
const FULL: usize = 94;

/// Draws the list.
pub fn draw(frame: &mut Frame<'_>, model: &Model, spot: &Spot) -> Extent {
    let rows = rows::devices(model);
    let cells = spot.row_width();
    let list = pane::List {
        title: title(model, rows.len()),
        head: head(cells, model.settings.theme),
        count: rows.len(),
        chosen: rows::position(&model.devices, &rows, |row, id| row.device.id == id),
        row: &|index| rows.get(index).map(|device| row(model, device, cells)).unwrap_or_default(),
        empty: empty::devices(model, spot.width()),
    };
    pane::list(frame, model, spot, &list)
}

fn title(model: &Model, shown: usize) -> String {
    let all = model.shown().devices.len();
    pane::list_title("Devices", shown, all, &model.devices, Pane::Devices)
}

fn head(cells: usize, theme: Theme) -> Line<'static> {
    let mut text = format!("{} {}", fit("Grade", 5), fit("Device", name_cells(cells)));
    if cells >= FULL {
        _ = write!(text, " {} {}", fit("Kind", KIND), fit("Address", ADDRESS));
    }
    _ = write!(text, " {} {} {} {}", fit("Found", FOUND), fit_right("Up", BYTES), fit_right("Down", BYTES), fit_right("Last seen", SEEN));
    Line::styled(text, theme.quiet())
}

const FOUND: usize = 6;
const BYTES: usize = 7;
const SEEN: usize = 10;
const KIND: usize = 12;
const ADDRESS: usize = 15;

/// What is left for the name.
fn name_cells(cells: usize) -> usize {
    let full = if cells >= FULL { KIND + ADDRESS + 2 } else { 0 };
    cells.saturating_sub(5 + 1 + FOUND + 2 * BYTES + SEEN + 4 + full)
}

fn row(model: &Model, row: &DeviceRow<'_>, cells: usize) -> Line<'static> {
    let theme = model.settings.theme;
    let device = row.device;
    let full = words::device(device);
    let name = if width(&full) > name_cells(cells) { words::device_name(device) } else { full };
    let mut spans = vec![
        Span::styled(format!("{}     ", clean_to(&device.grade.letter.to_string(), 1)), theme.strong().patch(grade(theme, device.grade.letter))),
        Span::raw(fit(&name, name_cells(cells))),
    ];
    if cells >= FULL {
        let address = device.addresses.iter().find(|address| address.is_ipv4()).or(device.addresses.first());
        let address = address.map_or_else(|| device.mac.map(|mac| mac.to_string()).unwrap_or_default(), ToString::to_string);
        spans.push(Span::raw(format!(" {} {}", fit(device.kind.word(), KIND), fit(&address, ADDRESS))));
    }
    let (found, style) = match row.worst {
        Some(worst) => (format!("{} {}", theme.mark(worst), words::count(row.findings)), theme.severity(worst)),
        None if device.grade.letter == '?' => ("–  –".to_owned(), Style::new()),
        None => (format!("{} 0", theme.ok_mark()), theme.ok()),
    };
    spans.push(Span::raw(" "));
    spans.push(Span::styled(fit(&found, FOUND), style));
    let up = fit_right(&words::bytes(device.bytes_out), BYTES);
    let down = fit_right(&words::bytes(device.bytes_in), BYTES);
    let seen = fit_right(&words::ago(device.last, model.shown().now), SEEN);
    spans.push(Span::raw(format!(" {up} {down} {seen}")));
    Line::from(spans)
}

/// The colour of a grade; the letter is its shape.
pub fn grade(theme: Theme, letter: char) -> Style {
    match letter {
        'A' | 'B' => theme.ok(),
        'C' => theme.severity(Severity::Low),
        'D' => theme.severity(Severity::Medium),
        'E' | 'F' => theme.severity(Severity::High).add_modifier(Modifier::BOLD),
        _ => Style::new(),
    }
}
