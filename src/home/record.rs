//! Records that are written as they happen, before an input's end (contract, "JSON Lines").

use std::net::IpAddr;

use serde::Serialize;

use crate::event::{Agreement, FingerprintKind, NameSource};
use crate::fact::CertificateShown;
use crate::protocols::handshake::{suite_name, version_name};
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
    /// What others could make of what the client sent.
    pub verdict_out: &'static str,
    /// What others could make of what the server sent.
    pub verdict_in: &'static str,
    /// Bytes never seen.
    pub gaps: u64,
    /// What both ends agreed on, where they did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<TlsRecord>,
}

/// What both ends of a flow agreed on in a TLS handshake, whatever carried it: in the last of several.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TlsRecord {
    /// The version in force: `TLS 1.2`.
    pub version: &'static str,
    /// The suite's name (IANA), or its number in hexadecimal digits; absent for SSL 2.0, whose suites are others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suite: Option<String>,
    /// Whether an earlier session went on.
    pub resumed: bool,
    /// The server's certificates, its own first; empty where they are sealed.
    pub certificates: Vec<CertificateShown>,
}

impl TlsRecord {
    /// Of an agreement, without certificates.
    pub fn new(agreement: &Agreement) -> Self {
        let number = agreement.suite;
        let suite = (agreement.version >= 0x0100).then(|| suite_name(number).map_or_else(|| format!("{number:#06x}"), str::to_owned));
        Self { version: version_name(agreement.version), suite, resumed: agreement.resumed, certificates: Vec::new() }
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::At;

    #[test]
    fn a_suite_is_told_by_name_or_number() {
        let told = |version, suite| {
            let record = TlsRecord::new(&Agreement { version, suite, named: true, resumed: false, at: At::default() });
            (record.version, record.suite)
        };
        assert_eq!(told(0x0304, 0x1301), ("TLS 1.3", Some("TLS_AES_128_GCM_SHA256".to_owned())));
        assert_eq!(told(0x0303, 0x0a0a), ("TLS 1.2", Some("0x0a0a".to_owned())));
        assert_eq!(told(0xfefd, 0x00ff).0, "DTLS 1.2");
        assert_eq!(told(0x0002, 0), ("SSL 2.0", None));
    }
}
