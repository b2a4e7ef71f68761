//! Which addresses are at home.
//!
//! Two addresses that are numbered alike, speak with each other and with no router between them are, whatever they look like.
//! Private, link-local and unique-local ranges are; what the user named is, and then nothing else but link-local; of global IPv6 the networks whose addresses were
//! announced by neighbour discovery. Where no conversation shows any of these, the capture was taken outside the router, and the one address
//! that takes part in nearly all conversations is the home.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv6Addr};

use super::map::Map;
use crate::fact::Conversation;
use crate::wire::{Cidr, Transport};

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

/// Addresses whose conversations are counted, to find the one that takes part in nearly all.
const COUNTED: usize = 4_096;

/// IPv6 networks of the home that are remembered.
const NETWORKS: usize = 64;

/// A home has no wider network than this: what announces one is wrong, or lies.
const WIDEST: u8 = 44;

/// What is known of who is where.
#[derive(Debug, Default)]
pub struct Sides {
    named: Vec<(IpAddr, u8)>,
    networks: BTreeSet<u64>,
    /// Networks that a router announced or was handed.
    announced: Vec<Cidr>,
    /// Addresses that look like the Internet's but stand on the home's own link: of a network that someone numbered so.
    beside: BTreeSet<IpAddr>,
    private_seen: bool,
    conversations: u64,
    counted: Map<IpAddr, [u64; 2]>,
    /// Of these the one that takes part in most; of equals the one that begins more, then the lower.
    most: Option<(u64, u64, Reverse<IpAddr>)>,
}

impl Sides {
    /// With the ranges that the user named, if any.
    pub fn new(named: &[(IpAddr, u8)]) -> Self {
        Self { named: named.to_vec(), ..Self::default() }
    }

    /// A conversation between single addresses has begun.
    pub fn count(&mut self, flow: &Conversation) {
        let ends = [flow.client.ip, flow.server.ip];
        if ends.iter().any(|ip| is_group(*ip) || is_link_local(*ip) || ip.is_unspecified()) {
            return;
        }
        self.conversations += 1;
        // The rest only serves to find the one address that a home stands behind.
        self.private_seen = self.private_seen || ends.iter().any(|ip| self.is_certain(*ip));
        if self.private_seen {
            return;
        }
        for (index, ip) in ends.into_iter().enumerate() {
            if self.counted.len() < COUNTED || self.counted.contains_key(&ip) {
                let counts = self.counted.entry(ip).or_default();
                if let Some(count) = counts.get_mut(index) {
                    *count += 1;
                }
                let [client, server] = *counts;
                self.most = self.most.max(Some((client + server, client, Reverse(ip))));
            }
        }
    }

    /// An address was announced on the home's own link.
    pub fn on_link(&mut self, address: IpAddr) {
        if let IpAddr::V6(v6) = address
            && is_global_v6(v6)
            && self.networks.len() < NETWORKS
        {
            self.networks.insert(network(v6));
        }
    }

    /// A network was announced as the home's.
    pub fn announced(&mut self, network: Cidr) {
        let is_global = matches!(network.address, IpAddr::V6(v6) if is_global_v6(v6));
        if is_global && network.prefix >= WIDEST && self.announced.len() < NETWORKS && !self.announced.contains(&network) {
            self.announced.push(network);
        }
    }

    /// Whether two ends may stand on one link though they look like the Internet's: over TCP, and numbered alike.
    pub fn may_adjoin(&self, flow: &Conversation) -> bool {
        let (IpAddr::V4(one), IpAddr::V4(other)) = (flow.client.ip, flow.server.ip) else { return false };
        flow.transport == Transport::Tcp && one != other && one.to_bits() >> 8 == other.to_bits() >> 8 && !self.is_certain(flow.client.ip)
    }

    /// Two ends stand on one link.
    pub fn adjoin(&mut self, ends: [IpAddr; 2]) {
        if self.beside.len() < COUNTED {
            self.beside.extend(ends);
        }
    }

    /// Where an address is.
    pub fn side(&self, address: IpAddr) -> Side {
        if is_group(address) {
            Side::Group
        } else if self.is_certain(address) || self.is_beside(address) || self.outside() == Some(address) {
            Side::Home
        } else {
            Side::Internet
        }
    }

    /// The address that the whole home stands behind, where the capture was taken outside the router.
    pub fn outside(&self) -> Option<IpAddr> {
        if self.private_seen || !self.named.is_empty() || self.conversations == 0 {
            return None;
        }
        let (share, _, Reverse(address)) = self.most?;
        (share * 10 >= self.conversations * 9 && !self.beside.contains(&address)).then_some(address)
    }

    fn is_beside(&self, address: IpAddr) -> bool {
        !self.beside.is_empty() && self.named.is_empty() && self.beside.contains(&address)
    }

