//! Places on Earth by the number of a cell of the H3 grid (<https://h3geo.org/docs/core-library/h3Indexing>): an icosahedron around the globe, 122 cells on it,
//! each cut into seven again and again, the parts named by digits.
//!
//! A cell's middle is found in whole numbers: where it lies on the face that its outermost cell belongs to, and, where that is beyond an edge, on the face behind
//! it, unfolded. Where the faces and the outermost cells lie is as the grid's authors have laid it down (<https://github.com/uber/h3>, `faceijk.c` and `baseCells.c`).

use super::value::{short, whole};
use crate::content::contract::{Context, Hit, Scanner, Text};
use crate::content::keys::Meaning;
use crate::content::kinds::Kinds;
use crate::finding::Confidence;
use crate::value::ValueKind;

/// See the file.
pub static SCANNER: Scanner = Scanner { name: "hexagons", keyed: |meaning| meaning == Meaning::HexagonCell, signs: Kinds::NONE, scan, bytes: None };

/// Hexadecimal digits of a cell's number, without the zero before it and with it; decimal ones.
const SHORTEST: usize = 15;
const LONGEST: usize = 16;
const DECIMAL: usize = 18;
/// Of the kind of number that names a cell.
const CELL: u64 = 1;
/// A digit that is none: finer than the cell.
const UNUSED: u64 = 7;
/// Edges that a way from the middle of an outermost cell crosses at most.
const EDGES: usize = 4;
/// A corner of the icosahedron, as where an outermost cell lies on its face: a cell of five sides.
const CORNER: [i64; 3] = [2, 0, 0];

/// Half of the icosahedron's corners, on a globe of radius 1, from the middle: towards 0° N 0° E, 0° N 90° E, 90° N. The others lie opposite.
const CORNERS: [[f64; 3]; 6] = [
    [0.420_152_426_708_7, 0.078_145_249_402_8, 0.904_082_550_615_0],
    [0.518_836_730_327_4, 0.835_420_380_378_2, 0.181_331_837_557_3],
    [-0.414_682_225_320_3, 0.655_962_405_434_8, 0.630_675_807_891_5],
    [-0.515_455_959_944_0, -0.381_716_898_287_1, 0.767_200_992_517_7],
    [0.355_781_402_532_9, -0.843_580_002_466_2, 0.402_234_226_602_9],
    [0.995_009_439_436_2, -0.091_347_795_276_4, 0.040_147_175_877_2],
];

/// The corners of each face, to which its three axes point; from 6 on those opposite.
#[rustfmt::skip]
const FACES: [[usize; 3]; 20] = [
    [0, 1, 2], [0, 2, 3], [0, 3, 4], [0, 4, 5], [0, 5, 1], [10, 2, 1], [11, 3, 2], [7, 4, 3], [8, 5, 4], [9, 1, 5],
    [2, 10, 11], [3, 11, 7], [4, 7, 8], [5, 8, 9], [1, 9, 10], [6, 11, 10], [6, 7, 11], [6, 8, 7], [6, 9, 8], [6, 10, 9],
];

/// The outermost cells: a thousand times the face, and how far the middle lies along each of the three axes, as a digit.
#[rustfmt::skip]
const OUTERMOST: [u16; 122] = [
    1100, 2110, 1000, 2100, 200, 1110, 1001, 2000, 100, 2010, 1010, 1011, 3100, 3110, 11200, 4100, 0, 6010, 1, 2011, 7001, 2001, 110, 6001, 10200,
    6000, 3000, 11100, 4110, 3010, 11, 4000, 5010, 10, 7010, 11110, 7000, 10100, 12200, 6101, 7101, 4001, 3001, 3011, 4010, 6100, 11000, 8001, 5001,
    14200, 5000, 12100, 10110, 4011, 12110, 7100, 11010, 10000, 13200, 10001, 11001, 9010, 8010, 6200, 8000, 9001, 14100, 5101, 16011, 8101, 5100,
    12000, 7200, 12010, 10010, 9000, 13100, 16001, 15011, 15010, 16010, 14110, 13110, 5200, 8100, 14000, 9101, 14001, 17001, 12001, 16000, 17011,
    15001, 16101, 9100, 15000, 13000, 8200, 13010, 17101, 19010, 14010, 19011, 17010, 13001, 17000, 16100, 9200, 15101, 15100, 18011, 18001, 19001,
    17100, 19000, 18010, 18101, 19200, 19100, 18000, 19101, 18100,
];

