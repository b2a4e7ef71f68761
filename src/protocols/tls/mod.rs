//! TLS over a stream: SSL 3.0 to TLS 1.3 (RFC 8446, RFC 5246; SSL 2.0 is only recognised).
//!
//! In come the bytes of a connection, perhaps from its middle; out go the names, application protocols and fingerprints of its hellos, its
//! certificates, what both ends agreed on, and where and by which version it is sealed. Then it is done: a sealed flow costs nothing.
//!
//! The two directions are walked over separately. What a message says decides who is the client, not who opened the connection.

mod before;
mod probe;
mod record;

use std::borrow::Cow;

use crate::event::{Agreement, Event, NameSource};
use crate::protocols::handshake::{self, Agreeing, CLIENT_HELLO, Learnt, Messages, SERVER_HELLO, Telling};
use crate::protocols::protocol::{Carrier, Input, Nature, Parser, Progress, Protocol, Say};
use crate::wire::{At, Direction};
use record::{Content, Header, Records, Step};

/// TLS over TCP.
pub static TLS: Protocol =
    Protocol { name: "tls", carrier: Carrier::Stream, nature: Nature::Sealed, ports: probe::PORTS, probe: probe::probe, open: || Box::new(Tls::default()) };

/// SSL 2.0 as its hellos write it.
const SSL_2: u16 = 0x0002;
/// So many records without a hello are believed to be TLS.
const ENOUGH: u32 = 3;
/// When one direction is encrypted, so many bytes more are waited for something to read in the other.
const PATIENCE: u64 = 256 * 1024;

/// One direction.
#[derive(Default)]
struct Side {
    records: Records,
    messages: Messages,
    /// Whether a hello was seen, so that its handshake is known to be in the clear.
    has_hello: bool,
    /// Whether it changed to the negotiated keys (ChangeCipherSpec): what follows is encrypted, but for the second hellos of TLS 1.3.
    has_changed: bool,
    /// Whether handshake messages are missing, so that it is unknown where the next one begins.
    is_torn: bool,
    /// Whether the handshake record that is being read is encrypted.
    is_opaque: bool,
    /// Where it seems to be encrypted for the first time.
    seems_encrypted: Option<At>,
    /// Whether it is encrypted: nothing more is to be read.
    is_encrypted: bool,
    /// Whether anything was shown of it.
    has_begun: bool,
}

impl Side {
    fn is_over(&self) -> bool {
        self.is_encrypted || self.records.is_lost()
    }

    /// Whether a handshake record that begins with `prefix` can be read.
    fn is_readable(&self, header: Header, prefix: &[u8]) -> bool {
        if !self.messages.is_between() {
            return true;
        }
        match *prefix {
            [CLIENT_HELLO | SERVER_HELLO, a, _, _, major, _] => a <= 2 && matches!(major, 3 | 0x7f),
            // HelloRequest and ServerHelloDone are empty. An explicit nonce begins with zeros too.
            [0 | 14, a, b, c, ..] => !self.has_changed && (a, b, c) == (0, 0, 0) && header.length == handshake::HEADER,
            [1 | 2 | 4 | 6 | 11..=13 | 15 | 16 | 20..=22 | 67, a, ..] => !self.has_changed && a <= 3,
            // A fragment of a few bytes. Encrypted ones are longer.
            _ => prefix.len() < record::PREFIX && prefix.first().is_none_or(|kind| *kind <= 67),
        }
    }
}

/// One connection.
#[derive(Default)]
struct Tls {
    to_server: Side,
    to_client: Side,
    /// Who sends as a client.
    client: Option<Direction>,
    /// The version in force, once the server chose it.
    version: Option<u16>,
    agreeing: Agreeing,
    /// Whether the suite that was chosen encrypts nothing.
    is_in_the_clear: bool,
    /// Whether the server's certificate is one that only Tor makes.
    is_tors: bool,
    /// Where encryption began.
    sealed: Option<At>,
    /// Whether that was told.
    has_told: bool,
    /// Bytes shown since one direction was over.
    waited: u64,
    /// Records that began.
    records: u32,
}

impl Tls {
    fn side(&mut self, direction: Direction) -> &mut Side {
        match direction {
            Direction::ToServer => &mut self.to_server,
            Direction::ToClient => &mut self.to_client,
        }
    }

