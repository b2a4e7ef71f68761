//! The chosen finding as it can be checked: conversation, values (masked) and how they were unwrapped, packets and where in them.
//!
//! Beside a list this is one short pane; on its own screen it is two.

use std::fmt::Write;

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::finding::{Evidence, Finding, FindingValue};
use crate::tui::keys::Action;
use crate::tui::model::Model;
use crate::tui::picture::Extent;
use crate::tui::sanitize::{clean, clean_to};
use crate::tui::view::pane::{self, Spot};
use crate::tui::view::sheet::Sheet;
use crate::tui::view::text::Page;
use crate::tui::view::{empty, explain, hex};
use crate::tui::{rows, words};

/// Excerpts are shown in full up to so many characters.
const EXCERPT: usize = 2_000;

/// Draws the short pane.
pub fn draw_excerpts(sheet: &mut Sheet<'_, '_>, model: &Model, spot: &Spot) -> Extent {
    draw(sheet, model, spot, "Evidence", |finding, page| {
        for value in &finding.values {
            self::value(model, value, page);
        }
        more(finding, page);
        for evidence in &finding.evidence {
            page.gap();
            packet(model, finding, evidence, page);
        }
    })
}

/// Draws the left half of the screen: who talked to whom, and what was told.
pub fn draw_values(sheet: &mut Sheet<'_, '_>, model: &Model, spot: &Spot) -> Extent {
    let list = rows::findings(model);
    let row = rows::position(&model.findings, &list, |row, id| row.id() == id);
    let title = if list.is_empty() { "Values".to_owned() } else { format!("Finding {} of {}", words::count(row as u64 + 1), words::count(list.len() as u64)) };
    draw(sheet, model, spot, &title, |finding, page| {
        let theme = model.settings.theme;
        page.hanging(
            &format!("{} {}  ", theme.mark(finding.severity).trim_end(), finding.severity.plain()),
            &clean(&finding.title),
            theme.severity(finding.severity),
        );
        page.heading("Conversation", theme.strong());
        conversation(model, finding, page);
        page.heading("Values", theme.strong());
        if !finding.values.is_empty() && !model.settings.reveals {
            page.text("Masked as they were read; nothing here knows them.", theme.quiet());
        }
        if finding.values.is_empty() {
            page.text("This finding is about how something was sent, not about one value.", theme.quiet());
        }
        for value in &finding.values {
            self::value(model, value, page);
        }
        more(finding, page);
    })
}

/// Draws the right half: the packets.
pub fn draw_packets(sheet: &mut Sheet<'_, '_>, model: &Model, spot: &Spot) -> Extent {
    draw(sheet, model, spot, "Packets – as numbered by Wireshark", |finding, page| {
        for evidence in &finding.evidence {
            page.gap();
            packet(model, finding, evidence, page);
        }
        let theme = model.settings.theme;
        let others = finding.count.saturating_sub(finding.evidence.len() as u64);
        if others > 0 {
            page.gap();
            page.text(&format!("Seen {} more; the first are kept.", words::counted(others, "time", "times")), theme.quiet());
        }
        if finding.evidence.iter().any(|evidence| evidence.offset.is_some()) {
            page.gap();
            page.text("[ ] the bytes that show it; ██ masked, or not kept one by one; ·· beside.", theme.quiet());
        }
        around(model, finding, page);
    })
}

/// Why nothing stands around the marked bytes, and where it is to be seen.
fn around(model: &Model, finding: &Finding, page: &mut Page) {
    let theme = model.settings.theme;
    let Some(evidence) = finding.evidence.first() else { return };
    page.gap();
    let kept = if model.settings.reveals { "Of a packet only this is kept." } else { "Of a packet only this is kept, masked." };
    page.text(&format!("{kept} What stands around may be personal too, and no rule has looked whether it is."), theme.quiet());
    let live = &model.shown().live;
    let is_file = !live.is_live && model.shown().report.sha256.is_some();
    if let Some(path) = quoted(&live.source).filter(|_| is_file) {
        page.text("The whole packet, as it was sent:", theme.quiet());
        page.hanging("  ", &format!("tshark -r {path} -Y 'frame.number == {}' -x", evidence.packet), theme.accent());
    } else if live.is_live {
        page.text("To look at whole packets, record as well, and open the recording in Wireshark.", theme.quiet());
    }
}

