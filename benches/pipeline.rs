//! The whole of `inspect` but the report, on the built-in capture, many times behind itself (a pcapng file may hold any number of sections): packets and bytes a second, with one thread that reads flows.
#![allow(missing_docs, clippy::panic)]

use std::hint::black_box;
use std::io::Cursor;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tattletale::capture;
use tattletale::engine::{Options, run};

static DEMO: &[u8] = include_bytes!("../captures/demo.pcapng");

/// Enough that starting threads does not count.
const COPIES: usize = 200;

fn inspect(bytes: &Arc<[u8]>) -> u64 {
    let source = capture::stream("demo", Box::new(Cursor::new(Arc::clone(bytes)))).unwrap_or_else(|error| panic!("{error}"));
    let options = Options { threads: 1, ..Options::default() };
    run(source, &options, &AtomicBool::new(false), &mut |_| {}, &mut |_| {}).coverage.packets
}

fn pipeline(criterion: &mut Criterion) {
    let bytes: Arc<[u8]> = DEMO.repeat(COPIES).into();
    let packets = inspect(&bytes);
    let mut group = criterion.benchmark_group("inspect the demo");
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("bytes", |bencher| bencher.iter(|| black_box(inspect(&bytes))));
    group.throughput(Throughput::Elements(packets));
    group.bench_function("packets", |bencher| bencher.iter(|| black_box(inspect(&bytes))));
    group.finish();
}

criterion_group!(benches, pipeline);
criterion_main!(benches);
