//! Link-local multicast name resolution (RFC 4795): single names asked of everybody at home.

use super::datagrams::{Datagrams, on};
use super::message::Header;

use crate::event::NameSource;
use crate::protocols::protocol::{Carrier, Nature, Probe, Protocol, Verdict};

/// Its port (RFC 4795, section 2).
pub const PORT: u16 = 5355;

/// LLMNR.
pub static LLMNR: Protocol = Protocol {
    name: "llmnr",
    carrier: Carrier::Datagram,
    nature: Nature::Infrastructure,
    ports: &[PORT],
    probe,
    open: || Box::new(Datagrams { source: NameSource::Llmnr }),
};

fn probe(probe: &Probe<'_>) -> Verdict {
    let fits = |header: &Header| header.opcode() == 0 && header.counts.first() == Some(&1);
    match Header::read(probe.bytes) {
        Some(header) if on(probe, &[PORT]) && fits(&header) => Verdict::Yes,
        _ => Verdict::No,
    }
}
