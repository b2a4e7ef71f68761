//! Redis over TCP (redis.io, "Redis serialization protocol specification"): commands as arrays of texts, and what they are answered.
//!
//! In come the two directions of a stream. Out go commands with their keys, passwords, and contents that can be read.

use std::borrow::Cow;

use super::counted::{line, number};
use super::gather::Gather;
use super::protocol::{Carrier, Input, Nature, Parser, Probe, Progress, Protocol, Say, Verdict};
use super::sasl;
use super::stream::{Both, after, first};
use crate::event::{Event, Exchange, Readable, Role};
use crate::value::ValueKind;
use crate::wire::{At, Direction};

/// Redis over TCP.
pub static REDIS: Protocol =
    Protocol { name: "redis", carrier: Carrier::Stream, nature: Nature::Clear, ports: &[6_379], probe, open: || Box::new(Redis::default()) };

/// A longer line is none.
const LINE_LIMIT: usize = 64 << 10;
/// The longest word of a command, and the most words of one that is recognised.
const WORD: usize = 24;
const WORDS: usize = 9_999;
/// Of a command so many texts are kept, each up to this length.
const KEPT: usize = 8;
const TEXT_LIMIT: usize = 512;
/// How a content was wrapped.
const CHAIN: &[&str] = &["redis-text"];

/// An array of texts whose first is a word.
fn probe(probe: &Probe<'_>) -> Verdict {
    let mut at = 0;
    let mut head = |mark: u8| -> Result<usize, Verdict> {
        let rest = probe.bytes.get(at..).unwrap_or_default();
        if rest.first().is_some_and(|first| *first != mark) {
            return Err(Verdict::No);
        }
        let Some((line, length)) = line(rest) else {
            return Err(if rest.len() < 8 && rest.iter().skip(1).all(|byte| byte.is_ascii_digit() || *byte == b'\r') { Verdict::Unsure } else { Verdict::No });
        };
        at += length;
        line.get(1..).and_then(number).filter(|_| rest.get(length - 2) == Some(&b'\r')).ok_or(Verdict::No)
    };
    let heads = head(b'*').and_then(|count| Ok((count, head(b'$')?)));
    match heads {
        Err(verdict) => verdict,
        Ok((1..=WORDS, length @ 2..=WORD)) => {
            let rest = probe.bytes.get(at..).unwrap_or_default();
            let word = rest.get(..length).unwrap_or(rest);
            if !word.iter().all(|byte| byte.is_ascii_alphabetic() || b"._-".contains(byte)) {
                return Verdict::No;
            }
            match rest.get(length..length + 2) {
                Some(b"\r\n") if probe.from_start || probe.direction == Direction::ToServer => Verdict::Yes,
                // Either end sends arrays of words: one that is no answer to anything is a command.
                Some(b"\r\n") if probe.from_port == 6_379 => Verdict::Yes,
                Some(b"\r\n") => Verdict::Swapped,
                Some(_) => Verdict::No,
                None => Verdict::Unsure,
            }
        }
        Ok(_) => Verdict::No,
    }
}

/// A command that is being read.
#[derive(Debug)]
struct Command {
    /// Texts that are still to come.
    left: usize,
    texts: Vec<String>,
    bytes: u64,
    at: At,
}

#[derive(Debug, Default)]
struct Side {
    command: Option<Command>,
    /// In a text: bytes that are still to come, and its beginning.
    text: Option<(usize, Gather, Vec<u8>)>,
    /// So much of what waits holds no line's end.
    searched: usize,
}

#[derive(Debug, Default)]
struct Redis {
    sides: Both<Side>,
}

