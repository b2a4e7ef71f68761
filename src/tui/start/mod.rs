//! The start screen: what there is to watch. Interfaces with a preview of their traffic, a capture file, the demo.
//!
//! Model, update and view as in the rest of `tui`; the world outside ([`Ahead`]) tells interfaces, counters and folders.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::input::Keyboard;
use super::terminal::{self, Screen, Signals};
use super::update::Message;
use super::{Options, look, on_ground};
use model::Start;
pub use offer::{Choice, Entry, Interface, What};
use update::{Effect, Event, update};

mod model;
mod offer;
mod update;
mod view;

/// How long is waited for a key.
const TICK: Duration = Duration::from_millis(50);
/// Counters are looked at so often.
const SECOND: Duration = Duration::from_secs(1);

/// What the start screen asks of the world outside.
pub trait Ahead {
    /// The interfaces.
    fn interfaces(&mut self) -> Vec<Interface>;

    /// Bytes that an interface received and sent since it is there, where the system tells.
    fn traffic(&mut self, name: &str) -> Option<u64>;

    /// Folders and captures in a folder, or why it cannot be looked into.
    fn folder(&mut self, path: &Path) -> Result<Vec<Entry>, String>;
}

/// Takes the terminal until something is chosen; none where the user leaves. `folder`: where looking for files begins.
///
/// # Errors
///
/// The terminal cannot be set up, read or written.
pub fn run(options: &Options, folder: PathBuf, ahead: &mut dyn Ahead) -> io::Result<Option<Choice>> {
    let signals = Signals::listen()?;
    let (mut screen, ground) = Screen::take(!options.config.no_mouse, options.color && options.config.palette.is_none())?;
    let theme = on_ground(look(&options.config, options.color), ground);
    let _guard = terminal::leave_when_gone(&signals);
    let mut start = Start::new(theme, ahead.interfaces(), folder);
    let mut keyboard = Keyboard::default();
    let mut looked: Option<Instant> = None;
    let mut is_drawn = false;
    let mut events = Vec::new();
    while !signals.asked() {
        if looked.is_none_or(|looked| looked.elapsed() >= SECOND) {
            looked = Some(Instant::now());
            let counters = start.interfaces.iter().map(|row| ahead.traffic(&row.interface.name)).collect();
            events.push(Event::Counted(counters));
        }
        for event in std::mem::take(&mut events) {
            let (next, effect) = update(start, event);
            start = next;
            match effect {
                Effect::Choose(choice) => return Ok(Some(choice)),
                Effect::Quit => return Ok(None),
                Effect::Look(path) => events.push(Event::Listed(path.clone(), ahead.folder(&path))),
                Effect::Draw => {}
                Effect::Nothing => continue,
            }
            is_drawn = false;
        }
        if !is_drawn && let Some(picture) = screen.draw(|frame| view::draw(frame, &start))? {
            is_drawn = true;
            start.rows = Some(picture);
        }
        if events.is_empty() {
            events.extend(keyboard.read(TICK)?.into_iter().filter_map(|message| match message {
                Message::Key(key) => Some(Event::Key(key)),
                Message::Clicked(column, row) => Some(Event::Clicked(column, row)),
                Message::Wheeled(_, _, down) => Some(Event::Wheeled(down)),
                Message::Resized => Some(Event::Resized),
                _ => None,
            }));
        }
    }
    Ok(None)
}
