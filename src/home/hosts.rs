//! The devices at home: one a hardware address, or one an address where the link shows none.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::net::{IpAddr, Ipv4Addr};

use super::carried::Class;
use super::identity::{Identity, Who};
use super::kinds;
use super::map::Map;
use super::sides::{Side, Sides};
use super::snapshot::{Device, Grade, KnownName, KnownTrait};
use crate::event::{DeviceKind, TraitKind};
use crate::fact::{Conversation, Totals};
use crate::finding::Confidence;
use crate::knowledge::makers;
use crate::wire::{Direction, End, Mac, Timestamp};

/// Ends of conversations that are remembered.
pub const ENDS: usize = 50_000;
/// Names of one device that are remembered.
const NAMES: usize = 8;
/// Traits of one device that are remembered.
const TRAITS: usize = 64;
/// A longer value of a trait is cut.
const TRAIT: usize = 512;
/// What one address (with one hardware address) did.
#[derive(Clone, Copy, Debug, Default)]
struct EndSeen {
    first: Option<Timestamp>,
    last: Timestamp,
    packets: [u64; 2],
    bytes: [u64; 2],
}

/// What a device said of itself.
#[derive(Clone, Debug, Default)]
struct SelfTold {
    names: Vec<KnownName>,
    traits: Vec<KnownTrait>,
    kind: Option<(DeviceKind, String, bool)>,
}

/// The ends of all conversations, and what they said of themselves.
#[derive(Debug, Default)]
pub struct Hosts {
    ends: Map<(IpAddr, Option<Mac>), EndSeen>,
    /// Flows that are not over: what they came to so far, for screens.
    under_way: Map<u64, (Conversation, Class, Totals)>,
    by_mac: BTreeMap<Mac, SelfTold>,
    by_address: BTreeMap<IpAddr, SelfTold>,
    /// Who is who.
    pub identity: Identity,
    started: BTreeMap<Mac, Timestamp>,
    /// Ends that were not remembered.
    pub beyond: u64,
    /// Traits that were not remembered.
    pub beyond_traits: u64,
}

impl Hosts {
    /// A conversation came to this.
    pub fn closed(&mut self, flow: &Conversation, totals: &Totals) {
        if !self.under_way.is_empty() {
            self.under_way.remove(&flow.id.packet);
        }
        for (end, sent) in [(&flow.client, Direction::ToServer), (&flow.server, Direction::ToClient)] {
            self.add(end, sent, flow, totals);
        }
    }

    /// A conversation came to this so far.
    pub fn progress(&mut self, flow: &Conversation, class: Class, totals: &Totals) {
        if self.under_way.len() < ENDS {
            self.under_way.insert(flow.id.packet, (flow.clone(), class, totals.clone()));
        }
    }

    /// Conversations that are not over, and what they came to so far.
    pub fn under_way(&self) -> impl Iterator<Item = (&Conversation, Class, &Totals)> {
        self.under_way.values().map(|(flow, class, totals)| (flow, *class, totals))
    }

    /// Whether any device was seen to start.
    pub fn any_start(&self) -> bool {
        !self.started.is_empty()
    }

    fn add(&mut self, end: &End, sent: Direction, flow: &Conversation, totals: &Totals) {
        let key = (end.ip, end.mac);
        if self.ends.len() >= ENDS && !self.ends.contains_key(&key) {
            self.beyond += 1;
            return;
        }
        merge(self.ends.entry(key).or_default(), sent, flow, totals);
    }

    /// A device spoke without an address of its own: on its link, or through a relay.
    pub fn spoke(&mut self, mac: Mac, time: Timestamp) {
        let key = (IpAddr::V4(Ipv4Addr::UNSPECIFIED), Some(mac));
        if self.ends.len() < ENDS || self.ends.contains_key(&key) {
            let seen = self.ends.entry(key).or_default();
            seen.first = Some(seen.first.map_or(time, |first| first.min(time)));
            seen.last = seen.last.max(time);
        }
    }

    /// A device was seen to start (it asked for an address).
    pub fn started(&mut self, mac: Mac, time: Timestamp) {
        if self.started.len() < ENDS {
            self.started.entry(mac).or_insert(time);
        }
    }

