//! Whom the devices talk to: the list, and all that is known of the chosen one.

use std::fmt::Write;

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::home::snapshot::Endpoint;
use crate::tui::model::{Model, Pane};
use crate::tui::picture::Extent;
use crate::tui::sanitize::clean;
use crate::tui::view::pane::{self, Spot};
use crate::tui::view::sheet::Sheet;
use crate::tui::view::text::{Page, fit, fit_right};
use crate::tui::view::{devices, empty};
use crate::tui::{rows, said, words};

const NAME: usize = 22;
const COMPANY: usize = 16;
const PURPOSE: usize = 14;
const WHOSE: usize = 18;
const PLACE: usize = 2;
const READ: usize = 11;
const BYTES: usize = 7;
const BAR: usize = 8;
const PORT: usize = 5;
/// Devices and names that are told one by one.
const MANY: usize = 40;

/// The columns that there is room for: what matters most comes first.
#[derive(Clone, Copy)]
struct Columns {
    name: usize,
    company: bool,
    whose: bool,
    place: bool,
    bar: bool,
    port: bool,
    purpose: bool,
}

impl Columns {
    /// `places`: whether a country is known of any.
    fn within(cells: usize, places: bool) -> Self {
        let mut left = cells.saturating_sub(READ + 1 + BYTES + 1);
        let mut take = |room: usize, least: usize| {
            let fits = left >= room + 1 + least;
            if fits {
                left -= room + 1;
            }
            fits
        };
        let company = take(COMPANY, NAME);
        let place = places && take(PLACE, NAME);
        let bar = take(BAR, NAME);
        let whose = take(WHOSE, NAME);
        let purpose = take(PURPOSE, NAME);
        let port = take(PORT, NAME + 10);
        Self { name: left, company, whose, place, bar, port, purpose }
    }

    fn head(self) -> String {
        let mut text = fit("Name or address", self.name);
        for (shown, name, cells) in [
            (self.port, "Port", PORT),
            (self.company, "Company", COMPANY),
            (self.purpose, "For", PURPOSE),
            (self.whose, "Whose", WHOSE),
            (self.place, "In", PLACE),
        ] {
            if shown {
                _ = write!(text, " {}", fit(name, cells));
            }
        }
        _ = write!(text, " {} {}", fit("Others can", READ), fit_right("Bytes", BYTES));
        if self.bar {
            _ = write!(text, " {}", fit("Share", BAR));
        }
        text
    }
}

/// Draws the list.
pub fn draw_list(sheet: &mut Sheet<'_, '_>, model: &Model, spot: &Spot) -> Extent {
    let rows = rows::endpoints(model);
    let columns = Columns::within(spot.row_width(), rows.iter().any(|endpoint| endpoint.country.is_some()));
    let most = rows.iter().map(|endpoint| rows::volume(model.shown(), endpoint)).max().unwrap_or_default();
    let list = pane::List {
        title: pane::list_title("Endpoints", rows.len(), model.shown().endpoints.len(), &model.endpoints, Pane::Endpoints),
        head: Line::styled(columns.head(), model.settings.theme.quiet()),
        count: rows.len(),
        chosen: rows::position(&model.endpoints, &rows, |endpoint, id| words::endpoint_id(endpoint) == id),
        row: &|index| rows.get(index).map(|endpoint| row(model, endpoint, columns, most)).unwrap_or_default(),
        empty: empty::endpoints(model, spot.width()),
    };
    pane::list(sheet, model, spot, &list)
}

fn row(model: &Model, endpoint: &Endpoint, columns: Columns, most: u64) -> Line<'static> {
    let theme = model.settings.theme;
    let snapshot = model.shown();
    let known = |text: &Option<String>| clean(text.as_deref().unwrap_or("–")).into_owned();
    let mut text = fit(&words::endpoint(endpoint), columns.name);
    if columns.port {
        _ = write!(text, " {}", fit(&port(endpoint.port), PORT));
    }
    if columns.company {
        let company = endpoint.tracker.as_ref().or(endpoint.owner.as_ref()).cloned();
        _ = write!(text, " {}", fit(&known(&company), COMPANY));
    }
    if columns.purpose {
        _ = write!(text, " {}", fit(&known(&endpoint.purpose), PURPOSE));
    }
    if columns.whose {
        _ = write!(text, " {}", fit(whose(endpoint), WHOSE));
    }
    if columns.place {
        _ = write!(text, " {}", fit(&known(&endpoint.country), PLACE));
    }
    let carried = snapshot.watched.carried.get(&(endpoint.address, endpoint.port));
    let (read, style) = match said::readable(carried) {
        "readable" => ("▲ read it", theme.severity(crate::finding::Severity::Medium)),
        "partly readable" => ("▲ read some", theme.severity(crate::finding::Severity::Medium)),
        "encrypted" => ("✓ not read", theme.ok()),
        _ => ("–", Style::new()),
    };
    let volume = rows::volume(snapshot, endpoint);
    let mut spans =
        vec![Span::raw(format!("{text} ")), Span::styled(fit(read, READ), style), Span::raw(format!(" {}", fit_right(&words::bytes(volume), BYTES)))];
    if columns.bar {
        spans.push(Span::styled(format!(" {}", share_bar(volume, most, BAR)), theme.accent()));
    }
    Line::from(spans)
}

