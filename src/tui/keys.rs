//! The one table of keys: bindings, footer, help overlay and `docs/keys.md` are read from it, so that they cannot differ. What the user binds anew
//! ([`super::keymap`]) takes the place of what stands here.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::tui::model::Screen;

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
    /// Opens the line for what is searched.
    Find,
    /// The next match, or the next finding.
    Next,
    /// The match before, or the finding before.
    Previous,
    /// Orders the list in the next way.
    Sort,
    /// Opens or closes a group; of the timeline, shows more or less time.
    Expand,
    /// Changes between plain and expert words.
    Expert,
    /// Remembers this moment.
    Mark,
    /// Says that a device is known, or not.
    Trust,
    /// Gives a device a name.
    Name,
    /// Asks what to mute.
    Mute,
    /// Lists what is muted.
    Mutes,
    /// Takes the last mute or mark back.
    Undo,
    /// Asks how to export the view.
    Export,
    /// Copies the chosen row.
    Copy,
    /// Shows values for a while, or hides them.
    Show,
    /// Hides names and addresses, for pictures.
    Privacy,
    /// Shows the map.
    World,
    /// The next set of colours.
    Colors,
    /// Replays slower.
    Slower,
    /// Replays faster.
    Faster,
    /// Holds the replay, or goes on.
    Hold,
    /// Goes back in the capture.
    Rewind,
    /// Goes on in the capture.
    Forward,
    /// Opens or closes the help.
    Help,
    /// Keeps what was typed.
    Accept,
    /// Takes the last typed character back.
    Erase,
    /// Completes the word.
    Complete,
    /// Stops the process until the shell lets it go on.
    Suspend,
    /// Ends.
    Quit,
}

impl Action {
    /// Its name in the configuration.
    pub fn word(self) -> &'static str {
        match self {
            Self::Move(step) => step.word(),
            Self::NextPane => "next-pane",
            Self::PreviousPane => "previous-pane",
            Self::Go(Screen::Devices) => "devices",
            Self::Go(Screen::Findings) => "findings",
            Self::Go(Screen::Endpoints) => "endpoints",
            Self::Go(Screen::Timeline) => "timeline",
            Self::Go(Screen::Evidence) => "evidence",
            Self::Go(Screen::Health) => "health",
            Self::Open => "open",
            Self::Back => "back",
            Self::Pause => "pause",
            Self::Filter => "filter",
            Self::Find => "find",
            Self::Next => "next",
            Self::Previous => "previous",
            Self::Sort => "sort",
            Self::Expand => "expand",
            Self::Expert => "expert",
            Self::Mark => "mark",
            Self::Trust => "trust",
            Self::Name => "name",
            Self::Mute => "mute",
            Self::Mutes => "mutes",
            Self::Undo => "undo",
            Self::Export => "export",
            Self::Copy => "copy",
            Self::Show => "show",
            Self::Privacy => "privacy",
            Self::World => "map",
            Self::Colors => "colors",
            Self::Slower => "slower",
            Self::Faster => "faster",
            Self::Hold => "hold",
            Self::Rewind => "rewind",
            Self::Forward => "forward",
            Self::Help => "help",
            Self::Accept => "accept",
            Self::Erase => "erase",
            Self::Complete => "complete",
            Self::Suspend => "suspend",
            Self::Quit => "quit",
        }
    }
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

impl Step {
    fn word(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::HalfUp => "half-up",
            Self::HalfDown => "half-down",
            Self::First => "first",
            Self::Last => "last",
        }
    }
}

/// A key with or without Ctrl.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chord {
    /// The key alone; the shift of a letter is in the letter.
    Key(KeyCode),
    /// With Ctrl.
    Ctrl(char),
}

/// Keys that have a name.
const NAMED: &[(&str, KeyCode)] = &[
    ("space", KeyCode::Char(' ')),
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("shift-tab", KeyCode::BackTab),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pageup", KeyCode::PageUp),
    ("pagedown", KeyCode::PageDown),
];

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

    /// As it is written in the configuration: `j`, `space`, `ctrl-d`, `f5`.
    pub fn read(text: &str) -> Option<Self> {
        let mut letters = text.chars();
        if let (Some(letter), None) = (letters.next(), letters.next()) {
            return (!letter.is_control() && letter != ' ').then_some(Self::Key(KeyCode::Char(letter)));
        }
        let lower = text.to_ascii_lowercase();
        if let Some((_, code)) = NAMED.iter().find(|(name, _)| *name == lower) {
            return Some(Self::Key(*code));
        }
        if let Some(rest) = lower.strip_prefix("ctrl-") {
            let mut letters = rest.chars();
            let letter = letters.next().filter(char::is_ascii_lowercase);
            return letter.filter(|_| letters.next().is_none()).map(Self::Ctrl);
        }
        let number = lower.strip_prefix('f')?.parse().ok().filter(|number| (1..=12).contains(number))?;
        Some(Self::Key(KeyCode::F(number)))
    }

    /// As it is written on the screen and in the configuration.
    pub fn name(self) -> String {
        match self {
            Self::Ctrl(letter) => format!("ctrl-{letter}"),
            Self::Key(code) => NAMED.iter().find(|(_, named)| *named == code).map_or_else(
                || match code {
                    KeyCode::Char(letter) => letter.to_string(),
                    KeyCode::F(number) => format!("f{number}"),
                    _ => "?".to_owned(),
                },
                |(name, _)| (*name).to_owned(),
            ),
        }
    }
}

