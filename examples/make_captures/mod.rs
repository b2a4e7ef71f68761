//! The project's own captures, made from nothing: each scenario is a small home whose traffic is written packet by packet.
//!
//! Out come files: a capture, beside it a label that says what must be found in it and what must not. People, numbers and addresses are
//! invented or reserved (RFC 5737, RFC 3849, RFC 7042, fiction ranges of phone numbers, the test range of IMEIs).

// Whoever makes bytes knows their lengths.
#![allow(clippy::indexing_slicing, clippy::string_slice, clippy::format_collect)]

mod cameras;
pub mod cast;
pub mod codec;
mod day;
mod demo;
pub mod encode;
mod family;
mod file;
pub mod held_out;
mod hidden;
mod house;
mod infected;
mod media;
pub mod mmdb;
mod pki;
mod places;
mod plugs;
mod quic;
mod resolver;
mod robust;
mod secret;
pub mod services;
mod setup;
mod strangers;
pub mod tls;
mod toy;
mod trackers;
mod trials;
mod tv;
mod voice;
mod watch;
mod web;
pub mod wire;
mod zoo;

use cast::Cast;
use file::Label;
#[allow(unused_imports, reason = "tests use it")]
pub use file::pcap;
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

/// How a scenario is told another time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    /// As it is kept.
    Plain,
    /// In the other container.
    Container,
    /// Tagged with a VLAN.
    Vlan,
    /// With addresses of version 6.
    Six,
    /// With neighbouring packets of one sender in the wrong order.
    Reordered,
    /// With no more than so many bytes of each packet.
    Cut(u32),
}

impl Variant {
    /// By its word.
    pub fn of(word: &str) -> Option<Self> {
        Some(match word {
            "plain" => Self::Plain,
            "container" => Self::Container,
            "vlan" => Self::Vlan,
            "six" => Self::Six,
            "reordered" => Self::Reordered,
            _ => Self::Cut(word.parse().ok()?),
        })
    }
}

/// Every scenario.
fn scenarios() -> Vec<Scenario> {
    [
        watch::SCENARIOS,
        toy::SCENARIOS,
        web::SCENARIOS,
        setup::SCENARIOS,
        resolver::SCENARIOS,
        quic::SCENARIOS,
        demo::SCENARIOS,
        trials::SCENARIOS,
        voice::SCENARIOS,
        cameras::SCENARIOS,
        plugs::SCENARIOS,
        trackers::SCENARIOS,
        secret::SCENARIOS,
        tv::SCENARIOS,
        places::SCENARIOS,
        hidden::SCENARIOS,
        zoo::SCENARIOS,
        family::SCENARIOS,
        infected::SCENARIOS,
        strangers::SCENARIOS,
        robust::SCENARIOS,
        house::SCENARIOS,
        day::SCENARIOS,
    ]
    .concat()
}

/// Every file that is kept, always in the same order and of the same bytes.
pub fn files() -> Vec<File> {
    files_of(0, false, Variant::Plain)
}

/// Every file of another telling. Seed 0 is the one that is kept; casts that are held out are not to be looked at while the tool is made better.
pub fn files_of(seed: u64, held_out: bool, variant: Variant) -> Vec<File> {
    let cast = Cast::of(seed, held_out);
    let mut files: Vec<File> = scenarios().iter().flat_map(|scenario| tell(scenario, seed, cast, variant)).collect();
    for (name, words) in [("S01b", watch::WORDS), ("S18", family::WORDS), ("N21", family::WORDS)] {
        files.push(File { name: format!("{name}.words.toml"), bytes: cast.say(words.as_bytes()) });
    }
    for (name, places) in [("N42", strangers::EVERYWHERE), ("S20", strangers::PLACES)] {
        files.push(File { name: format!("{name}.mmdb"), bytes: mmdb::database(places) });
    }
    files.push(File { name: "S29.list".to_owned(), bytes: strangers::LIST.as_bytes().to_vec() });
    files
}

/// Plays a scenario; its name and the seed decide everything that varies.
fn tell(scenario: &Scenario, seed: u64, cast: Cast, variant: Variant) -> [File; 2] {
    let name = scenario.label.scenario;
    let mut net = Net::new(name, seed, cast);
    net.six = variant == Variant::Six;
    net.vlan = (variant == Variant::Vlan).then_some(42);
    (scenario.play)(&mut net);
    let mut frames = net.frames();
    if variant == Variant::Reordered {
        reorder(&mut frames, &mut net);
    }
    let is_pcap = (scenario.container == Container::Pcap) != (variant == Variant::Container);
    let bytes = match variant {
        Variant::Cut(snap) => file::cut_pcap(&frames, snap),
        _ if is_pcap => file::pcap(&frames),
        _ => file::pcapng(&frames),
    };
    let ending = if is_pcap || matches!(variant, Variant::Cut(_)) { "pcap" } else { "pcapng" };
    // Elsewhere the places are others.
    let truths = if matches!(variant, Variant::Plain | Variant::Container | Variant::Vlan) { net.found() } else { Vec::new() };
    [File { name: format!("{name}.{ending}"), bytes }, File { name: format!("{name}.label.json"), bytes: scenario.label.to_json(&cast, truths) }]
}

/// Swaps neighbours that the same device sent to the same one, here and there; times stay in order.
fn reorder(frames: &mut [wire::Sent], net: &mut Net) {
    let mut index = 1;
    while index < frames.len() {
        if let Some([first, second]) = frames.get_mut(index - 1..=index).and_then(|two| <&mut [wire::Sent; 2]>::try_from(two).ok()) {
            // The same addresses at both layers, and neither of them opens or closes a connection.
            let is_same = first.bytes.get(..12) == second.bytes.get(..12) && first.bytes.get(26..38) == second.bytes.get(26..38);
            let flags = |sent: &wire::Sent| sent.bytes.get(47).copied().unwrap_or_default() & 7;
            if is_same && flags(first) == 0 && flags(second) == 0 && net.random().is_multiple_of(3) {
                std::mem::swap(&mut first.bytes, &mut second.bytes);
                index += 1;
            }
        }
        index += 1;
    }
}
