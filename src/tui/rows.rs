//! What the lists hold: filtered, ordered, grouped, and which row is chosen. Pure functions of the model.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use crate::finding::{Finding, Severity};
use crate::home::snapshot::{Device, Endpoint, Snapshot};
use crate::tui::filter::Filter;
use crate::tui::model::{Cursor, Listing, Model, Order, Pane, Screen, Stream};
use crate::tui::{said, words};

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
    let filter = Filter::new(&model.devices.filter);
    let mut rows: Vec<_> = all_devices(model).into_iter().filter(|row| filter.keeps(|| said::device(row.device, row.worst))).collect();
    match model.devices.order {
        Order::Natural => sort_by_need(&mut rows),
        Order::Name => rows.sort_by_cached_key(|row| row.device.title().to_lowercase()),
        Order::Latest => rows.sort_by_key(|row| Reverse(row.device.last)),
        Order::Most => rows.sort_by_key(|row| Reverse(row.device.bytes_out)),
    }
    keep(rows, &model.devices, |row| row.device.id.as_str().into())
}

fn sort_by_need(rows: &mut [DeviceRow<'_>]) {
    rows.sort_by_cached_key(|row| {
        let class = row.worst.map_or(0, |worst| words::class(worst) + 1);
        (Reverse(class), grade_rank(row.device.grade.letter), Reverse(row.findings), row.device.title())
    });
}

/// All devices, as they come.
fn all_devices(model: &Model) -> Vec<DeviceRow<'_>> {
    let snapshot = model.shown();
    let mut found: HashMap<&str, (Severity, u64)> = HashMap::new();
    for finding in heard(model) {
        let entry = found.entry(finding.device.id.as_str()).or_insert((finding.severity, 0));
        entry.0 = entry.0.max(finding.severity);
        entry.1 += 1;
    }
    let found_of = |device: &Device| found.get(device.id.as_str()).copied().unzip();
    let row = |device| {
        let (worst, findings) = found_of(device);
        DeviceRow { device, worst, findings: findings.unwrap_or_default() }
    };
    snapshot.devices.iter().map(row).collect()
}

/// The worst letter first, the unknown last.
fn grade_rank(letter: char) -> u8 {
    match letter {
        'A'..='F' => b'F' - letter as u8,
        _ => u8::MAX,
    }
}

/// Rows in the order in which they stood when someone began to move, what is new below.
fn keep<'m, T>(mut rows: Vec<T>, listing: &Listing, id: impl Fn(&T) -> std::borrow::Cow<'m, str>) -> Vec<T> {
    if !listing.kept.is_empty() {
        let places: HashMap<&str, usize> = listing.kept.iter().enumerate().map(|(place, id)| (id.as_str(), place)).collect();
        rows.sort_by_cached_key(|row| places.get(id(row).as_ref()).copied().unwrap_or(usize::MAX));
    }
    rows
}

/// Findings that are not muted.
pub fn heard(model: &Model) -> impl Iterator<Item = &Finding> {
    model.shown().findings.iter().filter(|finding| !model.mutes.iter().any(|mute| mute.hides(finding)))
}

/// How many findings are muted.
pub fn muted(model: &Model) -> usize {
    if model.mutes.is_empty() { 0 } else { model.shown().findings.len() - heard(model).count() }
}

/// A row of the list of all findings.
#[derive(Clone, Copy, Debug)]
pub struct FindingRow<'m> {
    /// The finding; of a group its first.
    pub finding: &'m Finding,
    /// What it is in the list.
    pub role: Role,
}

/// What a row of findings is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A finding of its own.
    Alone,
    /// The head of a group: how many findings, and how often in all.
    Closed(usize, u64),
    /// The same; its findings stand below.
    Open(usize, u64),
    /// One of an open group.
    Member,
}

impl FindingRow<'_> {
    /// What tells it from others.
    pub fn id(&self) -> String {
        match self.role {
            Role::Closed(..) | Role::Open(..) => group(self.finding),
            Role::Alone | Role::Member => self.finding.id.clone(),
        }
    }

    /// How often it was seen.
    pub fn times(&self) -> u64 {
        match self.role {
            Role::Closed(_, times) | Role::Open(_, times) => times,
            Role::Alone | Role::Member => self.finding.count,
        }
    }
}

