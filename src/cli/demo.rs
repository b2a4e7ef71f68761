//! `demo`: `watch` on a built-in capture. Without a terminal, the text report of it.

use super::account::Account;
use super::args::DemoArgs;
use super::code::Code;
use super::inspect::{self, Run};
use super::outputs::Outputs;
use super::signals::{Manner, Stop};
use super::stdout::print;
use super::tell;
use super::watch::{Viewer, has_screen};
use crate::capture::{self, Remote, source::Source};
use crate::error::CaptureError;

/// A home that was made up (`captures/README.md`).
static CAPTURE: &[u8] = include_bytes!("../../captures/demo.pcapng");

/// What the input is called.
const NAME: &str = "demo";
/// How much faster than life it is shown, so that something happens soon.
const SPEED: f64 = 10.0;
/// What to do next.
const NEXT: &str = "Ready for your own home?  tattletale doctor";

/// Runs it.
pub(super) fn run(args: &DemoArgs) -> Code {
    if has_screen(&args.viewing, &args.common.writing) || args.viewing.headless || args.viewing.plain {
        let viewer =
            Viewer { viewing: &args.viewing, reading: &args.common.reading, writing: &args.common.writing, judging: &args.common.judging, keeps: false };
        let remote = Remote::new(args.viewing.speed.unwrap_or(SPEED));
        let code = viewer.show(&|| Ok(capture::replay_by(source(args)?, remote.clone())), false, Some(&remote));
        tell::note(args.common.writing.quiet, NEXT);
        return code;
    }
    report(args)
}

fn source(args: &DemoArgs) -> Result<Box<dyn Source>, CaptureError> {
    inspect::filtered(capture::bytes(NAME, CAPTURE)?, &args.common.reading)
}

/// The report, as `inspect` would write it.
fn report(args: &DemoArgs) -> Code {
    let stop = Stop::on_signals(Manner::Report);
    let outputs = match Outputs::open(&args.common.writing, "text", &[]) {
        Ok(outputs) => outputs,
        Err(code) => return code,
    };
    let source = match source(args) {
        Ok(source) => source,
        Err(error) => return tell::capture(&error),
    };
    let account = Account::new(&args.common.reading, &args.common.judging);
    let mut run = Run { reading: &args.common.reading, records: &args.common.writing.records, quiet: args.common.writing.quiet, stop, outputs, account };
    let snapshot = run.read(source);
    run.take(&snapshot);
    let code = run.end();
    if args.common.writing.format.is_empty() && args.common.writing.output.is_empty() {
        return code.max(print(&format!("\n{NEXT}\n")));
    }
    tell::note(args.common.writing.quiet, NEXT);
    code
}
