//! POP3 (RFC 1939, RFC 2449, RFC 5034): how mail is fetched.
//!
//! In come the two directions of a stream; out go exchanges (`method` = the command), logins and the mails that are fetched. With `STLS` (RFC 2595) the
//! stream is handed over.

use super::asked::{self, Asked, Queue};
use super::lines::{self, Line, Lined, Next, Talk};
use super::login::Sasl;
use super::mail::Mail;
use super::protocol::{Carrier, Nature, Probe, Protocol, Say, Verdict};
use crate::event::{Event, Value};
use crate::value::ValueKind;
use crate::wire::Direction;

/// POP3 over TCP.
pub static POP3: Protocol =
    Protocol { name: "pop3", carrier: Carrier::Stream, nature: Nature::Clear, ports: &[110, 1_110], probe, open: || Box::new(Lined::<Pop3>::default()) };

fn probe(probe: &Probe<'_>) -> Verdict {
    let role = |direction| match () {
        () if probe.direction == direction => Verdict::Yes,
        () if probe.from_start => Verdict::No,
        () => Verdict::Swapped,
    };
    let Some(line) = lines::first_line(probe.bytes) else {
        let is_open = probe.bytes.len() < 512 && lines::is_text(probe.bytes.trim_ascii_end());
        let may_be = |word: &[u8]| probe.bytes.iter().zip(word).all(|(byte, wanted)| byte.eq_ignore_ascii_case(wanted));
        return if is_open && [&b"+OK "[..], b"USER ", b"CAPA", b"STLS", b"APOP "].into_iter().any(may_be) { Verdict::Unsure } else { Verdict::No };
    };
    if !lines::is_text(line) {
        return Verdict::No;
    }
    if let Some(text) = line.strip_prefix(b"+OK") {
        // Other protocols say no more than that (Redis); letters behind it without a blank are a line of base64.
        return match text.first() {
            _ if text.trim_ascii().is_empty() => Verdict::Unsure,
            Some(b' ' | b'\t') => role(Direction::ToClient),
            _ => Verdict::No,
        };
    }
    let words: Vec<&[u8]> = line.split(|byte| *byte == b' ').filter(|word| !word.is_empty()).take(4).collect();
    let is_number = |word: &[u8]| word.iter().all(u8::is_ascii_digit);
    let fits = match words.as_slice() {
        [word] => [&b"CAPA"[..], b"STLS"].iter().any(|own| word.eq_ignore_ascii_case(own)) || (!probe.from_start && word.eq_ignore_ascii_case(b"UIDL")),
        // FTP's users say the same.
        [word, _] if word.eq_ignore_ascii_case(b"USER") => probe.to_port == 110,
        [word, number] => !probe.from_start && is_number(number) && [&b"RETR"[..], b"UIDL", b"DELE"].iter().any(|own| word.eq_ignore_ascii_case(own)),
        [word, _, digest] if word.eq_ignore_ascii_case(b"APOP") => digest.len() == 32 && digest.iter().all(u8::is_ascii_hexdigit),
        [word, number, count] => word.eq_ignore_ascii_case(b"TOP") && is_number(number) && is_number(count),
        _ => false,
    };
    if fits { role(Direction::ToServer) } else { Verdict::No }
}

/// The answer of several lines that is being read.
#[derive(Default)]
enum Listing {
    #[default]
    None,
    Mail(Box<Mail>),
    Other,
}

#[derive(Default)]
struct Pop3 {
    queue: Queue,
    has_greeted: bool,
    login: Option<Sasl>,
    listing: Listing,
    /// Bytes of it so far.
    bytes: u64,
}

impl Talk for Pop3 {
    fn line(&mut self, line: &Line<'_>, say: Say<'_>) -> Next {
        match line.direction() {
            Direction::ToServer => self.command(line, say),
            Direction::ToClient => self.answer(line, say),
        }
        Next::Line
    }

    fn gap(&mut self, direction: Direction, say: Say<'_>) {
        match direction {
            Direction::ToServer => self.login = None,
            Direction::ToClient => self.end(say),
        }
    }

    fn end(&mut self, say: Say<'_>) {
        if !matches!(self.listing, Listing::None) {
            self.listed(say);
        }
        self.queue.end(say);
    }

    fn memory(&self) -> usize {
        self.queue.memory() + if let Listing::Mail(mail) = &self.listing { size_of::<Mail>() + mail.memory() } else { 0 }
    }
}

