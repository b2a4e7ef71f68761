//! Syslog (RFC 5424, RFC 3164) over UDP (RFC 5426) and TCP (RFC 6587), on any port: what devices write into logs elsewhere.
//!
//! Comes in: datagrams and streams (port 514, 601). Goes out: an exchange a message, of the kind that its priority is (`daemon.warning`), with the program
//! as its target; the sender's host name; and the text.

use super::messages::{self, Frame, Messages, Next};
use super::protocol::{Carrier, Input, Nature, Probe, Protocol, Say, Verdict};
use super::saying::{exchange, name, part, readable};
use crate::event::{NameSource, Role};
use crate::wire::Direction;

/// Syslog over UDP.
pub static SYSLOG: Protocol = Protocol {
    name: "syslog",
    carrier: Carrier::Datagram,
    nature: Nature::Clear,
    ports: &[514],
    probe: probe_datagram,
    open: messages::datagrams::<Datagrams>,
};

/// Syslog over TCP.
pub static SYSLOG_TCP: Protocol =
    Protocol { name: "syslog", carrier: Carrier::Stream, nature: Nature::Clear, ports: &[514, 601], probe: probe_stream, open: messages::stream::<Stream> };

/// Longest message of a stream.
const LONGEST: usize = 64 << 10;
/// So much of a message is looked at to recognise it.
const LOOK: usize = 128;
/// Longest name of a program or host.
const WORD: usize = 255;

const MONTHS: [&[u8; 3]; 12] = [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];

fn probe_datagram(probe: &Probe<'_>) -> Verdict {
    let look = probe.bytes.get(..LOOK).unwrap_or(probe.bytes);
    let is_text = look.iter().all(|byte| !matches!(byte, 0..=8 | 14..=26 | 28..=31 | 127) || (*byte == 0 && probe.bytes.last() == Some(&0)));
    if is_text && header(look).is_some_and(|header| header.is_sure) { Verdict::Yes } else { Verdict::No }
}

fn probe_stream(probe: &Probe<'_>) -> Verdict {
    let look = probe.bytes.get(..LOOK).unwrap_or(probe.bytes);
    let Some(after) = counted(look).map(|(before, _)| before).or_else(|| (look.first() == Some(&b'<')).then_some(0)) else {
        // Digits that may still become a count.
        let is_count = look.len() <= 6 && look.first().is_some_and(|first| matches!(first, b'1'..=b'9')) && look.iter().all(u8::is_ascii_digit);
        return if is_count { Verdict::Unsure } else { Verdict::No };
    };
    let message = look.get(after..).unwrap_or_default();
    let is_begun = message.is_empty() || (message.first() == Some(&b'<') && priority(message).is_none_or(|(priority, _)| priority <= 191));
    match header(message) {
        Some(header) if header.has_time => Verdict::Yes,
        _ if is_begun && look.len() < LOOK && memchr::memchr(b'\n', look).is_none() && may_be_priority(message) => Verdict::Unsure,
        _ => Verdict::No,
    }
}

/// Whether what is there of a message is `<`, digits, `>`, or the beginning of that.
fn may_be_priority(message: &[u8]) -> bool {
    let Some(rest) = message.strip_prefix(b"<") else { return message.is_empty() };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    match rest.get(digits) {
        None => digits <= 3,
        Some(b'>') => (1..=3).contains(&digits),
        Some(_) => false,
    }
}

/// The priority (RFC 5424, section 6.2.1), and the index behind it.
fn priority(message: &[u8]) -> Option<(u8, usize)> {
    let rest = message.strip_prefix(b"<")?;
    let digits = rest.iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
    let number: u16 = std::str::from_utf8(rest.get(..digits)?).ok()?.parse().ok()?;
    let is_canonical = digits == 1 || rest.first() != Some(&b'0');
    (rest.get(digits) == Some(&b'>') && number <= 191 && is_canonical).then_some((number as u8, digits + 2))
}

/// What precedes the text.
struct Header<'h> {
    priority: u8,
    host: Option<(usize, &'h str)>,
    program: Option<&'h str>,
    /// Where the text begins.
    text: usize,
    has_time: bool,
    /// Whether nothing but syslog begins like this.
    is_sure: bool,
}

