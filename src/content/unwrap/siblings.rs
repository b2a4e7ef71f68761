//! Two fields that only mean something together: a latitude and a longitude of the same object.

use std::borrow::Cow;

use super::walk::{Layer, Origin, Piece, Walk};
use crate::content::keys::{self, Meaning};
use crate::content::kinds::Kinds;

/// A coordinate as sent is never longer.
const LONGEST: usize = 24;

/// A short text, copied to where it is kept.
#[derive(Clone, Debug)]
struct Copied<const MOST: usize> {
    bytes: [u8; MOST],
    length: usize,
}

impl<const MOST: usize> Copied<MOST> {
    /// None if it is too long.
    fn of(bytes: &[u8]) -> Option<Self> {
        let mut copied = Self { bytes: [0; MOST], length: bytes.len() };
        copied.bytes.get_mut(..bytes.len())?.copy_from_slice(bytes);
        Some(copied)
    }

    fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.bytes.get(..self.length).unwrap_or_default())
    }
}

/// One of the two, copied: what it was cut from may be gone when the other comes.
#[derive(Clone, Debug)]
struct Half {
    key: Copied<{ keys::LONGEST_SENT }>,
    value: Copied<LONGEST>,
    scale: u8,
    start: usize,
    end: usize,
}

/// The coordinates that an object showed so far.
#[derive(Clone, Debug, Default)]
pub struct Siblings {
    latitude: Option<Half>,
    longitude: Option<Half>,
}

impl Siblings {
    /// Whether fields of this meaning are parts of a place.
    #[inline]
    pub fn has_part(meaning: Option<Meaning>) -> bool {
        matches!(meaning, Some(Meaning::Latitude { .. } | Meaning::Longitude { .. }))
    }

    /// Notes a field; once both halves are there they become a piece with the key `LATKEY,LONKEY` and the value `LAT,LON`.
    /// Halves further apart than `reach` bytes do not belong together.
    #[inline]
    pub fn note(&mut self, key: &str, meaning: Option<Meaning>, layer: Layer<'_>, group: u32, reach: usize, walk: &mut Walk<'_>) {
        if Self::has_part(meaning) {
            self.note_half(key, meaning, layer, group, reach, walk);
        }
    }

    fn note_half(&mut self, key: &str, meaning: Option<Meaning>, layer: Layer<'_>, group: u32, reach: usize, walk: &mut Walk<'_>) {
        let (slot, scale) = match meaning {
            Some(Meaning::Latitude { scale }) => (&mut self.latitude, scale),
            Some(Meaning::Longitude { scale }) => (&mut self.longitude, scale),
            _ => return,
        };
        let value = layer.bytes.trim_ascii();
        if walk.is_full(meaning) || value.is_empty() {
            return;
        }
        let (start, length) = layer.origin.span(0, layer.bytes.len());
        let (Some(key), Some(value)) = (Copied::of(key.as_bytes()), Copied::of(value)) else { return };
        *slot = Some(Half { key, value, scale, start, end: start.saturating_add(length) });
        let (Some(latitude), Some(longitude)) = (&self.latitude, &self.longitude) else { return };
        let (start, end) = (latitude.start.min(longitude.start), latitude.end.max(longitude.end));
        let between = latitude.start.max(longitude.start).saturating_sub(latitude.end.min(longitude.end));
        if between > reach || latitude.scale != longitude.scale {
            return;
        }
        let (key, value) = ([&latitude.key.text(), ",", &longitude.key.text()].concat(), [&latitude.value.text(), ",", &longitude.value.text()].concat());
        walk.show(&Piece {
            key: &key,
            meaning: keys::meaning(&key),
            bytes: value.as_bytes(),
            origin: Origin::Inside { start, length: end - start },
            trail: layer.trail,
            group,
            binary: false,
            kinds: Kinds::ALL,
        });
        *self = Self::default();
    }
}
