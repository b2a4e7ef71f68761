//! What the lists hold: filtered, ordered, and which row is chosen. Pure functions of the model.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::fmt::Write;

use crate::finding::{Finding, Severity};
use crate::home::snapshot::{Device, Endpoint, Snapshot};
use crate::tui::model::{Cursor, Listing, Model, Order, Pane, Screen, Stream};
use crate::tui::words;

/// A device and what was found of it.
#[derive(Clone, Copy, Debug)]
pub struct DeviceRow<'m> {
    /// The device.
    pub device: &'m Device,
    /// The worst severity of its findings.
    pub worst: Option<Severity>,
    /// How many findings.
    pub findings: u64,
}

/// The devices, in the order of their list.
pub fn devices(model: &Model) -> Vec<DeviceRow<'_>> {
    let snapshot = model.shown();
    let mut found: HashMap<&str, (Severity, u64)> = HashMap::new();
    for finding in &snapshot.findings {
        let entry = found.entry(finding.device.id.as_str()).or_insert((finding.severity, 0));
        entry.0 = entry.0.max(finding.severity);
        entry.1 += 1;
    }
    let filter = Filter::new(&model.devices.filter);
    let mut rows: Vec<_> = snapshot
        .devices
        .iter()
        .filter(|device| filter.keeps(|| describe_device(device)))
        .map(|device| {
            let found = found.get(device.id.as_str());
            DeviceRow { device, worst: found.map(|found| found.0), findings: found.map_or(0, |found| found.1) }
        })
        .collect();
    match model.devices.order {
        Order::Natural => rows.sort_by_cached_key(|row| {
            let class = row.worst.map_or(0, |worst| words::class(worst) + 1);
            (Reverse(class), grade_rank(row.device.grade.letter), Reverse(row.findings), row.device.title())
        }),
        Order::Name => rows.sort_by_cached_key(|row| row.device.title().to_lowercase()),
        Order::Latest => rows.sort_by_key(|row| Reverse(row.device.last)),
        Order::Most => rows.sort_by_key(|row| Reverse(row.device.bytes_out)),
    }
    rows
}

/// The worst letter first, the unknown last.
fn grade_rank(letter: char) -> u8 {
    match letter {
        'A'..='F' => b'F' - letter as u8,
        _ => u8::MAX,
    }
}

/// All findings, in the order of their list.
pub fn findings(model: &Model) -> Vec<&Finding> {
    let snapshot = model.shown();
    let titles: HashMap<&str, String> = snapshot.devices.iter().map(|device| (device.id.as_str(), device.title())).collect();
    let title = |finding: &Finding| titles.get(finding.device.id.as_str()).cloned().unwrap_or_else(|| finding.device.id.clone());
    let filter = Filter::new(&model.findings.filter);
    let mut rows: Vec<_> = snapshot.findings.iter().filter(|finding| filter.keeps(|| describe_finding(finding, &title(finding)))).collect();
    match model.findings.order {
        Order::Natural => {}
        Order::Name => rows.sort_by_cached_key(|finding| title(finding).to_lowercase()),
        Order::Latest => rows.sort_by_key(|finding| Reverse(finding.last)),
        Order::Most => rows.sort_by_key(|finding| Reverse(finding.count)),
    }
    rows
}

/// The chosen device's findings, worst first.
pub fn of_device(model: &Model) -> Vec<&Finding> {
    let Some(device) = chosen_device(model) else { return Vec::new() };
    model.shown().findings.iter().filter(|finding| finding.device.id == device.id).collect()
}

/// The endpoints, in the order of their list.
pub fn endpoints(model: &Model) -> Vec<&Endpoint> {
    let snapshot = model.shown();
    let filter = Filter::new(&model.endpoints.filter);
    let mut rows: Vec<_> = snapshot.endpoints.iter().filter(|endpoint| filter.keeps(|| describe_endpoint(endpoint))).collect();
    match model.endpoints.order {
        Order::Natural | Order::Latest => {}
        Order::Name => rows.sort_by_cached_key(|endpoint| (endpoint.names.is_empty(), words::endpoint(endpoint).to_lowercase())),
        Order::Most => rows.sort_by_key(|endpoint| Reverse(endpoint.devices.len())),
    }
    rows
}

