//! Which packets belong to one conversation, and which virtual shard reads it.

use std::net::IpAddr;

use crate::decode::packet::Packet;
use crate::wire::Transport;

/// How many virtual shards there are, whatever the number of threads: limits and evictions are counted per virtual shard, so that what is read does not
/// depend on the threads.
pub const SHARDS: usize = 64;

/// The two ends and the transport of a conversation, the lower end first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    low: (IpAddr, u16),
    high: (IpAddr, u16),
    transport: Transport,
}

impl Key {
    /// The key of a packet, and whether the packet goes from the lower to the higher end. None for a packet without IP (ARP).
    pub fn of(packet: &Packet) -> Option<(Self, bool)> {
        let (transport, from_port, to_port) = packet.body.transport()?;
        let (from, to) = ((packet.from, from_port), (packet.to, to_port));
        let upward = from <= to;
        let (low, high) = if upward { (from, to) } else { (to, from) };
        Some((Self { low, high, transport }, upward))
    }
}

/// The virtual shard of an address pair: equal for both directions, and for every run.
pub fn shard(from: IpAddr, to: IpAddr) -> u8 {
    let mixed = address_bits(from) ^ address_bits(to);
    // Fibonacci hashing: the upper bits of the product depend on all bits of the pair.
    (mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58) as u8
}

fn address_bits(address: IpAddr) -> u64 {
    let bits = match address {
        IpAddr::V4(v4) => u64::from(v4.to_bits()),
        IpAddr::V6(v6) => {
            let bits = v6.to_bits();
            (bits >> 64) as u64 ^ (bits as u64).rotate_left(32)
        }
    };
    // Each address is mixed on its own first: a plain XOR of neighbours would leave few bits.
    bits.wrapping_mul(0xff51_afd7_ed55_8ccd).rotate_left(31).wrapping_mul(0xc4ce_b9fe_1a85_ec53)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn both_directions_share_a_shard_and_pairs_spread() {
        let home = IpAddr::V4(Ipv4Addr::new(192, 168, 1, 2));
        let mut seen = HashSet::new();
        for last in 0..=255 {
            let server = IpAddr::V4(Ipv4Addr::new(203, 0, 113, last));
            assert_eq!(shard(home, server), shard(server, home));
            assert!(usize::from(shard(home, server)) < SHARDS);
            seen.insert(shard(home, server));
        }
        assert!(seen.len() > 50, "256 pairs fall into {} of 64 shards", seen.len());
    }
}
