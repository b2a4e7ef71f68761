//! What the screen shows at this moment, and nothing of how it is drawn or changed.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;

use crate::home::own::{Own, Owned};
use crate::home::snapshot::Snapshot;
use crate::tui::keymap::Keymap;
use crate::tui::keys::{Action, Here, State};
use crate::tui::mute::Mute;
use crate::tui::picture::Picture;
use crate::tui::theme::Theme;
use crate::wire::Timestamp;

/// Seconds after which a time of day may be that of another day.
const DAYS: f64 = 20.0 * 3_600.0;

/// What was chosen before the first picture and stays.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Stands first in the head line.
    pub title: String,
    /// Zone of all times.
    pub zone: TimeZone,
    /// Colours and characters.
    pub theme: Theme,
    /// The keys.
    pub keys: Keymap,
    /// What the process gave up before it read a byte.
    pub sandbox: &'static str,
    /// Bytes that connections may take.
    pub max_memory: u64,
    /// Whether values were kept as they were sent.
    pub reveals: bool,
}

/// A page of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// The devices, and what was found of the chosen one.
    Devices,
    /// All findings.
    Findings,
    /// Whom the devices talk to.
    Endpoints,
    /// When each device talked, and when something was found.
    Timeline,
    /// The chosen finding, byte by byte.
    Evidence,
    /// What was read and what was missed.
    Health,
}

impl Screen {
    /// In the order of their keys, 1 to 6.
    pub const ALL: [Screen; 6] = [Self::Devices, Self::Findings, Self::Endpoints, Self::Timeline, Self::Evidence, Self::Health];

    /// Its name, and a shorter one.
    pub fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Devices => ("Devices", "Dev"),
            Self::Findings => ("Findings", "Find"),
            Self::Endpoints => ("Endpoints", "Ends"),
            Self::Timeline => ("Timeline", "Time"),
            Self::Evidence => ("Evidence", "Evid"),
            Self::Health => ("Health", "Health"),
        }
    }

    /// Its panes, in the order of the tab key; the first has the focus at first.
    pub fn panes(self) -> &'static [Pane] {
        match self {
            Self::Devices => &[Pane::Devices, Pane::DeviceFindings, Pane::Explain, Pane::Excerpts],
            Self::Findings => &[Pane::Findings, Pane::Explain, Pane::Excerpts],
            Self::Endpoints => &[Pane::Endpoints, Pane::Endpoint],
            Self::Timeline => &[Pane::Lanes, Pane::Moments],
            Self::Evidence => &[Pane::Values, Pane::Packets],
            Self::Health => &[Pane::Received, Pane::Missing],
        }
    }

    /// The pane that has the focus at first.
    pub fn first_pane(self) -> Pane {
        self.panes().first().copied().unwrap_or(Pane::Devices)
    }
}

/// A part of a screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pane {
    /// List of devices.
    Devices,
    /// List of the chosen device's findings.
    DeviceFindings,
    /// List of all findings.
    Findings,
    /// The chosen finding in words.
    Explain,
    /// The chosen finding's values and excerpts, briefly.
    Excerpts,
    /// List of endpoints.
    Endpoints,
    /// The chosen endpoint.
    Endpoint,
    /// The lanes of the timeline.
    Lanes,
    /// What happened when, in words.
    Moments,
    /// The chosen finding's conversation and values.
    Values,
    /// The packets that show it.
    Packets,
    /// What was read.
    Received,
    /// What was not.
    Missing,
}

impl Pane {
    /// One word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Devices => "Devices",
            Self::DeviceFindings | Self::Findings => "Findings",
            Self::Explain => "Explain",
            Self::Excerpts => "Evidence",
            Self::Endpoints => "Endpoints",
            Self::Endpoint => "Details",
            Self::Lanes => "Lanes",
            Self::Moments => "Moments",
            Self::Values => "Values",
            Self::Packets => "Packets",
            Self::Received => "Received",
            Self::Missing => "Missing",
        }
    }
}

/// Who has the keyboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The screen.
    Browsing,
    /// The help overlay, scrolled by so many lines.
    Help(usize),
    /// The map.
    World,
    /// A line that is typed.
    Typing(Typing),
    /// A menu, with the chosen row.
    Menu(Menu, usize),
}

/// A line that is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typing {
    /// What it is for.
    pub line: Line,
    /// What stood there before.
    pub before: String,
    /// The text that was to be completed, and the number of the completion that stands there now.
    pub completed: Option<(String, usize)>,
}

