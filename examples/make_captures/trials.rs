//! Trials of the reader: nothing happens in them, but their bytes are cut as badly as may be. T01: hellos of TLS.

use super::file::Label;
use super::services::look_up;
use super::wire::{Host, Net, v4};
use super::{Container, Scenario, tls};

const PLUG: Host = Host::home(0x31, 41);
const CLOUD: Host = Host::server(v4(198, 51, 100, 90));

/// The scenarios of this file.
pub const SCENARIOS: &[Scenario] = &[Scenario {
    container: Container::Pcap,
    label: Label {
        scenario: "T01",
        title: "A plug's hellos come in segments of a byte, over many records, and both at once",
        must: &[],
        must_not: &["PT-01", "PT-02"],
        highest: "info",
        notes: "The names segments.plug.example, records.plug.example and both.plug.example are told.",
        ..Label::EMPTY
    },
    play: hellos,
}];

fn hellos(net: &mut Net) {
    // A record holds up to 16,384 bytes: all of the hello.
    for (name, in_record, in_segment) in [("segments.plug.example", 1 << 14, 1), ("records.plug.example", 7, 1_400), ("both.plug.example", 16, 5)] {
        look_up(net, PLUG, name, &[CLOUD.ip]);
        tls::split(net, PLUG, CLOUD, name, in_record, in_segment);
        net.wait(900);
    }
}