    /// When the device at this end was seen to start.
    pub fn start_of(&self, end: &End) -> Option<Timestamp> {
        let mac = end.mac.or_else(|| self.identity.owner(end.ip))?;
        self.started.get(&mac).copied()
    }

    /// The device with this hardware address has a name.
    pub fn name_mac(&mut self, mac: Mac, name: KnownName) {
        if self.by_mac.len() < ENDS {
            note_name(self.by_mac.entry(mac).or_default(), name);
        }
    }

    /// The device at this address has a name.
    pub fn name_address(&mut self, address: IpAddr, name: KnownName) {
        if self.by_address.len() < ENDS {
            note_name(self.by_address.entry(address).or_default(), name);
        }
    }

    /// The device with this hardware address told something of itself.
    pub fn trait_mac(&mut self, mac: Mac, kind: TraitKind, value: &str) {
        if self.by_mac.len() < ENDS {
            self.beyond_traits += note_trait(self.by_mac.entry(mac).or_default(), kind, value);
        }
    }

    /// The device at this address told something of itself.
    pub fn trait_address(&mut self, address: IpAddr, kind: TraitKind, value: &str) {
        if self.by_address.len() < ENDS {
            self.beyond_traits += note_trait(self.by_address.entry(address).or_default(), kind, value);
        }
    }

    /// The device at this end showed what kind it is; what is certain outweighs what is not, of these a child's device any other (a toy with a camera is
    /// a toy), else the first counts.
    pub fn claim(&mut self, end: &End, kind: DeviceKind, why: &str, certain: bool) {
        if self.by_address.len() < ENDS {
            let told = self.by_address.entry(end.ip).or_default();
            if told.kind.as_ref().is_none_or(|(before, _, was_certain)| weight(kind, certain) > weight(*before, *was_certain)) {
                told.kind = Some((kind, why.to_owned(), certain));
            }
        }
    }

    /// Finds what is one device under several hardware addresses, for a look; undone by [`Identity::unsettle`].
    pub fn settle(&mut self) {
        let mut seen: BTreeMap<Mac, (Timestamp, Timestamp)> = BTreeMap::new();
        let mut note = |mac: Option<Mac>, first: Timestamp, last: Timestamp| {
            if let Some(mac) = mac {
                let span = seen.entry(mac).or_insert((first, last));
                *span = (span.0.min(first), span.1.max(last));
            }
        };
        for ((_, mac), end) in &self.ends {
            note(*mac, end.first.unwrap_or(end.last), end.last);
        }
        for (flow, _, totals) in self.under_way.values() {
            note(flow.client.mac, flow.first, totals.last);
            note(flow.server.mac, flow.first, totals.last);
        }
        self.identity.settle(&seen);
    }

    /// The devices at home, by id. `strangers` count as at home; `gateways`: addresses that DHCP named as routers.
    pub fn devices(&self, sides: &Sides, strangers: &BTreeSet<IpAddr>, gateways: &[IpAddr]) -> Vec<Device> {
        let mut groups: BTreeMap<Who, Vec<(IpAddr, EndSeen)>> = BTreeMap::new();
        let mut note = |ip: IpAddr, mac: Option<Mac>, seen: EndSeen| {
            if sides.side(ip) == Side::Home || strangers.contains(&ip) {
                groups.entry(self.identity.who(&End { ip, port: 0, mac })).or_default().push((ip, seen));
            }
        };
        for ((ip, mac), seen) in &self.ends {
            note(*ip, *mac, *seen);
        }
        for (flow, _, totals) in self.under_way.values() {
            for (end, sent) in [(&flow.client, Direction::ToServer), (&flow.server, Direction::ToClient)] {
                let mut seen = EndSeen::default();
                merge(&mut seen, sent, flow, totals);
                note(end.ip, end.mac, seen);
            }
        }
        // What was sent before a device had an address counts by hardware address; without one it is nobody's.
        groups.retain(|who, _| !matches!(who, Who::Address(address) if address.is_unspecified()));
        groups.into_iter().map(|(who, seen)| self.device(who, &seen, gateways)).collect()
    }

