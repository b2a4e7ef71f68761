//! The process: exit codes, nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(tattletale::cli::run(std::env::args_os().collect()).number())
}
