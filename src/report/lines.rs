//! Records as JSON: what every line begins with, which types there are, and which are wanted.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};
use serde_json::{Map, Value};

use crate::home::record::Record;
use crate::home::snapshot::{Run, Snapshot};
use crate::printable::is_hidden;

/// Version of the record schema. Fields are added freely; renaming or removing one raises it.
pub(super) const SCHEMA: &str = "tattletale/1";

/// Every type of record, in the order of a whole report.
pub const TYPES: &[&str] = &["name", "exchange", "fingerprint", "flow", "endpoint", "device", "finding", "coverage", "summary", "run"];

/// The types that are written where nothing else is asked for.
pub const DEFAULT_TYPES: &[&str] = &["run", "device", "finding", "coverage", "summary"];

/// The types that are wanted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted(u16);

impl Wanted {
    /// From `--records`: names, `all`, or nothing for the default.
    pub(super) fn new(records: &[String]) -> Self {
        let all = records.iter().any(|word| word == "all");
        let is_wanted = |name: &str| all || if records.is_empty() { DEFAULT_TYPES.contains(&name) } else { records.iter().any(|word| word == name) };
        Self(TYPES.iter().enumerate().filter(|(_, name)| is_wanted(name)).fold(0, |bits, (index, _)| bits | 1 << index))
    }

    /// Whether this type is.
    pub(super) fn has(self, name: &str) -> bool {
        TYPES.iter().position(|known| *known == name).is_some_and(|index| self.0 & 1 << index != 0)
    }
}

/// One record: schema and type first, then the input, then its own fields.
#[derive(Serialize)]
struct Line<'l, T: Serialize> {
    schema: &'static str,
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    input: Option<usize>,
    #[serde(flatten)]
    body: &'l T,
}

/// Writes one record to `out`, without a line break.
pub(super) fn write_line(out: &mut dyn Write, name: &'static str, input: Option<usize>, body: &impl Serialize) -> io::Result<()> {
    let line = Line { schema: SCHEMA, r#type: name, input, body };
    line.serialize(&mut Serializer::with_formatter(out, Visible)).map_err(io::Error::from)
}

/// The records that come before an input's end: calls `write` with the type's name and the record.
pub(super) fn write_record(out: &mut dyn Write, input: usize, record: &Record) -> io::Result<()> {
    match record {
        Record::Name(body) => write_line(out, "name", Some(input), body),
        Record::Exchange(body) => write_line(out, "exchange", Some(input), body),
        Record::Fingerprint(body) => write_line(out, "fingerprint", Some(input), body),
        Record::Flow(body) => write_line(out, "flow", Some(input), body),
    }
}

/// The type's name of a record.
pub(super) fn name_of(record: &Record) -> &'static str {
    match record {
        Record::Name(_) => "name",
        Record::Exchange(_) => "exchange",
        Record::Fingerprint(_) => "fingerprint",
        Record::Flow(_) => "flow",
    }
}

