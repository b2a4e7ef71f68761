//! Events → facts: what a flow's parser tells, masked, each distinct thing once, numbered by the packet that completed it.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::BuildHasher;
use std::net::IpAddr;
use std::sync::Arc;

use foldhash::fast::FixedState;
use sha2::{Digest, Sha256};

use crate::content::addresses;
use crate::content::contract::{Context, Found};
use crate::content::shape::shape;
use crate::content::words::Known;
use crate::content::{Scanned, across, excerpt, mask_words, printable, scanned};
use crate::event::{
    Advert, Awaited, Certificate, Door, Event, Exchange, FingerprintKind, LAST_POSITION, Name, NameSource, Place, Readable, Role, Subject, Value,
};
use crate::fact::{CertificateShown, Conversation, DoorShown, Fact, Leak, Named, NamedSubject, Shown, Told, Totals, What};
use crate::finding::Confidence;
use crate::protocols::protocol::{Nature, Protocol};
use crate::value::{ValueKind, mask};
use crate::wire::{At, Direction, Mac, Timestamp, is_public};

use super::awaited::Announcement;
use super::ear::Ear;
use super::masked;

/// Distinct exchanges of one flow that become records; the rest are counted (contract, "JSON Lines").
pub const EXCHANGES: usize = 10_000;

/// Distinct names of one flow that become facts; the rest are counted.
pub const NAMES: usize = 10_000;

/// Numbers that other analysers give one flow and that become facts: of ICMP and SCTP it may have several. The rest are counted.
pub const IDENTITIES: usize = 1_000;

/// Others whose addresses one flow tells, that become facts.
pub const INTRODUCED: usize = 256;

/// Places that may be chance and are remembered of one flow.
const PLACES: usize = 64;

/// Steps of a chain that hide nothing: fixed keys that were published, and turned letters.
const DISGUISES: &[&str] = &["xor-kasa", "xor-pppp", "rotate-edimax"];

/// One flow's voice.
#[derive(Debug)]
pub struct Voice {
    conversation: Arc<Conversation>,
    opened: bool,
    told: HashSet<u64, FixedState>,
    exchanges: usize,
    names: usize,
    identities: usize,
    introduced: usize,
    /// Of each direction, the last bytes that were searched for the family's words: one may be cut in two.
    tails: [Vec<u8>; 2],
    /// Places that may be chance, as they were seen first: offset in the message, latitude, longitude.
    places: Vec<(usize, f64, f64)>,
    /// Bodies that were looked at for a mask in vain.
    masks: u8,
    /// By what the flow was sealed, once it was.
    pub sealed: Option<String>,
}

impl Voice {
    /// The voice of a flow that has not told anything.
    pub fn new(conversation: Conversation) -> Self {
        Self {
            conversation: Arc::new(conversation),
            opened: false,
            told: HashSet::default(),
            exchanges: 0,
            names: 0,
            identities: 0,
            introduced: 0,
            tails: Default::default(),
            places: Vec::new(),
            masks: 0,
            sealed: None,
        }
    }

    /// The flow's ends.
    pub fn conversation(&self) -> &Conversation {
        &self.conversation
    }

    /// Exchanges client and server, unless something was told of the flow already. Whether it did.
    pub fn swap(&mut self) -> bool {
        if self.opened {
            return false;
        }
        let Conversation { id, client, server, transport, first, started } = *self.conversation;
        self.conversation = Arc::new(Conversation { id, client: server, server: client, transport, first, started });
        true
    }

    /// Whether anything was told of the flow.
    pub fn has_told(&self) -> bool {
        self.opened
    }

    /// Bytes of memory held.
    pub fn memory(&self) -> usize {
        self.told.capacity() * 9 + self.tails.iter().map(Vec::capacity).sum::<usize>() + self.places.capacity() * 24
    }

    /// Tells one fact of the flow.
    pub fn tell(&mut self, ear: &mut Ear, protocol: Option<&Protocol>, direction: Direction, what: What) {
        if !self.opened {
            self.opened = true;
            self.fact(ear, protocol, direction, What::Opened);
        }
        self.fact(ear, protocol, direction, what);
    }

    /// Tells how far the flow is: no part of its story, so it opens nothing.
    pub fn progress(&self, ear: &mut Ear, protocol: Option<&Protocol>, totals: Totals) {
        self.fact(ear, protocol, Direction::ToServer, What::Progress(totals));
    }

