//! Telnet (RFC 854, RFC 855): what is typed into a device's command line, its password included.
//!
//! In come the two directions of a stream; options are taken out (RFC 1143 tells how they are agreed on). Out goes the text of both ends, what is answered
//! to prompts for a user and a password, and an exchange for every line that is typed: `kind` is `login` or `command`, the target of a command is its first
//! word only, since passwords may follow.

use std::borrow::Cow;

use super::gathered::Gathered;
use super::lines;
use super::protocol::{Carrier, Input, Nature, Parser, Probe, Progress, Protocol, Say, Verdict};
use crate::event::{Event, Exchange, Role, Value};
use crate::value::ValueKind;
use crate::wire::{At, Direction};

/// Telnet over TCP.
pub static TELNET: Protocol =
    Protocol { name: "telnet", carrier: Carrier::Stream, nature: Nature::Clear, ports: &[23, 2_323], probe, open: || Box::new(Telnet::default()) };

/// Interpret as command.
const IAC: u8 = 255;
/// Options that are assigned (<https://www.iana.org/assignments/telnet-options>), but for 138 to 140.
const OPTIONS: u8 = 49;
/// Of a typed line so much is kept.
const LINE_LIMIT: usize = 1_024;
/// Of the server's present line so much is kept, to see what it asks for.
const PROMPT_LIMIT: usize = 256;
/// So much of a command is told as its target.
const WORD_LIMIT: usize = 64;

/// What a server's last line asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asks {
    User,
    Password,
    Nothing,
}

/// Ends of lines that ask for something.
const USERS: &[&[u8]] = &[b"login:", b"username:", b"user name:", b"user:", b"account:", b"login as:"];
const PASSWORDS: &[&[u8]] = &[b"password:", b"passwd:", b"passphrase:", b"passcode:", b"pin code:"];

fn asks(line: &[u8]) -> Asks {
    let line = line.trim_ascii_end();
    let ends = |list: &[&[u8]]| {
        list.iter().any(|end| line.len().checked_sub(end.len()).and_then(|start| line.get(start..)).is_some_and(|tail| tail.eq_ignore_ascii_case(end)))
    };
    // "Password for anna:"
    let names_password = line.ends_with(b":") && line.len() < 80 && lines::begins(line, b"password for ");
    match () {
        () if ends(PASSWORDS) || names_password => Asks::Password,
        () if ends(USERS) && !lines::holds(line, b"last login") => Asks::User,
        () => Asks::Nothing,
    }
}

fn probe(probe: &Probe<'_>) -> Verdict {
    match negotiation(probe.bytes) {
        Options::None => {}
        Options::Whole(length) => {
            let rest = probe.bytes.get(length..).unwrap_or_default();
            let is_text = rest.iter().take(64).all(|byte| matches!(byte, 7..=13 | 27 | 0x20..=0x7e | 0x80..));
            return if is_text { Verdict::Yes } else { Verdict::No };
        }
        Options::Part => return Verdict::Unsure,
    }
    let is_server = probe.from_start && probe.direction == Direction::ToClient;
    let is_text = probe.bytes.len() < 2_048 && probe.bytes.iter().all(|byte| matches!(byte, 0 | 7..=13 | 27 | 0x20..=0x7e | 0x80..));
    let line = probe.bytes.get(last_line(probe.bytes)..).unwrap_or_default();
    match asks(line) {
        Asks::User | Asks::Password if is_server && is_text && line.len() < 128 => Verdict::Yes,
        _ => Verdict::No,
    }
}

fn last_line(bytes: &[u8]) -> usize {
    memchr::memrchr2(b'\n', b'\r', bytes).map_or(0, |end| end + 1)
}

/// What option commands bytes begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Options {
    None,
    /// More bytes are needed.
    Part,
    /// So many bytes.
    Whole(usize),
}

fn negotiation(bytes: &[u8]) -> Options {
    let mut length = 0;
    loop {
        match bytes.get(length..).unwrap_or_default() {
            [IAC, 251..=254, option, ..] if *option <= OPTIONS || (138..=140).contains(option) || *option == IAC => length += 3,
            [IAC, 250, option, rest @ ..] if *option <= OPTIONS => {
                let end = rest.windows(2).take(512).position(|pair| pair == [IAC, 240]);
                match end {
                    Some(end) => length += 3 + end + 2,
                    None if rest.len() < 512 => return Options::Part,
                    None => return Options::None,
                }
            }
            [IAC] | [IAC, 250..=254] => return Options::Part,
            _ if length == 0 => return Options::None,
            _ => return Options::Whole(length),
        }
    }
}

/// Where a direction is within option commands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Mode {
    #[default]
    Text,
    /// Behind IAC.
    Command,
    /// Behind WILL, WONT, DO or DONT.
    Option,
    /// In a subnegotiation; whether behind IAC.
    Sub(bool),
}

#[derive(Default)]
struct Side {
    mode: Mode,
    text: Option<Gathered>,
}

