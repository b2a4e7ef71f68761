//! One flow in a shard: who its ends are, its bytes in order, and its driver.

use std::net::IpAddr;

use crate::decode::packet::{Body, Packet, Tcp};
use crate::event::Event;
use crate::fact::{Conversation, FlowId, Knock, Reading, Totals, What};
use crate::flow::community;
use crate::flow::reassembly::{Piece, Segment, Stream};
use crate::flow::table::Age;
use crate::protocols::isakmp::{ESP, is_esp};
use crate::protocols::protocol::{Carrier, Protocol};
use crate::wire::{At, Direction, End, Mark, Transport};

use super::batch::Parcel;
use super::driver::{Driver, Listener};
use super::ear::Ear;
use super::pace::Meter;
use super::voice::Voice;

/// Times to live with which systems send (64 by RFC 1340 and since, 128, 255): a router takes one off each (RFC 791, section 3.2).
const FRESH: [u8; 3] = [64, 128, 255];

/// Encapsulating security payload (RFC 4303) among the IP protocols.
const ESP_NUMBER: u8 = 50;

/// A flow.
pub struct Flow {
    voice: Voice,
    driver: Driver,
    /// Whether the client is the lower end of the key.
    client_is_low: bool,
    streams: Option<Box<[Stream; 2]>>,
    /// Datagram bytes so far, by direction: offsets for places.
    told: [u64; 2],
    totals: Totals,
    meter: Meter,
    /// Whether it was told that its connection was asked for, and that it was answered.
    knocks: [bool; 2],
    reset: bool,
    /// Times to live of the first packet of each direction; 0 before.
    hops: [u8; 2],
    /// Whether something was counted since the last look.
    fresh: bool,
}

impl Flow {
    /// The flow that a packet begins; `announced`: what it will speak, as another flow said.
    pub fn new(parcel: &Parcel, upward: bool, announced: Option<&'static Protocol>) -> Self {
        let packet = &parcel.packet;
        let (transport, from_port, to_port) = packet.body.transport().unwrap_or((Transport::Other(0), 0, 0));
        let from = End { ip: packet.from, port: from_port, mac: packet.from_mac };
        let to = End { ip: packet.to, port: to_port, mac: packet.to_mac };
        let (sender_is_client, started) = roles(packet, from_port, to_port);
        let (client, server) = if sender_is_client { (from, to) } else { (to, from) };
        // At most 16 tunnels lie around a packet: the parts of an aggregate count on from there.
        let id = FlowId { packet: parcel.number, depth: packet.depth.saturating_add(parcel.part.saturating_mul(17)) };
        let driver = match transport {
            Transport::Tcp => Driver::new(Carrier::Stream, started),
            Transport::Udp => Driver::new(Carrier::Datagram, started),
            Transport::Other(ESP_NUMBER) => Driver::named(&ESP),
            Transport::Icmp | Transport::Other(_) => Driver::silent(),
        };
        let driver = announced.map_or(driver, |protocol| Driver::announced(protocol, started));
        Self {
            voice: Voice::new(Conversation { id, client, server, transport, first: parcel.time, started }),
            driver,
            client_is_low: sender_is_client == upward,
            streams: (transport == Transport::Tcp).then(Box::default),
            told: [0; 2],
            totals: Totals::default(),
            meter: Meter::default(),
            knocks: [false; 2],
            reset: false,
            hops: [0; 2],
            fresh: true,
        }
    }

    /// Its first packet.
    pub fn first_packet(&self) -> u64 {
        self.voice.conversation().id.packet
    }

    /// Whether a packet begins another connection under the same addresses and ports.
    pub fn is_over_for(&self, packet: &Packet, upward: bool) -> bool {
        let (Body::Tcp(tcp), Some(streams)) = (&packet.body, &self.streams) else { return false };
        if !tcp.has(Tcp::SYN) || tcp.has(Tcp::ACK) {
            return false;
        }
        let [to_server, to_client] = &**streams;
        let stream = if upward == self.client_is_low { to_server } else { to_client };
        stream.is_other(tcp.sequence)
    }

