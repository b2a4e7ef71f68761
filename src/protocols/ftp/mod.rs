//! FTP (RFC 959, RFC 2228, RFC 2428, RFC 3659, RFC 4217): the control connection. Cameras put their pictures on a server this way.
//!
//! In come the two directions of a stream; out go exchanges (`method` = the command, `target` = its argument but for users and passwords), the login, names
//! of files, and at which port the data will flow (the listings and files themselves: [`data`]). With `AUTH TLS` the stream is handed over.

pub mod data;
mod port;

use super::asked::{self, Asked, Queue, Replies};
use super::lines::{self, Line, Lined, Next, Talk};
use super::protocol::{Carrier, Nature, Probe, Protocol, Say, Verdict};
use crate::event::{Awaited, Event, Readable, Role, Value};
use crate::value::ValueKind;
use crate::wire::Direction;

/// FTP over TCP.
pub static FTP: Protocol =
    Protocol { name: "ftp", carrier: Carrier::Stream, nature: Nature::Clear, ports: &[21, 2_121, 8_021], probe, open: || Box::new(Lined::<Ftp>::default()) };

/// Commands that a client may begin with.
const FIRST: &[&str] = &["USER", "AUTH", "FEAT", "HOST", "CLNT", "SYST", "OPTS", "REIN", "LANG"];
/// Commands that no other protocol has: they tell a stream that was picked up in its middle.
const OWN: &[&str] =
    &["PASV", "EPSV", "EPRT", "PORT", "RETR", "STOR", "APPE", "CWD", "CDUP", "PWD", "XPWD", "NLST", "MLSD", "MLST", "RNFR", "MDTM", "TYPE", "SYST"];
/// Of a stream that was picked up in its middle: answers with what no other protocol says.
const ANSWERS: &[&str] =
    &["227 Entering Passive Mode (", "229 Entering Extended Passive Mode (", "150 Opening ", "226 Transfer complete", "331 Password required"];
/// Commands whose argument is a file or folder.
const FILES: &[&str] = &[
    "RETR", "STOR", "STOU", "APPE", "CWD", "XCWD", "LIST", "NLST", "MLSD", "MLST", "STAT", "DELE", "RMD", "XRMD", "MKD", "XMKD", "RNFR", "RNTO", "SIZE",
    "MDTM", "MFMT", "SMNT",
];

fn probe(probe: &Probe<'_>) -> Verdict {
    let Some(line) = lines::first_line(probe.bytes) else {
        return if may_begin(probe.bytes) { Verdict::Unsure } else { Verdict::No };
    };
    let role = |direction| if probe.direction == direction { Verdict::Yes } else { Verdict::Swapped };
    if !lines::is_text(line) {
        return Verdict::No;
    }
    if let Some((number, _)) = asked::reply(line) {
        return match number {
            120 | 220 if !probe.from_start || probe.direction == Direction::ToClient => greets(probe.bytes),
            _ if !probe.from_start && ANSWERS.iter().any(|answer| lines::begins(line, answer.as_bytes())) => role(Direction::ToClient),
            _ => Verdict::No,
        };
    }
    let (word, argument) = line.split_at_checked(line.iter().position(|byte| *byte == b' ').unwrap_or(line.len())).unwrap_or((line, b""));
    let argument = argument.trim_ascii();
    let is = |list: &[&str]| list.iter().any(|command| word.eq_ignore_ascii_case(command.as_bytes()));
    let fits = match word.to_ascii_uppercase().as_slice() {
        b"USER" => probe.to_port != 110 && !argument.is_empty() && !argument.contains(&b' '),
        b"AUTH" => [&b"TLS"[..], b"TLS-C", b"SSL", b"GSSAPI"].iter().any(|way| argument.eq_ignore_ascii_case(way)),
        b"RETR" => !argument.iter().all(u8::is_ascii_digit),
        b"TYPE" => matches!(argument.to_ascii_uppercase().as_slice(), b"I" | b"A" | b"A N" | b"L 8"),
        b"PORT" => port::in_port(argument).is_some(),
        b"EPRT" => port::in_eprt(argument).is_some(),
        b"PASV" | b"FEAT" | b"PWD" | b"XPWD" | b"CDUP" | b"SYST" | b"REIN" => argument.is_empty(),
        _ => !argument.is_empty(),
    };
    let is_command = is(FIRST) || (!probe.from_start && is(OWN));
    let may_be_client = !probe.from_start || probe.direction == Direction::ToServer;
    if is_command && fits && may_be_client { role(Direction::ToServer) } else { Verdict::No }
}

/// A greeting is also SMTP's; where it does not say what it is, the client's first words decide.
fn greets(bytes: &[u8]) -> Verdict {
    let text = bytes.get(..1_024).unwrap_or(bytes);
    match (lines::holds(text, b"ftp"), lines::holds(text, b"smtp")) {
        (true, false) => Verdict::Yes,
        (false, true) => Verdict::No,
        _ => Verdict::Unsure,
    }
}

