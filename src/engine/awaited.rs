//! Conversations that others announced: whose protocol is known before their first byte, since a message named the port (FTP's data, TFTP's files).
//!
//! Both conversations are of the same two addresses, so they belong to one virtual shard, and the announcement is read before the packets that follow it:
//! what is recognised depends on the packets alone.

use std::collections::VecDeque;
use std::net::IpAddr;

use crate::decode::packet::Packet;
use crate::protocols::PROTOCOLS;
use crate::protocols::protocol::{Carrier, Protocol};
use crate::wire::{Timestamp, Transport};

/// Announcements that are remembered, a virtual shard; the oldest is forgotten first.
const MOST: usize = 256;
/// Seconds after which nobody comes any more.
const PATIENCE: f64 = 120.0;

/// What one message announced.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Announcement {
    /// Who waits, at which port.
    pub waits: (IpAddr, u16),
    /// Who will come.
    pub other: IpAddr,
    /// What will carry it.
    pub transport: Transport,
    /// What it will speak.
    pub protocol: &'static str,
    /// When it was announced.
    pub since: Timestamp,
}

/// What is awaited in one virtual shard.
#[derive(Debug, Default)]
pub struct AwaitedFlows {
    list: VecDeque<Announcement>,
}

impl AwaitedFlows {
    /// Remembers an announcement; one that named the same port before is over.
    pub fn add(&mut self, announcement: Announcement) {
        self.list.retain(|known| (known.waits, known.other, known.transport) != (announcement.waits, announcement.other, announcement.transport));
        if self.list.len() >= MOST {
            self.list.pop_front();
        }
        self.list.push_back(announcement);
    }

    /// The protocol of the flow that this packet begins, if it was announced. Each announcement is of one flow.
    pub fn take(&mut self, packet: &Packet, now: Timestamp) -> Option<&'static Protocol> {
        if self.list.is_empty() {
            return None;
        }
        let (transport, from_port, to_port) = packet.body.transport()?;
        let (from, to) = ((packet.from, from_port), (packet.to, to_port));
        let is_it = |known: &Announcement| {
            let comes = (known.waits == to && known.other == packet.from) || (known.waits == from && known.other == packet.to);
            comes && known.transport == transport && now.seconds_since(known.since) <= PATIENCE
        };
        let index = self.list.iter().position(is_it)?;
        let found = self.list.remove(index)?;
        let carrier = if transport == Transport::Tcp { Carrier::Stream } else { Carrier::Datagram };
        PROTOCOLS.iter().find(|protocol| protocol.name == found.protocol && protocol.carrier == carrier).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::packet::Body;

    fn packet(from: &str, from_port: u16, to: &str, to_port: u16) -> Packet {
        let (from, to) = (from.parse().unwrap(), to.parse().unwrap());
        let body = Body::Udp { from_port, to_port };
        Packet { from_mac: None, to_mac: None, depth: 0, from, to, ttl: 1, body, payload: 0..0, missing: 0, bad_checksum: false }
    }

    fn announcement(port: u16) -> Announcement {
        let (waits, other) = (("192.0.2.7".parse().unwrap(), port), "192.0.2.1".parse().unwrap());
        Announcement { waits, other, transport: Transport::Udp, protocol: "tftp", since: Timestamp::new(10, 0) }
    }

    fn name(flows: &mut AwaitedFlows, packet: &Packet, seconds: i64) -> Option<&'static str> {
        flows.take(packet, Timestamp::new(seconds, 0)).map(|protocol| protocol.name)
    }

    #[test]
    fn who_comes_to_the_named_port_is_known_once() {
        let mut flows = AwaitedFlows::default();
        flows.add(announcement(5_000));
        flows.add(announcement(5_000));
        assert_eq!(name(&mut flows, &packet("192.0.2.9", 1_024, "192.0.2.7", 5_000), 11), None, "another address");
        assert_eq!(name(&mut flows, &packet("192.0.2.1", 1_024, "192.0.2.7", 5_001), 11), None, "another port");
        assert_eq!(name(&mut flows, &packet("192.0.2.1", 1_024, "192.0.2.7", 5_000), 11), Some("tftp"));
        assert_eq!(name(&mut flows, &packet("192.0.2.1", 1_025, "192.0.2.7", 5_000), 11), None, "only once");
        flows.add(announcement(5_000));
        assert_eq!(name(&mut flows, &packet("192.0.2.1", 1_024, "192.0.2.7", 5_000), 900), None, "too late");
    }

    #[test]
    fn announcements_are_bounded() {
        let mut flows = AwaitedFlows::default();
        (1..=1_000).for_each(|port| flows.add(announcement(port)));
        assert_eq!(flows.list.len(), MOST);
        assert_eq!(name(&mut flows, &packet("192.0.2.7", 1_000, "192.0.2.1", 9), 11), Some("tftp"));
    }
}
