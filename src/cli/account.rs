//! What a run comes to: its `run` record and its exit code.

use super::args::{Judging, Reading};
use super::code::Code;
use crate::capture::source::Dropped;
use crate::finding::Severity;
use crate::home::snapshot::{Run, Snapshot};
use crate::report::text::completeness;

/// Adds up inputs.
pub(super) struct Account {
    run: Run,
    code: Code,
    fail_on: Option<Severity>,
    strict: bool,
}

impl Account {
    /// Of a run with these options.
    pub(super) fn new(reading: &Reading, judging: &Judging) -> Self {
        let version = env!("CARGO_PKG_VERSION");
        let run = Run { version, rules: version, options: reading.told(), sandbox: "off", ..Run::default() };
        Self { run, code: Code::Done, fail_on: judging.fail_on, strict: judging.strict }
    }

    /// An input has come to its end.
    pub(super) fn take(&mut self, snapshot: &Snapshot) {
        self.run.inputs.push(snapshot.report.clone());
        let (sum, lost) = (self.run.dropped, snapshot.live.dropped);
        self.run.dropped = Dropped {
            kernel: sum.kernel.saturating_add(lost.kernel),
            interface: sum.interface.saturating_add(lost.interface),
            tattletale: sum.tattletale.saturating_add(lost.tattletale),
        };
        if self.strict && completeness::is_incomplete(snapshot) {
            self.code.raise(Code::Incomplete);
        }
        if self.fail_on.is_some_and(|level| snapshot.findings.iter().any(|finding| finding.severity >= level)) {
            self.code.raise(Code::Found);
        }
    }

    /// Something else decides too.
    pub(super) fn raise(&mut self, code: Code) {
        self.code.raise(code);
    }

    /// The `run` record.
    pub(super) fn run(&self) -> &Run {
        &self.run
    }

    /// Index of the next input.
    pub(super) fn next(&self) -> usize {
        self.run.inputs.len()
    }

    /// The exit code.
    pub(super) fn code(&self) -> Code {
        self.code
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(judging: &Judging, snapshots: &[Snapshot]) -> Code {
        let mut account = Account::new(&Reading::default(), judging);
        for snapshot in snapshots {
            account.take(snapshot);
        }
        assert_eq!(account.next(), snapshots.len());
        account.code()
    }

    #[test]
    fn damage_counts_under_strict_only() {
        let mut cut = Snapshot::default();
        cut.report.damaged_at = Some(40);
        let strict = Judging { strict: true, ..Judging::default() };
        assert_eq!(code(&Judging::default(), std::slice::from_ref(&cut)), Code::Done);
        assert_eq!(code(&strict, &[cut, Snapshot::default()]), Code::Incomplete);
        assert_eq!(code(&strict, &[Snapshot::default()]), Code::Done);
    }
}
