//! Reached from the Internet (LN-04).

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use crate::detect::rule::{Detector, Rule, Tell};
use crate::detect::whole;
use crate::fact::{Conversation, Fact, FlowId, Kind, Knock, What};
use crate::finding::{Card, Confidence, Severity};
use crate::home::map::Map;
use crate::home::snapshot::Vantage;
use crate::home::{Home, Side};
use crate::wire::{Timestamp, Transport};

/// See the file.
pub static RULE: Rule = Rule { cards: &[&LN_04], hears: &[Kind::Knock, Kind::Opened, Kind::Closed], open: || Box::<Reached>::default() };

/// Reached from the Internet.
pub static LN_04: Card = Card {
    code: "LN-04",
    name: "Reached from the Internet",
    title: "Someone on the Internet reached it.",
    story: "A stranger at {endpoint} began to talk to {device}, and it answered, so anyone anywhere can try the same.",
    advice: "Close the door in your router (port forwarding, UPnP) unless you opened it yourself, and give the device a password of its own.",
    example: "",
    evidence: "A TCP connection that an Internet address began and a device at home took, or datagrams from outside that it answered at a port it had not used before.",
    scale: "High and certain for connections; medium with medium confidence for datagrams.",
    limits: "Captures from outside the router are left out, and so are datagrams in the first minute of a device and data connections of FTP. Programs that open a way for each other first (games, calls) may still look like this.",
    standards: &["ETSI EN 303 645 5.6-1", "CWE-284"],
    child_weighs_more: false,
    home_weighs_less: false,
};

/// Doors that are remembered, and strangers behind each.
const DOORS: usize = 1_024;
const STRANGERS: usize = 64;
/// Ports of devices at home that are remembered, with the first conversation that used them.
const PORTS: usize = 65_536;
/// What goes on for longer than a capture cannot be told from what begins in it.
const WARM_UP: f64 = 60.0;

/// A device's address and port.
type Door = (IpAddr, u16, Transport);

/// Someone who came in.
#[derive(Debug)]
struct Stranger {
    flow: Arc<Conversation>,
    protocol: &'static str,
    packet: u64,
    time: Timestamp,
}

/// Remembers who came in where.
#[derive(Debug, Default)]
struct Reached {
    doors: BTreeMap<Door, Vec<Stranger>>,
    /// By address and port: the first conversation.
    used: Map<(IpAddr, u16), FlowId>,
    /// By address: when its first conversation began.
    seen: Map<IpAddr, Timestamp>,
}

impl Detector for Reached {
    fn hear(&mut self, home: &Home, fact: &Fact, _: Tell<'_>) {
        let Some(flow) = &fact.flow else { return };
        match &fact.what {
            What::Knock(Knock::Taken) => self.came_in(home, fact, flow),
            What::Opened => {
                for end in [&flow.client, &flow.server].into_iter().filter(|end| home.side(end.ip) == Side::Home) {
                    self.saw(end.ip, flow.first);
                    if flow.transport == Transport::Udp {
                        self.uses(end.ip, end.port, flow.id);
                    }
                }
            }
            What::Closed(totals) if flow.transport == Transport::Udp && totals.packets.iter().all(|packets| *packets > 0) => self.came_in(home, fact, flow),
            _ => {}
        }
    }

    fn close(&self, home: &Home, tell: Tell<'_>) {
        if self.doors.is_empty() || home.coverage().vantage == Vantage::BehindRouter {
            return;
        }
        for ((address, port, transport), strangers) in &self.doors {
            let is_true = |stranger: &&Stranger| self.is_from_outside(home, stranger);
            let Some(first) = strangers.iter().find(is_true) else { continue };
            let weight = match transport {
                Transport::Tcp => (Severity::High, Confidence::Certain),
                _ => (Severity::Medium, Confidence::Medium),
            };
            // All on the first, so that a door is one finding however many find it.
            for stranger in strangers.iter().filter(is_true) {
                let at = whole::packet(stranger.packet, stranger.time);
                let excerpt = format!("{} to {transport} port {port} of {address}", stranger.flow.client.ip);
                let mut draft = whole::draft(&LN_04, weight, &first.flow, first.protocol, (at, excerpt));
                draft.field = format!("{transport} {port}");
                tell(draft);
            }
        }
    }
}

impl Reached {
    fn uses(&mut self, address: IpAddr, port: u16, flow: FlowId) {
        if self.used.len() < PORTS {
            let first = self.used.entry((address, port)).or_insert(flow);
            *first = (*first).min(flow);
        }
    }

    fn saw(&mut self, address: IpAddr, time: Timestamp) {
        if self.seen.len() < PORTS {
            let first = self.seen.entry(address).or_insert(time);
            *first = (*first).min(time);
        }
    }

    fn came_in(&mut self, home: &Home, fact: &Fact, flow: &Arc<Conversation>) {
        let from_outside = home.side(flow.client.ip) == Side::Internet && home.side(flow.server.ip) == Side::Home;
        // The data connections of FTP come from its server (RFC 959, section 5.2).
        if !from_outside || flow.client.port == 20 {
            return;
        }
        let door = (flow.server.ip, flow.server.port, flow.transport);
        if self.doors.len() >= DOORS && !self.doors.contains_key(&door) {
            return;
        }
        let strangers = self.doors.entry(door).or_default();
        if strangers.len() < STRANGERS {
            let is_tcp = flow.transport == Transport::Tcp;
            let (packet, time) = if is_tcp { (fact.packet, fact.time) } else { (flow.id.packet, flow.first) };
            strangers.push(Stranger { flow: Arc::clone(flow), protocol: fact.protocol, packet, time });
        }
    }

