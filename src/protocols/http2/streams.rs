//! The streams of one connection (RFC 9113, sections 5 and 8): each a request and its answer.

use std::collections::BTreeMap;

use super::super::protocol::{Input, Say};
use super::super::stream::Both;
use super::super::web::grpc::Burden;
use super::super::web::open::Open;
use super::super::web::tell;
use super::super::web::unpack::Layers;
use super::hpack::Field;
use crate::event::{Event, Place};
use crate::wire::{At, Direction};

/// At most so many streams are read at once; then the oldest is told as far as it got.
const STREAMS_LIMIT: usize = 128;

/// At most so many bytes of those that are read at once.
const MEMORY_LIMIT: usize = 2 << 20;

/// The fields of a head or of a trailer.
pub(super) struct Section {
    pub(super) fields: Vec<Field>,
    /// Where it was seen.
    pub(super) at: At,
    /// Whether nothing follows in its direction.
    pub(super) is_last: bool,
}

impl Section {
    fn text(&self, name: &str) -> Option<String> {
        let field = self.fields.iter().find(|field| field.name.as_deref() == Some(name))?;
        field.value.as_ref().map(|value| String::from_utf8_lossy(value).into_owned())
    }

    fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|field| field.name.as_deref() == Some(name))
    }

    fn tell(&self, say: Say<'_>) {
        for field in &self.fields {
            let name = field.name.as_deref().unwrap_or_default();
            if let Some(value) = field.value.as_deref().filter(|_| !name.starts_with(':')) {
                tell::field(name, value, Place::Unpacked(self.at), say);
            }
        }
    }

    /// The body behind this head.
    fn burden(&self, say: Say<'_>) -> Burden {
        let mut layers = Layers::default();
        for coding in self.text("content-encoding").unwrap_or_default().rsplit(',').map(str::trim) {
            if !layers.push(coding) && layers.is_full() {
                say(Event::Malformed { what: "http body packed more often than the limit" });
                break;
            }
        }
        Burden::new(self.text("content-type"), layers, self.text("grpc-encoding").as_deref())
    }
}

#[derive(Debug, Default)]
struct Stream {
    open: Open,
    /// The direction of its request.
    asking: Option<Direction>,
    bodies: Both<Option<Burden>>,
    is_told: bool,
    ended: Both<bool>,
}

impl Stream {
    fn memory(&self) -> usize {
        let body = |direction| self.bodies.of(direction).as_ref().map_or(0, Burden::memory);
        size_of::<Self>() + self.open.memory() + body(Direction::ToServer) + body(Direction::ToClient)
    }

    /// Nothing follows in a direction.
    fn end(&mut self, direction: Direction, say: Say<'_>) {
        *self.ended.of_mut(direction) = true;
        if let Some(mut body) = self.bodies.of_mut(direction).take() {
            body.finish(&mut *say);
        }
        if self.asking != Some(direction) {
            self.tell(say);
        }
    }

    /// Nothing follows at all.
    fn close(&mut self, say: Say<'_>) {
        for direction in [Direction::ToServer, Direction::ToClient] {
            if let Some(mut body) = self.bodies.of_mut(direction).take() {
                body.finish(&mut *say);
            }
        }
        self.tell(say);
    }

    fn tell(&mut self, say: Say<'_>) {
        if !std::mem::replace(&mut self.is_told, true) {
            self.open.tell(say);
        }
    }

    fn is_over(&self) -> bool {
        *self.ended.of(Direction::ToServer) && *self.ended.of(Direction::ToClient)
    }
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Streams {
    open: BTreeMap<u32, Stream>,
}

impl Streams {
    /// A stream whose request came in another way (an Upgrade): it is answered on stream 1.
    pub(super) fn upgraded(&mut self, open: Open) {
        let mut stream = Stream { open, asking: Some(Direction::ToServer), ..Stream::default() };
        *stream.ended.of_mut(Direction::ToServer) = true;
        self.open.insert(1, stream);
    }

    /// A head or a trailer.
    pub(super) fn section(&mut self, direction: Direction, number: u32, section: &Section, say: Say<'_>) {
        let is_known = self.open.contains_key(&number);
        if section.has(":method") || (!is_known && !section.has(":status") && direction == Direction::ToServer) {
            self.request(direction, number, section, say);
        } else if section.has(":status") || !is_known {
            self.answer(direction, number, section, say);
        } else {
            section.tell(say);
        }
        if section.is_last {
            self.end(direction, number, say);
        }
    }

