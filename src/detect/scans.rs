//! Who looks around: scanning at home (LN-01), and the scanning of worms of the Mirai family (LN-02).

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

use crate::detect::rule::{Detector, Rule, Tell};
use crate::detect::whole;
use crate::event::DeviceKind;
use crate::fact::{Conversation, Fact, FlowId, Kind, Knock, What};
use crate::finding::{Card, Confidence, Severity};
use crate::home::map::Set;
use crate::home::{Home, Side};
use crate::wire::{At, End, Mac, Timestamp, Transport};

mod sweep;

use sweep::Sweep;

/// See the file.
pub static RULE: Rule = Rule { cards: &[&LN_01, &LN_02], hears: &[Kind::Binding, Kind::Searched, Kind::Knock], open: || Box::<Scans>::default() };

/// Scanning at home.
pub static LN_01: Card = Card {
    code: "LN-01",
    name: "Scanning or probing other devices at home",
    title: "It looks around in your home network for other devices.",
    story: "{device} tried {what} within seconds, and most of them never answered.",
    advice: "If you did not start a search with it or its app, disconnect it and set it up anew.",
    example: "30 addresses",
    evidence: "Fifteen addresses or more of the home within ten seconds, asked for by ARP or by TCP connections, or twenty ports or more of one device within a minute; less than three in ten answered.",
    scale: "High; medium for hubs, televisions, streamers and speakers; info for phones, computers, consoles and printers, whose programs look around for their user. High confidence.",
    limits: "Routers are left out, for they look for everyone by design. A search that most devices answer is none. Where a capture shows few of the home's answers, a harmless search may look like this.",
    standards: &["EN 18031-1 NMM", "RED 3(3)(d)", "CWE-912"],
    child_weighs_more: false,
    home_weighs_less: false,
};

/// Scanning for others to infect.
pub static LN_02: Card = Card {
    code: "LN-02",
    name: "Botnet scanning (Mirai family)",
    title: "It searches the Internet for other devices to take over.",
    story: "{device} tried {what}, as a worm does that spreads by itself, so it is most likely infected.",
    advice: "Disconnect it now, reset it, give it a new password and its updates before it is connected again.",
    example: "100 addresses on the Internet",
    evidence: "Five connections or more whose first sequence number is the address that they are sent to (Mirai's mark), or fifty Internet addresses or more within a minute on ports for remote control, of which less than one in twenty answered.",
    scale: "Critical. Certain by the mark, high by number.",
    limits: "Worms that scan slowly and without the mark are not told.",
    standards: &["RED 3(3)(d)", "ETSI EN 303 645 5.1-1", "ETSI EN 303 645 5.6-1", "CWE-1392", "OWASP IoT 2018 I1"],
    child_weighs_more: false,
    home_weighs_less: false,
};

/// Devices whose searches are remembered.
const SOURCES: usize = 1_024;
/// Addresses of the home that are known to be there.
const ALIVE: usize = 8_192;
/// Marked connections of one device that are told; further ones add nothing.
const MARKED: u32 = 1_000;
/// So many are no chance: one in 2^32 connections is marked by it.
const ENOUGH_MARKED: u32 = 5;
/// Ports by which worms come in (M. Antonakakis et al., "Understanding the Mirai Botnet", USENIX Security 2017, table 4 and section 5.1).
const WORM_PORTS: &[u16] = &[22, 23, 80, 443, 2_323, 5_555, 6_789, 7_547, 8_080, 8_443, 23_231, 37_215, 37_777, 52_869];
/// Ports that only worms look for in numbers.
const TELNET_PORTS: &[u16] = &[22, 23, 2_323, 5_555, 7_547, 23_231, 37_215, 37_777, 52_869];
/// Ports of one device that are tried.
const PORTS: usize = 20;
/// Devices whose ports are remembered for one that tries them, and ports of each.
const TARGETS: usize = 32;
const TRIED: usize = 256;

const SECOND: i64 = 1_000_000_000;

/// What one end did.
#[derive(Debug)]
struct Source {
    /// Whom its drafts are on.
    end: End,
    /// At home, by ARP and TCP.
    home: Sweep,
    /// On the Internet, at ports of worms.
    outside: Sweep,
    /// Marked connections, and the first of them.
    marked: u32,
    first_marked: Option<Arc<Conversation>>,
    early: Vec<(At, IpAddr)>,
    /// By target: which ports were tried, and when the last new one was.
    ports: BTreeMap<IpAddr, (Timestamp, BTreeMap<u16, Arc<Conversation>>)>,
}

