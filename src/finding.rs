//! What the reader is told: code, severity, confidence, masked values, evidence, story.

use std::net::IpAddr;

use serde::{Serialize, Serializer};

use crate::event::NameSource;
use crate::value::ValueKind;
use crate::wire::{Mac, Timestamp, Transport};

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Good to know.
    Info,
    /// Good to know, and could be better.
    Low,
    /// May be a problem.
    Medium,
    /// Someone can read or misuse personal data.
    High,
    /// The same, of a child's safety or a key.
    Critical,
}

impl Severity {
    /// From the worst down.
    pub const ALL: [Severity; 5] = [Self::Critical, Self::High, Self::Medium, Self::Low, Self::Info];

    /// The word that other programs read.
    pub fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// The word that a parent reads.
    pub fn plain(self) -> &'static str {
        match self {
            Self::Info | Self::Low => "NOTICE",
            Self::Medium => "WARNING",
            Self::High | Self::Critical => "SERIOUS",
        }
    }

    /// One step up, never above critical.
    #[must_use]
    pub fn up(self) -> Self {
        match self {
            Self::Info => Self::Low,
            Self::Low => Self::Medium,
            Self::Medium => Self::High,
            Self::High | Self::Critical => Self::Critical,
        }
    }

    /// One step down, never below info.
    #[must_use]
    pub fn down(self) -> Self {
        match self {
            Self::Info | Self::Low => Self::Info,
            Self::Medium => Self::Low,
            Self::High => Self::Medium,
            Self::Critical => Self::High,
        }
    }
}

impl Serialize for Severity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

/// How sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// For researchers only.
    Low,
    /// Behaviour, or a pattern with one hint.
    Medium,
    /// A pattern with its key, or seen twice.
    High,
    /// A checksum, a frame or a protocol's own field.
    Certain,
}

impl Confidence {
    /// The word that other programs read.
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Certain => "certain",
        }
    }

    /// The word that a parent reads.
    pub fn plain(self) -> &'static str {
        match self {
            Self::Low | Self::Medium => "possible",
            Self::High => "likely",
            Self::Certain => "certain",
        }
    }
}

impl Serialize for Confidence {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

/// The texts of a detector: one catalogue for `explain`, reports and the screen.
///
/// `story` may hold `{device}`, `{endpoint}`, `{what}` (the kind of value in plain words) and `{who}` (who could read it): filled when a finding is told.
#[derive(Debug, PartialEq, Eq)]
pub struct Card {
    /// `PT-01` …, never used again for another meaning.
    pub code: &'static str,
    /// What it is about: one line.
    pub name: &'static str,
    /// One sentence for a parent: what happened. May hold `{what}`.
    pub title: &'static str,
    /// One sentence for a parent: what was exposed, and to whom.
    pub story: &'static str,
    /// What a parent can do: one sentence.
    pub advice: &'static str,
    /// What `{what}` may be: where the card is explained without a finding.
    pub example: &'static str,
    /// What it goes by, for a researcher.
    pub evidence: &'static str,
    /// How severity and confidence are decided.
    pub scale: &'static str,
    /// What it cannot know, and what is left out on purpose.
    pub limits: &'static str,
    /// Provisions that it may be relevant to.
    pub standards: &'static [&'static str],
    /// Whether a finding on a child's device weighs one step more.
    pub child_weighs_more: bool,
    /// Whether a finding between two ends at home weighs one step less.
    pub home_weighs_less: bool,
}

/// Which way what a finding is about went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// From the home to the Internet.
    ToInternet,
    /// From the Internet to the home.
    FromInternet,
    /// Between two ends at home.
    Inside,
}

/// The home device that a finding concerns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FindingDevice {
    /// The device's `id`.
    pub id: String,
    /// Its hardware address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mac: Option<Mac>,
}

/// The other end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FindingEndpoint {
    /// Its address.
    pub address: IpAddr,
    /// Its port.
    pub port: u16,
    /// Its name.
    pub name: Option<String>,
    /// How the name is known.
    pub name_source: Option<NameSource>,
    /// Whose it is: first, support, third, unknown.
    pub party: &'static str,
    /// Two letters, where known.
    pub country: Option<String>,
}

/// One value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FindingValue {
    /// What it is.
    pub kind: ValueKind,
    /// Masked, or as it is with `--reveal`.
    pub shown: String,
    /// SHA-256 of the value, with `--reveal` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// The key, header or field.
    pub field: String,
    /// How it was unwrapped, outermost first.
    pub decode: Vec<String>,
}

/// Where it can be seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// 1-based packet number, as Wireshark counts.
    pub packet: u64,
    /// When it was captured.
    pub time: Timestamp,
    /// Offset in that frame, where the bytes lie in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<u32>,
    /// Length in bytes, where the bytes lie in one frame.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub length: Option<u32>,
    /// What stands there, masked.
    pub excerpt: String,
}

/// A finding: one per code, device, endpoint, kind of value and field (contract, "finding").
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Stable and harmless.
    pub id: String,
    /// The card's code.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// Whom it concerns.
    pub device: FindingDevice,
    /// The other end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<FindingEndpoint>,
    /// The flow of the first evidence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flow: Option<serde_json::Number>,
    /// What carried it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transport: Option<Transport>,
    /// The protocol.
    pub protocol: &'static str,
    /// What kind of thing it is about, where the code leaves that open: an order, a recording, a value.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub kind: &'static str,
    /// Which way it went.
    pub direction: Way,
    /// The distinct values, at most 20.
    pub values: Vec<FindingValue>,
    /// How many more distinct values there were.
    pub more: u64,
    /// The first evidence, at most 5.
    pub evidence: Vec<Evidence>,
    /// How often it was seen.
    pub count: u64,
    /// When it was first seen.
    pub first: Timestamp,
    /// When it was last seen.
    pub last: Timestamp,
    /// What happened.
    pub title: String,
    /// What was exposed, and to whom.
    pub story: String,
    /// What can be done.
    pub advice: String,
    /// Provisions that it may be relevant to.
    pub standards: Vec<&'static str>,
}