fn scan(text: &Text<'_>, _: &Context<'_>, hits: &mut Vec<Hit>) {
    if text.meaning == Some(Meaning::HexagonCell) {
        hits.extend(cell(text));
    }
}

/// The middle of a cell.
fn cell(text: &Text<'_>) -> Option<Hit> {
    let token = short(text, DECIMAL)?;
    let number = match token.len() {
        SHORTEST..=LONGEST if token.bytes().all(|byte| byte.is_ascii_hexdigit()) => u64::from_str_radix(token, 16).ok()?,
        DECIMAL if token.bytes().all(|byte| byte.is_ascii_digit()) => token.parse().ok()?,
        _ => return None,
    };
    let (outermost, digits) = parts(number)?;
    let decimals = match digits.len() {
        ..5 => return None,
        5..7 => 1,
        7..9 => 2,
        9..11 => 3,
        11..13 => 4,
        _ => 5,
    };
    let (latitude, longitude) = middle(outermost, &digits)?;
    let value = format!("{latitude:.*},{longitude:.*}", usize::from(decimals), usize::from(decimals));
    Some(Hit { decimals: Some(decimals), form: "h3-cell", ..whole(text, ValueKind::Position, value, Confidence::High) })
}

/// The outermost cell that a number names, and the digits of what lies within it.
fn parts(number: u64) -> Option<(usize, Vec<u64>)> {
    // One bit and three more are kept free beside the kind of number.
    let (kind, kept, levels, outermost) = (number >> 59, number >> 56 & 7, number >> 52 & 15, (number >> 45 & 127) as usize);
    let mut all = (0..15).map(|place| number >> (42 - 3 * place) & 7);
    let digits: Vec<u64> = all.by_ref().take(levels as usize).collect();
    let is_sound = kind == CELL && kept == 0 && digits.iter().all(|digit| *digit != UNUSED) && all.all(|digit| digit == UNUSED);
    (is_sound && outermost < OUTERMOST.len()).then_some((outermost, digits))
}

/// Latitude and longitude of a cell's middle.
fn middle(outermost: usize, digits: &[u64]) -> Option<(f64, f64)> {
    let home = OUTERMOST.get(outermost)?;
    let digit = |of: u16| i64::from(home / of % 10);
    let (mut face, begins) = (FACES.get(usize::from(home / 1_000))?, [digit(100), digit(10), digit(1)]);
    // A cell of five sides lacks one of seven parts, and those behind the gap are turned.
    let first = digits.iter().copied().find(|digit| *digit != 0).filter(|_| begins == CORNER);
    if first == Some(1) {
        return None;
    }
    let (mut at, unit) = along(begins, digits, first == Some(5));
    for edge in 0..EDGES {
        let Some(gone) = beyond(at, unit) else { break };
        if edge == 0 && gone == 1 && first == Some(4) {
            let [i, j, k] = turned([at[0] - 2 * unit, at[1], at[2]]);
            at = normal([i + 2 * unit, j, k]);
        }
        (face, at) = unfolded(face, at, unit, gone)?;
    }
    let mut point = [0.0; 3];
    for (corner, weight) in face.iter().zip(weights(at, unit)) {
        let sign = if *corner < CORNERS.len() { 1.0 } else { -1.0 };
        let corner = CORNERS.get(corner % CORNERS.len())?;
        point.iter_mut().zip(corner).for_each(|(part, corner)| *part += sign * weight as f64 * corner);
    }
    let [front, right, up] = point;
    Some((up.atan2(front.hypot(right)).to_degrees(), right.atan2(front).to_degrees()))
}

