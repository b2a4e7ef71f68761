//! Packets of ESP (RFC 4303, section 2), over IP or in UDP (RFC 3948): what hides an IPsec tunnel's traffic.
//!
//! Over IP the protocol's number names it, so [`is_esp`] only has to make sure that something is hidden. In UDP beside the exchange of keys it is
//! that exchange's. In UDP alone, its keys agreed on before the capture began, several packets have to go together: one index, rising numbers.

use crate::event::Event;
use crate::protocols::noise::is_noise;
use crate::protocols::protocol::{Carrier, Input, Nature, Parser, Probe, Progress, Protocol, Say, Verdict};

/// ESP, in UDP where its exchange of keys was not seen; over IP by its number.
pub static ESP: Protocol =
    Protocol { name: "esp", carrier: Carrier::Datagram, nature: Nature::Sealed, ports: &[4500], probe, open: || Box::new(Tunnel::default()) };

/// Index and number before what is hidden.
const HEADER: usize = 8;
/// The shortest packet: a block and a tag behind the header.
const SHORTEST: usize = HEADER + 16;
/// The shortest that is recognised by itself.
const SHORTEST_ALONE: usize = HEADER + 48;
/// So many packets that follow each other are no chance.
const ENOUGH: u8 = 3;
/// So far the numbers of two packets that follow each other may lie apart.
const APART: u32 = 1_024;

/// Whether a packet can be ESP: an index that is none of the reserved (RFC 4303, section 2.1), and nothing readable behind it.
pub fn is_esp(packet: &[u8]) -> bool {
    let Some((index, rest)) = packet.split_first_chunk::<4>() else { return false };
    let rest = rest.get(4..).unwrap_or_default();
    // Some encrypt with the null cipher (RFC 2410): then a packet of IP, or text, stands there.
    let is_packet = matches!(rest, [0x45, _, high, low, ..] if usize::from(u16::from_be_bytes([*high, *low])) <= rest.len());
    let is_text = rest.iter().take(32).all(|byte| byte.is_ascii_graphic() || *byte == b' ');
    packet.len() >= SHORTEST && u32::from_be_bytes(*index) > 255 && !is_packet && !is_text
}

/// Index and number of a packet that is recognised without any other: its length is one of whole words, its number has no more than 24 bits, and
/// both ends of what follows are noise.
fn alone(datagram: &[u8]) -> Option<(u32, u32)> {
    let (index, rest) = datagram.split_first_chunk::<4>()?;
    let (number, rest) = rest.split_first_chunk::<4>()?;
    let number = u32::from_be_bytes(*number);
    let is_hidden = datagram.len() >= SHORTEST_ALONE && datagram.len().is_multiple_of(4) && is_esp(datagram);
    // What begins units of a film looks like a first number (ITU-T H.264, annex B).
    let has_units = memchr::memmem::find(rest, &[0, 0, 1]).is_some();
    let fits = is_hidden && (1..1 << 24).contains(&number) && !has_units && is_noise(rest.first_chunk::<32>()?) && is_noise(rest.last_chunk::<16>()?);
    fits.then_some((u32::from_be_bytes(*index), number))
}

fn probe(probe: &Probe<'_>) -> Verdict {
    if alone(probe.bytes).is_some() { Verdict::Yes } else { Verdict::No }
}

/// One direction.
#[derive(Default)]
struct Side {
    last: Option<(u32, u32)>,
    seen: u8,
}

/// Both directions of a tunnel.
#[derive(Default)]
struct Tunnel {
    sides: [Side; 2],
}

impl Parser for Tunnel {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        let Some(side) = self.sides.get_mut(input.direction.index()) else { return Progress::Done };
        match input.bytes {
            [0xff] => return Progress::Consumed(1),
            // New keys are agreed on.
            [0, 0, 0, 0, ..] => return Progress::Handover(0),
            _ => {}
        }
        let read = alone(input.bytes);
        let follows = match (side.last, read) {
            (Some((index, before)), Some((same, number))) => index == same && (1..APART).contains(&number.wrapping_sub(before)),
            (last, _) => last.is_none() && read.is_some(),
        };
        // One datagram in some hundreds of noise has such a head: what does not go on so was none, and those after it are asked about anew.
        if !follows {
            return Progress::Lost;
        }
        (side.last, side.seen) = (read, side.seen + 1);
        if side.seen >= ENOUGH {
            say(Event::Sealed { with: "ESP in UDP", at: input.at(0, input.bytes.len()) });
            return Progress::Done;
        }
        Progress::Consumed(input.bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::testing::drive_datagrams;
    use crate::wire::Direction::ToServer;

    fn packet(index: u8, number: u8) -> Vec<u8> {
        let noise = (0..80_u32).map(|place| ((place + u32::from(number) * 80).wrapping_mul(0x9e37_79b9) >> 24) as u8);
        [1, 2, 3, index, 0, 0, 0, number].into_iter().chain(noise).collect()
    }

    fn told(packets: &[Vec<u8>]) -> Vec<String> {
        drive_datagrams((ESP.open)(), &packets.iter().map(|packet| (ToServer, packet.as_slice())).collect::<Vec<_>>())
    }

    #[test]
    fn what_is_not_encrypted_is_none() {
        let inner = [&[1, 2, 3, 4, 0, 0, 0, 1][..], &[0x45, 0, 0, 40], &[7; 60]].concat();
        assert!(!is_esp(&inner));
        assert!(!is_esp(&[&[1, 2, 3, 4, 0, 0, 0, 1][..], b"POST / HTTP/1.1 and a little more"].concat()));
        assert!(!is_esp(&[&[0, 0, 0, 4, 0, 0, 0, 1][..], &[0x9d; 32]].concat()), "a reserved index");
        assert!(is_esp(&[&[1, 2, 3, 4, 0, 0, 0, 1][..], &[0x9d; 32]].concat()));
    }

    #[test]
    fn packets_that_follow_each_other_seal() {
        assert_eq!(told(&[packet(1, 1), vec![0xff], packet(1, 2), packet(1, 4)]), ["sealed ESP in UDP", "Done"]);
        assert_eq!(told(&[packet(1, 9), packet(1, 8), packet(1, 7)]), ["Lost"], "numbers fall");
        assert_eq!(told(&[packet(1, 1), packet(2, 2), packet(3, 3)]), ["Lost"], "another index each");
        let ask = |bytes: &[u8]| probe(&Probe { bytes, direction: ToServer, from_port: 1, to_port: 2, from_start: true });
        assert_eq!(ask(&packet(1, 1)), Verdict::Yes);
        assert_eq!(ask(&packet(1, 1)[..87]), Verdict::No, "no whole words");
        assert_eq!(ask(&packet(1, 0)), Verdict::No, "no packet has the number zero");
    }
}
