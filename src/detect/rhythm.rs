//! How regularly an end calls another: by when its conversations began and how much it sent in each.

use crate::wire::Timestamp;

/// Conversations that are looked at; a beat does not change by more.
const MOST: usize = 256;
/// Of the time between two calls, the median of what it is off by may be so much.
const JITTER: f64 = 0.1;
/// Of the bytes of a call, the standard deviation may be so much.
const SPREAD: f64 = 0.1;

/// When calls began, and what was sent in each.
#[derive(Clone, Debug, Default)]
pub struct Rhythm {
    calls: Vec<(Timestamp, u64)>,
}

/// A regular beat.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Beat {
    /// Seconds between two calls: the median.
    pub every: f64,
    /// How many calls there were.
    pub times: usize,
    /// Bytes that were sent in one: the mean.
    pub bytes: u64,
}

impl Rhythm {
    /// Another call.
    pub fn add(&mut self, begun: Timestamp, bytes: u64) {
        if self.calls.len() < MOST {
            self.calls.push((begun, bytes));
        }
    }

    /// The beat, where there were at least so many calls and both times and sizes agree.
    pub fn beat(&self, least: usize) -> Option<Beat> {
        if self.calls.len() < least.max(3) {
            return None;
        }
        let mut calls = self.calls.clone();
        calls.sort_unstable();
        let waits: Vec<f64> =
            calls.windows(2).filter_map(|pair| if let [first, second] = pair { Some(second.0.seconds_since(first.0)) } else { None }).collect();
        let every = median(waits.clone());
        let off = median(waits.iter().map(|wait| (wait - every).abs()).collect());
        let count = calls.len() as f64;
        let mean = calls.iter().map(|(_, bytes)| *bytes as f64).sum::<f64>() / count;
        let deviation = (calls.iter().map(|(_, bytes)| (*bytes as f64 - mean).powi(2)).sum::<f64>() / count).sqrt();
        let agrees = every > 0.0 && off < JITTER * every && deviation < SPREAD * mean;
        agrees.then_some(Beat { every, times: calls.len(), bytes: mean as u64 })
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beat(calls: &[(i64, u64)]) -> Option<Beat> {
        let mut rhythm = Rhythm::default();
        for (second, bytes) in calls {
            rhythm.add(Timestamp::new(1_000 + second, 0), *bytes);
        }
        rhythm.beat(6)
    }

    #[test]
    fn a_regular_call_is_one_even_where_one_was_missed() {
        let calls = [(0, 500), (60, 505), (121, 498), (179, 500), (300, 500), (361, 502), (420, 500)];
        assert_eq!(beat(&calls), Some(Beat { every: 61.0, times: 7, bytes: 500 }));
        let late: Vec<_> = calls.iter().rev().copied().collect();
        assert_eq!(beat(&late), beat(&calls), "the order in which they ended is none");
    }

    #[test]
    fn calls_as_they_come_are_none() {
        assert_eq!(beat(&[(0, 500), (60, 500), (90, 500), (200, 500), (210, 500), (400, 500)]), None);
        assert_eq!(beat(&[(0, 500), (60, 900), (120, 100), (180, 500), (240, 700), (300, 200)]), None);
        assert_eq!(beat(&[(0, 500), (60, 500), (120, 500), (180, 500), (240, 500)]), None, "too few");
        assert_eq!(beat(&[(0, 0); 9]), None);
    }
}
