//! What QUIC costs: a connection up to its names (two hellos, keys and tags), and the packets behind them, which should cost next to nothing.
//!
//! Both are the whole of `inspect` but the report, on the project's own capture of QUIC: many times behind itself, and with the last packet of its
//! last connection many times more.
#![allow(missing_docs, clippy::panic)]

use std::hint::black_box;
use std::io::Cursor;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tattletale::capture;
use tattletale::engine::{Options, run};

static CAPTURE: &[u8] = include_bytes!("../captures/T02.pcap");

const FILE_HEADER: usize = 24;
const RECORD_HEADER: usize = 16;
/// Offset of the client's port in an Ethernet frame with IPv4.
const PORT: usize = 34;
/// Packets behind the handshakes.
const SEALED: usize = 200_000;
/// Conversations, each with a port of its own.
const CONVERSATIONS: u16 = 2_000;

/// The records of the capture, each with its header.
fn records() -> Vec<Vec<u8>> {
    let mut rest = CAPTURE.get(FILE_HEADER..).unwrap_or_default();
    let mut records = Vec::new();
    while let Some(length) = rest.get(8..).and_then(<[u8]>::first_chunk::<4>) {
        let (record, after) = rest.split_at_checked(RECORD_HEADER + u32::from_le_bytes(*length) as usize).unwrap_or_default();
        records.push(record.to_vec());
        rest = after;
    }
    records
}

fn file(records: impl IntoIterator<Item = Vec<u8>>) -> Arc<[u8]> {
    let header = CAPTURE.get(..FILE_HEADER).unwrap_or_default().to_vec();
    std::iter::once(header).chain(records).flatten().collect()
}

/// The first connection's client hello, Retry and second attempt, from and to other ports each time.
fn handshakes() -> Arc<[u8]> {
    let first = records().into_iter().skip(8).take(5).collect::<Vec<_>>();
    file((0..CONVERSATIONS).flat_map(|conversation| {
        let mut records = first.clone();
        for record in &mut records {
            // The server's port is 443; the other is the client's.
            let at = RECORD_HEADER + PORT + if record.get(RECORD_HEADER + PORT..).is_some_and(|ports| ports.starts_with(&[1, 0xbb])) { 2 } else { 0 };
            if let Some(port) = record.get_mut(at..at + 2) {
                port.copy_from_slice(&(20_000 + conversation).to_be_bytes());
            }
        }
        records
    }))
}

/// A conversation whose names are told, and what is sealed behind them.
fn sealed() -> Arc<[u8]> {
    let records = records();
    let last = records.last().cloned().unwrap_or_default();
    file(records.into_iter().chain(std::iter::repeat_n(last, SEALED)))
}

fn inspect(bytes: &Arc<[u8]>) -> u64 {
    let source = capture::stream("quic", Box::new(Cursor::new(Arc::clone(bytes)))).unwrap_or_else(|error| panic!("{error}"));
    let options = Options { threads: 1, ..Options::default() };
    run(source, &options, &AtomicBool::new(false), &mut |_| {}, &mut |_| {}).coverage.packets
}

fn quic(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("quic");
    for (name, bytes) in [("packets of handshakes", handshakes()), ("packets behind them", sealed())] {
        group.throughput(Throughput::Elements(inspect(&bytes)));
        group.bench_function(name, |bencher| bencher.iter(|| black_box(inspect(&bytes))));
    }
    group.finish();
}

criterion_group!(benches, quic);
criterion_main!(benches);
