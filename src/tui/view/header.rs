//! The two lines on top: where you are, what is read, how it stands, what was lost.

use std::fmt::Write;

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::home::snapshot::{LiveState, Snapshot};
use crate::tui::keys::Action;
use crate::tui::model::{Model, Pace, Privacy, Replay, Screen};
use crate::tui::picture::Target;
use crate::tui::view::layout::Room;
use crate::tui::view::sheet::Sheet;
use crate::tui::view::text::{self, cut};
use crate::tui::{rows, sanitize, words};

/// A source's name takes at most so many cells.
const SOURCE: usize = 24;

/// Draws both lines.
pub fn draw(sheet: &mut Sheet<'_, '_>, model: &Model, room: Room, area: Rect) {
    let cells = usize::from(area.width);
    let line = first(model, cells);
    place(sheet, &line, area);
    let lines = vec![line, second(model, room, cells)];
    sheet.frame.render_widget(Paragraph::new(lines), area);
}

/// The names of the screens can be clicked: they are the spans behind the title.
fn place(sheet: &mut Sheet<'_, '_>, line: &Line<'_>, area: Rect) {
    let mut x = area.x;
    for (index, span) in line.spans.iter().enumerate() {
        let width = u16::try_from(span.width()).unwrap_or(u16::MAX);
        if let Some(screen) = index.checked_sub(1).and_then(|index| Screen::ALL.get(index)) {
            sheet.hit(Rect { x, width, height: 1, ..area }.intersection(area), Target::Screen(*screen));
        }
        x = x.saturating_add(width);
    }
}

/// Title, screens, state, packets: of the many ways to say it the longest that fits.
fn first(model: &Model, cells: usize) -> Line<'static> {
    let title = sanitize::clean_to(&model.settings.title, SOURCE).into_owned();
    let packets = format!("  pkts {} ", words::count(model.shown().coverage.packets));
    let title = title.as_str();
    let attempts = [
        (title, Tabs::Long, packets.as_str()),
        (title, Tabs::Short, packets.as_str()),
        (title, Tabs::Short, " "),
        (title, Tabs::Tight, " "),
        ("", Tabs::Tight, " "),
    ];
    let mut shortest = Vec::new();
    for (title, style, packets) in attempts {
        let left = tabs(model, title, style);
        let mut right = state(model, SOURCE);
        right.push(Span::raw(packets.to_owned()));
        if width(&left) + width(&right) < cells {
            return between(left, right, cells);
        }
        shortest = left;
    }
    let room = cells.saturating_sub(width(&shortest) + 2);
    let mut right = state(model, SOURCE);
    for source in (0..SOURCE).rev() {
        if width(&right) <= room {
            break;
        }
        right = state(model, source);
    }
    right.push(Span::raw(" "));
    between(shortest, right, cells)
}

/// How the screens' names are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tabs {
    /// In full.
    Long,
    /// Short names.
    Short,
    /// Short names; neighbours share the blank between them, where the chosen one has its brackets.
    Tight,
}

fn tabs(model: &Model, title: &str, style: Tabs) -> Vec<Span<'static>> {
    let mut spans = vec![Span::styled(if title.is_empty() { String::new() } else { format!(" {title} ") }, model.settings.theme.strong())];
    for (index, screen) in Screen::ALL.into_iter().enumerate() {
        let name = if style == Tabs::Long { screen.name().0 } else { screen.name().1 };
        let label = format!("{} {name}", index + 1);
        spans.push(if screen == model.screen {
            Span::styled(format!("[{label}]"), model.settings.theme.accent().add_modifier(Modifier::BOLD | Modifier::REVERSED))
        } else if style == Tabs::Tight {
            Span::raw(format!(" {label}"))
        } else {
            Span::raw(format!(" {label} "))
        });
    }
    spans
}

