//! A device in one sentence, made of what was seen and of nothing else: what it is, whom it talked to, what others could read.

use super::carried::Class;
use super::grade::case::Traffic;
use super::snapshot::{Device, short};
use crate::event::DeviceKind;
use crate::finding::{Confidence, Finding, Severity, Way};
use crate::printable::count;

/// Things that are named of those that others could read; the rest is counted.
const NAMED: usize = 3;

/// The sentence.
pub(super) fn sentence(device: &Device, findings: &[&Finding], traffic: &Traffic) -> String {
    format!("{}; {}; {}.", identity(device), company(traffic), readable(findings, traffic))
}

/// `It is a camera by Example`.
fn identity(device: &Device) -> String {
    let by = device.vendor.as_deref().map(|vendor| format!(" by {}", short(vendor))).unwrap_or_default();
    let is = if device.kind_confidence >= Confidence::High { "It is" } else { "It seems to be" };
    match device.kind {
        DeviceKind::Unknown if by.is_empty() => "What it is did not show".to_owned(),
        DeviceKind::Unknown => format!("It is a device{by}"),
        DeviceKind::Other => format!("{is} another kind of device{by}"),
        DeviceKind::Tv => format!("{is} a television{by}"),
        DeviceKind::Streamer => format!("{is} a streaming box{by}"),
        DeviceKind::Console => format!("{is} a games console{by}"),
        DeviceKind::Appliance => format!("{is} a household appliance{by}"),
        kind => format!("{is} a {}{by}", kind.word().replace('-', " ")),
    }
}

/// `it talked to 4 companies, mostly Example`.
fn company(traffic: &Traffic) -> String {
    // Of equals the first by name.
    let most = traffic.companies.iter().rev().max_by_key(|(_, bytes)| **bytes);
    match (traffic.companies.len(), most) {
        (1, Some((only, _))) => format!("it talked to {only} only"),
        (number, Some((most, _))) => format!("it talked to {} companies, mostly {most}", count(number as u64)),
        _ if traffic.carried.answered > 0 => "on the Internet it only looked up names or the time".to_owned(),
        _ if traffic.carried.all_conversations() > 0 => "nobody on the Internet was seen to answer it".to_owned(),
        _ => "it did not talk to the Internet".to_owned(),
    }
}

/// `anyone on the way could read its position, a password and 2 things more`.
fn readable(findings: &[&Finding], traffic: &Traffic) -> String {
    let mut things: Vec<&str> = Vec::new();
    // Worst first, as findings come.
    for finding in findings.iter().filter(|finding| finding.severity >= Severity::Low && finding.direction != Way::Inside) {
        let named: Vec<&str> = match (finding.code, finding.kind) {
            ("PT-04", _) | ("PT-05", "voice") => vec!["sound"],
            ("PT-05", "picture") => vec!["pictures"],
            ("PT-05", _) => vec!["video"],
            ("DV-02", _) => vec!["orders to it"],
            (code, _) if code.starts_with("LK-") || code.starts_with("DV-") => finding.values.iter().map(|value| value.kind.plain()).collect(),
            _ => Vec::new(),
        };
        for thing in named {
            if !things.contains(&thing) {
                things.push(thing);
            }
        }
    }
    let more = things.len().saturating_sub(NAMED);
    things.truncate(NAMED);
    match (things.as_slice(), more) {
        ([], _) if traffic.carried.bytes(Class::Open) > 0 => "anyone on the way could read some of it, and nothing personal was seen in that".to_owned(),
        ([], _) if traffic.carried.bytes(Class::Sealed) > 0 => "what it said was encrypted".to_owned(),
        ([], _) => "nothing was seen that others could read".to_owned(),
        ([only], 0) => format!("anyone on the way could read {only}"),
        ([most @ .., last], 0) => format!("anyone on the way could read {} and {last}", most.join(", ")),
        (named, more) => format!("anyone on the way could read {} and {more} more", named.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::grade::testing::{device, finding, sealed, value};
    use super::*;
    use crate::value::ValueKind;

    #[test]
    fn a_device_is_told_as_it_was_seen() {
        let mut lamp = device(DeviceKind::Light, 60);
        lamp.vendor = Some("Example Lamps Co., Ltd.".to_owned());
        lamp.kind_confidence = Confidence::High;
        let mut traffic = sealed(3, 900);
        traffic.companies = [("Adnet".to_owned(), 5), ("Lamps".to_owned(), 900)].into();
        assert_eq!(sentence(&lamp, &[], &traffic), "It is a light by Example Lamps; it talked to 2 companies, mostly Lamps; what it said was encrypted.");
        let mut leak = finding("LK-02", Severity::High);
        leak.values = vec![value(ValueKind::Position), value(ValueKind::Email), value(ValueKind::Phone), value(ValueKind::Name)];
        let told = sentence(&device(DeviceKind::Unknown, 60), &[&leak, &leak], &Traffic::default());
        let want = "What it is did not show; it did not talk to the Internet; anyone on the way could read its position, an e-mail address, a phone number and 1 more.";
        assert_eq!(told, want);
    }

    #[test]
    fn what_stays_at_home_and_what_nobody_could_read_is_not_told_as_read() {
        let mut leak = finding("LK-02", Severity::High);
        leak.values = vec![value(ValueKind::Position)];
        leak.direction = Way::Inside;
        let told = sentence(&device(DeviceKind::Camera, 60), &[&leak], &Traffic::default());
        assert_eq!(told, "It seems to be a camera; it did not talk to the Internet; nothing was seen that others could read.");
    }
}
