//! The family's own words in every spelling: S18, and what is nearly so: N21.

use super::encode::{CARRIERS, ENCODINGS, Value, carry, encode};
use super::file::Label;
use super::services::{arrive, look_up};
use super::wire::{Host, Net, v4};
use super::{Container, Scenario};

const DEVICE: Host = Host::home(0x7e, 94);
const SERVER: Host = Host::server(v4(203, 0, 113, 195));

/// The family's words for both.
pub const WORDS: &str = "[[person]]\nname = \"Zoé Prüfling\"\nemails = [\"zoe.pruefling@example.org\"]\nphones = [\"+44 7700 900481\"]\n\n[[person]]\nname = \"Max\"\n\n[home]\nwifi = [\"KleinesHaus\"]\n";

/// The scenarios of this file.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "S18",
            title: "A child's name leaves in 24 spellings and eight places",
            must: &["PT-01"],
            must_with_words: &["LK-01"],
            masked_with_words: &["Zoé Prüfling"],
            notes: "Words: S18.words.toml. One connection a place: query, form, JSON, header, path, cookie, gzip body, MQTT.",
            ..Label::EMPTY
        },
        play: every_spelling,
    },
    Scenario {
        container: Container::Pcap,
        label: Label {
            scenario: "N21",
            title: "Nearly the family's words: one letter is another, a short name within base64, digests of something else",
            must: &[],
            must_not: &["LK-01"],
            highest: "medium",
            notes: "Words: N21.words.toml. Medium: the places are those of S18.",
            ..Label::EMPTY
        },
        play: nearly,
    },
];

const NAME: &str = "Zoé Prüfling";

fn every_spelling(net: &mut Net) {
    arrive(net, DEVICE, "talking-bear-toy", "udhcp 1.24.1");
    look_up(net, DEVICE, "api.carrier.example", &[SERVER.ip]);
    for carrier in CARRIERS.iter().take(8) {
        let values: Vec<Value<'_>> =
            ENCODINGS.iter().map(|encoding| Value { key: "v", encoding, bytes: encode(encoding, NAME, "of "), shape: r#"{"n":1,{},"z":2}"# }).collect();
        for value in &values {
            if *carrier == "json" && value.encoding != "utf-16le" && value.encoding != "utf-16be" && value.encoding != "json-u" {
                net.truth("name", "LK-01", &value.bytes);
            }
        }
        carry(net, DEVICE, SERVER, if *carrier == "mqtt" { 1_883 } else { 80 }, carrier, &values);
        net.wait(3_000);
    }
}

fn nearly(net: &mut Net) {
    arrive(net, DEVICE, "talking-bear-toy", "udhcp 1.24.1");
    look_up(net, DEVICE, "api.carrier.example", &[SERVER.ip]);
    for carrier in ["query", "json", "header", "gzip"] {
        let mut values = Vec::new();
        for encoding in ENCODINGS {
            values.push(Value { key: "v", encoding, bytes: encode(encoding, "Zoé Prüfking", "of "), shape: r#"{"n":1,{},"z":2}"# });
        }
        // TWF4 is Max; here it is chance.
        values.push(Value { key: "v", encoding: "raw", bytes: b"q8TWF4eXk2TWF4oA".to_vec(), shape: r"{{}}" });
        carry(net, DEVICE, SERVER, 80, carrier, &values);
        net.wait(3_000);
    }
}