/// Where a binding works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// On every screen, with and without an overlay.
    Anywhere,
    /// On every screen.
    Browsing,
    /// On these screens; elsewhere this sentence says why not.
    On(&'static [Screen], &'static str),
    /// While a capture is replayed; else this sentence says why not.
    Replay(&'static str),
    /// In a line that is typed.
    Typing,
    /// In a menu.
    Menu,
}

/// What has the keyboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The screen.
    Browsing,
    /// An overlay to be read.
    Reading,
    /// A line that is typed.
    Typing,
    /// A menu.
    Menu,
}

/// Where the user is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Here {
    /// What has the keyboard.
    pub state: State,
    /// The screen.
    pub screen: Screen,
    /// Whether a capture is replayed.
    pub replays: bool,
}

impl Place {
    /// Whether a binding with this place works here.
    pub fn holds(self, here: Here) -> bool {
        match (self, here.state) {
            (Self::Typing, State::Typing) | (Self::Menu, State::Menu) => true,
            (Self::Typing | Self::Menu, _) | (_, State::Typing) => false,
            (Self::Anywhere, _) | (Self::Browsing, State::Browsing) => true,
            (Self::On(screens, _), State::Browsing) => screens.contains(&here.screen),
            (Self::Replay(_), State::Browsing) => here.replays,
            _ => false,
        }
    }

    /// Why a key does nothing here, where that can be said.
    pub fn reason(self, here: Here) -> Option<&'static str> {
        match (self, here.state) {
            (Self::On(_, why) | Self::Replay(why), State::Browsing) => Some(why),
            _ => None,
        }
    }
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

#[allow(clippy::unnecessary_wraps, reason = "a row has one or none")]
const fn hint(key: &'static str, word: &'static str, weight: u8) -> Option<Hint> {
    Some(Hint { key, word, weight })
}

const fn key(c: char) -> Chord {
    Chord::Key(KeyCode::Char(c))
}

const fn code(code: KeyCode) -> Chord {
    Chord::Key(code)
}

const OPENED: &[Screen] = &[Screen::Devices, Screen::Findings, Screen::Endpoints, Screen::Timeline];
const SORTED: &[Screen] = &[Screen::Devices, Screen::Findings, Screen::Endpoints];
const LISTED: &[Screen] = &[Screen::Devices, Screen::Findings, Screen::Endpoints, Screen::Timeline, Screen::Evidence];
const FOUND: &[Screen] = &[Screen::Devices, Screen::Findings, Screen::Evidence];
const EXPLAINED: &[Screen] = &[Screen::Devices, Screen::Findings];

const NO_REPLAY: &str = "Speed and place can be changed while a capture file is replayed; what is live comes as it comes.";

const fn row(keys: &'static [(Chord, Action)], shown: &'static str, help: &'static str, footer: Option<Hint>, place: Place) -> Binding {
    Binding { keys, shown, help, footer, place }
}

