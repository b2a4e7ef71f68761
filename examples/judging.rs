//! What knowing the home adds to reading a capture: processor time of the judge (the caller's thread: facts put in order, the home, the detectors, the ledger,
//! the last look) beside that of everyone else (reader and shards).
//!
//! Usage: `cargo run --release --example judging -- FILE [RUNS]` (Linux: it reads `/proc`). One line a run, then the median.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;

use tattletale::capture;
use tattletale::engine::{Options, run};

/// Nanoseconds that this thread has run: the first number of its `schedstat`.
fn own_time() -> u64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or(0)
}

/// Nanoseconds that the whole process has run, ended threads included: user and system time in hundredths of a second (proc_pid_stat(5), fields 14, 15).
fn all_time() -> u64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = text.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    fields.filter_map(|field| field.parse::<u64>().ok()).sum::<u64>().saturating_mul(10_000_000)
}

/// Seconds of the judge, and of everyone else.
fn measure(file: &Path) -> Result<(f64, f64), String> {
    let source = capture::open(file).map_err(|error| error.to_string())?;
    let (own, all) = (own_time(), all_time());
    let seen = run(source, &Options::default(), &AtomicBool::new(false), &mut |_| {}, &mut |_| {});
    let (own, all) = (own_time().saturating_sub(own), all_time().saturating_sub(all));
    drop(seen);
    Ok((own as f64 / 1e9, all.saturating_sub(own) as f64 / 1e9))
}

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let Some(file) = words.next() else {
        eprintln!("usage: judging FILE [RUNS]");
        return ExitCode::from(64);
    };
    let runs: usize = words.next().and_then(|runs| runs.parse().ok()).unwrap_or(3);
    let mut added = Vec::new();
    for _ in 0..runs.max(1) {
        match measure(Path::new(&file)) {
            Ok((judge, others)) => {
                let percent = 100.0 * judge / others.max(0.01);
                println!("judge {judge:.2} s, reader and shards {others:.2} s: it adds {percent:.1} %");
                added.push(percent);
            }
            Err(error) => {
                eprintln!("{file}: {error}");
                return ExitCode::from(2);
            }
        }
    }
    added.sort_by(f64::total_cmp);
    println!("median: the home's judging adds {:.1} %", added.get(added.len() / 2).copied().unwrap_or_default());
    ExitCode::SUCCESS
}
