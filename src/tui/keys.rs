//! The one table of keys: bindings, footer and help overlay are read from it, so that they cannot differ.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::tui::model::{Mode, Screen};

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Moves the cursor or scrolls.
    Move(Step),
    /// Gives the focus to the next pane.
    NextPane,
    /// Gives the focus to the pane before.
    PreviousPane,
    /// Shows a screen.
    Go(Screen),
    /// Opens what is chosen.
    Open,
    /// Goes back: clears, closes, leaves.
    Back,
    /// Holds the picture, or goes on.
    Pause,
    /// Opens the filter line.
    Filter,
    /// Orders the list in the next way.
    Sort,
    /// Changes between plain and expert words.
    Expert,
    /// Chooses the next finding.
    NextFinding,
    /// Chooses the finding before.
    PreviousFinding,
    /// Opens or closes the help.
    Help,
    /// Keeps the filter that was typed.
    Accept,
    /// Takes the last typed character back.
    Erase,
    /// Ends.
    Quit,
}

/// A movement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// One up.
    Up,
    /// One down.
    Down,
    /// Half a page up.
    HalfUp,
    /// Half a page down.
    HalfDown,
    /// To the first.
    First,
    /// To the last.
    Last,
}

/// A key with or without Ctrl.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chord {
    /// The key alone; the shift of a letter is in the letter.
    Key(KeyCode),
    /// With Ctrl.
    Ctrl(char),
}

impl Chord {
    /// Of an event; none where other modifiers are held.
    pub fn of(event: KeyEvent) -> Option<Self> {
        let held = event.modifiers.difference(KeyModifiers::SHIFT);
        match (event.code, held) {
            (code, KeyModifiers::NONE) => Some(Self::Key(code)),
            (KeyCode::Char(c), KeyModifiers::CONTROL) => Some(Self::Ctrl(c.to_ascii_lowercase())),
            _ => None,
        }
    }
}

/// Where a binding works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// On every screen, with and without help.
    Anywhere,
    /// On every screen.
    Browsing,
    /// On these screens; elsewhere this sentence says why not.
    On(&'static [Screen], &'static str),
    /// In the filter line.
    Typing,
}

/// One row of the table.
#[derive(Debug)]
pub struct Binding {
    /// The keys, and what each does.
    pub keys: &'static [(Chord, Action)],
    /// The keys as they are written on the screen.
    pub shown: &'static str,
    /// What it does, for the help.
    pub help: &'static str,
    /// How it stands in the footer, if it does.
    pub footer: Option<Hint>,
    /// Where it works.
    pub place: Place,
}

/// A binding in the footer.
#[derive(Clone, Copy, Debug)]
pub struct Hint {
    /// The most usual of its keys.
    pub key: &'static str,
    /// What it does, in a word.
    pub word: &'static str,
    /// The lightest gives way first on a narrow screen; [`Hint::ALWAYS`] never does.
    pub weight: u8,
}

impl Hint {
    /// The weight of what is always shown.
    pub const ALWAYS: u8 = u8::MAX;
}

const fn hint(key: &'static str, word: &'static str, weight: u8) -> Hint {
    Hint { key, word, weight }
}

const fn key(c: char) -> Chord {
    Chord::Key(KeyCode::Char(c))
}

const LISTS: &[Screen] = &[Screen::Devices, Screen::Findings, Screen::Endpoints];
const FILTERED: &[Screen] = &[Screen::Devices, Screen::Findings, Screen::Endpoints, Screen::Evidence];
const EXPLAINED: &[Screen] = &[Screen::Devices, Screen::Findings];