    fn request(&mut self, direction: Direction, number: u32, section: &Section, say: Say<'_>) {
        let method = section.text(":method");
        let authority = section.text(":authority").or_else(|| section.text("host")).filter(|host| !host.is_empty());
        let is_tunnel = method.as_deref() == Some("CONNECT") && !section.has(":path");
        let target = if is_tunnel { authority.clone() } else { section.text(":path") };
        if let Some(target) = &target {
            tell::target(target.as_bytes(), Place::Unpacked(section.at), say);
        }
        if let Some(host) = &authority {
            let host = host.rsplit_once('@').map_or(host.as_str(), |(_, host)| host);
            tell::name(host, is_tunnel, section.at, say);
        }
        section.tell(say);
        let open = Open {
            method,
            target,
            host: authority.filter(|_| !is_tunnel),
            asked_type: section.text("content-type"),
            agent: section.text("user-agent"),
            at: section.at,
            ..Open::default()
        };
        let mut stream = Stream { open, asking: Some(direction), ..Stream::default() };
        *stream.bodies.of_mut(direction) = (!section.is_last).then(|| section.burden(say));
        if let Some(mut other) = self.open.insert(number, stream) {
            other.close(say);
        }
        self.keep_bounds(say);
    }

    /// What the other end will answer though it was not asked (section 8.4).
    pub(super) fn promise(&mut self, direction: Direction, number: u32, section: &Section, say: Say<'_>) {
        let asking = direction.flip();
        self.request(asking, number, section, say);
        self.end(asking, number, say);
    }

    fn answer(&mut self, direction: Direction, number: u32, section: &Section, say: Say<'_>) {
        section.tell(say);
        let status = section.text(":status").and_then(|status| status.parse::<u16>().ok());
        if status.is_some_and(|status| (100..200).contains(&status)) {
            return;
        }
        let alone = || Stream { open: Open { kind: Some("response"), at: section.at, ..Open::default() }, asking: Some(direction.flip()), ..Stream::default() };
        let stream = self.open.entry(number).or_insert_with(alone);
        stream.open.status = status;
        stream.open.answer_type = section.text("content-type");
        if stream.open.method.is_none() && stream.open.agent.is_none() {
            stream.open.agent = section.text("server");
        }
        if stream.open.kind.is_some() {
            *stream.ended.of_mut(direction.flip()) = true;
        }
        *stream.bodies.of_mut(direction) = (!section.is_last).then(|| section.burden(say));
        self.keep_bounds(say);
    }

    /// Bytes of a body; of a stream that is not known they are passed over.
    pub(super) fn data(&mut self, number: u32, input: &Input<'_>, say: Say<'_>) {
        let Some(stream) = self.open.get_mut(&number) else { return };
        stream.open.bytes = stream.open.bytes.saturating_add(input.bytes.len() as u64);
        if let Some(body) = stream.bodies.of_mut(input.direction) {
            body.read(input, say);
        }
        self.keep_bounds(say);
    }

    /// Nothing follows in a direction of a stream.
    pub(super) fn end(&mut self, direction: Direction, number: u32, say: Say<'_>) {
        let Some(stream) = self.open.get_mut(&number) else { return };
        stream.end(direction, say);
        if stream.is_over() {
            self.open.remove(&number);
        }
    }

    /// A stream is given up by one end.
    pub(super) fn reset(&mut self, number: u32, say: Say<'_>) {
        if let Some(mut stream) = self.open.remove(&number) {
            stream.close(say);
        }
    }

    /// Bytes of a direction were never seen: those of stream `number` only, or of any.
    pub(super) fn gap(&mut self, direction: Direction, number: Option<u32>, say: Say<'_>) {
        for (_, stream) in self.open.iter_mut().filter(|(other, _)| number.is_none_or(|number| number == **other)) {
            if let Some(body) = stream.bodies.of_mut(direction) {
                body.gap(&mut *say);
            }
        }
    }

    /// Nothing follows at all.
    pub(super) fn close(&mut self, say: Say<'_>) {
        for mut stream in std::mem::take(&mut self.open).into_values() {
            stream.close(&mut *say);
        }
    }

    fn keep_bounds(&mut self, say: Say<'_>) {
        while self.open.len() > STREAMS_LIMIT || (self.open.len() > 1 && self.memory() > MEMORY_LIMIT) {
            let Some((_, mut oldest)) = self.open.pop_first() else { break };
            say(Event::Malformed { what: "http2 streams at once beyond the limit" });
            oldest.close(&mut *say);
        }
    }

    /// Bytes of memory held.
    pub(super) fn memory(&self) -> usize {
        self.open.values().map(Stream::memory).sum()
    }
}
