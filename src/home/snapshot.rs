//! The home as it is shown and written: owned, plain, masked. Reports and screens read this and nothing else.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::{Serialize, Serializer};

use crate::capture::source::{Dropped, InputReport};
use crate::event::{DeviceKind, NameSource, TraitKind};
use crate::finding::{Confidence, Finding, Severity};
use crate::value::ValueKind;
use crate::wire::{Mac, Timestamp};

/// A name and how it is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct KnownName {
    /// The name, masked where it holds a personal value.
    pub name: String,
    /// How it is known.
    pub source: NameSource,
}

/// What a device tells of itself, beside its names.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct KnownTrait {
    /// What it is.
    pub kind: TraitKind,
    /// Its value, masked where it holds a personal value.
    pub value: String,
}

/// Points of a score, in hundredths: written as a number with at most two decimals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Points(pub u32);

impl Serialize for Points {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(f64::from(self.0) / 100.0)
    }
}

/// What a finding cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Deduction {
    /// The finding's code.
    pub code: &'static str,
    /// Its `id`.
    pub finding: String,
    /// Its severity.
    pub severity: Severity,
    /// Its confidence.
    pub confidence: Confidence,
    /// What was taken off.
    pub points: Points,
}

/// The answer to one question, 0 to 100.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Score {
    /// What is left.
    pub points: Points,
    /// How much of what was sent over the Internet was properly encrypted, in percent; only of the question whether it is sealed, and where something was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<Points>,
    /// What was taken off, each finding by itself.
    pub deductions: Vec<Deduction>,
}

/// The answers to the three questions, and what they come to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Scores {
    /// Is it sealed?
    pub sealed: Score,
    /// What personal facts got out?
    pub facts: Score,
    /// Whom does it talk to, and what does it do at home?
    pub company: Score,
    /// Their weighted mean, before caps.
    pub overall: Points,
}

/// A reason why a grade is no better than a letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cap {
    /// The letter.
    pub letter: char,
    /// Why: one sentence for a parent.
    pub reason: String,
    /// Codes of the findings that show it.
    pub codes: Vec<&'static str>,
    /// Their ids, at most 20.
    pub findings: Vec<String>,
}

/// A device's grade (contract, `device.grade`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Grade {
    /// `A` to `F`, or `?`.
    pub letter: char,
    /// The letter that it would have at best, where `letter` is `?`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_best: Option<char>,
    /// Version of the rubric.
    pub rubric: u8,
    /// The three scores, with every deduction.
    pub scores: Scores,
    /// What holds the letter down: the lowest first.
    pub caps: Vec<Cap>,
    /// What has to be seen before a letter can be told: short phrases.
    pub not_seen: Vec<String>,
    /// Why: the reason that counts first, then what was seen.
    pub why: String,
    /// What would raise it: one sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raise_by: Option<String>,
}

impl Default for Grade {
    fn default() -> Self {
        Self { letter: '?', at_best: None, rubric: 1, scores: Scores::default(), caps: Vec::new(), not_seen: Vec::new(), why: String::new(), raise_by: None }
    }
}

/// A device at home.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Device {
    /// Stable: from the MAC, else the address.
    pub id: String,
    /// Its hardware address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mac: Option<Mac>,
    /// Its addresses, sorted.
    pub addresses: Vec<IpAddr>,
    /// Its names, the user's own first.
    pub names: Vec<KnownName>,
    /// Whether the user says that they know it.
    pub trusted: bool,
    /// What it tells of itself.
    pub traits: Vec<KnownTrait>,
    /// The maker, from the hardware address.
    pub vendor: Option<String>,
    /// What it is.
    pub kind: DeviceKind,
    /// Why that is believed.
    pub kind_reason: String,
    /// How sure that is.
    pub kind_confidence: Confidence,
    /// Packets it sent.
    pub packets_out: u64,
    /// Packets it was sent.
    pub packets_in: u64,
    /// Bytes it sent.
    pub bytes_out: u64,
    /// Bytes it was sent.
    pub bytes_in: u64,
    /// Its grade.
    pub grade: Grade,
    /// What it is, whom it talked to and what others could read, in one sentence made of what was seen.
    pub summary: String,
    /// When it was first seen.
    pub first: Timestamp,
    /// When it was last seen.
    pub last: Timestamp,
}

