//! The chosen finding in words: what happened, what was exposed, how sure, what can be done; for an expert also by what it goes.

use ratatui::style::Style;
use ratatui::text::Line;

use crate::event::NameSource;
use crate::finding::{Finding, FindingEndpoint, FindingValue};
use crate::home::snapshot::Device;
use crate::tui::keys::Action;
use crate::tui::model::{Detail, Model, Screen};
use crate::tui::picture::Extent;
use crate::tui::sanitize::clean;
use crate::tui::view::pane::{self, Spot};
use crate::tui::view::sheet::Sheet;
use crate::tui::view::text::{Page, fit};
use crate::tui::view::{devices, empty};
use crate::tui::{rows, words};

/// Kinds of values that are named at most.
const KINDS: usize = 6;

/// Draws it.
pub fn draw(sheet: &mut Sheet<'_, '_>, model: &Model, spot: &Spot) -> Extent {
    let title = match model.detail {
        Detail::Plain => "Explain",
        Detail::Expert => "Explain – expert",
    };
    // What is read in full can be scrolled; beside a list that is read, the five parts count for more than the rest.
    let chosen = Chosen::of(model);
    let shorter: &[Length] = if spot.focused { &[Length::Facts] } else { &[Length::Facts, Length::Five] };
    let fits = |lines: &Vec<Line<'static>>| pane::full(lines) <= spot.height();
    let mut told = lines(model, &chosen, spot.width(), Length::Whole);
    if !fits(&told) {
        let shorter: Vec<_> = shorter.iter().map(|length| lines(model, &chosen, spot.width(), *length)).collect();
        let best = shorter.iter().find(|lines| fits(lines)).or(shorter.last().filter(|_| !spot.focused));
        told = best.cloned().unwrap_or(told);
    }
    pane::text(sheet, model, spot, title, told)
}

/// How much is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Length {
    /// Everything.
    Whole,
    /// Without what keys do.
    Facts,
    /// The five parts alone.
    Five,
}

/// What is explained: looked up once a picture.
struct Chosen<'m> {
    finding: Option<&'m Finding>,
    device: Option<&'m Device>,
}

impl<'m> Chosen<'m> {
    fn of(model: &'m Model) -> Self {
        let finding = rows::chosen_finding(model);
        let device = if finding.is_none() && model.screen == Screen::Devices { rows::chosen_device(model) } else { None };
        Self { finding, device }
    }
}

/// How many lines it takes, and how many without the empty ones and what keys do.
pub fn heights(model: &Model, cells: usize) -> (usize, usize) {
    let chosen = Chosen::of(model);
    (lines(model, &chosen, cells, Length::Whole).len(), pane::full(&lines(model, &chosen, cells, Length::Facts)))
}

