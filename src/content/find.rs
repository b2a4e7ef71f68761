//! Searches for single bytes that stand close together, as signs in a message do: a search made for long stretches takes longer to begin than most of these take.

/// One in each byte, and the highest bit of each.
const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// A bit where a byte stands among eight; the lowest one is certain.
fn marks(eight: u64, byte: u8) -> u64 {
    let apart = eight ^ ONES.wrapping_mul(u64::from(byte));
    apart.wrapping_sub(ONES) & !apart & HIGHS
}

/// Looks at eight bytes before a long search is prepared: what is searched is mostly short, or has what is looked for in many places.
#[inline]
fn find_soon(bytes: &[u8], marks: impl Fn(u64) -> u64, is_one: impl Fn(u8) -> bool, search: impl Fn(&[u8]) -> Option<usize>) -> Option<usize> {
    let Some(first) = bytes.first_chunk::<8>() else { return bytes.iter().position(|byte| is_one(*byte)) };
    match marks(u64::from_le_bytes(*first)) {
        0 if bytes.len() > 8 => search(bytes),
        0 => None,
        found => Some(found.trailing_zeros() as usize / 8),
    }
}

/// The first place of a byte.
#[inline]
pub(in crate::content) fn find(byte: u8, bytes: &[u8]) -> Option<usize> {
    find_soon(bytes, |eight| marks(eight, byte), |other| other == byte, |bytes| memchr::memchr(byte, bytes))
}

/// The first place of either of two bytes.
#[inline]
pub(in crate::content) fn find_either(one: u8, other: u8, bytes: &[u8]) -> Option<usize> {
    find_soon(bytes, |eight| marks(eight, one) | marks(eight, other), |byte| byte == one || byte == other, |bytes| memchr::memchr2(one, other, bytes))
}

/// The first place of any of three bytes.
#[inline]
pub(in crate::content) fn find_any([one, two, three]: [u8; 3], bytes: &[u8]) -> Option<usize> {
    find_soon(
        bytes,
        |eight| marks(eight, one) | marks(eight, two) | marks(eight, three),
        |byte| byte == one || byte == two || byte == three,
        |bytes| memchr::memchr3(one, two, three, bytes),
    )
}

/// Every place of a byte.
pub(in crate::content) fn places(byte: u8, bytes: &[u8]) -> impl Iterator<Item = usize> + '_ {
    let mut from = 0;
    std::iter::from_fn(move || {
        let at = from + find(byte, bytes.get(from..)?)?;
        from = at + 1;
        Some(at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn what_is_found_is_the_first(bytes in proptest::collection::vec(proptest::sample::select(vec![0_u8, 1, 0x21, 0x22, 0x23, 0x5c, 0x7f, 0x80, 0xa2, 0xff]), 0..40)) {
            for byte in [0, 0x22, 0x80, 0xff] {
                let all: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at] == byte).collect();
                proptest::prop_assert_eq!(places(byte, &bytes).collect::<Vec<_>>(), all);
                proptest::prop_assert_eq!(find(byte, &bytes), bytes.iter().position(|other| *other == byte));
                proptest::prop_assert_eq!(find_either(byte, 0x5c, &bytes), bytes.iter().position(|other| *other == byte || *other == 0x5c));
                proptest::prop_assert_eq!(find_any([byte, 0x5c, 1], &bytes), bytes.iter().position(|other| [byte, 0x5c, 1].contains(other)));
            }
        }
    }
}
