//! How often each byte occurs, and whether that is as even as ciphertext's.

/// Fewer bytes say nothing at all.
const SHORTEST: u64 = 64;
/// Bytes from which an even histogram is told from an uneven one.
pub const LEAST: u64 = 256;

/// Whether bytes are as even as those of a good cipher.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// Too few to tell.
    TooFew,
    /// They are.
    Even,
    /// They are not.
    Uneven,
}

/// Counts of each byte.
#[derive(Clone, Debug)]
pub struct Histogram {
    counts: [u32; 256],
    total: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { counts: [0; 256], total: 0 }
    }
}

impl Histogram {
    /// Counts more bytes.
    pub fn add(&mut self, bytes: &[u8]) {
        self.total = self.total.saturating_add(bytes.len() as u64);
        for byte in bytes {
            if let Some(count) = self.counts.get_mut(usize::from(*byte)) {
                *count = count.saturating_add(1);
            }
        }
    }

    /// Bytes counted.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Each byte with its count.
    pub fn counts(&self) -> impl Iterator<Item = (u8, u32)> + '_ {
        (0..=u8::MAX).zip(self.counts.iter().copied())
    }

    /// Bytes counted that are as wanted.
    pub fn count(&self, wanted: impl Fn(u8) -> bool) -> u64 {
        self.counts().filter(|(byte, _)| wanted(*byte)).map(|(_, count)| u64::from(count)).sum()
    }

    /// Whether the bytes are as even as a good cipher's: one in ten thousand of those is taken for uneven.
    pub fn fit(&self) -> Fit {
        match () {
            () if self.total < SHORTEST => Fit::TooFew,
            () if self.chi_square() > limit(self.total) => Fit::Uneven,
            () if self.total < LEAST => Fit::TooFew,
            () => Fit::Even,
        }
    }

    /// Pearson's statistic against all bytes being as frequent.
    fn chi_square(&self) -> f64 {
        let expected = self.total as f64 / 256.0;
        self.counts.iter().map(|count| (f64::from(*count) - expected).powi(2) / expected).sum()
    }

    /// Shannon, in bits a byte, with what so small a sample falls short by added (Miller and Madow: values seen less one, by twice the sample).
    pub fn entropy(&self) -> f64 {
        let total = self.total.max(1) as f64;
        let seen = self.counts.iter().filter(|count| **count > 0);
        let plain: f64 = seen.clone().map(|count| f64::from(*count) / total).map(|share| -share * share.log2()).sum();
        plain + (seen.count().saturating_sub(1)) as f64 / (2.0 * total * std::f64::consts::LN_2)
    }
}

/// The 99.99 % quantile of Pearson's statistic of even bytes, 255 degrees of freedom. For few bytes it is not chi-square's own (347.7), which it
/// approaches from above: simulated with a million samples of 64, 128 and 256 bytes (368, 360, 352), half a million of 512 (351), fewer of more (1,024:
/// 349; 4,096 and 16,384: 344 to 346, where the simulation's own error is 4).
fn limit(total: u64) -> f64 {
    match total {
        ..LEAST => 370.0,
        LEAST..2_048 => 353.0,
        _ => 348.0,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Bytes without a pattern: a xorshift generator with this seed.
    pub fn noise_of(seed: u64, length: usize) -> Vec<u8> {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 56) as u8
        };
        (0..16).for_each(|_| _ = next());
        (0..length).map(|_| next()).collect()
    }

    pub fn histogram(bytes: &[u8]) -> Histogram {
        let mut histogram = Histogram::default();
        histogram.add(bytes);
        histogram
    }

    #[test]
    fn noise_of_every_length_is_even_or_too_short() {
        for length in [64, 100, 256, 300, 512, 1_024, 4_096, 65_536] {
            let uneven = (0..500).filter(|seed| histogram(&noise_of(seed + 1, length)).fit() == Fit::Uneven).count();
            assert!(uneven <= 1, "{uneven} of 500 at {length}");
        }
        assert_eq!(histogram(&noise_of(1, 63)).fit(), Fit::TooFew);
    }

    #[test]
    fn records_and_text_are_uneven() {
        let record: Vec<u8> = (0..32_u8).flat_map(|n| [0x10, 0x02, n % 7, 0, 0, 1, n, 0xff]).collect();
        assert_eq!(histogram(&record).fit(), Fit::Uneven);
        assert_eq!(histogram(&b"the quick brown fox jumps over the lazy dog ".repeat(6)).fit(), Fit::Uneven);
    }

    #[test]
    fn entropy_of_noise_is_whole_whatever_its_length() {
        for length in [1_024, 4_096, 65_536] {
            assert!((histogram(&noise_of(9, length)).entropy() - 8.0).abs() < 0.05, "{length}");
        }
        assert!(histogram(&[7; 500]).entropy().abs() < 1e-9);
    }
}
