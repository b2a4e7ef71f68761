//! The family's own words, in all 24 spellings and every part of a message, and words that are one letter off.

use std::collections::{BTreeMap, BTreeSet};

use crate::common;
use crate::common::labelled::built;
use crate::make_captures::cast::Cast;
use crate::make_captures::encode::{CARRIERS, ENCODINGS, Value, carry, encode};
use crate::make_captures::pcap;
use crate::make_captures::services::arrive;
use crate::make_captures::wire::{Host, Net, v6};

/// The file, and the words of it that are planted, each beside one that is a letter off.
const FILE: &str = "[[person]]\nname = \"Zoé Prüfling\"\nemails = [\"zoe.pruefling@example.org\"]\nphones = [\"+447700900481\"]\nother = [\"Sonnenscheinschule\"]\n\n[home]\nwifi = [\"KleinesHaus\"]\n";
const WORDS: [(&str, &str); 5] = [
    ("Zoé Prüfling", "Zoé Prüfking"),
    ("zoe.pruefling@example.org", "zoe.pruefting@example.org"),
    ("+447700900481", "+447700900471"),
    ("Sonnenscheinschule", "Sonnenscheinschale"),
    ("KleinesHaus", "KleinesHaut"),
];

/// What was measured.
#[derive(Default)]
pub struct Report {
    pub planted: u64,
    pub told: u64,
    pub near: u64,
    pub wrong: u64,
    pub missed: BTreeMap<(&'static str, &'static str), u64>,
    pub wrongs: Vec<String>,
}

/// None while nobody has built it.
pub fn measure() -> Option<Report> {
    if !built().contains("LK-01") {
        return None;
    }
    let mut report = Report::default();
    for (word, near) in WORDS {
        for (is_near, text) in [(false, word), (true, near)] {
            one(text, is_near, &mut report);
        }
    }
    Some(report)
}

fn one(text: &str, is_near: bool, report: &mut Report) {
    let device = Host::home(0xc8, 200);
    let mut net = Net::new("words", 3, Cast::default());
    net.keep_said = false;
    arrive(&mut net, device, "toy", "udhcp 1.30.1");
    let device = device.by(v6(7, 200));
    let mut planted = Vec::new();
    for encoding in ENCODINGS {
        for carrier in CARRIERS {
            let server = Host::server(v6(0x4100, planted.len() as u16));
            let value = Value { key: "v", encoding, bytes: encode(encoding, text, "of "), shape: r#"{"n":1,{},"z":2}"# };
            let port = match carrier {
                "mqtt" => 1_883,
                "tcp" => 47_010,
                "udp" => 47_011,
                _ => 80,
            };
            carry(&mut net, device, server, port, carrier, &[value]);
            planted.push((encoding, carrier, server.ip.to_string()));
        }
    }
    let folder = std::env::temp_dir().join(format!("tattletale-words-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (capture, words) = (folder.join("words.pcap"), folder.join("words.toml"));
    std::fs::write(&capture, pcap(&net.frames())).unwrap();
    std::fs::write(&words, FILE).unwrap();
    let output =
        common::run(&["inspect", capture.to_str().unwrap(), "--format", "jsonl", "--home", "2001:db8:7::/64", "--words", words.to_str().unwrap()], b"");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let records = common::records(&output.stdout);
    let told: BTreeSet<&str> = records.iter().filter(|record| record["code"] == "LK-01").filter_map(|record| record["endpoint"]["address"].as_str()).collect();
    for (encoding, carrier, server) in planted {
        let is_told = told.contains(server.as_str());
        if is_near {
            report.near += 1;
            report.wrong += u64::from(is_told);
            if is_told {
                report.wrongs.push(format!("{text} as {encoding} in {carrier}"));
            }
        } else {
            report.planted += 1;
            report.told += u64::from(is_told);
            if !is_told {
                *report.missed.entry((encoding, carrier)).or_default() += 1;
            }
        }
    }
    std::fs::remove_dir_all(&folder).unwrap();
}
