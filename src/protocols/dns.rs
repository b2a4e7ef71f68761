//! Unicast DNS over UDP and TCP (RFC 1035), recognised on any port by its content. Bytes in; names out, with the addresses that answers give.
//!
//! Its relatives stand beside it: [`mdns`], [`llmnr`] and [`nbns`] with the same messages, [`nbdgm`] with the names of the last, and [`dnscrypt`],
//! which nobody on the way can read.

mod datagrams;
mod discovery;
pub mod dnscrypt;
pub mod llmnr;
pub mod mdns;
pub mod message;
mod names;
pub mod nbdgm;
pub mod nbns;
mod netbios;
mod rdata;
mod recognise;
mod stream;
mod svcb;

use datagrams::Datagrams;
use message::Header;
use recognise::{UNICAST, framed, is_beyond_doubt, is_sane, on};
use stream::Stream;

use super::protocol::{Carrier, Nature, Probe, Protocol, Verdict};
use crate::event::NameSource;

/// Ports of the relatives: what comes there is theirs.
const RELATIVES: [u16; 3] = [mdns::PORT, llmnr::PORT, nbns::PORT];

/// DNS over UDP.
pub static DNS: Protocol = Protocol {
    name: "dns",
    carrier: Carrier::Datagram,
    nature: Nature::Infrastructure,
    ports: &[UNICAST],
    probe: probe_datagram,
    open: || Box::new(Datagrams { source: NameSource::Dns }),
};

/// DNS over TCP: each message behind its length (RFC 1035, section 4.2.2).
pub static DNS_TCP: Protocol = Protocol {
    name: "dns",
    carrier: Carrier::Stream,
    nature: Nature::Infrastructure,
    ports: &[UNICAST],
    probe: probe_stream,
    open: || Box::new(Stream::new(NameSource::Dns)),
};

fn probe_datagram(probe: &Probe<'_>) -> Verdict {
    let usual = on(probe, &[UNICAST]);
    if !usual && on(probe, &RELATIVES) {
        return Verdict::No;
    }
    let Some(header) = Header::read(probe.bytes) else { return Verdict::No };
    let mine = if usual { is_sane(header, probe.bytes.len()) } else { is_beyond_doubt(header, probe.bytes) };
    if mine { Verdict::Yes } else { Verdict::No }
}

fn probe_stream(probe: &Probe<'_>) -> Verdict {
    framed(probe.bytes, on(probe, &[UNICAST]))
}

#[cfg(test)]
mod oracle;
#[cfg(test)]
mod tests;