/// How far along the axes of its face a cell's middle lies, and what the outermost cells' distance counts in these units. Each level is finer by the root of seven
/// and turned, one to the one side, the next to the other, so that two together are seven times as fine.
fn along(begins: [i64; 3], digits: &[u64], is_turned: bool) -> ([i64; 3], i64) {
    let left = |[i, j, k]: [i64; 3]| normal([3 * i + j, 3 * j + k, i + 3 * k]);
    let right = |[i, j, k]: [i64; 3]| normal([3 * i + k, i + 3 * j, j + 3 * k]);
    let mut at = begins;
    for (depth, digit) in digits.iter().enumerate() {
        let mut finer = if depth % 2 == 0 { left(at) } else { right(at) };
        // The digit's bits are steps along the axes.
        let step = [digit >> 2 & 1, digit >> 1 & 1, digit & 1].map(|bit| bit as i64);
        let step = if is_turned { turned(step) } else { step };
        finer.iter_mut().zip(step).for_each(|(part, step)| *part += step);
        at = normal(finer);
    }
    let at = if digits.len() % 2 == 1 { right(at) } else { at };
    (at, 7_i64.pow(digits.len().div_ceil(2) as u32))
}

/// The same place with the smallest of its steps at nought: the three axes cancel each other.
fn normal(at: [i64; 3]) -> [i64; 3] {
    let least = at.iter().copied().min().unwrap_or_default();
    at.map(|part| part - least)
}

/// A sixth of a turn with the clock.
fn turned([i, j, k]: [i64; 3]) -> [i64; 3] {
    normal([i + j, j + k, i + k])
}

/// Beyond which edge of its face a place lies: the axis whose corner is not on it.
fn beyond([i, j, k]: [i64; 3], unit: i64) -> Option<usize> {
    (i + j + k > 2 * unit).then_some(match () {
        () if j > 0 && k > 0 => 0,
        () if k > 0 => 1,
        () => 2,
    })
}

/// How much of each corner a place is made of.
fn weights(at: [i64; 3], unit: i64) -> [i64; 3] {
    let rest = 2 * unit - at.iter().sum::<i64>();
    at.map(|part| rest + 3 * part)
}

