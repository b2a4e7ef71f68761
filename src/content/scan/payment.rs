//! Numbers of payment cards, bank accounts, and those by which states know persons.

use super::numbers::luhn;
use super::value::{short, whole};
use crate::content::contract::{Context, Hit, Scanner, Text};
use crate::content::find::Class;
use crate::content::keys::Meaning;
use crate::content::kinds::Kinds;
use crate::finding::Confidence;
use crate::value::ValueKind;

/// See the file.
pub static SCANNER: Scanner = Scanner {
    name: "payment",
    keyed: |meaning| matches!(meaning, Meaning::Card | Meaning::NationalId | Meaning::Iban),
    signs: Kinds::DIGIT,
    scan,
    bytes: None,
};

/// Characters of the shortest account number, and of the longest with blanks.
const SHORTEST: usize = 15;
const LONGEST: usize = 42;
/// A card's number in groups: `4-4-4-4`.
const GROUPED: usize = 19;

fn scan(text: &Text<'_>, context: &Context<'_>, hits: &mut Vec<Hit>) {
    match text.meaning {
        Some(Meaning::Card) => hits.extend(card(text)),
        Some(Meaning::NationalId) => hits.extend(national(text, context)),
        _ if text.bytes.len() >= SHORTEST => in_text(text, hits),
        _ => {}
    }
    if text.meaning == Some(Meaning::Iban) {
        in_text(text, hits);
    }
}

fn card(text: &Text<'_>) -> Option<Hit> {
    let value = short(text, 24)?;
    let digits: String = value.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    is_card(&digits).then(|| whole(text, ValueKind::Card, digits, Confidence::Certain))
}

/// Check digit (ISO/IEC 7812-1, annex B), an issuer's range and its length.
fn is_card(digits: &str) -> bool {
    let prefix = |length: usize| digits.get(..length).and_then(|prefix| prefix.parse::<u32>().ok()).unwrap_or(0);
    let fits = match (prefix(1), prefix(2), prefix(3), prefix(4)) {
        (4, ..) => matches!(digits.len(), 13 | 16 | 19),
        (_, 51..=55, ..) | (.., 2_221..=2_720) => digits.len() == 16,
        (_, 34 | 37, ..) => digits.len() == 15,
        (_, 36 | 38 | 39, ..) | (_, _, 300..=305, _) => digits.len() == 14,
        (_, _, _, 3_528..=3_589) => digits.len() == 16,
        (_, 62 | 65, ..) | (_, _, 644..=649, _) | (_, _, _, 6_011) => (16..=19).contains(&digits.len()),
        _ => false,
    };
    fits && digits.bytes().all(|byte| byte.is_ascii_digit()) && luhn(digits)
}

