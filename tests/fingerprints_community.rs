//! Flows are numbered as other analysers number them: `CORPUS=/path/to/captures cargo test --test fingerprints_community`.
//!
//! The numbers that are right come with the captures of the specification (<https://github.com/corelight/community-id-spec>).
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stderr)]

mod common;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use common::pcap::Connection;
use common::{of_type, run};
use serde_json::Value;

/// The specification's folder among the captures.
fn folder() -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os("CORPUS").filter(|folder| !folder.is_empty())?).join("corelight+community-id-spec");
    folder.is_dir().then_some(folder)
}

fn numbers(capture: &Path) -> BTreeSet<String> {
    let output = run(&["inspect", capture.to_str().unwrap(), "--format", "jsonl", "--records", "fingerprint"], b"");
    assert!(output.status.success(), "{}", capture.display());
    let records = common::records(&output.stdout);
    let told = of_type(&records, "fingerprint").into_iter().filter(|record| record["kind"] == "community-id");
    told.map(|record| record["value"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn numbers_are_those_of_the_specifications_captures() {
    let Some(folder) = folder() else {
        eprintln!("skipped: CORPUS names no folder that holds the captures of the Community ID specification");
        return;
    };
    let listed: Vec<Value> = serde_json::from_slice(&std::fs::read(folder.join("baseline/baseline_deflt.json")).unwrap()).unwrap();
    let of_protocol = |wanted: Option<u64>| -> BTreeSet<String> {
        let rows = listed.iter().filter(|row| wanted.is_none_or(|wanted| row["proto"] == wanted));
        rows.map(|row| row["communityid"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(numbers(&folder.join("pcaps/combined.pcap.gz")), of_protocol(None));
    assert_eq!(numbers(&folder.join("pcaps/arp.pcap")), BTreeSet::new(), "ARP has no number");
    for (capture, protocol) in [("tcp", 6), ("udp", 17), ("sctp", 132)] {
        let told = numbers(&folder.join(format!("pcaps/{capture}.pcap")));
        assert!(!told.is_empty() && told.is_subset(&of_protocol(Some(protocol))), "{capture}: {told:?}");
    }
}

#[test]
fn every_flow_has_its_number_where_fingerprints_are_wanted_and_only_there() {
    let capture = Connection::new(80).up(b"x").pcap();
    let told = |types: &str| common::records(&run(&["inspect", "-", "--format", "jsonl", "--records", types], &capture).stdout);
    let (wanted, unwanted) = (told("flow,finding,device,fingerprint"), told("flow,finding,device"));
    let fingerprints = of_type(&wanted, "fingerprint");
    assert_eq!(fingerprints.len(), 1);
    assert_eq!((&fingerprints[0]["kind"], &fingerprints[0]["packet"], &fingerprints[0]["flow"]), (&"community-id".into(), &1.into(), &1.into()));
    let others: Vec<&Value> = wanted.iter().filter(|record| record["type"] != "fingerprint").collect();
    assert_eq!(others, unwanted.iter().collect::<Vec<_>>(), "asking for numbers changes nothing else");
}
