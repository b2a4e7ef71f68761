//! The contract of every report format.

use std::io;

use crate::home::record::Record;
use crate::home::snapshot::{Run, Snapshot};
use crate::wire::Timestamp;

/// What a report may show and how.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Which record types are wanted (`all`, or the default list), for formats of records.
    pub records: Vec<String>,
    /// Colours for a terminal.
    pub color: bool,
    /// Times in UTC instead of the local zone, in formats for people.
    pub utc: bool,
    /// Only findings from here up, in formats for people.
    pub severity: Option<crate::finding::Severity>,
    /// Width of the page in columns, in formats for people.
    pub width: usize,
}

/// A format: one file, and one line in the list.
pub trait Format: Sync {
    /// What `--format` calls it.
    fn name(&self) -> &'static str;
    /// Endings of file names that mean it.
    fn endings(&self) -> &'static [&'static str];
    /// Begins a report on `out`.
    fn open(&self, out: Box<dyn io::Write + Send>, options: &Options) -> Box<dyn Report>;
}

/// A report that is being written.
pub trait Report: Send {
    /// `watch --headless`: what is watched, before the first packet; `run.inputs` has paths only. Default: nothing.
    fn start(&mut self, run: &Run) -> io::Result<()> {
        let _ = run;
        Ok(())
    }
    /// A record that comes before the input's end: `name`, `exchange`, `fingerprint` as they happen, then `flow`.
    fn record(&mut self, record: &Record) -> io::Result<()>;
    /// An input has come to its end; `input` is its index.
    fn input(&mut self, snapshot: &Snapshot) -> io::Result<()>;
    /// All inputs have; writes what comes last and flushes.
    fn finish(&mut self, run: &Run) -> io::Result<()>;
    /// `watch --headless`: something changed. Default: nothing.
    fn change(&mut self, snapshot: &Snapshot, now: Timestamp) -> io::Result<()> {
        let _ = (snapshot, now);
        Ok(())
    }
}
