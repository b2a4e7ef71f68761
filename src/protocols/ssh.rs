//! SSH (RFC 4253; SSH 1 as OpenSSH and others spoke it): who speaks, with which software, and from where on it is sealed.
//!
//! In come the bytes of a connection; out go the two banners as exchanges of kind `banner` (target: the software; agent: the banner), and that
//! the rest is sealed, behind the message that takes the new keys into use. Then it is done.

use crate::event::{Event, Exchange};
use crate::protocols::protocol::{Carrier, Input, Nature, Parser, Probe, Progress, Protocol, Say, Verdict};
use crate::wire::{At, Direction};

/// SSH over TCP.
pub static SSH: Protocol =
    Protocol { name: "ssh", carrier: Carrier::Stream, nature: Nature::Sealed, ports: &[22, 2222], probe, open: || Box::new(Ssh::default()) };

/// The longest banner (RFC 4253, section 4.2), and a little for those who break the rule.
const LONGEST_BANNER: usize = 1_024;
/// A server may say so much before its banner.
const LONGEST_GREETING: usize = 8 * 1_024;
/// The longest packet (RFC 4253, section 6.1), and what longer lists of methods need.
const LONGEST_PACKET: usize = 64 * 1_024;
/// Length and padding before a packet's message.
const HEADER: usize = 5;
/// Messages: the list of methods, and that new keys are in use.
const KEXINIT: u8 = 20;
const NEWKEYS: u8 = 21;
/// Of SSH 1: the client's session key.
const SESSION_KEY_1: u8 = 3;
/// After so many bytes of an end that can't be read, the other end's are not waited for.
const PATIENCE: u64 = 64 * 1_024;

/// A banner, or the list of methods of a connection that is picked up before its keys.
fn probe(probe: &Probe<'_>) -> Verdict {
    let bytes = probe.bytes;
    match bytes {
        [b'S', b'S', b'H', b'-', b'1' | b'2', b'.', ..] => Verdict::Yes,
        [] => Verdict::No,
        _ if b"SSH-1.".starts_with(bytes) || b"SSH-2.".starts_with(bytes) => Verdict::Unsure,
        _ if probe.direction == Direction::ToClient && has_banner_behind_greeting(bytes) => Verdict::Yes,
        _ if !probe.from_start && is_kexinit(bytes) => Verdict::Yes,
        _ => Verdict::No,
    }
}

/// Lines of text and then a banner.
fn has_banner_behind_greeting(bytes: &[u8]) -> bool {
    let Some(place) = memchr::memmem::find(bytes.get(..LONGEST_GREETING).unwrap_or(bytes), b"\nSSH-2.0-") else { return false };
    bytes.get(..place).is_some_and(|greeting| greeting.iter().all(|byte| *byte >= b' ' || matches!(byte, b'\r' | b'\n' | b'\t')))
}

/// A packet that lists methods: length, padding, the message, 16 random bytes, and the first list, which names key exchanges.
fn is_kexinit(bytes: &[u8]) -> bool {
    let Some((&[0, 0, _, _, padding, KEXINIT], rest)) = bytes.split_first_chunk::<6>() else { return false };
    let Some((&[0, 0, high, low], list)) = rest.get(16..).and_then(|rest| rest.split_first_chunk::<4>()) else { return false };
    let names = list.get(..usize::from(u16::from_be_bytes([high, low]))).unwrap_or(list);
    padding >= 4 && names.len() >= 16 && names.iter().all(u8::is_ascii_graphic) && names.contains(&b'-')
}

/// Whether a list of methods puts the cipher that encrypts nothing first.
fn prefers_no_cipher(message: &[u8]) -> bool {
    let mut rest = message.get(17..).unwrap_or_default();
    for place in 0..4 {
        let Some((length, after)) = rest.split_first_chunk::<4>() else { return false };
        let Some((list, after)) = after.split_at_checked(u32::from_be_bytes(*length) as usize) else { return false };
        if place >= 2 && (list == b"none" || list.starts_with(b"none,")) {
            return true;
        }
        rest = after;
    }
    false
}

