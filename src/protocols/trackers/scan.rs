//! Walks over the beginning of a text, so that a probe can say no at the first byte that does not fit, and ask for more where the bytes end too early.

use std::ops::RangeInclusive;

/// What a beginning shows to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin<T> {
    /// What was looked for.
    Whole(T),
    /// Its beginning: more bytes are needed.
    Cut,
    /// Something else.
    No,
}

/// Looks at the beginning of `bytes`: `walk` gives nothing at the first that does not fit.
pub fn begin<T>(bytes: &[u8], walk: impl FnOnce(&mut Scan<'_>) -> Option<T>) -> Begin<T> {
    let mut scan = Scan { rest: bytes, cut: false };
    match walk(&mut scan) {
        Some(found) => Begin::Whole(found),
        None if scan.cut => Begin::Cut,
        None => Begin::No,
    }
}

/// What has not been walked over yet.
#[derive(Clone)]
pub struct Scan<'s> {
    rest: &'s [u8],
    /// Walking ended at the end of the bytes, not at a byte that does not fit.
    cut: bool,
}

impl<'s> Scan<'s> {
    /// These bytes.
    pub fn literal(&mut self, literal: &[u8]) -> Option<()> {
        if let Some(rest) = self.rest.strip_prefix(literal) {
            self.rest = rest;
            return Some(());
        }
        self.cut |= literal.starts_with(self.rest);
        None
    }

    /// One of these texts; where one begins another, the longer one stands first.
    pub fn one_of(&mut self, literals: &[&'static str]) -> Option<&'static str> {
        literals.iter().find(|literal| self.literal(literal.as_bytes()).is_some()).copied()
    }

    /// Bytes that fit, as many as the range allows. They end at one that does not fit, or at the most there may be.
    pub fn run(&mut self, fits: impl Fn(&u8) -> bool, count: RangeInclusive<usize>) -> Option<&'s [u8]> {
        let length = self.rest.iter().take(*count.end()).take_while(|byte| fits(byte)).count();
        let (run, rest) = self.rest.split_at_checked(length)?;
        self.cut |= rest.is_empty() && length < *count.end();
        if !count.contains(&length) || rest.is_empty() && length < *count.end() {
            return None;
        }
        self.rest = rest;
        Some(run)
    }

    /// Digits.
    pub fn digits(&mut self, count: RangeInclusive<usize>) -> Option<&'s [u8]> {
        self.run(u8::is_ascii_digit, count)
    }

    /// A whole field of any printable bytes, and the comma behind it.
    pub fn field(&mut self, most: usize) -> Option<&'s [u8]> {
        let field = self.run(|byte| matches!(byte, b' '..=b'~') && *byte != b',', 0..=most)?;
        self.literal(b",")?;
        Some(field)
    }

    /// A number of digits, and the comma behind it.
    pub fn number(&mut self, count: RangeInclusive<usize>) -> Option<&'s [u8]> {
        let digits = self.digits(count)?;
        self.literal(b",")?;
        Some(digits)
    }

    /// A number with a point, and the comma behind it: a sign, up to three digits, decimals.
    pub fn decimal(&mut self, decimals: RangeInclusive<usize>) -> Option<()> {
        self.run(|byte| matches!(byte, b'+' | b'-'), 0..=1)?;
        self.digits(1..=3)?;
        self.literal(b".")?;
        self.digits(decimals)?;
        self.literal(b",")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(bytes: &[u8]) -> Begin<&'static str> {
        begin(bytes, |scan| {
            scan.literal(b"$")?;
            let word = scan.one_of(&["POS", "PHO"])?;
            scan.literal(b",")?;
            scan.number(4..=6)?;
            scan.decimal(2..=9)?;
            Some(word)
        })
    }

    #[test]
    fn what_is_cut_is_not_refused() {
        let text = b"$PHO,12345,-2.294,";
        assert_eq!(ask(text), Begin::Whole("PHO"));
        for cut in 0..text.len() {
            assert_eq!(ask(&text[..cut]), Begin::Cut, "{cut}");
        }
    }

    #[test]
    fn the_first_byte_that_does_not_fit_decides() {
        for other in [&b"x"[..], b"$PX", b"$POS;", b"$POS,123,", b"$POS,1234567", b"$POS,1234,2,", b"$POS,1234,2.2,", b"$POS,1234,--2.2"] {
            assert_eq!(ask(other), Begin::No, "{}", other.escape_ascii());
        }
    }
}