/// What a typed line is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// Which rows are shown.
    Filter,
    /// What is searched.
    Find,
    /// What the chosen device is called.
    Name,
}

/// A menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Menu {
    /// What to mute of the chosen finding.
    Mute,
    /// What is muted.
    Mutes,
    /// How to export.
    Export,
}

/// Whether the picture may be shown to others.
#[derive(Clone, Debug)]
pub enum Privacy {
    /// Names and addresses are shown.
    Open,
    /// They are replaced; what is shown instead of the snapshot.
    Veiled(Arc<Snapshot>),
}

/// Whether values that were kept as they were sent are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Values {
    /// Hidden.
    Hidden,
    /// Shown until so long after the start.
    ShownUntil(Duration),
}

/// How a capture is replayed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Replay {
    /// How fast: 1 as it was; 0 as fast as it goes.
    pub speed: f64,
    /// Whether it goes on.
    pub pace: Pace,
}

/// Whether a replay goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// It does.
    Running,
    /// It is held.
    Held,
}

/// How much time the timeline shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// From the first packet on.
    Whole,
    /// The last ten minutes.
    Recent,
}

/// A moment that the user marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// When, in capture time.
    pub time: Timestamp,
}

/// How much the Explain pane tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// A parent's words.
    Plain,
    /// A researcher's.
    Expert,
}

/// Which snapshot is shown.
#[derive(Clone, Debug)]
pub enum Stream {
    /// Always the latest.
    Following(Arc<Snapshot>),
    /// One that was held; the latest waits.
    Paused {
        /// What is shown.
        shown: Arc<Snapshot>,
        /// What has come since.
        latest: Arc<Snapshot>,
    },
}

/// How long nothing has been seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// Less than a minute.
    Fresh,
    /// Longer.
    Tried,
}

/// The place in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cursor {
    /// On the first row, whatever that is: nobody has moved yet.
    Top,
    /// On what has this id; on this row where that is gone.
    At {
        /// The id.
        id: String,
        /// The row it was on.
        row: usize,
    },
}

/// How a list is ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The worst first; of endpoints by address.
    Natural,
    /// By name.
    Name,
    /// What was seen last first.
    Latest,
    /// The most bytes, the most often, or the most devices first.
    Most,
}

/// A list: where the cursor is, how it is ordered, what is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// Where the cursor is.
    pub cursor: Cursor,
    /// The order.
    pub order: Order,
    /// Rows that this lets through are shown ([`crate::tui::filter`]); all where it is empty.
    pub filter: String,
    /// Ids in the order in which they stand, from the moment on when someone moves: nothing jumps under the reader's eyes. What comes later stands below.
    pub kept: Vec<String>,
    /// How many of them came later.
    pub later: usize,
}

impl Default for Listing {
    fn default() -> Self {
        Self { cursor: Cursor::Top, order: Order::Natural, filter: String::new(), kept: Vec::new(), later: 0 }
    }
}

/// All of it.
#[derive(Clone, Debug)]
pub struct Model {
    /// What stays.
    pub settings: Settings,
    /// What is shown.
    pub stream: Stream,
    /// How long nothing was seen.
    pub patience: Patience,
    /// Time from the start to the latest snapshot.
    pub elapsed: Duration,
    /// The screen.
    pub screen: Screen,
    /// Screens, and their panes, that `esc` goes back to.
    pub trail: Vec<(Screen, Pane)>,
    /// The pane that the movement keys move in.
    pub focus: Pane,
    /// Who has the keyboard.
    pub mode: Mode,
    /// How much is explained.
    pub detail: Detail,
    /// What the last key did or could not do.
    pub notice: Option<String>,
    /// The devices.
    pub devices: Listing,
    /// The chosen device's findings.
    pub of_device: Listing,
    /// All findings.
    pub findings: Listing,
    /// The endpoints.
    pub endpoints: Listing,
    /// Lines that the focused text pane is scrolled by.
    pub scroll: usize,
    /// What the last picture said.
    pub picture: Picture,
    /// What is muted.
    pub mutes: Vec<Mute>,
    /// What the user says of devices in this run.
    pub said: Owned,
    /// What they had said before: of which device, and how much was muted then; the latest last.
    pub said_before: Vec<(String, Own, usize)>,
    /// A name that is typed.
    pub naming: String,
    /// Groups of findings that are open.
    pub opened: BTreeSet<String>,
    /// Moments that were marked.
    pub marks: Vec<Mark>,
    /// Whether names are shown.
    pub privacy: Privacy,
    /// Whether values are shown.
    pub values: Values,
    /// What is searched; empty where nothing is.
    pub find: String,
    /// How the capture is replayed, where it is.
    pub replay: Option<Replay>,
    /// How much time the timeline shows.
    pub reach: Reach,
    /// Bytes of memory that the process takes.
    pub memory: Option<u64>,
}

