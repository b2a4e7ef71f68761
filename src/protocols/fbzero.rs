//! Facebook's Zero protocol, over TCP: a hello of QUIC Crypto, then sealed frames. Facebook's apps spoke it until they took TLS 1.3.
//!
//! In comes a stream; out go the name of the server that the client asks for, and that the rest is sealed. Then it is done. No description of
//! the protocol was published: this is how captures look. A frame is a byte `0`, a length of four bytes, lowest first, and so many bytes; or a byte
//! `1`, the version (`QTV0`), length and bytes: that is how both ends begin.

use super::protocol::{Carrier, Input, Nature, Parser, Probe, Progress, Protocol, Say, Verdict};
use super::quic_crypto::{Messages, is_client_hello};
use crate::event::{Event, NameSource};
use crate::wire::Direction;

/// Facebook's Zero protocol over TCP.
pub static FBZERO: Protocol = Protocol { name: "fbzero", carrier: Carrier::Stream, nature: Nature::Sealed, ports: &[443], probe, open: || Box::new(FbZero) };

/// What names the version, but for its digit, behind the byte that says that it does.
const VERSION: &[u8] = b"QTV";
/// A byte and a length; with the version.
const HEAD: usize = 5;
const HEAD_VERSION: usize = 9;
/// So many bytes of a message make a hello known.
const KNOWN: usize = 6;
/// A hello is no longer than this.
const LONGEST: u32 = 16 * 1024;

/// A version, then a frame with a hello, or with what servers answer.
fn probe(probe: &Probe<'_>) -> Verdict {
    let begin = [b"1", VERSION].concat();
    let (known, rest) = probe.bytes.split_at(begin.len().min(probe.bytes.len()));
    if !begin.starts_with(known) {
        return Verdict::No;
    }
    let Some((&[digit, _, _, _, _], body)) = rest.split_first_chunk() else { return Verdict::Unsure };
    match probe.direction {
        _ if !digit.is_ascii_digit() => Verdict::No,
        _ if body.len() < KNOWN => Verdict::Unsure,
        Direction::ToServer if is_client_hello(body) => Verdict::Yes,
        Direction::ToClient if is_client_hello(body) => Verdict::Swapped,
        Direction::ToClient if is_answer(body) => Verdict::Yes,
        Direction::ToServer if is_answer(body) => Verdict::Swapped,
        _ => Verdict::No,
    }
}

fn is_answer(body: &[u8]) -> bool {
    [b"SNOM", b"SHLO", b"REJ\0"].iter().any(|kind| body.starts_with(*kind))
}

/// One connection: nothing needs to be remembered.
struct FbZero;

/// A frame of the client.
enum Frame<'f> {
    /// A hello, and its index.
    Hello(&'f [u8], usize),
    /// What is no hello any more.
    Sealed,
    /// It is not whole yet.
    Part,
    /// A hello that is too long.
    TooLong,
}

impl<'f> Frame<'f> {
    fn read(bytes: &'f [u8]) -> Self {
        let index = if bytes.get(1..).is_some_and(|rest| rest.starts_with(VERSION)) { HEAD_VERSION } else { HEAD };
        let Some((head, rest)) = bytes.split_at_checked(index) else { return Self::Part };
        let length = head.last_chunk().map_or(0, |length| u32::from_le_bytes(*length));
        if rest.len() < KNOWN {
            return Self::Part;
        }
        if !is_client_hello(rest) {
            return Self::Sealed;
        }
        if length > LONGEST {
            return Self::TooLong;
        }
        rest.get(..length as usize).map_or(Self::Part, |body| Self::Hello(body, index))
    }
}

