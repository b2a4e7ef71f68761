//! Ways on Earth as one line of letters: the encoded polylines of map services
//! (<https://developers.google.com/maps/documentation/utilities/polylinealgorithm>), whole numbers of 10⁻⁵ degrees, each as the difference to the one before.

use super::value::{short, whole};
use crate::content::contract::{Context, Hit, Scanner, Text};
use crate::content::keys::Meaning;
use crate::content::kinds::Kinds;
use crate::finding::Confidence;
use crate::value::ValueKind;

/// See the file.
pub static SCANNER: Scanner = Scanner { name: "track", keyed: |meaning| meaning == Meaning::Polyline, signs: Kinds::NONE, scan, bytes: None };

/// Letters that are read; a way may have more.
const LONGEST: usize = 16 << 10;
/// Points that make a way.
const POINTS: usize = 2;
/// What one degree counts.
const DEGREE: i64 = 100_000;
/// The furthest from one point to the next. Noise jumps.
const STEP: i64 = 10 * DEGREE;

fn scan(text: &Text<'_>, _: &Context<'_>, hits: &mut Vec<Hit>) {
    if text.meaning == Some(Meaning::Polyline) {
        hits.extend(way(text));
    }
}

/// Where a way begins, if every letter of it is one of a way.
fn way(text: &Text<'_>) -> Option<Hit> {
    let letters = short(text, LONGEST)?.as_bytes();
    let (mut at, mut here, mut first, mut points) = (0, [0_i64; 2], None, 0_usize);
    while at < letters.len() {
        let before = here;
        for (part, limit) in here.iter_mut().zip([9_000_000, 18_000_000]) {
            let (step, length) = number(letters.get(at..)?)?;
            at += length;
            *part = part.checked_add(step).filter(|part| part.abs() <= limit)?;
        }
        let is_near = here.iter().zip(before).all(|(here, before)| (here - before).abs() <= STEP);
        if points > 0 && !is_near {
            return None;
        }
        first = first.or(Some(here));
        points += 1;
    }
    // Short words, where they pass for numbers, are small ones.
    let [north, east] = first.filter(|first| points >= POINTS && first.iter().any(|part| part.abs() >= DEGREE))?;
    let value = format!("{:.5},{:.5}", north as f64 / 1e5, east as f64 / 1e5);
    Some(Hit { decimals: Some(5), form: "polyline", ..whole(text, ValueKind::Position, value, Confidence::High) })
}

/// The number that begins here, and its letters: five bits each, the lowest first, the sixth says that more follow; the lowest bit of all is the sign.
fn number(letters: &[u8]) -> Option<(i64, usize)> {
    let mut bits = 0_i64;
    for (index, letter) in letters.iter().enumerate().take(6) {
        let part = i64::from(letter.checked_sub(63).filter(|part| *part < 64)?);
        bits |= (part & 0x1f) << (5 * index);
        if part < 0x20 {
            return Some((if bits & 1 == 0 { bits >> 1 } else { !(bits >> 1) }, index + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::tests::{nothing, told};
    use super::*;
    use crate::event::Role;

    #[test]
    fn a_way_under_its_key_is_a_place() {
        // The example of the format's description.
        for text in [r#"{"polyline":"_p~iF~ps|U_ulLnnqC_mqNvxq`@"}"#, r#"{"route":{"overview_polyline":{"points":"_p~iF~ps|U_ulLnnqC"}}}"#] {
            assert_eq!(told(ValueKind::Position, Role::Body, text), ["38.50000,-120.20000"], "{text}");
        }
    }

    #[test]
    fn one_point_noise_and_other_keys_are_none() {
        for text in [
            r#"{"polyline":"_p~iF~ps|U"}"#,
            r#"{"polyline":"_p~iF~ps|U_"}"#,
            r#"{"polyline":"round the house and back"}"#,
            r#"{"polyline":"????"}"#,
            r#"{"points":"HOME"}"#,
            r#"{"note":"_p~iF~ps|U_ulLnnqC_mqNvxq`@"}"#,
        ] {
            nothing(Role::Body, text);
        }
    }
}