impl Parser for Redis {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        let mut done = 0;
        loop {
            let rest = after(&input, done);
            if rest.bytes.is_empty() {
                return Progress::Consumed(done);
            }
            let side = self.sides.of_mut(input.direction);
            if side.text.is_some() {
                done += self.text(&rest, &mut *say);
                continue;
            }
            let unsearched = rest.bytes.get(side.searched..).unwrap_or_default();
            if memchr::memchr(b'\n', unsearched).is_none() {
                side.searched = rest.bytes.len();
                if rest.bytes.len() > LINE_LIMIT {
                    say(Event::Malformed { what: "redis line longer than the limit" });
                    return Progress::Done;
                }
                return Progress::Consumed(done);
            }
            side.searched = 0;
            let Some((line, length)) = line(rest.bytes) else { return Progress::Consumed(done) };
            self.line(line, &rest, &mut *say);
            done += length;
        }
    }

    fn end(&mut self, say: Say<'_>) {
        for direction in [Direction::ToServer, Direction::ToClient] {
            let side = std::mem::take(self.sides.of_mut(direction));
            if let Some((_, mut gather, _)) = side.text {
                gather.add(&[], CHAIN, At::default(), true, &mut *say);
            }
            if let Some(command) = side.command {
                command.tell(&mut *say);
            }
        }
    }

    fn memory(&self) -> usize {
        let side = |direction| {
            let side = self.sides.of(direction);
            let texts = side.command.as_ref().map_or(0, |command| command.texts.iter().map(String::capacity).sum());
            texts + side.text.as_ref().map_or(0, |(_, gather, begun)| gather.memory() + begun.capacity())
        };
        side(Direction::ToServer) + side(Direction::ToClient)
    }
}

impl Redis {
    /// A line: what begins with it, or (without a mark) a command of a person at a terminal.
    fn line(&mut self, line: &[u8], input: &Input<'_>, say: Say<'_>) {
        let side = self.sides.of_mut(input.direction);
        let Some((mark, rest)) = line.split_first() else { return };
        let at = input.at(0, line.len());
        let is_answer = b"+-:_#,(!".contains(mark);
        match mark {
            b'*' | b'>' | b'~' | b'%' => {
                if let Some(left) = number(rest).filter(|left| *left > 0 && input.direction == Direction::ToServer) {
                    let before = side.command.replace(Command { left, texts: Vec::new(), bytes: 0, at });
                    if let Some(before) = before {
                        before.tell(say);
                    }
                }
            }
            // Behind the text its line ends.
            b'$' | b'=' => match number(rest).filter(|length| *length > 0) {
                Some(length) => side.text = Some((length, Gather::new(Role::Payload, None), Vec::new())),
                None => self.finished(String::new(), input.direction, say),
            },
            _ if is_answer && line.len() > 3 => {
                say(Event::Readable(Readable { role: Role::Payload, bytes: rest, field: None, media: None, chain: CHAIN, place: input.place(1) }));
            }
            _ if !is_answer && input.direction == Direction::ToServer => {
                let texts: Vec<String> = line.split(u8::is_ascii_whitespace).filter(|text| !text.is_empty()).take(KEPT).map(limited).collect();
                let command = Command { left: 0, texts, bytes: line.len() as u64, at };
                command.tell(say);
            }
            _ => {}
        }
    }

    /// Bytes of a text.
    fn text(&mut self, input: &Input<'_>, say: Say<'_>) -> usize {
        let side = self.sides.of_mut(input.direction);
        let Some((left, gather, begun)) = &mut side.text else { return 0 };
        let part = first(input, *left);
        *left -= part.bytes.len();
        let last = *left == 0;
        let room = TEXT_LIMIT.saturating_sub(begun.len());
        begun.extend_from_slice(part.bytes.get(..room).unwrap_or(part.bytes));
        // Secrets are told as what they are, words of commands as those.
        let is_secret = side.command.as_ref().is_some_and(Command::is_secret);
        let is_word = side.command.as_ref().is_some_and(|command| command.texts.is_empty());
        if !is_secret && !is_word {
            gather.add(part.bytes, CHAIN, part.at(0, part.bytes.len()), last, &mut *say);
        }
        let taken = part.bytes.len();
        if last {
            let text = limited(begun);
            side.text = None;
            self.finished(text, input.direction, say);
        }
        taken
    }

    /// A text of a command is whole.
    fn finished(&mut self, text: String, direction: Direction, say: Say<'_>) {
        if direction != Direction::ToServer {
            return;
        }
        let side = self.sides.of_mut(Direction::ToServer);
        let Some(command) = &mut side.command else { return };
        command.left -= 1;
        command.bytes = command.bytes.saturating_add(text.len() as u64);
        if command.texts.len() < KEPT {
            command.texts.push(text);
        }
        if command.left == 0
            && let Some(command) = side.command.take()
        {
            command.tell(say);
        }
    }
}

