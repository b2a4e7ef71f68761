//! Places on Earth in text.

use std::sync::LazyLock;

use super::coordinate::{Coordinate, FINE, joined};
use super::value::{short, whole};
use crate::content::contract::{Context, Hit, Scanner, Text};
use crate::content::find::find;
use crate::content::keys::Meaning;
use crate::content::kinds::Kinds;
use crate::content::starts::Starts;
use crate::finding::Confidence;
use crate::value::ValueKind;

/// See the file.
pub static SCANNER: Scanner = Scanner {
    name: "position",
    keyed: |meaning| matches!(meaning, Meaning::Coordinates { .. } | Meaning::Place { .. }),
    signs: Kinds::DIGIT,
    scan,
    bytes: None,
};

/// Longest NMEA sentence (NMEA 0183: 82 characters), with some room for receivers that write more digits.
const SENTENCE: usize = 120;
/// Its fields up to the last one that is looked at.
const FIELDS: usize = 8;
/// Commas of the shortest that tells a place.
const COMMAS: usize = 4;
/// Bytes that two coordinates with their letters take at most.
const WINDOW: usize = 40;
/// Bytes before the decimals of a coordinate: a minus, three digits, and the point.
const WHOLE: usize = 5;
/// Digits that a latitude in degrees and minutes takes at least; a longitude has one more.
const SHORTEST_LATITUDE: usize = 3;

static STARTS: LazyLock<Starts> = LazyLock::new(|| Starts::new(&["$G", "$B", "geo:", "POINT", ",N,", ",S,"]));

/// Whether anything stands in it that a place could begin with.
pub(in crate::content) fn may_stand_in(bytes: &[u8]) -> bool {
    bytes.len() >= 12 && STARTS.is_in(bytes)
}

fn scan(text: &Text<'_>, _: &Context<'_>, hits: &mut Vec<Hit>) {
    match text.meaning {
        Some(Meaning::Coordinates { scale }) => hits.extend(
            pair(text, scale, Order::LatitudeFirst)
                .map(|(value, decimals)| Hit { decimals: Some(decimals), ..whole(text, ValueKind::Position, value, Confidence::High) }),
        ),
        Some(Meaning::Place { strong, longitude_first }) => hits.extend(place(text, strong, longitude_first)),
        _ => {}
    }
    if text.bytes.len() < 12 || !text.kinds.has(Kinds::PLACE) {
        return;
    }
    let mut done = 0;
    STARTS.each(text.bytes, |start, which| {
        if start < done {
            return true;
        }
        let hit = match which {
            0 | 1 => sentence(text.bytes, start).and_then(|(end, hit)| {
                // What a sentence holds is the sentence's to judge.
                done = end;
                hit
            }),
            2 => uri(text.bytes, start),
            3 => point(text.bytes, start),
            _ => letters(text.bytes, start),
        };
        if let Some(hit) = hit {
            done = hit.start + hit.length;
            hits.push(hit);
        }
        hits.len() <= text.most + 1
    });
}

/// Which of two numbers is the latitude.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    /// The first, and no other.
    LatitudeFirst,
    /// The first, unless only the second can be.
    Usual,
    /// The second.
    LongitudeFirst,
}

/// Two numbers with a comma, semicolon, bar or blank between them.
fn pair(text: &Text<'_>, scale: u8, order: Order) -> Option<(String, u8)> {
    let value = short(text, 64)?.trim_matches(['[', ']', '(', ')', '{', '}', '"', ' ']);
    let commas = value.bytes().filter(|byte| *byte == b',').count();
    // A place has decimals.
    if scale == 0 && commas < 2 && find(b'.', value.as_bytes()).is_none() {
        return None;
    }
    // With decimal commas there is another sign between the two, or there are three commas.
    let outer: &[char] = if value.contains(['.']) || scale > 0 { &[',', ';', '|'] } else { &[';', '|'] };
    let middle = value.match_indices(',').nth(1).filter(|_| commas == 3 && !value.contains('.') && scale == 0);
    let (first, second) = middle
        .and_then(|(index, _)| Some((value.get(..index)?, value.get(index + 1..)?)))
        .or_else(|| value.split_once(outer))
        .or_else(|| value.split_once(' '))
        .or_else(|| value.split_once(','))?;
    // A third number is a height or an accuracy.
    let second = if middle.is_some() { second } else { second.trim().split(outer).next()?.split(' ').next()? };
    let read = if scale > 0 { |text, scale| Coordinate::scaled(text, scale) } else { |text, _| Coordinate::read(text) };
    let (first, second) = (read(first.as_bytes(), scale)?, read(second.as_bytes(), scale)?);
    if order == Order::LongitudeFirst || order == Order::Usual && first.degrees.abs() > 90.0 { joined(&second, &first) } else { joined(&first, &second) }
}

