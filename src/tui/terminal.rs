//! The terminal, taken and given back: raw mode, the alternate screen, the cursor. It is given back always: on return, on an error, when this thread
//! panics, and on a signal that asks the process to end.

use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::panic::{self, PanicHookInfo};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::cursor::Show;
use ratatui::crossterm::execute;
use ratatui::crossterm::style::force_color_output;
use ratatui::crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use ratatui::layout::Rect;
use ratatui::{Frame, Terminal};
use signal_hook::SigId;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGTSTP};

use crate::tui::ground::{self, Ground};
use crate::tui::sanitize::clean;

/// A picture of 200×50 cells is written in one piece.
const BUFFER: usize = 1 << 16;
/// Panics of other threads that are told after the screen was given back.
const TOLD: usize = 8;

/// A text that is copied holds so many bytes at most: terminals take no more.
const COPIED: usize = 8_192;
/// Clicks and the wheel are told, movements are not (xterm, "normal tracking" and "SGR").
const MOUSE_ON: &[u8] = b"\x1b[?1000h\x1b[?1006h";
const MOUSE_OFF: &[u8] = b"\x1b[?1006l\x1b[?1000l";

type Hook = dyn Fn(&PanicHookInfo<'_>) + Send + Sync;

/// The terminal while it is ours.
pub struct Screen {
    terminal: Terminal<CrosstermBackend<BufWriter<Stdout>>>,
    previous: Arc<Hook>,
    faults: Arc<Mutex<Vec<String>>>,
    mouse: bool,
}

impl Screen {
    /// Takes it. `mouse`: whether clicks are wanted; `asks`: whether it is asked for its ground, which is told with it.
    pub fn take(mouse: bool, asks: bool) -> io::Result<(Self, Option<Ground>)> {
        // Whether there is colour was decided before; the library must not decide again.
        force_color_output(true);
        let (previous, faults) = guard_panics();
        let taken =
            Self::switch(mouse, asks).and_then(|ground| Ok((Terminal::new(CrosstermBackend::new(BufWriter::with_capacity(BUFFER, io::stdout())))?, ground)));
        match taken {
            Ok((terminal, ground)) => Ok((Self { terminal, previous, faults, mouse }, ground)),
            Err(error) => {
                give_back();
                panic::set_hook(Box::new(move |info| previous(info)));
                Err(error)
            }
        }
    }

    fn switch(mouse: bool, asks: bool) -> io::Result<Option<Ground>> {
        TAKEN.store(true, Ordering::SeqCst);
        enable_raw_mode()?;
        let ground = if asks { ground::ask() } else { None };
        execute!(io::stdout(), EnterAlternateScreen)?;
        if mouse {
            write_now(MOUSE_ON)?;
        }
        Ok(ground)
    }

    /// Draws a picture; what it tells.
    pub fn draw<T>(&mut self, picture: impl FnOnce(&mut Frame<'_>) -> T) -> io::Result<Option<T>> {
        let mut told = None;
        self.terminal.draw(|frame| told = Some(picture(frame)))?;
        Ok(told)
    }

    /// Puts a text on the clipboard, if the terminal lets it (xterm's OSC 52). The text is harmless by then; the encoding makes sure.
    pub fn copy(&mut self, text: &str) -> io::Result<()> {
        let text = text.get(..text.floor_char_boundary(COPIED)).unwrap_or(text);
        // Behind what was drawn, never within it.
        self.terminal.backend_mut().flush()?;
        write_now(format!("\x1b]52;c;{}\x07", data_encoding::BASE64.encode(text.as_bytes())).as_bytes())
    }

    /// Gives the terminal back, stops until the shell lets the process go on, and takes the terminal again.
    pub fn suspend(&mut self) -> io::Result<()> {
        give_back();
        signal_hook::low_level::raise(SIGTSTP)?;
        Self::switch(self.mouse, false)?;
        // What the shell wrote lies over the picture.
        let area: Rect = self.terminal.size()?.into();
        self.terminal.resize(area)
    }
}

fn write_now(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout();
    out.write_all(bytes)?;
    out.flush()
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
        // Within a panic the hook may not be changed; the process is about to end anyway.
        if !thread::panicking() {
            let previous = Arc::clone(&self.previous);
            panic::set_hook(Box::new(move |info| previous(info)));
        }
        for fault in self.faults.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            let _ = writeln!(io::stderr(), "{fault}");
        }
    }
}

/// Whether the terminal is ours; there is one a process. It is given back once: the second time would put the cursor on what was written since.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Puts the terminal back as it was. There is nobody to tell of an error.
fn give_back() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let _ = write_now(MOUSE_OFF);
    let _ = disable_raw_mode();
    let _ = execute!(io::stdout(), LeaveAlternateScreen, Show);
}

/// From now on a panic of this thread gives the terminal back before it is told. One of another thread, which that thread's owner may well survive,
/// is told later: told now it would be written across the picture.
fn guard_panics() -> (Arc<Hook>, Arc<Mutex<Vec<String>>>) {
    let previous: Arc<Hook> = Arc::from(panic::take_hook());
    let faults = Arc::new(Mutex::new(Vec::new()));
    let ours = thread::current().id();
    let (inner, held) = (Arc::clone(&previous), Arc::clone(&faults));
    panic::set_hook(Box::new(move |info| {
        if thread::current().id() == ours {
            give_back();
            inner(info);
            return;
        }
        let mut held = held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() < TOLD {
            held.push(clean(&info.to_string().replace('\n', " ")).into_owned());
        }
    }));
    (previous, faults)
}

/// Signals that ask the process to end, remembered until someone looks.
pub struct Signals {
    asked: Arc<AtomicBool>,
    ids: Vec<SigId>,
}

impl Signals {
    /// Listens for them.
    pub fn listen() -> io::Result<Self> {
        let mut signals = Self { asked: Arc::new(AtomicBool::new(false)), ids: Vec::new() };
        for signal in [SIGTERM, SIGHUP, SIGINT] {
            signals.ids.push(signal_hook::flag::register(signal, Arc::clone(&signals.asked))?);
        }
        Ok(signals)
    }

    /// Whether one came.
    pub fn asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }
}

/// How often it is looked whether the terminal is still there.
const GLANCE: Duration = Duration::from_millis(250);

/// So often it may be found gone, or the process asked to end, before the process is ended.
const PATIENCE: u8 = 6;

/// Ends the process when its terminal is gone, or when it was asked to end, and it does not by itself: reading keys from a terminal that hung up
/// gives nothing for ever, and never comes back. Until what is returned is dropped.
pub fn leave_when_gone(signals: &Signals) -> Guard {
    let (asked, left) = (Arc::clone(&signals.asked), Arc::new(AtomicBool::new(false)));
    let guard = Guard(Arc::clone(&left));
    thread::spawn(move || {
        let mut found = 0;
        while !left.load(Ordering::Relaxed) {
            thread::sleep(GLANCE);
            found = if asked.load(Ordering::Relaxed) || !io::stdout().is_terminal() { found + 1 } else { 0 };
            if found > PATIENCE && !left.load(Ordering::Relaxed) {
                std::process::exit(0);
            }
        }
    });
    guard
}

/// As long as it lives, a terminal that is gone ends the process.
pub struct Guard(Arc<AtomicBool>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        for id in self.ids.drain(..) {
            signal_hook::low_level::unregister(id);
        }
    }
}
