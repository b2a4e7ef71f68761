//! Bytes → events: one file a protocol, and this list.

mod credentials;
mod demux;
pub mod dhcp;
pub mod dns;
pub mod fbzero;
mod flv;
pub mod gquic;
pub mod handshake;
mod head;
pub mod http1;
mod media;
pub mod mqtt;
mod noise;
mod ordered;
mod pieces;
pub mod protocol;
pub mod proxy_protocol;
pub mod quic;
mod quic_crypto;
pub mod rtmp;
pub mod rtp;
pub mod rtsp;
mod sdp;
mod session;
pub mod sip;
pub mod socks;
pub mod ssdp;
mod stream;
pub mod stun;
#[cfg(test)]
pub(crate) mod testing;
pub mod tls;
pub mod trackers;
pub mod wire_name;

use protocol::{Carrier, Probe, Protocol, Verdict};

/// Every protocol; of two that recognise the same bytes the first wins.
#[rustfmt::skip]
pub static PROTOCOLS: &[&Protocol] = &[
    &proxy_protocol::PROXY,
    &tls::TLS,
    &quic::QUIC,
    &gquic::GQUIC,
    &fbzero::FBZERO,
    &dns::mdns::MDNS,
    &dns::llmnr::LLMNR,
    &dns::nbns::NBNS,
    &dhcp::DHCP,
    &dns::DNS,
    &dns::DNS_TCP,
    &http1::HTTP,
    &ssdp::SSDP,
    &mqtt::MQTT,
    &socks::SOCKS,
    &socks::SOCKS_UDP,
    &rtsp::RTSP,
    &sip::SIP,
    &sip::SIP_TCP,
    &rtmp::RTMP,
    &stun::STUN,
    &stun::STUN_TCP,
    &rtp::RTCP,
    &trackers::setracker::SETRACKER,
    &trackers::text::TRACKER,
    &trackers::text::TRACKER_UDP,
    &rtp::RTP,
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
