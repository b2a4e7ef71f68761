//! The names of one message, each once, with the addresses that the message gives for it.
//!
//! Questions and records go in; [`Event::Name`]s come out, [`Event::Readable`]s for names that people choose, and what a device tells of itself at
//! home ([`discovery`]). Knows nothing of ports.

use std::collections::HashMap;
use std::net::IpAddr;
use std::ops::Range;

use super::discovery;
use super::message::{Entry, Header};
use super::rdata::{self, Placed, Rdata};
use super::svcb::{self, Service};
use crate::event::{Event, Name, NameSource, Readable, Role, Subject, Trait, TraitKind, Value};
use crate::protocols::protocol::{Input, Say};
use crate::protocols::wire_name::{self, Fault, WireName};
use crate::value::ValueKind;

/// Most addresses that are told with one name.
const MAX_ADDRESSES: usize = 64;
/// Most aliases that are followed from one name.
const MAX_ALIASES: usize = 16;
/// The operation by which a host has its own records changed (RFC 2136).
const UPDATE: u8 = 5;

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

    /// Tells what the sender says of itself at `range` of the message.
    pub fn say_trait(&self, kind: TraitKind, value: &str, range: Range<usize>, say: Say<'_>) {
        let at = self.input.at(self.base + range.start, range.len());
        say(Event::Trait(Trait { kind, value, subject: Subject::Sender, at }));
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
    header: Header,
    list: Vec<Known>,
    by_text: HashMap<String, usize>,
    wrong: Option<&'static str>,
}

impl Names {
    /// None yet.
    pub fn new(source: NameSource, header: Header) -> Self {
        Self { source, header, list: Vec::new(), by_text: HashMap::new(), wrong: None }
    }

    /// What was wrong first with a record's data.
    pub fn wrong(&self) -> Option<&'static str> {
        self.wrong
    }

    /// Takes a question or record.
    pub fn add(&mut self, frame: Frame<'_, '_>, entry: Entry, say: Say<'_>) {
        let data = if entry.section == 0 { Ok(Rdata::Other) } else { Rdata::read(frame.message, &entry) };
        match data {
            Ok(data) => self.record(frame, entry, data, say),
            Err(fault) => {
                self.blame(if let Fault::Broken(what) = fault { what } else { rdata::WRONG }, entry.is_cut);
                self.keep(entry.name, entry.start);
            }
        }
    }

    /// Notes what is wrong; of data that the message's end cuts off nobody can say it.
    fn blame(&mut self, what: &'static str, is_cut: bool) {
        self.wrong = self.wrong.or(Some(what).filter(|_| !is_cut));
    }

    fn record(&mut self, frame: Frame<'_, '_>, entry: Entry, data: Rdata, say: Say<'_>) {
        let Entry { name, start, kind, data: range, is_cut, .. } = entry;
        let owner_text = if matches!(data, Rdata::Pointer(_) | Rdata::Text) { name.text.clone() } else { String::new() };
        let of_sender = self.tells_of_its_sender();
        if of_sender && self.source == NameSource::Mdns {
            discovery::tell_service(&name.text, start..name.next, frame, say);
        }
        let owner = self.keep(name, start);
        match data {
            Rdata::Address(ip) => self.address(owner, ip),
            Rdata::Alias(target) => self.alias(owner, target),
            Rdata::Pointer(target) => self.pointer(&owner_text, target, of_sender, frame, say),
            Rdata::Names(targets) => {
                for target in targets.into_iter().flatten() {
                    let index = self.keep_placed(target);
                    if let Some(known) = index.and_then(|index| self.list.get_mut(index)) {
                        known.of_sender |= of_sender && kind == rdata::SRV;
                    }
                }
            }
            Rdata::Half(target) => {
                self.keep_placed(target);
                self.blame(rdata::WRONG, is_cut);
            }
            Rdata::Service(service) => {
                if let Some(what) = self.service(owner, frame.message, service) {
                    self.blame(what, is_cut);
                }
            }
            Rdata::Written(range) => {
                let text = wire_name::text(frame.message.get(range.clone()).unwrap_or_default());
                self.keep(WireName { text, next: range.end, first: range.clone() }, range.start);
            }
            // What a resolver answers with was published for anyone; what is sent at home or in an update is the sender's own.
            Rdata::Text if of_sender || !self.header.is_response() => discovery::tell_text(range, discovery::service_type(&owner_text), of_sender, frame, say),
            Rdata::Machine([cpu, system]) if of_sender => {
                discovery::tell_trait(TraitKind::Model, cpu, frame, say);
                discovery::tell_trait(TraitKind::Software, system, frame, say);
            }
            Rdata::Position(position) if of_sender => say_position(position, range, frame, say),
            Rdata::Text | Rdata::Machine(_) | Rdata::Position(_) | Rdata::Other => {}
        }
    }

    /// Whether its records are the sender's own: it answers for itself at home, or has its entries changed.
    fn tells_of_its_sender(&self) -> bool {
        let at_home = matches!(self.source, NameSource::Mdns | NameSource::Llmnr) && self.header.is_response();
        at_home || (!self.header.is_response() && self.header.opcode() == UPDATE)
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

    fn keep_placed(&mut self, (start, name): Placed) -> Option<usize> {
        self.keep(name, start)
    }

    fn alias(&mut self, owner: Option<usize>, target: Placed) {
        let target = self.keep_placed(target);
        self.bind(owner, target);
    }

    /// Makes a name another word for `target`, unless it is one for something else already. Whether it is one for `target` now.
    fn bind(&mut self, owner: Option<usize>, target: Option<usize>) -> bool {
        let (Some(known), Some(target)) = (owner.and_then(|index| self.list.get_mut(index)), target) else { return false };
        *known.alias.get_or_insert(target) == target
    }

    /// A name of the reverse tree points at the name of its address, a type of service at one that is there.
    fn pointer(&mut self, owner: &str, target: Placed, of_sender: bool, frame: Frame<'_, '_>, say: Say<'_>) {
        if of_sender && self.source == NameSource::Mdns {
            discovery::tell_service(&target.1.text, target.0..target.1.next, frame, say);
        }
        let index = self.keep_placed(target);
        if let Some(ip) = rdata::reversed(owner) {
            self.address(index, ip);
        }
    }

    /// What serves a name, and hints at its addresses; what is wrong with them.
    fn service(&mut self, owner: Option<usize>, message: &[u8], service: Service) -> Option<&'static str> {
        let (hints, wrong) = svcb::hints(message, service.parameters);
        let target = self.keep(service.target, service.start);
        let is_alias = self.bind(owner, target);
        for hint in hints {
            self.address(target, hint);
            // What the owner is another word for gives it its addresses.
            self.address(owner.filter(|_| !is_alias), hint);
        }
        wrong
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

/// Tells where the sender says it is, as exactly as it says it.
fn say_position([latitude, longitude]: [f64; 2], range: Range<usize>, frame: Frame<'_, '_>, say: Say<'_>) {
    let at = frame.input.at(frame.base + range.start, range.len());
    let value = format!("{latitude:.6},{longitude:.6}");
    say(Event::Value(Value { kind: ValueKind::Position, value: value.into(), field: "LOC", chain: &[], at }));
}
