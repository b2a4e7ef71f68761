//! Bytes → events: one file a protocol, and this list.

mod head;
pub mod http1;
mod media;
pub mod mqtt;
mod pieces;
pub mod protocol;
pub mod ssdp;
mod stream;
#[cfg(test)]
pub(crate) mod testing;

use protocol::Protocol;

/// Every protocol; of two that recognise the same bytes the first wins.
pub static PROTOCOLS: &[&Protocol] = &[&http1::HTTP, &mqtt::MQTT, &ssdp::SSDP];
