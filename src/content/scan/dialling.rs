//! How long phone numbers are, by country (ITU-T E.164; the lengths are libphonenumber's). The library reads a number in microseconds, and a text may hold
//! thousands that are none: what is asked of it here is written down once.

use std::sync::LazyLock;

use phonenumber::metadata::DATABASE;

/// Digits of the longest number (ITU-T E.164).
pub(super) const LONGEST: u32 = 15;

/// The digits of a number, four bits each: the last one lowest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Digits {
    packed: u64,
    pub(super) count: u32,
}

impl Digits {
    /// So many digits, four bits each; none if there are too many.
    pub(super) fn packed(packed: u64, count: u32) -> Option<Self> {
        (count <= LONGEST).then_some(Self { packed, count })
    }

    /// The digits that a text begins with, four bits each and the last one lowest, and how many they are: sixteen at most, which are looked at all at once.
    pub(super) fn leading_of(text: &[u8]) -> (u64, u32) {
        const ALL: u128 = u128::MAX / 0xff;
        let sixteen = text.first_chunk::<16>().copied().unwrap_or_else(|| {
            let mut some = [0; 16];
            some.iter_mut().zip(text).for_each(|(to, from)| *to = *from);
            some
        });
        // The first one highest; each less than ten if it is a digit.
        let apart = u128::from_be_bytes(sixteen) ^ (ALL * u128::from(b'0'));
        let others = (((apart & (ALL * 0x7f)) + ALL * (0x80 - 10)) | apart) & (ALL * 0x80);
        let count = others.leading_zeros() / 8;
        let mut packed = apart & (ALL * 0xf);
        packed = (packed | packed >> 4) & (u128::MAX / 0xffff * 0xff);
        packed = (packed | packed >> 8) & (u128::MAX / 0xffff_ffff * 0xffff);
        packed = (packed | packed >> 16) & (u128::MAX / 0xffff_ffff_ffff_ffff * 0xffff_ffff);
        packed = (packed | packed >> 32) & u128::from(u64::MAX);
        ((packed as u64).checked_shr(4 * (16 - count)).unwrap_or(0), count)
    }

    /// One more, an ASCII digit; none if there are too many.
    #[inline]
    #[must_use]
    pub(super) fn and(self, digit: u8) -> Option<Self> {
        (self.count < LONGEST).then_some(Self { packed: self.packed << 4 | u64::from(digit & 15), count: self.count + 1 })
    }

    /// Those of a text.
    fn of(text: &str) -> Option<Self> {
        text.bytes().try_fold(Self::default(), Self::and)
    }

    /// The first `count`, or all.
    pub(super) fn first(self, count: u32) -> Self {
        Self { packed: self.packed >> (4 * self.count.saturating_sub(count)), count: self.count.min(count) }
    }

    /// The last `count`, or all.
    fn last(self, count: u32) -> Self {
        Self { packed: self.packed & ((1 << (4 * count.min(LONGEST))) - 1), count: self.count.min(count) }
    }

    /// Whether they begin with those.
    fn starts_with(self, others: Self) -> bool {
        self.first(others.count) == others
    }

    /// The first one.
    pub(super) fn leading(self) -> u8 {
        self.first(1).packed as u8
    }

    /// Whether all are the same.
    pub(super) fn are_one(self) -> bool {
        self.count == 0 || self.last(self.count - 1) == self.first(self.count - 1)
    }

    /// As text, behind `before`.
    pub(super) fn written(self, before: &str) -> String {
        let mut written = String::with_capacity(before.len() + self.count as usize);
        written.push_str(before);
        written.extend((0..self.count).rev().map(|place| char::from(b'0' + (self.packed >> (4 * place) & 15) as u8)));
        written
    }
}

/// No country's code has more than three digits; none begins another one, and none begins with zero.
const CODE: u32 = 3;
/// Numbers of three digits.
const CODES: usize = 1_000;

/// Numbers behind a country's code.
#[derive(Clone, Copy, Default)]
struct Country {
    /// Digits of the code.
    code: u32,
    /// A bit for each length in digits.
    lengths: u32,
    /// What is dialled before them within the country, which some write behind the code as well; none where nothing is.
    trunk: Digits,
}

/// By the first three digits of a number, packed.
static COUNTRIES: LazyLock<Vec<Country>> = LazyLock::new(|| {
    let of_code = |code: usize| {
        let mut country = Country { code: code.to_string().len() as u32, ..Country::default() };
        for region in DATABASE.by_code(&(code as u16)).unwrap_or_default() {
            let kinds = region.descriptors();
            let told = [kinds.mobile(), kinds.fixed_line(), kinds.voip(), kinds.personal_number()];
            country.lengths |= told.into_iter().flatten().fold(0, |all, kind| all | bits(kind.possible_length()));
            if region.is_main_country_for_code() || country.trunk.count == 0 {
                country.trunk = region.national_prefix().and_then(Digits::of).unwrap_or_default();
            }
        }
        country
    };
    let of_digits = |first: usize| [first / 100, first / 10, first].into_iter().filter(|code| *code > 0).map(of_code).find(|country| country.lengths != 0);
    let mut countries = vec![Country::default(); 1 << (4 * CODE)];
    for first in CODES / 10..CODES {
        let place = (first / 100) << 8 | (first / 10 % 10) << 4 | (first % 10);
        if let Some((slot, country)) = countries.get_mut(place).zip(of_digits(first)) {
            *slot = country;
        }
    }
    countries
});