fn lines(model: &Model, chosen: &Chosen<'_>, cells: usize, length: Length) -> Vec<Line<'static>> {
    let mut page = Page::new(cells);
    match (chosen.finding, chosen.device) {
        (Some(finding), _) => {
            plain(model, finding, length, &mut page);
            if model.detail == Detail::Expert {
                expert(model, finding, &mut page);
            }
        }
        (None, Some(device)) => about(model, device, &mut page),
        (None, None) => return empty::findings(model, cells),
    }
    page.into_lines()
}

/// The five parts: what happened, what was exposed, who could see it, how sure, what can be done.
fn plain(model: &Model, finding: &Finding, length: Length, page: &mut Page) {
    let theme = model.settings.theme;
    let badge = format!(" {} {} ", theme.mark(finding.severity).trim_end(), finding.severity.plain());
    page.badge(&badge, theme.badge(finding.severity), &clean(&finding.title), theme.strong());
    page.gap();
    page.text(&clean(&finding.story), Style::new());
    page.gap();
    for exposed in exposed(model, finding) {
        page.pair("Exposed", &exposed, theme.strong());
    }
    // Most stories tell it already.
    if model.detail == Detail::Expert || !finding.story.to_lowercase().contains("anyone") {
        page.pair("Who can see", &words::who(finding), Style::new());
    }
    if length != Length::Five {
        who_and_when(model, finding, page);
    }
    page.pair("How sure", &words::sure(finding), Style::new());
    page.heading("What you can do", theme.strong());
    page.hanging("1. ", &clean(&finding.advice), Style::new());
    if length != Length::Whole {
        return;
    }
    page.hanging("2. ", &format!("Known and wanted? {} mutes it for this run.", model.key(Action::Mute)), Style::new());
    if model.detail == Detail::Plain {
        page.gap();
        page.text(&format!("{}: expert view – rule, flow, standards", model.key(Action::Expert)), theme.quiet());
    }
}

/// Which device, which other end, how often and when.
fn who_and_when(model: &Model, finding: &Finding, page: &mut Page) {
    let clock = |time| words::day_clock(time, &model.settings.zone, model.spans_days());
    if let Some(device) = model.shown().device(&finding.device.id).filter(|_| model.screen != Screen::Devices) {
        page.pair("Device", &words::device(device), Style::new());
    }
    if let Some(other) = words::other_end(finding) {
        page.pair(words::toward(finding.direction), &other, Style::new());
    }
    let (first, last) = (clock(finding.first), clock(finding.last));
    let times = words::counted(finding.count, "time", "times");
    let seen = if finding.count > 1 && first != last { format!("{times}, {first} to {last}") } else { format!("{times}, {first}") };
    page.pair("Seen", &seen, Style::new());
}

/// `its position: 48.8,-2.2`: each kind once, with the first value of it.
fn exposed(model: &Model, finding: &Finding) -> Vec<String> {
    let mut kinds = Vec::new();
    let mut told = Vec::new();
    for value in &finding.values {
        if !kinds.contains(&value.kind) && kinds.len() < KINDS {
            kinds.push(value.kind);
            told.push(format!("{}: {}", value.kind.plain(), shown(model, value)));
        }
    }
    told
}

/// A value as it may be shown now, harmless.
pub fn shown(model: &Model, value: &FindingValue) -> String {
    if hides(model) { "••••".to_owned() } else { clean(&value.shown).into_owned() }
}

/// Whether values were kept as they were sent and are hidden now.
pub fn hides(model: &Model) -> bool {
    model.settings.reveals && !model.shows_values()
}

fn expert(model: &Model, finding: &Finding, page: &mut Page) {
    page.heading("For experts", model.settings.theme.strong());
    let fact = Style::new();
    page.pair("Rule", finding.code, fact);
    page.pair("Finding", &clean(&finding.id), fact);
    page.pair("Severity", finding.severity.word(), fact);
    page.pair("Confidence", finding.confidence.word(), fact);
    page.pair("Protocol", &protocol(finding), fact);
    page.pair("Direction", words::way(finding.direction), fact);
    if let Some(flow) = &finding.flow {
        page.pair("Flow", &flow.to_string(), fact);
    }
    if let Some(endpoint) = &finding.endpoint {
        page.pair("Endpoint", &end(endpoint), fact);
        page.pair("Name", &named(endpoint.name.as_deref(), endpoint.name_source), fact);
        page.pair("Whose", words::party(endpoint.party), fact);
        page.pair("Country", &clean(endpoint.country.as_deref().unwrap_or_default()), fact);
    }
    page.pair("First", &words::date(finding.first, &model.settings.zone), fact);
    page.pair("Last", &words::date(finding.last, &model.settings.zone), fact);
    if let Some(evidence) = finding.evidence.first() {
        page.pair("Wireshark", &format!("frame.number == {}", evidence.packet), model.settings.theme.accent());
    }
    page.pair("Standards", &finding.standards.join(", "), fact);
    if let Some(device) = model.shown().device(&finding.device.id) {
        about(model, device, page);
    }
}

/// `mqtt over tcp`.
pub fn protocol(finding: &Finding) -> String {
    finding.transport.map_or_else(|| finding.protocol.to_owned(), |transport| format!("{} over {transport}", finding.protocol))
}

/// `203.0.113.7 port 443`.
pub fn end(endpoint: &FindingEndpoint) -> String {
    if endpoint.port == 0 { endpoint.address.to_string() } else { format!("{} port {}", endpoint.address, endpoint.port) }
}

/// `api.example.com (from dns)`.
pub fn named(name: Option<&str>, source: Option<NameSource>) -> String {
    let name = clean(name.unwrap_or_default()).into_owned();
    match source {
        Some(source) if !name.is_empty() => format!("{name} (from {})", source.word()),
        _ => name,
    }
}

/// All that is known of a device.
fn about(model: &Model, device: &Device, page: &mut Page) {
    let theme = model.settings.theme;
    let fact = Style::new();
    page.heading(&fit(&words::device(device), page.cells()), theme.strong());
    page.text(&clean(&device.summary), fact);
    page.gap();
    let grade = &device.grade;
    let best = grade.at_best.map(|best| format!(", at best {}", clean(&best.to_string()))).unwrap_or_default();
    page.pair("Grade", &format!("{}{best}: {}", clean(&grade.letter.to_string()), clean(&grade.why)), devices::grade(theme, grade.letter));
    for cap in grade.caps.iter().take(KINDS) {
        page.pair("Held down", &format!("to {}: {} ({})", clean(&cap.letter.to_string()), clean(&cap.reason), cap.codes.join(", ")), fact);
    }
    page.pair("Not seen", &clean(&grade.not_seen.join(", ")), fact);
    page.pair("To raise it", &clean(grade.raise_by.as_deref().unwrap_or_default()), fact);
    page.pair("Known", if device.trusted { "yes, as you say" } else { "" }, fact);
    page.pair("Kind", device.kind.word(), fact);
    page.pair("Because", &clean(&device.kind_reason), fact);
    page.pair("Maker", &clean(device.vendor.as_deref().unwrap_or_default()), fact);
    for known in device.names.iter().take(KINDS) {
        page.pair("Name", &named(Some(&known.name), Some(known.source)), fact);
    }
    page.pair("MAC", &device.mac.map(|mac| mac.to_string()).unwrap_or_default(), fact);
    for address in device.addresses.iter().take(KINDS) {
        page.pair("Address", &address.to_string(), fact);
    }
    page.pair("Sent", &format!("{} in {}", words::bytes(device.bytes_out), words::counted(device.packets_out, "packet", "packets")), fact);
    page.pair("Received", &format!("{} in {}", words::bytes(device.bytes_in), words::counted(device.packets_in, "packet", "packets")), fact);
    page.pair("First seen", &words::date(device.first, &model.settings.zone), fact);
    page.pair("Last seen", &words::date(device.last, &model.settings.zone), fact);
}
