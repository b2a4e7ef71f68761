//! Protocols are known by their bytes: with every well-known port changed, a capture tells the same.
//! `CORPUS=/path/to/captures cargo test --test ports`. Nothing of the folder is part of the project.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stderr)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use common::pcap::{Connection, with_ports};
use common::run;
use serde_json::Value;
use tattletale::protocols::PROTOCOLS;

/// Larger captures would only take longer.
const LARGEST: u64 = 512 << 10;

/// Protocols that are by nature bound to a port or group, each with the reason: on another port they may be silent, or taken for what they look like.
const BOUND: &[(&str, &str)] = &[
    ("mdns", "its messages are those of DNS: only port and group make them its own"),
    ("llmnr", "its messages are those of DNS: only port and group make them its own"),
    ("nbns", "a name service of the local link, with the header of DNS: only its port makes it its own"),
    ("nat-pmp", "its messages have two bytes that are their own: only its port makes it its own"),
];

/// Captures that differ, each with the reason.
const DIFFERENT: &[(&str, &str)] = &[
    ("netbios_wildcard_dns_query.pcap", "a DNS question for a name of one label may be anything on another port"),
    ("conn-count-too-large.pcap", "a DNS message that is broken on purpose may be anything on another port"),
    ("coap_mqtt.pcap", "a CoAP request without a path is four bytes and a token, which may be anything on another port"),
    ("wlan2.4.pcap", "a single short CoAP request may be anything on another port"),
    ("ftp-download-passive/input.pcap", "FTP names the port of its data in a message, which stays as it is"),
    ("ftp-upload-passive/input.pcap", "FTP names the port of its data in a message, which stays as it is"),
    ("transform-base64-7296/input.pcap", "HTTP/2 that is picked up in its middle: which end answers is a guess that the port decides"),
    ("telnet.pcap", "single packets from the middle: which end is the server is a guess that the port decides"),
];

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
    let output = run(&["inspect", "-", "--format", "jsonl", "--records", "name,exchange,fingerprint,flow", "--reveal"], capture);
    let records = common::records(&output.stdout);
    let line = |record: &Value| {
        let fields: &[&str] = match record["type"].as_str()? {
            "name" => &["source", "name"],
            "exchange" => &["protocol", "kind", "method", "host", "target", "status"],
            "flow" if record["protocol"] != "unknown" => &["protocol", "transport"],
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
    let bound = |line: &&String| BOUND.iter().any(|(protocol, _)| line.starts_with(&format!("\"{protocol}\"")));
    // What a bound protocol told may be told as another's.
    let rest = |line: &str| line.split_once(' ').map(|(_, rest)| rest.to_owned());
    let moved: BTreeSet<_> = before.iter().filter(bound).filter_map(|line| rest(line)).collect();
    let missing = before.difference(&after).filter(|line| !bound(line)).cloned().collect();
    let extra = after.difference(&before).filter(|line| rest(line).is_none_or(|rest| !moved.contains(&rest))).cloned().collect();
    Some((missing, extra))
}

/// Every small file of the folder: what is no capture, [`with_ports`] passes over.
fn files() -> Option<Vec<PathBuf>> {
    let folder = PathBuf::from(std::env::var_os("CORPUS").filter(|folder| !folder.is_empty())?);
    let (mut folders, mut files) = (vec![folder], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).ok()? {
            let path = entry.unwrap().path();
            match std::fs::metadata(&path) {
                Ok(file) if file.is_dir() => folders.push(path),
                Ok(file) if file.len() <= LARGEST => files.push(path),
                _ => {}
            }
        }
    }
    files.sort();
    Some(files)
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
    let Some(paths) = files() else {
        eprintln!("skipped: CORPUS names no folder of captures");
        return;
    };
    let (queue, found, compared) = (Mutex::new(paths.iter()), Mutex::new(BTreeMap::new()), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(path) = { queue.lock().unwrap().next() } {
                    let Some((missing, extra)) = differences(path) else { continue };
                    compared.fetch_add(1, Ordering::Relaxed);
                    if missing.len() + extra.len() > 0 {
                        found.lock().unwrap().insert(path.clone(), (missing, extra));
                    }
                }
            });
        }
    });
    assert!(compared.into_inner() > 50, "too few captures to tell");
    let mut found = found.into_inner().unwrap();
    for (name, reason) in DIFFERENT {
        let before = found.len();
        found.retain(|path, _| !path.ends_with(name));
        let is_there = paths.iter().any(|path| path.ends_with(name));
        assert!(found.len() < before || !is_there, "{name} does not differ any more ({reason})");
    }
    for (name, (missing, extra)) in &found {
        eprintln!("{}: {} missing, {} extra", name.display(), missing.len(), extra.len());
        missing.iter().take(8).for_each(|line| eprintln!("  - {line}"));
        extra.iter().take(8).for_each(|line| eprintln!("  + {line}"));
    }
    assert!(found.is_empty(), "{} captures tell something else with other ports", found.len());
}
