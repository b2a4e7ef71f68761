//! Bytes → events: one file a protocol, and this list.

pub mod amqp;
mod asked;
mod ber;
pub mod building;
pub mod cdp;
pub mod coap;
mod counted;
mod credentials;
mod cursor;
mod demux;
mod description;
mod description_json;
pub mod dhcp;
pub mod dhcpv6;
pub mod dns;
pub mod dtls;
mod duid;
pub mod eapol;
pub mod fbzero;
mod flv;
pub mod ftp;
mod gather;
mod gathered;
pub mod gquic;
pub mod handshake;
mod head;
mod host;
pub mod http1;
pub mod http2;
mod igd;
pub mod imap;
pub mod irc;
pub mod isakmp;
pub mod ldap;
mod lines;
pub mod lldp;
mod login;
mod mail;
pub mod makers;
mod media;
mod messages;
pub mod mqtt;
pub mod mqtt_sn;
pub mod natpmp;
pub mod nats;
pub mod neighbour;
mod noise;
pub mod ntp;
pub mod openvpn;
mod ordered;
pub mod pcp;
mod pieces;
pub mod pop3;
pub mod protocol;
pub mod proxy_protocol;
pub mod quic;
mod quic_crypto;
pub mod rdp;
pub mod redis;
pub mod rtmp;
pub mod rtp;
pub mod rtsp;
mod sasl;
mod saying;
mod sdp;
mod session;
pub mod sip;
pub mod smtp;
pub mod snmp;
pub mod socks;
pub mod ssdp;
pub mod ssh;
pub mod stomp;
mod stream;
pub mod stun;
pub mod syslog;
pub mod telnet;
#[cfg(test)]
pub(crate) mod testing;
pub mod tftp;
pub mod tls;
pub mod trackers;
mod web;
pub mod websocket;
pub mod wire_name;
pub mod wireguard;
pub mod wsd;
mod xml;
pub mod xmpp;

use protocol::{Carrier, Probe, Protocol, Verdict};

