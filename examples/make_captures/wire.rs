//! Packets: Ethernet, ARP and neighbour discovery, IPv4 and IPv6, UDP, TCP conversations. Everything has its true checksum.
//!
//! A [`Net`] is a home behind one router, seen from inside. Time passes as packets are sent; a generator seeded with the scenario's name
//! makes what varies.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use serde_json::{Value, json};

use super::cast::Cast;

/// 2026-04-22T08:00:00Z: when every capture begins.
const BEGIN: u64 = 1_776_844_800_000_000;
/// The router's hardware address.
pub const ROUTER_MAC: [u8; 6] = [0x00, 0x00, 0x5e, 0x00, 0x53, 0x01];
/// The router's address at home.
pub const ROUTER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 168, 7, 1));
const BROADCAST: [u8; 6] = [0xff; 6];

/// An address of version 4.
pub const fn v4(a: u8, b: u8, c: u8, d: u8) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(a, b, c, d))
}

/// An address of the documentation prefix, `2001:db8:NET::HOST`.
pub const fn v6(net: u16, host: u16) -> IpAddr {
    IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, net, 0, 0, 0, 0, host))
}

/// An end of a conversation: a device at home, or a server behind the router.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Host {
    /// Its hardware address; of a server the router's.
    pub mac: [u8; 6],
    /// Its address.
    pub ip: IpAddr,
}

impl Host {
    /// A device at home, with the last byte of its hardware address and of its address.
    pub const fn home(mac: u8, last: u8) -> Self {
        Self { mac: [0x00, 0x00, 0x5e, 0x00, 0x53, mac], ip: v4(192, 168, 7, last) }
    }

    /// The same device by another address.
    pub const fn by(self, ip: IpAddr) -> Self {
        Self { mac: self.mac, ip }
    }

    /// A server somewhere on the Internet.
    pub const fn server(ip: IpAddr) -> Self {
        Self { mac: ROUTER_MAC, ip }
    }

    /// The router itself.
    pub const fn router() -> Self {
        Self { mac: ROUTER_MAC, ip: ROUTER }
    }
}

/// A frame and when it was sent.
#[derive(Clone, Debug)]
pub struct Sent {
    /// Microseconds since 1970.
    pub micros: u64,
    /// From the destination's hardware address on.
    pub bytes: Vec<u8>,
}

/// A home network that is listened to.
pub struct Net {
    frames: Vec<Sent>,
    now: u64,
    state: u64,
    identification: u16,
    port: u16,
    /// The VLAN that every frame is tagged with.
    pub vlan: Option<u16>,
    /// Whether everybody uses addresses of version 6 (but for DHCP).
    pub six: bool,
    /// Who lives there: the values that take the place of those in the scenarios.
    pub cast: Cast,
    /// What was said, to find again where the truths stand.
    said: Vec<Said>,
    /// Whether what is said is kept, so that truths can be found.
    pub keep_said: bool,
    truths: Vec<Truth>,
    /// Of a wait, so many hundredths are sure, and so many at random.
    jitter: [u64; 2],
    /// Bytes of payload in one segment.
    segment: usize,
}

/// A piece of what one end said, as it was sent.
struct Said {
    flow: Arc<str>,
    up: bool,
    /// Where it begins among all that this end said there; 0 in a datagram.
    offset: usize,
    bytes: Vec<u8>,
    /// 1-based number of the frame.
    frame: usize,
    datagram: bool,
}

/// What stands somewhere on the wire, and the code that must be told of it.
struct Truth {
    label: &'static str,
    code: &'static str,
    needle: Vec<u8>,
}

impl Net {
    /// A silent network. Seed 0 is the one that is kept; others differ in people, times, lengths and noise.
    pub fn new(name: &str, seed: u64, cast: Cast) -> Self {
        let add = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        let mut state = name.bytes().fold(0xcbf2_9ce4_8422_2325u64, add);
        let mut net = Self {
            frames: Vec::new(),
            now: BEGIN,
            state,
            identification: 0x1000,
            port: 49_200,
            vlan: None,
            six: false,
            cast,
            said: Vec::new(),
            keep_said: true,
            truths: Vec::new(),
            jitter: [90, 20],
            segment: 1_400,
        };
        if seed > 0 {
            state = seed.to_le_bytes().into_iter().fold(state, add);
            net.state = state;
            net.now += net.random() % 1_000_000_000;
            net.jitter = [60, 40 + net.random() % 80];
            net.segment = 500 + (net.random() % 900) as usize;
            net.port += (net.random() % 9_000) as u16;
        }
        net
    }