/// Takes the records of a snapshot one by one: type, what tells it from others of its type, and its JSON.
pub(super) type Take<'t> = &'t mut dyn FnMut(&'static str, String, &[u8]) -> io::Result<()>;

/// The wanted records of a snapshot in their order: endpoints, devices, findings, coverage, summary.
pub(super) fn each(snapshot: &Snapshot, wanted: Wanted, take: Take<'_>) -> io::Result<()> {
    let input = Some(snapshot.input);
    let mut bytes = Vec::new();
    if wanted.has("endpoint") {
        for endpoint in &snapshot.endpoints {
            one(&mut bytes, "endpoint", input, format!("{} {}", endpoint.address, endpoint.port), endpoint, take)?;
        }
    }
    if wanted.has("device") {
        for device in &snapshot.devices {
            one(&mut bytes, "device", input, device.id.clone(), device, take)?;
        }
    }
    if wanted.has("finding") {
        for finding in &snapshot.findings {
            one(&mut bytes, "finding", input, finding.id.clone(), finding, take)?;
        }
    }
    if wanted.has("coverage") {
        one(&mut bytes, "coverage", input, String::new(), &snapshot.coverage.told(), take)?;
    }
    if wanted.has("summary") {
        one(&mut bytes, "summary", input, String::new(), &snapshot.summary, take)?;
    }
    Ok(())
}

fn one(bytes: &mut Vec<u8>, name: &'static str, input: Option<usize>, key: String, body: &impl Serialize, take: Take<'_>) -> io::Result<()> {
    bytes.clear();
    write_line(bytes, name, input, body)?;
    take(name, key, bytes)
}

/// `run` as an object, its options as an object in it.
pub(super) fn run_object(run: &Run) -> Map<String, Value> {
    let mut object = match serde_json::to_value(run) {
        Ok(Value::Object(object)) => object,
        _ => Map::new(),
    };
    object.insert("options".to_owned(), options_object(run));
    object
}

/// `start`: what is known before the first packet.
pub(super) fn start_object(run: &Run) -> Map<String, Value> {
    let mut object = run_object(run);
    object.retain(|key, _| matches!(key.as_str(), "version" | "rules" | "options" | "sandbox"));
    let sources: Vec<Value> = run.inputs.iter().map(|input| Value::String(input.path.clone())).collect();
    object.insert("sources".to_owned(), Value::Array(sources));
    object
}

fn options_object(run: &Run) -> Value {
    Value::Object(run.options.iter().map(|(name, value)| (name.clone(), Value::String(value.clone()))).collect())
}

/// Writes hidden characters as `\u…`: the same text for a program, and harmless where the lines are looked at on a terminal.
struct Visible;

impl Formatter for Visible {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        if fragment.is_ascii() && !fragment.contains('\u{7f}') {
            return CompactFormatter.write_string_fragment(writer, fragment);
        }
        let mut units = [0; 2];
        for part in fragment.split_inclusive(is_hidden) {
            let hidden = part.chars().next_back().filter(|c| is_hidden(*c));
            let plain = part.len() - hidden.map_or(0, char::len_utf8);
            writer.write_all(part.as_bytes().get(..plain).unwrap_or_default())?;
            for unit in hidden.map(|c| c.encode_utf16(&mut units)).into_iter().flatten() {
                write!(writer, "\\u{unit:04x}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Serialize)]
    struct Text {
        text: String,
    }

    proptest! {
        #[test]
        fn any_text_is_valid_json_and_harmless(text in any::<String>()) {
            let mut bytes = Vec::new();
            write_line(&mut bytes, "name", Some(3), &Text { text: text.clone() }).unwrap();
            let line = String::from_utf8(bytes).unwrap();
            prop_assert!(!line.chars().any(is_hidden), "{:?}", line);
            let begin = r#"{"schema":"tattletale/1","type":"name","input":3,"text":"#;
            prop_assert!(line.starts_with(begin), "{}", line);
            let value: Value = serde_json::from_str(&line).unwrap();
            prop_assert_eq!(value["text"].as_str(), Some(text.as_str()));
        }
    }

    #[test]
    fn what_is_hidden_is_escaped() {
        let mut bytes = Vec::new();
        write_line(&mut bytes, "run", None, &Text { text: "a\u{202e}b\u{9b}\u{e0001}\u{7f}\u{1b}".to_owned() }).unwrap();
        let want = r#"{"schema":"tattletale/1","type":"run","text":"a\u202eb\u009b\udb40\udc01\u007f\u001b"}"#;
        assert_eq!(String::from_utf8(bytes).unwrap(), want);
    }

    #[test]
    fn the_default_the_list_and_all() {
        let wanted = |words: &[&str]| {
            let wanted = Wanted::new(&words.iter().map(ToString::to_string).collect::<Vec<_>>());
            TYPES.iter().filter(|name| wanted.has(name)).count()
        };
        assert_eq!((wanted(&[]), wanted(&["all"]), wanted(&["flow", "name"]), wanted(&["nothing"])), (DEFAULT_TYPES.len(), TYPES.len(), 2, 0));
    }
}
