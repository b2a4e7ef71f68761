//! The project's own captures, made from nothing: each scenario is a small home whose traffic is written packet by packet.
//!
//! Out come files: a capture, beside it a label that says what must be found in it and what must not. People, numbers and addresses are
//! invented or reserved (RFC 5737, RFC 3849, RFC 7042, fiction ranges of phone numbers, the test range of IMEIs).

mod demo;
mod file;
mod media;
mod pki;
mod resolver;
mod services;
mod setup;
mod tls;
mod toy;
mod trials;
mod watch;
mod web;
mod wire;

use file::Label;
use wire::Net;

/// A file to be written.
pub struct File {
    /// Its name within the folder.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// How a capture is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Container {
    Pcap,
    Pcapng,
}

/// One scenario.
#[derive(Clone, Copy)]
struct Scenario {
    container: Container,
    label: Label,
    play: fn(&mut Net),
}

/// Every file, always in the same order and of the same bytes.
pub fn files() -> Vec<File> {
    let mut files = Vec::new();
    for scenario in [watch::SCENARIOS, toy::SCENARIOS, web::SCENARIOS, setup::SCENARIOS, resolver::SCENARIOS, demo::SCENARIOS, trials::SCENARIOS].concat() {
        let name = scenario.label.scenario;
        let ending = if scenario.container == Container::Pcap { "pcap" } else { "pcapng" };
        files.push(File { name: format!("{name}.{ending}"), bytes: capture(scenario.container, name, scenario.play) });
        files.push(File { name: format!("{name}.label.json"), bytes: scenario.label.to_json() });
    }
    files.push(File { name: "S01b.words.toml".to_owned(), bytes: watch::WORDS.as_bytes().to_vec() });
    files
}

/// Plays a scenario; its name is the seed of everything that varies.
fn capture(container: Container, name: &str, play: fn(&mut Net)) -> Vec<u8> {
    let mut net = Net::new(name);
    play(&mut net);
    match container {
        Container::Pcap => file::pcap(&net.frames()),
        Container::Pcapng => file::pcapng(&net.frames()),
    }
}