impl Pop3 {
    fn command(&mut self, line: &Line<'_>, say: Say<'_>) {
        if let Some(login) = &mut self.login {
            if !login.answer(line.bytes(), line.at(), say) {
                self.login = None;
            }
            return;
        }
        let (word, argument) = line.word();
        let Some(method) = asked::command(word) else {
            if !line.bytes().is_empty() {
                say(Event::Malformed { what: "pop3 command expected" });
            }
            return;
        };
        let asked = Asked::new(method, line.at());
        let asked = match asked.method.as_str() {
            "USER" => tell(asked, ValueKind::Username, &argument, "user", say),
            "PASS" => tell(asked, ValueKind::Password, &argument, "pass", say),
            "APOP" => {
                let (user, digest) = argument.word();
                let length = user.len();
                let user = Line { input: super::stream::first(&argument.input, length), ..argument };
                let asked = tell(asked, ValueKind::Username, &user, "apop", say);
                if digest.bytes().is_empty() { asked } else { tell_digest(asked, &digest, say) }
            }
            "AUTH" if !argument.bytes().is_empty() => {
                let (mechanism, initial) = argument.word();
                let mechanism = String::from_utf8_lossy(mechanism);
                let mut login = Sasl::new(&mechanism);
                let goes_on = initial.bytes().is_empty() || initial.bytes() == b"=" || login.answer(initial.bytes(), initial.at(), say);
                self.login = goes_on.then_some(login);
                asked.of(&mechanism)
            }
            _ => asked.of(&argument.text()),
        };
        self.queue.ask(asked, say);
    }

    fn answer(&mut self, line: &Line<'_>, say: Say<'_>) {
        if !matches!(self.listing, Listing::None) {
            self.bytes = self.bytes.saturating_add(line.bytes().len() as u64 + 2);
            match (line.bytes(), &mut self.listing) {
                (b".", _) if line.is_whole => self.listed(say),
                ([b'.', _, ..], Listing::Mail(mail)) => mail.line(line.from(1).bytes(), line.from(1).at(), say),
                (bytes, Listing::Mail(mail)) => mail.line(bytes, line.at(), say),
                _ => {}
            }
            return;
        }
        let is_good = line.bytes().starts_with(b"+OK");
        if !is_good && !line.bytes().starts_with(b"-ERR") {
            return;
        }
        if self.queue.next().is_some_and(|asked| asked.method == "AUTH") {
            self.login = None;
        }
        let is_first = !std::mem::replace(&mut self.has_greeted, true);
        let Some(asked) = self.queue.next() else {
            if is_first {
                asked::tell_greeting(&line.from(line.bytes().len().min(4)).text(), None, line.at(), say);
            }
            return;
        };
        let is_bare = asked.target.is_none();
        let listing = match asked.method.as_str() {
            "RETR" | "TOP" => Listing::Mail(Box::default()),
            "CAPA" => Listing::Other,
            "LIST" | "UIDL" | "AUTH" if is_bare => Listing::Other,
            _ => Listing::None,
        };
        if is_good && !matches!(listing, Listing::None) {
            self.listing = listing;
        } else {
            self.queue.answer(None, 0, say);
        }
    }

    /// The answer of several lines is over.
    fn listed(&mut self, say: Say<'_>) {
        if let Listing::Mail(mut mail) = std::mem::take(&mut self.listing) {
            mail.finish(say);
        }
        self.queue.answer(None, std::mem::take(&mut self.bytes), say);
    }
}

fn tell(asked: Asked, kind: ValueKind, value: &Line<'_>, field: &str, say: Say<'_>) -> Asked {
    if !value.bytes().is_empty() {
        say(Event::Value(Value { kind, value: value.text(), field, chain: &[], at: value.at() }));
    }
    asked
}

/// A digest of the password with the server's greeting (RFC 1939, section 7): it can be guessed from, not read.
fn tell_digest(asked: Asked, digest: &Line<'_>, say: Say<'_>) -> Asked {
    say(Event::Value(Value { kind: ValueKind::Password, value: digest.text(), field: "apop digest", chain: &[], at: digest.at() }));
    asked
}

#[cfg(test)]
mod tests {
    use super::super::protocol::Parser;
    use super::super::testing::{Show, drive_all, drive_split};
    use super::*;
    use Direction::{ToClient, ToServer};

    fn open() -> Box<dyn Parser> {
        (POP3.open)()
    }

