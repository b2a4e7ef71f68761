//! Requests and their answers between two ends.

use std::borrow::Cow;
use std::collections::VecDeque;

use super::blocks::{Block, Blocks};
use super::message::{Code, Kind, Message, media_type, option};
use crate::event::{Event, Exchange, Place, Readable, Role, Value};
use crate::protocols::host;
use crate::protocols::pieces::Pieces;
use crate::protocols::protocol::{Input, Say};
use crate::protocols::stream::{Both, after};
use crate::value::ValueKind;
use crate::wire::{At, Direction};

/// At most so many requests of a direction wait, and so many observations last; then the oldest is told without an answer, or forgotten.
const WAITING: usize = 64;
/// So many datagrams of a direction are remembered, so that one that is sent again is told once.
const RECENT: usize = 16;
/// Longest targets and hosts that are kept.
const TEXT_LIMIT: usize = 4_096;

/// A request that waits for its answer, or goes on being answered.
#[derive(Debug)]
struct Asked {
    token: Vec<u8>,
    id: u16,
    method: &'static str,
    target: String,
    host: Option<String>,
    media: Option<&'static str>,
    bytes: u64,
    at: At,
}

/// All that both ends say.
#[derive(Debug, Default)]
pub(super) struct Talk {
    asked: Both<VecDeque<Asked>>,
    observed: Both<VecDeque<Asked>>,
    recent: Both<VecDeque<(u16, Code)>>,
    blocks: Both<Blocks>,
}

impl Talk {
    /// Hears a message.
    pub(super) fn message(&mut self, message: &Message<'_>, input: &Input<'_>, say: Say<'_>) {
        if message.kind != Kind::Reliable && self.is_known(input.direction, message) {
            return;
        }
        match message.code {
            Code::Request(method) => self.request(method, message, input, say),
            Code::Response(status) => self.response(status, message, input, say),
            // Its receiver wants nothing of it: nothing will be answered, and nothing more observed.
            Code::Empty if message.kind == Kind::Reset => {
                let waiting = self.asked.of_mut(input.direction.flip());
                if let Some(asked) = waiting.iter().position(|asked| asked.id == message.id).and_then(|index| waiting.remove(index)) {
                    asked.tell(None, None, None, 0, say);
                }
            }
            Code::Empty | Code::Signal(_) => {}
        }
    }

    /// What will not be answered any more, and contents of which blocks are missing.
    pub(super) fn end(&mut self, say: Say<'_>) {
        for direction in [Direction::ToServer, Direction::ToClient] {
            self.blocks.of_mut(direction).end(&mut *say);
            for asked in std::mem::take(self.asked.of_mut(direction)) {
                asked.tell(None, None, None, 0, &mut *say);
            }
        }
    }

    pub(super) fn memory(&self) -> usize {
        let list = |list: &VecDeque<Asked>| list.iter().map(|asked| size_of::<Asked>() + asked.target.capacity() + asked.token.capacity()).sum::<usize>();
        let of = |direction| list(self.asked.of(direction)) + list(self.observed.of(direction)) + self.blocks.of(direction).memory();
        of(Direction::ToServer) + of(Direction::ToClient)
    }

    /// Whether it was sent before (RFC 7252, section 4.5).
    fn is_known(&mut self, direction: Direction, message: &Message<'_>) -> bool {
        let recent = self.recent.of_mut(direction);
        let key = (message.id, message.code);
        if recent.contains(&key) {
            return true;
        }
        recent.push_back(key);
        if recent.len() > RECENT {
            recent.pop_front();
        }
        false
    }

