//! What stands where there is nothing to show yet: why, and what to do.

use ratatui::style::Style;
use ratatui::text::Line;

use crate::home::snapshot::LiveState;
use crate::tui::model::{Model, Patience};
use crate::tui::view::header;
use crate::tui::view::text::Page;

/// In the list of devices.
pub fn devices(model: &Model, cells: usize) -> Vec<Line<'static>> {
    if !model.shown().devices.is_empty() {
        return told(cells, &["No device matches the filter.", "Press esc to see all."]);
    }
    let source = header::source(model.shown());
    let live = &model.shown().live;
    match (&live.state, live.is_live, model.patience) {
        (LiveState::Done, _, _) => told(cells, &["No devices: nothing in this capture was sent by a device at home."]),
        (LiveState::Stopped(_), _, _) => told(cells, &["It stopped before any device was seen."]),
        (LiveState::Down, _, _) => {
            told(cells, &[&format!("{source} is down, so nothing can be heard."), &format!("To switch it on:  sudo ip link set {source} up")])
        }
        (_, true, Patience::Fresh) => told(cells, &[&format!("Listening on {source}… nothing sent by tattletale."), "First devices appear within a minute."]),
        (_, true, Patience::Tried) => told(
            cells,
            &[
                "No traffic from other devices yet.",
                "This computer may only see its own traffic: switches and Wi-Fi hide what other devices send.",
                "To find out, quit and run: tattletale doctor",
            ],
        ),
        (_, false, _) if live.source == "standard input" || live.source == "-" => {
            told(cells, &["Reading from standard input…", "Devices appear as soon as packets arrive."])
        }
        (_, false, _) => told(cells, &[&format!("Reading {source}…"), "First devices appear in a moment."]),
    }
}

/// In the lists of findings, and beside them.
pub fn findings(model: &Model, cells: usize) -> Vec<Line<'static>> {
    match (model.shown().findings.is_empty(), &model.shown().live.state) {
        (false, _) => told(cells, &["No finding is chosen.", "If a filter hides them, esc clears it."]),
        (true, LiveState::Done) => told(cells, &["Nothing was found.", "What could not be read is on screen 5, Health."]),
        (true, _) => told(cells, &["Nothing was found yet."]),
    }
}

/// Where evidence would be.
pub fn evidence(model: &Model, cells: usize) -> Vec<Line<'static>> {
    if model.shown().findings.is_empty() { findings(model, cells) } else { told(cells, &["Choose a finding to see its evidence."]) }
}

/// In the list of endpoints, and beside it.
pub fn endpoints(model: &Model, cells: usize) -> Vec<Line<'static>> {
    if model.shown().endpoints.is_empty() {
        told(cells, &["No endpoint was seen yet."])
    } else {
        told(cells, &["No endpoint matches the filter.", "Press esc to see all."])
    }
}

fn told(cells: usize, texts: &[&str]) -> Vec<Line<'static>> {
    let mut page = Page::new(cells);
    for text in texts {
        page.text(text, Style::new());
    }
    page.into_lines()
}