/// Ids of the rows of a pane's list; empty for a pane of text.
pub fn ids(model: &Model, pane: Pane) -> Vec<String> {
    match pane {
        Pane::Devices => devices(model).into_iter().map(|row| row.device.id.clone()).collect(),
        Pane::DeviceFindings => of_device(model).into_iter().map(|finding| finding.id.clone()).collect(),
        Pane::Findings => findings(model).into_iter().map(|finding| finding.id.clone()).collect(),
        Pane::Endpoints => endpoints(model).into_iter().map(words::endpoint_id).collect(),
        _ => Vec::new(),
    }
}

/// The chosen row: where the cursor's id is now, else the row that it was on, else the last.
pub fn position<T>(listing: &Listing, rows: &[T], is: impl Fn(&T, &str) -> bool) -> usize {
    match &listing.cursor {
        Cursor::Top => 0,
        Cursor::At { id, row } => rows.iter().position(|item| is(item, id)).unwrap_or_else(|| (*row).min(rows.len().saturating_sub(1))),
    }
}

/// The chosen device.
pub fn chosen_device(model: &Model) -> Option<&Device> {
    let rows = devices(model);
    let row = position(&model.devices, &rows, |row, id| row.device.id == id);
    rows.get(row).map(|row| row.device)
}

/// The chosen finding of this screen.
pub fn chosen_finding(model: &Model) -> Option<&Finding> {
    let (rows, listing) = match model.screen {
        Screen::Devices => (of_device(model), &model.of_device),
        _ => (findings(model), &model.findings),
    };
    rows.get(position(listing, &rows, |finding, id| finding.id == id)).copied()
}

/// The chosen endpoint.
pub fn chosen_endpoint(model: &Model) -> Option<&Endpoint> {
    let rows = endpoints(model);
    rows.get(position(&model.endpoints, &rows, |endpoint, id| words::endpoint_id(endpoint) == id)).copied()
}

/// Packets and findings that wait while the picture is held; none while it is not.
pub fn waiting(model: &Model) -> Option<(u64, u64)> {
    let Stream::Paused { shown, latest } = &model.stream else { return None };
    let packets = latest.coverage.packets.saturating_sub(shown.coverage.packets);
    Some((packets, latest.findings.len().saturating_sub(shown.findings.len()) as u64))
}

/// How a list is ordered, in a word; none where it is as it always is.
pub fn order_word(order: Order, pane: Pane) -> Option<&'static str> {
    match (order, pane) {
        (Order::Natural, _) => None,
        (Order::Name, Pane::Findings) => Some("by device"),
        (Order::Name, _) => Some("by name"),
        (Order::Latest, _) => Some("latest first"),
        (Order::Most, Pane::Findings) => Some("most often first"),
        (Order::Most, Pane::Endpoints) => Some("most devices first"),
        (Order::Most, _) => Some("most sent first"),
    }
}

/// Devices of which something serious or a warning was found.
pub fn devices_in_need(snapshot: &Snapshot) -> usize {
    let bad = snapshot.findings.iter().filter(|finding| words::class(finding.severity) > 0);
    let ids: HashSet<&str> = bad.map(|finding| finding.device.id.as_str()).collect();
    ids.len()
}

/// Findings in all, and the serious ones.
pub fn tally(snapshot: &Snapshot) -> (u64, u64) {
    let serious = snapshot.findings.iter().filter(|finding| words::class(finding.severity) == 2).count();
    (snapshot.findings.len() as u64, serious as u64)
}

/// A filter line, understood.
enum Filter {
    All,
    With(String),
    Without(String),
}

impl Filter {
    fn new(typed: &str) -> Self {
        let (inverse, text) = typed.trim().strip_prefix('!').map_or((false, typed.trim()), |rest| (true, rest.trim()));
        match (inverse, text.is_empty()) {
            (_, true) => Self::All,
            (false, false) => Self::With(text.to_lowercase()),
            (true, false) => Self::Without(text.to_lowercase()),
        }
    }