    /// Of datagrams only the first that a port was ever used for begins anything, and not where it may have been used before the capture.
    fn is_from_outside(&self, home: &Home, stranger: &Stranger) -> bool {
        let Stranger { flow, .. } = stranger;
        let is_first = self.used.get(&(flow.server.ip, flow.server.port)).is_none_or(|first| *first == flow.id);
        let is_warm = self.seen.get(&flow.server.ip).is_some_and(|first| flow.first.seconds_since(*first) >= WARM_UP);
        home.side(flow.client.ip) == Side::Internet && (flow.transport == Transport::Tcp || is_first && is_warm && flow.server.port != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::fact;
    use super::*;
    use crate::fact::Totals;
    use crate::home::testing::conversation;
    use crate::wire::Direction;

    const DEVICE: &str = "192.168.1.8:554";
    const STRANGER: &str = "203.0.113.5:40000";

    /// Conversations in turn: when, who began, who answered, over what, and whether that was answered.
    fn told(talks: &[(i64, &str, &str, Transport, bool)]) -> Vec<(Severity, String, u64)> {
        let (mut reached, mut home, mut found) = (Reached::default(), Home::default(), Vec::new());
        for (index, (seconds, client, server, transport, answered)) in talks.iter().enumerate() {
            let mut flow = conversation(client, server);
            (flow.id.packet, flow.transport, flow.first) = (1 + index as u64, *transport, Timestamp(seconds * 1_000_000_000));
            let flow = Arc::new(flow);
            let packets = [2, u64::from(*answered) * 2];
            let knock = (*transport == Transport::Tcp).then_some(What::Knock(if *answered { Knock::Taken } else { Knock::Refused }));
            for what in knock.into_iter().chain([What::Opened, What::Closed(Totals { packets, bytes: [100, 100], ..Totals::default() })]) {
                let fact = Fact { time: flow.first, ..fact(&flow, "unknown", Direction::ToServer, what) };
                home.learn(&fact);
                reached.hear(&home, &fact, &mut |draft| panic!("{draft:?}"));
            }
        }
        reached.close(&home, &mut |draft| found.push((draft.severity, draft.field, draft.flow.id.packet)));
        found
    }

    const OWN: (i64, &str, &str, Transport, bool) = (0, "192.168.1.8:5000", "192.168.1.1:53", Transport::Udp, true);

    #[test]
    fn a_connection_from_outside_that_is_taken_is_told() {
        use Transport::Tcp;
        assert_eq!(told(&[OWN, (5, STRANGER, DEVICE, Tcp, true)]), [(Severity::High, "tcp 554".to_owned(), 2)]);
        assert_eq!(told(&[OWN, (5, STRANGER, DEVICE, Tcp, false)]), [], "the door is closed");
        assert_eq!(told(&[OWN, (5, "192.168.1.7:40000", DEVICE, Tcp, true)]), []);
        assert_eq!(told(&[OWN, (5, "192.168.1.8:40000", "203.0.113.5:443", Tcp, true)]), []);
        assert_eq!(told(&[OWN, (5, "203.0.113.5:20", DEVICE, Tcp, true)]), [], "FTP");
    }

    #[test]
    fn many_strangers_at_one_door_are_one_finding() {
        let found = told(&[OWN, (5, STRANGER, DEVICE, Transport::Tcp, true), (9, "198.51.100.7:41000", DEVICE, Transport::Tcp, true)]);
        assert_eq!(found.iter().map(|found| found.2).collect::<Vec<_>>(), [2, 2]);
    }

    #[test]
    fn outside_the_router_nothing_is_told() {
        assert_eq!(told(&[(5, STRANGER, "198.51.100.8:554", Transport::Tcp, true), (6, "203.0.113.9:4000", "198.51.100.8:554", Transport::Tcp, true)]), []);
    }

    #[test]
    fn datagrams_count_at_ports_that_were_never_used() {
        use Transport::Udp;
        let late = 120;
        assert_eq!(told(&[OWN, (late, STRANGER, DEVICE, Udp, true)]), [(Severity::Medium, "udp 554".to_owned(), 2)]);
        assert_eq!(told(&[OWN, (5, STRANGER, DEVICE, Udp, true)]), [], "it may go on from before");
        let other = (0, "192.168.1.9:5000", "192.168.1.1:53", Udp, true);
        assert_eq!(told(&[other, (late, STRANGER, DEVICE, Udp, true)]), [], "the device was not seen before");
        assert_eq!(told(&[OWN, (late, STRANGER, DEVICE, Udp, false)]), [], "nobody answered");
        let punched = (60, DEVICE, "198.51.100.3:3478", Udp, true);
        assert_eq!(told(&[OWN, punched, (late, STRANGER, DEVICE, Udp, true)]), [], "the device opened the way itself");
    }
}
