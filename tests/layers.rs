//! Proves who may import whom (`docs/architecture.md`): an import goes to the same room, to a lower floor, or sideways where the table says so.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, clippy::print_stdout)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The floors, from the ground up.
const FLOORS: [&[&str]; 7] = [
    &["wire", "value", "event", "fact", "finding", "error", "printable"],
    &["capture", "decode", "knowledge"],
    &["protocols", "content", "flow"],
    &["home", "store"],
    &["detect"],
    &["engine", "tui", "report", "sandbox"],
    &["cli", "main"],
];

/// What a room must not know although it is below.
const NEVER: &[(&str, &[&str])] = &[
    ("protocols", &["finding", "flow", "detect"]),
    ("content", &["protocols", "flow"]),
    ("detect", &["capture", "decode", "protocols", "content", "flow", "store"]),
    ("tui", &["capture", "decode", "protocols", "content", "flow", "store", "detect"]),
    ("report", &["capture", "decode", "protocols", "content", "flow", "store", "detect"]),
];

/// Rooms on one floor that may know each other (never in a circle: the last test proves it): a flow is read by protocols.
const SIDEWAYS: &[(&str, &str)] = &[("flow", "protocols"), ("flow", "content"), ("protocols", "content"), ("main", "cli")];

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

/// Whether `from` may import `to`; if not, why.
fn judge(from: &str, to: &str) -> Result<(), String> {
    let (Some(own), Some(other)) = (floor(from), floor(to)) else { return Err(format!("no floor is known of {from} or {to}")) };
    if NEVER.iter().any(|(room, forbidden)| *room == from && forbidden.contains(&to)) {
        return Err(format!("{from} must not know {to}"));
    }
    // The ground floor is plain types that need each other, but nobody else.
    let is_sideways = own == other && (own == 0 || SIDEWAYS.contains(&(from, to)));
    if from == to || other < own || is_sideways { Ok(()) } else { Err(format!("{from} (floor {}) imports {to} (floor {})", own + 1, other + 1)) }
}

/// One source file: its room, the folders down to it, and what it says.
struct Source {
    path: PathBuf,
    room: String,
    /// Module path below `src`: `["report", "text", "page"]`; of a `mod.rs` that of its folder.
    module: Vec<String>,
    is_mod: bool,
    text: String,
    /// Its items under `#[cfg(test)]`.
    tests: Vec<String>,
}

impl Source {
    fn new(below: &Path, text: &str) -> Self {
        let mut module: Vec<String> = below.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
        let is_mod = module.last().is_some_and(|name| name == "mod");
        if is_mod {
            module.pop();
        }
        let (text, tests) = plain(text);
        Self { path: below.to_owned(), room: module[0].clone(), module, is_mod, text, tests }
    }

    fn all() -> Vec<Self> {
        let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut folders = vec![src.clone()];
        let mut files = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|ending| ending == "rs") && !path.ends_with("src/lib.rs") {
                    files.push(Self::new(path.strip_prefix(&src).unwrap(), &fs::read_to_string(&path).unwrap()));
                }
            }
        }
        files.sort_by(|one, other| one.path.cmp(&other.path));
        // `#[cfg(test)] mod sample;`: the whole file is a test.
        let tests: BTreeSet<Vec<String>> = files.iter().flat_map(Self::test_modules).collect();
        files.retain(|file| !(1..=file.module.len()).any(|length| tests.contains(&file.module[..length])));
        files
    }

    /// Modules that its `mod.rs` declares for tests only.
    fn test_modules(&self) -> Vec<Vec<String>> {
        let declared = self.tests.iter().filter_map(|item| item.strip_suffix(';')?.rsplit_once("mod ").map(|(_, name)| name.trim().to_owned()));
        declared.map(|name| self.module.iter().cloned().chain([name]).collect()).collect()
    }

    /// Every path that it names, from the crate's root: `crate::…`, `tattletale::…` and `super::…`.
    fn paths(&self) -> Vec<Vec<String>> {
        let mut paths = Vec::new();
        let roots = [
            ("crate", Vec::new()),
            ("tattletale", Vec::new()),
            ("super", self.above(1)),
            ("super::super", self.above(2)),
            ("super::super::super", self.above(3)),
        ];
        for (root, base) in roots {
            for tail in tails(&self.text, root) {
                paths.push(base.iter().cloned().chain(tail).collect());
            }
        }
        paths.retain(|path: &Vec<String>| path.iter().all(|name| name != "super"));
        paths
    }

    /// The module `up` steps above this one.
    fn above(&self, up: usize) -> Vec<String> {
        self.module[..self.module.len().saturating_sub(up)].to_vec()
    }

    /// The rooms that it imports.
    fn rooms(&self) -> BTreeSet<String> {
        // `crate::name!` is a macro; `super::*` of an inline module is the file itself.
        self.paths().into_iter().filter_map(|path| path.into_iter().next()).filter(|room| floor(room).is_some()).collect()
    }

    /// Items of its own folders' `mod.rs` that it imports: a member knows the contract and its siblings, never the list.
    fn lists(&self, modules: &BTreeSet<Vec<String>>) -> Vec<String> {
        if self.is_mod || self.module.len() < 2 {
            return Vec::new();
        }
        let is_list = |path: &Vec<String>| {
            let known = (1..=path.len()).take_while(|length| modules.contains(&path[..*length])).last().unwrap_or(0);
            let parent = &path[..known];
            known < path.len() && known < self.module.len() && self.module.starts_with(parent)
        };
        self.paths().into_iter().filter(|path| path[0] == self.room && is_list(path)).map(|path| path.join("::")).collect()
    }
}

