//! Movements: of the cursor, of the focus, from screen to screen and back. Part of `update`, and as pure.

use std::collections::HashSet;

use crate::tui::keys::Step;
use crate::tui::model::{Cursor, Listing, Mode, Model, Order, Pane, Screen};
use crate::tui::{menu, rows, typing};

/// The way back is at most so long.
const TRAIL_LIMIT: usize = 8;
/// The lists.
const LISTS: [Pane; 4] = [Pane::Devices, Pane::DeviceFindings, Pane::Findings, Pane::Endpoints];

/// From the first key on, each list's cursor holds on to what it is on and its rows keep their places, so that nothing is read away or jumps under the
/// reader's eyes.
pub fn pin(model: &mut Model) {
    for pane in LISTS {
        if model.listing(pane).is_some_and(|listing| listing.cursor == Cursor::Top) {
            put(model, pane, 0);
        }
        if model.listing(pane).is_some_and(|listing| listing.kept.is_empty()) {
            keep(model, pane);
        }
    }
}

/// Keeps the rows of a list where they are now.
fn keep(model: &mut Model, pane: Pane) {
    let keys = rows::keys(model, pane);
    if let Some(listing) = model.listing_mut(pane) {
        (listing.kept, listing.later) = (keys, 0);
    }
}

/// Orders a list anew, as it would be had nobody moved.
pub fn order_anew(model: &mut Model, pane: Pane) {
    if let Some(listing) = model.listing_mut(pane) {
        listing.kept.clear();
    }
    keep(model, pane);
}

/// New rows take their places below those that are kept.
pub fn settle(model: &mut Model) {
    for pane in LISTS {
        let Some(listing) = model.listing(pane).filter(|listing| !listing.kept.is_empty()) else { continue };
        let known: HashSet<&String> = listing.kept.iter().collect();
        let keys = rows::keys(model, pane);
        let fresh = keys.iter().filter(|key| !known.contains(key)).count();
        if let Some(listing) = model.listing_mut(pane) {
            listing.later = (listing.later + fresh).min(keys.len());
            listing.kept = keys;
        }
    }
}

/// Moves the cursor, or scrolls.
pub fn move_by(model: &mut Model, step: Step) {
    let (page, furthest) = (model.picture.extent.page, model.picture.extent.furthest);
    match model.mode {
        Mode::Help(scroll) => model.mode = Mode::Help(stepped(scroll, step, page, furthest)),
        Mode::Menu(menu, row) => {
            let last = menu::rows(model, menu).len().saturating_sub(1);
            model.mode = Mode::Menu(menu, stepped(row, step, last + 1, last));
        }
        Mode::World => {}
        _ if model.listing(model.focus).is_some() => walk(model, model.focus, step),
        _ => model.scroll = stepped(model.scroll, step, page, furthest),
    }
}

/// Moves the cursor of a list.
pub fn walk(model: &mut Model, pane: Pane, step: Step) {
    let ids = rows::ids(model, pane);
    let Some(listing) = model.listing(pane) else { return };
    let row = rows::position(listing, &ids, |item, id| item == id);
    put(model, pane, stepped(row, step, model.picture.extent.page, ids.len().saturating_sub(1)));
}

fn stepped(from: usize, step: Step, page: usize, last: usize) -> usize {
    let half = (page / 2).max(1);
    let to = match step {
        Step::Up => from.saturating_sub(1),
        Step::Down => from.saturating_add(1),
        Step::HalfUp => from.saturating_sub(half),
        Step::HalfDown => from.saturating_add(half),
        Step::First => 0,
        Step::Last => last,
    };
    to.min(last)
}

/// Puts the cursor of a list on a row; what hangs on it begins anew.
pub fn put(model: &mut Model, pane: Pane, row: usize) {
    let Some(id) = rows::ids(model, pane).into_iter().nth(row) else { return };
    let Some(listing) = model.listing_mut(pane) else { return };
    let is_other = !matches!(&listing.cursor, Cursor::At { id: old, .. } if *old == id);
    listing.cursor = Cursor::At { id, row };
    if is_other {
        model.scroll = 0;
        if matches!(pane, Pane::Devices | Pane::Lanes) {
            model.of_device = Listing::default();
        }
    }
}

/// Gives the focus to the pane that stands so many further.
pub fn turn_pane(model: &mut Model, by: isize) {
    let panes = model.screen.panes();
    let here = panes.iter().position(|pane| *pane == model.focus).unwrap_or(0);
    let next = here.saturating_add_signed(by + panes.len() as isize) % panes.len().max(1);
    focus(model, panes.get(next).copied().unwrap_or(model.focus));
}

/// Gives the focus to a pane.
pub fn focus(model: &mut Model, pane: Pane) {
    if model.focus != pane {
        model.focus = pane;
        model.scroll = 0;
    }
}

/// Shows a screen; its list is ordered anew. From Devices to Evidence the chosen finding is taken along.
pub fn go(model: &mut Model, screen: Screen) {
    if model.screen == screen {
        return;
    }
    if matches!(model.screen, Screen::Devices | Screen::Timeline) && screen == Screen::Evidence {
        take_finding_along(model);
    }
    model.screen = screen;
    focus(model, screen.first_pane());
    if let Some(pane) = model.main_list().filter(|_| screen != Screen::Evidence) {
        order_anew(model, pane);
    }
}

