//! Searches for single bytes that stand close together, as signs in a message do, and for runs of bytes of one class: a search made for long stretches takes
//! longer to begin than most of these take.

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

/// A bit for each of eight bytes that is this one, none for others: no sum carries from one byte to the next.
#[inline]
fn each(eight: u64, byte: u8) -> u64 {
    const LOWS: u64 = !HIGHS;
    let apart = eight ^ ONES.wrapping_mul(u64::from(byte));
    !((apart & LOWS).wrapping_add(LOWS) | apart | LOWS)
}

/// Every place of what `marks` says of eight bytes at a time, and `far` finds where nothing stood in the eight before.
#[inline]
fn every<'b>(bytes: &'b [u8], marks: impl Fn(u64) -> u64 + 'b, far: impl Fn(&[u8]) -> Option<usize> + 'b) -> impl Iterator<Item = usize> + 'b {
    // What was found in the eight bytes at `from`.
    let (mut from, mut found, mut is_dense) = (0, 0_u64, true);
    std::iter::from_fn(move || {
        while found == 0 {
            let rest = bytes.get(from..)?;
            let rest = if is_dense {
                rest
            } else {
                let skipped = far(rest)?;
                from += skipped;
                rest.get(skipped..)?
            };
            let eight = rest.first_chunk::<8>();
            found = match eight {
                Some(eight) => marks(u64::from_le_bytes(*eight)),
                // Beyond the end there is nothing, a zero neither.
                None => marks(rest.iter().rev().fold(0, |all, byte| all << 8 | u64::from(*byte))) & ((1_u64 << (8 * rest.len() as u32)) - 1),
            };
            is_dense = found != 0;
            if found == 0 && eight.is_none() {
                return None;
            }
            from += 8;
        }
        let place = from - 8 + found.trailing_zeros() as usize / 8;
        found &= found - 1;
        Some(place)
    })
}

/// Every place of any of three bytes.
#[inline]
pub(in crate::content) fn places_of_any(any: [u8; 3], bytes: &[u8]) -> impl Iterator<Item = usize> + '_ {
    let [one, two, three] = any;
    every(bytes, move |eight| each(eight, one) | each(eight, two) | each(eight, three), move |rest| memchr::memchr3(one, two, three, rest))
}

/// Whether all bytes are of a kind: many are looked at at a time, some at the end twice.
#[inline]
pub(in crate::content) fn are_all(bytes: &[u8], is_one: impl Fn(u8) -> bool) -> bool {
    let is_of_it = |block: &[u8; BLOCK]| block.iter().fold(true, |all, byte| all & is_one(*byte));
    let Some(last) = bytes.last_chunk::<BLOCK>() else { return bytes.iter().all(|byte| is_one(*byte)) };
    bytes.as_chunks::<BLOCK>().0.iter().all(is_of_it) && is_of_it(last)
}

/// The first place of a byte that two of a kind follow. Where it stands close together without them, many places are looked at at a time.
#[inline]
pub(in crate::content) fn find_before_two(byte: u8, bytes: &[u8], is_one: impl Fn(u8) -> bool) -> Option<usize> {
    const BLOCK: usize = 32;
    let mut from = 0;
    loop {
        from += find(byte, bytes.get(from..)?)?;
        let block = bytes.get(from..bytes.len().min(from + BLOCK + 2))?;
        let parts = (block.first_chunk::<BLOCK>(), block.get(1..).and_then(<[u8]>::first_chunk), block.get(2..).and_then(<[u8]>::first_chunk));
        let may_hold = match parts {
            (Some(first), Some(second), Some(third)) => is_in(byte, first, second, third, &is_one),
            _ => true,
        };
        let is_here = |three: &[u8]| matches!(*three, [first, second, third] if first == byte && is_one(second) && is_one(third));
        if let Some(at) = may_hold.then(|| block.windows(3).position(is_here)).flatten() {
            return Some(from + at);
        }
        from += BLOCK;
    }
}