fn header(message: &[u8]) -> Option<Header<'_>> {
    let (priority, at) = priority(message)?;
    let rest = message.get(at..)?;
    if let Some(fields) = rest.strip_prefix(b"1 ").and_then(structured) {
        return Some(fields.header(priority, at + 2));
    }
    let skipped = rest.len() - rest.trim_ascii_start().len();
    let after_time = time(rest.get(skipped..)?).map(|length| skipped + length);
    // Cisco puts a colon behind it.
    let colon = usize::from(after_time.is_some_and(|length| rest.get(length) == Some(&b':')));
    let text = at + after_time.unwrap_or(skipped) + colon;
    let mut header = Header { priority, host: None, program: None, text, has_time: after_time.is_some(), is_sure: after_time.is_some() };
    let words = message.get(text..)?;
    // A time is followed by the host, if that is no program (RFC 3164, section 4.1.2).
    let skipped = words.len() - words.trim_ascii_start().len();
    let first = word(words.get(skipped..)?);
    let next = text + skipped + first.len();
    if header.has_time && program(first).is_none() && is_host(first) && message.get(next) == Some(&b' ') {
        header.host = std::str::from_utf8(first).ok().map(|host| (text + skipped, host));
        header.text = next + 1;
    }
    header.program = message.get(header.text..).and_then(|rest| program(word(rest.trim_ascii_start())));
    header.is_sure |= header.program.is_some();
    Some(header)
}

/// Time, host, program, process and message id (RFC 5424, section 6).
struct Structured<'h> {
    host: (usize, &'h str),
    program: &'h str,
    text: usize,
}

impl<'h> Structured<'h> {
    fn header(self, priority: u8, at: usize) -> Header<'h> {
        let host = Some((self.host.0 + at, self.host.1)).filter(|(_, host)| *host != "-");
        Header { priority, host, program: Some(self.program).filter(|program| *program != "-"), text: self.text + at, has_time: true, is_sure: true }
    }
}

fn structured(rest: &[u8]) -> Option<Structured<'_>> {
    let mut at = 0;
    let mut next = || {
        let begin = at;
        let word = word(rest.get(at..)?);
        at += word.len() + 1;
        let is_word = !word.is_empty() && word.iter().all(u8::is_ascii_graphic) && rest.get(at - 1) == Some(&b' ');
        is_word.then_some((begin, std::str::from_utf8(word).ok()?))
    };
    let (_, time) = next()?;
    let is_time = time == "-" || date(time.as_bytes());
    let (host, (_, program), _, _) = (next()?, next()?, next()?, next()?);
    is_time.then_some(Structured { host, program, text: at })
}

/// The bytes before the first blank.
fn word(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().take(WORD + 1).position(|byte| matches!(byte, b' ' | b'\r' | b'\n')).unwrap_or(bytes.len().min(WORD));
    bytes.get(..end).unwrap_or(bytes)
}

/// `program:`, `program[123]:`: the program. Cisco's `%LINK-3-UPDOWN:` as well.
fn program(word: &[u8]) -> Option<&str> {
    let word = word.strip_suffix(b":").or_else(|| word.get(..memchr::memchr(b':', word)?))?;
    let name = match memchr::memchr(b'[', word) {
        Some(open) if word.ends_with(b"]") => word.get(..open)?,
        Some(_) => return None,
        None => word,
    };
    let known = name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_./%()@".contains(byte));
    let has_letter = name.iter().any(u8::is_ascii_alphabetic);
    if known && has_letter && (2..=48).contains(&name.len()) { std::str::from_utf8(name).ok() } else { None }
}

fn is_host(word: &[u8]) -> bool {
    word.iter().any(u8::is_ascii_alphanumeric) && word.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:%".contains(byte))
}

/// The length of a time as RFC 3164, section 4.1.2, or RFC 3339 writes it; some put the year or a zone behind it, or `*` before it.
fn time(bytes: &[u8]) -> Option<usize> {
    let stars = bytes.iter().take_while(|byte| matches!(byte, b'*' | b'.')).count().min(1);
    let bytes = bytes.get(stars..)?;
    if date(bytes) {
        return Some(stars + word(bytes).len());
    }
    let (month, rest) = bytes.split_first_chunk::<3>()?;
    let &[b' ', ten, one, b' ', ref rest @ ..] = rest else { return None };
    let is_day = matches!(ten, b' ' | b'0'..=b'3') && one.is_ascii_digit();
    if !MONTHS.contains(&month) || !is_day {
        return None;
    }
    // Between day and time there may be a year.
    let year = rest.split_first_chunk::<5>().filter(|(year, _)| matches!(year, [b'1'..=b'2', b'0'..=b'9', b'0'..=b'9', b'0'..=b'9', b' '])).map_or(0, |_| 5);
    let clock = rest.get(year..)?.first_chunk::<8>()?;
    let is_clock = clock.iter().enumerate().all(|(index, byte)| if index % 3 == 2 { *byte == b':' } else { byte.is_ascii_digit() });
    is_clock.then_some(stars + 7 + year + 8)
}

