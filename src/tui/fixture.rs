//! A made home for tests: six invented devices, reserved addresses.

use std::net::IpAddr;
use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::event::{DeviceKind, NameSource};
use crate::finding::{Confidence, Evidence, Finding, FindingDevice, FindingEndpoint, FindingValue, Severity, Way};
use crate::home::snapshot::{Carried, Device, Endpoint, Grade, KnownName, LiveState, Rhythm, Snapshot, Unread, Vantage};
use crate::tui::keymap::Keymap;
use crate::tui::model::{Model, Settings};
use crate::tui::theme::{Depth, Glyphs, Own, Palette, Theme};
use crate::value::ValueKind;
use crate::wire::{Mac, Timestamp, Transport};

/// 2026-03-12 09:17:00 UTC.
const NOW: i64 = 1_773_307_020;

/// A look with colour and Unicode.
pub const THEME: Theme =
    Theme { palette: Palette::Dark, depth: Depth::True, glyphs: Glyphs::Unicode, own: Own { serious: None, warning: None, notice: None, ok: None } };

/// A model in UTC that shows a snapshot.
pub fn model(snapshot: Snapshot) -> Model {
    let settings = Settings {
        title: "tattletale".to_owned(),
        zone: TimeZone::UTC,
        theme: THEME,
        keys: Keymap::default(),
        sandbox: "off",
        max_memory: 256 << 20,
        reveals: false,
    };
    Model::new(settings, Arc::new(snapshot))
}

