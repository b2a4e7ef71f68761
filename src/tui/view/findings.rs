//! The two lists of findings: those of the chosen device, and all.

use std::fmt::Write;

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::finding::Finding;
use crate::home::snapshot::Device;
use crate::tui::model::{Model, Order, Pane};
use crate::tui::picture::Extent;
use crate::tui::rows::{self, FindingRow, Role};
use crate::tui::sanitize::clean;
use crate::tui::view::layout::{self, Room};
use crate::tui::view::pane::{self, Around, Spot};
use crate::tui::view::sheet::Sheet;
use crate::tui::view::text::{Page, cut, fit, fit_right, width};
use crate::tui::view::{devices, empty, verdict};
use crate::tui::words;

/// `▲▲ SERIOUS`.
const LEVEL: usize = 10;
/// `09:16:40`.
const TIME: usize = 8;
/// `×1,204`.
const TIMES: usize = 7;

/// From this width on it is told when something was seen last.
const TIMED: usize = 76;

/// The columns of all findings: on a narrow screen time and number give way to what happened.
struct Columns {
    time: bool,
    times: bool,
    device: usize,
    what: usize,
}

impl Columns {
    /// `by_time`: whether the list is ordered by time, which is then always told.
    fn within(cells: usize, by_time: bool) -> Self {
        let (time, times) = (by_time || cells >= TIMED, cells >= 84);
        let device = (cells / 5).clamp(12, 30);
        let taken = LEVEL + device + 2 + if time { TIME + 1 } else { 0 } + if times { TIMES + 1 } else { 0 };
        Self { time, times, device, what: cells.saturating_sub(taken) }
    }

    fn head(&self) -> String {
        let time = if self.time { fit("Last", TIME + 1) } else { String::new() };
        let times = if self.times { fit_right("Times", TIMES + 1) } else { String::new() };
        format!("{time}{} {} {}{times}", fit("Level", LEVEL), fit("Device", self.device), fit("What happened", self.what))
    }
}

/// Draws all findings.
pub fn draw_all(sheet: &mut Sheet<'_, '_>, model: &Model, spot: &Spot) -> Extent {
    let rows = rows::findings(model);
    let cells = spot.row_width();
    let columns = Columns::within(cells, model.findings.order == Order::Latest);
    let row = |index: usize| {
        let Some(row) = rows.get(index) else { return Line::default() };
        let finding = row.finding;
        let name = model.shown().device(&finding.device.id).map_or_else(|| clean(&finding.device.id).into_owned(), words::device_name);
        let mut what = format!(" {} {}", fit(&name, columns.device), fit(&happened(row, columns.what), columns.what));
        if columns.times {
            _ = write!(what, " {}", times(row.times()));
        }
        let when = if columns.time { format!("{} ", time(model, finding)) } else { String::new() };
        Line::from(vec![Span::raw(when), level(model, finding), Span::raw(what)])
    };
    let all = model.shown().findings.len();
    let muted = rows::muted(model);
    let shown = rows.iter().map(|row| if let Role::Closed(many, _) = row.role { many } else { usize::from(!matches!(row.role, Role::Open(..))) }).sum();
    let mut title = pane::list_title("Findings", shown, all, &model.findings, Pane::Findings);
    if muted > 0 {
        _ = write!(title, " – {} muted", words::count(muted as u64));
    }
    let list = pane::List {
        title,
        head: Line::styled(columns.head(), model.settings.theme.quiet()),
        count: rows.len(),
        chosen: rows::position(&model.findings, &rows, |row, id| row.id() == id),
        row: &row,
        empty: empty::findings(model, spot.width()),
    };
    pane::list(sheet, model, spot, &list)
}

/// What happened; of a group, with how many other ends or fields; of one of a group, what it differs in.
fn happened(row: &FindingRow<'_>, cells: usize) -> String {
    let title = match row.role {
        Role::Alone => heading(row.finding, cells),
        Role::Closed(many, _) | Role::Open(many, _) => heading(row.finding, cells.saturating_sub(width(&format!("+  ({many})")))),
        Role::Member => String::new(),
    };
    match row.role {
        Role::Alone => title,
        Role::Closed(many, _) => format!("+ {title} ({many})"),
        Role::Open(many, _) => format!("- {title} ({many})"),
        Role::Member => {
            let field = row.finding.values.first().map(|value| clean(&value.field).into_owned()).filter(|field| !field.is_empty());
            let parts: Vec<String> = [words::other_end(row.finding), field].into_iter().flatten().collect();
            format!("  · {}", parts.join(", "))
        }
    }
}

