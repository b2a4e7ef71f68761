//! Findings, each kept once.
//!
//! A detector tells drafts. Who is who is decided when the ledger is read, because a home is only known by and by: a draft keeps the two ends, and
//! what they turn out to be decides device, endpoint, direction and the last step of severity. Drafts of one finding are merged then.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::household::{Home, Roles};
use super::map::Map;
use super::party::Whose;
use super::record::number;
use super::snapshot::{Device, KnownName};
use crate::fact::{Conversation, Fact, Shown};
use crate::finding::{Card, Confidence, Evidence, Finding, FindingDevice, FindingEndpoint, FindingValue, Severity, Way};
use crate::wire::{At, Direction, Timestamp, Transport};

/// Drafts that are kept apart; further ones are counted.
pub const DRAFTS: usize = 20_000;
/// Distinct values that a finding lists (contract, "finding").
pub const VALUES: usize = 20;
/// Evidence that a finding lists (contract, "finding").
pub const EVIDENCE: usize = 5;

/// From here on systems choose ports for who asks (the widest of the usual ranges; RFC 6056, section 2.1).
const FLEETING: u16 = 32_768;

/// A finding as a detector tells it: who is who and what it weighs in the end is decided when it is looked at.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Its card.
    pub card: &'static Card,
    /// The card's severity for a device of unknown kind that sends to the Internet.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// The conversation. One with packet number 0 stands for two ends that had none (ARP): no flow and no transport are told.
    pub flow: Arc<Conversation>,
    /// Its protocol.
    pub protocol: &'static str,
    /// Who said it.
    pub direction: Direction,
    /// Whether it concerns the end that received it (an order to a device) rather than the one that sent it, where both are at home.
    pub concerns_receiver: bool,
    /// What kind of thing it is about: a value's kind, an order, or empty. Part of the finding's identity.
    pub kind: &'static str,
    /// The key, header, command word. Part of the finding's identity.
    pub field: String,
    /// What fills `{what}`: plain words.
    pub what: String,
    /// The value.
    pub value: Option<Shown>,
    /// Where it can be seen.
    pub evidence: Evidence,
}

impl Draft {
    /// A draft on what a fact tells, with the card's own texts.
    pub fn new(card: &'static Card, severity: Severity, confidence: Confidence, flow: &Arc<Conversation>, fact: &Fact, at: At, excerpt: String) -> Self {
        Self {
            card,
            severity,
            confidence,
            flow: Arc::clone(flow),
            protocol: fact.protocol,
            direction: fact.direction,
            concerns_receiver: false,
            kind: "",
            field: String::new(),
            what: String::new(),
            value: None,
            evidence: evidence(at, fact.time, excerpt),
        }
    }
}

/// Evidence at a place; `time` is used where the place has none.
pub fn evidence(at: At, time: Timestamp, excerpt: String) -> Evidence {
    let time = if at.packet == 0 { time } else { at.time };
    Evidence { packet: at.packet, time, offset: at.offset, length: at.offset.map(|_| at.length), excerpt }
}

/// What makes two drafts the same, before anyone knows who is who.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    code: &'static str,
    client: IpAddr,
    server: (IpAddr, u16),
    transport: Transport,
    direction: Direction,
    kind: &'static str,
    field: String,
}

/// Drafts that are the same, together.
#[derive(Clone, Debug)]
struct Entry {
    draft: Draft,
    name: Option<KnownName>,
    values: Vec<Shown>,
    more: u64,
    evidence: Vec<Evidence>,
    count: u64,
    first: Timestamp,
    last: Timestamp,
}

/// All findings of one input.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    index: Map<Key, usize>,
    entries: Vec<Entry>,
    beyond: u64,
}

impl Ledger {
    /// Keeps a draft.
    pub fn add(&mut self, draft: Draft, home: &Home) {
        let flow = &draft.flow;
        let key = Key {
            code: draft.card.code,
            client: flow.client.ip,
            server: (flow.server.ip, flow.server.port),
            transport: flow.transport,
            direction: draft.direction,
            kind: draft.kind,
            field: draft.field.clone(),
        };
        if let Some(entry) = self.index.get(&key).and_then(|at| self.entries.get_mut(*at)) {
            entry.again(draft);
            return;
        }
        if self.entries.len() >= DRAFTS {
            self.beyond += 1;
            return;
        }
        let roles = home.roles(flow, draft.direction, draft.concerns_receiver);
        let name = home.name_of(roles.other.ip, roles.device.ip).cloned();
        self.index.insert(key, self.entries.len());
        self.entries.push(Entry::new(draft, name));
    }