/// The table, in the order of help and footer.
pub const TABLE: &[Binding] = &[
    row(&[(key(' '), Action::Pause)], "space", "hold the picture, or go on; reading never stops", hint("space", "pause", 80), Place::Browsing),
    row(
        &[
            (code(KeyCode::Down), Action::Move(Step::Down)),
            (code(KeyCode::Up), Action::Move(Step::Up)),
            (key('j'), Action::Move(Step::Down)),
            (key('k'), Action::Move(Step::Up)),
        ],
        "↑↓ j k",
        "move up and down in the pane with the thick frame",
        hint("↑↓", "move", 15),
        Place::Anywhere,
    ),
    row(
        &[
            (Chord::Ctrl('d'), Action::Move(Step::HalfDown)),
            (Chord::Ctrl('u'), Action::Move(Step::HalfUp)),
            (code(KeyCode::PageDown), Action::Move(Step::HalfDown)),
            (code(KeyCode::PageUp), Action::Move(Step::HalfUp)),
        ],
        "ctrl-d ctrl-u",
        "half a page down, up",
        None,
        Place::Anywhere,
    ),
    row(
        &[
            (key('g'), Action::Move(Step::First)),
            (key('G'), Action::Move(Step::Last)),
            (code(KeyCode::Home), Action::Move(Step::First)),
            (code(KeyCode::End), Action::Move(Step::Last)),
        ],
        "g G",
        "first, last",
        None,
        Place::Anywhere,
    ),
    row(
        &[
            (key('1'), Action::Go(Screen::Devices)),
            (key('2'), Action::Go(Screen::Findings)),
            (key('3'), Action::Go(Screen::Endpoints)),
            (key('4'), Action::Go(Screen::Timeline)),
            (key('5'), Action::Go(Screen::Evidence)),
            (key('6'), Action::Go(Screen::Health)),
        ],
        "1 – 6",
        "Devices, Findings, Endpoints, Timeline, Evidence, Health",
        None,
        Place::Browsing,
    ),
    row(
        &[
            (code(KeyCode::Tab), Action::NextPane),
            (code(KeyCode::Right), Action::NextPane),
            (key('l'), Action::NextPane),
            (code(KeyCode::BackTab), Action::PreviousPane),
            (code(KeyCode::Left), Action::PreviousPane),
            (key('h'), Action::PreviousPane),
        ],
        "tab ←→ h l",
        "next pane, pane before (also shift-tab)",
        hint("tab", "pane", 60),
        Place::Browsing,
    ),
    row(
        &[(code(KeyCode::Enter), Action::Open)],
        "enter",
        "open: a device's findings, a finding's evidence, an endpoint's findings",
        hint("enter", "open", 70),
        Place::On(OPENED, "Nothing to open here; enter opens rows of the lists on 1 to 4."),
    ),
    row(
        &[(key('/'), Action::Filter)],
        "/",
        "show only some rows: text, !text, device:bear, level:serious, port:80",
        hint("/", "filter", 50),
        Place::On(LISTED, "There is no list to filter on this screen."),
    ),
    row(&[(key('f'), Action::Find)], "f", "find a text in the list; all rows stay", None, Place::On(LISTED, "There is no list to search on this screen.")),
    row(
        &[(key('n'), Action::Next), (key('N'), Action::Previous)],
        "n N",
        "next match, match before; without a search the next finding",
        hint("n", "next", 25),
        Place::On(LISTED, "There is no list to search on this screen."),
    ),
    row(
        &[(key('o'), Action::Sort)],
        "o",
        "sort the list in another way, with what is new",
        hint("o", "sort", 30),
        Place::On(SORTED, "There is no list to sort on this screen."),
    ),
    row(
        &[(key('x'), Action::Expand)],
        "x",
        "open or close a group of findings; on the timeline: all the time, or the last ten minutes",
        hint("x", "expand", 20),
        Place::On(&[Screen::Findings, Screen::Timeline], "x opens groups on screen 2, and changes the time shown on screen 4."),
    ),
    row(
        &[(key('r'), Action::Expert)],
        "r",
        "plain words, or all details",
        hint("r", "expert", 45),
        Place::On(EXPLAINED, "Plain and expert view are for Explain, on screens 1 and 2."),
    ),
    row(
        &[(key('m'), Action::Mute)],
        "m",
        "mute: this finding, its kind, its device or its other end, for this run",
        hint("m", "mute", 40),
        Place::On(FOUND, "Findings are muted on screens 1, 2 and 5."),
    ),
    row(
        &[(key('a'), Action::Name)],
        "a",
        "give the chosen device a name of your own; it is kept",
        hint("a", "name", 17),
        Place::On(&[Screen::Devices], "Devices are named on screen 1."),
    ),
    row(
        &[(key('t'), Action::Trust)],
        "t",
        "mark the chosen device as one that you know, or not; it is kept",
        hint("t", "known", 16),
        Place::On(&[Screen::Devices], "Devices are marked as known on screen 1."),
    ),
    row(&[(key('M'), Action::Mutes)], "M", "what is muted, and how to hear it again", None, Place::Browsing),
    row(&[(key('u'), Action::Undo)], "u", "take back what was named, muted or marked last", None, Place::Browsing),
    row(&[(key('b'), Action::Mark)], "b", "mark this moment: I pressed the button now", hint("b", "mark", 18), Place::Browsing),
    row(&[(key('e'), Action::Export)], "e", "export what this screen shows, as text or JSON Lines", hint("e", "export", 42), Place::Browsing),
    row(&[(key('y'), Action::Copy)], "y", "copy the chosen row to the clipboard, masked", None, Place::On(LISTED, "There is no row to copy on this screen.")),
    row(&[(key('s'), Action::Show)], "s", "show hidden values for 30 seconds (needs --reveal)", None, Place::Browsing),
    row(&[(key('p'), Action::Privacy)], "p", "hide names and addresses, to take pictures", None, Place::Browsing),
    row(
        &[(key('w'), Action::World)],
        "w",
        "map of the countries that data went to",
        hint("w", "map", 12),
        Place::On(&[Screen::Endpoints], "The map belongs to screen 3, Endpoints."),
    ),
    row(&[(key('c'), Action::Colors)], "c", "other colours: dark, light, high contrast, none", None, Place::Browsing),
    row(
        &[(key('-'), Action::Slower), (key('+'), Action::Faster), (key('='), Action::Faster)],
        "- +",
        "replay slower, faster",
        hint("- +", "speed", 28),
        Place::Replay(NO_REPLAY),
    ),
    row(&[(key('z'), Action::Hold)], "z", "hold the replay itself, or go on", hint("z", "hold", 27), Place::Replay(NO_REPLAY)),
    row(
        &[(key('<'), Action::Rewind), (key('>'), Action::Forward), (key(','), Action::Rewind), (key('.'), Action::Forward)],
        "< >",
        "go back, go on in the capture by a twentieth of it",
        hint("< >", "seek", 26),
        Place::Replay(NO_REPLAY),
    ),
    row(&[(code(KeyCode::Esc), Action::Back)], "esc", "back: close what is open, clear the filter, leave the pane, the screen before", None, Place::Anywhere),
    row(&[(key('?'), Action::Help)], "?", "this help", hint("?", "help", 90), Place::Anywhere),
    row(&[(key('q'), Action::Quit), (Chord::Ctrl('c'), Action::Quit)], "q", "quit (also ctrl-c)", hint("q", "quit", Hint::ALWAYS), Place::Anywhere),
    row(&[(Chord::Ctrl('z'), Action::Suspend)], "ctrl-z", "back to the shell; fg comes back", None, Place::Anywhere),
    row(&[(code(KeyCode::Enter), Action::Accept)], "enter", "keep what was typed", hint("enter", "keep", 80), Place::Typing),
    row(&[(code(KeyCode::Tab), Action::Complete)], "tab", "complete the word; again: the next word that fits", hint("tab", "complete", 70), Place::Typing),
    row(&[(code(KeyCode::Esc), Action::Back)], "esc", "leave it as it was", hint("esc", "cancel", 90), Place::Typing),
    row(&[(code(KeyCode::Backspace), Action::Erase), (Chord::Ctrl('h'), Action::Erase)], "backspace", "take back a letter", None, Place::Typing),
    row(&[(Chord::Ctrl('c'), Action::Quit)], "ctrl-c", "quit", hint("ctrl-c", "quit", Hint::ALWAYS), Place::Typing),
    row(&[(code(KeyCode::Enter), Action::Accept)], "enter", "do what is chosen", hint("enter", "choose", 80), Place::Menu),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chords_are_read_from_events() {
        assert_eq!(Chord::of(KeyEvent::new(KeyCode::Char('G'), KeyModifiers::SHIFT)), Some(key('G')));
        assert_eq!(Chord::of(KeyEvent::new(KeyCode::Char('C'), KeyModifiers::CONTROL)), Some(Chord::Ctrl('c')));
        assert_eq!(Chord::of(KeyEvent::new(KeyCode::Char('q'), KeyModifiers::ALT)), None);
    }

    #[test]
    fn chords_are_read_as_they_are_written() {
        for (chord, _) in TABLE.iter().flat_map(|binding| binding.keys) {
            assert_eq!(Chord::read(&chord.name()), Some(*chord), "{chord:?}");
        }
        assert_eq!(Chord::read("F5"), Some(code(KeyCode::F(5))));
        for wrong in ["", " ", "ctrl-", "ctrl-ab", "ctrl-1", "f13", "f0", "alt-x", "spcae", "\u{1b}", "\u{9b}"] {
            assert_eq!(Chord::read(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn every_key_that_is_shown_is_bound_and_every_row_says_what_it_does() {
        for binding in TABLE {
            assert!(!binding.keys.is_empty() && !binding.shown.is_empty() && !binding.help.is_empty());
            if let Some(hint) = binding.footer {
                let first = hint.key.split(' ').next().unwrap();
                let is_arrow = first.starts_with('↑');
                assert!(is_arrow || binding.keys.iter().any(|(chord, _)| chord.name() == first), "{}", hint.key);
            }
        }
    }
}
