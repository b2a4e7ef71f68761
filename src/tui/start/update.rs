//! What changes on the start screen. Pure.

use std::path::PathBuf;

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind};
use ratatui::layout::Position;

use super::model::{PREVIEW, Place, Start};
use super::offer::{Choice, Entry, What};
use crate::tui::keys::Chord;

/// What happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// A second passed: what each interface's counter says.
    Counted(Vec<Option<u64>>),
    /// What is in a folder.
    Listed(PathBuf, Result<Vec<Entry>, String>),
    /// A key was pressed.
    Key(KeyEvent),
    /// A place was clicked.
    Clicked(u16, u16),
    /// The wheel was turned, downwards or up.
    Wheeled(bool),
    /// The terminal has another size.
    Resized,
}

/// What must be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing.
    Nothing,
    /// A new picture.
    Draw,
    /// Look into this folder.
    Look(PathBuf),
    /// This was chosen.
    Choose(Choice),
    /// Leave.
    Quit,
}

/// The next model, and what must be done.
pub fn update(mut start: Start, event: Event) -> (Start, Effect) {
    let effect = match event {
        Event::Counted(counters) => counted(&mut start, &counters),
        Event::Listed(path, Ok(entries)) => {
            start.folder = path;
            start.place = Place::Folder(entries, 0);
            Effect::Draw
        }
        Event::Listed(_, Err(why)) => {
            start.notice = Some(why);
            Effect::Draw
        }
        Event::Key(key) => pressed(&mut start, key),
        Event::Clicked(column, row) => clicked(&mut start, column, row),
        Event::Wheeled(down) => {
            step(&mut start, down);
            Effect::Draw
        }
        Event::Resized => Effect::Draw,
    };
    (start, effect)
}

fn counted(start: &mut Start, counters: &[Option<u64>]) -> Effect {
    for (row, counter) in start.interfaces.iter_mut().zip(counters) {
        if let (Some(before), Some(now)) = (row.counted, counter) {
            row.seconds.push_back(now.saturating_sub(before));
            if row.seconds.len() > PREVIEW {
                row.seconds.pop_front();
            }
        }
        row.counted = *counter;
    }
    Effect::Draw
}

fn pressed(start: &mut Start, key: KeyEvent) -> Effect {
    if key.kind == KeyEventKind::Release {
        return Effect::Nothing;
    }
    let Some(chord) = Chord::of(key) else { return Effect::Nothing };
    start.notice = None;
    match chord {
        Chord::Ctrl('c') | Chord::Key(KeyCode::Char('q')) => return Effect::Quit,
        Chord::Key(KeyCode::Esc) => {
            if start.place == Place::Menu {
                start.notice = Some("q quits.".to_owned());
            }
            start.place = Place::Menu;
        }
        Chord::Key(KeyCode::Down | KeyCode::Char('j')) => step(start, true),
        Chord::Key(KeyCode::Up | KeyCode::Char('k')) => step(start, false),
        Chord::Key(KeyCode::Home | KeyCode::Char('g')) => start.choose(0),
        Chord::Key(KeyCode::End | KeyCode::Char('G')) => start.choose(usize::MAX),
        Chord::Key(KeyCode::PageDown) | Chord::Ctrl('d') => (0..10).for_each(|_| step(start, true)),
        Chord::Key(KeyCode::PageUp) | Chord::Ctrl('u') => (0..10).for_each(|_| step(start, false)),
        Chord::Key(KeyCode::Enter | KeyCode::Right | KeyCode::Char('l')) => return open(start),
        Chord::Key(KeyCode::Left | KeyCode::Backspace | KeyCode::Char('h')) if start.place != Place::Menu => return Effect::Look(above(start)),
        Chord::Key(KeyCode::Char('d')) if start.place == Place::Menu => return Effect::Choose(Choice::Demo),
        Chord::Key(KeyCode::Char('o')) if start.place == Place::Menu => return Effect::Look(start.folder.clone()),
        _ => {}
    }
    Effect::Draw
}

fn step(start: &mut Start, down: bool) {
    let row = start.chosen();
    start.choose(if down { row.saturating_add(1) } else { row.saturating_sub(1) });
}

fn above(start: &Start) -> PathBuf {
    start.folder.parent().map_or_else(|| start.folder.clone(), std::path::Path::to_path_buf)
}

