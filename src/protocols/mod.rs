//! Bytes → events: one file a protocol, and this list.

pub mod protocol;

use protocol::Protocol;

/// Every protocol; of two that recognise the same bytes the first wins.
pub static PROTOCOLS: &[&Protocol] = &[];