impl Command {
    /// Whether a secret comes next.
    fn is_secret(&self) -> bool {
        let word = self.texts.first().map(|word| word.to_ascii_uppercase()).unwrap_or_default();
        word == "AUTH" || word == "HELLO"
    }

    fn tell(self, say: Say<'_>) {
        let Some(word) = self.texts.first().map(|word| word.to_ascii_lowercase()) else { return };
        let text = |index: usize| self.texts.get(index).map(String::as_bytes).unwrap_or_default();
        let mut pair = |user: &[u8], password: &[u8]| {
            sasl::value(ValueKind::Username, user, "username", self.at, &mut *say);
            sasl::value(ValueKind::Password, password, "password", self.at, &mut *say);
        };
        // AUTH [username] password; HELLO 3 AUTH username password.
        match (word.as_str(), self.texts.len()) {
            ("auth", 2) => pair(b"", text(1)),
            ("auth", 3..) => pair(text(1), text(2)),
            ("hello", 5..) if text(2).eq_ignore_ascii_case(b"auth") => pair(text(3), text(4)),
            _ => {}
        }
        let target = self.texts.get(1).filter(|_| !self.is_secret()).map(|text| Cow::Borrowed(text.as_str()));
        say(Event::Exchange(Exchange { kind: Some(&word), target, bytes: self.bytes, at: self.at, ..Exchange::default() }));
    }
}

fn limited(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes.get(..TEXT_LIMIT).unwrap_or(bytes)).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::protocols::testing::{drive, drive_split};
    use Direction::{ToClient, ToServer};

    fn ask(bytes: &[u8], direction: Direction) -> Verdict {
        probe(&Probe { bytes, direction, from_port: 1, to_port: 2, from_start: true })
    }

    fn command(texts: &[&str]) -> Vec<u8> {
        let count = texts.len();
        let texts: Vec<String> = texts.iter().map(|text| format!("${}\r\n{text}\r\n", text.len())).collect();
        format!("*{count}\r\n{}", texts.concat()).into_bytes()
    }

    #[test]
    fn commands_and_passwords_are_told() {
        let up = [
            command(&["AUTH", "anna", "secret"]),
            command(&["SET", "toy:pos", "51.5,-0.12"]),
            b"PING\r\n".to_vec(),
            command(&["hello", "3", "AUTH", "a", "b"]),
        ]
        .concat();
        let down = b"+OK\r\n$4\r\nsays\r\n$-1\r\n*1\r\n:7\r\n-ERR no such key\r\n";
        let lines = drive_split(REDIS.open, &[(ToServer, &up), (ToClient, down)]);
        let want = [
            "value username username=anna []",
            "value password password=secret []",
            "exchange auth - - - - - status - bytes 14",
            r#"Payload - - ["redis-text"] unpacked: toy:pos"#,
            r#"Payload - - ["redis-text"] unpacked: 51.5,-0.12"#,
            "exchange set - toy:pos - - - status - bytes 20",
            "exchange ping - - - - - status - bytes 4",
            "value username username=a []",
            "value password password=b []",
            "exchange hello - - - - - status - bytes 12",
            r#"Payload - - ["redis-text"] unpacked: says"#,
            r#"Payload - - ["redis-text"] @29: ERR no such key"#,
        ];
        assert_eq!(lines, want);
    }

    #[test]
    fn it_is_known_by_an_array_of_words() {
        let set = command(&["SET", "a", "b"]);
        assert_eq!((ask(&set, ToServer), ask(&set[..2], ToServer), ask(&set[..10], ToServer)), (Verdict::Yes, Verdict::Unsure, Verdict::Unsure));
        for not in
            [&b"*HQ,865205030330012,V1#"[..], b"*1\r\n:5\r\n", b"*2\n$3\nSET\n", b"*1\r\n$3\r\n\x01\x02\x03\r\n", b"$5\r\nhello\r\n", b"GET / HTTP/1.1\r\n"]
        {
            assert_eq!(ask(not, ToServer), Verdict::No, "{not:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_makes_it_fail(text in "[*$+:a0-9\\r\\n -]{0,60}", bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let up = format!("*3\r\n$4\r\nAUTH\r\n{text}");
            drive((REDIS.open)(), &[(ToServer, up.as_bytes()), (ToClient, &bytes), (ToServer, text.as_bytes())]);
            ask(text.as_bytes(), ToServer);
        }
    }
}
