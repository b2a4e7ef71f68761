//! The home, shown in a terminal: model, update, view.
//!
//! In: snapshots of the home, keys. Out: pictures, and what the user asks to be done outside ([`Outside`]). It knows nothing of packets, flows or
//! detectors, and reads the home only as it is in a [`Snapshot`].
//!
//! ```text
//!  snapshot, key, click, time ──► Message ──► update(model) ──► model, job ──► view ──► terminal
//! ```
//!
//! `model` says what is shown, `update` (with `steps`, `typing`, `menu`, `mouse`, `clip`) changes it and touches nothing else, `view` draws it and changes
//! nothing; `keys` is the one table of keys, `keymap` what the user made of it, `theme` the colours and shapes, `sanitize` the gate for every text that
//! came off the wire, `terminal` and `ground` the only places that touch the terminal. `start` is the screen before there is anything to watch.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam::channel::Receiver;
use jiff::tz::TimeZone;

use crate::home::own::Own;
use crate::home::snapshot::Snapshot;
use crate::wire::Timestamp;
pub use config::Config;
use ground::Ground;
use input::Keyboard;
use model::{Model, Pace, Replay, Settings};
use terminal::{Screen, Signals};
use theme::{Palette, Theme};
use update::{Effect, Job, Message, update};

mod atlas;
mod clip;
mod config;
mod export;
mod filter;
mod ground;
mod input;
mod keymap;
mod keys;
mod menu;
mod model;
mod moments;
mod mouse;
mod mute;
mod owned;
mod picture;
mod rows;
mod said;
mod sanitize;
pub mod start;
mod steps;
mod terminal;
mod theme;
mod typing;
mod update;
mod veil;
mod view;
mod words;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod portrait;

/// A key is answered at once, a snapshot after this time at most.
const TICK: Duration = Duration::from_millis(50);
/// Time is told so often.
const SECOND: Duration = Duration::from_secs(1);
/// Nothing was seen for so long: say why that may be.
const PATIENCE: Duration = Duration::from_mins(1);
/// Where Linux tells how much memory a process takes.
const STATUS: &str = "/proc/self/status";

/// What is chosen before the first picture.
#[derive(Clone, Debug)]
pub struct Options {
    /// Stands first in the head line: the program's name.
    pub title: String,
    /// Whether there may be colour.
    pub color: bool,
    /// Times in UTC rather than in the local zone.
    pub utc: bool,
    /// What the user configured.
    pub config: Config,
    /// The speed of a replay, where a capture is replayed: 1 as it was, 0 as fast as it goes.
    pub replay: Option<f64>,
    /// What the process gave up before it read a byte.
    pub sandbox: &'static str,
    /// Bytes that connections may take.
    pub max_memory: u64,
    /// Whether values were kept as they were sent.
    pub reveals: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { title: "tattletale".to_owned(), color: true, utc: false, config: Config::default(), replay: None, sandbox: "off", max_memory: 0, reveals: false }
    }
}

/// A word that names a look.
///
/// # Errors
///
/// There is no such look: one sentence with those that there are.
pub fn theme_word(word: &str) -> Result<String, String> {
    Config::default().choose(Some(word), false).map(|_| word.to_owned())
}

/// What a replay is to do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Order {
    /// Go on at this speed: 1 as it was, 0 as fast as it goes.
    Speed(f64),
    /// Hold.
    Hold,
    /// Go on.
    GoOn,
    /// Go to this moment of the capture.
    Seek(Timestamp),
}

/// What the screen asks of the world outside.
pub trait Outside {
    /// Writes a file that only its owner can read; an existing one is not replaced. What it is called in the end, or why it could not be written.
    fn save(&mut self, name: &str, text: &str) -> Result<String, String>;

    /// Keeps what the user says of a device for this run and others. What there is to say to that beside, or why it cannot be kept.
    fn own(&mut self, id: &str, own: &Own) -> Result<Option<String>, String>;

    /// Tells the replay, where there is one.
    fn order(&mut self, order: Order);
}

/// Takes the terminal and shows the latest snapshot of `feed` until the user quits or the process is asked to end (SIGINT, SIGTERM, SIGHUP). The last
/// snapshot stays when the feed ends. Call it on the main thread: the terminal is given back when this function returns or panics.
///
/// # Errors
///
/// The terminal cannot be set up, read or written.
pub fn run(feed: Receiver<Arc<Snapshot>>, options: Options, outside: &mut dyn Outside) -> io::Result<()> {
    let zone = if options.utc { TimeZone::UTC } else { TimeZone::system() };
    let theme = look(&options.config, options.color);
    let signals = Signals::listen()?;
    let (mut screen, ground) = Screen::take(!options.config.no_mouse, options.color && options.config.palette.is_none())?;
    let settings = Settings {
        title: options.title,
        zone,
        theme: on_ground(theme, ground),
        keys: options.config.keys,
        sandbox: options.sandbox,
        max_memory: options.max_memory,
        reveals: options.reveals,
    };
    let mut model = Model::new(settings, Arc::default());
    model.replay = options.replay.map(|speed| Replay { speed, pace: Pace::Running });
    let _guard = terminal::leave_when_gone(&signals);
    let mut feed = Feed { snapshots: feed, started: Instant::now(), ticked: Duration::ZERO, waited: false };
    watch(&mut screen, &mut feed, model, &signals, outside)
}

