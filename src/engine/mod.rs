//! The only threads: reader, shards, judge.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::capture::source::{Block, Fill, Source};
use crate::home::record::Record;
use crate::home::snapshot::{LiveState, Snapshot};
use crate::wire::Cidr;

/// Stand-in.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Stand-in.
    pub threads: usize,
    /// Stand-in.
    pub max_memory: usize,
    /// Stand-in.
    pub home: Vec<Cidr>,
    /// Stand-in.
    pub reveal: bool,
    /// Stand-in.
    pub input: usize,
    /// Stand-in.
    pub names: bool,
    /// Stand-in.
    pub exchanges: bool,
    /// Stand-in.
    pub fingerprints: bool,
    /// Stand-in.
    pub flows: bool,
    /// Stand-in.
    pub looks: bool,
}

/// Stand-in.
pub fn run(mut source: Box<dyn Source>, options: &Options, stop: &AtomicBool, records: &mut dyn FnMut(Record), look: &mut dyn FnMut(Snapshot)) -> Snapshot {
    let _ = records;
    let mut block = Block::default();
    let mut snapshot = Snapshot { input: options.input, ..Snapshot::default() };
    snapshot.live.state = loop {
        if stop.load(Ordering::Relaxed) {
            break LiveState::Done;
        }
        match source.fill(&mut block) {
            Ok(Fill::End) => break LiveState::Done,
            Ok(_) => {}
            Err(error) => break LiveState::Stopped(error.to_string()),
        }
        snapshot.report = source.report();
        if options.looks {
            look(snapshot.clone());
        }
    };
    snapshot.report = source.report();
    snapshot.live.source.clone_from(&snapshot.report.path);
    snapshot.coverage.packets = snapshot.report.packets;
    snapshot
}
