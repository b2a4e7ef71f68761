//! Protocols that speak in lines (FTP, SMTP, POP3, IMAP, IRC): where a line ends, what stands between lines in so many bytes, and where TLS takes over.
//!
//! No protocol of its own. In come the two directions of a stream, out go lines and announced bytes to a [`Talk`]. A line that is longer than the limit
//! is shown as far as it goes; after a gap the next line is read. Where records of TLS begin (`STARTTLS` and its like: RFC 3207, RFC 3501, RFC 2595,
//! RFC 4217), the stream is handed over: no line of text begins as they do.

use std::borrow::Cow;

use super::protocol::{Input, Parser, Progress, Say};
use super::stream::{Both, Waiting, after, first};
use crate::event::Event;
use crate::wire::{At, Direction};

/// Of a longer line only so much is shown.
pub(super) const LINE_LIMIT: usize = 8_192;

/// So many lines with zero bytes in them, and the stream is no text.
const ODD_LIMIT: u8 = 16;

/// What follows a line in its direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Another line.
    Line,
    /// So many bytes, whatever they are, and then another line.
    Bytes(u64),
}

/// A line.
#[derive(Clone, Copy)]
pub(super) struct Line<'l> {
    /// The line without its end.
    pub(super) input: Input<'l>,
    /// Whether its end was seen.
    pub(super) is_whole: bool,
}

impl<'l> Line<'l> {
    /// Its bytes.
    pub(super) fn bytes(&self) -> &'l [u8] {
        self.input.bytes
    }

    /// Who sent it.
    pub(super) fn direction(&self) -> Direction {
        self.input.direction
    }

    /// Where it was seen.
    pub(super) fn at(&self) -> At {
        self.input.at(0, self.input.bytes.len())
    }

    /// What follows its first `index` bytes.
    pub(super) fn from(&self, index: usize) -> Self {
        Self { input: after(&self.input, index), ..*self }
    }

    /// Its first word, and what follows the blanks behind it.
    pub(super) fn word(&self) -> (&'l [u8], Self) {
        let bytes = self.input.bytes;
        let end = bytes.iter().position(|byte| matches!(byte, b' ' | b'\t')).unwrap_or(bytes.len());
        let rest = bytes.get(end..).unwrap_or_default();
        let blanks = rest.len() - rest.trim_ascii_start().len();
        (bytes.get(..end).unwrap_or_default(), self.from(end + blanks))
    }

    /// It as text; bytes that are no UTF-8 replaced.
    pub(super) fn text(&self) -> Cow<'l, str> {
        String::from_utf8_lossy(self.input.bytes)
    }
}

/// What a protocol makes of its lines.
pub(super) trait Talk: Send {
    /// Reads a line.
    fn line(&mut self, line: &Line<'_>, say: Say<'_>) -> Next;

    /// Reads bytes that a line announced; `last`: none follow.
    fn bytes(&mut self, part: &Input<'_>, last: bool, say: Say<'_>) {
        let _ = (part, last, say);
    }

