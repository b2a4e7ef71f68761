//! Packets in: files, pipes, interfaces.
//!
//! In: a path, bytes, or an interface's name. Out: a [`Source`], whatever is behind it. Nothing here knows what a packet means.
//!
//! ```text
//! open, bytes, stream ─ tally (count, hash) ─ unpack (gzip, zstd) ─ file (pcap, pcapng) ┐
//! live ─ libpcap ───────────────────────────────────────────────────────────────────────┴─ filter ─ replay ─ out
//! ```
//!
//! A source that reads a pipe blocks in `fill` until something comes. Whoever must be able to stop meanwhile (the live view) fills in a thread of its own
//! and leaves that thread behind when the program ends.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use self::file::{Capture, Delivery};
pub use self::replay::Remote;
use self::source::Source;
use crate::error::CaptureError;

mod damage;
mod file;
mod filter;
mod interface;
pub mod interfaces;
mod live;
mod looks;
mod pcap;
mod pcapng;
mod record;
mod replay;
pub mod source;
mod tally;
mod unpack;
mod zstd;

#[cfg(test)]
mod file_tests;

/// Opens a capture file, packed or not, told by its content; `-` is standard input. Waits for the first bytes of a pipe.
pub fn open(path: &Path) -> Result<Box<dyn Source>, CaptureError> {
    let failed = |error| CaptureError::Io { path: path.to_owned(), error };
    let file = if path == Path::new("-") { standard_input() } else { File::open(path) }.map_err(failed)?;
    let about = file.metadata().map_err(failed)?;
    if about.is_dir() {
        return Err(CaptureError::NotACapture { path: path.to_owned(), looks: " (it is a directory)".to_owned() });
    }
    let delivery = if about.is_file() { Delivery::Stored(about.len()) } else { Delivery::Flowing };
    Ok(Box::new(Capture::open(&path.to_string_lossy(), Box::new(file), delivery)?))
}

/// Reads a capture that is part of the program.
pub fn bytes(name: &str, bytes: &'static [u8]) -> Result<Box<dyn Source>, CaptureError> {
    Ok(Box::new(Capture::open(name, Box::new(bytes), Delivery::Stored(bytes.len() as u64))?))
}

/// Reads a capture that someone writes as time goes by: what has come is handed on at once. `name` stands in the report.
pub fn stream(name: &str, reader: Box<dyn Read + Send>) -> Result<Box<dyn Source>, CaptureError> {
    Ok(Box::new(Capture::open(name, reader, Delivery::Flowing)?))
}

/// Plays a capture at `speed` times the speed at which it was taken; 0 does not wait. Says [`Fill::Idle`](source::Fill::Idle) while it waits.
pub fn replay(source: Box<dyn Source>, speed: f64) -> Box<dyn Source> {
    replay_by(source, Remote::new(speed))
}

/// The same, steered while it plays.
pub fn replay_by(source: Box<dyn Source>, remote: Remote) -> Box<dyn Source> {
    Box::new(replay::Replay::new(source, remote))
}

/// Whether bytes at the beginning of a file are those of a capture, packed or not; of packed ones what is inside is not looked at.
pub fn is_capture(head: &[u8]) -> bool {
    const MAGIC: [&[u8]; 7] =
        [b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4", b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d", b"\x0a\x0d\x0d\x0a", b"\x1f\x8b", b"\x28\xb5\x2f\xfd"];
    MAGIC.iter().any(|magic| head.starts_with(magic))
}

/// Listens on an interface to all that reaches it, also what is for others. `filter` is in tcpdump's language.
pub fn live(interface: &str, filter: Option<&str>) -> Result<Box<dyn Source>, CaptureError> {
    live_with(interface, filter, true)
}

/// The same; where not `promiscuous`, only to what is for this machine.
pub fn live_with(interface: &str, filter: Option<&str>, promiscuous: bool) -> Result<Box<dyn Source>, CaptureError> {
    Ok(Box::new(live::Live::open(interface, filter, promiscuous)?))
}

/// Lets through only what matches a filter in tcpdump's language. Numbers and the report stay those of the whole input.
pub fn filtered(source: Box<dyn Source>, filter: &str) -> Result<Box<dyn Source>, CaptureError> {
    Ok(Box::new(filter::Filtered::new(source, filter)?))
}

/// Standard input as a file of its own, so that a file behind it is read like any other.
#[cfg(unix)]
fn standard_input() -> io::Result<File> {
    use std::os::fd::AsFd;
    Ok(File::from(io::stdin().as_fd().try_clone_to_owned()?))
}

#[cfg(not(unix))]
fn standard_input() -> io::Result<File> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "standard input is not read on this system"))
}