/// A place beyond an edge on the face behind it. Of two triangles with one edge in common the far corner is what the two on the edge are together, less the near one.
fn unfolded(face: &[usize; 3], at: [i64; 3], unit: i64, gone: usize) -> Option<(&'static [usize; 3], [i64; 3])> {
    let near = face.get(gone)?;
    let is_behind = |other: &&[usize; 3]| !other.contains(near) && face.iter().filter(|corner| other.contains(corner)).count() == 2;
    let other = FACES.iter().find(is_behind)?;
    let old = weights(at, unit);
    let less = old.get(gone)?;
    // Of the far corner as much as is wanting of the near one, which both others are given.
    let weight = |corner: &usize| face.iter().zip(old).find(|(of, _)| *of == corner).map_or(-less, |(_, weight)| weight + less);
    let [i, j, k] = normal([weight(&other[0]), weight(&other[1]), weight(&other[2])]);
    Some((other, [i / 3, j / 3, k / 3]))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{nothing, told};
    use super::*;
    use crate::event::Role;

    #[test]
    fn a_cell_under_its_key_is_a_place() {
        for (text, place) in [
            // The example of the function geo_h3cell_to_central_point of Kusto: 40.7041679083504, -74.016008479792447.
            ("{\"h3\":\"862a1072fffffff\"}", "40.7,-74.0"),
            ("{\"h3_index\":\"8928308280fffff\"}", "37.777,-122.418"),
            ("{\"h3_cell\":\"08928308280fffff\"}", "37.777,-122.418"),
            ("{\"h3Index\":617700169958293503}", "37.777,-122.418"),
            // Within the same, finer.
            ("h3index=8f28308280f18c0&x=1", "37.77595,-122.41799"),
        ] {
            let found = told(ValueKind::Position, Role::Body, text);
            assert!(found.len() == 1 && found[0].starts_with(place), "{text}: {found:?}");
        }
        let (latitude, longitude) = parts(0x0862_a107_2fff_ffff).and_then(|(outermost, digits)| middle(outermost, &digits)).unwrap();
        assert!((latitude - 40.704_167_908_350_4).abs() < 1e-9 && (longitude + 74.016_008_479_792_4).abs() < 1e-9, "{latitude},{longitude}");
    }

    #[test]
    fn other_numbers_are_none() {
        for text in [
            // Of the whole of a country, of another kind, of a level that it does not reach, and nothing of the sort.
            "{\"h3\":\"842a107ffffffff\"}",
            "{\"h3\":\"1162a1072fffffff\"}",
            "{\"h3\":\"862a1072ffffff0\"}",
            "{\"h3\":\"86fb1072fffffff\"}",
            "{\"h3\":\"862a1077fffffff\"}",
            "{\"h3\":\"86080a007ffffff\"}",
            "{\"h3\":\"47a1cbd595522b39\"}",
            "{\"h3\":\"h3 is a street\"}",
            "{\"h3\":\"617700169958293\"}",
            "{\"cell\":\"8928308280fffff\"}",
        ] {
            nothing(Role::Body, text);
        }
    }

    /// The middles of all cells of a level, each with what it was made of.
    fn all(level: u32) -> Vec<[f64; 3]> {
        let mut points = Vec::new();
        for outermost in 0..OUTERMOST.len() {
            for part in 0..7_u64.pow(level) {
                let digits: Vec<u64> = (0..level).rev().map(|place| part / 7_u64.pow(place) % 7).collect();
                if let Some((latitude, longitude)) = middle(outermost, &digits) {
                    let (north, east) = (latitude.to_radians(), longitude.to_radians());
                    points.push([north.cos() * east.cos(), north.cos() * east.sin(), north.sin()]);
                }
            }
        }
        points
    }

    #[test]
    fn cells_lie_side_by_side_all_over_the_globe() {
        // How many there are is known; each has its neighbours at about the same distance, of which a gap, an overlap or a turn the wrong way would make another.
        for (level, count, near, far) in [(0, 122, 0.286, 0.363), (1, 842, 0.100, 0.1433), (2, 5_882, 0.035, 0.0546)] {
            let points = all(level);
            assert_eq!(points.len(), count);
            for one in points.iter().step_by(1 + 7 * level as usize) {
                let square = |other: &[f64; 3]| one.iter().zip(other).map(|(one, other)| (one - other).powi(2)).sum::<f64>();
                let mut distances: Vec<f64> = points.iter().map(square).collect();
                distances.sort_by(f64::total_cmp);
                let (first, fifth) = (distances[1].sqrt(), distances[5].sqrt());
                assert!(first > near && fifth < far, "level {level}: {one:?} has neighbours at {first} to {fifth}");
            }
        }
    }

    #[test]
    fn the_middle_of_a_cell_is_that_of_its_middle_part_and_the_others_lie_around_it() {
        let mut digits: Vec<u64> = vec![4, 2, 6, 5, 3];
        for outermost in 0..OUTERMOST.len() {
            let at = middle(outermost, &digits).unwrap();
            digits.push(0);
            let within = middle(outermost, &digits).unwrap();
            assert!((at.0 - within.0).abs() < 1e-9 && (at.1 - within.1).abs() < 1e-9, "{outermost}");
            for part in 1..7 {
                *digits.last_mut().unwrap() = part;
                let part = middle(outermost, &digits).unwrap();
                let east = (part.1 - at.1) * at.0.to_radians().cos();
                assert!((part.0 - at.0).hypot(east) < 0.1, "{outermost}: {at:?} {part:?}");
            }
            digits.pop();
        }
    }
}