/// Findings with one code, device and title stand in one row: only their other ends or fields differ.
pub fn group(finding: &Finding) -> String {
    format!("group {} {} {}", finding.code, finding.device.id, finding.title)
}

/// All findings that are not muted, in the order of their list, grouped.
pub fn findings(model: &Model) -> Vec<FindingRow<'_>> {
    let snapshot = model.shown();
    let devices: HashMap<&str, &Device> = snapshot.devices.iter().map(|device| (device.id.as_str(), device)).collect();
    let device = |finding: &Finding| devices.get(finding.device.id.as_str()).copied();
    let filter = Filter::new(&model.findings.filter);
    let mut rows: Vec<_> = heard(model).filter(|finding| filter.keeps(|| said::finding(finding, device(finding)))).collect();
    match model.findings.order {
        Order::Natural => worst_first(&mut rows, &Held::new(snapshot)),
        Order::Name => rows.sort_by_cached_key(|finding| device(finding).map(Device::title).unwrap_or_default().to_lowercase()),
        Order::Latest => rows.sort_by_key(|finding| Reverse(finding.last)),
        Order::Most => rows.sort_by_key(|finding| Reverse(finding.count)),
    }
    let mut index: HashMap<(&str, &str, &str), usize> = HashMap::new();
    let mut groups: Vec<Vec<&Finding>> = Vec::new();
    for finding in rows {
        let at = *index.entry((finding.code, &finding.device.id, &finding.title)).or_insert(groups.len());
        match groups.get_mut(at) {
            Some(group) => group.push(finding),
            None => groups.push(vec![finding]),
        }
    }
    let groups = keep(groups, &model.findings, |group| group.first().map(|finding| self::group(finding)).unwrap_or_default().into());
    let mut rows = Vec::with_capacity(groups.len());
    for group in &groups {
        let Some(first) = group.first() else { continue };
        let times = group.iter().map(|finding| finding.count).fold(0, u64::saturating_add);
        let is_open = model.opened.contains(&self::group(first));
        match (group.len(), is_open) {
            (1, _) => rows.push(FindingRow { finding: first, role: Role::Alone }),
            (many, false) => rows.push(FindingRow { finding: first, role: Role::Closed(many, times) }),
            (many, true) => {
                rows.push(FindingRow { finding: first, role: Role::Open(many, times) });
                rows.extend(group.iter().map(|finding| FindingRow { finding, role: Role::Member }));
            }
        }
    }
    rows
}

/// The chosen device's findings, worst first.
pub fn of_device(model: &Model) -> Vec<&Finding> {
    let Some(device) = chosen_device(model) else { return Vec::new() };
    keep(findings_of(model, &device.id), &model.of_device, |finding| finding.id.as_str().into())
}

/// A device's findings that are not muted, worst first.
pub fn findings_of<'m>(model: &'m Model, id: &str) -> Vec<&'m Finding> {
    let mut rows: Vec<_> = heard(model).filter(|finding| finding.device.id == id).collect();
    worst_first(&mut rows, &Held::new(model.shown()));
    rows
}

/// Findings that hold a grade down, with the letter.
struct Held<'m>(HashMap<&'m str, char>);

impl<'m> Held<'m> {
    fn new(snapshot: &'m Snapshot) -> Self {
        let mut held = HashMap::new();
        for cap in snapshot.devices.iter().flat_map(|device| &device.grade.caps) {
            for id in &cap.findings {
                let letter = held.entry(id.as_str()).or_insert(cap.letter);
                *letter = cap.letter.max(*letter);
            }
        }
        Self(held)
    }
}

/// As they are told, the worst first: within a class what holds a grade down most, so that the list begins with why a device has its letter; then the more
/// severe, then as they came.
fn worst_first(rows: &mut [&Finding], held: &Held<'_>) {
    rows.sort_by_key(|finding| {
        let letter = held.0.get(finding.id.as_str()).copied().unwrap_or_default();
        (Reverse(words::class(finding.severity)), Reverse(letter), Reverse(finding.severity))
    });
}

/// The device to look at first; none where none needs attention.
pub fn worst_device(model: &Model) -> Option<DeviceRow<'_>> {
    let mut rows = all_devices(model);
    sort_by_need(&mut rows);
    rows.into_iter().next().filter(|row| row.worst.is_some_and(|worst| words::class(worst) > 0))
}

