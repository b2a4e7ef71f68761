//! A place by the shape of a text: two numbers side by side that can only be coordinates.
//!
//! Known shapes, with commas, semicolons, bars, hashes or blanks between: degrees and minutes (`4851.5024,N,00217.6694,E`) or degrees (`48.85837,N`) with
//! the letter behind or before the number, in either order; the same without a point (`48515024N002176694E`); two plain numbers with four decimals or
//! more. Who calls decides whether the text is a tracker's message at all.

use std::ops::Range;

use super::place::{Place, degrees_of_minutes};

/// Bytes between a number and the letter or the number that belongs to it.
const BETWEEN: usize = 10;
/// How far before a place the flag stands that says whether there was a fix, and how far behind.
const FLAG: (usize, usize) = (32, 12);
/// Decimals of two numbers that nothing else marks as coordinates.
const FINE: usize = 4;

/// A place and where its two numbers stand, with their letters.
#[derive(Clone, Debug, PartialEq)]
pub struct Shaped {
    /// The place.
    pub place: Place,
    /// Its bytes.
    pub range: Range<usize>,
    /// Whether letters say which number is which; otherwise the first is the latitude unless only the second can be.
    pub lettered: bool,
}

/// Which of two plain numbers comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First {
    /// The latitude, unless only the second number can be one.
    Latitude,
    /// The longitude.
    Longitude,
}

/// The places of a text, in order. The work grows with its length.
pub fn places(text: &[u8]) -> Vec<Shaped> {
    places_in(text, First::Latitude)
}

/// The same where it is known which of two plain numbers comes first.
pub fn places_in(text: &[u8], first: First) -> Vec<Shaped> {
    let mut found: Vec<Shaped> = Vec::new();
    let mut last: Option<Number> = None;
    for number in (Numbers { text, at: 0 }) {
        let shaped = last.as_ref().and_then(|last| lettered(text, last, &number).or_else(|| plain(text, last, &number, first)));
        last = Some(number);
        if let Some(shaped) = shaped.filter(|shaped| found.last().is_none_or(|before| before.range.end <= shaped.range.start)) {
            found.push(shaped);
            last = None;
        }
    }
    if found.is_empty() { glued(text) } else { found }
}

/// Places whose numbers have the full count of digits, so that other digits may stand right before or behind them: `…004851.5024N00217.6694E000…`,
/// `N48515024E002176694…`, `N48.858370E002.294490…`.
fn glued(text: &[u8]) -> Vec<Shaped> {
    const BEHIND: (&[u8], &[u8]) = (b"0000.0000", b"00000.0000");
    const BEFORE: &[(&[u8], &[u8])] = &[(b"00000000", b"000000000"), (b"00.000000", b"000.000000")];
    let mut found: Vec<Shaped> = Vec::new();
    for (index, letter) in text.iter().enumerate() {
        if !matches!(letter, b'N' | b'S') || found.last().is_some_and(|before| before.range.end > index) {
            continue;
        }
        let behind = || {
            let (latitude, longitude) = BEHIND;
            let start = index.checked_sub(latitude.len())?;
            Some((fixed(text, start, latitude)?, fixed(text, index + 1, longitude)?, index + 1 + longitude.len()))
        };
        let before = || {
            let wide = |&(latitude, longitude): &(&[u8], &[u8])| {
                let letter = index + 1 + latitude.len();
                Some((fixed(text, index + 1, latitude)?, fixed(text, letter + 1, longitude)?, letter))
            };
            BEFORE.iter().find_map(wide)
        };
        let Some((north, east, second)) = behind().or_else(before) else { continue };
        let Some((Axis::Longitude, sign)) = text.get(second).copied().and_then(axis) else { continue };
        let Some((latitude, longitude)) = degrees(&north, &east) else { continue };
        let range = north.range.start.min(index)..east.range.end.max(second + 1);
        let south = if *letter == b'S' { -1.0 } else { 1.0 };
        found.extend(Place::new(latitude * south, longitude * sign, has_fix(text, &range)).map(|place| Shaped { place, range, lettered: true }));
    }
    found
}

