//! Where reports go: standard output and files, each in its format.

use std::fs;
use std::io::{self, BufWriter, ErrorKind};
use std::path::{Path, PathBuf};

use super::args::Writing;
use super::code::Code;
use super::stdout::{columns, is_colored};
use super::target::Pending;
use super::tell;
use crate::home::record::Record;
use crate::home::snapshot::{Run, Snapshot};
use crate::report::format::{Format, Options, Report};
use crate::report::{self, FORMATS};

/// One report to write.
struct Plan {
    format: &'static dyn Format,
    /// Standard output where absent.
    path: Option<PathBuf>,
}

/// One report that is being written.
struct Output {
    report: Box<dyn Report>,
    /// Standard output where absent.
    pending: Option<Pending>,
}

/// All of them.
pub(super) struct Outputs {
    list: Vec<Output>,
    code: Code,
    quiet: bool,
}

impl Outputs {
    /// Opens what was asked for; nothing is written yet. `usual` is the format where none was asked for. What stands in the way was told.
    pub(super) fn open(writing: &Writing, usual: &str, inputs: &[PathBuf]) -> Result<Self, Code> {
        let plans = plan(&writing.format, &writing.output, usual).map_err(|problem| refuse(&problem, Code::Usage))?;
        let mut list = Vec::new();
        for plan in plans {
            let options = options(writing, plan.path.is_none());
            let Some(path) = plan.path else {
                let out = BufWriter::with_capacity(1 << 16, io::stdout());
                list.push(Output { report: plan.format.open(Box::new(out), &options), pending: None });
                continue;
            };
            if inputs.iter().any(|input| is_same(input, &path)) {
                return Err(refuse(&format!("{} is an input; the report needs another name.", path.display()), Code::Usage));
            }
            let pending = Pending::begin(&path, writing.force).map_err(|problem| refuse(&problem, Code::Output))?;
            let file = pending.file().map_err(|problem| refuse(&problem, Code::Output))?;
            let out = BufWriter::with_capacity(1 << 16, file);
            list.push(Output { report: plan.format.open(Box::new(out), &options), pending: Some(pending) });
        }
        Ok(Self { list, code: Code::Done, quiet: writing.quiet })
    }

    /// Whether nobody listens any more.
    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Which codes came of writing so far.
    pub(super) fn code(&self) -> Code {
        self.code
    }

    /// See [`Report::start`].
    pub(super) fn start(&mut self, run: &Run) {
        self.each(|report| report.start(run));
    }

    /// See [`Report::record`].
    pub(super) fn record(&mut self, record: &Record) {
        self.each(|report| report.record(record));
    }

    /// See [`Report::change`].
    pub(super) fn change(&mut self, snapshot: &Snapshot) {
        self.each(|report| report.change(snapshot, snapshot.now));
    }

    /// See [`Report::input`].
    pub(super) fn input(&mut self, snapshot: &Snapshot) {
        self.each(|report| report.input(snapshot));
    }

    /// All was told: the reports are completed and the files get their names.
    pub(super) fn finish(mut self, run: &Run) -> Code {
        self.each(|report| report.finish(run));
        for Output { report, pending } in self.list {
            drop(report);
            match pending.map(Pending::finish) {
                Some(Ok(path)) => tell::note(self.quiet, &format!("Wrote {}.", path.display())),
                Some(Err(problem)) => {
                    tell::problem(&problem);
                    self.code.raise(Code::Output);
                }
                None => {}
            }
        }
        self.code
    }

    /// Writes to each; one that fails is given up, and the others go on.
    fn each(&mut self, mut write: impl FnMut(&mut dyn Report) -> io::Result<()>) {
        let code = &mut self.code;
        self.list.retain_mut(|output| match write(output.report.as_mut()) {
            Ok(()) => true,
            Err(error) => {
                code.raise(given_up(output, &error));
                false
            }
        });
    }
}

/// Tells that an output failed. A reader of standard output that went away had enough: that is no mistake.
fn given_up(output: &Output, error: &io::Error) -> Code {
    match &output.pending {
        None if error.kind() == ErrorKind::BrokenPipe => return Code::Done,
        None => tell::problem(&format!("Could not write the report to standard output: {error}. It is not complete.")),
        Some(pending) => tell::problem(&pending.failed(error)),
    }
    Code::Output
}

