//! JSON: one object with an array of each wanted type, for programs that read it at once.

use std::io::{self, Write};

use super::format::{Format, Options, Report};
use super::lines::{self, SCHEMA, TYPES, Wanted};
use crate::home::record::Record;
use crate::home::snapshot::{Run, Snapshot};

/// One object.
pub(super) struct Json;

impl Format for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["json"]
    }

    fn open(&self, out: Box<dyn Write + Send>, options: &Options) -> Box<dyn Report> {
        let wanted = Wanted::new(&options.records);
        let arrays = TYPES.iter().filter(|name| wanted.has(name)).map(|name| (*name, Vec::new())).collect();
        Box::new(Object { out, wanted, input: 0, arrays })
    }
}

struct Object {
    out: Box<dyn Write + Send>,
    wanted: Wanted,
    input: usize,
    /// The wanted types in their order, and the records of each, written and parted by commas.
    arrays: Vec<(&'static str, Vec<u8>)>,
}

/// The array of a type, ready for one more record.
fn room<'a>(arrays: &'a mut [(&'static str, Vec<u8>)], name: &str) -> Option<&'a mut Vec<u8>> {
    let (_, array) = arrays.iter_mut().find(|(known, _)| *known == name)?;
    array.extend_from_slice(if array.is_empty() { b"\n" } else { b",\n" });
    Some(array)
}

impl Report for Object {
    fn record(&mut self, record: &Record) -> io::Result<()> {
        match room(&mut self.arrays, lines::name_of(record)) {
            Some(array) => lines::write_record(array, self.input, record),
            None => Ok(()),
        }
    }

    fn input(&mut self, snapshot: &Snapshot) -> io::Result<()> {
        let arrays = &mut self.arrays;
        lines::each(snapshot, self.wanted, &mut |name, _, line| {
            if let Some(array) = room(arrays, name) {
                array.extend_from_slice(line);
            }
            Ok(())
        })?;
        self.input = snapshot.input.saturating_add(1);
        Ok(())
    }

    fn finish(&mut self, run: &Run) -> io::Result<()> {
        if let Some(array) = room(&mut self.arrays, "run") {
            lines::write_line(array, "run", None, &lines::run_object(run))?;
        }
        write!(self.out, "{{\"schema\":\"{SCHEMA}\"")?;
        for (name, array) in &self.arrays {
            write!(self.out, ",\n\"{name}\":[")?;
            self.out.write_all(array)?;
            self.out.write_all(b"]")?;
        }
        self.out.write_all(b"}\n")?;
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::report::sample::{Shared, hostile, name, snapshot};

    #[test]
    fn an_array_of_each_wanted_type() {
        let shared = Shared::default();
        let mut report = Json.open(Box::new(shared.clone()), &Options { records: vec!["all".to_owned()], ..Options::default() });
        report.record(&name(hostile())).unwrap();
        report.record(&name("b.example")).unwrap();
        report.input(&snapshot()).unwrap();
        report.finish(&Run::default()).unwrap();
        let object: Value = serde_json::from_str(&shared.text()).unwrap();
        assert_eq!(object["schema"], SCHEMA);
        let counts: Vec<_> = TYPES.iter().map(|name| object[name].as_array().unwrap().len()).collect();
        assert_eq!(counts, [2, 0, 0, 0, 1, 2, 2, 1, 1, 1]);
        assert_eq!(object["name"][0]["name"], hostile());
    }
}