/// Where an end is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// Before its banner.
    #[default]
    Greeting,
    /// Behind its banner: packets in the clear.
    Packets,
    /// Behind bytes that are missing: it is unknown where a packet begins.
    Torn,
    /// Its keys are in use.
    Sealed,
}

/// One end.
#[derive(Debug, Default)]
struct Side {
    state: State,
    /// Bytes of the greeting so far.
    greeted: usize,
    /// Bytes of its banner's line that hold no end of line.
    searched: usize,
    /// Whether it speaks SSH 1.
    is_old: bool,
}

/// One connection.
#[derive(Default)]
struct Ssh {
    sides: [Side; 2],
    has_no_cipher: bool,
    has_told: bool,
    waited: u64,
}

/// What one look at an end's bytes came to.
enum Step {
    /// So many bytes are done with.
    Passed(usize),
    Wait,
    /// They break the rules.
    Broken,
}

impl Ssh {
    fn side(&mut self, direction: Direction) -> &mut Side {
        let [to_server, to_client] = &mut self.sides;
        if direction == Direction::ToServer { to_server } else { to_client }
    }

    fn step(&mut self, input: &Input<'_>, index: usize, say: Say<'_>) -> Step {
        let rest = input.bytes.get(index..).unwrap_or_default();
        if rest.is_empty() {
            return Step::Wait;
        }
        match self.side(input.direction).state {
            State::Greeting => self.line(input, index, rest, say),
            State::Packets => self.packet(input, index, rest, say),
            State::Torn | State::Sealed => Step::Passed(rest.len()),
        }
    }

    /// Reads a line before or with the banner.
    fn line(&mut self, input: &Input<'_>, index: usize, rest: &[u8], say: Say<'_>) -> Step {
        let side = self.side(input.direction);
        let Some(end) = memchr::memchr(b'\n', rest.get(side.searched..).unwrap_or_default()).map(|end| end + side.searched) else {
            side.searched = rest.len();
            // Picked up behind the banner.
            if rest.len() >= HEADER + 21 && is_kexinit(rest) {
                side.state = State::Packets;
                return Step::Passed(0);
            }
            return if rest.len() > LONGEST_BANNER { Step::Broken } else { Step::Wait };
        };
        side.searched = 0;
        if rest.len() >= HEADER + 21 && is_kexinit(rest) {
            side.state = State::Packets;
            return Step::Passed(0);
        }
        let line = rest.get(..end).unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if let Some(software) = line.strip_prefix(b"SSH-") {
            side.state = State::Packets;
            side.is_old = software.starts_with(b"1.") && !software.starts_with(b"1.99");
            banner(line, input.at(index, line.len()), say);
        } else {
            side.greeted += end + 1;
            if side.greeted > LONGEST_GREETING {
                return Step::Broken;
            }
        }
        Step::Passed(end + 1)
    }

    /// Reads a packet in the clear.
    fn packet(&mut self, input: &Input<'_>, index: usize, rest: &[u8], say: Say<'_>) -> Step {
        if self.side(input.direction).is_old {
            return self.old_packet(input, index, rest, say);
        }
        let Some((&[a, b, c, d, padding], body)) = rest.split_first_chunk::<HEADER>() else { return Step::Wait };
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        if length > LONGEST_PACKET || length < 2 + usize::from(padding) {
            return Step::Broken;
        }
        let Some(body) = body.get(..length - 1) else { return Step::Wait };
        match body.first() {
            Some(&KEXINIT) => self.has_no_cipher |= prefers_no_cipher(body),
            Some(&NEWKEYS) => {
                self.side(input.direction).state = State::Sealed;
                self.seal("SSH 2", input.at(index, HEADER + body.len()), say);
            }
            _ => {}
        }
        Step::Passed(HEADER + body.len())
    }