    /// Tells what is no part of the flow's story either, so it opens nothing.
    pub fn aside(&self, ear: &mut Ear, protocol: Option<&Protocol>, direction: Direction, what: What) {
        self.fact(ear, protocol, direction, what);
    }

    /// Tells the number that other analysers give the flow: like the flow's progress no part of its story, so it opens nothing.
    pub fn identify(&mut self, ear: &mut Ear, direction: Direction, value: String, at: At) {
        let kind = FingerprintKind::CommunityId;
        if self.identities >= IDENTITIES {
            ear.tally.unlisted += 1;
        } else if self.first_time(&(kind, value.as_str())) {
            self.identities += 1;
            self.fact(ear, None, direction, What::Fingerprint { kind, value, at });
        }
    }

    fn fact(&self, ear: &mut Ear, protocol: Option<&Protocol>, direction: Direction, what: What) {
        let (name, clear) = protocol.map_or((self.plain_word(), false), |protocol| (protocol.name, matches!(protocol.nature, Nature::Clear | Nature::Either)));
        let (packet, time) = (ear.packet.min(u64::MAX - 1), ear.now);
        ear.take(Fact { packet, time, flow: Some(Arc::clone(&self.conversation)), protocol: name, clear, direction, what });
    }

    fn plain_word(&self) -> &'static str {
        if self.conversation.transport == crate::wire::Transport::Icmp { "icmp" } else { "unknown" }
    }

    /// Hears an event of the flow's parser.
    pub fn hear(&mut self, ear: &mut Ear, protocol: &Protocol, direction: Direction, event: Event<'_>) {
        let listed = Some(protocol);
        match event {
            Event::Name(name) => self.name(ear, protocol, direction, &name),
            Event::Exchange(exchange) => self.exchange(ear, protocol, direction, &exchange),
            Event::Readable(readable) | Event::Carried(readable) => {
                self.disguised(ear, listed, direction, &readable);
                self.readable(ear, listed, direction, &readable);
                self.unmask(ear, listed, direction, &readable);
            }
            Event::Value(value) => {
                let known = ear.known.clone();
                let leak = value_leak(&value, ear.reveal, known.as_deref());
                self.tell(ear, listed, direction, What::Leak(leak));
                if let Some(leak) = known.and_then(|known| word_leak(&value, &known)) {
                    self.tell(ear, listed, direction, What::Leak(leak));
                }
            }
            Event::Command(command) => {
                let word = hidden(ear, command.word);
                self.tell(ear, listed, direction, What::Command { order: command.order, word, at: command.at });
            }
            Event::Claim(claim) => {
                let new = self.first_time(&("claim", claim.kind, claim.of_client, claim.certain));
                if new {
                    let what = What::Claim { kind: claim.kind, why: claim.why.to_owned(), of_client: claim.of_client, certain: claim.certain, at: claim.at };
                    self.tell(ear, listed, direction, what);
                }
            }
            Event::Lease(lease) => {
                let what = What::Lease {
                    mac: lease.mac,
                    address: lease.address,
                    resolvers: lease.resolvers.to_vec(),
                    routers: lease.routers.to_vec(),
                    time_servers: lease.time_servers.to_vec(),
                    acknowledged: lease.acknowledged,
                };
                self.tell(ear, listed, direction, what);
            }
            Event::Advert(told) => self.tell(ear, listed, direction, advert(&told)),
            Event::Binding { mac, address } => self.tell(ear, listed, direction, What::Binding { mac, address }),
            Event::Awaited(told) => ear.awaited.push(self.announcement(ear.now, direction, &told)),
            Event::Introduced(addresses) => self.introduce(ear, listed, direction, addresses),
            Event::Absent { name, at } => {
                if self.first_time(&("absent", name)) && !name.contains('@') {
                    let name = hidden(ear, name);
                    self.tell(ear, listed, direction, What::Absent { name, at });
                }
            }
            Event::Door(door) => {
                if self.first_time(&("door", door.transport, door.external_port, door.internal, door.internal_port, door.granted)) {
                    let shown = self.door(ear, &door);
                    self.tell(ear, listed, Direction::ToServer, What::Door(Box::new(shown)));
                }
            }
            Event::Media { media, codec, at } => {
                self.tell(ear, listed, direction, What::Media { media, codec: codec.to_owned(), confidence: Confidence::Certain, at });
            }
            Event::Program { form, runs, at } => self.tell(ear, listed, direction, What::Program { form: form.to_owned(), runs, at }),
            Event::Trait(told) => {
                if self.first_time(&("trait", told.kind, told.value, whose(&told.subject, direction))) {
                    let value = self.masked(ear, direction, Role::Name, told.value, told.at);
                    let what = What::Trait { kind: told.kind, value, subject: subject(&told.subject), at: told.at };
                    self.tell(ear, listed, direction, what);
                }
            }
            Event::Agreement(agreement) => self.tell(ear, listed, direction, What::Agreement(agreement)),
            Event::Certificate(certificate) => {
                let at = (certificate.at.packet, certificate.at.offset);
                if self.first_time(&("certificate", certificate.place, certificate.subject, certificate.issuer, certificate.not_after, at)) {
                    let shown = self.certificate(ear, direction, &certificate);
                    self.tell(ear, listed, direction, What::Certificate(Box::new(shown)));
                }
            }
            Event::Fingerprint { kind, value, at } => {
                if self.first_time(&(kind, value)) {
                    self.tell(ear, listed, direction, What::Fingerprint { kind, value: value.to_owned(), at });
                }
            }
            Event::Sealed { with, at } => {
                if self.sealed.as_deref() != Some(with) {
                    self.sealed = Some(with.to_owned());
                    self.tell(ear, listed, direction, What::Sealed { with: with.to_owned(), at });
                }
            }
            Event::Malformed { what } => *ear.tally.malformed.entry(what).or_default() += 1,
        }
    }

    /// What the flow says of another one that is to come.
    fn announcement(&self, now: Timestamp, direction: Direction, told: &Awaited) -> Announcement {
        let (waits, other) = (self.conversation.sender(direction), self.conversation.sender(direction.flip()));
        let port = told.port.unwrap_or(waits.port);
        Announcement { waits: (waits.ip, port), other: other.ip, transport: self.conversation.transport, protocol: told.protocol, since: now }
    }

    /// Searches readable bytes and tells what was found.
    pub fn readable(&mut self, ear: &mut Ear, protocol: Option<&Protocol>, direction: Direction, readable: &Readable<'_>) {
        self.introduce(ear, protocol, direction, &addresses::written(readable.bytes));
        let known = ear.known.clone();
        let Scanned { mut found, beyond, .. } = scanned(readable, &self.context(direction, ear.national, known.as_deref()));
        ear.tally.crowded += u64::from(beyond.is_some());
        if let Some(known) = &known {
            found.extend(self.cut_in_two(direction, readable, known));
            for hit in &mut found {
                self.agree(hit);
            }
        }
        for found in found {
            let leak = found_leak(found, readable.role, ear.reveal);
            self.tell(ear, protocol, direction, What::Leak(leak));
        }
    }

    /// Tells which others a message names by their addresses: those of the Internet that are no end of this flow, each once.
    fn introduce(&mut self, ear: &mut Ear, protocol: Option<&Protocol>, direction: Direction, addresses: &[IpAddr]) {
        let ends = [self.conversation.client.ip, self.conversation.server.ip];
        let mut new = Vec::new();
        for address in addresses.iter().filter(|address| !ends.contains(address) && is_public(**address)) {
            if self.introduced < INTRODUCED && self.first_time(&("introduced", address)) {
                self.introduced += 1;
                new.push(*address);
            }
        }
        if !new.is_empty() {
            self.tell(ear, protocol, direction, What::Introduced(new));
        }
    }

    /// Words that begin in what was searched before and end here.
    fn cut_in_two(&mut self, direction: Direction, readable: &Readable<'_>, known: &Known) -> Vec<Found> {
        let [up, down] = &mut self.tails;
        let tail = if direction == Direction::ToServer { up } else { down };
        let found = across(tail, readable, known);
        let kept = known.longest().saturating_sub(1);
        if readable.bytes.len() < kept {
            tail.drain(..(tail.len() + readable.bytes.len()).saturating_sub(kept).min(tail.len()));
        } else {
            tail.clear();
        }
        tail.extend_from_slice(readable.bytes.get(readable.bytes.len().saturating_sub(kept)..).unwrap_or_default());
        found
    }

    /// Numbers near home that may be chance are believed when a second message has a place near the first at the same offset.
    fn agree(&mut self, found: &mut Found) {
        let Some((latitude, longitude)) = place(found).filter(|_| found.kind == ValueKind::Position && found.confidence == Confidence::Low) else { return };
        // About five kilometres.
        let is_near =
            |(offset, north, east): &&(usize, f64, f64)| *offset == found.start && (north - latitude).abs() < 0.045 && (east - longitude).abs() < 0.07;
        if self.places.iter().any(|place| is_near(&place)) {
            found.confidence = Confidence::Medium;
        } else if self.places.len() < PLACES {
            self.places.push((found.start, latitude, longitude));
        }
    }

    fn context<'k>(&self, direction: Direction, national: bool, known: Option<&'k Known>) -> Context<'k> {
        let device = |end: &crate::wire::End| end.mac.filter(|mac| mac.is_device());
        Context { macs: [device(self.conversation.sender(direction)), device(self.conversation.sender(direction.flip()))], known, national }
    }

    /// Tells, once a direction, that readable bytes were hidden by a scheme that hides nothing.
    fn disguised(&mut self, ear: &mut Ear, protocol: Option<&Protocol>, direction: Direction, readable: &Readable<'_>) {
        if let Some(scheme) = readable.chain.iter().find(|step| DISGUISES.contains(step)) {
            let at = readable.place.at(0, readable.bytes.len());
            self.tell_disguise(ear, protocol, direction, scheme, readable.bytes, at);
        }
    }

    /// Reads a body or payload under a mask that repeats.
    fn unmask(&mut self, ear: &mut Ear, protocol: Option<&Protocol>, direction: Direction, readable: &Readable<'_>) {
        if self.masks >= masked::TRIES || !masked::may_be(readable) {
            return;
        }
        let Some(plain) = masked::taken_off(readable.bytes) else {
            self.masks += 1;
            return;
        };
        let at = readable.place.at(0, readable.bytes.len());
        self.tell_disguise(ear, protocol, direction, "xor", &plain, at);
        let chain: Vec<&str> = readable.chain.iter().copied().chain(["xor"]).collect();
        self.readable(ear, protocol, direction, &Readable { bytes: &plain, chain: &chain, media: None, place: Place::Unpacked(at), ..*readable });
    }

    /// The same for any scheme.
    pub fn tell_disguise(&mut self, ear: &mut Ear, protocol: Option<&Protocol>, direction: Direction, scheme: &str, plain: &[u8], at: At) {
        if self.first_time(&("disguise", scheme, direction)) {
            // What is not known may hold a word of the family anywhere.
            let excerpt = if ear.reveal && ear.known.is_none() { printable(plain, 80) } else { shape(plain, 80) };
            self.tell(ear, protocol, direction, What::Disguised { scheme: scheme.to_owned(), excerpt, at });
        }
    }

    /// Whether a thing is met for the first time in this flow.
    pub fn first_time(&mut self, thing: &impl std::hash::Hash) -> bool {
        self.told.insert(FixedState::default().hash_one(thing))
    }

    fn name(&mut self, ear: &mut Ear, protocol: &Protocol, direction: Direction, name: &Name<'_>) {
        let subject = subject(&name.subject);
        let addresses = if let Subject::Addresses(addresses) = name.subject { addresses } else { &[] };
        if self.names >= NAMES {
            ear.tally.unlisted += 1;
            return;
        }
        // What goes to all is one flow of many devices, and two of them may have one name.
        let device = if let Subject::Device(mac) = name.subject { Some(mac) } else { None };
        if !self.first_time(&(name.source, name.name, addresses, device)) {
            return;
        }
        self.names += 1;
        let is_hidden = is_personal(name) || ear.known.is_some() || matches!(name.source, NameSource::Dns);
        let shown = if is_hidden { self.name_told(ear, protocol, direction, name) } else { name.name.to_owned() };
        self.tell(ear, Some(protocol), direction, What::Named(Named { source: name.source, name: shown, subject, at: name.at }));
    }

    /// A name as it may be shown. What of a person or device it holds is told.
    fn name_told(&mut self, ear: &mut Ear, protocol: &Protocol, direction: Direction, name: &Name<'_>) -> String {
        let known = ear.known.clone();
        let chain = [name.source.word()];
        let readable = Readable { role: Role::Name, bytes: name.name.as_bytes(), field: None, media: None, chain: &chain, place: Place::Unpacked(name.at) };
        let scanned = scanned(&readable, &self.context(direction, false, known.as_deref()));
        let is_personal = is_personal(name);
        for hit in &scanned.found {
            let is_told = matches!(hit.kind, ValueKind::Word) || hit.kind == ValueKind::Name && is_personal || hit.kind == ValueKind::Mac && !is_personal;
            if is_told && hit.confidence > Confidence::Low {
                let leak = found_leak(hit.clone(), Role::Name, ear.reveal);
                self.tell(ear, Some(protocol), direction, What::Leak(leak));
            }
        }
        if ear.reveal || !is_personal {
            return known.map_or_else(|| name.name.to_owned(), |known| mask_words(name.name, &known));
        }
        scanned.mask(name.name)
    }

    fn exchange(&mut self, ear: &mut Ear, protocol: &Protocol, direction: Direction, exchange: &Exchange<'_>) {
        let identity = (protocol.name, exchange.kind, exchange.method, exchange.host.as_deref(), exchange.target.as_deref(), exchange.status);
        let new = self.exchanges < EXCHANGES && self.first_time(&identity);
        if new {
            self.exchanges += 1;
        } else if self.exchanges >= EXCHANGES {
            ear.tally.unlisted += 1;
            return;
        }
        let role = if exchange.method.is_some() { Role::Target } else { Role::Topic };
        let text = |text: &Option<std::borrow::Cow<'_, str>>| text.as_deref().map(|text| hidden(ear, text));
        let told = Told {
            kind: exchange.kind.map(str::to_owned),
            method: exchange.method.map(str::to_owned),
            target: exchange.target.as_deref().map(|target| self.masked(ear, direction, role, target, exchange.at)),
            host: text(&exchange.host),
            status: exchange.status,
            content_type: text(&exchange.content_type),
            agent: exchange.agent.as_deref().map(|agent| self.masked(ear, direction, Role::Header, agent, exchange.at)),
            bytes: exchange.bytes,
            proof: exchange.proof,
            at: exchange.at,
            record: new,
        };
        // A request's exchange is told when its answer is complete, but it is the client who said what was asked for.
        let direction = if exchange.method.is_some() { Direction::ToServer } else { direction };
        self.tell(ear, Some(protocol), direction, What::Exchange(told));
    }

    fn certificate(&self, ear: &Ear, direction: Direction, certificate: &Certificate<'_>) -> CertificateShown {
        let masked = |text: &str| self.masked(ear, direction, Role::Name, text, certificate.at);
        CertificateShown {
            place: certificate.place,
            of_server: certificate.of_server,
            subject: masked(certificate.subject),
            issuer: masked(certificate.issuer),
            not_before: certificate.not_before,
            not_after: certificate.not_after,
            key: certificate.key.to_owned(),
            key_bits: certificate.key_bits,
            signature: certificate.signature.to_owned(),
            hosts: certificate.hosts.iter().map(|host| masked(host)).collect(),
            at: certificate.at,
        }
    }

    /// It is the client who asks for a door, though it is told with the answer.
    fn door(&self, ear: &Ear, door: &Door<'_>) -> DoorShown {
        DoorShown {
            transport: door.transport,
            external_port: door.external_port,
            internal: door.internal,
            internal_port: door.internal_port,
            lease: door.lease,
            description: self.masked(ear, Direction::ToServer, Role::Name, door.description, door.at),
            granted: door.granted,
            at: door.at,
        }
    }

    /// A text with every personal value in it masked, unless values are to be shown.
    fn masked(&self, ear: &Ear, direction: Direction, role: Role, text: &str, at: At) -> String {
        masked(ear.reveal, &self.context(direction, false, ear.known.as_deref()), role, text, at)
    }
}

