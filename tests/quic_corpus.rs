//! QUIC of every kind gives exactly the names that are in it: `CORPUS=/path/to/captures cargo test --test quic_corpus`.
//!
//! The captures are those that others keep to test their own readers; each is looked for under its repository, `OWNER+NAME/path`, and passed over
//! with a note where it is not at hand. The names are what tshark 4.0.17, nDPI's and Suricata's results agree on. The project's own capture of
//! the kind needs no folder.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::print_stderr)]

mod common;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

const SURICATA: &str = "OISF+suricata-verify/tests";
const ZEEK: &str = "zeek+zeek/testing/btest/Traces/quic";
const NDPI: &str = "ntop+nDPI/tests/cfgs/default/pcap";

/// A file of a capture, read by tattletale.
struct Read {
    records: Vec<Value>,
}

impl Read {
    fn of(path: &Path) -> Self {
        let output = common::run(&["inspect", path.to_str().unwrap(), "--reveal", "--format", "jsonl", "--records", "all"], b"");
        assert!(output.status.success(), "{}: {}", path.display(), String::from_utf8_lossy(&output.stderr));
        Self { records: common::records(&output.stdout) }
    }

    fn flows<'r>(&'r self, protocols: &'r [&str]) -> impl Iterator<Item = &'r Value> {
        common::of_type(&self.records, "flow").into_iter().filter(|flow| protocols.iter().any(|protocol| flow["protocol"] == **protocol))
    }

    /// Names of servers that flows of these protocols told.
    fn names(&self, protocols: &[&str]) -> BTreeSet<&str> {
        let flows: Vec<&Value> = self.flows(protocols).map(|flow| &flow["id"]).collect();
        let names = common::of_type(&self.records, "name").into_iter();
        let of_servers = names.filter(|name| ["sni", "quic-sni"].iter().any(|source| name["source"] == *source) && flows.contains(&&name["flow"]));
        of_servers.map(|name| name["name"].as_str().unwrap()).collect()
    }
}

/// The captures of the folder that are at hand; those that are not are named.
fn at_hand(wanted: &[(&str, &str)]) -> Vec<(PathBuf, String)> {
    let Some(folder) = std::env::var_os("CORPUS").filter(|folder| !folder.is_empty()).map(PathBuf::from) else {
        eprintln!("skipped: CORPUS names no folder of captures");
        return Vec::new();
    };
    let path = |(below, file): &(&str, &str)| (folder.join(below).join(file), (*file).to_owned());
    let (found, missing): (Vec<_>, Vec<_>) = wanted.iter().map(path).partition(|(path, _)| path.is_file());
    for (path, _) in missing {
        eprintln!("skipped: {} is not at hand", path.display());
    }
    found
}

/// Asserts that each capture gives exactly these names.
fn each_gives(protocols: &[&str], wanted: &[(&str, &str, &[&str])]) {
    let paths: Vec<(&str, &str)> = wanted.iter().map(|(below, file, _)| (*below, *file)).collect();
    for (path, file) in at_hand(&paths) {
        let names = wanted.iter().find(|(_, name, _)| *name == file).unwrap().2;
        assert_eq!(Read::of(&path).names(protocols), names.iter().copied().collect(), "{}", path.display());
    }
}

#[test]
fn hellos_in_disorder_give_their_names() {
    each_gives(
        &["quic"],
        &[
            (SURICATA, "quic-frag-unordered/input.pcap", &["mastodon.social"]),
            (SURICATA, "quic-frag/input.pcap", &["token.services.mozilla.com"]),
            (SURICATA, "quic-frag-wait/input.pcap", &["www.google.com"]),
            (SURICATA, "quic-frag-middle-gap/input.pcap", &["optimizationguide-pa.googleapis.com"]),
            (SURICATA, "quic-initial-not-first/input.pcap", &["scontent-ams4-1.xx.fbcdn.net"]),
            (SURICATA, "quic-retry/input.pcap", &["www.gravatar.com"]),
            (SURICATA, "quic-retry-multiple/input.pcap", &["public-api.wordpress.com"]),
            (SURICATA, "quic-ietf/input.pcap", &["msquic.net"]),
            (SURICATA, "quic-v2/input.pcap", &[]),
            (ZEEK, "quic-multiple-initial-fragmented-crypto.pcap", &["googleads.g.doubleclick.net"]),
            (ZEEK, "quic-multiple-initial-fragmented-crypto-only-initial.pcap", &["googleads.g.doubleclick.net"]),
            (ZEEK, "chromium-115.0.5790.110-google-de-fragmented.pcap", &["www.google.de"]),
            (ZEEK, "interop/quic-go_quic-go/retry.pcap", &["server4:443"]),
            (ZEEK, "merlinc2_Zeek_example.pcapng", &[]),
            (NDPI, "quic_frags_different_dcid.pcapng", &["cdnjs.cloudflare.com"]),
            (NDPI, "google_meet.pcapng", &["meet.google.com"]),
            ("FoxIO-LLC+ja4/pcap", "quic-with-several-tls-frames.pcapng", &["ogs.google.com"]),
            ("FoxIO-LLC+ja4/pcap", "chrome-cloudflare-quic-with-secrets.pcapng", &["cloudflare-quic.com"]),
            ("FoxIO-LLC+ja4/pcap", "ssh2.pcapng", &["meet.google.com", "signaler-pa.clients6.google.com"]),
            ("arkime+arkime/tests/pcap", "arkime_synthetic.pcap", &["config.edge.skype.com"]),
            ("nyu-mlab+iot-inspector-client/src/tests/data", "application_data.pcap", &["ad.doubleclick.net", "ade.googlesyndication.com"]),
            ("stanford-esrg+retina/traces", "quic.pcap", &["b1.nel.goog", "beacons.gvt2.com", "csp.withgoogle.com"]),
            ("stanford-esrg+retina/traces", "quic_retry.pcapng", &["127.0.0.1"]),
            ("stanford-esrg+retina/traces", "quic_xargs.pcap", &["example.ulfheim.net"]),
        ],
    );
}

