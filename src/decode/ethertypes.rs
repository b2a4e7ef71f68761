//! The names of what Ethernet can carry beside IP: what is not read is told of by name, so that a person knows what is passed over.
//!
//! Sources: <https://www.iana.org/assignments/ieee-802-numbers>, the IEEE registration authority, and the standards that name a number of their own.

/// Ethernet type and name, in order of the types.
const TYPES: &[(u16, &str)] = &[
    (0x0600, "XNS"),
    (0x0842, "Wake-on-LAN"),
    (0x0bad, "Banyan VINES"),
    (0x2000, "CDP (Cisco discovery)"),
    (0x22ea, "SRP (802.1Qat)"),
    (0x22f0, "AVTP (audio and video)"),
    (0x22f4, "IS-IS"),
    (0x6001, "DEC MOP"),
    (0x6002, "DEC MOP"),
    (0x6003, "DECnet"),
    (0x6004, "DEC LAT"),
    (0x6005, "DEC diagnostics"),
    (0x6007, "DEC LAVC"),
    (0x6559, "Frame Relay (bridged)"),
    (0x8035, "RARP"),
    (0x809b, "AppleTalk"),
    (0x80f3, "AppleTalk ARP"),
    (0x8137, "IPX"),
    (0x8138, "IPX"),
    (0x8204, "QNX"),
    (0x8808, "Ethernet flow control"),
    (0x8809, "LACP or Ethernet OAM"),
    (0x8819, "CobraNet"),
    (0x8870, "Ethernet jumbo frame"),
    (0x8874, "Broadcom switch tag"),
    (0x887b, "HomePlug"),
    (0x888e, "EAPOL (Wi-Fi or port login)"),
    (0x8892, "PROFINET"),
    (0x8899, "Realtek loop detection"),
    (0x889a, "HyperSCSI"),
    (0x88a2, "ATA over Ethernet"),
    (0x88a4, "EtherCAT"),
    (0x88ab, "Ethernet POWERLINK"),
    (0x88b5, "local experiment 1"),
    (0x88b6, "local experiment 2"),
    (0x88b7, "maker's own (802a)"),
    (0x88b8, "GOOSE (substation)"),
    (0x88b9, "GSE (substation)"),
    (0x88ba, "sampled values (substation)"),
    (0x88bf, "MikroTik RoMON"),
    (0x88c7, "EAPOL preauthentication"),
    (0x88ca, "TIPC"),
    (0x88cc, "LLDP"),
    (0x88cd, "SERCOS"),
    (0x88d9, "LLTD (link layer topology)"),
    (0x88dc, "WSMP (vehicles)"),
    (0x88e1, "HomePlug AV"),
    (0x88e3, "MRP (802.1ak)"),
    (0x88ee, "E-LMI"),
    (0x88f5, "MVRP"),
    (0x88f6, "MMRP"),
    (0x88f7, "PTP (precise time)"),
    (0x88f8, "NC-SI"),
    (0x88fb, "PRP supervision"),
    (0x8902, "CFM (Ethernet OAM)"),
    (0x8906, "FCoE"),
    (0x890d, "802.11 remote request"),
    (0x8912, "HomePlug (mediaxtream)"),
    (0x8914, "FCoE discovery"),
    (0x8915, "RoCE (InfiniBand in Ethernet)"),
    (0x8917, "802.21 handover"),
    (0x891d, "TTEthernet"),
    (0x893a, "IEEE 1905.1 (home mesh)"),
    (0x8940, "ECP (802.1Qbg)"),
    (0x8946, "TRILL RBridge channel"),
    (0x8947, "GeoNetworking (vehicles)"),
    (0x9000, "Ethernet loopback test"),
    (0xa0ed, "6LoWPAN (in Ethernet)"),
    (0xb7ea, "GRE control"),
    (0xeb10, "OpenFlow discovery (BDDP)"),
    (0xfefe, "ISO (IS-IS, ES-IS)"),
];

/// What an Ethernet type is called; the number where it is not known here.
#[cold]
pub(super) fn describe(kind: u16) -> String {
    let known = TYPES.binary_search_by_key(&kind, |(number, _)| *number).ok().and_then(|place| TYPES.get(place));
    known.map_or_else(|| format!("ethertype 0x{kind:04x}"), |(_, name)| (*name).to_owned())
}

