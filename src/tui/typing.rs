//! The line that is typed: filter or search, with completion. Part of `update`, and as pure.

use crate::tui::filter::{self, Said};
use crate::tui::model::{Line, Mode, Model, Pane, Typing};
use crate::tui::{rows, steps};

/// A line holds at most so many characters.
pub const LIMIT: usize = 60;

/// Opens the filter line.
pub fn open_filter(model: &mut Model) {
    let before = model.main_list().and_then(|pane| model.listing(pane)).map(|listing| listing.filter.clone()).unwrap_or_default();
    model.mode = Mode::Typing(Typing { line: Line::Filter, before, completed: None });
}

/// Opens the line for what is searched.
pub fn open_find(model: &mut Model) {
    let before = std::mem::take(&mut model.find);
    model.mode = Mode::Typing(Typing { line: Line::Find, before, completed: None });
}

/// What stands in the line.
pub fn text(model: &Model) -> String {
    match &model.mode {
        Mode::Typing(Typing { line: Line::Find, .. }) => model.find.clone(),
        Mode::Typing(Typing { line: Line::Name, .. }) => model.naming.clone(),
        _ => model.main_list().and_then(|pane| model.listing(pane)).map(|listing| listing.filter.clone()).unwrap_or_default(),
    }
}

/// A letter was typed.
pub fn letter(model: &mut Model, c: char) {
    edit(model, |text| {
        if text.chars().count() < LIMIT {
            text.push(c);
        }
    });
}

/// The last letter is taken back.
pub fn erase(model: &mut Model) {
    edit(model, |text| _ = text.pop());
}

fn edit(model: &mut Model, change: impl FnOnce(&mut String)) {
    let Mode::Typing(typing) = &mut model.mode else { return };
    typing.completed = None;
    let line = typing.line;
    write(model, line, change);
}

fn write(model: &mut Model, line: Line, change: impl FnOnce(&mut String)) {
    match line {
        Line::Find => {
            change(&mut model.find);
            if let Some((pane, row)) = searched(model).and_then(|pane| Some((pane, rows::matches(model, pane).first().copied()?))) {
                steps::put(model, pane, row);
            }
        }
        Line::Name => change(&mut model.naming),
        Line::Filter => {
            let Some(pane) = model.main_list() else { return };
            let Some(listing) = model.listing_mut(pane) else { return };
            change(&mut listing.filter);
            model.scroll = 0;
            steps::order_anew(model, pane);
        }
    }
}

/// The list that is searched.
pub fn searched(model: &Model) -> Option<Pane> {
    if model.listing(model.focus).is_some() { Some(model.focus) } else { model.main_list() }
}

/// The line is kept.
pub fn accept(model: &mut Model) {
    model.mode = Mode::Browsing;
}

/// The line is as it was.
pub fn restore(model: &mut Model, typing: Typing) {
    write(model, typing.line, |text| *text = typing.before);
}

/// Completes the last word; again, to the next that fits.
pub fn complete(model: &mut Model) {
    let Mode::Typing(typing) = &model.mode else { return };
    if typing.line != Line::Filter {
        return;
    }
    let (stem, next) = match &typing.completed {
        Some((stem, number)) => (stem.clone(), number + 1),
        None => (text(model), 0),
    };
    let offers = offers(model, &stem);
    let Some(chosen) = offers.get(next % offers.len().max(1)).cloned() else { return };
    write(model, Line::Filter, |text| *text = chosen.chars().take(LIMIT).collect());
    if let Mode::Typing(typing) = &mut model.mode {
        typing.completed = Some((stem, next));
    }
}

/// What a line can be completed to: of all rows, filtered or not.
pub fn offers(model: &Model, stem: &str) -> Vec<String> {
    let Some(pane) = model.main_list() else { return Vec::new() };
    let mut all = model.clone();
    if let Some(listing) = all.listing_mut(pane) {
        listing.filter.clear();
    }
    let rows: Vec<Said> = rows::said(&all, pane);
    filter::complete(stem, rows.iter())
}
