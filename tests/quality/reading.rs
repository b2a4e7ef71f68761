//! What unknown bytes are taken for: by class, size and way of sending, beside two sets of thresholds from the literature.

use std::collections::{BTreeMap, HashMap};

use crate::make_captures::codec::Rng;
use crate::reader::{Wire, read};
use crate::samples::{CLASSES, sample};
use crate::templates::Templates;

/// Bytes that are seen.
pub const SIZES: [usize; 9] = [16, 32, 64, 128, 256, 512, 1_024, 4_096, 65_536];

/// The tool's words, and the two baselines' answers: plain, unpacked or unsure, encrypted.
pub const VERDICTS: [&str; 5] = ["readable", "unpacked", "encrypted", "scrambled", "undetermined"];

/// How often which verdict was given.
#[derive(Clone, Copy, Default)]
pub struct Answers {
    /// By [`VERDICTS`].
    pub tool: [u64; 5],
    /// Plain, unsure, encrypted: the thresholds of Ren et al. (IMC 2019).
    pub imc: [u64; 3],
    /// The same: those of nDPI.
    pub ndpi: [u64; 3],
}

impl Answers {
    /// Samples.
    pub fn total(&self) -> u64 {
        self.tool.iter().sum()
    }

    /// Those that were given one of these verdicts.
    pub fn of(&self, verdicts: &[&str]) -> u64 {
        VERDICTS.iter().zip(self.tool).filter(|(verdict, _)| verdicts.contains(verdict)).map(|(_, count)| count).sum()
    }
}

/// By class, size, and whether the samples are from the middle of what they are.
pub type Table = BTreeMap<(usize, usize, bool), Answers>;

fn bits(bytes: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in bytes {
        counts[usize::from(*byte)] += 1;
    }
    let total = bytes.len() as f64;
    counts.iter().filter(|count| **count > 0).map(|count| f64::from(*count) / total).map(|share| -share * share.log2()).sum()
}

/// Normalised entropy: above 0.9 encrypted, below 0.4 with more than 100 bytes text, below 20 bytes nothing is said.
fn imc(bytes: &[u8]) -> usize {
    let share = bits(bytes) / 8.0;
    match bytes.len() {
        0..20 => 1,
        _ if share > 0.9 => 2,
        101.. if share < 0.4 => 0,
        _ => 1,
    }
}

/// Bits a byte: below 4.941 plain, from 7.174 on encrypted.
fn ndpi(bytes: &[u8]) -> usize {
    match bits(bytes) {
        low if low < 4.941 => 0,
        high if high >= 7.174 => 2,
        _ => 1,
    }
}

/// Of a class and size so many samples, told to the tool over TCP, in datagrams and behind lengths, with and without a head.
pub fn measure(table: &mut Table, from: &Templates, class: usize, size: usize, count: u64, middle: bool, rng: &mut Rng) {
    let mut left = count;
    while left > 0 {
        // Flows are few enough at a time that none is forgotten.
        let batch = left.min((8 << 20) / (size as u64 + 400)).clamp(1, 1_000);
        let (mut wire, mut samples) = (Wire::new(), HashMap::new());
        for port in 0..batch as u16 {
            let port = 10_000 + port;
            let bytes = sample(CLASSES[class], rng, from, size, middle);
            let way = if middle { rng.below(2) } else { rng.below(3) };
            // A head that is always the same stands before every message: of none, four or sixteen bytes.
            let length = [0, 4, 16][rng.below(3) as usize];
            let head = rng.noise(length);
            let head = if size < 64 || middle { Vec::new() } else { head };
            match way {
                0 => wire.tcp(port, std::slice::from_ref(&bytes)),
                1 => wire.udp(port, &bytes.chunks(1_200).map(|piece| [&head, piece].concat()).collect::<Vec<_>>()),
                _ => wire.tcp(
                    port,
                    &bytes.chunks(600).map(|piece| [&(piece.len() as u16 + head.len() as u16).to_be_bytes()[..], &head, piece].concat()).collect::<Vec<_>>(),
                ),
            }
            samples.insert(port, bytes);
        }
        let (_, flows) = read(wire.out);
        let answers = table.entry((class, size, middle)).or_default();
        for flow in flows {
            let port: Option<u16> = flow.client.rsplit(':').next().and_then(|port| port.parse().ok());
            let Some(bytes) = port.and_then(|port| samples.remove(&port)) else { continue };
            let verdict = VERDICTS.iter().position(|verdict| *verdict == flow.verdict).unwrap_or(4);
            answers.tool[verdict] += 1;
            answers.imc[imc(&bytes)] += 1;
            answers.ndpi[ndpi(&bytes)] += 1;
        }
        assert!(samples.is_empty(), "{} flows were not told", samples.len());
        left -= batch;
    }
}
