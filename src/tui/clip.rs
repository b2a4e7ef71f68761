//! What is copied: the chosen row in one line, masked.

use crate::tui::export;
use crate::tui::model::{Model, Pane, Screen};
use crate::tui::update::{Effect, Job};
use crate::tui::{rows, words};

/// Copies the chosen row.
pub fn copy(model: &mut Model) -> Effect {
    let text = match model.screen {
        Screen::Devices | Screen::Findings | Screen::Evidence if rows::chosen_finding(model).is_some() && model.focus != Pane::Devices => {
            rows::chosen_finding(model).map(|finding| {
                let filter = finding.evidence.first().map(|evidence| format!("  frame.number == {}", evidence.packet)).unwrap_or_default();
                format!("{}{filter}", export::line(model, finding))
            })
        }
        Screen::Devices | Screen::Timeline => rows::chosen_device(model).map(|device| {
            let address = device.addresses.first().map(|address| format!("  {address}")).unwrap_or_default();
            let mac = device.mac.map(|mac| format!("  {mac}")).unwrap_or_default();
            format!("{}{address}{mac}", words::device(device))
        }),
        Screen::Endpoints => rows::chosen_endpoint(model).map(|endpoint| export::endpoint(model.shown(), endpoint)),
        Screen::Findings | Screen::Evidence | Screen::Health => None,
    };
    if let Some(text) = text {
        return Effect::Run(Job::Copy(text));
    }
    model.notice = Some("There is no row to copy.".to_owned());
    Effect::Draw
}