/// `2026-01-31T…`
fn date(bytes: &[u8]) -> bool {
    let shape = |(byte, like): (&u8, &u8)| if *like == b'0' { byte.is_ascii_digit() } else { byte == like };
    bytes.len() >= 19 && bytes.iter().zip(b"0000-00-00T00:00:00").all(shape)
}

/// Octet counting (RFC 6587, section 3.4.1): how many bytes precede the message, and its length.
fn counted(bytes: &[u8]) -> Option<(usize, usize)> {
    let digits = bytes.iter().take(6).take_while(|byte| byte.is_ascii_digit()).count();
    let length: usize = std::str::from_utf8(bytes.get(..digits)?).ok()?.parse().ok()?;
    let is_count = bytes.first() != Some(&b'0') && bytes.get(digits) == Some(&b' ') && length <= LONGEST;
    is_count.then_some((digits + 1, length))
}

#[derive(Debug, Default)]
struct Datagrams;

impl Messages for Datagrams {
    const MALFORMED: &'static str = "syslog message";

    fn frame(&self, _: Direction, bytes: &[u8]) -> Frame {
        if priority(bytes).is_some() { Frame::Length(bytes.len()) } else { Frame::Not }
    }

    fn tell(&mut self, message: &Input<'_>, say: Say<'_>) -> Next {
        tell(message, say);
        Next::Message
    }
}

/// Messages of a stream end with a line or a zero, or are counted.
#[derive(Debug, Default)]
struct Stream;

impl Messages for Stream {
    const MALFORMED: &'static str = "syslog message";

    fn frame(&self, _: Direction, bytes: &[u8]) -> Frame {
        if let Some((before, length)) = counted(bytes) {
            return Frame::Length(before + length);
        }
        match bytes.first() {
            Some(b'<') => {
                let look = bytes.get(..LONGEST).unwrap_or(bytes);
                memchr::memchr2(b'\n', 0, look).map_or(if bytes.len() < LONGEST { Frame::More } else { Frame::Not }, |end| Frame::Length(end + 1))
            }
            Some(b'\n' | b'\r' | 0 | b' ') => Frame::Length(1),
            Some(first) if first.is_ascii_digit() && bytes.len() <= 6 && bytes.iter().all(u8::is_ascii_digit) => Frame::More,
            _ => Frame::Not,
        }
    }

    fn tell(&mut self, message: &Input<'_>, say: Say<'_>) -> Next {
        let before = counted(message.bytes).map_or(0, |(before, _)| before);
        tell(&part(message, before, usize::MAX), say);
        Next::Message
    }
}

fn tell(message: &Input<'_>, say: Say<'_>) {
    let Some(header) = header(message.bytes) else { return };
    let kind = format!("{}.{}", facility(header.priority / 8), severity(header.priority % 8));
    exchange(message, &kind, header.program, None, say);
    if let Some((at, host)) = header.host.filter(|(_, host)| host.parse::<std::net::IpAddr>().is_err()) {
        name(&part(message, at, host.len()), NameSource::Syslog, host, say);
    }
    let end = message.bytes.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n' | 0)).map_or(0, |last| last + 1);
    let text = part(message, header.text, end.saturating_sub(header.text));
    readable(&text, Role::Payload, None, say);
}

/// RFC 5424, section 6.2.1.
fn facility(number: u8) -> &'static str {
    const NAMES: [&str; 16] =
        ["kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "ntp", "audit", "alert", "clock"];
    const LOCAL: [&str; 8] = ["local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"];
    let number = usize::from(number);
    NAMES.get(number).or_else(|| LOCAL.get(number.checked_sub(16)?)).copied().unwrap_or("other")
}

fn severity(number: u8) -> &'static str {
    const NAMES: [&str; 8] = ["emergency", "alert", "critical", "error", "warning", "notice", "info", "debug"];
    NAMES.get(usize::from(number)).copied().unwrap_or("other")
}

#[cfg(test)]
mod tests {
    use super::super::testing::{drive_datagrams, drive_split};
    use super::*;
    use crate::wire::Direction::ToServer;

