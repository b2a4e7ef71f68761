//! Two fields that only mean something together: a latitude and a longitude of the same object.

use super::walk::{Layer, Origin, Piece, Walk};
use crate::content::keys::{self, Meaning};
use crate::content::kinds::Kinds;

/// A coordinate as sent is never longer.
const LONGEST: usize = 24;

/// One of the two, copied: what it was cut from may be gone when the other comes.
#[derive(Clone, Debug)]
struct Half {
    key: String,
    value: String,
    scale: u8,
    start: usize,
    end: usize,
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
    pub fn note(&mut self, key: &str, meaning: Option<Meaning>, layer: Layer<'_>, group: u32, reach: usize, walk: &mut Walk<'_>) {
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
        let value = String::from_utf8_lossy(value).into_owned();
        *slot = Some(Box::new(Half { key: key.to_owned(), value, scale, start, end: start.saturating_add(length) }));
        let (Some(latitude), Some(longitude)) = (&self.latitude, &self.longitude) else { return };
        let (start, end) = (latitude.start.min(longitude.start), latitude.end.max(longitude.end));
        let between = latitude.start.max(longitude.start).saturating_sub(latitude.end.min(longitude.end));
        if between > reach || latitude.scale != longitude.scale {
            return;
        }
        let (key, value) = (format!("{},{}", latitude.key, longitude.key), format!("{},{}", latitude.value, longitude.value));
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