/// The table, in the order of help and footer.
pub const TABLE: &[Binding] = &[
    Binding {
        keys: &[(key(' '), Action::Pause)],
        shown: "space",
        help: "hold the picture, or go on; reading never stops",
        footer: Some(hint("space", "pause", 80)),
        place: Place::Browsing,
    },
    Binding {
        keys: &[
            (Chord::Key(KeyCode::Down), Action::Move(Step::Down)),
            (Chord::Key(KeyCode::Up), Action::Move(Step::Up)),
            (key('j'), Action::Move(Step::Down)),
            (key('k'), Action::Move(Step::Up)),
        ],
        shown: "↑↓ j k",
        help: "move up and down in the pane with the thick frame",
        footer: Some(hint("↑↓", "move", 20)),
        place: Place::Anywhere,
    },
    Binding {
        keys: &[
            (Chord::Ctrl('d'), Action::Move(Step::HalfDown)),
            (Chord::Ctrl('u'), Action::Move(Step::HalfUp)),
            (Chord::Key(KeyCode::PageDown), Action::Move(Step::HalfDown)),
            (Chord::Key(KeyCode::PageUp), Action::Move(Step::HalfUp)),
        ],
        shown: "ctrl-d ctrl-u",
        help: "half a page down, up",
        footer: None,
        place: Place::Anywhere,
    },
    Binding {
        keys: &[
            (key('g'), Action::Move(Step::First)),
            (key('G'), Action::Move(Step::Last)),
            (Chord::Key(KeyCode::Home), Action::Move(Step::First)),
            (Chord::Key(KeyCode::End), Action::Move(Step::Last)),
        ],
        shown: "g G",
        help: "first, last",
        footer: None,
        place: Place::Anywhere,
    },
    Binding {
        keys: &[
            (key('1'), Action::Go(Screen::Devices)),
            (key('2'), Action::Go(Screen::Findings)),
            (key('3'), Action::Go(Screen::Endpoints)),
            (key('4'), Action::Go(Screen::Evidence)),
            (key('5'), Action::Go(Screen::Health)),
        ],
        shown: "1 – 5",
        help: "Devices, Findings, Endpoints, Evidence, Health",
        footer: None,
        place: Place::Browsing,
    },
    Binding {
        keys: &[
            (Chord::Key(KeyCode::Tab), Action::NextPane),
            (Chord::Key(KeyCode::Right), Action::NextPane),
            (key('l'), Action::NextPane),
            (Chord::Key(KeyCode::BackTab), Action::PreviousPane),
            (Chord::Key(KeyCode::Left), Action::PreviousPane),
            (key('h'), Action::PreviousPane),
        ],
        shown: "tab ←→ h l",
        help: "next pane, pane before (also shift-tab)",
        footer: Some(hint("tab", "pane", 60)),
        place: Place::Browsing,
    },
    Binding {
        keys: &[(Chord::Key(KeyCode::Enter), Action::Open)],
        shown: "enter",
        help: "open: a device's findings, a finding's evidence, an endpoint's findings",
        footer: Some(hint("enter", "open", 70)),
        place: Place::On(LISTS, "Nothing to open here; enter opens rows of the lists on 1, 2 and 3."),
    },
    Binding {
        keys: &[(key('n'), Action::NextFinding), (key('N'), Action::PreviousFinding)],
        shown: "n N",
        help: "next finding, finding before",
        footer: Some(hint("n N", "next finding", 55)),
        place: Place::On(&[Screen::Evidence], "n shows the next finding on screen 4, Evidence."),
    },
    Binding {
        keys: &[(key('/'), Action::Filter)],
        shown: "/",
        help: "show only rows with a text; !text shows those without",
        footer: Some(hint("/", "filter", 50)),
        place: Place::On(FILTERED, "There is no list to filter on this screen."),
    },
    Binding {
        keys: &[(key('o'), Action::Sort)],
        shown: "o",
        help: "order the list: worst, name, latest, most",
        footer: Some(hint("o", "sort", 30)),
        place: Place::On(LISTS, "There is no list to sort on this screen."),
    },
    Binding {
        keys: &[(key('r'), Action::Expert)],
        shown: "r",
        help: "plain words, or all details",
        footer: Some(hint("r", "plain/expert", 40)),
        place: Place::On(EXPLAINED, "Plain and expert view are for Explain, on screens 1 and 2."),
    },
    Binding {
        keys: &[(Chord::Key(KeyCode::Esc), Action::Back)],
        shown: "esc",
        help: "back: clear the filter, leave the pane, the screen before",
        footer: None,
        place: Place::Anywhere,
    },
    Binding { keys: &[(key('?'), Action::Help)], shown: "?", help: "this help", footer: Some(hint("?", "help", 90)), place: Place::Anywhere },
    Binding {
        keys: &[(key('q'), Action::Quit), (Chord::Ctrl('c'), Action::Quit)],
        shown: "q",
        help: "quit (also ctrl-c)",
        footer: Some(hint("q", "quit", Hint::ALWAYS)),
        place: Place::Anywhere,
    },
    Binding {
        keys: &[(Chord::Key(KeyCode::Enter), Action::Accept)],
        shown: "enter",
        help: "keep the filter",
        footer: Some(hint("enter", "keep", 80)),
        place: Place::Typing,
    },
    Binding {
        keys: &[(Chord::Key(KeyCode::Esc), Action::Back)],
        shown: "esc",
        help: "leave the filter as it was",
        footer: Some(hint("esc", "cancel", 90)),
        place: Place::Typing,
    },
    Binding {
        keys: &[(Chord::Key(KeyCode::Backspace), Action::Erase), (Chord::Ctrl('h'), Action::Erase)],
        shown: "backspace",
        help: "take back a letter",
        footer: None,
        place: Place::Typing,
    },
    Binding {
        keys: &[(Chord::Ctrl('c'), Action::Quit)],
        shown: "ctrl-c",
        help: "quit",
        footer: Some(hint("ctrl-c", "quit", Hint::ALWAYS)),
        place: Place::Typing,
    },
];

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

