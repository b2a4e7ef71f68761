//! How long phone numbers are, by country (ITU-T E.164; the lengths are libphonenumber's). The library reads a number in microseconds, and a text may hold
//! thousands that are none: what is asked of it here is written down once.

use std::sync::LazyLock;

use phonenumber::metadata::DATABASE;

/// No country's code has more than three digits; none begins another one, and none begins with zero.
const CODE: usize = 3;
/// Numbers of three digits.
const CODES: usize = 1_000;

/// Numbers behind a country's code.
#[derive(Clone, Copy, Default)]
struct Country {
    /// Digits of the code.
    code: usize,
    /// A bit for each length in digits.
    lengths: u32,
    /// What is dialled before them within the country, which some write behind the code as well; empty where nothing is.
    trunk: &'static str,
}

/// By the first three digits of a number.
static COUNTRIES: LazyLock<Vec<Country>> = LazyLock::new(|| {
    let of_code = |code: usize| {
        let mut country = Country { code: code.to_string().len(), ..Country::default() };
        for region in DATABASE.by_code(&(code as u16)).unwrap_or_default() {
            let kinds = region.descriptors();
            let told = [kinds.mobile(), kinds.fixed_line(), kinds.voip(), kinds.personal_number()];
            country.lengths |= told.into_iter().flatten().fold(0, |all, kind| all | bits(kind.possible_length()));
            if region.is_main_country_for_code() || country.trunk.is_empty() {
                country.trunk = region.national_prefix().unwrap_or("");
            }
        }
        country
    };
    let of_digits = |first: usize| [first / 100, first / 10, first].into_iter().filter(|code| *code > 0).map(of_code).find(|country| country.lengths != 0);
    (0..CODES).map(|first| if first < CODES / 10 { Country::default() } else { of_digits(first).unwrap_or_default() }).collect()
});

fn bits(lengths: &[u16]) -> u32 {
    lengths.iter().fold(0, |all, length| all | 1_u32.checked_shl(u32::from(*length)).unwrap_or(0))
}

/// Whether the digits behind a plus sign are a country's code and as many more as its numbers have.
pub(super) fn is_possible(digits: &[u8]) -> bool {
    let Some((country, national)) = country(digits) else { return false };
    let mut without = national;
    while let Some(rest) = without.strip_prefix(country.trunk.as_bytes()).filter(|_| !country.trunk.is_empty()) {
        without = rest;
    }
    let length = if without.len() >= country.lengths.trailing_zeros() as usize { without.len() } else { national.len() };
    length < 32 && country.lengths >> length & 1 == 1
}

/// The country whose code the digits begin with, and those behind it.
fn country(digits: &[u8]) -> Option<(&'static Country, &[u8])> {
    let first = digits.first_chunk::<CODE>()?.iter().fold(0, |first, digit| first * 10 + usize::from(digit.wrapping_sub(b'0')));
    let country = COUNTRIES.get(first).filter(|country| country.lengths != 0)?;
    Some((country, digits.get(country.code..)?))
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

    #[test]
    fn the_examples_of_all_countries_are_possible() {
        let mut count = 0;
        for region in DATABASE.iter() {
            let kinds = region.descriptors();
            for example in [kinds.mobile(), kinds.fixed_line(), kinds.voip(), kinds.personal_number()].into_iter().flatten().filter_map(|kind| kind.example()) {
                let digits = format!("{}{example}", region.country_code());
                count += 1;
                assert!(is_possible(digits.as_bytes()), "{digits}");
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
            let has_trunk = country(digits.as_bytes()).is_some_and(|(country, national)| !country.trunk.is_empty() && national.starts_with(country.trunk.as_bytes()));
            let (count, differ) = &mut others[usize::from(has_trunk)];
            *count += 1;
            *differ += usize::from(is_possible(digits.as_bytes()) != by_library(&digits));
        }
        assert!(others[0].1 * 200 <= others[0].0 && others[1].1 * 5 <= others[1].0, "{others:?}");
    }
}