fn open(start: &Start) -> Effect {
    match &start.place {
        Place::Menu => match start.interfaces.get(start.at) {
            Some(row) => Effect::Choose(Choice::Interface(row.interface.name.clone())),
            None if start.at == start.interfaces.len() => Effect::Look(start.folder.clone()),
            None => Effect::Choose(Choice::Demo),
        },
        Place::Folder(entries, at) => match entries.get(*at) {
            Some(Entry { name, what: What::Folder }) if name == ".." => Effect::Look(above(start)),
            Some(Entry { name, what: What::Folder }) => Effect::Look(start.folder.join(name)),
            Some(Entry { name, what: What::Capture(_) }) => Effect::Choose(Choice::File(start.folder.join(name))),
            None => Effect::Draw,
        },
    }
}

fn clicked(start: &mut Start, column: u16, row: u16) -> Effect {
    let Some((area, first)) = start.rows.filter(|(area, _)| area.contains(Position { x: column, y: row })) else { return Effect::Nothing };
    let index = first + usize::from(row - area.y);
    if index >= start.count() {
        return Effect::Nothing;
    }
    if index == start.chosen() {
        return open(start);
    }
    start.choose(index);
    Effect::Draw
}

#[cfg(test)]
mod tests {
    use ratatui::crossterm::event::KeyModifiers;

    use super::*;
    use crate::tui::fixture::THEME;
    use crate::tui::start::Interface;

    fn start(denied: bool) -> Start {
        let interface = |name: &str, is_usual: bool| Interface {
            name: name.to_owned(),
            state: "up".to_owned(),
            is_usual,
            is_up: true,
            denied: denied.then(|| "sudo".to_owned()),
        };
        Start::new(THEME, vec![interface("lo", false), interface("eth1", true)], PathBuf::from("/home/ann"))
    }

    fn press(start: Start, code: KeyCode) -> (Start, Effect) {
        update(start, Event::Key(KeyEvent::new(code, KeyModifiers::NONE)))
    }

    #[test]
    fn the_usual_interface_is_chosen_or_the_demo_where_no_right_is() {
        assert_eq!(press(start(false), KeyCode::Enter).1, Effect::Choose(Choice::Interface("eth1".to_owned())));
        assert_eq!(press(start(true), KeyCode::Enter).1, Effect::Choose(Choice::Demo));
        assert_eq!(press(start(true), KeyCode::Char('q')).1, Effect::Quit);
    }

    #[test]
    fn a_file_is_found_through_folders() {
        let (picker, effect) = press(start(false), KeyCode::Char('o'));
        assert_eq!(effect, Effect::Look(PathBuf::from("/home/ann")));
        let entries = [("..", What::Folder), ("old", What::Folder), ("toy.pcap", What::Capture(7))];
        let entries: Vec<Entry> = entries.map(|(name, what)| Entry { name: name.to_owned(), what }).to_vec();
        let (picker, _) = update(picker, Event::Listed(PathBuf::from("/home/ann"), Ok(entries)));
        assert_eq!(press(picker.clone(), KeyCode::Enter).1, Effect::Look(PathBuf::from("/home")));
        let (picker, _) = press(picker, KeyCode::Down);
        assert_eq!(press(picker.clone(), KeyCode::Enter).1, Effect::Look(PathBuf::from("/home/ann/old")));
        let (picker, _) = press(picker, KeyCode::End);
        assert_eq!(press(picker.clone(), KeyCode::Enter).1, Effect::Choose(Choice::File(PathBuf::from("/home/ann/toy.pcap"))));
        assert_eq!(press(picker.clone(), KeyCode::Esc).0.place, Place::Menu);
        let (refused, _) = update(picker, Event::Listed(PathBuf::from("/root"), Err("no".to_owned())));
        assert_eq!((refused.notice.as_deref(), refused.folder), (Some("no"), PathBuf::from("/home/ann")));
    }

    #[test]
    fn counters_make_a_preview() {
        let mut start = start(false);
        for second in 0..40_u64 {
            (start, _) = update(start, Event::Counted(vec![Some(second * 1_000), None]));
        }
        assert_eq!((start.interfaces[0].seconds.len(), start.interfaces[0].seconds.back()), (PREVIEW, Some(&1_000)));
        (start, _) = update(start, Event::Counted(vec![Some(0), Some(u64::MAX)]));
        assert_eq!(start.interfaces[0].seconds.back(), Some(&0), "a counter that begins again");
    }
}
