//! OpenVPN over UDP and TCP (draft-openvpn-wire-protocol): who begins, the TLS handshake of its control channel, and that its tunnel is sealed.
//!
//! In come packets, over TCP each behind its length; out go what the handshake tells, unless it is encrypted too (`tls-crypt`), and that the
//! rest is sealed. Then it is done. Where packets are guarded by a digest (`tls-auth`), its length follows from the first packet's form.

mod channel;
mod packet;

use crate::event::Event;
use crate::protocols::handshake::Agreeing;
use crate::protocols::protocol::{Carrier, Input, Nature, Parser, Probe, Progress, Protocol, Say, Verdict};
use crate::wire::{At, Direction};
use channel::{Channel, From};
use packet::{Control, Guard, Kind};

/// OpenVPN over UDP.
pub static OPENVPN: Protocol = Protocol {
    name: "openvpn",
    carrier: Carrier::Datagram,
    nature: Nature::Sealed,
    ports: PORTS,
    probe: probe_datagram,
    open: || Box::new(Datagrams(Session::default())),
};

/// OpenVPN over TCP.
pub static OPENVPN_TCP: Protocol =
    Protocol { name: "openvpn", carrier: Carrier::Stream, nature: Nature::Sealed, ports: PORTS, probe: probe_stream, open: || Box::new(Stream::default()) };

const PORTS: &[u16] = &[1194];
/// Bytes of the length before each packet of a stream.
const LENGTH: usize = 2;
/// The shortest packet that begins a session.
const SHORTEST: usize = 14;
/// The longest: with a client's wrapped key.
const LONGEST: usize = 2_048;

fn probe_datagram(probe: &Probe<'_>) -> Verdict {
    verdict(packet::is_certain(probe.bytes, false), probe.direction)
}

fn probe_stream(probe: &Probe<'_>) -> Verdict {
    let (length, packet) = match *probe.bytes {
        [high, low, ref packet @ ..] => (usize::from(u16::from_be_bytes([high, low])), packet),
        [0..=7] => return Verdict::Unsure,
        _ => return Verdict::No,
    };
    let is_plausible = (SHORTEST..=LONGEST).contains(&length) && packet.first().is_none_or(|first| Kind::read(*first).is_some_and(|kind| kind != Kind::Data));
    match packet.get(..length) {
        Some(packet) => verdict(packet::is_certain(packet, probe.from_start), probe.direction),
        None if is_plausible => Verdict::Unsure,
        None => Verdict::No,
    }
}

/// Who begins tells who is who; other packets come from both ends.
fn verdict(kind: Option<Kind>, direction: Direction) -> Verdict {
    match (kind, direction) {
        (None, _) => Verdict::No,
        (Some(Kind::ClientReset | Kind::ClientResetWithKey), Direction::ToClient) | (Some(Kind::ServerReset), Direction::ToServer) => Verdict::Swapped,
        (Some(_), _) => Verdict::Yes,
    }
}

/// One end.
#[derive(Default)]
struct Side {
    session: Option<[u8; 8]>,
    channel: Channel,
}

/// A session.
#[derive(Default)]
struct Session {
    sides: [Side; 2],
    agreeing: Agreeing,
    guard: Option<Guard>,
    has_told: bool,
}

impl Session {
    /// Reads one packet. Whether nothing is left to read: the tunnel carries traffic, or both ends' handshakes are encrypted.
    fn packet(&mut self, direction: Direction, bytes: &[u8], at: At, say: Say<'_>) -> bool {
        if bytes.first().copied().and_then(Kind::read) == Some(Kind::Data) {
            self.seal(at, say);
            return true;
        }
        let Some(control) = packet::control(bytes, self.guard).or_else(|| packet::control(bytes, None)) else {
            say(Event::Malformed { what: "OpenVPN packet that does not keep to its form" });
            return false;
        };
        self.control(direction, &control, at, say);
        self.sides.iter().all(|side| side.channel.is_encrypted)
    }

    fn control(&mut self, direction: Direction, control: &Control<'_>, at: At, say: Say<'_>) {
        self.guard = Some(control.guard);
        let mut from = From { of_server: direction == Direction::ToClient, at, agreeing: &mut self.agreeing };
        let Some(side) = self.sides.get_mut(direction.index()) else { return };
        if side.session != Some(control.session) {
            *side = Side { session: Some(control.session), ..Side::default() };
        }
        if control.guard == Guard::Encrypted && matches!(control.kind, Kind::Control | Kind::ControlWithKey) {
            side.channel.is_encrypted = true;
            return self.seal(at, say);
        }
        if let (Kind::ClientReset | Kind::ServerReset | Kind::Control, Some(number)) = (control.kind, control.number) {
            side.channel.take(number, control.payload, &mut from, say);
        }
        let is_agreed = side.channel.is_encrypted;
        if is_agreed && self.sides.iter().any(|side| side.channel.version.is_some()) {
            self.seal(at, say);
        }
    }

