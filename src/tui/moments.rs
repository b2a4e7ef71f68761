//! What happened when: findings, marks, devices that appeared; in the order of time.

use crate::finding::Severity;
use crate::tui::model::Model;
use crate::tui::sanitize::clean;
use crate::tui::{rows, words};
use crate::wire::Timestamp;

/// Moments that are told at most; the latest are kept.
const LIMIT: usize = 2_000;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// When, in capture time.
    pub time: Timestamp,
    /// What it is.
    pub what: What,
    /// In words, harmless.
    pub text: String,
}

/// What a moment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The user marked it: its number.
    Mark(usize),
    /// Something was found.
    Finding(Severity),
    /// A device was first seen.
    Device,
}

/// All moments, or those of one device and the marks.
pub fn all(model: &Model, device: Option<&str>) -> Vec<Moment> {
    let snapshot = model.shown();
    let is_it = |id: &str| device.is_none_or(|wanted| wanted == id);
    let mut moments = Vec::new();
    for (index, mark) in model.marks.iter().enumerate() {
        moments.push(Moment { time: mark.time, what: What::Mark(index + 1), text: format!("mark {}", index + 1) });
    }
    for device in snapshot.devices.iter().filter(|device| is_it(&device.id)) {
        moments.push(Moment { time: device.first, what: What::Device, text: format!("{} was first seen", words::device(device)) });
    }
    for finding in rows::heard(model).filter(|finding| is_it(&finding.device.id)) {
        // Of one device alone it need not be said.
        let name = match device {
            Some(_) => String::new(),
            None => format!("{}: ", snapshot.device(&finding.device.id).map_or_else(|| clean(&finding.device.id).into_owned(), words::device_name)),
        };
        let other = words::other_end(finding).map(|other| format!(", {other}")).unwrap_or_default();
        for (nth, time) in times(finding).into_iter().enumerate() {
            let again = if nth == 0 { "" } else { " (again)" };
            let text = format!("{name}{}{other}{again}", clean(finding.title.trim_end_matches('.')));
            moments.push(Moment { time, what: What::Finding(finding.severity), text });
        }
    }
    // The latest are told first: of one moment then the worst.
    moments.sort_by_key(|moment| (moment.time, if let What::Finding(severity) = moment.what { words::class(severity) } else { 0 }));
    let surplus = moments.len().saturating_sub(LIMIT);
    moments.split_off(surplus)
}

/// When a finding is known to have been seen: its first, the kept evidence, its last.
pub fn times(finding: &crate::finding::Finding) -> Vec<Timestamp> {
    let mut times: Vec<Timestamp> = finding.evidence.iter().map(|evidence| evidence.time).chain([finding.first, finding.last]).collect();
    times.sort_unstable();
    // What is told within a second is told once.
    times.dedup_by_key(|time| time.0.div_euclid(1_000_000_000));
    times
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::fixture;
    use crate::tui::model::Mark;

    #[test]
    fn moments_stand_in_order_and_marks_among_them() {
        let mut model = fixture::model(fixture::home());
        let now = model.shown().now;
        model.marks.push(Mark { time: now });
        let moments = all(&model, None);
        assert!(moments.is_sorted_by_key(|moment| moment.time));
        assert_eq!(moments.last().map(|moment| moment.what), Some(What::Mark(1)));
        let id = model.shown().devices[4].id.clone();
        assert_eq!(all(&model, Some(&id)).len(), 2, "a device of which nothing was found, and the mark");
    }
}