/// A text in which nothing but a word of the family is to be hidden.
fn hidden(ear: &Ear, text: &str) -> String {
    ear.known.as_ref().map_or_else(|| text.to_owned(), |known| mask_words(text, known))
}

/// The latitude and longitude of a position.
fn place(found: &Found) -> Option<(f64, f64)> {
    let (latitude, longitude) = found.value.split_once(',')?;
    Some((latitude.parse().ok()?, longitude.parse().ok()?))
}

/// A text with every personal value in it masked, unless values are to be shown.
pub(super) fn masked(reveal: bool, context: &Context<'_>, role: Role, text: &str, at: At) -> String {
    if reveal {
        return context.known.map_or_else(|| text.to_owned(), |known| mask_words(text, known));
    }
    let readable = Readable { role, bytes: text.as_bytes(), field: None, media: None, chain: &[], place: Place::Unpacked(at) };
    scanned(&readable, context).mask(text)
}

/// Whether a name can hold a personal value: its owner may have chosen it. Names of servers are looked up by everyone; a certificate may be a person's.
pub(super) fn is_personal(name: &Name<'_>) -> bool {
    use NameSource::{Bacnet, Cdp, Dhcp, Knx, Lldp, Llmnr, Mdns, Nbns, Snmp, Ssdp, Syslog, Wsd};
    matches!(name.source, Dhcp | Mdns | Llmnr | Nbns | Ssdp | Wsd | Lldp | Cdp | Snmp | Syslog | Bacnet | Knx) || name.name.contains('@')
}

