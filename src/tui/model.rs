//! What the screen shows at this moment, and nothing of how it is drawn or changed.

use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;

use crate::home::snapshot::Snapshot;
use crate::tui::theme::Theme;

/// What was chosen before the first picture and stays.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Stands first in the head line.
    pub title: String,
    /// Zone of all times.
    pub zone: TimeZone,
    /// Colours and characters.
    pub theme: Theme,
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
    /// The chosen finding, byte by byte.
    Evidence,
    /// What was read and what was missed.
    Health,
}

impl Screen {
    /// In the order of their keys, 1 to 5.
    pub const ALL: [Screen; 5] = [Self::Devices, Self::Findings, Self::Endpoints, Self::Evidence, Self::Health];

    /// Its name, and a shorter one.
    pub fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Devices => ("Devices", "Dev"),
            Self::Findings => ("Findings", "Find"),
            Self::Endpoints => ("Endpoints", "Ends"),
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
    /// The filter line; what stood there before.
    Typing(String),
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
    /// Rows that hold this text are shown; with `!` before it, those that do not; all where it is empty.
    pub filter: String,
}

impl Default for Listing {
    fn default() -> Self {
        Self { cursor: Cursor::Top, order: Order::Natural, filter: String::new() }
    }
}

/// What the last picture said of the focused pane (or the overlay): how many lines fit, and how far it can be scrolled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// Lines that fit.
    pub page: usize,
    /// The furthest scroll offset.
    pub furthest: usize,
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
    /// What the last key could not do, and why.
    pub notice: Option<&'static str>,
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
    pub extent: Extent,
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
            extent: Extent::default(),
        }
    }

    /// The snapshot that is shown.
    pub fn shown(&self) -> &Snapshot {
        match &self.stream {
            Stream::Following(snapshot) | Stream::Paused { shown: snapshot, .. } => snapshot,
        }
    }

    /// The list that a pane shows; none for a pane of text.
    pub fn listing(&self, pane: Pane) -> Option<&Listing> {
        match pane {
            Pane::Devices => Some(&self.devices),
            Pane::DeviceFindings => Some(&self.of_device),
            Pane::Findings => Some(&self.findings),
            Pane::Endpoints => Some(&self.endpoints),
            _ => None,
        }
    }

    /// The same, to be changed.
    pub fn listing_mut(&mut self, pane: Pane) -> Option<&mut Listing> {
        match pane {
            Pane::Devices => Some(&mut self.devices),
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
            Screen::Findings | Screen::Evidence => Some(Pane::Findings),
            Screen::Endpoints => Some(Pane::Endpoints),
            Screen::Health => None,
        }
    }
}
