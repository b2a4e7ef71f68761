//! Hellos and certificates that are cut, doubled or of old: names are told all the same. The project's own capture always, others' with
//! `CORPUS=/path/to/captures cargo test --test sealed_corpus`, as far as the folder has them. Nothing of the folder is part of the project.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::print_stderr)]

mod common;

use std::path::{Path, PathBuf};

use serde_json::Value;

/// End of the capture's path, and a name that is told of it: by a hello or a certificate.
const TRIALS: [(&str, &str); 8] = [
    ("tls-client-hello-frag-01/dump_mtu300.pcap", "www.google.com"),
    ("tls/tls-fragmented-handshake.pcap.gz", "104.236.167.107"),
    ("tls_2_reasms.pcapng", "i.instagram.com"),
    ("tls_2_reasms_b.pcapng", "video.fmct2-3.fna.fbcdn.net"),
    ("sslv2-tls-upgrade-01/ssl-v2-s1.pcap", "sigdb.secteam.netscreen.com"),
    ("postgresql/psql-aws-ssl-require-15432.pcap", "Amazon RDS Root 2019 CA"),
    ("tls/CVE-2015-3194.pcap", "bro.org"),
    ("pcap/long_tls_certificate.pcap", "*.ace.aliyun.com"),
];

/// End of the capture's path, version and suite of its first handshake.
const AGREEMENTS: [(&str, &str, &str); 4] = [
    ("tls/pop3-starttls.pcap", "TLS 1.2", "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384"),
    ("sslv2-tls-upgrade-01/ssl-v2-s1.pcap", "TLS 1.0", "TLS_DHE_RSA_WITH_AES_256_CBC_SHA"),
    ("postgresql/psql-aws-ssl-require-15432.pcap", "TLS 1.2", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
    ("pcap/https3-301-get.pcap", "TLS 1.0", "TLS_RSA_WITH_RC4_128_SHA"),
];

/// The capture of the folder, or a note that it is not there.
fn capture(end: &str) -> Option<PathBuf> {
    let corpus = std::env::var_os("CORPUS").filter(|folder| !folder.is_empty());
    let found = corpus.and_then(|corpus| common::below(Path::new(&corpus), end));
    if found.is_none() {
        eprintln!("skipped: CORPUS names no folder with {end}");
    }
    found
}

fn records(capture: &Path, types: &str) -> Vec<Value> {
    let output = common::run(&["inspect", capture.to_str().unwrap(), "--format", "jsonl", "--reveal", "--records", types], b"");
    assert!(output.status.success(), "{}", capture.display());
    common::records(&output.stdout)
}

fn names(capture: &Path) -> Vec<String> {
    let told = |record: &Value| matches!(record["source"].as_str(), Some("sni" | "certificate"));
    records(capture, "name").iter().filter(|record| told(record)).map(|record| record["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn names_in_hellos_and_certificates_of_others_are_told() {
    let told = |(end, name): &(&str, &str)| capture(end).is_none_or(|path| names(&path).iter().any(|each| each == name));
    let missed: Vec<_> = TRIALS.iter().filter(|trial| !told(trial)).collect();
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn what_others_agreed_on_is_told() {
    for (end, version, suite) in AGREEMENTS {
        let Some(path) = capture(end) else { continue };
        let flows = records(&path, "flow");
        let agreed = common::of_type(&flows, "flow").into_iter().map(|flow| &flow["tls"]).find(|tls| tls.is_object()).unwrap().clone();
        assert_eq!((&agreed["version"], &agreed["suite"]), (&version.into(), &suite.into()), "{end}");
    }
}

#[test]
fn hellos_that_are_cut_anyhow_tell_their_names() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("captures/T01.pcap");
    assert_eq!(names(&path), ["segments.plug.example", "records.plug.example", "both.plug.example"]);
    let flows = records(&path, "flow");
    let sealed: Vec<&Value> = common::of_type(&flows, "flow").into_iter().filter(|flow| flow["protocol"] == "tls").collect();
    assert_eq!(sealed.len(), 3);
    for flow in sealed {
        assert_eq!(flow["verdict"], "encrypted");
        let expected = serde_json::json!({"version": "TLS 1.3", "suite": "TLS_AES_128_GCM_SHA256", "resumed": false, "certificates": []});
        assert_eq!(flow["tls"], expected);
    }
}