fn place(text: &Text<'_>, strong: bool, longitude_first: bool) -> Option<Hit> {
    let (value, decimals) = pair(text, 0, if longitude_first { Order::LongitudeFirst } else { Order::Usual })?;
    let confidence = match (strong, decimals >= FINE) {
        (true, _) => Confidence::High,
        (false, true) => Confidence::Medium,
        (false, false) => return None,
    };
    Some(Hit { decimals: Some(decimals), ..whole(text, ValueKind::Position, value, confidence) })
}

/// An NMEA 0183 sentence that can tell a position: where it ends, and the position. Its sum makes it certain, a wrong sum makes it nothing.
fn sentence(bytes: &[u8], start: usize) -> Option<(usize, Option<Hit>)> {
    let window = bytes.get(start + 1..bytes.len().min(start + SENTENCE))?;
    if !matches!(window.get(2..5), Some(b"RMC" | b"GGA" | b"GNS" | b"GLL")) {
        return None;
    }
    let line = window.get(..memchr::memchr3(b'\r', b'\n', b'$', window).unwrap_or(window.len()))?;
    let star = find(b'*', line).unwrap_or(line.len());
    let body = line.get(..star)?;
    // Where each field ends.
    let (mut ends, mut count) = ([body.len(); FIELDS], 0);
    for (comma, _) in body.iter().enumerate().filter(|(_, byte)| **byte == b',') {
        let Some(end) = ends.get_mut(count) else { break };
        *end = comma;
        count += 1;
    }
    if count < COMMAS {
        return Some((start + star, None));
    }
    let told = line.get(star + 1..star + 3).and_then(|sum| std::str::from_utf8(sum).ok()).and_then(|sum| u8::from_str_radix(sum, 16).ok());
    let at = |index: usize| {
        let from = index.checked_sub(1).map_or(0, |before| ends.get(before).map_or(body.len(), |end| end + 1));
        ends.get(index).and_then(|end| body.get(from..*end)).unwrap_or_default()
    };
    let (valid, first) = match at(0).get(2..)? {
        b"RMC" => (at(2) == b"A", 3),
        b"GGA" => (!matches!(at(6), b"" | b"0"), 2),
        b"GNS" => (!at(6).starts_with(b"N"), 2),
        b"GLL" => (at(6) != b"V", 1),
        _ => return None,
    };
    let confidence = match told {
        Some(told) if told == body.iter().fold(0, |sum, byte| sum ^ byte) => Some(Confidence::Certain),
        Some(_) => None,
        None => Some(Confidence::High),
    };
    let length = 1 + star + if told.is_some() { 3 } else { 0 };
    let told = || {
        let latitude = Coordinate::degree_minutes(at(first), at(first + 1), 2)?;
        let longitude = Coordinate::degree_minutes(at(first + 2), at(first + 3), 3)?;
        hit(&latitude, &longitude, start, length, confidence?)
    };
    Some((start + length, if valid { told() } else { None }))
}

/// `geo:48.85,2.29` (RFC 5870).
fn uri(bytes: &[u8], start: usize) -> Option<Hit> {
    let (first, second, length) = two(bytes, start + 4, b',', 90.0)?;
    hit(&first, &second, start, length + 4, Confidence::High)
}

