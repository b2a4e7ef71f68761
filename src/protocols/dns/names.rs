//! The names of one message, each once, with the addresses that the message gives for it.
//!
//! Questions and records go in; [`Event::Name`]s come out, and [`Event::Readable`]s for names that people choose. Knows nothing of ports.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use super::message::{Entry, Header};
use super::rdata::{self, Rdata};
use crate::event::{Event, Name, NameSource, Readable, Role, Subject};
use crate::protocols::protocol::{Input, Say};
use crate::protocols::wire_name::WireName;

/// Most addresses that are told with one name.
const MAX_ADDRESSES: usize = 64;
/// Most aliases that are followed from one name.
const MAX_ALIASES: usize = 16;

/// A message within what a parser was shown.
#[derive(Clone, Copy)]
pub struct Frame<'f, 'i> {
    /// What was shown.
    pub input: &'f Input<'i>,
    /// Index of the message's first byte in it.
    pub base: usize,
    /// The message.
    pub message: &'i [u8],
}

impl Frame<'_, '_> {
    /// Tells bytes of the message that people may have chosen.
    pub fn say_readable(&self, role: Role, field: Option<&str>, range: Range<usize>, say: Say<'_>) {
        let place = self.input.place(self.base + range.start);
        let bytes = self.message.get(range).unwrap_or_default();
        if !bytes.is_empty() {
            say(Event::Readable(Readable { role, bytes, field, media: None, chain: &[], place }));
        }
    }

    /// Tells a name that lies at `range` of the message.
    pub fn say_name(&self, source: NameSource, name: &str, subject: Subject<'_>, range: Range<usize>, say: Say<'_>) {
        let at = self.input.at(self.base + range.start, range.len());
        say(Event::Name(Name { source, name, subject, at }));
    }
}

/// One name.
struct Known {
    text: String,
    /// The whole field, where it was seen first.
    field: Range<usize>,
    /// The first label.
    first: Range<usize>,
    addresses: Vec<IpAddr>,
    /// The name that this one is only another word for.
    alias: Option<usize>,
    /// It is the sender's own host name.
    of_sender: bool,
}

/// The names of one message.
pub struct Names {
    source: NameSource,
    list: Vec<Known>,
    by_text: HashMap<String, usize>,
}

impl Names {
    /// None yet.
    pub fn new(source: NameSource) -> Self {
        Self { source, list: Vec::new(), by_text: HashMap::new() }
    }

    /// Takes a question or record.
    pub fn add(&mut self, frame: Frame<'_, '_>, header: Header, entry: Entry, say: Say<'_>) {
        let Entry { section, name, start, kind, data, .. } = entry;
        let owner = self.keep(name, start);
        if section == 0 || kind == rdata::OPT {
            return;
        }
        let message = frame.message;
        match Rdata::read(message, kind, data.clone()) {
            Rdata::Address(ip) => self.address(owner, ip),
            Rdata::Alias(target) => self.alias(owner, target, data.start),
            Rdata::Names(targets) => {
                let is_own = kind == rdata::SRV && self.source == NameSource::Mdns && header.is_response();
                for (start, target) in targets.into_iter().flatten() {
                    let index = self.keep(target, start);
                    if let Some(known) = index.and_then(|index| self.list.get_mut(index)) {
                        known.of_sender |= is_own;
                    }
                }
            }
            Rdata::Service(service) => self.service(owner, message, service),
            Rdata::Text if self.source == NameSource::Mdns => {
                for (key, value) in rdata::strings(message, data) {
                    frame.say_readable(Role::Record, key, value, say);
                }
            }
            Rdata::Text | Rdata::Other => {}
        }
    }

    /// Tells them all, in the order in which they were seen.
    pub fn say(&self, frame: Frame<'_, '_>, say: Say<'_>) {
        let mut addresses = Vec::new();
        for known in &self.list {
            self.gather(known, &mut addresses);
            let subject = if known.of_sender && addresses.is_empty() { Subject::Sender } else { Subject::Addresses(&addresses) };
            frame.say_name(self.source, &known.text, subject, known.field.clone(), say);
            if self.source != NameSource::Dns && is_chosen(&known.text) {
                frame.say_readable(Role::Name, None, known.first.clone(), say);
            }
        }
    }

    /// The number of a name; absent for the root, which names nothing.
    fn keep(&mut self, name: WireName, start: usize) -> Option<usize> {
        if name.text.is_empty() {
            return None;
        }
        let next = self.list.len();
        let index = *self.by_text.entry(name.text.to_ascii_lowercase()).or_insert(next);
        if index == next {
            let (text, field, first) = (name.text, start..name.next, name.first);
            self.list.push(Known { text, field, first, addresses: Vec::new(), alias: None, of_sender: false });
        }
        Some(index)
    }

    fn address(&mut self, owner: Option<usize>, ip: IpAddr) {
        let known = owner.and_then(|index| self.list.get_mut(index));
        if let Some(known) = known.filter(|known| known.addresses.len() < MAX_ADDRESSES && !known.addresses.contains(&ip)) {
            known.addresses.push(ip);
        }
    }

    fn alias(&mut self, owner: Option<usize>, target: WireName, start: usize) {
        let target = self.keep(target, start);
        if let Some(known) = owner.and_then(|index| self.list.get_mut(index)) {
            known.alias = known.alias.or(target);
        }
    }

    fn service(&mut self, owner: Option<usize>, message: &[u8], service: rdata::Service) {
        let target = self.keep(service.target, service.start);
        for hint in rdata::hints(message, service.parameters) {
            self.address(owner, hint);
            self.address(target, hint);
        }
        let owner = owner.filter(|_| service.priority == 0).and_then(|index| self.list.get_mut(index));
        if let Some(known) = owner {
            known.alias = known.alias.or(target);
        }
    }

    /// The addresses of a name and of what it is another word for; not compared with each other, so that a message of many aliases costs little.
    fn gather(&self, known: &Known, addresses: &mut Vec<IpAddr>) {
        addresses.clear();
        let mut known = known;
        for _ in 0..MAX_ALIASES {
            let room = MAX_ADDRESSES.saturating_sub(addresses.len());
            addresses.extend(known.addresses.iter().take(room));
            match known.alias.and_then(|index| self.list.get(index)) {
                Some(target) => known = target,
                None => return,
            }
        }
    }
}

/// Whether someone may have chosen the name: no service type, no reverse look-up.
fn is_chosen(name: &str) -> bool {
    let (_, top) = name.rsplit_once('.').unwrap_or_default();
    !name.starts_with('_') && !top.eq_ignore_ascii_case("arpa")
}

/// An address of either family from four or sixteen bytes.
pub fn address(bytes: &[u8]) -> Option<IpAddr> {
    if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        return Some(IpAddr::V4(Ipv4Addr::from(four)));
    }
    <[u8; 16]>::try_from(bytes).ok().map(|sixteen| IpAddr::V6(Ipv6Addr::from(sixteen)))
}
