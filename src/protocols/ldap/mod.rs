//! Lightweight Directory Access Protocol, version 3 (RFC 4511), over TCP and, for finding a domain's servers, over UDP (MS-ADTS, section 6.3.3).
//!
//! Comes in: a stream or datagrams (port 389). Goes out: an exchange a request, with the entry that it is about as its target and the result of its answer;
//! names and passwords of simple logins; what is searched for, and the text that is found. After `StartTLS` another protocol follows; behind a login of
//! SASL that agreed on encryption nothing can be read.

mod operation;

use std::collections::VecDeque;

use operation::{Operation, filter};

use super::ber::{self, Element, OCTETS, Reader, SEQUENCE};
use super::messages::{self, Frame, Messages, Next};
use super::protocol::{Carrier, Input, Nature, Probe, Protocol, Say, Verdict};
use super::saying::{big32, part, readable, text, value, whole};
use crate::event::{Event, Exchange, Role};
use crate::value::ValueKind;
use crate::wire::{At, Direction};

/// LDAP over TCP.
pub static LDAP: Protocol =
    Protocol { name: "ldap", carrier: Carrier::Stream, nature: Nature::Clear, ports: &[389, 3_268], probe: probe_stream, open: messages::stream::<Ldap> };

/// LDAP over UDP.
pub static LDAP_UDP: Protocol =
    Protocol { name: "ldap", carrier: Carrier::Datagram, nature: Nature::Clear, ports: &[389], probe: probe_datagram, open: messages::datagrams::<Ldap> };

/// Longer messages are none.
const LONGEST: usize = 512 << 10;
/// Requests that wait for an answer; the oldest is told without one.
const WAITING: usize = 64;
/// Values of one entry that are told.
const VALUES: usize = 128;
/// A target is cut at so many bytes.
const TARGET: usize = 1_024;
/// What precedes a message that SASL wraps (RFC 4422, section 3.7).
const WRAP: usize = 4;
/// The checksum that NTLM puts before a wrapped message.
const SIGNATURE: usize = 16;
/// The extension that begins TLS (RFC 4511, section 4.14).
const START_TLS: &[u8] = b"1.3.6.1.4.1.1466.20037";

fn probe_datagram(probe: &Probe<'_>) -> Verdict {
    match begins(probe.bytes) {
        Some((length, operation)) if length == probe.bytes.len() => verdict(probe, operation),
        _ => Verdict::No,
    }
}

fn probe_stream(probe: &Probe<'_>) -> Verdict {
    match (begins(probe.bytes), probe.bytes) {
        (Some((_, operation)), _) => verdict(probe, operation),
        // The head of a message has at most six bytes for its length, six for its number and six for its operation's length.
        (None, [] | [SEQUENCE, ..]) if probe.bytes.len() < 18 && is_cut(probe.bytes) => Verdict::Unsure,
        _ => Verdict::No,
    }
}

/// Whether there is less than the message's head says.
fn is_cut(bytes: &[u8]) -> bool {
    ber::head(bytes).is_ok_and(|head| head.is_none_or(|(_, before, length)| bytes.len() < before + length))
}

fn verdict(probe: &Probe<'_>, operation: Operation) -> Verdict {
    if operation.is_answer() == (probe.direction == Direction::ToClient) { Verdict::Yes } else { Verdict::Swapped }
}

/// The length of the message that begins here, and its operation (section 4.1.1): number and operation have to fill it, but for controls.
fn begins(bytes: &[u8]) -> Option<(usize, Operation)> {
    let (SEQUENCE, before, length) = ber::head(bytes).ok()?? else { return None };
    let rest = bytes.get(before..)?;
    let (ber::INTEGER, 2, digits @ 1..=4) = ber::head(rest).ok()?? else { return None };
    let number = ber::number(rest.get(2..2 + digits)?)?;
    let body = rest.get(2 + digits..)?;
    let (tag, head, held) = ber::head(body).ok()??;
    let operation = Operation::of(tag)?;
    let end = 2 + digits + head + held;
    // What follows the operation are controls.
    let fits = end == length || (end < length && rest.get(end).is_none_or(|tag| *tag == 0xa0));
    // Version and name, or a result and two texts, follow at once.
    let is_sound = match operation {
        Operation::Bind => body.get(head..).is_some_and(|bind| matches!(bind, [2, 1, 1..=3, OCTETS, ..] | [2, 1, 1..=3] | [2, 1] | [2] | [])),
        Operation::Search => body.get(head).is_none_or(|tag| *tag == OCTETS),
        Operation::Unbind => held == 0,
        answer if answer.has_result() => body.get(head).is_none_or(|tag| *tag == 0x0a),
        _ => true,
    };
    (number >= 0 && fits && is_sound && length <= LONGEST).then_some((before + length, operation))
}

/// A request that waits for its answer.
#[derive(Debug)]
struct Asked {
    number: i64,
    kind: &'static str,
    target: String,
    starts_tls: bool,
    bytes: u64,
    at: At,
}

