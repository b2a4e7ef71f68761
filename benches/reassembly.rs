//! TCP reassembly: segments and bytes a second, in order and with every third pair of segments swapped.
#![allow(missing_docs)]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tattletale::flow::reassembly::{Piece, Segment, Stream};
use tattletale::wire::Timestamp;

const SEGMENT: usize = 1_448;
const SEGMENTS: usize = 10_000;

fn read(order: &[usize], bytes: &[u8]) -> u64 {
    let mut stream = Stream::default();
    stream.begin(u32::MAX);
    let mut seen = 0;
    for (packet, index) in order.iter().enumerate() {
        let segment = Segment { bytes, missing: 0, packet: packet as u64, time: Timestamp(0), offset: Some(54) };
        stream.push((index * SEGMENT) as u32, segment, false, &mut |piece| {
            if let Piece::Bytes(bytes, _) = piece {
                seen += bytes.len() as u64;
            }
        });
    }
    assert_eq!(seen, (order.len() * SEGMENT) as u64);
    seen
}

fn reassembly(criterion: &mut Criterion) {
    let bytes = vec![b'x'; SEGMENT];
    let in_order: Vec<usize> = (0..SEGMENTS).collect();
    let mut swapped = in_order.clone();
    swapped.chunks_exact_mut(3).for_each(|three| three.swap(1, 2));
    for (name, order) in [("in order", in_order), ("swapped", swapped)] {
        let mut group = criterion.benchmark_group(format!("reassembly, {name}"));
        group.throughput(Throughput::Bytes((SEGMENTS * SEGMENT) as u64));
        group.bench_function("bytes", |bencher| bencher.iter(|| black_box(read(&order, &bytes))));
        group.throughput(Throughput::Elements(SEGMENTS as u64));
        group.bench_function("segments", |bencher| bencher.iter(|| black_box(read(&order, &bytes))));
        group.finish();
    }
}

criterion_group!(benches, reassembly);
criterion_main!(benches);