/// Tells one device's trait from another's in a flow that several speak in.
fn whose(subject: &Subject<'_>, direction: Direction) -> (Option<Mac>, Option<Direction>) {
    match subject {
        Subject::Device(mac) => (Some(*mac), None),
        Subject::Sender => (None, Some(direction)),
        Subject::Addresses(_) | Subject::Server => (None, None),
    }
}

/// The fact of what the network says of itself.
pub(super) fn advert(told: &Advert<'_>) -> What {
    What::Advert { router: told.router, resolvers: told.resolvers.to_vec(), prefixes: told.prefixes.to_vec(), domains: told.domains.to_vec() }
}

pub(super) fn subject(subject: &Subject<'_>) -> NamedSubject {
    match *subject {
        Subject::Addresses(addresses) => NamedSubject::Addresses(addresses.to_vec()),
        Subject::Server => NamedSubject::Server,
        Subject::Sender => NamedSubject::Sender,
        Subject::Device(mac) => NamedSubject::Device(mac),
    }
}

fn shown(kind: ValueKind, value: &str, field: String, decode: Vec<String>, reveal: bool) -> Shown {
    let shown = if reveal { value.to_owned() } else { mask(kind, value) };
    Shown { kind, shown, digest: Sha256::digest(value.as_bytes()).into(), field, decode }
}

