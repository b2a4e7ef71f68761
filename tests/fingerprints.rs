//! JA4 as its authors compute it: `CORPUS=/path/to/captures cargo test --test fingerprints`.
//!
//! The folder holds the captures and expected outputs of the reference implementations (FoxIO-LLC/ja4): Rust's snapshots tell one fingerprint a
//! connection, those of Python and of the Wireshark plugin all of them. Nothing of them is written here.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice, clippy::print_stderr)]

mod common;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn folder() -> Option<PathBuf> {
    let corpus = std::env::var_os("CORPUS").filter(|folder| !folder.is_empty())?;
    Some(PathBuf::from(corpus).join("FoxIO-LLC+ja4")).filter(|folder| folder.join("pcap").is_dir())
}

/// `t13d1516h2_8daaf6152771_e5627efa2ab1`.
fn is_ja4(word: &str) -> bool {
    let parts: Vec<&str> = word.split('_').collect();
    let is_hash = |part: &&str| part.len() == 12 && part.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    matches!(&parts[..], [first, rest @ ..] if first.len() == 10 && first.starts_with(['t', 'q', 'd']) && rest.len() == 2 && rest.iter().all(is_hash))
}

fn words(path: &Path) -> impl Iterator<Item = String> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let words: Vec<String> = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| is_ja4(word)).map(str::to_owned).collect();
    words.into_iter()
}

fn told(capture: &Path) -> BTreeSet<String> {
    let output = common::run(&["inspect", capture.to_str().unwrap(), "--format", "jsonl", "--records", "fingerprint"], b"");
    assert!(output.status.success(), "{}", capture.display());
    let records = common::records(&output.stdout);
    let fingerprints = common::of_type(&records, "fingerprint");
    fingerprints.iter().filter(|record| record["kind"] == "ja4").map(|record| record["value"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn ja4_is_what_the_reference_implementations_compute() {
    let Some(folder) = folder() else {
        eprintln!("skipped: CORPUS names no folder with FoxIO-LLC+ja4");
        return;
    };
    let (mut seen, mut wrong) = (0, Vec::new());
    for entry in std::fs::read_dir(folder.join("pcap")).unwrap() {
        let capture = entry.unwrap().path();
        let name = capture.file_name().unwrap().to_string_lossy().into_owned();
        let snapshot = folder.join(format!("rust/ja4/src/snapshots/ja4__insta@{name}.snap"));
        if !snapshot.is_file() {
            continue;
        }
        let wanted: BTreeSet<String> = words(&snapshot).collect();
        let others = ["python", "wireshark"].map(|maker| folder.join(format!("{maker}/test/testdata/{name}.json")));
        let known: BTreeSet<String> = wanted.iter().cloned().chain(others.iter().flat_map(|path| words(path))).collect();
        let told = told(&capture);
        seen += told.len();
        wrong.extend(told.difference(&known).map(|value| format!("{name}: {value} is told")));
        wrong.extend(wanted.difference(&told).map(|value| format!("{name}: {value} is not told")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(seen >= 15, "only {seen} fingerprints");
}