/// Remembers who looks for whom.
#[derive(Default)]
struct Scans {
    sources: BTreeMap<IpAddr, Source>,
    /// Addresses of the home that said themselves where they are.
    alive: Set<IpAddr>,
    /// Connections that were taken.
    taken: Set<(IpAddr, IpAddr, u16)>,
}

impl Detector for Scans {
    fn hear(&mut self, home: &Home, fact: &Fact, tell: Tell<'_>) {
        match (&fact.what, &fact.flow) {
            (What::Binding { address, .. }, _) if self.alive.len() < ALIVE => {
                self.alive.insert(*address);
            }
            (What::Searched { mac, from, target }, _) => {
                let at = whole::packet(fact.packet, fact.time);
                let flow = on_the_link(*mac, *from, *target, fact.time);
                if let Some(source) = self.source(flow.client) {
                    source.home.tried(fact.time, *target, &flow, at);
                }
            }
            (What::Knock(Knock::Asked { marked }), Some(flow)) => self.asked(home, fact, flow, *marked, tell),
            (What::Knock(Knock::Taken), Some(flow)) if self.taken.len() < 4 * ALIVE => {
                self.taken.insert((flow.client.ip, flow.server.ip, flow.server.port));
            }
            _ => {}
        }
    }

    fn close(&self, home: &Home, tell: Tell<'_>) {
        let scanning = |source: &&Source| source.home.is_sweep() || source.outside.is_sweep() || source.ports.values().any(|(_, ports)| ports.len() >= PORTS);
        let sources: Vec<&Source> = self.sources.values().filter(scanning).collect();
        if sources.is_empty() {
            return;
        }
        let devices = home.devices();
        let there: BTreeSet<IpAddr> = devices.iter().filter(|device| device.packets_out > 0).flat_map(|device| device.addresses.iter().copied()).collect();
        for source in sources {
            let kind = whole::kind(home, devices, &source.end);
            if let Some(severity) = weight(kind).filter(|_| home.side(source.end.ip) == Side::Home) {
                self.addresses(source, severity, &there, tell);
                self.ports(source, severity, tell);
            }
            self.worm(home, source, tell);
        }
    }
}

impl Scans {
    fn source(&mut self, end: End) -> Option<&mut Source> {
        if self.sources.len() >= SOURCES && !self.sources.contains_key(&end.ip) {
            return None;
        }
        Some(self.sources.entry(end.ip).or_insert_with(|| Source {
            end,
            home: Sweep::new(15, 10 * SECOND),
            outside: Sweep::new(50, 60 * SECOND),
            marked: 0,
            first_marked: None,
            early: Vec::new(),
            ports: BTreeMap::new(),
        }))
    }

    fn asked(&mut self, home: &Home, fact: &Fact, flow: &Arc<Conversation>, marked: bool, tell: Tell<'_>) {
        if home.side(flow.client.ip) != Side::Home {
            return;
        }
        let (is_inside, port) = (home.side(flow.server.ip) == Side::Home, flow.server.port);
        if !is_inside && !marked && !WORM_PORTS.contains(&port) {
            return;
        }
        let Some(source) = self.source(flow.client) else { return };
        let at = whole::packet(fact.packet, fact.time);
        if marked {
            source.marked(flow, at, tell);
        }
        if is_inside {
            source.home.tried(fact.time, flow.server.ip, flow, at);
            source.port(fact.time, flow);
        } else if TELNET_PORTS.contains(&port) {
            source.outside.tried(fact.time, flow.server.ip, flow, at);
        }
    }

    /// Addresses of the home that were tried in a row.
    fn addresses(&self, source: &Source, severity: Severity, there: &BTreeSet<IpAddr>, tell: Tell<'_>) {
        let answers = |target: &IpAddr, flow: &Conversation| match flow.transport {
            Transport::Tcp => self.taken.contains(&(source.end.ip, *target, flow.server.port)),
            _ => self.alive.contains(target) || there.contains(target),
        };
        let Some(tried) = source.home.unanswered(answers, 30) else { return };
        let Some((_, (flow, _))) = source.home.targets().next() else { return };
        for (target, (_, at)) in source.home.targets().take(5) {
            let protocol = if flow.id.packet == 0 { "arp" } else { "unknown" };
            let mut draft = whole::draft(&LN_01, (severity, Confidence::High), flow, protocol, (*at, format!("{target}, one of {tried} addresses")));
            draft.kind = "addresses";
            draft.what = format!("{tried} addresses");
            tell(draft);
        }
    }