/// The number that stands at `start`, if it has the form of `like`: digits where that has zeros.
fn fixed(text: &[u8], start: usize, like: &[u8]) -> Option<Number> {
    let bytes = text.get(start..start + like.len())?;
    let fits = bytes.iter().zip(like).all(|(byte, like)| if *like == b'0' { byte.is_ascii_digit() } else { byte == like });
    let value = fits.then(|| std::str::from_utf8(bytes).ok()?.parse().ok()).flatten()?;
    let whole = like.iter().take_while(|byte| **byte == b'0').count();
    Some(Number { range: start..start + like.len(), whole, decimals: like.len().saturating_sub(whole + 1), signed: false, value })
}

/// A number as it stands in a text.
#[derive(Clone, Debug)]
struct Number {
    range: Range<usize>,
    /// Digits before the point.
    whole: usize,
    /// Digits behind it.
    decimals: usize,
    signed: bool,
    value: f64,
}

/// Finds numbers: an optional sign, digits, an optional point with digits behind it.
struct Numbers<'t> {
    text: &'t [u8],
    at: usize,
}

impl Iterator for Numbers<'_> {
    type Item = Number;

    fn next(&mut self) -> Option<Number> {
        loop {
            let rest = self.text.get(self.at..)?;
            let start = self.at + rest.iter().position(u8::is_ascii_digit)?;
            let digits = |from: usize| self.text.get(from..).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_digit()).count();
            let whole = digits(start);
            let point = self.text.get(start + whole) == Some(&b'.');
            let decimals = if point { digits(start + whole + 1) } else { 0 };
            let end = start + whole + if decimals > 0 { decimals + 1 } else { 0 };
            self.at = end;
            let sign = start.checked_sub(1).and_then(|before| self.text.get(before)).filter(|byte| matches!(byte, b'+' | b'-'));
            if whole > 9 || decimals > 12 {
                continue;
            }
            let from = start - usize::from(sign.is_some());
            let value: f64 = std::str::from_utf8(self.text.get(from..end)?).ok()?.parse().ok()?;
            return Some(Number { range: from..end, whole, decimals, signed: sign.is_some(), value });
        }
    }
}

/// What a letter says of the number beside it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Axis {
    Latitude,
    Longitude,
}

fn axis(letter: u8) -> Option<(Axis, f64)> {
    match letter {
        b'N' => Some((Axis::Latitude, 1.0)),
        b'S' => Some((Axis::Latitude, -1.0)),
        b'E' => Some((Axis::Longitude, 1.0)),
        b'W' => Some((Axis::Longitude, -1.0)),
        _ => None,
    }
}

fn is_between(byte: u8) -> bool {
    matches!(byte, b',' | b';' | b'|' | b'#' | b' ' | b':' | b'/' | b'\n')
}

/// The letter that stands right behind `end`, with at most one sign before it, and where it ends.
fn letter_behind(text: &[u8], end: usize) -> Option<(u8, usize)> {
    let mut at = end;
    if text.get(at).is_some_and(|byte| is_between(*byte)) {
        at += 1;
    }
    let letter = *text.get(at)?;
    axis(letter)?;
    let follows_word = text.get(at + 1).is_some_and(|byte| byte.is_ascii_alphabetic() && text.get(at + 2).is_some_and(u8::is_ascii_alphabetic));
    (!follows_word).then_some((letter, at + 1))
}

/// The letter that stands before `start`, with at most two signs and a label (`Lat:`) between, and where it stands.
fn letter_before(text: &[u8], start: usize) -> Option<(u8, usize)> {
    let mut at = label_before(text, start);
    for _ in 0..2 {
        match at.checked_sub(1).and_then(|before| text.get(before)) {
            Some(byte) if is_between(*byte) => at -= 1,
            _ => break,
        }
    }
    let letter_at = at.checked_sub(1)?;
    let letter = *text.get(letter_at)?;
    axis(letter)?;
    let ends_word = letter_at.checked_sub(1).and_then(|before| text.get(before)).is_some_and(u8::is_ascii_alphabetic);
    (!ends_word).then_some((letter, letter_at))
}

/// Where a label of at most four letters before a number begins (`Lat:48.8`), else where the number does.
fn label_before(text: &[u8], start: usize) -> usize {
    let Some(colon) = start.checked_sub(1).filter(|at| matches!(text.get(*at), Some(b':' | b'='))) else { return start };
    let letters = text.get(colon.saturating_sub(4)..colon).unwrap_or_default().iter().rev().take_while(|byte| byte.is_ascii_alphabetic()).count();
    if letters >= 1 { colon - letters } else { start }
}

