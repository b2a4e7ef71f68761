//! Places on Earth by the number of a cell of the S2 grid (<https://s2geometry.io/devguide/s2cell_hierarchy>): a cube around the globe, each side of it cut into
//! four again and again, the parts counted along a curve.

use super::value::{short, whole};
use crate::content::contract::{Context, Hit, Scanner, Text};
use crate::content::keys::Meaning;
use crate::content::kinds::Kinds;
use crate::finding::Confidence;
use crate::value::ValueKind;

/// See the file.
pub static SCANNER: Scanner = Scanner { name: "grid", keyed: |meaning| meaning == Meaning::GridCell, signs: Kinds::NONE, scan, bytes: None };

/// Hexadecimal digits that a cell of the size of a town has at least.
const SHORTEST: usize = 6;
/// Of a cell's number.
const DIGITS: usize = 16;
/// The part of a square that a position on the curve stands for, by how the curve lies there: two bits, of which the upper is the column.
const PARTS: [[u64; 4]; 4] = [[0, 1, 3, 2], [0, 2, 3, 1], [3, 2, 0, 1], [3, 1, 0, 2]];
/// How the curve lies within that part, as against the square.
const TURNS: [usize; 4] = [1, 0, 0, 3];

fn scan(text: &Text<'_>, _: &Context<'_>, hits: &mut Vec<Hit>) {
    if text.meaning == Some(Meaning::GridCell) {
        hits.extend(cell(text));
    }
}

/// The middle of a cell.
fn cell(text: &Text<'_>) -> Option<Hit> {
    let token = short(text, DIGITS)?;
    if !(SHORTEST..=DIGITS).contains(&token.len()) || !token.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let number = u64::from_str_radix(token, 16).ok()?.checked_shl(4 * (DIGITS - token.len()) as u32)?;
    // A one behind two bits a level ends the number; three bits before it are the side of the cube.
    let end = number.trailing_zeros();
    let level = 30_u32.checked_sub(end / 2).filter(|_| end % 2 == 0)?;
    let decimals = match level {
        ..9 => return None,
        9..12 => 1,
        12..16 => 2,
        16..19 => 3,
        19..22 => 4,
        _ => 5,
    };
    let (side, column, row) = place(number, level)?;
    let part = |index: u64| (2 * index + 1) as f64 / (1_u64 << (level + 1)) as f64;
    let (latitude, longitude) = on_earth(side, bent(part(column)), bent(part(row)))?;
    let value = format!("{latitude:.*},{longitude:.*}", usize::from(decimals), usize::from(decimals));
    Some(Hit { decimals: Some(decimals), form: "s2-cell", ..whole(text, ValueKind::Position, value, Confidence::High) })
}

/// The side of the cube, and the column and row of a cell on it.
fn place(number: u64, level: u32) -> Option<(u64, u64, u64)> {
    let side = number >> 61;
    let (mut lies, mut column, mut row) = ((side & 1) as usize, 0, 0);
    for depth in 0..level {
        let along = (number >> (59 - 2 * depth) & 3) as usize;
        let part = PARTS.get(lies)?.get(along)?;
        column = column << 1 | part >> 1;
        row = row << 1 | part & 1;
        lies ^= TURNS.get(along)?;
    }
    (side < 6).then_some((side, column, row))
}

/// From where a cell lies on a side, 0 to 1, to where it is seen from the middle of the cube, −1 to 1: so bent that all cells are about as large.
fn bent(part: f64) -> f64 {
    if part >= 0.5 { (4.0 * part * part - 1.0) / 3.0 } else { (1.0 - 4.0 * (1.0 - part) * (1.0 - part)) / 3.0 }
}

/// Latitude and longitude of a point on a side.
fn on_earth(side: u64, across: f64, along: f64) -> Option<(f64, f64)> {
    let (front, right, up): (f64, f64, f64) = match side {
        0 => (1.0, across, along),
        1 => (-across, 1.0, along),
        2 => (-across, -along, 1.0),
        3 => (-1.0, -along, -across),
        4 => (along, -1.0, -across),
        5 => (along, across, -1.0),
        _ => return None,
    };
    Some((up.atan2(front.hypot(right)).to_degrees(), right.atan2(front).to_degrees()))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{nothing, told};
    use super::*;
    use crate::event::Role;

    #[test]
    fn a_cell_under_its_key_is_a_place() {
        let near = |text: &str, latitude: f64, longitude: f64| {
            let found = told(ValueKind::Position, Role::Body, text);
            let numbers: Vec<f64> = found.first().unwrap().split(',').map(|number| number.parse().unwrap()).collect();
            assert!((numbers[0] - latitude).abs() < 0.02 && (numbers[1] - longitude).abs() < 0.02, "{text}: {found:?}");
        };
        near("{\"s2token\":\"47a1cbd595522b39\"}", 49.703_499, 11.770_682);
        near("{\"s2token\":\"3663f18a24cbe857\"}", 34.364_439, 108.330_700);
        near("s2_cell_id=47a1cbd5&x=1", 49.703, 11.770);
        // The middle of a side of the cube is where the equator meets a meridian.
        near("{\"s2cell\":\"1000000001\"}", 0.0, 0.0);
        near("{\"s2cell\":\"3000000001\"}", 0.0, 90.0);
    }

    #[test]
    fn other_numbers_are_none() {
        for text in [
            "{\"s2token\":\"47a1cbd595522b3900\"}",
            "{\"s2token\":\"0000000000000000\"}",
            "{\"s2token\":\"not a cell\"}",
            "{\"s2token\":\"f7a1cbd595522b39\"}",
            "{\"s2token\":\"4\"}",
            "{\"hash\":\"47a1cbd595522b39\"}",
        ] {
            nothing(Role::Body, text);
        }
    }
}
