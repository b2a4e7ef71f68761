//! A made-up home for the tests of every format.

use std::io::{self, Write};
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use crate::capture::source::InputReport;
use crate::event::{DeviceKind, NameSource};
use crate::finding::{Confidence, Evidence, Finding, FindingDevice, FindingEndpoint, FindingValue, Severity, Way};
use crate::home::record::{NameRecord, Record};
use crate::home::snapshot::{Coverage, Device, Endpoint, Grade, KnownName, Snapshot, Summary, SummaryLine};
use crate::value::ValueKind;
use crate::wire::{Mac, Timestamp, Transport};

/// Bytes that were written, for whoever wrote them.
#[derive(Clone, Default)]
pub(super) struct Shared(Arc<Mutex<Vec<u8>>>);

impl Shared {
    /// What was written so far.
    pub(super) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A name that attacks whoever shows it.
pub(super) fn hostile() -> &'static str {
    "\u{1b}]0;pwned\u{7}\r\n\u{9b}2J\u{202e}gpj.exe\0</script>"
}

/// A record of a name.
pub(super) fn name(name: &str) -> Record {
    Record::Name(NameRecord { source: NameSource::Dns, name: name.to_owned(), addresses: Vec::new(), device: None, flow: Some(1.into()), packet: 1 })
}

fn time(second: i64) -> Timestamp {
    Timestamp::new(1_710_234_131 + second, 0)
}

fn device(last: u8, name: &str, kind: DeviceKind, letter: char) -> Device {
    let mac = Mac([0, 0, 0x5e, 0, 0x53, last]);
    Device {
        id: mac.to_string(),
        mac: Some(mac),
        addresses: vec![IpAddr::from([192, 0, 2, last])],
        names: vec![KnownName { name: name.to_owned(), source: NameSource::Dhcp }],
        trusted: false,
        traits: Vec::new(),
        vendor: None,
        kind,
        kind_reason: String::new(),
        kind_confidence: Confidence::Low,
        packets_out: 60,
        packets_in: 40,
        bytes_out: 6_000,
        bytes_in: 4_000,
        grade: Grade { letter, at_best: (letter == '?').then_some('B'), why: "too little was seen".to_owned(), ..Grade::default() },
        summary: String::new(),
        first: time(0),
        last: time(840),
    }
}

fn endpoint() -> IpAddr {
    IpAddr::from([198, 51, 100, 7])
}

/// A finding of the toy.
pub(super) fn finding(code: &'static str, severity: Severity, title: &str) -> Finding {
    Finding {
        id: format!("{code}-1"),
        code,
        severity,
        confidence: Confidence::Certain,
        device: FindingDevice { id: "00:00:5e:00:53:01".to_owned(), mac: Some(Mac([0, 0, 0x5e, 0, 0x53, 1])) },
        endpoint: Some(FindingEndpoint {
            address: endpoint(),
            port: 80,
            name: Some("api.kidco.example".to_owned()),
            name_source: Some(NameSource::Dns),
            party: "first",
            country: None,
        }),
        flow: Some(1.into()),
        transport: Some(Transport::Tcp),
        protocol: "http",
        kind: "",
        direction: Way::ToInternet,
        values: vec![FindingValue { kind: ValueKind::Position, shown: "48.8,-2.2".to_owned(), sha256: None, field: "lat".to_owned(), decode: Vec::new() }],
        more: 2,
        evidence: vec![Evidence { packet: 18_204, time: time(0), offset: Some(88), length: Some(15), excerpt: "lat=48.8".to_owned() }],
        count: 14,
        first: time(0),
        last: time(800),
        title: title.to_owned(),
        story: "Toy bear sent its position to api.kidco.example, where anyone on the way could read it.".to_owned(),
        advice: "Turn location off in the app of the toy.".to_owned(),
        standards: vec!["CWE-319"],
    }
}

/// A home with a toy that tells and a phone that does not.
pub(super) fn snapshot() -> Snapshot {
    Snapshot {
        report: InputReport {
            path: "toy.pcap".to_owned(),
            format: "pcap".to_owned(),
            packets: 12_431,
            first: Some(time(0)),
            last: Some(time(840)),
            ..InputReport::default()
        },
        now: time(840),
        devices: vec![device(1, "Toy bear", DeviceKind::Toy, 'F'), device(2, "Phone", DeviceKind::Phone, '?')],
        endpoints: vec![Endpoint {
            address: endpoint(),
            port: 80,
            names: vec![KnownName { name: "api.kidco.example".to_owned(), source: NameSource::Dns }],
            registrable_domain: Some("kidco.example".to_owned()),
            owner: None,
            purpose: None,
            country: None,
            country_reason: None,
            asn: None,
            as_name: None,
            party: "first",
            tracker: None,
            devices: vec!["00:00:5e:00:53:01".to_owned()],
        }],
        findings: vec![finding("PT-03", Severity::High, "Location sent without encryption"), finding("EP-02", Severity::Low, "Looked up an analytics company")],
        coverage: Coverage { seconds: 840.0, packets: 12_431, bytes_readable: 1_200, bytes_encrypted: 3_400_000, ..Coverage::default() },
        summary: Summary {
            counts: vec![
                SummaryLine { code: "PT-03", severity: Severity::High, findings: 1 },
                SummaryLine { code: "EP-02", severity: Severity::Low, findings: 1 },
            ],
            worst_grade: Some('F'),
        },
        ..Snapshot::default()
    }
}