/// A source without comments, strings and test items, and the test items.
fn plain(text: &str) -> (String, Vec<String>) {
    let (mut out, mut items) = (String::new(), Vec::new());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let skip = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(length) = literal(rest) {
            length
        } else if rest.starts_with("#[cfg(test)]") {
            let length = tests(rest);
            items.push(rest[..length].to_owned());
            length
        } else {
            out.push(c);
            c.len_utf8()
        };
        rest = &rest[skip..];
    }
    (out, items)
}

/// Length of the text or character literal that begins here, if one does.
fn literal(text: &str) -> Option<usize> {
    if let Some(raw) = text.strip_prefix("r#\"") {
        return Some(raw.find("\"#").map_or(text.len(), |end| end + 5));
    }
    match text.chars().next() {
        Some('"') => Some(string(text)),
        Some('\'') => Some(character(text)),
        _ => None,
    }
}

/// Length of a string literal.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (index, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return index + 1,
            _ => {}
        }
    }
    text.len()
}

/// Length of a test item: to its `;`, or to the brace that closes it. Strings in it may hold braces, so they are skipped.
fn tests(text: &str) -> usize {
    let mut depth = 0;
    let mut index = 0;
    while let Some(c) = text[index..].chars().next() {
        let rest = &text[index..];
        match c {
            ';' if depth == 0 => return index + 1,
            '{' => depth += 1,
            '}' if depth == 1 => return index + 1,
            '}' => depth -= 1,
            _ => {}
        }
        index += if rest.starts_with("//") { rest.find('\n').unwrap_or(rest.len()) } else { literal(rest).unwrap_or(c.len_utf8()) };
    }
    text.len()
}

/// Length of a character literal, or of the quote of a lifetime.
fn character(text: &str) -> usize {
    let start = 1;
    let body = &text[start..];
    if let Some(escaped) = body.strip_prefix('\\') {
        return escaped.char_indices().skip(1).find(|(_, c)| *c == '\'').map_or(text.len(), |(end, _)| start + 1 + end + 1);
    }
    let first = body.chars().next().map_or(0, char::len_utf8);
    if body[first..].starts_with('\'') { start + first + 1 } else { start }
}

/// What follows `root::` each time, with `{…}` opened up: `crate::a::{b, c::d}` gives `a::b` and `a::c::d`.
fn tails(text: &str, root: &str) -> Vec<Vec<String>> {
    let mark = format!("{root}::");
    let mut found = Vec::new();
    for (index, _) in text.match_indices(&mark) {
        let before = text[..index].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
            continue;
        }
        tree(&text[index + mark.len()..], &mut Vec::new(), &mut found);
    }
    found
}