fn found_leak(found: Found, role: Role, reveal: bool) -> Leak {
    let revealed = (reveal && found.label.is_none()).then(|| if found.field.is_empty() { found.excerpt() } else { format!("{}={}", found.field, found.value) });
    let decode = found.decode.into_iter().map(Cow::into_owned).collect();
    let value = match found.label {
        Some(label) => Shown { kind: found.kind, digest: Sha256::digest(label.as_bytes()).into(), shown: label, field: found.field, decode },
        None => shown(found.kind, &found.value, found.field, decode, reveal),
    };
    let excerpt = revealed.unwrap_or_else(|| excerpt(&value.field, &value.shown));
    Leak { value, role, confidence: found.confidence, excerpt, at: found.at, decimals: found.decimals }
}

/// The word of the family in a value that a protocol names.
fn word_leak(value: &Value<'_>, known: &Known) -> Option<Leak> {
    let label = word_of(value, known)?;
    let decode = value.chain.iter().map(|step| (*step).to_owned()).collect();
    let told = shown(ValueKind::Word, label, value.field.to_owned(), decode, false);
    let excerpt = format!("{}={label}", told.field);
    Some(Leak { value: told, role: Role::Payload, confidence: Confidence::Certain, excerpt, at: value.at, decimals: None })
}