/// `POINT(2.29 48.85)` (OGC well-known text): longitude first.
fn point(bytes: &[u8], start: usize) -> Option<Hit> {
    let open = memchr::memchr(b'(', bytes.get(start..bytes.len().min(start + 8))?)? + 1;
    let (longitude, latitude, length) = two(bytes, start + open, b' ', 180.0)?;
    hit(&latitude, &longitude, start, length + open, Confidence::High).filter(|hit| hit.decimals >= Some(FINE))
}

/// Two numbers with a sign between them, the first of `most` degrees at most, and the bytes they take. Behind the second the sign may stand again, and more: a height.
fn two(bytes: &[u8], from: usize, between: u8, most: f64) -> Option<(Coordinate<'_>, Coordinate<'_>, usize)> {
    let window = bytes.get(from..bytes.len().min(from + WINDOW))?;
    let goes_on = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'-') || *byte == between;
    // A place has decimals.
    find(b'.', window.get(..WHOLE)?)?;
    let (first, length) = Coordinate::begins(window).filter(|(first, _)| first.degrees.abs() <= most)?;
    let rest = window.get(length..)?.strip_prefix(&[between])?;
    let (second, more) = Coordinate::begins(rest)?;
    let after = rest.get(more..)?;
    let ends = after.first().is_none_or(|byte| *byte == between || !goes_on(byte));
    let behind = after.iter().take_while(|byte| goes_on(byte)).count();
    ends.then_some((first, second, length + 1 + more + behind))
}

fn hit(latitude: &Coordinate<'_>, longitude: &Coordinate<'_>, start: usize, length: usize, confidence: Confidence) -> Option<Hit> {
    let (value, decimals) = joined(latitude, longitude)?;
    Some(Hit { kind: ValueKind::Position, value, confidence, start, length, decimals: Some(decimals), form: "" })
}

