//! The small language of the filter line.
//!
//! ```text
//! bear                 rows that hold the text, anywhere
//! !bear                rows that do not
//! device:bear          in one field; "two words" are quoted
//! level:serious port:80   all words must hold
//! ```

use std::collections::BTreeSet;

/// A field that a word of the filter may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// The device's name, address or hardware address.
    Device,
    /// Its grade's letter.
    Grade,
    /// What kind of device it is.
    Kind,
    /// SERIOUS, WARNING or NOTICE.
    Level,
    /// The card's code.
    Code,
    /// Name or address of the other end.
    To,
    /// The company that runs it.
    Company,
    /// Whose it is: maker, service, another company.
    Party,
    /// What it is for.
    Purpose,
    /// Its country.
    Country,
    /// Its port.
    Port,
    /// The protocol.
    Protocol,
    /// What was exposed.
    Value,
    /// Whether others can read it: readable, encrypted.
    Is,
    /// Any other text; it cannot be named.
    Text,
}

impl Field {
    /// Those that can be named, as they are written.
    pub const NAMED: [(&'static str, Field); 14] = [
        ("device", Self::Device),
        ("level", Self::Level),
        ("to", Self::To),
        ("company", Self::Company),
        ("country", Self::Country),
        ("port", Self::Port),
        ("code", Self::Code),
        ("value", Self::Value),
        ("protocol", Self::Protocol),
        ("grade", Self::Grade),
        ("kind", Self::Kind),
        ("party", Self::Party),
        ("purpose", Self::Purpose),
        ("is", Self::Is),
    ];

    /// Whether a word must be all of the field rather than a part of it.
    fn is_whole(self) -> bool {
        matches!(self, Self::Port | Self::Grade | Self::Country)
    }
}

/// What a row says of itself.
pub type Said = Vec<(Field, String)>;

/// A filter line, understood.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    words: Vec<Word>,
}

#[derive(Clone, Debug)]
struct Word {
    inverse: bool,
    field: Option<Field>,
    text: String,
}

impl Filter {
    /// Reads a line. Every line means something: a name that is none is text.
    pub fn new(typed: &str) -> Self {
        let words = split(typed).into_iter().filter_map(|word| {
            let (inverse, rest) = word.strip_prefix('!').map_or((false, word.as_str()), |rest| (true, rest));
            let (field, text) = named(rest).map_or((None, rest), |(field, text)| (Some(field), text));
            let text = text.replace('"', "").to_lowercase();
            (!text.trim().is_empty()).then(|| Word { inverse, field, text: text.trim().to_owned() })
        });
        Self { words: words.collect() }
    }

    /// Whether a row stays; what it says is asked only where there is something to compare.
    pub fn keeps(&self, say: impl FnOnce() -> Said) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let said: Vec<(Field, String)> = say().into_iter().map(|(field, text)| (field, text.to_lowercase())).collect();
        self.words.iter().all(|word| said.iter().any(|(field, text)| word.is_in(*field, text)) != word.inverse)
    }
}

impl Word {
    fn is_in(&self, field: Field, text: &str) -> bool {
        match self.field {
            None => text.contains(&self.text),
            Some(wanted) if wanted.is_whole() => wanted == field && text == self.text,
            Some(wanted) => wanted == field && text.contains(&self.text),
        }
    }
}

/// `device:bear` → the field, `bear`.
fn named(word: &str) -> Option<(Field, &str)> {
    let (name, text) = word.split_once(':')?;
    let name = name.to_ascii_lowercase();
    Field::NAMED.iter().find(|(known, _)| *known == name).map(|(_, field)| (*field, text))
}

