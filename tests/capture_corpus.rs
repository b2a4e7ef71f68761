//! Reads a directory of captures and compares the number of packets with what another program counted.
//!
//! `CORPUS=/captures cargo test --test capture_corpus -- --nocapture`, where the directory holds `truth.jsonl`: one object a line with `file` (the path in
//! the directory) and `packets`. Skipped where `CORPUS` is not set. Differences are printed; `CORPUS_DIFFERENCES` says how many are known and right.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::panic, missing_docs)]

use std::io::Cursor;
use std::path::Path;
use std::{env, fs};

use tattletale::capture;
use tattletale::capture::source::{Block, Fill, InputReport};

/// The files that the truth names, and the number of packets that the other program counted in each.
fn truth(corpus: &Path) -> Vec<(String, u64)> {
    let text = fs::read_to_string(corpus.join("truth.jsonl")).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    // What the other program could not read to its end says nothing.
    let whole = lines.filter(|line| line.get("error").is_none());
    whole.filter_map(|line| Some((line.get("file")?.as_str()?.to_owned(), line.get("packets")?.as_u64()?))).collect()
}

/// Reads a file to its end.
fn read(path: &Path) -> Result<InputReport, String> {
    let mut source = capture::open(path).map_err(|error| error.to_string())?;
    let mut block = Block::default();
    let mut number = 0;
    while source.fill(&mut block).map_err(|error| error.to_string())? != Fill::End {
        for frame in &block.frames {
            number += 1;
            assert_eq!(frame.number, number, "{}", path.display());
            assert_eq!(block.frame(frame).len(), frame.captured as usize, "{}", path.display());
        }
    }
    Ok(source.report())
}

/// The numbers of packets that are read of each beginning of a capture.
fn prefixes(bytes: &[u8]) -> Vec<u64> {
    let mut block = Block::default();
    let mut count = |end: usize| {
        let prefix = Cursor::new(bytes.get(..end).unwrap_or_default().to_vec());
        let Ok(mut source) = capture::stream("prefix", Box::new(prefix)) else { return 0 };
        while source.fill(&mut block).unwrap() != Fill::End {}
        source.report().packets
    };
    (0..=bytes.len()).map(&mut count).collect()
}

#[test]
fn small_captures_are_read_to_any_cut() {
    let Some(corpus) = env::var("CORPUS").ok().filter(|folder| !folder.is_empty()) else {
        println!("skipped: CORPUS is not set");
        return;
    };
    let corpus = Path::new(&corpus);
    let (mut files, mut cuts) = (0, 0);
    for (file, _) in truth(corpus) {
        let bytes = fs::read(corpus.join(&file)).unwrap();
        if bytes.len() > 4_096 {
            continue;
        }
        let counts = prefixes(&bytes);
        assert!(counts.is_sorted(), "{file}");
        files += 1;
        cuts += counts.len();
    }
    println!("{files} files, {cuts} cuts");
}

#[test]
fn packets_are_counted_like_another_program_counts_them() {
    let Some(corpus) = env::var("CORPUS").ok().filter(|folder| !folder.is_empty()) else {
        println!("skipped: CORPUS is not set");
        return;
    };
    let corpus = Path::new(&corpus);
    let (mut files, mut packets, mut differences) = (0, 0, 0);
    for (file, counted) in truth(corpus) {
        files += 1;
        let result = read(&corpus.join(&file));
        let (ours, damage) = match &result {
            Ok(report) => (report.packets, report.damage.as_deref()),
            Err(error) => (0, Some(error.as_str())),
        };
        packets += ours;
        if ours != counted {
            differences += 1;
            println!("{file}: {ours} packets here, {counted} there; {}", damage.unwrap_or("no damage"));
        } else if let Some(damage) = damage {
            println!("{file}: {ours} packets on both sides; {damage}");
        }
    }
    println!("{files} files, {packets} packets, {differences} differences");
    let known = env::var("CORPUS_DIFFERENCES").ok().and_then(|known| known.parse().ok()).unwrap_or(0);
    assert!(differences <= known, "{differences} differences, {known} known");
}
