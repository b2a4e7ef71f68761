//! The list of devices: grade, name, what was found, how much went up and down, the last ten minutes.

use std::fmt::Write;

use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use crate::finding::Severity;
use crate::home::snapshot::Rhythm;
use crate::tui::model::{Model, Pane};
use crate::tui::picture::Extent;
use crate::tui::rows::{self, DeviceRow};
use crate::tui::sanitize::clean_to;
use crate::tui::theme::{Theme, bar};
use crate::tui::view::empty;
use crate::tui::view::pane::{self, Around, Spot};
use crate::tui::view::sheet::Sheet;
use crate::tui::view::text::{cut, fit, fit_right, width};
use crate::tui::words;

const GRADE: usize = 5;
/// A name has at least so much room before other columns come.
const NAME: usize = 18;
const FOUND: usize = 6;
const BYTES: usize = 7;
const TREND: usize = 10;
const SEEN: usize = 10;
const KIND: usize = 12;
const ADDRESS: usize = 15;

/// The columns that there is room for: what matters most comes first.
#[derive(Clone, Copy, Default)]
struct Columns {
    name: usize,
    trend: bool,
    down: bool,
    seen: bool,
    kind: bool,
    address: bool,
}

impl Columns {
    fn within(cells: usize) -> Self {
        let mut left = cells.saturating_sub(GRADE + 1 + FOUND + 1 + BYTES + 1);
        let mut take = |room: usize, least: usize| {
            let fits = left >= room + 1 + least;
            if fits {
                left -= room + 1;
            }
            fits
        };
        let trend = take(TREND, NAME);
        let down = take(BYTES, NAME);
        let seen = take(SEEN, NAME);
        let kind = take(KIND, NAME + 8);
        let address = take(ADDRESS, NAME + 8);
        Self { name: left, trend, down, seen, kind, address }
    }
}

/// Draws the list.
pub fn draw(sheet: &mut Sheet<'_, '_>, model: &Model, spot: &Spot) -> Extent {
    let rows = rows::devices(model);
    let columns = Columns::within(spot.row_width());
    let list = pane::List {
        title: pane::list_title("Devices", rows.len(), model.shown().devices.len(), &model.devices, Pane::Devices),
        head: head(columns, model.settings.theme),
        count: rows.len(),
        chosen: rows::position(&model.devices, &rows, |row, id| row.device.id == id),
        row: &|index| rows.get(index).map(|device| row(model, device, columns)).unwrap_or_default(),
        empty: empty::devices(model, spot.width()),
    };
    let unknown = rows.iter().any(|row| row.device.grade.letter == '?');
    let note = Line::styled("  ? = not enough traffic seen to grade", model.settings.theme.quiet());
    // It is worth no row.
    let has_room = rows.len() + 1 < spot.height().saturating_sub(1);
    let around = Around { beneath: if unknown && has_room { vec![vec![note]] } else { Vec::new() }, ..Around::default() };
    pane::list_with(sheet, model, spot, &list, &around)
}

fn head(columns: Columns, theme: Theme) -> Line<'static> {
    let mut text = format!("{} {}", fit("Grade", GRADE), fit("Device", columns.name));
    if columns.kind {
        _ = write!(text, " {}", fit("Kind", KIND));
    }
    if columns.address {
        _ = write!(text, " {}", fit("Address", ADDRESS));
    }
    _ = write!(text, " {} {}", fit("Found", FOUND), fit_right("Up", BYTES));
    if columns.down {
        _ = write!(text, " {}", fit_right("Down", BYTES));
    }
    if columns.trend {
        _ = write!(text, " {}", fit("Last 10 m", TREND));
    }
    if columns.seen {
        _ = write!(text, " {}", fit_right("Last seen", SEEN));
    }
    Line::styled(text, theme.quiet())
}

fn row(model: &Model, row: &DeviceRow<'_>, columns: Columns) -> Line<'static> {
    let theme = model.settings.theme;
    let device = row.device;
    let known = if device.trusted { format!(" {}", theme.ok_mark().trim_end()) } else { String::new() };
    let room = columns.name.saturating_sub(width(&known));
    let full = words::device(device);
    let name = if width(&full) > room { words::device_name(device) } else { full };
    let name = format!("{}{known}", cut(&name, room));
    let letter = clean_to(&device.grade.letter.to_string(), 1).into_owned();
    let mut spans =
        vec![Span::styled(fit(&letter, GRADE), theme.strong().patch(grade(theme, device.grade.letter))), Span::raw(format!(" {}", fit(&name, columns.name)))];
    if columns.kind {
        spans.push(Span::raw(format!(" {}", fit(device.kind.word(), KIND))));
    }
    if columns.address {
        let address = device.addresses.iter().find(|address| address.is_ipv4()).or(device.addresses.first());
        let address = address.map_or_else(|| device.mac.map(|mac| mac.to_string()).unwrap_or_default(), ToString::to_string);
        spans.push(Span::raw(format!(" {}", fit(&address, ADDRESS))));
    }
    let (found, style) = match row.worst {
        Some(worst) => (format!("{} {}", theme.mark(worst), words::count(row.findings)), theme.severity(worst)),
        None if device.grade.letter == '?' => ("–  –".to_owned(), Style::new()),
        None => (format!("{} 0", theme.ok_mark()), theme.ok()),
    };
    spans.push(Span::raw(" "));
    spans.push(Span::styled(fit(&found, FOUND), style));
    spans.push(Span::raw(format!(" {}", fit_right(&words::bytes(device.bytes_out), BYTES))));
    if columns.down {
        spans.push(Span::raw(format!(" {}", fit_right(&words::bytes(device.bytes_in), BYTES))));
    }
    if columns.trend {
        let recent = model.shown().watched.rhythms.get(&device.id).map(|[_, recent]| trend(recent, TREND)).unwrap_or_default();
        spans.push(Span::styled(format!(" {}", fit(&recent, TREND)), theme.accent()));
    }
    if columns.seen {
        spans.push(Span::raw(format!(" {}", fit_right(&words::ago(device.last, model.shown().now), SEEN))));
    }
    Line::from(spans)
}

/// What was sent, as so many bars: the highest is the most that this device sent.
fn trend(rhythm: &Rhythm, cells: usize) -> String {
    let each = rhythm.sent.len().div_ceil(cells).max(1);
    let sums: Vec<u64> = rhythm.sent.chunks(each).map(|steps| steps.iter().copied().fold(0, u64::saturating_add)).collect();
    let most = sums.iter().copied().max().unwrap_or_default();
    sums.into_iter().map(|sum| bar(eighths(sum, most))).collect()
}

/// Of eight parts so many; what is not nothing is seen.
pub fn eighths(part: u64, most: u64) -> usize {
    if part == 0 || most == 0 {
        return 0;
    }
    ((part as f64 / most as f64 * 8.0).round() as usize).clamp(1, 8)
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
