//! XMPP (RFC 6120) over TCP: chat, push and the orders of appliances, as XML.
//!
//! In come the two directions of a stream. Out go the server's name, who logs in with which secrets (SASL, and XEP-0078 and XEP-0077 before it), stanzas,
//! and where TLS begins.

mod scan;

use std::borrow::Cow;

use data_encoding::BASE64;
use scan::{Scan, Unit};

use super::protocol::{Carrier, Input, Nature, Parser, Probe, Progress, Protocol, Say, Verdict};
use super::stream::{Both, after, first};
use super::{host, sasl, xml};
use crate::event::{Event, Exchange, Readable, Role};
use crate::value::ValueKind;
use crate::wire::Direction;

/// XMPP over TCP.
pub static XMPP: Protocol =
    Protocol { name: "xmpp", carrier: Carrier::Stream, nature: Nature::Clear, ports: &[5_222, 5_269, 5_298], probe, open: || Box::new(Xmpp::default()) };

/// A longer stanza is passed over.
const STANZA_LIMIT: usize = 256 << 10;
/// So much of a beginning is waited for.
const BEGIN_LIMIT: usize = 1_024;
/// Longest texts that are kept.
const TEXT_LIMIT: usize = 512;

/// What opens a stream.
const OPEN: &[u8] = b"<stream:stream";

/// By the tag that opens a stream; where that was not seen, by a stanza that says what it is.
fn probe(probe: &Probe<'_>) -> Verdict {
    let bytes = probe.bytes.trim_ascii_start();
    let (declaration, rest) = match bytes.strip_prefix(b"<?xml") {
        Some(rest) => match memchr::memchr(b'>', rest.get(..BEGIN_LIMIT).unwrap_or(rest)) {
            Some(end) => (true, rest.get(end + 1..).unwrap_or_default().trim_ascii_start()),
            None => return if rest.len() < BEGIN_LIMIT { Verdict::Unsure } else { Verdict::No },
        },
        None => (false, bytes),
    };
    let begins = |word: &[u8]| word.iter().zip(rest).all(|(ours, theirs)| ours == theirs);
    if begins(OPEN) || (!declaration && b"<?xml".iter().zip(rest).all(|(ours, theirs)| ours == theirs)) {
        let Some(end) = memchr::memchr(b'>', rest) else { return if rest.len() < BEGIN_LIMIT { Verdict::Unsure } else { Verdict::No } };
        let tag = rest.get(..end).unwrap_or_default();
        let is_ours = memchr::memmem::find(tag, b"etherx.jabber.org/streams").is_some() || memchr::memmem::find(tag, b"jabber:").is_some();
        // The server says who it is, the client whom it wants.
        let sender = if scan::attribute(tag, b"id").is_some() { Direction::ToClient } else { Direction::ToServer };
        return if is_ours && scan::is_stream(rest.get(..=end).unwrap_or_default()) { role(probe, sender) } else { Verdict::No };
    }
    let is_stanza = [&b"<iq "[..], b"<message ", b"<presence "].iter().any(|word| rest.starts_with(word));
    let has = |name: &[u8]| scan::attribute(rest, name).is_some();
    if !declaration && !probe.from_start && is_stanza && (has(b"type") || has(b"from") || has(b"to")) && (has(b"id") || has(b"from")) {
        return role(probe, if has(b"from") { Direction::ToClient } else { Direction::ToServer });
    }
    Verdict::No
}

fn role(probe: &Probe<'_>, sender: Direction) -> Verdict {
    if probe.from_start || probe.direction == sender { Verdict::Yes } else { Verdict::Swapped }
}

#[derive(Debug, Default)]
struct Side {
    scan: Scan,
    /// Where the next stanza begins is not known.
    is_lost: bool,
}

#[derive(Debug, Default)]
struct Xmpp {
    sides: Both<Side>,
    domain: Option<String>,
    mechanism: String,
    /// The server says that TLS follows, and so it does in the other direction as well.
    is_over: bool,
}

impl Parser for Xmpp {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        let mut done = 0;
        loop {
            let rest = after(&input, done);
            let side = self.sides.of_mut(input.direction);
            if side.is_lost {
                let Some(start) = stanza(rest.bytes) else { return Progress::Consumed(input.bytes.len()) };
                (side.is_lost, side.scan) = (false, Scan::default());
                done += start;
                continue;
            }
            match side.scan.next(rest.bytes) {
                None if rest.bytes.len() > STANZA_LIMIT => {
                    say(Event::Malformed { what: "xmpp stanza longer than the limit" });
                    side.is_lost = true;
                    return Progress::Consumed(input.bytes.len());
                }
                None => return Progress::Consumed(done),
                Some(Unit::Nothing(length)) => done += length,
                Some(Unit::Open(length)) => {
                    self.open(&first(&rest, length), &mut *say);
                    done += length;
                }
                Some(Unit::Element(length)) => {
                    self.element(&first(&rest, length), &mut *say);
                    done += length;
                    if self.is_over {
                        return Progress::Handover(done);
                    }
                }
            }
        }
    }

    fn gap(&mut self, direction: Direction, _: u64, _: Say<'_>) -> Progress {
        self.sides.of_mut(direction).is_lost = true;
        Progress::Consumed(0)
    }

    fn memory(&self) -> usize {
        self.domain.as_ref().map_or(0, String::capacity) + self.mechanism.capacity()
    }
}

