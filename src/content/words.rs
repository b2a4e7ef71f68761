//! The family's own words: what the user asked to look out for, in every encoding that hides nothing (LK-01).
//!
//! In comes what the user wrote; out of it only labels come (`person 1, name`). All that a search needs is built once: one automaton for what encodings
//! make of the words, one table of their digests, one of words that are believed only as a whole value or under a key of a person.

use std::collections::{BTreeMap, HashMap};

use aho_corasick::{AhoCorasick, MatchKind};
use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD, HEXLOWER_PERMISSIVE};
use foldhash::fast::FixedState;

use crate::content::keys::Meaning;

mod forms;
mod spellings;

use forms::{Edge, forms};
use spellings::{Class, digests, mac_bytes, spellings, without_accents};

/// A shorter word is believed only as a whole value or under a key of a person.
const SHORT: usize = 5;
/// A longer word needs no end of a word beside it.
const LONG: usize = 8;
/// Longest value that is looked up as a whole.
const VALUE: usize = 128;
/// Words that are taken of one list, and the longest of them.
const MOST: usize = 256;
const LONGEST: usize = 256;
/// Letters of the shortest digest: MD5 in base64.
const DIGEST: usize = 22;
/// Kilometres around the home that are the home.
const NEAR: f64 = 1.0;
/// Kilometres in which what may be a place is one.
const AROUND: f64 = 50.0;

/// What the user wrote, as read: nothing of it is ever put out.
#[derive(Default)]
pub struct Family {
    /// Persons, in the order of the file.
    pub persons: Vec<Person>,
    /// The home.
    pub home: Home,
}

/// One person's words.
#[derive(Default)]
pub struct Person {
    /// Names.
    pub names: Vec<String>,
    /// Days of birth.
    pub birthdays: Vec<String>,
    /// Phone numbers.
    pub phones: Vec<String>,
    /// E-mail addresses.
    pub emails: Vec<String>,
    /// Any other words.
    pub other: Vec<String>,
}

/// The home's words.
#[derive(Default)]
pub struct Home {
    /// Postal addresses.
    pub addresses: Vec<String>,
    /// Latitude and longitude, in degrees.
    pub position: Option<(f64, f64)>,
    /// Names of Wi-Fi networks.
    pub wifi: Vec<String>,
    /// Any other words.
    pub other: Vec<String>,
}

/// The words as they are searched for.
pub struct Known {
    searcher: Option<AhoCorasick>,
    needles: Vec<Needle>,
    labels: Vec<String>,
    digests: HashMap<Vec<u8>, (usize, &'static str), FixedState>,
    wholes: HashMap<String, Whole, FixedState>,
    home: Option<(f64, f64)>,
    longest: usize,
}

/// Bytes that are searched for.
struct Needle {
    bytes: Vec<u8>,
    label: usize,
    steps: &'static [&'static str],
    exact: bool,
    bounds: Bounds,
    edges: [Edge; 2],
}

impl Needle {
    /// Whether what stands here is the word and no other that begins or ends differently.
    fn is_at(&self, bytes: &[u8], start: usize, end: usize) -> bool {
        let [before, after] = self.edges;
        let is_base64 = self.steps.first() == Some(&"base64");
        (!self.exact || bytes.get(start..end) == Some(self.bytes.as_slice()))
            && before.fits(start.checked_sub(1).and_then(|at| bytes.get(at)).copied(), is_base64)
            // What was cut off may have been the word.
            && (end == bytes.len() || after.fits(bytes.get(end).copied(), is_base64))
            && is_bounded(bytes, start, end, self.bounds)
    }
}

/// What must not stand beside a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Bounds {
    Any,
    Letters,
    Digits,
}

/// A word that is believed as a whole value only.
struct Whole {
    label: usize,
    typed: String,
    /// Whether it needs a key of a person, or of a birthday, as well.
    needs_key: bool,
    is_date: bool,
}

/// Where a word stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match<'k> {
    /// What it is: all that may be told.
    pub label: &'k str,
    /// How it was encoded where it stands, outermost first.
    pub steps: &'k [&'static str],
    /// First index, and length.
    pub start: usize,
    /// See `start`.
    pub length: usize,
}

impl std::fmt::Debug for Known {
    /// Never a word.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Known({} words)", self.labels.len())
    }
}