    fn is_certain(&self, address: IpAddr) -> bool {
        if address.is_unspecified() || is_link_local(address) || address.is_loopback() {
            return true;
        }
        if !self.named.is_empty() {
            return self.named.iter().any(|(range, prefix)| is_within(address, *range, *prefix));
        }
        match address {
            IpAddr::V4(v4) => v4.is_private() || matches!(v4.octets(), [100, 64..=127, _, _]),
            IpAddr::V6(v6) => v6.is_unique_local() || self.networks.contains(&network(v6)) || self.announced.iter().any(|home| home.contains(address)),
        }
    }
}

/// Whether an address stands for many.
pub fn is_group(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_multicast() || v4.is_broadcast() || (v4.is_private() && v4.octets()[3] == 255),
        IpAddr::V6(v6) => v6.is_multicast(),
    }
}

fn is_link_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    }
}

fn is_global_v6(address: Ipv6Addr) -> bool {
    !address.is_multicast() && !address.is_unicast_link_local() && !address.is_unique_local() && !address.is_loopback() && !address.is_unspecified()
}

/// The /64 of an address.
fn network(address: Ipv6Addr) -> u64 {
    (address.to_bits() >> 64) as u64
}

fn is_within(address: IpAddr, range: IpAddr, prefix: u8) -> bool {
    match (address, range) {
        (IpAddr::V4(address), IpAddr::V4(range)) => (address.to_bits() ^ range.to_bits()).checked_shr(32 - u32::from(prefix.min(32))).unwrap_or(0) == 0,
        (IpAddr::V6(address), IpAddr::V6(range)) => (address.to_bits() ^ range.to_bits()).checked_shr(128 - u32::from(prefix.min(128))).unwrap_or(0) == 0,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::conversation;
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn private_ranges_are_home_unless_the_user_says_otherwise() {
        let sides = Sides::default();
        assert_eq!((sides.side(ip("192.168.1.2")), sides.side(ip("fe80::1")), sides.side(ip("fd00::1"))), (Side::Home, Side::Home, Side::Home));
        assert_eq!(
            (sides.side(ip("203.0.113.1")), sides.side(ip("239.255.255.250")), sides.side(ip("192.168.1.255"))),
            (Side::Internet, Side::Group, Side::Group)
        );
        let sides = Sides::new(&[(ip("203.0.113.0"), 24)]);
        assert_eq!(
            (sides.side(ip("192.168.1.2")), sides.side(ip("203.0.113.77")), sides.side(ip("203.0.114.1"))),
            (Side::Internet, Side::Home, Side::Internet)
        );
        let all = Sides::new(&[(ip("::"), 0)]);
        assert_eq!(all.side(ip("2001:db8::1")), Side::Home);
    }

    #[test]
    fn outside_the_router_the_address_of_nearly_all_conversations_is_the_home() {
        let mut sides = Sides::default();
        for last in 1..=10 {
            sides.count(&conversation("198.51.100.7:5000", &format!("203.0.113.{last}:443")));
        }
        assert_eq!((sides.outside(), sides.side(ip("198.51.100.7")), sides.side(ip("203.0.113.1"))), (Some(ip("198.51.100.7")), Side::Home, Side::Internet));
        sides.count(&conversation("192.168.1.2:5000", "203.0.113.1:443"));
        assert_eq!(sides.outside(), None);
    }

    #[test]
    fn a_network_that_a_router_announces_is_home_unless_it_is_too_wide() {
        let mut sides = Sides::default();
        for network in ["2001:db8:1::/48", "2001:db8::/16", "::/0", "203.0.113.0/24"] {
            sides.announced(network.parse().unwrap());
        }
        let asked = ["2001:db8:1:7::1", "2001:db8:2::1", "203.0.113.1"].map(|text| sides.side(ip(text)));
        assert_eq!(asked, [Side::Home, Side::Internet, Side::Internet]);
    }

    #[test]
    fn neighbours_on_one_link_are_home_unless_the_user_says_otherwise() {
        let flow = conversation("203.0.113.18:5000", "203.0.113.17:554");
        let ends = [flow.client.ip, flow.server.ip];
        let mut sides = Sides::default();
        assert!(sides.may_adjoin(&flow));
        assert!(!sides.may_adjoin(&conversation("203.0.113.18:5000", "203.0.114.17:554")));
        assert!(!sides.may_adjoin(&conversation("192.168.1.18:5000", "192.168.1.17:554")));
        sides.adjoin(ends);
        sides.count(&flow);
        assert_eq!((sides.side(ends[0]), sides.side(ends[1]), sides.side(ip("203.0.113.19"))), (Side::Home, Side::Home, Side::Internet));
        assert_eq!(sides.outside(), None, "the home does not stand behind one of its own devices");
        let mut sides = Sides::new(&[(ip("192.0.2.0"), 24)]);
        sides.adjoin(ends);
        assert_eq!(sides.side(ends[0]), Side::Internet);
    }

    #[test]
    fn global_addresses_announced_on_the_link_are_home() {
        let mut sides = Sides::default();
        sides.on_link(ip("2001:db8:1::5"));
        assert_eq!((sides.side(ip("2001:db8:1::77")), sides.side(ip("2001:db8:2::77"))), (Side::Home, Side::Internet));
    }
}
