//! Writes the project's own captures: `cargo run --example make_captures -- captures/`.
//!
//! Invented homes only. The same bytes come out every time; `tests/captures_made.rs` compares them with what is kept.

#[path = "make_captures/mod.rs"]
mod scenarios;

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: make_captures FOLDER");
        return ExitCode::from(2);
    };
    for file in scenarios::files() {
        if let Err(error) = std::fs::write(folder.join(&file.name), &file.bytes) {
            eprintln!("{}: {error}", file.name);
            return ExitCode::from(6);
        }
        eprintln!("{} {} bytes", file.name, file.bytes.len());
    }
    ExitCode::SUCCESS
}
