//! The devices at home: one a hardware address, or one an address where the link shows none.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::net::{IpAddr, Ipv4Addr};

use super::carried::Class;
use super::kinds;
use super::sides::{Side, Sides};
use super::snapshot::{Device, Grade, KnownName, KnownTrait};
use crate::event::{DeviceKind, TraitKind};
use crate::fact::{Conversation, Totals};
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
/// Hardware addresses of one address that are remembered.
const OWNERS: usize = 4;
/// A hardware address with so many IPv4 addresses that ARP did not confirm forwards for others: these are devices of their own.
const FORWARDS: usize = 4;

/// What one address (with one hardware address) did.
#[derive(Clone, Debug, Default)]
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

/// Who a device is, for the time being: by hardware address where that is its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Who {
    /// By hardware address.
    Mac(Mac),
    /// By address.
    Address(IpAddr),
}

impl Who {
    /// The device's `id`.
    pub fn id(&self) -> String {
        match self {
            Self::Mac(mac) => mac.to_string(),
            Self::Address(address) => address.to_string(),
        }
    }
}

/// The ends of all conversations, and what they said of themselves.
#[derive(Debug, Default)]
pub struct Hosts {
    ends: HashMap<(IpAddr, Option<Mac>), EndSeen>,
    /// Flows that are not over: what they came to so far, for screens.
    under_way: HashMap<u64, (Conversation, Class, Totals)>,
    by_mac: BTreeMap<Mac, SelfTold>,
    by_address: BTreeMap<IpAddr, SelfTold>,
    /// What ARP, neighbour discovery and DHCP said, the latest last: an address may pass on, and anyone may claim one.
    confirmed: BTreeMap<IpAddr, Vec<Mac>>,
    addresses: BTreeMap<Mac, BTreeSet<IpAddr>>,
    /// Hardware addresses that stood for addresses on the Internet: routers.
    routers: BTreeSet<Mac>,
    started: BTreeMap<Mac, Timestamp>,
    /// Ends that were not remembered.
    pub beyond: u64,
    /// Traits that were not remembered.
    pub beyond_traits: u64,
}

impl Hosts {
    /// A conversation came to this.
    pub fn closed(&mut self, flow: &Conversation, totals: &Totals) {
        self.under_way.remove(&flow.id.packet);
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

    /// A conversation's ends were seen with their hardware addresses.
    pub fn saw(&mut self, flow: &Conversation, sides: &Sides) {
        for end in [&flow.client, &flow.server] {
            let Some(mac) = end.mac.filter(|mac| mac.is_device()) else { continue };
            match sides.side(end.ip) {
                Side::Internet => {
                    if self.routers.len() < ENDS {
                        self.routers.insert(mac);
                    }
                }
                Side::Home if !end.ip.is_unspecified() => self.note_address(mac, end.ip),
                Side::Home | Side::Group => {}
            }
        }
    }

    fn note_address(&mut self, mac: Mac, address: IpAddr) {
        if self.addresses.len() < ENDS || self.addresses.contains_key(&mac) {
            let set = self.addresses.entry(mac).or_default();
            if set.len() < 64 {
                set.insert(address);
            }
        }
    }

    /// ARP, neighbour discovery or DHCP said who has an address.
    pub fn confirm(&mut self, mac: Mac, address: IpAddr) {
        if self.confirmed.len() >= ENDS && !self.confirmed.contains_key(&address) {
            return;
        }
        let owners = self.confirmed.entry(address).or_default();
        if owners.last() != Some(&mac) {
            owners.retain(|owner| *owner != mac);
            owners.push(mac);
            if owners.len() > OWNERS {
                owners.remove(0);
            }
        }
        self.note_address(mac, address);
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
        let mac = end.mac.or_else(|| self.owner(end.ip))?;
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

    /// Whose end this is.
    pub fn who(&self, end: &End) -> Who {
        let own = |mac: &Mac| mac.is_device() && self.is_own(*mac, end.ip);
        match end.mac.filter(own).or_else(|| self.owner(end.ip)) {
            Some(mac) => Who::Mac(mac),
            None => Who::Address(end.ip),
        }
    }

    /// Who was the last to say that it has an address.
    fn owner(&self, address: IpAddr) -> Option<Mac> {
        self.confirmed.get(&address).and_then(|owners| owners.last()).copied()
    }

    fn has_said(&self, mac: Mac, address: IpAddr) -> bool {
        self.confirmed.get(&address).is_some_and(|owners| owners.contains(&mac))
    }

    /// Whether a hardware address seen with an address is its own rather than a router's who forwards for it. Nobody forwards for who has no address.
    fn is_own(&self, mac: Mac, address: IpAddr) -> bool {
        match self.confirmed.get(&address) {
            _ if address.is_unspecified() => true,
            Some(owners) => owners.contains(&mac),
            None => !self.routers.contains(&mac) && self.unconfirmed(mac) < FORWARDS,
        }
    }

    fn unconfirmed(&self, mac: Mac) -> usize {
        self.addresses.get(&mac).map_or(0, |set| set.iter().filter(|address| address.is_ipv4() && !self.has_said(mac, **address)).count())
    }

    /// The devices at home, by id. `strangers` count as at home; `gateways`: addresses that DHCP named as routers.
    pub fn devices(&self, sides: &Sides, strangers: &BTreeSet<IpAddr>, gateways: &[IpAddr]) -> Vec<Device> {
        let mut ends = self.ends.clone();
        for (flow, _, totals) in self.under_way.values() {
            for (end, sent) in [(&flow.client, Direction::ToServer), (&flow.server, Direction::ToClient)] {
                merge(ends.entry((end.ip, end.mac)).or_default(), sent, flow, totals);
            }
        }
        let mut groups: BTreeMap<Who, Vec<(IpAddr, EndSeen)>> = BTreeMap::new();
        for ((ip, mac), seen) in ends {
            if sides.side(ip) == Side::Home || strangers.contains(&ip) {
                groups.entry(self.who(&End { ip, port: 0, mac })).or_default().push((ip, seen));
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
        let told = || mac.iter().filter_map(|mac| self.by_mac.get(mac)).chain(addresses.iter().filter_map(|address| self.by_address.get(address)));
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
        let forwards = mac.is_some_and(|mac| self.routers.contains(&mac));
        let (kind, kind_reason) = match claimed {
            Some((kind, why, _)) => (*kind, why.clone()),
            // A device that is being set up is the way out of its own network.
            None if is_gateway => said.by_model().unwrap_or_else(|| (DeviceKind::Router, "the network names it as the way out".to_owned())),
            None => said.by_all().unwrap_or_else(|| {
                if forwards {
                    (DeviceKind::Router, "it forwards what the Internet sends".to_owned())
                } else {
                    (DeviceKind::Unknown, "nothing showed what it is".to_owned())
                }
            }),
        };
        let sum = |get: &dyn Fn(&EndSeen) -> u64| seen.iter().map(|(_, end)| get(end)).sum();
        Device {
            id: who.id(),
            mac,
            vendor: vendor.map(str::to_owned),
            names,
            traits,
            kind,
            kind_reason,
            kind_confidence: crate::finding::Confidence::Low,
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
