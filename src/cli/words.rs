//! `--words FILE`: the family's own words, read from TOML. Nothing of what the file says is ever put out, not even in an error.

use std::os::unix::fs::MetadataExt;
use std::sync::Arc;

use toml::{Table, Value};

use super::near;
use crate::content::words::{Family, Home, Known, Person};

/// A longer file is no list of words.
const LONGEST: u64 = 1 << 20;

/// What was loaded.
#[derive(Clone, Debug)]
pub(super) struct Words {
    known: Arc<Known>,
    warning: Option<String>,
}

impl Words {
    /// The words as they are searched for.
    pub(super) fn known(&self) -> Arc<Known> {
        Arc::clone(&self.known)
    }

    /// What the user should know of the file.
    pub(super) fn warning(&self) -> Option<&str> {
        self.warning.as_deref()
    }
}

/// Reads the file at a path.
pub(super) fn load(path: &str) -> Result<Words, String> {
    let about = std::fs::metadata(path).map_err(|error| format!("it could not be read: {error}"))?;
    if about.len() > LONGEST {
        return Err("it is longer than 1 MiB".to_owned());
    }
    let text = std::fs::read_to_string(path).map_err(|error| format!("it could not be read: {error}"))?;
    let family = family(&text)?;
    let warning =
        (about.mode() & 0o077 != 0).then(|| format!("Others on this computer can read \"{path}\". Keep your family's words to yourself: chmod 600 {path}"));
    Ok(Words { known: Arc::new(Known::new(&family)), warning })
}

/// What the text of a file means.
fn family(text: &str) -> Result<Family, String> {
    // The parser's own message would quote the line.
    let table: Table = text.parse().map_err(|error: toml::de::Error| {
        let line = error.span().map_or(0, |span| text.get(..span.start).unwrap_or(text).matches('\n').count() + 1);
        format!("line {line} is no TOML; write for example: [[person]], then name = \"...\"")
    })?;
    known_keys(&table, &["person", "home"], "the file")?;
    let persons = match table.get("person") {
        None => Vec::new(),
        Some(Value::Array(all)) => {
            all.iter().map(|one| person(one.as_table().ok_or("person has to be a table: [[person]]")?)).collect::<Result<_, String>>()?
        }
        Some(Value::Table(one)) => vec![person(one)?],
        Some(_) => return Err("person has to be a table: [[person]]".to_owned()),
    };
    let home = match table.get("home") {
        None => Home::default(),
        Some(Value::Table(one)) => home(one)?,
        Some(_) => return Err("home has to be a table: [home]".to_owned()),
    };
    Ok(Family { persons, home })
}

fn person(table: &Table) -> Result<Person, String> {
    known_keys(table, &["name", "birthday", "phones", "emails", "other"], "person")?;
    Ok(Person {
        names: texts(table, "name")?,
        birthdays: texts(table, "birthday")?,
        phones: texts(table, "phones")?,
        emails: texts(table, "emails")?,
        other: texts(table, "other")?,
    })
}

fn home(table: &Table) -> Result<Home, String> {
    known_keys(table, &["address", "position", "wifi", "other"], "home")?;
    Ok(Home { addresses: texts(table, "address")?, position: position(table.get("position"))?, wifi: texts(table, "wifi")?, other: texts(table, "other")? })
}

/// Refuses a key that means nothing: words under it would not be looked out for.
fn known_keys(table: &Table, keys: &[&str], place: &str) -> Result<(), String> {
    match table.keys().find(|key| !keys.contains(&key.as_str())) {
        None => Ok(()),
        Some(key) => match near::nearest(key, keys.iter().copied()) {
            Some(nearest) => Err(format!("a key of {place} is not known; did you mean {nearest}?")),
            None => Err(format!("a key of {place} is not known; there are {}", keys.join(", "))),
        },
    }
}

/// A text, a date, or a list of them.
fn texts(table: &Table, key: &str) -> Result<Vec<String>, String> {
    let one = |value: &Value| match value {
        Value::String(text) => Ok(text.clone()),
        Value::Datetime(date) => Ok(date.to_string()),
        Value::Integer(number) => Ok(number.to_string()),
        _ => Err(format!("{key} has to be a text or a list of texts")),
    };
    match table.get(key) {
        None => Ok(Vec::new()),
        Some(Value::Array(all)) => all.iter().map(one).collect(),
        Some(value) => Ok(vec![one(value)?]),
    }
}

fn position(value: Option<&Value>) -> Result<Option<(f64, f64)>, String> {
    let wrong = || "position has to be [LATITUDE, LONGITUDE] in degrees".to_owned();
    let Some(value) = value else { return Ok(None) };
    let number = |value: &Value| value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64));
    let numbers: Vec<f64> = value.as_array().ok_or_else(wrong)?.iter().filter_map(number).collect();
    match *numbers.as_slice() {
        [latitude, longitude] if latitude.abs() <= 90.0 && longitude.abs() <= 180.0 => Ok(Some((latitude, longitude))),
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read() {
        let text = "[[person]]\nname = \"Mia Testkind\"\nbirthday = 2018-05-04\nphones = [\"+447700900123\"]\n[[person]]\nname = [\"Anna\", \"Annie\"]\n[home]\naddress = [\"1 Example Road\"]\nposition = [48.85, 2]\nwifi = [\"HomeNet\"]\n";
        let family = family(text).unwrap();
        let [child, parent] = family.persons.as_slice() else { panic!() };
        assert_eq!((child.birthdays.as_slice(), parent.names.len(), family.home.position), (["2018-05-04".to_owned()].as_slice(), 2, Some((48.85, 2.0))));
        assert!(super::family("").is_ok());
    }

    #[test]
    fn what_is_wrong_is_said_without_a_word_of_it() {
        for (text, want) in [
            ("[[person]]\nname = Testkind", "line 2"),
            ("[[person]]\nnam = \"Testkind\"", "did you mean name?"),
            ("[[person]]\nname = { a = \"Testkind\" }", "a text or a list"),
            ("[home]\nposition = [1, 2, 3]", "LATITUDE"),
            ("home = 1", "[home]"),
        ] {
            let error = family(text).err().unwrap();
            assert!(error.contains(want) && !error.contains("Testkind"), "{text}: {error}");
        }
    }
}