    /// Whether a row stays; its description is made only where there is something to compare.
    fn keeps(&self, describe: impl FnOnce() -> String) -> bool {
        match self {
            Self::All => true,
            Self::With(text) => describe().to_lowercase().contains(text),
            Self::Without(text) => !describe().to_lowercase().contains(text),
        }
    }
}

fn describe_device(device: &Device) -> String {
    let mut text = format!("{}\n{}\n{}\ngrade {}", device.title(), device.id, device.kind.word(), device.grade.letter);
    for known in &device.names {
        text.push('\n');
        text.push_str(&known.name);
    }
    for address in &device.addresses {
        text.push('\n');
        text.push_str(&address.to_string());
    }
    for part in [device.mac.map(|mac| mac.to_string()), device.vendor.clone()].into_iter().flatten() {
        text.push('\n');
        text.push_str(&part);
    }
    text
}

fn describe_finding(finding: &Finding, device: &str) -> String {
    let mut text = format!("{}\n{}\n{device}\n{}\n{}", finding.title, finding.code, finding.severity.plain(), finding.protocol);
    if let Some(endpoint) = &finding.endpoint {
        _ = write!(text, "\n{}\n{}\n{}", endpoint.address, endpoint.port, endpoint.name.as_deref().unwrap_or_default());
    }
    text
}

fn describe_endpoint(endpoint: &Endpoint) -> String {
    let mut text = format!("{}\n{}\n{}", endpoint.address, endpoint.port, words::party(endpoint.party));
    let names = endpoint.names.iter().map(|known| &known.name);
    for part in names.chain(&endpoint.owner).chain(&endpoint.purpose).chain(&endpoint.tracker).chain(&endpoint.devices) {
        text.push('\n');
        text.push_str(part);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::fixture;

    #[test]
    fn the_worst_device_comes_first_and_the_unknown_last() {
        let model = fixture::model(fixture::home());
        let letters: String = devices(&model).iter().map(|row| row.device.grade.letter).collect();
        assert_eq!(letters, "FDCBA?");
    }

    #[test]
    fn a_filter_keeps_or_leaves_out() {
        let mut model = fixture::model(fixture::home());
        model.devices.filter = "BEAR".to_owned();
        assert_eq!(devices(&model).len(), 1);
        model.devices.filter = "! bear".to_owned();
        assert_eq!(devices(&model).len(), 5);
        model.devices.filter = "!".to_owned();
        assert_eq!(devices(&model).len(), 6, "a lone ! leaves all");
        model.findings.filter = "serious".to_owned();
        assert!(!findings(&model).is_empty() && findings(&model).iter().all(|finding| finding.severity >= Severity::High));
        model.endpoints.filter = "443".to_owned();
        assert!(endpoints(&model).iter().all(|endpoint| endpoint.port == 443));
    }

    #[test]
    fn each_order_orders() {
        let mut model = fixture::model(fixture::home());
        model.devices.order = Order::Most;
        assert!(devices(&model).is_sorted_by_key(|row| Reverse(row.device.bytes_out)));
        model.devices.order = Order::Name;
        assert!(devices(&model).is_sorted_by_key(|row| row.device.title().to_lowercase()));
        model.findings.order = Order::Latest;
        assert!(findings(&model).is_sorted_by_key(|finding| Reverse(finding.last)));
        model.endpoints.order = Order::Most;
        assert!(endpoints(&model).is_sorted_by_key(|endpoint| Reverse(endpoint.devices.len())));
    }

    #[test]
    fn the_cursor_falls_back_to_its_row() {
        let listing = Listing { cursor: Cursor::At { id: "gone".to_owned(), row: 7 }, ..Listing::default() };
        assert_eq!(position(&listing, &["a", "b"], |item, id| *item == id), 1);
        assert_eq!(position::<&str>(&listing, &[], |item, id| *item == id), 0);
    }
}
