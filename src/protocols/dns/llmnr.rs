//! Link-local multicast name resolution (RFC 4795): single names asked of everybody at home, and over TCP where an answer is long.

use super::datagrams::Datagrams;
use super::message::Header;
use super::recognise::{UNICAST, framed, is_beyond_doubt, is_of_neighbours, on};
use super::stream::Stream;

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

/// LLMNR over TCP (RFC 4795, section 2.5).
pub static LLMNR_TCP: Protocol = Protocol {
    name: "llmnr",
    carrier: Carrier::Stream,
    nature: Nature::Infrastructure,
    ports: &[PORT],
    probe: probe_stream,
    open: || Box::new(Stream::new(NameSource::Llmnr)),
};

fn probe(probe: &Probe<'_>) -> Verdict {
    let Some(header) = Header::read(probe.bytes) else { return Verdict::No };
    let fits = if on(probe, &[PORT]) && !on(probe, &[UNICAST]) {
        header.opcode() == 0 && header.counts.first() == Some(&1)
    } else {
        is_of_neighbours(header, probe.bytes) && is_beyond_doubt(header, probe.bytes)
    };
    if fits { Verdict::Yes } else { Verdict::No }
}

/// On other ports its questions are taken for those of DNS: the names are told all the same.
fn probe_stream(probe: &Probe<'_>) -> Verdict {
    if on(probe, &[PORT]) && !on(probe, &[UNICAST]) { framed(probe.bytes, false) } else { Verdict::No }
}
