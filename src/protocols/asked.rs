//! Commands that wait for their answers, where answers come in the order of the commands (FTP, SMTP, POP3).
//!
//! No protocol of its own. In come commands and answers, out go exchanges.

use std::borrow::Cow;
use std::collections::VecDeque;

use super::protocol::Say;
use crate::event::{Event, Exchange};
use crate::wire::At;

/// At most so many commands wait; then the oldest is told without an answer.
const WAITING: usize = 64;
/// Longest target that is kept.
const TARGET_LIMIT: usize = 4_096;
/// Longest word that is taken for a command.
const WORD_LIMIT: usize = 16;

/// A command.
#[derive(Debug)]
pub(super) struct Asked {
    /// The command, in capitals.
    pub(super) method: String,
    /// Its argument, where it is no secret.
    pub(super) target: Option<String>,
    /// Bytes that were sent with it.
    pub(super) bytes: u64,
    /// Where it was seen.
    pub(super) at: At,
}

impl Asked {
    /// A command without an argument that may be told.
    pub(super) fn new(method: String, at: At) -> Self {
        Self { method, target: None, bytes: 0, at }
    }

    /// With an argument; an empty one is none.
    pub(super) fn of(mut self, target: &str) -> Self {
        self.target = (!target.is_empty()).then(|| target.chars().take(TARGET_LIMIT).collect());
        self
    }

    /// Tells it.
    pub(super) fn tell(&self, status: Option<u16>, bytes: u64, say: Say<'_>) {
        let target = self.target.as_deref().map(Cow::Borrowed);
        say(Event::Exchange(Exchange {
            method: Some(&self.method),
            target,
            status,
            bytes: self.bytes.saturating_add(bytes),
            at: self.at,
            ..Exchange::default()
        }));
    }
}

/// Commands that wait, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: VecDeque<Asked>,
}

impl Queue {
    /// Puts a command in.
    pub(super) fn ask(&mut self, asked: Asked, say: Say<'_>) {
        if self.waiting.len() >= WAITING
            && let Some(oldest) = self.waiting.pop_front()
        {
            oldest.tell(None, 0, say);
        }
        self.waiting.push_back(asked);
    }

    /// The command whose answer comes next.
    pub(super) fn next(&self) -> Option<&Asked> {
        self.waiting.front()
    }

    /// The command that was asked last.
    pub(super) fn last_mut(&mut self) -> Option<&mut Asked> {
        self.waiting.back_mut()
    }

    /// The next command is answered, with so many bytes.
    pub(super) fn answer(&mut self, status: Option<u16>, bytes: u64, say: Say<'_>) {
        if let Some(asked) = self.waiting.pop_front() {
            asked.tell(status, bytes, say);
        }
    }

    /// No answers will come.
    pub(super) fn end(&mut self, say: Say<'_>) {
        for asked in std::mem::take(&mut self.waiting) {
            asked.tell(None, 0, say);
        }
    }

    /// Bytes of memory held.
    pub(super) fn memory(&self) -> usize {
        self.waiting.iter().map(|asked| size_of::<Asked>() + asked.method.capacity() + asked.target.as_ref().map_or(0, String::capacity)).sum()
    }
}

/// A word as a command, in capitals; none where it is none.
pub(super) fn command(word: &[u8]) -> Option<String> {
    let fits = (1..=WORD_LIMIT).contains(&word.len()) && word.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
    fits.then(|| String::from_utf8_lossy(word).to_ascii_uppercase())
}

/// The words with which a server begins.
pub(super) fn tell_greeting(text: &str, status: Option<u16>, at: At, say: Say<'_>) {
    let agent = Some(text.trim()).filter(|text| !text.is_empty()).map(Cow::Borrowed);
    say(Event::Exchange(Exchange { kind: Some("greeting"), status, agent, at, ..Exchange::default() }));
}

/// An answer that begins with three digits (RFC 959, section 4.2): its number, and whether more lines of it follow.
pub(super) fn reply(line: &[u8]) -> Option<(u16, bool)> {
    let (digits, rest) = line.split_first_chunk::<3>()?;
    let [first @ b'1'..=b'6', second, third] = *digits else { return None };
    let number = [first, second, third].iter().fold(0, |sum, digit| sum * 10 + u16::from(digit.wrapping_sub(b'0')));
    let is_number = second.is_ascii_digit() && third.is_ascii_digit();
    (is_number && matches!(rest.first(), None | Some(b' ' | b'-'))).then_some((number, rest.first() == Some(&b'-')))
}

/// Puts the lines of answers together (RFC 959, section 4.2; RFC 5321, section 4.2.1).
#[derive(Debug, Default)]
pub(super) struct Replies {
    /// The number of the answer that goes on.
    open: Option<u16>,
}

impl Replies {
    /// Reads a line: the number of the answer that it ends.
    pub(super) fn read(&mut self, line: &[u8]) -> Option<u16> {
        match (reply(line), self.open) {
            (Some((number, true)), None) => {
                self.open = Some(number);
                None
            }
            (Some((number, false)), open) if open.is_none_or(|open| open == number) => {
                self.open = None;
                Some(number)
            }
            _ => None,
        }
    }

    /// Whether an answer goes on.
    pub(super) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Lines are missing.
    pub(super) fn clear(&mut self) {
        self.open = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_of_several_lines_are_one() {
        let mut replies = Replies::default();
        let lines = ["220-hello", "100 percent", "220-again", "220 ready", "331", "33x no", "099 no", "250-a", "250 b"];
        let read: Vec<Option<u16>> = lines.iter().map(|line| replies.read(line.as_bytes())).collect();
        assert_eq!(read, [None, None, None, Some(220), Some(331), None, None, None, Some(250)]);
    }

    #[test]
    fn commands_wait_within_bounds() {
        let (mut queue, mut told) = (Queue::default(), 0);
        for _ in 0..WAITING + 5 {
            queue.ask(Asked::new("NOOP".to_owned(), At::default()), &mut |_| told += 1);
        }
        assert_eq!(told, 5);
        queue.end(&mut |_| told += 1);
        assert_eq!((told, queue.memory()), (WAITING + 5, 0));
        assert_eq!((command(b"user").as_deref(), command(b""), command(b"a b"), command(&[b'A'; 40])), (Some("USER"), None, None, None));
    }
}