    const OLD: &[u8] = b"<30>Oct  9 22:33:20 hall-cam dhcpd[12]: lease for 192.0.2.7\n";
    const NEW: &[u8] = b"<165>1 2003-10-11T22:14:15.003Z cam.example.org app 8710 ID47 [x@32473 a=\"b\"] started";

    fn asked(bytes: &[u8]) -> (Verdict, Verdict) {
        let probe = Probe { bytes, direction: ToServer, from_port: 40_000, to_port: 40_001, from_start: true };
        (probe_datagram(&probe), probe_stream(&probe))
    }

    fn told(bytes: &[u8]) -> Vec<String> {
        drive_datagrams((SYSLOG.open)(), &[(ToServer, bytes)])
    }

    #[test]
    fn both_forms_are_read() {
        let old = ["exchange daemon.info - dhcpd - - - status - bytes 60", "name syslog hall-cam Sender", "Payload - - [] @29: dhcpd[12]: lease for 192.0.2.7"];
        assert_eq!(told(OLD), old);
        let new =
            ["exchange local4.notice - app - - - status - bytes 85", "name syslog cam.example.org Sender", "Payload - - [] @62: [x@32473 a=\"b\"] started"];
        assert_eq!(told(NEW).iter().map(|line| line.replace('\\', "")).collect::<Vec<_>>(), new);
        assert_eq!(told(b"<13>1 - - - - - -").first().map(String::as_str), Some("exchange user.notice - - - - - status - bytes 17"));
    }

    #[test]
    fn what_devices_write_instead_is_read() {
        for (message, program, host) in [
            (&b"<30>dhcpd: x"[..], "dhcpd", None),
            (b"<14>Jan 01 2024 00:00:01 app: x", "app", None),
            (b"<14>2024-01-01T00:00:01+01:00 hall app[1]: x", "app", Some("hall")),
            (b"<189>*Mar  1 00:00:01: %SYS-5-CONFIG_I: x", "%SYS-5-CONFIG_I", None),
            (b"<14>Jan  1 00:00:01 192.0.2.1 app: x", "app", None),
        ] {
            let lines = told(message);
            assert!(lines[0].contains(&format!(" {program} ")), "{lines:?}");
            assert_eq!(lines.iter().find_map(|line| line.strip_prefix("name syslog ")?.strip_suffix(" Sender")), host, "{lines:?}");
            assert_eq!(asked(message).0, Verdict::Yes, "{message:?}");
        }
    }

    #[test]
    fn streams_are_counted_or_end_with_lines() {
        let counted = [format!("{} ", NEW.len()).as_bytes(), NEW].concat();
        let lines = drive_split(SYSLOG_TCP.open, &[(ToServer, &counted), (ToServer, &counted), (ToServer, OLD), (ToServer, OLD)]);
        assert_eq!(lines.iter().filter(|line| line.starts_with("exchange")).count(), 4, "{lines:#?}");
        assert_eq!((asked(&counted).1, asked(OLD).1), (Verdict::Yes, Verdict::Yes));
        for length in 0..12 {
            assert_ne!(asked(&counted[..length]).1, Verdict::Yes);
        }
        assert_eq!((asked(&counted[..2]).1, asked(&OLD[..3]).1, asked(&OLD[..12]).1), (Verdict::Unsure, Verdict::Unsure, Verdict::Unsure));
    }

    #[test]
    fn other_text_is_not_its_own() {
        for other in
            [&b"<a>b: c</a>"[..], b"<192>Oct  9 22:33:20 h a: x", b"<030>dhcpd: x", b"<1>", b"<13>\x01\x02\x03", b"<13>12345", b"", b"GET / HTTP/1.1", b"123"]
        {
            assert_eq!(asked(other).0, Verdict::No, "{other:?}");
        }
        for other in [&b"<a>b"[..], b"<13>tracker: x\n", b"GET / HTTP/1.1", b"12 monkeys", b"<?xml version=\"1.0\"?>"] {
            assert_eq!(asked(other).1, Verdict::No, "{other:?}");
        }
    }

    #[test]
    fn nothing_makes_it_fail() {
        proptest::proptest!(|(cut in 0..NEW.len(), at in 0..NEW.len(), byte in proptest::num::u8::ANY, old in proptest::bool::ANY)| {
            let mut bytes = if old { OLD.to_vec() } else { NEW.to_vec() };
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
            bytes.truncate(cut);
            asked(&bytes);
            told(&bytes);
            drive_split(SYSLOG_TCP.open, &[(ToServer, &bytes)]);
        });
    }
}
