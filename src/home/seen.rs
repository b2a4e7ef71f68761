//! What was seen and what was not: sums over all conversations, where the capture was taken, what stays in the dark.

use std::collections::BTreeSet;

use super::household::Home;
use super::identity::Who;
use super::sides::{self, Side};
use super::snapshot::{Coverage, Vantage};
use crate::fact::{Conversation, Reading, Totals};
use crate::knowledge::resolvers;
use crate::printable::plural;
use crate::wire::{Direction, End, Transport};

/// Packets of a TCP conversation and bytes of each, from which on it cannot be one end's knocking alone: it carries something.
const CARRIES: (u64, u64) = (3, 80);

/// The port of DNS over TLS (RFC 7858, section 3.1).
const DNS_OVER_TLS: u16 = 853;

/// What all conversations came to.
#[derive(Debug, Default)]
pub(super) struct Seen {
    bytes: [u64; 3],
    gaps: u64,
    missing: u64,
    /// Conversations with many at once.
    group: u64,
    /// Conversations of two.
    single: u64,
    /// Of these, those in which both spoke.
    answered: u64,
    /// TCP conversations that carried something both ways, and one way only.
    tcp: [u64; 2],
    /// TCP conversations whose beginning was not seen.
    begun_before: u64,
}

impl Seen {
    /// One more conversation.
    pub(super) fn count(&mut self, flow: &Conversation, totals: &Totals) {
        let bytes = totals.bytes[0].saturating_add(totals.bytes[1]);
        let packets = totals.packets[0].saturating_add(totals.packets[1]);
        let [readable, encrypted, unknown] = &mut self.bytes;
        let sum = match totals.reading {
            Reading::Readable | Reading::Unpacked => readable,
            Reading::Encrypted => encrypted,
            Reading::Scrambled | Reading::Undetermined => unknown,
        };
        *sum = sum.saturating_add(bytes);
        if totals.gaps > 0 {
            self.gaps = self.gaps.saturating_add(totals.gaps);
            self.missing = self.missing.saturating_add(totals.gaps.div_ceil((bytes / packets.max(1)).max(1)));
        }
        if sides::is_group(flow.client.ip) || sides::is_group(flow.server.ip) {
            self.group += 1;
            return;
        }
        let both = totals.packets.iter().all(|packets| *packets > 0);
        self.single += 1;
        self.answered += u64::from(both);
        if flow.transport == Transport::Tcp {
            self.begun_before += u64::from(!flow.started);
            let carries = packets >= CARRIES.0 && bytes / packets.max(1) >= CARRIES.1;
            self.tcp[0] += u64::from(both && carries);
            self.tcp[1] += u64::from(!both && carries);
        }
    }
}

impl Home {
    /// What all conversations came to: bytes by what others could make of them, what is missing, where the capture was taken.
    pub fn coverage(&self) -> Coverage {
        let [bytes_readable, bytes_encrypted, bytes_unknown] = self.seen.bytes;
        Coverage {
            gaps: self.seen.gaps,
            missing_estimated: self.seen.missing,
            bytes_readable,
            bytes_encrypted,
            bytes_unknown,
            vantage: self.vantage(),
            not_seen: self.not_seen(),
            ..Coverage::default()
        }
    }

    /// Where the capture was taken.
    fn vantage(&self) -> Vantage {
        let Seen { single, answered, group, tcp: [both, one], .. } = self.seen;
        if one > 0 && both.saturating_mul(10) <= one {
            return Vantage::OneSided;
        }
        if answered == 0 {
            // Who only hears what is sent to all sees a stray answer to it now and then.
            return if group > 0 && group >= single { Vantage::BroadcastOnly } else { Vantage::Unknown };
        }
        if self.sides.outside().is_some() {
            return Vantage::BehindRouter;
        }
        self.center()
    }

    /// Whether all conversations of two have one device in common that is no router: its own traffic then.
    fn center(&self) -> Vantage {
        let mut common: Option<BTreeSet<Who>> = None;
        for contact in self.contacts.iter().filter(|contact| contact.answered) {
            let ends = [&contact.flow.client, &contact.flow.server];
            if ends.iter().any(|end| sides::is_group(end.ip)) {
                continue;
            }
            let at_home = ends.into_iter().filter(|end| self.side(end.ip) == Side::Home && !self.gateways.contains(&end.ip));
            let own: BTreeSet<Who> = at_home.map(|end: &End| self.who(end)).collect();
            if own.is_empty() {
                continue;
            }
            let left: BTreeSet<Who> = common.as_ref().map_or_else(|| own.clone(), |common| common.intersection(&own).copied().collect());
            if left.is_empty() {
                return Vantage::WholeNetwork;
            }
            common = Some(left);
        }
        if common.is_some() { Vantage::Own } else { Vantage::Unknown }
    }

    /// What stays in the dark however well the capture was read: one sentence each.
    fn not_seen(&self) -> Vec<String> {
        let mut dark = Vec::new();
        let asks_in_secret = self.contacts.iter().any(|contact| {
            let server = &contact.flow.server;
            let roles = self.roles(&contact.flow, Direction::ToServer, false);
            let is_resolver = || self.names.best(server.ip, roles.device.ip).is_some_and(|known| resolvers::is_encrypted_resolver(&known.name));
            contact.answered && (server.port == DNS_OVER_TLS || server.port == 443 && (resolvers::is_resolver_address(server.ip) || is_resolver()))
        });
        if asks_in_secret {
            dark.push("Names may be missing: some were looked up encrypted.".to_owned());
        }
        if self.seen.begun_before > 0 {
            let number = plural(self.seen.begun_before, "conversation");
            dark.push(format!("{number} began before the recording; what was said then is not known."));
        }
        if self.seen.single > 0 && !self.hosts.any_start() {
            dark.push("No device was seen to start; what a device tells when it is set up or switched on is not known.".to_owned());
        }
        dark
    }