    /// Reads a packet.
    pub fn packet(&mut self, parcel: &Parcel, upward: bool, bytes: &[u8], ear: &mut Ear) {
        let direction = if upward == self.client_is_low { Direction::ToServer } else { Direction::ToClient };
        self.identify(direction, parcel, ear);
        self.count(direction, parcel);
        self.measure(direction, parcel, ear);
        self.knock(direction, &parcel.packet, ear);
        self.adjoin(direction, &parcel.packet, ear);
        let packet = &parcel.packet;
        let payload = bytes.get(packet.payload.clone()).unwrap_or_default();
        // A datagram from fragments lies in no single frame.
        let offset = matches!(parcel.held, super::batch::Held::Frame { .. }).then_some(packet.payload.start as u32);
        let segment = Segment { bytes: payload, missing: packet.missing, packet: parcel.number, time: parcel.time, offset };
        match packet.body {
            Body::Tcp(tcp) => self.segment(direction, tcp, segment, ear),
            Body::Udp { .. } => self.datagram(direction, segment, ear),
            Body::Other(ESP_NUMBER) => self.esp(direction, segment, ear),
            Body::Icmp { .. } | Body::Arp { .. } | Body::Link { .. } | Body::Ported { .. } | Body::Other(_) => {}
        }
    }

    /// What it waits for.
    pub fn age(&self) -> Age {
        let Some(streams) = &self.streams else { return Age::Brief };
        if self.reset || streams.iter().all(Stream::is_finished) { Age::Over } else { Age::Long }
    }

    /// Bytes of memory held beyond its own size.
    pub fn memory(&self) -> usize {
        let streams = self.streams.as_ref().map_or(0, |streams| size_of::<[Stream; 2]>() + streams.iter().map(Stream::memory).sum::<usize>());
        streams + self.driver.memory() + self.voice.memory()
    }

    /// Ends it: tells what waited, and what it came to.
    pub fn close(&mut self, ear: &mut Ear) {
        if let Some(mut streams) = self.streams.take() {
            for direction in [Direction::ToServer, Direction::ToClient] {
                if let Some(stream) = streams.get_mut(direction.index()) {
                    let (driver, mut to) = (&mut self.driver, Listener { voice: &mut self.voice, ear });
                    stream.settle(&mut |piece| {
                        give(driver, &mut to, direction, piece);
                    });
                    ear.tally.conflicts += stream.conflicts;
                }
            }
            self.totals.gaps = streams.iter().map(|stream| stream.gaps.saturating_add(stream.unseen())).sum();
        }
        self.driver.end(&mut Listener { voice: &mut self.voice, ear });
        if let Some(pace) = self.meter.end() {
            self.voice.aside(ear, self.driver.protocol(), Direction::ToServer, What::Pace(pace));
        }
        let totals = self.judged();
        self.voice.tell(ear, self.driver.protocol(), Direction::ToServer, What::Closed(totals));
    }

    /// Tells how far it is, if anything happened since it was asked last.
    pub fn progress(&mut self, ear: &mut Ear) {
        if std::mem::take(&mut self.fresh) {
            let totals = self.judged();
            self.voice.progress(ear, self.driver.protocol(), totals);
        }
    }

    fn judged(&self) -> Totals {
        let mut totals = self.totals.clone();
        if let Some(streams) = &self.streams {
            totals.gaps = streams.iter().map(|stream| stream.gaps.saturating_add(stream.unseen())).sum();
        }
        self.driver.judge(&self.voice, &mut totals);
        let transport = self.voice.conversation().transport;
        if matches!(transport, Transport::Other(_)) && totals.reading == Reading::Undetermined {
            totals.reading_reason = format!("{transport} is not read");
        }
        totals
    }

    fn count(&mut self, direction: Direction, parcel: &Parcel) {
        let index = direction.index();
        if let (Some(packets), Some(bytes)) = (self.totals.packets.get_mut(index), self.totals.bytes.get_mut(index)) {
            *packets += 1;
            *bytes += u64::from(parcel.wire);
        }
        self.totals.last = self.totals.last.max(parcel.time);
        self.fresh = true;
    }

