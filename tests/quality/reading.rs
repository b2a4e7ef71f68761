//! What unknown bytes are taken for: by class, size and way of sending, beside two sets of thresholds from the literature.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

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
    /// Samples of which no flow was told.
    pub untold: u64,
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

/// A class, a size, whether the samples are from the middle of what they are.
pub type Cell = (usize, usize, bool);

/// What was answered in each cell.
pub type Table = BTreeMap<Cell, Answers>;

/// How often which answer was given for which reason to what was sent which way.
pub type Reasons = BTreeMap<(Cell, &'static str, String), u64>;

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

/// Samples of every cell asked for, told to the tool: the cells are shared among the machine's cores, and each has random numbers of its own.
pub fn measure_all(from: &Templates, cells: &[(Cell, u64)], seed: u64) -> (Table, Reasons) {
    let (next, all) = (AtomicUsize::new(0), Mutex::new((Table::new(), Reasons::new())));
    let work = || {
        while let Some((cell, count)) = cells.get(next.fetch_add(1, Ordering::Relaxed)) {
            let (class, size, middle) = *cell;
            let mut rng = Rng(seed << 48 ^ (class as u64) << 32 ^ (size as u64) << 1 ^ u64::from(middle));
            let mut reasons = Reasons::new();
            let answers = measure(from, *cell, *count, &mut rng, &mut reasons);
            let mut all = all.lock().unwrap();
            all.0.insert(*cell, answers);
            all.1.append(&mut reasons);
        }
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| (0..cores).for_each(|_| drop(scope.spawn(work))));
    all.into_inner().unwrap()
}

/// How a sample travels: the words for it, and its messages with a head before each that never changes.
fn wrapped(rng: &mut Rng, (_, size, middle): Cell, bytes: &[u8]) -> (usize, usize, Vec<Vec<u8>>) {
    let way = if middle { rng.below(2) } else { rng.below(3) } as usize;
    let length = [0, 4, 16][rng.below(3) as usize];
    let head = rng.noise(length);
    let head = if size < 64 || middle || way == 0 { Vec::new() } else { head };
    let messages = match way {
        0 => vec![bytes.to_vec()],
        1 => bytes.chunks(1_200).map(|piece| [&head, piece].concat()).collect(),
        _ => bytes.chunks(600).map(|piece| [&(piece.len() as u16 + head.len() as u16).to_be_bytes()[..], &head, piece].concat()).collect(),
    };
    (way, head.len(), messages)
}

/// So many samples of a cell, over TCP, in datagrams and behind lengths, with and without a head.
fn measure(from: &Templates, cell: Cell, count: u64, rng: &mut Rng, reasons: &mut Reasons) -> Answers {
    let (class, size, middle) = cell;
    let (mut left, mut answers) = (count, Answers::default());
    while left > 0 {
        // Flows are few enough at a time that none is forgotten.
        let batch = left.min((8 << 20) / (size as u64 + 400)).clamp(1, 1_000);
        let (mut wire, mut samples) = (Wire::new(), HashMap::new());
        for port in 0..batch as u16 {
            let port = 10_000 + port;
            let bytes = sample(CLASSES[class], rng, from, size, middle);
            let (way, head, messages) = wrapped(rng, cell, &bytes);
            if way == 1 {
                wire.udp(port, &messages);
            } else {
                wire.tcp(port, &messages);
            }
            samples.insert(port, (way, head, bytes));
        }
        let (_, flows) = read(wire.out, 1);
        for flow in flows {
            let port: Option<u16> = flow.client.rsplit(':').next().and_then(|port| port.parse().ok());
            let Some((way, head, bytes)) = port.and_then(|port| samples.remove(&port)) else { continue };
            let verdict = VERDICTS.iter().position(|verdict| *verdict == flow.verdict).unwrap_or(4);
            answers.tool[verdict] += 1;
            answers.imc[imc(&bytes)] += 1;
            answers.ndpi[ndpi(&bytes)] += 1;
            let way = ["stream", "datagrams", "framed"][way];
            let why = format!("{way}, head {head}: {} ({})", flow.verdict_reason, flow.protocol);
            *reasons.entry((cell, VERDICTS[verdict], why)).or_default() += 1;
        }
        for (port, (way, head, bytes)) in &samples {
            println!("not told: {}, {size} bytes, port {port}, way {way}, head {head}: {:02x?}", CLASSES[class], &bytes[..size.min(32)]);
        }
        answers.untold += samples.len() as u64;
        left -= batch;
    }
    answers
}
