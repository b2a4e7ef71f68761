//! DHCP for IPv4 (RFC 2131, options RFC 2132) and BOOTP before it (RFC 951), recognised by their form on any port.
//!
//! Datagrams in; host names, what devices tell of themselves, leases and an exchange per message out. Knows nothing of who else is at home: a lease
//! says what the server handed out, no more.

mod message;
mod options;
mod vendor;

use super::protocol::{Carrier, Input, Nature, Parser, Progress, Protocol, Say};
use crate::event::Event;

/// DHCP and BOOTP.
pub static DHCP: Protocol = Protocol {
    name: "dhcp",
    carrier: Carrier::Datagram,
    nature: Nature::Infrastructure,
    ports: &[67, 68],
    probe: |probe| message::probe(probe.bytes),
    open: || Box::new(Datagrams),
};

/// Every datagram stands for itself.
struct Datagrams;

impl Parser for Datagrams {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        if input.bytes.len() < message::FIXED {
            say(Event::Malformed { what: "dhcp message shorter than its fixed fields" });
        } else {
            message::read(&input, say);
        }
        Progress::Consumed(input.bytes.len())
    }
}

#[cfg(test)]
mod tests;
