//! Places on Earth in codes: degrees, minutes and seconds, ISO 6709, plus codes, geohashes; and in bytes, near the family's home.

use super::coordinate::decimal;
use super::value::{short, whole};
use crate::content::contract::{Context, Hit, Scanner, Text};
use crate::content::find::{Class, places};
use crate::content::keys::Meaning;
use crate::content::kinds::Kinds;
use crate::content::words::Known;
use crate::finding::Confidence;
use crate::value::ValueKind;

/// See the file.
pub static SCANNER: Scanner = Scanner { name: "codes", keyed: |meaning| meaning == Meaning::Geohash, signs: Kinds::DIGIT, scan, bytes: Some(bytes) };

/// Bytes around a degree sign that a place takes at most.
const WINDOW: usize = 64;
/// The degree sign in UTF-8.
const DEGREE: [u8; 2] = [0xc2, 0xb0];
/// Digits of a plus code (Open Location Code), in the order of their values.
const PLUS: &[u8] = b"23456789CFGHJMPQRVWX";
static CODE: Class = Class::new(false, b"23456789CFGHJMPQRVWXcfghjmpqrvwx");
/// Digits of a geohash.
const GEOHASH: &[u8] = b"0123456789bcdefghjkmnpqrstuvwxyz";
/// Bytes of a message that are looked through for numbers that could be a place.
const BINARY: usize = 4_096;

fn scan(text: &Text<'_>, context: &Context<'_>, hits: &mut Vec<Hit>) {
    let near = context.known;
    if text.meaning == Some(Meaning::Geohash) || near.is_some() && text.bytes.len() <= 14 {
        hits.extend(geohash(text, near));
    }
    if text.bytes.len() < 10 {
        return;
    }
    let plus = if text.kinds.has(Kinds::PLUS) { text.bytes } else { &[] };
    for plus in places(b'+', plus) {
        if let Some(hit) = plus_code(text.bytes, plus).or_else(|| iso_6709(text.bytes, plus)) {
            hits.push(hit);
        }
        if hits.len() > text.most {
            break;
        }
    }
    if text.bytes.first() == Some(&b'-') {
        hits.extend(iso_6709(text.bytes, 0));
    }
    let (mut done, found) = (0, hits.len());
    let [first, second] = DEGREE;
    let high = if text.kinds.has(Kinds::HIGH) { text.bytes } else { &[] };
    for sign in places(first, high).filter(|sign| high.get(sign + 1) == Some(&second)) {
        if sign >= done
            && let Some(hit) = degrees(text.bytes, sign)
        {
            done = hit.start + hit.length;
            hits.push(hit);
        }
        if hits.len() > found + text.most {
            break;
        }
    }
    if let Some(known) = near.filter(|_| text.meaning.is_none()) {
        pairs(text.bytes, known, hits);
    }
}

fn hit(latitude: f64, longitude: f64, decimals: u8, (start, length): (usize, usize), confidence: Confidence, form: &'static str) -> Option<Hit> {
    let in_range = latitude.abs() <= 90.0 && longitude.abs() <= 180.0 && (latitude != 0.0 || longitude != 0.0);
    let value = format!("{latitude:.*},{longitude:.*}", usize::from(decimals), usize::from(decimals));
    in_range.then_some(Hit { kind: ValueKind::Position, value, confidence, start, length, decimals: Some(decimals), form })
}

/// `8FVC9G8F+6X`: a full code, whose eight digits before the plus sign are a place by themselves.
fn plus_code(bytes: &[u8], plus: usize) -> Option<Hit> {
    let start = plus.checked_sub(8)?;
    // Most signs stand behind something else.
    let before = bytes.get(start..plus).filter(|before| matches!(before, [.., last] if CODE.has(*last)) && CODE.has_all(before))?;
    let digit = |byte: u8| PLUS.iter().position(|known| *known == byte.to_ascii_uppercase());
    let free = |index: Option<usize>| index.and_then(|index| bytes.get(index)).is_none_or(|byte| !byte.is_ascii_alphanumeric());
    let after = bytes.get(plus + 1..)?.iter().take(8).take_while(|byte| digit(**byte).is_some()).count();
    // The first digits stand for latitudes below 90 and longitudes below 180 degrees.
    let in_range = digit(*before.first()?)? <= 8 && digit(*before.get(1)?)? <= 17;
    let is_mixed = before.iter().any(u8::is_ascii_digit) && before.iter().any(u8::is_ascii_alphabetic);
    if !(2..=7).contains(&after) || !in_range || !is_mixed || !free(start.checked_sub(1)) || !free(Some(plus + 1 + after)) {
        return None;
    }
    let (mut latitude, mut longitude, mut step) = (-90.0, -180.0, 20.0);
    for pair in before.iter().chain(bytes.get(plus + 1..plus + 3)?).collect::<Vec<_>>().chunks_exact(2) {
        let [north, east] = pair else { return None };
        latitude += digit(**north)? as f64 * step;
        longitude += digit(**east)? as f64 * step;
        step /= 20.0;
    }
    hit(latitude + step * 10.0, longitude + step * 10.0, 4, (start, 9 + after), Confidence::High, "plus-code")
}

