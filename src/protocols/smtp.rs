//! SMTP (RFC 5321) with pipelining, BDAT (RFC 3030) and logins (RFC 4954), LMTP (RFC 2033) included: how devices send mail.
//!
//! In come the two directions of a stream; out go exchanges (`method` = the command), logins, addresses of senders and recipients, and the mail. With
//! `STARTTLS` (RFC 3207) the stream is handed over.

use std::borrow::Cow;

use super::asked::{self, Asked, Queue, Replies};
use super::lines::{self, Line, Lined, Next, Talk};
use super::login::Sasl;
use super::mail::Mail;
use super::protocol::{Carrier, Input, Nature, Probe, Protocol, Say, Verdict};
use crate::event::{Event, Value};
use crate::value::ValueKind;
use crate::wire::Direction;

/// SMTP over TCP.
pub static SMTP: Protocol = Protocol {
    name: "smtp",
    carrier: Carrier::Stream,
    nature: Nature::Clear,
    ports: &[25, 587, 2_525, 24],
    probe,
    open: || Box::new(Lined::<Smtp>::default()),
};

/// What a client begins with, and what only SMTP says later on.
const FIRST: &[&[u8]] = &[b"EHLO ", b"HELO ", b"LHLO "];
const OWN: &[&[u8]] = &[b"MAIL FROM:", b"RCPT TO:", b"AUTH LOGIN", b"AUTH PLAIN", b"AUTH CRAM-MD5", b"BDAT "];

fn probe(probe: &Probe<'_>) -> Verdict {
    let role = |direction| if probe.direction == direction { Verdict::Yes } else { Verdict::Swapped };
    let bytes = probe.bytes;
    let is_client = FIRST.iter().any(|word| lines::begins(bytes, word)) || (!probe.from_start && OWN.iter().any(|word| lines::begins(bytes, word)));
    let Some(line) = lines::first_line(bytes) else {
        let may_be = |word: &&[u8]| word.get(..bytes.len().min(word.len())).is_some_and(|start| lines::begins(bytes, start));
        let is_open = bytes.len() < 512 && lines::is_text(bytes.trim_ascii_end());
        return if is_open && (may_be(&&b"220"[..]) || FIRST.iter().chain(OWN).any(may_be)) { Verdict::Unsure } else { Verdict::No };
    };
    match asked::reply(line) {
        _ if !lines::is_text(line) => Verdict::No,
        None if is_client && (!probe.from_start || probe.direction == Direction::ToServer) => role(Direction::ToServer),
        Some((220, _)) if !probe.from_start || probe.direction == Direction::ToClient => {
            let text = bytes.get(..1_024).unwrap_or(bytes);
            match (lines::holds(text, b"smtp"), lines::holds(text, b"ftp")) {
                (true, false) => role(Direction::ToClient),
                (false, true) => Verdict::No,
                _ => Verdict::Unsure,
            }
        }
        _ => Verdict::No,
    }
}

#[derive(Default)]
struct Smtp {
    queue: Queue,
    replies: Replies,
    has_greeted: bool,
    login: Option<Sasl>,
    /// The mail that the client is sending, and whether its lines are the mail's.
    mail: Option<Box<Mail>>,
    is_data: bool,
}

impl Talk for Smtp {
    fn line(&mut self, line: &Line<'_>, say: Say<'_>) -> Next {
        match line.direction() {
            Direction::ToServer if self.is_data => self.data(line, say),
            Direction::ToServer => return self.command(line, say),
            Direction::ToClient => self.reply(line, say),
        }
        Next::Line
    }

    fn bytes(&mut self, part: &Input<'_>, _: bool, say: Say<'_>) {
        if let Some(asked) = self.queue.last_mut() {
            asked.bytes = asked.bytes.saturating_add(part.bytes.len() as u64);
        }
        self.mail.get_or_insert_default().bytes(part, say);
    }

    fn gap(&mut self, direction: Direction, say: Say<'_>) {
        match direction {
            Direction::ToServer => self.login = None,
            Direction::ToClient => {
                self.replies.clear();
                self.queue.end(say);
            }
        }
    }

    fn end(&mut self, say: Say<'_>) {
        self.finish_mail(say);
        self.queue.end(say);
    }

    fn memory(&self) -> usize {
        self.queue.memory() + self.mail.as_ref().map_or(0, |mail| size_of::<Mail>() + mail.memory())
    }
}