    /// Declares that these bytes, wherever they were or will be said, are of this kind and must be told by this code.
    pub fn truth(&mut self, label: &'static str, code: &'static str, needle: &[u8]) {
        let needle = self.cast.say(needle);
        self.truths.push(Truth { label, code, needle });
    }

    /// Where every truth stands: flow, direction, byte range among what was said in that direction (or within the datagram), frames.
    pub fn found(&self) -> Vec<Value> {
        let mut all = Vec::new();
        let mut flows: Vec<(&Arc<str>, bool, bool)> = Vec::new();
        for said in &self.said {
            if !flows.iter().any(|(flow, up, _)| **flow == said.flow && *up == said.up) {
                flows.push((&said.flow, said.up, said.datagram));
            }
        }
        for truth in &self.truths {
            let before = all.len();
            for (flow, up, datagram) in &flows {
                let pieces: Vec<&Said> = self.said.iter().filter(|said| said.flow == **flow && said.up == *up).collect();
                let rows: Vec<Vec<&Said>> = if *datagram { pieces.into_iter().map(|piece| vec![piece]).collect() } else { vec![pieces] };
                for row in rows {
                    let whole: Vec<u8> = row.iter().flat_map(|said| said.bytes.clone()).collect();
                    let mut from = 0;
                    while let Some(found) = whole.get(from..).and_then(|rest| memchr::memmem::find(rest, &truth.needle)).filter(|_| all.len() < before + 8) {
                        let (start, end) = (from + found, from + found + truth.needle.len());
                        let frames: Vec<usize> =
                            row.iter().filter(|said| said.offset < end && said.offset + said.bytes.len() > start).map(|said| said.frame).collect();
                        all.push(json!({"label": truth.label, "must": truth.code, "flow": flow.as_ref(), "direction": if *up { "up" } else { "down" }, "offset": start, "length": end - start, "packets": frames}));
                        from = end;
                    }
                }
            }
            assert!(all.len() > before, "{} of {} is said nowhere", truth.label, truth.code);
        }
        all
    }

