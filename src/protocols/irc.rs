//! IRC (RFC 1459, RFC 2812; IRCv3's capabilities and logins): chat, and how captured devices are told what to do.
//!
//! In come the two directions of a stream; out go exchanges (`method` = the command, `target` = the channel or person that it is for, never a text or key),
//! names, logins and what is said.

use std::borrow::Cow;

use super::asked;
use super::lines::{self, Line, Lined, Next, Talk};
use super::login::Sasl;
use super::protocol::{Carrier, Nature, Probe, Protocol, Say, Verdict};
use super::stream::first;
use crate::event::{Event, Exchange, Readable, Role, Value};
use crate::value::ValueKind;
use crate::wire::Direction;

/// IRC over TCP.
pub static IRC: Protocol = Protocol {
    name: "irc",
    carrier: Carrier::Stream,
    nature: Nature::Clear,
    ports: &[6_667, 6_666, 6_668, 6_669, 7_000],
    probe,
    open: || Box::new(Lined::<Irc>::default()),
};

/// Parameters of one message (RFC 2812, section 2.3, allows 15).
const PARAMETERS: usize = 15;

fn probe(probe: &Probe<'_>) -> Verdict {
    let role = |direction| match () {
        () if probe.direction == direction => Verdict::Yes,
        () if probe.from_start => Verdict::No,
        () => Verdict::Swapped,
    };
    let Some(line) = lines::first_line(probe.bytes) else {
        let starts = [&b"NICK "[..], b"USER ", b"PASS ", b"CAP LS", b"NOTICE ", b"PRIVMSG ", b":"];
        let may_be = starts.iter().any(|word| probe.bytes.iter().zip(*word).all(|(byte, wanted)| byte.eq_ignore_ascii_case(wanted)));
        return if may_be && probe.bytes.len() < 512 && lines::is_text(probe.bytes.trim_ascii_end()) { Verdict::Unsure } else { Verdict::No };
    };
    let words: Vec<&[u8]> = line.split(|byte| *byte == b' ').filter(|word| !word.is_empty()).take(6).collect();
    let is = |word: &[u8], known: &[u8]| word.eq_ignore_ascii_case(known);
    match words.as_slice() {
        [prefix, word, ..] if prefix.starts_with(b":") && prefix.len() > 1 => {
            let is_reply = word.len() == 3 && word.iter().all(u8::is_ascii_digit) && words.len() > 2;
            let is_word = [&b"NOTICE"[..], b"PRIVMSG", b"JOIN", b"MODE", b"NICK", b"QUIT", b"PART", b"KICK", b"TOPIC"].contains(word) && words.len() > 2;
            if is_reply || is_word { role(Direction::ToClient) } else { Verdict::No }
        }
        [word, who, text, ..] if *word == b"NOTICE" && text.starts_with(b":") && (is(who, b"AUTH") || is(who, b"*")) => role(Direction::ToClient),
        [word, name] if is(word, b"NICK") && is_name(name.strip_prefix(b":").unwrap_or(name)) => role(Direction::ToServer),
        [word, what, ..] if is(word, b"CAP") && (is(what, b"LS") || is(what, b"REQ")) => role(Direction::ToServer),
        [word, _, _, _, name, ..] if is(word, b"USER") && name.starts_with(b":") => role(Direction::ToServer),
        [word, who, text, ..] if *word == b"PRIVMSG" && !who.is_empty() && text.starts_with(b":") && !probe.from_start => role(Direction::ToServer),
        // Where a password comes first, a name must follow.
        [word, _] if is(word, b"PASS") => {
            let next = memchr::memchr(b'\n', probe.bytes).and_then(|end| probe.bytes.get(end + 1..)).unwrap_or_default();
            match [&b"NICK "[..], b"USER ", b"CAP LS"].into_iter().any(|word| next.iter().zip(word).all(|(byte, wanted)| byte.eq_ignore_ascii_case(wanted))) {
                true if next.len() >= 5 => role(Direction::ToServer),
                true => Verdict::Unsure,
                false => Verdict::No,
            }
        }
        _ => Verdict::No,
    }
}

/// RFC 2812, section 2.3.1, but for the length.
fn is_name(name: &[u8]) -> bool {
    (1..=64).contains(&name.len()) && name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"[]\\`_^{|}-".contains(byte) || *byte >= 0x80)
}

/// A message: tags and prefix are passed over.
struct Message<'m> {
    command: &'m [u8],
    parameters: Vec<Line<'m>>,
}

