//! Messages on standard error: what happened, why, what to do, what was kept. Every line is made printable.

use std::io::{self, ErrorKind, Write};
use std::path::Path;

use super::code::Code;
use super::near;
use crate::error::CaptureError;
use crate::printable::clean;

/// Something went wrong, or needs to be known whatever `--quiet` says.
pub(super) fn problem(text: &str) {
    let mut out = io::stderr().lock();
    for line in text.lines() {
        // Nobody is left to be told where standard error is closed.
        let _ = writeln!(out, "{}", clean(line));
    }
}

/// Something worth knowing, unless `--quiet`.
pub(super) fn note(quiet: bool, text: &str) {
    if !quiet {
        problem(text);
    }
}

/// Tells why packets could not be had, and the code that it means.
pub(super) fn capture(error: &CaptureError) -> Code {
    problem(&wording(error));
    code(error)
}

/// The exit code of a capture's error.
pub(super) fn code(error: &CaptureError) -> Code {
    match error {
        CaptureError::Permission { .. } => Code::Permission,
        CaptureError::Io { error, .. } if error.kind() == ErrorKind::PermissionDenied => Code::Permission,
        CaptureError::Filter { .. } => Code::Usage,
        CaptureError::Io { .. } | CaptureError::NotACapture { .. } | CaptureError::NoInterface { .. } | CaptureError::Live { .. } => Code::Input,
    }
}

/// Its words: of files that are missing or closed to us, better than the system's.
fn wording(error: &CaptureError) -> String {
    let CaptureError::Io { path, error: io_error } = error else { return error.to_string() };
    let shown = path.display();
    match io_error.kind() {
        ErrorKind::NotFound => format!("There is no file \"{shown}\".{}", near_file(path)),
        ErrorKind::PermissionDenied => format!("You may not read \"{shown}\". Its owner can allow it: chmod +r {shown}"),
        _ => format!("\"{shown}\" could not be read: {io_error}."),
    }
}

/// ` Did you mean toy.pcap?`, of the files beside it.
fn near_file(path: &Path) -> String {
    let (Some(name), Some(folder)) = (path.file_name(), path.parent()) else { return String::new() };
    let place = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let names = std::fs::read_dir(place).into_iter().flatten().flatten().take(10_000).map(|entry| entry.file_name().to_string_lossy().into_owned());
    match near::nearest(&name.to_string_lossy(), names) {
        Some(nearest) => format!(" Did you mean \"{}\"?", folder.join(nearest).display()),
        None => " Check the name, or look at the demo: tattletale demo".to_owned(),
    }
}