    fn seal(&mut self, at: At, say: Say<'_>) {
        self.agreeing.end(say);
        if !std::mem::replace(&mut self.has_told, true) {
            say(Event::Sealed { with: "OpenVPN", at });
        }
    }

    fn memory(&self) -> usize {
        self.agreeing.memory() + self.sides.iter().map(|side| side.channel.memory()).sum::<usize>()
    }
}

/// Over UDP: a packet a datagram.
struct Datagrams(Session);

impl Parser for Datagrams {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        let is_over = self.0.packet(input.direction, input.bytes, input.at(0, input.bytes.len()), say);
        if is_over { Progress::Done } else { Progress::Consumed(input.bytes.len()) }
    }

    fn memory(&self) -> usize {
        self.0.memory()
    }
}

/// Over TCP: packets behind their lengths.
#[derive(Default)]
struct Stream {
    session: Session,
    /// By direction: bytes are missing, so that it is unknown where the next packet begins.
    is_torn: [bool; 2],
}

impl Stream {
    /// Whether a packet of a known session begins here, behind a gap; unknown while too few bytes are there.
    fn is_resumed(&self, direction: Direction, bytes: &[u8]) -> Option<bool> {
        let start = bytes.get(LENGTH..LENGTH + 9)?;
        let (first, session) = start.split_first()?;
        let known = self.session.sides.get(direction.index()).and_then(|side| side.session);
        Some(Kind::read(*first).is_some_and(|kind| kind != Kind::Data) && known.is_some_and(|known| known == session))
    }
}

impl Parser for Stream {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        let mut done = 0;
        while let Some((length, packet)) = input.bytes.get(done..).and_then(|rest| rest.split_first_chunk::<LENGTH>()) {
            if self.is_torn.get(input.direction.index()) == Some(&true) {
                match self.is_resumed(input.direction, input.bytes.get(done..).unwrap_or_default()) {
                    None => break,
                    Some(false) => return Progress::Consumed(input.bytes.len()),
                    Some(true) => self.is_torn.iter_mut().skip(input.direction.index()).take(1).for_each(|torn| *torn = false),
                }
            }
            let length = usize::from(u16::from_be_bytes(*length));
            // Of traffic the first byte is enough.
            let is_data = packet.first().copied().and_then(Kind::read) == Some(Kind::Data);
            let Some(packet) = (if is_data { packet.get(..1) } else { packet.get(..length) }) else { break };
            if self.session.packet(input.direction, packet, input.at(done + LENGTH, length), say) {
                return Progress::Done;
            }
            done += LENGTH + length;
        }
        Progress::Consumed(done)
    }

    fn gap(&mut self, direction: Direction, _: u64, _: Say<'_>) -> Progress {
        self.is_torn.iter_mut().skip(direction.index()).take(1).for_each(|torn| *torn = true);
        Progress::Consumed(0)
    }

    fn memory(&self) -> usize {
        self.session.memory()
    }
}

#[cfg(test)]
mod tests {
    use super::packet::tests::{CLIENT, SERVER, packet};
    use super::*;
    use crate::protocols::handshake::sample;
    use crate::protocols::testing::{Show, drive_all, drive_datagrams, drive_split};
    use crate::wire::Direction::{ToClient, ToServer};

    fn record(message: &[u8]) -> Vec<u8> {
        [&[22, 3, 1][..], &u16::try_from(message.len()).unwrap().to_be_bytes(), message].concat()
    }

    /// A session: each packet and who sends it.
    fn session(guard: Guard) -> Vec<(Direction, Vec<u8>)> {
        let hello = record(&sample::client_hello("vpn.example"));
        let flight = [record(&sample::server_hello(0x0303, 0xc02f, false)), record(&sample::certificate("vpn.example"))].concat();
        let (first, second) = hello.split_at(50);
        let (third, fourth) = flight.split_at(60);
        let changed = [20, 3, 3, 0, 1, 1];
        vec![
            (ToServer, packet(7, guard, CLIENT, &[], SERVER, Some(0), b"")),
            (ToClient, packet(8, guard, SERVER, &[0], CLIENT, Some(0), b"")),
            (ToServer, packet(5, guard, CLIENT, &[0], SERVER, None, b"")),
            (ToServer, packet(4, guard, CLIENT, &[], SERVER, Some(1), first)),
            (ToServer, packet(4, guard, CLIENT, &[0], SERVER, Some(2), second)),
            (ToClient, packet(4, guard, SERVER, &[1, 2], CLIENT, Some(1), third)),
            (ToClient, packet(4, guard, SERVER, &[2], CLIENT, Some(2), fourth)),
            (ToServer, packet(4, guard, CLIENT, &[1], SERVER, Some(3), &changed)),
            (ToServer, [&[0x48, 0, 0, 1][..], &[9; 80]].concat()),
        ]
    }

