//! The same packets and options give the same records, whatever the threads and the way of delivery (contract, "JSON Lines").
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod common;

use std::io::Write;
use std::path::{Path, PathBuf};

use common::{captures, run};

const ALL: [&str; 4] = ["--format", "jsonl", "--records", "all"];

/// Every line of a report but `run` and `start`, which tell how packets were delivered.
fn lines(output: &[u8]) -> Vec<String> {
    let told = |line: &&str| !line.contains(r#""type":"run""#) && !line.contains(r#""type":"start""#);
    std::str::from_utf8(output).unwrap().lines().filter(told).map(str::to_owned).collect()
}

fn inspect(path: &str, more: &[&str], input: &[u8]) -> Vec<String> {
    let arguments: Vec<&str> = ["inspect", path].iter().chain(&ALL).chain(more).copied().collect();
    let output = run(&arguments, input);
    assert!(output.status.success(), "{path} {more:?}: {}", String::from_utf8_lossy(&output.stderr));
    lines(&output.stdout)
}

/// Own captures, and of a folder of others (`CORPUS`) every tenth.
fn inputs() -> Vec<PathBuf> {
    let mut paths = captures();
    if let Some(folder) = std::env::var_os("CORPUS").filter(|folder| !folder.is_empty()) {
        let mut others = Vec::new();
        collect(Path::new(&folder), &mut others);
        others.sort();
        paths.extend(others.into_iter().step_by(10));
    }
    paths
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|ending| ending == "pcap" || ending == "pcapng") && path.metadata().unwrap().len() < 2 << 20 {
            paths.push(path);
        }
    }
}

#[test]
fn threads_pipe_and_compression_make_no_difference() {
    for path in inputs() {
        let bytes = std::fs::read(&path).unwrap();
        let path = path.to_str().unwrap();
        if !run(&["inspect", path, "--quiet"], &[]).status.success() {
            continue;
        }
        let expected = inspect(path, &["--threads", "1"], &[]);
        assert!(expected.len() >= 2, "{path}: coverage and summary at least");
        for threads in ["2", "4", "8"] {
            assert_eq!(inspect(path, &["--threads", threads], &[]), expected, "{path} with {threads} threads");
        }
        assert_eq!(inspect("-", &[], &bytes), expected, "{path} through a pipe");
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(&bytes).unwrap();
        assert_eq!(inspect("-", &[], &packer.finish().unwrap()), expected, "{path} packed");
    }
}

#[test]
fn with_little_memory_the_threads_make_no_difference_either() {
    for path in inputs() {
        let path = path.to_str().unwrap();
        let little = |threads: &str| run(&["inspect", path, "--format", "jsonl", "--records", "all", "--max-memory", "1M", "--threads", threads], &[]);
        let expected = little("1");
        for threads in ["2", "8"] {
            assert_eq!(lines(&little(threads).stdout), lines(&expected.stdout), "{path} with {threads} threads and little memory");
        }
    }
}

/// The last version of each record of `watch --headless`, in the contract's order.
fn last_versions(output: &[u8]) -> Vec<String> {
    let (mut order, mut last) = (Vec::new(), std::collections::HashMap::new());
    for line in lines(output) {
        let record: serde_json::Value = serde_json::from_str(&line).unwrap();
        let key = match record["type"].as_str().unwrap() {
            "device" | "finding" => format!("{} {}", record["type"], record["id"]),
            "endpoint" => format!("endpoint {} {}", record["address"], record["port"]),
            "flow" => format!("flow {}", record["id"]),
            kind @ ("coverage" | "summary") => kind.to_owned(),
            _ => line.clone(),
        };
        order.retain(|known| *known != key);
        order.push(key.clone());
        last.insert(key, line);
    }
    let rank = |line: &String| {
        let kinds = ["name", "exchange", "fingerprint", "flow", "endpoint", "device", "finding", "coverage", "summary"];
        kinds.iter().position(|kind| line.contains(&format!(r#""type":"{kind}""#))).unwrap_or(kinds.len())
    };
    let mut told: Vec<String> = order.iter().map(|key| last[key].clone()).collect();
    told.sort_by_key(|line| if rank(line) < 3 { 0 } else { rank(line) });
    told
}

#[test]
fn a_replay_gives_in_the_end_what_inspect_gives() {
    for path in captures() {
        let path = path.to_str().unwrap();
        let expected = inspect(path, &[], &[]);
        let output = run(&["watch", path, "--headless", "--speed", "0", "--records", "all"], &[]);
        assert!(output.status.success(), "{path}: {}", String::from_utf8_lossy(&output.stderr));
        let mut told = last_versions(&output.stdout);
        let mut wanted = expected;
        told.sort();
        wanted.sort();
        assert_eq!(told, wanted, "{path} replayed");
    }
}
