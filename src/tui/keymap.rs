//! The keys as they are now: the table's, changed by what the user bound.

use crate::tui::keys::{Action, Chord, Here, Hint, Place, TABLE};

/// One row: as in the table, with the keys that it has now.
#[derive(Clone, Debug)]
pub struct Bound {
    /// The keys, and what each does.
    pub keys: Vec<(Chord, Action)>,
    /// The keys as they are written on the screen.
    pub shown: String,
    /// What it does.
    pub help: &'static str,
    /// How it stands in the footer: key, word, weight.
    pub footer: Option<(String, &'static str, u8)>,
    /// Where it works.
    pub place: Place,
}

/// All rows.
#[derive(Clone, Debug)]
pub struct Keymap {
    rows: Vec<Bound>,
}

impl Default for Keymap {
    fn default() -> Self {
        let rows = TABLE.iter().map(|binding| Bound {
            keys: binding.keys.to_vec(),
            shown: binding.shown.to_owned(),
            help: binding.help,
            footer: binding.footer.map(|Hint { key, word, weight }| (key.to_owned(), word, weight)),
            place: binding.place,
        });
        Self { rows: rows.collect() }
    }
}

/// What a key means here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// This.
    Act(Action),
    /// Nothing here; why.
    NotHere(&'static str),
    /// Nothing at all.
    Unknown,
}

impl Keymap {
    /// Gives what is called `name` these keys, and no others; other actions that had one of them lose it. Of actions that work while something is typed
    /// or chosen in a menu the keys are fixed.
    ///
    /// # Errors
    ///
    /// There is no such action, no such key, or something would be left without a key that must have one: one sentence.
    pub fn bind(&mut self, name: &str, keys: &[String]) -> Result<(), String> {
        let mut chords = Vec::new();
        for key in keys {
            chords.push(Chord::read(key).ok_or_else(|| format!("There is no key \"{key}\". Keys are written as j, J, space, enter, ctrl-d, f5."))?);
        }
        let fixed = |row: &Bound| matches!(row.place, Place::Typing | Place::Menu);
        let is_it = |action: Action| action.word() == name;
        let Some((at, action)) =
            self.rows.iter().enumerate().filter(|(_, row)| !fixed(row)).find_map(|(at, row)| Some((at, row.keys.iter().find(|(_, action)| is_it(*action))?.1)))
        else {
            return Err(format!("There is no action \"{name}\". docs/keys.md lists them."));
        };
        for (index, row) in self.rows.iter_mut().enumerate().filter(|(_, row)| !fixed(row)) {
            let before = row.keys.len();
            let is_old = |other: Action| index == at && other == action;
            row.keys.retain(|(chord, other)| !is_old(*other) && !chords.contains(chord));
            if index == at {
                row.keys.extend(chords.iter().map(|chord| (*chord, action)));
            }
            if index == at || row.keys.len() != before {
                row.rename();
            }
        }
        Ok(())
    }

    /// Whether everything that must have a key has one; else what has none.
    pub fn lacks(&self) -> Option<&'static str> {
        let has = |wanted: Action| self.rows.iter().filter(|row| row.place == Place::Anywhere).any(|row| row.keys.iter().any(|(_, action)| *action == wanted));
        [Action::Quit, Action::Back, Action::Help].into_iter().find(|action| !has(*action)).map(Action::word)
    }

    /// Looks a key up.
    pub fn find(&self, chord: Chord, here: Here) -> Lookup {
        let mut reason = None;
        for row in &self.rows {
            let Some((_, action)) = row.keys.iter().find(|(key, _)| *key == chord) else { continue };
            if row.place.holds(here) {
                return Lookup::Act(*action);
            }
            reason = reason.or(row.place.reason(here));
        }
        reason.map_or(Lookup::Unknown, Lookup::NotHere)
    }

    /// The rows that work here and have a key, in the table's order.
    pub fn here(&self, here: Here) -> impl Iterator<Item = &Bound> {
        self.rows.iter().filter(move |row| row.place.holds(here) && !row.keys.is_empty())
    }

    /// How the key for an action is written; its name where it has none.
    pub fn key_of(&self, wanted: Action) -> String {
        let key = self.rows.iter().flat_map(|row| &row.keys).find(|(_, action)| *action == wanted);
        key.map_or_else(|| wanted.word().to_owned(), |(chord, _)| chord.name())
    }
}

impl Bound {
    /// What the user bound is shown as it is bound.
    fn rename(&mut self) {
        let names: Vec<String> = self.keys.iter().map(|(chord, _)| chord.name()).collect();
        if let (Some((key, _, _)), Some(first)) = (&mut self.footer, names.first()) {
            key.clone_from(first);
        }
        if names.is_empty() {
            self.footer = self.footer.take().filter(|(_, _, weight)| *weight == Hint::ALWAYS);
        }
        self.shown = names.join(" ");
    }
}

#[cfg(test)]
mod tests {
    use ratatui::crossterm::event::KeyCode;

    use super::*;
    use crate::tui::keys::State;
    use crate::tui::model::Screen;

    const STATES: [State; 4] = [State::Browsing, State::Reading, State::Typing, State::Menu];

    fn all_places() -> impl Iterator<Item = Here> {
        STATES.into_iter().flat_map(|state| Screen::ALL.into_iter().flat_map(move |screen| [false, true].map(|replays| Here { state, screen, replays })))
    }

    fn key(c: char) -> Chord {
        Chord::Key(KeyCode::Char(c))
    }

    fn on(screen: Screen) -> Here {
        Here { state: State::Browsing, screen, replays: false }
    }

