//! Menus: what to mute, what is muted, how to export. Part of `update`, and as pure.

use crate::tui::export::{self, Form};
use crate::tui::model::{Menu, Mode, Model};
use crate::tui::mute::{LIMIT, Mute, Scope};
use crate::tui::sanitize::clean_to;
use crate::tui::update::{Effect, Job};
use crate::tui::{rows, steps, words};

/// Cells of a label.
const LABEL: usize = 60;

/// Asks what to mute of the chosen finding.
pub fn open_mute(model: &mut Model) {
    if rows::chosen_finding(model).is_some() {
        model.mode = Mode::Menu(Menu::Mute, 0);
    } else {
        model.notice = Some("Choose a finding to mute; there is none here.".to_owned());
    }
}

/// Lists what is muted.
pub fn open_mutes(model: &mut Model) {
    model.mode = Mode::Menu(Menu::Mutes, 0);
}

/// Asks how to export.
pub fn open_export(model: &mut Model) {
    model.mode = Mode::Menu(Menu::Export, 0);
}

/// What stands over a menu.
pub fn title(model: &Model, menu: Menu) -> String {
    match menu {
        Menu::Mute => "Mute, for this run".to_owned(),
        Menu::Mutes if model.mutes.is_empty() => "Muted: nothing".to_owned(),
        Menu::Mutes => format!("Muted: {}, hiding {}", model.mutes.len(), words::counted(rows::muted(model) as u64, "finding", "findings")),
        Menu::Export => format!("Export {}", model.screen.name().0),
    }
}

/// Its rows.
pub fn rows(model: &Model, menu: Menu) -> Vec<String> {
    match menu {
        Menu::Mute => mutes(model).iter().map(|mute| format!("{}: {}", mute.scope.word(), mute.label)).collect(),
        Menu::Mutes => model.mutes.iter().map(|mute| format!("{}: {}", mute.scope.word(), mute.label)).collect(),
        Menu::Export => Form::ALL.iter().map(|form| format!("{} → {}", form.word(), export::name(model, *form))).collect(),
    }
}

/// What stands beneath the rows.
pub fn note(model: &Model, menu: Menu) -> &'static str {
    match menu {
        Menu::Mute => "What is muted is still counted, on screen Health and in the head of its list, and comes back with u or M.",
        Menu::Mutes if model.mutes.is_empty() => "m mutes the chosen finding, its kind, its device or its other end, for this run.",
        Menu::Mutes => "enter hears the chosen one again.",
        Menu::Export => "Into the folder that tattletale was started in; only you can read the file. Values stay masked.",
    }
}

/// What can be muted of the chosen finding.
fn mutes(model: &Model) -> Vec<Mute> {
    let Some(finding) = rows::chosen_finding(model) else { return Vec::new() };
    let device = model.shown().device(&finding.device.id).map_or_else(|| finding.device.id.clone(), words::device);
    let label = |scope| match scope {
        Scope::Finding | Scope::Kind => finding.title.clone(),
        Scope::Device => device.clone(),
        Scope::Endpoint => words::other_end(finding).unwrap_or_default(),
    };
    Scope::ALL.into_iter().filter_map(|scope| Mute::of(scope, finding, clean_to(&label(scope), LABEL).into_owned())).collect()
}

/// Does what a row says.
pub fn choose(model: &mut Model, row: usize) -> Effect {
    let Mode::Menu(menu, _) = model.mode else { return Effect::Nothing };
    let count = rows(model, menu).len();
    if row >= count {
        // An empty menu is closed.
        model.mode = if count == 0 { Mode::Browsing } else { model.mode.clone() };
        return Effect::Draw;
    }
    model.mode = Mode::Browsing;
    match menu {
        Menu::Mute => mute(model, row),
        Menu::Mutes => {
            let mute = model.mutes.remove(row);
            steps::settle(model);
            model.notice = Some(format!("Heard again: {}.", mute.label));
        }
        Menu::Export => {
            let Some(form) = Form::ALL.get(row).copied() else { return Effect::Draw };
            return Effect::Run(Job::Save { name: export::name(model, form), text: export::text(model, form) });
        }
    }
    Effect::Draw
}

fn mute(model: &mut Model, row: usize) {
    let Some(mute) = mutes(model).into_iter().nth(row) else { return };
    if model.mutes.len() >= LIMIT {
        model.notice = Some("No more can be muted.".to_owned());
        return;
    }
    let (scope, label) = (mute.scope, mute.label.clone());
    if !model.mutes.contains(&mute) {
        model.mutes.push(mute);
    }
    model.notice = Some(format!("Muted {}: {label}. u undoes it; {} hidden.", scope.word(), words::counted(rows::muted(model) as u64, "finding", "findings")));
    steps::pin(model);
}