/// `● LIVE eth1 00:14:32`, `FILE toy.pcap 63 %`, `DONE toy.pcap`, `STOPPED eth1`, `DOWN eth1`.
fn state(model: &Model, cells: usize) -> Vec<Span<'static>> {
    let theme = model.settings.theme;
    let snapshot = model.shown();
    let live = &snapshot.live;
    let is_held = model.replay.is_some_and(|replay| replay.pace == Pace::Held);
    let (word, style) = match (&live.state, live.is_live) {
        (LiveState::Reading, false) if is_held => ("HELD", theme.strong().add_modifier(Modifier::REVERSED)),
        (LiveState::Stopped(_), _) => ("STOPPED", theme.alarm()),
        (LiveState::Done, _) => ("DONE", theme.ok().add_modifier(Modifier::BOLD)),
        (LiveState::Waiting, _) => ("WAITING", theme.strong()),
        (LiveState::Down, _) => ("DOWN", theme.alarm()),
        (LiveState::Reading, true) => ("● LIVE", theme.ok().add_modifier(Modifier::BOLD)),
        (LiveState::Reading, false) => ("FILE", theme.accent().add_modifier(Modifier::BOLD)),
    };
    let mut rest = String::new();
    let source = cut(&source(snapshot), cells);
    if !source.is_empty() {
        rest.push(' ');
        rest.push_str(&source);
    }
    match (&live.state, live.progress) {
        (LiveState::Reading, Some(progress))
            if cells == SOURCE
                && let Some(replay) = model.replay =>
        {
            _ = write!(rest, " {:.0} % {}", (progress * 100.0).clamp(0.0, 100.0).floor(), pace(replay));
        }
        (LiveState::Reading, Some(progress)) => _ = write!(rest, " {:.0} %", (progress * 100.0).clamp(0.0, 100.0).floor()),
        (LiveState::Reading, None) if cells == SOURCE => _ = write!(rest, " {}", words::duration(snapshot.coverage.seconds)),
        _ => {}
    }
    vec![Span::styled(word, style), Span::raw(rest)]
}

/// `×10`.
fn pace(replay: Replay) -> String {
    if replay.speed <= 0.0 { "×max".to_owned() } else { format!("×{}", replay.speed) }
}

/// What is read, without the folders that lead there.
pub fn source(snapshot: &Snapshot) -> String {
    let name = snapshot.live.source.rsplit('/').find(|part| !part.is_empty()).unwrap_or_default();
    sanitize::clean(name).into_owned()
}

/// What waits, or how many of what; of a single pane which; and on the right what was lost, in short where that makes room.
fn second(model: &Model, room: Room, cells: usize) -> Line<'static> {
    let left = if let Some((packets, findings)) = rows::waiting(model) {
        let (packets, found) = (words::counted(packets, "new packet", "new packets"), words::counted(findings, "new finding", "new findings"));
        let pause = model.key(Action::Pause);
        let long = format!(" PAUSED – {packets}, {found} waiting – {pause} resumes ");
        // How it goes on must be read.
        let room = cells.saturating_sub(width(&lost(model, false)) + 3);
        let text = if text::width(&long) <= room { long } else { format!(" PAUSED – {found} – {pause} resumes ") };
        Span::styled(text, model.settings.theme.strong().add_modifier(Modifier::REVERSED))
    } else if room == Room::Single {
        return between(panes(model), lost_within(model, cells.saturating_sub(width(&panes(model)))), cells);
    } else {
        Span::raw(overview(model))
    };
    let right = lost_within(model, cells.saturating_sub(left.width() + 2));
    let space = cells.saturating_sub(width(&right) + 2);
    between(vec![Span::raw(" "), Span::styled(cut(&left.content, space), left.style)], right, cells)
}

/// In full where that fits.
fn lost_within(model: &Model, cells: usize) -> Vec<Span<'static>> {
    let full = lost(model, true);
    if width(&full) <= cells { full } else { lost(model, false) }
}

