//! Multicast DNS (RFC 6762) with service discovery (RFC 6763): what devices call themselves at home.

use super::datagrams::Datagrams;
use super::message::Header;
use super::recognise::{UNICAST, is_of_the_link, on};

use crate::event::NameSource;
use crate::protocols::protocol::{Carrier, Nature, Probe, Protocol, Verdict};

/// The port that every mDNS message goes to or comes from (RFC 6762, section 3).
pub const PORT: u16 = 5353;
/// Most questions and most records a message may say it has.
const MOST: u16 = 512;

/// mDNS.
pub static MDNS: Protocol = Protocol {
    name: "mdns",
    carrier: Carrier::Datagram,
    nature: Nature::Infrastructure,
    ports: &[PORT],
    probe,
    open: || Box::new(Datagrams { source: NameSource::Mdns }),
};

fn probe(probe: &Probe<'_>) -> Verdict {
    let Some(header) = Header::read(probe.bytes) else { return Verdict::No };
    // A resolver may be asked from any port, this one too.
    let fits = if on(probe, &[PORT]) && !on(probe, &[UNICAST]) {
        header.opcode() == 0 && header.reserved_is_zero() && header.counts.iter().all(|&count| count <= MOST)
    } else {
        is_of_the_link(header, probe.bytes)
    };
    if fits { Verdict::Yes } else { Verdict::No }
}
