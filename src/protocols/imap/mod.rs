//! IMAP4rev1 and 4rev2 (RFC 3501, RFC 9051): how mail is read on its server.
//!
//! In come the two directions of a stream; out go exchanges (`method` = the command), logins, and the mails that are fetched and stored. With `STARTTLS`
//! the stream is handed over.

mod command;

use std::borrow::Cow;
use std::collections::VecDeque;

use super::asked;
use super::lines::{self, Line, Lined, Next, Talk};
use super::login::Sasl;
use super::mail::Mail;
use super::protocol::{Carrier, Input, Nature, Probe, Protocol, Say, Verdict};
use crate::event::{Event, Exchange, Readable, Role, Value};
use crate::value::ValueKind;
use crate::wire::{At, Direction};
use command::{Arguments, literal};

/// IMAP over TCP.
pub static IMAP: Protocol =
    Protocol { name: "imap", carrier: Carrier::Stream, nature: Nature::Clear, ports: &[143, 220], probe, open: || Box::new(Lined::<Imap>::default()) };

/// Commands by which a client is known.
const KNOWN: &[&str] = &["CAPABILITY", "LOGIN", "AUTHENTICATE", "STARTTLS", "SELECT", "EXAMINE", "LOGOUT", "LSUB", "NAMESPACE", "FETCH", "UID", "IDLE", "ID"];
/// Commands that wait for their answers; of more the oldest is told without one.
const WAITING: usize = 64;
/// Longest tag.
const TAG_LIMIT: usize = 32;

fn probe(probe: &Probe<'_>) -> Verdict {
    let role = |direction| match () {
        () if probe.direction == direction => Verdict::Yes,
        () if probe.from_start => Verdict::No,
        () => Verdict::Swapped,
    };
    let Some(line) = lines::first_line(probe.bytes) else {
        let (bytes, greeting) = (probe.bytes, [&b"* OK "[..], b"* PREAUTH ", b"* BYE "]);
        let may_greet = greeting.iter().any(|word| bytes.iter().zip(*word).all(|(byte, wanted)| byte.eq_ignore_ascii_case(wanted)));
        let (tag, rest) = bytes.split_at_checked(bytes.iter().position(|byte| *byte == b' ').unwrap_or(bytes.len())).unwrap_or((bytes, b""));
        let word = rest.trim_ascii_start();
        let word = word.get(..word.iter().position(|byte| matches!(byte, b' ' | b'\r')).unwrap_or(word.len())).unwrap_or_default();
        let may_ask = is_tag(tag)
            && KNOWN.iter().any(|known| known.as_bytes().iter().zip(word).all(|(wanted, byte)| byte.eq_ignore_ascii_case(wanted)) && word.len() <= known.len());
        return if bytes.len() < 1_024 && lines::is_text(bytes.trim_ascii_end()) && (may_greet || may_ask) { Verdict::Unsure } else { Verdict::No };
    };
    if !lines::is_text(line) {
        return Verdict::No;
    }
    if [&b"* OK "[..], b"* OK[", b"* PREAUTH ", b"* BYE ", b"* CAPABILITY IMAP4"].iter().any(|start| lines::begins(line, start)) {
        return role(Direction::ToClient);
    }
    let mut words = line.split(|byte| *byte == b' ');
    let (tag, word, argument) = (words.next().unwrap_or_default(), words.next().unwrap_or_default(), words.next());
    let is_known = KNOWN.iter().any(|known| word.eq_ignore_ascii_case(known.as_bytes()));
    let is_bare = ["CAPABILITY", "STARTTLS", "LOGOUT", "NAMESPACE", "IDLE"].iter().any(|bare| word.eq_ignore_ascii_case(bare.as_bytes()));
    if is_tag(tag) && is_known && is_bare == argument.is_none() { role(Direction::ToServer) } else { Verdict::No }
}

/// A client's tags are counted: they hold a digit.
fn is_tag(tag: &[u8]) -> bool {
    (1..=TAG_LIMIT).contains(&tag.len())
        && tag.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
        && tag.iter().any(u8::is_ascii_digit)
}

