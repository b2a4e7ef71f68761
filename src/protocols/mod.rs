//! Bytes → events: one file a protocol, and this list.

mod demux;
pub mod dhcp;
pub mod dns;
pub mod dtls;
pub mod handshake;
mod head;
pub mod http1;
pub mod isakmp;
mod media;
pub mod mqtt;
mod noise;
pub mod openvpn;
mod pieces;
pub mod protocol;
pub mod quic;
pub mod rdp;
pub mod ssdp;
pub mod ssh;
mod stream;
#[cfg(test)]
pub(crate) mod testing;
pub mod tls;
pub mod trackers;
pub mod wire_name;
pub mod wireguard;

use protocol::{Carrier, Probe, Protocol, Verdict};

/// Every protocol; of two that recognise the same bytes the first wins.
#[rustfmt::skip]
pub static PROTOCOLS: &[&Protocol] = &[
    &openvpn::OPENVPN_TCP,
    &tls::TLS,
    &ssh::SSH,
    &rdp::RDP,
    &dtls::DTLS,
    &openvpn::OPENVPN,
    &wireguard::WIREGUARD,
    &isakmp::ISAKMP,
    &quic::QUIC,
    &dns::mdns::MDNS,
    &dns::llmnr::LLMNR,
    &dns::nbns::NBNS,
    &dhcp::DHCP,
    &dns::DNS,
    &dns::DNS_TCP,
    &http1::HTTP,
    &ssdp::SSDP,
    &mqtt::MQTT,
    &trackers::setracker::SETRACKER,
    &isakmp::ESP,
];

/// What the protocols made of the first bytes of a direction.
#[derive(Clone, Copy)]
pub enum Recognition {
    /// They are this one's; the sender plays the other role than was believed, if the second says so.
    Known(&'static Protocol, bool),
    /// More bytes are needed.
    Unsure,
    /// They are nobody's.
    Nobody,
}

/// Asks every protocol of a carrier, those on their usual port first.
pub fn recognise(carrier: Carrier, probe: &Probe<'_>) -> Recognition {
    let usual = |protocol: &&&Protocol| protocol.ports.contains(&probe.from_port) || protocol.ports.contains(&probe.to_port);
    let carried = || PROTOCOLS.iter().filter(|protocol| protocol.carrier == carrier);
    let mut unsure = false;
    for protocol in carried().filter(usual).chain(carried().filter(|protocol| !usual(protocol))) {
        match (protocol.probe)(probe) {
            Verdict::Yes => return Recognition::Known(protocol, false),
            Verdict::Swapped => return Recognition::Known(protocol, true),
            Verdict::Unsure => unsure = true,
            Verdict::No => {}
        }
    }
    if unsure { Recognition::Unsure } else { Recognition::Nobody }
}