    fn request(&mut self, method: &'static str, message: &Message<'_>, input: &Input<'_>, say: Say<'_>) {
        let target = path(message, option::URI_PATH);
        tell_target(message, &target, input, &mut *say);
        let named = message.option(option::URI_HOST).filter(|host| !host.value.bytes.is_empty());
        let host = named.map(|host| limited(host.value.bytes));
        if let (Some(named), Some(text)) = (named, &host) {
            host::tell(text, input.at(named.value.at, named.value.bytes.len()), &mut *say);
        }
        let media = self.content(message, (option::BLOCK1, option::Q_BLOCK1), &target, input, &mut *say);
        let bytes = message.payload.bytes.len() as u64;
        let asked = Asked { token: message.token.to_vec(), id: message.id, method, target, host, media, bytes, at: input.at(0, input.bytes.len()) };
        let waiting = self.asked.of_mut(input.direction);
        // The same token anew: the earlier one will not be answered.
        if let Some(before) = waiting.iter().position(|known| known.token == asked.token).and_then(|index| waiting.remove(index)) {
            before.tell(None, None, None, 0, &mut *say);
        }
        let observed = self.observed.of_mut(input.direction);
        observed.retain(|known| known.token != asked.token);
        if message.option(option::OBSERVE).is_some_and(|observe| observe.uint() == 0) {
            observed.push_back(Asked { token: asked.token.clone(), target: asked.target.clone(), host: asked.host.clone(), ..asked });
            if observed.len() > WAITING {
                observed.pop_front();
            }
        }
        waiting.push_back(asked);
        if waiting.len() > WAITING
            && let Some(oldest) = waiting.pop_front()
        {
            oldest.tell(None, None, None, 0, say);
        }
    }

    fn response(&mut self, status: u16, message: &Message<'_>, input: &Input<'_>, say: Say<'_>) {
        let waiting = self.asked.of_mut(input.direction.flip());
        let asked = waiting.iter().position(|asked| asked.token == message.token).and_then(|index| waiting.remove(index));
        let observed = self.observed.of(input.direction.flip()).iter().find(|known| known.token == message.token);
        let target = asked.as_ref().or(observed).map_or_else(String::new, |asked| asked.target.clone());
        let host = observed.and_then(|observed| observed.host.clone());
        let is_notice = asked.is_none() && observed.is_some();
        if let Some(location) = message.option(option::LOCATION_PATH) {
            let text = path(message, option::LOCATION_PATH);
            let place = Place::Unpacked(input.at(location.value.at, location.value.bytes.len()));
            say(Event::Readable(Readable { role: Role::Target, bytes: text.as_bytes(), field: Some("location-path"), media: None, chain: &[], place }));
        }
        let media = self.content(message, (option::BLOCK2, option::Q_BLOCK2), &target, input, &mut *say);
        let bytes = message.payload.bytes.len() as u64;
        if let Some(asked) = asked {
            asked.tell(None, Some(status), media, bytes, say);
            return;
        }
        let at = input.at(0, input.bytes.len());
        let alone = Asked { token: Vec::new(), id: 0, method: "", target, host, media: None, bytes: 0, at };
        alone.tell(Some(if is_notice { "notify" } else { "response" }), Some(status), media, bytes, say);
    }

