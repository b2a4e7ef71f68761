//! The network interfaces of this machine.
//!
//! In: nothing. Out: their names, addresses and states, and whether this process may listen on them. Interfaces that are no network cards (`any`, USB,
//! netfilter logs) are not listed, although capturing on them may work.

use std::fs;
use std::net::IpAddr;

use pnet::datalink;
use pnet::ipnetwork::IpNetwork;

use super::live;
use crate::error::CaptureError;
use crate::wire::Mac;

/// Where Linux tells its routes.
const ROUTES: &str = "/proc/net/route";

/// One network interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// `eth0`.
    pub name: String,
    /// Its hardware address, where it has one.
    pub mac: Option<Mac>,
    /// Its own IP addresses.
    pub addresses: Vec<IpAddr>,
    /// Whether it is switched on.
    pub is_up: bool,
    /// Whether it is the machine's talk with itself.
    pub is_loopback: bool,
    /// What the system says of it; often empty.
    pub description: String,
}

/// All network interfaces, in the system's order.
pub fn list() -> Vec<Interface> {
    datalink::interfaces().into_iter().map(Interface::from).collect()
}

impl From<datalink::NetworkInterface> for Interface {
    fn from(given: datalink::NetworkInterface) -> Self {
        Self {
            is_up: given.is_up(),
            is_loopback: given.is_loopback(),
            mac: given.mac.map(|mac| Mac(mac.octets())).filter(|mac| !mac.is_zero()),
            addresses: given.ips.iter().map(IpNetwork::ip).collect(),
            name: given.name,
            description: given.description,
        }
    }
}

/// Whether this process may listen on an interface: opens and closes it.
pub fn may_capture(name: &str) -> Result<(), CaptureError> {
    live::Live::open(name, None, false).map(|_| ())
}

/// The interface that one most likely wants: that of the default route, else the first that is up, has an address and is no loopback.
pub fn default() -> Option<String> {
    choose(&list(), &fs::read_to_string(ROUTES).unwrap_or_default())
}

fn choose(interfaces: &[Interface], routes: &str) -> Option<String> {
    let usable = |interface: &&Interface| interface.is_up && !interface.is_loopback;
    let routed = default_route(routes).and_then(|name| interfaces.iter().filter(usable).find(|interface| interface.name == name));
    let addressed = || interfaces.iter().filter(usable).find(|interface| !interface.addresses.is_empty());
    let any = || interfaces.iter().find(usable);
    routed.or_else(addressed).or_else(any).map(|interface| interface.name.clone())
}

/// The interface of the default route with the smallest metric. Columns: interface, destination, gateway, flags, …, metric (7th), mask (8th).
fn default_route(routes: &str) -> Option<&str> {
    let default = routes.lines().skip(1).filter_map(|line| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        match columns.as_slice() {
            [name, "00000000", _, _, _, _, metric, "00000000", ..] => Some((metric.parse::<u64>().ok()?, *name)),
            _ => None,
        }
    });
    default.min_by_key(|(metric, _)| *metric).map(|(_, name)| name)
}

/// The hint for a name that does not exist: ` Did you mean eth1? Here: eth1 (up), lo (up).`
pub(super) fn hint(wanted: &str) -> String {
    hint_among(wanted, &list())
}

fn hint_among(wanted: &str, interfaces: &[Interface]) -> String {
    let near = nearest(wanted, interfaces).map(|near| format!(" Did you mean {near}?")).unwrap_or_default();
    let state = |interface: &Interface| format!("{}{}", interface.name, if interface.is_up { " (up)" } else { " (down)" });
    let names: Vec<String> = interfaces.iter().map(state).collect();
    if names.is_empty() { near } else { format!("{near} Here: {}.", names.join(", ")) }
}

/// The name that differs in at most two letters (of short names one), the nearest first.
fn nearest<'a>(wanted: &str, interfaces: &'a [Interface]) -> Option<&'a str> {
    let allowed = if wanted.chars().count() < 4 { 1 } else { 2 };
    let near = interfaces.iter().map(|interface| (distance(wanted, &interface.name), interface.name.as_str()));
    near.filter(|(distance, _)| *distance <= allowed).min_by_key(|(distance, _)| *distance).map(|(_, name)| name)
}

/// How many letters were added, left out, mistaken or swapped with their neighbour (optimal string alignment). Names are cut at 32 letters.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().take(32).collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    let mut previous = None;
    for (row, letter) in left.chars().take(32).enumerate() {
        let mut line = vec![row + 1];
        for (column, other) in right.iter().enumerate() {
            let at = |line: &[usize], column: usize| line.get(column).copied().unwrap_or(usize::MAX / 2);
            let mistaken = at(&last, column) + usize::from(letter != *other);
            let mut best = mistaken.min(at(&last, column + 1) + 1).min(at(&line, column) + 1);
            if column > 0 && previous == Some(*other) && right.get(column - 1) == Some(&letter) {
                best = best.min(at(&before, column - 1) + 1);
            }
            line.push(best);
        }
        before = std::mem::replace(&mut last, line);
        previous = Some(letter);
    }
    last.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interface(name: &str, is_up: bool, addresses: &[&str]) -> Interface {
        Interface {
            name: name.to_owned(),
            mac: None,
            addresses: addresses.iter().map(|address| address.parse().unwrap()).collect(),
            is_up,
            is_loopback: name == "lo",
            description: String::new(),
        }
    }

    fn machine() -> Vec<Interface> {
        vec![interface("lo", true, &["127.0.0.1"]), interface("eth0", false, &[]), interface("eth1", true, &["192.0.2.7"]), interface("wlan0", true, &[])]
    }

    #[test]
    fn a_mistyped_name_is_met_with_the_nearest() {
        assert_eq!(hint_among("eht1", &machine()), " Did you mean eth1? Here: lo (up), eth0 (down), eth1 (up), wlan0 (up).");
        assert_eq!(hint_among("wifi", &machine()), " Here: lo (up), eth0 (down), eth1 (up), wlan0 (up).");
        assert_eq!(hint_among("wlan", &[]), "");
    }

    #[test]
    fn distances() {
        let expected = [("eth1", "eth1", 0), ("eht1", "eth1", 1), ("eth", "eth1", 1), ("ethh1", "eth1", 1), ("", "lo", 2), ("wlan0", "eth0", 4)];
        for (left, right, letters) in expected {
            assert_eq!(distance(left, right), letters, "{left} {right}");
        }
    }

    #[test]
    fn the_default_route_decides_then_an_address() {
        let header = "Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT\n";
        let routes = format!("{header}eth1 00000000 0100000A 0003 0 0 600 00000000 0 0 0\nwlan0 00000000 0100000A 0003 0 0 100 00000000 0 0 0\n");
        assert_eq!(choose(&machine(), &routes).as_deref(), Some("wlan0"));
        assert_eq!(choose(&machine(), header).as_deref(), Some("eth1"));
        assert_eq!(choose(&machine(), "").as_deref(), Some("eth1"));
        assert_eq!(choose(&machine()[..2], &routes), None);
    }

    #[test]
    fn this_machine_has_a_loopback() {
        let all = list();
        assert!(all.iter().any(|interface| interface.is_loopback && interface.mac.is_none()), "{all:?}");
    }
}
