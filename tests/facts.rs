//! What simple patterns see in the plain requests of real devices is told, or is none: `CORPUS=/path/to/captures cargo test --test facts`.
//!
//! The folder lists its plain requests in `http_plaintext_facts.tsv` (repository, path, packet, …, what simple patterns saw in each). Every pattern of
//! every request must lead to a finding that shows its packet, but for the false hits named here, each of which was looked at (`docs/facts.md`).
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::print_stderr)]

mod common;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use serde_json::Value;

/// What a pattern that saw the truth is told as.
const TOLD: &[(&str, &[&str])] = &[
    ("token/session", &["LK-09", "LK-11"]),
    ("mac", &["LK-06"]),
    ("auth-header", &["LK-09", "LK-06"]),
    ("basic-auth", &["LK-09"]),
    ("wsse/digest", &["LK-09"]),
    ("password", &["LK-09"]),
    ("cookie", &["LK-09", "LK-11"]),
    ("serial/devid", &["LK-06"]),
    ("ssid", &["LK-06"]),
    ("email", &["LK-07"]),
];

/// Patterns that see no identifier at all.
const NONE: &[(&str, &str)] =
    &[("timezone", "the name of a time zone is that of millions of homes"), ("fw-version", "a version is that of every device of the model")];

/// False hits: end of the capture's path, packet (none: any), pattern, why.
const FALSE: &[(&str, Option<u64>, &str, &str)] = &[
    ("/dst", None, "token/session", "a digest of the request's time, another one with each request"),
    ("tests/cfgs/default/pcap/jsonrpc.pcap", Some(12), "mac", "twelve digits of a session's number, which is told as a cookie"),
    ("tests/cfgs/default/pcap/jsonrpc.pcap", Some(12), "ssid", "the letters `ssid` in `PHPSESSID`, which is told as a cookie"),
    ("testing/btest/Traces/websocket/jupyter-websocket.pcap", Some(4), "mac", "the last digits of a session's UUID, which is told as a token"),
    ("tests/pcap/single-packets.pcap", Some(2), "mac", "digits of a cookie's name, which is told as a cookie"),
    ("tests/pcap/single-packets.pcap", Some(2), "serial/devid", "letters within `segmentid` and `aam_uuid`, which are told as cookies"),
    ("testing/btest/Traces/var-services-std-ports.pcap", Some(124), "mac", "digits of a cookie, which is told as a cookie"),
    ("testing/btest/Traces/var-services-std-ports.pcap", Some(161), "mac", "digits of a cookie, which is told as a cookie"),
    ("unit_tests/pcaps/http_auth_digest.pcap", Some(1), "auth-header", "made for a test: what stands for the digest is eight letters, which no digest is"),
    ("unit_tests/pcaps/http_auth_digest.pcap", Some(1), "wsse/digest", "made for a test: what stands for the digest is eight letters, which no digest is"),
    ("tests/http-request-invalid/input.pcap", Some(4), "password", "three letters, `bar`: shorter than any password that is told"),
];

struct Row {
    capture: PathBuf,
    packet: u64,
    uri: String,
    patterns: Vec<String>,
}

fn rows() -> Option<Vec<Row>> {
    let folder = PathBuf::from(std::env::var_os("CORPUS").filter(|folder| !folder.is_empty())?);
    let list = std::fs::read_to_string(folder.join("http_plaintext_facts.tsv")).ok()?;
    let mut lines = list.lines();
    let names: HashMap<&str, usize> = lines.next()?.split('\t').enumerate().map(|(index, name)| (name, index)).collect();
    let row = |line: &str| {
        let columns: Vec<&str> = line.split('\t').collect();
        let column = |name: &str| columns[names[name]];
        let patterns = column("pii_patterns").split(',').filter(|pattern| !pattern.is_empty()).map(str::to_owned).collect();
        let capture = folder.join(column("repo").replace('/', "+")).join(column("path"));
        Row { capture, packet: column("first_packet_no").parse().unwrap(), uri: column("uri").to_owned(), patterns }
    };
    Some(lines.map(row).filter(|row| row.capture.is_file() && !row.patterns.is_empty()).collect())
}

/// The codes of the findings that show a packet. A finding lists its first five; of a later one it is only known that it is beyond.
fn codes<'t>(told: &'t mut BTreeMap<PathBuf, Vec<Value>>, capture: &Path, packet: u64) -> BTreeSet<&'t str> {
    let findings = told.entry(capture.to_owned()).or_insert_with(|| {
        let output = common::run(&["inspect", capture.to_str().unwrap(), "--format", "jsonl"], b"");
        assert!(output.status.success(), "{}", capture.display());
        common::records(&output.stdout).into_iter().filter(|record| record["type"] == "finding").collect()
    });
    let shows = |finding: &&Value| {
        let evidence: Vec<u64> = finding["evidence"].as_array().unwrap().iter().map(|each| each["packet"].as_u64().unwrap()).collect();
        evidence.contains(&packet) || evidence.len() == 5 && evidence.iter().all(|each| *each < packet)
    };
    findings.iter().filter(shows).map(|finding| finding["code"].as_str().unwrap()).collect()
}

/// The false hit that a pattern of a request is, if it is one.
fn exception(row: &Row, pattern: &str) -> Option<usize> {
    FALSE
        .iter()
        .position(|(path, packet, known, _)| row.capture.ends_with(path) && packet.is_none_or(|packet| packet == row.packet) && *known == pattern)
        .or_else(|| (pattern == "token/session" && row.uri.starts_with("/dst?timezone=")).then_some(0))
}

#[test]
fn what_patterns_see_is_told_or_known_to_be_none() {
    let Some(rows) = rows() else {
        eprintln!("skipped: CORPUS names no folder of captures with a list of plain requests");
        return;
    };
    let (mut told, mut missed, mut used) = (BTreeMap::new(), Vec::new(), BTreeSet::new());
    for row in &rows {
        let codes = codes(&mut told, &row.capture, row.packet);
        for pattern in row.patterns.iter().filter(|pattern| NONE.iter().all(|(none, _)| none != pattern)) {
            let (_, wanted) = TOLD.iter().find(|(known, _)| known == pattern).unwrap_or_else(|| panic!("a new pattern: {pattern}"));
            let is_told = wanted.iter().any(|code| codes.contains(code));
            match exception(row, pattern) {
                Some(index) => {
                    used.insert(index);
                }
                None if is_told => {}
                None => missed.push(format!("{} {} {pattern}: {codes:?}", row.capture.display(), row.packet)),
            }
        }
    }
    assert!(rows.len() >= 155, "only {} such requests", rows.len());
    assert!(missed.is_empty(), "{missed:#?}");
    assert_eq!(used.len(), FALSE.len(), "a false hit that is none any more");
}

#[test]
fn every_false_hit_has_its_reason_in_the_page() {
    let page = include_str!("../docs/facts.md");
    for (path, _, _, why) in FALSE {
        assert!(page.contains(why) && page.contains(path), "{path}: {why}");
    }
    for (pattern, why) in NONE {
        assert!(page.contains(pattern) && page.contains(why), "{pattern}: {why}");
    }
}