impl<'m> Message<'m> {
    fn read(line: &Line<'m>) -> Self {
        let mut rest = *line;
        while matches!(rest.bytes().first(), Some(b'@' | b':')) {
            rest = rest.word().1;
        }
        let (command, mut rest) = rest.word();
        let mut parameters = Vec::new();
        while !rest.bytes().is_empty() && parameters.len() < PARAMETERS {
            if rest.bytes().starts_with(b":") || parameters.len() + 1 == PARAMETERS {
                let is_marked = rest.bytes().starts_with(b":");
                parameters.push(rest.from(usize::from(is_marked)));
                break;
            }
            let (word, next) = rest.word();
            parameters.push(Line { input: first(&rest.input, word.len()), ..rest });
            rest = next;
        }
        Self { command, parameters }
    }

    fn get(&self, index: usize) -> Option<&Line<'m>> {
        self.parameters.get(index).filter(|parameter| !parameter.bytes().is_empty())
    }
}

#[derive(Default)]
struct Irc {
    login: Option<Sasl>,
}

impl Talk for Irc {
    fn line(&mut self, line: &Line<'_>, say: Say<'_>) -> Next {
        let message = Message::read(line);
        match line.direction() {
            Direction::ToServer => self.command(&message, line, say),
            Direction::ToClient => answer(&message, say),
        }
        Next::Line
    }

