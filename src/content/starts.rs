//! Searches for what things begin with that are known by it: sentences of receivers, links to places, tokens.

use aho_corasick::packed::{Config, MatchKind, Searcher};

/// A search for what several things begin with, each a few bytes long. Where two stood close together others follow, more often than not: the bytes behind the
/// last are looked at one by one before the search for long stretches begins anew.
pub(in crate::content) struct Starts {
    all: &'static [&'static str],
    /// Their first four bytes, and which of these bits count.
    heads: [(u32, u32); STARTS],
    /// A bit for each that begins with the byte.
    by_first: [u8; 256],
    /// None on machines that cannot look at many bytes at a time.
    far: Option<Searcher>,
}

/// So many things are looked for at most.
const STARTS: usize = 8;
/// What stands so close to the one before is close.
const NEAR: usize = 12;

impl Starts {
    /// Of two that begin at the same place the one is found that stands first.
    pub(in crate::content) fn new(all: &'static [&'static str]) -> Self {
        let (mut by_first, mut heads) = ([0; 256], [(0, 0); STARTS]);
        for (index, (start, head)) in all.iter().zip(&mut heads).enumerate() {
            if let Some(bits) = start.bytes().next().and_then(|first| by_first.get_mut(usize::from(first))) {
                *bits |= 1 << index;
            }
            *head = (four(start.as_bytes()), four(&vec![u8::MAX; start.len()]));
        }
        Self { all, heads, by_first, far: Config::new().match_kind(MatchKind::LeftmostFirst).builder().extend(all).build() }
    }

    /// Whether one stands in it.
    pub(in crate::content) fn is_in(&self, bytes: &[u8]) -> bool {
        match &self.far {
            Some(far) => far.find(bytes).is_some(),
            None => self.near(bytes, 0, bytes.len()).is_some(),
        }
    }

    /// Where one begins from `from` on and before `end`, and which.
    #[inline]
    fn near(&self, bytes: &[u8], from: usize, end: usize) -> Option<(usize, usize)> {
        for (index, byte) in bytes.get(from..end)?.iter().enumerate() {
            let bits = self.by_first.get(usize::from(*byte)).copied().unwrap_or(0);
            if bits != 0
                && let Some(which) = self.which(bytes.get(from + index..)?, bits)
            {
                return Some((from + index, which));
            }
        }
        None
    }

    /// Which of those with a bit begins here.
    #[inline]
    fn which(&self, rest: &[u8], mut bits: u8) -> Option<usize> {
        let here = four(rest);
        while bits != 0 {
            let which = bits.trailing_zeros() as usize;
            bits &= bits - 1;
            let (head, counts) = *self.heads.get(which)?;
            // A byte that is missing is a zero, which none of them has.
            if here & counts == head && self.all.get(which).is_some_and(|start| start.len() <= 4 || rest.starts_with(start.as_bytes())) {
                return Some(which);
            }
        }
        None
    }

    /// Shows every place where one begins that is not within the one before, and which it is, as long as more are wanted.
    #[inline]
    pub(in crate::content) fn each(&self, bytes: &[u8], mut are_wanted: impl FnMut(usize, usize) -> bool) {
        // How many bytes behind the last are looked at one by one.
        let (mut from, mut reach) = (0, if self.far.is_none() { bytes.len() } else { 0 });
        loop {
            let end = bytes.len().min(from + reach);
            let far = || {
                let found = self.far.as_ref()?.find(bytes.get(end..)?)?;
                Some((end + found.start(), found.pattern().as_usize()))
            };
            let Some((place, which)) = self.near(bytes, from, end).or_else(far) else { return };
            if self.far.is_some() {
                reach = if place - from <= NEAR { NEAR } else { 0 };
            }
            from = place + self.all.get(which).map_or(1, |start| start.len());
            if !are_wanted(place, which) {
                return;
            }
        }
    }
}

/// The first four bytes, as far as there are so many.
#[inline]
fn four(bytes: &[u8]) -> u32 {
    let rest = || bytes.iter().take(4).rev().fold(0, |all, byte| all << 8 | u32::from(*byte));
    bytes.first_chunk::<4>().map_or_else(rest, |four| u32::from_le_bytes(*four))
}

#[cfg(test)]
mod tests {
    use super::*;

    static SOME: [&str; 5] = [",N,", "geo:", ",N", "$GPRMC", "$G"];

    fn places(starts: &Starts, text: &str) -> Vec<(usize, usize)> {
        let mut all = Vec::new();
        starts.each(text.as_bytes(), |place, which| {
            all.push((place, which));
            true
        });
        all
    }

    proptest::proptest! {
        #[test]
        fn starts_are_found_wherever_they_stand(text in "((,N,|,N|geo:|\\$G|\\$GPRMC)|[,NG$geo:a]|(a{1,40})){0,30}") {
            let starts = Starts::new(&SOME);
            let (mut all, mut from) = (Vec::new(), 0);
            while from < text.len() {
                let here = SOME.iter().position(|start| text[from..].starts_with(start));
                all.extend(here.map(|which| (from, which)));
                from += here.map_or(1, |which| SOME[which].len());
            }
            proptest::prop_assert_eq!(places(&starts, &text), all.clone());
            proptest::prop_assert_eq!(starts.is_in(text.as_bytes()), !all.is_empty());
            let slow = Starts { far: None, ..starts };
            proptest::prop_assert_eq!(places(&slow, &text), all.clone());
            proptest::prop_assert_eq!(slow.is_in(text.as_bytes()), !all.is_empty());
        }
    }
}