    fn device(&self, who: Who, seen: &[(IpAddr, EndSeen)], gateways: &[IpAddr]) -> Device {
        let mut addresses: Vec<IpAddr> = seen.iter().map(|(ip, _)| *ip).filter(|ip| !ip.is_unspecified()).collect();
        addresses.sort_unstable();
        addresses.dedup();
        let mac = if let Who::Mac(mac) = who { Some(mac) } else { None };
        let by_mac = || mac.into_iter().flat_map(|mac| self.identity.all(mac)).filter_map(|mac| self.by_mac.get(&mac));
        let told = || by_mac().chain(addresses.iter().filter_map(|address| self.by_address.get(address)));
        let mut names: Vec<KnownName> = Vec::new();
        for name in told().flat_map(|told| told.names.iter()) {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        let mut traits: Vec<KnownTrait> = told().flat_map(|told| told.traits.iter().cloned()).collect();
        traits.sort_by_key(|known| known.kind);
        let mut known = HashSet::new();
        traits.retain(|told| known.insert(told.clone()));
        let claimed = told().filter_map(|told| told.kind.as_ref()).max_by_key(|(kind, _, certain)| weight(*kind, *certain));
        let is_gateway = addresses.iter().any(|address| gateways.contains(address));
        let vendor = mac.and_then(makers::vendor);
        let said = kinds::Told { traits: &traits, names: &names, vendor };
        let forwards = mac.is_some_and(|mac| self.identity.forwards(mac));
        let (kind, kind_reason, kind_confidence) = match claimed {
            Some((kind, why, certain)) => (*kind, why.clone(), if *certain { Confidence::Certain } else { Confidence::High }),
            // A device that is being set up is the way out of its own network.
            None if is_gateway => said.by_model().unwrap_or_else(|| (DeviceKind::Router, "the network names it as the way out".to_owned(), Confidence::High)),
            None => said.by_all().unwrap_or_else(|| {
                if forwards {
                    (DeviceKind::Router, "it forwards what the Internet sends".to_owned(), Confidence::Medium)
                } else {
                    (DeviceKind::Unknown, "nothing showed what it is".to_owned(), Confidence::Low)
                }
            }),
        };
        let sum = |get: &dyn Fn(&EndSeen) -> u64| seen.iter().map(|(_, end)| get(end)).sum();
        Device {
            id: who.id(),
            mac,
            vendor: vendor.map(str::to_owned),
            names,
            trusted: false,
            traits,
            kind,
            kind_reason,
            kind_confidence,
            packets_out: sum(&|end| end.packets[0]),
            packets_in: sum(&|end| end.packets[1]),
            bytes_out: sum(&|end| end.bytes[0]),
            bytes_in: sum(&|end| end.bytes[1]),
            grade: Grade::default(),
            summary: String::new(),
            first: seen.iter().filter_map(|(_, end)| end.first).min().unwrap_or_default(),
            last: seen.iter().map(|(_, end)| end.last).max().unwrap_or_default(),
            addresses,
        }
    }
}

/// How much a claim weighs.
fn weight(kind: DeviceKind, certain: bool) -> (bool, bool) {
    (certain, certain && kind.is_for_a_child())
}

fn merge(seen: &mut EndSeen, sent: Direction, flow: &Conversation, totals: &Totals) {
    let (out, back) = (sent.index(), sent.flip().index());
    let pick = |counts: &[u64; 2], index: usize| counts.get(index).copied().unwrap_or(0);
    seen.packets = [seen.packets[0] + pick(&totals.packets, out), seen.packets[1] + pick(&totals.packets, back)];
    seen.bytes = [seen.bytes[0] + pick(&totals.bytes, out), seen.bytes[1] + pick(&totals.bytes, back)];
    seen.first = Some(seen.first.map_or(flow.first, |first| first.min(flow.first)));
    seen.last = seen.last.max(totals.last);
}

/// Remembers a trait; how many were not.
fn note_trait(told: &mut SelfTold, kind: TraitKind, value: &str) -> u64 {
    let known = KnownTrait { kind, value: value.chars().take(TRAIT).collect() };
    if told.traits.contains(&known) {
        return 0;
    }
    if told.traits.len() >= TRAITS {
        return 1;
    }
    told.traits.push(known);
    0
}

fn note_name(told: &mut SelfTold, name: KnownName) {
    if told.names.len() < NAMES && !told.names.contains(&name) {
        told.names.push(name);
    }
}
