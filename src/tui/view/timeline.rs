//! When each device sent something, and when something was found: a lane a device, time from left to right; beneath, the same in words.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::finding::{Finding, Severity};
use crate::home::snapshot::{Device, Rhythm};
use crate::tui::model::{Model, Reach};
use crate::tui::moments::{self, What};
use crate::tui::picture::Extent;
use crate::tui::rows::{self, DeviceRow};
use crate::tui::theme::{Theme, bar};
use crate::tui::view::empty;
use crate::tui::view::pane::{self, Around, Spot};
use crate::tui::view::sheet::Sheet;
use crate::tui::view::text::{Page, fit, width};
use crate::tui::words;
use crate::wire::Timestamp;

/// Cells of a device's name.
const NAME: usize = 20;
/// Seconds that are shown of the latest time.
const RECENT: i64 = 600;
const SECOND: i64 = 1_000_000_000;
/// From so many seconds on the axis tells days.
const DAY: i64 = 20 * 3_600;

/// The time that is shown, in so many columns.
#[derive(Clone, Copy, Debug)]
struct Window {
    from: Timestamp,
    to: Timestamp,
    columns: usize,
}

impl Window {
    fn of(model: &Model, columns: usize) -> Self {
        let snapshot = model.shown();
        let to = snapshot.now;
        let first = snapshot.report.first.unwrap_or(to).min(to);
        let from = match model.reach {
            Reach::Whole => first,
            Reach::Recent => Timestamp(to.0.saturating_sub(RECENT * SECOND)),
        };
        Self { from, to, columns }
    }

    fn nanos(self) -> i64 {
        self.to.0.saturating_sub(self.from.0).max(1)
    }

    /// The column of a moment.
    fn column(self, time: Timestamp) -> Option<usize> {
        if time < self.from || time > self.to || self.columns == 0 {
            return None;
        }
        let part = time.0.saturating_sub(self.from.0) as f64 / self.nanos() as f64;
        Some(((part * self.columns as f64) as usize).min(self.columns - 1))
    }

    /// When a column begins.
    fn start(self, column: usize) -> Timestamp {
        Timestamp(self.from.0.saturating_add((self.nanos() as f64 * column as f64 / self.columns.max(1) as f64) as i64))
    }
}

/// Draws the lanes.
pub fn draw_lanes(sheet: &mut Sheet<'_, '_>, model: &Model, spot: &Spot) -> Extent {
    let rows = rows::devices(model);
    let theme = model.settings.theme;
    let time = Window::of(model, spot.row_width().saturating_sub(NAME + 1));
    let reach = match model.reach {
        Reach::Whole => "all the time",
        Reach::Recent => "the last ten minutes",
    };
    let list = pane::List {
        title: format!("Timeline – {reach}"),
        head: Line::from(vec![Span::raw(" ".repeat(NAME + 1)), Span::styled(axis(model, time), theme.quiet())]),
        count: rows.len(),
        chosen: rows::position(&model.devices, &rows, |row, id| row.device.id == id),
        row: &|index| rows.get(index).map(|row| lane(model, row, time)).unwrap_or_default(),
        empty: empty::devices(model, spot.width()),
    };
    let mut marks = vec![Span::raw(" ".repeat(NAME + 3)), Span::styled(numbers(model, time), theme.strong())];
    if model.marks.is_empty() {
        marks = Vec::new();
    }
    let legend = Line::from(vec![
        Span::raw("  "),
        Span::styled("◆ serious", theme.severity(Severity::High)),
        Span::styled("  ▲ warning", theme.severity(Severity::Medium)),
        Span::styled("  • notice", theme.severity(Severity::Low)),
        Span::styled("  ▂▅█ sent  ┃ marked with b", theme.quiet()),
    ]);
    let lines = if marks.is_empty() { vec![legend] } else { vec![Line::from(marks), legend] };
    pane::list_with(sheet, model, spot, &list, &Around { beneath: vec![lines], ..Around::default() })
}

/// Times at the left and right edge, and in the middle where there is room.
fn axis(model: &Model, time: Window) -> String {
    let clock = |at| words::day_clock(at, &model.settings.zone, time.nanos() / SECOND > DAY);
    let (first, middle, last) = (clock(time.start(0)), clock(time.start(time.columns / 2)), clock(time.to));
    let free = time.columns.saturating_sub(width(&first) + width(&last));
    if free < width(&middle) + 2 {
        return fit(&format!("{first}{}{last}", " ".repeat(free)), time.columns);
    }
    let left = (time.columns / 2).saturating_sub(width(&first));
    let right = free.saturating_sub(left + width(&middle));
    format!("{first}{}{middle}{}{last}", " ".repeat(left), " ".repeat(right))
}

/// The numbers of the marks, under them.
fn numbers(model: &Model, time: Window) -> String {
    let mut line = vec![' '; time.columns];
    for (index, mark) in model.marks.iter().enumerate() {
        for (offset, digit) in (index + 1).to_string().chars().enumerate() {
            if let Some(cell) = time.column(mark.time).and_then(|column| line.get_mut(column + offset)) {
                *cell = digit;
            }
        }
    }
    line.into_iter().collect()
}

/// One cell of a lane: the worst of what was found, a mark, or how much was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cell {
    Sent(usize),
    Mark,
    Found(Severity),
}