#[derive(Default)]
struct Telnet {
    sides: [Side; 2],
    /// The server's present line.
    prompt: Vec<u8>,
    /// The client's present line, where it begins, and what the server asked for when it began.
    typed: Vec<u8>,
    typed_at: At,
    asked: Option<Asks>,
    after_return: bool,
}

impl Parser for Telnet {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        let mut from = 0;
        for (index, byte) in input.bytes.iter().enumerate() {
            let Some(side) = self.sides.get_mut(input.direction.index()) else { break };
            let was_text = side.mode == Mode::Text;
            let is_text = was_text && *byte != IAC;
            side.mode = next_mode(side.mode, *byte);
            if is_text {
                match input.direction {
                    Direction::ToServer => self.typed(*byte, &input, index, say),
                    Direction::ToClient => self.shown(*byte),
                }
            } else {
                if was_text {
                    self.text(&input, from, index, say);
                }
                from = index + 1;
            }
        }
        self.text(&input, from, input.bytes.len(), say);
        Progress::Consumed(input.bytes.len())
    }

    fn gap(&mut self, direction: Direction, _: u64, say: Say<'_>) -> Progress {
        match direction {
            Direction::ToServer => self.line_ends(say),
            Direction::ToClient => self.prompt.clear(),
        }
        if let Some(side) = self.sides.get_mut(direction.index()) {
            side.mode = Mode::Text;
        }
        Progress::Consumed(0)
    }

    fn end(&mut self, say: Say<'_>) {
        self.line_ends(say);
        for text in self.sides.iter_mut().filter_map(|side| side.text.as_mut()) {
            text.finish(say);
        }
    }

    fn memory(&self) -> usize {
        self.prompt.capacity() + self.typed.capacity() + self.sides.iter().filter_map(|side| side.text.as_ref()).map(Gathered::memory).sum::<usize>()
    }
}

fn next_mode(mode: Mode, byte: u8) -> Mode {
    match (mode, byte) {
        (Mode::Text, IAC) => Mode::Command,
        (Mode::Command, 250) => Mode::Sub(false),
        (Mode::Command, 251..=254) => Mode::Option,
        (Mode::Text | Mode::Command | Mode::Option, _) | (Mode::Sub(true), 240) => Mode::Text,
        (Mode::Sub(is_behind), _) => Mode::Sub(byte == IAC && !is_behind),
    }
}

impl Telnet {
    /// Text between commands.
    fn text(&mut self, input: &Input<'_>, from: usize, to: usize, say: Say<'_>) {
        let Some(text) = input.bytes.get(from..to).filter(|text| !text.is_empty()) else { return };
        if let Some(side) = self.sides.get_mut(input.direction.index()) {
            let gathered = side.text.get_or_insert_with(|| Gathered::new(Role::Body, Some("text/plain".to_owned()), &[]));
            gathered.push(text, input.at(from, text.len()), say);
        }
    }

    fn shown(&mut self, byte: u8) {
        match byte {
            b'\n' | b'\r' => self.prompt.clear(),
            0 => {}
            _ => {
                if self.prompt.len() >= PROMPT_LIMIT {
                    self.prompt.drain(..PROMPT_LIMIT / 2);
                }
                self.prompt.push(byte);
            }
        }
    }

    fn typed(&mut self, byte: u8, input: &Input<'_>, index: usize, say: Say<'_>) {
        // A line ends with a line feed, a zero, or neither behind its carriage return.
        if std::mem::take(&mut self.after_return) && matches!(byte, b'\n' | 0) {
            return;
        }
        match byte {
            b'\r' | b'\n' => {
                self.after_return = byte == b'\r';
                self.asked.get_or_insert_with(|| asks(&self.prompt));
                self.line_ends(say);
            }
            8 | 127 => drop(self.typed.pop()),
            // Erases the line: control and U.
            21 => self.typed.clear(),
            0 => {}
            _ => {
                if self.typed.is_empty() {
                    self.typed_at = input.at(index, 1);
                    // Echoes of what is typed will follow the prompt.
                    self.asked.get_or_insert_with(|| asks(&self.prompt));
                }
                if self.typed.len() < LINE_LIMIT {
                    self.typed.push(byte);
                }
            }
        }
    }

