//! Writes the project's own captures: `cargo run --example make_captures -- captures/`. Other tellings: `FOLDER SEED VARIANT`, where the variant is one
//! of `plain`, `container`, `vlan`, `six`, `reordered` and a number of bytes that are kept of each packet.
//!
//! Invented homes only. The same bytes come out every time; `tests/captures_made.rs` compares them with what is kept.

#[path = "make_captures/mod.rs"]
#[allow(dead_code, reason = "tests use the rest")]
mod scenarios;

use std::path::PathBuf;
use std::process::ExitCode;

use scenarios::Variant;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(folder) = arguments.first().map(PathBuf::from) else {
        eprintln!("usage: make_captures FOLDER [SEED [VARIANT]]");
        return ExitCode::from(2);
    };
    let seed = arguments.get(1).and_then(|seed| seed.parse().ok()).unwrap_or(0);
    let variant = arguments.get(2).map_or(Some(Variant::Plain), |word| Variant::of(word)).unwrap_or(Variant::Plain);
    for file in scenarios::files_of(seed, false, variant) {
        if let Err(error) = std::fs::write(folder.join(&file.name), &file.bytes) {
            eprintln!("{}: {error}", file.name);
            return ExitCode::from(6);
        }
        eprintln!("{} {} bytes", file.name, file.bytes.len());
    }
    ExitCode::SUCCESS
}