/// What is collected while the tables are built.
#[derive(Default)]
struct Builder {
    labels: Vec<String>,
    needles: BTreeMap<(Vec<u8>, bool, [Edge; 2]), Needle>,
    digests: HashMap<Vec<u8>, (usize, &'static str), FixedState>,
    wholes: HashMap<String, Whole, FixedState>,
}

impl Builder {
    fn add(&mut self, label: &str, words: &[String], class: Class) {
        self.labels.push(label.to_owned());
        let label = self.labels.len() - 1;
        for word in words.iter().take(MOST).map(|word| word.trim()).filter(|word| !word.is_empty() && word.len() <= LONGEST) {
            let class = if class == Class::Text && mac_bytes(word).is_some() { Class::Mac } else { class };
            for spelling in spellings(word, class) {
                self.spelling(label, &spelling, class);
            }
            if class == Class::Name {
                for part in word.split_whitespace().filter(|part| part.chars().count() >= 2 && *part != word) {
                    self.whole(label, part, true, false);
                }
            }
        }
    }

    fn spelling(&mut self, label: usize, spelling: &str, class: Class) {
        let length = spelling.chars().count();
        if length >= SHORT || class == Class::Birthday {
            for (form, digest) in digests(spelling) {
                self.digests.entry(digest).or_insert((label, form));
            }
        }
        self.whole(label, spelling, false, class == Class::Birthday);
        if length < SHORT || class == Class::Birthday {
            return;
        }
        let is_number = spelling.bytes().all(|byte| !byte.is_ascii_alphabetic() && byte.is_ascii());
        for form in forms(spelling) {
            let turned = matches!(form.steps, ["reversed" | "rot13"]);
            let bounds = match (is_number || class == Class::Mac, length < LONG) {
                (true, _) => Bounds::Digits,
                (false, true) => Bounds::Letters,
                (false, false) if turned => Bounds::Letters,
                _ => Bounds::Any,
            };
            // Within letters that encode, what stands beside a word is encoded as well.
            let bounds = if matches!(form.steps.first(), Some(&("base64" | "base32" | "hex"))) { Bounds::Any } else { bounds };
            let needle = Needle { label, steps: form.steps, exact: form.exact, bounds, bytes: form.bytes, edges: form.edges };
            let key = (if needle.exact { needle.bytes.clone() } else { needle.bytes.to_ascii_lowercase() }, needle.exact, needle.edges);
            let known = self.needles.entry(key).or_insert(needle);
            // What several forms have in common is the simplest of them.
            if form.steps.len() < known.steps.len() {
                known.steps = form.steps;
            }
        }
    }

    fn whole(&mut self, label: usize, typed: &str, needs_key: bool, is_date: bool) {
        for spelling in [typed.to_lowercase(), without_accents(typed).to_lowercase()] {
            let known = self.wholes.entry(spelling).or_insert_with(|| Whole { label, typed: typed.to_owned(), needs_key, is_date });
            known.needs_key &= needs_key;
        }
    }
}

impl Known {
    /// Builds the tables.
    pub fn new(family: &Family) -> Self {
        let mut builder = Builder::default();
        for (index, person) in family.persons.iter().enumerate() {
            let label = |what: &str| format!("person {}, {what}", index + 1);
            // Where two are the same, the first one's label counts.
            builder.add(&label("email"), &person.emails, Class::Email);
            builder.add(&label("phone"), &person.phones, Class::Phone);
            builder.add(&label("name"), &person.names, Class::Name);
            builder.add(&label("birthday"), &person.birthdays, Class::Birthday);
            builder.add(&label("other"), &person.other, Class::Text);
        }
        builder.add("home, address", &family.home.addresses, Class::Text);
        builder.add("home, wifi", &family.home.wifi, Class::Text);
        builder.add("home, other", &family.home.other, Class::Text);
        let needles: Vec<Needle> = builder.needles.into_values().collect();
        let longest = needles.iter().map(|needle| needle.bytes.len()).max().unwrap_or(0);
        let searcher = AhoCorasick::builder().match_kind(MatchKind::Standard).ascii_case_insensitive(true).build(needles.iter().map(|needle| &needle.bytes));
        // Only millions of words could be too many.
        let searcher = searcher.ok().filter(|_| !needles.is_empty());
        Self { searcher, needles, labels: builder.labels, digests: builder.digests, wholes: builder.wholes, home: family.home.position, longest }
    }

    /// Bytes that a word may take, in its longest encoding: so many of what came before have to be kept.
    pub fn longest(&self) -> usize {
        self.longest
    }