    /// Tells what the period that is over came to.
    fn measure(&mut self, direction: Direction, parcel: &Parcel, ear: &mut Ear) {
        let payload = parcel.packet.payload.len() + parcel.packet.missing;
        if let Some(pace) = self.meter.count(direction, (parcel.number, parcel.time), parcel.wire, payload) {
            self.voice.aside(ear, self.driver.protocol(), Direction::ToServer, What::Pace(pace));
        }
    }

    /// Tells how a TCP connection comes about.
    fn knock(&mut self, direction: Direction, packet: &Packet, ear: &mut Ear) {
        let [asked, answered] = &mut self.knocks;
        let Body::Tcp(tcp) = &packet.body else { return };
        if *answered || !tcp.has(Tcp::SYN) && !tcp.has(Tcp::RST) {
            return;
        }
        let knock = match direction {
            Direction::ToServer if tcp.has(Tcp::SYN) && !tcp.has(Tcp::ACK) && !*asked => {
                *asked = true;
                Knock::Asked { marked: matches!(packet.to, IpAddr::V4(to) if to.to_bits() == tcp.sequence) }
            }
            Direction::ToClient if *asked => {
                *answered = true;
                if tcp.has(Tcp::SYN | Tcp::ACK) { Knock::Taken } else { Knock::Refused }
            }
            _ => return,
        };
        self.voice.aside(ear, self.driver.protocol(), direction, What::Knock(knock));
    }

    /// Tells that no router stands between the ends, where that shows.
    fn adjoin(&mut self, direction: Direction, packet: &Packet, ear: &mut Ear) {
        let Some(hops) = self.hops.get_mut(direction.index()).filter(|hops| **hops == 0) else { return };
        *hops = packet.ttl.max(1);
        let ends = self.voice.conversation();
        if packet.depth == 0
            && self.hops.iter().all(|hops| FRESH.contains(hops))
            && ends.transport == Transport::Tcp
            && are_neighbours(&ends.client, &ends.server)
        {
            self.voice.aside(ear, self.driver.protocol(), direction, What::Adjoining);
        }
    }

    /// Tells the number of the flow, where anyone wants it.
    fn identify(&mut self, direction: Direction, parcel: &Parcel, ear: &mut Ear) {
        let is_first = self.totals.packets == [0, 0];
        if !ear.fingerprints || !(is_first || community::may_differ(&parcel.packet.body)) {
            return;
        }
        if let Some(value) = community::community_id(&parcel.packet) {
            let at = At { packet: parcel.number, time: parcel.time, offset: None, length: 0 };
            self.voice.identify(ear, direction, value, at);
        }
    }

    fn datagram(&mut self, direction: Direction, segment: Segment<'_>, ear: &mut Ear) {
        let Some(told) = self.told.get_mut(direction.index()) else { return };
        let length = segment.bytes.len() as u32;
        let mark = Mark { stream: *told, length, packet: segment.packet, time: segment.time, offset: segment.offset };
        *told += u64::from(length);
        self.totals.gaps += segment.missing as u64;
        if self.driver.bytes(direction, segment.bytes, mark, &mut Listener { voice: &mut self.voice, ear }) {
            self.swap();
        }
    }

    /// ESP has no handshake of its own and no ports: its first packet that hides what it carries seals the flow.
    fn esp(&mut self, direction: Direction, segment: Segment<'_>, ear: &mut Ear) {
        if self.voice.sealed.is_none() && is_esp(segment.bytes) {
            let at = At { packet: segment.packet, time: segment.time, offset: segment.offset, length: segment.bytes.len() as u32 };
            self.voice.hear(ear, &ESP, direction, Event::Sealed { with: "ESP", at });
        }
    }