/// The title without its full stop: in a list it is no sentence. Where there is little room, without what many titles end and begin with, so that what
/// tells them apart is read.
fn heading(finding: &Finding, cells: usize) -> String {
    let title = clean(finding.title.trim_end_matches('.'));
    if width(&title) <= cells {
        return title.into_owned();
    }
    let short = ENDS.iter().find_map(|end| title.strip_suffix(end)).unwrap_or(&title);
    if width(short) <= cells {
        return short.to_owned();
    }
    let mut letters = short.strip_prefix("It ").unwrap_or(short).chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The title; where another finding has the same, with what it differs in: the kind of value, the other end, the field.
fn told_apart(finding: &Finding, rows: &[&Finding], cells: usize) -> String {
    let alike: Vec<_> = rows.iter().filter(|other| other.title == finding.title && other.id != finding.id).map(|other| traits(other)).collect();
    let own = traits(finding).into_iter().enumerate().filter(|_| !alike.is_empty());
    let part = own.filter(|(at, told)| alike.iter().all(|other| other.get(*at) != Some(told))).find_map(|(_, told)| told);
    match part {
        Some(part) => {
            let part = format!(" – {}", cut(&part, cells / 3));
            format!("{}{part}", cut(&heading(finding, cells.saturating_sub(width(&part))), cells.saturating_sub(width(&part))))
        }
        None => heading(finding, cells),
    }
}

/// What findings with the same title may differ in.
fn traits(finding: &Finding) -> [Option<String>; 3] {
    let value = finding.values.first();
    let field = value.map(|value| clean(&value.field).into_owned()).filter(|field| !field.is_empty());
    [value.map(|value| value.kind.plain().to_owned()), words::other_end(finding), field]
}

/// What stands at the end of many titles.
const ENDS: [&str; 2] = [" so that others can read it", " so that others can read them"];

/// Draws the chosen device's findings.
pub fn draw_of_device(sheet: &mut Sheet<'_, '_>, model: &Model, spot: &Spot) -> Extent {
    let rows = rows::of_device(model);
    let cells = spot.row_width();
    // Where there is little room, what happened counts for more than when.
    let time_cells = if cells >= TIMED { TIME + 1 } else { 0 };
    let what = cells.saturating_sub(time_cells + LEVEL + TIMES + 2);
    let head = format!("{} {}{} {}", fit("Level", LEVEL), fit("Last", time_cells), fit("What happened", what), fit_right("Times", TIMES));
    let row = |index: usize| {
        let Some(finding) = rows.get(index) else { return Line::default() };
        let when = if time_cells > 0 { fit(&time(model, finding), time_cells) } else { String::new() };
        Line::from(vec![level(model, finding), Span::raw(format!(" {when}{} {}", fit(&told_apart(finding, &rows, what), what), times(finding.count)))])
    };
    let Some(device) = rows::chosen_device(model) else {
        return pane::text(sheet, model, spot, "Findings", empty::findings(model, spot.width()));
    };
    let list = pane::List {
        title: format!("{}: {}", words::device(device), words::counted(rows.len() as u64, "finding", "findings")),
        head: Line::styled(head, model.settings.theme.quiet()),
        count: rows.len(),
        chosen: rows::position(&model.of_device, &rows, |finding, id| finding.id == id),
        row: &row,
        empty: clean_device(model, device, spot.width()),
    };
    // Where the explanation stands beside, what the device is stands here; else the explanation in short.
    let is_wide = layout::room(sheet.frame.area()) == Room::Wide;
    let (above, beneath) =
        if is_wide { (about(model, device, spot.width()), Vec::new()) } else { (grade(model, device, spot.width()), brief(model, spot.width())) };
    pane::list_with(sheet, model, spot, &list, &Around { above, beneath })
}

/// The chosen finding in short (what it is, what can be done), where there is no room for the pane that explains it: the longest first.
fn brief(model: &Model, cells: usize) -> Vec<Vec<Line<'static>>> {
    let Some(finding) = rows::chosen_finding(model) else { return Vec::new() };
    let theme = model.settings.theme;
    let told = |text: &str, style| {
        let mut page = Page::new(cells);
        page.text(&clean(text), style);
        page.into_lines()
    };
    let (story, advice) = (told(&finding.story, Style::new()), told(&finding.advice, theme.strong()));
    let hint = told("tab, tab: the whole explanation   enter: evidence", theme.quiet());
    let both = [story.clone(), advice.clone()].concat();
    let short = [story, vec![Line::styled(cut(&clean(&finding.advice), cells), theme.strong())]].concat();
    vec![[both.clone(), hint].concat(), both, short, advice]
}

/// Why the device has its grade: one line.
fn grade(model: &Model, device: &Device, cells: usize) -> Vec<Line<'static>> {
    let theme = model.settings.theme;
    let grade = &device.grade;
    let letter = clean(&grade.letter.to_string()).into_owned();
    let best = grade.at_best.map(|best| format!(" (at best {})", clean(&best.to_string()))).unwrap_or_default();
    let why = format!("Grade {letter}{best}: {}", clean(verdict::first_sentence(&grade.why)));
    vec![Line::styled(cut(&why, cells), devices::grade(theme, grade.letter))]
}

/// The same, what the device is and did, and what would raise the grade.
fn about(model: &Model, device: &Device, cells: usize) -> Vec<Line<'static>> {
    let theme = model.settings.theme;
    let mut page = Page::new(cells);
    page.text(&clean(&device.summary), Style::new());
    if let Some(raise) = &device.grade.raise_by {
        page.text(&clean(raise), theme.quiet());
    }
    [grade(model, device, cells), page.into_lines()].concat()
}

fn clean_device(model: &Model, device: &Device, cells: usize) -> Vec<Line<'static>> {
    let mut page = Page::new(cells);
    for line in about(model, device, cells) {
        page.line(line);
    }
    page.gap();
    page.text("Nothing was found of this device.", Style::new());
    page.into_lines()
}

fn level(model: &Model, finding: &Finding) -> Span<'static> {
    let theme = model.settings.theme;
    Span::styled(fit(&format!("{} {}", theme.mark(finding.severity), finding.severity.plain()), LEVEL), theme.severity(finding.severity))
}

fn time(model: &Model, finding: &Finding) -> String {
    fit(&words::clock(finding.last, &model.settings.zone), TIME)
}

fn times(count: u64) -> String {
    fit_right(&format!("×{}", words::count(count)), TIMES)
}
