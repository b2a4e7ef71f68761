//! Whom the devices talk to: the list, and all that is known of the chosen one.

use std::fmt::Write;

use ratatui::Frame;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::home::snapshot::Endpoint;
use crate::tui::model::{Extent, Model, Pane};
use crate::tui::sanitize::clean;
use crate::tui::view::pane::{self, Spot};
use crate::tui::view::text::{Page, fit, fit_right};
use crate::tui::view::{empty, explain};
use crate::tui::{rows, words};

const PORT: usize = 5;
const WHOSE: usize = 18;
const DEVICES: usize = 7;
/// From this width on the address stands beside the name.
const FULL: usize = 90;
const ADDRESS: usize = 24;
/// Devices and names that are told one by one.
const MANY: usize = 40;

/// Draws the list.
pub fn draw_list(frame: &mut Frame<'_>, model: &Model, spot: &Spot) -> Extent {
    let rows = rows::endpoints(model);
    let cells = spot.row_width();
    let address = if cells >= FULL { ADDRESS + 1 } else { 0 };
    let name = cells.saturating_sub(PORT + WHOSE + DEVICES + 3 + address);
    let mut head = fit("Name or address", name);
    if address > 0 {
        _ = write!(head, " {}", fit("Address", ADDRESS));
    }
    _ = write!(head, " {} {} {}", fit_right("Port", PORT), fit("Whose", WHOSE), fit_right("Devices", DEVICES));
    let row = |index: usize| {
        let Some(endpoint) = rows.get(index) else { return Line::default() };
        let mut text = fit(&words::endpoint(endpoint), name);
        if address > 0 {
            _ = write!(text, " {}", fit(&endpoint.address.to_string(), ADDRESS));
        }
        _ = write!(
            text,
            " {} {} {}",
            fit_right(&port(endpoint.port), PORT),
            fit(whose(endpoint), WHOSE),
            fit_right(&words::count(endpoint.devices.len() as u64), DEVICES)
        );
        Line::from(Span::raw(text))
    };
    let list = pane::List {
        title: pane::list_title("Endpoints", rows.len(), model.shown().endpoints.len(), &model.endpoints, Pane::Endpoints),
        head: Line::styled(head, model.settings.theme.quiet()),
        count: rows.len(),
        chosen: rows::position(&model.endpoints, &rows, |endpoint, id| words::endpoint_id(endpoint) == id),
        row: &row,
        empty: empty::endpoints(model, spot.width()),
    };
    pane::list(frame, model, spot, &list)
}

fn port(port: u16) -> String {
    if port == 0 { "–".to_owned() } else { port.to_string() }
}

fn whose(endpoint: &Endpoint) -> &'static str {
    if endpoint.tracker.is_some() { "a tracking company" } else { words::party(endpoint.party) }
}

/// Draws what is known of the chosen one.
pub fn draw_chosen(frame: &mut Frame<'_>, model: &Model, spot: &Spot) -> Extent {
    let Some(endpoint) = rows::chosen_endpoint(model) else {
        return pane::text(frame, model, spot, "Details", empty::endpoints(model, spot.width()));
    };
    let theme = model.settings.theme;
    let fact = Style::new();
    let optional = |text: &Option<String>| clean(text.as_deref().unwrap_or_default()).into_owned();
    let mut page = Page::new(spot.width());
    page.text(&words::endpoint(endpoint), theme.strong());
    page.gap();
    page.pair("Address", &endpoint.address.to_string(), fact);
    page.pair("Port", &port(endpoint.port), fact);
    for known in endpoint.names.iter().take(MANY) {
        page.pair("Name", &explain::named(Some(&known.name), Some(known.source)), fact);
    }
    page.pair("Domain", &optional(&endpoint.registrable_domain), fact);
    page.pair("Whose", words::party(endpoint.party), fact);
    page.pair("Owner", &optional(&endpoint.owner), fact);
    page.pair("Purpose", &optional(&endpoint.purpose), fact);
    page.pair("Tracking", &optional(&endpoint.tracker), fact);
    page.pair("Country", &clean(endpoint.country.as_deref().or(endpoint.country_reason).unwrap_or_default()), fact);
    page.pair("Network", &endpoint.asn.map(|number| format!("AS{number}")).unwrap_or_default(), fact);
    page.heading("Devices that talked to it", theme.strong());
    for id in endpoint.devices.iter().take(MANY) {
        page.hanging("· ", &model.shown().device(id).map_or_else(|| clean(id).into_owned(), words::device), fact);
    }
    if endpoint.devices.len() > MANY {
        page.text(&format!("and {} more", endpoint.devices.len() - MANY), fact);
    }
    pane::text(frame, model, spot, "Details", page.into_lines())
}
