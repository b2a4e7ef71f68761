//! What the user says of devices while they watch: a name of their own, and which they know. Part of `update`, and as pure; what is kept for other runs is
//! for the world outside.

use std::sync::Arc;

use crate::event::NameSource;
use crate::home::own::{self, Own};
use crate::home::snapshot::{Device, Snapshot};
use crate::tui::model::{Line, Mode, Model, Privacy, Stream, Typing};
use crate::tui::sanitize::clean;
use crate::tui::update::{Effect, Job};
use crate::tui::{rows, veil, words};

/// Changes that can be taken back.
const BEFORE: usize = 50;

/// Says that the chosen device is known, or not.
pub fn trust(model: &mut Model) -> Effect {
    let Some((id, mut own)) = chosen(model) else { return Effect::Draw };
    own.trusted = !own.trusted;
    Effect::Run(Job::Own { id, own })
}

/// Opens the line for a name, with the one that it has.
pub fn open_name(model: &mut Model) {
    let Some((_, own)) = chosen(model) else { return };
    model.naming = own.name.unwrap_or_default();
    model.mode = Mode::Typing(Typing { line: Line::Name, before: String::new(), completed: None });
}

/// The typed name is the device's; an empty one gives it back the name that it had.
pub fn accept_name(model: &mut Model) -> Effect {
    model.mode = Mode::Browsing;
    let typed = std::mem::take(&mut model.naming);
    let Some((id, mut own)) = chosen(model) else { return Effect::Draw };
    let typed = typed.trim();
    own.name = (!typed.is_empty()).then(|| typed.to_owned());
    Effect::Run(Job::Own { id, own })
}

/// The chosen device's id, and what the user has said of it; none, with a notice, where it cannot be said.
fn chosen(model: &mut Model) -> Option<(String, Own)> {
    if matches!(model.privacy, Privacy::Veiled(_)) {
        model.notice = Some("The privacy screen is on; p takes it off.".to_owned());
        return None;
    }
    let chosen = rows::chosen_device(model).map(|device| (device.id.clone(), said(device)));
    if chosen.is_none() {
        model.notice = Some("There is no device here yet.".to_owned());
    }
    chosen
}

/// What the user has said of a device.
fn said(device: &Device) -> Own {
    let name = device.names.iter().find(|known| known.source == NameSource::Own).map(|known| known.name.clone());
    Own { name, trusted: device.trusted }
}

/// It is kept outside, or at least for this run: shows it from now on.
pub fn kept(model: &mut Model, id: &str, own: Own) {
    if let Some(before) = model.held().device(id).map(said) {
        if model.said_before.len() >= BEFORE {
            model.said_before.remove(0);
        }
        model.said_before.push((id.to_owned(), before, model.mutes.len()));
    }
    show(model, id, own);
}

/// Takes the last of what was said back, where nothing was muted since; whether there was something.
pub fn take_back(model: &mut Model) -> Option<Effect> {
    let (_, _, mutes) = model.said_before.last()?;
    if *mutes < model.mutes.len() {
        return None;
    }
    let (id, own, _) = model.said_before.pop()?;
    Some(Effect::Run(Job::OwnAgain { id, own }))
}

/// Shows what is said of a device, in what is shown and in what waits.
pub fn show(model: &mut Model, id: &str, own: Own) {
    model.said.insert(id.to_owned(), own);
    let said = model.said.clone();
    let apply = |snapshot: &mut Arc<Snapshot>| apply(Arc::make_mut(snapshot), &said);
    match &mut model.stream {
        Stream::Following(shown) => apply(shown),
        Stream::Paused { shown, latest } => {
            apply(shown);
            apply(latest);
        }
    }
}

/// Puts the user's words into a snapshot that was made without them, also where its texts call a device by another name.
pub fn apply(snapshot: &mut Snapshot, said: &own::Owned) {
    let called = |device: &Device| (device.title(), device.names.first().map(|known| known.name.clone()));
    let before: Vec<_> = snapshot.devices.iter().map(called).collect();
    own::apply(said, &mut snapshot.devices);
    let mut spoken = Vec::new();
    for ((title, old), device) in before.iter().zip(&snapshot.devices) {
        let (new_title, new) = called(device);
        if *old != new {
            let new = new.unwrap_or(new_title);
            spoken.extend(veil::spellings(title, &new));
            spoken.extend(old.iter().flat_map(|old| veil::spellings(old, &new)));
        }
    }
    if !spoken.is_empty() {
        let summaries = snapshot.devices.iter_mut().map(|device| &mut device.summary);
        let findings = snapshot.findings.iter_mut().flat_map(|finding| [&mut finding.title, &mut finding.story, &mut finding.advice]);
        summaries.chain(findings).for_each(|text| {
            veil::rename(text, &spoken);
            // Each is a sentence, whatever it begins with.
            *text = veil::begun(text);
        });
    }
}