/// `+48.8577+002.295/` (ISO 6709, annex H): degrees with a sign each, two and three digits before the point, a slash at the end.
fn iso_6709(bytes: &[u8], start: usize) -> Option<Hit> {
    let window = bytes.get(start..bytes.len().min(start + 48))?;
    if !matches!(window, [_, one, other, b'.', ..] if one.is_ascii_digit() && other.is_ascii_digit()) {
        return None;
    }
    let end = memchr::memchr(b'/', window)?;
    let text = std::str::from_utf8(window.get(..end)?).ok()?;
    let second = text.get(1..)?.find(['+', '-'])? + 1;
    let (latitude, rest) = text.split_at_checked(second)?;
    let third = rest.get(1..)?.find(['+', '-', 'C']).map_or(rest.len(), |index| index + 1);
    let longitude = rest.get(..third)?;
    let number = |text: &str, whole: usize| {
        let (degrees, fraction) = text.get(1..)?.split_once('.')?;
        let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        (degrees.len() == whole && fraction.len() >= 3 && plain(degrees) && plain(fraction))
            .then(|| text.parse::<f64>().ok())
            .flatten()
            .map(|number| (number, fraction.len()))
    };
    let ((north, first), (east, other)) = (number(latitude, 2)?, number(longitude, 3)?);
    hit(north, east, first.min(other).min(8) as u8, (start, end + 1), Confidence::High, "iso-6709")
}

/// `48° 51' 29" N, 2° 17' 40" E`, around the first degree sign.
fn degrees(bytes: &[u8], sign: usize) -> Option<Hit> {
    let before = bytes.get(sign.saturating_sub(3)..sign)?;
    let digits = before.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let start = sign - digits;
    let text = bytes.get(start..bytes.len().min(start + WINDOW))?;
    // Behind a latitude stands a longitude.
    memchr::memchr2(b'E', b'W', text)?;
    let (north, rest) = angle(text)?;
    let is_north = matches!(north.letter, b'N' | b'S');
    let between = rest.iter().take_while(|byte| matches!(byte, b',' | b';' | b' ' | b'/')).count();
    let (east, rest) = angle(rest.get(between..).filter(|_| is_north)?)?;
    let is_east = matches!(east.letter, b'E' | b'W');
    let decimals = north.decimals.min(east.decimals);
    (is_north && is_east && decimals > 1).then_some(())?;
    hit(north.degrees, east.degrees, decimals, (start, text.len() - rest.len()), Confidence::High, "")
}

/// Degrees, minutes and seconds.
struct Angle {
    degrees: f64,
    /// What its parts are worth.
    decimals: u8,
    letter: u8,
}

/// Degrees, minutes, seconds and a letter, and what follows.
fn angle(text: &[u8]) -> Option<(Angle, &[u8])> {
    const MINUTES: &[&str] = &["'", "′", "’", "''"];
    const SECONDS: &[&str] = &["\"", "″", "”", "''"];
    let ((mut value, mut decimals), rest) = number(text)?;
    let mut rest = rest.strip_prefix(&DEGREE)?;
    for (signs, part, worth) in [(MINUTES, 60.0, 2), (SECONDS, 3_600.0, 4)] {
        let Some(((number, _), after)) = number(rest) else { continue };
        let after = signs.iter().find_map(|sign| after.strip_prefix(sign.as_bytes()))?;
        (number < 60.0).then_some(())?;
        value += number / part;
        decimals = worth;
        rest = after;
    }
    let [letter @ (b'N' | b'S' | b'E' | b'W'), rest @ ..] = rest.trim_ascii_start() else { return None };
    let degrees = if matches!(letter, b'S' | b'W') { -value } else { value };
    Some((Angle { degrees, decimals, letter: *letter }, rest))
}

/// A number without a sign, blanks around it allowed, its decimals, and what follows.
fn number(text: &[u8]) -> Option<((f64, u8), &[u8])> {
    let text = text.trim_ascii_start();
    let (number, decimals, length) = decimal(text)?;
    Some(((number, decimals), text.get(length..)?.trim_ascii_start()))
}