    /// All words in bytes, encoded or as they are.
    pub fn search(&self, bytes: &[u8]) -> Vec<Match<'_>> {
        let mut found = Vec::new();
        if let Some(searcher) = &self.searcher {
            for hit in searcher.find_overlapping_iter(bytes) {
                let Some(needle) = self.needles.get(hit.pattern().as_usize()) else { continue };
                if needle.is_at(bytes, hit.start(), hit.end()) {
                    found.extend(self.told(needle.label, needle.steps, hit.start(), hit.len()));
                }
            }
        }
        self.digests_in(bytes, &mut found);
        found.sort_by_key(|hit| (hit.start, std::cmp::Reverse(hit.length), hit.steps.len()));
        // One word in several spellings at one place is one.
        found.dedup_by(|next, kept| next.label == kept.label && next.start < kept.start + kept.length);
        found
    }

    /// Words that begin in what came before and end in what comes now: where they stand in the latter.
    pub fn across(&self, before: &[u8], now: &[u8]) -> Vec<Match<'_>> {
        let tail = before.get(before.len().saturating_sub(self.longest)..).unwrap_or_default();
        let head = now.get(..self.longest.min(now.len())).unwrap_or_default();
        if tail.is_empty() || head.is_empty() {
            return Vec::new();
        }
        let joined = [tail, head].concat();
        let mut found = self.search(&joined);
        found.retain(|hit| hit.start < tail.len() && hit.start + hit.length > tail.len());
        for hit in &mut found {
            (hit.start, hit.length) = (0, hit.start + hit.length - tail.len());
        }
        found
    }

    /// The label of the word that a whole value is, or that stands in it under a key of a person.
    pub fn value(&self, value: &[u8], key: &str, meaning: Option<Meaning>) -> Option<&str> {
        let value = value.trim_ascii();
        if value.is_empty() || value.len() > VALUE {
            return None;
        }
        let value = std::str::from_utf8(value).ok()?;
        let of_a_person = meaning.is_some_and(Meaning::is_of_a_person);
        let believed = |text: &str| {
            let whole = self.wholes.get(&text.to_lowercase())?;
            let is_one = match (whole.is_date, whole.needs_key) {
                (true, _) => meaning.map_or(!key.is_empty() && !is_of_time(key), |_| of_a_person),
                (false, true) => of_a_person,
                (false, false) => of_a_person || !key.is_empty() && (text == whole.typed || text.chars().count() >= SHORT),
            };
            if is_one { self.labels.get(whole.label).map(String::as_str) } else { None }
        };
        believed(value).or_else(|| {
            let parts = of_a_person.then(|| value.split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '-'))));
            parts.into_iter().flatten().filter(|part| part.chars().count() >= 2).find_map(believed)
        })
    }

    /// Whether a place is the family's home.
    pub fn is_home(&self, latitude: f64, longitude: f64) -> bool {
        self.home.is_some_and(|home| kilometres(home, (latitude, longitude)) <= NEAR)
    }

    /// Whether a place is around the family's home, so that numbers that may be one are.
    pub fn is_near_home(&self, latitude: f64, longitude: f64) -> bool {
        self.home.is_some_and(|home| kilometres(home, (latitude, longitude)) <= AROUND)
    }

    fn told(&self, label: usize, steps: &'static [&'static str], start: usize, length: usize) -> Option<Match<'_>> {
        self.labels.get(label).map(|label| Match { label, steps, start, length })
    }

    /// Words of letters whose length is a digest's, looked up.
    fn digests_in<'k>(&'k self, bytes: &[u8], found: &mut Vec<Match<'k>>) {
        if self.digests.is_empty() {
            return;
        }
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_');
        let mut from = 0;
        while let Some(byte) = bytes.get(from + DIGEST - 1) {
            let probe = from + DIGEST - 1;
            if !is_part(*byte) {
                from = probe + 1;
                continue;
            }
            let start = (from..probe).rev().find(|index| bytes.get(*index).is_none_or(|byte| !is_part(*byte))).map_or(from, |before| before + 1);
            let end = bytes.iter().enumerate().skip(probe).find(|(_, byte)| !is_part(**byte)).map_or(bytes.len(), |(index, _)| index);
            from = end + 1;
            self.digest(bytes, start, end, found);
        }
        // A digest as it is, where it is all there is.
        if let Some((label, form)) = self.digests.get(bytes) {
            found.extend(self.told(*label, step(form, ""), 0, bytes.len()));
        }
    }

    fn digest<'k>(&'k self, bytes: &[u8], start: usize, end: usize, found: &mut Vec<Match<'k>>) {
        let word = bytes.get(start..end).unwrap_or_default();
        let is_hex = matches!(word.len(), 32 | 40 | 56 | 64 | 96 | 128) && word.iter().all(u8::is_ascii_hexdigit);
        let is_base64 = matches!(word.len(), 22 | 27 | 38 | 43 | 64 | 86);
        let url = word.iter().any(|byte| matches!(byte, b'-' | b'_'));
        let decoded = [
            is_hex.then(|| ("hex", HEXLOWER_PERMISSIVE.decode(word))),
            is_base64.then(|| ("base64", if url { BASE64URL_NOPAD.decode(word) } else { BASE64_NOPAD.decode(word) })),
        ];
        for (form, digest) in decoded.into_iter().flatten() {
            if let Some((label, algorithm)) = digest.ok().and_then(|digest| self.digests.get(&digest)) {
                found.extend(self.told(*label, step(algorithm, form), start, end - start));
            }
        }
    }
}