fn bits(lengths: &[u16]) -> u32 {
    lengths.iter().fold(0, |all, length| all | 1_u32.checked_shl(u32::from(*length)).unwrap_or(0))
}

/// Whether the digits behind a plus sign are a country's code and as many more as its numbers have.
pub(super) fn is_possible(digits: Digits) -> bool {
    let Some((country, national)) = country(digits) else { return false };
    let mut without = national;
    while country.trunk.count > 0 && without.starts_with(country.trunk) {
        without = without.last(without.count - country.trunk.count);
    }
    let length = if without.count >= country.lengths.trailing_zeros() { without.count } else { national.count };
    country.lengths >> length & 1 == 1
}

/// The country whose code the digits begin with, and those behind it.
fn country(digits: Digits) -> Option<(&'static Country, Digits)> {
    let first = digits.first(CODE);
    let country = COUNTRIES.get(first.packed as usize).filter(|country| first.count == CODE && country.lengths != 0)?;
    Some((country, digits.last(digits.count - country.code)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same, asked of the library.
    fn by_library(digits: &str) -> bool {
        let Ok(number) = phonenumber::parse(None, format!("+{digits}")) else { return false };
        let length = u16::from(number.national().zeros()).saturating_add(number.national().value().to_string().len() as u16);
        let regions = DATABASE.by_code(&number.country().code()).unwrap_or_default();
        regions.iter().map(|region| region.descriptors()).any(|region| {
            [region.mobile(), region.fixed_line(), region.voip(), region.personal_number()]
                .into_iter()
                .flatten()
                .any(|kind| kind.possible_length().contains(&length))
        })
    }

    proptest::proptest! {
        #[test]
        fn digits_at_the_beginning_are_packed(text in "[0-9]{0,20}([ -~\u{80}-\u{ff}][0-9]{0,9})?") {
            let digits: Vec<u8> = text.bytes().take_while(u8::is_ascii_digit).take(16).collect();
            let packed = digits.iter().fold(0, |all, digit| all << 4 | u64::from(digit & 15));
            proptest::prop_assert_eq!(Digits::leading_of(text.as_bytes()), (packed, digits.len() as u32));
        }
    }

    #[test]
    fn digits_are_those_of_the_text() {
        let digits = Digits::of("0441790").unwrap();
        assert_eq!((digits.written("+"), digits.count, digits.leading()), ("+0441790".to_owned(), 7, 0));
        assert_eq!((digits.first(3), digits.last(2), digits.last(9)), (Digits::of("044").unwrap(), Digits::of("90").unwrap(), digits));
        assert!(digits.starts_with(Digits::of("04").unwrap()) && !digits.starts_with(Digits::of("4").unwrap()));
        for (text, are_one) in [("", true), ("5", true), ("55555", true), ("000000000000000", true), ("55554", false), ("45555", false)] {
            assert_eq!(Digits::of(text).map(Digits::are_one), Some(are_one), "{text}");
        }
        assert_eq!(Digits::of("1234567890123456"), None);
    }

    #[test]
    fn the_examples_of_all_countries_are_possible() {
        let mut count = 0;
        for region in DATABASE.iter() {
            let kinds = region.descriptors();
            for example in [kinds.mobile(), kinds.fixed_line(), kinds.voip(), kinds.personal_number()].into_iter().flatten().filter_map(|kind| kind.example()) {
                let digits = format!("{}{example}", region.country_code());
                count += 1;
                assert!(Digits::of(&digits).is_some_and(is_possible), "{digits}");
            }
        }
        assert!(count > 400, "{count}");
    }

    /// Behind the code of a country without its trunk prefix the library only compares lengths; behind the prefix it asks which kind of number it may be.
    #[test]
    fn numbers_are_possible_where_the_library_says_so() {
        let mut state = 7_u64;
        let mut random = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let mut others = [(0, 0); 2];
        for _ in 0..20_000 {
            let length = 8 + random(8) as usize;
            let digits: String = (0..length).map(|place| char::from(b'0' + if place == 0 { 1 + random(9) } else { random(10) } as u8)).collect();
            let packed = Digits::of(&digits).unwrap();
            let has_trunk = country(packed).is_some_and(|(country, national)| country.trunk.count > 0 && national.starts_with(country.trunk));
            let (count, differ) = &mut others[usize::from(has_trunk)];
            *count += 1;
            *differ += usize::from(is_possible(packed) != by_library(&digits));
        }
        assert!(others[0].1 * 200 <= others[0].0 && others[1].1 * 5 <= others[1].0, "{others:?}");
    }
}