    /// The address that is used for another one.
    fn address(&self, ip: IpAddr) -> IpAddr {
        let IpAddr::V4(four) = ip else { return ip };
        let [a, b, c, d] = four.octets();
        let six = match (self.six, a) {
            (false, _) | (_, 0) => return ip,
            (_, 255) => Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 1),
            (_, 224) => Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, u16::from(d)),
            (_, 239) => Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 0xc),
            (_, 192) if b == 168 => Ipv6Addr::new(0x2001, 0xdb8, u16::from(c), 0, 0, 0, 0, u16::from(d)),
            _ => Ipv6Addr::new(0x2001, 0xdb8, 0x1000 | u16::from(a), u16::from(c), 0, 0, 0, u16::from(d)),
        };
        IpAddr::V6(six)
    }

    /// The same end by the address that is used.
    pub fn end(&self, host: Host) -> Host {
        host.by(self.address(host.ip))
    }

    fn say(&mut self, flow: &Arc<str>, up: bool, offset: usize, bytes: &[u8], datagram: bool) {
        if !self.keep_said {
            return;
        }
        let frame = self.frames.len() + 1;
        self.said.push(Said { flow: Arc::clone(flow), up, offset, bytes: bytes.to_vec(), frame, datagram });
    }

    /// What was sent, in the order of time.
    pub fn frames(&self) -> Vec<Sent> {
        self.frames.clone()
    }

    /// Seconds since 1970.
    pub fn seconds(&self) -> u64 {
        self.now / 1_000_000
    }

    /// Lets so many milliseconds pass, give or take a tenth.
    pub fn wait(&mut self, millis: u64) {
        let [sure, random] = self.jitter;
        let jitter = self.random() % (millis * random * 10 + 1);
        self.now += millis * sure * 10 + jitter;
    }

    /// Lets so many milliseconds pass, to the half second: what a machine does by its clock.
    pub fn tick(&mut self, millis: u64) {
        self.now += millis * 1_000 + self.random() % 500_000;
    }

    /// The next random number (splitmix64).
    pub fn random(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// Bytes that look like ciphertext.
    pub fn noise(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.random() as u8).collect()
    }

    /// A port that no conversation has used, or none lately.
    pub fn fresh_port(&mut self) -> u16 {
        let step = 1 + (self.random() % 7) as u16;
        self.port = self.port.checked_add(step).unwrap_or(40_000 + step);
        self.port
    }

    /// Sends a frame of some Ethernet type.
    fn frame(&mut self, from: [u8; 6], to: [u8; 6], kind: u16, payload: &[u8]) {
        let mut bytes = [to, from].concat();
        if let Some(vlan) = self.vlan {
            bytes.extend([0x81, 0x00]);
            bytes.extend(vlan.to_be_bytes());
        }
        bytes.extend(kind.to_be_bytes());
        bytes.extend(payload);
        // Shorter frames are filled up.
        bytes.resize(bytes.len().max(60), 0);
        self.frames.push(Sent { micros: self.now, bytes });
        self.now += 40 + self.random() % 160;
    }

    /// Asks who has an address, and the answer: by ARP, or by neighbour discovery.
    pub fn resolve(&mut self, asker: Host, wanted: Host) {
        let (asker, wanted) = (self.end(asker), self.end(wanted));
        if let (IpAddr::V4(from), IpAddr::V4(to)) = (asker.ip, wanted.ip) {
            self.frame(asker.mac, BROADCAST, 0x0806, &arp(1, (asker.mac, from), ([0; 6], to)));
            self.wait(1);
            self.frame(wanted.mac, asker.mac, 0x0806, &arp(2, (wanted.mac, to), (asker.mac, from)));
        } else if let (IpAddr::V6(from), IpAddr::V6(to)) = (asker.ip, wanted.ip) {
            let [.., a, b, c] = to.octets();
            let group = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 1, 0xff00 | u16::from(a), u16::from(b) << 8 | u16::from(c));
            self.neighbour(
                asker.mac,
                [0x33, 0x33, 0xff, a, b, c],
                (from, group),
                &[&[135, 0, 0, 0, 0, 0, 0, 0], &to.octets()[..], &[1, 1], &asker.mac].concat(),
            );
            self.wait(1);
            let flags = 0x60;
            self.neighbour(wanted.mac, asker.mac, (to, from), &[&[136, 0, 0, 0, flags, 0, 0, 0], &to.octets()[..], &[2, 1], &wanted.mac].concat());
        }
    }

    /// Asks by ARP for an address that nobody has.
    pub fn ask_in_vain(&mut self, asker: Host, wanted: Ipv4Addr) {
        if let IpAddr::V4(from) = asker.ip {
            self.frame(asker.mac, BROADCAST, 0x0806, &arp(1, (asker.mac, from), ([0; 6], wanted)));
        }
    }

    /// Knocks at a port of an address of version 4, with a sequence number of one's own; nobody answers.
    pub fn knock(&mut self, (from, from_port): (Host, u16), (to, to_port): (Ipv4Addr, u16), sequence: u32) {
        let ends = [(from, from_port), (Host::server(IpAddr::V4(to)), to_port)];
        let tcp = Tcp { ends, next: [sequence, 0], last: Vec::new(), flow: Arc::from(""), sent: [0; 2] };
        tcp.raw(self, 0, sequence, SYN, &[]);
    }

    fn neighbour(&mut self, from_mac: [u8; 6], to_mac: [u8; 6], (from, to): (Ipv6Addr, Ipv6Addr), message: &[u8]) {
        let mut message = message.to_vec();
        put_checksum(&mut message, 2, IpAddr::V6(from), IpAddr::V6(to), 58);
        self.frame(from_mac, to_mac, 0x86dd, &ipv6(from, to, 58, 255, &message));
    }

    /// Sends an IP packet.
    fn packet(&mut self, from: Host, to: Host, to_mac: [u8; 6], protocol: u8, payload: &[u8]) {
        let ttl = if from.mac == ROUTER_MAC && from.ip != ROUTER { 52 } else { 64 };
        match (from.ip, to.ip) {
            (IpAddr::V4(source), IpAddr::V4(destination)) => {
                self.identification = self.identification.wrapping_add(1);
                let packet = ipv4(source, destination, protocol, ttl, self.identification, payload);
                self.frame(from.mac, to_mac, 0x0800, &packet);
            }
            (IpAddr::V6(source), IpAddr::V6(destination)) => self.frame(from.mac, to_mac, 0x86dd, &ipv6(source, destination, protocol, ttl, payload)),
            _ => {}
        }
    }

    /// Sends a UDP datagram.
    pub fn udp(&mut self, (from, from_port): (Host, u16), (to, to_port): (Host, u16), payload: &[u8]) {
        let is_dhcp = matches!((from_port, to_port), (67, 68) | (68, 67));
        let (from, to) = if is_dhcp { (from, to) } else { (self.end(from), self.end(to)) };
        let payload = &self.cast.say(payload);
        let (near, far) = (format!("{}:{from_port}", from.ip), format!("{}:{to_port}", to.ip));
        let is_back = self.said.iter().any(|said| said.datagram && *said.flow == *format!("udp {far} {near}"));
        let flow: Arc<str> = if is_back { format!("udp {far} {near}") } else { format!("udp {near} {far}") }.into();
        self.say(&flow, !is_back, 0, payload, true);
        let mut datagram = Vec::new();
        datagram.extend(from_port.to_be_bytes());
        datagram.extend(to_port.to_be_bytes());
        datagram.extend((payload.len() as u16 + 8).to_be_bytes());
        datagram.extend([0, 0]);
        datagram.extend(payload);
        put_checksum(&mut datagram, 6, from.ip, to.ip, 17);
        self.packet(from, to, group_mac(to), 17, &datagram);
    }

    /// Opens a TCP connection: the three-way handshake.
    pub fn connect(&mut self, client: Host, server: Host, port: u16) -> Tcp {
        let (client, server) = (self.end(client), self.end(server));
        let client_port = self.fresh_port();
        let next = [self.random() as u32, self.random() as u32];
        let flow = format!("tcp {}:{client_port} {}:{port}", client.ip, server.ip).into();
        let mut tcp = Tcp { ends: [(client, client_port), (server, port)], next, last: Vec::new(), flow, sent: [0; 2] };
        tcp.segment(self, 0, SYN, &[]);
        self.wait(18);
        tcp.segment(self, 1, SYN | ACK, &[]);
        tcp.segment(self, 0, ACK, &[]);
        tcp
    }
}