impl Smtp {
    fn command(&mut self, line: &Line<'_>, say: Say<'_>) -> Next {
        if let Some(login) = &mut self.login {
            if !login.answer(line.bytes(), line.at(), say) {
                self.login = None;
            }
            return Next::Line;
        }
        let (word, argument) = line.word();
        let Some(method) = asked::command(word) else {
            if !line.bytes().is_empty() {
                say(Event::Malformed { what: "smtp command expected" });
            }
            return Next::Line;
        };
        let asked = Asked::new(method, line.at());
        let mut next = Next::Line;
        let asked = match asked.method.as_str() {
            "AUTH" => {
                let (mechanism, initial) = argument.word();
                let mechanism = String::from_utf8_lossy(mechanism);
                let mut login = Sasl::new(&mechanism);
                let goes_on = initial.bytes().is_empty() || login.answer(initial.bytes(), initial.at(), say);
                self.login = goes_on.then_some(login);
                asked.of(&mechanism)
            }
            "MAIL" | "RCPT" | "SEND" | "SOML" | "SAML" | "VRFY" | "EXPN" => {
                tell_address(&argument, if asked.method == "MAIL" { "mail from" } else { "rcpt to" }, say);
                asked
            }
            "DATA" => {
                self.is_data = true;
                self.mail = Some(Box::default());
                asked
            }
            "BDAT" => {
                let text = argument.text();
                let mut words = text.split_ascii_whitespace();
                next = words.next().and_then(|count| count.parse().ok()).map_or(Next::Line, Next::Bytes);
                asked
            }
            "RSET" | "QUIT" => {
                self.finish_mail(say);
                asked
            }
            _ => asked.of(&argument.text()),
        };
        self.queue.ask(asked, say);
        next
    }

    /// A line of the mail (RFC 5321, section 4.5.2).
    fn data(&mut self, line: &Line<'_>, say: Say<'_>) {
        if let Some(asked) = self.queue.last_mut() {
            asked.bytes = asked.bytes.saturating_add(line.bytes().len() as u64 + 2);
        }
        match line.bytes() {
            b"." if line.is_whole => self.finish_mail(say),
            [b'.', b'.', ..] => self.mail_line(&line.from(1), say),
            _ => self.mail_line(line, say),
        }
    }

    fn mail_line(&mut self, line: &Line<'_>, say: Say<'_>) {
        if let Some(mail) = &mut self.mail {
            mail.line(line.bytes(), line.at(), say);
        }
    }

    fn finish_mail(&mut self, say: Say<'_>) {
        self.is_data = false;
        if let Some(mut mail) = self.mail.take() {
            mail.finish(say);
        }
    }

    fn reply(&mut self, line: &Line<'_>, say: Say<'_>) {
        let Some(number) = self.replies.read(line.bytes()) else { return };
        let is_first = !std::mem::replace(&mut self.has_greeted, true);
        if number != 334 && self.queue.next().is_some_and(|asked| asked.method == "AUTH") {
            self.login = None;
        }
        match self.queue.next() {
            None if is_first => asked::tell_greeting(&line.from(line.bytes().len().min(4)).text(), Some(number), line.at(), say),
            // The mail, or the next answer of a login, is to follow.
            Some(asked) if (300..400).contains(&number) && matches!(asked.method.as_str(), "DATA" | "AUTH") => {}
            Some(asked) => {
                if asked.method == "DATA" && self.is_data {
                    self.finish_mail(say);
                }
                self.queue.answer(Some(number), 0, say);
            }
            None => {}
        }
    }
}

/// The address in `FROM:<anna@example.org> SIZE=1`.
fn tell_address(argument: &Line<'_>, field: &str, say: Say<'_>) {
    let bytes = argument.bytes();
    let start = memchr::memchr(b'<', bytes).or_else(|| memchr::memchr(b':', bytes)).map_or(0, |index| index + 1);
    let path = argument.from(start);
    let end = path.bytes().iter().position(|byte| matches!(byte, b'>' | b' ')).unwrap_or(path.bytes().len());
    // A source route stands before the address (RFC 5321, appendix F.2).
    let path = path.bytes().get(..end).unwrap_or_default();
    let route = if path.starts_with(b"@") { memchr::memchr(b':', path).map_or(0, |colon| colon + 1) } else { 0 };
    let address = path.get(route..).unwrap_or_default().trim_ascii();
    let is_address = memchr::memchr(b'@', address).is_some_and(|at| at > 0 && at + 1 < address.len());
    if is_address {
        let at = argument.input.at(start + route, address.len());
        say(Event::Value(Value { kind: ValueKind::Email, value: Cow::Owned(String::from_utf8_lossy(address).into_owned()), field, chain: &[], at }));
    }
}

#[cfg(test)]
mod tests {
    use super::super::protocol::Parser;
    use super::super::testing::{drive, drive_split};
    use super::*;
    use Direction::{ToClient, ToServer};

    fn open() -> Box<dyn Parser> {
        (SMTP.open)()
    }

    fn ask(bytes: &[u8], direction: Direction, from_start: bool) -> Verdict {
        probe(&Probe { bytes, direction, from_port: 50_000, to_port: 50_001, from_start })
    }

