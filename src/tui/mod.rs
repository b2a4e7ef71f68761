//! The home, shown in a terminal: model, update, view.
//!
//! In: snapshots of the home, keys. Out: pictures. It knows nothing of packets, flows or detectors, and reads the home only as it is in a
//! [`Snapshot`].
//!
//! ```text
//!  snapshot, key ──► Message ──► update(model) ──► model ──► view ──► terminal
//! ```
//!
//! `model` says what is shown, `update` changes it and touches nothing else, `view` draws it and changes nothing; `keys` is the one table of keys,
//! `theme` the colours and shapes, `sanitize` the gate for every text that came off the wire, `terminal` the only place that touches the terminal.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam::channel::Receiver;
use jiff::tz::TimeZone;
use ratatui::crossterm::event::{self, Event};

use crate::home::snapshot::Snapshot;
use model::{Model, Settings};
use terminal::{Screen, Signals};
use theme::Theme;
use update::{Effect, Message, update};

mod keys;
mod model;
mod rows;
mod sanitize;
mod terminal;
mod theme;
mod update;
mod view;
mod words;

#[cfg(test)]
mod fixture;

/// A key is answered at once, a snapshot after this time at most.
const TICK: Duration = Duration::from_millis(50);
/// Nothing was seen for so long: say why that may be.
const PATIENCE: Duration = Duration::from_mins(1);
/// Keys that are taken between two pictures at most.
const KEYS: usize = 256;

/// What is chosen before the first picture.
#[derive(Clone, Debug)]
pub struct Options {
    /// Stands first in the head line: the program's name.
    pub title: String,
    /// Whether there may be colour.
    pub color: bool,
    /// Times in UTC rather than in the local zone.
    pub utc: bool,
    /// ASCII only, whatever the locale says.
    pub ascii: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { title: "tattletale".to_owned(), color: true, utc: false, ascii: false }
    }
}

/// Takes the terminal and shows the latest snapshot of `feed` until the user quits or the process is asked to end (SIGINT, SIGTERM, SIGHUP). The last
/// snapshot stays when the feed ends. Call it on the main thread: the terminal is given back when this function returns or panics.
///
/// # Errors
///
/// The terminal cannot be set up, read or written.
pub fn run(feed: Receiver<Arc<Snapshot>>, options: Options) -> io::Result<()> {
    let theme = Theme::from_environment(options.color, options.ascii, |name| std::env::var(name).ok());
    let zone = if options.utc { TimeZone::UTC } else { TimeZone::system() };
    let model = Model::new(Settings { title: options.title, zone, theme }, Arc::default());
    let signals = Signals::listen()?;
    let mut screen = Screen::take()?;
    let _guard = terminal::leave_when_gone(&signals);
    watch(&mut screen, &Feed { feed, started: Instant::now() }, model, &signals)
}

/// Where snapshots come from.
struct Feed {
    feed: Receiver<Arc<Snapshot>>,
    started: Instant,
}

impl Feed {
    /// The latest snapshot that came since the last call; those before it are passed over.
    fn latest(&self) -> Option<Message> {
        let mut latest = None;
        while let Ok(snapshot) = self.feed.try_recv() {
            latest = Some(snapshot);
        }
        latest.map(|snapshot| Message::Looked(snapshot, self.started.elapsed()))
    }
}

fn watch(screen: &mut Screen, feed: &Feed, mut model: Model, signals: &Signals) -> io::Result<()> {
    let mut waited = false;
    // What is known already stands in the first picture.
    (model, _) = take(model, feed.latest().into_iter().collect());
    let mut effect = Effect::Draw;
    while !signals.asked() {
        let mut messages = Vec::new();
        match effect {
            Effect::Quit => return Ok(()),
            Effect::Draw => messages.push(Message::Drawn(screen.draw(&model)?)),
            Effect::Nothing => {}
        }
        messages.extend(keys_pressed()?);
        messages.extend(feed.latest());
        if !waited && feed.started.elapsed() >= PATIENCE {
            waited = true;
            messages.push(Message::Waited);
        }
        (model, effect) = take(model, messages);
    }
    Ok(())
}

/// Takes the messages in; what must be done is the strongest of what they ask for.
fn take(mut model: Model, messages: Vec<Message>) -> (Model, Effect) {
    let mut strongest = Effect::Nothing;
    for message in messages {
        let (next, effect) = update(model, message);
        model = next;
        strongest = strongest.max(effect);
        if strongest == Effect::Quit {
            break;
        }
    }
    (model, strongest)
}

/// Waits for a key for a tick; then all that were pressed.
fn keys_pressed() -> io::Result<Vec<Message>> {
    let mut messages = Vec::new();
    let mut patience = TICK;
    while messages.len() < KEYS && interrupted(event::poll(patience))? {
        patience = Duration::ZERO;
        match event::read()? {
            Event::Key(key) => messages.push(Message::Key(key)),
            Event::Resize(..) => messages.push(Message::Resized),
            _ => {}
        }
    }
    Ok(messages)
}

/// A signal that cuts the waiting short is no error.
fn interrupted(polled: io::Result<bool>) -> io::Result<bool> {
    match polled {
        Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(false),
        other => other,
    }
}