    /// What was not remembered: one sentence each.
    pub fn limits(&self) -> Vec<String> {
        let counts = [
            (self.hosts.beyond, "addresses"),
            (self.hosts.beyond_traits, "traits of devices"),
            (self.names.beyond, "names"),
            (self.contacts.beyond, "contacts"),
        ];
        counts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} more {what} were seen than are remembered; they are not listed."))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::testing::conversation;
    use super::*;
    use crate::fact::{Fact, FlowId, What};
    use crate::wire::Timestamp;

    /// A home that has seen these conversations: transport, ends, packets each way of 100 bytes.
    fn home(list: &[(Transport, &str, &str, [u64; 2])]) -> Home {
        let mut home = Home::default();
        for (number, (transport, client, server, packets)) in list.iter().enumerate() {
            let id = FlowId { packet: number as u64 + 1, depth: 0 };
            let flow = Arc::new(Conversation { id, transport: *transport, ..conversation(client, server) });
            let totals = Totals { packets: *packets, bytes: packets.map(|packets| packets * 100), ..Totals::default() };
            for what in [What::Opened, What::Closed(totals)] {
                let fact = Fact {
                    packet: id.packet,
                    time: Timestamp(5),
                    flow: Some(Arc::clone(&flow)),
                    protocol: "test",
                    clear: false,
                    direction: Direction::ToServer,
                    what,
                };
                home.learn(&fact);
            }
        }
        home
    }

    fn vantage(list: &[(Transport, &str, &str, [u64; 2])]) -> Vantage {
        home(list).coverage().vantage
    }

    const PHONE: &str = "192.168.1.7:4000";
    const LAMP: &str = "192.168.1.8:4000";
    const CLOUD: &str = "203.0.113.5:443";
    const GROUP: &str = "239.255.255.250:1900";

    #[test]
    fn one_device_s_own_traffic_and_a_whole_network() {
        assert_eq!(vantage(&[(Transport::Tcp, PHONE, CLOUD, [5, 5])]), Vantage::Own);
        let own = [(Transport::Tcp, PHONE, CLOUD, [5, 5]), (Transport::Tcp, PHONE, "192.168.1.8:80", [5, 5]), (Transport::Udp, LAMP, GROUP, [9, 0])];
        assert_eq!(vantage(&own), Vantage::Own, "who is only heard to call all is not recorded");
        assert_eq!(vantage(&[(Transport::Tcp, PHONE, CLOUD, [5, 5]), (Transport::Tcp, LAMP, CLOUD, [5, 5])]), Vantage::WholeNetwork);
    }

    #[test]
    fn two_devices_that_ask_one_router_are_a_whole_network() {
        let list = [(Transport::Udp, PHONE, "192.168.1.1:53", [1, 1]), (Transport::Udp, LAMP, "192.168.1.1:53", [1, 1])];
        let mut home = home(&list);
        home.gateways.push("192.168.1.1".parse().unwrap());
        assert_eq!(home.coverage().vantage, Vantage::WholeNetwork);
    }

    #[test]
    fn only_announcements() {
        let list = [(Transport::Udp, PHONE, GROUP, [9, 0]), (Transport::Udp, LAMP, "192.168.1.7:1900", [1, 0])];
        assert_eq!(vantage(&list), Vantage::BroadcastOnly);
        assert_eq!(vantage(&[]), Vantage::Unknown);
        assert_eq!(vantage(&[(Transport::Udp, PHONE, CLOUD, [1, 0])]), Vantage::Unknown);
    }

    #[test]
    fn one_direction_shows_by_what_tcp_carries() {
        assert_eq!(vantage(&[(Transport::Tcp, PHONE, CLOUD, [9, 0]), (Transport::Tcp, LAMP, CLOUD, [0, 9])]), Vantage::OneSided);
        let scan: Vec<_> = (0..40).map(|_| (Transport::Tcp, PHONE, "192.168.1.99:80", [2, 0])).chain([(Transport::Tcp, PHONE, CLOUD, [9, 9])]).collect();
        assert_eq!(vantage(&scan), Vantage::Own, "calls that nobody answered are no missing direction");
    }

    #[test]
    fn outside_the_router_all_are_one() {
        let list = [(Transport::Tcp, "198.51.100.1:4000", CLOUD, [5, 5]), (Transport::Tcp, "198.51.100.1:4001", "203.0.113.9:443", [5, 5])];
        assert_eq!(vantage(&list), Vantage::BehindRouter);
    }

    #[test]
    fn what_stays_in_the_dark_is_told() {
        let told = |list: &[(Transport, &str, &str, [u64; 2])]| home(list).coverage().not_seen;
        assert!(told(&[]).is_empty());
        assert_eq!(told(&[(Transport::Tcp, PHONE, CLOUD, [5, 5])]).len(), 1, "no start");
        assert!(told(&[(Transport::Tcp, PHONE, "203.0.113.5:853", [5, 5])]).iter().any(|sentence| sentence.contains("encrypted")));
    }
}