fn overview(model: &Model) -> String {
    let snapshot = model.shown();
    if snapshot.live.state == LiveState::Waiting {
        return String::new();
    }
    let attention = rows::devices_in_need(model);
    let devices = words::counted(snapshot.devices.len() as u64, "device", "devices");
    let needs = if attention == 1 { "needs" } else { "need" };
    let mut text = format!("{devices} · {attention} {needs} attention · {}", words::counted(snapshot.endpoints.len() as u64, "endpoint", "endpoints"));
    let muted = rows::muted(model);
    if muted > 0 {
        _ = write!(text, " · {} muted", words::count(muted as u64));
    }
    if matches!(model.privacy, Privacy::Veiled(_)) {
        text.push_str(" · privacy screen");
    }
    match time_left(model) {
        Some(left) => _ = write!(text, " · about {left} left"),
        None if is_whole(snapshot) => text.push_str(" · everything was read"),
        None => {}
    }
    text
}

/// Time until a file's end, once enough of it was read to tell.
fn time_left(model: &Model) -> Option<String> {
    let live = &model.shown().live;
    // How long a replay takes is for the user to say.
    if model.replay.is_some_and(|replay| replay.speed > 0.0 || replay.pace == Pace::Held) {
        return None;
    }
    let progress = f64::from(live.progress.filter(|progress| *progress > 0.05)?);
    let spent = model.elapsed.as_secs_f64();
    (live.state == LiveState::Reading && spent >= 1.0).then(|| words::span((spent * (1.0 - progress) / progress).ceil()))
}

fn is_whole(snapshot: &Snapshot) -> bool {
    snapshot.live.state == LiveState::Done && snapshot.report.damaged_at.is_none() && dropped(snapshot) == 0 && snapshot.coverage.limits.is_empty()
}

/// Packets that are known to be lost, wherever.
pub fn dropped(snapshot: &Snapshot) -> u64 {
    let dropped = snapshot.live.dropped;
    dropped.kernel.saturating_add(dropped.interface).saturating_add(dropped.tattletale)
}

fn lost(model: &Model, in_full: bool) -> Vec<Span<'static>> {
    let snapshot = model.shown();
    let (lost, read) = (dropped(snapshot), snapshot.coverage.packets);
    let all = read.saturating_add(lost);
    let (text, style) = if lost > 0 && !in_full {
        (format!("lost {} ({}) ", words::count(lost), words::share(lost, all)), model.settings.theme.alarm())
    } else if lost > 0 {
        (format!("lost {} of {} ({}) ", words::count(lost), words::count(all), words::share(lost, all)), model.settings.theme.alarm())
    } else if snapshot.coverage.missing_estimated > 0 {
        (format!("lost 0 · about {} missing ", words::count(snapshot.coverage.missing_estimated)), model.settings.theme.strong())
    } else if in_full {
        let memory = model.memory.filter(|_| model.settings.max_memory > 0).map(|bytes| format!(" · memory {}", words::bytes(bytes))).unwrap_or_default();
        (format!("lost 0 of {}{memory} ", words::count(all)), Style::new())
    } else {
        ("lost 0 ".to_owned(), Style::new())
    };
    vec![Span::styled(text, style)]
}

/// The panes of the screen, the shown one in brackets.
fn panes(model: &Model) -> Vec<Span<'static>> {
    let mut spans = vec![Span::raw(" ")];
    for pane in model.screen.panes() {
        let (open, close, style) = if *pane == model.focus { ("[", "]", model.settings.theme.strong()) } else { (" ", " ", model.settings.theme.quiet()) };
        spans.push(Span::styled(format!("{open}{}{close}", pane.name()), style));
    }
    spans
}

fn width(spans: &[Span<'_>]) -> usize {
    spans.iter().map(Span::width).sum()
}

/// One part at the left edge, one at the right.
fn between(mut left: Vec<Span<'static>>, right: Vec<Span<'static>>, cells: usize) -> Line<'static> {
    let gap = cells.saturating_sub(width(&left) + width(&right));
    left.push(Span::raw(" ".repeat(gap)));
    left.extend(right);
    Line::from(left)
}