    fn ask(bytes: &[u8], direction: Direction, from_start: bool) -> Verdict {
        probe(&Probe { bytes, direction, from_port: 50_000, to_port: 50_001, from_start })
    }

    #[test]
    fn a_mail_is_fetched() {
        let told = drive_split(
            open,
            &[
                (ToClient, b"+OK ready\r\n"),
                (ToServer, b"user anna\r\n"),
                (ToClient, b"+OK\r\n"),
                (ToServer, b"pass tiger 12\r\n"),
                (ToClient, b"-ERR no\r\n"),
                (ToServer, b"LIST\r\nRETR 1\r\nQUIT\r\n"),
                (ToClient, b"+OK 1\r\n1 20\r\n.\r\n+OK\r\nTo: anna@example.org\r\n\r\n..hi\r\n.\r\n+OK bye\r\n"),
            ],
        );
        assert_eq!(
            told,
            [
                "exchange greeting - - - - ready status - bytes 0",
                "value username user=anna []",
                "exchange - USER - - - - status - bytes 0",
                "value password pass=tiger 12 []",
                "exchange - PASS - - - - status - bytes 0",
                "exchange - LIST - - - - status - bytes 9",
                "Header To - [] unpacked: anna@example.org",
                r#"Body - - ["mail"] @0: .hi\n"#,
                "exchange - RETR 1 - - - status - bytes 33",
                "exchange - QUIT - - - - status - bytes 0",
            ]
        );
    }

    #[test]
    fn logins_of_every_kind_are_read() {
        let told = drive_split(
            open,
            &[
                (ToServer, b"APOP anna c4c9334bac560ecc979e58001b3e22fb\r\nAUTH PLAIN\r\n"),
                (ToClient, b"+ \r\n"),
                (ToServer, b"AGFubmEAdGlnZXIxMg==\r\nSTAT\r\n"),
            ],
        );
        let want = [
            "value username apop=anna []",
            "value password apop digest=c4c9334bac560ecc979e58001b3e22fb []",
            r#"value username plain=anna ["base64"]"#,
            r#"value password plain=tiger12 ["base64"]"#,
            "exchange - APOP - - - - status - bytes 0",
            "exchange - AUTH PLAIN - - - status - bytes 0",
            "exchange - STAT - - - - status - bytes 0",
        ];
        assert_eq!(told, want);
    }

    #[test]
    fn a_gap_in_a_mail_ends_it() {
        let shows = [
            Show::Bytes(ToServer, b"RETR 1\r\nNOOP\r\n"),
            Show::Bytes(ToClient, b"+OK\r\nTo: a\r\n\r\nhi\r\n"),
            Show::Gap(ToClient, 90),
            Show::Bytes(ToClient, b"x\r\n.\r\n+OK\r\n"),
        ];
        let told = drive_all(open(), &shows);
        assert_eq!(
            told.get(1..),
            Some(
                &[r#"Body - - ["mail"] @0: hi\n"#, "exchange - RETR 1 - - - status - bytes 13", "exchange - NOOP - - - - status - bytes 0"].map(str::to_owned)
                    [..]
            )
        );
    }

    #[test]
    fn it_is_known_by_its_bytes() {
        assert_eq!(
            (ask(b"+OK POP3 ready\r\n", ToClient, true), ask(b"+OK\r\n", ToClient, true), ask(b"+OK POP3 ready\r\n", ToServer, false)),
            (Verdict::Yes, Verdict::Unsure, Verdict::Swapped)
        );
        assert_eq!(
            (ask(b"capa\r\n", ToServer, true), ask(b"STLS\r\n", ToServer, true), ask(b"CAP", ToServer, true)),
            (Verdict::Yes, Verdict::Yes, Verdict::Unsure)
        );
        assert_eq!((ask(b"RETR 1\r\n", ToServer, false), ask(b"TOP 1 0\r\n", ToServer, false)), (Verdict::Yes, Verdict::Yes));
        assert_eq!(ask(b"+OKb3x/Wq+9aZ\r\n", ToServer, false), Verdict::No, "a line of base64");
        for other in [&b"USER anna\r\n"[..], b"RETR a.txt\r\n", b"+PONG\r\n", b"APOP anna x\r\n", b"CAPABILITY\r\n", b"+OK \x01\r\n"] {
            assert_eq!(ask(other, ToServer, true), Verdict::No, "{other:?}");
        }
    }
}