impl Parser for FbZero {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        // A server's answers hold nothing to tell.
        if input.direction == Direction::ToClient {
            return Progress::Consumed(input.bytes.len());
        }
        let mut done = 0;
        loop {
            match Frame::read(input.bytes.get(done..).unwrap_or_default()) {
                Frame::Hello(body, index) => {
                    let at = |part: &[u8]| input.at(done + index + index_in(body, part), part.len());
                    if Messages::default().feed(body, |message| message.tell(NameSource::Sni, &at, say)).is_err() {
                        say(Event::Malformed { what: "QUIC Crypto message that does not keep to its form" });
                    }
                    done += index + body.len();
                }
                Frame::Sealed => {
                    say(Event::Sealed { with: "Facebook Zero", at: input.at(done, HEAD) });
                    return Progress::Done;
                }
                Frame::TooLong => {
                    say(Event::Malformed { what: "QUIC Crypto message that is too long" });
                    return Progress::Done;
                }
                Frame::Part => return Progress::Consumed(done),
            }
        }
    }
}

/// Index in `whole` of its part `part`.
fn index_in(whole: &[u8], part: &[u8]) -> usize {
    part.as_ptr().addr().saturating_sub(whole.as_ptr().addr()).min(whole.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::quic_crypto::sample;
    use crate::protocols::testing::{drive, drive_split};

    use Direction::{ToClient, ToServer};

    fn frame(body: &[u8]) -> Vec<u8> {
        [b"0", &u32::try_from(body.len()).unwrap().to_le_bytes()[..], body].concat()
    }

    fn begin(body: &[u8]) -> Vec<u8> {
        [&b"1QTV0"[..], &u32::try_from(body.len()).unwrap().to_le_bytes(), body].concat()
    }

    fn verdict(bytes: &[u8], direction: Direction) -> Verdict {
        probe(&Probe { bytes, direction, from_port: 1, to_port: 2, from_start: true })
    }

    #[test]
    fn a_connection_tells_its_server_and_is_sealed() {
        let hello = begin(&sample::message(b"CHLO", &[(b"SNI\0", b"graph.example"), (b"VERS", b"QTV1")]));
        let answer = begin(&sample::message(b"SNOM", &[(b"SNO\0", &[7; 32])]));
        let sealed = frame(&[9; 90]);
        let lines = drive_split(FBZERO.open, &[(ToServer, &hello), (ToClient, &answer), (ToServer, &sealed)]);
        assert_eq!(lines, ["name sni graph.example Server", "sealed Facebook Zero", "Done"]);
        let both = [hello, sealed].concat();
        assert_eq!(drive_split(FBZERO.open, &[(ToServer, &both)]), lines);
    }

    #[test]
    fn the_probe_knows_who_is_who() {
        let hello = begin(&sample::client_hello());
        assert_eq!((verdict(&hello, ToServer), verdict(&hello, ToClient)), (Verdict::Yes, Verdict::Swapped));
        let answer = begin(&sample::message(b"SNOM", &[]));
        assert_eq!((verdict(&answer, ToClient), verdict(&answer, ToServer)), (Verdict::Yes, Verdict::Swapped));
        for cut in 0..HEAD_VERSION + KNOWN {
            assert_eq!(verdict(&hello[..cut], ToServer), Verdict::Unsure, "cut at {cut}");
        }
        for other in [&b"GET / HTTP/1.1\r\n"[..], b"1QTVx____CHLO\x01\0", b"1QTV0____ABCD\x01\0", b"10", &begin(&[9; 20])] {
            assert_eq!(verdict(other, ToServer), Verdict::No);
        }
    }

    #[test]
    fn a_hello_without_form_or_end_is_given_up() {
        let mut odd = sample::client_hello();
        odd[12] = 200;
        let sealed = frame(&[9; 90]);
        let lines = drive(Box::new(FbZero), &[(ToServer, &begin(&odd)), (ToServer, &sealed)]);
        assert_eq!(lines, ["malformed QUIC Crypto message that does not keep to its form", "sealed Facebook Zero", "Done"]);
        let endless = [&b"1QTV0\xff\xff\xff\xff"[..], &sample::client_hello()].concat();
        assert_eq!(drive(Box::new(FbZero), &[(ToServer, &endless)]), ["malformed QUIC Crypto message that is too long", "Done"]);
    }
}