    /// Reads a packet of SSH 1: length, padding to eight bytes, the message. Behind the client's session key everything is encrypted.
    fn old_packet(&mut self, input: &Input<'_>, index: usize, rest: &[u8], say: Say<'_>) -> Step {
        let Some((length, body)) = rest.split_first_chunk::<4>() else { return Step::Wait };
        let length = u32::from_be_bytes(*length) as usize;
        if !(5..=LONGEST_PACKET).contains(&length) {
            return Step::Broken;
        }
        let padding = 8 - length % 8;
        let Some(body) = body.get(..length + padding) else { return Step::Wait };
        // The cipher that encrypts nothing is number 0.
        if let Some([SESSION_KEY_1, cipher, ..]) = body.get(padding..) {
            self.has_no_cipher |= *cipher == 0;
            self.sides.iter_mut().for_each(|side| side.state = State::Sealed);
            self.seal("SSH 1", input.at(index, 4 + body.len()), say);
        }
        Step::Passed(4 + body.len())
    }

    fn seal(&mut self, with: &'static str, at: At, say: Say<'_>) {
        if !self.has_no_cipher && !std::mem::replace(&mut self.has_told, true) {
            say(Event::Sealed { with, at });
        }
    }

    /// Whether nothing is left to read.
    fn is_over(&self) -> bool {
        let is_closed = |side: &Side| matches!(side.state, State::Torn | State::Sealed);
        self.sides.iter().all(is_closed) || (self.sides.iter().any(is_closed) && self.waited > PATIENCE)
    }
}

/// Tells a banner: `SSH-2.0-software comment`.
fn banner(line: &[u8], at: At, say: Say<'_>) {
    let text = String::from_utf8_lossy(line);
    let software = text.splitn(3, '-').nth(2).unwrap_or_default();
    let (software, agent) = (software.to_owned(), text.clone().into_owned());
    say(Event::Exchange(Exchange { kind: Some("banner"), target: Some(software.into()), agent: Some(agent.into()), at, ..Exchange::default() }));
}

