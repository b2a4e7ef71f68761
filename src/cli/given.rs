//! `--geo FILE.mmdb` and `--lists FILE`: what the user knows of endpoints, read before anything else.

use std::path::Path;
use std::sync::Arc;

use crate::knowledge::geo::{self, Database};
use crate::knowledge::given::Given;
use crate::knowledge::lists::{self, Lists, Outcome};
use crate::printable::{count, plural};

/// A database that was loaded.
#[derive(Clone, Debug)]
pub(super) struct Geo(Arc<Database>);

/// A list that was loaded.
#[derive(Clone, Debug)]
pub(super) struct List {
    name: String,
    text: Arc<Vec<u8>>,
    alone: Arc<Lists>,
    outcome: Outcome,
}

/// Reads a database at a path.
pub(super) fn database(path: &str) -> Result<Geo, String> {
    Database::read(file(path, geo::LARGEST)?).map(|database| Geo(Arc::new(database)))
}

/// Reads a list at a path.
pub(super) fn list(path: &str) -> Result<List, String> {
    let text = file(path, lists::LONGEST)?;
    let name = Path::new(path).file_name().map_or_else(|| path.to_owned(), |name| name.to_string_lossy().into_owned());
    let mut alone = Lists::default();
    let outcome = alone.add(&name, &text);
    if outcome.rules == 0 && outcome.strange > 0 {
        let first = outcome.first.unwrap_or(1);
        return Err(format!("no line of it is a rule (the first that was not understood is line {first}); see docs/endpoints.md for what is read"));
    }
    Ok(List { name, text: Arc::new(text), alone: Arc::new(alone), outcome })
}

/// The bytes of a file that is no longer than `most`.
fn file(path: &str, most: u64) -> Result<Vec<u8>, String> {
    let about = std::fs::metadata(path).map_err(|error| format!("it could not be read: {error}"))?;
    if about.is_dir() {
        return Err("it is a folder".to_owned());
    }
    if about.len() > most {
        return Err(format!("it is longer than {} MiB", most >> 20));
    }
    std::fs::read(path).map_err(|error| format!("it could not be read: {error}"))
}

/// All of it together.
pub(super) fn given(databases: &[Geo], lists: &[List]) -> Given {
    let lists = match lists {
        [] => None,
        [one] => Some(Arc::clone(&one.alone)),
        // An exception of one holds for the others too.
        several => {
            let mut all = Lists::default();
            for list in several {
                all.add(&list.name, &list.text);
            }
            Some(Arc::new(all))
        }
    };
    Given { databases: databases.iter().map(|geo| Arc::clone(&geo.0)).collect(), lists }
}

/// What the databases call themselves.
pub(super) fn titles(databases: &[Geo]) -> String {
    databases.iter().map(|geo| geo.0.title()).collect::<Vec<_>>().join(", ")
}

/// The lists' names, and how many rules each has.
pub(super) fn names(lists: &[List]) -> String {
    lists.iter().map(|list| format!("{} ({})", list.name, list.outcome.rules)).collect::<Vec<_>>().join(", ")
}

impl List {
    /// What the user should know of it.
    pub(super) fn note(&self) -> Option<String> {
        let Outcome { strange, first, beyond, .. } = self.outcome;
        let name = &self.name;
        match first {
            _ if beyond > 0 => Some(format!("\"{name}\" is too long: {} rules of it are not looked at.", count(beyond as u64))),
            Some(first) if strange == 1 => Some(format!("One line of \"{name}\" was not understood and is passed over: line {first}.")),
            Some(first) => Some(format!("{} of \"{name}\" were not understood and are passed over, the first is line {first}.", plural(strange as u64, "line"))),
            None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_said() {
        assert!(database("/nonexistent.mmdb").unwrap_err().starts_with("it could not be read"));
        assert_eq!(list(env!("CARGO_MANIFEST_DIR")).unwrap_err(), "it is a folder");
        let toml = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        assert!(database(toml).unwrap_err().contains("MaxMind"));
    }

    #[test]
    fn strange_lines_are_counted_and_the_first_is_named() {
        let list = List {
            name: "ads.txt".to_owned(),
            text: Arc::default(),
            alone: Arc::default(),
            outcome: Outcome { rules: 9, strange: 12, first: Some(7), beyond: 0 },
        };
        assert_eq!(list.note().unwrap(), "12 lines of \"ads.txt\" were not understood and are passed over, the first is line 7.");
        assert_eq!(names(&[list]), "ads.txt (9)");
    }
}