impl Xmpp {
    /// A stream's opening (RFC 6120, section 4.7). It is opened anew after SASL.
    fn open(&mut self, input: &Input<'_>, say: Say<'_>) {
        let Some((domain, at)) = scan::attribute(input.bytes, b"to").filter(|_| input.direction == Direction::ToServer) else { return };
        let text = limited(domain);
        host::tell(&text, input.at(at, domain.len()), &mut *say);
        if self.domain.is_none() {
            let (target, host) = (Some(Cow::Borrowed(text.as_str())), Some(Cow::Borrowed(text.as_str())));
            say(Event::Exchange(Exchange { kind: Some("connect"), target, host, at: input.at(0, input.bytes.len()), ..Exchange::default() }));
        }
        self.domain = Some(text);
    }

    fn element(&mut self, input: &Input<'_>, say: Say<'_>) {
        let element = input.bytes;
        match scan::name(element) {
            name @ (b"message" | b"presence" | b"iq") => self.stanza(name, input, say),
            // RFC 6120, section 6.4.2, and XEP-0388.
            b"auth" | b"authenticate" => {
                self.mechanism = scan::attribute(element, b"mechanism").map(|(name, _)| limited(name)).unwrap_or_default();
                self.tell_proof(input, say);
            }
            b"response" => self.tell_proof(input, say),
            // Sections 5.4.2.3 and, of compression, XEP-0138.
            b"proceed" | b"compressed" => self.is_over = input.direction == Direction::ToClient,
            _ => {}
        }
    }

    fn tell_proof(&self, input: &Input<'_>, say: Say<'_>) {
        let initial = xml::leaves(input.bytes).find(|leaf| leaf.name == "initial-response").map(|leaf| (leaf.raw, leaf.range.start));
        let Some((text, at)) = initial.or_else(|| scan::text(input.bytes)) else { return };
        if let Ok(word) = BASE64.decode(text.trim_ascii()) {
            sasl::tell(&self.mechanism, &word, &["base64"], input.at(at, text.len()), say);
        }
    }

    /// A stanza (section 8). A login of before SASL names its fields.
    fn stanza(&self, name: &[u8], input: &Input<'_>, say: Say<'_>) {
        let element = input.bytes;
        let is_login = name == b"iq" && [&b"jabber:iq:auth"[..], b"jabber:iq:register"].iter().any(|space| memchr::memmem::find(element, space).is_some());
        if is_login && input.direction == Direction::ToServer {
            for leaf in xml::leaves(element) {
                let kind = match leaf.name {
                    "username" => ValueKind::Username,
                    "password" => ValueKind::Password,
                    _ => continue,
                };
                sasl::value(kind, leaf.text().as_bytes(), leaf.name, input.at(leaf.range.start, leaf.range.len()), &mut *say);
            }
        }
        let readable =
            Readable { role: Role::Payload, bytes: element, field: None, media: Some("application/xml"), chain: &["xmpp-stanza"], place: input.place(0) };
        say(Event::Readable(readable));
        let target = scan::attribute(element, b"to").map(|(to, _)| Cow::Owned(limited(to)));
        let kind = std::str::from_utf8(name).ok();
        let host = self.domain.as_deref().map(Cow::Borrowed);
        say(Event::Exchange(Exchange { kind, target, host, bytes: element.len() as u64, at: input.at(0, element.len()), ..Exchange::default() }));
    }
}

/// Where the next stanza begins.
fn stanza(bytes: &[u8]) -> Option<usize> {
    [&b"<iq "[..], b"<message ", b"<presence "].iter().filter_map(|word| memchr::memmem::find(bytes, word)).min()
}