/// The look that the user configured, or the environment asks for.
fn look(config: &Config, color: bool) -> Theme {
    let theme = Theme::from_environment(color, config.ascii, |name| std::env::var(name).ok());
    let palette = config.palette.filter(|_| color).unwrap_or(theme.palette);
    Theme { palette, own: config.own, ..theme }
}

fn on_ground(theme: Theme, ground: Option<Ground>) -> Theme {
    match ground {
        Some(Ground::Light) => Theme { palette: Palette::Light, ..theme },
        Some(Ground::Dark) => Theme { palette: Palette::Dark, ..theme },
        None => theme,
    }
}

/// Where snapshots and time come from.
struct Feed {
    snapshots: Receiver<Arc<Snapshot>>,
    started: Instant,
    ticked: Duration,
    waited: bool,
}

impl Feed {
    /// The latest snapshot that came since the last call; those before it are passed over.
    fn latest(&self) -> Option<Message> {
        let mut latest = None;
        while let Ok(snapshot) = self.snapshots.try_recv() {
            latest = Some(snapshot);
        }
        latest.map(|snapshot| Message::Looked(snapshot, self.started.elapsed()))
    }

    /// What the clock has to say.
    fn time(&mut self) -> Vec<Message> {
        let elapsed = self.started.elapsed();
        let mut messages = Vec::new();
        if elapsed.saturating_sub(self.ticked) >= SECOND {
            self.ticked = elapsed;
            messages.push(Message::Ticked(elapsed, memory()));
        }
        if !self.waited && elapsed >= PATIENCE {
            self.waited = true;
            messages.push(Message::Waited);
        }
        messages
    }
}

/// Bytes of memory that the process takes, where the system tells.
fn memory() -> Option<u64> {
    let status = std::fs::read_to_string(STATUS).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok()?.checked_mul(1_024)
}

fn watch(screen: &mut Screen, feed: &mut Feed, mut model: Model, signals: &Signals, outside: &mut dyn Outside) -> io::Result<()> {
    let mut keyboard = Keyboard::default();
    // What is known already stands in the first picture.
    let mut messages: Vec<Message> = feed.latest().into_iter().collect();
    let mut is_drawn = false;
    while !signals.asked() {
        for message in std::mem::take(&mut messages) {
            let (next, effect) = update(model, message);
            model = next;
            match effect {
                Effect::Quit => return Ok(()),
                Effect::Draw => is_drawn = false,
                Effect::Run(job) => {
                    is_drawn = false;
                    messages.extend(run_job(job, screen, outside)?);
                }
                Effect::Nothing => {}
            }
        }
        if !is_drawn && let Some(picture) = screen.draw(|frame| view::draw(frame, &model))? {
            is_drawn = true;
            messages.push(Message::Drawn(picture));
        }
        messages.extend(keyboard.read(TICK)?);
        messages.extend(feed.latest());
        messages.extend(feed.time());
    }
    Ok(())
}

/// Does what the model cannot do itself; what came of it.
fn run_job(job: Job, screen: &mut Screen, outside: &mut dyn Outside) -> io::Result<Option<Message>> {
    Ok(match job {
        Job::Copy(text) => {
            screen.copy(&text)?;
            Some(Message::Told("Copied, if this terminal lets programs copy (OSC 52).".to_owned()))
        }
        Job::Save { name, text } => Some(Message::Told(match outside.save(&name, &text) {
            Ok(path) => format!("Written: {path}"),
            Err(why) => why,
        })),
        Job::Own { id, own } => Some(keep(outside, id, own, true)),
        Job::OwnAgain { id, own } => Some(keep(outside, id, own, false)),
        Job::Suspend => {
            screen.suspend()?;
            Some(Message::Resized)
        }
        Job::Speed(speed) => order(outside, Order::Speed(speed)),
        Job::Hold(Pace::Held) => order(outside, Order::Hold),
        Job::Hold(Pace::Running) => order(outside, Order::GoOn),
        Job::Seek(time) => order(outside, Order::Seek(time)),
    })
}

fn keep(outside: &mut dyn Outside, id: String, own: Own, is_new: bool) -> Message {
    match outside.own(&id, &own) {
        Ok(told) => Message::Kept { id, own, is_new, told },
        Err(why) => Message::Told(why),
    }
}

fn order(outside: &mut dyn Outside, order: Order) -> Option<Message> {
    outside.order(order);
    None
}