/// What a SNAP header announces that is no Ethernet type: organisation code and its own number (IEEE 802, clause 10.3).
#[cold]
pub(super) fn describe_snap(organisation: [u8; 3], kind: u16) -> String {
    let name = match (organisation, kind) {
        ([0, 0, 0x0c], 0x0102) => "DRiP (Cisco)",
        ([0, 0, 0x0c], 0x0104) => "PAgP (Cisco)",
        ([0, 0, 0x0c], 0x010b) => "spanning tree (PVST+)",
        ([0, 0, 0x0c], 0x010c) => "VLAN bridge (Cisco)",
        ([0, 0, 0x0c], 0x0111) => "UDLD (Cisco)",
        ([0, 0, 0x0c], 0x0115 | 0x0116) => "ISL spanning tree (Cisco)",
        ([0, 0, 0x0c], 0x2000) => "CDP (Cisco discovery)",
        ([0, 0, 0x0c], 0x2001) => "CGMP (Cisco)",
        ([0, 0, 0x0c], 0x2003) => "VTP (Cisco VLANs)",
        ([0, 0, 0x0c], 0x2004) => "DTP (Cisco trunks)",
        ([0, 0, 0x0c], 0x200a) => "STP UplinkFast (Cisco)",
        ([0, 0, 0x0c], _) => "Cisco's own (SNAP)",
        ([0, 0, 0x81], 0x01a1 | 0x01a2) => "SONMP (Nortel discovery)",
        ([0, 0xe0, 0x2b], 0x00bb) => "EDP (Extreme discovery)",
        ([0, 0xe0, 0x52], 0x2000) => "FDP (Foundry discovery)",
        ([0x08, 0, 0x07], 0x809b) => "AppleTalk",
        ([0, 0x40, 0x96], _) => "Aironet's own (SNAP)",
        ([0, 0x80, 0xc2], 0x000e | 0x000f) => "spanning tree",
        _ => return format!("SNAP {:02x}{:02x}{:02x} 0x{kind:04x}", organisation[0], organisation[1], organisation[2]),
    };
    name.to_owned()
}

/// What an LLC header announces by its service access points (IEEE 802.2; the numbers are those of the IEEE's registry).
#[cold]
pub(super) fn describe_llc(destination: u8, source: u8, control: u8) -> String {
    // XID and TEST have the poll bit either way.
    let name = match (destination, source) {
        _ if control & 0xef == 0xaf => "LLC exchange of identification",
        _ if control & 0xef == 0xe3 => "LLC test",
        (0x42, 0x42) => "spanning tree",
        (0xff, 0xff) | (0xe0, 0xe0) => "IPX",
        (0x04 | 0x05 | 0x08 | 0x0c, _) => "SNA",
        (0x7e, _) => "X.25",
        (0xbc, _) => "Banyan VINES",
        (0xf0, _) => "NetBIOS frames",
        (0xf4, _) => "LAN management",
        (0xfc, _) => "remote boot (RPL)",
        (0xfe, _) => "ISO (IS-IS, ES-IS)",
        _ => return format!("LLC 0x{destination:02x}"),
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_so_that_each_is_found() {
        assert!(TYPES.is_sorted_by(|one, other| one.0 < other.0));
        assert!(TYPES.iter().all(|(number, name)| describe(*number) == *name));
    }

    #[test]
    fn what_has_no_name_has_a_number() {
        assert_eq!(describe(0x1234), "ethertype 0x1234");
        assert_eq!(describe_snap([0, 0, 0x5e], 9), "SNAP 00005e 0x0009");
        assert_eq!(describe_llc(0x10, 0x10, 3), "LLC 0x10");
    }

    #[test]
    fn control_messages_of_llc_are_told_from_what_it_carries() {
        assert_eq!(describe_llc(0xf0, 0xf0, 3), "NetBIOS frames");
        assert_eq!(describe_llc(0, 1, 0xbf), "LLC exchange of identification");
        assert_eq!(describe_llc(0xfe, 0xfe, 0xf3), "LLC test");
    }
}
