//! What packets outside conversations tell: who has which address, what routers announce, what devices say of themselves on their link.
//!
//! Packets in; facts without a flow out, masked, each distinct thing once a virtual shard.

use std::collections::HashSet;
use std::hash::{BuildHasher, Hash};

use foldhash::fast::FixedState;

use crate::content::contract::Context;
use crate::decode::packet::{Body, Packet};
use crate::event::{Event, Role};
use crate::fact::{Named, What};
use crate::protocols::{cdp, eapol, lldp, neighbour, protocol::Input};
use crate::wire::{Direction, Mac, Mark, Marks};

use super::batch::Parcel;
use super::ear::Ear;
use super::voice::{advert, is_personal, masked, subject, value_leak};

/// Distinct things that a virtual shard remembers to have told; beyond that they are told again.
const TOLD: usize = 4_096;

/// Of one virtual shard.
#[derive(Debug, Default)]
pub struct Outside {
    told: HashSet<u64, FixedState>,
}

impl Outside {
    /// Tells what a packet says beside any conversation, if it does.
    pub fn hear(&mut self, parcel: &Parcel, bytes: &[u8], ear: &mut Ear) {
        let packet = &parcel.packet;
        let Some(protocol) = protocol(packet) else { return };
        let payload = bytes.get(packet.payload.clone()).unwrap_or_default();
        let mut marks = Marks::default();
        let offset = matches!(parcel.held, super::batch::Held::Frame { .. }).then_some(packet.payload.start as u32);
        marks.push(Mark { stream: 0, length: payload.len() as u32, packet: parcel.number, time: parcel.time, offset });
        let input = Input { direction: Direction::ToServer, bytes: payload, offset: 0, marks: &marks };
        // Within a tunnel the frame around is not the sender's.
        let mac = packet.from_mac.filter(|mac| mac.is_device() && packet.depth == 0);
        let mut say = |event: Event<'_>| self.tell(protocol, mac, event, ear);
        match packet.body {
            Body::Arp { operation, sender } => {
                neighbour::arp(mac, sender, packet.from, &mut say);
                self.searched(operation, mac, packet, ear);
            }
            Body::Icmp { kind, .. } => neighbour::icmp(kind, mac, packet.from, &input, &mut say),
            Body::Link { kind: lldp::ETHERTYPE } => lldp::read(mac, &input, &mut say),
            Body::Link { kind: cdp::KIND } => cdp::read(mac, &input, &mut say),
            Body::Link { .. } => eapol::read(&input, &mut say),
            Body::Tcp(_) | Body::Udp { .. } | Body::Ported { .. } | Body::Other(_) => {}
        }
    }

    /// A request (RFC 826) for another address than the sender's own; one without a sender's address asks whether its own is free (RFC 5227).
    fn searched(&mut self, operation: u16, mac: Option<Mac>, packet: &Packet, ear: &mut Ear) {
        let (Some(mac), 1) = (mac, operation) else { return };
        let (from, target) = (packet.from, packet.to);
        let key = self.key(&("searched", mac, target));
        if from != target && !from.is_unspecified() && self.is_new(key) {
            ear.outside("arp", What::Searched { mac, from, target });
        }
    }

    fn tell(&mut self, protocol: &'static str, mac: Option<Mac>, event: Event<'_>, ear: &mut Ear) {
        let known = ear.known.clone();
        let context = Context { macs: [mac, None], known: known.as_deref(), national: ear.national };
        let (what, key) = match event {
            Event::Binding { mac, address } => (What::Binding { mac, address }, self.key(&("binding", mac, address))),
            Event::Advert(told) => {
                let key = self.key(&("advert", told.router, told.resolvers, told.prefixes, told.domains));
                (advert(&told), key)
            }
            Event::Name(name) => {
                let is_hidden = is_personal(&name) || known.is_some();
                let shown = if is_hidden { masked(ear.reveal, &context, Role::Name, name.name, name.at) } else { name.name.to_owned() };
                let key = self.key(&("name", name.source, name.name, mac));
                (What::Named(Named { source: name.source, name: shown, subject: subject(&name.subject), at: name.at }), key)
            }
            Event::Trait(told) => {
                let value = masked(ear.reveal, &context, Role::Name, told.value, told.at);
                (What::Trait { kind: told.kind, value, subject: subject(&told.subject), at: told.at }, self.key(&("trait", told.kind, told.value, mac)))
            }
            Event::Value(value) => (What::Leak(value_leak(&value, ear.reveal, known.as_deref())), self.key(&("value", value.kind, &value.value, mac))),
            Event::Malformed { what } => {
                *ear.tally.malformed.entry(what).or_default() += 1;
                return;
            }
            // What else they tell has no conversation that it would be judged by.
            _ => return,
        };
        if self.is_new(key) {
            ear.outside(protocol, what);
        }
    }

