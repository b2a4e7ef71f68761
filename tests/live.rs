//! Live, for real: two network namespaces of the test's own with a cable between them, a capture replayed into one end, tattletale at the other.
//!
//! Needs the right to make namespaces, and `ip` and `tcpreplay`; without them it says so and passes.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::print_stdout, missing_docs)]

mod common;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use common::{of_type, records, run};

const CAPTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/captures/S01.pcap");

/// Two namespaces and the cable; gone when this is.
struct Cable {
    near: String,
    far: String,
}

impl Cable {
    fn lay(name: &str) -> Option<Self> {
        let id = format!("{name}-{}", std::process::id());
        let cable = Self { near: format!("tattle-near-{id}"), far: format!("tattle-far-{id}") };
        let script = format!(
            "set -e; ip netns add {near}; ip netns add {far}; ip link add tt-near netns {near} type veth peer name tt-far netns {far}; \
             for side in near:{near} far:{far}; do ns=${{side#*:}}; if=tt-${{side%%:*}}; \
             ip netns exec $ns sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 || true; \
             ip -n $ns link set $if arp off up; done; command -v tcpreplay > /dev/null",
            near = cable.near,
            far = cable.far
        );
        let laid = Command::new("sh").args(["-c", &script]).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success());
        laid.then_some(cable)
    }

    fn watch(&self) -> Watcher {
        let mut child = Command::new("ip")
            .args(["netns", "exec", &self.near, env!("CARGO_BIN_EXE_tattletale"), "watch", "-i", "tt-near", "--headless"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut start = String::new();
        lines.read_line(&mut start).unwrap();
        if !start.contains(r#""type":"start""#) {
            let mut said = String::new();
            let _ = child.stderr.take().unwrap().read_to_string(&mut said);
            panic!("watch did not start: {start}{said}");
        }
        Watcher { child, lines }
    }

    fn replay(&self, pace: &[&str]) {
        let status = Command::new("ip")
            .args(["netns", "exec", &self.far, "tcpreplay", "-q", "-i", "tt-far"])
            .args(pace)
            .arg(CAPTURE)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        assert!(status.success(), "tcpreplay failed");
    }
}

impl Drop for Cable {
    fn drop(&mut self) {
        for namespace in [&self.near, &self.far] {
            let _ = Command::new("ip").args(["netns", "del", namespace]).stderr(Stdio::null()).status();
        }
    }
}

struct Watcher {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Watcher {
    /// Ends it as a service manager would, and gives all that it said.
    fn end(mut self) -> (Vec<u8>, Option<i32>) {
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let mut said = Vec::new();
        self.lines.read_to_end(&mut said).unwrap();
        (said, self.child.wait().unwrap().code())
    }
}

fn findings(output: &[u8]) -> BTreeSet<(String, String)> {
    let records = records(output);
    of_type(&records, "finding").iter().map(|finding| (finding["code"].as_str().unwrap().to_owned(), finding["id"].as_str().unwrap().to_owned())).collect()
}

fn packets(path: &str) -> u64 {
    let records = records(&run(&["inspect", path, "--format", "jsonl"], &[]).stdout);
    of_type(&records, "coverage")[0]["packets"].as_u64().unwrap()
}

#[test]
fn live_finds_what_inspect_finds_and_counts_what_was_lost() {
    let Some(cable) = Cable::lay("lost") else {
        println!("skipped: no right to make network namespaces here, or no tcpreplay");
        return;
    };
    let expected = findings(&run(&["inspect", CAPTURE, "--format", "jsonl"], &[]).stdout);
    assert!(!expected.is_empty());
    let watcher = cable.watch();
    cable.replay(&["--pps", "500"]);
    // A look comes twice a second; what was sent is told within a few.
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(2) {
        std::thread::sleep(Duration::from_millis(100));
    }
    let (said, code) = watcher.end();
    assert_eq!(code, Some(0), "SIGTERM is a normal end");
    assert_eq!(findings(&said), expected);
    let records = records(&said);
    let run = of_type(&records, "run")[0];
    let lost: u64 = ["kernel", "interface", "tattletale"].iter().map(|place| run["dropped"][place].as_u64().unwrap()).sum();
    let coverage = *of_type(&records, "coverage").last().unwrap();
    assert_eq!(coverage["packets"].as_u64().unwrap() + lost, packets(CAPTURE), "what was read and what was lost is what was sent");
}

#[test]
fn an_interface_that_goes_down_is_told_and_waited_for() {
    let Some(cable) = Cable::lay("down") else {
        println!("skipped: no right to make network namespaces here, or no tcpreplay");
        return;
    };
    let link = |state: &str| assert!(Command::new("ip").args(["-n", &cable.near, "link", "set", "tt-near", state]).status().unwrap().success());
    let mut child = Command::new("ip")
        .args(["netns", "exec", &cable.near, env!("CARGO_BIN_EXE_tattletale"), "watch", "-i", "tt-near", "--plain"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.next().unwrap().starts_with("Listening on tt-near"));
    link("down");
    assert_eq!(lines.next().unwrap(), "tt-near is down; waiting until it is up again.");
    link("up");
    assert_eq!(lines.next().unwrap(), "tt-near is up again.");
    let _ = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(lines.last().unwrap().starts_with("Done. 0 packets"));
    assert_eq!(child.wait().unwrap().code(), Some(0), "Ctrl-C is a normal end of watching");
}
