//! Who is who: which hardware address stands behind an address, and which hardware addresses are one device's.
//!
//! A device is one a hardware address, or one an address where the link shows none. That alone would take a router for everyone that it forwards for,
//! and a phone that makes up hardware addresses for several; so what ARP, neighbour discovery and DHCP say decides, and what does not fit is kept apart:
//! two devices that are told as one are worse than one that is told as two.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv6Addr};

use super::hosts::ENDS;
use super::map::Map;
use super::sides::{Side, Sides};
use super::snapshot::Device;
use crate::fact::Conversation;
use crate::wire::{End, Mac, Timestamp};

/// Hardware addresses of one address that are remembered.
const OWNERS: usize = 4;
/// Addresses of one hardware address that are remembered.
const ADDRESSES: usize = 64;
/// A hardware address that stands for so many IPv4 addresses at once forwards for others, or answers for them (proxy ARP): these are devices of their own.
const FORWARDS: usize = 4;

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

    /// Whether a device is the one.
    pub fn is(&self, device: &Device) -> bool {
        match self {
            Self::Mac(mac) => device.mac == Some(*mac),
            Self::Address(address) => device.mac.is_none() && device.addresses == [*address],
        }
    }
}

/// When something was heard first and last.
type Span = (Timestamp, Timestamp);

/// What is known of who is who.
#[derive(Debug, Default)]
pub struct Identity {
    /// What ARP, neighbour discovery and DHCP said, the latest last: an address may pass on, and anyone may claim one.
    confirmed: Map<IpAddr, Vec<Mac>>,
    /// Addresses that a hardware address was seen with.
    addresses: Map<Mac, BTreeSet<IpAddr>>,
    /// When a hardware address claimed IPv4 addresses that no lease gave it.
    claimed: BTreeMap<Mac, BTreeMap<IpAddr, Span>>,
    /// Hardware addresses that claim several at once.
    proxies: BTreeSet<Mac>,
    /// Addresses by lease, and the ways out: a proxy's own all the same.
    leased: BTreeSet<(IpAddr, Mac)>,
    ways_out: BTreeSet<IpAddr>,
    /// Hardware addresses that stood for addresses on the Internet: routers.
    routers: BTreeSet<Mac>,
    /// What devices said of themselves that stays when they make up another hardware address, as a digest.
    identifiers: BTreeMap<Mac, String>,
    /// Made-up hardware addresses, and the first one of the same device.
    same: BTreeMap<Mac, Mac>,
}

