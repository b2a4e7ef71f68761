//! `watch --headless`: `start` first, each record again when it changes, and at the end all of them in order.

use std::cell::RefCell;

use super::account::Account;
use super::args::Reading;
use super::code::Code;
use super::inspect::unreadable;
use super::outputs::Outputs;
use super::signals::Stop;
use super::tell;
use crate::capture::source::Source;
use crate::engine;
use crate::home::snapshot::Run;

/// Streams a source until it ends or stopping is asked for. A signal is the usual way to end it and no mistake.
pub(super) fn run(source: Box<dyn Source>, reading: &Reading, records: &[String], mut outputs: Outputs, mut account: Account, stop: &Stop) -> Code {
    outputs.start(&Run { inputs: vec![source.report()], ..account.run().clone() });
    let options = engine::Options { looks: true, ..reading.options(0, source.report().path, records) };
    let shared = RefCell::new(outputs);
    let tell = |write: &dyn Fn(&mut Outputs)| {
        let mut outputs = shared.borrow_mut();
        write(&mut outputs);
        if outputs.is_empty() {
            stop.raise();
        }
    };
    let snapshot = engine::run(source, &options, stop.flag(), &mut |record| tell(&|outputs| outputs.record(&record)), &mut |look| {
        tell(&|outputs| outputs.change(&look));
    });
    let mut outputs = shared.into_inner();
    if let Some(problem) = unreadable(&snapshot) {
        tell::problem(&problem);
        account.raise(Code::Input);
    }
    account.take(&snapshot);
    outputs.input(&snapshot);
    let written = outputs.finish(account.run());
    account.raise(written);
    account.code()
}
