//! Linux "cooked" captures, of one interface or of all: both versions of their header
//! (<https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html>).

use super::packet::{Decoded, Unread};
use super::rest::{LINK, NETWORK, Outer, Rest, unread};
use super::{ether, wan, wifi};

/// ARPHRD_ values of Linux for which the protocol field means nothing or something else.
mod hardware {
    pub const CAN: u16 = 280;
    pub const FRAME_RELAY: u16 = 770;
    pub const WIFI: u16 = 801;
    pub const WIFI_PRISM: u16 = 802;
    pub const WIFI_RADIOTAP: u16 = 803;
    pub const NETLINK: u16 = 824;
}

/// Packet type, ARPHRD_ type, length and 8 bytes of the sender's address, protocol.
pub(super) fn first(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&[_, _, h0, h1, l0, l1, a0, a1, a2, a3, a4, a5, _, _, p0, p1], rest) = rest.header(LINK, "SLL header")?;
    let sender = ([l0, l1] == [0, 6]).then_some([a0, a1, a2, a3, a4, a5]);
    protocol(outer.on_link(sender, None), u16::from_be_bytes([h0, h1]), u16::from_be_bytes([p0, p1]), rest)
}

/// The second version: protocol, reserved, interface, ARPHRD_ type, packet type, length and 8 bytes of the sender's address.
pub(super) fn second(outer: Outer, rest: Rest<'_>) -> Result<Decoded, Unread> {
    let (&[p0, p1, _, _, _, _, _, _, h0, h1, _, length, a0, a1, a2, a3, a4, a5, _, _], rest) = rest.header(LINK, "SLL2 header")?;
    let sender = (length == 6).then_some([a0, a1, a2, a3, a4, a5]);
    protocol(outer.on_link(sender, None), u16::from_be_bytes([h0, h1]), u16::from_be_bytes([p0, p1]), rest)
}

/// The protocol field is an Ethernet type, or one of Linux's `ETH_P_` numbers below them, of which 4 is LLC.
fn protocol(outer: Outer, hardware: u16, protocol: u16, rest: Rest<'_>) -> Result<Decoded, Unread> {
    match (hardware, protocol) {
        (hardware::NETLINK, _) => Err(unread(LINK, "Linux netlink")),
        (hardware::WIFI, _) => wifi::frame(outer, rest),
        (hardware::WIFI_PRISM, _) => wifi::prism(outer, rest),
        (hardware::WIFI_RADIOTAP, _) => wifi::radiotap(outer, rest),
        (hardware::FRAME_RELAY, _) => wan::frame_relay(outer, rest),
        (hardware::CAN, _) | (_, 0x000c..=0x000e) => Err(unread(LINK, "CAN bus")),
        (_, 0x0001) => Err(unread(NETWORK, "IPX")),
        (_, 0x0004) => ether::llc(outer, rest),
        (_, ether::kind::FIRST..) => ether::carried(outer, protocol, rest),
        _ => Err(unread(NETWORK, format!("SLL protocol 0x{protocol:04x}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, behind as read, packet, reason};

    #[test]
    fn cooked_captures_give_the_sender_alone() {
        let mac = [0, 0, 0x5e, 0, 0x53, 7];
        let first = [&[0, 4, 0, 1, 0, 6][..], &mac, &[0, 0, 8, 0], &sample::udp4(b"sll")].concat();
        let second = [&[8, 0, 0, 0, 0, 0, 0, 2, 0, 1, 4, 6][..], &mac, &[0, 0], &sample::udp4(b"sll")].concat();
        for (link, frame) in [(113, first), (276, second)] {
            let packet = packet(link, &frame);
            assert_eq!((packet.from_mac.map(|mac| mac.0), packet.to_mac, &frame[packet.payload]), (Some(mac), None, &b"sll"[..]));
        }
        let nobody = [&[0, 0, 3, 4, 0, 0][..], &[0; 8], &[0x86, 0xdd], &sample::udp6(b"lo")].concat();
        assert_eq!(packet(113, &nobody).from_mac, None);
    }

    #[test]
    fn the_protocol_field_leads_on() {
        let header = |hardware: u16, protocol: u16| [&[0, 0][..], &hardware.to_be_bytes(), &[0, 0], &[0; 8], &protocol.to_be_bytes()].concat();
        assert_eq!(read(113, &[&header(1, 0x8100)[..], &[0, 5, 8, 0]].concat(), &sample::udp4(b"vlan")), b"vlan");
        assert_eq!(read(113, &[&header(1, 4)[..], &[0xaa, 0xaa, 3, 0, 0, 0, 8, 0]].concat(), &sample::udp4(b"llc")), b"llc");
        assert_eq!(read(113, &[&header(770, 3)[..], &[0x18, 0x41, 3, 0xcc]].concat(), &sample::udp4(b"relay")), b"relay");
        let air = [&[0, 0, 8, 0, 0, 0, 0, 0, 8, 1, 0, 0][..], &sample::MACS, &[0; 8], &[0xaa, 0xaa, 3, 0, 0, 0, 8, 0]].concat();
        assert_eq!(read(113, &[&header(803, 3)[..], &air].concat(), &sample::udp4(b"air")), b"air");
        assert_eq!(reason(113, &header(280, 12)), "link: CAN bus");
        assert_eq!(reason(113, &header(1, 13)), "link: CAN bus");
        assert_eq!(reason(113, &header(824, 0)), "link: Linux netlink");
        assert_eq!(reason(113, &header(1, 1)), "network: IPX");
        assert_eq!(reason(113, &header(1, 2)), "network: SLL protocol 0x0002");
        assert_eq!(reason(113, &header(1, 4)[..15]), "link: SLL header cut short");
    }
}