    /// A record begins at `index`, its fragment at `index + length`.
    fn begin(&mut self, input: &Input<'_>, index: usize, length: usize, header: Header, say: Say<'_>) {
        let fragment = input.bytes.get(index + length..).unwrap_or_default();
        let prefix = fragment.get(..header.length.min(record::PREFIX)).unwrap_or_default();
        let at = input.at(index, length + header.length);
        self.records = self.records.saturating_add(1);
        if header.content == Content::ChangeCipherSpec {
            self.agreeing.changed(self.is_of_server(input.direction), say);
        }
        // From TLS 1.3 on it is there for middleboxes' sake, and changes nothing.
        let is_old = self.version.is_some_and(|version| !handshake::is_13(version));
        let side = self.side(input.direction);
        let is_encrypted = match header.content {
            Content::Application => true,
            Content::Alert | Content::Heartbeat => side.has_changed && header.length >= 16,
            Content::ChangeCipherSpec => {
                side.has_changed = true;
                side.is_torn = false;
                side.messages.clear();
                is_old
            }
            Content::Handshake => {
                side.is_opaque = !side.is_readable(header, prefix);
                side.is_torn &= side.is_opaque;
                side.is_opaque && (side.has_changed || !side.has_hello) && !side.is_torn
            }
            Content::OldHello => {
                self.client = Some(input.direction);
                false
            }
        };
        if is_encrypted {
            self.encrypted(input.direction, at);
        }
    }

    /// Whether who sends in this direction is the server, as far as that is known.
    fn is_of_server(&self, direction: Direction) -> bool {
        self.client.map_or(direction == Direction::ToClient, |client| direction != client)
    }

    fn encrypted(&mut self, direction: Direction, at: At) {
        let side = self.side(direction);
        // One header found by seeking may be chance: the next record will tell.
        if side.records.is_doubtful {
            return;
        }
        side.seems_encrypted.get_or_insert(at);
        // Without a hello a few bytes that look like a header may be anyone's: records must follow one another.
        if self.client.is_none() && self.version.is_none() && self.records < ENOUGH {
            return;
        }
        for side in [&mut self.to_server, &mut self.to_client] {
            side.is_encrypted |= side.seems_encrypted.is_some();
        }
        let seen = [self.to_server.seems_encrypted, self.to_client.seems_encrypted].into_iter().flatten();
        let first = seen.min_by_key(|at| (at.packet, at.offset)).unwrap_or(at);
        self.sealed.get_or_insert(first);
    }

    /// Reads `count` bytes from `index` on: part of a handshake record.
    fn read_handshake(&mut self, input: &Input<'_>, index: usize, count: usize, say: Say<'_>) {
        let Some(bytes) = input.bytes.get(index..index + count) else { return };
        let mut messages = std::mem::take(&mut self.side(input.direction).messages);
        let mut agreeing = std::mem::take(&mut self.agreeing);
        let last = input.at(index + count.saturating_sub(1), 1);
        let result = messages.feed(bytes, |message| {
            let at = |part: &[u8]| match message.index {
                Some(body) => input.at(index + body + handshake::index_in(message.body, part), part.len()),
                None => At { offset: None, length: u32::try_from(part.len()).unwrap_or(u32::MAX), ..last },
            };
            let of_server = message.kind == SERVER_HELLO || self.is_of_server(input.direction);
            let learnt = agreeing.tell(&Telling { source: NameSource::Sni, of_server, at: &at }, &message, say);
            self.learn(learnt, input.direction, at(message.body));
        });
        if result.is_err() {
            say(Event::Malformed { what: "TLS handshake message that is too long" });
        }
        self.side(input.direction).messages = messages;
        self.agreeing = agreeing;
    }

    fn learn(&mut self, learnt: Learnt, direction: Direction, at: At) {
        if matches!(learnt, Learnt::ClientHello | Learnt::ServerHello { .. } | Learnt::Retry) {
            let side = self.side(direction);
            (side.has_hello, side.records.is_doubtful) = (true, false);
        }
        match learnt {
            Learnt::ClientHello => self.client = Some(direction),
            Learnt::ServerHello { version, suite } => {
                self.client = Some(direction.flip());
                self.version = Some(version);
                self.is_in_the_clear = handshake::is_in_the_clear(suite);
                if handshake::is_13(version) {
                    self.encrypted(direction, at);
                }
            }
            Learnt::Retry => self.client = Some(direction.flip()),
            Learnt::Certificate { of_tor } => self.is_tors |= of_tor,
            Learnt::Nothing => {}
        }
    }

