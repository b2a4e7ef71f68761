//! JSON Lines: one record a line, for other programs (`docs/schema.md`).

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Write};

use super::format::{Format, Options, Report};
use super::lines::{self, Wanted};
use crate::home::record::Record;
use crate::home::snapshot::{Run, Snapshot};
use crate::wire::Timestamp;

/// One record a line.
pub(super) struct JsonLines;

impl Format for JsonLines {
    fn name(&self) -> &'static str {
        "jsonl"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["jsonl", "ndjson"]
    }

    fn open(&self, out: Box<dyn Write + Send>, options: &Options) -> Box<dyn Report> {
        Box::new(Lines { out, wanted: Wanted::new(&options.records), input: 0, hasher: RandomState::new(), told: HashMap::new() })
    }
}

struct Lines {
    out: Box<dyn Write + Send>,
    wanted: Wanted,
    /// Index of the input that is being read.
    input: usize,
    hasher: RandomState,
    /// Of every record of a snapshot that was told while watching, a hash of its last version.
    told: HashMap<(&'static str, String), u64>,
}

impl Report for Lines {
    fn start(&mut self, run: &Run) -> io::Result<()> {
        lines::write_line(&mut self.out, "start", None, &lines::start_object(run))?;
        self.out.write_all(b"\n")?;
        self.out.flush()
    }

    fn record(&mut self, record: &Record) -> io::Result<()> {
        if !self.wanted.has(lines::name_of(record)) {
            return Ok(());
        }
        lines::write_record(&mut self.out, self.input, record)?;
        self.out.write_all(b"\n")
    }

    fn change(&mut self, snapshot: &Snapshot, _now: Timestamp) -> io::Result<()> {
        let Self { out, wanted, hasher, told, .. } = self;
        lines::each(snapshot, *wanted, &mut |name, key, line| {
            let hash = hasher.hash_one(line);
            if told.insert((name, key), hash) == Some(hash) {
                return Ok(());
            }
            out.write_all(line)?;
            out.write_all(b"\n")
        })?;
        self.out.flush()
    }

    fn input(&mut self, snapshot: &Snapshot) -> io::Result<()> {
        let out = &mut self.out;
        lines::each(snapshot, self.wanted, &mut |_, _, line| {
            out.write_all(line)?;
            out.write_all(b"\n")
        })?;
        self.input = snapshot.input.saturating_add(1);
        self.told.clear();
        Ok(())
    }

    fn finish(&mut self, run: &Run) -> io::Result<()> {
        if self.wanted.has("run") {
            lines::write_line(&mut self.out, "run", None, &lines::run_object(run))?;
            self.out.write_all(b"\n")?;
        }
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::report::sample::{Shared, hostile, name, snapshot};

    fn lines(records: &[&str], write: impl FnOnce(&mut dyn Report)) -> Vec<Value> {
        let shared = Shared::default();
        let options = Options { records: records.iter().map(ToString::to_string).collect(), ..Options::default() };
        write(JsonLines.open(Box::new(shared.clone()), &options).as_mut());
        shared.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn types(lines: &[Value]) -> Vec<&str> {
        lines.iter().map(|line| line["type"].as_str().unwrap()).collect()
    }

    #[test]
    fn records_come_in_the_contract_s_order() {
        let run = Run { version: "1", options: vec![("reveal".to_owned(), "true".to_owned())], ..Run::default() };
        let written = lines(&[], |report| {
            report.record(&name("toy.example")).unwrap();
            report.input(&snapshot()).unwrap();
            report.finish(&run).unwrap();
        });
        assert_eq!(types(&written), ["device", "device", "finding", "finding", "coverage", "summary", "run"]);
        assert_eq!(written[6]["options"]["reveal"], "true");
        assert!(written[6].get("input").is_none());
        for line in &written[..6] {
            let keys: Vec<_> = line.as_object().unwrap().keys().take(3).collect();
            assert_eq!(keys, ["schema", "type", "input"]);
        }
        assert_eq!(written[2]["severity"], "high");
        assert_eq!(written[2]["first"], "2024-03-12T09:02:11.000000Z");
    }

    #[test]
    fn every_type_comes_when_all_is_asked_and_each_input_has_its_index() {
        let written = lines(&["all"], |report| {
            report.record(&name("a.example")).unwrap();
            report.input(&snapshot()).unwrap();
            report.record(&name("b.example")).unwrap();
            report.input(&Snapshot { input: 1, ..Snapshot::default() }).unwrap();
            report.finish(&Run::default()).unwrap();
        });
        let want = ["name", "endpoint", "device", "device", "finding", "finding", "coverage", "summary", "name", "coverage", "summary", "run"];
        assert_eq!(types(&written), want);
        assert_eq!((&written[0]["input"], &written[8]["input"], &written[9]["input"]), (&Value::from(0), &Value::from(1), &Value::from(1)));
    }

    #[test]
    fn while_watching_only_what_changed_is_told_again() {
        let written = lines(&["all"], |report| {
            report.start(&Run::default()).unwrap();
            let mut seen = snapshot();
            report.change(&seen, Timestamp(0)).unwrap();
            report.change(&seen, Timestamp(1)).unwrap();
            seen.findings[1].count += 1;
            report.change(&seen, Timestamp(2)).unwrap();
        });
        let want = ["start", "endpoint", "device", "device", "finding", "finding", "coverage", "summary", "finding"];
        assert_eq!(types(&written), want);
        assert_eq!(written[5]["id"], written[8]["id"]);
    }

    #[test]
    fn hostile_names_stay_within_their_line() {
        let written = lines(&["all"], |report| {
            report.record(&name(hostile())).unwrap();
            report.input(&snapshot()).unwrap();
        });
        assert_eq!(written[0]["name"], hostile());
        assert_eq!(written.len(), 8);
    }
}