impl Identity {
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
            if set.len() < ADDRESSES {
                set.insert(address);
            }
        }
    }

    /// ARP or neighbour discovery said who has an address.
    pub fn claimed(&mut self, mac: Mac, address: IpAddr, time: Timestamp) {
        self.confirm(mac, address);
        if !address.is_ipv4() || address.is_unspecified() || self.claimed.len() >= ENDS && !self.claimed.contains_key(&mac) {
            return;
        }
        let spans = self.claimed.entry(mac).or_default();
        if let Some((_, last)) = spans.get_mut(&address) {
            *last = time.max(*last);
        } else if spans.len() < ADDRESSES {
            spans.insert(address, (time, time));
        }
        if spans.len() >= FORWARDS && at_once(spans) >= FORWARDS {
            self.proxies.insert(mac);
        }
    }

    /// DHCP gave someone an address.
    pub fn leased(&mut self, mac: Mac, address: IpAddr) {
        self.confirm(mac, address);
        if self.leased.len() < ENDS {
            self.leased.insert((address, mac));
        }
    }

    /// The network names an address as its way out.
    pub fn is_way_out(&mut self, address: IpAddr) {
        if self.ways_out.len() < OWNERS * OWNERS {
            self.ways_out.insert(address);
        }
    }

    fn confirm(&mut self, mac: Mac, address: IpAddr) {
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

    /// A device said what stays the same of it.
    pub fn identified(&mut self, mac: Mac, identifier: &str) {
        if self.identifiers.len() < ENDS {
            self.identifiers.entry(mac).or_insert_with(|| identifier.to_owned());
        }
    }

    /// A hardware address that seemed to stand for one on the Internet is that one's own: it is on the link.
    pub fn is_beside(&mut self, mac: Mac) {
        self.routers.remove(&mac);
    }

    /// Whether both ends of a conversation said themselves (by ARP) that they have their addresses.
    pub fn have_said(&self, flow: &Conversation) -> bool {
        let said = |end: &End| end.mac.is_some_and(|mac| mac.is_device() && self.has_said(mac, end.ip) && self.may_claim(mac, end.ip));
        flow.client.mac != flow.server.mac && said(&flow.client) && said(&flow.server)
    }

    /// Whether a hardware address stood for addresses on the Internet.
    pub fn forwards(&self, mac: Mac) -> bool {
        self.routers.contains(&mac)
    }

    /// Whose end this is.
    pub fn who(&self, end: &End) -> Who {
        let own = |mac: &Mac| mac.is_device() && self.is_own(*mac, end.ip);
        let found = end.mac.filter(own).or_else(|| self.owner(end.ip)).or_else(|| built_in(end.ip));
        found.map_or(Who::Address(end.ip), |mac| Who::Mac(self.same.get(&mac).copied().unwrap_or(mac)))
    }

    /// The hardware addresses of a device, the first one first.
    pub fn all(&self, mac: Mac) -> impl Iterator<Item = Mac> {
        std::iter::once(mac).chain(self.same.iter().filter(move |(_, first)| **first == mac).map(|(other, _)| *other))
    }

    /// Who was the last to say that it has an address, and may.
    pub fn owner(&self, address: IpAddr) -> Option<Mac> {
        self.confirmed.get(&address)?.iter().rev().copied().find(|mac| self.may_claim(*mac, address))
    }

    /// Whether a claim is more than that of someone who answers for others.
    fn may_claim(&self, mac: Mac, address: IpAddr) -> bool {
        !address.is_ipv4() || !self.proxies.contains(&mac) || self.leased.contains(&(address, mac)) || self.ways_out.contains(&address)
    }

    fn has_said(&self, mac: Mac, address: IpAddr) -> bool {
        self.confirmed.get(&address).is_some_and(|owners| owners.contains(&mac))
    }

    /// Whether a hardware address seen with an address is its own rather than a router's who forwards for it. Nobody forwards for who has no address.
    fn is_own(&self, mac: Mac, address: IpAddr) -> bool {
        match self.confirmed.get(&address) {
            _ if address.is_unspecified() => true,
            Some(owners) => owners.contains(&mac) && self.may_claim(mac, address),
            None => !self.routers.contains(&mac) && self.unconfirmed(mac) < FORWARDS,
        }
    }

    /// How many IPv4 addresses it was seen with that it never said are its own; what is more than tells a router is not counted.
    fn unconfirmed(&self, mac: Mac) -> usize {
        let not_said = |address: &&IpAddr| address.is_ipv4() && !self.has_said(mac, **address);
        self.addresses.get(&mac).map_or(0, |set| set.iter().filter(not_said).take(FORWARDS).count())
    }

    /// Finds the made-up hardware addresses of one device: those that named the same lasting identifier and were never there at the same time. `seen`: when
    /// each hardware address was. Where two of them overlap the identifier is that of several (copied images), and nobody is taken for another.
    pub fn settle(&mut self, seen: &BTreeMap<Mac, Span>) {
        self.same.clear();
        let mut named: BTreeMap<&str, Vec<(Span, Mac)>> = BTreeMap::new();
        for (mac, identifier) in &self.identifiers {
            if let Some(span) = seen.get(mac) {
                named.entry(identifier).or_default().push((*span, *mac));
            }
        }
        for mut macs in named.into_values() {
            macs.sort_unstable();
            let is_apart = macs.windows(2).all(|two| matches!(two, [(one, _), (next, _)] if one.1 < next.0));
            if let (true, [(_, first), others @ ..]) = (is_apart, macs.as_slice()) {
                self.same.extend(others.iter().filter(|(_, mac)| mac.is_local()).map(|(_, mac)| (*mac, *first)));
            }
        }
    }

    /// Each hardware address for itself again, as it is while facts come.
    pub fn unsettle(&mut self) {
        self.same.clear();
    }
}

/// How many addresses were claimed while another one was.
fn at_once(spans: &BTreeMap<IpAddr, Span>) -> usize {
    let overlaps = |address: &IpAddr, span: &Span| spans.iter().any(|(other, with)| other != address && span.0 <= with.1 && with.0 <= span.1);
    spans.iter().filter(|(address, span)| overlaps(address, span)).count()
}

