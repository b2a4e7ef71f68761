//! What was read and what was not: whoever trusts a picture must know what is missing from it.

use ratatui::style::Style;

use crate::home::snapshot::{LiveState, Snapshot};
use crate::tui::model::Model;
use crate::tui::picture::Extent;
use crate::tui::sanitize::clean;
use crate::tui::view::header;
use crate::tui::view::pane::{self, Spot};
use crate::tui::view::sheet::Sheet;
use crate::tui::view::text::{Page, fit, fit_right};
use crate::tui::{rows, words};

/// Reasons that are told one by one.
const REASONS: usize = 100;

/// Draws what was read.
pub fn draw_received(sheet: &mut Sheet<'_, '_>, model: &Model, spot: &Spot) -> Extent {
    let snapshot = model.shown();
    let report = &snapshot.report;
    let theme = model.settings.theme;
    let zone = &model.settings.zone;
    let fact = Style::new();
    let mut page = Page::new(spot.width());
    page.pair("Source", &clean(&snapshot.live.source), theme.strong());
    page.pair("State", &state(snapshot), fact);
    page.pair("Format", &clean(&report.format), fact);
    page.pair("Link types", &report.link_types.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "), fact);
    page.pair("Packets", &words::count(snapshot.coverage.packets), fact);
    if report.bytes > 0 {
        page.pair("Bytes", &format!("{} ({})", words::bytes(report.bytes), words::count(report.bytes)), fact);
    }
    page.pair("Duration", &words::duration(snapshot.coverage.seconds), fact);
    if let (Some(first), Some(last)) = (report.first, report.last) {
        page.pair("First packet", &words::date(first, zone), fact);
        page.pair("Last packet", &words::date(last, zone), fact);
    }
    if let Some(hash) = &report.sha256 {
        page.pair("SHA-256", &clean(hash), theme.quiet());
    }
    page.pair("Memory", &memory(model), fact);
    page.pair("Sandbox", sandbox(model.settings.sandbox), fact);
    let muted = rows::muted(model);
    page.pair("Muted", &if muted == 0 { "nothing".to_owned() } else { words::counted(muted as u64, "finding", "findings") }, fact);
    page.heading("What others could make of it", theme.strong());
    shares(snapshot, &mut page);
    page.heading("Where it was taken", theme.strong());
    page.text(words::vantage(snapshot.coverage.vantage), fact);
    pane::text(sheet, model, spot, "Received", page.into_lines())
}

fn memory(model: &Model) -> String {
    let limit = model.settings.max_memory;
    let most = if limit > 0 { format!("; connections may take {}", words::bytes(limit)) } else { String::new() };
    model.memory.map_or_else(|| format!("not told by this system{most}"), |bytes| format!("{}{most}", words::bytes(bytes)))
}

/// What the process gave up before it read a byte.
fn sandbox(word: &'static str) -> &'static str {
    match word {
        "off" => "off: reading has all rights that you have",
        other => other,
    }
}

fn state(snapshot: &Snapshot) -> String {
    match (&snapshot.live.state, snapshot.live.progress) {
        (LiveState::Waiting, _) => "waiting for the first packet".to_owned(),
        (LiveState::Reading, Some(progress)) => format!("reading, {:.0} %", (progress * 100.0).clamp(0.0, 100.0).floor()),
        (LiveState::Reading, None) => "reading".to_owned(),
        (LiveState::Down, _) => "the interface is down; waiting".to_owned(),
        (LiveState::Done, _) => "done".to_owned(),
        (LiveState::Stopped(why), _) => format!("stopped: {}", clean(why)),
    }
}

/// Three bars: readable by anyone, encrypted, not known.
fn shares(snapshot: &Snapshot, page: &mut Page) {
    let coverage = &snapshot.coverage;
    let parts = [("readable", coverage.bytes_readable), ("encrypted", coverage.bytes_encrypted), ("not known", coverage.bytes_unknown)];
    let all = parts.iter().map(|(_, bytes)| *bytes).fold(0_u64, u64::saturating_add);
    if all == 0 {
        page.text("No content was seen yet.", Style::new());
        return;
    }
    let room = page.cells().saturating_sub(10 + 9 + 13).clamp(4, 30);
    for (name, bytes) in parts {
        // What is not nothing is seen.
        let filled = ((bytes as f64 / all as f64 * room as f64).round() as usize).max(usize::from(bytes > 0));
        let bar = format!("{}{}", "█".repeat(filled), "░".repeat(room.saturating_sub(filled)));
        page.line(format!("{} {bar} {} {}", fit(name, 9), fit_right(&words::bytes(bytes), 7), fit_right(&words::share(bytes, all), 12)));
    }
}

/// Draws what was not read.
pub fn draw_missing(sheet: &mut Sheet<'_, '_>, model: &Model, spot: &Spot) -> Extent {
    let snapshot = model.shown();
    let coverage = &snapshot.coverage;
    let theme = model.settings.theme;
    let fact = Style::new();
    let mut page = Page::new(spot.width());
    page.heading("Lost before they were read", theme.strong());
    let dropped = snapshot.live.dropped;
    for (place, packets) in [("kernel", dropped.kernel), ("interface", dropped.interface), ("tattletale", dropped.tattletale)] {
        page.pair(place, &words::counted(packets, "packet", "packets"), if packets > 0 { theme.alarm() } else { fact });
    }
    let lost = header::dropped(snapshot);
    page.pair(
        "together",
        &format!("{} of {}", words::share(lost, coverage.packets.saturating_add(lost)), words::count(coverage.packets.saturating_add(lost))),
        fact,
    );
    page.heading("Never seen, estimated from gaps", theme.strong());
    page.text(&words::counted(coverage.missing_estimated, "packet", "packets"), fact);
    page.heading("Not understood", theme.strong());
    if coverage.unread.is_empty() {
        page.text("Every packet was understood as far as it goes.", fact);
    }
    for unread in coverage.unread.iter().take(REASONS) {
        page.hanging(&format!("{}  ", fit_right(&words::count(unread.packets), 9)), &clean(&unread.reason), fact);
    }
    page.heading("Damage", theme.strong());
    match (snapshot.report.damaged_at, &snapshot.report.damage) {
        (Some(offset), damage) => {
            let what = damage.as_deref().unwrap_or("The rest could not be read.");
            page.text(&format!("At byte {}: {}", words::count(offset), clean(what)), theme.alarm());
        }
        (None, _) => page.text("None.", fact),
    }
    page.heading("Limits that were reached", theme.strong());
    if coverage.limits.is_empty() {
        page.text("None.", fact);
    }
    for limit in coverage.limits.iter().take(REASONS) {
        page.hanging("· ", &clean(limit), theme.strong());
    }
    pane::text(sheet, model, spot, "Missing", page.into_lines())
}