    /// Something of this direction was never captured: lines, and perhaps the end of announced bytes.
    fn gap(&mut self, direction: Direction, say: Say<'_>);

    /// No line follows.
    fn end(&mut self, say: Say<'_>);

    /// Bytes of memory held, roughly.
    fn memory(&self) -> usize;
}

/// Where a direction is.
#[derive(Clone, Copy, Debug, Default)]
enum Mode {
    /// In a line.
    #[default]
    Line,
    /// In a line whose beginning was shown or never seen.
    Rest,
    /// In announced bytes: so many are left.
    Bytes(u64),
}

#[derive(Default)]
struct Side {
    mode: Mode,
    /// Bytes of the line that waits that were searched for its end.
    searched: usize,
    odd: u8,
    waiting: Waiting,
}

/// The parser of a [`Talk`].
#[derive(Default)]
pub(super) struct Lined<T> {
    sides: Both<Side>,
    talk: T,
}

/// What a step came to.
enum Step {
    /// So many bytes are done with.
    On(usize),
    Wait,
    Stop(Progress),
}

impl<T: Talk> Parser for Lined<T> {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        let progress = self.run(&input, false, say);
        if let Progress::Consumed(taken) = progress {
            self.sides.of_mut(input.direction).waiting.keep(&input, taken);
        }
        progress
    }

    fn gap(&mut self, direction: Direction, missing: u64, say: Say<'_>) -> Progress {
        self.flush(direction, say);
        let side = self.sides.of_mut(direction);
        side.mode = match side.mode {
            Mode::Bytes(left) if left > missing => Mode::Bytes(left - missing),
            _ => {
                self.talk.gap(direction, say);
                Mode::Rest
            }
        };
        Progress::Consumed(0)
    }

    fn end(&mut self, say: Say<'_>) {
        for direction in [Direction::ToServer, Direction::ToClient] {
            self.flush(direction, say);
        }
        self.talk.end(say);
    }

    fn memory(&self) -> usize {
        self.talk.memory() + self.sides.of(Direction::ToServer).waiting.memory() + self.sides.of(Direction::ToClient).waiting.memory()
    }
}

impl<T: Talk> Lined<T> {
    /// Reads as far as the bytes reach. `closing`: they are the last of this direction before a gap or the end.
    fn run(&mut self, input: &Input<'_>, closing: bool, say: Say<'_>) -> Progress {
        let mut done = 0;
        loop {
            let rest = after(input, done);
            if rest.bytes.is_empty() {
                return Progress::Consumed(done);
            }
            match self.step(&rest, closing, say) {
                Step::On(taken) => done += taken,
                Step::Wait => return Progress::Consumed(done),
                Step::Stop(progress) => {
                    self.talk.end(say);
                    return if progress == Progress::Handover(0) { Progress::Handover(done) } else { progress };
                }
            }
        }
    }

    /// Reads what waits in a direction for the last time.
    fn flush(&mut self, direction: Direction, say: Say<'_>) {
        let waiting = std::mem::take(&mut self.sides.of_mut(direction).waiting);
        self.run(&waiting.input(direction), true, say);
        self.sides.of_mut(direction).searched = 0;
    }

    fn step(&mut self, input: &Input<'_>, closing: bool, say: Say<'_>) -> Step {
        let side = self.sides.of_mut(input.direction);
        match side.mode {
            Mode::Bytes(left) => {
                let part = first(input, usize::try_from(left).unwrap_or(usize::MAX).min(input.bytes.len()));
                let left = left.saturating_sub(part.bytes.len() as u64);
                side.mode = if left == 0 { Mode::Line } else { Mode::Bytes(left) };
                self.talk.bytes(&part, left == 0, say);
                Step::On(part.bytes.len())
            }
            Mode::Rest => match memchr::memchr(b'\n', input.bytes) {
                Some(end) => {
                    side.mode = Mode::Line;
                    Step::On(end + 1)
                }
                None => Step::On(input.bytes.len()),
            },
            Mode::Line => match *input.bytes {
                [0x16, 3, ..] => Step::Stop(Progress::Handover(0)),
                [0x16] if !closing => Step::Wait,
                _ => self.line(input, closing, say),
            },
        }
    }

    fn line(&mut self, input: &Input<'_>, closing: bool, say: Say<'_>) -> Step {
        let side = self.sides.of_mut(input.direction);
        let shown = input.bytes.get(..LINE_LIMIT).unwrap_or(input.bytes);
        let end = memchr::memchr(b'\n', shown.get(side.searched..).unwrap_or_default()).map(|end| side.searched + end);
        let (taken, length) = match end {
            Some(end) => (end + 1, end),
            None if closing || shown.len() == LINE_LIMIT => (shown.len(), shown.len()),
            None => {
                side.searched = shown.len();
                return Step::Wait;
            }
        };
        side.searched = 0;
        if end.is_none() && !closing {
            say(Event::Malformed { what: "line longer than the limit" });
            side.mode = Mode::Rest;
        }
        let mut line = first(input, length);
        line.bytes = line.bytes.strip_suffix(b"\r").unwrap_or(line.bytes);
        if memchr::memchr(0, line.bytes).is_some() {
            side.odd += 1;
            if side.odd >= ODD_LIMIT {
                return Step::Stop(Progress::Lost);
            }
        }
        if let Next::Bytes(count) = self.talk.line(&Line { input: line, is_whole: end.is_some() }, say)
            && count > 0
        {
            self.sides.of_mut(input.direction).mode = Mode::Bytes(count);
        }
        Step::On(taken)
    }
}

/// The first line of bytes without its end; none where its end is not there.
pub(super) fn first_line(bytes: &[u8]) -> Option<&[u8]> {
    let end = memchr::memchr(b'\n', bytes.get(..LINE_LIMIT).unwrap_or(bytes))?;
    let line = bytes.get(..end)?;
    Some(line.strip_suffix(b"\r").unwrap_or(line))
}

/// Whether a line is text: no controls but tabs.
pub(super) fn is_text(line: &[u8]) -> bool {
    line.iter().all(|byte| matches!(byte, b'\t' | 0x20..=0x7e | 0x80..))
}

/// Whether bytes hold a word in any case of letters.
pub(super) fn holds(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len().max(1)).any(|window| window.eq_ignore_ascii_case(word))
}

