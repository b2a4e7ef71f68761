//! Bytes → events: one file a protocol, and this list.

pub mod dhcp;
pub mod dns;
pub mod protocol;
pub mod trackers;
pub mod wire_name;

use protocol::Protocol;

/// Every protocol; of two that recognise the same bytes the first wins.
pub static PROTOCOLS: &[&Protocol] =
    &[&dns::mdns::MDNS, &dns::llmnr::LLMNR, &dns::nbns::NBNS, &dhcp::DHCP, &dns::DNS, &dns::DNS_TCP, &trackers::setracker::SETRACKER];
