//! Two fields that only mean something together: a latitude and a longitude of the same object.

use std::borrow::Cow;

use super::walk::{Layer, Origin, Piece, Walk};
use crate::content::keys::{self, Meaning};
use crate::content::kinds::Kinds;

/// A coordinate as sent is never longer.
const LONGEST: usize = 24;

/// One of the two, copied: what it was cut from may be gone when the other comes.
#[derive(Clone, Debug)]
struct Half {
    key: String,
    value: [u8; LONGEST],
    length: usize,
    scale: u8,
    start: usize,
    end: usize,
}

impl Half {
    fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.value.get(..self.length).unwrap_or_default())
    }
}

/// The coordinates that an object showed so far.
#[derive(Clone, Debug, Default)]
pub struct Siblings {
    latitude: Option<Box<Half>>,
    longitude: Option<Box<Half>>,
}

impl Siblings {
    /// Notes a field; once both halves are there they become a piece with the key `LATKEY,LONKEY` and the value `LAT,LON`.
    /// Halves further apart than `reach` bytes do not belong together.
    #[inline]
    pub fn note(&mut self, key: &str, meaning: Option<Meaning>, layer: Layer<'_>, group: u32, reach: usize, walk: &mut Walk<'_>) {
        if matches!(meaning, Some(Meaning::Latitude { .. } | Meaning::Longitude { .. })) {
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
        if walk.is_full(meaning) || value.is_empty() || value.len() > LONGEST {
            return;
        }
        let (start, length) = layer.origin.span(0, layer.bytes.len());
        let mut half = Half { key: key.to_owned(), value: [0; LONGEST], length: value.len(), scale, start, end: start.saturating_add(length) };
        half.value.iter_mut().zip(value).for_each(|(to, from)| *to = *from);
        *slot = Some(Box::new(half));
        let (Some(latitude), Some(longitude)) = (&self.latitude, &self.longitude) else { return };
        let (start, end) = (latitude.start.min(longitude.start), latitude.end.max(longitude.end));
        let between = latitude.start.max(longitude.start).saturating_sub(latitude.end.min(longitude.end));
        if between > reach || latitude.scale != longitude.scale {
            return;
        }
        let (key, value) = ([&latitude.key, ",", &longitude.key].concat(), [&latitude.text(), ",", &longitude.text()].concat());
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
