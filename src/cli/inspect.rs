//! `inspect`: reads captures to their end, each by itself, and reports.

use std::io::{self, IsTerminal};
use std::path::Path;

use super::account::Account;
use super::args::{InspectArgs, Reading};
use super::code::Code;
use super::inputs::{self, Input};
use super::outputs::Outputs;
use super::progress::Progress;
use super::signals::{Manner, Stop};
use super::tell;
use crate::capture::{self, source::Source};
use crate::engine;
use crate::error::CaptureError;
use crate::home::snapshot::{LiveState, Snapshot};

/// Runs it.
pub(super) fn run(args: &InspectArgs) -> Code {
    let stop = Stop::on_signals(Manner::Report);
    let outputs = match Outputs::open(&args.common.writing, "text", &args.inputs) {
        Ok(outputs) => outputs,
        Err(code) => return code,
    };
    let account = Account::new(&args.common.reading, &args.common.judging);
    let mut run = Run { reading: &args.common.reading, records: &args.common.writing.records, quiet: args.common.writing.quiet, stop, outputs, account };
    let mut captures = 0;
    for input in inputs::expand(&args.inputs) {
        match input {
            Ok(input) => captures += u64::from(run.file(&input)),
            Err(problem) => run.bad(&problem, Code::Input),
        }
        if run.stop.is_raised() {
            break;
        }
    }
    if captures == 0 && !run.stop.is_raised() {
        run.bad("There was no capture to report on.", Code::Input);
    }
    run.end()
}

/// A run over inputs that end.
pub(super) struct Run<'r> {
    /// How they are read.
    pub(super) reading: &'r Reading,
    /// Which record types are wanted.
    pub(super) records: &'r [String],
    /// No progress and no notes.
    pub(super) quiet: bool,
    /// Whether to stop.
    pub(super) stop: Stop,
    /// Where the reports go.
    pub(super) outputs: Outputs,
    /// What it comes to.
    pub(super) account: Account,
}

impl Run<'_> {
    /// Reads one file; whether it was a capture, good or bad.
    fn file(&mut self, input: &Input) -> bool {
        let shown = input.path.display();
        if is_terminal(&input.path) {
            self.bad("Standard input is the terminal. Send a capture into it:  tattletale inspect - < toy.pcap", Code::Usage);
            return true;
        }
        let opened = capture::open(&input.path).and_then(|source| filtered(source, self.reading));
        let problem = match opened {
            Ok(source) => {
                let snapshot = self.read(source);
                if self.stop.is_raised() && self.stop.signal().is_some() {
                    return true;
                }
                let Some(problem) = unreadable(&snapshot) else {
                    self.take(&snapshot);
                    return true;
                };
                (problem, Code::Input)
            }
            Err(CaptureError::NotACapture { .. }) if input.from_folder => {
                tell::note(self.quiet, &format!("Passed over \"{shown}\": no capture."));
                return false;
            }
            Err(error) => {
                self.account.raise(tell::capture(&error));
                return true;
            }
        };
        self.bad(&problem.0, problem.1);
        true
    }

    /// Reads a source to its end; records go to the outputs as they come.
    pub(super) fn read(&mut self, source: Box<dyn Source>) -> Snapshot {
        let mut progress = Progress::new(self.quiet);
        let options = engine::Options { looks: progress.is_wanted(), ..self.reading.options(self.account.next(), source.report().path, self.records) };
        let (outputs, stop) = (&mut self.outputs, &self.stop);
        let mut tell = |record| {
            outputs.record(&record);
            if outputs.is_empty() {
                stop.raise();
            }
        };
        let snapshot = engine::run(source, &options, stop.flag(), &mut tell, &mut |look| progress.show(&look));
        progress.clear();
        snapshot
    }

    /// Reports an input that has come to its end.
    pub(super) fn take(&mut self, snapshot: &Snapshot) {
        self.account.take(snapshot);
        self.outputs.input(snapshot);
        if self.outputs.is_empty() {
            self.stop.raise();
        }
    }

    /// An input that cannot be had: the others go on, it decides the code.
    fn bad(&mut self, problem: &str, code: Code) {
        tell::problem(problem);
        self.account.raise(code);
    }

    /// Completes the reports. After a signal they stay absent; where nothing was read there is none.
    pub(super) fn end(mut self) -> Code {
        if let Some(signal) = self.stop.signal() {
            tell::note(self.quiet, "Stopped before the end. No report was written; existing files are unchanged.");
            self.account.raise(signal);
            return self.account.code();
        }
        let written = if self.account.next() > 0 { self.outputs.finish(self.account.run()) } else { self.outputs.code() };
        self.account.raise(written);
        self.account.code()
    }
}

/// Whether a person would have to type the capture.
pub(super) fn is_terminal(path: &Path) -> bool {
    path.as_os_str() == "-" && io::stdin().is_terminal()
}

/// The source behind the filter, where there is one.
pub(super) fn filtered(source: Box<dyn Source>, reading: &Reading) -> Result<Box<dyn Source>, CaptureError> {
    match &reading.filter {
        Some(filter) => capture::filtered(source, filter),
        None => Ok(source),
    }
}

/// Why nothing at all could be read of an input, where that is so.
pub(super) fn unreadable(snapshot: &Snapshot) -> Option<String> {
    let report = &snapshot.report;
    if report.packets > 0 {
        return None;
    }
    let why = match (&report.damage, &snapshot.live.state) {
        (Some(damage), _) => damage.clone(),
        (None, LiveState::Stopped(why)) => why.clone(),
        (None, _) => return None,
    };
    Some(format!("Nothing could be read of \"{}\". {why}", report.path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_capture_is_good_and_one_without_a_readable_packet_is_not() {
        let mut snapshot = Snapshot::default();
        assert_eq!(unreadable(&snapshot), None);
        snapshot.report.damage = Some("The first packet is cut off.".to_owned());
        assert!(unreadable(&snapshot).is_some());
        snapshot.report.packets = 1;
        assert_eq!(unreadable(&snapshot), None);
    }
}