/// Whether bytes begin with a word in any case of letters.
pub(super) fn begins(bytes: &[u8], word: &[u8]) -> bool {
    bytes.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Show, drive, drive_all, drive_split};
    use super::*;
    use Direction::{ToClient, ToServer};

    /// Tells every line as something malformed is counted, so that a test can see it.
    #[derive(Default)]
    struct Echo;

    impl Talk for Echo {
        fn line(&mut self, line: &Line<'_>, say: Say<'_>) -> Next {
            let text = line.text();
            say(Event::Media { media: crate::event::Media::Voice, codec: &text, at: line.at() });
            text.strip_prefix('+').and_then(|count| count.parse().ok()).map_or(Next::Line, Next::Bytes)
        }

        fn bytes(&mut self, _: &Input<'_>, last: bool, say: Say<'_>) {
            if last {
                say(Event::Malformed { what: "bytes" });
            }
        }

        fn gap(&mut self, _: Direction, say: Say<'_>) {
            say(Event::Malformed { what: "gap" });
        }

        fn end(&mut self, say: Say<'_>) {
            say(Event::Malformed { what: "end" });
        }

        fn memory(&self) -> usize {
            0
        }
    }

    fn open() -> Box<dyn Parser> {
        Box::new(Lined::<Echo>::default())
    }

    #[test]
    fn lines_and_announced_bytes_are_told_apart_however_they_are_split() {
        let told = drive_split(open, &[(ToServer, b"a\r\n+5\n\r\nb\0\nc\r\n"), (ToClient, b"x"), (ToServer, b"d")]);
        assert_eq!(told, ["media voice a", "media voice +5", "malformed bytes", "media voice c", "media voice d", "media voice x", "malformed end"]);
    }

    #[test]
    fn tls_takes_over_between_lines() {
        assert_eq!(drive_split(open, &[(ToServer, b"STLS\r\n\x16\x03\x01")]), ["media voice STLS", "malformed end", "Handover(6)"]);
    }

    #[test]
    fn after_a_gap_the_next_line_is_read() {
        let shows = [Show::Bytes(ToServer, b"a\r\nUSE"), Show::Gap(ToServer, 9), Show::Bytes(ToServer, b"x\r\nb\r\n+9\r\n12"), Show::Gap(ToServer, 5)];
        let told = drive_all(open(), &[&shows[..], &[Show::Bytes(ToServer, b"34c\r\n")]].concat());
        let want = ["a", "USE"].map(|line| format!("media voice {line}")).into_iter();
        let want: Vec<String> =
            want.chain(["malformed gap", "media voice b", "media voice +9", "malformed bytes", "media voice c", "malformed end"].map(str::to_owned)).collect();
        assert_eq!(told, want);
    }

    #[test]
    fn long_lines_are_cut_and_what_is_no_text_is_given_up() {
        let long = [&[b'x'; LINE_LIMIT + 9][..], b"\r\nb\r\n"].concat();
        let told = drive(open(), &[(ToServer, &long)]);
        assert_eq!((told.len(), told.get(2).map(String::as_str)), (4, Some("media voice b")));
        assert_eq!(drive(open(), &[(ToServer, &b"\0\n".repeat(99))]).last().map(String::as_str), Some("Lost"));
    }
}
