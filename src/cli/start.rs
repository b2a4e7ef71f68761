//! `tattletale` alone, on a terminal: the start screen, and what was chosen there.

use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

use super::code::Code;
use super::stdout::is_colored;
use super::{args, config, tell};
use crate::capture::{self, interfaces};
use crate::printable::clean;
use crate::tui;
use crate::tui::start::{Ahead, Choice, Entry, Interface, What};

/// Entries of a folder that are listed.
const ENTRIES: usize = 2_000;
/// Entries of a folder that are looked at.
const LOOKED: usize = 20_000;
/// Where Linux tells the counters of its interfaces.
const COUNTERS: &str = "/sys/class/net";

/// Whether the start screen can be shown.
pub(super) fn is_possible() -> bool {
    io::stdout().is_terminal() && io::stdin().is_terminal() && env::var_os("TERM").is_some_and(|term| term != "dumb")
}

/// Shows it; the words of the command that was chosen, or how it ended.
pub(super) fn run() -> Result<Vec<OsString>, Code> {
    let config = config::load().map_err(|problem| {
        tell::problem(&problem);
        Code::Usage
    })?;
    config.warnings.iter().for_each(|warning| tell::problem(warning));
    let mut machine = Machine { interfaces: look() };
    // Told on the normal screen too, where it can be copied and stays.
    if let Some(remedy) = machine.interfaces.iter().all(|interface| interface.denied.is_some()).then(|| machine.interfaces.first()?.denied.clone()).flatten() {
        tell::problem(&remedy);
    }
    let options = tui::Options { color: is_colored(args::Color::Auto), config, ..tui::Options::default() };
    let folder = env::current_dir().unwrap_or_else(|_| PathBuf::from("/"));
    let chosen = tui::start::run(&options, folder, &mut machine).map_err(|error| {
        tell::problem(&format!("The screen could not be shown: {error}."));
        Code::Fault
    })?;
    let words: Vec<OsString> = match chosen {
        None => return Err(Code::Done),
        Some(Choice::Interface(name)) => vec!["watch".into(), "--interface".into(), name.into()],
        Some(Choice::File(path)) => vec!["watch".into(), "--".into(), path.into()],
        Some(Choice::Demo) => vec!["demo".into()],
    };
    Ok([OsString::from("tattletale")].into_iter().chain(words).collect())
}

/// The interfaces, and whether they may be listened on.
fn look() -> Vec<Interface> {
    let usual = interfaces::default();
    let told = |interface: interfaces::Interface| {
        let mut state = vec![if interface.is_up { "up" } else { "down" }.to_owned()];
        if interface.is_loopback {
            state.push("this computer only".to_owned());
        }
        state.extend(interface.addresses.iter().filter(|address| address.is_ipv4()).take(1).map(ToString::to_string));
        Interface {
            is_usual: usual.as_deref() == Some(interface.name.as_str()),
            denied: interfaces::may_capture(&interface.name).err().map(|error| error.to_string()),
            state: state.join(", "),
            is_up: interface.is_up,
            name: interface.name,
        }
    };
    interfaces::list().into_iter().map(told).collect()
}

struct Machine {
    interfaces: Vec<Interface>,
}

impl Ahead for Machine {
    fn interfaces(&mut self) -> Vec<Interface> {
        self.interfaces.clone()
    }

    fn traffic(&mut self, name: &str) -> Option<u64> {
        if name.contains(['/', '\0']) || name.starts_with('.') {
            return None;
        }
        let folder = Path::new(COUNTERS).join(name).join("statistics");
        let count = |file: &str| fs::read_to_string(folder.join(file)).ok()?.trim().parse::<u64>().ok();
        Some(count("rx_bytes")?.saturating_add(count("tx_bytes")?))
    }

    fn folder(&mut self, path: &Path) -> Result<Vec<Entry>, String> {
        let list = fs::read_dir(path).map_err(|error| format!("{} could not be looked into: {error}.", clean(&path.to_string_lossy())))?;
        let mut entries: Vec<Entry> = list.flatten().take(LOOKED).filter_map(|entry| self::entry(&entry)).take(ENTRIES).collect();
        entries.sort_by_cached_key(|entry| (entry.what != What::Folder, entry.name.to_lowercase()));
        if path.parent().is_some() {
            entries.insert(0, Entry { name: "..".to_owned(), what: What::Folder });
        }
        Ok(entries)
    }
}

/// A folder or a capture whose name can be told; nothing hidden.
fn entry(entry: &fs::DirEntry) -> Option<Entry> {
    let name = entry.file_name().into_string().ok().filter(|name| !name.starts_with('.'))?;
    let about = fs::metadata(entry.path()).ok()?;
    if about.is_dir() {
        return Some(Entry { name, what: What::Folder });
    }
    let mut head = Vec::new();
    let is_capture = about.is_file() && File::open(entry.path()).ok()?.take(4).read_to_end(&mut head).is_ok() && capture::is_capture(&head);
    is_capture.then_some(Entry { name, what: What::Capture(about.len()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_and_captures_are_listed_and_nothing_else() {
        let mut machine = Machine { interfaces: Vec::new() };
        let entries = machine.folder(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/captures"))).unwrap();
        assert_eq!(entries.first().map(|entry| entry.name.as_str()), Some(".."));
        assert!(entries.iter().any(|entry| entry.name == "demo.pcapng" && matches!(entry.what, What::Capture(bytes) if bytes > 0)));
        assert!(entries.iter().all(|entry| !entry.name.ends_with("json")), "labels are no captures");
        assert!(machine.folder(Path::new("/nonexistent")).is_err());
    }

    #[test]
    fn counters_are_read_of_interfaces_only() {
        let mut machine = Machine { interfaces: Vec::new() };
        for name in ["../../etc", ".", "", "no-such-interface", "a\0b"] {
            assert_eq!(machine.traffic(name), None, "{name}");
        }
    }
}