/// A path as a shell takes it; none where it cannot be written in one piece, or would not be the same when it is made harmless.
fn quoted(path: &str) -> Option<String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | '+' | ',' | ':' | '@');
    let is_same = clean(path) == path && path.contains('.') && !path.starts_with('-');
    match (is_same, path.chars().all(is_plain)) {
        (true, true) => Some(path.to_owned()),
        (true, false) if !path.contains('\'') => Some(format!("'{path}'")),
        _ => None,
    }
}

fn draw(sheet: &mut Sheet<'_, '_>, model: &Model, spot: &Spot, title: &str, write: impl FnOnce(&Finding, &mut Page)) -> Extent {
    let lines = match rows::chosen_finding(model) {
        Some(finding) => {
            let mut page = Page::new(spot.width());
            write(finding, &mut page);
            page.into_lines()
        }
        None => empty::evidence(model, spot.width()),
    };
    pane::text(sheet, model, spot, title, lines)
}

fn conversation(model: &Model, finding: &Finding, page: &mut Page) {
    let fact = Style::new();
    let device = model.shown().device(&finding.device.id);
    page.pair("Device", &device.map_or_else(|| clean(&finding.device.id).into_owned(), words::device), fact);
    let address = device.and_then(|device| device.addresses.first()).map(ToString::to_string);
    let mac = finding.device.mac.map(|mac| mac.to_string());
    page.pair("", &[address, mac].into_iter().flatten().collect::<Vec<_>>().join(" · "), fact);
    if let Some(endpoint) = &finding.endpoint {
        page.pair("Other end", &explain::end(endpoint), fact);
        if endpoint.name.is_some() {
            page.pair("", &explain::named(endpoint.name.as_deref(), endpoint.name_source), fact);
        }
    }
    page.pair("Protocol", &explain::protocol(finding), fact);
    page.pair("Direction", words::way(finding.direction), fact);
    if let Some(flow) = &finding.flow {
        page.pair("Flow", &flow.to_string(), fact);
    }
    page.pair("Rule", finding.code, fact);
    page.pair("How sure", finding.confidence.plain(), fact);
}

/// What it is, how it is shown; under it where it stood and how it was unwrapped.
fn value(model: &Model, value: &FindingValue, page: &mut Page) {
    let theme = model.settings.theme;
    let shown = explain::shown(model, value);
    page.hanging("", &format!("{}: {shown}", value.kind.plain()), theme.strong());
    let mut chain: Vec<_> = value.decode.iter().map(|step| clean_to(step, 80)).collect();
    if !value.field.is_empty() {
        chain.push(clean_to(&value.field, 80));
    }
    if !chain.is_empty() {
        page.hanging("  in ", &chain.join(" › "), theme.quiet());
    }
    if let Some(hash) = &value.sha256 {
        page.hanging("  SHA-256 ", &clean(hash), theme.quiet());
    }
}

fn more(finding: &Finding, page: &mut Page) {
    if finding.more > 0 {
        page.text(&format!("and {} more", words::counted(finding.more, "value", "values")), Style::new());
    }
}

/// `Packet 18,204 · 09:16:40 · bytes 88–103`, the excerpt, and the filter that finds it.
fn packet(model: &Model, finding: &Finding, evidence: &Evidence, page: &mut Page) {
    let theme = model.settings.theme;
    let mut place = format!("Packet {} · {}", words::count(evidence.packet), words::day_clock(evidence.time, &model.settings.zone, model.spans_days()));
    match (evidence.offset, evidence.length) {
        (Some(offset), Some(length)) if length > 0 => {
            let last = u64::from(offset) + u64::from(length) - 1;
            _ = write!(place, " · bytes {offset}–{last} ({length})");
        }
        (Some(offset), _) => _ = write!(place, " · from byte {offset} on"),
        (None, _) => place.push_str(" · over several packets"),
    }
    page.text(&place, theme.strong());
    let hidden = explain::hides(model);
    if hidden {
        page.hanging("  ", &format!("•••• {} shows values for 30 seconds", model.key(Action::Show)), theme.quiet());
    } else if !evidence.excerpt.is_empty() {
        page.hanging("  ", &clean_to(&evidence.excerpt, EXCERPT), Style::new());
    }
    for line in hex::lines(finding, evidence, page.cells(), theme, hidden) {
        page.line(line);
    }
    if hex::beyond(finding, evidence, hidden) > 0 {
        page.hanging("     ", &format!("and {} more", words::counted(hex::beyond(finding, evidence, hidden) as u64, "byte", "bytes")), theme.quiet());
    }
    page.line(Line::from(vec![Span::raw("  "), Span::styled(format!("frame.number == {}", evidence.packet), theme.accent())]));
}