/// What became of it, in a sentence.
pub fn told(model: &Model, id: &str, own: &Own, before: &Own) -> String {
    let called = model.held().device(id).map_or_else(|| clean(id).into_owned(), words::device_name);
    match (&own.name, own.trusted == before.trusted) {
        (_, false) if own.trusted => format!("{called} is marked as one that you know."),
        (_, false) => format!("{called} is no longer marked as one that you know."),
        (Some(_), true) => format!("It is called {called} from now on."),
        (None, true) => format!("It has its own name again: {called}."),
    }
}

/// What was said of it before the last change.
pub fn before(model: &Model, id: &str) -> Own {
    model.held().device(id).map(said).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

    use super::*;
    use crate::tui::fixture;
    use crate::tui::update::{Message, update};

    /// Presses keys as a world outside would that keeps everything.
    fn press(mut model: Model, keys: &str) -> Model {
        for c in keys.chars() {
            let code = match c {
                '\n' => KeyCode::Enter,
                '\u{8}' => KeyCode::Backspace,
                c => KeyCode::Char(c),
            };
            let (next, effect) = update(model, Message::Key(KeyEvent::new(code, KeyModifiers::NONE)));
            model = match effect {
                Effect::Run(Job::Own { id, own }) => update(next, Message::Kept { id, own, is_new: true, told: None }).0,
                Effect::Run(Job::OwnAgain { id, own }) => update(next, Message::Kept { id, own, is_new: false, told: None }).0,
                _ => next,
            };
        }
        model
    }

    fn home() -> Model {
        fixture::model(fixture::home())
    }

    fn first(model: &Model) -> &Device {
        rows::chosen_device(model).unwrap()
    }

    #[test]
    fn a_device_is_named_and_everything_calls_it_so() {
        let model = press(home(), "amy bear\n");
        assert!(rows::chosen_finding(&model).unwrap().story.starts_with("My bear sent"), "a sentence begins with a capital letter");
        let model = press(home(), "aMia's bear\n");
        assert_eq!(words::device_name(first(&model)), "Mia's bear");
        assert_eq!(model.notice.as_deref(), Some("It is called Mia's bear from now on."));
        assert!(rows::chosen_finding(&model).unwrap().story.starts_with("Mia's bear sent"), "its findings as well");
        let (model, _) = update(model, Message::Looked(Arc::new(fixture::home()), std::time::Duration::from_secs(9)));
        assert_eq!(words::device_name(first(&model)), "Mia's bear", "also when something new comes");
        let model = press(model, "a\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\n");
        assert_eq!(words::device_name(first(&model)), "Toy bear", "an empty name gives its own back");
        assert!(rows::chosen_finding(&model).unwrap().story.starts_with("Toy bear sent"));
    }

    #[test]
    fn a_device_is_known_and_that_is_taken_back() {
        let model = press(home(), "t");
        assert!(first(&model).trusted && model.notice.as_deref().unwrap().contains("that you know"));
        assert!(!first(&press(model.clone(), "t")).trusted);
        let model = press(model, "u");
        assert!(!first(&model).trusted && model.said_before.is_empty());
        assert!(press(model, "u").notice.unwrap().contains("nothing to take back"));
        let muted = press(home(), "tm\nu");
        assert!(first(&muted).trusted && muted.mutes.is_empty(), "what came last is taken back first");
        assert!(!first(&press(muted, "u")).trusted);
    }

    #[test]
    fn nothing_is_said_behind_the_privacy_screen_or_of_nothing() {
        let model = press(home(), "pt");
        assert!(model.said.is_empty() && model.notice.unwrap().contains("privacy"));
        let model = press(fixture::model(fixture::waiting()), "ta");
        assert!(model.said.is_empty() && model.mode == Mode::Browsing);
        assert!(press(home(), "2t").notice.unwrap().contains("screen 1"));
    }

    #[test]
    fn a_new_name_is_veiled_too() {
        let model = press(home(), "aMia's bear\np");
        assert_eq!(words::device_name(first(&model)), "Toy 1");
        assert!(!format!("{:?}", model.shown()).contains("Mia"));
    }
}