/// What such numbers are written with.
static WRITTEN: Class = Class::new(false, b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ -");
static WORD: Class = Class::new(true, b"");

/// Account numbers anywhere, and card numbers in groups of four.
fn in_text(text: &Text<'_>, hits: &mut Vec<Hit>) {
    for (start, end) in WRITTEN.runs(SHORTEST, text.bytes) {
        in_run(text, start, end, hits);
        if hits.len() > text.most {
            break;
        }
    }
}

fn in_run(text: &Text<'_>, start: usize, end: usize, hits: &mut Vec<Hit>) {
    let bytes = text.bytes;
    let mut at = start;
    while at + SHORTEST <= end && hits.len() <= text.most {
        // A number begins where a word does.
        if bytes.get(at).is_some_and(|byte| !byte.is_ascii_alphanumeric()) {
            at += 1;
            continue;
        }
        let word = WORD.leading(bytes.get(at..end).unwrap_or_default());
        let begins = at.checked_sub(1).and_then(|before| bytes.get(before)).is_none_or(|byte| !byte.is_ascii_alphanumeric());
        let hit = if begins && word >= 4 { account(bytes, at, end).or_else(|| grouped(bytes, at)) } else { None };
        at = match hit {
            Some(hit) => {
                let next = at + hit.length;
                hits.push(hit);
                next
            }
            None => at + word,
        };
    }
}

/// ISO 13616: country, two check digits, and what the country's banks use; the remainder of 97 is 1 (ISO 7064).
fn account(bytes: &[u8], start: usize, end: usize) -> Option<Hit> {
    let [first, second, third, fourth, ..] = bytes.get(start..end.min(start + LONGEST))? else { return None };
    if !(first.is_ascii_uppercase() && second.is_ascii_uppercase() && third.is_ascii_digit() && fourth.is_ascii_digit()) {
        return None;
    }
    let wanted = length_of([*first, *second])?;
    let mut plain = String::with_capacity(wanted);
    let mut taken = 0;
    for byte in bytes.get(start..end.min(start + LONGEST))? {
        if plain.len() == wanted {
            break;
        }
        if byte.is_ascii_alphanumeric() {
            plain.push(char::from(*byte));
        }
        taken += 1;
    }
    let is_end = bytes.get(start + taken).is_none_or(|byte| !byte.is_ascii_alphanumeric());
    let (head, rest) = plain.split_at_checked(4)?;
    let value = |c: char| c.to_digit(36).unwrap_or(0);
    let remainder = rest.chars().chain(head.chars()).map(value).fold(0, |sum, value| (sum * if value > 9 { 100 } else { 10 } + value) % 97);
    (plain.len() == wanted && is_end && remainder == 1).then_some(Hit {
        kind: ValueKind::Iban,
        value: plain,
        confidence: Confidence::Certain,
        start,
        length: taken,
        decimals: None,
        form: "",
    })
}

/// The length of a country's account numbers (SWIFT, IBAN registry).
fn length_of(country: [u8; 2]) -> Option<usize> {
    const LENGTHS: &[(usize, &str)] = &[
        (15, "NO"),
        (16, "BE"),
        (18, "DKFIFONLGLSD"),
        (19, "MKSI"),
        (20, "ATBAEEKZLTLUXKMN"),
        (21, "CHHRLILV"),
        (22, "BGBHCRDEGBGEIEMERSVA"),
        (23, "AEGIILIQOMSOTL"),
        (24, "ADCZESMDPKROSASESKTNVG"),
        (25, "LYPTST"),
        (26, "ISTR"),
        (27, "BIDJFRGRITMCMRSM"),
        (28, "ALAZBYCYDOGTHULBNIPLSV"),
        (29, "BREGPSQAUA"),
        (30, "JOKWMUYE"),
        (31, "MTSC"),
        (32, "LC"),
        (33, "RU"),
    ];
    LENGTHS.iter().find(|(_, countries)| countries.as_bytes().chunks_exact(2).any(|known| known == country)).map(|(length, _)| *length)
}

/// `4111 1111 1111 1111`, with the same sign between.
fn grouped(bytes: &[u8], start: usize) -> Option<Hit> {
    let window = bytes.get(start..start + GROUPED)?;
    let sign = *window.get(4).filter(|sign| matches!(sign, b' ' | b'-'))?;
    let is_of_groups = window.iter().enumerate().all(|(place, byte)| if place % 5 == 4 { *byte == sign } else { byte.is_ascii_digit() });
    let goes_on = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == sign && bytes.get(start + GROUPED + 1).is_some_and(u8::is_ascii_digit);
    if !is_of_groups || bytes.get(start + GROUPED).is_some_and(goes_on) {
        return None;
    }
    let digits: String = window.iter().filter(|byte| **byte != sign).map(|byte| char::from(*byte)).collect();
    is_card(&digits).then_some(Hit { kind: ValueKind::Card, value: digits, confidence: Confidence::High, start, length: GROUPED, decimals: None, form: "" })
}

/// Under a key of its own; told only where the user asked for such numbers, hidden in any case.
fn national(text: &Text<'_>, context: &Context<'_>) -> Option<Hit> {
    let value = short(text, 24)?;
    let plain: String = value.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
    let is_number = (8..=18).contains(&plain.len()) && plain.bytes().filter(u8::is_ascii_digit).count() >= 6 && plain.bytes().any(|byte| byte != b'0');
    if !is_number {
        return None;
    }
    let confidence = match (context.national, checked(&plain, text.key)) {
        (true, Some(true)) => Confidence::Certain,
        // No check exists; the key names it.
        (true, None) => Confidence::Medium,
        _ => Confidence::Low,
    };
    Some(whole(text, ValueKind::NationalId, plain, confidence))
}

/// Whether the check digits of a country's numbers are right; none where the key names numbers that have none.
fn checked(plain: &str, key: &str) -> Option<bool> {
    let key = key.to_ascii_lowercase();
    if key.contains("ssn") || key.contains("socialsecurity") || key.contains("social_security") || key == "nino" || key == "nin" {
        let is_us = plain.len() == 9 && plain.bytes().all(|byte| byte.is_ascii_digit()) && !matches!(plain.get(..3), Some("000" | "666"));
        let is_uk = plain.len() == 9 && plain.bytes().take(2).all(|byte| byte.is_ascii_alphabetic());
        return if is_us || is_uk { None } else { Some(false) };
    }
    let digits: Vec<u32> = plain.chars().filter_map(|c| c.to_digit(10)).collect();
    let all_digits = digits.len() == plain.len();
    let weighed = |weights: &[u32]| digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum::<u32>();
    let last = digits.last().copied().unwrap_or(0);
    let checks = [
        // France, NIR: 97 less the remainder of 97.
        all_digits
            && plain.len() == 15
            && plain
                .get(..13)
                .and_then(|n| n.parse::<u64>().ok())
                .zip(plain.get(13..).and_then(|n| n.parse::<u64>().ok()))
                .is_some_and(|(n, key)| 97 - n % 97 == key),
        spanish(plain),
        // Netherlands, BSN: the eleven test.
        all_digits && plain.len() == 9 && (weighed(&[9, 8, 7, 6, 5, 4, 3, 2]) + 110 - last).is_multiple_of(11),
        all_digits && plain.len() == 11 && iso_7064(&digits),
        // Belgium: 97 less the remainder of 97, with a 2 before it from the year 2000 on.
        all_digits
            && plain.len() == 11
            && plain
                .get(..9)
                .and_then(|n| n.parse::<u64>().ok())
                .zip(plain.get(9..).and_then(|n| n.parse::<u64>().ok()))
                .is_some_and(|(n, key)| 97 - n % 97 == key || 97 - (2_000_000_000 + n) % 97 == key),
        // Poland, PESEL.
        all_digits && plain.len() == 11 && (weighed(&[1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) + last).is_multiple_of(10),
        // Sweden: Luhn over ten digits.
        all_digits && plain.len() == 10 && luhn(plain),
        all_digits && plain.len() == 12 && (plain.get(2..).is_some_and(luhn) || verhoeff(&digits)),
        all_digits && plain.len() == 11 && brazilian(&digits),
        chinese(plain),
        // United Kingdom, NHS number: eleven less the remainder of eleven.
        all_digits && plain.len() == 10 && (11 - weighed(&[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11 == last,
        italian(plain),
    ];
    Some(checks.contains(&true))
}

/// DNI and NIE: the letter that the remainder of 23 stands for.
fn spanish(plain: &str) -> bool {
    let Some((body, letter)) = plain.split_at_checked(8).filter(|(_, letter)| letter.len() == 1) else { return false };
    let number = body.replacen('X', "0", 1).replacen('Y', "1", 1).replacen('Z', "2", 1);
    number.parse::<usize>().ok().and_then(|number| "TRWAGMYFPDXBNJZSQVHLCKE".get(number % 23..=number % 23)) == Some(letter)
}

/// Germany, IdNr: ISO 7064, modulus 11 and 10.
fn iso_7064(digits: &[u32]) -> bool {
    let product = digits.iter().take(10).fold(10, |product, digit| {
        let sum = (digit + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    digits.first() != Some(&0) && digits.last() == Some(&((11 - product) % 10))
}

/// CPF: two check digits, each eleven less the remainder of eleven.
fn brazilian(digits: &[u32]) -> bool {
    let check = |length: usize| {
        let sum: u32 = digits.iter().take(length).zip((2..=length as u32 + 1).rev()).map(|(digit, weight)| digit * weight).sum();
        sum * 10 % 11 % 10
    };
    let varies = digits.iter().any(|digit| Some(digit) != digits.first());
    varies && digits.get(9) == Some(&check(9)) && digits.get(10) == Some(&check(10))
}

/// China, GB 11643: ISO 7064, modulus 11 and 2.
fn chinese(plain: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let Some((body, check)) = plain.split_at_checked(17).filter(|(body, check)| check.len() == 1 && body.bytes().all(|byte| byte.is_ascii_digit())) else {
        return false;
    };
    let sum: u32 = body.chars().filter_map(|c| c.to_digit(10)).zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    "10X98765432".get(sum as usize % 11..=sum as usize % 11) == Some(check)
}

/// India, Aadhaar: Verhoeff's scheme over the dihedral group of ten.
fn verhoeff(digits: &[u32]) -> bool {
    const TURNS: [u32; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    let times = |one: u32, other: u32| {
        let sum = |a: u32, b: u32| (a + b) % 5;
        match (one < 5, other < 5) {
            (true, true) => sum(one, other),
            (true, false) => 5 + sum(one, other - 5),
            (false, true) => 5 + sum(one - 5, 5 - other),
            (false, false) => sum(one - 5, 5 - (other - 5)),
        }
    };
    let turned = |digit: u32, times: usize| (0..times % 8).fold(digit, |digit, _| TURNS.get(digit as usize).copied().unwrap_or(0));
    digits.iter().rev().enumerate().fold(0, |check, (place, digit)| times(check, turned(*digit, place))) == 0
}

/// Italy, codice fiscale: letters and digits at odd places have values of their own.
fn italian(plain: &str) -> bool {
    const ODD: [u32; 26] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    let index = |byte: u8| if byte.is_ascii_digit() { u32::from(byte - b'0') } else { u32::from(byte.wrapping_sub(b'A')) };
    let bytes = plain.as_bytes();
    if bytes.len() != 16 || !bytes.iter().take(6).all(u8::is_ascii_uppercase) {
        return false;
    }
    let value = |(place, byte): (usize, &u8)| if place % 2 == 0 { ODD.get(index(*byte) as usize).copied().unwrap_or(0) } else { index(*byte) };
    bytes.last().map(|byte| index(*byte)) == Some(bytes.iter().take(15).enumerate().map(value).sum::<u32>() % 26)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{nothing, readable, scan as search, told};
    use super::*;
    use crate::event::Role;

    #[test]
    fn a_card_needs_its_check_its_range_and_a_key_or_groups() {
        assert_eq!(told(ValueKind::Card, Role::Body, "{\"cardNumber\":\"4111 1111 1111 1111\"}"), ["4111111111111111"]);
        assert_eq!(told(ValueKind::Card, Role::Unknown, "paid with 5555-5555-5555-4444 today"), ["5555555555554444"]);
        for text in [
            "{\"cardNumber\":\"4111 1111 1111 1112\",\"pan\":\"1700000000123456\"}",
            "{\"order\":\"4111111111111111\",\"ts\":1700000000123,\"us\":1700000000123456}",
            "tracking 1234 5678 9012 3456 and 4111 1111 1111 1111 2222",
        ] {
            nothing(Role::Body, text);
        }
    }

    #[test]
    fn an_account_is_known_by_its_length_and_remainder() {
        for text in ["{\"x\":\"GB82WEST12345698765432\"}", "pay to GB82 WEST 1234 5698 7654 32 please", "iban=GB82WEST12345698765432"] {
            assert_eq!(told(ValueKind::Iban, Role::Body, text), ["GB82WEST12345698765432"], "{text}");
        }
        nothing(Role::Body, "{\"x\":\"GB82WEST12345698765433\",\"y\":\"GB82WEST1234569876543\",\"z\":\"XX82WEST12345698765432\"}");
    }

    #[test]
    fn national_numbers_are_told_only_where_they_are_asked_for() {
        nothing(Role::Body, "{\"dni\":\"12345678Z\"}");
        assert_eq!(search(Role::Body, "{\"dni\":\"12345678Z\"}").len(), 1, "hidden all the same");
        let asked = Context { national: true, ..Context::default() };
        let sure =
            |text: &str| crate::content::scan(&readable(Role::Body, text.as_bytes()), &asked).iter().filter(|hit| hit.confidence > Confidence::Medium).count();
        for (key, good, bad) in [
            ("dni", "12345678Z", "12345678A"),
            ("bsn", "111222333", "111222334"),
            ("nhsNumber", "9434765919", "9434765918"),
            ("cpf", "52998224725", "52998224724"),
            ("idCard", "11010519491231002X", "110105194912310021"),
            ("codiceFiscale", "RSSMRA85T10A562S", "RSSMRA85T10A562T"),
            ("pesel", "44051401359", "44051401358"),
            ("nir", "255081416802538", "255081416802537"),
            ("aadhaar", "234123412346", "234123412347"),
            ("idnr", "86095742719", "86095742718"),
        ] {
            assert_eq!(sure(&format!("{{\"{key}\":\"{good}\"}}")), 1, "{key}");
            assert_eq!(sure(&format!("{{\"{key}\":\"{bad}\"}}")), 0, "{key}");
        }
    }
}
