//! Made-up devices, findings and traffic for tests.

use super::case::Traffic;
use crate::event::DeviceKind;
use crate::fact::{Conversation, FlowId, Totals};
use crate::finding::{Confidence, Finding, FindingDevice, FindingValue, Severity, Way};
use crate::home::carried::{Carried, Class};
use crate::home::snapshot::{Device, Grade};
use crate::value::ValueKind;
use crate::wire::{End, Timestamp, Transport};

/// A device that was seen for so many minutes.
pub(crate) fn device(kind: DeviceKind, minutes: i64) -> Device {
    Device {
        id: "one".to_owned(),
        mac: None,
        addresses: Vec::new(),
        names: Vec::new(),
        traits: Vec::new(),
        vendor: None,
        kind,
        kind_reason: String::new(),
        kind_confidence: Confidence::Low,
        packets_out: 0,
        packets_in: 0,
        bytes_out: 0,
        bytes_in: 0,
        grade: Grade::default(),
        summary: String::new(),
        first: Timestamp(0),
        last: Timestamp::new(minutes * 60, 0),
    }
}

/// A finding of high confidence that went to the Internet.
pub(crate) fn finding(code: &'static str, severity: Severity) -> Finding {
    Finding {
        id: format!("{code}-{}", severity.word()),
        code,
        severity,
        confidence: Confidence::High,
        device: FindingDevice { id: "one".to_owned(), mac: None },
        endpoint: None,
        flow: None,
        transport: None,
        protocol: "test",
        kind: "",
        direction: Way::ToInternet,
        values: Vec::new(),
        more: 0,
        evidence: Vec::new(),
        count: 1,
        first: Timestamp(0),
        last: Timestamp(0),
        title: String::new(),
        story: String::new(),
        advice: String::new(),
        standards: Vec::new(),
    }
}

/// A value of a finding.
pub(crate) fn value(kind: ValueKind) -> FindingValue {
    FindingValue { kind, shown: String::new(), sha256: None, field: String::new(), decode: Vec::new() }
}

/// So many conversations of a class, of so many bytes each, all of them answered.
pub(crate) fn carried(class: Class, number: u64, bytes: u64) -> Carried {
    let end = |ip: [u8; 4], port| End { ip: ip.into(), port, mac: None };
    let flow = Conversation {
        id: FlowId { packet: 1, depth: 0 },
        client: end([192, 168, 1, 7], 4_000),
        server: end([203, 0, 113, 5], 443),
        transport: Transport::Tcp,
        first: Timestamp(0),
        started: true,
    };
    let mut carried = Carried::default();
    for _ in 0..number {
        carried.count(&flow, class, &Totals { bytes: [bytes, 0], packets: [1, 1], ..Totals::default() });
    }
    carried
}

/// Traffic of which everything is sealed and everything was seen.
pub(crate) fn sealed(number: u64, bytes: u64) -> Traffic {
    Traffic { carried: carried(Class::Sealed, number, bytes), start_seen: true, controlled: true, ..Traffic::default() }
}