    fn gap(&mut self, _: Direction, _: Say<'_>) {}

    fn end(&mut self, _: Say<'_>) {}

    fn memory(&self) -> usize {
        0
    }
}

impl Irc {
    fn command(&mut self, message: &Message<'_>, line: &Line<'_>, say: Say<'_>) {
        let Some(method) = asked::command(message.command) else {
            if !line.bytes().is_empty() {
                say(Event::Malformed { what: "irc message expected" });
            }
            return;
        };
        let mut target = None;
        match method.as_str() {
            "PASS" => tell(ValueKind::Password, message.get(0), "pass", say),
            "NICK" => tell(ValueKind::Username, message.get(0), "nick", say),
            "USER" => {
                tell(ValueKind::Username, message.get(0), "user", say);
                tell(ValueKind::Name, message.get(3), "real name", say);
            }
            "OPER" => {
                tell(ValueKind::Username, message.get(0), "oper", say);
                tell(ValueKind::Password, message.get(1), "oper", say);
            }
            "JOIN" => {
                target = message.get(0);
                tell(ValueKind::Password, message.get(1), "channel key", say);
            }
            "AUTHENTICATE" => self.authenticate(message.get(0), say),
            "PRIVMSG" | "NOTICE" => {
                target = message.get(0);
                said(message, say);
            }
            "NICKSERV" | "NS" => identify(message.parameters.as_slice(), say),
            "PING" | "PONG" | "QUIT" | "AWAY" => {}
            _ => target = message.get(0),
        }
        let target = target.map(|target| Cow::Owned(target.text().into_owned()));
        say(Event::Exchange(Exchange { method: Some(&method), target, at: line.at(), ..Exchange::default() }));
    }

    /// A mechanism, then what it asks for (<https://ircv3.net/specs/extensions/sasl-3.1>).
    fn authenticate(&mut self, parameter: Option<&Line<'_>>, say: Say<'_>) {
        let Some(parameter) = parameter else { return };
        match &mut self.login {
            Some(login) => {
                if !login.answer(parameter.bytes(), parameter.at(), say) {
                    self.login = None;
                }
            }
            None => self.login = Some(Sasl::new(&parameter.text())),
        }
    }
}

fn answer(message: &Message<'_>, say: Say<'_>) {
    if matches!(message.command, b"PRIVMSG" | b"NOTICE" | b"TOPIC" | b"332") {
        said(message, say);
    }
}

/// What is said, a login at the network's services included.
fn said(message: &Message<'_>, say: Say<'_>) {
    let Some(text) = message.parameters.last().filter(|text| !text.bytes().is_empty()) else { return };
    if message.get(0).is_some_and(|who| lines::begins(who.bytes(), b"NickServ")) && lines::begins(text.bytes(), b"IDENTIFY ") {
        let (_, rest) = text.word();
        let (user, password) = rest.word();
        let is_pair = !password.bytes().is_empty();
        let user = Line { input: first(&rest.input, user.len()), ..rest };
        if is_pair {
            tell(ValueKind::Username, Some(&user), "identify", say);
        }
        tell(ValueKind::Password, Some(if is_pair { &password } else { &user }), "identify", say);
        return;
    }
    say(Event::Readable(Readable { role: Role::Body, bytes: text.bytes(), field: None, media: None, chain: &[], place: text.input.place(0) }));
}

/// `NICKSERV IDENTIFY [name] password`.
fn identify(parameters: &[Line<'_>], say: Say<'_>) {
    if let [word, .., password] = parameters
        && lines::begins(word.bytes(), b"IDENTIFY")
    {
        tell(ValueKind::Password, Some(password), "identify", say);
    }
}

fn tell(kind: ValueKind, value: Option<&Line<'_>>, field: &str, say: Say<'_>) {
    if let Some(value) = value {
        say(Event::Value(Value { kind, value: value.text(), field, chain: &[], at: value.at() }));
    }
}

#[cfg(test)]
mod tests {
    use super::super::protocol::Parser;
    use super::super::testing::drive_split;
    use super::*;
    use Direction::{ToClient, ToServer};

    fn open() -> Box<dyn Parser> {
        (IRC.open)()
    }

    fn ask(bytes: &[u8], direction: Direction, from_start: bool) -> Verdict {
        probe(&Probe { bytes, direction, from_port: 50_000, to_port: 50_001, from_start })
    }

    #[test]
    fn a_captured_camera_is_told_what_to_do() {
        let told = drive_split(
            open,
            &[
                (ToServer, b"PASS s3cret\r\nNICK cam7\r\nUSER cam 0 * :Anna B\r\n"),
                (ToClient, b":irc.test 001 cam7 :Welcome\r\nPING :x\r\n"),
                (ToServer, b"PONG :x\r\nJOIN #bots key1\r\nPRIVMSG NickServ :identify tiger12\r\nPRIVMSG #bots :ready\r\n"),
                (ToClient, b"@time=1 :boss!b@198.51.100.7 PRIVMSG #bots :!scan 203.0.113.0\r\n"),
            ],
        );
        assert_eq!(
            told,
            [
                "value password pass=s3cret []",
                "exchange - PASS - - - - status - bytes 0",
                "value username nick=cam7 []",
                "exchange - NICK - - - - status - bytes 0",
                "value username user=cam []",
                "value name real name=Anna B []",
                "exchange - USER - - - - status - bytes 0",
                "exchange - PONG - - - - status - bytes 0",
                "value password channel key=key1 []",
                "exchange - JOIN #bots - - - status - bytes 0",
                "value password identify=tiger12 []",
                "exchange - PRIVMSG NickServ - - - status - bytes 0",
                "Body - - [] @123: ready",
                "exchange - PRIVMSG #bots - - - status - bytes 0",
                "Body - - [] @82: !scan 203.0.113.0",
            ]
        );
    }

    #[test]
    fn logins_are_read() {
        let told = drive_split(open, &[(ToServer, b"CAP REQ :sasl\r\nAUTHENTICATE PLAIN\r\nAUTHENTICATE AGFubmEAdGlnZXIxMg==\r\nOPER anna tiger13\r\n")]);
        let values: Vec<&str> = told.iter().filter(|line| line.starts_with("value password")).map(String::as_str).collect();
        assert_eq!(values, [r#"value password plain=tiger12 ["base64"]"#, "value password oper=tiger13 []"]);
        assert!(told.iter().all(|line| !line.starts_with("exchange") || !line.contains("tiger")), "{told:?}");
    }

    #[test]
    fn it_is_known_by_its_bytes() {
        for first in [&b"NICK cam7\r\n"[..], b"USER a 0 * :b\r\n", b"PASS x\r\nNICK a\r\n", b"CAP LS 302\r\n", b"nick a\n"] {
            assert_eq!(ask(first, ToServer, true), Verdict::Yes, "{first:?}");
        }
        for first in [&b":irc.test 001 a :Welcome\r\n"[..], b"NOTICE AUTH :*** Looking up\r\n", b":a!b@c PRIVMSG #x :y\r\n"] {
            assert_eq!((ask(first, ToClient, true), ask(first, ToServer, true)), (Verdict::Yes, Verdict::No), "{first:?}");
        }
        assert_eq!(
            (ask(b"PASS x\r\n", ToServer, true), ask(b"NIC", ToServer, true), ask(b":a 00", ToClient, true)),
            (Verdict::Unsure, Verdict::Unsure, Verdict::Unsure)
        );
        for other in
            [&b"USER anna\r\n"[..], b"PASS x\r\nSYST\r\n", b"NICK\r\n", b"NICK a b\r\n", b": a b\r\n", b":a 12 b\r\n", b"NOTICE a\r\n", b"GET / HTTP/1.1\r\n"]
        {
            assert_eq!(ask(other, ToServer, true), Verdict::No, "{other:?}");
        }
    }
}