impl Device {
    /// What a person calls it: its best name, else maker and end of its address.
    pub fn title(&self) -> String {
        if let Some(known) = self.names.first() {
            return match &self.vendor {
                Some(vendor) => format!("{} ({})", known.name, short(vendor)),
                None => known.name.clone(),
            };
        }
        let address = self.addresses.first().map_or_else(|| self.id.clone(), ToString::to_string);
        match &self.vendor {
            Some(vendor) => format!("{} device {address}", short(vendor)),
            None => format!("Device {address}"),
        }
    }

    /// Maker and model as the device itself says them: `Example Lamp 2`.
    pub fn says(&self) -> Option<String> {
        let first = |kind| self.traits.iter().find(|told| told.kind == kind).map(|told| told.value.as_str());
        match (first(TraitKind::Maker), first(TraitKind::Model)) {
            (Some(maker), Some(model)) if model.to_lowercase().starts_with(&maker.to_lowercase()) => Some(model.to_owned()),
            (Some(maker), Some(model)) => Some(format!("{maker} {model}")),
            (maker, model) => model.or(maker).map(str::to_owned),
        }
    }
}

/// A maker's name without its legal form.
pub(super) fn short(vendor: &str) -> &str {
    let cut = [" Inc", ", Inc", " Co.", " Co,", " GmbH", " Ltd", ", Ltd", " Corp", " LLC", " AG", " B.V", " Technologies", " International", " Electronics"];
    let end = cut.iter().filter_map(|word| vendor.find(word)).filter(|end| *end > 0).min().unwrap_or(vendor.len());
    vendor.get(..end).unwrap_or(vendor)
}

/// Whom devices talk to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Endpoint {
    /// Its address.
    pub address: IpAddr,
    /// Its port.
    pub port: u16,
    /// Its names.
    pub names: Vec<KnownName>,
    /// The part of its name that one owner registers.
    pub registrable_domain: Option<String>,
    /// Whose it is.
    pub owner: Option<String>,
    /// What it is for.
    pub purpose: Option<String>,
    /// Two letters.
    pub country: Option<String>,
    /// Why no country is told, where that says something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country_reason: Option<&'static str>,
    /// Number of its network, where the user gave a database that says so.
    pub asn: Option<u32>,
    /// Whose network that is, as that database says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_name: Option<String>,
    /// first, support, third or unknown.
    pub party: &'static str,
    /// The tracking company, if it is one.
    pub tracker: Option<String>,
    /// Ids of the devices that talked to it.
    pub devices: Vec<String>,
}

/// Where the capture was taken, as far as the traffic shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Vantage {
    /// One device's own traffic.
    Own,
    /// Only what is sent to all.
    BroadcastOnly,
    /// Several devices' own traffic.
    WholeNetwork,
    /// Only one direction of the conversations.
    OneSided,
    /// Outside the router: all devices stand behind one address.
    BehindRouter,
    /// Not known.
    #[default]
    Unknown,
}

/// Frames that were not decoded, by reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unread {
    /// Layer and reason.
    pub reason: String,
    /// How many frames.
    pub packets: u64,
}

/// What was seen, and what was not.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Coverage {
    /// Seconds from the first to the last packet.
    pub seconds: f64,
    /// Packets read.
    pub packets: u64,
    /// Packets that the capture lost, as it says itself: in the system's buffer, on the interface, in tattletale.
    pub drops: u64,
    /// Payload bytes of conversations that were never seen although the other end had them.
    pub gaps: u64,
    /// Packets that were never seen, estimated from gaps.
    pub missing_estimated: u64,
    /// Frames not decoded.
    pub unread: Vec<Unread>,
    /// Payload bytes of flows that anyone can read.
    pub bytes_readable: u64,
    /// Payload bytes of flows that are properly encrypted.
    pub bytes_encrypted: u64,
    /// Payload bytes of all others.
    pub bytes_unknown: u64,
    /// Where the capture was taken.
    pub vantage: Vantage,
    /// Limits that were reached, and other reasons why something may be missing: one sentence each.
    pub limits: Vec<String>,
    /// What stays in the dark however well the capture was read: one sentence each. Records tell it within `limits`.
    #[serde(skip)]
    pub not_seen: Vec<String>,
}