    fn shown(packets: &[(Direction, Vec<u8>)]) -> Vec<(Direction, &[u8])> {
        packets.iter().map(|(direction, bytes)| (*direction, bytes.as_slice())).collect()
    }

    fn framed(packets: Vec<(Direction, Vec<u8>)>) -> Vec<(Direction, Vec<u8>)> {
        packets.into_iter().map(|(direction, bytes)| (direction, [&u16::try_from(bytes.len()).unwrap().to_be_bytes(), bytes.as_slice()].concat())).collect()
    }

    fn assert_told(lines: &[String]) {
        let has = |wanted: &str| lines.iter().any(|line| line.starts_with(wanted));
        assert!(has("name sni vpn.example Server") && has("name certificate vpn.example Server") && has("fingerprint ja3 "), "{lines:?}");
        assert!(!has("malformed"), "{lines:?}");
        assert_eq!(lines.last().map(String::as_str), Some("Done"));
        assert_eq!(lines.iter().filter(|line| *line == "sealed OpenVPN").count(), 1);
    }

    #[test]
    fn the_handshake_within_is_told() {
        for guard in [Guard::None, Guard::Digest(20), Guard::Digest(64)] {
            let packets = session(guard);
            assert_told(&drive_datagrams((OPENVPN.open)(), &shown(&packets)));
            let framed = framed(packets);
            assert_told(&drive_split(OPENVPN_TCP.open, &shown(&framed)));
        }
    }

    #[test]
    fn packets_may_come_twice_and_out_of_order() {
        let mut packets = session(Guard::Digest(20));
        packets.swap(3, 4);
        packets.insert(5, packets[4].clone());
        packets.swap(1, 2);
        assert_told(&drive_datagrams((OPENVPN.open)(), &shown(&packets)));
    }

    #[test]
    fn an_encrypted_control_channel_is_sealed_at_once() {
        let packets = [
            (ToServer, packet(7, Guard::Encrypted, CLIENT, &[], SERVER, Some(0), b"")),
            (ToClient, packet(8, Guard::Encrypted, SERVER, &[0], CLIENT, Some(0), b"")),
            (ToServer, packet(4, Guard::Encrypted, CLIENT, &[0], SERVER, Some(1), &[0xd2; 60])),
            (ToClient, packet(4, Guard::Encrypted, SERVER, &[1], CLIENT, Some(1), &[0xd2; 60])),
        ];
        assert_eq!(drive_datagrams((OPENVPN.open)(), &shown(&packets)), ["sealed OpenVPN", "Done"]);
    }

    #[test]
    fn a_stream_goes_on_behind_a_gap() {
        let framed = framed(session(Guard::Digest(20)));
        let shows: Vec<_> = framed
            .iter()
            .enumerate()
            .map(|(index, (direction, bytes))| match index {
                2 => Show::Gap(*direction, bytes.len() as u64),
                _ => Show::Bytes(*direction, bytes),
            })
            .collect();
        assert_told(&drive_all((OPENVPN_TCP.open)(), &shows));
    }

    #[test]
    fn its_first_packets_are_its_own() {
        let ask = |bytes: &[u8], direction, from_start| probe_stream(&Probe { bytes, direction, from_port: 5, to_port: 6, from_start });
        let framed = framed(session(Guard::Digest(20)));
        assert_eq!(ask(&framed[0].1, ToServer, true), Verdict::Yes);
        assert_eq!(ask(&framed[0].1, ToClient, false), Verdict::Swapped);
        assert_eq!(ask(&framed[1].1, ToClient, true), Verdict::Yes);
        assert_eq!(ask(&framed[3].1, ToServer, true), Verdict::No, "no session begins so");
        assert_eq!(ask(&framed[3].1, ToServer, false), Verdict::Yes, "but it may be picked up here");
        assert!((0..framed[0].1.len()).all(|cut| ask(&framed[0].1[..cut], ToServer, true) != Verdict::Yes));
        assert_eq!(ask(&record(&sample::client_hello("a.example")), ToServer, true), Verdict::No);
    }

    #[test]
    fn nothing_makes_it_fail() {
        for (direction, bytes) in session(Guard::Digest(20)) {
            for place in 0..bytes.len() {
                let mut changed = bytes.clone();
                changed[place] ^= 0xff;
                drive_datagrams((OPENVPN.open)(), &[(direction, &changed), (direction, &bytes[..place])]);
                probe_datagram(&Probe { bytes: &changed, direction, from_port: 1, to_port: 2, from_start: true });
            }
        }
    }
}