fn limited(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes.get(..TEXT_LIMIT).unwrap_or(bytes)).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::protocols::testing::{Show, drive, drive_all, drive_split};
    use Direction::{ToClient, ToServer};

    const HELLO: &str =
        "<?xml version='1.0'?><stream:stream to='chat.example' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>";
    const ANSWER: &str =
        "<?xml version='1.0'?><stream:stream from='chat.example' id='s1' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";

    fn ask(text: &str, direction: Direction, from_start: bool) -> Verdict {
        probe(&Probe { bytes: text.as_bytes(), direction, from_port: 1, to_port: 2, from_start })
    }

    #[test]
    fn a_login_and_stanzas_are_told() {
        let auth = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGFubmEAc2VjcmV0</auth>";
        let up = format!("{HELLO}{auth} {HELLO}<message to='toy@chat.example' type='chat'><body>51.5</body></message><presence/></stream:stream>");
        let down = format!(
            "{ANSWER}<stream:features><mechanisms><mechanism>PLAIN</mechanism></mechanisms></stream:features><success/><iq id='1' type='set' to='a@b'/>"
        );
        let want = [
            "name http-host chat.example Server",
            "exchange connect - chat.example chat.example - - status - bytes 0",
            r#"value username username=anna ["base64"]"#,
            r#"value password password=secret ["base64"]"#,
            "name http-host chat.example Server",
            r#"Payload - application/xml ["xmpp-stanza"] @361: <message to=\'toy@chat.example\' type=\'chat\'><body>51.5</body></message>"#,
            "exchange message - toy@chat.example chat.example - - status - bytes 70",
            r#"Payload - application/xml ["xmpp-stanza"] @432: <presence/>"#,
            "exchange presence - - chat.example - - status - bytes 11",
            r#"Payload - application/xml ["xmpp-stanza"] @237: <iq id=\'1\' type=\'set\' to=\'a@b\'/>"#,
            "exchange iq - a@b chat.example - - status - bytes 32",
        ];
        let lines = drive_split(XMPP.open, &[(ToServer, up.as_bytes()), (ToClient, down.as_bytes())]);
        let places_off = |line: &String| line.split_once(" @").map_or(line.clone(), |(left, right)| format!("{left} {}", right.split_once(": ").unwrap().1));
        assert_eq!(lines.iter().map(places_off).collect::<Vec<_>>(), want.map(|line| places_off(&line.to_owned())));
    }

    #[test]
    fn an_old_login_names_its_fields() {
        let up =
            "<iq type='set' id='1'><query xmlns='jabber:iq:auth'><username>anna</username><password>s&amp;t</password><resource>toy</resource></query></iq>";
        let lines = drive_split(XMPP.open, &[(ToServer, up.as_bytes())]);
        assert_eq!(lines[..2], ["value username username=anna []", "value password password=s&t []"]);
        let answer = drive((XMPP.open)(), &[(ToClient, up.as_bytes())]);
        assert!(!answer[0].starts_with("value"));
    }

    #[test]
    fn tls_is_handed_over() {
        let up = format!("{HELLO}<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
        let down = format!("{ANSWER}<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
        let lines = drive_split(XMPP.open, &[(ToServer, up.as_bytes()), (ToClient, down.as_bytes())]);
        assert_eq!(lines.last().unwrap(), &format!("Handover({})", down.len()));
    }

    #[test]
    fn behind_a_gap_the_next_stanza_is_read() {
        let next = b"lost</message><message to='b'>x</message>";
        let lines = drive_all((XMPP.open)(), &[Show::Bytes(ToServer, b"<message to='a'><body>half"), Show::Gap(ToServer, 9), Show::Bytes(ToServer, next)]);
        assert_eq!(lines.last().unwrap(), "exchange message - b - - - status - bytes 27");
        let long = [b"<message>".as_slice(), &vec![b'x'; STANZA_LIMIT + 1]].concat();
        assert_eq!(drive((XMPP.open)(), &[(ToServer, &long)]), ["malformed xmpp stanza longer than the limit"]);
    }

    #[test]
    fn it_is_known_by_its_opening() {
        assert_eq!((ask(HELLO, ToServer, true), ask(ANSWER, ToServer, false)), (Verdict::Yes, Verdict::Swapped));
        for length in 0..HELLO.len() {
            assert_eq!(ask(&HELLO[..length], ToServer, true), Verdict::Unsure, "{length}");
        }
        assert_eq!(ask("<iq id='1' type='get' from='a@chat.example'>", ToClient, false), Verdict::Yes);
        for not in
            ["<?xml version='1.0'?><html>", "<html><body>", "<stream:streams x='jabber:'>", "<stream:stream xmlns='http://x.example/'>", "<iq 2>", "GET /"]
        {
            assert_eq!(ask(not, ToServer, false), Verdict::No, "{not}");
        }
    }

    proptest! {
        #[test]
        fn nothing_makes_it_fail(text in "[<>/!\\[\\]='\"a?: x]{0,80}", bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let up = format!("<auth mechanism='PLAIN'>{text}</auth><iq {text}>{text}</iq>");
            drive((XMPP.open)(), &[(ToServer, up.as_bytes()), (ToClient, text.as_bytes()), (ToServer, &bytes)]);
            ask(&text, ToServer, false);
        }
    }
}
