//! RTP and RTCP over UDP (RFC 3550, RFC 3551, RFC 5761): voice and moving pictures as they are spoken and seen.
//!
//! In come datagrams, perhaps mixed with STUN on the same ports (RFC 7983). Out go what streams carry, once a stream, where that shows in the clear,
//! what RTCP says of people, and that a stream is SRTP (RFC 3711) where its payload is ciphertext. RTP has nothing to be recognised by in one
//! datagram: the flow is nobody's until its streams are streams and something was told of them.

mod header;
mod payload;
pub(super) mod rtcp;
mod watch;

use super::demux::{self, Kind};
use super::protocol::{Carrier, Input, Nature, Parser, Probe, Progress, Protocol, Say, Verdict};
use super::stream::{Both, after};
use crate::event::Event;
use crate::wire::Direction;
pub(super) use header::Packet;
pub(super) use watch::{Found, Watch};

/// RTP over UDP.
pub static RTP: Protocol = Protocol { name: "rtp", carrier: Carrier::Datagram, nature: Nature::Either, ports: &[], probe, open: || Box::new(Rtp::default()) };

/// RTCP over UDP, on ports of its own.
pub static RTCP: Protocol =
    Protocol { name: "rtcp", carrier: Carrier::Datagram, nature: Nature::Clear, ports: &[], probe: probe_rtcp, open: || Box::new(Rtcp::default()) };

/// Datagrams of no stream that are borne before there is a stream.
const STRANGERS: usize = 4;
/// Ports below are those of services that carry no media.
const LOWEST_PORT: u16 = 1_024;
/// A packet is longer than its header and fits a frame.
const LENGTHS: std::ops::RangeInclusive<usize> = 14..=1_500;

fn probe(probe: &Probe<'_>) -> Verdict {
    let is_media = probe.from_port.min(probe.to_port) >= LOWEST_PORT && LENGTHS.contains(&probe.bytes.len());
    let packet = Packet::read(probe.bytes).filter(|packet| is_media && packet.has_usual_kind() && packet.source != 0 && !packet.payload.is_empty());
    if packet.is_some() { Verdict::Yes } else { Verdict::No }
}

fn probe_rtcp(probe: &Probe<'_>) -> Verdict {
    if rtcp::is_rtcp(probe.bytes) { Verdict::Yes } else { Verdict::No }
}

/// What both directions of a flow carry as RTP and RTCP, for whoever shares its ports with them.
#[derive(Default)]
pub(super) struct Carried {
    watches: Both<Watch>,
}

impl Carried {
    /// Takes a datagram whose first byte is RTP's, and tells what shows by it. Whether it was one.
    pub(super) fn take(&mut self, input: &Input<'_>, say: Say<'_>) -> bool {
        if rtcp::may_be(input.bytes) {
            if rtcp::is_rtcp(input.bytes) {
                rtcp::tell(input, say);
            }
            return true;
        }
        let Some(packet) = Packet::read(input.bytes) else { return false };
        let at = input.at(input.bytes.len().saturating_sub(packet.payload.len()), packet.payload.len());
        match self.watches.of_mut(input.direction).take(&packet, &[]) {
            Some(Found::Clear(media, codec)) => say(Event::Media { media, codec, at }),
            Some(Found::Cipher) => say(Event::Sealed { with: "SRTP", at }),
            None => {}
        }
        true
    }

    /// Bytes of memory held.
    pub(super) fn memory(&self) -> usize {
        BOTH.iter().map(|direction| self.watches.of(*direction).memory()).sum()
    }

    fn is_certain(&self) -> bool {
        BOTH.iter().any(|direction| self.watches.of(*direction).is_certain())
    }

    fn count(&self) -> usize {
        BOTH.iter().map(|direction| self.watches.of(*direction).count()).sum()
    }
}

const BOTH: [Direction; 2] = [Direction::ToServer, Direction::ToClient];

#[derive(Default)]
struct Rtp {
    carried: Carried,
    strangers: usize,
}

impl Parser for Rtp {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        if demux::is_stun(input.bytes) {
            return Progress::Handover(0);
        }
        let is_rtp = match demux::kind(input.bytes) {
            Kind::Rtp => self.carried.take(&input, say),
            Kind::Channel => match demux::channel_data(input.bytes) {
                Some(_) => self.carried.take(&after(&input, demux::CHANNEL_HEADER), say),
                None => false,
            },
            _ => false,
        };
        self.strangers += usize::from(!is_rtp);
        let is_chance = !self.carried.is_certain() && self.strangers + self.carried.count() > STRANGERS;
        if is_chance { Progress::Lost } else { Progress::Consumed(input.bytes.len()) }
    }

    fn memory(&self) -> usize {
        self.carried.memory()
    }
}

/// RTCP beside RTP, or the RTP that comes after it on the same ports.
#[derive(Default)]
struct Rtcp {
    carried: Carried,
}

impl Parser for Rtcp {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        if demux::kind(input.bytes) != Kind::Rtp {
            return if demux::is_stun(input.bytes) { Progress::Handover(0) } else { Progress::Consumed(input.bytes.len()) };
        }
        self.carried.take(&input, say);
        Progress::Consumed(input.bytes.len())
    }

    fn memory(&self) -> usize {
        self.carried.memory()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::drive_datagrams;
    use super::*;
    use Direction::ToServer;

    fn packet(kind: u8, number: u16, payload: &[u8]) -> Vec<u8> {
        let mut packet = vec![0x80, kind];
        packet.extend(number.to_be_bytes());
        packet.extend((u32::from(number) * 160).to_be_bytes());
        packet.extend([1, 2, 3, 4]);
        packet.extend(payload);
        packet
    }

    fn told(datagrams: &[Vec<u8>]) -> Vec<String> {
        drive_datagrams((RTP.open)(), &datagrams.iter().map(|datagram| (ToServer, datagram.as_slice())).collect::<Vec<_>>())
    }

    fn asked(bytes: &[u8], port: u16) -> Verdict {
        probe(&Probe { bytes, direction: ToServer, from_port: 40_000, to_port: port, from_start: true })
    }

    #[test]
    fn a_voice_is_told_once() {
        let voice: Vec<_> = (0..60).map(|number| packet(8, number, &[0xd5; 160])).collect();
        assert_eq!(told(&voice), ["media voice pcma"]);
        assert_eq!((asked(&voice[0], 40_002), asked(&voice[0], 53)), (Verdict::Yes, Verdict::No));
    }

    #[test]
    fn what_has_no_order_is_lost() {
        let chance: Vec<_> = (0..9).map(|number: u16| packet(96, number, b"abc").into_iter().map(|byte| byte ^ (number as u8 & 0x1f)).collect()).collect();
        assert_eq!(told(&chance).last().map(String::as_str), Some("Lost"));
        assert_eq!(asked(b"\x80\x60\0\x01", 40_002), Verdict::No);
        assert_eq!(asked(&packet(96, 1, b"")[..12], 40_002), Verdict::No);
    }

    #[test]
    fn stun_between_media_is_handed_over() {
        let stun = b"\x00\x01\0\0\x21\x12\xa4\x42abcdefghijkl".to_vec();
        assert_eq!(told(&[packet(0, 1, &[0xff; 160]), stun]), ["Handover(0)"]);
    }
}