/// The endpoints, in the order of their list.
pub fn endpoints(model: &Model) -> Vec<&Endpoint> {
    let snapshot = model.shown();
    let filter = Filter::new(&model.endpoints.filter);
    let mut rows: Vec<_> = snapshot.endpoints.iter().filter(|endpoint| filter.keeps(|| said::endpoint(snapshot, endpoint))).collect();
    match model.endpoints.order {
        Order::Natural | Order::Latest => rows.sort_by_key(|endpoint| Reverse(volume(snapshot, endpoint))),
        Order::Name => rows.sort_by_cached_key(|endpoint| (endpoint.names.is_empty(), words::endpoint(endpoint).to_lowercase())),
        Order::Most => rows.sort_by_key(|endpoint| Reverse(endpoint.devices.len())),
    }
    keep(rows, &model.endpoints, |endpoint| words::endpoint_id(endpoint).into())
}

/// Bytes that went to and from an endpoint.
pub fn volume(snapshot: &Snapshot, endpoint: &Endpoint) -> u64 {
    let carried = snapshot.watched.carried.get(&(endpoint.address, endpoint.port));
    carried.map_or(0, |carried| carried.out.saturating_add(carried.back))
}

/// Ids of the rows of a pane's list; empty for a pane of text.
pub fn ids(model: &Model, pane: Pane) -> Vec<String> {
    match pane {
        Pane::Devices | Pane::Lanes => devices(model).into_iter().map(|row| row.device.id.clone()).collect(),
        Pane::DeviceFindings => of_device(model).into_iter().map(|finding| finding.id.clone()).collect(),
        Pane::Findings => findings(model).into_iter().map(|row| row.id()).collect(),
        Pane::Endpoints => endpoints(model).into_iter().map(words::endpoint_id).collect(),
        _ => Vec::new(),
    }
}

/// Ids by which a list keeps its order: of findings those of the groups.
pub fn keys(model: &Model, pane: Pane) -> Vec<String> {
    match pane {
        Pane::Findings => findings(model).into_iter().filter(|row| row.role != Role::Member).map(|row| group(row.finding)).collect(),
        other => ids(model, other),
    }
}

/// What each row of a pane's list says of itself, for search and completion.
pub fn said(model: &Model, pane: Pane) -> Vec<crate::tui::filter::Said> {
    let snapshot = model.shown();
    match pane {
        Pane::Devices | Pane::Lanes => devices(model).iter().map(|row| said::device(row.device, row.worst)).collect(),
        Pane::DeviceFindings => of_device(model).into_iter().map(|finding| said::finding(finding, snapshot.device(&finding.device.id))).collect(),
        Pane::Findings => findings(model).iter().map(|row| said::finding(row.finding, snapshot.device(&row.finding.device.id))).collect(),
        Pane::Endpoints => endpoints(model).into_iter().map(|endpoint| said::endpoint(snapshot, endpoint)).collect(),
        _ => Vec::new(),
    }
}

