//! CoAP (RFC 7252) over UDP, and over TCP (RFC 8323): what is asked of things and what they answer, with observation (RFC 7641) and contents in blocks
//! (RFC 7959, RFC 9177).
//!
//! In come datagrams or a stream; out go exchanges (the target is the path, the status `205` for 2.05), targets with their queries (LwM2M tells the
//! name of a device there), and contents with their media types. What OSCORE (RFC 8613) protects is told as sealed.

mod blocks;
mod message;
mod probe;
mod talk;
#[cfg(test)]
mod tests;

use message::Message;
use talk::Talk;

use super::protocol::{Carrier, Input, Nature, Parser, Progress, Protocol, Say};
use super::stream::{Both, after, first};
use crate::event::Event;

/// CoAP over UDP.
pub static COAP: Protocol = Protocol {
    name: "coap",
    carrier: Carrier::Datagram,
    nature: Nature::Clear,
    ports: probe::PORTS,
    probe: probe::datagram,
    open: || Box::new(Datagrams::default()),
};

/// CoAP over TCP.
pub static COAP_TCP: Protocol =
    Protocol { name: "coap", carrier: Carrier::Stream, nature: Nature::Clear, ports: probe::PORTS, probe: probe::stream, open: || Box::new(Stream::default()) };

/// Of a stream longer messages are passed over.
const MESSAGE_LIMIT: usize = 256 << 10;

#[derive(Default)]
struct Datagrams {
    talk: Talk,
}

impl Parser for Datagrams {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        match Message::datagram(input.bytes) {
            Some(message) => self.talk.message(&message, &input, say),
            None => say(Event::Malformed { what: "coap message that does not keep to its form" }),
        }
        Progress::Consumed(input.bytes.len())
    }

    fn end(&mut self, say: Say<'_>) {
        self.talk.end(say);
    }

    fn memory(&self) -> usize {
        self.talk.memory()
    }
}

#[derive(Default)]
struct Stream {
    talk: Talk,
    /// Bytes that are passed over, by direction.
    skip: Both<usize>,
}

impl Parser for Stream {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        let mut done = 0;
        loop {
            let rest = after(&input, done);
            let skip = self.skip.of_mut(input.direction);
            let passed = (*skip).min(rest.bytes.len());
            if passed > 0 {
                *skip -= passed;
                done += passed;
                continue;
            }
            let Some((header, whole)) = message::frame(rest.bytes) else { return Progress::Consumed(done) };
            if whole > MESSAGE_LIMIT {
                say(Event::Malformed { what: "coap message longer than the limit" });
                *skip = whole;
                continue;
            }
            let input = first(&rest, whole);
            if input.bytes.len() < whole {
                return Progress::Consumed(done);
            }
            match Message::framed(input.bytes, header) {
                Some(message) => self.talk.message(&message, &input, &mut *say),
                None => say(Event::Malformed { what: "coap message that does not keep to its form" }),
            }
            done += whole;
        }
    }

    fn end(&mut self, say: Say<'_>) {
        self.talk.end(say);
    }

    fn memory(&self) -> usize {
        self.talk.memory()
    }
}