const FIN: u8 = 1;
const SYN: u8 = 2;
const PSH: u8 = 8;
const ACK: u8 = 16;

/// A TCP connection; end 0 is the client.
pub struct Tcp {
    ends: [(Host, u16); 2],
    next: [u32; 2],
    /// The last segment with payload: from which end, with what number, what.
    last: Vec<(usize, u32, Vec<u8>)>,
    flow: Arc<str>,
    /// Bytes that each end has said.
    sent: [usize; 2],
}

impl Tcp {
    /// The client sends; the server acknowledges.
    pub fn up(&mut self, net: &mut Net, payload: &[u8]) {
        self.send(net, 0, payload);
    }

    /// The server sends; the client acknowledges.
    pub fn down(&mut self, net: &mut Net, payload: &[u8]) {
        self.send(net, 1, payload);
    }

    fn send(&mut self, net: &mut Net, from: usize, payload: &[u8]) {
        net.wait(4);
        let payload = net.cast.say(payload);
        let segment = net.segment;
        for (index, piece) in payload.chunks(segment).enumerate() {
            if let Some(sent) = self.sent.get_mut(from) {
                net.say(&self.flow, from == 0, *sent, piece, false);
                *sent += piece.len();
            }
            self.last = vec![(from, self.next.get(from).copied().unwrap_or(0), piece.to_vec())];
            self.segment(net, from, PSH | ACK, piece);
            if index % 2 == 1 {
                self.segment(net, 1 - from, ACK, &[]);
            }
        }
        net.wait(16);
        self.segment(net, 1 - from, ACK, &[]);
    }

    /// The last segment is sent once more: its acknowledgement got lost.
    pub fn resend(&mut self, net: &mut Net) {
        for (from, sequence, piece) in self.last.clone() {
            net.wait(210);
            self.raw(net, from, sequence, PSH | ACK, &piece);
            self.segment(net, 1 - from, ACK, &[]);
        }
    }

    /// Both ends are done.
    pub fn close(mut self, net: &mut Net) {
        net.wait(30);
        self.segment(net, 0, FIN | ACK, &[]);
        net.wait(16);
        self.segment(net, 1, FIN | ACK, &[]);
        self.segment(net, 0, ACK, &[]);
    }

    /// Sends bytes at a place of this end's stream, before or behind what is due: a trial of the reader. Nothing is acknowledged.
    pub fn odd(&mut self, net: &mut Net, from: usize, ahead: i32, payload: &[u8]) {
        let sequence = self.next.get(from).copied().unwrap_or(0).wrapping_add_signed(ahead);
        self.raw(net, from, sequence, PSH | ACK, payload);
    }

    /// So many bytes of this end were sent where nobody listened.
    pub fn skip(&mut self, from: usize, bytes: u32) {
        if let Some(next) = self.next.get_mut(from) {
            *next = next.wrapping_add(bytes);
        }
    }

    fn segment(&mut self, net: &mut Net, from: usize, flags: u8, payload: &[u8]) {
        let sequence = self.next.get(from).copied().unwrap_or(0);
        self.raw(net, from, sequence, flags, payload);
        let step = payload.len() as u32 + u32::from(flags & (SYN | FIN) != 0);
        if let Some(next) = self.next.get_mut(from) {
            *next = next.wrapping_add(step);
        }
    }

