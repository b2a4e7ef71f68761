//! What a click and the wheel do: nothing that a key does not do too. Part of `update`, and as pure.

use crate::tui::keys::{Action, Step};
use crate::tui::model::{Mode, Model, Pane};
use crate::tui::picture::Target;
use crate::tui::update::{Effect, act};
use crate::tui::{menu, rows, steps};

/// Lines that the wheel moves by.
const WHEEL: usize = 3;

/// A place was clicked; what is chosen already is opened.
pub fn clicked(model: &mut Model, column: u16, row: u16) -> Effect {
    let Some(hit) = model.picture.at(column, row) else { return Effect::Nothing };
    let line = usize::from(row.saturating_sub(hit.area.y));
    match (&model.mode, hit.target) {
        (Mode::Menu(..), Target::Menu(first)) => return menu::choose(model, first + line),
        (Mode::Help(_) | Mode::World | Mode::Menu(..), _) => model.mode = Mode::Browsing,
        (Mode::Browsing, Target::Screen(screen)) => return act(model, Action::Go(screen)),
        (Mode::Browsing, Target::Pane(pane)) => steps::focus(model, pane),
        (Mode::Browsing, Target::Rows(pane, first)) => return choose(model, pane, first + line),
        (Mode::Typing(_), _) | (Mode::Browsing, Target::Menu(_) | Target::Overlay) => {}
    }
    Effect::Draw
}

fn choose(model: &mut Model, pane: Pane, row: usize) -> Effect {
    let ids = rows::ids(model, pane);
    let was = model.listing(pane).map(|listing| rows::position(listing, &ids, |item, id| item == id));
    if row >= ids.len() {
        steps::focus(model, pane);
        return Effect::Draw;
    }
    if model.focus == pane && was == Some(row) {
        return act(model, Action::Open);
    }
    steps::focus(model, pane);
    steps::put(model, pane, row);
    Effect::Draw
}

/// The wheel was turned over a place.
pub fn wheeled(model: &mut Model, column: u16, row: u16, down: bool) -> Effect {
    if model.mode == Mode::Browsing
        && let Some(hit) = model.picture.at(column, row)
        && let Target::Pane(pane) | Target::Rows(pane, _) = hit.target
        && pane != model.focus
    {
        steps::focus(model, pane);
        return Effect::Draw;
    }
    for _ in 0..WHEEL {
        steps::move_by(model, if down { Step::Down } else { Step::Up });
    }
    Effect::Draw
}
