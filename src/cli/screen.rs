//! The live screen: the engine on its own thread, the screen on this one, a short channel between them.

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crossbeam::channel::{self, Receiver, Sender};

use super::args::{Reading, Writing};
use super::code::Code;
use super::inspect::unreadable;
use super::own;
use super::signals::{Manner, Stop};
use super::stdout::is_colored;
use super::target::Pending;
use super::tell;
use crate::capture::{Remote, source::Source};
use crate::engine;
use crate::error::CaptureError;
use crate::finding::Severity;
use crate::home::own::Own;
use crate::home::snapshot::Snapshot;
use crate::printable::plural;
use crate::tui::{self, Config, Order, Outside};
use crate::wire::Timestamp;

/// So many snapshots may wait for the screen; newer ones are left out until it has taken them, but the last one never is.
const WAITING: usize = 2;
/// How long the engine has to end after the screen was left.
const GRACE: Duration = Duration::from_millis(500);

/// Opens a source; again, from its beginning.
pub(super) type Open<'o> = &'o dyn Fn() -> Result<Box<dyn Source>, CaptureError>;

/// How the screen is shown.
pub(super) struct Screen<'s> {
    /// How the source is read.
    pub(super) reading: &'s Reading,
    /// Colours and times.
    pub(super) writing: &'s Writing,
    /// Whether the terminal is left alone until the first packet: someone may still have to type a password into it.
    pub(super) is_patient: bool,
    /// Colours and keys.
    pub(super) config: Config,
    /// Steers the source, where it is a replay.
    pub(super) remote: Option<&'s Remote>,
    /// Opens the source again.
    pub(super) open: Open<'s>,
    /// Whether what is said of devices is kept for other runs.
    pub(super) keeps: bool,
}

impl Screen<'_> {
    /// Shows a source until the user has seen enough.
    pub(super) fn run(self, source: Box<dyn Source>, stop: &Stop) -> Code {
        if self.is_patient {
            tell::note(self.writing.quiet, "Waiting for the first packet…");
        }
        let options = engine::Options { looks: true, ..self.reading.options(0, called(&source.report().path), &[]) };
        let Channels { feed, began, last, again } = match read(source, options, stop.clone()) {
            Ok(channels) => channels,
            Err(error) => {
                tell::problem(&format!("No thread could be had to read with: {error}."));
                return Code::Fault;
            }
        };
        if self.is_patient && began.recv().is_err() {
            // The engine has ended without a packet: there is nothing to show.
            if let Some(problem) = last.recv().ok().and_then(|snapshot| unreadable(&snapshot)) {
                tell::problem(&problem);
                return Code::Input;
            }
            tell::problem("The stream ended without a packet.");
            return Code::Done;
        }
        let mut desk = Desk { stop, remote: self.remote, open: self.open, again, keeps: self.keeps };
        let shown = tui::run(feed, self.options(), &mut desk);
        stop.raise();
        drop(desk);
        let code = match shown {
            Ok(()) => stop.code(Manner::Screen),
            Err(error) => {
                tell::problem(&format!("The screen could not be shown: {error}.\nWithout a screen: tattletale watch --headless, or tattletale inspect FILE."));
                Code::Fault
            }
        };
        match last.recv_timeout(GRACE) {
            Ok(snapshot) => tell::note(self.writing.quiet, &farewell(&snapshot)),
            // The engine's panic is ours; a source that never wakes is left behind with the process.
            Err(channel::RecvTimeoutError::Disconnected) => return Code::Fault,
            Err(channel::RecvTimeoutError::Timeout) => {}
        }
        code
    }

    fn options(&self) -> tui::Options {
        tui::Options {
            color: is_colored(self.writing.color),
            utc: self.writing.utc,
            config: self.config.clone(),
            replay: self.remote.map(Remote::speed),
            max_memory: self.reading.max_memory as u64,
            reveals: self.reading.reveal,
            ..tui::Options::default()
        }
    }
}

/// What goes between the screen and the thread that reads.
struct Channels {
    /// Snapshots as they come.
    feed: Receiver<Arc<Snapshot>>,
    /// A sign that packets come.
    began: Receiver<()>,
    /// The last snapshot.
    last: Receiver<Arc<Snapshot>>,
    /// Sources to read instead, from the beginning; when it is dropped, reading ends.
    again: Sender<Box<dyn Source>>,
}