/// Every protocol; of two that recognise the same bytes the first wins.
#[rustfmt::skip]
pub static PROTOCOLS: &[&Protocol] = &[
    &proxy_protocol::PROXY,
    &openvpn::OPENVPN_TCP,
    &tls::TLS,
    &ssh::SSH,
    &rdp::RDP,
    &dtls::DTLS,
    &wireguard::WIREGUARD,
    &isakmp::ISAKMP,
    &quic::QUIC,
    &gquic::GQUIC,
    &fbzero::FBZERO,
    &dns::mdns::MDNS,
    &dns::nbns::NBNS,
    &dns::llmnr::LLMNR,
    &dns::llmnr::LLMNR_TCP,
    &dns::nbdgm::NBDGM,
    &dns::dnscrypt::DNSCRYPT,
    &dns::dnscrypt::DNSCRYPT_TCP,
    &dhcp::DHCP,
    &dhcpv6::DHCPV6,
    &dns::DNS,
    &openvpn::OPENVPN,
    &dns::DNS_TCP,
    &http2::HTTP2,
    &http1::HTTP,
    &websocket::WEBSOCKET,
    &ssdp::SSDP,
    &wsd::WSD,
    &imap::IMAP,
    &pop3::POP3,
    &smtp::SMTP,
    &ftp::FTP,
    &ftp::data::FTP_DATA,
    &irc::IRC,
    &telnet::TELNET,
    &tftp::TFTP,
    &snmp::SNMP,
    &ldap::LDAP,
    &ldap::LDAP_UDP,
    &syslog::SYSLOG,
    &syslog::SYSLOG_TCP,
    &building::knx::KNX,
    &building::knx::KNX_TCP,
    &building::bacnet::BACNET,
    &building::modbus::MODBUS,
    &natpmp::NATPMP,
    &pcp::PCP,
    &mqtt::MQTT,
    &coap::COAP,
    &coap::COAP_TCP,
    &mqtt_sn::MQTT_SN,
    &amqp::AMQP,
    &amqp::AMQP_1,
    &xmpp::XMPP,
    &stomp::STOMP,
    &nats::NATS,
    &redis::REDIS,
    &socks::SOCKS,
    &socks::SOCKS_UDP,
    &makers::kasa::KASA,
    &makers::kasa::KASA_UDP,
    &makers::shp::SHP,
    &makers::tuya::TUYA,
    &makers::tuya::TUYA_UDP,
    &makers::miio::MIIO,
    &makers::pppp::PPPP,
    &makers::edimax::EDIMAX,
    &makers::edimax::EDIMAX_TCP,
    &makers::tutk::TUTK,
    &makers::lifx::LIFX,
    &makers::broadlink::BROADLINK,
    &makers::yeelight::YEELIGHT,
    &makers::dlink::DLINK,
    &makers::drone::DRONE,
    &makers::dahua::DAHUA,
    &makers::dahua::DAHUA_TCP,
    &makers::sadp::SADP,
    &makers::foscam::FOSCAM,
    &makers::foscam::FOSCAM_TCP,
    &makers::xm::XM,
    &makers::xm::XM_UDP,
    &makers::lan_json::WIZ,
    &makers::lan_json::GOVEE,
    &makers::esphome::ESPHOME,
    &rtsp::RTSP,
    &sip::SIP,
    &sip::SIP_TCP,
    &rtmp::RTMP,
    &stun::STUN,
    &stun::STUN_TCP,
    &rtp::RTCP,
    &ntp::NTP,
    &trackers::setracker::SETRACKER,
    // Binary trackers: what has a checksum first, what has none last.
    &trackers::gt06::GT06,
    &trackers::gt06::GT06_UDP,
    &trackers::teltonika::TELTONIKA,
    &trackers::teltonika::TELTONIKA_UDP,
    &trackers::jt808::JT808,
    &trackers::jt808::JT808_UDP,
    &trackers::castel::CASTEL,
    &trackers::castel::CASTEL_UDP,
    &trackers::egts::EGTS,
    &trackers::galileosky::GALILEOSKY,
    &trackers::iridium::IRIDIUM,
    &trackers::ruptela::RUPTELA,
    &trackers::ruptela::RUPTELA_UDP,
    &trackers::queclink::QUECLINK_BINARY,
    &trackers::queclink::QUECLINK_BINARY_UDP,
    &trackers::atrack::ATRACK,
    &trackers::atrack::ATRACK_UDP,
    &trackers::minifinder2::EVIEW,
    &trackers::minifinder2::EVIEW_UDP,
    &trackers::ulbotech::ULBOTECH,
    &trackers::ulbotech::ULBOTECH_UDP,
    &trackers::cellocator::CELLOCATOR,
    &trackers::cellocator::CELLOCATOR_UDP,
    &trackers::mxt::MXT,
    &trackers::tytan::TYTAN,
    &trackers::tytan::TYTAN_UDP,
    &trackers::khd::KHD,
    &trackers::khd::KHD_UDP,
    &trackers::arnavi::ARNAVI_BINARY,
    &trackers::wristband::WRISTBAND,
    &trackers::meitrack::MEITRACK_BINARY,
    &trackers::meitrack::MEITRACK_BINARY_UDP,
    &trackers::meiligao::MEILIGAO,
    &trackers::meiligao::MEILIGAO_UDP,
    &trackers::vt200::VT200,
    &trackers::granit::GRANIT,
    &trackers::tzone::TZONE,
    &trackers::tzone::TZONE_UDP,
    &trackers::xexun2::XEXUN2,
    &trackers::xexun2::XEXUN2_UDP,
    &trackers::huasheng::HUASHENG,
    &trackers::cityeasy::CITYEASY,
    &trackers::niot::NIOT,
    &trackers::t800x::T800X,
    &trackers::t800x::T800X_UDP,
    &trackers::topin::TOPIN,
    &trackers::jt600::JT600,
    &trackers::jt600::JT600_UDP,
    &trackers::h02::H02_BINARY,
    &trackers::h02::H02_BINARY_UDP,
    &trackers::eelink::EELINK,
    &trackers::eelink::EELINK_UDP,
    &trackers::aplicom::APLICOM,
    &trackers::aplicom::APLICOM_UDP,
    &trackers::oigo::OIGO,
    &trackers::oigo::OIGO_UDP,
    &trackers::autofon::AUTOFON,
    &trackers::calamp::CALAMP_UDP,
    &trackers::noran::NORAN_UDP,
    // Of text trackers those whose messages begin with the most that is their own first.
    &trackers::gps103::GPS103,
    &trackers::gps103::GPS103_UDP,
    &trackers::queclink_text::QUECLINK,
    &trackers::queclink_text::QUECLINK_UDP,
    &trackers::meitrack_text::MEITRACK,
    &trackers::meitrack_text::MEITRACK_UDP,
    &trackers::totem::TOTEM,
    &trackers::totem::TOTEM_UDP,
    &trackers::suntech::SUNTECH,
    &trackers::suntech::SUNTECH_UDP,
    &trackers::trv::TRV,
    &trackers::trv::TRV_UDP,
    &trackers::tk103::TK103,
    &trackers::tk103::TK103_UDP,
    &trackers::jt600_text::JT600_TEXT,
    &trackers::jt600_text::JT600_TEXT_UDP,
    &trackers::upro::UPRO,
    &trackers::upro::UPRO_UDP,
    &trackers::h02_text::H02,
    &trackers::h02_text::H02_UDP,
    &trackers::easytrack::EASYTRACK,
    &trackers::easytrack::EASYTRACK_UDP,
    &trackers::v680::V680,
    &trackers::v680::V680_UDP,
    &trackers::wialon::WIALON,
    &trackers::wialon::WIALON_UDP,
    &trackers::minifinder::MINIFINDER,
    &trackers::minifinder::MINIFINDER_UDP,
    &trackers::megastek::MEGASTEK,
    &trackers::megastek::MEGASTEK_UDP,
    &trackers::xexun::XEXUN,
    &trackers::xexun::XEXUN_UDP,
    &trackers::laipac::LAIPAC,
    &trackers::laipac::LAIPAC_UDP,
    &trackers::pt502::PT502,
    &trackers::pt502::PT502_UDP,
    &trackers::starlink::STARLINK,
    &trackers::starlink::STARLINK_UDP,
    &trackers::its::ITS,
    &trackers::its::ITS_UDP,
    &trackers::haicom::HAICOM,
    &trackers::haicom::HAICOM_UDP,
    &trackers::globalsat::GLOBALSAT,
    &trackers::globalsat::GLOBALSAT_UDP,
    &trackers::freedom::FREEDOM,
    &trackers::freedom::FREEDOM_UDP,
    &trackers::atrack_text::ATRACK,
    &trackers::atrack_text::ATRACK_UDP,
    &trackers::taip::TAIP,
    &trackers::taip::TAIP_UDP,
    &trackers::telic::TELIC,
    &trackers::telic::TELIC_UDP,
    &trackers::wondex::WONDEX,
    &trackers::wondex::WONDEX_UDP,
    &trackers::nmea::NMEA,
    &trackers::nmea::NMEA_UDP,
    &trackers::text::TRACKER,
    &trackers::text::TRACKER_UDP,
    &isakmp::ESP,
    &rtp::RTP,
];

/// Protocols that one is turned into by HTTP's Upgrade (RFC 9110, section 7.8), by its token.
static UPGRADES: &[(&str, &Protocol)] = &[("websocket", &websocket::WEBSOCKET), ("h2c", &http2::HTTP2)];

/// The protocol that an agreement turns to, if it is one that is read.
pub fn upgraded(to: &str) -> Option<&'static Protocol> {
    UPGRADES.iter().find(|(token, _)| token.eq_ignore_ascii_case(to)).map(|(_, protocol)| *protocol)
}

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