fn refuse(problem: &str, code: Code) -> Code {
    tell::problem(problem);
    code
}

fn is_same(input: &Path, output: &Path) -> bool {
    match (fs::canonicalize(input), fs::canonicalize(output)) {
        (Ok(input), Ok(output)) => input == output && output.is_file(),
        _ => false,
    }
}

/// Formats and paths in pairs, in the order they were given. Paths without a format go by their ending, formats without a path to standard
/// output, and where nothing was asked for the usual format does.
fn plan(formats: &[String], paths: &[PathBuf], usual: &str) -> Result<Vec<Plan>, String> {
    let mut plans = Vec::new();
    for (index, path) in paths.iter().enumerate() {
        let format = match formats.get(index) {
            Some(name) => by_name(name)?,
            None => by_ending(path, usual)?,
        };
        let is_stdout = path.as_os_str() == "-" || path.as_os_str() == "/dev/stdout";
        plans.push(Plan { format, path: (!is_stdout).then(|| path.clone()) });
    }
    for name in formats.iter().skip(paths.len()) {
        plans.push(Plan { format: by_name(name)?, path: None });
    }
    if plans.is_empty() {
        plans.push(Plan { format: by_name(usual)?, path: None });
    }
    if plans.iter().filter(|plan| plan.path.is_none()).count() > 1 {
        return Err("Only one report fits on standard output. Give the others a file with -o.".to_owned());
    }
    for (index, plan) in plans.iter().enumerate() {
        if plan.path.is_some() && plans.iter().take(index).any(|other| other.path == plan.path) {
            return Err("Two reports can't have the same file. Give each its own -o.".to_owned());
        }
    }
    Ok(plans)
}

fn names() -> String {
    FORMATS.iter().map(|format| format.name()).collect::<Vec<_>>().join(", ")
}

fn by_name(name: &str) -> Result<&'static dyn Format, String> {
    report::find(name).ok_or_else(|| format!("There is no format \"{name}\". There are: {}.", names()))
}

fn by_ending(path: &Path, usual: &str) -> Result<&'static dyn Format, String> {
    if path.as_os_str() == "-" || path.as_os_str() == "/dev/stdout" || path.starts_with("/dev") {
        return by_name(usual);
    }
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    report::by_ending(&ending).ok_or_else(|| format!("The name {} does not say which format is meant. Add --format with one of: {}.", path.display(), names()))
}

fn options(writing: &Writing, is_stdout: bool) -> Options {
    Options {
        records: writing.records.clone(),
        color: is_stdout && is_colored(writing.color),
        utc: writing.utc,
        severity: writing.severity,
        width: if is_stdout { columns() } else { 80 },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planned(formats: &[&str], paths: &[&str]) -> Result<Vec<String>, String> {
        let formats: Vec<String> = formats.iter().map(ToString::to_string).collect();
        let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
        let plans = plan(&formats, &paths, "text")?;
        Ok(plans.iter().map(|plan| format!("{} {}", plan.format.name(), plan.path.as_deref().unwrap_or(Path::new("-")).display())).collect())
    }

    #[test]
    fn formats_and_paths_are_paired_in_order() {
        assert_eq!(planned(&[], &[]).unwrap(), ["text -"]);
        assert_eq!(planned(&["jsonl"], &[]).unwrap(), ["jsonl -"]);
        assert_eq!(planned(&[], &["a.jsonl", "b.TXT"]).unwrap(), ["jsonl a.jsonl", "text b.TXT"]);
        assert_eq!(planned(&["json"], &["a", "b.jsonl"]).unwrap(), ["json a", "jsonl b.jsonl"]);
        assert_eq!(planned(&["json", "text"], &["a.json"]).unwrap(), ["json a.json", "text -"]);
        assert_eq!(planned(&["jsonl"], &["-"]).unwrap(), ["jsonl -"]);
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_what_can() {
        assert!(planned(&["docx"], &[]).unwrap_err().contains("text, json, jsonl"));
        assert!(planned(&[], &["report"]).unwrap_err().contains("--format"));
        assert!(planned(&["text", "json"], &[]).unwrap_err().contains("Only one report"));
        assert!(planned(&[], &["a.json", "a.json"]).unwrap_err().contains("same file"));
    }
}