#[derive(Debug, Default)]
struct Ldap {
    asked: VecDeque<Asked>,
    /// Whether a login of SASL was accepted: further messages may be wrapped.
    may_wrap: bool,
}

impl Messages for Ldap {
    const MALFORMED: &'static str = "ldap message";

    fn frame(&self, _: Direction, bytes: &[u8]) -> Frame {
        match ber::head(bytes) {
            Ok(Some((SEQUENCE, before, length))) if length <= LONGEST => Frame::Length(before + length),
            Ok(None) if matches!(bytes, [] | [SEQUENCE, ..]) => Frame::More,
            _ if self.may_wrap => match big32(bytes, 0).map(|length| length as usize) {
                Some(length) if (SIGNATURE..=LONGEST).contains(&length) => Frame::Length(WRAP + length),
                None if bytes.first().is_none_or(|first| *first == 0) => Frame::More,
                _ => Frame::Not,
            },
            _ => Frame::Not,
        }
    }

    fn tell(&mut self, message: &Input<'_>, say: Say<'_>) -> Next {
        if message.bytes.first() != Some(&SEQUENCE) {
            return self.wrapped(&part(message, WRAP, usize::MAX), say);
        }
        self.message(message, say).unwrap_or_else(|| {
            say(Event::Malformed { what: Self::MALFORMED });
            Next::Message
        })
    }

    fn end(&mut self, say: Say<'_>) {
        self.asked.drain(..).for_each(|asked| asked.tell(None, say));
    }
}

impl Ldap {
    /// Signed only, a message can be read behind its signature, or within Kerberos' token (RFC 4121, section 4.2.6.2).
    fn wrapped(&mut self, token: &Input<'_>, say: Say<'_>) -> Next {
        let inner = part(token, SIGNATURE, usize::MAX);
        if begins(inner.bytes).is_some() {
            let mut reader = Reader::new(inner);
            let mut at = 0;
            while reader.next().is_some_and(|element| element.tag == SEQUENCE) {
                let end = inner.bytes.len() - reader.left();
                self.message(&part(&inner, at, end - at), say);
                at = end;
            }
            return Next::Message;
        }
        self.asked.drain(..).for_each(|asked| asked.tell(None, &mut *say));
        say(Event::Sealed { with: "SASL", at: whole(token) });
        Next::Sealed
    }

    fn message(&mut self, message: &Input<'_>, say: Say<'_>) -> Option<Next> {
        let mut body = Reader::new(*message).within(SEQUENCE)?;
        let number = body.number(ber::INTEGER)?;
        let element = body.next()?;
        let operation = Operation::of(element.tag)?;
        if operation == Operation::Entry {
            self.count(number, message);
            entry(&element, say);
            return Some(Next::Message);
        }
        if operation.is_answer() {
            return Some(self.answer(number, operation, &element, message, say));
        }
        let (target, starts_tls) = request(operation, &element, say);
        let mut target = target.unwrap_or_default();
        target.truncate(target.floor_char_boundary(TARGET));
        let asked = Asked { number, kind: operation.word(), target, starts_tls, bytes: message.bytes.len() as u64, at: whole(message) };
        if matches!(operation, Operation::Unbind | Operation::Abandon) {
            asked.tell(None, say);
            return Some(Next::Message);
        }
        self.asked.push_back(asked);
        if self.asked.len() > WAITING
            && let Some(oldest) = self.asked.pop_front()
        {
            oldest.tell(None, say);
        }
        Some(Next::Message)
    }

    fn count(&mut self, number: i64, message: &Input<'_>) {
        if let Some(asked) = self.asked.iter_mut().find(|asked| asked.number == number) {
            asked.bytes = asked.bytes.saturating_add(message.bytes.len() as u64);
        }
    }

    /// Section 4.1.9: result, entry, text for people.
    fn answer(&mut self, number: i64, operation: Operation, element: &Element<'_>, message: &Input<'_>, say: Say<'_>) -> Next {
        self.count(number, message);
        let mut body = Reader::new(element.content);
        let result = body.number(0x0a).and_then(|result| u16::try_from(result).ok());
        body.next();
        if let Some(diagnostic) = body.expect(OCTETS).filter(|diagnostic| text(diagnostic.bytes).is_some()) {
            readable(&diagnostic, Role::Payload, Some("diagnosticMessage"), say);
        }
        if !operation.has_result() {
            return Next::Message;
        }
        let index = self.asked.iter().position(|asked| asked.number == number);
        let asked = index.and_then(|index| self.asked.remove(index));
        let is_done = result == Some(0);
        // Of a login of SASL 14 means that it goes on.
        self.may_wrap |= operation == Operation::BindAnswer && matches!(result, Some(0 | 14));
        let starts_tls = asked.as_ref().is_some_and(|asked| asked.starts_tls);
        let alone =
            || Asked { number, kind: operation.word(), target: String::new(), starts_tls: false, bytes: message.bytes.len() as u64, at: whole(message) };
        asked.unwrap_or_else(alone).tell(result, say);
        if starts_tls && is_done { Next::Other } else { Next::Message }
    }
}

