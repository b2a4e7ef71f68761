//! DNSCrypt, version 2 (<https://dnscrypt.info/protocol>): questions and answers that only the resolver can read. Recognised by what every answer
//! begins with, or by what a relay is told before a question; nothing else of it can be read.

use crate::event::Event;
use crate::protocols::protocol::{Carrier, Input, Nature, Parser, Probe, Progress, Protocol, Say, Verdict};

/// Every answer begins with it; questions begin with a word that the resolver chose.
const ANSWER: &[u8; 8] = b"r6fnvWj8";
/// Fewest bytes of an answer: the word, a nonce, an authenticator and a padded message.
const LEAST_ANSWER: usize = 8 + 24 + 16 + 64;
/// What goes to a relay begins so; the resolver's address and port follow (Anonymized DNSCrypt).
const RELAYED: &[u8; 10] = b"\xff\xff\xff\xff\xff\xff\xff\xff\0\0";
/// Fewest bytes of that: address, port and a question.
const LEAST_RELAYED: usize = 10 + 18 + 68;

/// DNSCrypt over UDP.
pub static DNSCRYPT: Protocol =
    Protocol { name: "dnscrypt", carrier: Carrier::Datagram, nature: Nature::Sealed, ports: &[], probe: probe_datagram, open: || Box::new(Sealed) };

/// DNSCrypt over TCP: each message behind its length.
pub static DNSCRYPT_TCP: Protocol =
    Protocol { name: "dnscrypt", carrier: Carrier::Stream, nature: Nature::Sealed, ports: &[], probe: probe_stream, open: || Box::new(Sealed) };

fn probe_datagram(probe: &Probe<'_>) -> Verdict {
    let answers = probe.bytes.len() >= LEAST_ANSWER && probe.bytes.starts_with(ANSWER);
    let relayed = probe.bytes.len() >= LEAST_RELAYED && probe.bytes.starts_with(RELAYED);
    if answers || relayed { Verdict::Yes } else { Verdict::No }
}

fn probe_stream(probe: &Probe<'_>) -> Verdict {
    let Some((length, message)) = probe.bytes.split_first_chunk::<2>() else { return Verdict::Unsure };
    let length = usize::from(u16::from_be_bytes(*length));
    for (word, least) in [(&ANSWER[..], LEAST_ANSWER), (&RELAYED[..], LEAST_RELAYED)] {
        if length >= least && message.starts_with(word) {
            return Verdict::Yes;
        }
        if length >= least && word.starts_with(message) {
            return Verdict::Unsure;
        }
    }
    Verdict::No
}

struct Sealed;

impl Parser for Sealed {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        say(Event::Sealed { with: "dnscrypt", at: input.at(0, input.bytes.len()) });
        Progress::Done
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::testing::drive_datagrams;
    use crate::wire::Direction;

    fn probe(bytes: &[u8]) -> Probe<'_> {
        Probe { bytes, direction: Direction::ToClient, from_port: 8_443, to_port: 40_000, from_start: true }
    }

    fn framed(message: &[u8]) -> Vec<u8> {
        [&(message.len() as u16).to_be_bytes(), message].concat()
    }

    #[test]
    fn answers_and_what_goes_to_a_relay_are_known() {
        for (word, least) in [(&ANSWER[..], LEAST_ANSWER), (&RELAYED[..], LEAST_RELAYED)] {
            let message = [word, &vec![7; least - word.len()]].concat();
            assert_eq!(probe_datagram(&probe(&message)), Verdict::Yes);
            assert_eq!(probe_datagram(&probe(&message[..least - 1])), Verdict::No, "too short");
            let stream = framed(&message);
            assert_eq!(probe_stream(&probe(&stream)), Verdict::Yes);
            for cut in 0..2 + word.len() {
                assert_eq!(probe_stream(&probe(&stream[..cut])), Verdict::Unsure, "{cut}");
            }
            assert_eq!(drive_datagrams((DNSCRYPT.open)(), &[(Direction::ToClient, &message)]), ["sealed dnscrypt", "Done"]);
        }
        assert_eq!(probe_datagram(&probe(&[0xff; 200])), Verdict::No);
        assert_eq!(probe_stream(&probe(&framed(&[0; 200]))), Verdict::No);
    }
}
