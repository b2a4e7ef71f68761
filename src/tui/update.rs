//! What changes: (model, message) → (model, effect). Pure: no clock, no terminal, no thread.

use std::sync::Arc;
use std::time::Duration;

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind};

use crate::home::snapshot::Snapshot;
use crate::tui::keys::{self, Action, Chord, Lookup, Step};
use crate::tui::model::{Cursor, Detail, Extent, Listing, Mode, Model, Order, Pane, Patience, Screen, Stream};
use crate::tui::rows;

/// A filter line holds at most so many characters.
const FILTER_LIMIT: usize = 60;
/// The way back is at most so long.
const TRAIL_LIMIT: usize = 8;

/// What happened.
#[derive(Clone, Debug)]
pub enum Message {
    /// A newer snapshot came, so long after the start.
    Looked(Arc<Snapshot>, Duration),
    /// A minute passed and nothing was seen.
    Waited,
    /// A key was pressed.
    Key(KeyEvent),
    /// The terminal has another size.
    Resized,
    /// A picture was drawn.
    Drawn(Extent),
}

/// What must be done, from the least to the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Nothing.
    Nothing,
    /// A new picture.
    Draw,
    /// Leave.
    Quit,
}

/// The next model, and what must be done.
pub fn update(mut model: Model, message: Message) -> (Model, Effect) {
    let effect = match message {
        Message::Looked(snapshot, elapsed) => {
            model.elapsed = elapsed;
            model.stream = match model.stream {
                Stream::Following(_) => Stream::Following(snapshot),
                Stream::Paused { shown, .. } => Stream::Paused { shown, latest: snapshot },
            };
            Effect::Draw
        }
        Message::Waited => {
            model.patience = Patience::Tried;
            Effect::Draw
        }
        Message::Resized => Effect::Draw,
        Message::Drawn(extent) => {
            model.extent = extent;
            model.scroll = model.scroll.min(extent.furthest);
            if let Mode::Help(scroll) = &mut model.mode {
                *scroll = (*scroll).min(extent.furthest);
            }
            Effect::Nothing
        }
        Message::Key(event) => pressed(&mut model, event),
    };
    (model, effect)
}

fn pressed(model: &mut Model, event: KeyEvent) -> Effect {
    if event.kind == KeyEventKind::Release {
        return Effect::Nothing;
    }
    let Some(chord) = Chord::of(event) else { return Effect::Nothing };
    pin(model);
    model.notice = None;
    match keys::find(chord, &model.mode, model.screen) {
        Lookup::Act(action) => act(model, action),
        Lookup::NotHere(why) => {
            model.notice = Some(why);
            Effect::Draw
        }
        Lookup::Unknown => {
            if let (Mode::Typing(_), Chord::Key(KeyCode::Char(c))) = (&model.mode, chord) {
                type_in(model, c);
            }
            Effect::Draw
        }
    }
}

/// From the first key on, each list's cursor holds on to what it is on, so that nothing is read away under the reader's eyes.
fn pin(model: &mut Model) {
    for pane in [Pane::Devices, Pane::DeviceFindings, Pane::Findings, Pane::Endpoints] {
        if model.listing(pane).is_some_and(|listing| listing.cursor == Cursor::Top) {
            put(model, pane, 0);
        }
    }
}

fn act(model: &mut Model, action: Action) -> Effect {
    match action {
        Action::Quit => return Effect::Quit,
        Action::Move(step) => move_by(model, step),
        Action::NextPane => turn_pane(model, 1),
        Action::PreviousPane => turn_pane(model, -1),
        Action::Go(screen) => {
            model.trail.clear();
            go(model, screen);
        }
        Action::Open => open(model),
        Action::Back => back(model),
        Action::Pause => pause(model),
        Action::Filter => {
            let before = model.main_list().and_then(|pane| model.listing(pane)).map(|listing| listing.filter.clone()).unwrap_or_default();
            model.mode = Mode::Typing(before);
        }
        Action::Sort => sort(model),
        Action::Expert => {
            model.detail = match model.detail {
                Detail::Plain => Detail::Expert,
                Detail::Expert => Detail::Plain,
            };
            model.scroll = 0;
        }
        Action::NextFinding => walk(model, Pane::Findings, Step::Down),
        Action::PreviousFinding => walk(model, Pane::Findings, Step::Up),
        Action::Help => model.mode = if matches!(model.mode, Mode::Help(_)) { Mode::Browsing } else { Mode::Help(0) },
        Action::Accept => model.mode = Mode::Browsing,
        Action::Erase => edit(model, |filter| {
            filter.pop();
        }),
    }
    Effect::Draw
}