fn take_finding_along(model: &mut Model) {
    let Some(finding) = rows::chosen_finding(model) else { return };
    let (id, group) = (finding.id.clone(), rows::group(finding));
    let place = |model: &Model| {
        let ids = rows::ids(model, Pane::Findings);
        ids.iter().position(|other| *other == id).or_else(|| ids.iter().position(|other| *other == group))
    };
    if place(model).is_none() {
        model.findings.filter.clear();
        order_anew(model, Pane::Findings);
    }
    if rows::findings(model).iter().any(|row| row.id() == group) && !rows::ids(model, Pane::Findings).contains(&id) {
        model.opened.insert(group.clone());
    }
    if let Some(row) = place(model) {
        put(model, Pane::Findings, row);
    }
}

/// Opens what is chosen.
pub fn open(model: &mut Model) {
    match model.focus {
        Pane::Devices => focus(model, Pane::DeviceFindings),
        Pane::Lanes | Pane::Moments => step_into(model, Screen::Devices),
        Pane::Endpoints | Pane::Endpoint => {
            let Some(id) = rows::chosen_endpoint(model).map(|endpoint| endpoint.address.to_string()) else { return };
            model.findings.filter = format!("to:{id}");
            model.findings.cursor = Cursor::Top;
            step_into(model, Screen::Findings);
        }
        _ if rows::chosen_finding(model).is_some() => step_into(model, Screen::Evidence),
        _ => {}
    }
}

fn step_into(model: &mut Model, screen: Screen) {
    let from = (model.screen, model.focus);
    go(model, screen);
    if model.trail.len() < TRAIL_LIMIT {
        model.trail.push(from);
    }
    pin(model);
}

/// One step back: out of the overlay, the line, the pane, the search, the filter, the screen.
pub fn back(model: &mut Model) {
    match std::mem::replace(&mut model.mode, Mode::Browsing) {
        Mode::Typing(typing) => return typing::restore(model, typing),
        Mode::Help(_) | Mode::World | Mode::Menu(..) => return,
        Mode::Browsing => {}
    }
    if model.focus != model.screen.first_pane() {
        focus(model, model.screen.first_pane());
    } else if !model.find.is_empty() {
        model.find.clear();
    } else if let Some(pane) = filtered(model) {
        if let Some(listing) = model.listing_mut(pane) {
            listing.filter.clear();
        }
        order_anew(model, pane);
    } else if let Some((screen, pane)) = model.trail.pop() {
        go(model, screen);
        focus(model, pane);
    }
}

/// The list of this screen, where it is filtered.
fn filtered(model: &Model) -> Option<Pane> {
    let pane = model.main_list().filter(|_| model.screen != Screen::Evidence)?;
    model.listing(pane).filter(|listing| !listing.filter.is_empty()).map(|_| pane)
}

/// The orders that make sense for a list, in the order of the sorting key.
fn orders(pane: Pane) -> &'static [Order] {
    match pane {
        Pane::Endpoints => &[Order::Natural, Order::Name, Order::Most],
        _ => &[Order::Natural, Order::Latest, Order::Name, Order::Most],
    }
}

/// The next order; where new rows stand below, they are sorted in first.
pub fn sort(model: &mut Model) {
    let Some(pane) = model.main_list() else { return };
    let Some(listing) = model.listing_mut(pane) else { return };
    if listing.later == 0 {
        let mut after = orders(pane).iter().skip_while(|order| **order != listing.order).skip(1);
        listing.order = after.next().copied().unwrap_or(Order::Natural);
    }
    order_anew(model, pane);
}

/// The next match of the search, or the next finding; or the one before.
pub fn next(model: &mut Model, on: bool) {
    if model.screen == Screen::Evidence && model.find.is_empty() {
        return walk(model, Pane::Findings, if on { Step::Down } else { Step::Up });
    }
    let pane = if model.listing(model.focus).is_some() { Some(model.focus) } else { model.main_list() };
    let Some(pane) = pane else { return };
    if model.find.is_empty() {
        return walk(model, pane, if on { Step::Down } else { Step::Up });
    }
    let found = rows::matches(model, pane);
    let ids = rows::ids(model, pane);
    let here = model.listing(pane).map_or(0, |listing| rows::position(listing, &ids, |item, id| item == id));
    let next = if on { found.iter().find(|row| **row > here).or(found.first()) } else { found.iter().rev().find(|row| **row < here).or(found.last()) };
    match next.copied() {
        Some(row) => put(model, pane, row),
        None => model.notice = Some("Nothing in this list holds what is searched.".to_owned()),
    }
}

/// Opens or closes the chosen group of findings.
pub fn expand(model: &mut Model) {
    let rows = rows::findings(model);
    let Some(row) = rows.get(rows::position(&model.findings, &rows, |row, id| row.id() == id)) else { return };
    let group = match row.role {
        rows::Role::Alone => {
            model.notice = Some("This finding stands alone: there is no group to open.".to_owned());
            return;
        }
        _ => rows::group(row.finding),
    };
    if !model.opened.remove(&group) {
        model.opened.insert(group.clone());
    }
    if let Some(row) = rows::ids(model, Pane::Findings).iter().position(|id| *id == group) {
        put(model, Pane::Findings, row);
    }
}