/// A bar of so many cells, in eighths: the longest is the most.
fn share_bar(part: u64, most: u64, cells: usize) -> String {
    const ENDS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let all = if most == 0 { 0 } else { (part as f64 / most as f64 * (cells * 8) as f64).round() as usize };
    // What is not nothing is seen.
    let all = all.max(devices::eighths(part, most).min(1)).min(cells * 8);
    let bar = format!("{}{}", "█".repeat(all / 8), ENDS.get(all % 8).copied().unwrap_or_default());
    fit(&bar, cells)
}

fn port(port: u16) -> String {
    if port == 0 { "–".to_owned() } else { port.to_string() }
}

fn whose(endpoint: &Endpoint) -> &'static str {
    if endpoint.tracker.is_some() { "a tracking company" } else { words::party(endpoint.party) }
}

/// Draws what is known of the chosen one.
pub fn draw_chosen(sheet: &mut Sheet<'_, '_>, model: &Model, spot: &Spot) -> Extent {
    let Some(endpoint) = rows::chosen_endpoint(model) else {
        return pane::text(sheet, model, spot, "Details", empty::endpoints(model, spot.width()));
    };
    let theme = model.settings.theme;
    let fact = Style::new();
    let optional = |text: &Option<String>| clean(text.as_deref().unwrap_or_default()).into_owned();
    let mut page = Page::new(spot.width());
    page.text(&words::endpoint(endpoint), theme.strong());
    page.gap();
    page.pair("Address", &endpoint.address.to_string(), fact);
    page.pair("Port", &port(endpoint.port), fact);
    for (name, sources) in names(endpoint) {
        page.pair("Name", &format!("{} (from {})", clean(name), sources.join(", ")), fact);
    }
    page.pair("Domain", &optional(&endpoint.registrable_domain), fact);
    page.pair("Whose", words::party(endpoint.party), fact);
    page.pair("Owner", &optional(&endpoint.owner), fact);
    page.pair("Purpose", &optional(&endpoint.purpose), fact);
    page.pair("Tracking", &optional(&endpoint.tracker), fact);
    page.pair("Country", &clean(endpoint.country.as_deref().or(endpoint.country_reason).unwrap_or_default()), fact);
    let number = endpoint.asn.map(|number| format!("AS{number}"));
    let parts: Vec<String> = [number, endpoint.as_name.as_deref().map(|name| clean(name).into_owned())].into_iter().flatten().collect();
    page.pair("Network", &parts.join(" "), fact);
    carried(model, endpoint, &mut page);
    page.heading("Devices that talked to it", theme.strong());
    for id in endpoint.devices.iter().take(MANY) {
        page.hanging("· ", &model.shown().device(id).map_or_else(|| clean(id).into_owned(), words::device), fact);
    }
    if endpoint.devices.len() > MANY {
        page.text(&format!("and {} more", endpoint.devices.len() - MANY), fact);
    }
    pane::text(sheet, model, spot, "Details", page.into_lines())
}

/// Its names, each once with where it is known from.
fn names(endpoint: &Endpoint) -> Vec<(&str, Vec<&'static str>)> {
    let mut names: Vec<(&str, Vec<&'static str>)> = Vec::new();
    for known in endpoint.names.iter().take(MANY) {
        match names.iter_mut().find(|(name, _)| *name == known.name) {
            Some((_, sources)) => sources.push(known.source.word()),
            None => names.push((&known.name, vec![known.source.word()])),
        }
    }
    names
}

/// What went there and back, and whether others can read it.
fn carried(model: &Model, endpoint: &Endpoint, page: &mut Page) {
    let Some(carried) = model.shown().watched.carried.get(&(endpoint.address, endpoint.port)) else { return };
    let fact = Style::new();
    page.pair("Sent", &words::bytes(carried.out), fact);
    page.pair("Received", &words::bytes(carried.back), fact);
    let all = carried.readable.saturating_add(carried.encrypted).saturating_add(carried.unknown);
    let part = |bytes: u64, word: &str| (bytes > 0).then(|| format!("{} {word}", words::share(bytes, all)));
    let parts = [part(carried.readable, "readable by others"), part(carried.encrypted, "encrypted"), part(carried.unknown, "not known")];
    page.pair("Of it", &parts.into_iter().flatten().collect::<Vec<_>>().join(", "), fact);
}
