//! What can be wrong inside a capture, said in words.
//!
//! In: what a reader stumbled over. Out: where, and one clause without a full stop, to be put after a name: `toy.pcap: packet 12,431 ends early …`.

/// The place and the description of damage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Damage {
    /// Offset in the unpacked capture.
    pub at: u64,
    /// One clause, lower case, without a full stop.
    pub text: String,
}

impl Damage {
    /// Damage at a place.
    pub fn new(at: u64, text: impl Into<String>) -> Self {
        Self { at, text: text.into() }
    }
}

/// Digits in groups of three: `1,204,224`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped_by_three() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(12_431), "12,431");
        assert_eq!(grouped(1_204_224), "1,204,224");
        assert_eq!(grouped(u64::MAX), "18,446,744,073,709,551,615");
    }
}
