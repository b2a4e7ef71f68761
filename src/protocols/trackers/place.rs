//! A place on Earth as trackers tell it, and how it becomes an event.

use std::borrow::Cow;

use crate::event::{Event, LAST_POSITION, Value};
use crate::value::ValueKind;
use crate::wire::At;

/// Decimals of a degree that are told: a tenth of a metre.
const DECIMALS: usize = 6;

/// A place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Degrees, north positive.
    pub latitude: f64,
    /// Degrees, east positive.
    pub longitude: f64,
    /// Whether the receiver had a fix; else it is the last place that it knew.
    pub fix: bool,
}

impl Place {
    /// A place within the ranges of both numbers, and not the point where receivers are that have never had a fix.
    pub fn new(latitude: f64, longitude: f64, fix: bool) -> Option<Self> {
        let in_range = latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
        let somewhere = latitude.abs() > 1e-6 || longitude.abs() > 1e-6;
        (in_range && somewhere).then_some(Self { latitude, longitude, fix })
    }

    /// `LAT,LON` in degrees.
    pub fn text(&self) -> String {
        format!("{:.DECIMALS$},{:.DECIMALS$}", self.latitude, self.longitude)
    }

    /// The event that tells it.
    pub fn event(&self, chain: &'static [&'static str], at: At) -> Event<'static> {
        let field = if self.fix { "position" } else { LAST_POSITION };
        Event::Value(Value { kind: ValueKind::Position, value: Cow::Owned(self.text()), field, chain, at })
    }
}

/// Degrees of a number that is written as degrees and minutes one behind the other: 4851.5024 is 48° 51.5024′.
pub fn degrees_of_minutes(number: f64) -> Option<f64> {
    let degrees = (number / 100.0).trunc();
    let minutes = number - degrees * 100.0;
    (minutes.abs() < 60.0).then_some(degrees + minutes / 60.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_and_minutes() {
        assert!((degrees_of_minutes(4851.5024).unwrap() - 48.858_373).abs() < 1e-6);
        assert!((degrees_of_minutes(-217.6694).unwrap() + 2.294_49).abs() < 1e-6);
        assert_eq!(degrees_of_minutes(4860.0), None);
    }

    #[test]
    fn where_no_receiver_is() {
        assert_eq!(Place::new(0.0, 0.0, true), None);
        assert_eq!(Place::new(90.1, 0.0, true), None);
        assert_eq!(Place::new(48.858_37, 2.294_48, true).map(|place| place.text()).as_deref(), Some("48.858370,2.294480"));
    }
}
