//! Which names addresses have, as each device learnt them.

use std::net::IpAddr;

use super::map::Map;
use super::snapshot::KnownName;
use crate::event::NameSource;

/// Addresses whose names are remembered.
pub const ADDRESSES: usize = 50_000;
/// Names of one address that are remembered, as often as a device learnt them.
pub const PER_ADDRESS: usize = 32;
/// Devices that are remembered to know a name of one address, whichever.
const VIEWERS: usize = 64;

/// Who learnt which name.
#[derive(Clone, Debug)]
struct Entry {
    name: KnownName,
    /// The device that asked or said it.
    by: IpAddr,
}

/// What is known of one address.
#[derive(Debug, Default)]
struct Known {
    entries: Vec<Entry>,
    /// Who knows a name of it: kept for itself, for servers of many names have more than are remembered.
    viewers: Vec<IpAddr>,
}

/// Names by address.
#[derive(Debug, Default)]
pub struct Names {
    by_address: Map<IpAddr, Known>,
    /// Names that were not remembered.
    pub beyond: u64,
}

impl Names {
    /// `by` learnt that `address` is called `name`.
    pub fn learn(&mut self, address: IpAddr, name: &str, source: NameSource, by: IpAddr) {
        if self.by_address.len() >= ADDRESSES && !self.by_address.contains_key(&address) {
            self.beyond += 1;
            return;
        }
        let Known { entries, viewers } = self.by_address.entry(address).or_default();
        if viewers.len() < VIEWERS && !viewers.contains(&by) {
            viewers.push(by);
        }
        if entries.iter().any(|entry| entry.by == by && entry.name.source == source && entry.name.name == name) {
            return;
        }
        if entries.len() >= PER_ADDRESS {
            self.beyond += 1;
            return;
        }
        entries.push(Entry { name: KnownName { name: name.to_owned(), source }, by });
    }

    /// The best name of an address as `viewer` sees it: what it asked for itself first; of these what it said to the server before what a resolver said.
    pub fn best(&self, address: IpAddr, viewer: IpAddr) -> Option<&KnownName> {
        let known = self.by_address.get(&address)?;
        known.entries.iter().enumerate().min_by_key(|(index, entry)| (entry.by != viewer, rank(entry.name.source), *index)).map(|(_, entry)| &entry.name)
    }

    /// Whether `viewer` knows a name of an address.
    pub fn knows(&self, address: IpAddr, viewer: IpAddr) -> bool {
        self.learnt_by(address).any(|by| by == viewer)
    }

    /// Who learnt a name of an address.
    pub fn learnt_by(&self, address: IpAddr) -> impl Iterator<Item = IpAddr> {
        self.by_address.get(&address).into_iter().flat_map(|known| known.viewers.iter().copied())
    }

    /// All names of an address, best first, each once.
    pub fn all(&self, address: IpAddr) -> Vec<KnownName> {
        let mut names: Vec<KnownName> =
            self.by_address.get(&address).map(|known| known.entries.iter().map(|entry| entry.name.clone()).collect()).unwrap_or_default();
        names.sort_by(|a, b| (rank(a.source), &a.name).cmp(&(rank(b.source), &b.name)));
        names.dedup();
        names
    }
}

/// How well a source names a server: what the device asked it for, then what it looked up, then what the server says of itself.
fn rank(source: NameSource) -> u8 {
    match source {
        NameSource::Sni | NameSource::QuicSni => 0,
        NameSource::HttpHost => 1,
        NameSource::Dns => 2,
        NameSource::Dhcp | NameSource::Mdns | NameSource::Llmnr | NameSource::Nbns => 3,
        NameSource::Certificate => 4,
        NameSource::Ssdp
        | NameSource::Alpn
        | NameSource::Wsd
        | NameSource::Lldp
        | NameSource::Cdp
        | NameSource::Snmp
        | NameSource::Syslog
        | NameSource::Bacnet
        | NameSource::Knx
        | NameSource::Own => 5,
    }
}

/// A server's name alone: without the port that stands behind it in a Host field (RFC 9110, section 7.2), and without the dot of the root.
pub fn without_port(host: &str) -> &str {
    let port = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let name = host.split_once(':').filter(|(_, rest)| port(rest)).map_or(host, |(name, _)| name);
    name.strip_suffix('.').unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_no_part_of_a_name() {
        for host in ["hub.example", "hub.example:8080", "hub.example:", "hub.example.", "hub.example.:80"] {
            assert_eq!(without_port(host), "hub.example", "{host}");
        }
        for other in ["2001:db8::1", "2001:db8::80", "[2001:db8::1]:80", "hub.example:port", "", "192.0.2.1"] {
            assert_eq!(without_port(other), other);
        }
    }

    #[test]
    fn who_knows_a_name_is_remembered_beyond_the_names() {
        let (mut names, server) = (Names::default(), IpAddr::from([192, 0, 2, 1]));
        let device = |last| IpAddr::from([198, 51, 100, last]);
        (0..100).for_each(|number| names.learn(server, &format!("n{number}.example"), NameSource::Dns, device(1)));
        names.learn(server, "late.example", NameSource::Dns, device(2));
        assert_eq!((names.all(server).len(), names.beyond), (PER_ADDRESS, 69));
        assert!(names.knows(server, device(2)) && !names.knows(server, device(3)));
    }

    #[test]
    fn one_server_on_two_ports_has_one_name() {
        let (mut names, server, device) = (Names::default(), IpAddr::from([192, 0, 2, 1]), IpAddr::from([198, 51, 100, 7]));
        for host in ["hub.example:8080", "hub.example"] {
            names.learn(server, without_port(host), NameSource::HttpHost, device);
        }
        assert_eq!(names.all(server).len(), 1);
        assert_eq!(names.best(server, device).map(|known| known.name.as_str()), Some("hub.example"));
    }
}
