//! Captures by which others try readers of DNS are survived, and what is wrong in them is counted: `CORPUS=/path/to/captures cargo test --test dns_corpus`.
//!
//! The folder holds public repositories as `owner+name`. Nothing of it is part of this project; what is not there is passed over with a note.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::print_stderr)]

mod common;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Longer than this none may take; they hold a few packets each.
const LONGEST: Duration = Duration::from_secs(5);
const ZEEK: &str = "zeek+zeek/testing/btest/Traces";
const SURICATA: &str = "OISF+suricata-verify/tests/dns";
const TCPDUMP: &str = "the-tcpdump-group+tcpdump/tests";

/// What a capture told.
struct Told {
    /// Names of DNS and its relatives, lower-case.
    names: BTreeSet<String>,
    /// What `coverage.limits` says of malformed messages.
    malformed: Vec<String>,
}

/// Reads a capture of the folder; none where it is not there.
fn read(folder: &str, capture: &str) -> Option<Told> {
    let top = std::env::var_os("CORPUS").filter(|top| !top.is_empty());
    let path = top.map(|top| PathBuf::from(top).join(folder).join(capture)).filter(|path| path.is_file());
    let Some(path) = path else {
        eprintln!("skipped: CORPUS holds no {folder}/{capture}");
        return None;
    };
    let since = Instant::now();
    let output = common::run(&["inspect", path.to_str().unwrap(), "--format", "jsonl", "--records", "name,coverage", "--reveal"], b"");
    assert!(output.status.success(), "{}: {}", path.display(), String::from_utf8_lossy(&output.stderr));
    assert!(since.elapsed() < LONGEST, "{}", path.display());
    let records = common::records(&output.stdout);
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let limits = common::of_type(&records, "coverage").into_iter().flat_map(|coverage| coverage["limits"].as_array().unwrap());
    Some(Told {
        names: common::of_type(&records, "name").into_iter().map(|name| text(&name["name"]).to_lowercase()).collect(),
        malformed: limits.map(text).filter(|limit| limit.starts_with("Malformed: dns")).collect(),
    })
}

#[test]
fn what_breaks_the_rules_is_counted() {
    for (folder, capture) in [
        (ZEEK, "dns/dns-invalid-names.pcap"),
        (ZEEK, "dns/loc-invalid-length.pcap"),
        (ZEEK, "dns/svcb-port-malformed.pcap"),
        (ZEEK, "dns/svcb-rdlength-mismatch.pcap"),
        (SURICATA, "dns-truncated-rname/poc2.pcap"),
    ] {
        if let Some(told) = read(folder, capture) {
            assert!(!told.malformed.is_empty(), "{capture}: nothing is counted");
        }
    }
}

#[test]
fn what_is_hard_is_survived() {
    for (folder, capture) in [
        (ZEEK, "dns/dns-edns-bad-length.pcap"),
        (ZEEK, "dns/loc-29-trunc.pcap"),
        (ZEEK, "dns/sshfp-trunc.pcap"),
        (ZEEK, "dns/proto255.pcap"),
        (ZEEK, "dns/tkey.pcap"),
        (ZEEK, "dns/svcb-alpn-malformed-len.pcap"),
        (ZEEK, "dns/svcb-alpn-malformed-len-too-long.pcap"),
        (ZEEK, "dns/svcb-alpn-malformed-len-too-short.pcap"),
        (SURICATA, "dns-forward-pointer/input.pcap"),
        (SURICATA, "dns-corrupt-additionals/input.pcap"),
        (SURICATA, "dns-incomplete/input.pcap"),
        (SURICATA, "dns-tcp-multirequest-buffer/dns-tcp-multirequest-buffer.pcap"),
        (SURICATA, "dns-dcerpc-reversed/input.pcap"),
        (SURICATA, "dns-z-bit/input.pcap"),
        (TCPDUMP, "dns-zlip-1.pcap"),
        (TCPDUMP, "dns-zlip-2.pcap"),
        (TCPDUMP, "dns-zlip-3.pcap"),
        (TCPDUMP, "dns_fwdptr.pcap"),
    ] {
        read(folder, capture);
    }
}

#[test]
fn names_are_told_however_they_are_carried() {
    for (folder, capture, names) in [
        (ZEEK, "dns/conn-count-too-large.pcap", &["example.com"][..]),
        (ZEEK, "dns/max-compression-depth.pcap", &["a"]),
        (ZEEK, "dns/naptr.pcap", &["_sips._tcp.fp-de-carrier-vodafone.rcs.telephony.goog"]),
        (ZEEK, "dns/long-connection.pcap", &["smtp4.google.com", "104.9.192.66.in-addr.arpa"]),
        (TCPDUMP, "edns-opts.pcap", &["foo.example.com", "com"]),
    ] {
        let Some(told) = read(folder, capture) else { continue };
        let missing: Vec<_> = names.iter().filter(|name| !told.names.contains(**name)).collect();
        assert!(missing.is_empty() && told.malformed.is_empty(), "{capture}: {missing:?} {:?}", told.malformed);
    }
}