#[test]
fn versions_of_google_and_facebook_give_their_names() {
    each_gives(
        &["quic", "gquic", "fbzero"],
        &[
            (NDPI, "gquic.pcap", &["www.gstatic.com"]),
            (NDPI, "telegram.pcap", &["www.google.com"]),
            (NDPI, "youtube_quic.pcap", &["googleads.g.doubleclick.net", "pagead2.googlesyndication.com", "yt3.ggpht.com"]),
            (NDPI, "youtubeupload.pcap", &["upload.youtube.com"]),
            ("arkime+arkime/tests/pcap", "quic24-wireshark.pcap", &["www.google.fr"]),
            ("arkime+arkime/tests/pcap", "fbzero-android.pcap", &["graph.facebook.com"]),
        ],
    );
    for (path, _) in at_hand(&[(NDPI, "youtube_quic.pcap")]) {
        let read = Read::of(&path);
        let verdicts: Vec<&Value> = read.flows(&["gquic"]).map(|flow| &flow["verdict_reason"]).collect();
        assert_eq!(verdicts, ["gQUIC Q035"; 3], "{}", path.display());
    }
    // Only the server's side was captured: no name, but it is known for what it is.
    for (path, _) in at_hand(&[(NDPI, "radius_false_positive.pcapng")]) {
        assert_eq!(Read::of(&path).flows(&["gquic"]).map(|flow| &flow["verdict"]).collect::<Vec<_>>(), ["encrypted"], "{}", path.display());
    }
}

/// ClientHellos in many frames that lie in disorder within one packet: as many names as nDPI's result lists.
#[test]
fn the_craziest_hellos_give_all_their_names() {
    for (path, _) in at_hand(&[(NDPI, "quic_frags_ch_out_of_order_same_packet_craziness.pcapng")]) {
        assert_eq!(Read::of(&path).names(&["quic"]).len(), 49, "{}", path.display());
    }
}

#[test]
fn captures_that_ended_others_are_survived() {
    let crashes = ["383379789-decrypt-crash.pcap", "vector-max-size-crash.pcap", "quic-39264-rand.pcap"];
    for (path, _) in at_hand(&crashes.map(|file| (ZEEK, file))) {
        let read = Read::of(&path);
        assert_eq!(common::of_type(&read.records, "coverage").len(), 1, "{}", path.display());
    }
}

#[test]
fn the_projects_own_capture_gives_its_names() {
    let read = Read::of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("captures/T02.pcap"));
    assert_eq!(read.names(&["quic"]), ["cast.speaker.example", "voice.speaker.example"].into());
    let verdicts: Vec<(&Value, &Value)> = read.flows(&["quic"]).map(|flow| (&flow["verdict"], &flow["verdict_reason"])).collect();
    assert_eq!(verdicts, [(&"encrypted".into(), &"QUIC v1".into()), (&"encrypted".into(), &"QUIC v2".into())]);
    let fingerprints = common::of_type(&read.records, "fingerprint").into_iter().filter(|each| each["kind"] == "ja3s").count();
    assert_eq!(fingerprints, 2, "both servers' hellos were read");
    let clients: Vec<&Value> = read.flows(&["quic"]).map(|flow| &flow["client"]).collect();
    assert!(clients.iter().all(|client| client.as_str().unwrap().starts_with("192.168.7.51:")), "{clients:?}");
    let limits = &common::of_type(&read.records, "coverage")[0]["limits"];
    assert_eq!(limits, &Value::Array(Vec::new()));
}