/// Words between blanks; a `!` alone belongs to the next; what is in quotes is one.
fn split(typed: &str) -> Vec<String> {
    let mut words = Vec::new();
    let (mut word, mut quoted) = (String::new(), false);
    for c in typed.chars() {
        match c {
            '"' => {
                quoted = !quoted;
                word.push(c);
            }
            ' ' if !quoted && word != "!" => words.push(std::mem::take(&mut word)),
            ' ' if !quoted => {}
            c => word.push(c),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

/// Completions that are offered at most.
const OFFERS: usize = 30;

/// What the last word of a line can be completed to: whole lines. `rows`: what the rows say.
pub fn complete<'s>(typed: &str, rows: impl Iterator<Item = &'s Said>) -> Vec<String> {
    let start = last_word(typed);
    let (before, word) = typed.split_at_checked(start).unwrap_or(("", typed));
    let (bang, rest) = word.strip_prefix('!').map_or(("", word), |rest| ("!", rest));
    let Some((field, begun)) = named(rest) else {
        let begun = rest.to_ascii_lowercase();
        let names = Field::NAMED.iter().filter(|(name, _)| name.starts_with(&begun));
        return names.map(|(name, _)| format!("{before}{bang}{name}:")).collect();
    };
    let name = rest.get(..rest.len().saturating_sub(begun.len())).unwrap_or_default();
    let begun = begun.replace('"', "").to_lowercase();
    let values: BTreeSet<&str> = rows.flatten().filter(|(known, text)| *known == field && !text.is_empty()).map(|(_, text)| text.as_str()).collect();
    let (mut first, then): (Vec<&str>, Vec<&str>) =
        values.into_iter().filter(|text| text.to_lowercase().contains(&begun)).partition(|text| text.to_lowercase().starts_with(&begun));
    first.extend(then);
    first
        .into_iter()
        .take(OFFERS)
        .map(|text| {
            let text = text.replace('"', "");
            let text = if text.contains(' ') { format!("\"{text}\"") } else { text };
            format!("{before}{bang}{name}{text} ")
        })
        .collect()
}

/// Where the last word begins.
fn last_word(typed: &str) -> usize {
    let (mut start, mut quoted) = (0, false);
    for (index, c) in typed.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => start = index + 1,
            _ => {}
        }
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Said {
        [(Field::Device, "Toy bear (KidCo)"), (Field::Level, "SERIOUS"), (Field::Port, "80"), (Field::To, "2001:db8::7"), (Field::Text, "Location sent")]
            .map(|(field, text)| (field, text.to_owned()))
            .to_vec()
    }

    #[test]
    fn words_are_understood() {
        let keeps = |line: &str| Filter::new(line).keeps(row);
        for line in [
            "",
            "!",
            " ",
            "bear",
            "BEAR",
            "device:bear",
            "DEVICE:Bear level:serious",
            "!dog",
            "! dog",
            "!device:dog",
            "port:80",
            "\"toy bear\"",
            "device:\"toy bear\"",
            "2001:db8",
            "to:2001:db8::7",
            "location",
            "device:",
        ] {
            assert!(keeps(line), "{line}");
        }
        for line in
            ["dog", "!bear", "device:location", "port:8", "level:notice", "bear dog", "device:bear port:443", "!level:serious", "\"bear toy\"", "nokey:bear"]
        {
            assert!(!keeps(line), "{line}");
        }
    }

    #[test]
    fn words_are_completed() {
        let rows = [row(), vec![(Field::Device, "Doorbell".to_owned())]];
        let offers = |line: &str| complete(line, rows.iter());
        assert_eq!(offers("de"), ["device:"]);
        assert_eq!(offers("p"), ["port:", "protocol:", "party:", "purpose:"]);
        assert_eq!(offers("bear !le"), ["bear !level:"]);
        assert_eq!(offers("device:"), ["device:Doorbell ", "device:\"Toy bear (KidCo)\" "]);
        assert_eq!(offers("device:bea"), ["device:\"Toy bear (KidCo)\" "]);
        assert_eq!(offers("level:s port:"), ["level:s port:80 "]);
        assert_eq!(offers("device:\"toy b"), ["device:\"Toy bear (KidCo)\" "]);
        assert!(offers("xyz").is_empty());
        for offer in offers("device:") {
            assert!(rows.iter().any(|row| Filter::new(&offer).keeps(|| row.clone())), "{offer}");
        }
    }

    #[test]
    fn any_line_is_understood() {
        for line in ["\"", "\"\"\"", "!!!", ":", ":::", "device::", "客厅", "a\"b c", "!\"", "\u{202e}"] {
            let _ = Filter::new(line).keeps(row);
            let _ = complete(line, [row()].iter());
        }
    }
}