/// Reads one path or group of paths; returns how long it is.
fn tree(text: &str, path: &mut Vec<String>, found: &mut Vec<Vec<String>>) -> usize {
    let start = text.len() - text.trim_start().len();
    let rest = &text[start..];
    if let Some(group) = rest.strip_prefix('{') {
        let mut at = 0;
        while at < group.len() && !group[at..].trim_start().starts_with('}') {
            at += tree(&group[at..], path, found).max(1);
            at += group[at..].len() - group[at..].trim_start().len();
            at += usize::from(group[at..].starts_with(','));
        }
        return start + 1 + at + group[at..].find('}').map_or(0, |end| end + 1);
    }
    let name = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_' || *c == '*').map(char::len_utf8).sum::<usize>();
    if name == 0 {
        return start;
    }
    path.push(rest[..name].to_owned());
    let tail = &rest[name..];
    let length = if let Some(deeper) = tail.strip_prefix("::") {
        name + 2 + tree(deeper, path, found)
    } else {
        found.push(path.clone());
        name + tail.find([',', '}', ';']).map_or(0, |end| if tail.starts_with(" as ") { end } else { 0 })
    };
    path.pop();
    start + length
}

fn modules(sources: &[Source]) -> BTreeSet<Vec<String>> {
    sources.iter().flat_map(|source| (1..=source.module.len()).map(|length| source.module[..length].to_vec())).collect()
}

fn violations(sources: &[Source]) -> Vec<String> {
    let modules = modules(sources);
    let mut wrong = Vec::new();
    for source in sources {
        let shown = source.path.display();
        wrong.extend(source.rooms().iter().filter_map(|room| judge(&source.room, room).err()).map(|why| format!("{shown}: {why}")));
        wrong.extend(source.lists(&modules).into_iter().map(|path| format!("{shown}: a member imports {path} from its folder's mod.rs")));
    }
    wrong
}

#[test]
fn every_import_keeps_to_the_floors() {
    let sources = Source::all();
    assert!(sources.len() > 20, "the sources were not found");
    let wrong = violations(&sources);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_rooms_stand_in_a_circle() {
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in Source::all() {
        let rooms = source.rooms();
        edges.entry(source.room).or_default().extend(rooms);
    }
    // Rooms that import nothing which is left are taken away until none is left, or all that are stand in circles.
    loop {
        let left: BTreeSet<String> = edges.keys().cloned().collect();
        let Some(leaf) = edges.iter().find(|(room, to)| to.iter().all(|other| other == *room || !left.contains(other))).map(|(room, _)| room.clone()) else {
            break;
        };
        edges.remove(&leaf);
    }
    assert!(edges.is_empty(), "in circles: {edges:?}");
}

#[test]
fn a_planted_violation_is_seen() {
    let plant = |path: &str, text: &str| {
        let sources = [Source::new(Path::new(path), text), Source::new(Path::new("tui/mod.rs"), ""), Source::new(Path::new("tui/model.rs"), "")];
        violations(&sources)
    };
    assert_eq!(plant("wire.rs", "use crate::{event, capture::source::Block};").len(), 1);
    assert_eq!(plant("decode/ip.rs", "fn f() { crate::flow::table::new(); }").len(), 1);
    assert_eq!(plant("protocols/dns.rs", "use crate::finding::Card;").len(), 1);
    assert_eq!(plant("content/scan.rs", "use crate::protocols::protocol::Probe;").len(), 1);
    assert_eq!(plant("report/html.rs", "use crate::engine;").len(), 1);
    assert_eq!(plant("detect/rule.rs", "use super::super::flow::Table;").len(), 1);
    assert_eq!(plant("main.rs", "fn main() { tattletale::engine::run(); }"), Vec::<String>::new());
    assert_eq!(plant("nowhere/a.rs", "use crate::wire::Mac;").len(), 1);
    assert_eq!(plant("tui/view.rs", "use super::Screen;").len(), 1);
    assert_eq!(plant("tui/view.rs", "use crate::tui::run;").len(), 1);
    assert_eq!(plant("tui/view.rs", "use super::{model::Model, Screen as S, model};").len(), 1);
}

#[test]
fn what_is_allowed_or_not_code_is_no_violation() {
    let fine = "//! See [`crate::engine`].\nuse super::model::Model;\nuse crate::home::snapshot::{Device, Snapshot as S};\n\
        const A: &str = \"crate::engine\"; const B: char = '\"';\n#[cfg(test)]\nmod tests { use crate::engine; const C: &str = \"}\"; }\nuse crate::wire::Mac;";
    let sources = [Source::new(Path::new("tui/view.rs"), fine), Source::new(Path::new("tui/model.rs"), "")];
    assert_eq!(violations(&sources), Vec::<String>::new());
    assert_eq!(sources[0].rooms().into_iter().collect::<Vec<_>>(), ["home", "tui", "wire"]);
}