    #[test]
    fn no_key_means_two_things_at_once() {
        let keymap = Keymap::default();
        for here in all_places() {
            let mut seen = Vec::new();
            for (chord, _) in keymap.here(here).flat_map(|row| &row.keys) {
                assert!(!seen.contains(chord), "{chord:?} twice at {here:?}");
                seen.push(*chord);
            }
        }
    }

    #[test]
    fn quit_works_everywhere() {
        let keymap = Keymap::default();
        for here in all_places() {
            assert_eq!(keymap.find(Chord::Ctrl('c'), here), Lookup::Act(Action::Quit));
            let is_quit = |row: &Bound| row.footer.as_ref().is_some_and(|(_, word, weight)| *word == "quit" && *weight == Hint::ALWAYS);
            assert!(keymap.here(here).any(is_quit), "the footer says how");
        }
        let typing = Here { state: State::Typing, ..on(Screen::Devices) };
        assert_eq!(keymap.find(key('q'), typing), Lookup::Unknown, "a letter while typing");
    }

    #[test]
    fn a_key_that_does_nothing_here_says_why() {
        let keymap = Keymap::default();
        assert!(matches!(keymap.find(key('/'), on(Screen::Health)), Lookup::NotHere(why) if why.contains("filter")));
        assert!(matches!(keymap.find(key('+'), on(Screen::Health)), Lookup::NotHere(why) if why.contains("replayed")));
        assert_eq!(keymap.find(key('+'), Here { replays: true, ..on(Screen::Health) }), Lookup::Act(Action::Faster));
        assert_eq!(keymap.find(key('Z'), on(Screen::Health)), Lookup::Unknown);
        assert_eq!(keymap.find(key('/'), Here { state: State::Reading, ..on(Screen::Devices) }), Lookup::Unknown);
    }

    #[test]
    fn the_user_binds_keys_anew() {
        let mut keymap = Keymap::default();
        keymap.bind("pause", &["ctrl-f".to_owned(), "P".to_owned()]).unwrap();
        assert_eq!(keymap.find(Chord::Ctrl('f'), on(Screen::Devices)), Lookup::Act(Action::Pause));
        assert_eq!(keymap.find(key(' '), on(Screen::Devices)), Lookup::Unknown);
        let row = keymap.here(on(Screen::Devices)).find(|row| row.footer.as_ref().is_some_and(|footer| footer.1 == "pause")).unwrap();
        assert_eq!((row.shown.as_str(), row.footer.as_ref().unwrap().0.as_str()), ("ctrl-f P", "ctrl-f"));
        keymap.bind("devices", &["j".to_owned()]).unwrap();
        assert_eq!(keymap.find(key('j'), on(Screen::Health)), Lookup::Act(Action::Go(Screen::Devices)), "it is taken from moving");
        assert_eq!(keymap.find(Chord::Key(KeyCode::Down), on(Screen::Health)), Lookup::Act(Action::Move(crate::tui::keys::Step::Down)));
        assert!(keymap.lacks().is_none());
        keymap.bind("help", &[]).unwrap();
        assert_eq!(keymap.lacks(), Some("help"));
        assert!(keymap.bind("pasue", &[]).unwrap_err().contains("pasue"));
        assert!(keymap.bind("pause", &["spcae".to_owned()]).unwrap_err().contains("spcae"));
    }

    /// `docs/keys.md` is this table. With `KEYS_WRITE` set the page is written anew.
    #[test]
    fn the_page_of_keys_is_the_table() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/keys.md");
        let page = page();
        if std::env::var_os("KEYS_WRITE").is_some() {
            std::fs::write(path, &page).unwrap();
        }
        assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), page, "docs/keys.md is old: run this test with KEYS_WRITE=1");
    }

    fn page() -> String {
        use std::fmt::Write;
        let mut page = "# Keys\n\nMade from the table in `src/tui/keys.rs`, of which the screen's footer and help (`?`) are made too. To bind keys anew: `docs/screen.md`.\n"
            .to_owned();
        let mut place = None;
        let escaped = |text: &str| text.replace('|', "\\|").replace('<', "&lt;");
        for binding in TABLE {
            let heading = match binding.place {
                Place::Typing => "While a line is typed",
                Place::Menu => "In a menu",
                _ => "On the screens",
            };
            if place != Some(heading) {
                place = Some(heading);
                _ = write!(page, "\n## {heading}\n\n| keys | what they do | where | names in the configuration |\n|---|---|---|---|\n");
            }
            let place = match binding.place {
                Place::Anywhere => "everywhere".to_owned(),
                Place::Browsing => "every screen".to_owned(),
                Place::On(screens, _) => screens.iter().map(|screen| screen.name().0).collect::<Vec<_>>().join(", "),
                Place::Replay(_) => "replays".to_owned(),
                Place::Typing | Place::Menu => String::new(),
            };
            let mut names: Vec<&str> = binding.keys.iter().map(|(_, action)| action.word()).collect();
            let mut seen = Vec::new();
            names.retain(|name| {
                !seen.contains(name) && {
                    seen.push(*name);
                    true
                }
            });
            let names = if matches!(binding.place, Place::Typing | Place::Menu) { "fixed".to_owned() } else { format!("`{}`", names.join("`, `")) };
            let mut shown: Vec<String> = binding.keys.iter().map(|(chord, _)| format!("`{}`", escaped(&chord.name()).replace("&lt;", "<"))).collect();
            shown.dedup();
            _ = writeln!(page, "| {} | {} | {place} | {names} |", shown.join(" "), escaped(binding.help));
        }
        page
    }
}