    fn key(&self, thing: &impl Hash) -> u64 {
        self.told.hasher().hash_one(thing)
    }

    fn is_new(&mut self, key: u64) -> bool {
        if self.told.len() >= TOLD { !self.told.contains(&key) } else { self.told.insert(key) }
    }
}

/// The protocol of a packet that tells something beside conversations.
fn protocol(packet: &Packet) -> Option<&'static str> {
    match packet.body {
        Body::Arp { .. } => Some("arp"),
        Body::Icmp { kind: 133..=136, code: 0 } if packet.ttl == neighbour::HOP_LIMIT && packet.from.is_ipv6() => Some("ndp"),
        Body::Link { kind: lldp::ETHERTYPE } => Some("lldp"),
        Body::Link { kind: cdp::KIND } => Some("cdp"),
        Body::Link { kind: eapol::ETHERTYPE } => Some("eapol"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::{decode, packet::Decoded};
    use crate::engine::batch::Held;
    use crate::fact::NamedSubject;
    use crate::wire::Timestamp;

    fn facts(frames: &[Vec<u8>], reveal: bool) -> Vec<What> {
        let (mut outside, mut ear) = (Outside::default(), Ear { reveal, ..Ear::default() });
        for (index, frame) in frames.iter().enumerate() {
            let Decoded::Packet(packet) = decode(1, frame.len(), frame) else { panic!() };
            let held = Held::Frame { start: 0, captured: frame.len() };
            let number = index as u64 + 1;
            let parcel = Parcel { number, turn: number, place: 0, part: 0, time: Timestamp(0), wire: frame.len() as u32, shard: 0, held, packet };
            outside.hear(&parcel, frame, &mut ear);
        }
        ear.facts.into_iter().map(|(_, fact)| fact.what).collect()
    }

    fn lldp(name: &str) -> Vec<u8> {
        let head = [1, 0x80, 0xc2, 0, 0, 14, 0, 0, 0x5e, 0, 0x53, 1, 0x88, 0xcc, 2, 7, 4, 0, 0, 0x5e, 0, 0x53, 1, 4, 2, 5, b'1', 10, name.len() as u8];
        [&head[..], name.as_bytes()].concat()
    }

    #[test]
    fn a_switch_is_named_once_and_masked() {
        let told = facts(&[lldp("hall-switch"), lldp("hall-switch"), lldp("emma@example.org")], false);
        let names: Vec<_> = told
            .iter()
            .map(|what| match what {
                What::Named(named) => (named.name.as_str(), named.subject.clone()),
                other => panic!("{other:?}"),
            })
            .collect();
        let own = NamedSubject::Device(Mac([0, 0, 0x5e, 0, 0x53, 1]));
        assert_eq!(names, [("hall-switch", own.clone()), ("e…@example.org", own)]);
    }

    #[test]
    fn arp_binds_once() {
        let arp = |last| {
            let head = [255, 255, 255, 255, 255, 255, 0, 0, 0x5e, 0, 0x53, 1, 8, 6, 0, 1, 8, 0, 6, 4, 0, 1, 0, 0, 0x5e, 0, 0x53, 1, 192, 0, 2, last];
            [&head[..], &[0; 6], &[192, 0, 2, 9]].concat()
        };
        let told = facts(&[arp(1), arp(1), arp(2)], false);
        assert_eq!(told.len(), 3);
        assert!(matches!(told.first(), Some(What::Binding { address, .. }) if address.to_string() == "192.0.2.1"));
        assert!(matches!(told.get(1), Some(What::Searched { target, .. }) if target.to_string() == "192.0.2.9"), "asked for once");
    }
}