/// The hardware address that an IPv6 address is made of (RFC 4291, appendix A), where its maker gave it.
fn built_in(address: IpAddr) -> Option<Mac> {
    let IpAddr::V6(v6) = address else { return None };
    let [.., m0, m1, m2, 0xff, 0xfe, m3, m4, m5] = Ipv6Addr::octets(&v6) else { return None };
    let mac = Mac([m0 ^ 2, m1, m2, m3, m4, m5]);
    (m0 & 2 == 2 && mac.is_device()).then_some(mac)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mac(last: u8) -> Mac {
        Mac([0, 0, 0x5e, 0, 0x53, last])
    }

    fn made_up(last: u8) -> Mac {
        Mac([2, 0, 0x5e, 0, 0x53, last])
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn who(identity: &Identity, address: &str, mac: Option<Mac>) -> String {
        identity.who(&End { ip: ip(address), port: 0, mac }).id()
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::new(second, 0)
    }

    #[test]
    fn a_proxy_that_answers_for_many_is_none_of_them() {
        let mut identity = Identity::default();
        identity.is_way_out(ip("192.168.1.1"));
        for round in 0..2 {
            for last in 1..=9 {
                identity.claimed(mac(1), ip(&format!("192.168.1.{last}")), at(round * 60 + last));
            }
        }
        assert_eq!(who(&identity, "192.168.1.7", Some(mac(1))), "192.168.1.7");
        assert_eq!(who(&identity, "192.168.1.7", None), "192.168.1.7");
        assert_eq!(who(&identity, "192.168.1.1", Some(mac(1))), mac(1).to_string(), "its own stays its own");
        identity.claimed(mac(7), ip("192.168.1.7"), at(200));
        assert_eq!(who(&identity, "192.168.1.7", None), mac(7).to_string(), "who says so itself is heard");
        identity.claimed(mac(1), ip("192.168.1.7"), at(201));
        assert_eq!(who(&identity, "192.168.1.7", None), mac(7).to_string());
    }

    #[test]
    fn a_device_whose_address_is_renewed_stays_one() {
        let mut identity = Identity::default();
        for (number, last) in (10..20).enumerate() {
            identity.claimed(mac(1), ip(&format!("192.168.1.{last}")), at(number as i64 * 1_000));
        }
        assert!((10..20).all(|last| who(&identity, &format!("192.168.1.{last}"), Some(mac(1))) == mac(1).to_string()));
        let mut leased = Identity::default();
        (10..20).for_each(|last| leased.leased(mac(1), ip(&format!("192.168.1.{last}"))));
        assert_eq!(who(&leased, "192.168.1.15", None), mac(1).to_string());
    }

    #[test]
    fn routers_that_share_a_hardware_address_stay_apart() {
        // VRRP (RFC 9568, section 7.3): the way out has a hardware address of its own, whichever router answers for it.
        let (shared, mut identity) = (Mac([0, 0, 0x5e, 0, 1, 1]), Identity::default());
        for (mac, address) in [(mac(2), "192.168.1.2"), (mac(3), "192.168.1.3"), (shared, "192.168.1.1"), (shared, "192.168.1.1")] {
            identity.claimed(mac, ip(address), at(1));
        }
        let ids = ["192.168.1.1", "192.168.1.2", "192.168.1.3"].map(|address| who(&identity, address, None));
        assert_eq!(ids, [shared.to_string(), mac(2).to_string(), mac(3).to_string()]);
    }

    #[test]
    fn containers_behind_a_bridge_are_devices_of_their_own() {
        let mut identity = Identity::default();
        for last in 2..=9 {
            identity.claimed(Mac([2, 0x42, 172, 17, 0, last]), ip(&format!("172.17.0.{last}")), at(i64::from(last)));
        }
        let spans = (2..=9).map(|last| (Mac([2, 0x42, 172, 17, 0, last]), (at(1), at(9)))).collect();
        identity.settle(&spans);
        let ids: BTreeSet<String> = (2..=9).map(|last| who(&identity, &format!("172.17.0.{last}"), None)).collect();
        assert_eq!(ids.len(), 8);
    }

    #[test]
    fn an_address_of_version_6_names_its_device() {
        let identity = Identity::default();
        assert_eq!(who(&identity, "2001:db8::200:5eff:fe00:5307", None), mac(7).to_string());
        assert_eq!(who(&identity, "fe80::5eff:fe00:5307", None), "fe80::5eff:fe00:5307", "made up");
        assert_eq!(who(&identity, "2001:db8::7", None), "2001:db8::7");
    }

    /// Who the last of some hardware addresses is, all of which named one identifier; each with its first and last second.
    fn settled(list: &[(Mac, i64, i64)]) -> String {
        let mut identity = Identity::default();
        let spans = list.iter().map(|(mac, first, last)| (*mac, (at(*first), at(*last)))).collect();
        for (mac, ..) in list {
            identity.identified(*mac, "abc");
        }
        identity.settle(&spans);
        who(&identity, "192.168.1.7", list.last().map(|(mac, ..)| *mac))
    }

    #[test]
    fn made_up_hardware_addresses_of_one_device_are_one() {
        assert_eq!(settled(&[(made_up(1), 0, 100), (made_up(2), 200, 300)]), made_up(1).to_string());
        assert_eq!(settled(&[(mac(1), 0, 100), (made_up(2), 200, 300)]), mac(1).to_string());
        let three = [(made_up(1), 0, 100), (made_up(2), 200, 300), (made_up(3), 400, 500)];
        assert_eq!(settled(&three), made_up(1).to_string());
    }

    #[test]
    fn who_is_there_at_the_same_time_or_has_its_own_hardware_address_is_another() {
        assert_eq!(settled(&[(made_up(1), 0, 200), (made_up(2), 200, 300)]), made_up(2).to_string(), "a copied image");
        assert_eq!(settled(&[(made_up(1), 0, 100), (made_up(2), 200, 300), (made_up(3), 250, 500)]), made_up(3).to_string());
        assert_eq!(settled(&[(mac(1), 0, 100), (mac(2), 200, 300)]), mac(2).to_string(), "two that their makers numbered");
    }
}
