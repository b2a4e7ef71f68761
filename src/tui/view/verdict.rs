//! What a parent wants to know first, in one sentence: which device to look at, why, and how many more there are.

use ratatui::style::Style;
use ratatui::text::Line;

use crate::finding::Severity;
use crate::home::snapshot::{Device, LiveState};
use crate::tui::model::Model;
use crate::tui::rows::{self, DeviceRow};
use crate::tui::sanitize::clean;
use crate::tui::view::text::{Page, cut, width};
use crate::tui::words;

/// Lines that it takes at most.
const LINES: usize = 2;
/// A name takes at most so many cells.
const NAME: usize = 24;

/// The sentence in lines of so many cells; none where nothing was seen yet. `counted`: whether the head lines say how many devices need attention, so that it
/// is not worth a line of its own.
pub fn lines(model: &Model, cells: usize, counted: bool) -> Vec<Line<'static>> {
    let snapshot = model.shown();
    if snapshot.devices.is_empty() || matches!(snapshot.live.state, LiveState::Waiting) {
        return Vec::new();
    }
    let theme = model.settings.theme;
    let Some(row) = rows::worst_device(model) else {
        let text = match snapshot.live.state {
            LiveState::Done => "Nothing that needs attention was found.",
            _ => "Nothing that needs attention was found so far.",
        };
        return wrapped(theme.ok_mark(), theme.ok(), text, cells);
    };
    let severity = row.worst.unwrap_or(Severity::Medium);
    let others = (rows::devices_in_need(model) as u64).saturating_sub(1);
    let rest = match others {
        0 => String::new(),
        1 => " One more device needs attention.".to_owned(),
        more => format!(" {} more devices need attention.", words::count(more)),
    };
    let text = format!("{}: {}", cut(&words::device_name(row.device), NAME), reason(model, &row));
    let told = |text: &str| wrapped(theme.mark(severity), theme.severity(severity), text, cells);
    let (whole, alone) = (told(&format!("{text}{rest}")), told(&text));
    if counted && whole.len() > alone.len() { alone } else { whole }
}

fn wrapped(mark: &str, style: Style, text: &str, cells: usize) -> Vec<Line<'static>> {
    // A blank stands at both edges, as in the lines above.
    let mut page = Page::new(cells.saturating_sub(1));
    let badge = format!(" {}", mark.trim_end());
    page.badge(&badge, style, text, style);
    let mut lines = page.into_lines();
    if lines.len() > LINES {
        let room = cells.saturating_sub(width(&badge) + 2).saturating_mul(LINES);
        let mut page = Page::new(cells.saturating_sub(1));
        page.badge(&badge, style, &cut(text, room.saturating_sub(room / 8)), style);
        lines = page.into_lines();
        lines.truncate(LINES);
    }
    lines
}

/// Why a device has its grade; where it has none, its worst finding.
fn reason(model: &Model, row: &DeviceRow<'_>) -> String {
    if let Some(why) = grade_reason(row.device) {
        return why;
    }
    let first = rows::findings_of(model, &row.device.id).into_iter().next();
    first.map(|finding| sentence(&clean(&finding.title))).unwrap_or_default()
}

/// The first sentence of why a device has its grade; none where it is not graded, or well.
pub fn grade_reason(device: &Device) -> Option<String> {
    matches!(device.grade.letter, 'C'..='F').then(|| clean(first_sentence(&device.grade.why)).into_owned())
}

/// Up to the first full stop.
pub fn first_sentence(text: &str) -> &str {
    text.split_inclusive(". ").next().unwrap_or(text).trim_end()
}

fn sentence(text: &str) -> String {
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::fixture;

    fn told(model: &Model, cells: usize) -> Vec<String> {
        lines(model, cells, true).iter().map(|line| line.to_string().trim_end().to_owned()).collect()
    }

    #[test]
    fn the_worst_device_and_why_and_how_many_more() {
        let model = fixture::model(fixture::home());
        assert_eq!(told(&model, 120), [" ▲▲ Toy bear: Its position can be read by anyone on the way. One more device needs attention."]);
        assert_eq!(told(&model, 80), [" ▲▲ Toy bear: Its position can be read by anyone on the way."]);
        assert_eq!(lines(&model, 80, false)[1].to_string().trim(), "needs attention.", "where it stands nowhere else");
    }

    #[test]
    fn what_has_no_grade_is_told_by_what_was_found() {
        let mut home = fixture::home();
        home.devices[0].grade.letter = '?';
        home.devices[1].grade.letter = '?';
        home.findings.retain(|finding| finding.device.id == home.devices[0].id);
        assert_eq!(told(&fixture::model(home), 120), [" ▲▲ Toy bear: Location sent without encryption."]);
    }

    #[test]
    fn a_home_that_is_well_is_told_so_and_an_empty_one_not() {
        let mut home = fixture::home();
        home.findings.retain(|finding| finding.severity < Severity::Medium);
        assert_eq!(told(&fixture::model(home.clone()), 80), [" ✓ Nothing that needs attention was found so far."]);
        home.live.state = LiveState::Done;
        assert_eq!(told(&fixture::model(home), 80), [" ✓ Nothing that needs attention was found."]);
        assert!(told(&fixture::model(fixture::waiting()), 80).is_empty());
    }

    #[test]
    fn a_long_sentence_takes_two_lines() {
        let mut home = fixture::home();
        home.devices[0].grade.why = format!("{}.", "It tells everything ".repeat(40));
        let lines = told(&fixture::model(home), 60);
        assert_eq!(lines.len(), LINES);
        assert!(lines.iter().all(|line| width(line) <= 60) && lines[1].ends_with('…'), "{lines:?}");
    }
}