/// Starts reading on a thread of its own.
fn read(mut source: Box<dyn Source>, options: engine::Options, stop: Stop) -> io::Result<Channels> {
    let (sender, feed) = channel::bounded(WAITING);
    let (begin, began) = channel::bounded(1);
    let (end, last) = channel::bounded(1);
    let (again, next) = channel::bounded::<Box<dyn Source>>(1);
    let work = move || {
        loop {
            let mut look = |snapshot: Snapshot| {
                let has_packets = snapshot.report.packets > 0;
                let _ = sender.try_send(Arc::new(snapshot));
                // Behind the snapshot, so that the screen begins with it.
                if has_packets {
                    let _ = begin.try_send(());
                }
            };
            let snapshot = Arc::new(engine::run(source, &options, stop.flag(), &mut |_| {}, &mut look));
            if let Ok(other) = next.try_recv() {
                stop.lower();
                source = other;
                continue;
            }
            look_last(&snapshot, &begin);
            // Who waits for a first packet need wait no longer.
            if snapshot.report.packets == 0 {
                let _ = end.try_send(Arc::clone(&snapshot));
                drop(begin);
                let _ = sender.send(snapshot);
                return;
            }
            let _ = sender.send(Arc::clone(&snapshot));
            let Ok(other) = next.recv() else {
                let _ = end.try_send(snapshot);
                return;
            };
            stop.lower();
            source = other;
        }
    };
    thread::Builder::new().name("watch".to_owned()).spawn(work)?;
    Ok(Channels { feed, began, last, again })
}

/// What the screen asks for is done here.
struct Desk<'d> {
    stop: &'d Stop,
    remote: Option<&'d Remote>,
    open: Open<'d>,
    again: Sender<Box<dyn Source>>,
    /// Whether what is said of devices is kept for other runs.
    keeps: bool,
}

impl Desk<'_> {
    /// To a moment that has passed: from the beginning, without waiting.
    fn seek(&self, remote: &Remote, time: Timestamp) {
        if remote.at().is_some_and(|at| time >= at) {
            return remote.skip_to(time);
        }
        let Ok(source) = (self.open)() else { return };
        remote.begin_again();
        remote.skip_to(time);
        if self.again.try_send(source).is_ok() {
            self.stop.raise();
        }
    }
}

impl Outside for Desk<'_> {
    fn save(&mut self, name: &str, text: &str) -> Result<String, String> {
        let pending = Pending::begin(Path::new(name), false)?;
        pending.file()?.write_all(text.as_bytes()).map_err(|error| pending.failed(&error))?;
        let path = pending.finish()?;
        Ok(path.canonicalize().unwrap_or(path).display().to_string())
    }

    fn own(&mut self, id: &str, own: &Own) -> Result<Option<String>, String> {
        if let Some(name) = &own.name {
            own::name(name).map_err(|why| format!("That is no name: {why}."))?;
        }
        if !self.keeps {
            return Ok(Some("Not kept: these devices are made up.".to_owned()));
        }
        let place = own::Place::usual().ok_or("There is no folder for your configuration: HOME is not set.")?;
        let mut owned = place.load()?;
        if *own == Own::default() {
            owned.remove(id);
        } else {
            owned.insert(id.to_owned(), own.clone());
        }
        place.save(&owned).map(|()| None)
    }

    fn order(&mut self, order: Order) {
        let Some(remote) = self.remote else { return };
        match order {
            Order::Speed(speed) => remote.play_at(speed),
            Order::Hold => remote.hold(true),
            Order::GoOn => remote.hold(false),
            Order::Seek(time) => self.seek(remote, time),
        }
    }
}

/// A short stream may end before anyone looked.
fn look_last(snapshot: &Snapshot, begin: &channel::Sender<()>) {
    if snapshot.report.packets > 0 {
        let _ = begin.try_send(());
    }
}

/// One line on what was seen, for the terminal that was given back.
fn farewell(snapshot: &Snapshot) -> String {
    let serious = snapshot.findings.iter().filter(|finding| finding.severity >= Severity::High).count() as u64;
    let packets = plural(snapshot.coverage.packets.max(snapshot.report.packets), "packet");
    let (devices, findings) = (plural(snapshot.devices.len() as u64, "device"), plural(snapshot.findings.len() as u64, "finding"));
    format!("{}: {packets}, {devices}, {findings}, {serious} of them serious. Nothing was stored.", called(&snapshot.report.path))
}

/// What a person calls the source.
fn called(path: &str) -> String {
    if path == "-" { "standard input" } else { path }.to_owned()
}

/// Whether there is a screen: a terminal that shows and one that hears.
pub(super) fn is_there() -> bool {
    io::stdout().is_terminal()
}

/// Gives the terminal back, whoever has it.
pub(super) fn restore() {
    ratatui::restore();
}