/// Whether a byte stands somewhere in the first where two of a kind stand in the others.
#[inline]
fn is_in<const BLOCK: usize>(byte: u8, first: &[u8; BLOCK], second: &[u8; BLOCK], third: &[u8; BLOCK], is_one: impl Fn(u8) -> bool) -> bool {
    first.iter().zip(second).zip(third).fold(false, |found, ((first, second), third)| found | (*first == byte) & is_one(*second) & is_one(*third))
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

/// A class of bytes.
pub(in crate::content) struct Class {
    members: [bool; 256],
    /// Of a class whose runs are long: how many bytes at the beginning are of it, in whole blocks, found by comparing many at a time.
    blocks: Option<fn(&[u8]) -> usize>,
}

/// So many bytes are compared at a time.
pub(in crate::content) const BLOCK: usize = 16;

/// How many bytes at the beginning are of a kind, in whole blocks.
#[inline]
pub(in crate::content) fn leading_blocks(bytes: &[u8], is_one: impl Fn(u8) -> bool) -> usize {
    let is_of_it = |block: &&[u8; BLOCK]| block.iter().fold(true, |all, byte| all & is_one(*byte));
    bytes.as_chunks::<BLOCK>().0.iter().take_while(is_of_it).count() * BLOCK
}

impl Class {
    /// These bytes, and with `words` ASCII letters and digits as well.
    #[expect(clippy::indexing_slicing, reason = "worked out when it is compiled")]
    pub(in crate::content) const fn new(words: bool, bytes: &[u8]) -> Self {
        let mut class = [false; 256];
        let mut index = 0;
        while index < 256 {
            class[index] = words && (index as u8).is_ascii_alphanumeric();
            index += 1;
        }
        index = 0;
        while index < bytes.len() {
            class[bytes[index] as usize] = true;
            index += 1;
        }
        Self { members: class, blocks: None }
    }

    /// The same class, whose runs are long: `blocks` says how many bytes at the beginning are of it, in whole blocks ([`leading_blocks`]).
    pub(in crate::content) const fn in_blocks(self, blocks: fn(&[u8]) -> usize) -> Self {
        Self { blocks: Some(blocks), ..self }
    }

    /// All other bytes.
    #[expect(clippy::indexing_slicing, reason = "worked out when it is compiled")]
    pub(in crate::content) const fn not(mut self) -> Self {
        let mut index = 0;
        while index < 256 {
            self.members[index] = !self.members[index];
            index += 1;
        }
        self.blocks = None;
        self
    }

    /// Whether all bytes are of it.
    pub(in crate::content) fn has_all(&self, bytes: &[u8]) -> bool {
        bytes.first().is_none_or(|first| self.has(*first)) && self.leading(bytes) == bytes.len()
    }

    /// Whether a byte is of it, for tables that are worked out when it is compiled.
    #[expect(clippy::indexing_slicing, reason = "worked out when it is compiled")]
    pub(in crate::content) const fn holds(&self, byte: u8) -> bool {
        self.members[byte as usize]
    }

    /// Whether a byte is of it.
    #[inline]
    pub(in crate::content) fn has(&self, byte: u8) -> bool {
        self.members.get(usize::from(byte)).copied().unwrap_or(false)
    }

    /// How many bytes at the beginning are of it.
    #[inline]
    pub(in crate::content) fn leading(&self, bytes: &[u8]) -> usize {
        let known = self.blocks.map_or(0, |blocks| blocks(bytes));
        known + self.leading_by_table(bytes.get(known..).unwrap_or_default())
    }

    #[inline]
    fn leading_by_table(&self, bytes: &[u8]) -> usize {
        let (eights, rest) = bytes.as_chunks::<8>();
        for (index, eight) in eights.iter().enumerate() {
            if !eight.iter().fold(true, |all, byte| all & self.has(*byte)) {
                return index * 8 + eight.iter().position(|byte| !self.has(*byte)).unwrap_or(8);
            }
        }
        eights.len() * 8 + rest.iter().position(|byte| !self.has(*byte)).unwrap_or(rest.len())
    }

    /// The same, where most often few are.
    #[inline]
    pub(in crate::content) fn begins(&self, bytes: &[u8]) -> usize {
        bytes.iter().position(|byte| !self.has(*byte)).unwrap_or(bytes.len())
    }

    /// How many bytes at the end are of it.
    #[inline]
    pub(in crate::content) fn trailing(&self, bytes: &[u8]) -> usize {
        bytes.iter().rposition(|byte| !self.has(*byte)).map_or(bytes.len(), |last| bytes.len() - last - 1)
    }

    /// Start and end of every run of at least `shortest` bytes of it. Looks at every so many bytes only, and backwards from one that may belong to a run: most end before
    /// they are long enough.
    pub(in crate::content) fn runs<'b>(&'static self, shortest: usize, bytes: &'b [u8]) -> impl Iterator<Item = (usize, usize)> + 'b {
        // A run may begin at the first, and goes on to the second.
        let (mut from, mut known) = (0, 0);
        std::iter::from_fn(move || {
            loop {
                let probe = from + shortest - 1;
                if !self.has(*bytes.get(probe)?) {
                    (from, known) = (probe + 1, probe + 1);
                    continue;
                }
                let between = bytes.get(known..probe)?;
                let trailing = self.trailing(between);
                if trailing < between.len() {
                    (from, known) = (probe - trailing, probe + 1);
                    continue;
                }
                let run = (from, probe + self.leading(bytes.get(probe..)?));
                (from, known) = (run.1 + 1, run.1 + 1);
                return Some(run);
            }
        })
    }
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
                let all: Vec<usize> = (0..bytes.len()).filter(|at| [byte, 0x5c, 1].contains(&bytes[*at])).collect();
                proptest::prop_assert_eq!(places_of_any([byte, 0x5c, 1], &bytes).collect::<Vec<_>>(), all);
            }
        }

        #[test]
        fn what_two_follow_is_the_first(text in "[%aF5x]{0,9}(%x[%x]{0,60}){0,3}[%aF5x]{0,40}") {
            let is_one = |byte: u8| byte.is_ascii_hexdigit();
            let first = text.as_bytes().windows(3).position(|three| three[0] == b'%' && is_one(three[1]) && is_one(three[2]));
            proptest::prop_assert_eq!(find_before_two(b'%', text.as_bytes(), is_one), first);
            proptest::prop_assert_eq!(are_all(text.as_bytes(), is_one), text.bytes().all(is_one));
        }
    }

    static WORD: Class = Class::new(true, b"-");

    proptest::proptest! {
        #[test]
        fn runs_are_the_long_ones(text in "[a-z-]{0,9}( {0,3}[A-Z0-9]{0,20}){0,6}", shortest in 1..12_usize) {
            let bytes = text.as_bytes();
            let mut all = Vec::new();
            let mut start = 0;
            for part in text.split(' ') {
                if part.len() >= shortest {
                    all.push((start, start + part.len()));
                }
                start += part.len() + 1;
            }
            proptest::prop_assert_eq!(WORD.runs(shortest, bytes).collect::<Vec<_>>(), all);
            let parts: Vec<&str> = text.split(' ').collect();
            proptest::prop_assert_eq!((WORD.leading(bytes), WORD.trailing(bytes)), (parts[0].len(), parts[parts.len() - 1].len()));
        }
    }
}
