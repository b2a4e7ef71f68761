//! What real devices say in the clear is told, with the packet that holds it: `CORPUS=/path/to/captures cargo test --test real`.
//!
//! The folder lists its plain requests in `http_plaintext_facts.tsv` (repository, path, packet, …, what a crude pattern saw in each). Nothing of
//! what people or devices said is written here: the list gives the packets, and what is asserted is code, kind, field and packet.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::print_stderr)]

mod common;

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use serde_json::Value;

/// A plain request of the list.
struct Row {
    capture: PathBuf,
    packet: u64,
    uri: String,
    scope: String,
    patterns: String,
}

impl Row {
    fn has(&self, pattern: &str) -> bool {
        self.patterns.split(',').any(|each| each == pattern)
    }

    fn is_of(&self, maker: &str) -> bool {
        self.capture.iter().any(|part| part.to_string_lossy().starts_with(maker))
    }
}

/// The list, by column; none without a folder.
fn rows() -> Option<Vec<Row>> {
    let folder = PathBuf::from(std::env::var_os("CORPUS").filter(|folder| !folder.is_empty())?);
    let list = std::fs::read_to_string(folder.join("http_plaintext_facts.tsv")).ok()?;
    let mut lines = list.lines();
    let names: HashMap<&str, usize> = lines.next()?.split('\t').enumerate().map(|(index, name)| (name, index)).collect();
    let row = |line: &str| {
        let columns: Vec<&str> = line.split('\t').collect();
        let column = |name: &str| columns[names[name]].to_owned();
        let capture = folder.join(column("repo").replace('/', "+")).join(column("path"));
        Row { capture, packet: column("first_packet_no").parse().unwrap(), uri: column("uri"), scope: column("scope"), patterns: column("pii_patterns") }
    };
    Some(lines.map(row).filter(|row| row.capture.is_file()).collect())
}

/// Findings by capture, each capture read once.
#[derive(Default)]
struct Told(BTreeMap<PathBuf, Vec<Value>>);

impl Told {
    fn of(&mut self, capture: &Path) -> &[Value] {
        self.0.entry(capture.to_owned()).or_insert_with(|| {
            let output = common::run(&["inspect", capture.to_str().unwrap(), "--format", "jsonl"], b"");
            assert!(output.status.success(), "{}", capture.display());
            common::records(&output.stdout).into_iter().filter(|record| record["type"] == "finding").collect()
        })
    }

    /// Whether a finding of this code and kind shows the packet (a finding lists its first five) and, where a word is given, a field of that name.
    fn shows(&mut self, capture: &Path, packet: u64, code: &str, kind: &str, field: &str) -> bool {
        self.of(capture).iter().any(|finding| {
            let evidence = finding["evidence"].as_array().unwrap();
            let is_beyond = evidence.len() == 5 && evidence.iter().all(|each| each["packet"].as_u64().unwrap() < packet);
            let is_there = is_beyond || evidence.iter().any(|each| each["packet"] == packet);
            let is_value = |value: &Value| value["kind"] == kind && value["field"].as_str().unwrap().to_lowercase().contains(field);
            finding["code"] == code && is_there && finding["values"].as_array().unwrap().iter().any(is_value)
        })
    }
}

/// Asserts that each row that `wanted` picks is told as it says (code, kind, field); at least `least` rows.
fn each(least: usize, wanted: impl Fn(&Row) -> Vec<(&'static str, &'static str, &'static str)>) {
    let Some(rows) = rows() else {
        eprintln!("skipped: CORPUS names no folder of captures with a list of plain requests");
        return;
    };
    let (mut told, mut missed, mut seen) = (Told::default(), Vec::new(), 0);
    for row in &rows {
        let wants = wanted(row);
        seen += usize::from(!wants.is_empty());
        for (code, kind, field) in wants {
            if !told.shows(&row.capture, row.packet, code, kind, field) {
                missed.push(format!("{} {} {code} {kind} {field}", row.capture.display(), row.packet));
            }
        }
    }
    assert!(seen >= least, "only {seen} such requests");
    assert!(missed.is_empty(), "of {seen}: {missed:#?}");
}

#[test]
fn a_scale_that_registers_tells_serial_address_token_and_network() {
    each(6, |row| {
        let query = row.is_of("Aria").then(|| row.uri.split_once('?')).flatten().map_or("", |(_, query)| query);
        let mut wants = Vec::new();
        for pair in query.split('&') {
            match pair.split_once('=').map_or("", |(key, _)| key) {
                "serialNumber" => wants.extend([("LK-06", "serial", "serialnumber"), ("LK-06", "mac", "serialnumber")]),
                "token" => wants.push(("LK-09", "token", "token")),
                "ssid" => wants.push(("LK-06", "network-name", "ssid")),
                _ => {}
            }
        }
        wants
    });
}

#[test]
fn plugs_and_sensors_that_ask_for_updates_tell_their_address() {
    each(6, |row| if row.is_of("D-Link") && row.has("mac") { vec![("LK-06", "mac", "model")] } else { Vec::new() });
}

#[test]
fn a_plug_is_asked_with_its_password() {
    each(2, |row| if row.is_of("Edimax") && row.has("basic-auth") { vec![("LK-09", "password", "authorization")] } else { Vec::new() });
}

#[test]
fn a_bridge_for_lamps_tells_its_address_to_its_maker() {
    each(6, |row| if row.is_of("HueBridge") && row.has("auth-header") && row.scope == "wan" { vec![("LK-06", "mac", "authorization")] } else { Vec::new() });
}

#[test]
fn a_bridge_for_lamps_is_asked_with_the_key_of_its_user() {
    each(10, |row| {
        let key = row.uri.strip_prefix("/api/").and_then(|rest| rest.split('/').next()).unwrap_or("");
        if row.is_of("Hue") && key.len() >= 28 { vec![("LK-09", "token", "api")] } else { Vec::new() }
    });
}

/// A cookie that a server deletes is none.
#[test]
fn no_empty_cookie_is_told() {
    let Some(rows) = rows() else {
        eprintln!("skipped: CORPUS names no folder of captures with a list of plain requests");
        return;
    };
    let mut told = Told::default();
    for row in rows.iter().filter(|row| row.is_of("Aria")) {
        for finding in told.of(&row.capture) {
            let values = finding["values"].as_array().unwrap();
            assert!(!values.iter().any(|value| value["field"] == "fhttps"), "{finding}");
        }
    }
}
