//! `watch`: an interface, a replayed file or a stream, on the live screen or as JSON Lines.

use std::io::{self, IsTerminal};

use super::account::Account;
use super::args::{Judging, Reading, Viewing, WatchArgs, Writing};
use super::code::Code;
use super::outputs::Outputs;
use super::screen::{self, Open, Screen};
use super::signals::{Manner, Stop};
use super::{config, headless, inspect, plain, tell};
use crate::capture::{self, Remote, interfaces, source::Source};
use crate::error::CaptureError;

/// What is watched.
enum What {
    Interface(String),
    File(std::path::PathBuf),
}

/// Runs it.
pub(super) fn run(args: &WatchArgs) -> Code {
    let what = match what(args) {
        Ok(what) => what,
        Err((problem, code)) => {
            tell::problem(&problem);
            return code;
        }
    };
    let is_stream = matches!(&what, What::File(path) if path.as_os_str() == "-");
    let viewer = Viewer { viewing: &args.viewing, reading: &args.common.reading, writing: &args.common.writing, judging: &args.common.judging, keeps: true };
    let remote = match &what {
        What::File(_) if !is_stream => Some(Remote::new(args.viewing.speed.unwrap_or(1.0))),
        _ => None,
    };
    viewer.show(&|| source(&what, args, remote.as_ref()), is_stream, remote.as_ref())
}

/// Decides what is watched.
fn what(args: &WatchArgs) -> Result<What, (String, Code)> {
    if let Some(path) = &args.source {
        let word = path.to_string_lossy();
        if word.contains("://") {
            return Err((format!("tattletale can't read {word} yet. It watches interfaces, files and - (a stream on standard input)."), Code::Usage));
        }
        if inspect::is_terminal(path) {
            return Err(("Standard input is the terminal. Send a capture into it:  ssh router tcpdump -w - | tattletale watch -".to_owned(), Code::Usage));
        }
        let is_interface = !path.exists() && interfaces::list().iter().any(|interface| interface.name == word);
        return Ok(if is_interface { What::Interface(word.into_owned()) } else { What::File(path.clone()) });
    }
    match args.interface.as_slice() {
        [] => interfaces::default()
            .map(What::Interface)
            .ok_or_else(|| ("There is no network interface that is up. Look at what there is: tattletale doctor".to_owned(), Code::Input)),
        [one] => Ok(What::Interface(one.clone())),
        [first, ..] => Err((format!("tattletale watches one interface at a time for now: tattletale watch -i {first}"), Code::Usage)),
    }
}

fn source(what: &What, args: &WatchArgs, remote: Option<&Remote>) -> Result<Box<dyn Source>, CaptureError> {
    match what {
        What::Interface(name) => capture::live(name, args.common.reading.filter.as_deref()),
        What::File(path) => {
            let source = inspect::filtered(capture::open(path)?, &args.common.reading)?;
            // A stream comes as it comes; a file is held back to the pace at which it was captured.
            Ok(match remote {
                Some(remote) => capture::replay_by(source, remote.clone()),
                None => source,
            })
        }
    }
}

/// How a source is shown.
pub(super) struct Viewer<'v> {
    /// Screen or stream.
    pub(super) viewing: &'v Viewing,
    /// How it is read.
    pub(super) reading: &'v Reading,
    /// How it is written.
    pub(super) writing: &'v Writing,
    /// What makes the exit code.
    pub(super) judging: &'v Judging,
    /// Whether what is said of devices is kept for other runs.
    pub(super) keeps: bool,
}

impl Viewer<'_> {
    /// Opens the source and shows it until its end or until someone has seen enough. With `is_patient` the screen is taken when a packet has come.
    /// `remote` steers the source, where it is a replay.
    pub(super) fn show(&self, open: Open<'_>, is_patient: bool, remote: Option<&Remote>) -> Code {
        let wants_reports = !self.writing.format.is_empty() || !self.writing.output.is_empty();
        if self.viewing.plain && !wants_reports {
            return self.plain(open);
        }
        if self.viewing.headless || wants_reports || !io::stdout().is_terminal() {
            if !self.viewing.headless {
                tell::note(self.writing.quiet, "No screen here: JSON Lines go to standard output (the same as --headless).");
            }
            return self.stream(open);
        }
        let config = match config::load().and_then(|config| config.choose(self.viewing.theme.as_deref(), self.viewing.ascii)) {
            Ok(config) => config,
            Err(problem) => {
                tell::problem(&problem);
                return Code::Usage;
            }
        };
        config.warnings.iter().for_each(|warning| tell::note(self.writing.quiet, warning));
        let stop = Stop::on_signals(Manner::Screen);
        match open() {
            Ok(source) => {
                self.time(&stop);
                Screen { reading: self.reading, writing: self.writing, is_patient, config, remote, open, keeps: self.keeps }.run(source, &stop)
            }
            Err(error) => tell::capture(&error),
        }
    }

    fn plain(&self, open: Open<'_>) -> Code {
        let stop = Stop::on_signals(Manner::Stream);
        match open() {
            Ok(source) => {
                self.time(&stop);
                plain::run(source, self.reading, self.writing, &stop)
            }
            Err(error) => tell::capture(&error),
        }
    }

    fn stream(&self, open: Open<'_>) -> Code {
        let stop = Stop::on_signals(Manner::Stream);
        let outputs = match Outputs::open(self.writing, "jsonl", &[]) {
            Ok(outputs) => outputs,
            Err(code) => return code,
        };
        let source = match open() {
            Ok(source) => source,
            Err(error) => return tell::capture(&error),
        };
        self.time(&stop);
        headless::run(source, self.reading, &self.writing.records, outputs, Account::new(self.reading, self.judging), &stop)
    }

    fn time(&self, stop: &Stop) {
        if let Some(duration) = self.viewing.duration {
            stop.raise_after(duration);
        }
    }
}

/// Whether there is a screen to take.
pub(super) fn has_screen(viewing: &Viewing, writing: &Writing) -> bool {
    !viewing.headless && !viewing.plain && writing.format.is_empty() && writing.output.is_empty() && screen::is_there()
}
