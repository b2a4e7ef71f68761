//! Protocols are known by their bytes: with every well-known port changed, a capture tells the same.
//! `CORPUS=/path/to/captures cargo test --test ports`. Nothing of the folder is part of the project.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stderr)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;

use common::pcap::{Connection, with_ports};
use common::run;
use serde_json::Value;
use tattletale::protocols::PROTOCOLS;

/// Captures of all kinds of protocols, below the folder.
const FOLDER: &str = "ntop+nDPI/tests/cfgs/default/pcap";

/// Larger captures would only take longer.
const LARGEST: u64 = 512 << 10;

/// Protocols that are by nature bound to a port or group, each with the reason: they may lack, and what is told of their flows is not compared.
const BOUND: &[(&str, &str)] = &[];

/// Captures that differ, each with the reason.
const DIFFERENT: &[(&str, &str)] = &[];

/// A port that devices use for a purpose changes places with one that stands for none, so that no two ports become one.
fn changed(port: u16) -> u16 {
    const AWAY: u16 = 20_000;
    let is_known = |port: u16| (1..1_024).contains(&port) || PROTOCOLS.iter().any(|protocol| protocol.ports.contains(&port));
    let there = |port: u16| if port < 40_000 { port.checked_add(AWAY) } else { port.checked_sub(AWAY) };
    let back = [port.checked_sub(AWAY), port.checked_add(AWAY)].into_iter().flatten().find(|from| is_known(*from) && there(*from) == Some(port));
    match (is_known(port), back) {
        (true, _) => there(port).filter(|there| !is_known(*there)).unwrap_or(port),
        (false, Some(from)) => from,
        (false, None) => port,
    }
}

/// What a capture tells, as far as ports have no part in it.
fn told(capture: &[u8]) -> BTreeSet<String> {
    let output = run(&["inspect", "-", "--format", "jsonl", "--records", "name,exchange,fingerprint", "--reveal"], capture);
    let records = common::records(&output.stdout);
    let is_bound = |protocol: &Value| BOUND.iter().any(|(bound, _)| protocol == bound);
    let line = |record: &Value| {
        let fields: &[&str] = match record["type"].as_str()? {
            "name" if !is_bound(&record["source"]) => &["source", "name"],
            "exchange" if !is_bound(&record["protocol"]) => &["protocol", "kind", "method", "host", "target", "status"],
            "fingerprint" if record["kind"] != "community-id" => &["kind", "value"],
            _ => return None,
        };
        Some(fields.iter().map(|field| record[*field].to_string()).collect::<Vec<_>>().join(" "))
    };
    records.iter().filter_map(line).collect()
}

/// What differs, first the lines that are missing with changed ports.
fn differences(path: &Path) -> Option<(Vec<String>, Vec<String>)> {
    let original = std::fs::read(path).unwrap();
    let moved = with_ports(&original, &changed)?;
    let (before, after) = (told(&original), told(&moved));
    let only = |these: &BTreeSet<String>, those: &BTreeSet<String>| these.difference(those).cloned().collect();
    Some((only(&before, &after), only(&after, &before)))
}

fn captures() -> Option<Vec<PathBuf>> {
    let folder = PathBuf::from(std::env::var_os("CORPUS").filter(|folder| !folder.is_empty())?).join(FOLDER);
    let entries = std::fs::read_dir(folder).ok()?;
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| std::fs::metadata(path).is_ok_and(|file| file.is_file() && file.len() <= LARGEST));
    paths.sort();
    Some(paths)
}

#[test]
fn no_two_ports_become_one() {
    let after: BTreeSet<u16> = (0..=u16::MAX).map(changed).collect();
    assert_eq!(after.len(), 1 << 16);
    let moved = (1..1_024).filter(|port| changed(*port) != *port).count();
    assert!(moved > 1_000, "only {moved} of the well-known ports change");
}

#[test]
fn only_ports_are_changed() {
    let capture = |port| Connection::new(port).up(b"\x05\x01\x00").down(b"\x05\x00").pcap();
    assert!(with_ports(&capture(443), &|port| if port == 443 { 20_443 } else { port }).unwrap() == capture(20_443));
}

#[test]
fn a_capture_tells_the_same_with_other_ports() {
    let Some(paths) = captures() else {
        eprintln!("skipped: CORPUS names no folder of captures that holds {FOLDER}");
        return;
    };
    assert!(paths.len() > 50, "too few captures to tell");
    let (queue, found) = (Mutex::new(paths.iter()), Mutex::new(BTreeMap::new()));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(path) = { queue.lock().unwrap().next() } {
                    if let Some((missing, extra)) = differences(path).filter(|(missing, extra)| missing.len() + extra.len() > 0) {
                        found.lock().unwrap().insert(path.file_name().unwrap().to_string_lossy().into_owned(), (missing, extra));
                    }
                }
            });
        }
    });
    let mut found = found.into_inner().unwrap();
    for (name, reason) in DIFFERENT {
        assert!(found.remove(*name).is_some(), "{name} does not differ any more ({reason})");
    }
    for (name, (missing, extra)) in &found {
        eprintln!("{name}: {} missing, {} extra", missing.len(), extra.len());
        missing.iter().take(8).for_each(|line| eprintln!("  - {line}"));
        extra.iter().take(8).for_each(|line| eprintln!("  + {line}"));
    }
    assert!(found.is_empty(), "{} captures tell something else with other ports", found.len());
}