impl Model {
    /// The first moment: nothing has come yet.
    pub fn new(settings: Settings, snapshot: Arc<Snapshot>) -> Self {
        Self {
            settings,
            stream: Stream::Following(snapshot),
            patience: Patience::Fresh,
            elapsed: Duration::ZERO,
            screen: Screen::Devices,
            trail: Vec::new(),
            focus: Screen::Devices.first_pane(),
            mode: Mode::Browsing,
            detail: Detail::Plain,
            notice: None,
            devices: Listing::default(),
            of_device: Listing::default(),
            findings: Listing::default(),
            endpoints: Listing::default(),
            scroll: 0,
            picture: Picture::default(),
            mutes: Vec::new(),
            said: Owned::new(),
            said_before: Vec::new(),
            naming: String::new(),
            opened: BTreeSet::new(),
            marks: Vec::new(),
            privacy: Privacy::Open,
            values: Values::Hidden,
            find: String::new(),
            replay: None,
            reach: Reach::Whole,
            memory: None,
        }
    }

    /// The snapshot that is shown.
    pub fn shown(&self) -> &Snapshot {
        match &self.privacy {
            Privacy::Veiled(snapshot) => snapshot,
            Privacy::Open => self.held(),
        }
    }

    /// The same with its names.
    pub fn held(&self) -> &Snapshot {
        match &self.stream {
            Stream::Following(snapshot) | Stream::Paused { shown: snapshot, .. } => snapshot,
        }
    }

    /// Whether what is shown spans so much time that a time of day alone may be that of several days.
    pub fn spans_days(&self) -> bool {
        let report = &self.shown().report;
        report.first.zip(report.last).is_some_and(|(first, last)| last.seconds_since(first) > DAYS)
    }

    /// Where the user is, for the keys.
    pub fn here(&self) -> Here {
        let state = match self.mode {
            Mode::Browsing => State::Browsing,
            Mode::Help(_) | Mode::World => State::Reading,
            Mode::Typing(_) => State::Typing,
            Mode::Menu(..) => State::Menu,
        };
        Here { state, screen: self.screen, replays: self.replay.is_some() }
    }

    /// Whether values that were kept are shown now.
    pub fn shows_values(&self) -> bool {
        self.settings.reveals && matches!(self.values, Values::ShownUntil(until) if self.elapsed < until) && matches!(self.privacy, Privacy::Open)
    }

    /// The key for an action as it is written.
    pub fn key(&self, action: Action) -> String {
        self.settings.keys.key_of(action)
    }

    /// The list that a pane shows; none for a pane of text.
    pub fn listing(&self, pane: Pane) -> Option<&Listing> {
        match pane {
            Pane::Devices | Pane::Lanes => Some(&self.devices),
            Pane::DeviceFindings => Some(&self.of_device),
            Pane::Findings => Some(&self.findings),
            Pane::Endpoints => Some(&self.endpoints),
            _ => None,
        }
    }

    /// The same, to be changed.
    pub fn listing_mut(&mut self, pane: Pane) -> Option<&mut Listing> {
        match pane {
            Pane::Devices | Pane::Lanes => Some(&mut self.devices),
            Pane::DeviceFindings => Some(&mut self.of_device),
            Pane::Findings => Some(&mut self.findings),
            Pane::Endpoints => Some(&mut self.endpoints),
            _ => None,
        }
    }

    /// The pane whose list the filter line and the sorting key work on, on this screen.
    pub fn main_list(&self) -> Option<Pane> {
        match self.screen {
            Screen::Devices => Some(Pane::Devices),
            Screen::Timeline => Some(Pane::Lanes),
            Screen::Findings | Screen::Evidence => Some(Pane::Findings),
            Screen::Endpoints => Some(Pane::Endpoints),
            Screen::Health => None,
        }
    }
}