/// The steps that lead to a digest: its letters, then itself.
fn step(algorithm: &str, form: &str) -> &'static [&'static str] {
    match (form, algorithm) {
        ("hex", "md5") => &["hex", "md5"],
        ("hex", "sha1") => &["hex", "sha1"],
        ("hex", "sha224") => &["hex", "sha224"],
        ("hex", "sha256") => &["hex", "sha256"],
        ("hex", "sha384") => &["hex", "sha384"],
        ("hex", _) => &["hex", "sha512"],
        ("base64", "md5") => &["base64", "md5"],
        ("base64", "sha1") => &["base64", "sha1"],
        ("base64", "sha224") => &["base64", "sha224"],
        ("base64", "sha256") => &["base64", "sha256"],
        ("base64", "sha384") => &["base64", "sha384"],
        ("base64", _) => &["base64", "sha512"],
        (_, "md5") => &["md5"],
        (_, "sha1") => &["sha1"],
        (_, "sha224") => &["sha224"],
        (_, "sha256") => &["sha256"],
        (_, "sha384") => &["sha384"],
        _ => &["sha512"],
    }
}

/// Keys of days on which nobody was born.
fn is_of_time(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["date", "time", "build", "version", "update", "creat", "modif", "expir", "release", "since", "until", "day"].iter().any(|word| key.contains(word))
        && !["birth", "geburt", "naiss", "dob"].iter().any(|word| key.contains(word))
}

/// Whether nothing stands beside a word that makes it a part of another one.
fn is_bounded(bytes: &[u8], start: usize, end: usize, bounds: Bounds) -> bool {
    let at = |index: Option<usize>| index.and_then(|index| bytes.get(index)).copied().unwrap_or(0);
    let (before, first, last, after) = (at(start.checked_sub(1)), at(Some(start)), at(end.checked_sub(1)), at(Some(end)));
    let is_letter = |byte: u8| byte.is_ascii_alphabetic() || byte >= 0x80;
    match bounds {
        Bounds::Any => true,
        Bounds::Digits => !(before.is_ascii_alphanumeric() && first.is_ascii_alphanumeric() || after.is_ascii_alphanumeric() && last.is_ascii_alphanumeric()),
        Bounds::Letters => {
            // `myEmmasWatch`: a capital begins a word of its own, and so does what follows a possessive.
            let begins = !is_letter(before) || before.is_ascii_lowercase() && first.is_ascii_uppercase();
            let ends =
                !is_letter(after) || last.is_ascii_lowercase() && after.is_ascii_uppercase() || after == b's' && !at(end.checked_add(1)).is_ascii_lowercase();
            begins && ends
        }
    }
}

/// The distance of two places, in degrees each, on a round Earth (haversine).
fn kilometres(one: (f64, f64), other: (f64, f64)) -> f64 {
    let (lat1, lat2) = (one.0.to_radians(), other.0.to_radians());
    let (north, east) = (lat2 - lat1, (other.1 - one.1).to_radians());
    let half = (north / 2.0).sin().powi(2) + lat1.cos() * lat2.cos() * (east / 2.0).sin().powi(2);
    12_742.0 * half.sqrt().min(1.0).asin()
}

#[cfg(test)]
#[path = "words/tests.rs"]
mod tests;
