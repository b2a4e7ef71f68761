//! The privacy screen: the same snapshot without what tells whose home it is, for pictures that others may see. Devices are called by their kind and a
//! number; addresses at home, hardware addresses, names and values are gone; companies and countries stay.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};

use crate::event::NameSource;
use crate::finding::{Finding, Way};
use crate::home::snapshot::{Device, Endpoint, KnownName, Snapshot};

/// Without names.
pub fn veil(snapshot: &Snapshot) -> Snapshot {
    let mut veiled = snapshot.clone();
    let mut numbers: HashMap<&'static str, u32> = HashMap::new();
    let mut spoken = Vec::new();
    for device in &mut veiled.devices {
        let number = numbers.entry(device.kind.word()).or_default();
        *number += 1;
        let called = alias(device.kind.word(), *number);
        spoken.extend(names_of(device).iter().flat_map(|name| spellings(name, &called)));
        hide_device(device, called);
    }
    // The longest first: a name may be part of another.
    spoken.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    for device in &mut veiled.devices {
        let grade = &mut device.grade;
        let reasons = grade.caps.iter_mut().map(|cap| &mut cap.reason);
        let texts =
            [&mut device.summary, &mut device.kind_reason, &mut grade.why].into_iter().chain(&mut grade.raise_by).chain(&mut grade.not_seen).chain(reasons);
        texts.for_each(|text| rename(text, &spoken));
    }
    veiled.findings.iter_mut().for_each(|finding| hide_finding(finding, &spoken));
    veiled.endpoints.iter_mut().for_each(hide_endpoint);
    "this home".clone_into(&mut veiled.live.source);
    "this home".clone_into(&mut veiled.report.path);
    veiled.report.sha256 = None;
    veiled
}

/// `Camera 2`.
fn alias(kind: &str, number: u32) -> String {
    let kind = if kind == "unknown" || kind == "other" { "device" } else { kind };
    let mut letters = kind.chars();
    let first = letters.next().map(char::to_uppercase).into_iter().flatten().collect::<String>();
    format!("{first}{} {number}", letters.as_str())
}

/// Everything that a text may call it.
fn names_of(device: &Device) -> Vec<String> {
    let mut names = vec![device.title(), device.id.clone()];
    names.extend(device.names.iter().map(|known| known.name.clone()));
    names.extend(device.addresses.iter().map(ToString::to_string));
    names.extend(device.mac.map(|mac| mac.to_string()));
    names.retain(|name| name.len() > 2);
    names
}

fn hide_device(device: &mut Device, called: String) {
    device.names = vec![KnownName { name: called, source: NameSource::Dhcp }];
    (device.vendor, device.mac) = (None, None);
    device.addresses.clear();
    device.traits.clear();
}

/// A text as a sentence begins.
pub fn begun(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// A name and what stands in its place, as it is and as a sentence begins.
pub fn spellings(name: &str, called: &str) -> Vec<(String, String)> {
    let begun = (begun(name), begun(called));
    let mut spellings = vec![(name.to_owned(), called.to_owned())];
    spellings.extend((begun.0 != name).then_some(begun));
    spellings
}

/// Puts other names in place of those that a text holds.
pub fn rename(text: &mut String, spoken: &[(String, String)]) {
    for (name, called) in spoken {
        if text.contains(name.as_str()) {
            *text = text.replace(name.as_str(), called);
        }
    }
}

fn hide_finding(finding: &mut Finding, spoken: &[(String, String)]) {
    for text in [&mut finding.title, &mut finding.story, &mut finding.advice] {
        rename(text, spoken);
    }
    finding.device.mac = None;
    if let Some(endpoint) = &mut finding.endpoint {
        if finding.direction == Way::Inside {
            endpoint.address = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
            endpoint.name = Some("another device".to_owned());
            endpoint.name_source = None;
        } else if let Some(name) = &mut endpoint.name {
            *name = ending(name);
        }
    }
    for value in &mut finding.values {
        "••••".clone_into(&mut value.shown);
        value.sha256 = None;
    }
    for evidence in &mut finding.evidence {
        "••••".clone_into(&mut evidence.excerpt);
    }
}

fn hide_endpoint(endpoint: &mut Endpoint) {
    for known in &mut endpoint.names {
        known.name = ending(&known.name);
    }
    endpoint.names.dedup();
}

/// `b4c7.cloud.example.com` → `…example.com`: what stands before may be a device's or a person's.
fn ending(name: &str) -> String {
    let dots: Vec<usize> = name.rmatch_indices('.').map(|(at, _)| at).collect();
    match dots.get(1) {
        Some(at) => format!("…{}", name.get(at + 1..).unwrap_or_default()),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::fixture;

    #[test]
    fn nothing_tells_whose_home_it_is() {
        let home = fixture::home();
        let told = format!("{:?}", veil(&home));
        let shown = told.replace("id: \"", "id-");
        for secret in ["Toy bear", "Doorbell cam", "Living-room", "eth1", "48.8", "••••0152", "KidCo Inc"] {
            assert!(!shown.contains(secret), "{secret}");
        }
        let veiled = veil(&home);
        assert!(veiled.devices.iter().all(|device| device.addresses.is_empty() && device.mac.is_none()));
        assert_eq!(veiled.devices[0].title(), "Toy 1");
        assert_eq!(veiled.findings[0].story.split(" sent").next(), Some("Toy 1"));
        assert_eq!(veiled.devices.iter().map(|device| &device.id).collect::<Vec<_>>(), home.devices.iter().map(|device| &device.id).collect::<Vec<_>>());
    }

    #[test]
    fn a_name_that_begins_a_sentence_is_hidden_too() {
        let mut home = fixture::home();
        home.devices[0].names[0].name = "kids-watch".to_owned();
        home.findings[0].story = "Kids-watch tells where kids-watch is.".to_owned();
        assert_eq!(veil(&home).findings[0].story, "Toy 1 tells where Toy 1 is.");
    }

    #[test]
    fn names_keep_their_end() {
        assert_eq!([ending("a.b.example.com"), ending("example.com"), ending("host")], ["…example.com", "example.com", "host"]);
    }
}
