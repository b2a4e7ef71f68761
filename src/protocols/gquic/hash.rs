//! The proof that stands in packets before keys are agreed: a hash that anyone can make (Chromium's `NullEncrypter`). Who finds it right knows
//! that the packet is in the clear and whole.

/// Its length in a packet.
pub(super) const LENGTH: usize = 12;

/// FNV-1a with 128 bits (draft-eastlake-fnv, section 5).
const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

/// The hash of a packet's parts, one behind the other: its lower 96 bits.
pub(super) fn of(parts: &[&[u8]]) -> [u8; LENGTH] {
    let hash = parts.iter().copied().flatten().fold(OFFSET, |hash, byte| (hash ^ u128::from(*byte)).wrapping_mul(PRIME));
    let mut lower = [0; LENGTH];
    lower.iter_mut().zip(hash.to_le_bytes()).for_each(|(slot, byte)| *slot = byte);
    lower
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_fnv_1a_of_its_draft() {
        // draft-eastlake-fnv, test vectors: "a" and "foobar", lowest bytes first.
        assert_eq!(of(&[b"a"]), 0xd228_cb69_6f1a_8caf_7891_2b70_4e4a_8964_u128.to_le_bytes()[..12]);
        assert_eq!(of(&[b"foo", b"", b"bar"]), 0x343e_1662_793c_64bf_6f0d_3597_ba44_6f18_u128.to_le_bytes()[..12]);
    }
}