/// Five to twelve digits under a key, or near the family's home.
fn geohash(text: &Text<'_>, known: Option<&Known>) -> Option<Hit> {
    let value = short(text, 12)?;
    let by_key = text.meaning == Some(Meaning::Geohash);
    let (mut latitude, mut longitude) = ((-90.0, 90.0), (-180.0, 180.0));
    let mut is_east = true;
    for byte in value.bytes() {
        let digit = GEOHASH.iter().position(|known| *known == byte.to_ascii_lowercase())?;
        for bit in (0..5).rev() {
            let range: &mut (f64, f64) = if is_east { &mut longitude } else { &mut latitude };
            let middle = f64::midpoint(range.0, range.1);
            if digit >> bit & 1 == 1 {
                range.0 = middle;
            } else {
                range.1 = middle;
            }
            is_east = !is_east;
        }
    }
    let (north, east) = (f64::midpoint(latitude.0, latitude.1), f64::midpoint(longitude.0, longitude.1));
    let decimals = match value.len() {
        5 => 1,
        6 => 2,
        7 => 3,
        8 => 4,
        9..=12 => 5,
        _ => return None,
    };
    let is_mixed = value.bytes().any(|byte| byte.is_ascii_digit()) && value.bytes().any(|byte| byte.is_ascii_alphabetic());
    let is_near = is_mixed && value.len() >= 6 && known.is_some_and(|known| known.is_near_home(north, east));
    let confidence = if by_key && is_mixed { Confidence::High } else { Confidence::Medium };
    if !(by_key && is_mixed || is_near) {
        return None;
    }
    let found = hit(north, east, decimals, (0, 0), confidence, "geohash")?;
    Some(Hit { decimals: Some(decimals), form: "geohash", ..whole(text, ValueKind::Position, found.value, confidence) })
}

/// `48.85837,2.29448` without a key, near the family's home.
fn pairs(bytes: &[u8], known: &Known, hits: &mut Vec<Hit>) {
    let part = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
    let mut done = 0;
    for comma in memchr::memchr3_iter(b',', b';', b' ', bytes) {
        let window = bytes.get(comma.saturating_sub(14).max(done)..comma).unwrap_or_default();
        let before = window.iter().rev().take_while(|byte| part(byte)).count();
        let skip = usize::from(bytes.get(comma + 1) == Some(&b' '));
        let after = bytes.get(comma + 1 + skip..).unwrap_or_default().iter().take(14).take_while(|byte| part(byte)).count();
        let number = |start: usize, length: usize| {
            let text = std::str::from_utf8(bytes.get(start..start + length)?).ok()?;
            let decimals = text.split_once('.').map_or(0, |(_, digits)| digits.len());
            text.parse::<f64>().ok().filter(|_| (4..=9).contains(&decimals)).map(|number| (number, decimals))
        };
        let start = comma - before;
        let second = comma + 1 + skip;
        let (Some((north, one)), Some((east, other))) = (number(start, before), number(second, after)) else { continue };
        if known.is_near_home(north, east) {
            done = second + after;
            hits.extend(hit(north, east, one.min(other) as u8, (start, done - start), Confidence::Medium, ""));
        }
    }
}

/// Two numbers in a row that are a place near the family's home: of eight bytes they can't be chance, of four they may.
fn bytes(text: &Text<'_>, context: &Context<'_>, hits: &mut Vec<Hit>) {
    let Some(known) = context.known else { return };
    let head = text.bytes.get(..BINARY.min(text.bytes.len())).unwrap_or_default();
    for start in 0..head.len().saturating_sub(7) {
        if let Some((latitude, longitude, length, decimals, confidence)) = numbers(head, start, known) {
            hits.extend(hit(latitude, longitude, decimals, (start, length), confidence, "binary"));
        }
    }
}