/// A command that waits for its answer.
struct Asked {
    tag: String,
    method: String,
    target: Option<String>,
    bytes: u64,
    at: At,
}

impl Asked {
    fn tell(&self, say: Say<'_>) {
        let target = self.target.as_deref().map(Cow::Borrowed);
        say(Event::Exchange(Exchange { method: Some(&self.method), target, bytes: self.bytes, at: self.at, ..Exchange::default() }));
    }
}

/// A mail, or a part of one, in a literal.
#[derive(Default)]
struct Letter {
    mail: Option<Box<Mail>>,
}

impl Letter {
    fn finish(&mut self, say: Say<'_>) {
        if let Some(mut mail) = self.mail.take() {
            mail.finish(say);
        }
    }

    fn memory(&self) -> usize {
        self.mail.as_ref().map_or(0, |mail| size_of::<Mail>() + mail.memory())
    }
}

#[derive(Default)]
struct Imap {
    asked: VecDeque<Asked>,
    has_greeted: bool,
    login: Option<Sasl>,
    /// The command of which more lines are to come.
    open: Option<Arguments>,
    stored: Letter,
    fetched: Letter,
    /// Whether the server's line goes on behind a literal.
    goes_on: bool,
    is_idle: bool,
}

impl Talk for Imap {
    fn line(&mut self, line: &Line<'_>, say: Say<'_>) -> Next {
        match line.direction() {
            Direction::ToServer => self.command(line, say),
            Direction::ToClient => self.answer(line, say),
        }
    }

    fn bytes(&mut self, part: &Input<'_>, last: bool, say: Say<'_>) {
        if part.direction == Direction::ToClient {
            if let Some(asked) = self.asked.back_mut() {
                asked.bytes = asked.bytes.saturating_add(part.bytes.len() as u64);
            }
            if let Some(mail) = &mut self.fetched.mail {
                mail.bytes(part, say);
            }
            if last {
                self.fetched.finish(say);
            }
            return;
        }
        match (&mut self.open, &mut self.stored.mail) {
            (Some(arguments), Some(mail)) => {
                arguments.bytes = arguments.bytes.saturating_add(part.bytes.len() as u64);
                mail.bytes(part, say);
            }
            (Some(arguments), None) => arguments.add_literal(part, last),
            _ => {}
        }
        if last {
            self.stored.finish(say);
        }
    }

    fn gap(&mut self, direction: Direction, say: Say<'_>) {
        match direction {
            Direction::ToServer => {
                self.stored.finish(say);
                (self.open, self.login, self.is_idle) = (None, None, false);
            }
            Direction::ToClient => {
                self.fetched.finish(say);
                self.goes_on = false;
            }
        }
    }

    fn end(&mut self, say: Say<'_>) {
        self.stored.finish(say);
        self.fetched.finish(say);
        if let Some(arguments) = self.open.take() {
            self.ask(arguments, say);
        }
        for asked in std::mem::take(&mut self.asked) {
            asked.tell(say);
        }
    }

    fn memory(&self) -> usize {
        let open = self.open.as_ref().map_or(0, Arguments::memory);
        open + self.stored.memory() + self.fetched.memory() + self.asked.iter().map(|asked| size_of::<Asked>() + asked.tag.capacity() + 64).sum::<usize>()
    }
}

impl Imap {
    fn command(&mut self, line: &Line<'_>, say: Say<'_>) -> Next {
        if let Some(login) = &mut self.login {
            if !login.answer(line.bytes(), line.at(), say) {
                self.login = None;
            }
            return Next::Line;
        }
        if self.is_idle && line.bytes().eq_ignore_ascii_case(b"DONE") {
            self.is_idle = false;
            return Next::Line;
        }
        let Some(mut arguments) = self.open.take().or_else(|| begin(line, say)) else { return Next::Line };
        let (text, length) = literal(line.bytes());
        arguments.add_line(&line.input, text.len());
        if let Some(length) = length {
            if arguments.method == "APPEND" {
                self.stored.mail = Some(Box::default());
            }
            self.open = Some(arguments);
            return Next::Bytes(length);
        }
        self.ask(arguments, say);
        Next::Line
    }