fn lane(model: &Model, row: &DeviceRow<'_>, time: Window) -> Line<'static> {
    let theme = model.settings.theme;
    let mut spans = vec![Span::raw(format!("{} ", fit(&words::device_name(row.device), NAME)))];
    for cell in cells(model, row.device, time) {
        let (symbol, style) = symbol(cell, theme);
        spans.push(Span::styled(symbol, style));
    }
    Line::from(spans)
}

fn symbol(cell: Cell, theme: Theme) -> (&'static str, Style) {
    match cell {
        Cell::Sent(0) => (bar(0), theme.quiet()),
        Cell::Sent(eighths) => (bar(eighths), theme.accent()),
        Cell::Mark => ("┃", theme.strong()),
        Cell::Found(severity) => {
            let shape = match words::class(severity) {
                2 => "◆",
                1 => "▲",
                _ => "•",
            };
            (shape, theme.severity(severity))
        }
    }
}

fn cells(model: &Model, device: &Device, time: Window) -> Vec<Cell> {
    let rhythm = model.shown().watched.rhythms.get(&device.id);
    let rhythm = rhythm.map(|[whole, recent]| if model.reach == Reach::Whole { whole } else { recent });
    let mut cells: Vec<Cell> = match rhythm {
        Some(rhythm) => sent(rhythm, time).into_iter().map(Cell::Sent).collect(),
        None => vec![Cell::Sent(0); time.columns],
    };
    let mut put = |at: Timestamp, cell: Cell| {
        if let Some(place) = time.column(at).and_then(|column| cells.get_mut(column)) {
            *place = match (*place, cell) {
                (Cell::Found(one), Cell::Found(other)) => Cell::Found(one.max(other)),
                (found @ Cell::Found(_), Cell::Mark) => found,
                _ => cell,
            };
        }
    };
    for mark in &model.marks {
        put(mark.time, Cell::Mark);
    }
    let of_device = |finding: &&Finding| finding.device.id == device.id;
    for finding in rows::heard(model).filter(of_device) {
        for at in moments::times(finding) {
            put(at, Cell::Found(finding.severity));
        }
    }
    cells
}

/// How high the bar of each column is: by orders of magnitude, as a device may send a picture once and a word every minute.
fn sent(rhythm: &Rhythm, time: Window) -> Vec<usize> {
    let step = i64::try_from(rhythm.step).unwrap_or(1).saturating_mul(SECOND).max(1);
    let index = |at: Timestamp| at.0.saturating_sub(rhythm.start.0).div_euclid(step);
    let sum = |column: usize| {
        let first = index(time.start(column)).max(0);
        let last = index(time.start(column + 1)).max(first + 1);
        let range = usize::try_from(first).unwrap_or(usize::MAX)..usize::try_from(last).unwrap_or(usize::MAX).min(rhythm.sent.len());
        rhythm.sent.get(range).unwrap_or_default().iter().copied().fold(0, u64::saturating_add)
    };
    let sums: Vec<u64> = (0..time.columns).map(sum).collect();
    let most = (sums.iter().copied().max().unwrap_or_default() as f64).ln_1p();
    sums.into_iter().map(|sum| if sum == 0 { 0 } else { (((sum as f64).ln_1p() / most * 8.0).round() as usize).clamp(1, 8) }).collect()
}

/// Draws what happened in words: the latest first, of the chosen device and the marks.
pub fn draw_moments(sheet: &mut Sheet<'_, '_>, model: &Model, spot: &Spot) -> Extent {
    let theme = model.settings.theme;
    let Some(device) = rows::chosen_device(model) else {
        return pane::text(sheet, model, spot, "Moments", empty::devices(model, spot.width()));
    };
    let mut page = Page::new(spot.width());
    for moment in moments::all(model, Some(&device.id)).into_iter().rev() {
        let (mark, style) = match moment.what {
            What::Mark(_) => ("┃ ", theme.strong()),
            What::Device => ("  ", theme.quiet()),
            What::Finding(severity) => (theme.mark(severity), theme.severity(severity)),
        };
        let when = words::day_clock(moment.time, &model.settings.zone, model.spans_days());
        page.badge(&format!("{when} {mark}"), style, &moment.text, Style::new());
    }
    pane::text(sheet, model, spot, &format!("{}: what happened when, the latest first", words::device(device)), page.into_lines())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(seconds: i64, columns: usize) -> Window {
        Window { from: Timestamp::new(1_000, 0), to: Timestamp::new(1_000 + seconds, 0), columns }
    }

    #[test]
    fn moments_have_their_column() {
        let time = span(100, 10);
        assert_eq!([0, 5, 99, 100].map(|second| time.column(Timestamp::new(1_000 + second, 0))), [Some(0), Some(0), Some(9), Some(9)]);
        assert_eq!(time.column(Timestamp::new(999, 0)), None);
        assert_eq!(span(0, 10).column(Timestamp::new(1_000, 0)), Some(0));
        assert_eq!(span(10, 0).column(Timestamp::new(1_000, 0)), None);
    }

    #[test]
    fn bars_show_when_something_was_sent() {
        let rhythm = Rhythm { start: Timestamp::new(1_000, 0), step: 10, sent: vec![0, 1_000_000, 0, 10] };
        assert_eq!(sent(&rhythm, span(40, 4)), [0, 8, 0, 1]);
        assert_eq!(sent(&rhythm, span(40, 8)), [0, 0, 8, 8, 0, 0, 1, 1], "a step may take more columns than one");
        assert_eq!(sent(&rhythm, span(40, 2)), [8, 1]);
        assert_eq!(sent(&Rhythm::default(), span(40, 3)), [0, 0, 0]);
        let far = Window { from: Timestamp(i64::MIN), to: Timestamp(i64::MAX), columns: 5 };
        assert_eq!(sent(&rhythm, far).len(), 5);
    }
}