fn move_by(model: &mut Model, step: Step) {
    let (page, furthest) = (model.extent.page, model.extent.furthest);
    if let Mode::Help(scroll) = &mut model.mode {
        *scroll = stepped(*scroll, step, page, furthest);
    } else if model.listing(model.focus).is_some() {
        walk(model, model.focus, step);
    } else {
        model.scroll = stepped(model.scroll, step, page, furthest);
    }
}

/// Moves the cursor of a list.
fn walk(model: &mut Model, pane: Pane, step: Step) {
    let ids = rows::ids(model, pane);
    let Some(listing) = model.listing(pane) else { return };
    let row = rows::position(listing, &ids, |item, id| item == id);
    put(model, pane, stepped(row, step, model.extent.page, ids.len().saturating_sub(1)));
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
fn put(model: &mut Model, pane: Pane, row: usize) {
    let Some(id) = rows::ids(model, pane).into_iter().nth(row) else { return };
    let Some(listing) = model.listing_mut(pane) else { return };
    let is_other = !matches!(&listing.cursor, Cursor::At { id: old, .. } if *old == id);
    listing.cursor = Cursor::At { id, row };
    if is_other {
        model.scroll = 0;
        if pane == Pane::Devices {
            model.of_device = Listing::default();
        }
    }
}

fn turn_pane(model: &mut Model, by: isize) {
    let panes = model.screen.panes();
    let here = panes.iter().position(|pane| *pane == model.focus).unwrap_or(0);
    let next = here.saturating_add_signed(by + panes.len() as isize) % panes.len().max(1);
    focus(model, panes.get(next).copied().unwrap_or(model.focus));
}

fn focus(model: &mut Model, pane: Pane) {
    if model.focus != pane {
        model.focus = pane;
        model.scroll = 0;
    }
}

/// Shows a screen. From Devices to Evidence the chosen finding is taken along.
fn go(model: &mut Model, screen: Screen) {
    if model.screen == screen {
        return;
    }
    if model.screen == Screen::Devices && screen == Screen::Evidence {
        take_finding_along(model);
    }
    model.screen = screen;
    focus(model, screen.first_pane());
}

fn take_finding_along(model: &mut Model) {
    let Some(id) = rows::chosen_finding(model).map(|finding| finding.id.clone()) else { return };
    let is_it = |other: &String| *other == id;
    if !rows::ids(model, Pane::Findings).iter().any(is_it) {
        model.findings.filter.clear();
    }
    if let Some(row) = rows::ids(model, Pane::Findings).iter().position(is_it) {
        put(model, Pane::Findings, row);
    }
}

fn open(model: &mut Model) {
    match model.focus {
        Pane::Devices => focus(model, Pane::DeviceFindings),
        Pane::Endpoints | Pane::Endpoint => {
            let Some(id) = rows::chosen_endpoint(model).map(|endpoint| endpoint.address.to_string()) else { return };
            model.findings.filter = id;
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

/// One step back: out of the overlay, the filter line, the pane, the filter, the screen.
fn back(model: &mut Model) {
    match std::mem::replace(&mut model.mode, Mode::Browsing) {
        Mode::Typing(before) => return edit(model, |filter| *filter = before),
        Mode::Help(_) => return,
        Mode::Browsing => {}
    }
    if model.focus != model.screen.first_pane() {
        focus(model, model.screen.first_pane());
    } else if let Some(listing) = filtered(model) {
        listing.filter.clear();
    } else if let Some((screen, pane)) = model.trail.pop() {
        go(model, screen);
        focus(model, pane);
    }
}

/// The list of this screen, where it is filtered.
fn filtered(model: &mut Model) -> Option<&mut Listing> {
    let pane = model.main_list().filter(|_| model.screen != Screen::Evidence)?;
    model.listing_mut(pane).filter(|listing| !listing.filter.is_empty())
}

fn pause(model: &mut Model) {
    model.stream = match model.stream.clone() {
        Stream::Following(shown) => Stream::Paused { latest: Arc::clone(&shown), shown },
        Stream::Paused { latest, .. } => Stream::Following(latest),
    };
}

/// The orders that make sense for a list, in the order of the sorting key.
fn orders(pane: Pane) -> &'static [Order] {
    match pane {
        Pane::Endpoints => &[Order::Natural, Order::Name, Order::Most],
        _ => &[Order::Natural, Order::Name, Order::Latest, Order::Most],
    }
}

fn sort(model: &mut Model) {
    let Some(pane) = model.main_list() else { return };
    let Some(listing) = model.listing_mut(pane) else { return };
    let mut after = orders(pane).iter().skip_while(|order| **order != listing.order).skip(1);
    listing.order = after.next().copied().unwrap_or(Order::Natural);
}

fn type_in(model: &mut Model, c: char) {
    edit(model, |filter| {
        if filter.chars().count() < FILTER_LIMIT {
            filter.push(c);
        }
    });
}

fn edit(model: &mut Model, change: impl FnOnce(&mut String)) {
    let Some(pane) = model.main_list() else { return };
    if let Some(listing) = model.listing_mut(pane) {
        change(&mut listing.filter);
        model.scroll = 0;
    }
}

#[cfg(test)]
mod tests {
    use ratatui::crossterm::event::KeyModifiers;

    use super::*;
    use crate::tui::fixture;

    fn press(mut model: Model, keys: &[KeyCode]) -> (Model, Effect) {
        let mut effect = Effect::Nothing;
        for code in keys {
            (model, effect) = update(model, Message::Key(KeyEvent::new(*code, KeyModifiers::NONE)));
        }
        (model, effect)
    }

    fn typed(model: Model, keys: &str) -> Model {
        press(model, &keys.chars().map(KeyCode::Char).collect::<Vec<_>>()).0
    }

    fn home() -> Model {
        fixture::model(fixture::home())
    }

    fn looked(model: Model, snapshot: Snapshot) -> Model {
        update(model, Message::Looked(Arc::new(snapshot), Duration::from_secs(1))).0
    }

    fn device(model: &Model) -> String {
        rows::chosen_device(model).unwrap().title()
    }

    #[test]
    fn the_cursor_stays_on_its_device_when_rows_move() {
        let model = typed(home(), "j");
        assert_eq!(device(&model), "Doorbell cam (Camera Works)");
        let mut snapshot = fixture::home();
        for finding in &mut snapshot.findings {
            finding.device.id = snapshot.devices[1].id.clone();
        }
        let model = looked(model, snapshot);
        assert_eq!(rows::devices(&model)[0].device.title(), "Doorbell cam (Camera Works)", "it moved to the first row");
        assert_eq!(device(&model), "Doorbell cam (Camera Works)");
        let mut snapshot = fixture::home();
        snapshot.devices.remove(1);
        assert_eq!(device(&looked(model, snapshot)), "Robot vacuum", "what is gone leaves its row");
    }

    #[test]
    fn before_the_first_key_the_worst_is_shown_and_after_it_nothing_moves_away() {
        let mut snapshot = fixture::home();
        snapshot.findings.remove(0);
        let (untouched, touched) = (fixture::model(snapshot.clone()), typed(fixture::model(snapshot), "?"));
        let chosen = |model: &Model| rows::chosen_finding(model).unwrap().id.clone();
        assert_eq!(chosen(&looked(untouched, fixture::home())), "PT-03-1");
        assert_eq!(chosen(&looked(touched, fixture::home())), "PT-05-1");
    }

    #[test]
    fn movement_stays_within_the_list() {
        let model = typed(home(), "kkk");
        assert_eq!(device(&model), "Toy bear (KidCo)");
        let model = typed(model, "G");
        assert_eq!(device(&model), "Device 192.0.2.6");
        let model = typed(model, "jjjg");
        assert_eq!(device(&model), "Toy bear (KidCo)");
        let empty = fixture::model(fixture::waiting());
        for screen in "12345".chars() {
            let model = typed(empty.clone(), &format!("{screen}jkgGnNoror"));
            let _ = press(model, &[KeyCode::Enter, KeyCode::PageDown, KeyCode::Esc]);
        }
    }

    #[test]
    fn half_a_page_is_as_long_as_the_last_picture_said() {
        let (model, _) = update(home(), Message::Drawn(Extent { page: 6, furthest: 5 }));
        let (model, _) = press(model, &[KeyCode::PageDown]);
        assert_eq!(device(&model), "Living-room TV", "three rows down");
    }

    #[test]
    fn a_text_pane_is_scrolled_no_further_than_its_end() {
        let (model, _) = press(home(), &[KeyCode::Tab, KeyCode::Tab]);
        assert_eq!(model.focus, Pane::Explain);
        let (model, _) = update(model, Message::Drawn(Extent { page: 10, furthest: 3 }));
        let model = typed(model, "jjjjjjj");
        assert_eq!(model.scroll, 3);
        let (model, _) = update(model, Message::Drawn(Extent { page: 12, furthest: 1 }));
        assert_eq!(model.scroll, 1, "a larger window leaves less to scroll");
        assert_eq!(press(model, &[KeyCode::Tab]).0.scroll, 0, "another pane begins at its top");
    }

    #[test]
    fn enter_goes_down_to_the_evidence_and_esc_comes_back() {
        let (model, _) = press(home(), &[KeyCode::Enter, KeyCode::Down, KeyCode::Enter]);
        assert_eq!(model.screen, Screen::Evidence);
        assert_eq!(rows::chosen_finding(&model).unwrap().id, "PT-05-1", "the finding came along");
        let (model, _) = press(model, &[KeyCode::Esc]);
        assert_eq!((model.screen, model.focus), (Screen::Devices, Pane::DeviceFindings));
        let (model, _) = press(model, &[KeyCode::Esc]);
        assert_eq!(model.focus, Pane::Devices);
    }

    #[test]
    fn a_finding_that_a_filter_hides_is_still_taken_along() {
        let mut model = typed(home(), "2/vacuum");
        (model, _) = press(model, &[KeyCode::Enter]);
        let model = typed(model, "14");
        assert_eq!(rows::chosen_finding(&model).unwrap().id, "PT-03-1");
    }

    #[test]
    fn next_finding_walks_on_the_evidence_screen() {
        let model = typed(home(), "4n");
        assert_eq!(rows::chosen_finding(&model).unwrap().id, "PT-05-1");
        assert_eq!(rows::chosen_finding(&typed(model, "NNN")).unwrap().id, "PT-03-1");
    }

    #[test]
    fn an_endpoint_opens_its_findings() {
        let model = typed(home(), "3j");
        let (model, _) = press(model, &[KeyCode::Enter]);
        assert_eq!((model.screen, rows::findings(&model).len()), (Screen::Findings, 2));
        let (model, _) = press(model, &[KeyCode::Esc, KeyCode::Esc]);
        assert_eq!((model.screen, model.findings.filter.as_str()), (Screen::Endpoints, ""));
    }

    #[test]
    fn a_pause_holds_the_picture_and_counts_what_waits() {
        let model = typed(home(), " ");
        assert_eq!(rows::waiting(&model), Some((0, 0)));
        let mut later = fixture::home();
        later.coverage.packets += 1_204;
        later.devices.clear();
        let model = looked(model, later);
        assert_eq!(rows::waiting(&model), Some((1_204, 0)));
        assert_eq!(model.shown().devices.len(), 6, "the picture is held");
        let model = typed(model, " ");
        assert_eq!((rows::waiting(&model), model.shown().devices.len()), (None, 0));
    }

    #[test]
    fn a_filter_is_typed_kept_and_taken_back() {
        let model = typed(home(), "/qbear");
        assert_eq!(model.devices.filter, "qbear", "q is a letter here");
        let (model, _) = press(model, &[KeyCode::Backspace, KeyCode::Esc]);
        assert_eq!((model.devices.filter.as_str(), &model.mode), ("", &Mode::Browsing));
        let (model, _) = press(typed(model, "/bear"), &[KeyCode::Enter]);
        assert_eq!(rows::devices(&model).len(), 1);
        let (model, effect) = press(model, &[KeyCode::Esc]);
        assert_eq!((rows::devices(&model).len(), effect), (6, Effect::Draw));
        let model = typed(model, &format!("/{}", "x".repeat(500)));
        assert_eq!(model.devices.filter.len(), FILTER_LIMIT);
    }

    #[test]
    fn quit_quits_and_other_keys_do_not() {
        assert_eq!(press(home(), &[KeyCode::Char('q')]).1, Effect::Quit);
        let ctrl_c = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
        assert_eq!(update(typed(home(), "/ab"), Message::Key(ctrl_c)).1, Effect::Quit);
        assert_eq!(press(home(), &[KeyCode::Esc]).1, Effect::Draw);
        let mut release = KeyEvent::new(KeyCode::Char('q'), KeyModifiers::NONE);
        release.kind = KeyEventKind::Release;
        assert_eq!(update(home(), Message::Key(release)).1, Effect::Nothing);
    }

    #[test]
    fn a_key_without_use_here_says_why_until_the_next_key() {
        let model = typed(home(), "5o");
        assert!(model.notice.is_some_and(|why| why.contains("sort")));
        assert!(typed(model, "j").notice.is_none());
    }

    #[test]
    fn each_list_is_sorted_in_a_circle() {
        for (screen, orders) in [("1", 4), ("2", 4), ("3", 3)] {
            let model = typed(home(), screen);
            let pane = model.main_list().unwrap();
            let sorted = typed(model.clone(), "o");
            assert_ne!(sorted.listing(pane).unwrap().order, Order::Natural);
            assert_eq!(typed(model, &"o".repeat(orders)).listing(pane).unwrap().order, Order::Natural);
        }
    }

    #[test]
    fn panes_go_round_both_ways() {
        for screen in Screen::ALL {
            let mut model = home();
            go(&mut model, screen);
            let start = model.focus;
            let (there, _) = press(model.clone(), &vec![KeyCode::Tab; screen.panes().len()]);
            assert_eq!(there.focus, start);
            let (back, _) = press(model, &[KeyCode::Tab, KeyCode::BackTab]);
            assert_eq!(back.focus, start);
        }
    }
}