fn word_of<'k>(value: &Value<'_>, known: &'k Known) -> Option<&'k str> {
    if value.kind == ValueKind::Position {
        return None;
    }
    let found = known.search(value.value.as_bytes()).first().map(|hit| hit.label);
    let meaning = matches!(value.kind, ValueKind::Name | ValueKind::Username | ValueKind::Profile | ValueKind::NetworkName);
    let meaning = meaning.then_some(crate::content::keys::Meaning::PersonName { strong: true });
    found.or_else(|| known.value(value.value.as_bytes(), value.field, meaning))
}

pub(super) fn value_leak(value: &Value<'_>, reveal: bool, known: Option<&Known>) -> Leak {
    if let Some(label) = known.and_then(|known| word_of(value, known)) {
        let decode = value.chain.iter().map(|step| (*step).to_owned()).collect();
        let told = Shown { kind: value.kind, shown: label.to_owned(), digest: Sha256::digest(label.as_bytes()).into(), field: value.field.to_owned(), decode };
        let excerpt = format!("{}={label}", value.field);
        return Leak { value: told, role: Role::Payload, confidence: Confidence::Certain, excerpt, at: value.at, decimals: None };
    }
    let digits = |text: &str| text.split(',').map(|part| part.split_once('.').map_or(0, |(_, digits)| digits.len() as u8)).min();
    let decimals = if value.kind == ValueKind::Position { digits(&value.value) } else { None };
    let decode = value.chain.iter().map(|step| (*step).to_owned()).collect();
    let value_shown = shown(value.kind, &value.value, value.field.to_owned(), decode, reveal);
    let excerpt = format!("{}={}", value_shown.field, value_shown.shown);
    // Where a device was once is no more than a guess at where it is.
    let confidence = if value.field == LAST_POSITION { Confidence::Low } else { Confidence::Certain };
    Leak { value: value_shown, role: Role::Payload, confidence, excerpt, at: value.at, decimals }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{End, Transport};

    #[test]
    fn an_address_of_a_person_is_masked_in_names_of_every_source() {
        let end = |ip: &str, port| End { ip: ip.parse().unwrap(), port, mac: None };
        let conversation = Conversation {
            id: crate::fact::FlowId { packet: 1, depth: 0 },
            client: end("192.168.1.7", 40_000),
            server: end("203.0.113.5", 53),
            transport: Transport::Udp,
            first: Timestamp(0),
            started: true,
        };
        let (mut voice, mut ear) = (Voice::new(conversation), Ear::default());
        let protocol = crate::protocols::PROTOCOLS.first().unwrap();
        for name in ["anna@example.org", "api.toy.test"] {
            let event = Event::Name(Name { source: NameSource::Dns, name, subject: Subject::Server, at: At::default() });
            voice.hear(&mut ear, protocol, Direction::ToServer, event);
        }
        let names = ear.facts.iter().filter_map(|(_, fact)| if let What::Named(named) = &fact.what { Some(named.name.as_str()) } else { None });
        assert_eq!(names.collect::<Vec<_>>(), ["a…@example.org", "api.toy.test"]);
    }

    #[test]
    fn a_word_of_the_family_leaves_as_its_label_even_where_all_is_revealed() {
        use crate::content::words::{Family, Person};
        let end = |ip: &str, port| End { ip: ip.parse().unwrap(), port, mac: None };
        let conversation = Conversation {
            id: crate::fact::FlowId { packet: 1, depth: 0 },
            client: end("192.168.1.7", 40_000),
            server: end("203.0.113.5", 80),
            transport: Transport::Tcp,
            first: Timestamp(0),
            started: true,
        };
        let child = Person { names: vec!["Rabenstein".to_owned()], emails: vec!["mia@example.org".to_owned()], ..Person::default() };
        let known = Arc::new(Known::new(&Family { persons: vec![child], ..Family::default() }));
        let (mut voice, mut ear) = (Voice::new(conversation), Ear { reveal: true, known: Some(known), ..Ear::default() });
        let protocol = crate::protocols::PROTOCOLS.first().unwrap();
        let at = At::default();
        let events = [
            Event::Name(Name { source: NameSource::Sni, name: "rabenstein.example.org", subject: Subject::Server, at }),
            Event::Exchange(Exchange {
                method: Some("GET"),
                target: Some("/x?kid=Rabenstein&m=mia%40example.org".into()),
                host: Some("rabenstein.test".into()),
                at,
                ..Exchange::default()
            }),
            Event::Value(Value { kind: ValueKind::Username, value: "rabenstein".into(), field: "user", chain: &[], at }),
            Event::Readable(Readable {
                role: Role::Body,
                bytes: b"{\"mail\":\"mia@example.org\",\"t\":\"Raben",
                field: None,
                media: None,
                chain: &[],
                place: Place::Unpacked(at),
            }),
            Event::Readable(Readable { role: Role::Body, bytes: b"stein\"}", field: None, media: None, chain: &[], place: Place::Unpacked(at) }),
        ];
        for event in events {
            voice.hear(&mut ear, protocol, Direction::ToServer, event);
        }
        let told = format!("{:?}", ear.facts);
        assert!(!told.to_lowercase().contains("rabenstein") && !told.contains("mia@example.org"), "{told}");
        let labels = |wanted: &str| {
            ear.facts
                .iter()
                .filter(|(_, fact)| matches!(&fact.what, What::Leak(leak) if leak.value.kind == ValueKind::Word && leak.value.shown == wanted))
                .count()
        };
        assert_eq!(labels("person 1, name"), 3, "name, value, and the one cut in two: {told}");
        assert!(labels("person 1, email") >= 1, "{told}");
    }
}