    /// A command is whole.
    fn ask(&mut self, arguments: Arguments, say: Say<'_>) {
        let values = arguments.values();
        let mut target = None;
        match arguments.method.as_str() {
            "LOGIN" => {
                for (kind, value) in [ValueKind::Username, ValueKind::Password].into_iter().zip(values) {
                    if !value.bytes.is_empty() {
                        say(Event::Value(Value { kind, value: String::from_utf8_lossy(&value.bytes), field: "login", chain: &[], at: value.at }));
                    }
                }
            }
            "AUTHENTICATE" => {
                target = values.first().map(|value| String::from_utf8_lossy(&value.bytes).into_owned());
                let mut login = Sasl::new(target.as_deref().unwrap_or_default());
                let initial = values.get(1).filter(|initial| initial.bytes != b"=");
                let goes_on = initial.is_none_or(|initial| login.answer(&initial.bytes, initial.at, say));
                self.login = goes_on.then_some(login);
            }
            "IDLE" => self.is_idle = true,
            "SELECT" | "EXAMINE" | "CREATE" | "DELETE" | "STATUS" | "APPEND" | "UID" => {
                target = values.first().map(|value| String::from_utf8_lossy(&value.bytes).into_owned());
            }
            _ => {}
        }
        if self.asked.len() >= WAITING
            && let Some(oldest) = self.asked.pop_front()
        {
            oldest.tell(say);
        }
        let Arguments { tag, method, at, bytes, .. } = arguments;
        self.asked.push_back(Asked { tag, method, target: target.filter(|target| !target.is_empty()), bytes, at });
    }

    fn answer(&mut self, line: &Line<'_>, say: Say<'_>) -> Next {
        let (text, length) = literal(line.bytes());
        let goes_on = std::mem::replace(&mut self.goes_on, length.is_some());
        let (tag, _) = line.word();
        if goes_on || tag == b"*" {
            self.untagged(line, text, length.is_some(), goes_on, say);
        } else if tag != b"+" {
            let place = self.asked.iter().position(|asked| asked.tag.as_bytes() == tag);
            if let Some(asked) = place.and_then(|place| self.asked.remove(place)) {
                if asked.method == "AUTHENTICATE" {
                    self.login = None;
                }
                asked.tell(say);
            }
        }
        length.map_or(Next::Line, Next::Bytes)
    }

    fn untagged(&mut self, line: &Line<'_>, text: &[u8], has_literal: bool, goes_on: bool, say: Say<'_>) {
        let rest = line.word().1;
        let is_first = !std::mem::replace(&mut self.has_greeted, true);
        if is_first && self.asked.is_empty() && (lines::begins(rest.bytes(), b"OK") || lines::begins(rest.bytes(), b"PREAUTH")) {
            asked::tell_greeting(&rest.word().1.text(), None, line.at(), say);
            return;
        }
        let is_fetched = lines::holds(text, b"FETCH") || has_literal || goes_on;
        if is_fetched && text.len() > 1 {
            let bytes = line.bytes().get(..text.len()).unwrap_or_default();
            say(Event::Readable(Readable { role: Role::Body, bytes, field: None, media: None, chain: &[], place: line.input.place(0) }));
        }
        if has_literal {
            let whole = [&b"BODY[]"[..], b"BODY[HEADER", b"RFC822", b"BODY[0]"].iter().any(|section| lines::holds(text, section));
            self.fetched.mail = Some(Box::new(if whole { Mail::default() } else { Mail::headless() }));
        }
    }
}

/// The command that a line begins.
fn begin(line: &Line<'_>, say: Say<'_>) -> Option<Arguments> {
    let (tag, rest) = line.word();
    let method = asked::command(rest.word().0).filter(|_| tag.len() <= TAG_LIMIT);
    if method.is_none() && !line.bytes().is_empty() {
        say(Event::Malformed { what: "imap command expected" });
    }
    Some(Arguments::new(String::from_utf8_lossy(tag).into_owned(), method?, line.at()))
}

#[cfg(test)]
mod tests;