    /// What was not kept.
    pub fn limits(&self) -> Vec<String> {
        if self.beyond == 0 { Vec::new() } else { vec![format!("{} findings beyond the {DRAFTS} that are kept were counted only.", self.beyond)] }
    }

    /// The findings: worst first, then first seen, then id, as the home is known now.
    pub fn findings(&self, home: &Home, reveal: bool) -> Vec<Finding> {
        let devices: HashMap<&str, &Device> = home.devices().iter().map(|device| (device.id.as_str(), device)).collect();
        let mut merged: BTreeMap<String, (Cow<'_, Entry>, Finding)> = BTreeMap::new();
        for entry in &self.entries {
            let seen = Placed::new(entry, home);
            let id = seen.id(&entry.draft);
            let device = devices.get(seen.device.as_str()).copied();
            match merged.get_mut(&id) {
                Some((before, told)) => {
                    before.to_mut().join(entry);
                    told.severity = told.severity.max(weigh(&entry.draft, seen.roles.way, device));
                    told.confidence = told.confidence.max(entry.draft.confidence);
                }
                None => {
                    merged.insert(id.clone(), (Cow::Borrowed(entry), tell(id, entry, seen, device, home)));
                }
            }
        }
        let mut findings: Vec<Finding> = merged.into_values().map(|(entry, finding)| fill(finding, &entry, reveal)).collect();
        findings.sort_by(|a, b| (b.severity, a.first, &a.id).cmp(&(a.severity, b.first, &b.id)));
        findings
    }
}

impl Entry {
    fn new(draft: Draft, name: Option<KnownName>) -> Self {
        let (time, evidence, values) = (draft.evidence.time, vec![draft.evidence.clone()], draft.value.clone().into_iter().collect());
        Self { draft, name, values, more: 0, evidence, count: 1, first: time, last: time }
    }

    fn again(&mut self, draft: Draft) {
        self.count += 1;
        self.first = self.first.min(draft.evidence.time);
        self.last = self.last.max(draft.evidence.time);
        self.draft.severity = self.draft.severity.max(draft.severity);
        self.draft.confidence = self.draft.confidence.max(draft.confidence);
        if let Some(value) = draft.value {
            self.value(value);
        }
        // A detector that waits for what explains a message tells it late: the first evidence is kept all the same.
        if self.evidence.len() < EVIDENCE {
            self.evidence.push(draft.evidence);
        } else if let Some(last) = self.evidence.last_mut().filter(|last| draft.evidence.packet < last.packet) {
            *last = draft.evidence;
        }
        self.evidence.sort_by_key(|evidence| (evidence.packet, evidence.offset));
    }

    fn value(&mut self, value: Shown) {
        if self.values.iter().any(|known| known.digest == value.digest && known.decode == value.decode) {
            return;
        }
        if self.values.len() < VALUES {
            self.values.push(value);
        } else {
            self.more += 1;
        }
    }

    fn join(&mut self, other: &Entry) {
        self.count += other.count;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.more += other.more;
        other.values.iter().cloned().for_each(|value| self.value(value));
        self.evidence.extend(other.evidence.iter().cloned());
        self.evidence.sort_by_key(|evidence| (evidence.packet, evidence.offset));
        self.evidence.truncate(EVIDENCE);
    }
}

/// An entry as the home is known now.
struct Placed<'e> {
    roles: Roles<'e>,
    /// The device's id.
    device: String,
    /// The other end, by its name or its address.
    called: String,
    port: u16,
}

impl<'e> Placed<'e> {
    fn new(entry: &'e Entry, home: &Home) -> Self {
        let draft = &entry.draft;
        let roles = home.roles(&draft.flow, draft.direction, draft.concerns_receiver);
        let called = entry.name.as_ref().map_or_else(|| roles.other.ip.to_string(), |known| known.name.clone());
        let port = if roles.other_is_client || is_fleeting(&roles) { 0 } else { roles.other.port };
        Self { roles, device: home.who(roles.device).id(), called, port }
    }

    /// What the finding is told from others by.
    fn id(&self, draft: &Draft) -> String {
        let (port, transport) = (self.port.to_string(), draft.flow.transport.to_string());
        identity(&[draft.card.code, &self.device, &self.called, &port, &transport, draft.kind, &draft.field])
    }
}

