//! The only threads: reader → shards → judge.
//!
//! The reader decodes each frame once and hands blocks of packets to the shards; a shard reads the flows of its virtual shards and makes facts; the judge, on the
//! thread that called [`run`], puts the facts of each block in order, lets the home learn and the detectors hear, and keeps each finding once.
//! Every queue is bounded. Reading from a file waits for the slowest; live, what nobody has time for is dropped and counted.

use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, PoisonError};
use std::thread;

use crossbeam::channel::bounded;

use crate::capture::source::Source;
use crate::flow::key::SHARDS;
use crate::home::record::Record;
use crate::home::snapshot::Snapshot;

mod awaited;
mod batch;
mod driver;
mod ear;
mod flow;
mod judge;
mod masked;
mod options;
mod outside;
mod pace;
mod reader;
mod shard;
mod unknown;
mod voice;

use batch::Batch;
use judge::Judge;
pub use options::Options;
use reader::{Reader, Reading};
use shard::Shard;

/// Blocks on their way, beside one a shard.
const BLOCKS: usize = 4;

/// Of the memory allowed, the part that is not flows': blocks on their way, the home, the program.
const OWN_MEMORY: usize = 64 << 20;

/// The least that a virtual shard's flows may take, whatever is allowed in all.
const SHARD_MEMORY: usize = 64 << 10;

/// Bytes that fragments of IP datagrams may take.
const FRAGMENT_MEMORY: usize = 8 << 20;

/// Reads a source to its end (or until `stop`), giving records as they happen and, if someone watches, snapshots in between.
///
/// What comes back is the last snapshot; [`Snapshot::live`] says how reading ended.
pub fn run(source: Box<dyn Source>, options: &Options, stop: &AtomicBool, records: &mut dyn FnMut(Record), look: &mut dyn FnMut(Snapshot)) -> Snapshot {
    let threads = if options.threads == 0 { thread::available_parallelism().map_or(1, usize::from) } else { options.threads };
    let threads = threads.clamp(1, SHARDS);
    let limit = (options.max_memory.saturating_sub(OWN_MEMORY) / SHARDS).max(SHARD_MEMORY);
    let reading = Mutex::new(Reading::default());
    let is_live = source.is_live();
    let pool = threads + BLOCKS;
    let (give_back, empty) = bounded(pool);
    for _ in 0..pool {
        // The queue was made for so many.
        let _ = give_back.send(Batch::default());
    }
    thread::scope(|scope| {
        let (mut batches, mut heard, mut begin) = (Vec::new(), Vec::new(), Vec::new());
        for index in 0..threads {
            let (to_shard, from_reader) = bounded(pool);
            let (to_judge, from_shard) = bounded(2 * pool);
            let (back, used) = bounded(2 * pool);
            let (give, take) = bounded::<Shard>(1);
            let work = move || take.recv().map_or((), |shard| shard.run(&from_reader, &to_judge, &used));
            // Where fewer threads can be had than were wanted, those that there are share all flows.
            let Ok(_) = thread::Builder::new().name(format!("shard-{index}")).spawn_scoped(scope, work) else { break };
            batches.push(to_shard);
            heard.push((from_shard, back));
            begin.push(give);
        }
        for (index, give) in begin.iter().enumerate() {
            // Its thread waits for it.
            let _ = give.send(Shard::new(index, begin.len(), limit, options));
        }
        let reader =
            Reader { source, empty, pool: give_back, shards: batches, stop, watched: options.looks, reading: &reading, fragment_memory: FRAGMENT_MEMORY };
        let started = !heard.is_empty() && thread::Builder::new().name("reader".to_owned()).spawn_scoped(scope, move || reader.run()).is_ok();
        let mut judge = Judge::new(options, &reading, is_live);
        if started {
            judge.listen(&heard, records, look);
        } else {
            reading.lock().unwrap_or_else(PoisonError::into_inner).stopped = Some("no thread could be had to read with".to_owned());
        }
        drop(heard);
        judge.finish(records)
    })
}