/// So many seconds before now.
fn before(seconds: i64) -> Timestamp {
    Timestamp::new(NOW - seconds, 0)
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn known(name: &str, source: NameSource) -> KnownName {
    KnownName { name: name.to_owned(), source }
}

fn device(number: u8, name: &str, vendor: Option<&str>, kind: DeviceKind, (letter, why): (char, &str), sent: u64, seen: i64) -> Device {
    let mac = Mac([0, 0, 0x5e, 0, 0x53, number]);
    Device {
        id: mac.to_string(),
        mac: Some(mac),
        addresses: vec![ip(&format!("192.0.2.{number}"))],
        names: if name.is_empty() { Vec::new() } else { vec![known(name, NameSource::Dhcp)] },
        trusted: false,
        traits: Vec::new(),
        vendor: vendor.map(str::to_owned),
        kind,
        kind_reason: "its name and the servers that it asks for".to_owned(),
        kind_confidence: Confidence::High,
        packets_out: sent / 800 + 1,
        packets_in: sent / 1_200 + 1,
        bytes_out: sent,
        bytes_in: sent / 7,
        grade: Grade { letter, at_best: (letter == '?').then_some('B'), why: why.to_owned(), ..Grade::default() },
        summary: String::new(),
        first: before(872),
        last: before(seen),
    }
}

fn endpoint(address: &str, port: u16, name: &str, party: &'static str, devices: &[u8]) -> Endpoint {
    Endpoint {
        address: ip(address),
        port,
        names: if name.is_empty() { Vec::new() } else { vec![known(name, NameSource::Dns)] },
        registrable_domain: (!name.is_empty()).then(|| name.split_once('.').map_or(name, |parts| parts.1).to_owned()),
        owner: (party == "first").then(|| "KidCo Example".to_owned()),
        purpose: (party == "third").then(|| "advertising".to_owned()),
        country: (!name.is_empty()).then(|| "DE".to_owned()),
        country_reason: None,
        asn: Some(64_500),
        as_name: None,
        party,
        tracker: (party == "third").then(|| "Adnet Example".to_owned()),
        devices: devices.iter().map(|number| Mac([0, 0, 0x5e, 0, 0x53, *number]).to_string()).collect(),
    }
}

fn value(kind: ValueKind, shown: &str, field: &str, decode: &[&str]) -> FindingValue {
    FindingValue { kind, shown: shown.to_owned(), sha256: None, field: field.to_owned(), decode: decode.iter().map(|step| (*step).to_owned()).collect() }
}

struct Told {
    code: &'static str,
    severity: Severity,
    device: u8,
    title: &'static str,
    story: &'static str,
    advice: &'static str,
    count: u64,
    last: i64,
}

fn finding(told: &Told, endpoint: FindingEndpoint, values: Vec<FindingValue>, excerpt: &str) -> Finding {
    let mac = Mac([0, 0, 0x5e, 0, 0x53, told.device]);
    let evidence = |number: u64| Evidence {
        packet: 18_204 + number * 977,
        time: before(told.last + number as i64 * 60),
        offset: (number != 2).then_some(88),
        length: (number != 2).then_some(16),
        excerpt: excerpt.to_owned(),
    };
    Finding {
        id: format!("{}-{}", told.code, told.device),
        code: told.code,
        severity: told.severity,
        confidence: Confidence::Certain,
        device: FindingDevice { id: mac.to_string(), mac: Some(mac) },
        endpoint: Some(endpoint),
        flow: Some(18_120.into()),
        transport: Some(Transport::Tcp),
        protocol: "http",
        kind: "",
        direction: Way::ToInternet,
        values,
        more: 0,
        evidence: (0..told.count.min(3)).map(evidence).collect(),
        count: told.count,
        first: before(told.last + 600),
        last: before(told.last),
        title: told.title.to_owned(),
        story: told.story.to_owned(),
        advice: told.advice.to_owned(),
        standards: vec!["ETSI EN 303 645 5.5-1", "CWE-319"],
    }
}

fn other(address: &str, name: &str, party: &'static str) -> FindingEndpoint {
    FindingEndpoint {
        address: ip(address),
        port: 80,
        name: (!name.is_empty()).then(|| name.to_owned()),
        name_source: (!name.is_empty()).then_some(NameSource::HttpHost),
        party,
        country: Some("DE".to_owned()),
    }
}

/// What was found, worst first.
fn findings() -> Vec<Finding> {
    let kidco = || other("198.51.100.7", "api.kidco.example", "first");
    let told = |code, severity, device, title, story, advice, count, last| Told { code, severity, device, title, story, advice, count, last };
    vec![
        finding(
            &told(
                "PT-03",
                Severity::Critical,
                1,
                "Location sent without encryption",
                "Toy bear sent its position in plain text to api.kidco.example. Anyone on the path (a Wi-Fi neighbour, the internet provider) can read and record where this toy is.",
                "Turn location off in the KidCo app, or block api.kidco.example on your router.",
                14,
                20,
            ),
            kidco(),
            vec![value(ValueKind::Position, "48.8,2.2", "lat,lng", &["http-body", "form"])],
            "POST /v1/loc lat=••••&lng=••••",
        ),
        finding(
            &told(
                "PT-05",
                Severity::High,
                1,
                "A person's name sent without encryption",
                "Toy bear sent a person's name in plain text to api.kidco.example. Anyone on the path can read it.",
                "Use a made-up name in the KidCo app.",
                1,
                739,
            ),
            kidco(),
            vec![value(ValueKind::Name, "M••••", "child", &["http-body", "gzip", "json:profile.child"])],
            "{\"child\":\"••••\"}",
        ),
        finding(
            &told(
                "PT-01",
                Severity::Medium,
                2,
                "Password sent in plain text",
                "Doorbell cam sent a password that anyone at home can read.",
                "Change the password, and switch on encryption in the camera's settings.",
                3,
                62,
            ),
            other("192.0.2.1", "", "unknown"),
            vec![
                value(ValueKind::Username, "a••••", "username", &["http-header", "base64"]),
                value(ValueKind::Password, "••••", "password", &["http-header", "base64"]),
            ],
            "Authorization: Basic ••••",
        ),
        finding(
            &told(
                "EP-02",
                Severity::Medium,
                1,
                "Contacted an unexpected server",
                "Toy bear talks to a company that is not its maker.",
                "Ask KidCo why the toy needs it.",
                2,
                118,
            ),
            other("203.0.113.9", "cdn.adnet.example", "third"),
            Vec::new(),
            "Host: cdn.adnet.example",
        ),
        finding(
            &told(
                "EP-05",
                Severity::Low,
                4,
                "Contacted an advertising company",
                "Living-room TV talks to an advertising company.",
                "Switch off interest-based advertising in the TV's settings.",
                1_204,
                280,
            ),
            other("203.0.113.9", "cdn.adnet.example", "third"),
            Vec::new(),
            "Host: cdn.adnet.example",
        ),
        finding(
            &told(
                "LN-02",
                Severity::Info,
                3,
                "Device name announced to everyone at home",
                "Robot vacuum tells its name to all devices at home.",
                "Nothing needs to be done.",
                31,
                353,
            ),
            other("224.0.0.251", "", "unknown"),
            vec![value(ValueKind::Serial, "••••0152", "serial", &["mdns-txt"])],
            "serial=••••0152",
        ),
    ]
}

/// A home that is watched live, with something of everything.
pub fn home() -> Snapshot {
    let mut snapshot = Snapshot { now: Timestamp::new(NOW, 0), ..Snapshot::default() };
    snapshot.devices = vec![
        device(1, "Toy bear", Some("KidCo Inc."), DeviceKind::Toy, ('F', "Its position can be read by anyone on the way."), 1_204_224, 1),
        device(2, "Doorbell cam", Some("Camera Works Ltd"), DeviceKind::Doorbell, ('D', "It sends a password that others can read."), 84_000_000, 2),
        device(3, "Robot vacuum", None, DeviceKind::Appliance, ('C', "It tells its serial number to everyone at home."), 6_000_000, 130),
        device(4, "Living-room TV", None, DeviceKind::Tv, ('B', "It talks to advertising companies."), 210_000_000, 0),
        device(5, "Thermostat", Some("Warm GmbH"), DeviceKind::Thermostat, ('A', "All that it sends is encrypted, to its maker."), 40_000, 61),
        device(6, "", None, DeviceKind::Unknown, ('?', "Only announcements were seen."), 2_000, 3),
    ];
    snapshot.endpoints = vec![
        endpoint("192.0.2.1", 53, "", "unknown", &[1, 2, 3, 4, 5]),
        endpoint("198.51.100.7", 80, "api.kidco.example", "first", &[1]),
        endpoint("198.51.100.20", 443, "cloud.warm.example", "support", &[5]),
        endpoint("203.0.113.9", 443, "cdn.adnet.example", "third", &[1, 4]),
        endpoint("2001:db8:85a3::8a2e:370:7334", 443, "", "unknown", &[4]),
    ];
    snapshot.findings = findings();
    snapshot.report.path = "eth1".to_owned();
    snapshot.report.format = "live".to_owned();
    snapshot.report.link_types = vec![1];
    snapshot.report.packets = 184_202;
    snapshot.report.first = Some(before(872));
    snapshot.report.last = Some(before(0));
    let coverage = &mut snapshot.coverage;
    coverage.seconds = 872.0;
    coverage.packets = 184_202;
    coverage.missing_estimated = 0;
    coverage.unread =
        vec![Unread { reason: "ethernet: unknown type 0x88e1".to_owned(), packets: 1_912 }, Unread { reason: "ipv4: header cut off".to_owned(), packets: 3 }];
    (coverage.bytes_readable, coverage.bytes_encrypted, coverage.bytes_unknown) = (1_912_004, 288_400_120, 11_020_301);
    coverage.vantage = Vantage::WholeNetwork;
    snapshot.live.source = "eth1".to_owned();
    snapshot.live.is_live = true;
    snapshot.live.state = LiveState::Reading;
    watched(&mut snapshot);
    snapshot
}

/// Who sent how much when, and to whom.
fn watched(snapshot: &mut Snapshot) {
    for (index, device) in snapshot.devices.iter().enumerate() {
        let sent =
            |steps: u64| (0..steps).map(|step| if (step + index as u64).is_multiple_of(index as u64 + 1) { device.bytes_out / steps } else { 0 }).collect();
        let whole = Rhythm { start: before(872), step: 4, sent: sent(218) };
        let recent = Rhythm { start: before(590), step: 10, sent: sent(60) };
        snapshot.watched.rhythms.insert(device.id.clone(), [whole, recent]);
    }
    let carried = [
        ("198.51.100.7", 80, Carried { out: 1_004_224, back: 140_000, readable: 1_144_224, encrypted: 0, unknown: 0 }),
        ("198.51.100.20", 443, Carried { out: 40_000, back: 5_700, readable: 0, encrypted: 45_700, unknown: 0 }),
        ("203.0.113.9", 443, Carried { out: 210_000_000, back: 30_000_000, readable: 0, encrypted: 240_000_000, unknown: 0 }),
        ("2001:db8:85a3::8a2e:370:7334", 443, Carried { out: 900, back: 100, readable: 0, encrypted: 0, unknown: 1_000 }),
    ];
    snapshot.watched.carried = carried.into_iter().map(|(address, port, carried)| ((ip(address), port), carried)).collect();
}

/// The same home out of a file that was read so far.
pub fn file(progress: f32) -> Snapshot {
    let mut snapshot = home();
    snapshot.live.source = "captures/toy.pcap".to_owned();
    snapshot.live.is_live = false;
    snapshot.live.progress = Some(progress);
    snapshot.live.state = if progress < 1.0 { LiveState::Reading } else { LiveState::Done };
    snapshot.report.path = "captures/toy.pcap".to_owned();
    snapshot.report.format = "pcap".to_owned();
    snapshot.report.bytes = 301_332_425;
    snapshot.report.sha256 = Some("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned());
    snapshot
}

/// Nothing has come yet.
pub fn waiting() -> Snapshot {
    let mut snapshot = Snapshot::default();
    snapshot.live.source = "eth1".to_owned();
    snapshot.live.is_live = true;
    snapshot
}