/// Two numbers, each with its letter on the same side.
fn lettered(text: &[u8], first: &Number, second: &Number) -> Option<Shaped> {
    if first.signed || second.signed || second.range.start.saturating_sub(first.range.end) > BETWEEN {
        return None;
    }
    let behind = || {
        let (one, one_end) = letter_behind(text, first.range.end)?;
        let (two, two_end) = letter_behind(text, second.range.end)?;
        // Between the first letter and the second number stands nothing but signs and a label.
        is_gap(text, one_end, label_before(text, second.range.start)).then_some((one, two, first.range.start..two_end))
    };
    let before = || {
        let (one, one_start) = letter_before(text, first.range.start)?;
        let (two, two_start) = letter_before(text, second.range.start)?;
        is_gap(text, first.range.end, label_before(text, two_start)).then_some((one, two, one_start..second.range.end))
    };
    let (one, two, range) = behind().or_else(before)?;
    let ((one, one_sign), (two, two_sign)) = (axis(one)?, axis(two)?);
    let (latitude, north, longitude, east) = match (one, two) {
        (Axis::Latitude, Axis::Longitude) => (first, one_sign, second, two_sign),
        (Axis::Longitude, Axis::Latitude) => (second, two_sign, first, one_sign),
        _ => return None,
    };
    let (latitude, longitude) = degrees(latitude, longitude)?;
    let place = Place::new(latitude * north, longitude * east, has_fix(text, &range))?;
    Some(Shaped { place, range, lettered: true })
}

/// Whether at most two signs stand there, and nothing else.
fn is_gap(text: &[u8], from: usize, to: usize) -> bool {
    text.get(from..to).is_some_and(|gap| gap.len() <= 2 && gap.iter().copied().all(is_between))
}

/// Degrees of the two numbers beside their letters. Of degrees and minutes one number may be short (`217.6694`), so both are what either shows to be.
fn degrees(latitude: &Number, longitude: &Number) -> Option<(f64, f64)> {
    // DDMMmmmm: the point is left out.
    if (latitude.whole, latitude.decimals, longitude.whole, longitude.decimals) == (8, 0, 9, 0) {
        return Some((degrees_of_minutes(latitude.value / 10_000.0)?, degrees_of_minutes(longitude.value / 10_000.0)?));
    }
    let decimals = latitude.decimals.min(longitude.decimals);
    // Degrees that are filled up to three digits each.
    if latitude.whole == 3 && latitude.value < 90.0 && longitude.whole == 3 && decimals >= 6 {
        return Some((latitude.value, longitude.value));
    }
    if latitude.whole <= 2 && longitude.whole <= 3 {
        return (decimals >= 3).then_some((latitude.value, longitude.value));
    }
    let fits = latitude.whole <= 4 && longitude.whole <= 5 && decimals >= 2;
    if fits { Some((degrees_of_minutes(latitude.value)?, degrees_of_minutes(longitude.value)?)) } else { None }
}

/// Two plain numbers of degrees side by side.
fn plain(text: &[u8], first: &Number, second: &Number, order: First) -> Option<Shaped> {
    let is_fine = |number: &Number| number.whole <= 3 && (FINE..=9).contains(&number.decimals);
    let gap = text.get(first.range.end..label_before(text, second.range.start))?;
    let is_beside = gap.is_empty() && second.signed || (1..=2).contains(&gap.len()) && gap.iter().all(|byte| is_between(*byte) || *byte == b'_');
    if !is_fine(first) || !is_fine(second) || !is_beside || !first.signed && is_in_number(text, first.range.start) {
        return None;
    }
    let longitude_first = order == First::Longitude || first.value.abs() > 90.0;
    let (latitude, longitude) = if longitude_first { (second.value, first.value) } else { (first.value, second.value) };
    let range = first.range.start..second.range.end;
    Some(Shaped { place: Place::new(latitude, longitude, has_fix(text, &range))?, range, lettered: false })
}

/// Whether a number's first digit goes on from something that is no field of its own (`V1.0.1234`).
fn is_in_number(text: &[u8], start: usize) -> bool {
    start.checked_sub(1).and_then(|before| text.get(before)).is_some_and(|byte| matches!(byte, b'.' | b'_') || byte.is_ascii_alphanumeric())
}

