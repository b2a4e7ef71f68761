//! Fields that mean something only beside each other: a network's name and its password, access points with their strength, a mobile cell, a profile,
//! a street and its town.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use foldhash::fast::FixedState;

use super::contract::Found;
use super::keys::{CellPart, Detail, Meaning};
use crate::finding::Confidence;
use crate::value::ValueKind;

/// Marks of one readable at most.
const MOST: usize = 4_096;
/// Strength of a signal that a device can hear, in dBm.
const STRENGTH: std::ops::RangeInclusive<i32> = -110..=-20;

/// A value as it was found, with the object that it is a field of.
pub(super) struct Member {
    pub(super) found: Found,
    pub(super) group: u32,
    pub(super) meaning: Option<Meaning>,
}

/// What is no personal value by itself but makes others mean something.
#[derive(Default)]
pub(super) struct Marks {
    /// Objects with a signal's strength.
    strengths: HashSet<u32, FixedState>,
    /// Parts of cells.
    cells: HashMap<u32, Cell, FixedState>,
}

/// A mobile cell, as far as it was told.
#[derive(Clone, Default)]
struct Cell {
    parts: [Option<u64>; 4],
    start: usize,
    end: usize,
    decode: Vec<Cow<'static, str>>,
}

/// A mobile cell, as it is told.
pub(super) struct WholeCell {
    group: u32,
    pub(super) value: String,
    pub(super) start: usize,
    pub(super) length: usize,
    pub(super) decode: Vec<Cow<'static, str>>,
}

impl Marks {
    /// Notes a field, if it is one.
    pub(super) fn note(&mut self, group: u32, meaning: Option<Meaning>, value: &[u8], span: (usize, usize), decode: impl Fn() -> Vec<Cow<'static, str>>) {
        let slot = match meaning {
            Some(Meaning::Signal) => None,
            Some(Meaning::Cell(part)) => Some(part as usize),
            _ => return,
        };
        let Some(value) = std::str::from_utf8(value.trim_ascii()).ok().filter(|value| group > 0 && value.len() <= 16) else { return };
        match slot {
            None if value.parse::<i32>().is_ok_and(|strength| STRENGTH.contains(&strength)) && self.strengths.len() < MOST => {
                self.strengths.insert(group);
            }
            Some(slot) if self.cells.len() < MOST || self.cells.contains_key(&group) => {
                let number = value.parse::<u64>().ok().or_else(|| u64::from_str_radix(value, 16).ok());
                let cell = self.cells.entry(group).or_insert_with(|| Cell { start: span.0, end: span.0, decode: decode(), ..Cell::default() });
                if let Some(part) = cell.parts.get_mut(slot) {
                    *part = number;
                }
                (cell.start, cell.end) = (cell.start.min(span.0), cell.end.max(span.0.saturating_add(span.1)));
            }
            _ => {}
        }
    }

    /// The cells that are whole: country (ITU-T E.212: 200 to 799), network, area and cell.
    pub(super) fn cells(self) -> (HashSet<u32, FixedState>, Vec<WholeCell>) {
        let mut whole: Vec<_> = self
            .cells
            .into_iter()
            .filter_map(|(group, cell)| {
                let [Some(country @ 200..=799), Some(network @ 0..=999), Some(area @ 1..=0xff_ffff), Some(id @ 1..=0xf_ffff_ffff)] = cell.parts else {
                    return None;
                };
                Some(WholeCell {
                    group,
                    value: format!("{country}-{network}-{area}-{id}"),
                    start: cell.start,
                    length: cell.end - cell.start,
                    decode: cell.decode,
                })
            })
            .collect();
        whole.sort_unstable_by_key(|cell| cell.group);
        (self.strengths, whole)
    }
}

/// What the fields of one object make of each other.
pub(super) fn judge(found: &mut [Member], strengths: &HashSet<u32, FixedState>) {
    networks(found);
    access_points(found, strengths);
    let mut groups: HashMap<u32, Vec<usize>, FixedState> = HashMap::default();
    for (index, member) in found.iter().enumerate().filter(|(_, member)| member.group > 0 && is_of_a_profile(member)) {
        groups.entry(member.group).or_default().push(index);
    }
    for indices in groups.values() {
        let meanings: Vec<Meaning> = indices.iter().filter_map(|index| found.get(*index)?.meaning).collect();
        address(found, indices, &meanings);
        profile(found, indices, &meanings);
    }
}

