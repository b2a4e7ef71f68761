//! Whether a few bytes may be encrypted or random: for protocols whose messages have little else to be told by.
//!
//! No protocol of its own.

/// Whether bytes may be noise: at least three quarters of them differ from each other, and of 32 and more about half have the highest bit.
/// Of 16 random bytes fewer than 12 differ once in ten thousand million times. Meant for 16 to 64 bytes.
pub(super) fn is_noise(bytes: &[u8]) -> bool {
    let mut seen = [0_u64; 4];
    let (mut distinct, mut high) = (0_usize, 0_usize);
    for byte in bytes {
        let (word, bit) = (usize::from(byte >> 6), 1_u64 << (byte & 63));
        if let Some(word) = seen.get_mut(word) {
            distinct += usize::from(*word & bit == 0);
            *word |= bit;
        }
        high += usize::from(byte & 0x80 != 0);
    }
    let is_balanced = bytes.len() < 32 || (bytes.len() / 5..=bytes.len() - bytes.len() / 5).contains(&high);
    4 * distinct >= 3 * bytes.len() && is_balanced
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_told_from_words_and_counters() {
        let noise: Vec<u8> = (0..32_u32).map(|index| (index.wrapping_mul(0x9e37_79b9) >> 24) as u8).collect();
        assert!(is_noise(&noise) && is_noise(&noise[..16]));
        assert!(!is_noise(b"the quick brown fox jumps over a"));
        assert!(!is_noise(&[0; 16]) && !is_noise(b"0123456789ABCDEF0123456789ABCDEF"));
    }
}