impl Parser for Ssh {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        let mut done = 0;
        loop {
            let is_closed = matches!(self.side(input.direction).state, State::Torn | State::Sealed);
            match self.step(&input, done, say) {
                Step::Wait => break,
                Step::Passed(count) => {
                    done += count;
                    self.waited = self.waited.saturating_add(if is_closed { count as u64 } else { 0 });
                }
                Step::Broken => {
                    say(Event::Malformed { what: "SSH packet that does not keep to its form" });
                    self.side(input.direction).state = State::Torn;
                }
            }
            if self.is_over() {
                return Progress::Done;
            }
        }
        Progress::Consumed(done)
    }

    fn gap(&mut self, direction: Direction, _: u64, _: Say<'_>) -> Progress {
        let side = self.side(direction);
        side.searched = 0;
        if side.state != State::Sealed {
            side.state = State::Torn;
        }
        if self.is_over() { Progress::Done } else { Progress::Consumed(0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::testing::{Show, drive_all, drive_split};
    use crate::wire::Direction::{ToClient, ToServer};

    fn packet(message: &[u8]) -> Vec<u8> {
        let padding = 4 + (8 - (message.len() + 9) % 8) % 8;
        [&((message.len() + padding + 1) as u32).to_be_bytes()[..], &[padding as u8], message, &vec![0; padding]].concat()
    }

    fn kexinit(cipher: &str) -> Vec<u8> {
        let lists = ["curve25519-sha256,diffie-hellman-group14-sha256", "ssh-ed25519", cipher, cipher, "hmac-sha2-256"];
        let lists: Vec<u8> = lists.iter().flat_map(|list| [&(list.len() as u32).to_be_bytes()[..], list.as_bytes()].concat()).collect();
        packet(&[&[KEXINIT][..], &[7; 16], &lists].concat())
    }

    fn side(banner: &str, cipher: &str) -> Vec<u8> {
        [banner.as_bytes(), &kexinit(cipher), &packet(&[30, 1, 2, 3]), &packet(&[NEWKEYS]), &[0xd1; 40]].concat()
    }

    fn asked(bytes: &[u8], direction: Direction, from_start: bool) -> Verdict {
        probe(&Probe { bytes, direction, from_port: 1, to_port: 2, from_start })
    }

    #[test]
    fn banners_are_told_and_new_keys_seal() {
        let (client, server) = (side("SSH-2.0-OpenSSH_9.6\r\n", "aes128-ctr"), side("Welcome\r\nSSH-2.0-dropbear_2022.83 lamp\n", "aes128-ctr"));
        let expected = [
            "exchange banner - OpenSSH_9.6 - - SSH-2.0-OpenSSH_9.6 status - bytes 0",
            "sealed SSH 2",
            "exchange banner - dropbear_2022.83 lamp - - SSH-2.0-dropbear_2022.83 lamp status - bytes 0",
            "Done",
        ];
        assert_eq!(drive_split(SSH.open, &[(ToServer, &client), (ToClient, &server)]), expected);
    }

    #[test]
    fn a_cipher_that_encrypts_nothing_does_not_seal() {
        let (client, server) = (side("SSH-2.0-a\r\n", "none,aes128-ctr"), side("SSH-2.0-b\r\n", "none"));
        assert!(!drive_split(SSH.open, &[(ToServer, &client), (ToClient, &server)]).iter().any(|line| line.starts_with("sealed")));
    }

    #[test]
    fn ssh_1_is_sealed_by_the_session_key() {
        let old = |message: &[u8]| {
            let length = message.len() + 4;
            [&(length as u32).to_be_bytes()[..], &vec![0; 8 - length % 8], message, &[0; 4]].concat()
        };
        let server = [&b"SSH-1.5-b\n"[..], &old(&[2, 1, 1, 1])].concat();
        let client = |cipher: u8| [&b"SSH-1.5-a\n"[..], &old(&[SESSION_KEY_1, cipher, 9, 9, 9])].concat();
        assert!(drive_split(SSH.open, &[(ToClient, &server), (ToServer, &client(3))]).contains(&"sealed SSH 1".to_owned()));
        assert!(!drive_split(SSH.open, &[(ToClient, &server), (ToServer, &client(0))]).contains(&"sealed SSH 1".to_owned()));
    }

    #[test]
    fn one_end_is_enough_to_seal() {
        let (client, server) = (side("SSH-2.0-a\r\n", "aes128-ctr"), side("SSH-2.0-b\r\n", "aes128-ctr"));
        let lines = drive_all((SSH.open)(), &[Show::Gap(ToServer, 50), Show::Bytes(ToServer, &client[50..]), Show::Bytes(ToClient, &server)]);
        assert_eq!(lines, ["exchange banner - b - - SSH-2.0-b status - bytes 0", "sealed SSH 2", "Done"]);
        let lines = drive_all((SSH.open)(), &[Show::Gap(ToServer, 50), Show::Gap(ToClient, 50)]);
        assert_eq!(lines, ["Done"]);
    }

    #[test]
    fn a_connection_may_be_picked_up_before_its_keys() {
        let client = side("", "aes128-ctr");
        assert_eq!(asked(&client, ToServer, false), Verdict::Yes);
        assert_eq!(drive_split(SSH.open, &[(ToServer, &client)]), ["sealed SSH 2"]);
    }

    #[test]
    fn its_bytes_are_its_own() {
        assert_eq!(asked(b"SSH-2.0-x\r\n", ToServer, true), Verdict::Yes);
        assert_eq!(asked(b"SSH", ToServer, true), Verdict::Unsure);
        assert_eq!(asked(b"Welcome\r\nSSH-2.0-x\r\n", ToClient, true), Verdict::Yes);
        for other in [&b"SSL"[..], b"SSH-x", b"", b"\0\0\x01\0\x04\x14", b"a\0\nSSH-2.0-"] {
            assert_eq!(asked(other, ToClient, false), Verdict::No, "{other:?}");
        }
    }

    #[test]
    fn endless_lines_are_given_up() {
        let line = [b'a'; 2 * LONGEST_GREETING];
        assert_eq!(drive_split(SSH.open, &[(ToClient, &line)]).first().map(String::as_str), Some("malformed SSH packet that does not keep to its form"));
    }
}