fn is_of_a_profile(member: &Member) -> bool {
    matches!(member.found.kind, ValueKind::Profile | ValueKind::Health | ValueKind::Name) && member.found.confidence == Confidence::Low
}

/// A password beside a network's name is the network's.
fn networks(found: &mut [Member]) {
    let networks: HashSet<u32, FixedState> =
        found.iter().filter(|member| member.found.kind == ValueKind::NetworkName && member.group > 0).map(|member| member.group).collect();
    for member in found.iter_mut().filter(|member| member.found.kind == ValueKind::Password && networks.contains(&member.group)) {
        member.found.kind = ValueKind::NetworkKey;
    }
}

/// At least two access points with their strength say where a device is.
fn access_points(found: &mut [Member], strengths: &HashSet<u32, FixedState>) {
    let is_one = |member: &Member| matches!(member.found.kind, ValueKind::Mac | ValueKind::Bssid) && strengths.contains(&member.group);
    let seen: HashSet<&str, FixedState> = found.iter().filter(|member| is_one(member)).map(|member| member.found.value.as_str()).collect();
    if seen.len() < 2 {
        return;
    }
    for member in found.iter_mut().filter(|member| is_one(member)) {
        member.found.confidence = Confidence::High;
        member.found.kind = ValueKind::WifiScan;
    }
}

/// A street with its town or postcode.
fn address(found: &mut [Member], indices: &[usize], meanings: &[Meaning]) {
    let has = |wanted: Detail| meanings.contains(&Meaning::Profile(wanted));
    if !has(Detail::Street) || !(has(Detail::City) || has(Detail::Postcode)) {
        return;
    }
    for index in indices {
        if let Some(member) = found.get_mut(*index).filter(|member| member.meaning == Some(Meaning::Profile(Detail::Street))) {
            member.found.confidence = Confidence::High;
            member.found.kind = ValueKind::Address;
        }
    }
}

/// A birthday, or two fields of which one at least is no thing's.
fn profile(found: &mut [Member], indices: &[usize], meanings: &[Meaning]) {
    let is_birthday = |member: &Member| member.meaning == Some(Meaning::Profile(Detail::Birthday)) && is_year_of_a_life(&member.found.value);
    let is_born = indices.iter().any(|index| found.get(*index).is_some_and(is_birthday));
    let counts = |meaning: &&Meaning| !matches!(meaning, Meaning::Profile(Detail::City | Detail::Postcode | Detail::Street));
    let strong = |meaning: &&Meaning| {
        matches!(
            meaning,
            Meaning::PersonName { strong: true } | Meaning::Profile(Detail::Birthday | Detail::Gender | Detail::Other) | Meaning::Health { body: false }
        )
    };
    let mut kinds: Vec<&Meaning> = meanings.iter().filter(counts).collect();
    let fields: HashSet<&str, FixedState> = indices.iter().filter_map(|index| found.get(*index)).map(|member| member.found.field.as_str()).collect();
    kinds.dedup();
    let is_profile = meanings.iter().any(|meaning| strong(&meaning))
        && kinds.len() >= 2.min(fields.len())
        && fields.len() >= 2
        && meanings.iter().filter(counts).count() >= 2;
    if !is_born && !is_profile {
        return;
    }
    for index in indices {
        if let Some(member) = found.get_mut(*index).filter(|member| is_of_a_profile(member)) {
            member.found.confidence = Confidence::High;
        }
    }
}

/// Whether a date has a year in which someone alive can have been born.
fn is_year_of_a_life(value: &str) -> bool {
    let years = value.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.get(..4)?.parse::<u16>().ok().filter(|_| matches!(part.len(), 4 | 8)));
    let is_one = |year: u16| (1_920..=2_035).contains(&year);
    years.into_iter().any(is_one) || value.len() == 8 && value.get(4..).and_then(|year| year.parse().ok()).is_some_and(is_one)
}

impl Marks {
    /// Whether a part of a cell was noted.
    pub(super) fn is_empty(&self) -> bool {
        self.cells.is_empty() && self.strengths.is_empty()
    }
}

/// Which part of a cell comes where.
const _: () = assert!(CellPart::Country as usize == 0 && CellPart::Cell as usize == 3);
