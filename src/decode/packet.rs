//! One decoded frame: who sent it to whom, over what, and where its payload lies.
//!
//! Offsets count from the first byte of the frame, so that a packet can be told of later without its bytes.

use std::net::IpAddr;
use std::ops::Range;

use crate::wire::{Mac, Transport};

/// What became of a frame.
#[derive(Clone, Debug)]
pub enum Decoded {
    /// It carries this (innermost under tunnels).
    Packet(Packet),
    /// It carries a piece of an IP datagram (innermost under tunnels).
    Fragment(Fragment),
    /// It was not understood, with the layer and the reason: counted, never dropped silently.
    Unread(Unread),
    /// It carries several frames side by side (an aggregate of IEEE 802.11): what became of each, in order. None of them is `Several` again but where
    /// another aggregate lies in a tunnel within.
    Several(Vec<Decoded>),
}

/// A frame that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// Sender and receiver on the link, where it has hardware addresses (outermost). The sender may be all that is known (SLL).
    pub from_mac: Option<Mac>,
    /// See `from_mac`.
    pub to_mac: Option<Mac>,
    /// How many tunnels lie around it.
    pub depth: u8,
    /// Sender's address.
    pub from: IpAddr,
    /// Receiver's address.
    pub to: IpAddr,
    /// Time to live or hop limit.
    pub ttl: u8,
    /// What is carried.
    pub body: Body,
    /// The payload of `body`, in the frame.
    pub payload: Range<usize>,
    /// Bytes of that payload that were on the wire but not captured (snap length).
    pub missing: usize,
    /// Whether a checksum was wrong: counted, never decisive.
    pub bad_checksum: bool,
}

/// What a packet carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// A TCP segment.
    Tcp(Tcp),
    /// A UDP datagram.
    Udp {
        /// Sender's port.
        from_port: u16,
        /// Receiver's port.
        to_port: u16,
    },
    /// ICMP or ICMPv6.
    Icmp {
        /// Its type.
        kind: u8,
        /// Its code.
        code: u8,
    },
    /// ARP (RFC 826): `from` and `to` are the sender's and the target's protocol address.
    Arp {
        /// 1 request, 2 reply.
        operation: u16,
        /// The sender's hardware address, as the message says.
        sender: Mac,
    },
    /// A message of the link itself, by its Ethernet type: LLDP, EAPOL; by its SNAP type: CDP. `from` and `to` are no addresses.
    Link {
        /// The type.
        kind: u16,
    },
    /// Another IP protocol that has ports where TCP has them: SCTP (RFC 9260), DCCP (RFC 4340).
    Ported {
        /// Its number.
        protocol: u8,
        /// Sender's port.
        from_port: u16,
        /// Receiver's port.
        to_port: u16,
    },
    /// Another IP protocol.
    Other(u8),
}

impl Body {
    /// The transport and the two ports; ARP and messages of the link have none.
    pub fn transport(&self) -> Option<(Transport, u16, u16)> {
        match self {
            Self::Tcp(tcp) => Some((Transport::Tcp, tcp.from_port, tcp.to_port)),
            Self::Udp { from_port, to_port } => Some((Transport::Udp, *from_port, *to_port)),
            Self::Icmp { .. } => Some((Transport::Icmp, 0, 0)),
            Self::Ported { protocol, from_port, to_port } => Some((Transport::Other(*protocol), *from_port, *to_port)),
            Self::Other(number) => Some((Transport::Other(*number), 0, 0)),
            Self::Arp { .. } | Self::Link { .. } => None,
        }
    }
}

/// A TCP header's fields that matter here (RFC 9293, section 3.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tcp {
    /// Sender's port.
    pub from_port: u16,
    /// Receiver's port.
    pub to_port: u16,
    /// Sequence number of the first payload byte (of the SYN where there is one).
    pub sequence: u32,
    /// Acknowledgement number.
    pub acknowledgement: u32,
    /// FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32.
    pub flags: u8,
    /// Window, not scaled.
    pub window: u16,
}

impl Tcp {
    /// FIN.
    pub const FIN: u8 = 1;
    /// SYN.
    pub const SYN: u8 = 2;
    /// RST.
    pub const RST: u8 = 4;
    /// ACK.
    pub const ACK: u8 = 16;

    /// Whether all of these flags are set.
    pub fn has(&self, flags: u8) -> bool {
        self.flags & flags == flags
    }
}

/// A piece of an IP datagram (RFC 791, section 3.2; RFC 8200, section 4.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fragment {
    /// See [`Packet`].
    pub from_mac: Option<Mac>,
    /// See [`Packet`].
    pub to_mac: Option<Mac>,
    /// See [`Packet`].
    pub depth: u8,
    /// Sender's address.
    pub from: IpAddr,
    /// Receiver's address.
    pub to: IpAddr,
    /// See [`Packet`].
    pub ttl: u8,
    /// Identification.
    pub id: u32,
    /// IP protocol number of what the whole datagram carries.
    pub protocol: u8,
    /// Offset of this piece in the datagram's payload, in bytes.
    pub offset: usize,
    /// Whether more pieces follow.
    pub more: bool,
    /// The piece, in the frame.
    pub payload: Range<usize>,
    /// Bytes of the piece that were not captured.
    pub missing: usize,
}

/// Why a frame was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// The layer: `link`, `network`, `transport`.
    pub layer: &'static str,
    /// The reason, as a person reads it: `USB (Linux) (link type 189)`, `802.11 data, encrypted`, `LLDP`.
    pub reason: String,
}
