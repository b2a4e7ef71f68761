//! Bytes → events: one file a protocol, and this list.

pub mod handshake;
pub mod protocol;
pub mod quic;
pub mod tls;

use protocol::Protocol;

/// Every protocol; of two that recognise the same bytes the first wins.
pub static PROTOCOLS: &[&Protocol] = &[&tls::TLS, &quic::QUIC];
