//! What unknown bytes cost: a mebibyte of each kind through one direction's meter, and the search under masks, which a flow is given at most three times.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tattletale::content::classify::{Meter, mask};

const SIZE: usize = 1 << 20;
const PIECE: usize = 1_400;

/// Bytes without a pattern.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 56) as u8
    };
    (0..length).map(|_| next()).collect()
}

fn records() -> Vec<u8> {
    (0..SIZE as u32 / 8).flat_map(|n| [0x10, 0x02, (n % 7) as u8, 0, (n >> 8) as u8, n as u8, 0xff, 3]).collect()
}

fn message_pack() -> Vec<u8> {
    b"\x84\xa4mail\xb0anna@example.org\xa4temp\xd1\x01\x15\xa3seq\xcd\x01\x00\xa1v\xc3".repeat(32)
}

fn metered(bytes: &[u8], piece: usize) -> usize {
    let mut meter = Meter::new(true);
    bytes.chunks(piece).for_each(|piece| meter.add(piece, true, &mut |_| {}));
    meter.finish(&mut |_| {});
    meter.memory()
}

fn classify(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("classify");
    for (name, bytes, piece) in [("noise", noise(SIZE), PIECE), ("plain binary", records(), PIECE), ("small messages", noise(SIZE), 64)] {
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function(name, |bencher| bencher.iter(|| black_box(metered(&bytes, piece))));
    }
    let (records, each) = (message_pack(), message_pack().len() / 32);
    group.throughput(Throughput::Bytes(records.len() as u64));
    group.bench_function("messagepack", |bencher| bencher.iter(|| black_box(metered(&records, each))));
    group.finish();

    let mut group = criterion.benchmark_group("search under masks");
    let text = br#"{"device":"toy-001","temperature":21,"mail":"anna@example.org","state":"on","note":"the window is open"}"#.repeat(20);
    let hidden: Vec<u8> = text.iter().zip(noise(32).iter().cycle()).map(|(byte, key)| byte ^ key).collect();
    for (name, bytes) in [("noise", noise(mask::SAMPLE)), ("plain binary", records[..512].repeat(4)), ("key of 32 bytes", hidden[..mask::SAMPLE].to_vec())] {
        group.bench_function(name, |bencher| bencher.iter(|| black_box(mask::find(&[(0, &bytes)]))));
    }
    group.finish();
}

criterion_group!(benches, classify);
criterion_main!(benches);
