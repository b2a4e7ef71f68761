//! DHCP for IPv6 (RFC 8415), recognised by its form on any port: a message type, a transaction and options that fill the datagram exactly.
//!
//! Datagrams in; names, what devices tell of themselves, leases and an exchange per message out.

mod message;
mod options;
mod telling;

use super::protocol::{Carrier, Input, Nature, Parser, Progress, Protocol, Say};

/// DHCPv6.
pub static DHCPV6: Protocol = Protocol {
    name: "dhcpv6",
    carrier: Carrier::Datagram,
    nature: Nature::Infrastructure,
    ports: &[546, 547],
    probe: |probe| message::probe(probe.bytes),
    open: || Box::new(Datagrams),
};

/// Every datagram stands for itself.
struct Datagrams;

impl Parser for Datagrams {
    fn read(&mut self, input: Input<'_>, say: Say<'_>) -> Progress {
        message::read(&input, say);
        Progress::Consumed(input.bytes.len())
    }
}

#[cfg(test)]
mod tests;
