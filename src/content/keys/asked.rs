//! Names that were asked about before: the messages of a device name the same fields again and again, and what a name means never changes.

use std::cell::{Cell, RefCell};

use super::meaning::Meaning;

/// Names that are remembered on a thread, one a place.
const PLACES: usize = 512;
/// A longer name is looked up anew.
const LONGEST: usize = 24;

/// A name of up to [`LONGEST`] letters: its length, and its letters in three words.
type Name = (u8, u64, u64, u64);

#[derive(Clone, Copy, Debug)]
struct Place {
    name: Name,
    meaning: Option<Meaning>,
}

/// A name of up to seven letters in one word, with its length in the highest byte: most fields have one.
#[derive(Clone, Copy, Debug)]
struct ShortPlace {
    name: u64,
    meaning: Option<Meaning>,
}

thread_local! {
    static ASKED_SHORT: [Cell<ShortPlace>; PLACES] = const { [const { Cell::new(ShortPlace { name: 0, meaning: None }) }; PLACES] };
    static ASKED: RefCell<[Place; PLACES]> = const { RefCell::new([Place { name: (0, 0, 0, 0), meaning: None }; PLACES]) };
}

/// What `look` says of a name, which is asked where it was not of late.
pub(super) fn meaning(key: &[u8], look: impl FnOnce(&[u8]) -> Option<Meaning>) -> Option<Meaning> {
    if let Some(name) = word(key) {
        let spot = (name.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as usize % PLACES;
        let known = ASKED_SHORT.with(|places| places.get(spot).map(Cell::get)).filter(|place| place.name == name).map(|place| place.meaning);
        return known.unwrap_or_else(|| {
            let meaning = look(key);
            ASKED_SHORT.with(|places| places.get(spot).into_iter().for_each(|slot| slot.set(ShortPlace { name, meaning })));
            meaning
        });
    }
    let Some(name) = words(key) else { return look(key) };
    let spot = spot(name);
    let known = ASKED.with_borrow(|places| places.get(spot).filter(|place| place.name == name).map(|place| place.meaning));
    known.unwrap_or_else(|| {
        let meaning = look(key);
        ASKED.with_borrow_mut(|places| places.iter_mut().skip(spot).take(1).for_each(|slot| *slot = Place { name, meaning }));
        meaning
    })
}

/// A name of one to seven letters as a number that no other has.
fn word(name: &[u8]) -> Option<u64> {
    let length = name.len() as u64;
    let letters = match (name, name.first_chunk::<4>(), name.last_chunk::<4>()) {
        ([], ..) => return None,
        (_, Some(first), Some(last)) if length < 8 => {
            // Of the last four those that are not among the first.
            let rest = u64::from(u32::from_le_bytes(*last)) >> (8 * (8 - length));
            u64::from(u32::from_le_bytes(*first)) | rest << 32
        }
        ([first, .., last], None, _) => u64::from(*first) | u64::from(*name.get(name.len() / 2)?) << 8 | u64::from(*last) << 16,
        ([only], ..) => u64::from(*only),
        _ => return None,
    };
    Some(letters | length << 56)
}

/// None if it has no letters or too many.
fn words(name: &[u8]) -> Option<Name> {
    let length = u8::try_from(name.len()).ok().filter(|length| (1..=LONGEST as u8).contains(length))?;
    Some(match (name.first_chunk::<8>(), name.last_chunk::<8>()) {
        (Some(first), Some(last)) => {
            // The first and the last eight are all there are, or leave eight at most between them.
            let middle = name.get(8..).and_then(|rest| rest.first_chunk::<8>()).map_or(0, |middle| u64::from_le_bytes(*middle));
            (length, u64::from_le_bytes(*first), middle, u64::from_le_bytes(*last))
        }
        _ => match (name.first_chunk::<4>(), name.last_chunk::<4>()) {
            (Some(first), Some(last)) => (length, u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last)), 0, 0),
            _ => (length, name.iter().fold(0, |all, byte| all << 8 | u64::from(*byte)), 0, 0),
        },
    })
}

fn spot((length, first, middle, last): Name) -> usize {
    let mixed = (first ^ middle.rotate_left(13) ^ last.rotate_left(29) ^ u64::from(length)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 40) as usize % PLACES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_looked_up_once_and_others_are_not_taken_for_it() {
        let mut looked = 0;
        for _ in 0..3 {
            let found = meaning(b"somethingRare", |_| {
                looked += 1;
                Some(Meaning::Imei)
            });
            assert_eq!(found, Some(Meaning::Imei));
        }
        assert_eq!(looked, 1);
        assert_eq!(meaning(b"somethingRarer", |_| None), None);
        assert_eq!(meaning(b"somethingRaze", |_| None), None);
        for name in ["a234567b", "a234567b2345678", "a234567b2345678c", "a234567b2345678c2", "a234567b2345678c2345678", "a234567b2345678c2345678d"] {
            for place in 0..name.len() {
                let other: String = name.chars().enumerate().map(|(index, c)| if index == place { 'z' } else { c }).collect();
                assert_ne!(words(name.as_bytes()), words(other.as_bytes()), "{other}");
            }
        }
        let long = "x".repeat(LONGEST + 1);
        assert_eq!(meaning(long.as_bytes(), |name| (name.len() == LONGEST + 1).then_some(Meaning::Mac)), Some(Meaning::Mac));
    }

    #[test]
    fn short_names_are_told_apart() {
        let mut names: Vec<Vec<u8>> = vec![Vec::new()];
        for _ in 0..7 {
            let longer: Vec<Vec<u8>> =
                names.iter().rev().take(3_usize.pow(6)).flat_map(|name| b"abz".iter().map(move |letter| [name.as_slice(), &[*letter]].concat())).collect();
            names.extend(longer);
        }
        names.sort_unstable();
        names.dedup();
        let numbers: std::collections::BTreeSet<u64> = names.iter().filter_map(|name| word(name)).collect();
        assert_eq!((numbers.len(), word(b""), word(b"12345678")), (names.len() - 1, None, None));
    }

    #[test]
    fn names_of_one_place_replace_each_other() {
        let names: Vec<String> = (0..4 * PLACES).map(|n| format!("field{n}")).collect();
        for _ in 0..2 {
            for (n, name) in names.iter().enumerate() {
                let own = |_: &[u8]| n.is_multiple_of(2).then_some(Meaning::Serial);
                assert_eq!(meaning(name.as_bytes(), own), own(b""), "{name}");
            }
        }
    }
}