/// Numbers at an offset, in both orders of bytes, next to each other or with a tag of one byte between.
fn numbers(bytes: &[u8], start: usize, known: &Known) -> Option<(f64, f64, usize, u8, Confidence)> {
    let four = |at: usize| bytes.get(at..at + 4).and_then(|bytes| <[u8; 4]>::try_from(bytes).ok());
    let eight = |at: usize| bytes.get(at..at + 8).and_then(|bytes| <[u8; 8]>::try_from(bytes).ok());
    for between in 0..2 {
        if let (Some(first), Some(second)) = (eight(start), eight(start + 8 + between)) {
            for read in [f64::from_le_bytes, f64::from_be_bytes] {
                let (north, east) = (read(first), read(second));
                if near(north, east, known) {
                    return Some((north, east, 16 + between, 5, Confidence::Medium));
                }
            }
        }
        let (Some(first), Some(second)) = (four(start), four(start + 4 + between)) else { continue };
        for read in [i32::from_le_bytes, i32::from_be_bytes] {
            for scale in [1e7, 1e6] {
                let (north, east) = (f64::from(read(first)) / scale, f64::from(read(second)) / scale);
                if near(north, east, known) {
                    return Some((north, east, 8 + between, 5, Confidence::Low));
                }
            }
        }
        for read in [f32::from_le_bytes, f32::from_be_bytes] {
            let (north, east) = (f64::from(read(first)), f64::from(read(second)));
            if near(north, east, known) {
                return Some((north, east, 8 + between, 4, Confidence::Low));
            }
        }
    }
    None
}

fn near(latitude: f64, longitude: f64, known: &Known) -> bool {
    latitude.is_finite() && longitude.is_finite() && latitude.abs() <= 90.0 && longitude.abs() <= 180.0 && known.is_near_home(latitude, longitude)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{nothing, readable, scan as search, told};
    use super::*;
    use crate::content::words::{Family, Home};
    use crate::event::Role;

    fn places(text: &str) -> Vec<String> {
        told(ValueKind::Position, Role::Body, text)
    }

    fn home() -> Known {
        Known::new(&Family { home: Home { position: Some((48.85, 2.29)), ..Home::default() }, ..Family::default() })
    }

    fn at_home(role: Role, bytes: &[u8]) -> Vec<(String, Confidence)> {
        let known = home();
        let context = Context { known: Some(&known), ..Context::default() };
        crate::content::scan(&readable(role, bytes), &context)
            .into_iter()
            .filter(|hit| hit.kind == ValueKind::Position)
            .map(|hit| (hit.value, hit.confidence))
            .collect()
    }

    #[test]
    fn codes_are_places() {
        assert_eq!(places("at 48° 51' 30.12\" N, 2° 17' 40.13\" E now"), ["48.8584,2.2945"]);
        assert_eq!(places("at 33°52'10\"S 151°12'36\"E"), ["-33.8694,151.2100"]);
        assert_eq!(places("video +48.8584+002.2945+035.0/ end"), ["48.8584,2.2945"]);
        assert_eq!(places("{\"p\":\"-33.8694+151.2100/\"}"), ["-33.8694,151.2100"]);
        assert_eq!(places("meet me at 8FW4V75V+8Q please"), ["48.8583,2.2944"]);
        assert_eq!(places("{\"geohash\":\"u09tunquc\"}").len(), 1);
    }

    #[test]
    fn what_looks_like_a_code_is_none() {
        for text in [
            "{\"word\":\"u09tunquc\",\"geohash\":\"abcdefgh\",\"c\":\"c++ 12345678+ab\",\"t\":\"21° C and 90°\",\"v\":\"+1.2+3.4/\"}",
            "base64 like QZRVWX22+22aa and 22222222+22 or XXXXXXXX+XX",
            "{\"tz\":\"+02:00\",\"id\":\"9q8yyk8y\"}",
        ] {
            nothing(Role::Body, text);
        }
        assert!(search(Role::Unknown, "48.85837,2.29448 is a bare pair").is_empty());
    }

    #[test]
    fn near_home_less_is_needed() {
        assert_eq!(at_home(Role::Unknown, b"fix 48.85837,2.29448 is a bare pair"), [("48.85837,2.29448".to_owned(), Confidence::Medium)]);
        assert!(at_home(Role::Unknown, b"fix 51.50010,-0.12000 is a bare pair").is_empty());
        assert_eq!(at_home(Role::Body, b"{\"cell\":\"u09tunqu\"}").len(), 1);
        let doubles: Vec<u8> = [b"\x00\x01\x02\xff".as_slice(), &48.85837_f64.to_le_bytes(), &2.29448_f64.to_le_bytes(), b"\x00\x01"].concat();
        assert_eq!(at_home(Role::Payload, &doubles), [("48.85837,2.29448".to_owned(), Confidence::Medium)]);
        let whole: Vec<u8> = [b"\x00\x01\x02\xff".as_slice(), &488_583_700_i32.to_be_bytes(), &22_944_800_i32.to_be_bytes(), b"\x00\x01"].concat();
        assert_eq!(at_home(Role::Payload, &whole), [("48.85837,2.29448".to_owned(), Confidence::Low)]);
    }
}