/// `4851.5024,N,00217.6694,E` or `48.85837,N,2.29448,E`, around the first letter's comma at `comma`: the grammar of trackers.
fn letters(bytes: &[u8], comma: usize) -> Option<Hit> {
    let is_part = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    // Most are something else.
    let [.., first, second, third] = bytes.get(comma.checked_sub(SHORTEST_LATITUDE)?..comma)? else { return None };
    if !(is_part(third) && is_part(second) && is_part(first)) {
        return None;
    }
    let after = bytes.get(comma + 3..bytes.len().min(comma + 3 + WINDOW / 2)).filter(|after| after.first().is_some_and(u8::is_ascii_digit))?;
    let before = bytes.get(comma.saturating_sub(WINDOW / 2)..comma)?;
    let length = before.iter().rev().take_while(|byte| is_part(byte)).count();
    let end = find(b',', after).filter(|end| *end > SHORTEST_LATITUDE && matches!(after.get(end + 1), Some(b'E' | b'W')))?;
    let (latitude, north) = (before.get(before.len() - length..)?, bytes.get(comma + 1..comma + 2)?);
    // Degrees and minutes have three digits before their point, degrees with their letter so many behind it.
    let point = find(b'.', latitude).unwrap_or(length);
    if point < SHORTEST_LATITUDE && length <= point + usize::from(FINE) {
        return None;
    }
    let (longitude, east) = (after.get(..end)?, after.get(end + 1..end + 2)?);
    let minutes = || Some((Coordinate::degree_minutes(latitude, north, 2)?, Coordinate::degree_minutes(longitude, east, 3)?));
    let plain = || Some((Coordinate::lettered(latitude, north)?, Coordinate::lettered(longitude, east)?));
    let (north, east) = minutes().or_else(plain)?;
    hit(&north, &east, comma - length, length + 3 + end + 2, Confidence::High)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{nothing, scan as search, told};
    use super::*;
    use crate::event::Role;

    fn places(text: &str) -> Vec<String> {
        told(ValueKind::Position, Role::Body, text)
    }

    #[test]
    fn coordinates_are_found_by_their_keys() {
        for text in [
            "{\"lat\":48.85837,\"lon\":2.29448}",
            "lon=2.29448&lat=48.85837",
            "{\"a\":{\"gps\":{\"longitude\":\"2.29448\",\"t\":1,\"latitude\":\"48.85837\"}}}",
            "loc=48.85837,2.29448&x=1",
            "{\"location\":[48.85837,2.29448]}",
            "{\"type\":\"Point\",\"coordinates\":[2.29448,48.85837]}",
            "<wpt lat=\"48.85837\" lon=\"2.29448\"/>",
            "<Latitude>48.85837</Latitude><Longitude>2.29448</Longitude>",
            "state ok lat: 48.85837 lng: 2.29448 end",
            "{\"lat_e7\":488583700,\"lon_e7\":22944800}",
            "open geo:48.85837,2.29448;u=35 now",
            "shape POINT(2.29448 48.85837) end",
            "fix,A,48.85837,N,2.29448,E,0",
        ] {
            let found = places(text);
            assert!(found.first().is_some_and(|value| value.trim_end_matches('0').starts_with("48.85837") && value.contains(",2.29448")), "{text}: {found:?}");
            assert_eq!(found.len(), 1, "{text}");
        }
        assert_eq!(places("{\"lat\":\"48,85837\",\"lon\":\"2,29448\"}"), ["48.85837,2.29448"]);
        assert_eq!(places("{\"gps\":\"48,85837;2,29448\"}"), ["48.85837,2.29448"]);
        assert_eq!(places("{\"gps\":\"48,85837 2,29448\"}"), ["48.85837,2.29448"]);
        assert_eq!(places("{\"latitude_i\":515000,\"longitude_i\":-1200}"), ["51.5000,-0.1200"]);
    }

    #[test]
    fn a_sentence_with_its_sum_is_certain() {
        let text = "$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6A";
        let found = search(Role::Unknown, text);
        let [hit] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((hit.value.as_str(), hit.confidence, hit.start, hit.length), ("48.1173,11.5167", Confidence::Certain, 0, text.len()));
        nothing(Role::Unknown, &text.replace("*6A", "*6B"));
        nothing(Role::Unknown, "$GPRMC,123519,V,0000.000,N,00000.000,E,,,230394,,*1C");
    }

    #[test]
    fn degrees_and_minutes_need_their_letters() {
        assert_eq!(places("at 4851.5024,N,00217.6694,E ok"), ["48.85837,2.29449"]);
        assert_eq!(places("at 3352.1000,S,15112.6000,E ok"), ["-33.86833,151.21000"]);
        nothing(Role::Unknown, "at 4871.5024,N,00217.6694,E");
        nothing(Role::Unknown, "at 4851.5024,00217.6694");
    }

    #[test]
    fn decimals_are_those_of_the_coarser_number() {
        assert_eq!(search(Role::Body, "{\"lat\":48.85837,\"lon\":2.3}").first().and_then(|hit| hit.decimals), Some(1));
    }

    #[test]
    fn the_traps_are_no_places() {
        for text in [
            "firmware 10.0.19045,1.0.0 and 3.1416,2.7183",
            "{\"version\":\"1.2345,6.7890\",\"pi\":[3.1416,2.7183]}",
            "{\"lat\":0,\"lon\":0,\"x\":{\"lat\":0.0,\"lon\":0.0}}",
            "{\"lat\":48,\"lon\":2}",
            "{\"lat\":91.5,\"lon\":2.5}",
            "{\"lat\":48.5}",
            "{\"a\":{\"lat\":48.5},\"b\":{\"lon\":2.5}}",
            "{\"timezone\":\"Europe/Paris\",\"location\":\"Paris, France\"}",
            "{\"position\":\"1.5,3.2\",\"center\":[0.5,0.5]}",
            "48.85837,2.29448",
            "{\"color\":[0.1234,0.5678],\"tensor\":\"0.1234,0.5678\"}",
            "020420,160932,V,0.0,N,0.0,E,0",
        ] {
            nothing(Role::Body, text);
        }
    }
}