fn may_begin(bytes: &[u8]) -> bool {
    let is_reply = bytes.iter().zip(b"220").all(|(byte, digit)| byte == digit) || bytes.starts_with(b"120");
    let end = bytes.iter().position(|byte| *byte == b' ').unwrap_or(bytes.len());
    let word = bytes.get(..end).unwrap_or_default();
    let starts = |command: &&str| command.as_bytes().get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    bytes.len() < 512 && lines::is_text(bytes.trim_ascii_end()) && (is_reply || FIRST.iter().chain(OWN).any(starts))
}

#[derive(Default)]
struct Ftp {
    queue: Queue,
    replies: Replies,
    has_greeted: bool,
    /// Whether the user is nobody in particular, so that the password is none.
    is_anonymous: bool,
}

impl Talk for Ftp {
    fn line(&mut self, line: &Line<'_>, say: Say<'_>) -> Next {
        match line.direction() {
            Direction::ToServer => self.command(line, say),
            Direction::ToClient => self.reply(line, say),
        }
        Next::Line
    }

    fn gap(&mut self, direction: Direction, say: Say<'_>) {
        if direction == Direction::ToClient {
            // Which command the next answer is for is not known.
            self.replies.clear();
            self.queue.end(say);
        }
    }

    fn end(&mut self, say: Say<'_>) {
        self.queue.end(say);
    }

    fn memory(&self) -> usize {
        self.queue.memory()
    }
}

impl Ftp {
    fn command(&mut self, line: &Line<'_>, say: Say<'_>) {
        // Telnet's signals stand before an urgent command (RFC 959, section 4.1.3, ABOR).
        let line = line.from(line.bytes().iter().take_while(|byte| **byte >= 0xf0).count());
        let (word, argument) = line.word();
        let Some(method) = asked::command(word) else {
            if !line.bytes().is_empty() {
                say(Event::Malformed { what: "ftp command expected" });
            }
            return;
        };
        let asked = Asked::new(method, line.at());
        let asked = match asked.method.as_str() {
            "USER" => {
                self.is_anonymous = [&b"anonymous"[..], b"ftp"].iter().any(|user| argument.bytes().eq_ignore_ascii_case(user));
                tell_value(ValueKind::Username, &argument, "user", say);
                asked
            }
            "PASS" => {
                self.password(&argument, say);
                asked
            }
            "ACCT" => {
                tell_value(ValueKind::Password, &argument, "acct", say);
                asked
            }
            "ADAT" | "MIC" | "CONF" | "ENC" => asked,
            // A server's own settings: passwords are set this way too.
            "SITE" => {
                let (setting, rest) = argument.word();
                if lines::begins(setting, b"PSWD") || lines::begins(setting, b"PASS") {
                    tell_value(ValueKind::Password, &rest, "site", say);
                }
                asked.of(&String::from_utf8_lossy(setting))
            }
            method => {
                if FILES.contains(&method) && !argument.bytes().is_empty() {
                    let place = argument.input.place(0);
                    say(Event::Readable(Readable { role: Role::Target, bytes: argument.bytes(), field: None, media: None, chain: &[], place }));
                }
                let port = match method {
                    "PORT" => port::in_port(argument.bytes()),
                    "EPRT" => port::in_eprt(argument.bytes()),
                    _ => None,
                };
                await_data(port, say);
                asked.of(&argument.text())
            }
        };
        self.queue.ask(asked, say);
    }

    fn password(&self, argument: &Line<'_>, say: Say<'_>) {
        if self.is_anonymous {
            // Anybody's: by custom an address (RFC 1635).
            let place = argument.input.place(0);
            say(Event::Readable(Readable { role: Role::Payload, bytes: argument.bytes(), field: Some("pass"), media: None, chain: &[], place }));
        } else {
            tell_value(ValueKind::Password, argument, "pass", say);
        }
    }

    fn reply(&mut self, line: &Line<'_>, say: Say<'_>) {
        let was_open = self.replies.is_open();
        let number = self.replies.read(line.bytes());
        let text = if number.is_some() || !was_open { line.from(line.bytes().len().min(4)) } else { *line };
        if !text.bytes().is_empty() {
            let place = text.input.place(0);
            say(Event::Readable(Readable { role: Role::Body, bytes: text.bytes(), field: None, media: None, chain: &[], place }));
        }
        let Some(number) = number else { return };
        match number {
            227 => await_data(port::in_reply(text.bytes()), say),
            229 => await_data(port::in_extended_reply(text.bytes()), say),
            _ => {}
        }
        if self.queue.next().is_none() && !self.has_greeted && matches!(number, 120 | 220 | 421) {
            asked::tell_greeting(&text.text(), Some(number), line.at(), say);
        } else if number >= 200 {
            self.queue.answer(Some(number), 0, say);
        }
        self.has_greeted = true;
    }
}

/// The data will flow to this port of who named it.
fn await_data(port: Option<u16>, say: Say<'_>) {
    if let Some(port) = port.filter(|port| *port > 0) {
        say(Event::Awaited(Awaited { protocol: data::NAME, port: Some(port) }));
    }
}

fn tell_value(kind: ValueKind, argument: &Line<'_>, field: &str, say: Say<'_>) {
    if !argument.bytes().is_empty() {
        say(Event::Value(Value { kind, value: argument.text(), field, chain: &[], at: argument.at() }));
    }
}

#[cfg(test)]
mod tests;