    /// After each look: tells that it is sealed as soon as it is known by what, and says how to go on if anything is left to read.
    fn settle(&mut self, consumed: usize, say: Say<'_>) -> Progress {
        let is_over = self.to_server.is_over() && self.to_client.is_over();
        let one_is_over = self.to_server.is_over() || self.to_client.is_over();
        let client_was_read = self.client.is_some_and(|client| self.side(client).has_hello);
        let is_modern = self.version.is_some_and(handshake::is_13);
        let is_done = is_over || (is_modern && client_was_read) || (one_is_over && self.waited > PATIENCE);
        if is_done {
            self.agreeing.end(say);
        }
        if is_done || self.version.is_some() {
            self.tell_sealed(say);
        }
        let was_read = self.client.is_some() || self.sealed.is_some();
        match is_done {
            true if was_read => Progress::Done,
            true => Progress::Lost,
            false => Progress::Consumed(consumed),
        }
    }

    fn tell_sealed(&mut self, say: Say<'_>) {
        let Some(at) = self.sealed else { return };
        if !self.has_told && !self.is_in_the_clear {
            self.has_told = true;
            let version = self.version.map_or("TLS", handshake::version_name);
            let with = if self.is_tors { Cow::Owned(format!("Tor over {version}")) } else { Cow::Borrowed(version) };
            say(Event::Sealed { with: &with, at });
        }
    }

    /// Whether the server answers the hello in the form of SSL 2.0 with SSL 2.0.
    fn is_ssl_2(&mut self, input: &Input<'_>) -> bool {
        let is_server = self.client == Some(input.direction.flip());
        let side = self.side(input.direction);
        let is_first = !std::mem::replace(&mut side.has_begun, true);
        is_first && is_server && record::is_old_answer(input.bytes)
    }
}

impl Parser for Tls {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        if self.is_ssl_2(&input) {
            let at = input.at(0, input.bytes.len());
            // The client chooses the suite later on, and it is none of those that have a number.
            say(Event::Agreement(Agreement { version: SSL_2, suite: 0, named: false, resumed: false, at }));
            say(Event::Sealed { with: handshake::version_name(SSL_2), at });
            return Progress::Done;
        }
        let mut done = 0;
        while let Some(rest) = input.bytes.get(done..) {
            let side = self.side(input.direction);
            match side.records.next(rest) {
                Step::Wait => break,
                Step::Passed(count) => done += count,
                Step::Begin(header, length) => {
                    self.begin(&input, done, length, header, say);
                    done += length;
                }
                Step::Fragment(count) => {
                    if side.records.content() == Some(Content::Handshake) && !side.is_opaque {
                        self.read_handshake(&input, done, count, say);
                    }
                    done += count;
                }
            }
        }
        if std::mem::take(&mut self.side(input.direction).records.is_broken) {
            say(Event::Malformed { what: "TLS record header that does not keep to its form" });
        }
        if [&self.to_server, &self.to_client].iter().any(|side| side.is_over() || side.seems_encrypted.is_some()) {
            self.waited = self.waited.saturating_add(done as u64);
        }
        self.settle(done, say)
    }

    fn gap(&mut self, direction: Direction, missing: u64, say: Say<'_>) -> Progress {
        let side = self.side(direction);
        side.has_begun = true;
        let content = side.records.content();
        let goes_on = side.records.gap(missing);
        // Missing data of an application is nobody's loss; a handshake message can't be put together any more.
        if !goes_on || content == Some(Content::Handshake) {
            side.messages.clear();
            side.is_torn = true;
            side.is_opaque = true;
            if self.is_of_server(direction) {
                self.agreeing.end(say);
            }
        }
        self.settle(0, say)
    }

    fn end(&mut self, say: Say<'_>) {
        self.agreeing.end(say);
        self.tell_sealed(say);
    }

    fn memory(&self) -> usize {
        self.to_server.messages.memory() + self.to_client.messages.memory() + self.agreeing.memory()
    }
}

#[cfg(test)]
mod tests;