impl Asked {
    fn tell(&self, status: Option<u16>, say: Say<'_>) {
        let target = Some(self.target.as_str()).filter(|target| !target.is_empty()).map(Into::into);
        say(Event::Exchange(Exchange { kind: Some(self.kind), target, status, bytes: self.bytes, at: self.at, ..Exchange::default() }));
    }
}

/// Tells what a request holds; gives the entry that it is about, and whether it begins TLS.
fn request(operation: Operation, element: &Element<'_>, say: Say<'_>) -> (Option<String>, bool) {
    let mut body = Reader::new(element.content);
    let written = |part: Option<Input<'_>>| part.map(|part| String::from_utf8_lossy(part.bytes).into_owned());
    let target = match operation {
        Operation::Bind => bind(&mut body, say),
        Operation::Search => search(&mut body, say),
        Operation::Delete => written(Some(element.content)),
        Operation::Extended => {
            let name = body.expect(0x80);
            let starts_tls = name.is_some_and(|name| name.bytes == START_TLS);
            return (written(name), starts_tls);
        }
        Operation::Abandon | Operation::Unbind => None,
        Operation::Add => {
            let target = written(body.expect(OCTETS));
            attributes(&mut body, say);
            target
        }
        _ => written(body.expect(OCTETS)),
    };
    (target, false)
}

/// Section 4.2: a name with its password, or SASL's mechanism. A name without a password is none (RFC 4513, section 5.1.2).
fn bind(body: &mut Reader<'_>, say: Say<'_>) -> Option<String> {
    body.number(ber::INTEGER)?;
    let name = body.expect(OCTETS)?;
    let written = String::from_utf8_lossy(name.bytes).into_owned();
    let credentials = body.next()?;
    match credentials.tag {
        0x80 => {
            value(&name, ValueKind::Username, &written, "name", say);
            value(&credentials.content, ValueKind::Password, &String::from_utf8_lossy(credentials.content.bytes), "simple", say);
        }
        0xa3 => {
            let mut sasl = Reader::new(credentials.content);
            let mechanism = sasl.expect(OCTETS)?;
            let mechanism = String::from_utf8_lossy(mechanism.bytes).into_owned();
            if mechanism == "PLAIN"
                && let Some(held) = sasl.expect(OCTETS)
            {
                plain(&held, say);
            }
            return Some(if written.is_empty() { mechanism } else { written });
        }
        _ => {}
    }
    Some(written)
}

/// RFC 4616: who acts, who logs in, password, with zeros between.
fn plain(held: &Input<'_>, say: Say<'_>) {
    let mut parts = held.bytes.splitn(3, |byte| *byte == 0).map(|part| String::from_utf8_lossy(part));
    if let (Some(_), Some(user), Some(password)) = (parts.next(), parts.next(), parts.next()) {
        value(held, ValueKind::Username, &user, "name", say);
        value(held, ValueKind::Password, &password, "plain", say);
    }
}

/// Section 4.5.1.
fn search(body: &mut Reader<'_>, say: Say<'_>) -> Option<String> {
    let base = body.expect(OCTETS)?;
    // Scope, aliases, two limits, whether only types are wanted.
    (0..5).try_for_each(|_| body.next().map(|_| ()))?;
    let before = *body;
    if let Some(written) = body.next().and_then(|element| filter(&element)) {
        let place = before.rest();
        say(Event::Readable(crate::event::Readable {
            role: Role::Target,
            bytes: written.as_bytes(),
            field: Some("filter"),
            media: None,
            chain: &[],
            place: crate::event::Place::Unpacked(place.at(0, place.bytes.len() - body.left())),
        }));
    }
    Some(String::from_utf8_lossy(base.bytes).into_owned())
}

/// Section 4.5.2: the entry's name, and its attributes with their values.
fn entry(element: &Element<'_>, say: Say<'_>) {
    let mut body = Reader::new(element.content);
    if let Some(name) = body.expect(OCTETS) {
        readable(&name, Role::Payload, Some("dn"), say);
    }
    attributes(&mut body, say);
}

fn attributes(body: &mut Reader<'_>, say: Say<'_>) {
    let Some(mut list) = body.within(SEQUENCE) else { return };
    let mut told = 0;
    while let Some(mut attribute) = list.within(SEQUENCE) {
        let (Some(kind), Some(mut values)) = (attribute.expect(OCTETS), attribute.within(0x31)) else { return };
        let kind = String::from_utf8_lossy(kind.bytes).into_owned();
        while let Some(held) = values.expect(OCTETS) {
            if told >= VALUES {
                return;
            }
            told += 1;
            if text(held.bytes).is_some() {
                readable(&held, Role::Record, Some(&kind), say);
            }
        }
    }
}

#[cfg(test)]
mod tests;