    /// Tells a message's content: its media type.
    fn content(&mut self, message: &Message<'_>, numbers: (u32, u32), target: &str, input: &Input<'_>, say: Say<'_>) -> Option<&'static str> {
        let media = message.option(option::CONTENT_FORMAT).and_then(|format| media_type(format.uint()));
        let payload = message.payload;
        let at = input.at(payload.at, payload.bytes.len());
        if message.option(option::OSCORE).is_some() {
            say(Event::Sealed { with: "OSCORE", at: input.at(0, input.bytes.len()) });
            return Some("application/oscore");
        }
        let block = message.option(numbers.0).or_else(|| message.option(numbers.1)).map(Block::of);
        match block.filter(|block| !block.is_whole()) {
            _ if payload.bytes.is_empty() => {}
            Some(block) => self.blocks.of_mut(input.direction).add(target, block, payload.bytes, media, at, say),
            None => {
                let mut pieces = Pieces::new(Role::Body, media.map(str::to_owned));
                let mut rest = after(input, payload.at);
                while !rest.bytes.is_empty() {
                    let taken = pieces.read(rest.bytes, &["coap-payload"], rest.place(0), true, &mut *say);
                    rest = after(&rest, taken.max(1));
                }
            }
        }
        media
    }
}

impl Asked {
    /// Tells it with its answer; `kind` stands where it has no method of its own.
    fn tell(self, kind: Option<&str>, status: Option<u16>, media: Option<&'static str>, bytes: u64, say: Say<'_>) {
        say(Event::Exchange(Exchange {
            kind,
            method: kind.is_none().then_some(self.method),
            target: (!self.target.is_empty()).then_some(Cow::Borrowed(self.target.as_str())),
            host: self.host.as_deref().map(Cow::Borrowed),
            status,
            content_type: media.or(self.media).map(Cow::Borrowed),
            bytes: self.bytes.saturating_add(bytes),
            at: self.at,
            ..Exchange::default()
        }));
    }
}

/// The path that a message's options spell (section 6.5), or the address that a proxy is asked for.
fn path(message: &Message<'_>, number: u32) -> String {
    if let Some(proxy) = message.option(option::PROXY_URI) {
        return limited(proxy.value.bytes);
    }
    let mut path = String::new();
    for segment in message.all(number) {
        path.push('/');
        path.push_str(&String::from_utf8_lossy(segment.value.bytes));
    }
    if path.is_empty() { "/".to_owned() } else { limited(path.as_bytes()) }
}

/// Tells the target with its query, and the name of a device that registers with a server for LwM2M or a directory (RFC 9176, section 5; LwM2M
/// Core, section 6.2.1 and 7.4.1).
fn tell_target(message: &Message<'_>, path: &str, input: &Input<'_>, say: Say<'_>) {
    let mut text = path.to_owned();
    for (index, query) in message.all(option::URI_QUERY).enumerate() {
        text.push(if index == 0 { '?' } else { '&' });
        text.push_str(&String::from_utf8_lossy(query.value.bytes));
        if let Some(name) = query.value.bytes.strip_prefix(b"ep=") {
            tell_name(&String::from_utf8_lossy(name), input.at(query.value.at, query.value.bytes.len()), &mut *say);
        }
    }
    let first = message.options.iter().find(|option| matches!(option.number, option::URI_PATH | option::URI_QUERY | option::PROXY_URI));
    let last = message.options.iter().rev().find(|option| matches!(option.number, option::URI_PATH | option::URI_QUERY | option::PROXY_URI));
    if let (Some(first), Some(last)) = (first, last) {
        let length = (last.value.at + last.value.bytes.len()).saturating_sub(first.value.at);
        let place = Place::Unpacked(input.at(first.value.at, length));
        say(Event::Readable(Readable { role: Role::Target, bytes: text.as_bytes(), field: None, media: None, chain: &[], place }));
    }
}

/// A name whose scheme says what it is.
fn tell_name(name: &str, at: At, say: Say<'_>) {
    const SCHEMES: [(&str, ValueKind); 6] = [
        ("urn:imei:", ValueKind::Imei),
        ("urn:gsma:imei:", ValueKind::Imei),
        ("urn:uuid:", ValueKind::Uuid),
        ("urn:esn:", ValueKind::Serial),
        ("urn:dev:mac:", ValueKind::Mac),
        ("urn:dev:", ValueKind::Serial),
    ];
    let known = SCHEMES.iter().find(|(scheme, _)| name.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
    if let Some((scheme, kind)) = known
        && let Some(value) = name.get(scheme.len()..).filter(|value| !value.is_empty())
    {
        say(Event::Value(Value { kind: *kind, value: Cow::Borrowed(value), field: "ep", chain: &[], at }));
    }
}

fn limited(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes.get(..TEXT_LIMIT).unwrap_or(bytes)).into_owned()
}
