//! The live screen: the engine on its own thread, the screen on this one, a short channel between them.

use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crossbeam::channel::{self, Receiver};

use super::args::{Reading, Writing};
use super::code::Code;
use super::inspect::unreadable;
use super::signals::{Manner, Stop};
use super::stdout::is_colored;
use super::tell;
use crate::capture::source::Source;
use crate::engine;
use crate::finding::Severity;
use crate::home::snapshot::Snapshot;
use crate::printable::plural;
use crate::tui;

/// So many snapshots may wait for the screen; newer ones are left out until it has taken them, but the last one never is.
const WAITING: usize = 2;
/// How long the engine has to end after the screen was left.
const GRACE: Duration = Duration::from_millis(500);

/// How the screen is shown.
pub(super) struct Screen<'s> {
    /// How the source is read.
    pub(super) reading: &'s Reading,
    /// Colours and times.
    pub(super) writing: &'s Writing,
    /// Whether the terminal is left alone until the first packet: someone may still have to type a password into it.
    pub(super) is_patient: bool,
}

impl Screen<'_> {
    /// Shows a source until the user has seen enough.
    pub(super) fn run(&self, source: Box<dyn Source>, stop: &Stop) -> Code {
        if self.is_patient {
            tell::note(self.writing.quiet, "Waiting for the first packet…");
        }
        let options = engine::Options { looks: true, ..self.reading.options(0, called(&source.report().path), &[]) };
        let (feed, began, last) = match read(source, options, stop.clone()) {
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
        let shown = tui::run(feed, self.options());
        stop.raise();
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
        tui::Options { color: is_colored(self.writing.color), utc: self.writing.utc, ..tui::Options::default() }
    }
}

/// Snapshots as they come, a sign that packets come, and the last snapshot.
type Channels = (Receiver<Arc<Snapshot>>, Receiver<()>, Receiver<Arc<Snapshot>>);

/// Starts reading on a thread of its own.
fn read(source: Box<dyn Source>, options: engine::Options, stop: Stop) -> io::Result<Channels> {
    let (sender, feed) = channel::bounded(WAITING);
    let (begin, began) = channel::bounded(1);
    let (end, last) = channel::bounded(1);
    let work = move || {
        let mut look = |snapshot: Snapshot| {
            let has_packets = snapshot.report.packets > 0;
            let _ = sender.try_send(Arc::new(snapshot));
            // Behind the snapshot, so that the screen begins with it.
            if has_packets {
                let _ = begin.try_send(());
            }
        };
        let snapshot = Arc::new(engine::run(source, &options, stop.flag(), &mut |_| {}, &mut look));
        look_last(&snapshot, &begin);
        let _ = end.send(Arc::clone(&snapshot));
        drop(begin);
        let _ = sender.send(snapshot);
    };
    thread::Builder::new().name("watch".to_owned()).spawn(work)?;
    Ok((feed, began, last))
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