    fn raw(&self, net: &mut Net, from: usize, sequence: u32, flags: u8, payload: &[u8]) {
        let [client, server] = self.ends;
        let [client_next, server_next] = self.next;
        let ((source, source_port), (target, target_port), acknowledged) =
            if from == 0 { (client, server, server_next) } else { (server, client, client_next) };
        // Segment size 1460, window scale 7, selective acknowledgements.
        let options: &[u8] = if flags & SYN != 0 { &[2, 4, 5, 0xb4, 1, 3, 3, 7, 1, 1, 4, 2] } else { &[] };
        let mut bytes = Vec::new();
        bytes.extend(source_port.to_be_bytes());
        bytes.extend(target_port.to_be_bytes());
        bytes.extend(sequence.to_be_bytes());
        bytes.extend(if flags & ACK == 0 { 0 } else { acknowledged }.to_be_bytes());
        let window: u16 = if flags & SYN != 0 { 64_240 } else { 501 };
        bytes.extend([((20 + options.len()) as u8 / 4) << 4, flags]);
        bytes.extend(window.to_be_bytes());
        bytes.extend([0; 4]);
        bytes.extend(options);
        bytes.extend(payload);
        put_checksum(&mut bytes, 16, source.ip, target.ip, 6);
        net.packet(source, target, target.mac, 6, &bytes);
    }
}

fn arp(operation: u8, (from_mac, from): ([u8; 6], Ipv4Addr), (to_mac, to): ([u8; 6], Ipv4Addr)) -> Vec<u8> {
    [&[0, 1, 8, 0, 6, 4, 0, operation], &from_mac[..], &from.octets(), &to_mac, &to.octets()].concat()
}

fn ipv4(from: Ipv4Addr, to: Ipv4Addr, protocol: u8, ttl: u8, identification: u16, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x45, 0];
    packet.extend((payload.len() as u16 + 20).to_be_bytes());
    packet.extend(identification.to_be_bytes());
    packet.extend([0x40, 0, ttl, protocol, 0, 0]);
    packet.extend(from.octets());
    packet.extend(to.octets());
    let sum = fold(add(0, &packet));
    set(&mut packet, 10, sum);
    packet.extend(payload);
    packet
}

fn ipv6(from: Ipv6Addr, to: Ipv6Addr, protocol: u8, hops: u8, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x60, 0, 0, 0];
    packet.extend((payload.len() as u16).to_be_bytes());
    packet.extend([protocol, hops]);
    packet.extend(from.octets());
    packet.extend(to.octets());
    packet.extend(payload);
    packet
}

/// The hardware address that an IP packet goes to; groups have their own.
fn group_mac(to: Host) -> [u8; 6] {
    match to.ip {
        IpAddr::V4(ip) if ip.is_broadcast() => BROADCAST,
        IpAddr::V4(ip) if ip.is_multicast() => {
            let [_, b, c, d] = ip.octets();
            [0x01, 0x00, 0x5e, b & 0x7f, c, d]
        }
        IpAddr::V6(ip) if ip.is_multicast() => {
            let [.., a, b, c, d] = ip.octets();
            [0x33, 0x33, a, b, c, d]
        }
        _ => to.mac,
    }
}

/// Puts in the checksum of a datagram, segment or message, with the pseudo-header (RFC 9293, section 3.1; RFC 8200, section 8.1).
fn put_checksum(bytes: &mut [u8], at: usize, from: IpAddr, to: IpAddr, protocol: u8) {
    let mut sum = u32::from(protocol) + bytes.len() as u32;
    for ip in [from, to] {
        sum = match ip {
            IpAddr::V4(ip) => add(sum, &ip.octets()),
            IpAddr::V6(ip) => add(sum, &ip.octets()),
        };
    }
    let folded = fold(add(sum, bytes));
    set(bytes, at, if folded == 0 && protocol == 17 { 0xffff } else { folded });
}

fn add(sum: u32, bytes: &[u8]) -> u32 {
    let word = |pair: &[u8]| pair.first().map_or(0, |&high| u32::from(high) << 8) + pair.get(1).map_or(0, |&low| u32::from(low));
    sum + bytes.chunks(2).map(word).sum::<u32>()
}

fn fold(mut sum: u32) -> u16 {
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}

fn set(bytes: &mut [u8], at: usize, value: u16) {
    if let Some(place) = bytes.get_mut(at..at + 2) {
        place.copy_from_slice(&value.to_be_bytes());
    }
}
