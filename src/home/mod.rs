//! Who lives here and whom they talk to: learns from facts in capture order, and answers the detectors' questions.

use std::net::IpAddr;
use std::sync::Arc;

use crate::fact::{Conversation, Fact};
use crate::finding::Way;
use crate::wire::Direction;

pub mod ledger;
pub mod record;
pub mod snapshot;

/// Where an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// At home.
    Home,
    /// On the Internet.
    Internet,
    /// A group or broadcast address: many.
    Group,
}

/// What one end at home did with one endpoint.
#[derive(Clone, Debug)]
pub struct Contact {
    /// The first conversation of the two.
    pub flow: Arc<Conversation>,
    /// Its protocol, the last that was recognised.
    pub protocol: &'static str,
    /// Whether that is an application's protocol in the clear.
    pub clear: bool,
    /// Whether a name of the endpoint was known to that device, at any time before or within the conversation.
    pub named: bool,
    /// Seconds of capture before the conversation began.
    pub after: f64,
    /// Whether the device was seen to start (a DHCP exchange, or its first packets are ARP or DNS) before the conversation began.
    pub device_start_seen: bool,
    /// Whether the device was ever seen to ask a resolver (or encrypted DNS) by then.
    pub device_asks_names: bool,
    /// Packets in both directions.
    pub packets: u64,
    /// Whether the endpoint answered.
    pub answered: bool,
}

/// A home.
#[derive(Debug, Default)]
pub struct Home {}

impl Home {
    /// Learns from a fact.
    pub fn learn(&mut self, fact: &Fact) {
        let _ = (fact, self);
    }

    /// Where an address is, as far as known now.
    pub fn side(&self, address: IpAddr) -> Side {
        let _ = address;
        Side::Internet
    }

    /// Which way what `direction` says went; none where both ends are on the Internet and nothing says which is home.
    pub fn way(&self, flow: &Conversation, direction: Direction) -> Option<Way> {
        let _ = (flow, direction);
        None
    }

    /// All contacts of devices at home with single Internet endpoints, in order of their first packet.
    pub fn contacts(&self) -> Vec<&Contact> {
        Vec::new()
    }

    /// Resolvers that DHCP or router advertisements gave out, with the routers of the home; empty where none was seen.
    pub fn offered_resolvers(&self) -> &[IpAddr] {
        &[]
    }
}