/// Looks a key up.
pub fn find(chord: Chord, mode: &Mode, screen: Screen) -> Lookup {
    let mut reason = None;
    for binding in TABLE {
        let Some((_, action)) = binding.keys.iter().find(|(key, _)| *key == chord) else { continue };
        if works(binding, mode, screen) {
            return Lookup::Act(*action);
        }
        if let (Place::On(_, why), Mode::Browsing) = (binding.place, mode) {
            reason = Some(why);
        }
    }
    reason.map_or(Lookup::Unknown, Lookup::NotHere)
}

/// Whether a binding works in a mode, on a screen.
fn works(binding: &Binding, mode: &Mode, screen: Screen) -> bool {
    match (binding.place, mode) {
        (Place::Typing, Mode::Typing(_)) => true,
        (Place::Typing, _) | (_, Mode::Typing(_)) => false,
        (Place::Anywhere, _) | (Place::Browsing, Mode::Browsing) => true,
        (Place::On(screens, _), Mode::Browsing) => screens.contains(&screen),
        (_, Mode::Help(_)) => false,
    }
}

/// The bindings that work, in the table's order.
pub fn here(mode: &Mode, screen: Screen) -> impl Iterator<Item = &'static Binding> {
    TABLE.iter().filter(move |binding| works(binding, mode, screen))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_means_two_things_at_once() {
        for mode in [Mode::Browsing, Mode::Help(0), Mode::Typing(String::new())] {
            for screen in Screen::ALL {
                let mut seen = Vec::new();
                for (chord, _) in here(&mode, screen).flat_map(|binding| binding.keys) {
                    assert!(!seen.contains(chord), "{chord:?} twice on {screen:?} in {mode:?}");
                    seen.push(*chord);
                }
            }
        }
    }

    #[test]
    fn quit_works_everywhere() {
        for mode in [Mode::Browsing, Mode::Help(3), Mode::Typing(String::new())] {
            for screen in Screen::ALL {
                assert_eq!(find(Chord::Ctrl('c'), &mode, screen), Lookup::Act(Action::Quit));
                assert!(
                    here(&mode, screen).any(|binding| binding.footer.is_some_and(|hint| hint.word == "quit" && hint.weight == Hint::ALWAYS)),
                    "the footer says how"
                );
            }
        }
        assert_eq!(find(key('q'), &Mode::Typing(String::new()), Screen::Devices), Lookup::Unknown, "a letter while typing");
    }

    #[test]
    fn a_key_that_does_nothing_here_says_why() {
        assert!(matches!(find(key('/'), &Mode::Browsing, Screen::Health), Lookup::NotHere(why) if why.contains("filter")));
        assert_eq!(find(key('z'), &Mode::Browsing, Screen::Health), Lookup::Unknown);
        assert_eq!(find(key('/'), &Mode::Help(0), Screen::Devices), Lookup::Unknown);
    }

    #[test]
    fn chords_are_read_from_events() {
        assert_eq!(Chord::of(KeyEvent::new(KeyCode::Char('G'), KeyModifiers::SHIFT)), Some(key('G')));
        assert_eq!(Chord::of(KeyEvent::new(KeyCode::Char('C'), KeyModifiers::CONTROL)), Some(Chord::Ctrl('c')));
        assert_eq!(Chord::of(KeyEvent::new(KeyCode::Char('q'), KeyModifiers::ALT)), None);
    }
}
