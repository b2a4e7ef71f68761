//! Records that are written as they happen, before an input's end (contract, "JSON Lines").

use std::net::IpAddr;

use serde::Serialize;

use crate::event::{FingerprintKind, NameSource};
use crate::wire::{Timestamp, Transport};

/// A name that a packet carries.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NameRecord {
    /// How it is known.
    pub source: NameSource,
    /// The name.
    pub name: String,
    /// What it stands for.
    pub addresses: Vec<IpAddr>,
    /// The device that asked or told, as far as known at that packet.
    pub device: Option<String>,
    /// Its flow; none of a name that no conversation carried (LLDP).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flow: Option<serde_json::Number>,
    /// The packet that completed it.
    pub packet: u64,
}

/// A request or message.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExchangeRecord {
    /// The protocol's word.
    pub protocol: &'static str,
    /// Its flow.
    pub flow: serde_json::Number,
    /// The packet of the request's first byte.
    pub packet: u64,
    /// See [`crate::event::Exchange`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// See [`crate::event::Exchange`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// See [`crate::event::Exchange`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// See [`crate::event::Exchange`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// See [`crate::event::Exchange`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// See [`crate::event::Exchange`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// Bytes of its bodies.
    pub bytes: u64,
}

/// A fingerprint.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FingerprintRecord {
    /// Which.
    pub kind: FingerprintKind,
    /// Its value.
    pub value: String,
    /// Its flow.
    pub flow: serde_json::Number,
    /// The packet that completed it.
    pub packet: u64,
}

/// A flow.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FlowRecord {
    /// Its number: first packet, then `.1`, `.2` for flows that a tunnel carries.
    pub id: serde_json::Number,
    /// The home device that it concerns.
    pub device: Option<String>,
    /// `ip:port`.
    pub client: String,
    /// `ip:port`.
    pub server: String,
    /// What carries it.
    pub transport: Transport,
    /// The protocol's word, or `unknown`.
    pub protocol: &'static str,
    /// How it was recognised.
    pub protocol_reason: &'static str,
    /// Its first packet.
    pub first: Timestamp,
    /// Its last packet.
    pub last: Timestamp,
    /// Packets from the client.
    pub packets_out: u64,
    /// Packets from the server.
    pub packets_in: u64,
    /// Bytes from the client.
    pub bytes_out: u64,
    /// Bytes from the server.
    pub bytes_in: u64,
    /// What others could make of it.
    pub verdict: &'static str,
    /// Why.
    pub verdict_reason: String,
    /// Bytes never seen.
    pub gaps: u64,
}

/// Any of them.
#[derive(Clone, Debug, PartialEq)]
pub enum Record {
    /// A name.
    Name(NameRecord),
    /// A request or message.
    Exchange(ExchangeRecord),
    /// A fingerprint.
    Fingerprint(FingerprintRecord),
    /// A flow.
    Flow(FlowRecord),
}

/// A flow's number as JSON: `12`, or `12.1` within a tunnel.
pub fn number(id: crate::fact::FlowId) -> serde_json::Number {
    if id.depth == 0 {
        return id.packet.into();
    }
    serde_json::from_str(&format!("{}.{}", id.packet, id.depth)).unwrap_or_else(|_| id.packet.into())
}
