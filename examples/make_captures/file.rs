//! How captures and labels are written: pcap, pcapng, JSON.

use serde_json::{Map, Value};

use super::cast::Cast;
use super::wire::Sent;

/// Ethernet.
const LINK: u32 = 1;
const SNAP: u32 = 262_144;

/// What a capture holds and what must be said of it.
#[derive(Clone, Copy)]
pub struct Label {
    /// Its name in the list of scenarios.
    pub scenario: &'static str,
    /// What happens in it.
    pub title: &'static str,
    /// Codes that must be found.
    pub must: &'static [&'static str],
    /// Groups of codes of which one must be found.
    pub must_one: &'static [&'static [&'static str]],
    /// Codes that must be found when the words beside it are given.
    pub must_with_words: &'static [&'static str],
    /// Codes that must not be found.
    pub must_not: &'static [&'static str],
    /// The highest severity that any finding may have.
    pub highest: &'static str,
    /// Texts that must be told under `--reveal`.
    pub told: &'static [&'static str],
    /// Texts that must not be told, even under `--reveal`.
    pub not_told: &'static [&'static str],
    /// Texts that must not be told without `--reveal`.
    pub masked: &'static [&'static str],
    /// Texts that must not be told when the words beside it are given, even under `--reveal`.
    pub masked_with_words: &'static [&'static str],
    /// Devices, by hardware address, and their grades: a letter, or `? at best B`.
    pub grades: &'static [(&'static str, &'static str)],
    /// What to mind.
    pub notes: &'static str,
}

impl Label {
    /// A label with nothing in it, to be filled.
    pub const EMPTY: Self = Self {
        scenario: "",
        title: "",
        must: &[],
        must_one: &[],
        must_with_words: &[],
        must_not: &[],
        highest: "critical",
        told: &[],
        not_told: &[],
        masked: &[],
        masked_with_words: &[],
        grades: &[],
        notes: "",
    };

    /// As JSON; empty lists beyond `must` and `must_not` are left out.
    pub fn to_json(self, cast: &Cast, truths: Vec<Value>) -> Vec<u8> {
        let list = |texts: &[&str]| Value::from(texts.iter().map(|text| cast.word(text)).collect::<Vec<_>>());
        let mut map = Map::new();
        map.insert("scenario".to_owned(), self.scenario.into());
        map.insert("title".to_owned(), self.title.into());
        map.insert("must".to_owned(), list(self.must));
        map.insert("must_not".to_owned(), list(self.must_not));
        map.insert("highest".to_owned(), self.highest.into());
        for (key, texts) in [
            ("must_with_words", self.must_with_words),
            ("told", self.told),
            ("not_told", self.not_told),
            ("masked", self.masked),
            ("masked_with_words", self.masked_with_words),
        ] {
            if !texts.is_empty() {
                map.insert(key.to_owned(), list(texts));
            }
        }
        if !self.must_one.is_empty() {
            map.insert("must_one".to_owned(), self.must_one.iter().map(|codes| list(codes)).collect());
        }
        if !self.grades.is_empty() {
            let grades: Map<String, Value> = self.grades.iter().map(|(device, grade)| ((*device).to_owned(), (*grade).into())).collect();
            map.insert("grades".to_owned(), grades.into());
        }
        if !truths.is_empty() {
            map.insert("truth".to_owned(), truths.into());
        }
        map.insert("notes".to_owned(), self.notes.into());
        let mut bytes = serde_json::to_vec_pretty(&map).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }
}

/// A classic capture file: microseconds, little-endian.
pub fn pcap(frames: &[Sent]) -> Vec<u8> {
    cut_pcap(frames, SNAP)
}

/// The same, with no more than so many bytes of each frame.
pub fn cut_pcap(frames: &[Sent], snap: u32) -> Vec<u8> {
    let mut out = Vec::new();
    words(&mut out, &[0xa1b2_c3d4, 4 << 16 | 2, 0, 0, snap, LINK]);
    for frame in frames {
        let length = frame.bytes.len() as u32;
        let kept = frame.bytes.get(..snap as usize).unwrap_or(&frame.bytes);
        words(&mut out, &[(frame.micros / 1_000_000) as u32, (frame.micros % 1_000_000) as u32, kept.len() as u32, length]);
        out.extend(kept);
    }
    out
}

/// A capture file of the next generation: one section, one interface, enhanced packet blocks.
pub fn pcapng(frames: &[Sent]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut section = Vec::new();
    words(&mut section, &[0x1a2b_3c4d, 1, u32::MAX, u32::MAX]);
    option(&mut section, 4, b"tattletale make_captures");
    words(&mut section, &[0]);
    block(&mut out, 0x0a0d_0d0a, &section);
    let mut interface = Vec::new();
    words(&mut interface, &[LINK, SNAP]);
    option(&mut interface, 2, b"br-home");
    words(&mut interface, &[0]);
    block(&mut out, 1, &interface);
    for frame in frames {
        let mut packet = Vec::new();
        let length = frame.bytes.len() as u32;
        words(&mut packet, &[0, (frame.micros >> 32) as u32, frame.micros as u32, length, length]);
        packet.extend(&frame.bytes);
        pad(&mut packet);
        block(&mut out, 6, &packet);
    }
    out
}

fn words(out: &mut Vec<u8>, words: &[u32]) {
    out.extend(words.iter().flat_map(|word| word.to_le_bytes()));
}

fn option(out: &mut Vec<u8>, code: u16, value: &[u8]) {
    out.extend(code.to_le_bytes());
    out.extend((value.len() as u16).to_le_bytes());
    out.extend(value);
    pad(out);
}

fn pad(out: &mut Vec<u8>) {
    out.resize(out.len().next_multiple_of(4), 0);
}

fn block(out: &mut Vec<u8>, kind: u32, body: &[u8]) {
    let length = body.len() as u32 + 12;
    words(out, &[kind, length]);
    out.extend(body);
    words(out, &[length]);
}