    #[test]
    fn a_mail_with_a_login_is_read_whole() {
        let told = drive_split(
            open,
            &[
                (ToClient, b"220 mail.test ESMTP\r\n"),
                (ToServer, b"EHLO camera\r\n"),
                (ToClient, b"250-mail.test\r\n250 AUTH LOGIN PLAIN\r\n"),
                (ToServer, b"AUTH LOGIN\r\n"),
                (ToClient, b"334 VXNlcm5hbWU6\r\n"),
                (ToServer, b"YW5uYQ==\r\n"),
                (ToClient, b"334 UGFzc3dvcmQ6\r\n"),
                (ToServer, b"dGlnZXIxMg==\r\n"),
                (ToClient, b"235 ok\r\n"),
                (ToServer, b"MAIL FROM:<camera@example.org> SIZE=9\r\nRCPT TO:<@relay.test:anna@example.org>\r\nDATA\r\n"),
                (ToClient, b"250 ok\r\n250 ok\r\n354 go\r\n"),
                (ToServer, b"To: anna@example.org\r\n\r\n..Somebody\r\nDATA\r\n.\r\nQUIT\r\n"),
                (ToClient, b"250 queued\r\n221 bye\r\n"),
            ],
        );
        assert_eq!(
            told,
            [
                "exchange greeting - - - - mail.test ESMTP status 220 bytes 0",
                "exchange - EHLO camera - - - status 250 bytes 0",
                r#"value username login=anna ["base64"]"#,
                r#"value password login=tiger12 ["base64"]"#,
                "exchange - AUTH LOGIN - - - status 235 bytes 0",
                "value email mail from=camera@example.org []",
                "value email rcpt to=anna@example.org []",
                "exchange - MAIL - - - - status 250 bytes 0",
                "exchange - RCPT - - - - status 250 bytes 0",
                "Header To - [] unpacked: anna@example.org",
                r#"Body - - ["mail"] @0: .Somebody\nDATA\n"#,
                "exchange - DATA - - - - status 250 bytes 45",
                "exchange - QUIT - - - - status 221 bytes 0",
            ]
        );
    }

    #[test]
    fn a_refused_mail_is_no_mail() {
        let told = drive_split(open, &[(ToServer, b"DATA\r\n"), (ToClient, b"503 no\r\n"), (ToServer, b"AUTH PLAIN AGFubmEAdGlnZXIxMg==\r\nNOOP\r\n")]);
        let want = [
            "exchange - DATA - - - - status 503 bytes 0",
            r#"value username plain=anna ["base64"]"#,
            r#"value password plain=tiger12 ["base64"]"#,
            "exchange - AUTH PLAIN - - - status - bytes 0",
            "exchange - NOOP - - - - status - bytes 0",
        ];
        assert_eq!(told, want);
    }

    #[test]
    fn a_mail_in_pieces_is_put_together() {
        let told = drive_split(open, &[(ToServer, b"BDAT 8\r\nTo: a\r\n\rBDAT 6 LAST\r\n\nhello"), (ToClient, b"250 a\r\n250 b\r\n"), (ToServer, b"RSET\r\n")]);
        assert!(told.contains(&"exchange - BDAT - - - - status 250 bytes 8".to_owned()), "{told:?}");
        assert!(told.contains(&r#"Body - - ["mail"] @0: hello\n"#.to_owned()), "{told:?}");
    }

    #[test]
    fn tls_takes_over() {
        let told = drive_split(open, &[(ToServer, b"STARTTLS\r\n"), (ToClient, b"220 go\r\n"), (ToServer, b"\x16\x03\x01")]);
        assert_eq!(told, ["exchange - STARTTLS - - - - status 220 bytes 0", "Handover(0)"]);
    }

    #[test]
    fn it_is_known_by_its_bytes() {
        assert_eq!((ask(b"EHLO [192.0.2.7]\r\n", ToServer, true), ask(b"helo x\r\n", ToServer, true)), (Verdict::Yes, Verdict::Yes));
        assert_eq!((ask(b"220-mx.test\r\n220 ESMTP\r\n", ToClient, true), ask(b"220 mx.test\r\n", ToClient, true)), (Verdict::Yes, Verdict::Unsure));
        assert_eq!((ask(b"RCPT TO:<anna@example.org>\r\n", ToClient, false), ask(b"EHL", ToServer, true)), (Verdict::Swapped, Verdict::Unsure));
        for other in [&b"220 FTP server\r\n"[..], b"250 ok\r\n", b"GET / HTTP/1.1\r\n", b"EHLO\r\n", b"EHLO a\x01\r\n", b"+OK\r\n"] {
            assert_eq!(ask(other, ToServer, true), Verdict::No, "{other:?}");
        }
        assert_eq!(drive(open(), &[(ToServer, b"\x01\x02\r\n")]), ["malformed smtp command expected"]);
    }
}
