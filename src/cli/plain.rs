//! `watch --plain`: one sentence for each thing that happens, in the order in which it is noticed; nothing is drawn, so a screen reader can follow.

use std::collections::{HashMap, HashSet};
use std::io::{self, Write};

use super::args::{Reading, Writing};
use super::code::Code;
use super::inspect::unreadable;
use super::signals::{Manner, Stop};
use super::tell;
use crate::capture::source::Source;
use crate::engine;
use crate::finding::{Finding, Severity};
use crate::home::snapshot::{LiveState, Snapshot};
use crate::printable::{clean, plural};

/// Devices, findings and limits that are remembered as told; what comes beyond is told by number at the end.
const TOLD: usize = 50_000;

/// Watches until the source ends or stopping is asked for.
pub(super) fn run(source: Box<dyn Source>, reading: &Reading, writing: &Writing, stop: &Stop) -> Code {
    let options = engine::Options { looks: true, ..reading.options(0, source.report().path, &[]) };
    let mut teller = Teller { least: writing.severity.unwrap_or(Severity::Info), ..Teller::default() };
    let mut code = Code::Done;
    let mut write = |sentences: Vec<String>| {
        let mut out = io::stdout().lock();
        let written = sentences.iter().try_for_each(|sentence| writeln!(out, "{sentence}")).and_then(|()| out.flush());
        if let Err(error) = written {
            if error.kind() != io::ErrorKind::BrokenPipe {
                tell::problem(&format!("Could not write to standard output: {error}."));
                code = Code::Output;
            }
            stop.raise();
        }
    };
    let last = engine::run(source, &options, stop.flag(), &mut |_| {}, &mut |look| write(teller.hear(&look)));
    write(teller.hear(&last));
    write(vec![end(&last)]);
    if let Some(problem) = unreadable(&last) {
        tell::problem(&problem);
        return Code::Input;
    }
    // Ctrl-C is how one leaves it, as it is on the screen.
    code.max(stop.code(Manner::Screen))
}

/// Knows what was told already.
#[derive(Debug)]
struct Teller {
    least: Severity,
    devices: HashSet<String>,
    /// Of each finding how often it was seen when it was told.
    findings: HashMap<String, u64>,
    limits: HashSet<String>,
    lost: u64,
    begun: bool,
    /// Whether it was told that the interface is down.
    down: bool,
}

impl Default for Teller {
    fn default() -> Self {
        Self { least: Severity::Info, devices: HashSet::new(), findings: HashMap::new(), limits: HashSet::new(), lost: 0, begun: false, down: false }
    }
}

impl Teller {
    /// What is new, in sentences.
    fn hear(&mut self, snapshot: &Snapshot) -> Vec<String> {
        let mut out = Vec::new();
        if !self.begun {
            self.begun = true;
            let source = clean(&snapshot.live.source);
            out.push(if snapshot.live.is_live { format!("Listening on {source}. Nothing is sent.") } else { format!("Reading {source}.") });
        }
        let down = snapshot.live.state == LiveState::Down;
        if down != self.down {
            self.down = down;
            out.push(format!("{} is {}.", clean(&snapshot.live.source), if down { "down; waiting until it is up again" } else { "up again" }));
        }
        for device in &snapshot.devices {
            if self.devices.len() < TOLD && self.devices.insert(device.id.clone()) {
                out.push(format!("New device: {}, {}.", clean(&device.title()), device.kind.word()));
            }
        }
        for finding in snapshot.findings.iter().filter(|finding| finding.severity >= self.least) {
            if self.findings.len() < TOLD && !self.findings.contains_key(&finding.id) {
                self.findings.insert(finding.id.clone(), finding.count);
                out.push(sentence(snapshot, finding));
            }
        }
        let dropped = snapshot.live.dropped;
        let lost = dropped.kernel.saturating_add(dropped.interface).saturating_add(dropped.tattletale);
        if lost > self.lost {
            out.push(format!("{} lost in all; findings may be missing.", plural(lost, "packet")));
            self.lost = lost;
        }
        for limit in &snapshot.coverage.limits {
            // A limit that grows is told once.
            let kind: String = limit.chars().filter(|c| !c.is_ascii_digit()).collect();
            if self.limits.len() < TOLD && self.limits.insert(kind) {
                out.push(clean(limit).into_owned());
            }
        }
        out
    }
}

/// The last sentence.
fn end(snapshot: &Snapshot) -> String {
    let serious = snapshot.findings.iter().filter(|finding| finding.severity >= Severity::High).count();
    let how = match &snapshot.live.state {
        LiveState::Stopped(why) => format!("Stopped: {}.", clean(why).trim_end_matches('.')),
        _ => "Done.".to_owned(),
    };
    let (packets, devices) = (plural(snapshot.coverage.packets, "packet"), plural(snapshot.devices.len() as u64, "device"));
    format!("{how} {packets}, {devices}, {}, {serious} of them serious.", plural(snapshot.findings.len() as u64, "finding"))
}

/// `SERIOUS, Toy bear: Location sent. Toy bear sent … Turn off …`.
fn sentence(snapshot: &Snapshot, finding: &Finding) -> String {
    let device = snapshot.device(&finding.device.id).map_or_else(|| finding.device.id.clone(), crate::home::snapshot::Device::title);
    let title = finding.title.trim_end_matches('.');
    clean(&format!("{}, {device}: {title}. {} {}", finding.severity.plain(), finding.story, finding.advice)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interface_that_goes_down_is_told_and_that_it_is_back() {
        let mut snapshot = Snapshot::default();
        snapshot.live.source = "eth1".to_owned();
        snapshot.live.is_live = true;
        let mut teller = Teller::default();
        teller.hear(&snapshot);
        snapshot.live.state = LiveState::Down;
        assert_eq!((teller.hear(&snapshot), teller.hear(&snapshot)), (vec!["eth1 is down; waiting until it is up again.".to_owned()], Vec::new()));
        snapshot.live.state = LiveState::Reading;
        assert_eq!(teller.hear(&snapshot), ["eth1 is up again."]);
    }

    #[test]
    fn each_thing_is_told_once() {
        let mut snapshot = Snapshot::default();
        snapshot.live.source = "toy\u{1b}[2J.pcap".to_owned();
        snapshot.live.dropped.kernel = 3;
        snapshot.coverage.limits = vec!["7 messages were too long.".to_owned()];
        let mut teller = Teller::default();
        let told = teller.hear(&snapshot);
        assert_eq!(told, ["Reading toy\\x1b[2J.pcap.", "3 packets lost in all; findings may be missing.", "7 messages were too long."]);
        snapshot.coverage.limits = vec!["9 messages were too long.".to_owned()];
        assert!(teller.hear(&snapshot).is_empty());
        assert_eq!(end(&snapshot), "Done. 0 packets, 0 devices, 0 findings, 0 of them serious.");
    }
}