/// Rows that hold what is searched.
pub fn matches(model: &Model, pane: Pane) -> Vec<usize> {
    let wanted = model.find.trim().to_lowercase();
    if wanted.is_empty() {
        return Vec::new();
    }
    let is_match = |said: &crate::tui::filter::Said| said.iter().any(|(_, text)| text.to_lowercase().contains(&wanted));
    said(model, pane).iter().enumerate().filter(|(_, said)| is_match(said)).map(|(row, _)| row).collect()
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

/// The chosen finding of this screen; of a group its first.
pub fn chosen_finding(model: &Model) -> Option<&Finding> {
    if matches!(model.screen, Screen::Devices | Screen::Timeline) {
        let rows = of_device(model);
        return rows.get(position(&model.of_device, &rows, |finding, id| finding.id == id)).copied();
    }
    let rows = findings(model);
    rows.get(position(&model.findings, &rows, |row, id| row.id() == id)).map(|row| row.finding)
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
pub fn devices_in_need(model: &Model) -> usize {
    let bad = heard(model).filter(|finding| words::class(finding.severity) > 0);
    let ids: HashSet<&str> = bad.map(|finding| finding.device.id.as_str()).collect();
    ids.len()
}

/// Findings in all, and the serious ones.
pub fn tally(snapshot: &Snapshot) -> (u64, u64) {
    let serious = snapshot.findings.iter().filter(|finding| words::class(finding.severity) == 2).count();
    (snapshot.findings.len() as u64, serious as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::fixture;
    use crate::tui::mute::{Mute, Scope};

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
        model.devices.filter = "level:serious".to_owned();
        assert_eq!(devices(&model).len(), 1);
        model.findings.filter = "serious".to_owned();
        assert!(!findings(&model).is_empty() && findings(&model).iter().all(|row| row.finding.severity >= Severity::High));
        model.endpoints.filter = "port:443".to_owned();
        assert!(endpoints(&model).iter().all(|endpoint| endpoint.port == 443));
        model.endpoints.filter = "is:readable".to_owned();
        assert_eq!(endpoints(&model).iter().map(|endpoint| endpoint.port).collect::<Vec<_>>(), [80]);
    }

    #[test]
    fn each_order_orders() {
        let mut model = fixture::model(fixture::home());
        model.devices.order = Order::Most;
        assert!(devices(&model).is_sorted_by_key(|row| Reverse(row.device.bytes_out)));
        model.devices.order = Order::Name;
        assert!(devices(&model).is_sorted_by_key(|row| row.device.title().to_lowercase()));
        model.findings.order = Order::Latest;
        assert!(findings(&model).is_sorted_by_key(|row| Reverse(row.finding.last)));
        assert!(endpoints(&model).is_sorted_by_key(|endpoint| Reverse(volume(model.shown(), endpoint))));
        model.endpoints.order = Order::Most;
        assert!(endpoints(&model).is_sorted_by_key(|endpoint| Reverse(endpoint.devices.len())));
    }

    #[test]
    fn the_cursor_falls_back_to_its_row() {
        let listing = Listing { cursor: Cursor::At { id: "gone".to_owned(), row: 7 }, ..Listing::default() };
        assert_eq!(position(&listing, &["a", "b"], |item, id| *item == id), 1);
        assert_eq!(position::<&str>(&listing, &[], |item, id| *item == id), 0);
    }

    #[test]
    fn findings_that_differ_in_their_other_end_only_are_one_row() {
        let mut home = fixture::home();
        for number in 0..3 {
            let mut other = home.findings[4].clone();
            other.id = format!("other-{number}");
            home.findings.push(other);
        }
        let mut model = fixture::model(home);
        let rows = findings(&model);
        assert_eq!((rows.len(), rows[4].role, rows[4].times()), (6, Role::Closed(4, 4_816), 4_816));
        let head = group(rows[4].finding);
        model.opened.insert(head);
        let rows = findings(&model);
        assert_eq!((rows.len(), rows[4].role), (10, Role::Open(4, 4_816)));
        assert!(rows[5..9].iter().all(|row| row.role == Role::Member));
        assert_eq!(keys(&model, Pane::Findings).len(), 6);
    }

    #[test]
    fn what_is_muted_is_counted_and_not_listed() {
        let mut model = fixture::model(fixture::home());
        let first = model.shown().findings[0].clone();
        model.mutes.extend(Mute::of(Scope::Device, &first, "Toy bear".to_owned()));
        assert_eq!((muted(&model), findings(&model).len()), (3, 3));
        let bear = devices(&model).into_iter().find(|row| row.device.id == first.device.id).unwrap();
        assert_eq!((bear.worst, bear.findings), (None, 0));
    }

    #[test]
    fn rows_stay_where_they_are_once_someone_moves() {
        let mut model = fixture::model(fixture::home());
        model.devices.kept = devices(&model).iter().rev().map(|row| row.device.id.clone()).filter(|id| !id.ends_with('4')).collect();
        let letters: String = devices(&model).iter().map(|row| row.device.grade.letter).collect();
        assert_eq!(letters, "?ACDFB", "what is new stands below");
    }

    #[test]
    fn what_is_searched_is_found() {
        let mut model = fixture::model(fixture::home());
        assert!(matches(&model, Pane::Devices).is_empty());
        model.find = "CAM".to_owned();
        assert_eq!(matches(&model, Pane::Devices), [1]);
    }
}