    fn segment(&mut self, direction: Direction, tcp: Tcp, segment: Segment<'_>, ear: &mut Ear) {
        let Some(streams) = &mut self.streams else { return };
        let [to_server, to_client] = &mut **streams;
        let (stream, other) = match direction {
            Direction::ToServer => (to_server, to_client),
            Direction::ToClient => (to_client, to_server),
        };
        let mut sequence = tcp.sequence;
        if tcp.has(Tcp::SYN) {
            stream.begin(sequence);
            sequence = sequence.wrapping_add(1);
            if tcp.has(Tcp::ACK) {
                // What is acknowledged is the other end's SYN, seen or not.
                other.begin(tcp.acknowledgement.wrapping_sub(1));
            }
        }
        if tcp.has(Tcp::ACK) {
            other.acknowledge(tcp.acknowledgement);
        }
        self.reset |= tcp.has(Tcp::RST);
        // A reset's payload, if any, is an explanation and no data of the stream (RFC 9293, section 3.5.3).
        if tcp.has(Tcp::RST) {
            return;
        }
        let mut swapped = false;
        if self.driver.is_silent() {
            stream.count(sequence, segment.bytes.len() + segment.missing);
        } else {
            let (driver, mut to) = (&mut self.driver, Listener { voice: &mut self.voice, ear });
            stream.push(sequence, segment, tcp.has(Tcp::FIN), &mut |piece| {
                let direction = if swapped { direction.flip() } else { direction };
                swapped ^= give(driver, &mut to, direction, piece);
            });
            if self.driver.is_silent() {
                streams.iter_mut().for_each(Stream::forget);
            }
        }
        if swapped {
            self.swap();
        }
    }

    /// The client was the server: everything that is kept by direction changes places.
    fn swap(&mut self) {
        self.client_is_low = !self.client_is_low;
        self.totals.packets.reverse();
        self.totals.bytes.reverse();
        self.told.reverse();
        self.hops.reverse();
        self.meter.swap();
        if let Some(streams) = &mut self.streams {
            streams.reverse();
        }
    }
}

fn give(driver: &mut Driver, to: &mut Listener<'_>, direction: Direction, piece: Piece<'_>) -> bool {
    match piece {
        Piece::Bytes(bytes, mark) => driver.bytes(direction, bytes, mark, to),
        Piece::Gap(missing) => {
            driver.gap(direction, missing, to);
            false
        }
    }
}

/// Whether the sender of a flow's first packet is its client, and whether the flow's start was seen.
fn roles(packet: &Packet, from_port: u16, to_port: u16) -> (bool, bool) {
    match &packet.body {
        Body::Tcp(tcp) if tcp.has(Tcp::SYN) => (!tcp.has(Tcp::ACK), !tcp.has(Tcp::ACK)),
        // Picked up in the middle: the lower port is the server's, as far as anyone can tell.
        Body::Tcp(_) => (from_port >= to_port, false),
        // An answer to what was not seen, or a DHCP offer: from a well-known port to one that is none, or to the DHCP client's.
        Body::Udp { .. } if from_port < 1_024 && (to_port >= 1_024 || (from_port, to_port) == (67, 68)) && !is_group(packet) => (false, false),
        _ => (true, true),
    }
}

/// Whether two ends have hardware addresses of their own, and IPv4 addresses that are not private and differ in the last byte only: so are those of one link
/// numbered, and seldom those of machines that stand behind a router or an emulated one, which writes times to live anew.
fn are_neighbours(one: &End, other: &End) -> bool {
    let (Some(mac), Some(other_mac), IpAddr::V4(ip), IpAddr::V4(other_ip)) = (one.mac, other.mac, one.ip, other.ip) else { return false };
    let is_public = !ip.is_private() && !ip.is_link_local() && !ip.is_loopback() && !ip.is_multicast() && !ip.is_unspecified();
    let is_beside = ip != other_ip && ip.to_bits() >> 8 == other_ip.to_bits() >> 8;
    is_public && is_beside && mac != other_mac && mac.is_device() && other_mac.is_device()
}

fn is_group(packet: &Packet) -> bool {
    packet.to.is_multicast()
}

#[cfg(test)]
mod tests;