    /// The client's line is whole.
    fn line_ends(&mut self, say: Say<'_>) {
        let (typed, asked) = (std::mem::take(&mut self.typed), self.asked.take());
        if typed.is_empty() {
            return;
        }
        self.prompt.clear();
        let at = At { length: u32::try_from(typed.len()).unwrap_or(u32::MAX), ..self.typed_at };
        let value = |kind, field| Event::Value(Value { kind, value: String::from_utf8_lossy(&typed), field, chain: &[], at });
        let exchange = |kind, target| Event::Exchange(Exchange { kind: Some(kind), target, at, ..Exchange::default() });
        match asked {
            Some(Asks::User) => {
                say(value(ValueKind::Username, "login"));
                say(exchange("login", None));
            }
            Some(Asks::Password) => say(value(ValueKind::Password, "password")),
            _ => {
                let word = typed.trim_ascii_start();
                let length = word.iter().take(WORD_LIMIT).take_while(|byte| byte.is_ascii_alphanumeric() || b"._/-".contains(byte)).count();
                let word = word.get(..length).filter(|word| !word.is_empty()).map(String::from_utf8_lossy);
                say(exchange("command", word.map(|word| Cow::Owned(word.into_owned()))));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Show, drive, drive_all, drive_split};
    use super::*;
    use Direction::{ToClient, ToServer};

    fn open() -> Box<dyn Parser> {
        (TELNET.open)()
    }

    fn ask(bytes: &[u8], direction: Direction, from_start: bool) -> Verdict {
        probe(&Probe { bytes, direction, from_port: 50_000, to_port: 50_001, from_start })
    }

    #[test]
    fn a_login_is_read_though_options_stand_in_it() {
        let told = drive_split(
            open,
            &[
                (ToClient, b"\xff\xfd\x18\xff\xfb\x01camera \xff\xfa\x18\x01\xff\xff\xff\xf0login: "),
                (ToServer, b"\xff\xfb\x18ro\xff\xf1ot\r\n"),
                (ToClient, b"root\r\nPassword: "),
                (ToServer, b"xc3x\x08511\r\0"),
                (ToClient, b"\r\n# "),
                (ToServer, b"busybox --pw=a\n"),
            ],
        );
        assert_eq!(
            told,
            [
                "value username login=root []",
                "exchange login - - - - - status - bytes 0",
                "value password password=xc3511 []",
                "exchange command - busybox - - - status - bytes 0",
                r"Body - text/plain [] @0: root\r\nxc3x\x08511\r\x00busybox --pw=a\n",
                r"Body - text/plain [] @0: camera login: root\r\nPassword: \r\n# ",
            ]
        );
    }

    #[test]
    fn letters_that_are_echoed_one_by_one_make_a_line() {
        let mut pieces: Vec<(Direction, &[u8])> = vec![(ToClient, b"User: ")];
        for letter in [b"a", b"n", b"n", b"a"] {
            pieces.extend([(ToServer, &letter[..]), (ToClient, &letter[..])]);
        }
        pieces.extend([
            (ToServer, &b"\r"[..]),
            (ToClient, b"\r\nPassword:"),
            (ToServer, b"1"),
            (ToClient, b"*"),
            (ToServer, b"2\r"),
            (ToClient, b"\r\n> "),
            (ToServer, b"\r\nls\r"),
        ]);
        let told = drive(open(), &pieces);
        let want = [
            "value username login=anna []",
            "exchange login - - - - - status - bytes 0",
            "value password password=12 []",
            "exchange command - ls - - - status - bytes 0",
        ];
        assert_eq!(told.get(..4), Some(&want.map(str::to_owned)[..]));
    }

    #[test]
    fn prompts_are_known() {
        for user in [&b"login: "[..], b"HG532 Username:", b"router login as: "] {
            assert_eq!(asks(user), Asks::User, "{user:?}");
        }
        for password in [&b"Password: "[..], b"passwd:", b"Password for anna: "] {
            assert_eq!(asks(password), Asks::Password, "{password:?}");
        }
        for none in [&b"Last login: "[..], b"# ", b"", b"password", b"the login: is"] {
            assert_eq!(asks(none), Asks::Nothing, "{none:?}");
        }
    }

    #[test]
    fn it_is_known_by_its_bytes() {
        for telnet in [&b"\xff\xfd\x18\xff\xfd\x20"[..], b"\xff\xfb\x01\r\nlogin: ", b"\xff\xfa\x18\x00VT100\xff\xf0"] {
            assert_eq!((ask(telnet, ToServer, true), ask(telnet, ToClient, false)), (Verdict::Yes, Verdict::Yes), "{telnet:?}");
        }
        assert_eq!(
            (ask(b"\xff", ToClient, true), ask(b"\xff\xfd", ToClient, true), ask(b"\xff\xfa\x18", ToClient, true)),
            (Verdict::Unsure, Verdict::Unsure, Verdict::Unsure)
        );
        assert_eq!((ask(b"\r\ncam login: ", ToClient, true), ask(b"\r\ncam login: ", ToServer, true)), (Verdict::Yes, Verdict::No));
        for other in [&b"\xff\xfb\x90\x64\0\0\0"[..], b"\xff\xd8\xff\xe0", b"\xff\xfd\x18\x01\x02", b"\xff\xff\xff\xff", b"login\r\n", b"password: x\r\n", b""]
        {
            assert_eq!(ask(other, ToClient, true), Verdict::No, "{other:?}");
        }
    }

    #[test]
    fn floods_and_gaps_do_no_harm() {
        let flood = [b"login: ".repeat(10_000), b"\xff\xfa".repeat(10_000)].concat();
        assert!(drive(open(), &[(ToClient, &flood), (ToServer, &flood)]).len() < 50);
        let shows =
            [Show::Bytes(ToClient, b"login: "), Show::Bytes(ToServer, b"an"), Show::Gap(ToServer, 3), Show::Bytes(ToServer, b"x\r"), Show::Gap(ToClient, 1)];
        assert_eq!(drive_all(open(), &shows).first().map(String::as_str), Some("value username login=an []"));
    }
}