/// What an entry is, now that it is looked at; counts and values are filled in when all entries of the finding are together.
fn tell(id: String, entry: &Entry, seen: Placed<'_>, device: Option<&Device>, home: &Home) -> Finding {
    let draft = &entry.draft;
    let (card, flow) = (draft.card, &draft.flow);
    let Placed { roles, device: device_id, called, port } = seen;
    let endpoint = FindingEndpoint {
        address: roles.other.ip,
        port,
        name: entry.name.as_ref().map(|known| known.name.clone()),
        name_source: entry.name.as_ref().map(|known| known.source),
        party: whose(entry, home, &roles, &device_id).party,
        country: if roles.way == Way::Inside { None } else { home.place(roles.other.ip).country() },
    };
    let title = device.map_or_else(|| device_id.clone(), Device::title);
    let listener = match roles.way {
        Way::Inside => "anyone on your home network",
        Way::ToInternet | Way::FromInternet => "anyone on the way (on the same Wi-Fi, at the internet provider, in between)",
    };
    // What a detector fills in may hold words in braces itself.
    let words = |text: &str| sentence(&text.replace("{what}", &draft.what), &[("device", &title), ("endpoint", &called), ("who", listener)]);
    Finding {
        id,
        code: card.code,
        severity: weigh(draft, roles.way, device),
        confidence: draft.confidence,
        device: FindingDevice { id: device_id.clone(), mac: device.and_then(|device| device.mac) },
        endpoint: Some(endpoint),
        flow: (flow.id.packet > 0).then(|| number(flow.id)),
        transport: (flow.id.packet > 0).then_some(flow.transport),
        protocol: draft.protocol,
        kind: draft.kind,
        direction: roles.way,
        values: Vec::new(),
        more: 0,
        evidence: Vec::new(),
        count: 0,
        first: entry.first,
        last: entry.last,
        title: words(card.title),
        story: words(card.story),
        advice: words(card.advice),
        standards: card.standards.to_vec(),
    }
}

/// Whether the other end's port means nothing: at home a device answers what was asked of all from its own port to whatever port the asker had.
fn is_fleeting(roles: &Roles<'_>) -> bool {
    roles.way == Way::Inside && roles.other.port >= FLEETING && roles.device.port < FLEETING
}

/// Whose the other end is to the device, by the name that it had for it, else by one that became known later.
fn whose(entry: &Entry, home: &Home, roles: &Roles<'_>, device: &str) -> Whose {
    if roles.way == Way::Inside {
        return Whose::UNKNOWN;
    }
    let name = entry.name.as_ref().or_else(|| home.name_of(roles.other.ip, roles.device.ip));
    home.parties().whose([device], name.map(|known| known.name.as_str()), roles.other.ip)
}

fn fill(mut finding: Finding, entry: &Entry, reveal: bool) -> Finding {
    let hex = |digest: &[u8; 32]| data_encoding::HEXLOWER.encode(digest);
    let value = |shown: &Shown| FindingValue {
        kind: shown.kind,
        shown: shown.shown.clone(),
        sha256: reveal.then(|| hex(&shown.digest)),
        field: shown.field.clone(),
        decode: shown.decode.clone(),
    };
    finding.values = entry.values.iter().map(value).collect();
    (finding.more, finding.count) = (entry.more, entry.count);
    (finding.first, finding.last) = (entry.first, entry.last);
    finding.evidence.clone_from(&entry.evidence);
    finding
}

/// The card's severity, one step up for a child's device and one down between two ends at home (contract, "Scales").
fn weigh(draft: &Draft, way: Way, device: Option<&Device>) -> Severity {
    let mut severity = draft.severity;
    if draft.card.child_weighs_more && device.is_some_and(|device| device.kind.is_for_a_child()) {
        severity = severity.up();
    }
    if draft.card.home_weighs_less && way == Way::Inside {
        severity = severity.down();
    }
    severity
}

/// A card's sentence with what stands for its words in braces. It begins with a capital, whatever filled its first word.
fn sentence(text: &str, words: &[(&str, &str)]) -> String {
    let mut told = String::with_capacity(2 * text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        told.push_str(before);
        let filled = words.iter().find_map(|(word, with)| Some((with, after.strip_prefix(word)?.strip_prefix('}')?)));
        if let Some((with, beyond)) = filled {
            told.push_str(with);
            rest = beyond;
        } else {
            told.push('{');
            rest = after;
        }
    }
    told.push_str(rest);
    match told.chars().next() {
        Some(first) if first.is_lowercase() => first.to_uppercase().chain(told.chars().skip(1)).collect(),
        _ => told,
    }
}

/// Sixteen hex digits that tell findings apart and nothing else.
fn identity(parts: &[&str]) -> String {
    let digest = Sha256::digest(parts.join("\n").as_bytes());
    data_encoding::HEXLOWER.encode(digest.get(..8).unwrap_or_default())
}
