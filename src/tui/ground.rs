//! Asks the terminal what colour its ground is (xterm's OSC 11), and waits only a moment for the answer.
//!
//! Behind the question stands another that every terminal answers (primary device attributes, `ESC [ c`): when that answer comes, the first will not.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::thread;
use std::time::{Duration, Instant};

/// How long the answer may take.
const PATIENCE: Duration = Duration::from_millis(100);
/// How often it is looked for.
const GLANCE: Duration = Duration::from_millis(2);
/// An answer is no longer.
const LONGEST: usize = 256;
/// `open` does not wait (POSIX `O_NONBLOCK`).
#[cfg(target_os = "linux")]
const NONBLOCK: i32 = 0o4000;
#[cfg(not(target_os = "linux"))]
const NONBLOCK: i32 = 0x0004;

/// The ground of a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// Light letters stand on it.
    Dark,
    /// Dark letters stand on it.
    Light,
}

/// Asks. The terminal must give keys as they come (raw mode).
pub fn ask() -> Option<Ground> {
    let mut terminal = OpenOptions::new().read(true).write(true).custom_flags(NONBLOCK).open("/dev/tty").ok()?;
    terminal.write_all(b"\x1b]11;?\x1b\\\x1b[c").ok()?;
    terminal.flush().ok()?;
    read(&answer(&mut terminal))
}

/// What comes until the second answer is whole, or time is up.
fn answer(terminal: &mut File) -> Vec<u8> {
    let asked = Instant::now();
    let mut got = Vec::new();
    let mut buffer = [0; 64];
    while asked.elapsed() < PATIENCE && got.len() < LONGEST && !is_whole(&got) {
        match terminal.read(&mut buffer) {
            Ok(count) if count > 0 => got.extend_from_slice(buffer.get(..count).unwrap_or_default()),
            Err(error) if !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => break,
            _ => thread::sleep(GLANCE),
        }
    }
    got
}

/// The answer to `ESC [ c` ends in `c`.
fn is_whole(got: &[u8]) -> bool {
    let start = got.windows(3).position(|part| part == b"\x1b[?");
    start.and_then(|start| got.get(start..)).is_some_and(|rest| rest.contains(&b'c'))
}

/// `ESC ] 11 ; rgb : RRRR / GGGG / BBBB`, each of one to four digits.
fn read(got: &[u8]) -> Option<Ground> {
    let text = String::from_utf8_lossy(got);
    let (_, rest) = text.split_once("]11;rgb:").or_else(|| text.split_once("]11;rgba:"))?;
    let mut parts = rest.split(|c: char| !c.is_ascii_hexdigit()).take(3).map(|part| {
        let digits = part.get(..part.len().min(4)).filter(|part| !part.is_empty())?;
        let most = 16_u32.checked_pow(digits.len() as u32)?.checked_sub(1)?;
        Some(f64::from(u32::from_str_radix(digits, 16).ok()?) / f64::from(most))
    });
    let (red, green, blue) = (parts.next()??, parts.next()??, parts.next()??);
    let light = 0.299 * red + 0.587 * green + 0.114 * blue;
    Some(if light > 0.5 { Ground::Light } else { Ground::Dark })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read() {
        let told: [(&[u8], Option<Ground>); 8] = [
            (b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\\x1b[?62;c", Some(Ground::Light)),
            (b"\x1b]11;rgb:1010/1414/1818\x07\x1b[?1;2c", Some(Ground::Dark)),
            (b"\x1b]11;rgb:f/f/d\x07", Some(Ground::Light)),
            (b"\x1b]11;rgba:00/00/00/ff\x07", Some(Ground::Dark)),
            (b"\x1b[?62;4c", None),
            (b"", None),
            (b"\x1b]11;rgb:zz/zz", None),
            (b"\x1b]11;rgb:\xff\xff/11/22", None),
        ];
        for (bytes, ground) in told {
            assert_eq!(read(bytes), ground, "{bytes:?}");
        }
        assert!(is_whole(b"\x1b]11;rgb:f/f/f\x07\x1b[?62;4c") && !is_whole(b"\x1b]11;rgb:c/c/c\x07"));
    }
}