impl Coverage {
    /// As a record tells it.
    #[must_use]
    pub fn told(&self) -> Self {
        let limits = self.limits.iter().chain(&self.not_seen).cloned().collect();
        Self { limits, ..self.clone() }
    }
}

/// Findings with one code and severity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SummaryLine {
    /// The code.
    pub code: &'static str,
    /// The severity.
    pub severity: Severity,
    /// How many findings.
    pub findings: u64,
}

/// What it comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Counts by code and severity, worst first.
    pub counts: Vec<SummaryLine>,
    /// The worst grade of a device.
    pub worst_grade: Option<char>,
}

/// What was run, and on what: the contract's `run`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Run {
    /// tattletale's version.
    pub version: &'static str,
    /// Version of the detectors.
    pub rules: &'static str,
    /// The inputs.
    pub inputs: Vec<InputReport>,
    /// The options that decide what is told.
    pub options: Vec<(String, String)>,
    /// Packets lost.
    pub dropped: Dropped,
    /// What the process gave up before it read a byte.
    pub sandbox: &'static str,
}

/// What goes on while someone watches.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Live {
    /// What is read: a file's name, an interface, `standard input`.
    pub source: String,
    /// How much of a file was read, 0 to 1.
    pub progress: Option<f32>,
    /// Whether the source is live.
    pub is_live: bool,
    /// Where reading stands.
    pub state: LiveState,
    /// Packets lost.
    pub dropped: Dropped,
}

/// How much was sent when, in steps of equal length.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rhythm {
    /// When the first step began.
    pub start: Timestamp,
    /// Seconds of a step.
    pub step: u64,
    /// Bytes that were sent in each step.
    pub sent: Vec<u64>,
}

/// Bytes that went to and from an endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// Sent to it.
    pub out: u64,
    /// Sent by it.
    pub back: u64,
    /// Of both, what anyone can read.
    pub readable: u64,
    /// What is properly encrypted.
    pub encrypted: u64,
    /// All else.
    pub unknown: u64,
}

impl Carried {
    /// Adds another; `turned`: what it calls out came back.
    pub fn add(&mut self, other: &Self, turned: bool) {
        let (out, back) = if turned { (other.back, other.out) } else { (other.out, other.back) };
        self.out = self.out.saturating_add(out);
        self.back = self.back.saturating_add(back);
        self.readable = self.readable.saturating_add(other.readable);
        self.encrypted = self.encrypted.saturating_add(other.encrypted);
        self.unknown = self.unknown.saturating_add(other.unknown);
    }
}

/// What only screens show; never part of a record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Watched {
    /// Of each device (by id), when it sent how much: over the whole time, and in the latest minutes.
    pub rhythms: BTreeMap<String, [Rhythm; 2]>,
    /// What went to and from each endpoint, by address and port.
    pub carried: BTreeMap<(IpAddr, u16), Carried>,
}

/// Where reading stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum LiveState {
    /// Nothing has come yet.
    #[default]
    Waiting,
    /// Packets come.
    Reading,
    /// The interface is down; it is waited for.
    Down,
    /// All was read.
    Done,
    /// It stopped before its end; why.
    Stopped(String),
}

/// One input's home at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// Index of the input.
    pub input: usize,
    /// What is known of the input.
    pub report: InputReport,
    /// Time of the latest packet.
    pub now: Timestamp,
    /// The devices, sorted by id.
    pub devices: Vec<Device>,
    /// The endpoints, sorted by address and port.
    pub endpoints: Vec<Endpoint>,
    /// The findings: worst first, then first seen, then id.
    pub findings: Vec<Finding>,
    /// What was seen.
    pub coverage: Coverage,
    /// What it comes to.
    pub summary: Summary,
    /// What goes on.
    pub live: Live,
    /// What only screens show.
    pub watched: Watched,
}

impl Snapshot {
    /// The device with this id.
    pub fn device(&self, id: &str) -> Option<&Device> {
        self.devices.iter().find(|device| device.id == id)
    }

    /// Distinct kinds of values in findings of a device.
    pub fn kinds(&self, id: &str) -> Vec<ValueKind> {
        let mut kinds: Vec<_> =
            self.findings.iter().filter(|finding| finding.device.id == id).flat_map(|finding| finding.values.iter().map(|value| value.kind)).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }
}
