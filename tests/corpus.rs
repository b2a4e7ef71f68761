//! Every capture of a folder survives: `CORPUS=/path/to/captures cargo test --test corpus`. Nothing of the folder is part of the project.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, clippy::print_stdout)]

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};
use std::{env, fs, io, thread};

/// Longer than this no capture may take.
const LONGEST: Duration = Duration::from_mins(1);
/// Endings of captures, before `.gz` or `.zst`.
const ENDINGS: [&str; 7] = ["pcap", "pcapng", "cap", "trace", "dmp", "ntar", "pcap2"];

fn is_capture(path: &Path) -> bool {
    let mut name = path.to_path_buf();
    if name.extension().is_some_and(|ending| ending == "gz" || ending == "zst") {
        name.set_extension("");
    }
    name.extension().and_then(OsStr::to_str).is_some_and(|ending| ENDINGS.contains(&ending))
}

fn captures(top: PathBuf) -> Vec<PathBuf> {
    let (mut folders, mut files) = (vec![top], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(path),
                Ok(_) if is_capture(&path) => files.push(path),
                _ => {}
            }
        }
    }
    files.sort();
    files
}

/// Why a capture did not survive.
fn trouble(path: &Path, scratch: &Path) -> Option<String> {
    let (out, errors) = (scratch.with_extension("out"), scratch.with_extension("err"));
    let child = Command::new(env!("CARGO_BIN_EXE_tattletale"))
        .args(["inspect", "--format", "jsonl", "--records", "all"])
        .arg(path)
        .stdin(Stdio::null())
        .stdout(fs::File::create(&out).unwrap())
        .stderr(fs::File::create(&errors).unwrap())
        .spawn()
        .unwrap();
    let code = match wait(child) {
        Ok(Some(code)) => code,
        Ok(None) => return Some("ended by a signal".to_owned()),
        Err(_) => return Some(format!("no end within {LONGEST:?}")),
    };
    let said = String::from_utf8_lossy(&fs::read(&errors).unwrap()).into_owned();
    if ![0, 3].contains(&code) || said.contains("panicked") {
        return Some(format!("exit {code}: {said}"));
    }
    for (number, line) in io::BufRead::lines(io::BufReader::new(fs::File::open(&out).unwrap())).enumerate() {
        let valid = line.ok().and_then(|line| serde_json::from_str::<serde_json::Value>(&line).ok());
        if !valid.is_some_and(|record| record["schema"] == "tattletale/1" && record["type"].is_string()) {
            return Some(format!("line {} is no record", number + 1));
        }
    }
    None
}

fn wait(mut child: Child) -> io::Result<Option<i32>> {
    let since = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.code());
        }
        if since.elapsed() > LONGEST {
            child.kill()?;
            child.wait()?;
            return Err(io::ErrorKind::TimedOut.into());
        }
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn every_capture_survives() {
    let Some(corpus) = env::var_os("CORPUS").filter(|corpus| !corpus.is_empty()) else {
        eprintln!("skipped: set CORPUS to a folder of captures");
        return;
    };
    let queue = Mutex::new(captures(PathBuf::from(&corpus)).into_iter());
    let troubles = Mutex::new(Vec::new());
    let scratch = env::temp_dir().join(format!("tattletale-corpus-{}", std::process::id()));
    fs::create_dir_all(&scratch).unwrap();
    let work = |worker: usize| {
        let scratch = scratch.join(worker.to_string());
        let mut read = 0_usize;
        loop {
            let next = queue.lock().unwrap().next();
            let Some(path) = next else { return read };
            read += 1;
            if let Some(trouble) = trouble(&path, &scratch) {
                troubles.lock().unwrap().push(format!("{}: {trouble}", path.display()));
            }
        }
    };
    let read = thread::scope(|scope| {
        let second = scope.spawn(|| work(1));
        work(0) + second.join().unwrap()
    });
    let _ = fs::remove_dir_all(&scratch);
    let troubles = troubles.into_inner().unwrap();
    assert!(read > 0, "no captures in {}", Path::new(&corpus).display());
    assert!(troubles.is_empty(), "{} of {read} captures:\n{}", troubles.len(), troubles.join("\n"));
    println!("{read} captures survived");
}