/// Whether there was a fix: a field `A` near the place says so, a field `V` the contrary; nothing said means yes.
fn has_fix(text: &[u8], range: &Range<usize>) -> bool {
    let before = text.get(range.start.saturating_sub(FLAG.0)..range.start).unwrap_or_default();
    let behind = text.get(range.end..text.len().min(range.end + FLAG.1)).unwrap_or_default();
    let flag = |field: &&[u8]| matches!(field, [b'A' | b'V']);
    let is_end = |byte: &u8| is_between(*byte) || *byte == b'*';
    let said = before.rsplit(is_end).find(flag).or_else(|| behind.split(is_end).find(flag));
    said != Some(b"V")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Option<(String, bool)> {
        let found = places(text.as_bytes());
        assert!(found.len() <= 1, "{found:?}");
        found.first().map(|shaped| (shaped.place.text(), shaped.place.fix))
    }

    #[test]
    fn degrees_and_minutes_with_letters_on_either_side_and_in_either_order() {
        for text in [
            "id,120000,A,4851.5024,N,00217.6694,E,0.0",
            "id,A;4851.5024N00217.6694E000.1",
            "id,4851.5024N,217.6694E,1",
            "id,N4851.5024,E00217.6694,1",
            "id,E00217.6694,N4851.5024,1",
            "id, N, Lat:4851.5024, E, Lon:00217.6694, Spd:5.05",
            "id#4851.5024#N#00217.6694#E#1",
            "id,F:4851.5024N,G:00217.6694E,H",
            "Lat:N48.858373,Lon:E2.294490,Course:0.00",
            "Lat:N48.858373\nLon:E2.294490\nCourse:0.00",
            "id N48515024E002176694;033",
            "id:00000004851.5024N00217.6694E00000186",
            "id T142611N48515024E002176694325071033",
            "id T142611N48.858373E002.2944903250710",
            "id,048.8583733,N,002.2944900,E,000.0",
        ] {
            let (place, fix) = one(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((place.as_str(), fix), ("48.858373,2.294490", true), "{text}");
        }
    }

    #[test]
    fn degrees_with_letters_and_without() {
        for text in [
            "1,48.858370,N,2.294480,E",
            "1,N48.858370;E2.294480;0",
            "2.294480,E,48.858370,N",
            "GPS,48.858370,2.294480,5",
            "GPS;+48.858370;+002.294480;5",
            "x;0+48.858370+2.294480+63",
            "A:48.858370,B:2.294480,C:4",
            "1,48.858370|2.294480",
        ] {
            assert_eq!(one(text), Some(("48.858370,2.294480".to_owned(), true)), "{text}");
        }
        assert_eq!(one("1,114.015295,22.537250,2").unwrap().0, "22.537250,114.015295", "only the second can be a latitude");
        assert_eq!(one("1,3315.500,S,15112.250,W").unwrap().0, "-33.258333,-151.204167");
    }

    #[test]
    fn the_flag_says_whether_there_was_a_fix() {
        assert!(!one("id,V,4851.5024,N,00217.6694,E,0.0").unwrap().1);
        assert!(one("id,V,1,2,A,4851.5024,N,00217.6694,E,0.0").unwrap().1, "the nearest counts");
        assert!(!one("id,48.858370,2.294480,V,1").unwrap().1);
    }

    #[test]
    fn other_numbers_are_no_places() {
        for text in [
            "0.242,0.109,-0.789",
            "V1.0.1234,2.3456",
            "4871.5024,N,00217.6694,E",
            "0000.0000,N,00000.0000,E",
            "12:30:45.1234,2026",
            "91.12345,95.12345",
            "1.2345,NAME,2.3456,END",
            "0.00000,0.00000",
            "9999.9999N,99999.9999E",
            "",
            "4851.5024,N",
        ] {
            assert_eq!(one(text), None, "{text}");
        }
    }

    #[test]
    fn two_places_side_by_side_are_two() {
        let found = places(b"1,48.858370,2.294480,2,51.500700,-0.124600,3");
        assert_eq!(found.iter().map(|shaped| shaped.place.text()).collect::<Vec<_>>(), ["48.858370,2.294480", "51.500700,-0.124600"]);
    }
}
