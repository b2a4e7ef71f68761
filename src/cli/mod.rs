//! What was typed → what is meant: one file a subcommand.
//!
//! Arguments come in, an exit code goes out. Standard output carries reports alone; everything else goes to standard error through `tell`.

use std::ffi::OsString;
use std::sync::Arc;

mod account;
mod args;
mod code;
mod config;
mod demo;
mod devices;
mod doctor;
mod explain;
mod fault;
mod given;
mod headless;
mod inputs;
mod inspect;
mod near;
mod outputs;
mod own;
mod plain;
mod progress;
mod screen;
mod signals;
mod start;
mod stdout;
mod target;
mod tell;
mod values;
mod watch;
mod words;

use args::{Cli, Command};
use clap::Parser;
pub use code::Code;

use crate::home::own::Owned;

/// Runs the program with its arguments, its own name first.
pub fn run(args: Vec<OsString>) -> Code {
    fault::guard(|| dispatch(args))
}

fn dispatch(args: Vec<OsString>) -> Code {
    let args = if args.len() == 1 && start::is_possible() {
        match start::run() {
            Ok(args) => args,
            Err(code) => return code,
        }
    } else {
        args
    };
    let args = match args::complete(args) {
        Ok(args) => args,
        Err(problem) => {
            tell::problem(&problem);
            return Code::Usage;
        }
    };
    let mut cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => return refuse(&error),
    };
    let reading = match &mut cli.command {
        Some(Command::Inspect(args)) => Some(&mut args.common),
        Some(Command::Watch(args)) => Some(&mut args.common),
        Some(Command::Demo(args)) => Some(&mut args.common),
        _ => None,
    };
    if let Some(common) = reading {
        if let Some(warning) = common.reading.words.as_ref().and_then(words::Words::warning) {
            tell::problem(warning);
        }
        // Names are a comfort: without them everything is read all the same.
        match own::Place::usual().map_or(Ok(Owned::new()), |place| place.load()) {
            Ok(owned) => common.reading.own = Arc::new(owned),
            Err(problem) => tell::problem(&problem),
        }
        let notes = common.reading.lists.iter().filter_map(given::List::note);
        notes.for_each(|note| tell::note(common.writing.quiet, &note));
    }
    match cli.command {
        Some(Command::Inspect(args)) => inspect::run(&args),
        Some(Command::Watch(args)) => watch::run(&args),
        Some(Command::Demo(args)) => demo::run(&args),
        Some(Command::Explain(args)) => explain::run(&args),
        Some(Command::Doctor(args)) => doctor::run(&args),
        Some(Command::Devices(args)) => devices::run(&args),
        None => stdout::print(args::SHORT_HELP),
    }
}

/// What clap has to say: help and version on standard output, mistakes on standard error.
fn refuse(error: &clap::Error) -> Code {
    if error.print().is_err() && !error.use_stderr() {
        return Code::Output;
    }
    if error.use_stderr() { Code::Usage } else { Code::Done }
}