    /// Ports of one device that were tried in a row.
    fn ports(&self, source: &Source, severity: Severity, tell: Tell<'_>) {
        for (target, (_, ports)) in source.ports.iter().filter(|(_, (_, ports))| ports.len() >= PORTS) {
            let answered = ports.keys().filter(|port| self.taken.contains(&(source.end.ip, *target, **port))).count();
            let Some(flow) = ports.values().min_by_key(|flow| flow.id).filter(|_| answered * 10 < ports.len() * 3) else { continue };
            let excerpt = format!("{} ports of {target}, {answered} of them open", ports.len());
            let mut draft = whole::draft(&LN_01, (severity, Confidence::High), flow, "unknown", (whole::first(flow), excerpt));
            draft.kind = "ports";
            draft.what = format!("{} doors of one device", ports.len());
            tell(draft);
        }
    }

    /// Many addresses of the Internet at ports for remote control.
    fn worm(&self, home: &Home, source: &Source, tell: Tell<'_>) {
        let answers = |target: &IpAddr, flow: &Conversation| self.taken.contains(&(source.end.ip, *target, flow.server.port));
        let Some(tried) = source.outside.unanswered(answers, 5).filter(|_| home.side(source.end.ip) == Side::Home) else { return };
        let Some((_, (flow, _))) = source.outside.targets().next() else { return };
        for (target, (_, at)) in source.outside.targets().take(5) {
            let excerpt = format!("{target} port {}, one of {tried} addresses", flow.server.port);
            let mut draft = whole::draft(&LN_02, (Severity::Critical, Confidence::High), flow, "unknown", (*at, excerpt));
            draft.kind = "many";
            draft.what = format!("{tried} strangers' addresses");
            tell(draft);
        }
    }
}

impl Source {
    /// A connection with the mark: told from the fifth on, all on the first, so that it is one finding.
    fn marked(&mut self, flow: &Arc<Conversation>, at: At, tell: Tell<'_>) {
        self.marked += 1;
        let first = Arc::clone(self.first_marked.get_or_insert_with(|| Arc::clone(flow)));
        if self.marked < ENOUGH_MARKED {
            self.early.push((at, flow.server.ip));
            return;
        }
        if self.marked > MARKED {
            self.marked = MARKED;
            return;
        }
        for (at, target) in std::mem::take(&mut self.early).into_iter().chain([(at, flow.server.ip)]) {
            let excerpt = format!("its sequence number is the address {target}");
            let mut draft = whole::draft(&LN_02, (Severity::Critical, Confidence::Certain), &first, "unknown", (at, excerpt));
            draft.kind = "mirai";
            "many strangers' addresses with the mark of the Mirai worm".clone_into(&mut draft.what);
            tell(draft);
        }
    }

    fn port(&mut self, time: Timestamp, flow: &Arc<Conversation>) {
        let target = flow.server.ip;
        if self.ports.len() >= TARGETS && !self.ports.contains_key(&target) {
            return;
        }
        let (last, ports) = self.ports.entry(target).or_insert_with(|| (time, BTreeMap::new()));
        if ports.len() < PORTS && time.seconds_since(*last) > 60.0 {
            ports.clear();
        }
        if ports.len() < TRIED && !ports.contains_key(&flow.server.port) {
            *last = time;
            ports.insert(flow.server.port, Arc::clone(flow));
        }
    }
}

/// What a search weighs; none for those who look for everyone by design.
fn weight(kind: DeviceKind) -> Option<Severity> {
    use DeviceKind::{Computer, Console, Hub, Phone, Printer, Router, Speaker, Streamer, Tv};
    match kind {
        Router => None,
        Hub | Tv | Streamer | Speaker => Some(Severity::Medium),
        Phone | Computer | Console | Printer => Some(Severity::Info),
        _ => Some(Severity::High),
    }
}

/// Two ends of a link that have no conversation.
fn on_the_link(mac: Mac, from: IpAddr, target: IpAddr, time: Timestamp) -> Arc<Conversation> {
    let id = FlowId { packet: 0, depth: 0 };
    let (client, server) = (End { ip: from, port: 0, mac: Some(mac) }, End { ip: target, port: 0, mac: None });
    Arc::new(Conversation { id, client, server, transport: Transport::Other(0), first: time, started: true })
}

#[cfg(test)]
mod tests;
